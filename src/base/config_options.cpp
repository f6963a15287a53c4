// SPDX-License-Identifier: MIT
// The table of options. A value is judged here and nowhere else.
#include "base/config_options.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

// Set by the build from configure's prefix; these are what GNU's defaults would give.
#ifndef AUTHTICKETS_SYSCONFDIR
#define AUTHTICKETS_SYSCONFDIR "/usr/local/etc"
#endif
#ifndef AUTHTICKETS_LOCALSTATEDIR
#define AUTHTICKETS_LOCALSTATEDIR "/usr/local/var"
#endif

namespace authtickets::config {
namespace {

using Error = std::optional<std::string>;  // none: the value was taken
using Reader = std::function<Error(Config&, std::string_view)>;

template <class Int>
std::optional<Int> whole_number(std::string_view text) {
    Int value{};
    const auto* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value);
    if (text.empty() || text.front() == '-' || fault != std::errc{} || stop != end) return std::nullopt;
    return value;
}

// A number into a member of any integer or duration type; the range stands in the option's type as well.
template <class Target>
Reader number(Target Config::*member, unsigned least, unsigned most) {
    return [=](Config& config, std::string_view text) -> Error {
        const auto value = whole_number<unsigned>(text);
        if (!value) return "not a whole number";
        if (*value < least || *value > most) return "out of range";
        config.*member = static_cast<Target>(*value);
        return std::nullopt;
    };
}

Error keep(std::string& into, std::string_view text) {
    into = text;
    return std::nullopt;
}

bool name_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
           || c == '$';
}

Error take_name(std::string& into, std::string_view text) {
    if (text.empty() || text.size() > 64 || !std::ranges::all_of(text, name_letter)) return "not such a name";
    return keep(into, text);
}

// Relative paths would depend on the folder that a web server happens to start us in.
Error take_path(std::string& into, std::string_view text) {
    if (!text.starts_with('/')) return "the path does not begin with /";
    return keep(into, text);
}

Error take_user(DatabaseUser& into, std::string_view text, bool may_be_empty) {
    if (text.empty() && !may_be_empty) return "empty";
    if (text.size() > 128) return "too long";
    return keep(into.user, text);
}

Reader password(DatabaseUser Config::*member) {
    return [=](Config& config, std::string_view text) -> Error {
        (config.*member).password = Secret(text);
        return std::nullopt;
    };
}

Error take_host(Config& config, std::string_view text) {
    const auto letter = [](char c) { return name_letter(c) || c == '.' || c == ':'; };
    if (text.empty() || text.size() > 255 || !std::ranges::all_of(text, letter))
        return "not a host name or address";
    return keep(config.database_host, text);
}

Error take_mount(Config& config, std::string_view text) {
    const bool good = text.empty()
                      || (text.starts_with('/') && !text.ends_with('/') && text.find("//") == text.npos
                          && text.find_first_of(" ?#\\") == text.npos);
    if (!good) return "not such a prefix";
    return keep(config.mount, text);
}

bool is_address_or_block(std::string_view text) {
    const auto slash = text.find('/');
    const std::string address(text.substr(0, slash));
    unsigned char bytes[16];
    const unsigned bits = inet_pton(AF_INET, address.c_str(), bytes) == 1    ? 32
                          : inet_pton(AF_INET6, address.c_str(), bytes) == 1 ? 128
                                                                             : 0;
    if (bits == 0) return false;
    if (slash == text.npos) return true;
    const auto prefix = whole_number<unsigned>(text.substr(slash + 1));
    return prefix && *prefix <= bits;
}

Error take_addresses(std::vector<std::string>& into, std::string_view text) {
    into.clear();
    while (!text.empty()) {
        const auto comma = text.find(',');
        const auto item = blanks_off(text.substr(0, comma));
        if (!is_address_or_block(item)) return "an item is no address and no CIDR block";
        into.emplace_back(item);
        if (comma == text.npos) break;
        text.remove_prefix(comma + 1);
        if (text.empty()) return "an item is no address and no CIDR block";
    }
    return std::nullopt;
}

