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
             {"jwt.issuer", "https://a.example"}, {"audit.retention_days", "30"},
             {"second_step.always", "on"}, {"second_step.on_fingerprint", "on"}, {"second_step.on_region", "on"}, {"second_step.default", "sms"}, {"signin.email_code", "on"},
             {"device.strict", "on"}, {"device.days", "1"}, {"trust.days", "30"}, {"code.life", "60"}, {"code.tries", "1"}, {"totp.skew", "2"}, {"code.mail_daily", "12"},
             {"code.sms_daily", "10"}, {"reset.life", "600"}, {"reset.link", "https://a.example/r?t={token}&u={user}"},
             {"unlock.link", "{base}/u?t={token}&u={user}"}, {"confirm.link", "{base}/c?u={user}"}, {"mail.sender", "a@b.example"},
             {"mail.sender_name", "Shop"}, {"mail.reply_to", "a@b.example"}, {"mail.bcc", "a@b.example"},
             {"mail.suppressed", "otpForLogin"}, {"mail.on_request", "accountCreated"}, {"mail.time_zone", "Europe/Berlin"}, {"messages.keep", "off"},
             {"members.self_signup", "on"}, {"members.auto_account", "on"}, {"members.self_management", "update_only"}, {"members.realm_name", "Members"},
             {"ticket.account_life", "60"}, {"one_time.life", "60"}, {"one_time.live", "1"}, {"one_time.tries", "20"},
             {"one_time.link", "https://a.example/r?t={token}"}}) {
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
        BOOST_TEST(!each.second_step_always);                             // kibo 4.6
        BOOST_TEST(!each.second_step_on_fingerprint);
        BOOST_TEST(!each.second_step_on_region);
        BOOST_TEST((each.default_step == DefaultStep::none));
        BOOST_TEST(!each.email_code);
        BOOST_TEST(!each.device_strict);                                  // X6
        BOOST_TEST((each.device_life == std::chrono::days(365)));
        BOOST_TEST((each.trust_life == std::chrono::days(0)));
        BOOST_TEST((each.code_life == 180s));                             // OC2
        BOOST_TEST(each.code_tries == 3u);                                // OC3
        BOOST_TEST(each.totp_skew == 1u);                                 // X5
        BOOST_TEST(each.mails_per_day == 40u);                            // OC7
        BOOST_TEST(each.sms_per_day == 20u);                              // OC7
        BOOST_TEST((each.reset_life == 72h));                             // X2
        BOOST_TEST(each.reset_link + each.unlock_link + each.confirm_link == "");
        BOOST_TEST(each.mail_sender + each.mail_sender_name + each.mail_reply_to + each.mail_bcc == "");
        BOOST_TEST(each.mails_suppressed == 0u);
        BOOST_TEST(each.mails_on_request == 0u);
        BOOST_TEST(each.time_zone == "UTC");
        BOOST_TEST(!each.self_signup);                                    // elastic path, settings/account-authentication
        BOOST_TEST(!each.auto_account);
        BOOST_TEST((each.self_management == SelfManagement::disabled));
        BOOST_TEST((each.account_life == 24h));
        BOOST_TEST((each.one_time_life == 10min));
        BOOST_TEST(each.one_time_live == 5u);
        BOOST_TEST(each.one_time_tries == 10u);
        BOOST_TEST(each.one_time_link == "");
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
        {"second_step.always", {"on", "off"}, {"", "true", "ON"}},
        {"second_step.on_fingerprint", {"on", "off"}, {"", "1"}},
        {"second_step.on_region", {"on", "off"}, {"", "no"}},
        {"second_step.default", {"none", "sms", "email"}, {"", "app", "SMS"}},
        {"signin.email_code", {"on", "off"}, {"", "yes"}},
        {"device.strict", {"on", "off"}, {"", "strict"}},
        {"device.days", {"1", "730"}, {"0", "731", "", "1d"}},
        {"trust.days", {"0", "7", "30"}, {"-1", "31", "", "7d"}},
        {"code.life", {"60", "600"}, {"59", "601", "", "3m"}},
        {"code.tries", {"1", "5"}, {"0", "6", ""}},
        {"totp.skew", {"0", "1", "2"}, {"3", "-1", "", "one"}},
        {"stepup.window", {"60", "3600"}, {"59", "3601", ""}},
        {"code.mail_daily", {"12", "200"}, {"11", "201", ""}},
        {"code.sms_daily", {"10", "100"}, {"9", "101", ""}},
        {"reset.life", {"600", "259200"}, {"599", "259201", ""}},
        {"reset.link", {"", "{base}/user/resetpasswordconfirm?t={token}&u={user}", "https://shop.example/r/{user}/{token}"},
         {"/r?t={token}&u={user}", "{base}/r?t={token}", "{base}/r?u={user}", "javascript:{token}{user}", "{base}/r ?t={token}&u={user}",
          "{base}/\"?t={token}&u={user}", "{base}/<?t={token}&u={user}", "{base}/r?t={token}&u={user}\n"}},
        {"unlock.link", {"", "{base}/unlock?t={token}&u={user}"}, {"{base}/unlock", "ftp://a.example/{token}{user}"}},
        {"confirm.link", {"", "{base}/confirm?u={user}"}, {"{base}/confirm", "confirm?u={user}"}},
        {"mail.sender", {"", "shop@example.com"}, {"shop", "@example.com", "shop@", "a b@example.com", "a@b.example,c@d.example", "a@b.example\r\nBcc: x@y.z", "<a@b.example>"}},
        {"mail.sender_name", {"", "The Shop & Sons", "Bücher"}, {"a\nb", "a\rb", "a\x7F"}},
        {"mail.reply_to", {"", "help@example.com"}, {"help", "a@b.example;c@d.example"}},
        {"mail.bcc", {"", "copy@example.com"}, {"copy", "a@b.example\n"}},
        {"mail.suppressed", {"", "otpForLogin", "accountDenied,otpForLogin"}, {"otpforlogin", "orderShipped", "otpForLogin,", ",", "otpForLogin, accountDenied"}},
        {"mail.on_request", {"", "shopperPasswordReset"}, {"all", "otpForLogin;accountCreated"}},
        {"messages.keep", {"on", "off"}, {"", "yes", "On"}},
        {"mail.time_zone", {"UTC", "Europe/Berlin", "Etc/GMT+5"}, {"", "Europe Berlin", "../../etc/passwd", "Europe/Berlin;"}},
        {"members.self_signup", {"on", "off"}, {"", "true"}},
        {"members.auto_account", {"on", "off"}, {"", "1"}},
        {"members.self_management", {"disabled", "update_only"}, {"", "on", "Update_Only"}},
        {"members.realm_name", {"", "Account members", "Kundschaft é"}, {"a\nb", "a\x7F"}},
        {"ticket.account_life", {"60", "86400", "2592000"}, {"59", "2592001", "", "1d"}},
        {"one_time.life", {"60", "600"}, {"59", "601", ""}},
        {"one_time.live", {"1", "5"}, {"0", "6", ""}},
        {"one_time.tries", {"10", "100"}, {"9", "101", ""}},
        {"one_time.link", {"", "https://shop.example/reset?username={username}&token={token}", "{base}/{realm}/{profile}/{info}?t={token}"},
         {"https://shop.example/reset?username={username}", "/r?t={token}", "javascript:{token}", "https://a.example/{token}?u={user}",
          "https://a.example/{token}?{", "https://a.example/{token}}", "https://a.example/{token}/ x"}},
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
    BOOST_TEST(!takes("mail.sender", std::string(250, 'a') + "@b.example"));
    BOOST_TEST(!takes("mail.sender_name", std::string(201, 'a')));
    BOOST_TEST(!takes("reset.link", "{base}/{token}{user}" + std::string(500, 'a')));
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

BOOST_AUTO_TEST_CASE(a_host_names_a_site_with_or_without_its_port) {
    Realm realm;
    for (const auto* domain : {"shop.example", "shop.example:8080", "other.example"}) {
        realm.sites.push_back({.tenant = 1, .site = static_cast<std::uint32_t>(realm.sites.size() + 1), .domain = domain});
    }
    const std::pair<std::string_view, std::uint32_t> rows[] = {
        {"shop.example", 1}, {"shop.example:443", 1}, {"shop.example:8080", 2}, {"other.example:1", 3}, {"example", 0},
        {"", 0}, {":80", 0}, {"evil.example", 0}, {"shop.example.evil", 0}};
    for (const auto& [host, site] : rows) {
        const auto* const found = realm.site_at(host);
        BOOST_TEST((found ? found->site : 0U) == site, host);
    }
    BOOST_TEST(without_port("[2001:db8::1]") == "[2001:db8::1]");
    BOOST_TEST(without_port("[2001:db8::1]:80") == "[2001:db8::1]");
}

BOOST_AUTO_TEST_CASE(AZ31_a_host_is_of_the_shop_that_has_a_site_there_else_of_the_only_one) {
    const RealmNo one{1}, two{2}, three{3};
    const Domains several{{"shop.example", one}, {"www.shop.example", one}, {"shop.example:8080", two}, {"both.example", one}, {"both.example", two}, {"", three}};
    const std::pair<std::string_view, std::uint32_t> rows[] = {
        {"shop.example", 1}, {"shop.example:443", 1}, {"shop.example:8080", 2}, {"www.shop.example", 1}, {"both.example", 0}, {"example", 0}, {"", 0}};
    for (const auto& [host, no] : rows) BOOST_TEST(shop_at(several, host).value_or(RealmNo{}).value == no, host);
    BOOST_TEST(!only_shop(several));
    BOOST_TEST((only_shop({{"a.example", two}, {"b.example", two}}) == two));
    BOOST_TEST((shop_at({{"", two}}, "any.example") == two));
    BOOST_TEST(!only_shop({}));
    BOOST_TEST(!shop_at({}, "any.example"));
}

BOOST_AUTO_TEST_SUITE_END()
