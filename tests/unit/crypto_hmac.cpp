// SHA-256, HMAC and HKDF against their published vectors.
// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <authtickets/crypto/hmac.h>
#include <support/vectors.h>

using namespace authtickets;

namespace {

struct Started {
    Started() { crypto::start(); }
};
Bytes bytes(const std::string& digits) { return from_hex(digits).value(); }

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(Started);

BOOST_AUTO_TEST_SUITE(crypto_hmac)

BOOST_AUTO_TEST_CASE(sha256_agrees_with_fips_180) {
    for (const auto& v : test::vectors("sha256"))
        BOOST_TEST(hex(crypto::sha256(as_bytes(v[0]))) == v[1], v.place);
    const std::string million(1000000, 'a');
    BOOST_TEST(hex(crypto::sha256(as_bytes(million)))
               == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

BOOST_AUTO_TEST_CASE(sha256_piece_by_piece_is_sha256) {
    const std::string million(1000000, 'a');
    for (const std::size_t step : {std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{4097}, million.size()}) {
        crypto::Sha256 digest;
        for (std::size_t at = 0; at < million.size(); at += step) digest.feed(as_bytes(std::string_view(million).substr(at, step)));
        BOOST_TEST(hex(digest.finish()) == hex(crypto::sha256(as_bytes(million))), step);
    }
    BOOST_TEST(hex(crypto::Sha256().finish()) == hex(crypto::sha256({})));
}

BOOST_AUTO_TEST_CASE(hmac_agrees_with_rfc_4231) {
    for (const auto& v : test::vectors("rfc4231")) {
        const auto mac = hex(crypto::hmac_sha256(bytes(v[0]), bytes(v[1])));
        BOOST_TEST(mac.substr(0, v[2].size()) == v[2], v.place);
    }
}

// A thread keeps keys of 32 bytes set: the answer is the same for a key seen before, for one that was forgotten meanwhile, and
// for one that differs in a bit from another.
BOOST_AUTO_TEST_CASE(keys_in_any_order_give_what_they_give_alone) {
    const auto key_of = [](int i) {
        crypto::Digest key{};
        key[0] = static_cast<std::uint8_t>(i);
        key[31] = 1;
        return key;
    };
    // HMAC by its definition (RFC 2104), which keeps nothing.
    const auto plain = [](const crypto::Digest& key, std::string_view data) {
        Bytes inner(64, 0x36), outer(64, 0x5c);
        for (std::size_t i = 0; i < key.size(); ++i) inner[i] ^= key[i], outer[i] ^= key[i];
        inner.insert(inner.end(), data.begin(), data.end());
        const auto digest = crypto::sha256(inner);
        outer.insert(outer.end(), digest.begin(), digest.end());
        return crypto::sha256(outer);
    };
    for (const int i : {1, 1, 2, 1, 3, 4, 5, 6, 1, 2, 2, 6, 5, 4, 3, 2, 1, 1}) {
        const auto data = "data " + std::to_string(i);
        BOOST_TEST((crypto::hmac_sha256(key_of(i), as_bytes(data)) == plain(key_of(i), data)), i);
    }
}

BOOST_AUTO_TEST_CASE(hkdf_agrees_with_rfc_5869) {
    for (const auto& v : test::vectors("rfc5869")) {
        const auto key = hex(crypto::hkdf_sha256(bytes(v[0]), bytes(v[1]), bytes(v[2])));
        BOOST_TEST(key == v[3].substr(0, 64), v.place);
    }
}

BOOST_AUTO_TEST_CASE(comparing_needs_equal_length_and_content) {
    BOOST_TEST(crypto::equal(as_bytes("abc"), as_bytes("abc")));
    BOOST_TEST(!crypto::equal(as_bytes("abc"), as_bytes("abd")));
    BOOST_TEST(!crypto::equal(as_bytes("abc"), as_bytes("abcd")));
    BOOST_TEST(crypto::equal({}, {}));
    crypto::start();  // safe to repeat
}

BOOST_AUTO_TEST_SUITE_END()
