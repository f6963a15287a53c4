// SPDX-License-Identifier: MIT
// Codes and links shown to two primaries at once (OC4, OC7, RS1, TK3; docs/security.md), and the trail sealed by two hosts
// (KL2): one success, whichever host it was asked of.
#include "store/two_hosts.h"

#include <algorithm>

#include <authtickets/core/seals.h>

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

constexpr db::Query codes_left{"test.codes", "SELECT COUNT(*) FROM codes WHERE realm_no = ?"};
constexpr db::Query tries{"test.tries", "SELECT tries FROM codes WHERE realm_no = ?"};
constexpr db::Query failed{"test.failed", "SELECT COALESCE(SUM(failed), 0) FROM code_failures WHERE realm_no = ?"};
constexpr db::Query full_tickets{"test.full", "SELECT COUNT(*) FROM tickets WHERE realm_no = ? AND state = 1"};
constexpr db::Query pending_tickets{"test.pending", "SELECT COUNT(*) FROM tickets WHERE realm_no = ? AND state <> 1"};
constexpr db::Query spent{"test.spent", "SELECT SUM(spent_codes) FROM tickets WHERE realm_no = ?"};
constexpr db::Query told{"test.told", "SELECT COUNT(*) FROM events WHERE realm_no = ? AND name = ?"};
constexpr db::Query epochs{"test.epochs", "SELECT epoch FROM users WHERE realm_no = ?"};
constexpr db::Query links_left{"test.links", "SELECT COUNT(*) FROM links WHERE realm_no = ?"};
constexpr db::Query seal_rows{"test.seals", "SELECT COUNT(*) FROM event_seals WHERE realm_no = ?"};

// Ann, on either host, with a shop that sends codes to sign in by.
struct Codes : TwoHosts {
    static constexpr unsigned threads = 10, each = 5;  // fifty
    sign_in::SignedIn ann = customer("ann");

