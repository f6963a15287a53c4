// SPDX-License-Identifier: MIT
// A browser without scripts, for the http tests of pages: it keeps cookies, follows where it is sent, and sends the forms it was
// shown with all that is hidden in them.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "support/in_process.h"

namespace authtickets::test {

class Browser {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    explicit Browser(InProcess& shop, std::string agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
        : shop_(shop), agent_(std::move(agent)) {}

    std::map<std::string, std::string> cookies;
    Reply page;              // the last answer
    std::string path;        // where it was asked for, without the query
    std::string origin = "https://shop.example";
    std::string address = "198.51.100.7";

    // Absolute, or relative to the page. What is led elsewhere is not followed.
    const Reply& get(std::string_view target) { return send(http::Method::get, resolved(target), {}); }
    const Reply& post(std::string_view target, const Fields& fields) {
        std::string body;
        for (const auto& [name, value] : fields) body.append(body.empty() ? "" : "&").append(escaped(name)).append("=").append(escaped(value));
        return send(http::Method::post, resolved(target), std::move(body));
    }
    // The page's form that goes there, with what is hidden in it and what is typed.
    const Reply& submit(std::string_view action, Fields typed = {}) {
        auto fields = hidden(action);
        for (auto& pair : typed) {
            std::erase_if(fields, [&](const auto& each) { return each.first == pair.first; });
            fields.push_back(std::move(pair));
        }
        return post(action, fields);
    }
    const Reply& follow() {
        BOOST_TEST_CONTEXT(page.text) BOOST_REQUIRE(page.status == 303);
        return get(page.header("location"));
    }
    // Where the last answer leads to, from the root.
    std::string leads() const { return page.status == 303 ? resolved(page.header("location")) : std::to_string(page.status); }

    Fields hidden(std::string_view action) const {
        Fields out;
        const auto& text = page.text;
        auto at = text.find("action=\"" + html(action) + "\"");
        BOOST_TEST_CONTEXT(text) BOOST_REQUIRE_MESSAGE(at != text.npos, "no form to " << action);
        const auto end = text.find("</form>", at);
        const std::string_view form(text.data() + at, end - at);
        for (at = form.find("<input "); at != form.npos; at = form.find("<input ", at + 1)) {
            const auto input = form.substr(at, form.find('>', at) - at);
            const bool sent = input.find("type=\"hidden\"") != input.npos || input.ends_with(" hidden") || input.find("readonly") != input.npos;
            if (sent) out.emplace_back(attribute(input, "name"), attribute(input, "value"));
        }
        return out;
    }
    std::string hidden_value(std::string_view action, std::string_view name) const {
        for (const auto& [each, value] : hidden(action)) {
            if (each == name) return value;
        }
        return {};
    }

    static std::string escaped(std::string_view value) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        std::string out;
        for (const char c : value) {
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) out += c;
            else out.append({'%', digits[static_cast<unsigned char>(c) >> 4], digits[static_cast<unsigned char>(c) & 15]});
        }
        return out;
    }

private:
    static std::string attribute(std::string_view tag, std::string_view name) {
        const auto key = std::string(" ").append(name).append("=\"");
        const auto at = tag.find(key);
        if (at == tag.npos) return {};
        const auto begin = at + key.size();
        return text(tag.substr(begin, tag.find('"', begin) - begin));
    }
    static constexpr std::pair<std::string_view, std::string_view> marks[] = {
        {"&", "&amp;"}, {"\"", "&quot;"}, {"'", "&apos;"}, {"<", "&lt;"}, {">", "&gt;"}};
    static std::string html(std::string_view plain) {
        std::string out;
        for (const char c : plain) {
            const auto* const mark = std::ranges::find(marks, std::string_view(&c, 1), [](const auto& each) { return each.first; });
            out.append(mark == std::end(marks) ? std::string_view(&c, 1) : mark->second);
        }
        return out;
    }
    static std::string text(std::string_view html) {
        std::string out;
        while (!html.empty()) {
            const auto* const mark = std::ranges::find_if(marks, [&](const auto& each) { return html.starts_with(each.second); });
            out.append(mark == std::end(marks) ? html.substr(0, 1) : mark->first);
            html.remove_prefix(mark == std::end(marks) ? 1 : mark->second.size());
        }
        return out;
    }

    std::string resolved(std::string_view target) const {
        if (target.starts_with(origin)) return std::string(target.substr(origin.size()));
        if (target.starts_with('/') || target.find("://") != target.npos) return std::string(target);
        auto folder = path.substr(0, path.rfind('/') + 1);
        while (target.starts_with("../") || target.starts_with("./")) {
            if (target.starts_with("../")) folder.erase(folder.rfind('/', folder.size() - 2) + 1);
            target.remove_prefix(target.find('/') + 1);
        }
        return folder.append(target);
    }

    const Reply& send(http::Method method, const std::string& target, std::string body) {
        shop_.clock.advance(std::chrono::milliseconds(1));  // each call has a moment of its own, so that mails have an order
        auto request = shop_.bare(method, target, std::move(body));
        request.host = "shop.example";
        request.secure = true;
        request.peer = address;
        request.headers["user-agent"] = agent_;
        if (method == http::Method::post) {
            request.content_type = "application/x-www-form-urlencoded";
            request.headers["origin"] = origin;
        }
        std::string sent;
        for (const auto& [name, value] : cookies) sent.append(sent.empty() ? "" : "; ").append(name).append("=").append(value);
        if (!sent.empty()) request.headers["cookie"] = sent;
        page = shop_.send(request);
        path = target.substr(0, target.find('?'));
        keep(page.header("set-cookie"));
        return page;
    }
    void keep(std::string_view all) {
        while (!all.empty()) {
            const auto line = all.substr(0, all.find('\n'));
            all.remove_prefix(std::min(line.size() + 1, all.size()));
            const auto pair = line.substr(0, line.find(';'));
            const auto name = std::string(pair.substr(0, pair.find('=')));
            const auto value = std::string(pair.substr(pair.find('=') + 1));
            if (line.find("Max-Age=0;") != line.npos) cookies.erase(name);
            else cookies[name] = value;
        }
    }

    InProcess& shop_;
    std::string agent_;
};

}  // namespace authtickets::test
