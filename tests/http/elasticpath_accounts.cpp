// SPDX-License-Identifier: MIT
// Account members, accounts and memberships (EP190 to EP198, docs/elasticpath.md).
#include <authtickets/core/members.h>

#include "elasticpath_shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Accounts : ElasticShop {
    Reply post_account(Json data) {
        data.set("type", "account");
        return send(call(POST, ep_accounts_path, std::move(data)));
    }
    Reply put_account(const std::string& id, Json data) {
        data.set("type", "account");
        return send(call(PUT, ep_accounts_path + "/" + id, std::move(data)));
    }
    std::vector<std::string> names(const Reply& reply) {
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
        std::vector<std::string> out;
        for (const auto& each : records(reply)) out.push_back(*each.find("name")->text());
        return out;
    }
    std::vector<std::string> named(const std::string& query) { return names(send(call(GET, ep_accounts_path + query))); }
    std::string membership_of(const std::string& account, const std::string& user) const {
        const auto id = members::membership_id(AccountId{*parse_uuid(account)}, UserId{*parse_uuid(user)});
        return memberships_path(account) + "/" + dashed(id);
    }
};

using Names = std::vector<std::string>;
constexpr std::string_view unknown_id = "0b4fd1a6-6d52-4d4c-9d8e-0d9b3a0f7d11";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(elasticpath_accounts, Accounts)

BOOST_AUTO_TEST_CASE(EP190_a_member_is_a_user_with_the_same_id) {
    const auto mira = add_person("mira");
    clock.advance(1s);
    add_person("bob");
    const auto read = send(call(GET, members_path + "/" + mira.user));
    BOOST_REQUIRE(read.status == 200);
    BOOST_TEST(read.text_at("data.id") == mira.user);
    BOOST_TEST(read.text_at("data.type") == "account_member");
    BOOST_TEST(read.text_at("data.name") == "mira");
    BOOST_TEST(read.text_at("data.email") == mira.email);
    BOOST_TEST(read.text_at("data.meta.timestamps.created_at").ends_with('Z'));
    BOOST_TEST(!read.text_at("data.meta.timestamps.updated_at").empty());
    BOOST_TEST(read.text_at("links.self") == members_path + "/" + mira.user);
    BOOST_TEST((names(send(call(GET, members_path))) == Names{"bob", "mira"}));
    BOOST_TEST((names(send(call(GET, members_path + "?filter=eq(email,mira@shop.test)"))) == Names{"mira"}));
    BOOST_TEST((names(send(call(GET, members_path + "?filter=ilike(name,B*)&page[limit]=10"))) == Names{"bob"}));
    refuses(send(call(GET, members_path + "?filter=eq(given_name,x)")), 400, "filter");
    refuses(send(call(GET, members_path + "/" + std::string(unknown_id))), 404);
    refuses(send(call(GET, members_path + "/mira")), 404);
}

BOOST_AUTO_TEST_CASE(EP191_EP267_members_are_not_written_here) {
    const auto mira = add_person("mira");
    refuses(send(call(POST, members_path, Json::object({{"type", "account_member"}}))), 405);
    refuses(send(call(PUT, members_path + "/" + mira.user, Json::object({{"type", "account_member"}, {"name", "x"}}))), 405);
    refuses(send(call(DELETE, members_path + "/" + mira.user)), 405);
    refuses(send(call(GET, tokens_path)), 405);
}

BOOST_AUTO_TEST_CASE(EP193_EP192_an_account_is_made_and_read) {
    const auto parent = add_account("Holding").text_at("data.id");
    const auto made = post_account(Json::object({{"name", "Quell Ltd"}, {"legal_name", "Quell Limited"}, {"registration_id", "00014"},
                                                 {"external_ref", "q-1"}, {"parent_id", parent}}));
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    BOOST_TEST(made.text_at("data.type") == "account");
    BOOST_TEST(made.text_at("data.name") == "Quell Ltd");
    BOOST_TEST(made.text_at("data.legal_name") == "Quell Limited");
    BOOST_TEST(made.text_at("data.registration_id") == "00014");
    BOOST_TEST(made.text_at("data.external_ref") == "q-1");
    BOOST_TEST(made.text_at("data.parent_id") == parent);
    BOOST_TEST(made.text_at("data.relationships.parent.data.id") == parent);
    BOOST_TEST(made.text_at("data.meta.timestamps.created_at") == iso8601(clock.now()));
    BOOST_TEST(made.text_at("links.self") == ep_accounts_path + "/" + made.text_at("data.id"));
    BOOST_TEST(send(call(GET, ep_accounts_path + "/" + made.text_at("data.id"))).text == made.text);
    const auto plain = post_account(Json::object({{"name", "Plain"}}));
    BOOST_TEST(plain.at("data.legal_name").is_null());
    BOOST_TEST(plain.at("data.parent_id").is_null());
    refuses(post_account(Json::object({{"legal_name", "No Name"}})), 400, "name");
    refuses(post_account(Json::object({{"name", 7}})), 400, "name");
    refuses(post_account(Json::object({{"name", "x"}, {"parent_id", unknown_id}})), 422, "parent_id");
    refuses(post_account(Json::object({{"name", "x"}, {"parent_id", "holding"}})), 422, "parent_id");
    refuses(post_account(Json::object({{"name", std::string(256, 'n')}})), 422, "name");
    refuses(send(call(POST, ep_accounts_path, Json::object({{"type", "accounts"}, {"name", "x"}}))), 400, "type");
}

