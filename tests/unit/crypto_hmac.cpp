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
