// SPDX-License-Identifier: MIT
// What an account may hold: lengths and shapes, and the numbering of its contacts.
#include <authtickets/core/accounts.h>

#include <algorithm>
#include <map>
#include <set>

#include <authtickets/text/names.h>

namespace authtickets::accounts {
namespace {

struct Limit {
    std::string Profile::* member;
    const char* field;
    std::size_t most;  // code points, the columns' widths
};

constexpr Limit limits[] = {
    {&Profile::first_name, "first_name", 100}, {&Profile::last_name, "last_name", 100}, {&Profile::company, "company", 200},
    {&Profile::name, "name", 255}, {&Profile::legal_name, "legal_name", 200}, {&Profile::registration_id, "registration_id", 100},
    {&Profile::locale_code, "locale_code", 20}, {&Profile::external_id, "external_id", 100}, {&Profile::tax_id, "tax_id", 100},
    {&Profile::code, "code", 255}, {&Profile::label, "label", 255}, {&Profile::caption, "caption", 255},
    {&Profile::description, "description", 4000},
};

constexpr std::int64_t most_contact_id = 2'147'483'647;  // what clients hold in an int; a larger one is numbered anew
constexpr std::size_t most_items = 200;  // of each list; every check of a ticket reads them
constexpr std::size_t most_profile_bytes = 60 * 1024;  // contacts, attributes and notes together; a request holds 64 KiB

// --- What has changed

constexpr std::size_t most_changes_of_a_list = 50;  // more are told as one: each is a row of the account's log
constexpr std::size_t longest_value = 1000, longest_path = 255;  // code points, the columns' widths

using Leaves = std::map<std::string, std::string, std::less<>>;

std::string cut(std::string_view value, std::size_t most) {
    std::size_t at = 0;
    for (std::size_t points = 0; at < value.size() && points < most; ++points) {
        do ++at;
        while (at < value.size() && (static_cast<unsigned char>(value[at]) & 0xC0) == 0x80);
    }
    return std::string(value.substr(0, at));
}

// What tells an item of a list from the others, so that an item that moves is no change.
std::string key_of(const Json& item, std::size_t place) {
    if (const auto* name = item.find("fullyQualifiedName"); name && name->text()) return *name->text();
    const auto* id = item.find("id");
    const auto number = id ? id->integer() : std::nullopt;
    return number ? std::to_string(*number) : "#" + std::to_string(place + 1);
}

void add_leaves(const Json& value, const std::string& path, Leaves& out) {
    if (const auto* members = value.members()) {
        for (const auto& [name, member] : *members) {
            const bool key = name == "id" || name == "accountId" || name == "fullyQualifiedName";
            if (!key) add_leaves(member, path + "/" + name, out);  // a key stands in the path
        }
    } else if (const auto* items = value.items()) {
        for (std::size_t i = 0; i < items->size(); ++i) add_leaves((*items)[i], path + "/" + key_of((*items)[i], i), out);
    } else if (!value.is_null()) {
        out.insert_or_assign(path, value.text() ? *value.text() : value.dump());
    }
}

void compare(const char* name, const Json::Array& before, const Json::Array& after, std::vector<FieldChange>& out) {
    if (Json(before).dump() == Json(after).dump()) return;
    Leaves old_leaves, new_leaves;
    add_leaves(Json(before), name, old_leaves);
    add_leaves(Json(after), name, new_leaves);
    std::vector<FieldChange> changes;
    for (const auto& [path, value] : old_leaves) {
        const auto now = new_leaves.find(path);
        if (now == new_leaves.end()) changes.push_back({.path = path, .old_value = value});
        else if (now->second != value) changes.push_back({.path = path, .old_value = value, .new_value = now->second});
    }
    for (const auto& [path, value] : new_leaves) {
        if (!old_leaves.contains(path)) changes.push_back({.path = path, .new_value = value});
    }
    if (changes.size() > most_changes_of_a_list) changes.assign(1, {.path = name});
    std::move(changes.begin(), changes.end(), std::back_inserter(out));
}

void compare(const char* name, const std::string& before, const std::string& after, std::vector<FieldChange>& out) {
    const auto given = [](const std::string& value) { return value.empty() ? std::nullopt : std::optional(value); };
    if (before != after) out.push_back({.path = name, .old_value = given(before), .new_value = given(after)});
}

void compare(const char* name, bool before, bool after, std::vector<FieldChange>& out) {
    compare(name, std::string(before ? "true" : "false"), after ? "true" : "false", out);
}

void compare(const char* name, const std::optional<Time>& before, const std::optional<Time>& after, std::vector<FieldChange>& out) {
    compare(name, before ? iso8601(*before) : "", after ? iso8601(*after) : "", out);
}

template <class T>
void take(T& into, const std::optional<T>& given) {
    if (given) into = *given;
}

}  // namespace

std::string shown_name(const Profile& profile) {
    if (!profile.name.empty()) return profile.name;
    const auto& first = profile.first_name;
    const auto& last = profile.last_name;
    if (!first.empty() || !last.empty()) return first + (first.empty() || last.empty() ? "" : " ") + last;
    return profile.company.empty() ? profile.email : profile.company;
}

Profile applied(Profile profile, const Change& change) {
    take(profile.account_type, change.account_type);
    take(profile.email, change.email);
    take(profile.first_name, change.first_name);
    take(profile.last_name, change.last_name);
    take(profile.company, change.company);
    take(profile.locale_code, change.locale_code);
    take(profile.external_id, change.external_id);
    take(profile.tax_id, change.tax_id);
    take(profile.tax_exempt, change.tax_exempt);
    take(profile.accepts_marketing, change.accepts_marketing);
    if (change.customer_since_at) profile.customer_since_at = change.customer_since_at;
    take(profile.contacts, change.contacts);
    take(profile.attributes, change.attributes);
    take(profile.notes, change.notes);
    take(profile.name, change.name);
    take(profile.legal_name, change.legal_name);
    take(profile.registration_id, change.registration_id);
    take(profile.code, change.code);
    take(profile.label, change.label);
    take(profile.phone, change.phone);
    take(profile.caption, change.caption);
    take(profile.description, change.description);
    take(profile.custom_data, change.custom_data);
    return profile;
}

std::vector<FieldChange> differences(const Profile& before, const Profile& after) {
    std::vector<FieldChange> out;
    compare("account_type", before.account_type, after.account_type, out);
    compare("email", before.email, after.email, out);
    compare("first_name", before.first_name, after.first_name, out);
    compare("last_name", before.last_name, after.last_name, out);
    compare("company", before.company, after.company, out);
    compare("locale_code", before.locale_code, after.locale_code, out);
    compare("external_id", before.external_id, after.external_id, out);
    compare("tax_id", before.tax_id, after.tax_id, out);
    compare("tax_exempt", before.tax_exempt, after.tax_exempt, out);
    compare("accepts_marketing", before.accepts_marketing, after.accepts_marketing, out);
    compare("customer_since_at", before.customer_since_at, after.customer_since_at, out);
    compare("contacts", before.contacts, after.contacts, out);
    compare("attributes", before.attributes, after.attributes, out);
    compare("notes", before.notes, after.notes, out);
    compare("name", before.name, after.name, out);
    compare("legal_name", before.legal_name, after.legal_name, out);
    compare("registration_id", before.registration_id, after.registration_id, out);
    compare("code", before.code, after.code, out);
    compare("label", before.label, after.label, out);
    compare("phone", before.phone, after.phone, out);
    compare("caption", before.caption, after.caption, out);
    compare("description", before.description, after.description, out);
    if (before.custom_data != after.custom_data) out.push_back({.path = "custom_data"});  // of its own making: not told member by member
    for (auto& change : out) {
        change.path = cut(change.path, longest_path);
        if (change.old_value) change.old_value = cut(*change.old_value, longest_value);
        if (change.new_value) change.new_value = cut(*change.new_value, longest_value);
    }
    return out;
}

Result<Profile> checked(Profile profile) {
    if (!profile.email.empty()) {
        profile.email = text::trimmed(profile.email);
        if (!text::normal_email(profile.email)) return refuse(Why::bad_parameter, "email", "must be an e-mail address");
    }
    for (const auto& limit : limits) {
        const auto& value = profile.*limit.member;
        if (text::code_points(value) > limit.most) {
            return refuse(Why::bad_parameter, limit.field, "must be at most " + std::to_string(limit.most) + " characters");
        }
        if (value.find('\0') != std::string::npos) return refuse(Why::bad_parameter, limit.field, "must hold no NUL");
    }
    if (profile.account_type != "B2C" && profile.account_type != "B2B") {
        return refuse(Why::bad_parameter, "account_type", "must be B2C or B2B");
    }
    std::size_t bytes = 0, longest = 0;
    const char* longest_list = "";
    for (const auto& [field, list] : {std::pair{"contacts", &profile.contacts}, {"attributes", &profile.attributes}, {"notes", &profile.notes}}) {
        const auto size = Json(*list).dump().size();
        bytes += size;
        if (size > longest) longest_list = field;
        longest = std::max(longest, size);
    }
    if (bytes > most_profile_bytes) {
        return refuse(Why::bad_parameter, longest_list, "is too long: contacts, attributes and notes together have at most 60 KiB");
    }
    for (const auto* list : {&profile.contacts, &profile.attributes, &profile.notes}) {
        const char* field = list == &profile.contacts ? "contacts" : list == &profile.attributes ? "attributes" : "notes";
        if (list->size() > most_items) {
            return refuse(Why::bad_parameter, field, "must be at most " + std::to_string(most_items));
        }
        if (!std::all_of(list->begin(), list->end(), [](const Json& each) { return each.is_object(); })) {
            return refuse(Why::bad_parameter, field, "must be a list of objects");
        }
    }
    return profile;
}

void number_contacts(Profile& profile, AccountNo account) {
    std::set<std::int64_t> taken;
    std::int64_t last = 0;
    for (auto& contact : profile.contacts) {
        const auto* id = contact.find("id");
        const auto given = id ? id->integer() : std::nullopt;
        if (given && *given > 0 && *given <= most_contact_id && taken.insert(*given).second) {
            last = std::max(last, *given);
        } else {
            contact.set("id", nullptr);  // numbered below, above all given ones
        }
        contact.set("accountId", std::int64_t{account.value});
    }
    for (auto& contact : profile.contacts) {
        if (contact.find("id")->is_null()) contact.set("id", ++last);
    }
}

// --- Lists ---

namespace {

db::Condition condition(Field field, db::Op op, std::string value) {
    return {.field = static_cast<int>(field), .op = op, .values = {std::move(value)}};
}

// What is no address or no name is looked for as it is, and found nowhere.
std::string normal(Field field, db::Op op, const std::string& value) {
    const bool part = op == db::Op::starts || op == db::Op::contains;
    const auto whole = part                     ? std::nullopt
                       : field == Field::email  ? text::normal_email(value)
                                                : text::normal_name(value);
    if (whole) return *whole;
    auto folded = text::folded(value);
    return folded.empty() ? value : folded;  // folding drops what shows nothing; a beginning of nothing would match all
}

void normalize(db::Condition& condition) {
    const auto field = static_cast<Field>(condition.field);
    if (field != Field::email && field != Field::user_name) return;
    for (auto& value : condition.values) {
        if (auto* const text = std::get_if<std::string>(&value)) *text = normal(field, condition.op, *text);
    }
}

}  // namespace

db::ListQuery normal(db::ListQuery query) {
    for (auto& each : query.where) normalize(each);
    for (auto& either : query.words) {
        for (auto& each : either) normalize(each);
    }
    return query;
}

std::vector<db::Either> search(const std::vector<std::string>& words) {
    std::vector<db::Either> out;
    for (const auto& word : words) {
        out.push_back({condition(Field::email, db::Op::starts, word), condition(Field::first_name, db::Op::starts, word),
                       condition(Field::last_name, db::Op::starts, word)});
    }
    return out;
}

}  // namespace authtickets::accounts
