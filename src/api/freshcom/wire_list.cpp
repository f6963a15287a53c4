// SPDX-License-Identifier: MIT
// Paging, filters and search of lists (FC12 to FC14, docs/freshcom.md). What is not understood is a 400: a filter that was passed
// over would show others than were asked for.
#include "api/freshcom/wire_list.h"

#include <algorithm>
#include <charconv>

namespace authtickets::freshcom {
namespace {

constexpr std::uint32_t most_items = 100;
constexpr std::uint32_t most_reached = 10'000;  // records; beyond them a page costs as much as all before it
constexpr std::size_t most_searched = 200;     // bytes
constexpr std::string_view filter_head = "filter[";

// The field names the parameter in the query, "?" before it.
auto wrong(std::string_view parameter, std::string text) {
    return refuse(Why::bad_request, "?" + std::string(parameter), std::move(text));
}

Result<std::uint32_t> count(const http::Query& query, const char* name, std::uint32_t standard, std::uint32_t most) {
    const auto text = query.get(name);
    if (!text) return standard;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size() || value < 1 || value > most) {
        return wrong(name, "must be a whole number from 1 to " + std::to_string(most));
    }
    return value;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<db::Param> value_of(const ListMember& member, db::Kind kind, const std::string& text) {
    if (member.read) return member.read(text);
    switch (kind) {
        case db::Kind::number:
            if (const auto number = whole_number(text)) return db::param(*number);
            return {};
        case db::Kind::boolean:
            if (text == "true" || text == "false") return db::param(text == "true");
            return {};
        case db::Kind::time:
            if (const auto time = parse_iso8601(text)) return db::param(*time);
            return {};
        case db::Kind::id:
            if (const auto id = id_of(text)) return db::param(*id);
            return {};
        case db::Kind::text: break;
    }
    return db::param(text);
}

}  // namespace

Result<Paging> paging(const http::Query& query) {
    const auto size = count(query, "page[size]", Paging{}.size, most_items);
    if (!size) return refuse(size.error());
    const auto number = count(query, "page[number]", 1, most_reached / *size);
    if (!number) return refuse(number.error());
    return Paging{.number = *number, .size = *size};
}

Result<db::ListQuery> list_query(const http::Query& query, const ListForm& form) {
    const auto paging = freshcom::paging(query);
    if (!paging) return refuse(paging.error());
    db::ListQuery out;
    out.offset = paging->offset();
    out.limit = paging->size;
    out.order = {form.standard};
    for (const auto& [name, value] : query.pairs()) {
        if (!name.starts_with(filter_head) || !name.ends_with(']')) continue;
        const auto member_name = std::string_view(name).substr(filter_head.size(), name.size() - filter_head.size() - 1);
        const auto known = std::ranges::find(form.members, member_name, &ListMember::name);
        if (known == form.members.end()) return wrong(name, "is no attribute that this list can be filtered by");
        if (std::ranges::find(out.where, known->field, &db::Condition::field) != out.where.end()) return wrong(name, "can stand there once");
        auto param = value_of(*known, form.fields[static_cast<std::size_t>(known->field)].kind, value);
        if (!param) return wrong(name, "has a value that the attribute cannot have");
        out.where.push_back({.field = known->field, .op = db::Op::eq, .values = {std::move(*param)}});
    }
    if (const auto searched = query.get("search")) {
        if (form.searched.empty()) return wrong("search", "is not offered for this list");
        if (searched->size() > most_searched) return wrong("search", "must be at most " + std::to_string(most_searched) + " bytes");
        db::Either any;
        for (const int field : form.searched) any.push_back({.field = field, .op = db::Op::contains, .values = {db::param(*searched)}});
        out.words.push_back(std::move(any));
    }
    return out;
}

Result<void> only_filters(const http::Query& query, std::initializer_list<std::string_view> names) {
    for (const auto& [name, value] : query.pairs()) {
        if (name == "search") return wrong(name, "is not offered for this list");
        if (!name.starts_with(filter_head) || !name.ends_with(']')) continue;
        const auto member = std::string_view(name).substr(filter_head.size(), name.size() - filter_head.size() - 1);
        if (std::ranges::find(names, member) == names.end()) return wrong(name, "is no attribute that this list can be filtered by");
    }
    return {};
}

Answer page(const Call& call, Json::Array items, std::uint64_t total, std::uint64_t all) {
    const auto number = [](std::uint64_t value) { return Json(static_cast<std::int64_t>(value)); };
    return {200, Json::object({{"data", Json(std::move(items))},
                               {"meta", Json::object({{"locale", locale_of(call)}, {"totalCount", number(total)}, {"allCount", number(all)}})}})};
}

}  // namespace authtickets::freshcom
