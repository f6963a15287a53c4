// SPDX-License-Identifier: MIT
// What a browser holds of a registration, as text and back.
#include <authtickets/core/registration.h>

#include <authtickets/base/bytes.h>
#include <authtickets/base/json.h>

namespace authtickets::registration {
namespace {

std::int64_t number(Time at) { return at.time_since_epoch().count(); }

std::optional<Time> time_of(const Json* value) {
    const auto count = value ? value->integer() : std::nullopt;
    return count ? std::optional(Time(Millis(*count))) : std::nullopt;
}

}  // namespace

std::string text_of(const Held& held) {
    auto out = Json::object({{"user", hex(held.user.value)},
                             {"login", hex(held.login.value)},
                             {"email", held.email},
                             {"first", held.first_name},
                             {"last", held.last_name},
                             {"phone", held.phone},
                             {"locale", held.locale},
                             {"password", base64url(as_bytes(held.sealed_password))},
                             {"step", std::string(realms::name(held.step))},
                             {"begun", number(held.begun_at)}});
    if (held.email_at) out.set("shown", number(*held.email_at));
    return out.dump();
}

std::optional<Held> held_of(std::string_view text) {
    const auto read = parse_json(text);
    if (!read || !read->is_object()) return std::nullopt;
    bool whole = true;
    const auto said = [&](std::string_view name) {
        const auto* value = read->find(name);
        whole = whole && value && value->text();
        return value && value->text() ? *value->text() : std::string();
    };
    Held held{.email = said("email"), .first_name = said("first"), .last_name = said("last"), .phone = said("phone"),
              .locale = said("locale")};
    const auto user = parse_uuid(said("user")), login = parse_uuid(said("login"));
    const auto password = from_base64url(said("password"));
    const auto step = said("step");
    const auto begun = time_of(read->find("begun"));
    if (!whole || !user || !login || !password || !begun) return std::nullopt;
    held.user = UserId{*user};
    held.login = LoginId{*login};
    held.sealed_password = as_text(*password);
    for (const auto each : {realms::DefaultStep::none, realms::DefaultStep::sms, realms::DefaultStep::email}) {
        if (realms::name(each) == step) held.step = each;
    }
    held.begun_at = *begun;
    held.email_at = time_of(read->find("shown"));
    return held;
}

bool over(const Held& held, Time now) { return now >= held.begun_at + life; }

}  // namespace authtickets::registration
