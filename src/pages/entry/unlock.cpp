// SPDX-License-Identifier: MIT
// P8: a lock by wrong passwords, cleared by a mailed link and the press of a button. It signs nobody in; the browser that
// pressed becomes a known device, so that its owner gets in while others go on guessing (TH5).
#include "pages/entry/ask.h"
#include "pages/entry/screens.h"

namespace authtickets::pages::entry::unlock {

namespace {

constexpr Ask link_to_unlock{.page = "unlock", .heading = "p.unlock_title", .lead = "p.unlock_ask_lead"};

http::Response dead(const Visit& visit) {
    return show(visit.look, Note{.heading = "p.link_dead_title", .status = 410,
                                 .problem = Problem{.text = std::string(visit.look.words.at("m.link_dead"))},
                                 .to = "unlock", .way = "p.ask_link"});
}

}  // namespace

Result<http::Response> open(App&, const Visit& visit) {
    if (visit.token.empty()) return ask_form(visit, link_to_unlock, false);
    if (!visit.link) return dead(visit);
    Page page{.screen = "entry/unlock", .heading = "p.unlock_title", .card = true};
    page.view.text("token", std::string(visit.token.reveal()));
    return show(visit.look, std::move(page));
}

Result<http::Response> press(App& app, const Visit& visit) {
    if (visit.token.empty()) {
        const auto name = visit.form.get("name");
        if (!name) return ask_form(visit, link_to_unlock, true);
        return answer(visit, link_to_unlock, app.recovery.request_unlock(app.db, visit.context, *visit.realm, *name));
    }
    if (!visit.link) return dead(visit);
    const auto device = app.recovery.unlock(app.db, visit.context, *visit.realm, visit.token);
    if (!device) {
        if (device.error().why == Why::link_dead) return dead(visit);
        return refuse(device.error());
    }
    const auto& words = visit.look.words;
    auto response = show(visit.look, Note{.heading = "p.unlocked_title", .news = std::string(words.at("p.unlocked")),
                                          .to = "sign-in", .way = "p.sign_in_title"});
    set_device(response, *visit.shop, *device);
    return response;
}

}  // namespace authtickets::pages::entry::unlock
