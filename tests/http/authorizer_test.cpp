// SPDX-License-Identifier: MIT
// The authorizer (docs/authorizer.md) from the parameters that a web server sends to the text that it gets: whose tickets open a
// guarded application, what is handed on, how a no reads, and where browsers are led.
#include <authtickets/authorizer/authorizer.h>

#include "http/account_pages.h"
#include "http/browser.h"
#include "server/exchange.h"

namespace authtickets::test {

namespace {

using namespace std::chrono_literals;

using Headers = std::vector<std::string>;  // "HTTP_COOKIE=...", "AUTHTICKETS_REQUIRE=..."

const std::string html = "HTTP_ACCEPT=text/html,*/*;q=0.8";

struct Guarded : AccountPages {
    std::string mount{};
    std::size_t body_reads = 0;

    Reply ask(Headers items) {
        items.emplace_back("HTTP_HOST=shop.example");
        return asked(std::move(items));
    }
    Reply asked(const Headers& items) {
        const std::vector<std::string_view> environment(items.begin(), items.end());
        const server::Answer answer = [&](const Result<http::Request>& request, std::string_view path) {
            return server::serve(shared, core.app, request, path);
        };
        const http::BodySource body{.read = [&](char*, std::size_t) { ++body_reads; return std::size_t{0}; }};
        return read(server::exchange({.mount = mount, .log = log}, answer, environment, body));
    }
    // Asked in the role of an authorizer, for a page of the guarded application.
    Reply role(Headers more, const std::string& uri = "/app/orders?id=7&x=%26") {
        more.insert(more.end(), {"FCGI_ROLE=AUTHORIZER", "REQUEST_METHOD=GET", "REQUEST_URI=" + uri});
        return ask(std::move(more));
    }
    // Asked by a sub-request.
    Reply sub(Headers more, const std::string& method = "GET") {
        more.insert(more.end(), {"FCGI_ROLE=RESPONDER", "REQUEST_METHOD=" + method, "REQUEST_URI=" + mount + "/authorize", "AUTHTICKETS_URI=/app/orders?id=7&x=%26"});
        return ask(std::move(more));
    }
    std::uint64_t statements(const std::function<void()>& work) {
        const auto before = core.db.statements();
        work();
        return core.db.statements() - before;
    }
    static std::string claims(const Secret& token) { return "HTTP_X_VOL_USER_CLAIMS=" + std::string(token.reveal()); }
    static std::string bearer(const Secret& token) { return "HTTP_AUTHORIZATION=Bearer " + std::string(token.reveal()); }
    static std::string cookie(const Browser& by) { return "HTTP_COOKIE=" + by.cookie; }
    // The browser goes where it was led, and shows its password and its app there.
    test::Browser led_through_step_up(const Browser& by, const Reply& led, const App& app) {
        test::Browser reader(*this);
        reader.cookies["__Host-authtickets"] = by.cookie.substr(by.cookie.find('=') + 1);
        BOOST_TEST(reader.get(led.header("location")).status == 200);
        reader.submit("step-up", {{"password", "Engine-No-1"}});
        BOOST_TEST(reader.leads().starts_with("/account/step-up/code?to="));
        reader.follow();
        reader.submit("../step-up/code", {{"code", code(app.secret)}});
        return reader;
    }
    Secret access(const Person& who, Door door = Door::kibo) { return sign_in(realm, who.user, door, false).access; }
    template <class Change>
    tickets::Issued issued(Door door, const Change& change) {
        const auto login = this->login(ada);
        tickets::Ticket ticket{.user = ada.user, .account_no = ada.no, .login = login.id, .epoch = login.epoch,
                               .lifetimes = {.access = 900s, .refresh = 3600s, .ends_at = clock.now() + 3600s}, .password_at = clock.now()};
        change(ticket);
        return core.db.transact([&](db::Tx& tx) { return core.tickets.issue(tx, in(realm, door), ticket); });
    }
    void execute(const std::string& sql) { core.db.execute(sql); }

private:
    static Reply read(const std::string& text) {
        Reply out;
        std::size_t at = 0;
        for (;;) {
            const auto end = text.find("\r\n", at);
            BOOST_REQUIRE(end != text.npos);
            const auto line = text.substr(at, end - at);
            at = end + 2;
            if (line.empty()) break;
            const auto colon = line.find(": ");
            auto name = line.substr(0, colon);
            std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
            BOOST_TEST(out.headers.emplace(name, line.substr(colon + 2)).second);
        }
        out.status = std::stoi(out.header("status"));
        out.text = text.substr(at);
        return out;
    }
};

void passes(const Reply& reply, const std::string& user = "ada.byron") {
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.text.empty());
    BOOST_TEST((reply.header("variable-authtickets_user") + reply.header("authtickets-user")) == user);
}
void is_challenged(const Reply& reply, const std::string& with) {
    BOOST_TEST(reply.status == 401);
    BOOST_TEST(reply.text.empty());
    BOOST_TEST(reply.header("www-authenticate") == with);
    BOOST_TEST(reply.header("cache-control") == "no-store");
    for (const auto& [name, value] : reply.headers) BOOST_TEST(!name.starts_with("variable-"));
}
const std::string no_ticket = "Bearer", bad_ticket = "Bearer error=\"invalid_token\"";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(authorizer_http, Guarded)

BOOST_AUTO_TEST_CASE(AZ1_AZ2_a_ticket_passes_in_the_role_and_by_a_sub_request) {
    const auto token = access(ada);
    passes(role({claims(token)}));
    passes(sub({claims(token)}));
    passes(role({"HTTP_EP_ACCOUNT_MANAGEMENT_AUTHENTICATION_TOKEN=" + std::string(token.reveal())}));
    passes(role({bearer(token)}));
    passes(role({"HTTP_AUTHORIZATION=bEARER   " + std::string(token.reveal())}));
    passes(role({cookie(signed_in(ada))}));
    passes(sub({cookie(signed_in(ada))}));
}

BOOST_AUTO_TEST_CASE(AZ2_sub_requests_come_to_one_path_by_any_method) {
    const auto token = claims(access(ada));
    for (const auto* method : {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "x y"}) passes(sub({token}, method));
    mount = "/auth";
    config.mount = "/auth";
    passes(sub({token}));
    passes(ask({token, "REQUEST_METHOD=GET", "REQUEST_URI=/auth/authorize/?require=nothing"}));
    passes(ask({token, "REQUEST_METHOD=GET", "SCRIPT_NAME=/auth", "PATH_INFO=/authorize"}));
    passes(ask({token, "REQUEST_METHOD=GET", "REQUEST_URI=/authorize"}));  // of a web server that asks under an address of its own
    BOOST_TEST(ask({token, "REQUEST_METHOD=GET", "REQUEST_URI=/auth/authorized"}).status == 404);
    BOOST_TEST(ask({token, "REQUEST_METHOD=GET", "REQUEST_URI=/authorized"}).status == 404);
}

BOOST_AUTO_TEST_CASE(AZ3_what_is_odd_about_the_guarded_request_is_not_our_concern) {
    const auto token = claims(access(ada));
    for (const auto& more : std::vector<Headers>{{"CONTENT_LENGTH=1000000000000"}, {"CONTENT_LENGTH=x"}, {"CONTENT_LENGTH=10", "HTTP_TRANSFER_ENCODING=chunked"},
                                                 {"HTTP_CONTENT_ENCODING=br"}, {"CONTENT_TYPE=\xff"}, {"HTTP_ORIGIN=a", "HTTP_ORIGIN=b"}, {"HTTP_X_VOL_TENANT=1,2"},
                                                 {"HTTP_X_FRESHCOM_OTP=1,2"}, {"HTTP_ACCEPT=\x01"}, {"HTTP_SEC_FETCH_SITE=\x01"}, {"REMOTE_ADDR=x"}, {"QUERY_STRING=%zz"}}) {
        BOOST_TEST_CONTEXT(more.front()) {
            auto all = more;
            all.push_back(token);
            passes(role(all));
            passes(sub(all));
        }
    }
    for (const std::string uri : {"/app?%zz", "/app/%00", "/app/%ff", "/../x", "*", "", "http://shop.example/app", "/app#x"}) passes(role({token}, uri));
    passes(role({token}, "/" + std::string(9000, 'x')));
    BOOST_TEST(body_reads == 0u);
}

BOOST_AUTO_TEST_CASE(AZ10_the_first_credential_decides_and_none_behind_it_helps) {
    const auto grace = customer("grace.hopper", "Grace", "Hopper");
    const auto mine = access(ada), theirs = access(grace);
    const auto browser = signed_in(grace);
    const auto ep = [](const std::string& value) { return "HTTP_EP_ACCOUNT_MANAGEMENT_AUTHENTICATION_TOKEN=" + value; };
    passes(role({claims(mine), ep(std::string(theirs.reveal())), bearer(theirs), cookie(browser)}));
    passes(role({ep(std::string(mine.reveal())), bearer(theirs), cookie(browser)}));
    passes(role({bearer(mine), cookie(browser)}));
    passes(role({"HTTP_X_VOL_USER_CLAIMS=", bearer(mine)}));  // empty is none
    is_challenged(role({"HTTP_X_VOL_USER_CLAIMS=junk", bearer(theirs), cookie(browser)}), bad_ticket);
    is_challenged(role({ep("junk"), bearer(theirs), cookie(browser)}), bad_ticket);
    is_challenged(role({ep(""), bearer(theirs), cookie(browser)}), bad_ticket);  // EP6: the shopper was lost
    const auto dead = sign_in(realm, ada.user, Door::kibo, false);
    BOOST_REQUIRE(core.tickets.end(core.db, in(realm, Door::kibo), dead.ticket.id, tickets::End::signed_out));
    is_challenged(role({bearer(dead.access), cookie(browser)}), bad_ticket);
    is_challenged(role({claims(dead.access), cookie(browser)}), bad_ticket);
}

BOOST_AUTO_TEST_CASE(AZ11_only_full_tickets_pass_of_every_kind_of_token_there_is) {
    std::vector<std::pair<std::string, Secret>> pass, fail;
    for (const auto door : {Door::kibo, Door::elasticpath, Door::freshcom}) {
        const auto name = std::to_string(static_cast<int>(door));
        const auto full = issued(door, [](auto&) {});
        pass.emplace_back("access of door " + name, full.access);
        if (!full.refresh.empty()) fail.emplace_back("refresh of door " + name, full.refresh);
        fail.emplace_back("pending of door " + name, issued(door, [](auto& ticket) { ticket.state = tickets::State::pending; ticket.owes = tickets::Factor::email; }).access);
    }
    const auto shop = at(realm);
    const auto nobody = core.tickets.anonymous(in(realm, Door::kibo), shop->settings);
    fail.emplace_back("anonymous", nobody.access);
    fail.emplace_back("anonymous refresh", nobody.refresh);
    const auto application = core.applications.issue(core.db, context(), client.id, client.secret).value();
    fail.emplace_back("application", application.access);
    fail.emplace_back("application refresh", application.refresh);
    const auto page = add_client(realm, applications::publishable);
    fail.emplace_back("implicit", core.applications.implicit(core.db, context(), page.id).value().access);
    fail.emplace_back("publishable", core.applications.publishable_token(core.db, context(), realm, page.id).value().token);
    for (const auto kind : {crypto::TokenKind::guest_access, crypto::TokenKind::device, crypto::TokenKind::implicit_access}) {
        fail.emplace_back("kind " + std::to_string(static_cast<int>(kind)),
                          Secret(crypto::write_token(keys, clock.now(), {.kind = kind, .realm = realm, .id = uuid_v4(rng), .generation = 1, .expires_at = clock.now() + 1h,
                                                                         .user = ada.user, .application = ApplicationNo{1}})));
    }
    const auto session = sign_in(realm, ada.user, Door::pages, false).cookie;
    fail.emplace_back("cookie in a header", session);
    const auto desk = hire(operators::Role::manager);
    fail.emplace_back("cookie of the desk", Secret(std::string_view(desk.cookie).substr(desk.cookie.find('=') + 1)));
    for (const auto& [name, token] : pass) {
        BOOST_TEST_CONTEXT(name) {
            passes(role({claims(token)}));
            passes(sub({bearer(token)}));
        }
    }
    for (const auto& [name, token] : fail) {
        BOOST_TEST_CONTEXT(name) {
            is_challenged(role({claims(token)}), bad_ticket);
            is_challenged(role({bearer(token)}), bad_ticket);
            is_challenged(sub({"HTTP_EP_ACCOUNT_MANAGEMENT_AUTHENTICATION_TOKEN=" + std::string(token.reveal())}), bad_ticket);
        }
    }
    for (const auto& [name, token] : pass) {
        BOOST_TEST_CONTEXT(name) is_challenged(role({"HTTP_COOKIE=__Host-authtickets=" + std::string(token.reveal())}), bad_ticket);
    }
    // A browser's session that owes a factor.
    is_challenged(role({cookie(signed_in_as(ada, [](auto& ticket) { ticket.state = tickets::State::pending; ticket.owes = tickets::Factor::app; }))}), bad_ticket);
    BOOST_TEST(role({cookie(signed_in_as(ada, [](auto& ticket) { ticket.state = tickets::State::pending; ticket.owes = tickets::Factor::app; })), html}).header("location")
                   .starts_with("/account/sign-in?to="));
}

BOOST_AUTO_TEST_CASE(AZ16_a_ticket_that_opens_the_change_of_the_password_alone_opens_nothing_else) {
    const auto only = issued(Door::elasticpath, [](auto& ticket) { ticket.scope = tickets::Scope::password_update; }).access;
    BOOST_TEST(role({claims(only)}).status == 403);
    BOOST_TEST(sub({claims(only)}).status == 403);
    passes(role({claims(issued(Door::elasticpath, [](auto& ticket) { ticket.scope = tickets::Scope::reset; }).access)}));
}

BOOST_AUTO_TEST_CASE(AZ12_what_else_stands_in_Authorization_is_the_applications_own) {
    const auto browser = signed_in(ada);
    for (const std::string other : {"Basic YWRhOmFkYQ==", "Digest username=\"ada\", realm=\"x\", nonce=\"y\"", "Bearer of.an.application", "Bearer", "Bearer ", "Negotiate \x01", ""}) {
        BOOST_TEST_CONTEXT(other) {
            passes(role({"HTTP_AUTHORIZATION=" + other, cookie(browser)}));
            is_challenged(role({"HTTP_AUTHORIZATION=" + other}), no_ticket);
        }
    }
    passes(role({"HTTP_AUTHORIZATION=Bearer " + std::string(9000, 'x'), cookie(browser)}));
}

BOOST_AUTO_TEST_CASE(AZ13_a_credential_that_came_twice_is_refused) {
    const auto token = access(ada);
    const std::string text(token.reveal());
    for (const Headers& twice : {Headers{claims(token), claims(token)}, Headers{"HTTP_X_VOL_USER_CLAIMS=" + text + ", " + text}, Headers{"HTTP_X_VOL_USER_CLAIMS=" + text + "\x01"},
                                 Headers{bearer(token), bearer(token)}, Headers{bearer(token), "HTTP_AUTHORIZATION=Basic eA=="},
                                 Headers{"HTTP_AUTHORIZATION=Bearer x, Bearer " + text}, Headers{claims(token), "HTTP_AUTHORIZATION=Bearer x, Bearer " + text},
                                 Headers{"HTTP_EP_ACCOUNT_MANAGEMENT_AUTHENTICATION_TOKEN=" + text + "," + text}}) {
        BOOST_TEST_CONTEXT(twice.front()) {
            BOOST_TEST(role(twice).status == 400);
            BOOST_TEST(sub(twice).status == 403);
        }
    }
}

BOOST_AUTO_TEST_CASE(AZ14_the_cookie_is_that_of_the_account_pages_and_there_once) {
    const auto browser = signed_in(ada), other = signed_in(ada);
    passes(role({"HTTP_COOKIE=a=b; " + browser.cookie + "; c=d"}));
    is_challenged(role({"HTTP_COOKIE=" + browser.cookie + "; " + other.cookie}), no_ticket);
    const auto plain = browser.cookie.substr(std::string("__Host-").size());
    is_challenged(role({"HTTP_COOKIE=" + plain}), bad_ticket);  // TK10: a shop with TLS
    passes(role({"HTTP_COOKIE=" + plain + "; " + browser.cookie}));
    is_challenged(role({"HTTP_COOKIE=authtickets-desk=" + plain.substr(plain.find('=') + 1)}), no_ticket);
    is_challenged(role({"HTTP_COOKIE=__Host-authtickets="}), no_ticket);
    execute("UPDATE realms SET address = 'http://shop.example'");
    passes(role({"HTTP_COOKIE=" + plain}));
}

BOOST_AUTO_TEST_CASE(AZ15_a_session_is_seen_by_its_use_here) {
    const auto browser = signed_in(ada);
    clock.advance(tickets::seen_rests);
    passes(role({cookie(browser)}));
    const auto seen = core.tickets.sessions(core.db, realm, ada.user, clock.now(), 10);
    BOOST_REQUIRE(!seen.empty());
    BOOST_TEST((seen.front().last_seen_at == clock.now()));
}

BOOST_AUTO_TEST_CASE(AZ70_the_warm_path_is_one_statement_and_a_stranger_costs_none) {
    const auto token = claims(access(ada));
    const auto browser = cookie(signed_in(ada));
    passes(role({token}));
    BOOST_TEST(statements([&] { passes(role({token})); }) == 1u);
    BOOST_TEST(statements([&] { passes(sub({token})); }) == 1u);
    BOOST_TEST(statements([&] { passes(role({browser})); }) == 1u);
    BOOST_TEST(statements([&] { passes(role({token, "AUTHTICKETS_REQUIRE=within=60 account=" + std::to_string(ada.no.value)})); }) == 1u);
    clock.advance(4s);
    BOOST_TEST(statements([&] { passes(role({token})); }) == 1u);
    BOOST_TEST(statements([&] {
        is_challenged(role({}), no_ticket);
        is_challenged(role({"HTTP_X_VOL_USER_CLAIMS=junk"}), bad_ticket);
        BOOST_TEST(role({html}).status == 303);
        is_challenged(sub({"HTTP_COOKIE=__Host-authtickets=junk"}), bad_ticket);
    }) == 0u);
    const auto mine = "AUTHTICKETS_REQUIRE=realm=" + std::to_string(realm.value);
    BOOST_TEST(statements([&] {
        for (int i = 0; i < 300; ++i) {
            BOOST_TEST(asked({"FCGI_ROLE=AUTHORIZER", "REQUEST_METHOD=GET", "REQUEST_URI=/app", html, mine,
                              "HTTP_HOST=h" + std::to_string(i) + ".example"}).status == 303);
        }
    }) == 0u);
    const auto brief = claims(issued(Door::kibo, [](auto&) {}).access);
    clock.advance(15min);
    BOOST_TEST(statements([&] { is_challenged(role({brief}), bad_ticket); }) == 0u);  // its end stands in it
}

BOOST_AUTO_TEST_CASE(AZ20_AZ21_AZ22_what_was_shown_must_be_enough) {
    const auto browser = cookie(signed_in(ada)), token = claims(access(ada));
    const std::string second = "AUTHTICKETS_REQUIRE=second-factor", minute = "AUTHTICKETS_REQUIRE=within=60";
    is_challenged(role({browser, second}), "Bearer error=\"insufficient_user_authentication\"");
    is_challenged(sub({token, second}), "Bearer error=\"insufficient_user_authentication\"");
    passes(role({cookie(signed_in(ada, true)), second}));
    passes(role({browser, minute}));
    clock.advance(60s);
    passes(role({browser, minute}));
    clock.advance(1ms);
    is_challenged(role({browser, minute}), "Bearer error=\"insufficient_user_authentication\", max_age=60");
    is_challenged(sub({token, minute}), "Bearer error=\"insufficient_user_authentication\", max_age=60");
}

BOOST_AUTO_TEST_CASE(AZ23_the_account_of_the_ticket_is_one_of_the_mounts) {
    const auto mine = std::to_string(ada.no.value), other = std::to_string(ada.no.value + 1);
    const auto token = claims(access(ada));
    passes(role({token, "AUTHTICKETS_REQUIRE=account=" + other + "," + mine}));
    const auto refused = role({token, "AUTHTICKETS_REQUIRE=account=" + other, html});
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.text.empty());
    BOOST_TEST(role({cookie(signed_in(ada)), "AUTHTICKETS_REQUIRE=account=" + other, html}).status == 403);  // no page would help
    BOOST_TEST(sub({token, "AUTHTICKETS_REQUIRE=account=" + other}).status == 403);
}

