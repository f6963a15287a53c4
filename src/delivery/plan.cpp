// SPDX-License-Identifier: MIT
// From a cause to deliveries: the built-in message and its mail switch (kibo 4.6), the store's own subscriptions, hooks.
#include "delivery/plan.h"

#include <algorithm>

#include <authtickets/base/bytes.h>
#include <authtickets/crypto/hmac.h>
#include <authtickets/text/phone.h>
#include <authtickets/text/templates.h>

#include "delivery/words.h"

namespace authtickets::delivery {
namespace {

using deliveries::Delivery;
using deliveries::Payload;
using deliveries::Queue;
using deliveries::Schedule;
using outbox::Cause;
using outbox::Channel;
using subscriptions::Action;
using subscriptions::BuiltIn;
using subscriptions::Format;
using subscriptions::Subscription;

constexpr std::string_view email_requested = "email.requested";

bool is_email(std::string_view contact) { return contact.find('@') != contact.npos; }

bool carries_link(const Cause& cause) {
    return cause.event == events::Name::password_reset_sent || cause.event == events::Name::account_unlock_requested
           || cause.event == events::Name::verification_token_sent;
}

// FC225: what lets somebody of the staff in is for the eyes of that person alone, and neither a hook nor a trigger gets it.
bool for_own_eyes(const deliveries::Receiver& receiver, const Cause& cause) {
    return receiver.person && users::is_staff(receiver.person->role) && (!cause.code.empty() || !cause.link.empty());
}

const text::MessageKind* kind_of(std::string_view template_name) {
    const auto kinds = text::message_kinds();
    const auto kind = std::ranges::find(kinds, template_name, &text::MessageKind::name);
    return kind == kinds.end() ? nullptr : &*kind;
}

class Planner {
public:
    Planner(const Known& known, const Cause& cause)
        : known_(known), cause_(cause), built_in_(subscriptions::built_in(cause)), mails_(mails()),
          for_own_eyes_(for_own_eyes(known.receiver, cause)) {
        const auto& settings = known.realm.settings;
        const bool switched = built_in_ && !built_in_->mail_type.empty();
        suppressed_ = switched && settings.suppressed(built_in_->mail_type);
        // What the hook does not bring nobody else can mail.
        on_request_ = switched && !for_own_eyes_ && settings.on_request(built_in_->mail_type);
    }

    std::vector<Owed> run() {
        if (!cause_.test_of.empty()) return test();
        if (!cause_.only.empty()) return told();
        if (built_in_ && !sent_by_integration()) own_message();
        for (const auto& row : known_.rows) {
            if (!subscriptions::stands_for_built_in(row) && subscriptions::matches(row, cause_)) subscribed(row);
        }
        return std::move(out_);
    }

private:
    // EP154: the token goes to whoever the store has for it, or else by a mail of ours.
    bool sent_by_integration() const {
        return cause_.event == events::Name::signin_token_sent && !for_own_eyes_ && subscriptions::observed(known_.rows, subscriptions::one_time_token_key);
    }

    // Where mails about the cause go.
    std::vector<std::string> mails() const {
        std::vector<std::string> out;
        const auto add = [&](const std::string& to) {
            if (is_email(to) && std::ranges::find(out, to) == out.end()) out.push_back(to);
        };
        if (cause_.channel == Channel::sms) return out;
        if (cause_.event == events::Name::contact_changed) {  // N7: the new one first, then the old one
            add(cause_.new_value);
            add(cause_.old_value);
            if (out.empty()) add(known_.receiver.email);
        } else {
            add(cause_.destination.empty() ? known_.receiver.email : cause_.destination);
        }
        return out;
    }
    std::vector<std::string> numbers() const {
        std::vector<std::string> out;
        if (cause_.channel == Channel::sms) out.push_back(cause_.destination.empty() ? known_.receiver.phone : cause_.destination);
        if (cause_.event == events::Name::contact_changed) {
            for (const auto& value : {cause_.new_value, cause_.old_value}) {
                if (!is_email(value)) out.push_back(value);
            }
        }
        std::erase(out, "");
        return out;
    }

