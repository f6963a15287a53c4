// SPDX-License-Identifier: MIT
// Subscriptions read for the worker, and changed by commands and at the desk.
#include <authtickets/core/subscriptions.h>

#include <algorithm>

#include <authtickets/core/templates.h>
#include <authtickets/crypto/seal.h>

#include "core/subscriptions/fit.h"
#include "core/subscriptions/store.h"

namespace authtickets::subscriptions {
namespace {

crypto::Place place(RealmNo realm, const SubscriptionId& id) {
    return {.table = "subscriptions", .column = "secret", .realm = realm, .row = id.value, .user = {}};
}

const BuiltIn* built_in_named(std::string_view name) {
    const auto all = built_in();
    const auto found = std::ranges::find(all, name, &BuiltIn::name);
    return found == all.end() ? nullptr : &*found;
}

// "code.second_step/sms"
std::optional<Action> way_named(std::string_view name) {
    for (const auto& each : built_in()) {
        for (const auto action : {Action::mail, Action::sms}) {
            if (name == way_name(each, action)) return action;
        }
    }
    return {};
}

// A row's name says whose notice it is, and of which group, so that there is one of each.
std::string notice_name(const UserId& operator_id, events::Group group) {
    return "notice/" + hex(operator_id.value) + "/" + std::string(events::name(group));
}

// The first that the hook waits for; of a Kibo topic one that has it.
events::Name tested_event(const Subscription& hook) {
    const std::string_view first = hook.events.empty() ? std::string_view{} : hook.events.front();
    if (hook.format == Format::elasticpath) return event_of(first);
    if (hook.format == Format::freshcom) return event_of_trigger(first);
    if (const auto group = first.starts_with('@') ? events::group_named(first.substr(1)) : std::nullopt) return events::names_of(*group).front();
    return events::named(first).value_or(events::Name::account_updated);
}

Subscription opened(crypto::Keyring& keys, RealmNo realm, store::Row row) {
    if (row.sealed) {
        row.subscription.secret = crypto::unseal(keys, crypto::Purpose::outbox, place(realm, row.subscription.id), *row.sealed);
        row.subscription.secret_lost = !row.subscription.secret;
    }
    return std::move(row.subscription);
}

std::vector<Subscription> all_opened(crypto::Keyring& keys, RealmNo realm, std::vector<store::Row> rows) {
    std::vector<Subscription> out;
    for (auto& row : rows) out.push_back(opened(keys, realm, std::move(row)));
    return out;
}

// At the Freshcom door one of the staff does it.
std::string_view actor_of(const Context& context) {
    if (context.door == Door::freshcom) return "staff";
    return context.door == Door::elasticpath ? "application" : "command";
}

// No address and no secret: the trail is kept for long.
Json described(const Context& context, std::string_view name, std::string_view what) {
    auto out = Json::object({{"subscription", std::string(name)}, {"change", std::string(what)}});
    if (context.door == Door::freshcom) out.set("by", hex(context.user.value));
    return out;
}

// What changes one: integrations are told from other hooks by the reason.
events::Event changed(const Context& context, const Subscription& row, std::string_view what, std::string_view reason) {
    const bool integration = row.format == Format::elasticpath;
    const bool message = row.format == Format::freshcom && row.action != Action::hook;
    auto details = described(context, row.name, what);
    if (integration) details.set("id", row.name);
    return {.name = message ? events::Name::mail_changed : events::Name::webhook_changed,
            .reason = integration ? reason : std::string_view{},
            .actor = actor_of(context),
            .details = std::move(details)};
}

// The row of a built-in one that is off.
Subscription switch_made(Rng& rng, const BuiltIn& built_in, std::string_view name, Action action) {
    return {.id = SubscriptionId{uuid_v4(rng)},
            .name = std::string(name),
            .events = {std::string(events::name(built_in.event))},
            .action = action,
            .target = std::string(built_in.template_name),
            .active = false};
}

// What is absent stays as it is.
Subscription with(Subscription row, const IntegrationChanges& changes) {
    if (changes.label) row.label = *changes.label;
    if (changes.description) row.description = *changes.description;
    if (changes.observes) row.events = *changes.observes;
    if (changes.url) row.target = *changes.url;
    if (changes.enabled) row.active = *changes.enabled;
    if (changes.secret) row.secret = changes.secret->empty() ? std::nullopt : changes.secret;
    return row;
}

bool same(const Subscription& one, const Subscription& other) {
    return one.label == other.label && one.description == other.description && one.events == other.events && one.target == other.target
           && one.active == other.active && one.secret == other.secret;
}

}  // namespace

std::vector<Subscription> Subscriptions::list(db::Session& session, RealmNo realm) { return all_opened(keys_, realm, store::list(session, realm)); }

std::optional<Subscription> Subscriptions::find(db::Session& session, RealmNo realm, std::string_view name) {
    auto row = store::find(session, realm, name);
    return row ? std::optional(opened(keys_, realm, std::move(*row))) : std::nullopt;
}

Result<Subscription> Subscriptions::add(db::Db& db, const Context& context, Subscription wanted, const net::UrlRules& rules) {
    auto subscription = checked(std::move(wanted), rules);
    if (!subscription) return subscription;
    if (subscription->action == Action::hook && !subscription->secret) subscription->secret = Secret(base64url(rng_.bytes<32>()));
    subscription->id = SubscriptionId{uuid_v4(rng_)};
    subscription->created_at = subscription->updated_at = subscription->active_since = context.now;
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Subscription> {
        const bool message = subscription->action == Action::mail || subscription->action == Action::sms;
        if (message && !templates::known(tx, context.realm, subscription->target)) {
            return refuse(Why::bad_parameter, "target", "there is no such template");
        }
        if (message) {
            if (auto fit = fits(*subscription, templates::messages(tx, context.realm, subscription->target)); !fit) return refuse(fit.error());
        }
        store::Row row{.subscription = *subscription};
        std::optional<crypto::KeyId> key;
        if (subscription->secret) {
            row.sealed = sealed(context, subscription->id, *subscription->secret);
            key = crypto::key_of(*row.sealed);
        }
        if (!store::insert(tx, context, row, key)) return refuse(Why::name_taken, "name");
        events_.write(tx, context, {.name = events::Name::webhook_changed, .actor = "command", .details = described(context, row.subscription.name, "added")});
        return *subscription;
    });
}

