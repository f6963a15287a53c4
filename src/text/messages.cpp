// SPDX-License-Identifier: MIT
// Messages: what each is about, the file form of one, and the built-in ones, which src/text/embed_messages puts in.
#include <algorithm>
#include <array>
#include <map>

#include <authtickets/base/fault.h>
#include <authtickets/base/utf8.h>
#include <authtickets/text/names.h>
#include <authtickets/text/templates.h>

#include "messages.h"

namespace authtickets::text {
namespace {

constexpr std::size_t sms_characters = 160;
constexpr std::size_t shortest_shop = 8;  // of its name in an SMS; rather than less, browsers' line goes

constexpr std::array<MessageKind, 30> kinds{{
    {.name = "code_sign_in", .code = true, .link = true, .sms = true},
    {.name = "code_second_step", .code = true, .sms = true},
    {.name = "code_contact", .code = true, .link = true, .sms = true},
    {.name = "code_verification", .code = true, .sms = true},
    {.name = "one_time_token", .code = true, .link = true},
    {.name = "password_reset", .link = true},
    {.name = "set_password", .link = true},
    {.name = "unlock", .link = true},
    {.name = "verify_email", .link = true},
    {.name = "two_factor_on"},
    {.name = "two_factor_moved"},
    {.name = "two_factor_off", .sms = true},
    {.name = "password_changed", .sms = true},
    {.name = "recovery_code_used"},
    {.name = "recovery_codes_made"},
    {.name = "new_device"},
    {.name = "account_locked", .link = true},
    {.name = "account_unlocked"},
    {.name = "contact_changed", .sms = true},
    {.name = "method_changed", .sms = true},
    {.name = "already_registered"},
    {.name = "account_created"},
    {.name = "login_created"},
    {.name = "account_inactive"},
    {.name = "account_blocked"},
    {.name = "account_active"},
    {.name = "password_change_demanded"},
    {.name = "password_change_withdrawn"},
    {.name = "acted_as"},
    {.name = operator_notice},
}};

const MessageKind* kind_of(std::string_view name) {
    const auto found = std::ranges::find(kinds, name, &MessageKind::name);
    return found == kinds.end() ? nullptr : &*found;
}

struct Section {
    std::string_view name;
    std::string MessageText::*member;
};
constexpr std::array<Section, 4> sections{{{"subject", &MessageText::subject},
                                           {"text", &MessageText::text},
                                           {"html", &MessageText::html},
                                           {"sms", &MessageText::sms}}};

// A line without its end; moves past it.
std::string_view take_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

void tidy(std::string& part, bool one_line) {
    part.erase(part.find_last_not_of(" \t\r\n") + 1);  // npos + 1 is 0
    part.erase(0, part.find_first_not_of('\n'));
    if (!part.empty() && !one_line) part += '\n';
}

// What the rules of a message's kind say against one of its parts.
std::string objection(const MessageKind& kind, const Template& part) {
    if (kind.code && !part.uses("code")) return "a message that brings a code must say it: {{code}}";
    if (!kind.code && part.uses("code")) return "only the messages that bring codes have one";
    const bool may = kind.link && part.part() != Part::sms;
    if (!may && part.uses("link")) return "this message carries no link";
    if (kind.must_link() && part.part() != Part::subject && !part.uses("link")) return "a message that brings a link must say it: {{link}}";
    return {};
}

bool fits(std::string_view sms) {
    const auto size = sms_size(sms);
    return size.gsm ? size.units <= sms_characters : code_points(sms) <= sms_characters;
}

std::string first_points(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    while (count-- > 0 && at < text.size()) (void)next_code_point(text, at);
    return std::string(text.substr(0, at));
}

// Shorter by the shop's name, down to `least` characters of it.
std::string shortened(const Template& sms, Values values, std::size_t least) {
    const auto shop = values.shop;
    auto text = sms.render(values);
    for (auto left = code_points(shop); !fits(text) && left > least;) {
        values.shop = first_points(shop, --left) + ".";
        text = sms.render(values);
    }
    return text;
}

std::string fitted(const Template& sms, Values values) {
    auto text = shortened(sms, values, shortest_shop);
    if (fits(text)) return text;
    values.host.clear();
    text = shortened(sms, values, shortest_shop);
    return fits(text) ? text : shortened(sms, values, 1);
}

using BuiltIn = std::map<std::pair<std::string_view, std::string_view>, Message>;
const BuiltIn& built_in() {
    static const BuiltIn all = [] {
        BuiltIn made;
        for (const auto& file : built_in_files) {
            auto text = read_message(file.text);
            auto message = text ? Message::parse(file.name, *text) : tl::expected<Message, Refusal>(refuse(text.error()));
            if (!message) {
                throw Fault("the built-in message " + std::string(file.locale) + "/" + std::string(file.name) + " is refused: "
                            + message.error().field + ": " + message.error().text);
            }
            made.emplace(std::pair{file.name, file.locale}, std::move(*message));
        }
        return made;
    }();
    return all;
}

}  // namespace

std::span<const MessageKind> message_kinds() { return kinds; }

Result<MessageText> read_message(std::string_view file) {
    MessageText message;
    std::string* into = nullptr;
    std::array<bool, sections.size()> seen{};
    for (std::size_t number = 1; !file.empty(); ++number) {
        const auto line = take_line(file);
        const auto wrong = [&](std::string_view what) {
            return refuse(Why::bad_parameter, {}, "line " + std::to_string(number) + ": " + std::string(what));
        };
        if (line.starts_with("--- ")) {
            const auto name = trimmed(line.substr(4));
            const auto found = std::ranges::find(sections, std::string_view(name), &Section::name);
            if (found == sections.end()) return wrong("the parts of a message are subject, text, html and sms");
            auto& before = seen[static_cast<std::size_t>(found - sections.begin())];
            if (before) return wrong("this part was there before");
            before = true;
            into = &(message.*found->member);
        } else if (into) {
            *into += line;
            *into += '\n';
        } else if (!trimmed(line).empty() && !line.starts_with('#')) {
            return wrong("a message begins with the line \"--- subject\"");
        }
    }
    for (const auto& section : sections) tidy(message.*section.member, section.member == &MessageText::subject);
    return message;
}

std::string write_message(const MessageText& message) {
    std::string file;
    for (const auto& section : sections) {
        auto part = message.*section.member;
        tidy(part, false);
        if (!part.empty()) file += "--- " + std::string(section.name) + "\n" + part + "\n";
    }
    if (!file.empty()) file.pop_back();
    return file;
}

Result<Message> Message::parse(std::string_view name, const MessageText& source) {
    Message message;
    const auto* const kind = kind_of(name);
    const auto take = [&](const std::string& text, Part part, Held& into) -> Result<bool> {
        if (text.empty()) return false;
        auto read = Template::parse(text, part);
        if (!read) return refuse(read.error());
        if (kind) {
            if (auto wrong = objection(*kind, *read); !wrong.empty()) {
                return refuse(Why::bad_parameter, std::string(text::name(part)), std::move(wrong));
            }
        }
        into = std::make_shared<const Template>(std::move(*read));
        return true;
    };
    if (name == layout_name) {
        if (source.html.empty()) return refuse(Why::bad_parameter, "html", "the layout is missing");
        if (!source.subject.empty() || !source.text.empty() || !source.sms.empty()) {
            return refuse(Why::bad_parameter, "html", "a layout has no other part");
        }
        if (auto read = take(source.html, Part::layout, message.layout_); !read) return refuse(read.error());
        return message;
    }
    if (auto read = take(source.subject, Part::subject, message.subject_); !read) return refuse(read.error());
    if (auto read = take(source.text, Part::text, message.text_); !read) return refuse(read.error());
    if (auto read = take(source.html, Part::html, message.html_); !read) return refuse(read.error());
    if (auto read = take(source.sms, Part::sms, message.sms_); !read) return refuse(read.error());
    const bool mail = message.subject_ || message.text_ || message.html_;
    if (mail && !message.subject_) return refuse(Why::bad_parameter, "subject", "a mail needs one");
    if (mail && !message.text_) return refuse(Why::bad_parameter, "text", "a mail needs one");
    if (!mail && !message.sms_) return refuse(Why::bad_parameter, "text", "the message has no part");
    return message;
}

bool Message::mail_needs(std::string_view variable) const {
    return std::ranges::any_of(std::array{subject_, text_, html_}, [&](const Held& part) { return part && part->needs(variable); });
}

bool Message::sms_needs(std::string_view variable) const { return sms_ && sms_->needs(variable); }

MessageText Message::render(const Values& values, const Message& layout) const {
    MessageText out;
    if (subject_) out.subject = subject_->render(values);
    if (text_) out.text = text_->render(values);
    if (html_) {
        if (!layout.layout_) throw Fault("a mail is put into a message that is no layout");
        out.html = layout.layout_->render(values, html_->render(values));
    }
    if (sms_) {
        out.sms = fitted(*sms_, values);
        tidy(out.sms, true);
    }
    return out;
}

const Message* built_in_message(std::string_view name, std::string_view locale) {
    const auto& all = built_in();
    const auto found = all.find(std::pair{name, locale});
    return found == all.end() ? nullptr : &found->second;
}

std::string_view built_in_source(std::string_view name, std::string_view locale) {
    for (const auto& file : built_in_files) {
        if (file.name == name && file.locale == locale) return file.text;
    }
    return {};
}

}  // namespace authtickets::text