    // carries: the message takes code and link along. Nothing rests in a payload that its message will not say.
    Payload payload(bool carries) const {
        Payload payload{.cause = cause_, .first_name = known_.receiver.first_name, .locale = known_.receiver.locale, .site = cause_.site};
        auto& cause = payload.cause;
        if (cause.account == AccountNo{}) cause.account = known_.receiver.account;
        if (cause.user_name.empty()) cause.user_name = known_.receiver.user_name;
        if (!carries) {
            cause.code = cause.link = Secret{};
            cause.code_hash.clear();
        }
        if (built_in_) {
            payload.mail_type = built_in_->mail_type;
            payload.email_type = built_in_->email_type;
        }
        return payload;
    }

    void add(Delivery delivery, Payload payload) {
        const auto& cause = payload.cause;
        delivery.realm = known_.realm.no;
        delivery.event = cause.event_id;
        delivery.name = events::name(cause.event);
        if (!cause.user.empty()) delivery.user = cause.user;
        if (cause.account != AccountNo{}) delivery.account = cause.account;
        delivery.created_at = delivery.due_at = known_.now;
        delivery.gives_up_at = deliveries::gives_up_at(payload.schedule, known_.now, cause.expires_at);
        out_.push_back({.delivery = std::move(delivery), .payload = std::move(payload)});
    }

    // A store's own mail with the code of a sign-in, say, while the code goes by SMS: it would have nothing to say.
    static bool speechless(std::string_view template_name, const Cause& cause) {
        const auto* const kind = kind_of(template_name);
        return kind && ((kind->code && cause.code.empty()) || (kind->must_link() && !kind->code && cause.link.empty()));
    }

    void message(Action action, const std::string& to, std::string_view template_name, const Subscription* row) {
        const bool carries = action == (cause_.channel == Channel::sms ? Action::sms : Action::mail);
        auto owed = payload(carries);
        if (row && speechless(template_name, owed.cause)) return;
        owed.to = to;
        owed.template_name = template_name;
        owed.schedule = !owed.cause.code.empty()                               ? Schedule::code
                        : carries_link(cause_) && !owed.cause.link.empty() ? Schedule::link
                                                                               : Schedule::notice;
        Delivery delivery{.topic = std::string(template_name),
                          .subscription = row ? row->name : std::string(built_in_->name),
                          .action = action,
                          .recipient = text::masked(to),
                          .queue = owed.schedule == Schedule::notice ? Queue::messages : Queue::urgent};
        if (row) delivery.subscription_id = row->id;
        add(std::move(delivery), std::move(owed));
    }

    // Nobody switches off what lets somebody of the staff in: triggers would be the only way, and they do not get it.
    bool off(Action action) const { return !for_own_eyes_ && subscriptions::switched_off(known_.rows, *built_in_, action); }

    void own_message() {
        if (!suppressed_ && !on_request_ && !off(Action::mail)) {
            for (const auto& to : mails_) message(Action::mail, to, built_in_->template_name, nullptr);
        }
        if (!subscriptions::goes_by_sms(*built_in_) || off(Action::sms)) return;
        for (const auto& to : numbers()) message(Action::sms, to, built_in_->template_name, nullptr);
    }

    void hook(const Subscription& row, std::string_view topic, Payload payload) {
        Delivery delivery{.topic = std::string(topic),
                          .subscription_id = row.id,
                          .subscription = row.name,
                          .action = Action::hook,
                          .format = row.format,
                          .recipient = host_of(row.target),
                          .lane = deliveries::lane_of(row.id, topic),
                          .queue = Queue::hooks};
        add(std::move(delivery), std::move(payload));
    }

    void kibo_hooks(const Subscription& row) {
        for (const auto topic : subscriptions::kibo_topics(cause_.event, cause_)) {
            if (std::ranges::find(row.events, topic) == row.events.end()) continue;
            if (topic == email_requested) {
                if (suppressed_ || mails_.empty()) continue;
                const bool carries = !for_own_eyes_ && (!cause_.code.empty() || carries_link(cause_));
                auto owed = payload(carries);
                owed.schedule = carries ? Schedule::kibo_code : Schedule::kibo;
                owed.email = mails_.front();
                hook(row, topic, std::move(owed));
                continue;
            }
            // What concerns the whole tenant is told once for each site (kibo 8.1).
            for (const auto& site : known_.realm.sites) {
                auto owed = payload(false);
                owed.schedule = Schedule::kibo;
                owed.site = site.site;
                hook(row, topic, std::move(owed));
            }
        }
    }