Error take_log_target(Config& config, std::string_view text) {
    if (text == "stderr" || text == "syslog") return keep(config.log_to, text);
    return take_path(config.log_to, text);
}

Error take_log_level(Config& config, std::string_view text) {
    for (const auto level : {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
        if (text == name(level)) {
            config.log_level = level;
            return std::nullopt;
        }
    }
    return "no such level";
}

Error take_socket(Config& config, std::string_view text) {
    return text.empty() ? keep(config.database_socket, text) : take_path(config.database_socket, text);
}

// "127.0.0.1:8080": a host name, an IPv4 address or an IPv6 address in brackets, and perhaps a port.
struct Authority {
    std::string host;
    std::uint16_t port = 0;  // 0: none is named
    bool good = false;
};
Authority authority(std::string_view text) {
    const auto end = text.starts_with('[') ? text.find(']') : text.find(':') == text.npos ? text.size() : text.find(':');
    if (end == text.npos) return {};
    const bool bracketed = text.starts_with('[');
    const std::string host(text.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end));
    const auto rest = text.substr(bracketed ? end + 1 : end);
    unsigned char bytes[16];
    const auto letter = [](char c) { return (name_letter(c) && c != '$' && c != '_') || c == '.'; };
    const bool named = bracketed ? inet_pton(AF_INET6, host.c_str(), bytes) == 1
                                 : !host.empty() && host.size() <= 253 && std::ranges::all_of(host, letter);
    if (!named) return {};
    if (rest.empty()) return {.host = host, .good = true};
    const auto port = rest.front() == ':' ? whole_number<std::uint16_t>(rest.substr(1)) : std::nullopt;
    return {.host = host, .port = port.value_or(0), .good = port && *port != 0};
}

// A service that the program calls. Unencrypted only to this host.
Error service_refused(std::string_view text, std::string_view unwanted) {
    const bool open = text.starts_with("http://");
    if (!open && !text.starts_with("https://")) return "not such an address";
    const auto rest = text.substr(open ? 7 : 8);
    const auto slash = rest.find('/');
    const auto printable = [&](char c) { return c > ' ' && c < 0x7f && c != '\\' && unwanted.find(c) == unwanted.npos; };
    const auto there = authority(rest.substr(0, slash));
    if (text.size() > 1000 || slash == rest.npos || !there.good || !std::ranges::all_of(text, printable)) return "not such an address";
    if (open && !is_loopback(there.host)) return "unencrypted to another host";
    return std::nullopt;
}

// The first digits of a hash are put behind it, so it must end where a path goes on.
Error take_breach_url(Config& config, std::string_view text) {
    if (text.empty()) return keep(config.breach_url, text);
    if (auto error = service_refused(text, "?#")) return error;
    if (!text.ends_with('/')) return "not such an address";
    return keep(config.breach_url, text);
}

Reader path_or_empty(std::string Config::*member) {
    return [=](Config& config, std::string_view text) -> Error {
        return text.empty() ? keep(config.*member, text) : take_path(config.*member, text);
    };
}

Reader text_up_to(std::string Config::*member, std::size_t most) {
    return [=](Config& config, std::string_view text) -> Error {
        return text.size() > most ? Error("too long") : keep(config.*member, text);
    };
}

Reader secret(Secret Config::*member) {
    return [=](Config& config, std::string_view text) -> Error {
        config.*member = Secret(text);
        return std::nullopt;
    };
}

template <class Choice>
Reader choice(Choice Config::*member, std::vector<std::pair<std::string_view, Choice>> all) {
    return [member, all = std::move(all)](Config& config, std::string_view text) -> Error {
        for (const auto& [word, value] : all) {
            if (text != word) continue;
            config.*member = value;
            return std::nullopt;
        }
        return "no such choice";
    };
}

Error take_mail_server(Config& config, std::string_view text) {
    config.mail_host.clear();
    config.mail_port = 0;
    if (text.empty()) return std::nullopt;
    const auto there = authority(text);
    if (!there.good) return "no host and port";
    config.mail_host = there.host;
    config.mail_port = there.port;
    return std::nullopt;
}

