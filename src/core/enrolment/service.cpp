// SPDX-License-Identifier: MIT
// Customers made, registered, changed and found at the door of staff. Whoever changes one locks the account's row first; that a
// guest gets a user is a guarded statement on that row (accounts::Accounts::claim), so that of two primaries one is undone.
#include <authtickets/core/enrolment.h>

#include <authtickets/text/names.h>

#include "core/enrolment/rules.h"
#include "core/enrolment/store.h"
#include "core/staff/proof.h"

namespace authtickets::enrolment {
namespace {

using events::actor;
using events::Name;
using users::Method;

constexpr throttle::Rate guests_rate{.burst = 30, .interval = std::chrono::minutes(1)};  // of one address (FC150)

accounts::Profile profile_of(const NewCustomer& given) {
    return {.first_name = text::trimmed(given.first_name), .last_name = text::trimmed(given.last_name), .name = text::trimmed(given.name),
            .code = given.code, .label = given.label, .caption = given.caption, .description = given.description, .custom_data = kept(given.custom_data)};
}

own_user::Change naming(const NewCustomer& given) {
    own_user::Change out;
    if (!given.name.empty()) out.name = given.name;
    if (!given.first_name.empty()) out.first_name = given.first_name;
    if (!given.last_name.empty()) out.last_name = given.last_name;
    return out;
}

// A number as its column holds it; what is none is looked for as it is, and found nowhere.
std::optional<std::string> as_stored(const std::optional<std::string>& phone) {
    if (!phone || phone->empty()) return phone;
    return verifications::checked(users::ContactKind::phone, *phone).value_or(*phone);
}

}  // namespace

// Judged and hashed, with its codes to be tried.
struct Enrolment::Wanted {
    customers::Prepared prepared{};
    users::Names names{};
    Method method{};
    staff::Brought brought{};
    staff::Proof proof{};
};

// --- Made

Result<Customer> Enrolment::guest(db::Db& db, const Context& context, const NewCustomer& given) {
    auto found = given.found;
    auto profile = profile_of(given);
    judge(profile, found);
    const auto proof = staff::checked({.email = given.email, .phone = given.phone}, found);
    if (!found.empty()) return refuse(own_user::together(std::move(found)));
    profile.email = proof.email;
    profile.phone = proof.phone;
    return customers_.guest(db, context, profile);
}

// What needs neither the clock's time nor a lock. The password is judged with the rest; it is hashed where nothing else is wrong.
Result<Enrolment::Wanted> Enrolment::prepare(db::Db& db, const Context& context, const realms::Realm& realm, By by, const NewCustomer& given) {
    auto found = given.found;
    const auto& settings = realm.settings;
    Wanted out{.method = given.method.value_or(staff::method_of(settings.default_step))};
    const auto user_name = own_user::user_name(given.user_name);
    if (!user_name) found.push_back(user_name.error());
    auto names = own_user::names({}, naming(given));
    if (names) out.names = std::move(*names);
    else found.push_back(names.error());
    if (by != By::staff && given.method == Method::simple && settings.default_step != realms::DefaultStep::none) {
        found.push_back({.why = Why::bad_parameter, .field = "method", .text = "is not for this shop's customers", .rule = Refusal::Rule::inclusion});
    }
    out.brought = {.email = given.email, .phone = given.phone, .email_code = given.email_code, .phone_code = given.phone_code, .method = out.method};
    const auto before = found.size();
    out.proof = staff::checked(out.brought, found);
    if (given.email.empty() && given.needs_email && found.size() == before) found.push_back({.why = Why::missing_parameter, .field = "email"});
    auto profile = profile_of(given);
    judge(profile, found);
    profile.email = out.proof.email;
    auto password = staff::long_enough(given.password.value_or(Secret{}), settings.policy);
    if (!password) found.push_back(password.error());
    if (!found.empty()) {  // what is wrong with the password is told too
        const auto words = customers::context_words(realm, user_name.value_or(""), out.proof.email);
        if (password) {
            if (auto fine = logins_.judge(db, context, settings, *password, words); !fine) found.push_back(fine.error());
        }
        return refuse(own_user::together(std::move(found)));
    }
    using Login = customers::NewCustomer::NewPassword;
    const bool email_shown = !given.email_code.empty(), phone_shown = !given.phone_code.empty();  // the codes are tried before anything is written
    // An address that nobody has shown to be his is no name to sign in by (D350).
    const auto by_address = email_shown ? Login::ByAddress::where_free : Login::ByAddress::never;
    auto prepared = customers_.prepare(db, context, realm, {.profile = std::move(profile),
                                                            .login = Login{.user_name = *user_name, .password = std::move(*password), .by_address = by_address},
                                                            .email_verified = email_shown,
                                                            .phone = out.proof.phone,
                                                            .phone_verified = phone_shown});
    if (!prepared) return refuse(prepared.error());
    out.prepared = std::move(*prepared);
    return out;
}

// The login with its user, in an account that is made or in the guest's, which has what was asked for from then on.
Result<customers::Added> Enrolment::add_user(db::Tx& tx, const Context& context, By by, const Wanted& wanted, const std::optional<AccountNo>& guest) {
    if (!guest) return customers_.add(tx, context, wanted.prepared, by == By::staff ? "staff" : "");
    auto account = accounts_.get_locked(tx, context.realm, *guest);
    if (!account) return refuse(account.error());
    if (status(*account) != Status::guest) return refuse(taken_meanwhile());
    if (by != By::staff && !made_as_guest(*account)) return refuse(Why::unknown_item, "customer");
    auto after = account->profile;
    const auto& asked = wanted.prepared.customer.profile;
    after.email = asked.email;
    after.first_name = asked.first_name;
    after.last_name = asked.last_name;
    after.name = asked.name;
    after.phone = asked.phone;
    after.code = asked.code;
    after.label = asked.label;
    after.caption = asked.caption;
    after.description = asked.description;
    after.custom_data = asked.custom_data;
    accounts_.update(tx, context, std::move(*account), std::move(after));
    return customers_.add_login(tx, context, *guest, wanted.prepared);
}

// What a new user has besides a login: the customer's name, a method, what has been shown to be his, and a first code (X9).
void Enrolment::complete(db::Tx& tx, const Context& context, const Wanted& wanted, const customers::Added& added) {
    const auto& proof = wanted.proof;
    users_.set_names(tx, context, added.user, wanted.names);
    // That he is made is told; a method he has from the beginning is no change of it (FC238), and stands with what it rests on.
    const auto verified = [&](std::string_view what, outbox::Channel channel, Method method) {
        events_.write(tx, context, {.name = Name::contact_verified, .reason = what, .factor = outbox::name(channel), .actor = actor(context),
                                    .user = added.user, .account = added.account.no,
                                    .details = wanted.method == method ? Json::object({{"method", users::name(method)}}) : Json()});
    };
    if (proof.email_verified()) verified("email", outbox::Channel::email, Method::email);
    if (proof.phone_verified()) verified("phone", outbox::Channel::sms, Method::sms);
    if (wanted.method != Method::simple) users_.set_method(tx, context, added.user, wanted.method);
    const bool by_sms = wanted.method == Method::sms;
    const auto& shown = by_sms ? proof.phone_code : proof.email_code;
    if (wanted.method != Method::simple && shown) {
        const auto digits = codes::digits(by_sms ? wanted.brought.phone_code : wanted.brought.email_code);
        sign_in_.first_code(tx, context, {.user = added.user, .channel = by_sms ? codes::Channel::sms : codes::Channel::email,
                                          .destination = by_sms ? proof.phone : proof.email, .digits = Secret(digits.value_or("")),
                                          .issued_at = shown->issued_at});
    }
    if (proof.email.empty() || proof.email_verified()) return;
    if (const auto login = logins_.find(tx, context.realm, added.login)) verifications_.send_token(tx, context, *login, proof.email);
}

// N10: somebody tried to register the address of another as his user name. Once a day at most, or it would flood a mailbox.
void Enrolment::tell_owner(db::Db& db, const Context& context, const std::string& name, const EventId& refused) {
    const auto owner = logins_.named(db, context.realm, name);
    if (!owner || !owner->email || owner->blocked_at || !owner->account || !owner->account->active) return;
    if (!throttle_.first_within(db, context, "told that the address is taken", owner->user, std::chrono::hours(24))) return;
    db.transact([&](db::Tx& tx) {
        outbox_.add(tx, context, {.event = Name::registration_refused, .event_id = refused, .user = owner->user, .account = owner->account->no,
                                  .user_name = owner->user_name});
        return true;
    });
}

Result<Customer> Enrolment::registered(db::Db& db, const Context& context, const realms::Realm& realm, By by, const NewCustomer& given,
                                       const std::optional<AccountNo>& guest) {
    auto wanted = prepare(db, context, realm, by, given);
    if (!wanted) return refuse(wanted.error());
    if (by != By::staff) {
        if (auto charged = throttle_.charge_registration(db, context); !charged) return refuse(charged.error());
    }
    EventId refused;
    const auto& login = *wanted->prepared.customer.login;
    const auto attempt = [&]() -> Result<customers::Added> {
        // Before the codes are tried: who has to take another name keeps them.
        if (logins_.name_taken(db, realm.no, login.user_name, {})) return refuse(Why::name_taken, "user_name");
        if (auto shown = staff::try_codes(verifications_, db, context, realm.settings, wanted->brought, wanted->proof); !shown) return refuse(shown.error());
        auto done = db.transact_or_undo([&](db::Tx& tx) -> Result<customers::Added> {
            auto added = add_user(tx, context, by, *wanted, guest);
            if (!added) return added;
            if (!staff::consume(verifications_, tx, context, wanted->proof)) {
                return refuse(verifications::wrong_code(wanted->proof.phone_code ? users::ContactKind::phone : users::ContactKind::email));
            }
            complete(tx, context, *wanted, *added);
            return added;
        });
        if (!done) staff::give_back(verifications_, db, context, wanted->proof);
        return done;
    };
    const auto done = attempt();
    const bool taken = !done && done.error().why == Why::name_taken;
    if (by != By::staff && !taken) throttle_.refund_registration(db, context);
    if (done) return accounts_.get(db, realm.no, done->account.no);
    if (taken) {
        db.transact([&](db::Tx& tx) {
            refused = events_.write(tx, context, {.name = Name::registration_refused, .success = false, .reason = name(Why::name_taken),
                                                  .actor = actor(context), .user_name = login.user_name});
            return true;
        });
        if (by != By::staff && customers::follows_email(login.user_name, wanted->proof.email)) tell_owner(db, context, login.user_name, refused);
    }
    // Both looked at a guest at once.
    if (guest && done.error().field == "accountId") return refuse(taken_meanwhile());
    return refuse(done.error());
}

// Whoever has a publishable token, which is no secret, may leave records behind: a page's customer leaves one.
bool Enrolment::may_make_guests(db::Db& db, const Context& context) {
    return !context.own_address || throttle_.charge(db, context, "guests made", throttle::address_block(context.address), guests_rate);
}

Result<Customer> Enrolment::add(db::Db& db, const Context& caller, const realms::Realm& realm, By by, const NewCustomer& given) {
    auto context = caller;
    if (by != By::staff) context.user = {};  // who registers another is nobody to him, whoever has signed in
    switch (given.status) {
        case Status::guest:
            if (by == By::guest && !may_make_guests(db, context)) {
                return refuse(Refusal{.why = Why::throttled, .retry_after = std::chrono::ceil<Seconds>(guests_rate.interval)});
            }
            return guest(db, context, given);
        case Status::registered: return registered(db, context, realm, by, given);
        case Status::suspended: break;
    }
    auto found = given.found;
    found.push_back(wrong_status(Refusal::Rule::inclusion, Status::guest, given.status));
    judge(profile_of(given), found);
    staff::checked({.email = given.email, .phone = given.phone}, found);
    return refuse(own_user::together(std::move(found)));
}

// --- Changed

// The account's own part. guests_alone: whoever was registered meanwhile is out of the caller's reach.
Result<Customer> Enrolment::put(db::Db& db, const Context& context, AccountNo no, const accounts::Change& change, bool guests_alone) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<Customer> {
        auto before = accounts_.get_locked(tx, context.realm, no);
        if (!before || (guests_alone && status(*before) != Status::guest)) return refuse(Why::unknown_item, "customer");
        if (guests_alone && context.user.empty() && !made_as_guest(*before)) return refuse(Why::unknown_item, "customer");
        auto after = accounts::applied(before->profile, change);
        if (accounts::differences(before->profile, after).empty()) return before;
        const auto user = before->user;
        accounts_.update(tx, context, std::move(*before), std::move(after));
        const auto event = events_.write(tx, context, {.name = Name::account_updated, .actor = actor(context), .user = user, .account = no});
        outbox_.add(tx, context, {.event = Name::account_updated, .event_id = event, .user = user, .account = no});
        return accounts_.get(tx, context.realm, no);
    });
}

