// SPDX-License-Identifier: MIT
// When a message is tried again, when it is given up, and what of it rests sealed.
#include <authtickets/core/deliveries.h>

#include <algorithm>
#include <array>
#include <span>

#include <authtickets/base/json.h>
#include <authtickets/crypto/hmac.h>

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
constexpr std::array<std::string_view, 5> outcomes{"accepted", "temporary", "permanent", "too_late", "dropped"};

std::string text_of(const Json& from, std::string_view name) {
    const auto* found = from.find(name);
    const auto* text = found ? found->text() : nullptr;
    return text ? *text : std::string{};
}

}  // namespace

std::string_view name(State state) { return states[static_cast<std::size_t>(state) - 1]; }
std::string_view name(Outcome outcome) { return outcomes[static_cast<std::size_t>(outcome) - 1]; }

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
    return out.dump();
}

std::optional<Payload> read_payload(std::string_view text) {
    const auto json = parse_json(text);
    if (!json) return {};
    const auto* schedule = json->find("schedule");
    const auto* site = json->find("site");
    const auto number = schedule ? schedule->integer().value_or(0) : 0;
    auto cause = outbox::read_cause(text_of(*json, "cause"));
    if (!cause || number < 1 || number > static_cast<int>(Schedule::own)) return {};
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
    };
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

std::optional<Millis> pause_after(Schedule schedule, unsigned attempts) {
    switch (schedule) {
        case Schedule::code: return nth(of_codes, attempts);
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
        case Schedule::code: return expires_at.value_or(created_at + longest_code);
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
