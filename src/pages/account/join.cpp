// SPDX-License-Identifier: MIT
// P19: a new customer. Nobody has an account before the code is entered that went to the address, so that what these pages show
// is the same for a free address and a taken one, whose owner gets a mail instead (X12). What was filled in is held by the
// browser, sealed, in a cookie of its own.
#include <authtickets/core/registration.h>
#include <authtickets/text/phone.h>

#include "pages/account/parts.h"
#include "pages/account/screens.h"
#include "pages/entry/flow.h"

namespace authtickets::pages::account::join {

namespace {

constexpr std::string_view held_cookie = "authtickets-registration";

bool asks_phone(const Visit& visit) { return visit.realm->settings.default_step == realms::DefaultStep::sms; }

void hold(http::Response& response, const Visit& visit, std::string_view held) {
    const Seconds life = held.empty() ? Seconds(0) : std::chrono::duration_cast<Seconds>(registration::life);
    response.header("Set-Cookie", http::set_cookie({.name = held_cookie, .value = held, .life = life, .secure = secure(*visit.shop)}));
}

std::string held_by(const Visit& visit) { return cookie(visit.request, held_cookie, secure(*visit.shop)).value_or(""); }

struct Wrong {
    int status = 200;
    std::string_view field{};
    std::string text{};
};

void retry_after(http::Response& response, const Refusal& refusal) {
    if (refusal.retry_after.count() > 0) response.header("Retry-After", std::to_string(refusal.retry_after.count()));
}

std::string wait_of(const Visit& visit, const Refusal& refusal) {
    const auto& words = visit.look.words;
    return words.say("m.wait", {{"duration", words.duration(refusal.retry_after)}});
}

http::Response form(App& app, const Visit& visit, const Wrong& wrong) {
    Page page{.screen = "account/register", .heading = "p.r_title", .status = wrong.status, .card = true};
    if (!wrong.text.empty()) page.problem = Problem{.text = wrong.text, .field = wrong.field};
    auto& view = page.view;
    const auto part = [&](std::string_view name) { view.part(name, field(visit.said(name), wrong.field == name ? wrong.text : "")); };
    part("first");
    part("last");
    part("email");
    if (asks_phone(visit)) part("phone");
    view.part("fresh", field({}, wrong.field == "password" ? wrong.text : ""));  // what was typed is not sent back
    view.text("to", entry::wanted(visit)).text("ways", entry::ways(visit.look, entry::wanted(visit)));
    entry::add_rules(view, app, visit, false);
    return show(visit.look, std::move(page));
}

http::Response code_form(const Visit& visit, const registration::Started& started, const Wrong& wrong) {
    const auto& look = visit.look;
    const bool sms = started.channel == codes::Channel::sms;
    Page page{.screen = "account/register_code", .heading = "p.r_code_title", .status = wrong.status,
              .news = news_of_code(visit, started.sent_at), .card = true};
    if (!wrong.text.empty()) {
        page.problem = Problem{.text = wrong.text, .field = wrong.field};
        page.news.clear();
    }
    auto code = code_of(visit, started.sent_at, started.dead_at, started.tries_left);
    code.text("label", look.text("p.code")).text("why_code", wrong.field == "code" ? wrong.text : "");
    page.view.part("waiting", std::move(code)).text("destination", started.destination);
    page.view.text("lead", look.text(sms ? "p.r_phone_lead" : "p.r_email_lead"));
    page.view.text("to", entry::wanted(visit)).text("ways", entry::ways(look, entry::wanted(visit)));
    return show(look, std::move(page));
}

// None of ours, or it took too long: from the beginning.
http::Response over(const Visit& visit) {
    auto response = go(visit.look, entry::with_to("register", entry::wanted(visit)));
    if (!held_by(visit).empty()) {
        response = show(visit.look, Note{.heading = "p.r_title", .status = 410, .problem = Problem{.text = visit.look.text("p.r_over")},
                                         .to = "register", .way = "p.r_start"});
        hold(response, visit, {});
    }
    return response;
}

http::Response on(const Visit& visit, const registration::Started& started, bool again = false) {
    auto page = entry::with_to("register/code", entry::wanted(visit));
    if (again) page.append(page.find('?') == page.npos ? "?" : "&").append("done=again");
    auto response = go(visit.look, page);
    hold(response, visit, started.held);
    return response;
}

// At which field of the form, and in which words.
std::optional<Wrong> told(const Visit& visit, const Refusal& refusal, std::string_view password) {
    const auto& look = visit.look;
    if (auto broken = entry::broken_rule(visit, refusal, password, false); !broken.empty()) return Wrong{400, "password", std::move(broken)};
    if (refusal.why == Why::throttled) return Wrong{429, {}, wait_of(visit, refusal)};
    if (refusal.why != Why::bad_parameter && refusal.why != Why::missing_parameter) return std::nullopt;
    const bool missing = refusal.why == Why::missing_parameter;
    if (refusal.field == "email") return Wrong{400, "email", look.text(missing ? "p.c_email_missing" : "p.c_email_wrong")};
    if (refusal.field == "phone") return Wrong{400, "phone", look.text(missing ? "p.c_phone_missing" : "p.c_phone_wrong")};
    if (refusal.field == "first_name") return Wrong{400, "first", look.text("p.r_too_long")};
    if (refusal.field == "last_name") return Wrong{400, "last", look.text("p.r_too_long")};
    return std::nullopt;
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) { return form(app, visit, {}); }

Result<http::Response> send(App& app, const Visit& visit) {
    const auto password = visit.said("password");
    customers::NewCustomer customer{.profile = {.email = std::string(visit.said("email")), .first_name = std::string(visit.said("first")),
                                                .last_name = std::string(visit.said("last")),
                                                .locale_code = std::string(visit.look.words.language())},
                                    .login = customers::NewCustomer::NewPassword{.password = Secret(password)}};
    const auto phone = visit.said("phone");
    if (asks_phone(visit) && !phone.empty()) {
        auto normal = text::normal_phone(phone, country_of(visit));
        if (!normal && normal.error().why != Why::bad_parameter) return refuse(normal.error());
        if (!normal) return form(app, visit, {400, "phone", visit.look.text("p.c_phone_wrong")});
        customer.phone = std::move(*normal);
    }
    Result<registration::Started> started = refuse(Why::password_weak);
    if (!password.empty() || visit.said("email").empty()) {
        started = app.registrations.begin(app.db, visit.context, *visit.realm, std::move(customer));
    }
    if (started) return on(visit, *started);
    auto wrong = told(visit, started.error(), password);
    if (!wrong && started.error().why == Why::missing_parameter) wrong = Wrong{400, "password", visit.look.text("p.o_password_missing")};
    if (!wrong) return refuse(started.error());
    auto response = form(app, visit, *wrong);
    retry_after(response, started.error());
    return response;
}

Result<http::Response> code(App& app, const Visit& visit) {
    const auto started = app.registrations.look(app.db, visit.context, held_by(visit));
    return started ? code_form(visit, *started, {}) : over(visit);
}

Result<http::Response> enter(App& app, const Visit& visit) {
    const auto& look = visit.look;
    const auto before = app.registrations.look(app.db, visit.context, held_by(visit));
    if (!before) return over(visit);
    const auto typed = visit.said("code");
    if (const auto problem = entry::misshapen(typed); !problem.empty()) return code_form(visit, *before, {400, "code", look.text(problem)});
    auto entered = app.registrations.enter(app.db, visit.context, *visit.realm, held_by(visit), typed, visit.evidence(app));
    if (!entered) {
        const auto& refusal = entered.error();
        if (refusal.why == Why::link_dead) return over(visit);
        if (refusal.why == Why::name_taken) {  // whoever reads this has shown that the mailbox is his
            auto response = show(look, Note{.heading = "p.r_title", .status = 409, .problem = Problem{.text = look.text("p.r_taken")},
                                            .to = "sign-in", .way = "p.r_sign_in"});
            hold(response, visit, {});
            return response;
        }
        const auto after = app.registrations.look(app.db, visit.context, held_by(visit));
        auto why = before->dead_at <= visit.context.now && refusal.why == Why::code_wrong
                       ? look.text("m.code_expired")
                       : why_wrong(visit, refusal, after ? after->tries_left : 0, before->sent_at);
        if (why.empty()) return refuse(refusal);
        auto response = code_form(visit, after ? *after : *before, {refusal.why == Why::throttled ? 429 : 401, "code", std::move(why)});
        retry_after(response, refusal);
        return response;
    }
    if (entered->next) return on(visit, *entered->next);
    auto followed = entry::follow(app, visit, *entered->signed_in, entry::wanted(visit), {});
    if (!followed) return followed;
    auto response = std::move(*followed);
    hold(response, visit, {});
    return response;
}

Result<http::Response> again(App& app, const Visit& visit) {
    const auto before = app.registrations.look(app.db, visit.context, held_by(visit));
    if (!before) return over(visit);
    Refusal early{.why = Why::throttled};
    if (before->tries_left > 0 && rests(before->sent_at, visit.context.now)) {
        early.retry_after = std::chrono::ceil<Seconds>(before->sent_at + code_rests - visit.context.now);
    }
    const auto sent = early.retry_after.count() > 0 ? Result<registration::Started>(refuse(early))
                                                    : app.registrations.again(app.db, visit.context, *visit.realm, held_by(visit));
    if (sent) return on(visit, *sent, true);
    const auto& refusal = sent.error();
    if (refusal.why == Why::link_dead) return over(visit);
    if (refusal.why != Why::throttled) return refuse(refusal);
    auto response = code_form(visit, *before, {429, {}, wait_of(visit, refusal)});
    retry_after(response, refusal);
    return response;
}

}  // namespace authtickets::pages::account::join
