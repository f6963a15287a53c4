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
    Described{Name::signin_new_device, "signin.new_device", "A user signed in from a device that was not seen before."},
    Described{Name::signin_new_region, "signin.new_region", "A user signed in from a region that was not seen before."},
    Described{Name::second_step_code_sent, "2fa.code_sent", "A code for the second step was made and is on its way."},
    Described{Name::second_step_success, "2fa.success", "The second step of a sign-in was right."},
    Described{Name::second_step_failure, "2fa.failure", "The second step of a sign-in was refused; the reason says why."},
    Described{Name::second_step_exhausted, "2fa.exhausted", "Too many wrong tries at the second step: the sign-in must begin anew."},
    Described{Name::second_step_method_changed, "2fa.method_changed", "A user's way of the second step was changed."},
    Described{Name::ticket_refreshed, "ticket.refreshed", "A refresh token was exchanged for the next generation of its ticket."},
    Described{Name::refresh_grace, "refresh.grace", "A refresh token was shown again just after its exchange and got the same answer once more."},
    Described{Name::refresh_reuse, "refresh.reuse", "An old refresh token came back: it may be stolen, so the ticket ended."},
    Described{Name::ticket_ended, "ticket.ended", "A ticket was ended before its time."},
    Described{Name::session_ended, "session.ended", "A session was ended from the list of a user's sessions."},
    Described{Name::trust_added, "trust.added", "A device of a user is trusted from now on."},
    Described{Name::trust_removed, "trust.removed", "A device of a user is trusted no longer."},
    Described{Name::stepup_success, "stepup.success", "A signed-in user showed a factor again."},
    Described{Name::stepup_failure, "stepup.failure", "A signed-in user was asked for a factor again and did not show it."},
    Described{Name::account_created, "account.created", "A customer account was made for somebody: as a guest, in bulk or by an import, as the reason says."},
    Described{Name::account_registered, "account.registered", "A customer registered: an account was made together with its login."},
    Described{Name::registration_refused, "registration.refused", "A registration named a user name or e-mail that is taken."},
    Described{Name::account_updated, "account.updated", "Members of a customer account were changed; the account's own log has the fields."},
    Described{Name::account_locked, "account.locked", "Too many wrong passwords locked a login; its tickets live on."},
    Described{Name::account_unlock_requested, "account.unlock_requested", "A link to unlock a login was asked for."},
    Described{Name::account_unlocked, "account.unlocked", "A login was freed: its lock and its count of wrong passwords are gone."},
    Described{Name::account_suspended, "account.suspended", "A user was blocked or an account disabled, as the reason says; all tickets of its users ended."},
    Described{Name::account_activated, "account.activated", "A block was taken back or an account enabled, as the reason says; tickets that ended stay ended."},
    Described{Name::account_deleted, "account.deleted", "An account was deleted with the users that had no other."},
    Described{Name::login_added, "login.added", "An account that had none got a login."},
    Described{Name::password_changed, "password.changed", "A password was set; all earlier tickets of the user ended."},
    Described{Name::password_change_failed, "password.change_failed", "A password was to be changed and the current one was not shown."},
    Described{Name::password_change_demanded, "password.change_demanded", "A user must change the password before the next sign-in, or no longer must; the reason says which."},
    Described{Name::password_breach_check_unavailable, "password.breach_check_unavailable", "A new password was taken without asking whether a breach has shown it: nobody answered in time."},
    Described{Name::password_reset_requested, "password.reset_requested", "A link to set a new password was asked for, and the account is known."},
    Described{Name::password_reset_sent, "password.reset_sent", "An operator had a link to set a new password sent."},
    Described{Name::password_reset_done, "password.reset_done", "A new password was set by a link; all earlier tickets of the user ended."},
    Described{Name::contact_code_sent, "contact.code_sent", "A code was made for an address or number that is to be verified, and is on its way."},
    Described{Name::contact_verified, "contact.verified", "A user showed the code that went to an address or number."},
    Described{Name::contact_changed, "contact.changed", "An address or number that a user is reached by was changed."},
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
    Described{Name::mail_changed, "mail.changed", "A mail of the realm was changed: its switch or its text."},
    Described{Name::webhook_changed, "webhook.changed", "A subscription of the realm was added, changed or removed."},
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
    return out.take();
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
