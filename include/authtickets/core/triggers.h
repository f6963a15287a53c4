// SPDX-License-Identifier: MIT
// Notification triggers and their templates (FC210 to FC239, docs/freshcom.md): a view of the subscriptions that there are. Those of
// the shop's own are rows of the format freshcom; the built-in ones are shown beside them, under ids of their own, and can be switched
// and not changed. Fields of refusals: name, description, status, event, action_type, action_target, secret; to, reply_to,
// subject, html, text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/base/rng.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/subscriptions.h>
#include <authtickets/core/templates.h>
#include <authtickets/db/db.h>
#include <authtickets/net/url.h>
#include <authtickets/text/templates.h>

namespace authtickets::triggers {

using subscriptions::Action;

enum class Kind : std::uint8_t { email = 1, sms = 2 };  // stored
enum class Status : std::uint8_t { draft, active, disabled };
std::string_view name(Status);                          // "draft"
std::optional<Status> status_named(std::string_view);

// Of an SMS `text` is what it says; the rest is a mail's.
struct Template {
    Uuid id{};
    Kind kind{};
    std::string name{}, description{};
    std::string to{};            // {{user.email}} and the like, or an address
    std::string reply_to{}, subject{}, html{}, text{};
    std::string system_label{};  // of a built-in one: "password_reset"
    Time created_at{}, updated_at{};
};
struct TemplateChanges {         // what is absent stays as it is
    std::optional<std::string> name{}, description{}, to{}, reply_to{}, subject{}, html{}, text{};
};

struct Trigger {
    Uuid id{};
    std::string name{}, description{};
    std::string event{};         // "identity.user.tfa_code.create.success"
    Action action{};             // mail, sms or hook
    std::string target{};        // a template's id; the address of a hook
    Status status = Status::active;
    std::optional<Secret> secret{};  // of a hook
    std::string system_label{};  // of a built-in one: "code.second_step/sms"
    Time created_at{}, updated_at{};
};
struct TriggerChanges {          // what is absent stays as it is; event and action are for a new one
    std::optional<std::string> name{}, description{}, event{}, action{}, target{}, status{};
    std::optional<Secret> secret{};
};
std::optional<Action> action_named(std::string_view);   // "send_email", "send_sms", "invoke_webhook", "webhook"

// rules
inline constexpr std::size_t most_templates = 100;      // of one realm and kind
// All that is wrong, the first with the rest as its others.
Result<Template> checked(Template);
// What its words are for.
struct Words {
    std::optional<text::Template> subject{}, html{}, text{};
    bool says(std::string_view variable) const;         // somewhere, outside of its own section or in it
    bool says_secret(subscriptions::Carries) const;     // what the event brings
};
Words words(const Template&);                           // of one that was checked
std::vector<std::string_view> secrets_of(subscriptions::Carries);  // the variables that say it; a link has its token in it
// Where a message goes: `to` filled in. Empty: nobody is there.
std::string filled_in(const std::string& to, const text::TriggerValues&);
// Whether a trigger may send it: the kind is the action's, its words say no code and no token but the event's, one that is said goes by
// the way that it was made for, and `to` is something that the event knows. bad_parameter at action_target.
Result<void> fits(const Template&, const subscriptions::TriggerEvent&, Action);

// The built-in messages as triggers: one for each way that each goes by.
struct Standard {
    std::string_view built_in;   // the subscription
    Action action;
    std::string_view event;
    std::string_view name, description;
};
std::span<const Standard> standards();
// What a built-in one is known by: a trigger by "code.second_step/sms" (subscriptions::way_name), its template by template_label().
Uuid standard_id(const Uuid& realm, std::string_view label);
std::string template_label(Action, std::string_view name);              // "sms/code_second_step"

class Triggers {
public:
    Triggers(Rng& rng, events::Events& events, subscriptions::Subscriptions& subscriptions, templates::Templates& templates)
        : rng_(rng), events_(events), subscriptions_(subscriptions), templates_(templates) {}

    // The shop's own before the built-in ones, the newest first.
    std::vector<Trigger> list(db::Session&, const realms::Realm&);
    std::optional<Trigger> find(db::Session&, const realms::Realm&, const Uuid&);
    // All that is wrong in one refusal; bad_parameter of no field when there are too many.
    Result<Trigger> add(db::Db&, const Context&, const realms::Realm&, const TriggerChanges&, const net::UrlRules&);
    // Of a built-in one the status alone; anything else that differs is refused. unknown_item.
    Result<Trigger> change(db::Db&, const Context&, const realms::Realm&, const Uuid&, const TriggerChanges&, const net::UrlRules&);
    // A built-in one is off from then on, and not shown until somebody switches it on elsewhere. unknown_item.
    Result<void> remove(db::Db&, const Context&, const realms::Realm&, const Uuid&);

    // Built-in ones as readers of this language get them.
    std::vector<Template> templates(db::Session&, const realms::Realm&, Kind, std::string_view locale);
    std::optional<Template> find_template(db::Session&, const realms::Realm&, Kind, const Uuid&, std::string_view locale);
    Result<Template> add_template(db::Db&, const Context&, Kind, const TemplateChanges&);
    // unknown_item; forbidden: a built-in one; bad_parameter at a field, or of none: a trigger could not send it any more.
    Result<Template> change_template(db::Db&, const Context&, const realms::Realm&, Kind, const Uuid&, const TemplateChanges&);
    Result<void> remove_template(db::Db&, const Context&, const realms::Realm&, Kind, const Uuid&);  // in_use: a trigger sends it

private:
    Result<void> judge_target(db::Tx&, const Context&, const realms::Realm&, const subscriptions::Subscription&, const net::UrlRules&);

    Rng& rng_;
    events::Events& events_;
    subscriptions::Subscriptions& subscriptions_;
    templates::Templates& templates_;
};

// For the worker: a template of the shop's own, whatever its kind.
std::optional<Template> own_template(db::Session&, RealmNo, const Uuid&);
std::vector<Template> own_templates(db::Session&, RealmNo);

}  // namespace authtickets::triggers
