// SPDX-License-Identifier: MIT
// Bearer tokens: by a client's id and secret, or by the id alone (EP40 to EP45, docs/elasticpath.md).
#include "api/elasticpath/handlers.h"

namespace authtickets::elasticpath::access_tokens {
namespace {

struct Form {
    std::string grant{}, client_id{};
    Secret client_secret{};
};

// The published clients send a form; JSON is understood too (EP2).
Result<Form> read(const http::Request& request) {
    if (request.body.starts_with('{')) {
        const auto body = parse_json(request.body);
        if (!body) return refuse(Why::bad_request, "", "the body is neither a form nor JSON");
        Members in(*body);
        Form out{.grant = in.text("grant_type").value_or(""),
                 .client_id = in.text("client_id").value_or(""),
                 .client_secret = in.secret("client_secret").value_or(Secret())};
        if (in.refused()) return refuse(*in.refused());
        return out;
    }
    const auto form = http::parse_query(request.body);
    if (!form) return refuse(Why::bad_request, "", "the body is neither a form nor JSON");
    return Form{.grant = form->get("grant_type").value_or(""),
                .client_id = form->get("client_id").value_or(""),
                .client_secret = Secret(form->get("client_secret").value_or(""))};
}

Json ticket(const Context& context, std::string_view grant, const Secret& access, Time expires_at) {
    const auto seconds = [](auto span) { return std::int64_t{std::chrono::floor<Seconds>(span).count()}; };
    return Json::object({{"access_token", access.reveal()},
                         {"token_type", "Bearer"},
                         {"identifier", grant},
                         {"expires_in", seconds(expires_at - context.now)},
                         {"expires", seconds(expires_at.time_since_epoch())}});
}

}  // namespace

Result<Answer> create(App& app, const Context& context, const Call& call) {
    const auto form = read(call.request);
    if (!form) return refuse(form.error());
    if (form->grant.empty()) return refuse(Why::missing_parameter, "grant_type");
    if (form->grant != "implicit" && form->grant != "client_credentials") {
        return refuse(Why::bad_request, "grant_type", "must be implicit or client_credentials");
    }
    if (form->client_id.empty()) return refuse(Why::missing_parameter, "client_id");
    if (form->grant == "implicit") {
        const auto issued = app.applications.implicit(app.db, context, form->client_id);
        if (!issued) {
            // Whoever sets a storefront up looks for the reason, and the answer does not have it.
            if (!issued.error().text.empty()) app.log.info("implicit.refused", {{"request", context.request_id}, {"why", issued.error().text}});
            return refuse(issued.error());
        }
        return Answer{200, ticket(context, form->grant, issued->access, issued->access_expires_at)};
    }
    if (form->client_secret.empty()) return refuse(Why::missing_parameter, "client_secret");
    const auto issued = app.applications.issue(app.db, context, form->client_id, form->client_secret, false);
    if (!issued) return refuse(issued.error());
    return Answer{200, ticket(context, form->grant, issued->access, issued->access_expires_at)};
}

}  // namespace authtickets::elasticpath::access_tokens
