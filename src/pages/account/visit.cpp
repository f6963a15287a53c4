// SPDX-License-Identifier: MIT
// Finding out whose page it is, and whether a form may be acted on. GET and HEAD spend nothing (OC10).
#include "pages/account/visit.h"

#include "pages/origin.h"

namespace authtickets::pages::account {

namespace {

// Of the realm's sites the one that the reader is at. Another's host changes nothing (RS5).
const realms::Site* site_of(const realms::Realm& realm, std::string_view host) {
    if (const auto* site = realm.site_at(host)) return site;
    return realm.sites.empty() ? nullptr : &realm.sites.front();
}

std::string_view host_of(const http::Request& request) {
    std::string_view host = request.host;
    if (host.ends_with('.')) host.remove_suffix(1);
    return host;
}

}  // namespace

Result<Visit> arrive(App& app, const Context& context, const Call& call, Purpose purpose) {
    const auto& request = call.request;
    const bool post = request.method == http::Method::post;
    http::Query form;
    if (post) {
        auto read = http::read_form(request);
        if (!read) return refuse(std::move(read.error()));
        form = std::move(*read);
    }
    Secret token((post ? form : request.query).get("t").value_or(""));
    std::optional<links::Link> link;
    if (purpose && !token.empty()) {
        if (auto opened = app.recovery.open(app.db, context.now, *purpose, token)) link = *opened;
    }
    const auto no = link ? std::optional(link->realm) : app.realms.at_host(app.db, host_of(request));
    if (!no) return refuse(Why::unknown_item);
    const auto realm = app.realms.get(app.db, context.now, *no);
    const auto* const site = site_of(*realm, host_of(request));
    if (post && !from_own_page(request, realm->address)) return refuse(Why::forbidden);

    Visit visit{.context = context, .request = request, .form = std::move(form), .realm = realm, .link = link,
                .token = std::move(token), .look = look(request, *realm, site)};
    visit.context.realm = realm->no;
    visit.context.site = site ? site->site : 0;
    return visit;
}

}  // namespace authtickets::pages::account
