// SPDX-License-Identifier: MIT
// Pages put together, and one table of what a refusal is to a reader. Statuses are spelled here and where a screen answers.
#include "pages/account/screen.h"

#include <algorithm>
#include <array>

#include <authtickets/crypto/hmac.h>

#include "pages/files.h"

namespace authtickets::pages::account {

namespace {

std::string base_of(std::string_view path) {
    path.remove_prefix(std::min(prefix.size(), path.size()));
    std::string out;
    for (auto left = std::ranges::count(path, '/'); left > 0; --left) out.append("../");
    return out;
}

// The language that was asked for, if we have it: it goes into addresses.
std::string query_of(const http::Request& request) {
    const auto* const asked = language(request.query.get("lang").value_or(""));
    return asked ? "?lang=" + std::string(asked->language()) : std::string();
}

std::string title_of(const Look& look, std::string_view heading, bool problem) {
    const auto step = look.words.at(heading);
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
    out.text("text", problem.text);
    if (!problem.field.empty()) out.part("field", View().text("id", std::string(problem.field)));
    return out;
}

struct Line {
    int status;
    std::string_view heading, text;
};
constexpr Line unreadable{400, "p.bad_title", "p.bad"};
constexpr Line other_site{403, "p.other_site_title", "p.other_site"};
constexpr Line nothing_here{404, "p.not_found_title", "p.not_found"};
constexpr Line wrong_method{405, "p.method_title", "p.method"};
constexpr Line dead_link{410, "p.link_dead_title", "m.link_dead"};
constexpr Line too_large{413, "p.large_title", "p.large"};
constexpr Line other_media{415, "p.method_title", "p.method"};
constexpr Line too_often{429, "p.wait_title", "m.wait"};
constexpr Line failed{500, "p.failed_title", "p.failed"};
constexpr Line away{503, "p.away_title", "p.away"};

const Line& line_of(Why why) {
    switch (why) {
        case Why::forbidden: return other_site;
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
    return {.words = words, .base = base_of(request.path), .query = query_of(request)};
}

Look look(const http::Request& request, const realms::Realm& realm, const realms::Site* site) {
    const auto& words = choose(request.query.get("lang").value_or(""), request.header("accept-language").value_or(""),
                               site ? site->locale_code : std::string_view{});
    return {.words = words,
            .base = base_of(request.path),
            .query = query_of(request),
            .shop = site && !site->name.empty() ? site->name : realm.name,
            .address = realm.address};
}

http::Response show(const Look& look, Page page) {
    auto& view = page.view;
    view.text("base", look.base).text("query", look.query).text("style", style_tag());
    view.text("title", title_of(look, page.heading, page.problem.has_value()));
    view.text("heading", std::string(look.words.at(page.heading)));
    if (!look.shop.empty()) view.part("shop", shop_of(look));
    if (page.problem) view.part("problem", problem_of(*page.problem));
    if (!page.news.empty()) view.part("news", View().text("text", std::move(page.news)));
    return {.status = page.status,
            .content_type = "text/html; charset=utf-8",
            .body = render("account/" + std::string(page.screen) + ".html", view, look.words)};
}

http::Response show(const Look& look, Note note) {
    View view;
    view.text("text", std::move(note.text)).text("small", std::move(note.small));
    if (!note.to.empty()) {
        view.part("way", View().text("to", std::string(note.to)).text("name", std::string(look.words.at(note.way))));
    }
    return show(look, Page{.screen = "note", .heading = note.heading, .status = note.status, .problem = std::move(note.problem),
                           .news = std::move(note.news), .view = std::move(view)});
}

http::Response refusal(const Context& context, const http::Request& request, const Refusal& refusal) {
    return told(look(request), context, line_of(refusal.why), refusal.retry_after);
}

http::Response fault(const Context& context, const http::Request& request, int status, Seconds retry_after) {
    return told(look(request), context, status == 503 ? away : failed, retry_after);
}

void finish(const Context& context, http::Response& response) {
    response.header("X-Vol-Correlation", hex(context.request_id));
    response.header("Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
}

const std::string& style_tag() {
    static const std::string tag = hex(crypto::sha256(as_bytes(file("account/style.css")))).substr(0, 16);
    return tag;
}

http::Response style_sheet(const http::Request& request) {
    http::Response response{.content_type = "text/css; charset=utf-8"};
    // Its address changes with what stands in it.
    response.header("Cache-Control", "public, max-age=604800");
    response.header("ETag", '"' + style_tag() + '"');
    // A web server that compresses adds to the tag: found within is enough.
    const auto held = request.header("if-none-match").value_or("");
    if (held == "*" || held.find('"' + style_tag()) != held.npos) {
        response.status = 304;
    } else {
        response.body = file("account/style.css");
    }
    return response;
}

}  // namespace authtickets::pages::account
