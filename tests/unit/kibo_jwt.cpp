// SPDX-License-Identifier: MIT
// jwtAccessToken (kibo 4.4): its claims to the letter, its signature by RFC 7515, its key the realm's own.
#include <boost/test/unit_test.hpp>

#include <authtickets/base/bytes.h>
#include <authtickets/base/json.h>

#include "api/kibo/jwt.h"
#include "support/fake_clock.h"
#include "support/folder.h"

using namespace authtickets;

namespace {

kibo::JwtClaims shopper() {
    return {.user = UserId{*parse_uuid("7c1f0a9be2d5463f8a7715d20c4e9b31")},
            .session = *parse_uuid("019baaaa-0000-7000-8000-000000000001"),
            .issued_at = *parse_iso8601("2026-01-15T10:20:30.120Z"),
            .expires_at = *parse_iso8601("2026-01-15T10:35:30.120Z"),
            .tenant = 1000,
            .site = 2000,
            .account = AccountNo{1042},
            .first_name = "Ada \"Lady\"",
            .last_name = "Byron",
            .application = ApplicationNo{3},
            .client_id = "shop.1.0.0.Release",
            .application_name = "Shop",
            .application_expires_at = *parse_iso8601("2026-01-15T11:00:00.999Z"),
            .issuer = "https://shop.example",
            .random = *parse_uuid("00000000-0000-0000-8000-0001ffffffff")};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kibo_jwt)

BOOST_AUTO_TEST_CASE(kibo_4_4_a_shoppers_claims_are_those_of_the_contract) {
    BOOST_TEST(kibo::jwt_claims(shopper()) ==
               R"({"unique_name":"7c1f0a9be2d5463f8a7715d20c4e9b31","sub":"7c1f0a9be2d5463f8a7715d20c4e9b31",)"
               R"("sid":"019baaaa000070008000000000000001","nbf":1768472430,"iat":1768472430,"exp":1768473330,)"
               R"("iss":"https://shop.example","aud":"https://shop.example",)"
               R"("https://www.kibocommerce.com/user_claims":{"uid":"7c1f0a9be2d5463f8a7715d20c4e9b31","anon":"0",)"
               R"("st":"Shopper","bv":[31,4194304],"rnd":2147483647,"env":"production","exp":"2026-01-15T10:35:30",)"
               R"("requires2fa":"false","factors":{},"b.AccountId":"1042","b.SiteId":"2000","b.TenantId":"1000",)"
               R"("b.UserFirstName":"Ada \"Lady\"","b.UserLastName":"Byron"},)"
               R"("https://www.kibocommerce.com/app_claims":{"aid":"3","akey":"shop.1.0.0.Release","bv":[],"rnd":1,)"
               R"("env":"production","exp":"2026-01-15T11:00:00",)"
               R"("ssl":"0","ent":"0","mtr":"0","uc":"0","b.AppName":"Shop"}})");
}

BOOST_AUTO_TEST_CASE(kibo_4_4_the_anonymous_id_is_named_only_when_it_was_claimed) {
    auto claims = shopper();
    BOOST_TEST(kibo::jwt_claims(claims).find("PreviousAnonymousId") == std::string::npos);
    claims.previous_anonymous = UserId{*parse_uuid("00000000000000000000000000000007")};
    BOOST_TEST(kibo::jwt_claims(claims).find(R"("b.PreviousAnonymousId":"00000000000000000000000000000007"})") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(kibo_4_4_an_anonymous_shopper_has_neither_account_nor_name) {
    auto claims = shopper();
    claims.anonymous = true;
    claims.account.reset();
    const auto json = *parse_json(kibo::jwt_claims(claims));
    const auto* user = json.find("https://www.kibocommerce.com/user_claims");
    BOOST_TEST(*user->find("anon")->text() == "1");
    BOOST_TEST(!user->find("b.AccountId"));
    BOOST_TEST(!user->find("b.UserFirstName"));
    BOOST_TEST(*user->find("b.TenantId")->text() == "1000");
}

BOOST_AUTO_TEST_CASE(the_signature_is_hs256_over_the_first_two_parts) {
    const std::string key = "a key of the test";
    const auto jwt = kibo::write_jwt(R"({"sub":"x"})", as_bytes(key));
    const auto second = jwt.find('.'), third = jwt.rfind('.');
    BOOST_TEST(as_text(*from_base64url(jwt.substr(0, second))) == R"({"alg":"HS256","typ":"JWT"})");
    BOOST_TEST(as_text(*from_base64url(jwt.substr(second + 1, third - second - 1))) == R"({"sub":"x"})");
    BOOST_TEST(jwt.substr(third + 1) == base64url(crypto::hmac_sha256(as_bytes(key), as_bytes(jwt.substr(0, third)))));
}

BOOST_AUTO_TEST_CASE(a_token_of_the_jose_tools_comes_out_the_same) {
    // openssl dgst -sha256 -mac HMAC over "header.payload", key "secret"
    BOOST_TEST(kibo::write_jwt(R"({"sub":"1234567890"})", as_bytes("secret")) ==
               "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.Rq8IxqeX7eA6GgYxlcHdPFVRNFFZc5rEI3MQTZZbK3I");
}

BOOST_AUTO_TEST_CASE(tk1_realms_do_not_share_a_key) {
    crypto::start();
    test::FakeClock clock;
    test::Folder folder;
    crypto::KeyFile file;
    file.keys.push_back({.id = 1, .created_at = clock.now(), .signs_from = clock.now(), .bytes = {1, 2, 3}});
    crypto::Keyring keys(folder.write("keys", file.text()), clock);
    const auto one = kibo::jwt_key(keys, clock.now(), RealmNo{1});
    BOOST_TEST((one != kibo::jwt_key(keys, clock.now(), RealmNo{2})));
    BOOST_TEST((one == kibo::jwt_key(keys, clock.now(), RealmNo{1})));
    const std::string number("\0\0\0\1", 4);
    BOOST_TEST((one == crypto::hmac_sha256(*keys.subkey(crypto::Purpose::jwt, 1), as_bytes(number))));
}

BOOST_AUTO_TEST_SUITE_END()
