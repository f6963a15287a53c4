// SPDX-License-Identifier: MIT
// Authenticator apps and recovery codes against the database (docs/security.md, sections 3 and 4): used once, counted to the
// try, sealed in their row, set up and turned off by one of those that race. Races between hosts: galera_totp_test.cpp.
#include "store/shop.h"

#include <algorithm>
#include <array>

using namespace authtickets;
using namespace authtickets::test;
using totp::Reason;

namespace {

struct Apps : Shop {
    UserId user = customer("ann").account.user;
    std::optional<Secret> app;  // ann's

    std::string code(const Secret& secret, int distance = 0) {
        return std::string(totp::code_at(secret, totp::step_of(clock.now()) + distance).reveal());
    }
    std::string code(int distance = 0) { return code(app.value(), distance); }
    static std::string other(std::string six) {
        six[5] = six[5] == '0' ? '1' : '0';
        return six;
    }
    // No code of any step near, whatever the clock says.
    std::string wrong() {
        std::set<std::string> near;
        for (int distance = -6; distance <= 6; ++distance) near.insert(code(distance));
        std::string six = "000000";
        while (near.contains(six)) ++six[5];
        return six;
    }

    totp::Setup setup(const UserId& whose) { return core.totp.setup(core.db, context(), whose); }
    totp::Activation activate(Core& with, const UserId& whose, const std::string& typed) {
        const auto now = context();
        return with.db.transact([&](db::Tx& tx) { return with.totp.activate(tx, now, realms::Settings{}, whose, typed); });
    }
    // An app is on, and the code that turned it on is past.
    Secret turned_on(const UserId& whose) {
        auto made = setup(whose);
        BOOST_REQUIRE(activate(core, whose, code(made.secret)).on);
        clock.advance(30s);
        return std::move(made.secret);
    }
    void turn_on() { app = turned_on(user); }

    totp::Attempt attempt(std::string_view typed, const realms::Settings& settings = {}) {
        return core.totp.attempt(core.db, context(), settings, user, typed);
    }
    // As a use case does it: what a try comes to.
    std::string enter(Core& with, std::string_view typed) {
        const auto now = context();
        const auto tried = with.totp.attempt(with.db, now, realms::Settings{}, user, typed);
        if (!tried.right) return std::string(name(tried.reason)) + (tried.blocks() ? " blocks" : tried.pauses() ? " pauses" : "");
        if (with.db.transact([&](db::Tx& tx) { return with.totp.consume(tx, now, tried); })) return "granted";
        with.totp.give_back(with.db, now, tried);
        return "overtaken";
    }
    std::string enter(std::string_view typed) { return enter(core, typed); }

    std::optional<recovery_codes::Set> make_codes(Core& with, const UserId& whose) {
        const auto now = context();
        return with.db.transact([&](db::Tx& tx) { return with.recovery_codes.make(tx, now, whose); });
    }
    std::vector<Secret> codes() { return make_codes(core, user).value().codes; }
    std::string recover(Core& with, const UserId& whose, std::string_view typed) {
        const auto now = context();
        const auto tried = with.recovery_codes.attempt(with.db, now, whose, typed);
        if (!tried.right) return std::string(name(tried.reason)) + (tried.blocks() ? " blocks" : tried.pauses() ? " pauses" : "");
        return with.db.transact([&](db::Tx& tx) { return with.recovery_codes.consume(tx, now, tried); }) ? "granted" : "overtaken";
    }
    std::string recover(const Secret& typed) { return recover(core, user, typed.reveal()); }
    static constexpr const char* no_code = "AAAA-AAAA-AAAA-AAAA";

