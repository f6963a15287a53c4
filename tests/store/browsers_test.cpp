// SPDX-License-Identifier: MIT
// Browsers at our own pages: known by our device token alone (X6; W18, docs/pages.md), trusted for trust.days, and what a wrong code
// is told there (P2, P4, docs/pages.md).
#include "store/browser.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Known : Browsers {
    std::string device_of(const Result<sign_in::SignedIn>& in) { return in && in->device ? std::string(in->device->reveal()) : "none"; }
    std::string begins(const std::string& device = {}) {
        const auto in = enter(device);
        return !in ? std::string(name(in.error().why)) : in->pending() ? std::string(tickets::name(in->issued.ticket.owes)) : "in";
    }
    std::vector<devices::Device> trusted() { return core.devices.trusted(core.db, page(), realm()->settings, user); }
    // A browser that showed ann's app and asked to be trusted.
    std::string trusting(const std::string& device = {}) {
        return device_of(step(expect(enter(device)).issued.ticket, next_app_code(), device, true));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(browsers_store, Known)

BOOST_AUTO_TEST_CASE(W18_the_first_sign_in_asks_the_same_browser_does_not_and_another_does) {
    set("second_step.on_fingerprint", "on");
    const auto first = expect(enter());
    BOOST_TEST(first.pending());
    const auto device = device_of(step_by_mail(first.issued.ticket));
    BOOST_TEST(device != "none");
    BOOST_TEST(begins(device) == "in");
    BOOST_TEST(begins() == "email");
    BOOST_TEST(begins("forged") == "email");
    BOOST_TEST(events("signin.new_device", "browser") == 1);
    // A browser that is known is not new when it shows a code again.
    set("second_step.always", "on");
    const auto again = device_of(step_by_mail(expect(enter(device)).issued.ticket, device));
    BOOST_TEST(again != "none");
    BOOST_TEST(events("signin.new_device") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM devices") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM devices WHERE fingerprint IS NULL AND stepped = 1 AND browser = 'Mozilla/5.0'") == 1);
}

BOOST_AUTO_TEST_CASE(W18_a_fingerprint_that_a_browser_claims_says_nothing) {
    set("second_step.on_fingerprint", "on");
    const auto now = context();
    core.db.transact([&](db::Tx& tx) {
        return core.devices.record(tx, now, realms::Settings{}, user, core.devices.print(now, user, "the phone"));
    });
    const auto in = expect(core.sign_in.by_password(core.db, page(), *realm(), {.name = "ann", .password = Secret(right_password), .account = {}, .wishes = {},
                                                                               .evidence = {.fingerprint = "the phone"}}));
    BOOST_TEST(in.pending());
    BOOST_TEST(in.issued.ticket.fingerprint.empty());
}

BOOST_AUTO_TEST_CASE(W18_the_device_of_one_user_is_none_of_another) {
    set("second_step.on_fingerprint", "on");
    customer("bob");
    const auto device = device_of(step_by_mail(expect(enter()).issued.ticket));
    const auto bob = core.sign_in.by_password(core.db, page(), *realm(), {.name = "bob", .password = Secret(right_password), .account = {}, .wishes = {},
                                                                         .evidence = {.token = device}});
    BOOST_TEST(expect(bob).pending());
}

