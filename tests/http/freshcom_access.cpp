// SPDX-License-Identifier: MIT
// Who may make which call (FC250 to FC268, docs/freshcom.md): each row of the table by each kind of caller.
#include "freshcom_shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

// G guest, C customer, staff by their letters, as in the document's section 10; N nobody, who has no token.
constexpr std::string_view all = "G C RO SS MS GS MA DE AD", users_all = "C RO SS MS GS MA DE AD", writers = "SS MS GS MA DE AD";

struct Row {
    std::string_view id;
    http::Method method;
    std::string_view path;
    std::string_view roles;
    bool open = false;  // answered without a bearer too
};
constexpr std::string_view unknown = "0b4fd1a6-6d52-4d4c-9d8e-0d9b3a0f7d11";

const std::vector<Row> table{
    {"FC250", GET, "/v1/account", all},
    {"FC251", PATCH, "/v1/account", "DE AD"},
    {"FC252", GET, "/v1/refresh_token", "DE AD"},
    {"FC253", GET, "/v1/user", users_all},
    {"FC254", PATCH, "/v1/user", users_all},
    {"FC255", POST, "/v1/users", "G DE AD"},
    {"FC256", GET, "/v1/users/", "AD"},
    {"FC256", PATCH, "/v1/users/", "AD"},
    {"FC256", DELETE, "/v1/users/", "AD"},
    {"FC257", POST, "/v1/phone_verification_codes", all},
    {"FC257", POST, "/v1/email_verification_codes", all},
    {"FC258", POST, "/v1/email_verification_tokens", users_all},
    {"FC259", POST, "/v1/email_verifications", all, true},
    {"FC259", POST, "/v1/password_reset_tokens", all, true},
    {"FC260", PATCH, "/v1/password", all, true},
    {"FC261", PATCH, "/v1/passwords/", "AD"},
    {"FC262", POST, "/v1/customers", "G C SS MS GS MA DE AD"},
    {"FC263", GET, "/v1/customer", all},
    {"FC264", GET, "/v1/customers", "RO SS MS GS MA DE AD"},
    {"FC264", GET, "/v1/customers/", "RO SS MS GS MA DE AD"},
    {"FC265", PATCH, "/v1/customers/", "G C SS MS GS MA DE AD"},
    {"FC266", DELETE, "/v1/customers/", writers},
    {"FC267", GET, "/v1/notification_triggers", "DE AD"},
    {"FC267", POST, "/v1/notification_triggers", "DE AD"},
    {"FC267", GET, "/v1/notification_triggers/", "DE AD"},
    {"FC267", PATCH, "/v1/notification_triggers/", "DE AD"},
    {"FC267", DELETE, "/v1/notification_triggers/", "DE AD"},
    {"FC267", GET, "/v1/sms_templates", "DE AD"},
    {"FC267", POST, "/v1/sms_templates", "DE AD"},
    {"FC267", GET, "/v1/sms_templates/", "DE AD"},
    {"FC267", PATCH, "/v1/sms_templates/", "DE AD"},
    {"FC267", DELETE, "/v1/sms_templates/", "DE AD"},
    {"FC267", GET, "/v1/email_templates", "DE AD"},
    {"FC267", POST, "/v1/email_templates", "DE AD"},
    {"FC267", GET, "/v1/email_templates/", "DE AD"},
    {"FC267", PATCH, "/v1/email_templates/", "DE AD"},
    {"FC267", DELETE, "/v1/email_templates/", "DE AD"},
    {"FC268", GET, "/v1/sms", "SS DE AD"},
    {"FC268", GET, "/v1/sms/", "SS DE AD"},
    {"FC268", GET, "/v1/emails", "SS DE AD"},
    {"FC268", GET, "/v1/emails/", "SS DE AD"},
};

bool has(std::string_view roles, std::string_view role) {
    return (" " + std::string(roles) + " ").find(" " + std::string(role) + " ") != std::string::npos;
}

