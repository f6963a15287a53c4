// SPDX-License-Identifier: MIT
// Internet addresses as bytes, blocks of them, and which of them may be called: web hooks go to addresses that others
// choose, so what is not plainly public is refused unless hook.allow lists it (KL9). Pure: no name is looked up here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace authtickets::net {

// 16 bytes; IPv4 as IPv4-mapped IPv6.
using Address = std::array<std::uint8_t, 16>;

std::optional<Address> parse_address(std::string_view);  // 192.0.2.1, 2001:db8::1; none when it is neither
std::optional<Address> address_of(const sockaddr&);      // none for families other than IPv4 and IPv6
bool is_ipv4(const Address&);                            // mapped ones, which are the same to a socket
std::string text_of(const Address&);

// Addresses and CIDR blocks: 10.0.0.1, 10.0.0.0/8, fd00::/8.
class Blocks {
public:
    Blocks() = default;
    // Throws BadConfiguration, which begins with the option's name, for an item that is neither.
    Blocks(const std::vector<std::string>&, std::string_view option);
    bool hold(const Address&) const;

private:
    struct Block {
        Address address;
        unsigned bits;
    };
    std::vector<Block> blocks_;
};

// Loopback, private, link-local, shared, reserved, multicast and documentation addresses are not public, nor are forms of
// IPv6 that end at such an IPv4 address (6to4, NAT64) or hide where they end.
bool is_public(const Address&);

// Which addresses may be called.
class AddressRules {
public:
    static AddressRules anywhere();                   // for services that the operator's own configuration names
    static AddressRules public_and(Blocks allowed);   // for what others name: public ones and these
    bool allow(const Address&) const;
    bool allow(const sockaddr&) const;                // refuses every other family

private:
    bool anywhere_ = false;
    Blocks allowed_{};
};

}  // namespace authtickets::net
