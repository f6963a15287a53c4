// SPDX-License-Identifier: MIT
// M12 (docs/pages.md): which mails go out, and their words.
#include <authtickets/text/locales.h>
#include <authtickets/text/templates.h>

#include "http/desk_shop.h"
#include "http/page_form.h"

namespace authtickets::test {

namespace {

using operators::Role;

struct Mails : DeskShop {
    realms::Settings settings() { return core.realms.newest(core.db, clock.now(), realm)->settings; }
    std::vector<events::Stored> changes() { return events::browse(core.db, realm, {.names = {events::Name::mail_changed}, .limit = 200}).items; }
    Reply turn(const Staff& staff, const std::string& mail, const std::string& to) { return press(staff, "/desk/mails", "mail=" + form_encoded(mail) + "&to=" + to); }
    PageForm words(const Staff& staff, const std::string& name, const std::string& locale) {
        return PageForm(open(staff, "/desk/mails/" + name + "?locale=" + locale).text, "../mails/" + name);
    }
    std::optional<templates::Stored> own(std::string_view name, std::string_view locale) { return core.templates.find(core.db, realm, name, locale); }
};

constexpr std::string_view lost = "As things stand nobody sends these:";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pages_desk_mails, Mails)

BOOST_AUTO_TEST_CASE(M12_every_mail_has_a_switch_and_a_name_in_words) {
    const auto grace = hire(Role::manager);
    const auto page = open(grace, "/desk/mails");
    is_page(page, 200);
    for (const auto& each : subscriptions::mails(settings(), core.subscriptions.list(core.db, realm))) {
        if (!each.sends.empty()) says(page, "name=\"mail\" value=\"" + std::string(each.name) + "\"");
    }
    for (const auto& kind : text::message_kinds()) {
        says(page, "href=\"mails/" + std::string(kind.name) + "\"");
        says_not(page, ">" + std::string(kind.name) + "<");  // each has words
    }
    says(page, "Layout around every mail");
    says_not(page, lost);
    for (const std::string language : {"de", "ar"}) {
        const auto spoken = open(grace, "/desk/mails?lang=" + language);
        is_page(spoken, 200);
        says_not(spoken, ">o.");
    }
}

BOOST_AUTO_TEST_CASE(M12_each_mail_is_turned_off_and_on) {
    const auto grace = hire(Role::manager);
    for (const auto& each : subscriptions::mails(settings(), core.subscriptions.list(core.db, realm))) {
        if (each.sends.empty()) continue;
        const std::string name(each.name);
        BOOST_TEST_CONTEXT(name) {
            const auto state = [&] {
                for (const auto& mail : subscriptions::mails(settings(), core.subscriptions.list(core.db, realm))) {
                    if (mail.name == name) return mail.state;
                }
                return subscriptions::Mail::State::by_hook;
            };
            const auto before = changes().size();
            leads_to(turn(grace, name, "off"), "mails?done=off");
            BOOST_TEST((state() == subscriptions::Mail::State::off));
            BOOST_TEST(changes().size() == before + 1);
            leads_to(turn(grace, name, "off"), "mails?done=off");  // two who press at once
            BOOST_TEST(changes().size() == before + 1);
            leads_to(turn(grace, name, "on"), "mails?done=on");
            BOOST_TEST((state() == subscriptions::Mail::State::on));
            BOOST_TEST(events::record(changes().front()).operator_name == "grace Hopper");
        }
    }
    is_page(turn(grace, "no.such", "off"), 404);
    is_page(turn(grace, "otpForLogin", "maybe"), 400);
    says(open(grace, "/desk/mails?done=off"), "That mail is off.");
}

BOOST_AUTO_TEST_CASE(M12_codes_without_a_way_out_are_warned_of) {
    const auto grace = hire(Role::manager);
    turn(grace, "otpForLogin", "off");
    auto page = open(grace, "/desk/mails");
    says(page, lost);
    says(page, "<li>Code to sign in</li>");
    says(page, "<li>Code for the second step</li>");
    says_not(page, "Sign-in by e-mail code is allowed");
    auto in_shop = in(realm, Door::none);
    BOOST_REQUIRE(core.realms.set(core.db, in_shop, realm, "signin.email_code", "on"));
    says(open(grace, "/desk/mails"), "Sign-in by e-mail code is allowed, and needs its mail.");
    // Left to the shop's own system, they are lost until a hook gets them.
    BOOST_REQUIRE(core.realms.set(core.db, in_shop, realm, "mail.suppressed", ""));
    BOOST_REQUIRE(core.realms.set(core.db, in_shop, realm, "mail.on_request", "otpForLogin"));
    page = open(grace, "/desk/mails");
    says(page, "Sent by your own system");
    says(page, "<li>Code to sign in</li>");
    says_not(page, "name=\"mail\" value=\"otpForLogin\"");
    BOOST_REQUIRE(core.subscriptions.add(core.db, in_shop, {.name = "codes", .events = {"email.requested"},
                                                            .action = subscriptions::Action::hook, .format = subscriptions::Format::kibo,
                                                            .target = "https://hooks.example/codes"}, core.app.hook_rules));
    says_not(open(grace, "/desk/mails"), lost);
    // A notice that is off takes no way from anybody.
    turn(grace, "notice.new_device", "off");
    says_not(open(grace, "/desk/mails"), lost);
}

BOOST_AUTO_TEST_CASE(M12_words_are_shown_in_each_language_with_a_preview) {
    const auto grace = hire(Role::manager);
    for (const auto& kind : text::message_kinds()) {
        for (const auto locale : text::built_in_locales()) {
            const auto page = open(grace, "/desk/mails/" + std::string(kind.name) + "?locale=" + std::string(locale));
            BOOST_TEST_CONTEXT(kind.name << " " << locale) {
                BOOST_TEST(page.status == 200);
                says(page, "id=\"preview\"");
                says(page, "Built-in words");
            }
        }
    }
    const auto german = open(grace, "/desk/mails/code_sign_in?locale=de");
    says(german, "aria-current=\"page\">German</a>");
    const auto preview = german.text.substr(german.text.find("id=\"preview\""));
    BOOST_TEST(!holds(preview, "{{"));
    // None of its own: what its readers get is shown.
    says(open(grace, "/desk/mails/code_sign_in?locale=fr"), "Its readers get the message in this one: English");
    is_page(open(grace, "/desk/mails/no_such"), 404);
    is_page(open(grace, "/desk/mails/..%2F..%2Fetc"), 404);
    const auto bad = open(grace, "/desk/mails/code_sign_in?locale=" + form_encoded("<script>"));
    BOOST_TEST(bad.status == 400);
    says(bad, "That is no language tag.");
    says_not(bad, "<script>");
}

BOOST_AUTO_TEST_CASE(M12_words_are_saved_and_given_up_again) {
    const auto grace = hire(Role::manager);
    auto sent = words(grace, "code_sign_in", "de");
    sent.set("subject", "{{code}} für {{shop}}").set("text", "{{code}}\r\nist Ihr Code.\r\n").set("html", "").set("sms", "").set("do", "save");
    leads_to(press(grace, "/desk/mails/code_sign_in", sent.body()), "../mails/code_sign_in?locale=de&done=saved");
    const auto stored = own("code_sign_in", "de");
    BOOST_REQUIRE(stored);
    BOOST_TEST(stored->parts.subject == "{{code}} für {{shop}}");
    BOOST_TEST(stored->parts.text == "{{code}}\nist Ihr Code.\n");
    const auto page = open(grace, "/desk/mails/code_sign_in?locale=de&done=saved");
    says(page, "Your words are saved.");
    says(page, "Your own words, since");
    says(open(grace, "/desk/mails"), "Your own words in: German");
    BOOST_TEST(words(grace, "code_sign_in", "de")["text"] == "{{code}}\nist Ihr Code.\n");

    const auto asked = open(grace, "/desk/mails/code_sign_in/remove?locale=de");
    is_page(asked, 200);
    says(asked, "They are gone for good.");
    const PageForm sure(asked.text, "../../mails/code_sign_in/remove");
    leads_to(press(grace, "/desk/mails/code_sign_in/remove", sure.body()), "../../mails/code_sign_in?locale=de&done=removed");
    BOOST_TEST(!own("code_sign_in", "de"));
    const auto written = changes().size();
    leads_to(press(grace, "/desk/mails/code_sign_in/remove", sure.body()), "../../mails/code_sign_in?locale=de&done=removed");
    BOOST_TEST(changes().size() == written);
    is_page(open(grace, "/desk/mails/code_sign_in/remove?locale=de"), 404);
}

BOOST_AUTO_TEST_CASE(M12_another_language_may_be_added) {
    const auto grace = hire(Role::manager);
    auto sent = words(grace, "code_sign_in", "pt-BR");
    sent.set("do", "save");
    leads_to(press(grace, "/desk/mails/code_sign_in", sent.body()), "../mails/code_sign_in?locale=pt-BR&done=saved");
    BOOST_TEST(own("code_sign_in", "pt-BR").has_value());
    says(open(grace, "/desk/mails/code_sign_in"), ">Portuguese (Brazil)</a>");
}

BOOST_AUTO_TEST_CASE(M12_words_that_cannot_be_used_name_part_and_line_and_stay) {
    const auto grace = hire(Role::manager);
    struct Row {
        std::string part, value, said;
    };
    const Row rows[] = {
        {"text", "{{code}}\n{{nonsense}}\n", "Text, line 2: these words cannot be used."},
        {"text", "{{code}}\nfine\n{{#code}}", "Text, line 3: these words cannot be used."},
        {"html", "<p>{{code}}</p>\n<p>{{{code}}}</p>", "HTML, line 2: these words cannot be used."},
        {"html", "<script>{{code}}</script>", "HTML, line 1: these words cannot be used."},
        {"subject", "{{> frame/head}}", "Subject, line 1: these words cannot be used."},
        {"subject", std::string(300, 'x'), "Subject: these words cannot be used."},
    };
    for (const auto& row : rows) {
        for (const std::string press_of : {"save", "preview"}) {
            auto sent = words(grace, "code_sign_in", "en");
            sent.set(row.part, row.value).set("do", press_of);
            const auto reply = press(grace, "/desk/mails/code_sign_in", sent.body());
            BOOST_TEST_CONTEXT(row.part << " " << row.value << " " << press_of) {
                if (press_of == "preview" && row.value.size() == 300) continue;  // a preview has no columns to fit into
                BOOST_TEST(reply.status == 400);
                says(reply, "<a href=\"#" + row.part + "\">" + row.said + "</a>");
                BOOST_TEST(PageForm(reply.text, "../mails/code_sign_in")[row.part] == row.value);  // nothing typed is lost
                says_not(reply, "<script>{{");
            }
        }
    }
    // A code's message that does not say the code, a notice that names one.
    auto without = words(grace, "code_sign_in", "en");
    without.set("subject", "Hello").set("text", "Hello").set("html", "").set("sms", "").set("do", "save");
    BOOST_TEST(press(grace, "/desk/mails/code_sign_in", without.body()).status == 400);
    BOOST_TEST(!own("code_sign_in", "en"));
    BOOST_TEST(changes().empty());
}

BOOST_AUTO_TEST_CASE(M12_a_preview_is_of_what_is_typed_and_saves_nothing) {
    const auto grace = hire(Role::manager);
    auto sent = words(grace, "code_sign_in", "en");
    sent.set("subject", "{{code}} tried out").set("sms", "{{shop}}: {{code}}").set("do", "preview");
    const auto reply = press(grace, "/desk/mails/code_sign_in", sent.body());
    BOOST_TEST(reply.status == 200);
    const auto preview = reply.text.substr(reply.text.find("id=\"preview\""));
    BOOST_TEST(holds(preview, " tried out</pre>"));
    BOOST_TEST(!holds(preview, "{{"));
    says(reply, "Nothing is sent.");
    BOOST_TEST(!own("code_sign_in", "en"));
    BOOST_TEST(changes().empty());
}

BOOST_AUTO_TEST_CASE(M12_KL8_the_html_part_is_shown_where_it_can_do_nothing) {
    const auto grace = hire(Role::manager);
    const auto sent = words(grace, "code_sign_in", "en");
    const auto shown = press(grace, "/desk/mails/code_sign_in/look", sent.body());
    BOOST_TEST(shown.status == 200);
    BOOST_TEST(shown.header("content-type") == "text/html; charset=utf-8");
    BOOST_TEST(shown.header("content-security-policy") ==
               "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'");
    BOOST_TEST(shown.header("cache-control") == "no-store");
    auto bad = sent;
    bad.set("html", "<a href=\"javascript:alert(1)\">{{code}}</a><script>{{code}}</script>");
    BOOST_TEST(press(grace, "/desk/mails/code_sign_in/look", bad.body()).status == 400);
    const auto frame = core.app.deliveries.newest(core.db, realm, deliveries::State::waiting, 1);
    BOOST_TEST(frame.empty());
}

BOOST_AUTO_TEST_CASE(M12_who_comes_second_is_told_and_loses_nothing) {
    const auto grace = hire(Role::manager), adele = hire(Role::manager, "adele");
    auto first = words(grace, "code_sign_in", "en"), second = words(adele, "code_sign_in", "en");
    first.set("subject", "{{code}} first").set("do", "save");
    second.set("subject", "{{code}} second").set("do", "save");
    BOOST_TEST(press(grace, "/desk/mails/code_sign_in", first.body()).status == 303);
    const auto stale = press(adele, "/desk/mails/code_sign_in", second.body());
    BOOST_TEST(stale.status == 409);
    says(stale, "Somebody else saved or removed these words");
    BOOST_TEST(own("code_sign_in", "en")->parts.subject == "{{code}} first");
    PageForm again(stale.text, "../mails/code_sign_in");
    BOOST_TEST(again["subject"] == "{{code}} second");
    BOOST_TEST(press(adele, "/desk/mails/code_sign_in", again.set("do", "save").body()).status == 303);
    BOOST_TEST(own("code_sign_in", "en")->parts.subject == "{{code}} second");
}

BOOST_AUTO_TEST_CASE(M12_a_template_is_text_on_every_page) {
    const auto grace = hire(Role::manager);
    const std::string evil = "</textarea></pre><script>alert(1)</script>";
    auto in_shop = in(realm, Door::none);
    BOOST_REQUIRE(core.templates.set(core.db, in_shop, {.name = "account_created", .locale = "en",
                                                        .parts = {.subject = "\"><img src=x> {{shop}}", .text = evil + "{{shop}}"}}));
    for (const auto role : {Role::manager, Role::viewer}) {
        const auto who = role == Role::manager ? grace : hire(role, "viewer");
        const auto page = open(who, "/desk/mails/account_created?locale=en");
        BOOST_TEST(page.status == 200);
        says_not(page, "<script>alert");
        says_not(page, "<img");
        says(page, "&lt;/textarea&gt;");
    }
}

BOOST_AUTO_TEST_CASE(M12_M16_others_see_mails_without_a_button) {
    for (const auto role : {Role::viewer, Role::support}) {
        const auto other = hire(role, std::string(operators::name(role)));
        const auto page = open(other, "/desk/mails");
        is_page(page, 200);
        says_not(page, "name=\"mail\"");
        const auto one = open(other, "/desk/mails/code_sign_in?locale=en");
        BOOST_TEST(one.status == 200);
        for (const auto* piece : {"<textarea", "name=\"do\"", "/look", "/remove"}) says_not(one, piece);
        is_page(turn(other, "otpForLogin", "off"), 403);
        is_page(press(other, "/desk/mails/code_sign_in", "locale=en&do=save&was=none&subject=x&text=y"), 403);
        is_page(press(other, "/desk/mails/code_sign_in/look", "locale=en&html=x"), 403);
        is_page(press(other, "/desk/mails/code_sign_in/remove", "locale=en"), 403);
        is_page(open(other, "/desk/mails/code_sign_in/remove?locale=en"), 403);
    }
    BOOST_TEST(changes().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
