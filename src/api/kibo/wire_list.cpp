// SPDX-License-Identifier: MIT
// The filter language and the paging of lists (kibo 6.2). What is not understood is a 400 that says where: a filter that was
// passed over would show a merchant other customers than were asked for.
#include "api/kibo/wire_list.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace authtickets::kibo {
namespace {

using accounts::Field;
using accounts::LogField;
using Op = db::Op;
using Kind = db::Kind;

constexpr std::size_t most_filter_bytes = 4096;
constexpr std::size_t most_conditions = 10;
constexpr std::size_t most_in_list = 100;
constexpr std::size_t most_orders = 5;
constexpr std::size_t most_words = 5;
constexpr std::size_t most_named = 40;      // bytes of a member's name in an error text; the longest known has 21
constexpr std::uint32_t most_offset = 10'000;  // beyond it a page costs as much as all before it
constexpr std::uint32_t most_items = 200;

constexpr ListMember member(std::string_view name, Field field) { return {name, static_cast<int>(field)}; }
constexpr ListMember member(std::string_view name, LogField field) { return {name, static_cast<int>(field)}; }

constexpr std::array account_members{
    member("id", Field::no),
    member("emailAddress", Field::email),
    member("firstName", Field::first_name),
    member("lastName", Field::last_name),
    member("companyOrOrganization", Field::company),
    member("externalId", Field::external_id),
    member("userId", Field::user),
    member("userName", Field::user_name),
    member("isActive", Field::active),
    member("isAnonymous", Field::guest),
    member("customerSinceDate", Field::customer_since_at),
    member("auditInfo.createDate", Field::created_at),
    member("auditInfo.updateDate", Field::updated_at),
    member("createDate", Field::created_at),
    member("updateDate", Field::updated_at),
};
constexpr std::array log_members{
    member("customerAuditEntryId", LogField::no),
    member("entryDate", LogField::at),
};
// Of the one set there is, any order is the same.
constexpr std::array set_members{ListMember{"code", 0}, ListMember{"name", 1}};
constexpr std::array set_fields{db::Field{.kind = Kind::text, .sortable = true}, db::Field{.kind = Kind::text, .sortable = true}};

struct Operator {
    std::string_view name;
    Op op;
};
constexpr std::array operators{Operator{"eq", Op::eq}, Operator{"ne", Op::ne}, Operator{"gt", Op::gt},
                               Operator{"ge", Op::ge}, Operator{"lt", Op::lt}, Operator{"le", Op::le},
                               Operator{"sw", Op::starts}, Operator{"cont", Op::contains}, Operator{"in", Op::in}};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> out;
    for (std::size_t begin = 0;;) {
        const auto end = text.find(at, begin);
        out.push_back(trimmed(text.substr(begin, end == text.npos ? end : end - begin)));
        if (end == text.npos) return out;
        begin = end + 1;
    }
}

const ListMember* find_member(const ListForm& form, std::string_view name) {
    const auto found = std::ranges::find_if(form.members, [&](const auto& each) { return same(each.name, name); });
    return found == form.members.end() ? nullptr : &*found;
}

const db::Field& field_of(const ListForm& form, int field) { return form.fields[static_cast<std::size_t>(field)]; }

// A name as it may stand in an answer: what a caller sends is not repeated at length.
std::string named(std::string_view name) {
    return name.empty() ? "a member" : name.size() <= most_named ? std::string(name) : std::string(name.substr(0, most_named)) + "...";
}

auto wrong(const char* parameter, std::string text) { return refuse(Why::bad_parameter, parameter, std::move(text)); }

// --- filter ---

// A value as it stands in the filter, before its member says what it must be.
struct Written {
    std::string text;
    bool quoted = false;
    bool is_null() const { return !quoted && same(text, "null"); }
};

constexpr const char* form_of_filter = "must be conditions of the form: member operator value, joined by and";

class FilterReader {
public:
    explicit FilterReader(std::string_view text) : text_(text) {}

    bool at_end() {
        blanks();
        return text_.empty();
    }
    std::string_view word() {
        blanks();
        const auto end = std::ranges::find_if_not(text_, [](char c) {
            return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
        });
        return take(static_cast<std::size_t>(end - text_.begin()));
    }
    // False where there is none, or no blank between the one before and what comes.
    bool between() {
        if (text_.empty() || text_.front() != ' ') return false;
        blanks();
        return true;
    }
    bool next_is(char c) {
        blanks();
        return text_.starts_with(c);
    }
    bool take_and() {
        const auto length = joint();
        take(length);
        return length > 0;
    }

