// Password hashes of other systems: the first letter of the input chooses a format or none, the rest is the
// text. What is read comes back from its stored form; only cheap hashes are computed.
// SPDX-License-Identifier: MIT
#include <iterator>
#include <string>

#include <authtickets/crypto/foreign_hash.h>
#include <authtickets/crypto/hmac.h>
#include <fuzz/fuzz.h>

using namespace authtickets;
using crypto::ForeignScheme;

namespace {

constexpr std::string_view formats[] = {
    "",        "bcrypt",         "sha512-crypt",  "sha256-crypt",      "phpass",  "django",
    "magento", "md5-salt-first", "md5-salt-last", "sha256-salt-first", "argon2id"};
constexpr crypto::HashCost cheap{.memory_kib = 8, .passes = 1};

bool computed_in_no_time(const crypto::ForeignHash& hash) {
    return hash.scheme == ForeignScheme::md5_salt_first || hash.scheme == ForeignScheme::md5_salt_last
           || hash.scheme == ForeignScheme::sha256_salt_first;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool started = (crypto::start(), true);
    fuzz::require(started);
    if (size == 0) return 0;
    const auto text = fuzz::text_of(data + 1, size - 1);
    const auto hash = crypto::read_foreign_hash(
        text, formats[static_cast<std::uint8_t>(data[0] - '0') % std::size(formats)]);
    if (!hash) {
        fuzz::require(hash.error().text.starts_with("must "));
        return 0;
    }
    const Secret stored = crypto::stored_form(*hash, cheap);
    fuzz::require(crypto::is_foreign(stored) && stored.size() <= crypto::longest_stored);
    const bool wraps = crypto::needs_wrapping(*hash);
    const std::string front = (wraps ? "$wrapped$" : "$foreign$") + std::string(name(hash->scheme)) + "$";
    fuzz::require(stored.reveal().starts_with(front));
    if (!wraps) {
        const auto again =
            crypto::read_foreign_hash(stored.reveal().substr(front.size()), name(hash->scheme));
        fuzz::require(again && again->setting == hash->setting && again->digest == hash->digest);
    }
    if (computed_in_no_time(*hash)) (void)crypto::verify_stored(Secret(std::string_view("x")), stored);
    return 0;
}