Result<void> Subscriptions::set_active(db::Db& db, const Context& context, std::string_view name, bool active) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        if (const auto way = way_named(name)) {
            set_built_in(tx, context, *built_in_named(name.substr(0, name.rfind('/'))), *way, active);
            return {};
        }
        const auto row = store::find(tx, context.realm, name);
        const auto* const standing = built_in_named(name);
        if (!row && !standing) return refuse(Why::unknown_item, "name");
        // On is all that it sends.
        bool ways = false;
        for (const auto way : {Action::mail, Action::sms}) ways |= standing && active && store::remove(tx, context.realm, way_name(*standing, way));
        if (!row && active && !ways) return {};
        if (row && !store::set_active(tx, context, name, active) && !ways) return {};
        if (!row && !active && !store::insert(tx, context, {.subscription = switch_made(rng_, *standing, standing->name, Action::mail)}, {})) {
            return refuse(Why::name_taken, "name");
        }
        const auto what = active ? "switched on" : "switched off";
        if (standing) events_.write(tx, context, {.name = events::Name::mail_changed, .actor = "command", .details = described(context, name, what)});
        else events_.write(tx, context, changed(context, row->subscription, what, integration_changed));
        return {};
    });
}

void Subscriptions::set_built_in(db::Tx& tx, const Context& context, const BuiltIn& built_in, Action action, bool active, Off off_as) {
    const auto rows = all_opened(keys_, context.realm, store::list(tx, context.realm));
    const auto row_of = [&](std::string_view name) { return std::ranges::find(rows, name, &Subscription::name); };
    const auto put_off = [&](Action way, Off as) {
        const auto name = way_name(built_in, way);
        auto made = switch_made(rng_, built_in, name, way);
        made.off_as = as;
        if (row_of(name) == rows.end() && store::insert(tx, context, {.subscription = std::move(made)}, {})) return;
        store::set_active(tx, context, name, false);  // it is there, or somebody has just made it
        store::set_off_as(tx, context.realm, name, as);
    };
    const auto name = way_name(built_in, action);
    const bool was_off = switched_off(rows, built_in, action);
    const auto whole = row_of(built_in.name);
    if (!active) {
        put_off(action, off_as);
    } else {
        if (whole != rows.end() && !whole->active) {
            const auto other = action == Action::mail ? Action::sms : Action::mail;
            put_off(other, Off::disabled);
            store::set_active(tx, context, built_in.name, true);
        }
        store::remove(tx, context.realm, name);
    }
    if (was_off == active) {
        events_.write(tx, context, {.name = events::Name::mail_changed, .actor = actor_of(context), .details = described(context, name, active ? "switched on" : "switched off")});
    }
}

