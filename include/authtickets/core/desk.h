// SPDX-License-Identifier: MIT
// What an operator does at the desk to a customer (docs/pages.md, M2 to M9 and M15), one call for each press. The context is
// of the shop's realm and names the operator (Context::acting), so that every event does; whether the role allows the press is
// asked before (operators::may).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/result.h>
#include <authtickets/core/accounts.h>
#include <authtickets/core/codes.h>
#include <authtickets/core/contacts.h>
#include <authtickets/core/context.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/events.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/recovery.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/tickets.h>
#include <authtickets/core/two_step.h>
#include <authtickets/core/users.h>
#include <authtickets/db/db.h>

namespace authtickets::desk {

inline constexpr std::size_t longest_why = 200;  // bytes of an operator's reason

// What an operator changes of a record (M2); what is absent stays.
struct Edit {
    std::optional<std::string> first_name{}, last_name{}, company{};
    std::optional<std::string> email{};      // of a guest it is changed at once, of others after the code (P18)
    std::optional<std::string> phone{};      // E.164; the same. Empty: taken away at once
};
struct Edited {
    accounts::Account account;
    bool email_pending = false, phone_pending = false;  // a code went there, and the old one stands until it is entered
};

class Desk {
public:
    Desk(accounts::Accounts& accounts, customers::Customers& customers, logins::Logins& logins, tickets::Tickets& tickets,
         codes::Codes& codes, contacts::Contacts& contacts, recovery::Recovery& recovery, two_step::TwoStep& two_step,
         throttle::Throttle& throttle, events::Events& events)
        : accounts_(accounts), customers_(customers), logins_(logins), tickets_(tickets), codes_(codes), contacts_(contacts),
          recovery_(recovery), two_step_(two_step), throttle_(throttle), events_(events) {}

    // customer.viewed, once for each opening of a record.
    void viewed(db::Db&, const Context&, const accounts::Account&);
    // export.made: what was taken away, and how much. `what`: "customers", "events".
    void exported(db::Db&, const Context&, std::string_view what, std::uint64_t rows);

    // M4. bad_parameter with field "reason": none given, or too long. unknown_item with field "app": it is off already (M5).
    Result<void> disable_two_step(db::Db&, const Context&, AccountNo, std::string_view why);
    // M6: lock and block go, with the counters. Nothing, and no event, where neither is.
    Result<void> unlock(db::Db&, const Context&, const realms::Realm&, AccountNo);
    // M7. forbidden with field "guest", "suspended" or "no_email"; throttled.
    Result<void> send_reset(db::Db&, const Context&, const realms::Realm&, AccountNo);
    // M8. Nothing, and no event, when it is so already.
    Result<accounts::Account> suspend(db::Db&, const Context&, AccountNo);
    Result<accounts::Account> activate(db::Db&, const Context&, AccountNo);
    // M9. unknown_item: no session of a user of that account, or ended. All: how many.
    Result<void> end_session(db::Db&, const Context&, AccountNo, const TicketId&);
    Result<unsigned> end_sessions(db::Db&, const Context&, AccountNo);
    // M15: an account with a login without a password; the link to set one, good for 24 h, goes by mail. Of the new customer the
    // profile, which needs an e-mail address, and the user name are looked at. name_taken, bad_parameter, missing_parameter, throttled.
    Result<accounts::Account> create(db::Db&, const Context&, const realms::Realm&, const customers::NewCustomer&);
    // M2. bad_parameter, name_taken, throttled; nothing has changed then, though a code may have gone out.
    Result<Edited> edit(db::Db&, const Context&, const realms::Realm&, AccountNo, const Edit&);
    // M3. bad_parameter: the method's contact is missing or not verified.
    Result<void> set_method(db::Db&, const Context&, AccountNo, users::Method);

private:
    Result<logins::Login> login_of(db::Session&, const Context&, AccountNo);
    void drop_phone(db::Db&, const Context&, const logins::Login&);
    accounts::Accounts& accounts_;
    customers::Customers& customers_;
    logins::Logins& logins_;
    tickets::Tickets& tickets_;
    codes::Codes& codes_;
    contacts::Contacts& contacts_;
    recovery::Recovery& recovery_;
    two_step::TwoStep& two_step_;
    throttle::Throttle& throttle_;
    events::Events& events_;
};

}  // namespace authtickets::desk
