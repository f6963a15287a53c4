// The http tests: requests given to serve() as values, answers read as values, on a real MariaDB.
// Everything but src/main.cpp is linked.
// SPDX-License-Identifier: MIT
#define BOOST_TEST_MODULE http
#include <boost/test/unit_test.hpp>
