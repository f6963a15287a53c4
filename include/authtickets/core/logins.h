// SPDX-License-Identifier: MIT
// Logins: names and passwords. A password is checked in three steps (docs/decisions.md): admit counts the attempt by one
// autocommitted statement, hash runs outside any transaction behind the hash gate, settle gives the verdict
// inside the use case's transaction. Unknown, locked and passwordless names take the same steps (EN1, EN2).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/accounts.h>
#include <authtickets/core/breaches.h>
#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/users.h>
#include <authtickets/crypto/foreign_hash.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/crypto/pwhash.h>
#include <authtickets/db/db.h>

namespace authtickets::logins {

inline constexpr ProfileNo default_profile{1};  // what Kibo and our own pages sign in with; others are Elastic Path's

// How wrong passwords count: each; or the same wrong one of the same login once within ten seconds, for clients that repeat
// a refused call by themselves (TH1).
enum class Repeats : std::uint8_t { counted, once };
inline constexpr auto repeats_within = std::chrono::seconds(10);

// rules: may this password be set? password_too_long, password_weak or password_context (X1, PW1, PW4); `own` are
// the words it must not be: user name, e-mail's local part, names of shop and service. Takes the password in NFC.
// With a second factor the standard policy is content with a shorter one (X1).
Result<void> acceptable(const Secret& password, realms::PasswordPolicy, std::span<const std::string> own, bool second_factor = false);

// The same as figures, for who tells what is allowed before it is tried.
struct PasswordLength {
    std::size_t least{}, most{};  // code points of the NFC form (PW1)
};
PasswordLength password_length(realms::PasswordPolicy, bool second_factor = false);

struct Login {
    LoginId id;
    UserId user;
    ProfileNo profile = default_profile;
    std::string user_name;
    std::string sealed_password;      // empty: passwordless
    std::uint32_t password_version{};
    bool password_change_required{};
    std::uint32_t failed{};
    bool foreign_password{};          // made by another system, until the first sign-in
    std::optional<Time> locked_at, last_locked_at, blocked_at, first_failed_at, last_login_at, password_set_at, created_at, updated_at;
    std::uint32_t epoch{};            // of the user
    std::uint32_t failed_day{};       // of the user, since failed_day_at
    std::optional<Time> failed_day_at;
    bool app = false;                 // the user has an authenticator app, which a sign-in owes
    users::Method method{};           // of the user, as are the two contacts and the last validated region
    std::optional<users::Contact> email, phone;
    std::string region;
    std::optional<accounts::Account> account;  // the one asked for, or the primary one
    std::string role;                 // in that account
    users::Role user_role{};          // of the user, in the shop
};

// The hash gate (PW11): at most `slots` hashes at once over all processes of the host, by locked slot files, and at most
// `places` callers in this process who hash, wait for it, or have it before or behind them. A process keeps the memory of its
// hashes for the next ones; over all processes as many times as there are slots, by locked files again.
class HashGate {
    struct Impl;
    struct Leave {
        void operator()(Impl*) const noexcept;
    };

public:
    HashGate(std::string folder, unsigned slots, unsigned places, Millis longest_wait);
    ~HashGate();
    // To be had before anything is asked of the database, so that a crowd that is sent away costs next to nothing; given back
    // by its end. busy with retry_after, at once, when all are taken.
    using Place = std::unique_ptr<Impl, Leave>;
    Result<Place> enter();
    // Runs work in a slot, in the order of coming; busy with retry_after when the wait is over.
    Result<void> run(const Place&, const std::function<void()>& work);
    Result<void> run(const std::function<void()>& work);  // enters, and leaves
    // Memory that no hash of this process used for so long goes back to the system. To be called now and then.
    void rest(Millis unused_for);

private:
    std::unique_ptr<Impl> impl_;
};

// rules: how many wrong passwords are left before the lock; 0 when locked (TH1)
std::uint32_t remaining_attempts(const Login&, const realms::Settings&, Time now);
bool locked(const Login&, const realms::Settings&, Time now);       // by failures; a lock may end by itself
bool day_spent(const Login&, const realms::Settings&, Time now);    // the ceiling per user and 24 h

// A password attempt between admit and settle. Whoever gets one must settle it.
struct Attempt {
    std::optional<Login> login;   // none: no such name
    bool admitted = false;        // false: locked, at the limit, or no such name
    bool matched = false;
    bool beyond_lock = false;     // admitted although locked, to change the password
    bool by_device = false;       // admitted although locked, by the budget of a known device (TH5); its lock stays
    std::optional<std::string> rehashed;  // a fresh sealed string, when the cost or the key has moved on (PW9)
    Repeats repeats = Repeats::counted;
    // With Repeats::once: sixteen bits of a keyed MAC over login and what the password was derived to, of whatever name; of
    // a name that nobody has, over its stand-in. None: another system's Argon2, whose value is not to be had.
    std::optional<std::uint16_t> tag;
};

struct NewLogin {
    UserId user;
    ProfileNo profile = default_profile;
    std::string user_name;                 // as typed
    std::string email;                     // sign-in address, of the default profile's alone; may be empty
    bool foreign_password = false;         // the sealed string was made from another system's hash
    bool password_change_required = false;
    bool signs_in = false;                 // whoever made it is signed in with it at once
};

// A login that is locked takes so many more tries of who would free it together with a change of its password (kibo 6.1,
// unlockAccount). More would be a way around the lock.
inline constexpr unsigned tries_beyond_lock = 5;

// What a login is locked or counted as; kibo 6.2 LoginState, and the `login` command.
struct State {
    Login login;
    std::uint32_t remaining{};  // TH1: exact
};

class Logins {
public:
    Logins(crypto::Keyring& keys, Rng& rng, HashGate& gate, crypto::HashCost cost, events::Events& events, users::Users& users,
           breaches::Breaches& breaches, outbox::Outbox& outbox)
        : keys_(keys), rng_(rng), gate_(gate), cost_(cost), events_(events), users_(users), breaches_(breaches), outbox_(outbox) {}

