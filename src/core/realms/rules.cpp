// SPDX-License-Identifier: MIT
// The table of settings: name, what is allowed, default, help, and how text becomes the value.
#include <authtickets/core/realms.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace authtickets::realms {
namespace {

using Error = std::optional<std::string>;

std::optional<long> whole_number(std::string_view text) {
    long value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

template <long least, long most, class Set>
Error number_in(std::string_view text, Set&& set) {
    const auto value = whole_number(text);
    if (!value || *value < least || *value > most) {
        return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    }
    set(*value);
    return {};
}

template <Seconds Settings::* member, long least, long most>
Error seconds(Settings& settings, std::string_view text) {
    return number_in<least, most>(text, [&](long value) { settings.*member = Seconds(value); });
}

template <unsigned Settings::* member, long least, long most>
Error count(Settings& settings, std::string_view text) {
    return number_in<least, most>(text, [&](long value) { settings.*member = static_cast<unsigned>(value); });
}

Error read_policy(Settings& settings, std::string_view text) {
    if (text == "documented") settings.policy = PasswordPolicy::documented;
    else if (text == "standard") settings.policy = PasswordPolicy::standard;
    else return "must be documented or standard";
    return {};
}

constexpr std::array<std::string_view, 3> steps{"none", "sms", "email"};

Error read_step(Settings& settings, std::string_view text) {
    const auto* const found = std::ranges::find(steps, text);
    if (found == steps.end()) return "must be none, sms or email";
    settings.default_step = static_cast<DefaultStep>(found - steps.begin());
    return {};
}

constexpr std::array<std::string_view, 2> managements{"disabled", "update_only"};

Error read_management(Settings& settings, std::string_view text) {
    const auto* const found = std::ranges::find(managements, text);
    if (found == managements.end()) return "must be disabled or update_only";
    settings.self_management = static_cast<SelfManagement>(found - managements.begin());
    return {};
}

Error read_release(Settings& settings, std::string_view text) {
    const auto value = whole_number(text);
    if (!value || (*value != 0 && (*value < 30 || *value > 1440))) return "must be 0, or a whole number from 30 to 1440";
    settings.lock_release = std::chrono::minutes(*value);
    return {};
}

template <bool Settings::* member>
Error flag(Settings& settings, std::string_view text) {
    if (text != "on" && text != "off") return "must be on or off";
    settings.*member = text == "on";
    return {};
}

// A link that a mail carries. What stands in braces is filled in when it is written.
bool usable_address(std::string_view text) {
    const bool address = text.starts_with("https://") || text.starts_with("http://") || text.starts_with("{base}/");
    const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\'; });
    return address && plain && text.size() <= 500;
}

Error read_link(std::string& into, std::string_view text, bool with_token) {
    const bool whole = text.find("{user}") != text.npos && (!with_token || text.find("{token}") != text.npos);
    if (!text.empty() && (!usable_address(text) || !whole)) {
        return std::string("must be empty, or an http(s) address (or one that begins with {base}/) with ") + (with_token ? "{token} and " : "") + "{user} in it";
    }
    into = text;
    return {};
}

template <std::string Settings::* member, bool with_token>
Error link(Settings& settings, std::string_view text) {
    return read_link(settings.*member, text, with_token);
}

// The storefront's page that takes a one-time token. What else stands in braces than is known here would reach the shopper as it is.
Error read_one_time_link(Settings& settings, std::string_view text) {
    constexpr std::array<std::string_view, 6> known{"{base}", "{token}", "{username}", "{profile}", "{realm}", "{info}"};
    bool whole = text.find("{token}") != text.npos;
    for (auto at = text.find_first_of("{}"); at != text.npos && whole; at = text.find_first_of("{}", at)) {
        const auto* const found = std::ranges::find_if(known, [&](auto each) { return text.substr(at).starts_with(each); });
        whole = found != known.end();
        if (whole) at += found->size();
    }
    if (!text.empty() && (!usable_address(text) || !whole)) {
        return "must be empty, or an http(s) address (or one that begins with {base}/) with {token}, and no other words in braces than "
               "{username}, {profile}, {realm} and {info}";
    }
    settings.one_time_link = text;
    return {};
}

// An address that mail is written from or answered to; what it may be is judged by who writes the mail, once more.
template <std::string Settings::* member>
Error mail_address(Settings& settings, std::string_view text) {
    const auto at = text.find('@');
    const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c != 0x7F && c != ',' && c != ';' && c != '<' && c != '>' && c != '"'; });
    if (!text.empty() && (!plain || at == text.npos || at == 0 || at + 1 == text.size() || text.size() > 254)) {
        return "must be empty or one e-mail address";
    }
    settings.*member = text;
    return {};
}

