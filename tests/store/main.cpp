// The store tests: every feature of core against a real, throwaway MariaDB.
// The web side (src/server, src/cli) is not linked.
// SPDX-License-Identifier: MIT
#define BOOST_TEST_MODULE store
#include <boost/test/unit_test.hpp>
