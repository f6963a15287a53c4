// SPDX-License-Identifier: MIT
// The desk's pages about customers (docs/pages.md, M1 to M10 and M15): what each shows and does, who may, and what comes too
// late, from elsewhere or from another shop.
#include <thread>

#include "http/desk_shop.h"

namespace authtickets::test {

namespace {

using operators::Role;
using namespace std::chrono_literals;

std::size_t count_of(std::string_view text, std::string_view piece) {
    std::size_t out = 0;
    for (auto at = text.find(piece); at != text.npos; at = text.find(piece, at + 1)) ++out;
    return out;
}

bool stands_before(const Reply& reply, std::string_view first, std::string_view second) {
    const auto a = reply.text.find(first), b = reply.text.find(second);
    return a != reply.text.npos && b != reply.text.npos && a < b;
}

struct Desk : DeskShop {
    Staff manager = hire(Role::manager);
    Person ada = customer("ada.byron");

    Reply record() { return open(manager, ada.at); }
    void lock(const Person&) {
        for (int i = 0; i < 10; ++i) wrong_password();
    }
    Person add_guest(const std::string& email = "sophie@example.fr") {
        return person(send(request(POST, accounts_path, Json::object({{"emailAddress", email}, {"firstName", "Sophie"}, {"lastName", "Germain"}}).dump())));
    }
    // The number of events of a name in the shop.
    std::size_t written(events::Name name) {
        return static_cast<std::size_t>(events::count_of_name(core.db, realm, events::name(name), {}, 1000));
    }
    // A member of the account in the Kibo door's form of it, for what is saved.
    Person person(Reply reply) {
        if (reply.at("customerAccount.id").is_null() && !reply.at("id").is_null()) {
            const auto no = AccountNo{static_cast<std::uint32_t>(reply.at("id").integer().value())};
            return {.no = no, .registered = std::move(reply), .at = "/desk/customers/" + std::to_string(no.value)};
        }
        return DeskShop::person(std::move(reply));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pages_desk, Desk)

// --- Who comes in

BOOST_AUTO_TEST_CASE(the_desk_opens_to_operators_with_both_steps_and_leads_to_the_customers) {
    leads_to(open(manager, "/desk"), "desk/customers");
    leads_to(open(manager, "/desk/"), "customers");
    is_page(open(manager, "/desk/customers"), 200);

    auto nobody = bare(GET, "/desk/customers");
    leads_to(send(nobody), "sign-in?to=customers");
    auto posted = bare(POST, ada.at + "/suspend", "f=" + manager.form);
    posted.content_type = "application/x-www-form-urlencoded";
    leads_to(send(posted), "../../sign-in");
    BOOST_TEST(core.accounts.get(core.db, realm, ada.no)->active);

    // A customer's session is none of the desk's, and an operator without an app sees its set-up alone.
    auto hers = bare(GET, "/desk/customers");
    hers.headers["cookie"] = "__Host-authtickets-desk=" + std::string(sign_in(realm, ada.user, Door::pages, true).cookie.reveal());
    leads_to(send(hers), "sign-in?to=customers");
    const auto fresh = add_operator(realm, Role::manager, "barbara");
    auto first = bare(GET, "/desk/customers");
    first.headers["cookie"] = "__Host-authtickets-desk=" + std::string(sign_in(operators_realm(), fresh.user, Door::desk, false).cookie.reveal());
    leads_to(send(first), "settings/two-step/set-up");
    auto half = bare(GET, ada.at);
    half.headers["cookie"] = "__Host-authtickets-desk=" + std::string(sign_in(operators_realm(), manager.who.user, Door::desk, false).cookie.reveal());
    BOOST_TEST(send(half).status == 303);
    BOOST_TEST(written(events::Name::customer_viewed) == 0U);
}

BOOST_AUTO_TEST_CASE(another_shops_operator_and_customers_are_not_here) {
    const auto other = add_realm("other", 1001, 2001);
    const auto stranger = hire(other, Role::manager, "konrad");
    leads_to(open(stranger, "/desk/customers"), "sign-in?to=customers");
    leads_to(press(stranger, ada.at + "/suspend"), "../../sign-in");

    // Asked for at the other shop's desk, this shop's customers are nobody.
    const auto there = [&](http::Request request) {
        request.host = "other.example";
        request.headers["origin"] = "https://other.example";
        return send(request);
    };
    BOOST_TEST(there(seen_by(stranger, bare(GET, "/desk/customers"))).status == 200);
    says_not(there(seen_by(stranger, bare(GET, "/desk/customers"))), "ada.byron");
    is_page(there(seen_by(stranger, bare(GET, ada.at))), 404);
    for (const auto* rest : {"", "/two-step/disable", "/two-step/method", "/unlock", "/reset", "/suspend", "/activate", "/sessions/end", "/act-as"}) {
        BOOST_TEST_CONTEXT(rest) {
            is_page(there(form_of(stranger, ada.at + rest, "reason=x&method=simple")), 404);
        }
    }
    is_live(ada.registered);
    BOOST_TEST(core.accounts.get(core.db, realm, ada.no)->active);
}

BOOST_AUTO_TEST_CASE(numbers_that_nobody_has_and_what_is_no_number_are_404) {
    for (const auto* rest : {"1", "999999", "4294967296", "-1", "1001x", "x", "%00", "1001%2e", "0x3e9"}) {
        BOOST_TEST_CONTEXT(rest) BOOST_TEST(open(manager, "/desk/customers/" + std::string(rest)).status >= 400);
        BOOST_TEST_CONTEXT(rest) BOOST_TEST(open(manager, "/desk/customers/" + std::string(rest)).status <= 404);
    }
    is_page(open(manager, "/desk/customers/999999"), 404);
    is_page(press(manager, "/desk/customers/999999/suspend"), 404);
}

// --- M1

BOOST_AUTO_TEST_CASE(M1_the_list_begins_with_the_newest_sign_in_and_each_row_is_one_link) {
    customer("babbage", "Charles", "Babbage");
    clock.advance(1min);
    BOOST_REQUIRE(send(signing_in()).status == 200);
    const auto list = open(manager, "/desk/customers");
    is_page(list, 200);
    says(list, "<h1>Customers</h1>");
    says(list, "2 customers");
    says(list, "<a href=\"customers/" + std::to_string(ada.no.value) + "\"><bdi>Ada Byron</bdi></a>");
    BOOST_TEST(stands_before(list, "Ada Byron", "Charles Babbage"));
    BOOST_TEST(count_of(list.text, "<th scope=\"row\"><a href=") == 2U);
    for (const auto* heading : {"Name", "User name", "E-mail", "Status", "2FA", "Last sign-in"}) says(list, ">" + std::string(heading) + "<");
    says(list, "aria-sort=\"descending\"");
    says(list, "ada.byron@example.com");
    says(list, "<span class=\"tag good\">Active</span>");
    says(list, "<title>Customers – shop</title>");
    BOOST_TEST(written(events::Name::customer_viewed) == 0U);  // a list is no record
}

BOOST_AUTO_TEST_CASE(M1_UI28_search_filter_sort_and_page_stand_in_the_address) {
    const auto charles = customer("babbage", "Charles", "Babbage");
    for (int i = 10; i < 40; ++i) customer("user" + std::to_string(i), "Number" + std::to_string(i), "Smith");
    const auto found = open(manager, "/desk/customers?q=babb");
    says(found, "Charles Babbage");
    says_not(found, "Ada Byron");
    says(found, "value=\"babb\"");
    says(found, "1 customer<");
    says(open(manager, "/desk/customers?q=nobody-at-all"), "No customer matches.");

    BOOST_REQUIRE(core.desk.suspend(core.db, in(realm, Door::desk), charles.no));
    const auto suspended = open(manager, "/desk/customers?status=suspended");
    says(suspended, "Charles Babbage");
    says_not(suspended, "Ada Byron");
    says(suspended, "<option value=\"suspended\" selected>");
    says_not(open(manager, "/desk/customers?status=active&q=babb"), "Charles Babbage");

    const auto first = open(manager, "/desk/customers?sort=name&order=up");
    says(first, "aria-sort=\"ascending\"");
    says(first, "1–25 of 32");
    says(first, "href=\"customers?sort=name&amp;page=2\"");
    const auto second = open(manager, "/desk/customers?sort=name&page=2");
    says(second, "26–32 of 32");
    says(second, "<span aria-current=\"page\">2</span>");
    BOOST_TEST(count_of(second.text, "<th scope=\"row\">") == 7U);
    // By this address anybody sees the same; what is no page is the nearest one.
    says(open(manager, "/desk/customers?sort=name&page=99"), "26–32 of 32");
    for (const auto* odd : {"page=0", "page=-1", "page=x", "sort=x&order=x", "status=x", "page=99999999999999999999", "q=%25%5F%27%22%3C"}) {
        BOOST_TEST_CONTEXT(odd) is_page(open(manager, "/desk/customers?" + std::string(odd)), 200);
    }
    const auto backwards = open(manager, "/desk/customers?sort=name&order=down");
    says(backwards, "aria-sort=\"descending\"");
    says_not(backwards, "Ada Byron");  // on the last page now
    // The reader's language stays in every link.
    says(open(manager, "/desk/customers?lang=de"), "href=\"customers/" + std::to_string(charles.no.value) + "?lang=de\"");
    says(open(manager, "/desk/customers?lang=de"), "<input type=\"hidden\" name=\"lang\" value=\"de\">");
}

BOOST_AUTO_TEST_CASE(M1_the_choice_of_columns_is_the_operators_and_outlives_his_session) {
    leads_to(press(manager, "/desk/customers/columns?q=ada&sort=name", "column=email&column=nonsense"), "../customers?q=ada&sort=name");
    const auto again = at_desk(manager.who, Secret{});
    const auto list = open(again, "/desk/customers");
    says(list, "data-label=\"E-mail\"");
    says_not(list, "data-label=\"User name\"");
    says_not(list, "data-label=\"Last sign-in\"");
    says(list, "id=\"column-email\" name=\"column\" value=\"email\" form=\"keep\" checked>");
    says(list, "id=\"column-status\" name=\"column\" value=\"status\" form=\"keep\">");
    says(open(hire(Role::viewer, "vera"), "/desk/customers"), "data-label=\"User name\"");
    press(manager, "/desk/customers/columns", "");
    says(open(manager, "/desk/customers"), "Ada Byron");  // the name stays
}

BOOST_AUTO_TEST_CASE(M1_the_row_menu_leads_to_questions_and_guests_have_none) {
    const auto sophie = add_guest();
    const auto list = open(manager, "/desk/customers?q=example");
    const auto at = "customers/" + std::to_string(ada.no.value);
    says(open(manager, "/desk/customers"), "<summary aria-label=\"More for Ada Byron\">");
    says(open(manager, "/desk/customers"), "<a href=\"" + at + "/suspend\">Suspend…</a>");
    says(open(manager, "/desk/customers"), "<a href=\"" + at + "/reset\">Send password reset…</a>");
    BOOST_REQUIRE(core.desk.suspend(core.db, in(realm, Door::desk), ada.no));
    says(open(manager, "/desk/customers"), "<a href=\"" + at + "/activate\">Activate…</a>");
    says_not(open(manager, "/desk/customers"), at + "/suspend");
    const auto guests = open(manager, "/desk/customers?status=guest");
    says(guests, "Sophie Germain");
    says(guests, "<span class=\"tag \">Guest</span>");
    says_not(guests, "<summary aria-label");
    says_not(open(manager, "/desk/customers"), "Sophie Germain");
}

BOOST_AUTO_TEST_CASE(M1_the_export_is_the_filtered_list_and_stands_in_the_log) {
    customer("babbage", "=HYPERLINK(\"http://evil.example\")", "@SUM(1)");
    const auto list = press(manager, "/desk/customers/export?q=babb");
    BOOST_TEST(list.status == 200);
    BOOST_TEST(list.header("content-type") == "text/csv; charset=utf-8");
    BOOST_TEST(list.header("content-disposition") == "attachment; filename=\"customers-2026-01-15.csv\"");
    BOOST_TEST(list.header("cache-control") == "no-store");
    BOOST_TEST(holds(list.text, "babbage@example.com"));
    BOOST_TEST(!holds(list.text, "ada.byron"));
    // What a spreadsheet would work out is text (KL5).
    BOOST_TEST(holds(list.text, "'=HYPERLINK"));
    BOOST_TEST(holds(list.text, "'@SUM"));
    BOOST_TEST(!holds(list.text, ",=") );
    BOOST_TEST(written(events::Name::export_made) == 1U);
    BOOST_TEST(open(manager, "/desk/customers/export").status == 405);  // no other site's picture takes a list away
    is_page(press(hire(Role::support, "sam"), "/desk/customers/export"), 403);
    BOOST_TEST(written(events::Name::export_made) == 1U);
}

// --- M2, M3

BOOST_AUTO_TEST_CASE(M2_a_record_shows_the_customer_and_that_it_was_opened_stands_in_the_log) {
    const auto page = record();
    is_page(page, 200);
    says(page, "<title>Ada Byron – shop</title>");
    says(page, "<h1><bdi>Ada Byron</bdi></h1>");
    says(page, "ada.byron@example.com");
    says(page, "<span class=\"tag good\">Active</span>");
    says(page, "Reset password…");
    says_not(page, "Unlock account…");
    says(page, "name=\"off\"");
    says(page, "Registered");  // the last events
    const auto viewed = events_of(ada, events::Name::customer_viewed);
    BOOST_REQUIRE(viewed.size() == 1U);
    const auto told = events::record(viewed.front());
    BOOST_TEST(told.actor == "operator");
    BOOST_TEST(told.operator_name == "grace Hopper");
    BOOST_TEST((told.origin == events::Origin::desk));
    record();
    BOOST_TEST(events_of(ada, events::Name::customer_viewed).size() == 2U);
    BOOST_TEST(open(manager, ada.at, http::Method::head).status == 200);  // which shows nothing
    BOOST_TEST(events_of(ada, events::Name::customer_viewed).size() == 2U);
    says(page, "href=\"../events?customer=" + std::to_string(ada.no.value) + "\"");
}

BOOST_AUTO_TEST_CASE(W14_UI27_the_button_stands_there_only_while_the_app_is_on) {
    const auto off = record();
    says(off, "<span class=\"tag \">Disabled</span>");
    says_not(off, "two-step/disable");
    says_not(off, "id=\"disable\"");
    turn_on_app(realm, ada.user);
    const auto on = record();
    says(on, "<span class=\"tag good\">Enabled</span>");
    says(on, "<a class=\"button plain danger\" href=\"../customers/" + std::to_string(ada.no.value) + "/two-step/disable\" data-dialog=\"disable\">Disable</a>");
    says(on, "10 of 10 left");
    says(on, "<dialog id=\"disable\" aria-labelledby=\"disable-title\">");
    for (const auto* never : {"otpauth", "secret", "data-copy"}) says_not(on, never);  // M3: no key, no codes
}

BOOST_AUTO_TEST_CASE(M2_a_guest_has_no_status_buttons_and_every_press_is_too_late) {
    const auto sophie = add_guest();
    const auto page = open(manager, sophie.at);
    is_page(page, 200);
    says(page, "<span class=\"tag \">Guest</span>");
    for (const auto* never : {"Reset password", "name=\"off\"", "two-step", "sessions/end", "act-as", "<dialog"}) says_not(page, never);
    says(page, "name=\"email\"");
    for (const auto* rest : {"/two-step/disable", "/unlock", "/reset", "/suspend", "/activate", "/sessions/end", "/act-as"}) {
        BOOST_TEST_CONTEXT(rest) {
            is_page(press(manager, sophie.at + rest, "reason=why"), 409);
            is_page(open(manager, sophie.at + rest), 409);
        }
    }
    leads_to(press(manager, sophie.at, "first=Sophia&was_first=Sophie&email=sophia@example.fr&was_email=sophie@example.fr"),
             "../customers/" + std::to_string(sophie.no.value) + "?done=saved");
    BOOST_TEST(core.accounts.get(core.db, realm, sophie.no)->profile.email == "sophia@example.fr");
    BOOST_TEST(core.accounts.get(core.db, realm, sophie.no)->profile.first_name == "Sophia");
}

BOOST_AUTO_TEST_CASE(M2_P18_names_are_saved_at_once_and_a_new_address_waits_for_its_code) {
    const auto at = "../customers/" + std::to_string(ada.no.value);
    const std::string was = "was_first=Ada&was_last=Byron&was_email=ada.byron%40example.com&was_phone=&was_off=0";
    leads_to(press(manager, ada.at, was + "&first=Augusta&last=King&email=ada.byron%40example.com&phone="), at + "?done=saved");
    says(open(manager, ada.at + "?done=saved"), "The details of Augusta King are saved.");
    BOOST_TEST(core.accounts.get(core.db, realm, ada.no)->profile.last_name == "King");

    leads_to(press(manager, ada.at, "first=Augusta&was_first=Augusta&last=King&was_last=King&email=countess%40example.com&was_email=ada.byron%40example.com"
                                    "&phone=%2B49+1512+3456789&was_phone=&was_off=0"),
             at + "?done=saved_both");
    says(open(manager, ada.at + "?done=saved_both"), "Codes went to the new address and the new number.");
    BOOST_TEST(login(ada).email->value == "ada.byron@example.com");
    BOOST_TEST(!login(ada).phone);
    BOOST_TEST(causes(events::Name::contact_code_sent).size() == 2U);
}

BOOST_AUTO_TEST_CASE(M2_what_cannot_be_saved_is_named_at_its_field_and_kept) {
    customer("babbage", "Charles", "Babbage");
    const std::string was = "was_first=Ada&was_last=Byron&was_email=ada.byron%40example.com&was_phone=&was_off=0&first=Ada&last=Byron";
    const auto no_address = press(manager, ada.at, was + "&email=nonsense&phone=");
    is_page(no_address, 400);
    says(no_address, "<a href=\"#email\">That is no e-mail address.</a>");
    says(no_address, "value=\"nonsense\"");
    says(no_address, "<title>Error: Ada Byron – shop</title>");
    const auto taken = press(manager, ada.at, was + "&email=babbage%40example.com&phone=");
    is_page(taken, 409);
    says(taken, "Somebody else signs in with that address.");
    const auto no_number = press(manager, ada.at, was + "&email=ada.byron%40example.com&phone=12");
    is_page(no_number, 400);
    says(no_number, "<a href=\"#phone\">");
    BOOST_TEST(login(ada).email->value == "ada.byron@example.com");
}

BOOST_AUTO_TEST_CASE(M2_a_stale_form_does_not_undo_what_another_operator_saved) {
    const std::string opened = "was_first=Ada&was_last=Byron&was_email=ada.byron%40example.com&was_phone=&was_off=0&email=ada.byron%40example.com&phone=";
    press(manager, ada.at, opened + "&first=Augusta&last=Byron");
    const auto second = hire(Role::manager, "joan");
    const auto late = press(second, ada.at, opened + "&first=Adelaide&last=Byron");
    is_page(late, 409);
    says(late, "Somebody else changed the same meanwhile.");
    says(late, "value=\"Augusta\"");
    // Another field of the same old form is saved, and the first one left alone.
    BOOST_TEST(press(second, ada.at, opened + "&first=Ada&last=King").status == 303);
    const auto now = core.accounts.get(core.db, realm, ada.no);
    BOOST_TEST(now->profile.first_name == "Augusta");
    BOOST_TEST(now->profile.last_name == "King");
}

BOOST_AUTO_TEST_CASE(M2_the_box_suspends_and_activates_on_Save) {
    const std::string same = "was_first=Ada&was_last=Byron&was_email=ada.byron%40example.com&was_phone=&first=Ada&last=Byron&email=ada.byron%40example.com&phone=";
    const auto at = "../customers/" + std::to_string(ada.no.value);
    leads_to(press(manager, ada.at, same + "&was_off=0&off=1"), at + "?done=suspended");
    is_ended(ada.registered);
    says(record(), "name=\"off\" type=\"checkbox\" value=\"1\" aria-describedby=\"off-hint\" checked>");
    BOOST_TEST(press(manager, ada.at, same + "&was_off=0").status == 303);  // untouched in an old form: nothing
    BOOST_TEST(!core.accounts.get(core.db, realm, ada.no)->active);
    leads_to(press(manager, ada.at, same + "&was_off=1"), at + "?done=activated");
    BOOST_TEST(core.accounts.get(core.db, realm, ada.no)->active);
    BOOST_TEST(written(events::Name::account_suspended) == 1U);
    BOOST_TEST(written(events::Name::account_activated) == 1U);
    says(record(), "Account activated<");  // and not "activated: account disabled"
    says(record(), "Account suspended<");
}

BOOST_AUTO_TEST_CASE(M3_W21_a_method_needs_a_contact_that_the_customer_has_confirmed) {
    const auto refused = press(manager, ada.at + "/two-step/method", "method=sms");
    is_page(refused, 400);
    says(refused, "That needs an address or number that the customer has confirmed.");
    says(record(), "<option value=\"sms\" disabled>By SMS</option>");
    const auto hers = login(ada);
    core.db.transact([&](db::Tx& tx) {
        return core.contacts.put(tx, in(realm, Door::desk), hers, users::ContactKind::phone, "+4915123456789", true).has_value();
    });
    leads_to(press(manager, ada.at + "/two-step/method", "method=sms"), "../../../customers/" + std::to_string(ada.no.value) + "?done=method");
    BOOST_TEST((login(ada).method == users::Method::sms));
    says(record(), "<span class=\"tag \">Code by SMS</span>");
    says(open(manager, "/desk/customers"), "<bdi>SMS</bdi>");
    BOOST_TEST(press(manager, ada.at + "/two-step/method", "method=simple").status == 303);
    is_page(press(manager, ada.at + "/two-step/method", "method=pigeon"), 400);
}

// --- M4, M5

BOOST_AUTO_TEST_CASE(M4_UI26_UI29_the_question_names_the_customer_and_what_ends_with_Cancel_first) {
    turn_on_app(realm, ada.user);
    for (const auto& page : {open(manager, ada.at + "/two-step/disable"), record()}) {
        is_page(page, 200);
        says(page, "Disable two-factor authentication for Ada Byron?");
        says(page, "all recovery codes (10 left) stop working, for good");
        says(page, "After that the password alone signs in");
        says(page, "We tell the customer by mail.");
        says(page, "<textarea id=\"reason\" name=\"reason\" required maxlength=\"200\"");
        BOOST_TEST(stands_before(page, ">Cancel</a>", "<textarea id=\"reason\""));
    }
    BOOST_TEST(login(ada).app);
    BOOST_TEST(written(events::Name::second_step_disabled) == 0U);

    // What signs in afterwards is said as the shop's rules have it.
    BOOST_REQUIRE(core.realms.set(core.db, in(realm, Door::none), realm, "second_step.always", "on"));
    clock.advance(2s);
    says(open(manager, ada.at + "/two-step/disable"), "After that password and a code by e-mail sign in");
}

BOOST_AUTO_TEST_CASE(M4_W15_a_reason_is_required_and_nothing_has_changed_without) {
    turn_on_app(realm, ada.user);
    for (const auto& reason : {std::string(), std::string("reason="), std::string("reason=+++"), "reason=" + std::string(201, 'x')}) {
        const auto refused = press(manager, ada.at + "/two-step/disable", reason);
        is_page(refused, 400);
        says(refused, "href=\"#reason\"");
        says(refused, "aria-invalid=\"true\"");
    }
    BOOST_TEST(login(ada).app);
    BOOST_TEST(written(events::Name::second_step_disabled) == 0U);
    BOOST_TEST(causes(events::Name::second_step_disabled).empty());
}

BOOST_AUTO_TEST_CASE(M4_W8_W15_disabling_ends_app_and_codes_and_is_told) {
    const auto app = turn_on_app(realm, ada.user);
    BOOST_TEST(send(signing_in()).text_at("secondFactor") == "app");  // what it owes
    leads_to(press(manager, ada.at + "/two-step/disable", "reason=lost+phone%2C+checked+by+call"),
             "../../../customers/" + std::to_string(ada.no.value) + "?done=disabled");
    const auto page = open(manager, ada.at + "?done=disabled");
    says(page, "role=\"status\"");
    says(page, "Two-factor authentication is now disabled for Ada Byron.");
    says(page, "<span class=\"tag \">Disabled</span>");
    says(page, "lost phone, checked by call");
    const auto written_down = events_of(ada, events::Name::second_step_disabled);
    BOOST_REQUIRE(written_down.size() == 1U);
    const auto told = events::record(written_down.front());
    BOOST_TEST(told.actor == "operator");
    BOOST_TEST(told.operator_name == "grace Hopper");
    BOOST_REQUIRE(told.details.find("why"));
    BOOST_TEST(*told.details.find("why")->text() == "lost phone, checked by call");
    BOOST_TEST(causes(events::Name::second_step_disabled).size() == 1U);  // N2
    BOOST_TEST(!login(ada).app);
    BOOST_TEST(!core.totp.state(core.db, realm, ada.user));
    BOOST_TEST(send(signing_in()).status == 200);
}

BOOST_AUTO_TEST_CASE(M5_a_second_press_and_a_stale_page_are_told_so_with_the_record_as_it_is) {
    turn_on_app(realm, ada.user);
    const auto other = hire(Role::support, "sam");
    BOOST_TEST(press(manager, ada.at + "/two-step/disable", "reason=one").status == 303);
    for (const auto& late : {press(other, ada.at + "/two-step/disable", "reason=two"), press(manager, ada.at + "/two-step/disable", "reason=three"),
                             open(manager, ada.at + "/two-step/disable")}) {
        is_page(late, 409);
        says(late, "It was already disabled.");
        says(late, "<h1><bdi>Ada Byron</bdi></h1>");
        says(late, "<span class=\"tag \">Disabled</span>");
        says_not(late, "data-dialog=\"disable\"");
    }
    BOOST_TEST(written(events::Name::second_step_disabled) == 1U);
    BOOST_TEST(causes(events::Name::second_step_disabled).size() == 1U);
}

BOOST_AUTO_TEST_CASE(W16_of_two_operators_who_press_together_one_is_told_it_was_off) {
    const auto other = hire(Role::support, "sam");
    for (int round = 0; round < 3; ++round) {
        turn_on_app(realm, ada.user);
        const auto before = written(events::Name::second_step_disabled);
        const auto mails = causes(events::Name::second_step_disabled).size();
        const auto first = form_of(manager, ada.at + "/two-step/disable", "reason=one"), second = form_of(other, ada.at + "/two-step/disable", "reason=two");
        const auto worker = another_worker(), worker_too = another_worker();
        Reply replies[2];
        {
            std::jthread a([&] { replies[0] = send(*worker, first); }), b([&] { replies[1] = send(*worker_too, second); });
        }
        BOOST_TEST(std::min(replies[0].status, replies[1].status) == 303);
        BOOST_TEST(std::max(replies[0].status, replies[1].status) == 409);
        BOOST_TEST(written(events::Name::second_step_disabled) == before + 1);
        BOOST_TEST(causes(events::Name::second_step_disabled).size() == mails + 1);
    }
}

// --- M6, M7, M8

BOOST_AUTO_TEST_CASE(M6_W23_unlocking_clears_lock_and_count_and_leaves_the_rest) {
    says_not(record(), "Unlock account…");
    is_page(press(manager, ada.at + "/unlock"), 409);
    lock(ada);
    BOOST_TEST(send(signing_in()).status == 401);
    says(record(), "<span class=\"tag warn\">Locked</span>");
    says(record(), "Unlock account…");
    says(open(manager, ada.at + "/unlock"), "Unlock the account of Ada Byron?");
    leads_to(press(manager, ada.at + "/unlock"), "../../customers/" + std::to_string(ada.no.value) + "?done=unlocked");
    says(open(manager, ada.at + "?done=unlocked"), "The account of Ada Byron is unlocked.");
    BOOST_TEST(send(signing_in()).status == 200);
    is_live(ada.registered);  // TH5
    BOOST_TEST(written(events::Name::account_unlocked) == 1U);
    const auto late = press(manager, ada.at + "/unlock");
    is_page(late, 409);
    says(late, "is not locked any more");
    BOOST_TEST(written(events::Name::account_unlocked) == 1U);
}

BOOST_AUTO_TEST_CASE(M7_RS4_the_link_goes_to_the_customer_and_no_operator_sees_it) {
    says(open(manager, ada.at + "/reset"), "The link goes to ada.byron@example.com.");
    const auto sent = press(manager, ada.at + "/reset");
    leads_to(sent, "../../customers/" + std::to_string(ada.no.value) + "?done=reset");
    const auto owed = causes(events::Name::password_reset_sent);
    BOOST_REQUIRE(owed.size() == 1U);
    BOOST_TEST(owed.front().destination == "ada.byron@example.com");
    for (const auto& reply : {sent, open(manager, ada.at + "?done=reset")}) says_not(reply, owed.front().link.reveal());
    BOOST_TEST(events_of(ada, events::Name::password_reset_sent).size() == 1U);
    for (const auto& reply : {record(), open(manager, ada.at + "/reset")}) says_not(reply, "type=\"password\"");
    // A budget that is spent is said, with the time left (OC7).
    Reply last;
    for (int i = 0; i < 14; ++i) last = press(manager, ada.at + "/reset");
    is_page(last, 429);
    says(last, "Too many tries. Try again in ");
    BOOST_TEST(!last.header("retry-after").empty());
}

BOOST_AUTO_TEST_CASE(M8_W22_TK6_suspending_ends_every_ticket_and_activating_brings_none_back) {
    says(open(manager, ada.at + "/suspend"), "Suspend Ada Byron?");
    says(open(manager, ada.at + "/suspend"), "It does not stop a new registration with another address.");
    is_live(ada.registered);
    leads_to(press(manager, ada.at + "/suspend"), "../../customers/" + std::to_string(ada.no.value) + "?done=suspended");
    is_ended(ada.registered);
    BOOST_TEST(send(signing_in()).status == 401);
    says(open(manager, ada.at + "?done=suspended"), "<span class=\"tag bad\">Suspended</span>");
    const auto again = press(manager, ada.at + "/suspend");
    is_page(again, 409);
    says(again, "Ada Byron was suspended already.");
    says(press(manager, ada.at + "/reset"), "Activate the account first.");
    leads_to(press(manager, ada.at + "/activate"), "../../customers/" + std::to_string(ada.no.value) + "?done=activated");
    is_page(press(manager, ada.at + "/activate"), 409);
    is_ended(ada.registered);
    BOOST_TEST(send(signing_in()).status == 200);
    BOOST_TEST(written(events::Name::account_suspended) == 1U);
    BOOST_TEST(written(events::Name::account_activated) == 1U);
}

BOOST_AUTO_TEST_CASE(M8_who_was_blocked_by_an_application_is_suspended_here_and_can_be_activated) {
    BOOST_REQUIRE(core.customers.set_locked(core.db, in(realm, Door::kibo), ada.no, ada.user, true));
    says(record(), "<span class=\"tag bad\">Suspended</span>");
    says_not(record(), "Unlock account…");
    is_page(press(manager, ada.at + "/unlock"), 409);
    BOOST_TEST(press(manager, ada.at + "/activate").status == 303);
    says(record(), "<span class=\"tag good\">Active</span>");
    BOOST_TEST(send(signing_in()).status == 200);
}

BOOST_AUTO_TEST_CASE(two_operators_who_press_the_same_together_leave_one_event_and_one_mail) {
    const auto other = hire(Role::support, "sam");
    const auto together = [&](const std::string& rest) {
        const auto first = form_of(manager, ada.at + rest), second = form_of(other, ada.at + rest);
        const auto worker = another_worker(), worker_too = another_worker();
        Reply replies[2];
        {
            std::jthread a([&] { replies[0] = send(*worker, first); }), b([&] { replies[1] = send(*worker_too, second); });
        }
        for (const auto& reply : replies) BOOST_TEST_CONTEXT(rest) BOOST_TEST((reply.status == 303 || reply.status == 409));
    };
    for (std::size_t round = 1; round <= 4; ++round) {
        lock(ada);
        together("/unlock");
        BOOST_TEST(written(events::Name::account_unlocked) == round);
        BOOST_TEST(causes(events::Name::account_unlocked).size() == round);
        together("/suspend");
        BOOST_TEST(written(events::Name::account_suspended) == round);
        together("/activate");
        BOOST_TEST(written(events::Name::account_activated) == round);
    }
}

// --- M9

BOOST_AUTO_TEST_CASE(M9_sessions_are_listed_and_ended_one_or_all) {
    auto her_browser = in(realm, Door::pages);
    const auto one = sign_in(realm, ada.user, Door::pages, false), two = sign_in(realm, ada.user, Door::pages, false);
    const auto alive = [&](const tickets::Issued& issued) { return core.tickets.session(core.db, in(realm, Door::pages), issued.cookie.reveal()).has_value(); };
    const auto page = record();
    says(page, "name=\"session\" value=\"" + hex(one.ticket.id.value) + "\"");
    says(page, "198.51.100.7");
    says_not(page, one.cookie.reveal());
    const auto at = "../../../customers/" + std::to_string(ada.no.value);
    leads_to(press(manager, ada.at + "/sessions/end", "session=" + hex(one.ticket.id.value)), at + "?done=ended");
    BOOST_TEST(!alive(one));
    BOOST_TEST(alive(two));
    is_page(press(manager, ada.at + "/sessions/end", "session=" + hex(one.ticket.id.value)), 409);
    is_page(press(manager, ada.at + "/sessions/end", "session=nonsense"), 409);
    BOOST_TEST(written(events::Name::session_ended) == 1U);

    // Another customer's session is not to be ended from here.
    const auto bob = customer("bob", "Bob", "Babbage");
    const auto his = sign_in(realm, bob.user, Door::pages, false);
    is_page(press(manager, ada.at + "/sessions/end", "session=" + hex(his.ticket.id.value)), 409);
    BOOST_TEST(alive(his));
    is_page(press(manager, ada.at + "/sessions/end", "session=" + hex(manager.session.id.value)), 409);

    says(open(manager, ada.at + "/sessions/end"), "End all sessions of Ada Byron?");
    leads_to(press(manager, ada.at + "/sessions/end"), at + "?done=ended_all");
    BOOST_TEST(!alive(two));
    is_ended(ada.registered);
    BOOST_TEST(alive(his));
    says(record(), "No session is open.");
    is_page(record(), 200);
    BOOST_TEST(send(signing_in()).status == 200);
}

// --- M10

BOOST_AUTO_TEST_CASE(M10_W24_signing_in_as_the_customer_gives_a_marked_session_of_the_account_pages) {
    says(open(manager, ada.at + "/act-as"), "Sign in as Ada Byron?");
    const auto reply = press(manager, ada.at + "/act-as");
    leads_to(reply, "../../../account/");
    const auto cookie = reply.header("set-cookie");
    BOOST_TEST(cookie.starts_with("__Host-authtickets="));
    BOOST_TEST(holds(cookie, "HttpOnly"));
    BOOST_TEST(holds(cookie, "Max-Age=1800"));
    const auto value = cookie.substr(19, cookie.find(';') - 19);
    const auto session = core.tickets.session(core.db, in(realm, Door::pages), value);
    BOOST_REQUIRE(session);
    BOOST_TEST((session->user == ada.user));
    BOOST_REQUIRE(session->acting);
    BOOST_TEST((session->acting->user == manager.who.user));
    BOOST_TEST(!session->password_at);
    BOOST_TEST(written(events::Name::as_customer_started) == 1U);
    says(record(), "<span class=\"tag brand\">Operator</span>");
    is_page(open(manager, "/desk/customers"), 200);  // his own session goes on
    clock.advance(31min);
    BOOST_TEST(!core.tickets.session(core.db, in(realm, Door::pages), value));
}

BOOST_AUTO_TEST_CASE(M10_nobody_acts_for_who_is_suspended) {
    BOOST_REQUIRE(core.desk.suspend(core.db, in(realm, Door::desk), ada.no));
    says_not(record(), "act-as");
    const auto late = press(manager, ada.at + "/act-as");
    is_page(late, 409);
    BOOST_TEST(late.header("set-cookie").empty());
    BOOST_TEST(written(events::Name::as_customer_started) == 0U);
}

// --- M15

BOOST_AUTO_TEST_CASE(M15_a_customer_is_made_with_a_link_and_no_password_is_typed) {
    const auto form = open(manager, "/desk/customers/new");
    is_page(form, 200);
    says_not(form, "type=\"password\"");
    const auto made = press(manager, "/desk/customers/new", "first=Mary&last=Somerville&email=mary%40example.org&user_name=");
    BOOST_TEST(made.status == 303);
    BOOST_TEST(made.header("location").ends_with("?done=created"));
    const auto login = core.logins.named(core.db, realm, "mary@example.org");
    BOOST_REQUIRE(login);
    BOOST_TEST(login->sealed_password.empty());
    const auto page = open(manager, "/desk/customers/" + std::to_string(login->account->no.value) + "?done=created");
    says(page, "Mary Somerville has been created, and a link to set a password is on its way.");
    says(page, "None yet");
    BOOST_TEST(written(events::Name::account_created) >= 1U);

    const auto taken = press(manager, "/desk/customers/new", "first=M&last=S&email=mary%40example.org");
    is_page(taken, 409);
    says(taken, "Somebody else signs in with that address.");
    says(taken, "value=\"mary@example.org\"");
    const auto name = press(manager, "/desk/customers/new", "email=another%40example.org&user_name=ada.byron");
    is_page(name, 409);
    says(name, "href=\"#user_name\"");
    for (const auto* odd : {"", "email=", "email=nonsense", "email=a%0Ab%40example.org"}) {
        BOOST_TEST_CONTEXT(odd) is_page(press(manager, "/desk/customers/new", odd), 400);
    }
}

// --- What comes from elsewhere

BOOST_AUTO_TEST_CASE(TK11_a_form_without_its_token_with_anothers_or_of_another_site_does_nothing) {
    const auto other = hire(Role::manager, "joan");
    const auto with = [&](const std::string& fields, const std::string& origin = "https://shop.example") {
        auto request = form_of(manager, ada.at + "/suspend");
        request.body = fields;
        request.headers["origin"] = origin;
        return send(request);
    };
    is_page(with(""), 403);
    is_page(with("f="), 403);
    is_page(with("f=1.00"), 403);
    is_page(with("f=" + other.form), 403);
    is_page(with("f=" + manager.form + "0"), 403);
    is_page(with("f=" + manager.form, "https://evil.example"), 403);
    auto foreign = form_of(manager, ada.at + "/suspend");
    foreign.headers["origin"] = "null";
    foreign.headers["sec-fetch-site"] = "cross-site";
    is_page(send(foreign), 403);
    BOOST_TEST(core.accounts.get(core.db, realm, ada.no)->active);
    BOOST_TEST(with("f=" + manager.form).status == 303);
}

BOOST_AUTO_TEST_CASE(OC10_opening_a_question_does_nothing) {
    turn_on_app(realm, ada.user);
    for (const auto* rest : {"/two-step/disable", "/reset", "/suspend", "/sessions/end", "/act-as"}) {
        BOOST_TEST_CONTEXT(rest) {
            is_page(open(manager, ada.at + rest), 200);
            BOOST_TEST(open(manager, ada.at + rest, http::Method::head).status == 200);
        }
    }
    BOOST_TEST(login(ada).app);
    is_live(ada.registered);
    BOOST_TEST(causes(events::Name::password_reset_sent).empty());
}

BOOST_AUTO_TEST_CASE(nothing_that_a_customer_can_write_is_markup_or_a_formula_at_the_desk) {
    const std::string evil = "\"><script>alert(1)</script>'{{o.c_save}}<img src=x onerror=y>";
    auto registering_evil = registering(Json::object({{"account", Json::object({{"emailAddress", "eve@example.com"}, {"userName", "eve<script>"},
                                                                              {"firstName", evil}, {"lastName", "=cmd|' /C calc'!A0"},
                                                                              {"companyOrOrganization", evil}})},
                                                      {"password", "Engine-No-1"}}).dump());
    registering_evil.headers["user-agent"] = evil;
    const auto eve = person(send(registering_evil));
    BOOST_REQUIRE(!eve.user.empty());
    turn_on_app(realm, eve.user);
    const auto evil_browser = [&] {
        auto context = in(realm, Door::pages);
        context.browser = evil;
        const auto hers = core.logins.of_user(core.db, realm, eve.user);
        const auto lives = tickets::session_lifetimes(at(realm)->settings, clock.now(), false);
        return core.db.transact([&](db::Tx& tx) {
            return core.tickets.issue(tx, context, {.user = eve.user, .account_no = eve.no, .login = hers->id, .epoch = hers->epoch, .lifetimes = lives});
        });
    }();
    const std::string targets[] = {"/desk/customers", "/desk/customers?q=eve", "/desk/customers?q=%3Cscript%3E%22", eve.at, eve.at + "?done=disabled",
                                   eve.at + "?done=%3Cscript%3E", eve.at + "/two-step/disable", eve.at + "/reset", eve.at + "/suspend", eve.at + "/act-as"};
    for (const auto& page : targets) {
        const auto reply = open(manager, page);
        BOOST_TEST_CONTEXT(page) {
            BOOST_TEST(reply.status == 200);
            says_not(reply, "<script>");
            says_not(reply, "<img");
            BOOST_TEST(count_of(reply.text, "{{") == count_of(reply.text, "{{o.c_save}}"));  // as it was typed
        }
    }
    const auto typed = press(manager, eve.at + "/two-step/disable", "reason=%3Cscript%3E" + std::string(220, 'x'));
    BOOST_TEST(typed.status == 400);
    says_not(typed, "<script>x");
    const auto kept = press(manager, eve.at, "first=%3Cscript%3E&was_first=&email=x%22%3E%3Cscript%3E&was_email=y&last=&was_last=&phone=&was_phone=");
    says_not(kept, "<script>");
    const auto list = press(manager, "/desk/customers/export");
    BOOST_TEST(holds(list.text, "'=cmd|"));
    BOOST_TEST(!evil_browser.cookie.empty());
}

// --- M16

struct Reach {
    http::Method method;
    std::string_view path;
    Role least;
    std::string_view fields = "";
};
// Who may what (M16): a viewer sees, support also does M4 and M6 to M9, a manager all.
constexpr Reach reaches[] = {
    {GET, "/desk", Role::viewer},
    {GET, "/desk/customers", Role::viewer},
    {POST, "/desk/customers/columns", Role::viewer},
    {POST, "/desk/customers/export", Role::manager},
    {GET, "/desk/customers/new", Role::manager},
    {POST, "/desk/customers/new", Role::manager},
    {GET, "/desk/customers/{id}", Role::viewer},
    {POST, "/desk/customers/{id}", Role::manager},
    {POST, "/desk/customers/{id}/two-step/method", Role::manager, "method=simple"},
    {GET, "/desk/customers/{id}/two-step/disable", Role::support},
    {POST, "/desk/customers/{id}/two-step/disable", Role::support},
    {GET, "/desk/customers/{id}/unlock", Role::support},
    {POST, "/desk/customers/{id}/unlock", Role::support},
    {GET, "/desk/customers/{id}/reset", Role::support},
    {POST, "/desk/customers/{id}/reset", Role::support},
    {GET, "/desk/customers/{id}/suspend", Role::support},
    {POST, "/desk/customers/{id}/suspend", Role::support},
    {GET, "/desk/customers/{id}/activate", Role::support},
    {POST, "/desk/customers/{id}/activate", Role::support},
    {GET, "/desk/customers/{id}/sessions/end", Role::support},
    {POST, "/desk/customers/{id}/sessions/end", Role::support, "session=x"},
    {GET, "/desk/customers/{id}/act-as", Role::manager},
    {POST, "/desk/customers/{id}/act-as", Role::manager},
    {GET, "/desk/rules", Role::viewer},
    {POST, "/desk/rules", Role::manager},
    {GET, "/desk/mails", Role::viewer},
    {POST, "/desk/mails", Role::manager},
    {GET, "/desk/mails/{name}", Role::viewer},
    {POST, "/desk/mails/{name}", Role::manager},
    {POST, "/desk/mails/{name}/look", Role::manager},
    {GET, "/desk/mails/{name}/remove", Role::manager},
    {POST, "/desk/mails/{name}/remove", Role::manager},
    {GET, "/desk/events", Role::viewer},
    {POST, "/desk/events/export", Role::manager},
    {GET, "/desk/events/{id}", Role::viewer},
    {GET, "/desk/notifications", Role::viewer},
    {GET, "/desk/notifications/add", Role::manager},
    {POST, "/desk/notifications/add", Role::manager},
    {GET, "/desk/notifications/mail/{id}", Role::viewer},
    {POST, "/desk/notifications/mail/{id}", Role::manager},
    {GET, "/desk/notifications/hooks/{id}", Role::viewer},
    {POST, "/desk/notifications/hooks/{id}/test", Role::manager},
    {POST, "/desk/notifications/hooks/{id}/pause", Role::manager},
    {POST, "/desk/notifications/hooks/{id}/resume", Role::manager},
    {GET, "/desk/notifications/hooks/{id}/remove", Role::manager},
    {POST, "/desk/notifications/hooks/{id}/remove", Role::manager},
    {GET, "/desk/notifications/deliveries/{id}", Role::viewer},
    {POST, "/desk/notifications/deliveries/{id}/again", Role::manager},
    {GET, "/desk/operators", Role::viewer},
    {GET, "/desk/operators/add", Role::manager},
    {POST, "/desk/operators/add", Role::manager},
    {GET, "/desk/operators/{id}", Role::viewer},
    {POST, "/desk/operators/{id}/role", Role::manager},
    {GET, "/desk/operators/{id}/link", Role::manager},
    {POST, "/desk/operators/{id}/link", Role::manager},
    {GET, "/desk/operators/{id}/remove", Role::manager},
    {POST, "/desk/operators/{id}/remove", Role::manager},
};
// The ways in and the operator's own account, which the account pages have too.
constexpr std::string_view own_pages[] = {"/desk/static/", "/desk/sign-in", "/desk/sign-out", "/desk/step-up", "/desk/forgot",
                                          "/desk/reset", "/desk/unlock", "/desk/settings", "/desk/sessions"};

BOOST_AUTO_TEST_CASE(M16_every_row_of_the_table_lets_in_its_roles_and_no_others) {
    const Staff staff[] = {hire(Role::viewer, "vera"), hire(Role::support, "sam"), manager};
    std::size_t seen = 0;
    for (const auto& row : pages::desk::door().routes) {
        if (std::ranges::any_of(own_pages, [&](auto each) { return row.path.starts_with(each); })) continue;
        const auto found = std::ranges::find_if(reaches, [&](const Reach& each) { return each.path == row.path && each.method == row.method; });
        BOOST_REQUIRE_MESSAGE(found != std::end(reaches), row.path);
        ++seen;
        auto path = std::string(row.path);
        const bool customers = path.starts_with("/desk/customers/");
        if (const auto open = path.find('{'); open != path.npos) {
            path.replace(open, path.find('}') + 1 - open, customers ? std::to_string(ada.no.value) : std::string("00000000000040008000000000000001"));
        }
        auto nobody = bare(row.method, path);
        nobody.content_type = "application/x-www-form-urlencoded";
        BOOST_TEST_CONTEXT(name(row.method) << " " << path) {
            const auto reply = send(nobody);
            BOOST_TEST(reply.status == 303);
            BOOST_TEST(holds(reply.header("location"), "sign-in"));
        }
        for (const auto& who : staff) {
            const auto reply = row.method == GET ? open(who, path) : press(who, path, std::string(found->fields));
            BOOST_TEST_CONTEXT(name(row.method) << " " << path << " " << operators::name(who.who.role)) {
                if (who.who.role >= found->least) BOOST_TEST(reply.status != 403);
                else is_page(reply, 403);
                BOOST_TEST(reply.status < 500);
            }
        }
    }
    BOOST_TEST(seen == std::size(reaches));
}

BOOST_AUTO_TEST_CASE(UI22_every_page_about_customers_speaks_every_language) {
    turn_on_app(realm, ada.user);
    lock(ada);
    for (const std::string language : {"en", "de", "ar"}) {
        for (const std::string rest : {"", "/two-step/disable", "/unlock", "/reset", "/suspend", "/sessions/end", "/act-as"}) {
            const auto reply = open(manager, ada.at + rest + "?lang=" + language);
            BOOST_TEST_CONTEXT(language << rest) {
                is_page(reply, 200);
                says(reply, "<html lang=\"" + language + "\" dir=\"" + (language == "ar" ? "rtl" : "ltr") + "\">");
                for (const auto* key : {">o.c_", ">d.", ">m.", ">p.", ">e."}) says_not(reply, key);
            }
        }
        for (const std::string done : {"disabled", "unlocked", "reset", "suspended", "activated", "ended", "ended_all", "method", "saved", "saved_email",
                                       "saved_phone", "saved_both", "created"}) {
            says(open(manager, ada.at + "?done=" + done + "&lang=" + language), "role=\"status\"");
        }
        says_not(open(manager, ada.at + "?done=nonsense&lang=" + language), "role=\"status\"");
        is_page(open(manager, "/desk/customers?lang=" + language), 200);
        is_page(open(manager, "/desk/customers/new?lang=" + language), 200);
    }
    // A name in a sentence of another direction keeps its own.
    says(open(manager, ada.at + "/suspend?lang=ar"), "\xE2\x81\xA8" "Ada Byron" "\xE2\x81\xA9");
    says(open(manager, ada.at + "/suspend"), "Suspend Ada Byron?");
}

BOOST_AUTO_TEST_CASE(M16_a_viewer_sees_no_action_and_support_no_more_than_its_own) {
    turn_on_app(realm, ada.user);
    sign_in(realm, ada.user, Door::pages, true);
    const auto vera = hire(Role::viewer, "vera"), sam = hire(Role::support, "sam");
    for (const auto& page : {open(vera, "/desk/customers"), open(vera, ada.at)}) {
        is_page(page, 200);
        for (const auto* never : {"Suspend…", "/suspend", "/reset", "/two-step/disable", "sessions/end", "act-as", "/export", "customers/new", "<dialog", "name=\"off\"",
                                  "name=\"email\"", "two-step/method", "class=\"danger\""}) {
            says_not(page, never);
        }
    }
    says(open(vera, ada.at), "<span class=\"tag good\">Enabled</span>");
    const auto page = open(sam, ada.at);
    for (const auto* there : {"two-step/disable", "/reset", "/suspend", "sessions/end"}) says(page, there);
    for (const auto* never : {"act-as", "name=\"email\"", "two-step/method", "name=\"off\""}) says_not(page, never);
    says_not(open(sam, "/desk/customers"), "/export");
    // A role that was taken away counts at the next press, and ends what was open.
    BOOST_REQUIRE(core.operators.set_role(core.db, in(realm, Door::none), realm, sam.who.user, Role::viewer));
    leads_to(press(sam, ada.at + "/suspend"), "../../sign-in");
    is_page(press(at_desk(*core.operators.find(core.db, operators_realm(), sam.who.user, realm), Secret{}), ada.at + "/suspend"), 403);
    BOOST_TEST(core.accounts.get(core.db, realm, ada.no)->active);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
