// SPDX-License-Identifier: MIT
// What templates of notification triggers may say, and what events are called to them (FC210 to FC239, docs/freshcom.md).
#include <boost/test/unit_test.hpp>

#include <set>

#include <authtickets/core/triggers.h>

#include "delivery/words.h"

using namespace authtickets;
using namespace authtickets::triggers;
using events::Name;
using outbox::Channel;
using subscriptions::trigger_event;

namespace {

Template mail(const std::string& html = "<p>{{user.name}}</p>", const std::string& to = "{{user.email}}") {
    return {.kind = Kind::email, .name = "mail", .to = to, .subject = "For you", .html = html};
}
Template sms(const std::string& text, const std::string& to = "{{user.phone_number}}") {
    return {.kind = Kind::sms, .name = "sms", .to = to, .text = text};
}
std::string wrong_at(const Template& given) {
    const auto read = checked(given);
    if (read) return "";
    auto out = read.error().field;
    for (const auto& other : read.error().others) out += " " + other.field;
    return out;
}
constexpr const char* tfa = "identity.user.tfa_code.create.success";
constexpr const char* phone_code = "identity.phone_verification_code.create.success";
constexpr const char* email_code = "identity.email_verification_code.create.success";
constexpr const char* reset = "identity.password_reset_token.create.success";
constexpr const char* updated = "identity.user.update.success";
constexpr const char* not_found = "identity.password_reset_token.create.error.username_not_found";

bool fit(const Template& given, const char* event, Action action) { return fits(*checked(given), *trigger_event(event), action).has_value(); }

const UserId user{parse_uuid("00000000-0000-4000-8000-000000000001").value()};

}  // namespace

BOOST_AUTO_TEST_SUITE(triggers_rules)

BOOST_AUTO_TEST_CASE(FC218_FC219_what_a_template_needs) {
    BOOST_TEST(wrong_at({.kind = Kind::sms}) == "name to text");
    BOOST_TEST(wrong_at({.kind = Kind::email}) == "name to subject html");
    BOOST_TEST(wrong_at(mail()) == "");
    BOOST_TEST(wrong_at(sms("{{code}}")) == "");
    BOOST_TEST(wrong_at(sms(std::string(1001, 'a'))) == "text");
    auto reply = mail();
    reply.reply_to = "no address";
    BOOST_TEST(wrong_at(reply) == "reply_to");
    reply.reply_to = "help@shop.example";
    BOOST_TEST(wrong_at(reply) == "");
}

BOOST_AUTO_TEST_CASE(FC220_words_are_those_of_triggers) {
    for (const auto* const good : {"{{user.id}}", "{{ user.first_name }}", "{{#user.name}}Dear {{user.name}}{{/user.name}}", "{{account.name}}", "{{username}}"}) {
        BOOST_TEST(wrong_at(sms(good)) == "", good);
    }
    for (const auto* const bad : {"{{account}}", "{{content}}", "{{user}}", "{{user.password}}", "{{{code}}}", "{{&code}}", "{{> code}}", "{{=<% %>=}}", "{{code", "{{#code}}"}) {
        BOOST_TEST(wrong_at(sms(bad)) == "text", bad);
    }
    for (const auto* const bad : {"<script>{{code}}</script>", "<p title={{user.name}}>x</p>", "<a href=\"{{user.name}}\">x</a>", "<a href=\"https://a.example/{{user.email}}\">x</a>"}) {
        BOOST_TEST(wrong_at(mail(bad)) == "html", bad);
    }
    BOOST_TEST(wrong_at(mail("<a href=\"https://a.example/?t={{user.password_reset_token}}&amp;u={{user.id}}\">x</a>")) == "");
}

