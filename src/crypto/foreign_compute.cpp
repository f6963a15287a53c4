// SPDX-License-Identifier: MIT
// The computations of other systems' password hashes. bcrypt and the SHA crypts by libcrypt, MD5 and PBKDF2
// by libcrypto, SHA-256 and Argon2id by libsodium; phpass and Magento's chains are loops over these.
#include <crypt.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <vector>

#include <authtickets/base/bytes.h>
#include <authtickets/base/fault.h>
#include <authtickets/crypto/hmac.h>

#include "foreign_compute.h"

namespace authtickets::crypto::foreign {
namespace {

using Md5Digest = std::array<std::uint8_t, 16>;

// MD5 from a library context of our own: it does not read openssl.cnf, so a machine on which MD5 is forbidden
// for signatures and TLS can still take over an old shop.
class Md5 {
  public:
    Md5() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
        if (!context_) throw Fault("libcrypto cannot make an MD5");
    }
    Md5Digest operator()(std::initializer_list<std::string_view> parts) const {
        Md5Digest out;
        bool good = EVP_DigestInit_ex2(context_.get(), method(), nullptr) == 1;
        for (const auto part : parts)
            good = good && EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1;
        if (!good || EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) != 1) {
            throw Fault("libcrypto cannot make an MD5");
        }
        return out;
    }

