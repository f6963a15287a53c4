// SPDX-License-Identifier: MIT
// A new password by a mailed link, the unlock link, and a shopper's own new address (kibo 6.1, 6.3; RS1 to RS6, TH5, TH6,
// EN1, docs/security.md).
#include <functional>
#include <thread>

#include <authtickets/core/recovery.h>

#include "kibo_codes.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Shop : CodeShop {
    Reply ada_ = register_ada();
    std::string user = ada_.text_at("userId");
    Json id = ada_.at("customerAccount.id");

    http::Request resetting(Json body) const { return request(POST, accounts_path + "/Reset-Password", body.dump()); }
    http::Request resetting(std::string_view email = address) const { return resetting(Json::object({{"emailAddress", email}})); }
    http::Request updating(std::string_view name, std::string_view code, std::string_view password) const {
        return request(POST, accounts_path + "/Update-Forgotten-Password",
                       Json::object({{"userName", name}, {"confirmationCode", code}, {"newPassword", password}}).dump());
    }
    std::string token() { return std::string(last(events::Name::password_reset_sent).link.reveal()); }
    // A page of ours is opened: no application speaks.
    Context of_page() {
        auto out = context();
        out.realm = realm;
        out.door = Door::pages;
        return out;
    }
    realms::RealmPtr realm_now() { return core.realms.get(core.db, clock.now(), realm); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_reset, Shop)

BOOST_AUTO_TEST_CASE(kibo_6_3_the_round_trip_sets_the_password_ends_tickets_and_frees_a_locked_shopper) {
    for (int i = 0; i < 10; ++i) wrong_password();
    BOOST_TEST(send(signing_in()).status == 401);  // locked
    is_empty(send(resetting()));
    BOOST_TEST(last(events::Name::password_reset_sent).destination == address);
    const auto code = token();
    BOOST_TEST(code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == code.npos);
    is_empty(send(updating("ada.byron", code, "Loom-No-77")));
    is_ended(ada_);  // RS3
    BOOST_TEST(send(signing_in("ada.byron", "Engine-No-1")).status == 401);
    is_full(send(signing_in("ada.byron", "Loom-No-77")));
    BOOST_TEST(events_of("password.reset_requested") == 1);
    BOOST_TEST(events_of("password.reset_done") == 1);
    BOOST_TEST(caused(events::Name::password_reset_done) == 1U);  // N3
    names_parameter(send(updating("ada.byron", code, "Loom-No-78")), "confirmationCode");  // used once
}

BOOST_AUTO_TEST_CASE(kibo_6_1_Reset_Password_takes_either_identifier_and_needs_one) {
    is_empty(send(resetting(Json::object({{"userName", "ada.byron"}}))));
    is_empty(send(resetting(Json::object({{"emailAddress", "ADA@example.com"}}))));
    BOOST_TEST(caused(events::Name::password_reset_sent) == 2U);
    const auto refused = send(resetting(Json::object({})));
    is_refused(refused, 400, "MISSING_OR_INVALID_PARAMETER");
    BOOST_TEST(refused.text_at("message") == "Missing or invalid parameter: resetPasswordInfo UserName or EmailAddress must be provided");
    is_empty(send(resetting(Json::object({{"userName", "ada.byron"}, {"customerSetCode", "another"}}))));
    BOOST_TEST(caused(events::Name::password_reset_sent) == 2U);
}

BOOST_AUTO_TEST_CASE(RS1_only_the_newest_link_works_for_72_hours) {
    is_empty(send(resetting()));
    const auto older = token();
    is_empty(send(resetting()));
    const auto newer = token();
    names_parameter(send(updating("ada.byron", older, "Loom-No-77")), "confirmationCode");
    clock.advance(72h + 1s);
    renew_token();
    names_parameter(send(updating("ada.byron", newer, "Loom-No-77")), "confirmationCode");
    is_empty(send(resetting()));
    const auto third = token();
    clock.advance(72h - 1s);
    renew_token();
    is_empty(send(updating("ada.byron", third, "Loom-No-77")));
}

