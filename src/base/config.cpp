// SPDX-License-Identifier: MIT
// The configuration: the reader, the sample file and the overrides that follow from the table of options. What reads a
// Config may believe it.
#include "base/config_options.h"

#include <string.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include <authtickets/base/utf8.h>

// Set by the build from configure's prefix; these are what GNU's defaults would give.
#ifndef AUTHTICKETS_SYSCONFDIR
#define AUTHTICKETS_SYSCONFDIR "/usr/local/etc"
#endif
#ifndef AUTHTICKETS_VERSION
#define AUTHTICKETS_VERSION "0.1.0"
#endif

namespace authtickets {
namespace {

using config::blanks_off;
using config::is_loopback;
using Error = std::optional<std::string>;  // none: the value was taken

constexpr std::size_t file_bytes = std::size_t{1024} * 1024;

const Option* find_option(std::string_view name) {
    const auto all = options();
    const auto found = std::ranges::find(all, name, &Option::name);
    return found == all.end() ? nullptr : &*found;
}

// Takes values one by one and remembers where each stood, for the message of a check that concerns two of
// them.
class Collector {
  public:
    explicit Collector(std::string file) : file_(std::move(file)) {
        for (const auto& option : options()) {
            if (const auto error = option.read(config_, option.standard)) {
                throw Fault("the default of " + std::string(option.name) + " is refused: " + *error);
            }
        }
    }

    void file_text(std::string_view text) {
        if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        for (int number = 1; !text.empty(); ++number) {
            const auto end = text.find('\n');
            file_line(text.substr(0, end), file_ + ":" + std::to_string(number) + ": ");
            text.remove_prefix(end == text.npos ? text.size() : end + 1);
        }
    }

    void overrides(const Environment& environment) {
        for (const auto& option : options()) {
            const auto name = variable(option.name);
            if (const auto value = environment(name))
                take(option, blanks_off(*value), "environment: " + name + ": ");
        }
    }

    Config finish() {
        if (!hash_costs_enough(config_.hash_memory_kib, config_.hash_passes)) {
            const auto passes = places_.find("hash.passes"), memory = places_.find("hash.memory_kib");
            const auto& place = passes != places_.end() ? passes->second : memory->second;
            std::string allowed;
            for (const auto& floor : hash_floors) {
                allowed.append(allowed.empty() ? "" : ", ").append(std::to_string(floor.memory_kib));
                allowed.append("/").append(std::to_string(floor.passes));
            }
            throw BadConfiguration(place
                                   + "too weak: hash.memory_kib = " + std::to_string(config_.hash_memory_kib)
                                   + " with hash.passes = " + std::to_string(config_.hash_passes)
                                   + "; allowed: at least one of " + allowed);
        }
        if (!config_.breach_url.empty() && !config_.breach_file.empty()) {
            throw BadConfiguration(places_.find("breach.file")->second + "breach.url is given too; allowed: one of the two");
        }
        check_mail();
        check_sms();
        if (config_.maintain.user.empty()) config_.maintain = config_.serve;
        if (config_.migrate.user.empty()) config_.migrate = config_.serve;
        config_.file = file_;
        return std::move(config_);
    }

  private:
    // An option that another one needs, or forbids. `at` was given, since its default would not bring us here.
    void refuse_if(bool wrong, std::string_view at, std::string_view text) const {
        if (wrong) throw BadConfiguration(places_.find(at)->second + std::string(text));
    }

    void check_mail() {
        const auto& c = config_;
        refuse_if(c.mail_transport == MailTransport::smtp && c.mail_host.empty(), "mail.transport",
                  "smtp needs mail.server; allowed: mail.server = host:port");
        refuse_if(c.mail_transport == MailTransport::maildir && c.mail_maildir.empty(), "mail.transport",
                  "maildir needs mail.maildir; allowed: mail.maildir = absolute path");
        refuse_if(!c.mail_user.empty() && c.mail_password.empty(), "mail.user", "mail.password is missing; allowed: both or none");
        refuse_if(c.mail_user.empty() && !c.mail_password.empty(), "mail.password", "mail.user is missing; allowed: both or none");
        const bool open = c.mail_security == MailSecurity::none;
        refuse_if(open && !c.mail_user.empty() && c.mail_host != "localhost" && !is_loopback(c.mail_host), "mail.security",
                  "mail.password would go unencrypted to another host; allowed: starttls or tls");
        refuse_if(open && !c.mail_ca_file.empty(), "mail.ca_file", "there is no certificate with mail.security = none; allowed: empty");
        if (config_.mail_port == 0) config_.mail_port = open ? 25 : c.mail_security == MailSecurity::tls ? 465 : 587;
    }

    void check_sms() const {
        const auto& c = config_;
        const bool gateway = c.sms_transport == SmsTransport::http;
        refuse_if(gateway && c.sms_url.empty(), "sms.transport", "http needs sms.url; allowed: sms.url = https address");
        refuse_if(gateway && (c.sms_account.empty() || c.sms_token.empty()), "sms.transport",
                  "http needs sms.account and sms.token; allowed: both");
        refuse_if(gateway && c.sms_sender.empty(), "sms.transport", "http needs sms.sender; allowed: sms.sender = number or name");
        refuse_if(c.sms_transport == SmsTransport::maildir && c.sms_maildir.empty(), "sms.transport",
                  "maildir needs sms.maildir; allowed: sms.maildir = absolute path");
    }

