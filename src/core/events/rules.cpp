// SPDX-License-Identifier: MIT
// Events, the pure part: their names, what each means to an operator, and the bytes that a row's HMAC covers.
#include <authtickets/core/events.h>

#include <algorithm>
#include <array>

namespace authtickets::events {
namespace {

struct Described {
    Name name;
    std::string_view text;
    std::string_view meaning;
};

constexpr std::array described{
    Described{Name::signin_success, "signin.success", "A user signed in and got a ticket; the factor says what was shown."},
    Described{Name::signin_pending, "signin.pending", "A user showed what comes first and a second step is owed; nothing is open yet."},
    Described{Name::signin_failure, "signin.failure", "A sign-in was refused; the reason says why, the caller was not told."},
    Described{Name::signin_code_sent, "signin.code_sent", "A code to sign in with was made and is on its way."},
    Described{Name::signin_token_sent, "signin.token_sent", "A one-time password token was made and is on its way."},
    Described{Name::signin_tokens_ended, "signin.tokens_ended", "Too many wrong one-time password tokens: all live ones of the user ended; the reason says whether the way in is closed for a day."},
    Described{Name::signin_new_device, "signin.new_device", "A user signed in from a device that was not seen before."},
    Described{Name::signin_new_region, "signin.new_region", "A user signed in from a region that was not seen before."},
    Described{Name::second_step_code_sent, "2fa.code_sent", "A code for the second step was made and is on its way."},
    Described{Name::second_step_success, "2fa.success", "The second step of a sign-in was right."},
    Described{Name::second_step_failure, "2fa.failure", "The second step of a sign-in was refused; the reason says why."},
    Described{Name::second_step_exhausted, "2fa.exhausted", "Too many wrong tries at the second step: the sign-in must begin anew."},
    Described{Name::second_step_paused, "2fa.paused", "Too many wrong codes of an authenticator in a row: none is taken for a time, or until an operator helps."},
    Described{Name::second_step_setup_started, "2fa.setup_started", "The set-up of an authenticator app was opened."},
    Described{Name::second_step_enabled, "2fa.enabled", "An authenticator app was turned on."},
    Described{Name::second_step_moved, "2fa.moved", "An authenticator moved to another app."},
    Described{Name::second_step_disabled, "2fa.disabled", "An authenticator app was turned off, with its recovery codes."},
    Described{Name::second_step_method_changed, "2fa.method_changed", "A user's way of the second step was changed."},
    Described{Name::recovery_codes_created, "recovery.codes_created", "A set of recovery codes was made; the one before is void."},
    Described{Name::recovery_saved_confirmed, "recovery.saved_confirmed", "A user said that the recovery codes are saved."},
    Described{Name::recovery_code_used, "recovery.code_used", "A recovery code took the place of the app's code."},
    Described{Name::recovery_failure, "recovery.failure", "A recovery code was refused; the reason says why."},
    Described{Name::recovery_empty, "recovery.empty", "The last recovery code of a set was used."},
    Described{Name::ticket_refreshed, "ticket.refreshed", "A refresh token was exchanged for the next generation of its ticket."},
    Described{Name::refresh_grace, "refresh.grace", "A refresh token was shown again just after its exchange and got the same answer once more."},
    Described{Name::refresh_reuse, "refresh.reuse", "An old refresh token came back: it may be stolen, so the ticket ended."},
    Described{Name::ticket_ended, "ticket.ended", "A ticket was ended before its time."},
    Described{Name::signout, "signout", "A user signed out."},
    Described{Name::session_ended, "session.ended", "A session was ended from the list of a user's sessions."},
    Described{Name::trust_added, "trust.added", "A device of a user is trusted from now on."},
    Described{Name::trust_removed, "trust.removed", "A device of a user is trusted no longer."},
    Described{Name::stepup_success, "stepup.success", "A signed-in user showed a factor again."},
    Described{Name::stepup_failure, "stepup.failure", "A signed-in user was asked for a factor again and did not show it."},
    Described{Name::account_created, "account.created", "A customer account was made for somebody: as a guest, in bulk or by an import, as the reason says."},
    Described{Name::account_registered, "account.registered", "A customer registered: an account was made together with its login."},
    Described{Name::registration_refused, "registration.refused", "A registration came to nothing: its name or address is taken, or a code that it asked for was wrong."},
    Described{Name::account_updated, "account.updated", "Members of a customer account were changed; the account's own log has the fields."},
    Described{Name::account_locked, "account.locked", "Too many wrong passwords locked a login; its tickets live on."},
    Described{Name::account_unlock_requested, "account.unlock_requested", "A link to unlock a login was asked for."},
    Described{Name::account_unlocked, "account.unlocked", "A login was freed: its lock and its count of wrong passwords are gone."},
    Described{Name::account_suspended, "account.suspended", "A user was blocked or an account disabled, as the reason says; all tickets of its users ended."},
    Described{Name::account_activated, "account.activated", "A block was taken back or an account enabled, as the reason says; tickets that ended stay ended."},
    Described{Name::account_deleted, "account.deleted", "An account was deleted with the users that had no other."},
    Described{Name::login_added, "login.added", "An account that had none got a login, or a user one more, in another password profile."},
    Described{Name::login_changed, "login.changed", "A login got another user name."},
    Described{Name::login_removed, "login.removed", "A login of a user was removed; all tickets of the user ended."},
    Described{Name::user_created, "user.created", "A user was made without a customer account, or at the Elastic Path door: by an application, by registering, or as one of the staff, as the reason says."},
    Described{Name::user_updated, "user.updated", "Names, an address or number, the method or the role of a user were changed."},
    Described{Name::user_deleted, "user.deleted", "A user was deleted; the accounts stay."},
    Described{Name::membership_added, "membership.added", "A user belongs to an account from now on."},
    Described{Name::membership_removed, "membership.removed", "A user belongs to an account no longer, or one of the two was deleted, as the reason says; all tickets of the user ended."},
    Described{Name::password_changed, "password.changed", "A password was set; all earlier tickets of the user ended."},
    Described{Name::password_change_failed, "password.change_failed", "A password was to be changed and the current one was not shown."},
    Described{Name::password_change_demanded, "password.change_demanded", "A user must change the password before the next sign-in, or no longer must; the reason says which."},
    Described{Name::password_breach_check_unavailable, "password.breach_check_unavailable", "A new password was taken without asking whether a breach has shown it: nobody answered in time."},
    Described{Name::password_reset_requested, "password.reset_requested", "A link to set a new password was asked for; at the Freshcom door of a name that nobody has too, as the reason says."},
    Described{Name::password_reset_sent, "password.reset_sent", "An operator had a link to set a new password sent."},
    Described{Name::password_reset_done, "password.reset_done", "A new password was set by a link; all earlier tickets of the user ended."},
    Described{Name::contact_code_sent, "contact.code_sent", "A code was made for an address or number that is to be verified, and is on its way."},
    Described{Name::contact_verified, "contact.verified", "A user showed the code that went to an address or number."},
    Described{Name::contact_changed, "contact.changed", "An address or number that a user is reached by was changed."},
    Described{Name::verification_code_sent, "contact.verification_code_sent", "A code was made for an address or number that need not be anybody's yet, and is on its way."},
    Described{Name::verification_token_sent, "contact.verification_token_sent", "A token was made by which a user verifies the address, and is on its way."},
    Described{Name::verification_failure, "contact.verification_failure", "A code or token to verify an address or number was refused; the reason says why."},
    Described{Name::application_ticket_issued, "application.ticket_issued", "An application showed its secret and got a ticket."},
    Described{Name::application_ticket_refused, "application.ticket_refused", "An old refresh token of an application came back, so its ticket ended."},
    Described{Name::application_ticket_ended, "application.ticket_ended", "An application's ticket was deleted."},
    Described{Name::application_added, "application.added", "An application was registered."},
    Described{Name::application_disabled, "application.disabled", "An application was disabled; its tickets are refused."},
    Described{Name::application_enabled, "application.enabled", "A disabled application may call again."},
    Described{Name::realm_added, "realm.added", "A realm was made."},
    Described{Name::realm_revoked, "realm.revoked", "Every ticket of the realm was ended by a command."},
    Described{Name::site_added, "site.added", "A site was added to a realm."},
    Described{Name::site_changed, "site.changed", "A site or the address of its realm was changed."},
    Described{Name::policy_changed, "policy.changed", "A setting of the realm was changed."},
    Described{Name::profile_added, "profile.added", "A password profile was added."},
    Described{Name::profile_changed, "profile.changed", "A password profile was changed; the details have what was and what is."},
    Described{Name::profile_removed, "profile.removed", "A password profile was removed."},
    Described{Name::mail_changed, "mail.changed", "A mail of the realm was changed: its switch or its text."},
    Described{Name::webhook_changed, "webhook.changed", "A subscription of the realm was added, changed or removed."},
    Described{Name::operator_signin, "operator.signin", "An operator signed in at the desk, both steps passed."},
    Described{Name::operator_changed, "operator.changed", "An operator of the shop was added, got another role or is none any more; the details have the old and the new one."},
    Described{Name::as_customer_started, "as_customer.started", "An operator began to act as a customer, for half an hour at most."},
    Described{Name::as_customer_ended, "as_customer.ended", "An operator stopped acting as a customer."},
    Described{Name::customer_viewed, "customer.viewed", "An operator opened the record of a customer."},
    Described{Name::export_made, "export.made", "An operator took a list away; the details say which, and how many rows."},
    Described{Name::delivery_failed, "delivery.failed", "A message could not be handed over; it will be tried again."},
    Described{Name::delivery_gave_up, "delivery.gave_up", "A message was given up after its last try, or because it had lost its use."},
    Described{Name::chain_verified, "chain.verified", "The trail was checked from end to end; the details say what was found."},
    Described{Name::clock_offset, "clock.offset", "The clock of this host stands apart from another; the details say by how much."},
    Described{Name::audit_purged, "audit.purged", "Events past their retention were deleted."},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < described.size(); ++i) {
        if (static_cast<std::size_t>(described[i].name) != i) return false;
    }
    return true;
}
static_assert(in_order(), "one row per Name, in the order of the enum");

struct Grouped {
    std::string_view begins;
    Group group;
};
// The first that an event's name begins with says where it belongs.
constexpr std::array grouped{
    Grouped{"signin.", Group::sign_in},          Grouped{"signout", Group::sign_in},
    Grouped{"2fa.", Group::second_step},         Grouped{"recovery.", Group::recovery},
    Grouped{"password.", Group::password},       Grouped{"account.", Group::account},
    Grouped{"registration.", Group::account},    Grouped{"login.", Group::account},
    Grouped{"user.", Group::account},            Grouped{"membership.", Group::account},
    Grouped{"profile.", Group::operators},
    Grouped{"contact.", Group::account},         Grouped{"application.ticket_", Group::tickets},
    Grouped{"ticket.", Group::tickets},          Grouped{"refresh.", Group::tickets},
    Grouped{"session.", Group::tickets},         Grouped{"trust.", Group::tickets},
    Grouped{"stepup.", Group::tickets},          Grouped{"application.", Group::operators},
    Grouped{"operator.", Group::operators},      Grouped{"as_customer.", Group::operators},
    Grouped{"customer.", Group::operators},      Grouped{"policy.", Group::operators},
    Grouped{"mail.", Group::operators},          Grouped{"webhook.", Group::operators},
    Grouped{"export.", Group::operators},        Grouped{"realm.", Group::operators},
    Grouped{"site.", Group::operators},          Grouped{"delivery.", Group::system},
    Grouped{"key.", Group::system},              Grouped{"clock.", Group::system},
    Grouped{"chain.", Group::system},            Grouped{"audit.", Group::system},
};
static_assert(std::ranges::all_of(described, [](const Described& each) {
                  return std::ranges::any_of(grouped, [&](const Grouped& group) { return each.text.starts_with(group.begins); });
              }), "every event belongs to a group");

constexpr std::array<std::string_view, 8> group_names{"sign-in", "second-step", "recovery", "password", "account", "tickets", "operators", "system"};
constexpr std::array<std::string_view, 5> origin_names{"portal", "desk", "api", "cli", "system"};

void field(ByteWriter& out, ByteView bytes) {
    out.number(static_cast<std::uint32_t>(bytes.size()));
    out.raw(bytes);
}
void field(ByteWriter& out, std::string_view text) { field(out, as_bytes(text)); }
template <class T>
void optional_id(ByteWriter& out, const std::optional<T>& id) {
    field(out, id ? ByteView(id->value.bytes) : ByteView{});
}
template <class T>
void optional_number(ByteWriter& out, const std::optional<T>& number) {
    field(out, number ? std::to_string(number->value) : std::string{});
}

}  // namespace