    void set(std::string_view setting, std::string_view value) {
        const auto now = context();
        BOOST_REQUIRE(first.realms.set(first.db, now, shop.realm, setting, value));
        clock.advance(2s);  // what a worker keeps of the settings is older than that
        settle();
    }
    // Both hosts have seen what was committed so far.
    void settle() {
        for (auto* host : {&first, &second}) number(*host, codes_left, shop.realm);
    }
    // What the worker would send to her.
    outbox::Cause cause(events::Name event) {
        std::optional<outbox::Cause> found;
        settle();  // it may have been caused on the other host
        for (const auto& taken : first.outbox.due(first.db, clock.now() + 1h, 1000)) {
            auto cause = first.outbox.open(taken);
            if (cause && cause->event == event && cause->user == ann.account.user) found = std::move(*cause);
        }
        BOOST_REQUIRE(found);
        return std::move(*found);
    }
    std::string code_for_sign_in() {
        clock.advance(1ms);  // the newest is told by its time
        BOOST_REQUIRE(first.sign_in.request_code(first.db, context(), *realm(first), {.name = "ann"}));
        return std::string(cause(events::Name::signin_code_sent).code.reveal());
    }
    std::string enter(Core& host, std::string_view code) {
        return why(host.sign_in.by_code(host.db, context(), *realm(host), {.name = "ann", .code = Secret(code)}));
    }
    // A sign-in that owes its second step.
    sign_in::SecondStep waiting() {
        const auto pending = first.sign_in.by_password(first.db, context(), *realm(first),
                                                       {.name = "ann", .password = Secret(std::string_view("correct horse 1"))});
        BOOST_REQUIRE(pending);
        BOOST_REQUIRE(pending->pending());
        return {.claims = first.tickets.check(first.db, context(), pending->issued.access.reveal())->ticket};
    }
    // Password and code in one request (docs/freshcom.md).
    std::string enter_in_one(Core& host, std::optional<std::string> code) {
        auto at_door = context();
        at_door.door = Door::freshcom;
        at_door.application = {};
        sign_in::InOne wanted{.name = "ann", .password = Secret(std::string_view("correct horse 1"))};
        if (code) wanted.code = Secret(std::string_view(*code));
        const auto done = host.sign_in.by_password_and_code(host.db, at_door, *realm(host), wanted);
        return !done ? why(done) : std::holds_alternative<sign_in::CodeOwed>(*done) ? "owed" : "granted";
    }
    static std::string other(std::string code) {
        code[5] = code[5] == '0' ? '1' : '0';
        return code;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(galera_codes, Codes)

BOOST_AUTO_TEST_CASE(fifty_right_codes_on_two_primaries_one_success_OC4) {
    set("signin.email_code", "on");
    for (int round = 0; round < 3; ++round) {
        const auto code = code_for_sign_in();
        const auto tickets = number(first, full_tickets, shop.realm);
        const auto answers = race([&](Core& host, unsigned) { return enter(host, code); }, threads, each);
        BOOST_TEST(tally(answers) == "49 code_wrong, 1 granted");
        for (auto* host : {&first, &second}) {
            BOOST_TEST(number(*host, codes_left, shop.realm) == 0);
            BOOST_TEST(number(*host, full_tickets, shop.realm) == tickets + 1);
            BOOST_TEST(number(*host, failed, shop.realm) <= kept_apart.load());  // OC8: none of them was a wrong one
        }
    }
}

BOOST_AUTO_TEST_CASE(fifty_wrong_codes_on_two_primaries_three_are_compared_OC3_OC4) {
    set("signin.email_code", "on");
    const auto code = code_for_sign_in();
    const auto answers = race([&](Core& host, unsigned) { return enter(host, other(code)); }, threads, each);
    BOOST_TEST(tally(answers) == "50 code_wrong");
    for (auto* host : {&first, &second}) {
        BOOST_TEST(number(*host, tries, shop.realm) == 3 + 1);  // and the note that it is spent
        BOOST_TEST(number(*host, failed, shop.realm) == 3);  // what was compared, and no more (OC8)
        BOOST_TEST(number(*host, told, shop.realm, "signin.failure") == 50);
    }
    for (auto* host : {&first, &second}) BOOST_TEST(enter(*host, code) == "code_wrong");
    const auto next = code_for_sign_in();
    BOOST_TEST(enter(second, next) == "granted");
}

BOOST_AUTO_TEST_CASE(right_and_wrong_codes_on_two_primaries_never_pass_three_tries_OC4) {
    set("signin.email_code", "on");
    for (int round = 0; round < 3; ++round) {
        const auto code = code_for_sign_in();
        const auto before = number(first, failed, shop.realm);
        const auto answers = race([&](Core& host, unsigned i) { return enter(host, i % 3 == 0 ? code : other(code)); }, threads, each);
        const auto good = count(answers, "granted");
        BOOST_TEST(good <= 1);
        BOOST_TEST(others(answers, {"granted", "code_wrong"}) == "");
        BOOST_TEST(number(second, failed, shop.realm) - before <= 3);
        BOOST_TEST(number(first, codes_left, shop.realm) == 1 - good);
    }
}

BOOST_AUTO_TEST_CASE(fifty_right_second_steps_on_two_primaries_make_one_ticket_OC4_TK3) {
    set("second_step.always", "on");
    const auto claims = waiting();
    BOOST_REQUIRE(first.sign_in.request_second_step(first.db, context(), *realm(first), claims));
    const std::string code(cause(events::Name::second_step_code_sent).code.reveal());
    const auto tickets = number(first, full_tickets, shop.realm);
    const auto answers = race([&](Core& host, unsigned) {
        return why(host.sign_in.second_step(host.db, context(), *realm(host), claims, Secret(std::string_view(code))));
    }, threads, each);
    BOOST_TEST(tally(answers) == "49 code_wrong, 1 granted");
    for (auto* host : {&first, &second}) {
        BOOST_TEST(number(*host, full_tickets, shop.realm) == tickets + 1);
        BOOST_TEST(number(*host, pending_tickets, shop.realm) == 0);
        BOOST_TEST(number(*host, codes_left, shop.realm) == 0);
        BOOST_TEST(number(*host, told, shop.realm, "2fa.success") == 1);
        BOOST_TEST(number(*host, failed, shop.realm) <= kept_apart.load());
    }
}

BOOST_AUTO_TEST_CASE(fifty_wrong_second_steps_on_two_primaries_are_one_spent_code_TK7) {
    set("second_step.always", "on");
    const auto claims = waiting();
    BOOST_REQUIRE(first.sign_in.request_second_step(first.db, context(), *realm(first), claims));
    const auto wrong = other(std::string(cause(events::Name::second_step_code_sent).code.reveal()));
    const auto answers = race([&](Core& host, unsigned) {
        return why(host.sign_in.second_step(host.db, context(), *realm(host), claims, Secret(std::string_view(wrong))));
    }, threads, each);
    BOOST_TEST(tally(answers) == "50 code_wrong");
    for (auto* host : {&first, &second}) {
        BOOST_TEST(number(*host, spent, shop.realm) == 1);
        BOOST_TEST(number(*host, failed, shop.realm) == 3);
        BOOST_TEST(number(*host, pending_tickets, shop.realm) == 1);
    }
}

// Every request writes the login's row, so hosts meet in it.
BOOST_AUTO_TEST_CASE(fifty_right_codes_with_the_password_on_two_primaries_one_ticket_OC4) {
    set("second_step.always", "on");
    const auto tickets = number(first, full_tickets, shop.realm);
    BOOST_TEST(enter_in_one(first, {}) == "owed");
    const auto code = std::string(cause(events::Name::second_step_code_sent).code.reveal());
    const auto answers = race([&](Core& host, unsigned) { return enter_in_one(host, code); }, 4, 13);
    BOOST_TEST(tally(answers) == "1 granted, 51 owed");
    for (auto* host : {&first, &second}) {
        BOOST_TEST(number(*host, codes_left, shop.realm) == 0);
        BOOST_TEST(number(*host, full_tickets, shop.realm) == tickets + 1);
        BOOST_TEST(number(*host, failed, shop.realm) <= kept_apart.load());
    }
}

BOOST_AUTO_TEST_CASE(fifty_wrong_codes_with_the_password_on_two_primaries_five_are_compared_OC3_OC4) {
    set("second_step.always", "on");
    BOOST_TEST(enter_in_one(first, {}) == "owed");
    const auto code = std::string(cause(events::Name::second_step_code_sent).code.reveal());
    const auto answers = race([&](Core& host, unsigned) { return enter_in_one(host, other(code)); }, 4, 13);
    BOOST_TEST(tally(answers) == "52 owed");
    for (auto* host : {&first, &second}) {
        BOOST_TEST(number(*host, failed, shop.realm) == 5);
        BOOST_TEST(number(*host, told, shop.realm, "2fa.failure") == static_cast<std::int64_t>(answers.size()));
    }
    for (auto* host : {&first, &second}) BOOST_TEST(enter_in_one(*host, code) == "owed");
    clock.advance(1ms);  // the newest is told by its time
    BOOST_TEST(enter_in_one(second, {}) == "owed");
    BOOST_TEST(enter_in_one(second, std::string(cause(events::Name::second_step_code_sent).code.reveal())) == "granted");
}

BOOST_AUTO_TEST_CASE(a_reset_token_used_on_two_primaries_at_once_sets_one_password_RS1) {
    first.recovery.request_reset_token(first.db, context(), *realm(first), "ann");
    const auto token = cause(events::Name::password_reset_sent).link;
    const auto epoch = number(first, epochs, shop.realm);
    const auto answers = race([&](Core& host, unsigned i) {
        return why(host.recovery.reset(host.db, context(), *realm(host), {.token = token, .password = Secret("correct horse " + std::to_string(100 + i))}));
    });
    BOOST_TEST(tally(answers) == "1 granted, 15 link_dead");
    for (auto* host : {&first, &second}) BOOST_TEST(number(*host, epochs, shop.realm) == epoch + 1);
}

BOOST_AUTO_TEST_CASE(a_reset_link_used_on_two_primaries_at_once_sets_one_password_RS1) {
    BOOST_REQUIRE(first.recovery.request_reset(first.db, context(), *realm(first), "ann"));
    const auto token = cause(events::Name::password_reset_sent).link;
    const auto epoch = number(first, epochs, shop.realm);
    const auto password = [](unsigned i) { return "correct horse " + std::to_string(100 + i); };
    const auto answers = race([&](Core& host, unsigned i) {
        return why(host.recovery.reset(host.db, context(), *realm(host), {.name = "ann", .token = token, .password = Secret(password(i))}));
    });
    BOOST_TEST(tally(answers) == "1 granted, 15 link_dead");
    for (auto* host : {&first, &second}) {
        BOOST_TEST(number(*host, links_left, shop.realm) == 0);
        BOOST_TEST(number(*host, epochs, shop.realm) == epoch + 1);
        BOOST_TEST(number(*host, told, shop.realm, "password.reset_done") == 1);
    }
    // The password of the one that was told so, and no other.
    const auto winner = static_cast<unsigned>(std::ranges::find(answers, "granted") - answers.begin());
    for (const unsigned i : {winner, (winner + 1) % racers}) {
        const auto signed_in = second.sign_in.by_password(second.db, context(), *realm(second), {.name = "ann", .password = Secret(password(i))});
        BOOST_TEST(signed_in.has_value() == (i == winner));
    }
}

BOOST_AUTO_TEST_CASE(an_unlock_link_used_on_two_primaries_at_once_gives_one_device_TH5) {
    for (int i = 0; i < 10; ++i) {
        BOOST_TEST(!first.sign_in.by_password(first.db, context(), *realm(first), {.name = "ann", .password = Secret(std::string_view("not the one"))}));
    }
    BOOST_REQUIRE(first.recovery.request_unlock(first.db, context(), *realm(first), "ann"));
    const auto token = cause(events::Name::account_unlock_requested).link;
    const auto answers = race([&](Core& host, unsigned) { return why(host.recovery.unlock(host.db, context(), *realm(host), token)); });
    BOOST_TEST(tally(answers) == "1 granted, 15 link_dead");
    BOOST_TEST(number(second, told, shop.realm, "account.unlocked") == 1);
}

BOOST_AUTO_TEST_CASE(two_primaries_spend_one_sending_budget_OC7) {
    set("signin.email_code", "on");
    const auto answers = race([&](Core& host, unsigned) { return why(host.sign_in.request_code(host.db, context(), *realm(host), {.name = "ann"})); },
                              threads, 2);
    BOOST_TEST(tally(answers) == "12 granted, 8 throttled");
    BOOST_TEST(number(second, told, shop.realm, "signin.code_sent") == 12);
    BOOST_TEST(number(first, codes_left, shop.realm) == 1);  // the newest
}

BOOST_AUTO_TEST_CASE(two_hosts_make_every_seal_once_KL2) {
    for (int i = 0; i < 20; ++i) {
        clock.advance(1s);
        first.events.write(first.db, context(), {.name = events::Name::ticket_ended, .actor = "command"});
    }
    clock.advance(62s);
    settle();
    // Without the lease, so that they do meet.
    std::atomic<std::uint64_t> made = 0;
    const auto answers = race([&](Core& host, unsigned) {
        made += host.seals.seal(host.db, clock.now(), shop.realm).seals;
        return std::string("done");
    });
    BOOST_TEST(tally(answers) == "16 done");
    for (auto* host : {&first, &second}) {
        BOOST_TEST(number(*host, seal_rows, shop.realm) == static_cast<std::int64_t>(made.load()));
        const auto verified = host->seals.verify(host->db, shop.realm, {});
        BOOST_TEST(!verified.finding);
        BOOST_TEST(verified.unsealed == 0U);
        BOOST_TEST(verified.seals == made.load());
    }
}

BOOST_AUTO_TEST_SUITE_END()
