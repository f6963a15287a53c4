// SPDX-License-Identifier: MIT
// Applications sign in, in both forms of the contract (kibo 3). Whatever is wrong with id, secret or refresh token, absent
// ones included, is the same 401, which the clients show to people.
#include "api/kibo/handlers.h"

namespace authtickets::kibo::application_tickets {

Result<Answer> oauth(App& app, const Context& context, const Call& call) {
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    const auto grant = in.text("grant_type");
    const auto client_id = in.text("client_id");
    const Secret secret(in.text("client_secret"));
    const Secret refresh_token(in.text("refresh_token"));
    if (in.refused()) return refuse(*in.refused());
    if (grant.empty()) return refuse(Why::missing_parameter, "grant_type");
    // Kibo's client keeps client_credentials when it refreshes; RFC 6749 has a grant of its own for it.
    if (grant != "client_credentials" && grant != "refresh_token") {
        return refuse(Why::bad_parameter, "grant_type", "is not known");
    }
    const bool refreshes = grant == "refresh_token" || !refresh_token.empty();
    const bool names_client = !client_id.empty() || !secret.empty();
    std::optional<applications::Applications::Client> client;
    if (names_client) client.emplace(applications::Applications::Client{client_id, secret});
    const auto issued = refreshes ? app.applications.refresh(app.db, context, refresh_token, client)
                                  : app.applications.issue(app.db, context, client_id, secret);
    if (!issued) return refuse(issued.error());
    return Answer{200, oauth_ticket(*issued, context.now)};
}

Result<Answer> create(App& app, const Context& context, const Call& call) {
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    const auto client_id = in.text("applicationId");
    const Secret secret(in.text("sharedSecret"));
    if (in.refused()) return refuse(*in.refused());
    const auto issued = app.applications.issue(app.db, context, client_id, secret);
    if (!issued) return refuse(issued.error());
    return Answer{200, application_ticket(*issued)};
}

Result<Answer> refresh(App& app, const Context& context, const Call& call) {
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    const Secret token(in.text("refreshToken"));
    if (in.refused()) return refuse(*in.refused());
    const auto issued = app.applications.refresh(app.db, context, token);
    if (!issued) return refuse(issued.error());
    return Answer{200, application_ticket(*issued)};
}

Result<Answer> end(App& app, const Context& context, const Call& call) {
    const auto ended = app.applications.end(app.db, context, Secret(std::string_view(call.path.at(0))));
    if (!ended) return refuse(ended.error());
    return Answer{};
}

}  // namespace authtickets::kibo::application_tickets