template <std::string Settings::* member>
Error label(Settings& settings, std::string_view text) {
    if (text.size() > 200 || std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 0x7F; })) {
        return "must be at most 200 bytes without control characters";
    }
    settings.*member = text;
    return {};
}

template <std::uint32_t Settings::* member>
Error mail_set(Settings& settings, std::string_view text) {
    std::uint32_t bits = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        const auto found = std::ranges::find(mail_types(), text.substr(0, end));
        const bool more = end < text.size();
        if (found == mail_types().end() || (more && end + 1 == text.size())) return "must be empty or a list such as otpForLogin,accountCreated of the mail switches";
        bits |= 1U << (found - mail_types().begin());
        text.remove_prefix(more ? end + 1 : end);
    }
    settings.*member = bits;
    return {};
}

// Letters of zone names as the IANA list has them; a zone that nobody knows is taken for UTC.
Error read_zone(Settings& settings, std::string_view text) {
    const bool plain = std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+';
    });
    if (text.empty() || text.size() > 64 || !plain) return "must be a time zone such as Europe/Berlin";
    settings.time_zone = text;
    return {};
}

Error read_device_days(Settings& settings, std::string_view text) {
    return number_in<1, 730>(text, [&](long value) { settings.device_life = std::chrono::days(value); });
}

Error read_trust_days(Settings& settings, std::string_view text) {
    return number_in<0, 30>(text, [&](long value) { settings.trust_life = std::chrono::days(value); });
}

Error read_issuer(Settings& settings, std::string_view text) {
    const bool address = text.starts_with("https://") || text.starts_with("http://");
    if (!text.empty() && (!address || text.size() > 255 || text.find_first_of(" \t\r\n\"\\") != std::string_view::npos)) {
        return "must be empty or an http(s) address of at most 255 characters";
    }
    settings.jwt_issuer = text;
    return {};
}

