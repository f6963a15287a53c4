// SPDX-License-Identifier: MIT
// Accounts changed, disabled, deleted and given a login (kibo 6.1, docs/kibo.md), and the tickets that end with it (TK6,
// docs/security.md).
#include <algorithm>
#include <thread>

#include "kibo_shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

const std::string bcrypt_of_u_star_u = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";  // "U*U"

struct Shop : KiboShop {
    Reply ada_ = register_ada();
    Json id = ada_.at("customerAccount.id");
    std::string token = ada_.text_at("accessToken");
    Client plain = add_client(realm, applications::storefront);

    http::Request changing(std::string body) const { return on(id, PUT, {}, std::move(body)); }
    http::Request acting(std::string_view name) const {
        return on(id, POST, "/action", Json::object({{"actionName", name}}).dump());
    }
    Reply add_guest(std::string body = R"({"emailAddress":"guest@example.com","firstName":"Carl"})") {
        auto reply = send(request(POST, accounts_path, std::move(body)));
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.text);
        return reply;
    }
    http::Request login_for(const Json& account, std::string body) const {
        return on(account, POST, "/Create-Login", std::move(body));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_account_changes, Shop)

// --- updateAccount

BOOST_AUTO_TEST_CASE(kibo_6_1_updateAccount_changes_what_is_given_and_keeps_the_rest) {
    const auto reply = send(changing(
        R"({"firstName":"Augusta","companyOrOrganization":"Analytical Society","localeCode":"en-GB","externalId":"e1",)"
        R"("taxId":"t1","taxExempt":true,"acceptsMarketing":true,"accountType":"B2B","lastName":null,)"
        R"("customerSinceDate":"2001-02-03T04:05:06Z","notes":[{"content":"calls often"}],)"
        R"("contacts":[{"email":"ada@example.com","amount":1.50}],"attributes":[{"fullyQualifiedName":"tenant~color"}]})"));
    BOOST_TEST_CONTEXT(reply.text) {
        BOOST_TEST(reply.status == 200);
        BOOST_TEST(reply.text_at("firstName") == "Augusta");
        BOOST_TEST(reply.text_at("lastName") == "Byron");
        BOOST_TEST(reply.text_at("emailAddress") == "ada@example.com");
        BOOST_TEST(reply.text_at("companyOrOrganization") == "Analytical Society");
        BOOST_TEST(reply.text_at("accountType") == "B2B");
        BOOST_TEST(reply.text_at("customerSinceDate") == "2001-02-03T04:05:06.000Z");
        BOOST_TEST((reply.at("taxExempt") == Json(true)));
        BOOST_TEST(reply.at("notes").items()->size() == 1U);
        BOOST_TEST(reply.at("contacts").items()->front().find("amount")->dump() == "1.50");
        BOOST_TEST((*reply.at("contacts").items()->front().find("accountId") == id));
    }
    BOOST_TEST(send(on(id, GET)).text == reply.text);
    is_live(ada_);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_updateAccount_clears_a_text_by_an_empty_one_and_a_list_by_an_empty_one) {
    BOOST_TEST(send(changing(R"({"taxId":"t1","contacts":[{"label":"a"},{"label":"b"}],"attributes":[{"x":1}]})")).status == 200);
    const auto reply = send(changing(R"({"taxId":"","lastName":"","contacts":[{"label":"c"}],"attributes":[]})"));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.at("taxId").is_null());
    BOOST_TEST(reply.at("lastName").is_null());
    BOOST_TEST(reply.at("contacts").items()->size() == 1U);
    BOOST_TEST(*reply.at("contacts").items()->front().find("label")->text() == "c");
    BOOST_TEST(reply.at("attributes").items()->empty());
}

BOOST_AUTO_TEST_CASE(kibo_6_1_updateAccount_given_what_getAccount_answered_changes_nothing) {
    const auto before = send(on(id, GET));
    const auto reply = send(changing(before.text));
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 200);
    for (const auto* name : {"userId", "userName", "emailAddress", "contacts", "customerSinceDate", "isActive", "isLocked"}) {
        BOOST_TEST(reply.at(name).dump() == before.at(name).dump());
    }
    is_live(ada_);
}

