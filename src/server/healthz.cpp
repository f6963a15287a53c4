// SPDX-License-Identifier: MIT
// /healthz: can this worker serve? Says what is wrong by one word each, and nothing that helps a stranger.
// Costs one small statement, so that asking often is no attack.
#include <authtickets/db/schema.h>
#include <authtickets/server/server.h>

namespace authtickets::server {

namespace {

constexpr std::int64_t clock_tolerance_ms = 2000;

struct Health {
    Json::Array problems, warnings;
    void problem(App& app, std::string_view what, const Fault& fault) {
        problems.emplace_back(what);
        app.log.warn("health.problem", {{"what", what}, {"why", fault.what()}});
    }
};

void look_at_database(App& app, Health& health) {
    try {
        app.db.ping();
        const auto& server = app.db.server();
        if (!db::serves_schema(server.schema)) {
            health.problem(app, "schema", Fault("the database holds schema " + std::to_string(server.schema)
                                                + ", this program serves " + std::to_string(db::newest_schema())));
        }
        const auto ahead = server.clock_ahead_ms;
        if (ahead > clock_tolerance_ms || ahead < -clock_tolerance_ms) health.warnings.emplace_back("clock");
    } catch (const Fault& fault) {
        health.problem(app, "database", fault);
    }
}

void look_at_keys(const Shared& shared, App& app, Health& health) {
    try {
        app.keys.signing(shared.clock.now());
    } catch (const Fault& fault) {
        health.problem(app, "keys", fault);
    }
}

}  // namespace

http::Response healthz(const Shared& shared, App& app) {
    Health health;
    look_at_keys(shared, app, health);
    look_at_database(app, health);
    const bool well = health.problems.empty();
    auto body = Json::object({{"status", well ? "ok" : "unavailable"}});
    if (!well) body.set("problems", std::move(health.problems));
    if (!health.warnings.empty()) body.set("warnings", std::move(health.warnings));
    http::Response response{.status = well ? 200 : 503, .body = body.dump()};
    if (!well) response.header("Retry-After", "1");
    return response;
}

}  // namespace authtickets::server