BOOST_AUTO_TEST_CASE(W18_a_browser_that_lifted_a_lock_is_not_known_until_a_code_was_entered_there) {
    set("second_step.on_fingerprint", "on");
    const auto now = page();
    const auto shop = realm();
    const auto lifted = core.db.transact([&](db::Tx& tx) { return core.devices.record(tx, now, shop->settings, user, {}); });
    const auto token = std::string(core.devices.token(now, realm()->settings, user, lifted.id).reveal());
    BOOST_TEST(begins(token) == "email");
    const auto device = device_of(step_by_mail(expect(enter(token)).issued.ticket, token));
    BOOST_TEST(begins(device) == "in");
    BOOST_TEST(events("signin.new_device") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM devices") == 1);
}

BOOST_AUTO_TEST_CASE(a_region_is_known_beside_the_browsers_own_token_only_X6) {
    set("second_step.on_region", "on");
    const auto from = [&](const std::string& region, const std::string& device) {
        return expect(core.sign_in.by_password(core.db, page(), *realm(), {.name = "ann", .password = Secret(right_password), .account = {}, .wishes = {},
                                                                          .evidence = {.region = region, .token = device}}));
    };
    const auto device = device_of(step_by_mail(from("DE-BE", "").issued.ticket));
    BOOST_TEST(!from("DE-BE", device).pending());
    BOOST_TEST(from("DE-BE", "").pending());
    BOOST_TEST(from("FR-75", device).pending());
}

BOOST_AUTO_TEST_CASE(trust_spares_a_browser_its_second_step_for_as_long_as_the_shop_allows) {
    turn_on(expect(session(expect(enter()).issued.cookie)));
    BOOST_TEST(begins(trusting()) == "app");  // trust.days is 0
    BOOST_TEST(events("trust.added") == 0);
    set("trust.days", "7");
    const auto device = trusting();
    BOOST_TEST(events("trust.added", "trusted") == 1);
    BOOST_TEST(begins(device) == "in");
    BOOST_TEST(events("signin.success", "trusted") == 1);
    BOOST_TEST(begins() == "app");
    const auto in = expect(enter(device));
    BOOST_TEST(!customers::fresh(in.issued.ticket, login(), clock.now(), 300s));  // it has not shown the app: RS6 asks
    BOOST_REQUIRE(trusted().size() == 1u);
    BOOST_TEST(trusted()[0].browser == "Mozilla/5.0");
    clock.advance(std::chrono::days(7) - 2s);
    BOOST_TEST(begins(device) == "in");
    clock.advance(2s);
    BOOST_TEST(begins(device) == "app");
    BOOST_TEST(trusted().empty());
}

BOOST_AUTO_TEST_CASE(trust_that_lasts_longer_than_the_setting_allows_now_is_none) {
    turn_on(expect(session(expect(enter()).issued.cookie)));
    set("trust.days", "30");
    const auto device = trusting();
    set("trust.days", "7");
    BOOST_TEST(begins(device) == "app");
    BOOST_TEST(trusted().empty());
    set("trust.days", "0");
    const auto shop = realm();
    BOOST_TEST(statements([&] { BOOST_TEST(core.devices.trusted(core.db, page(), shop->settings, user).empty()); }) == 0u);
    BOOST_TEST(begins(device) == "app");
}

BOOST_AUTO_TEST_CASE(trust_is_asked_for_and_a_recovery_code_gives_none_RC6) {
    const auto begun = expect(session(expect(enter()).issued.cookie));
    turn_on(begun);
    set("trust.days", "7");
    const auto device = device_of(step(expect(enter()).issued.ticket, next_app_code()));
    BOOST_TEST(begins(device) == "app");
    const auto by_recovery = device_of(step(expect(enter()).issued.ticket, std::string(recovery[0].reveal()), {}, true));
    BOOST_TEST(begins(by_recovery) == "app");
    BOOST_TEST(events("trust.added") == 0);
    // Asked for later, by the same browser; and kept when it is not asked for again.
    BOOST_TEST(trusting(device) != "none");
    BOOST_TEST(begins(device) == "in");
}

BOOST_AUTO_TEST_CASE(no_browser_is_trusted_at_the_desk) {
    turn_on(expect(session(expect(enter()).issued.cookie)));
    set("trust.days", "7");
    const auto device = trusting();
    const auto at_desk = expect(enter(device, Door::desk));
    BOOST_TEST(at_desk.pending());
    BOOST_TEST(step(at_desk.issued.ticket, next_app_code(), {}, true).has_value());
    BOOST_TEST(events("trust.added") == 1);
}

BOOST_AUTO_TEST_CASE(trust_spares_a_step_by_mail_too_and_after_a_code_to_sign_in) {
    set("trust.days", "7");
    set("signin.email_code", "on");
    set("second_step.always", "on");
    const auto device = device_of(step_by_mail(expect(enter()).issued.ticket, {}, true));
    BOOST_TEST(begins(device) == "in");
    BOOST_TEST(begins() == "email");
}

BOOST_AUTO_TEST_CASE(RS7_a_factor_turned_on_ends_trust_and_so_does_its_owner_once) {
    const auto begun = turn_on(expect(session(expect(enter()).issued.cookie)));
    set("trust.days", "7");
    const auto device = trusting();
    const auto ticket = expect(session(expect(enter(device)).issued.cookie));
    const auto id = core.devices.named(page(), user, device).value();
    const auto told = race([&](Core& with, unsigned) { return why(with.two_step.end_trust(with.db, page(), ticket, id)); });
    BOOST_TEST(std::ranges::count(told, "granted") == 1);
    BOOST_TEST(std::ranges::count(told, "unknown_item") == 15);
    BOOST_TEST(events("trust.removed", "ended") == 1);
    BOOST_TEST(begins(device) == "app");
    const auto again = trusting(device);
    BOOST_TEST(begins(again) == "in");
    clock.advance(30s);
    turn_on(expect(session(expect(step(expect(enter()).issued.ticket, app_code())).issued.cookie)));  // to another app
    BOOST_TEST(begins(again) == "app");
    BOOST_TEST(events("trust.removed", "two_step") == 1);
}

// --- What a wrong code is told

BOOST_AUTO_TEST_CASE(P2_a_wrong_code_of_the_app_says_why) {
    turn_on(expect(session(expect(enter()).issued.cookie)));
    const auto fresh = [&] { return expect(enter()).issued.ticket; };
    auto pending = fresh();
    BOOST_TEST(told(step(pending, app_code())) == "replayed");  // the one that turned it on (TO4)
    clock.advance(30s);
    BOOST_TEST(told(step(pending, wrong_app_code())) == "wrong");
    BOOST_TEST(told(step(pending, app_code(4))) == "drift");
    BOOST_TEST(told(step(pending, "12345")) == "malformed");
    BOOST_TEST(told(step(pending, "AAAA-AAAA-AAAA-AAAA")) == "wrong");
    BOOST_TEST(told(step(pending, wrong_app_code())) == "wrong");
    BOOST_TEST(told(step(pending, wrong_app_code())) == "ended");  // the fifth that was charged (TK7)
    BOOST_TEST(events("2fa.exhausted") == 1);
    BOOST_TEST(told(step(pending, app_code())) == "ended");
    pending = fresh();
    for (int i = 0; i < 4; ++i) BOOST_TEST(told(step(pending, wrong_app_code())) == "wrong");
    const auto tenth = step(fresh(), wrong_app_code());
    BOOST_TEST(told(tenth) == "paused");
    BOOST_TEST((tenth.error().retry_after == 15min));
    clock.advance(5min);
    const auto right = step(fresh(), app_code());
    BOOST_TEST(told(right) == "paused");
    BOOST_TEST((right.error().retry_after == 10min));
    change("UPDATE totp_authenticators SET failed = 99, paused_until = NULL");
    BOOST_TEST(told(step(fresh(), wrong_app_code())) == "blocked");
    BOOST_TEST(told(step(fresh(), app_code())) == "blocked");
}

BOOST_AUTO_TEST_CASE(P4_a_wrong_code_that_was_sent_says_why) {
    set("second_step.always", "on");
    const auto pending = expect(enter()).issued.ticket;
    const auto id = codes::on_ticket(pending.id);
    const auto state = [&] { return core.codes.state(core.db, realm_no(), id); };
    BOOST_TEST(!state());
    BOOST_TEST(told(step(pending, "123456")) == "expired");  // there is none yet
    expect(ask_code(pending));
    const auto first = sent_code();
    clock.advance(30s);
    expect(ask_code(pending));
    const auto second = sent_code();
    BOOST_REQUIRE(first != second);
    BOOST_REQUIRE(state());
    BOOST_TEST((state()->sent_at == clock.now()));
    BOOST_TEST((state()->dead_at == clock.now() + 180s));
    BOOST_TEST(state()->tries_left == 3u);
    BOOST_TEST(state()->destination == "ann@shop.example");
    BOOST_TEST(told(step(pending, first)) == "newer");
    BOOST_TEST(state()->tries_left == 2u);
    BOOST_TEST(told(step(pending, other(second))) == "wrong");
    BOOST_TEST(told(step(pending, other(second))) == "spent");
    BOOST_TEST(state()->tries_left == 0u);
    BOOST_TEST(told(step(pending, second)) == "spent");
    expect(ask_code(pending));
    clock.advance(180s);
    BOOST_TEST(told(step(pending, sent_code())) == "expired");
    // The third code that dies of wrong tries ends the sign-in (TK7).
    std::string last;
    for (int code = 0; code < 2; ++code) {
        expect(ask_code(pending));
        for (int i = 0; i < 3; ++i) last = told(step(pending, other(sent_code())));
    }
    BOOST_TEST(last == "ended");
}

BOOST_AUTO_TEST_CASE(P4_fifteen_wrong_ones_in_a_day_close_the_second_step_OC8) {
    set("second_step.always", "on");
    for (int i = 0; i < 15; ++i) {
        const auto pending = expect(enter()).issued.ticket;
        expect(ask_code(pending));
        BOOST_TEST(told(step(pending, other(sent_code()))) == "wrong");
        clock.advance(1min);  // OC7
    }
    const auto pending = expect(enter()).issued.ticket;
    expect(ask_code(pending));
    BOOST_TEST(told(step(pending, sent_code())) == "closed");
}

BOOST_AUTO_TEST_CASE(P5_known_and_unknown_names_are_told_the_same_of_a_code_to_sign_in_EN1) {
    set("signin.email_code", "on");
    const auto tries = [&](const std::string& name) {
        std::string all;
        const auto shows = [&] {
            const auto tried = core.sign_in.by_code(core.db, page(), *realm(), {.name = name, .code = Secret(std::string_view("123456"))});
            all += told(tried) + " ";
        };
        shows();
        expect(core.sign_in.request_code(core.db, page(), *realm(), {.name = name}));
        for (int i = 0; i < 4; ++i) shows();
        expect(core.sign_in.request_code(core.db, page(), *realm(), {.name = name}));
        clock.advance(3min);
        shows();
        return all;
    };
    const auto known = tries("ann@shop.example");
    BOOST_TEST(known == "expired wrong wrong spent spent expired ");
    BOOST_TEST(tries("nobody@shop.example") == known);
}

// --- The app, turned on and off by its owner

BOOST_AUTO_TEST_CASE(P13_the_session_that_turned_the_app_on_goes_on_with_the_app_shown) {
    const auto cookie = expect(enter()).issued.cookie;
    const auto on = turn_on(expect(session(cookie)));
    BOOST_REQUIRE(on.issued);
    BOOST_TEST(opens(cookie) == "ticket_invalid");
    const auto after = expect(session(on.issued->cookie));
    BOOST_TEST((after.app_at == clock.now()));
    BOOST_TEST(!after.used_recovery);
    BOOST_TEST(customers::fresh(after, login(), clock.now(), 300s));
    // An application's session keeps its tokens.
    clock.advance(30s);
    const auto by_api = expect(core.sign_in.second_step(core.db, context(), *realm(), {.claims = as_read(expect(sign_in("ann")).issued.ticket)}, Secret(app_code())));
    clock.advance(30s);
    BOOST_TEST(!turn_on(by_api.issued.ticket).issued);
    BOOST_TEST(check(by_api.issued.access) == "granted");
}

BOOST_AUTO_TEST_CASE(P11_a_wrong_first_code_says_why_and_changes_nothing) {
    const auto ticket = expect(session(expect(enter()).issued.cookie));
    set("stepup.window", "3600");
    expect(core.two_step.begin(core.db, page(), *realm(), ticket));
    app = core.totp.setup(core.db, page(), user).secret;
    const auto shows = [&](const std::string& code) {
        const auto on = core.two_step.activate(core.db, page(), *realm(), ticket, code);
        return on ? "granted" : on.error().why == Why::code_wrong ? on.error().text : std::string(name(on.error().why));
    };
    BOOST_TEST(shows(wrong_app_code()) == "wrong");
    BOOST_TEST(shows(app_code(3)) == "drift");
    BOOST_TEST(shows("12 34") == "malformed");
    BOOST_TEST(events("2fa.failure") == 3);
    BOOST_TEST(!core.totp.state(core.db, realm_no(), user));
    clock.advance(10min);
    BOOST_TEST(shows(app_code()) == "link_dead");
}

BOOST_AUTO_TEST_CASE(P15_a_wrong_code_says_why_RC4) {
    const auto ticket = turn_on(expect(session(expect(enter()).issued.cookie))).issued->ticket;
    const auto shows = [&](const std::string& code) {
        const auto made = core.two_step.new_codes(core.db, page(), *realm(), ticket, Secret(right_password), code);
        return made ? "granted" : made.error().why == Why::code_wrong ? made.error().text : std::string(name(made.error().why));
    };
    BOOST_TEST(shows(app_code()) == "replayed");
    BOOST_TEST(shows(std::string(recovery[0].reveal())) == "malformed");
    for (int i = 0; i < 9; ++i) BOOST_TEST(shows(wrong_app_code()) == "wrong");
    BOOST_TEST(shows(wrong_app_code()) == "paused");
    clock.advance(1min);
    const auto paused = core.two_step.new_codes(core.db, page(), *realm(), ticket, Secret(right_password), app_code());
    BOOST_TEST((paused.error().retry_after == 14min));
    clock.advance(14min);
    BOOST_TEST(shows(app_code()) == "granted");
}

BOOST_AUTO_TEST_CASE(X8_policy_standard_asks_the_apps_code_beside_the_password) {
    const auto ticket = turn_on(expect(session(expect(enter()).issued.cookie))).issued->ticket;
    set("policy", "standard");
    clock.advance(10min);
    const auto off = [&](const std::string& password, const std::string& code) {
        const auto done = core.two_step.turn_off(core.db, page(), *realm(), ticket, Secret(std::string_view(password)), code);
        return done ? "granted" : done.error().why == Why::code_wrong ? done.error().text : std::string(name(done.error().why));
    };
    BOOST_TEST(off(right_password, "") == "step_up_required");
    BOOST_TEST(off("wrong horse 2", app_code()) == "password_wrong");
    BOOST_TEST(off(right_password, wrong_app_code()) == "wrong");
    BOOST_TEST(core.totp.state(core.db, realm_no(), user).has_value());
    BOOST_TEST(off(right_password, app_code()) == "granted");
    BOOST_TEST(off(right_password, app_code()) == "unknown_item");
    BOOST_TEST(events("2fa.disabled") == 1);
}

BOOST_AUTO_TEST_CASE(X8_policy_documented_is_content_with_the_password) {
    const auto ticket = turn_on(expect(session(expect(enter()).issued.cookie))).issued->ticket;
    clock.advance(10min);
    BOOST_TEST(why(core.two_step.turn_off(core.db, page(), *realm(), ticket, Secret(right_password))) == "granted");
    BOOST_TEST(!core.two_step.ended_by_shop(core.db, realm_no(), user));  // B4 is about the shop's doing
}

BOOST_AUTO_TEST_CASE(B4_what_the_shop_turned_off_is_told_until_it_is_dismissed_or_one_is_on_again) {
    turn_on(expect(session(expect(enter()).issued.cookie)));
    const auto ended = [&] { return core.two_step.ended_by_shop(core.db, realm_no(), user); };
    expect(core.two_step.turn_off_for(core.db, context(), login(), "operator", "phone lost"));
    const auto when = clock.now();
    clock.advance(1h);
    BOOST_TEST((ended() == when));
    core.two_step.dismiss_ended(core.db, page(), user);
    BOOST_TEST(!ended());
    turn_on(expect(session(expect(enter()).issued.cookie)));
    BOOST_TEST(!ended());
    expect(core.two_step.turn_off_for(core.db, context(), login(), "operator", "phone lost"));
    BOOST_TEST(ended().has_value());
    turn_on(expect(session(expect(enter()).issued.cookie)));
    BOOST_TEST(!ended());
}

// --- A new address

BOOST_AUTO_TEST_CASE(P18_a_code_that_strangers_have_spent_is_sent_again_to_the_address_that_waits) {
    const auto resend = [&] { return core.contacts.resend(core.db, page(), *realm(), login(), users::ContactKind::email); };
    const auto confirm = [&](const std::string& code) { return why(core.contacts.confirm(core.db, page(), *realm(), user, users::ContactKind::email, code)); };
    BOOST_TEST(why(resend()) == "unknown_item");
    expect(core.contacts.request(core.db, page(), *realm(), login(), users::ContactKind::email, "new@shop.example"));
    for (int i = 0; i < 3; ++i) BOOST_TEST(confirm(other(sent_code())) == "code_wrong");
    BOOST_TEST(confirm(sent_code()) == "code_wrong");
    expect(resend());
    BOOST_TEST(sent().destination == "new@shop.example");
    BOOST_TEST(confirm(sent_code()) == "granted");
    BOOST_TEST(login().email->value == "new@shop.example");
    BOOST_TEST(why(resend()) == "unknown_item");
    expect(core.contacts.request(core.db, page(), *realm(), login(), users::ContactKind::email, "newer@shop.example"));
    std::string last = "granted";
    for (int i = 0; i < 12 && last == "granted"; ++i) last = why(resend());
    BOOST_TEST(last == "throttled");  // OC7
}

BOOST_AUTO_TEST_SUITE_END()