std::vector<Subscription> Subscriptions::triggers(db::Session& session, RealmNo realm) {
    return all_opened(keys_, realm, store::of_format(session, realm, Format::freshcom));
}

std::optional<Subscription> Subscriptions::trigger(db::Session& session, RealmNo realm, const SubscriptionId& id) {
    auto row = store::one_of_format(session, realm, Format::freshcom, id);
    return row ? std::optional(opened(keys_, realm, std::move(*row))) : std::nullopt;
}

Result<Subscription> Subscriptions::add_trigger(db::Tx& tx, const Context& context, Subscription wanted) {
    if (store::count_locked(tx, context.realm, Format::freshcom) >= most_triggers) return refuse(Why::bad_parameter, {}, "there are 100 triggers, which is the most");
    wanted.id = SubscriptionId{uuid_v4(rng_)};
    wanted.name = dashed(wanted.id.value);
    wanted.format = Format::freshcom;
    if (context.application != ApplicationNo{}) wanted.application = context.application;
    wanted.created_at = wanted.updated_at = wanted.active_since = context.now;
    if (wanted.action == Action::hook && !wanted.secret) wanted.secret = Secret(base64url(rng_.bytes<32>()));
    store::Row row{.subscription = wanted};
    if (wanted.secret) row.sealed = sealed(context, wanted.id, *wanted.secret);
    if (!store::insert(tx, context, row, row.sealed ? crypto::key_of(*row.sealed) : std::nullopt)) return refuse(Why::name_taken, "name");
    events_.write(tx, context, changed(context, wanted, "added", {}));
    return wanted;
}

Result<Subscription> Subscriptions::change_trigger(db::Tx& tx, const Context& context, Subscription wanted) {
    auto row = store::lock(tx, context.realm, Format::freshcom, wanted.id);
    if (!row) return refuse(Why::unknown_item, "trigger");
    auto sealed_secret = row->sealed;
    const auto before = opened(keys_, context.realm, std::move(*row));
    // What PATCH keeps (FC215, docs/freshcom.md), whatever was read before the row was locked.
    wanted.name = before.name;
    wanted.events = before.events;
    wanted.action = before.action;
    wanted.format = before.format;
    if (same(before, wanted) && before.off_as == wanted.off_as) return before;
    if (wanted.secret && wanted.secret != before.secret) sealed_secret = sealed(context, wanted.id, *wanted.secret);
    wanted.updated_at = context.now;
    if (wanted.active && !before.active) wanted.active_since = context.now;
    store::change(tx, context, {.subscription = wanted, .sealed = sealed_secret}, sealed_secret ? crypto::key_of(*sealed_secret) : std::nullopt);
    events_.write(tx, context, changed(context, wanted, "changed", {}));
    return wanted;
}

Result<void> Subscriptions::remove_trigger(db::Tx& tx, const Context& context, const SubscriptionId& id) {
    const auto row = store::lock(tx, context.realm, Format::freshcom, id);
    if (!row || !store::remove(tx, context.realm, row->subscription.name)) return refuse(Why::unknown_item, "trigger");
    events_.write(tx, context, changed(context, row->subscription, "removed", {}));
    return {};
}

Result<void> Subscriptions::remove(db::Db& db, const Context& context, std::string_view name) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        const auto row = store::find(tx, context.realm, name);
        if (!row || !store::remove(tx, context.realm, name)) return refuse(Why::unknown_item, "name");
        events_.write(tx, context, changed(context, row->subscription, "removed", integration_removed));
        return {};
    });
}

std::vector<Subscription> Subscriptions::integrations(db::Session& session, RealmNo realm) {
    return all_opened(keys_, realm, store::of_format(session, realm, Format::elasticpath));
}

