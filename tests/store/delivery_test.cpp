// SPDX-License-Identifier: MIT
// The worker against the database: nothing is lost, nothing is sent twice without need, nothing after its death.
#include "store/shop.h"

#include <semaphore>

#include <authtickets/text/phone.h>

#include "core/deliveries/store.h"
#include "delivery/courier.h"

using namespace authtickets;
using namespace authtickets::test;
using deliveries::Queue;
using delivery::Courier;
using delivery::Did;
using delivery::Sent;
using delivery::Verdict;
using events::Name;
using outbox::Cause;
using outbox::Channel;

namespace {

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

Sent temporary(int code = 450) { return {.verdict = Verdict::temporary, .code = code, .why = "come back later"}; }

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

}  // namespace

BOOST_FIXTURE_TEST_SUITE(delivery_worker, Worked)

BOOST_AUTO_TEST_CASE(OC6_a_code_is_mailed_and_nothing_of_it_stays) {
    const auto made = code();
    const std::string digits(made.text.reveal());
    BOOST_TEST(dump().find(digits) == std::string::npos);
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_REQUIRE(post.mails.size() == 1u);
    const auto& mail = post.mails[0];
    BOOST_TEST(mail.to == "ann@shop.example");
    BOOST_TEST(mail.from == "shop@shop.example");
    BOOST_TEST(mail.subject.find(digits) != std::string::npos);
    BOOST_TEST(mail.text.find(digits) != std::string::npos);
    BOOST_TEST(mail.html.find(digits) != std::string::npos);
    BOOST_TEST(number("SELECT COUNT(*) FROM outbox") == 0);
    BOOST_TEST(state() == "2:1");
    const auto left = dump();
    BOOST_TEST(left.find(digits) == std::string::npos);
    BOOST_TEST(left.find("ann@") == std::string::npos);
    BOOST_TEST(number("SELECT COUNT(*) FROM deliveries WHERE payload IS NOT NULL OR key_id IS NOT NULL") == 0);
    BOOST_TEST(text("SELECT recipient FROM deliveries") == text::masked("ann@shop.example"));
    BOOST_TEST((round() == Dids{}));
}

BOOST_AUTO_TEST_CASE(a_notice_goes_to_the_users_address_in_the_users_language) {
    change("UPDATE accounts SET locale_code = 'de-AT'");
    cause({.event = Name::password_changed});
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(post.mails[0].to == "ann@shop.example");
    BOOST_TEST(post.mails[0].subject.find("Passwort") != std::string::npos);
}

