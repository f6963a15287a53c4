// SPDX-License-Identifier: MIT
// P18, signed in: another e-mail address or number, or the one there is to be verified. Until the code that went there is entered
// the old one stays in force. What signs in is at stake, so the factors must have been shown a moment ago (RS6).
#include <authtickets/core/contacts.h>
#include <authtickets/text/phone.h>

#include "pages/account/parts.h"
#include "pages/account/screens.h"
#include "pages/entry/typed.h"

namespace authtickets::pages::account::contact {

namespace {

using users::ContactKind;

struct Kind {
    ContactKind kind;
    std::string_view name;                        // the field, and the last part of the address
    std::string_view title, label, hint, missing, wrong, code_lead;  // keys
};
constexpr Kind by_email{ContactKind::email, "email", "p.c_email_title", "p.c_email", "p.c_email_hint", "p.c_email_missing", "p.c_email_wrong", "p.confirm_email_lead"};
constexpr Kind by_phone{ContactKind::phone, "phone", "p.c_phone_title", "p.c_phone", "p.c_phone_hint", "p.c_phone_missing", "p.c_phone_wrong", "p.confirm_phone_lead"};

std::string page_of(const Kind& kind) { return "settings/" + std::string(kind.name); }

const std::optional<users::Contact>& now_in_force(const Visit& visit, const Kind& kind) {
    return kind.kind == ContactKind::phone ? visit.login->phone : visit.login->email;
}

// The code that waits to be entered, if there is one.
std::optional<codes::State> pending(App& app, const Visit& visit, const Kind& kind) {
    const auto channel = kind.kind == ContactKind::phone ? codes::Channel::sms : codes::Channel::email;
    auto state = app.codes.state(app.db, visit.context.realm, codes::on_contact(visit.session->user, channel));
    if (state && state->destination.empty()) state.reset();
    return state;
}

struct Wrong {
    int status = 200;
    std::string_view field{};
    std::string text{};
};

http::Response form(App& app, const Visit& visit, const Kind& kind, const Wrong& wrong, std::string_view typed) {
    const auto& look = visit.look;
    Page page{.screen = "account/contact", .heading = kind.title, .status = wrong.status, };
    const auto waits = pending(app, visit, kind);
    if (waits) page.news = news_of_code(visit, waits->sent_at);
    if (!wrong.text.empty()) {
        page.problem = Problem{.text = wrong.text, .field = wrong.field};
        page.news.clear();
    }
    auto& view = page.view;
    view.text("page", page_of(kind)).text("label", look.text(kind.label)).text("hint", look.text(kind.hint));
    view.text(kind.kind == ContactKind::phone ? "tel" : "mail", "yes");
    const auto& old = now_in_force(visit, kind);
    if (old) view.part("old", contact_of(*old));
    if (waits) {
        auto code = code_of(visit, waits->sent_at, waits->dead_at, waits->tries_left);
        code.text("destination", waits->destination).text("lead", look.text(old && old->value != waits->destination ? kind.code_lead : "p.c_first_lead")).text("label", look.text("p.code")).text("why_code", wrong.field == "code" ? wrong.text : "");
        view.part("waiting", std::move(code));
    }
    // Unverified: sent there at one press.
    if (old && !old->verified && typed.empty()) typed = old->value;
    view.part("contact", field(typed, wrong.field == kind.name ? wrong.text : "").text("name", std::string(kind.name)));
    return show(look, std::move(page));
}

Result<http::Response> open_as(App& app, const Visit& visit, const Kind& kind) {
    if (!fresh(visit)) return step_up(visit, page_of(kind));
    return form(app, visit, kind, {}, {});
}

Result<std::string> normal(const Visit& visit, const Kind& kind, std::string_view typed) {
    if (kind.kind == ContactKind::email) return std::string(typed);
    return text::normal_phone(typed, country_of(visit));
}

// What a refusal of request() or resend() is to the reader.
Result<http::Response> refused(App& app, const Visit& visit, const Kind& kind, const Refusal& refusal, std::string_view typed) {
    const auto& look = visit.look;
    const auto& words = look.words;
    switch (refusal.why) {
        case Why::bad_parameter: return form(app, visit, kind, {400, kind.name, look.text(kind.wrong)}, typed);
        case Why::name_taken: return form(app, visit, kind, {409, kind.name, look.text("p.c_taken")}, typed);
        case Why::throttled: {
            auto response = form(app, visit, kind, {429, {}, words.say("m.wait", {{"duration", words.duration(refusal.retry_after)}})}, typed);
            response.header("Retry-After", std::to_string(refusal.retry_after.count()));
            return response;
        }
        case Why::unknown_item: return form(app, visit, kind, {409, kind.name, look.text("p.c_none_waits")}, typed);
        default: return refuse(refusal);
    }
}

Result<http::Response> ask_as(App& app, const Visit& visit, const Kind& kind) {
    if (!fresh(visit)) return step_up(visit, page_of(kind));
    const auto typed = visit.said(kind.name);
    if (typed.find_first_not_of(" \t") == typed.npos) return form(app, visit, kind, {400, kind.name, visit.look.text(kind.missing)}, {});
    const auto value = normal(visit, kind, typed);
    if (!value) return refused(app, visit, kind, value.error(), typed);
    const auto& old = now_in_force(visit, kind);
    if (old && old->verified && old->value == *value) return go(visit.look, "settings?done=already-verified");
    const auto sent = app.contacts.request(app.db, visit.context, *visit.realm, *visit.login, kind.kind, *value);
    if (!sent) return refused(app, visit, kind, sent.error(), typed);
    return go(visit.look, page_of(kind) + "?done=sent");
}

Result<http::Response> again_as(App& app, const Visit& visit, const Kind& kind) {
    if (!fresh(visit)) return step_up(visit, page_of(kind));
    const auto waits = pending(app, visit, kind);
    if (waits && rests(waits->sent_at, visit.context.now) && waits->tries_left > 0) {
        const auto left = std::chrono::ceil<Seconds>(waits->sent_at + code_rests - visit.context.now);
        return refused(app, visit, kind, {.why = Why::throttled, .retry_after = left}, {});
    }
    const auto sent = app.contacts.resend(app.db, visit.context, *visit.realm, *visit.login, kind.kind);
    if (!sent) return refused(app, visit, kind, sent.error(), {});
    return go(visit.look, page_of(kind) + "?done=again");
}

Result<http::Response> code_as(App& app, const Visit& visit, const Kind& kind) {
    const auto typed = visit.said("code");
    if (const auto problem = entry::misshapen(typed); !problem.empty()) {
        return form(app, visit, kind, {400, "code", visit.look.text(problem)}, {});
    }
    const auto waited = pending(app, visit, kind);
    if (!waited) return refused(app, visit, kind, {.why = Why::unknown_item}, {});
    const auto done = app.contacts.confirm(app.db, visit.context, *visit.realm, visit.session->user, kind.kind, typed);
    if (done) return go(visit.look, "settings?done=" + std::string(kind.name));
    const auto& refusal = done.error();
    if (refusal.why == Why::name_taken) return form(app, visit, kind, {409, kind.name, visit.look.text("p.c_taken")}, {});
    const auto left = pending(app, visit, kind);
    auto why = why_wrong(visit, refusal, left && visit.context.now < left->dead_at ? left->tries_left : 0, waited->sent_at);
    if (waited->dead_at <= visit.context.now && refusal.why == Why::code_wrong) why = visit.look.text("m.code_expired");
    if (why.empty()) return refuse(refusal);
    return form(app, visit, kind, {refusal.why == Why::throttled ? 429 : 401, "code", std::move(why)}, {});
}

}  // namespace

Result<http::Response> email(App& app, const Visit& visit) { return open_as(app, visit, by_email); }
Result<http::Response> phone(App& app, const Visit& visit) { return open_as(app, visit, by_phone); }
Result<http::Response> ask_email(App& app, const Visit& visit) { return ask_as(app, visit, by_email); }
Result<http::Response> ask_phone(App& app, const Visit& visit) { return ask_as(app, visit, by_phone); }
Result<http::Response> email_code(App& app, const Visit& visit) { return code_as(app, visit, by_email); }
Result<http::Response> phone_code(App& app, const Visit& visit) { return code_as(app, visit, by_phone); }
Result<http::Response> email_again(App& app, const Visit& visit) { return again_as(app, visit, by_email); }
Result<http::Response> phone_again(App& app, const Visit& visit) { return again_as(app, visit, by_phone); }

}  // namespace authtickets::pages::account::contact
