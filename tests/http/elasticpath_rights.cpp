// SPDX-License-Identifier: MIT
// The table of rights, row by row (EP44 to EP53, docs/elasticpath.md): what each kind of caller is answered on each call about
// users, tokens, members, accounts and memberships.
#include "elasticpath_shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

// What is expected; zero: not tried.
struct Right {
    http::Method method;
    std::string path;
    Json data;
    int implicit, member, application;
};

struct Rights : ElasticShop {
    ElasticShop::Session nora = session("nora"), bob = session("bob");
    Client plain = add_client(realm, applications::storefront);  // client_credentials without admin
    std::string mine = membership(nora);

    std::string membership(const ElasticShop::Session& whose) {
        const auto list = send(call(GET, memberships_path(whose.account)));
        return memberships_path(whose.account) + "/" + *records(list).front().find("id")->text();
    }
    http::Request made(const Right& row) const {
        return row.data.is_null() ? call(row.method, row.path) : call(row.method, row.path, row.data);
    }
    void expect(const Reply& reply, int status, const std::string& who) {
        BOOST_TEST_CONTEXT(who << ": " << reply.text) {
            BOOST_TEST(reply.status == status);
            if (status >= 400) refuses(reply, status);
        }
    }

    std::vector<Right> table() const {
        const auto typed = [](std::string_view type, Json data = Json::object({})) {
            data.set("type", type);
            return data;
        };
        const auto user = typed("user_authentication_info", Json::object({{"name", "Nora L"}}));
        const auto login = typed("user_authentication_password_profile_info", Json::object({{"id", nora.person.info}}));
        const std::string none = "/" + dashed(Uuid{});
        return {
            // EP47
            {GET, users_path(), {}, 403, 200, 200},
            {POST, users_path(), typed("user_authentication_info", Json::object({{"name", "New"}, {"email", "new@shop.test"}})), 403, 403, 201},
            {GET, nora.person.path, {}, 403, 200, 200},
            {GET, bob.person.path, {}, 403, 404, 200},
            {PUT, nora.person.path, user, 403, 200, 200},
            {PUT, bob.person.path, user, 403, 404, 200},
            {DELETE, users_path() + none, {}, 403, 403, 404},
            {GET, infos_path(nora.person.path), {}, 403, 200, 200},
            {GET, infos_path(bob.person.path), {}, 403, 404, 200},
            {POST, infos_path(nora.person.path), login, 403, 403, 400},
            {GET, nora.person.info_path, {}, 403, 200, 200},
            {GET, bob.person.info_path, {}, 403, 404, 200},
            {PUT, nora.person.info_path, login, 403, 200, 200},
            {PUT, bob.person.info_path, login, 403, 404, 200},
            {DELETE, infos_path(nora.person.path) + none, {}, 403, 403, 404},
            // EP48
            {POST, realm_path + "/password-profiles/" + profile + "/one-time-password-token-request",
             typed("one_time_password_token_request", Json::object({{"username", "nobody"}, {"purpose", "reset_password"}})), 202, 202, 202},
            // EP49
            {POST, tokens_path, typed("account_management_authentication_token",
                                      Json::object({{"authentication_mechanism", "password"},
                                                    {"password_profile_id", profile},
                                                    {"username", nora.person.name},
                                                    {"password", "Engine-No-1"}})), 201, 201, 201},
            // EP50
            {GET, members_path, {}, 403, 200, 200},
            {GET, members_path + "/" + nora.person.user, {}, 403, 200, 200},
            {GET, members_path + "/" + bob.person.user, {}, 403, 404, 200},
            // EP51
            {GET, ep_accounts_path, {}, 403, 200, 200},
            {POST, ep_accounts_path, typed("account", Json::object({{"name", "New"}})), 403, 403, 201},
            {GET, ep_accounts_path + "/" + nora.account, {}, 403, 200, 200},
            {GET, ep_accounts_path + "/" + bob.account, {}, 403, 404, 200},
            {PUT, ep_accounts_path + "/" + nora.account, typed("account", Json::object({{"name", "Nora's"}})), 403, 403, 200},
            {DELETE, ep_accounts_path + none, {}, 403, 403, 404},
            {GET, memberships_path(nora.account), {}, 403, 200, 200},
            {GET, memberships_path(bob.account), {}, 403, 404, 200},
            {GET, mine, {}, 403, 200, 200},
            {POST, memberships_path(nora.account), typed("account_membership", Json::object({{"account_member_id", bob.person.user}})), 403, 403, 201},
            {DELETE, memberships_path(bob.account) + none, {}, 403, 403, 404},
        };
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(elasticpath_rights, Rights)

BOOST_AUTO_TEST_CASE(EP44_EP47_EP48_EP49_EP50_EP51_each_caller_gets_what_the_table_says) {
    set("members.self_management", "update_only");
    for (const auto& row : table()) {
        BOOST_TEST_CONTEXT(http::name(row.method) << " " << row.path) {
            const auto request = made(row);
            auto nobody = request;
            nobody.headers.erase("authorization");
            expect(send(nobody), 401, "without a bearer");
            nobody.headers["authorization"] = "Bearer forged";
            expect(send(nobody), 401, "with a forged bearer");
            expect(send(with(nora.token, nobody)), 401, "with an account token alone");
            expect(send(by_page(request)), row.implicit, "implicit");
            expect(send(by(plain, request)), row.implicit, "an application without admin");
            expect(send(as_member(nora.token, request)), row.member, "member");
            expect(send(with(nora.token, by(plain, request))), row.member, "member at an application without admin");
            expect(send(request), row.application, "application");
        }
    }
}

// EP6: where an account token is read it must be live, whatever the bearer may do.
BOOST_AUTO_TEST_CASE(EP6_TK6_a_forged_or_dead_account_token_is_401_wherever_one_is_read) {
    const auto login = *core.logins.find(core.db, realm, LoginId{*parse_uuid(bob.person.info)});
    core.db.transact([&](db::Tx& tx) {
        core.logins.block(tx, in_realm(), login, "command");
        return true;
    });
    for (const auto& row : table()) {
        // The two calls that anybody may make do not read one (EP48, EP49).
        const bool read = row.implicit == 403, application_alone = row.member == 403;
        BOOST_TEST_CONTEXT(http::name(row.method) << " " << row.path) {
            for (const auto& dead : {std::string("forged"), bob.token}) {
                if (read) expect(send(with(dead, made(row))), 401, "beside an admin application");
                // The bearer is judged first.
                expect(send(as_member(dead, made(row))), !read || application_alone ? row.implicit : 401, "beside an implicit token");
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(EP6_an_account_token_confines_the_shops_own_server) {
    set("members.self_management", "update_only");
    for (const auto& row : table()) {
        if (row.implicit != 403) continue;
        BOOST_TEST_CONTEXT(http::name(row.method) << " " << row.path) expect(send(with(nora.token, made(row))), row.member, "confined");
    }
}

BOOST_AUTO_TEST_CASE(EP47_EP63_with_self_management_disabled_a_member_changes_nothing) {
    for (const auto& row : table()) {
        if (row.method != PUT || row.member != 200) continue;
        BOOST_TEST_CONTEXT(row.path) expect(send(as_member(nora.token, made(row))), 403, "disabled");
    }
}

BOOST_AUTO_TEST_CASE(EP5_a_bearer_ends_with_its_hour_and_with_its_application) {
    clock.advance(std::chrono::hours(1) + std::chrono::seconds(1));
    expect(send(as_member(nora.token, call(GET, ep_accounts_path))), 401, "late");
    expect(send(call(GET, ep_accounts_path)), 401, "late");
    renew_token();
    renew_implicit();
    BOOST_TEST(opens(nora.token) == 200);
    BOOST_REQUIRE(core.applications.disable(core.db, in_realm(), realm, store.id, true));
    clock.advance(std::chrono::seconds(2));
    expect(send(as_member(nora.token, call(GET, ep_accounts_path))), 401, "disabled");
}

BOOST_AUTO_TEST_CASE(another_stores_tokens_open_nothing_here) {
    const auto elsewhere = add_client(add_realm("elsewhere", 77, 78), applications::admin | applications::publishable);
    expect(send(with(nora.token, by(elsewhere, call(GET, ep_accounts_path)))), 401, "another store's bearer");
    expect(send(by(elsewhere, call(GET, ep_accounts_path + "/" + nora.account))), 404, "another store's application");
    expect(send(by(elsewhere, call(DELETE, ep_accounts_path + "/" + nora.account))), 404, "another store's application");
    expect(send(by(elsewhere, call(DELETE, mine))), 404, "another store's application");
    BOOST_TEST(opens(nora.token) == 200);
}

BOOST_AUTO_TEST_SUITE_END()
