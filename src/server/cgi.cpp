// SPDX-License-Identifier: MIT
// One request as a CGI program: environment and standard input in, standard output out.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

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

// What a refusal left of the body. Apache's mod_cgid hands bodies over by a socket, and one that is closed with data in it
// takes the answer with it. Not beyond the announced length, where input need not end (RFC 3875 section 4.2), and not
// beyond what contrib's web servers let pass.
void drain_input(Environment environment, std::size_t seen) {
    constexpr std::size_t most = std::size_t{1100} * 1024;
    const auto text = value_of(environment, "CONTENT_LENGTH");
    std::size_t length = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), length).ec != std::errc{} || length > most) return;
    std::array<char, 16384> scrap;
    while (seen < length) {
        const auto count = read_input(scrap.data(), std::min(scrap.size(), length - seen));
        if (count == 0) return;
        seen += count;
    }
}

}  // namespace

int run_cgi(const Entry& entry, const WithAnswer& with, std::span<const std::string_view> environment) {
    bool written = false;
    std::size_t seen = 0;
    const auto read = [&](char* into, std::size_t size) {
        const auto count = read_input(into, size);
        seen += count;
        return count;
    };
    with([&](const Answer& answer) {
        written = write_output(exchange(entry, answer, environment, {.read = read}));
        drain_input(environment, seen);
    });
    return written ? 0 : 1;
}

}  // namespace authtickets::server
