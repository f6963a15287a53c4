// SPDX-License-Identifier: MIT
// The desk's screens about the shop itself, not about one customer: one namespace for each screen, in a file of its name.
#pragma once

#include "pages/frame/visit.h"

namespace authtickets::pages::desk {

namespace rules {  // M11
// What a setting is called at the desk: "Policy"; one that has no field there by its name.
std::string in_words(const Look&, std::string_view setting);
Result<http::Response> open(App&, const Visit&);
Result<http::Response> save(App&, const Visit&);
}
namespace mails {  // M12: which mails go out
Result<http::Response> open(App&, const Visit&);
Result<http::Response> turn(App&, const Visit&);
}
namespace mail {   // M12: the words of one
Result<http::Response> open(App&, const Visit&);
Result<http::Response> save(App&, const Visit&);
Result<http::Response> look(App&, const Visit&);   // its HTML part as mail programs show it
Result<http::Response> ask_removal(App&, const Visit&);
Result<http::Response> remove(App&, const Visit&);
}
namespace log {    // M13
Result<http::Response> open(App&, const Visit&);
Result<http::Response> one(App&, const Visit&);
Result<http::Response> take_away(App&, const Visit&);
}
namespace notifications {  // M14: who is told what
Result<http::Response> open(App&, const Visit&);
Result<http::Response> of_operator(App&, const Visit&);
Result<http::Response> save(App&, const Visit&);
}
namespace hooks {  // M14: web hooks and their log
Result<http::Response> ask_new(App&, const Visit&);
Result<http::Response> add(App&, const Visit&);
Result<http::Response> open(App&, const Visit&);
Result<http::Response> test(App&, const Visit&);
Result<http::Response> pause(App&, const Visit&);
Result<http::Response> resume(App&, const Visit&);
Result<http::Response> ask_removal(App&, const Visit&);
Result<http::Response> remove(App&, const Visit&);
Result<http::Response> delivery(App&, const Visit&);
Result<http::Response> again(App&, const Visit&);
}
namespace staff {  // M16
Result<http::Response> list(App&, const Visit&);
Result<http::Response> ask_new(App&, const Visit&);
Result<http::Response> add(App&, const Visit&);
Result<http::Response> open(App&, const Visit&);
Result<http::Response> set_role(App&, const Visit&);
Result<http::Response> ask_link(App&, const Visit&);
Result<http::Response> send_link(App&, const Visit&);
Result<http::Response> ask_removal(App&, const Visit&);
Result<http::Response> remove(App&, const Visit&);
}

}  // namespace authtickets::pages::desk
