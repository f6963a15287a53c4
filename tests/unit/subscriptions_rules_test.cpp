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
    const Subscription own{.name = "own", .events = {"signin.success"}, .action = Action::mail, .target = "new_device"};
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
    BOOST_TEST(refused({.name = "all", .events = {"@tickets", "ticket.refreshed"}, .action = Action::hook, .target = "https://hooks.example/in"}).empty());
    BOOST_TEST(refused({.name = "olga", .events = {"@tickets"}, .action = Action::notice, .target = dashed(Uuid{{1}})}).empty());
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
    no("events", with(hook(), [](auto& s) { s.events = {"@tickets", "@no-such"}; }));
    no("events", with(hook(), [](auto& s) { s = {.name = "mail", .events = {"ticket.refreshed"}, .action = Action::mail, .target = "new_device"}; }));
    no("target", with(hook(), [](auto& s) { s.action = Action::notice; }));  // no operator's id
    no("target", with(hook(), [](auto& s) { s.action = Action::mail, s.target = "operator_notice"; }));
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

BOOST_AUTO_TEST_CASE(M14_who_follows_the_trail_is_told_what_no_cause_brings) {
    const auto row = [](Action action, std::vector<std::string> events) {
        return Subscription{.id = SubscriptionId{Uuid{{1}}}, .name = "row", .events = std::move(events), .action = action, .target = "x"};
    };
    const auto happened = [](const char* name, const char* details = "{}") {
        return events::Stored{.realm = RealmNo{1}, .id = {}, .name = name, .outcome = "success", .reason = "locked", .factor = "", .actor = "user", .at = Time{} + std::chrono::hours(1),
                              .application = ApplicationNo{7}, .user = {}, .account = {}, .ticket = {}, .request_id = {}, .details = details, .personal = {},
                              .personal_hash = {}, .key_id = 1, .mac = {}};
    };
    BOOST_TEST(follows(row(Action::notice, {"password.changed"})));
    BOOST_TEST(follows(row(Action::hook, {"@password"})));
    BOOST_TEST(follows(row(Action::hook, {"signin.success"})));
    BOOST_TEST(!follows(row(Action::hook, {"password.changed"})));  // by its cause
    BOOST_TEST(!follows(row(Action::mail, {"password.changed"})));
    BOOST_TEST(!follows(kibo()));
    auto off = row(Action::notice, {"@password"});
    off.active = false;
    BOOST_TEST(!follows(off));

    BOOST_TEST(told_of(row(Action::notice, {"@password"}), happened("password.changed")));
    BOOST_TEST(told_of(row(Action::notice, {"@sign-in", "@password"}), happened("signin.failure")));
    BOOST_TEST(!told_of(row(Action::notice, {"@password"}), happened("signin.failure")));
    BOOST_TEST(told_of(row(Action::hook, {"@password"}), happened("password.change_failed")));
    BOOST_TEST(!told_of(row(Action::hook, {"@password"}), happened("password.changed")));
    BOOST_TEST(!told_of(row(Action::hook, {"@password"}), happened("password.of_a_newer_program")));
    auto later = row(Action::notice, {"@password"});
    later.active_since = Time{} + std::chrono::hours(2);
    BOOST_TEST(!told_of(later, happened("password.changed")));
    for (const auto& [condition, holds] : {std::pair{"reason = locked", true}, {"reason = else", false}, {"application = 7", true}, {"application = 8", false},
                                           {"channel = sms", true}, {"channel = email", false}, {"region = DE", false}, {"site = 0", false}}) {
        auto on = row(Action::notice, {"@password"});
        on.condition = condition;
        BOOST_TEST_CONTEXT(condition) { BOOST_TEST(told_of(on, happened("password.changed", R"({"channel":"sms"})")) == holds); }
    }
    // What could not be delivered: not to whom it could not, and no further than once.
    BOOST_TEST(told_of(row(Action::notice, {"@system"}), happened("delivery.failed", R"({"subscription":"other","cause":"password.changed"})")));
    BOOST_TEST(!told_of(row(Action::notice, {"@system"}), happened("delivery.failed", R"({"subscription":"row","cause":"password.changed"})")));
    BOOST_TEST(!told_of(row(Action::notice, {"@system"}), happened("delivery.failed", R"({"subscription":"other","cause":"delivery.gave_up"})")));

    BOOST_TEST(matches(row(Action::hook, {"@password"}), Cause{.event = Name::password_changed}));
    BOOST_TEST(!matches(row(Action::hook, {"@account"}), Cause{.event = Name::password_changed}));
    BOOST_TEST(!matches(row(Action::notice, {"@password"}), Cause{.event = Name::password_changed}));
}

