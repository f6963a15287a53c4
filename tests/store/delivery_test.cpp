// SPDX-License-Identifier: MIT
// The worker against the database: nothing is lost, nothing is sent twice without need, nothing after its death.
#include "store/worked.h"

#include <semaphore>

#include <authtickets/text/phone.h>

#include "core/deliveries/store.h"

using namespace authtickets;
using namespace authtickets::test;

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

// EP154: realm, profile, profile info, user name and token, and a link where the shop has set one.
BOOST_AUTO_TEST_CASE(EP154_a_one_time_token_is_mailed_with_what_it_is_exchanged_by) {
    const Uuid profile = uuid_v4(rng);
    const auto ask = [&](one_time::Purpose purpose) {
        core.one_time.request(core.db, context(), *realm(), {.profile = logins::default_profile, .profile_id = profile, .name = "ann", .purpose = purpose});
        const auto taken = core.outbox.due(core.db, clock.now(), 1);
        return std::string(core.outbox.open(taken.at(0))->code.reveal());
    };
    const auto login = core.logins.named(core.db, realm_no(), "ann")->id;
    const auto has = [&](const std::string& piece) { return post.mails.back().text.find(piece) != std::string::npos && post.mails.back().html.find(piece) != std::string::npos; };
    auto token = ask(one_time::Purpose::reset_password);
    BOOST_TEST(dump().find(token) == std::string::npos);
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(post.mails.back().to == "ann@shop.example");
    BOOST_TEST(post.mails.back().subject.find(token) != std::string::npos);
    for (const auto& piece : {token, std::string("ann"), dashed(realm()->id), dashed(profile), dashed(login.value), std::string("10 minutes"),
                              std::string("set a new password")}) {
        BOOST_TEST(has(piece), piece);
    }
    BOOST_TEST(!has("=" + token));  // no link
    BOOST_TEST(dump().find(token) == std::string::npos);
    set("one_time.link", "{base}/enter?u={username}&t={token}&r={realm}&p={profile}&i={info}");
    token = ask(one_time::Purpose::passwordless_authentication);
    BOOST_TEST((round() == Dids{Did::sent}));
    const auto link = "https://shop.example/enter?u=ann&t=" + token + "&r=" + dashed(realm()->id) + "&p=" + dashed(profile) + "&i=" + dashed(login.value);
    BOOST_TEST(post.mails.back().text.find(link) != std::string::npos, post.mails.back().text);
    BOOST_TEST(has("sign in to"));
    BOOST_TEST(post.mails.back().bcc.empty());
}

BOOST_AUTO_TEST_CASE(EP224_OC5_a_one_time_token_that_was_used_replaced_or_has_run_out_is_not_sent) {
    const auto ask = [&] {
        core.one_time.request(core.db, context(), *realm(), {.profile = logins::default_profile, .profile_id = {}, .name = "ann",
                                                             .purpose = one_time::Purpose::passwordless_authentication});
        clock.advance(1ms);
        const auto taken = core.outbox.due(core.db, clock.now(), 100);
        return std::string(core.outbox.open(taken.back())->code.reveal());
    };
    const auto token = ask();
    const auto shop = realm();
    const auto tried = core.one_time.attempt(core.db, context(), shop->settings, {.login = core.logins.named(core.db, realm_no(), "ann"), .name = "ann"}, token);
    BOOST_TEST(core.db.transact([&](db::Tx& tx) { return core.one_time.consume(tx, context(), tried); }));
    BOOST_TEST((round() == Dids{Did::dropped}));
    for (int i = 0; i < 6; ++i) ask();
    BOOST_TEST((round() == Dids{Did::dropped, Did::sent, Did::sent, Did::sent, Did::sent, Did::sent}));
    BOOST_TEST(events("delivery.gave_up") == 0);  // nobody misses them
    ask();
    clock.advance(600s);
    BOOST_TEST((round() == Dids{Did::abandoned}));
    BOOST_TEST(post.mails.size() == 5u);
}

// FC130, FC131 (docs/freshcom.md)
BOOST_AUTO_TEST_CASE(X10_a_code_to_a_contact_goes_there_alone_and_not_once_it_is_used_or_dead) {
    const auto ask = [&](users::ContactKind kind, std::string_view contact) {
        clock.advance(2min);  // within the budget
        expect(core.verifications.request(core.db, context(), *realm(), kind, contact));
        const auto taken = core.outbox.due(core.db, clock.now(), 100);
        return std::string(core.outbox.open(taken.back())->code.reveal());
    };
    const std::string phone = "+16045550142";
    auto code = ask(users::ContactKind::phone, phone);
    BOOST_TEST(dump().find(code) == std::string::npos);
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_REQUIRE(post.texts.size() == 1u);
    BOOST_TEST(post.texts[0].to == phone);
    BOOST_TEST(post.texts[0].text.find("30 minutes") != std::string::npos);
    BOOST_TEST(post.texts[0].text.ends_with("@shop.example #" + code));
    BOOST_TEST(post.mails.empty());
    code = ask(users::ContactKind::email, "mira@home.example");
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_REQUIRE(post.mails.size() == 1u);
    BOOST_TEST(post.mails[0].to == "mira@home.example");
    BOOST_TEST(post.mails[0].subject.starts_with(code));
    BOOST_TEST(post.mails[0].bcc.empty());

    const auto older = ask(users::ContactKind::phone, phone);
    (void)ask(users::ContactKind::phone, phone);
    const auto shop = realm();
    const auto tried = expect(core.verifications.attempt(core.db, context(), shop->settings, users::ContactKind::phone, phone, older));
    BOOST_TEST(core.db.transact([&](db::Tx& tx) { return core.verifications.consume(tx, context(), tried); }));
    BOOST_TEST((round() == Dids{Did::dropped, Did::dropped}));  // both went with the one that was used
    (void)ask(users::ContactKind::phone, phone);
    clock.advance(30min);
    BOOST_TEST((round() == Dids{Did::abandoned}));
    BOOST_TEST(post.texts.size() == 1u);
}

