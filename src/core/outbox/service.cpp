// SPDX-License-Identifier: MIT
// Causes sealed and opened.
#include <authtickets/core/outbox.h>
#include <authtickets/crypto/seal.h>

#include "core/outbox/store.h"

namespace authtickets::outbox {
namespace {

crypto::Place place(RealmNo realm, const CauseId& id) {
    return {.table = "outbox", .column = "cause", .realm = realm, .row = id.value, .user = {}};
}

}  // namespace

void Outbox::add(db::Session& session, const Context& context, Cause cause) {
    const bool told = !cause.only.empty();
    const auto as_told = told ? cause : Cause{};
    cause.request = context.request_id;
    // The event's own time, which is the request's but for what lasts (W26, docs/pages.md).
    cause.at = cause.event_id.empty() ? context.now : time_of(cause.event_id.value);
    cause.application = context.application;
    cause.site = context.site;
    // An operator who changes what is his own is not the shop. Of its staff, whoever changes what is another's is: where they
    // work is told to nobody.
    const auto& acting = context.acting;
    const bool by_staff = context.door == Door::freshcom && !context.user.empty() && context.user != cause.user;
    // Of a caller that forwards nobody it is the application's server: a line that misleads whoever reads it.
    if (context.own_address && !by_staff) cause.address = context.address;
    const bool by_command = context.door == Door::none && context.application == ApplicationNo{} && context.user.empty();
    cause.by_shop = acting ? acting->realm != context.realm || acting->user != cause.user : by_staff || by_command;
    if (!by_staff) cause.browser = context.browser;
    if (told) cause = as_told;  // of the trail, which knows better
    const CauseId id{uuid_v7(context.now, rng_)};
    const auto sealed = crypto::seal(keys_, crypto::Purpose::outbox, context.now, rng_, place(context.realm, id), Secret(cause_text(cause)));
    store::insert(session, context, id, events::name(cause.event), sealed, crypto::key_of(sealed).value());
}

std::vector<Taken> Outbox::due(db::Session& session, Time now, unsigned most) { return store::due(session, now, most); }

std::optional<Cause> Outbox::open(const Taken& taken) {
    const auto text = crypto::unseal(keys_, crypto::Purpose::outbox, place(taken.realm, taken.id), taken.sealed);
    return text ? read_cause(text->reveal()) : std::nullopt;
}

bool Outbox::remove(db::Tx& tx, const Taken& taken) { return store::remove(tx, taken.realm, taken.id); }

void Outbox::put_off(db::Session& session, const Taken& taken, Time until) { store::put_off(session, taken.realm, taken.id, until); }

}  // namespace authtickets::outbox
