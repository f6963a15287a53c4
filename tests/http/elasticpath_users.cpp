// SPDX-License-Identifier: MIT
// Users and their logins at the Elastic Path door (EP90 to EP120, docs/elasticpath.md).
#include "elasticpath_shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Users : ElasticShop {
    http::Request putting(const std::string& path, Json data) const {
        data.set("type", path.find("password-profile-info/") == path.npos ? "user_authentication_info"
                                                                          : "user_authentication_password_profile_info");
        return call(PUT, path, std::move(data));
    }
    std::vector<std::string> names(const std::string& query) {
        const auto reply = send(call(GET, users_path() + query));
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
        std::vector<std::string> out;
        for (const auto& each : records(reply)) out.push_back(*each.find("name")->text());
        return out;
    }
    void update_only() { set("members.self_management", "update_only"); }
};

constexpr std::string_view unknown_id = "0b4fd1a6-6d52-4d4c-9d8e-0d9b3a0f7d11";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(elasticpath_users, Users)

BOOST_AUTO_TEST_CASE(EP91_EP94_EP95_EP96_EP97_EP102_a_user_is_made_and_read) {
    const auto made = send(call(POST, users_path(), Json::object({{"type", "user_authentication_info"},
                                                                 {"name", "Mira Q"},
                                                                 {"email", "Mira@Shop.test"},
                                                                 {"given_name", "Mira"},
                                                                 {"family_name", "Q"}})));
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    BOOST_TEST(made.text_at("data.type") == "user_authentication_info");
    BOOST_TEST(made.text_at("data.name") == "Mira Q");
    BOOST_TEST(made.text_at("data.email") == "Mira@Shop.test");
    BOOST_TEST(made.text_at("data.given_name") == "Mira");
    BOOST_TEST(made.at("data.middle_name").is_null());
    BOOST_TEST(made.text_at("data.family_name") == "Q");
    BOOST_TEST(made.text_at("data.meta.creation_status") == "COMPLETE");
    BOOST_TEST(made.text_at("data.meta.created_at") == iso8601(clock.now()));
    BOOST_TEST(made.text_at("data.meta.created_at") == "2026-01-15T10:20:30.121Z");  // EP8
    BOOST_TEST(made.text_at("data.meta.updated_at") == made.text_at("data.meta.created_at"));
    const auto path = users_path() + "/" + made.text_at("data.id");
    BOOST_TEST(made.text_at("links.self") == path);
    BOOST_TEST(made.text_at("data.links.self") == path);
    const auto read = send(call(GET, path));
    BOOST_TEST(read.status == 200);
    BOOST_TEST(read.text == made.text);
}

BOOST_AUTO_TEST_CASE(EP3_EP4_EP31_a_body_that_cannot_be_read_is_400) {
    const auto post = [&](std::string body) { return send(request(POST, users_path(), std::move(body))); };
    const std::string members = R"("name":"Mira","email":"mira@shop.test")";
    for (const std::string& body : {std::string(), std::string("{"), std::string("null"), std::string("[]"), "{" + members + "}",
                                    R"({"type":"user_authentication_info",)" + members + "}", std::string(R"({"data":null})"),
                                    std::string(R"({"data":[]})"), R"({"data":{)" + members + "}}",
                                    R"({"data":{"type":"user-authentication-info",)" + members + "}}",
                                    R"({"data":{"type":7,)" + members + "}}"}) {
        BOOST_TEST_CONTEXT(body) refuses(post(body), 400);
    }
    const auto typed = [&](Json data) {
        data.set("type", "user_authentication_info");
        return send(call(POST, users_path(), std::move(data)));
    };
    refuses(typed(Json::object({{"name", "Mira"}})), 400, "email");
    refuses(typed(Json::object({{"email", "mira@shop.test"}})), 400, "name");
    refuses(typed(Json::object({{"name", 7}, {"email", "mira@shop.test"}})), 400, "name");
    refuses(typed(Json::object({{"name", "Mira"}, {"email", "mira@shop.test"}, {"given_name", 7}})), 400, "given_name");
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 0);
}

