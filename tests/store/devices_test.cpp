// SPDX-License-Identifier: MIT
// How many devices of a user are known at most (X6, docs/security.md).
#include "store/shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Known : Shop {
    UserId ann = customer("ann").issued.ticket.user;

    bool record(const UserId& user, const std::string& fingerprint) {
        clock.advance(1s);
        const auto now = context();
        const auto shop = realm();
        return core.db.transact([&](db::Tx& tx) {
            return core.devices.record(tx, now, shop->settings, user, core.devices.print(now, user, fingerprint)).fresh;
        });
    }
    bool knows(const UserId& user, const std::string& fingerprint) {
        return core.devices.known(core.db, context(), user, {.fingerprint = fingerprint}).by_fingerprint.has_value();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(devices_of_a_user, Known)

BOOST_AUTO_TEST_CASE(X6_a_new_device_takes_the_place_of_the_one_longest_unseen) {
    const auto bob = customer("bob").issued.ticket.user;
    BOOST_TEST(record(bob, "bob's"));
    for (unsigned i = 0; i < devices::most_devices; ++i) BOOST_TEST(record(ann, std::to_string(i)));
    BOOST_TEST(!record(ann, "0"));  // seen again, so it is not the one that goes
    BOOST_TEST(record(ann, "new"));
    BOOST_TEST(knows(ann, "0"));
    BOOST_TEST(!knows(ann, "1"));
    BOOST_TEST(knows(ann, "2"));
    BOOST_TEST(knows(ann, "new"));
    BOOST_TEST(knows(bob, "bob's"));
    BOOST_TEST(number("SELECT COUNT(*) FROM devices WHERE user_id <> (SELECT user_id FROM logins WHERE user_name = 'bob')") == devices::most_devices);
}

BOOST_AUTO_TEST_SUITE_END()
