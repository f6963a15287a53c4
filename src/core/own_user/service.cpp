// SPDX-License-Identifier: MIT
// A user changed as a whole. What the tables need not be asked for is judged first, then what is shown for it is compared (each
// counted before it is), then all is carried out in one transaction or given back.
#include <authtickets/core/own_user.h>

#include <authtickets/base/undo.h>
#include <authtickets/text/names.h>

namespace authtickets::own_user {

using events::Name;
using users::ContactKind;
using users::Method;

// A change on its way.
struct OwnUser::Plan {
    const Change& change;
    UserId user{};
    logins::Login login{};                     // of a user without one: his contacts alone
    bool has_login = false;
    users::Names names_before{};
    std::optional<users::Names> names{};
    Wanted wanted{};
    bool by_staff = false;
    bool factor_shown = true;                  // or none is needed
    std::optional<Secret> password{};          // the new one, in NFC
    std::vector<Refusal> found{};
    // What was shown, each to be used up or given back.
    std::optional<verifications::Attempt> email_code{}, phone_code{};
    std::optional<logins::Attempt> current{};

    const std::optional<std::string>& value(ContactKind kind) const { return kind == ContactKind::phone ? wanted.phone : wanted.email; }
    const std::optional<users::Contact>& contact(ContactKind kind) const { return kind == ContactKind::phone ? login.phone : login.email; }
    const std::optional<std::string>& typed_code(ContactKind kind) const { return kind == ContactKind::phone ? change.phone_code : change.email_code; }
    std::optional<verifications::Attempt>& code(ContactKind kind) { return kind == ContactKind::phone ? phone_code : email_code; }
    const std::optional<verifications::Attempt>& code(ContactKind kind) const { return kind == ContactKind::phone ? phone_code : email_code; }
    // Of staff a code is needed where one is there, though it be empty.
    bool code_needed(ContactKind kind) const {
        const auto needed = needs(login, wanted, by_staff && !typed_code(kind));
        return kind == ContactKind::phone ? needed.phone_code : needed.email_code;
    }
    AccountNo account() const { return login.account ? login.account->no : AccountNo{}; }
};

namespace {

constexpr ContactKind kinds[] = {ContactKind::email, ContactKind::phone};

std::string_view field_of(ContactKind kind) { return kind == ContactKind::phone ? "phone" : "email"; }
Method method_by(ContactKind kind) { return kind == ContactKind::phone ? Method::sms : Method::email; }

bool given(const std::optional<std::string>& text) { return text && !text->empty(); }
bool given(const std::optional<Secret>& secret) { return secret && !secret->empty(); }

Refusal missing(std::string_view field) { return {.why = Why::missing_parameter, .field = std::string(field)}; }

// In the form that codes go to, or as it stands where that cannot be.
std::string normal(ContactKind kind, const std::optional<users::Contact>& contact) {
    if (!contact) return {};
    return verifications::checked(kind, contact->value).value_or(contact->value);
}

bool same(const std::optional<users::Contact>& a, const std::optional<users::Contact>& b) {
    return a.has_value() == b.has_value() && (!a || (a->value == b->value && a->verified == b->verified));
}

}  // namespace

// What can be said without comparing anything.
Result<void> OwnUser::judge(db::Db& db, const Context& context, const realms::Realm& realm, const tickets::Ticket* own, Plan& plan) {
    const auto& change = plan.change;
    auto& found = plan.found;
    const auto take = [&](auto& into, auto result) {
        if (result) into = std::move(*result);
        else found.push_back(std::move(result.error()));
    };
    if (change.name || change.first_name || change.last_name) take(plan.names, names(plan.names_before, change));
    if (change.user_name && !plan.has_login) found.push_back({.why = Why::bad_parameter, .field = "user_name", .text = "the user has no login", .rule = Refusal::Rule::invalid});
    else if (change.user_name) take(plan.wanted.user_name, user_name(*change.user_name));
    if (plan.wanted.user_name == plan.login.user_name) plan.wanted.user_name.reset();
    bool unreadable[2] = {};
    for (const auto kind : kinds) {
        const auto& typed = kind == ContactKind::phone ? change.phone : change.email;
        if (!typed) continue;
        auto& wanted = kind == ContactKind::phone ? plan.wanted.phone : plan.wanted.email;
        if (text::trimmed(*typed).empty()) {
            if (plan.contact(kind)) wanted = "";
            continue;
        }
        auto value = verifications::checked(kind, *typed);
        if (!value && value.error().why == Why::unavailable) return refuse(value.error());
        if (!value) unreadable[kind == ContactKind::phone] = true;
        if (value && *value == normal(kind, plan.contact(kind))) continue;
        take(wanted, std::move(value));
    }
    if (change.method && *change.method != plan.login.method) plan.wanted.method = change.method;

    const auto needed = needs(plan.login, plan.wanted, plan.by_staff);
    const auto method = plan.wanted.method.value_or(plan.login.method);
    for (const auto kind : kinds) {
        const auto& value = plan.value(kind);
        const bool none = value ? value->empty() : !plan.contact(kind);
        if (unreadable[kind == ContactKind::phone]) continue;
        const bool of_method = method == method_by(kind) && (plan.wanted.method || value);
        if (none && (of_method || given(plan.typed_code(kind)))) {
            found.push_back(missing(field_of(kind)));
        } else if (plan.code_needed(kind) && !given(plan.typed_code(kind))) {
            found.push_back(missing(verifications::code_field(kind)));
        }
    }
    if (own && (needed.factor || change.password)) {
        plan.factor_shown = !needed.factor || customers::fresh(*own, plan.login, context.now, realm.settings.step_up_window);
        // X8: the password alone is no stand-in for a second factor where the standard policy holds.
        const bool second = customers::own_factor(plan.login) != tickets::Factor::none;
        if (!plan.factor_shown && second && realm.settings.policy == realms::PasswordPolicy::standard) return refuse(Why::step_up_required);
        if ((!plan.factor_shown || change.password) && !given(change.current_password)) found.push_back(missing("current_password"));
    }
    if (change.password && !plan.has_login) {
        found.push_back({.why = Why::bad_parameter, .field = "password", .text = "the user has no login", .rule = Refusal::Rule::invalid});
    } else if (change.password && change.password->empty()) {
        found.push_back(missing("password"));
    } else if (change.password) {
        auto nfc = text::nfc(change.password->reveal());
        const auto name = plan.wanted.user_name.value_or(plan.login.user_name);
        const auto email = plan.wanted.email.value_or(plan.login.email ? plan.login.email->value : std::string());
        if (!nfc) {
            found.push_back({.why = Why::bad_parameter, .field = "password", .text = "must be UTF-8", .rule = Refusal::Rule::invalid});
        } else {
            plan.password = Secret(std::move(*nfc));
            auto fine = logins_.judge(db, context, realm.settings, *plan.password, customers::context_words(realm, name, email),
                                      customers::strong_factor(plan.login));
            if (!fine) {
                if (fine.error().field.empty()) fine.error().field = "password";
                found.push_back(std::move(fine.error()));
            }
        }
    }
    return {};
}

// Codes and the current password, compared. What is wrong is found; what stops here is refused.
Result<void> OwnUser::show(db::Db& db, const Context& context, const realms::Realm& realm, Plan& plan) {
    const auto& change = plan.change;
    if (plan.wanted.user_name) {
        // X12: that a name is taken is told five times an hour to who has an address of his own.
        if (auto charged = throttle_.charge_registration(db, context); !charged) return charged;
        if (logins_.name_taken(db, context.realm, *plan.wanted.user_name, plan.login.id, plan.login.profile)) {
            plan.found.push_back({.why = Why::name_taken, .field = "user_name", .rule = Refusal::Rule::taken});
        } else {
            throttle_.refund_registration(db, context);
        }
    }
    for (const auto kind : kinds) {
        if (!given(plan.typed_code(kind))) continue;
        const auto& typed = kind == ContactKind::phone ? change.phone : change.email;
        auto contact = plan.value(kind).value_or(normal(kind, plan.contact(kind)));
        if (typed && !plan.value(kind) && !verifications::checked(kind, *typed)) continue;  // what it is for cannot be read
        if (contact.empty()) continue;
        auto tried = verifications_.attempt(db, context, realm.settings, kind, contact, *plan.typed_code(kind), plan.user);
        if (!tried) return refuse(tried.error());
        if (tried->right) plan.code(kind) = std::move(*tried);
        else plan.found.push_back(verifications::wrong_code(kind));
    }
    const auto needed = needs(plan.login, plan.wanted, plan.by_staff);
    if (plan.by_staff || !given(change.current_password) || !(needed.factor || change.password)) return {};
    const auto place = logins_.enter();
    if (!place) return refuse(place.error());
    if (auto charged = throttle_.charge_address(db, context, realm.settings); !charged) return charged;
    auto current = logins_.attempt(*place, db, context, realm.settings, plan.login, *change.current_password, false);
    if (!current || current->matched) throttle_.refund_address(db, context, realm.settings);
    if (!current) return refuse(current.error());
    plan.current = std::move(*current);
    if (!plan.current->matched) {
        plan.found.push_back({.why = Why::password_wrong, .field = "current_password", .rule = Refusal::Rule::must_match});
    }
    return {};
}

// Nothing comes of it: what was right was not wrong, and what was wrong is counted.
void OwnUser::settle(db::Db& db, const Context& context, const realms::Realm& realm, const Plan& plan) {
    for (const auto kind : kinds) {
        if (!plan.code(kind)) continue;
        db.transact([&](db::Tx& tx) {
            verifications_.give_back(tx, context, *plan.code(kind));
            return true;
        });
    }
    if (!plan.current) return;
    if (plan.current->matched) return logins_.give_back(db, context, *plan.current);
    db.transact([&](db::Tx& tx) {
        logins_.settle_failed(tx, context, realm.settings, *plan.current);
        events_.write(tx, context, {.name = plan.change.password ? Name::password_change_failed : Name::stepup_failure, .success = false,
                                    .reason = plan.current->admitted ? "wrong_password" : "locked", .factor = "password", .actor = "user",
                                    .user = plan.user, .account = plan.account()});
        return true;
    });
}

Result<void> OwnUser::change(db::Db& db, const Context& context, const realms::Realm& realm, const UserId& user, const Change& change,
                             const tickets::Ticket* own) {
    const auto before = users_.get(db, context.realm, user);
    if (!before) return refuse(Why::unknown_item, "user");
    Plan plan{.change = change, .user = user, .names_before = before->names, .by_staff = own == nullptr, .found = change.found};
    if (auto login = logins_.of_user(db, context.realm, user)) {
        plan.login = std::move(*login);
        plan.has_login = true;
    } else {
        plan.login.user = user;
        if (!before->email.empty()) plan.login.email = users::Contact{.value = before->email, .verified = before->email_verified};
    }
    if (auto judged = judge(db, context, realm, own, plan); !judged) return judged;
    Undo undo([&] { settle(db, context, realm, plan); });
    if (auto shown = show(db, context, realm, plan); !shown) return shown;
    if (!plan.found.empty()) return refuse(together(plan.found));
    std::optional<std::string> sealed;
    if (plan.password) {
        auto made = logins_.sealed(context, plan.login.id, user, *plan.password);
        if (!made) return refuse(made.error());
        sealed = std::move(*made);
    }
    auto done = db.transact_or_undo([&](db::Tx& tx) { return carry_out(tx, context, plan, sealed); });
    if (done) undo.settled();
    return done;
}

Result<void> OwnUser::carry_out(db::Tx& tx, const Context& context, const Plan& plan, const std::optional<std::string>& sealed) {
    if (!users_.get_locked(tx, context.realm, plan.user)) return refuse(Why::unknown_item, "user");
    // It was judged by what stood there; if that has changed, the caller may ask again.
    const auto now = logins_.of_user(tx, context.realm, plan.user);
    const bool as_judged = now.has_value() == plan.has_login && (!now || (now->method == plan.login.method && now->epoch == plan.login.epoch
                                                                         && same(now->email, plan.login.email) && same(now->phone, plan.login.phone)));
    if (!as_judged) return refuse(Refusal{.why = Why::busy, .retry_after = Seconds(1)});
    for (const auto kind : kinds) {
        if (plan.code(kind) && !verifications_.consume(tx, context, *plan.code(kind))) return refuse(verifications::wrong_code(kind));
    }
    const Refusal overtaken{.why = Why::password_wrong, .field = "current_password", .rule = Refusal::Rule::must_match};
    if (plan.current && sealed) {
        if (!logins_.change_password(tx, context, *plan.current, *sealed, false, false)) return refuse(overtaken);
    } else if (plan.current) {
        if (!logins_.settle_right(tx, context, *plan.current, false)) return refuse(overtaken);
    } else if (sealed && !logins_.reset_password(tx, context, plan.login, *sealed)) {
        return refuse(Refusal{.why = Why::busy, .retry_after = Seconds(1)});  // another one in the same moment
    }
    if (auto named = put_names(tx, context, plan); !named) return named;
    if (sealed) customers_.tell_password_set(tx, context, plan.login, plan.account(), {.as_reset = plan.by_staff});
    for (const auto kind : kinds) put_contact(tx, context, plan, kind);
    account_follows(tx, context, plan);
    if (plan.wanted.method) contacts_.put_method(tx, context, plan.login, *plan.wanted.method);
    const auto& wanted = plan.wanted;
    if (wanted.user_name || wanted.email || wanted.phone || plan.email_code || plan.phone_code) users_.touch(tx, context, plan.user);
    if ((plan.names && *plan.names != plan.names_before) || wanted.user_name || wanted.email || wanted.phone || wanted.method) {
        users_.touch(tx, context, plan.user);
        events_.write(tx, context, {.name = Name::user_updated, .actor = "user", .user = plan.user, .account = plan.account(),
                                    .user_name = wanted.user_name.value_or(plan.login.user_name)});
    }
    // A new address is the user's when he shows that it is (FC141); after all that ends links.
    const auto& email = wanted.email;
    if (email && !email->empty() && !plan.email_code) {
        auto login = plan.login;
        if (sealed) ++login.epoch;
        verifications_.send_token(tx, context, login, *email);
    }
    return {};
}

// Names of the user, and those that the login signs in by.
Result<void> OwnUser::put_names(db::Tx& tx, const Context& context, const Plan& plan) {
    if (plan.names && *plan.names != plan.names_before) users_.set_names(tx, context, plan.user, *plan.names);
    const bool other_email = plan.wanted.email && plan.has_login && plan.login.profile == logins::default_profile;
    // An address that was shown to be the user's signs in as well, where it is nobody else's name; any other only gets mail.
    const bool proven = plan.email_code.has_value();
    if (!plan.wanted.user_name && !other_email && !(proven && plan.has_login)) return {};
    const auto& login = plan.login;
    std::string email;
    if (plan.wanted.email ? proven : login.email.has_value()) email = plan.wanted.email.value_or(login.email ? login.email->value : std::string());
    if (!email.empty() && !proven) {  // it stays what it was
        const auto named = logins_.named(tx, context.realm, email, login.profile);
        if (!named || named->id != login.id) email.clear();
    }
    if (!email.empty() && logins_.name_taken(tx, context.realm, email, login.id, login.profile)) email.clear();
    const auto name = plan.wanted.user_name.value_or(login.user_name);
    if (auto renamed = logins_.rename(tx, context, login, name, email); !renamed) {
        auto refusal = std::move(renamed.error());
        refusal.rule = Refusal::Rule::taken;
        return refuse(std::move(refusal));
    }
    if (plan.wanted.user_name) {
        events_.write(tx, context, {.name = Name::login_changed, .reason = "user_name", .actor = "user", .user = plan.user, .account = plan.account(),
                                    .user_name = name});
    }
    return {};
}

void OwnUser::put_contact(db::Tx& tx, const Context& context, const Plan& plan, ContactKind kind) {
    const auto& wanted = plan.value(kind);
    const auto& before = plan.contact(kind);
    if (wanted) {
        users_.set_contact(tx, context, plan.user, kind, *wanted, *wanted);
        codes_.end(tx, context.realm, plan.user);  // they went to the old one
        contacts_.changed(tx, context, plan.login, kind, before ? before->value : std::string(), *wanted);
    }
    if (!plan.code(kind)) return;
    users_.verify_contact(tx, context, plan.user, kind);
    events_.write(tx, context, {.name = Name::contact_verified, .reason = field_of(kind),
                                .factor = outbox::name(kind == ContactKind::phone ? outbox::Channel::sms : outbox::Channel::email), .actor = "user",
                                .user = plan.user, .account = plan.account()});
}

// The account whose primary user he is says of him what he says of himself.
void OwnUser::account_follows(db::Tx& tx, const Context& context, const Plan& plan) {
    const auto& wanted = plan.wanted;
    if (!plan.login.account || !(plan.names || wanted.email || wanted.phone)) return;
    const auto account = accounts_.get_locked(tx, context.realm, plan.account());
    if (!account || account->user != plan.user) return;
    auto profile = account->profile;
    if (wanted.email) profile.email = *wanted.email;
    if (wanted.phone) profile.phone = *wanted.phone;
    if (plan.names) {
        profile.first_name = plan.names->given_name;
        profile.last_name = plan.names->family_name;
        profile.name.clear();
        if (accounts::shown_name(profile) != plan.names->name) profile.name = plan.names->name;
    }
    if (!accounts::differences(account->profile, profile).empty()) accounts_.update(tx, context, *account, std::move(profile));
}

}  // namespace authtickets::own_user