    // They have no order (EP222), so a receiver that is slow holds up no other of its messages.
    void integration_hook(const Subscription& row, std::string_view key, Schedule schedule) {
        auto owed = payload(schedule == Schedule::hook_code);
        owed.schedule = schedule;
        owed.email = known_.receiver.email;
        owed.full_name = known_.receiver.full_name;
        owed.account_name = known_.receiver.account_name;
        if (!known_.receiver.account_id.empty()) owed.account_id = dashed(known_.receiver.account_id.value);
        Delivery delivery{.topic = std::string(key),
                          .subscription_id = row.id,
                          .subscription = row.name,
                          .action = Action::hook,
                          .format = row.format,
                          .recipient = host_of(row.target),
                          .queue = Queue::hooks};
        add(std::move(delivery), std::move(owed));
    }

    // An account that is gone by now has its id in its own event alone.
    bool has_id(std::string_view key) const {
        const bool account = key.starts_with("account.") || key.starts_with("account-membership.");
        return !account || !known_.receiver.account_id.empty() || !cause_.subject.empty();
    }

    // Of the trail, or once more: each of the keys it observes, or that one.
    void told_integration(const Subscription& row) {
        for (const auto key : subscriptions::keys_of(cause_.event, cause_.reason, !cause_.user.empty())) {
            const bool wanted = cause_.topic.empty() ? std::ranges::find(row.events, key) != row.events.end() : cause_.topic == key;
            if (wanted && has_id(key)) integration_hook(row, key, Schedule::own);
        }
    }

    // `subscription test`: one hook of that subscription, whatever it waits for.
    std::vector<Owed> test() {
        const auto row = std::ranges::find(known_.rows, cause_.test_of, &Subscription::id);
        if (row == known_.rows.end() || row->action != Action::hook || row->events.empty()) return {};
        if (row->format == Format::elasticpath) {
            integration_hook(*row, row->events.front(), Schedule::own);
            return std::move(out_);
        }
        if (row->format == Format::freshcom) {
            trigger_hook(*row, *subscriptions::trigger_event(row->events.front()), Schedule::own);
            return std::move(out_);
        }
        auto owed = payload(false);
        owed.schedule = row->format == Format::kibo ? Schedule::kibo : Schedule::own;
        hook(*row, row->format == Format::kibo ? std::string_view(row->events.front()) : events::name(cause_.event), std::move(owed));
        return std::move(out_);
    }

    // M14: the address is an operator's, and what is said of the customer is what the trail has.
    void notice(const Subscription& row) {
        const auto& to = known_.receiver.email;
        if (!is_email(to)) return;
        Payload owed{.cause = cause_,
                     .schedule = Schedule::notice,
                     .to = to,
                     .template_name = std::string(text::operator_notice),
                     .first_name = known_.receiver.first_name,
                     .locale = known_.receiver.locale};
        Delivery delivery{.topic = owed.template_name,
                          .subscription_id = row.id,
                          .subscription = row.name,
                          .action = Action::mail,
                          .recipient = text::masked(to),
                          .queue = Queue::messages};
        add(std::move(delivery), std::move(owed));
    }

    // What one subscription alone is owed: of the trail, or once more.
    std::vector<Owed> told() {
        const auto row = std::ranges::find(known_.rows, cause_.only, &Subscription::id);
        if (row == known_.rows.end() || !row->active) return {};
        if (row->action == Action::notice) notice(*row);
        if (row->format == Format::freshcom) trigger(*row);
        if (row->action != Action::hook || row->format == Format::freshcom) return std::move(out_);
        if (row->format == Format::elasticpath) {
            told_integration(*row);
            return std::move(out_);
        }
        auto owed = payload(false);
        const bool kibo = row->format == Format::kibo;
        owed.schedule = kibo ? Schedule::kibo : Schedule::own;
        if (kibo && cause_.topic == email_requested) {
            if (suppressed_ || mails_.empty()) return {};
            owed.email = mails_.front();
        }
        hook(*row, kibo ? std::string_view(cause_.topic) : events::name(cause_.event), std::move(owed));
        return std::move(out_);
    }

