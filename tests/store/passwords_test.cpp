// SPDX-License-Identifier: MIT
// Passwords of users whatever account they have, and tokens to a new one for programs (RS1, PW12, X11; docs/freshcom.md): staff
// get back in like customers, the newest token or link is the only good one, and of a name that nobody has nothing is told.
#include "store/shop.h"

#include <algorithm>

using namespace authtickets;
using namespace authtickets::test;

namespace {

constexpr const char* new_password = "correct horse 2";

struct Passwords : Shop {
    UserId ann = customer("ann").account.user, boss = customer("boss").account.user;

    Passwords() {
        change("DELETE FROM memberships WHERE user_id = " + whose(boss));
        change("UPDATE users SET role = 8 WHERE user_id = " + whose(boss));
    }
    std::string whose(const UserId& id) const { return "X'" + hex(id.value) + "'"; }
    Context at_door(const UserId& caller = {}) {
        auto out = context();
        out.door = Door::freshcom;
        out.application = {};
        out.user = caller;
        return out;
    }
    bool enters(const std::string& name, const std::string& password) {
        const auto done = core.sign_in.by_password_and_code(core.db, at_door(), *realm(), {.name = name, .password = Secret(std::string_view(password))});
        return done && std::holds_alternative<tickets::Issued>(*done);
    }
    std::string changed(const UserId& id, const std::string& current, const std::string& fresh) {
        return why(core.customers.change_password(core.db, at_door(id), *realm(), {.user = id, .current = Secret(std::string_view(current)),
                                                                                   .fresh = Secret(std::string_view(fresh))}));
    }
    std::string set_by(const UserId& caller, const UserId& id, const std::string& fresh) {
        return why(core.customers.set_password(core.db, at_door(caller), *realm(), {.user = id, .fresh = Secret(std::string_view(fresh)), .as_reset = true}));
    }
    std::optional<outbox::Cause> sent(events::Name event) {
        std::optional<outbox::Cause> found;
        for (const auto& taken : core.outbox.due(core.db, clock.now() + 100h, 1000)) {
            auto cause = core.outbox.open(taken);
            if (cause && cause->event == event && !cause->decoy) found = std::move(*cause);
        }
        return found;
    }
    Secret token_of(const std::string& name) {
        clock.advance(1ms);
        core.recovery.request_reset_token(core.db, at_door(), *realm(), name);
        return sent(events::Name::password_reset_sent).value().link;
    }
    Secret link_of(const std::string& name) {
        clock.advance(1ms);
        expect(core.recovery.request_reset(core.db, context(), *realm(), name));
        return sent(events::Name::password_reset_sent).value().link;
    }
    std::string reset(Core& with, const Secret& token, const std::string& password = new_password) {
        return why(with.recovery.reset(with.db, at_door(), *with.realms.get(with.db, clock.now(), realm_no()), {.token = token, .password = Secret(std::string_view(password))}));
    }
    std::string reset(const Secret& token) { return reset(core, token); }
    std::int64_t causes() { return number("SELECT COUNT(*) FROM outbox"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(passwords_store, Passwords)

// --- Tokens

BOOST_AUTO_TEST_CASE(a_token_is_a_random_UUID_kept_as_a_hash_and_good_once_RS1_FC190) {
    const auto token = token_of("ann");
    const auto id = parse_uuid(token.reveal());
    BOOST_REQUIRE(id.has_value());
    BOOST_TEST(dashed(*id) == token.reveal());
    BOOST_TEST((id->bytes[6] >> 4) == 4);  // the random kind
    BOOST_TEST(number("SELECT COUNT(*) FROM links WHERE link_hash = UNHEX(SHA2('" + std::string(token.reveal()) + "', 256))") == 1);
    BOOST_TEST(core.recovery.open(core.db, clock.now(), links::Purpose::reset, token).has_value());  // as the page does; it spends nothing
    BOOST_TEST(reset(token) == "granted");
    BOOST_TEST(reset(token) == "link_dead");
    BOOST_TEST(enters("ann", new_password));
    BOOST_TEST(!enters("ann", right_password));
    BOOST_TEST(events("password.reset_done") == 1);
}

BOOST_AUTO_TEST_CASE(its_letters_may_come_back_as_capitals_and_nothing_else_is_it) {
    const auto token = token_of("ann");
    std::string text(token.reveal()), capitals = text, other = text;
    for (auto& c : capitals) {
        if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
    }
    other[0] = other[0] == '0' ? '1' : '0';
    std::string bare = text;
    std::erase(bare, '-');
    for (const auto& wrong : {other, std::string(), text + " ", text.substr(1), bare, "urn:uuid:" + text, std::string(36, 'x'), std::string(43, 'a')}) {
        BOOST_TEST_CONTEXT(wrong) { BOOST_TEST(reset(Secret(std::string_view(wrong))) == "link_dead"); }
    }
    BOOST_TEST(reset(Secret(std::string_view(capitals))) == "granted");
}

BOOST_AUTO_TEST_CASE(the_newest_is_the_only_one_be_it_a_token_or_a_link_of_the_pages_RS1) {
    const auto first = token_of("ann"), link = link_of("ann");
    BOOST_TEST(reset(first) == "link_dead");
    const auto second = token_of("ann");
    BOOST_TEST(reset(link) == "link_dead");
    BOOST_TEST(number("SELECT COUNT(*) FROM links") == 1);
    BOOST_TEST(reset(second) == "granted");
}

BOOST_AUTO_TEST_CASE(it_is_good_for_a_day_and_no_longer_than_the_shop_lets_a_link_live_RS1_X2) {
    auto token = token_of("ann");
    clock.advance(24h - 1ms);
    BOOST_TEST(reset(token) == "granted");
    token = token_of("ann");
    clock.advance(24h);
    BOOST_TEST(reset(token) == "link_dead");
    set("reset.life", "3600");
    token = token_of("ann");
    clock.advance(1h);
    BOOST_TEST(reset(token) == "link_dead");
}

BOOST_AUTO_TEST_CASE(another_password_or_address_ends_it_RS1) {
    auto token = token_of("ann");
    BOOST_TEST(changed(ann, right_password, new_password) == "granted");
    BOOST_TEST(reset(token) == "link_dead");
    token = token_of("ann");
    change("UPDATE contacts SET value = 'else@shop.example' WHERE user_id = " + whose(ann));
    BOOST_TEST(reset(token) == "link_dead");
}

BOOST_AUTO_TEST_CASE(a_refused_password_leaves_the_token_good_and_the_rule_is_told_FC38_FC194) {
    const auto token = token_of("ann");
    const auto refused = core.recovery.reset(core.db, at_door(), *realm(), {.token = token, .password = Secret(std::string_view("horse 1"))});
    BOOST_TEST(why(refused) == "password_weak");
    BOOST_TEST((refused.error().rule == Refusal::Rule::length));
    BOOST_TEST(refused.error().least == 8u);
    const auto no_digit = core.recovery.reset(core.db, at_door(), *realm(), {.token = token, .password = Secret(std::string_view("no digit here"))});
    BOOST_TEST((no_digit.error().rule == Refusal::Rule::format));
    const auto too_long = core.recovery.reset(core.db, at_door(), *realm(), {.token = token, .password = Secret(std::string(257, 'a'))});
    BOOST_TEST((too_long.error().rule == Refusal::Rule::length));
    BOOST_TEST(too_long.error().most == 256u);
    BOOST_TEST(reset(core, token, "eight ch 1") == "granted");
    set("policy", "standard");
    const auto next = token_of("ann");
    const auto standard = core.recovery.reset(core.db, at_door(), *realm(), {.token = next, .password = Secret(std::string_view("horse 1"))});
    BOOST_TEST(standard.error().least == 15u);
}

BOOST_AUTO_TEST_CASE(six_characters_are_enough_at_the_other_doors_X1) {
    BOOST_TEST(why(core.customers.set_password(core.db, context(), *realm(), {.user = ann, .fresh = Secret(std::string_view("vq7kzx"))})) == "granted");
}

BOOST_AUTO_TEST_CASE(a_reset_lifts_the_lock_leaves_the_method_and_is_told_RS2_RS3) {
    change("UPDATE users SET method = 2 WHERE user_id = " + whose(ann));
    for (int i = 0; i < 10; ++i) enters("ann", "wrong horse 2");
    BOOST_TEST(reset(token_of("ann")) == "granted");
    const auto done = core.sign_in.by_password_and_code(core.db, at_door(), *realm(), {.name = "ann", .password = Secret(std::string_view(new_password))});
    BOOST_REQUIRE(done.has_value());
    BOOST_TEST((std::get<sign_in::CodeOwed>(*done).factor == tickets::Factor::email));
    BOOST_TEST(sent(events::Name::password_reset_done).has_value());
}

BOOST_AUTO_TEST_CASE(EN1_EN2_who_asks_is_told_nothing_at_one_cost_and_the_shop_hears_of_an_unknown_name_FC192) {
    for (const char* name : {"blocked", "silent"}) customer(name);
    expect(core.logins.block(core.db, context(), "blocked"));
    change("DELETE FROM contacts WHERE value = 'silent@shop.example'");
    const auto cost = [&](const std::string& name) {
        realm();
        return statements([&] { core.recovery.request_reset_token(core.db, at_door(), *realm(), name); });
    };
    cost("ann");
    const auto known = cost("ann");
    for (const std::string name : {"blocked", "silent", "nobody", "boss", ""}) {
        BOOST_TEST_CONTEXT(name) {
            cost(name);  // its budgets have rows now
            const auto before = number("SELECT COUNT(*) FROM events"), waiting = causes();
            BOOST_TEST(cost(name) == known);
            BOOST_TEST(number("SELECT COUNT(*) FROM events") == before + 1);
            BOOST_TEST(causes() == waiting + 1);
        }
    }
    BOOST_TEST(events("password.reset_requested", "unknown") == 4);
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE reason = 'unknown' AND personal LIKE '%nobody%'") == 2);
    BOOST_TEST(events("password.reset_requested", "suspended") == 2);
    BOOST_TEST(events("password.reset_requested", "no_address") == 2);
}

BOOST_AUTO_TEST_CASE(beyond_the_budget_nothing_is_sent_and_the_last_token_stays_good_OC7_FC192) {
    Secret token;
    for (int i = 0; i < 12; ++i) token = token_of("ann");
    const auto waiting = causes();
    core.recovery.request_reset_token(core.db, at_door(), *realm(), "ann");
    BOOST_TEST(causes() == waiting);
    BOOST_TEST(reset(token) == "granted");
}

BOOST_AUTO_TEST_CASE(asking_locks_nothing_TH6) {
    for (int i = 0; i < 100; ++i) core.recovery.request_reset_token(core.db, at_door(), *realm(), "ann");
    BOOST_TEST(enters("ann", right_password));
}

BOOST_AUTO_TEST_CASE(staff_get_back_in_by_a_token_and_by_a_link) {
    BOOST_TEST(reset(token_of("boss")) == "granted");
    BOOST_TEST(enters("boss", new_password));
    BOOST_TEST(reset(core, link_of("boss"), right_password) == "granted");
    BOOST_TEST(enters("boss", right_password));
    BOOST_TEST(number("SELECT COUNT(*) FROM account_changes") == 0);
}

BOOST_AUTO_TEST_CASE(staff_lift_a_lock_by_a_link_TH5) {
    for (int i = 0; i < 10; ++i) enters("boss", "wrong horse 2");
    BOOST_TEST(!enters("boss", right_password));
    expect(core.recovery.request_unlock(core.db, context(), *realm(), "boss"));
    const auto link = sent(events::Name::account_unlock_requested).value().link;
    BOOST_TEST(core.recovery.unlock(core.db, context(), *realm(), link).has_value());
    BOOST_TEST(enters("boss", right_password));
}

BOOST_AUTO_TEST_CASE(a_member_without_an_account_who_is_no_staff_is_sent_nothing) {
    change("UPDATE users SET role = 1 WHERE user_id = " + whose(boss));
    core.recovery.request_reset_token(core.db, at_door(), *realm(), "boss");
    BOOST_TEST(!sent(events::Name::password_reset_sent).has_value());
    BOOST_TEST(events("password.reset_requested", "suspended") == 1);
}

// --- With the current one, and outright

BOOST_AUTO_TEST_CASE(customers_and_staff_change_their_own_with_the_current_one_and_a_wrong_one_counts_PW12_FC195) {
    for (const auto& [id, name] : {std::pair{ann, std::string("ann")}, {boss, std::string("boss")}}) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST(changed(id, "wrong horse 2", new_password) == "password_wrong");
            BOOST_TEST(number("SELECT failed FROM logins WHERE user_id = " + whose(id)) == 1);
            BOOST_TEST(changed(id, right_password, "short") == "password_weak");
            BOOST_TEST(number("SELECT failed FROM logins WHERE user_id = " + whose(id)) == 1);  // TH7
            BOOST_TEST(changed(id, right_password, name + "1234567") == "granted");
            BOOST_TEST(enters(name, name + "1234567"));
            BOOST_TEST(!enters(name, right_password));
        }
    }
    BOOST_TEST(events("password.changed", "") == 2);
    for (int i = 0; i < 10; ++i) changed(boss, "wrong horse 2", new_password);
    BOOST_TEST(changed(boss, "boss1234567", new_password) == "password_wrong");  // TH1: it is locked
    BOOST_TEST(events("account.locked") == 1);
}

BOOST_AUTO_TEST_CASE(an_administrator_sets_anothers_outright_which_ends_what_a_reset_ends_X11_RS3_FC197) {
    for (int i = 0; i < 10; ++i) enters("ann", "wrong horse 2");
    const auto token = token_of("ann");
    const auto epoch = number("SELECT epoch FROM users WHERE user_id = " + whose(ann));
    BOOST_TEST(set_by(boss, ann, "short 1") == "password_weak");
    BOOST_TEST(set_by(boss, ann, new_password) == "granted");
    BOOST_TEST(number("SELECT epoch FROM users WHERE user_id = " + whose(ann)) == epoch + 1);
    BOOST_TEST(enters("ann", new_password));
    BOOST_TEST(reset(token) == "link_dead");
    BOOST_TEST(events("password.changed", "staff") == 1);
    BOOST_TEST(text("SELECT details FROM events WHERE name = 'password.changed' AND reason = 'staff'") == "{\"by\":\"" + hex(boss.value) + "\"}");
    // RS8: told that it was the shop, and not from where.
    auto office = from_browser();
    office.door = Door::freshcom;
    office.application = {};
    office.user = boss;
    clock.advance(1ms);
    office.now = clock.now();
    expect(core.customers.set_password(core.db, office, *realm(), {.user = ann, .fresh = Secret(std::string_view("correct horse 3")), .as_reset = true}));
    const auto told = sent(events::Name::password_changed).value();
    BOOST_TEST(told.by_shop);
    BOOST_TEST(told.address == "");
    BOOST_TEST(told.browser == "");
}

BOOST_AUTO_TEST_CASE(his_own_is_changed_with_the_one_before_PW12_FC197) {
    BOOST_TEST(set_by(boss, boss, new_password) == "forbidden");
    BOOST_TEST(enters("boss", right_password));
}

BOOST_AUTO_TEST_CASE(of_a_user_who_signs_in_elsewhere_alone_there_is_no_password_here) {
    change("UPDATE logins SET profile_no = 2 WHERE user_id = " + whose(ann));
    BOOST_TEST(set_by(boss, ann, new_password) == "unknown_item");
    BOOST_TEST(changed(ann, right_password, new_password) == "unknown_item");
    BOOST_TEST(set_by(boss, UserId{uuid_v4(rng)}, new_password) == "unknown_item");
}

// --- Races

BOOST_AUTO_TEST_CASE(one_token_used_by_sixteen_sets_one_password_RS1) {
    const auto token = token_of("ann");
    const auto answers = race([&](Core& with, unsigned i) { return reset(with, token, "correct horse " + std::to_string(100 + i)); });
    BOOST_TEST(std::ranges::count(answers, "granted") == 1);
    BOOST_TEST(std::ranges::count(answers, "link_dead") == racers - 1);
    BOOST_TEST(events("password.reset_done") == 1);
    const auto winner = std::ranges::find(answers, "granted") - answers.begin();
    BOOST_TEST(enters("ann", "correct horse " + std::to_string(100 + winner)));
}

BOOST_AUTO_TEST_CASE(of_tokens_and_links_asked_for_at_once_one_is_good) {
    race([&](Core& with, unsigned i) {
        const auto shop = with.realms.get(with.db, clock.now(), realm_no());
        if (i % 2 == 0) with.recovery.request_reset_token(with.db, at_door(), *shop, "ann");
        else (void)with.recovery.request_reset(with.db, context(), *shop, "ann");
        return true;
    }, 8);
    BOOST_TEST(number("SELECT COUNT(*) FROM links") == 1);
    unsigned good = 0;
    for (const auto& taken : core.outbox.due(core.db, clock.now() + 1h, 1000)) {
        const auto cause = core.outbox.open(taken);
        if (cause && cause->event == events::Name::password_reset_sent) good += core.recovery.open(core.db, clock.now(), links::Purpose::reset, cause->link).has_value();
    }
    BOOST_TEST(good == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
