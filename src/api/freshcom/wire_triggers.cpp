// SPDX-License-Identifier: MIT
// What developers write of triggers and templates, and what they get to read. Texts that were sent come without their codes, which
// are starred before they are kept.
#include "api/freshcom/wire_triggers.h"

#include <algorithm>

namespace authtickets::freshcom {
namespace {

using triggers::Action;
using triggers::Kind;

std::string_view action_word(Action action) {
    if (action == Action::mail) return "sendEmail";
    return action == Action::sms ? "sendSms" : "invokeWebhook";
}

std::string_view state_word(deliveries::State state) {
    switch (state) {
        case deliveries::State::waiting: return "pending";
        case deliveries::State::sent: return "sent";
        case deliveries::State::abandoned: return "failed";
        case deliveries::State::dropped: return "dropped";
    }
    return {};
}

// An own one's row, or the built-in one that sent it; none: an own subscription of another kind.
std::optional<Uuid> trigger_of(const Uuid& realm, const deliveries::SentMessage& message) {
    if (message.subscription_id) return message.subscription_id->value;
    const auto label = message.subscription + "/" + std::string(subscriptions::name(message.content.action));
    const auto is = [&](const triggers::Standard& each) { return each.built_in == message.subscription && each.action == message.content.action; };
    if (std::ranges::none_of(triggers::standards(), is)) return {};
    return triggers::standard_id(realm, label);
}

std::optional<Uuid> template_of(const Uuid& realm, const deliveries::SentMessage& message) {
    if (const auto own = parse_uuid(message.content.template_name)) return own;
    return triggers::standard_id(realm, triggers::template_label(message.content.action, message.content.template_name));
}

}  // namespace

std::string_view template_type(Kind kind) { return kind == Kind::sms ? "SmsTemplate" : "EmailTemplate"; }
std::string_view message_type(Action action) { return action == Action::sms ? "Sms" : "Email"; }

triggers::TriggerChanges trigger_changes(Attributes& in) {
    auto action = in.text("actionType");
    // Words of the wire have no underscore, and what has one is none.
    if (action) std::ranges::replace(*action, '_', '-');
    if (action) action = snake(*action);
    return {.name = in.text("name"),
            .description = in.text("description"),
            .event = in.text("event"),
            .action = std::move(action),
            .target = in.text("actionTarget"),
            .status = in.text("status"),
            .secret = in.secret("secretKey")};
}

triggers::TemplateChanges template_changes(Attributes& in, Kind kind) {
    triggers::TemplateChanges out{.name = in.text("name"), .description = in.text("description"), .to = in.text("to")};
    if (kind == Kind::sms) {
        out.text = in.text("body");
        return out;
    }
    out.reply_to = in.text("replyTo");
    out.subject = in.text("subject");
    out.html = in.text("bodyHtml");
    out.text = in.text("bodyText");
    return out;
}

Refusal in_wire_words(Refusal refusal, Kind kind) {
    auto& field = refusal.field;
    if (field == "html") field = "bodyHtml";
    else if (field == "text") field = kind == Kind::sms ? "body" : "bodyText";
    else if (field == "secret") field = "secretKey";
    else field = camel(field);
    if (refusal.why == Why::unknown_item && !field.empty()) field.insert(0, "/data/attributes/");
    // Of the record as a whole.
    if (refusal.why == Why::bad_parameter && field.empty()) field = "/data";
    for (auto& other : refusal.others) other = in_wire_words(std::move(other), kind);
    return refusal;
}

Json trigger_record(const triggers::Trigger& trigger) {
    auto attributes = Json::object({{"name", trigger.name},
                                    {"description", text_or_null(trigger.description)},
                                    {"event", trigger.event},
                                    {"actionType", action_word(trigger.action)},
                                    {"actionTarget", trigger.target},
                                    {"status", triggers::name(trigger.status)},
                                    {"systemLabel", text_or_null(trigger.system_label)},
                                    {"insertedAt", moment(trigger.created_at)},
                                    {"updatedAt", moment(trigger.updated_at)}});
    if (trigger.action == Action::hook) attributes.set("secretKey", trigger.secret ? Json(trigger.secret->reveal()) : Json());
    return resource(trigger.id, "NotificationTrigger", std::move(attributes));
}

Json template_record(const triggers::Template& row) {
    auto attributes = Json::object({{"name", row.name},
                                    {"description", text_or_null(row.description)},
                                    {"to", row.to},
                                    {"systemLabel", text_or_null(row.system_label)},
                                    {"insertedAt", moment(row.created_at)},
                                    {"updatedAt", moment(row.updated_at)}});
    if (row.kind == Kind::sms) {
        attributes.set("body", row.text);
    } else {
        attributes.set("replyTo", text_or_null(row.reply_to));
        attributes.set("subject", row.subject);
        attributes.set("bodyHtml", text_or_null(row.html));
        attributes.set("bodyText", text_or_null(row.text));
    }
    return resource(row.id, template_type(row.kind), std::move(attributes));
}

Json message_record(const Uuid& realm, const deliveries::SentMessage& message) {
    const auto& content = message.content;
    auto attributes = Json::object({{"status", state_word(message.state)}, {"to", message.recipient}, {"locale", text_or_null(content.locale)},
                                    {"insertedAt", moment(message.created_at)}});
    if (content.action == Action::sms) {
        attributes.set("body", text_or_null(content.text));
    } else {
        attributes.set("from", text_or_null(content.from));
        attributes.set("subject", text_or_null(content.subject));
        attributes.set("bodyHtml", text_or_null(content.html));
        attributes.set("bodyText", text_or_null(content.text));
    }
    const auto kind = content.action == Action::sms ? Kind::sms : Kind::email;
    return resource(message.id.value, message_type(content.action), std::move(attributes),
                    Json::object({{"trigger", reference(trigger_of(realm, message), "NotificationTrigger")},
                                  {"template", reference(template_of(realm, message), template_type(kind))}}));
}

}  // namespace authtickets::freshcom