std::optional<Subscription> Subscriptions::integration(db::Session& session, RealmNo realm, const SubscriptionId& id) {
    auto row = store::one_of_format(session, realm, Format::elasticpath, id);
    return row ? std::optional(opened(keys_, realm, std::move(*row))) : std::nullopt;
}

Result<Subscription> Subscriptions::add_integration(db::Db& db, const Context& context, const IntegrationChanges& wanted, const net::UrlRules& rules) {
    const SubscriptionId id{uuid_v4(rng_)};
    auto made = integration_checked(with({.id = id, .name = dashed(id.value), .action = Action::hook, .format = Format::elasticpath,
                                          .application = context.application == ApplicationNo{} ? std::nullopt : std::optional(context.application),
                                          .created_at = context.now, .updated_at = context.now, .active_since = context.now}, wanted), rules);
    if (!made) return made;
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Subscription> {
        if (store::count_locked(tx, context.realm, Format::elasticpath) >= most_integrations) return refuse(Why::bad_parameter, {}, "there are 100 integrations, which is the most");
        store::Row row{.subscription = *made};
        if (made->secret) row.sealed = sealed(context, id, *made->secret);
        if (!store::insert(tx, context, row, row.sealed ? crypto::key_of(*row.sealed) : std::nullopt)) return refuse(Why::name_taken, "name");
        events_.write(tx, context, changed(context, *made, "added", integration_added));
        return *made;
    });
}

Result<Subscription> Subscriptions::change_integration(db::Db& db, const Context& context, const SubscriptionId& id, const IntegrationChanges& changes,
                                                       const net::UrlRules& rules) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Subscription> {
        auto row = store::lock(tx, context.realm, Format::elasticpath, id);
        if (!row) return refuse(Why::unknown_item, "integration");
        auto sealed_secret = row->sealed;
        const auto before = opened(keys_, context.realm, std::move(*row));
        auto after = integration_checked(with(before, changes), rules);
        if (!after || (same(before, *after) && !(before.secret_lost && changes.secret))) return after;
        if (changes.secret) {
            after->secret_lost = false;
            sealed_secret = after->secret ? std::optional(sealed(context, id, *after->secret)) : std::nullopt;
        }
        after->updated_at = context.now;
        if (after->active && !before.active) after->active_since = context.now;
        const auto key = sealed_secret ? crypto::key_of(*sealed_secret) : std::nullopt;
        store::change(tx, context, {.subscription = *after, .sealed = sealed_secret}, key);
        events_.write(tx, context, changed(context, *after, "changed", integration_changed));
        return after;
    });
}

Result<void> Subscriptions::remove_integration(db::Db& db, const Context& context, const SubscriptionId& id) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        const auto row = store::lock(tx, context.realm, Format::elasticpath, id);
        if (!row || !store::remove(tx, context.realm, row->subscription.name)) return refuse(Why::unknown_item, "integration");
        events_.write(tx, context, changed(context, row->subscription, "removed", integration_removed));
        return {};
    });
}

std::string Subscriptions::sealed(const Context& context, const SubscriptionId& id, const Secret& secret) {
    return crypto::seal(keys_, crypto::Purpose::outbox, context.now, rng_, place(context.realm, id), secret);
}

Result<EventId> Subscriptions::test(db::Db& db, const Context& context, std::string_view name) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<EventId> {
        const auto row = store::find(tx, context.realm, name);
        if (!row) return refuse(Why::unknown_item, "name");
        const auto& hook = row->subscription;
        if (hook.action != Action::hook) return refuse(Why::bad_parameter, "name", "it is no web hook");
        if (!hook.active) return refuse(Why::bad_parameter, "name", "it is off");
        const EventId id{uuid_v7(context.now, rng_)};
        outbox_.add(tx, context, {.event = tested_event(hook), .event_id = id, .test_of = hook.id});
        events_.write(tx, context, {.name = events::Name::webhook_changed, .actor = "command", .details = described(context, name, "tested")});
        return id;
    });
}

std::vector<Notice> Subscriptions::notices(db::Session& session, RealmNo realm, const UserId& operator_id) {
    const auto rows = store::list(session, realm);
    std::vector<Notice> out;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(events::Group::system); ++i) {
        const auto group = static_cast<events::Group>(i);
        const auto name = notice_name(operator_id, group);
        const auto row = std::ranges::find_if(rows, [&](const store::Row& each) { return each.subscription.name == name; });
        out.push_back({.group = group,
                       .state = row == rows.end() ? Notice::State::none : row->subscription.active ? Notice::State::active : Notice::State::paused});
    }
    return out;
}