BOOST_AUTO_TEST_CASE(AZ25_a_rule_that_cannot_be_read_refuses_everybody_and_the_log_names_the_word) {
    const auto token = claims(access(ada));
    const auto wrong = role({token, "AUTHTICKETS_REQUIRE=second-faktor", html});
    BOOST_TEST(wrong.status == 500);
    BOOST_TEST(wrong.text.empty());
    BOOST_TEST(sub({token, "AUTHTICKETS_REQUIRE=second-faktor"}).status == 403);
    BOOST_TEST(log.mentions("authorizer.misconfigured"));
    BOOST_TEST(log.mentions("second-faktor"));
    BOOST_TEST(role({token, "AUTHTICKETS_NAMES=user=REMOTE-USER"}).status == 500);
    BOOST_TEST(log.mentions("user=REMOTE-USER"));
    BOOST_TEST(role({"AUTHTICKETS_REQUIRE=within=0", html}).status == 500);  // who has no ticket too
}

BOOST_AUTO_TEST_CASE(AZ26_rules_come_from_the_web_server_alone_and_two_of_them_are_both_meant) {
    const auto token = claims(access(ada));
    passes(ask({token, "REQUEST_METHOD=GET", "REQUEST_URI=/authorize?require=second-factor&AUTHTICKETS_REQUIRE=second-factor", "HTTP_AUTHTICKETS_REQUIRE=second-factor"}));
    BOOST_TEST(role({token, "AUTHTICKETS_REQUIRE=second-factor", "HTTP_AUTHTICKETS_REQUIRE="}, "/app?require=").status == 401);
    BOOST_TEST(role({token, "AUTHTICKETS_REQUIRE=second-factor", "AUTHTICKETS_REQUIRE="}).status == 401);
    BOOST_TEST(role({token, "AUTHTICKETS_REQUIRE=within=60", "AUTHTICKETS_REQUIRE=account=1"}).status == 403);
}

