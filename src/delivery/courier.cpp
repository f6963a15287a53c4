// SPDX-License-Identifier: MIT
// Causes taken, messages made and sent, what became of them noted.
#include "delivery/courier.h"

#include <algorithm>
#include <array>
#include <thread>

#include <authtickets/core/leases.h>
#include <authtickets/core/one_time.h>
#include <authtickets/core/verifications.h>
#include <authtickets/text/locales.h>

#include "delivery/plan.h"

namespace authtickets::delivery {
namespace {

using deliveries::Delivery;
using deliveries::Outcome;
using deliveries::Payload;
using deliveries::Schedule;
using subscriptions::Action;
using subscriptions::Format;
using namespace std::chrono_literals;

constexpr auto unreadable_again = 60s;   // a key may come back
constexpr auto beyond_deadline = 30s;    // a lease lasts so much longer than the attempt may
constexpr auto rows_kept = 1s;           // as a realm's settings are

Outcome outcome_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::accepted: return Outcome::accepted;
        case Verdict::temporary: return Outcome::temporary;
        case Verdict::permanent: return Outcome::permanent;
    }
    return Outcome::temporary;
}

std::string_view reason_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::accepted: return "";
        case Outcome::temporary: return "not_taken";
        case Outcome::permanent: return "refused";
        case Outcome::too_late: return "too_late";
        case Outcome::dropped: return "dropped";
    }
    return "";
}

// What the trail says of it: no address, which the message's own record has masked.
Json described(const Delivery& delivery, const deliveries::Attempt& attempt) {
    auto out = Json::object({{"delivery", hex(delivery.id.value)},
                             {"cause", delivery.name},
                             {"subscription", delivery.subscription},
                             {"action", subscriptions::name(delivery.action)},
                             {"attempts", delivery.attempts}});
    if (attempt.status != 0) out.set("status", attempt.status);
    return out;
}

Context context_of(const Delivery& delivery, const outbox::Cause* cause, Time now) {
    Context context{.now = now, .realm = delivery.realm};
    if (cause) {
        context.request_id = cause->request;
        context.site = cause->site;
    }
    return context;
}

}  // namespace

Courier::Courier(const Parts& parts, const std::atomic<bool>& stop)
    : parts_(parts),
      stop_(stop),
      db_(parts.config, db::Rights::serve, parts.clock, parts.log),
      events_(parts.keys, parts.rng, parts.clock),
      sealer_(parts.keys, events_, parts.rng),
      outbox_(parts.keys, parts.rng),
      deliveries_(parts.keys, parts.rng, events_, outbox_),
      subscriptions_(parts.keys, parts.rng, events_, outbox_),
      templates_(events_),
      realms_(parts.rng, events_),
      codes_(parts.keys, parts.rng),
      links_(parts.rng) {}

bool Courier::seal() { return sealer_.seal_all(db_, {.now = parts_.clock.now()}, realms_.list(db_)).more; }

void Courier::leave() {
    sealer_.release(db_);
    if (trails_until_ == Time{}) return;
    for (const auto& [realm, trail] : trails_) {
        if (trail.seen_to > trail.noted_to) events::note_followed(db_, realm, trail.seen_to);
    }
    leases::release(db_, every_realm, trails_lease, me_);
    trails_until_ = {};
    trails_.clear();
}

Ways& Courier::ways() {
    if (!ways_) ways_ = parts_.ways();
    return *ways_;
}

// What was read before the cause was written may lack a subscription that was there before it.
std::vector<subscriptions::Subscription> Courier::rows_of(RealmNo realm, Time now, Time caused_at) {
    auto& kept = rows_[realm];
    if (kept.read_at == Time{} || now - kept.read_at >= rows_kept || now < kept.read_at || kept.read_at <= caused_at) {
        kept = {.rows = subscriptions_.list(db_, realm), .read_at = now};
    }
    return kept.rows;
}

