// SPDX-License-Identifier: MIT
// Mustache: our values into its, a screen and its partials rendered.
#include "pages/html.h"

#include <kainjow/mustache.hpp>

#include <authtickets/base/fault.h>

#include "pages/files.h"

namespace authtickets::pages {

namespace {

namespace mustache = kainjow::mustache;

mustache::data data_of(const View&);

mustache::data value_of(const View::Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return mustache::data(*text);
    if (const auto* view = std::get_if<View>(&value)) return data_of(*view);
    mustache::data out(mustache::data::type::list);
    for (const auto& line : std::get<View::Lines>(value)) out.push_back(data_of(line));
    return out;
}

mustache::data data_of(const View& view) {
    mustache::data out;
    for (const auto& [name, value] : view.values()) out.set(name, value_of(value));
    return out;
}

// "p.forgot_title" is found as forgot_title of p. What a language is to all of its requests; made once.
mustache::data data_of(const Words& words) {
    std::map<std::string, mustache::data> groups;
    mustache::data out;
    for (const auto& [key, text] : words.all()) {
        const auto dot = key.find('.');
        if (dot == key.npos) out.set(key, mustache::data(text));
        else groups[key.substr(0, dot)].set(key.substr(dot + 1), mustache::data(text));
    }
    for (const auto& [name, group] : groups) out.set(name, group);
    return out;
}

const mustache::data& known(const Words& words) {
    static const auto all = [] {
        std::map<const Words*, mustache::data> made;
        for (const auto* each : languages()) made.emplace(each, data_of(*each));
        return made;
    }();
    return all.at(&words);
}

// Every template, by its name without the ending: {{> account/head}}. No value has such a name.
const mustache::data& partials() {
    static const auto all = [] {
        mustache::data out;
        for (const auto& file : files) {
            if (!file.name.ends_with(".html")) continue;
            const auto name = file.name.substr(0, file.name.size() - 5);
            out.set(std::string(name), mustache::data(mustache::partial([text = file.text] { return std::string(text); })));
        }
        return out;
    }();
    return all;
}

}  // namespace

View& View::text(std::string_view name, std::string value) {
    if (!value.empty()) values_.insert_or_assign(std::string(name), std::move(value));
    return *this;
}

View& View::part(std::string_view name, View view) {
    values_.insert_or_assign(std::string(name), std::move(view));
    return *this;
}

View& View::lines(std::string_view name, Lines lines) {
    if (!lines.empty()) values_.insert_or_assign(std::string(name), std::move(lines));
    return *this;
}

std::string render(std::string_view screen, const View& view, const Words& words) {
    mustache::mustache page{std::string(file(screen))};
    const auto values = data_of(view);
    mustache::context<std::string> names(&partials());
    names.push(&known(words));
    names.push(&values);
    auto out = page.render(names);
    if (!page.is_valid()) throw Fault("pages: " + std::string(screen) + ": " + page.error_message());
    // What the comments at the head of each file leave.
    out.erase(0, out.find('<'));
    while (out.ends_with("\n\n")) out.pop_back();
    return out;
}

}  // namespace authtickets::pages
