// Times as text, and ids made of them.
// SPDX-License-Identifier: MIT
#include <set>

#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/base/clock.h>
#include <authtickets/base/ids.h>
#include <support/fake_clock.h>
#include <support/fake_rng.h>
#include <support/vectors.h>

using namespace authtickets;
using namespace std::chrono_literals;

namespace {

Time ms(std::int64_t since_epoch) { return Time{std::chrono::milliseconds{since_epoch}}; }

constexpr std::int64_t first_ms = -62135596800000, last_ms = 253402300799999;

}  // namespace

BOOST_AUTO_TEST_SUITE(base_clock)

BOOST_AUTO_TEST_CASE(times_are_written_in_three_forms) {
    struct Row {
        std::int64_t time;
        const char *iso, *seconds, *sql;
    };
    const Row rows[] = {
        {0, "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00", "1970-01-01 00:00:00.000"},
        {-1, "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59", "1969-12-31 23:59:59.999"},
        {1768473330120, "2026-01-15T10:35:30.120Z", "2026-01-15T10:35:30", "2026-01-15 10:35:30.120"},
        {951782400005, "2000-02-29T00:00:00.005Z", "2000-02-29T00:00:00", "2000-02-29 00:00:00.005"},
        {first_ms, "0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00", "0001-01-01 00:00:00.000"},
        {last_ms, "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59", "9999-12-31 23:59:59.999"},
        // outside the years with four digits: the nearest inside
        {first_ms - 1, "0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00", "0001-01-01 00:00:00.000"},
        {INT64_MIN, "0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00", "0001-01-01 00:00:00.000"},
        {last_ms + 1, "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59", "9999-12-31 23:59:59.999"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59", "9999-12-31 23:59:59.999"},
    };
    for (const auto& row : rows) {
        BOOST_TEST(iso8601(ms(row.time)) == row.iso);
        BOOST_TEST(iso8601_seconds(ms(row.time)) == row.seconds);
        BOOST_TEST(sql_text(ms(row.time)) == row.sql);
    }
}

BOOST_AUTO_TEST_CASE(times_of_the_database_are_read_with_any_fraction) {
    const std::pair<const char*, std::int64_t> rows[] = {
        {"1970-01-01 00:00:00", 0},
        {"1970-01-01 00:00:00.1", 100},
        {"1970-01-01 00:00:00.12", 120},
        {"1970-01-01 00:00:00.123", 123},
        {"1970-01-01 00:00:00.123999", 123},  // finer digits are cut off
        {"2026-01-15 10:35:30.120", 1768473330120},
        {"0001-01-01 00:00:00.000", first_ms},
        {"9999-12-31 23:59:59.999999", last_ms},
    };
    for (const auto& [text, time] : rows) BOOST_TEST((parse_sql(text) == ms(time)), text);
}

BOOST_AUTO_TEST_CASE(iso_times_are_read_with_any_offset) {
    const std::pair<const char*, std::int64_t> rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00:00", 0},
        {"1970-01-01T00:00:00.123456789Z", 123},
        {"1970-01-01T01:30:00+01:30", 0},
        {"1969-12-31T19:00:00.5-05:00", 500},
        {"1970-01-01T00:00:00-00:00", 0},
        {"2024-02-29T12:00:00Z", 1709208000000},
        {"9999-12-31T23:59:59.999Z", last_ms},
        {"0001-01-01T00:00:00Z", first_ms},
    };
    for (const auto& [text, time] : rows) BOOST_TEST((parse_iso8601(text) == ms(time)), text);
}

