// SPDX-License-Identifier: MIT
// Whom a page of the desk is about: a customer of the shop, as everything about him stands at this moment.
#pragma once

#include <authtickets/core/directory.h>
#include <authtickets/core/totp.h>

#include "pages/desk/parts.h"
#include "pages/desk/screens.h"

namespace authtickets::pages::desk {

struct Subject {
    accounts::Account account;
    std::optional<logins::Login> login{};      // none: a guest
    std::optional<totp::State> app{};          // none: it is off
    directory::Customer listed;                // as the list has him
    std::string name() const { return listed.shown(); }
    std::string email() const;                 // where he is written to
    std::string phone() const;
    users::Method method() const { return login ? login->method : users::Method::simple; }
};
// By the number in the address. unknown_item: no customer of this shop has it.
Result<Subject> subject(App&, const Visit&);

bool may(const Visit&, operators::Right);
std::string page_of(const Subject&, std::string_view rest = {});  // "customers/1001/unlock"

// A name within a sentence, so that its direction of writing stays its own (UI22).
std::string isolated(const Look&, std::string_view name);
std::string about(const Look&, std::string_view key, const Subject&);  // what has {customer}

View status_tag(const Look&, directory::Status);   // {{kind}} and {{word}}
View moment(const Look&, Time);                    // {{iso}} and {{said}}

// One of the questions before a press, in the words for this customer.
Asks asks(const Visit&, const Subject&, Press);
operators::Right right(Press);
// Whether there is something for the press to do.
bool open_to(const Subject&, Press);

// The record as it is now: for what came too late (409), and for a form that could not be taken.
struct Told {
    int status = 200;
    std::optional<Problem> problem{};
    bool as_typed = false;                     // the form's fields as they were sent
};
http::Response record(App&, const Visit&, const Subject&, Told);

}  // namespace authtickets::pages::desk
