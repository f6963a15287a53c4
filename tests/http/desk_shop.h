// SPDX-License-Identifier: MIT
// A shop with its desk, for the http tests of it: operators who are signed in with both steps, customers with and without an
// app, and what the desk's buttons send. How operators sign in is tested elsewhere; here core does it.
#pragma once

#include <algorithm>

#include <authtickets/pages/account.h>
#include <authtickets/pages/desk.h>

#include "http/kibo_shop.h"
#include "pages/session.h"

namespace authtickets::test {

inline bool holds(std::string_view text, std::string_view piece) { return text.find(piece) != text.npos; }
inline void says(const Reply& reply, std::string_view piece) { BOOST_TEST(holds(reply.text, piece), piece << " in " << reply.text); }
inline void says_not(const Reply& reply, std::string_view piece) { BOOST_TEST(!holds(reply.text, piece), piece << " in " << reply.text); }

// What every page has, whatever it says.
inline void is_page(const Reply& reply, int status) {
    BOOST_TEST_CONTEXT(reply.text) {
        BOOST_TEST(reply.status == status);
        BOOST_TEST(reply.header("content-type") == "text/html; charset=utf-8");
        BOOST_TEST(reply.header("cache-control") == "no-store");
        BOOST_TEST(holds(reply.header("content-security-policy"), "default-src 'none'; style-src 'self'; script-src 'self'"));
        BOOST_TEST(holds(reply.header("content-security-policy"), "frame-ancestors 'none'"));
        BOOST_TEST(reply.text.starts_with("<!doctype html>\n<html lang=\""));
        BOOST_TEST(reply.text.ends_with("</html>\n"));
        BOOST_TEST(!holds(reply.text, "{{"));
        BOOST_TEST(reply.text.find("<script") == reply.text.rfind("<script src=\""));
        BOOST_TEST(!holds(reply.text, " style="));
    }
}
inline void leads_to(const Reply& reply, std::string_view where) {
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 303);
    BOOST_TEST(reply.header("location") == where);
}

struct DeskShop : KiboShop {
    // An operator at work, with the browser that he sits at.
    struct Staff {
        operators::Operator who;
        Secret app;            // what his authenticator app holds
        tickets::Ticket session;
        std::string cookie;    // the header that his browser sends
        std::string form;      // what his forms carry (TK11)
    };
    // A customer as the desk meets him.
    struct Person {
        AccountNo no{};
        UserId user{};
        Reply registered;      // his first ticket, at the Kibo door
        std::string at;        // "/desk/customers/1001"
    };
    struct App {
        Secret secret;
        std::vector<std::string> recovery;
    };

    DeskShop() {
        doors.push_back(&pages::account::door());
        doors.push_back(&pages::desk::door());
        shared.doors = doors;
    }

    realms::RealmPtr at(RealmNo no) { return core.realms.get(core.db, clock.now(), no); }
    RealmNo operators_realm() {
        const auto no = core.realms.operators(core.db);
        BOOST_REQUIRE(no);
        return *no;
    }
    Context in(RealmNo no, Door door) {
        auto out = context();
        out.realm = no;
        out.door = door;
        out.address = "198.51.100.7";
        return out;
    }

    // An operator of a shop; with the same user name a second time: the same person, given another shop.
    operators::Operator add_operator(RealmNo shop, operators::Role role, const std::string& user_name) {
        const auto added = core.operators.add(core.db, in(shop, Door::none), *at(shop),
                                              {.role = role, .user_name = user_name, .email = user_name + "@desk.example",
                                               .first_name = user_name, .last_name = "Hopper", .password = Secret(std::string_view("Compiler-No-1-of-all"))});
        BOOST_REQUIRE(added.has_value());
        return added->who;
    }
    // A session as a sign-in with everything leaves it, at this moment.
    tickets::Issued sign_in(RealmNo no, const UserId& user, Door door, bool with_app) {
        const auto login = core.logins.of_user(core.db, no, user);
        BOOST_REQUIRE(login);
        const auto in_realm = in(no, door);
        tickets::Ticket ticket{.user = user, .login = login->id, .epoch = login->epoch,
                               .lifetimes = tickets::session_lifetimes(at(no)->settings, clock.now(), with_app), .password_at = clock.now()};
        if (login->account) ticket.account_no = login->account->no;
        if (with_app) ticket.app_at = clock.now();
        return core.db.transact([&](db::Tx& tx) { return core.tickets.issue(tx, in_realm, ticket); });
    }
    // An app is set up and turned on, and the step of its first code is over.
    App turn_on_app(RealmNo no, const UserId& user) {
        const auto issued = sign_in(no, user, Door::pages, false);
        const auto in_realm = in(no, Door::pages);
        BOOST_REQUIRE(core.two_step.begin(core.db, in_realm, *at(no), issued.ticket));
        App out{.secret = core.totp.setup(core.db, in_realm, user).secret};
        const auto on = core.two_step.activate(core.db, in_realm, *at(no), issued.ticket, code(out.secret));
        BOOST_REQUIRE(on);
        BOOST_REQUIRE(on->codes);
        for (const auto& each : on->codes->codes) out.recovery.emplace_back(each.reveal());
        clock.advance(std::chrono::seconds(30));
        return out;
    }
    std::string code(const Secret& app) const { return std::string(totp::code_at(app, totp::step_of(const_cast<FakeClock&>(clock).now())).reveal()); }

