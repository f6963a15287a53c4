// SPDX-License-Identifier: MIT
// SQL of core/realms: realms, sites, settings, password profiles.
#include "core/realms/store.h"

#include "core/query_lists.h"

namespace authtickets::realms {
namespace {

constexpr db::Query select_realm{"realms.get",
    "SELECT r.realm_no, r.realm_id, r.kind, r.name, r.address, r.settings_version, r.created_at, GREATEST(r.created_at, COALESCE("
    "(SELECT MAX(s.updated_at) FROM settings s WHERE s.realm_no = r.realm_no), r.created_at)), COALESCE(p.default_locale, 'en') FROM realms r "
    "LEFT JOIN realm_profiles p ON p.realm_no = r.realm_no WHERE r.realm_no = ?"};
constexpr db::Query select_sites{"realms.sites",
    "SELECT tenant_id, site_id, name, domain, locale_code, country_code, currency_code FROM sites "
    "WHERE realm_no = ? ORDER BY tenant_id, site_id"};
constexpr db::Query select_settings{"realms.settings", "SELECT name, value FROM settings WHERE realm_no = ? ORDER BY name"};
constexpr db::Query select_by_name{"realms.by_name", "SELECT realm_no FROM realms WHERE name = ?"};
constexpr db::Query select_by_id{"realms.by_id", "SELECT realm_no FROM realms WHERE realm_id = ?"};
constexpr db::Query select_all{"realms.all", "SELECT realm_no FROM realms ORDER BY realm_no"};
constexpr db::Query select_of_kind{"realms.of_kind", "SELECT realm_no FROM realms WHERE kind = ? ORDER BY realm_no LIMIT 2"};
constexpr db::Query select_of_domain{"realms.of_domain", "SELECT DISTINCT realm_no FROM sites WHERE domain = ?"};
constexpr db::Query select_domains{"realms.domains",
    "SELECT r.realm_no, COALESCE(s.domain, '') FROM realms r LEFT JOIN sites s ON s.realm_no = r.realm_no WHERE r.kind = ?"};
constexpr db::Query select_site_owner{"realms.site_owner", "SELECT realm_no FROM sites WHERE tenant_id = ? AND site_id = ?"};
constexpr db::Query select_profile{"realms.profile",
    "SELECT name, created_at FROM password_profiles WHERE realm_no = ? AND profile_no = ?"};

constexpr db::Query select_shop_profile{"realms.shop_profile",
    "SELECT name, company_name, default_locale, website_url, support_email, tech_email, caption, description, custom_data, updated_at "
    "FROM realm_profiles WHERE realm_no = ?"};
constexpr db::Query put_shop_profile_row{"realms.put_shop_profile",
    "INSERT INTO realm_profiles (realm_no, name, company_name, default_locale, website_url, support_email, tech_email, caption, description, "
    "custom_data, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE name = VALUES(name), company_name = VALUES(company_name), default_locale = VALUES(default_locale), "
    "website_url = VALUES(website_url), support_email = VALUES(support_email), tech_email = VALUES(tech_email), caption = VALUES(caption), "
    "description = VALUES(description), custom_data = VALUES(custom_data), updated_at = VALUES(updated_at)"};

constexpr db::Query insert_realm_row{"realms.insert",
    "INSERT INTO realms (realm_id, kind, name, address, settings_version, created_at) VALUES (?, ?, ?, ?, 1, ?)"};
constexpr db::Query last_number{"realms.last_number", "SELECT LAST_INSERT_ID()"};
constexpr db::Query insert_profile_row{"realms.insert_profile",
    "INSERT INTO password_profiles (realm_no, profile_no, profile_id, name, created_at) VALUES (?, ?, ?, ?, ?)"};
constexpr db::Query insert_site_row{"realms.insert_site",
    "INSERT INTO sites (realm_no, tenant_id, site_id, name, domain, locale_code, country_code, currency_code, created_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query update_site_row{"realms.update_site",
    "UPDATE sites SET name = ?, domain = ?, locale_code = ?, country_code = ?, currency_code = ? "
    "WHERE realm_no = ? AND tenant_id = ? AND site_id = ?"};
constexpr db::Query set_address_of{"realms.set_address", "UPDATE realms SET address = ? WHERE realm_no = ?"};
constexpr db::Query put_setting_row{"realms.put_setting",
    "INSERT INTO settings (realm_no, name, value, updated_at) VALUES (?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE value = VALUES(value), updated_at = VALUES(updated_at)"};
constexpr db::Query raise_version_of{"realms.raise_version",
    "UPDATE realms SET settings_version = settings_version + 1 WHERE realm_no = ?"};

RealmNo read_no(db::Row& row) { return row.next<RealmNo>(); }

}  // namespace

namespace store {

std::optional<Realm> realm(db::Session& session, RealmNo no) {
    return session.one(select_realm, [](db::Row& row) {
        Realm realm;
        row.into(realm.no);
        row.into(realm.id);
        row.into(realm.kind);
        row.into(realm.name);
        row.into(realm.address);
        row.into(realm.version);
        row.into(realm.created_at);
        row.into(realm.updated_at);
        row.into(realm.default_locale);
        return realm;
    }, no);
}

std::vector<Site> sites(db::Session& session, RealmNo no) {
    return session.all(select_sites, [](db::Row& row) {
        Site site;
        row.into(site.tenant);
        row.into(site.site);
        row.into(site.name);
        row.into(site.domain);
        row.into(site.locale_code);
        row.into(site.country_code);
        row.into(site.currency_code);
        return site;
    }, no);
}

std::map<std::string, std::string> settings(db::Session& session, RealmNo no) {
    std::map<std::string, std::string> out;
    session.all(select_settings, [&](db::Row& row) {
        auto name = row.next<std::string>();
        out[std::move(name)] = row.next<std::string>();
        return 0;
    }, no);
    return out;
}

std::optional<RealmNo> by_name(db::Session& session, std::string_view name) { return session.one(select_by_name, read_no, name); }

std::optional<RealmNo> by_id(db::Session& session, const Uuid& id) { return session.one(select_by_id, read_no, id); }

std::vector<RealmNo> all(db::Session& session) { return session.all(select_all, read_no); }

std::vector<RealmNo> of_kind(db::Session& session, Kind kind) { return session.all(select_of_kind, read_no, kind); }

std::vector<RealmNo> of_domain(db::Session& session, std::string_view domain) {
    return session.all(select_of_domain, read_no, domain);
}

Domains domains(db::Session& session) {
    return session.all(select_domains, [](db::Row& row) {
        const auto realm = read_no(row);
        return std::pair(row.next<std::string>(), realm);
    }, Kind::shop);
}

std::optional<RealmNo> owner_of_site(db::Session& session, std::uint32_t tenant, std::uint32_t site) {
    return session.one(select_site_owner, read_no, tenant, site);
}

std::optional<PasswordProfile> profile(db::Session& session, RealmNo realm, ProfileNo no) {
    return session.one(select_profile, [](db::Row& row) {
        PasswordProfile profile;
        row.into(profile.name);
        row.into(profile.created_at);
        return profile;
    }, realm, no);
}

std::optional<ShopProfile> shop_profile(db::Session& session, RealmNo no) {
    return session.one(select_shop_profile, [](db::Row& row) {
        ShopProfile profile;
        row.into(profile.name);
        row.into(profile.company_name);
        row.into(profile.default_locale);
        row.into(profile.website_url);
        row.into(profile.support_email);
        row.into(profile.tech_email);
        row.into(profile.caption);
        row.into(profile.description);
        auto data = parse_json(row.next<std::string>(), {.depth = 20, .members = 210});
        if (!data || !data->is_object()) throw Fault("realm_profiles.custom_data holds no JSON object");
        profile.custom_data = std::move(*data);
        row.into(profile.updated_at);
        return profile;
    }, no);
}

void put_shop_profile(db::Tx& tx, Time now, RealmNo no, const ShopProfile& profile) {
    tx.run(put_shop_profile_row, no, profile.name, profile.company_name, profile.default_locale, profile.website_url, profile.support_email,
           profile.tech_email, profile.caption, profile.description, profile.custom_data.dump(), now);
}

RealmNo insert_realm(db::Tx& tx, Time now, const Uuid& id, Kind kind, std::string_view name, std::string_view address) {
    tx.run(insert_realm_row, id, kind, name, address, now);
    return tx.one(last_number, read_no).value();
}

void insert_profile(db::Tx& tx, Time now, RealmNo realm, ProfileNo no, const Uuid& id, std::string_view name) {
    tx.run(insert_profile_row, realm, no, id, name, now);
}

void insert_site(db::Tx& tx, Time now, RealmNo realm, const Site& site) {
    tx.run(insert_site_row, realm, site.tenant, site.site, site.name, site.domain, site.locale_code, site.country_code,
           site.currency_code, now);
}

void update_site(db::Tx& tx, RealmNo realm, const Site& site) {
    tx.run(update_site_row, site.name, site.domain, site.locale_code, site.country_code, site.currency_code, realm, site.tenant,
           site.site);
}

void set_address(db::Tx& tx, RealmNo realm, std::string_view address) { tx.run(set_address_of, address, realm); }

void put_setting(db::Tx& tx, Time now, RealmNo realm, std::string_view name, std::string_view value) {
    tx.run(put_setting_row, realm, name, value, now);
}

void raise_version(db::Tx& tx, RealmNo realm) { tx.run(raise_version_of, realm); }

}  // namespace store

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_realm, &select_sites, &select_settings, &select_by_name, &select_by_id, &select_all, &select_of_kind, &select_of_domain, &select_domains, &select_site_owner, &select_profile,
                           &select_shop_profile, &put_shop_profile_row,
                           &insert_realm_row, &last_number, &insert_profile_row, &insert_site_row, &update_site_row, &set_address_of, &put_setting_row,
                           &raise_version_of});
}

}  // namespace authtickets::realms
