// SPDX-License-Identifier: MIT
// `migrate`: brings the tables to the schema that this program serves.
#include <authtickets/db/schema.h>

#include "cli/commands.h"

namespace authtickets::cli {

Output migrate(World& world, const Arguments&) {
    db::Db db(world.config(), db::Rights::migrate, world.clock(), world.log());
    Output out{.json = Json::object({})};
    auto applied = Json::array();
    db::migrate(db, world.clock(), [&](std::string_view name) {
        applied.push(name);
        out.text.append("applied ").append(name).append("\n");
    });
    const auto schema = db.server().schema;
    const bool nothing = applied.items()->empty();
    out.text.append("The database holds schema ").append(std::to_string(schema));
    out.text.append(nothing ? "; there was nothing to do.\n" : ".\n");
    out.json.set("schema", schema).set("applied", std::move(applied));
    return out;
}

}  // namespace authtickets::cli
