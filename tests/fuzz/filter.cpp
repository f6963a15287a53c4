// Filters and orders of lists: whatever is sent, what comes out keeps the bounds and what each field allows, and renders.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include <api/kibo/wire_list.h>
#include <fuzz/fuzz.h>

using namespace authtickets;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto& form = kibo::account_list();
    db::ListQuery query;
    if (auto where = kibo::filter(text, form)) query.where = std::move(*where);
    if (auto order = kibo::sort_by(text, form)) query.order = std::move(*order);

    fuzz::require(query.where.size() <= 10 && query.order.size() <= 5);
    for (const auto& each : query.where) {
        const auto& field = form.fields[static_cast<std::size_t>(each.field)];
        fuzz::require(field.takes(each.op));
        fuzz::require(!each.values.empty() && each.values.size() <= 100);
        for (const auto& value : each.values) {
            const auto* const words = std::get_if<std::string>(&value);
            fuzz::require(words ? field.kind == db::Kind::text || field.kind == db::Kind::time || field.kind == db::Kind::id
                                : std::holds_alternative<std::int64_t>(value));
            fuzz::require(!words || !words->empty() || field.may_be_empty);
        }
    }
    query = accounts::normal(std::move(query));
    constexpr db::Query head{"fuzz.list", "SELECT 1 FROM things WHERE realm_no = ?"};
    const std::vector<db::Column> columns(form.fields.size(), db::Column{"column"});
    const auto statement = db::listed(head, {db::param(1)}, columns, query, 0);
    fuzz::require(std::ranges::count(statement.text, '?') == static_cast<std::ptrdiff_t>(statement.params.size()));
    return 0;
}