Result<Customer> Enrolment::change_guest(db::Db& db, const Context& context, const realms::Realm& realm, By by, const Customer& before,
                                         const Change& change) {
    const auto to = change.status.value_or(Status::guest);
    auto wanted = after(before, change);
    if (to == Status::registered) return registered(db, context, realm, by, wanted, before.no);
    auto found = change.found;
    if (to == Status::suspended) found.push_back(wrong_status(Refusal::Rule::invalid, Status::guest, to));
    auto profile = profile_of(wanted);
    judge(profile, found);
    const auto proof = staff::checked({.email = wanted.email, .phone = wanted.phone}, found);
    if (!found.empty()) return refuse(own_user::together(std::move(found)));
    auto own = of_account(change);
    // Whose parts are others is called by both, where no name is sent beside them (FC94).
    const bool other_parts = profile.first_name != before.profile.first_name || profile.last_name != before.profile.last_name;
    const bool by_parts = other_parts && !profile.first_name.empty() && !profile.last_name.empty();
    if (change.name) own.name = profile.name;
    else if (by_parts) own.name = "";
    if (change.first_name) own.first_name = profile.first_name;
    if (change.last_name) own.last_name = profile.last_name;
    if (change.email) own.email = proof.email;
    if (change.phone) own.phone = proof.phone;
    return put(db, context, before.no, own, true);
}

