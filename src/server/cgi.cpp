// SPDX-License-Identifier: MIT
// One request as a CGI program: environment and standard input in, standard output out.
#include <unistd.h>

#include <cerrno>

#include "exchange.h"

namespace authtickets::server {

namespace {

std::size_t read_input(char* into, std::size_t size) {
    for (;;) {
        const auto count = ::read(STDIN_FILENO, into, size);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) return 0;
    }
}

bool write_output(std::string_view text) {
    while (!text.empty()) {
        const auto count = ::write(STDOUT_FILENO, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;  // the web server has given up on us
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace

int run_cgi(const Entry& entry, const WithAnswer& with, std::span<const std::string_view> environment) {
    bool written = false;
    with([&](const Answer& answer) {
        written = write_output(exchange(entry, answer, environment, {.read = read_input}));
    });
    return written ? 0 : 1;
}

}  // namespace authtickets::server