// Those of notification triggers, read only where there is one that sends.
std::vector<triggers::Template> Courier::templates_for(RealmNo realm, const std::vector<subscriptions::Subscription>& rows) {
    const auto sends = [](const subscriptions::Subscription& row) {
        return row.active && row.format == Format::freshcom && row.action != Action::hook;
    };
    return std::ranges::any_of(rows, sends) ? triggers::own_templates(db_, realm) : std::vector<triggers::Template>{};
}

// --- Causes

unsigned Courier::fan_out(unsigned most) {
    const auto taken = outbox_.due(db_, parts_.clock.now(), most);
    unsigned done = 0;
    for (const auto& each : taken) {
        if (stop_) break;
        ++done;
        try {
            fan_out(each);
        } catch (const Unavailable&) {
            throw;
        } catch (const std::exception& fault) {  // it must not hold up those behind it
            parts_.log.error("cause.failed", {{"realm", each.realm}, {"cause", each.id}, {"why", fault.what()}});
            outbox_.put_off(db_, each, parts_.clock.now() + unreadable_again);
        }
    }
    return done;
}

bool Courier::fan_out(const outbox::Taken& taken) {
    const auto now = parts_.clock.now();
    const auto cause = outbox_.open(taken);
    if (!cause) {
        parts_.log.error("cause.unreadable", {{"realm", taken.realm}, {"cause", taken.id}});
        outbox_.put_off(db_, taken, now + unreadable_again);
        return false;
    }
    std::vector<Owed> owed;
    std::optional<deliveries::Receiver> receiver;
    if (!cause->decoy) {
        const auto realm = realms_.get(db_, now, taken.realm);
        const auto rows = rows_of(taken.realm, now, taken.created_at);
        receiver = receiver_of(taken.realm, *cause, rows);
        const auto templates = templates_for(taken.realm, rows);
        owed = plan({.realm = *realm, .rows = rows, .receiver = receiver.value_or(deliveries::Receiver{}), .now = now, .templates = &templates}, *cause);
        for (auto& each : owed) {
            last_id_at_ = std::max(now, last_id_at_ + 1ms);
            each.delivery.id = DeliveryId{uuid_v7(last_id_at_, parts_.rng)};
        }
    }
    // The delete is the verdict: another worker may have taken the cause meanwhile.
    return db_.transact([&](db::Tx& tx) {
        if (!outbox_.remove(tx, taken)) return false;
        if (cause->event == events::Name::account_locked && cause->only.empty()) add_unlock_link(tx, taken.realm, now, receiver, owed);
        tx.gather([&] {
            for (const auto& each : owed) deliveries_.add(tx, now, each.delivery, each.payload);
        });
        return true;
    });
}

// N6: the mail about a lock brings the link that clears it (TH5). It is made here, since the sign-in that locked must cost no
// more than one with an unknown name (EN2).
void Courier::add_unlock_link(db::Tx& tx, RealmNo realm, Time now, const std::optional<deliveries::Receiver>& receiver, std::vector<Owed>& owed) {
    const auto is_mail = [](const Owed& each) { return each.delivery.action == Action::mail; };
    if (!receiver || receiver->epoch == 0 || std::ranges::none_of(owed, is_mail)) return;
    const auto& user = owed.front().payload.cause.user;
    const auto link = links_.make(tx, {.now = now, .realm = realm}, user, links::Purpose::unlock, receiver->epoch, receiver->email,
                                  links::unlock_life);
    for (auto& each : owed) {
        if (!is_mail(each)) continue;
        each.payload.cause.link = link;
        each.payload.cause.expires_at = now + links::unlock_life;
    }
}

// --- Attempts

std::vector<Delivery> Courier::due(deliveries::Queue queue, unsigned most, const deliveries::Spared& spared) {
    return deliveries_.due(db_, queue, parts_.clock.now(), most, spared);
}

std::optional<Delivery> Courier::next_of_lane(const Delivery& before) { return deliveries_.next_of_lane(db_, before, parts_.clock.now()); }

Millis Courier::deadline(Action action) const {
    const auto& config = parts_.config;
    return action == Action::mail ? config.mail_timeout : action == Action::sms ? config.sms_timeout : config.hook_timeout;
}

