// SPDX-License-Identifier: MIT
// Domain names by ICU's UIDNA.
#include <authtickets/text/domains.h>

#include <memory>

#include <unicode/bytestream.h>
#include <unicode/idna.h>
#include <unicode/stringpiece.h>

#include <authtickets/base/fault.h>
#include <authtickets/base/utf8.h>

namespace authtickets::text {
namespace {

constexpr std::size_t longest = 253;

std::unique_ptr<icu::IDNA> make_idna() {
    UErrorCode error = U_ZERO_ERROR;
    std::unique_ptr<icu::IDNA> out(icu::IDNA::createUTS46Instance(
        UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, error));
    if (U_FAILURE(error)) throw Fault(std::string("ICU has no domain names: ") + u_errorName(error));
    return out;
}

}  // namespace

std::optional<std::string> ascii_domain(std::string_view domain) {
    static const auto idna = make_idna();  // safe to share once made
    if (domain.empty() || domain.size() > 4 * longest || !is_utf8(domain)) return std::nullopt;
    UErrorCode error = U_ZERO_ERROR;
    icu::IDNAInfo info;
    std::string out;
    icu::StringByteSink<std::string> sink(&out);
    idna->nameToASCII_UTF8(icu::StringPiece(domain.data(), static_cast<std::int32_t>(domain.size())), sink, info, error);
    if (U_FAILURE(error)) throw Fault(std::string("ICU cannot write a domain name: ") + u_errorName(error));
    // A dot at the end is the root's, which mail does not write.
    if (info.hasErrors() || out.empty() || out.size() > longest || out.ends_with('.')) return std::nullopt;
    return out;
}

}  // namespace authtickets::text
