// SPDX-License-Identifier: MIT
// The statements of core/applications.
#pragma once

#include <authtickets/core/applications.h>

namespace authtickets::applications::store {

struct Found {
    Application application;
    std::string secret_hash;
    std::uint32_t realm_version{};
    std::optional<Grant> grant;
};
std::optional<Found> by_client_id(db::Session&, std::string_view client_id);
std::optional<Found> by_number(db::Session&, RealmNo, ApplicationNo);
std::optional<Found> by_token(db::Session&, RealmNo, const ApplicationTokenId&);
std::optional<Found> by_token_causally(db::Session&, RealmNo, const ApplicationTokenId&);
std::optional<Found> by_token_locked(db::Tx&, RealmNo, const ApplicationTokenId&);

void insert_grant(db::Tx&, const Grant&);
bool rotate(db::Tx&, const Grant&, std::uint32_t from_generation, Time now);
bool remove_grant(db::Tx&, RealmNo, const ApplicationTokenId&);

ApplicationNo insert(db::Tx&, const Application&, const crypto::Digest& secret_hash);
void remove_grants(db::Tx&, RealmNo, std::string_view client_id);
bool set_disabled(db::Tx&, RealmNo, std::string_view client_id, std::optional<Time>);
std::vector<Application> list(db::Session&, RealmNo);

}  // namespace authtickets::applications::store