    // None when a quote is not closed or nothing stands there.
    std::optional<Written> value() {
        blanks();
        if (auto quoted = in_quotes()) return quoted;
        // Where a value was left out, the next condition is not one. A name that begins so is written in quotes.
        if (failed_ || same(text_.substr(0, 4), "and ")) return std::nullopt;
        std::size_t end = 0;
        while (end < text_.size() && FilterReader(text_.substr(end)).joint() == 0) ++end;
        return bare(take(end));
    }
    std::optional<std::vector<Written>> list() {
        std::vector<Written> out;
        take(1);  // the bracket
        do {
            blanks();
            auto each = in_quotes();
            if (!each && !failed_) each = bare(take(std::min(text_.find_first_of(",]"), text_.size())));
            blanks();
            if (!each || text_.empty() || out.size() > most_in_list) return std::nullopt;
            out.push_back(std::move(*each));
        } while (take(1) == ",");
        return last_ == ']' ? std::optional(std::move(out)) : std::nullopt;
    }

private:
    std::string_view take(std::size_t count) {
        const auto out = text_.substr(0, count);
        if (!out.empty()) last_ = out.back();
        text_.remove_prefix(out.size());
        return out;
    }
    void blanks() { take(std::min(text_.find_first_not_of(' '), text_.size())); }

    // The length of " and " at this place, 0 when something else stands here. At the end of the text the last blank may lack.
    std::size_t joint() const {
        const auto begin = std::min(text_.find_first_not_of(' '), text_.size());
        if (begin == 0 || !same(text_.substr(begin, 3), "and")) return 0;
        const auto end = begin + 3;
        return end == text_.size() || text_[end] == ' ' ? end : 0;
    }

    static std::optional<Written> bare(std::string_view text) {
        text = trimmed(text);
        if (text.empty()) return std::nullopt;
        return Written{.text = std::string(text)};
    }

    // 'it''s' and datetime'...'; none with failed_ when the quote is not closed.
    std::optional<Written> in_quotes() {
        constexpr std::string_view prefix = "datetime'";
        const bool typed = same(text_.substr(0, prefix.size()), prefix);
        if (!typed && !text_.starts_with('\'')) return std::nullopt;
        take(typed ? prefix.size() : 1);
        Written out{.quoted = true};
        while (!text_.empty()) {
            const char c = text_.front();
            if (c == '\'' && !text_.substr(1).starts_with('\'')) {
                take(1);
                return out;
            }
            out.text += c;
            take(c == '\'' ? 2 : 1);
        }
        failed_ = true;
        return std::nullopt;
    }

    std::string_view text_;
    char last_ = 0;
    bool failed_ = false;
};

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<bool> truth(std::string_view text) {
    if (same(text, "true")) return true;
    if (same(text, "false")) return false;
    return std::nullopt;
}

// A day alone is its first moment in UTC.
std::optional<Time> moment(std::string text) {
    for (char& c : text) c = c == 't' ? 'T' : c == 'z' ? 'Z' : c;
    if (text.size() == 10) text += "T00:00:00Z";
    return parse_iso8601(text);
}

// The value as the field's kind wants it.
Result<db::Param> value_of(std::string_view name, const db::Field& field, Op op, const Written& written) {
    const auto must_be = [&](std::string_view what) {
        return wrong("filter", std::string(name).append(" must be compared with ").append(what));
    };
    switch (field.kind) {
        case Kind::number:
            if (const auto number = whole_number(written.text)) return db::param(*number);
            return must_be("a whole number");
        case Kind::boolean:
            if (const auto value = truth(written.text)) return db::param(*value);
            return must_be("true or false");
        case Kind::time:
            if (const auto time = moment(written.text)) return db::param(*time);
            return must_be("a date, or a date and time in ISO 8601");
        case Kind::id:
            if (const auto id = parse_uuid(written.text)) return db::param(*id);
            return must_be("an id of 32 hexadecimal digits");
        case Kind::text: break;
    }
    const bool none = written.text.empty() || (written.is_null() && op != Op::starts && op != Op::contains);
    if (!none) return db::param(written.text);
    if (!field.may_be_empty || op == Op::starts || op == Op::contains) return must_be("a text that is not empty");
    return db::param(std::string());
}