std::string_view name(Name name) { return described[static_cast<std::size_t>(name)].text; }
std::string_view meaning(Name name) { return described[static_cast<std::size_t>(name)].meaning; }

std::optional<Name> named(std::string_view text) {
    const auto found = std::ranges::find(described, text, &Described::text);
    return found == described.end() ? std::optional<Name>{} : found->name;
}

Bytes sealed_form(const Stored& event) {
    ByteWriter out;
    out.number(event.realm.value);
    field(out, event.id.value.bytes);
    field(out, event.name);
    field(out, sql_text(event.at));
    field(out, event.outcome);
    field(out, event.reason);
    field(out, event.factor);
    field(out, event.actor);
    optional_number(out, event.application);
    optional_id(out, event.user);
    optional_number(out, event.account);
    optional_id(out, event.ticket);
    field(out, event.request_id.bytes);
    field(out, event.details);
    field(out, event.personal_hash);
    out.number(event.key_id);
    if (event.operator_id) field(out, event.operator_id->value.bytes);  // rows of before have none, and nothing stands for it
    return out.take();
}

std::vector<Name> all_names() {
    std::vector<Name> out;
    for (const auto& each : described) out.push_back(each.name);
    return out;
}

std::string_view name(Group group) { return group_names.at(static_cast<std::size_t>(group)); }