BOOST_AUTO_TEST_CASE(AZ24_AZ30_whose_tickets_pass_is_the_rules_to_say_and_never_the_hosts) {
    const auto token = claims(access(ada));
    const Headers by_role{"FCGI_ROLE=AUTHORIZER", "REQUEST_METHOD=GET", "REQUEST_URI=/app", token};
    const auto at_host = [&](const std::string& host, const std::string& rule = {}) {
        auto all = by_role;
        if (!host.empty()) all.push_back("HTTP_HOST=" + host);
        if (!rule.empty()) all.push_back("AUTHTICKETS_REQUIRE=" + rule);
        return asked(all);
    };
    for (const auto* host : {"shop.example", "SHOP.example:8443", "never-seen.example", "*", ""}) passes(at_host(host));
    const auto other = add_realm("other", 1001, 2001);
    clock.advance(6s);
    for (const auto* host : {"shop.example", "other.example", "never-seen.example", "*", ""}) {
        BOOST_TEST_CONTEXT(host) BOOST_TEST(at_host(host).status == 403);  // AZ33
    }
    BOOST_TEST(sub({token}).status == 403);
    BOOST_TEST(log.mentions("authorizer.misconfigured"));
    BOOST_TEST(log.mentions("realm=NO is wanted"));
    BOOST_TEST(!log.mentions("never-seen.example"));
    const auto mine = "realm=" + std::to_string(realm.value), theirs = "realm=" + std::to_string(other.value);
    for (const auto* host : {"shop.example", "other.example", "never-seen.example", ""}) {
        BOOST_TEST_CONTEXT(host) {
            passes(at_host(host, mine));
            is_challenged(at_host(host, theirs), bad_ticket);
        }
    }
    BOOST_TEST(statements([&] { passes(at_host("another.example", mine)); }) == 1u);
}