BOOST_AUTO_TEST_CASE(X2_policy_standard_lets_a_link_live_a_day) {
    set("policy", "standard");
    is_empty(send(resetting()));
    const auto code = token();
    clock.advance(24h + 1s);
    renew_token();
    names_parameter(send(updating("ada.byron", code, "a longer pass phrase of mine")), "confirmationCode");
}

BOOST_AUTO_TEST_CASE(RS1_a_change_of_password_or_address_ends_the_link) {
    is_empty(send(resetting()));
    auto code = token();
    is_empty(send(on(id, POST, "/Change-Password", R"({"oldPassword":"Engine-No-1","newPassword":"Engine-No-2"})")));
    names_parameter(send(updating("ada.byron", code, "Loom-No-77")), "confirmationCode");
    is_empty(send(resetting()));
    code = token();
    BOOST_TEST(send(on(id, PUT, {}, R"({"emailAddress":"countess@example.com"})")).status == 200);
    names_parameter(send(updating("ada.byron", code, "Loom-No-77")), "confirmationCode");
}

BOOST_AUTO_TEST_CASE(a_link_is_for_its_user_alone) {
    register_bob();
    is_empty(send(resetting()));
    names_parameter(send(updating("bob", token(), "Loom-No-77")), "confirmationCode");
    names_parameter(send(updating("nobody", token(), "Loom-No-77")), "confirmationCode");
    names_parameter(send(updating("ada.byron", "forged", "Loom-No-77")), "confirmationCode");
    is_empty(send(updating("ada@example.com", token(), "Loom-No-77")));  // every name of hers
}

BOOST_AUTO_TEST_CASE(P7_a_refused_password_leaves_the_link_usable) {
    is_empty(send(resetting()));
    const auto code = token();
    gives_reason(send(updating("ada.byron", code, "iloveyou1")), "password_common");
    BOOST_TEST(send(updating("ada.byron", code, "short")).status == 400);
    is_empty(send(updating("ada.byron", code, "Loom-No-77")));
}

BOOST_AUTO_TEST_CASE(TH6_a_hundred_requests_lock_nothing_and_OC7_bounds_the_mails) {
    wrong_password();
    const auto before = send(on(id, GET, "/loginstate")).text;
    int sent = 0;
    for (int i = 0; i < 100; ++i) sent += send(resetting()).status == 200;
    BOOST_TEST(sent == 12);
    BOOST_TEST(send(on(id, GET, "/loginstate")).text == before);
    is_live(ada_);
    is_full(send(signing_in()));
}

BOOST_AUTO_TEST_CASE(RS1_the_link_holds_256_bits_of_which_a_hash_rests) {
    is_empty(send(resetting()));
    const auto code = token();
    const auto bytes = from_base64url(code);
    BOOST_REQUIRE(bytes);
    BOOST_TEST(bytes->size() == 32U);
    const auto hash = crypto::sha256(as_bytes(code));
    BOOST_TEST(number("SELECT COUNT(*) FROM links WHERE HEX(link_hash) = '" + hex(hash) + "'") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM outbox WHERE LOCATE('" + code + "', cause) > 0") == 0);
    BOOST_TEST(!log.mentions(code));
}

BOOST_AUTO_TEST_CASE(RS1_one_link_used_by_sixteen_at_once_sets_one_password) {
    is_empty(send(resetting()));
    const auto code = token();
    std::vector<std::unique_ptr<Core>> workers;
    for (int i = 0; i < 16; ++i) workers.push_back(another_worker());
    std::vector<int> statuses(workers.size());
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < workers.size(); ++i) {
            threads.emplace_back([&, i] { statuses[i] = send(*workers[i], updating("ada.byron", code, "Loom-No-" + std::to_string(70 + i))).status; });
        }
    }
    BOOST_TEST(std::ranges::count(statuses, 200) == 1);
    BOOST_TEST(std::ranges::count(statuses, 400) + std::ranges::count(statuses, 503) == 15);  // the hash gate may be full (PW11)
    const auto winner = std::ranges::find(statuses, 200) - statuses.begin();
    is_full(send(signing_in("ada.byron", "Loom-No-" + std::to_string(70 + winner))));
    BOOST_TEST(events_of("password.reset_done") == 1);
}