// Whether mail can have this sender is delivery's to judge to the end; here a slip of the pen is told.
Error take_mail_sender(Config& config, std::string_view text) {
    const auto at = text.rfind('@');
    const bool shaped = text.size() <= 254 && at != text.npos && at != 0 && at + 1 < text.size()
                        && text.find_first_of(" <>,;\"") == text.npos;
    if (!text.empty() && !shaped) return "not an e-mail address";
    return keep(config.mail_sender, text);
}

Error take_sms_url(Config& config, std::string_view text) {
    if (text.empty()) return keep(config.sms_url, text);
    if (auto error = service_refused(text, "#")) return error;
    return keep(config.sms_url, text);
}

// It may stand in the URL's path.
Error take_sms_account(Config& config, std::string_view text) {
    const auto letter = [](char c) { return (name_letter(c) && c != '$') || c == '.' || c == '@'; };
    if (text.size() > 128 || !std::ranges::all_of(text, letter)) return "not such a name";
    return keep(config.sms_account, text);
}

Error take_sms_sender(Config& config, std::string_view text) {
    const bool number = text.starts_with('+') && text.size() >= 8 && text.size() <= 16
                        && text.find_first_not_of("0123456789", 1) == text.npos;
    const auto letter = [](char c) { return (name_letter(c) && c != '$' && c != '_') || c == ' '; };
    if (!text.empty() && !number && (text.size() > 11 || !std::ranges::all_of(text, letter))) return "not such a sender";
    return keep(config.sms_sender, text);
}

Error take_geo_database(Config& config, std::string_view text) {
    return text.empty() ? keep(config.geo_database, text) : take_path(config.geo_database, text);
}

}  // namespace

std::string_view blanks_off(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\f\v";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_loopback(const std::string& host) {
    unsigned char bytes[16];
    if (inet_pton(AF_INET, host.c_str(), bytes) == 1) return bytes[0] == 127;
    return inet_pton(AF_INET6, host.c_str(), bytes) == 1
           && std::all_of(bytes, bytes + 15, [](unsigned char byte) { return byte == 0; }) && bytes[15] == 1;
}

