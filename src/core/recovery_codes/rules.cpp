// SPDX-License-Identifier: MIT
// What recovery codes look like, and what may be one (RC1).
#include <authtickets/core/recovery_codes.h>

#include <authtickets/base/bytes.h>

namespace authtickets::recovery_codes {

static_assert(alphabet.size() == 32, "five bits a symbol, so no symbol is likelier than another");

Secret code_of(ByteView ten) {
    std::string out;
    out.reserve(symbols);
    std::uint32_t left = 0;
    int bits = 0;
    for (const auto byte : ten) {
        left = (left << 8 | byte) & 0xFFFU;
        for (bits += 8; bits >= 5; bits -= 5) out.push_back(alphabet[left >> (bits - 5) & 31U]);
    }
    return Secret(std::move(out));
}

Secret shown(const Secret& code) {
    const auto text = code.reveal();
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i != 0 && i % 4 == 0) out.push_back('-');
        out.push_back(text[i]);
    }
    return Secret(std::move(out));
}

std::optional<Secret> normal(std::string_view typed) {
    std::string out;
    out.reserve(symbols);
    bool fits = true;
    for (const char c : typed) {
        if (c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n') continue;
        const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        fits = fits && out.size() < symbols && alphabet.find(upper) != alphabet.npos;
        if (fits) out.push_back(upper);
    }
    Secret code(std::move(out));
    if (!fits || code.size() != symbols) return {};
    return code;
}

}  // namespace authtickets::recovery_codes
