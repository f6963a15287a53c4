// SPDX-License-Identifier: MIT
// A form of a page as a browser without scripts sends it: what is greyed is left out, what is not ticked too.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace authtickets::test {

inline std::string plain_text(std::string_view html) {
    constexpr std::pair<std::string_view, char> entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    std::string out;
    while (!html.empty()) {
        const auto* const found = std::ranges::find_if(entities, [&](const auto& each) { return html.starts_with(each.first); });
        const bool entity = found != std::end(entities);
        out.push_back(entity ? found->second : html.front());
        html.remove_prefix(entity ? found->first.size() : 1);
    }
    return out;
}

inline std::string form_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) out.push_back(c);
        else out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
    return out;
}

class PageForm {
public:
    // The form whose action begins with this; a page of one answer to one question has one.
    PageForm(std::string_view page, std::string_view action) {
        const auto at = page.find("action=\"" + std::string(action));
        BOOST_REQUIRE_MESSAGE(at != page.npos, action << " is no form of " << page);
        auto rest = page.substr(page.find('>', at) + 1);
        rest = rest.substr(0, rest.find("</form>"));
        read(rest);
    }

    const std::string& operator[](std::string_view name) const {
        static const std::string none;
        const auto found = std::ranges::find(pairs_, name, &Pair::first);
        return found == pairs_.end() ? none : found->second;
    }
    bool has(std::string_view name) const { return std::ranges::find(pairs_, name, &Pair::first) != pairs_.end(); }
    PageForm& set(std::string_view name, std::string value) {
        leave_out(name);
        pairs_.emplace_back(name, std::move(value));
        return *this;
    }
    PageForm& leave_out(std::string_view name) {
        std::erase_if(pairs_, [&](const Pair& each) { return each.first == name; });
        return *this;
    }
    // As press() takes it; the form's token is its own.
    std::string body() const {
        std::string out;
        for (const auto& [name, value] : pairs_) {
            if (name != "f") out.append(out.empty() ? "" : "&").append(form_encoded(name)).append("=").append(form_encoded(value));
        }
        return out;
    }

private:
    using Pair = std::pair<std::string, std::string>;

    static bool is(std::string_view tag, std::string_view word) {
        const auto at = tag.find(" " + std::string(word));
        if (at == tag.npos) return false;
        const auto end = at + 1 + word.size();
        return end == tag.size() || tag[end] == ' ';
    }
    static std::string value_of(std::string_view tag, std::string_view name) {
        const auto at = tag.find(" " + std::string(name) + "=\"");
        if (at == tag.npos) return {};
        const auto begin = at + name.size() + 3;
        return plain_text(tag.substr(begin, tag.find('"', begin) - begin));
    }
    void read(std::string_view html) {
        int sets = 0, greyed = 0;  // how deep, and from which depth on nothing is sent
        std::string select;
        for (auto open = html.find('<'); open != html.npos; open = html.find('<', open + 1)) {
            const auto close = html.find('>', open);
            const auto tag = html.substr(open + 1, close - open - 1);
            if (tag.starts_with("fieldset")) {
                ++sets;
                if (greyed == 0 && is(tag, "disabled")) greyed = sets;
            }
            if (tag == "/fieldset" && sets-- == greyed) greyed = 0;
            if (greyed != 0) continue;
            if (tag.starts_with("input")) {
                const auto type = value_of(tag, "type");
                const bool box = type == "checkbox" || type == "radio";
                if (!is(tag, "disabled") && (!box || is(tag, "checked"))) pairs_.emplace_back(value_of(tag, "name"), value_of(tag, "value"));
            }
            if (tag.starts_with("select")) {
                select = value_of(tag, "name");
                pairs_.emplace_back(select, "");
            }
            // Without one that is selected browsers take the first.
            if (tag.starts_with("option") && (is(tag, "selected") || (*this)[select].empty())) set(select, value_of(tag, "value"));
            if (tag.starts_with("textarea")) {
                auto text = html.substr(close + 1, html.find("</textarea>", close) - close - 1);
                if (text.starts_with('\n')) text.remove_prefix(1);
                pairs_.emplace_back(value_of(tag, "name"), plain_text(text));
            }
        }
    }
    std::vector<Pair> pairs_;
};

}  // namespace authtickets::test
