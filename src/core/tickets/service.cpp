// SPDX-License-Identifier: MIT
// Tickets: issue, check, refresh with grace and reuse, anonymous, end (security TK1-TK7).
#include <authtickets/core/tickets.h>

#include <algorithm>

#include "core/tickets/store.h"

namespace authtickets::tickets {
namespace {

using crypto::Token;
using crypto::TokenKind;

bool anonymous_kind(TokenKind kind) { return kind == TokenKind::anonymous_access || kind == TokenKind::anonymous_refresh; }

}  // namespace

Issued Tickets::with_tokens(const Context& context, Ticket ticket) {
    const auto token = [&](TokenKind kind, Time expires_at) {
        return Secret(crypto::write_token(keys_, context.now,
                                          {.kind = kind, .realm = ticket.realm, .id = ticket.id.value,
                                           .generation = ticket.generation, .expires_at = expires_at}));
    };
    if (by_browser(ticket.door)) {
        auto cookie = token(TokenKind::cookie, ticket.lifetimes.ends_at);
        return {.ticket = std::move(ticket), .cookie = std::move(cookie)};
    }
    const Time access = access_expires(ticket), refresh = refresh_expires(ticket);
    // Elastic Path knows no refresh token: who has a live one asks for another.
    if (ticket.door == Door::elasticpath) {
        auto only = token(TokenKind::ticket_access, access);
        return {.ticket = std::move(ticket), .access = std::move(only), .access_expires_at = access};
    }
    return {.ticket = std::move(ticket), .access = token(TokenKind::ticket_access, access),
            .refresh = token(TokenKind::ticket_refresh, refresh), .access_expires_at = access, .refresh_expires_at = refresh};
}

Issued Tickets::issue(db::Tx& tx, const Context& context, Ticket ticket) {
    ticket.realm = context.realm;
    if (ticket.id.empty()) ticket.id = TicketId{uuid_v7(context.now, rng_)};
    ticket.door = context.door;
    ticket.application = context.application;
    ticket.created_at = ticket.rotated_at = context.now;
    ticket.address = context.address;
    ticket.browser = context.browser;
    ticket.user_epoch = ticket.epoch;
    // A pending sign-in keeps the wish; the ticket that completes it claims.
    if (ticket.state == State::full && ticket.anonymous && !store::claim_anonymous(tx, ticket, *ticket.anonymous)) ticket.anonymous.reset();
    store::insert(tx, ticket);
    return with_tokens(context, std::move(ticket));
}

// A good MAC whose row is missing or behind may have met a primary that has not caught up: read once more causally.
std::optional<Ticket> Tickets::read(db::Db& db, RealmNo realm, const Token& token) {
    auto ticket = store::get(db, realm, TicketId{token.id});
    if (ticket && ticket->generation >= token.generation) return ticket;
    if (auto again = store::get_causally(db, realm, TicketId{token.id})) return again;
    return ticket;
}

Result<Shopper> Tickets::check(db::Db& db, const Context& context, std::string_view access_token, bool for_password_update) {
    const auto token = crypto::read_token(keys_, access_token);
    if (!token || token->realm != context.realm || context.now >= token->expires_at) return refuse(Why::ticket_invalid);
    // Elastic Path knows no anonymous shopper.
    if (token->kind == TokenKind::anonymous_access && context.door != Door::elasticpath) return Shopper{.anonymous = token->user, .expires_at = token->expires_at};
    if (token->kind != TokenKind::ticket_access) return refuse(Why::ticket_invalid);
    auto ticket = read(db, context.realm, *token);
    const bool good = ticket && ticket->door == context.door && judge_access(*ticket, token->generation, context.now) == Verdict::good;
    if (!good) return refuse(Why::ticket_invalid);
    if (ticket->scope == Scope::password_update && !for_password_update) return refuse(Why::forbidden);
    return Shopper{.ticket = std::move(ticket), .expires_at = token->expires_at};
}

Result<Ticket> Tickets::session(db::Db& db, const Context& context, std::string_view cookie) {
    const auto token = crypto::read_token(keys_, cookie);
    const bool ours = token && token->kind == TokenKind::cookie && token->realm == context.realm;
    if (!ours || context.now >= token->expires_at) return refuse(Why::ticket_invalid);
    auto ticket = read(db, context.realm, *token);
    const bool good = ticket && ticket->door == context.door && judge_access(*ticket, token->generation, context.now) == Verdict::good;
    if (!good || !session_alive(*ticket, context.now)) return refuse(Why::ticket_invalid);
    note_seen(db, context, *ticket);
    return std::move(*ticket);
}

void Tickets::note_seen(db::Db& db, const Context& context, Ticket& ticket) {
    if (context.now - seen_at(ticket) < seen_rests) return;
    db.transact([&](db::Tx& tx) {  // which is tried again where two primaries meet in the row
        store::seen(tx, ticket, context.now);
        return true;
    });
    ticket.last_seen_at = context.now;
}

Result<Admitted> Tickets::admit(db::Db& db, const Context& context, const Token& token) {
    const TicketId id{token.id};
    auto who = store::admitted(db, token.realm, id);
    if (!who || who->ticket.generation < token.generation) {  // as read() does
        if (auto again = store::admitted_causally(db, token.realm, id)) who = std::move(again);
    }
    if (!who) return refuse(Why::ticket_invalid);
    auto& ticket = who->ticket;
    const bool cookie = token.kind == TokenKind::cookie;
    const bool of_kind = cookie ? ticket.door == Door::pages : token.kind == TokenKind::ticket_access && !by_browser(ticket.door);
    const bool good = of_kind && ticket.state == State::full && judge_access(ticket, token.generation, context.now) == Verdict::good;
    if (!good || (cookie && !session_alive(ticket, context.now))) return refuse(Why::ticket_invalid);
    if (cookie) note_seen(db, context, ticket);
    return std::move(*who);
}

Result<Token> Tickets::read_refresh(const Context& context, const Secret& text) {
    auto token = crypto::read_token(keys_, text.reveal());
    const bool kind = token && (token->kind == TokenKind::ticket_refresh || token->kind == TokenKind::anonymous_refresh);
    if (!kind || token->realm != context.realm || context.now >= token->expires_at) return refuse(Why::unknown_item, "refreshToken");
    return *token;
}

Result<Issued> Tickets::refresh(db::Db& db, const Context& context, const realms::Realm& realm, const Token& token,
                                std::optional<AccountNo> account) {
    const Seconds grace = realm.settings.refresh_grace;
    const auto judge = [&](const std::optional<Ticket>& ticket) {
        if (!ticket || ticket->door != context.door) return Verdict::refused;
        return judge_refresh(*ticket, token.generation, context.application, context.now, grace);
    };
    auto ticket = read(db, context.realm, token);
    if (ticket && endangers_successor(*ticket, context.application, context.now, grace)) end_successor(db, context, *ticket);
    if (judge(ticket) == Verdict::refused) return refuse(Why::unknown_item, "refreshToken");
    if (account && account != ticket->account_no && judge(ticket) == Verdict::good) {
        // A pending one would begin anew with its count of spent codes (TK7).
        if (ticket->state != State::full) return refuse(Why::forbidden, "accountId");
        return moved(db, context, realm, std::move(*ticket), *account);
    }
    // From here on the row decides, not what was read: of two callers with one token, one rotates, the other
    // reads the row again under its lock and is judged by what it says then.
    return db.transact([&](db::Tx& tx) -> Result<Issued> {
        const auto event = [&](events::Name name, bool success) {
            events_.write(tx, context, {.name = name, .success = success, .actor = "user", .user = ticket->user,
                                        .account = ticket->account_no.value_or(AccountNo{}), .ticket = ticket->id});
        };
        if (store::rotate(tx, *ticket, token.generation, context.now)) {
            Ticket next = *ticket;
            next.generation = token.generation + 1;
            next.rotated_at = context.now;
            event(events::Name::ticket_refreshed, true);
            return with_tokens(context, std::move(next));
        }
        auto now_there = store::get_locked(tx, context.realm, ticket->id);
        switch (judge(now_there)) {
            case Verdict::grace:
                event(events::Name::refresh_grace, true);
                return with_tokens(context, std::move(*now_there));
            case Verdict::reuse:
                store::end(tx, context.realm, ticket->id, End::reuse, context.now);
                event(events::Name::refresh_reuse, false);
                break;
            case Verdict::good:  // unreachable: the row is locked and the guard just failed on it
            case Verdict::refused: break;
        }
        return refuse(Why::unknown_item, "refreshToken");
    });
}

std::vector<Ticket> Tickets::pending_of(db::Session& session, const Context& context, const UserId& user, unsigned most) {
    auto found = store::pending_of(session, context, user, most);
    std::erase_if(found, [&](const Ticket& ticket) { return !alive(ticket, context.now); });
    return found;
}

bool Tickets::complete(db::Tx& tx, const Context& context, const TicketId& id) { return store::complete(tx, context.realm, id); }

Result<Issued> Tickets::step_up(db::Tx& tx, const Context& context, Ticket ticket, Factor factor, bool by_recovery) {
    const bool app = factor == Factor::app;
    const bool stepped = app ? store::step_up_by_app(tx, ticket, by_recovery, context.now) : store::step_up(tx, ticket, factor, context.now);
    if (!stepped) return refuse(Why::ticket_invalid);
    ++ticket.generation;
    ticket.min_generation = ticket.generation;
    ticket.rotated_at = context.now;
    (app ? ticket.app_at : factor == Factor::sms ? ticket.sms_at : ticket.email_at) = context.now;
    if (app) ticket.used_recovery = by_recovery;
    return with_tokens(context, std::move(ticket));
}

Result<Issued> Tickets::step_up_by_password(db::Tx& tx, const Context& context, Ticket ticket) {
    if (!store::step_up_by_password(tx, ticket, context.now)) return refuse(Why::ticket_invalid);
    ++ticket.generation;
    ticket.min_generation = ticket.generation;
    ticket.rotated_at = context.now;
    ticket.password_at = context.now;
    return with_tokens(context, std::move(ticket));
}

bool Tickets::code_spent(db::Db& db, const Context& context, const TicketId& id) {
    return store::code_spent(db, context, id, most_spent_codes);
}

bool Tickets::app_tried(db::Db& db, const Context& context, const TicketId& id) {
    return store::app_tried(db, context, id, most_app_tries);
}

// Follows the moves from one account to the next, and ends what lives.
void Tickets::end_successor(db::Db& db, const Context& context, Ticket old) {
    constexpr int most_moves = 100;
    db.transact([&](db::Tx& tx) {
        for (int i = 0; i < most_moves && old.successor; ++i) {
            const auto next = store::get_locked(tx, context.realm, *old.successor);
            if (!next) return false;
            if (store::end(tx, context.realm, next->id, End::reuse, context.now)) {
                events_.write(tx, context, {.name = events::Name::refresh_reuse, .success = false, .reason = "moved", .actor = "user",
                                            .user = next->user, .account = next->account_no.value_or(AccountNo{}), .ticket = next->id});
            }
            old = *next;
        }
        return true;
    });
}

// Another account of the same user: a ticket of its own; the one it grew from ends (docs/decisions.md).
Result<Issued> Tickets::moved(db::Db& db, const Context& context, const realms::Realm& realm, Ticket from, AccountNo to) {
    return db.transact([&](db::Tx& tx) -> Result<Issued> {
        auto account = accounts_.get(tx, context.realm, to, from.user);
        if (!account || !account->active) return refuse(Why::forbidden, "accountId");
        const TicketId successor{uuid_v7(context.now, rng_)};
        if (!store::replace(tx, context.realm, from.id, from.generation, successor, context.now)) {
            return refuse(Why::unknown_item, "refreshToken");
        }
        Ticket next{.id = successor, .state = from.state, .owes = from.owes, .user = from.user, .account_no = to, .login = from.login, .epoch = from.epoch,
                    .lifetimes = lifetimes(realm.settings, context.now, from.lifetimes.access, from.lifetimes.refresh),
                    .password_at = from.password_at, .app_at = from.app_at, .email_at = from.email_at, .sms_at = from.sms_at,
                    .used_recovery = from.used_recovery, .fingerprint = from.fingerprint, .fingerprint_key = from.fingerprint_key, .region = from.region,
                    .account = *account};
        next.lifetimes.ends_at = from.lifetimes.ends_at;
        auto issued = issue(tx, context, std::move(next));
        events_.write(tx, context, {.name = events::Name::ticket_refreshed, .reason = "moved", .actor = "user", .user = from.user,
                                    .account = to, .ticket = issued.ticket.id});
        return issued;
    });
}

Anonymous Tickets::anonymous_tokens(const Context& context, const realms::Settings& settings, UserId user, const Uuid& session) {
    const Time ends_at = time_of(session) + settings.anonymous_life;
    const Time access = std::min<Time>(context.now + settings.access_life, ends_at);
    const auto token = [&](TokenKind kind, Time expires_at) {
        return Secret(crypto::write_token(keys_, context.now, {.kind = kind, .realm = context.realm, .id = session,
                                                               .expires_at = expires_at, .user = user,
                                                               .application = context.application}));
    };
    return {.user = user, .session = session, .application = context.application,
            .access = token(TokenKind::anonymous_access, access), .refresh = token(TokenKind::anonymous_refresh, ends_at),
            .access_expires_at = access, .refresh_expires_at = ends_at};
}

Anonymous Tickets::anonymous(const Context& context, const realms::Settings& settings) {
    return anonymous_tokens(context, settings, UserId{uuid_v4(rng_)}, uuid_v7(context.now, rng_));
}

Result<Anonymous> Tickets::refresh_anonymous(const Context& context, const realms::Settings& settings, const Token& token) {
    if (!anonymous_kind(token.kind) || token.application != context.application) return refuse(Why::unknown_item, "refreshToken");
    // The realm may have shortened the life since the token was made.
    if (context.now >= time_of(token.id) + settings.anonymous_life) return refuse(Why::unknown_item, "refreshToken");
    return anonymous_tokens(context, settings, token.user, token.id);
}

std::optional<UserId> Tickets::anonymous_of(const Context& context, std::string_view access_token) {
    const auto token = crypto::read_token(keys_, access_token);
    const bool live = token && token->kind == TokenKind::anonymous_access && token->realm == context.realm &&
                      context.now < token->expires_at;
    return live ? std::optional(token->user) : std::nullopt;
}

Result<void> Tickets::end(db::Db& db, const Context& context, const TicketId& id, End reason) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        const auto ticket = store::get(tx, context.realm, id);
        if (!ticket || !store::end(tx, context.realm, id, reason, context.now)) return refuse(Why::unknown_item);
        const bool out = by_browser(context.door) && reason == End::signed_out;
        events_.write(tx, context, {.name = out ? events::Name::signout : events::Name::ticket_ended,
                                    .actor = by_browser(context.door) ? "user" : "application",
                                    .user = ticket->user, .account = ticket->account_no.value_or(AccountNo{}), .ticket = id});
        return {};
    });
}

