// SPDX-License-Identifier: MIT
// What a code hangs on, and what may be a code.
#include <authtickets/core/codes.h>

#include <algorithm>

namespace authtickets::codes {
namespace {

// Ids are no secret: hashed so that whatever a code hangs on has one length.
Uuid id_of(std::string_view what, ByteView of) {
    ByteWriter bytes;
    bytes.raw(as_bytes(what));
    bytes.raw(of);
    const auto digest = crypto::sha256(bytes.bytes());
    Uuid id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

}  // namespace

Uuid on_ticket(const TicketId& ticket) { return id_of("code on ticket ", ticket.value.bytes); }

Uuid on_user(Purpose purpose, const UserId& user, ApplicationNo application) {
    ByteWriter bytes;
    bytes.number(static_cast<std::uint8_t>(purpose));
    bytes.number(application.value);
    bytes.raw(user.value.bytes);
    return id_of("code on user ", bytes.bytes());
}

Uuid on_contact(const UserId& user, Channel channel) {
    ByteWriter bytes;
    bytes.number(static_cast<std::uint8_t>(channel));
    bytes.raw(user.value.bytes);
    return id_of("code on contact ", bytes.bytes());
}

std::optional<std::string> digits(std::string_view typed) {
    constexpr std::size_t length = 6;
    std::string out;
    for (const char c : typed) {
        if (c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n') continue;
        if (c < '0' || c > '9' || out.size() == length) return {};
        out.push_back(c);
    }
    if (out.size() != length) return {};
    return out;
}

}  // namespace authtickets::codes
