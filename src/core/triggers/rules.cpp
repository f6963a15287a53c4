// SPDX-License-Identifier: MIT
// What a template of a trigger may say, where a message goes, and how built-in messages are called as triggers.
#include <authtickets/core/triggers.h>

#include <algorithm>
#include <array>

#include <authtickets/base/bytes.h>
#include <authtickets/base/utf8.h>
#include <authtickets/crypto/hmac.h>
#include <authtickets/text/names.h>

namespace authtickets::triggers {
namespace {

using subscriptions::About;
using subscriptions::Carries;
using subscriptions::TriggerEvent;
using text::Part;
using text::TriggerValues;
using text::Vocabulary;

constexpr std::size_t longest_name = 255, longest_description = 1000, longest_address = 254, longest_sms = 1000;

constexpr std::string_view tfa_code = "identity.user.tfa_code.create.success", phone_code = "identity.phone_verification_code.create.success",
                           email_code = "identity.email_verification_code.create.success",
                           email_token = "identity.email_verification_token.create.success",
                           reset_token = "identity.password_reset_token.create.success", password_updated = "identity.password.update.success",
                           user_created = "identity.user.create.success", user_updated = "identity.user.update.success";
constexpr std::array standard{
    Standard{"code.second_step", Action::sms, tfa_code, "Code of the second step by SMS",
             "Sends the code that completes a sign-in to a user whose method is SMS."},
    Standard{"code.second_step", Action::mail, tfa_code, "Code of the second step by mail",
             "Sends the code that completes a sign-in to a user whose method is e-mail."},
    Standard{"code.verification", Action::sms, phone_code, "Phone verification code", "Sends the code that verifies a phone number."},
    Standard{"code.verification", Action::mail, email_code, "E-mail verification code", "Sends the code that verifies an e-mail address."},
    Standard{"link.verify_email", Action::mail, email_token, "E-mail verification token", "Sends a user the link that verifies the address."},
    Standard{"link.password_reset", Action::mail, reset_token, "Password reset", "Sends a user the link to choose a new password."},
    Standard{"link.set_password", Action::mail, reset_token, "First password", "Sends the link to a first password to a user whom the shop made."},
    Standard{"notice.password_changed", Action::mail, password_updated, "Password changed", "Tells a user that the password was changed."},
    Standard{"notice.password_reset", Action::mail, password_updated, "Password reset done", "Tells a user that a new password was set by a link or token."},
    Standard{"notice.account_created", Action::mail, user_created, "Welcome", "Greets a customer who has registered."},
    Standard{"notice.login_created", Action::mail, user_created, "Login created", "Tells a customer who had no login that there is one now."},
    Standard{"notice.contact_changed", Action::mail, user_updated, "Contact changed, by mail", "Tells the old and the new address that one took the place of the other."},
    Standard{"notice.contact_changed", Action::sms, user_updated, "Contact changed, by SMS", "Tells the old and the new number that one took the place of the other."},
    Standard{"notice.method_changed", Action::mail, user_updated, "Method of the second step changed",
             "Tells a user that the method of the second step was changed."},
};

constexpr std::array<std::string_view, 3> statuses{"draft", "active", "disabled"};

bool readable(std::string_view text, std::size_t longest) {
    return is_utf8(text) && text::code_points(text) <= longest
           && std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

// Where messages may go: to what is stored of the user, or to what a code was made for. Never to an address that only a request
// names (OC9, docs/security.md).
struct Place {
    std::string_view variable;
    std::string TriggerValues::*value;
    Kind kind;
    std::optional<About> about;  // none: whatever has a user
};
constexpr std::array places{
    Place{"user.email", &TriggerValues::user_email, Kind::email, About::user},
    Place{"user.phone_number", &TriggerValues::user_phone, Kind::sms, About::user},
    Place{"email", &TriggerValues::email, Kind::email, About::email_code},
    Place{"phone_number", &TriggerValues::phone, Kind::sms, About::phone_code},
};

// Of "{{ user.email }}" or "{{{user.email}}}"; nullptr: it is none of these.
const Place* place_in(std::string_view to) {
    for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"{{{", "}}}"}, {"{{", "}}"}}) {
        if (!to.starts_with(open) || !to.ends_with(close) || to.size() < open.size() + close.size()) continue;
        auto inside = to.substr(open.size(), to.size() - open.size() - close.size());
        while (inside.starts_with(' ')) inside.remove_prefix(1);
        while (inside.ends_with(' ')) inside.remove_suffix(1);
        const auto* const found = std::ranges::find(places, inside, &Place::variable);
        if (found != places.end()) return found;
    }
    return nullptr;
}