    bool turn_off(Core& with, const UserId& whose) {
        const auto now = context();
        return with.db.transact([&](db::Tx& tx) { return with.totp.turn_off(tx, now, whose); });
    }
    totp::State state() { return core.totp.state(core.db, realm_no(), user).value(); }
    std::int64_t failed() { return number("SELECT failed FROM totp_authenticators"); }
    std::int64_t rows(const std::string& table) { return number("SELECT COUNT(*) FROM " + table); }
    void rotate(crypto::KeyId id) {
        auto all = crypto::read_key_file(key_file());
        all.keys.push_back(new_key(id, clock.now()));
        write_keys(all);
        clock.advance(1s);
    }
    // Fifty calls, five of each of ten workers; how often each answer came.
    template <class Work>
    std::map<std::string, int> fifty(Work&& work) {
        std::map<std::string, int> out;
        for (const auto& five : race([&](Core& with, unsigned i) {
                 std::array<std::string, 5> told;
                 for (unsigned k = 0; k < told.size(); ++k) told[k] = work(with, i * 5 + k);
                 return told;
             }, 10)) {
            for (const auto& each : five) ++out[each];
        }
        return out;
    }
    static int sum(const std::map<std::string, int>& answers, std::initializer_list<const char*> of) {
        int out = 0;
        for (const auto* each : of) out += answers.contains(each) ? answers.at(each) : 0;
        return out;
    }
    // All that the three tables hold, as bytes.
    std::string dump() {
        std::string out;
        for (const auto* const table : {"totp_authenticators", "totp_setups", "recovery_codes"}) {
            const auto columns = text("SELECT GROUP_CONCAT(column_name SEPARATOR ',') FROM information_schema.columns WHERE table_schema = DATABASE() "
                                      "AND table_name = '" + std::string(table) + "'");
            for (const auto& row : texts("SELECT CONCAT_WS('|'," + columns + ") FROM " + table)) out += row + "\n";
        }
        return out;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(authenticators, Apps)

BOOST_AUTO_TEST_CASE(TO1_a_thousand_secrets_have_160_bits_and_differ) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto made = setup(UserId{uuid_v4(rng)});
        BOOST_REQUIRE(made.secret.size() == 20u);
        BOOST_REQUIRE(seen.insert(std::string(made.secret.reveal())).second);
    }
}

BOOST_AUTO_TEST_CASE(TO3_the_window_is_the_setting_and_the_clock_the_servers) {
    turn_on();
    clock.advance(5min);
    for (const unsigned skew : {0u, 1u, 2u}) {
        realms::Settings settings;
        settings.totp_skew = skew;
        for (int distance = -3; distance <= 3; ++distance) {
            const auto tried = attempt(code(distance), settings);
            BOOST_TEST(tried.right == (static_cast<unsigned>(std::abs(distance)) <= skew), skew << " " << distance);
            if (!tried.right) BOOST_TEST((tried.reason == Reason::drift));
            change("UPDATE totp_authenticators SET failed = 0");
        }
    }
    // What a worker keeps of the realm has it too.
    BOOST_TEST(realm()->settings.totp_skew == 1u);
    set("totp.skew", "0");
    BOOST_TEST(realm()->settings.totp_skew == 0u);
}

BOOST_AUTO_TEST_CASE(TO4_a_code_is_used_once_and_an_earlier_one_never_after_it) {
    turn_on();
    clock.advance(5min);
    const auto former = code(-1), present = code(), next = code(1);
    BOOST_TEST(enter(present) == "granted");
    BOOST_TEST(enter(present) == "replayed");
    BOOST_TEST(enter(former) == "replayed");
    BOOST_TEST(failed() == 0);  // none of them was a guess
    BOOST_TEST(enter(next) == "granted");
    BOOST_TEST(enter(present) == "replayed");
    clock.advance(30s);
    BOOST_TEST(enter(next) == "replayed");
    BOOST_TEST(enter(code(1)) == "granted");
    BOOST_TEST(rows("totp_authenticators") == 1);
}

BOOST_AUTO_TEST_CASE(TO4_the_code_that_turned_it_on_does_not_sign_in) {
    const auto made = setup(user);
    const auto six = code(made.secret);
    BOOST_TEST(activate(core, user, six).on);
    app = made.secret;
    BOOST_TEST(enter(six) == "replayed");
    clock.advance(30s);
    BOOST_TEST(enter(six) == "replayed");
    BOOST_TEST(enter(code()) == "granted");
}

BOOST_AUTO_TEST_CASE(TO4_of_two_right_tries_one_consumes) {
    turn_on();
    const auto one = attempt(code()), two = attempt(code());
    BOOST_TEST(one.right);
    BOOST_TEST(two.right);
    const auto consumed = [&](const totp::Attempt& which) {
        return core.db.transact([&](db::Tx& tx) { return core.totp.consume(tx, context(), which); });
    };
    BOOST_TEST(consumed(two));
    BOOST_TEST(!consumed(one));
    core.totp.give_back(core.db, context(), one);
    BOOST_TEST(failed() == 0);
    BOOST_TEST(!consumed(two));
    BOOST_TEST(!consumed(attempt(other(code()))));
}

BOOST_AUTO_TEST_CASE(TO4_what_was_undone_can_be_tried_again_and_costs_nothing) {
    turn_on();
    const auto tried = attempt(code());
    const auto undone = core.db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        BOOST_TEST(core.totp.consume(tx, context(), tried));
        return refuse(Why::code_wrong);
    });
    BOOST_TEST(!undone);
    BOOST_TEST(failed() == 1);
    core.totp.give_back(core.db, context(), tried);
    BOOST_TEST(failed() == 0);
    BOOST_TEST(enter(code()) == "granted");
}

