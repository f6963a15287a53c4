// SPDX-License-Identifier: MIT
// The operations of the Freshcom door, one file per resource. An operation turns its document into a command, calls one service
// and turns the result back. What a row of the route table demands has been met before it runs: the realm is known, and who
// calls is one of the row's roles.
#pragma once

#include <authtickets/door/route.h>

#include "api/freshcom/wire.h"
#include "api/freshcom/wire_list.h"

namespace authtickets::freshcom {

// --- Shared by the operations (rights.cpp)

// The ticket of the user who calls. To be asked only where is_guest() is ruled out: Fault otherwise.
const tickets::Ticket& caller(const Call&);
bool is_guest(const Call&);
bool is_staff(const Call&);
// The UUID at this place of the path; unknown_item for what is none: such an id belongs to nothing.
Result<Uuid> id_in_path(const Call&, std::size_t place = 0);
// The realm of a call that needs no token: the token's, or the Host's; ticket_invalid when neither names one.
Result<realms::RealmPtr> realm_of(const Call&);

// What is wrong with the body so far, for core to tell with what it finds.
std::vector<Refusal> found_in(const Attributes&);
// What was typed for a secret; none for an empty one.
std::optional<Secret> typed_secret(Attributes&, std::string_view name);
// The user who calls, changed by the user (user.cpp).
Result<Answer> change_own_user(App&, const Context&, const Call&);

// --- The resources

// Not a document but OAuth's own form, so they answer for themselves.
namespace tokens {
Result<http::Response> create(App&, const Context&, const Call&);
}  // namespace tokens

namespace refresh_token {
Result<Answer> get(App&, const Context&, const Call&);
}  // namespace refresh_token

namespace account {
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
}  // namespace account

namespace user {
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
}  // namespace user

namespace users {
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
Result<Answer> remove(App&, const Context&, const Call&);
}  // namespace users

namespace phone_verification_codes {
Result<Answer> create(App&, const Context&, const Call&);
}  // namespace phone_verification_codes

namespace email_verification_codes {
Result<Answer> create(App&, const Context&, const Call&);
}  // namespace email_verification_codes

namespace email_verification_tokens {
Result<Answer> create(App&, const Context&, const Call&);
}  // namespace email_verification_tokens

namespace email_verifications {
Result<Answer> create(App&, const Context&, const Call&);
}  // namespace email_verifications

namespace customer {
Result<Answer> get(App&, const Context&, const Call&);
}  // namespace customer

namespace customers {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
Result<Answer> remove(App&, const Context&, const Call&);
}  // namespace customers

namespace password_reset_tokens {
Result<Answer> create(App&, const Context&, const Call&);
}  // namespace password_reset_tokens

namespace password {
Result<Answer> update(App&, const Context&, const Call&);
}  // namespace password

namespace passwords {
Result<Answer> update(App&, const Context&, const Call&);
}  // namespace passwords

namespace notification_triggers {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
Result<Answer> remove(App&, const Context&, const Call&);
}  // namespace notification_triggers

namespace email_templates {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
Result<Answer> remove(App&, const Context&, const Call&);
}  // namespace email_templates

namespace sms_templates {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
Result<Answer> remove(App&, const Context&, const Call&);
}  // namespace sms_templates

namespace emails {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
}  // namespace emails

namespace sms {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
}  // namespace sms

}  // namespace authtickets::freshcom
