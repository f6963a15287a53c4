// SPDX-License-Identifier: MIT
// Addresses, blocks and what of them is public: the registries of special addresses (RFC 6890 and its followers), written out.
#include <authtickets/net/addresses.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include <authtickets/base/fault.h>

namespace authtickets::net {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Address mapped(const std::uint8_t* ipv4) {
    Address out{};
    std::ranges::copy(mapped_prefix, out.begin());
    std::copy_n(ipv4, 4, out.begin() + 12);
    return out;
}

bool same_bits(const Address& a, const Address& b, unsigned bits) {
    const unsigned whole = bits / 8, rest = bits % 8;
    if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
    return rest == 0 || ((a[whole] ^ b[whole]) & static_cast<std::uint8_t>(0xff << (8 - rest))) == 0;
}

struct V4 {
    std::uint32_t address;
    unsigned bits;
};
constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c, unsigned d) { return a << 24 | b << 16 | c << 8 | d; }
constexpr V4 special_v4[] = {
    {v4(0, 0, 0, 0), 8},          // this network; 0.0.0.0 reaches this host
    {v4(10, 0, 0, 0), 8},         // private
    {v4(100, 64, 0, 0), 10},      // shared by a provider's customers
    {v4(127, 0, 0, 0), 8},        // loopback
    {v4(169, 254, 0, 0), 16},     // link-local; where clouds answer about a machine
    {v4(172, 16, 0, 0), 12},      // private
    {v4(192, 0, 0, 0), 24},       // protocol assignments
    {v4(192, 0, 2, 0), 24},       // documentation
    {v4(192, 88, 99, 0), 24},     // relays of 6to4
    {v4(192, 168, 0, 0), 16},     // private
    {v4(198, 18, 0, 0), 15},      // benchmarks
    {v4(198, 51, 100, 0), 24},    // documentation
    {v4(203, 0, 113, 0), 24},     // documentation
    {v4(224, 0, 0, 0), 4},        // multicast
    {v4(240, 0, 0, 0), 4},        // reserved, and broadcast
};

bool is_public_v4(std::uint32_t address) {
    return std::ranges::none_of(special_v4, [&](const V4& block) { return (address ^ block.address) >> (32 - block.bits) == 0; });
}

std::uint32_t v4_at(const Address& address, std::size_t at) {
    return v4(address[at], address[at + 1], address[at + 2], address[at + 3]);
}

bool starts(const Address& address, const char* block, unsigned bits) {
    Address head;
    return inet_pton(AF_INET6, block, head.data()) == 1 && same_bits(head, address, bits);
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
    const std::string address(text);
    if (address.find('\0') != address.npos) return {};  // what follows would not be looked at
    Address bytes;
    if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return mapped(bytes.data());
    if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return bytes;
    return {};
}

std::optional<Address> address_of(const sockaddr& name) {
    // Copied, since a sockaddr is not one of these to the compiler.
    if (name.sa_family == AF_INET) {
        std::uint8_t bytes[4];
        std::memcpy(bytes, reinterpret_cast<const char*>(&name) + offsetof(sockaddr_in, sin_addr), sizeof bytes);
        return mapped(bytes);
    }
    if (name.sa_family == AF_INET6) {
        Address bytes;
        std::memcpy(bytes.data(), reinterpret_cast<const char*>(&name) + offsetof(sockaddr_in6, sin6_addr), bytes.size());
        return bytes;
    }
    return {};
}

bool is_ipv4(const Address& address) { return std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.begin()); }

std::string text_of(const Address& address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (is_ipv4(address)) inet_ntop(AF_INET, address.data() + 12, text, sizeof text);
    else inet_ntop(AF_INET6, address.data(), text, sizeof text);
    return text;
}

Blocks::Blocks(const std::vector<std::string>& list, std::string_view option) {
    for (const auto& item : list) {
        const auto slash = item.find('/');
        const auto address = parse_address(item.substr(0, slash));
        unsigned bits = 128;
        bool good = address.has_value();
        if (good && slash != std::string::npos) {
            const unsigned offset = item.find(':') == std::string::npos ? 96 : 0;  // an IPv4 block counts from the mapped prefix
            const char* end = item.data() + item.size();
            const auto [stop, error] = std::from_chars(item.data() + slash + 1, end, bits);
            good = error == std::errc{} && stop == end && bits <= 128 - offset;
            bits += offset;
        }
        if (!good) {
            throw BadConfiguration(std::string(option) + ": " + item + " is no address and no block of addresses such as 10.0.0.0/8");
        }
        blocks_.push_back({*address, bits});
    }
}

bool Blocks::hold(const Address& address) const {
    return std::ranges::any_of(blocks_, [&](const Block& block) { return same_bits(block.address, address, block.bits); });
}

bool is_public(const Address& address) {
    if (is_ipv4(address)) return is_public_v4(v4_at(address, 12));
    if (starts(address, "64:ff9b::", 96)) return is_public_v4(v4_at(address, 12));  // NAT64
    if (starts(address, "2002::", 16)) return is_public_v4(v4_at(address, 2));      // 6to4
    // Protocol assignments, Teredo among them, and documentation. Outside 2000::/3 nothing is given out: there stand
    // loopback, unspecified, IPv4-compatible, unique local, link-local, site-local and multicast addresses.
    return starts(address, "2000::", 3) && !starts(address, "2001::", 23) && !starts(address, "2001:db8::", 32)
           && !starts(address, "3fff::", 20);
}

AddressRules AddressRules::anywhere() {
    AddressRules out;
    out.anywhere_ = true;
    return out;
}

AddressRules AddressRules::public_and(Blocks allowed) {
    AddressRules out;
    out.allowed_ = std::move(allowed);
    return out;
}

bool AddressRules::allow(const Address& address) const { return anywhere_ || allowed_.hold(address) || is_public(address); }

bool AddressRules::allow(const sockaddr& name) const {
    const auto address = address_of(name);
    return address && allow(*address);
}

}  // namespace authtickets::net