BOOST_AUTO_TEST_CASE(EP37_values_that_cannot_be_used_are_422) {
    const auto typed = [&](Json data) {
        data.set("type", "user_authentication_info");
        return send(call(POST, users_path(), std::move(data)));
    };
    refuses(typed(Json::object({{"name", "Mira"}, {"email", "no address"}})), 422, "email");
    refuses(typed(Json::object({{"name", std::string(256, 'n')}, {"email", "mira@shop.test"}})), 422, "name");
    refuses(typed(Json::object({{"name", "Mira"}, {"email", "mira@shop.test"}, {"family_name", std::string(101, 'n')}})), 422, "family_name");
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 0);
}

BOOST_AUTO_TEST_CASE(EP92_EP96_EP9_a_change_is_partial_and_null_clears) {
    const auto mira = add_person("mira");
    clock.advance(5s);
    const auto changed = send(putting(mira.path, Json::object({{"given_name", "Mira"}, {"family_name", "Quell"}})));
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    BOOST_TEST(changed.text_at("data.name") == "mira");
    BOOST_TEST(changed.text_at("data.email") == mira.email);
    BOOST_TEST(changed.text_at("data.family_name") == "Quell");
    BOOST_TEST(changed.text_at("data.meta.updated_at") == iso8601(clock.now()));
    BOOST_TEST(changed.text_at("data.meta.created_at") != changed.text_at("data.meta.updated_at"));
    const auto cleared = send(putting(mira.path, Json::object({{"family_name", nullptr}})));
    BOOST_TEST(cleared.at("data.family_name").is_null());
    BOOST_TEST(cleared.text_at("data.given_name") == "Mira");
    refuses(send(putting(mira.path, Json::object({{"name", nullptr}}))), 400, "name");
    refuses(send(putting(mira.path, Json::object({{"name", ""}}))), 400, "name");
    refuses(send(call(PUT, mira.path, Json::object({{"name", "No Type"}}))), 400, "type");
    // A record may be sent back as it was read, and only the type is needed.
    const auto read = send(call(GET, mira.path));
    BOOST_TEST(send(call(PUT, mira.path, read.at("data"))).at("data.given_name").dump() == read.at("data.given_name").dump());
    BOOST_TEST(send(putting(mira.path, Json::object({}))).status == 200);
}

BOOST_AUTO_TEST_CASE(EP99_a_username_is_no_member_of_a_user) {
    const auto mira = add_person("mira");
    BOOST_TEST(send(putting(mira.path, Json::object({{"username", "other"}}))).status == 200);
    BOOST_TEST(send(call(GET, mira.info_path)).text_at("data.username") == mira.name);
}

