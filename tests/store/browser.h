// SPDX-License-Identifier: MIT
// A shopper in a browser at our own pages, against the database: signs in, keeps the two cookies, enters codes from the outbox or
// from an authenticator app.
#pragma once

#include "store/shop.h"

namespace authtickets::test {

struct Browsers : Shop {
    sign_in::SignedIn ann = customer("ann");
    UserId user = ann.account.user;
    std::optional<Secret> app;  // ann's
    std::vector<Secret> recovery;

    Context page(Door door = Door::pages) {
        auto out = from_browser();
        out.application = {};
        out.door = door;
        return out;
    }
    logins::Login login() { return core.logins.of_user(core.db, realm_no(), user).value(); }
    Result<tickets::Ticket> session(const Secret& cookie, Door door = Door::pages) {
        return core.tickets.session(core.db, page(door), cookie.reveal());
    }
    std::string opens(const Secret& cookie, Door door = Door::pages) { return why(session(cookie, door)); }

    Result<sign_in::SignedIn> enter(const std::string& device = {}, Door door = Door::pages, const std::string& password = right_password) {
        return core.sign_in.by_password(core.db, page(door), *realm(),
                                        {.name = "ann", .password = Secret(std::string_view(password)), .account = {}, .wishes = {},
                                         .evidence = {.token = device}});
    }
    // What waits to be sent, the newest first.
    std::vector<outbox::Cause> causes() {
        std::vector<outbox::Cause> out;
        for (const auto& taken : core.outbox.due(core.db, clock.now() + std::chrono::hours(1), 1000)) out.insert(out.begin(), core.outbox.open(taken).value());
        return out;
    }
    outbox::Cause sent() {
        for (auto& cause : causes()) {
            if (!cause.code.empty() && !cause.decoy) return cause;
        }
        throw std::runtime_error("no code was sent");
    }
    std::string sent_code() { return std::string(sent().code.reveal()); }
    static std::string other(std::string six) {
        six[5] = six[5] == '0' ? '1' : '0';
        return six;
    }
    // As a session is read: with its account.
    tickets::Ticket as_read(tickets::Ticket ticket) {
        if (!ticket.account) ticket.account = core.accounts.get(core.db, realm_no(), ticket.account_no.value()).value();
        return ticket;
    }
    Result<void> ask_code(const tickets::Ticket& ticket) { return core.sign_in.request_second_step(core.db, page(ticket.door), *realm(), {.claims = ticket}); }
    Result<sign_in::SignedIn> step(const tickets::Ticket& ticket, const std::string& code, const std::string& device = {}, bool trust = false) {
        return core.sign_in.second_step(core.db, page(ticket.door), *realm(), {.claims = as_read(ticket), .device = device, .trust = trust}, Secret(std::string_view(code)));
    }
    // Asked for, and entered.
    Result<sign_in::SignedIn> step_by_mail(const tickets::Ticket& ticket, const std::string& device = {}, bool trust = false) {
        expect(ask_code(ticket));
        return step(ticket, sent_code(), device, trust);
    }
    std::string told(const Result<sign_in::SignedIn>& result) {
        return result ? "granted" : result.error().why == Why::code_wrong ? result.error().text : std::string(name(result.error().why));
    }

    std::string app_code(int distance = 0) { return std::string(totp::code_at(app.value(), totp::step_of(clock.now()) + distance).reveal()); }
    std::string next_app_code() {
        clock.advance(30s);
        return app_code();
    }
    // No code of any step near.
    std::string wrong_app_code() {
        std::set<std::string> near;
        for (int distance = -6; distance <= 6; ++distance) near.insert(app_code(distance));
        std::string six = "000000";
        while (near.contains(six)) ++six[5];
        return six;
    }
    // By this session, with its factors shown a moment ago.
    two_step::On turn_on(const tickets::Ticket& ticket) {
        expect(core.two_step.begin(core.db, page(ticket.door), *realm(), ticket));
        app = core.totp.setup(core.db, page(), user).secret;
        auto on = expect(core.two_step.activate(core.db, page(ticket.door), *realm(), ticket, app_code()));
        if (on.codes) {
            recovery.clear();
            for (const auto& code : on.codes->codes) recovery.emplace_back(code.reveal());
        }
        return on;
    }
};

}  // namespace authtickets::test
