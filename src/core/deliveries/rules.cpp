// SPDX-License-Identifier: MIT
// When a message is tried again, when it is given up, and what of it rests sealed.
#include <authtickets/core/deliveries.h>

#include <algorithm>
#include <array>
#include <span>

#include <authtickets/base/json.h>
#include <authtickets/base/utf8.h>
#include <authtickets/crypto/hmac.h>
#include <authtickets/text/templates.h>

namespace authtickets::deliveries {
namespace {

using namespace std::chrono_literals;

// Between one attempt and the next. A receiver that is back soon gets a code while it is good.
constexpr std::array<Millis, 4> of_codes{2s, 8s, 20s, 30s};        // at 0, 2, 10, 30, 60 s
constexpr std::array<Millis, 4> of_hooked_codes{2s, 8s, 20s, 90s}; // at 0, 2, 10, 30, 120 s
// Eight over 24 hours.
constexpr std::array<Millis, 7> of_a_day{1min, 5min, 24min, 90min, 3h, 7h, 12h};
static_assert(of_a_day[0] + of_a_day[1] + of_a_day[2] + of_a_day[3] + of_a_day[4] + of_a_day[5] + of_a_day[6] == 24h);
constexpr Millis of_kibo = 1min;  // kibo 8.1

constexpr auto a_day = 25h;       // an hour for the attempts themselves
constexpr auto kibo_keeps = 14 * 24h;
constexpr auto longest_code = 10min;  // OC2

std::optional<Millis> nth(std::span<const Millis> pauses, unsigned attempts) {
    if (attempts == 0 || attempts > pauses.size()) return {};
    return pauses[attempts - 1];
}

constexpr std::array<std::string_view, 4> states{"waiting", "sent", "abandoned", "dropped"};
constexpr std::array<std::string_view, 6> not_agains{"waiting", "a_message", "code", "subscription", "no_event", "site"};
constexpr std::array<std::string_view, 5> outcomes{"accepted", "temporary", "permanent", "too_late", "dropped"};

std::string text_of(const Json& from, std::string_view name) {
    const auto* found = from.find(name);
    const auto* text = found ? found->text() : nullptr;
    return text ? *text : std::string{};
}

Json person_json(const Person& person) {
    return Json::object({{"name", person.name},
                         {"firstName", person.first_name},
                         {"lastName", person.last_name},
                         {"email", person.email},
                         {"phone", person.phone},
                         {"method", static_cast<int>(person.method)},
                         {"role", static_cast<int>(person.role)},
                         {"emailVerified", person.email_verified},
                         {"phoneVerified", person.phone_verified},
                         {"blocked", person.blocked},
                         {"createdAt", iso8601(person.created_at)},
                         {"updatedAt", iso8601(person.updated_at)}});
}

std::optional<Person> read_person(const Json* json) {
    if (!json) return {};
    const auto number = [&](std::string_view name) {
        const auto* const found = json->find(name);
        return found ? found->integer().value_or(0) : 0;
    };
    const auto flag = [&](std::string_view name) {
        const auto* const found = json->find(name);
        return found && found->boolean().value_or(false);
    };
    return Person{.name = text_of(*json, "name"),
                  .first_name = text_of(*json, "firstName"),
                  .last_name = text_of(*json, "lastName"),
                  .email = text_of(*json, "email"),
                  .phone = text_of(*json, "phone"),
                  .method = static_cast<users::Method>(number("method")),
                  .role = static_cast<users::Role>(number("role")),
                  .email_verified = flag("emailVerified"),
                  .phone_verified = flag("phoneVerified"),
                  .blocked = flag("blocked"),
                  .created_at = parse_iso8601(text_of(*json, "createdAt")).value_or(Time{}),
                  .updated_at = parse_iso8601(text_of(*json, "updatedAt")).value_or(Time{})};
}

}  // namespace

std::string_view name(State state) { return states[static_cast<std::size_t>(state) - 1]; }
std::string_view name(Outcome outcome) { return outcomes[static_cast<std::size_t>(outcome) - 1]; }

std::string_view name(NotAgain why) { return not_agains[static_cast<std::size_t>(why)]; }

std::optional<NotAgain> why_not_again(const Delivery& delivery, const std::optional<subscriptions::Subscription>& subscription, bool event_found,
                                      std::size_t sites) {
    if (delivery.state == State::waiting) return NotAgain::waiting;
    const bool notice = delivery.action == Action::mail && delivery.topic == text::operator_notice;
    if (delivery.action != Action::hook && !notice) return NotAgain::a_message;
    if (delivery.action == Action::hook && delivery.format == Format::kibo && delivery.topic == "email.requested") {
        const auto event = events::named(delivery.name);
        using enum events::Name;
        // A code, a link, or the address before it changed: the trail has none of them.
        constexpr std::array lost{signin_code_sent, signin_token_sent, second_step_code_sent, contact_code_sent, verification_code_sent, verification_token_sent, password_reset_sent, account_unlock_requested,
                                  account_locked, contact_changed};
        if (!event || std::ranges::find(lost, *event) != lost.end()) return NotAgain::code;
    }
    if (delivery.format == Format::elasticpath && delivery.topic == subscriptions::one_time_token_key) return NotAgain::code;
    if (delivery.format == Format::freshcom) {
        const auto* const event = subscriptions::trigger_event(delivery.topic);
        if (!event || event->carries != subscriptions::Carries::nothing) return NotAgain::code;
    }
    if (!subscription || !subscription->active) return NotAgain::subscription;
    if (!event_found) return NotAgain::no_event;
    if (delivery.format == Format::kibo && sites > 1) return NotAgain::site;
    return {};
}

DeliveryId told_id(const EventId& event, const SubscriptionId& subscription, std::string_view topic) {
    ByteWriter bytes;
    bytes.raw(event.value.bytes);
    bytes.raw(subscription.value.bytes);
    bytes.raw(as_bytes(topic));
    const auto digest = crypto::sha256(bytes.bytes());
    DeliveryId out;
    auto& id = out.value.bytes;
    std::copy_n(digest.begin(), id.size(), id.begin());
    std::copy_n(event.value.bytes.begin(), 6, id.begin());
    id[6] = static_cast<std::uint8_t>((id[6] & 0x0FU) | 0x70U);  // UUIDv7
    id[8] = static_cast<std::uint8_t>((id[8] & 0x3FU) | 0x80U);
    return out;
}

std::string payload_text(const Payload& payload) {
    // The cause stands in it as the text it is: its reader judges it.
    auto out = Json::object({{"cause", outbox::cause_text(payload.cause)}, {"schedule", static_cast<int>(payload.schedule)}});
    const auto put = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) out.set(name, value);
    };
    put("to", payload.to);
    put("template", payload.template_name);
    put("mailType", payload.mail_type);
    put("emailType", payload.email_type);
    put("email", payload.email);
    put("firstName", payload.first_name);
    put("locale", payload.locale);
    if (payload.site != 0) out.set("site", payload.site);
    put("fullName", payload.full_name);
    put("accountId", payload.account_id);
    put("accountName", payload.account_name);
    put("refused", payload.refused);
    if (payload.person) out.set("person", person_json(*payload.person));
    return out.dump();
}