namespace {

Subscription integration(std::vector<std::string> keys) {
    return {.name = "90aa4f00-0000-4000-8000-000000000001", .events = std::move(keys), .action = Action::hook, .format = Format::elasticpath,
            .target = "https://mailer.shop.example/otp", .label = "send codes"};
}
std::string refused_integration(const Subscription& subscription, const net::UrlRules& rules = {}) {
    const auto out = integration_checked(subscription, rules);
    return out ? "" : std::string(name(out.error().why)) + " " + out.error().field;
}
events::Stored happened(std::string name, std::string reason, bool of_user, Time at) {
    events::Stored out{};
    out.name = std::move(name);
    out.reason = std::move(reason);
    out.at = at;
    out.details = "{}";
    if (of_user) out.user = UserId{*parse_uuid("7c1f0a9be2d5463f8a7715d20c4e9b31")};
    return out;
}

}  // namespace

// EP215 to EP218 (docs/elasticpath.md)
BOOST_AUTO_TEST_CASE(EP217_what_an_integration_must_be) {
    const std::string token(one_time_token_key);
    BOOST_TEST(refused_integration(integration({token})) == "");
    auto row = integration({});
    BOOST_TEST(refused_integration(row) == "missing_parameter observes");
    row = integration({token, "account.created", "account.updated", "account.deleted", "settings.updated"});
    BOOST_TEST(refused_integration(row) == "");
    row.events.push_back("integration.created");
    BOOST_TEST(refused_integration(row) == "bad_parameter observes");
    for (const auto* const unknown : {"order.paid", "signin.success", "@account", "", "account.created ", "ACCOUNT.created", "a,b"}) {
        BOOST_TEST(refused_integration(integration({unknown})) == "bad_parameter observes", unknown);
    }
    BOOST_TEST(refused_integration(integration({token, token})) == "bad_parameter observes");
    row = integration({token});
    row.label = "";
    BOOST_TEST(refused_integration(row) == "missing_parameter name");
    for (const std::string& label : {std::string(256, 'a'), std::string("a\nb"), std::string("\xff")}) {
        row.label = label;
        BOOST_TEST(refused_integration(row) == "bad_parameter name");
    }
    row = integration({token});
    row.description = std::string(1001, 'a');
    BOOST_TEST(refused_integration(row) == "bad_parameter description");
    row = integration({token});
    row.target = "";
    BOOST_TEST(refused_integration(row) == "missing_parameter configuration.url");
    for (const auto* const url : {"http://mailer.shop.example/otp", "https://127.0.0.1/", "ftp://a.example/", "https://a:b@c.example/", "https://a.example:22/"}) {
        row.target = url;
        BOOST_TEST(refused_integration(row) == "bad_parameter configuration.url", url);
    }
    row = integration({token});
    for (const std::string& secret : {std::string(201, 'a'), std::string("a\r\nX-Evil: 1"), std::string(" a"), std::string("a "), std::string("\xc3\xa4")}) {
        row.secret = Secret(secret);
        BOOST_TEST(refused_integration(row) == "bad_parameter configuration.secret_key");
    }
    row.secret = Secret(std::string_view("short"));
    BOOST_TEST(refused_integration(row) == "");
    BOOST_TEST(refused(row) == "format");  // not by the command
}