  private:
    static const EVP_MD* method() {
        static const std::unique_ptr<OSSL_LIB_CTX, decltype(&OSSL_LIB_CTX_free)> library(OSSL_LIB_CTX_new(),
                                                                                         OSSL_LIB_CTX_free);
        static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> md5(
            library ? EVP_MD_fetch(library.get(), "MD5", nullptr) : nullptr, EVP_MD_free);
        if (!md5) throw Fault("libcrypto has no MD5 on this machine: hashes made with it cannot be verified");
        return md5.get();
    }
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string_view view(const Md5Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Secret md5_hex(std::initializer_list<std::string_view> parts) { return Secret(hex(Md5()(parts))); }

Secret sha256_hex(std::string_view salt, std::string_view text) {
    crypto_hash_sha256_state state;
    Digest out;
    crypto_hash_sha256_init(&state);
    for (const auto part : {salt, text}) {
        const auto bytes = as_bytes(part);
        crypto_hash_sha256_update(&state, bytes.data(), bytes.size());
    }
    crypto_hash_sha256_final(&state, out.data());
    sodium_memzero(&state, sizeof state);
    return Secret(hex(out));
}

bool printable(std::string_view text) {
    for (const char c : text) {
        if (c < ' ' || c > '~') return false;
    }
    return true;
}

std::string_view salt_fault(std::string_view salt) {
    return salt.size() > most_salt || !printable(salt)
               ? "must have a salt of at most 128 printable ASCII letters"
               : "";
}

// --- crypt(3): bcrypt, sha512-crypt, sha256-crypt
// -------------------------------------------------------------------

// Cost 4 is the least there is; 13 takes half a second, and each step doubles it.
std::string_view bcrypt_fault(std::string_view setting) {
    const bool known =
        setting.starts_with("$2a$") || setting.starts_with("$2b$") || setting.starts_with("$2y$");
    if (!known || setting.size() != 29 || setting[6] != '$' || !only_of(setting.substr(7), crypt64)) {
        return "must be a bcrypt hash: $2a$, $2b$ or $2y$, a cost of two digits, and 53 letters";
    }
    const auto cost = setting.substr(4, 2);
    return cost < "04" || cost > "13" || !only_of(cost, "0123456789") ? "must have a bcrypt cost of 4 to 13"
                                                                      : "";
}

// The letters that crypt(3) makes salts of, and those of base64: salts made by hand.
constexpr std::string_view sha_salt = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+=_-";

// A million rounds take 0.3 s for a usual password and 3 s for the longest that crypt(3) takes (measured).
std::string_view sha_crypt_fault(std::string_view setting, std::string_view prefix) {
    constexpr std::string_view shape =
        "must be a hash of SHA crypt: $5$ or $6$, a salt of at most 16 letters, the digest";
    if (!setting.starts_with(prefix)) return shape;
    setting.remove_prefix(prefix.size());
    constexpr std::string_view rounds = "rounds=";
    if (setting.starts_with(rounds)) {
        const auto end = setting.find('$');
        if (end == setting.npos) return shape;
        const auto count = decimal(setting.substr(rounds.size(), end - rounds.size()));
        if (!count || *count < 1000 || *count > 1'000'000) return "must have 1000 to 1000000 rounds";
        setting.remove_prefix(end + 1);
        if (setting.starts_with(rounds)) return shape;
    }
    return setting.size() <= 16 && only_of(setting, sha_salt) ? "" : shape;
}

// Rounds cost more the longer the password is. Beyond what 1,000,000 of them cost for 128 bytes it is no match: no person
// types such a password, and nobody else is to hold a place for hashing for seconds.
bool too_much_work(std::string_view setting, std::size_t password_size) {
    constexpr std::string_view rounds = "rounds=";
    constexpr std::size_t usual = 5000, most = 2'000'000, block = 64;
    const auto at = setting.find(rounds);
    const auto count = at == setting.npos ? std::optional<std::uint32_t>(usual)
                                          : decimal(setting.substr(at + rounds.size(), setting.find('$', at) - at - rounds.size()));
    return !count || *count * ((password_size + block - 1) / block) > most;
}

// `size` letters at the end of what crypt_r writes are the digest. Before them it may write the setting
// differently: of bcrypt's last letter of salt only two bits count.
std::optional<Secret> crypt_tail(std::string_view setting, std::string_view password, std::size_t size) {
    // crypt(3) ends a password at a NUL: what comes behind would not count.
    if (password.find('\0') != password.npos || password.size() >= CRYPT_MAX_PASSPHRASE_SIZE)
        return std::nullopt;
    struct Wiped {
        crypt_data data{};
        std::string password;
        ~Wiped() {
            sodium_memzero(&data, sizeof data);
            wipe(password);
        }
    };
    const auto work = std::make_unique<Wiped>();  // 32 KiB
    work->password = password;
    const char* const out = crypt_r(work->password.c_str(), std::string(setting).c_str(), &work->data);
    const std::string_view made(out ? out : "");
    if (made.size() <= size || made.starts_with('*'))
        throw Fault("libcrypt does not compute " + std::string(setting.substr(0, 3)));
    return Secret(made.substr(made.size() - size));
}

std::optional<Secret> bcrypt(std::string_view setting, std::string_view password) {
    // The old system saw 72 bytes, and a NUL behind them too.
    if (password.find('\0') != password.npos) return std::nullopt;
    return crypt_tail(setting, password.substr(0, 72), 31);
}

// --- phpass
// -----------------------------------------------------------------------------------------------------------

// 2^7 is the least that phpass makes, WordPress has 2^13. 2^18 take 40 ms for a usual password and 0.4 s for
// one of 1024 bytes (measured), which is where the other schemes' bounds lie.
std::string_view phpass_fault(std::string_view setting) {
    const bool known = setting.starts_with("$P$") || setting.starts_with("$H$");
    if (!known || setting.size() != 12 || !only_of(setting.substr(3), crypt64)) {
        return "must be a portable phpass hash: $P$ or $H$ and 31 letters";
    }
    const auto log2 = crypt64.find(setting[3]);
    return log2 < 7 || log2 > 18 ? "must have a phpass count of 2^7 to 2^18" : "";
}

// Six bits a letter, the lowest first.
std::string phpass64(ByteView bytes) {
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        for (std::size_t j = 0; j < count; ++j) group |= std::uint32_t{bytes[i + j]} << (8 * j);
        for (std::size_t j = 0; j <= count; ++j) out.push_back(crypt64[group >> (6 * j) & 63]);
    }
    return out;
}

Secret phpass(std::string_view setting, std::string_view password) {
    const Md5 md5;
    auto digest = md5({setting.substr(4), password});
    for (std::uint32_t left = 1U << crypt64.find(setting[3]); left > 0; --left)
        digest = md5({view(digest), password});
    return Secret(phpass64(digest));
}

// --- Django
// -----------------------------------------------------------------------------------------------------------

struct Pbkdf2 {
    std::uint32_t passes{};
    std::string_view salt;
};

std::optional<Pbkdf2> read_pbkdf2(std::string_view setting, std::string_view prefix) {
    if (!setting.starts_with(prefix)) return std::nullopt;
    setting.remove_prefix(prefix.size());
    const auto end = setting.find('$');
    if (end == setting.npos || setting.find('$', end + 1) != setting.npos || end + 1 == setting.size())
        return std::nullopt;
    const auto passes = decimal(setting.substr(0, end));
    if (!passes) return std::nullopt;
    return Pbkdf2{*passes, setting.substr(end + 1)};
}

constexpr std::string_view django_sha256 = "pbkdf2_sha256$", django_sha1 = "pbkdf2_sha1$";

// Django 5.1 makes 870,000, and each release more. Two millions take half a second (measured).
std::string_view pbkdf2_fault(std::string_view setting, std::string_view prefix) {
    const auto found = read_pbkdf2(setting, prefix);
    if (!found)
        return "must be a hash of Django: pbkdf2_sha256 or pbkdf2_sha1, iterations, salt and digest between "
               "$";
    if (found->passes > 2'000'000) return "must have at most 2000000 iterations";
    return salt_fault(found->salt);
}

Secret pbkdf2(const Pbkdf2& asked, const EVP_MD* method, int size, std::string_view password) {
    std::array<std::uint8_t, 32> out;
    const auto salt = as_bytes(asked.salt);
    if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                          static_cast<int>(salt.size()), static_cast<int>(asked.passes), method, size,
                          out.data())
        != 1) {
        throw Fault("libcrypto cannot make PBKDF2");
    }
    Secret made(base64(ByteView(out).first(static_cast<std::size_t>(size))));
    sodium_memzero(out.data(), out.size());
    return made;
}

