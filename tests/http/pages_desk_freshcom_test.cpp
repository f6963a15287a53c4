// SPDX-License-Identifier: MIT
// M3 and M11 (docs/pages.md) seen from the Freshcom door: what an operator sets at the desk is what that door asks for, and the
// other way round.
#include <authtickets/api/freshcom/door.h>

#include "http/desk_shop.h"
#include "http/page_form.h"

namespace authtickets::test {

namespace {

struct Beside : DeskShop {
    Staff manager = hire(operators::Role::manager);
    Person ada = customer("ada.byron");

    Beside() {
        doors.push_back(&freshcom::door());
        shared.doors = doors;
    }
    Reply sign_in(std::string_view name, std::string_view password) {
        auto request = bare(POST, "/v1/token", "grant_type=password&username=" + form_encoded(name) + "&password=" + form_encoded(password)
                                                   + "&scope=aid%3A" + dashed(at(realm)->id));
        request.content_type = "application/x-www-form-urlencoded";
        return send(request);
    }
    Reply sign_in() { return sign_in("ada.byron", "Engine-No-1"); }
    Reply call(http::Method method, std::string_view path, const std::string& token, const std::string& body = {}) {
        auto request = bare(method, path, body);
        request.headers["authorization"] = "Bearer " + token;
        if (!body.empty()) request.content_type = "application/vnd.api+json";
        return send(request);
    }
    // Whoever may change the account (FC251).
    std::string administrator() {
        const auto added = core.staff.add(core.db, in(realm, Door::freshcom), *at(realm),
                                          {.role = users::Role::administrator, .user_name = "owner", .password = Secret(std::string_view("Compiler-No-1")),
                                           .name = "Owner", .email = "owner@desk.example"});
        BOOST_REQUIRE(added);
        const auto token = sign_in("owner", "Compiler-No-1");
        BOOST_REQUIRE_MESSAGE(token.status == 200, token.text);
        return token.text_at("access_token");
    }
    void press_method(std::string_view method) {
        BOOST_REQUIRE(press(manager, ada.at + "/two-step/method", "method=" + std::string(method)).status == 303);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pages_desk_freshcom, Beside)

BOOST_AUTO_TEST_CASE(M3_FC60_FC96_the_method_that_the_desk_sets_is_the_one_that_is_asked_for) {
    const auto first = sign_in();
    BOOST_REQUIRE_MESSAGE(first.status == 200, first.text);
    const auto token = first.text_at("access_token");
    BOOST_TEST(call(GET, "/v1/user", token).text_at("data.attributes.authMethod") == "simple");

    is_page(press(manager, ada.at + "/two-step/method", "method=sms"), 400);  // nobody has shown that the number is hers (OC9)
    BOOST_TEST(sign_in().status == 200);
    const auto hers = login(ada);
    core.db.transact([&](db::Tx& tx) {
        return core.contacts.put(tx, in(realm, Door::desk), hers, users::ContactKind::phone, "+4915123456789", true).has_value()
               && core.contacts.put(tx, in(realm, Door::desk), hers, users::ContactKind::email, "ada.byron@example.com", true).has_value();
    });
    for (const auto& [method, wire] : {std::pair{"sms", "tfa_sms"}, std::pair{"email", "tfa_email"}}) {
        BOOST_TEST_CONTEXT(method) {
            press_method(method);
            BOOST_TEST(call(GET, "/v1/user", token).text_at("data.attributes.authMethod") == wire);
            const auto asked = sign_in();
            BOOST_TEST(asked.status == 400);
            BOOST_TEST(asked.header("x-freshcom-otp") == std::string("required; auth_method=") + wire);
        }
    }
    press_method("simple");
    BOOST_TEST(sign_in().status == 200);
}

BOOST_AUTO_TEST_CASE(M11_FC81_the_default_of_the_desk_is_the_accounts_default) {
    const auto token = administrator();
    const auto shown = [&] { return call(GET, "/v1/account", token).text_at("data.attributes.defaultAuthMethod"); };
    const auto form = [&] { return PageForm(open(manager, "/desk/rules").text, "rules"); };
    BOOST_TEST(shown() == "simple");
    for (const auto& [value, wire] : {std::pair{"sms", "tfa_sms"}, std::pair{"email", "tfa_email"}, std::pair{"none", "simple"}}) {
        BOOST_TEST_CONTEXT(value) {
            auto wanted = form();
            wanted.set("method", value);
            leads_to(press(manager, "/desk/rules", wanted.body()), "rules?done=saved");
            clock.advance(std::chrono::seconds(2));
            BOOST_TEST(shown() == wire);
        }
    }
    const auto changed = call(http::Method::patch, "/v1/account", token,
                              R"({"data":{"type":"Account","attributes":{"defaultAuthMethod":"tfa_sms"}}})");
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    clock.advance(std::chrono::seconds(2));
    BOOST_TEST(form()["method"] == "sms");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
