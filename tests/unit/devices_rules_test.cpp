// SPDX-License-Identifier: MIT
// Trust of a browser (trust.days), and what a sign-in owes with it (X6, X15, docs/security.md).
#include <boost/test/unit_test.hpp>

#include <authtickets/core/sign_in.h>

#include "support/fake_clock.h"

using namespace authtickets;
using namespace std::chrono_literals;
using devices::Devices;
using sign_in::owed;
using tickets::Factor;

namespace {

const Time now = test::FakeClock().now();
const DeviceId device{*parse_uuid("00112233445566778899aabbccddeeff")};

}  // namespace

BOOST_AUTO_TEST_SUITE(devices_rules)

BOOST_AUTO_TEST_CASE(trust_lasts_as_long_as_was_given_and_no_longer_than_the_setting_allows_now) {
    realms::Settings settings;
    BOOST_TEST(!devices::trusts(settings, now + 1h, now));
    settings.trust_life = std::chrono::days(7);
    BOOST_TEST(devices::trusts(settings, now + 1ms, now));
    BOOST_TEST(!devices::trusts(settings, now, now));
    BOOST_TEST(!devices::trusts(settings, {}, now));
    BOOST_TEST(devices::trusts(settings, now + std::chrono::days(7), now));
    BOOST_TEST(!devices::trusts(settings, now + std::chrono::days(7) + 1ms, now));
}

BOOST_AUTO_TEST_CASE(a_browser_is_known_by_our_token_alone_X6) {
    realms::Settings settings;
    settings.second_step_on_fingerprint = true;
    logins::Login login;
    login.method = users::Method::simple;
    const auto owes = [&](const devices::Evidence& evidence, const Devices::Known& known) {
        return owed(settings, login, evidence, known, {}, true).factor;
    };
    BOOST_TEST((owes({.browser = true}, {}) == Factor::email));
    BOOST_TEST((owes({.browser = true}, {.by_token = device}) == Factor::none));
    BOOST_TEST((owes({.browser = true}, {.by_fingerprint = device}) == Factor::email));
    BOOST_TEST((owes({.browser = true}, {.lifted_lock = device}) == Factor::email));
    BOOST_TEST((owes({.fingerprint = "x"}, {.by_token = device}) == Factor::email));  // by an application both
    BOOST_TEST((owes({.fingerprint = "x"}, {.by_fingerprint = device, .by_token = device}) == Factor::none));
}

BOOST_AUTO_TEST_CASE(trust_spares_every_second_step) {
    realms::Settings settings;
    settings.second_step_always = true;
    for (const auto method : {users::Method::simple, users::Method::email, users::Method::sms}) {
        for (const bool app : {false, true}) {
            logins::Login login;
            login.method = method;
            login.app = app;
            login.phone = users::Contact{.value = "+447700900123", .verified = true};
            BOOST_TEST((owed(settings, login, {}, {}, {}, true).factor != Factor::none));
            BOOST_TEST((owed(settings, login, {}, {}, {.trusted = true}, true).factor == Factor::none));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
