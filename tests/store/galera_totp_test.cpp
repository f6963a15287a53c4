// SPDX-License-Identifier: MIT
// Codes of apps and recovery codes shown to two primaries at once (TO4, TO5, RC3, docs/security.md): one success, and no
// wrong one more than may be, whichever host it was asked of.
#include "store/two_hosts.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

constexpr db::Query failed{"test.failed", "SELECT failed FROM totp_authenticators WHERE realm_no = ?"};
constexpr db::Query apps{"test.apps", "SELECT COUNT(*) FROM totp_authenticators WHERE realm_no = ?"};
constexpr db::Query codes_left{"test.codes", "SELECT COUNT(*) FROM recovery_codes WHERE realm_no = ?"};

struct Apps : TwoHosts {
    static constexpr unsigned threads = 10, each = 5;  // fifty
    UserId user = customer("ann").account.user;
    Secret app = first.totp.setup(first.db, context(), user).secret;

    std::string code() { return std::string(totp::code_at(app, totp::step_of(clock.now())).reveal()); }
    // Both hosts have seen what was committed so far.
    void settle() {
        for (auto* host : {&first, &second}) number(*host, apps, shop.realm);
    }
    void turn_on() {
        const auto now = context();
        BOOST_REQUIRE(first.db.transact([&](db::Tx& tx) { return first.totp.activate(tx, now, realms::Settings{}, user, code()); }).on);
        clock.advance(30s);
        settle();
    }
    std::string enter(Core& host, const std::string& typed) {
        const auto now = context();
        const auto tried = host.totp.attempt(host.db, now, realms::Settings{}, user, typed);
        if (!tried.right) return std::string(name(tried.reason)) + (tried.pauses() ? " pauses" : "");
        if (host.db.transact([&](db::Tx& tx) { return host.totp.consume(tx, now, tried); })) return "granted";
        host.db.transact([&](db::Tx& tx) {
            host.totp.give_back(tx, now, tried);
            return true;
        });
        return "overtaken";
    }
    std::string recover(Core& host, const Secret& typed) {
        const auto now = context();
        const auto tried = host.recovery_codes.attempt(host.db, now, user, typed.reveal());
        if (!tried.right) return std::string(name(tried.reason)) + (tried.pauses() ? " pauses" : "");
        return host.db.transact([&](db::Tx& tx) { return host.recovery_codes.consume(tx, now, tried); }) ? "granted" : "overtaken";
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(galera_totp, Apps)

BOOST_AUTO_TEST_CASE(TO4_of_fifty_right_codes_on_two_primaries_one_signs_in) {
    turn_on();
    for (int round = 0; round < 3; ++round) {
        clock.advance(30s);
        const auto six = code();
        kept_apart = 0;
        // Six at once, so that charges in flight, and one or two that stay, do not make ten.
        const auto answers = race([&](Core& host, unsigned) { return enter(host, six); }, 6, 9);
        BOOST_TEST(count(answers, "granted") == 1);
        BOOST_TEST(others(answers, {"granted", "overtaken", "replayed", "paused"}) == "");
        for (auto* host : {&first, &second}) BOOST_TEST(number(*host, failed, shop.realm) <= kept_apart.load());
    }
}

BOOST_AUTO_TEST_CASE(TO5_of_fifty_wrong_codes_on_two_primaries_ten_are_compared_and_one_pauses) {
    turn_on();
    const std::string bad = code() == "000000" ? "000001" : "000000";
    const auto answers = race([&](Core& host, unsigned) { return enter(host, bad); }, threads, each);
    BOOST_TEST(tally(answers) == "40 paused, 9 wrong, 1 wrong pauses");
    for (auto* host : {&first, &second}) BOOST_TEST(number(*host, failed, shop.realm) == 10);
}

BOOST_AUTO_TEST_CASE(RC3_of_fifty_uses_of_one_recovery_code_on_two_primaries_one_signs_in) {
    turn_on();
    const auto now = context();
    const auto set = first.db.transact([&](db::Tx& tx) { return first.recovery_codes.make(tx, now, user); });
    BOOST_REQUIRE(set);
    settle();
    const auto answers = race([&](Core& host, unsigned) { return recover(host, set->codes[0]); }, threads, each);
    BOOST_TEST(count(answers, "granted") == 1);
    BOOST_TEST(others(answers, {"granted", "overtaken", "wrong", "wrong pauses", "paused"}) == "");
    for (auto* host : {&first, &second}) BOOST_TEST(number(*host, codes_left, shop.realm) == 9);
}

BOOST_AUTO_TEST_CASE(RC4_of_sets_made_on_two_primaries_at_once_one_is_in_force) {
    turn_on();
    const auto answers = race([&](Core& host, unsigned) {
        const auto now = context();
        return std::to_string(host.db.transact([&](db::Tx& tx) { return host.recovery_codes.make(tx, now, user); }).value().number);
    }, 4);
    BOOST_TEST(tally(answers) == "1 1, 1 2, 1 3, 1 4");
    for (auto* host : {&first, &second}) BOOST_TEST(number(*host, codes_left, shop.realm) == 10);
}

BOOST_AUTO_TEST_CASE(TO8_of_those_that_turn_it_on_or_off_on_two_primaries_one_is_told_so) {
    settle();
    const auto now = context();
    const auto six = code();
    const auto on = race([&](Core& host, unsigned) {
        const auto told = host.db.transact([&](db::Tx& tx) { return host.totp.activate(tx, now, realms::Settings{}, user, six); });
        return std::string(told.on ? "on" : told.expired ? "expired" : "wrong");
    });
    BOOST_TEST(tally(on) == "15 expired, 1 on");
    settle();
    const auto off = race([&](Core& host, unsigned) {
        return std::string(host.db.transact([&](db::Tx& tx) { return host.totp.turn_off(tx, now, user); }) ? "was on" : "was off");
    });
    BOOST_TEST(tally(off) == "15 was off, 1 was on");
    for (auto* host : {&first, &second}) BOOST_TEST(number(*host, apps, shop.realm) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
