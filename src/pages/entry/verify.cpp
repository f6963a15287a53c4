// SPDX-License-Identifier: MIT
// P20: an address, verified by a mailed link and the press of a button. It signs nobody in.
#include "pages/entry/screens.h"

namespace authtickets::pages::entry::verify {

namespace {

http::Response dead(const Visit& visit) {
    return show(visit.look, Note{.heading = "p.link_dead_title", .status = 410,
                                 .problem = Problem{.text = std::string(visit.look.words.at("m.link_dead"))},
                                 .to = "settings/email", .way = "p.m_verify_email"});
}

}  // namespace

Result<http::Response> open(App&, const Visit& visit) {
    if (!visit.link) return dead(visit);
    Page page{.screen = "entry/verify", .heading = "p.verify_title", .card = true};
    page.view.text("token", std::string(visit.token.reveal()));
    return show(visit.look, std::move(page));
}

Result<http::Response> press(App& app, const Visit& visit) {
    if (!visit.link) return dead(visit);
    if (auto done = app.verifications.verify(app.db, visit.context, *visit.realm, visit.token); !done) {
        if (done.error().why == Why::unknown_item) return dead(visit);
        return refuse(done.error());
    }
    return show(visit.look, Note{.heading = "p.verify_done_title", .news = std::string(visit.look.words.at("p.verify_done")), .to = "sign-in",
                                 .way = "p.sign_in_title"});
}

}  // namespace authtickets::pages::entry::verify
