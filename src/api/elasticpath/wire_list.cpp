// SPDX-License-Identifier: MIT
// The filter language and the paging of lists (EP10 to EP15, docs/elasticpath.md). What is not understood is a 400 that says where:
// a filter that was passed over would show a merchant other members than were asked for.
#include "api/elasticpath/wire_list.h"
#include "api/elasticpath/wire.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace authtickets::elasticpath {
namespace {

using db::Kind;
using db::Op;

constexpr std::size_t most_filter_bytes = 4096;
constexpr std::size_t most_conditions = 10;
constexpr std::size_t most_in_list = 100;
constexpr std::size_t most_named = 40;          // bytes of a name in an error text; the longest known has 11
constexpr std::uint32_t most_offset = 10'000;   // beyond it a page costs as much as all before it
constexpr std::uint32_t most_items = 100;

struct Operator {
    std::string_view name;
    Op op;
};
// Columns compare without letter case, so that like and ilike are one.
constexpr std::array operators{Operator{"eq", Op::eq},     Operator{"in", Op::in},     Operator{"gt", Op::gt},
                               Operator{"ge", Op::ge},     Operator{"lt", Op::lt},     Operator{"le", Op::le},
                               Operator{"like", Op::like}, Operator{"ilike", Op::like}, Operator{"is_null", Op::empty}};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

auto wrong(const char* parameter, std::string text) { return refuse(Why::bad_request, parameter, std::move(text)); }

// A name as it may stand in an answer: what a caller sends is not repeated at length.
std::string named(std::string_view name) {
    return name.empty() ? "a member" : name.size() <= most_named ? std::string(name) : std::string(name.substr(0, most_named)) + "...";
}

// --- filter ---

constexpr const char* form_of_filter = "must be conditions of the form operator(member,value), joined by :";

// One condition as it is written.
struct Written {
    std::string_view op{}, member{};
    std::vector<std::string> values{};
};

class FilterReader {
public:
    explicit FilterReader(std::string_view text) : text_(text) {}

    bool at_end() {
        blanks();
        return text_.empty();
    }
    bool take(char c) {
        blanks();
        if (!text_.starts_with(c)) return false;
        text_.remove_prefix(1);
        return true;
    }
    // None where the form is broken.
    std::optional<Written> condition() {
        Written out;
        out.op = word();
        if (out.op.empty() || !take('(')) return {};
        out.member = word();
        if (out.member.empty()) return {};
        while (take(',')) {
            auto next = value();
            if (!next || out.values.size() > most_in_list) return {};
            out.values.push_back(std::move(*next));
        }
        if (!take(')')) return {};
        return out;
    }

private:
    void blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(' '), text_.size())); }
    std::string_view word() {
        blanks();
        const auto end = std::ranges::find_if_not(text_, [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '.'; });
        const auto out = text_.substr(0, static_cast<std::size_t>(end - text_.begin()));
        text_.remove_prefix(out.size());
        return out;
    }
    std::optional<std::string> value() {
        blanks();
        if (text_.starts_with('"')) return in_quotes();
        const auto bare = text_.substr(0, std::min(text_.find_first_of(",()\""), text_.size()));
        text_.remove_prefix(bare.size());
        const auto out = trimmed(bare);
        if (out.empty()) return {};
        return std::string(out);
    }
    // "a \"b\" \\ c"
    std::optional<std::string> in_quotes() {
        std::string out;
        for (std::size_t at = 1; at < text_.size(); ++at) {
            if (text_[at] == '"') {
                text_.remove_prefix(at + 1);
                return out;
            }
            if (text_[at] == '\\' && ++at == text_.size()) return {};
            out += text_[at];
        }
        return {};
    }
    std::string_view text_;
};

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// A day alone is its first moment in UTC.
std::optional<Time> moment(std::string text) {
    if (text.size() == 10) text += "T00:00:00Z";
    return parse_iso8601(text);
}

