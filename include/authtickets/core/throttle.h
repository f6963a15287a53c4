// SPDX-License-Identifier: MIT
// Budgets. Per address: rows charged by one autocommitted statement each, shared by all hosts (TH2, TH8).
// Per application: a bucket in each process, never a row (TH2).
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

#include <authtickets/base/result.h>
#include <authtickets/core/context.h>
#include <authtickets/core/realms.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/db/db.h>
#include <authtickets/net/addresses.h>

namespace authtickets::throttle {

// `burst` at once, then one per `interval` (GCRA).
struct Rate {
    unsigned burst{};
    Millis interval{};
};

// A short and a long rate, charged together: 30 a minute and 300 an hour.
struct Budget {
    Rate brief, lasting;
};

// rules
Time latest_arrival(Time now, Rate);              // an arrival time up to this one lets another charge in
Time beyond_clock(Time now, Rate);                // an arrival time above this one was written by a clock that was ahead
Seconds wait(Time arrival, Time now, Rate);       // until then; at least one second
Quota left(Time arrival, Time now, Rate);         // TH10
void note(const Context&, const Quota&);          // for the answer's headers, unless a narrower one is noted
std::string address_block(std::string_view address);    // IPv6 by /64, IPv4-mapped folded (TH2); text unchanged if it is no address
// The client's address (TH9): peer, unless the peer is trusted; then right to left to the first untrusted one. `own`
// tells whether the answer came from such a chain.
struct ClientAddress {
    std::string address;
    bool forwarded = false;
};
class TrustedProxies {
public:
    // Throws BadConfiguration for what is neither address nor CIDR block.
    explicit TrustedProxies(const std::vector<std::string>& list) : blocks_(list, "trusted_proxies") {}
    bool trusts(std::string_view address) const;
    ClientAddress client(std::string_view peer, std::string_view x_forwarded_for) const;

private:
    net::Blocks blocks_;
};

// What one process sends for all its realms together (OC7): so much at once as a second has, then evenly. Shared by its
// workers.
class SendingCap {
public:
    explicit SendingCap(unsigned per_second) : interval_(std::chrono::microseconds(1'000'000) / per_second) {}
    bool take();

private:
    const std::chrono::microseconds interval_;
    std::mutex lock_;
    std::chrono::microseconds arrival_{};
};

class Throttle {
public:
    Throttle(crypto::Keyring& keys, SendingCap& cap) : keys_(keys), cap_(cap) {}

    // Charges both failure budgets of the address; throttled with retry_after when one is spent. No statement, no
    // refusal when the address is not the shopper's own. Notes what is left, which is one statement more.
    Result<void> charge_address(db::Db&, const Context&, const realms::Settings&);
    // OC7: one code or link asked for, charged to whom it is asked for and to the destination, each with a short and a daily
    // rate; direct callers' addresses too; and to the process. throttled with retry_after. `what` keeps budgets apart.
    struct Sending {
        std::string_view what;      // "sign-in code", "link", "contact"
        bool sms = false;
        std::string whose{};        // a user's id, or a name as a stranger typed it, in normal form
        std::string destination{};  // in normal form; empty: none
        bool typed = false;         // whose is a name: that its destination's budget is spent is not told
    };
    // False: answered as ever, and nothing is sent. Else two names that share a mailbox would betray each other (EN1).
    Result<bool> charge_sending(db::Db&, const Context&, const realms::Settings&, const Sending&);
    // A budget of the caller's own: true while there is some left. What is charged is keyed as everything here.
    bool charge(db::Db&, const Context&, std::string_view what, std::string_view whose, Rate);
    // True once in a while: for a notice that must not be made to come again and again.
    bool first_within(db::Db&, const Context&, std::string_view what, const UserId&, Seconds);
    // Gives the charge back after a success: only failures count.
    void refund_address(db::Db&, const Context&, const realms::Settings&);
    // X12: of who registers from an address of his own, five answers an hour may say that a name is taken; throttled from then on.
    // Charged before, and given back where that was not the answer.
    Result<void> charge_registration(db::Db&, const Context&);
    void refund_registration(db::Db&, const Context&);
    // Of tickets that a user gets from one that lives: sixty at once, then one a minute, and 600 a day. Neither a password nor
    // a code stands in the way there, and each is a row. throttled.
    Result<void> charge_renewal(db::Db&, const Context&, const UserId&);

private:
    crypto::Keyring& keys_;
    SendingCap& cap_;
};

// Per process, shared by its workers; lock per application.
class ApplicationBuckets {
public:
    explicit ApplicationBuckets(unsigned per_second) : per_second_(per_second) {}
    // Notes what is left. Whoever holds implicit tokens shares a budget of its own: what strangers do with a public client
    // id does not stop the shop's own servers.
    Result<void> charge(const Context&, RealmNo, ApplicationNo, bool implicit = false);

private:
    using Key = std::tuple<std::uint32_t, std::uint32_t, bool>;
    unsigned per_second_;
    std::mutex lock_;
    std::map<Key, std::chrono::microseconds> arrivals_;
};

// For core/upkeep: at most `most` budgets that were whole again before a time.
std::uint64_t purge(db::Tx&, RealmNo, Time before, unsigned most);

}  // namespace authtickets::throttle