std::vector<Ticket> Tickets::sessions(db::Session& session, RealmNo realm, const UserId& user, Time now, unsigned most) {
    auto found = store::sessions(session, realm, user, now, most);
    std::erase_if(found, [&](const Ticket& ticket) { return !session_alive(ticket, now); });
    return found;
}

Result<void> Tickets::end_session(db::Db& db, const Context& context, const UserId& user, const TicketId& id) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        const auto ticket = store::get(tx, context.realm, id);
        const bool lives = ticket && ticket->user == user && session_alive(*ticket, context.now);
        if (!lives || !store::end_of_user(tx, context.realm, user, id, context.now)) return refuse(Why::unknown_item, "session");
        events_.write(tx, context, {.name = events::Name::session_ended, .reason = "one", .actor = "user", .user = user,
                                    .account = ticket->account_no.value_or(AccountNo{}), .ticket = id});
        return {};
    });
}

unsigned Tickets::end_others(db::Db& db, const Context& context, const UserId& user, AccountNo account, const std::optional<TicketId>& keep) {
    return db.transact([&](db::Tx& tx) {
        const auto ended = static_cast<unsigned>(store::end_others(tx, context.realm, user, keep.value_or(TicketId{}), context.now));
        store::remove_pending(tx, context.realm, user);
        if (ended == 0) return ended;
        events_.write(tx, context, {.name = events::Name::session_ended, .reason = keep ? "others" : "all", .actor = "user", .user = user,
                                    .account = account, .ticket = keep.value_or(TicketId{}), .details = Json::object({{"ended", ended}})});
        return ended;
    });
}

void Tickets::dismiss(db::Db& db, const Context& context, const TicketId& id) {
    db.transact([&](db::Tx& tx) {
        store::dismiss(tx, context.realm, id);
        return true;
    });
}

bool Tickets::adopt_epoch(db::Tx& tx, const Context&, const Ticket& ticket) { return store::adopt_epoch(tx, ticket); }

void Tickets::end_pending(db::Tx& tx, const Context& context, const UserId& user) { store::remove_pending(tx, context.realm, user); }

void Tickets::remove_of_user(db::Tx& tx, const Context& context, const UserId& user) {
    store::remove_of_user(tx, context.realm, user);
}

}  // namespace authtickets::tickets
