// SPDX-License-Identifier: MIT
// Logins against the database: lengths and normal forms of passwords (PW1, PW2), rehash (PW9), sealing (PW10), the hash
// gate over threads and processes (PW11), and the counters of TH1, TH3, TH4, TH7.
#include "store/shop.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <latch>
#include <set>

#include <authtickets/crypto/pwhash.h>
#include <authtickets/crypto/seal.h>

using namespace authtickets;
using namespace authtickets::test;

namespace {

std::string many(std::string_view what, std::size_t count) {
    std::string out;
    while (count-- > 0) out += what;
    return out;
}

struct Password : Shop {
    sign_in::SignedIn ann = customer("ann");

    void wrong(int times, const std::string& name = "ann") {
        for (int i = 0; i < times; ++i) BOOST_TEST(why(sign_in(name, "wrong horse 2")) == "credentials_wrong");
    }
    std::uint32_t remaining(const std::string& name = "ann") {
        return core.logins.find(core.db, clock.now(), realm()->settings, realm_no(), name).value().remaining;
    }
    std::int64_t failed() { return number("SELECT failed FROM logins WHERE user_name = 'ann'"); }
    std::int64_t failed_day() { return number("SELECT failed_day FROM users"); }
    bool locked() { return number("SELECT locked_at IS NOT NULL FROM logins WHERE user_name = 'ann'") == 1; }
    // The Argon2id string as it is under the seal.
    std::string hashed() {
        constexpr static db::Query read{"test.sealed", "SELECT login_id, user_id, password FROM logins WHERE user_name = 'ann'"};
        const auto [login, user, sealed] = look.one(read, [](db::Row& row) {
            const auto id = row.next<Uuid>();
            const auto of = row.next<Uuid>();
            return std::tuple(id, of, row.next<std::string>());
        }).value();
        const crypto::Place place{.table = "logins", .column = "password", .realm = realm_no(), .row = login, .user = user};
        return std::string(crypto::unseal(keys, crypto::Purpose::password, place, sealed).value().reveal());
    }
    // A worker whose hashes cost something else.
    std::unique_ptr<Core> worker_at(std::uint32_t memory_kib, std::uint32_t passes) {
        config.hash_memory_kib = memory_kib;
        config.hash_passes = passes;
        return worker();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(logins_store, Password)

BOOST_AUTO_TEST_CASE(passwords_of_64_and_256_points_of_any_script_are_set_and_verified_PW1) {
    const std::string letters[] = {"x", "字", "😀", " ", "é", "\xD0\xB6"};
    int count = 0;
    for (const auto& letter : letters) {
        for (const std::size_t points : {64u, 256u}) {
            const auto password = "a1" + many(letter, points - 2);
            const auto name = "shopper" + std::to_string(++count);
            BOOST_TEST_CONTEXT(points << " of '" << letter << "'") {
                BOOST_TEST(why(registered(core, name, name + "@shop.example", password)) == "granted");
                BOOST_TEST(why(sign_in(name, password)) == "granted");
                BOOST_TEST(why(sign_in(name, password.substr(0, password.size() - letter.size()))) == "credentials_wrong");
                BOOST_TEST(why(sign_in(name, password + letter)) == (password.size() + letter.size() > 1024 ? "password_too_long" : "credentials_wrong"));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(over_1024_bytes_is_refused_before_anything_is_asked_PW1) {
    realm();
    BOOST_TEST(statements([&] {
        BOOST_TEST(why(sign_in("ann", many("x", 1025))) == "password_too_long");
        BOOST_TEST(why(sign_in("nobody", many("x", 1'000'000))) == "password_too_long");
        BOOST_TEST(why(registered(core, "bob", "bob@shop.example", "a1" + many("x", 1023))) == "password_too_long");
    }) == 0u);
    BOOST_TEST(failed() == 0);
    BOOST_TEST(why(sign_in("ann", many("x", 1024))) == "credentials_wrong");
}

BOOST_AUTO_TEST_CASE(a_password_is_verified_whole_and_unchanged_PW2) {
    const auto first72 = "a1" + many("x", 70);
    BOOST_TEST(why(registered(core, "bob", "bob@shop.example", first72 + "one")) == "granted");
    BOOST_TEST(why(sign_in("bob", first72 + "two")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("bob", first72)) == "credentials_wrong");
    BOOST_TEST(why(sign_in("bob", first72 + "ONE")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("bob", " " + first72 + "one")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("bob", first72 + "one ")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("bob", first72 + "one" + std::string(1, '\0'))) == "credentials_wrong");
    BOOST_TEST(why(sign_in("bob", first72 + "one")) == "granted");
}

BOOST_AUTO_TEST_CASE(composed_and_decomposed_forms_match_and_compatibility_forms_do_not_PW2) {
    BOOST_TEST(why(registered(core, "bob", "bob@shop.example", "cafe\xCC\x81 12345")) == "granted");
    BOOST_TEST(why(sign_in("bob", "caf\xC3\xA9 12345")) == "granted");
    BOOST_TEST(why(sign_in("bob", "cafe\xCC\x81 12345")) == "granted");
    BOOST_TEST(why(sign_in("bob", "cafe 12345")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("bob", "caf\xC3\xA9 １2345")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("bob", "caf\xE9 12345")) == "credentials_wrong");  // Latin-1 bytes are no UTF-8
    BOOST_TEST(why(registered(core, "eve", "eve@shop.example", "caf\xE9 12345")) == "bad_parameter");
}

BOOST_AUTO_TEST_CASE(a_password_is_hashed_anew_at_a_sign_in_when_the_cost_has_changed_PW9) {
    BOOST_TEST(hashed().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    const auto dear = worker_at(16, 2);
    BOOST_TEST(why(sign_in(*dear, context(), "ann", "wrong horse 2")) == "credentials_wrong");
    BOOST_TEST(hashed().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    BOOST_TEST(why(sign_in(*dear, context(), "ann", right_password)) == "granted");
    const auto after = hashed();
    BOOST_TEST(after.starts_with("$argon2id$v=19$m=16,t=2,p=1$"));
    BOOST_TEST(why(sign_in(*dear, context(), "ann", right_password)) == "granted");
    BOOST_TEST(hashed() == after);  // once is enough
    BOOST_TEST(why(sign_in(*dear, context(), "ann", "wrong horse 2")) == "credentials_wrong");
    BOOST_TEST(check(ann.issued.access) == "granted");  // nobody is signed out by it
}

BOOST_AUTO_TEST_CASE(a_new_cost_is_not_taken_over_by_a_refused_sign_in_PW9) {
    const auto dear = worker_at(16, 2);
    change("UPDATE accounts SET active = 0");
    BOOST_TEST(why(sign_in(*dear, context(), "ann", right_password)) == "credentials_wrong");
    BOOST_TEST(hashed().starts_with("$argon2id$v=19$m=8,"));
}

BOOST_AUTO_TEST_CASE(ten_right_passwords_in_parallel_all_succeed_while_the_cost_changes_TH1_PW9) {
    for (const std::uint32_t memory_kib : {16u, 24u}) {
        config.hash_memory_kib = memory_kib;  // of the workers to come
        const auto outcomes = race([&](Core& with, unsigned) { return why(sign_in(with, context(), "ann", right_password)); }, 10);
        for (const auto& outcome : outcomes) BOOST_TEST(outcome == "granted");
    }
    BOOST_TEST(hashed().starts_with("$argon2id$v=19$m=24,"));
    BOOST_TEST(failed() == 0);
    BOOST_TEST(number("SELECT in_flight FROM logins") == 0);
}

BOOST_AUTO_TEST_CASE(a_sealed_password_moved_to_another_row_does_not_open_PW10) {
    customer("bob");
    change("UPDATE logins a, logins b SET a.password = b.password, a.password_key_id = b.password_key_id WHERE a.user_name = 'ann' AND b.user_name = 'bob'");
    BOOST_CHECK_THROW(sign_in("ann"), Fault);
    BOOST_CHECK_THROW(sign_in("ann", "wrong horse 2"), Fault);
    BOOST_TEST(failed() == 0);  // TH7: a defect of ours is no wrong password
    BOOST_TEST(why(sign_in("bob")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_sealed_password_does_not_open_for_another_user_realm_or_key_PW10) {
    const auto before = text("SELECT HEX(password) FROM logins");
    change("UPDATE logins SET password = CONCAT(LEFT(password, LENGTH(password) - 1), 'x')");
    BOOST_CHECK_THROW(sign_in("ann"), Fault);
    BOOST_TEST(number("SELECT in_flight FROM logins") == 0);  // TH7: a fault is given back
    change("UPDATE logins SET password = UNHEX('" + before + "')");
    const UserId stranger{uuid_v4(rng)};
    change("UPDATE logins SET user_id = UNHEX('" + hex(stranger.value) + "')");
    change("UPDATE users SET user_id = UNHEX('" + hex(stranger.value) + "')");
    change("UPDATE memberships SET user_id = UNHEX('" + hex(stranger.value) + "')");
    BOOST_CHECK_THROW(sign_in("ann"), Fault);
}

// --- The hash gate (PW11) -----------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_full_gate_refuses_with_retry_after_and_nothing_is_counted_PW11) {
    logins::HashGate tight(folder.path("tight"), 1, 1, Millis(0));
    Core busy(config, db::Rights::serve, keys, tight, cap, clock, rng, log);
    std::optional<Result<sign_in::SignedIn>> signed_in, wrong_one, unknown, fresh;
    const auto held = tight.run([&] {
        signed_in = sign_in(busy, from_browser(), "ann", right_password);
        wrong_one = sign_in(busy, from_browser(), "ann", "wrong horse 2");
        unknown = sign_in(busy, from_browser(), "nobody", "wrong horse 2");
        fresh = registered(busy, "bob", "bob@shop.example");
    });
    BOOST_TEST(why(held) == "granted");
    for (const auto* each : {&signed_in, &wrong_one, &unknown, &fresh}) {
        BOOST_REQUIRE(each->has_value());
        BOOST_TEST(why(**each) == "busy");
        BOOST_TEST((**each).error().retry_after.count() >= 1);
        BOOST_TEST((**each).error().retry_after.count() <= 4);
    }
    BOOST_TEST(failed() == 0);
    BOOST_TEST(failed_day() == 0);
    BOOST_TEST(number("SELECT in_flight FROM logins") == 0);
    BOOST_TEST(events("signin.failure") == 0);
    // The address budget was given back: all 30 are there.
    for (int i = 0; i < 30; ++i) BOOST_TEST(core.throttle.charge_address(core.db, from_browser(), realm()->settings).has_value());
    BOOST_TEST(why(core.throttle.charge_address(core.db, from_browser(), realm()->settings)) == "throttled");
    BOOST_TEST(why(sign_in(busy, context(), "ann", right_password)) == "granted");
}

BOOST_AUTO_TEST_CASE(who_is_sent_away_has_cost_no_statement_and_comes_again_at_another_time_than_the_next_PW11) {
    logins::HashGate tight(folder.path("crowd"), 1, 1, Millis(0));
    Core busy(config, db::Rights::serve, keys, tight, cap, clock, rng, log);
    BOOST_TEST(why(sign_in(busy, from_browser(), "ann", right_password)) == "granted");
    const auto before = busy.db.statements();
    std::multiset<Seconds::rep> times;
    const auto held = tight.run([&] {
        for (int i = 0; i < 8; ++i) times.insert(sign_in(busy, from_browser(), "ann", right_password).error().retry_after.count());
    });
    BOOST_TEST(why(held) == "granted");
    BOOST_TEST(busy.db.statements() == before);
    for (int second = 1; second <= 4; ++second) BOOST_TEST(times.count(second) == 2U);
}

BOOST_AUTO_TEST_CASE(slots_are_shared_by_several_gates_in_threads_PW11) {
    logins::HashGate one(folder.path("shared"), 2, 16, Millis(20'000)), two(folder.path("shared"), 2, 16, Millis(20'000));
    std::atomic<int> inside{0}, most{0}, refused{0}, done{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                for (int round = 0; round < 5; ++round) {
                    const auto ran = (i % 2 == 0 ? one : two).run([&] {
                        const int here = ++inside;
                        int seen = most;
                        while (here > seen && !most.compare_exchange_weak(seen, here)) {}
                        crypto::hash_password(Secret(std::string_view("some work")), {.memory_kib = 1024, .passes = 1});
                        --inside;
                        ++done;
                    });
                    if (!ran) ++refused;
                }
            });
        }
    }
    BOOST_TEST(most <= 2);
    BOOST_TEST(refused == 0);
    BOOST_TEST(done == 40);
}

BOOST_AUTO_TEST_CASE(no_more_are_there_than_may_PW11) {
    logins::HashGate gate_of_one(folder.path("queue"), 1, 2, Millis(20'000));  // one hashes, one waits
    std::latch taken{1}, go{1};
    std::jthread holder([&] { (void)gate_of_one.run([&] { taken.count_down(); go.wait(); }); });
    taken.wait();
    std::atomic<int> refusals{0}, runs{0};
    std::promise<void> one_was_refused;
    {
        std::vector<std::jthread> waiting;
        for (int i = 0; i < 2; ++i) {
            waiting.emplace_back([&] {
                const auto ran = gate_of_one.run([&] { ++runs; });
                if (!ran && ++refusals == 1) one_was_refused.set_value();
            });
        }
        // One waits in vain until the slot is free; the other is turned away at once, while it is not.
        BOOST_TEST((one_was_refused.get_future().wait_for(10s) == std::future_status::ready));
        BOOST_TEST(runs == 0);
        go.count_down();
    }
    BOOST_TEST(refusals == 1);
    BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE(slots_are_shared_by_processes_and_a_killed_one_gives_its_back_PW11) {
    constexpr int processes = 2;
    pid_t children[processes];
    for (auto& child : children) {
        int ready[2];
        BOOST_REQUIRE(::pipe(ready) == 0);
        child = ::fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {  // takes a slot, says so, and holds it until it is killed
            logins::HashGate gate_there(folder.path("host"), processes, 1, Millis(1000));
            (void)gate_there.run([&] {
                if (::write(ready[1], "x", 1) == 1) ::pause();
            });
            ::_exit(1);
        }
        ::close(ready[1]);
        char byte = 0;
        BOOST_TEST(::read(ready[0], &byte, 1) == 1);
        ::close(ready[0]);
    }
    logins::HashGate gate_here(folder.path("host"), processes, 1, Millis(0));
    BOOST_TEST(why(gate_here.run([] {})) == "busy");
    ::kill(children[0], SIGKILL);
    ::waitpid(children[0], nullptr, 0);
    bool ran = false;
    BOOST_TEST(why(gate_here.run([&] {
        ran = true;
        BOOST_TEST(why(gate_here.run([] {})) == "busy");  // the other child still holds its own
    })) == "granted");
    BOOST_TEST(ran);
    ::kill(children[1], SIGKILL);
    ::waitpid(children[1], nullptr, 0);
}

BOOST_AUTO_TEST_CASE(a_gate_without_a_folder_says_which_and_counts_nothing_PW11) {
    logins::HashGate lost(folder.path("no/such/folder"), 1, 1, Millis(0));
    BOOST_CHECK_THROW(static_cast<void>(lost.run([] {})), Unavailable);
    Core broken(config, db::Rights::serve, keys, lost, cap, clock, rng, log);
    BOOST_CHECK_THROW(sign_in(broken, context(), "ann", "wrong horse 2"), Unavailable);
    BOOST_TEST(failed() == 0);
}

// --- Locks (TH1) ----------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_name_that_nobody_has_reads_a_row_like_any_other_and_is_nobody_EN2) {
    customer("mia");
    const auto rows_sent = [&] { return number("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'ROWS_SENT'"); };
    const auto own = [&] {  // of the question itself
        const auto before = rows_sent();
        return rows_sent() - before;
    }();
    for (const char* const name : {"ann", "mia", "aaa", "annb", "bob", "mi", "zoe", "", "\xff"}) {
        const auto before = rows_sent();
        const auto found = core.logins.named(core.db, realm_no(), name);
        BOOST_TEST_CONTEXT("'" << name << "'") {
            BOOST_TEST(rows_sent() - before - own == 1);
            BOOST_TEST(found.has_value() == (name == std::string_view("ann") || name == std::string_view("mia")));
            if (found) BOOST_TEST(found->user_name == name);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_login_is_locked_at_exactly_ten_not_nine_TH1) {
    wrong(9);
    BOOST_TEST(!locked());
    BOOST_TEST(remaining() == 1u);
    BOOST_TEST(why(sign_in("ann")) == "granted");
    BOOST_TEST(remaining() == 10u);
    wrong(10);
    BOOST_TEST(locked());
    BOOST_TEST(failed() == 10);
    BOOST_TEST(remaining() == 0u);
    BOOST_TEST(events("account.locked") == 1);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");  // the right one is answered like a wrong one
    wrong(3);
    BOOST_TEST(failed() == 10);
    BOOST_TEST(failed_day() == 19);
    BOOST_TEST(events("account.locked") == 1);
    BOOST_TEST(events("signin.failure", "locked") == 4);
    clock.advance(std::chrono::hours(24 * 365));
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");  // until somebody frees it
    expect(core.logins.unlock(core.db, context(), "ann"));
    BOOST_TEST(remaining() == 10u);
    BOOST_TEST(why(sign_in("ann")) == "granted");
    BOOST_TEST(events("account.unlocked") == 1);
}

BOOST_AUTO_TEST_CASE(remaining_attempts_are_exact_on_the_way_TH1) {
    for (std::uint32_t left = 10; left > 0; --left) {
        BOOST_TEST(remaining() == left);
        wrong(1);
    }
    BOOST_TEST(remaining() == 0u);
}

BOOST_AUTO_TEST_CASE(a_realm_may_lock_sooner_or_later_TH1) {
    set("lock.attempts", "3");
    wrong(2);
    BOOST_TEST(!locked());
    wrong(1);
    BOOST_TEST(locked());
    set("lock.attempts", "50");
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");  // a lock stays a lock
}

BOOST_AUTO_TEST_CASE(a_limit_lowered_below_the_count_refuses_at_once_and_locks_nobody_unasked_TH1) {
    wrong(5);
    set("lock.attempts", "3");
    BOOST_TEST(remaining() == 0u);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    expect(core.logins.unlock(core.db, context(), "ann"));
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_lock_ends_by_itself_where_the_realm_says_so_TH1) {
    set("lock.release_minutes", "30");
    wrong(10);
    const auto at = clock.now();
    clock.set(at + 30min - 1ms);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    clock.set(at + 30min);
    BOOST_TEST(remaining() == 10u);
    wrong(1);
    BOOST_TEST(failed() == 1);  // counting begins anew
    BOOST_TEST(!locked());
    BOOST_TEST(remaining() == 9u);
    BOOST_TEST(why(sign_in("ann")) == "granted");
    wrong(10);
    BOOST_TEST(events("account.locked") == 2);
}

BOOST_AUTO_TEST_CASE(a_hundred_in_a_day_lock_across_successes_TH1) {
    set("lock.daily", "12");
    for (int i = 0; i < 3; ++i) {
        wrong(3);
        BOOST_TEST(why(sign_in("ann")) == "granted");
    }
    wrong(2);
    BOOST_TEST(failed_day() == 11);
    BOOST_TEST(!locked());
    wrong(1);
    BOOST_TEST(locked());
    BOOST_TEST(failed() == 3);
    BOOST_TEST(remaining() == 0u);
    BOOST_TEST(events("account.locked") == 1);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    expect(core.logins.unlock(core.db, context(), "ann"));
    BOOST_TEST(why(sign_in("ann")) == "granted");
    BOOST_TEST(remaining() == 10u);
}

BOOST_AUTO_TEST_CASE(the_daily_count_lasts_24_hours_from_its_first_failure_TH1) {
    set("lock.daily", "10");
    wrong(5);
    BOOST_TEST(why(sign_in("ann")) == "granted");
    clock.advance(24h - 1ms);
    wrong(1);
    BOOST_TEST(failed_day() == 6);
    clock.advance(1ms);
    wrong(1);
    BOOST_TEST(failed_day() == 1);
    BOOST_TEST(why(sign_in("ann")) == "granted");
    wrong(9);
    BOOST_TEST(locked());
}

BOOST_AUTO_TEST_CASE(a_day_that_is_spent_refuses_though_the_lock_has_run_out_TH1) {
    set("lock.daily", "10");
    set("lock.release_minutes", "30");
    wrong(10);
    clock.advance(24h - 1s);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    clock.advance(1s);
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_CASE(an_attempt_left_behind_by_a_dead_process_lapses_after_30_seconds_TH1) {
    change("UPDATE logins SET in_flight = 10, in_flight_at = '" + sql_text(clock.now()) + "'");
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    clock.advance(30s - 1ms);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    clock.advance(1ms);
    BOOST_TEST(why(sign_in("ann")) == "granted");
    BOOST_TEST(number("SELECT in_flight FROM logins") == 0);
    BOOST_TEST(failed() == 0);
    BOOST_TEST(!locked());
}

BOOST_AUTO_TEST_CASE(success_clears_the_passwords_counter_and_not_the_days_TH4) {
    wrong(9);
    BOOST_TEST(why(sign_in("ann")) == "granted");
    BOOST_TEST(failed() == 0);
    BOOST_TEST(failed_day() == 9);
    BOOST_TEST(number("SELECT first_failed_at IS NULL FROM logins") == 1);
    BOOST_TEST(number("SELECT sign_ins FROM logins") == 1);
}

BOOST_AUTO_TEST_CASE(ten_spellings_are_one_counter_TH3) {
    BOOST_TEST(why(registered(core, "Zoë.Shopper", "Zoe@Shop.example")) == "granted");
    const char* const spellings[] = {"zoë.shopper", "ZOË.SHOPPER", "  zoë.shopper", "zoë.shopper \t", "zoe\xCC\x88.shopper", "ｚｏë.shopper",
                                     "zoe@shop.example", "ZOE@SHOP.EXAMPLE", " Zoe@shop.example ", "ｚｏｅ＠shop.example"};
    for (const char* spelling : spellings) {
        BOOST_TEST_CONTEXT(spelling) {
            BOOST_TEST(why(sign_in(spelling)) == "granted");
            BOOST_TEST(why(sign_in(spelling, "wrong horse 2")) == "credentials_wrong");
            BOOST_TEST(remaining("zoë.shopper") == 9u);
        }
    }
    for (const char* spelling : spellings) sign_in(spelling, "wrong horse 2");
    BOOST_TEST(number("SELECT failed FROM logins WHERE user_name = 'Zoë.Shopper'") == 10);
    for (const char* spelling : spellings) BOOST_TEST(why(sign_in(spelling)) == "credentials_wrong");
    BOOST_TEST(events("account.locked") == 1);
}

BOOST_AUTO_TEST_CASE(refusals_that_are_no_wrong_password_never_count_TH7) {
    const auto untouched = [&] {
        BOOST_TEST(failed() == 0);
        BOOST_TEST(failed_day() == 0);
        BOOST_TEST(number("SELECT in_flight FROM logins") == 0);
    };
    BOOST_TEST(why(sign_in("ann", many("x", 2000))) == "password_too_long");
    untouched();
    change("UPDATE accounts SET active = 0");
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    untouched();
    change("UPDATE accounts SET active = 1");
    change("UPDATE logins SET password_change_required = 1");
    BOOST_TEST(why(sign_in("ann")) == "password_change_required");
    untouched();
    change("UPDATE logins SET password_change_required = 0");
    expect(core.logins.block(core.db, context(), "ann"));
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    untouched();
    expect(core.logins.unlock(core.db, context(), "ann"));
    const sign_in::ByPassword elsewhere{.name = "ann", .password = Secret(std::string_view(right_password)), .account = AccountNo{4242}, .wishes = {}};
    BOOST_TEST(why(core.sign_in.by_password(core.db, context(), *realm(), elsewhere)) == "credentials_wrong");
    untouched();
    for (int i = 0; i < 30; ++i) expect(core.throttle.charge_address(core.db, from_browser(), realm()->settings));
    BOOST_TEST(why(sign_in(core, from_browser(), "ann", "wrong horse 2")) == "throttled");
    untouched();
}

BOOST_AUTO_TEST_CASE(a_password_changed_while_one_is_compared_refuses_the_old_one) {
    auto attempt = expect(core.logins.attempt(*core.logins.enter(), core.db, context(), realm()->settings, "ann", Secret(std::string_view(right_password)), {}));
    BOOST_TEST(attempt.matched);
    change("UPDATE logins SET password_version = password_version + 1");  // another request sets a password
    BOOST_TEST(!core.db.transact([&](db::Tx& tx) { return core.logins.settle_right(tx, context(), attempt, true); }));
    core.db.transact([&](db::Tx& tx) {
        core.logins.settle_failed(tx, context(), realm()->settings, attempt);
        return 0;
    });
    BOOST_TEST(failed() == 0);
    BOOST_TEST(number("SELECT in_flight FROM logins") == 0);
}

BOOST_AUTO_TEST_CASE(a_lock_that_comes_while_a_right_password_is_compared_wins_D4) {
    wrong(8);
    const auto attempt_with = [&](const std::string& password) {
        return expect(core.logins.attempt(*core.logins.enter(), core.db, context(), realm()->settings, "ann", Secret(std::string_view(password)), {}));
    };
    const auto ninth = attempt_with("wrong horse 2"), right = attempt_with(right_password), eleventh = attempt_with(right_password);
    BOOST_TEST(ninth.admitted);
    BOOST_TEST(right.admitted);
    BOOST_TEST(!eleventh.admitted);  // 8 failed and 2 in flight: the limit is exact
    core.db.transact([&](db::Tx& tx) {
        core.logins.settle_failed(tx, context(), realm()->settings, ninth);
        return 0;
    });
    BOOST_TEST(!locked());
    BOOST_TEST(core.db.transact([&](db::Tx& tx) { return core.logins.settle_right(tx, context(), right, true); }));
    BOOST_TEST(failed() == 0);
}

BOOST_AUTO_TEST_CASE(blocking_and_unlocking_name_somebody_or_nobody) {
    BOOST_TEST(why(core.logins.block(core.db, context(), "nobody")) == "unknown_item");
    BOOST_TEST(why(core.logins.unlock(core.db, context(), "nobody")) == "unknown_item");
    BOOST_TEST(why(core.logins.block(core.db, context(), " ANN@shop.example")) == "granted");
    BOOST_TEST(why(core.logins.block(core.db, context(), "ann")) == "granted");  // already so: one event
    BOOST_TEST(events("account.suspended", "blocked") == 1);
    BOOST_TEST(!core.logins.find(core.db, clock.now(), realm()->settings, realm_no(), "nobody"));
    BOOST_TEST((core.logins.find(core.db, clock.now(), realm()->settings, realm_no(), "ann")->login.blocked_at == clock.now()));
}

BOOST_AUTO_TEST_SUITE_END()

// The gate alone: how often the memory of a hash is kept is one number for a process.
BOOST_AUTO_TEST_SUITE(hash_memory_of_a_host)

BOOST_AUTO_TEST_CASE(processes_keep_as_many_times_as_there_are_slots_PW11) {
    if (!crypto::keeps_hash_memory()) return;  // under a sanitizer
    const Folder folder;
    const auto hash = [](logins::HashGate& gate) {
        BOOST_TEST(why(gate.run([] { crypto::hash_password(Secret(std::string_view("some work")), {}); })) == "granted");
    };
    const auto kept = [] { return crypto::rest_hash_memory(std::chrono::hours(1)); };
    int ready[2];
    BOOST_REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {  // keeps the memory of the one slot until it is killed
        logins::HashGate gate_there(folder.path("host"), 1, 1, Millis(20'000));
        (void)gate_there.run([] { crypto::hash_password(Secret(std::string_view("some work")), {}); });
        if (::write(ready[1], "x", 1) == 1) ::pause();
        ::_exit(1);
    }
    ::close(ready[1]);
    char byte = 0;
    BOOST_TEST(::read(ready[0], &byte, 1) == 1);
    ::close(ready[0]);
    logins::HashGate gate_here(folder.path("host"), 1, 1, Millis(20'000));
    hash(gate_here);
    BOOST_TEST(kept() == 0U);  // the slot is free, and the memory is kept there
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    hash(gate_here);
    BOOST_TEST(kept() == 1U);
    gate_here.rest(std::chrono::hours(1));
    BOOST_TEST(kept() == 1U);
    gate_here.rest({});
    BOOST_TEST(kept() == 0U);
    {
        logins::HashGate another(folder.path("host"), 1, 1, Millis(20'000));  // what rested here may be kept there
        hash(another);
        BOOST_TEST(kept() == 1U);
    }
    BOOST_TEST(kept() == 0U);
}

// Who was busy once and hashes one by one from then on leaves the others what he needs no more.
BOOST_AUTO_TEST_CASE(files_go_back_with_the_memory_that_rested_PW11) {
    if (!crypto::keeps_hash_memory()) return;
    const Folder folder;
    const auto hash = [] { crypto::hash_password(Secret(std::string_view("some work")), {}); };
    logins::HashGate gate(folder.path("host"), 2, 2, Millis(20'000));
    {
        std::latch both(2);
        const auto work = [&] {
            BOOST_TEST(why(gate.run([&] { both.arrive_and_wait(); hash(); })) == "granted");
        };
        std::jthread first(work), second(work);
    }
    const auto locked = [&] {
        unsigned count = 0;
        for (const auto* name : {"host/memory-0", "host/memory-1"}) {
            const int file = ::open(folder.path(name).c_str(), O_RDWR | O_CLOEXEC);
            if (file < 0) continue;
            if (::flock(file, LOCK_EX | LOCK_NB) != 0) ++count;
            ::close(file);
        }
        return count;
    };
    BOOST_TEST(locked() == 2U);
    const auto both_done = steady_now();
    std::this_thread::sleep_for(500ms);
    BOOST_TEST(why(gate.run(hash)) == "granted");  // in the memory that was used last
    gate.rest(std::chrono::duration_cast<Millis>(steady_now() - both_done));  // what nobody used since then
    BOOST_TEST(locked() == 1U);
    gate.rest({});
    BOOST_TEST(locked() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
