// SPDX-License-Identifier: MIT
// One-time codes by time (RFC 4226 section 5, RFC 6238 section 4), their judgement, and the forms in which an app gets its
// secret.
#include <authtickets/core/totp.h>

#include <array>

#include <authtickets/crypto/hmac.h>

namespace authtickets::totp {
namespace {

constexpr std::string_view base32_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// RFC 3986: what is not unreserved is escaped.
std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.append({'%', digits[byte >> 4], digits[byte & 15]});
        }
    }
    return out;
}

// A colon divides shop and user in the label, so neither may have one.
std::string part_of_label(std::string_view text) {
    std::string out(text);
    for (auto& c : out) c = c == ':' ? ' ' : c;
    return percent_encoded(out);
}

}  // namespace

std::int64_t step_of(Time time) {
    using Steps = std::chrono::duration<std::int64_t, std::ratio<30>>;
    return std::chrono::floor<Steps>(time.time_since_epoch()).count();
}

Secret code_at(const Secret& secret, std::int64_t step, unsigned digits) {
    ByteWriter counter;
    counter.number(step);
    const auto mac = crypto::hmac_sha1(as_bytes(secret.reveal()), counter.bytes());
    const auto at = mac.back() & 0x0FU;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = number << 8 | mac[at + i];
    number &= 0x7FFFFFFFU;
    std::string text(digits, '0');
    for (auto place = text.rbegin(); place != text.rend(); ++place, number /= 10) *place = static_cast<char>('0' + number % 10);
    return Secret(std::move(text));
}

Secret base32(const Secret& bytes) {
    std::string out;
    out.reserve((bytes.size() * 8 + 4) / 5);
    std::uint32_t left = 0;
    int bits = 0;
    for (const auto byte : as_bytes(bytes.reveal())) {
        left = (left << 8 | byte) & 0xFFFU;
        for (bits += 8; bits >= 5; bits -= 5) out.push_back(base32_letters[left >> (bits - 5) & 31U]);
    }
    if (bits > 0) out.push_back(base32_letters[left << (5 - bits) & 31U]);
    return Secret(std::move(out));
}

Secret in_groups(const Secret& base32) {
    const auto text = base32.reveal();
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i != 0 && i % 4 == 0) out.push_back(' ');
        out.push_back(text[i]);
    }
    return Secret(std::move(out));
}

Secret otpauth_uri(std::string_view shop, std::string_view user_name, const Secret& secret) {
    const auto issuer = part_of_label(shop), user = part_of_label(user_name);
    const auto key = base32(secret);
    std::string out;
    out.reserve(128 + 2 * issuer.size() + user.size() + key.size());  // it is not moved while it grows: nothing is left behind
    out.append("otpauth://totp/").append(issuer).append(":").append(user);
    out.append("?secret=").append(key.reveal()).append("&issuer=").append(issuer).append("&algorithm=SHA1&digits=6&period=30");
    return Secret(std::move(out));
}

std::string_view name(Reason reason) {
    constexpr std::array<std::string_view, 8> names{"none", "malformed", "absent", "wrong", "replayed", "drift", "paused", "blocked"};
    return names[static_cast<std::size_t>(reason)];
}

Verdict judge(const Secret& secret, std::string_view digits, std::int64_t now, unsigned skew, std::int64_t last_step) {
    constexpr auto rank = [](Reason reason) { return reason == Reason::none ? 3 : reason == Reason::replayed ? 2 : reason == Reason::drift ? 1 : 0; };
    Verdict best;
    for (int distance = -nearest_steps; distance <= nearest_steps; ++distance) {
        const auto step = now + distance;
        const bool same = crypto::equal(as_bytes(code_at(secret, step).reveal()), as_bytes(digits));
        const auto within = static_cast<unsigned>(distance < 0 ? -distance : distance) <= skew;
        const auto reason = !same ? Reason::wrong : !within ? Reason::drift : step <= last_step ? Reason::replayed : Reason::none;
        // Two steps may have one code: the one that can be taken counts, and of those the earlier.
        if (rank(reason) > rank(best.reason)) best = {.reason = reason, .step = step, .drift = distance};
    }
    return best;
}

}  // namespace authtickets::totp