BOOST_AUTO_TEST_CASE(AZ24_browsers_are_not_led_to_pages_of_another_shop) {
    add_realm("other", 1001, 2001);
    const auto other = core.realms.find(core.db, "other").value();
    const auto rule = "AUTHTICKETS_REQUIRE=realm=" + std::to_string(other.value);
    is_challenged(role({html, rule, cookie(signed_in(ada))}), bad_ticket);
    is_challenged(role({html, rule}), no_ticket);
    BOOST_TEST(role({html, "AUTHTICKETS_REQUIRE=realm=" + std::to_string(realm.value)}).status == 303);
}

BOOST_AUTO_TEST_CASE(AZ32_operators_are_nobody_here_whatever_a_rule_says) {
    const auto staff = hire(operators::Role::manager);
    const auto token = sign_in(operators_realm(), staff.who.user, Door::kibo, true).access;
    is_challenged(role({claims(token)}), bad_ticket);
    is_challenged(role({claims(token), "AUTHTICKETS_REQUIRE=realm=" + std::to_string(operators_realm().value)}), bad_ticket);
    is_challenged(role({"HTTP_COOKIE=" + staff.cookie}), no_ticket);
    is_challenged(role({"HTTP_COOKIE=__Host-authtickets=" + staff.cookie.substr(staff.cookie.find('=') + 1),
                        "AUTHTICKETS_REQUIRE=realm=" + std::to_string(operators_realm().value)}), bad_ticket);
}

