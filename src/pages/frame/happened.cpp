// SPDX-License-Identifier: MIT
// Events in the reader's words. A text that no language knows is shown as it was stored, never as a key.
#include "pages/frame/happened.h"

namespace authtickets::pages {

namespace {

std::optional<std::string> word(const Words& words, const std::string& key) {
    const auto found = words.all().find(key);
    return found == words.all().end() ? std::nullopt : std::optional(found->second);
}

std::string what(const Look& look, const events::Record& event) {
    const auto& words = look.words;
    const auto key = "e." + event.name_text;
    auto said = event.success ? std::nullopt : word(words, key + ".not");
    if (!said) said = word(words, key).value_or(event.name_text);
    // What an operator gave as the reason (M4) is for operators.
    const auto* const given = look.side == Side::desk ? event.details.find("why") : nullptr;
    if (given && given->text()) return words.say("p.happened_reason", {{"what", *said}, {"reason", *given->text()}});
    // Whether the user or the account was suspended is for programs: "activated: disabled" says nothing to a reader.
    const bool silent = event.reason.empty() || event.name_text == "account.suspended" || event.name_text == "account.activated";
    const auto why = silent ? std::nullopt : word(words, "e.why." + event.reason);
    return why ? words.say("p.happened_why", {{"what", *said}, {"why", *why}}) : *said;
}

std::string who(const Words& words, const events::Record& event) {
    if (event.actor == "customer" && !event.user_name.empty()) return event.user_name;
    const auto key = "e.actor." + event.actor;
    return words.all().contains(key) ? words.say(key, {{"name", event.operator_name}}) : std::string();
}

}  // namespace

Happened happened(const Look& look, const events::Record& event) {
    return {.what = what(look, event), .who = who(look.words, event),
            .origin = look.text("p.from_" + std::string(events::name(event.origin)))};
}

}  // namespace authtickets::pages
