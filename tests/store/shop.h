// SPDX-License-Identifier: MIT
// What the tests of the core stand on: empty tables, one realm (tenant 1000, site 2000), one application, a worker's
// core with a FakeClock and the cheapest hash there is, and a second connection for looking into the tables.
#pragma once

#include <boost/test/unit_test.hpp>

#include <barrier>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <authtickets/crypto/hmac.h>
#include <authtickets/door/core.h>

#include "support/database.h"
#include "support/fake_clock.h"
#include "support/fake_rng.h"
#include "support/folder.h"

namespace authtickets::test {

using namespace std::chrono_literals;

inline const std::string right_password = "correct horse 1";

// A base class, so that the tables are empty before anything of the shop is made.
struct EmptyTables {
    EmptyTables() {
        crypto::start();
        TestDatabase::instance().empty_all_tables();
    }
};

template <class T>
T expect(Result<T> result) {
    if (!result) throw std::runtime_error("refused: " + std::string(name(result.error().why)) + " " + result.error().field + " " + result.error().text);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

template <class T>
std::string why(const Result<T>& result) {
    return result ? "granted" : std::string(name(result.error().why));
}

struct Shop : EmptyTables {
    static constexpr unsigned racers = 16;

    Shop() {
        context_.realm = expect(core.realms.add(core.db, context(), {.name = "shop", .address = "https://shop.example",
                                                                     .site = {.tenant = 1000, .site = 2000, .name = "shop"}}))->no;
        application.emplace(core.applications.add(core.db, context(), context_.realm, "storefront",
                                                  applications::storefront | applications::admin));
        context_.application = application->application.no;
    }

    // What a request of the application carries; from_browser: as if the shopper's own address were known.
    Context context() {
        Context out = context_;
        out.now = clock.now();
        out.request_id = uuid_v4(rng);
        return out;
    }
    Context from_browser(std::string address = "203.0.113.9") {
        auto out = context();
        out.address = std::move(address);
        out.own_address = true;
        out.browser = "Mozilla/5.0";
        return out;
    }
    RealmNo realm_no() const { return context_.realm; }
    realms::RealmPtr realm() { return core.realms.get(core.db, clock.now(), context_.realm); }
    void set(std::string_view setting, std::string_view value) {
        expect(core.realms.set(core.db, context(), context_.realm, setting, value));
        clock.advance(1s);  // so that what a worker keeps is read again
    }

    // Another worker: a connection of its own, the same keys, clock and chance.
    std::unique_ptr<Core> worker() { return std::make_unique<Core>(config, db::Rights::serve, keys, gate, cap, clock, rng, log); }

    sign_in::SignedIn customer(const std::string& name, const std::string& email = {}) {
        return expect(registered(core, name, email.empty() ? name + "@shop.example" : email));
    }
    Result<sign_in::SignedIn> registered(Core& with, const std::string& name, const std::string& email,
                                         const std::string& password = right_password) {
        return with.sign_in.registered(with.db, context(), *realm_of(with),
                                       {.customer = {.profile = {.email = email, .first_name = "Ann"},
                                                     .login = {{.user_name = name, .password = Secret(std::string_view(password))}}},
                                        .wishes = {}});
    }
    Result<sign_in::SignedIn> sign_in(Core& with, const Context& context, const std::string& name, const std::string& password,
                                      sign_in::Wishes wishes = {}) {
        return with.sign_in.by_password(with.db, context, *realm_of(with),
                                        {.name = name, .password = Secret(std::string_view(password)), .account = {}, .wishes = wishes});
    }
    Result<sign_in::SignedIn> sign_in(const std::string& name, const std::string& password = right_password,
                                      sign_in::Wishes wishes = {}) {
        return sign_in(core, context(), name, password, wishes);
    }

    Result<tickets::Issued> refresh(Core& with, const Context& context, const Secret& token, std::optional<AccountNo> account = {}) {
        const auto read = with.tickets.read_refresh(context, token);
        if (!read) return refuse(read.error());
        return with.tickets.refresh(with.db, context, *realm_of(with), *read, account);
    }
    Result<tickets::Issued> refresh(const Secret& token) { return refresh(core, context(), token); }
    std::string check(const Secret& token) { return why(core.tickets.check(core.db, context(), token.reveal())); }

    // Looking into the tables by a connection that no budget counts. The statements live as long as the program.
    std::int64_t number(const std::string& sql) {
        return look.one(statement(sql), [](db::Row& row) { return row.next<std::int64_t>(); }).value_or(-1);
    }
    std::string text(const std::string& sql) {
        return look.one(statement(sql), [](db::Row& row) { return row.next<std::string>(); }).value_or("no row");
    }
    std::vector<std::string> texts(const std::string& sql) {
        return look.all(statement(sql), [](db::Row& row) { return row.next<std::string>(); });
    }
    void change(const std::string& sql) { look.execute(sql); }
    std::int64_t events(const std::string& name, const std::string& reason = "%") {
        return number("SELECT COUNT(*) FROM events WHERE name = '" + name + "' AND reason LIKE '" + reason + "'");
    }
    // Statements that `work` sends through this worker's connection.
    std::uint64_t statements(const std::function<void()>& work) {
        const auto before = core.db.statements();
        work();
        return core.db.statements() - before;
    }

    // Sixteen threads, each with a connection of its own, begin together. Boost.Test's macros stay outside.
    template <class Work>
    auto race(Work&& work, unsigned count = racers) {
        using T = std::invoke_result_t<Work, Core&, unsigned>;
        std::vector<std::unique_ptr<Core>> workers;
        for (unsigned i = 0; i < count; ++i) {
            workers.push_back(worker());
            workers.back()->db.server();  // connected before the start
        }
        std::vector<std::optional<T>> out(count);
        std::vector<std::exception_ptr> thrown(count);
        std::barrier start(static_cast<std::ptrdiff_t>(count));
        {
            std::vector<std::jthread> threads;
            for (unsigned i = 0; i < count; ++i) {
                threads.emplace_back([&, i] {
                    start.arrive_and_wait();
                    try {
                        out[i].emplace(work(*workers[i], i));
                    } catch (...) {
                        thrown[i] = std::current_exception();
                    }
                });
            }
        }
        for (const auto& each : thrown) {
            if (each) std::rethrow_exception(each);
        }
        std::vector<T> results;
        for (auto& each : out) results.push_back(std::move(*each));
        return results;
    }

    FakeClock clock;
    FakeRng rng;
    QuietLog log;
    Folder folder;
    Config config = cheap();
    crypto::Keyring keys{write_keys({{new_key(1, clock.now() - std::chrono::days(90))}}), clock};
    // As many slots and waiting places as the races need: only the tests of the gate itself are refused by it.
    logins::HashGate gate{folder.path("hash"), 4, 64, Millis(20'000)};
    throttle::SendingCap cap{config.codes_per_second};
    Core core{config, db::Rights::serve, keys, gate, cap, clock, rng, log};
    db::Db look{config, db::Rights::serve, clock, log};
    std::optional<applications::Added> application;

    std::string key_file() const { return folder.path("keys"); }
    std::string write_keys(const crypto::KeyFile& file) {
        crypto::write_key_file(key_file(), file);
        return key_file();
    }
    crypto::FileKey new_key(crypto::KeyId id, Time signs_from) {
        crypto::FileKey key{.id = id, .created_at = clock.now(), .signs_from = signs_from};
        key.bytes = rng.bytes<32>();
        return key;
    }
    const db::Query& statement(const std::string& sql) {
        static std::map<std::string, db::Query> kept;  // nodes stay where they are, and so do the texts
        const auto [at, fresh] = kept.try_emplace(sql);
        if (fresh) at->second = {"test.look", at->first};
        return at->second;
    }

private:
    realms::RealmPtr realm_of(Core& with) { return with.realms.get(with.db, clock.now(), context_.realm); }
    static Config cheap() {
        auto config = TestDatabase::instance().config();
        config.hash_memory_kib = 8;  // the least that libsodium makes
        config.hash_passes = 1;
        return config;
    }
    Context context_{.door = Door::kibo};
};

}  // namespace authtickets::test
