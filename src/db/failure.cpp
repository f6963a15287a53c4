// SPDX-License-Identifier: MIT
// The table of error codes: MariaDB's and MySQL's server errors (1000 and up) and the client library's (2000 to 2999).
#include "failure.h"

#include <fmt/format.h>

#include <authtickets/db/db.h>

namespace authtickets::db {

Trouble trouble_of(int code) {
    switch (code) {
    case 1213:  // deadlock; on Galera also: another primary was first
    case 1205:  // lock wait timeout
    case 1020:  // record has changed since last read
        return Trouble::again;

    case 2006:  // server has gone away: writing failed
    case 1047:  // wsrep has not yet prepared this node for use
    case 1243:  // unknown prepared statement: a proxy changed the server behind us
    case 1290:  // the server runs read-only: this was the primary until a moment ago
    case 1615:  // prepared statement needs to be prepared again
    case 1836:  // running in read-only mode
        return Trouble::unsent;

    case 1040:  // too many connections
    case 1053:  // server shutdown in progress
    case 1077: case 1078: case 1079: case 1080:            // shutting down
    case 1152: case 1153: case 1154: case 1155: case 1156: // packets aborted, out of order
    case 1157: case 1158: case 1159: case 1160: case 1161:
    case 1180:  // error during COMMIT; on Galera: cut off from the other primaries, which may have got it
    case 1184:  // aborted connection
    case 1203:  // too many connections of this user
    case 1927:  // connection was killed
    case 2000: case 2002: case 2003: case 2004: case 2005: // no connection
    case 2012: case 2013:                                  // lost during handshake, during query
    case 2014:  // commands out of sync: start afresh
    case 2026: case 2027:                                  // TLS, malformed packet
    case 2055:  // lost connection, with the system's error
    case 3169:  // session was killed (MySQL)
    case 4031:  // disconnected for inactivity (MySQL)
        return Trouble::lost;

    case 1044: case 1045: case 1142: case 1143: case 1227: case 1370: case 1698:  // access denied
    case 1046: case 1049:                                  // no, unknown database
    case 1129: case 1130:                                  // this host is blocked, not allowed
    case 1146:  // no such table: not migrated
    case 1226:  // the user's limits
    case 1461:  // too many prepared statements
    case 1021: case 1041: case 1114:                       // disk full, out of memory, table full
    case 1317: case 1969: case 3024:                       // interrupted, ran too long
        return Trouble::unusable;

    case 1062: case 1586:
        return Trouble::duplicate;

    default:
        return Trouble::defect;
    }
}

void raise(std::string_view name, const Failure& failure) {
    const auto said = fmt::format("database: {}: error {}{}{}", name, failure.code, failure.text.empty() ? "" : ": ",
                                  failure.text);
    switch (failure.trouble) {
    case Trouble::duplicate: throw Duplicate(said);
    case Trouble::defect: throw ServerFault(said, failure.code);
    default: throw Unavailable(said);
    }
}

}  // namespace authtickets::db