BOOST_AUTO_TEST_CASE(TO4_of_fifty_right_codes_at_once_one_signs_in) {
    turn_on();
    for (int round = 0; round < 3; ++round) {
        clock.advance(30s);
        const auto six = code();
        const auto answers = fifty([&](Core& with, unsigned) { return enter(with, six); });
        BOOST_TEST(sum(answers, {"granted"}) == 1);
        BOOST_TEST(sum(answers, {"granted", "overtaken", "replayed", "paused"}) == 50);
        BOOST_TEST(failed() == 0);
        BOOST_TEST(number("SELECT paused_until IS NULL FROM totp_authenticators") == 1);
    }
}

BOOST_AUTO_TEST_CASE(TO4_a_try_against_the_former_app_is_worth_nothing_after_the_move) {
    turn_on();
    const auto tried = attempt(code());
    BOOST_TEST(tried.right);
    clock.advance(-24h);  // so that the step of the new app is not what refuses it
    const auto moved = activate(core, user, code(setup(user).secret));
    BOOST_TEST(moved.on);
    BOOST_TEST(!core.db.transact([&](db::Tx& tx) { return core.totp.consume(tx, context(), tried); }));
}

BOOST_AUTO_TEST_CASE(TO5_the_tenth_wrong_one_in_a_row_pauses_and_not_the_ninth) {
    turn_on();
    for (int i = 1; i <= 9; ++i) BOOST_TEST(enter(wrong()) == "wrong");
    BOOST_TEST(failed() == 9);
    BOOST_TEST(enter(code()) == "granted");
    BOOST_TEST(failed() == 0);
    for (int i = 1; i <= 9; ++i) BOOST_TEST(enter(wrong()) == "wrong");
    BOOST_TEST(enter(wrong()) == "wrong pauses");
    const auto until = clock.now() + 15min;
    BOOST_TEST((state().paused_until == until));
    clock.advance(30s);
    for (int i = 0; i < 3; ++i) BOOST_TEST(enter(code()) == "paused");  // the right ones alike
    BOOST_TEST(enter(wrong()) == "paused");
    BOOST_TEST((attempt(code()).charge.paused_until == until));
    BOOST_TEST(failed() == 10);  // nothing was compared
    clock.advance(14min + 30s - 1ms);
    BOOST_TEST(enter(code()) == "paused");
    clock.advance(1ms);
    BOOST_TEST(enter(code()) == "granted");
    BOOST_TEST(failed() == 0);
    BOOST_TEST(!state().paused_until);
}

BOOST_AUTO_TEST_CASE(TO5_a_right_tenth_one_passes) {
    turn_on();
    for (int i = 1; i <= 9; ++i) BOOST_TEST(enter(wrong()) == "wrong");
    BOOST_TEST(enter(code()) == "granted");
    for (int i = 1; i <= 9; ++i) BOOST_TEST(enter(wrong()) == "wrong");
    const auto used = code();
    BOOST_TEST(enter(used) == "replayed");  // as the tenth: no guess, so no pause
    BOOST_TEST(failed() == 9);
    BOOST_TEST(!state().paused_until);
    clock.advance(30s);
    BOOST_TEST(enter(code()) == "granted");
}