BOOST_AUTO_TEST_CASE(EP219_what_an_event_is_to_integrations) {
    const auto keys = [](Name event, std::string_view reason = {}, bool of_user = false) {
        std::string out;
        for (const auto key : keys_of(event, reason, of_user)) out += (out.empty() ? "" : " ") + std::string(key);
        return out;
    };
    BOOST_TEST(keys(Name::user_created, "", true) == "user-authentication-info.created account-member.created");
    BOOST_TEST(keys(Name::user_updated, "", true) == "user-authentication-info.updated account-member.updated");
    BOOST_TEST(keys(Name::user_deleted, "", true) == "user-authentication-info.deleted account-member.deleted");
    BOOST_TEST(keys(Name::account_created, "guest") == "account.created");
    BOOST_TEST(keys(Name::account_created, "import", true) == "");
    BOOST_TEST(keys(Name::account_registered, "", true)
               == "user-authentication-info.created account-member.created account.created account-membership.created");
    BOOST_TEST(keys(Name::login_added, "first", true) == "user-authentication-info.created account-member.created account-membership.created");
    BOOST_TEST(keys(Name::login_added, "", true) == "");
    BOOST_TEST(keys(Name::account_updated, "", true) == "account.updated");
    BOOST_TEST(keys(Name::account_deleted) == "account.deleted");
    BOOST_TEST(keys(Name::contact_changed, "email", true) == "user-authentication-info.updated account-member.updated");
    BOOST_TEST(keys(Name::contact_changed, "phone", true) == "");
    BOOST_TEST(keys(Name::membership_added, "", true) == "account-membership.created");
    BOOST_TEST(keys(Name::membership_removed, "", true) == "account-membership.deleted");
    BOOST_TEST(keys(Name::policy_changed) == "settings.updated");
    BOOST_TEST(keys(Name::webhook_changed) == "");  // another hook
    BOOST_TEST(keys(Name::webhook_changed, integration_added) == "integration.created");
    BOOST_TEST(keys(Name::webhook_changed, integration_changed) == "integration.updated");
    BOOST_TEST(keys(Name::webhook_changed, integration_removed) == "integration.deleted");
    BOOST_TEST(keys(Name::signin_token_sent, "reset_password", true) == "");  // comes by its cause
    BOOST_TEST((event_of(one_time_token_key) == Name::signin_token_sent && event_of("settings.updated") == Name::policy_changed));
    for (const auto event : events::all_names()) {
        for (const auto key : keys_of(event, "", true)) BOOST_TEST((std::ranges::find(observable(), key) != observable().end()), key);
    }
}

BOOST_AUTO_TEST_CASE(EP150_the_token_comes_by_its_cause_and_the_rest_from_the_trail) {
    const auto token = integration({std::string(one_time_token_key)});
    const Cause sent{.event = Name::signin_token_sent, .reason = "reset_password"};
    BOOST_TEST(matches(token, sent));
    BOOST_TEST(!matches(token, {.event = Name::signin_code_sent}));
    BOOST_TEST(!matches(integration({"account.created"}), sent));
    BOOST_TEST(!matches(integration({"account.created"}), {.event = Name::account_registered}));
    BOOST_TEST(!follows(token));
    const auto both = integration({std::string(one_time_token_key), "account-member.deleted"});
    BOOST_TEST((follows(both) && follows(both, Name::user_deleted) && !follows(both, Name::user_created) && !follows(both, Name::signin_token_sent)));
    BOOST_TEST(observed({both}, one_time_token_key));
    auto off = both;
    off.active = false;
    BOOST_TEST((!matches(off, sent) && !follows(off) && !observed({off}, one_time_token_key)));

    auto since = both;
    const auto noon = *parse_iso8601("2026-01-15T12:00:00Z");
    since.active_since = noon;
    since.updated_at = noon + std::chrono::hours(1);  // a change of its name takes nothing away
    BOOST_TEST(told_of(since, happened("user.deleted", "", true, noon)));
    BOOST_TEST(!told_of(since, happened("user.deleted", "", true, noon - std::chrono::seconds(1))));
    BOOST_TEST(!told_of(since, happened("user.created", "", true, noon)));
    BOOST_TEST(told_of(integration({"integration.updated"}), happened("webhook.changed", "integration_changed", false, noon)));
    BOOST_TEST(!told_of(integration({"integration.updated"}), happened("webhook.changed", "", false, noon)));
}

// EP154: M12 says so too.
BOOST_AUTO_TEST_CASE(EP154_an_integration_sends_the_token_instead_of_us) {
    const auto state = [](const std::vector<Subscription>& rows) {
        for (const auto& mail : mails({}, rows)) {
            if (mail.sends.front()->event == Name::signin_token_sent) return mail.state;
        }
        BOOST_FAIL("there is no such mail");
        return Mail::State::off;
    };
    BOOST_TEST((state({}) == Mail::State::on));
    auto row = integration({std::string(one_time_token_key)});
    BOOST_TEST((state({row}) == Mail::State::by_hook));
    row.active = false;
    BOOST_TEST((state({row}) == Mail::State::on));
    // Switched off, it has a way out where an integration has it.
    const auto lost = [](const std::vector<Subscription>& rows) {
        return std::ranges::any_of(without_way({}, rows), [](const BuiltIn* each) { return each->event == Name::signin_token_sent; });
    };
    const auto& token = *built_in(Cause{.event = Name::signin_token_sent, .channel = Channel::email});
    const Subscription off{.name = std::string(token.name), .events = {"signin.token_sent"}, .active = false};
    BOOST_TEST(lost({off}));
    row.active = true;
    BOOST_TEST(!lost({off, row}));
}

BOOST_AUTO_TEST_SUITE_END()