BOOST_AUTO_TEST_CASE(FC220_values_come_escaped_and_without_bait) {
    const auto html = text::Template::parse("<p>{{user.name}} {{account.name}}</p>", text::Part::html, text::Vocabulary::triggers);
    BOOST_REQUIRE(html);
    BOOST_TEST(html->render({.name = "Ann & Bob", .account_name = "<b>A</b>"}) == "<p>Ann &amp; Bob &lt;b&gt;A&lt;/b&gt;</p>");
    const auto text = text::Template::parse("{{user.name}}|{{user.email}}|{{username}}|{{code}}", text::Part::text, text::Vocabulary::triggers);
    BOOST_REQUIRE(text);
    BOOST_TEST(text->render({.name = "see https://evil.example/ now", .user_email = "a@shop.example", .code = "012345"}).find("evil.example/") == std::string::npos);
    BOOST_TEST(text->render({.user_email = "a@shop.example", .code = "012345"}) == "|a@shop.example||012345");
    // The other vocabulary knows none of these names.
    BOOST_TEST(!text::Template::parse("{{user.name}}", text::Part::text));
    // That of triggers knows the other's too.
    const auto both = text::Template::parse("{{shop}} {{account.name}} {{minutes}}", text::Part::sms, text::Vocabulary::triggers);
    BOOST_REQUIRE(both);
    BOOST_TEST(both->render({.account_name = "A"}, {.shop = "S", .minutes = "5 minutes"}) == "S A 5 minutes");
}

BOOST_AUTO_TEST_CASE(FC221_where_messages_go) {
    for (const auto* const good : {"{{user.email}}", "{{ email }}", "{{{user.email}}}", "desk@shop.example"}) BOOST_TEST(wrong_at(mail("x", good)) == "", good);
    for (const auto* const bad : {"{{username}}", "{{user.phone_number}}", "{{user.email}}, b@c.example", "a {{user.email}}", "nobody", "{{email", "+4915123456789"}) {
        BOOST_TEST(wrong_at(mail("x", bad)) == "to", bad);
    }
    for (const auto* const good : {"{{user.phone_number}}", "{{phone_number}}", "+4915123456789"}) BOOST_TEST(wrong_at(sms("x", good)) == "", good);
    for (const auto* const bad : {"{{user.email}}", "{{username}}", "0151", "+0151234567", "+49 151 23456789"}) BOOST_TEST(wrong_at(sms("x", bad)) == "to", bad);
    const text::TriggerValues values{.user_email = "a@shop.example", .user_phone = "+1", .email = "b@shop.example"};
    BOOST_TEST(filled_in("{{ user.email }}", values) == "a@shop.example");
    BOOST_TEST(filled_in("{{email}}", values) == "b@shop.example");
    BOOST_TEST(filled_in("{{phone_number}}", values) == "");
    BOOST_TEST(filled_in("desk@shop.example", values) == "desk@shop.example");
}

BOOST_AUTO_TEST_CASE(FC213_what_goes_with_what) {
    BOOST_TEST(fit(sms("{{code}}"), tfa, Action::sms));
    BOOST_TEST(!fit(sms("{{code}}"), tfa, Action::mail));
    BOOST_TEST(fit(mail("{{code}}"), tfa, Action::mail));
    BOOST_TEST(fit(sms("{{code}}", "{{phone_number}}"), phone_code, Action::sms));
    BOOST_TEST(fit(mail("{{code}}", "{{email}}"), email_code, Action::mail));
    BOOST_TEST(!fit(mail("{{code}}", "{{user.email}}"), email_code, Action::mail));
    BOOST_TEST(!fit(sms("{{code}}"), phone_code, Action::sms));
    BOOST_TEST(!fit(sms("{{code}}"), updated, Action::sms));
    BOOST_TEST(fit(mail("{{user.password_reset_token}}"), reset, Action::mail));
    BOOST_TEST(fit(mail("{{link}}"), reset, Action::mail));
    BOOST_TEST(!fit(mail("{{link}}"), updated, Action::mail));
    BOOST_TEST(!fit(mail("{{link}}"), tfa, Action::mail));
    BOOST_TEST(!fit(mail("{{link}}", "desk@shop.example"), reset, Action::mail));
    BOOST_TEST(!fit(sms("{{user.password_reset_token}}"), reset, Action::sms));
    BOOST_TEST(!fit(mail("{{user.email_verification_token}}"), reset, Action::mail));
    // In its own section it is said all the same.
    BOOST_TEST(!fit(mail("{{#code}}{{code}}{{/code}}"), updated, Action::mail));
    // To an address of its own goes what says no secret.
    BOOST_TEST(!fit(mail("{{code}}", "desk@shop.example"), tfa, Action::mail));
    BOOST_TEST(fit(mail("{{user.name}}", "desk@shop.example"), tfa, Action::mail));
    BOOST_TEST(fit(mail("{{username}}", "desk@shop.example"), not_found, Action::mail));
    BOOST_TEST(!fit(mail("{{username}}"), not_found, Action::mail));
}

