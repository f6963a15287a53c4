// SPDX-License-Identifier: MIT
// One refresh token presented sixteen times at once, on two primaries: one generation is made and everybody gets it
// (TK4, TK5; docs/security.md).
#include "store/two_hosts.h"

#include <set>

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

constexpr db::Query generations{"test.generations", "SELECT generation FROM tickets WHERE realm_no = ? AND ticket_id = ?"};
constexpr db::Query told{"test.told", "SELECT COUNT(*) FROM events WHERE realm_no = ? AND ticket_id = ? AND name = ?"};

struct Refreshing : TwoHosts {
    Result<tickets::Issued> refresh(Core& with, const Secret& token) {
        const auto now = context();
        const auto read = with.tickets.read_refresh(now, token);
        if (!read) return refuse(read.error());
        return with.tickets.refresh(with.db, now, *realm(with), *read);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(galera_refresh, Refreshing)

BOOST_AUTO_TEST_CASE(sixteen_on_two_primaries_get_one_generation) {
    for (int round = 0; round < 10; ++round) {
        const auto ann = customer("ann" + std::to_string(round));
        std::vector<std::optional<tickets::Issued>> issued(racers);
        const auto answers = race([&](Core& host, unsigned i) {
            auto result = refresh(host, ann.issued.refresh);
            auto told = why(result);
            if (result) issued[i] = std::move(*result);
            return told;
        });
        std::set<std::uint32_t> made;
        std::set<std::string> tokens;
        for (unsigned i = 0; i < racers; ++i) {
            BOOST_TEST(answers[i] == "granted");
            if (!issued[i]) continue;
            made.insert(issued[i]->ticket.generation);
            tokens.insert(std::string(issued[i]->refresh.reveal()));
        }
        const auto id = ann.issued.ticket.id;
        BOOST_TEST((made == std::set<std::uint32_t>{2}));
        BOOST_TEST(tokens.size() == 1u);
        for (auto* host : {&first, &second}) {
            BOOST_TEST(number(*host, generations, shop.realm, id) == 2);
            BOOST_TEST(number(*host, told, shop.realm, id, "ticket.refreshed") == 1);
            BOOST_TEST(number(*host, told, shop.realm, id, "refresh.grace") == racers - 1);
            BOOST_TEST(number(*host, told, shop.realm, id, "refresh.reuse") == 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_token_works_on_the_other_primary_at_once) {
    auto token = customer("ann").issued;
    for (int i = 0; i < 50; ++i) {
        auto& made = i % 2 == 0 ? first : second;
        auto& other = i % 2 == 0 ? second : first;
        auto next = refresh(made, token.refresh);
        BOOST_REQUIRE(next);
        BOOST_TEST(other.tickets.check(other.db, context(), next->access.reveal()).has_value());
        token = std::move(*next);
        clock.advance(1s);
    }
    BOOST_TEST(token.ticket.generation == 51u);
}

BOOST_AUTO_TEST_CASE(reuse_seen_by_one_primary_ends_the_ticket_on_both) {
    const auto ann = customer("ann").issued;
    const auto two = refresh(first, ann.refresh);
    BOOST_REQUIRE(two);
    clock.advance(11s);
    const auto three = refresh(second, two->refresh);
    BOOST_REQUIRE(three);
    BOOST_TEST(!refresh(first, ann.refresh));
    for (auto* host : {&first, &second}) {
        BOOST_TEST(number(*host, told, shop.realm, ann.ticket.id, "refresh.reuse") == 1);
        BOOST_TEST(!host->tickets.check(host->db, context(), three->access.reveal()));
        BOOST_TEST(!refresh(*host, three->refresh));
    }
}

BOOST_AUTO_TEST_SUITE_END()