BOOST_AUTO_TEST_CASE(EP194_an_account_is_changed_in_part_and_deleted) {
    const auto id = post_account(Json::object({{"name", "Quell"}, {"legal_name", "Quell Limited"}})).text_at("data.id");
    clock.advance(5s);
    const auto changed = put_account(id, Json::object({{"name", "Quell & Co"}, {"external_ref", "q-2"}}));
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    BOOST_TEST(changed.text_at("data.name") == "Quell & Co");
    BOOST_TEST(changed.text_at("data.legal_name") == "Quell Limited");
    BOOST_TEST(changed.text_at("data.external_ref") == "q-2");
    BOOST_TEST(changed.text_at("data.meta.timestamps.updated_at") == iso8601(clock.now()));
    BOOST_TEST(put_account(id, Json::object({{"legal_name", nullptr}})).at("data.legal_name").is_null());
    BOOST_TEST(send(call(PUT, ep_accounts_path + "/" + id, send(call(GET, ep_accounts_path + "/" + id)).at("data"))).status == 200);
    refuses(put_account(id, Json::object({{"parent_id", id}})), 422, "parent_id");
    refuses(put_account(id, Json::object({{"name", ""}})), 400, "name");
    refuses(put_account(std::string(unknown_id), Json::object({{"name", "x"}})), 404);
    is_nothing(send(call(DELETE, ep_accounts_path + "/" + id)), 204);
    refuses(send(call(GET, ep_accounts_path + "/" + id)), 404);
    refuses(send(call(DELETE, ep_accounts_path + "/" + id)), 404);
}

BOOST_AUTO_TEST_CASE(EP194_members_of_a_deleted_account_stay_and_their_tokens_for_it_end) {
    const auto nora = session("nora");
    is_nothing(send(call(DELETE, ep_accounts_path + "/" + nora.account)), 204);
    BOOST_TEST(opens(nora.token) == 401);
    BOOST_TEST(send(call(GET, nora.person.path)).status == 200);
    const auto again = send(by_password(nora.person.name));
    BOOST_TEST(again.status == 201);
    BOOST_TEST(records(again).empty());
}

BOOST_AUTO_TEST_CASE(EP192_EP12_accounts_are_listed_filtered_and_sorted) {
    for (const char* const name : {"Acme", "Bell", "Corn"}) {
        post_account(Json::object({{"name", name}, {"external_ref", std::string("ref-") + name}, {"registration_id", std::string("9") + name}}));
        clock.advance(1s);
    }
    BOOST_TEST((named("") == Names{"Corn", "Bell", "Acme"}));
    BOOST_TEST((named("?sort=name&page[limit]=2") == Names{"Acme", "Bell"}));
    BOOST_TEST((named("?filter=eq(name,bell)") == Names{"Bell"}));
    BOOST_TEST((named("?filter=like(name,*c*)&sort=name") == Names{"Acme", "Corn"}));
    BOOST_TEST((named("?filter=eq(external_ref,ref-Corn)") == Names{"Corn"}));
    BOOST_TEST((named("?filter=in(registration_id,9Acme,9Corn)&sort=name") == Names{"Acme", "Corn"}));
    BOOST_TEST((named("?filter=is_null(legal_name)").size() == 3U));
    refuses(send(call(GET, ep_accounts_path + "?filter=eq(email,x@y.z)")), 400, "filter");
    refuses(send(call(GET, ep_accounts_path + "?sort=user")), 400, "sort");
}

