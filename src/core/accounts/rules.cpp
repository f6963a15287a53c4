// SPDX-License-Identifier: MIT
// What an account may hold: lengths and shapes, and the numbering of its contacts.
#include <authtickets/core/accounts.h>

#include <algorithm>
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
    {&Profile::locale_code, "locale_code", 20}, {&Profile::external_id, "external_id", 100}, {&Profile::tax_id, "tax_id", 100},
};

constexpr std::int64_t most_contact_id = 2'147'483'647;  // what clients hold in an int; a larger one is numbered anew
constexpr std::size_t most_items = 200;  // of each list; every check of a ticket reads them
constexpr std::size_t most_profile_bytes = 60 * 1024;  // contacts, attributes and notes together; a request holds 64 KiB

}  // namespace

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
    const Json rest(Json::Array{profile.contacts, profile.attributes, profile.notes});
    if (rest.dump().size() > most_profile_bytes) return refuse(Why::bad_parameter, "contacts", "is too long");
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

}  // namespace authtickets::accounts
