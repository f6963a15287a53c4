// SPDX-License-Identifier: MIT
// Which messages a cause owes, and what they say.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/members.h>

#include "delivery/plan.h"
#include "delivery/words.h"
#include "support/fake_clock.h"
#include "support/fake_rng.h"

using namespace authtickets;
using namespace authtickets::delivery;
using deliveries::Queue;
using deliveries::Schedule;
using events::Name;
using outbox::Cause;
using outbox::Channel;
using subscriptions::Action;
using subscriptions::Format;
using subscriptions::Subscription;
using namespace std::chrono_literals;

namespace {

struct Shop {
    Shop() {
        realm.no = RealmNo{1};
        realm.id = uuid_v4(rng);
        realm.name = "shop";
        realm.address = "https://shop.example";
        realm.sites = {{.tenant = 1000, .site = 2000, .name = "The Shop", .domain = "shop.example", .locale_code = "en-US", .currency_code = "USD"},
                       {.tenant = 1000, .site = 2001, .name = "Der Laden", .domain = "laden.example", .locale_code = "de-DE", .currency_code = "EUR"}};
    }
    std::vector<Owed> owed(const Cause& cause) { return plan({.realm = realm, .rows = rows, .receiver = receiver, .now = clock.now()}, cause); }

    Cause code(Channel channel = Channel::email) {
        return {.event = Name::signin_code_sent, .event_id = EventId{uuid_v7(clock.now(), rng)}, .user = user, .account = AccountNo{1042},
                .channel = channel, .destination = channel == Channel::sms ? "+4915123456789" : "ada@shop.example",
                .code = Secret(std::string_view("012345")), .expires_at = clock.now() + 180s, .code_id = uuid_v4(rng), .code_hash = Bytes(32, 1),
                .request = uuid_v4(rng), .at = clock.now(), .site = 2000};
    }
    Cause reset() {
        return {.event = Name::password_reset_sent, .user = user, .channel = Channel::email, .destination = "ada@shop.example",
                .link = Secret(std::string_view("token")), .expires_at = clock.now() + 72h, .at = clock.now()};
    }
    Subscription kibo(std::vector<std::string> topics) {
        return {.id = SubscriptionId{uuid_v4(rng)}, .name = "kibo", .events = std::move(topics), .action = Action::hook, .format = Format::kibo,
                .target = "https://hooks.example/in?key=secret"};
    }

