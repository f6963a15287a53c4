// SPDX-License-Identifier: MIT
// Notification triggers, templates and what was sent, on the wire (FC210 to FC223, docs/freshcom.md).
#include "freshcom_shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

constexpr const char* triggers_path = "/v1/notification_triggers";
constexpr const char* tfa = "identity.user.tfa_code.create.success";

struct TriggerShop : FreshcomShop {
    Person developer = staff(users::Role::developer);

    Reply create(std::string_view path, std::string_view type, Json attributes) {
        return send(call(POST, path, developer.token, document(type, std::move(attributes))));
    }
    Reply look(const std::string& path) { return send(call(GET, path, developer.token)); }
    Reply change(const std::string& path, std::string_view type, Json attributes) {
        return send(call(PATCH, path, developer.token, document(type, std::move(attributes))));
    }
    Reply remove(const std::string& path) { return send(call(DELETE, path, developer.token)); }
    std::string sms_template(const std::string& body = "{{code}}") {
        const auto made = create("/v1/sms_templates", "SmsTemplate", Json::object({{"name", "code"}, {"to", "{{user.phone_number}}"}, {"body", body}}));
        BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
        return made.text_at("data.id");
    }
    static Json trigger(const std::string& target, const std::string& type = "sendSms") {
        return Json::object({{"name", "mine"}, {"event", tfa}, {"actionType", type}, {"actionTarget", target}});
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(freshcom_triggers, TriggerShop)

BOOST_AUTO_TEST_CASE(FC210_made_read_changed_removed) {
    const auto target = sms_template();
    const auto made = create(triggers_path, "NotificationTrigger", trigger(target));
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made.text_at("data.type") == "NotificationTrigger");
    BOOST_TEST(made.text_at("data.attributes.status") == "active");
    BOOST_TEST(made.text_at("data.attributes.actionType") == "sendSms");
    BOOST_TEST(made.text_at("data.attributes.actionTarget") == target);
    BOOST_TEST(made.at("data.attributes.systemLabel").is_null());
    BOOST_TEST(made.text_at("meta.locale") == "en");
    const auto path = std::string(triggers_path) + "/" + made.text_at("data.id");
    BOOST_TEST(look(path).text == made.text);
    // FC215
    const auto changed = change(path, "NotificationTrigger",
                                Json::object({{"name", "other"}, {"status", "draft"}, {"event", "identity.user.update.success"}, {"actionType", "webhook"}}));
    BOOST_TEST(changed.status == 200);
    BOOST_TEST(changed.text_at("data.attributes.name") == "other");
    BOOST_TEST(changed.text_at("data.attributes.status") == "draft");
    BOOST_TEST(changed.text_at("data.attributes.event") == tfa);
    BOOST_TEST(changed.text_at("data.attributes.actionType") == "sendSms");
    const auto listed = look(std::string(triggers_path) + "?filter[status]=draft");
    BOOST_TEST(listed.at("meta.totalCount").integer().value_or(0) == 1);
    BOOST_TEST(listed.at("meta.allCount").integer().value_or(0) == static_cast<std::int64_t>(triggers::standards().size()) + 1);
    is_done(remove(path));
    is_not_found(look(path));
    is_not_found(remove(path));
}

BOOST_AUTO_TEST_CASE(FC212_web_hooks_have_a_secret_and_two_names) {
    for (const auto* const type : {"invokeWebhook", "webhook"}) {
        const auto made = create(triggers_path, "NotificationTrigger", trigger("https://hooks.example/in", type));
        BOOST_TEST(made.status == 201);
        BOOST_TEST(made.text_at("data.attributes.actionType") == "invokeWebhook");
        BOOST_TEST(made.text_at("data.attributes.secretKey").size() >= 16u);
    }
    auto given = trigger("https://hooks.example/in", "webhook");
    given.set("secretKey", "0123456789abcdef");
    BOOST_TEST(create(triggers_path, "NotificationTrigger", given).text_at("data.attributes.secretKey") == "0123456789abcdef");
    given.set("secretKey", "short");
    is_wrong(create(triggers_path, "NotificationTrigger", given), "length secretKey");
    is_wrong(create(triggers_path, "NotificationTrigger", trigger("ftp://hooks.example/in", "webhook")), "format actionTarget");
}

BOOST_AUTO_TEST_CASE(FC211_each_fault_is_told) {
    is_wrong(create(triggers_path, "NotificationTrigger", Json::object({})),
             {"required name", "required event", "required actionType", "required actionTarget"});
    is_wrong(create(triggers_path, "NotificationTrigger",
                    Json::object({{"name", "a"}, {"event", "identity:user.tfa_code"}, {"actionType", "fax"}, {"actionTarget", "x"}, {"status", "on"}})),
             {"inclusion event", "inclusion actionType", "inclusion status"});
    is_wrong(create(triggers_path, "NotificationTrigger", trigger(sms_template(), "send_sms")), "inclusion actionType");
    is_wrong(create(triggers_path, "NotificationTrigger", trigger("0b5e1f1e-0c2b-4f0e-9b5b-1f5f6f4d7a10")), "notFound actionTarget");
    is_wrong(create(triggers_path, "NotificationTrigger", trigger(sms_template(), "sendEmail")), "invalid actionTarget");
    is_wrong(create(triggers_path, "NotificationTrigger", Json::object({{"name", 7}})), "invalid name");
    is_error(look(std::string(triggers_path) + "?filter[name]=x"), 400, "invalid_query");
    is_error(look(std::string(triggers_path) + "?search=x"), 400, "invalid_query");
}

BOOST_AUTO_TEST_CASE(FC217_built_in_ones_are_listed_and_switched) {
    const auto listed = look(std::string(triggers_path) + "?page[size]=100&filter[event]=" + tfa);
    const auto data = listed.at("data");
    BOOST_REQUIRE(data.items()->size() == 2u);
    const auto& first = data.items()->front();
    BOOST_TEST(*first.find("attributes")->find("systemLabel")->text() == "code.second_step/sms");
    const auto path = std::string(triggers_path) + "/" + *first.find("id")->text();
    BOOST_TEST(change(path, "NotificationTrigger", Json::object({{"status", "disabled"}})).text_at("data.attributes.status") == "disabled");
    is_wrong(change(path, "NotificationTrigger", Json::object({{"name", "mine"}, {"status", "active"}})), "invalid name");
    BOOST_TEST(look(path).text_at("data.attributes.status") == "disabled");
    // As it was read it may be sent back.
    auto as_read = *first.find("attributes");
    as_read.set("status", "active");
    BOOST_TEST(change(path, "NotificationTrigger", as_read).status == 200);
    is_done(remove(path));
    is_not_found(look(path));
}

BOOST_AUTO_TEST_CASE(FC218_sms_templates) {
    is_wrong(create("/v1/sms_templates", "SmsTemplate", Json::object({})), {"required name", "required to", "required body"});
    is_wrong(create("/v1/sms_templates", "SmsTemplate", Json::object({{"name", "a"}, {"to", "{{user.email}}"}, {"body", "{{nonsense}}"}})),
             {"format to", "format body"});
    const auto path = "/v1/sms_templates/" + sms_template();
    const auto changed = change(path, "SmsTemplate", Json::object({{"body", "{{code}}!"}, {"description", "of mine"}}));
    BOOST_TEST(changed.text_at("data.attributes.body") == "{{code}}!");
    BOOST_TEST(changed.text_at("data.attributes.description") == "of mine");
    const auto made = create(triggers_path, "NotificationTrigger", trigger(changed.text_at("data.id")));
    BOOST_TEST(made.status == 201);
    is_error(remove(path), 409, "in_use");
    is_wrong(change(path, "SmsTemplate", Json::object({{"to", "{{phone_number}}"}})), "invalid /data");
    is_not_found(look("/v1/email_templates/" + changed.text_at("data.id")));
    is_done(remove(std::string(triggers_path) + "/" + made.text_at("data.id")));
    is_done(remove(path));
    is_not_found(remove(path));
}

BOOST_AUTO_TEST_CASE(FC219_email_templates) {
    is_wrong(create("/v1/email_templates", "EmailTemplate", Json::object({})), {"required name", "required to", "required subject", "required bodyHtml"});
    is_wrong(create("/v1/email_templates", "EmailTemplate",
                    Json::object({{"name", "a"}, {"to", "nobody"}, {"subject", "{{"}, {"bodyHtml", "<script>{{code}}</script>"}, {"bodyText", "{{> x}}"}, {"replyTo", "x"}})),
             {"format to", "format subject", "format bodyHtml", "format bodyText", "format replyTo"});
    const auto made = create("/v1/email_templates", "EmailTemplate",
                             Json::object({{"name", "reset"}, {"to", "{{user.email}}"}, {"subject", "Hello {{user.first_name}}"}, {"replyTo", "help@shop.test"},
                                           {"bodyHtml", "<a href=\"https://shop.test/reset?t={{user.password_reset_token}}\">new password</a>"}}));
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made.text_at("data.type") == "EmailTemplate");
    BOOST_TEST(made.text_at("data.attributes.replyTo") == "help@shop.test");
    BOOST_TEST(made.at("data.attributes.bodyText").is_null());
    // Built in, in the language of the call, and not to be changed.
    const auto all = look("/v1/email_templates?locale=de").at("data");
    std::string built_in;
    for (const auto& each : *all.items()) {
        const auto* const label = each.find("attributes")->find("systemLabel")->text();
        if (label && *label == "password_reset") {
            built_in = *each.find("id")->text();
            BOOST_TEST(each.find("attributes")->find("subject")->text()->find("Passwort") != std::string::npos);
        }
    }
    BOOST_REQUIRE(!built_in.empty());
    is_denied(change("/v1/email_templates/" + built_in, "EmailTemplate", Json::object({{"subject", "x"}})));
    is_denied(remove("/v1/email_templates/" + built_in));
}

