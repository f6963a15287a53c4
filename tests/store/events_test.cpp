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
    BOOST_TEST(columns.size() == 19u);
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

BOOST_AUTO_TEST_CASE(rows_without_an_operator_prove_as_they_did_before_KL2) {
    change("UPDATE events SET operator_id = UNHEX(REPEAT('ab', 16)) WHERE name = 'signin.success'");
    for (const auto& row : stored()) BOOST_TEST(core.events.verify(row) == (row.name != "signin.success"));
    change("UPDATE events SET operator_id = NULL");
    for (const auto& row : stored()) BOOST_TEST(core.events.verify(row));
    auto by_operator = from_browser();
    by_operator.door = Door::desk;
    by_operator.acting = Acting{.realm = RealmNo{99}, .user = UserId{Uuid{{7}}}, .name = "Olga"};
    const auto id = core.events.write(core.db, by_operator, {.name = events::Name::customer_viewed, .user = user});
    const auto row = events::find(core.db, realm_no(), id).value();
    BOOST_TEST((row.operator_id == UserId{Uuid{{7}}}));
    BOOST_TEST(core.events.verify(row));
    change("UPDATE events SET operator_id = NULL WHERE name = 'customer.viewed'");
    BOOST_TEST(!core.events.verify(events::find(core.db, realm_no(), id).value()));
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

// 300 events of three users, one a second, with every third a failure; every fifth by one operator.
struct Trail : Shop {
    const UserId ann{Uuid{{1}}}, bob{Uuid{{2}}}, cid{Uuid{{3}}}, olga{Uuid{{9}}};
    std::vector<EventId> ids;  // in their order
    Time began = clock.now();

    Trail() {
        change("DELETE FROM events");
        clock.advance(1s);
        began = clock.now();
        for (int i = 0; i < 300; ++i) {
            auto at = from_browser();
            if (i % 5 == 0) at.door = Door::desk, at.acting = Acting{.realm = RealmNo{99}, .user = olga, .name = "Olga"};
            ids.push_back(core.events.write(core.db, at, {.name = i % 2 == 0 ? events::Name::signin_success : events::Name::password_changed,
                                                          .success = i % 3 != 0, .actor = "user", .user = i % 50 == 0 ? cid : i % 4 == 0 ? bob : ann,
                                                          .account = AccountNo{i % 7 == 0 ? 7U : 8U}, .user_name = "ann"}));
            clock.advance(1s);
        }
    }
    // The numbers of the events of a page.
    std::vector<int> numbers(const events::Page& page) {
        std::vector<int> out;
        for (const auto& each : page.items) out.push_back(static_cast<int>(std::ranges::find(ids, each.id) - ids.begin()));
        return out;
    }
    events::Page browse(const events::Query& query) { return events::browse(core.db, realm_no(), query); }
    // What the query means, said by a loop.
    std::vector<int> wanted(const events::Query& query) {
        std::vector<int> out;
        for (int i = 299; i >= 0; --i) {
            const auto row = events::find(core.db, realm_no(), ids.at(static_cast<std::size_t>(i))).value();
            const bool named = query.names.empty() || std::ranges::any_of(query.names, [&](auto each) { return events::name(each) == row.name; });
            if (!named || (query.user && row.user != query.user) || (query.account && row.account != query.account)) continue;
            if ((query.operator_id && row.operator_id != query.operator_id) || (query.success && (row.outcome == "success") != *query.success)) continue;
            if ((query.from && row.at < *query.from) || (query.to && row.at >= *query.to)) continue;
            out.push_back(i);
        }
        return out;
    }
    std::int64_t rows_read(const events::Query& query) {
        const std::string status = "SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME LIKE 'Handler_read%'";
        const auto own = [&] {
            const auto before = number(status);
            return number(status) - before;
        }();
        const auto before = number(status);
        events::browse(look, realm_no(), query);
        return number(status) - before - own;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(events_log, Trail)

BOOST_AUTO_TEST_CASE(M13_every_filter_finds_what_it_says_newest_first_page_by_page) {
    using enum events::Name;
    const std::vector<events::Query> queries{
        {}, {.user = ann}, {.user = cid}, {.account = AccountNo{7}}, {.operator_id = olga}, {.names = {password_changed}},
        {.names = {password_changed, signin_success, signin_success}}, {.names = {signin_failure}}, {.success = false}, {.user = bob, .names = {signin_success}, .success = true},
        {.user = ann, .account = AccountNo{7}}, {.user = bob, .operator_id = olga}, {.names = {signin_success}, .success = false},
        {.from = began + 100s, .to = began + 200s}, {.from = began + 100s, .user = ann}, {.to = began + 20s, .names = {signin_success}},
        {.user = UserId{Uuid{{77}}}}, {.from = began + 400s}, {.from = Time{}, .to = Time{} + 1h}};
    for (std::size_t i = 0; i < queries.size(); ++i) {
        BOOST_TEST_CONTEXT("query " << i) {
            const auto all = wanted(queries[i]);
            // Forth in pages of seven, then back.
            auto query = queries[i];
            query.limit = 7;
            std::vector<int> forth;
            std::vector<std::vector<int>> pages;
            for (;;) {
                const auto page = browse(query);
                BOOST_TEST(!page.searched_to);
                BOOST_TEST(page.newer == query.before.has_value());
                pages.push_back(numbers(page));
                forth.insert(forth.end(), pages.back().begin(), pages.back().end());
                BOOST_TEST(page.older == (forth.size() < all.size()));
                if (!page.older) break;
                query.before = page.items.back().id;
            }
            BOOST_TEST(forth == all, boost::test_tools::per_element());
            for (auto at = pages.size(); at-- > 1;) {
                if (pages[at].empty()) break;
                auto back = queries[i];
                back.limit = 7;
                back.after = ids.at(static_cast<std::size_t>(pages[at].front()));
                const auto page = browse(back);
                BOOST_TEST(numbers(page) == pages[at - 1], boost::test_tools::per_element());
                BOOST_TEST(page.newer == (at > 1));
                BOOST_TEST(page.older);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(M13_a_page_reads_no_more_rows_than_it_needs) {
    change("ANALYZE TABLE events");
    using enum events::Name;
    for (const auto& query : std::vector<events::Query>{{.limit = 10}, {.user = ann, .limit = 10}, {.account = AccountNo{7}, .limit = 10}, {.operator_id = olga, .limit = 10},
                                                        {.names = {signin_success}, .limit = 10}, {.after = ids.at(100), .limit = 10}}) {
        BOOST_TEST(rows_read(query) <= 12);
    }
    BOOST_TEST(rows_read({.user = cid}) <= 8);
    BOOST_TEST(rows_read({.names = {signin_success, password_changed}, .limit = 10}) <= 24);
    BOOST_TEST(rows_read({.from = began + 290s}) <= 12);
}

BOOST_AUTO_TEST_CASE(M13_a_search_that_leaves_most_rows_out_ends_and_says_how_far_it_came) {
    // 30,000 rows by SQL, none of which fits.
    change("INSERT INTO events (realm_no, event_id, name, happened_at, outcome, reason, factor, actor, request_id, details, personal_hash, key_id, mac)"
           " SELECT realm_no, UNHEX(CONCAT('01000000', LPAD(HEX(n), 4, '0'), LPAD(HEX(ORD(event_id) + i), 20, '0'))), name, happened_at, 'success', '', '', '', request_id, '{}',"
           " personal_hash, key_id, mac FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY event_id) i FROM events) e, (SELECT seq n FROM seq_1_to_100) numbers");
    change("UPDATE events SET outcome = 'success' WHERE outcome = 'failure'");
    change("UPDATE events SET outcome = 'failure' ORDER BY event_id LIMIT 1");
    events::Query query{.success = false};
    std::size_t pages = 1;
    auto page = browse(query);
    BOOST_TEST(page.items.empty());
    for (; page.searched_to; ++pages) {
        BOOST_TEST(page.older);
        query.before = page.searched_to;
        page = browse(query);
    }
    BOOST_TEST(pages == 2U);
    BOOST_TEST(page.items.size() == 1U);
    BOOST_TEST(!page.older);
}

BOOST_AUTO_TEST_CASE(KL5_an_export_has_what_the_view_shows_in_either_form) {
    const auto csv = core.events.exported(core.db, realm_no(), "shop", {.operator_id = olga, .limit = 3}, events::Form::csv);
    BOOST_TEST(csv.rows == 60U);
    BOOST_TEST(!csv.cut);
    BOOST_TEST(csv.text.starts_with(events::csv_head()));
    BOOST_TEST(std::ranges::count(csv.text, '\n') == 61);
    BOOST_TEST(csv.text.find(",true\r\n") != std::string::npos);
    BOOST_TEST(csv.text.find(",false\r\n") == std::string::npos);
    const auto json = core.events.exported(core.db, realm_no(), "shop", {.user = cid}, events::Form::ndjson);
    BOOST_TEST(json.rows == 6U);
    const auto first = parse_json(json.text.substr(0, json.text.find('\n')));
    BOOST_REQUIRE(first);
    BOOST_TEST(*first->find("eventId")->text() == dashed(ids.at(250).value));  // newest first
    BOOST_TEST(*first->find("operatorId")->text() == dashed(olga.value));
    BOOST_TEST(*first->find("realm")->text() == "shop");
}

BOOST_AUTO_TEST_CASE(M13_a_record_names_who_acted_from_where) {
    const auto desk = events::record(events::find(core.db, realm_no(), ids.at(0)).value());
    BOOST_TEST((desk.operator_id == olga));
    BOOST_TEST(desk.address == "203.0.113.9");
    BOOST_TEST(desk.user_name == "ann");
    BOOST_TEST((desk.name == events::Name::signin_success));
    BOOST_TEST(!desk.success);
    const auto api = events::record(events::find(core.db, realm_no(), ids.at(1)).value());
    BOOST_TEST((api.origin == events::Origin::api));
    BOOST_TEST(api.actor == "customer");
}

BOOST_AUTO_TEST_SUITE_END()
