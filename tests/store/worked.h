// SPDX-License-Identifier: MIT
// A worker whose messages end in lists: what a test of delivery begins with.
#pragma once

#include "store/shop.h"

#include "delivery/courier.h"

namespace authtickets::test {

using deliveries::Queue;
using delivery::Courier;
using delivery::Did;
using delivery::Sent;
using delivery::Verdict;
using events::Name;
using outbox::Cause;
using outbox::Channel;

// Where messages end in these tests. `answer` says what becomes of the n-th, from 1 on; it may throw, as a crash does.
struct Post {
    std::mutex lock;
    std::vector<delivery::Mail> mails;
    std::vector<delivery::Sms> texts;
    struct Hook {
        std::string url, body;
        std::vector<std::string> headers;
    };
    std::vector<Hook> hooks;
    std::function<Sent(std::size_t)> answer = [](std::size_t) { return Sent{.verdict = Verdict::accepted, .code = 250}; };

    std::size_t count() {
        const std::lock_guard guard(lock);
        return mails.size() + texts.size() + hooks.size();
    }
};

class RecordingMail final : public delivery::MailWay {
public:
    explicit RecordingMail(Post& post) : post_(post) {}
    Sent send(const delivery::Mail& mail) override {
        const std::lock_guard guard(post_.lock);
        post_.mails.push_back(mail);
        return post_.answer(post_.mails.size());
    }

private:
    Post& post_;
};

class RecordingSms final : public delivery::SmsWay {
public:
    explicit RecordingSms(Post& post) : post_(post) {}
    Sent send(const delivery::Sms& sms) override {
        const std::lock_guard guard(post_.lock);
        post_.texts.push_back(sms);
        return post_.answer(post_.texts.size());
    }

private:
    Post& post_;
};

inline Sent temporary(int code = 450) { return {.verdict = Verdict::temporary, .code = code, .why = "come back later"}; }

struct Worked : Shop {
    Worked() {
        config.mail_sender = "shop@shop.example";
        config.mail_timeout = config.sms_timeout = config.hook_timeout = 45s;
        ann = customer("ann");
        change("DELETE FROM outbox");
    }
    delivery::Ways ways() {
        return {.mail = std::make_unique<RecordingMail>(post), .sms = std::make_unique<RecordingSms>(post),
                .hook = [this](delivery::HookFormat, const std::string& url, std::span<const std::string> headers, std::string_view body) {
                    const std::lock_guard guard(post.lock);
                    post.hooks.push_back({.url = url, .body = std::string(body), .headers = {headers.begin(), headers.end()}});
                    return post.answer(post.hooks.size());
                }};
    }
    delivery::Parts parts() {
        return {.config = config, .keys = keys, .clock = clock, .rng = rng, .log = log, .ways = [this] { return ways(); }};
    }
    std::unique_ptr<Courier> courier() { return std::make_unique<Courier>(parts(), stop); }

    void cause(Cause given) {
        if (given.user.empty()) given.user = ann.account.user;
        if (given.event_id.empty()) given.event_id = EventId{uuid_v7(clock.now(), rng)};
        core.outbox.add(core.db, context(), std::move(given));
        clock.advance(1ms);  // the next one is younger
    }
    codes::Made code(Seconds life = 180s) {
        const codes::Wanted wanted{.id = codes::on_user(codes::Purpose::sign_in, ann.account.user, {}), .purpose = codes::Purpose::sign_in, .user = ann.account.user,
                                   .channel = Channel::email, .destination = "ann@shop.example", .life = life, .tries = 3};
        auto made = core.codes.make(core.db, context(), wanted);
        cause({.event = Name::signin_code_sent, .channel = Channel::email, .destination = "ann@shop.example", .code = made.text,
               .expires_at = made.expires_at, .code_id = wanted.id, .code_hash = made.hash});
        return made;
    }
    subscriptions::Subscription hook(std::vector<std::string> events, subscriptions::Format format = subscriptions::Format::own) {
        auto out = expect(core.subscriptions.add(core.db, context(), {.name = "hook", .events = std::move(events),
                                                                      .action = subscriptions::Action::hook, .format = format,
                                                                      .target = "https://hooks.example/in"}, {}));
        clock.advance(1s);
        return out;
    }

    // Every round: causes, then what is due. What became of each attempt.
    std::vector<Did> round(Courier& with) {
        while (with.fan_out(64) != 0) {}
        std::vector<Did> out;
        for (const auto queue : {Queue::urgent, Queue::messages, Queue::hooks}) {
            for (auto& delivery : with.due(queue, 64)) out.push_back(with.attempt(std::move(delivery)).did);
        }
        return out;
    }
    std::vector<Did> round() { return round(*one); }
    std::string state() { return text("SELECT GROUP_CONCAT(CONCAT(state, ':', attempts) ORDER BY delivery_id) FROM deliveries"); }
    // All that the worker's tables hold.
    std::string dump() {
        std::string out;
        for (const auto* const table : {"outbox", "deliveries", "delivery_attempts"}) {
            const auto columns = text("SELECT GROUP_CONCAT(column_name SEPARATOR ',') FROM information_schema.columns WHERE table_schema = DATABASE() "
                                      "AND table_name = '" + std::string(table) + "'");
            for (const auto& row : texts("SELECT CONCAT_WS('|'," + columns + ") FROM " + table)) out += row + "\n";
        }
        return out;
    }

    Post post;
    std::atomic<bool> stop = false;
    sign_in::SignedIn ann;
    std::unique_ptr<Courier> one = courier();
};

using Dids = std::vector<Did>;

}  // namespace authtickets::test
