// SPDX-License-Identifier: MIT
// The statements of core/realms.
#pragma once

#include <authtickets/core/realms.h>

namespace authtickets::realms::store {

std::optional<Realm> realm(db::Session&, RealmNo);  // without sites and settings
std::vector<Site> sites(db::Session&, RealmNo);
std::map<std::string, std::string> settings(db::Session&, RealmNo);
std::optional<RealmNo> by_id(db::Session&, const Uuid&);
std::optional<RealmNo> by_name(db::Session&, std::string_view name);
std::vector<RealmNo> all(db::Session&);
std::vector<RealmNo> of_kind(db::Session&, Kind);  // the first two: whether there is one, and whether it is the only one
std::vector<RealmNo> of_domain(db::Session&, std::string_view domain);
Domains domains(db::Session&);
std::optional<RealmNo> owner_of_site(db::Session&, std::uint32_t tenant, std::uint32_t site);
std::optional<PasswordProfile> profile(db::Session&, RealmNo, ProfileNo);
std::optional<ShopProfile> shop_profile(db::Session&, RealmNo);
void put_shop_profile(db::Tx&, Time now, RealmNo, const ShopProfile&);

RealmNo insert_realm(db::Tx&, Time now, const Uuid& id, Kind, std::string_view name, std::string_view address);
void insert_profile(db::Tx&, Time now, RealmNo, ProfileNo, const Uuid& id, std::string_view name);
void insert_site(db::Tx&, Time now, RealmNo, const Site&);
void update_site(db::Tx&, RealmNo, const Site&);
void set_address(db::Tx&, RealmNo, std::string_view address);
void put_setting(db::Tx&, Time now, RealmNo, std::string_view name, std::string_view value);
void raise_version(db::Tx&, RealmNo);

}  // namespace authtickets::realms::store
