// SPDX-License-Identifier: MIT
// Reading the trail page by page for its export (KL5): all of it, in order, by time, user and account, each row proved.
#include "store/shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Trail : Shop {
    std::vector<events::Stored> read(const events::Wanted& wanted, unsigned page_size = 1000) {
        std::vector<events::Stored> out;
        for (EventId after{};;) {
            const auto page = events::page(core.db, realm_no(), wanted, after, page_size);
            out.insert(out.end(), page.begin(), page.end());
            if (page.size() < page_size) return out;
            after = page.back().id;
        }
    }
    // Sorted: those of one moment have no order.
    static std::vector<std::string> names(const std::vector<events::Stored>& rows) {
        std::vector<std::string> out;
        for (const auto& row : rows) out.push_back(row.name);
        std::sort(out.begin(), out.end());
        return out;
    }
    using Names = std::vector<std::string>;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(audit_trail, Trail)

BOOST_AUTO_TEST_CASE(everything_comes_once_and_oldest_first_whatever_the_page_KL5) {
    for (int i = 0; i < 7; ++i) {
        clock.advance(1min);
        customer("shopper" + std::to_string(i));
    }
    const auto all = read({});
    BOOST_TEST(static_cast<std::int64_t>(all.size()) == number("SELECT COUNT(*) FROM events"));
    BOOST_TEST(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.at < b.at; }));
    for (const auto& each : all) BOOST_TEST(core.events.verify(each));
    for (const unsigned page_size : {1u, 3u, 16u}) BOOST_TEST(names(read({}, page_size)) == names(all));
}

BOOST_AUTO_TEST_CASE(from_a_time_on_and_before_another_KL5) {
    const auto begun = clock.now();
    clock.advance(1min);
    customer("ann");
    const auto signed_up = clock.now();
    clock.advance(1min);
    expect(sign_in("ann"));
    BOOST_TEST((names(read({.from = signed_up, .to = clock.now()})) == Names{"account.registered", "signin.success"}));
    BOOST_TEST((names(read({.from = signed_up + 1ms})) == Names{"signin.success"}));
    BOOST_TEST(read({.to = begun}).empty());
    BOOST_TEST(read({.from = clock.now() + 1ms}).empty());
    BOOST_TEST(read({.from = begun}, 1).size() == read({}).size());
}

BOOST_AUTO_TEST_CASE(of_one_user_and_of_one_account_KL5) {
    const auto ann = customer("ann"), bob = customer("bob");
    clock.advance(1min);
    expect(refresh(bob.issued.refresh));
    BOOST_TEST((names(read({.user = bob.account.user}, 1)) == Names{"account.registered", "signin.success", "ticket.refreshed"}));
    BOOST_TEST((names(read({.account = bob.account.no}, 1)) == Names{"account.registered", "signin.success", "ticket.refreshed"}));
    BOOST_TEST((names(read({.from = clock.now(), .user = bob.account.user, .account = bob.account.no})) == Names{"ticket.refreshed"}));
    BOOST_TEST(read({.user = bob.account.user, .account = ann.account.no}).empty());
    BOOST_TEST(read({.user = UserId{uuid_v4(rng)}}).empty());
}

BOOST_AUTO_TEST_CASE(another_realms_events_stay_with_it) {
    const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://other.example",
                                                                   .site = {.tenant = 1, .site = 1, .name = "other"}}))->no;
    const auto page = events::page(core.db, other, {}, {}, 10);
    BOOST_TEST((names(page) == Names{"realm.added"}));
}

BOOST_AUTO_TEST_CASE(a_row_that_was_changed_is_read_and_found_out_KL2) {
    customer("ann");
    for (const auto* changed : {"reason = 'x'", "details = 'no json'", "personal = '{}'", "user_id = NULL", "happened_at = happened_at - INTERVAL 1 SECOND"}) {
        BOOST_TEST_CONTEXT(changed) {
            change("CREATE OR REPLACE TEMPORARY TABLE kept AS SELECT * FROM events");
            change(std::string("UPDATE events SET ") + changed + " WHERE name = 'account.registered'");
            for (const auto& each : read({})) BOOST_TEST(core.events.verify(each) == (each.name != "account.registered"));
            change("REPLACE INTO events SELECT * FROM kept");
        }
    }
    change("UPDATE events SET personal = NULL");
    for (const auto& each : read({})) BOOST_TEST(core.events.verify(each));
}

BOOST_AUTO_TEST_SUITE_END()
