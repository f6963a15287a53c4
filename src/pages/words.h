// SPDX-License-Identifier: MIT
// What the pages say, in the reader's language: contrib/locales, built in. No key is ever shown: one that is missing is a
// defect, and a test holds the languages and what is asked for against each other.
#pragma once

#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <authtickets/base/result.h>

namespace authtickets::pages {

class Words {
public:
    using Filled = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    explicit Words(std::string_view file);  // a Fault for a line that is none
    std::string_view language() const { return at("lang"); }   // "de"
    std::string_view direction() const { return at("dir"); }   // "ltr", "rtl"
    std::string_view at(std::string_view key) const;            // a Fault when there is none
    std::string say(std::string_view key, Filled) const;        // {name} becomes the value; one that is not given stays
    std::string duration(Seconds) const;                        // "3 min"; rounded up, since it is how long to wait
    const std::map<std::string, std::string, std::less<>>& all() const { return all_; }

private:
    std::map<std::string, std::string, std::less<>> all_;
};

std::span<const Words* const> languages();
const Words* language(std::string_view tag);  // none: not one of ours. Tags as anybody writes them: "de", "de-AT", "de_AT.UTF-8"

// The reader's language, of those there are: asked for by name, else as the browser prefers (RFC 9110 section 12.5.4), else
// the shop's, else English.
const Words& choose(std::string_view asked, std::string_view accept_language, std::string_view shop);

}  // namespace authtickets::pages
