// SPDX-License-Identifier: MIT
// Getting back in by a mailed link. Whoever is not there, or must not come in, gets the same answer at the same cost.
#include <authtickets/core/recovery.h>

#include <authtickets/core/one_time.h>
#include <authtickets/text/names.h>

namespace authtickets::recovery {
namespace {

using events::Name;
using links::Purpose;

// Whom a link is sent to: who has an address, and whom neither an operator nor the shop keeps out. Staff need no account.
std::string_view barred(const std::optional<logins::Login>& login) {
    if (!login) return "unknown";
    const bool open = login->account ? login->account->active : users::is_staff(login->user_role);
    if (login->blocked_at || !open) return "suspended";
    return login->email ? "" : "no_address";
}

bool is_locked(const logins::Login& login, const realms::Settings& settings, Time now) {
    return logins::locked(login, settings, now) || logins::day_spent(login, settings, now);
}

// A link for nobody is none, nor one that went to another address than the user's own.
bool good(const links::Link& link, const std::optional<logins::Login>& login) {
    return login && barred(login).empty() && link.user == login->user && link.epoch == login->epoch
           && links::went_to(link, login->email->value);
}

}  // namespace

Result<void> Recovery::request(db::Db& db, const Context& context, const realms::Realm& realm, std::string_view name, Purpose purpose,
                               const Asked& asked) {
    const auto login = logins_.named(db, context.realm, name);
    const bool reset = purpose == Purpose::reset;
    auto reason = barred(login);
    if (reason.empty() && !reset && !is_locked(*login, realm.settings, context.now)) reason = "not_locked";
    const auto user = login ? login->user : logins_.decoy(context, name);
    const auto destination = reason.empty() ? login->email->value : std::string(name);
    const auto whose = text::normal_name(name).value_or("-"), to = text::normal_name(destination).value_or("-");
    // An operator knows whom it is sent to.
    const auto charged = throttle_.charge_sending(db, context, realm.settings,
                                                  {.what = "link", .whose = whose, .destination = to, .typed = asked.actor.empty()});
    if (!charged) return refuse(charged.error());
    const bool silent = reason.empty() && !*charged;
    if (silent) reason = "budget";
    const bool sends = reason.empty();
    // What sends nothing replaces nothing: the last link that was sent stays good.
    const auto whose_link = silent ? logins_.decoy(context, name) : user;
    const bool by_program = asked.form == links::Form::uuid;
    const auto life = !reset ? links::unlock_life : by_program ? std::min(realm.settings.reset_lives(), links::uuid_life) : realm.settings.reset_lives();
    db.transact([&](db::Tx& tx) {
        auto secret = links_.make(tx, context, whose_link, purpose, login ? login->epoch : 0, destination, life, asked.form);
        EventId event;
        const AccountNo account = login && login->account ? login->account->no : AccountNo{};
        if (login) {
            event = events_.write(tx, context, {.name = asked.name, .success = sends, .reason = reason, .actor = asked.actor, .user = user,
                                                .account = account});
        } else if (by_program) {  // the shop may wait for this one; it costs what a known name's does
            event = events_.write(tx, context, {.name = asked.name, .success = false, .reason = reason, .user_name = std::string(name)});
        } else {
            logins_.write_decoy(tx, context, user);
        }
        outbox_.add(tx, context, {.event = reset ? Name::password_reset_sent : Name::account_unlock_requested, .event_id = event,
                                  .user = user, .account = account, .user_name = login ? login->user_name : std::string(),
                                  .channel = outbox::Channel::email, .destination = sends ? login->email->value : std::string(),
                                  .link = std::move(secret),
                                  .expires_at = context.now + life, .decoy = !sends});
        return true;
    });
    return {};
}

Result<void> Recovery::request_reset(db::Db& db, const Context& context, const realms::Realm& realm, std::string_view name) {
    return request(db, context, realm, name, Purpose::reset, {.name = Name::password_reset_requested});
}

// That a budget is spent is told to nobody, of whatever name.
void Recovery::request_reset_token(db::Db& db, const Context& context, const realms::Realm& realm, std::string_view name) {
    (void)request(db, context, realm, name, Purpose::reset, {.name = Name::password_reset_requested, .form = links::Form::uuid});
}

Result<void> Recovery::send_reset(db::Db& db, const Context& context, const realms::Realm& realm, std::string_view name) {
    return request(db, context, realm, name, Purpose::reset, {.name = Name::password_reset_sent, .actor = "operator"});
}

Result<void> Recovery::request_unlock(db::Db& db, const Context& context, const realms::Realm& realm, std::string_view name) {
    return request(db, context, realm, name, Purpose::unlock, {.name = Name::account_unlock_requested});
}

Result<links::Link> Recovery::open(db::Session& session, Time now, Purpose purpose, const Secret& token) {
    const auto link = links_.open(session, now, purpose, token);
    if (!link) return refuse(Why::link_dead, "confirmationCode");
    const auto login = logins_.of_user(session, link->realm, link->user);
    if (!good(*link, login)) return refuse(Why::link_dead, "confirmationCode");
    return *link;
}

Result<UserId> Recovery::reset(db::Db& db, const Context& caller, const realms::Realm& realm, const Reset& wanted) {
    auto context = caller;
    const auto link = links_.open(db, context.now, Purpose::reset, wanted.token);
    const auto login = wanted.name ? logins_.named(db, context.realm, *wanted.name)
                       : link      ? logins_.of_user(db, context.realm, link->user)
                                   : std::nullopt;
    if (!link || link->realm != context.realm || !good(*link, login)) return refuse(Why::link_dead, "confirmationCode");
    if (context.door == Door::freshcom) context.user = login->user;  // who has the mail is the user, whose ever ticket came with the call
    auto normal = text::nfc(wanted.password.reveal());
    if (!normal) return refuse(Why::bad_parameter, "newPassword", "must be UTF-8");
    const Secret password(std::move(*normal));
    // Judged and hashed before the link is used: a refusal leaves it as it was (P7).
    const auto words = customers::context_words(realm, login->user_name, login->account ? login->account->profile.email : login->email->value);
    if (auto fine = logins_.judge(db, context, realm.settings, password, words, customers::strong_factor(*login)); !fine) {
        return refuse(fine.error());
    }
    const auto sealed = logins_.sealed(context, login->id, login->user, password);
    if (!sealed) return refuse(sealed.error());
    return db.transact_or_undo([&](db::Tx& tx) -> Result<UserId> {
        if (!links_.use(tx, context.now, *link, wanted.token)) return refuse(Why::link_dead, "confirmationCode");
        if (!logins_.reset_password(tx, context, *login, *sealed)) return refuse(Why::link_dead, "confirmationCode");  // overtaken
        users_.forgive_failures(tx, context, login->user);
        users_.raise_epoch(tx, context, login->user);  // RS3
        const auto forgotten = devices_.forget(tx, context, login->user);
        codes_.end(tx, context.realm, login->user);
        codes_.open_again(tx, context.realm, login->user);
        one_time::open_again(tx, context.realm, login->user);
        links_.end(tx, context.realm, login->user);
        users_.verify_contact(tx, context, login->user, users::ContactKind::email, login->email->value);  // the link arrived there
        const auto account = login->account ? login->account->no : AccountNo{};
        if (login->account) accounts_.note(tx, context, account, "Password changed");
        if (forgotten != 0) events_.write(tx, context, {.name = Name::trust_removed, .reason = "reset", .actor = "user", .user = login->user, .account = account});
        const auto event = events_.write(tx, context, {.name = Name::password_reset_done, .factor = "link", .actor = "user",
                                                       .user = login->user, .account = account});
        outbox_.add(tx, context, {.event = Name::password_reset_done, .event_id = event, .user = login->user, .account = account,
                                  .user_name = login->user_name});
        return login->user;
    });
}

Result<Secret> Recovery::unlock(db::Db& db, const Context& context, const realms::Realm& realm, const Secret& token) {
    const auto link = links_.open(db, context.now, Purpose::unlock, token);
    const auto login = link ? logins_.of_user(db, context.realm, link->user) : std::nullopt;
    auto locked = login ? logins_.all_of(db, link->realm, login->user) : std::vector<logins::Login>{};  // of whatever password profile
    std::erase_if(locked, [&](const auto& each) { return !is_locked(each, realm.settings, context.now); });
    // None: somebody has lifted it.
    if (!link || link->realm != context.realm || !good(*link, login) || locked.empty()) return refuse(Why::link_dead, "t");
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Secret> {
        if (!links_.use(tx, context.now, *link, token)) return refuse(Why::link_dead, "t");
        for (const auto& each : locked) logins_.clear_lock(tx, context, each);
        const auto account = login->account ? login->account->no : AccountNo{};
        const auto device = devices_.record(tx, context, realm.settings, login->user, {});
        events_.write(tx, context, {.name = Name::trust_added, .reason = "unlocked", .actor = "user", .user = login->user, .account = account});
        if (login->account) accounts_.note(tx, context, account, "Account unlocked", {{.path = "locked", .old_value = "true", .new_value = "false"}});
        const auto event = events_.write(tx, context, {.name = Name::account_unlocked, .reason = "link", .actor = "user", .user = login->user,
                                                       .account = account});
        outbox_.add(tx, context, {.event = Name::account_unlocked, .event_id = event, .user = login->user, .account = account,
                                  .user_name = login->user_name, .reason = "link"});
        return devices_.token(context, realm.settings, login->user, device.id);
    });
}

}  // namespace authtickets::recovery
