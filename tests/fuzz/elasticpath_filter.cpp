// Filters and orders of the Elastic Path door: whatever is sent, what comes out keeps the bounds and what each field allows, and
// renders. The links of a page stand for the query that was sent.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include <api/elasticpath/wire_list.h>
#include <fuzz/fuzz.h>

using namespace authtickets;
using db::Kind;
using db::Op;

namespace {

constexpr auto text_ops = db::ops(Op::eq, Op::like, Op::in, Op::empty);
constexpr auto ordered = db::ops(Op::eq, Op::gt, Op::ge, Op::lt, Op::le);
constexpr std::array fields{db::Field{.kind = Kind::id, .operators = db::ops(Op::eq, Op::in), .sortable = true},
                            db::Field{.kind = Kind::text, .operators = text_ops},
                            db::Field{.kind = Kind::text, .operators = text_ops, .may_be_empty = true},
                            db::Field{.kind = Kind::number, .operators = ordered},
                            db::Field{.kind = Kind::boolean, .operators = db::ops(Op::eq)},
                            db::Field{.kind = Kind::time, .operators = ordered, .sortable = true}};
constexpr std::array members{elasticpath::ListMember{"id", 0},    elasticpath::ListMember{"email", 1, true},
                             elasticpath::ListMember{"name", 2},  elasticpath::ListMember{"count", 3},
                             elasticpath::ListMember{"flag", 4},  elasticpath::ListMember{"created_at", 5}};
constexpr elasticpath::ListForm form{.members = members, .fields = fields, .standard = {.field = 5, .descending = true}};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    db::ListQuery query;
    if (auto where = elasticpath::filter(text, form)) query.where = std::move(*where);
    if (auto order = elasticpath::sort(text, form)) query.order = std::move(*order);

    fuzz::require(query.where.size() <= 10 && query.order.size() <= 1);
    for (const auto& each : query.where) {
        const auto& field = form.fields[static_cast<std::size_t>(each.field)];
        fuzz::require(field.takes(each.op));
        fuzz::require(each.values.empty() == (each.op == Op::empty) && each.values.size() <= 100);
        for (const auto& value : each.values) {
            const auto* const words = std::get_if<std::string>(&value);
            fuzz::require(words ? field.kind == Kind::text || field.kind == Kind::time || field.kind == Kind::id
                                : std::holds_alternative<std::int64_t>(value));
            fuzz::require(!words || !words->empty());
        }
    }
    constexpr db::Query head{"fuzz.list", "SELECT 1 FROM things WHERE realm_no = ?"};
    const std::vector<db::Column> columns(form.fields.size(), db::Column{"column"});
    const auto statement = db::listed(head, {db::param(1)}, columns, query, 0);
    fuzz::require(std::ranges::count(statement.text, '?') == static_cast<std::ptrdiff_t>(statement.params.size()));

    http::Request request;
    request.path = "/v2/things";
    request.query.add("filter", std::string(text));
    const auto page = elasticpath::page(request, elasticpath::Paging{}, 1, {});
    const auto& current = *page.find("links")->find("current")->text();
    const auto again = http::parse_query(current.substr(current.find('?') + 1));
    // What is not UTF-8 cannot have come in by a query.
    if (again) fuzz::require(again->get("filter").value_or("") == text);
    return 0;
}
