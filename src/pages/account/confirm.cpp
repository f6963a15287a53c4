// SPDX-License-Identifier: MIT
// P18: the code that was sent to a new address or number takes it into force. What is no code at all costs no try (UI12).
#include "pages/account/screens.h"
#include "pages/entry/typed.h"

namespace authtickets::pages::account::confirm {

namespace {

struct Asked {
    UserId user{};
    users::ContactKind kind = users::ContactKind::email;
};

// Who it is about. The link says so, and the form says it again.
std::optional<Asked> asked(const http::Query& query) {
    const auto user = parse_uuid(query.get("u").value_or(""));
    if (!user) return std::nullopt;
    const auto kind = query.get("k").value_or("email") == "phone" ? users::ContactKind::phone : users::ContactKind::email;
    return Asked{.user = UserId{*user}, .kind = kind};
}

http::Response dead(const Visit& visit) {
    return show(visit.look, Note{.heading = "p.link_dead_title", .status = 410,
                                 .problem = Problem{.text = std::string(visit.look.words.at("m.link_dead"))}});
}

bool by_phone(const Asked& asked) { return asked.kind == users::ContactKind::phone; }

http::Response form(const Visit& visit, const Asked& asked, int status, std::string_view problem) {
    const auto& words = visit.look.words;
    Page page{.screen = "account/confirm", .heading = "p.confirm_title", .status = status};
    if (!problem.empty()) page.problem = Problem{.text = std::string(words.at(problem)), .field = "code"};
    page.view.text("user", hex(asked.user.value)).text("kind", by_phone(asked) ? "phone" : "email");
    page.view.text("lead", std::string(words.at(by_phone(asked) ? "p.confirm_phone_lead" : "p.confirm_email_lead")));
    return show(visit.look, std::move(page));
}

}  // namespace

Result<http::Response> open(App&, const Visit& visit) {
    const auto who = asked(visit.request.query);
    return who ? form(visit, *who, 200, {}) : dead(visit);
}

Result<http::Response> enter(App& app, const Visit& visit) {
    const auto who = asked(visit.form);
    if (!who) return dead(visit);
    const auto typed = visit.form.get("code").value_or("");
    if (const auto problem = entry::misshapen(typed); !problem.empty()) return form(visit, *who, 400, problem);
    const auto confirmed = app.contacts.confirm(app.db, visit.context, *visit.realm, who->user, who->kind, typed);
    if (!confirmed) {
        const auto& refusal = confirmed.error();
        if (refusal.why == Why::code_wrong) return form(visit, *who, 401, refusal.text == "spent" ? "m.code_spent" : "m.code_wrong");
        if (refusal.why == Why::name_taken) return form(visit, *who, 409, "p.contact_taken");
        return refuse(refusal);
    }
    const auto& words = visit.look.words;
    return show(visit.look, Note{.heading = "p.confirmed_title",
                                 .news = std::string(words.at(by_phone(*who) ? "p.confirmed_phone" : "p.confirmed_email"))});
}

}  // namespace authtickets::pages::account::confirm
