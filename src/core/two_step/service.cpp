// SPDX-License-Identifier: MIT
// Turning an authenticator app on and off. Who shows a password here is counted as at sign-in (TH1).
#include <authtickets/core/two_step.h>

#include <algorithm>

namespace authtickets::two_step {
namespace {

using events::Name;

AccountNo account_of(const logins::Login& login) { return login.account ? login.account->no : AccountNo{}; }

// A session of who had no second factor when it began lives no longer than one that begins now (TK2).
tickets::Ticket shortened(tickets::Ticket ticket, const realms::Settings& settings, Time now) {
    const auto most = tickets::session_lifetimes(settings, now, true);
    auto& lives = ticket.lifetimes;
    lives = {.access = std::min(lives.access, most.access), .refresh = std::min(lives.refresh, most.refresh), .ends_at = std::min(lives.ends_at, most.ends_at)};
    return ticket;
}

}  // namespace

Result<logins::Login> TwoStep::owner(db::Db& db, const Context& context, const tickets::Ticket& ticket) {
    auto login = logins_.of_user(db, context.realm, ticket.user, ticket.account_no);
    if (!login) return refuse(Why::ticket_invalid);
    return std::move(*login);
}

void TwoStep::tell(db::Tx& tx, const Context& context, const logins::Login& login, Name name, std::string_view actor, const std::string& reason) {
    const auto event = events_.write(tx, context, {.name = name, .reason = reason, .factor = "app", .actor = actor, .user = login.user,
                                                   .account = account_of(login)});
    outbox_.add(tx, context, {.event = name, .event_id = event, .user = login.user, .account = account_of(login),
                              .user_name = login.user_name, .reason = reason});
}

void TwoStep::forget_devices(db::Tx& tx, const Context& context, const logins::Login& login, std::string_view actor) {
    if (devices_.forget(tx, context, login.user) == 0) return;
    events_.write(tx, context, {.name = Name::trust_removed, .reason = "two_step", .actor = actor, .user = login.user, .account = account_of(login)});
}

// Of the session's owner, who is asked again. A wrong one counts and locks as it does at the door.
Result<void> TwoStep::show_password(db::Db& db, const Context& context, const realms::Realm& realm, const logins::Login& login,
                                    const Secret& password) {
    const auto& settings = realm.settings;
    const auto place = logins_.enter();
    if (!place) return refuse(place.error());
    if (auto charged = throttle_.charge_address(db, context, settings); !charged) return charged;
    const auto attempt = logins_.attempt(*place, db, context, settings, login, password, false);
    if (!attempt) {
        throttle_.refund_address(db, context, settings);  // TH7
        return refuse(attempt.error());
    }
    const auto right = db.transact([&](db::Tx& tx) -> Result<void> {
        if (attempt->matched && logins_.settle_right(tx, context, *attempt, false)) return {};
        logins_.settle_failed(tx, context, settings, *attempt);
        events_.write(tx, context, {.name = Name::stepup_failure, .success = false,
                                    .reason = !attempt->admitted ? "locked" : attempt->matched ? "overtaken" : "wrong_password",
                                    .factor = "password", .actor = "user", .user = login.user, .account = account_of(login)});
        return refuse(Why::password_wrong);
    });
    if (right) throttle_.refund_address(db, context, settings);
    return right;
}

// A code of the owner's app beside the password. What was charged is given back by consume(), or by give_back().
Result<totp::Attempt> TwoStep::show_app(db::Db& db, const Context& context, const realms::Realm& realm, const logins::Login& login,
                                        const tickets::Ticket& ticket, std::string_view code) {
    auto attempt = totp_.attempt(db, context, realm.settings, login.user, code);
    if (attempt.right) return attempt;
    const bool paused = attempt.pauses() || attempt.reason == totp::Reason::paused, blocked = attempt.blocks();
    db.transact([&](db::Tx& tx) {
        const auto fails = [&](Name name, std::string_view reason) {
            events_.write(tx, context, {.name = name, .success = false, .reason = reason, .factor = "app", .actor = "user", .user = login.user,
                                        .account = account_of(login), .ticket = ticket.id});
        };
        fails(Name::stepup_failure, totp::name(attempt.reason));
        if (attempt.pauses() || blocked) fails(Name::second_step_paused, blocked ? "blocked" : "paused");
        return true;
    });
    Refusal told{.why = Why::code_wrong, .field = "code", .text = std::string(blocked ? "blocked" : paused ? "paused" : totp::name(attempt.reason))};
    const auto until = attempt.charge.paused_until;
    if (paused && !blocked && until && *until > context.now) told.retry_after = std::chrono::ceil<Seconds>(*until - context.now);
    return refuse(std::move(told));
}

Result<Begun> TwoStep::begin(db::Db& db, const Context& context, const realms::Realm& realm, const tickets::Ticket& ticket) {
    const auto login = owner(db, context, ticket);
    if (!login) return refuse(login.error());
    if (!customers::fresh(ticket, *login, context.now, realm.settings.step_up_window)) return refuse(Why::step_up_required);
    return db.transact([&](db::Tx& tx) {
        const auto setup = totp_.setup(tx, context, login->user);
        if (setup.fresh) {
            events_.write(tx, context, {.name = Name::second_step_setup_started, .factor = "app", .actor = "user", .user = login->user,
                                        .account = account_of(*login)});
        }
        return Begun{.key = totp::in_groups(totp::base32(setup.secret)), .uri = totp::otpauth_uri(realm.name, login->user_name, setup.secret),
                     .expires_at = setup.expires_at};
    });
}

Result<On> TwoStep::activate(db::Db& db, const Context& context, const realms::Realm& realm, const tickets::Ticket& ticket, std::string_view code) {
    const auto login = owner(db, context, ticket);
    if (!login) return refuse(login.error());
    if (!customers::fresh(ticket, *login, context.now, realm.settings.step_up_window)) return refuse(Why::step_up_required);
    totp::Activation activation;
    auto done = db.transact_or_undo([&](db::Tx& tx) -> Result<On> {
        activation = totp_.activate(tx, context, realm.settings, login->user, code);
        if (activation.expired) return refuse(Why::link_dead, "setup");
        if (!activation.on) return refuse(Why::code_wrong, "code", std::string(totp::name(activation.reason)));
        tickets_.end_pending(tx, context, login->user);  // what waits for a code by mail would pass the app by
        forget_devices(tx, context, *login, "user");
        tell(tx, context, *login, activation.moved ? Name::second_step_moved : Name::second_step_enabled, "user");
        On on{.moved = activation.moved};
        if (!on.moved) {
            users_.note_two_step_ended(tx, context, login->user, {});
            on.codes = codes_.make(tx, context, login->user);
            events_.write(tx, context, {.name = Name::recovery_codes_created, .actor = "user", .user = login->user, .account = account_of(*login)});
        }
        if (!by_browser(ticket.door)) return on;
        auto raised = tickets_.step_up(tx, context, shortened(ticket, realm.settings, context.now), tickets::Factor::app);
        if (!raised) return refuse(raised.error());
        on.issued = std::move(*raised);
        return on;
    });
    if (!done && done.error().why == Why::code_wrong) {
        db.transact([&](db::Tx& tx) {
            events_.write(tx, context, {.name = Name::second_step_failure, .success = false, .reason = totp::name(activation.reason), .factor = "app",
                                        .actor = "user", .user = login->user, .account = account_of(*login), .ticket = ticket.id});
            return true;
        });
    }
    return done;
}

Result<void> TwoStep::turn_off(db::Db& db, const Context& context, const realms::Realm& realm, const tickets::Ticket& ticket, const Secret& password,
                               std::string_view code) {
    const auto login = owner(db, context, ticket);
    if (!login) return refuse(login.error());
    if (!login->app) return refuse(Why::unknown_item, "app");
    // X8: the stricter policy wants the other factor too, by its code or shown a moment ago.
    const bool strict = realm.settings.policy == realms::PasswordPolicy::standard;
    if (strict && code.empty() && !customers::fresh(ticket, *login, context.now, realm.settings.step_up_window)) return refuse(Why::step_up_required);
    if (auto shown = show_password(db, context, realm, *login, password); !shown) return shown;
    std::optional<totp::Attempt> app;
    if (strict && !code.empty()) {
        auto shown = show_app(db, context, realm, *login, ticket, code);
        if (!shown) return refuse(shown.error());
        app = std::move(*shown);
    }
    auto done = db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        if (app && !totp_.consume(tx, context, *app)) return refuse(Why::code_wrong, "code", "replayed");  // another was first
        if (!totp_.turn_off(tx, context, login->user)) return refuse(Why::unknown_item, "app");
        forget_devices(tx, context, *login, "user");
        tell(tx, context, *login, Name::second_step_disabled, "user");
        return {};
    });
    if (!done && app) {  // another was first: it was no wrong one
        db.transact([&](db::Tx& tx) {
            totp_.give_back(tx, context, *app);
            return true;
        });
    }
    return done;
}