BOOST_AUTO_TEST_CASE(EP195_EP196_EP197_somebody_joins_and_leaves) {
    const auto mira = add_person("mira");
    const auto account = add_account("Mira's").text_at("data.id");
    const auto joined = join(account, mira.user);
    BOOST_REQUIRE_MESSAGE(joined.status == 201, joined.text);
    BOOST_TEST(joined.text_at("data.type") == "account_membership");
    BOOST_TEST(joined.text_at("data.relationships.account_member.data.id") == mira.user);
    BOOST_TEST(joined.text_at("data.relationships.account_member.data.type") == "account_member");
    BOOST_TEST(joined.text_at("data.relationships.account.data.id") == account);
    BOOST_TEST(!joined.text_at("data.meta.timestamps.created_at").empty());
    const auto path = memberships_path(account) + "/" + joined.text_at("data.id");
    BOOST_TEST(joined.text_at("links.self") == path);
    BOOST_TEST(path == membership_of(account, mira.user));
    BOOST_TEST(send(call(GET, path)).text == joined.text);
    const auto list = send(call(GET, memberships_path(account)));
    BOOST_TEST(records(list).size() == 1U);
    BOOST_TEST(list.at("meta.results").dump() == R"({"total":1})");
    refuses(join(account, mira.user), 409, "belongs to this account already");
    for (const char* const parameter : {"filter=eq(id,x)", "sort=id"}) refuses(send(call(GET, memberships_path(account) + "?" + parameter)), 400, "is not offered");
    refuses(join(account, std::string(unknown_id)), 422, "account_member_id");
    refuses(join(account, "mira"), 422, "account_member_id");
    refuses(join(std::string(unknown_id), mira.user), 404);
    refuses(send(call(GET, memberships_path(std::string(unknown_id)))), 404);
    const auto other = add_account("Other").text_at("data.id");
    refuses(send(call(GET, memberships_path(other) + "/" + joined.text_at("data.id"))), 404);
    refuses(send(call(DELETE, memberships_path(other) + "/" + joined.text_at("data.id"))), 404);
    is_nothing(send(call(DELETE, path)), 204);
    refuses(send(call(GET, path)), 404);
    refuses(send(call(DELETE, path)), 404);
}

BOOST_AUTO_TEST_CASE(EP62_a_new_user_gets_an_account_of_his_name_where_the_shop_says_so) {
    set("members.auto_account", "on");
    const auto mira = add_person("mira");
    const auto reply = send(by_password(mira.name));
    BOOST_REQUIRE(records(reply).size() == 1U);
    BOOST_TEST(*records(reply).front().find("account_name")->text() == "mira");
    BOOST_TEST((named("?filter=eq(name,mira)").size() == 1U));
}

BOOST_AUTO_TEST_CASE(EP50_EP51_EP198_a_member_sees_his_own) {
    const auto nora = session("nora");
    const auto bob = session("bob");
    const auto both = add_account("Both").text_at("data.id");
    BOOST_REQUIRE(join(both, nora.person.user).status == 201);
    BOOST_REQUIRE(join(both, bob.person.user).status == 201);
    const auto hers = [&](const std::string& path) { return send(as_member(nora.token, call(GET, path))); };

    BOOST_TEST((names(hers(members_path)) == Names{"nora"}));
    BOOST_TEST((names(hers(users_path())) == Names{"nora"}));
    BOOST_TEST(names(hers(members_path + "?filter=eq(email,bob@shop.test)")).empty());
    BOOST_TEST(hers(members_path + "/" + nora.person.user).status == 200);
    refuses(hers(members_path + "/" + bob.person.user), 404);
    refuses(hers(bob.person.path), 404);
    refuses(hers(bob.person.info_path), 404);
    BOOST_TEST(hers(nora.person.path).status == 200);
    BOOST_TEST(hers(nora.person.info_path).status == 200);
    BOOST_TEST(records(hers(infos_path(nora.person.path))).size() == 1U);

    BOOST_TEST((names(hers(ep_accounts_path + "?sort=name")) == Names{"Both", "nora's"}));
    BOOST_TEST(hers(ep_accounts_path).at("meta.results").dump() == R"({"total":2})");
    BOOST_TEST(hers(ep_accounts_path + "/" + both).status == 200);
    refuses(hers(ep_accounts_path + "/" + bob.account), 404);
    const auto list = hers(memberships_path(both));
    BOOST_REQUIRE(records(list).size() == 1U);
    BOOST_TEST(list.at("meta.results").dump() == R"({"total":1})");
    BOOST_TEST(list.text.find(bob.person.user) == std::string::npos);
    BOOST_TEST(hers(membership_of(both, nora.person.user)).status == 200);
    refuses(hers(membership_of(both, bob.person.user)), 404);
    refuses(hers(memberships_path(bob.account)), 404);
    refuses(hers(membership_of(bob.account, nora.person.user)), 404);
}

BOOST_AUTO_TEST_SUITE_END()