BOOST_AUTO_TEST_CASE(TO5_the_hundredth_wrong_one_in_a_row_blocks_until_it_is_turned_off) {
    turn_on();
    codes();
    int pauses = 0;
    for (int i = 1; i <= 99; ++i) {
        const auto told = enter(wrong());
        BOOST_TEST(told == (i % 10 == 0 ? "wrong pauses" : "wrong"), i);
        if (i % 10 == 0) ++pauses, clock.advance(15min);
    }
    BOOST_TEST(pauses == 9);
    BOOST_TEST(failed() == 99);
    BOOST_TEST(!state().blocked_at);
    BOOST_TEST(enter(wrong()) == "wrong blocks");
    BOOST_TEST(failed() == 100);
    BOOST_TEST((state().blocked_at == clock.now()));
    for (const auto later : {1s, Seconds(15min), Seconds(24h), Seconds(std::chrono::days(365))}) {
        clock.advance(later);
        BOOST_TEST(enter(code()) == "blocked");
        BOOST_TEST(enter(wrong()) == "blocked");
        BOOST_TEST(recover(core, user, no_code) == "blocked");
    }
    BOOST_TEST(failed() == 100);
    // Another app does not lift it.
    BOOST_TEST(activate(core, user, code(setup(user).secret)).moved);
    BOOST_TEST(state().blocked_at.has_value());
    BOOST_TEST(turn_off(core, user));
    BOOST_TEST(enter(wrong()) == "absent");
    turn_on();
    BOOST_TEST(failed() == 0);
    BOOST_TEST(enter(code()) == "granted");
}

BOOST_AUTO_TEST_CASE(TO5_a_right_hundredth_one_passes) {
    turn_on();
    change("UPDATE totp_authenticators SET failed = 99");
    BOOST_TEST(enter(code()) == "granted");
    BOOST_TEST(failed() == 0);
    BOOST_TEST(!state().blocked_at);
}

BOOST_AUTO_TEST_CASE(TO5_of_fifty_wrong_codes_at_once_ten_are_compared_and_one_pauses) {
    turn_on();
    for (int round = 1; round <= 2; ++round) {
        const auto answers = fifty([&](Core& with, unsigned) { return enter(with, "000000" == code() ? "000001" : "000000"); });
        BOOST_TEST(sum(answers, {"wrong"}) == 9);
        BOOST_TEST(sum(answers, {"wrong pauses"}) == 1);
        BOOST_TEST(sum(answers, {"paused"}) == 40);
        BOOST_TEST(failed() == 10 * round);
        clock.advance(15min);
    }
}

BOOST_AUTO_TEST_CASE(TO5_right_and_wrong_ones_at_once_never_pass_ten_in_a_row) {
    turn_on();
    const auto six = code(), bad = wrong();
    const auto answers = fifty([&](Core& with, unsigned i) { return enter(with, i % 4 == 0 ? six : bad); });
    BOOST_TEST(sum(answers, {"granted"}) <= 1);
    // At most ten before the right one, and ten after it.
    BOOST_TEST(sum(answers, {"wrong", "wrong pauses"}) <= (sum(answers, {"granted"}) == 1 ? 20 : 10));
    BOOST_TEST(failed() <= 10);
}

BOOST_AUTO_TEST_CASE(TO5_a_try_stays_counted_when_the_connection_ends_before_the_verdict) {
    turn_on();
    for (int i = 1; i <= 3; ++i) {
        auto dying = worker();
        const auto tried = dying->totp.attempt(dying->db, context(), realms::Settings{}, user, code());
        BOOST_TEST(tried.right);
        BOOST_CHECK_THROW(dying->db.transact([&](db::Tx& tx) {
            dying->totp.consume(tx, context(), tried);
            change("KILL " + std::to_string(tx.one(statement("SELECT CONNECTION_ID()"), [](db::Row& row) { return row.next<std::int64_t>(); }).value()));
            tx.run(statement("DELETE FROM totp_setups"));
            return true;
        }), std::exception);
        BOOST_TEST(failed() == i);
    }
    BOOST_TEST(enter(code()) == "granted");
}

BOOST_AUTO_TEST_CASE(TO5_what_cannot_be_a_code_is_no_try_and_costs_no_statement_TO9) {
    turn_on();
    BOOST_TEST(statements([&] {
        for (const auto* typed : {"", "12345", "1234567", "12345a", "１２３４５６"}) BOOST_TEST(enter(typed) == "malformed");
        BOOST_TEST(recover(core, user, "123456") == "malformed");
    }) == 0u);
    BOOST_TEST(failed() == 0);
    BOOST_TEST(statements([&] { attempt(wrong()); }) == 2u);
    BOOST_TEST(statements([&] { attempt(code()); }) == 2u);
    BOOST_TEST(statements([&] { core.recovery_codes.attempt(core.db, context(), user, no_code); }) == 3u);
}

