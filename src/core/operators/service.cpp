// SPDX-License-Identifier: MIT
// Operators added, changed and removed, and one of them acting for a customer. What becomes of them at a shop stands in that
// shop's trail; what becomes of their sign-in, in the trail of their own realm.
#include <authtickets/core/operators.h>

#include <authtickets/core/links.h>
#include <authtickets/text/names.h>

#include "core/operators/store.h"

namespace authtickets::operators {
namespace {

using events::Name;

Context in(const Context& context, RealmNo realm) {
    Context own = context;
    own.realm = realm;
    return own;
}

Json shown_role(std::optional<Role> role) { return role ? Json(name(*role)) : Json(); }

SentLink address_of(const realms::Realm& realm, const UserId& user, const customers::Link& link) {
    const auto& set = realm.settings.reset_link;
    const auto pattern = set.empty() ? links::reset_page : std::string_view(set);
    return {.address = Secret(links::address(pattern, realm.address, link.token.reveal(), user)), .expires_at = link.dies_at};
}

}  // namespace

std::optional<Operator> Operators::find(db::Session& session, RealmNo operators_realm, const UserId& user, RealmNo shop) {
    return store::find(session, operators_realm, user, shop);
}

std::vector<Operator> Operators::list(db::Session& session, RealmNo shop) { return store::list(session, shop); }

std::optional<Operator> Operators::named(db::Session& session, RealmNo shop, std::string_view name) {
    const auto realm = realms_.operators(session);
    const auto login = realm ? logins_.named(session, *realm, name) : std::nullopt;
    return login ? store::find(session, *realm, login->user, shop) : std::nullopt;
}

void Operators::tell(db::Tx& tx, const Context& context, const Operator& who, std::string_view reason, std::optional<Role> before,
                     std::optional<Role> after) {
    events_.write(tx, in(context, who.shop),
                  {.name = Name::operator_changed, .reason = reason, .actor = "command",
                   .details = Json::object({{"who", Json::object({{"id", hex(who.user.value)}, {"name", who.shown()}})},
                                            {"old", shown_role(before)},
                                            {"new", shown_role(after)}})});
}

// --- Added

Result<realms::RealmPtr> Operators::its_realm(db::Db& db, const Context& context, const realms::Realm& shop, const std::string& address) {
    if (const auto there = realms_.operators(db)) {
        auto realm = realms_.newest(db, context.now, *there);
        if (address.empty() || address == realm->address) return realm;
        return realms_.set_address(db, context, *there, address);
    }
    auto made = realms_.add_operators(db, context, address.empty() ? shop.address : address);
    if (!made) return made;
    // Mails to operators come from where the first shop's do, until somebody sets it otherwise.
    return realms_.set_all(db, context, (*made)->no, [&](const realms::Settings& settings) -> Result<realms::Changes> {
        realms::Changes out;
        if (settings.mail_sender.empty()) out.emplace_back("mail.sender", shop.settings.mail_sender);
        if (settings.time_zone == realms::Settings{}.time_zone) out.emplace_back("mail.time_zone", shop.settings.time_zone);
        return out;
    });
}

// Somebody who works for another shop already, and signs in as before.
Result<Added> Operators::grant(db::Db& db, const Context& context, RealmNo operators_realm, const realms::Realm& shop,
                               const logins::Login& login, Role role) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Added> {
        if (store::find(tx, operators_realm, login.user, shop.no)) return refuse(Why::name_taken, "user_name", "is an operator of this shop already");
        store::insert(tx, operators_realm, login.user, shop.no, role, context.now);
        auto who = store::find(tx, operators_realm, login.user, shop.no);
        if (!who) return refuse(Why::name_taken, "user_name", "belongs to a login without an account");
        tell(tx, context, *who, "added", {}, role);
        return Added{.who = std::move(*who)};
    });
}

