// SPDX-License-Identifier: MIT
// GET and PUT of the general settings over the wire (kibo 4.6, docs/kibo.md).
#include "kibo_shop.h"

#include <thread>

using namespace authtickets;
using namespace authtickets::test;

namespace {

const std::string settings_path = "/api/commerce/settings/general";

struct ShopSettings : KiboShop {
    Reply read() { return send(request(GET, settings_path)); }
    Reply put(std::string body) { return send(request(PUT, settings_path, std::move(body))); }
    std::int64_t policy_changes() {
        static constexpr db::Query count{"test.policy_changes", "SELECT COUNT(*) FROM events WHERE name IN ('policy.changed', 'mail.changed')"};
        return core.db.one(count, [](db::Row& row) { return row.next<std::int64_t>(); }).value_or(-1);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_settings, ShopSettings)

BOOST_AUTO_TEST_CASE(kibo_4_6_settings_are_read_by_storefronts_and_changed_by_admin_applications_for_the_shop) {
    const auto storefront = add_client(realm, applications::storefront);
    const auto ticket = register_ada();
    BOOST_TEST(send(by(storefront, request(GET, settings_path))).status == 200);
    BOOST_TEST(send(as("long-forgotten", request(GET, settings_path))).status == 200);
    const std::string body = R"({"isEmailOtpLoginAllowed":true})";
    is_refused(send(by(storefront, request(PUT, settings_path, body))), 403, "FORBIDDEN");
    is_refused(send(as(ticket.text_at("accessToken"), request(PUT, settings_path, body))), 403, "FORBIDDEN");
    is_refused(send(as("long-forgotten", request(PUT, settings_path, body))), 401, "INVALID_ACCESS_TOKEN");
    auto nobody = request(PUT, settings_path, body);
    nobody.headers.erase("authorization");
    is_refused(send(nobody), 401, "INVALID_ACCESS_TOKEN");
    auto elsewhere = request(PUT, settings_path, body);
    elsewhere.headers["x-vol-tenant"] = "7";
    is_refused(send(elsewhere), 403, "FORBIDDEN");
    BOOST_TEST(read().at("isEmailOtpLoginAllowed").dump() == "false");
    BOOST_TEST(put(body).status == 200);
    BOOST_TEST(read().at("isEmailOtpLoginAllowed").dump() == "true");
}

BOOST_AUTO_TEST_CASE(kibo_4_6_a_put_changes_what_it_names_and_answers_with_the_whole) {
    const auto changed = put(R"({"is2FAAlwaysRequired":true,"is2FARequiredOnRegionChange":true,"senderEmailAddress":"shop@example.com",)"
                             R"("senderEmailAlias":"The Shop","bccEmailAddress":"copy@example.com","replyToEmailAddress":"help@example.com",)"
                             R"("supressedEmailTransactions":{"otpForLogin":true,"backInStock":true},"emailTransactionsOnlyOnRequest":{"accountCreated":true}})");
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    BOOST_TEST(changed.at("is2FAAlwaysRequired").dump() == "true");
    BOOST_TEST(changed.at("is2FARequiredOnRegionChange").dump() == "true");  // kept, though "always" leaves it nothing to say
    BOOST_TEST(changed.at("is2FARequiredOnFingerprintChange").dump() == "false");
    BOOST_TEST(changed.text_at("senderEmailAlias") == "The Shop");
    BOOST_TEST(changed.at("supressedEmailTransactions.otpForLogin").dump() == "true");
    BOOST_TEST(changed.at("supressedEmailTransactions.backInStock").is_null());
    BOOST_TEST(changed.at("emailTransactionsOnlyOnRequest.accountCreated").dump() == "true");
    BOOST_TEST(policy_changes() == 8);
    const auto all = read();
    BOOST_TEST(all.text == changed.text);
    BOOST_TEST(all.json().members()->size() == 40u);
    // What was read goes back unchanged, and changes nothing.
    BOOST_TEST(put(all.text).text == all.text);
    BOOST_TEST(policy_changes() == 8);
    const auto less = put(R"({"senderEmailAlias":"","is2FAAlwaysRequired":null,"suppressedEmailTransactions":{"otpForLogin":false,"accountDenied":true}})");
    BOOST_TEST(less.at("senderEmailAlias").is_null());
    BOOST_TEST(less.at("is2FAAlwaysRequired").dump() == "true");
    BOOST_TEST(less.at("supressedEmailTransactions.otpForLogin").dump() == "false");
    BOOST_TEST(less.at("supressedEmailTransactions.accountDenied").dump() == "true");
    BOOST_TEST(send(request(GET, settings_path + "?responseFields=isEmailOtpLoginAllowed,senderEmailAddress")).text ==
               R"({"isEmailOtpLoginAllowed":false,"senderEmailAddress":"shop@example.com"})");
}

BOOST_AUTO_TEST_CASE(kibo_4_6_what_cannot_be_is_400_names_its_parameter_and_changes_nothing) {
    const auto before = read().text;
    for (const auto& [body, name] : std::initializer_list<std::pair<const char*, const char*>>{
             {R"({"isEmailOtpLoginAllowed":"true"})", "isEmailOtpLoginAllowed"},
             {R"({"is2FAAlwaysRequired":true,"is2FARequiredOnFingerprintChange":1})", "is2FARequiredOnFingerprintChange"},
             {R"({"is2FAAlwaysRequired":true,"senderEmailAddress":"not an address"})", "senderEmailAddress"},
             {R"({"is2FAAlwaysRequired":true,"bccEmailAddress":"a@b.example\r\nBcc: all@b.example"})", "bccEmailAddress"},
             {R"({"senderEmailAlias":"a\nb"})", "senderEmailAlias"}, {R"({"replyToEmailAddress":[]})", "replyToEmailAddress"},
             {R"({"supressedEmailTransactions":{"otpForLogin":"yes"}})", "supressedEmailTransactions.otpForLogin"},
             {R"([true])", "body"}, {R"({"is2FAAlwaysRequired":)", "body"}, {"", "body"}, {"null", "body"}}) {
        BOOST_TEST_CONTEXT(body) { names_parameter(put(body), name); }
    }
    BOOST_TEST(read().text == before);
    BOOST_TEST(policy_changes() == 0);
}

BOOST_AUTO_TEST_CASE(kibo_4_6_a_change_is_seen_by_every_worker_and_by_this_realm_only) {
    const auto other = add_client(add_realm("elsewhere", 1001, 2001), applications::admin);
    const auto there = another_worker();
    BOOST_TEST(send(*there, request(GET, settings_path)).at("isEmailOtpLoginAllowed").dump() == "false");
    put(R"({"isEmailOtpLoginAllowed":true})");
    BOOST_TEST(send(*there, request(GET, settings_path)).at("isEmailOtpLoginAllowed").dump() == "true");
    BOOST_TEST(send(by(other, bare(GET, settings_path))).at("isEmailOtpLoginAllowed").dump() == "false");
}

BOOST_AUTO_TEST_CASE(kibo_4_6_sixteen_puts_at_once_lose_no_change) {
    constexpr unsigned racers = 16;
    std::vector<std::unique_ptr<Core>> workers;
    for (unsigned i = 0; i < racers; ++i) workers.push_back(another_worker());
    std::vector<Reply> replies(racers);
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < racers; ++i) {
            threads.emplace_back([&, i] {
                const auto types = realms::mail_types();
                const std::string set = i < types.size() ? "supressedEmailTransactions" : "emailTransactionsOnlyOnRequest";
                const auto body = Json::object({{set, Json::object({{std::string(types[i % types.size()]), true}})}}).dump();
                replies[i] = send(*workers[i], request(PUT, settings_path, body));
            });
        }
    }
    for (const auto& each : replies) BOOST_TEST_CONTEXT(each.text) { BOOST_TEST(each.status == 200); }
    const auto all = read();
    for (const auto* const set : {"supressedEmailTransactions.", "emailTransactionsOnlyOnRequest."}) {
        for (const auto type : realms::mail_types()) {
            BOOST_TEST_CONTEXT(set << type) { BOOST_TEST(all.at(set + std::string(type)).dump() == "true"); }
        }
    }
    BOOST_TEST(policy_changes() == 16);
}

BOOST_AUTO_TEST_SUITE_END()
