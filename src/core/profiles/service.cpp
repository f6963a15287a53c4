// SPDX-License-Identifier: MIT
// Password profiles: made, changed and removed, each change with its event.
#include <authtickets/core/profiles.h>

#include "core/profiles/store.h"

namespace authtickets::profiles {
namespace {

using events::Name;

// Between 2 and 2^31, by chance: a number that was somebody's once names no other profile later.
ProfileNo drawn(Rng& rng) {
    std::uint32_t number = 0;
    while (number < 2) {
        number = 0;
        for (const auto byte : rng.bytes<4>()) number = number << 8U | byte;
        number &= 0x7FFF'FFFFU;
    }
    return ProfileNo{number};
}

Json described(const Profile& profile) {
    return Json::object({{"name", profile.name}, {"nameFormat", name(profile.format)}, {"oneTimeTokens", profile.one_time_tokens}});
}

}  // namespace

std::optional<Profile> Profiles::find(db::Session& session, RealmNo realm, const ProfileId& id) { return store::find(session, realm, id); }

std::optional<Profile> Profiles::find(db::Session& session, RealmNo realm, ProfileNo no) { return store::find(session, realm, no); }

std::optional<Profile> Profiles::held(db::Tx& tx, RealmNo realm, const ProfileId& id) { return store::find_shared(tx, realm, id); }

db::Page<Profile> Profiles::list(db::Session& session, RealmNo realm, std::uint32_t offset, std::uint32_t limit) {
    const auto total = store::count(session, realm);
    return {.items = store::list(session, realm, offset, limit), .total = total};
}

void Profiles::tell(db::Tx& tx, const Context& context, Name event, const Profile& profile, const std::optional<Profile>& before) {
    auto details = Json::object({{"profile", dashed(profile.id.value)}});
    if (before) details.set("old", described(*before));
    if (event != Name::profile_removed) details.set("value", described(profile));
    events_.write(tx, context, {.name = event, .actor = context.application == ApplicationNo{} ? "command" : "application",
                                .details = std::move(details)});
}

Result<Profile> Profiles::add(db::Db& db, const Context& context, const NewProfile& given) {
    auto fine = checked(given);
    if (!fine) return refuse(fine.error());
    return db.transact([&](db::Tx& tx) -> Result<Profile> {
        if (store::count(tx, context.realm) >= most) {
            return refuse(Why::in_use, "profiles", "a realm has at most " + std::to_string(most) + " password profiles");
        }
        const Profile profile{.no = drawn(rng_),
                              .id = ProfileId{uuid_v4(rng_)},
                              .name = fine->name,
                              .format = fine->format,
                              .one_time_tokens = fine->one_time_tokens,
                              .created_at = context.now,
                              .updated_at = context.now};
        store::insert(tx, context.realm, profile);
        tell(tx, context, Name::profile_added, profile);
        return profile;
    });
}

Result<Profile> Profiles::update(db::Db& db, const Context& context, const ProfileId& id, const Change& change) {
    return db.transact([&](db::Tx& tx) -> Result<Profile> {
        const auto before = store::find_locked(tx, context.realm, id);
        if (!before) return refuse(Why::unknown_item, "profile");
        auto fine = checked({.name = change.name.value_or(before->name),
                             .format = change.format.value_or(before->format),
                             .one_time_tokens = change.one_time_tokens.value_or(before->one_time_tokens)});
        if (!fine) return refuse(fine.error());
        auto after = *before;
        after.name = fine->name;
        after.format = fine->format;
        after.one_time_tokens = fine->one_time_tokens;
        if (after.name == before->name && after.format == before->format && after.one_time_tokens == before->one_time_tokens) return before.value();
        after.updated_at = context.now;
        store::update(tx, context.realm, after);
        tell(tx, context, Name::profile_changed, after, before);
        return after;
    });
}

Result<void> Profiles::remove(db::Db& db, const Context& context, const ProfileId& id) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        const auto profile = store::find_locked(tx, context.realm, id);
        if (!profile) return refuse(Why::unknown_item, "profile");
        if (profile->is_default()) return refuse(Why::in_use, "profile", "the first password profile of a realm cannot be removed");
        if (store::in_use(tx, context.realm, profile->no)) return refuse(Why::in_use, "profile", "somebody has a user name in this password profile");
        store::remove(tx, context.realm, profile->no);
        tell(tx, context, Name::profile_removed, *profile);
        return {};
    });
}

}  // namespace authtickets::profiles