    // --- Notification triggers (FC210 on, docs/freshcom.md)

    Payload trigger_payload(bool carries, Schedule schedule) const {
        auto owed = payload(carries);
        owed.schedule = schedule;
        owed.full_name = known_.receiver.full_name;
        owed.account_name = known_.receiver.account_name;
        if (!known_.receiver.account_id.empty()) owed.account_id = dashed(known_.receiver.account_id.value);
        owed.person = known_.receiver.person;
        return owed;
    }

    // A link's token lives for hours, a code for minutes.
    static Schedule schedule_of(subscriptions::Carries carries, bool hook) {
        switch (carries) {
            case subscriptions::Carries::code: return hook ? Schedule::hook_code : Schedule::code;
            case subscriptions::Carries::email_token:
            case subscriptions::Carries::reset_token: return Schedule::link;
            case subscriptions::Carries::nothing: return hook ? Schedule::own : Schedule::notice;
        }
        return Schedule::notice;
    }

    void trigger_hook(const Subscription& row, const subscriptions::TriggerEvent& event, Schedule schedule) {
        auto owed = trigger_payload(schedule != Schedule::own, schedule);
        owed.email = cause_.destination;
        add({.topic = std::string(event.name),
             .subscription_id = row.id,
             .subscription = row.name,
             .action = Action::hook,
             .format = row.format,
             .recipient = host_of(row.target),
             .queue = Queue::hooks},
            std::move(owed));
    }

    // Codes and tokens go where they were made for and nowhere else; what would go elsewhere is not sent, and the log says so.
    void trigger_message(const Subscription& row, const subscriptions::TriggerEvent& event) {
        const auto way = row.action == Action::sms ? Channel::sms : Channel::email;
        if (event.about == subscriptions::About::user && event.carries == subscriptions::Carries::code && cause_.channel != way) return;
        const auto id = parse_uuid(row.target);
        const auto wanted = [&](const triggers::Template& each) { return id && each.id == *id; };
        const auto* const all = known_.templates;
        const auto found = all ? std::ranges::find_if(*all, wanted) : std::vector<triggers::Template>::const_iterator{};
        if (!all || found == all->end()) return built_in_words(row, event);
        auto owed = trigger_payload(true, schedule_of(event.carries, false));
        owed.to = triggers::filled_in(found->to, trigger_values(owed, known_.realm, {}, Life::alive));
        if (owed.to.empty()) return;  // there is nobody to tell
        owed.template_name = row.target;
        const bool says = triggers::words(*found).says_secret(event.carries);
        const auto& meant = cause_.destination.empty() ? (way == Channel::sms ? known_.receiver.phone : known_.receiver.email) : cause_.destination;
        if (says && owed.to != meant) owed.refused = "its address is not the one that its code or token was made for";
        if (!says || !owed.refused.empty()) {
            owed.cause.code = owed.cause.link = Secret{};
            owed.cause.code_hash.clear();
            owed.schedule = Schedule::notice;
        }
        add_message(row, event, std::move(owed));
    }

    void add_message(const Subscription& row, const subscriptions::TriggerEvent& event, Payload owed) {
        const auto queue = owed.schedule == Schedule::notice ? Queue::messages : Queue::urgent;
        const auto recipient = text::masked(owed.to);
        add({.topic = std::string(event.name),
             .subscription_id = row.id,
             .subscription = row.name,
             .action = row.action,
             .format = row.format,
             .recipient = recipient,
             .queue = queue},
            std::move(owed));
    }

    // A trigger in the words of the built-in message of its event.
    void built_in_words(const Subscription& row, const subscriptions::TriggerEvent& event) {
        if (!built_in_) return;
        for (const auto& each : triggers::standards()) {
            if (each.built_in != built_in_->name || each.action != row.action || each.event != event.name) continue;
            const auto id = triggers::standard_id(known_.realm.id, triggers::template_label(each.action, built_in_->template_name));
            if (row.target != dashed(id)) continue;
            const auto receivers = row.action == Action::sms ? numbers() : mails_;
            for (const auto& to : receivers) message(row.action, to, built_in_->template_name, &row);
        }
    }