// FC141
BOOST_AUTO_TEST_CASE(RS1_the_link_that_verifies_an_address_is_mailed_there_and_not_once_it_was_replaced) {
    const auto ask = [&] {
        clock.advance(1s);
        expect(core.verifications.request_token(core.db, context(), *realm(), ann.account.user));
        const auto taken = core.outbox.due(core.db, clock.now(), 100);
        return std::string(core.outbox.open(taken.back())->link.reveal());
    };
    const auto token = ask();
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_REQUIRE(post.mails.size() == 1u);
    BOOST_TEST(post.mails[0].to == "ann@shop.example");
    BOOST_TEST(post.mails[0].text.find("https://shop.example/account/verify?t=" + token + "&u=" + hex(ann.account.user.value)) != std::string::npos);
    BOOST_TEST(post.mails[0].bcc.empty());
    (void)ask();
    (void)ask();
    BOOST_TEST((round() == Dids{Did::dropped, Did::sent}));
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
    deliveries::Deliveries kept(keys, rng, core.events, core.outbox);
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

namespace {

// Events without a cause, and who waits for them.
struct Told : Worked {
    Told() {
        change("DELETE FROM events");
        olga = expect(core.operators.add(core.db, context(), *realm(), {.role = operators::Role::manager, .user_name = "olga", .email = "olga@desk.example",
                                                                         .first_name = "Olga", .password = Secret(std::string_view("Compiler-No-1-of-all"))})).who;
        change("DELETE FROM outbox");
        clock.advance(1s);
    }
    void notice(events::Group group, subscriptions::Notice::State state = subscriptions::Notice::State::active) {
        expect(core.subscriptions.set_notice(core.db, context(), olga.user, group, state));
        clock.advance(1s);
    }
    subscriptions::Notice::State state_of(events::Group group) {
        for (const auto& each : core.subscriptions.notices(core.db, realm_no(), olga.user)) {
            if (each.group == group) return each.state;
        }
        throw std::runtime_error("no such group");
    }
    EventId happens(Name name, bool success = true, std::string_view reason = {}) {
        const auto id = core.events.write(core.db, from_browser(), {.name = name, .success = success, .reason = reason, .actor = "user",
                                                                    .user = ann.account.user, .account = ann.account.no, .user_name = "ann"});
        clock.advance(1ms);
        return id;
    }
    unsigned follow(Courier& with) {
        unsigned told = 0;
        for (bool more = true; more;) {
            const auto followed = with.follow();
            told += followed.told;
            more = followed.more;
        }
        return told;
    }
    unsigned follow() { return follow(*one); }
    std::string body(std::string_view member) { return *parse_json(post.hooks.back().body)->find(member)->text(); }

    operators::Operator olga;
    using State = subscriptions::Notice::State;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(delivery_trails, Told)

BOOST_AUTO_TEST_CASE(M14_an_operator_gets_mail_of_the_groups_that_he_asked_for) {
    notice(events::Group::sign_in);
    happens(Name::signin_failure, false, "wrong_password");
    happens(Name::password_reset_requested);
    BOOST_TEST(follow() == 1u);
    BOOST_TEST(round().size() == 1u);
    const auto& mail = post.mails.at(0);
    BOOST_TEST(mail.to == "olga@desk.example");
    BOOST_TEST(mail.subject == "shop: signin.failure (ann)");  // the worker has the words, this one has none
    for (const auto* const part : {"Hello Olga,", "Customer: ann", "Network address: 203.0.113.9", "Account: 1"}) BOOST_TEST(mail.text.find(part) != mail.text.npos);
    BOOST_TEST(mail.bcc.empty());
    BOOST_TEST(follow() == 0u);
    BOOST_TEST(round().empty());
}

BOOST_AUTO_TEST_CASE(M14_a_notice_is_absent_active_or_paused) {
    const auto group = events::Group::password;
    BOOST_TEST((state_of(group) == State::none));
    notice(group);
    BOOST_TEST((state_of(group) == State::active));
    BOOST_TEST((state_of(events::Group::account) == State::none));
    notice(group, State::paused);
    BOOST_TEST((state_of(group) == State::paused));
    happens(Name::password_changed);
    BOOST_TEST(follow() == 0u);
    clock.advance(1s);
    notice(group);
    BOOST_TEST(follow() == 0u);  // what happened meanwhile stays untold
    happens(Name::password_changed);
    BOOST_TEST(follow() == 1u);
    notice(group, State::none);
    BOOST_TEST((state_of(group) == State::none));
    notice(group, State::none);
    BOOST_TEST(events("webhook.changed") == 4);
    BOOST_TEST(number("SELECT COUNT(*) FROM subscriptions") == 0);
}

BOOST_AUTO_TEST_CASE(M14_who_is_no_operator_any_more_is_told_nothing) {
    notice(events::Group::password);
    const auto id = happens(Name::password_changed);
    change("DELETE FROM operators");
    BOOST_TEST(follow() == 0u);
    BOOST_TEST((events::find(core.db, realm_no(), id).has_value()));
    core.db.transact([&](db::Tx& tx) {
        core.subscriptions.remove_notices(tx, realm_no(), olga.user);
        return true;
    });
    BOOST_TEST(number("SELECT COUNT(*) FROM subscriptions") == 0);
}

BOOST_AUTO_TEST_CASE(W26_log_mail_and_hook_of_one_act_bear_the_same_id_and_time) {
    notice(events::Group::sign_in);
    hook({"signin.failure"});
    const auto id = happens(Name::signin_failure, false, "locked");
    BOOST_TEST(follow() == 2u);
    BOOST_TEST(round().size() == 2u);
    const auto row = events::find(core.db, realm_no(), id).value();
    BOOST_TEST(body("id") == dashed(id.value));
    BOOST_TEST(body("at") == iso8601(row.at));
    BOOST_TEST(body("event") == "signin.failure");
    BOOST_TEST(body("reason") == "locked");
    BOOST_TEST(body("outcome") == "failure");
    BOOST_TEST(body("actor") == "customer");
    BOOST_TEST(post.mails.at(0).text.find(dashed(id.value)) != std::string::npos);
    BOOST_TEST(post.mails.at(0).text.find(iso8601(row.at)) != std::string::npos);
    // The same by a cause: the hook's id and time are the event's.
    change("UPDATE subscriptions SET events = 'password.changed' WHERE action = 3");
    clock.advance(2s);
    const auto at = context();
    clock.advance(5s);  // the request took a while
    const auto changed = core.events.write(core.db, at, {.name = Name::password_changed, .user = ann.account.user});
    core.outbox.add(core.db, at, {.event = Name::password_changed, .event_id = changed, .user = ann.account.user});
    round();
    BOOST_TEST(body("id") == dashed(changed.value));
    BOOST_TEST(body("at") == iso8601(events::find(core.db, realm_no(), changed)->at));
}

BOOST_AUTO_TEST_CASE(M14_a_hook_of_a_group_gets_both_kinds_of_events_once) {
    hook({"@password"});
    happens(Name::password_change_failed, false);
    const auto id = happens(Name::password_changed);
    cause({.event = Name::password_changed, .event_id = id});
    BOOST_TEST(follow() == 1u);
    round();
    BOOST_REQUIRE(post.hooks.size() == 2u);
    std::set<std::string> got;
    for (const auto& each : post.hooks) got.insert(*parse_json(each.body)->find("event")->text());
    BOOST_TEST(got == (std::set<std::string>{"password.change_failed", "password.changed"}), boost::test_tools::per_element());
    for (const auto* const wrong : {"@nobody", "signin.no"}) {
        BOOST_TEST(why(core.subscriptions.add(core.db, context(), {.name = "x", .events = {wrong}, .action = subscriptions::Action::hook,
                                                                   .target = "https://hooks.example/in"}, {})) == "bad_parameter");
    }
    BOOST_TEST(why(core.subscriptions.add(core.db, context(), {.name = "x", .events = {"@password"}, .action = subscriptions::Action::mail,
                                                               .target = "password_changed"}, {})) == "bad_parameter");
    BOOST_TEST(why(core.subscriptions.add(core.db, context(), {.name = "x", .events = {"password.changed"}, .action = subscriptions::Action::mail,
                                                               .target = "operator_notice"}, {})) == "bad_parameter");
}

BOOST_AUTO_TEST_CASE(an_event_that_was_committed_late_is_told_too_and_none_twice) {
    notice(events::Group::sign_in);
    const auto early = context();
    clock.advance(20s);
    happens(Name::signin_failure, false);
    BOOST_TEST(follow() == 1u);
    core.events.write(core.db, early, {.name = Name::signin_failure, .user = ann.account.user});  // began before
    BOOST_TEST(follow() == 0u);
    clock.advance(61s);
    BOOST_TEST(follow() == 1u);
    clock.advance(61s);
    BOOST_TEST(follow() == 0u);
    // Another worker, which knows nothing of the first.
    one->leave();
    auto other = courier();
    BOOST_TEST(follow(*other) == 0u);
    happens(Name::signin_failure, false);
    BOOST_TEST(follow(*other) == 1u);
    BOOST_TEST(follow(*one) == 0u);  // the other holds the trails
    other->leave();
    change("DELETE FROM trail_followed");
    BOOST_TEST(follow() == 0u);  // all of it again, and nothing twice
    BOOST_TEST(number("SELECT COUNT(*) FROM deliveries") == 3);
}

BOOST_AUTO_TEST_CASE(M14_an_operator_gets_no_more_than_a_hundred_mails_of_a_group_in_an_hour) {
    notice(events::Group::sign_in);
    notice(events::Group::password);
    for (int i = 0; i < 120; ++i) happens(Name::signin_failure, false);
    happens(Name::password_changed);
    BOOST_TEST(follow() == 101u);
    clock.advance(59min);
    happens(Name::signin_failure, false);
    BOOST_TEST(follow() == 0u);
    clock.advance(2min);
    happens(Name::signin_failure, false);
    BOOST_TEST(follow() == 1u);
}

BOOST_AUTO_TEST_CASE(what_a_worker_finds_after_a_pause_is_told_in_its_order) {
    notice(events::Group::sign_in);
    for (int i = 0; i < 30; ++i) happens(Name::signin_failure, false);
    clock.advance(1h);
    for (int i = 0; i < 30; ++i) happens(Name::signin_failure, false);
    BOOST_TEST(follow() == 60u);
    BOOST_TEST(texts("SELECT HEX(event_id) FROM deliveries ORDER BY delivery_id") == texts("SELECT HEX(event_id) FROM events WHERE name = 'signin.failure' ORDER BY event_id"),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_notice_that_fails_is_told_of_once_and_no_further) {
    notice(events::Group::system);
    notice(events::Group::sign_in);
    post.answer = [](std::size_t) { return Sent{.verdict = Verdict::permanent, .code = 550, .why = "no"}; };
    happens(Name::signin_failure, false);
    for (int i = 0; i < 5; ++i) {
        follow();
        round();
        clock.advance(1s);
    }
    BOOST_TEST(post.mails.size() == 2u);
    BOOST_TEST(events("delivery.gave_up") == 2);
}

BOOST_AUTO_TEST_CASE(M14_a_test_reaches_the_hook_alone_and_is_written_down) {
    const auto row = hook({"@sign-in"});
    const auto id = expect(core.subscriptions.test(core.db, context(), "hook"));
    round();
    BOOST_REQUIRE(post.hooks.size() == 1u);
    BOOST_TEST(body("id") == dashed(id.value));
    const auto done = core.deliveries.list(core.db, realm_no(), {.subscription = row.id}, 0, 10);
    BOOST_REQUIRE(done.size() == 1u);
    BOOST_TEST((done[0].state == deliveries::State::sent));
    BOOST_TEST(events("webhook.changed") == 2);
    BOOST_TEST(core.deliveries.again(core.db, context(), done[0].id).error().text == "no_event");
    BOOST_TEST(why(core.subscriptions.test(core.db, context(), "nobody")) == "unknown_item");
    expect(core.subscriptions.set_active(core.db, context(), "hook", false));
    BOOST_TEST(why(core.subscriptions.test(core.db, context(), "hook")) == "bad_parameter");
}

BOOST_AUTO_TEST_CASE(M14_what_was_sent_or_given_up_is_sent_again_from_its_event) {
    hook({"password.changed", "signin.failure"});
    notice(events::Group::sign_in);
    const auto id = happens(Name::signin_failure, false, "locked");
    BOOST_TEST(follow() == 2u);
    const auto newest = [&](deliveries::State state) { return core.deliveries.newest(core.db, realm_no(), state, 10); };
    BOOST_TEST(core.deliveries.again(core.db, context(), newest(deliveries::State::waiting).at(0).id).error().text == "waiting");
    post.answer = [](std::size_t) { return Sent{.verdict = Verdict::permanent, .code = 410, .why = "gone"}; };
    round();
    const auto given_up = newest(deliveries::State::abandoned);
    BOOST_REQUIRE(given_up.size() == 2u);
    post.answer = [](std::size_t) { return Sent{.verdict = Verdict::accepted, .code = 200}; };
    post.hooks.clear(), post.mails.clear();
    for (const auto& each : given_up) expect(core.deliveries.again(core.db, context(), each.id));
    BOOST_TEST(round().size() == 2u);
    BOOST_REQUIRE((post.hooks.size() == 1u && post.mails.size() == 1u));
    BOOST_TEST(body("id") == dashed(id.value));
    BOOST_TEST(body("reason") == "locked");
    BOOST_TEST(post.mails.at(0).to == "olga@desk.example");
    BOOST_TEST(number("SELECT COUNT(*) FROM deliveries") == 4);
    BOOST_TEST(events("webhook.changed") == 4);

    // Not what went to a customer, nor where the subscription is off or gone, nor what the trail has no longer.
    cause({.event = Name::password_changed, .event_id = happens(Name::password_changed)});
    round();
    const auto sent = newest(deliveries::State::sent);
    const auto find = [&](subscriptions::Action action, std::string_view topic) {
        const auto found = std::ranges::find_if(sent, [&](const auto& each) { return each.action == action && each.topic == topic; });
        BOOST_REQUIRE(found != sent.end());
        return found->id;
    };
    const auto mail = find(subscriptions::Action::mail, "password_changed"), hooked = find(subscriptions::Action::hook, "signin.failure");
    const auto refused = [&](const DeliveryId& which) { return core.deliveries.again(core.db, context(), which).error().text; };
    BOOST_TEST(refused(mail) == "a_message");
    BOOST_TEST(why(core.deliveries.again(core.db, context(), DeliveryId{Uuid{{1}}})) == "unknown_item");
    expect(core.subscriptions.set_active(core.db, context(), "hook", false));
    BOOST_TEST(refused(hooked) == "subscription");
    expect(core.subscriptions.set_active(core.db, context(), "hook", true));
    change("DELETE FROM events WHERE name = 'signin.failure'");
    BOOST_TEST(refused(hooked) == "no_event");
    expect(core.subscriptions.remove(core.db, context(), "hook"));
    BOOST_TEST(refused(hooked) == "subscription");
}

BOOST_AUTO_TEST_CASE(M14_a_code_that_was_asked_for_is_never_sent_again) {
    hook({"email.requested"}, subscriptions::Format::kibo);
    code();
    round();
    const auto sent = core.deliveries.newest(core.db, realm_no(), deliveries::State::sent, 10);
    const auto hooked = std::ranges::find(sent, "email.requested", &deliveries::Delivery::topic);
    BOOST_REQUIRE(hooked != sent.end());
    BOOST_TEST(core.deliveries.again(core.db, context(), hooked->id).error().text == "code");
}

BOOST_AUTO_TEST_CASE(a_request_pays_nothing_for_who_is_told_of_it) {
    const auto plain = statements([&] { sign_in("ann", "wrong horse 2"); });
    clock.advance(1s);
    notice(events::Group::sign_in);
    hook({"@sign-in"});
    BOOST_TEST(statements([&] { sign_in("ann", "wrong horse 2"); }) == plain);
    BOOST_TEST(number("SELECT COUNT(*) FROM outbox") == 0);
    BOOST_TEST(follow() == 2u);
}

BOOST_AUTO_TEST_CASE(M12_mails_are_switched_and_codes_without_a_way_are_named) {
    using subscriptions::Mail;
    const auto rows = [&] { return core.subscriptions.list(core.db, realm_no()); };
    const auto state = [&](std::string_view name) {
        for (const auto& each : subscriptions::mails(realm()->settings, rows())) {
            if (each.name == name) return each.state;
        }
        throw std::runtime_error("no such mail");
    };
    const auto lost = [&] {
        std::vector<std::string> out;
        for (const auto* const each : subscriptions::without_way(realm()->settings, rows())) out.emplace_back(each->name);
        return out;
    };
    const auto put = [&](std::string_view name, bool on) {
        clock.advance(1s);
        const auto done = core.subscriptions.set_mail(core.db, context(), core.realms, name, on);
        clock.advance(2s);
        return why(done);
    };
    BOOST_TEST((state("otpForLogin") == Mail::State::on));
    BOOST_TEST(lost().empty());
    BOOST_TEST(put("otpForLogin", false) == "granted");
    BOOST_TEST((state("otpForLogin") == Mail::State::off));
    BOOST_TEST(lost() == (std::vector<std::string>{"code.sign_in", "code.second_step"}), boost::test_tools::per_element());
    BOOST_TEST(put("otpForLogin", false) == "granted");
    BOOST_TEST(events("mail.changed") == 1);
    // A subscriber of the store's own has the code.
    expect(core.subscriptions.add(core.db, context(), {.name = "own", .events = {"signin.code_sent"}, .action = subscriptions::Action::mail,
                                                       .target = "code_sign_in"}, {}));
    BOOST_TEST(lost() == (std::vector<std::string>{"code.second_step"}), boost::test_tools::per_element());
    BOOST_TEST(put("otpForLogin", true) == "granted");
    BOOST_TEST((state("otpForLogin") == Mail::State::on));
    set("mail.on_request", "otpForLogin");
    BOOST_TEST((state("otpForLogin") == Mail::State::by_hook));
    BOOST_TEST(lost() == (std::vector<std::string>{"code.second_step"}), boost::test_tools::per_element());
    hook({"email.requested"}, subscriptions::Format::kibo);
    BOOST_TEST(lost().empty());
    // One that obeys no switch of Kibo's.
    BOOST_TEST(put("link.unlock", false) == "granted");
    BOOST_TEST((state("link.unlock") == Mail::State::off));
    BOOST_TEST(lost().empty());  // the hook has it
    BOOST_TEST(put("link.unlock", true) == "granted");
    BOOST_TEST(put("no.such", true) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(M12_a_template_is_shown_as_its_readers_get_it) {
    const auto shown = expect(core.templates.preview(core.db, *realm(), clock.now(), "code_sign_in", "de-AT"));
    BOOST_TEST(shown.text.find("123456") != std::string::npos);
    BOOST_TEST(shown.html.find("<html lang=\"de-AT\"") != std::string::npos);
    BOOST_TEST(why(core.templates.preview(core.db, *realm(), clock.now(), "no_such", "en")) == "unknown_item");
    const auto draft = core.templates.preview(core.db, *realm(), clock.now(), "password_changed", "en", text::MessageText{.subject = "s", .text = "{{nobody}}"});
    BOOST_TEST(draft.error().field == "text");
    BOOST_TEST(expect(core.templates.preview(core.db, *realm(), clock.now(), "password_changed", "en", text::MessageText{.subject = "Hi {{name}}", .text = "x"})).subject == "Hi Ada");
    for (const auto* const locale : {"en", "de", "ar"}) {
        const auto notice = expect(core.templates.preview(core.db, *realm(), clock.now(), "operator_notice", locale));
        BOOST_TEST(notice.text.find("Grace") != std::string::npos);
    }
    expect(core.templates.set(core.db, context(), {.name = "password_changed", .locale = "en", .parts = {.subject = "Ours", .text = "x"}}));
    BOOST_TEST(core.templates.found(core.db, realm_no(), "password_changed", "en-GB")->own);
    BOOST_TEST(core.templates.found(core.db, realm_no(), "password_changed", "de")->own == false);
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

// A login with a password in the realm's default profile, whose user asks for one-time password tokens, and integrations.
struct Integrated : Told {
    subscriptions::Subscription integration(std::vector<std::string> observes, std::optional<std::string> secret = {}, std::string label = "send codes") {
        subscriptions::IntegrationChanges wanted{.label = std::move(label), .url = "https://hooks.example/otp", .observes = std::move(observes)};
        if (secret) wanted.secret = Secret(*secret);
        auto out = expect(core.subscriptions.add_integration(core.db, by_application(), wanted, rows));
        clock.advance(1s);
        return out;
    }
    Context by_application() {
        auto out = context();
        out.door = Door::elasticpath;
        return out;
    }
    // The token that is on its way; empty: none.
    std::string token(std::string_view purpose = "passwordless_authentication") {
        const auto profile = parse_uuid(text("SELECT LOWER(HEX(profile_id)) FROM password_profiles")).value();
        core.one_time.request(core.db, by_application(), *realm(),
                              {.profile = logins::default_profile, .profile_id = profile, .name = "ann", .purpose = *one_time::purpose_named(purpose)});
        clock.advance(1ms);
        const auto due = core.outbox.due(core.db, clock.now(), 10);
        return due.empty() ? "" : std::string(core.outbox.open(due.front())->code.reveal());
    }
    Json last() { return *parse_json(post.hooks.back().body); }
    void answers(int status, std::string said = {}) {
        post.answer = [=](std::size_t) {
            const bool good = status >= 200 && status < 300;
            return Sent{.verdict = good ? Verdict::accepted : Verdict::temporary, .code = status,
                        .why = good ? "" : "web hook: status " + std::to_string(status), .answer = said};
        };
    }
    std::vector<deliveries::Logged> log(const std::optional<SubscriptionId>& of = {}) { return core.deliveries.logged(core.db, realm_no(), of, 0, 100); }

    net::UrlRules rows;
    const std::string key{subscriptions::one_time_token_key};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(delivery_integrations, Integrated)

// EP150 to EP154, EP224 (docs/elasticpath.md)
BOOST_AUTO_TEST_CASE(EP224_a_token_goes_to_the_integration_with_one_id_and_a_rising_attempt) {
    const auto row = integration({key}, "squirrel");
    const auto typed = token();
    BOOST_REQUIRE(typed.size() == 6u);
    answers(503, "not now: " + typed + " squirrel");
    BOOST_TEST((round() == Dids{Did::waiting}));
    BOOST_TEST(post.mails.empty());  // EP154
    BOOST_REQUIRE(post.hooks.size() == 1u);
    const auto first = last();
    BOOST_TEST(*first.find("payload")->find("one_time_password_token")->text() == typed);
    BOOST_TEST(*first.find("payload")->find("user_authentication_info")->find("email")->text() == "ann@shop.example");
    BOOST_TEST(*first.find("payload")->find("user_authentication_info")->find("name")->text() == "Ann");
    BOOST_TEST(*first.find("payload")->find("user_authentication_password_profile_info")->find("username")->text() == "ann");
    BOOST_TEST(*first.find("payload")->find("purpose")->text() == "passwordless_authentication");
    BOOST_TEST(*first.find("integration")->find("name")->text() == "send codes");
    BOOST_TEST(first.find("attempt")->integer().value() == 1);
    BOOST_TEST((std::ranges::find(post.hooks.back().headers, "X-Moltin-Secret-Key: squirrel") != post.hooks.back().headers.end()));
    BOOST_TEST(dump().find(typed) == std::string::npos);
    BOOST_TEST(dump().find("squirrel") == std::string::npos);

    clock.advance(1999ms);
    BOOST_TEST(round().empty());
    clock.advance(1ms);
    BOOST_TEST((round() == Dids{Did::waiting}));
    clock.advance(8s);
    answers(204);
    BOOST_TEST((round() == Dids{Did::sent}));
    BOOST_TEST(post.hooks.size() == 3u);
    BOOST_TEST(*last().find("id")->text() == *first.find("id")->text());
    BOOST_TEST(*last().find("payload")->find("one_time_password_token")->text() == typed);
    BOOST_TEST(last().find("attempt")->integer().value() == 3);

    // EP227: its log, and of the answers what may be kept.
    const auto logged = log(row.id);
    BOOST_REQUIRE(logged.size() == 3u);
    BOOST_TEST(core.deliveries.count_logged(core.db, realm_no(), row.id) == 3u);
    BOOST_TEST(core.deliveries.count_logged(core.db, realm_no(), {}) == 3u);
    BOOST_TEST((logged[0].attempt.no == 3u && logged[0].attempt.outcome == deliveries::Outcome::accepted && logged[0].attempt.status == 204u));
    BOOST_TEST((logged[2].attempt.no == 1u && logged[2].attempt.status == 503u));
    BOOST_TEST(logged[2].attempt.answer == "not now: ****** ********");
    BOOST_TEST(dashed(logged[2].delivery.value) == *first.find("id")->text());
    BOOST_TEST(log().size() == 3u);
    BOOST_TEST(log(SubscriptionId{uuid_v4(rng)}).empty());
    BOOST_TEST(core.deliveries.again(core.db, context(), logged[0].delivery).error().text == "code");
}

BOOST_AUTO_TEST_CASE(EP224_a_dead_token_is_not_sent) {
    integration({key});
    answers(500);
    token();
    for (const auto wait : {0s, 2s, 8s, 20s, 90s}) {
        clock.advance(wait);
        BOOST_TEST(round().size() == 1u, wait.count());
    }
    BOOST_TEST(state() == "3:5");  // the fifth was the last
    BOOST_TEST(events("delivery.failed") == 1);
    BOOST_TEST(events("delivery.gave_up") == 1);
    // Used or ended while it waits.
    token();
    BOOST_TEST(round().size() == 1u);
    change("DELETE FROM one_time_tokens");
    clock.advance(2s);
    BOOST_TEST((round() == Dids{Did::dropped}));
    // Run out.
    token();
    clock.advance(601s);
    const auto sent = post.hooks.size();
    BOOST_TEST((round() == Dids{Did::abandoned}));
    BOOST_TEST(post.hooks.size() == sent);
    BOOST_TEST(number("SELECT COUNT(*) FROM deliveries WHERE payload IS NOT NULL") == 0);
}

BOOST_AUTO_TEST_CASE(EP154_the_mail_goes_where_no_integration_is_on) {
    const auto row = integration({key});
    token();
    round();
    BOOST_TEST((post.mails.empty() && post.hooks.size() == 1u));
    expect(core.subscriptions.change_integration(core.db, by_application(), row.id, {.enabled = false}, rows));
    clock.advance(2s);
    token();
    round();
    BOOST_TEST((post.mails.size() == 1u && post.hooks.size() == 1u));
    expect(core.subscriptions.remove_integration(core.db, by_application(), row.id));
    clock.advance(2s);
    token();
    round();
    BOOST_TEST((post.mails.size() == 2u && post.hooks.size() == 1u));
}

// EP222: a receiver that is slow with one message does not hold up the next.
BOOST_AUTO_TEST_CASE(EP222_messages_of_integrations_wait_for_no_other) {
    integration({key});
    answers(500);
    token();
    token();
    BOOST_TEST(round().size() == 2u);
    token();
    BOOST_TEST(round().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_test_of_an_integration_reaches_it_whatever_it_observes) {
    const auto row = integration({"account-membership.updated"});
    expect(core.subscriptions.test(core.db, context(), row.name));
    const auto token = integration({key}, "squirrel");
    expect(core.subscriptions.test(core.db, context(), token.name));
    round();
    BOOST_REQUIRE(post.hooks.size() == 2u);
    std::set<std::string> got;
    for (const auto& each : post.hooks) {
        const auto said = *parse_json(each.body);
        BOOST_TEST(said.find("test")->boolean().value());
        got.insert(*said.find("triggered_by")->text());
    }
    BOOST_TEST(got == (std::set<std::string>{"account-membership.updated", key}), boost::test_tools::per_element());
    BOOST_TEST(core.deliveries.list(core.db, realm_no(), {.subscription = token.id}, 0, 10).at(0).name == "signin.token_sent");
}

BOOST_AUTO_TEST_CASE(EP155_other_keys_come_from_the_trail_once_for_each) {
    const auto row = integration({"user-authentication-info.updated", "account-member.updated", "settings.updated", "integration.updated", "account.deleted"});
    happens(Name::user_updated);
    happens(Name::signin_success);
    BOOST_TEST(follow() == 2u);
    round();
    BOOST_REQUIRE(post.hooks.size() == 2u);
    std::set<std::string> got, ids;
    for (const auto& each : post.hooks) {
        const auto said = *parse_json(each.body);
        got.insert(*said.find("triggered_by")->text() + " " + *said.find("payload")->find("type")->text());
        ids.insert(*said.find("id")->text());
        BOOST_TEST(*said.find("payload")->find("id")->text() == dashed(ann.account.user.value));
        BOOST_TEST(*said.find("payload")->find("name")->text() == "Ann");
        BOOST_TEST(*said.find("payload")->find("email")->text() == "ann@shop.example");
        BOOST_TEST(*said.find("configuration")->find("secret_key")->text() == "");
        BOOST_TEST(each.headers.size() == 1u);
    }
    BOOST_TEST(got == (std::set<std::string>{"account-member.updated account_member", "user-authentication-info.updated user_authentication_info"}),
               boost::test_tools::per_element());
    BOOST_TEST(ids.size() == 2u);
    BOOST_TEST(follow() == 0u);

    set("members.auto_account", "on");
    BOOST_TEST(follow() == 1u);
    round();
    BOOST_TEST(*last().find("triggered_by")->text() == "settings.updated");
    BOOST_TEST(*last().find("payload")->find("id")->text() == dashed(realm()->id));

    // An own hook's changes are none of an integration's. What it is itself it hears of.
    hook({"signin.success"});
    BOOST_TEST(follow() == 0u);
    expect(core.subscriptions.change_integration(core.db, by_application(), row.id, {.label = "renamed"}, rows));
    clock.advance(1s);
    BOOST_TEST(follow() == 1u);
    round();
    BOOST_TEST(*last().find("triggered_by")->text() == "integration.updated");
    BOOST_TEST(*last().find("payload")->find("id")->text() == dashed(row.id.value));
    BOOST_TEST(*last().find("integration")->find("name")->text() == "renamed");

    const auto account = text("SELECT LOWER(HEX(account_id)) FROM accounts");
    expect(core.customers.remove(core.db, by_application(), ann.account.no));
    clock.advance(1s);
    BOOST_TEST(follow() == 1u);
    round();
    BOOST_TEST(*last().find("triggered_by")->text() == "account.deleted");
    BOOST_TEST(*last().find("payload")->find("id")->text() == dashed(*parse_uuid(account)));
    BOOST_TEST(last().find("payload")->find("name") == nullptr);
}

// The account lives on without its user.
BOOST_AUTO_TEST_CASE(EP155_an_account_is_told_by_its_id_when_its_user_is_gone) {
    integration({"account.updated", "account-member.deleted"});
    happens(Name::account_updated);
    change("DELETE FROM users");
    BOOST_TEST(follow() == 1u);
    round();
    BOOST_TEST(*last().find("payload")->find("id")->text() == dashed(*parse_uuid(text("SELECT LOWER(HEX(account_id)) FROM accounts"))));
    change("DELETE FROM accounts");
    happens(Name::account_updated);
    BOOST_TEST(follow() == 0u);  // nothing can be said of it any more
}

// What happened before it was there, or while it was off, is not told; a new name takes nothing away.
BOOST_AUTO_TEST_CASE(an_integration_is_told_since_it_is_on) {
    happens(Name::user_updated);
    clock.advance(1s);
    const auto row = integration({"account-member.updated"});
    BOOST_TEST(follow() == 0u);
    happens(Name::user_updated);
    clock.advance(1s);
    expect(core.subscriptions.change_integration(core.db, by_application(), row.id, {.label = "renamed"}, rows));
    BOOST_TEST(follow() == 1u);
    expect(core.subscriptions.set_active(core.db, context(), row.name, false));
    clock.advance(1s);
    happens(Name::user_updated);
    clock.advance(1s);
    expect(core.subscriptions.set_active(core.db, context(), row.name, true));
    clock.advance(1s);
    BOOST_TEST(follow() == 0u);
    happens(Name::user_updated);
    BOOST_TEST(follow() == 1u);
}

BOOST_AUTO_TEST_CASE(EP212_an_integration_is_changed_in_parts) {
    const auto row = integration({key}, "squirrel");
    BOOST_TEST(row.name == dashed(row.id.value));
    const auto changed = [&](const subscriptions::IntegrationChanges& changes) {
        clock.advance(1s);
        return core.subscriptions.change_integration(core.db, by_application(), row.id, changes, rows);
    };
    // Nothing changes, so nothing is written.
    const auto same = expect(changed({}));
    BOOST_TEST((same.updated_at == row.updated_at));
    expect(changed({.label = "send codes", .secret = Secret(std::string_view("squirrel"))}));
    BOOST_TEST(events("webhook.changed") == 1);
    const auto other = expect(changed({.label = "other", .description = "d"}));
    BOOST_TEST((other.updated_at == clock.now() && other.created_at == row.created_at));
    auto read = core.subscriptions.integration(core.db, realm_no(), row.id);
    BOOST_REQUIRE(read);
    BOOST_TEST((read->label == "other" && read->description == "d" && read->events == std::vector{key} && read->secret->reveal() == "squirrel"));
    expect(changed({.url = "https://other.example/x", .observes = std::vector<std::string>{"account.created"}, .secret = Secret()}));
    read = core.subscriptions.integration(core.db, realm_no(), row.id);
    BOOST_TEST((read->target == "https://other.example/x" && !read->secret && read->events == std::vector<std::string>{"account.created"}));
    BOOST_TEST(number("SELECT COUNT(*) FROM subscriptions WHERE secret IS NOT NULL OR key_id IS NOT NULL") == 0);
    BOOST_TEST(why(changed({.observes = std::vector<std::string>{"order.paid"}})) == "bad_parameter");
    BOOST_TEST(why(changed({.url = "http://127.0.0.1/"})) == "bad_parameter");
    BOOST_TEST(events("webhook.changed", "integration_changed") == 2);
    BOOST_TEST(text("SELECT CONCAT(actor, ' ', JSON_VALUE(details, '$.id')) FROM events WHERE reason = 'integration_added'")
               == "application " + dashed(row.id.value));
    // One of the same name beside it; the others' hooks are not to be had by their ids.
    integration({key}, {}, "other");
    const auto own = hook({"password.changed"});
    BOOST_TEST(core.subscriptions.integrations(core.db, realm_no()).size() == 2u);
    BOOST_TEST(!core.subscriptions.integration(core.db, realm_no(), own.id));
    BOOST_TEST(why(core.subscriptions.change_integration(core.db, by_application(), own.id, {.label = "x"}, rows)) == "unknown_item");
    BOOST_TEST(why(core.subscriptions.remove_integration(core.db, by_application(), own.id)) == "unknown_item");
    expect(core.subscriptions.remove_integration(core.db, by_application(), row.id));
    BOOST_TEST(why(core.subscriptions.remove_integration(core.db, by_application(), row.id)) == "unknown_item");
    // The desk and the command take its id for a name.
    const auto left = core.subscriptions.integrations(core.db, realm_no());
    BOOST_REQUIRE(left.size() == 1u);
    expect(core.subscriptions.remove(core.db, context(), left[0].name));
    BOOST_TEST(events("webhook.changed", "integration_removed") == 2);
    BOOST_TEST(why(core.subscriptions.add(core.db, context(), {.name = "x", .events = {key}, .action = subscriptions::Action::hook,
                                                               .format = subscriptions::Format::elasticpath, .target = "https://hooks.example/in"}, {}))
               == "bad_parameter");
}

BOOST_AUTO_TEST_CASE(EP217_there_are_100_at_most_whoever_adds) {
    for (int i = 0; i < 95; ++i) integration({key});
    const auto results = race([&](Core& with, unsigned) {
        return why(with.subscriptions.add_integration(with.db, by_application(), {.label = "n", .url = "https://hooks.example/otp", .observes = std::vector{key}}, rows));
    });
    BOOST_TEST(std::ranges::count(results, "granted") == 5);
    BOOST_TEST(number("SELECT COUNT(*) FROM subscriptions WHERE format = 2") == 100);
    BOOST_TEST(why(core.subscriptions.add_integration(core.db, by_application(), {.label = "n", .url = "https://hooks.example/otp", .observes = std::vector{key}},
                                                      rows)) == "bad_parameter");
}

BOOST_AUTO_TEST_CASE(the_log_of_integrations_is_read_by_an_index_and_goes_with_its_delivery) {
    const auto row = integration({"account-member.updated"});
    hook({"signin.success"});
    answers(200, "thanks");
    happens(Name::user_updated);
    happens(Name::signin_success);
    BOOST_TEST(follow() == 2u);
    BOOST_TEST(round().size() == 2u);
    BOOST_TEST(log().size() == 1u);  // of hooks of another form nothing is kept
    BOOST_TEST(number("SELECT COUNT(*) FROM delivery_attempts WHERE answer <> ''") == 1);
    for (const auto* const where : {"format = 2", "subscription_id = 0x00112233445566778899aabbccddeeff"}) {
        const auto plan = text("EXPLAIN FORMAT=JSON SELECT delivery_id FROM delivery_attempts WHERE realm_no = 1 AND " + std::string(where)
                               + " ORDER BY began_at DESC, delivery_id DESC, attempt_no DESC LIMIT 25");
        BOOST_TEST(plan.find("filesort") == std::string::npos, plan);
    }
    clock.advance(std::chrono::hours(31 * 24));
    core.db.transact([&](db::Tx& tx) { return deliveries::purge(tx, realm_no(), clock.now() - deliveries::kept, 100); });
    BOOST_TEST(log().empty());
}

// KL9: with a lost key nothing goes out unsigned; a new secret heals it.
BOOST_AUTO_TEST_CASE(KL9_an_integration_whose_secret_cannot_be_opened_waits) {
    const auto row = integration({key}, "squirrel");
    change("UPDATE subscriptions SET secret = CONCAT(LEFT(secret, LENGTH(secret) - 1), CHAR(ORD(RIGHT(secret, 1)) ^ 1))");
    clock.advance(2s);
    const auto read = core.subscriptions.integration(core.db, realm_no(), row.id);
    BOOST_TEST((read && read->secret_lost && !read->secret));
    token();
    BOOST_TEST((round() == Dids{Did::waiting}));
    BOOST_TEST(post.hooks.empty());
    expect(core.subscriptions.change_integration(core.db, by_application(), row.id, {.secret = Secret()}, rows));
    clock.advance(3s);
    BOOST_TEST((round() == Dids{Did::sent}));
}

BOOST_AUTO_TEST_SUITE_END()