BOOST_AUTO_TEST_CASE(AZ40_AZ47_what_is_handed_on_in_both_forms) {
    const auto browser = cookie(signed_in(ada, true));
    const auto yes = role({browser, "AUTHTICKETS_NAMES=user=REMOTE_USER"});
    BOOST_TEST(yes.status == 200);
    BOOST_TEST(yes.header("variable-remote_user") == "ada.byron");
    BOOST_TEST(yes.header("variable-authtickets_user_id") == dashed(ada.user.value));
    BOOST_TEST(yes.header("variable-authtickets_account") == std::to_string(ada.no.value));
    BOOST_TEST(yes.header("variable-authtickets_realm") == "shop");
    BOOST_TEST(yes.header("variable-authtickets_email") == "ada.byron@example.com");
    BOOST_TEST(yes.header("variable-authtickets_factors") == "password app");
    BOOST_TEST(yes.header("variable-authtickets_second_factor_at") == std::to_string(clock.now().time_since_epoch().count() / 1000));
    BOOST_TEST(yes.headers.contains("variable-authtickets_operator"));
    BOOST_TEST(!yes.headers.contains("cache-control"));
    const auto sub_yes = sub({browser, "AUTHTICKETS_NAMES=user=REMOTE_USER"});
    BOOST_TEST(sub_yes.header("authtickets-user") == "ada.byron");
    BOOST_TEST(sub_yes.header("authtickets-account") == std::to_string(ada.no.value));
    BOOST_TEST(sub_yes.headers.contains("authtickets-operator"));
    BOOST_TEST(sub_yes.header("cache-control") == "no-store");
}

