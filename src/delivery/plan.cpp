// SPDX-License-Identifier: MIT
// From a cause to deliveries: the built-in message and its mail switch (kibo 4.6), the store's own subscriptions, hooks.
#include "delivery/plan.h"

#include <algorithm>

#include <authtickets/text/phone.h>
#include <authtickets/text/templates.h>

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
    return cause.event == events::Name::password_reset_sent || cause.event == events::Name::account_unlock_requested;
}

const text::MessageKind* kind_of(std::string_view template_name) {
    const auto kinds = text::message_kinds();
    const auto kind = std::ranges::find(kinds, template_name, &text::MessageKind::name);
    return kind == kinds.end() ? nullptr : &*kind;
}

bool by_sms(std::string_view template_name) {
    const auto* const kind = kind_of(template_name);
    return kind && kind->sms;
}

class Planner {
public:
    Planner(const Known& known, const Cause& cause)
        : known_(known), cause_(cause), built_in_(subscriptions::built_in(cause)), mails_(mails()) {
        const auto& settings = known.realm.settings;
        const bool switched = built_in_ && !built_in_->mail_type.empty();
        suppressed_ = switched && settings.suppressed(built_in_->mail_type);
        on_request_ = switched && settings.on_request(built_in_->mail_type);
    }

    std::vector<Owed> run() {
        if (!cause_.test_of.empty()) return test();
        if (built_in_ && !subscriptions::switched_off(known_.rows, *built_in_)) own_message();
        for (const auto& row : known_.rows) {
            if (!subscriptions::stands_for_built_in(row) && subscriptions::matches(row, cause_)) subscribed(row);
        }
        return std::move(out_);
    }

private:
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

    void own_message() {
        if (!suppressed_ && !on_request_) {
            for (const auto& to : mails_) message(Action::mail, to, built_in_->template_name, nullptr);
        }
        if (!by_sms(built_in_->template_name)) return;
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
                const bool carries = !cause_.code.empty() || carries_link(cause_);
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

    // `subscription test`: one hook of that subscription, whatever it waits for.
    std::vector<Owed> test() {
        const auto row = std::ranges::find(known_.rows, cause_.test_of, &Subscription::id);
        if (row == known_.rows.end() || row->action != Action::hook || row->events.empty()) return {};
        auto owed = payload(false);
        owed.schedule = row->format == Format::kibo ? Schedule::kibo : Schedule::own;
        hook(*row, row->events.front(), std::move(owed));
        return std::move(out_);
    }

    void subscribed(const Subscription& row) {
        if (row.action == Action::hook) {
            if (row.format == Format::kibo) return kibo_hooks(row);
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
    bool suppressed_ = false, on_request_ = false;
    std::vector<Owed> out_;
};

}  // namespace

std::vector<Owed> plan(const Known& known, const Cause& cause) {
    if (cause.decoy) return {};
    return Planner(known, cause).run();
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
