// SPDX-License-Identifier: MIT
// Registering on the pages (docs/pages.md, P19): nobody has an account before the code is shown that went to the address, so
// that a free address and a taken one are answered alike (X12). Until then nothing is stored but the code: what was filled in
// is held by the browser, sealed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/result.h>
#include <authtickets/core/codes.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/devices.h>
#include <authtickets/core/events.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/sign_in.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/users.h>

namespace authtickets::registration {

inline constexpr auto life = std::chrono::minutes(30);       // of what the browser holds
inline constexpr Seconds code_life{300};                      // X9: it is the first sign-in code too
inline constexpr unsigned code_tries = 3;                     // OC3

// What was filled in, and what of it has been shown so far.
struct Held {
    UserId user{};                       // to be
    LoginId login{};
    std::string email{}, first_name{}, last_name{}, phone{}, locale{};
    std::string sealed_password{};       // as it is stored (PW10)
    realms::DefaultStep step{};          // as it was when the form was sent
    Time begun_at{};
    std::optional<Time> email_at{};      // its code was shown; the phone's is due
    codes::Channel waits_for() const { return email_at ? codes::Channel::sms : codes::Channel::email; }
};

// rules
std::string text_of(const Held&);
std::optional<Held> held_of(std::string_view text);
bool over(const Held&, Time now);

// Where a registration stands.
struct Started {
    std::string held{};                  // for the browser to bring back; opaque, of letters of tokens
    codes::Channel channel{};
    std::string destination{};           // where the code was sent, as it was filled in
    Time sent_at{}, dead_at{};
    unsigned tries_left = 0;             // 0: another code is needed
};

// After a right code: signed in, or the next code is due.
struct Entered {
    std::optional<sign_in::SignedIn> signed_in{};
    std::optional<Started> next{};
};

class Registrations {
public:
    Registrations(crypto::Keyring& keys, Rng& rng, customers::Customers& customers, logins::Logins& logins, users::Users& users,
                  codes::Codes& codes, throttle::Throttle& throttle, events::Events& events, outbox::Outbox& outbox, sign_in::SignIn& sign_in)
        : keys_(keys), rng_(rng), customers_(customers), logins_(logins), users_(users), codes_(codes), throttle_(throttle),
          events_(events), outbox_(outbox), sign_in_(sign_in) {}

    // Sends a code to the address; to that of somebody else a notice (N10), and all else is the same. The customer has a login
    // with a password and, where second_step.default is sms, a phone. bad_parameter, missing_parameter, password_*, throttled, busy.
    Result<Started> begin(db::Db&, const Context&, const realms::Realm&, customers::NewCustomer);
    // link_dead: it is none of ours, or took too long.
    Result<Started> look(db::Db&, const Context&, std::string_view held);
    // Another code, which ends the one before. link_dead, throttled.
    Result<Started> again(db::Db&, const Context&, const realms::Realm&, std::string_view held);
    // The code. With the last one the account is made, its contacts verified, and its owner signed in. code_wrong, whose text
    // is that of sign_in::SignIn::by_code; link_dead; name_taken, when somebody has registered by the address meanwhile;
    // throttled.
    Result<Entered> enter(db::Db&, const Context&, const realms::Realm&, std::string_view held, std::string_view code,
                          const devices::Evidence&);

private:
    std::optional<Held> open(const Context&, std::string_view held);
    std::string sealed(const Context&, const Held&);
    Started started(db::Session&, const Context&, const Held&);
    Result<void> charge(db::Db&, const Context&, const realms::Realm&, const Held&);
    bool tells_owner(db::Db&, const Context&, const Held&, const std::optional<logins::Login>& owner);
    void send(db::Tx&, const Context&, const Held&, const std::optional<logins::Login>& owner, bool tells);
    Result<Entered> made(db::Tx&, const Context&, const realms::Realm&, const Held&, const devices::Evidence&);
    crypto::Keyring& keys_;
    Rng& rng_;
    customers::Customers& customers_;
    logins::Logins& logins_;
    users::Users& users_;
    codes::Codes& codes_;
    throttle::Throttle& throttle_;
    events::Events& events_;
    outbox::Outbox& outbox_;
    sign_in::SignIn& sign_in_;
};

}  // namespace authtickets::registration