BOOST_AUTO_TEST_CASE(AZ48_an_operator_who_acts_for_a_customer_is_named) {
    const auto staff = hire(operators::Role::manager);
    const auto browser = cookie(acting(ada, staff));
    const auto yes = role({browser});
    passes(yes);
    BOOST_TEST(yes.header("variable-authtickets_operator") == "grace");
    BOOST_TEST(yes.header("variable-authtickets_factors") == "");
    BOOST_TEST(role({browser, "AUTHTICKETS_REQUIRE=within=60"}).status == 401);
    BOOST_TEST(role({browser, "AUTHTICKETS_REQUIRE=second-factor", html}).status == 403);  // P10
    execute("UPDATE operators SET role = 2");
    is_challenged(role({browser}), bad_ticket);
}

BOOST_AUTO_TEST_CASE(AZ11_what_ends_all_tickets_ends_them_here_at_once) {
    const auto browser = cookie(signed_in(ada)), token = claims(access(ada));
    passes(role({browser}));
    passes(role({token}));
    const auto both = [&](const std::string& with) {
        is_challenged(role({browser}), with);
        is_challenged(role({token}), with);
    };
    execute("UPDATE accounts SET active = 0 WHERE account_no = " + std::to_string(ada.no.value));  // suspended
    both(bad_ticket);
    execute("UPDATE accounts SET active = 1");
    passes(role({browser}));
    core.tickets.end_others(core.db, in(realm, Door::pages), ada.user, ada.no, {});  // all of them
    both(bad_ticket);
    const auto again = claims(access(ada));
    passes(role({again}));
    execute("UPDATE users SET epoch = epoch + 1");  // as tickets revoke-all and a new password do
    is_challenged(role({again}), bad_ticket);
    const auto last = claims(access(ada));
    passes(role({last}));
    const auto deleted = send(request(http::Method::delete_, "/api/commerce/customer/accounts/" + std::to_string(ada.no.value)));
    BOOST_REQUIRE_MESSAGE(deleted.status == 200, deleted.status << " " << deleted.text);
    is_challenged(role({last}), bad_ticket);
}

