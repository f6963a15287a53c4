// SPDX-License-Identifier: MIT
// The general settings on the wire (kibo 4.6, docs/kibo.md): what a GET shows, what a PUT names and what it refuses.
#include <boost/test/unit_test.hpp>

#include <map>

#include "api/kibo/wire_settings.h"

using namespace authtickets;
using namespace authtickets::kibo;

namespace {

Json json(std::string_view text) { return *parse_json(text); }

using Texts = std::map<std::string, std::string, std::less<>>;
// What a PUT of this body makes of these settings.
Texts put(std::string_view body, const realms::Settings& settings = {}) {
    const auto change = general_change(json(body));
    BOOST_REQUIRE_MESSAGE(change, body);
    Texts out;
    for (const auto& [name, value] : changes(*change, settings)) out[std::string(name)] = value;
    return out;
}

std::string refused(std::string_view body) {
    const auto change = general_change(json(body));
    return change ? "granted" : change.error().field + " " + change.error().text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kibo_settings)

BOOST_AUTO_TEST_CASE(kibo_4_6_every_member_of_the_clients_model_is_there) {
    const auto out = general_settings({});
    BOOST_TEST(out.members()->size() == 40u);
    for (const auto* name : {"is2FAAlwaysRequired", "is2FARequiredOnFingerprintChange", "is2FARequiredOnRegionChange", "isEmailOtpLoginAllowed"}) {
        BOOST_TEST_CONTEXT(name) { BOOST_TEST((out.find(name)->boolean() == std::optional(false))); }
    }
    for (const auto* name : {"senderEmailAddress", "websiteName", "theme", "isMozuWebSite", "templateSiteId", "auditInfo", "viewAuthorizations"}) {
        BOOST_TEST_CONTEXT(name) { BOOST_TEST(out.find(name)->is_null()); }
    }
    BOOST_TEST(out.find("taxableTerritories")->items()->empty());
    for (const auto* name : {"supressedEmailTransactions", "emailTransactionsOnlyOnRequest"}) {
        BOOST_TEST_CONTEXT(name) {
            const auto& mails = *out.find(name);
            BOOST_TEST(mails.members()->size() == 67u);
            for (const auto type : realms::mail_types()) BOOST_TEST((mails.find(type)->boolean() == std::optional(false)));
            BOOST_TEST(mails.find("orderShipped")->is_null());  // a mail that is not this program's
        }
    }
    BOOST_TEST(out.find("supressedSmsTransactions")->members()->size() == 13u);
}

BOOST_AUTO_TEST_CASE(kibo_4_6_what_is_set_is_shown) {
    realms::Settings settings;
    for (const auto& [name, value] : Texts{{"second_step.always", "on"}, {"second_step.on_region", "on"}, {"signin.email_code", "on"},
                                           {"mail.sender", "shop@example.com"}, {"mail.sender_name", "The Shop"}, {"mail.bcc", "copy@example.com"},
                                           {"mail.reply_to", "help@example.com"}, {"mail.suppressed", "otpForLogin,accountDenied"},
                                           {"mail.on_request", "shopperPasswordReset"}}) {
        BOOST_REQUIRE(!realms::apply_setting(settings, name, value));
    }
    const auto out = general_settings(settings);
    for (const auto* name : {"is2FAAlwaysRequired", "is2FARequiredOnRegionChange", "isEmailOtpLoginAllowed"}) {
        BOOST_TEST_CONTEXT(name) { BOOST_TEST((out.find(name)->boolean() == std::optional(true))); }
    }
    BOOST_TEST(*out.find("senderEmailAddress")->text() == "shop@example.com");
    BOOST_TEST(*out.find("senderEmailAlias")->text() == "The Shop");
    BOOST_TEST(*out.find("bccEmailAddress")->text() == "copy@example.com");
    BOOST_TEST(*out.find("replyToEmailAddress")->text() == "help@example.com");
    BOOST_TEST((out.find("supressedEmailTransactions")->find("otpForLogin")->boolean() == std::optional(true)));
    BOOST_TEST((out.find("supressedEmailTransactions")->find("accountDenied")->boolean() == std::optional(true)));
    BOOST_TEST((out.find("supressedEmailTransactions")->find("shopperPasswordReset")->boolean() == std::optional(false)));
    BOOST_TEST((out.find("emailTransactionsOnlyOnRequest")->find("shopperPasswordReset")->boolean() == std::optional(true)));
    // What was shown can be put back, and changes nothing.
    for (const auto& [name, value] : put(out.dump(), settings)) {
        realms::Settings again = settings;
        BOOST_REQUIRE(!realms::apply_setting(again, name, value));
        BOOST_TEST(general_settings(again).dump() == out.dump());
    }
}

BOOST_AUTO_TEST_CASE(kibo_4_6_a_put_changes_what_it_names) {
    BOOST_TEST(put("{}").empty());
    BOOST_TEST(put(R"({"isEmailOtpLoginAllowed":null,"supressedEmailTransactions":null,"senderEmailAddress":null,"nosuch":[1]})").empty());
    BOOST_TEST((put(R"({"is2FAAlwaysRequired":true,"IS2FARequiredOnRegionChange":false})") ==
                Texts{{"second_step.always", "on"}, {"second_step.on_region", "off"}}));
    BOOST_TEST((put(R"({"senderEmailAddress":"a@b.example","senderEmailAlias":"","replyToEmailAddress":"c@d.example","bccEmailAddress":"e@f.example"})") ==
                Texts{{"mail.sender", "a@b.example"}, {"mail.sender_name", ""}, {"mail.reply_to", "c@d.example"}, {"mail.bcc", "e@f.example"}}));
}

BOOST_AUTO_TEST_CASE(kibo_4_6_a_mail_switch_that_is_not_named_stays) {
    realms::Settings settings;
    BOOST_REQUIRE(!realms::apply_setting(settings, "mail.suppressed", "accountCreated,accountInactive"));
    BOOST_TEST((put(R"({"supressedEmailTransactions":{"otpForLogin":true,"accountCreated":false,"accountInactive":null,"backInStock":true}})", settings) ==
                Texts{{"mail.suppressed", "otpForLogin,accountInactive"}}));
    BOOST_TEST((put(R"({"suppressedEmailTransactions":{"OTPFORLOGIN":true}})", settings) ==
                Texts{{"mail.suppressed", "otpForLogin,accountCreated,accountInactive"}}));
    BOOST_TEST((put(R"({"emailTransactionsOnlyOnRequest":{"shopperEmailUpdated":true}})", settings) ==
                Texts{{"mail.on_request", "shopperEmailUpdated"}}));
    BOOST_TEST((put(R"({"supressedEmailTransactions":{}})", settings) == Texts{{"mail.suppressed", "accountCreated,accountInactive"}}));
}

BOOST_AUTO_TEST_CASE(kibo_4_6_a_value_of_another_kind_is_refused_by_name) {
    for (const auto& [body, text] : std::initializer_list<std::pair<const char*, const char*>>{
             {R"({"isEmailOtpLoginAllowed":"true"})", "isEmailOtpLoginAllowed must be true or false"},
             {R"({"is2FAAlwaysRequired":1})", "is2FAAlwaysRequired must be true or false"},
             {R"({"is2FARequiredOnFingerprintChange":{}})", "is2FARequiredOnFingerprintChange must be true or false"},
             {R"({"isMultishipEnabled":"no"})", "isMultishipEnabled must be true or false"},
             {R"({"senderEmailAddress":7})", "senderEmailAddress must be text"},
             {R"({"supressedEmailTransactions":[]})", "supressedEmailTransactions must be an object"},
             {R"({"suppressedEmailTransactions":true})", "suppressedEmailTransactions must be an object"},
             {R"({"supressedEmailTransactions":{"otpForLogin":"true"}})", "supressedEmailTransactions.otpForLogin must be true or false"},
             {R"({"emailTransactionsOnlyOnRequest":{"OrderShipped":0}})", "emailTransactionsOnlyOnRequest.orderShipped must be true or false"},
             {R"({"emailTransactionsOnlyOnRequest":{"<script>":0}})", "emailTransactionsOnlyOnRequest must be true or false"},
             {R"({"supressedEmailTransactions":{"otpForLogin":true,"OtpForLogin":false}})", "supressedEmailTransactions a member is given twice"},
             {R"({"isEmailOtpLoginAllowed":true,"isemailotploginallowed":false})", "body a member is given twice"},
             {R"({"supressedEmailTransactions":{},"suppressedEmailTransactions":{}})",
              "suppressedEmailTransactions is the same as supressedEmailTransactions: only one of them can be given"},
             {R"({"templateSiteId":"1"})", "templateSiteId must be a whole number"}, {R"({"emailTypes":{}})", "emailTypes must be a list"}}) {
        BOOST_TEST(refused(body) == text);
    }
}

BOOST_AUTO_TEST_CASE(kibo_4_6_a_refused_setting_is_named_as_the_clients_spell_it) {
    BOOST_TEST(general_member("mail.sender") == "senderEmailAddress");
    BOOST_TEST(general_member("mail.bcc") == "bccEmailAddress");
    BOOST_TEST(general_member("mail.suppressed") == "supressedEmailTransactions");
    BOOST_TEST(general_member("lock.attempts") == "lock.attempts");
    BOOST_TEST(general_member("").empty());
}

BOOST_AUTO_TEST_SUITE_END()
