// SPDX-License-Identifier: MIT
// Small things of many screens.
#include "pages/account/parts.h"

#include <charconv>

#include <authtickets/core/customers.h>
#include <authtickets/text/locales.h>
#include <authtickets/text/phone.h>

namespace authtickets::pages::account {

std::string_view country_of(const Visit& visit) {
    const auto* const site = visit.shop->site_at(visit.request.host);
    if (site) return site->country_code;
    return visit.shop->sites.empty() ? std::string_view{} : std::string_view(visit.shop->sites.front().country_code);
}

bool acted_for(const Visit& visit) { return visit.session && visit.session->acting; }

bool fresh(const Visit& visit) {
    return customers::fresh(*visit.session, *visit.login, visit.context.now, visit.realm->settings.step_up_window);
}

bool one_fresh(const Visit& visit) {
    const auto within = [&](const std::optional<Time>& at) { return at && visit.context.now - *at <= visit.realm->settings.step_up_window; };
    const auto& session = *visit.session;
    return within(session.password_at) || within(session.app_at) || within(session.email_at) || within(session.sms_at);
}

http::Response step_up(const Visit& visit, std::string_view to) { return go(visit.look, "step-up?to=" + std::string(to)); }

std::string news_of(const Visit& visit, std::initializer_list<News> all) {
    const auto done = visit.request.query.get("done").value_or("");
    for (const auto& each : all) {
        if (each.done == done) return visit.look.text(each.text);
    }
    return {};
}

View contact_of(const users::Contact& contact) {
    View out;
    out.text("value", contact.value).text("masked", text::masked(contact.value));
    out.text(contact.verified ? "verified" : "unverified", "yes");
    return out;
}

View field(std::string_view value, std::string_view why) {
    return std::move(View().text("value", std::string(value)).text("why", std::string(why)));
}

std::string news_of_code(const Visit& visit, Time sent_at) {
    const auto done = visit.request.query.get("done").value_or("");
    if (done == "sent") return visit.look.text("p.c_sent");
    return done == "again" ? visit.look.words.say("m.code_sent", {{"time", visit.look.clock(sent_at)}}) : std::string();
}

bool rests(Time sent_at, Time now) { return now - sent_at < code_rests; }

View code_of(const Visit& visit, Time sent_at, Time dead_at, unsigned tries_left) {
    const auto now = visit.context.now;
    View out;
    if (tries_left == 0 || now >= dead_at) return std::move(out.text("over", "yes"));
    out.part("sent", View().text("iso", iso8601(sent_at)).text("said", visit.look.clock(sent_at))).text("minutes", visit.look.words.duration(std::chrono::floor<Seconds>(dead_at - now)));
    if (rests(sent_at, now)) out.text("rest", std::to_string(std::chrono::ceil<Seconds>(sent_at + code_rests - now).count()));
    return out;
}

std::string why_wrong(const Visit& visit, const Refusal& refusal, unsigned tries_left, Time sent_at) {
    const auto& words = visit.look.words;
    if (refusal.why == Why::throttled) return words.say("m.wait", {{"duration", words.duration(refusal.retry_after)}});
    if (refusal.why != Why::code_wrong) return {};
    if (refusal.text == "expired") return visit.look.text("m.code_expired");
    if (refusal.text == "newer") return words.say("m.code_newer_sent", {{"time", visit.look.clock(sent_at)}});
    if (refusal.text == "spent" || refusal.text == "closed" || tries_left == 0) return visit.look.text("m.code_spent");
    return visit.look.text("m.code_wrong");
}

std::optional<std::uint32_t> number_of(std::string_view text) {
    std::uint32_t value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

View time_of(const Look& look, Time at) { return std::move(View().text("iso", iso8601(at)).text("said", look.time(at))); }

}  // namespace authtickets::pages::account