BOOST_AUTO_TEST_CASE(TO6_drift_is_remembered_and_widens_nothing) {
    turn_on();
    clock.advance(5min);
    BOOST_TEST(enter(code(-1)) == "granted");
    BOOST_TEST(state().drift == -1);
    clock.advance(30s);
    BOOST_TEST(enter(code(-2)) == "drift");
    BOOST_TEST(enter(code()) == "granted");
    BOOST_TEST(state().drift == 0);
    BOOST_TEST((state().last_used_at == clock.now()));
    // P10: a recovery code is entered where the app is not at hand, and is no use of it.
    const auto used = state().last_used_at;
    const auto recovery = codes();
    clock.advance(1min);
    BOOST_TEST(recover(recovery.front()) == "granted");
    BOOST_TEST((state().last_used_at == used));
}

BOOST_AUTO_TEST_CASE(TO7_a_dump_holds_no_secret_and_a_row_of_another_user_does_not_open) {
    turn_on();
    const auto bob = customer("bob").account.user;
    const auto waiting = setup(bob);
    const auto all = dump();
    for (const auto& secret : {app.value(), waiting.secret}) {
        const auto bytes = secret.reveal();
        BOOST_TEST(all.find(bytes) == all.npos);
        BOOST_TEST(all.find(totp::base32(secret).reveal()) == all.npos);
        BOOST_TEST(all.find(hex(as_bytes(bytes))) == all.npos);
        BOOST_TEST(all.find(base64(as_bytes(bytes))) == all.npos);
    }
    BOOST_TEST(number("SELECT key_id FROM totp_authenticators") == 1);
    BOOST_TEST(text("SELECT HEX(secret) FROM totp_authenticators").substr(0, 8) == "00000001");
    // Bob puts his own app's row in place of hers, and hers in place of his.
    const auto his = turned_on(bob);
    const auto id = [](const UserId& whose) { return "UNHEX('" + hex(whose.value) + "')"; };
    change("UPDATE totp_authenticators SET user_id = UNHEX(REPEAT('00', 16)) WHERE user_id = " + id(user));
    change("UPDATE totp_authenticators SET user_id = " + id(user) + " WHERE user_id = " + id(bob));
    BOOST_CHECK_THROW(attempt(code(his)), Fault);
    change("UPDATE totp_authenticators SET user_id = " + id(bob) + " WHERE user_id = " + id(user));
    BOOST_TEST(core.totp.attempt(core.db, context(), realms::Settings{}, bob, code(his)).right);
    // Nor does a set-up's secret in the place of an authenticator's.
    const auto fresh = setup(bob);
    change("UPDATE totp_authenticators SET secret = (SELECT secret FROM totp_setups WHERE user_id = " + id(bob) + ") WHERE user_id = " + id(bob));
    BOOST_CHECK_THROW(core.totp.attempt(core.db, context(), realms::Settings{}, bob, code(fresh.secret)), Fault);
}

BOOST_AUTO_TEST_CASE(TO8_a_setup_changes_nothing_until_its_first_code) {
    const auto first = setup(user);
    BOOST_TEST(first.fresh);
    BOOST_TEST((first.expires_at == clock.now() + 10min));
    BOOST_TEST(!core.totp.state(core.db, realm_no(), user));
    BOOST_TEST((core.totp.attempt(core.db, context(), realms::Settings{}, user, code(first.secret)).reason == Reason::absent));
    clock.advance(10min - 1ms);
    const auto again = setup(user);
    BOOST_TEST(!again.fresh);
    BOOST_TEST((again.secret == first.secret));  // a reload does not break what was scanned
    BOOST_TEST((again.expires_at == first.expires_at));
    BOOST_TEST(statements([&] { setup(user); }) == 1u);
    auto told = activate(core, user, other(code(first.secret)));
    BOOST_TEST(!told.on);
    BOOST_TEST((told.reason == Reason::wrong || told.reason == Reason::drift));
    BOOST_TEST((activate(core, user, "12345").reason == Reason::malformed));
    BOOST_TEST((setup(user).secret == first.secret));
    clock.advance(1ms);
    told = activate(core, user, code(first.secret));
    BOOST_TEST(!told.on);
    BOOST_TEST(told.expired);
    const auto second = setup(user);
    BOOST_TEST(second.fresh);
    BOOST_TEST(!(second.secret == first.secret));
    BOOST_TEST(!activate(core, user, code(first.secret)).on);
    BOOST_TEST(activate(core, user, code(second.secret)).on);
    BOOST_TEST(rows("totp_setups") == 0);
    BOOST_TEST(activate(core, user, code(second.secret)).expired);
    BOOST_TEST((state().enabled_at == clock.now()));
}

