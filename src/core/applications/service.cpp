// SPDX-License-Identifier: MIT
// Application tickets: issue by secret, refresh, delete, and the check that every API call begins with.
#include <authtickets/core/applications.h>

#include <authtickets/crypto/token.h>

#include "core/applications/store.h"

namespace authtickets::applications {
namespace {

using crypto::Token;
using crypto::TokenKind;
using tickets::Verdict;

constexpr auto memory = std::chrono::seconds(1);       // how long a deletion may go unseen (design: tokens)
constexpr auto longest_grant = std::chrono::days(30);  // TK2, for programs too
constexpr std::size_t most_kept = 1000;
constexpr Seconds guest_life{3600};                    // FC56 (docs/freshcom.md)
constexpr Time never = Time::max();

bool secret_fits(const store::Found& found, const Secret& secret) {
    return crypto::equal(crypto::sha256(as_bytes(secret.reveal())), as_bytes(found.secret_hash));
}

tl::unexpected<Refusal> wrong() { return refuse(Why::application_secret_wrong); }

Context within(Context context, const store::Found& found) {
    context.realm = found.application.realm;
    context.application = found.application.no;
    return context;
}

}  // namespace

IssuedTicket Applications::tokens(const Context& context, const Grant& grant) {
    const auto token = [&](TokenKind kind, Time expires_at) {
        return Secret(crypto::write_token(keys_, context.now,
                                          {.kind = kind, .realm = grant.realm, .id = grant.id.value, .generation = grant.generation,
                                           .expires_at = expires_at, .application = grant.application}));
    };
    const Time access = access_expires(grant), refresh = refresh_expires(grant);
    return {.access = token(TokenKind::application_access, access), .refresh = token(TokenKind::application_refresh, refresh),
            .access_expires_at = access, .refresh_expires_at = refresh, .application = grant.application};
}

Result<IssuedTicket> Applications::issue(db::Db& db, Context context, std::string_view client_id, const Secret& secret,
                                         bool refreshable) {
    const auto found = store::by_client_id(db, client_id);
    // The column's collation overlooks blanks at the end; an id is one in exactly its spelling.
    if (!found || found->application.client_id != client_id) return wrong();
    if (!secret_fits(*found, secret) || found->application.disabled_at) return wrong();
    context = within(context, *found);
    const auto& settings = realms_.get(db, context.now, context.realm, found->realm_version)->settings;
    const Grant grant{.realm = context.realm, .id = ApplicationTokenId{uuid_v7(context.now, rng_)},
                      .application = context.application, .created_at = context.now, .rotated_at = context.now,
                      .lifetimes = {.access = settings.application_access_life,
                                    .refresh = refreshable ? settings.application_refresh_life : settings.application_access_life,
                                    .ends_at = context.now + longest_grant}};
    return db.transact([&](db::Tx& tx) -> Result<IssuedTicket> {
        store::insert_grant(tx, grant);
        events_.write(tx, context, {.name = events::Name::application_ticket_issued});
        return tokens(context, grant);
    });
}

Result<ImplicitTicket> Applications::implicit(db::Db& db, const Context& context, std::string_view client_id) {
    const auto found = store::by_client_id(db, client_id);
    if (!found || found->application.client_id != client_id) return wrong();
    const auto& application = found->application;
    if (application.disabled_at) return wrong();
    if (!application.may(publishable)) {  // for the log; the caller is told what all others are
        return refuse(Why::application_secret_wrong, {}, "application " + std::to_string(application.no.value) + " is not publishable");
    }
    const auto& settings = realms_.get(db, context.now, application.realm, found->realm_version)->settings;
    const auto expires_at = context.now + settings.application_access_life;
    return ImplicitTicket{
        .access = Secret(crypto::write_token(keys_, context.now,
                                             {.kind = TokenKind::implicit_access, .realm = application.realm,
                                              .id = uuid_v4(rng_), .generation = 1, .expires_at = expires_at,
                                              .application = application.no})),
        .access_expires_at = expires_at};
}

Result<IssuedTicket> Applications::refresh(db::Db& db, Context context, const Secret& refresh_token, std::optional<Client> client) {
    const auto token = crypto::read_token(keys_, refresh_token.reveal());
    if (!token || token->kind != TokenKind::application_refresh || context.now >= token->expires_at) return wrong();
    const ApplicationTokenId id{token->id};
    auto found = store::by_token(db, token->realm, id);
    if (!found || found->grant->generation < token->generation) {
        if (auto again = store::by_token_causally(db, token->realm, id)) found = again;
    }
    if (!found || found->application.disabled_at) return wrong();
    if (client && (client->id != found->application.client_id || !secret_fits(*found, client->secret))) return wrong();
    context = within(context, *found);
    const auto grace = realms_.get(db, context.now, context.realm, found->realm_version)->settings.refresh_grace;
    if (judge_refresh(*found->grant, token->generation, context.now, grace) == Verdict::refused) return wrong();
    return db.transact([&](db::Tx& tx) -> Result<IssuedTicket> {
        if (store::rotate(tx, *found->grant, token->generation, context.now)) {
            Grant next = *found->grant;
            next.generation = token->generation + 1;
            next.rotated_at = context.now;
            events_.write(tx, context, {.name = events::Name::application_ticket_issued, .reason = "refresh"});
            return tokens(context, next);
        }
        const auto there = store::by_token_locked(tx, token->realm, id);
        const auto verdict = there ? judge_refresh(*there->grant, token->generation, context.now, grace) : Verdict::refused;
        if (verdict == Verdict::grace) return tokens(context, *there->grant);
        if (verdict == Verdict::reuse) {
            store::remove_grant(tx, token->realm, id);
            events_.write(tx, context, {.name = events::Name::application_ticket_refused, .success = false, .reason = "reuse"});
        }
        return wrong();
    });
}

Result<void> Applications::end(db::Db& db, Context context, const Secret& refresh_token) {
    const auto token = crypto::read_token(keys_, refresh_token.reveal());
    if (!token || token->kind != TokenKind::application_refresh || context.now >= token->expires_at) {
        return refuse(Why::unknown_item, "refreshToken");
    }
    context.realm = token->realm;
    context.application = token->application;
    return db.transact([&](db::Tx& tx) -> Result<void> {
        if (!store::remove_grant(tx, token->realm, ApplicationTokenId{token->id})) return refuse(Why::unknown_item, "refreshToken");
        events_.write(tx, context, {.name = events::Name::application_ticket_ended});
        return {};
    });
}

Result<Applications::Checked> Applications::check(db::Db& db, Time now, std::string_view access_token) {
    const auto token = crypto::read_token(keys_, access_token);
    if (!token || token->kind != TokenKind::application_access || now >= token->expires_at) return refuse(Why::application_unknown);
    const ApplicationTokenId id{token->id};
    if (kept_.size() > most_kept) kept_.clear();
    auto& kept = kept_[token->id];
    const bool fresh = kept.live && kept.read_at <= now && now - kept.read_at < memory && kept.grant.generation >= token->generation;
    if (!fresh) {
        auto found = store::by_token(db, token->realm, id);
        if (!found || found->grant->generation < token->generation) {
            if (auto again = store::by_token_causally(db, token->realm, id)) found = again;
        }
        if (!found) {
            kept_.erase(token->id);
            return refuse(Why::application_unknown);
        }
        kept = {.application = found->application, .grant = *found->grant, .realm_version = found->realm_version,
                .live = true, .read_at = now};
    }
    const auto& grant = kept.grant;
    const bool current = grant.min_generation <= token->generation && token->generation <= grant.generation;
    if (!current || kept.application.disabled_at || now >= grant.lifetimes.ends_at) return refuse(Why::application_unknown);
    return Checked{.application = kept.application,
                   .realm = realms_.get(db, now, token->realm, fresh ? std::nullopt : std::optional(kept.realm_version)),
                   .token_expires_at = token->expires_at,
                   .created_at = grant.created_at};
}

Result<Applications::Checked> Applications::check_or_implicit(db::Db& db, Time now, std::string_view access_token) {
    const auto token = crypto::read_token(keys_, access_token);
    if (token && token->kind == TokenKind::implicit_access) return check_publishable(db, now, *token);
    return check(db, now, access_token);
}

Result<Applications::Checked> Applications::check_publishable(db::Db& db, Time now, const Token& token) {
    if (now >= token.expires_at) return refuse(Why::application_unknown);
    if (seen_.size() > most_kept) seen_.clear();
    auto& seen = seen_[{token.realm.value, token.application.value}];
    const bool fresh = seen.application && seen.read_at <= now && now - seen.read_at < memory;
    if (!fresh) {
        const auto found = store::by_number(db, token.realm, token.application);
        seen = {.read_at = now};
        if (found) seen = {.application = found->application, .realm_version = found->realm_version, .read_at = now};
    }
    if (!seen.application || !seen.application->may(publishable) || seen.application->disabled_at) return refuse(Why::application_unknown);
    return Checked{.application = *seen.application,
                   .realm = realms_.get(db, now, token.realm, fresh ? std::nullopt : std::optional(seen.realm_version)),
                   .token_expires_at = token.expires_at,
                   .implicit = true};
}

Result<PublishableToken> Applications::publishable_token(db::Session& session, const Context& context, RealmNo realm,
                                                         std::string_view client_id) {
    for (auto& each : store::list(session, realm)) {
        if (!client_id.empty() && each.client_id != client_id) continue;
        if (!each.may(publishable) || each.disabled_at) continue;
        auto token = Secret(crypto::write_token(keys_, context.now,
                                                {.kind = TokenKind::publishable, .realm = realm, .generation = 1,
                                                 .expires_at = never, .application = each.no}));
        return PublishableToken{.token = std::move(token), .application = std::move(each)};
    }
    return refuse(Why::unknown_item, "client id");
}

Result<GuestTicket> Applications::guest(db::Db& db, const Context& context, const Secret& publishable_token) {
    const auto token = crypto::read_token(keys_, publishable_token.reveal());
    if (!token || token->kind != TokenKind::publishable) return wrong();
    const auto found = store::by_number(db, token->realm, token->application);
    if (!found || !found->application.may(publishable) || found->application.disabled_at) return wrong();
    const auto expires_at = context.now + guest_life;
    return GuestTicket{.access = Secret(crypto::write_token(keys_, context.now,
                                                            {.kind = TokenKind::guest_access, .realm = token->realm,
                                                             .id = uuid_v4(rng_), .generation = 1, .expires_at = expires_at,
                                                             .application = token->application})),
                       .access_expires_at = expires_at};
}

Result<Applications::Checked> Applications::check_guest(db::Db& db, Time now, std::string_view access_token) {
    const auto token = crypto::read_token(keys_, access_token);
    if (!token || token->kind != TokenKind::guest_access) return refuse(Why::application_unknown);
    return check_publishable(db, now, *token);
}

Added Applications::add(db::Db& db, const Context& context, RealmNo realm, std::string name, Behaviours behaviours,
                        std::string client_id) {
    // Nobody signs an operator in, or sets a password there, by a key.
    if (realms_.newest(db, context.now, realm)->kind != realms::Kind::shop) throw Fault("applications are of shops only");
    Context own = context;
    own.realm = realm;
    Added added{.application = {.realm = realm, .client_id = std::move(client_id), .name = std::move(name),
                                .behaviours = behaviours, .created_at = context.now},
                .secret = Secret(base64url(rng_.bytes<32>()))};
    if (added.application.client_id.empty()) added.application.client_id = hex(uuid_v4(rng_));
    const auto hash = crypto::sha256(as_bytes(added.secret.reveal()));
    return db.transact([&](db::Tx& tx) {
        added.application.no = store::insert(tx, added.application, hash);
        own.application = added.application.no;
        events_.write(tx, own, {.name = events::Name::application_added, .actor = "command"});
        return added;
    });
}

Result<void> Applications::disable(db::Db& db, const Context& context, RealmNo realm, std::string_view client_id, bool disabled) {
    Context own = context;
    own.realm = realm;
    return db.transact([&](db::Tx& tx) -> Result<void> {
        const auto at = disabled ? std::optional(context.now) : std::nullopt;
        if (!store::set_disabled(tx, realm, client_id, at)) return refuse(Why::unknown_item, "client id");
        if (disabled) store::remove_grants(tx, realm, client_id);  // for good: enabling brings no ticket back
        events_.write(tx, own, {.name = disabled ? events::Name::application_disabled : events::Name::application_enabled,
                                .actor = "command", .details = Json::object({{"clientId", client_id}})});
        return {};
    });
}

std::vector<Application> Applications::list(db::Session& session, RealmNo realm) { return store::list(session, realm); }

}  // namespace authtickets::applications
