// SPDX-License-Identifier: MIT
// The program's own configuration: one file of `name = value` lines, one table of what may stand in it.
// The same table parses the file, prints the sample file and --help, and is compared with the man page.
// (What a store's operator sets per realm is a setting: core/realms.)
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/fault.h>
#include <authtickets/base/log.h>
#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>

namespace authtickets {

struct DatabaseUser {
    std::string user;
    Secret password;
};

// PW8: what a password hash must cost at least. Each row is of equal strength; anything at least as costly in both
// figures is allowed, anything else stops the program at start.
struct HashFloor {
    std::uint32_t memory_kib, passes;
};
inline constexpr std::array<HashFloor, 5> hash_floors{
    {{19456, 2}, {47104, 1}, {12288, 3}, {9216, 4}, {7168, 5}}};
constexpr bool hash_costs_enough(std::uint32_t memory_kib, std::uint32_t passes) {
    for (const auto& floor : hash_floors) {
        if (memory_kib >= floor.memory_kib && passes >= floor.passes) return true;
    }
    return false;
}

enum class MailTransport { none, smtp, sendmail, maildir };
enum class MailSecurity { none, starttls, tls };
enum class SmsTransport { none, http, maildir };

struct Config {
    std::string file;  // where it was read from; empty when there was none and defaults hold

    std::string database_host;      // used when database_socket is empty
    std::uint16_t database_port{};
    std::string database_socket;
    std::string database_name;
    DatabaseUser serve, maintain, migrate;  // the latter two fall back to the first when their name is empty
    Seconds database_timeout{};             // connect, read and write

    std::string keys_file;
    unsigned workers{};
    std::string mount;                        // path prefix taken off every request path
    std::vector<std::string> trusted_proxies; // addresses and CIDR blocks (TH9)
    unsigned application_requests_per_second{};  // TH2; per process
    unsigned codes_per_second{};                 // OC7; codes and links that one process makes

    std::string hash_folder;         // slot files (PW11)
    unsigned hash_slots{};           // 0: one per core
    std::uint32_t hash_memory_kib{}; // PW8
    std::uint32_t hash_passes{};     // PW8
    Millis hash_wait{};              // PW11

    std::string breach_url;   // range service asked about a new password (PW5); empty: none
    std::string breach_file;  // or a sorted file of hashes; one of the two at most

    MailTransport mail_transport{};
    std::string mail_host;           // mail.server
    std::uint16_t mail_port{};       // mail.server, or what mail.security stands for: 25, 587 or 465
    MailSecurity mail_security{};
    std::string mail_user;
    Secret mail_password;
    std::string mail_ca_file;        // empty: the system's authorities
    Seconds mail_timeout{};
    std::string mail_sendmail;       // a program
    std::string mail_maildir;
    std::string mail_sender;         // where a realm has none of its own

    SmsTransport sms_transport{};
    std::string sms_url;             // {account} stands for sms.account
    std::string sms_account;
    Secret sms_token;
    std::string sms_sender;
    std::string sms_maildir;
    Seconds sms_timeout{};

    std::vector<std::string> hook_allow;  // addresses and CIDR blocks that hooks may call though they are not public (KL9)
    bool hook_insecure = false;           // http:// and every port
    Seconds hook_timeout{};

    unsigned deliver_workers{};           // threads of `deliver`
    std::string geo_database;  // MaxMind file that tells the region of an address; empty: none

    std::string log_to;
    LogLevel log_level{};
};

struct Option {
    std::string_view name;      // "database.socket"
    std::string_view type;      // what is allowed, for people: "number 1 to 1024", "path"
    std::string_view standard;  // default, as written in the file
    std::string_view help;      // one or two sentences
    std::function<std::optional<std::string>(Config&, std::string_view)> read;  // error text, or none
};

std::span<const Option> options();

// environment: looks a name up; used for AUTHTICKETS_<NAME> when `overridable` (commands), never under a web
// server. Throws BadConfiguration with "file:line: name: what is wrong; allowed: ...".
using Environment = std::function<std::optional<std::string>(std::string_view)>;
Config read_config(const std::string& file, const Environment&, bool overridable);
Config parse_config(std::string_view text, std::string_view file_name);  // defaults + text; for tests and fuzzing

// AUTHTICKETS_CONFIG, else sysconfdir/authtickets.conf. A file that was named must exist; the default one may be absent.
std::string config_path(const Environment&);

std::string sample_config();      // the file contrib/authtickets.conf.sample
std::string_view version();       // "0.1.0"

}  // namespace authtickets
