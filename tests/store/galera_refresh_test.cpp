// SPDX-License-Identifier: MIT
// One refresh token presented sixteen times at once, on two primaries: one generation is made and everybody gets it
// (TK4, TK5; docs/security.md).
#include <boost/test/unit_test.hpp>

#include <array>
#include <barrier>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include <authtickets/crypto/hmac.h>
#include <authtickets/door/core.h>

#include "support/database.h"
#include "support/fake_clock.h"
#include "support/fake_rng.h"
#include "support/folder.h"
#include "support/galera.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

constexpr db::Query generations{"test.generations", "SELECT generation FROM tickets WHERE realm_no = ? AND ticket_id = ?"};
constexpr db::Query told{"test.told", "SELECT COUNT(*) FROM events WHERE realm_no = ? AND ticket_id = ? AND name = ?"};

std::int64_t number(db::Row& row) { return row.next<std::int64_t>(); }

// Two hosts of one shop: the same keys, clock and chance, a primary each.
struct TwoHosts {
    static constexpr unsigned racers = 16;

    // The tables are not emptied between the cases: each has a shop and ids of its own.
    static inline std::uint32_t cases = 0;

    FakeClock clock;
    FakeRng rng{++cases};
    QuietLog log;
    Folder folder;
    std::array<Config, 2> configs{cheap(GaleraPair::instance().node(0)), cheap(GaleraPair::instance().node(1))};
    crypto::Keyring keys{(crypto::start(), write_key()), clock};
    logins::HashGate gate{folder.path("hash"), 4, 64, Millis(20'000)};
    Core first{configs[0], db::Rights::serve, keys, gate, clock, rng, log};
    Core second{configs[1], db::Rights::serve, keys, gate, clock, rng, log};
    Context shop{.door = Door::kibo};

    TwoHosts() {
        const auto name = "shop" + std::to_string(cases);
        const auto added = first.realms.add(first.db, context(), {.name = name, .address = "https://shop.example",
            .site = {.tenant = 1000 + cases, .site = 2000, .name = name}});
        BOOST_REQUIRE(added);
        shop.realm = (*added)->no;
        shop.application = first.applications.add(first.db, context(), shop.realm, "storefront",
                                                  applications::storefront | applications::admin).application.no;
    }

    Context context() {
        Context out = shop;
        out.now = clock.now();
        out.request_id = uuid_v4(rng);
        return out;
    }
    std::unique_ptr<Core> worker(unsigned host) {
        auto out = std::make_unique<Core>(configs[host], db::Rights::serve, keys, gate, clock, rng, log);
        out->db.server();  // connected before the start
        return out;
    }
    sign_in::SignedIn customer(const std::string& name) {
        auto result = first.sign_in.registered(first.db, context(), *first.realms.get(first.db, clock.now(), shop.realm),
            {.customer = {.profile = {.email = name + "@shop.example", .first_name = "Ann"},
                          .login = {{.user_name = name, .password = Secret(std::string_view("correct horse 1"))}}},
             .wishes = {}});
        BOOST_REQUIRE(result);
        return std::move(*result);
    }
    Result<tickets::Issued> refresh(Core& with, const Secret& token) {
        const auto now = context();
        const auto read = with.tickets.read_refresh(now, token);
        if (!read) return refuse(read.error());
        return with.tickets.refresh(with.db, now, *with.realms.get(with.db, clock.now(), shop.realm), *read);
    }

private:
    static Config cheap(Config config) {
        config.hash_memory_kib = 8;  // the least that libsodium makes
        config.hash_passes = 1;
        return config;
    }
    std::string write_key() {
        crypto::FileKey key{.id = 1, .created_at = clock.now(), .signs_from = clock.now()};
        key.bytes = rng.bytes<32>();
        crypto::write_key_file(folder.path("keys"), {{key}});
        return folder.path("keys");
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(galera_refresh, TwoHosts)

BOOST_AUTO_TEST_CASE(sixteen_on_two_primaries_get_one_generation) {
    std::vector<std::unique_ptr<Core>> workers;
    for (unsigned i = 0; i < racers; ++i) workers.push_back(worker(i % 2));
    for (int round = 0; round < 10; ++round) {
        const auto ann = customer("ann" + std::to_string(round));
        std::vector<std::string> answers(racers);
        std::vector<std::optional<tickets::Issued>> issued(racers);
        std::barrier start(racers);
        {
            std::vector<std::jthread> threads;
            for (unsigned i = 0; i < racers; ++i) {
                threads.emplace_back([&, i] {
                    start.arrive_and_wait();
                    try {
                        auto result = refresh(*workers[i], ann.issued.refresh);
                        answers[i] = result ? "granted" : std::string(name(result.error().why));
                        if (result) issued[i] = std::move(*result);
                    } catch (const std::exception& error) {
                        answers[i] = error.what();
                    }
                });
            }
        }
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
            BOOST_TEST(host->db.one_causally(generations, number, shop.realm, id).value() == 2);
            BOOST_TEST(host->db.one_causally(told, number, shop.realm, id, "ticket.refreshed").value() == 1);
            BOOST_TEST(host->db.one_causally(told, number, shop.realm, id, "refresh.grace").value() == racers - 1);
            BOOST_TEST(host->db.one_causally(told, number, shop.realm, id, "refresh.reuse").value() == 0);
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
        BOOST_TEST(host->db.one_causally(told, number, shop.realm, ann.ticket.id, "refresh.reuse").value() == 1);
        BOOST_TEST(!host->tickets.check(host->db, context(), three->access.reveal()));
        BOOST_TEST(!refresh(*host, three->refresh));
    }
}

BOOST_AUTO_TEST_SUITE_END()
