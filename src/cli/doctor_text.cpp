// SPDX-License-Identifier: MIT
// What judges telephone numbers and tells regions: a library and a file that are looked for when they are needed.
#include <authtickets/text/geo.h>
#include <authtickets/text/phone.h>

#include "cli/doctor.h"

namespace authtickets::cli {

void look_at_text(World& world, Report& report) {
    if (const auto why = text::phone_start(); !why.empty()) {
        report.problem("telephone numbers", why, "install the program as a whole: authtickets-phone.so stands in libexec/authtickets");
    } else {
        report.ok("telephone numbers", "can be judged");
    }
    const text::Geo geo(world.config().geo_database, world.log());
    if (!geo.configured()) return;
    const auto state = geo.state();
    if (state.good) report.ok("geo.database", state.text);
    else report.warning("geo.database", world.config().geo_database + ": " + state.text + "; every region is unknown",
                       "a MaxMind file that the program's user can read: see authtickets.conf(5)");
}

}  // namespace authtickets::cli