BOOST_AUTO_TEST_CASE(kibo_11_8_updateAccount_reads_no_state) {
    const auto reply = send(changing(R"({"id":7,"userId":"x","isActive":false,"isLocked":true,"isAnonymous":true,)"
                                     R"("auditInfo":{"createBy":"me"},"hasExternalPassword":true,"customerSet":"vip",)"
                                     R"("segments":[1],"commerceSummary":7,"last2FaDate":true})"));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST((reply.at("id") == id));
    BOOST_TEST((reply.at("isActive") == Json(true)));
    BOOST_TEST((reply.at("isLocked") == Json(false)));
    BOOST_TEST((reply.at("isAnonymous") == Json(false)));
    BOOST_TEST(reply.text_at("userId") == ada_.text_at("userId"));
    BOOST_TEST(reply.text_at("customerSet") == "default");
    is_live(ada_);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_updateAccount_of_the_shopper_in_live_user_claims) {
    for (const Client* caller : {&std::as_const(plain), &std::as_const(client)}) {
        const auto reply = send(by(*caller, as(token, changing(
            R"({"firstName":"Augusta","notes":[{"content":"x"}],"taxExempt":true,"userName":"countess"})"))));
        BOOST_TEST_CONTEXT(reply.text) {
            BOOST_TEST(reply.status == 200);
            BOOST_TEST(reply.text_at("firstName") == "Augusta");
            BOOST_TEST(reply.at("notes").items()->empty());
            BOOST_TEST((reply.at("taxExempt") == Json(false)));
            BOOST_TEST(reply.text_at("userName") == "ada.byron");
        }
    }
    BOOST_TEST(send(on(id, GET)).at("notes").items()->empty());
    is_live(ada_);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_updateAccount_rights) {
    const auto bob = register_bob();
    const auto request = changing(R"({"firstName":"Eve"})");
    is_refused(send(by(plain, request)), 403, "FORBIDDEN");
    for (const Client* caller : {&std::as_const(plain), &std::as_const(client)}) {
        is_refused(send(by(*caller, as(bob.text_at("accessToken"), request))), 404, "ITEM_NOT_FOUND");
        is_refused(send(by(*caller, as("long-forgotten", request))), 401, "INVALID_ACCESS_TOKEN");
        is_refused(send(by(*caller, as(guest().text_at("accessToken"), request))), 404, "ITEM_NOT_FOUND");
    }
    is_refused(send(this->request(PUT, accounts_path + "/2000000000", "{}")), 404, "ITEM_NOT_FOUND");
    is_refused(send(this->request(PUT, accounts_path + "/abc", "{}")), 404, "ITEM_NOT_FOUND");
    BOOST_TEST(send(on(id, GET)).text_at("firstName") == "Ada");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_updateAccount_with_bad_input_is_400_and_named) {
    const auto before = send(on(id, GET)).text;
    names_parameter(send(changing("")), "account");
    names_parameter(send(changing("null")), "account");
    names_parameter(send(changing("[]")), "body");
    names_parameter(send(changing("{")), "body");
    names_parameter(send(changing(R"({"firstName":"a","FIRSTNAME":"b"})")), "body");
    names_parameter(send(changing(R"({"firstName":7})")), "firstName");
    names_parameter(send(changing(Json::object({{"firstName", std::string(101, 'x')}}).dump())), "firstName");
    names_parameter(send(changing(R"({"emailAddress":"no address"})")), "EmailAddress");
    names_parameter(send(changing(R"({"accountType":"B3"})")), "accountType");
    names_parameter(send(changing(R"({"accountType":""})")), "accountType");
    names_parameter(send(changing(R"({"taxExempt":"yes"})")), "taxExempt");
    names_parameter(send(by(plain, as(token, changing(R"({"taxExempt":"yes"})")))), "taxExempt");
    names_parameter(send(by(plain, as(token, changing(R"({"notes":7})")))), "notes");
    names_parameter(send(changing(R"({"contacts":{}})")), "contacts");
    names_parameter(send(changing(R"({"contacts":[1]})")), "contacts");
    names_parameter(send(changing(R"({"customerSinceDate":"soon"})")), "customerSinceDate");
    names_parameter(send(changing(R"({"userName":7})")), "userName");
    names_parameter(send(changing(R"({"userName":""})")), "userName");
    BOOST_TEST(send(on(id, GET)).text == before);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_updateAccount_by_the_merchant_moves_the_sign_in_address_and_the_user_name) {
    const auto reply = send(changing(R"({"emailAddress":"countess@example.com","userName":"countess"})"));
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.text_at("emailAddress") == "countess@example.com");
    BOOST_TEST(reply.text_at("userName") == "countess");
    BOOST_TEST(send(signing_in("countess")).status == 200);
    BOOST_TEST(send(signing_in("countess@example.com")).status == 200);
    BOOST_TEST(send(signing_in("ada.byron")).status == 401);
    BOOST_TEST(send(signing_in("ada@example.com")).status == 401);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_updateAccount_by_the_shopper_leaves_the_sign_in_address_alone) {
    const auto reply = send(as(token, changing(R"({"emailAddress":"countess@example.com"})")));
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.text_at("emailAddress") == "countess@example.com");
    BOOST_TEST(send(signing_in("ada@example.com")).status == 200);
    BOOST_TEST(send(signing_in("countess@example.com")).status == 401);
}