    // Of a cause, or of the trail, or once more.
    void trigger(const Subscription& row) {
        const auto names = subscriptions::trigger_events_of(cause_);
        const auto* const event = subscriptions::trigger_event(row.events.front());
        if (!event || std::ranges::find(names, event->name) == names.end()) return;
        // What was written of a user in the request that made him is a part of that.
        const auto& person = known_.receiver.person;
        if (event->name.ends_with(".update.success") && person && person->created_at == cause_.at && cause_.test_of.empty()) return;
        const bool by_cause = cause_.only.empty();
        if (for_own_eyes_) return;  // nor in words of the shop's own, which may lead elsewhere
        if (row.action == Action::hook) return trigger_hook(row, *event, by_cause ? schedule_of(event->carries, true) : Schedule::own);
        trigger_message(row, *event);
    }

    void subscribed(const Subscription& row) {
        if (row.format == Format::freshcom) return trigger(row);
        if (row.action == Action::hook) {
            if (row.format == Format::kibo) return kibo_hooks(row);
            if (row.format == Format::elasticpath) {
                if (!for_own_eyes_) integration_hook(row, subscriptions::one_time_token_key, Schedule::hook_code);
                return;
            }
            auto owed = payload(false);  // OC6: codes go to the documented hooks only
            owed.schedule = Schedule::own;
            return hook(row, events::name(cause_.event), std::move(owed));
        }
        const bool mail = row.action == Action::mail;
        const bool given = cause_.channel == (mail ? Channel::email : Channel::sms) && !cause_.destination.empty();
        const auto& to = given ? cause_.destination : mail ? known_.receiver.email : known_.receiver.phone;
        if (!to.empty()) message(row.action, to, row.target, &row);
    }

    const Known& known_;
    const Cause& cause_;
    const BuiltIn* const built_in_;
    const std::vector<std::string> mails_;
    const bool for_own_eyes_;
    bool suppressed_ = false, on_request_ = false;
    std::vector<Owed> out_;
};

}  // namespace

std::vector<Owed> plan(const Known& known, const Cause& cause) {
    if (cause.decoy) return {};
    return Planner(known, cause).run();
}

EventId told_of_request(const Cause& cause, std::string_view key) {
    const auto of = [&](std::string_view resource) { return key.starts_with(resource); };
    const bool user = of("user-authentication-info.") || of("account-member.") || of("account-membership.") || of("identity.");
    const bool account = of("account.") || of("account-membership.");
    ByteWriter bytes;
    bytes.raw(cause.request.empty() ? cause.event_id.value.bytes : cause.request.bytes);
    if (user) bytes.raw(cause.user.value.bytes);
    if (account) bytes.number(cause.account.value);
    if (of("integration.")) bytes.raw(as_bytes(cause.subject));
    const auto digest = crypto::sha256(bytes.bytes());
    EventId out = cause.event_id;
    constexpr auto time = 6;
    std::copy_n(digest.begin(), out.value.bytes.size() - time, out.value.bytes.begin() + time);
    return out;
}

const realms::Site* site_of(const realms::Realm& realm, std::uint32_t site) {
    const auto* const named = site == 0 ? nullptr : realm.site(0, site);
    return named || realm.sites.empty() ? named : &realm.sites.front();
}

std::string host_of(std::string_view url) {
    const auto scheme = url.find("://");
    const auto rest = scheme == url.npos ? url : url.substr(scheme + 3);
    return std::string(rest.substr(0, std::min(rest.find_first_of("/?#"), std::min<std::size_t>(rest.size(), 255))));
}

std::string host_name_of(std::string_view url) {
    auto host = host_of(url);
    const auto colon = host.rfind(':');
    const auto bracket = host.rfind(']');  // "[::1]:8080"
    if (colon != host.npos && (bracket == host.npos || colon > bracket)) host.erase(colon);
    return host;
}

}  // namespace authtickets::delivery