    // Signs the operator in once more, in another browser.
    Staff at_desk(const operators::Operator& who, Secret app) {
        const auto issued = sign_in(operators_realm(), who.user, Door::desk, true);
        return {.who = who, .app = std::move(app), .session = issued.ticket,
                .cookie = "__Host-authtickets-desk=" + std::string(issued.cookie.reveal()),
                .form = pages::form_token(keys, clock.now(), issued.ticket)};
    }
    Staff hire(operators::Role role, const std::string& user_name = "grace") { return hire(realm, role, user_name); }
    Staff hire(RealmNo shop, operators::Role role, const std::string& user_name) {
        const auto who = add_operator(shop, role, user_name);
        auto app = turn_on_app(operators_realm(), who.user);
        return at_desk(who, std::move(app.secret));
    }

    // What his browser sends: links followed, forms sent with their token.
    http::Request seen_by(const Staff& staff, http::Request request) const {
        request.headers["cookie"] = staff.cookie;
        request.host = "shop.example";
        return request;
    }
    http::Request form_of(const Staff& staff, std::string_view target, const std::string& fields = {}) const {
        auto request = seen_by(staff, bare(POST, target, "f=" + staff.form + (fields.empty() ? "" : "&" + fields)));
        request.content_type = "application/x-www-form-urlencoded";
        request.headers["origin"] = "https://shop.example";
        return request;
    }
    Reply open(const Staff& staff, std::string_view target, http::Method method = GET) { return send(seen_by(staff, bare(method, target))); }
    Reply press(const Staff& staff, std::string_view target, const std::string& fields = {}) { return send(form_of(staff, target, fields)); }

    // A customer by the Kibo door, with names as given, in the shop's first realm.
    Person customer(const std::string& user_name, const std::string& first = "Ada", const std::string& last = "Byron") {
        const auto body = Json::object({{"account", Json::object({{"emailAddress", user_name + "@example.com"}, {"userName", user_name},
                                                                  {"firstName", first}, {"lastName", last}})},
                                        {"password", "Engine-No-1"}});
        auto reply = send(registering(body.dump()));
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.text);
        return person(std::move(reply));
    }
    Person person(Reply registered) {
        const auto no = AccountNo{static_cast<std::uint32_t>(registered.at("customerAccount.id").integer().value())};
        const auto user = parse_uuid(registered.text_at("userId"));
        return {.no = no, .user = UserId{user.value_or(Uuid{})}, .registered = std::move(registered), .at = "/desk/customers/" + std::to_string(no.value)};
    }
    logins::Login login(const Person& of) {
        auto found = core.logins.of_user(core.db, realm, of.user);
        BOOST_REQUIRE(found);
        return *found;
    }
    std::vector<events::Stored> events_of(const Person& of, events::Name name) {
        auto all = core.events.of_user(core.db, realm, of.user, 500);
        std::erase_if(all, [&](const auto& each) { return each.name != events::name(name); });
        return all;
    }
    // Messages that are owed for an event, those that stand for nobody left out.
    std::vector<outbox::Cause> causes(events::Name name) {
        std::vector<outbox::Cause> out;
        for (const auto& taken : core.outbox.due(core.db, clock.now(), 1000)) {
            auto cause = core.outbox.open(taken);
            if (cause && cause->event == name && !cause->decoy) out.push_back(std::move(*cause));
        }
        return out;
    }
};

}  // namespace authtickets::test
