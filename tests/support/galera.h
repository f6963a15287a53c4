// SPDX-License-Identifier: MIT
// Two MariaDB primaries in one Galera cluster, on loopback, for races between hosts. Started at first use (about
// five seconds), ended with the test program. If they cannot start, what needed them fails with the server's log.
#pragma once

#include <memory>

#include <authtickets/base/config.h>

namespace authtickets::test {

class GaleraPair {
public:
    static GaleraPair& instance();

    // The standard options with node 0 or 1 and the migrated database `authtickets`.
    Config node(int which) const;
    void wait_until_synced(int which);  // it takes statements, and so does the other

private:
    GaleraPair();
    ~GaleraPair();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace authtickets::test