std::optional<Payload> read_payload(std::string_view text) {
    const auto json = parse_json(text);
    if (!json) return {};
    const auto* schedule = json->find("schedule");
    const auto* site = json->find("site");
    const auto number = schedule ? schedule->integer().value_or(0) : 0;
    auto cause = outbox::read_cause(text_of(*json, "cause"));
    if (!cause || number < 1 || number > static_cast<int>(Schedule::hook_code)) return {};
    return Payload{
        .cause = std::move(*cause),
        .schedule = static_cast<Schedule>(number),
        .to = text_of(*json, "to"),
        .template_name = text_of(*json, "template"),
        .mail_type = text_of(*json, "mailType"),
        .email_type = text_of(*json, "emailType"),
        .email = text_of(*json, "email"),
        .first_name = text_of(*json, "firstName"),
        .locale = text_of(*json, "locale"),
        .site = static_cast<std::uint32_t>(site ? site->integer().value_or(0) : 0),
        .full_name = text_of(*json, "fullName"),
        .account_id = text_of(*json, "accountId"),
        .account_name = text_of(*json, "accountName"),
        .person = read_person(json->find("person")),
        .refused = text_of(*json, "refused"),
    };
}

std::string content_text(const Content& content) {
    auto out = Json::object({{"text", content.text}});
    const auto put = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) out.set(name, value);
    };
    put("from", content.from);
    put("subject", content.subject);
    put("html", content.html);
    return out.dump();
}

bool read_content(std::string_view text, Content& into) {
    const auto json = parse_json(text);
    if (!json) return false;
    into.from = text_of(*json, "from");
    into.subject = text_of(*json, "subject");
    into.html = text_of(*json, "html");
    into.text = text_of(*json, "text");
    return true;
}

Uuid lane_of(const SubscriptionId& subscription, std::string_view topic) {
    ByteWriter bytes;
    bytes.raw(subscription.value.bytes);
    bytes.raw(as_bytes(topic));
    const auto digest = crypto::sha256(bytes.bytes());
    Uuid lane;
    std::copy_n(digest.begin(), lane.bytes.size(), lane.bytes.begin());
    return lane;
}

