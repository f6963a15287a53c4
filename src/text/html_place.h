// SPDX-License-Identifier: MIT
// Where in HTML a template's variable stands. Escaping makes a value harmless in text and in quoted attributes only; so it
// is refused anywhere else. Follows the tokenizer of the HTML standard as far as a mail needs it.
#pragma once

#include <string>
#include <string_view>

namespace authtickets::text {

class HtmlPlace {
public:
    // Moves over literal text. What is wrong with it, or empty: elements that no mail program runs are refused.
    std::string pass(std::string_view literal);
    // Why a variable must not stand here, or empty.
    std::string objection(std::string_view variable) const;
    // Sections begin and end in text or within one attribute's value.
    bool between() const { return state_ == State::text || quoted(); }
    bool in_text() const { return state_ == State::text; }
    bool operator==(const HtmlPlace&) const = default;

private:
    enum class State {
        text, less, tag_name, in_tag, attribute, after_attribute, before_value, double_quoted, single_quoted, unquoted,
        markup, comment, raw
    };
    bool quoted() const { return state_ == State::double_quoted || state_ == State::single_quoted; }
    std::string step(char);
    std::string tag_ended();

    State state_ = State::text;
    bool closing_ = false;     // an end tag
    std::string tag_{};        // its name, small letters
    std::string attribute_{};  // the same
    std::string tail_{};       // the last characters of a comment or of raw text, where its end is looked for
};

}  // namespace authtickets::text