    // Before step 1, and before anything else is charged or asked: a place at the hash gate; busy.
    Result<HashGate::Place> enter() { return gate_.enter(); }
    // Steps 1 and 2: two statements and one hash, whatever the name. busy: nothing was counted. device_admits is asked of a
    // login that is locked by consecutive failures: true lets this attempt pass beside the lock (TH5).
    Result<Attempt> attempt(const HashGate::Place&, db::Db&, const Context&, const realms::Settings&, std::string_view name, const Secret& password,
                            std::optional<AccountNo> account, const std::function<bool(const Login&)>& device_admits = {},
                            ProfileNo = default_profile, Repeats = Repeats::counted);
    // The same for a login that is known, to change its password. unlocking: a locked one is tried too, tries_beyond_lock
    // times in all; settle it by change_password or settle_failed.
    Result<Attempt> attempt(const HashGate::Place&, db::Db&, const Context&, const realms::Settings&, Login, const Secret& password, bool unlocking);
    // An admitted attempt whose use case came to nothing is given back, uncounted (TH7).
    void give_back(db::Db&, const Context&, const Attempt&);
    // Step 3 in the use case's transaction. settle_right: true when no lock and no other password came between, which is
    // the verdict; the failure counter is cleared. settle_failed: counts a wrong password and locks at the limit, with its
    // event; a right password refused for another reason is settled uncounted (TH7). Four statements either way, with
    // Repeats::once six. signs_in: that was all there was to show, so the login was signed in with now.
    bool settle_right(db::Tx&, const Context&, const Attempt&, bool signs_in);
    void settle_failed(db::Tx&, const Context&, const realms::Settings&, const Attempt&);

    // May this password be set (X1, PW1 to PW5)? `own` as for acceptable(). Takes the password in NFC. Asks the
    // block list and, where one is configured, who knows of breaches, which may take two seconds: not in a transaction.
    Result<void> judge(db::Session&, const Context&, const realms::Settings&, const Secret& password, std::span<const std::string> own,
                       bool second_factor = false);
    // Makes the sealed string for a login to come, in the place that the caller has already or in one of its own; busy as above.
    // In NFC.
    Result<std::string> sealed(const Context&, const LoginId&, const UserId&, const Secret& password, const HashGate::Place* = nullptr);
    // The same of a hash made elsewhere; fast ones are hashed once more (docs/import.md).
    Result<std::string> sealed(const Context&, const LoginId&, const UserId&, const crypto::ForeignHash&, const HashGate::Place* = nullptr);
    // The same of what crypto::stored_form has made already, by who does not hash behind the gate.
    std::string seal(const Context&, const LoginId&, const UserId&, const Secret& stored);