Result<Added> Operators::make(db::Db& db, const Context& context, const realms::Realm& its, const realms::Realm& shop, const NewOperator& wanted) {
    const auto own = in(context, its.no);
    customers::NewCustomer customer{.profile = {.email = text::trimmed(wanted.email), .first_name = text::trimmed(wanted.first_name),
                                                .last_name = text::trimmed(wanted.last_name)},
                                    .login = customers::NewCustomer::NewPassword{.user_name = wanted.user_name}};
    if (!shop.sites.empty()) customer.profile.locale_code = shop.sites.front().locale_code;
    auto prepared = customers_.prepare(db, own, its, std::move(customer));
    if (!prepared) return refuse(prepared.error());
    if (wanted.password) {
        auto normal = text::nfc(wanted.password->reveal());
        if (!normal) return refuse(Why::bad_parameter, "password", "must be UTF-8");
        const Secret password(std::move(*normal));
        const auto words = customers::context_words(its, prepared->customer.login->user_name, prepared->customer.profile.email);
        if (auto fine = logins_.judge(db, own, its.settings, password, words); !fine) return refuse(fine.error());
        prepared->sealed_password = logins_.seal(own, prepared->login, prepared->user, crypto::hash_password(password, cost_));
    }
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Added> {
        std::optional<SentLink> link;
        if (wanted.password) {
            if (auto added = customers_.add(tx, own, *prepared, "operator"); !added) return refuse(added.error());
        } else {
            auto invited = customers_.invite(tx, own, *prepared);
            if (!invited) return refuse(invited.error());
            link = address_of(its, prepared->user, invited->link);
        }
        store::insert(tx, its.no, prepared->user, shop.no, wanted.role, context.now);
        auto who = store::find(tx, its.no, prepared->user, shop.no).value();
        tell(tx, context, who, "added", {}, wanted.role);
        return Added{.who = std::move(who), .link = std::move(link)};
    });
}

Result<Added> Operators::add(db::Db& db, const Context& context, const realms::Realm& shop, const NewOperator& given, const std::string& address) {
    if (shop.kind != realms::Kind::shop) return refuse(Why::bad_parameter, "realm", "must be a shop's");
    auto wanted = given;
    if (!text::normal_email(wanted.email)) return refuse(Why::bad_parameter, "email", "must be an e-mail address");
    if (text::trimmed(wanted.user_name).empty()) wanted.user_name = wanted.email;
    const auto its = its_realm(db, context, shop, address);
    if (!its) return refuse(its.error());
    const auto by_name = logins_.named(db, (*its)->no, wanted.user_name), by_email = logins_.named(db, (*its)->no, wanted.email);
    if (!by_name && !by_email) return make(db, context, **its, shop, wanted);
    if (!by_name || !by_email || by_name->id != by_email->id) return refuse(Why::name_taken, by_name ? "user_name" : "email");
    if (wanted.password) return refuse(Why::bad_parameter, "password", "must not be given: this person has a sign-in already");
    return grant(db, context, (*its)->no, shop, *by_name, wanted.role);
}

Result<SentLink> Operators::send_link(db::Db& db, const Context& context, RealmNo shop, const UserId& user) {
    const auto realm = realms_.operators(db);
    const auto login = realm && store::find(db, *realm, user, shop) ? logins_.of_user(db, *realm, user) : std::nullopt;
    if (!login || !login->email) return refuse(Why::unknown_item, "operator");
    if (login->blocked_at || !login->account || !login->account->active) return refuse(Why::forbidden, "suspended");
    const auto its = realms_.get(db, context.now, *realm);
    const auto own = in(context, *realm);
    const throttle::Throttle::Sending sending{.what = "link", .whose = as_text(user.value.bytes),
                                              .destination = text::normal_email(login->email->value).value_or("")};
    if (auto charged = throttle_.charge_sending(db, own, its->settings, sending); !charged) return refuse(charged.error());
    return db.transact([&](db::Tx& tx) {
        return address_of(*its, user, customers_.send_link(tx, own, *login, login->sealed_password.empty() ? "invited" : ""));
    });
}

// --- Changed

// No role: he is none any more.
Result<Operator> Operators::change(db::Db& db, const Context& context, RealmNo shop, const UserId& user, std::optional<Role> role,
                                   bool even_the_last) {
    const auto realm = realms_.operators(db);
    if (!realm) return refuse(Why::unknown_item, "operator");
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Operator> {
        const auto managers = store::touch_managers(tx, shop);  // before anything is read: it is the lock
        auto who = store::find(tx, *realm, user, shop);
        if (!who) return refuse(Why::unknown_item, "operator");
        const auto before = who->role;
        if (role == before) return std::move(*who);
        if (before == Role::manager && managers < 2 && !even_the_last) {
            return refuse(Why::forbidden, "last_manager", "is the shop's last manager");
        }
        const bool done = role ? store::set_role(tx, *realm, user, shop, before, *role, context.now) : store::remove(tx, *realm, user, shop);
        if (!done) return refuse(Why::unknown_item, "operator");
        // What he has open was opened by a right that is gone.
        if (!role || *role < before) users_.raise_epoch(tx, in(context, *realm), user);
        if (!role) subscriptions_.remove_notices(tx, shop, user);
        tell(tx, context, *who, role ? "role" : "removed", before, role);
        if (role) who->role = *role;
        return std::move(*who);
    });
}