Result<void> TwoStep::turn_off_for(db::Db& db, const Context& context, const logins::Login& login, std::string_view actor, const std::string& why) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        if (!totp_.turn_off(tx, context, login.user)) return refuse(Why::unknown_item, "app");
        tickets_.end_pending(tx, context, login.user);
        users_.note_two_step_ended(tx, context, login.user, context.now);
        forget_devices(tx, context, login, actor);
        const auto event = events_.write(tx, context, {.name = Name::second_step_disabled, .reason = "by_shop", .factor = "app", .actor = actor,
                                                       .user = login.user, .account = account_of(login),
                                                       .details = Json::object({{"why", why}})});
        outbox_.add(tx, context, {.event = Name::second_step_disabled, .event_id = event, .user = login.user, .account = account_of(login),
                                  .user_name = login.user_name, .reason = "by_shop"});
        return {};
    });
}

Result<recovery_codes::Set> TwoStep::new_codes(db::Db& db, const Context& context, const realms::Realm& realm, const tickets::Ticket& ticket,
                                               const Secret& password, std::string_view code) {
    const auto login = owner(db, context, ticket);
    if (!login) return refuse(login.error());
    if (!login->app) return refuse(Why::unknown_item, "app");
    if (auto shown = show_password(db, context, realm, *login, password); !shown) return refuse(shown.error());
    const auto attempt = show_app(db, context, realm, *login, ticket, code);
    if (!attempt) return refuse(attempt.error());
    auto made = db.transact_or_undo([&](db::Tx& tx) -> Result<recovery_codes::Set> {
        if (!totp_.consume(tx, context, *attempt)) return refuse(Why::code_wrong, "code", "replayed");  // another was first
        auto set = codes_.make(tx, context, login->user);
        if (!set) return refuse(Why::unknown_item, "app");  // turned off meanwhile
        tell(tx, context, *login, Name::recovery_codes_created, "user");
        return std::move(*set);
    });
    if (!made) {
        db.transact([&](db::Tx& tx) {
            totp_.give_back(tx, context, *attempt);
            return true;
        });
    }
    return made;
}