    // Another password. By a matched attempt, which is settled with it: false when a lock or another password came between.
    // Outright (X11): false when another password came between. The counters of an outright change stay.
    bool change_password(db::Tx&, const Context&, const Attempt&, const std::string& sealed, bool foreign, bool unlock);
    bool set_password(db::Tx&, const Context&, const Login&, const std::string& sealed, bool foreign);
    // False: it was so already.
    bool demand_password_change(db::Tx&, const Context&, const Login&, bool demanded);
    // Other names for a login: the user name, and the e-mail address that it signs in by (empty: none; of the
    // default profile's alone); in its own profile, or moved to another one. name_taken as add(), with names half taken: for a transaction that is then undone.
    Result<void> rename(db::Tx&, const Context&, const Login&, const std::string& user_name, const std::string& email,
                        std::optional<ProfileNo> moved_to = {});
    bool name_taken(db::Session&, RealmNo, std::string_view name, const LoginId& by_other_than, ProfileNo = default_profile);
    void remove(db::Tx&, const Context&, const UserId&);  // all logins of the user, with their names
    void remove(db::Tx&, const Context&, const Login&);   // this one, with its names

    // Inserts login and names; name_taken with field "user_name" or "email", leaving no row behind.
    Result<LoginId> add(db::Tx&, const Context&, const LoginId&, const NewLogin&, const std::optional<std::string>& sealed);

    // The login of an account's user, the primary one when none is named.
    std::optional<Login> of_account(db::Session&, RealmNo, AccountNo, std::optional<UserId>);
    State state(Login, Time now, const realms::Settings&) const;
    // Clears lock, failures and block; blocks, which ends all tickets (TK6). With their events.
    void unlock(db::Tx&, const Context&, const Login&, std::string_view actor);
    void block(db::Tx&, const Context&, const Login&, std::string_view actor);

    // By a name that signs in, by the user's id (of several logins the default profile's, else the first profile's), or by the
    // login's own; one statement whatever there is.
    std::optional<Login> named(db::Session&, RealmNo, std::string_view name, ProfileNo = default_profile);
    std::optional<Login> of_user(db::Session&, RealmNo, const UserId&, std::optional<AccountNo> = {});
    std::optional<Login> find(db::Session&, RealmNo, const LoginId&);
    std::vector<Login> all_of(db::Session&, RealmNo, const UserId&);  // by profile
    // A new password outright, after a link or by a command that frees: clears the lock by failures and the demand to change.
    bool reset_password(db::Tx&, const Context&, const Login&, const std::string& sealed);
    void clear_lock(db::Tx&, const Context&, const Login&);  // by failures alone (TH5)
    // What a known user's event costs, written where there is none (EN2).
    void write_decoy(db::Session&, const Context&, const UserId&);
    // A sign-in without a password: noted beside whatever lock there is.
    void note_sign_in(db::Tx&, const Context&, const Login&);
    // The user's stable stand-in for a name that nobody has (EN4).
    UserId decoy(const Context&, std::string_view name);

    // for commands
    std::optional<State> find(db::Session&, Time now, const realms::Settings&, RealmNo, std::string_view name);
    Result<void> unlock(db::Db&, const Context&, std::string_view name);  // clears lock and block
    Result<void> block(db::Db&, const Context&, std::string_view name);   // ends all tickets of the user (TK6)

    // For keys reseal: passwords sealed under another key come under the one that signs. A page of the realm's logins of
    // that key above `after`; each row by a statement that its sign-in or change of password overtakes.
    struct Resealed {
        std::uint64_t done = 0;
        std::vector<LoginId> unopened{};   // a lost key, or a row that was changed
        std::optional<LoginId> last{};     // none: that was the last page
    };
    Resealed reseal(db::Db&, const Context&, crypto::KeyId from, const LoginId& after);

private:
    crypto::Keyring& keys_;
    Rng& rng_;
    HashGate& gate_;
    crypto::HashCost cost_;
    void tell(db::Tx&, const Context&, const Login&, events::Name, std::string_view reason, std::string_view actor);
    Result<void> in_place(const HashGate::Place*, const std::function<void()>& work);
    struct Compared;
    Result<Compared> matches(const HashGate::Place&, const Context&, const Login*, const Secret& password);
    Result<Secret> compare(const HashGate::Place&, db::Db&, const Context&, const Secret& password, Attempt&);
    std::uint16_t tag_of(const Context&, const Uuid& whose, const Secret& derived);
    void settle_once(db::Tx&, const Context&, const realms::Settings&, const Attempt&);
    void settle_decoy(db::Tx&, const Context&);
    void tell_locked(db::Tx&, const Context&, const Login&);
    events::Events& events_;
    users::Users& users_;
    breaches::Breaches& breaches_;
    outbox::Outbox& outbox_;
};

bool names_key(db::Session&, crypto::KeyId);
std::vector<crypto::KeyId> keys_named(db::Session&);  // by the passwords of all realms

}  // namespace authtickets::logins
