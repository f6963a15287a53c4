// SPDX-License-Identifier: MIT
// M12: which mails go to customers, and a warning where a code would have no way out.
#include <algorithm>

#include <authtickets/text/locales.h>
#include <authtickets/text/templates.h>

#include "pages/desk/mail_words.h"
#include "pages/desk/parts.h"
#include "pages/desk/shop_screens.h"

namespace authtickets::pages::desk {

std::string message_in_words(const Look& look, std::string_view name) {
    const auto key = "o.words_" + std::string(name);
    return look.words.all().contains(key) ? look.text(key) : std::string(name);
}

namespace mails {

namespace {

using State = subscriptions::Mail::State;

bool may(const Visit& visit) { return operators::may(visit.staff->role, operators::Right::mails); }

// "notice.new_device": o.mails_notice_new_device
std::string key_of(std::string_view mail) {
    auto key = "o.mails_" + std::string(mail);
    std::ranges::replace(key.begin() + 2, key.end(), '.', '_');
    return key;
}

bool carries_code_or_link(const subscriptions::Mail& mail) {
    return std::ranges::any_of(mail.sends, [](const auto* each) {
        const auto kinds = text::message_kinds();
        const auto kind = std::ranges::find(kinds, each->template_name, &text::MessageKind::name);
        return kind != kinds.end() && (kind->code || kind->must_link());
    });
}

View line_of(const Visit& visit, const subscriptions::Mail& mail) {
    View out;
    out.text("mail", std::string(mail.name)).text("title", visit.look.text(key_of(mail.name)));
    out.text("on", mail.state == State::on ? "on" : "").text("by_hook", mail.state == State::by_hook ? "by_hook" : "");
    return std::move(out.text("may_turn", may(visit) && mail.state != State::by_hook ? "may" : ""));
}

// Each message once, with the languages that the shop has words of its own in.
View::Lines messages(App& app, const Visit& visit) {
    const auto own = app.templates.list(app.db, visit.shop->no);
    std::vector<std::string> names;
    for (const auto& kind : text::message_kinds()) names.emplace_back(kind.name);
    names.emplace_back(text::layout_name);
    for (const auto& row : own) {
        if (std::ranges::find(names, row.name) == names.end()) names.push_back(row.name);
    }
    View::Lines out;
    for (const auto& name : names) {
        std::string languages;
        for (const auto& row : own) {
            if (row.name == name) languages.append(languages.empty() ? "" : ", ").append(text::language_in_words(row.locale, visit.look.words.language()));
        }
        out.push_back(std::move(View().text("to", address(visit.look, "mails/" + name)).text("message", message_in_words(visit.look, name))
                                    .text("languages", languages)));
    }
    return out;
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) {
    const auto& look = visit.look;
    const auto settings = app.realms.newest(app.db, visit.context.now, visit.shop->no)->settings;
    const auto rows = app.subscriptions.list(app.db, visit.shop->no);
    Page page{.screen = "desk/mails", .heading = "o.tab_mails"};
    const auto done = visit.request.query.get("done").value_or("");
    if (done == "on" || done == "off") page.news = look.text("o.mails_done_" + done);

    View::Lines acting, notices, lost;
    for (const auto& mail : subscriptions::mails(settings, rows)) {
        if (mail.sends.empty()) continue;  // a switch of kibo 4.6 that no mail hangs on
        (carries_code_or_link(mail) ? acting : notices).push_back(line_of(visit, mail));
    }
    for (const auto* each : subscriptions::without_way(settings, rows)) {
        lost.push_back(std::move(View().text("message", message_in_words(look, each->template_name))));
    }
    page.view.lines("acting", std::move(acting)).lines("notices", std::move(notices)).lines("messages", messages(app, visit));
    if (!lost.empty()) page.view.part("warning", std::move(View().lines("lost", std::move(lost)).text("signs_in", settings.email_code ? "signs_in" : "")));
    return show(look, std::move(page));
}

Result<http::Response> turn(App& app, const Visit& visit) {
    const bool on = visit.said("to") == "on";
    if (!on && visit.said("to") != "off") return refuse(Why::bad_parameter, "to");
    auto set = app.subscriptions.set_mail(app.db, visit.at_shop(), app.realms, visit.said("mail"), on);
    if (!set) return refuse(set.error());
    return go(visit.look, on ? "mails?done=on" : "mails?done=off");
}

}  // namespace mails

}  // namespace authtickets::pages::desk
