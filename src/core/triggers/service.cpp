// SPDX-License-Identifier: MIT
// Triggers and templates read, made and changed. A template is locked while a trigger of it is judged, so that neither goes from
// under the other.
#include <authtickets/core/triggers.h>

#include <algorithm>

#include <authtickets/text/names.h>

#include "core/triggers/store.h"

namespace authtickets::triggers {
namespace {

using subscriptions::BuiltIn;
using subscriptions::Off;
using subscriptions::Subscription;

const BuiltIn* built_in_of(const Standard& standard) {
    const auto all = subscriptions::built_in();
    const auto found = std::ranges::find(all, standard.built_in, &BuiltIn::name);
    return found == all.end() ? nullptr : &*found;
}

Kind kind_of(Action action) { return action == Action::sms ? Kind::sms : Kind::email; }

std::string_view recipient_of(const Standard& standard) {
    const auto* const event = subscriptions::trigger_event(standard.event);
    if (event->about == subscriptions::About::phone_code) return "{{phone_number}}";
    if (event->about == subscriptions::About::email_code) return "{{email}}";
    return standard.action == Action::sms ? "{{user.phone_number}}" : "{{user.email}}";
}

Trigger shown(const Subscription& row) {
    const auto off = row.off_as == Off::draft ? Status::draft : Status::disabled;
    return {.id = row.id.value,
            .name = row.label,
            .description = row.description,
            .event = row.events.empty() ? std::string{} : row.events.front(),
            .action = row.action,
            .target = row.target,
            .status = row.active ? Status::active : off,
            .secret = row.secret,
            .created_at = row.created_at,
            .updated_at = row.updated_at};
}

// None: somebody has removed it.
std::optional<Trigger> shown(const Standard& standard, const realms::Realm& realm, const std::vector<Subscription>& rows) {
    const auto* const built_in = built_in_of(standard);
    const auto label = subscriptions::way_name(*built_in, standard.action);
    Trigger out{.id = standard_id(realm.id, label),
                .name = std::string(standard.name),
                .description = std::string(standard.description),
                .event = std::string(standard.event),
                .action = standard.action,
                .target = dashed(standard_id(realm.id, template_label(standard.action, built_in->template_name))),
                .system_label = label,
                .created_at = realm.created_at,
                .updated_at = realm.created_at};
    if (!subscriptions::switched_off(rows, *built_in, standard.action)) return out;
    out.status = Status::disabled;
    const auto row = std::ranges::find(rows, label, &Subscription::name);
    if (row == rows.end() || row->active) return out;  // all of it is off
    if (row->off_as == Off::removed) return {};
    if (row->off_as == Off::draft) out.status = Status::draft;
    out.updated_at = row->updated_at;
    return out;
}

const Standard* standard_of(const realms::Realm& realm, const Uuid& id) {
    const auto all = standards();
    const auto is = [&](const Standard& each) {
        return standard_id(realm.id, subscriptions::way_name(*built_in_of(each), each.action)) == id;
    };
    const auto found = std::ranges::find_if(all, is);
    return found == all.end() ? nullptr : &*found;
}

events::Event changed(const Context& context, const Template& row, std::string_view what) {
    const bool staff = context.door == Door::freshcom;
    auto details = Json::object({{"template", dashed(row.id)}, {"change", std::string(what)}});
    if (staff) details.set("by", hex(context.user.value));
    return {.name = events::Name::mail_changed, .actor = staff ? "staff" : "command", .details = std::move(details)};
}

Template with(Template row, const TemplateChanges& changes) {
    const auto take = [](std::string& to, const std::optional<std::string>& from) {
        if (from) to = *from;
    };
    take(row.name, changes.name);
    take(row.description, changes.description);
    take(row.to, changes.to);
    take(row.reply_to, changes.reply_to);
    take(row.subject, changes.subject);
    take(row.html, changes.html);
    take(row.text, changes.text);
    return row;
}

bool same(const Template& one, const Template& other) {
    return one.name == other.name && one.description == other.description && one.to == other.to && one.reply_to == other.reply_to
           && one.subject == other.subject && one.html == other.html && one.text == other.text;
}

Refusal missing(std::string_view field) { return {.why = Why::missing_parameter, .field = std::string(field)}; }
Refusal wrong(std::string_view field, std::string_view why, Refusal::Rule rule) {
    return {.why = Why::bad_parameter, .field = std::string(field), .text = std::string(why), .rule = rule};
}

auto refuse_built_in(bool built_in) {
    return built_in ? refuse(Why::forbidden, {}, "Built-in templates cannot be changed") : refuse(Why::unknown_item);
}

std::optional<Refusal> together(std::vector<Refusal> found) {
    if (found.empty()) return {};
    auto first = std::move(found.front());
    first.others.assign(std::make_move_iterator(found.begin() + 1), std::make_move_iterator(found.end()));
    return first;
}

void length(std::vector<Refusal>& found, std::string_view field, std::string_view text, unsigned most) {
    if (text::code_points(text) <= most) return;
    auto refusal = wrong(field, "must have at most " + std::to_string(most) + " letters", Refusal::Rule::length);
    refusal.most = most;
    found.push_back(std::move(refusal));
}

// What a body says of a trigger that is there, or is to be. What its target is, the tables have to say.
std::vector<Refusal> taken(Subscription& row, const TriggerChanges& changes, bool fresh) {
    constexpr unsigned longest_name = 255, longest_description = 1000;
    constexpr std::size_t shortest_secret = 16, longest_secret = 200;
    std::vector<Refusal> found;
    if (changes.name) row.label = *changes.name;
    if (changes.description) row.description = *changes.description;
    if (changes.target) row.target = *changes.target;
    if (row.label.empty()) found.push_back(missing("name"));
    length(found, "name", row.label, longest_name);
    length(found, "description", row.description, longest_description);
    if (fresh) {
        const auto event = changes.event.value_or("");
        row.events = {event};
        if (event.empty()) found.push_back(missing("event"));
        else if (!subscriptions::trigger_event(event)) found.push_back(wrong("event", "is not one of the known events", Refusal::Rule::inclusion));
        const auto typed = changes.action.value_or("");
        const auto action = action_named(typed);
        if (typed.empty()) found.push_back(missing("action_type"));
        else if (!action) found.push_back(wrong("action_type", "must be sendEmail, sendSms or invokeWebhook", Refusal::Rule::inclusion));
        row.action = action.value_or(Action::hook);
    }
    if (row.target.empty()) found.push_back(missing("action_target"));
    if (changes.status && !changes.status->empty()) {
        const auto status = status_named(*changes.status);
        if (!status) found.push_back(wrong("status", "must be draft, active or disabled", Refusal::Rule::inclusion));
        row.active = status == Status::active;
        row.off_as = status == Status::draft ? Off::draft : Off::disabled;
    }
    if (changes.secret && !changes.secret->empty()) {
        const auto text = changes.secret->reveal();
        const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
        if (row.action != Action::hook) found.push_back(wrong("secret", "is for web hooks only", Refusal::Rule::invalid));
        else if (!plain) found.push_back(wrong("secret", "must be ASCII without blanks", Refusal::Rule::format));
        else if (text.size() < shortest_secret || text.size() > longest_secret) {
            auto refusal = wrong("secret", "must have 16 to 200 letters", Refusal::Rule::length);
            refusal.least = shortest_secret;
            refusal.most = longest_secret;
            found.push_back(std::move(refusal));
        }
        row.secret = changes.secret;
        row.secret_lost = false;
    }
    return found;
}

}  // namespace

// The target of one whose other members may be wrong yet; nothing is said of what cannot be judged.
Result<void> Triggers::judge_target(db::Tx& tx, const Context& context, const realms::Realm& realm, const Subscription& row, const net::UrlRules& rules) {
    constexpr std::size_t longest_url = 1000;
    if (row.target.empty()) return {};
    if (row.action == Action::hook) {
        if (row.target.size() > longest_url) {
            auto refusal = wrong("action_target", "must have at most 1000 letters", Refusal::Rule::length);
            refusal.most = longest_url;
            return refuse(std::move(refusal));
        }
        if (const auto why = net::why_not(row.target, rules); !why.empty()) {
            return refuse(wrong("action_target", "cannot be used: " + why, Refusal::Rule::format));
        }
        return {};
    }
    const auto id = parse_uuid(row.target);
    const auto* const event = subscriptions::trigger_event(row.events.front());
    if (const auto own = id ? store::lock(tx, context.realm, *id) : std::nullopt) return event ? fits(*own, *event, row.action) : Result<void>{};
    // A built-in template says what its own event brings.
    for (const auto& each : standards()) {
        if (!id || each.action != row.action) continue;
        const auto* const built_in = built_in_of(each);
        if (standard_id(realm.id, template_label(each.action, built_in->template_name)) != *id) continue;
        if (!event || each.event == event->name) return {};
        return refuse(wrong("action_target", "is about another event", Refusal::Rule::invalid));
    }
    return refuse(Refusal{.why = Why::unknown_item, .field = "action_target", .text = "does not exist"});
}

std::vector<Trigger> Triggers::list(db::Session& session, const realms::Realm& realm) {
    std::vector<Trigger> out;
    for (const auto& row : subscriptions_.triggers(session, realm.no)) out.push_back(shown(row));
    const auto rows = subscriptions_.list(session, realm.no);
    for (const auto& each : standards()) {
        if (auto one = shown(each, realm, rows)) out.push_back(std::move(*one));
    }
    return out;
}

std::optional<Trigger> Triggers::find(db::Session& session, const realms::Realm& realm, const Uuid& id) {
    if (const auto* const standard = standard_of(realm, id)) return shown(*standard, realm, subscriptions_.list(session, realm.no));
    const auto row = subscriptions_.trigger(session, realm.no, SubscriptionId{id});
    return row ? std::optional(shown(*row)) : std::nullopt;
}

Result<Trigger> Triggers::add(db::Db& db, const Context& context, const realms::Realm& realm, const TriggerChanges& wanted, const net::UrlRules& rules) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Trigger> {
        Subscription row;
        auto found = taken(row, wanted, true);
        if (wanted.action && action_named(*wanted.action)) {
            if (auto target = judge_target(tx, context, realm, row, rules); !target) found.push_back(std::move(target.error()));
        }
        if (auto refusal = together(std::move(found))) return refuse(std::move(*refusal));
        return subscriptions_.add_trigger(tx, context, std::move(row)).map([](const Subscription& made) { return shown(made); });
    });
}

