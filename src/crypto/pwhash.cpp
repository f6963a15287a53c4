// SPDX-License-Identifier: MIT
// Argon2 strings (PW8, PW9, docs/security.md). libsodium computes; how much it may compute is judged here
// first, from the string itself, because a foreign string can ask for gigabytes.
#include <sodium.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>

#include <authtickets/base/bytes.h>
#include <authtickets/base/config.h>
#include <authtickets/base/fault.h>
#include <authtickets/crypto/pwhash.h>

#include "crypto/hash_memory.h"

namespace authtickets::crypto {
namespace {

std::size_t bytes_of(std::uint32_t kib) { return std::size_t{kib} * 1024; }

constexpr std::uint32_t most_memory_kib = 128 * 1024, most_passes = 16, most_lanes = 4;

struct Parsed {
    bool argon2id{};
    std::uint32_t memory_kib{}, passes{}, lanes{};
    std::size_t salt{}, tag{};  // bytes
};

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    bool take(std::string_view wanted) {
        if (!text_.starts_with(wanted)) return false;
        text_.remove_prefix(wanted.size());
        return true;
    }
    // A decimal number without leading zeros.
    bool number(std::uint32_t& into) {
        if (text_.empty() || text_.front() == '0') return false;
        const auto [stop, fault] = std::from_chars(text_.data(), text_.data() + text_.size(), into);
        if (fault != std::errc{}) return false;
        text_.remove_prefix(static_cast<std::size_t>(stop - text_.data()));
        return true;
    }
    // Base64 without padding up to `$` or the end; its size in bytes.
    bool data(std::size_t least, std::size_t most, std::size_t& size) {
        const auto part = text_.substr(0, text_.find('$'));
        std::array<std::uint8_t, 64> buffer;
        const char* end = nullptr;
        if (sodium_base642bin(buffer.data(), buffer.size(), part.data(), part.size(), nullptr, &size, &end,
                              sodium_base64_VARIANT_ORIGINAL_NO_PADDING)
                != 0
            || end != part.data() + part.size() || size < least || size > most) {
            return false;
        }
        text_.remove_prefix(part.size());
        return true;
    }
    bool at_end() const { return text_.empty(); }

  private:
    std::string_view text_;
};

std::optional<Parsed> read(std::string_view text) {
    if (text.size() >= crypto_pwhash_STRBYTES) return std::nullopt;
    Parsed out;
    Reader in(text);
    out.argon2id = in.take("$argon2id$");
    if (!out.argon2id && !in.take("$argon2i$")) return std::nullopt;
    const bool readable = in.take("v=19$m=") && in.number(out.memory_kib) && in.take(",t=")
                          && in.number(out.passes) && in.take(",p=") && in.number(out.lanes) && in.take("$")
                          && in.data(8, 64, out.salt) && in.take("$") && in.data(16, 64, out.tag)
                          && in.at_end();
    if (!readable || out.memory_kib / 8 < out.lanes) return std::nullopt;
    return out;
}

bool within_bounds(const Parsed& asked) {
    return asked.memory_kib <= most_memory_kib && asked.passes <= most_passes && asked.lanes <= most_lanes;
}

// Only strings whose work is within bounds.
std::optional<Parsed> parse(std::string_view text) {
    const auto found = read(text);
    return found && within_bounds(*found) ? found : std::nullopt;
}

// libsodium's call and nothing else, so that nothing else asks for memory meanwhile.
int in_kept_memory(std::uint32_t memory_kib, std::uint32_t passes, std::uint32_t lanes, const auto& call) {
    const HashMemory memory(memory_kib, passes, lanes);
    return call();
}

}  // namespace

bool strong_enough(HashCost cost) { return hash_costs_enough(cost.memory_kib, cost.passes); }

