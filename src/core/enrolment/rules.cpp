// SPDX-License-Identifier: MIT
// What a customer is at this door, and what is judged of one without looking into a table.
#include <authtickets/core/enrolment.h>

#include <algorithm>
#include <array>

#include <authtickets/text/names.h>

#include "core/accounts/made.h"
#include "core/enrolment/rules.h"

namespace authtickets::enrolment {
namespace {

constexpr std::array statuses{Status::guest, Status::registered, Status::suspended};

struct Limit {
    std::string accounts::Profile::* member;
    const char* field;
    unsigned most;  // code points
};
constexpr Limit limits[] = {
    {&accounts::Profile::code, "code", 255},           {&accounts::Profile::name, "name", 255},
    {&accounts::Profile::first_name, "first_name", 100}, {&accounts::Profile::last_name, "last_name", 100},
    {&accounts::Profile::label, "label", 255},         {&accounts::Profile::caption, "caption", 255},
    {&accounts::Profile::description, "description", 4000},
};

db::Condition condition(accounts::Field field, db::Op op, db::Param value) {
    return {.field = static_cast<int>(field), .op = op, .values = {std::move(value)}};
}

void add(db::ListQuery& query, accounts::Field field, const std::optional<std::string>& value) {
    if (value && !value->empty()) query.where.push_back(condition(field, db::Op::eq, *value));
}

}  // namespace

std::string_view name(Status status) {
    switch (status) {
        case Status::guest: return "guest";
        case Status::registered: return "registered";
        case Status::suspended: return "suspended";
    }
    return "guest";  // unreachable: all are named above
}

std::optional<Status> status_named(std::string_view text) {
    const auto found = std::ranges::find(statuses, text, [](Status each) { return name(each); });
    return found == statuses.end() ? std::nullopt : std::optional(*found);
}

Status status(const Customer& customer) {
    if (!customer.active) return Status::suspended;
    return customer.guest() ? Status::guest : Status::registered;
}

bool made_as_guest(const Customer& customer) {
    return status(customer) == Status::guest && customer.created_by.starts_with(accounts::made_as_guest);
}

Refusal wrong_status(Refusal::Rule rule, Status from, Status to) {
    auto text = "cannot change from " + std::string(name(from)) + " to " + std::string(name(to));
    if (rule == Refusal::Rule::inclusion) text = "must be guest or registered at first";
    return {.why = Why::bad_parameter, .field = "status", .text = std::move(text), .rule = rule};
}

Refusal taken_meanwhile() {
    return {.why = Why::bad_parameter, .field = "status", .text = "is registered already", .rule = Refusal::Rule::invalid};
}

void judge(const accounts::Profile& profile, std::vector<Refusal>& found) {
    for (const auto& limit : limits) {
        if (text::code_points(profile.*limit.member) <= limit.most) continue;
        found.push_back({.why = Why::bad_parameter, .field = limit.field, .text = "must be at most " + std::to_string(limit.most) + " characters",
                         .rule = Refusal::Rule::length, .most = limit.most});
    }
    if (auto fine = staff::fits(profile.custom_data); !fine) found.push_back(fine.error());
}

Json kept(const Json& custom_data) {
    const auto* const members = custom_data.members();
    return members && members->empty() ? Json() : custom_data;
}

accounts::Change of_account(const Change& change) {
    accounts::Change out{.code = change.code, .label = change.label, .caption = change.caption, .description = change.description};
    if (change.custom_data) out.custom_data = kept(*change.custom_data);
    return out;
}

bool has_users_part(const Change& change) {
    return change.name || change.first_name || change.last_name || change.email || change.phone || !change.email_code.empty() ||
           !change.phone_code.empty();
}

NewCustomer after(const Customer& before, const Change& change) {
    const auto& was = before.profile;
    NewCustomer out{.status = change.status.value_or(status(before)),
                    .code = change.code.value_or(was.code),
                    .name = change.name.value_or(was.name),
                    .first_name = change.first_name.value_or(was.first_name),
                    .last_name = change.last_name.value_or(was.last_name),
                    .email = change.email.value_or(was.email),
                    .phone = change.phone.value_or(was.phone),
                    .label = change.label.value_or(was.label),
                    .caption = change.caption.value_or(was.caption),
                    .description = change.description.value_or(was.description),
                    .custom_data = change.custom_data.value_or(was.custom_data),
                    .user_name = change.user_name,
                    .password = change.password,
                    .method = change.method,
                    .phone_code = change.phone_code,
                    .email_code = change.email_code,
                    .found = change.found};
    return out;
}

db::ListQuery list_query(const Query& asked) {
    db::ListQuery query{.order = {{.field = static_cast<int>(accounts::Field::created_at), .descending = true}},
                        .offset = asked.offset, .limit = asked.limit};
    if (asked.status) {
        query.where.push_back(condition(accounts::Field::active, db::Op::eq, asked.status != Status::suspended));
        if (asked.status != Status::suspended) query.where.push_back(condition(accounts::Field::guest, db::Op::eq, asked.status == Status::guest));
    }
    add(query, accounts::Field::code, asked.code);
    add(query, accounts::Field::label, asked.label);
    add(query, accounts::Field::email, asked.email);
    add(query, accounts::Field::phone, asked.phone);
    add(query, accounts::Field::user_name, asked.user_name);
    for (const auto& word : words(asked.search)) {
        using enum accounts::Field;
        db::Either any;
        for (const auto field : {email, first_name, last_name, accounts::Field::name, code}) any.push_back(condition(field, db::Op::starts, word));
        // A further word may stand within a name. The first has an index for each column that it can be the beginning of.
        if (!query.words.empty()) any.push_back(condition(accounts::Field::name, db::Op::contains, " " + word));
        query.words.push_back(std::move(any));
    }
    return query;
}

db::ListQuery guest_query(const Known& known) {
    db::ListQuery query{.order = {{.field = static_cast<int>(accounts::Field::no)}}, .limit = most_namesakes};
    query.where.push_back(condition(accounts::Field::code, db::Op::eq, known.code));
    query.where.push_back(condition(accounts::Field::guest, db::Op::eq, true));
    query.where.push_back(condition(accounts::Field::active, db::Op::eq, true));
    add(query, accounts::Field::email, known.email);
    add(query, accounts::Field::phone, known.phone);
    add(query, accounts::Field::name, known.name);
    add(query, accounts::Field::first_name, known.first_name);
    add(query, accounts::Field::last_name, known.last_name);
    return query;
}

bool enough(const Known& known) {
    const auto given = [](const std::optional<std::string>& value) { return value && !value->empty(); };
    return !known.code.empty() && (given(known.email) || given(known.phone) || given(known.name) || given(known.first_name) || given(known.last_name));
}

std::vector<std::string> words(std::string_view search) {
    std::vector<std::string> out;
    while (!search.empty() && out.size() < most_words) {
        const auto first = search.find_first_not_of(" \t");
        if (first == search.npos) break;
        const auto end = std::min(search.find_first_of(" \t", first), search.size());
        out.emplace_back(search.substr(first, end - first));
        search.remove_prefix(end);
    }
    return out;
}

}  // namespace authtickets::enrolment
