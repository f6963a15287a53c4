// SPDX-License-Identifier: MIT
// Rules of events (KL2): their names, docs/events.md, and the bytes that a row's HMAC covers.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/events.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include "support/fake_clock.h"

using namespace authtickets;
using namespace authtickets::events;

namespace {

Stored event() {
    return {.realm = RealmNo{1}, .id = EventId{Uuid{{1}}}, .name = "signin.failure", .outcome = "failure", .reason = "wrong_password",
            .factor = "password", .actor = "application", .at = test::FakeClock().now(), .application = ApplicationNo{2},
            .user = UserId{Uuid{{2}}}, .account = AccountNo{1001}, .ticket = TicketId{Uuid{{3}}}, .request_id = Uuid{{4}},
            .details = "{}", .personal = "{\"address\":\"203.0.113.9\"}", .personal_hash = Bytes(32, 5), .key_id = 1, .mac = Bytes(32, 6)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(events_rules)

BOOST_AUTO_TEST_CASE(names_are_unique_well_formed_and_explained_KL2) {
    std::set<std::string_view> names;
    for (const auto each : all_names()) {
        const auto text = name(each);
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(names.insert(text).second);
            BOOST_TEST(text.size() <= 64u);
            BOOST_TEST((text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") == text.npos));
            BOOST_TEST((each == Name::signout || (text.find('.') != text.npos && text.find('.') == text.rfind('.'))));  // docs/pages.md names it so
            BOOST_TEST(meaning(each).ends_with("."));
        }
    }
    BOOST_TEST(name(Name::signin_success) == "signin.success");
    BOOST_TEST(name(Name::second_step_success) == "2fa.success");
    BOOST_TEST(name(Name::refresh_reuse) == "refresh.reuse");
    BOOST_TEST(name(all_names().back()) == "audit.purged");
}

BOOST_AUTO_TEST_CASE(docs_events_md_lists_every_event_in_order_with_its_meaning) {
    const char* const root = std::getenv("SRC_DIR");
    std::ifstream in(std::string(root && *root ? root : ".") + "/docs/events.md");
    BOOST_REQUIRE(in);
    std::vector<std::string> listed, wanted;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("| `")) listed.push_back(line);
    }
    for (const auto each : all_names()) wanted.push_back("| `" + std::string(name(each)) + "` | " + std::string(meaning(each)) + " |");
    BOOST_TEST(listed == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_sealed_form_covers_every_column_but_the_personal_text_KL2) {
    struct Case {
        const char* column;
        void (*change)(Stored&);
    };
    const Case cases[] = {
        {"realm_no", [](Stored& e) { e.realm = RealmNo{2}; }},
        {"event_id", [](Stored& e) { e.id.value.bytes[15] ^= 1; }},
        {"name", [](Stored& e) { e.name = "signin.failurf"; }},
        {"happened_at", [](Stored& e) { e.at += std::chrono::milliseconds(1); }},
        {"outcome", [](Stored& e) { e.outcome = "success"; }},
        {"reason", [](Stored& e) { e.reason = ""; }},
        {"factor", [](Stored& e) { e.factor = ""; }},
        {"actor", [](Stored& e) { e.actor = "user"; }},
        {"application_no", [](Stored& e) { e.application.reset(); }},
        {"user_id", [](Stored& e) { e.user.reset(); }},
        {"account_no", [](Stored& e) { e.account = AccountNo{1002}; }},
        {"account_no gone", [](Stored& e) { e.account.reset(); }},
        {"ticket_id", [](Stored& e) { e.ticket.reset(); }},
        {"request_id", [](Stored& e) { e.request_id.bytes[0] ^= 1; }},
        {"details", [](Stored& e) { e.details = "{ }"; }},
        {"personal_hash", [](Stored& e) { e.personal_hash[0] ^= 1; }},
        {"key_id", [](Stored& e) { e.key_id = 2; }},
        {"operator_id", [](Stored& e) { e.operator_id = UserId{Uuid{{3}}}; }},
        // moved from one column to the next: lengths stand before the texts
        {"reason into factor", [](Stored& e) { e.reason = "wrong_", e.factor = "passwordpassword"; }},
    };
    const auto whole = sealed_form(event());
    for (const auto& each : cases) {
        auto changed = event();
        each.change(changed);
        BOOST_TEST_CONTEXT(each.column) { BOOST_TEST((sealed_form(changed) != whole)); }
    }
    auto erased = event();
    erased.personal.reset();
    BOOST_TEST((sealed_form(erased) == whole));
}

BOOST_AUTO_TEST_CASE(an_id_that_is_missing_and_one_that_is_next_are_different) {
    auto user_only = event(), ticket_only = event();
    user_only.ticket.reset();
    ticket_only.ticket = TicketId{ticket_only.user->value};
    ticket_only.user.reset();
    BOOST_TEST((sealed_form(user_only) != sealed_form(ticket_only)));
}

BOOST_AUTO_TEST_CASE(M14_every_event_belongs_to_a_group_and_every_group_has_a_name) {
    std::size_t count = 0;
    for (int i = 0; i <= static_cast<int>(Group::system); ++i) {
        const auto group = static_cast<Group>(i);
        BOOST_TEST((group_named(name(group)) == group));
        const auto names = names_of(group);
        BOOST_TEST(!names.empty());
        count += names.size();
    }
    BOOST_TEST(count == all_names().size());
    BOOST_TEST(!group_named("no such"));
    using enum Name;
    for (const auto& [event, wanted] : {std::pair{signin_failure, Group::sign_in}, {second_step_disabled, Group::second_step}, {recovery_empty, Group::recovery},
                                        {password_reset_sent, Group::password}, {contact_changed, Group::account}, {refresh_reuse, Group::tickets},
                                        {application_ticket_refused, Group::tickets}, {application_added, Group::operators}, {customer_viewed, Group::operators},
                                        {delivery_gave_up, Group::system}, {account_locked, Group::account}, {stepup_failure, Group::tickets}}) {
        BOOST_TEST((group(event) == wanted));
    }
}

BOOST_AUTO_TEST_CASE(M13_a_record_says_who_and_from_where) {
    auto row = event();
    row.details = R"({"operator":{"id":"aa","name":"Olga"},"origin":"desk","why":"lost"})";
    row.actor = "operator";
    auto read = record(row);
    BOOST_TEST(read.actor == "operator");
    BOOST_TEST(read.operator_name == "Olga");
    BOOST_TEST((read.origin == Origin::desk));
    BOOST_TEST(read.details.dump() == R"({"why":"lost"})");
    row.details = "no json";
    for (const auto& [actor, kind] : {std::pair{"user", "customer"}, {"command", "system"}, {"worker", "system"}, {"application", "application"}, {"staff", "staff"},
                                      {"operator_as_customer", "operator_as_customer"}}) {
        row.actor = actor;
        BOOST_TEST(record(row).actor == kind);
    }
    row.actor = "command";
    BOOST_TEST((record(row).origin == Origin::cli));
    row.actor = "worker";
    row.application.reset();
    BOOST_TEST((record(row).origin == Origin::system));
    row.application = ApplicationNo{1};
    BOOST_TEST((record(row).origin == Origin::api));
    row.personal.reset();
    row.name = "of.a_newer_program";
    read = record(row);
    BOOST_TEST((read.user_name.empty() && !read.name && read.name_text == "of.a_newer_program"));
}

BOOST_AUTO_TEST_SUITE_END()
