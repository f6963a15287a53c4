// SPDX-License-Identifier: MIT
// Events, the pure part: their names, what each means to an operator, and the bytes that a row's HMAC covers.
#include <authtickets/core/events.h>

#include <array>

namespace authtickets::events {
namespace {

struct Described {
    Name name;
    std::string_view text;
    std::string_view meaning;
};

constexpr std::array described{
    Described{Name::sign_in_succeeded, "sign_in.succeeded", "A user showed a right password and got a ticket."},
    Described{Name::sign_in_failed, "sign_in.failed", "A sign-in was refused; the reason says why, the caller was not told."},
    Described{Name::login_locked, "login.locked", "Too many wrong passwords locked a login; its tickets live on."},
    Described{Name::login_unlocked, "login.unlocked", "An operator freed a locked or blocked login."},
    Described{Name::user_blocked, "user.blocked", "An operator blocked a user; all tickets of the user ended."},
    Described{Name::user_unblocked, "user.unblocked", "A block was taken back; tickets that ended stay ended."},
    Described{Name::ticket_refreshed, "ticket.refreshed", "A refresh token was exchanged for the next generation of its ticket."},
    Described{Name::refresh_grace, "refresh.grace", "A refresh token was shown again just after its exchange and got the same answer once more."},
    Described{Name::refresh_reuse, "refresh.reuse", "An old refresh token came back: it may be stolen, so the ticket ended."},
    Described{Name::ticket_ended, "ticket.ended", "A ticket was ended before its time."},
    Described{Name::account_created, "account.created", "A customer account was made; without a user it is a guest."},
    Described{Name::registration_refused, "registration.refused", "A registration named a user name or e-mail that is taken."},
    Described{Name::password_set, "password.set", "A password was set; all earlier tickets of the user ended."},
    Described{Name::application_ticket_issued, "application.ticket_issued", "An application showed its secret and got a ticket."},
    Described{Name::application_ticket_refused, "application.ticket_refused", "An old refresh token of an application came back, so its ticket ended."},
    Described{Name::application_ticket_ended, "application.ticket_ended", "An application's ticket was deleted."},
    Described{Name::application_added, "application.added", "An application was registered."},
    Described{Name::application_disabled, "application.disabled", "An application was disabled; its tickets are refused."},
    Described{Name::application_enabled, "application.enabled", "A disabled application may call again."},
    Described{Name::realm_added, "realm.added", "A realm was made."},
    Described{Name::site_added, "site.added", "A site was added to a realm."},
    Described{Name::site_changed, "site.changed", "A site or the address of its realm was changed."},
    Described{Name::setting_changed, "setting.changed", "A setting of the realm was changed."},
    Described{Name::account_updated, "account.updated", "Members of a customer account were changed; the account's own log has the fields."},
    Described{Name::account_disabled, "account.disabled", "An account was disabled; all tickets of its users ended."},
    Described{Name::account_enabled, "account.enabled", "A disabled account is active again; tickets that ended stay ended."},
    Described{Name::account_deleted, "account.deleted", "An account was deleted with the users that had no other."},
    Described{Name::login_added, "login.added", "An account that had none got a login."},
    Described{Name::password_change_failed, "password.change_failed", "A password was to be changed and the current one was not shown."},
    Described{Name::password_change_demanded, "password.change_demanded", "A user must change the password before the next sign-in, or no longer must; the reason says which."},
    Described{Name::password_breach_check_unavailable, "password.breach_check_unavailable", "A new password was taken without asking whether a breach has shown it: nobody answered in time."},
    Described{Name::realm_revoked, "realm.revoked", "Every ticket of the realm was ended by a command."},
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

}  // namespace authtickets::events