Attempted Courier::attempt(Delivery delivery) {
    const auto began = parts_.clock.now();
    if (!deliveries_.lease(db_, delivery, began, began + deadline(delivery.action) + beyond_deadline)) return {};
    auto payload = deliveries_.open(delivery);
    Tried tried{.outcome = Outcome::temporary, .error = "its content cannot be opened"};
    if (payload) tried = send(delivery, *payload, began);
    else parts_.log.error("delivery.unreadable", {{"realm", delivery.realm}, {"delivery", delivery.id}});

    const deliveries::Attempt attempt{.no = delivery.attempts,
                                      .began_at = began,
                                      .ended_at = parts_.clock.now(),
                                      .outcome = tried.outcome,
                                      .status = tried.status,
                                      .error = tried.error,
                                      .answer = tried.answer};
    const auto then = note(delivery, attempt, payload ? payload->schedule : Schedule::notice, payload ? &payload->cause : nullptr, tried.said);
    Attempted out{.answered = tried.status != 0 || tried.outcome != Outcome::temporary};
    switch (then.state) {
        case deliveries::State::waiting: out.did = Did::waiting; break;
        case deliveries::State::sent: out.did = Did::sent; break;
        case deliveries::State::abandoned: out.did = Did::abandoned; break;
        case deliveries::State::dropped: out.did = Did::dropped; break;
    }
    return out;
}

Life Courier::life(const Delivery& delivery, const Payload& payload, Time now) {
    const auto& cause = payload.cause;
    if (cause.code.empty() && cause.link.empty()) return Life::alive;
    if (cause.expires_at && now >= *cause.expires_at) return Life::expired;
    // Used, or replaced by a newer one (OC5, RS1).
    if (cause.event == events::Name::signin_token_sent) {
        return one_time::alive(db_, delivery.realm, cause.user, cause.code_hash, now) ? Life::alive : Life::replaced;
    }
    if (cause.event == events::Name::verification_code_sent) {
        return cause.code_hash.empty() || verifications::alive(db_, delivery.realm, cause, now) ? Life::alive : Life::replaced;
    }
    if (!cause.code.empty()) {
        const bool alive = cause.code_hash.empty() || codes_.alive(db_, delivery.realm, cause.code_id, cause.code_hash, now);
        return alive ? Life::alive : Life::replaced;
    }
    const auto purpose = cause.event == events::Name::password_reset_sent       ? links::Purpose::reset
                         : cause.event == events::Name::verification_token_sent ? links::Purpose::email
                                                                                : links::Purpose::unlock;
    const auto link = links_.open(db_, now, purpose, cause.link);
    return link && link->realm == delivery.realm && link->user == cause.user ? Life::alive : Life::replaced;
}

Courier::Tried Courier::send(const Delivery& delivery, Payload& payload, Time now) {
    if (now >= delivery.gives_up_at) return {.outcome = Outcome::too_late, .error = "its time is over"};
    const auto alive = life(delivery, payload, now);
    const bool useless = payload.schedule == Schedule::code || payload.schedule == Schedule::link || payload.schedule == Schedule::hook_code;
    if (alive == Life::expired && useless) return {.outcome = Outcome::too_late, .error = "its code or link has run out"};
    if (alive == Life::replaced && useless) return {.outcome = Outcome::dropped, .error = "its code or link was used or replaced, or is of no use"};
    return delivery.action == Action::hook ? send_hook(delivery, payload, now, alive) : send_message(delivery, payload, now, alive);
}

// --- Mail and SMS

std::optional<text::Message> Courier::parsed(RealmNo realm, const std::vector<templates::Stored>& stored, std::string_view name,
                                             std::string_view locale) {
    const auto found = std::ranges::find_if(stored, [&](const auto& each) { return each.name == name && each.locale == locale; });
    if (found == stored.end()) return {};
    auto message = text::Message::parse(name, found->parts);
    if (message) return std::move(*message);
    parts_.log.warn("template.broken", {{"realm", realm},
                                        {"template", name},
                                        {"locale", locale},
                                        {"part", message.error().field},
                                        {"why", message.error().text}});
    return {};
}

