// SPDX-License-Identifier: MIT
// Getting back in: a new password by a mailed link (RS1 to RS3), a lock cleared by a mailed link (TH5). Asking answers alike
// for known and unknown names (EN1) and never locks anything (TH6); opening a link spends nothing (OC10).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/accounts.h>
#include <authtickets/core/codes.h>
#include <authtickets/core/context.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/devices.h>
#include <authtickets/core/events.h>
#include <authtickets/core/links.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/throttle.h>

namespace authtickets::recovery {

struct Reset {
    std::optional<std::string> name{};   // must be the user's that the link is for, when given (kibo 6.3)
    Secret token{};
    Secret password{};
};

class Recovery {
public:
    Recovery(accounts::Accounts& accounts, customers::Customers& customers, users::Users& users, logins::Logins& logins,
             links::Links& links, codes::Codes& codes, devices::Devices& devices, throttle::Throttle& throttle,
             events::Events& events, outbox::Outbox& outbox)
        : accounts_(accounts), customers_(customers), users_(users), logins_(logins), links_(links), codes_(codes),
          devices_(devices), throttle_(throttle), events_(events), outbox_(outbox) {}

    // By user name or e-mail. Nothing is sent for unknown, guest, suspended, blocked. throttled (OC7).
    Result<void> request_reset(db::Db&, const Context&, const realms::Realm&, std::string_view name);
    // The same for a program that hands the token on (docs/freshcom.md): a random UUID, good for a day at most, which the page that
    // the mail links to takes too. Nothing is told, not even that a budget is spent. A name that nobody has leaves
    // password.reset_requested with the reason "unknown".
    void request_reset_token(db::Db&, const Context&, const realms::Realm&, std::string_view name);
    Result<void> request_unlock(db::Db&, const Context&, const realms::Realm&, std::string_view name);
    // The same link to a new password, sent by an operator, who never sees it (RS4).
    Result<void> send_reset(db::Db&, const Context&, const realms::Realm&, std::string_view name);

    // The link as it stands, of whatever realm; link_dead. For pages.
    Result<links::Link> open(db::Session&, Time now, links::Purpose, const Secret& token);

    // link_dead; password_* with the link still usable. Ends tickets, devices, codes, links and the lock by failures; signs
    // nobody in and touches no second factor (RS2, RS3). Whose it was: SignIn::pending_after_reset asks for what he owes.
    Result<UserId> reset(db::Db&, const Context&, const realms::Realm&, const Reset&);

    // Clears lock and failures, not a block. The browser that pressed becomes a device with a budget of its own (TH5), whose
    // token is returned. link_dead.
    Result<Secret> unlock(db::Db&, const Context&, const realms::Realm&, const Secret& token);

private:
    // `asked` is the event of the request; actor is empty for whoever asks without being known.
    struct Asked {
        events::Name name{};
        std::string_view actor{};
        links::Form form = links::Form::letters;
    };
    Result<void> request(db::Db&, const Context&, const realms::Realm&, std::string_view name, links::Purpose, const Asked&);
    accounts::Accounts& accounts_;
    customers::Customers& customers_;
    users::Users& users_;
    logins::Logins& logins_;
    links::Links& links_;
    codes::Codes& codes_;
    devices::Devices& devices_;
    throttle::Throttle& throttle_;
    events::Events& events_;
    outbox::Outbox& outbox_;
};

}  // namespace authtickets::recovery
