// SPDX-License-Identifier: MIT
// HTML from the templates of this room: what they are filled with, and how. Every value is escaped; there is no way for
// one to be markup. The Mustache library is met in html.cpp only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pages/words.h"

namespace authtickets::pages {

// Values by name. An empty text is as if it were not there, so that {{^name}} means them too.
class View {
public:
    using Lines = std::vector<View>;
    using Value = std::variant<std::string, View, Lines>;

    View& text(std::string_view name, std::string value);
    View& part(std::string_view name, View);    // {{#name}} once
    View& lines(std::string_view name, Lines);  // {{#name}} for each
    const std::map<std::string, Value, std::less<>>& values() const { return values_; }

private:
    std::map<std::string, Value, std::less<>> values_;
};

// screen: "account/ask.html"; every template is a partial too, {{> account/head}}. The words of the language are there under
// their own names: {{p.forgot_title}}.
std::string render(std::string_view screen, const View&, const Words&);

}  // namespace authtickets::pages
