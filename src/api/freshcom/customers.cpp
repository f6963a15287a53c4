// SPDX-License-Identifier: MIT
// Customers (FC150 to FC175, docs/freshcom.md): made and found by guests, changed by themselves, looked after by staff.
#include <algorithm>

#include "api/freshcom/handlers.h"
#include "api/freshcom/wire_records.h"

namespace authtickets::freshcom {
namespace {

using enrolment::By;
using enrolment::Status;

By by(const Call& call) {
    if (is_staff(call)) return By::staff;
    return is_guest(call) ? By::guest : By::owner;
}

enrolment::NewCustomer wanted_in(Attributes& in) {
    return {.status = customer_status_in(in, "status").value_or(Status::guest),
            .code = in.text("code").value_or(""),
            .name = in.text("name").value_or(""),
            .first_name = in.text("firstName").value_or(""),
            .last_name = in.text("lastName").value_or(""),
            .email = in.text("email").value_or(""),
            .phone = in.text("phoneNumber").value_or(""),
            .label = in.text("label").value_or(""),
            .caption = in.text("caption").value_or(""),
            .description = in.text("description").value_or(""),
            .custom_data = in.object("customData").value_or(Json::object({})),
            .user_name = in.text("username").value_or(""),
            .password = typed_secret(in, "password"),
            .method = method_in(in, "authMethod"),
            .phone_code = in.text("phoneVerificationCode").value_or(""),
            .email_code = in.text("emailVerificationCode").value_or("")};
}

enrolment::Change change_in(Attributes& in) {
    return {.status = customer_status_in(in, "status"),
            .code = in.text("code"),
            .name = in.text("name"),
            .first_name = in.text("firstName"),
            .last_name = in.text("lastName"),
            .email = in.text("email"),
            .phone = in.text("phoneNumber"),
            .label = in.text("label"),
            .caption = in.text("caption"),
            .description = in.text("description"),
            .custom_data = in.object("customData"),
            .user_name = in.text("username").value_or(""),
            .password = typed_secret(in, "password"),
            .method = method_in(in, "authMethod"),
            .phone_code = in.text("phoneVerificationCode").value_or(""),
            .email_code = in.text("emailVerificationCode").value_or(""),
            .current_password = typed_secret(in, "currentPassword")};
}

Result<Answer> record(const Call& call, const Result<enrolment::Customer>& found, int status = 200) {
    if (!found) return refuse(found.error());
    return shown(call, customer_record(*found), status);
}

// Of a guest's GET, "email" or "filter[email]".
std::optional<std::string> known(const Call& call, const std::string& name) {
    if (auto plain = call.request.query.get(name)) return plain;
    return call.request.query.get("filter[" + name + "]");
}

constexpr std::size_t most_searched = 200;  // bytes
constexpr std::string_view filter_head = "filter[";

auto wrong_parameter(std::string_view name, std::string text) { return refuse(Why::bad_request, "?" + std::string(name), std::move(text)); }

// The member of the query that this filter sets; none for a name that the list does not take.
std::optional<std::string>* filtered(enrolment::Query& query, std::string_view name) {
    if (name == "code") return &query.code;
    if (name == "label") return &query.label;
    if (name == "email") return &query.email;
    if (name == "phoneNumber") return &query.phone;
    if (name == "username") return &query.user_name;
    return nullptr;
}

Result<enrolment::Query> query_of(const http::Query& sent) {
    const auto pages = paging(sent);
    if (!pages) return refuse(pages.error());
    enrolment::Query out{.offset = pages->offset(), .limit = pages->size};
    for (const auto& [name, value] : sent.pairs()) {
        if (!name.starts_with(filter_head) || !name.ends_with(']')) continue;
        const auto member = std::string_view(name).substr(filter_head.size(), name.size() - filter_head.size() - 1);
        if (member == "status") {
            out.status = enrolment::status_named(value);
            if (!out.status) return wrong_parameter(name, "has a value that the attribute cannot have");
            continue;
        }
        auto* const field = filtered(out, member);
        if (!field) return wrong_parameter(name, "is no attribute that this list can be filtered by");
        if (*field) return wrong_parameter(name, "can stand there once");
        *field = value;
    }
    out.search = sent.get("search").value_or("");
    if (out.search.size() > most_searched) return wrong_parameter("search", "must be at most " + std::to_string(most_searched) + " bytes");
    return out;
}

}  // namespace

namespace customer {

Result<Answer> get(App& app, const Context& context, const Call& call) {
    if (!is_guest(call)) return record(call, app.enrolment.of_user(app.db, call.realm->no, caller(call).user));
    return record(call, app.enrolment.find_guest(app.db, context, *call.realm,
                                                 {.code = known(call, "code").value_or(""),
                                                  .email = known(call, "email"),
                                                  .phone = known(call, "phoneNumber"),
                                                  .name = known(call, "name"),
                                                  .first_name = known(call, "firstName"),
                                                  .last_name = known(call, "lastName")}));
}

}  // namespace customer

namespace customers {

Result<Answer> list(App& app, const Context&, const Call& call) {
    const auto query = query_of(call.request.query);
    if (!query) return refuse(query.error());
    const auto found = app.enrolment.list(app.db, call.realm->no, *query);
    Json::Array items;
    for (const auto& each : found.items) items.push_back(customer_record(each));
    return page(call, std::move(items), found.total, found.all);
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    return record(call, app.enrolment.get(app.db, call.realm->no, AccountId{*id}));
}

Result<Answer> add(App& app, const Context& context, const Call& call) {
    const auto data = data_of(call.request, "Customer");
    if (!data) return refuse(data.error());
    Attributes in(*data);
    auto wanted = wanted_in(in);
    wanted.found = found_in(in);
    // A customer's call makes others as anybody's does.
    const auto who = is_staff(call) ? By::staff : By::guest;
    return record(call, app.enrolment.add(app.db, context, *call.realm, who, wanted), 201);
}

Result<Answer> update(App& app, const Context& context, const Call& call) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    const auto data = data_of(call.request, "Customer");
    if (!data) return refuse(data.error());
    Attributes in(*data);
    auto change = change_in(in);
    change.found = found_in(in);
    const auto* const ticket = is_guest(call) ? nullptr : &caller(call);
    return record(call, app.enrolment.change(app.db, context, *call.realm, by(call), ticket, AccountId{*id}, change));
}

Result<Answer> remove(App& app, const Context& context, const Call& call) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    if (auto done = app.enrolment.remove(app.db, context, AccountId{*id}); !done) return refuse(done.error());
    return nothing();
}

}  // namespace customers

}  // namespace authtickets::freshcom