Result<Customer> Enrolment::change_registered(db::Db& db, const Context& context, const realms::Realm& realm, By by, const tickets::Ticket* ticket,
                                              const Customer& before, const Change& change) {
    own_user::Change of_his{.name = change.name, .first_name = change.first_name, .last_name = change.last_name, .email = change.email,
                            .phone = change.phone, .current_password = change.current_password, .found = change.found};
    // Where his codes go no staff but an administrator can say without a code (FC110): a code that is there is asked for.
    const bool with_codes = by == By::staff && !(ticket && ticket->user_role == users::Role::administrator);
    if (with_codes || !change.email_code.empty()) of_his.email_code = change.email_code;
    if (with_codes || !change.phone_code.empty()) of_his.phone_code = change.phone_code;
    auto own = of_account(change);
    const auto from = status(before), to = change.status.value_or(from);
    if (to == Status::guest) of_his.found.push_back(wrong_status(Refusal::Rule::invalid, from, to));
    judge(accounts::applied(before.profile, own), of_his.found);
    if (has_users_part(change) && !before.user.empty()) {
        if (auto done = own_user_.change(db, context, realm, before.user, of_his, by == By::owner ? ticket : nullptr); !done) return refuse(done.error());
    } else if (!of_his.found.empty()) {
        return refuse(own_user::together(std::move(of_his.found)));
    }
    if (auto done = put(db, context, before.no, own, false); !done) return done;
    if (to != from) {
        auto done = customers_.set_active(db, context, before.no, to == Status::registered);
        if (!done) return refuse(wrong_status(Refusal::Rule::invalid, from, to));  // nobody to let in or keep out
    }
    return accounts_.get(db, realm.no, before.no);
}

