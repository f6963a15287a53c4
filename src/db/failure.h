// SPDX-License-Identifier: MIT
// What the connector's error codes mean to us. A Failure flies between connection.cpp and db.cpp only; everybody
// else sees Unavailable, Duplicate or Fault.
#pragma once

#include <string>
#include <string_view>

#include <authtickets/base/fault.h>

namespace authtickets::db {

enum class Trouble {
    away,        // could not connect
    lost,        // the connection is gone; whether the statement ran is not known
    unsent,      // the connection is of no use any more, and the statement certainly did not run
    again,       // the server undid it: deadlock, lock wait, changed record
    unusable,    // rights, names or limits of the deployment; or an operator stopped the statement
    duplicate,   // a key exists
    defect,      // ours
};

Trouble trouble_of(int code);

struct Failure {
    Trouble trouble;
    int code;
    std::string text;  // the server's words, only where no parameter can be in them
};

// Throws Unavailable, Duplicate or ServerFault. `name` is a query's name.
[[noreturn]] void raise(std::string_view name, const Failure&);

// A Fault that remembers the server's error code.
struct ServerFault : Fault {
    ServerFault(const std::string& text, int error_code) : Fault(text), code(error_code) {}
    int code;
};

// Flies through the work of a transaction that has to run again.
struct Repeat : Unavailable {
    using Unavailable::Unavailable;
};

}  // namespace authtickets::db
