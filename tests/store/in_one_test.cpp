// SPDX-License-Identifier: MIT
// Password and one-time password in one request against the database (docs/freshcom.md): the order of what is looked at, codes
// counted and used once, equal answers at equal cost, and the tickets that come of it. Two hosts: galera_codes_test.cpp.
#include "store/shop.h"

#include <algorithm>

using namespace authtickets;
using namespace authtickets::test;
using tickets::Factor;

namespace {

const std::string anns_email = "ann@shop.example", anns_phone = "+16045550142";

struct InOne : Shop {
    sign_in::SignedIn ann = customer("ann");
    UserId user = ann.account.user;

    Context at_door() {
        auto out = context();
        out.door = Door::freshcom;
        out.application = {};
        return out;
    }
    Context from_browser_at_door() {
        auto out = from_browser();
        out.door = Door::freshcom;
        out.application = {};
        return out;
    }
    using Outcome = Result<std::variant<tickets::Issued, sign_in::CodeOwed>>;
    Outcome enter(Core& with, const Context& context, const std::string& name, const std::string& password, const std::optional<std::string>& code) {
        sign_in::InOne wanted{.name = name, .password = Secret(std::string_view(password))};
        if (code) wanted.code = Secret(std::string_view(*code));
        return with.sign_in.by_password_and_code(with.db, context, *with.realms.get(with.db, clock.now(), realm_no()), wanted);
    }
    Outcome enter(const std::optional<std::string>& code = {}, const std::string& password = right_password) {
        return enter(core, at_door(), "ann", password, code);
    }
    static std::string told(const Outcome& outcome) {
        if (!outcome) return why(outcome);
        if (const auto* owed = std::get_if<sign_in::CodeOwed>(&*outcome)) return "owes " + std::string(name(owed->factor));
        return "granted";
    }
    std::string told(const std::optional<std::string>& code = {}, const std::string& password = right_password) { return told(enter(code, password)); }
    tickets::Issued granted(const std::optional<std::string>& code = {}) { return std::get<tickets::Issued>(expect(enter(code))); }

