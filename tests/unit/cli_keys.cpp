// SPDX-License-Identifier: MIT
// When a key signs, and from when on it may be dropped (KL1, TK2).
#include <boost/test/unit_test.hpp>

#include "cli/key_rules.h"
#include "support/fake_rng.h"

using namespace authtickets;
using cli::Standing;
using namespace std::chrono_literals;

namespace {

const Time day_one = *parse_iso8601("2026-01-01T00:00:00Z");
constexpr auto month = std::chrono::days(30);

crypto::KeyFile file(std::initializer_list<std::pair<crypto::KeyId, Time>> keys) {
    crypto::KeyFile out;
    for (const auto& [id, signs_from] : keys) out.keys.push_back({.id = id, .created_at = signs_from, .signs_from = signs_from, .bytes = {}});
    return out;
}
Standing at(const crypto::KeyFile& keys, crypto::KeyId id, Time now) { return cli::standing(keys, *keys.find(id), now); }

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_keys)

BOOST_AUTO_TEST_CASE(KL1_the_first_key_signs_at_once_and_a_further_one_after_an_hour) {
    test::FakeRng rng;
    crypto::KeyFile keys;
    keys.keys.push_back(cli::next_key(keys, day_one, rng));
    BOOST_TEST(keys.keys[0].id == 1U);
    BOOST_TEST((at(keys, 1, day_one).state == Standing::State::signs));
    keys.keys.push_back(cli::next_key(keys, day_one + 5min, rng));
    BOOST_TEST(keys.keys[1].id == 2U);
    BOOST_TEST((keys.keys[0].bytes != keys.keys[1].bytes));
    const auto starts = day_one + 5min + 1h;
    BOOST_TEST((at(keys, 2, starts - 1ms).state == Standing::State::waits));
    BOOST_TEST((at(keys, 1, starts - 1ms).state == Standing::State::signs));
    BOOST_TEST((at(keys, 2, starts).state == Standing::State::signs));
    BOOST_TEST((at(keys, 1, starts).state == Standing::State::checks));
}

BOOST_AUTO_TEST_CASE(KL1_a_key_may_be_dropped_thirty_days_after_another_took_over) {
    const auto keys = file({{1, day_one}, {2, day_one + 24h}, {3, day_one + 48h}});
    const auto now = day_one + 72h;
    BOOST_TEST((*at(keys, 1, now).signed_until == day_one + 24h));
    BOOST_TEST((*at(keys, 1, now).drop_from == day_one + 24h + month));
    BOOST_TEST((*at(keys, 2, now).drop_from == day_one + 48h + month));
    BOOST_TEST(!at(keys, 3, now).drop_from.has_value());
    // The key that took over from the first is gone: the next one counts, which is later.
    BOOST_TEST((*at(file({{1, day_one}, {3, day_one + 48h}}), 1, now).drop_from == day_one + 48h + month));
}

BOOST_AUTO_TEST_CASE(a_key_that_has_not_signed_may_be_dropped_at_once_and_takes_over_from_nobody) {
    const auto keys = file({{1, day_one}, {2, day_one + 10h}});
    BOOST_TEST((*at(keys, 2, day_one + 1h).drop_from == day_one + 1h));
    BOOST_TEST(!at(keys, 1, day_one + 1h).drop_from.has_value());
}

BOOST_AUTO_TEST_CASE(an_older_key_that_was_activated_again_signs) {
    const auto keys = file({{1, day_one + 48h}, {2, day_one + 24h}});
    const auto now = day_one + 72h;
    BOOST_TEST((at(keys, 1, now).state == Standing::State::signs));
    BOOST_TEST((*at(keys, 2, now).signed_until == day_one + 48h));
}

BOOST_AUTO_TEST_CASE(of_two_keys_from_one_moment_the_later_id_signs) {
    const auto keys = file({{1, day_one}, {2, day_one}});
    BOOST_TEST((at(keys, 2, day_one).state == Standing::State::signs));
    BOOST_TEST((*at(keys, 1, day_one).drop_from == day_one + month));
}

BOOST_AUTO_TEST_SUITE_END()