Result<db::Condition> read_condition(FilterReader& in, const ListForm& form) {
    const auto name = in.word();
    if (name.empty() || !in.between()) return wrong("filter", form_of_filter);
    const auto* const known = find_member(form, name);
    if (!known) return wrong("filter", named(name) + " is no member that this list can be filtered by");
    const auto& field = field_of(form, known->field);

    const auto sign = in.word();
    const auto op = std::ranges::find_if(operators, [&](const auto& each) { return same(each.name, sign); });
    if (sign.empty()) return wrong("filter", form_of_filter);
    if (op == operators.end() || !field.takes(op->op)) {
        return wrong("filter", std::string(known->name) + " cannot be compared by " + named(sign));
    }
    if (!in.between() && !in.next_is('[') && !in.next_is('\'')) return wrong("filter", form_of_filter);

    std::vector<Written> written;
    if (op->op == Op::in) {
        auto list = in.next_is('[') ? in.list() : std::nullopt;
        if (!list || list->size() > most_in_list) {
            return wrong("filter", std::string(known->name) + " must be in a list of 1 to " + std::to_string(most_in_list) +
                                       " values, as [a,b]");
        }
        written = std::move(*list);
    } else {
        auto value = in.value();
        if (!value) return wrong("filter", std::string(known->name) + " must be compared with a value");
        written.push_back(std::move(*value));
    }

    db::Condition out{.field = known->field, .op = op->op};
    for (const auto& each : written) {
        auto value = value_of(known->name, field, op->op, each);
        if (!value) return refuse(value.error());
        out.values.push_back(std::move(*value));
    }
    return out;
}

// --- The other parameters ---

