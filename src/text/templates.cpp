// SPDX-License-Identifier: MIT
// Templates by the Mustache library, which is met here only. A source is read here first, tag by tag, and only what the
// rules allow reaches the library; then it cannot fail in rendering.
#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <vector>

#include <kainjow/mustache.hpp>

#include <authtickets/base/fault.h>
#include <authtickets/base/utf8.h>
#include <authtickets/text/names.h>
#include <authtickets/text/templates.h>

#include "html_place.h"
#include "spoken.h"

namespace authtickets::text {
namespace {

constexpr std::size_t source_bytes = std::size_t{64} * 1024;
constexpr std::size_t line_bytes = 1000;      // of a subject
constexpr std::size_t deepest = 8;            // sections in sections; the library recurses
constexpr std::size_t value_points = 2000;    // of the program's values
constexpr std::size_t typed_points = 100;     // of those that somebody typed
constexpr std::size_t subject_points = 200;

// The library drops lines that held nothing but a section's tag, but not always. It is given no line ends to see;
// which lines go is decided here.
constexpr char line_end = '\x01';

// Whose words a value is, which says how it is made fit: the program's, a person's of the shop, a stranger's (who may have
// registered somebody else's address), or a stranger's that can be an e-mail address.
enum class From { program, shop, stranger, sign_in_name };
struct Variable {
    std::string_view name;
    std::string Values::*member;
    From from = From::program;
    bool apart = false;  // has a writing direction of its own
};
constexpr std::array<Variable, 30> variables{{
    {"shop", &Values::shop, From::shop, true},
    {"shop_url", &Values::shop_url},
    {"name", &Values::name, From::stranger, true},
    {"user_name", &Values::user_name, From::sign_in_name, true},
    {"time", &Values::time},
    {"address", &Values::address, From::program, true},
    {"browser", &Values::browser, From::stranger, true},
    {"region", &Values::region, From::stranger, true},
    {"code", &Values::code},
    {"minutes", &Values::minutes},
    {"link", &Values::link},
    {"remaining", &Values::remaining},
    {"old", &Values::old_contact, From::program, true},
    {"new", &Values::new_contact, From::program, true},
    {"host", &Values::host},
    {"locale", &Values::locale},
    {"dir", &Values::dir},
    {"by_shop", &Values::by_shop, From::shop, true},
    {"event", &Values::event, From::program, true},
    {"event_id", &Values::event_id},
    {"at", &Values::at},
    {"actor", &Values::actor, From::stranger, true},
    {"account", &Values::account},
    {"realm", &Values::realm_id, From::program, true},
    {"profile", &Values::profile_id, From::program, true},
    {"info", &Values::info_id, From::program, true},
    {"reset", &Values::reset},
    {"step_sms", &Values::step_sms},
    {"step_email", &Values::step_email},
    {"step_none", &Values::step_none},
}};
struct TriggerVariable {
    std::string_view name;
    std::string TriggerValues::*member;
    From from = From::program;
};
constexpr std::array<TriggerVariable, 17> trigger_variables{{
    {"user.id", &TriggerValues::user_id},
    {"user.username", &TriggerValues::user_name, From::sign_in_name},
    {"user.name", &TriggerValues::name, From::stranger},
    {"user.first_name", &TriggerValues::first_name, From::stranger},
    {"user.last_name", &TriggerValues::last_name, From::stranger},
    {"user.email", &TriggerValues::user_email, From::sign_in_name},
    {"user.phone_number", &TriggerValues::user_phone},
    {"user.auth_method", &TriggerValues::auth_method},
    {"user.role", &TriggerValues::role},
    {email_token_variable, &TriggerValues::email_token},
    {reset_token_variable, &TriggerValues::reset_token},
    {code_variable, &TriggerValues::code},
    {"email", &TriggerValues::email, From::sign_in_name},
    {"phone_number", &TriggerValues::phone},
    {"username", &TriggerValues::typed_name, From::sign_in_name},
    {"account.id", &TriggerValues::account_id},
    {"account.name", &TriggerValues::account_name, From::shop},
}};
constexpr std::string_view account_object = "account";  // of {{account.name}}
constexpr std::array<std::string_view, 7> layout_variables{"shop", "shop_url", "host", "locale", "dir", "lang", "content"};

bool known(std::string_view name, Part part, Vocabulary vocabulary) {
    if (vocabulary == Vocabulary::triggers) {
        if (name == account_object) return false;
        if (std::ranges::find(trigger_variables, name, &TriggerVariable::name) != trigger_variables.end()) return true;
    }
    if (part == Part::layout) return std::ranges::find(layout_variables, name) != layout_variables.end();
    return std::ranges::find(variables, name, &Variable::name) != variables.end();
}

bool is_html(Part part) { return part == Part::html || part == Part::layout; }

constexpr std::string_view blanks = " \t\n";
std::string_view blanks_off(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// "\r\n" and "\r" are line ends too; other control characters but the tab have no place in a template.
std::optional<std::string> with_line_feeds(std::string_view source) {
    std::string out;
    for (std::size_t at = 0; at < source.size(); ++at) {
        const char c = source[at];
        if (c == '\r') {
            out += '\n';
            if (at + 1 < source.size() && source[at + 1] == '\n') ++at;
        } else if ((c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == '\x7f') {
            return std::nullopt;
        } else {
            out += c;
        }
    }
    return out;
}

struct Tag {
    char kind{};             // # ^ / ! or 0 for a variable, { for the layout's content
    std::string_view name{};
    std::size_t begin{}, end{};
};

// Reads a source once, from the first tag to the last, and writes what the library gets.
class Reader {
public:
    Reader(std::string_view source, Part part, Vocabulary vocabulary) : source_(source), part_(part), vocabulary_(vocabulary) {}

    Result<std::string> read() {
        while (!failed_ && at_ < source_.size()) {
            const auto open = std::min(source_.find("{{", at_), source_.size());
            literal(source_.substr(at_, open - at_));  // which moves on
            if (at_ < source_.size() && !failed_) tag();
        }
        if (!failed_ && !open_.empty()) fail("the section " + std::string(open_.back().name) + " is not ended");
        if (!failed_ && is_html(part_) && !place_.in_text()) fail("the HTML ends within a tag");
        if (!failed_ && part_ == Part::layout && contents_ != 1) fail("a layout has {{{content}}} once");
        if (failed_) return refuse(*failed_);
        return std::move(out_);
    }
    std::set<std::string, std::less<>> used{}, needed{};

private:
    struct Section {
        std::string_view name;
        HtmlPlace place;
        bool filled;  // stands where there is a value
    };

    void fail(std::string why) {
        const auto line = 1 + std::count(source_.begin(), source_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, source_.size())), '\n');
        failed_ = Refusal{.why = Why::bad_parameter, .field = std::string(text::name(part_)),
                          .text = "line " + std::to_string(line) + ": " + std::move(why)};
    }

    void literal(std::string_view text) {
        for (std::size_t i = 0; i < text.size(); ++i, ++at_) {
            out_ += text[i] == '\n' ? line_end : text[i];
            if (!is_html(part_)) continue;
            if (auto wrong = place_.pass(text.substr(i, 1)); !wrong.empty()) return fail(std::move(wrong));
        }
    }

    void tag() {
        const bool raw = source_.substr(at_).starts_with("{{{");
        const auto inner = at_ + (raw ? 3 : 2);
        const auto close = source_.find(raw ? "}}}" : "}}", inner);
        if (close == source_.npos) return fail("a tag is not ended");
        const auto inside = blanks_off(source_.substr(inner, close - inner));
        Tag tag{.begin = at_, .end = close + (raw ? 3 : 2)};
        if (raw) tag.kind = '{', tag.name = inside;
        else if (!inside.empty() && std::string_view("#^/!&>=").find(inside[0]) != std::string_view::npos)
            tag.kind = inside[0], tag.name = blanks_off(inside.substr(1));
        else tag.name = inside;
        take(tag);
        if (!failed_ && at_ == tag.begin) at_ = tag.end;
    }

    void take(const Tag& tag) {
        switch (tag.kind) {
            case '>': return fail("other templates cannot be put in");
            case '=': return fail("the delimiters are {{ and }}");
            case '&': return fail("unescaped variables are not allowed");
            case '!': return whole_line(tag);
            case '/':
                if (open_.empty() || open_.back().name != tag.name) {
                    return fail("the section " + shown(tag.name) + " was not begun here");
                }
                if (open_.back().place != place_) return fail("the section " + shown(tag.name) + " begins and ends in different places of the HTML");
                open_.pop_back();
                put(tag);
                return whole_line(tag);
            case '{':
                if (part_ != Part::layout || tag.name != "content") return fail("unescaped variables are not allowed");
                if (!open_.empty() || !place_.in_text()) return fail("{{{content}}} stands in text, outside of sections");
                ++contents_;
                out_ += "{{{content}}}";
                return;
            default: break;
        }
        if (!known(tag.name, part_, vocabulary_)) return fail("there is no variable " + shown(tag.name));
        if (tag.name == "content") return fail("content stands in three braces");
        used.emplace(tag.name);
        if (tag.kind == 0) {
            const auto filled = [&](const Section& section) { return section.filled && section.name == tag.name; };
            if (std::ranges::none_of(open_, filled)) needed.emplace(tag.name);
            if (is_html(part_)) {
                if (auto wrong = place_.objection(tag.name); !wrong.empty()) return fail(std::move(wrong));
            }
            return put(tag);
        }
        if (is_html(part_) && !place_.between()) return fail("a section can begin in text and in quoted attributes only");
        if (open_.size() == deepest) return fail("sections are nested too deep");
        open_.push_back({.name = tag.name, .place = place_, .filled = tag.kind == '#'});
        put(tag);
        whole_line(tag);
    }

    void put(const Tag& tag) {
        out_ += "{{";
        if (tag.kind) out_ += tag.kind;
        out_ += tag.name;
        out_ += "}}";
    }

    // A line that holds only this tag goes with it.
    void whole_line(const Tag& tag) {
        const auto before = source_.substr(0, tag.begin).find_last_not_of(" \t");
        const auto after = source_.find_first_not_of(" \t", tag.end);
        const bool begins = before == source_.npos || source_[before] == '\n';
        const bool ends = after == source_.npos || source_[after] == '\n';
        if (!begins || !ends || part_ == Part::subject) return;
        const auto written = out_.rfind("{{") == out_.npos || tag.kind == '!' ? std::string() : out_.substr(out_.rfind("{{"));
        out_.erase(out_.size() - written.size());
        while (out_.ends_with(' ') || out_.ends_with('\t')) out_.pop_back();
        out_ += written;
        at_ = after == source_.npos ? source_.size() : after + 1;
    }

    // A name as it stands in an error: a template's bytes go no further than this.
    static std::string shown(std::string_view name) { return "\"" + one_line(name, 40) + "\""; }

    std::string_view source_;
    Part part_;
    Vocabulary vocabulary_;
    std::size_t at_ = 0;
    std::string out_{};
    HtmlPlace place_{};
    std::vector<Section> open_{};
    std::optional<Refusal> failed_{};
    int contents_ = 0;
};

// In a text that runs from right to left, an address or a name from left to right must not turn its neighbours round.
std::string isolated(const std::string& value) { return "\u2068" + value + "\u2069"; }

std::string made_fit(const std::string& value, From from) {
    auto line = one_line(value, from == From::program ? value_points : typed_points);
    const bool may_be_bait = from == From::stranger || (from == From::sign_in_name && !mail_address(line));
    return may_be_bait ? without_bait(std::move(line)) : line;
}

std::string said(const Variable& variable, const Values& values, Part part) {
    auto line = made_fit(values.*variable.member, variable.from);
    if (!line.empty() && variable.apart && part == Part::text && values.dir == "rtl") return isolated(line);
    return line;
}

}  // namespace

struct Template::Parsed {
    // Rendering changes nothing in it but asks for one that it may change.
    mutable kainjow::mustache::mustache mustache;
    std::set<std::string, std::less<>> used, needed;
};

std::string_view name(Part part) {
    switch (part) {
        case Part::subject: return "subject";
        case Part::text: return "text";
        case Part::html: return "html";
        case Part::sms: return "sms";
        case Part::layout: return "html";  // the part that a layout has
    }
    throw Fault("no such part of a message");
}

Result<Template> Template::parse(std::string_view source, Part part, Vocabulary vocabulary) {
    const std::string field(text::name(part));
    if (source.size() > (part == Part::subject ? line_bytes : source_bytes)) return refuse(Why::bad_parameter, field, "too long");
    if (!is_utf8(source)) return refuse(Why::bad_parameter, field, "not UTF-8");
    auto text = with_line_feeds(source);
    if (!text) return refuse(Why::bad_parameter, field, "control characters");
    if (part == Part::subject) text = std::string(blanks_off(*text));
    if (blanks_off(*text).empty()) return refuse(Why::bad_parameter, field, "empty");
    if (part == Part::subject && text->find('\n') != text->npos) return refuse(Why::bad_parameter, field, "more than one line");

    Reader reader(*text, part, vocabulary);
    auto read = reader.read();
    if (!read) return refuse(read.error());
    kainjow::mustache::mustache mustache(*read);
    if (!mustache.is_valid()) {  // unreachable: the reader is the stricter one
        return refuse(Why::bad_parameter, field, mustache.error_message());
    }
    if (!is_html(part)) mustache.set_custom_escape([](const std::string& value) { return value; });
    return Template(part, std::make_shared<const Parsed>(Parsed{.mustache = std::move(mustache), .used = std::move(reader.used),
                                                                .needed = std::move(reader.needed)}));
}

bool Template::uses(std::string_view variable) const { return parsed_->used.contains(variable); }

bool Template::needs(std::string_view variable) const { return parsed_->needed.contains(variable); }

std::string Template::render(const Values& values, std::string_view content) const {
    kainjow::mustache::data data;
    const auto give = [&](std::string_view name, std::string value) {
        if (!value.empty()) data.set(std::string(name), kainjow::mustache::data(value));
    };
    for (const auto& variable : variables) {
        give(variable.name, said(variable, values, part_));
        if (variable.name == "locale") give("lang", said(variable, values, part_));
    }
    if (part_ == Part::layout) give("content", std::string(content));
    auto text = parsed_->mustache.render(data);
    std::ranges::replace(text, line_end, '\n');
    return part_ == Part::subject ? one_line(text, subject_points) : text;
}

// The library finds a dotted name in an object of an object.
std::string Template::render(const TriggerValues& values, const Values& others) const {
    using kainjow::mustache::data;
    data all(data::type::object), user(data::type::object), account(data::type::object);
    for (const auto& variable : variables) {
        auto value = said(variable, others, part_);
        if (!value.empty() && variable.name != account_object) all.set(std::string(variable.name), data(std::move(value)));
    }
    for (const auto& variable : trigger_variables) {
        auto value = made_fit(values.*variable.member, variable.from);
        if (value.empty()) continue;
        const auto dot = variable.name.find('.');
        auto& object = dot == variable.name.npos ? all : variable.name.starts_with("user.") ? user : account;
        object.set(std::string(variable.name.substr(dot == variable.name.npos ? 0 : dot + 1)), data(std::move(value)));
    }
    all.set("user", user);
    all.set(std::string(account_object), account);
    auto text = parsed_->mustache.render(all);
    std::ranges::replace(text, line_end, '\n');
    return part_ == Part::subject ? one_line(text, subject_points) : text;
}

}  // namespace authtickets::text