Result<db::Param> value_of(const ListMember& member, const db::Field& field, std::string text) {
    const auto must_be = [&](std::string_view what) {
        return wrong("filter", std::string(member.name).append(" must be compared with ").append(what));
    };
    switch (field.kind) {
        case Kind::number:
            if (const auto number = whole_number(text)) return db::param(*number);
            return must_be("a whole number");
        case Kind::boolean:
            if (text == "true" || text == "false") return db::param(text == "true");
            return must_be("true or false");
        case Kind::time:
            if (const auto time = moment(std::move(text))) return db::param(*time);
            return must_be("a date, or a date and time in ISO 8601");
        case Kind::id:
            if (const auto id = id_in(text)) return db::param(*id);
            return must_be("a UUID");
        case Kind::text: break;
    }
    if (text.empty()) return must_be("a text that is not empty");
    if (member.address) std::ranges::replace(text, ' ', '+');
    return db::param(std::move(text));
}

Result<db::Condition> condition_of(Written written, const ListForm& form) {
    const auto known = std::ranges::find(form.members, written.member, &ListMember::name);
    if (known == form.members.end()) return wrong("filter", named(written.member) + " is no member that this list can be filtered by");
    const auto& field = form.fields[static_cast<std::size_t>(known->field)];
    const auto* const op = std::ranges::find(operators, written.op, &Operator::name);
    if (op == operators.end() || !field.takes(op->op)) {
        return wrong("filter", std::string(known->name) + " cannot be compared by " + named(written.op));
    }
    const std::size_t least = op->op == Op::empty ? 0 : 1, most = op->op == Op::in ? most_in_list : least;
    if (written.values.size() < least || written.values.size() > most) {
        return wrong("filter", named(written.op) + "(" + std::string(known->name) + ") takes " +
                                   (most == 0 ? "no value" : most == 1 ? "one value" : "1 to 100 values"));
    }
    db::Condition out{.field = known->field, .op = op->op};
    for (auto& each : written.values) {
        auto value = value_of(*known, field, std::move(each));
        if (!value) return refuse(value.error());
        out.values.push_back(std::move(*value));
    }
    return out;
}

// --- The other parameters ---

// What is given is within the bounds, or refused.
Result<std::uint32_t> count(const http::Query& query, const char* name, std::uint32_t standard, std::uint32_t least, std::uint32_t most) {
    const auto text = query.get(name);
    if (!text) return standard;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size() || value < least || value > most) {
        return wrong(name, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return value;
}

// As a part of a query: what has a meaning there, or in no address at all, is escaped.
std::string escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF", plain = "-._~!$'()*,:@/";
    std::string out;
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || plain.find(c) != plain.npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
    return out;
}

}  // namespace

Result<Paging> paging(const http::Query& query) {
    // Of two that are meant together one would be passed over in silence.
    for (const char* const name : {"filter", "sort", "page[offset]", "page[limit]"}) {
        const auto named_so = [&](const auto& pair) { return pair.first == name; };
        if (std::ranges::count_if(query.pairs(), named_so) > 1) return wrong(name, "can stand there once");
    }
    const auto offset = count(query, "page[offset]", 0, 0, most_offset);
    if (!offset) return refuse(offset.error());
    const auto limit = count(query, "page[limit]", 25, 1, most_items);
    if (!limit) return refuse(limit.error());
    return Paging{.offset = *offset, .limit = *limit};
}

Result<Paging> plain_paging(const http::Query& query) {
    for (const char* const name : {"filter", "sort"}) {
        if (query.get(name)) return wrong(name, "is not offered for this list");
    }
    return paging(query);
}

