// SPDX-License-Identifier: MIT
// Events as the export writes them (KL5): columns, quoting, and cells that a spreadsheet must not run.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/events.h>
#include <authtickets/text/csv.h>

#include "support/fake_clock.h"

using namespace authtickets;

namespace {

events::Stored event() {
    return {.realm = RealmNo{1}, .id = EventId{Uuid{{1}}}, .name = "signin.failure", .outcome = "failure", .reason = "wrong_password",
            .factor = "password", .actor = "application", .at = test::FakeClock().now(), .application = ApplicationNo{2},
            .user = UserId{Uuid{{2}}}, .account = AccountNo{1001}, .ticket = {}, .request_id = Uuid{{4}},
            .details = R"({"a":1})", .personal = R"({"address":"203.0.113.9","userName":"=cmd|' /C calc'!A0, \"x\""})",
            .personal_hash = Bytes(32, 5), .key_id = 1, .mac = Bytes(32, 6)};
}

const std::string head =
    "realm,eventId,name,happenedAt,outcome,reason,factor,actor,applicationId,userId,account,ticketId,operatorId,requestId,details,"
    "address,browser,userName,personal,personalHash,keyId,mac,intact\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(events_rows)

BOOST_AUTO_TEST_CASE(cells_are_quoted_and_formulas_defused_KL5) {
    const std::pair<const char*, const char*> cells[] = {
        {"", ""}, {"plain", "plain"}, {"a,b", "\"a,b\""}, {"say \"x\"", "\"say \"\"x\"\"\""}, {"two\nlines", "two\\x0alines"}, {"\x1b[31m", "\\x1b[31m"},
        {"=1+1", "'=1+1"}, {"+1", "'+1"}, {"-1", "'-1"}, {"@SUM(A1)", "'@SUM(A1)"}, {"\t=1", "'\\x09=1"}, {"\r=1", "'\\x0d=1"},
        {"a=1", "a=1"}, {"=1,2", "\"'=1,2\""}, {"1-1", "1-1"}};
    for (const auto& [text, cell] : cells) BOOST_TEST(text::csv_cell(text) == cell);
}

BOOST_AUTO_TEST_CASE(a_line_of_csv_has_every_column_KL5) {
    BOOST_TEST(events::csv_head() == head);
    BOOST_TEST(events::as_csv(event(), "demo", true) ==
               "demo,01000000-0000-0000-0000-000000000000,signin.failure,2026-01-15T10:20:30.120Z,failure,wrong_password,password,"
               "application,2,02000000-0000-0000-0000-000000000000,1001,,,04000000-0000-0000-0000-000000000000,\"{\"\"a\"\":1}\","
               "203.0.113.9,,\"'=cmd|' /C calc'!A0, \"\"x\"\"\",\"{\"\"address\"\":\"\"203.0.113.9\"\",\"\"userName\"\":"
               "\"\"=cmd|' /C calc'!A0, \\\"\"x\\\"\"\"\"}\"," + hex(Bytes(32, 5)) + ",1," + hex(Bytes(32, 6)) + ",true\r\n");
}

BOOST_AUTO_TEST_CASE(an_object_of_json_has_them_too_KL5) {
    const auto json = events::as_json(event(), "demo", false);
    BOOST_TEST(json.members()->size() == 20u);
    BOOST_TEST(*json.find("personal")->find("address")->text() == "203.0.113.9");
    BOOST_TEST(json.find("details")->find("a")->integer().value() == 1);
    BOOST_TEST(json.find("account")->integer().value() == 1001);
    BOOST_TEST(json.find("ticketId")->is_null());
    BOOST_TEST(json.find("intact")->boolean().value() == false);
}

BOOST_AUTO_TEST_CASE(erased_details_are_null_and_broken_ones_are_text_KL2) {
    auto one = event();
    one.personal.reset();
    BOOST_TEST(events::as_json(one, "demo", true).find("personal")->is_null());
    one.personal = "{broken";
    one.details = "no json";
    BOOST_TEST(*events::as_json(one, "demo", false).find("personal")->text() == "{broken");
    BOOST_TEST(events::as_csv(one, "demo", false).find(",no json,,,,{broken,") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
