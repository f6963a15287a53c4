// SPDX-License-Identifier: MIT
// M16 (docs/pages.md): operators and their roles at the desk.
#include "http/desk_shop.h"
#include "http/page_form.h"

namespace authtickets::test {

namespace {

using operators::Operator;
using operators::Role;

struct Personnel : DeskShop {
    static std::string page_of(const Operator& who) { return "/desk/operators/" + hex(who.user.value); }
    static std::string from_root(const Operator& who) { return "../operators/" + hex(who.user.value); }
    std::vector<Operator> all() { return core.operators.list(core.db, realm); }
    std::optional<Operator> now_there(const Operator& who) { return core.operators.find(core.db, operators_realm(), who.user, realm); }
    std::vector<events::Stored> changes() {
        auto found = events::browse(core.db, realm, {.names = {events::Name::operator_changed}}).items;
        std::erase_if(found, [](const auto& each) { return events::record(each).actor != "operator"; });  // those of this fixture
        return found;
    }
    static std::string new_one(const std::string& email, const std::string& role, const std::string& more = {}) {
        return "email=" + form_encoded(email) + "&role=" + role + more;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pages_desk_staff, Personnel)

BOOST_AUTO_TEST_CASE(M16_the_list_names_everybody_with_role_and_app) {
    const auto grace = hire(Role::manager);
    add_operator(realm, Role::viewer, "edsger");
    const auto page = open(grace, "/desk/operators");
    is_page(page, 200);
    for (const auto* piece : {"grace Hopper", "edsger Hopper", "edsger@desk.example", "manager", "viewer", ">Set up<", ">Not yet<", ">Never<", ">You<"}) says(page, piece);
    says(page, "href=\"operators/add\"");
    says(page, "href=\"operators/" + hex(grace.who.user.value) + "\"");
}

BOOST_AUTO_TEST_CASE(M16_a_new_operator_gets_a_link_by_mail_that_nobody_here_sees) {
    const auto grace = hire(Role::manager);
    is_page(open(grace, "/desk/operators/add"), 200);
    const auto before = causes(events::Name::password_reset_sent).size();
    leads_to(press(grace, "/desk/operators/add", new_one("edsger@desk.example", "support", "&first_name=Edsger&last_name=Dijkstra")),
             "../operators?done=added");
    BOOST_REQUIRE(all().size() == 2U);
    const auto edsger = core.operators.named(core.db, realm, "edsger@desk.example");
    BOOST_REQUIRE(edsger);
    BOOST_TEST((edsger->role == Role::support));
    BOOST_TEST(edsger->shown() == "Edsger Dijkstra");
    const auto mailed = causes(events::Name::password_reset_sent);
    BOOST_REQUIRE(mailed.size() == before + 1);
    const std::string link(mailed.back().link.reveal());
    for (const auto* target : {"/desk/operators?done=added", "/desk/operators/add"}) says_not(open(grace, target), link);
    says_not(open(grace, page_of(*edsger)), link);
    BOOST_REQUIRE(changes().size() == 1U);
    const auto record = events::record(changes().front());
    BOOST_TEST(record.operator_name == "grace Hopper");
    BOOST_TEST(record.reason == "added");
}

BOOST_AUTO_TEST_CASE(M16_what_is_wrong_with_a_new_operator_stands_at_its_field) {
    const auto grace = hire(Role::manager);
    struct Row {
        std::string fields, at, said;
        int status;
    };
    const Row rows[] = {
        {"email=edsger%40desk.example", "role", "Choose a role.", 400},
        {new_one("edsger@desk.example", "god"), "role", "Choose a role.", 400},
        {new_one("", "viewer"), "email", "Enter an e-mail address.", 400},
        {new_one("edsger", "viewer"), "email", "Enter an e-mail address.", 400},
        {new_one("a\r\nBcc: b@evil.example", "viewer"), "email", "Enter an e-mail address.", 400},
        {new_one("grace@desk.example", "viewer"), "email", "This person is an operator here already.", 409},
        {new_one("edsger@desk.example", "viewer", "&user_name=grace"), "user_name", "This belongs to somebody else.", 409},
        {new_one("edsger@desk.example", "viewer", "&user_name=" + std::string(400, 'x')), "user_name", "Enter a user name of at most 320 characters.", 400},
        {new_one("edsger@desk.example", "viewer", "&first_name=" + std::string(3000, 'x')), "first_name", "Use at most 200 characters.", 400},
    };
    for (const auto& row : rows) {
        const auto reply = press(grace, "/desk/operators/add", row.fields);
        BOOST_TEST_CONTEXT(row.fields) {
            is_page(reply, row.status);
            says(reply, "<a href=\"#" + row.at + "\">" + row.said + "</a>");
        }
    }
    BOOST_TEST(all().size() == 1U);
    BOOST_TEST(changes().empty());
}

BOOST_AUTO_TEST_CASE(M16_what_was_typed_is_text_wherever_it_is_shown) {
    const auto grace = hire(Role::manager);
    const std::string evil = "<script>alert('&')</script>";
    const auto refused = press(grace, "/desk/operators/add", "first_name=" + form_encoded(evil) + "&last_name=" + form_encoded("\"><img src=x>") +
                                                                 "&user_name=" + form_encoded(evil) + "&email=" + form_encoded(evil) + "&role=" + form_encoded(evil));
    is_page(refused, 400);
    says_not(refused, "<img");
    leads_to(press(grace, "/desk/operators/add", new_one("mallory@desk.example", "viewer", "&first_name=" + form_encoded(evil))), "../operators?done=added");
    const auto mallory = core.operators.named(core.db, realm, "mallory@desk.example");
    BOOST_REQUIRE(mallory);
    for (const auto& target : {std::string("/desk/operators"), page_of(*mallory), page_of(*mallory) + "/remove", page_of(*mallory) + "/link",
                               std::string("/desk/notifications"), "/desk/notifications/mail/" + hex(mallory->user.value)}) {
        const auto page = open(grace, target);
        is_page(page, 200);
        says(page, "&lt;script&gt;alert(&apos;&amp;&apos;)&lt;/script&gt;");
    }
    is_page(open(grace, "/desk/operators?done=" + form_encoded(evil)), 200);
}

BOOST_AUTO_TEST_CASE(M16_a_role_is_changed_and_his_sessions_end_with_a_lower_one) {
    const auto grace = hire(Role::manager), edsger = hire(Role::support, "edsger");
    const auto page = open(grace, page_of(edsger.who));
    is_page(page, 200);
    PageForm form(page.text, from_root(edsger.who) + "/role");
    BOOST_TEST(form["role"] == "support");
    leads_to(press(grace, page_of(edsger.who) + "/role", form.set("role", "viewer").body()), "../../" + page_of(edsger.who).substr(6) + "?done=role");
    BOOST_TEST((now_there(edsger.who)->role == Role::viewer));
    BOOST_TEST(open(edsger, "/desk/operators").status == 303);
    BOOST_REQUIRE(changes().size() == 1U);
    const auto record = events::record(changes().front());
    BOOST_TEST(*record.details.find("old")->text() == "support");
    BOOST_TEST(*record.details.find("new")->text() == "viewer");
    says(open(grace, page_of(edsger.who) + "?done=role"), "The role is changed.");
}

BOOST_AUTO_TEST_CASE(M16_who_comes_second_is_told_the_role_that_stands) {
    const auto grace = hire(Role::manager), adele = hire(Role::manager, "adele"), edsger = hire(Role::viewer, "edsger");
    PageForm first(open(grace, page_of(edsger.who)).text, from_root(edsger.who) + "/role"), second(open(adele, page_of(edsger.who)).text, from_root(edsger.who) + "/role");
    BOOST_TEST(press(grace, page_of(edsger.who) + "/role", first.set("role", "support").body()).status == 303);
    const auto stale = press(adele, page_of(edsger.who) + "/role", second.set("role", "manager").body());
    is_page(stale, 409);
    says(stale, "It is now: support.");
    BOOST_TEST((now_there(edsger.who)->role == Role::support));
    BOOST_TEST(changes().size() == 1U);
}

BOOST_AUTO_TEST_CASE(M16_the_last_manager_stays_one) {
    const auto grace = hire(Role::manager);
    hire(Role::support, "edsger");
    const auto role = press(grace, page_of(grace.who) + "/role", "role=viewer&was=manager&sure=yes");
    is_page(role, 409);
    says(role, "This is the last manager.");
    const auto removed = press(grace, page_of(grace.who) + "/remove");
    is_page(removed, 409);
    says(removed, "This is the last manager.");
    BOOST_TEST((now_there(grace.who)->role == Role::manager));
    BOOST_TEST(changes().empty());
}

BOOST_AUTO_TEST_CASE(M16_nobody_takes_the_keys_from_himself_by_a_slip) {
    const auto grace = hire(Role::manager);
    hire(Role::manager, "adele");
    const auto asked = press(grace, page_of(grace.who) + "/role", "role=viewer&was=manager");
    is_page(asked, 200);
    says(asked, "Make yourself viewer?");
    says(asked, "You lose the rights of a manager");
    BOOST_TEST((now_there(grace.who)->role == Role::manager));
    const PageForm sure(asked.text, "../../operators/" + hex(grace.who.user.value) + "/role");
    BOOST_TEST(press(grace, page_of(grace.who) + "/role", sure.body()).status == 303);
    BOOST_TEST((now_there(grace.who)->role == Role::viewer));
    // The role he has already asks nothing.
    const auto again = at_desk(*now_there(grace.who), {});
    is_page(press(again, page_of(grace.who) + "/role", "role=viewer&was=viewer"), 403);
}

BOOST_AUTO_TEST_CASE(M16_UI26_UI29_removing_is_asked_says_what_ends_and_ends_it) {
    const auto grace = hire(Role::manager), edsger = hire(Role::support, "edsger");
    const auto asked = open(grace, page_of(edsger.who) + "/remove");
    is_page(asked, 200);
    says(asked, "<h1>Remove edsger Hopper?</h1>");
    says(asked, "All sessions of this operator end at once");
    BOOST_TEST(asked.text.find("Cancel</a>") < asked.text.find("type=\"submit\" class=\"danger\""));  // first by the keyboard
    BOOST_TEST(now_there(edsger.who).has_value());
    leads_to(press(grace, page_of(edsger.who) + "/remove"), "../../operators?done=removed");
    BOOST_TEST(!now_there(edsger.who));
    BOOST_TEST(open(edsger, "/desk/operators").status == 303);
    says(open(grace, "/desk/operators?done=removed"), "The operator is removed.");
    // A second press, a second manager, an old page.
    for (const auto* rest : {"/remove", "/role", "/link"}) {
        const auto late = press(grace, page_of(edsger.who) + rest, "role=viewer&was=support");
        is_page(late, 404);
        says(late, "This operator is not there any more");
    }
    is_page(open(grace, page_of(edsger.who)), 404);
    is_page(open(grace, "/desk/operators/nonsense"), 404);
    BOOST_TEST(changes().size() == 1U);
}

BOOST_AUTO_TEST_CASE(M16_a_link_is_sent_again_to_his_own_address) {
    const auto grace = hire(Role::manager), edsger = hire(Role::support, "edsger");
    const auto before = causes(events::Name::password_reset_sent).size();
    const auto asked = open(grace, page_of(edsger.who) + "/link");
    says(asked, "It goes to edsger@desk.example");
    BOOST_TEST(causes(events::Name::password_reset_sent).size() == before);
    const auto sent = press(grace, page_of(edsger.who) + "/link");
    BOOST_TEST(sent.status == 303);
    const auto mailed = causes(events::Name::password_reset_sent);
    BOOST_REQUIRE(mailed.size() == before + 1);
    BOOST_TEST(mailed.back().destination == "edsger@desk.example");
}

BOOST_AUTO_TEST_CASE(M16_others_see_and_change_nothing) {
    const auto grace = hire(Role::manager);
    for (const auto role : {Role::viewer, Role::support}) {
        const auto other = hire(role, std::string(operators::name(role)));
        const auto list = open(other, "/desk/operators");
        is_page(list, 200);
        says_not(list, "operators/add");
        const auto one = open(other, page_of(grace.who));
        is_page(one, 200);
        for (const auto* piece : {"/role", "/link", "/remove", "type=\"radio\""}) says_not(one, piece);
        is_page(open(other, "/desk/operators/add"), 403);
        for (const auto& rest : {std::string("/remove"), std::string("/link")}) is_page(open(other, page_of(grace.who) + rest), 403);
        is_page(press(other, "/desk/operators/add", new_one("x@desk.example", "manager")), 403);
        for (const auto* rest : {"/role", "/remove", "/link"}) is_page(press(other, page_of(grace.who) + rest, "role=viewer&was=manager&sure=yes"), 403);
        is_page(press(other, page_of(other.who) + "/role", "role=manager&was=" + std::string(operators::name(role))), 403);
        BOOST_TEST((now_there(other.who)->role == role));
    }
    BOOST_TEST(changes().empty());
}

BOOST_AUTO_TEST_CASE(M16_an_operator_of_another_shop_is_nobody_here) {
    const auto grace = hire(Role::manager);
    const auto other = add_realm("other", 1001, 2001);
    const auto eve = add_operator(other, Role::manager, "eve");
    says_not(open(grace, "/desk/operators"), "eve@desk.example");
    is_page(open(grace, page_of(eve)), 404);
    is_page(press(grace, page_of(eve) + "/remove"), 404);
    is_page(press(grace, page_of(eve) + "/role", "role=viewer&was=manager"), 404);
    BOOST_TEST(core.operators.find(core.db, operators_realm(), eve.user, other).has_value());
}

BOOST_AUTO_TEST_CASE(M16_without_a_session_every_page_leads_to_the_sign_in) {
    const auto grace = hire(Role::manager);
    for (const auto& target : {std::string("/desk/operators"), page_of(grace.who), std::string("/desk/rules"), std::string("/desk/mails"), std::string("/desk/events"),
                               std::string("/desk/notifications")}) {
        auto request = bare(GET, target);
        request.host = "shop.example";
        const auto reply = send(request);
        BOOST_TEST(reply.status == 303, target);
        BOOST_TEST(holds(reply.header("location"), "sign-in"));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