BOOST_AUTO_TEST_CASE(EN1_EN2_a_reset_is_asked_for_alike_by_everybody) {
    const auto blocked = send(registering(R"({"account":{"emailAddress":"bea@example.com"},"password":"Garden-No-3"})"));
    send(on(blocked.at("customerAccount.id"), POST, "/Set-Login-Locked", "true"));
    send(request(POST, accounts_path, R"({"emailAddress":"gus@example.com"})"));
    std::optional<std::uint64_t> cost_of_all;
    for (const char* const who : {"ada@example.com", "bea@example.com", "gus@example.com", "nobody@example.com"}) {
        BOOST_TEST_CONTEXT(who) {
            send(resetting(std::string_view(who)));
            const auto before = core.db.statements();
            is_empty(send(resetting(std::string_view(who))));
            const auto cost = core.db.statements() - before;
            if (!cost_of_all) cost_of_all = cost;
            BOOST_TEST(cost == *cost_of_all);
        }
    }
    BOOST_TEST(caused(events::Name::password_reset_sent) == 2U);
}

BOOST_AUTO_TEST_CASE(RS2_a_reset_skips_no_second_step_and_RS3_forgets_devices_and_codes) {
    set("second_step.on_fingerprint", "on");
    const auto pending = send(signing_in_from("phone"));
    is_empty(send(as(pending.text_at("accessToken"), asking_second())));
    is_full(send(as(pending.text_at("accessToken"), entering_second(user, code_for_second_step()))));
    is_full(send(signing_in_from("phone")));
    const auto waiting = send(signing_in_from("laptop"));
    is_empty(send(as(waiting.text_at("accessToken"), asking_second())));
    is_empty(send(resetting()));
    is_empty(send(updating("ada.byron", token(), "Loom-No-77")));
    BOOST_TEST(number("SELECT COUNT(*) FROM devices") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM codes") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM links") == 0);
    // The sign-in that waited is over, and so is the code that was on its way.
    BOOST_TEST(send(as(waiting.text_at("accessToken"), asking_second())).status == 401);
    BOOST_TEST(send(refreshing(waiting.text_at("refreshToken"))).status == 404);
    is_wrong_code(send(entering_second(user, code_for_second_step())));
    auto body = Json::object({{"username", "ada.byron"}, {"password", "Loom-No-77"}, {"fingerprint", "phone"}});
    is_pending(send(request(POST, authtickets_path, body.dump())));
}

BOOST_AUTO_TEST_CASE(a_demanded_change_is_met_by_a_reset) {
    send(on(id, POST, "/Set-Password-Change-Required", "true"));
    is_empty(send(resetting()));
    is_empty(send(updating("ada.byron", token(), "Loom-No-77")));
    is_full(send(signing_in("ada.byron", "Loom-No-77")));
}

