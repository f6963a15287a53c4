// SPDX-License-Identifier: MIT
// Rules of realms: the table of settings with its defaults and ranges, and how sites are found.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/realms.h>

#include <set>

using namespace authtickets;
using namespace authtickets::realms;
using namespace std::chrono_literals;

namespace {

bool takes(std::string_view name, std::string_view value) {
    Settings settings;
    return !apply_setting(settings, name, value);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(realms_rules)

BOOST_AUTO_TEST_CASE(every_setting_is_described_once_and_takes_its_default) {
    std::set<std::string_view> names;
    for (const auto& setting : setting_table()) {
        BOOST_TEST_CONTEXT(setting.name) {
            BOOST_TEST(names.insert(setting.name).second);
            BOOST_TEST(!setting.type.empty());
            BOOST_TEST(setting.help.size() > 20u);
            BOOST_TEST(takes(setting.name, setting.standard));
        }
    }
    BOOST_TEST(names.size() >= 14u);
}

BOOST_AUTO_TEST_CASE(the_defaults_are_those_of_the_security_rules) {
    Settings read;
    // Everything moved away first, so that a default that is not applied shows.
    for (const auto& [name, value] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"policy", "standard"}, {"ticket.access_life", "240"}, {"ticket.refresh_life", "300"}, {"ticket.session_life", "3600"},
             {"ticket.anonymous_life", "3600"}, {"ticket.refresh_grace", "0"}, {"application.access_life", "240"},
             {"application.refresh_life", "300"}, {"lock.attempts", "3"}, {"lock.daily", "10"}, {"lock.release_minutes", "30"},
             {"signin.reveal_lock", "on"}, {"address.failures_per_minute", "5"}, {"address.failures_per_hour", "30"},
             {"jwt.issuer", "https://a.example"}, {"audit.retention_days", "30"}}) {
        BOOST_TEST_CONTEXT(name) { BOOST_TEST(!apply_setting(read, name, value)); }
    }
    for (const auto& setting : setting_table()) apply_setting(read, setting.name, setting.standard);
    for (const auto& each : {read, Settings{}}) {
        BOOST_TEST((each.policy == PasswordPolicy::documented));
        BOOST_TEST((each.access_life == 15min));                          // TK2
        BOOST_TEST((each.refresh_life == 24h));                           // TK2
        BOOST_TEST((each.session_life == std::chrono::days(30)));         // TK2
        BOOST_TEST((each.anonymous_life == std::chrono::days(14)));       // TK2
        BOOST_TEST((each.refresh_grace == 10s));                          // TK5
        BOOST_TEST((each.application_access_life == 1h));
        BOOST_TEST((each.application_refresh_life == 24h));
        BOOST_TEST(each.lock_attempts == 10u);                            // TH1
        BOOST_TEST(each.lock_daily == 100u);                              // TH1
        BOOST_TEST((each.lock_release == 0min));                          // TH1
        BOOST_TEST(!each.reveal_lock);                                    // X18
        BOOST_TEST(each.failures_per_minute == 30u);                      // TH2
        BOOST_TEST(each.failures_per_hour == 300u);                       // TH2
        BOOST_TEST(each.jwt_issuer == "");
        BOOST_TEST(each.retention_days == 400u);                          // KL5
    }
}

BOOST_AUTO_TEST_CASE(values_are_taken_up_to_their_limits_and_refused_beyond) {
    struct Case {
        const char* name;
        std::vector<const char*> good, bad;
    };
    const Case cases[] = {
        {"policy", {"documented", "standard"}, {"", "Standard", "none", "standard "}},
        {"ticket.access_life", {"240", "86400"}, {"239", "86401", "", "15m", "-900", "+900", " 900", "900 ", "1e3", "0x100", "99999999999999999999"}},
        {"ticket.refresh_life", {"300", "2592000"}, {"299", "2592001"}},
        {"ticket.session_life", {"3600", "2592000"}, {"3599", "2592001"}},
        {"ticket.anonymous_life", {"3600", "2592000"}, {"3599", "2592001"}},
        {"ticket.refresh_grace", {"0", "10"}, {"-1", "11", ""}},
        {"application.access_life", {"240", "86400"}, {"239", "86401"}},
        {"application.refresh_life", {"300", "2592000"}, {"299", "2592001"}},
        {"lock.attempts", {"3", "50"}, {"2", "51", "0", "ten"}},
        {"lock.daily", {"10", "100"}, {"9", "101"}},
        {"lock.release_minutes", {"0", "30", "1440"}, {"1", "29", "1441", "-30", ""}},
        {"signin.reveal_lock", {"on", "off"}, {"", "yes", "On", "1"}},
        {"address.failures_per_minute", {"5", "1000"}, {"4", "1001", "0"}},
        {"address.failures_per_hour", {"30", "100000"}, {"29", "100001", "0"}},
        {"audit.retention_days", {"30", "400", "3650"}, {"29", "3651", "0", "", "400d"}},
        {"jwt.issuer", {"", "https://shop.example", "http://localhost:8080/x"}, {"shop.example", "javascript:x", "https://a b", "https://a\"b", "https://a\nb"}},
    };
    std::set<std::string_view> covered;
    for (const auto& each : cases) {
        covered.insert(each.name);
        for (const char* value : each.good) BOOST_TEST_CONTEXT(each.name << " = " << value) { BOOST_TEST(takes(each.name, value)); }
        for (const char* value : each.bad) BOOST_TEST_CONTEXT(each.name << " = " << value) { BOOST_TEST(!takes(each.name, value)); }
    }
    for (const auto& setting : setting_table()) BOOST_TEST_CONTEXT(setting.name) { BOOST_TEST(covered.contains(setting.name)); }
    BOOST_TEST(!takes("jwt.issuer", "https://" + std::string(260, 'a')));
    BOOST_TEST(!takes("ticket.life", "900"));
    BOOST_TEST(!takes("", ""));
}

BOOST_AUTO_TEST_CASE(a_refused_value_leaves_the_setting_as_it_was) {
    Settings settings;
    apply_setting(settings, "lock.attempts", "5");
    BOOST_TEST(apply_setting(settings, "lock.attempts", "51").value_or("").find("3 to 50") != std::string::npos);
    BOOST_TEST(settings.lock_attempts == 5u);
}

BOOST_AUTO_TEST_CASE(sites_are_found_by_tenant_and_site) {
    Realm realm{.no = RealmNo{1}, .address = "https://shop.example",
                .sites = {{.tenant = 1000, .site = 2000}, {.tenant = 1000, .site = 2001}, {.tenant = 1001, .site = 3000}}};
    BOOST_TEST(realm.site(1000, 2001)->site == 2001u);
    BOOST_TEST(realm.site(0, 3000)->tenant == 1001u);
    BOOST_TEST(!realm.site(1001, 2000));
    BOOST_TEST(!realm.site(1000, 9));
    BOOST_TEST(realm.has_tenant(1001));
    BOOST_TEST(!realm.has_tenant(1002));
    BOOST_TEST(realm.issuer() == "https://shop.example");
    realm.settings.jwt_issuer = "https://issuer.example";
    BOOST_TEST(realm.issuer() == "https://issuer.example");
}

BOOST_AUTO_TEST_SUITE_END()
