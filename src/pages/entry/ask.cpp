// SPDX-License-Identifier: MIT
// Asking for a mailed link. One answer, whoever was named (EN1).
#include "pages/entry/ask.h"

namespace authtickets::pages::entry {

http::Response ask_form(const Visit& visit, const Ask& ask, bool missing) {
    const auto& words = visit.look.words;
    Page page{.screen = "entry/ask", .heading = ask.heading, .card = true};
    if (missing) {
        page.status = 400;
        page.problem = Problem{.text = std::string(words.at("p.name_missing")), .field = "name"};
    }
    page.view.text("page", std::string(ask.page)).text("lead", std::string(words.at(ask.lead)));
    page.view.text("button", std::string(words.at("p.forgot_button")));
    return show(visit.look, std::move(page));
}

Result<http::Response> answer(const Visit& visit, const Ask& ask, const Result<void>& asked) {
    // A spent budget may be the named one's, and then it would tell (TH10): the same words, and no message.
    if (!asked && asked.error().why != Why::throttled) return refuse(asked.error());
    const auto& words = visit.look.words;
    return show(visit.look, Note{.heading = "p.sent_title", .news = std::string(words.at("m.sent_if_known")),
                                 .text = std::string(words.at("p.sent_help")), .to = ask.page, .way = "p.ask_again"});
}

}  // namespace authtickets::pages::entry
