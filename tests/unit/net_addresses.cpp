// SPDX-License-Identifier: MIT
// KL9 (docs/security.md): which addresses and URLs a web hook may call.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <boost/test/unit_test.hpp>

#include <authtickets/base/fault.h>
#include <authtickets/net/addresses.h>
#include <authtickets/net/url.h>

using namespace authtickets;
using namespace authtickets::net;

namespace {

Address address(std::string_view text) {
    const auto out = parse_address(text);
    BOOST_REQUIRE_MESSAGE(out, text);
    return *out;
}

sockaddr_in v4_name(const char* text) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(443);
    BOOST_REQUIRE(inet_pton(AF_INET, text, &out.sin_addr) == 1);
    return out;
}

sockaddr_in6 v6_name(const char* text) {
    sockaddr_in6 out{};
    out.sin6_family = AF_INET6;
    out.sin6_port = htons(443);
    BOOST_REQUIRE(inet_pton(AF_INET6, text, &out.sin6_addr) == 1);
    return out;
}

UrlRules rules(std::vector<std::string> allowed = {}, bool insecure = false) {
    return {.insecure = insecure, .addresses = AddressRules::public_and({allowed, "hook.allow"})};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(net_addresses)

BOOST_AUTO_TEST_CASE(KL9_only_public_addresses_are_public) {
    const std::pair<std::string_view, bool> rows[] = {
        // IPv4, and the edges of its blocks
        {"0.0.0.0", false},         {"0.255.255.255", false},   {"1.0.0.0", true},          {"1.1.1.1", true},
        {"8.8.8.8", true},          {"9.255.255.255", true},    {"10.0.0.0", false},        {"10.255.255.255", false},
        {"11.0.0.0", true},         {"100.63.255.255", true},   {"100.64.0.0", false},      {"100.127.255.255", false},
        {"100.128.0.0", true},      {"126.255.255.255", true},  {"127.0.0.0", false},       {"127.0.0.1", false},
        {"127.255.255.255", false}, {"128.0.0.1", true},        {"169.253.255.255", true},  {"169.254.0.0", false},
        {"169.254.169.254", false}, {"169.254.255.255", false}, {"169.255.0.0", true},      {"172.15.255.255", true},
        {"172.16.0.0", false},      {"172.31.255.255", false},  {"172.32.0.0", true},       {"191.255.255.255", true},
        {"192.0.0.0", false},       {"192.0.0.255", false},     {"192.0.1.0", true},        {"192.0.2.1", false},
        {"192.88.98.255", true},    {"192.88.99.1", false},     {"192.167.255.255", true},  {"192.168.0.0", false},
        {"192.168.255.255", false}, {"192.169.0.0", true},      {"198.17.255.255", true},   {"198.18.0.0", false},
        {"198.19.255.255", false},  {"198.20.0.0", true},       {"198.51.100.7", false},    {"203.0.113.255", false},
        {"223.255.255.255", true},  {"224.0.0.0", false},       {"239.255.255.255", false}, {"240.0.0.0", false},
        {"255.255.255.255", false},
        // IPv6
        {"::", false},              {"::1", false},             {"::2", false},             {"::127.0.0.1", false},
        {"::8.8.8.8", false},       {"::ffff:127.0.0.1", false}, {"::ffff:10.0.0.1", false}, {"::ffff:8.8.8.8", true},
        {"::ffff:0:8.8.8.8", false}, {"64:ff9b::7f00:1", false}, {"64:ff9b::10.0.0.1", false}, {"64:ff9b::8.8.8.8", true},
        {"64:ff9b:0:0:1::1", false}, {"64:ff9b:1::8.8.8.8", false}, {"100::1", false},       {"1fff::1", false},
        {"2001::1", false},         {"2001:0:4136:e378:8000:63bf:3fff:fdd2", false},        {"2001:1ff::1", false},
        {"2001:200::1", true},      {"2001:db8::1", false},     {"2001:db9::1", true},      {"2001:4860:4860::8888", true},
        {"2002:7f00:1::1", false},  {"2002:a00:1::", false},    {"2002:a9fe:a9fe::", false}, {"2002:808:808::1", true},
        {"2003::1", true},          {"2606:4700::1111", true},  {"3ffe::1", true},          {"3fff::1", false},
        {"3fff:1000::1", true},     {"4000::1", false},         {"5f00::1", false},         {"fbff::1", false},
        {"fc00::1", false},         {"fd12:3456::1", false},    {"fdff:ffff::1", false},    {"fe80::1", false},
        {"febf::1", false},         {"fec0::1", false},         {"ff02::1", false},         {"ff0e::1", false}};
    for (const auto& [text, good] : rows) {
        BOOST_TEST(is_public(address(text)) == good, text);
        BOOST_TEST(AddressRules::public_and({}).allow(address(text)) == good, text);
        BOOST_TEST(AddressRules::anywhere().allow(address(text)), text);
    }
}

BOOST_AUTO_TEST_CASE(KL9_what_is_listed_may_be_called_and_nothing_beside_it) {
    const auto allowed = AddressRules::public_and({{"127.0.0.1", "10.1.0.0/16", "fd00:1::/32", "64:ff9b::10.2.0.0/112"}, "hook.allow"});
    for (const auto* good : {"127.0.0.1", "::ffff:127.0.0.1", "10.1.0.0", "10.1.255.255", "fd00:1::9", "64:ff9b::10.2.3.4", "8.8.8.8"}) {
        BOOST_TEST(allowed.allow(address(good)), good);
    }
    // A form that ends at a listed address is not listed with it.
    for (const auto* bad : {"127.0.0.2", "10.0.255.255", "10.2.0.0", "fd00:2::9", "2002:a01:1::", "64:ff9b::10.1.0.1", "::1"}) {
        BOOST_TEST(!allowed.allow(address(bad)), bad);
    }
    const auto all = AddressRules::public_and({{"0.0.0.0/0", "::/0"}, "hook.allow"});
    for (const auto* good : {"127.0.0.1", "::1", "fe80::1", "255.255.255.255"}) BOOST_TEST(all.allow(address(good)), good);
    BOOST_TEST(!AddressRules::public_and({{"0.0.0.0/0"}, "hook.allow"}).allow(address("::1")));
}

BOOST_AUTO_TEST_CASE(KL9_the_address_of_a_socket_is_what_is_judged) {
    const auto loopback = v4_name("127.0.0.1"), open = v4_name("8.8.8.8");
    const auto loopback6 = v6_name("::ffff:127.0.0.1"), open6 = v6_name("2606:4700::1111");
    const auto only_public = AddressRules::public_and({});
    const auto judged = [&](const auto& name) { return only_public.allow(reinterpret_cast<const sockaddr&>(name)); };
    BOOST_TEST(!judged(loopback));
    BOOST_TEST(judged(open));
    BOOST_TEST(!judged(loopback6));
    BOOST_TEST(judged(open6));
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    BOOST_TEST(!judged(local));
    BOOST_TEST(!AddressRules::anywhere().allow(reinterpret_cast<const sockaddr&>(local)));
    BOOST_TEST(text_of(*address_of(reinterpret_cast<const sockaddr&>(loopback6))) == "127.0.0.1");
    BOOST_TEST(text_of(*address_of(reinterpret_cast<const sockaddr&>(open6))) == "2606:4700::1111");
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_none) {
    for (const std::string_view bad : {"", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1 ", " ::1", "[::1]", "::1%lo", "1.2.3.4.5",
                                       "256.1.1.1", "127.0.0.01", ":::", "1.2.3.4/8"}) {
        BOOST_TEST(!parse_address(bad), bad);
    }
    using namespace std::string_view_literals;
    BOOST_TEST(!parse_address("127.0.0.1\0.example"sv));
    for (const auto* bad : {"", "example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "10.0.0.0/8/8", "/8"}) {
        BOOST_CHECK_THROW(Blocks({bad}, "hook.allow"), BadConfiguration);
    }
    try {
        const Blocks blocks({"x"}, "hook.allow");
    } catch (const BadConfiguration& fault) {
        BOOST_TEST(std::string(fault.what()).starts_with("hook.allow: x is no address"));
    }
}

BOOST_AUTO_TEST_CASE(KL9_a_hook_goes_to_https_and_a_port_that_web_servers_have) {
    const std::string_view scheme = "it is not https://", port = "its port is neither 443 nor from 1024 up",
                           inner = "its address is not a public one and not in hook.allow", user = "it names a user or a password",
                           neither = "it is neither https:// nor http://", none = "it is no URL",
                           letters = "it is empty or holds blanks, a backslash or what is not ASCII";
    const std::pair<std::string, std::string_view> rows[] = {
        {"https://shop.example/hook", ""},
        {"HTTPS://Shop.Example/hook?a=b&c=d#e", ""},
        {"https://shop.example", ""},
        {"https://shop.example:443/", ""},
        {"https://shop.example:8443/x", ""},
        {"https://shop.example:1024/", ""},
        {"https://shop.example:65535/", ""},
        {"https://8.8.8.8/", ""},
        {"https://[2606:4700::1111]/", ""},
        {"https://shop.example/a@b", ""},
        {"http://shop.example/hook", scheme},
        {"https://shop.example:22/", port},
        {"https://shop.example:25/", port},
        {"https://shop.example:1023/", port},
        {"https://user:secret@shop.example/", user},
        {"https://user@shop.example/", user},
        {"https://:secret@shop.example/", user},
        {"ftp://shop.example/", neither},
        {"gopher://shop.example:8000/", neither},
        {"file:///etc/passwd", neither},
        {"smtp://shop.example:2525/", neither},
        {"javascript:alert(1)", none},
        {"shop.example/hook", none},
        {"//shop.example/hook", none},
        {"https://", none},
        {"https:///path", none},
        {"https:/shop.example/", none},
        {"https:shop.example/", none},
        {"https://shop.example:0x1bb/", none},
        {"https://shop.example:65536/", none},
        {"https://shop.example:-1/", none},
        {"https://[::1/", none},
        {"", letters},
        {"https://shop.example/a b", letters},
        {"https://shop.example/\r\nHost: x", letters},
        {"https://shop.example\\@127.0.0.1/", letters},
        {"https://b\xc3\xbc" "cher.example/", letters},
        {"https://127.0.0.1/", inner},
        {"https://127.0.0.1:8443/", inner},
        {"https://127.1/", inner},
        {"https://0x7f.1/", inner},
        {"https://0177.0.0.1/", inner},
        {"https://2130706433/", inner},
        {"https://0/", inner},
        {"https://10.1.2.3/", inner},
        {"https://169.254.169.254/latest/meta-data/", inner},
        {"https://[::1]/", inner},
        {"https://[::ffff:7f00:1]/", inner},
        {"https://[fe80::1]/", inner},
        {"https://[64:ff9b::a9fe:a9fe]/", inner}};
    for (const auto& [url, why] : rows) BOOST_TEST(why_not(url, rules()) == why, url);
    BOOST_TEST(why_not("https://shop.example/" + std::string(2000, 'a'), rules()) == "it is longer than 2000 bytes");
}

BOOST_AUTO_TEST_CASE(KL9_insecure_and_allowed_open_what_they_say) {
    BOOST_TEST(why_not("http://shop.example:80/", rules({}, true)) == "");
    BOOST_TEST(why_not("https://shop.example:22/", rules({}, true)) == "");
    BOOST_TEST(why_not("http://127.0.0.1:8080/", rules({}, true)) == "its address is not a public one and not in hook.allow");
    BOOST_TEST(why_not("http://127.0.0.1:8080/", rules({"127.0.0.0/8"}, true)) == "");
    BOOST_TEST(why_not("http://127.0.0.1:8080/", rules({"127.0.0.0/8"})) == "it is not https://");
    BOOST_TEST(why_not("https://127.0.0.1:8443/", rules({"127.0.0.0/8"})) == "");
    BOOST_TEST(why_not("https://[::1]:8443/", rules({"127.0.0.0/8", "::1"})) == "");
    BOOST_TEST(why_not("ftp://127.0.0.1/", rules({"127.0.0.0/8"}, true)) == "it is neither https:// nor http://");
    BOOST_TEST(why_not("http://u:p@shop.example/", rules({}, true)) == "it names a user or a password");
}

BOOST_AUTO_TEST_SUITE_END()
