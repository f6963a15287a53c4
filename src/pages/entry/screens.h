// SPDX-License-Identifier: MIT
// The ways in, which the account pages and the desk share: one namespace for each screen, in a file of its name.
#pragma once

#include "pages/frame/visit.h"

namespace authtickets::pages::entry {

namespace entrance_page {  // P1
Result<http::Response> open(App&, const Visit&);
Result<http::Response> enter(App&, const Visit&);
}
namespace demanded {  // a password that must be changed first
Result<http::Response> open(App&, const Visit&);
Result<http::Response> save(App&, const Visit&);
}
namespace step {  // P2, P3, P4: what a sign-in owes
Result<http::Response> code(App&, const Visit&);
Result<http::Response> recovery(App&, const Visit&);
Result<http::Response> sent_code(App&, const Visit&);
Result<http::Response> enter(App&, const Visit&);
Result<http::Response> enter_recovery(App&, const Visit&);
Result<http::Response> send(App&, const Visit&);
Result<http::Response> cancel(App&, const Visit&);
}
namespace one_time {  // P5
Result<http::Response> open(App&, const Visit&);
Result<http::Response> enter(App&, const Visit&);
}
namespace forgot {  // P6
Result<http::Response> open(App&, const Visit&);
Result<http::Response> ask(App&, const Visit&);
}
namespace reset {  // P7
Result<http::Response> open(App&, const Visit&);
Result<http::Response> save(App&, const Visit&);
}
namespace unlock {  // P8
Result<http::Response> open(App&, const Visit&);
Result<http::Response> press(App&, const Visit&);
}
namespace verify {  // P20
Result<http::Response> open(App&, const Visit&);
Result<http::Response> press(App&, const Visit&);
}
namespace set_up {  // P11
Result<http::Response> open(App&, const Visit&);
Result<http::Response> turn_on(App&, const Visit&);
}
namespace saved_codes {  // P12
Result<http::Response> open(App&, const Visit&);
Result<http::Response> finish(App&, const Visit&);
}
namespace done {  // P13
Result<http::Response> open(App&, const Visit&);
Result<http::Response> end_others(App&, const Visit&);
}
namespace new_codes {  // P15
Result<http::Response> open(App&, const Visit&);
Result<http::Response> make(App&, const Visit&);
}
namespace step_up {  // P17, and then as P2, P3, P4
Result<http::Response> open(App&, const Visit&);
Result<http::Response> enter(App&, const Visit&);
Result<http::Response> code(App&, const Visit&);
Result<http::Response> recovery(App&, const Visit&);
Result<http::Response> sent_code(App&, const Visit&);
Result<http::Response> enter_code(App&, const Visit&);
Result<http::Response> enter_recovery(App&, const Visit&);
Result<http::Response> send(App&, const Visit&);
}
namespace sign_out {  // P17b
Result<http::Response> press(App&, const Visit&);
}

}  // namespace authtickets::pages::entry
