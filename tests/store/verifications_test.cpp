// SPDX-License-Identifier: MIT
// Codes to contacts that need not be anybody's, and tokens that verify an address, against the database (X10, OC2 to OC8;
// FC130 to FC143, docs/freshcom.md). Races between hosts stand in galera_verifications_test.cpp.
#include "store/shop.h"

#include <algorithm>

using namespace authtickets;
using namespace authtickets::test;
using events::Name;
using users::ContactKind;

namespace {

const std::string number_of_ann = "+16045550142", address_of_ann = "ann@home.example";

struct Contacts : Shop {
    Contacts() { change("DELETE FROM outbox"); }

    Result<void> ask(Core& with, ContactKind kind, std::string_view typed) {
        return with.verifications.request(with.db, context(), *realm(), kind, typed);
    }
    Result<void> ask(std::string_view typed = number_of_ann, ContactKind kind = ContactKind::phone) {
        clock.advance(1ms);  // codes have an order
        return ask(core, kind, typed);
    }
    std::vector<outbox::Cause> causes(Name name = Name::verification_code_sent) {
        std::vector<outbox::Cause> out;
        for (const auto& taken : core.outbox.due(core.db, clock.now() + 1s, 1000)) {
            auto cause = core.outbox.open(taken);
            if (cause && cause->event == name) out.push_back(std::move(*cause));
        }
        return out;
    }
    // What was sent last.
    outbox::Cause sent(std::string_view typed = number_of_ann, ContactKind kind = ContactKind::phone) {
        change("DELETE FROM outbox");
        clock.advance(2min);  // a fifth of ten minutes: the budget is whole again
        expect(ask(typed, kind));
        auto all = causes();
        if (all.size() != 1) throw std::runtime_error(std::to_string(all.size()) + " causes");
        return std::move(all.front());
    }
    std::string code(std::string_view typed = number_of_ann, ContactKind kind = ContactKind::phone) {
        return std::string(sent(typed, kind).code.reveal());
    }
    Result<verifications::Attempt> attempt(Core& with, const Context& context, std::string_view typed, const std::string& contact, ContactKind kind) {
        const auto shop = with.realms.get(with.db, clock.now(), realm_no());
        return with.verifications.attempt(with.db, context, shop->settings, kind, contact, typed);
    }
    verifications::Attempt attempt(std::string_view typed, const std::string& contact = number_of_ann, ContactKind kind = ContactKind::phone) {
        return expect(attempt(core, context(), typed, contact, kind));
    }
    bool use(Core& with, const verifications::Attempt& attempt) {
        return with.db.transact([&](db::Tx& tx) { return with.verifications.consume(tx, context(), attempt); });
    }
    bool good(std::string_view typed, const std::string& contact = number_of_ann, ContactKind kind = ContactKind::phone) {
        return use(core, attempt(typed, contact, kind));
    }
    static std::string wrong(std::string code, int by = 1) {
        code[5] = static_cast<char>('0' + (code[5] - '0' + by) % 10);
        return code;
    }
    std::int64_t codes() { return number("SELECT COUNT(*) FROM verification_codes"); }
    std::int64_t failed() { return number("SELECT COALESCE(SUM(failed), 0) FROM verification_tries"); }
    std::int64_t failed_day() { return number("SELECT COALESCE(SUM(failed_day), 0) FROM verification_tries"); }
};

struct Signed : Contacts {
    sign_in::SignedIn ann = customer("ann");
    UserId user = ann.account.user;
    Signed() { change("DELETE FROM outbox"); }

