// SPDX-License-Identifier: MIT
// Pages of who is signed in: one namespace for each screen, in a file of its name. settings, password and sessions are the desk's
// too, of an operator's own account.
#pragma once

#include "pages/frame/visit.h"

namespace authtickets::pages::account {

namespace overview {  // P9
Result<http::Response> open(App&, const Visit&);
Result<http::Response> dismiss(App&, const Visit&);  // a banner
Result<http::Response> saved(App&, const Visit&);    // the recovery codes are
}
namespace settings {  // P10
Result<http::Response> open(App&, const Visit&);
}
namespace method {  // P10: the way of the second step where there is no app
Result<http::Response> open(App&, const Visit&);
Result<http::Response> choose(App&, const Visit&);
}
namespace turn_off {  // P14
Result<http::Response> open(App&, const Visit&);
Result<http::Response> press(App&, const Visit&);
}
namespace sessions {  // P16
Result<http::Response> open(App&, const Visit&);
Result<http::Response> end(App&, const Visit&);
Result<http::Response> end_others(App&, const Visit&);
Result<http::Response> end_trust(App&, const Visit&);
}
namespace password {  // P17a
Result<http::Response> open(App&, const Visit&);
Result<http::Response> change(App&, const Visit&);
}
namespace confirm {  // P18, by the mailed link
Result<http::Response> open(App&, const Visit&);
Result<http::Response> enter(App&, const Visit&);
}
namespace contact {  // P18, signed in
Result<http::Response> email(App&, const Visit&);
Result<http::Response> phone(App&, const Visit&);
Result<http::Response> ask_email(App&, const Visit&);   // for another address
Result<http::Response> ask_phone(App&, const Visit&);
Result<http::Response> email_code(App&, const Visit&);  // what was sent is entered
Result<http::Response> phone_code(App&, const Visit&);
Result<http::Response> email_again(App&, const Visit&); // another code
Result<http::Response> phone_again(App&, const Visit&);
}
namespace join {  // P19
Result<http::Response> open(App&, const Visit&);
Result<http::Response> send(App&, const Visit&);
Result<http::Response> code(App&, const Visit&);
Result<http::Response> enter(App&, const Visit&);
Result<http::Response> again(App&, const Visit&);
}

}  // namespace authtickets::pages::account