// Access lives stay above 180 s: published clients refresh 180 s before expiry (kibo 9).
constexpr std::array table{
    Setting{"policy", "documented or standard", "documented",
            "Which rule passwords follow: the documented one (6 characters, a letter and a digit), or that of NIST SP 800-63B-4.", read_policy},
    Setting{"ticket.access_life", "seconds, 240 to 86400", "900", "Life of a shopper's access token.",
            seconds<&Settings::access_life, 240, 86400>},
    Setting{"ticket.refresh_life", "seconds, 300 to 2592000", "86400", "Life of a shopper's refresh token.",
            seconds<&Settings::refresh_life, 300, 2592000>},
    Setting{"ticket.session_life", "seconds, 3600 to 2592000", "2592000",
            "Longest life of a session, however often it is refreshed.", seconds<&Settings::session_life, 3600, 2592000>},
    Setting{"ticket.anonymous_life", "seconds, 3600 to 2592000", "1209600", "Longest life of an anonymous shopper's session.",
            seconds<&Settings::anonymous_life, 3600, 2592000>},
    Setting{"ticket.refresh_grace", "seconds, 0 to 10", "10",
            "How long after a refresh the old refresh token still gets the same answer, for answers lost on the way.",
            seconds<&Settings::refresh_grace, 0, 10>},
    Setting{"application.access_life", "seconds, 240 to 86400", "3600", "Life of an application's access token.",
            seconds<&Settings::application_access_life, 240, 86400>},
    Setting{"application.refresh_life", "seconds, 300 to 2592000", "86400", "Life of an application's refresh token.",
            seconds<&Settings::application_refresh_life, 300, 2592000>},
    Setting{"lock.attempts", "number, 3 to 50", "10", "Consecutive wrong passwords that lock a login.",
            count<&Settings::lock_attempts, 3, 50>},
    Setting{"lock.daily", "number, 10 to 100", "100",
            "Wrong passwords within 24 hours, right ones between them or not, that lock a user's logins.",
            count<&Settings::lock_daily, 10, 100>},
    Setting{"lock.release_minutes", "0, or 30 to 1440", "0",
            "Minutes after which a lock ends by itself; 0: a link by mail, a new password or an operator ends it.", read_release},
    Setting{"signin.reveal_lock", "on or off", "off",
            "Whether a locked login is told so (403) instead of the answer of a wrong password. On, anyone can learn which "
            "names exist by locking them.", flag<&Settings::reveal_lock>},
    Setting{"address.failures_per_minute", "number, 5 to 1000", "30", "Failed sign-ins per minute from one address.",
            count<&Settings::failures_per_minute, 5, 1000>},
    Setting{"address.failures_per_hour", "number, 30 to 100000", "300", "Failed sign-ins per hour from one address.",
            count<&Settings::failures_per_hour, 30, 100000>},
    Setting{"audit.retention_days", "days, 30 to 3650", "400",
            "How long events and the accounts' logs are kept; purge deletes what is older.", count<&Settings::retention_days, 30, 3650>},
    Setting{"second_step.always", "on or off", "off",
            "Whether every sign-in asks for a code by e-mail after the password. On, the two rules below say nothing.",
            flag<&Settings::second_step_always>},
    Setting{"second_step.on_fingerprint", "on or off", "off",
            "Whether a sign-in from a device that no code was shown from asks for one.", flag<&Settings::second_step_on_fingerprint>},
    Setting{"second_step.on_region", "on or off", "off",
            "Whether a sign-in from another region than the last validated one asks for a code.", flag<&Settings::second_step_on_region>},
    Setting{"second_step.default", "none, sms or email", "none",
            "The second step that customers have who register on the account pages, and users made at the Freshcom door, from now on; those who are there keep theirs.", read_step},
    Setting{"signin.email_code", "on or off", "off", "Whether shoppers may sign in by a code sent to their e-mail address.",
            flag<&Settings::email_code>},
    Setting{"device.strict", "on or off", "off",
            "Whether a device is known by this service's own device token only, also when an application claims its fingerprint.",
            flag<&Settings::device_strict>},
    Setting{"device.days", "days, 1 to 730", "365", "How long a device stays known after the last code that was entered on it.", read_device_days},
    Setting{"trust.days", "days, 0 to 30", "0",
            "How long a browser may be trusted with no second step at its sign-ins, where its user asks for that; 0: never.", read_trust_days},
    Setting{"code.life", "seconds, 60 to 600", "180", "Life of a code to sign in by or to pass the second step.",
            seconds<&Settings::code_life, 60, 600>},
    Setting{"code.tries", "number, 1 to 5", "3", "Wrong entries that end a code.", count<&Settings::code_tries, 1, 5>},
    Setting{"totp.skew", "number, 0 to 2", "1",
            "How many steps of 30 seconds the clock of an authenticator app may be off, either way.", count<&Settings::totp_skew, 0, 2>},
    Setting{"stepup.window", "seconds, 60 to 3600", "300",
            "How long ago the factors of a ticket may have been shown for it to change an address or a method.",
            seconds<&Settings::step_up_window, 60, 3600>},
    Setting{"code.mail_daily", "number, 12 to 200", "40", "Codes and links by e-mail for one user, and for one address, in a day.",
            count<&Settings::mails_per_day, 12, 200>},
    Setting{"code.sms_daily", "number, 10 to 100", "20", "Codes by SMS for one user, and for one number, in a day.",
            count<&Settings::sms_per_day, 10, 100>},
    Setting{"reset.life", "seconds, 600 to 259200", "259200", "Life of a link to set a new password; with policy standard a day at most.",
            seconds<&Settings::reset_life, 600, 259200>},
    Setting{"reset.link", "address with {token} and {user}, or empty", "",
            "The page where a new password is set; empty: {base}/account/reset?t={token}&u={user}, where {base} is the realm's address.",
            link<&Settings::reset_link, true>},
    Setting{"unlock.link", "address with {token} and {user}, or empty", "",
            "The page where a locked login is freed; empty: {base}/account/unlock?t={token}&u={user}.", link<&Settings::unlock_link, true>},
    Setting{"confirm.link", "address with {user}, or empty", "",
            "The page where the code for a new address is entered; empty: {base}/account/confirm?u={user}.", link<&Settings::confirm_link, false>},
    Setting{"mail.sender", "e-mail address, or empty", "", "Whom mails are from; empty: mail.sender of the configuration.",
            mail_address<&Settings::mail_sender>},
    Setting{"mail.sender_name", "text", "", "The name beside it; empty: the realm's name.", label<&Settings::mail_sender_name>},
    Setting{"mail.reply_to", "e-mail address, or empty", "", "Where answers to mails go.", mail_address<&Settings::mail_reply_to>},
    Setting{"mail.bcc", "e-mail address, or empty", "", "Who gets a copy of each notice; mails with codes and links are never copied.",
            mail_address<&Settings::mail_bcc>},
    Setting{"mail.suppressed", "list of mail switches, or empty", "", "Mails that are not sent.", mail_set<&Settings::mails_suppressed>},
    Setting{"mail.on_request", "list of mail switches, or empty", "",
            "Mails that are not sent by this program: hooks on email.requested have them sent by others.", mail_set<&Settings::mails_on_request>},
    Setting{"mail.time_zone", "time zone", "UTC", "The zone of the times in messages.", read_zone},
    Setting{"messages.keep", "on or off", "on",
            "Whether what mails and SMS to customers said is kept, with codes and links starred, as long as the log of deliveries.",
            flag<&Settings::keep_messages>},
    Setting{"members.self_signup", "on or off", "off", "Whether shoppers may register at the Elastic Path door.",
            flag<&Settings::self_signup>},
    Setting{"members.auto_account", "on or off", "off",
            "Whether a new account member of the Elastic Path door gets an account, named after the member.", flag<&Settings::auto_account>},
    Setting{"members.self_management", "disabled or update_only", "disabled",
            "Whether an account member may change the own record and password at the Elastic Path door.", read_management},
    Setting{"members.realm_name", "text", "", "What the Elastic Path door shows as name of the authentication realm; empty: the realm's name.",
            label<&Settings::members_realm>},
    Setting{"ticket.account_life", "seconds, 60 to 2592000", "86400", "Life of the account tokens of the Elastic Path door.",
            seconds<&Settings::account_life, 60, 2592000>},
    Setting{"one_time.life", "seconds, 60 to 600", "600", "Life of a one-time password token.", seconds<&Settings::one_time_life, 60, 600>},
    Setting{"one_time.live", "number, 1 to 5", "5", "One-time password tokens of a user that are good at once; one more ends the oldest.",
            count<&Settings::one_time_live, 1, 5>},
    Setting{"one_time.tries", "number, 10 to 100", "10",
            "Wrong one-time password tokens within 10 minutes that end all tokens of the user.", count<&Settings::one_time_tries, 10, 100>},
    Setting{"one_time.link", "address with {token}, or empty", "",
            "The page of the shop where a one-time password token is taken; {username}, {profile}, {realm} and {info} are filled in too. "
            "Empty: the mail has no link.", read_one_time_link},
    Setting{"jwt.issuer", "address, or empty", "", "iss and aud of jwtAccessToken; empty: the realm's address.", read_issuer},
};

}  // namespace

