// SPDX-License-Identifier: MIT
// M11 (docs/pages.md): the shop's sign-in rules at the desk.
#include <barrier>
#include <thread>

#include "http/desk_shop.h"
#include "http/page_form.h"

namespace authtickets::test {

namespace {

using operators::Role;

struct Rules : DeskShop {
    realms::Settings settings() { return core.realms.newest(core.db, clock.now(), realm)->settings; }
    PageForm form(const Staff& staff) { return PageForm(open(staff, "/desk/rules").text, "rules"); }
    Reply save(const Staff& staff, const PageForm& form) { return press(staff, "/desk/rules", form.body()); }
    std::vector<events::Stored> changes() {
        return events::browse(core.db, realm, {.names = {events::Name::policy_changed}}).items;
    }
    void set(std::string_view name, std::string_view value) {
        auto in_shop = in(realm, Door::none);
        BOOST_REQUIRE(core.realms.set(core.db, in_shop, realm, name, value));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pages_desk_rules, Rules)

BOOST_AUTO_TEST_CASE(M11_the_form_shows_what_stands) {
    set("second_step.on_region", "on");
    set("second_step.default", "sms");
    set("reset.life", "3600");
    set("policy", "standard");
    const auto grace = hire(Role::manager);
    const auto page = open(grace, "/desk/rules");
    is_page(page, 200);
    says(page, "<title>Sign-in rules – shop</title>");
    says(page, "aria-current=\"page\"");
    const PageForm form(page.text, "rules");
    BOOST_TEST(!form.has("always"));
    BOOST_TEST(!form.has("fp"));
    BOOST_TEST(form["region"] == "on");
    BOOST_TEST(!form.has("otp"));
    BOOST_TEST(form["method"] == "sms");
    BOOST_TEST(form["life"] == "60");
    BOOST_TEST(form["policy"] == "standard");
    BOOST_TEST(form["trust"] == "0");
    for (const auto* label : {"Always require two-factor authentication", "On fingerprint change", "On region change", "Allow sign-in by e-mail code",
                              "Second step of new customers", "Life of a reset link", "Policy"}) says(page, label);
}

BOOST_AUTO_TEST_CASE(M11_each_rule_is_saved_and_written_with_old_and_new) {
    const auto grace = hire(Role::manager);
    auto wanted = form(grace);
    wanted.set("fp", "on").set("region", "on").set("otp", "on").set("method", "email").set("life", "30").set("trust", "7").set("policy", "standard");
    leads_to(save(grace, wanted), "rules?done=saved");
    says(open(grace, "/desk/rules?done=saved"), "<p>Saved.</p>");
    const auto now_there = settings();
    BOOST_TEST(now_there.second_step_on_fingerprint);
    BOOST_TEST(now_there.second_step_on_region);
    BOOST_TEST(now_there.email_code);
    BOOST_TEST((now_there.default_step == realms::DefaultStep::email));
    BOOST_TEST((now_there.reset_life == Seconds(1800)));
    BOOST_TEST((now_there.trust_life == std::chrono::days(7)));
    BOOST_TEST((now_there.policy == realms::PasswordPolicy::standard));
    const auto written = changes();
    BOOST_REQUIRE(written.size() == 7U);
    for (const auto& each : written) {
        const auto record = events::record(each);
        BOOST_TEST(record.actor == "operator");
        BOOST_TEST(record.operator_name == "grace Hopper");
        BOOST_TEST((record.origin == events::Origin::desk));
        BOOST_TEST(record.details.find("old") != nullptr);
        BOOST_TEST(record.details.find("value") != nullptr);
        BOOST_TEST(core.events.verify(each));
    }
    // Pressed again without a change, nothing is written.
    leads_to(save(grace, form(grace)), "rules?done=saved");
    BOOST_TEST(changes().size() == 7U);
}

BOOST_AUTO_TEST_CASE(M11_W17_always_greys_the_next_two_out_and_keeps_them) {
    set("second_step.on_fingerprint", "on");
    const auto grace = hire(Role::manager);
    auto turned_on = form(grace);
    turned_on.set("always", "on");
    leads_to(save(grace, turned_on), "rules?done=saved");
    BOOST_TEST(settings().second_step_always);
    BOOST_TEST(settings().second_step_on_fingerprint);

    const auto greyed = open(grace, "/desk/rules");
    says(greyed, "<fieldset class=\"under\" id=\"change\" aria-label=\"When something is new\" disabled>");
    says(greyed, "id=\"fp\" name=\"fp\" value=\"on\" checked");  // as it is kept
    says_not(greyed, "id=\"region\" name=\"region\" value=\"on\" checked");
    PageForm back(greyed.text, "rules");
    BOOST_TEST(!back.has("fp"));
    BOOST_TEST(!back.has("change"));
    // Saved while greyed, whatever else: kept.
    auto other = back;
    other.set("otp", "on");
    leads_to(save(grace, other), "rules?done=saved");
    BOOST_TEST(settings().second_step_on_fingerprint);
    BOOST_TEST(!settings().second_step_on_region);
    // Off again: they say what they said before.
    auto off = form(grace);
    off.leave_out("always");
    leads_to(save(grace, off), "rules?done=saved");
    BOOST_TEST(!settings().second_step_always);
    BOOST_TEST(settings().second_step_on_fingerprint);
    BOOST_TEST(!settings().second_step_on_region);
    BOOST_TEST(form(grace)["fp"] == "on");
}

// What a script does: the box is ticked, the two are greyed before the form is sent.
BOOST_AUTO_TEST_CASE(M11_boxes_that_a_script_has_greyed_keep_their_values_too) {
    set("second_step.on_region", "on");
    const auto grace = hire(Role::manager);
    says(open(grace, "/desk/rules"), "data-greys=\"change\"");
    auto sent = form(grace);
    sent.set("always", "on").leave_out("fp").leave_out("region").leave_out("change");
    leads_to(save(grace, sent), "rules?done=saved");
    BOOST_TEST(settings().second_step_on_region);
    BOOST_TEST(!settings().second_step_on_fingerprint);
}

BOOST_AUTO_TEST_CASE(M11_who_comes_second_is_told_what_changed) {
    const auto grace = hire(Role::manager), adele = hire(Role::manager, "adele");
    auto first = form(grace), second = form(adele);
    first.set("otp", "on").set("life", "45");
    leads_to(save(grace, first), "rules?done=saved");
    second.set("method", "sms");
    const auto stale = save(adele, second);
    is_page(stale, 409);
    says(stale, "<title>Error: Sign-in rules – shop</title>");
    says(stale, "Somebody else changed these rules after you opened them.");
    says(stale, "<li>Allow sign-in by e-mail code: <strong>On</strong></li>");
    says(stale, "<li>Life of a reset link: <strong>45 minutes</strong></li>");
    BOOST_TEST((settings().default_step == realms::DefaultStep::none));
    BOOST_TEST(changes().size() == 2U);
    // What was typed is there still, beside what the other has saved; saved once more, both hold.
    const PageForm again(stale.text, "rules");
    BOOST_TEST(again["method"] == "sms");
    BOOST_TEST(again["otp"] == "on");
    BOOST_TEST(again["life"] == "45");
    leads_to(save(adele, again), "rules?done=saved");
    BOOST_TEST((settings().default_step == realms::DefaultStep::sms));
    BOOST_TEST(settings().email_code);
    // A mail that was switched meanwhile is no rule: no reason to refuse.
    auto third = form(adele);
    set("mail.suppressed", "accountCreated");
    third.leave_out("otp");
    leads_to(save(adele, third), "rules?done=saved");
}

BOOST_AUTO_TEST_CASE(M11_of_two_who_press_at_once_one_is_told) {
    const auto grace = hire(Role::manager), adele = hire(Role::manager, "adele");
    const auto first_worker = another_worker(), second_worker = another_worker();
    for (int round = 0; round < 8; ++round) {
        auto first = form(grace), second = form(adele);
        first.set("life", std::to_string(20 + round));
        second.set("trust", std::to_string(1 + round));
        const auto by_grace = form_of(grace, "/desk/rules", first.body()), by_adele = form_of(adele, "/desk/rules", second.body());
        Reply hers, others;
        std::barrier together(2);
        {
            const std::jthread one([&] { together.arrive_and_wait(); hers = send(*first_worker, by_grace); });
            const std::jthread two([&] { together.arrive_and_wait(); others = send(*second_worker, by_adele); });
        }
        BOOST_TEST_CONTEXT(round) {
            BOOST_TEST(std::min(hers.status, others.status) == 303);
            BOOST_TEST(std::max(hers.status, others.status) == 409);
            BOOST_TEST(changes().size() == static_cast<std::size_t>(round + 1));
        }
        clock.advance(std::chrono::seconds(2));
    }
}

BOOST_AUTO_TEST_CASE(M11_what_cannot_be_a_value_is_told_at_its_field) {
    const auto grace = hire(Role::manager);
    const std::tuple<std::string, std::string, std::string> rows[] = {
        {"life", "9", "Enter a whole number from 10 to 4320."},   {"life", "4321", "Enter a whole number from 10 to 4320."},
        {"life", "", "Enter a whole number from 10 to 4320."},    {"life", "-5", "Enter a whole number from 10 to 4320."},
        {"life", "60 ", "Enter a whole number from 10 to 4320."}, {"life", "1e3", "Enter a whole number from 10 to 4320."},
        {"life", "99999999999999999999", "Enter a whole number from 10 to 4320."}, {"life", "<script>", "Enter a whole number from 10 to 4320."},
        {"trust", "31", "Enter a whole number from 0 to 30."},    {"trust", "x", "Enter a whole number from 0 to 30."},
        {"method", "fax", "Choose one of those listed."},         {"policy", "none", "Choose one of those listed."},
    };
    for (const auto& [field, value, said] : rows) {
        auto sent = form(grace);
        sent.set(field, value).set("otp", "on");
        const auto reply = save(grace, sent);
        BOOST_TEST_CONTEXT(field << " = " << value) {
            is_page(reply, 400);
            says(reply, "<a href=\"#" + field + "\">" + said + "</a>");
            says(reply, "id=\"" + field + "-why\"");
            says_not(reply, "<script>");
            BOOST_TEST(PageForm(reply.text, "rules")["otp"] == "on");  // UI20: what was typed stays
        }
    }
    BOOST_TEST(changes().empty());
}

// Set by a command to what is no whole number of minutes: saving something else leaves it.
BOOST_AUTO_TEST_CASE(M11_a_life_between_minutes_is_not_rounded_by_saving) {
    set("reset.life", "659");
    const auto grace = hire(Role::manager);
    auto sent = form(grace);
    BOOST_TEST(sent["life"] == "10");
    sent.set("otp", "on");
    leads_to(save(grace, sent), "rules?done=saved");
    BOOST_TEST((settings().reset_life == Seconds(659)));
}

BOOST_AUTO_TEST_CASE(M11_M16_others_see_the_rules_without_a_button) {
    set("second_step.default", "email");
    const auto grace = hire(Role::manager);
    const auto form_of_manager = form(grace);
    for (const auto role : {Role::viewer, Role::support}) {
        const auto other = hire(role, std::string(operators::name(role)));
        const auto page = open(other, "/desk/rules");
        is_page(page, 200);
        says(page, "<dt>Second step of new customers</dt><dd>E-mail</dd>");
        says(page, "<dt>Life of a reset link</dt><dd>4320 minutes</dd>");
        says_not(page, "action=\"rules\"");
        says_not(page, "<button type=\"submit\">");
        const auto refused = press(other, "/desk/rules", form_of_manager.body());
        is_page(refused, 403);
    }
    BOOST_TEST(changes().size() == 1U);  // the command's
}

BOOST_AUTO_TEST_CASE(TK11_M11_a_form_of_no_session_of_ours_is_refused) {
    const auto grace = hire(Role::manager), eve = hire(Role::manager, "eve");
    auto sent = form(grace);
    sent.set("otp", "on");
    auto request = form_of(grace, "/desk/rules", sent.body());
    request.body.replace(0, request.body.find('&'), "f=" + eve.form);
    is_page(send(request), 403);
    request = form_of(grace, "/desk/rules", sent.body());
    request.headers["origin"] = "https://evil.example";
    is_page(send(request), 403);
    request = form_of(grace, "/desk/rules", sent.body());
    request.headers.erase("cookie");
    BOOST_TEST(send(request).status == 303);
    BOOST_TEST(!settings().email_code);
}

BOOST_AUTO_TEST_CASE(UI22_M11_speaks_every_language) {
    const auto grace = hire(Role::manager);
    for (const std::string language : {"en", "de", "ar"}) {
        const auto page = open(grace, "/desk/rules?lang=" + language);
        is_page(page, 200);
        says(page, "<html lang=\"" + language + "\"");
        says(page, "action=\"rules?lang=" + language + "\"");
        for (const auto* key : {">o.", "\"o.", ">p.", ">m."}) says_not(page, key);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