// --- Magento
// ------------------------------------------------------------------------------------------------------------

// A step of a chain: "0" md5, "1" sha256, "2" and "3_SIZE_PASSES_BYTES" Argon2id.
struct Step {
    char kind{};
    std::uint32_t size{}, passes{}, memory{};
};
struct Chain {
    std::string_view salt;
    std::vector<Step> steps;
};

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (std::size_t end; (end = text.find(at)) != text.npos; text.remove_prefix(end + 1))
        parts.push_back(text.substr(0, end));
    parts.push_back(text);
    return parts;
}

std::optional<Step> read_step(std::string_view text) {
    if (text == "0") return Step{.kind = '0', .size = 16};
    if (text == "1") return Step{.kind = '1', .size = 32};
    if (text == "2") return Step{.kind = '2', .size = 32, .passes = 2, .memory = 64 * 1024 * 1024};
    const auto parts = split(text, '_');
    if (parts.size() != 4 || parts[0] != "3") return std::nullopt;
    const auto size = decimal(parts[1]), passes = decimal(parts[2]), memory = decimal(parts[3]);
    if (!size || !passes || !memory) return std::nullopt;
    return Step{.kind = '3', .size = *size, .passes = *passes, .memory = *memory};
}

std::optional<Chain> read_chain(std::string_view setting) {
    const auto parts = split(setting, ':');
    if (parts.size() < 2) return std::nullopt;
    Chain chain{.salt = parts[0]};
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto step = read_step(parts[i]);
        if (!step) return std::nullopt;
        chain.steps.push_back(*step);
    }
    return chain;
}

bool slow(const Step& step) { return step.kind >= '2'; }

std::string_view chain_fault(std::string_view setting) {
    const auto chain = read_chain(setting);
    if (!chain)
        return "must be a hash of Magento: hex, salt and versions (0, 1, 2, 3_32_2_67108864) between colons";
    // Magento has had four versions, and an upgrade adds a later one.
    if (chain->steps.size() > 4) return "must have at most 4 versions";
    std::size_t slow_ones = 0;
    for (const auto& step : chain->steps) {
        if (!slow(step)) continue;
        ++slow_ones;
        if (step.size < 16 || step.size > 64) return "must have an Argon2id digest of 16 to 64 bytes";
        if (step.passes > 16 || step.memory < 8192 || step.memory > 128 * 1024 * 1024) {
            return "must ask for 8192 to 134217728 bytes of memory and at most 16 passes";
        }
        if (chain->salt.empty()) return "must have a salt";
    }
    if (slow_ones > 1) return "must have Argon2id once among its versions";
    return salt_fault(chain->salt);
}