std::optional<Courier::Chosen> Courier::choose(RealmNo realm, Action action, const std::string& name, std::string_view reader,
                                               std::string_view shop) {
    const auto stored = templates_.parts_of(db_, realm, name);
    // The store's own before the built-in one of the same place.
    const auto best = [&](std::string_view wanted, std::string_view tag, auto&& fits) -> std::optional<std::pair<text::Message, std::string>> {
        for (const auto& locale : text::locale_order(tag, shop)) {
            if (auto own = parsed(realm, stored, wanted, locale); own && fits(*own)) return std::pair{std::move(*own), locale};
            const auto* const standard = text::built_in_message(wanted, locale);
            if (standard && fits(*standard)) return std::pair{*standard, locale};
        }
        return {};
    };
    auto message = best(name, reader, [&](const text::Message& each) { return action == Action::mail ? each.mail() : each.sms(); });
    if (!message) return {};
    auto layout = best(text::layout_name, message->second, [](const text::Message&) { return true; });
    if (!layout) return {};
    return Chosen{.message = std::move(message->first), .layout = std::move(layout->first), .written = std::move(message->second)};
}

Courier::Tried Courier::send_message(const Delivery& delivery, const Payload& payload, Time now, Life alive) {
    if (delivery.format == Format::freshcom && parse_uuid(payload.template_name)) return send_trigger(delivery, payload, now, alive);
    const auto realm = realms_.get(db_, now, delivery.realm);
    const auto* const site = site_of(*realm, payload.site);
    const std::string shop = site ? site->locale_code : std::string{};
    const auto& reader = payload.locale.empty() ? shop : payload.locale;
    const auto chosen = choose(delivery.realm, delivery.action, payload.template_name, reader, shop);
    if (!chosen) return {.outcome = Outcome::permanent, .error = "there is no template " + payload.template_name + (delivery.action == Action::sms ? " with an SMS" : " with a mail")};
    auto words = values(payload, *realm, now, alive, reader, chosen->written);
    if (payload.template_name == text::operator_notice) {
        const auto what = std::string(events::name(payload.cause.event));
        add_notice(words, payload.cause, parts_.say ? parts_.say(payload.cause, chosen->written) : Said{.what = what, .who = payload.cause.actor});
    }
    const auto lacks = [&](std::string_view name, const std::string& value) {
        const auto& message = chosen->message;
        return value.empty() && (delivery.action == Action::sms ? message.sms_needs(name) : message.mail_needs(name));
    };
    if (lacks("code", words.code) || lacks("link", words.link)) {
        return {.outcome = Outcome::permanent, .error = "its words say a code or link, which it does not carry"};
    }
    const auto tried = hand_over(delivery, payload, *realm, chosen->message.render(words, chosen->layout), chosen->written, now);
    if (payload.template_name == text::operator_notice) return tried;
    const auto hidden = starred(payload);
    const auto kept = chosen->message.render(values(hidden, *realm, now, alive, reader, chosen->written), chosen->layout);
    return with_words(tried, delivery, hidden, *realm, kept, chosen->written);
}

Courier::Tried Courier::hand_over(const Delivery& delivery, const Payload& payload, const realms::Realm& realm, const text::MessageText& said,
                                  const std::string& written, Time now) {
    Sent sent;
    if (delivery.action == Action::mail) {
        auto letter = mail(delivery, payload, realm, parts_.config.mail_sender, now, said, written);
        if (letter.from.empty()) return {.outcome = Outcome::temporary, .error = "no sender: neither the setting nor the option mail.sender is set"};
        if (!payload.reply_to.empty()) letter.reply_to = payload.reply_to;
        sent = ways().mail->send(letter);
    } else {
        sent = ways().sms->send({.to = payload.to, .text = said.sms, .date = now});
    }
    return {.outcome = outcome_of(sent.verdict), .status = static_cast<unsigned>(std::max(0, sent.code)), .error = sent.why};
}

