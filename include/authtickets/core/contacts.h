// SPDX-License-Identifier: MIT
// A user's own addresses and method: an address or number becomes the user's after the code that was sent to it (P18), a
// method is picked only with a verified contact (OC9).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/result.h>
#include <authtickets/core/accounts.h>
#include <authtickets/core/codes.h>
#include <authtickets/core/context.h>
#include <authtickets/core/devices.h>
#include <authtickets/core/events.h>
#include <authtickets/core/links.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/tickets.h>
#include <authtickets/core/users.h>

namespace authtickets::contacts {

class Contacts {
public:
    Contacts(accounts::Accounts& accounts, users::Users& users, logins::Logins& logins, tickets::Tickets& tickets, codes::Codes& codes, devices::Devices& devices, links::Links& links,
             throttle::Throttle& throttle, events::Events& events, outbox::Outbox& outbox)
        : accounts_(accounts), users_(users), logins_(logins), tickets_(tickets), codes_(codes), devices_(devices), links_(links), throttle_(throttle), events_(events),
          outbox_(outbox) {}

    // Sends a code to the new address or number, which takes the old one's place when confirm() is shown it. bad_parameter,
    // name_taken, throttled.
    Result<void> request(db::Db&, const Context&, const realms::Realm&, const logins::Login&, users::ContactKind, std::string_view value);
    // A new code to the address or number that waits for one, when tries of others have spent the last. unknown_item: none
    // waits; else as request().
    Result<void> resend(db::Db&, const Context&, const realms::Realm&, const logins::Login&, users::ContactKind);
    // The same within a transaction that has judged the value; budgets are not asked.
    void send(db::Tx&, const Context&, const logins::Login&, users::ContactKind, const std::string& value);
    // code_wrong, with the text "spent" when the code is good for no more tries; name_taken when somebody else signs in by
    // that address meanwhile. Both addresses are told, links and devices end (RS1, RS7).
    Result<void> confirm(db::Db&, const Context&, const realms::Realm&, const UserId&, users::ContactKind, std::string_view code);
    // Operators' doing: the contact as it is from now on, verified or not. In the caller's transaction.
    Result<void> put(db::Tx&, const Context&, const logins::Login&, users::ContactKind, std::string_view value, bool verified);
    // bad_parameter: the method's contact is missing or not verified (OC9). Trust ends (RS7).
    Result<void> set_method(db::Db&, const Context&, const logins::Login&, users::Method);
    // The same in the caller's transaction, which has judged it.
    void put_method(db::Tx&, const Context&, const logins::Login&, users::Method);
    // What is told and ended when an address has changed, in the transaction that changes it.
    void changed(db::Tx&, const Context&, const logins::Login&, users::ContactKind, const std::string& before, const std::string& after);

private:
    accounts::Accounts& accounts_;
    users::Users& users_;
    logins::Logins& logins_;
    tickets::Tickets& tickets_;
    codes::Codes& codes_;
    devices::Devices& devices_;
    links::Links& links_;
    throttle::Throttle& throttle_;
    events::Events& events_;
    outbox::Outbox& outbox_;
};

}  // namespace authtickets::contacts