// The first 16 bytes of the salt; a shorter one is repeated.
Secret magento_argon2id(const Step& step, std::string_view salt, std::string_view text) {
    std::array<std::uint8_t, crypto_pwhash_SALTBYTES> filled;
    for (std::size_t i = 0; i < filled.size(); ++i)
        filled[i] = static_cast<std::uint8_t>(salt[i % salt.size()]);
    std::array<std::uint8_t, 64> out;
    if (crypto_pwhash(out.data(), step.size, text.data(), text.size(), filled.data(), step.passes,
                      step.memory, crypto_pwhash_ALG_ARGON2ID13)
        != 0) {
        throw Unavailable("a password cannot be verified: not enough memory");
    }
    Secret made(hex(ByteView(out).first(step.size)));
    sodium_memzero(out.data(), out.size());
    return made;
}

Secret magento(std::string_view setting, const Secret& password) {
    const auto chain = read_chain(setting);
    if (!chain) throw Fault("a Magento hash was computed before it was judged");  // unreachable
    Secret text = password;
    for (const auto& step : chain->steps) {
        if (step.kind == '0')
            text = md5_hex({chain->salt, text.reveal()});
        else if (step.kind == '1')
            text = sha256_hex(chain->salt, text.reveal());
        else
            text = magento_argon2id(step, chain->salt, text.reveal());
    }
    return text;
}

}  // namespace

bool chain_is_slow(std::string_view setting) {
    const auto chain = read_chain(setting);
    return chain && std::any_of(chain->steps.begin(), chain->steps.end(), slow);
}

std::size_t chain_digest_size(std::string_view setting) {
    const auto chain = read_chain(setting);
    return chain ? chain->steps.back().size : 0;
}

std::optional<std::uint32_t> decimal(std::string_view text) {
    if (text.empty() || text.front() == '0') return std::nullopt;
    std::uint32_t number = 0;
    const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
    return number;
}

bool only_of(std::string_view text, std::string_view letters) {
    return text.find_first_not_of(letters) == text.npos;
}

std::string_view setting_fault(ForeignScheme scheme, std::string_view setting) {
    using enum ForeignScheme;
    switch (scheme) {
        case bcrypt: return bcrypt_fault(setting);
        case sha512_crypt: return sha_crypt_fault(setting, "$6$");
        case sha256_crypt: return sha_crypt_fault(setting, "$5$");
        case phpass: return phpass_fault(setting);
        case django_pbkdf2_sha256: return pbkdf2_fault(setting, django_sha256);
        case django_pbkdf2_sha1: return pbkdf2_fault(setting, django_sha1);
        case md5_salt_first:
        case md5_salt_last:
        case sha256_salt_first: return salt_fault(setting);
        case magento_chain: return chain_fault(setting);
        case argon2id: return setting.empty() ? "" : "must be an Argon2id string";
    }
    throw Fault("a scheme outside the list");
}

std::optional<Secret> compute(ForeignScheme scheme, std::string_view setting, const Secret& password) {
    using enum ForeignScheme;
    const auto text = password.reveal();
    switch (scheme) {
        case bcrypt: return foreign::bcrypt(setting, text);
        case sha512_crypt:
        case sha256_crypt:
            if (too_much_work(setting, text.size())) return std::nullopt;
            return crypt_tail(setting, text, scheme == sha512_crypt ? 86 : 43);
        case phpass: return foreign::phpass(setting, text);
        case django_pbkdf2_sha256:
            return pbkdf2(read_pbkdf2(setting, django_sha256).value(), EVP_sha256(), 32, text);
        case django_pbkdf2_sha1:
            return pbkdf2(read_pbkdf2(setting, django_sha1).value(), EVP_sha1(), 20, text);
        case md5_salt_first: return md5_hex({setting, text});
        case md5_salt_last: return md5_hex({text, setting});
        case sha256_salt_first: return sha256_hex(setting, text);
        case magento_chain: return magento(setting, password);
        case argon2id: break;
    }
    throw Fault("a scheme that is not computed here");
}

}  // namespace authtickets::crypto::foreign
