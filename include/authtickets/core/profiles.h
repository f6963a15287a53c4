// SPDX-License-Identifier: MIT
// Password profiles: where login names are unique, what a name may be, and whether one-time password tokens are sent
// (docs/elasticpath.md). Every realm has a default one, which the Kibo door and our own pages sign in with.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/result.h>
#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/db/db.h>
#include <authtickets/db/where.h>

namespace authtickets::profiles {

using ProfileId = UuidOf<struct ProfileIdTag>;

inline constexpr std::uint64_t most = 100;  // of a realm

// What names of logins that are made or changed from now on must be.
enum class NameFormat : std::uint8_t { any = 1, email = 2 };  // stored
std::string_view name(NameFormat);                            // "email"
std::optional<NameFormat> format_named(std::string_view);

struct Profile {
    ProfileNo no{};
    ProfileId id{};
    std::string name{};
    NameFormat format = NameFormat::any;
    bool one_time_tokens = false;  // whether they are made and sent
    Time created_at{}, updated_at{};
    bool is_default() const { return no == ProfileNo{1}; }
};

struct NewProfile {
    std::string name{};
    NameFormat format = NameFormat::any;
    bool one_time_tokens = false;
};

// What is absent stays as it is.
struct Change {
    std::optional<std::string> name{};
    std::optional<NameFormat> format{};
    std::optional<bool> one_time_tokens{};
};

// rules. bad_parameter or missing_parameter for "name".
Result<NewProfile> checked(NewProfile);
// May a login of the profile have this name? bad_parameter for "user_name".
Result<void> fits(const Profile&, std::string_view user_name);

class Profiles {
public:
    Profiles(Rng& rng, events::Events& events) : rng_(rng), events_(events) {}

    std::optional<Profile> find(db::Session&, RealmNo, const ProfileId&);
    std::optional<Profile> find(db::Session&, RealmNo, ProfileNo);
    // The default one first, then by time.
    db::Page<Profile> list(db::Session&, RealmNo, std::uint32_t offset, std::uint32_t limit);
    // The same as find(), and nobody removes it before the transaction ends: for who adds a login to it.
    std::optional<Profile> held(db::Tx&, RealmNo, const ProfileId&);

    Result<Profile> add(db::Db&, const Context&, const NewProfile&);  // in_use with the field "profiles": there are as many as can be
    Result<Profile> update(db::Db&, const Context&, const ProfileId&, const Change&);  // unknown_item, bad_parameter
    // in_use: the default one, and one that has logins. unknown_item.
    Result<void> remove(db::Db&, const Context&, const ProfileId&);

private:
    void tell(db::Tx&, const Context&, events::Name, const Profile&, const std::optional<Profile>& before = {});
    Rng& rng_;
    events::Events& events_;
};

}  // namespace authtickets::profiles
