// SPDX-License-Identifier: MIT
// The columns of an export, in one table for both forms.
#include <authtickets/core/events.h>
#include <authtickets/text/csv.h>

namespace authtickets::events {

namespace {

// Rows are written by us, but an export must also show one that somebody has changed: text that is no JSON stays text.
Json json_in(const std::string& text) {
    auto json = parse_json(text);
    return json ? std::move(*json) : Json(text);
}

template <class Tag>
Json id(const std::optional<UuidOf<Tag>>& id) {
    return id ? Json(dashed(id->value)) : Json();
}

template <class Number>
Json number(const std::optional<Number>& number) {
    return number ? Json(std::int64_t{number->value}) : Json();
}

Json::Object columns(const Stored& event, std::string_view realm, bool intact) {
    return {{"realm", realm},
            {"eventId", dashed(event.id.value)},
            {"name", event.name},
            {"happenedAt", iso8601(event.at)},
            {"outcome", event.outcome},
            {"reason", event.reason},
            {"factor", event.factor},
            {"actor", event.actor},
            {"applicationId", number(event.application)},
            {"userId", id(event.user)},
            {"account", number(event.account)},
            {"ticketId", id(event.ticket)},
            {"operatorId", id(event.operator_id)},
            {"requestId", dashed(event.request_id)},
            {"details", json_in(event.details)},
            {"personal", event.personal ? json_in(*event.personal) : Json()},
            {"personalHash", hex(event.personal_hash)},
            {"keyId", std::int64_t{event.key_id}},
            {"mac", hex(event.mac)},
            {"intact", intact}};
}

// The personal details that people filter by, as columns of their own before the object.
constexpr std::string_view shown_apart[] = {"address", "browser", "userName"};

std::string text_of(const Json& value) {
    if (value.is_null()) return {};
    if (const auto* const text = value.text()) return *text;
    return value.dump();
}

template <class Cell>
std::string line(const Json::Object& columns, Cell&& cell) {
    std::string out;
    const auto append = [&](std::string_view text) {
        if (!out.empty()) out.push_back(',');
        out.append(text::csv_cell(text));
    };
    for (const auto& [name, value] : columns) {
        if (name == "personal") {
            for (const auto& apart : shown_apart) append(cell(apart, value.find(apart) ? *value.find(apart) : Json()));
        }
        append(cell(name, value));
    }
    return out + "\r\n";
}

}  // namespace

Json as_json(const Stored& event, std::string_view realm, bool intact) { return Json(columns(event, realm, intact)); }

std::string csv_head() {
    return line(columns({}, {}, false), [](std::string_view name, const Json&) { return std::string(name); });
}

std::string as_csv(const Stored& event, std::string_view realm, bool intact) {
    return line(columns(event, realm, intact), [](std::string_view, const Json& value) { return text_of(value); });
}

}  // namespace authtickets::events