std::optional<Group> group_named(std::string_view text) {
    const auto* const found = std::ranges::find(group_names, text);
    return found == group_names.end() ? std::optional<Group>{} : static_cast<Group>(found - group_names.begin());
}

Group group(Name event) {
    const auto* const found = std::ranges::find_if(grouped, [&](const Grouped& each) { return name(event).starts_with(each.begins); });
    return found == grouped.end() ? Group::system : found->group;  // the end is unreachable
}

std::vector<Name> names_of(Group wanted) {
    auto out = all_names();
    std::erase_if(out, [&](Name each) { return group(each) != wanted; });
    return out;
}

std::string_view actor(const Context& context) {
    if (!context.user.empty()) return "user";
    return context.application == ApplicationNo{} ? "command" : "application";
}

std::string_view name(Origin origin) { return origin_names.at(static_cast<std::size_t>(origin)); }

namespace {

std::string text_of(const Json& from, std::string_view member) {
    const auto* const found = from.find(member);
    const auto* const text = found ? found->text() : nullptr;
    return text ? *text : std::string{};
}

Json object_in(const std::string& text) {
    auto json = parse_json(text);
    return json && json->is_object() ? std::move(*json) : Json::object({});
}

// Rows of the two page doors name theirs; the others are as old as these doors are, or written behind another.
Origin origin_of(const Stored& event, std::string_view told) {
    const auto* const named = std::ranges::find(origin_names, told);
    if (named != origin_names.end()) return static_cast<Origin>(named - origin_names.begin());
    if (event.actor == "command") return Origin::cli;
    // Users and staff of the Freshcom door need no application.
    const bool api = event.application || event.actor == "user" || event.actor == "staff";
    return api ? Origin::api : Origin::system;
}

std::string kind_of(const std::string& actor) {
    if (actor == "user") return "customer";
    return actor == "command" || actor == "worker" ? "system" : actor;
}

}  // namespace