// Each says when, with the zone, from where and by what; a changed address is told to both.
BOOST_AUTO_TEST_CASE(RS8_each_notice_is_one_mail_that_says_when_and_from_where) {
    for (const auto& each : subscriptions::built_in()) {
        if (!each.name.starts_with("notice.")) continue;
        BOOST_TEST_CONTEXT(each.name) {
            post.mails.clear();
            auto from = from_browser();
            from.browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
            const bool contact = each.event == Name::contact_changed;
            core.outbox.add(core.db, from, {.event = each.event, .event_id = EventId{uuid_v7(clock.now(), rng)}, .user = ann.account.user,
                                            .account = ann.account.no, .user_name = "ann", .reason = contact ? "email" : std::string(each.reason),
                                            .region = "DE-BE", .old_value = contact ? "ann@shop.example" : "",
                                            .new_value = contact ? "ann@new.example" : ""});
            clock.advance(1s);
            for (const auto did : round()) BOOST_TEST((did == Did::sent));
            BOOST_TEST(post.mails.size() == (contact ? 2u : 1u));
            for (const auto& mail : post.mails) {
                BOOST_TEST((mail.to == "ann@shop.example" || (contact && mail.to == "ann@new.example")));
                for (const auto* const piece : {"2026", "UTC", "203.0.113.9", "Firefox"}) {
                    BOOST_TEST(mail.text.find(piece) != std::string::npos, piece << " in " << mail.text);
                }
                BOOST_TEST(!mail.html.empty());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_sms_goes_to_its_number) {
    cause({.event = Name::second_step_code_sent, .channel = Channel::sms, .destination = "+4915123456789",
           .code = Secret(std::string_view("123456")), .expires_at = clock.now() + 180s});
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_REQUIRE(post.texts.size() == 1u);
    BOOST_TEST(post.texts[0].to == "+4915123456789");
    BOOST_TEST(post.texts[0].text.ends_with("@shop.example #123456"));
}

// The message leaves, and the process dies before it can say so.
BOOST_AUTO_TEST_CASE(a_crash_between_send_and_note_repeats_and_never_loses) {
    cause({.event = Name::password_changed});
    post.answer = [](std::size_t n) {
        if (n == 1) throw std::runtime_error("killed");
        return Sent{.verdict = Verdict::accepted};
    };
    BOOST_CHECK_THROW(round(), std::runtime_error);
    BOOST_TEST(state() == "1:1");  // counted before it was sent
    auto next = courier();
    BOOST_TEST((round(*next) == Dids{}));  // leased
    clock.advance(76s);
    BOOST_TEST((round(*next) == Dids{Did::sent}));
    BOOST_TEST(state() == "2:2");
    BOOST_TEST(post.mails.size() == 2u);
    BOOST_TEST(post.mails[0].id == post.mails[1].id);  // the same message to whoever compares
}

BOOST_AUTO_TEST_CASE(two_workers_that_race_send_each_message_once) {
    constexpr unsigned many = 200, workers = 2;
    for (unsigned i = 0; i < many; ++i) cause({.event = Name::password_changed});
    std::atomic<unsigned> sent = 0;
    const auto work = [&](Courier& with) {
        for (bool busy = true; busy;) {
            busy = with.fan_out(16) != 0;
            for (auto& delivery : with.due(Queue::messages, 16)) {
                busy = true;
                if (with.attempt(std::move(delivery)).did == Did::sent) ++sent;
            }
        }
    };
    std::vector<std::unique_ptr<Courier>> couriers;
    for (unsigned i = 0; i < workers; ++i) couriers.push_back(courier());
    {
        std::vector<std::jthread> threads;
        for (auto& each : couriers) threads.emplace_back([&] { work(*each); });
    }
    BOOST_TEST(sent == many);
    BOOST_TEST(post.mails.size() == many);
    std::set<std::string> ids;
    for (const auto& mail : post.mails) ids.insert(mail.id);
    BOOST_TEST(ids.size() == many);
    BOOST_TEST(number("SELECT COUNT(*) FROM deliveries WHERE state = 2 AND attempts = 1") == many);
    BOOST_TEST(number("SELECT COUNT(*) FROM delivery_attempts") == many);
}

BOOST_AUTO_TEST_CASE(KL9_a_code_is_never_sent_after_it_died) {
    code();
    while (one->fan_out(64) != 0) {}
    clock.advance(180s);
    BOOST_TEST((round() == Dids{Did::abandoned}));
    BOOST_TEST(post.count() == 0u);
    BOOST_TEST(events("delivery.gave_up", "too_late") == 1);
    BOOST_TEST(text("SELECT GROUP_CONCAT(outcome) FROM delivery_attempts") == "4");
}

// The cause itself waited: the code is dead before there was a delivery.
BOOST_AUTO_TEST_CASE(KL9_nor_is_one_whose_cause_waited_too_long) {
    code();
    clock.advance(181s);
    BOOST_TEST((round() == Dids{Did::abandoned}));
    BOOST_TEST(post.count() == 0u);
}

BOOST_AUTO_TEST_CASE(OC5_a_code_that_was_replaced_or_used_is_not_sent) {
    code();
    const auto newer = code();
    BOOST_TEST((round() == Dids{Did::dropped, Did::sent}));
    BOOST_TEST(post.mails[0].text.find(std::string(newer.text.reveal())) != std::string::npos);
    code();
    core.codes.end(core.db, realm_no(), ann.account.user);
    BOOST_TEST((round() == Dids{Did::dropped}));
    BOOST_TEST(post.mails.size() == 1u);
    BOOST_TEST(events("delivery.gave_up") == 0);  // nobody misses them
}

BOOST_AUTO_TEST_CASE(RS1_a_link_that_was_replaced_is_not_sent) {
    const auto link = [&] {
        clock.advance(1ms);  // causes have an order
        auto made = core.links.make(core.db, context(), ann.account.user, links::Purpose::reset, 1, "ann@shop.example", 72h);
        cause({.event = Name::password_reset_sent, .channel = Channel::email, .destination = "ann@shop.example", .link = made,
               .expires_at = clock.now() + 72h});
        return std::string(made.reveal());
    };
    link();
    const auto newer = link();
    BOOST_TEST((round() == Dids{Did::dropped, Did::sent}));
    BOOST_TEST(post.mails[0].text.find("https://shop.example/account/reset?t=" + newer) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(N6_the_mail_about_a_lock_brings_the_link_that_clears_it_TH5) {
    for (unsigned i = 0; i < realm()->settings.lock_attempts; ++i) BOOST_TEST(why(sign_in("ann", "not the one")) == "credentials_wrong");
    BOOST_TEST((round() == Dids{Did::sent}));
    const auto& said = post.mails.at(0).text;
    const std::string page = "https://shop.example/account/unlock?t=";
    const auto at = said.find(page);
    BOOST_REQUIRE(at != said.npos);
    const auto token = said.substr(at + page.size(), said.find('&', at) - at - page.size());
    BOOST_TEST(dump().find(token) == std::string::npos);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    BOOST_TEST(core.recovery.unlock(core.db, context(), *realm(), Secret(std::string_view(token))).has_value());
    BOOST_TEST(sign_in("ann").has_value());
}

BOOST_AUTO_TEST_CASE(codes_are_tried_again_at_2_10_30_and_60_seconds_and_then_given_up) {
    code();
    post.answer = [](std::size_t) { return temporary(); };
    std::vector<std::int64_t> at;
    const auto began = clock.now();
    for (int second = 0; second < 200; ++second, clock.advance(1s)) {
        if (!round().empty()) at.push_back(std::chrono::duration_cast<Seconds>(clock.now() - began).count());
    }
    BOOST_TEST((at == std::vector<std::int64_t>{0, 2, 10, 30, 60}));
    BOOST_TEST(state() == "3:5");
    BOOST_TEST(events("delivery.failed") == 1);   // once for each message, not for each try
    BOOST_TEST(events("delivery.gave_up") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM deliveries WHERE payload IS NOT NULL") == 0);
    BOOST_TEST(text("SELECT GROUP_CONCAT(CONCAT(attempt_no, ' ', outcome, ' ', status, ' ', error) ORDER BY attempt_no) FROM delivery_attempts")
                   .starts_with("1 2 450 come back later,2 2 450"));
}

BOOST_AUTO_TEST_CASE(what_is_refused_for_good_is_given_up_at_once) {
    cause({.event = Name::password_changed});
    post.answer = [](std::size_t) { return Sent{.verdict = Verdict::permanent, .code = 550, .why = "no such\xFFuser"}; };
    BOOST_TEST((round() == Dids{Did::abandoned}));
    BOOST_TEST(events("delivery.failed") == 0);
    BOOST_TEST(events("delivery.gave_up", "refused") == 1);
    BOOST_TEST(text("SELECT last_error FROM deliveries") == "no such?user");
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'delivery.gave_up' AND user_id IS NOT NULL AND actor = 'worker'") == 1);
}

BOOST_AUTO_TEST_CASE(KL9_a_receiver_that_fails_twice_gets_attempt_3) {
    hook({"password.changed"});
    set("mail.suppressed", "shopperPasswordUpdated");
    cause({.event = Name::password_changed});
    post.answer = [](std::size_t n) { return n < 3 ? temporary(503) : Sent{.verdict = Verdict::accepted, .code = 204}; };
    BOOST_TEST((round() == Dids{Did::waiting}));
    BOOST_TEST((round() == Dids{}));
    clock.advance(1min);
    BOOST_TEST((round() == Dids{Did::waiting}));
    clock.advance(5min);
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(state() == "2:3");
    BOOST_REQUIRE(post.hooks.size() == 3u);
    BOOST_TEST(post.hooks[0].body == post.hooks[2].body);
    BOOST_TEST((post.hooks[0].headers != post.hooks[2].headers));  // signed anew
}

BOOST_AUTO_TEST_CASE(kibo_8_1_a_hook_goes_on_without_the_code_after_its_death) {
    hook({"email.requested"}, subscriptions::Format::kibo);
    set("mail.on_request", "otpForLogin");
    const auto made = code();
    const std::string digits(made.text.reveal());
    post.answer = [](std::size_t) { return temporary(500); };
    std::vector<std::int64_t> with, without;
    const auto began = clock.now();
    for (int second = 0; second < 400; ++second, clock.advance(1s)) {
        if (round().empty()) continue;
        auto& out = post.hooks.back().body.find(digits) != std::string::npos ? with : without;
        out.push_back(std::chrono::duration_cast<Seconds>(clock.now() - began).count());
    }
    BOOST_TEST((with == std::vector<std::int64_t>{0, 2, 10, 30, 120}));
    BOOST_TEST((without == std::vector<std::int64_t>{180, 240, 300, 360}));
    BOOST_TEST(post.mails.empty());
    post.answer = [](std::size_t) { return Sent{.verdict = Verdict::accepted, .code = 200}; };
    clock.advance(1min);
    BOOST_TEST((round() == Dids{Did::sent}));
}

BOOST_AUTO_TEST_CASE(kibo_8_1_order_is_kept_within_a_topic_and_a_failure_does_not_block) {
    hook({"password.changed"});
    set("mail.suppressed", "shopperPasswordUpdated");
    for (const auto* const region : {"A", "B", "C"}) {
        cause({.event = Name::password_changed, .region = region});
        clock.advance(10ms);
    }
    while (one->fan_out(64) != 0) {}
    const auto region = [&] {
        const auto& body = post.hooks.back().body;
        return body.substr(body.find("\"region\":\"") + 10, 1);
    };
    post.answer = [](std::size_t n) { return n == 1 ? temporary(500) : Sent{.verdict = Verdict::accepted, .code = 200}; };

    // Only the oldest is due; the others wait for its first attempt.
    auto due = one->due(Queue::hooks, 64);
    BOOST_REQUIRE(due.size() == 1u);
    // While another worker holds it, nothing of the lane is due.
    auto other = courier();
    change("UPDATE deliveries SET attempts = 1, leased_until = '" + sql_text(clock.now() + 60s) + "' WHERE delivery_id = x'" + hex(due[0].id.value) + "'");
    BOOST_TEST(other->due(Queue::hooks, 64).empty());
    change("UPDATE deliveries SET attempts = 0, leased_until = '1970-01-01'");

    BOOST_TEST((one->attempt(due[0]).did == Did::waiting));
    BOOST_TEST(region() == "A");
    // It failed: it goes behind, and the next is not held up.
    due = one->due(Queue::hooks, 64);
    BOOST_REQUIRE(due.size() == 1u);
    BOOST_TEST((one->attempt(due[0]).did == Did::sent));
    BOOST_TEST(region() == "B");
    auto next = one->next_of_lane(due[0]);
    BOOST_REQUIRE(next);
    BOOST_TEST((one->attempt(*next).did == Did::sent));
    BOOST_TEST(region() == "C");
    BOOST_TEST(!one->next_of_lane(*next));
    clock.advance(1min);
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(region() == "A");
}

// Whatever the server thinks of its tables: here of one realm with many messages that were sent, and one lane that waits.
BOOST_AUTO_TEST_CASE(a_long_lane_is_not_looked_through_for_each_of_its_messages) {
    const std::string digits = "(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6"
                               " UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";
    const auto add = [&](int first, const std::string& lane, int queue, int state) {
        change("INSERT INTO deliveries (realm_no, delivery_id, event_id, name, topic, subscription_id, subscription, action, recipient, lane, queue,"
               " state, attempts, created_at, due_at, gives_up_at, leased_until, last_error) SELECT " + std::to_string(realm_no().value) +
               ", UNHEX(LPAD(HEX(" + std::to_string(first) + " + a.d + 10 * b.d + 100 * c.d), 32, '0')), REPEAT('e', 16), 'signin.success', '', NULL, 'x', 3,"
               " 'x', " + lane + ", " + std::to_string(queue) + ", " + std::to_string(state) + ", 0, '2020-01-01', '2020-01-01', '2100-01-01', '1970-01-01', ''"
               " FROM " + digits + " a, " + digits + " b, " + digits + " c");
    };
    for (const int thousand : {1, 2, 3}) add(thousand * 1000, "NULL", 1, 2);
    add(9000, "REPEAT('l', 16)", 3, 1);
    const std::string status = "SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME LIKE 'Handler_read%'";
    const auto before = number(status);
    BOOST_TEST(deliveries::store::due(look, Queue::hooks, clock.now(), 64, {}).size() == 1u);
    BOOST_TEST(number(status) - before < 20'000);
}

BOOST_AUTO_TEST_CASE(a_hook_whose_subscription_is_gone_is_given_up) {
    hook({"password.changed"});
    set("mail.suppressed", "shopperPasswordUpdated");
    cause({.event = Name::password_changed});
    while (one->fan_out(64) != 0) {}
    expect(core.subscriptions.remove(core.db, context(), "hook"));
    clock.advance(1s);
    BOOST_TEST((round() == Dids{Did::abandoned}));
    BOOST_TEST(post.count() == 0u);
}

BOOST_AUTO_TEST_CASE(EN2_a_decoy_is_taken_and_nothing_comes_of_it) {
    cause({.event = Name::signin_code_sent, .channel = Channel::email, .destination = "nobody@shop.example", .decoy = true});
    BOOST_TEST((round() == Dids{}));
    BOOST_TEST(number("SELECT COUNT(*) FROM outbox") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM deliveries") == 0);
}

BOOST_AUTO_TEST_CASE(a_cause_that_does_not_open_waits_and_holds_up_no_other) {
    cause({.event = Name::password_changed});
    change("UPDATE outbox SET cause = CONCAT('x', cause)");
    clock.advance(10ms);
    cause({.event = Name::password_changed});
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(number("SELECT COUNT(*) FROM outbox") == 1);
    clock.advance(59s);
    BOOST_TEST(one->fan_out(64) == 0u);
    clock.advance(1s);
    BOOST_TEST(one->fan_out(64) == 1u);  // and is looked at again
}

BOOST_AUTO_TEST_CASE(a_delivery_that_does_not_open_is_tried_again_and_given_up_in_the_end) {
    cause({.event = Name::password_changed});
    while (one->fan_out(64) != 0) {}
    change("UPDATE deliveries SET payload = CONCAT('x', payload)");
    BOOST_TEST((round() == Dids{Did::waiting}));
    for (int hour = 0; hour < 30; ++hour) {
        clock.advance(1h);
        round();
    }
    BOOST_TEST(text("SELECT state FROM deliveries") == "3");
    BOOST_TEST(post.count() == 0u);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_stalls_nothing_for_ever) {
    cause({.event = Name::password_changed});
    clock.advance(-3h);
    BOOST_TEST((round() == Dids{Did::sent}));  // due more than an hour ahead: not believed
    clock.advance(3h);
    cause({.event = Name::password_changed});
    while (one->fan_out(64) != 0) {}
    post.answer = [](std::size_t) -> Sent { throw std::runtime_error("killed"); };
    BOOST_CHECK_THROW(round(), std::runtime_error);
    post.answer = [](std::size_t) { return Sent{.verdict = Verdict::accepted}; };
    clock.advance(-24h);  // lease and due time lie ahead by a day
    BOOST_TEST((round() == Dids{Did::sent}));
}

BOOST_AUTO_TEST_CASE(a_stores_own_template_is_used_and_a_broken_one_is_passed_over) {
    templates::Templates own(core.events);
    expect(own.set(core.db, context(), {.name = "password_changed", .locale = "en", .parts = {.subject = "Ours: {{shop}}", .text = "Hello {{name}}\n"}}));
    cause({.event = Name::password_changed});
    round();
    BOOST_TEST(post.mails.back().subject == "Ours: shop");
    BOOST_TEST(post.mails.back().text.find("Hello Ann") != std::string::npos);
    change("UPDATE templates SET text_part = '{{no_such}}'");
    cause({.event = Name::password_changed});
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(post.mails.back().subject.find("Ours") == std::string::npos);
    BOOST_TEST(post.mails.back().text.find("no_such") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(templates_are_judged_when_they_are_set) {
    templates::Templates own(core.events);
    const auto no = [&](templates::Stored stored, std::string_view field) {
        const auto out = own.set(core.db, context(), std::move(stored));
        BOOST_REQUIRE(!out);
        BOOST_TEST(out.error().field == field);
    };
    no({.name = "Bad Name", .locale = "en", .parts = {.subject = "s", .text = "t"}}, "name");
    no({.name = "unlock", .locale = "english!", .parts = {.subject = "s", .text = "t"}}, "locale");
    no({.name = "code_sign_in", .locale = "en", .parts = {.subject = "{{code}}", .text = "{{#code}}"}}, "text");
    no({.name = "code_sign_in", .locale = "en", .parts = {.subject = std::string(300, 's'), .text = "{{code}}"}}, "subject");
    BOOST_TEST(number("SELECT COUNT(*) FROM templates") == 0);
    expect(own.set(core.db, context(), {.name = "welcome", .locale = "de_AT", .parts = {.subject = "s", .text = "t"}}));
    BOOST_TEST(own.list(core.db, realm_no()).at(0).locale == "de-AT");
    BOOST_TEST(events("mail.changed") == 1);
    BOOST_TEST(templates::known(core.db, realm_no(), "welcome"));
    BOOST_TEST(templates::known(core.db, realm_no(), "unlock"));
    BOOST_TEST(!templates::known(core.db, realm_no(), "no_such"));
    expect(own.remove(core.db, context(), "welcome", "de-at"));
    BOOST_TEST(why(own.remove(core.db, context(), "welcome", "de-AT")) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(words_and_events_fit_each_other_whichever_comes_first) {
    templates::Templates own(core.events);
    const auto add = [&](std::string name, std::string event, subscriptions::Action action, std::string target) {
        const auto out = core.subscriptions.add(core.db, context(), {.name = std::move(name), .events = {std::move(event)}, .action = action, .target = std::move(target)}, {});
        return out ? "" : out.error().field + ": " + out.error().text;
    };
    const auto set = [&](std::string locale, text::MessageText parts) {
        const auto out = own.set(core.db, context(), {.name = "ours", .locale = std::move(locale), .parts = std::move(parts)});
        return out ? "" : out.error().field + ": " + out.error().text;
    };
    using subscriptions::Action;
    BOOST_TEST(add("a", "account.locked", Action::mail, "code_sign_in") == "events: account.locked brings no code, and the template code_sign_in says one");
    BOOST_TEST(add("a", "account.locked", Action::mail, "password_reset") == "events: account.locked brings no link, and the template password_reset says one");
    BOOST_TEST(add("a", "signin.new_device", Action::sms, "new_device") == "target: new_device has no SMS part");
    BOOST_TEST(set("en", {.subject = "s", .text = "{{code}}"}) == "");
    BOOST_TEST(add("a", "account.locked", Action::mail, "ours") == "events: account.locked brings no code, and the template ours says one");
    BOOST_TEST(set("en", {.subject = "s", .text = "t", .sms = "t"}) == "");
    BOOST_TEST(add("a", "account.locked", Action::mail, "ours") == "");
    BOOST_TEST(add("b", "account.locked", Action::sms, "ours") == "");
    // And from now on the template is held to it, in every language.
    BOOST_TEST(set("de", {.subject = "s", .text = "{{code}}", .sms = "t"}) == ": the subscription \"a\" sends it: account.locked brings no code, and the template ours says one");
    BOOST_TEST(set("de", {.subject = "s", .text = "t", .sms = "{{link}}"}) == ": the subscription \"b\" sends it: account.locked brings no link, and the template ours says one");
    BOOST_TEST(set("en", {.subject = "s", .text = "t"}) == ": the subscription \"b\" sends it: ours has no SMS part");
    BOOST_TEST(set("de", {.subject = "s", .text = "{{#code}}{{code}}{{/code}}"}) == "");  // English has the SMS
    BOOST_TEST(number("SELECT COUNT(*) FROM subscriptions") == 2);
}

// RS8: each of these is told to the owner, once.
BOOST_AUTO_TEST_CASE(RS8_blocks_and_closed_accounts_are_told_and_so_is_their_end) {
    const auto told = [&] {
        post.mails.clear();
        round();
        return post.mails.size() == 1 ? post.mails[0].subject : std::to_string(post.mails.size()) + " mails";
    };
    const auto account = ann.account.no;
    expect(core.customers.set_locked(core.db, context(), account, {}, true));
    BOOST_TEST(told() == "Your sign-in at shop was blocked");
    expect(core.customers.set_locked(core.db, context(), account, {}, false));
    BOOST_TEST(told() == "Your account at shop is active again");
    expect(core.customers.set_active(core.db, context(), account, false));
    BOOST_TEST(told() == "Your account at shop was deactivated");
    expect(core.customers.set_active(core.db, context(), account, true));
    BOOST_TEST(told() == "Your account at shop is active again");
    cause({.event = Name::password_change_demanded, .reason = "demanded"});
    BOOST_TEST(told() == "Please choose a new password for shop");
    cause({.event = Name::password_change_demanded, .reason = "taken_back"});
    BOOST_TEST(told() == "No new password is needed for shop");
}

// Of a caller that forwards nobody the address is the application's server, which would mislead the reader.
BOOST_AUTO_TEST_CASE(RS8_only_the_shoppers_own_address_is_said) {
    const auto said = [&](const Context& from) {
        core.outbox.add(core.db, from, {.event = Name::password_changed, .event_id = EventId{uuid_v7(clock.now(), rng)}, .user = ann.account.user});
        clock.advance(1ms);
        round();
        return post.mails.back().text.find("Network address: 203.0.113.9") != std::string::npos;
    };
    auto from = from_browser("203.0.113.9");
    BOOST_TEST(said(from));
    from.own_address = false;
    BOOST_TEST(!said(from));
    BOOST_TEST(post.mails.back().text.find("Network address") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(subscriptions_keep_their_secrets_sealed) {
    const auto made = hook({"password.changed"});
    BOOST_REQUIRE(made.secret);
    BOOST_TEST(made.secret->size() >= 32u);
    BOOST_TEST(number("SELECT COUNT(*) FROM subscriptions WHERE secret LIKE '%" + std::string(made.secret->reveal()) + "%'") == 0);
    const auto read = core.subscriptions.find(core.db, realm_no(), "hook");
    BOOST_REQUIRE(read);
    BOOST_TEST((read->secret == made.secret));
    BOOST_TEST((read->events == made.events));
    BOOST_TEST(why(core.subscriptions.add(core.db, context(), made, {})) == "name_taken");
    BOOST_TEST(subscriptions::names_key(core.db, 1));
    // Under the key that signs from now on.
    write_keys({{new_key(1, clock.now() - std::chrono::days(90)), new_key(2, clock.now())}});
    clock.advance(2s);
    const auto done = core.subscriptions.reseal(core.db, context());
    BOOST_TEST(done.lost + done.sealed == 1u);
    BOOST_TEST(events("webhook.changed") == 1);
    expect(core.subscriptions.remove(core.db, context(), "hook"));
    BOOST_TEST(why(core.subscriptions.remove(core.db, context(), "hook")) == "unknown_item");
    BOOST_TEST(events("webhook.changed") == 2);
}

BOOST_AUTO_TEST_CASE(a_built_in_message_is_switched_off_and_on) {
    expect(core.subscriptions.set_active(core.db, context(), "notice.password_changed", false));
    clock.advance(1s);
    cause({.event = Name::password_changed});
    BOOST_TEST((round() == Dids{}));
    expect(core.subscriptions.set_active(core.db, context(), "notice.password_changed", false));  // it is so
    expect(core.subscriptions.set_active(core.db, context(), "notice.password_changed", true));
    clock.advance(1s);
    cause({.event = Name::password_changed});
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(events("mail.changed") == 2);
    BOOST_TEST(why(core.subscriptions.set_active(core.db, context(), "no.such", true)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(the_log_is_kept_for_thirty_days) {
    cause({.event = Name::password_changed});
    round();
    const auto purge = [&] {
        return core.db.transact([&](db::Tx& tx) { return deliveries::purge(tx, realm_no(), clock.now() - deliveries::kept, 1000); });
    };
    clock.advance(30 * 24h);
    BOOST_TEST(purge() == 0u);
    cause({.event = Name::password_changed});
    while (one->fan_out(64) != 0) {}  // one that waits
    clock.advance(1s);
    BOOST_TEST(purge() == 1u);
    BOOST_TEST(number("SELECT COUNT(*) FROM deliveries") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM delivery_attempts") == 0);
}

BOOST_AUTO_TEST_CASE(kibo_8_2_the_log_reads_newest_first) {
    const auto row = hook({"customeraccount.updated"}, subscriptions::Format::kibo);
    for (int i = 0; i < 3; ++i) {
        cause({.event = Name::account_updated, .account = AccountNo{1001}});
        clock.advance(1s);
    }
    post.answer = [](std::size_t n) { return n == 1 ? temporary(500) : Sent{.verdict = Verdict::accepted, .code = 200}; };
    round();
    deliveries::Deliveries kept(keys, rng);
    const auto all = kept.list(core.db, realm_no(), {.subscription = row.id}, 0, 10);
    BOOST_REQUIRE(all.size() == 3u);
    BOOST_TEST((all[0].created_at > all[2].created_at || all[0].id > all[2].id));
    BOOST_TEST(all[0].sealed.empty());
    BOOST_TEST(kept.list(core.db, realm_no(), {.subscription = row.id}, 1, 1).at(0).topic == "customeraccount.updated");
    BOOST_TEST(kept.count(core.db, realm_no(), {.format = subscriptions::Format::kibo}) == 3u);
    BOOST_TEST(kept.list(core.db, realm_no(), {.format = subscriptions::Format::own}, 0, 10).empty());
    const auto tries = kept.attempts(core.db, realm_no(), all[2].id);
    BOOST_REQUIRE(tries.size() == 1u);
    BOOST_TEST(tries[0].status == 500u);
    BOOST_TEST(kept.find(core.db, realm_no(), all[2].id)->last_error == "come back later");
}

// --- The whole worker

BOOST_AUTO_TEST_CASE(once_works_off_what_is_due_and_ends) {
    hook({"password.changed"});
    for (int i = 0; i < 120; ++i) cause({.event = Name::password_changed});
    delivery::Worker worker(parts(), 4, true);
    BOOST_REQUIRE(worker.finished(60s));
    BOOST_TEST(post.mails.size() == 120u);
    BOOST_TEST(post.hooks.size() == 120u);
    const auto done = worker.done();
    BOOST_TEST(done.causes == 120u);
    BOOST_TEST(done.sent == 240u);
    BOOST_TEST(done.given_up == 0u);
    BOOST_TEST(!done.failed);
    BOOST_TEST(number("SELECT COUNT(*) FROM deliveries WHERE state <> 2 OR attempts <> 1") == 0);
}

BOOST_AUTO_TEST_CASE(a_worker_stops_when_it_is_told_and_finishes_what_it_has_in_hand) {
    std::binary_semaphore began{0}, go{0};
    post.answer = [&](std::size_t) {
        began.release();
        go.acquire();
        return Sent{.verdict = Verdict::accepted};
    };
    cause({.event = Name::password_changed});
    delivery::Worker worker(parts(), 2, false);
    began.acquire();
    worker.stop();
    BOOST_TEST(!worker.finished(0ms));
    go.release();
    BOOST_REQUIRE(worker.finished(60s));
    BOOST_TEST(state() == "2:1");
}

BOOST_AUTO_TEST_CASE(a_way_that_throws_ends_no_thread) {
    for (int i = 0; i < 3; ++i) cause({.event = Name::password_changed});
    post.answer = [](std::size_t n) {
        if (n == 1) throw std::runtime_error("a defect");
        return Sent{.verdict = Verdict::accepted};
    };
    delivery::Worker worker(parts(), 2, false);
    for (int i = 0; i < 6000 && worker.done().sent < 2; ++i) std::this_thread::sleep_for(10ms);
    BOOST_TEST(worker.done().sent == 2u);
    worker.stop();
    BOOST_REQUIRE(worker.finished(60s));
    BOOST_TEST(number("SELECT COUNT(*) FROM deliveries WHERE state = 1 AND attempts = 1") == 1);  // leased; tried again later
}

BOOST_AUTO_TEST_SUITE_END()