Secret hash_password(const Secret& password, HashCost cost) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    const auto text = password.reveal();
    const bool made = in_kept_memory(cost.memory_kib, cost.passes, 1, [&] {
        return crypto_pwhash_str_alg(out.data(), text.data(), text.size(), cost.passes, bytes_of(cost.memory_kib), crypto_pwhash_ALG_ARGON2ID13);
    }) == 0;
    if (!made) {
        throw Unavailable("a password cannot be hashed: not enough memory, or a cost that cannot be met");
    }
    Secret hashed{std::string_view(out.data())};
    sodium_memzero(out.data(), out.size());
    return hashed;
}

bool verify_password(const Secret& password, const Secret& stored) {
    const auto asked = parse(stored.reveal());
    if (!asked) return false;
    std::string terminated(stored.reveal());
    const auto text = password.reveal();
    errno = 0;
    const bool match = in_kept_memory(asked->memory_kib, asked->passes, asked->lanes, [&] {
        return crypto_pwhash_str_verify(terminated.c_str(), text.data(), text.size());
    }) == 0;
    const bool no_memory = !match && errno == ENOMEM;
    wipe(terminated);
    // Our want of memory is not a wrong password and must not count as one (TH7).
    if (no_memory) throw Unavailable("a password cannot be verified: not enough memory");
    return match;
}

Derived derive_password(const Secret& password, const Secret& stored) {
    const auto asked = parse(stored.reveal());
    if (!asked) return {};
    const bool ours = asked->argon2id && asked->lanes == 1 && asked->salt == crypto_pwhash_SALTBYTES;
    if (!ours) return {.match = verify_password(password, stored)};
    // The last two parts, whose letters and sizes parse() has seen.
    const auto text = stored.reveal();
    const auto second = text.rfind('$'), first = text.rfind('$', second - 1);
    std::array<std::uint8_t, 64> salt{}, tag{}, out{};
    const auto decode = [](std::string_view part, std::array<std::uint8_t, 64>& into) {
        std::size_t size = 0;
        sodium_base642bin(into.data(), into.size(), part.data(), part.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    };
    decode(text.substr(first + 1, second - first - 1), salt);
    decode(text.substr(second + 1), tag);
    const auto typed = password.reveal();
    const bool made = in_kept_memory(asked->memory_kib, asked->passes, 1, [&] {
        return crypto_pwhash(out.data(), asked->tag, typed.data(), typed.size(), salt.data(), asked->passes, bytes_of(asked->memory_kib),
                             crypto_pwhash_ALG_ARGON2ID13);
    }) == 0;
    if (!made) {
        throw Unavailable("a password cannot be verified: not enough memory");
    }
    Derived derived{.match = sodium_memcmp(out.data(), tag.data(), asked->tag) == 0,
                    .value = Secret(as_text({out.data(), asked->tag}))};
    sodium_memzero(out.data(), out.size());
    return derived;
}

std::string_view argon2_fault(std::string_view stored) {
    const auto found = read(stored);
    if (!found) return "must be an Argon2 string as PHC writes it, version 19, of at most 127 bytes";
    if (!within_bounds(*found)) return "must ask for at most 131072 KiB of memory, 16 passes and 4 lanes";
    return {};
}

namespace {

// A string like every stored one; no password leads to its tag of zeros.
Secret decoy_string(HashCost cost) {
    return Secret("$argon2id$v=19$m=" + std::to_string(cost.memory_kib) + ",t=" + std::to_string(cost.passes) + ",p=1$"
                  + std::string(22, 'A') + "$" + std::string(43, 'A'));
}

}  // namespace

void verify_decoy(const Secret& password, HashCost cost) { (void)verify_password(password, decoy_string(cost)); }

Derived derive_decoy(const Secret& password, HashCost cost) { return derive_password(password, decoy_string(cost)); }

bool needs_rehash(const Secret& stored, HashCost cost) {
    const auto found = parse(stored.reveal());
    return !found || !found->argon2id || found->memory_kib != cost.memory_kib || found->passes != cost.passes
           || found->lanes != 1 || found->salt != crypto_pwhash_SALTBYTES || found->tag != 32;
}

}  // namespace authtickets::crypto