std::span<const Setting> setting_table() { return table; }

std::string_view name(Kind kind) { return kind == Kind::operators ? "operators" : "shop"; }
std::string_view name(SelfManagement management) { return managements[static_cast<std::size_t>(management)]; }
std::string_view name(DefaultStep step) { return steps[static_cast<std::size_t>(step)]; }

std::span<const std::string_view> mail_types() {
    static constexpr std::array<std::string_view, 8> types{"otpForLogin",         "shopperPasswordReset", "shopperPasswordUpdated",
                                                           "shopperEmailUpdated", "shopperLoginCreated",  "accountCreated",
                                                           "accountInactive",     "accountDenied"};
    return types;
}

std::string mail_list(std::uint32_t set) {
    std::string out;
    for (std::size_t i = 0; i < mail_types().size(); ++i) {
        if ((set >> i & 1U) == 0) continue;
        out.append(out.empty() ? "" : ",").append(mail_types()[i]);
    }
    return out;
}

namespace {
bool holds(std::uint32_t bits, std::string_view type) {
    const auto found = std::ranges::find(mail_types(), type);
    return found != mail_types().end() && (bits >> (found - mail_types().begin()) & 1U) != 0;
}
}  // namespace

bool Settings::suppressed(std::string_view mail_type) const { return holds(mails_suppressed, mail_type); }
bool Settings::on_request(std::string_view mail_type) const { return holds(mails_on_request, mail_type); }

std::optional<std::string> apply_setting(Settings& settings, std::string_view name, std::string_view value) {
    for (const auto& setting : table) {
        if (setting.name == name) return setting.read(settings, value);
    }
    return "there is no such setting";
}

const Site* Realm::site(std::uint32_t tenant, std::uint32_t site) const {
    for (const auto& each : sites) {
        if (each.site == site && (tenant == 0 || each.tenant == tenant)) return &each;
    }
    return nullptr;
}

std::string_view without_port(std::string_view host) {
    const auto end = host.ends_with(']') ? host.npos : host.rfind(':');  // [2001:db8::1] has none
    return host.substr(0, end);
}

std::optional<RealmNo> only_shop(const Domains& domains) {
    const auto other = [&](const auto& each) { return each.second != domains.front().second; };
    if (domains.empty() || std::ranges::any_of(domains, other)) return std::nullopt;
    return domains.front().second;
}

std::optional<RealmNo> shop_at(const Domains& domains, std::string_view host) {
    for (const auto wanted : {host, without_port(host)}) {
        if (wanted.empty()) continue;  // what a shop without a site has
        Domains found;
        std::ranges::copy_if(domains, std::back_inserter(found), [&](const auto& each) { return each.first == wanted; });
        if (!found.empty()) return only_shop(found);
    }
    return only_shop(domains);
}

const Site* Realm::site_at(std::string_view host) const {
    for (const auto wanted : {host, without_port(host)}) {
        for (const auto& each : sites) {
            if (each.domain == wanted) return &each;
        }
    }
    return nullptr;
}

bool Realm::has_tenant(std::uint32_t tenant) const {
    for (const auto& each : sites) {
        if (each.tenant == tenant) return true;
    }
    return false;
}

}  // namespace authtickets::realms
