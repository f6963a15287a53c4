// SPDX-License-Identifier: MIT
// One guest registered at two primaries at once (FC163, docs/freshcom.md), and administrators who take each other away there
// (FC112): one comes through, one stays.
#include "store/two_hosts.h"

#include <authtickets/core/enrolment.h>

using namespace authtickets;
using namespace authtickets::test;
using enrolment::By;
using enrolment::Status;

namespace {

constexpr db::Query belong{"test.members", "SELECT COUNT(*) FROM memberships WHERE realm_no = ? AND account_no = ?"};
constexpr db::Query logins_of{"test.logins", "SELECT COUNT(*) FROM logins WHERE realm_no = ? AND user_name LIKE ?"};
constexpr db::Query administrators{"test.administrators", "SELECT COUNT(*) FROM users WHERE realm_no = ? AND role = 8 AND blocked_at IS NULL"};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(galera_enrolment, TwoHosts)

BOOST_AUTO_TEST_CASE(of_sixteen_upgrades_on_two_primaries_one_comes_through_FC163) {
    const auto at_door = [&] {
        auto out = context();
        out.door = Door::freshcom;
        return out;
    };
    for (int round = 0; round < 3; ++round) {
        const auto guest = first.enrolment.add(first.db, at_door(), *realm(first), By::guest, {});
        BOOST_REQUIRE(guest);
        for (auto* host : {&first, &second}) number(*host, belong, shop.realm, guest->no);
        const auto prefix = "mira." + std::to_string(round) + ".";
        const auto answers = race([&](Core& host, unsigned i) {
            return why(host.enrolment.change(host.db, at_door(), *realm(host), By::guest, nullptr, guest->id,
                                             {.status = Status::registered, .name = "Mira Q", .email = "mira@shop.example", .user_name = prefix + std::to_string(i),
                                              .password = Secret(std::string_view("long enough 1"))}));
        });
        BOOST_TEST(count(answers, "granted") == 1);
        BOOST_TEST(others(answers, {"granted", "bad_parameter", "unknown_item"}) == "");
        for (auto* host : {&first, &second}) {
            BOOST_TEST(number(*host, belong, shop.realm, guest->no) == 1);
            BOOST_TEST(number(*host, logins_of, shop.realm, prefix + "%") == 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(of_administrators_who_take_each_other_away_on_two_primaries_one_stays_FC112) {
    std::vector<UserId> all;
    auto command = context();
    command.door = Door::none;
    for (unsigned i = 0; i < racers; ++i) {
        const auto added = first.staff.add(first.db, command, *realm(first), {.role = users::Role::administrator, .user_name = "admin." + std::to_string(i),
                                                                             .password = Secret(std::string_view("long enough 1")), .name = "Ada"});
        BOOST_REQUIRE(added);
        all.push_back(added->who.id);
    }
    for (auto* host : {&first, &second}) number(*host, administrators, shop.realm);
    const auto answers = race([&](Core& host, unsigned i) {
        auto own = context();
        own.user = all[i];
        const auto& other = all[(i + 1) % racers];
        if (i % 2 == 0) return why(host.staff.remove(host.db, own, other));
        return why(host.staff.change(host.db, own, *realm(host), other, {.role = users::Role::developer}));
    });
    BOOST_TEST(tally(answers) == "1 bad_parameter, 15 granted");
    for (auto* host : {&first, &second}) BOOST_TEST(number(*host, administrators, shop.realm) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