    test::FakeClock clock;
    test::FakeRng rng;
    realms::Realm realm;
    UserId user{uuid_v4(rng)};
    std::vector<Subscription> rows;
    deliveries::Receiver receiver{.email = "ada@shop.example", .phone = "+4915123456789", .user_name = "ada", .first_name = "Ada", .locale = "de-DE",
                                  .account = AccountNo{1042}};
};

std::string property(const KiboEvent& event, std::string_view key) {
    for (const auto& [name, value] : event.properties) {
        if (name == key) return value;
    }
    return "none";
}

bool says(const deliveries::Payload& payload, std::string_view what) { return deliveries::payload_text(payload).find(what) != std::string::npos; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(delivery_plan, Shop)

BOOST_AUTO_TEST_CASE(a_code_goes_by_the_channel_it_was_made_for) {
    const auto mails = owed(code());
    BOOST_REQUIRE(mails.size() == 1u);
    const auto& [delivery, payload] = mails[0];
    BOOST_TEST((delivery.action == Action::mail && delivery.queue == Queue::urgent && payload.schedule == Schedule::code));
    BOOST_TEST(payload.to == "ada@shop.example");
    BOOST_TEST(delivery.topic == "code_sign_in");
    BOOST_TEST(delivery.subscription == "code.sign_in");
    BOOST_TEST(!delivery.subscription_id);
    BOOST_TEST(delivery.recipient.find("ada") == std::string::npos);
    BOOST_TEST((delivery.gives_up_at == clock.now() + 180s));
    const auto texts = owed(code(Channel::sms));
    BOOST_REQUIRE(texts.size() == 1u);
    BOOST_TEST((texts[0].delivery.action == Action::sms));
    BOOST_TEST(texts[0].payload.to == "+4915123456789");
}

BOOST_AUTO_TEST_CASE(EN2_a_decoy_owes_nothing) {
    auto cause = code();
    cause.decoy = true;
    rows = {kibo({"email.requested"})};
    BOOST_TEST(owed(cause).empty());
}

BOOST_AUTO_TEST_CASE(a_notice_goes_to_the_address_that_stands_there_now) {
    const auto out = owed({.event = Name::password_changed, .user = user, .at = clock.now()});
    BOOST_REQUIRE(out.size() == 1u);
    BOOST_TEST(out[0].payload.to == "ada@shop.example");
    BOOST_TEST((out[0].payload.schedule == Schedule::notice && out[0].delivery.queue == Queue::messages));
    BOOST_TEST(out[0].payload.cause.user_name == "ada");
    BOOST_TEST(out[0].delivery.account->value == 1042u);
    receiver = {};
    BOOST_TEST(owed({.event = Name::password_changed, .user = user, .at = clock.now()}).empty());
}

BOOST_AUTO_TEST_CASE(N7_a_changed_address_is_told_to_both) {
    const auto out = owed({.event = Name::contact_changed, .user = user, .old_value = "old@shop.example", .new_value = "new@shop.example", .at = clock.now()});
    BOOST_REQUIRE(out.size() == 2u);
    BOOST_TEST(out[0].payload.to == "new@shop.example");
    BOOST_TEST(out[1].payload.to == "old@shop.example");
    // A number: both numbers by SMS, and the mailbox too.
    const auto phone = owed({.event = Name::contact_changed, .user = user, .old_value = "+4915123456789", .new_value = "+447700900123", .at = clock.now()});
    BOOST_REQUIRE(phone.size() == 3u);
    BOOST_TEST(phone[0].payload.to == "ada@shop.example");
    BOOST_TEST((phone[1].delivery.action == Action::sms && phone[2].delivery.action == Action::sms));
}

BOOST_AUTO_TEST_CASE(kibo_4_6_mail_switches) {
    rows = {kibo({"email.requested"})};
    BOOST_TEST(owed(code()).size() == 2u);  // the mail, and the hook that subscribes to it
    realm.settings.mails_suppressed = 1;    // otpForLogin
    BOOST_TEST(realm.settings.suppressed("otpForLogin"));
    BOOST_TEST(owed(code()).empty());
    BOOST_TEST(owed(code(Channel::sms)).size() == 1u);  // a switch of mails
    realm.settings.mails_suppressed = 0;
    realm.settings.mails_on_request = 1;
    const auto out = owed(code());
    BOOST_REQUIRE(out.size() == 1u);
    BOOST_TEST((out[0].delivery.action == Action::hook));
    BOOST_TEST(owed(reset()).size() == 2u);  // another switch's
}

BOOST_AUTO_TEST_CASE(a_built_in_one_can_be_switched_off) {
    rows = {{.name = "notice.password_changed", .events = {"password.changed"}, .action = Action::mail, .target = "password_changed", .active = false}};
    BOOST_TEST(owed({.event = Name::password_changed, .user = user, .at = clock.now()}).empty());
    BOOST_TEST(owed({.event = Name::password_reset_done, .user = user, .at = clock.now()}).size() == 1u);
    rows[0].active = true;  // on again: once, not twice
    BOOST_TEST(owed({.event = Name::password_changed, .user = user, .at = clock.now()}).size() == 1u);
}

BOOST_AUTO_TEST_CASE(kibo_8_1_email_requested_carries_the_code_and_the_address) {
    rows = {kibo({"email.requested", "customeraccount.updated"})};
    const auto cause = code();
    const auto out = owed(cause);
    BOOST_REQUIRE(out.size() == 2u);
    const auto& [delivery, payload] = out[1];
    BOOST_TEST((payload.schedule == Schedule::kibo_code && delivery.queue == Queue::hooks && delivery.format == Format::kibo));
    BOOST_TEST((delivery.lane == deliveries::lane_of(rows[0].id, "email.requested")));
    BOOST_TEST(delivery.recipient == "hooks.example");
    const auto event = kibo_event(delivery, payload, Life::alive);
    BOOST_TEST(event.topic == "email.requested");
    BOOST_TEST(event.entity_id == "1042");
    BOOST_TEST(property(event, "emailType") == "OtpForLogin");
    BOOST_TEST(property(event, "userId") == hex(user.value));
    BOOST_TEST(property(event, "accountId") == "1042");
    BOOST_TEST(property(event, "email") == "ada@shop.example");
    BOOST_TEST(property(event, "code") == "012345");
    BOOST_TEST(property(event, "expiresAt") == iso8601(*cause.expires_at));
    BOOST_TEST(property(event, "purpose") == "sign_in");
    BOOST_TEST((event.correlation == cause.request));
    // After the code's death the event goes on without it.
    const auto dead = kibo_event(delivery, payload, Life::expired);
    BOOST_TEST(property(dead, "code") == "none");
    BOOST_TEST(property(dead, "emailType") == "OtpForLogin");
}

// An application that sends the mail itself needs the confirmation code (kibo 6.3).
BOOST_AUTO_TEST_CASE(kibo_8_1_a_reset_carries_its_confirmation_code) {
    rows = {kibo({"email.requested"})};
    const auto out = owed(reset());
    BOOST_REQUIRE(out.size() == 2u);
    BOOST_TEST(property(kibo_event(out[1].delivery, out[1].payload, Life::alive), "code") == "token");
}

BOOST_AUTO_TEST_CASE(kibo_8_1_what_concerns_the_tenant_is_told_once_for_each_site) {
    rows = {kibo({"customeraccount.updated"})};
    const auto out = owed({.event = Name::account_updated, .user = user, .account = AccountNo{1042}, .at = clock.now(), .site = 2000});
    BOOST_REQUIRE(out.size() == 2u);
    BOOST_TEST(kibo_place(realm, out[0].payload).site == "2000");
    BOOST_TEST(kibo_place(realm, out[1].payload).site == "2001");
    BOOST_TEST(kibo_place(realm, out[1].payload).currency == "EUR");
    BOOST_TEST((out[0].delivery.lane == out[1].delivery.lane));
    BOOST_TEST(kibo_event(out[0].delivery, out[0].payload, Life::alive).properties.empty());
}

BOOST_AUTO_TEST_CASE(a_deleted_account_is_still_named) {
    rows = {kibo({"customeraccount.deleted"})};
    receiver = {};
    const auto out = owed({.event = Name::account_deleted, .account = AccountNo{1042}, .at = clock.now()});
    BOOST_REQUIRE(!out.empty());
    BOOST_TEST(kibo_event(out[0].delivery, out[0].payload, Life::alive).entity_id == "1042");
}

BOOST_AUTO_TEST_CASE(OC6_only_the_documented_hook_gets_a_code) {
    rows = {{.id = SubscriptionId{uuid_v4(rng)}, .name = "own", .events = {"signin.code_sent", "password.reset_sent"}, .action = Action::hook,
             .target = "https://hooks.example/"}};
    for (const auto& cause : {code(), reset()}) {
        const auto out = owed(cause);
        BOOST_REQUIRE(out.size() == 2u);
        const auto& [delivery, payload] = out[1];
        BOOST_TEST((payload.schedule == Schedule::own && delivery.format == Format::own));
        BOOST_TEST(!says(payload, "012345"));
        BOOST_TEST(!says(payload, "token"));
        const auto body = own_body(delivery, payload, realm);
        BOOST_TEST(body.find("ada@") == std::string::npos);
        BOOST_TEST(body.find("012345") == std::string::npos);
        BOOST_TEST(body.find(delivery.name) != std::string::npos);
    }
}

// A store's own SMS about a code that went by mail must not carry it: the number was not asked to.
BOOST_AUTO_TEST_CASE(OC5_a_code_leaves_by_its_channel_only) {
    rows = {{.id = SubscriptionId{uuid_v4(rng)}, .name = "also", .events = {"signin.code_sent"}, .action = Action::sms, .target = "own_text"}};
    const auto out = owed(code());
    BOOST_REQUIRE(out.size() == 2u);
    BOOST_TEST((out[1].delivery.action == Action::sms && out[1].payload.schedule == Schedule::notice));
    BOOST_TEST(out[1].payload.to == "+4915123456789");
    BOOST_TEST(!says(out[1].payload, "012345"));
}

BOOST_AUTO_TEST_CASE(a_test_is_one_hook_whatever_it_waits_for) {
    rows = {kibo({"customeraccount.created"}), kibo({"customeraccount.updated"})};
    const Cause cause{.event = Name::account_updated, .test_of = rows[0].id, .at = clock.now()};
    const auto out = owed(cause);
    BOOST_REQUIRE(out.size() == 1u);
    BOOST_TEST((out[0].delivery.subscription_id == rows[0].id));
    const auto event = kibo_event(out[0].delivery, out[0].payload, Life::alive);
    BOOST_TEST(event.topic == "customeraccount.created");
    BOOST_TEST(event.is_test);
}

// --- Words

BOOST_AUTO_TEST_CASE(the_reset_link_is_what_the_setting_says) {
    const auto cause = reset();
    BOOST_TEST(link_of(realm, cause) == "https://shop.example/account/reset?t=token&u=" + hex(user.value));
    realm.settings.reset_link = "{base}/user/resetpasswordconfirm?t={token}&u={user}";
    BOOST_TEST(link_of(realm, cause) == "https://shop.example/user/resetpasswordconfirm?t=token&u=" + hex(user.value));
    auto locked = cause;
    locked.event = Name::account_locked;
    BOOST_TEST(link_of(realm, locked) == "https://shop.example/account/unlock?t=token&u=" + hex(user.value));
}

BOOST_AUTO_TEST_CASE(values_are_the_readers) {
    const auto out = owed(code());
    const auto said = values(out[0].payload, realm, clock.now(), Life::alive, "de-DE", "de");
    BOOST_TEST(said.shop == "The Shop");
    BOOST_TEST(said.shop_url == "https://shop.example/");
    BOOST_TEST(said.host == "shop.example");
    BOOST_TEST(said.name == "Ada");
    BOOST_TEST(said.code == "012345");
    BOOST_TEST(said.minutes == "3 Minuten");
    BOOST_TEST(said.dir == "ltr");
    // P5: to our own page, if it was asked for there.
    BOOST_TEST(said.link == "https://shop.example/account/sign-in/one-time?u=" + hex(user.value) + "&c=012345");
    auto stores = code();
    stores.application = ApplicationNo{3};
    BOOST_TEST(values(owed(stores)[0].payload, realm, clock.now(), Life::alive, "en", "en").link.empty());
    realm.address = "https://shop.example:8443";  // browsers compare the last line of an SMS with the host's name
    BOOST_TEST(values(out[0].payload, realm, clock.now(), Life::alive, "de-DE", "de").host == "shop.example");
    // Sent late, it promises no more than is left.
    BOOST_TEST(values(out[0].payload, realm, clock.now() + 70s, Life::alive, "en", "en").minutes == "1 minute");
}

BOOST_AUTO_TEST_CASE(a_notice_outlives_its_link) {
    Cause cause{.event = Name::account_locked, .user = user, .link = Secret(std::string_view("token")), .expires_at = clock.now() + 24h, .at = clock.now()};
    const auto out = owed(cause);
    BOOST_REQUIRE(out.size() == 1u);
    BOOST_TEST((out[0].payload.schedule == Schedule::notice));
    BOOST_TEST(!values(out[0].payload, realm, clock.now(), Life::alive, "en", "en").link.empty());
    BOOST_TEST(values(out[0].payload, realm, clock.now(), Life::expired, "en", "en").link.empty());
}

BOOST_AUTO_TEST_CASE(a_copy_goes_to_the_shop_but_never_of_what_opens_an_account) {
    realm.settings.mail_bcc = "archive@shop.example";
    realm.settings.mail_sender = "no-reply@shop.example";
    const auto letter = [&](const Cause& cause) {
        const auto out = owed(cause);
        auto made = mail(out[0].delivery, out[0].payload, realm, "fallback@host.example", clock.now(), {.subject = "s", .text = "t"}, "en");
        BOOST_TEST(render(made).why == "");
        return made;
    };
    BOOST_TEST(letter({.event = Name::password_changed, .user = user, .at = clock.now()}).bcc == "archive@shop.example");
    BOOST_TEST(letter(code()).bcc.empty());
    BOOST_TEST(letter(reset()).bcc.empty());
    BOOST_TEST(letter({.event = Name::account_locked, .user = user, .link = Secret(std::string_view("t")), .at = clock.now()}).bcc.empty());
    BOOST_TEST(letter(code()).from == "no-reply@shop.example");
    BOOST_TEST(letter(code()).from_name == "The Shop");
    realm.settings.mail_sender.clear();
    BOOST_TEST(letter(code()).from == "fallback@host.example");
}

BOOST_AUTO_TEST_CASE(N7_who_reads_it_sees_the_own_contact_in_full_and_the_other_masked) {
    const auto both = [&](const std::string& old_value, const std::string& new_value) {
        std::string out;
        for (const auto& each : owed({.event = Name::contact_changed, .user = user, .old_value = old_value, .new_value = new_value, .at = clock.now()})) {
            const auto said = values(each.payload, realm, clock.now(), Life::alive, "en", "en");
            out += said.old_contact + ">" + said.new_contact + " ";
        }
        return out;
    };
    BOOST_TEST(both("old@shop.example", "new@shop.example")
               == "o\u2022\u2022\u2022@s\u2022\u2022\u2022.example>new@shop.example old@shop.example>n\u2022\u2022\u2022@s\u2022\u2022\u2022.example ");
    BOOST_TEST(both("+4915123456789", "+447700900123").find("\u2022\u2022\u202289>+447700900123 ") != std::string::npos);
    // What a mail program could make a link of is masked for its owner too.
    BOOST_TEST(both("", "www.evil.example/prize?x@shop.example").find("prize") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_changed_second_step_is_said_and_who_changed_it) {
    const auto said = [&](const std::string& reason, bool by_shop) {
        const auto out = owed({.event = Name::second_step_method_changed, .user = user, .reason = reason, .at = clock.now(), .by_shop = by_shop});
        BOOST_REQUIRE(out.size() == 1u);
        const auto words = values(out[0].payload, realm, clock.now(), Life::alive, "en", "en");
        return text::built_in_message("method_changed", "en")->render(words, *text::built_in_message("layout", "en")).text;
    };
    const auto has = [](const std::string& text, std::string_view part) { return text.find(part) != text.npos; };
    for (const auto& [reason, part] : {std::pair{"sms", "by SMS"}, std::pair{"email", "to your e-mail address"}, std::pair{"simple", "your password alone"}}) {
        for (const auto& [other, text] : {std::pair{"sms", "by SMS"}, std::pair{"email", "to your e-mail address"}, std::pair{"simple", "your password alone"}}) {
            BOOST_TEST(has(said(reason, false), text) == (std::string_view(reason) == other));
        }
        BOOST_TEST(has(said(reason, true), "was changed by the shop."));
        BOOST_TEST(has(said(reason, true), "Then please turn to the shop."));
        BOOST_TEST(has(said(reason, false), "was changed."));
        BOOST_TEST(has(said(reason, false), "It was not you?"));
    }
}

// The store's own mail would say "Your code is", and no more.
BOOST_AUTO_TEST_CASE(OC5_no_words_about_a_code_where_it_is_not_brought) {
    rows = {{.id = SubscriptionId{uuid_v4(rng)}, .name = "again", .events = {"signin.code_sent"}, .action = Action::mail, .target = "code_sign_in"}};
    BOOST_TEST(owed(code()).size() == 2u);
    BOOST_TEST(owed(code(Channel::sms)).size() == 1u);
    rows[0] = {.id = rows[0].id, .name = "again", .events = {"account.locked"}, .action = Action::mail, .target = "password_reset"};
    BOOST_TEST(owed({.event = Name::account_locked, .user = user, .at = clock.now()}).size() == 1u);
}

// EP154: the mail has the token and how long it lives; without the setting it has no link, and says so to nobody.
BOOST_AUTO_TEST_CASE(EP154_a_one_time_token_goes_by_our_mail) {
    auto cause = code();
    cause.event = Name::signin_token_sent;
    cause.reason = "passwordless_authentication";
    cause.user_name = "ada";
    cause.profile_id = uuid_v4(rng);
    cause.login = LoginId{uuid_v4(rng)};
    const auto out = owed(cause);
    BOOST_REQUIRE(out.size() == 1u);
    BOOST_TEST(out[0].delivery.subscription == "code.one_time_token");
    BOOST_TEST(out[0].payload.template_name == "one_time_token");
    BOOST_TEST((out[0].payload.schedule == deliveries::Schedule::code));
    auto words = values(out[0].payload, realm, clock.now(), Life::alive, "en", "en");
    BOOST_TEST(words.code == "012345");
    BOOST_TEST(words.link == "");
    BOOST_TEST(words.reset == "");
    BOOST_TEST(words.info_id == dashed(cause.login.value));
    realm.settings.one_time_link = "https://a.example/{token}";
    words = values(out[0].payload, realm, clock.now(), Life::alive, "en", "en");
    BOOST_TEST(words.link == "https://a.example/012345");
    words = values(out[0].payload, realm, clock.now(), Life::replaced, "en", "en");
    BOOST_TEST(words.link + words.code == "");
    cause.reason = "reset_password";
    BOOST_TEST(values(owed(cause)[0].payload, realm, clock.now(), Life::alive, "en", "en").reset != "");
    cause.decoy = true;
    BOOST_TEST(owed(cause).empty());
}

BOOST_AUTO_TEST_CASE(hosts_are_read_from_addresses) {
    BOOST_TEST(host_name_of("https://shop.example:8443/a?b#c") == "shop.example");
    BOOST_TEST(host_name_of("http://[::1]:8080/") == "[::1]");
    BOOST_TEST(host_name_of("http://[::1]") == "[::1]");
    BOOST_TEST(host_name_of("") == "");
    BOOST_TEST(host_of("https://shop.example:8443/a?b#c") == "shop.example:8443");
    BOOST_TEST(host_of("https://shop.example?x") == "shop.example");
    BOOST_TEST(host_of("") == "");
}

namespace {

// A token that was asked for, and an integration that observes it.
struct Tokens : Shop {
    Tokens() {
        receiver.full_name = "Ada Q";
        receiver.account_id = AccountId{uuid_v4(rng)};
        receiver.account_name = "Ada's";
    }
    Subscription integration(std::vector<std::string> keys) {
        const auto id = uuid_v4(rng);
        return {.id = SubscriptionId{id}, .name = dashed(id), .events = std::move(keys), .action = Action::hook, .format = Format::elasticpath,
                .target = "https://mailer.shop.example/otp", .secret = Secret(std::string_view("squirrel")), .label = "send codes", .description = "by mail"};
    }
    Cause token() {
        return {.event = Name::signin_token_sent, .event_id = EventId{uuid_v7(clock.now(), rng)}, .user = user, .account = AccountNo{1042},
                .user_name = "ada", .reason = "passwordless_authentication", .channel = Channel::email, .destination = "ada@shop.example",
                .code = Secret(std::string_view("q7m2xk")), .expires_at = clock.now() + 600s, .code_hash = Bytes(32, 1),
                .profile_id = uuid_v4(rng), .login = LoginId{uuid_v4(rng)}, .at = clock.now()};
    }
    Json body(Owed& out, const Subscription& row, unsigned attempt = 1) {
        out.delivery.id = DeliveryId{uuid_v7(clock.now(), rng)};
        out.delivery.attempts = attempt;
        return *parse_json(elasticpath_body(out.delivery, out.payload, realm, row));
    }
    Cause of_trail(Name event, const Subscription& row, std::string reason = {}, std::string subject = {}) {
        return {.event = event, .event_id = EventId{uuid_v7(clock.now(), rng)}, .user = user, .account = AccountNo{1042}, .reason = std::move(reason),
                .only = row.id, .subject = std::move(subject), .at = clock.now()};
    }
    std::string key{subscriptions::one_time_token_key};
};

}  // namespace

// EP151, EP152 (docs/elasticpath.md)
BOOST_FIXTURE_TEST_CASE(EP152_a_token_goes_to_the_integration_in_the_documented_body, Tokens) {
    rows = {integration({key})};
    const auto cause = token();
    auto out = owed(cause);
    BOOST_REQUIRE(out.size() == 1u);  // EP154: no mail of ours
    const auto& delivery = out[0].delivery;
    BOOST_TEST((delivery.action == Action::hook && delivery.queue == Queue::hooks && delivery.format == Format::elasticpath && !delivery.lane));
    BOOST_TEST((out[0].payload.schedule == Schedule::hook_code && delivery.gives_up_at == *cause.expires_at));
    BOOST_TEST(delivery.topic == key);
    BOOST_TEST(delivery.recipient == "mailer.shop.example");
    const auto said = body(out[0], rows[0], 3);
    const auto profile = dashed(cause.profile_id), stamp = std::string(iso8601(cause.at)).substr(0, 23) + "+00:00";
    const auto expected = Json::object(
        {{"id", dashed(out[0].delivery.id.value)},
         {"store_id", dashed(realm.id)},
         {"triggered_by", key},
         {"attempt", 3},
         {"integration", Json::object({{"id", dashed(rows[0].id.value)}, {"integration_type", "webhook"}, {"name", "send codes"}, {"description", "by mail"}})},
         {"payload",
          Json::object({{"authentication_realm_id", dashed(realm.id)},
                        {"password_profile_id", profile},
                        {"purpose", "passwordless_authentication"},
                        {"one_time_password_token", "q7m2xk"},
                        {"created_at", stamp},
                        {"updated_at", stamp},
                        {"user_authentication_info", Json::object({{"id", dashed(user.value)}, {"name", "Ada Q"}, {"email", "ada@shop.example"}})},
                        {"user_authentication_password_profile_info",
                         Json::object({{"id", dashed(cause.login.value)}, {"password_profile_id", profile}, {"username", "ada"}})}})},
         {"configuration", Json::object({{"url", "https://mailer.shop.example/otp"}, {"secret_key", "squirrel"}})}});
    BOOST_TEST(said.dump() == expected.dump());
    // As the worker reads it back.
    const auto back = deliveries::read_payload(deliveries::payload_text(out[0].payload));
    BOOST_REQUIRE(back);
    BOOST_TEST(elasticpath_body(out[0].delivery, *back, realm, rows[0]) == said.dump());
}

BOOST_FIXTURE_TEST_CASE(EP154_without_one_that_observes_it_the_mail_goes_out, Tokens) {
    const auto mail = [&] {
        const auto out = owed(token());
        return out.size() == 1 && out[0].delivery.action == Action::mail;
    };
    BOOST_TEST(mail());
    rows = {integration({"account.created"})};
    BOOST_TEST(mail());
    rows = {integration({key})};
    rows[0].active = false;
    BOOST_TEST(mail());
    rows = {integration({key}), integration({key, "account.created"})};
    BOOST_TEST(owed(token()).size() == 2u);
}

// FC225 (docs/freshcom.md), OC6 (docs/security.md)
BOOST_FIXTURE_TEST_CASE(FC225_OC6_what_lets_staff_in_leaves_by_no_hook, Tokens) {
    const auto trigger = [&](const std::string& event) {
        return Subscription{.id = SubscriptionId{uuid_v4(rng)}, .name = event, .events = {event}, .action = Action::hook, .format = Format::freshcom,
                            .target = "https://hooks.example/in"};
    };
    rows = {kibo({"email.requested"}), integration({key}), trigger("identity.user.tfa_code.create.success"),
            trigger("identity.password_reset_token.create.success"), trigger("identity.email_verification_token.create.success"),
            {.id = SubscriptionId{uuid_v4(rng)}, .name = "all", .events = {"*"}, .action = Action::hook, .format = Format::own,
             .target = "https://hooks.example/own"}};
    auto second = code();
    second.event = Name::second_step_code_sent;
    auto verify = reset();
    verify.event = Name::verification_token_sent;
    auto unlock = reset();
    unlock.event = Name::account_unlock_requested;
    const std::vector<Cause> causes{code(), second, code(Channel::sms), reset(), verify, unlock, token()};
    // Hooks that carry something, hooks in all, and mails and SMS that do.
    const auto counted = [&] {
        std::array<std::size_t, 3> out{};
        for (const auto& cause : causes) {
            for (const auto& [delivery, payload] : owed(cause)) {
                const bool hook = delivery.action == Action::hook;
                const bool carries = !payload.cause.code.empty() || !payload.cause.link.empty() || !payload.cause.code_hash.empty();
                out[0] += hook && carries;
                out[1] += hook;
                out[2] += !hook && carries && payload.to == cause.destination;
                if (hook && delivery.format == Format::kibo) BOOST_TEST(((payload.schedule == Schedule::kibo_code) == carries));
            }
        }
        return out;
    };
    using users::Role;
    receiver.person = deliveries::Person{.role = Role::customer};
    const auto of_customers = counted();
    BOOST_TEST(of_customers[0] == 10u);  // six of Kibo, three of triggers, one of the integration
    BOOST_TEST(of_customers[2] == 6u);   // EP154: the token is the integration's to send
    for (const auto role : users::all_roles) {
        if (!users::is_staff(role)) continue;
        receiver.person->role = role;
        const auto of_staff = counted();
        BOOST_TEST_CONTEXT(users::name(role)) {
            BOOST_TEST(of_staff[0] == 0u);
            BOOST_TEST(of_staff[1] == of_customers[1] - 4);  // Kibo's come without the code
            BOOST_TEST(of_staff[2] == causes.size());
        }
    }
    realm.settings.mails_on_request = ~0u;  // what the hook does not bring is mailed by us
    BOOST_TEST(counted()[2] == causes.size());
    receiver.person->role = Role::customer;
    BOOST_TEST(counted()[2] < of_customers[2]);
}

BOOST_FIXTURE_TEST_CASE(EP155_what_else_is_told_has_ids_and_what_is_known, Tokens) {
    rows = {integration({"user-authentication-info.updated", "account-member.updated", "account.created", "account-membership.created", "integration.deleted"})};
    const auto& row = rows[0];
    const auto payloads = [&](const Cause& cause) {
        std::string all;
        for (auto& each : owed(cause)) {
            BOOST_TEST((each.payload.schedule == Schedule::own));
            const auto said = body(each, row);
            all += *said.find("triggered_by")->text() + " " + said.find("payload")->dump() + "\n";
        }
        return all;
    };
    const auto id = dashed(user.value), account = dashed(receiver.account_id.value);
    BOOST_TEST(payloads(of_trail(Name::user_updated, row))
               == "user-authentication-info.updated {\"type\":\"user_authentication_info\",\"id\":\"" + id + "\",\"name\":\"Ada Q\",\"email\":\"ada@shop.example\"}\n"
                  "account-member.updated {\"type\":\"account_member\",\"id\":\"" + id + "\",\"name\":\"Ada Q\",\"email\":\"ada@shop.example\"}\n");
    BOOST_TEST(payloads(of_trail(Name::account_created, row, "guest"))
               == "account.created {\"type\":\"account\",\"id\":\"" + account + "\",\"name\":\"Ada's\"}\n"
                  "account-membership.created {\"type\":\"account_membership\",\"id\":\""
                      + dashed(members::membership_id(receiver.account_id, user)) + "\",\"account_id\":\"" + account + "\",\"account_member_id\":\"" + id + "\"}\n");
    BOOST_TEST(payloads(of_trail(Name::webhook_changed, row, "integration_removed", "90aa4f00-0000-4000-8000-000000000001"))
               == "integration.deleted {\"type\":\"integration\",\"id\":\"90aa4f00-0000-4000-8000-000000000001\"}\n");
    BOOST_TEST(payloads(of_trail(Name::webhook_changed, row)) == "");
    // Once more: the one that was asked for.
    auto again = of_trail(Name::user_updated, row);
    again.topic = "account-member.updated";
    BOOST_TEST(owed(again).size() == 1u);
    // Of what is gone its id alone.
    rows = {integration({"account.deleted", "account-member.deleted"})};
    receiver = {};
    BOOST_TEST(payloads(of_trail(Name::account_deleted, rows[0], "", account)) == "account.deleted {\"type\":\"account\",\"id\":\"" + account + "\"}\n");
    BOOST_TEST(payloads(of_trail(Name::user_deleted, rows[0])) == "account-member.deleted {\"type\":\"account_member\",\"id\":\"" + id + "\"}\n");
}

BOOST_FIXTURE_TEST_CASE(a_test_of_an_integration_says_so_and_is_of_nobody, Tokens) {
    rows = {integration({key})};
    auto out = owed({.event = Name::account_updated, .event_id = EventId{uuid_v7(clock.now(), rng)}, .test_of = rows[0].id, .at = clock.now()});
    BOOST_REQUIRE(out.size() == 1u);
    BOOST_TEST((out[0].payload.schedule == Schedule::own && out[0].delivery.topic == key));
    const auto said = body(out[0], rows[0]);
    BOOST_TEST(said.find("test")->boolean().value());
    const auto& payload = *said.find("payload");
    BOOST_TEST(*payload.find("authentication_realm_id")->text() == dashed(realm.id));
    BOOST_TEST(*payload.find("one_time_password_token")->text() == "test00");
    BOOST_TEST(*payload.find("user_authentication_info")->find("email")->text() == "test@example.invalid");
    BOOST_TEST(*payload.find("user_authentication_password_profile_info")->find("username")->text() == "test@example.invalid");
    BOOST_TEST(said.dump().find("ada") == std::string::npos);
    for (const auto observed : subscriptions::observable()) {
        rows = {integration({std::string(observed)})};
        auto test = owed({.event = Name::account_updated, .event_id = EventId{uuid_v7(clock.now(), rng)}, .test_of = rows[0].id, .at = clock.now()});
        BOOST_TEST(body(test.at(0), rows[0]).find("test")->boolean().value(), observed);
        if (observed != key) BOOST_TEST(body(test.at(0), rows[0]).find("payload")->find("id") != nullptr, observed);
    }
}

BOOST_FIXTURE_TEST_CASE(EP155_what_an_integration_is_told_has_one_id_whatever_events_say_it, Tokens) {
    const auto now = clock.now();
    const SubscriptionId one{uuid_v4(rng)}, two{uuid_v4(rng)};
    outbox::Cause cause{.event = events::Name::user_created, .event_id = EventId{uuid_v7(now, rng)}, .user = UserId{uuid_v4(rng)}, .request = uuid_v4(rng)};
    const auto id = [&](std::string_view of) { return deliveries::told_id(told_of_request(cause, of), one, of); };
    const auto first = id("account-member.created"), of_account = id("account.created"), of_settings = id("settings.updated");
    BOOST_TEST((first == id("account-member.created") && first != id("user-authentication-info.created") && first != deliveries::told_id(told_of_request(cause, "account-member.created"), two, "account-member.created")));
    BOOST_TEST((time_of(first.value) == now));
    // Two events of one request that say the same; another account beside it, and another user, are another thing.
    cause.event = events::Name::account_created;
    cause.event_id = EventId{uuid_v7(now, rng)};
    cause.account = AccountNo{1001};
    BOOST_TEST((first == id("account-member.created") && of_account != id("account.created") && of_settings == id("settings.updated")));
    cause.user = UserId{uuid_v4(rng)};
    BOOST_TEST((first != id("account-member.created")));
    const auto of_one = id("integration.updated");
    cause.subject = "x";
    BOOST_TEST((of_one != id("integration.updated")));
    cause.request = uuid_v4(rng);
    BOOST_TEST((of_settings != id("settings.updated")));
}

BOOST_AUTO_TEST_SUITE_END()
