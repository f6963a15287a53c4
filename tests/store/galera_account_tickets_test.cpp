// SPDX-License-Identifier: MIT
// The Elastic Path door on two primaries at once (OC4, TH1, TK6; docs/security.md): a token is good once, one wrong password
// counts once, and a ticket makes one change of the password, whichever host was asked.
#include "store/two_hosts.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

constexpr db::Query tickets_of_door{"test.door_tickets", "SELECT COUNT(*) FROM tickets WHERE realm_no = ? AND door = 4"};
constexpr db::Query tokens_left{"test.tokens", "SELECT COUNT(*) FROM one_time_tokens WHERE realm_no = ?"};
constexpr db::Query failures{"test.failures", "SELECT failed FROM logins WHERE realm_no = ?"};
constexpr db::Query in_flight{"test.in_flight", "SELECT in_flight FROM logins WHERE realm_no = ?"};
constexpr db::Query failures_today{"test.failures_today", "SELECT failed_day FROM users WHERE realm_no = ?"};
constexpr db::Query epoch_of{"test.epoch", "SELECT epoch FROM users WHERE realm_no = ?"};
constexpr db::Query told_of{"test.told_of", "SELECT COUNT(*) FROM events WHERE realm_no = ? AND name = ?"};

struct Door4 : TwoHosts {
    static constexpr unsigned threads = 10, each = 5;  // fifty
    sign_in::SignedIn ann = customer("ann");

    Context here() {
        auto out = context();
        out.door = Door::elasticpath;
        return out;
    }
    std::string enter(Core& host, const std::string& password) {
        return why(host.account_tickets.by_password(host.db, here(), *realm(host), logins::default_profile, "ann", Secret(std::string_view(password))));
    }
    Result<account_tickets::Outcome> exchange(Core& host, const std::string& token) {
        return host.account_tickets.by_token(host.db, here(), *realm(host), logins::default_profile, "ann", Secret(std::string_view(token)));
    }
    std::string token(one_time::Purpose purpose) {
        clock.advance(1ms);
        first.one_time.request(first.db, here(), *realm(first), {.profile = logins::default_profile, .name = "ann", .purpose = purpose});
        std::string found;
        for (const auto& taken : first.outbox.due(first.db, clock.now() + 1h, 1000)) {
            const auto cause = first.outbox.open(taken);
            if (cause && cause->event == events::Name::signin_token_sent && cause->user == ann.account.user) found = cause->code.reveal();
        }
        BOOST_REQUIRE(!found.empty());
        for (auto* host : {&first, &second}) number(*host, tokens_left, shop.realm);  // both have seen it
        return found;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(galera_account_tickets, Door4)

BOOST_AUTO_TEST_CASE(fifty_exchanges_of_one_token_on_two_primaries_one_signs_in_OC4) {
    for (int round = 1; round <= 3; ++round) {
        const auto typed = token(one_time::Purpose::passwordless_authentication);
        const auto answers = race([&](Core& host, unsigned) { return why(exchange(host, typed)); }, threads, each);
        BOOST_TEST(tally(answers) == "49 code_wrong, 1 granted");
        for (auto* host : {&first, &second}) {
            BOOST_TEST(number(*host, tickets_of_door, shop.realm) == round);
            BOOST_TEST(number(*host, tokens_left, shop.realm) == 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(fifty_equal_wrong_passwords_on_two_primaries_count_once_TH1) {
    // All fifty write two rows, on two hosts.
    const auto answers = race([&](Core& host, unsigned) { return enter(host, "wrong horse 2"); }, threads, each);
    BOOST_TEST(tally(answers) == "50 credentials_wrong");
    for (auto* host : {&first, &second}) {
        BOOST_TEST(number(*host, failures, shop.realm) == 1);
        BOOST_TEST(number(*host, failures_today, shop.realm) == 1);
        BOOST_TEST(number(*host, in_flight, shop.realm) <= kept_apart.load());
        BOOST_TEST(number(*host, told_of, shop.realm, "signin.failure") == 50);
    }
    clock.advance(31s);  // a charge that stayed is no attempt in flight any more
    BOOST_TEST(enter(second, "correct horse 1") == "granted");
}

BOOST_AUTO_TEST_CASE(a_reset_ticket_changes_the_password_once_on_two_primaries_TK6) {
    const auto done = exchange(first, token(one_time::Purpose::reset_password));
    BOOST_REQUIRE(done);
    const auto ticket = std::get<account_tickets::SignedIn>(*done).tickets.at(0).issued.ticket;
    const auto login = first.logins.named(first.db, shop.realm, "ann")->id;
    number(second, tickets_of_door, shop.realm);
    const auto answers = race([&](Core& host, unsigned i) {
        return why(host.account_tickets.change_password(host.db, here(), *realm(host), ticket, login, Secret("battery staple " + std::to_string(i))));
    }, threads);
    BOOST_TEST(count(answers, "granted") == 1, tally(answers));
    for (auto* host : {&first, &second}) {
        BOOST_TEST(number(*host, epoch_of, shop.realm) == ticket.epoch + 1);
        BOOST_TEST(number(*host, told_of, shop.realm, "password.reset_done") == 1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