BOOST_AUTO_TEST_CASE(malformed_times_are_refused) {
    for (const std::string text : {"",
                                   "Z",
                                   "2026",
                                   "2026-01-15",
                                   "2026-01-15T",
                                   "2026-01-15T10:35Z",
                                   "2026-01-15T10:35:30z",
                                   "2026-01-15t10:35:30Z",
                                   "2026-01-15 10:35:30Z",
                                   "2026-01-15T10:35:30.Z",
                                   "2026-01-15T10:35:30.1234567890Z",
                                   "2026-01-15T10:35:30,1Z",
                                   "2026-01-15T10:35:30ZZ",
                                   "2026-01-15T10:35:30Z ",
                                   " 2026-01-15T10:35:30Z",
                                   "2026-1-15T10:35:30Z",
                                   "2026-00-15T10:35:30Z",
                                   "2026-13-15T10:35:30Z",
                                   "2026-01-00T10:35:30Z",
                                   "2026-01-32T10:35:30Z",
                                   "2026-02-29T10:35:30Z",
                                   "1900-02-29T10:35:30Z",
                                   "2026-04-31T10:35:30Z",
                                   "2026-01-15T24:00:00Z",
                                   "2026-01-15T10:60:00Z",
                                   "2026-01-15T10:35:60Z",
                                   "0000-01-01T00:00:00Z",
                                   "-001-01-01T00:00:00Z",
                                   "12026-01-15T10:35:30Z",
                                   "+2026-01-15T10:35:30Z",
                                   "2026-01-15T10:35:30+0100",
                                   "2026-01-15T10:35:30+01",
                                   "2026-01-15T10:35:30+1:00",
                                   "2026-01-15T10:35:30+24:00",
                                   "2026-01-15T10:35:30+01:60",
                                   "2026-01-15T10:35:30+01:00Z",
                                   "2026-01-15T10:35:30 01:00",
                                   "2026/01/15T10:35:30Z",
                                   "20260115T103530Z",
                                   "2026-W03-4T10:35:30Z",
                                   "0001-01-01T00:00:00+00:01",
                                   "9999-12-31T23:59:59-00:01",
                                   "now",
                                   "1768473330",
                                   "2026-01-15T10:35:30\xE2\x88\x92"
                                   "01:00"}) {
        BOOST_TEST(!parse_iso8601(text), text);
        BOOST_TEST(!parse_sql(text), text);
    }
    for (const std::string text :
         {"2026-01-15T10:35:30", "2026-01-15 10:35:30.", "2026-01-15 10:35:30.1234567",
          "2026-01-15 10:35:30Z", "0000-00-00 00:00:00", "2026-01-15 10:35:30 "}) {
        BOOST_TEST(!parse_sql(text), text);
    }
    BOOST_TEST(!parse_sql(std::string_view("2026-01-15 10:35:30\0", 20)));
}

RC_BOOST_PROP(a_time_written_is_read_again, ()) {
    const auto time = ms(*rc::gen::inRange<std::int64_t>(first_ms, last_ms + 1));
    RC_ASSERT(parse_iso8601(iso8601(time)) == time);
    RC_ASSERT(parse_sql(sql_text(time)) == time);
    RC_ASSERT(parse_iso8601(iso8601_seconds(time)) == std::chrono::floor<std::chrono::seconds>(time));
}

BOOST_AUTO_TEST_CASE(the_fake_clock_moves_only_when_told) {
    test::FakeClock clock;
    BOOST_TEST(iso8601(clock.now()) == "2026-01-15T10:20:30.120Z");
    clock.advance(15min);
    BOOST_TEST(iso8601(clock.now()) == "2026-01-15T10:35:30.120Z");
    clock.advance(-1ms);
    BOOST_TEST(iso8601(clock.now()) == "2026-01-15T10:35:30.119Z");
}

BOOST_AUTO_TEST_CASE(the_system_clock_and_the_steady_clock_go_forward) {
    SystemClock clock;
    BOOST_TEST((clock.now() > *parse_iso8601("2020-01-01T00:00:00Z")));
    const auto before = steady_now();
    BOOST_TEST((steady_now() >= before));
}