BOOST_AUTO_TEST_CASE(FC217_built_in_ones_are_there_and_have_their_way) {
    std::set<Uuid> ids;
    const auto realm = user.value;
    for (const auto& each : standards()) {
        BOOST_TEST_CONTEXT(each.built_in) {
            const auto all = subscriptions::built_in();
            const auto found = std::ranges::find(all, each.built_in, &subscriptions::BuiltIn::name);
            BOOST_REQUIRE((found != all.end()));
            BOOST_TEST(trigger_event(each.event) != nullptr);
            BOOST_TEST((each.action != Action::sms || subscriptions::goes_by_sms(*found)));
            BOOST_TEST(ids.insert(standard_id(realm, subscriptions::way_name(*found, each.action))).second);
        }
    }
}

BOOST_AUTO_TEST_CASE(FC230_FC239_what_events_are_called) {
    const auto called = [](outbox::Cause cause) {
        std::string out;
        for (const auto each : subscriptions::trigger_events_of(cause)) out += (out.empty() ? "" : " ") + std::string(each);
        return out;
    };
    BOOST_TEST(called({.event = Name::second_step_code_sent, .user = user, .channel = Channel::sms}) == tfa);
    BOOST_TEST(called({.event = Name::verification_code_sent, .channel = Channel::sms}) == phone_code);
    BOOST_TEST(called({.event = Name::verification_code_sent, .channel = Channel::email}) == email_code);
    BOOST_TEST(called({.event = Name::verification_token_sent, .user = user}) == "identity.email_verification_token.create.success");
    BOOST_TEST(called({.event = Name::contact_verified, .user = user, .reason = "email"}) == "identity.email_verification.create.success");
    BOOST_TEST(called({.event = Name::contact_verified, .user = user, .reason = "phone"}) == "");
    BOOST_TEST(called({.event = Name::password_reset_sent, .user = user, .reason = "invited"}) == reset);
    BOOST_TEST(called({.event = Name::password_reset_requested, .reason = "unknown"}) == not_found);
    BOOST_TEST(called({.event = Name::password_reset_requested, .user = user}) == "");
    BOOST_TEST(called({.event = Name::password_changed, .user = user}) == "identity.password.update.success");
    BOOST_TEST(called({.event = Name::account_created, .user = user}) == "identity.user.create.success");
    BOOST_TEST(called({.event = Name::account_created, .user = user, .reason = "import"}) == "");
    BOOST_TEST(called({.event = Name::account_created}) == "");
    BOOST_TEST(called({.event = Name::user_updated, .user = user, .actor = "application"}) == updated);
    BOOST_TEST(called({.event = Name::contact_changed, .user = user, .actor = "customer"}) == std::string(updated) + " identity.current_user.update.success");
    BOOST_TEST(called({.event = Name::user_deleted, .user = user}) == "identity.user.delete.success");
    BOOST_TEST(called({.event = Name::policy_changed}) == "identity.account.update.success");
    BOOST_TEST(called({.event = Name::signin_code_sent, .user = user, .channel = Channel::sms}) == "");
    for (const auto& each : subscriptions::trigger_events()) {
        bool some = false;
        const auto event = subscriptions::event_of_trigger(each.name);
        for (const auto& name : events::all_names()) some |= name == event;
        BOOST_TEST(some);
    }
}

BOOST_AUTO_TEST_CASE(UI30_HTML_becomes_a_text_part) {
    using delivery::plain_of;
    BOOST_TEST(plain_of("<p>Hello <b>Ada</b>,</p>\n<p>A &amp; B<br>next</p>") == "Hello Ada,\nA & B\nnext\n");
    BOOST_TEST(plain_of("<style>p { color: red }</style><a href=\"https://a.example/?t=1&amp;u=2\">new password</a>") == "new password (https://a.example/?t=1&u=2)\n");
    BOOST_TEST(plain_of("x &lt; y <br/> z") == "x < y\nz\n");
    BOOST_TEST(plain_of("<a href='x") == "\n");
}

BOOST_AUTO_TEST_SUITE_END()
