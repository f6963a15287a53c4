// SPDX-License-Identifier: MIT
// Subscriptions read for the worker, and changed by commands.
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

// No address and no secret: the trail is kept for long.
Json described(std::string_view name, std::string_view what) {
    return Json::object({{"subscription", std::string(name)}, {"change", std::string(what)}});
}

}  // namespace

std::vector<Subscription> Subscriptions::list(db::Session& session, RealmNo realm) {
    std::vector<Subscription> out;
    for (auto& row : store::list(session, realm)) {
        if (row.sealed) row.subscription.secret = crypto::unseal(keys_, crypto::Purpose::outbox, place(realm, row.subscription.id), *row.sealed);
        out.push_back(std::move(row.subscription));
    }
    return out;
}

std::optional<Subscription> Subscriptions::find(db::Session& session, RealmNo realm, std::string_view name) {
    auto row = store::find(session, realm, name);
    if (!row) return {};
    if (row->sealed) row->subscription.secret = crypto::unseal(keys_, crypto::Purpose::outbox, place(realm, row->subscription.id), *row->sealed);
    return std::move(row->subscription);
}

Result<Subscription> Subscriptions::add(db::Db& db, const Context& context, Subscription wanted, const net::UrlRules& rules) {
    auto subscription = checked(std::move(wanted), rules);
    if (!subscription) return subscription;
    if (subscription->action == Action::hook && !subscription->secret) subscription->secret = Secret(base64url(rng_.bytes<32>()));
    subscription->id = SubscriptionId{uuid_v4(rng_)};
    subscription->created_at = subscription->updated_at = context.now;
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Subscription> {
        if (subscription->action != Action::hook && !templates::known(tx, context.realm, subscription->target)) {
            return refuse(Why::bad_parameter, "target", "there is no such template");
        }
        if (subscription->action != Action::hook) {
            if (auto fit = fits(*subscription, templates::messages(tx, context.realm, subscription->target)); !fit) return refuse(fit.error());
        }
        store::Row row{.subscription = *subscription};
        std::optional<crypto::KeyId> key;
        if (subscription->secret) {
            row.sealed = crypto::seal(keys_, crypto::Purpose::outbox, context.now, rng_, place(context.realm, subscription->id), *subscription->secret);
            key = crypto::key_of(*row.sealed);
        }
        if (!store::insert(tx, context, row, key)) return refuse(Why::name_taken, "name");
        events_.write(tx, context, {.name = events::Name::webhook_changed, .actor = "command", .details = described(row.subscription.name, "added")});
        return *subscription;
    });
}

Result<void> Subscriptions::set_active(db::Db& db, const Context& context, std::string_view name, bool active) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        const auto row = store::find(tx, context.realm, name);
        const auto* const standing = built_in_named(name);
        if (!row && !standing) return refuse(Why::unknown_item, "name");
        if (!row && active) return {};
        if (row && !store::set_active(tx, context, name, active)) return {};
        if (!row) {
            const store::Row made{.subscription = {.id = SubscriptionId{uuid_v4(rng_)},
                                                   .name = std::string(standing->name),
                                                   .events = {std::string(events::name(standing->event))},
                                                   .action = Action::mail,
                                                   .target = std::string(standing->template_name),
                                                   .active = false}};
            if (!store::insert(tx, context, made, {})) return refuse(Why::name_taken, "name");
        }
        const auto what = active ? "switched on" : "switched off";
        events_.write(tx, context, {.name = standing ? events::Name::mail_changed : events::Name::webhook_changed, .actor = "command",
                                    .details = described(name, what)});
        return {};
    });
}

Result<void> Subscriptions::remove(db::Db& db, const Context& context, std::string_view name) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        if (!store::remove(tx, context.realm, name)) return refuse(Why::unknown_item, "name");
        events_.write(tx, context, {.name = events::Name::webhook_changed, .actor = "command", .details = described(name, "removed")});
        return {};
    });
}

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
        if (subscription.action == Action::hook || subscription.target != template_name || stands_for_built_in(subscription)) continue;
        if (const auto fit = fits(subscription, messages); !fit) {
            return refuse(Why::bad_parameter, {}, "the subscription \"" + subscription.name + "\" sends it: " + fit.error().text);
        }
    }
    return {};
}

}  // namespace authtickets::subscriptions