BOOST_AUTO_TEST_CASE(TH5_the_unlock_link_frees_and_gives_the_browser_a_budget_of_its_own) {
    for (int i = 0; i < 10; ++i) wrong_password();
    const auto context_of_page = of_page();
    BOOST_REQUIRE(core.recovery.request_unlock(core.db, context_of_page, *realm_now(), "ada.byron"));
    const auto secret = last(events::Name::account_unlock_requested).link;
    BOOST_TEST(core.recovery.open(core.db, clock.now(), links::Purpose::unlock, secret).has_value());  // OC10: spends nothing
    const auto device = core.recovery.unlock(core.db, context_of_page, *realm_now(), secret);
    BOOST_REQUIRE(device);
    BOOST_TEST(!core.recovery.unlock(core.db, context_of_page, *realm_now(), secret));
    is_full(send(signing_in()));
    // Under continuous attack the lock is back at once; the owner's browser gets in, the lock stays for all others.
    for (int i = 0; i < 10; ++i) wrong_password();
    BOOST_TEST(send(signing_in()).status == 401);
    const auto own = [&](std::string_view password = "Engine-No-1") {
        auto call = signing_in("ada.byron", password);
        call.headers["x-authtickets-device"] = std::string(device->reveal());
        return call;
    };
    is_full(send(own()));
    BOOST_TEST(send(signing_in()).status == 401);
    // Five wrong tries of its own, then it is refused too, for a day.
    for (int i = 0; i < 5; ++i) BOOST_TEST(send(own("Engine-No-9")).status == 401);
    BOOST_TEST(send(own()).status == 401);
    clock.advance(24h + 1s);
    renew_token();
    is_full(send(own()));
}

BOOST_AUTO_TEST_CASE(TH5_a_validated_fingerprint_has_that_budget_too) {
    set("second_step.on_fingerprint", "on");
    const auto pending = send(signing_in_from("phone"));
    is_empty(send(as(pending.text_at("accessToken"), asking_second())));
    is_full(send(as(pending.text_at("accessToken"), entering_second(user, code_for_second_step()))));
    for (int i = 0; i < 10; ++i) wrong_password();
    BOOST_TEST(send(signing_in_from("laptop")).status == 401);
    is_full(send(signing_in_from("phone")));
    BOOST_TEST(caused(events::Name::account_locked) == 1U);  // N6
    // Of a lock by failures alone: what an operator has closed stays closed.
    is_empty(send(on(id, POST, "/Set-Login-Locked", "true")));
    BOOST_TEST(send(signing_in_from("phone")).status == 401);
}

BOOST_AUTO_TEST_CASE(TH5_sixteen_wrong_tries_of_one_device_at_once_are_five) {
    set("second_step.on_fingerprint", "on");
    const auto pending = send(signing_in_from("phone"));
    is_empty(send(as(pending.text_at("accessToken"), asking_second())));
    is_full(send(as(pending.text_at("accessToken"), entering_second(user, code_for_second_step()))));
    for (int i = 0; i < 10; ++i) wrong_password();
    const auto call = request(POST, authtickets_path, R"({"username":"ada.byron","password":"Engine-No-9","fingerprint":"phone"})");
    std::vector<std::unique_ptr<Core>> workers;
    for (int i = 0; i < 8; ++i) workers.push_back(another_worker());
    {
        std::vector<std::jthread> threads;
        for (auto& worker : workers) {
            threads.emplace_back([&] {
                for (int i = 0; i < 2; ++i) send(*worker, call);
            });
        }
    }
    BOOST_TEST(number("SELECT tries FROM devices") == 5);
    BOOST_TEST(send(signing_in_from("phone")).status == 401);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_a_shoppers_new_address_gets_a_code_and_codes_follow_when_it_is_entered) {
    set("signin.email_code", "on");
    const auto own = send(signing_in());
    BOOST_TEST(send(as(own.text_at("accessToken"), on(id, PUT, {}, R"({"emailAddress":"countess@example.com"})"))).status == 200);
    const auto told = last(events::Name::contact_changed);  // N7, to both
    BOOST_TEST(told.old_value == address);
    BOOST_TEST(told.new_value == "countess@example.com");
    const auto cause = last(events::Name::contact_code_sent);
    BOOST_TEST(cause.destination == "countess@example.com");
    is_empty(send(asking()));
    BOOST_TEST(last(events::Name::signin_code_sent).destination == address);  // not yet
    const auto uuid = parse_uuid(user);
    const auto confirm = [&](std::string_view code) {
        return core.contacts.confirm(core.db, of_page(), *realm_now(), UserId{*uuid}, users::ContactKind::email, code);
    };
    BOOST_TEST(!confirm(other(std::string(cause.code.reveal()))));
    BOOST_TEST(confirm(cause.code.reveal()).has_value());
    is_empty(send(asking("countess@example.com")));
    BOOST_TEST(last(events::Name::signin_code_sent).destination == "countess@example.com");
    BOOST_TEST(caused(events::Name::contact_changed) == 1U);
    BOOST_TEST(events_of("contact.verified") == 1);
    is_full(send(signing_in("countess@example.com")));
}

