// SPDX-License-Identifier: MIT
// Notification triggers (FC210 to FC239, docs/freshcom.md): kept, switched, and worked off by the worker.
#include "store/worked.h"

#include <authtickets/text/phone.h>

using namespace authtickets;
using namespace authtickets::test;
using subscriptions::Action;
using triggers::Kind;
using triggers::Status;
using triggers::Trigger;

namespace {

constexpr const char* tfa = "identity.user.tfa_code.create.success";
constexpr const char* phone_code = "identity.phone_verification_code.create.success";
constexpr const char* reset = "identity.password_reset_token.create.success";
constexpr const char* updated = "identity.user.update.success";
constexpr const char* not_found = "identity.password_reset_token.create.error.username_not_found";
constexpr const char* mobile = "+4915123456789";

struct Triggered : Worked {
    Triggered() {
        change("DELETE FROM deliveries");
        change("INSERT INTO contacts (realm_no, user_id, kind, value, normal, created_at, updated_at) SELECT realm_no, user_id, 2, '" + std::string(mobile)
               + "', '" + mobile + "', created_at, updated_at FROM contacts WHERE kind = 1");
    }
    Context at_door() {
        auto out = context();
        out.door = Door::freshcom;
        return out;
    }
    triggers::Template sms(const std::string& body, const std::string& to = "{{user.phone_number}}") {
        return expect(core.triggers.add_template(core.db, at_door(), Kind::sms, {.name = "sms", .to = to, .text = body}));
    }
    triggers::Template mail(const std::string& html, const std::string& to = "{{user.email}}", const std::string& subject = "For {{user.first_name}}") {
        return expect(core.triggers.add_template(core.db, at_door(), Kind::email,
                                                 {.name = "mail", .to = to, .reply_to = "help@shop.example", .subject = subject, .html = html}));
    }
    Result<Trigger> add(const std::string& event, const std::string& action, const std::string& target, const std::string& status = {}) {
        auto made = core.triggers.add(core.db, at_door(), *realm(), {.name = "mine", .event = event, .action = action, .target = target, .status = status}, {});
        clock.advance(2s);
        return made;
    }
    Trigger built_in(const std::string& label) {
        for (auto& each : core.triggers.list(core.db, *realm())) {
            if (each.system_label == label) return each;
        }
        BOOST_FAIL("no built-in trigger " << label);
        return {};
    }
    void switch_off(const std::string& label) {
        expect(core.triggers.change(core.db, at_door(), *realm(), built_in(label).id, {.status = "disabled"}, {}));
        clock.advance(2s);
    }
    void tfa_code(Channel channel, const std::string& to) {
        cause({.event = Name::second_step_code_sent, .user_name = "ann", .channel = channel, .destination = to, .code = Secret(std::string_view("012345")),
               .expires_at = clock.now() + 300s});
    }
    // The trail's events, told.
    void follow() {
        clock.advance(1s);
        (void)one->follow();
    }
    std::vector<deliveries::SentMessage> sent(Action action) { return core.deliveries.sent(core.db, realm_no(), action, 0, 25); }
};

Refusal::Rule rule_of(const Result<Trigger>& made, const std::string& field) {
    BOOST_REQUIRE(!made);
    if (made.error().field == field) return made.error().rule;
    for (const auto& other : made.error().others) {
        if (other.field == field) return other.rule;
    }
    BOOST_ERROR("nothing is wrong with " << field);
    return Refusal::Rule::none;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(notification_triggers, Triggered)

BOOST_AUTO_TEST_CASE(FC217_built_in_messages_are_triggers_with_ids_that_stay) {
    const auto all = core.triggers.list(core.db, *realm());
    BOOST_TEST(all.size() == triggers::standards().size());
    std::set<Uuid> ids;
    for (const auto& each : all) {
        BOOST_TEST(!each.system_label.empty());
        BOOST_TEST((each.status == Status::active));
        BOOST_TEST(subscriptions::trigger_event(each.event) != nullptr);
        BOOST_TEST(ids.insert(each.id).second);
        const auto kind = each.action == Action::sms ? Kind::sms : Kind::email;
        const auto words = core.triggers.find_template(core.db, *realm(), kind, *parse_uuid(each.target), "en");
        BOOST_REQUIRE(words);
        BOOST_TEST(!words->text.empty());
        BOOST_TEST(core.triggers.find(core.db, *realm(), each.id)->name == each.name);
    }
    const auto again = core.triggers.list(core.db, *realm());
    for (std::size_t i = 0; i < all.size(); ++i) BOOST_TEST((all[i].id == again[i].id));
}

BOOST_AUTO_TEST_CASE(FC217_one_way_of_a_built_in_message_is_switched_without_the_other) {
    switch_off("code.second_step/sms");
    BOOST_TEST((built_in("code.second_step/sms").status == Status::disabled));
    BOOST_TEST((built_in("code.second_step/mail").status == Status::active));
    tfa_code(Channel::sms, mobile);
    BOOST_TEST((round() == Dids{}));
    tfa_code(Channel::email, "ann@shop.example");
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(post.mails.size() == 1u);
    // All of it off, and one way on again.
    expect(core.subscriptions.set_active(core.db, context(), "code.second_step", false));
    expect(core.triggers.change(core.db, at_door(), *realm(), built_in("code.second_step/sms").id, {.status = "active"}, {}));
    BOOST_TEST((built_in("code.second_step/sms").status == Status::active));
    BOOST_TEST((built_in("code.second_step/mail").status == Status::disabled));
    // All of it on from elsewhere.
    expect(core.subscriptions.set_active(core.db, context(), "code.second_step", true));
    BOOST_TEST((built_in("code.second_step/mail").status == Status::active));
    expect(core.subscriptions.set_active(core.db, context(), "code.second_step/mail", false));
    BOOST_TEST((built_in("code.second_step/mail").status == Status::disabled));
    BOOST_TEST((built_in("code.second_step/sms").status == Status::active));
}

BOOST_AUTO_TEST_CASE(FC217_a_built_in_one_that_is_removed_sends_nothing_and_is_seen_no_more) {
    const auto shown = built_in("code.second_step/sms");
    expect(core.triggers.remove(core.db, at_door(), *realm(), shown.id));
    clock.advance(2s);
    BOOST_TEST(!core.triggers.find(core.db, *realm(), shown.id));
    BOOST_TEST((core.triggers.remove(core.db, at_door(), *realm(), shown.id).error().why == Why::unknown_item));
    tfa_code(Channel::sms, mobile);
    BOOST_TEST((round() == Dids{}));
    expect(core.subscriptions.set_active(core.db, context(), "code.second_step", true));
    BOOST_TEST(core.triggers.find(core.db, *realm(), shown.id).has_value());
    // Anything but its status is not to be changed.
    const auto refused = core.triggers.change(core.db, at_door(), *realm(), shown.id, {.name = "other", .target = "x", .status = "draft"}, {});
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().field == "name");
    BOOST_TEST(refused.error().others.size() == 1u);
    expect(core.triggers.change(core.db, at_door(), *realm(), shown.id, {.name = shown.name, .status = "draft"}, {}));
    BOOST_TEST((core.triggers.find(core.db, *realm(), shown.id)->status == Status::draft));
}

BOOST_AUTO_TEST_CASE(FC222_a_code_goes_by_the_triggers_of_its_own_way) {
    const auto text = sms("{{code}} for {{user.first_name}}");
    const auto letter = mail("<p>{{code}}</p>");
    expect(add(tfa, "send_sms", dashed(text.id)));
    expect(add(tfa, "send_email", dashed(letter.id)));
    switch_off("code.second_step/sms");
    switch_off("code.second_step/mail");
    tfa_code(Channel::sms, mobile);
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_REQUIRE(post.texts.size() == 1u);
    BOOST_TEST(post.texts[0].to == mobile);
    BOOST_TEST(post.texts[0].text == "012345 for Ann");
    BOOST_TEST(post.mails.empty());
    tfa_code(Channel::email, "ann@shop.example");
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_REQUIRE(post.mails.size() == 1u);
    BOOST_TEST(post.mails[0].to == "ann@shop.example");
    BOOST_TEST(post.mails[0].reply_to == "help@shop.example");
    BOOST_TEST(post.mails[0].subject == "For Ann");
    BOOST_TEST(post.mails[0].html == "<p>012345</p>");
    BOOST_TEST(post.mails[0].text == "012345\n");
    BOOST_TEST(dump().find("012345") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(FC217_an_own_trigger_beside_the_built_in_one_makes_two_messages) {
    expect(add(tfa, "send_sms", dashed(sms("{{code}}").id)));
    tfa_code(Channel::sms, mobile);
    BOOST_TEST((round() == Dids{Did::sent, Did::sent}));
    BOOST_TEST(post.texts.size() == 2u);
}

BOOST_AUTO_TEST_CASE(FC221_a_code_goes_nowhere_but_where_it_was_made_for) {
    expect(add(tfa, "send_sms", dashed(sms("{{code}}").id)));
    switch_off("code.second_step/sms");
    tfa_code(Channel::sms, "+4915100000000");  // the number as it was
    BOOST_TEST((round() == Dids{Did::abandoned}));
    BOOST_TEST(post.texts.empty());
    BOOST_TEST(text("SELECT last_error FROM deliveries") == "its address is not the one that its code or token was made for");
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'delivery.gave_up'") == 1);
    // What does not say it may go elsewhere.
    expect(add(tfa, "send_sms", dashed(sms("somebody signs in", "+4915100000001").id)));
    tfa_code(Channel::sms, mobile);
    BOOST_TEST((round() == Dids{Did::sent, Did::sent}));
    BOOST_TEST(post.texts.back().to == "+4915100000001");
}

BOOST_AUTO_TEST_CASE(FC214_only_active_ones_fire) {
    const auto text = dashed(sms("{{code}}").id);
    switch_off("code.second_step/sms");
    for (const auto* const status : {"draft", "disabled"}) {
        const auto made = expect(add(tfa, "send_sms", text, status));
        BOOST_TEST(triggers::name(made.status) == status);
        BOOST_TEST(triggers::name(core.triggers.find(core.db, *realm(), made.id)->status) == status);
    }
    tfa_code(Channel::sms, mobile);
    BOOST_TEST((round() == Dids{}));
    const auto made = expect(add(tfa, "send_sms", text));
    tfa_code(Channel::sms, mobile);
    BOOST_TEST((round() == Dids{Did::sent}));
    expect(core.triggers.change(core.db, at_door(), *realm(), made.id, {.status = "draft"}, {}));
    clock.advance(2s);
    tfa_code(Channel::sms, mobile);
    BOOST_TEST((round() == Dids{}));
}

BOOST_AUTO_TEST_CASE(FC211_what_is_wrong_is_told_at_once) {
    const auto nothing = core.triggers.add(core.db, at_door(), *realm(), {}, {});
    BOOST_REQUIRE(!nothing);
    BOOST_TEST(nothing.error().field == "name");
    BOOST_TEST(nothing.error().others.size() == 3u);  // event, action_type, action_target
    const auto odd = add("identity.user.tfa_code.create", "send_fax", "x", "asleep");
    BOOST_TEST((rule_of(odd, "event") == Refusal::Rule::inclusion));
    BOOST_TEST((rule_of(odd, "action_type") == Refusal::Rule::inclusion));
    BOOST_TEST((rule_of(odd, "status") == Refusal::Rule::inclusion));
    BOOST_TEST((rule_of(add(tfa, "webhook", "http://192.0.2.1/"), "action_target") == Refusal::Rule::format));
    const auto unknown = add(tfa, "send_sms", dashed(uuid_v4(rng)));
    BOOST_REQUIRE(!unknown);
    BOOST_TEST((unknown.error().why == Why::unknown_item));
    BOOST_TEST(unknown.error().field == "action_target");
    // Another kind; a code that the event does not bring; somebody whom it does not know.
    BOOST_TEST((rule_of(add(tfa, "send_email", dashed(sms("{{code}}").id)), "action_target") == Refusal::Rule::invalid));
    BOOST_TEST((rule_of(add(updated, "send_sms", dashed(sms("{{code}}").id)), "action_target") == Refusal::Rule::invalid));
    BOOST_TEST((rule_of(add(phone_code, "send_sms", dashed(sms("{{code}}").id)), "action_target") == Refusal::Rule::invalid));
    BOOST_TEST((rule_of(add(not_found, "send_email", dashed(mail("{{username}}").id)), "action_target") == Refusal::Rule::invalid));
    BOOST_TEST((rule_of(add(tfa, "send_sms", dashed(sms("{{code}}", mobile).id)), "action_target") == Refusal::Rule::invalid));
    BOOST_TEST((rule_of(add(reset, "send_sms", dashed(sms("{{user.password_reset_token}}").id)), "action_target") == Refusal::Rule::invalid));
    BOOST_TEST(core.triggers.list(core.db, *realm()).size() == triggers::standards().size());
}

BOOST_AUTO_TEST_CASE(FC215_event_and_action_stay_whatever_is_sent) {
    const auto made = expect(add(tfa, "send_sms", dashed(sms("{{code}}").id)));
    const auto changed = expect(core.triggers.change(core.db, at_door(), *realm(), made.id,
                                                     {.name = "other", .event = updated, .action = "invoke_webhook", .status = "disabled"}, {}));
    BOOST_TEST(changed.name == "other");
    BOOST_TEST(changed.event == tfa);
    BOOST_TEST((changed.action == Action::sms));
    BOOST_TEST(changed.target == made.target);
    expect(core.triggers.remove(core.db, at_door(), *realm(), made.id));
    BOOST_TEST((core.triggers.remove(core.db, at_door(), *realm(), made.id).error().why == Why::unknown_item));
}

BOOST_AUTO_TEST_CASE(FC218_a_template_in_use_stays_and_stays_usable) {
    const auto words = sms("{{code}}");
    const auto made = expect(add(tfa, "send_sms", dashed(words.id)));
    BOOST_TEST((core.triggers.remove_template(core.db, at_door(), *realm(), Kind::sms, words.id).error().why == Why::in_use));
    const auto unfit = core.triggers.change_template(core.db, at_door(), *realm(), Kind::sms, words.id, {.to = "{{phone_number}}"});
    BOOST_REQUIRE(!unfit);
    BOOST_TEST((unfit.error().why == Why::bad_parameter));
    const auto fine = expect(core.triggers.change_template(core.db, at_door(), *realm(), Kind::sms, words.id, {.text = "your code: {{code}}"}));
    BOOST_TEST(fine.text == "your code: {{code}}");
    BOOST_TEST((core.triggers.change_template(core.db, at_door(), *realm(), Kind::email, words.id, {}).error().why == Why::unknown_item));
    expect(core.triggers.remove(core.db, at_door(), *realm(), made.id));
    expect(core.triggers.remove_template(core.db, at_door(), *realm(), Kind::sms, words.id));
    const auto built = core.triggers.templates(core.db, *realm(), Kind::sms, "de").front();
    BOOST_TEST(!built.system_label.empty());
    BOOST_TEST((core.triggers.remove_template(core.db, at_door(), *realm(), Kind::sms, built.id).error().why == Why::forbidden));
    BOOST_TEST((core.triggers.change_template(core.db, at_door(), *realm(), Kind::sms, built.id, {.text = "x"}).error().why == Why::forbidden));
}

BOOST_AUTO_TEST_CASE(FC210_a_built_in_template_can_be_sent_by_an_own_trigger) {
    const auto shown = built_in("code.second_step/sms");
    expect(add(tfa, "send_sms", shown.target));
    switch_off("code.second_step/sms");
    BOOST_TEST((rule_of(add(phone_code, "send_sms", shown.target), "action_target") == Refusal::Rule::invalid));
    tfa_code(Channel::sms, mobile);
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(post.texts[0].text.find("012345") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(FC220_the_words_of_every_built_in_template_can_be_taken_over) {
    for (const auto kind : {Kind::email, Kind::sms}) {
        for (const auto& each : core.triggers.templates(core.db, *realm(), kind, "de")) {
            BOOST_TEST_CONTEXT(each.system_label) {
                const auto own = expect(core.triggers.add_template(core.db, at_door(), kind, {.name = each.name, .description = each.description, .to = each.to,
                                                                                              .subject = each.subject, .html = each.html, .text = each.text}));
                for (const auto& trigger : core.triggers.list(core.db, *realm())) {
                    if (trigger.target != dashed(each.id)) continue;
                    expect(core.triggers.add(core.db, at_door(), *realm(),
                                             {.name = trigger.name, .event = trigger.event, .action = trigger.action == Action::sms ? "send_sms" : "send_email",
                                              .target = dashed(own.id)}, {}));
                }
            }
        }
    }
    clock.advance(2s);
    for (const auto* const label : {"code.second_step/sms", "code.second_step/mail"}) switch_off(label);
    tfa_code(Channel::sms, mobile);
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(post.texts[0].text.find("012345") != std::string::npos);
    BOOST_TEST(post.texts[0].text.find("shop") != std::string::npos);
    tfa_code(Channel::email, "ann@shop.example");
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(post.mails[0].text.find("012345") != std::string::npos);
    BOOST_TEST(post.mails[0].text.find("UTC") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(FC238_of_the_request_that_makes_a_user_the_creation_alone_is_told) {
    expect(add(updated, "invoke_webhook", "https://hooks.example/in"));
    expect(add("identity.user.create.success", "invoke_webhook", "https://hooks.example/in"));
    const auto bea = customer("bea");
    core.events.write(core.db, context(), {.name = Name::contact_changed, .reason = "phone", .actor = "user", .user = bea.account.user});
    follow();
    (void)round();  // a mail of welcome too
    BOOST_REQUIRE(post.hooks.size() == 1u);
    BOOST_TEST(*parse_json(post.hooks.at(0).body)->find("meta")->find("eventName")->text() == "identity.user.create.success");
}

BOOST_AUTO_TEST_CASE(FC239_a_hook_about_the_account_shows_it) {
    expect(add("identity.account.update.success", "invoke_webhook", "https://hooks.example/in"));
    set("second_step.default", "sms");
    follow();
    BOOST_TEST((round() == Dids{Did::sent}));
    const auto data = *parse_json(post.hooks.at(0).body)->find("data");
    BOOST_TEST(*data.find("type")->text() == "Account");
    BOOST_TEST(*data.find("attributes")->find("defaultAuthMethod")->text() == "tfa_sms");
    BOOST_TEST(*data.find("attributes")->find("name")->text() == "shop");
}

BOOST_AUTO_TEST_CASE(FC224_a_hook_gets_the_code_in_the_documented_form) {
    const auto made = expect(add(tfa, "invoke_webhook", "https://hooks.example/in"));
    BOOST_REQUIRE(made.secret);
    switch_off("code.second_step/sms");
    tfa_code(Channel::sms, mobile);
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_REQUIRE(post.hooks.size() == 1u);
    const auto& hook = post.hooks[0];
    BOOST_TEST(hook.url == "https://hooks.example/in");
    BOOST_TEST(hook.headers.at(0) == "Content-Type: application/vnd.api+json");
    BOOST_TEST(std::ranges::count(hook.headers, "X-Freshcom-Secret-Key: " + std::string(made.secret->reveal())) == 1);
    const auto body = *parse_json(hook.body);
    BOOST_TEST(*body.find("meta")->find("eventName")->text() == tfa);
    BOOST_TEST(*body.find("meta")->find("locale")->text() == "en");
    const auto& data = *body.find("data");
    BOOST_TEST(*data.find("type")->text() == "User");
    BOOST_TEST(*data.find("id")->text() == dashed(ann.account.user.value));
    BOOST_TEST(*data.find("attributes")->find("code")->text() == "012345");
    BOOST_TEST(*data.find("attributes")->find("phoneNumber")->text() == mobile);
    BOOST_TEST(*data.find("attributes")->find("authMethod")->text() == "simple");
    BOOST_TEST(dump().find("012345") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(FC224_a_test_of_a_hook_says_what_a_real_one_would_of_nobody) {
    for (const auto& each : subscriptions::trigger_events()) {
        const auto made = expect(add(std::string(each.name), "invoke_webhook", "https://hooks.example/in"));
        expect(core.subscriptions.test(core.db, context(), dashed(made.id)));
        BOOST_TEST((round() == Dids{Did::sent}));
        const auto body = *parse_json(post.hooks.back().body);
        BOOST_TEST(*body.find("meta")->find("eventName")->text() == each.name);
        BOOST_TEST(body.find("meta")->find("test")->boolean().value_or(false));
        BOOST_TEST(post.hooks.back().body.find("ann") == std::string::npos);
        expect(core.triggers.remove(core.db, at_door(), *realm(), made.id));
    }
}

BOOST_AUTO_TEST_CASE(FC224_a_code_that_died_is_not_hooked) {
    expect(add(tfa, "invoke_webhook", "https://hooks.example/in"));
    switch_off("code.second_step/sms");
    post.answer = [](std::size_t) { return temporary(500); };
    tfa_code(Channel::sms, mobile);
    BOOST_TEST((round() == Dids{Did::waiting}));
    clock.advance(301s);
    BOOST_TEST((round() == Dids{Did::abandoned}));
    BOOST_TEST(post.hooks.size() == 1u);
}

// A developer keeps the hooks, and must not become an administrator by them.
BOOST_AUTO_TEST_CASE(FC225_OC6_a_hook_gets_no_code_and_no_token_of_staff) {
    for (const auto* const event : {tfa, reset, "identity.email_verification_token.create.success"}) expect(add(event, "invoke_webhook", "https://hooks.example/in"));
    hook({"email.requested"}, subscriptions::Format::kibo);
    const auto all = [&] {
        post.hooks.clear();
        post.mails.clear();
        post.texts.clear();
        tfa_code(Channel::sms, mobile);
        tfa_code(Channel::email, "ann@shop.example");
        for (const auto event : {Name::password_reset_sent, Name::verification_token_sent}) {
            const auto purpose = event == Name::password_reset_sent ? links::Purpose::reset : links::Purpose::email;
            const auto link = core.db.transact([&](db::Tx& tx) {
                return core.links.make(tx, at_door(), ann.account.user, purpose, 1, "ann@shop.example", 3600s, links::Form::uuid);
            });
            cause({.event = event, .user_name = "ann", .channel = Channel::email, .destination = "ann@shop.example", .link = link,
                   .expires_at = clock.now() + 3600s});
        }
        while (!round().empty()) {}  // Kibo's go one by one
        std::size_t secrets = 0;
        for (const auto& each : post.hooks) {
            for (const auto* const word : {"\"code\"", "\"passwordResetToken\"", "\"emailVerificationToken\"", "012345"}) {
                if (each.body.find(word) == std::string::npos) continue;
                ++secrets;
                break;
            }
        }
        return secrets;
    };
    BOOST_TEST(all() == 7u);  // of triggers four, of Kibo three
    BOOST_TEST(post.mails.size() == 3u);
    BOOST_TEST(post.texts.size() == 1u);
    change("UPDATE users SET role = 8");
    BOOST_TEST(all() == 0u);
    BOOST_TEST(post.hooks.size() == 3u);  // Kibo's, one for each mail
    BOOST_TEST(std::ranges::none_of(post.hooks, [](const auto& each) { return each.body.find("eventName") != std::string::npos; }));
    BOOST_TEST(post.mails.size() == 3u);  // to where they were made for, as ever
    BOOST_TEST(post.texts.size() == 1u);
    BOOST_TEST(std::ranges::all_of(post.mails, [](const auto& mail) { return mail.to == "ann@shop.example"; }));
    // Nor by words of the shop's own; the built-in message goes, switched off or not.
    expect(add(tfa, "send_sms", dashed(sms("own words: {{code}}").id)));
    switch_off("code.second_step/sms");
    clock.advance(2s);
    BOOST_TEST(all() == 0u);
    BOOST_REQUIRE(post.texts.size() == 1u);
    BOOST_TEST(post.texts[0].text.find("012345") != std::string::npos);
    BOOST_TEST(post.texts[0].text.find("own words") == std::string::npos);
    // And what was said is shown with stars.
    for (const auto action : {Action::mail, Action::sms}) {
        for (const auto& each : sent(action)) BOOST_TEST(each.content.text.find("012345") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(FC238_what_brings_no_code_is_told_from_the_trail_and_once_for_a_request) {
    expect(add(updated, "send_email", dashed(mail("<p>{{user.name}} {{user.auth_method}} {{account.name}}</p>").id)));
    expect(add(updated, "invoke_webhook", "https://hooks.example/in"));
    expect(add("identity.current_user.update.success", "invoke_webhook", "https://hooks.example/own"));
    const auto request = at_door();
    core.events.write(core.db, request, {.name = Name::user_updated, .actor = "user", .user = ann.account.user});
    core.events.write(core.db, request, {.name = Name::second_step_method_changed, .actor = "user", .user = ann.account.user});
    follow();
    BOOST_TEST(round().size() == 3u);
    BOOST_REQUIRE(post.mails.size() == 1u);
    BOOST_TEST(post.mails[0].to == "ann@shop.example");
    BOOST_REQUIRE(post.hooks.size() == 2u);
    BOOST_TEST(*parse_json(post.hooks[0].body)->find("data")->find("attributes")->find("email")->text() == "ann@shop.example");
    follow();
    BOOST_TEST(round().size() == 0u);
}

BOOST_AUTO_TEST_CASE(FC236_a_name_that_nobody_has_is_told_to_the_shop_and_not_to_the_typed_address) {
    expect(add(not_found, "send_email", dashed(mail("<p>{{username}}</p>", "desk@shop.example", "Who is {{username}}?").id)));
    core.events.write(core.db, at_door(), {.name = Name::password_reset_requested, .success = false, .reason = "unknown", .actor = "user", .user_name = "nobody"});
    follow();
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(post.mails[0].to == "desk@shop.example");
    BOOST_TEST(post.mails[0].subject == "Who is nobody?");
}

BOOST_AUTO_TEST_CASE(FC223_what_was_sent_is_kept_with_its_code_starred) {
    expect(add(tfa, "send_sms", dashed(sms("{{code}} {{user.phone_number}}").id)));
    tfa_code(Channel::sms, mobile);
    BOOST_TEST(round().size() == 2u);
    const auto kept = sent(Action::sms);
    BOOST_REQUIRE(kept.size() == 2u);
    for (const auto& each : kept) {
        BOOST_TEST(each.kept);
        BOOST_TEST(each.recipient == text::masked(mobile));
        BOOST_TEST(each.content.text.find("******") != std::string::npos);
        BOOST_TEST(each.content.text.find("012345") == std::string::npos);
        BOOST_TEST(each.content.text.find(mobile) == std::string::npos);
        BOOST_TEST((each.state == deliveries::State::sent));
        BOOST_TEST((core.deliveries.find_sent(core.db, realm_no(), Action::sms, each.id)->content.text == each.content.text));
        BOOST_TEST(!core.deliveries.find_sent(core.db, realm_no(), Action::mail, each.id));
    }
    BOOST_TEST(number("SELECT COUNT(*) FROM sent_messages WHERE content LIKE '%012345%' OR content LIKE '%Ann%'") == 0);
    // A mail with a link.
    cause({.event = Name::password_reset_sent, .user_name = "ann", .channel = Channel::email, .destination = "ann@shop.example",
           .link = Secret(std::string_view("0123456789abcdef")), .expires_at = clock.now() + 1h});
    (void)round();  // the link is none that is live, so it is dropped unsent
    BOOST_TEST(sent(Action::mail).empty());
    cause({.event = Name::password_changed, .user_name = "ann"});
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(core.deliveries.count_sent(core.db, realm_no(), Action::mail) == 1u);
    BOOST_TEST(sent(Action::mail)[0].content.template_name == "password_changed");
    BOOST_TEST(!sent(Action::mail)[0].content.html.empty());
    // It is kept by wish of the shop, and goes with its delivery.
    set("messages.keep", "off");
    tfa_code(Channel::sms, mobile);
    BOOST_TEST(round().size() == 2u);
    BOOST_TEST(!sent(Action::sms)[0].kept);
    BOOST_TEST(sent(Action::sms)[0].content.text.empty());
    core.db.transact([&](db::Tx& tx) { return deliveries::purge(tx, realm_no(), clock.now() + 1s, 1000); });
    BOOST_TEST(number("SELECT COUNT(*) FROM sent_messages") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
