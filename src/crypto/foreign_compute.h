// SPDX-License-Identifier: MIT
// How other systems made their password hashes: their settings judged, their computations made again. Shared
// by foreign_hash.cpp (texts, stored forms) and foreign_compute.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <authtickets/crypto/foreign_hash.h>

namespace authtickets::crypto::foreign {

// Longest salt of any system that is read; with it every stored form stays below `longest_stored`.
inline constexpr std::size_t most_salt = 128;

// Why this setting cannot be computed with, "must ..."; empty when it can. What it may cost is judged here.
std::string_view setting_fault(ForeignScheme, std::string_view setting);

// The digest of this password under a setting without fault, in the spelling of ForeignHash::digest. None
// when the old system could not have made a hash of this password. Not for argon2id, which pwhash verifies.
std::optional<Secret> compute(ForeignScheme, std::string_view setting, const Secret& password);

// Magento's versions that take memory, and so are slow: anything in the chain that is Argon2id.
bool chain_is_slow(std::string_view setting);
// Bytes that the last step of the chain gives; 0 when the setting is at fault.
std::size_t chain_digest_size(std::string_view setting);

std::optional<std::uint32_t> decimal(std::string_view);  // without sign and leading zeros
bool only_of(std::string_view text, std::string_view letters);
inline constexpr std::string_view crypt64 =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

}  // namespace authtickets::crypto::foreign
