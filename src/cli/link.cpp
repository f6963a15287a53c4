// SPDX-License-Identifier: MIT
// What a command says of a link.
#include "cli/link.h"

#include "cli/show.h"

namespace authtickets::cli {

void add_link(Output& out, const Arguments& arguments, const Secret& address, Time expires_at) {
    const bool print = arguments.has("--print-link");
    out.json.set("linkExpiresAt", iso8601(expires_at)).set("link", print ? Json(address.reveal()) : Json());
    out.text.append("A link to a password is mailed by authtickets deliver; it works once, until ").append(shown(expires_at)).append(".\n");
    if (print) out.text.append(address.reveal()).append("\n");
}

}  // namespace authtickets::cli
