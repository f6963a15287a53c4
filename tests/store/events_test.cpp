// SPDX-License-Identifier: MIT
// Events against the database (KL2): each row carries a MAC that any change breaks, and personal details can be erased.
#include "store/shop.h"

#include <algorithm>

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Audit : Shop {
    UserId user = customer("ann").account.user;
    std::vector<events::Stored> stored() { return core.events.of_user(core.db, realm_no(), user, 100); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(events_store, Audit)

BOOST_AUTO_TEST_CASE(every_authentication_act_is_recorded_and_verifies_KL2) {
    clock.advance(1s);
    sign_in(core, from_browser(), "ann", "wrong horse 2");
    clock.advance(1s);
    const auto signed_in = expect(sign_in(core, from_browser(), "ann", right_password));
    clock.advance(1s);
    expect(refresh(signed_in.issued.refresh));
    const auto all = stored();
    const std::vector<std::string> wanted{"ticket.refreshed", "signin.success", "signin.failure", "signin.success", "account.registered"};
    std::vector<std::string> names;
    for (const auto& each : all) names.push_back(each.name);
    // the two of the registration happened in one millisecond: their order is chance
    std::sort(names.begin() + 3, names.end(), std::greater<>());
    BOOST_TEST(names == wanted, boost::test_tools::per_element());
    for (const auto& each : all) BOOST_TEST_CONTEXT(each.name) { BOOST_TEST(core.events.verify(each)); }

    const auto& failed = all.at(2);
    BOOST_TEST(failed.outcome == "failure");
    BOOST_TEST(failed.reason == "wrong_password");
    BOOST_TEST(failed.factor == "password");
    BOOST_TEST((failed.at == clock.now() - 2s));
    BOOST_TEST((failed.application == application->application.no));
    BOOST_TEST(failed.personal.value() == R"({"address":"203.0.113.9","browser":"Mozilla/5.0","userName":"ann"})");
    BOOST_TEST(!failed.ticket);
    const auto& succeeded = all.at(1);
    BOOST_TEST(succeeded.outcome == "success");
    BOOST_TEST((succeeded.ticket == signed_in.issued.ticket.id));
    BOOST_TEST(succeeded.actor == "user");
    BOOST_TEST(core.events.of_user(core.db, realm_no(), user, 2).size() == 2u);
}

BOOST_AUTO_TEST_CASE(any_changed_column_is_found_KL2) {
    sign_in(core, from_browser(), "ann", right_password);
    const auto columns = texts("SELECT CONCAT(column_name, ' ', data_type) FROM information_schema.columns WHERE table_schema = DATABASE() "
                               "AND table_name = 'events' ORDER BY ordinal_position");
    BOOST_TEST(columns.size() == 18u);
    const auto good = stored();
    BOOST_REQUIRE(good.size() == 3u);
    change("CREATE TEMPORARY TABLE kept_events AS SELECT * FROM events");
    for (const auto& each : columns) {
        const auto column = each.substr(0, each.find(' ')), type = each.substr(each.find(' ') + 1);
        std::string value = "CONCAT(IFNULL(" + column + ", ''), 'x')";
        if (type == "int" || type == "bigint") value = "IFNULL(" + column + ", 0) + 1";
        if (type == "datetime") value = column + " + INTERVAL 1 SECOND";
        if (type == "binary") value = "CONCAT(LEFT(IFNULL(" + column + ", REPEAT('a', 16)), LENGTH(IFNULL(" + column + ", REPEAT('a', 16))) - 1), "
                                      "CHAR(IFNULL(ORD(RIGHT(" + column + ", 1)), 0) ^ 1 USING binary))";
        BOOST_TEST_CONTEXT(column) {
            change("UPDATE events SET " + column + " = " + value);
            const RealmNo realm_now{column == "realm_no" ? realm_no().value + 1 : realm_no().value};
            auto user_now = user;
            if (column == "user_id") user_now.value.bytes[15] ^= 1;
            const auto found = core.events.of_user(core.db, realm_now, user_now, 100);
            BOOST_TEST(found.size() == 3u);
            for (const auto& row : found) BOOST_TEST(!core.events.verify(row));
            change("DELETE FROM events");
            change("INSERT INTO events SELECT * FROM kept_events");
            for (const auto& row : stored()) BOOST_TEST(core.events.verify(row));
        }
    }
}

BOOST_AUTO_TEST_CASE(erased_personal_details_leave_the_proof_whole_KL2) {
    sign_in(core, from_browser(), "ann", "wrong horse 2");
    change("UPDATE events SET personal = NULL");
    for (const auto& row : stored()) {
        BOOST_TEST(!row.personal);
        BOOST_TEST(core.events.verify(row));
    }
    change("UPDATE events SET personal = '{}'");  // emptied is not erased: it claims that there was nothing
    std::size_t refused = 0;
    for (const auto& row : stored()) refused += core.events.verify(row) ? 0u : 1u;
    BOOST_TEST(refused >= 1u);
}

BOOST_AUTO_TEST_CASE(details_of_one_row_do_not_fit_another_KL2) {
    clock.advance(1s);
    sign_in(core, from_browser("203.0.113.1"), "ann", "wrong horse 2");
    sign_in(core, from_browser("203.0.113.1"), "ann", "wrong horse 2");
    auto all = core.events.of_user(core.db, realm_no(), user, 2);
    BOOST_TEST((all[0].personal == all[1].personal));
    BOOST_TEST((all[0].personal_hash != all[1].personal_hash));  // the hash names its row
    std::swap(all[0].personal_hash, all[1].personal_hash);
    for (const auto& row : all) BOOST_TEST(!core.events.verify(row));
}

BOOST_AUTO_TEST_CASE(no_secret_stands_in_any_event_KL2) {
    expect(sign_in("ann"));
    sign_in("ann", "wrong horse 2");
    const auto all = texts("SELECT CONCAT_WS(' ', name, reason, factor, actor, details, personal) FROM events");
    for (const auto& row : all) {
        BOOST_TEST(row.find(right_password) == row.npos);
        BOOST_TEST(row.find("wrong horse") == row.npos);
        BOOST_TEST(row.find("argon2") == row.npos);
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_recorded_as_typed_control_characters_escaped_KL3) {
    BOOST_TEST(why(sign_in("no\r\nbody", "wrong horse 2")) == "credentials_wrong");
    const auto personal = text("SELECT personal FROM events WHERE reason = 'unknown'");
    BOOST_TEST(personal == R"({"userName":"no\r\nbody"})");
}

BOOST_AUTO_TEST_CASE(a_name_as_long_as_a_request_is_refused_and_recorded_KL6) {
    const std::string longest(70'000, 'a'), controls(20'000, '\x01');
    for (const auto& name : {longest, controls}) {
        BOOST_TEST(why(sign_in(core, from_browser(), name, "wrong horse 2")) == "credentials_wrong");
        BOOST_TEST(why(registered(core, name, "bob@shop.example")) == "bad_parameter");
    }
    BOOST_TEST(events("signin.failure", "unknown") == 2);
}

BOOST_AUTO_TEST_CASE(keys_that_events_name_are_known) {
    BOOST_TEST(events::names_key(core.db, 1));
    BOOST_TEST(!events::names_key(core.db, 2));
}

BOOST_AUTO_TEST_SUITE_END()
