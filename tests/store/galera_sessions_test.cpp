// SPDX-License-Identifier: MIT
// Sessions and trusted browsers ended at two primaries at once (TK8, docs/security.md): one call is told that it did it.
#include "store/two_hosts.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

constexpr db::Query ended{"test.ended", "SELECT COUNT(*) FROM events WHERE realm_no = ? AND name = 'session.ended'"};
constexpr db::Query untrusted{"test.untrusted", "SELECT COUNT(*) FROM events WHERE realm_no = ? AND name = 'trust.removed'"};

struct Sessions : TwoHosts {
    sign_in::SignedIn ann = customer("ann");
    UserId user = ann.account.user;

    Context page() {
        auto out = context();
        out.door = Door::pages;
        out.application = {};
        return out;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(galera_sessions, Sessions)

BOOST_AUTO_TEST_CASE(TK8_one_session_is_ended_once_on_two_primaries) {
    const auto id = ann.issued.ticket.id;
    for (auto* host : {&first, &second}) number(*host, ended, shop.realm);
    const auto told = race([&](Core& host, unsigned) {
        return why(host.tickets.end_session(host.db, page(), user, id));
    });
    BOOST_TEST(tally(told) == "1 granted, 15 unknown_item");
    for (auto* host : {&first, &second}) BOOST_TEST(number(*host, ended, shop.realm) == 1);
}

BOOST_AUTO_TEST_CASE(trust_is_ended_once_on_two_primaries) {
    realms::Settings settings;
    settings.trust_life = std::chrono::days(7);
    const auto now = page();
    const auto device = first.db.transact([&](db::Tx& tx) { return first.devices.record_browser(tx, now, settings, user, "", true); });
    for (auto* host : {&first, &second}) number(*host, untrusted, shop.realm);
    const auto told = race([&](Core& host, unsigned) {
        return why(host.two_step.end_trust(host.db, page(), ann.issued.ticket, device.id));
    });
    BOOST_TEST(tally(told) == "1 granted, 15 unknown_item");
    for (auto* host : {&first, &second}) BOOST_TEST(number(*host, untrusted, shop.realm) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