    std::string whose(const UserId& id) const { return "X'" + hex(id.value) + "'"; }
    void has_phone(const UserId& id, const std::string& number) {
        change("INSERT INTO contacts VALUES (" + std::to_string(realm_no().value) + ", " + whose(id) + ", 2, '" + number + "', '" + number + "', '" +
               sql_text(clock.now()) + "', '" + sql_text(clock.now()) + "', '" + sql_text(clock.now()) + "')");
    }
    void takes(users::Method method, const UserId& id) { change("UPDATE users SET method = " + std::to_string(static_cast<int>(method)) + " WHERE user_id = " + whose(id)); }
    void takes_sms() {
        has_phone(user, anns_phone);
        takes(users::Method::sms, user);
    }
    void is_staff(const UserId& id, users::Role role = users::Role::administrator) {
        change("DELETE FROM memberships WHERE user_id = " + whose(id));
        change("UPDATE users SET role = " + std::to_string(static_cast<int>(role)) + " WHERE user_id = " + whose(id));
    }
    // Each time another app; the code that turned it on is past.
    Secret has_app() {
        auto made = core.totp.setup(core.db, context(), user);
        const auto now = context();
        const auto code = std::string(totp::code_at(made.secret, totp::step_of(clock.now())).reveal());
        BOOST_REQUIRE(core.db.transact([&](db::Tx& tx) { return core.totp.activate(tx, now, realms::Settings{}, user, code); }).on);
        clock.advance(30s);
        return std::move(made.secret);
    }
    std::string code_now(const Secret& app) { return std::string(totp::code_at(app, totp::step_of(clock.now())).reveal()); }
    // What the worker would send, the last of it.
    std::optional<outbox::Cause> sent(events::Name event = events::Name::second_step_code_sent) {
        std::optional<outbox::Cause> found;
        for (const auto& taken : core.outbox.due(core.db, clock.now() + 1h, 1000)) {
            auto cause = core.outbox.open(taken);
            if (cause && cause->event == event && !cause->decoy) found = std::move(*cause);
        }
        return found;
    }
    std::int64_t causes() { return number("SELECT COUNT(*) FROM outbox"); }
    // Asks without a code, and gives the one that went out.
    std::string asked() {
        clock.advance(1ms);
        BOOST_TEST(told().starts_with("owes "));
        return std::string(sent().value().code.reveal());
    }
    static std::string other(std::string code) {
        code[5] = code[5] == '0' ? '1' : '0';
        return code;
    }
    std::int64_t tries() { return number("SELECT tries FROM codes"); }
    std::string check_at_door(const Secret& access) { return why(core.tickets.check(core.db, at_door(), access.reveal())); }
    Result<tickets::Issued> refresh_at_door(const Secret& token) { return refresh(core, at_door(), token); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(in_one, InOne)

// --- Where nothing is owed

BOOST_AUTO_TEST_CASE(who_owes_nothing_gets_a_ticket_whatever_code_came_FC53) {
    for (const std::optional<std::string>& code : {std::optional<std::string>{}, {"123456"}, {""}, {"no code"}}) BOOST_TEST(told(code) == "granted");
    BOOST_TEST(number("SELECT COUNT(*) FROM codes") == 0);
    BOOST_TEST(events("signin.success") == 1 + 4);
    BOOST_TEST(number("SELECT last_login_at IS NOT NULL FROM logins") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE door = 5 AND state = 1") == 4);
}

BOOST_AUTO_TEST_CASE(TK2_an_access_token_lives_an_hour_and_the_refresh_token_as_long_as_the_session) {
    auto issued = granted();
    BOOST_TEST((issued.access_expires_at == clock.now() + 3600s));
    BOOST_TEST((issued.refresh_expires_at == clock.now() + 30 * 24h));
    clock.advance(3600s - 1ms);
    BOOST_TEST(check_at_door(issued.access) == "granted");
    clock.advance(1ms);
    BOOST_TEST(check_at_door(issued.access) == "ticket_invalid");
    clock.advance(29 * 24h);  // it may rest so long
    issued = expect(refresh_at_door(issued.refresh));
    BOOST_TEST((issued.access_expires_at == clock.now() + 3600s));
    clock.advance(23h - 1s);  // and no longer than the session, however often it was refreshed
    BOOST_TEST(refresh_at_door(issued.refresh).has_value());
    clock.advance(1s);
    BOOST_TEST(why(refresh_at_door(issued.refresh)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(TK2_with_the_standard_policy_who_has_a_second_factor_rests_an_hour_and_lives_a_day) {
    set("policy", "standard");
    auto plain = granted();
    BOOST_TEST((plain.refresh_expires_at == clock.now() + 30 * 24h));
    takes_sms();
    const auto code = asked();
    const auto issued = granted(code);
    BOOST_TEST((issued.access_expires_at == clock.now() + 3600s));
    BOOST_TEST((issued.refresh_expires_at == clock.now() + 3600s));
    BOOST_TEST((issued.ticket.lifetimes.ends_at == clock.now() + 24h));
}

BOOST_AUTO_TEST_CASE(TK4_a_refresh_rotates_and_an_old_one_ends_the_session) {
    const auto first = granted();
    const auto second = expect(refresh_at_door(first.refresh));
    BOOST_TEST(refresh_at_door(first.refresh).has_value());  // TK5: a lost answer, once more
    clock.advance(11s);
    BOOST_TEST(why(refresh_at_door(first.refresh)) == "unknown_item");
    BOOST_TEST(check_at_door(second.access) == "ticket_invalid");
    BOOST_TEST(events("refresh.reuse") == 1);
}

BOOST_AUTO_TEST_CASE(a_ticket_of_this_door_opens_no_other_and_none_of_another_opens_it) {
    const auto issued = granted();
    BOOST_TEST(check(issued.access) == "ticket_invalid");
    BOOST_TEST(why(refresh(issued.refresh)) == "unknown_item");
    BOOST_TEST(check_at_door(ann.issued.access) == "ticket_invalid");
    BOOST_TEST(why(refresh_at_door(ann.issued.refresh)) == "unknown_item");
}

// --- The three steps

BOOST_AUTO_TEST_CASE(the_attempt_without_a_code_makes_one_and_the_next_with_it_is_let_in_FC60_FC61) {
    takes_sms();
    BOOST_TEST(told() == "owes sms");
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE door = 5") == 0);  // nothing waits between the two
    const auto cause = sent().value();
    BOOST_TEST(cause.destination == anns_phone);
    BOOST_TEST((cause.channel == outbox::Channel::sms));
    BOOST_TEST((cause.expires_at == clock.now() + 300s));
    BOOST_TEST(core.codes.alive(core.db, realm_no(), cause.code_id, cause.code_hash, clock.now()));  // as the worker asks
    BOOST_TEST(events("signin.pending", "method") == 1);
    BOOST_TEST(events("2fa.code_sent") == 1);
    BOOST_TEST(number("SELECT last_login_at IS NULL OR last_login_at < '" + sql_text(clock.now() + 1ms) + "' FROM logins") == 1);
    clock.advance(1s);
    const auto issued = granted(std::string(cause.code.reveal()));
    BOOST_TEST((issued.ticket.password_at == clock.now() && issued.ticket.sms_at == clock.now() && !issued.ticket.email_at));
    BOOST_TEST(check_at_door(issued.access) == "granted");
    BOOST_TEST(events("2fa.success") == 1);
    BOOST_TEST(number("SELECT last_login_at = '" + sql_text(clock.now()) + "' FROM logins") == 1);
    BOOST_TEST(number("SELECT last_second_step_at = '" + sql_text(clock.now()) + "' FROM users") == 1);
    BOOST_TEST(told(std::string(cause.code.reveal())) == "owes sms");  // once
}

BOOST_AUTO_TEST_CASE(by_mail_the_same_and_the_address_is_verified_by_it_OC9) {
    takes(users::Method::email, user);
    const auto code = asked();
    BOOST_TEST(sent().value().destination == anns_email);
    const auto issued = granted(code);
    BOOST_TEST((issued.ticket.email_at == clock.now() && !issued.ticket.sms_at));
    BOOST_TEST(number("SELECT COUNT(*) FROM contacts WHERE kind = 1 AND verified_at IS NOT NULL") == 1);
    BOOST_TEST(events("contact.verified") == 1);
}

BOOST_AUTO_TEST_CASE(a_wrong_password_is_refused_before_any_code_is_looked_at_FC59) {
    takes_sms();
    const auto code = asked();
    const auto before = causes();
    for (const auto& typed : {code, other(code), std::string("nonsense")}) BOOST_TEST(told(typed, "wrong horse 2") == "credentials_wrong");
    BOOST_TEST(told({}, "wrong horse 2") == "credentials_wrong");
    BOOST_TEST(tries() == 0);
    BOOST_TEST(causes() == before);
    BOOST_TEST(told(code) == "granted");
}

BOOST_AUTO_TEST_CASE(a_wrong_code_makes_no_new_one_and_the_earlier_stays_good_FC61) {
    takes_sms();
    const auto code = asked();
    const auto before = causes();
    for (const auto& typed : {other(code), std::string("12345"), std::string("no code"), std::string("0000000")}) BOOST_TEST(told(typed) == "owes sms");
    BOOST_TEST(tries() == 4);  // OC3: what is no six digits counts too
    BOOST_TEST(causes() == before);
    BOOST_TEST(events("2fa.failure", "wrong") == 4);
    BOOST_TEST(number("SELECT failed FROM logins") == 0);  // the password was right
    BOOST_TEST(told(code.substr(0, 3) + " " + code.substr(3)) == "granted");
}

BOOST_AUTO_TEST_CASE(OC3_five_wrong_ones_end_the_code_and_an_attempt_without_one_makes_another_FC62) {
    takes_sms();
    auto code = asked();
    for (int i = 0; i < 5; ++i) BOOST_TEST(told(other(code)) == "owes sms");
    BOOST_TEST(told(code) == "owes sms");
    BOOST_TEST(events("2fa.failure", "spent") == 1);
    code = asked();
    BOOST_TEST(told(code) == "granted");
}

BOOST_AUTO_TEST_CASE(OC2_a_code_is_good_for_300_seconds_FC61) {
    set("code.life", "60");  // which is of other doors
    takes_sms();
    auto code = asked();
    clock.advance(300s - 1ms);
    BOOST_TEST(told(code) == "granted");
    code = asked();
    clock.advance(300s);
    BOOST_TEST(told(code) == "owes sms");
}

BOOST_AUTO_TEST_CASE(OC5_a_newer_code_ends_the_older_FC61) {
    takes_sms();
    const auto older = asked(), newer = asked();
    if (older != newer) BOOST_TEST(told(older) == "owes sms");
    BOOST_TEST(told(newer) == "granted");
}

BOOST_AUTO_TEST_CASE(OC5_what_ends_the_tickets_ends_the_code_and_so_does_another_number_or_method) {
    takes_sms();
    auto code = asked();
    change("UPDATE users SET epoch = epoch + 1");
    BOOST_TEST(told(code) == "owes sms");
    code = asked();
    change("UPDATE contacts SET value = '+16045550143', normal = '+16045550143' WHERE kind = 2");
    BOOST_TEST(told(code) == "owes sms");
    code = asked();
    takes(users::Method::email, user);
    BOOST_TEST(told(code) == "owes email");  // it went another way
    code = asked();
    BOOST_TEST(told(code) == "granted");
}

BOOST_AUTO_TEST_CASE(OC5_a_code_of_another_purpose_or_user_is_none) {
    set("signin.email_code", "on");
    takes(users::Method::email, user);
    const auto bob = customer("bob").account.user;
    takes(users::Method::email, bob);
    clock.advance(1s);
    expect(core.sign_in.request_code(core.db, context(), *realm(), {.name = "ann"}));
    const auto to_sign_in = std::string(sent(events::Name::signin_code_sent).value().code.reveal());
    const auto code = asked();
    if (to_sign_in != code) BOOST_TEST(told(to_sign_in) == "owes email");
    BOOST_TEST(told(enter(core, at_door(), "bob", right_password, code)) == "owes email");
    BOOST_TEST(why(core.sign_in.by_code(core.db, context(), *realm(), {.name = "ann", .code = Secret(std::string_view(code))})) == "code_wrong");
    BOOST_TEST(told(code) == "granted");
}

BOOST_AUTO_TEST_CASE(OC8_wrong_codes_add_up_over_codes_and_then_the_way_is_closed_for_a_day) {
    takes_sms();
    for (int round = 0; round < 3; ++round) {
        const auto code = asked();
        for (int i = 0; i < 5; ++i) told(other(code));
    }
    const auto code = asked();
    BOOST_TEST(told(code) == "owes sms");
    BOOST_TEST(events("2fa.failure", "closed") == 1);
    const auto cause = sent().value();
    BOOST_TEST(!core.codes.alive(core.db, realm_no(), cause.code_id, cause.code_hash, clock.now()));  // so the worker sends none
    clock.advance(24h);
    BOOST_TEST(told(asked()) == "granted");
}

BOOST_AUTO_TEST_CASE(OC7_beyond_the_budget_the_answer_is_the_same_nothing_is_sent_and_the_code_before_stays_good_FC63) {
    takes_sms();
    std::string code;
    for (int i = 0; i < 10; ++i) code = asked();
    const auto before = causes();
    BOOST_TEST(told() == "owes sms");
    BOOST_TEST(causes() == before);
    BOOST_TEST(events("2fa.code_sent", "budget") == 1);
    BOOST_TEST(told(code) == "granted");
}

BOOST_AUTO_TEST_CASE(who_has_no_address_is_sent_nothing_and_told_the_same) {
    set("second_step.always", "on");
    change("DELETE FROM contacts");
    BOOST_TEST(told() == "owes email");
    BOOST_TEST(!sent());
    BOOST_TEST(events("2fa.code_sent", "no_address") == 1);
}

// --- The shop's own rules

BOOST_AUTO_TEST_CASE(X6_X15_a_rule_of_the_shop_asks_for_a_code_by_mail_as_no_evidence_is_claimed_here_FC65) {
    for (const std::string rule : {"second_step.always", "second_step.on_fingerprint", "second_step.on_region"}) {
        BOOST_TEST_CONTEXT(rule) {
            set(rule, "on");
            BOOST_TEST(told(asked()) == "granted");
            BOOST_TEST(told() == "owes email");  // and each time anew: no device is known by it
            BOOST_TEST(events("signin.pending", rule == "second_step.always" ? "always" : rule.substr(15)) == 2);
            set(rule, "off");
        }
    }
    BOOST_TEST(number("SELECT COUNT(*) FROM devices") == 0);
}

// --- Authenticator apps

BOOST_AUTO_TEST_CASE(who_has_an_app_shows_its_code_and_nothing_is_sent_FC64) {
    takes_sms();
    const auto app = has_app();
    const auto before = causes();
    BOOST_TEST(told() == "owes app");
    BOOST_TEST(causes() == before);
    BOOST_TEST(number("SELECT COUNT(*) FROM codes") == 0);
    const auto code = code_now(app);
    const auto issued = granted(code);
    BOOST_TEST((issued.ticket.app_at == clock.now() && !issued.ticket.used_recovery));
    BOOST_TEST(told(code) == "owes app");  // TO4
    BOOST_TEST(events("2fa.failure", "replayed") == 1);
    BOOST_TEST(number("SELECT failed FROM totp_authenticators") == 0);
}

BOOST_AUTO_TEST_CASE(a_recovery_code_takes_its_place_once_and_the_owner_is_told_RC3_RC6_FC64) {
    has_app();
    const auto now = context();
    const auto codes = core.db.transact([&](db::Tx& tx) { return core.recovery_codes.make(tx, now, user); }).value().codes;
    const auto issued = granted(std::string(codes.front().reveal()));
    BOOST_TEST(issued.ticket.used_recovery);
    BOOST_TEST(sent(events::Name::recovery_code_used).value().remaining == "9");
    BOOST_TEST(told(std::string(codes.front().reveal())) == "owes app");
    BOOST_TEST(events("recovery.failure") == 1);
    BOOST_TEST(told(std::string(codes.back().reveal())) == "granted");
}

BOOST_AUTO_TEST_CASE(TO5_ten_wrong_codes_pause_and_the_answer_tells_nothing_of_it) {
    const auto app = has_app();
    std::string wrong = "000000";
    const auto near = [&](const std::string& six) {
        for (int d = -6; d <= 6; ++d) {
            if (totp::code_at(app, totp::step_of(clock.now()) + d).reveal() == six) return true;
        }
        return false;
    };
    while (near(wrong)) ++wrong[5];
    for (int i = 0; i < 10; ++i) BOOST_TEST(told(wrong) == "owes app");
    BOOST_TEST(events("2fa.paused", "paused") == 1);
    BOOST_TEST(told(code_now(app)) == "owes app");
    BOOST_TEST(events("2fa.failure", "paused") == 1);
    BOOST_TEST(told(std::string("nonsense")) == "owes app");  // TH7: no try
    clock.advance(15min);
    BOOST_TEST(told(code_now(app)) == "granted");
}

// --- Who is not let in

BOOST_AUTO_TEST_CASE(EN1_EN2_EN3_every_refusal_is_one_answer_at_one_cost_with_or_without_a_code_FC59) {
    for (const char* name : {"known", "locked", "blocked", "disabled", "passwordless", "spent", "homeless", "demanded", "bysms", "bysms_locked"}) customer(name);
    const auto of = [](const std::string& name) { return " (SELECT user_id FROM logins WHERE user_name = '" + name + "')"; };
    for (const char* name : {"locked", "bysms_locked"}) {
        for (int i = 0; i < 10; ++i) enter(core, at_door(), name, "wrong horse 2", {});
    }
    expect(core.logins.block(core.db, context(), "blocked"));
    change("UPDATE accounts SET active = 0 WHERE account_no IN (SELECT account_no FROM memberships WHERE user_id =" + of("disabled") + ")");
    change("UPDATE logins SET password = NULL, password_key_id = NULL WHERE user_name = 'passwordless'");
    change("UPDATE users SET failed_day = 100, failed_day_at = '" + sql_text(clock.now()) + "' WHERE user_id =" + of("spent"));
    change("DELETE FROM memberships WHERE user_id =" + of("homeless"));
    change("UPDATE logins SET password_change_required = 1 WHERE user_name = 'demanded'");
    change("UPDATE users SET method = 2 WHERE user_id IN (SELECT user_id FROM logins WHERE user_name LIKE 'bysms%' OR user_name IN ('blocked', 'disabled', 'demanded'))");
    struct Kind {
        const char *name, *password;
    };
    const auto right = right_password.c_str(), wrong = "wrong horse 2";
    const Kind kinds[] = {{"unknown", wrong}, {"known", wrong}, {"locked", wrong}, {"locked", right}, {"blocked", wrong}, {"blocked", right},
                          {"disabled", wrong}, {"disabled", right}, {"passwordless", wrong}, {"passwordless", ""}, {"spent", right},
                          {"homeless", right}, {"demanded", right}, {"demanded", wrong}, {"bysms", wrong}, {"bysms_locked", right}, {"", wrong},
                          {"a\x01" "b", wrong}};
    const auto causes_before = causes();
    std::optional<Quota> quota;
    auto shopper = from_browser_at_door();
    shopper.quota = &quota;
    core.throttle.charge_address(core.db, shopper, realm()->settings);
    for (const auto& each : kinds) {
        for (const std::optional<std::string>& code : {std::optional<std::string>{}, {"123456"}, {"ABCD-EFGH-JKLM-NPQR"}}) {
            BOOST_TEST_CONTEXT(each.name << " " << each.password << " " << code.value_or("none")) {
                clock.advance(2s);
                realm();
                quota.reset();
                shopper.now = clock.now();
                const auto before = number("SELECT COUNT(*) FROM events");
                std::optional<Outcome> outcome;
                BOOST_TEST(statements([&] { outcome = enter(core, shopper, each.name, each.password, code); }) == 11u);
                BOOST_REQUIRE(!*outcome);
                BOOST_TEST(told(*outcome) == "credentials_wrong");
                BOOST_TEST(outcome->error().field == "");
                BOOST_TEST(outcome->error().text == "");
                BOOST_TEST(quota->remaining == 29u);
                BOOST_TEST(number("SELECT COUNT(*) FROM events") == before + 1);
            }
        }
    }
    BOOST_TEST(number("SELECT COUNT(*) FROM codes") == 0);
    BOOST_TEST(causes() == causes_before);
    BOOST_TEST(events("signin.failure", "password_change_required") == 3);
    BOOST_TEST(events("signin.failure", "no_account") == 3);
}

BOOST_AUTO_TEST_CASE(a_password_that_is_too_long_is_a_wrong_one_and_counts_nothing_PW1_TH7) {
    BOOST_TEST(told({}, std::string(1025, 'a')) == "credentials_wrong");
    BOOST_TEST(number("SELECT failed FROM logins") == 0);
}

BOOST_AUTO_TEST_CASE(a_lock_is_never_told_here_X18) {
    set("signin.reveal_lock", "on");
    for (int i = 0; i < 10; ++i) BOOST_TEST(told({}, "wrong horse 2") == "credentials_wrong");
    BOOST_TEST(told() == "credentials_wrong");
}

BOOST_AUTO_TEST_CASE(TH2_wrong_passwords_and_wrong_codes_are_charged_to_the_address_and_right_ones_are_not) {
    takes_sms();
    std::optional<Quota> quota;
    auto shopper = from_browser_at_door();
    shopper.quota = &quota;
    const auto left = [&](const std::string& password, const std::optional<std::string>& code) {
        quota.reset();
        shopper.now = clock.now();
        enter(core, shopper, "ann", password, code);
        return quota->remaining;
    };
    BOOST_TEST(left(right_password, {}) == 30u);
    const auto code = std::string(sent().value().code.reveal());
    BOOST_TEST(left(right_password, other(code)) == 29u);
    BOOST_TEST(left("wrong horse 2", code) == 28u);
    BOOST_TEST(left(right_password, code) == 28u);
}

// --- Staff

BOOST_AUTO_TEST_CASE(staff_need_no_account_here_and_come_in_nowhere_else) {
    is_staff(user);
    const auto issued = granted();
    BOOST_TEST(!issued.ticket.account_no.has_value());
    BOOST_TEST((issued.ticket.user_role == users::Role::administrator));
    const auto shopper = expect(core.tickets.check(core.db, at_door(), issued.access.reveal()));
    BOOST_TEST((shopper.ticket->user_role == users::Role::administrator && !shopper.ticket->account_no));
    const auto refreshed = expect(refresh_at_door(issued.refresh));
    BOOST_TEST((refreshed.ticket.user_role == users::Role::administrator));
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    BOOST_TEST(events("signin.failure", "no_account") == 1);
}

BOOST_AUTO_TEST_CASE(staff_have_their_second_step_like_anybody) {
    is_staff(user, users::Role::read_only);
    takes_sms();
    const auto code = asked();
    BOOST_TEST(granted(code).ticket.sms_at.has_value());
}

BOOST_AUTO_TEST_CASE(a_customer_without_an_account_is_not_let_in) {
    change("DELETE FROM memberships");
    BOOST_TEST(told() == "credentials_wrong");
    BOOST_TEST(events("signin.failure", "no_account") == 1);
}

// --- TK6

BOOST_AUTO_TEST_CASE(TK6_whatever_ends_the_tickets_of_a_user_ends_these_for_good) {
    const std::vector<std::pair<std::string, std::function<void()>>> ends{
        {"block", [&] { expect(core.logins.block(core.db, context(), "ann")); expect(core.logins.unlock(core.db, context(), "ann")); }},
        {"disabled account", [&] {
             expect(core.customers.set_active(core.db, context(), ann.account.no, false));
             expect(core.customers.set_active(core.db, context(), ann.account.no, true));
         }},
        {"set password", [&] { expect(core.customers.set_password(core.db, at_door(), *realm(), {.user = user, .fresh = Secret(std::string_view(right_password))})); }},
        {"own password", [&] {
             expect(core.customers.change_password(core.db, at_door(), *realm(), {.user = user, .current = Secret(std::string_view(right_password)),
                                                                                  .fresh = Secret(std::string_view(right_password))}));
         }},
        {"reset", [&] {
             core.recovery.request_reset_token(core.db, at_door(), *realm(), "ann");
             expect(core.recovery.reset(core.db, at_door(), *realm(), {.token = sent(events::Name::password_reset_sent).value().link,
                                                                      .password = Secret(std::string_view(right_password))}));
         }},
    };
    for (const auto& [what, end] : ends) {
        BOOST_TEST_CONTEXT(what) {
            clock.advance(1s);
            const auto issued = granted();
            end();
            BOOST_TEST(check_at_door(issued.access) == "ticket_invalid");
            BOOST_TEST(why(refresh_at_door(issued.refresh)) == "unknown_item");
            BOOST_TEST(told() == "granted");
        }
    }
}

// --- X9

BOOST_AUTO_TEST_CASE(X9_the_code_that_made_a_customer_is_the_first_one_time_password_FC66_FC175) {
    takes_sms();
    const auto issued_at = clock.now();
    const sign_in::FirstCode first{.user = user, .epoch = 1, .channel = codes::Channel::sms, .destination = anns_phone,
                                   .digits = Secret(std::string_view("483920")), .issued_at = issued_at};
    const auto made = [&](const sign_in::FirstCode& of) {
        const auto now = at_door();
        core.db.transact([&](db::Tx& tx) {
            core.sign_in.first_code(tx, now, of);
            return true;
        });
    };
    clock.advance(100s);
    const auto before = causes();
    made(first);
    BOOST_TEST(causes() == before);  // nothing is sent
    const auto bob = customer("bob").account.user;
    has_phone(bob, anns_phone);
    takes(users::Method::sms, bob);
    BOOST_TEST(told(enter(core, at_door(), "bob", right_password, "483920")) == "owes sms");  // for that user alone
    BOOST_TEST(told(std::string("483920")) == "granted");
    BOOST_TEST(told(std::string("483920")) == "owes sms");  // once
    made(first);
    clock.advance(200s - 1ms);  // from its issue, not from when the customer was made
    BOOST_TEST(told(std::string("483920")) == "granted");
    made(first);
    clock.advance(1ms);
    BOOST_TEST(told(std::string("483920")) == "owes sms");
    change("DELETE FROM codes");
    made(first);
    BOOST_TEST(number("SELECT COUNT(*) FROM codes") == 0);
    made({.user = user, .channel = codes::Channel::sms, .destination = anns_phone, .digits = Secret(std::string_view("483920")), .issued_at = clock.now()});
    BOOST_TEST(told().starts_with("owes"));  // an attempt without it makes another in its place
    BOOST_TEST(told(std::string("483920")) == "owes sms");
}

// --- What it costs

BOOST_AUTO_TEST_CASE(budget_of_statements) {
    const auto cost = [&](const Context& context, const std::optional<std::string>& code, const std::string& ends) {
        realm();
        return statements([&] { BOOST_TEST(told(enter(core, context, "ann", right_password, code)) == ends); });
    };
    const auto last_code = [&] {
        clock.advance(1ms);
        BOOST_TEST(told() == "owes sms");
        return std::string(sent().value().code.reveal());
    };
    BOOST_TEST(cost(at_door(), {}, "granted") == 7u);
    takes_sms();
    BOOST_TEST(cost(at_door(), {}, "owes sms") == 13u);  // two of them make the rows of budgets
    BOOST_TEST(cost(at_door(), {}, "owes sms") == 11u);
    auto code = last_code();
    BOOST_TEST(cost(at_door(), other(code), "owes sms") == 10u);  // and one that makes the row of OC8
    BOOST_TEST(cost(at_door(), other(code), "owes sms") == 9u);
    BOOST_TEST(cost(at_door(), code, "granted") == 13u);
    // As the door has them: the address is charged, told of, and given the charge back where nothing was wrong; and pays for what it asks for.
    std::optional<Quota> quota;
    const auto shopper = [&] {
        auto out = from_browser_at_door();
        out.quota = &quota;
        return out;
    };
    cost(shopper(), {}, "owes sms");
    BOOST_TEST(cost(shopper(), {}, "owes sms") == 15u);
    code = last_code();
    BOOST_TEST(cost(shopper(), code, "granted") == 16u);
    takes(users::Method::simple, user);
    BOOST_TEST(cost(shopper(), {}, "granted") == 10u);
    const auto app = has_app();
    BOOST_TEST(cost(at_door(), {}, "owes app") == 6u);
    BOOST_TEST(cost(at_door(), code_now(app), "granted") == 11u);
}

// --- Races

BOOST_AUTO_TEST_CASE(OC4_one_right_code_by_many_at_once_is_one_ticket) {
    takes_sms();
    const auto code = asked();
    const auto answers = race([&](Core& with, unsigned) { return told(enter(with, at_door(), "ann", right_password, code)); }, 10);  // as many as may be in flight
    BOOST_TEST(std::ranges::count(answers, "granted") == 1);
    BOOST_TEST(std::ranges::count(answers, "owes sms") == 9);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE door = 5") == 1);
    BOOST_TEST(number("SELECT COALESCE(SUM(failed), 0) FROM code_failures") == 0);  // OC8: none of them was a wrong one
    BOOST_TEST(number("SELECT in_flight FROM logins") == 0);
}

BOOST_AUTO_TEST_CASE(OC3_OC4_of_many_wrong_codes_at_once_five_are_compared) {
    takes_sms();
    const auto code = asked();
    const auto answers = race([&](Core& with, unsigned) { return told(enter(with, at_door(), "ann", right_password, other(code))); }, 10);
    BOOST_TEST(std::ranges::count(answers, "owes sms") == 10);
    BOOST_TEST(number("SELECT SUM(failed) FROM code_failures") == 5);
    BOOST_TEST(told(code) == "owes sms");
    BOOST_TEST(number("SELECT failed FROM logins") == 0);
}

BOOST_AUTO_TEST_CASE(TO4_one_step_of_the_app_by_many_at_once_is_one_ticket) {
    const auto app = has_app();
    const auto code = code_now(app);
    const auto answers = race([&](Core& with, unsigned) { return told(enter(with, at_door(), "ann", right_password, code)); }, 10);
    BOOST_TEST(std::ranges::count(answers, "granted") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE door = 5") == 1);
    BOOST_TEST(number("SELECT failed FROM totp_authenticators") == 0);
}

BOOST_AUTO_TEST_CASE(attempts_without_a_code_at_once_leave_one_code_that_is_good) {
    takes_sms();
    const auto answers = race([&](Core& with, unsigned) { return told(enter(with, at_door(), "ann", right_password, {})); }, 8);
    BOOST_TEST(std::ranges::count(answers, "owes sms") == 8);
    BOOST_TEST(number("SELECT COUNT(*) FROM codes") == 1);
    unsigned alive = 0;
    std::string good;
    for (const auto& taken : core.outbox.due(core.db, clock.now() + 1h, 1000)) {
        const auto cause = core.outbox.open(taken);
        if (!cause || cause->event != events::Name::second_step_code_sent) continue;
        if (!core.codes.alive(core.db, realm_no(), cause->code_id, cause->code_hash, clock.now())) continue;
        ++alive;
        good = std::string(cause->code.reveal());
    }
    BOOST_TEST(alive == 1u);  // the worker sends the others to nobody
    BOOST_TEST(told(good) == "granted");
}

BOOST_AUTO_TEST_SUITE_END()
