// As src/precompiled.h, for the suites. That one comes later, where g++ no longer looks for it precompiled: one precompiled
// header cannot be made from another.
// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "../src/precompiled.h"