    std::int64_t verified() { return number("SELECT verified_at IS NOT NULL FROM contacts WHERE kind = 1"); }
    outbox::Cause token() {
        change("DELETE FROM outbox");
        expect(core.verifications.request_token(core.db, context(), *realm(), user));
        auto all = causes(Name::verification_token_sent);
        if (all.size() != 1) throw std::runtime_error(std::to_string(all.size()) + " causes");
        return std::move(all.front());
    }
    std::string verify(Core& with, const Secret& text) { return why(with.verifications.verify(with.db, context(), *realm(), text)); }
    std::string verify(const Secret& text) { return verify(core, text); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(verifications_store, Contacts)

// --- Made

BOOST_AUTO_TEST_CASE(FC132_what_is_no_number_and_no_address_is_refused_and_says_which_rule) {
    using Rule = Refusal::Rule;
    struct {
        ContactKind kind;
        std::string typed;
        Why why;
        Rule rule = Rule::none;
    } const wrong[] = {
        {ContactKind::phone, "", Why::missing_parameter},
        {ContactKind::phone, "  ", Why::missing_parameter},
        {ContactKind::phone, "+1604555", Why::bad_parameter, Rule::length},
        {ContactKind::phone, "16045550142", Why::bad_parameter, Rule::format},
        {ContactKind::phone, "+1604555014x", Why::bad_parameter, Rule::format},
        {ContactKind::phone, "+00000000000", Why::bad_parameter, Rule::format},
        {ContactKind::email, "", Why::missing_parameter},
        {ContactKind::email, "ann", Why::bad_parameter, Rule::format},
        {ContactKind::email, "ann@", Why::bad_parameter, Rule::format},
        {ContactKind::email, "a b@home.example", Why::bad_parameter, Rule::format},
        {ContactKind::email, std::string(250, 'a') + "@home.example", Why::bad_parameter, Rule::length},
    };
    for (const auto& each : wrong) {
        const auto refused = ask(each.typed, each.kind);
        BOOST_REQUIRE(!refused);
        BOOST_TEST((refused.error().why == each.why), each.typed);
        BOOST_TEST((refused.error().rule == each.rule), each.typed);
        BOOST_TEST(refused.error().field == (each.kind == ContactKind::phone ? "phone" : "email"));
    }
    BOOST_TEST(ask("+1604555").error().least == 9U);
    BOOST_TEST(ask("+16040000").error().text == "is too short");
    BOOST_TEST(ask("+999999999999").error().text == "has no country code, or none that is in use");
    BOOST_TEST(codes() == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM throttles") == 0);  // what cannot be read costs nobody's budget
}

BOOST_AUTO_TEST_CASE(FC130_a_code_is_on_its_way_and_nothing_of_it_rests_in_the_tables) {
    const auto cause = sent("+1 (604) 555-0142");
    BOOST_TEST(cause.destination == number_of_ann);
    BOOST_TEST((cause.channel == outbox::Channel::sms));
    BOOST_TEST(cause.code.size() == 6U);
    BOOST_TEST((*cause.expires_at == clock.now() + 30min));
    BOOST_TEST(cause.user.empty());
    BOOST_TEST(events("contact.verification_code_sent", "phone") == 1);
    for (const auto* const column : {"HEX(code_hash)", "HEX(contact_id)", "HEX(code_id)"}) {
        const auto stored = text(std::string("SELECT ") + column + " FROM verification_codes");
        BOOST_TEST(stored.find("604") == stored.find("16045550142"), column);
    }
    const auto mailed = sent("Ann@Home.Example ", ContactKind::email);
    BOOST_TEST(mailed.destination == address_of_ann);
    BOOST_TEST((mailed.channel == outbox::Channel::email));
}

BOOST_AUTO_TEST_CASE(FC138_nobodys_and_somebodys_address_cost_the_same) {
    (void)customer("bea", "bea@home.example");
    const auto of = [&](const std::string& address) { return statements([&] { expect(ask(address, ContactKind::email)); }); };
    (void)of("warm@home.example");
    BOOST_TEST(of("bea@home.example") == of("nobody@home.example"));
}

BOOST_AUTO_TEST_CASE(FC137_five_in_ten_minutes_and_then_the_same_answer_and_nothing) {
    for (int i = 0; i < 5; ++i) BOOST_TEST(ask().has_value());
    BOOST_TEST(causes().size() == 5U);
    for (int i = 0; i < 3; ++i) BOOST_TEST(ask().has_value());
    BOOST_TEST(causes().size() == 5U);
    BOOST_TEST(events("contact.verification_code_sent", "budget") == 3);
    BOOST_TEST(good(causes().front().code.reveal()) == true);  // those that were sent are what they were
    expect(ask(address_of_ann, ContactKind::email));           // another contact's own
    BOOST_TEST(causes().size() == 6U);
    clock.advance(2min);
    expect(ask());
    BOOST_TEST(causes().size() == 7U);
}

BOOST_AUTO_TEST_CASE(OC7_a_day_of_SMS_to_one_number_has_an_end) {
    for (int i = 0; i < 30; ++i) {
        clock.advance(10min);
        expect(ask());
    }
    const auto sent_in_a_day = static_cast<int>(causes().size());
    BOOST_TEST(sent_in_a_day < 30);
    BOOST_TEST(sent_in_a_day >= 20);
}

// --- Life

BOOST_AUTO_TEST_CASE(X10_a_code_lives_thirty_minutes_and_the_time_of_its_end_counts) {
    auto text = code();
    clock.advance(30min - 1ms);
    BOOST_TEST(attempt(text).right);
    text = code();
    clock.advance(30min);
    const auto late = attempt(text);
    BOOST_TEST(!late.right);  // the reference server takes it for ever
    BOOST_TEST(late.reason == "expired");
    BOOST_TEST(failed() == 1);  // the first one alone, whose charge nobody took back
}

BOOST_AUTO_TEST_CASE(X10_standard_ten_minutes_and_the_newest_only) {
    set("policy", "standard");
    const auto older = code();
    const auto newer = code();
    BOOST_TEST(codes() == 1);
    BOOST_TEST(!attempt(older).right);
    clock.advance(10min - 1ms);
    BOOST_TEST(attempt(newer).right);
    clock.advance(1ms);
    BOOST_TEST(!attempt(newer).right);
}

BOOST_AUTO_TEST_CASE(FC133_a_newer_one_ends_no_older_and_five_are_live_at_most) {
    std::vector<std::string> all;
    for (int i = 0; i < 6; ++i) all.push_back(code());
    BOOST_TEST(codes() == 5);
    const bool twice = std::ranges::count(all, all.front()) > 1;
    BOOST_TEST(attempt(all[0]).right == twice);  // the sixth ended it
    for (int i = 1; i < 6; ++i) BOOST_TEST(attempt(all[static_cast<std::size_t>(i)]).right, i);
}

// --- Bound

BOOST_AUTO_TEST_CASE(FC134_a_code_of_another_shop_number_or_kind_is_wrong) {
    const auto text = code();
    const auto other_number = attempt(text, "+16045550143");
    BOOST_TEST(!other_number.right);
    BOOST_TEST(other_number.reason == "expired");  // none is live there
    // Another shop: the reference server looks codes up across accounts.
    const auto mine = context();
    const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://other.example",
                                                                   .site = {.tenant = 1001, .site = 2001, .name = "other"}}));
    auto theirs = mine;
    theirs.realm = other->no;
    BOOST_TEST(!expect(core.verifications.attempt(core.db, theirs, other->settings, ContactKind::phone, number_of_ann, text)).right);
    // Somebody with the tables alone moves it there.
    change("UPDATE verification_codes SET realm_no = " + std::to_string(other->no.value));
    change("UPDATE verification_tries SET realm_no = " + std::to_string(other->no.value));
    const auto moved = expect(core.verifications.attempt(core.db, theirs, other->settings, ContactKind::phone, number_of_ann, text));
    BOOST_TEST(!moved.right);
    BOOST_TEST(moved.reason == "wrong");
}

BOOST_AUTO_TEST_CASE(OC5_a_row_of_one_number_is_no_code_of_another) {
    const auto text = code();
    (void)code("+16045550143");
    change("DELETE FROM verification_codes WHERE contact_id <> (SELECT contact_id FROM (SELECT contact_id FROM verification_codes ORDER BY code_id LIMIT 1) AS first)");
    change("UPDATE verification_codes SET contact_id = (SELECT contact_id FROM verification_tries WHERE contact_id NOT IN (SELECT contact_id FROM (SELECT "
           "contact_id FROM verification_codes) AS there))");
    BOOST_TEST(!attempt(text, "+16045550143").right);
}

// --- Used

BOOST_AUTO_TEST_CASE(FC135_one_use_and_all_codes_of_the_number_go) {
    const auto one = code(), two = code();
    (void)code(address_of_ann, ContactKind::email);
    BOOST_TEST(good(one));
    BOOST_TEST(codes() == 1);  // the address keeps its own
    BOOST_TEST(!good(one));
    BOOST_TEST(!good(two));
    BOOST_TEST(failed() == 0);
}

BOOST_AUTO_TEST_CASE(FC135_what_came_to_nothing_leaves_the_code_good_and_is_not_counted) {
    const auto text = code();
    const auto tried = attempt(text);
    BOOST_TEST(tried.right);
    BOOST_TEST(failed() == 1);
    core.verifications.give_back(core.db, context(), tried);
    BOOST_TEST(failed() == 0);
    BOOST_TEST(failed_day() == 0);
    BOOST_TEST(good(text));
}

BOOST_AUTO_TEST_CASE(X9_a_right_try_says_when_the_code_was_issued) {
    const auto text = code();
    const auto issued = clock.now();
    clock.advance(4min);
    BOOST_TEST((attempt(text).issued_at == issued));
}

BOOST_AUTO_TEST_CASE(OC4_of_two_right_tries_one_is_used_and_neither_counts) {
    const auto text = code();
    const auto one = attempt(text), two = attempt(text);
    BOOST_TEST(failed() == 2);
    BOOST_TEST(use(core, one));
    BOOST_TEST(!use(core, two));
    BOOST_TEST(failed() == 0);
}

// --- Wrong

BOOST_AUTO_TEST_CASE(OC3_ten_wrong_ones_end_every_code_until_a_new_one_is_made) {
    const auto older = code(), text = code();
    for (int i = 0; i < 10; ++i) {
        BOOST_TEST(attempt(i % 2 ? wrong(text) : "12345").reason == (i % 2 ? "wrong" : "malformed"));
    }
    BOOST_TEST(failed() == 10);
    for (const auto& right : {older, text}) {
        const auto dead = attempt(right);
        BOOST_TEST(!dead.right);
        BOOST_TEST(dead.reason == "spent");
    }
    BOOST_TEST(failed() == 10);  // what is not admitted counts no more
    clock.advance(29min);
    (void)attempt(text);
    const auto next = code();
    BOOST_TEST(!attempt(text).right);
    BOOST_TEST(attempt(next).right);
    BOOST_TEST(codes() == 1);
    BOOST_TEST(events("contact.verification_failure", "wrong") == 6);
}

BOOST_AUTO_TEST_CASE(OC3_wrong_ones_add_up_for_an_hour) {
    auto text = code();
    for (int i = 0; i < 9; ++i) (void)attempt(wrong(text));
    clock.advance(1h - 3min);
    text = code();
    BOOST_TEST(failed() == 9);
    clock.advance(3min + 1ms);
    BOOST_TEST(attempt(wrong(text)).reason == "wrong");
    BOOST_TEST(failed() == 1);
    BOOST_TEST(attempt(text).right);
}

BOOST_AUTO_TEST_CASE(OC8_a_hundred_wrong_ones_close_the_number_for_a_day_and_then_no_code_goes_there) {
    const auto begin = clock.now();
    for (int round = 0; round < 10; ++round) {
        clock.advance(25min);  // OC7 leaves room
        const auto text = code();
        for (int i = 0; i < 10; ++i) (void)attempt(wrong(text));
    }
    BOOST_TEST(failed_day() == 100);
    change("DELETE FROM outbox");
    clock.advance(25min);
    BOOST_TEST(ask().has_value());
    BOOST_TEST(causes().empty());
    BOOST_TEST(events("contact.verification_code_sent", "closed") == 1);
    clock.advance(begin + 26h - clock.now());
    const auto text = code();
    BOOST_TEST(attempt(text).right);
}

BOOST_AUTO_TEST_CASE(TH2_wrong_ones_are_charged_to_the_callers_own_address) {
    set("address.failures_per_minute", "5");
    const auto text = code();
    const auto by = [&](std::string_view typed) { return attempt(core, from_browser(), typed, number_of_ann, ContactKind::phone); };
    for (int i = 0; i < 3; ++i) BOOST_TEST(expect(by(text)).right);  // right ones cost nothing
    for (int i = 0; i < 5; ++i) BOOST_TEST(!expect(by(wrong(text))).right);
    BOOST_TEST(why(by(text)) == "throttled");
    BOOST_TEST(failed() == 8);  // it was not even tried
}

BOOST_AUTO_TEST_CASE(OC4_a_try_stays_counted_when_the_connection_ends_before_the_verdict) {
    const auto text = code();
    auto dying = worker();
    BOOST_TEST(expect(attempt(*dying, context(), text, number_of_ann, ContactKind::phone)).right);
    dying.reset();
    BOOST_TEST(failed() == 1);
}

BOOST_AUTO_TEST_CASE(OC4_sixteen_right_ones_at_once_one_is_used) {
    const auto text = code();
    const auto used = race([&](Core& with, unsigned) {
        const auto tried = attempt(with, context(), text, number_of_ann, ContactKind::phone);
        return tried && tried->right && use(with, *tried);
    }, 10);  // as many as are admitted before one has its verdict
    BOOST_TEST(std::ranges::count(used, true) == 1);
    BOOST_TEST(codes() == 0);
    BOOST_TEST(failed() == 0);
    BOOST_TEST(failed_day() == 0);
}

BOOST_AUTO_TEST_CASE(OC4_of_fifty_wrong_ones_at_once_ten_are_compared) {
    const auto text = code();
    const auto reasons = race([&](Core& with, unsigned) {
        std::string out;
        for (int i = 1; i < 6; ++i) out += expect(attempt(with, context(), wrong(text, i), number_of_ann, ContactKind::phone)).reason == "wrong" ? "w" : "s";
        return out;
    }, 10);
    std::int64_t compared = 0;
    for (const auto& each : reasons) compared += std::ranges::count(each, 'w');
    BOOST_TEST(compared == 10);
    BOOST_TEST(failed() == 10);
    BOOST_TEST(!attempt(text).right);
}

BOOST_AUTO_TEST_CASE(FC133_sixteen_asked_for_at_once_leave_five_at_most) {
    race([&](Core& with, unsigned) { return ask(with, ContactKind::phone, number_of_ann).has_value(); });
    BOOST_TEST(codes() == 5);  // the budget of ten minutes, too
    BOOST_TEST(causes().size() == 5U);
}

BOOST_AUTO_TEST_CASE(the_worker_sends_no_code_that_is_used_dead_or_closed) {
    const auto alive = [&](const outbox::Cause& cause) { return verifications::alive(core.db, realm_no(), cause, clock.now()); };
    const auto one = sent(), two = sent();
    BOOST_TEST(alive(one));
    BOOST_TEST(alive(two));
    BOOST_TEST(good(two.code.reveal()));
    BOOST_TEST(!alive(one));
    const auto third = sent();
    for (int i = 0; i < 10; ++i) (void)attempt(wrong(std::string(third.code.reveal())));
    BOOST_TEST(!alive(third));
    const auto fourth = sent();
    BOOST_TEST(alive(fourth));
    clock.advance(30min);
    BOOST_TEST(!alive(fourth));
}

BOOST_AUTO_TEST_CASE(what_is_long_dead_is_purged) {
    (void)code();
    clock.advance(25h);
    (void)code(address_of_ann, ContactKind::email);
    core.db.transact([&](db::Tx& tx) {
        verifications::purge(tx, realm_no(), clock.now(), 100);
        verifications::purge_tries(tx, realm_no(), clock.now(), 100);
        return true;
    });
    BOOST_TEST(codes() == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM verification_tries") == 1);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(verification_tokens, Signed)

BOOST_AUTO_TEST_CASE(FC140_FC142_asking_sends_a_UUID_and_the_address_is_no_longer_verified) {
    change("UPDATE contacts SET verified_at = '2026-01-01'");
    const auto sent = token();
    BOOST_TEST(sent.link.size() == 36U);
    BOOST_TEST(sent.destination == "ann@shop.example");
    BOOST_TEST((*sent.expires_at == clock.now() + 24h));
    BOOST_TEST(verified() == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM links WHERE purpose = 3") == 1);
    BOOST_TEST(verify(sent.link) == "granted");
    BOOST_TEST(verified() == 1);
    BOOST_TEST(events("contact.verified", "email") == 1);
    BOOST_TEST(verify(sent.link) == "unknown_item");  // once
    BOOST_TEST(events("contact.verification_failure", "dead") == 1);
}

BOOST_AUTO_TEST_CASE(FC141_the_newest_only_for_a_day_and_for_that_address_alone) {
    const auto older = token(), newer = token();
    BOOST_TEST(verify(older.link) == "unknown_item");
    clock.advance(24h - 1ms);
    BOOST_TEST(verify(newer.link) == "granted");
    const auto late = token();
    clock.advance(24h);
    BOOST_TEST(verify(late.link) == "unknown_item");
    const auto moved = token();
    change("UPDATE contacts SET value = 'ann@elsewhere.example', normal = 'ann@elsewhere.example'");
    BOOST_TEST(verify(moved.link) == "unknown_item");
    BOOST_TEST(verified() == 0);
}

BOOST_AUTO_TEST_CASE(FC143_what_is_no_token_of_this_shop_is_unknown) {
    const auto sent = token();
    const std::string text(sent.link.reveal());
    for (const auto& dead : {std::string(), std::string("nonsense"), text.substr(1), text + "0", std::string(36, '0')}) {
        BOOST_TEST(verify(Secret(std::string_view(dead))) == "unknown_item", dead);
    }
    const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://other.example",
                                                                   .site = {.tenant = 1001, .site = 2001, .name = "other"}}));
    auto theirs = context();
    theirs.realm = other->no;
    BOOST_TEST(why(core.verifications.verify(core.db, theirs, *other, sent.link)) == "unknown_item");
    BOOST_TEST(verify(sent.link) == "granted");
}

BOOST_AUTO_TEST_CASE(FC140_who_has_no_address_gets_no_token) {
    change("DELETE FROM contacts");
    BOOST_TEST(why(core.verifications.request_token(core.db, context(), *realm(), user)) == "unknown_item");
    BOOST_TEST(why(core.verifications.request_token(core.db, context(), *realm(), UserId{uuid_v4(rng)})) == "unknown_item");
    BOOST_TEST(number("SELECT COUNT(*) FROM outbox") == 0);
}

BOOST_AUTO_TEST_CASE(a_token_of_who_is_suspended_is_dead) {
    const auto sent = token();
    change("UPDATE users SET blocked_at = '2026-01-01'");
    BOOST_TEST(verify(sent.link) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(FC143_of_sixteen_at_once_one_verifies) {
    const auto sent = token();
    const auto answers = race([&](Core& with, unsigned) { return verify(with, sent.link); });
    BOOST_TEST(std::ranges::count(answers, "granted") == 1);
    BOOST_TEST(events("contact.verified") == 1);
}

BOOST_AUTO_TEST_CASE(OC7_tokens_have_a_budget_beyond_which_nothing_changes) {
    for (int i = 0; i < 12; ++i) expect(core.verifications.request_token(core.db, context(), *realm(), user));
    change("UPDATE contacts SET verified_at = '2026-01-01'");
    change("DELETE FROM outbox");
    expect(core.verifications.request_token(core.db, context(), *realm(), user));
    BOOST_TEST(causes(Name::verification_token_sent).empty());
    BOOST_TEST(verified() == 1);
    BOOST_TEST(events("contact.verification_token_sent", "budget") == 1);
}

BOOST_AUTO_TEST_SUITE_END()
