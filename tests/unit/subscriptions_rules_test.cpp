// SPDX-License-Identifier: MIT
// What each event causes, and which subscriptions are taken in.
#include <boost/test/unit_test.hpp>

#include <set>

#include "core/subscriptions/fit.h"

using namespace authtickets;
using namespace authtickets::subscriptions;
using events::Name;
using outbox::Cause;
using outbox::Channel;
using Topics = std::vector<std::string_view>;

namespace {

Subscription hook() {
    return {.name = "shop-hook", .events = {"password.changed"}, .action = Action::hook, .target = "https://hooks.example/in"};
}
Subscription kibo() {
    return {.name = "kibo", .events = {"email.requested"}, .action = Action::hook, .format = Format::kibo, .target = "https://hooks.example/in"};
}
std::string refused(const Subscription& subscription, const net::UrlRules& rules = {}) {
    const auto out = checked(subscription, rules);
    return out ? "" : out.error().field;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(subscriptions_rules)

BOOST_AUTO_TEST_CASE(every_built_in_one_has_a_name_of_its_own_and_a_template) {
    std::set<std::string_view> names;
    for (const auto& each : built_in()) {
        BOOST_TEST_CONTEXT(each.name) {
            BOOST_TEST(names.insert(each.name).second);
            BOOST_TEST(text::built_in_message(each.template_name, "en") != nullptr);
            BOOST_TEST(!each.email_type.empty());
            BOOST_TEST(!each.help.empty());
            if (!each.mail_type.empty()) {
                const auto types = realms::mail_types();
                BOOST_TEST((std::ranges::find(types, each.mail_type) != types.end()));
            }
            Cause cause{.event = each.event, .reason = std::string(each.reason)};
            BOOST_TEST(built_in(cause) == &each);
        }
    }
}

// RS8: whatever somebody of the shop does to an account, its owner is told.
BOOST_AUTO_TEST_CASE(RS8_what_an_operator_does_is_told) {
    const auto told = [](Name event, std::string reason) {
        const auto* const row = built_in({.event = event, .reason = std::move(reason)});
        return row ? row->template_name : std::string_view();
    };
    BOOST_TEST(told(Name::account_suspended, "disabled") == "account_inactive");
    BOOST_TEST(told(Name::account_suspended, "blocked") == "account_blocked");
    BOOST_TEST(told(Name::account_activated, "disabled") == "account_active");
    BOOST_TEST(told(Name::account_activated, "blocked") == "account_active");
    BOOST_TEST(told(Name::password_change_demanded, "demanded") == "password_change_demanded");
    BOOST_TEST(told(Name::password_change_demanded, "taken_back") == "password_change_withdrawn");
}

BOOST_AUTO_TEST_CASE(kibo_8_1_topics_follow_from_events) {
    const auto topics = [](Cause cause) { return kibo_topics(cause.event, cause); };
    BOOST_TEST((topics({.event = Name::signin_code_sent, .channel = Channel::email}) == Topics{"email.requested"}));
    BOOST_TEST((topics({.event = Name::signin_code_sent, .channel = Channel::sms}).empty()));
    BOOST_TEST((topics({.event = Name::account_registered}) == Topics{"customeraccount.created", "email.requested"}));
    BOOST_TEST((topics({.event = Name::account_created}) == Topics{"customeraccount.created"}));
    BOOST_TEST((topics({.event = Name::account_updated}) == Topics{"customeraccount.updated"}));
    BOOST_TEST((topics({.event = Name::account_suspended, .reason = "blocked"}) == Topics{"customeraccount.updated", "email.requested"}));
    BOOST_TEST((topics({.event = Name::account_activated}) == Topics{"customeraccount.updated", "email.requested"}));
    BOOST_TEST((topics({.event = Name::contact_changed}) == Topics{"customeraccount.updated", "email.requested"}));
    BOOST_TEST((topics({.event = Name::account_deleted}) == Topics{"customeraccount.deleted"}));
    BOOST_TEST((topics({.event = Name::ticket_refreshed}).empty()));
}

BOOST_AUTO_TEST_CASE(a_subscription_waits_for_its_events_and_its_condition) {
    auto own = hook();
    const Cause changed{.event = Name::password_changed, .channel = Channel::email, .application = ApplicationNo{3}, .site = 2000};
    BOOST_TEST(matches(own, changed));
    BOOST_TEST(!matches(own, Cause{.event = Name::account_locked}));
    own.condition = "channel = email";
    BOOST_TEST(matches(own, changed));
    own.condition = "channel = sms";
    BOOST_TEST(!matches(own, changed));
    own.condition = "site = 2000";
    BOOST_TEST(matches(own, changed));
    own.condition = "application = 4";
    BOOST_TEST(!matches(own, changed));
    own.condition = "nonsense";
    BOOST_TEST(!matches(own, changed));
    own.condition.clear();
    own.active = false;
    BOOST_TEST(!matches(own, changed));
    BOOST_TEST(matches(kibo(), changed));
    BOOST_TEST(!matches(kibo(), Cause{.event = Name::account_updated}));
}

BOOST_AUTO_TEST_CASE(an_event_that_causes_no_messages_is_answered_with_those_that_do) {
    auto own = hook();
    own.events = {"signin.success"};
    const auto out = checked(own, {});
    BOOST_REQUIRE(!out);
    BOOST_TEST(out.error().text.starts_with("\"signin.success\" causes no messages; these do: account.created, "));
    BOOST_TEST(out.error().text.find("password.change_demanded") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(words_go_with_events_that_bring_what_they_say) {
    const auto fit = [](std::string_view name, Action action, std::vector<std::string> events, const text::MessageText& own = {}) {
        std::vector<text::Message> all;
        if (const auto* const standard = text::built_in_message(name, "en")) all.push_back(*standard);
        if (!own.subject.empty() || !own.sms.empty()) all.push_back(text::Message::parse(name, own).value());
        const auto out = fits({.events = std::move(events), .action = action, .target = std::string(name)}, all);
        return out ? "" : out.error().field + ": " + out.error().text;
    };
    const std::string no_code = "events: account.locked brings no code, and the template code_sign_in says one";
    BOOST_TEST(fit("code_sign_in", Action::mail, {"account.locked"}) == no_code);
    BOOST_TEST(fit("code_sign_in", Action::sms, {"signin.code_sent", "account.locked"}) == no_code);
    BOOST_TEST(fit("code_sign_in", Action::mail, {"signin.code_sent", "2fa.code_sent", "contact.code_sent"}) == "");
    BOOST_TEST(fit("password_reset", Action::mail, {"account.locked"}) == "events: account.locked brings no link, and the template password_reset says one");
    BOOST_TEST(fit("password_reset", Action::mail, {"password.reset_sent", "account.unlock_requested"}) == "");
    BOOST_TEST(fit("new_device", Action::sms, {"signin.new_device"}) == "target: new_device has no SMS part");
    BOOST_TEST(fit("account_locked", Action::mail, {"account.locked", "password.changed"}) == "");  // its link is there or not
    const text::MessageText needy{.subject = "s", .text = "{{code}}"}, modest{.subject = "s", .text = "{{#code}}{{code}}{{/code}}"};
    BOOST_TEST(fit("ours", Action::mail, {"account.locked"}, needy) == "events: account.locked brings no code, and the template ours says one");
    BOOST_TEST(fit("ours", Action::mail, {"signin.code_sent"}, needy) == "");
    BOOST_TEST(fit("ours", Action::mail, {"account.locked"}, modest) == "");
    BOOST_TEST(fit("ours", Action::mail, {"account.locked"}, {.sms = "hello"}) == "target: ours has no subject and text, so it is no mail");
    BOOST_TEST(fit("ours", Action::sms, {"account.locked"}, {.subject = "s", .text = "{{code}}", .sms = "hello"}) == "");  // the mail's own business
}

BOOST_AUTO_TEST_CASE(good_subscriptions_are_taken) {
    BOOST_TEST(refused(hook()).empty());
    BOOST_TEST(refused(kibo()).empty());
    BOOST_TEST(refused({.name = "again", .events = {"account.locked"}, .action = Action::mail, .target = "account_locked"}).empty());
    auto spaced = hook();
    spaced.condition = "  channel=  email ";
    const auto out = checked(spaced, {});
    BOOST_REQUIRE(out);
    BOOST_TEST(out->condition == "channel = email");
}

BOOST_AUTO_TEST_CASE(bad_subscriptions_are_refused_and_the_member_is_named) {
    const auto with = [](Subscription base, auto&& change) {
        change(base);
        return base;
    };
    const auto no = [&](std::string_view field, const Subscription& subscription) { BOOST_TEST(refused(subscription) == field); };
    no("name", with(hook(), [](auto& s) { s.name.clear(); }));
    no("name", with(hook(), [](auto& s) { s.name = "a\nb"; }));
    no("name", with(hook(), [](auto& s) { s.name = " a"; }));
    no("name", with(hook(), [](auto& s) { s.name = std::string(101, 'a'); }));
    no("name", with(hook(), [](auto& s) { s.name = "notice.password_changed"; }));
    no("events", with(hook(), [](auto& s) { s.events.clear(); }));
    no("events", with(hook(), [](auto& s) { s.events = {"no.such"}; }));
    no("events", with(hook(), [](auto& s) { s.events = {"ticket.refreshed"}; }));  // no cause is written with it
    no("events", with(hook(), [](auto& s) { s.events = {"email.requested"}; }));
    no("events", with(hook(), [](auto& s) { s.events = {"password.changed", "password.changed"}; }));
    no("events", with(kibo(), [](auto& s) { s.events = {"password.changed"}; }));
    no("format", with(kibo(), [](auto& s) { s.action = Action::mail; }));
    no("condition", with(hook(), [](auto& s) { s.condition = "channel"; }));
    no("condition", with(hook(), [](auto& s) { s.condition = "destination = a@b.example"; }));
    no("condition", with(hook(), [](auto& s) { s.condition = "channel ="; }));
    no("target", with(hook(), [](auto& s) { s.target.clear(); }));
    no("target", with(hook(), [](auto& s) { s.action = Action::mail; }));  // no template's name
    no("secret", with(hook(), [](auto& s) { s.secret = Secret(std::string_view("short")); }));
}

BOOST_AUTO_TEST_CASE(KL9_a_hook_that_delivery_would_refuse_is_not_taken_in) {
    for (const auto* const target : {"http://hooks.example/in", "https://127.0.0.1/in", "https://[::1]/in", "https://169.254.169.254/latest",
                                     "https://10.0.0.5/", "https://hooks.example:22/", "https://a:b@hooks.example/", "ftp://hooks.example/",
                                     "hooks.example", "https://"}) {
        auto one = hook();
        one.target = target;
        BOOST_TEST(refused(one) == "target", target);
    }
    auto loopback = hook();
    loopback.target = "http://127.0.0.1:8080/in";
    const net::UrlRules listed{.insecure = true, .addresses = net::AddressRules::public_and({{"127.0.0.0/8"}, "hook.allow"})};
    BOOST_TEST(refused(loopback, listed).empty());
}

BOOST_AUTO_TEST_SUITE_END()