Result<Trigger> Triggers::change(db::Db& db, const Context& context, const realms::Realm& realm, const Uuid& id, const TriggerChanges& changes,
                                 const net::UrlRules& rules) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Trigger> {
        const auto before = find(tx, realm, id);
        if (!before) return refuse(Why::unknown_item);
        const auto* const standard = standard_of(realm, id);
        if (!standard) {
            auto row = subscriptions_.trigger(tx, context.realm, SubscriptionId{id});
            if (!row) return refuse(Why::unknown_item);
            const auto target = row->target;
            auto found = taken(*row, changes, false);
            if (row->target != target) {
                if (auto judged = judge_target(tx, context, realm, *row, rules); !judged) found.push_back(std::move(judged.error()));
            }
            if (auto refusal = together(std::move(found))) return refuse(std::move(*refusal));
            return subscriptions_.change_trigger(tx, context, std::move(*row)).map([](const Subscription& made) { return shown(made); });
        }
        std::vector<Refusal> found;
        const auto kept = [&](std::string_view field, const std::optional<std::string>& typed, const std::string& value) {
            if (typed && *typed != value) found.push_back(wrong(field, "is built in and cannot be changed", Refusal::Rule::invalid));
        };
        kept("name", changes.name, before->name);
        kept("description", changes.description, before->description);
        kept("action_target", changes.target, before->target);
        const auto typed = changes.status.value_or("");
        const auto status = typed.empty() ? std::optional(before->status) : status_named(typed);
        if (!status) found.push_back(wrong("status", "must be draft, active or disabled", Refusal::Rule::inclusion));
        if (auto refusal = together(std::move(found))) return refuse(std::move(*refusal));
        if (*status != before->status) {
            subscriptions_.set_built_in(tx, context, *built_in_of(*standard), standard->action, *status == Status::active,
                                        *status == Status::draft ? Off::draft : Off::disabled);
        }
        auto after = find(tx, realm, id);
        if (!after) return refuse(Why::unknown_item);
        return std::move(*after);
    });
}

