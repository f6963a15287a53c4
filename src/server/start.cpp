// SPDX-License-Identifier: MIT
// How was this process started? A web server that runs a CGI program may turn the query string into arguments
// (Apache does: ?operator+add), so the answer is read from descriptor 0 and the environment alone.
#include <sys/socket.h>

#include <authtickets/server/server.h>

namespace authtickets::server {

Started how_started(bool gateway_interface, bool request_method) {
    int listening = 0;
    socklen_t size = sizeof listening;
    const bool is_socket = getsockopt(0, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0;
    if (is_socket && listening != 0) return Started::fastcgi;
    // Under Apache's mod_cgid descriptor 0 is a socket too, but a connected one.
    return gateway_interface || request_method ? Started::cgi : Started::command;
}

}  // namespace authtickets::server
