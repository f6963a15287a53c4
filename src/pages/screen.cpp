// SPDX-License-Identifier: MIT
// Pages put together, and one table of what a refusal is to a reader. Statuses are spelled here and where a screen answers.
#include "pages/screen.h"

#include <algorithm>
#include <array>

#include <authtickets/crypto/hmac.h>
#include <authtickets/text/locales.h>

#include "pages/files.h"

namespace authtickets::pages {

namespace {

// The folder of all is that of the side's pages; what lies deeper goes up first, and "/account" itself lies above it.
std::string base_of(std::string_view path, Side side) {
    path.remove_prefix(std::min(prefix(side).size(), path.size()));
    if (path.empty()) return std::string(prefix(side).substr(1)) + '/';
    std::string out;
    for (auto left = std::ranges::count(path, '/') - 1; left > 0; --left) out.append("../");
    return out;
}

std::string below(std::string_view path, Side side) {
    path.remove_prefix(std::min(prefix(side).size() + 1, path.size()));
    return std::string(path);
}

// The language that was asked for, if we have it: it goes into addresses.
std::string query_of(const http::Request& request) {
    const auto* const asked = language(request.query.get("lang").value_or(""));
    return asked ? "?lang=" + std::string(asked->language()) : std::string();
}

std::string title_of(const Look& look, std::string_view step, bool problem) {
    auto title = look.shop.empty() ? std::string(step) : look.words.say("p.title", {{"step", step}, {"shop", look.shop}});
    return problem ? look.words.say("p.title_error", {{"title", title}}) : title;
}

View shop_of(const Look& look) {
    View shop;
    shop.text("name", look.shop).text("address", look.address);
    return std::move(shop.text("go", look.words.say("p.to_shop", {{"shop", look.shop}})));
}

View problem_of(const Problem& problem) {
    View out;
    out.text("text", problem.text).text("more", problem.more);
    if (!problem.field.empty()) out.part("field", View().text("id", std::string(problem.field)));
    if (!problem.to_field) out.text("focus", "top");
    return out;
}

// The page that a tab leads to, or one that lies below it.
bool is_at(std::string_view path, std::string_view tab) {
    if (tab.empty()) return path.empty();
    return path.starts_with(tab) && (path.size() == tab.size() || path[tab.size()] == '/');
}

View bar_of(const Look& look, const Bar& bar) {
    View out;
    out.text("me", bar.me).text("as_customer", bar.as_customer.empty() ? std::string() : look.words.say("m.as_customer", {{"operator", bar.as_customer}}));
    View::Lines tabs;
    for (const auto& tab : bar.tabs) {
        View line;
        line.text("to", tab.to.empty() ? "./" : std::string(tab.to)).text("name", look.text(tab.name));
        if (is_at(look.path, tab.to)) line.text("here", "page");
        tabs.push_back(std::move(line));
    }
    out.text("label", look.text(bar.label)).lines("tabs", std::move(tabs));
    if (look.side == Side::desk) out.text("desk", "desk");
    return out;
}

struct Line {
    int status;
    std::string_view heading, text;
};
constexpr Line unreadable{400, "p.bad_title", "p.bad"};
constexpr Line other_site{403, "p.other_site_title", "p.other_site"};
constexpr Line old_form{403, "p.old_form_title", "p.old_form"};
constexpr Line not_your_role{403, "o.role_title", "o.role"};
constexpr Line not_for_operators{403, "p.acting_title", "p.acting"};
constexpr Line nothing_here{404, "p.not_found_title", "p.not_found"};
constexpr Line wrong_method{405, "p.method_title", "p.method"};
constexpr Line dead_link{410, "p.link_dead_title", "m.link_dead"};
constexpr Line too_large{413, "p.large_title", "p.large"};
constexpr Line other_media{415, "p.method_title", "p.method"};
constexpr Line too_often{429, "p.wait_title", "m.wait"};
constexpr Line failed{500, "p.failed_title", "p.failed"};
constexpr Line away{503, "p.away_title", "p.away"};

const Line& line_of(const Refusal& refusal) {
    switch (refusal.why) {
        case Why::forbidden:
            return refusal.field == "role" ? not_your_role : refusal.field == "acting" ? not_for_operators : refusal.field == "f" ? old_form : other_site;
        case Why::not_found:
        case Why::unknown_item: return nothing_here;
        case Why::method_not_allowed: return wrong_method;
        case Why::link_dead: return dead_link;
        case Why::body_too_large: return too_large;
        case Why::unsupported_media: return other_media;
        case Why::throttled: return too_often;
        case Why::busy:
        case Why::unavailable: return away;
        default: return unreadable;  // what a screen does not answer itself, no form of ours can have sent
    }
}

http::Response told(const Look& look, const Context& context, const Line& line, Seconds retry_after) {
    const auto id = hex(context.request_id);
    const auto& words = look.words;
    const auto text = words.say(line.text, {{"duration", words.duration(retry_after)}, {"id", id}});
    const bool says_id = &line == &failed;
    auto response = show(look, Note{.heading = line.heading, .status = line.status, .problem = Problem{.text = text},
                                    .small = says_id ? std::string() : words.say("p.number", {{"id", id}})});
    if (retry_after.count() > 0) response.header("Retry-After", std::to_string(retry_after.count()));
    return response;
}

}  // namespace

Look look(const http::Request& request) {
    const auto& words = choose(request.query.get("lang").value_or(""), request.header("accept-language").value_or(""), {});
    const auto side = side_of(request.path);
    return {.words = words, .side = side, .base = base_of(request.path, side), .query = query_of(request), .path = below(request.path, side)};
}

Look look(const http::Request& request, const realms::Realm& realm, const realms::Site* site) {
    const auto& words = choose(request.query.get("lang").value_or(""), request.header("accept-language").value_or(""),
                               site ? site->locale_code : std::string_view{});
    const auto side = side_of(request.path);
    return {.words = words,
            .side = side,
            .base = base_of(request.path, side),
            .query = query_of(request),
            .path = below(request.path, side),
            .shop = site && !site->name.empty() ? site->name : realm.name,
            .address = realm.address,
            .zone = realm.settings.time_zone};
}

std::string Look::time(Time at) const { return text::time_in_words(at, words.language(), zone); }

std::string Look::clock(Time at) const { return text::clock_in_words(at, words.language(), zone); }

http::Response show(const Look& look, Page page) {
    auto& view = page.view;
    const auto heading = page.title.empty() ? look.text(page.heading) : std::move(page.title);
    view.text("base", look.base).text("query", look.query).text("style", style_tag()).text("script", script_tag()).text("f", look.form);
    view.text("title", title_of(look, heading, page.problem.has_value())).text("heading", heading);
    if (!look.shop.empty()) view.part("shop", shop_of(look));
    if (look.bar && !page.card) view.part("bar", bar_of(look, *look.bar));
    if (page.problem) view.part("problem", problem_of(*page.problem));
    if (!page.news.empty()) view.part("news", View().text("text", std::move(page.news)));
    return {.status = page.status,
            .content_type = "text/html; charset=utf-8",
            .body = render(std::string(page.screen) + ".html", view, look.words)};
}

http::Response show(const Look& look, Note note) {
    View view;
    view.text("text", std::move(note.text)).text("small", std::move(note.small));
    if (!note.to.empty()) {
        view.part("way", View().text("to", std::string(note.to)).text("name", std::string(look.words.at(note.way))));
    }
    return show(look, Page{.screen = "frame/note", .heading = note.heading, .status = note.status, .problem = std::move(note.problem),
                           .news = std::move(note.news), .card = true, .view = std::move(view)});
}

http::Response go(const Look& look, std::string_view to) {
    http::Response response{.status = 303};
    const bool elsewhere = to.starts_with('/') || to.find("://") != to.npos;
    std::string address(to);
    if (!elsewhere) {
        address.insert(0, look.base);
        // What the reader asked for by name stays: "?lang=de" or "&lang=de".
        if (!look.query.empty()) address.append(to.find('?') == to.npos ? "?" : "&").append(look.query.substr(1));
        if (address.empty()) address = "./";
    }
    response.header("Location", std::move(address));
    return response;
}

http::Response refused(const Look& look, const Context& context, const Refusal& refusal) {
    return told(look, context, line_of(refusal), refusal.retry_after);
}

http::Response refusal(const Context& context, const http::Request& request, const Refusal& refusal) {
    return refused(look(request), context, refusal);
}

http::Response fault(const Context& context, const http::Request& request, int status, Seconds retry_after) {
    return told(look(request), context, status == 503 ? away : failed, retry_after);
}

void finish(const Context& context, http::Response& response) {
    response.header("X-Vol-Correlation", hex(context.request_id));
    // A screen may be stricter: what a template says stands on a page that may do nothing at all.
    if (std::ranges::find(response.headers, "Content-Security-Policy", &std::pair<std::string, std::string>::first) != response.headers.end()) return;
    response.header("Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
                    "base-uri 'none'");
}

namespace {

std::string tag_of(std::string_view name) { return hex(crypto::sha256(as_bytes(file(name)))).substr(0, 16); }

http::Response kept(const http::Request& request, std::string_view name, const std::string& tag, std::string_view type) {
    http::Response response{.content_type = std::string(type)};
    response.header("Cache-Control", "public, max-age=604800");
    response.header("ETag", '"' + tag + '"');
    // A web server that compresses adds to the tag: found within is enough.
    const auto held = request.header("if-none-match").value_or("");
    if (held == "*" || held.find('"' + tag) != held.npos) {
        response.status = 304;
    } else {
        response.body = file(name);
    }
    return response;
}

}  // namespace

const std::string& style_tag() {
    static const std::string tag = tag_of("frame/style.css");
    return tag;
}

const std::string& script_tag() {
    static const std::string tag = tag_of("frame/script.js");
    return tag;
}

http::Response style_sheet(const http::Request& request) { return kept(request, "frame/style.css", style_tag(), "text/css; charset=utf-8"); }

http::Response script(const http::Request& request) { return kept(request, "frame/script.js", script_tag(), "text/javascript; charset=utf-8"); }

}  // namespace authtickets::pages