bool e164(std::string_view text) {
    return text.starts_with('+') && text.size() >= 9 && text.size() <= 16 && text[1] != '0'
           && std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

// The SDKs of mails take several kinds of spaces at the ends.
std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t");
    return first == text.npos ? std::string{} : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

class Objections {
public:
    void add(Refusal refusal) { found_.push_back(std::move(refusal)); }
    void add(std::string_view field, std::string_view why, Refusal::Rule rule = Refusal::Rule::invalid) {
        add({.why = Why::bad_parameter, .field = std::string(field), .text = std::string(why), .rule = rule});
    }
    // True: it is there.
    bool required(std::string_view field, std::string_view value) {
        if (!value.empty()) return true;
        add({.why = Why::missing_parameter, .field = std::string(field)});
        return false;
    }
    void length(std::string_view field, std::string_view value, std::size_t most) {
        if (readable(value, most)) return;
        const bool size = is_utf8(value) && text::code_points(value) > most;
        add({.why = Why::bad_parameter, .field = std::string(field), .text = "must be text of one line, up to " + std::to_string(most) + " letters",
             .rule = size ? Refusal::Rule::length : Refusal::Rule::format, .most = static_cast<unsigned>(most)});
    }
    void words(std::string_view field, const std::string& source, Part part) {
        const auto read = text::Template::parse(source, part, Vocabulary::triggers);
        if (!read) add(field, "cannot be used: " + read.error().text, Refusal::Rule::format);
    }
    std::optional<Refusal> all() {
        if (found_.empty()) return {};
        auto first = std::move(found_.front());
        first.others.assign(std::make_move_iterator(found_.begin() + 1), std::make_move_iterator(found_.end()));
        return first;
    }

private:
    std::vector<Refusal> found_;
};

std::optional<text::Template> read(const std::string& source, Part part) {
    if (source.empty()) return {};
    auto out = text::Template::parse(source, part, Vocabulary::triggers);
    return out ? std::optional(std::move(*out)) : std::nullopt;
}

}  // namespace

std::string_view name(Status status) { return statuses[static_cast<std::size_t>(status)]; }

std::optional<Status> status_named(std::string_view text) {
    const auto* const found = std::ranges::find(statuses, text);
    return found == statuses.end() ? std::nullopt : std::optional(static_cast<Status>(found - statuses.begin()));
}

std::optional<Action> action_named(std::string_view text) {
    if (text == "send_email") return Action::mail;
    if (text == "send_sms") return Action::sms;
    if (text == "invoke_webhook" || text == "webhook") return Action::hook;
    return {};
}

Result<Template> checked(Template wanted) {
    const bool email = wanted.kind == Kind::email;
    Objections out;
    wanted.to = trimmed(wanted.to);
    wanted.reply_to = trimmed(wanted.reply_to);
    if (out.required("name", wanted.name)) out.length("name", wanted.name, longest_name);
    out.length("description", wanted.description, longest_description);
    if (out.required("to", wanted.to)) {
        const auto* const place = place_in(wanted.to);
        const bool literal = wanted.to.size() <= longest_address && (email ? text::mail_address(wanted.to) : e164(wanted.to));
        if (place ? place->kind != wanted.kind : !literal) {
            out.add("to", email ? "must be {{user.email}}, {{email}} or an address" : "must be {{user.phone_number}}, {{phone_number}} or a number",
                    Refusal::Rule::format);
        }
    }
    if (email) {
        if (out.required("subject", wanted.subject)) out.words("subject", wanted.subject, Part::subject);
        if (out.required("html", wanted.html)) out.words("html", wanted.html, Part::html);
        if (!wanted.text.empty()) out.words("text", wanted.text, Part::text);
        if (!wanted.reply_to.empty() && (wanted.reply_to.size() > longest_address || !text::mail_address(wanted.reply_to))) {
            out.add("reply_to", "must be an e-mail address", Refusal::Rule::format);
        }
    } else if (out.required("text", wanted.text)) {
        if (wanted.text.size() > longest_sms) {
            out.add({.why = Why::bad_parameter, .field = "text", .text = "must have at most 1000 bytes", .rule = Refusal::Rule::length,
                     .most = static_cast<unsigned>(longest_sms)});
        } else {
            out.words("text", wanted.text, Part::sms);
        }
    }
    if (auto refusal = out.all()) return refuse(std::move(*refusal));
    return wanted;
}