Result<std::vector<db::Condition>> filter(std::string_view text, const ListForm& form) {
    std::vector<db::Condition> out;
    if (text.size() > most_filter_bytes) return wrong("filter", "must be at most " + std::to_string(most_filter_bytes) + " bytes");
    FilterReader in(text);
    if (in.at_end()) return out;
    do {
        if (out.size() == most_conditions) return wrong("filter", "must be at most " + std::to_string(most_conditions) + " conditions");
        auto written = in.condition();
        if (!written) return wrong("filter", form_of_filter);
        auto condition = condition_of(std::move(*written), form);
        if (!condition) return refuse(condition.error());
        const bool there = std::ranges::find(out, condition->field, &db::Condition::field) != out.end();
        if (there && form.fields[static_cast<std::size_t>(condition->field)].once) {
            const auto twice = std::ranges::find(form.members, condition->field, &ListMember::field);
            return wrong("filter", std::string(twice->name) + " can stand there once");
        }
        out.push_back(std::move(*condition));
    } while (in.take(':'));
    if (!in.at_end()) return wrong("filter", form_of_filter);
    return out;
}

Result<std::vector<db::Order>> sort(std::string_view text, const ListForm& form) {
    text = trimmed(text);
    if (text.empty()) return std::vector{form.standard};
    const bool descending = text.starts_with('-');
    const auto name = text.substr(descending ? 1 : 0);
    const auto known = std::ranges::find(form.members, name, &ListMember::name);
    if (known == form.members.end() || !form.fields[static_cast<std::size_t>(known->field)].sortable) {
        return wrong("sort", named(name) + " is no member that this list can be sorted by");
    }
    return std::vector{db::Order{.field = known->field, .descending = descending}};
}

Result<db::ListQuery> list_query(const http::Query& query, const ListForm& form) {
    const auto paging = elasticpath::paging(query);
    if (!paging) return refuse(paging.error());
    auto order = sort(query.get("sort").value_or(""), form);
    if (!order) return refuse(order.error());
    auto where = filter(query.get("filter").value_or(""), form);
    if (!where) return refuse(where.error());
    db::ListQuery out;
    out.offset = paging->offset;
    out.limit = paging->limit;
    out.order = std::move(*order);
    out.where = std::move(*where);
    return out;
}

Json page(const http::Request& request, const Paging& paging, std::uint64_t total, Json::Array items, Json::Object meta) {
    std::string rest;
    for (const char* const name : {"filter", "sort"}) {
        if (const auto value = request.query.get(name)) rest.append("&").append(name).append("=").append(escaped(*value));
    }
    const std::uint64_t limit = paging.limit, offset = paging.offset;
    const auto path = request.path.substr(0, request.path.find_last_not_of('/') + 1);
    const auto link = [&](std::uint64_t at) {
        return Json(path + "?page[offset]=" + std::to_string(at) + "&page[limit]=" + std::to_string(limit) + rest);
    };
    const auto number = [](std::uint64_t value) { return Json(static_cast<std::int64_t>(value)); };
    const auto pages = std::max<std::uint64_t>(1, (total + limit - 1) / limit);
    const auto last = (pages - 1) * limit;
    const bool more = offset + limit < total;

    meta.emplace_back("page", Json::object({{"limit", number(limit)},
                                            {"offset", number(offset)},
                                            {"current", number(offset / limit + 1)},
                                            {"total", number(pages)}}));
    meta.emplace_back("results", Json::object({{"total", number(total)}}));
    return Json::object({{"data", Json(std::move(items))},
                         {"meta", Json(std::move(meta))},
                         {"links", Json::object({{"current", link(offset)},
                                                 {"first", link(0)},
                                                 {"last", pages > 1 ? link(last) : Json()},
                                                 {"next", more ? link(offset + limit) : Json()},
                                                 {"prev", offset > 0 ? link(offset - std::min(offset, limit)) : Json()}})}});
}

Json page(const http::Request& request, const db::ListQuery& query, std::uint64_t total, Json::Array items) {
    return page(request, Paging{.offset = query.offset, .limit = query.limit}, total, std::move(items));
}

}  // namespace authtickets::elasticpath
