// SPDX-License-Identifier: MIT
// Links sent by mail: to set a new password, to clear a lock (RS1, TH5). 256 random bits, or the 122 of a random UUID where a
// program is to hand it on, of which a hash rests; the newest only, used once, ended by a change of the password (epoch) or of the address. Opening one spends nothing (OC10).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/rng.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/db/db.h>

namespace authtickets::links {

enum class Purpose : std::uint8_t { reset = 1, unlock = 2, email = 3 };  // stored; email: to verify the user's address
enum class Form : std::uint8_t { letters, uuid };                        // how the text looks

struct Link {
    RealmNo realm{};
    UserId user{};
    Purpose purpose{};
    std::uint32_t epoch{};
    Bytes destination{};         // hash of the address it went to
    Time created_at{}, dead_at{};
};

// rules: the address that a mail carries; `pattern` with {base}, {token} and {user}
std::string address(std::string_view pattern, std::string_view base, std::string_view token, const UserId&);
inline constexpr std::string_view reset_page = "{base}/account/reset?t={token}&u={user}";
inline constexpr std::string_view unlock_page = "{base}/account/unlock?t={token}&u={user}";
inline constexpr std::string_view verify_page = "{base}/account/verify?t={token}&u={user}";
inline constexpr std::string_view confirm_page = "{base}/account/confirm?u={user}";
inline constexpr std::string_view register_page = "{base}/account/register/code";

inline constexpr Seconds unlock_life{24 * 3600};
inline constexpr Seconds invitation_life{24 * 3600};  // to a first password
inline constexpr Seconds uuid_life{24 * 3600};        // at most, of the form uuid (RS1)
// Whether it went to this address: one that went elsewhere is dead, whenever the address was changed (RS1).
bool went_to(const Link&, std::string_view address);

class Links {
public:
    explicit Links(Rng& rng) : rng_(rng) {}

    // Takes the place of the user's older one; one statement. The text is URL-safe (kibo 6.3).
    Secret make(db::Session&, const Context&, const UserId&, Purpose, std::uint32_t epoch, std::string_view destination, Seconds life,
                Form = Form::letters);
    // A live one, of whatever realm; spends nothing.
    std::optional<Link> open(db::Session&, Time now, Purpose, const Secret& text);
    // The verdict: of two that use it, one is told true.
    bool use(db::Tx&, Time now, const Link&, const Secret& text);
    void end(db::Session&, RealmNo, const UserId&);  // all of the user's

private:
    Rng& rng_;
};

std::uint64_t purge(db::Tx&, RealmNo, Time before, unsigned most);

}  // namespace authtickets::links