Result<void> Triggers::remove(db::Db& db, const Context& context, const realms::Realm& realm, const Uuid& id) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        const auto* const standard = standard_of(realm, id);
        if (!standard) {
            auto removed = subscriptions_.remove_trigger(tx, context, SubscriptionId{id});
            return removed ? removed : refuse(Why::unknown_item);
        }
        if (!find(tx, realm, id)) return refuse(Why::unknown_item);
        subscriptions_.set_built_in(tx, context, *built_in_of(*standard), standard->action, false, Off::removed);
        return {};
    });
}

// --- Templates

std::vector<Template> Triggers::templates(db::Session& session, const realms::Realm& realm, Kind kind, std::string_view locale) {
    auto out = store::list(session, realm.no, kind);
    std::vector<std::string_view> seen;
    for (const auto& each : standards()) {
        const auto* const built_in = built_in_of(each);
        if (kind_of(each.action) != kind || std::ranges::find(seen, built_in->template_name) != seen.end()) continue;
        seen.push_back(built_in->template_name);
        const auto found = templates_.found(session, realm.no, built_in->template_name, locale);
        if (!found) continue;  // unreachable: it is built in
        const bool sms = kind == Kind::sms;
        out.push_back({.id = standard_id(realm.id, template_label(each.action, built_in->template_name)),
                       .kind = kind,
                       .name = std::string(each.name),
                       .description = std::string(each.description),
                       .to = std::string(recipient_of(each)),
                       .subject = sms ? std::string{} : found->parts.subject,
                       .html = sms ? std::string{} : found->parts.html,
                       .text = sms ? found->parts.sms : found->parts.text,
                       .system_label = std::string(built_in->template_name),
                       .created_at = realm.created_at,
                       .updated_at = found->updated_at.value_or(realm.created_at)});
    }
    return out;
}