// None: absent. What is given is within the bounds, or refused.
Result<std::optional<std::uint32_t>> count(const http::Query& query, const char* name, std::uint32_t least, std::uint32_t most) {
    const auto text = query.get(name);
    if (!text) return std::optional<std::uint32_t>{};
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size() || value < least || value > most) {
        return wrong(name, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return std::optional(value);
}

Result<std::vector<std::string>> words_of(const http::Query& query) {
    std::vector<std::string> out;
    const auto text = query.get("q").value_or("");
    if (text.size() > most_filter_bytes) return wrong("q", "must be at most " + std::to_string(most_filter_bytes) + " bytes");
    for (const auto word : split(text, ' ')) {
        if (!word.empty()) out.emplace_back(word);
    }
    if (out.size() > most_words) return wrong("q", "must be at most " + std::to_string(most_words) + " words");
    return out;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

// The path's first level is core's, the rest is the contact's or attribute's own; Kibo begins each with a capital.
Json field_path(std::string_view path) {
    if (path.empty()) return {};
    std::string out = "/Customer";
    bool first = true, shops_own = false;  // an attribute's name is the shop's, and no member
    for (const auto segment : split(path, '/')) {
        auto name = first ? member_name(segment) : std::string(segment);
        const bool member = !shops_own && !name.empty() && name[0] >= 'a' && name[0] <= 'z';
        if (member) name[0] = static_cast<char>(name[0] - 'a' + 'A');
        out.append("/").append(name);
        shops_own = first && segment == "attributes";
        first = false;
    }
    return out;
}

}  // namespace

const ListForm& account_list() {
    static constexpr ListForm form{account_members, accounts::list_fields};
    return form;
}

const ListForm& audit_log() {
    static constexpr ListForm form{log_members, accounts::log_fields};
    return form;
}

const ListForm& customer_set_list() {
    static constexpr ListForm form{set_members, set_fields};
    return form;
}

Result<std::vector<db::Condition>> filter(std::string_view text, const ListForm& form) {
    if (text.size() > most_filter_bytes) {
        return wrong("filter", "must be at most " + std::to_string(most_filter_bytes) + " bytes");
    }
    std::vector<db::Condition> out;
    FilterReader in(text);
    if (in.at_end()) return out;
    do {
        if (out.size() == most_conditions) {
            return wrong("filter", "must be at most " + std::to_string(most_conditions) + " conditions");
        }
        auto condition = read_condition(in, form);
        if (!condition) return refuse(condition.error());
        const bool there = std::ranges::find(out, condition->field, &db::Condition::field) != out.end();
        if (there && field_of(form, condition->field).once) {
            const auto twice = std::ranges::find(form.members, condition->field, &ListMember::field);
            return wrong("filter", std::string(twice->name) + " can stand there once");
        }
        out.push_back(std::move(*condition));
    } while (in.take_and());
    if (!in.at_end()) return wrong("filter", form_of_filter);
    return out;
}

Result<std::vector<db::Order>> sort_by(std::string_view text, const ListForm& form) {
    std::vector<db::Order> out;
    if (trimmed(text).empty()) return out;
    for (const auto part : split(text, ',')) {
        if (out.size() == most_orders) return wrong("sortBy", "must be at most " + std::to_string(most_orders) + " members");
        const auto end = std::min(part.find(' '), part.size());
        const auto name = part.substr(0, end), direction = trimmed(part.substr(end));
        const auto* const known = find_member(form, name);
        if (!known || !field_of(form, known->field).sortable) {
            return wrong("sortBy", named(name) + " is no member that this list can be sorted by");
        }
        const bool descending = same(direction, "desc");
        if (!descending && !direction.empty() && !same(direction, "asc")) {
            return wrong("sortBy", std::string(known->name) + " must be followed by asc, desc or nothing");
        }
        if (std::ranges::find(out, known->field, &db::Order::field) != out.end()) {
            return wrong("sortBy", std::string(known->name) + " stands there twice");
        }
        out.push_back({.field = known->field, .descending = descending});
    }
    return out;
}

Result<db::ListQuery> list_query(const http::Query& query, const ListForm& form) {
    db::ListQuery out;
    const auto offset = count(query, "startIndex", 0, most_offset);
    if (!offset) return refuse(offset.error());
    const auto limit = count(query, "pageSize", 1, most_items);
    if (!limit) return refuse(limit.error());
    auto order = sort_by(query.get("sortBy").value_or(""), form);
    if (!order) return refuse(order.error());
    auto where = filter(query.get("filter").value_or(""), form);
    if (!where) return refuse(where.error());
    out.offset = offset->value_or(0);
    out.limit = limit->value_or(20);
    out.order = std::move(*order);
    out.where = std::move(*where);
    return out;
}

Result<db::ListQuery> account_list_query(const http::Query& query) {
    auto out = list_query(query, account_list());
    if (!out) return out;
    const auto words = words_of(query);
    if (!words) return refuse(words.error());
    const auto most = count(query, "qLimit", 1, most_items);
    if (!most) return refuse(most.error());
    out->words = accounts::search(*words);
    if (!words->empty()) out->most = *most;
    if (const auto asked = query.get("isAnonymous")) {
        const auto guests = truth(*asked);
        if (!guests) return wrong("isAnonymous", "must be true or false");
        out->where.push_back({.field = static_cast<int>(Field::guest), .op = Op::eq, .values = {db::param(*guests)}});
    }
    return out;
}

Json collection(const db::ListQuery& query, std::uint64_t total, Json::Array items) {
    const auto pages = (total + query.limit - 1) / query.limit;
    return Json::object({{"startIndex", query.offset},
                         {"pageSize", query.limit},
                         {"pageCount", static_cast<std::int64_t>(pages)},
                         {"totalCount", static_cast<std::int64_t>(total)},
                         {"items", std::move(items)}});
}

Json audit_entry(const accounts::LogEntry& entry) {
    return Json::object({{"customerAuditEntryId", static_cast<std::int64_t>(entry.no)},
                         {"customerAccountId", entry.account.value},
                         {"entryDate", iso8601(entry.at)},
                         {"entryUser", entry.user ? Json(hex(entry.user->value)) : Json()},
                         {"application", text_or_null(entry.application_name)},
                         {"site", entry.site ? Json(std::to_string(*entry.site)) : Json()},
                         {"description", entry.description},
                         {"fieldPath", field_path(entry.change.path)},
                         {"oldValue", entry.change.old_value},
                         {"newValue", entry.change.new_value}});
}

Json customer_set(const realms::Realm& realm, const realms::PasswordProfile& profile, std::uint64_t customers) {
    Json sites = Json::array();
    for (const auto& each : realm.sites) {
        sites.push(Json::object({{"siteId", each.site}, {"name", each.name}, {"customerSetCode", "default"}}));
    }
    return Json::object({{"code", "default"},
                         {"name", profile.name},
                         {"description", nullptr},
                         {"isDefault", true},
                         {"sites", std::move(sites)},
                         {"aggregateInfo", Json::object({{"customerCount", static_cast<std::int64_t>(customers)}})},
                         {"auditInfo", Json::object({{"createDate", iso8601(profile.created_at)},
                                                     {"createBy", nullptr},
                                                     {"updateDate", iso8601(profile.created_at)},
                                                     {"updateBy", nullptr}})}});
}

}  // namespace authtickets::kibo