std::vector<Option> make_options() {
    return {
        {"database.socket", "absolute path, or empty", "",
         "Socket of the database server. When it is empty, database.host and database.port are used.",
         take_socket},
        {"database.host", "host name or address", "localhost",
         "Host of the database server, when database.socket is empty.", take_host},
        {"database.port", "number 1 to 65535", "3306",
         "Port of the database server, when database.socket is empty.",
         number(&Config::database_port, 1, 65535)},
        {"database.name", "1 to 64 letters, digits, _, - and $", "authtickets",
         "The database. It must exist; `authtickets migrate` makes the tables.",
         [](Config& c, std::string_view text) { return take_name(c.database_name, text); }},
        {"database.user", "text, 1 to 128 bytes", "authtickets", "Database user that answers requests.",
         [](Config& c, std::string_view text) { return take_user(c.serve, text, false); }},
        {"database.password", "text", "", "Password of database.user.", password(&Config::serve)},
        {"database.maintain_user", "text, up to 128 bytes", "",
         "Database user of the commands that write realms, applications and logins. When it is empty, database.user does it.",
         [](Config& c, std::string_view text) { return take_user(c.maintain, text, true); }},
        {"database.maintain_password", "text", "", "Password of database.maintain_user.",
         password(&Config::maintain)},
        {"database.migrate_user", "text, up to 128 bytes", "",
         "Database user that creates and alters tables. When it is empty, database.user does it.",
         [](Config& c, std::string_view text) { return take_user(c.migrate, text, true); }},
        {"database.migrate_password", "text", "", "Password of database.migrate_user.",
         password(&Config::migrate)},
        {"database.timeout_seconds", "number 1 to 60", "5",
         "How long to wait for a connection and for each answer.", number(&Config::database_timeout, 1, 60)},

        {"keys.file", "absolute path", AUTHTICKETS_SYSCONFDIR "/authtickets.keys",
         "The key file, mode 0600; `authtickets keys new` makes it. Whoever has it can make tokens.",
         [](Config& c, std::string_view text) { return take_path(c.keys_file, text); }},

        {"workers", "number 1 to 512", "16",
         "Threads of one FastCGI process. Each answers one request at a time over a database connection of "
         "its own. At most half of them have to do with passwords: two for each core let all cores hash.",
         number(&Config::workers, 1, 512)},
        {"http.mount", "path that begins with / and does not end with it, or empty", "",
         "Prefix that the web server leaves on every path and that is taken off, such as /auth. Other paths "
         "are not found.",
         take_mount},
        {"trusted_proxies", "comma list of addresses and CIDR blocks, or empty", "",
         "Peers whose X-Forwarded-For is believed.",
         [](Config& c, std::string_view text) { return take_addresses(c.trusted_proxies, text); }},
        {"application.requests_per_second", "number 1 to 100000", "600",
         "Requests that one application may send to one process in a second.",
         number(&Config::application_requests_per_second, 1, 100000)},
        {"codes.per_second", "number 1 to 10000", "50",
         "One-time codes and links that one process makes in a second, for all shops together. Beyond it they are "
         "refused as a spent budget is.",
         number(&Config::codes_per_second, 1, 10000)},

        {"hash.folder", "absolute path", AUTHTICKETS_LOCALSTATEDIR "/lib/authtickets/hash",
         "Folder of the files by which all processes of this host share what hashes at once and the memory that is kept for it, "
         "so that hashing cannot exhaust it.",
         [](Config& c, std::string_view text) { return take_path(c.hash_folder, text); }},
        {"hash.slots", "number 0 to 256", "0",
         "Passwords hashed at once on this host. 0 stands for one per core.",
         number(&Config::hash_slots, 0, 256)},
        // The upper ends are what verifying accepts at most (crypto/pwhash).
        {"hash.memory_kib", "number 7168 to 131072", "19456",
         "Memory of one Argon2id hash in KiB. With hash.passes it must reach 19456/2, 47104/1, 12288/3, "
         "9216/4 or 7168/5.",
         number(&Config::hash_memory_kib, 7168, 131072)},
        {"hash.passes", "number 1 to 16", "2", "Passes of one Argon2id hash.",
         number(&Config::hash_passes, 1, 16)},
        {"hash.wait_ms", "number 0 to 10000", "2000",
         "How long a sign-in waits for a slot before it is answered with 503, in milliseconds.",
         number(&Config::hash_wait, 0, 10000)},

        {"breach.url", "https address that ends with /, http for 127.0.0.0/8 and [::1] only, or empty", "",
         "Range service that is asked whether a new password is known from a breach. Five hexadecimal digits of its "
         "SHA-1 are put behind the address; nothing else of the password leaves this host. When it does not answer "
         "within two seconds, the password is taken and the event password.breach_check_unavailable is written.",
         take_breach_url},
        {"breach.file", "absolute path, or empty", "",
         "The same from a file of this host: SHA-1 hashes in hexadecimal, sorted, one a line, with or without :COUNT. "
         "Not together with breach.url.",
         path_or_empty(&Config::breach_file)},

        {"mail.transport", "none, smtp, sendmail or maildir", "none",
         "How mail leaves: to mail.server, through the program mail.sendmail, or into the folder mail.maildir. With none "
         "there is no mail.",
         choice<MailTransport>(&Config::mail_transport, {{"none", MailTransport::none},
                                                         {"smtp", MailTransport::smtp},
                                                         {"sendmail", MailTransport::sendmail},
                                                         {"maildir", MailTransport::maildir}})},
        {"mail.server", "host or host:port, IPv6 in brackets, or empty", "",
         "The mail server. Without a port it is 587, with mail.security = tls 465, with none 25.", take_mail_server},
        {"mail.security", "none, starttls or tls", "starttls",
         "How the connection to mail.server is encrypted: after STARTTLS, without which nothing is sent, from the first "
         "byte on, or not at all. Certificates are verified.",
         choice<MailSecurity>(&Config::mail_security, {{"none", MailSecurity::none},
                                                       {"starttls", MailSecurity::starttls},
                                                       {"tls", MailSecurity::tls}})},
        {"mail.user", "text, up to 128 bytes", "",
         "User at mail.server. When it is empty, the program does not sign in there.", text_up_to(&Config::mail_user, 128)},
        {"mail.password", "text", "", "Password of mail.user.", secret(&Config::mail_password)},
        {"mail.ca_file", "absolute path, or empty", "",
         "Authorities (PEM) that mail.server's certificate may come from. When it is empty, the system's.",
         path_or_empty(&Config::mail_ca_file)},
        {"mail.timeout", "number 1 to 300", "30",
         "Seconds that handing over one mail may take in all. Then it is tried again later.",
         number(&Config::mail_timeout, 1, 300)},
        {"mail.sendmail", "absolute path", "/usr/sbin/sendmail",
         "Program that is given -oi -f SENDER -- RECIPIENT and the mail on its standard input, with mail.transport = "
         "sendmail.",
         [](Config& c, std::string_view text) { return take_path(c.mail_sendmail, text); }},
        {"mail.maildir", "absolute path, or empty", "",
         "Folder that mail is put into, with mail.transport = maildir. It is made when its parent exists.",
         path_or_empty(&Config::mail_maildir)},
        {"mail.sender", "e-mail address, or empty", "",
         "Sender of the mails of realms that have no sender of their own (setting mail.sender).", take_mail_sender},

        {"sms.transport", "none, http or maildir", "none",
         "How SMS leave: through the gateway sms.url, or into the folder sms.maildir. With none there are no SMS.",
         choice<SmsTransport>(&Config::sms_transport, {{"none", SmsTransport::none},
                                                       {"http", SmsTransport::http},
                                                       {"maildir", SmsTransport::maildir}})},
        {"sms.url", "https address, http for 127.0.0.0/8 and [::1] only, or empty", "",
         "Gateway that is posted a form of To, From and Body. {account} stands for sms.account.", take_sms_url},
        {"sms.account", "up to 128 letters, digits, _, -, . and @", "",
         "Account at the gateway, the user of basic authentication.", take_sms_account},
        {"sms.token", "text", "", "Password of sms.account.", secret(&Config::sms_token)},
        {"sms.sender", "number such as +4915112345678, or up to 11 letters, digits, blanks and -", "",
         "Whom SMS come from.", take_sms_sender},
        {"sms.maildir", "absolute path, or empty", "",
         "Folder that SMS are put into, with sms.transport = maildir. It is made when its parent exists.",
         path_or_empty(&Config::sms_maildir)},
        {"sms.timeout", "number 1 to 60", "10", "Seconds that the gateway may take in all.", number(&Config::sms_timeout, 1, 60)},

        {"hook.allow", "comma list of addresses and CIDR blocks, or empty", "",
         "Addresses that web hooks may call although they are private, loopback or otherwise not public. What is judged is "
         "the address connected to, whatever the name.",
         [](Config& c, std::string_view text) { return take_addresses(c.hook_allow, text); }},
        {"hook.insecure", "on or off", "off",
         "Whether web hooks may go to http:// and to every port. Else they go to https://, port 443 or from 1024 up.",
         choice<bool>(&Config::hook_insecure, {{"on", true}, {"off", false}})},
        {"hook.timeout", "number 1 to 45", "45", "Seconds that the receiver of a web hook may take in all; the receiver of an integration at most 10.",
         number(&Config::hook_timeout, 1, 45)},
        {"deliver.workers", "number 1 to 32", "4",
         "Threads of `authtickets deliver` that send, each over a database connection of its own: half of them mail and "
         "SMS, the other half web hooks. With 1, a hook that is not answered holds up mails.",
         number(&Config::deliver_workers, 1, 32)},

        {"geo.database", "absolute path, or empty", "",
         "MaxMind database file that tells country and region of a network address, for the rule that asks for a second "
         "step when the region changes. To replace it, rename another over it; the program takes the new one by itself. "
         "Without it only the callers say where a shopper is.",
         take_geo_database},

        {"log.to", "stderr, syslog or an absolute path", "stderr",
         "Where log lines go. A file is opened again by itself after rotation.", take_log_target},
        {"log.level", "debug, info, warning or error", "info", "The least important lines that are written.",
         take_log_level},
    };
}

}  // namespace authtickets::config