BOOST_AUTO_TEST_CASE(TO8_an_abandoned_move_leaves_the_old_app_and_a_finished_one_leaves_the_codes) {
    turn_on();
    const auto kept = codes();
    const auto since = state().enabled_at;
    for (int i = 0; i < 3; ++i) setup(user);
    clock.advance(1h);
    BOOST_TEST(enter(code()) == "granted");
    const auto made = setup(user);
    clock.advance(30s);
    BOOST_TEST(enter(code(made.secret)).substr(0, 5) == "wrong");  // not in force yet
    const auto moved = activate(core, user, code(made.secret));
    BOOST_TEST(moved.on);
    BOOST_TEST(moved.moved);
    clock.advance(30s);
    BOOST_TEST(enter(code()).substr(0, 5) == "wrong");  // the old app's
    BOOST_TEST(enter(code(made.secret)) == "granted");
    BOOST_TEST((state().enabled_at == since));
    BOOST_TEST((state().made_at == clock.now() - 30s));
    BOOST_TEST(state().codes_left == 10u);
    BOOST_TEST(recover(kept[0]) == "granted");
}

BOOST_AUTO_TEST_CASE(TO8_a_setup_whose_key_is_lost_makes_room_for_another) {
    const auto lost = setup(user);
    write_keys({{new_key(2, clock.now())}});
    clock.advance(1s);
    const auto fresh = setup(user);
    BOOST_TEST(fresh.fresh);
    BOOST_TEST(!(fresh.secret == lost.secret));
    BOOST_TEST(activate(core, user, code(fresh.secret)).on);
}

BOOST_AUTO_TEST_CASE(TO8_all_who_begin_at_once_are_shown_one_key_and_one_turns_it_on) {
    for (int round = 0; round < 3; ++round) {
        const auto begun = race([&](Core& with, unsigned) { return with.totp.setup(with.db, context(), user); });
        BOOST_TEST(std::ranges::count(begun, true, &totp::Setup::fresh) == 1);
        for (const auto& each : begun) BOOST_TEST((each.secret == begun.front().secret));
        const auto six = code(begun.front().secret);
        const auto told = race([&](Core& with, unsigned) { return activate(with, user, six); });
        BOOST_TEST(std::ranges::count(told, true, &totp::Activation::on) == 1);
        BOOST_TEST(std::ranges::count(told, true, &totp::Activation::expired) == racers - 1);
        BOOST_TEST(std::ranges::count(told, true, &totp::Activation::moved) == (round == 0 ? 0 : 1));
    }
}

BOOST_AUTO_TEST_CASE(turning_off_leaves_nothing_and_tells_one_of_those_that_press) {
    turn_on();
    codes();
    setup(user);
    const auto told = race([&](Core& with, unsigned) { return turn_off(with, user); });
    BOOST_TEST(std::ranges::count(told, true) == 1);
    for (const auto* table : {"totp_authenticators", "totp_setups", "recovery_codes"}) BOOST_TEST(rows(table) == 0);
    BOOST_TEST(!core.totp.state(core.db, realm_no(), user));
    BOOST_TEST(enter(code()) == "absent");
    BOOST_TEST(!make_codes(core, user));
    turn_on();  // with another key
    BOOST_TEST(enter(code()) == "granted");
}

BOOST_AUTO_TEST_CASE(a_deleted_customer_leaves_no_secret) {
    turn_on();
    codes();
    setup(user);
    const auto login = core.logins.of_user(core.db, realm_no(), user);
    expect(core.customers.remove(core.db, context(), login->account->no));
    for (const auto* table : {"totp_authenticators", "totp_setups", "recovery_codes"}) BOOST_TEST(rows(table) == 0);
}

