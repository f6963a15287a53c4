// SPDX-License-Identifier: MIT
// Passwords known from breaches (PW5): a range service is told the first five digits of a SHA-1 and answers with all hashes
// that begin so; or a sorted file of this host is searched. What cannot be asked refuses no password.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/clock.h>
#include <authtickets/base/config.h>
#include <authtickets/base/ids.h>
#include <authtickets/base/log.h>
#include <authtickets/base/secret.h>
#include <authtickets/net/https.h>

namespace authtickets::breaches {

// rules
// How hashes are spelled in these lists: 40 hexadecimal digits, upper case. Of the password in NFC.
Secret listed_form(const Secret& password);
// A line of such a list: digits and a count, which is 1 where none stands. None for anything else.
struct Line {
    std::string_view digits;
    std::uint64_t count{};
};
std::optional<Line> read_line(std::string_view, std::size_t digits);
// Does the answer of a range service name this rest of a hash? None when it is no such answer. Count 0 is padding.
std::optional<bool> names(std::string_view answer, std::string_view rest);

enum class Verdict { clear, breached, unavailable };

// In a sorted file, by bisection. `why` is for the log.
Verdict search_file(const std::string& path, std::string_view digits, std::string& why);

// For one thread.
class Breaches {
public:
    Breaches(const Config& config, Log& log) : url_(config.breach_url), file_(config.breach_file), log_(log) {}
    bool configured() const { return !url_.empty() || !file_.empty(); }
    // Within two seconds; clear when nothing is configured. A service that let us wait to the end is left alone for a
    // while, so that it cannot hold up the workers: unavailable, at once.
    // `request`: two seconds are for all passwords of one request together.
    Verdict check(const Secret& password, const Uuid& request);
    Verdict check(const Secret& password, std::string& why);  // says why instead of logging it

private:
    Verdict ask(std::string_view digits, std::string& why);
    std::string url_, file_;
    Log& log_;
    std::optional<net::Client> client_;
    std::chrono::milliseconds alone_until_{};  // by steady_now()
    Uuid request_{};                           // the last one that asked,
    std::chrono::milliseconds spent_{};        // and how long it has waited
};

}  // namespace authtickets::breaches
