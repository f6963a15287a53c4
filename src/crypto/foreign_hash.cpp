// SPDX-License-Identifier: MIT
// Other systems' password hashes: their texts read, what rests of them, and every stored string verified.
// Texts of refusals never repeat a hash. The computations stand in foreign_compute.cpp.
#include <authtickets/crypto/foreign_hash.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <authtickets/base/bytes.h>
#include <authtickets/base/fault.h>

#include "foreign_compute.h"

namespace authtickets::crypto {
namespace {

using namespace foreign;

constexpr std::string_view kept_prefix = "$foreign$", wrapped_prefix = "$wrapped$",
                           argon2id_prefix = "$argon2id$";

constexpr std::array schemes{
    ForeignScheme::bcrypt,
    ForeignScheme::sha512_crypt,
    ForeignScheme::sha256_crypt,
    ForeignScheme::phpass,
    ForeignScheme::django_pbkdf2_sha256,
    ForeignScheme::django_pbkdf2_sha1,
    ForeignScheme::md5_salt_first,
    ForeignScheme::md5_salt_last,
    ForeignScheme::sha256_salt_first,
    ForeignScheme::magento_chain,
    ForeignScheme::argon2id,
};

auto unreadable(std::string_view text) {
    return refuse(Why::bad_parameter, "password_hash", std::string(text));
}

// Setting and digest make a hash when neither has a fault.
Result<ForeignHash> made(ForeignScheme scheme, std::string_view setting, std::string digest,
                         bool digest_good) {
    if (const auto fault = setting_fault(scheme, setting); !fault.empty()) return unreadable(fault);
    if (!digest_good) return unreadable("must end in a digest of the right length and letters");
    return ForeignHash{
        .scheme = scheme, .setting = std::string(setting), .digest = Secret(std::move(digest))};
}

std::pair<std::string_view, std::string_view> split_at(std::string_view text, std::size_t at,
                                                       std::size_t gap = 0) {
    if (at >= text.size()) return {text, {}};
    return {text.substr(0, at), text.substr(at + gap)};
}

Result<ForeignHash> read_bcrypt(std::string_view text) {
    if (text.starts_with("bcrypt$$")) text.remove_prefix(7);  // as Django writes it
    const auto [setting, digest] = split_at(text, 29);
    return made(ForeignScheme::bcrypt, setting, std::string(digest),
                digest.size() == 31 && only_of(digest, crypt64));
}

Result<ForeignHash> read_sha_crypt(ForeignScheme scheme, std::size_t size, std::string_view text) {
    const auto [setting, digest] = split_at(text, text.rfind('$'), 1);
    return made(scheme, setting, std::string(digest), digest.size() == size && only_of(digest, crypt64));
}
Result<ForeignHash> read_sha512_crypt(std::string_view text) {
    return read_sha_crypt(ForeignScheme::sha512_crypt, 86, text);
}
Result<ForeignHash> read_sha256_crypt(std::string_view text) {
    return read_sha_crypt(ForeignScheme::sha256_crypt, 43, text);
}

Result<ForeignHash> read_phpass(std::string_view text) {
    const auto [setting, digest] = split_at(text, 12);
    return made(ForeignScheme::phpass, setting, std::string(digest),
                digest.size() == 22 && only_of(digest, crypt64));
}

Result<ForeignHash> read_argon2id(std::string_view text) {
    if (text.starts_with("argon2$")) text.remove_prefix(6);  // as Django writes it
    if (!text.starts_with(argon2id_prefix))
        return unreadable("must be an Argon2id string, which begins with $argon2id$");
    if (const auto fault = argon2_fault(text); !fault.empty()) return unreadable(fault);
    return made(ForeignScheme::argon2id, {}, std::string(text), true);
}

Result<ForeignHash> read_django(std::string_view text) {
    if (text.starts_with("bcrypt$")) return read_bcrypt(text);
    if (text.starts_with("argon2$")) return read_argon2id(text);
    const bool sha1 = text.starts_with("pbkdf2_sha1$");
    const auto [setting, digest] = split_at(text, text.rfind('$'), 1);
    const auto bytes = from_base64(digest);
    return made(sha1 ? ForeignScheme::django_pbkdf2_sha1 : ForeignScheme::django_pbkdf2_sha256, setting,
                std::string(digest), bytes && bytes->size() == (sha1 ? 20U : 32U));
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

// "HEX:REST", or "HEX" alone.
struct HexParts {
    std::string hex{};
    std::string_view rest{};
    bool colon = false;
};
HexParts hex_parts(std::string_view text) {
    const auto [digest, rest] = split_at(text, text.find(':'), 1);
    return {lower(digest), rest, digest.size() < text.size()};
}

Result<ForeignHash> read_salted(ForeignScheme scheme, std::size_t size, std::string_view text) {
    const auto parts = hex_parts(text);
    return made(scheme, parts.rest, parts.hex, parts.hex.size() == 2 * size && from_hex(parts.hex));
}
Result<ForeignHash> read_md5_salt_first(std::string_view text) {
    return read_salted(ForeignScheme::md5_salt_first, 16, text);
}
Result<ForeignHash> read_md5_salt_last(std::string_view text) {
    return read_salted(ForeignScheme::md5_salt_last, 16, text);
}
Result<ForeignHash> read_sha256_salt_first(std::string_view text) {
    return read_salted(ForeignScheme::sha256_salt_first, 32, text);
}

// Magento 1 has no versions behind the salt, Magento 2 has.
Result<ForeignHash> read_magento(std::string_view text) {
    const auto parts = hex_parts(text);
    if (parts.rest.find(':') == parts.rest.npos) {
        return parts.hex.size() == 32 ? read_md5_salt_first(text) : read_sha256_salt_first(text);
    }
    const auto size = chain_digest_size(parts.rest);
    return made(ForeignScheme::magento_chain, parts.rest, parts.hex,
                parts.hex.size() == 2 * size && from_hex(parts.hex));
}

struct Format {
    std::string_view name;
    Result<ForeignHash> (*read)(std::string_view);
};
constexpr std::array formats{
    Format{"bcrypt", read_bcrypt},
    Format{"sha512-crypt", read_sha512_crypt},
    Format{"sha256-crypt", read_sha256_crypt},
    Format{"phpass", read_phpass},
    Format{"django", read_django},
    Format{"magento", read_magento},
    Format{"md5-salt-first", read_md5_salt_first},
    Format{"md5-salt-last", read_md5_salt_last},
    Format{"sha256-salt-first", read_sha256_salt_first},
    Format{"argon2id", read_argon2id},
};

const Format* find_format(std::string_view named) {
    const auto* const found =
        std::find_if(formats.begin(), formats.end(), [&](const Format& f) { return f.name == named; });
    return found == formats.end() ? nullptr : found;
}

Result<ForeignHash> read_named(std::string_view text, std::string_view named) {
    const auto* const format = find_format(named);
    if (!format) {
        std::string known;
        for (const auto& each : formats) known.append(known.empty() ? "" : ", ").append(each.name);
        return unreadable("must be in one of the formats " + known);
    }
    return format->read(text);
}

// The first letters decide, and for hex the length; what two formats share is not guessed.
Result<ForeignHash> read_by_shape(std::string_view text) {
    constexpr std::pair<std::string_view, std::string_view> prefixes[] = {
        {"$2a$", "bcrypt"},         {"$2b$", "bcrypt"},         {"$2y$", "bcrypt"},
        {"$6$", "sha512-crypt"},    {"$5$", "sha256-crypt"},    {"$P$", "phpass"},
        {"$H$", "phpass"},          {"$argon2id$", "argon2id"}, {"pbkdf2_sha256$", "django"},
        {"pbkdf2_sha1$", "django"}, {"bcrypt$", "django"},      {"argon2$", "django"}};
    for (const auto& [prefix, format] : prefixes) {
        if (text.starts_with(prefix)) return read_named(text, format);
    }
    const auto parts = hex_parts(text);
    const bool plain = from_hex(parts.hex) && (parts.hex.size() == 32 || parts.hex.size() == 64);
    if (plain && parts.rest.empty())
        return unreadable("must have a salt, or its format named: a hash without salt is not guessed");
    if (from_hex(parts.hex) && parts.colon && parts.hex.size() >= 32) return read_magento(text);
    return unreadable("must be a hash of a known form, or one whose format is named");
}

// The text that the format `name(scheme)` reads as this hash.
std::string text_of(const ForeignHash& hash) {
    using enum ForeignScheme;
    const std::string digest(hash.digest.reveal());
    switch (hash.scheme) {
        case bcrypt:
        case phpass:
        case argon2id: return hash.setting + digest;
        case sha512_crypt:
        case sha256_crypt:
        case django_pbkdf2_sha256:
        case django_pbkdf2_sha1: return hash.setting + "$" + digest;
        case md5_salt_first:
        case md5_salt_last:
        case sha256_salt_first:
        case magento_chain: return digest + ":" + hash.setting;
    }
    throw Fault("a scheme outside the list");
}

bool fast(ForeignScheme scheme, std::string_view setting) {
    using enum ForeignScheme;
    switch (scheme) {
        case bcrypt:
        case django_pbkdf2_sha256:
        case django_pbkdf2_sha1:
        case argon2id: return false;
        case magento_chain: return !chain_is_slow(setting);
        case sha512_crypt:
        case sha256_crypt:
        case phpass:
        case md5_salt_first:
        case md5_salt_last:
        case sha256_salt_first: return true;
    }
    throw Fault("a scheme outside the list");
}

Derived derive_kept(const Secret& password, std::string_view named, std::string_view text) {
    const auto hash = read_named(text, named);
    if (!hash || needs_wrapping(*hash) || name(hash->scheme) != named) return {};
    if (hash->scheme == ForeignScheme::argon2id) return derive_password(password, hash->digest);
    auto digest = compute(hash->scheme, hash->setting, password);
    if (!digest) return {};
    return {.match = *digest == hash->digest, .value = std::move(*digest)};
}

// `rest` is "SETTING$argon2id$...". A setting may hold any sign, the Argon2id string begins but once.
Derived derive_wrapped(const Secret& password, std::string_view named, std::string_view rest) {
    const auto [setting, stored] = split_at(rest, rest.rfind(argon2id_prefix));
    const auto* const scheme =
        std::find_if(schemes.begin(), schemes.end(), [&](ForeignScheme s) { return name(s) == named; });
    if (scheme == schemes.end() || !setting_fault(*scheme, setting).empty() || !fast(*scheme, setting))
        return {};
    if (!argon2_fault(stored).empty()) return {};
    const auto digest = compute(*scheme, setting, password);
    return digest ? derive_password(*digest, Secret(stored)) : Derived{};
}

}  // namespace

std::string_view name(ForeignScheme scheme) {
    using enum ForeignScheme;
    switch (scheme) {
        case bcrypt: return "bcrypt";
        case sha512_crypt: return "sha512-crypt";
        case sha256_crypt: return "sha256-crypt";
        case phpass: return "phpass";
        case django_pbkdf2_sha256:
        case django_pbkdf2_sha1: return "django";
        case md5_salt_first: return "md5-salt-first";
        case md5_salt_last: return "md5-salt-last";
        case sha256_salt_first: return "sha256-salt-first";
        case magento_chain: return "magento";
        case argon2id: return "argon2id";
    }
    throw Fault("a scheme outside the list");
}

Result<ForeignHash> read_foreign_hash(std::string_view text, std::string_view format) {
    if (text.empty()) return unreadable("must not be empty");
    if (text.size() > longest_stored) return unreadable("must be at most 400 bytes");
    if (text.starts_with('{')) {
        const auto end = text.find('}');
        if (end == text.npos) return unreadable("must close the braces around its format");
        const auto own = text.substr(1, end - 1);
        if (own.empty() || (!format.empty() && format != own))
            return unreadable("must name one format, and no other than was given with it");
        format = own;
        text.remove_prefix(end + 1);
    }
    return format.empty() ? read_by_shape(text) : read_named(text, format);
}

bool needs_wrapping(const ForeignHash& hash) { return fast(hash.scheme, hash.setting); }

Secret stored_form(const ForeignHash& hash, HashCost cost) {
    const bool wraps = needs_wrapping(hash);
    std::string stored(wraps ? wrapped_prefix : kept_prefix);
    stored.append(name(hash.scheme)).append("$");
    if (wraps)
        stored.append(hash.setting).append(hash_password(hash.digest, cost).reveal());
    else
        stored.append(text_of(hash));
    if (stored.size() > longest_stored)
        throw Fault("a stored password is longer than its column takes");  // unreachable
    return Secret(std::move(stored));
}

Derived derive_stored(const Secret& password, const Secret& stored) {
    auto text = stored.reveal();
    const bool kept = text.starts_with(kept_prefix), wrapped = text.starts_with(wrapped_prefix);
    if (!kept && !wrapped) return derive_password(password, stored);
    text.remove_prefix(kept ? kept_prefix.size() : wrapped_prefix.size());
    const auto end = text.find('$');
    if (stored.size() > longest_stored || end == text.npos) return {};
    const auto named = text.substr(0, end), rest = text.substr(end + 1);
    return kept ? derive_kept(password, named, rest) : derive_wrapped(password, named, rest);
}

bool verify_stored(const Secret& password, const Secret& stored) { return derive_stored(password, stored).match; }

bool cut_off(const Secret& password, const Secret& stored) {
    constexpr std::size_t looked_at = 72;
    return password.size() > looked_at && stored.reveal().starts_with(std::string(kept_prefix) + "bcrypt$");
}

bool is_foreign(const Secret& stored) {
    return stored.reveal().starts_with(kept_prefix) || stored.reveal().starts_with(wrapped_prefix);
}

}  // namespace authtickets::crypto