Words words(const Template& of) {
    return {.subject = read(of.subject, Part::subject), .html = read(of.html, Part::html),
            .text = read(of.text, of.kind == Kind::sms ? Part::sms : Part::text)};
}

bool Words::says(std::string_view variable) const {
    const auto in = [&](const std::optional<text::Template>& part) { return part && part->uses(variable); };
    return in(subject) || in(html) || in(text);
}

std::vector<std::string_view> secrets_of(Carries carries) {
    switch (carries) {
        case Carries::code: return {text::code_variable};
        case Carries::email_token: return {text::email_token_variable, text::link_variable};
        case Carries::reset_token: return {text::reset_token_variable, text::link_variable};
        case Carries::nothing: return {};
    }
    return {};
}

bool Words::says_secret(Carries carries) const {
    return std::ranges::any_of(secrets_of(carries), [&](std::string_view each) { return says(each); });
}

std::string filled_in(const std::string& to, const TriggerValues& values) {
    const auto* const place = place_in(to);
    return place ? values.*place->value : to;
}

Result<void> fits(const Template& wanted, const TriggerEvent& event, Action action) {
    const auto no = [](std::string why) -> Result<void> {
        return refuse({.why = Why::bad_parameter, .field = "action_target", .text = std::move(why), .rule = Refusal::Rule::invalid});
    };
    if ((wanted.kind == Kind::email) != (action == Action::mail)) return no("is a template of another kind");
    const auto said = words(wanted);
    const auto own = secrets_of(event.carries);
    for (const auto each : {text::code_variable, text::email_token_variable, text::reset_token_variable, text::link_variable}) {
        if (std::ranges::find(own, each) == own.end() && said.says(each)) return no("says {{" + std::string(each) + "}}, which this event does not bring");
    }
    const auto* const place = place_in(wanted.to);
    if (place && place->about != event.about) return no("goes to {{" + std::string(place->variable) + "}}, which this event does not know");
    if (!said.says_secret(event.carries)) return {};
    if (!place) return no("says what is for the customer alone, and goes to an address of its own");
    const bool by_mail = event.carries != Carries::code || event.about == About::email_code;
    const bool by_sms = event.about == About::phone_code;
    if ((by_mail && action != Action::mail) || (by_sms && action != Action::sms)) return no("says what goes by another way");
    return {};
}

std::span<const Standard> standards() { return standard; }

std::string template_label(Action action, std::string_view name) { return (action == Action::sms ? "sms/" : "mail/") + std::string(name); }

Uuid standard_id(const Uuid& realm, std::string_view label) {
    ByteWriter bytes;
    bytes.raw(realm.bytes);
    bytes.raw(as_bytes(label));
    const auto digest = crypto::sha256(bytes.bytes());
    Uuid out;
    std::copy_n(digest.begin(), out.bytes.size(), out.bytes.begin());
    out.bytes[6] = static_cast<std::uint8_t>((out.bytes[6] & 0x0FU) | 0x80U);  // UUIDv8
    out.bytes[8] = static_cast<std::uint8_t>((out.bytes[8] & 0x3FU) | 0x80U);
    return out;
}

}  // namespace authtickets::triggers
