// SPDX-License-Identifier: MIT
// An authenticator app turned on, moved and turned off, and its recovery codes (docs/security.md, sections 3, 4 and 7). What
// changes a factor wants a session whose factors were shown a moment ago (RS6), is told by mail (RS8) and forgets all known
// devices (RS7).
#pragma once

#include <string>
#include <string_view>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/devices.h>
#include <authtickets/core/events.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/recovery_codes.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/tickets.h>
#include <authtickets/core/totp.h>

namespace authtickets::two_step {

struct Begun {
    Secret key;                // as it is typed, in groups of four
    Secret uri;                // what the QR picture holds
    Time expires_at{};         // TO8
};

struct On {
    bool moved = false;        // to another app: the recovery codes stay
    std::optional<recovery_codes::Set> codes{};  // of one that was off; shown once (RC4)
    // Of a browser's session: the same one, for which the app counts as shown now; its old cookie is dead.
    std::optional<tickets::Issued> issued{};
};

// rules: whether "you came in with a recovery code" is shown (B1, docs/pages.md): until it is dismissed, a new set is made, or the
// app is moved or off.
bool tells_recovery(const tickets::Ticket&, const std::optional<totp::State>&);

class TwoStep {
public:
    TwoStep(users::Users& users, logins::Logins& logins, tickets::Tickets& tickets, totp::Totp& totp,
            recovery_codes::RecoveryCodes& codes, devices::Devices& devices, throttle::Throttle& throttle, events::Events& events,
            outbox::Outbox& outbox)
        : users_(users), logins_(logins), tickets_(tickets), totp_(totp), codes_(codes), devices_(devices),
          throttle_(throttle), events_(events), outbox_(outbox) {}

    // The set-up that waits for its first code; the same one while it lives. step_up_required.
    Result<Begun> begin(db::Db&, const Context&, const realms::Realm&, const tickets::Ticket&);
    // code_wrong, the set-up waits on, and the text says why (wrong, malformed, drift); link_dead when there is none any
    // more; step_up_required.
    Result<On> activate(db::Db&, const Context&, const realms::Realm&, const tickets::Ticket&, std::string_view code);
    // By its owner, with the password (X8): counted like one at sign-in. password_wrong; unknown_item when it is off. Policy
    // standard asks the app too: by its code here (code_wrong as new_codes), or shown a moment ago (step_up_required).
    Result<void> turn_off(db::Db&, const Context&, const realms::Realm&, const tickets::Ticket&, const Secret& password, std::string_view code = {});
    // By the shop, with a reason. Pending sign-ins begin anew. unknown_item when it is off: of two operators one is told so.
    Result<void> turn_off_for(db::Db&, const Context&, const logins::Login&, std::string_view actor, const std::string& why);
    // With password and the app's code (RC4). password_wrong; code_wrong, whose text says why (wrong, malformed, replayed,
    // drift, paused with retry_after, blocked); unknown_item when it is off.
    Result<recovery_codes::Set> new_codes(db::Db&, const Context&, const realms::Realm&, const tickets::Ticket&, const Secret& password,
                                          std::string_view code);
    // "I have saved these codes."
    void confirm_saved(db::Db&, const Context&, const tickets::Ticket&, std::uint32_t set);

    // When the shop turned it off, as long as the user has not read so, or turned one on again (B4, docs/pages.md).
    std::optional<Time> ended_by_shop(db::Session&, RealmNo, const UserId&);
    void dismiss_ended(db::Db&, const Context&, const UserId&);
    // A browser is trusted no more (P16, docs/pages.md). unknown_item: it is not; of two that end it one is told so.
    Result<void> end_trust(db::Db&, const Context&, const tickets::Ticket&, const DeviceId&);

private:
    Result<logins::Login> owner(db::Db&, const Context&, const tickets::Ticket&);
    Result<void> show_password(db::Db&, const Context&, const realms::Realm&, const logins::Login&, const Secret& password);
    void forget_devices(db::Tx&, const Context&, const logins::Login&, std::string_view actor);
    void tell(db::Tx&, const Context&, const logins::Login&, events::Name, std::string_view actor, const std::string& reason = {});
    Result<totp::Attempt> show_app(db::Db&, const Context&, const realms::Realm&, const logins::Login&, const tickets::Ticket&, std::string_view code);
    users::Users& users_;
    logins::Logins& logins_;
    tickets::Tickets& tickets_;
    totp::Totp& totp_;
    recovery_codes::RecoveryCodes& codes_;
    devices::Devices& devices_;
    throttle::Throttle& throttle_;
    events::Events& events_;
    outbox::Outbox& outbox_;
};

}  // namespace authtickets::two_step
