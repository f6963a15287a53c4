// SPDX-License-Identifier: MIT
// Nobody learns from the sign-in which names exist and how they stand (EN1, EN2, EN3, docs/security.md): equal bytes and
// equal statement counts over every kind of account.
#include "http/kibo_shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Strangers : KiboShop {
    Context in_realm() {
        auto out = context();
        out.realm = realm;
        return out;
    }
    realms::RealmPtr shop() { return core.realms.get(core.db, clock.now(), realm); }
    AccountNo customer(const std::string& name) {
        customers::NewCustomer wanted{.profile = {.email = name + "@example.com"}, .login = {{.user_name = name}}};
        wanted.login->password = Secret(std::string_view("Engine-No-1"));
        return core.customers.add_all(core.db, in_realm(), *shop(), {wanted}).value()[0].no;
    }
    void make_all_kinds() {
        for (const char* name : {"known", "locked", "blocked", "passwordless"}) customer(name);
        for (int i = 0; i < 10; ++i) send(signing_in("locked", "Wrong-No-1"));
        BOOST_REQUIRE(core.logins.block(core.db, in_realm(), "blocked"));
        BOOST_REQUIRE(core.customers.set_active(core.db, in_realm(), customer("disabled"), false));
        BOOST_REQUIRE(core.customers.guest(core.db, in_realm(), {.email = "guest@example.com"}));
        core.db.execute("UPDATE logins SET password = NULL, password_key_id = NULL WHERE user_name = 'passwordless'");
        customers::NewCustomer moved{.profile = {.email = "imported@example.com"}, .login = {{.user_name = "imported"}}};
        moved.login->foreign = crypto::read_foreign_hash("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW").value();
        BOOST_REQUIRE(core.customers.add_all(core.db, in_realm(), *shop(), {moved}));
    }
};

constexpr std::pair<std::string_view, std::string_view> kinds[] = {
    {"nobody", "Wrong-No-1"},        {"known", "Wrong-No-1"},          {"known@example.com", "Wrong-No-1"}, {"locked", "Wrong-No-1"},
    {"locked", "Engine-No-1"},       {"blocked", "Wrong-No-1"},        {"blocked", "Engine-No-1"},          {"disabled", "Wrong-No-1"},
    {"disabled", "Engine-No-1"},     {"passwordless", "Wrong-No-1"},   {"passwordless", "x"},               {"imported", "Wrong-No-1"},
    {"guest@example.com", "Wrong-No-1"},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_enumeration, Strangers)

BOOST_AUTO_TEST_CASE(every_kind_of_account_gets_the_same_bytes_for_the_same_statements_EN1_EN2_EN3) {
    make_all_kinds();
    std::optional<Reply> first;
    std::uint64_t first_cost = 0;
    unsigned shopper = 0;
    for (const auto& [name, password] : kinds) {
        BOOST_TEST_CONTEXT(name << " with " << password) {
            auto request = signing_in(name, password);
            request.peer = "192.0.2.1";  // a trusted proxy: each comes from an address of its own
            request.headers["x-forwarded-for"] = "203.0.113." + std::to_string(++shopper);
            send(current("x"));  // caches are warm
            const auto before = core.db.statements();
            auto reply = send(request);
            const auto cost = core.db.statements() - before;
            BOOST_TEST(reply.status == 401);
            BOOST_TEST(reply.headers.erase("x-vol-correlation") == 1u);
            if (!first) {
                first = reply;
                first_cost = cost;
            }
            BOOST_TEST(reply.status == first->status);
            BOOST_TEST(reply.text == first->text);
            BOOST_TEST((reply.headers == first->headers));
            BOOST_TEST(cost == first_cost);
        }
    }
    BOOST_TEST(first_cost <= 12u);  // design: ten, and one for a shopper's own address
}

BOOST_AUTO_TEST_SUITE_END()
