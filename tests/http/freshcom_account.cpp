// SPDX-License-Identifier: MIT
// What the shop says of itself (FC80 to FC85, docs/freshcom.md), and the rows that hold for every document.
#include "freshcom_shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Account : FreshcomShop {
    Person boss = administrator();
    Reply read(std::string_view token) { return send(call(GET, "/v1/account", token)); }
    Reply change(Json attributes) { return send(call(PATCH, "/v1/account", boss.token, document("Account", std::move(attributes)))); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(freshcom_account, Account)

BOOST_AUTO_TEST_CASE(FC80_FC82_FC85_a_guest_reads_it) {
    const auto reply = read(guest);
    BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
    BOOST_TEST(reply.header("content-type") == document_type);
    BOOST_TEST(reply.text_at("data.type") == "Account");
    BOOST_TEST(reply.text_at("data.id") == account_id);
    BOOST_TEST(reply.text_at("data.attributes.name") == "shop");
    BOOST_TEST(reply.text_at("data.attributes.mode") == "live");
    BOOST_TEST(reply.text_at("data.attributes.status") == "active");
    BOOST_TEST(reply.text_at("data.attributes.defaultAuthMethod") == "simple");
    BOOST_TEST(reply.text_at("data.attributes.defaultLocale") == "en");
    BOOST_TEST(reply.at("data.attributes.testAccountId").is_null());
    BOOST_TEST(reply.at("data.attributes.companyName").is_null());
    BOOST_TEST(reply.at("data.attributes.customData").is_object());
    BOOST_TEST(reply.text_at("data.attributes.insertedAt").size() == std::string("2018-10-01T07:43:29.516422").size());  // FC9
    BOOST_TEST(reply.text_at("meta.locale") == "en");
    BOOST_TEST(read(boss.token).text == reply.text);
}

BOOST_AUTO_TEST_CASE(FC80_FC82_FC83_FC84_a_change_is_partial_and_in_force) {
    clock.advance(5s);
    const auto changed = change(Json::object({{"name", "Garden & Sons"}, {"companyName", "Garden Ltd"}, {"websiteUrl", "https://garden.test"},
                                              {"supportEmail", "help@garden.test"}, {"techEmail", "it@garden.test"}, {"caption", "Plants"},
                                              {"description", "All of them"}, {"defaultLocale", "de"},
                                              {"customData", Json::object({{"theme", "dark"}})}, {"mode", "test"}, {"unheardOf", 1}}));
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    BOOST_TEST(changed.text_at("data.attributes.name") == "Garden & Sons");
    BOOST_TEST(changed.text_at("data.attributes.companyName") == "Garden Ltd");
    BOOST_TEST(changed.text_at("data.attributes.websiteUrl") == "https://garden.test");
    BOOST_TEST(changed.text_at("data.attributes.supportEmail") == "help@garden.test");
    BOOST_TEST(changed.text_at("data.attributes.techEmail") == "it@garden.test");
    BOOST_TEST(changed.text_at("data.attributes.caption") == "Plants");
    BOOST_TEST(changed.text_at("data.attributes.description") == "All of them");
    BOOST_TEST(changed.text_at("data.attributes.defaultLocale") == "de");
    BOOST_TEST(changed.text_at("data.attributes.customData.theme") == "dark");
    BOOST_TEST(changed.text_at("data.attributes.mode") == "live");
    BOOST_TEST(changed.text_at("data.attributes.updatedAt") != changed.text_at("data.attributes.insertedAt"));
    BOOST_TEST(changed.text_at("meta.locale") == "de");  // as it is from now on
    clock.advance(2s);
    BOOST_TEST(read(guest).text_at("data.attributes.name") == "Garden & Sons");
    const auto cleared = change(Json::object({{"companyName", nullptr}, {"caption", ""}}));
    BOOST_TEST(cleared.at("data.attributes.companyName").is_null());
    BOOST_TEST(cleared.at("data.attributes.caption").is_null());
    BOOST_TEST(cleared.text_at("data.attributes.name") == "Garden & Sons");
    BOOST_TEST(events_of("policy.changed", "account") > 0);
    // It can be sent back as it was read (FC7).
    const auto again = send(call(PATCH, "/v1/account", boss.token, Json::object({{"data", cleared.at("data")}})));
    BOOST_TEST(again.status == 200);
    BOOST_TEST(again.at("data.attributes.customData").dump() == cleared.at("data.attributes.customData").dump());
}

BOOST_AUTO_TEST_CASE(FC81_the_default_method_is_for_who_comes_later) {
    const auto before = register_person();
    for (const std::string method : {"tfa_sms", "tfa_email", "simple"}) {
        const auto changed = change(Json::object({{"defaultAuthMethod", method}}));
        BOOST_TEST_CONTEXT(changed.text) BOOST_TEST(changed.status == 200);
        BOOST_TEST(changed.text_at("data.attributes.defaultAuthMethod") == method);
        clock.advance(2s);
        BOOST_TEST(read(guest).text_at("data.attributes.defaultAuthMethod") == method);
    }
    for (const std::string method : {"tfa_phone", "tfa_totp", "TFA_SMS", ""}) {
        BOOST_TEST_CONTEXT(method) is_wrong(change(Json::object({{"defaultAuthMethod", method}})), "inclusion defaultAuthMethod");
    }
    is_wrong(change(Json::object({{"defaultAuthMethod", 1}})), "invalid defaultAuthMethod");
    change(Json::object({{"defaultAuthMethod", "tfa_email"}}));
    BOOST_TEST(send(call(GET, "/v1/user", before.token)).text_at("data.attributes.authMethod") == "simple");
    later(2s);
    const auto after = register_person("nora", Json::object({{"emailVerificationCode", email_code("nora@shop.test")}}));
    BOOST_TEST(send(call(GET, after.path(), boss.token)).text_at("data.attributes.authMethod") == "tfa_email");
}

BOOST_AUTO_TEST_CASE(FC32_FC37_FC82_FC83_FC84_all_that_is_wrong_is_told) {
    is_wrong(change(Json::object({{"name", ""}, {"supportEmail", "nobody"}, {"techEmail", 7}, {"websiteUrl", "garden"}, {"defaultLocale", "tlh"},
                                  {"defaultAuthMethod", "tfa_phone"}, {"customData", "text"}})),
             {"required name", "format supportEmail", "invalid techEmail", "format websiteUrl", "inclusion defaultLocale", "inclusion defaultAuthMethod",
              "invalid customData"});
    is_wrong(change(Json::object({{"name", std::string(101, 'n')}})), "length name");
    const auto much = change(Json::object({{"customData", Json::object({{"much", std::string(9000, 'x')}})}}));
    is_wrong(much, "length customData");
    BOOST_TEST(much.at("errors").items()->front().find("meta")->dump() == R"({"max":8192})");
    BOOST_TEST(read(guest).text_at("data.attributes.name") == "shop");
}

BOOST_AUTO_TEST_CASE(FC82_FC83_names_and_captions_are_one_line) {
    const std::string bait = "Shop\r\nBcc: evil@shop.test";
    is_wrong(change(Json::object({{"name", bait}, {"companyName", bait}, {"caption", bait}})), {"format name", "format companyName", "format caption"});
    for (const std::string odd : {"a\nb", "a\tb", "a\x1b[2Jb", "a\x7F"}) is_wrong(change(Json::object({{"name", odd}})), "format name");
    BOOST_TEST(read(guest).text_at("data.attributes.name") == "shop");
    const auto described = change(Json::object({{"description", "One\r\nTwo"}}));
    BOOST_TEST(described.text_at("data.attributes.description") == "One\r\nTwo");
}

BOOST_AUTO_TEST_CASE(FC10_FC11_FC15_every_call_takes_locale_and_include) {
    BOOST_TEST(send(call(GET, "/v1/account?locale=de&include=owner&foo=bar", guest)).text_at("meta.locale") == "de");
    BOOST_TEST(send(call(GET, "/v1/user?locale=zh-CN", boss.token)).text_at("meta.locale") == "zh-CN");
    BOOST_TEST(send(call(GET, "/v1/account?locale=%3Cscript%3E", guest)).text_at("meta.locale") == "en");
    auto patch = call(PATCH, "/v1/account?locale=ar", boss.token, document("Account"));
    BOOST_TEST(send(patch).status == 200);
}

BOOST_AUTO_TEST_CASE(FC6_FC7_FC8_ids_of_bodies_do_not_count) {
    const auto body = document("Account", Json::object({{"caption", "ours"}}));
    Json data = *body.find("data");
    data.set("id", "00000000-0000-0000-0000-000000000000");
    BOOST_TEST(send(call(PATCH, "/v1/account", boss.token, Json::object({{"data", data}}))).text_at("data.id") == account_id);
}

BOOST_AUTO_TEST_SUITE_END()