    static std::string variable(std::string_view option) {
        std::string out = "AUTHTICKETS_";
        for (const char c : option) {
            out.push_back(c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
        }
        return out;
    }

    void file_line(std::string_view line, const std::string& place) {
        line = blanks_off(line);
        if (line.empty() || line.front() == '#') return;
        const auto equals = line.find('=');
        if (equals == line.npos) throw BadConfiguration(place + "not of the form: name = value");
        const auto name = blanks_off(line.substr(0, equals));
        const auto* const option = find_option(name);
        if (!option) throw BadConfiguration(place + log_escape(name) + ": there is no such option");
        const auto here = place + std::string(name) + ": ";
        if (const auto before = places_.find(name); before != places_.end()) {
            throw BadConfiguration(here + "given twice, first at "
                                   + before->second.substr(0, before->second.find(": ")));
        }
        take(*option, blanks_off(line.substr(equals + 1)), here);
    }

    // The value is not shown: it may be a password.
    void take(const Option& option, std::string_view value, const std::string& place) {
        auto error = has_control_characters(value) ? Error("holds control characters or is not UTF-8")
                                                   : option.read(config_, value);
        if (error) throw BadConfiguration(place + *error + "; allowed: " + std::string(option.type));
        places_.insert_or_assign(option.name, place);
    }

    static bool has_control_characters(std::string_view text) {
        return !is_utf8(text) || std::ranges::any_of(text, [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
        });
    }

    std::string file_;
    Config config_;
    std::map<std::string_view, std::string, std::less<>> places_;  // option -> "file:12: name: "
};

std::string default_file() { return AUTHTICKETS_SYSCONFDIR "/authtickets.conf"; }

std::optional<std::string> named_file(const Environment& environment) {
    auto named = environment("AUTHTICKETS_CONFIG");
    return named && !named->empty() ? named : std::nullopt;
}

std::optional<std::string> read_file(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    // Not filled before it is read into: a process that answers one request would pay for a mebibyte of zeros.
    const auto room = std::make_unique_for_overwrite<char[]>(file_bytes + 1);
    in.read(room.get(), static_cast<std::streamsize>(file_bytes + 1));
    if (!in.is_open() || in.bad()) return std::nullopt;
    const auto size = static_cast<std::size_t>(in.gcount());
    std::optional<std::string> text(std::in_place, room.get(), size);
    ::explicit_bzero(room.get(), size);  // there are passwords in it
    if (size > file_bytes) throw BadConfiguration(file + ": larger than a configuration file can be; allowed: 1 MiB");
    return text;
}

// Words of `text` in lines of at most 110 letters, each behind "# ".
void append_comment(std::string& out, std::string_view text) {
    std::istringstream words{std::string(text)};
    std::string word, line = "#";
    while (words >> word) {
        if (line.size() + 1 + word.size() > 110) {
            out.append(line).append("\n");
            line = "#";
        }
        line.append(" ").append(word);
    }
    out.append(line).append("\n");
}

std::string_view group_of(std::string_view name) {
    if (name.starts_with("database.")) return "The database";
    if (name.starts_with("keys.")) return "Keys";
    if (name.starts_with("hash.")) return "Password hashing";
    if (name.starts_with("breach.")) return "Passwords known from breaches";
    if (name.starts_with("mail.")) return "Mail";
    if (name.starts_with("sms.")) return "SMS";
    if (name.starts_with("hook.")) return "Web hooks";
    if (name.starts_with("deliver.")) return "The worker";
    if (name.starts_with("geo.")) return "Where shoppers are";
    if (name.starts_with("log.")) return "The log";
    return "Requests";
}

}  // namespace

std::span<const Option> options() {
    static const std::vector<Option> all = config::make_options();
    return all;
}

Config parse_config(std::string_view text, std::string_view file_name) {
    Collector collector{std::string(file_name)};
    collector.file_text(text);
    return collector.finish();
}

Config read_config(const std::string& file, const Environment& environment, bool overridable) {
    auto text = read_file(file);
    const bool may_be_absent = !named_file(environment) && file == default_file();
    if (!text && !may_be_absent) {
        throw BadConfiguration(file + ": cannot be read; allowed: a readable file of `name = value` lines");
    }
    Collector collector(text ? file : std::string());
    if (text) collector.file_text(*text);
    if (overridable) collector.overrides(environment);
    auto config = collector.finish();
    if (text) wipe(*text);
    return config;
}

std::string config_path(const Environment& environment) {
    if (auto named = named_file(environment)) return *named;
    return default_file();
}

std::string sample_config() {
    std::string out;
    append_comment(
        out,
        "Configuration of authtickets. Lines are `name = value`; a value stands as it is, without quotes;"
        " lines that begin with # are comments. Unknown names and bad values stop the program.");
    append_comment(out, "What stands here commented out is the default.");
    std::string_view group;
    for (const auto& option : options()) {
        if (group != group_of(option.name)) {
            group = group_of(option.name);
            out.append("\n# --- ").append(group).append(" ---\n");
        }
        out.append("\n");
        append_comment(out, option.help);
        append_comment(out, "Allowed: " + std::string(option.type) + ".");
        out.append("#").append(option.name).append(" =");
        if (!option.standard.empty()) out.append(" ").append(option.standard);
        out.append("\n");
    }
    return out;
}

std::string_view version() { return AUTHTICKETS_VERSION; }

}  // namespace authtickets
