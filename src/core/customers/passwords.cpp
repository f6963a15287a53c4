// SPDX-License-Identifier: MIT
// Customers' passwords and locks: changed by their owner, set by others, demanded, locked and unlocked.
#include <authtickets/core/customers.h>

#include <authtickets/core/one_time.h>
#include <authtickets/text/names.h>

namespace authtickets::customers {
namespace {

using events::actor;
using events::Name;

AccountNo account_of(const logins::Login& login, const PasswordChange& change) {
    return change.account != AccountNo{} ? change.account : login.account ? login.account->no : AccountNo{};
}

}  // namespace

// A user is asked by what he signs in with here; of one who has a login of another profile only there is none.
std::optional<logins::Login> Customers::login_of(db::Session& session, const Context& context, const PasswordChange& change) {
    if (change.account != AccountNo{}) return logins_.of_account(session, context.realm, change.account, change.user);
    auto login = change.user ? logins_.of_user(session, context.realm, *change.user) : std::nullopt;
    if (login && login->profile != logins::default_profile) login.reset();
    return login;
}

void Customers::tell_password_set(db::Tx& tx, const Context& context, const logins::Login& login, AccountNo account, const PasswordChange& change) {
    users_.raise_epoch(tx, context, login.user);  // TK6
    if (change.unlock) {
        logins_.unlock(tx, context, login, actor(context));
        if (login.blocked_at || login.locked_at) tell_locked(tx, context, account, false);
    }
    if (account != AccountNo{}) accounts_.note(tx, context, account, "Password changed");
    codes_.end(tx, context.realm, login.user);
    links_.end(tx, context.realm, login.user);
    if (change.as_reset) {
        users_.forgive_failures(tx, context, login.user);
        codes_.open_again(tx, context.realm, login.user);
        one_time::remove(tx, context.realm, login.user);
        if (devices_.forget(tx, context, login.user) != 0) {
            events_.write(tx, context, {.name = Name::trust_removed, .reason = "reset", .actor = actor(context), .user = login.user, .account = account});
        }
    }
    const bool by_staff = !context.user.empty() && context.user != login.user;
    const auto event = events_.write(tx, context, {.name = Name::password_changed, .reason = by_staff ? "staff" : "", .factor = "password",
                                                   .actor = actor(context), .user = login.user, .account = account});
    outbox_.add(tx, context, {.event = Name::password_changed, .event_id = event, .user = login.user, .account = account,
                              .user_name = login.user_name});
}

Result<std::string> Customers::sealed_change(const Context& context, const logins::Login& login, const PasswordChange& change,
                                             const logins::HashGate::Place* place) {
    if (change.foreign) return logins_.sealed(context, login.id, login.user, *change.foreign, place);
    return logins_.sealed(context, login.id, login.user, *change.fresh, place);
}

Result<void> Customers::judge_change(db::Db& db, const Context& context, const realms::Realm& realm, const logins::Login& login,
                                     PasswordChange& change) {
    if (change.foreign) return {};
    if (!change.fresh || change.fresh->empty()) return refuse(Why::missing_parameter, "newPassword");
    auto normal = text::nfc(change.fresh->reveal());
    if (!normal) return refuse(Why::bad_parameter, "password", "must be UTF-8");
    change.fresh = Secret(std::move(*normal));
    const std::string email = login.account ? login.account->profile.email : login.email ? login.email->value : std::string();
    return logins_.judge(db, context, realm.settings, *change.fresh, context_words(realm, login.user_name, email),
                         strong_factor(login));
}

Result<void> Customers::change_password(db::Db& db, const Context& context, const realms::Realm& realm, const PasswordChange& given) {
    if (!given.current || given.current->empty()) return refuse(Why::missing_parameter, "oldPassword");
    auto change = given;
    const auto login = login_of(db, context, change);
    if (!login) return refuse(Why::unknown_item, "accountId");
    const auto account = account_of(*login, change);
    // What is demanded is another one. Both were given by the caller, so this tells nothing.
    if (login->password_change_required && change.fresh && change.fresh->reveal() == change.current->reveal()) {
        return refuse(Why::bad_parameter, "newPassword", "must be another password");
    }
    // The rule is judged first: a refusal by it has compared nothing and counts nothing (TH7).
    if (auto fine = judge_change(db, context, realm, *login, change); !fine) return fine;
    const auto& settings = realm.settings;
    auto place = logins_.enter();
    if (!place) return refuse(place.error());
    if (auto charged = throttle_.charge_address(db, context, settings); !charged) return charged;
    const auto attempt = logins_.attempt(*place, db, context, settings, *login, *change.current, change.unlock);
    if (!attempt) {
        throttle_.refund_address(db, context, settings);  // TH7
        return refuse(attempt.error());
    }
    Result<std::string> sealed;
    if (attempt->matched) {
        sealed = sealed_change(context, *login, change, &*place);
        if (!sealed) {
            logins_.give_back(db, context, *attempt);
            throttle_.refund_address(db, context, settings);
            return refuse(sealed.error());
        }
    }
    const auto done = db.transact([&](db::Tx& tx) -> Result<void> {
        if (attempt->matched && logins_.change_password(tx, context, *attempt, *sealed, change.foreign.has_value(), change.unlock)) {
            tell_password_set(tx, context, *login, account, change);
            return {};
        }
        logins_.settle_failed(tx, context, settings, *attempt);
        events_.write(tx, context, {.name = Name::password_change_failed, .success = false,
                                    .reason = !attempt->admitted ? "locked" : attempt->matched ? "overtaken" : "wrong_password",
                                    .factor = "password", .actor = actor(context), .user = login->user, .account = account});
        return refuse(Why::password_wrong);
    });
    if (done) throttle_.refund_address(db, context, settings);
    return done;
}

Result<void> Customers::set_password(db::Db& db, const Context& context, const realms::Realm& realm, const PasswordChange& given) {
    auto change = given;
    const auto login = login_of(db, context, change);
    if (!login) return refuse(Why::unknown_item, "accountId");
    // One's own is changed with the one before, or who finds a session open takes the login over (PW12).
    if (!context.user.empty() && context.user == login->user) return refuse(Why::forbidden);
    if (auto fine = judge_change(db, context, realm, *login, change); !fine) return fine;
    const auto sealed = sealed_change(context, *login, change);
    if (!sealed) return refuse(sealed.error());
    return db.transact([&](db::Tx& tx) -> Result<void> {
        const bool set = change.as_reset ? logins_.reset_password(tx, context, *login, *sealed)
                                         : logins_.set_password(tx, context, *login, *sealed, change.foreign.has_value());
        if (!set) {
            return refuse(Why::bad_parameter, "newPassword", "came second: the password was changed in the same moment");
        }
        tell_password_set(tx, context, *login, account_of(*login, change), change);
        return {};
    });
}

std::vector<Result<void>> Customers::change_passwords(db::Db& db, const Context& context, const realms::Realm& realm,
                                                      std::span<const PasswordChange> changes) {
    std::vector<Result<void>> out;
    out.reserve(changes.size());
    for (const auto& change : changes) {
        out.push_back(change.current ? change_password(db, context, realm, change) : set_password(db, context, realm, change));
    }
    return out;
}

// --- Locks

void Customers::tell_locked(db::Tx& tx, const Context& context, AccountNo account, bool locked) {
    accounts_.note(tx, context, account, locked ? "Login locked" : "Login unlocked",
                   {{.path = "locked", .old_value = locked ? "false" : "true", .new_value = locked ? "true" : "false"}});
}

Result<logins::State> Customers::login_state(db::Session& session, const Context& context, const realms::Realm& realm, AccountNo no,
                                             std::optional<UserId> user) {
    auto login = logins_.of_account(session, realm.no, no, user);
    if (!login) return refuse(Why::unknown_item, "accountId");
    return logins_.state(std::move(*login), context.now, realm.settings);
}

Result<logins::State> Customers::login_state(db::Session& session, const Context& context, const realms::Realm& realm,
                                             std::string_view name) {
    auto state = logins_.find(session, context.now, realm.settings, realm.no, name);
    if (!state) return refuse(Why::unknown_item, "userName");
    return std::move(*state);
}

Result<void> Customers::set_locked(db::Db& db, const Context& context, AccountNo no, std::optional<UserId> user, bool locked) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        // Of two at once the second reads what the first has done, and tells nobody again.
        if (auto account = accounts_.get_locked(tx, context.realm, no, user); !account) return refuse(account.error());
        const auto login = logins_.of_account(tx, context.realm, no, user);
        if (!login) return refuse(Why::unknown_item, "accountId");
        if (locked) logins_.block(tx, context, *login, actor(context));
        else logins_.unlock(tx, context, *login, actor(context));
        if (locked) {
            codes_.end(tx, context.realm, login->user);
        } else {
            codes_.open_again(tx, context.realm, login->user);
            one_time::open_again(tx, context.realm, login->user);
        }
        const bool was = login->blocked_at || login->locked_at;
        if (was != locked) tell_locked(tx, context, no, locked);
        return {};
    });
}

Result<void> Customers::demand_password_change(db::Db& db, const Context& context, AccountNo no, std::optional<UserId> user,
                                               bool demanded) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        const auto login = logins_.of_account(tx, context.realm, no, user);
        if (!login) return refuse(Why::unknown_item, "accountId");
        if (!logins_.demand_password_change(tx, context, *login, demanded)) return {};
        if (demanded) tickets_.end_pending(tx, context, login->user);  // a second step must not lead past the demand
        const std::string_view reason = demanded ? "demanded" : "taken_back";
        const auto event = events_.write(tx, context, {.name = Name::password_change_demanded, .reason = reason, .actor = actor(context),
                                                       .user = login->user, .account = no});
        outbox_.add(tx, context, {.event = Name::password_change_demanded, .event_id = event, .user = login->user, .account = no,
                                  .user_name = login->user_name, .reason = std::string(reason)});
        accounts_.note(tx, context, no, demanded ? "Password change demanded" : "Password change no longer demanded",
                       {{.path = "password_change_required", .old_value = demanded ? "false" : "true", .new_value = demanded ? "true" : "false"}});
        return {};
    });
}

}  // namespace authtickets::customers
