// SPDX-License-Identifier: MIT
// The Kibo door's shapes: what bodies are read as, what accounts, tickets and tenants look like (docs/kibo.md).
#include <boost/test/unit_test.hpp>

#include "api/kibo/wire.h"

using namespace authtickets;
using kibo::Members;

namespace {

Time at(std::string_view iso) { return *parse_iso8601(iso); }

accounts::Account ada() {
    accounts::Account out;
    out.no = AccountNo{1042};
    out.profile.email = "ada@example.com";
    out.profile.first_name = "Ada";
    out.profile.last_name = "Byron";
    out.profile.notes = {*parse_json(R"({"id":1,"content":"pays late"})")};
    out.profile.contacts = {*parse_json(R"({"id":1,"accountId":1042,"email":"a@b.c","x":1.5})")};
    out.created_at = out.updated_at = at("2026-01-15T10:20:30.120Z");
    out.created_by = "application 3";
    out.user = UserId{*parse_uuid("7c1f0a9be2d5463f8a7715d20c4e9b31")};
    out.user_name = "ada";
    return out;
}

http::Request with_body(std::string body) {
    http::Request request;
    request.body = std::move(body);
    return request;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kibo_wire)

BOOST_AUTO_TEST_CASE(kibo_6_2_an_account_has_every_member_of_the_model) {
    const auto json = kibo::account(ada(), kibo::View::merchant);
    BOOST_TEST(json.dump() ==
               R"({"id":1042,"userId":"7c1f0a9be2d5463f8a7715d20c4e9b31","userName":"ada",)"
               R"("emailAddress":"ada@example.com","firstName":"Ada","lastName":"Byron","companyOrOrganization":null,)"
               R"("localeCode":null,"accountType":"B2C","customerSet":"default",)"
               R"("customerSinceDate":"2026-01-15T10:20:30.120Z","externalId":null,"taxId":null,"taxExempt":false,)"
               R"("acceptsMarketing":false,"hasExternalPassword":false,"isActive":true,"isAnonymous":false,)"
               R"("isLocked":false,"migrationRequired":false,"last2FaDate":null,"attributes":[],)"
               R"("contacts":[{"id":1,"accountId":1042,"email":"a@b.c","x":1.5}],)"
               R"("notes":[{"id":1,"content":"pays late"}],"segments":[],)"
               R"("commerceSummary":{"orderCount":0,"visitsCount":0,"wishlistCount":0,"lastOrderDate":null,)"
               R"("totalOrderAmount":{"amount":0,"currencyCode":null}},)"
               R"("auditInfo":{"createDate":"2026-01-15T10:20:30.120Z","createBy":"application 3",)"
               R"("updateDate":"2026-01-15T10:20:30.120Z","updateBy":null}})");
}

BOOST_AUTO_TEST_CASE(kibo_6_2_notes_are_for_the_merchant_only) {
    BOOST_TEST(kibo::account(ada(), kibo::View::shopper).find("notes")->dump() == "[]");
}

BOOST_AUTO_TEST_CASE(kibo_6_2_an_account_without_a_user_is_anonymous) {
    auto guest = ada();
    guest.user = {};
    guest.user_name.clear();
    guest.locked = true;
    guest.active = false;
    guest.profile.customer_since_at = at("2001-02-03T04:05:06Z");
    const auto json = kibo::account(guest, kibo::View::merchant);
    BOOST_TEST(json.find("isAnonymous")->boolean().value());
    BOOST_TEST(json.find("userId")->is_null());
    BOOST_TEST(json.find("userName")->is_null());
    BOOST_TEST(json.find("isLocked")->boolean().value());
    BOOST_TEST(!json.find("isActive")->boolean().value());
    BOOST_TEST(*json.find("customerSinceDate")->text() == "2001-02-03T04:05:06.000Z");
}

BOOST_AUTO_TEST_CASE(kibo_6_2_a_login_state_has_every_member_of_the_model) {
    logins::State state;
    state.remaining = 10;
    state.login.created_at = state.login.updated_at = at("2026-01-15T10:20:30.120Z");
    BOOST_TEST(kibo::login_state(state).dump() ==
               R"({"isLocked":false,"isPasswordChangeRequired":false,"failedLoginAttemptCount":0,"remainingLoginAttempts":10,)"
               R"("lastPasswordChangeOn":null,"lastLockedOn":null,"firstFailedLoginAttemptOn":null,"lastLoginOn":null,)"
               R"("createdOn":"2026-01-15T10:20:30.120Z","updatedOn":"2026-01-15T10:20:30.120Z"})");
    state.remaining = 0;
    state.login.failed = 10;
    state.login.password_change_required = true;
    state.login.last_locked_at = at("2026-01-16T00:00:00Z");
    auto json = kibo::login_state(state);
    BOOST_TEST(json.find("isLocked")->boolean().value());
    BOOST_TEST(json.find("isPasswordChangeRequired")->boolean().value());
    BOOST_TEST(json.find("failedLoginAttemptCount")->integer().value() == 10);
    BOOST_TEST(*json.find("lastLockedOn")->text() == "2026-01-16T00:00:00.000Z");

    state.remaining = 7;
    state.login.blocked_at = at("2026-01-17T00:00:00Z");
    json = kibo::login_state(state);
    BOOST_TEST(json.find("isLocked")->boolean().value());
    BOOST_TEST(json.find("remainingLoginAttempts")->integer().value() == 0);
    BOOST_TEST(*json.find("lastLockedOn")->text() == "2026-01-17T00:00:00.000Z");
    state.login.last_locked_at.reset();
    BOOST_TEST(*kibo::login_state(state).find("lastLockedOn")->text() == "2026-01-17T00:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(kibo_6_2_a_collection_on_one_page) {
    BOOST_TEST(kibo::collection({}).dump() == R"({"startIndex":0,"pageSize":0,"pageCount":0,"totalCount":0,"items":[]})");
    BOOST_TEST(kibo::collection({1, 2}).dump() == R"({"startIndex":0,"pageSize":2,"pageCount":1,"totalCount":2,"items":[1,2]})");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_a_change_tells_absent_from_empty) {
    const auto read = [](std::string_view text, kibo::View view) {
        const auto json = *parse_json(text);
        Members in(json);
        auto out = kibo::change(in, view);
        BOOST_TEST(!in.refused());
        return out;
    };
    const auto none = read(R"({"id":7,"isActive":false,"firstName":null,"contacts":null})", kibo::View::merchant);
    BOOST_TEST(!none.first_name);
    BOOST_TEST(!none.contacts);
    BOOST_TEST(!none.tax_exempt);
    constexpr auto all = R"({"ACCOUNTTYPE":"B2B","emailAddress":"","firstName":"Ada","lastName":"","companyOrOrganization":"c",)"
                         R"("localeCode":"l","externalId":"e","taxId":"t","taxExempt":true,"acceptsMarketing":false,)"
                         R"("customerSinceDate":"2001-02-03T04:05:06Z","contacts":[],"attributes":[{}],"notes":[{}]})";
    const auto merchant = read(all, kibo::View::merchant);
    BOOST_TEST(*merchant.account_type == "B2B");
    BOOST_TEST(merchant.email->empty());
    BOOST_TEST(*merchant.first_name == "Ada");
    BOOST_TEST(merchant.last_name->empty());
    BOOST_TEST(*merchant.company == "c");
    BOOST_TEST(*merchant.locale_code == "l");
    BOOST_TEST(*merchant.external_id == "e");
    BOOST_TEST(*merchant.tax_id == "t");
    BOOST_TEST(*merchant.tax_exempt);
    BOOST_TEST(!*merchant.accepts_marketing);
    BOOST_TEST(iso8601(*merchant.customer_since_at) == "2001-02-03T04:05:06.000Z");
    BOOST_TEST(merchant.contacts->empty());
    BOOST_TEST(merchant.attributes->size() == 1U);
    BOOST_TEST(merchant.notes->size() == 1U);
    const auto shopper = read(all, kibo::View::shopper);
    BOOST_TEST(!shopper.tax_exempt);
    BOOST_TEST(!shopper.notes);
    BOOST_TEST(*shopper.first_name == "Ada");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_a_list_in_the_body) {
    BOOST_TEST(kibo::body_list(with_body("")).value().is_null());
    BOOST_TEST(kibo::body_list(with_body(" null ")).value().is_null());
    BOOST_TEST(kibo::body_list(with_body("[1,{}]")).value().items()->size() == 2U);
    for (const auto* bad : {"{}", "7", "[", "[1],", "\"a\""}) {
        const auto read = kibo::body_list(with_body(bad));
        BOOST_REQUIRE(!read);
        BOOST_TEST((read.error().why == Why::bad_request));
        BOOST_TEST(read.error().field == "body");
    }
}

BOOST_AUTO_TEST_CASE(kibo_10_a_flag_in_the_body) {
    BOOST_TEST(kibo::body_flag(with_body("true")).value());
    BOOST_TEST(kibo::body_flag(with_body(" true\r\n")).value());
    for (const auto* no : {"", " ", "false", "null", "{}", R"({"accountId":7})"}) BOOST_TEST(!kibo::body_flag(with_body(no)).value());
    for (const auto* bad : {"True", "1", "0", R"("true")", "[]", "[true]", "true true", "{"}) {
        const auto read = kibo::body_flag(with_body(bad));
        BOOST_REQUIRE(!read);
        BOOST_TEST((read.error().why == Why::bad_request));
    }
}

BOOST_AUTO_TEST_CASE(kibo_4_3_a_ticket_has_every_member_of_the_model) {
    tickets::Issued issued{.ticket = {},
                           .access = Secret(std::string_view("A")),
                           .refresh = Secret(std::string_view("R")),
                           .access_expires_at = at("2026-01-15T10:35:30.120Z"),
                           .refresh_expires_at = at("2026-01-16T10:20:30Z")};
    issued.ticket.user = ada().user;
    BOOST_TEST(kibo::ticket(issued, Json::object({{"id", 1042}}), "x.y.z").dump() ==
               R"({"userId":"7c1f0a9be2d5463f8a7715d20c4e9b31","accessToken":"A",)"
               R"("accessTokenExpiration":"2026-01-15T10:35:30.120Z","refreshToken":"R",)"
               R"("refreshTokenExpiration":"2026-01-16T10:20:30.000Z","jwtAccessToken":"x.y.z","requires2FA":false,)"
               R"("requires2fa":false,"customerAccount":{"id":1042}})");
}

BOOST_AUTO_TEST_CASE(kibo_4_3_an_anonymous_ticket_has_no_account) {
    const tickets::Anonymous anonymous{.user = ada().user,
                                       .session = {},
                                       .application = {},
                                       .access = Secret(std::string_view("A")),
                                       .refresh = Secret(std::string_view("R")),
                                       .access_expires_at = at("2026-01-15T10:35:30.120Z"),
                                       .refresh_expires_at = at("2026-01-16T10:20:30Z")};
    const auto json = kibo::ticket(anonymous, "x.y.z");
    BOOST_TEST(json.find("customerAccount")->is_null());
    BOOST_TEST(*json.find("userId")->text() == "7c1f0a9be2d5463f8a7715d20c4e9b31");
}

BOOST_AUTO_TEST_CASE(kibo_3_application_tickets_have_both_forms) {
    applications::IssuedTicket issued;
    issued.access = Secret(std::string_view("A"));
    issued.refresh = Secret(std::string_view("R"));
    issued.access_expires_at = at("2026-01-15T11:20:30.120Z");
    issued.refresh_expires_at = at("2026-01-16T10:20:30.120Z");
    BOOST_TEST(kibo::application_ticket(issued).dump() ==
               R"({"accessToken":"A","accessTokenExpiration":"2026-01-15T11:20:30.120Z",)"
               R"("refreshToken":"R","refreshTokenExpiration":"2026-01-16T10:20:30.120Z"})");
    BOOST_TEST(kibo::oauth_ticket(issued, at("2026-01-15T10:20:30.120Z")).dump() ==
               R"({"access_token":"A","token_type":"bearer","expires_in":3600,"refresh_token":"R"})");
    // Rounded down: a client must not hold the token for longer than it lives.
    BOOST_TEST(*kibo::oauth_ticket(issued, at("2026-01-15T10:20:30.121Z")).find("expires_in")->integer() == 3599);
}

BOOST_AUTO_TEST_CASE(kibo_1_3_a_tenant_shows_its_sites_and_no_other_tenants) {
    realms::Realm realm;
    realm.name = "Shop";
    realm.sites = {{1000, 2000, "EN", "shop.example", "en-GB", "GB", "GBP"},
                   {1000, 2001, "DE", "shop.example:8443", "", "", ""},
                   {1001, 2002, "FR", "fr.example", "fr-FR", "FR", "EUR"}};
    BOOST_TEST(kibo::tenant(realm, 999).is_null());
    const auto json = kibo::tenant(realm, 1000);
    BOOST_TEST(*json.find("domain")->text() == "shop.example");
    BOOST_TEST(*json.find("id")->integer() == 1000);
    BOOST_TEST(json.find("sites")->items()->size() == 2U);
    BOOST_TEST(json.find("sites")->items()->at(1).dump() ==
               R"({"id":2001,"name":"DE","tenantId":1000,"catalogId":1,"localeCode":null,"countryCode":null,)"
               R"("currencyCode":null,"domain":"shop.example:8443","primaryCustomDomain":null,"attributes":[]})");
    BOOST_TEST(json.find("masterCatalogs")->dump() ==
               R"([{"id":1,"name":"EN","tenantId":1000,"defaultLocaleCode":"en-GB","defaultCurrencyCode":"GBP",)"
               R"("supportedLocaleCodes":["en-GB"],"catalogs":[]}])");
}

BOOST_AUTO_TEST_CASE(kibo_11_4_an_empty_body_and_null_are_no_body) {
    for (const auto* text : {"", " ", "\r\n\t", "null", " null "}) {
        const auto body = kibo::body_object(with_body(text));
        BOOST_REQUIRE(body);
        BOOST_TEST(body->is_null());
    }
}

BOOST_AUTO_TEST_CASE(kl6_a_body_that_is_no_object_is_a_bad_request_that_names_the_body) {
    for (const auto* text : {"[]", "true", "1", "\"x\"", "{", "{\"a\":1", "a=b&c=d", "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}",
                             "<html>", "{} {}", "{\"a\":\"\\u0000\"}"}) {
        const auto body = kibo::body_object(with_body(text));
        BOOST_TEST_CONTEXT(text) {
            BOOST_REQUIRE(!body);
            BOOST_TEST((body.error().why == Why::bad_request));
            BOOST_TEST(body.error().field == "body");
        }
    }
}

BOOST_AUTO_TEST_CASE(kibo_4_2_members_are_read_in_any_letter_case_and_null_is_absent) {
    const auto json = *parse_json(R"({"USERNAME":"ada","password":null,"n":7,"yes":true,"list":[1],"o":{},)"
                                  R"("since":"2026-01-15T10:20:30.1Z"})");
    Members in(json);
    BOOST_TEST(in.text("username") == "ada");
    BOOST_TEST(in.text("password").empty());
    BOOST_TEST(in.text("absent").empty());
    BOOST_TEST(in.integer("n").value() == 7);
    BOOST_TEST(!in.integer("absent"));
    BOOST_TEST(in.boolean("yes").value());
    BOOST_TEST(in.list_if_given("list")->size() == 1U);
    BOOST_TEST(in.object("o"));
    BOOST_TEST(!in.object("absent"));
    BOOST_TEST((in.time("since").value() == at("2026-01-15T10:20:30.100Z")));
    BOOST_TEST(!in.refused());
}

BOOST_AUTO_TEST_CASE(kibo_7_2_a_member_of_the_wrong_kind_is_refused_by_name) {
    using Read = void (*)(Members&);
    const struct {
        const char* body;
        Read read;
    } cases[] = {
        {R"({"m":7})", [](Members& in) { in.text("m"); }},
        {R"({"m":true})", [](Members& in) { in.text("m"); }},
        {R"({"m":{}})", [](Members& in) { in.text("m"); }},
        {R"({"m":"7"})", [](Members& in) { in.integer("m"); }},
        {R"({"m":7.5})", [](Members& in) { in.integer("m"); }},
        {R"({"m":true})", [](Members& in) { in.integer("m"); }},
        {R"({"m":99999999999999999999})", [](Members& in) { in.integer("m"); }},
        {R"({"m":"true"})", [](Members& in) { in.boolean("m"); }},
        {R"({"m":1})", [](Members& in) { in.boolean("m"); }},
        {R"({"m":"yesterday"})", [](Members& in) { in.time("m"); }},
        {R"({"m":1768472430})", [](Members& in) { in.time("m"); }},
        {R"({"m":{}})", [](Members& in) { in.list_if_given("m"); }},
        {R"({"m":[]})", [](Members& in) { in.object("m"); }},
    };
    for (const auto& each : cases) {
        const auto json = *parse_json(each.body);
        Members in(json);
        each.read(in);
        BOOST_TEST_CONTEXT(each.body) {
            BOOST_REQUIRE(in.refused());
            BOOST_TEST((in.refused()->why == Why::bad_parameter));
            BOOST_TEST(in.refused()->field == "m");
        }
    }
}

BOOST_AUTO_TEST_CASE(kibo_7_2_the_first_fault_of_a_body_is_the_one_told) {
    const auto json = *parse_json(R"({"a":1,"b":2})");
    Members in(json);
    in.text("a");
    in.text("b");
    BOOST_TEST(in.refused()->field == "a");
}

BOOST_AUTO_TEST_CASE(kibo_6_2_state_and_ids_in_a_sent_account_are_not_read) {
    const auto json = *parse_json(R"({"id":7,"userId":"x","isActive":false,"isLocked":true,"auditInfo":{"createBy":"me"},)"
                                  R"("emailAddress":"a@b.c","firstName":"A","unknown":[1],"acceptsMarketing":true,)"
                                  R"("customerSinceDate":"2001-02-03T04:05:06+01:00","contacts":[{"email":"x"}]})");
    Members in(json);
    const auto profile = kibo::profile(in, kibo::View::merchant);
    BOOST_TEST(!in.refused());
    BOOST_TEST(profile.email == "a@b.c");
    BOOST_TEST(profile.account_type == "B2C");
    BOOST_TEST(profile.accepts_marketing);
    BOOST_TEST(!profile.tax_exempt);
    BOOST_TEST((profile.customer_since_at == at("2001-02-03T03:05:06Z")));
    BOOST_TEST(profile.contacts.size() == 1U);
}

BOOST_AUTO_TEST_CASE(kibo_6_2_notes_and_the_tax_exemption_are_the_merchants_to_give) {
    const auto json = *parse_json(R"({"taxExempt":true,"notes":[{"content":"vip"}]})");
    for (const auto view : {kibo::View::merchant, kibo::View::shopper}) {
        Members in(json);
        const auto profile = kibo::profile(in, view);
        const bool merchant = view == kibo::View::merchant;
        BOOST_TEST(profile.tax_exempt == merchant);
        BOOST_TEST(profile.notes.size() == (merchant ? 1U : 0U));
    }
}

// KL6: names compare without case (kibo 11.4), so a twin in other letters is a key given twice.
BOOST_AUTO_TEST_CASE(a_member_given_twice_in_other_letters_is_refused_KL6) {
    const auto json = *parse_json(R"({"username":"a","x":1,"UserName":"b"})");
    BOOST_TEST((Members(json).refused()->why == Why::bad_request));
    const auto fine = *parse_json(R"({"username":"a","x":1})");
    BOOST_TEST(!Members(fine).refused());
}

BOOST_AUTO_TEST_CASE(account_numbers_are_plain_digits_from_1) {
    BOOST_TEST(kibo::positive("1001").value() == 1001U);
    BOOST_TEST(kibo::positive("4294967295").value() == 4294967295U);
    for (const auto* text : {"", "0", "-1", "+1", " 1", "1 ", "1.0", "0x10", "4294967296", "99999999999999999999", "abc", "1a"}) {
        BOOST_TEST_CONTEXT(text) BOOST_TEST(!kibo::positive(text));
    }
}

BOOST_AUTO_TEST_SUITE_END()