BOOST_AUTO_TEST_CASE(kibo_7_2_updateAccount_refuses_taken_names) {
    register_bob();
    const auto email = send(changing(R"({"emailAddress":"BOB@example.com"})"));
    names_parameter(email, "EmailAddress");
    BOOST_TEST(email.text_at("message") == "Missing or invalid parameter: EmailAddress EmailAddress already associated with a login");
    names_parameter(send(changing(R"({"userName":"Bob"})")), "UserName");
    const auto account = send(on(id, GET));
    BOOST_TEST(account.text_at("emailAddress") == "ada@example.com");
    BOOST_TEST(account.text_at("userName") == "ada.byron");
    BOOST_TEST(send(signing_in("ada@example.com")).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_updateAccount_of_a_guest) {
    const auto made = add_guest();
    const auto reply = send(on(made.at("id"), PUT, {}, R"({"lastName":"Babbage","emailAddress":"ada@example.com"})"));
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.text_at("lastName") == "Babbage");
    BOOST_TEST(reply.text_at("emailAddress") == "ada@example.com");  // a guest signs nobody in
    BOOST_TEST((reply.at("isAnonymous") == Json(true)));
}

BOOST_AUTO_TEST_CASE(kibo_5_response_fields_shape_the_answers_of_changes) {
    auto request = changing(R"({"firstName":"Augusta"})");
    request.query.add("responseFields", "firstName");
    BOOST_TEST(send(request).text == R"({"firstName":"Augusta"})");
    request.query = {};
    request.query.add("responseFields", "firstName(");
    request.body = R"({"firstName":"Eve"})";
    BOOST_TEST(send(request).status == 400);
    BOOST_TEST(send(on(id, GET)).text_at("firstName") == "Augusta");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_two_operators_at_once_on_one_account_lose_nothing_of_each_other) {
    for (int round = 0; round < 8; ++round) {
        auto one = another_worker(), two = another_worker();
        const auto mark = std::to_string(round);
        const auto first = changing(Json::object({{"firstName", "A" + mark}, {"taxId", "t" + mark}}).dump());
        const auto second = changing(Json::object({{"lastName", "B" + mark}, {"externalId", "e" + mark}}).dump());
        Reply a, b;
        {
            std::jthread other([&] { b = send(*two, second); });
            a = send(*one, first);
        }
        BOOST_TEST(a.status == 200);
        BOOST_TEST(b.status == 200);
        const auto account = send(on(id, GET));
        BOOST_TEST(account.text_at("firstName") == "A" + mark);
        BOOST_TEST(account.text_at("taxId") == "t" + mark);
        BOOST_TEST(account.text_at("lastName") == "B" + mark);
        BOOST_TEST(account.text_at("externalId") == "e" + mark);
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_1_of_two_operators_one_changes_and_one_deletes) {
    auto one = another_worker(), two = another_worker();
    Reply changed, deleted;
    {
        std::jthread other([&] { deleted = send(*two, on(id, DELETE)); });
        changed = send(*one, changing(R"({"firstName":"Augusta"})"));
    }
    BOOST_TEST(deleted.status == 200);
    BOOST_TEST((changed.status == 200 || changed.status == 404));
    is_refused(send(on(id, GET)), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_two_operators_delete_one_account_and_one_of_them_does) {
    auto one = another_worker(), two = another_worker();
    Reply a, b;
    {
        std::jthread other([&] { b = send(*two, on(id, DELETE)); });
        a = send(*one, on(id, DELETE));
    }
    BOOST_TEST(std::min(a.status, b.status) == 200);
    BOOST_TEST(std::max(a.status, b.status) == 404);
}

// --- DisableAccount, EnableAccount

BOOST_AUTO_TEST_CASE(kibo_6_1_DisableAccount_ends_all_tickets_and_EnableAccount_brings_none_back) {
    const auto second = send(signing_in());
    const auto disabled = send(acting("DisableAccount"));
    BOOST_TEST_CONTEXT(disabled.text) BOOST_TEST(disabled.status == 200);
    BOOST_TEST((disabled.at("isActive") == Json(false)));
    BOOST_TEST((disabled.at("id") == id));
    is_ended(ada_);
    is_ended(second);
    is_refused(send(signing_in()), 401, "INVALID_CREDENTIALS");

    const auto enabled = send(acting("enableaccount"));
    BOOST_TEST(enabled.status == 200);
    BOOST_TEST((enabled.at("isActive") == Json(true)));
    is_ended(ada_);
    is_ended(second);
    is_live(send(signing_in()));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_action_is_said_twice_and_in_any_letter_case) {
    for (const auto* name : {"DisableAccount", "DISABLEACCOUNT", "disableaccount"}) {
        const auto reply = send(acting(name));
        BOOST_TEST(reply.status == 200);
        BOOST_TEST((reply.at("isActive") == Json(false)));
    }
    for (const auto* name : {"EnableAccount", "ENABLEaccount"}) {
        const auto reply = send(acting(name));
        BOOST_TEST(reply.status == 200);
        BOOST_TEST((reply.at("isActive") == Json(true)));
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_1_action_with_bad_input_is_400_and_named) {
    names_parameter(send(acting("")), "actionName");
    names_parameter(send(acting("DeleteAccount")), "actionName");
    names_parameter(send(acting("DisableAccount ")), "actionName");
    names_parameter(send(on(id, POST, "/action")), "actionName");
    names_parameter(send(on(id, POST, "/action", "{}")), "actionName");
    names_parameter(send(on(id, POST, "/action", R"({"actionName":true})")), "actionName");
    names_parameter(send(on(id, POST, "/action", R"("DisableAccount")")), "body");
    is_live(ada_);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_DisableAccount_of_a_guest_is_400) {
    const auto made = add_guest();
    const auto reply = send(on(made.at("id"), POST, "/action", R"({"actionName":"DisableAccount"})"));
    is_refused(reply, 400, "MISSING_OR_INVALID_PARAMETER");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_action_rights) {
    is_for_admin_only(ada_, [&](const Json& no) { return on(no, POST, "/action", R"({"actionName":"DisableAccount"})"); });
}

// --- deleteAccount

BOOST_AUTO_TEST_CASE(kibo_6_1_deleteAccount_ends_all_tickets_and_frees_the_names) {
    const auto reply = send(on(id, DELETE));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.text.empty());
    BOOST_TEST(reply.header("x-vol-correlation").size() == 32U);
    is_ended(ada_);
    is_refused(send(signing_in()), 401, "INVALID_CREDENTIALS");
    is_refused(send(on(id, GET)), 404, "ITEM_NOT_FOUND");
    is_refused(send(on(id, DELETE)), 404, "ITEM_NOT_FOUND");
    is_refused(send(changing("{}")), 404, "ITEM_NOT_FOUND");

    const auto again = register_ada();
    BOOST_TEST((again.at("customerAccount.id") != id));
    BOOST_TEST(again.text_at("userId") != ada_.text_at("userId"));
    is_ended(ada_);
    is_live(again);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_deleteAccount_while_the_shopper_refreshes_leaves_no_live_ticket) {
    for (int round = 0; round < 6; ++round) {
        const auto person = round == 0 ? ada_ : register_ada();
        auto one = another_worker(), two = another_worker();
        Reply deleted, next;
        {
            std::jthread other([&] { next = send(*two, refreshing(person.text_at("refreshToken"))); });
            deleted = send(*one, on(person.at("customerAccount.id"), DELETE));
        }
        BOOST_TEST(deleted.status == 200);
        BOOST_TEST((next.status == 200 || next.status == 404));
        if (next.status == 200) is_ended(next);
        is_ended(person);
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_1_deleteAccount_of_a_guest) {
    const auto made = add_guest();
    BOOST_TEST(send(on(made.at("id"), DELETE)).status == 200);
    is_refused(send(on(made.at("id"), GET)), 404, "ITEM_NOT_FOUND");
    is_live(ada_);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_deleteAccount_rights) {
    is_for_admin_only(ada_, [&](const Json& no) { return on(no, DELETE); });
    is_refused(send(request(DELETE, accounts_path + "/0")), 404, "ITEM_NOT_FOUND");
    // Her own claims beside an admin's call name her own account.
    BOOST_TEST(send(as(token, on(id, DELETE))).status == 200);
    is_ended(ada_);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_changes_reach_no_account_of_another_realm) {
    const auto stranger = add_client(add_realm("elsewhere", 1001, 2001), applications::storefront | applications::admin);
    const auto from_there = [&](http::Request request) {
        request.headers.erase("x-vol-tenant");
        request.headers.erase("x-vol-site");
        return send(by(stranger, std::move(request)));
    };
    is_refused(from_there(changing(R"({"firstName":"Eve"})")), 404, "ITEM_NOT_FOUND");
    is_refused(from_there(acting("DisableAccount")), 404, "ITEM_NOT_FOUND");
    is_refused(from_there(on(id, DELETE)), 404, "ITEM_NOT_FOUND");
    is_refused(from_there(login_for(id, R"({"password":"Engine-No-2","username":"eve"})")), 404, "ITEM_NOT_FOUND");
    is_refused(from_there(as(token, changing(R"({"firstName":"Eve"})"))), 401, "INVALID_ACCESS_TOKEN");
    is_live(ada_);
}

// --- addLoginToExistingCustomer

BOOST_AUTO_TEST_CASE(kibo_6_1_addLoginToExistingCustomer_makes_a_guest_a_customer_and_signs_in) {
    const auto made = add_guest();
    const auto reply = send(login_for(made.at("id"), R"({"username":"carl","password":"Engine-No-2","isImport":false})"));
    BOOST_TEST_CONTEXT(reply.text) {
        BOOST_TEST(reply.status == 201);
        BOOST_TEST((reply.at("customerAccount.id") == made.at("id")));
        BOOST_TEST(reply.text_at("customerAccount.userName") == "carl");
        BOOST_TEST(reply.text_at("customerAccount.emailAddress") == "guest@example.com");
        BOOST_TEST((reply.at("customerAccount.isAnonymous") == Json(false)));
        BOOST_TEST(reply.text_at("customerAccount.userId") == reply.text_at("userId"));
        BOOST_TEST((reply.at("requires2FA") == Json(false)));
    }
    is_live(reply);
    is_live(send(signing_in("carl", "Engine-No-2")));
    is_live(send(signing_in("guest@example.com", "Engine-No-2")));
    is_live(send(refreshing(reply.text_at("refreshToken"))));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_addLoginToExistingCustomer_without_names_takes_the_address_of_the_account) {
    const auto reply = send(login_for(add_guest().at("id"), R"({"password":"Engine-No-2"})"));
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 201);
    BOOST_TEST(reply.text_at("customerAccount.userName") == "guest@example.com");
    is_live(send(signing_in("guest@example.com", "Engine-No-2")));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_addLoginToExistingCustomer_with_an_address_of_its_own) {
    const auto made = add_guest("{}");
    const auto reply = send(login_for(made.at("id"), R"({"emailAddress":"carl@example.com","password":"Engine-No-2"})"));
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 201);
    is_live(send(signing_in("carl@example.com", "Engine-No-2")));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_addLoginToExistingCustomer_refuses_an_account_that_has_one) {
    names_parameter(send(login_for(id, R"({"username":"second","password":"Engine-No-2"})")), "accountId");
    is_live(ada_);
    BOOST_TEST(send(signing_in("second", "Engine-No-2")).status == 401);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_addLoginToExistingCustomer_with_bad_input_is_400_and_named) {
    const auto made = add_guest().at("id");
    const auto nameless = add_guest("{}").at("id");
    names_parameter(send(login_for(made, "")), "password");
    names_parameter(send(login_for(made, "{}")), "password");
    names_parameter(send(login_for(made, "[]")), "body");
    names_parameter(send(login_for(made, R"({"password":7})")), "password");
    names_parameter(send(login_for(made, R"({"password":"Engine-No-2","username":7})")), "username");
    names_parameter(send(login_for(made, R"({"password":"Engine-No-2","emailAddress":"no address"})")), "EmailAddress");
    names_parameter(send(login_for(nameless, R"({"password":"Engine-No-2"})")), "EmailAddress");
    gives_reason(send(login_for(made, R"({"password":"a1"})")), "password_weak");
    gives_reason(send(login_for(made, R"({"password":"guest1"})")), "password_context");
    names_parameter(send(login_for(made, R"({"password":"Engine-No-2","username":"ADA.byron"})")), "UserName");
    names_parameter(send(login_for(made, R"({"password":"Engine-No-2","emailAddress":"ada@example.com"})")), "EmailAddress");
    BOOST_TEST((send(on(made, GET)).at("isAnonymous") == Json(true)));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_addLoginToExistingCustomer_rights) {
    is_for_admin_only(ada_, [&](const Json& no) { return login_for(no, R"({"password":"Engine-No-2"})"); });
    const auto made = add_guest().at("id");
    is_refused(send(as(token, login_for(made, R"({"password":"Engine-No-2"})"))), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_4_1_addLoginToExistingCustomer_claims_the_anonymous_shopper_beside_it) {
    const auto visitor = guest();
    const auto reply = send(as(visitor.text_at("accessToken"), login_for(add_guest().at("id"), R"({"password":"Engine-No-2"})")));
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 201);
    BOOST_TEST(text(user_claims(reply), "b.PreviousAnonymousId") == visitor.text_at("userId"));
}

BOOST_AUTO_TEST_CASE(kibo_4_2_addLoginToExistingCustomer_takes_lives) {
    const auto reply = send(login_for(add_guest().at("id"), R"({"password":"Engine-No-2","authTicketTtlMinutes":5})"));
    BOOST_TEST(reply.text_at("accessTokenExpiration") == "2026-01-15T10:25:30.120Z");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_addLoginToExistingCustomer_by_two_at_once_makes_one) {
    const auto made = add_guest().at("id");
    auto one = another_worker(), two = another_worker();
    Reply a, b;
    {
        std::jthread other([&] { b = send(*two, login_for(made, R"({"username":"second","password":"Engine-No-2"})")); });
        a = send(*one, login_for(made, R"({"username":"first","password":"Engine-No-2"})"));
    }
    BOOST_TEST(std::min(a.status, b.status) == 201);
    // The second finds either the login or its address taken.
    is_refused(a.status == 201 ? b : a, 400, "MISSING_OR_INVALID_PARAMETER");
    BOOST_TEST(send(on(made, GET)).text_at("userName") == (a.status == 201 ? "first" : "second"));
}

// --- hashes made elsewhere

BOOST_AUTO_TEST_CASE(kibo_4_2_externalPassword_makes_a_login_that_signs_in_by_the_old_password) {
    const auto made = send(login_for(add_guest().at("id"),
                                     Json::object({{"externalPassword", bcrypt_of_u_star_u}, {"isImport", true}}).dump()));
    BOOST_TEST_CONTEXT(made.text) BOOST_TEST(made.status == 201);
    BOOST_TEST((made.at("customerAccount.hasExternalPassword") == Json(true)));
    BOOST_TEST(send(signing_in("guest@example.com", "U*V")).status == 401);
    const auto in = send(signing_in("guest@example.com", "U*U"));
    BOOST_TEST(in.status == 200);
    // Replaced by one of our own at the first sign-in.
    BOOST_TEST((send(current(in.text_at("accessToken"))).at("hasExternalPassword") == Json(false)));
    BOOST_TEST(send(signing_in("guest@example.com", "U*U")).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_4_2_externalPassword_on_addAccountAndLogin_in_several_formats) {
    const struct {
        std::string hash, password;
    } cases[] = {
        {bcrypt_of_u_star_u, "U*U"},
        {"{md5-salt-last}9435de139362c4f3fa60d6035d687092:pepper", "Old-Cart-7"},
        {"{md5-salt-first}bc5ddabc9d97a1dff7eb7915382f11f3:pepper", "Old-Cart-7"},
        {"{sha256-salt-first}f2689aaccdaf1dd0dc91d96d89e76def36c81ec6fcb9147228e41fe88bdf1332:pepper", "Old-Cart-7"},
    };
    int number = 0;
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(each.hash) {
            const auto name = "import" + std::to_string(number++) + "@example.com";
            const auto reply = send(registering(Json::object({{"account", Json::object({{"emailAddress", name}})},
                                                              {"externalPassword", each.hash}}).dump()));
            BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 201);
            is_live(reply);
            BOOST_TEST(send(signing_in(name, each.password + "x")).status == 401);
            BOOST_TEST(send(signing_in(name, each.password)).status == 200);
        }
    }
}