BOOST_AUTO_TEST_CASE(EP93_a_deleted_user_is_gone_with_logins_and_tokens_and_the_account_stays) {
    const auto nora = session("nora");
    const auto token = token_for(nora.person);
    is_nothing(send(call(DELETE, nora.person.path)), 204);
    refuses(send(call(GET, nora.person.path)), 404);
    refuses(send(call(DELETE, nora.person.path)), 404);
    refuses(send(as_member(nora.token, call(GET, nora.person.path))), 401);
    refuses(send(by_password(nora.person.name)), 401);
    refuses(send(by_token(nora.person.name, token)), 401, dead_token);
    BOOST_TEST(send(call(GET, ep_accounts_path + "/" + nora.account)).status == 200);
    BOOST_TEST(number("SELECT COUNT(*) FROM logins") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM one_time_tokens") == 0);
    add_person("nora");  // the name is free again
}

BOOST_AUTO_TEST_CASE(EP7_EP35_ids_of_nobody_are_404_whatever_they_are) {
    const auto mira = add_person("mira");
    const auto bob = add_person("bob");
    const std::string other_realm = "/v2/authentication-realms/" + std::string(unknown_id);
    for (const std::string& path : std::vector<std::string>{users_path() + "/" + std::string(unknown_id), users_path() + "/mira", users_path() + "/" + mira.info,
                                    other_realm + "/user-authentication-info/" + mira.user, other_realm + "/user-authentication-info",
                                    infos_path(users_path() + "/" + std::string(unknown_id)), infos_path(mira.path) + "/" + std::string(unknown_id),
                                    infos_path(mira.path) + "/" + bob.info, infos_path(mira.path) + "/x",
                                    "/v2/authentication-realms/shopper/user-authentication-info"}) {
        BOOST_TEST_CONTEXT(path) {
            refuses(send(call(GET, path)), 404);
            BOOST_TEST(send(call(GET, path)).text == send(call(GET, other_realm)).text);
        }
    }
    refuses(send(putting(infos_path(mira.path) + "/" + bob.info, Json::object({{"username", "x"}}))), 404);
    refuses(send(call(DELETE, infos_path(mira.path) + "/" + bob.info)), 404);
    BOOST_TEST(send(call(GET, bob.info_path)).status == 200);
}

// One record has one address: caches and logs of a shop go by it.
BOOST_AUTO_TEST_CASE(EP7_an_id_is_written_with_dashes_and_in_lower_case) {
    const auto mira = add_person("mira");
    const auto account = add_account("Mira's").text_at("data.id");
    const auto member = join(account, mira.user).text_at("data.id");
    // One that has letters, which capitals show.
    const auto in_capitals = [](std::string text) {
        std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
        return text;
    };
    const auto undashed = [](std::string text) {
        std::erase(text, '-');
        return text;
    };
    const std::vector<std::pair<std::string, std::string>> places{
        {"/v2/authentication-realms/", realm_id},       {realm_path + "/password-profiles/", profile},
        {users_path() + "/", mira.user},                {infos_path(mira.path) + "/", mira.info},
        {members_path + "/", mira.user},                {ep_accounts_path + "/", account},
        {memberships_path(account) + "/", member},
    };
    for (const auto& [path, id] : places) {
        BOOST_TEST_CONTEXT(path << id) {
            BOOST_REQUIRE(std::ranges::any_of(id, [](char c) { return c >= 'a' && c <= 'f'; }));
            BOOST_TEST(send(call(GET, path + id)).status == 200);
            for (const auto& other : {in_capitals(id), undashed(id), "{" + id + "}"}) refuses(send(call(GET, path + other)), 404);
        }
    }
    refuses(add_info(mira.path, "mira2@shop.test", "Engine-No-1", in_capitals(profile)), 404);
    refuses(join(account, in_capitals(mira.user)), 422);
    refuses(send(call(GET, users_path() + "?filter=eq(id," + in_capitals(mira.user) + ")")), 400, "filter");
    BOOST_TEST(records(send(call(GET, users_path() + "?filter=eq(id," + mira.user + ")"))).size() == 1U);
}

BOOST_AUTO_TEST_CASE(another_stores_application_finds_nothing_EP7) {
    const auto mira = add_person("mira");
    const auto elsewhere = add_client(add_realm("elsewhere", 77, 78), applications::admin | applications::publishable);
    for (const std::string& path : {users_path(), mira.path, infos_path(mira.path), mira.info_path, members_path + "/" + mira.user}) {
        refuses(send(by(elsewhere, call(GET, path))), 404);
    }
    BOOST_TEST(records(send(by(elsewhere, call(GET, members_path)))).empty());
    refuses(send(by(elsewhere, call(DELETE, mira.path))), 404);
    refuses(send(by(elsewhere, putting(mira.path, Json::object({{"name", "x"}})))), 404);
    refuses(send(by(elsewhere, asking_token(mira.name))), 404);
}

BOOST_AUTO_TEST_CASE(EP10_EP11_EP12_EP13_EP98_users_are_listed_filtered_and_sorted) {
    for (const char* const name : {"ada", "bob", "cleo"}) {
        BOOST_REQUIRE(add_user(name, std::string(name) + "@shop.test").status == 201);
        clock.advance(1s);
    }
    using Names = std::vector<std::string>;
    BOOST_TEST((names("") == Names{"cleo", "bob", "ada"}));
    BOOST_TEST((names("?sort=created_at") == Names{"ada", "bob", "cleo"}));
    BOOST_TEST((names("?filter=eq(email,bob@shop.test)") == Names{"bob"}));
    BOOST_TEST((names("?filter=eq(email%2CBOB%40shop.test)") == Names{"bob"}));
    BOOST_TEST((names("?filter=eq%28email%2Cbob%40shop.test%29") == Names{"bob"}));
    BOOST_TEST((names("?filter=ilike(name,*B*)") == Names{"bob"}));
    BOOST_TEST((names("?filter=like(email,*@shop.test)&sort=name") == Names{"ada", "bob", "cleo"}));
    BOOST_TEST((names("?filter=in(name,ada,cleo)&sort=-name") == Names{"cleo", "ada"}));
    BOOST_TEST((names("?filter=is_null(given_name):gt(created_at,2026-01-01)&sort=id").size() == 3U));
    BOOST_TEST((names("?filter=eq(email,nobody@shop.test)").empty()));
    for (const char* const twice : {"?filter=eq(name,ada)&filter=eq(name,bob)", "?sort=name&sort=id", "?page[limit]=1&page[limit]=2"}) {
        refuses(send(call(GET, users_path() + twice)), 400, "once");
    }

    const auto page = send(call(GET, users_path() + "?page[limit]=1&page[offset]=1&sort=created_at"));
    BOOST_TEST(records(page).size() == 1U);
    BOOST_TEST(*records(page).front().find("name")->text() == "bob");
    BOOST_TEST(page.at("meta.page").dump() == R"({"limit":1,"offset":1,"current":2,"total":3})");
    BOOST_TEST(page.at("meta.results").dump() == R"({"total":3})");
    BOOST_TEST(page.text_at("links.next") == users_path() + "?page[offset]=2&page[limit]=1&sort=created_at");
    BOOST_TEST(page.text_at("links.prev") == users_path() + "?page[offset]=0&page[limit]=1&sort=created_at");
    BOOST_TEST(records(send(call(GET, users_path() + "?page%5Blimit%5D=2"))).size() == 2U);

    for (const std::string& bad : {std::string("page[limit]=0"), std::string("page[limit]=101"), std::string("page[limit]=x"),
                                   std::string("page[offset]=-1"), std::string("page[offset]=10001"), std::string("sort=password"),
                                   std::string("filter=eq(password,x)"), std::string("filter=eq(username,x)"), std::string("filter=ne(name,x)"),
                                   std::string("filter=gt(name,x)"), std::string("filter=eq(name"), std::string("filter=name"),
                                   std::string("filter=eq(created_at,yesterday)"), std::string("filter=eq(name,a)x")}) {
        BOOST_TEST_CONTEXT(bad) refuses(send(call(GET, users_path() + "?" + bad)), 400, bad.substr(0, bad.find('=')));
    }
}

BOOST_AUTO_TEST_CASE(EP14_EP18_other_parameters_and_headers_are_passed_over) {
    add_person("mira");
    auto request = call(GET, users_path() + "?include=everything&page[size]=7&x=eq(a,b)");
    for (const char* const name : {"x-moltin-customer-token", "x-moltin-currency", "x-moltin-sdk-language", "ep-channel"}) request.headers[name] = "x";
    const auto reply = send(request);
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(records(reply).size() == 1U);
}

BOOST_AUTO_TEST_CASE(EP23_KL8_TH10_what_every_answer_carries) {
    const auto mira = add_person("mira");
    for (const auto& reply : {send(call(GET, mira.path)), send(call(GET, users_path() + "/x")), send(by_password(mira.name)), send(asking_token(mira.name))}) {
        BOOST_TEST_CONTEXT(reply.text) {
            BOOST_TEST(reply.header("cache-control") == "no-store");
            BOOST_TEST(reply.header("x-content-type-options") == "nosniff");
            BOOST_TEST(reply.header("referrer-policy") == "no-referrer");
            BOOST_TEST(!reply.header("ratelimit-limit").empty());
            BOOST_TEST(!reply.header("ratelimit-remaining").empty());
            BOOST_TEST(!reply.header("ratelimit-reset").empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(EP100_two_users_may_share_an_address) {
    const auto first = add_user("One", "home@shop.test"), second = add_user("Two", "home@shop.test");
    BOOST_TEST(first.status == 201);
    BOOST_TEST(second.status == 201);
    BOOST_TEST(first.text_at("data.id") != second.text_at("data.id"));
    BOOST_TEST(names("?filter=eq(email,home@shop.test)").size() == 2U);
}

BOOST_AUTO_TEST_CASE(EP101_the_shop_changes_an_address_at_once) {
    const auto mira = add_person("mira");
    const auto changed = send(putting(mira.path, Json::object({{"email", "new@shop.test"}})));
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    BOOST_TEST(changed.text_at("data.email") == "new@shop.test");
    token_for(mira);
    BOOST_TEST(last(events::Name::signin_token_sent).destination == "new@shop.test");
}

BOOST_AUTO_TEST_CASE(EP47_EP101_a_member_changes_names_where_the_shop_lets_him_and_an_address_after_its_code) {
    const auto nora = session("nora");
    refuses(send(as_member(nora.token, putting(nora.person.path, Json::object({{"name", "Nora B"}})))), 403, "self_management is disabled");
    update_only();
    BOOST_TEST(send(as_member(nora.token, putting(nora.person.path, Json::object({{"name", "Nora B"}})))).text_at("data.name") == "Nora B");
    const auto asked = send(as_member(nora.token, putting(nora.person.path, Json::object({{"email", "new@shop.test"}}))));
    BOOST_REQUIRE_MESSAGE(asked.status == 200, asked.text);
    BOOST_TEST(asked.text_at("data.email") == nora.person.email);
    later(6min);
    refuses(send(as_member(nora.token, putting(nora.person.path, Json::object({{"email", "newer@shop.test"}})))), 403, "step_up_required");
}

// --- Logins

BOOST_AUTO_TEST_CASE(EP110_EP111_EP112_EP116_EP22_a_login_is_made_read_and_listed) {
    const auto user = add_user("Mira", "mira@shop.test");
    const auto path = users_path() + "/" + user.text_at("data.id");
    clock.advance(5s);
    const auto made = add_info(path, "Mira.Q", "Engine-No-1", profile);
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    BOOST_TEST(made.text_at("data.type") == "user_authentication_password_profile_info");
    BOOST_TEST(made.text_at("data.username") == "Mira.Q");
    BOOST_TEST(made.text_at("data.password_profile_id") == profile);
    BOOST_TEST(made.at("data").find("password") == nullptr);
    BOOST_TEST(made.text.find("Engine-No-1") == std::string::npos);
    const auto own = infos_path(path) + "/" + made.text_at("data.id");
    BOOST_TEST(made.text_at("links.self") == own);
    BOOST_TEST(send(call(GET, own)).text == made.text);
    const auto list = send(call(GET, infos_path(path)));
    BOOST_TEST(records(list).size() == 1U);
    BOOST_TEST(records(list).front().dump() == made.at("data").dump());
    BOOST_TEST(list.at("meta.results").dump() == R"({"total":1})");
    for (const char* const parameter : {"filter=eq(username,x)", "sort=created_at"}) {
        refuses(send(call(GET, infos_path(path) + "?" + parameter)), 400, "is not offered");
    }
    // EP97: the user's own record moves with it.
    BOOST_TEST(send(call(GET, path)).text_at("data.meta.updated_at") == made.text_at("data.meta.created_at"));
    is_nothing(send(call(DELETE, own)), 204);
    refuses(send(call(GET, own)), 404);
    refuses(send(call(DELETE, own)), 404);
    BOOST_TEST(send(call(GET, path)).status == 200);
    BOOST_TEST(add_info(path, "mira.q", "Engine-No-1", profile).status == 201);  // the name is free again
}

BOOST_AUTO_TEST_CASE(EP113_EP36_EP22_a_name_is_unique_in_its_profile_in_any_letter_case) {
    const auto mira = add_person("mira");
    const auto other = users_path() + "/" + add_user("Other", "other@shop.test").text_at("data.id");
    refuses(add_info(other, mira.name, "Engine-No-1", profile), 409, "username");
    refuses(add_info(other, " MIRA@shop.TEST ", "Engine-No-1", profile), 409, "username");
    const auto second = add_profile("staff", false);
    BOOST_TEST(add_info(other, mira.name, "Engine-No-1", second).status == 201);
    BOOST_TEST(add_info(other, "other", "Engine-No-1", profile).status == 201);
    const auto infos = send(call(GET, infos_path(other)));
    BOOST_TEST(records(infos).size() == 2U);
    for (const auto& each : records(infos)) {
        if (*each.find("password_profile_id")->text() != profile) continue;
        refuses(send(putting(infos_path(other) + "/" + *each.find("id")->text(), Json::object({{"username", mira.name}}))), 409, "username");
    }
}

BOOST_AUTO_TEST_CASE(EP113_a_profile_of_addresses_takes_addresses) {
    const auto addresses = add_profile("addresses", true, profiles::NameFormat::email);
    const auto path = users_path() + "/" + add_user("Mira", "mira@shop.test").text_at("data.id");
    refuses(add_info(path, "mira", "Engine-No-1", addresses), 422, "username");
    const auto made = add_info(path, "mira@shop.test", "Engine-No-1", addresses);
    BOOST_TEST(made.status == 201);
    refuses(send(putting(infos_path(path) + "/" + made.text_at("data.id"), Json::object({{"username", "mira"}}))), 422, "username");
}

BOOST_AUTO_TEST_CASE(EP114_one_login_in_a_profile_and_the_profile_must_be_there) {
    const auto mira = add_person("mira");
    refuses(add_info(mira.path, "mira-again", "Engine-No-1", profile), 409);
    refuses(add_info(mira.path, "mira-again", "Engine-No-1", std::string(unknown_id)), 404);
    refuses(add_info(mira.path, "mira-again", "Engine-No-1", "shoppers"), 404);
    refuses(send(call(POST, infos_path(mira.path), Json::object({{"type", "user_authentication_password_profile_info"},
                                                                {"username", "x"},
                                                                {"password", "Engine-No-1"}}))), 400, "password_profile_id");
}

BOOST_AUTO_TEST_CASE(EP115_passwords_are_judged_and_never_shown) {
    const auto path = users_path() + "/" + add_user("Mira", "mira@shop.test").text_at("data.id");
    for (const char* const weak : {"Short-1", "lettersonly", "12345678", "password1"}) {
        BOOST_TEST_CONTEXT(weak) refuses(add_info(path, "mira", weak, profile), 422, "password");
    }
    refuses(add_info(path, "mira", std::string(1025, 'a') + "1", profile), 422, "password");
    refuses(add_info(path, "mira", "", profile), 400, "password");
    BOOST_TEST(number("SELECT COUNT(*) FROM logins") == 0);
    const auto mira = add_person("mira");
    refuses(send(putting(mira.info_path, Json::object({{"password", "Short-1"}}))), 422, "password");
    const auto changed = send(putting(mira.info_path, Json::object({{"id", mira.info}, {"password", "Loom-No-77"}})));
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    BOOST_TEST(changed.text.find("Loom") == std::string::npos);
    BOOST_TEST(send(by_password(mira.name, "Loom-No-77")).status == 201);
    refuses(send(by_password(mira.name)), 401);
    BOOST_TEST(!log.mentions("Loom-No-77"));
}

BOOST_AUTO_TEST_CASE(EP111_the_shop_renames_a_login) {
    const auto mira = add_person("mira");
    const auto renamed = send(putting(mira.info_path, Json::object({{"username", "Quell"}})));
    BOOST_REQUIRE_MESSAGE(renamed.status == 200, renamed.text);
    BOOST_TEST(renamed.text_at("data.username") == "Quell");
    BOOST_TEST(send(by_password("quell")).status == 201);
    refuses(send(by_password(mira.name)), 401);
    // As it was read, with another member in it.
    auto back = send(call(GET, mira.info_path)).at("data");
    back.set("username", "Quell2");
    BOOST_TEST(send(call(PUT, mira.info_path, back)).text_at("data.username") == "Quell2");
    refuses(send(putting(mira.info_path, Json::object({{"username", nullptr}}))), 400, "username");
    refuses(send(putting(mira.info_path, Json::object({{"username", ""}}))), 422, "username");
}

BOOST_AUTO_TEST_CASE(EP117_a_member_changes_his_own_password_where_the_shop_lets_him) {
    const auto nora = session("nora");
    const auto bob = session("bob");
    const auto change = [&](const ElasticShop::Session& whose) { return putting(whose.person.info_path, Json::object({{"password", "Loom-No-77"}})); };
    refuses(send(as_member(nora.token, change(nora))), 403);
    update_only();
    refuses(send(as_member(nora.token, change(bob))), 404);
    refuses(send(by_page(change(nora))), 403);           // an implicit token alone
    refuses(send(as_member("forged", change(nora))), 401);
    refuses(send(with("forged", change(nora))), 401);    // whatever the bearer may do
    refuses(send(with(nora.token, change(bob))), 404);   // EP6: the account token confines the shop's own server too
    const auto done = send(as_member(nora.token, change(nora)));
    BOOST_REQUIRE_MESSAGE(done.status == 200, done.text);
    BOOST_TEST(send(by_password(nora.person.name, "Loom-No-77")).status == 201);
    BOOST_TEST(send(by_password(bob.person.name)).status == 201);
}

// X12, EP113: a member who changes the name is told five times an hour which ones are taken, and no more.
BOOST_AUTO_TEST_CASE(X12_EP113_a_member_who_asks_which_names_are_taken_is_stopped) {
    update_only();
    const auto nora = session("nora"), bob = session("bob");
    const auto wants = [&](const std::string& name) {
        return send(as_member(nora.token, putting(nora.person.info_path, Json::object({{"username", name}}))));
    };
    BOOST_TEST(wants("nora-2").status == 200);
    for (int i = 0; i < 5; ++i) refuses(wants(bob.person.name), 409);
    refuses(wants(bob.person.name), 429);
    refuses(wants("nora-3"), 429);
    BOOST_TEST(send(putting(nora.person.info_path, Json::object({{"username", "nora-4"}}))).status == 200);
}

BOOST_AUTO_TEST_CASE(EP118_PW12_an_old_account_token_changes_no_password) {
    update_only();
    const auto nora = session("nora");
    later(6min);
    refuses(send(as_member(nora.token, putting(nora.person.info_path, Json::object({{"password", "Loom-No-77"}})))), 403, "step_up_required");
    BOOST_TEST(send(by_password(nora.person.name)).status == 201);
    // A token made by a one-time token opens it for ten minutes, once.
    const auto reset = token_of(send(by_token(nora.person.name, token_for(nora.person, "reset_password"))));
    later(9min);
    const auto done = send(as_member(reset, putting(nora.person.info_path, Json::object({{"password", "Loom-No-77"}}))));
    BOOST_REQUIRE_MESSAGE(done.status == 200, done.text);
    refuses(send(as_member(reset, putting(nora.person.info_path, Json::object({{"password", "Loom-No-78"}})))), 403, "step_up_required");
    const auto late = token_of(send(by_token(nora.person.name, token_for(nora.person, "reset_password"))));
    later(10min + 1s);
    refuses(send(as_member(late, putting(nora.person.info_path, Json::object({{"password", "Loom-No-79"}})))), 403, "step_up_required");
}

BOOST_AUTO_TEST_CASE(EP118_a_member_changes_name_or_password_in_one_call) {
    update_only();
    const auto nora = session("nora");
    refuses(send(as_member(nora.token, putting(nora.person.info_path, Json::object({{"username", "countess"}, {"password", "Loom-No-77"}})))), 422,
            "username");
    BOOST_TEST(send(by_password(nora.person.name)).status == 201);
    // The name as it is says nothing.
    const auto same = Json::object({{"username", nora.person.name}, {"password_profile_id", profile}, {"password", "Loom-No-77"}});
    BOOST_TEST(send(as_member(nora.token, putting(nora.person.info_path, same))).status == 200);
    const auto renamed = send(as_member(nora.token, putting(nora.person.info_path, Json::object({{"username", "countess"}}))));
    BOOST_REQUIRE_MESSAGE(renamed.status == 200, renamed.text);
    BOOST_TEST(renamed.text_at("data.username") == "countess");
    refuses(send(as_member(nora.token, putting(nora.person.info_path, Json::object({{"password_profile_id", add_profile("other", true)}})))), 422,
            "password_profile_id");
}

BOOST_AUTO_TEST_CASE(EP119_EP177_TK6_RS3_a_new_password_ends_all_but_the_token_that_made_it) {
    update_only();
    const auto nora = session("nora");
    const auto other = token_of(send(by_password(nora.person.name)));
    const auto pending = token_for(nora.person);
    BOOST_REQUIRE(send(as_member(nora.token, putting(nora.person.info_path, Json::object({{"password", "Loom-No-77"}})))).status == 200);
    BOOST_TEST(opens(nora.token) == 200);
    BOOST_TEST(opens(other) == 401);
    refuses(send(by_token(nora.person.name, pending)), 401, dead_token);
    // By the shop: no token is left.
    BOOST_REQUIRE(send(putting(nora.person.info_path, Json::object({{"password", "Loom-No-78"}}))).status == 200);
    BOOST_TEST(opens(nora.token) == 401);
}

BOOST_AUTO_TEST_CASE(EP119_a_new_password_frees_a_lock_by_failures) {
    update_only();
    const auto nora = session("nora");
    for (int i = 0; i < 10; ++i) send(by_password(nora.person.name, "Wrong-No-" + std::to_string(i)));
    refuses(send(by_password(nora.person.name)), 401);
    const auto reset = token_of(send(by_token(nora.person.name, token_for(nora.person, "reset_password"))));
    BOOST_REQUIRE(send(as_member(reset, putting(nora.person.info_path, Json::object({{"password", "Loom-No-77"}})))).status == 200);
    BOOST_TEST(send(by_password(nora.person.name, "Loom-No-77")).status == 201);
}

BOOST_AUTO_TEST_CASE(EP200_EP201_EP202_EP203_EP204_a_password_is_reset_from_end_to_end) {
    update_only();
    const auto nora = session("nora");
    is_nothing(send(asking_token(nora.person.name, "reset_password")), 202);
    const auto told = last(events::Name::signin_token_sent);
    BOOST_TEST(told.reason == "reset_password");
    const auto token = token_of(send(by_token(told.user_name, told.code.reveal())));
    // The ids are those of the event.
    const auto path = infos_path(users_path() + "/" + dashed(told.user.value)) + "/" + dashed(told.login.value);
    BOOST_REQUIRE(send(as_member(token, putting(path, Json::object({{"id", dashed(told.login.value)}, {"password", "Loom-No-77"}})))).status == 200);
    BOOST_TEST(opens(token) == 200);
    BOOST_TEST(send(by_password(nora.person.name, "Loom-No-77")).status == 201);
}

BOOST_AUTO_TEST_SUITE_END()
