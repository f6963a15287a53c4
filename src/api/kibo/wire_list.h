// SPDX-License-Identifier: MIT
// Lists on the wire (kibo 6.2): paging, sortBy and filter into a db::ListQuery, a page into the collection form. Pure.
#pragma once

#include <span>

#include <authtickets/db/where.h>

#include "api/kibo/wire.h"

namespace authtickets::kibo {

// A member as clients spell it, and the field it is in core. Names compare without letter case.
struct ListMember {
    std::string_view name;
    int field;
};
struct ListForm {
    std::span<const ListMember> members;
    std::span<const db::Field> fields;
};
const ListForm& account_list();
const ListForm& audit_log();
const ListForm& customer_set_list();

// startIndex, pageSize, sortBy and filter. A refusal names the parameter, and the member that was wrong.
Result<db::ListQuery> list_query(const http::Query&, const ListForm&);
// The same and q, qLimit, isAnonymous.
Result<db::ListQuery> account_list_query(const http::Query&);

Result<std::vector<db::Condition>> filter(std::string_view, const ListForm&);
Result<std::vector<db::Order>> sort_by(std::string_view, const ListForm&);

Json collection(const db::ListQuery&, std::uint64_t total, Json::Array items);
Json audit_entry(const accounts::LogEntry&);
Json customer_set(const realms::Realm&, const realms::PasswordProfile&, std::uint64_t customers);

}  // namespace authtickets::kibo
