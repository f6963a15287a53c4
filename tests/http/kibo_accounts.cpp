// SPDX-License-Identifier: MIT
// Customer accounts: made, registered, read, and who may read them (kibo 6, docs/kibo.md).
#include "kibo_shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Shop : KiboShop {
    http::Request adding(std::string body) const { return request(POST, accounts_path, std::move(body)); }
    http::Request getting(const Json& id, const std::string& query = {}) const {
        return request(GET, accounts_path + "/" + std::to_string(id.integer().value()) + query);
    }
    std::string registration(std::initializer_list<Json::Member> account, Json password = "Engine-No-1") const {
        return Json::object({{"account", Json::object(account)}, {"password", std::move(password)}}).dump();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_accounts, Shop)

BOOST_AUTO_TEST_CASE(kibo_6_1_registering_gives_201_and_a_ticket_with_the_account) {
    const auto reply = register_ada();
    BOOST_TEST(reply.status == 201);
    BOOST_TEST(*reply.at("customerAccount.id").integer() >= 1001);
    BOOST_TEST(reply.text_at("customerAccount.userId") == reply.text_at("userId"));
    BOOST_TEST(reply.text_at("customerAccount.userName") == "ada.byron");
    BOOST_TEST(reply.text_at("customerAccount.firstName") == "Ada");
    BOOST_TEST((reply.at("customerAccount.isAnonymous") == Json(false)));
    BOOST_TEST((reply.at("customerAccount.isActive") == Json(true)));
    BOOST_TEST(reply.text_at("customerAccount.customerSinceDate") == "2026-01-15T10:20:30.120Z");
    BOOST_TEST(send(current(reply.text_at("accessToken"))).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_without_a_user_name_the_email_address_is_the_name) {
    const auto reply = send(registering(registration({{"emailAddress", "bob@example.com"}})));
    BOOST_TEST(reply.status == 201);
    BOOST_TEST(reply.text_at("customerAccount.userName") == "bob@example.com");
    BOOST_TEST(send(signing_in("bob@example.com")).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_7_2_taken_names_are_refused_in_the_words_that_themes_compare) {
    register_ada();
    const auto email = send(registering(registration({{"emailAddress", "ADA@example.com"}, {"userName", "other"}})));
    names_parameter(email, "EmailAddress");
    BOOST_TEST(email.text_at("message") == "Missing or invalid parameter: EmailAddress EmailAddress already associated with a login");
    const auto name = send(registering(registration({{"emailAddress", "other@example.com"}, {"userName", "ada.byron"}})));
    names_parameter(name, "UserName");
    BOOST_TEST(name.text_at("message") == "Missing or invalid parameter: UserName UserName already associated with a login");
}

BOOST_AUTO_TEST_CASE(kibo_7_2_weak_passwords_are_refused_in_the_words_that_themes_compare) {
    for (const auto* weak : {"a1", "abc12", "abcdef", "123456", "      "}) {
        const auto reply = send(registering(registration({{"emailAddress", "bob@example.com"}}, weak)));
        names_parameter(reply, "password");
        BOOST_TEST(reply.text_at("message") ==
                   "Missing or invalid parameter: password Password must be a minimum of 6 characters with at least 1 "
                   "number and 1 alphabetic character");
    }
    for (const auto& bad : {std::string("bob.example1"), std::string(1025, 'a')}) {
        const auto reply = send(registering(registration({{"emailAddress", "bob.example@example.com"}}, bad)));
        names_parameter(reply, "password");
        BOOST_TEST(reply.text_at("message") == "Missing or invalid parameter: password Invalid password format.");
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_1_registrations_that_lack_something_are_400_and_named) {
    names_parameter(send(registering("")), "account");
    names_parameter(send(registering(R"({"password":"Engine-No-1"})")), "account");
    names_parameter(send(registering(R"({"account":[],"password":"Engine-No-1"})")), "account");
    names_parameter(send(registering(registration({{"emailAddress", "bob@example.com"}}, nullptr))), "password");
    names_parameter(send(registering(registration({{"emailAddress", "bob@example.com"}}, 7))), "password");
    names_parameter(send(registering(registration({{"firstName", "Bob"}}))), "EmailAddress");
    names_parameter(send(registering(registration({{"emailAddress", "no address"}}))), "EmailAddress");
    names_parameter(send(registering(registration({{"emailAddress", 7}}))), "emailAddress");
    names_parameter(send(registering(registration({{"emailAddress", "bob@example.com"}, {"userName", true}}))), "userName");
    names_parameter(send(registering(registration({{"emailAddress", "bob@example.com"}, {"firstName", std::string(101, 'x')}}))), "firstName");
    names_parameter(send(registering(registration({{"emailAddress", "bob@example.com"}, {"accountType", "B3"}}))), "accountType");
    BOOST_TEST(send(registering(registration({{"emailAddress", "bob@example.com"}}))).status == 201);
}

BOOST_AUTO_TEST_CASE(kibo_4_2_registration_takes_lives_from_admin_applications_only) {
    auto body = *parse_json(ada);
    body.set("authTicketTtlMinutes", 5);
    const auto plain = add_client(realm, applications::storefront);
    is_refused(send(by(plain, registering(body.dump()))), 403, "FORBIDDEN");
    BOOST_TEST(send(registering(body.dump())).text_at("accessTokenExpiration") == "2026-01-15T10:25:30.120Z");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_an_account_without_credentials_is_a_guest) {
    const auto reply = send(adding(
        R"({"id":7,"userId":"x","isActive":false,"isAnonymous":false,"auditInfo":{},"emailAddress":"bob@example.com",)"
        R"("firstName":"Bob","companyOrOrganization":"Analytical Society","acceptsMarketing":true,"taxExempt":true,)"
        R"("localeCode":"en-GB","externalId":"e1","taxId":"t1","accountType":"B2B","customerSinceDate":"2001-02-03T04:05:06Z",)"
        R"("contacts":[{"email":"bob@example.com","address":{"countryCode":"GB"},"amount":1.50}],)"
        R"("attributes":[{"fullyQualifiedName":"tenant~color","values":["red"]}],"notes":[{"content":"calls often"}]})"));
    BOOST_TEST(reply.status == 201);
    BOOST_TEST(*reply.at("id").integer() >= 1001);
    BOOST_TEST(reply.at("userId").is_null());
    BOOST_TEST(reply.at("userName").is_null());
    BOOST_TEST((reply.at("isAnonymous") == Json(true)));
    BOOST_TEST((reply.at("isActive") == Json(true)));
    BOOST_TEST(reply.text_at("customerSinceDate") == "2001-02-03T04:05:06.000Z");
    BOOST_TEST(reply.text_at("accountType") == "B2B");
    const Json contact = reply.at("contacts").items()->at(0);
    BOOST_TEST((*contact.find("accountId") == reply.at("id")));
    BOOST_TEST(*contact.find("id")->integer() == 1);
    BOOST_TEST(contact.find("amount")->dump() == "1.50");
    BOOST_TEST(send(getting(reply.at("id"))).text == reply.text);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_a_guest_without_any_member_is_made_but_without_a_body_nothing_is) {
    BOOST_TEST(send(adding("{}")).status == 201);
    names_parameter(send(adding("")), "account");
    names_parameter(send(adding("[]")), "body");
    names_parameter(send(adding(R"({"contacts":{}})")), "contacts");
    names_parameter(send(adding(R"({"contacts":[1]})")), "contacts");
    names_parameter(send(adding(R"({"customerSinceDate":"soon"})")), "customerSinceDate");
    names_parameter(send(adding(R"({"taxExempt":"yes"})")), "taxExempt");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_current_is_the_account_of_the_user_claims) {
    const auto ticket = register_ada();
    const auto reply = send(current(ticket.text_at("accessToken")));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.text == ticket.at("customerAccount").dump());
}

BOOST_AUTO_TEST_CASE(kibo_7_2_current_wants_live_user_claims) {
    const auto token = register_ada().text_at("accessToken");
    is_refused(send(request(GET, accounts_path + "/current")), 401, "INVALID_ACCESS_TOKEN");
    is_refused(send(current("long-forgotten")), 401, "INVALID_ACCESS_TOKEN");
    is_refused(send(current(client.token)), 401, "INVALID_ACCESS_TOKEN");
    clock.advance(std::chrono::minutes(15));
    renew_token();
    is_refused(send(current(token)), 401, "INVALID_ACCESS_TOKEN");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_an_anonymous_shopper_has_no_current_account) {
    is_refused(send(current(guest().text_at("accessToken"))), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_the_merchant_reads_any_account_and_its_notes) {
    const auto guest_account = send(adding(R"({"notes":[{"content":"pays late"}]})"));
    const auto reply = send(getting(guest_account.at("id")));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.at("notes").items()->size() == 1U);
}

BOOST_AUTO_TEST_CASE(kibo_6_2_a_storefront_sees_no_notes) {
    const auto plain = add_client(realm, applications::storefront);
    const auto made = send(by(plain, adding(R"({"notes":[{"content":"x"}]})")));
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made.at("notes").items()->empty());
    auto body = *parse_json(ada);
    body.members()->front().second.set("notes", *parse_json(R"([{"content":"x"}])"));
    const auto ticket = send(registering(body.dump()));
    BOOST_TEST(ticket.at("customerAccount.notes").items()->empty());
    BOOST_TEST(send(current(ticket.text_at("accessToken"))).at("notes").items()->empty());
    BOOST_TEST(send(getting(ticket.at("customerAccount.id"))).at("notes").items()->size() == 1U);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_live_user_claims_confine_a_call_to_their_own_account) {
    const auto ticket = register_ada();
    const auto token = ticket.text_at("accessToken");
    const auto own = ticket.at("customerAccount.id");
    const auto other = send(adding("{}")).at("id");
    const auto plain = add_client(realm, applications::storefront);
    for (const Client* caller : {&std::as_const(client), &plain}) {
        BOOST_TEST(send(by(*caller, as(token, getting(own)))).status == 200);
        is_refused(send(by(*caller, as(token, getting(other)))), 404, "ITEM_NOT_FOUND");
        is_refused(send(by(*caller, as("long-forgotten", getting(own)))), 401, "INVALID_ACCESS_TOKEN");
        is_refused(send(by(*caller, as(guest().text_at("accessToken"), getting(own)))), 404, "ITEM_NOT_FOUND");
    }
    BOOST_TEST(send(getting(other)).status == 200);
    is_refused(send(by(plain, getting(own))), 403, "FORBIDDEN");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_the_user_of_an_account_may_be_named) {
    const auto ticket = register_ada();
    const auto id = ticket.at("customerAccount.id");
    const auto user = ticket.text_at("userId");
    BOOST_TEST(send(getting(id, "?userId=" + user)).status == 200);
    BOOST_TEST(send(as(ticket.text_at("accessToken"), getting(id, "?userId=" + user))).status == 200);
    const std::string nobody(32, '0');
    is_refused(send(getting(id, "?userId=" + nobody)), 404, "ITEM_NOT_FOUND");
    is_refused(send(as(ticket.text_at("accessToken"), getting(id, "?userId=" + nobody))), 404, "ITEM_NOT_FOUND");
    names_parameter(send(getting(id, "?userId=me")), "userId");
}

BOOST_AUTO_TEST_CASE(kibo_7_2_unknown_accounts_are_404) {
    for (const auto* id : {"2000000000", "0", "-1", "abc", "4294967296", "1001abc", "%31%30%30%31%00"}) {
        auto request = this->request(GET, accounts_path + "/" + id);
        is_refused(send(request), 404, "ITEM_NOT_FOUND");
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_1_accounts_of_another_realm_are_unknown) {
    const auto id = register_ada().at("customerAccount.id");
    const auto stranger = add_client(add_realm("elsewhere", 1001, 2001), applications::admin);
    auto request = by(stranger, getting(id));
    request.headers.erase("x-vol-tenant");
    request.headers.erase("x-vol-site");
    is_refused(send(request), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_5_response_fields_shape_accounts) {
    const auto ticket = register_ada();
    auto request = current(ticket.text_at("accessToken"));
    request.query.add("responseFields", "firstName,auditInfo(createDate)");
    BOOST_TEST(send(request).text == R"({"firstName":"Ada","auditInfo":{"createDate":"2026-01-15T10:20:30.120Z"}})");
}

BOOST_AUTO_TEST_SUITE_END()
