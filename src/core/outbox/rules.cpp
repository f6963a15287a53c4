// SPDX-License-Identifier: MIT
// Causes as text and back. Members that are empty stay out; what somebody typed is brought into a form that JSON can hold.
#include <authtickets/base/json.h>
#include <authtickets/base/utf8.h>
#include <authtickets/core/outbox.h>

namespace authtickets::outbox {
namespace {

constexpr std::size_t longest = 1024;  // of a text: names, addresses and links are shorter, so only nonsense is cut

std::string recorded(std::string_view typed) {
    std::string out;
    for (std::size_t at = 0; at < typed.size() && out.size() < longest;) {
        const auto begin = at;
        const auto point = next_code_point(typed, at);
        if (point == not_utf8 || point == 0) out += "\xEF\xBF\xBD";  // U+FFFD
        else out += typed.substr(begin, at - begin);
    }
    return out;
}

class Writer {
public:
    void text(std::string_view name, std::string_view value) {
        if (!value.empty()) out_.set(name, recorded(value));
    }
    void id(std::string_view name, const Uuid& value) {
        if (!value.empty()) out_.set(name, hex(value));
    }
    void number(std::string_view name, std::uint32_t value) {
        if (value != 0) out_.set(name, value);
    }
    void time(std::string_view name, Time value) { out_.set(name, iso8601(value)); }
    std::string dump() const { return out_.dump(); }

private:
    Json out_ = Json::object({});
};

// Members that are absent keep their standard value; one of another kind spoils the whole.
class Reader {
public:
    explicit Reader(const Json& from) : from_(from) {}
    bool good() const { return good_; }

    std::string text(std::string_view name) {
        const auto* found = from_.find(name);
        if (!found) return {};
        if (const auto* value = found->text()) return *value;
        good_ = false;
        return {};
    }
    Secret secret(std::string_view name) { return Secret(text(name)); }
    Uuid id(std::string_view name) {
        const auto value = text(name);
        const auto id = parse_uuid(value);
        good_ &= value.empty() || id.has_value();
        return id.value_or(Uuid{});
    }
    std::uint32_t number(std::string_view name) {
        const auto* found = from_.find(name);
        if (!found) return 0;
        const auto value = found->integer();
        if (value && *value >= 0 && *value <= UINT32_MAX) return static_cast<std::uint32_t>(*value);
        good_ = false;
        return 0;
    }
    std::optional<Time> time(std::string_view name) {
        const auto value = text(name);
        const auto time = parse_iso8601(value);
        good_ &= value.empty() || time.has_value();
        return time;
    }
    Bytes bytes(std::string_view name) {
        const auto bytes = from_hex(text(name));
        good_ &= bytes.has_value();
        return bytes.value_or(Bytes{});
    }

private:
    const Json& from_;
    bool good_ = true;
};

constexpr std::string_view channels[] = {"none", "email", "sms"};

}  // namespace

std::string_view name(Channel channel) { return channels[static_cast<std::size_t>(channel)]; }

std::string cause_text(const Cause& cause) {
    Writer out;
    out.text("event", events::name(cause.event));
    out.id("eventId", cause.event_id.value);
    out.id("user", cause.user.value);
    out.number("account", cause.account.value);
    out.id("ticket", cause.ticket.value);
    out.text("userName", cause.user_name);
    out.text("reason", cause.reason);
    out.number("channel", static_cast<std::uint32_t>(cause.channel));
    out.text("destination", cause.destination);
    out.text("region", cause.region);
    out.text("code", cause.code.reveal());
    out.text("link", cause.link.reveal());
    if (cause.expires_at) out.time("expiresAt", *cause.expires_at);
    out.id("codeId", cause.code_id);
    out.text("codeHash", hex(cause.code_hash));
    out.id("profile", cause.profile_id);
    out.id("login", cause.login.value);
    out.text("remaining", cause.remaining);
    out.text("old", cause.old_value);
    out.text("new", cause.new_value);
    out.number("decoy", cause.decoy ? 1 : 0);
    out.id("testOf", cause.test_of.value);
    out.id("only", cause.only.value);
    out.text("topic", cause.topic);
    out.text("outcome", cause.outcome);
    out.text("factor", cause.factor);
    out.text("actor", cause.actor);
    out.text("operator", cause.operator_name);
    out.text("subject", cause.subject);
    out.id("request", cause.request);
    out.time("at", cause.at);
    out.number("application", cause.application.value);
    out.number("site", cause.site);
    out.text("address", cause.address);
    out.text("browser", cause.browser);
    out.number("byShop", cause.by_shop ? 1 : 0);
    return out.dump();
}

std::optional<Cause> read_cause(std::string_view text) {
    const auto json = parse_json(text);
    if (!json || !json->is_object()) return {};
    Reader in(*json);
    const auto event = events::named(in.text("event"));
    const auto at = in.time("at");
    const auto channel = in.number("channel");
    if (!event || !at || channel >= std::size(channels)) return {};
    Cause cause{
        .event = *event,
        .event_id = EventId{in.id("eventId")},
        .user = UserId{in.id("user")},
        .account = AccountNo{in.number("account")},
        .ticket = TicketId{in.id("ticket")},
        .user_name = in.text("userName"),
        .reason = in.text("reason"),
        .channel = static_cast<Channel>(channel),
        .destination = in.text("destination"),
        .region = in.text("region"),
        .code = in.secret("code"),
        .link = in.secret("link"),
        .expires_at = in.time("expiresAt"),
        .code_id = in.id("codeId"),
        .code_hash = in.bytes("codeHash"),
        .profile_id = in.id("profile"),
        .login = LoginId{in.id("login")},
        .remaining = in.text("remaining"),
        .old_value = in.text("old"),
        .new_value = in.text("new"),
        .decoy = in.number("decoy") != 0,
        .test_of = SubscriptionId{in.id("testOf")},
        .only = SubscriptionId{in.id("only")},
        .topic = in.text("topic"),
        .outcome = in.text("outcome"),
        .factor = in.text("factor"),
        .actor = in.text("actor"),
        .operator_name = in.text("operator"),
        .subject = in.text("subject"),
        .request = in.id("request"),
        .at = *at,
        .application = ApplicationNo{in.number("application")},
        .site = in.number("site"),
        .address = in.text("address"),
        .browser = in.text("browser"),
        .by_shop = in.number("byShop") != 0,
    };
    if (!in.good()) return {};
    return cause;
}

Cause cause_of(const events::Stored& event) {
    const auto record = events::record(event);
    const auto told = [&](std::string_view member) {
        const auto* const found = record.details.find(member);
        const auto* const text = found ? found->text() : nullptr;
        return text ? *text : std::string{};
    };
    const auto channel = told("channel");
    return {.event = record.name.value_or(events::Name{}),
            .event_id = event.id,
            .user = event.user.value_or(UserId{}),
            .account = event.account.value_or(AccountNo{}),
            .ticket = event.ticket.value_or(TicketId{}),
            .user_name = record.user_name,
            .reason = event.reason,
            .channel = channel == "email" ? Channel::email : channel == "sms" ? Channel::sms : Channel::none,
            .region = told("region"),
            .outcome = event.outcome,
            .factor = event.factor,
            .actor = record.actor,
            .operator_name = record.operator_name,
            .subject = told("id"),
            .request = event.request_id,
            .at = event.at,
            .application = event.application.value_or(ApplicationNo{}),
            .address = record.address,
            .browser = record.browser};
}

}  // namespace authtickets::outbox