BOOST_AUTO_TEST_CASE(RS6_an_older_ticket_must_step_up_before_the_address_changes) {
    const auto own = send(signing_in());
    clock.advance(301s);
    const auto change = on(id, PUT, {}, R"({"emailAddress":"countess@example.com"})");
    is_refused(send(as(own.text_at("accessToken"), change)), 403, "FORBIDDEN");
    BOOST_TEST(send(as(own.text_at("accessToken"), on(id, PUT, {}, R"({"firstName":"Augusta"})"))).status == 200);
    is_empty(send(as(own.text_at("accessToken"), asking_second())));
    const auto stepped = send(as(own.text_at("accessToken"), entering_second(user, code_for_second_step())));
    BOOST_TEST(send(as(stepped.text_at("accessToken"), change)).status == 200);
}

BOOST_AUTO_TEST_CASE(RS6_a_foreign_factor_of_long_ago_does_not_count_and_a_fresh_sign_in_does) {
    const auto change = on(id, PUT, {}, R"({"emailAddress":"countess@example.com"})");
    const auto own = send(signing_in());
    clock.advance(299s);
    BOOST_TEST(send(as(own.text_at("accessToken"), on(id, PUT, {}, R"({"emailAddress":"countess@example.com"})"))).status == 200);
    clock.advance(2s);
    is_refused(send(as(own.text_at("accessToken"), on(id, PUT, {}, R"({"emailAddress":"ada@example.org"})"))), 403, "FORBIDDEN");
    // A refresh shows nothing anew.
    const auto again = send(refreshing(own.text_at("refreshToken")));
    is_refused(send(as(again.text_at("accessToken"), on(id, PUT, {}, R"({"emailAddress":"ada@example.org"})"))), 403, "FORBIDDEN");
    BOOST_TEST(send(as(send(signing_in()).text_at("accessToken"), change)).status == 200);
}

BOOST_AUTO_TEST_CASE(RS7_OC9_a_method_needs_a_verified_contact_and_its_change_ends_trust) {
    set("second_step.on_fingerprint", "on");
    const auto method = [&](users::Method wanted) {
        return core.contacts.set_method(core.db, of_page(), *core.logins.named(core.db, realm, "ada.byron"), wanted);
    };
    BOOST_TEST(!method(users::Method::email));  // registered, but no code has come back from there
    BOOST_TEST(!method(users::Method::sms));    // no number
    look.execute("INSERT INTO contacts (realm_no, user_id, kind, value, normal, created_at, updated_at) "
                 "SELECT realm_no, user_id, 2, '+4915112345678', '+4915112345678', created_at, created_at FROM users");
    BOOST_TEST(!method(users::Method::sms));    // not verified
    look.execute("UPDATE contacts SET verified_at = created_at WHERE kind = 2");
    const auto ticket = send(signing_in_from("phone"));
    is_empty(send(as(ticket.text_at("accessToken"), asking_second())));
    is_full(send(as(ticket.text_at("accessToken"), entering_second(user, code_for_second_step()))));
    is_full(send(signing_in_from("phone")));
    BOOST_TEST(number("SELECT COUNT(*) FROM devices") == 1);
    BOOST_TEST(method(users::Method::sms).has_value());
    BOOST_TEST(number("SELECT COUNT(*) FROM devices") == 0);
    BOOST_TEST(caused(events::Name::second_step_method_changed) == 1U);
    is_pending(send(signing_in_from("phone")), "sms");
    BOOST_TEST(method(users::Method::sms).has_value());  // said twice: nothing more
    BOOST_TEST(caused(events::Name::second_step_method_changed) == 1U);
    BOOST_TEST(method(users::Method::email).has_value());  // the right code of above has verified it
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = '2fa.method_changed'") == 2);
}