Record record(const Stored& event) {
    auto details = object_in(event.details);
    const auto personal = event.personal ? object_in(*event.personal) : Json::object({});
    Record out{.id = event.id,
               .at = event.at,
               .name = named(event.name),
               .name_text = event.name,
               .actor = kind_of(event.actor),
               .operator_id = event.operator_id,
               .origin = origin_of(event, text_of(details, "origin")),
               .address = text_of(personal, "address"),
               .browser = text_of(personal, "browser"),
               .user_name = text_of(personal, "userName"),
               .success = event.outcome == "success",
               .reason = event.reason,
               .factor = event.factor,
               .account = event.account,
               .user = event.user,
               .application = event.application,
               .request_id = event.request_id};
    if (const auto* const who = details.find("operator")) out.operator_name = text_of(*who, "name");
    for (auto& [member, value] : *details.members()) {
        if (member != "operator" && member != "origin") out.details.set(member, std::move(value));
    }
    return out;
}

// A second is sealed a minute after its end (core/seals), and an event that came later would look like one put in. So what
// lasts (a purge, hundred hashes at a loaded gate) does not carry its beginning for more than half of that.
Time recorded_at(Time begun, Time now) {
    constexpr auto long_ago = std::chrono::seconds(30);
    return now - begun > long_ago ? now : begun;
}

EventId first_of(Time time) {
    auto milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.time_since_epoch().count()));
    EventId id;
    for (std::size_t i = 6; i-- > 0; milliseconds >>= 8) id.value.bytes[i] = static_cast<std::uint8_t>(milliseconds);
    return id;
}

}  // namespace authtickets::events
