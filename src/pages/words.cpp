// SPDX-License-Identifier: MIT
// Reading the languages, and choosing one.
#include "pages/words.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <vector>

#include <authtickets/base/fault.h>

#include "pages/files.h"

namespace authtickets::pages {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// What stands before the first separator; the rest without it stays.
std::string_view take(std::string_view& text, char separator) {
    const auto end = std::min(text.find(separator), text.size());
    const auto first = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return first;
}

struct Languages {
    std::vector<std::unique_ptr<const Words>> owned;
    std::vector<const Words*> all;
    Languages() {
        std::map<std::string_view, std::string> texts;  // "en": what en.txt, en.desk.txt and so on hold
        for (const auto& file : files) {
            constexpr std::string_view folder = "locales/";
            if (!file.name.starts_with(folder)) continue;
            const auto name = file.name.substr(folder.size());
            texts[name.substr(0, name.find('.'))].append(file.text).append("\n");
        }
        for (const auto& [language, text] : texts) {
            owned.push_back(std::make_unique<const Words>(text));
            all.push_back(owned.back().get());
        }
    }
};

// q in thousandths; what cannot be read is as if it were not there.
int weight(std::string_view parameters) {
    while (!parameters.empty()) {
        const auto parameter = trimmed(take(parameters, ';'));
        if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
        const auto value = parameter.substr(2);
        if (value.starts_with('1')) return 1000;
        if (value == "0" || value == "0.") return 0;
        int digits = 0;
        const auto fraction = value.starts_with("0.") ? value.substr(2, 3) : std::string_view{};
        const auto [stop, error] = std::from_chars(fraction.data(), fraction.data() + fraction.size(), digits);
        if (error != std::errc{} || stop != fraction.data() + fraction.size() || digits < 0) return 0;
        for (auto length = fraction.size(); length < 3; ++length) digits *= 10;
        return digits;
    }
    return 1000;
}

const Words* preferred(std::string_view accept_language) {
    const Words* best = nullptr;
    int best_weight = 0;
    while (!accept_language.empty()) {
        auto parameters = take(accept_language, ',');
        const auto tag = trimmed(take(parameters, ';'));
        const auto its_weight = weight(parameters);
        if (its_weight <= best_weight) continue;
        if (const auto* words = language(tag)) {
            best = words;
            best_weight = its_weight;
        }
    }
    return best;
}

}  // namespace

Words::Words(std::string_view file) {
    while (!file.empty()) {
        const auto line = trimmed(take(file, '\n'));
        if (line.empty() || line.starts_with('#')) continue;
        const auto equals = line.find('=');
        const auto key = trimmed(line.substr(0, equals));
        const auto text = equals == line.npos ? std::string_view{} : trimmed(line.substr(equals + 1));
        if (key.empty() || text.empty() || !all_.emplace(key, text).second) {
            throw Fault("locales: this line is no `key = text`, or its key stands there twice: " + std::string(line));
        }
    }
}

std::string_view Words::at(std::string_view key) const {
    const auto found = all_.find(key);
    if (found == all_.end()) throw Fault("locales: there is no " + std::string(key));
    return found->second;
}

std::string Words::say(std::string_view key, Filled filled) const {
    std::string out;
    // In one pass, so that what a value holds is not filled again.
    for (auto rest = at(key); !rest.empty();) {
        const auto open = std::min(rest.find('{'), rest.size());
        out.append(rest.substr(0, open));
        rest.remove_prefix(open);
        const auto close = rest.find('}');
        if (close == rest.npos) {
            out.append(rest);
            break;
        }
        const auto name = rest.substr(1, close - 1);
        const auto* const value = std::ranges::find(filled, name, [](const auto& each) { return each.first; });
        out.append(value == filled.end() ? rest.substr(0, close + 1) : value->second);
        rest.remove_prefix(close + 1);
    }
    return out;
}

std::string Words::duration(Seconds wait) const {
    const auto count = std::max<std::int64_t>(1, wait.count());
    const auto [key, unit] = count < 60     ? std::pair{"p.seconds", std::int64_t{1}}
                             : count < 7200 ? std::pair{"p.minutes", std::int64_t{60}}
                                            : std::pair{"p.hours", std::int64_t{3600}};
    return say(key, {{"n", std::to_string((count + unit - 1) / unit)}});
}

std::span<const Words* const> languages() {
    static const Languages there;
    return there.all;
}

// By the first subtag alone: there is one German here.
const Words* language(std::string_view tag) {
    const auto primary = tag.substr(0, tag.find_first_of("-_.@"));
    for (const auto* words : languages()) {
        if (std::ranges::equal(primary, words->language(), {}, lower)) return words;
    }
    return nullptr;
}

const Words& choose(std::string_view asked, std::string_view accept_language, std::string_view shop) {
    if (const auto* words = language(asked)) return *words;
    if (const auto* words = preferred(accept_language)) return *words;
    if (const auto* words = language(shop)) return *words;
    const auto* english = language("en");
    if (!english) throw Fault("locales: there is no English");
    return *english;
}

}  // namespace authtickets::pages
