// SPDX-License-Identifier: MIT
// A small door for the tests of the server itself: credentials stand in headers of their own, and every answer says what
// the guard has found out.
#pragma once

#include <authtickets/door/route.h>

namespace authtickets::test {

const DoorFace& plain_door();  // prefix "/t/"; its rows stand in server_door.cpp

}  // namespace authtickets::test
