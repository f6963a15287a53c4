// SPDX-License-Identifier: MIT
// Rules of seals (KL2): what a seal covers, by a vector of other code, and every way in which a seal or its second is wrong.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/seals.h>

#include "support/fake_clock.h"
#include "support/vectors.h"

using namespace authtickets;
using namespace authtickets::seals;
using namespace std::chrono_literals;

namespace {

const Time noon = test::FakeClock("2026-01-15T12:00:00Z").now();

Seal seal(std::uint64_t no, const std::optional<Seal>& before, Time to) {
    Seal out{.realm = RealmNo{7}, .no = no, .to = to, .count = 2, .events_hash = Bytes(32, 4), .key_id = 1, .mac = Bytes(32, 6)};
    const auto hash = chain_hash(before ? before->chain_hash : Bytes(32, 0), out);
    out.chain_hash.assign(hash.begin(), hash.end());
    return out;
}

EventId event_at(Time time) {
    auto id = events::first_of(time);
    id.value.bytes[6] = 0x70;
    return id;
}

std::string verdict(const std::optional<Finding>& finding) { return finding ? std::string(name(finding->what)) : "fine"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(seals_rules)

BOOST_AUTO_TEST_CASE(chain_and_mac_are_what_other_code_computes_KL2) {
    Bytes key;
    for (std::uint8_t i = 0; i < 32; ++i) key.push_back(i);
    for (const auto& vector : test::vectors("seal")) {
        BOOST_TEST_CONTEXT(vector.place) {
            Seal out{.realm = RealmNo{static_cast<std::uint32_t>(std::stoul(vector[1]))}, .no = std::stoull(vector[2]),
                     .to = parse_sql(vector[3]).value(), .key_id = static_cast<crypto::KeyId>(std::stoul(vector[4]))};
            crypto::Sha256 hash;
            const auto macs = from_hex(vector[5]).value();
            for (const auto byte : macs) hash.feed(Bytes(32, byte)), ++out.count;
            const auto events_hash = hash.finish();
            BOOST_TEST(hex(events_hash) == vector[6]);
            out.events_hash.assign(events_hash.begin(), events_hash.end());
            const auto chained = chain_hash(vector[0] == "00" ? Bytes(32, 0) : from_hex(vector[0]).value(), out);
            BOOST_TEST(hex(chained) == vector[7]);
            out.chain_hash.assign(chained.begin(), chained.end());
            BOOST_TEST(hex(crypto::hmac_sha256(key, sealed_form(out))) == vector[8]);
        }
    }
}

BOOST_AUTO_TEST_CASE(chain_and_mac_cover_every_column_KL2) {
    const auto whole = seal(5, seal(4, {}, noon), noon + 1s);
    struct Case {
        const char* column;
        bool chained;
        void (*change)(Seal&);
    };
    const Case cases[] = {
        {"realm_no", true, [](Seal& s) { s.realm = RealmNo{8}; }},
        {"seal_no", true, [](Seal& s) { s.no = 6; }},
        {"sealed_to_at", true, [](Seal& s) { s.to += 1s; }},
        {"event_count", true, [](Seal& s) { s.count = 3; }},
        {"events_hash", true, [](Seal& s) { s.events_hash[31] ^= 1; }},
        {"chain_hash", false, [](Seal& s) { s.chain_hash[0] ^= 1; }},
        {"key_id", false, [](Seal& s) { s.key_id = 2; }},
    };
    for (const auto& each : cases) {
        auto changed = whole;
        each.change(changed);
        BOOST_TEST_CONTEXT(each.column) {
            BOOST_TEST((sealed_form(changed) != sealed_form(whole)));
            BOOST_TEST((chain_hash(Bytes(32, 1), changed) != chain_hash(Bytes(32, 1), whole)) == each.chained);
        }
    }
    BOOST_TEST((chain_hash(Bytes(32, 1), whole) != chain_hash(Bytes(32, 2), whole)));
}

BOOST_AUTO_TEST_CASE(a_second_is_closed_a_minute_after_its_end) {
    BOOST_TEST((second_of(noon + 999ms) == noon));
    BOOST_TEST((second_of(noon) == noon));
    BOOST_TEST((closed_before(noon + 60s) == noon));
    BOOST_TEST((closed_before(noon + 60s + 999ms) == noon));
    BOOST_TEST((closed_before(noon + 61s) == noon + 1s));
}

BOOST_AUTO_TEST_CASE(an_event_carries_the_beginning_of_its_request_unless_its_second_could_be_sealed_by_then) {
    BOOST_TEST((events::recorded_at(noon, noon) == noon));
    BOOST_TEST((events::recorded_at(noon, noon + 30s) == noon));
    BOOST_TEST((events::recorded_at(noon, noon + 30s + 1ms) == noon + 30s + 1ms));
    BOOST_TEST((events::recorded_at(noon, noon - 1h) == noon));  // a clock that was set back
}

BOOST_AUTO_TEST_CASE(a_head_is_written_and_read) {
    const Head head{.no = 1042, .chain_hash = Bytes(32, 0xAB)};
    const auto written = text(head);
    BOOST_TEST(written == "1042:" + hex(Bytes(32, 0xAB)));
    const auto read = parse_head(written);
    BOOST_REQUIRE(read);
    BOOST_TEST(read->no == 1042u);
    BOOST_TEST((read->chain_hash == head.chain_hash));
    const std::string hash(64, '0');
    for (const auto& bad : {std::string(), std::string(":"), hash, "0:" + hash, "-1:" + hash, "+1:" + hash, " 1:" + hash, "1 :" + hash, "1:" + hash + "0",
                            "1:" + hash.substr(1), "1:" + hash.substr(2), "1:" + hash.substr(1) + "g", "x:" + hash, "1:1:" + hash,
                            "18446744073709551616:" + hash}) {
        BOOST_TEST_CONTEXT(bad) { BOOST_TEST(!parse_head(bad)); }
    }
    BOOST_TEST(parse_head("18446744073709551615:" + hash).has_value());
}

BOOST_AUTO_TEST_CASE(seals_follow_each_other_without_a_gap_KL2) {
    const auto first = seal(1, {}, noon);
    const auto second = seal(2, first, noon + 1s), third = seal(3, second, noon + 2s);
    BOOST_TEST(verdict(judge_place(first, {}, {})) == "fine");
    BOOST_TEST(verdict(judge_place(second, first, {})) == "fine");
    const auto gap = judge_place(third, first, {});
    BOOST_TEST(verdict(gap) == "seal_missing");
    BOOST_TEST(gap->seal == 2u);
    BOOST_TEST(gap->text == "seal 2 is missing");
    BOOST_TEST(judge_place(seal(5, {}, noon), first, {})->text == "seals 2 to 4 are missing");
    BOOST_TEST(verdict(judge_place(seal(2, seal(1, {}, noon - 1s), noon + 1s), first, {})) == "chain_broken");
    BOOST_TEST(verdict(judge_place(seal(1, first, noon), {}, {})) == "chain_broken");  // the first follows zeros
    BOOST_TEST(verdict(judge_place(seal(2, first, noon), first, {})) == "chain_broken");  // of the same second again
}

BOOST_AUTO_TEST_CASE(a_beginning_may_be_gone_as_far_as_a_purge_has_told_KL5) {
    const auto fifth = seal(5, seal(4, {}, noon - 1s), noon);
    BOOST_TEST(verdict(judge_place(fifth, {}, {.before = noon, .first_seal = 5})) == "fine");
    BOOST_TEST(verdict(judge_place(fifth, {}, {.before = noon, .first_seal = 9})) == "fine");
    const auto none_told = judge_place(fifth, {}, {});
    BOOST_TEST(verdict(none_told) == "seal_missing");
    BOOST_TEST(none_told->text == "seals 1 to 4 are missing");
    BOOST_TEST(judge_place(fifth, {}, {.before = noon, .first_seal = 4})->text == "seal 4 is missing");
    BOOST_TEST(verdict(judge_place(seal(1, {}, noon), {}, {.before = noon, .first_seal = 5})) == "fine");  // a purge that was cut off
}

BOOST_AUTO_TEST_CASE(what_was_done_to_a_sealed_second_is_named_KL2) {
    const auto sealed = seal(3, {}, noon + 1s);
    const auto one = event_at(noon), other = event_at(noon + 1ms), early = event_at(noon - 1s);
    const Bytes good(32, 4), bad(32, 5);
    struct Case {
        const char* what;
        Found found;
        std::string wanted;
        std::optional<EventId> culprit{};
    };
    const Case cases[] = {
        {"nothing", {.count = 2, .hash = good}, "fine"},
        {"changed", {.count = 2, .hash = good, .not_intact = 1, .first_not_intact = one}, "event_changed", one},
        {"its MAC changed", {.count = 2, .hash = bad, .not_intact = 1, .first_not_intact = one}, "event_changed", one},
        {"taken away", {.count = 1, .hash = bad}, "event_missing"},
        {"all taken away", {.count = 0, .hash = bad}, "event_missing"},
        {"taken away and changed", {.count = 1, .hash = bad, .not_intact = 1, .first_not_intact = one}, "event_missing"},
        {"put in, made up", {.count = 3, .hash = bad, .not_intact = 1, .first_not_intact = other}, "event_added", other},
        {"put in, too late", {.count = 3, .hash = bad, .odd_one_out = other}, "event_added", other},
        {"two put in", {.count = 4, .hash = bad}, "event_added"},
        {"put in and one changed", {.count = 3, .hash = bad, .not_intact = 2, .first_not_intact = one}, "event_added"},
        {"exchanged", {.count = 2, .hash = bad}, "event_replaced"},
        {"put in before", {.count = 2, .hash = good, .outside = early}, "event_added", early},
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(each.what) {
            const auto finding = judge_events(sealed, each.found, {});
            BOOST_TEST(verdict(finding) == each.wanted);
            if (!finding) continue;
            BOOST_TEST((finding->event == each.culprit));
            BOOST_TEST(finding->seal == 3u);
            BOOST_TEST(finding->text.find("seal 3") != finding->text.npos);
        }
    }
    BOOST_TEST(judge_events(sealed, {.count = 1, .hash = bad}, {})->text == "1 of 2 events of the second before 2026-01-15T12:00:01Z is missing (seal 3)");
}

BOOST_AUTO_TEST_CASE(events_past_their_retention_may_be_gone_but_not_changed_or_new_KL5) {
    const auto sealed = seal(3, {}, noon + 1s);
    const Told told{.before = noon + 1s, .first_seal = 3};
    const auto one = event_at(noon);
    const Bytes bad(32, 5);
    BOOST_TEST(verdict(judge_events(sealed, {.count = 0, .hash = bad}, told)) == "fine");
    BOOST_TEST(verdict(judge_events(sealed, {.count = 1, .hash = bad}, told)) == "fine");
    BOOST_TEST(verdict(judge_events(sealed, {.count = 1, .hash = bad, .not_intact = 1, .first_not_intact = one}, told)) == "event_changed");
    BOOST_TEST(verdict(judge_events(sealed, {.count = 2, .hash = bad}, told)) == "event_replaced");
    BOOST_TEST(verdict(judge_events(sealed, {.count = 3, .hash = bad}, told)) == "event_added");
    BOOST_TEST(verdict(judge_events(sealed, {.count = 1, .hash = bad}, {.before = noon + 999ms})) == "event_missing");
}

BOOST_AUTO_TEST_SUITE_END()