BOOST_AUTO_TEST_CASE(AZ63_a_browser_is_led_to_sign_in_and_comes_back) {
    const auto led = role({html});
    BOOST_TEST(led.status == 303);
    BOOST_TEST(led.text.empty());
    BOOST_TEST(led.header("location") == "/account/sign-in?to=%2Fapp%2Forders%3Fid%3D7%26x%3D%2526");
    BOOST_TEST(led.header("authtickets-sign-in") == led.header("location"));
    BOOST_TEST(led.header("cache-control") == "no-store");
    const auto of_sub = sub({html});
    is_challenged(of_sub, no_ticket);
    BOOST_TEST(of_sub.header("authtickets-sign-in") == led.header("location"));
    BOOST_TEST(sub({}).header("authtickets-sign-in").empty());
    BOOST_TEST(role({html, "HTTP_SEC_FETCH_MODE=cors"}).status == 401);
    BOOST_TEST(role({html, "HTTP_X_VOL_USER_CLAIMS=junk"}).status == 401);  // it would come back with the same
    BOOST_TEST(role({html, "HTTP_COOKIE=__Host-authtickets=junk"}).status == 303);
    config.mount = mount = "/auth";
    BOOST_TEST(role({html}).header("location").starts_with("/auth/account/sign-in?to="));
    config.mount = mount = "";
    test::Browser reader(*this);
    reader.get(led.header("location"));
    reader.submit("sign-in", {{"name", "ada.byron"}, {"password", "Engine-No-1"}});
    BOOST_TEST(reader.leads() == "/app/orders?id=7&x=%26");
    passes(role({"HTTP_COOKIE=__Host-authtickets=" + reader.cookies.at("__Host-authtickets")}));
}

