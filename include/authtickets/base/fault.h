// SPDX-License-Identifier: MIT
// Faults: what should not happen. Thrown anywhere, caught by the request loop and by main only.
#pragma once

#include <stdexcept>
#include <string>

namespace authtickets {

// A defect or a broken promise of ours: 500.
struct Fault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Something we depend on is away (database, key file): 503 with Retry-After.
struct Unavailable : Fault {
    using Fault::Fault;
};

// The operator's configuration cannot be used; the message names file, line and what is allowed.
struct BadConfiguration : Fault {
    using Fault::Fault;
};

}  // namespace authtickets
