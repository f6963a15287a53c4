// SPDX-License-Identifier: MIT
// A small state machine over the characters of a template's HTML.
#include <algorithm>
#include <array>

#include "html_place.h"

namespace authtickets::text {
namespace {

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool letter(char c) { return small(c) >= 'a' && small(c) <= 'z'; }
bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

// What runs, loads, or changes how the rest is read.
constexpr std::array<std::string_view, 17> refused_elements{
    "applet", "base", "embed", "frame", "frameset", "iframe", "math", "noembed", "noframes", "noscript", "object",
    "plaintext", "script", "svg", "template", "textarea", "xmp"};

// Their value is shown or read out, nothing else comes of it.
constexpr std::array<std::string_view, 5> plain_attributes{"alt", "aria-label", "dir", "lang", "title"};
// Where these lead is the program's word, not a customer's.
constexpr std::array<std::string_view, 2> own_addresses{"link", "shop_url"};
// Letters, digits, dashes and underscores of the program's: they lead nowhere else than the words around them.
constexpr std::array<std::string_view, 4> parts_of_addresses{"user.id", "account.id", "user.email_verification_token", "user.password_reset_token"};

template <std::size_t size>
bool among(const std::array<std::string_view, size>& all, std::string_view one) {
    return std::ranges::find(all, one) != all.end();
}

}  // namespace

std::string HtmlPlace::pass(std::string_view literal) {
    for (const char c : literal) {
        if (auto wrong = step(c); !wrong.empty()) return wrong;
    }
    return {};
}

std::string HtmlPlace::objection(std::string_view variable) const {
    if (state_ == State::text) return {};
    if (!quoted()) return "in HTML a variable can stand in text and in quoted attributes only";
    if (among(plain_attributes, attribute_)) return {};
    if (attribute_ == "href") {
        return among(own_addresses, variable) || among(parts_of_addresses, variable) ? std::string() : "an address can be made of link or shop_url only";
    }
    return "a variable cannot stand in the attribute " + attribute_;
}

std::string HtmlPlace::tag_ended() {
    if (!closing_ && among(refused_elements, tag_)) return "the element " + tag_ + " has no place in a mail";
    const bool raw = !closing_ && tag_ == "style";
    *this = {};  // one place in text is like another
    if (raw) state_ = State::raw;
    return {};
}

std::string HtmlPlace::step(char c) {
    const auto ends_with = [&](std::string_view wanted) {
        tail_ += small(c);
        if (tail_.size() > 16) tail_.erase(0, tail_.size() - 16);
        return tail_.ends_with(wanted);
    };
    const auto begin_attribute = [&] {
        state_ = State::attribute;
        attribute_ = small(c);
    };
    switch (state_) {
        case State::text:
            if (c == '<') state_ = State::less;
            break;
        case State::less:
            if (letter(c)) state_ = State::tag_name, tag_ = small(c);
            else if (c == '/' && !closing_) closing_ = true;
            else if (c == '!' || c == '?' || closing_) state_ = State::markup, tail_ = c;
            else if (c != '<') *this = {};
            break;
        case State::tag_name:
            if (c == '>') return tag_ended();
            if (blank(c) || c == '/') state_ = State::in_tag;
            else tag_ += small(c);
            break;
        case State::in_tag:
            if (c == '>') return tag_ended();
            if (!blank(c) && c != '/') begin_attribute();
            break;
        case State::attribute:
        case State::after_attribute:
            if (c == '>') return tag_ended();
            if (c == '=') state_ = State::before_value;
            else if (c == '/') state_ = State::in_tag;
            else if (blank(c)) state_ = State::after_attribute;
            else if (state_ == State::after_attribute) begin_attribute();
            else attribute_ += small(c);
            if (attribute_.size() > 2 && attribute_.starts_with("on")) return "a mail runs nothing: " + attribute_;
            break;
        case State::before_value:
            if (c == '>') return tag_ended();
            if (c == '"') state_ = State::double_quoted;
            else if (c == '\'') state_ = State::single_quoted;
            else if (!blank(c)) state_ = State::unquoted;
            break;
        case State::double_quoted:
            if (c == '"') state_ = State::in_tag, attribute_.clear();
            break;
        case State::single_quoted:
            if (c == '\'') state_ = State::in_tag, attribute_.clear();
            break;
        case State::unquoted:
            if (c == '>') return tag_ended();
            if (blank(c)) state_ = State::in_tag, attribute_.clear();
            break;
        case State::markup:  // a declaration, unless it turns out to be a comment
            if (c == '>') *this = {};
            else if (ends_with("!--")) state_ = State::comment, tail_.clear();
            break;
        case State::comment:
            if (ends_with("-->")) *this = {};
            break;
        case State::raw:
            if (ends_with("</style>")) *this = {};
            break;
    }
    return {};
}

}  // namespace authtickets::text
