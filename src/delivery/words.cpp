// SPDX-License-Identifier: MIT
// What a message says.
#include "delivery/words.h"

#include <algorithm>
#include <iterator>

#include <authtickets/core/links.h>
#include <authtickets/core/one_time.h>
#include <authtickets/text/browsers.h>
#include <authtickets/text/locales.h>
#include <authtickets/text/names.h>
#include <authtickets/text/phone.h>

#include "delivery/plan.h"

namespace authtickets::delivery {
namespace {

using deliveries::Delivery;
using deliveries::Payload;
using deliveries::Schedule;
using outbox::Cause;

bool carries_secret(Schedule schedule) { return schedule == Schedule::code || schedule == Schedule::link; }

// What was promised; when it is sent late, what is left of it.
Seconds life_left(const Cause& cause, Time now) {
    constexpr auto in_time = std::chrono::seconds(10);
    if (!cause.expires_at) return Seconds{0};
    const auto from = now - cause.at <= in_time ? cause.at : now;
    return std::max(Seconds{0}, std::chrono::floor<Seconds>(*cause.expires_at - from));
}

// A code to sign in with that was asked for at our own pages, where the link enters it (P5). A store asks on a page of its own.
constexpr std::string_view one_time_page = "{base}/account/sign-in/one-time?u={user}&c={token}";
bool enters_code(const Cause& cause) {
    if (cause.event == events::Name::signin_token_sent) return true;  // where the shop says so (link_of)
    return cause.event == events::Name::signin_code_sent && cause.application == ApplicationNo{};
}

}  // namespace

std::string link_of(const realms::Realm& realm, const Cause& cause) {
    const auto either = [](const std::string& set, std::string_view own) { return set.empty() ? own : std::string_view(set); };
    const auto& settings = realm.settings;
    if (cause.event == events::Name::signin_code_sent) return links::address(one_time_page, realm.address, cause.code.reveal(), cause.user);
    if (cause.event == events::Name::signin_token_sent) {
        return one_time::address(settings.one_time_link, {.base = realm.address, .token = cause.code.reveal(), .user_name = cause.user_name,
                                                          .realm = realm.id, .profile = cause.profile_id, .login = cause.login});
    }
    std::string_view pattern = either(settings.unlock_link, links::unlock_page);
    if (cause.event == events::Name::password_reset_sent) pattern = either(settings.reset_link, links::reset_page);
    if (cause.event == events::Name::verification_token_sent) pattern = links::verify_page;
    if (cause.event == events::Name::contact_code_sent) {
        // Who registers is at our own page already.
        pattern = cause.reason == "registration" ? links::register_page : either(settings.confirm_link, links::confirm_page);
    }
    return links::address(pattern, realm.address, cause.link.reveal(), cause.user);
}

text::Values values(const Payload& payload, const realms::Realm& realm, Time now, Life life, std::string_view reader, std::string_view written) {
    const auto& cause = payload.cause;
    const auto* const site = site_of(realm, payload.site);
    const auto spoken = text::spoken_tag(reader, written);
    const bool alive = life == Life::alive;
    text::Values out{
        .shop = site && !site->name.empty() ? site->name : realm.name,
        .shop_url = realm.address.empty() ? std::string{} : realm.address + "/",
        .name = payload.first_name,
        .user_name = cause.user_name,
        .time = text::time_in_words(cause.at, spoken, realm.settings.time_zone),
        .address = cause.address,
        .browser = text::browser_name(cause.browser),
        .region = cause.region.empty() ? std::string{} : text::region_in_words(cause.region, spoken),
        .host = host_name_of(realm.address),
        .locale = std::string(spoken),
        .dir = std::string(text::direction(spoken)),
    };
    if (alive && !cause.code.empty()) out.code = cause.code.reveal();
    if (alive && (!cause.link.empty() || cause.event == events::Name::contact_code_sent || enters_code(cause))) out.link = link_of(realm, cause);
    if (!out.code.empty() || !out.link.empty()) out.minutes = text::duration_in_words(life_left(cause, now), spoken);
    // N7: whoever reads it knows one of the two, which therefore stands there in full; unless a mail program could make a
    // link of it.
    const auto contact = [&](const std::string& value) {
        const bool plain = value.find('@') == value.npos || text::mail_address(value);
        return value == payload.to && plain ? value : text::masked(value);
    };
    if (!cause.old_value.empty()) out.old_contact = contact(cause.old_value);
    if (!cause.new_value.empty()) out.new_contact = contact(cause.new_value);
    if (cause.event == events::Name::signin_token_sent) {
        out.realm_id = dashed(realm.id);
        out.profile_id = dashed(cause.profile_id);
        out.info_id = dashed(cause.login.value);
        if (cause.reason == one_time::name(one_time::Purpose::reset_password)) out.reset = cause.reason;
    }
    out.remaining = cause.remaining;
    if (cause.by_shop) out.by_shop = out.shop;
    if (cause.event == events::Name::second_step_method_changed) {
        auto& step = cause.reason == "sms" ? out.step_sms : cause.reason == "email" ? out.step_email : out.step_none;
        step = cause.reason;
    }
    return out;
}

Payload starred(Payload payload) {
    auto& cause = payload.cause;
    if (!cause.code.empty()) cause.code = Secret(std::string(cause.code.size(), '*'));
    if (!cause.link.empty()) cause.link = Secret(std::string_view("********"));
    const auto mask = [](std::string& contact) {
        if (!contact.empty()) contact = text::masked(contact);
    };
    mask(payload.to);
    mask(cause.destination);
    if (cause.user_name.find('@') != cause.user_name.npos) mask(cause.user_name);
    if (payload.person) {
        mask(payload.person->email);
        mask(payload.person->phone);
    }
    return payload;
}

void add_notice(text::Values& values, const Cause& cause, const Said& said) {
    values.event = said.what;
    values.actor = said.who;
    values.event_id = dashed(cause.event_id.value);
    values.at = iso8601(cause.at);
    values.account = cause.account == AccountNo{} ? std::string{} : std::to_string(cause.account.value);
}

Mail mail(const Delivery& delivery, const Payload& payload, const realms::Realm& realm, const std::string& fallback_sender, Time now,
          const text::MessageText& parts, std::string_view written) {
    const auto& settings = realm.settings;
    const auto* const site = site_of(realm, payload.site);
    Mail out{
        .from = settings.mail_sender.empty() ? fallback_sender : settings.mail_sender,
        .from_name = !settings.mail_sender_name.empty() ? settings.mail_sender_name : site ? site->name : realm.name,
        .to = payload.to,
        .reply_to = settings.mail_reply_to,
        .subject = parts.subject,
        .text = parts.text,
        .html = parts.html,
        .id = hex(delivery.id.value),
        .date = now,
        .headers = {{"Content-Language", std::string(written)}},
    };
    // What opens an account is for its owner alone.
    if (!carries_secret(payload.schedule) && payload.cause.link.empty() && delivery.topic != text::operator_notice) out.bcc = settings.mail_bcc;
    return out;
}

namespace {

std::string without_entities(std::string_view html) {
    constexpr std::pair<std::string_view, std::string_view> entities[] = {
        {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&nbsp;", " "}};
    std::string out;
    for (std::size_t at = 0; at < html.size();) {
        const auto* const entity = html[at] != '&' ? std::end(entities)
                                                   : std::ranges::find_if(entities, [&](const auto& each) { return html.substr(at).starts_with(each.first); });
        out += entity == std::end(entities) ? html.substr(at, 1) : entity->second;
        at += entity == std::end(entities) ? 1 : entity->first.size();
    }
    return out;
}

// The value of href in what stands between < and >.
std::string href_of(std::string_view tag) {
    const auto at = tag.find("href=");
    if (at == tag.npos || at + 6 >= tag.size()) return {};
    const char quote = tag[at + 5];
    if (quote != '"' && quote != '\'') return {};
    const auto end = tag.find(quote, at + 6);
    return end == tag.npos ? std::string{} : std::string(tag.substr(at + 6, end - at - 6));
}

}  // namespace

std::string plain_of(std::string_view html) {
    constexpr std::string_view ends_line[] = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol"};
    std::string out, link;
    const auto add = [&](std::string_view text) {
        for (const char c : text) {
            const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
            if (!blank) out += c;
            else if (!out.empty() && out.back() != ' ' && out.back() != '\n') out += ' ';
        }
    };
    for (std::size_t at = 0; at < html.size();) {
        const auto open = std::min(html.find('<', at), html.size());
        add(html.substr(at, open - at));
        if (open == html.size()) break;
        const auto close = std::min(html.find('>', open), html.size());
        auto tag = html.substr(open + 1, close - open - 1);
        at = std::min(close + 1, html.size());
        const bool ends = tag.starts_with('/');
        if (ends) tag.remove_prefix(1);
        const auto name = tag.substr(0, std::min(tag.find_first_of(" \t\n\r/"), tag.size()));
        if (name == "style" && !ends) at = std::min(html.find("</style", at), html.size());
        if (name == "a" && !ends) link = href_of(tag);
        if (name == "a" && ends && !link.empty()) out += " (" + std::exchange(link, {}) + ")";
        if (name == "br" || (ends && std::ranges::find(ends_line, name) != std::end(ends_line))) {
            while (out.ends_with(' ')) out.pop_back();
            if (!out.empty()) out += '\n';
        }
    }
    while (out.ends_with(' ') || out.ends_with('\n')) out.pop_back();
    return without_entities(out) + "\n";
}

}  // namespace authtickets::delivery
