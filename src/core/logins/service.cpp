// SPDX-License-Identifier: MIT
// Passwords checked by admit, hash, settle; names taken; locks and blocks given and cleared.
#include <authtickets/core/logins.h>

#include <algorithm>

#include <authtickets/crypto/seal.h>
#include <authtickets/text/common_passwords.h>
#include <authtickets/text/names.h>

#include "core/logins/store.h"

namespace authtickets::logins {
namespace {

crypto::Place password_place(RealmNo realm, const LoginId& login, const UserId& user) {
    return {.table = "logins", .column = "password", .realm = realm, .row = login.value, .user = user.value};
}

// The text that is hashed: NFC, whole (PW2). What is no UTF-8 can match nothing that was ever set.
Secret normal(const Secret& password) { return Secret(text::nfc(password.reveal()).value_or(std::string(password.reveal()))); }

constexpr std::size_t most_password_bytes = 1024;  // PW1
constexpr std::size_t least_at_freshcom = 8;

// The account that an event about the login is also filed under: the one it was looked up with.
AccountNo account_of(const Login* login) { return login && login->account ? login->account->no : AccountNo{}; }

// An admitted attempt that comes to no comparison, for want of a slot or by a fault, is given back: it showed no wrong
// password (TH7). Where the database is away too, the charge lapses by itself.
class Charge {
public:
    Charge(db::Db& db, const Context& context, const Login* login) : db_(db), context_(context), login_(login) {}
    Charge(const Charge&) = delete;
    Charge& operator=(const Charge&) = delete;
    ~Charge() {
        if (!login_) return;
        try {
            store::settle_uncounted(db_, context_, login_->id);
        } catch (const std::exception&) {  // a destructor may not throw, and the caller hears of the first fault
        }
    }
    void keep() { login_ = nullptr; }

private:
    db::Db& db_;
    const Context& context_;
    const Login* login_;
};

}  // namespace

struct Logins::Compared {
    bool right = false;
    Secret derived{};
    std::optional<std::string> rehashed{};
};

// Right when the password is the login's; unknown, passwordless and not admitted ones cost the same and are not.
Result<Logins::Compared> Logins::matches(const HashGate::Place& place, const Context& context, const Login* login, const Secret& password) {
    std::optional<Secret> stored;
    if (login && !login->sealed_password.empty()) {
        stored = crypto::unseal(keys_, crypto::Purpose::password, password_place(context.realm, login->id, login->user),
                                login->sealed_password);
        if (!stored) throw Fault("a stored password does not open: wrong key file, or a row that was changed");
    }
    crypto::Derived derived;
    const auto ran = gate_.run(place, [&] { derived = stored ? crypto::derive_stored(password, *stored) : crypto::derive_decoy(password, cost_); });
    if (!ran) return refuse(ran.error());
    Compared compared{.right = derived.match, .derived = std::move(derived.value)};
    const bool moved = compared.right && !crypto::cut_off(password, *stored) && (crypto::needs_rehash(*stored, cost_) || crypto::key_of(login->sealed_password) != keys_.signing(context.now));
    if (moved) {
        std::optional<Secret> fresh;
        // Not worth refusing a right password for: another sign-in will do it.
        if (gate_.run(place, [&] { fresh = crypto::hash_password(password, cost_); })) {
            compared.rehashed = seal(context, login->id, login->user, *fresh);
        }
    }
    return compared;
}

// Too short to tell the password by, and enough to tell that a client repeats itself.
std::uint16_t Logins::tag_of(const Context& context, const Uuid& whose, const Secret& derived) {
    crypto::KeyId key_id{};
    const auto key = keys_.subkey_of_signer(crypto::Purpose::lookup, context.now, key_id);
    ByteWriter bytes;
    bytes.raw(as_bytes("the same wrong password "));
    bytes.number(context.realm.value);
    bytes.raw(whose.bytes);
    bytes.raw(as_bytes(derived.reveal()));
    const auto digest = crypto::hmac_sha256(key, bytes.bytes());
    return static_cast<std::uint16_t>(digest[0] << 8 | digest[1]);
}

std::string Logins::seal(const Context& context, const LoginId& login, const UserId& user, const Secret& hashed) {
    return crypto::seal(keys_, crypto::Purpose::password, context.now, rng_, password_place(context.realm, login, user), hashed);
}

Result<Attempt> Logins::attempt(const HashGate::Place& place, db::Db& db, const Context& context, const realms::Settings& settings,
                                std::string_view name, const Secret& password, std::optional<AccountNo> account,
                                const std::function<bool(const Login&)>& device_admits, ProfileNo profile, Repeats repeats) {
    if (password.size() > most_password_bytes) return refuse(Why::password_too_long, "password");
    Attempt attempt{.repeats = repeats};
    const auto normal_name = text::normal_name(name).value_or("");
    attempt.login = store::find(db, context.realm, profile, normal_name, account);
    const Login* login = attempt.login ? &*attempt.login : nullptr;
    const bool open = login && !locked(*login, settings, context.now) && !day_spent(*login, settings, context.now);
    if (open) {
        const Time released = settings.lock_release.count() == 0 ? Time{} : context.now - settings.lock_release;
        attempt.admitted = store::admit(db, context, login->id, settings.lock_attempts, released);
    } else if (login && device_admits && locked(*login, settings, context.now) && !day_spent(*login, settings, context.now)
               && device_admits(*login)) {
        attempt.admitted = attempt.by_device = true;  // charged to the device, in the place of the login
    } else {
        // The same statement count and the same durable write, spread over a pool by the name (EN2).
        store::admit_decoy(db, context.realm, crypto::sha256(as_bytes(normal_name))[0]);
    }
    const auto derived = compare(place, db, context, password, attempt);
    if (!derived) return refuse(derived.error());
    if (repeats == Repeats::once && !derived->empty()) {
        attempt.tag = tag_of(context, login ? login->id.value : decoy(context, normal_name).value, *derived);
    }
    return attempt;
}

Result<Attempt> Logins::attempt(const HashGate::Place& place, db::Db& db, const Context& context, const realms::Settings& settings,
                                Login login, const Secret& password, bool unlocking) {
    if (password.size() > most_password_bytes) return refuse(Why::password_too_long, "password");
    const bool is_locked = locked(login, settings, context.now), spent = day_spent(login, settings, context.now);
    Attempt attempt{.login = std::move(login), .beyond_lock = is_locked};
    const auto& id = attempt.login->id;
    if (spent || (is_locked && !unlocking)) {
        // Not admitted: hashed all the same, and refused.
    } else if (is_locked) {
        attempt.admitted = store::admit_beyond_lock(db, context, id, settings.lock_attempts + tries_beyond_lock);
    } else {
        const Time released = settings.lock_release.count() == 0 ? Time{} : context.now - settings.lock_release;
        attempt.admitted = store::admit(db, context, id, settings.lock_attempts, released);
    }
    if (auto compared = compare(place, db, context, password, attempt); !compared) return refuse(compared.error());
    return attempt;
}

// The hash, outside any transaction; gives what the password was derived to. What comes to no comparison is given back.
Result<Secret> Logins::compare(const HashGate::Place& place, db::Db& db, const Context& context, const Secret& password, Attempt& attempt) {
    const Login* login = attempt.admitted ? &*attempt.login : nullptr;
    Charge charge(db, context, attempt.by_device ? nullptr : login);
    auto compared = matches(place, context, login, normal(password));
    if (!compared) return refuse(compared.error());
    charge.keep();
    attempt.matched = compared->right;
    attempt.rehashed = std::move(compared->rehashed);
    return std::move(compared->derived);
}

void Logins::give_back(db::Db& db, const Context& context, const Attempt& attempt) {
    if (attempt.admitted && !attempt.by_device) store::settle_uncounted(db, context, attempt.login->id);
}

bool Logins::settle_right(db::Tx& tx, const Context& context, const Attempt& attempt, bool signs_in) {
    const auto& login = *attempt.login;
    if (attempt.by_device) return store::settle_right_beside_lock(tx, context, login, signs_in);  // its hash waits for the lock to go
    return attempt.rehashed ? store::settle_right_rehashed(tx, context, login, *attempt.rehashed, signs_in)
                            : store::settle_right(tx, context, login, signs_in);
}

// A lock, with its event and cause.
void Logins::tell_locked(db::Tx& tx, const Context& context, const Login& login) {
    const auto event = events_.write(tx, context, {.name = events::Name::account_locked, .success = false, .reason = "too_many_failures",
                                                   .factor = "password", .user = login.user, .account = account_of(&login)});
    outbox_.add(tx, context, {.event = events::Name::account_locked, .event_id = event, .user = login.user,
                              .account = account_of(&login), .user_name = login.user_name});
}

// In the place of the cause that a failure which locks writes (EN2): by chance, so that failures do not queue for one row.
void Logins::settle_decoy(db::Tx& tx, const Context& context) { store::admit_decoy(tx, context.realm, context.request_id.bytes[15]); }

// The row count of the login's statement says whether this one is counted: of two that bring the same value at once, the second
// finds the first one's tag. A value of which there is no tag counts each time. The user's row comes first, as at other doors, so
// that failures of both wait for each other and do not deadlock; what was a repetition is taken back.
void Logins::settle_once(db::Tx& tx, const Context& context, const realms::Settings& settings, const Attempt& attempt) {
    const bool wrong = attempt.admitted && !attempt.matched;
    const LoginId id = attempt.admitted ? attempt.login->id : LoginId{};
    const UserId user = wrong ? attempt.login->user : UserId{};
    users_.count_failure(tx, context, user);
    const bool counted = store::count_once(tx, context, wrong ? id : LoginId{}, attempt.tag);
    users_.take_failure_back(tx, context, counted ? UserId{} : user);
    if (store::lock(tx, context, counted ? id : LoginId{}, user, settings.lock_attempts, settings.lock_daily)) {
        tell_locked(tx, context, *attempt.login);
        return;
    }
    store::settle_repeated(tx, context, counted ? LoginId{} : id);
    settle_decoy(tx, context);
}

void Logins::settle_failed(db::Tx& tx, const Context& context, const realms::Settings& settings, const Attempt& attempt) {
    if (attempt.repeats == Repeats::once) return settle_once(tx, context, settings, attempt);
    const bool counts = attempt.admitted && !attempt.matched;
    const LoginId counted = counts ? attempt.login->id : LoginId{};
    const UserId user = counts ? attempt.login->user : UserId{};
    users_.count_failure(tx, context, user);
    if (attempt.by_device) return;  // the lock stands, and the day's ceiling was told
    if (counts && attempt.beyond_lock) {
        store::settle_beyond_lock(tx, context, counted);
        return;
    }
    if (store::settle_locking(tx, context, counted, user, settings.lock_attempts, settings.lock_daily)) {
        tell_locked(tx, context, *attempt.login);
        return;
    }
    if (attempt.admitted && attempt.matched) store::settle_uncounted(tx, context, attempt.login->id);
    else store::settle_failed(tx, context, counted);
    settle_decoy(tx, context);
}

Result<void> Logins::in_place(const HashGate::Place* place, const std::function<void()>& work) {
    return place ? gate_.run(*place, work) : gate_.run(work);
}

Result<std::string> Logins::sealed(const Context& context, const LoginId& login, const UserId& user, const Secret& password,
                                   const HashGate::Place* place) {
    std::optional<Secret> hashed;
    const auto ran = in_place(place, [&] { hashed = crypto::hash_password(normal(password), cost_); });
    if (!ran) return refuse(ran.error());
    return seal(context, login, user, *hashed);
}

Result<std::string> Logins::sealed(const Context& context, const LoginId& login, const UserId& user,
                                   const crypto::ForeignHash& foreign, const HashGate::Place* place) {
    std::optional<Secret> stored;
    if (!crypto::needs_wrapping(foreign)) {
        stored = crypto::stored_form(foreign, cost_);
    } else if (auto ran = in_place(place, [&] { stored = crypto::stored_form(foreign, cost_); }); !ran) {
        return refuse(ran.error());
    }
    return seal(context, login, user, *stored);
}

Result<void> Logins::judge(db::Session& session, const Context& context, const realms::Settings& settings, const Secret& password,
                           std::span<const std::string> own, bool second_factor) {
    // At its door the documented rule has a least length of its own.
    const auto least = std::max(password_length(settings.policy, second_factor).least, context.door == Door::freshcom ? least_at_freshcom : 0);
    if (text::code_points(password.reveal()) < least && context.door == Door::freshcom) {
        return refuse({.why = Why::password_weak, .field = "password", .text = "must be at least " + std::to_string(least) + " characters",
                       .rule = Refusal::Rule::length, .least = static_cast<unsigned>(least)});
    }
    if (auto fine = acceptable(password, settings.policy, own, second_factor); !fine) {
        auto refusal = std::move(fine.error());
        const bool wordless = context.door == Door::freshcom && refusal.rule == Refusal::Rule::format && refusal.text.empty();
        if (wordless) refusal.text = "must have a letter and a digit";
        return refuse(std::move(refusal));
    }
    if (text::is_common_password(password.reveal())) return refuse(Why::password_common, "password");
    switch (breaches_.check(password, context.request_id)) {
        case breaches::Verdict::clear: break;
        case breaches::Verdict::breached: return refuse(Why::password_breached, "password");
        case breaches::Verdict::unavailable:
            events_.write(session, context, {.name = events::Name::password_breach_check_unavailable, .success = false, .user = context.user});
    }
    return {};
}

bool Logins::change_password(db::Tx& tx, const Context& context, const Attempt& attempt, const std::string& sealed_password,
                             bool foreign, bool unlock) {
    return store::change_password(tx, context, *attempt.login, {.sealed = sealed_password, .foreign = foreign}, unlock);
}

bool Logins::set_password(db::Tx& tx, const Context& context, const Login& login, const std::string& sealed_password, bool foreign) {
    return store::set_password(tx, context, login, {.sealed = sealed_password, .foreign = foreign});
}

bool Logins::demand_password_change(db::Tx& tx, const Context& context, const Login& login, bool demanded) {
    return store::demand_password_change(tx, context, login.id, demanded);
}

Result<void> Logins::rename(db::Tx& tx, const Context& context, const Login& login, const std::string& user_name,
                            const std::string& email, std::optional<ProfileNo> moved_to) {
    const auto profile = moved_to.value_or(login.profile);
    const bool moves = profile != login.profile;
    const auto normal_user_name = text::normal_name(user_name);
    if (!normal_user_name) return refuse(Why::bad_parameter, "user_name", "must be 1 to 320 characters without control characters");
    std::vector<std::string> wanted{*normal_user_name};
    const auto address = profile == default_profile ? text::normal_email(email) : std::nullopt;
    if (address && *address != *normal_user_name) wanted.push_back(*address);
    const auto there = store::names(tx, context.realm, login.id);
    std::sort(wanted.begin(), wanted.end());  // as add() does, and for its reason
    for (const auto& name : wanted) {
        if (!moves && std::ranges::find(there, name) != there.end()) continue;
        if (store::take_names(tx, context.realm, profile, login.id, {name}) == 0) {
            return refuse(Why::name_taken, address && name == *address ? "email" : "user_name");
        }
    }
    for (const auto& name : there) {
        if (moves || std::ranges::find(wanted, name) == wanted.end()) store::drop_name(tx, context.realm, login.profile, name, login.id);
    }
    store::put_user_name(tx, context, login.id, text::trimmed(user_name), profile);
    return {};
}

bool Logins::name_taken(db::Session& session, RealmNo realm, std::string_view name, const LoginId& by_other_than, ProfileNo profile) {
    const auto normal_name = text::normal_name(name);
    if (!normal_name) return false;
    const auto login = store::find(session, realm, profile, *normal_name, {});
    return login && login->id != by_other_than;
}

void Logins::remove(db::Tx& tx, const Context& context, const UserId& user) { store::remove(tx, context.realm, user); }

void Logins::remove(db::Tx& tx, const Context& context, const Login& login) { store::remove_login(tx, context.realm, login.id); }

std::optional<Login> Logins::of_account(db::Session& session, RealmNo realm, AccountNo account, std::optional<UserId> user) {
    return store::of_account(session, realm, default_profile, account, user);
}

std::optional<Login> Logins::named(db::Session& session, RealmNo realm, std::string_view name, ProfileNo profile) {
    return store::find(session, realm, profile, text::normal_name(name).value_or(""), {});
}

std::optional<Login> Logins::find(db::Session& session, RealmNo realm, const LoginId& id) { return store::get(session, realm, id); }

std::vector<Login> Logins::all_of(db::Session& session, RealmNo realm, const UserId& user) {
    std::vector<Login> out;
    for (const auto& id : store::ids_of_user(session, realm, user)) {
        if (auto login = store::get(session, realm, id)) out.push_back(std::move(*login));
    }
    return out;
}

std::optional<Login> Logins::of_user(db::Session& session, RealmNo realm, const UserId& user, std::optional<AccountNo> account) {
    return store::of_user(session, realm, user, account);
}

bool Logins::reset_password(db::Tx& tx, const Context& context, const Login& login, const std::string& sealed_password) {
    return store::reset_password(tx, context, login, sealed_password);
}

void Logins::clear_lock(db::Tx& tx, const Context& context, const Login& login) {
    store::unlock(tx, context, login.id);
    users_.forgive_failures(tx, context, login.user);
}

void Logins::write_decoy(db::Session& session, const Context& context, const UserId& user) {
    store::admit_decoy(session, context.realm, user.value.bytes[0]);
}

void Logins::note_sign_in(db::Tx& tx, const Context& context, const Login& login) { store::settle_right_beside_lock(tx, context, login, true); }

// Shaped like any user's id, and the same for every spelling of the name.
UserId Logins::decoy(const Context& context, std::string_view name) {
    crypto::KeyId key_id{};
    const auto key = keys_.subkey_of_signer(crypto::Purpose::lookup, context.now, key_id);
    ByteWriter bytes;
    bytes.raw(as_bytes("user who is not there "));
    bytes.number(context.realm.value);
    bytes.raw(as_bytes(text::normal_name(name).value_or("")));
    const auto digest = crypto::hmac_sha256(key, bytes.bytes());
    UserId user;
    std::copy_n(digest.begin(), user.value.bytes.size(), user.value.bytes.begin());
    user.value.bytes[6] = static_cast<std::uint8_t>((user.value.bytes[6] & 0x0F) | 0x40);
    user.value.bytes[8] = static_cast<std::uint8_t>((user.value.bytes[8] & 0x3F) | 0x80);
    return user;
}

State Logins::state(Login login, Time now, const realms::Settings& settings) const {
    const auto remaining = remaining_attempts(login, settings, now);
    return State{.login = std::move(login), .remaining = remaining};
}

Result<LoginId> Logins::add(db::Tx& tx, const Context& context, const LoginId& id, const NewLogin& wanted,
                            const std::optional<std::string>& sealed_password) {
    const auto user_name = text::normal_name(wanted.user_name);
    if (!user_name) return refuse(Why::bad_parameter, "user_name", "must be 1 to 320 characters without control characters");
    std::vector<std::string> names{*user_name};
    const auto email = wanted.profile == default_profile ? text::normal_email(wanted.email) : std::nullopt;
    if (email && *email != *user_name) names.push_back(*email);
    std::sort(names.begin(), names.end());  // so that two who want the same names meet in one order, not in a deadlock
    if (store::take_names(tx, context.realm, wanted.profile, id, names) != names.size()) {
        store::give_names_back(tx, context.realm, id);
        const bool by_email = email && store::name_exists(tx, context.realm, wanted.profile, *email);
        return refuse(Why::name_taken, by_email ? "email" : "user_name");
    }
    NewLogin named = wanted;
    named.user_name = text::trimmed(wanted.user_name);
    store::insert(tx, context, wanted.profile, id, named, sealed_password);
    return id;
}

std::optional<State> Logins::find(db::Session& session, Time now, const realms::Settings& settings, RealmNo realm, std::string_view name) {
    auto login = store::find(session, realm, default_profile, text::normal_name(name).value_or(""), {});
    if (!login) return {};
    return state(std::move(*login), now, settings);
}

void Logins::tell(db::Tx& tx, const Context& context, const Login& login, events::Name name, std::string_view reason,
                  std::string_view actor) {
    const auto event = events_.write(tx, context, {.name = name, .reason = reason, .actor = actor, .user = login.user, .account = account_of(&login)});
    outbox_.add(tx, context, {.event = name, .event_id = event, .user = login.user, .account = account_of(&login),
                              .user_name = login.user_name, .reason = std::string(reason)});
}

void Logins::unlock(db::Tx& tx, const Context& context, const Login& login, std::string_view actor) {
    store::unlock(tx, context, login.id);
    users_.forgive_failures(tx, context, login.user);
    if (login.locked_at || login.failed != 0 || login.failed_day != 0) {
        tell(tx, context, login, events::Name::account_unlocked, "", actor);
    }
    if (users_.block(tx, context, login.user, false)) {
        tell(tx, context, login, events::Name::account_activated, "blocked", actor);
    }
}

void Logins::block(db::Tx& tx, const Context& context, const Login& login, std::string_view actor) {
    if (!users_.block(tx, context, login.user, true)) return;
    store::note_lock(tx, context, login.id);
    tell(tx, context, login, events::Name::account_suspended, "blocked", actor);
}

Result<void> Logins::unlock(db::Db& db, const Context& context, std::string_view name) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        const auto login = store::find(tx, context.realm, default_profile, text::normal_name(name).value_or(""), {});
        if (!login) return refuse(Why::unknown_item, "name");
        unlock(tx, context, *login, "command");
        return {};
    });
}

