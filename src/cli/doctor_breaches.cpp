// SPDX-License-Identifier: MIT
// Asks what new passwords are looked up in (PW5) for one that nobody has.
#include <authtickets/core/breaches.h>

#include "cli/doctor.h"

namespace authtickets::cli {

void look_at_breaches(World& world, Report& report) {
    const auto& config = world.config();
    const bool by_file = !config.breach_file.empty();
    if (!by_file && config.breach_url.empty()) return;
    const auto about = by_file ? std::string_view("breach.file") : std::string_view("breach.url");
    const auto& asked = by_file ? config.breach_file : config.breach_url;
    std::string why;
    const Secret nobodys(hex(world.rng().bytes<16>()));
    if (breaches::Breaches(config, world.log()).check(nobodys, why) == breaches::Verdict::unavailable) {
        report.warning(about, asked + ": " + why + "; new passwords are taken without being looked up",
                       by_file ? "a file that the program's user can read, of sorted SHA-1 hashes, one a line: see authtickets.conf(5)"
                               : "the address of a range service that this host reaches: see authtickets.conf(5)");
    } else {
        report.ok(about, asked + " answers");
    }
}

}  // namespace authtickets::cli
