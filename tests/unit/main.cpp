// The unit tests: base, crypto, text, http, the rules of core and the shapes of the wire.
// Nothing here can reach a database: its objects are not linked.
// SPDX-License-Identifier: MIT
#define BOOST_TEST_MODULE unit
#include <boost/test/unit_test.hpp>
