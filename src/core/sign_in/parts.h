// SPDX-License-Identifier: MIT
// What the files of core/sign_in share.
#pragma once

#include <authtickets/core/sign_in.h>

namespace authtickets::sign_in {

// A full ticket, as yet without a factor.
tickets::Ticket ticket_for(const Context&, const realms::Settings&, const Wishes&, const UserId&, std::uint32_t epoch, const LoginId&,
                           const accounts::Account&, bool second_factor);
// Whether the session to come is one of somebody with a second factor, whose lives TK2 cuts: operators always are.
bool with_second_factor(const Context&, const logins::Login&);
tickets::Lifetimes lives(const Context&, const realms::Settings&, std::optional<Seconds> access, std::optional<Seconds> refresh, bool second_factor);
// The same while it owes a factor: it keeps what is to be recorded when that is shown.
void make_pending(tickets::Ticket&, const Context&, const Owed&, const std::optional<devices::Print>&, const devices::Evidence&);

// Who calls without an application between is known by our own device token alone (X6).
bool direct(const Context&);
// What the caller claims, and of our own pages that it is a browser.
devices::Evidence evidence_of(const Context&, devices::Evidence);
// Whether the browser is one that the user trusts. Never at the desk: operators show their app each time.
bool trusted(const Context&, const realms::Settings&, const devices::Devices::Known&);

// Why a user who showed what was asked for is not let in; empty when nothing stands against it. Staff need no account where
// the door has staff.
std::string_view barred(const logins::Login&, bool takes_staff = false);
Json barred_by(const logins::Login&);   // details of the event: {"by":"block"}

tickets::Factor factor_of(codes::Channel);
codes::Channel channel_of(tickets::Factor);
void show(tickets::Ticket&, tickets::Factor, bool recovery, Time now);

// A code to be sent.
struct SignIn::Code {
    const logins::Login* login{};        // none: nobody is there, and nothing is sent
    UserId user{};                       // the login's, or who stands in for it
    std::uint32_t epoch{};               // of the user; 0 of who stands in
    Uuid id{};
    codes::Purpose purpose{};
    codes::Channel channel = codes::Channel::email;
    std::string_view reason{};           // why nothing is sent
    TicketId ticket{};
    std::string region{};
    std::string user_name{};             // as typed
    std::optional<Seconds> life{};       // none, and 0 tries: as the settings say
    unsigned tries = 0;
};

// Whose second step a call is about.
struct SignIn::Pending {
    enum class Kind { none, sign_in, step_up, any_of_user } kind = Kind::none;
    std::optional<tickets::Ticket> ticket{};  // any_of_user: the newest of several, whose account and factors are taken over
    UserId user{};
    std::uint32_t epoch{};
    codes::Purpose purpose = codes::Purpose::second_step;
    Uuid code{};
    codes::Whose whose() const { return {.purpose = purpose, .user = user, .epoch = epoch, .id = code}; }
    // A code that was asked for in the other way: clients name the ticket at one call and the user at the next.
    std::optional<codes::Whose> otherwise(ApplicationNo application) const {
        constexpr auto own = codes::Purpose::second_step, by_id = codes::Purpose::second_step_by_id;
        if (kind == Kind::any_of_user) return {};
        if (purpose == own) return codes::Whose{.purpose = by_id, .user = user, .epoch = epoch, .id = codes::on_user(by_id, user, application), .charged = own};
        return codes::Whose{.purpose = own, .user = user, .epoch = epoch, .id = codes::on_ticket(ticket->id), .charged = by_id};
    }
};

// What was shown for a second step, one of three: a code that was sent, the app's, or a recovery code.
struct SignIn::Proof {
    tickets::Factor factor{};
    std::optional<codes::Attempt> code{};
    std::optional<totp::Attempt> app{};
    std::optional<recovery_codes::Attempt> recovery{};
    std::string device{};     // SecondStep::device, and trust
    bool trust = false;
    std::string_view name() const { return recovery ? "recovery" : tickets::name(factor); }
    bool right() const { return app ? app->right : recovery ? recovery->right : code->right; }
    totp::Reason app_reason() const { return app ? app->reason : recovery ? recovery->reason : totp::Reason::none; }
    std::string_view wrong() const;      // why it is not right, for the event
    bool pauses() const { return app ? app->pauses() : recovery && recovery->pauses(); }
    bool blocks() const { return app ? app->blocks() : recovery && recovery->blocks(); }
    const totp::Charge& charge() const { return app ? app->charge : recovery->charge; }
};

}  // namespace authtickets::sign_in
