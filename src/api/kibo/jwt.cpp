// SPDX-License-Identifier: MIT
// RFC 7519 over RFC 7515's compact form with HS256, written by hand: it stands on the path of the anonymous ticket, and a
// text with one fixed layout needs no tree.
#include "api/kibo/jwt.h"

#include <authtickets/base/bytes.h>
#include <authtickets/base/json.h>

namespace authtickets::kibo {
namespace {

// base64url of {"alg":"HS256","typ":"JWT"} and the point after it
constexpr std::string_view header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";

// Behaviours as pairs of a word's index and its mask: 31 * 32 + 22 = 1014 is the one that shoppers carry.
constexpr std::string_view shopper_behaviours = "[31,4194304]", application_behaviours = "[]";
constexpr std::string_view environment = "production";

class Claims {
public:
    explicit Claims(std::size_t size) {
        out_.reserve(size);
        out_.push_back('{');
    }
    Claims& raw(std::string_view name, std::string_view value) {
        if (out_.back() != '{') out_.push_back(',');
        out_.append("\"").append(name).append("\":").append(value);
        return *this;
    }
    Claims& number(std::string_view name, std::int64_t value) { return raw(name, std::to_string(value)); }
    // For values of our own making, which need no escapes.
    Claims& plain(std::string_view name, std::string_view value) {
        raw(name, "\"");
        out_.append(value).append("\"");
        return *this;
    }
    Claims& text(std::string_view name, std::string_view value) {
        raw(name, {});
        Json(value).dump_to(out_);
        return *this;
    }
    Claims& open(std::string_view name) { return raw(name, "{"); }
    Claims& close() {
        out_.push_back('}');
        return *this;
    }
    std::string take() { return std::move(close().out_); }

private:
    std::string out_;
};

std::int64_t seconds(Time time) { return std::chrono::floor<Seconds>(time.time_since_epoch()).count(); }

// 31 bits, so that every client's int holds it.
std::int64_t random_number(const Uuid& random, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | random.bytes[at + i];
    return value & 0x7FFFFFFF;
}

// Seconds since 1970, of those that were shown.
void factors(Claims& out, const JwtClaims::Factors& in) {
    out.open("factors");
    if (in.password_at) out.number("password", seconds(*in.password_at));
    if (in.app_at) out.number("app", seconds(*in.app_at));
    if (in.email_at) out.number("email", seconds(*in.email_at));
    if (in.sms_at) out.number("sms", seconds(*in.sms_at));
    out.close();
}

void user_claims(Claims& out, const JwtClaims& in, std::string_view user) {
    out.open("https://www.kibocommerce.com/user_claims");
    out.plain("uid", user).plain("anon", in.anonymous ? "1" : "0").plain("st", "Shopper");
    out.raw("bv", shopper_behaviours).number("rnd", random_number(in.random, 12)).plain("env", environment);
    out.plain("exp", iso8601_seconds(in.expires_at)).plain("requires2fa", in.factors.owes == tickets::Factor::none ? "false" : "true");
    if (in.factors.owes != tickets::Factor::none) out.plain("secondFactor", tickets::name(in.factors.owes));
    if (!in.anonymous) factors(out, in.factors);
    if (in.factors.used_recovery) out.plain("usedRecovery", "true");
    if (in.factors.recovery_left) out.plain("recoveryCodesLeft", std::to_string(*in.factors.recovery_left));
    if (in.account) out.plain("b.AccountId", std::to_string(in.account->value));
    out.plain("b.SiteId", std::to_string(in.site)).plain("b.TenantId", std::to_string(in.tenant));
    if (!in.anonymous) out.text("b.UserFirstName", in.first_name).text("b.UserLastName", in.last_name);
    if (in.previous_anonymous) out.plain("b.PreviousAnonymousId", hex(in.previous_anonymous->value));
    out.close();
}

void application_claims(Claims& out, const JwtClaims& in) {
    out.open("https://www.kibocommerce.com/app_claims");
    out.plain("aid", std::to_string(in.application.value)).text("akey", in.client_id);
    out.raw("bv", application_behaviours).number("rnd", random_number(in.random, 8)).plain("env", environment);
    out.plain("exp", iso8601_seconds(in.application_expires_at));
    out.plain("ssl", "0").plain("ent", "0").plain("mtr", "0").plain("uc", "0");  // flags nobody has explained
    out.text("b.AppName", in.application_name);
    out.close();
}

}  // namespace

std::string jwt_claims(const JwtClaims& in) {
    const auto user = hex(in.user.value);
    Claims out(1024);
    out.plain("unique_name", user).plain("sub", user).plain("sid", hex(in.session));
    out.number("nbf", seconds(in.issued_at)).number("iat", seconds(in.issued_at)).number("exp", seconds(in.expires_at));
    out.text("iss", in.issuer).text("aud", in.issuer);
    user_claims(out, in, user);
    application_claims(out, in);
    return out.take();
}

std::string write_jwt(std::string_view claims, ByteView key) {
    std::string out;
    out.reserve(header.size() + claims.size() * 4 / 3 + 50);
    out.append(header).append(base64url(as_bytes(claims)));
    const auto mac = crypto::hmac_sha256(key, as_bytes(out));
    return out.append(".").append(base64url(mac));
}

// A thread remembers the last one: a shop's tickets all take the same until the key file changes.
crypto::Digest jwt_key(crypto::Keyring& keys, Time now, RealmNo realm) {
    struct Remembered {
        RealmNo realm{};
        crypto::Digest of{}, key{};
    };
    thread_local Remembered last;
    crypto::KeyId id{};
    const auto subkey = keys.subkey_of_signer(crypto::Purpose::jwt, now, id);
    if (last.realm != realm || !crypto::equal(last.of, subkey)) {
        ByteWriter number;
        number.number(realm.value);
        last = {.realm = realm, .of = subkey, .key = crypto::hmac_sha256(subkey, number.bytes())};
    }
    return last.key;
}

}  // namespace authtickets::kibo