struct Access : FreshcomShop {
    std::vector<std::pair<std::string, std::string>> callers() {
        using enum users::Role;
        return {{"G", guest},
                {"C", register_person().token},
                {"RO", staff(read_only).token},
                {"SS", staff(support_specialist).token},
                {"MS", staff(marketing_specialist).token},
                {"GS", staff(goods_specialist).token},
                {"MA", staff(manager).token},
                {"DE", staff(developer).token},
                {"AD", staff(administrator).token}};
    }
    // A call that names nothing that is there, with a body that says nothing: what it shows is who is let through.
    http::Request empty_call(const Row& row, std::string_view token) const {
        const auto path = std::string(row.path) + (row.path.ends_with('/') ? std::string(unknown) : std::string());
        if (row.method == POST || row.method == PATCH) return call(row.method, path, token, Json::object({}));
        return call(row.method, path, token);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(freshcom_access, Access)

BOOST_AUTO_TEST_CASE(FC35_FC250_to_FC268_each_call_by_each_role) {
    const auto who = callers();
    for (const auto& row : table) {
        for (const auto& [role, token] : who) {
            BOOST_TEST_CONTEXT(row.id << " " << http::name(row.method) << row.path << " by " << role) {
                const auto reply = send(empty_call(row, token));
                BOOST_TEST(reply.status != 401);
                BOOST_TEST(reply.status < 500);
                if (has(row.roles, role)) {
                    BOOST_TEST(reply.status != 403);
                    BOOST_TEST((errors_of(reply) != std::vector<std::string>{"invalid_endpoint"}));
                } else {
                    is_denied(reply);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(FC16_FC17_FC34_without_a_live_token) {
    for (const auto& row : table) {
        for (const std::string token : {"", "no-token", "urt-live-0b4fd1a6", "prt-live-0b4fd1a6"}) {
            BOOST_TEST_CONTEXT(row.id << " " << row.path << " with \"" << token << "\"") {
                const auto reply = send(empty_call(row, token));
                if (row.open) {
                    is_error(reply, 400, "missing_required_fields");
                } else if (row.id == "FC255") {
                    is_denied(reply);
                } else {
                    is_stranger(reply);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(FC36_addresses_and_methods_that_are_none) {
    for (const auto& token : {guest, administrator().token}) {
        is_error(send(call(GET, "/v1/orders", token)), 404, "invalid_endpoint");
        is_error(send(call(PUT, "/v1/user", token, Json::object({}))), 404, "invalid_endpoint");
        is_error(send(call(DELETE, "/v1/account", token)), 404, "invalid_endpoint");
        is_error(send(call(GET, "/v1/users", token)), 404, "invalid_endpoint");
    }
}

BOOST_AUTO_TEST_CASE(FC2_FC3_media_types_are_looked_at_on_every_call) {
    const auto boss = administrator();
    for (const auto& row : table) {
        BOOST_TEST_CONTEXT(row.id << " " << row.path) {
            auto picky = empty_call(row, boss.token);
            picky.headers["accept"] = "text/html";
            is_empty_answer(send(picky), 406);
            if (row.method != POST && row.method != PATCH) continue;
            auto form = empty_call(row, boss.token);
            form.content_type = "application/x-www-form-urlencoded";
            is_empty_answer(send(form), 415);
            auto plain = empty_call(row, boss.token);
            plain.content_type = "application/json; charset=utf-8";
            BOOST_TEST(send(plain).status != 415);
        }
    }
}

// A token of another door, of a session that owes a factor, or of a user who is no more.
BOOST_AUTO_TEST_CASE(FC16_TK6_tokens_that_are_of_no_use_here) {
    const auto mira = register_person();
    const auto boss = administrator();
    is_stranger(send(call(GET, "/v1/user", client.token)));
    const auto kibo = send(KiboShop::signing_in(mira.name, password));
    BOOST_REQUIRE_MESSAGE(kibo.status == 200, kibo.text);
    is_stranger(send(call(GET, "/v1/user", kibo.text_at("accessToken"))));
    BOOST_TEST(opens(mira.token) == 200);
    is_done(send(call(DELETE, mira.path(), boss.token)));
    is_stranger(send(call(GET, "/v1/user", mira.token)));
}

BOOST_AUTO_TEST_SUITE_END()
