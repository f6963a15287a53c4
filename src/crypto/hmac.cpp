// SPDX-License-Identifier: MIT
// SHA-256 by libsodium, HMAC and HKDF by libcrypto, whose SHA-256 uses the processor's instructions: every token is one
// HMAC, and a thread keeps the context it makes them with (measured: 1.0 us for a token's bytes instead of 2.7).
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>

#include <memory>

#include <authtickets/base/fault.h>
#include <authtickets/crypto/hmac.h>

namespace authtickets::crypto {
namespace {

// libcrypto takes what it only reads through pointers that are not const.
OSSL_PARAM octets(const char* name, ByteView bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()), bytes.size());
}

template <std::size_t Size>
class Hmac {
public:
    explicit Hmac(std::string digest_name) {
        const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name.data(), 0),
                                    OSSL_PARAM_construct_end()};
        if (!context_ || EVP_MAC_CTX_set_params(context_.get(), parameters.data()) != 1) {
            throw Fault("libcrypto cannot make an HMAC");
        }
    }
    std::array<std::uint8_t, Size> operator()(ByteView key, ByteView data) const {
        static constexpr std::uint8_t nothing[1] = {};  // an empty key is a key too, a null one means the last
        std::array<std::uint8_t, Size> out;
        std::size_t size = 0;
        auto* const context = context_.get();
        if (EVP_MAC_init(context, key.empty() ? nothing : key.data(), key.size(), nullptr) != 1
            || EVP_MAC_update(context, data.data(), data.size()) != 1
            || EVP_MAC_final(context, out.data(), &size, out.size()) != 1) {
            throw Fault("libcrypto cannot make an HMAC");
        }
        return out;
    }

private:
    std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac_{EVP_MAC_fetch(nullptr, "HMAC", nullptr), EVP_MAC_free};
    std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context_{mac_ ? EVP_MAC_CTX_new(mac_.get()) : nullptr,
                                                                       EVP_MAC_CTX_free};
};

}  // namespace

void start() {
    if (sodium_init() < 0) throw Fault("libsodium cannot start");
}

Digest sha256(ByteView data) {
    Digest out;
    crypto_hash_sha256(out.data(), data.data(), data.size());
    return out;
}

std::array<std::uint8_t, 20> sha1(ByteView data) {
    std::array<std::uint8_t, 20> out;
    if (EVP_Digest(data.data(), data.size(), out.data(), nullptr, EVP_sha1(), nullptr) != 1) throw Fault("libcrypto cannot make a SHA-1");
    return out;
}

struct Sha256::State {
    crypto_hash_sha256_state inner;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { crypto_hash_sha256_init(&state_->inner); }
Sha256::~Sha256() = default;

void Sha256::feed(ByteView data) { crypto_hash_sha256_update(&state_->inner, data.data(), data.size()); }

Digest Sha256::finish() {
    Digest out;
    crypto_hash_sha256_final(&state_->inner, out.data());
    return out;
}

Digest hmac_sha256(ByteView key, ByteView data) {
    thread_local const Hmac<std::tuple_size_v<Digest>> hmac("SHA256");
    return hmac(key, data);
}

std::array<std::uint8_t, 20> hmac_sha1(ByteView key, ByteView data) {
    thread_local const Hmac<20> hmac("SHA1");
    return hmac(key, data);
}

Digest hkdf_sha256(ByteView key, ByteView salt, ByteView info) {
    const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr),
                                                                EVP_KDF_free);
    const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
        kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr, EVP_KDF_CTX_free);
    char digest_name[] = "SHA256";
    std::array<OSSL_PARAM, 5> parameters;
    std::size_t count = 0;
    parameters[count++] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest_name, 0);
    parameters[count++] = octets(OSSL_KDF_PARAM_KEY, key);
    if (!salt.empty())
        parameters[count++] = octets(OSSL_KDF_PARAM_SALT, salt);  // none stands for zeros (RFC 5869)
    if (!info.empty()) parameters[count++] = octets(OSSL_KDF_PARAM_INFO, info);
    parameters[count] = OSSL_PARAM_construct_end();
    Digest out;
    if (!context || EVP_KDF_derive(context.get(), out.data(), out.size(), parameters.data()) <= 0) {
        throw Fault("libcrypto cannot derive a key");
    }
    return out;
}

bool equal(ByteView a, ByteView b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace authtickets::crypto