BOOST_AUTO_TEST_CASE(FC223_sent_messages_are_shown) {
    const deliveries::Delivery delivery{.realm = realm, .id = DeliveryId{uuid_v7(clock.now(), rng)}, .event = EventId{uuid_v7(clock.now(), rng)}, .name = "2fa.code_sent",
                                        .topic = "code_second_step", .subscription = "code.second_step", .action = subscriptions::Action::sms,
                                        .recipient = "•••42", .queue = deliveries::Queue::urgent, .created_at = clock.now(), .due_at = clock.now(),
                                        .gives_up_at = clock.now() + std::chrono::hours(1)};
    core.db.transact([&](db::Tx& tx) {
        core.deliveries.add(tx, clock.now(), delivery, {.schedule = deliveries::Schedule::code});
        core.deliveries.keep(tx, delivery, {.action = subscriptions::Action::sms, .template_name = "code_second_step", .locale = "en", .text = "******"}, true,
                             clock.now());
        return true;
    });
    const auto listed = look("/v1/sms");
    BOOST_REQUIRE(listed.at("data").items()->size() == 1u);
    BOOST_TEST(listed.at("meta.totalCount").integer().value_or(0) == 1);
    const auto one = look("/v1/sms/" + dashed(delivery.id.value));
    BOOST_TEST(one.text_at("data.type") == "Sms");
    BOOST_TEST(one.text_at("data.attributes.status") == "pending");
    BOOST_TEST(one.text_at("data.attributes.to") == "•••42");
    BOOST_TEST(one.text_at("data.attributes.body") == "******");
    const auto trigger_id = one.text_at("data.relationships.trigger.data.id"), template_id = one.text_at("data.relationships.template.data.id");
    BOOST_TEST(look(std::string(triggers_path) + "/" + trigger_id).text_at("data.attributes.systemLabel") == "code.second_step/sms");
    BOOST_TEST(look("/v1/sms_templates/" + template_id).text_at("data.attributes.systemLabel") == "code_second_step");
    is_not_found(look("/v1/emails/" + dashed(delivery.id.value)));
    BOOST_TEST(look("/v1/emails").at("data").items()->empty());
}

BOOST_AUTO_TEST_SUITE_END()