Result<void> Logins::block(db::Db& db, const Context& context, std::string_view name) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        const auto login = store::find(tx, context.realm, default_profile, text::normal_name(name).value_or(""), {});
        if (!login) return refuse(Why::unknown_item, "name");
        block(tx, context, *login, "command");
        return {};
    });
}

// --- keys reseal

Logins::Resealed Logins::reseal(db::Db& db, const Context& context, crypto::KeyId from, const LoginId& after) {
    constexpr unsigned page = 100;  // rows that one transaction holds while their owners wait
    const auto rows = store::sealed_under(db, context.realm, from, after, page);
    Resealed out;
    std::vector<std::pair<const store::SealedPassword*, std::string>> fresh;
    for (const auto& row : rows) {
        const auto open = crypto::unseal(keys_, crypto::Purpose::password, password_place(context.realm, row.id, row.user), row.sealed);
        if (open) fresh.emplace_back(&row, seal(context, row.id, row.user, *open));
        else out.unopened.push_back(row.id);
    }
    out.done = db.transact([&](db::Tx& tx) {
        std::uint64_t done = 0;
        for (const auto& [row, sealed] : fresh) done += store::replace_sealed(tx, context.realm, row->id, row->sealed, sealed) ? 1 : 0;
        return done;
    });
    if (rows.size() == page) out.last = rows.back().id;
    return out;
}

}  // namespace authtickets::logins
