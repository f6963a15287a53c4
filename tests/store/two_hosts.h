// SPDX-License-Identifier: MIT
// What the races between two hosts stand on: one shop, the same keys, clock and chance, a Galera primary for each host.
#pragma once

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <authtickets/base/fault.h>
#include <authtickets/crypto/hmac.h>
#include <authtickets/door/core.h>

#include "support/database.h"
#include "support/fake_clock.h"
#include "support/fake_rng.h"
#include "support/folder.h"
#include "support/galera.h"

namespace authtickets::test {

// What was told, and how often: "49 code_wrong, 1 granted". A check that fails says with it what came instead.
inline std::string tally(const std::vector<std::string>& told) {
    std::map<std::string, int> times;
    for (const auto& each : told) ++times[each];
    std::string out;
    for (const auto& [answer, often] : times) out += (out.empty() ? "" : ", ") + std::to_string(often) + " " + answer;
    return out;
}
inline auto count(const std::vector<std::string>& told, std::string_view answer) { return std::ranges::count(told, answer); }
// The tally of what is none of these, which is what a host that gave up would say.
inline std::string others(std::vector<std::string> told, std::initializer_list<std::string_view> known) {
    std::erase_if(told, [&](const std::string& each) { return std::ranges::find(known, each) != known.end(); });
    return tally(told);
}

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
    throttle::SendingCap cap{10'000};
    Core first{configs[0], db::Rights::serve, keys, gate, cap, clock, rng, log};
    Core second{configs[1], db::Rights::serve, keys, gate, cap, clock, rng, log};
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
    realms::RealmPtr realm(Core& with) { return with.realms.get(with.db, clock.now(), shop.realm); }
    std::unique_ptr<Core> worker(std::size_t host) {
        auto out = std::make_unique<Core>(configs[host], db::Rights::serve, keys, gate, cap, clock, rng, log);
        out->db.server();  // connected before the start
        return out;
    }
    sign_in::SignedIn customer(const std::string& name) {
        auto result = first.sign_in.registered(first.db, context(), *realm(first),
            {.customer = {.profile = {.email = name + "@shop.example", .first_name = "Ann"},
                          .login = {{.user_name = name, .password = Secret(std::string_view("correct horse 1"))}}},
             .wishes = {}});
        BOOST_REQUIRE(result);
        return std::move(*result);
    }
    // `count` calls begin together, every other one on the second host; what each of them was told. Boost.Test's macros
    // stay outside. An exception's text stands for its answer.
    // Whom two primaries keep apart five times is told 503 (D44), and asks again. What it was charged may stay and count as wrong
    // for a while: what counts charges allows for kept_apart.
    using Work = std::function<std::string(Core&, unsigned)>;
    std::atomic<std::int64_t> kept_apart = 0;
    std::vector<std::string> race(const Work& work, unsigned count = racers, unsigned each = 1) {
        while (workers.size() < count) workers.push_back(worker(workers.size() % 2));
        std::vector<std::string> told(count * each);
        std::barrier start(static_cast<std::ptrdiff_t>(count));
        {
            std::vector<std::jthread> threads;
            for (unsigned i = 0; i < count; ++i) {
                threads.emplace_back([&, i] {
                    start.arrive_and_wait();
                    for (unsigned k = 0; k < each; ++k) {
                        try {
                            told[i * each + k] = patiently([&] { return work(*workers[i], i * each + k); });
                        } catch (const std::exception& error) {
                            told[i * each + k] = error.what();
                        }
                    }
                });
            }
        }
        return told;
    }
    template <class T>
    static std::string why(const Result<T>& result) {
        return result ? "granted" : std::string(name(result.error().why));
    }
    // A number as a host has it after everything that the other one has committed.
    template <class... Args>
    std::int64_t number(Core& host, const db::Query& query, const Args&... args) {
        return host.db.one_causally(query, [](db::Row& row) { return row.next<std::int64_t>(); }, args...).value_or(-1);
    }

private:
    std::vector<std::unique_ptr<Core>> workers;
    template <class Ask>
    std::string patiently(Ask&& ask) {
        for (int asked = 1;; ++asked) {
            try {
                return ask();
            } catch (const Unavailable&) {
                ++kept_apart;
                if (asked == 5) throw;
                std::this_thread::sleep_for(std::chrono::milliseconds(100));  // Retry-After
            }
        }
    }
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

}  // namespace authtickets::test
