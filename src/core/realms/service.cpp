// SPDX-License-Identifier: MIT
// Realms as workers and commands use them.
#include <authtickets/core/realms.h>

#include <algorithm>

#include "core/realms/shop_profile.h"
#include "core/realms/store.h"

namespace authtickets::realms {
namespace {

constexpr auto memory = std::chrono::seconds(1);  // how long a request without SQL may believe what was read
constexpr auto domain_memory = std::chrono::seconds(5);

// What the operators' realm has from its first day: the stricter rule, and links that lead to the desk.
constexpr std::pair<std::string_view, std::string_view> operators_settings[] = {
    {"policy", "standard"},
    {"reset.link", "{base}/desk/reset?t={token}&u={user}"},
    {"unlock.link", "{base}/desk/unlock?t={token}&u={user}"},
};

bool same(const Site& a, const Site& b) {
    return a.tenant == b.tenant && a.site == b.site && a.name == b.name && a.domain == b.domain &&
           a.locale_code == b.locale_code && a.country_code == b.country_code && a.currency_code == b.currency_code;
}

tl::unexpected<Refusal> taken(std::string field, std::string text) {
    return refuse(Why::bad_parameter, std::move(field), std::move(text));
}

}  // namespace

RealmPtr Realms::read(db::Session& session, RealmNo no) {
    auto realm = store::realm(session, no);
    if (!realm) throw Fault("no realm " + std::to_string(no.value));
    realm->sites = store::sites(session, no);
    for (const auto& [name, value] : store::settings(session, no)) {
        // A value that this program cannot read (written by a newer one) leaves the default standing.
        apply_setting(realm->settings, name, value);
    }
    return std::make_shared<const Realm>(std::move(*realm));
}

RealmPtr Realms::get(db::Db& db, Time now, RealmNo no, std::optional<std::uint32_t> version) {
    auto& kept = kept_[no.value];
    // A clock that was stepped back makes what was kept look like the future: read again.
    const bool fresh = kept.realm && kept.read_at <= now && now - kept.read_at < memory;
    if (kept.realm && version && kept.realm->version == *version) {
        kept.read_at = now;
        return kept.realm;
    }
    // An older version than the one kept: it was read before the change, by somebody who may believe it a second.
    if (fresh && (!version || kept.realm->version > *version)) return kept.realm;
    kept = Kept{.realm = read(db, no), .read_at = now};
    return kept.realm;
}

RealmPtr Realms::newest(db::Db& db, Time now, RealmNo no) {
    auto& kept = kept_[no.value];
    kept = Kept{.realm = read(db, no), .read_at = now};
    return kept.realm;
}

Result<RealmPtr> Realms::add(db::Db& db, const Context& context, const NewRealm& wanted) {
    if (wanted.name.empty() || wanted.name.size() > 100) return refuse(Why::bad_parameter, "name", "must be 1 to 100 bytes");
    return db.transact([&](db::Tx& tx) -> Result<RealmPtr> {
        if (const auto there = store::by_name(tx, wanted.name)) {
            auto realm = read(tx, *there);
            if (realm->kind != Kind::shop) return taken("name", "this is the name of the operators' realm");
            const auto* site = realm->site(wanted.site.tenant, wanted.site.site);
            if (!site || !same(*site, wanted.site) || realm->address != wanted.address) {
                return taken("name", "a realm of this name exists with other values");
            }
            return realm;
        }
        if (store::owner_of_site(tx, wanted.site.tenant, wanted.site.site)) {
            return taken("site", "this tenant and site belong to another realm");
        }
        Context own = context;
        own.realm = store::insert_realm(tx, context.now, uuid_v4(rng_), Kind::shop, wanted.name, wanted.address);
        store::insert_profile(tx, context.now, own.realm, ProfileNo{1}, uuid_v4(rng_), "default");
        store::insert_site(tx, context.now, own.realm, wanted.site);
        events_.write(tx, own, {.name = events::Name::realm_added, .actor = "command"});
        return read(tx, own.realm);
    });
}

Result<RealmPtr> Realms::add_operators(db::Db& db, const Context& context, const std::string& address) {
    const auto make = [&]() -> Result<RealmPtr> {
        return db.transact([&](db::Tx& tx) -> Result<RealmPtr> {
            if (const auto there = store::by_name(tx, operators_realm)) {
                auto realm = read(tx, *there);
                if (realm->kind == Kind::operators) return realm;
                return taken("name", "a shop's realm bears the name that the operators' realm must have: " + realm->name);
            }
            Context own = context;
            own.realm = store::insert_realm(tx, context.now, uuid_v4(rng_), Kind::operators, operators_realm, address);
            store::insert_profile(tx, context.now, own.realm, ProfileNo{1}, uuid_v4(rng_), "default");
            for (const auto& [name, value] : operators_settings) store::put_setting(tx, context.now, own.realm, name, value);
            events_.write(tx, own, {.name = events::Name::realm_added, .actor = "command"});
            return read(tx, own.realm);
        });
    };
    try {
        return make();
    } catch (const db::Duplicate&) {  // the name is the lock: another has just made it
        return make();
    }
}

Result<RealmPtr> Realms::set_address(db::Db& db, const Context& context, RealmNo no, const std::string& address) {
    auto realm = db.transact([&](db::Tx& tx) -> Result<RealmPtr> {
        auto before = read(tx, no);
        if (before->address == address) return before;
        Context own = context;
        own.realm = no;
        store::set_address(tx, no, address);
        store::raise_version(tx, no);
        events_.write(tx, own, {.name = events::Name::site_changed, .actor = "command",
                                .details = Json::object({{"oldAddress", before->address}, {"address", address}})});
        return read(tx, no);
    });
    if (realm) kept_[no.value] = Kept{.realm = *realm, .read_at = context.now};
    return realm;
}

Result<RealmPtr> Realms::add_site(db::Db& db, const Context& context, RealmNo no, const Site& site) {
    return db.transact([&](db::Tx& tx) -> Result<RealmPtr> {
        if (read(tx, no)->kind != Kind::shop) return taken("realm", "the operators' realm is no shop and has no site");
        if (store::owner_of_site(tx, site.tenant, site.site)) return taken("site", "this tenant and site exist");
        Context own = context;
        own.realm = no;
        store::insert_site(tx, context.now, no, site);
        store::raise_version(tx, no);
        events_.write(tx, own, {.name = events::Name::site_added, .actor = "command",
                                .details = Json::object({{"tenant", std::int64_t{site.tenant}}, {"site", std::int64_t{site.site}}})});
        return read(tx, no);
    });
}

Result<RealmPtr> Realms::set_site(db::Db& db, const Context& context, RealmNo no, const Site& site,
                                  const std::optional<std::string>& address) {
    return db.transact([&](db::Tx& tx) -> Result<RealmPtr> {
        const auto before = read(tx, no);
        const auto* there = before->site(site.tenant, site.site);
        if (!there) return refuse(Why::unknown_item, "site");
        if (same(*there, site) && address.value_or(before->address) == before->address) return before;
        Context own = context;
        own.realm = no;
        store::update_site(tx, no, site);
        if (address) store::set_address(tx, no, *address);
        store::raise_version(tx, no);
        events_.write(tx, own, {.name = events::Name::site_changed, .actor = "command",
                                .details = Json::object({{"tenant", site.tenant}, {"site", site.site}, {"domain", site.domain}})});
        return read(tx, no);
    });
}

Result<Changes> Realms::differing(db::Session& session, RealmNo no, const Decide& decide) {
    const auto stored = store::settings(session, no);
    Settings settings;
    for (const auto& [name, value] : stored) apply_setting(settings, name, value);
    auto wanted = decide(settings);
    if (!wanted) return wanted;
    for (const auto& [name, value] : *wanted) {
        if (const auto error = apply_setting(settings, name, value)) return refuse(Why::bad_parameter, std::string(name), *error);
    }
    std::erase_if(*wanted, [&](const auto& each) {
        const auto there = stored.find(std::string(each.first));
        const auto standard = std::ranges::find(setting_table(), each.first, &Setting::name)->standard;
        return (there == stored.end() ? standard : std::string_view(there->second)) == each.second;
    });
    return wanted;
}

Result<RealmPtr> Realms::set_all(db::Db& db, const Context& context, RealmNo no, const Decide& decide) {
    // What changes nothing writes nothing: it stands for a moment before whatever others are changing now.
    const auto first = differing(db, no, decide);
    if (!first) return refuse(first.error());
    if (first->empty()) return newest(db, context.now, no);
    auto realm = db.transact([&](db::Tx& tx) -> Result<RealmPtr> {
        // The realm's row is the lock: whoever comes second waits here, and decides by what the first has left.
        store::raise_version(tx, no);
        const auto changes = differing(tx, no, decide);
        if (!changes) return refuse(changes.error());
        Context own = context;
        own.realm = no;
        const auto before = store::settings(tx, no);
        for (const auto& [name, value] : *changes) {
            const auto old_value = before.find(std::string(name));
            const auto standard = std::ranges::find(setting_table(), name, &Setting::name)->standard;
            store::put_setting(tx, context.now, no, name, value);
            events_.write(tx, own, {.name = name.starts_with("mail.") ? events::Name::mail_changed : events::Name::policy_changed,
                                    .actor = context.application == ApplicationNo{} ? "command" : "application",
                                    .details = Json::object({{"name", name},
                                                             {"old", old_value == before.end() ? standard : std::string_view(old_value->second)},
                                                             {"value", value}})});
        }
        return read(tx, no);
    });
    if (realm) kept_[no.value] = Kept{.realm = *realm, .read_at = context.now};
    return realm;
}

Result<void> Realms::set(db::Db& db, const Context& context, RealmNo no, std::string_view name, std::string_view value) {
    const auto done = set_all(db, context, no, [&](const Settings&) -> Result<Changes> { return Changes{{name, std::string(value)}}; });
    if (!done) return refuse(done.error());
    return {};
}

ShopProfile Realms::shop_profile(db::Session& session, const Realm& realm) {
    auto profile = store::shop_profile(session, realm.no).value_or(ShopProfile{});
    if (profile.name.empty()) profile.name = realm.name;
    return profile;
}

Result<ShopProfile> Realms::set_shop_profile(db::Db& db, const Context& context, RealmNo no, const ShopProfileChange& given) {
    const auto change = checked(given);
    if (!change) return refuse(change.error());
    auto done = db.transact([&](db::Tx& tx) -> std::pair<RealmPtr, ShopProfile> {
        store::raise_version(tx, no);  // the realm's row is the lock
        const auto realm = read(tx, no);
        auto own = context;
        own.realm = no;
        const std::string_view actor = context.user.empty() ? "command" : "user";
        if (change->default_step && *change->default_step != realm->settings.default_step) {
            store::put_setting(tx, context.now, no, "second_step.default", name(*change->default_step));
            events_.write(tx, own, {.name = events::Name::policy_changed, .reason = "account", .actor = actor,
                                    .details = Json::object({{"name", "second_step.default"}, {"old", name(realm->settings.default_step)},
                                                             {"value", name(*change->default_step)}})});
        }
        const auto before = shop_profile(tx, *realm);
        auto after = applied(before, *change);
        if (const auto names = differences(before, after); !names.empty()) {
            after.updated_at = context.now;
            store::put_shop_profile(tx, context.now, no, after);
            events_.write(tx, own, {.name = events::Name::policy_changed, .reason = "account", .actor = actor,
                                    .details = Json::object({{"name", "account"}, {"changed", names}})});
        }
        return {read(tx, no), std::move(after)};
    });
    kept_[no.value] = Kept{.realm = std::move(done.first), .read_at = context.now};
    return std::move(done.second);
}

std::optional<RealmNo> Realms::find(db::Session& session, std::string_view name) { return store::by_name(session, name); }
std::vector<RealmNo> Realms::list(db::Session& session) { return store::all(session); }

std::optional<RealmNo> Realms::operators(db::Session& session) {
    const auto found = store::of_kind(session, Kind::operators);
    return found.empty() ? std::optional<RealmNo>{} : found.front();
}

RealmPtr Realms::with_id(db::Db& db, Time now, const Uuid& id) {
    // An id stays its realm's for ever, so what was read once need not be asked again.
    const auto kept = std::ranges::find_if(kept_, [&](const auto& each) { return each.second.realm && each.second.realm->id == id; });
    const auto no = kept == kept_.end() ? store::by_id(db, id) : std::optional(kept->second.realm->no);
    if (!no) return nullptr;
    auto realm = get(db, now, *no);
    return realm->kind == Kind::shop ? realm : nullptr;
}

std::optional<RealmNo> Realms::at_host(db::Session& session, std::string_view host) {
    auto found = store::of_domain(session, host);
    if (const auto bare = without_port(host); found.empty() && bare != host) found = store::of_domain(session, bare);
    if (found.empty()) found = store::of_kind(session, Kind::shop);
    if (found.size() != 1) return std::nullopt;
    return found.front();
}

const Domains& Realms::domains_lately(db::Session& session, Time now) {
    const bool fresh = domains_read_at_ && *domains_read_at_ <= now && now - *domains_read_at_ < domain_memory;
    if (!fresh) {
        domains_ = store::domains(session);
        domains_read_at_ = now;
    }
    return domains_;
}

std::map<std::string, std::string> Realms::changed_settings(db::Session& session, RealmNo no) {
    return store::settings(session, no);
}

PasswordProfile Realms::default_profile(db::Session& session, RealmNo no) {
    auto profile = store::profile(session, no, ProfileNo{1});
    if (!profile) throw Fault("a realm without its default password profile");
    return std::move(*profile);
}

}  // namespace authtickets::realms
