// SPDX-License-Identifier: MIT
// What recovery codes look like, and what may be one (RC1, docs/security.md).
#include <boost/test/unit_test.hpp>

#include <set>

#include <authtickets/core/recovery_codes.h>

using namespace authtickets;
using namespace authtickets::recovery_codes;

namespace {

std::string made(ByteView ten) { return std::string(code_of(ten).reveal()); }
std::string read(std::string_view typed) {
    const auto code = normal(typed);
    return code ? std::string(code->reveal()) : "-";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recovery_codes_rules)

BOOST_AUTO_TEST_CASE(the_alphabet_has_32_symbols_and_no_look_alikes_RC1) {
    BOOST_TEST(std::set<char>(alphabet.begin(), alphabet.end()).size() == 32u);
    BOOST_TEST((alphabet.find_first_of("0O1Iabcdefghijklmnopqrstuvwxyz") == alphabet.npos));
}

// Each symbol holds five bits of its own: 80 bits, and no two of them make one code.
BOOST_AUTO_TEST_CASE(sixteen_symbols_are_eighty_bits_RC1) {
    BOOST_TEST(made(Bytes(10, 0x00)) == "AAAAAAAAAAAAAAAA");
    BOOST_TEST(made(Bytes(10, 0xFF)) == "9999999999999999");
    std::set<std::string> seen{made(Bytes(10, 0x00))};
    for (std::size_t bit = 0; bit < 80; ++bit) {
        Bytes ten(10, 0x00);
        ten[bit / 8] = static_cast<std::uint8_t>(0x80U >> bit % 8);
        const auto code = made(ten);
        BOOST_TEST(code.size() == 16u);
        for (std::size_t i = 0; i < code.size(); ++i) BOOST_TEST((code[i] != 'A') == (i == bit / 5));
        BOOST_TEST(seen.insert(code).second);
    }
}

BOOST_AUTO_TEST_CASE(codes_are_shown_in_four_groups_RC1) {
    BOOST_TEST(shown(Secret(std::string_view("ABCDEFGHJKLMNPQR"))).reveal() == "ABCD-EFGH-JKLM-NPQR");
    BOOST_TEST(read(shown(Secret(std::string_view("ABCDEFGHJKLMNPQR"))).reveal()) == "ABCDEFGHJKLMNPQR");
}

BOOST_AUTO_TEST_CASE(letter_case_blanks_and_hyphens_do_not_matter_RC1) {
    struct Case {
        std::string typed;
        const char* read;
    };
    const Case cases[] = {
        {"ABCD-EFGH-JKLM-NPQR", "ABCDEFGHJKLMNPQR"},
        {"abcdefghjklmnpqr", "ABCDEFGHJKLMNPQR"},
        {" abcd efgh\tjklm-npqr\r\n", "ABCDEFGHJKLMNPQR"},
        {"A-B-C-D-E-F-G-H-J-K-L-M-N-P-Q-R", "ABCDEFGHJKLMNPQR"},
        {"2345678923456789", "2345678923456789"},
        {"", "-"},
        {"ABCD-EFGH-JKLM-NPQ", "-"},
        {"ABCD-EFGH-JKLM-NPQRS", "-"},
        {"ABCD-EFGH-JKLM-NPQ0", "-"},
        {"ABCD-EFGH-JKLM-NPQ1", "-"},
        {"ABCD-EFGH-JKLM-NPQO", "-"},
        {"ABCD-EFGH-JKLM-NPQi", "-"},
        {"ABCD_EFGH_JKLM_NPQR", "-"},
        {"123456", "-"},
        {std::string("ABCDEFGHJKLMNPQ\0", 16), "-"},
        {"ＡBCDEFGHJKLMNPQR", "-"},
        {std::string(100'000, 'A'), "-"},
    };
    for (const auto& each : cases) BOOST_TEST(read(each.typed) == each.read, each.typed.substr(0, 40));
}

BOOST_AUTO_TEST_SUITE_END()