BOOST_AUTO_TEST_CASE(OC2_OC3_a_code_to_a_new_address_lives_ten_minutes_and_three_tries) {
    const auto uuid = parse_uuid(user);
    const auto ask = [&] {
        BOOST_REQUIRE(core.contacts.request(core.db, of_page(), *realm_now(), *core.logins.named(core.db, realm, "ada.byron"),
                                            users::ContactKind::email, "countess@example.com"));
        clock.advance(1ms);
        const auto cause = last(events::Name::contact_code_sent);
        BOOST_TEST(cause.destination == "countess@example.com");
        BOOST_TEST((*cause.expires_at == clock.now() - 1ms + 600s));
        return std::string(cause.code.reveal());
    };
    const auto confirm = [&](std::string_view code) {
        return core.contacts.confirm(core.db, of_page(), *realm_now(), UserId{*uuid}, users::ContactKind::email, code).has_value();
    };
    auto code = ask();
    clock.advance(600s);
    BOOST_TEST(!confirm(code));
    code = ask();
    for (int i = 0; i < 3; ++i) BOOST_TEST(!confirm(other(code)));
    BOOST_TEST(!confirm(code));
    const auto older = ask();
    code = ask();
    if (older != code) BOOST_TEST(!confirm(older));  // OC5
    clock.advance(599s);
    BOOST_TEST(confirm(code));
}

// Each of these is told to the owner by one message of its own, whoever has done it.
BOOST_AUTO_TEST_CASE(RS8_each_change_of_what_opens_an_account_is_told_once) {
    set("second_step.on_fingerprint", "on");
    set("second_step.on_region", "on");
    std::string password = "Engine-No-1";
    const auto news = [&](const std::function<void()>& act) {
        look.execute("DELETE FROM outbox");
        clock.advance(1s);
        act();
        std::string out;
        for (const auto& cause : causes()) {
            const auto* const message = subscriptions::built_in(cause);
            const bool asked_for = !cause.code.empty() || !cause.link.empty();  // a code or a link, no notice
            if (cause.decoy || asked_for || !message) continue;
            BOOST_TEST((cause.user == UserId{*parse_uuid(user)}));
            out += (out.empty() ? "" : " ") + std::string(message->name);
        }
        return out;
    };
    const auto sign_in_from = [&](std::string_view region) {
        auto body = Json::object({{"username", "ada.byron"}, {"password", password}, {"fingerprint", "phone"}, {"region", region}});
        return send(request(POST, authtickets_path, body.dump()));
    };
    const auto pass_from = [&](std::string_view region) {
        const auto ticket = sign_in_from(region);
        is_pending(ticket);
        is_empty(send(as(ticket.text_at("accessToken"), asking_second())));
        is_full(send(as(ticket.text_at("accessToken"), entering_second(user, code_for_second_step()))));
    };
    const auto changed = [&](std::string_view to) {
        auto body = Json::object({{"oldPassword", password}, {"newPassword", to}});
        password = to;
        return body.dump();
    };
    const auto lock = [&] {
        for (int i = 0; i < 10; ++i) wrong_password();
    };
    BOOST_TEST(news([&] { pass_from("DE-BE"); }) == "notice.new_device");
    BOOST_TEST(news([&] { is_full(sign_in_from("DE-BE")); }) == "");
    BOOST_TEST(news([&] { pass_from("US-TX"); }) == "notice.new_region");
    BOOST_TEST(news([&] {
        const auto own = sign_in_from("US-TX").text_at("accessToken");
        is_empty(send(as(own, on(id, POST, "/Change-Password", changed("Engine-No-2")))));
    }) == "notice.password_changed");
    BOOST_TEST(news([&] { is_empty(send(on(id, POST, "/Change-Password", changed("Engine-No-3")))); }) == "notice.password_changed");
    BOOST_TEST(news([&] {
        is_empty(send(resetting()));
        is_empty(send(updating("ada.byron", token(), "Loom-No-77")));
        password = "Loom-No-77";
    }) == "notice.password_reset");
    BOOST_TEST(news(lock) == "notice.account_locked");
    BOOST_TEST(news([&] {
        BOOST_REQUIRE(core.recovery.request_unlock(core.db, of_page(), *realm_now(), "ada.byron"));
        BOOST_REQUIRE(core.recovery.unlock(core.db, of_page(), *realm_now(), last(events::Name::account_unlock_requested).link));
    }) == "notice.account_unlocked");
    lock();
    BOOST_TEST(news([&] { is_empty(send(on(id, POST, "/Set-Login-Locked", "false"))); }) == "notice.account_unlocked");
    BOOST_TEST(news([&] {
        const auto login = core.logins.named(core.db, realm, "ada.byron");
        BOOST_REQUIRE(core.contacts.set_method(core.db, of_page(), *login, users::Method::email));
    }) == "notice.method_changed");
    BOOST_TEST(news([&] { send(on(id, PUT, {}, R"({"emailAddress":"countess@example.com"})")); }) == "notice.contact_changed");
    BOOST_TEST(news([&] { send(on(id, POST, "/action", R"({"actionName":"DisableAccount"})")); }) == "notice.account_inactive");
}