Result<Operator> Operators::set_role(db::Db& db, const Context& context, RealmNo shop, const UserId& user, Role role, bool even_the_last) {
    return change(db, context, shop, user, role, even_the_last);
}

Result<void> Operators::remove(db::Db& db, const Context& context, RealmNo shop, const UserId& user, bool even_the_last) {
    const auto who = change(db, context, shop, user, {}, even_the_last);
    if (!who) return refuse(who.error());
    const auto realm = realms_.operators(db).value();
    if (store::any(db, realm, user)) return {};
    return customers_.remove(db, in(context, realm), who->account);
}

Result<void> Operators::set_preferences(db::Db& db, const Operator& who, const Json& preferences) {
    const auto text = preferences.dump();
    if (!preferences.is_object() || text.size() > largest_preferences) return refuse(Why::bad_parameter, "preferences", "must be a small object");
    const auto realm = realms_.operators(db);
    if (realm) store::set_preferences(db, *realm, who.user, who.shop, text);
    return {};
}

// --- At work

void Operators::signed_in(db::Db& db, const Context& context, const Operator& who) {
    const auto realm = realms_.operators(db).value();
    auto own = in(context, who.shop);
    own.acting = Acting{.realm = realm, .user = who.user, .name = who.shown()};
    db.transact([&](db::Tx& tx) {
        store::note_sign_in(tx, realm, who.user, who.shop, context.now);
        events_.write(tx, own, {.name = Name::operator_signin, .reason = name(who.role), .actor = "operator"});
        return true;
    });
}

Result<tickets::Issued> Operators::act_as(db::Db& db, const Context& context, const realms::Realm& shop, const Operator& who, AccountNo no) {
    if (!may(who.role, Right::act_as)) return refuse(Why::forbidden, "role");
    const auto account = accounts_.get(db, shop.no, no);
    if (!account) return refuse(account.error());
    if (account->guest()) return refuse(Why::forbidden, "guest");
    const auto realm = realms_.operators(db).value();
    auto own = in(context, shop.no);
    own.acting = Acting{.realm = realm, .user = who.user, .name = who.shown()};
    return db.transact([&](db::Tx& tx) -> Result<tickets::Issued> {
        const auto now_there = store::find(tx, realm, who.user, shop.no);
        if (!now_there || now_there->blocked || !may(now_there->role, Right::act_as)) return refuse(Why::forbidden, "role");
        const auto login = logins_.of_account(tx, shop.no, no, {});
        if (!login || !login->account) return refuse(Why::unknown_item, "accountId");
        if (login->blocked_at || !login->account->active) return refuse(Why::forbidden, "suspended");
        auto theirs = own;
        theirs.door = Door::pages;  // a session of the account pages, though it is made at the desk
        auto issued = tickets_.issue(tx, theirs, {.state = tickets::State::full,
                                                  .user = login->user,
                                                  .account_no = no,
                                                  .login = login->id,
                                                  .epoch = login->epoch,
                                                  .lifetimes = {.access = act_as_life, .refresh = act_as_life, .ends_at = context.now + act_as_life},
                                                  .acting = tickets::ActingOperator{.realm = realm, .user = who.user, .epoch = now_there->epoch}});
        const auto event = events_.write(tx, own, {.name = Name::as_customer_started, .actor = "operator", .user = login->user, .account = no,
                                                   .ticket = issued.ticket.id});
        // Where the operator sits is nothing to the customer.
        auto unseen = own;
        unseen.address.clear();
        unseen.browser.clear();
        outbox_.add(tx, unseen, {.event = Name::as_customer_started, .event_id = event, .user = login->user, .account = no,
                                 .user_name = login->user_name});
        return issued;
    });
}

void Operators::end_act_as(db::Db& db, const Context& context, const tickets::Ticket& ticket) {
    const auto own = in(context, ticket.realm);
    if (!ticket.acting || !tickets_.end(db, own, ticket.id, tickets::End::signed_out)) return;
    db.transact([&](db::Tx& tx) {
        events_.write(tx, own, {.name = Name::as_customer_ended, .actor = "operator", .user = ticket.user,
                                .account = ticket.account_no.value_or(AccountNo{}), .ticket = ticket.id});
        return true;
    });
}

}  // namespace authtickets::operators