// What is kept to be read later, with code and link starred (FC223, docs/freshcom.md).
Courier::Tried Courier::with_words(Tried tried, const Delivery& delivery, const Payload& payload, const realms::Realm& realm,
                                   const text::MessageText& said, const std::string& written) {
    deliveries::Content content{.action = delivery.action, .template_name = payload.template_name, .locale = written};
    if (delivery.action == Action::mail) {
        content.from = realm.settings.mail_sender.empty() ? parts_.config.mail_sender : realm.settings.mail_sender;
        content.subject = said.subject;
        content.html = said.html;
        content.text = said.text;
    } else {
        content.text = said.sms;
    }
    tried.said = Words{.content = std::move(content), .keep = realm.settings.keep_messages};
    return tried;
}

// In the words of a trigger's template, as it is now.
Courier::Tried Courier::send_trigger(const Delivery& delivery, const Payload& payload, Time now, Life alive) {
    if (!payload.refused.empty()) return {.outcome = Outcome::permanent, .error = payload.refused};
    const auto id = parse_uuid(payload.template_name);
    const auto found = id ? triggers::own_template(db_, delivery.realm, *id) : std::nullopt;
    if (!found) return {.outcome = Outcome::permanent, .error = "its template was removed"};
    const auto parts = triggers::words(*found);
    const bool mail = delivery.action == Action::mail;
    if (mail ? !parts.subject || !parts.html : !parts.text) return {.outcome = Outcome::permanent, .error = "its template cannot be read"};
    const auto realm = realms_.get(db_, now, delivery.realm);
    const auto shop = realms_.shop_profile(db_, *realm);
    const auto values = trigger_values(payload, *realm, shop, alive);
    const auto& written = shop.default_locale;
    const auto others = delivery::values(payload, *realm, now, alive, written, written);
    const std::pair<std::string_view, const std::string*> secrets[] = {
        {text::code_variable, &values.code}, {text::email_token_variable, &values.email_token}, {text::reset_token_variable, &values.reset_token},
        {text::link_variable, &others.link}};
    for (const auto& [variable, value] : secrets) {
        if (value->empty() && parts.says(variable)) return {.outcome = Outcome::permanent, .error = "its words say a code or token, which it does not carry"};
    }
    const auto render = [&](const text::TriggerValues& with, const text::Values& beside) {
        const auto part = [&](const std::optional<text::Template>& each) { return each ? each->render(with, beside) : std::string{}; };
        if (!mail) return text::MessageText{.sms = part(parts.text)};
        text::MessageText out{.subject = part(parts.subject), .text = part(parts.text), .html = part(parts.html)};
        if (out.text.empty()) out.text = plain_of(out.html);  // UI30
        return out;
    };
    auto letter = payload;
    letter.reply_to = found->reply_to;
    const auto said = render(values, others);
    const auto tried = hand_over(delivery, letter, *realm, said, written, now);
    const auto hidden = starred(payload);
    return with_words(tried, delivery, hidden, *realm, render(trigger_values(hidden, *realm, shop, alive), delivery::values(hidden, *realm, now, alive, written, written)), written);
}

// --- Hooks

