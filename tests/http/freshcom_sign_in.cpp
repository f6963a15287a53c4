// SPDX-License-Identifier: MIT
// Signing in at the Freshcom door with what is neither SMS nor mail of the user's own choice (FC64, FC65), who is let in nowhere
// else, and what ends tokens on every call of the door (TK6, docs/security.md).
#include <authtickets/core/totp.h>

#include "freshcom_shop.h"

namespace authtickets::test {
namespace {

struct SignIn : FreshcomShop {
    UserId id_of(const Person& person) { return UserId{*parse_uuid(person.id)}; }
    Secret has_app(const Person& person) {
        const auto now = in_realm();
        const auto settings = shop()->settings;
        auto made = core.totp.setup(core.db, now, id_of(person));
        const auto code = app_code(made.secret);
        BOOST_REQUIRE(core.db.transact([&](db::Tx& tx) { return core.totp.activate(tx, now, settings, id_of(person), code); }).on);
        clock.advance(std::chrono::seconds(30));
        return std::move(made.secret);
    }
    std::string app_code(const Secret& app) { return std::string(totp::code_at(app, totp::step_of(clock.now())).reveal()); }

    // A call of a row whose path names nothing that is there.
    http::Request call_of(const Route& route, std::string_view token) const {
        std::string path(route.path);
        for (auto at = path.find('{'); at != path.npos; at = path.find('{')) {
            path.replace(at, path.find('}', at) - at + 1, "0b4fd1a6-6d52-4d4c-9d8e-0d9b3a0f7d11");
        }
        if (route.method == POST || route.method == PATCH) return call(route.method, path, token, Json::object({}));
        return call(route.method, path, token);
    }
    // Of every row that takes a user: nobody is let in by this token.
    void is_dead_everywhere(std::string_view token) {
        for (const auto& route : freshcom::door().routes) {
            if ((route.roles & roles::users) == 0) continue;
            BOOST_TEST_CONTEXT(http::name(route.method) << " " << route.path) {
                const auto reply = send(call_of(route, token));
                if (route.caller == Caller::anyone) BOOST_TEST((reply.status == 400 || reply.status == 403));  // answered as nobody
                else is_stranger(reply);
            }
        }
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(freshcom_sign_in, SignIn)

BOOST_AUTO_TEST_CASE(FC64_who_has_an_app_is_asked_for_its_code_and_nothing_is_sent) {
    const auto mira = register_person();
    const auto app = has_app(mira);
    asks_code(send(signing_in(mira.name)), "tfa_totp");
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 0U);
    const auto code = app_code(app);
    asks_code(send(signing_in(mira.name, password, other(code))), "tfa_totp");
    is_refused_grant(send(signing_in(mira.name, "wrong horse 2", code)));
    BOOST_TEST(opens(token_of(mira.name, password, code)) == 200);
    asks_code(send(signing_in(mira.name, password, code)), "tfa_totp");  // TO4
}

BOOST_AUTO_TEST_CASE(FC64_RC3_a_recovery_code_takes_its_place_once_in_header_or_form) {
    const auto mira = register_person();
    has_app(mira);
    const auto now = in_realm();
    const auto codes = core.db.transact([&](db::Tx& tx) { return core.recovery_codes.make(tx, now, id_of(mira)); }).value().codes;
    BOOST_TEST(opens(token_of(mira.name, password, codes[0].reveal())) == 200);
    asks_code(send(signing_in(mira.name, password, codes[0].reveal())), "tfa_totp");
    auto by_form = signing_in(mira.name);
    by_form.body += "&otp=" + escaped(codes[1].reveal());
    BOOST_TEST(send(by_form).status == 200);
}

BOOST_AUTO_TEST_CASE(FC65_X6_a_rule_of_the_shop_asks_for_a_code_by_mail_each_time) {
    const auto mira = register_person();
    for (const std::string rule : {"second_step.always", "second_step.on_fingerprint", "second_step.on_region"}) {
        BOOST_TEST_CONTEXT(rule) {
            set(rule, "on");
            for (int i = 0; i < 2; ++i) {
                asks_code(send(signing_in(mira.name)), "tfa_email");
                BOOST_TEST(last(events::Name::second_step_code_sent).destination == mira.email);
                BOOST_TEST(opens(token_of(mira.name, password, code_for_second_step())) == 200);
            }
            set(rule, "off");
        }
    }
}

BOOST_AUTO_TEST_CASE(TK6_what_ends_a_customers_tokens_ends_them_on_every_call) {
    const auto boss = administrator();
    const std::vector<std::pair<std::string, std::function<void(const Person&)>>> ends{
        {"suspended", [&](const Person& who) { send(call(PATCH, who.customer_path(), boss.token, document("Customer", Json::object({{"status", "suspended"}})))); }},
        {"a new password by the current one", [&](const Person& who) {
             is_done(send(call(PATCH, "/v1/password", who.token, document("Password", Json::object({{"currentPassword", password}, {"value", "correct horse 9"}})))));
         }},
        {"a password set by staff", [&](const Person& who) {
             is_done(send(call(PATCH, "/v1/passwords/" + who.id, boss.token, document("Password", Json::object({{"value", "correct horse 9"}})))));
         }},
        {"a reset", [&](const Person& who) {
             is_done(send(call(POST, "/v1/password_reset_tokens", guest, document("PasswordResetToken", Json::object({{"username", who.name}})))));
             const auto token = std::string(last(events::Name::password_reset_sent).link.reveal());
             is_done(send(call(PATCH, "/v1/password", {}, document("Password", Json::object({{"resetToken", token}, {"value", "correct horse 9"}})))));
         }},
        {"blocked", [&](const Person& who) { BOOST_REQUIRE(core.logins.block(core.db, in_realm(), who.name)); }},
        {"deleted", [&](const Person& who) { is_done(send(call(DELETE, who.customer_path(), boss.token))); }},
    };
    int number_of = 0;
    for (const auto& [what, end] : ends) {
        BOOST_TEST_CONTEXT(what) {
            clock.advance(std::chrono::seconds(1));
            const auto who = register_person("mira" + std::to_string(++number_of));
            const auto grant = send(signing_in(who.name));
            BOOST_TEST(opens(who.token) == 200);
            end(who);
            is_dead_everywhere(who.token);
            is_refused_grant(send(refreshing(grant.text_at("refresh_token"))));
        }
    }
}

BOOST_AUTO_TEST_CASE(TK6_another_role_ends_the_tokens_of_staff) {
    const auto boss = administrator();
    const auto helper = staff(users::Role::support_specialist);
    BOOST_TEST(send(call(PATCH, helper.path(), boss.token, document("User", Json::object({{"role", "readOnly"}})))).status == 200);
    is_dead_everywhere(helper.token);
    BOOST_TEST(opens(token_of(helper.name)) == 200);
}

BOOST_AUTO_TEST_CASE(staff_who_have_no_account_are_let_in_at_no_other_door) {
    const auto boss = administrator();
    const auto kibo = send(KiboShop::signing_in(boss.name, password));
    BOOST_TEST(kibo.status == 401);
    BOOST_TEST(events_of("signin.failure", "no_account") == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