BOOST_AUTO_TEST_CASE(KL1_a_secret_comes_under_the_signing_key_by_a_right_code_and_by_command) {
    turn_on();
    const auto bob = customer("bob").account.user;
    const auto his = turned_on(bob);
    BOOST_TEST(core.totp.reseal(core.db, context(), {}).done == 0u);
    rotate(2);
    clock.advance(30s);
    BOOST_TEST(totp::names_key(core.db, 1));
    BOOST_TEST(!totp::names_key(core.db, 2));
    BOOST_TEST(enter(code()) == "granted");
    BOOST_TEST(totp::names_key(core.db, 2));
    BOOST_TEST(totp::names_key(core.db, 1));
    const auto page = core.totp.reseal(core.db, context(), {});
    BOOST_TEST(page.done == 1u);
    BOOST_TEST(page.lost == 0u);
    BOOST_TEST(!page.last);
    BOOST_TEST(!totp::names_key(core.db, 1));
    clock.advance(30s);
    BOOST_TEST(enter(code()) == "granted");
    BOOST_TEST(core.totp.attempt(core.db, context(), realms::Settings{}, bob, code(his)).right);
    // A try that the command overtakes is worth nothing, and the code still is.
    rotate(3);
    const auto tried = attempt(code(1));
    BOOST_TEST(core.totp.reseal(core.db, context(), {}).done == 2u);
    BOOST_TEST(!core.db.transact([&](db::Tx& tx) { return core.totp.consume(tx, context(), tried); }));
    BOOST_TEST(enter(code(1)) == "granted");
    change("UPDATE totp_authenticators SET key_id = 1, secret = REPEAT('x', 64) WHERE user_id = UNHEX('" + hex(bob.value) + "')");
    BOOST_TEST(core.totp.reseal(core.db, context(), {}).lost == 1u);
}

BOOST_AUTO_TEST_CASE(KL1_more_than_a_page_is_sealed_anew) {
    turn_on();
    change("INSERT INTO totp_authenticators (realm_no, user_id, secret, key_id, made_at, enabled_at, last_step, drift, failed, codes_set) "
           "SELECT realm_no, UNHEX(MD5(seq)), secret, key_id, made_at, enabled_at, 0, 0, 0, 0 FROM totp_authenticators, seq_1_to_250");
    rotate(2);
    std::uint64_t done = 0, lost = 0;
    for (std::optional<UserId> after = UserId{}; after;) {
        const auto page = core.totp.reseal(core.db, context(), *after);
        done += page.done, lost += page.lost;
        after = page.last;
    }
    BOOST_TEST(done == 1u);
    BOOST_TEST(lost == 250u);  // copied into other rows they do not open (TO7), and are left as they are
    clock.advance(30s);
    BOOST_TEST(enter(code()) == "granted");
}

// --- Recovery codes

BOOST_AUTO_TEST_CASE(RC1_RC4_ten_codes_and_a_new_set_voids_the_old) {
    BOOST_TEST(!make_codes(core, user));  // no app is on
    turn_on();
    BOOST_TEST(state().codes_set == 0u);
    const auto first = make_codes(core, user).value();
    BOOST_TEST(first.codes.size() == 10u);
    std::set<std::string> seen;
    for (const auto& each : first.codes) {
        BOOST_TEST(each.size() == 19u);
        BOOST_TEST(recovery_codes::normal(each.reveal()).has_value());
        BOOST_TEST(seen.insert(std::string(each.reveal())).second);
    }
    BOOST_TEST(state().codes_left == 10u);
    BOOST_TEST((state().codes_made_at == clock.now()));
    const auto second = make_codes(core, user).value();
    BOOST_TEST(second.number == first.number + 1);
    BOOST_TEST(rows("recovery_codes") == 10);
    for (const auto& each : first.codes) {
        BOOST_TEST(recover(each).substr(0, 5) == "wrong");
        change("UPDATE totp_authenticators SET failed = 0, paused_until = NULL");
    }
    unsigned left = 10;
    for (const auto& each : second.codes) {
        BOOST_TEST(recover(core, user, recovery_codes::normal(each.reveal())->reveal()) == "granted");
        BOOST_TEST(core.recovery_codes.left(core.db, realm_no(), user) == --left);
    }
    BOOST_TEST(state().codes_left == 0u);
    clock.advance(30s);
    BOOST_TEST(enter(code()) == "granted");  // RC6: the app stays on
}

BOOST_AUTO_TEST_CASE(RC4_a_set_is_confirmed_once_and_only_while_it_is_in_force) {
    turn_on();
    const auto confirmed = [&](std::uint32_t set) {
        return core.db.transact([&](db::Tx& tx) { return core.recovery_codes.confirm(tx, context(), user, set); });
    };
    const auto first = make_codes(core, user).value().number, second = make_codes(core, user).value().number;
    BOOST_TEST(!confirmed(first));
    BOOST_TEST(!state().codes_confirmed_at);
    BOOST_TEST(confirmed(second));
    BOOST_TEST(!confirmed(second));
    BOOST_TEST((state().codes_confirmed_at == clock.now()));
    make_codes(core, user);
    BOOST_TEST(!state().codes_confirmed_at);
}