Courier::Tried Courier::send_hook(const Delivery& delivery, const Payload& payload, Time now, Life alive) {
    const auto rows = rows_of(delivery.realm, now, delivery.created_at);
    const auto row = std::ranges::find_if(rows, [&](const auto& each) { return delivery.subscription_id == each.id; });
    if (row == rows.end()) return {.outcome = Outcome::permanent, .error = "the subscription was removed"};
    if (!row->active) return {.outcome = Outcome::permanent, .error = "the subscription is switched off"};
    if (row->secret_lost || (!row->secret && row->format != Format::elasticpath)) return {.outcome = Outcome::temporary, .error = "the subscription's secret cannot be opened"};
    const auto realm = realms_.get(db_, now, delivery.realm);
    const std::array<std::string_view, 2> secrets{payload.cause.code.reveal(), row->secret ? row->secret->reveal() : std::string_view{}};
    Sent sent;
    if (row->format == Format::kibo) {
        const auto event = kibo_event(delivery, payload, alive);
        const auto body = kibo_body(event);
        const auto headers = kibo_headers(kibo_place(*realm, payload), event.correlation, now, *row->secret, body);
        sent = ways().hook(HookFormat::kibo, row->target, headers, body);
    } else if (row->format == Format::elasticpath) {
        const auto body = elasticpath_body(delivery, payload, *realm, *row);
        sent = ways().hook(HookFormat::elasticpath, row->target, elasticpath_headers(delivery.id.value, now, row->secret, body), body);
    } else if (row->format == Format::freshcom) {
        const auto body = freshcom_body(delivery, payload, *realm, realms_.shop_profile(db_, *realm), alive);
        sent = ways().hook(HookFormat::freshcom, row->target, freshcom_headers(delivery.id.value, now, *row->secret, body), body);
    } else {
        const auto body = own_body(delivery, payload, *realm);
        sent = ways().hook(HookFormat::own, row->target, own_headers(delivery.id.value, now, *row->secret, body), body);
    }
    return {.outcome = outcome_of(sent.verdict), .status = static_cast<unsigned>(std::max(0, sent.code)), .error = sent.why, .answer = deliveries::kept_answer(sent.answer, secrets)};
}

// --- Notes

bool Courier::note_once(const Delivery& delivery, const deliveries::Attempt& attempt, const deliveries::After& after, Context context,
                        const std::optional<Words>& said) {
    return db_.transact([&](db::Tx& tx) {
        const auto noted = deliveries_.note(tx, delivery, attempt, after, context.now);
        if (said) deliveries_.keep(tx, delivery, said->content, said->keep, context.now);
        const bool over = after.state == deliveries::State::abandoned;
        const bool failed = after.state == deliveries::State::waiting && noted.first_failure;
        if (!noted.noted || (!over && !failed)) return noted.noted;
        events_.write(tx, context, {.name = over ? events::Name::delivery_gave_up : events::Name::delivery_failed,
                                    .success = false,
                                    .reason = reason_of(attempt.outcome),
                                    .actor = "worker",
                                    .user = delivery.user.value_or(UserId{}),
                                    .account = delivery.account.value_or(AccountNo{}),
                                    .details = described(delivery, attempt)});
        return true;
    });
}

deliveries::After Courier::note(const Delivery& delivery, const deliveries::Attempt& attempt, Schedule schedule, const outbox::Cause* cause,
                                const std::optional<Words>& said) {
    const auto then = after(delivery, schedule, attempt.outcome, attempt.ended_at);
    if (attempt.outcome == Outcome::accepted || attempt.outcome == Outcome::dropped) {
        const auto what = attempt.outcome == Outcome::accepted ? "delivery.sent" : "delivery.dropped";
        parts_.log.debug(what, {{"delivery", delivery.id}, {"action", subscriptions::name(delivery.action)}});
    } else {
        const bool over = then.state == deliveries::State::abandoned;
        const LogPairs pairs{{"realm", delivery.realm},       {"delivery", delivery.id},   {"cause", delivery.name},
                             {"subscription", delivery.subscription}, {"attempt", attempt.no}, {"status", attempt.status},
                             {"why", attempt.error}};
        if (over) parts_.log.warn("delivery.gave_up", pairs);
        else parts_.log.info("delivery.failed", pairs);
    }
    // What was sent and is not noted would be sent again: the database is waited for.
    for (bool told = false;; told = true) {
        try {
            note_once(delivery, attempt, then, context_of(delivery, cause, attempt.ended_at), said);
            return then;
        } catch (const Unavailable& fault) {
            if (!told) parts_.log.warn("delivery.unnoted", {{"delivery", delivery.id}, {"why", fault.what()}});
            for (int i = 0; i < 10 && !stop_; ++i) std::this_thread::sleep_for(100ms);
            if (stop_) throw;
        }
    }
}

}  // namespace authtickets::delivery
