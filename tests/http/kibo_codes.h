// SPDX-License-Identifier: MIT
// A shop that asks for codes: what the worker would send is read from the outbox, as the worker reads it.
#pragma once

#include "kibo_shop.h"

namespace authtickets::test {

struct CodeShop : KiboShop {
    using KiboShop::KiboShop;
    static constexpr std::string_view address = "ada@example.com";

    void set(std::string_view name, std::string_view value) {
        const auto done = core.realms.set(core.db, context(), realm, name, value);
        BOOST_REQUIRE_MESSAGE(done, name);
        clock.advance(std::chrono::seconds(2));  // what a worker keeps of the settings is older than that
    }
    // Each call has a moment of its own, so that causes have an order.
    using KiboShop::send;
    Reply send(const http::Request& request) {
        clock.advance(std::chrono::milliseconds(1));
        return KiboShop::send(request);
    }
    // The causes that wait, the oldest first, decoys too.
    std::vector<outbox::Cause> causes() {
        std::vector<outbox::Cause> out;
        for (const auto& taken : core.outbox.due(core.db, clock.now() + std::chrono::hours(1), 1000)) {
            auto cause = core.outbox.open(taken);
            BOOST_REQUIRE(cause);
            out.push_back(std::move(*cause));
        }
        return out;
    }
    std::size_t caused(events::Name event) {
        std::size_t count = 0;
        for (const auto& cause : causes()) count += cause.event == event && !cause.decoy;
        return count;
    }
    outbox::Cause last(events::Name event) {
        auto all = causes();
        for (auto at = all.rbegin(); at != all.rend(); ++at) {
            if (at->event == event && !at->decoy) return *at;
        }
        BOOST_FAIL("no cause of " << events::name(event));
        return {};
    }
    std::string code_for_sign_in() { return std::string(last(events::Name::signin_code_sent).code.reveal()); }
    std::string code_for_second_step() { return std::string(last(events::Name::second_step_code_sent).code.reveal()); }
    // Six digits that are not these.
    static std::string other(std::string code) {
        code[5] = code[5] == '0' ? '1' : '0';
        return code;
    }
    std::int64_t events_of(const std::string& name, const std::string& reason = "%") {
        return number("SELECT COUNT(*) FROM events WHERE name = '" + name + "' AND reason LIKE '" + reason + "'");
    }
    std::int64_t number(const std::string& sql) {
        static std::map<std::string, db::Query> kept;
        const auto [at, fresh] = kept.try_emplace(sql);
        if (fresh) at->second = {"test.look", at->first};
        return look.one(at->second, [](db::Row& row) { return row.next<std::int64_t>(); }).value_or(-1);
    }

    void execute(const std::string& sql) { look.execute(sql); }
    std::string text_of(const std::string& sql) {
        const auto found = texts(sql);
        return found.empty() ? std::string("no row") : found.front();
    }
    std::vector<std::string> texts(const std::string& sql) {
        return look.all(db::Statement{.name = "test.look", .text = sql, .params = {}}, [](db::Row& row) { return row.next<std::string>(); });
    }
    // Every column of every row of every table, in hexadecimal.
    std::string dump() {
        std::string out;
        for (const auto& table : texts("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1")) {
            std::string columns;
            for (const auto& column : texts("SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '" +
                                            table + "' ORDER BY ordinal_position")) {
                columns += (columns.empty() ? "IFNULL(HEX(" : ", IFNULL(HEX(") + column + "), '-')";
            }
            for (const auto& row : texts("SELECT LOWER(CONCAT_WS('|', " + columns + ")) FROM " + table)) out += table + ": " + row + "\n";
        }
        return out;
    }

    http::Request asking_by(Json body) const { return request(POST, authtickets_path + "/otp/request", body.dump()); }
    http::Request asking(std::string_view email = address) const { return asking_by(Json::object({{"email", email}})); }
    http::Request entering_by(Json body) const { return request(POST, authtickets_path + "/otp/auth", body.dump()); }
    http::Request entering(std::string_view email, std::string_view code) const {
        return entering_by(Json::object({{"email", email}, {"otpCode", code}}));
    }
    http::Request asking_second(Json body = Json::object({})) const { return request(POST, authtickets_path + "/2fa/request", body.dump()); }
    http::Request entering_second(Json body) const { return request(POST, authtickets_path + "/2fa/auth", body.dump()); }
    http::Request entering_second(std::string_view user, std::string_view code) const {
        return entering_second(Json::object({{"userId", user}, {"otpCode", code}}));
    }
    http::Request signing_in_from(std::string_view fingerprint, std::string_view region = {}) const {
        auto body = Json::object({{"username", "ada.byron"}, {"password", "Engine-No-1"}, {"fingerprint", fingerprint}});
        if (!region.empty()) body.set("region", region);
        return request(POST, authtickets_path, body.dump());
    }

    static void is_empty(const Reply& reply) {
        BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 200);
        BOOST_TEST(reply.text.empty());
        BOOST_TEST(reply.header("x-vol-correlation").size() == 32U);
    }
    static void is_full(const Reply& reply) {
        BOOST_TEST_CONTEXT(reply.text) BOOST_REQUIRE(reply.status == 200);
        BOOST_TEST((reply.at("requires2FA") == Json(false)));
        BOOST_TEST((reply.at("requires2fa") == Json(false)));
        BOOST_TEST(text(user_claims(reply), "requires2fa") == "false");
        BOOST_TEST(!reply.at("customerAccount").is_null());
    }
    static void is_pending(const Reply& reply, std::string_view factor = "email") {
        BOOST_TEST_CONTEXT(reply.text) BOOST_REQUIRE(reply.status == 200);
        BOOST_TEST((reply.at("requires2FA") == Json(true)));
        BOOST_TEST((reply.at("requires2fa") == Json(true)));
        BOOST_TEST(reply.text_at("secondFactor") == factor);
        BOOST_TEST(text(user_claims(reply), "requires2fa") == "true");
        BOOST_TEST(text(user_claims(reply), "secondFactor") == factor);
        BOOST_TEST(reply.at("customerAccount").is_null());
    }
    // The 401 of every code that is not right (kibo 4.5).
    static void is_wrong_code(const Reply& reply) {
        BOOST_TEST_CONTEXT(reply.text) {
            BOOST_TEST(reply.status == 401);
            BOOST_TEST(reply.text_at("errorCode") == "INVALID_CREDENTIALS");
            BOOST_TEST((reply.at("requires2FA") == Json(true)));
            BOOST_TEST(reply.at("additionalErrorData").dump() == R"([{"name":"requires2fa","value":"true"}])");
        }
    }

    db::Db look{config, db::Rights::serve, clock, log};
};

}  // namespace authtickets::test
