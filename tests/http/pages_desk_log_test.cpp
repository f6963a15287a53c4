// SPDX-License-Identifier: MIT
// M13 (docs/pages.md): the event log at the desk.
#include "http/desk_shop.h"
#include "http/page_form.h"

namespace authtickets::test {

namespace {

using operators::Role;

std::size_t rows_of(const Reply& page) {
    std::size_t out = 0;
    for (auto at = page.text.find("<tr><th scope=\"row\""); at != page.text.npos; at = page.text.find("<tr><th scope=\"row\"", at + 1)) ++out;
    return out;
}

struct Log : DeskShop {
    // Refused sign-ins of a customer, each with an event.
    void fail(const std::string& name, int times) {
        for (int i = 0; i < times; ++i) {
            clock.advance(std::chrono::seconds(1));
            send(signing_in(name, "Engine-No-9"));
        }
    }
    std::string link_in(const Reply& page, const std::string& text) {
        const auto end = page.text.find('>' + text + '<');
        BOOST_REQUIRE_MESSAGE(end != page.text.npos, text << " is no link of " << page.text);
        const auto begin = page.text.rfind("href=\"", end) + 6;
        return plain_text(std::string_view(page.text).substr(begin, page.text.find('"', begin) - begin));
    }
    std::vector<events::Stored> exports() { return events::browse(core.db, realm, {.names = {events::Name::export_made}}).items; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pages_desk_log, Log)

BOOST_AUTO_TEST_CASE(M13_says_in_plain_words_what_happened_the_newest_first) {
    const auto grace = hire(Role::manager);
    customer("ada");
    fail("ada", 1);
    const auto page = open(grace, "/desk/events");
    is_page(page, 200);
    says(page, "<title>Event log – shop</title>");
    says(page, "Sign-in refused");
    says(page, "wrong password");
    says(page, ">Refused<");
    BOOST_TEST(page.text.find("Sign-in refused") < page.text.find(">Registered"));
    for (const auto* key : {">e.", "signin.failure<", "wrong_password<"}) says_not(page, key);
    for (const auto* head : {">Time<", ">Who<", ">Address<", ">What happened<", ">Origin<", ">Outcome<"}) says(page, head);
}

BOOST_AUTO_TEST_CASE(M13_filters_by_outcome_event_group_and_day) {
    const auto grace = hire(Role::manager);
    customer("ada");
    fail("ada", 2);
    const auto day = [&](Time at) { return iso8601(at).substr(0, 10); };
    const auto today = day(clock.now());
    clock.advance(std::chrono::hours(30));
    renew_token();
    const auto later = at_desk(grace.who, {});
    send(signing_in("ada"));
    const auto tomorrow = day(clock.now());

    const auto refused = open(later, "/desk/events?outcome=refused");
    is_page(refused, 200);
    BOOST_TEST(rows_of(refused) == 2U);
    says_not(refused, ">Done</span>");
    const auto one_name = open(later, "/desk/events?event=signin.failure");
    BOOST_TEST(rows_of(one_name) == 2U);
    const auto group = open(later, "/desk/events?event=password");
    says_not(group, "Sign-in refused</td>");
    BOOST_TEST(rows_of(open(later, "/desk/events?event=signin.failure&outcome=done")) == 0U);
    says(open(later, "/desk/events?event=signin.failure&outcome=done"), "There is nothing like that.");
    BOOST_TEST(rows_of(open(later, "/desk/events?event=signin.failure&from=" + today + "&to=" + today)) == 2U);
    BOOST_TEST(rows_of(open(later, "/desk/events?event=signin.failure&from=" + tomorrow)) == 0U);
    BOOST_TEST(rows_of(open(later, "/desk/events?event=signin.success&from=" + tomorrow)) == 1U);
    BOOST_TEST(rows_of(open(later, "/desk/events?event=signin.success&to=" + today)) == 1U);  // with the registration
    // UI28: what is asked for stands in the form, and in the address.
    const PageForm form(one_name.text, "events\" role");
    BOOST_TEST(form["event"] == "signin.failure");
    for (const auto* bad : {"from=yesterday", "to=2026-02-30", "event=signin.sucess", "outcome=maybe", "kind=ghost", "actor=nobody", "customer=nobody"}) {
        const auto reply = open(later, std::string("/desk/events?") + bad);
        BOOST_TEST_CONTEXT(bad) {
            is_page(reply, 400);
            BOOST_TEST(rows_of(reply) == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(M13_a_day_is_one_of_the_shops_own_zone) {
    auto in_shop = in(realm, Door::none);
    BOOST_REQUIRE(core.realms.set(core.db, in_shop, realm, "mail.time_zone", "Asia/Tokyo"));
    const auto grace = hire(Role::manager);
    customer("ada");
    // A quarter of an hour past midnight in Tokyo is still the day before in UTC.
    const auto midnight = std::chrono::floor<std::chrono::days>(clock.now()) + std::chrono::days(2) - std::chrono::hours(9);
    clock.advance(std::chrono::duration_cast<Millis>(midnight + std::chrono::minutes(15) - clock.now()));
    renew_token();
    fail("ada", 1);
    const auto later = at_desk(grace.who, {});
    const auto tokyo = iso8601(clock.now() + std::chrono::hours(9)).substr(0, 10), utc = iso8601(clock.now()).substr(0, 10);
    BOOST_TEST(tokyo != utc);
    BOOST_TEST(rows_of(open(later, "/desk/events?event=signin.failure&from=" + tokyo + "&to=" + tokyo)) == 1U);
    BOOST_TEST(rows_of(open(later, "/desk/events?event=signin.failure&from=" + utc + "&to=" + utc)) == 0U);
}

BOOST_AUTO_TEST_CASE(M13_three_views_all_one_customer_my_own) {
    const auto grace = hire(Role::manager), adele = hire(Role::manager, "adele");
    const auto shopper = customer("ada");
    customer("bob", "Bob", "Noyce");
    fail("ada", 1);
    fail("bob", 3);
    leads_to(press(grace, shopper.at + "/suspend"), "../../customers/" + std::to_string(shopper.no.value) + "?done=suspended");

    const auto number = std::to_string(shopper.no.value);
    for (const auto& named : {number, std::string("ada"), std::string("ada%40example.com")}) {
        const auto hers = open(grace, "/desk/events?customer=" + named);
        is_page(hers, 200);
        says(hers, "Event log: ada");
        BOOST_TEST(rows_of(open(grace, "/desk/events?event=signin.failure&customer=" + named)) == 1U);
        says(hers, "Account suspended");
        says(hers, "grace Hopper");
    }
    const auto whose = open(grace, "/desk/events?view=customer");
    is_page(whose, 200);
    says(whose, "user name, e-mail");
    BOOST_TEST(rows_of(whose) == 0U);

    const auto own = open(grace, "/desk/events?view=own");
    is_page(own, 200);
    says(own, "Account suspended");
    says_not(own, "Sign-in refused</td>");
    BOOST_TEST(rows_of(open(adele, "/desk/events?view=own&event=account.suspended")) == 0U);
    // Somebody else's own view is none: the address cannot ask for it.
    BOOST_TEST(rows_of(open(adele, "/desk/events?view=own&event=account.suspended&actor=grace")) == 0U);

    BOOST_TEST(rows_of(open(adele, "/desk/events?actor=grace&event=account.suspended")) == 1U);
    BOOST_TEST(rows_of(open(adele, "/desk/events?actor=grace%40desk.example&event=account.suspended")) == 1U);
    BOOST_TEST(rows_of(open(adele, "/desk/events?actor=bob&event=signin.failure")) == 3U);
    BOOST_TEST(rows_of(open(adele, "/desk/events?kind=operator&event=account.suspended")) == 1U);
    BOOST_TEST(rows_of(open(adele, "/desk/events?kind=customer&event=account.suspended")) == 0U);
}

BOOST_AUTO_TEST_CASE(M13_says_which_rule_and_which_operator) {
    const auto grace = hire(Role::manager);
    auto in_shop = in(realm, Door::none);
    BOOST_REQUIRE(core.realms.set(core.db, in_shop, realm, "signin.email_code", "on"));
    BOOST_REQUIRE(core.realms.set(core.db, in_shop, realm, "lock.attempts", "5"));
    const auto page = open(grace, "/desk/events?event=operators");
    says(page, "Allow sign-in by e-mail code: from “off” to “on”");
    says(page, "lock.attempts: from “10” to “5”");
    says(page, "· grace Hopper</span>");
}

BOOST_AUTO_TEST_CASE(M13_UI28_pages_go_on_and_back_and_keep_the_filter) {
    const auto grace = hire(Role::manager);
    customer("ada");
    for (int i = 0; i < 12; ++i) {
        fail("nobody-" + std::to_string(i), 9);
        clock.advance(std::chrono::minutes(2));
    }
    const auto sat = at_desk(grace.who, {});
    auto page = open(sat, "/desk/events?event=signin.failure");
    BOOST_TEST(rows_of(page) == 50U);
    const auto older = link_in(page, "Older");
    BOOST_TEST(holds(older, "event=signin.failure&before="));
    page = open(sat, "/desk/" + older);
    BOOST_TEST(rows_of(page) == 50U);
    page = open(sat, "/desk/" + link_in(page, "Older"));
    BOOST_TEST(rows_of(page) == 8U);
    says_not(page, ">Older<");
    page = open(sat, "/desk/" + link_in(page, "Newer"));
    BOOST_TEST(rows_of(page) == 50U);
    page = open(sat, "/desk/" + link_in(page, "Newest"));
    BOOST_TEST(rows_of(page) == 50U);
    says_not(page, ">Newer<");
}

BOOST_AUTO_TEST_CASE(M13_one_event_has_a_page_of_its_own) {
    const auto grace = hire(Role::viewer);
    customer("ada");
    auto failing = signing_in("ada", "Engine-No-9");
    failing.headers["user-agent"] = "Evil/1.0 <script>";
    send(failing);
    const auto stored = events::browse(core.db, realm, {.names = {events::Name::signin_failure}}).items;
    BOOST_REQUIRE(stored.size() == 1U);
    const auto page = open(grace, "/desk/events/" + hex(stored.front().id.value));
    is_page(page, 200);
    for (const auto& piece : {std::string("Sign-in refused"), std::string("signin.failure"), std::string("wrong_password"), hex(stored.front().request_id),
                              dashed(stored.front().id.value), iso8601(stored.front().at)}) says(page, piece);
    says_not(page, "not as it was written");
    for (const auto* target : {"/desk/events/00000000000000000000000000000000", "/desk/events/x", "/desk/events/%3Cscript%3E"}) is_page(open(grace, target), 404);
    // Another shop's is nobody's here.
    const auto other = add_realm("other", 1001, 2001);
    const auto theirs = events::browse(core.db, other, {}).items;
    BOOST_REQUIRE(!theirs.empty());
    is_page(open(grace, "/desk/events/" + hex(theirs.front().id.value)), 404);
}

BOOST_AUTO_TEST_CASE(M13_what_others_typed_is_text_in_every_field) {
    const auto grace = hire(Role::manager);
    const std::string evil = "<script>alert('&')</script>";
    auto failing = signing_in(evil, "x");
    failing.headers["user-agent"] = evil;
    send(failing);
    is_page(open(grace, "/desk/events"), 200);
    const auto stored = events::browse(core.db, realm, {.names = {events::Name::signin_failure}}).items;
    BOOST_REQUIRE(!stored.empty());
    const auto one = open(grace, "/desk/events/" + hex(stored.front().id.value));
    is_page(one, 200);
    says(one, "&lt;script&gt;");
    for (const auto* field : {"from", "to", "actor", "kind", "event", "outcome", "customer", "view", "before", "after", "lang"}) {
        const auto reply = open(grace, std::string("/desk/events?") + field + "=" + form_encoded("\"><" + evil));
        BOOST_TEST_CONTEXT(field) is_page(reply, reply.status == 400 ? 400 : 200);
    }
}

BOOST_AUTO_TEST_CASE(M13_export_is_a_file_of_what_is_filtered_and_is_written_down) {
    const auto grace = hire(Role::manager);
    customer("ada");
    fail("ada", 3);
    const auto page = open(grace, "/desk/events?event=signin.failure");
    const PageForm form(page.text, "events/export");
    auto csv = form, lines = form;
    const auto sheet = press(grace, "/desk/events/export", csv.set("form", "csv").body());
    BOOST_TEST(sheet.status == 200);
    BOOST_TEST(sheet.header("content-type") == "text/csv; charset=utf-8");
    BOOST_TEST(sheet.header("content-disposition") == "attachment; filename=\"events.csv\"");
    BOOST_TEST(sheet.header("cache-control") == "no-store");
    BOOST_TEST(std::ranges::count(sheet.text, '\n') == 4);
    BOOST_TEST(sheet.text.starts_with("realm,eventId,name,"));
    const auto json = press(grace, "/desk/events/export", lines.set("form", "ndjson").body());
    BOOST_TEST(json.header("content-type") == "application/x-ndjson; charset=utf-8");
    BOOST_TEST(std::ranges::count(json.text, '\n') == 3);
    BOOST_TEST(parse_json(json.text.substr(0, json.text.find('\n'))).has_value());
    const auto written = exports();
    BOOST_REQUIRE(written.size() == 2U);
    BOOST_TEST(events::record(written.front()).operator_name == "grace Hopper");
    BOOST_TEST(written.front().reason == "events");
    BOOST_TEST(written.front().details.starts_with("{\"rows\":3"));
    is_page(press(grace, "/desk/events/export", "form=csv&event=nonsense"), 400);
    BOOST_TEST(exports().size() == 2U);
}

BOOST_AUTO_TEST_CASE(M13_only_who_may_takes_the_log_away_and_nobody_changes_it) {
    for (const auto role : {Role::viewer, Role::support}) {
        const auto other = hire(role, std::string(operators::name(role)));
        const auto page = open(other, "/desk/events");
        is_page(page, 200);
        says_not(page, "events/export");
        is_page(press(other, "/desk/events/export", "form=csv"), 403);
    }
    BOOST_TEST(exports().empty());
    const auto grace = hire(Role::manager);
    const auto id = hex(events::browse(core.db, realm, {}).items.front().id.value);
    for (const auto& target : {std::string("/desk/events"), "/desk/events/" + id}) is_page(press(grace, target, "x=1"), 405);
    is_page(open(grace, "/desk/events/export"), 405);  // a form, no link (D250)
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