BOOST_AUTO_TEST_CASE(N10_the_owner_of_a_taken_address_hears_of_it_once_a_day) {
    const auto again = [&] { return registering(R"({"account":{"emailAddress":"ada@example.com","userName":"someone"},"password":"Garden-No-3"})"); };
    BOOST_TEST(send(again()).status == 400);
    BOOST_TEST(send(again()).status == 400);
    BOOST_TEST(caused(events::Name::registration_refused) == 1U);
    const auto event = last(events::Name::registration_refused).event_id;  // by which receivers of pushes know it
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'registration.refused' AND event_id = X'" + hex(event.value) + "'") == 1);
    clock.advance(24h + 1s);
    renew_token();
    BOOST_TEST(send(again()).status == 400);
    BOOST_TEST(caused(events::Name::registration_refused) == 2U);
}

// --- Found by attack

BOOST_AUTO_TEST_CASE(RS1_a_link_that_went_to_another_address_is_dead_whenever_it_was_made) {
    is_empty(send(resetting()));
    // As beside a change of the address that was not yet to be seen.
    execute("UPDATE contacts SET value = 'new@example.com', normal = 'new@example.com' WHERE kind = 1");
    names_parameter(send(updating("ada.byron", token(), "Loom-No-77")), "confirmationCode");
    execute("UPDATE contacts SET value = 'ada@example.com', normal = 'ada@example.com' WHERE kind = 1");
    is_empty(send(updating("ada.byron", token(), "Loom-No-77")));
}