std::optional<Template> Triggers::find_template(db::Session& session, const realms::Realm& realm, Kind kind, const Uuid& id, std::string_view locale) {
    auto all = templates(session, realm, kind, locale);
    const auto found = std::ranges::find(all, id, &Template::id);
    return found == all.end() ? std::nullopt : std::optional(std::move(*found));
}

Result<Template> Triggers::add_template(db::Db& db, const Context& context, Kind kind, const TemplateChanges& wanted) {
    auto made = checked(with({.id = uuid_v4(rng_), .kind = kind, .created_at = context.now, .updated_at = context.now}, wanted));
    if (!made) return made;
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Template> {
        if (store::count_locked(tx, context.realm, kind) >= most_templates) return refuse(Why::bad_parameter, {}, "there are 100 templates, which is the most");
        store::insert(tx, context.realm, *made);
        events_.write(tx, context, changed(context, *made, "added"));
        return *made;
    });
}

Result<Template> Triggers::change_template(db::Db& db, const Context& context, const realms::Realm& realm, Kind kind, const Uuid& id,
                                           const TemplateChanges& changes) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Template> {
        const auto before = store::lock(tx, context.realm, id);
        if (!before || before->kind != kind) return refuse_built_in(find_template(tx, realm, kind, id, "en").has_value());
        auto after = checked(with(*before, changes));
        if (!after || same(*before, *after)) return after;
        for (const auto& row : subscriptions_.triggers(tx, context.realm)) {
            if (row.action == Action::hook || row.target != dashed(id)) continue;
            if (const auto fit = fits(*after, *subscriptions::trigger_event(row.events.front()), row.action); !fit) {
                return refuse(wrong({}, "the trigger \"" + row.label + "\" sends it: " + fit.error().text, Refusal::Rule::invalid));
            }
        }
        after->updated_at = context.now;
        store::change(tx, context.realm, *after);
        events_.write(tx, context, changed(context, *after, "changed"));
        return after;
    });
}

Result<void> Triggers::remove_template(db::Db& db, const Context& context, const realms::Realm& realm, Kind kind, const Uuid& id) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        const auto row = store::lock(tx, context.realm, id);
        if (!row || row->kind != kind) return refuse_built_in(find_template(tx, realm, kind, id, "en").has_value());
        const auto rows = subscriptions_.triggers(tx, context.realm);
        const auto sends = [&](const Subscription& each) { return each.action != Action::hook && each.target == dashed(id); };
        if (std::ranges::any_of(rows, sends)) return refuse(Why::in_use, {}, "A trigger uses this template");
        store::remove(tx, context.realm, id);
        events_.write(tx, context, changed(context, *row, "removed"));
        return {};
    });
}

}  // namespace authtickets::triggers