void TwoStep::confirm_saved(db::Db& db, const Context& context, const tickets::Ticket& ticket, std::uint32_t set) {
    db.transact([&](db::Tx& tx) {
        if (!codes_.confirm(tx, context, ticket.user, set)) return true;
        events_.write(tx, context, {.name = Name::recovery_saved_confirmed, .actor = "user", .user = ticket.user,
                                    .account = ticket.account_no.value_or(AccountNo{})});
        return true;
    });
}

std::optional<Time> TwoStep::ended_by_shop(db::Session& session, RealmNo realm, const UserId& user) {
    return users_.two_step_ended_at(session, realm, user);
}

void TwoStep::dismiss_ended(db::Db& db, const Context& context, const UserId& user) {
    db.transact([&](db::Tx& tx) {
        users_.note_two_step_ended(tx, context, user, {});
        return true;
    });
}

Result<void> TwoStep::end_trust(db::Db& db, const Context& context, const tickets::Ticket& ticket, const DeviceId& device) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        if (!devices_.end_trust(tx, context, ticket.user, device)) return refuse(Why::unknown_item, "device");
        events_.write(tx, context, {.name = Name::trust_removed, .reason = "ended", .actor = "user", .user = ticket.user,
                                    .account = ticket.account_no.value_or(AccountNo{})});
        return {};
    });
}

bool tells_recovery(const tickets::Ticket& ticket, const std::optional<totp::State>& state) {
    if (!ticket.used_recovery || ticket.dismissed || !state || !ticket.app_at) return false;
    const bool new_codes = state->codes_made_at && *state->codes_made_at > *ticket.app_at;
    return !new_codes && state->made_at <= *ticket.app_at;
}

}  // namespace authtickets::two_step
