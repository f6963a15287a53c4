// SPDX-License-Identifier: MIT
// What the files of core/sign_in share.
#pragma once

#include <authtickets/core/sign_in.h>

namespace authtickets::sign_in {

// A full ticket, as yet without a factor.
tickets::Ticket ticket_for(const Context&, const realms::Settings&, const Wishes&, const UserId&, std::uint32_t epoch, const LoginId&,
                           const accounts::Account&);
// The same while it owes a factor: it keeps what is to be recorded when that is shown.
void make_pending(tickets::Ticket&, const Context&, const Owed&, const std::optional<devices::Print>&, const devices::Evidence&);

// Why a user who showed what was asked for is not let in; empty when nothing stands against it.
std::string_view barred(const logins::Login&);
Json barred_by(const logins::Login&);   // details of the event: {"by":"block"}

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

}  // namespace authtickets::sign_in