Result<Customer> Enrolment::change(db::Db& db, const Context& context, const realms::Realm& realm, By by, const tickets::Ticket* ticket,
                                   const AccountId& id, const Change& given) {
    const auto before = get(db, realm.no, id);
    if (!before) return before;
    auto change = given;
    switch (by) {
        case By::guest:
            if (!made_as_guest(*before)) return refuse(Why::unknown_item, "customer");
            break;
        case By::owner:
            if (!ticket || before->user.empty() || before->user != ticket->user) return refuse(Why::unknown_item, "customer");
            change.status.reset();
            change.code.reset();
            break;
        case By::staff: break;
    }
    if (status(*before) == Status::guest) return change_guest(db, context, realm, by, *before, change);
    return change_registered(db, context, realm, by, ticket, *before, change);
}

Result<void> Enrolment::remove(db::Db& db, const Context& context, const AccountId& id) {
    const auto no = accounts_.number_of(db, context.realm, id);
    if (!no) return refuse(Why::unknown_item, "customer");
    return customers_.remove(db, context, *no);
}

// --- Found

Result<Customer> Enrolment::get(db::Session& session, RealmNo realm, const AccountId& id) {
    auto found = store::get(session, realm, id);
    if (!found) return refuse(Why::unknown_item, "customer");
    return std::move(*found);
}

Result<Customer> Enrolment::of_user(db::Session& session, RealmNo realm, const UserId& user) {
    auto found = store::of_user(session, realm, user);
    if (!found) return refuse(Why::unknown_item, "customer");
    return std::move(*found);
}

// An oracle for who knows a code: each look is charged as a failure is, and given back where it was none (TH2).
Result<Customer> Enrolment::find_guest(db::Db& db, const Context& context, const realms::Realm& realm, const Known& known) {
    if (auto charged = throttle_.charge_address(db, context, realm.settings); !charged) return refuse(charged.error());
    if (!enough(known)) return refuse(Why::unknown_item, "customer");
    auto wanted = known;
    wanted.phone = as_stored(known.phone);
    auto found = accounts_.list(db, realm.no, guest_query(wanted)).items;
    if (found.size() == most_namesakes) return refuse(Why::unknown_item, "customer");  // there may be more
    std::erase_if(found, [](const Customer& each) { return !made_as_guest(each); });
    if (found.size() != 1) return refuse(Why::unknown_item, "customer");  // of two nobody can say which one is meant
    throttle_.refund_address(db, context, realm.settings);
    return std::move(found.front());
}

Listed Enrolment::list(db::Session& session, RealmNo realm, const Query& asked) {
    auto wanted = asked;
    wanted.phone = as_stored(asked.phone);
    auto page = accounts_.list(session, realm, list_query(wanted));
    return {.items = std::move(page.items), .total = page.total, .all = accounts_.count(session, realm)};
}

}  // namespace authtickets::enrolment
