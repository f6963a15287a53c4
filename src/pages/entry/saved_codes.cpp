// SPDX-License-Identifier: MIT
// Recovery codes, shown once (P12). What this program keeps of them are hashes, so that a page opened later cannot show them: it
// offers new ones. The file to download is made in the page; no second request carries the codes.
#include <charconv>

#include "pages/entry/codes_page.h"
#include "pages/entry/screens.h"
#include "pages/entry/typed.h"

namespace authtickets::pages::entry {

namespace {

constexpr std::string_view line_end = "\r\n";

std::string as_file(const std::string& shop, const std::string& account, const std::string& date, const recovery_codes::Set& set) {
    std::string out;
    for (const auto& line : {shop, account, date}) out.append(line).append(line_end);
    out.append(line_end);
    for (const auto& code : set.codes) out.append(code.reveal()).append(line_end);
    return out;
}

}  // namespace

http::Response show_codes(const Visit& visit, const recovery_codes::Set& set, std::string news) {
    Page page{.screen = "entry/codes", .heading = "p.codes_title", .news = std::move(news)};
    View::Lines lines;
    std::string all;
    for (const auto& code : set.codes) {
        lines.push_back(std::move(View().text("code", std::string(code.reveal()))));
        all.append(all.empty() ? "" : "\n").append(code.reveal());
    }
    const auto date = visit.look.time(visit.context.now);
    page.view.lines("codes", std::move(lines)).text("all", std::move(all)).text("set", std::to_string(set.number));
    page.view.text("account", visit.login->user_name).text("date", date);
    page.view.text("file", "data:text/plain;charset=utf-8," + escaped(as_file(visit.look.shop, visit.login->user_name, date, set)));
    return show(visit.look, std::move(page));
}

namespace saved_codes {

namespace {

Result<http::Response> not_again(App& app, const Visit& visit, int status, std::optional<Problem> problem) {
    const auto state = app.totp.state(app.db, visit.context.realm, visit.session->user);
    if (!state) return go(visit.look, visit.side == Side::desk ? "settings/two-step/set-up" : "settings");
    Page page{.screen = "entry/codes_gone", .heading = "p.codes_title", .status = status, .problem = std::move(problem)};
    if (state->codes_set != 0 && !state->codes_confirmed_at) page.view.text("set", std::to_string(state->codes_set));
    if (page.problem) page.view.text("why_saved", page.problem->text);
    page.view.text("left", visit.look.words.say("p.codes_left", {{"n", std::to_string(state->codes_left)}}));
    return show(visit.look, std::move(page));
}

std::uint32_t number(std::string_view text) {
    std::uint32_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size() ? out : 0;
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) { return not_again(app, visit, 200, {}); }

Result<http::Response> finish(App& app, const Visit& visit) {
    if (visit.said("saved").empty()) {
        return not_again(app, visit, 400, Problem{.text = visit.look.text("p.codes_tick"), .field = "saved"});
    }
    app.two_step.confirm_saved(app.db, visit.context, *visit.session, number(visit.said("set")));
    return go(visit.look, "settings/two-step/done");
}

}  // namespace saved_codes

}  // namespace authtickets::pages::entry
