// SPDX-License-Identifier: MIT
// M15: a customer made on the customer's behalf. A link to set a password goes by mail; nobody types one here (RS4).
#include <algorithm>
#include <array>

#include <authtickets/text/names.h>

#include "pages/desk/subject.h"

namespace authtickets::pages::desk::create {

namespace {

// In the form, and what a refusal calls it.
struct Field {
    std::string_view id, core;
};
constexpr std::array fields{Field{"first", "first_name"}, Field{"last", "last_name"}, Field{"company", "company"},
                            Field{"email", "email"}, Field{"user_name", "user_name"}};

http::Response form(const Visit& visit, std::optional<Problem> problem, int status) {
    Page page{.screen = "desk/create", .heading = "o.c_create", .status = status};
    page.view.text("back", address(visit.look, "customers")).text("create_to", address(visit.look, "customers/new"));
    View edit;
    for (const auto& each : fields) {
        const bool wrong = problem && problem->field == each.id;
        edit.part(each.id == "user_name" ? "user_login" : each.id, field(std::string(visit.said(each.id)), wrong ? problem->text : std::string()));
    }
    edit.text("contact_hint", visit.look.text("o.c_create_hint"));
    page.view.part("edit", std::move(edit));
    page.problem = std::move(problem);
    return show(visit.look, std::move(page));
}

http::Response wrong(const Visit& visit, int status, std::string_view field, std::string_view key) {
    return form(visit, Problem{.text = visit.look.text(key), .field = field}, status);
}

std::string said(const Visit& visit, std::string_view id) { return text::trimmed(visit.said(id)); }

std::string_view problem_of(std::string_view id) {
    if (id == "email") return "o.c_email_wrong";
    return id == "user_name" ? "o.c_user_name_wrong" : "o.c_field_wrong";
}

Result<http::Response> refused(const Visit& visit, const Refusal& refusal) {
    const auto found = std::ranges::find_if(fields, [&](const Field& each) { return refusal.field.ends_with(each.core); });
    const auto id = found == fields.end() ? std::string_view{} : found->id;
    switch (refusal.why) {
        case Why::name_taken: return wrong(visit, 409, id.empty() ? "email" : id, id == "user_name" ? "o.c_user_name_taken" : "o.c_email_taken");
        case Why::bad_parameter:
        case Why::missing_parameter: return wrong(visit, 400, id, problem_of(id));
        case Why::throttled: {
            const auto wait = visit.look.words.duration(refusal.retry_after);
            auto response = form(visit, Problem{.text = visit.look.words.say("m.wait", {{"duration", wait}})}, 429);
            response.header("Retry-After", std::to_string(refusal.retry_after.count()));
            return response;
        }
        default: return refuse(refusal);
    }
}

}  // namespace

Result<http::Response> open(App&, const Visit& visit) { return form(visit, {}, 200); }

Result<http::Response> save(App& app, const Visit& visit) {
    if (said(visit, "email").empty()) return wrong(visit, 400, "email", "o.c_email_missing");
    authtickets::customers::NewCustomer customer{.profile = {.email = said(visit, "email"), .first_name = said(visit, "first"),
                                                             .last_name = said(visit, "last"), .company = said(visit, "company")},
                                                 .login = authtickets::customers::NewCustomer::NewPassword{.user_name = said(visit, "user_name")}};
    const auto made = app.desk.create(app.db, visit.at_shop(), *visit.shop, customer);
    if (!made) return refused(visit, made.error());
    return go(visit.look, "customers/" + std::to_string(made->no.value) + "?done=created");
}

}  // namespace authtickets::pages::desk::create
