// SPDX-License-Identifier: MIT
// SHA-256 by libsodium, HMAC by libcrypto, whose SHA-256 uses the processor's instructions: every token is one
// HMAC, and a thread keeps the context it makes them with (measured: 1.0 us for a token's bytes instead of 2.7).
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sodium.h>

#include <algorithm>
#include <memory>

#include <authtickets/base/fault.h>
#include <authtickets/crypto/hmac.h>

namespace authtickets::crypto {
namespace {

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
        return made(key.empty() ? nothing : key.data(), key.size(), data);
    }
    // By the key of the last call.
    std::array<std::uint8_t, Size> again(ByteView data) const { return made(nullptr, 0, data); }

private:
    std::array<std::uint8_t, Size> made(const std::uint8_t* key, std::size_t key_size, ByteView data) const {
        std::array<std::uint8_t, Size> out;
        std::size_t size = 0;
        auto* const context = context_.get();
        if (EVP_MAC_init(context, key, key_size, nullptr) != 1
            || EVP_MAC_update(context, data.data(), data.size()) != 1
            || EVP_MAC_final(context, out.data(), &size, out.size()) != 1) {
            throw Fault("libcrypto cannot make an HMAC");
        }
        return out;
    }

    std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac_{EVP_MAC_fetch(nullptr, "HMAC", nullptr), EVP_MAC_free};
    std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context_{mac_ ? EVP_MAC_CTX_new(mac_.get()) : nullptr,
                                                                       EVP_MAC_CTX_free};
};

// Setting a key costs as much as the bytes of a token. So a thread keeps four contexts with the key of each set: more than one
// request has to do with. Subkeys alone: a key that has not the size of a digest is none.
class Kept {
public:
    Kept() = default;
    Kept(const Kept&) = delete;
    ~Kept() {
        for (auto& each : places_) sodium_memzero(each.key.data(), each.key.size());
    }
    Digest operator()(ByteView key, ByteView data) {
        for (const auto& each : places_) {
            if (each.set && equal(each.key, key)) return each.hmac.again(data);
        }
        auto& place = places_[next_++ % places_.size()];
        place.set = false;
        const auto out = place.hmac(key, data);
        std::ranges::copy(key, place.key.begin());
        place.set = true;
        return out;
    }

private:
    struct Place {
        Hmac<std::tuple_size_v<Digest>> hmac{"SHA256"};
        Digest key{};
        bool set = false;
    };
    std::array<Place, 4> places_;
    std::size_t next_ = 0;
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

Digest hmac_sha256(ByteView subkey, ByteView data) {
    if (subkey.size() != std::tuple_size_v<Digest>) return hmac_sha256_once(subkey, data);
    thread_local Kept kept;
    return kept(subkey, data);
}

Digest hmac_sha256_once(ByteView key, ByteView data) {
    static constexpr Digest nothing{};
    thread_local const Hmac<std::tuple_size_v<Digest>> hmac("SHA256");
    const auto out = hmac(key, data);
    (void)hmac(nothing, {});  // the context has another key now
    return out;
}

std::array<std::uint8_t, 20> hmac_sha1(ByteView key, ByteView data) {
    thread_local const Hmac<20> hmac("SHA1");
    return hmac(key, data);
}

// RFC 5869 for an output of one block. libcrypto's own has to be looked up first: a seventh of what a CGI process computes.
Digest hkdf_sha256(ByteView key, ByteView salt, ByteView info) {
    constexpr Digest zeros{};
    auto extracted = hmac_sha256_once(salt.empty() ? ByteView(zeros) : salt, key);
    Bytes last(info.begin(), info.end());
    last.push_back(1);
    const auto out = hmac_sha256_once(extracted, last);
    sodium_memzero(extracted.data(), extracted.size());
    return out;
}

bool equal(ByteView a, ByteView b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace authtickets::crypto
