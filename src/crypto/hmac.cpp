// SPDX-License-Identifier: MIT
// SHA-256 and HMAC by libsodium, HKDF by libcrypto.
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

}  // namespace

void start() {
    if (sodium_init() < 0) throw Fault("libsodium cannot start");
}

Digest sha256(ByteView data) {
    Digest out;
    crypto_hash_sha256(out.data(), data.data(), data.size());
    return out;
}

Digest hmac_sha256(ByteView key, ByteView data) {
    crypto_auth_hmacsha256_state state;
    Digest out;
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    crypto_auth_hmacsha256_update(&state, data.data(), data.size());
    crypto_auth_hmacsha256_final(&state, out.data());
    sodium_memzero(&state, sizeof state);
    return out;
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