BOOST_AUTO_TEST_CASE(AZ64_a_browser_whose_factor_is_too_old_is_led_to_step_up_and_in_no_circle) {
    const auto app = turn_on_app(realm, ada.user);
    auto browser = signed_in(ada, true);
    clock.advance(100s);  // fresh for the pages (stepup.window), too old for the mount
    const Headers ask_for{cookie(browser), html, "AUTHTICKETS_REQUIRE=second-factor within=60"};
    const auto led = role(ask_for);
    BOOST_TEST(led.status == 303);
    BOOST_TEST(led.header("location") == "/account/step-up?to=%2Fapp%2Forders%3Fid%3D7%26x%3D%2526&second=1&within=60");
    auto reader = led_through_step_up(browser, led, app);
    BOOST_TEST(reader.leads() == "/account/step-up?second=1&within=60&to=%2Fapp%2Forders%3Fid%3D7%26x%3D%2526");
    reader.follow();
    BOOST_TEST(reader.leads() == "/app/orders?id=7&x=%26");
    const auto now_there = "HTTP_COOKIE=__Host-authtickets=" + reader.cookies.at("__Host-authtickets");
    passes(role({now_there, html, "AUTHTICKETS_REQUIRE=second-factor within=60"}));
}

BOOST_AUTO_TEST_CASE(AZ64_the_demand_goes_with_the_longest_way_back) {
    const auto app = turn_on_app(realm, ada.user);
    auto browser = signed_in(ada, true);
    clock.advance(100s);
    std::string address = "/", escaped = "/";
    for (int i = 0; i < 99; ++i) address += "\xe6\x9c\xac", escaped += "%E6%9C%AC";
    const auto led = role({cookie(browser), html, "AUTHTICKETS_REQUIRE=second-factor within=60"}, address);
    BOOST_REQUIRE(led.status == 303);
    auto reader = led_through_step_up(browser, led, app);
    reader.follow();
    BOOST_TEST(reader.leads() == escaped);
}

BOOST_AUTO_TEST_CASE(AZ64_the_password_alone_where_no_second_factor_is_demanded) {
    const auto browser = signed_in(ada);
    clock.advance(100s);
    const auto led = role({cookie(browser), html, "AUTHTICKETS_REQUIRE=within=60"});
    BOOST_TEST(led.header("location") == "/account/step-up?to=%2Fapp%2Forders%3Fid%3D7%26x%3D%2526&within=60");
    test::Browser reader(*this);
    reader.cookies["__Host-authtickets"] = browser.cookie.substr(browser.cookie.find('=') + 1);
    BOOST_TEST(reader.get(led.header("location")).status == 200);
    reader.submit("step-up", {{"password", "Engine-No-1"}});
    reader.follow();
    BOOST_TEST(reader.leads() == "/app/orders?id=7&x=%26");
    // Without a way back that the pages would take, the reader gets to the overview, and not to the same page again.
    clock.advance(100s);
    const auto nowhere = role({"HTTP_COOKIE=__Host-authtickets=" + reader.cookies.at("__Host-authtickets"), html, "AUTHTICKETS_REQUIRE=within=60"}, "//odd");
    BOOST_TEST(nowhere.header("location") == "/account/step-up?within=60");
    reader.get(nowhere.header("location"));
    reader.submit("step-up", {{"password", "Engine-No-1"}});
    reader.follow();
    BOOST_TEST(reader.leads() == "/account/");
}

BOOST_AUTO_TEST_CASE(AZ65_who_has_no_second_factor_is_led_to_where_one_is_set_up) {
    const auto led = role({cookie(signed_in(ada)), html, "AUTHTICKETS_REQUIRE=second-factor"});
    BOOST_TEST(led.status == 303);
    BOOST_TEST(led.header("location") == "/account/settings/two-step/set-up");
}

BOOST_AUTO_TEST_CASE(AZ67_a_database_that_is_away_is_a_no) {
    const auto token = claims(access(ada));
    config.serve.password = Secret(std::string_view("wrong"));
    const auto away = another_worker();
    const auto asks = [&](bool by_role) {
        http::Request request{.method = http::Method::get, .host = "shop.example"};
        request.headers["x-vol-user-claims"] = token.substr(token.find('=') + 1);
        request.guarded = http::Guarded{.role = by_role};
        return send(*away, request);
    };
    for (const bool by_role : {true, false}) {
        const auto no = asks(by_role);
        BOOST_TEST(no.status == 503);
        BOOST_TEST(no.text.empty());
        BOOST_TEST(no.header("retry-after") == "1");
        BOOST_TEST(no.header("authtickets-user").empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