BOOST_AUTO_TEST_CASE(RC4_of_sets_made_at_once_one_is_in_force) {
    turn_on();
    const auto made = race([&](Core& with, unsigned) { return make_codes(with, user).value(); });
    BOOST_TEST(rows("recovery_codes") == 10);
    std::set<std::uint32_t> numbers;
    for (const auto& each : made) BOOST_TEST(numbers.insert(each.number).second);
    for (const auto& each : made) {
        const auto told = recover(each.codes[0]);
        BOOST_TEST((told == "granted") == (each.number == state().codes_set));
        change("UPDATE totp_authenticators SET failed = 0, paused_until = NULL");
    }
}

BOOST_AUTO_TEST_CASE(RC2_a_dump_holds_no_code_and_a_row_of_another_user_is_no_code_of_his) {
    turn_on();
    const auto hers = codes();
    const auto bob = customer("bob").account.user;
    turned_on(bob);
    const auto all = dump();
    for (const auto& each : hers) {
        BOOST_TEST(all.find(each.reveal()) == all.npos);
        BOOST_TEST(all.find(recovery_codes::normal(each.reveal())->reveal()) == all.npos);
    }
    BOOST_TEST(recover(core, bob, hers[0].reveal()) == "wrong");
    BOOST_TEST(rows("recovery_codes") == 10);  // RC3: intact
    BOOST_TEST(recover(hers[0]) == "granted");
    change("UPDATE recovery_codes SET user_id = UNHEX('" + hex(bob.value) + "')");
    BOOST_TEST(recover(core, bob, hers[1].reveal()) == "wrong");
    BOOST_TEST(recover(hers[1]) == "wrong");
    // A code made under an older key is good while the key is there.
    rotate(2);
    change("UPDATE recovery_codes SET user_id = UNHEX('" + hex(user.value) + "')");
    BOOST_TEST(recovery_codes::names_key(core.db, 1));
    BOOST_TEST(recover(hers[1]) == "granted");
    codes();
    BOOST_TEST(!recovery_codes::names_key(core.db, 1));
}

BOOST_AUTO_TEST_CASE(RC3_of_fifty_uses_of_one_code_at_once_one_signs_in) {
    turn_on();
    const auto all = codes();
    for (int round = 0; round < 3; ++round) {
        const auto answers = fifty([&](Core& with, unsigned) { return recover(with, user, all[static_cast<std::size_t>(round)].reveal()); });
        BOOST_TEST(sum(answers, {"granted"}) == 1);
        BOOST_TEST(sum(answers, {"granted", "overtaken", "wrong", "wrong pauses", "paused"}) == 50);
        BOOST_TEST(failed() <= 10);
        BOOST_TEST(state().codes_left == static_cast<unsigned>(9 - round));
        clock.advance(15min);
    }
}

BOOST_AUTO_TEST_CASE(RC5_wrong_tries_of_both_kinds_add_up_and_either_right_one_ends_them) {
    turn_on();
    const auto all = codes();
    for (int i = 0; i < 5; ++i) BOOST_TEST(enter(wrong()) == "wrong");
    for (int i = 0; i < 4; ++i) BOOST_TEST(recover(core, user, no_code) == "wrong");
    BOOST_TEST(failed() == 9);
    BOOST_TEST(recover(core, user, no_code) == "wrong pauses");
    clock.advance(30s);
    BOOST_TEST(enter(code()) == "paused");
    BOOST_TEST(recover(all[0]) == "paused");
    BOOST_TEST(state().codes_left == 10u);
    clock.advance(15min);
    BOOST_TEST(recover(all[0]) == "granted");
    BOOST_TEST(failed() == 0);
    BOOST_TEST(recover(core, user, no_code) == "wrong");
    BOOST_TEST(enter(code()) == "granted");
    BOOST_TEST(failed() == 0);
    change("UPDATE totp_authenticators SET failed = 99");
    BOOST_TEST(recover(core, user, no_code) == "wrong blocks");
    BOOST_TEST(recover(all[1]) == "blocked");
}

BOOST_AUTO_TEST_SUITE_END()