Uuid log_id(const DeliveryId& delivery, unsigned attempt_no) {
    ByteWriter bytes;
    bytes.raw(delivery.value.bytes);
    bytes.raw(as_bytes(std::to_string(attempt_no)));
    const auto digest = crypto::sha256(bytes.bytes());
    Uuid out;
    std::copy_n(digest.begin(), out.bytes.size(), out.bytes.begin());
    out.bytes[6] = static_cast<std::uint8_t>((out.bytes[6] & 0x0FU) | 0x80U);  // UUIDv8
    out.bytes[8] = static_cast<std::uint8_t>((out.bytes[8] & 0x3FU) | 0x80U);
    return out;
}

namespace {

// In any case of letters: a receiver may shout.
bool same_letter(char one, char other) {
    const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return small(one) == small(other);
}

}  // namespace

std::string kept_answer(std::string_view answer, std::span<const std::string_view> secrets) {
    std::string whole(answer);
    for (const auto secret : secrets) {
        if (secret.empty()) continue;
        for (auto at = whole.begin();;) {
            const auto found = std::search(at, whole.end(), secret.begin(), secret.end(), same_letter);
            if (found == whole.end()) break;
            at = found + static_cast<std::ptrdiff_t>(secret.size());
            std::fill(found, at, '*');
        }
    }
    // Letter for letter, so no secret that the end of what was read cut in two comes within reach.
    std::string out;
    for (std::size_t at = 0; at < whole.size();) {
        const auto begin = at;
        const auto point = next_code_point(whole, at);
        const auto letter = point == not_utf8 || point == 0 ? std::string_view("\xEF\xBF\xBD") : std::string_view(whole).substr(begin, at - begin);
        if (out.size() + letter.size() > longest_answer) break;
        out += letter;
    }
    return out;
}

std::optional<Millis> pause_after(Schedule schedule, unsigned attempts) {
    switch (schedule) {
        case Schedule::code: return nth(of_codes, attempts);
        case Schedule::hook_code: return nth(of_hooked_codes, attempts);
        case Schedule::link:
        case Schedule::notice:
        case Schedule::own: return nth(of_a_day, attempts);
        case Schedule::kibo_code: return nth(of_hooked_codes, attempts).value_or(of_kibo);
        case Schedule::kibo: return of_kibo;
    }
    return {};
}

Time gives_up_at(Schedule schedule, Time created_at, std::optional<Time> expires_at) {
    switch (schedule) {
        case Schedule::code:
        case Schedule::hook_code: return expires_at.value_or(created_at + longest_code);
        case Schedule::link: return std::min(created_at + a_day, expires_at.value_or(created_at + a_day));
        case Schedule::notice:
        case Schedule::own: return created_at + a_day;
        case Schedule::kibo_code:
        case Schedule::kibo: return created_at + kibo_keeps;
    }
    return created_at;
}

After after(const Delivery& delivery, Schedule schedule, Outcome outcome, Time now) {
    if (outcome == Outcome::accepted) return {.state = State::sent, .due_at = now};
    if (outcome == Outcome::dropped) return {.state = State::dropped, .due_at = now};
    const After over{.state = State::abandoned, .due_at = now};
    if (outcome != Outcome::temporary) return over;
    const auto pause = pause_after(schedule, delivery.attempts);
    if (!pause || now + *pause >= delivery.gives_up_at) return over;
    return {.state = State::waiting, .due_at = now + *pause};
}

namespace {

// Of RFC 9562, UUIDv7: 48 bits of milliseconds, the version, twelve bits of chance. Counted from 2020 the time takes 41 bits
// until 2089.
constexpr std::int64_t counted_from = 1'577'836'800'000;
constexpr std::uint64_t times = 1ULL << 41;

DeliveryId bound(std::uint64_t milliseconds, std::uint64_t chance, std::uint8_t rest) {
    DeliveryId out;
    auto& bytes = out.value.bytes;
    bytes.fill(rest);
    for (std::size_t i = 6; i-- > 0; milliseconds >>= 8) bytes[i] = static_cast<std::uint8_t>(milliseconds);
    bytes[6] = static_cast<std::uint8_t>(0x70U | (chance >> 8U));
    bytes[7] = static_cast<std::uint8_t>(chance);
    return out;
}

}  // namespace

std::uint64_t number_of(const DeliveryId& id) {
    const auto since = time_of(id.value).time_since_epoch().count() - counted_from;
    const auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(since, 0)) % times;
    return time << 12U | (id.value.bytes[6] & 0x0FU) << 8U | id.value.bytes[7];
}

std::optional<Range> of_number(std::uint64_t number) {
    const auto time = number >> 12U;
    if (time >= times) return {};
    const auto milliseconds = time + static_cast<std::uint64_t>(counted_from), chance = number & 0xFFFU;
    return Range{.first = bound(milliseconds, chance, 0x00), .last = bound(milliseconds, chance, 0xFF)};
}

}  // namespace authtickets::deliveries
