// SPDX-License-Identifier: MIT
// M12: the words of one message in one language: read, tried out, set, and given up again for the built-in ones.
#include <algorithm>

#include <authtickets/text/locales.h>
#include <authtickets/text/templates.h>

#include "pages/desk/mail_words.h"
#include "pages/desk/parts.h"
#include "pages/desk/shop_screens.h"

namespace authtickets::pages::desk::mail {

namespace {

using text::MessageText;

constexpr std::pair<std::string_view, std::string MessageText::*> parts[] = {
    {"subject", &MessageText::subject}, {"text", &MessageText::text}, {"html", &MessageText::html}, {"sms", &MessageText::sms}};

bool may(const Visit& visit) { return operators::may(visit.staff->role, operators::Right::mails); }

// The message and the language that a page is about.
struct Meant {
    std::string name, locale;
    templates::Found found;                       // what goes out to a reader of that language
    std::optional<templates::Stored> own;         // the shop's words in just that language
    std::string stand() const { return own ? std::to_string(own->updated_at.time_since_epoch().count()) : "none"; }
    Pairs query() const { return {{"locale", locale}}; }
};

std::optional<Meant> meant(App& app, const Visit& visit) {
    const auto& name = visit.path.front();
    const auto asked = visit.request.method == http::Method::post ? std::string(visit.said("locale")) : visit.request.query.get("locale").value_or("");
    auto locale = text::normal_locale(asked);
    if (locale.empty()) locale = text::built_in_locale(visit.shop->sites.empty() ? "" : visit.shop->sites.front().locale_code);
    auto found = app.templates.found(app.db, visit.shop->no, name, locale);
    if (!found) return std::nullopt;
    return Meant{.name = name, .locale = locale, .found = std::move(*found), .own = app.templates.find(app.db, visit.shop->no, name, locale)};
}

std::string page_of(const Meant& meant) { return "mails/" + meant.name; }

// As it was typed, with one kind of line end; browsers send two letters for each.
MessageText draft_of(const Visit& visit) {
    MessageText out;
    for (const auto& [name, member] : parts) {
        out.*member = std::string(visit.said(name));
        std::erase(out.*member, '\r');
    }
    return out;
}

// Which parts a message of this name can have.
bool has_part(std::string_view message, std::string_view part) {
    if (message == text::layout_name) return part == "html";
    const auto kinds = text::message_kinds();
    const auto kind = std::ranges::find(kinds, message, &text::MessageKind::name);
    return part != "sms" || kind == kinds.end() || kind->sms;
}

View::Lines languages(App& app, const Visit& visit, const Meant& meant) {
    std::vector<std::string> all;
    const auto add = [&](std::string_view locale) {
        if (std::ranges::find(all, locale) == all.end()) all.emplace_back(locale);
    };
    for (const auto locale : text::built_in_locales()) add(locale);
    for (const auto& row : app.templates.list(app.db, visit.shop->no)) {
        if (row.name == meant.name) add(row.locale);
    }
    add(meant.locale);
    View::Lines out;
    for (const auto& locale : all) {
        out.push_back(std::move(View().text("to", address(visit.look, page_of(meant), {{"locale", locale}}))
                                    .text("language", text::language_in_words(locale, visit.look.words.language()))
                                    .text("at", locale == meant.locale ? "at" : "")));
    }
    return out;
}

View preview_of(const MessageText& rendered) {
    View out;
    for (const auto& [name, member] : parts) out.text("as_" + std::string(name), rendered.*member);
    if (!rendered.sms.empty()) {
        const auto size = text::sms_size(rendered.sms);
        out.text("units", std::to_string(size.units)).text("messages", std::to_string(size.parts()));
    }
    return out;
}

// "line 3: no such variable": the line, and what is said of it.
Problem problem_of(const Look& look, const Refusal& refusal) {
    const bool known = std::ranges::find(parts, std::string_view(refusal.field), &std::pair<std::string_view, std::string MessageText::*>::first) != std::end(parts);
    if (!known) return {.text = look.text("o.mail_refused"), .more = refusal.text};
    const auto part = look.text("o.mail_part_" + refusal.field);
    constexpr std::string_view line = "line ";
    const auto colon = refusal.text.find(':');
    const auto* const field = std::ranges::find(parts, std::string_view(refusal.field), &std::pair<std::string_view, std::string MessageText::*>::first);
    if (!refusal.text.starts_with(line) || colon == refusal.text.npos) {
        return {.text = look.words.say("o.mail_part_refused", {{"part", part}}), .field = field->first, .more = refusal.text};
    }
    const auto number = refusal.text.substr(line.size(), colon - line.size());
    return {.text = look.words.say("o.mail_line_refused", {{"part", part}, {"line", number}}), .field = field->first, .more = refusal.text};
}

struct Said {
    std::optional<Problem> problem{};
    int status = 200;
    std::optional<MessageText> draft{};           // what is in the fields, where it is not what stands
    std::optional<MessageText> rendered{};
    std::string stand{};                          // what the form was opened with, where it is to be kept
};

http::Response shown(App& app, const Visit& visit, const Meant& meant, Said said = {}) {
    const auto& look = visit.look;
    const auto reader = look.words.language();
    Page page{.screen = "desk/mail", .title = message_in_words(look, meant.name), .status = said.status, .problem = std::move(said.problem)};
    const auto done = visit.request.query.get("done").value_or("");
    if (visit.request.method != http::Method::post && (done == "saved" || done == "removed")) page.news = look.text("o.mail_done_" + done);
    auto& view = page.view;
    const auto& stands = said.draft ? *said.draft : meant.found.parts;

    view.lines("languages", languages(app, visit, meant)).text("to_list", address(look, "mails")).text("to_here", address(look, page_of(meant)));
    view.text("locale", meant.locale).text("language", text::language_in_words(meant.locale, reader));
    view.text("message", meant.name).text("way", std::string(text::direction(meant.locale)));
    if (look.query.starts_with("?lang=")) view.text("in_lang", look.query.substr(6));
    if (meant.own) view.text("own_since", look.words.say("o.mail_own", {{"time", look.time(meant.own->updated_at)}}));
    else if (meant.found.locale == meant.locale) view.text("built_in", look.text("o.mail_built_in"));
    else view.text("built_in", look.words.say("o.mail_falls_back", {{"language", text::language_in_words(meant.found.locale, reader)}}));

    View fields;
    for (const auto& [name, member] : parts) {
        if (!has_part(meant.name, name) && (stands.*member).empty()) continue;
        const bool wrong = page.problem && page.problem->field == name;
        fields.part("of_" + std::string(name), field(stands.*member, wrong ? page.problem->text : std::string()));
    }
    if (may(visit)) {
        fields.text("was", said.stand.empty() ? meant.stand() : said.stand).text("to_look", address(look, page_of(meant) + "/look"));
        if (meant.own) fields.text("to_remove", address(look, page_of(meant) + "/remove", meant.query()));
        view.part("edit", std::move(fields));
    } else {
        view.part("read", std::move(fields));
    }
    if (!said.rendered && !said.draft) {
        if (auto rendered = app.templates.preview(app.db, *visit.shop, visit.context.now, meant.name, meant.locale)) said.rendered = std::move(*rendered);
    }
    if (said.rendered) view.part("preview", preview_of(*said.rendered));
    return show(look, std::move(page));
}

Result<MessageText> rendered(App& app, const Visit& visit, const Meant& meant, const MessageText& draft) {
    return app.templates.preview(app.db, *visit.shop, visit.context.now, meant.name, meant.locale, draft);
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) {
    const auto asked = visit.request.query.get("locale");
    const auto its = meant(app, visit);
    if (!its) return refuse(Why::unknown_item);
    if (asked && text::normal_locale(*asked).empty()) {
        return shown(app, visit, *its, {.problem = Problem{.text = visit.look.text("o.mail_no_language"), .field = "locale"}, .status = 400});
    }
    return shown(app, visit, *its);
}

Result<http::Response> save(App& app, const Visit& visit) {
    const auto its = meant(app, visit);
    if (!its) return refuse(Why::unknown_item);
    auto draft = draft_of(visit);
    const std::string stand(visit.said("was"));
    if (visit.said("do") == "preview") {
        auto text = rendered(app, visit, *its, draft);
        if (!text && text.error().why != Why::bad_parameter) return refuse(text.error());
        if (!text) return shown(app, visit, *its, {.problem = problem_of(visit.look, text.error()), .status = 400, .draft = std::move(draft), .stand = stand});
        return shown(app, visit, *its, {.draft = std::move(draft), .rendered = std::move(*text), .stand = stand});
    }
    if (stand != its->stand()) {
        return shown(app, visit, *its, {.problem = Problem{.text = visit.look.text("o.mail_stale")}, .status = 409, .draft = std::move(draft)});
    }
    const auto set = app.templates.set(app.db, visit.at_shop(), {.name = its->name, .locale = its->locale, .parts = draft});
    if (set) return go(visit.look, page_at(page_of(*its), {{"locale", its->locale}, {"done", "saved"}}));
    if (set.error().why != Why::bad_parameter) return refuse(set.error());
    return shown(app, visit, *its, {.problem = problem_of(visit.look, set.error()), .status = 400, .draft = std::move(draft), .stand = stand});
}

// On a page of its own, which may do nothing and load nothing: what a template says is the shop's, not ours.
Result<http::Response> look(App& app, const Visit& visit) {
    const auto its = meant(app, visit);
    if (!its) return refuse(Why::unknown_item);
    auto draft = draft_of(visit);
    auto text = rendered(app, visit, *its, draft);
    if (!text && text.error().why != Why::bad_parameter) return refuse(text.error());
    if (!text) return shown(app, visit, *its, {.problem = problem_of(visit.look, text.error()), .status = 400, .draft = std::move(draft), .stand = std::string(visit.said("was"))});
    http::Response response{.content_type = "text/html; charset=utf-8", .body = std::move(text->html)};
    response.header("Content-Security-Policy",
                    "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'");
    return response;
}

Result<http::Response> ask_removal(App& app, const Visit& visit) {
    const auto its = meant(app, visit);
    if (!its || !its->own) return refuse(Why::unknown_item);
    const auto& words = visit.look.words;
    const auto language = text::language_in_words(its->locale, words.language());
    return page(visit.look, {.id = "remove",
                             .title = words.say("o.mail_remove_ask", {{"message", message_in_words(visit.look, its->name)}, {"language", language}}),
                             .effects = {visit.look.text("o.mail_remove_effect")}, .action = page_of(*its) + "/remove",
                             .back = page_at(page_of(*its), its->query()), .button = visit.look.text("o.mail_remove"), .carries = its->query()});
}

Result<http::Response> remove(App& app, const Visit& visit) {
    const auto its = meant(app, visit);
    if (!its) return refuse(Why::unknown_item);
    const auto removed = app.templates.remove(app.db, visit.at_shop(), its->name, its->locale);
    // Two who press at once want the same: the second finds it done.
    if (!removed && removed.error().why != Why::unknown_item) return refuse(removed.error());
    const bool left = app.templates.found(app.db, visit.shop->no, its->name, its->locale).has_value();
    return go(visit.look, left ? page_at(page_of(*its), {{"locale", its->locale}, {"done", "removed"}}) : std::string("mails"));
}

}  // namespace authtickets::pages::desk::mail
