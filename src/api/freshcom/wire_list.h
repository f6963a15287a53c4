// SPDX-License-Identifier: MIT
// Lists on the wire: page[number], page[size], filter[...] and search into a db::ListQuery, a page into its document. Pure. A
// page or filter that is not understood is a 400 that names the parameter.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/db/where.h>

#include "api/freshcom/wire.h"

namespace authtickets::freshcom {

struct Paging {
    std::uint32_t number = 1, size = 25;
    std::uint32_t offset() const { return (number - 1) * size; }
};
Result<Paging> paging(const http::Query&);

// An attribute as clients spell it in filter[...], and the field it is in core.
struct ListMember {
    std::string_view name;
    int field;
    // Of one whose values are words on the wire and numbers in core: none for a word that is none.
    std::optional<db::Param> (*read)(std::string_view) = nullptr;
};
struct ListForm {
    std::span<const ListMember> members;
    std::span<const db::Field> fields;
    std::span<const int> searched;  // fields of which one holds what is searched for; none: the list is not searched
    db::Order standard{};
};

// Offset, limit, order and conditions: filter[name]=value is equality, and all of them hold.
Result<db::ListQuery> list_query(const http::Query&, const ListForm&);

// Of a list that is filtered by hand: what else it is asked for is a 400.
Result<void> only_filters(const http::Query&, std::initializer_list<std::string_view> names);

// data, meta.locale, meta.totalCount (what the filter finds) and meta.allCount (without it).
Answer page(const Call&, Json::Array items, std::uint64_t total, std::uint64_t all);

}  // namespace authtickets::freshcom