BOOST_AUTO_TEST_CASE(OC5_the_code_for_a_new_address_dies_with_a_repair_a_block_and_a_disabled_account) {
    const auto uuid = *parse_uuid(user);
    const auto confirmed = [&](std::string_view code) {
        return core.contacts.confirm(core.db, of_page(), *realm_now(), UserId{uuid}, users::ContactKind::email, code).has_value();
    };
    const auto thief_asks = [&] {
        const auto own = send(signing_in());
        is_full(own);
        BOOST_TEST(send(as(own.text_at("accessToken"), on(id, PUT, {}, R"({"emailAddress":"thief@example.com"})"))).status == 200);
        return std::string(last(events::Name::contact_code_sent).code.reveal());
    };
    const auto repaired = [&] { BOOST_TEST(send(on(id, PUT, {}, R"({"emailAddress":"ada@example.com"})")).status == 200); };
    auto code = thief_asks();
    repaired();
    BOOST_TEST(!confirmed(code));
    code = thief_asks();
    BOOST_TEST(send(on(id, POST, "/Set-Login-Locked", "true")).status == 200);
    BOOST_TEST(send(on(id, POST, "/Set-Login-Locked", "false")).status == 200);
    BOOST_TEST(!confirmed(code));
    repaired();
    code = thief_asks();
    BOOST_TEST(send(on(id, POST, "/action", R"({"actionName":"DisableAccount"})")).status == 200);
    BOOST_TEST(!confirmed(code));
    BOOST_TEST(text_of("SELECT value FROM contacts WHERE kind = 1") == address);
}

BOOST_AUTO_TEST_CASE(OC7_a_shopper_who_names_address_after_address_is_stopped) {
    const auto own = send(signing_in());
    const auto name = [&](const std::string& email) {
        return send(as(own.text_at("accessToken"), on(id, PUT, {}, Json::object({{"emailAddress", email}}).dump()))).status;
    };
    int taken = 0;
    for (int i = 0; i < 20; ++i) taken += name("victim" + std::to_string(i) + "@example.com") == 200;
    BOOST_TEST(taken == 12);
    BOOST_TEST(caused(events::Name::contact_code_sent) == 12U);
    BOOST_TEST(name("victim11@example.com") == 200);  // what it is already sends nothing
    clock.advance(60s);
    BOOST_TEST(name("victim30@example.com") == 200);
}

BOOST_AUTO_TEST_CASE(P8_who_is_not_locked_gets_no_link_and_is_not_told_of_a_lock) {
    BOOST_TEST(core.recovery.request_unlock(core.db, of_page(), *realm_now(), "ada.byron").has_value());
    BOOST_TEST(caused(events::Name::account_unlock_requested) == 0U);
    for (int i = 0; i < 10; ++i) wrong_password();
    BOOST_TEST(core.recovery.request_unlock(core.db, of_page(), *realm_now(), "ada.byron").has_value());
    const auto secret = last(events::Name::account_unlock_requested).link;
    BOOST_TEST(send(on(id, POST, "/Set-Login-Locked", "false")).status == 200);  // an operator is faster
    const auto told = events_of("account.unlocked");
    BOOST_TEST(!core.recovery.unlock(core.db, of_page(), *realm_now(), secret));
    BOOST_TEST(events_of("account.unlocked") == told);
}

BOOST_AUTO_TEST_CASE(N10_of_a_taken_user_name_nobody_is_told) {
    BOOST_TEST(send(registering(R"({"account":{"emailAddress":"other@example.com","userName":"ada.byron"},"password":"Garden-No-3"})")).status == 400);
    BOOST_TEST(caused(events::Name::registration_refused) == 0U);
}

BOOST_AUTO_TEST_CASE(EN1_two_names_of_one_mailbox_do_not_betray_each_other_by_a_spent_budget) {
    for (int i = 0; i < 12; ++i) is_empty(send(resetting()));
    const auto sent = caused(events::Name::password_reset_sent);
    const auto by_name = request(POST, accounts_path + "/Reset-Password", R"({"userName":"ada.byron"})");
    const auto live = token();
    is_empty(send(by_name));
    BOOST_TEST(caused(events::Name::password_reset_sent) == sent);
    BOOST_TEST(send(resetting()).status == 429);
    is_empty(send(updating("ada.byron", live, "Loom-No-77")));  // what sent nothing replaced nothing
}

BOOST_AUTO_TEST_SUITE_END()
