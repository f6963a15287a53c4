// Hex, base64, base64url, the big-endian writer and reader, UTF-8.
// SPDX-License-Identifier: MIT
#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/base/bytes.h>
#include <authtickets/base/utf8.h>
#include <support/vectors.h>

using namespace authtickets;

namespace {

std::string quoted(const std::optional<Bytes>& bytes) {
    return bytes ? "\"" + as_text(*bytes) + "\"" : "none";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_bytes)

BOOST_AUTO_TEST_CASE(base64_agrees_with_the_published_vectors) {
    for (const auto& v : test::vectors("base64")) {
        BOOST_TEST_CONTEXT(v.place) {
            const auto bytes = from_hex(v[0]);
            BOOST_REQUIRE(bytes);
            BOOST_TEST(hex(*bytes) == v[0]);
            BOOST_TEST(base64(*bytes) == v[1]);
            BOOST_TEST(base64url(*bytes) == v[2]);
            BOOST_TEST((from_base64(v[1]) == bytes));
            BOOST_TEST((from_base64url(v[2]) == bytes));
        }
    }
}

BOOST_AUTO_TEST_CASE(base64_refuses_every_other_spelling) {
    for (const std::string_view text :
         {"Zg",     "Zg=",   "Zg===", "Z===", "====", "=",    "Zm9v=", "Zh==", "Zm9=",     "Zm8",
          "Zm9v\n", " Zm9v", "Zm9v ", "Zm 9", "Zm9-", "Zm9_", "Zm9*",  "Z=9v", "Zg==Zg==", "\xC3\xA4=="}) {
        BOOST_TEST(quoted(from_base64(text)) == "none", "base64 " << text);
    }
    for (const std::string_view text : {"Z", "Zm9vY", "Zg=", "Zg==", "Zh", "Zm9", "Zm9+", "Zm9/", "Zm9v ",
                                        "Zm9v\n", "Zm.v", "\xC3\xA4\xC3\xA4"}) {
        BOOST_TEST(quoted(from_base64url(text)) == "none", "base64url " << text);
    }
    BOOST_TEST(quoted(from_base64url(std::string_view("Zm9v\0", 5))) == "none");
}

BOOST_AUTO_TEST_CASE(base64url_fills_a_buffer_only_when_the_bytes_fit) {
    std::array<std::uint8_t, 3> buffer{};
    BOOST_TEST((from_base64url("Zm9v", buffer) == 3));
    BOOST_TEST(as_text(buffer) == "foo");
    BOOST_TEST((from_base64url("Zg", buffer) == 1));
    BOOST_TEST((from_base64url("", buffer) == 0));
    BOOST_TEST(!from_base64url("Zm9vYg", buffer));
    BOOST_TEST(!from_base64url("Zh", buffer));
}

BOOST_AUTO_TEST_CASE(hex_reads_either_case_and_nothing_else) {
    BOOST_TEST(quoted(from_hex("4a4B")) == "\"JK\"");
    BOOST_TEST(quoted(from_hex("")) == "\"\"");
    for (const std::string_view text : {"4", "4a4", "0x4a", "4g", " 4a", "4a ", "-1", "+1", "4\xC3"}) {
        BOOST_TEST(quoted(from_hex(text)) == "none", text);
    }
    BOOST_TEST(hex(as_bytes("\x01\xFE")) == "01fe");
}

RC_BOOST_PROP(what_is_encoded_is_decoded_again, (const Bytes& bytes)) {
    RC_ASSERT(from_hex(hex(bytes)) == bytes);
    RC_ASSERT(from_base64(base64(bytes)) == bytes);
    RC_ASSERT(from_base64url(base64url(bytes)) == bytes);
}

RC_BOOST_PROP(what_base64url_reads_is_what_it_would_write, (const std::string& text)) {
    if (const auto bytes = from_base64url(text)) RC_ASSERT(base64url(*bytes) == text);
    if (const auto bytes = from_base64(text)) RC_ASSERT(base64(*bytes) == text);
}

BOOST_AUTO_TEST_CASE(the_reader_gives_back_what_the_writer_took_and_zeros_after_its_end) {
    ByteWriter out;
    out.number(std::uint8_t{0xAB});
    out.number(std::uint32_t{0x01020304});
    out.number(std::int64_t{-2});
    out.raw(as_bytes("xyz"));
    BOOST_TEST(hex(out.bytes()) == "ab01020304fffffffffffffffe78797a");
    ByteReader in(out.bytes());
    BOOST_TEST(in.number<std::uint8_t>() == 0xAB);
    BOOST_TEST(in.number<std::uint32_t>() == 0x01020304u);
    BOOST_TEST(in.number<std::int64_t>() == -2);
    BOOST_TEST(as_text(in.raw(2)) == "xy");
    BOOST_TEST(in.left() == 1u);
    BOOST_TEST(!in.failed());
    BOOST_TEST(in.number<std::uint32_t>() == 0u);
    BOOST_TEST(in.failed());
    BOOST_TEST(in.left() == 0u);
}

BOOST_AUTO_TEST_CASE(utf8_is_taken_strictly) {
    for (const std::string_view text :
         {"", "plain", "\u00e4", "\u20ac", "\U0001F511", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80",
          "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
        BOOST_TEST(is_utf8(text), hex(as_bytes(text)));
    }
    for (const std::string_view text : {"\x80",
                                        "\xBF",
                                        "\xC0\x80",
                                        "\xC1\xBF",
                                        "\xC2",
                                        "\xC2\x41",
                                        "\xC2\xC2",
                                        "\xE0\x80\x80",
                                        "\xE0\x9F\xBF",
                                        "\xE2\x82",
                                        "\xE2\x82\x41",
                                        "\xE2\x41\x82",
                                        "\xED\xA0\x80",
                                        "\xED\xBF\xBF",
                                        "\xF0\x80\x80\x80",
                                        "\xF0\x8F\xBF\xBF",
                                        "\xF0\x9F\x94",
                                        "\xF0\x9F\x94\x41",
                                        "\xF4\x90\x80\x80",
                                        "\xF5\x80\x80\x80",
                                        "\xFE",
                                        "\xFF",
                                        "ok\xFF"}) {
        BOOST_TEST(!is_utf8(text), hex(as_bytes(text)));
    }
    std::size_t at = 0;
    const std::string_view text = "\xE2\x82\xAC\x80z";
    BOOST_TEST((next_code_point(text, at) == 0x20AC && at == 3));
    BOOST_TEST((next_code_point(text, at) == not_utf8 && at == 4));
    BOOST_TEST((next_code_point(text, at) == 'z' && at == 5));
}

BOOST_AUTO_TEST_SUITE_END()
