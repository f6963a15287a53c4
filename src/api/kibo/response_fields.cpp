// SPDX-License-Identifier: MIT
// responseFields = list; list = field *("," field); field = ["-"] name ["(" list ")"]. A list that only excludes keeps
// all other members; any other list keeps what it names. Blanks, empty fields and unknown names are ignored.
#include <algorithm>

#include "api/kibo/response_fields.h"

namespace authtickets::kibo {
namespace {

using Field = ResponseFields::Field;
using Fields = std::vector<Field>;

// The longest honest value names each member of a ticket and its account once: about 1,000 bytes, 3 levels, 90 names.
constexpr std::size_t longest = 2000, deepest = 8, most_names = 200;

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool same_name(std::string_view lower_name, std::string_view name) {
    return std::ranges::equal(lower_name, name, [](char a, char b) {
        return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
    });
}

// A name that comes twice means both: a(b),a(c) is a(b,c), and a,a(b) is a.
void merge(Fields& into, Field field) {
    const auto old = std::ranges::find_if(
        into, [&](const Field& each) { return each.name == field.name && each.excluded == field.excluded; });
    if (old == into.end()) {
        into.push_back(std::move(field));
    } else if (field.inner.empty()) {
        old->inner.clear();
    } else if (!old->inner.empty()) {
        for (auto& inner : field.inner) merge(old->inner, std::move(inner));
    }
}

class Parser {
public:
    explicit Parser(std::string_view text) : left_(text) {}

    Fields all() {
        auto fields = list(1);
        if (!left_.empty()) fail("has a closing parenthesis too many");
        return fields;
    }
    const char* error() const { return error_; }

private:
    Fields list(std::size_t depth) {
        Fields out;
        if (depth > deepest) fail("is nested too deeply");
        while (!left_.empty() && left_.front() != ')') {
            field(out, depth);
            if (!left_.empty() && left_.front() == ',') left_.remove_prefix(1);
        }
        return out;
    }

    void field(Fields& out, std::size_t depth) {
        Field field{.name = name()};
        if (field.name.starts_with('-')) {
            field.excluded = true;
            field.name.erase(0, 1);
        }
        const bool parentheses = !left_.empty() && left_.front() == '(';
        if (parentheses) inner(field, depth);
        if (field.name.empty() && parentheses) fail("has parentheses without a name");
        if (field.excluded && parentheses) fail("excludes a member and names parts of it");
        if (++names_ > most_names) fail("has too many names");
        if (!field.name.empty()) merge(out, std::move(field));
    }

    void inner(Field& field, std::size_t depth) {
        left_.remove_prefix(1);
        field.inner = list(depth + 1);
        if (left_.empty()) fail("has an opening parenthesis too many");
        else left_.remove_prefix(1);
    }

    std::string name() {
        const auto length = std::min(left_.find_first_of(",()"), left_.size());
        auto text = left_.substr(0, length);
        left_.remove_prefix(length);
        const auto first = std::min(text.find_first_not_of(' '), text.size());
        text.remove_prefix(first);
        return lower(text.substr(0, text.find_last_not_of(' ') + 1));
    }

    // Ends the parsing too: nothing is left to read.
    void fail(const char* what) {
        if (!error_) error_ = what;
        left_ = {};
    }

    std::string_view left_;
    std::size_t names_ = 0;
    const char* error_ = nullptr;
};

void shape_by(Json&, const Fields&);

bool shaped_away(Json::Member& member, const Fields& fields, bool unless_named) {
    bool keep = unless_named;
    for (const auto& field : fields) {
        if (!same_name(field.name, member.first)) continue;
        if (field.excluded) return true;
        keep = true;
        shape_by(member.second, field.inner);
    }
    return !keep;
}

void shape_members(Json::Object& members, const Fields& fields) {
    const bool only_excludes = std::ranges::all_of(fields, &Field::excluded);
    Json::Object kept;
    kept.reserve(members.size());
    for (auto& member : members) {
        if (!shaped_away(member, fields, only_excludes)) kept.push_back(std::move(member));
    }
    members = std::move(kept);
}

void shape_by(Json& value, const Fields& fields) {
    if (fields.empty()) return;
    if (auto* members = value.members()) shape_members(*members, fields);
    if (auto* items = value.items()) {
        for (auto& item : *items) shape_by(item, fields);
    }
}

}  // namespace

Result<ResponseFields> ResponseFields::parse(std::string_view text) {
    if (text.size() > longest) return refuse(Why::bad_parameter, "responseFields", "is too long");
    Parser parser(text);
    ResponseFields out;
    out.fields_ = parser.all();
    if (parser.error()) return refuse(Why::bad_parameter, "responseFields", parser.error());
    return out;
}

void ResponseFields::shape(Json& answer) const { shape_by(answer, fields_); }

}  // namespace authtickets::kibo