// RFC 9110 section 5.6.7 and RFC 5322 give the first; the rest are the ends of a week and of months.
BOOST_AUTO_TEST_CASE(the_date_of_http_has_the_right_weekday) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"1994-11-06T08:49:37.999Z", "Sun, 06 Nov 1994 08:49:37 GMT"}, {"2026-01-15T10:20:31Z", "Thu, 15 Jan 2026 10:20:31 GMT"},
        {"2024-02-29T00:00:00Z", "Thu, 29 Feb 2024 00:00:00 GMT"},     {"1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 GMT"},     {"2099-12-25T12:00:00Z", "Fri, 25 Dec 2099 12:00:00 GMT"}};
    for (const auto& [time, text] : rows) BOOST_TEST(rfc1123(*parse_iso8601(time)) == text);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(base_ids)

BOOST_AUTO_TEST_CASE(uuids_of_the_rfc_are_read_in_both_forms) {
    for (const auto& v : test::vectors("uuid")) {
        BOOST_TEST_CONTEXT(v.place) {
            const auto uuid = parse_uuid(v[1]);
            BOOST_REQUIRE(uuid);
            BOOST_TEST((uuid->bytes[6] >> 4) == std::stoi(v[0]));
            BOOST_TEST((uuid->bytes[8] & 0xC0) == 0x80);
            BOOST_TEST((parse_uuid(hex(*uuid)) == uuid));
            BOOST_TEST((parse_uuid(dashed(*uuid)) == uuid));
            BOOST_TEST(hex(*uuid).size() == 32u);
            if (v[2] != "-") BOOST_TEST(iso8601(time_of(*uuid)) == v[2]);
        }
    }
    BOOST_TEST(dashed(*parse_uuid("919108F752D143209BACF847DB4148A8"))
               == "919108f7-52d1-4320-9bac-f847db4148a8");
}

BOOST_AUTO_TEST_CASE(malformed_uuids_are_refused) {
    for (const std::string_view text :
         {"", "-", "919108f7", "919108f7-52d1-4320-9bac-f847db4148a", "919108f7-52d1-4320-9bac-f847db4148a8a",
          "919108f752d143209bacf847db4148a", "919108f752d143209bacf847db4148ag",
          "919108f7-52d1-4320-9bacf847db4148a8", "919108f75-2d1-4320-9bac-f847db4148a8",
          "{919108f7-52d1-4320-9bac-f847db4148a8}", "919108f7-52d1-4320-9bac-f847db4148 8",
          " 919108f752d143209bacf847db4148a8", "919108f7 52d1 4320 9bac f847db4148a8",
          "------------------------------------", "919108f7-52d1-4320-9bac-f847db4148-8",
          "urn:uuid:919108f7-52d1-4320-9bac-f847db4148a8", "0x9108f752d143209bacf847db4148a8"}) {
        BOOST_TEST(!parse_uuid(text), text);
    }
}

BOOST_AUTO_TEST_CASE(new_uuids_have_version_and_variant_and_come_from_the_clock_and_the_rng_given) {
    test::FakeRng rng(7), same(7);
    test::FakeClock clock;
    for (int i = 0; i < 100; ++i) {
        const auto v4 = uuid_v4(rng), v7 = uuid_v7(clock.now(), rng);
        BOOST_TEST(dashed(v4)[14] == '4');
        BOOST_TEST(dashed(v7)[14] == '7');
        BOOST_TEST(((v4.bytes[8] & 0xC0) == 0x80 && (v7.bytes[8] & 0xC0) == 0x80));
        BOOST_TEST((time_of(v7) == clock.now()));
        BOOST_TEST((uuid_v4(same) == v4));
        BOOST_TEST((uuid_v7(clock.now(), same) == v7));
        clock.advance(1ms);
        BOOST_TEST((v7 < uuid_v7(clock.now(), same)));
        (void)uuid_v7(clock.now(), rng);
    }
    BOOST_TEST((time_of(uuid_v7(ms(-5), rng)) == ms(0)));
    BOOST_TEST(Uuid{}.empty());
}

BOOST_AUTO_TEST_CASE(the_system_generator_does_not_repeat_itself) {
    SystemRng rng;
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) BOOST_TEST(seen.insert(hex(uuid_v4(rng))).second);
}

BOOST_AUTO_TEST_SUITE_END()
