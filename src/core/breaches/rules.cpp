// SPDX-License-Identifier: MIT
// The form of lists of breached passwords.
#include <authtickets/core/breaches.h>

#include <algorithm>
#include <charconv>

#include <authtickets/base/bytes.h>
#include <authtickets/crypto/hmac.h>

namespace authtickets::breaches {
namespace {

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); }
char upper(char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

Secret listed_form(const Secret& password) {
    auto digits = hex(crypto::sha1(as_bytes(password.reveal())));
    std::ranges::transform(digits, digits.begin(), upper);
    return Secret(std::move(digits));
}

std::optional<Line> read_line(std::string_view line, std::size_t digits) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() < digits || !std::ranges::all_of(line.substr(0, digits), is_hex)) return {};
    Line read{.digits = line.substr(0, digits), .count = 1};
    if (line.size() == digits) return read;
    const auto count = line.substr(digits + 1);
    const auto [stop, error] = std::from_chars(count.data(), count.data() + count.size(), read.count);
    if (line[digits] != ':' || error != std::errc() || stop != count.data() + count.size()) return {};
    return read;
}

std::optional<bool> names(std::string_view answer, std::string_view rest) {
    bool named = false;
    while (!answer.empty()) {
        const auto end = std::min(answer.find('\n'), answer.size());
        const auto line = answer.substr(0, end);
        answer.remove_prefix(std::min(end + 1, answer.size()));
        if (line.empty() || line == "\r") continue;
        const auto read = read_line(line, rest.size());
        if (!read) return {};  // some page of somebody else's, not an answer
        named = named || (read->count > 0 && std::ranges::equal(read->digits, rest, {}, upper));
    }
    return named;
}

}  // namespace authtickets::breaches