BOOST_AUTO_TEST_CASE(kibo_4_2_an_imported_login_may_have_no_password_at_all) {
    const auto made = send(login_for(add_guest().at("id"), R"({"isImport":true})"));
    BOOST_TEST_CONTEXT(made.text) BOOST_TEST(made.status == 201);
    is_refused(send(signing_in("guest@example.com", "Engine-No-2")), 401, "INVALID_CREDENTIALS");
    auto body = *parse_json(ada);
    body.members()->front().second = Json::object({{"emailAddress", "dora@example.com"}});
    body.set("password", nullptr);
    body.set("isImport", true);
    BOOST_TEST(send(registering(body.dump())).status == 201);
}

BOOST_AUTO_TEST_CASE(kibo_4_2_externalPassword_and_isImport_are_the_merchants) {
    const auto body = [](std::initializer_list<Json::Member> more) {
        auto out = Json::object({{"account", Json::object({{"emailAddress", "dora@example.com"}})}});
        for (const auto& [name, value] : more) out.set(name, value);
        return out.dump();
    };
    for (const auto& each : {body({{"externalPassword", bcrypt_of_u_star_u}}), body({{"password", "Engine-No-2"}, {"isImport", true}}),
                             body({{"isImport", true}})}) {
        is_refused(send(by(plain, registering(each))), 403, "FORBIDDEN");
        is_refused(send(as(guest().text_at("accessToken"), registering(each))), 403, "FORBIDDEN");
        is_refused(send(as("long-forgotten", registering(each))), 403, "FORBIDDEN");
    }
    names_parameter(send(registering(body({{"externalPassword", bcrypt_of_u_star_u}, {"password", "Engine-No-2"}}))), "externalPassword");
    for (const auto* bad : {"secret", "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "{nosuch}abc",
                            "$argon2id$v=19$m=1048576,t=10,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI"}) {
        const auto reply = send(registering(body({{"externalPassword", bad}})));
        names_parameter(reply, "externalPassword");
        BOOST_TEST(reply.text.find(bad) == std::string::npos);
    }
    names_parameter(send(registering(body({{"externalPassword", 7}}))), "externalPassword");
    names_parameter(send(registering(body({{"isImport", "yes"}}))), "isImport");
    names_parameter(send(registering(body({{"isImport", false}}))), "password");
    BOOST_TEST(send(by(plain, registering(body({{"password", "Engine-No-2"}, {"isImport", false}, {"externalPassword", ""}})))).status == 201);
}

BOOST_AUTO_TEST_SUITE_END()
