// SPDX-License-Identifier: MIT
// Which of our events are which of Kibo's. The tables are those of core/subscriptions; what is told here is how the trail
// names them.
#include <authtickets/core/pulls.h>

#include <algorithm>
#include <array>

#include <authtickets/base/json.h>

namespace authtickets::pulls {
namespace {

using events::Name;

constexpr std::string_view email_requested = "email.requested";
constexpr std::array<std::string_view, 4> all_topics{"customeraccount.created", "customeraccount.updated", "customeraccount.deleted",
                                                     email_requested};
constexpr std::array account_events{Name::account_created,   Name::account_registered, Name::account_updated, Name::account_suspended,
                                    Name::account_activated, Name::contact_changed,    Name::account_deleted};

// What a row that makes a message due is called where the message is told of: a link that a shopper asked for has a row of
// another name than one that an operator sent.
Name caused(Name written) { return written == Name::password_reset_requested ? Name::password_reset_sent : written; }

// Of a failed sign-up the owner of the address is told, of whom the row knows nothing.
bool is_pulled(Name event) { return event != Name::registration_refused; }

// A failure causes no mail, since it is an unknown user's or one that may not get it; but a lock is one.
bool mailed(const events::Stored& event, Name name) {
    return event.factor != "sms" && (event.outcome == "success" || name == Name::account_locked);
}

}  // namespace

std::span<const std::string_view> topics() { return all_topics; }

std::vector<std::string_view> names_of(std::string_view topic) {
    std::vector<std::string_view> out;
    if (topic == email_requested) {
        for (const auto& each : subscriptions::built_in()) {
            const auto name = events::name(each.event);
            if (is_pulled(each.event) && std::ranges::find(out, name) == out.end()) out.push_back(name);
        }
        out.push_back(events::name(Name::password_reset_requested));
        return out;
    }
    for (const auto each : account_events) {
        if (subscriptions::kibo_topic_of_account(each) == topic) out.push_back(events::name(each));
    }
    return out;
}

std::optional<Pulled> pulled(const events::Stored& event, std::string_view topic) {
    const auto name = events::named(event.name);
    if (!name) return {};
    const auto known = std::ranges::find(all_topics, topic);
    if (known == all_topics.end()) return {};
    if (*known != email_requested) {
        const bool of_it = subscriptions::kibo_topic_of_account(*name) == topic;
        return of_it ? std::optional(Pulled{.event = event, .topic = *known}) : std::nullopt;
    }
    const auto* const message = subscriptions::built_in({.event = caused(*name), .reason = event.reason});
    if (!message || !is_pulled(*name) || !mailed(event, *name)) return {};
    return Pulled{.event = event, .topic = *known, .email_type = message->email_type};
}

}  // namespace authtickets::pulls
