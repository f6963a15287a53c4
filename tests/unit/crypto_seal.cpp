// Sealing (PW10, docs/security.md): what was sealed for a place opens there and nowhere else.
// SPDX-License-Identifier: MIT
#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/crypto/seal.h>
#include <support/fake_rng.h>
#include <support/keys.h>

using namespace authtickets;
using namespace std::literals;
using crypto::Place;
using crypto::Purpose;
using crypto::seal;
using crypto::unseal;

namespace {

Uuid uuid(std::uint8_t last) {
    Uuid out{};
    out.bytes[15] = last;
    return out;
}

const Place here{
    .table = "logins", .column = "password", .realm = RealmNo{1}, .row = uuid(1), .user = uuid(2)};

struct Fixture {
    test::Keys keys;
    test::FakeRng rng;
    std::string sealed(const std::string& text) {
        return seal(keys.ring, Purpose::password, keys.clock.now(), rng, here,
                    Secret(std::string_view(text)));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(crypto_seal, Fixture)

BOOST_AUTO_TEST_CASE(what_is_sealed_opens_again) {
    for (const std::string& text : {""s, "x"s, "$argon2id$v=19$..."s, "a\0b"s, std::string(5000, 'y')}) {
        const auto value = sealed(text);
        BOOST_TEST(value.size() == text.size() + 4 + 24 + 16);
        BOOST_TEST((crypto::key_of(value) == 7u));
        const auto open = unseal(keys.ring, Purpose::password, here, value);
        BOOST_REQUIRE(open);
        BOOST_TEST(open->reveal() == text);
        if (text.size() > 3) BOOST_TEST(value.find(text) == std::string::npos);
    }
    BOOST_TEST(sealed("x") != sealed("x"));  // a new nonce each time
}

BOOST_AUTO_TEST_CASE(a_value_does_not_open_in_another_place_or_for_another_purpose) {
    const auto value = sealed("secret");
    auto place = [](auto change) {
        Place other = here;
        change(other);
        return other;
    };
    const Place others[] = {
        place([](Place& p) { p.table = "login"; }),
        place([](Place& p) { p.column = "passwords"; }),
        place([](Place& p) {
            p.table = "loginsp";
            p.column = "assword";
        }),
        place([](Place& p) { p.realm.value = 2; }),
        place([](Place& p) { p.row = uuid(3); }),
        place([](Place& p) { p.user = uuid(3); }),
        place([](Place& p) { std::swap(p.row, p.user); }),
    };
    for (const auto& other : others) BOOST_TEST(!unseal(keys.ring, Purpose::password, other, value));
    BOOST_TEST(!unseal(keys.ring, Purpose::event, here, value));
}

BOOST_AUTO_TEST_CASE(no_bit_can_be_changed_and_nothing_cut_off) {
    auto value = sealed("secret");
    for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
        value[bit / 8] = static_cast<char>(value[bit / 8] ^ (1 << (bit % 8)));
        BOOST_TEST(!unseal(keys.ring, Purpose::password, here, value), "bit " << bit);
        value[bit / 8] = static_cast<char>(value[bit / 8] ^ (1 << (bit % 8)));
    }
    for (std::size_t size = 0; size < value.size(); ++size) {
        BOOST_TEST(!unseal(keys.ring, Purpose::password, here, std::string_view(value).substr(0, size)));
    }
    BOOST_TEST(!unseal(keys.ring, Purpose::password, here, value + "x"));
    BOOST_TEST(!crypto::key_of(""));
    BOOST_TEST(!crypto::key_of(std::string(43, 'x')));
}

BOOST_AUTO_TEST_CASE(an_old_value_opens_after_rotation_and_says_which_key_it_has) {
    const auto value = sealed("secret");
    keys.write({test::file_key(7, 1, "2026-01-01T00:00:00Z"), test::file_key(8, 70, "2026-01-02T00:00:00Z")});
    keys.clock.advance(1s);
    BOOST_TEST(unseal(keys.ring, Purpose::password, here, value)->reveal() == "secret");
    BOOST_TEST((crypto::key_of(value) == 7u));
    BOOST_TEST((crypto::key_of(sealed("new")) == 8u));
}

RC_BOOST_PROP(no_text_opens, (const std::string& text)) {
    static test::Keys keys;
    RC_ASSERT(!unseal(keys.ring, Purpose::password, here, text));
}

BOOST_AUTO_TEST_SUITE_END()
