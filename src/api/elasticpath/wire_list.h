// SPDX-License-Identifier: MIT
// Lists on the wire: page[limit], page[offset], filter and sort into a db::ListQuery, a page into its envelope. Pure. What is not
// understood is a 400 that names the parameter.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/db/where.h>

#include "api/elasticpath/wire.h"

namespace authtickets::elasticpath {

// A member as clients spell it, and the field it is in core.
struct ListMember {
    std::string_view name;
    int field;
    bool address = false;  // no blank can stand in it: one that came is a "+" which the client did not encode
};
struct ListForm {
    std::span<const ListMember> members;
    std::span<const db::Field> fields;
    db::Order standard{};  // where the call names no order: -created_at
};

struct Paging {
    std::uint32_t offset = 0, limit = 25;
};
Result<Paging> paging(const http::Query&);
// Of a list that has one order and no filter: who asks for another is refused, and does not take the first item for the wanted one.
Result<Paging> plain_paging(const http::Query&);

Result<db::ListQuery> list_query(const http::Query&, const ListForm&);
Result<std::vector<db::Condition>> filter(std::string_view, const ListForm&);
Result<std::vector<db::Order>> sort(std::string_view, const ListForm&);

// The envelope of a list: data, meta.page, meta.results and links to this page and its neighbours, which repeat the request's
// filter and order. meta: more that stands there.
Json page(const http::Request&, const Paging&, std::uint64_t total, Json::Array items, Json::Object meta = {});
Json page(const http::Request&, const db::ListQuery&, std::uint64_t total, Json::Array items);

}  // namespace authtickets::elasticpath
