// SPDX-License-Identifier: MIT
// Codes of authenticator apps (docs/security.md, section 3): the published vectors, what is judged right, what an app is given.
#include <boost/test/unit_test.hpp>

#include <charconv>
#include <set>

#include <authtickets/core/codes.h>
#include <authtickets/core/totp.h>
#include <authtickets/crypto/hmac.h>

#include "support/fake_clock.h"
#include "support/vectors.h"

using namespace authtickets;
using namespace authtickets::totp;
using namespace std::chrono_literals;

namespace {

const Secret published(std::string_view("12345678901234567890"));
constexpr std::int64_t now = 58'949'081;  // a step of January 2026
constexpr std::int64_t none_used = -1;

std::int64_t number(const std::string& text, int base = 10) {
    std::int64_t out{};
    std::from_chars(text.data(), text.data() + text.size(), out, base);
    return out;
}

std::string code(std::int64_t step) { return std::string(code_at(published, step).reveal()); }

std::string judged(std::string_view digits, unsigned skew, std::int64_t last_step = none_used) {
    const auto verdict = judge(published, digits, now, skew, last_step);
    return std::string(verdict.reason == Reason::none ? "right" : name(verdict.reason));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(totp_rules)

BOOST_AUTO_TEST_CASE(hmac_sha1_agrees_with_rfc_2202) {
    for (const auto& v : test::vectors("rfc2202")) {
        BOOST_TEST(hex(crypto::hmac_sha1(from_hex(v[0]).value(), from_hex(v[1]).value())) == v[2], v.place);
    }
}

BOOST_AUTO_TEST_CASE(codes_agree_with_rfc_4226_appendix_d_TO2) {
    for (const auto& v : test::vectors("rfc4226")) {
        ByteWriter counter;
        counter.number(number(v[0]));
        BOOST_TEST(hex(crypto::hmac_sha1(as_bytes(published.reveal()), counter.bytes())) == v[1], v.place);
        BOOST_TEST(code_at(published, number(v[0])).reveal() == v[2], v.place);
    }
}

BOOST_AUTO_TEST_CASE(codes_agree_with_rfc_6238_appendix_b_TO2) {
    for (const auto& v : test::vectors("rfc6238")) {
        const auto step = step_of(Time(std::chrono::seconds(number(v[0]))));
        BOOST_TEST(step == number(v[1], 16), v.place);
        BOOST_TEST(code_at(published, step, 8).reveal() == v[2], v.place);
        BOOST_TEST(code_at(published, step).reveal() == v[2].substr(2), v.place);
    }
}

BOOST_AUTO_TEST_CASE(a_step_lasts_thirty_seconds_from_1970_on_TO2) {
    BOOST_TEST(step_of(Time{}) == 0);
    BOOST_TEST(step_of(Time{} + 29'999ms) == 0);
    BOOST_TEST(step_of(Time{} + 30s) == 1);
    BOOST_TEST(step_of(Time{} - 1ms) == -1);
}

BOOST_AUTO_TEST_CASE(six_digits_and_nothing_else_are_a_code_TO9) {
    int rows = 0;
    for (const auto& v : test::vectors("totp_typed")) {
        BOOST_TEST(codes::digits(v[0]).value_or("-") == v[1], v.place);
        ++rows;
    }
    BOOST_TEST(rows == 20);
}

BOOST_AUTO_TEST_CASE(steps_within_the_skew_are_right_and_those_beyond_are_drift_TO3) {
    for (unsigned skew = 0; skew <= 2; ++skew) {
        for (int distance = -6; distance <= 6; ++distance) {
            const auto away = static_cast<unsigned>(std::abs(distance));
            const std::string wanted = away <= skew ? "right" : away <= 4 ? "drift" : "wrong";
            BOOST_TEST(judged(code(now + distance), skew) == wanted, skew << " " << distance);
        }
    }
    const auto slow = judge(published, code(now - 1), now, 1, none_used);
    BOOST_TEST(slow.step == now - 1);
    BOOST_TEST(slow.drift == -1);  // TO6
    BOOST_TEST(judge(published, code(now + 1), now, 1, none_used).drift == 1);
    BOOST_TEST(judged("000000", 1) == "wrong");
    BOOST_TEST(judged("", 1) == "wrong");
}

// Whenever within a step it is, a phone 25 s off is right and one that is 95 s off is drift.
BOOST_AUTO_TEST_CASE(a_clock_25_seconds_off_is_taken_and_one_95_seconds_off_is_told_TO3) {
    const Time begin = Time{} + now * 30s;
    for (auto at = begin; at < begin + 30s; at += 1s) {
        for (const auto& [off, wanted] : {std::pair{25s, Reason::none}, std::pair{95s, Reason::drift}}) {
            for (const auto sign : {-1, 1}) {
                const auto verdict = judge(published, code(step_of(at + sign * off)), step_of(at), 1, none_used);
                BOOST_TEST((verdict.reason == wanted), name(verdict.reason) << " " << sign * off.count());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_step_that_was_used_and_every_earlier_one_is_replayed_TO4) {
    BOOST_TEST(judged(code(now), 1, now - 1) == "right");
    BOOST_TEST(judged(code(now), 1, now) == "replayed");
    BOOST_TEST(judged(code(now), 1, now + 1) == "replayed");
    BOOST_TEST(judged(code(now - 1), 1, now) == "replayed");
    BOOST_TEST(judged(code(now + 1), 1, now) == "right");
    BOOST_TEST(judged(code(now - 2), 1, now) == "drift");
}

// Two steps of one code, as one in a million pairs is: the used one must not hide the other.
BOOST_AUTO_TEST_CASE(of_two_steps_with_one_code_the_one_that_can_be_taken_counts) {
    constexpr std::int64_t step = 910737;  // found by trying
    BOOST_TEST(code(step) == code(step + 1));
    const auto verdict = judge(published, code(step), step, 1, step);
    BOOST_TEST((verdict.reason == Reason::none));
    BOOST_TEST(verdict.step == step + 1);
    BOOST_TEST(judge(published, code(step), step, 1, none_used).step == step);
}

BOOST_AUTO_TEST_CASE(base32_agrees_with_rfc_4648) {
    for (const auto& v : test::vectors("base32")) BOOST_TEST(base32(Secret(std::string_view(v[0]))).reveal() == v[1], v.place);
}

BOOST_AUTO_TEST_CASE(people_read_the_key_in_groups_of_four) {
    BOOST_TEST(in_groups(base32(published)).reveal() == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    BOOST_TEST(in_groups(Secret(std::string_view("ABCDE"))).reveal() == "ABCD E");
    BOOST_TEST(in_groups(Secret()).reveal() == "");
}

BOOST_AUTO_TEST_CASE(the_address_that_an_app_reads_names_shop_and_user) {
    const std::string rest = "&algorithm=SHA1&digits=6&period=30", key = "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=";
    struct Case {
        const char *shop, *user, *issuer, *label;
    };
    const Case cases[] = {
        {"Shop", "ann", "Shop", "Shop:ann"},
        {"Tea & Co", "ann@shop.example", "Tea%20%26%20Co", "Tea%20%26%20Co:ann%40shop.example"},
        {"a:b", "c:d", "a%20b", "a%20b:c%20d"},
        {"Bücher", "Zoë", "B%C3%BCcher", "B%C3%BCcher:Zo%C3%AB"},
        {"?secret=X#", "a/b\"<>", "%3Fsecret%3DX%23", "%3Fsecret%3DX%23:a%2Fb%22%3C%3E"},
        {"100%", "a+b", "100%25", "100%25:a%2Bb"},
    };
    for (const auto& each : cases) {
        BOOST_TEST(otpauth_uri(each.shop, each.user, published).reveal() == "otpauth://totp/" + std::string(each.label) + key + each.issuer + rest);
    }
}

BOOST_AUTO_TEST_CASE(a_charge_tells_the_tenth_and_the_hundredth_TO5) {
    for (unsigned failed = 1; failed <= 100; ++failed) {
        const Charge charge{.admitted = true, .failed = failed};
        BOOST_TEST(charge.pauses() == (failed % 10 == 0));
        BOOST_TEST(charge.blocks() == (failed == 100));
        const Attempt wrong{.reason = Reason::wrong, .charge = charge}, right{.right = true, .charge = charge},
            replayed{.reason = Reason::replayed, .charge = charge};
        BOOST_TEST(wrong.pauses() == charge.pauses());
        BOOST_TEST(!right.pauses());
        BOOST_TEST(!replayed.blocks());
    }
    BOOST_TEST(!Charge{}.pauses());
    BOOST_TEST(!Charge{.failed = 10}.pauses());
}

BOOST_AUTO_TEST_CASE(every_reason_has_a_name_of_its_own) {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Reason::blocked); ++i) BOOST_TEST(names.insert(name(static_cast<Reason>(i))).second);
}

BOOST_AUTO_TEST_SUITE_END()