Result<void> Subscriptions::set_notice(db::Db& db, const Context& context, const UserId& operator_id, events::Group group, Notice::State state) {
    const auto name = notice_name(operator_id, group);
    const bool active = state == Notice::State::active;
    return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        const auto row = store::find(tx, context.realm, name);
        if (state == Notice::State::none) {
            if (!store::remove(tx, context.realm, name)) return {};
        } else if (row) {
            if (!store::set_active(tx, context, name, active)) return {};
        } else {
            const store::Row made{.subscription = {.id = SubscriptionId{uuid_v4(rng_)},
                                                   .name = name,
                                                   .events = {"@" + std::string(events::name(group))},
                                                   .action = Action::notice,
                                                   .target = dashed(operator_id.value),
                                                   .active = active}};
            if (!store::insert(tx, context, made, {})) return refuse(Why::name_taken, "name");
        }
        const auto what = state == Notice::State::none ? "removed" : active ? "switched on" : "switched off";
        events_.write(tx, context, {.name = events::Name::webhook_changed, .actor = "command", .details = described(context, name, what)});
        return {};
    });
}

void Subscriptions::remove_notices(db::Tx& tx, RealmNo realm, const UserId& operator_id) {
    store::remove_of_target(tx, realm, Action::notice, dashed(operator_id.value));
}

Result<void> Subscriptions::set_mail(db::Db& db, const Context& context, realms::Realms& realms, std::string_view name, bool on) {
    if (built_in_named(name)) return set_active(db, context, name, on);
    const auto types = realms::mail_types();
    const auto found = std::ranges::find(types, name);
    const auto all = built_in();
    if (found == types.end() || std::ranges::none_of(all, [&](const BuiltIn& each) { return each.mail_type == name; })) {
        return refuse(Why::unknown_item, "name");
    }
    // One that was switched off by a subscription is not on before that is taken back.
    for (const auto& each : all) {
        if (on && each.mail_type == name) {
            if (auto done = set_active(db, context, each.name, true); !done) return done;
        }
    }
    const auto bit = std::uint32_t{1} << (found - types.begin());
    const auto done = realms.set_all(db, context, context.realm, [&](const realms::Settings& now) -> Result<realms::Changes> {
        const auto set = on ? now.mails_suppressed & ~bit : now.mails_suppressed | bit;
        if (set == now.mails_suppressed) return realms::Changes{};
        return realms::Changes{{"mail.suppressed", realms::mail_list(set)}};
    });
    if (!done) return refuse(done.error());
    return {};
}

std::vector<RealmNo> Subscriptions::following(db::Session& session) { return store::following(session); }

Subscriptions::Resealed Subscriptions::reseal(db::Db& db, const Context& context) {
    const auto signer = keys_.signing(context.now);
    Resealed out;
    for (const auto& row : store::list(db, context.realm)) {
        if (!row.sealed || crypto::key_of(*row.sealed) == signer) continue;
        const auto where = place(context.realm, row.subscription.id);
        const auto open = crypto::unseal(keys_, crypto::Purpose::outbox, where, *row.sealed);
        if (!open) {
            ++out.lost;
            continue;
        }
        const auto sealed = crypto::seal(keys_, crypto::Purpose::outbox, context.now, rng_, where, *open);
        if (store::reseal(db, context.realm, row.subscription.id, *row.sealed, sealed, crypto::key_of(sealed).value())) ++out.sealed;
    }
    return out;
}

Result<void> fit_subscribers(db::Session& session, RealmNo realm, std::string_view template_name, std::span<const text::Message> messages) {
    for (const auto& [subscription, sealed] : store::list(session, realm)) {
        if (subscription.action == Action::hook || subscription.action == Action::notice || subscription.format == Format::freshcom || subscription.target != template_name || stands_for_built_in(subscription)) continue;
        if (const auto fit = fits(subscription, messages); !fit) {
            return refuse(Why::bad_parameter, {}, "the subscription \"" + subscription.name + "\" sends it: " + fit.error().text);
        }
    }
    return {};
}

}  // namespace authtickets::subscriptions
