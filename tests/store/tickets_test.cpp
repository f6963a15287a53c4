// SPDX-License-Identifier: MIT
// Tickets against the database: what a dump holds (TK1), lives (TK2), anonymous ids (TK3), reuse and grace (TK4, TK5),
// and what ends them (TK6). Races stand in races_test.cpp.
#include "store/shop.h"

#include <authtickets/crypto/token.h>

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Signed : Shop {
    sign_in::SignedIn ann = customer("ann");
    const Secret& access() const { return ann.issued.access; }
    const Secret& refresh_token() const { return ann.issued.refresh; }
    std::string refreshed(const Secret& token) { return why(refresh(token)); }
};

std::string hex_of(std::string_view text) { return hex(as_bytes(text)); }
Bytes decoded(const Secret& token) { return from_base64url(token.reveal()).value(); }

// Every column of every row of every table, in hexadecimal.
std::string dump(Shop& shop) {
    std::string out;
    for (const auto& table : shop.texts("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1")) {
        std::string columns;
        for (const auto& column : shop.texts("SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND "
                                             "table_name = '" + table + "' ORDER BY ordinal_position")) {
            columns += (columns.empty() ? "IFNULL(HEX(" : ", IFNULL(HEX(") + column + "), '-')";
        }
        for (const auto& row : shop.texts("SELECT LOWER(CONCAT_WS('|', " + columns + ")) FROM " + table)) out += table + ": " + row + "\n";
    }
    return out;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tickets_store, Signed)

BOOST_AUTO_TEST_CASE(a_dump_of_all_tables_holds_nothing_usable_TK1) {
    const auto& app = *application;
    const auto grant = expect(core.applications.issue(core.db, context(), app.application.client_id, app.secret));
    const auto grant2 = expect(core.applications.refresh(core.db, context(), grant.refresh));
    const auto second = expect(refresh(refresh_token()));
    const auto anonymous = core.tickets.anonymous(context(), realm()->settings);
    const auto claimed = expect(sign_in("ann", right_password, {.claims_anonymous = anonymous.user}));
    sign_in(core, from_browser(), "ann", "wrong horse 2");

    const auto all = dump(*this);
    BOOST_TEST((all.find(hex_of("ann@shop.example")) != all.npos));  // the search finds what is there
    BOOST_TEST((all.find(hex(ann.issued.ticket.id.value.bytes)) != all.npos));
    for (const auto* token : {&access(), &refresh_token(), &second.access, &second.refresh, &grant.access, &grant.refresh, &grant2.access,
                              &grant2.refresh, &anonymous.access, &anonymous.refresh, &claimed.issued.access, &claimed.issued.refresh}) {
        const auto bytes = decoded(*token);
        BOOST_TEST((all.find(hex_of(token->reveal())) == all.npos));
        BOOST_TEST((all.find(hex(bytes)) == all.npos));
        BOOST_TEST((all.find(hex(ByteView(bytes).last(32))) == all.npos));  // its MAC
        BOOST_TEST((all.find(hex_of(hex(crypto::sha256(as_bytes(token->reveal()))))) == all.npos));
    }
    BOOST_TEST((all.find(hex_of(app.secret.reveal())) == all.npos));
    BOOST_TEST((all.find(hex(decoded(app.secret))) == all.npos));
    BOOST_TEST((all.find(hex_of(right_password)) == all.npos));
    BOOST_TEST((all.find(hex_of("wrong horse 2")) == all.npos));
    BOOST_TEST((all.find(hex_of("$argon2")) == all.npos));  // PW10: sealed
    // Nor what the key file holds.
    const auto file = crypto::read_key_file(key_file());
    BOOST_TEST((all.find(hex(file.keys[0].bytes)) == all.npos));
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_anywhere_is_refused_without_a_statement_TK1) {
    const auto grant = expect(core.applications.issue(core.db, context(), application->application.client_id, application->secret));
    const auto anonymous = core.tickets.anonymous(context(), realm()->settings);
    const auto refused = [&](const Secret& text) {
        return !core.tickets.check(core.db, context(), text.reveal()) && !core.tickets.read_refresh(context(), text) &&
               !core.tickets.anonymous_of(context(), text.reveal()) && !core.applications.check(core.db, clock.now(), text.reveal()) &&
               !core.applications.refresh(core.db, context(), text) && !core.applications.end(core.db, context(), text);
    };
    std::size_t tried = 0, let_in = 0;
    const auto sent = statements([&] {
        for (const auto* token : {&access(), &refresh_token(), &anonymous.access, &anonymous.refresh, &grant.access, &grant.refresh}) {
            auto bytes = decoded(*token);
            for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit, ++tried) {
                bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
                if (!refused(Secret(base64url(bytes)))) ++let_in;
                bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
            }
            const std::string text(token->reveal());
            for (std::size_t at = 0; at < text.size(); ++at) {
                for (int bit = 0; bit < 8; ++bit, ++tried) {
                    auto changed = text;
                    changed[at] = static_cast<char>(changed[at] ^ 1 << bit);
                    if (!refused(Secret(std::string_view(changed)))) ++let_in;
                }
            }
            for (const auto& changed : {text.substr(1), text.substr(0, text.size() - 1), text + "A", "A" + text, text + "=", text + "\n",
                                        text + std::string(1, '\0'), text + text}) {
                if (!refused(Secret(std::string_view(changed)))) ++let_in;
            }
        }
    });
    BOOST_TEST(tried > 5000u);
    BOOST_TEST(let_in == 0u);
    BOOST_TEST(sent == 0u);
    BOOST_TEST(check(access()) == "granted");
}

BOOST_AUTO_TEST_CASE(a_token_serves_its_own_kind_and_realm_only) {
    const auto anonymous = core.tickets.anonymous(context(), realm()->settings);
    const auto grant = expect(core.applications.issue(core.db, context(), application->application.client_id, application->secret));
    for (const auto* token : {&refresh_token(), &anonymous.refresh, &grant.access, &grant.refresh}) BOOST_TEST(check(*token) == "ticket_invalid");
    for (const auto* token : {&access(), &anonymous.access, &grant.access, &grant.refresh}) {
        BOOST_TEST(why(core.tickets.read_refresh(context(), *token)) == "unknown_item");
    }
    for (const auto* token : {&access(), &refresh_token(), &anonymous.access, &grant.refresh}) {
        BOOST_TEST(!core.applications.check(core.db, clock.now(), token->reveal()));
    }
    auto elsewhere = context();
    elsewhere.realm = RealmNo{realm_no().value + 1};
    BOOST_TEST(statements([&] {
        for (const auto* token : {&access(), &anonymous.access}) BOOST_TEST(why(core.tickets.check(core.db, elsewhere, token->reveal())) == "ticket_invalid");
        for (const auto* token : {&refresh_token(), &anonymous.refresh}) BOOST_TEST(!core.tickets.read_refresh(elsewhere, *token));
        BOOST_TEST(!core.tickets.anonymous_of(elsewhere, anonymous.access.reveal()));
    }) == 0u);
}

BOOST_AUTO_TEST_CASE(a_checked_token_tells_its_ticket_user_and_account) {
    const auto shopper = expect(core.tickets.check(core.db, context(), access().reveal()));
    BOOST_REQUIRE(shopper.ticket);
    BOOST_TEST(!shopper.anonymous);
    BOOST_TEST((shopper.expires_at == ann.issued.access_expires_at));
    BOOST_TEST((shopper.ticket->id == ann.issued.ticket.id));
    BOOST_TEST((shopper.ticket->user == ann.account.user));
    BOOST_TEST((shopper.ticket->account->no == ann.account.no));
    BOOST_TEST(shopper.ticket->account->user_name == "ann");
    BOOST_TEST((shopper.ticket->password_at == clock.now()));
}

BOOST_AUTO_TEST_CASE(access_ends_after_15_minutes_and_refresh_after_24_hours_TK2) {
    BOOST_TEST((ann.issued.access_expires_at == clock.now() + 15min));
    BOOST_TEST((ann.issued.refresh_expires_at == clock.now() + 24h));
    const auto start = clock.now();
    clock.set(start + 15min - 1ms);
    BOOST_TEST(check(access()) == "granted");
    clock.set(start + 15min);
    BOOST_TEST(check(access()) == "ticket_invalid");
    clock.set(start + 24h);
    BOOST_TEST(refreshed(refresh_token()) == "unknown_item");
    clock.set(start + 24h - 1ms);
    const auto next = expect(refresh(refresh_token()));
    BOOST_TEST((next.access_expires_at == clock.now() + 15min));
    BOOST_TEST((next.refresh_expires_at == clock.now() + 24h));
    BOOST_TEST(check(next.access) == "granted");
}

BOOST_AUTO_TEST_CASE(lives_asked_for_are_cut_and_shorter_ones_kept_over_refreshes_TK2) {
    const auto longer = expect(sign_in("ann", right_password, {.access_life = 1h, .refresh_life = 100h}));
    BOOST_TEST((longer.issued.access_expires_at == clock.now() + 15min));
    BOOST_TEST((longer.issued.refresh_expires_at == clock.now() + 24h));
    const auto shorter = expect(sign_in("ann", right_password, {.access_life = 260s, .refresh_life = 400s}));
    BOOST_TEST((shorter.issued.access_expires_at == clock.now() + 260s));
    BOOST_TEST((shorter.issued.refresh_expires_at == clock.now() + 400s));
    clock.advance(300s);
    BOOST_TEST(check(shorter.issued.access) == "ticket_invalid");
    const auto next = expect(refresh(shorter.issued.refresh));
    BOOST_TEST((next.access_expires_at == clock.now() + 260s));
    BOOST_TEST((next.refresh_expires_at == clock.now() + 400s));
}

BOOST_AUTO_TEST_CASE(a_session_ends_after_30_days_however_often_it_is_refreshed_TK2) {
    const auto start = clock.now();
    Secret token = refresh_token();
    for (int i = 1; i <= 31; ++i) {
        clock.set(start + i * 23h);
        token = expect(refresh(token)).refresh;
    }
    clock.set(start + std::chrono::days(30) - 5min);
    const auto last = expect(refresh(token));
    BOOST_TEST((last.access_expires_at == start + std::chrono::days(30)));
    BOOST_TEST((last.refresh_expires_at == start + std::chrono::days(30)));
    clock.set(start + std::chrono::days(30) - 1ms);
    BOOST_TEST(check(last.access) == "granted");
    clock.set(start + std::chrono::days(30));
    BOOST_TEST(check(last.access) == "ticket_invalid");
    BOOST_TEST(refreshed(last.refresh) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(a_rows_death_is_never_before_its_tokens) {
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE dead_at >= rotated_at + INTERVAL 86400 SECOND") == 1);
    clock.advance(1h);
    expect(refresh(refresh_token()));
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE dead_at >= rotated_at + INTERVAL 86400 SECOND AND rotated_at > created_at") == 1);
    const auto odd = expect(sign_in("ann", right_password, {.access_life = 900s, .refresh_life = 300s}));
    BOOST_TEST((odd.issued.access_expires_at > odd.issued.refresh_expires_at));
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE refresh_life = 300 AND dead_at = rotated_at + INTERVAL 900 SECOND") == 1);
}

BOOST_AUTO_TEST_CASE(anonymous_sessions_end_after_14_days_TK2) {
    const auto start = clock.now();
    const auto first = core.tickets.anonymous(context(), realm()->settings);
    BOOST_TEST((first.access_expires_at == start + 15min));
    BOOST_TEST((first.refresh_expires_at == start + std::chrono::days(14)));
    clock.set(start + 15min - 1ms);
    BOOST_TEST((core.tickets.anonymous_of(context(), first.access.reveal()) == first.user));
    BOOST_TEST((expect(core.tickets.check(core.db, context(), first.access.reveal())).anonymous == first.user));
    clock.set(start + 15min);
    BOOST_TEST(check(first.access) == "ticket_invalid");
    BOOST_TEST(!core.tickets.anonymous_of(context(), first.access.reveal()));

    clock.set(start + std::chrono::days(14) - 1min);
    const auto token = expect(core.tickets.read_refresh(context(), first.refresh));
    const auto again = expect(core.tickets.refresh_anonymous(context(), realm()->settings, token));
    BOOST_TEST((again.user == first.user));
    BOOST_TEST((again.access_expires_at == start + std::chrono::days(14)));  // not a minute longer
    BOOST_TEST((again.refresh_expires_at == start + std::chrono::days(14)));
    clock.set(start + std::chrono::days(14));
    BOOST_TEST(!core.tickets.read_refresh(context(), first.refresh));
    BOOST_TEST(!core.tickets.read_refresh(context(), again.refresh));
}

BOOST_AUTO_TEST_CASE(an_anonymous_ticket_is_refreshed_by_its_application_and_within_the_realms_present_life) {
    const auto first = core.tickets.anonymous(context(), realm()->settings);
    const auto token = expect(core.tickets.read_refresh(context(), first.refresh));
    auto other = context();
    other.application = ApplicationNo{99};
    BOOST_TEST(why(core.tickets.refresh_anonymous(other, realm()->settings, token)) == "unknown_item");
    const auto own = expect(core.tickets.read_refresh(context(), refresh_token()));
    BOOST_TEST(why(core.tickets.refresh_anonymous(context(), realm()->settings, own)) == "unknown_item");
    set("ticket.anonymous_life", "3600");
    clock.advance(59min);
    BOOST_TEST(why(core.tickets.refresh_anonymous(context(), realm()->settings, token)) == "granted");
    clock.advance(1min);
    BOOST_TEST(why(core.tickets.refresh_anonymous(context(), realm()->settings, token)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(an_anonymous_id_is_claimed_once_and_its_ticket_stays_a_guests_TK3) {
    const auto visitor = core.tickets.anonymous(context(), realm()->settings);
    const auto first = expect(sign_in("ann", right_password, {.claims_anonymous = visitor.user}));
    BOOST_TEST((first.issued.ticket.anonymous == visitor.user));
    customer("bob");
    const auto second = expect(sign_in("bob", right_password, {.claims_anonymous = visitor.user}));
    BOOST_TEST(!second.issued.ticket.anonymous);
    const auto third = expect(sign_in("ann", right_password, {.claims_anonymous = visitor.user}));
    BOOST_TEST(!third.issued.ticket.anonymous);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE anonymous_id IS NOT NULL") == 1);
    BOOST_TEST((expect(core.tickets.check(core.db, context(), first.issued.access.reveal())).ticket->anonymous == visitor.user));
    const auto still = expect(core.tickets.check(core.db, context(), visitor.access.reveal()));
    BOOST_TEST(!still.ticket);
    BOOST_TEST((still.anonymous == visitor.user));
}

BOOST_AUTO_TEST_CASE(a_refused_sign_in_claims_nothing_TK3) {
    const UserId visitor{uuid_v4(rng)};
    BOOST_TEST(why(sign_in("ann", "wrong horse 2", {.claims_anonymous = visitor})) == "credentials_wrong");
    BOOST_TEST(number("SELECT COUNT(*) FROM anonymous_claims") == 0);
    BOOST_TEST((expect(sign_in("ann", right_password, {.claims_anonymous = visitor})).issued.ticket.anonymous == visitor));
}

BOOST_AUTO_TEST_CASE(every_sign_in_is_a_ticket_of_its_own_TK3) {
    const auto one = expect(sign_in("ann")), two = expect(sign_in("ann"));
    BOOST_TEST((one.issued.ticket.id != two.issued.ticket.id));
    BOOST_TEST((one.issued.access.reveal() != two.issued.access.reveal()));
    for (const auto& token : {access(), one.issued.access, two.issued.access}) BOOST_TEST(check(token) == "granted");
}

BOOST_AUTO_TEST_CASE(r1_r2_then_r1_ends_r2_and_its_access_token_TK4) {
    const auto second = expect(refresh(refresh_token()));
    BOOST_TEST(second.ticket.generation == 2u);
    BOOST_TEST(check(access()) == "granted");  // a page that loads meanwhile goes on
    clock.advance(10s + 1ms);
    BOOST_TEST(refreshed(refresh_token()) == "unknown_item");
    BOOST_TEST(check(second.access) == "ticket_invalid");
    BOOST_TEST(check(access()) == "ticket_invalid");
    BOOST_TEST(refreshed(second.refresh) == "unknown_item");
    BOOST_TEST(events("refresh.reuse") == 1);
    BOOST_TEST(number("SELECT end_reason FROM tickets") == static_cast<int>(tickets::End::reuse));
    BOOST_TEST(text("SELECT outcome FROM events WHERE name = 'refresh.reuse'") == "failure");
    BOOST_TEST(refreshed(refresh_token()) == "unknown_item");  // and no second event
    BOOST_TEST(events("refresh.reuse") == 1);
}

BOOST_AUTO_TEST_CASE(a_grandparent_is_reuse_within_the_grace_too_TK4_TK5) {
    const auto second = expect(refresh(refresh_token()));
    const auto third = expect(refresh(second.refresh));
    BOOST_TEST(refreshed(refresh_token()) == "unknown_item");
    BOOST_TEST(check(third.access) == "ticket_invalid");
    BOOST_TEST(events("refresh.reuse") == 1);
}

BOOST_AUTO_TEST_CASE(reuse_ends_this_session_only_TK4) {
    const auto other = expect(sign_in("ann"));
    expect(refresh(refresh_token()));
    clock.advance(1min);
    BOOST_TEST(refreshed(refresh_token()) == "unknown_item");
    BOOST_TEST(check(other.issued.access) == "granted");
}

BOOST_AUTO_TEST_CASE(a_generation_ahead_of_the_row_is_refused_and_no_reuse_TK4) {
    const auto second = expect(refresh(refresh_token()));
    const auto third = expect(refresh(second.refresh));
    change("UPDATE tickets SET generation = 1");  // a backup is restored
    BOOST_TEST(refreshed(third.refresh) == "unknown_item");
    BOOST_TEST(refreshed(second.refresh) == "unknown_item");
    BOOST_TEST(check(third.access) == "ticket_invalid");
    BOOST_TEST(events("refresh.reuse") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE ended_at IS NULL") == 1);
    BOOST_TEST(refreshed(refresh_token()) == "granted");
}

BOOST_AUTO_TEST_CASE(a_ticket_that_is_gone_is_refused_like_one_that_never_was) {
    change("DELETE FROM tickets");
    BOOST_TEST(check(access()) == "ticket_invalid");
    BOOST_TEST(refreshed(refresh_token()) == "unknown_item");
    BOOST_TEST(events("refresh.reuse") == 0);
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_given_again_for_ten_seconds_TK5) {
    const auto answer = expect(refresh(refresh_token()));
    for (const auto since : {0ms, 1ms, 5'000ms, 10'000ms}) {
        clock.set(answer.ticket.rotated_at + since);
        const auto again = refresh(refresh_token());
        BOOST_REQUIRE(again);
        BOOST_TEST(again->ticket.generation == 2u);
        BOOST_TEST(again->access.reveal() == answer.access.reveal());
        BOOST_TEST(again->refresh.reveal() == answer.refresh.reveal());
        BOOST_TEST((again->access_expires_at == answer.access_expires_at));
        BOOST_TEST((again->refresh_expires_at == answer.refresh_expires_at));
    }
    BOOST_TEST(events("ticket.refreshed") == 1);
    BOOST_TEST(events("refresh.grace") == 4);
    BOOST_TEST(check(answer.access) == "granted");
    BOOST_TEST(refreshed(answer.refresh) == "granted");
}

BOOST_AUTO_TEST_CASE(a_realm_may_have_no_grace_or_less_TK5) {
    set("ticket.refresh_grace", "3");
    const auto one = expect(sign_in("ann")), two = expect(sign_in("ann"));
    expect(refresh(one.issued.refresh));
    expect(refresh(two.issued.refresh));
    clock.advance(3s);
    BOOST_TEST(refreshed(one.issued.refresh) == "granted");
    clock.advance(1ms);
    BOOST_TEST(refreshed(two.issued.refresh) == "unknown_item");
    BOOST_TEST(events("refresh.reuse") == 1);
}

BOOST_AUTO_TEST_CASE(another_application_gets_no_grace_and_ends_nothing_TK5) {
    const auto answer = expect(refresh(refresh_token()));
    auto other = context();
    other.application = ApplicationNo{application->application.no.value + 1};
    BOOST_TEST(why(refresh(core, other, refresh_token())) == "unknown_item");
    BOOST_TEST(why(refresh(core, other, answer.refresh)) == "unknown_item");
    clock.advance(1min);
    BOOST_TEST(why(refresh(core, other, refresh_token())) == "unknown_item");
    BOOST_TEST(events("refresh.grace") == 0);
    BOOST_TEST(events("refresh.reuse") == 0);
    BOOST_TEST(check(answer.access) == "granted");
}

BOOST_AUTO_TEST_CASE(a_clock_stepped_back_gives_no_endless_grace_TK5) {
    const auto answer = expect(refresh(refresh_token()));
    clock.advance(-2s);  // hosts' clocks differ by that much
    BOOST_TEST(refreshed(refresh_token()) == "granted");
    clock.advance(-1h);
    BOOST_TEST(refreshed(refresh_token()) == "unknown_item");
    BOOST_TEST(events("refresh.reuse") == 1);
    BOOST_TEST(check(answer.access) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(whatever_ends_a_user_or_account_ends_every_token_at_once_TK6) {
    struct Case {
        const char* what;
        std::function<void()> end;
    };
    const Case cases[] = {
        {"blocked", [&] { expect(core.logins.block(core.db, context(), "ann")); }},
        {"a raised epoch", [&] { core.db.transact([&](db::Tx& tx) { return core.users.raise_epoch(tx, context(), ann.account.user); }); }},
        {"the account disabled", [&] { change("UPDATE accounts SET active = 0"); }},
        {"the membership deleted", [&] { change("DELETE FROM memberships"); }},
        {"the account deleted", [&] { change("DELETE FROM accounts"); }},
        {"the user deleted", [&] { change("DELETE FROM users"); }},
        {"the ticket ended", [&] { expect(core.tickets.end(core.db, context(), ann.issued.ticket.id, tickets::End::signed_out)); }},
    };
    bool first = true;
    for (const auto& each : cases) {
        if (!first) {
            for (const char* table : {"accounts", "users", "logins", "login_names", "memberships", "contacts", "tickets"}) change(std::string("DELETE FROM ") + table);
            ann = customer("ann");
        }
        first = false;
        BOOST_TEST_CONTEXT(each.what) {
            const auto second = expect(refresh(refresh_token()));
            BOOST_TEST(check(access()) == "granted");
            each.end();
            BOOST_TEST(check(access()) == "ticket_invalid");
            BOOST_TEST(check(second.access) == "ticket_invalid");
            BOOST_TEST(refreshed(second.refresh) == "unknown_item");
            BOOST_TEST(refreshed(refresh_token()) == "unknown_item");
        }
    }
    BOOST_TEST(events("refresh.reuse") == 0);
    BOOST_TEST(events("refresh.grace") == 0);
}

BOOST_AUTO_TEST_CASE(unblocking_brings_no_token_back_TK6) {
    const auto other = expect(sign_in("ann"));
    expect(core.logins.block(core.db, context(), "ann"));
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    expect(core.logins.unlock(core.db, context(), "ann"));
    BOOST_TEST(check(access()) == "ticket_invalid");
    BOOST_TEST(check(other.issued.access) == "ticket_invalid");
    BOOST_TEST(refreshed(refresh_token()) == "unknown_item");
    const auto anew = expect(sign_in("ann"));
    BOOST_TEST(check(anew.issued.access) == "granted");
    BOOST_TEST(refreshed(anew.issued.refresh) == "granted");
    BOOST_TEST(events("account.suspended", "blocked") == 1);
    BOOST_TEST(events("account.activated", "blocked") == 1);
}

BOOST_AUTO_TEST_CASE(a_ticket_issued_while_its_user_is_blocked_is_dead_TK6) {
    // The sign-in read the user before the block and committed after it: it carries the older epoch.
    core.db.transact([&](db::Tx& tx) {
        core.users.block(tx, context(), ann.account.user, true);
        return core.users.block(tx, context(), ann.account.user, false);
    });
    const auto late = core.db.transact([&](db::Tx& tx) {
        return core.tickets.issue(tx, context(), {.user = ann.account.user, .account_no = ann.account.no, .epoch = 1,
                                                  .lifetimes = tickets::lifetimes({}, clock.now(), {}, {})});
    });
    BOOST_TEST(check(late.access) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(a_lock_by_failures_leaves_tickets_alive_TH5) {
    for (int i = 0; i < 10; ++i) sign_in("ann", "wrong horse 2");
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    BOOST_TEST(check(access()) == "granted");
    BOOST_TEST(refreshed(refresh_token()) == "granted");
}

BOOST_AUTO_TEST_CASE(ending_is_once_and_leaves_other_sessions) {
    const auto other = expect(sign_in("ann"));
    BOOST_TEST(why(core.tickets.end(core.db, context(), ann.issued.ticket.id, tickets::End::signed_out)) == "granted");
    BOOST_TEST(why(core.tickets.end(core.db, context(), ann.issued.ticket.id, tickets::End::signed_out)) == "unknown_item");
    BOOST_TEST(why(core.tickets.end(core.db, context(), TicketId{uuid_v4(rng)}, tickets::End::signed_out)) == "unknown_item");
    BOOST_TEST(events("ticket.ended") == 1);
    BOOST_TEST(number("SELECT user_id = (SELECT user_id FROM users) FROM events WHERE name = 'ticket.ended'") == 1);
    BOOST_TEST(check(other.issued.access) == "granted");
}

BOOST_AUTO_TEST_CASE(a_refresh_may_move_to_another_account_of_the_user) {
    const auto second = expect(core.customers.guest(core.db, context(), {.company = "Ann Ltd"}));
    const auto foreign = customer("bob");
    BOOST_TEST(why(refresh(core, context(), refresh_token(), second.no)) == "forbidden");
    BOOST_TEST(why(refresh(core, context(), refresh_token(), foreign.account.no)) == "forbidden");
    BOOST_TEST(why(refresh(core, context(), refresh_token(), AccountNo{999'999})) == "forbidden");
    BOOST_TEST(check(access()) == "granted");  // a refusal changes nothing
    core.db.transact([&](db::Tx& tx) {
        core.users.add_membership(tx, context(), ann.account.user, second.no, "buyer", false);
        return 0;
    });
    clock.advance(1h);
    const auto moved = expect(refresh(core, context(), refresh_token(), second.no));
    BOOST_TEST((moved.ticket.account_no == second.no));
    BOOST_TEST((moved.ticket.id != ann.issued.ticket.id));
    BOOST_TEST((moved.ticket.lifetimes.ends_at == ann.issued.ticket.lifetimes.ends_at));  // the session is no longer for it
    BOOST_TEST(expect(core.tickets.check(core.db, context(), moved.access.reveal())).ticket->account->profile.company == "Ann Ltd");
    BOOST_TEST(check(access()) == "ticket_invalid");
    BOOST_TEST(refreshed(refresh_token()) == "unknown_item");
    BOOST_TEST(events("ticket.refreshed", "moved") == 1);
    BOOST_TEST(events("refresh.reuse") == 0);
    const auto same = expect(refresh(core, context(), moved.refresh, second.no));  // naming the present one is an ordinary refresh
    BOOST_TEST((same.ticket.id == moved.ticket.id));
    change("UPDATE accounts SET active = 0 WHERE account_no = " + std::to_string(ann.account.no.value));
    BOOST_TEST(why(refresh(core, context(), same.refresh, ann.account.no)) == "forbidden");
}

BOOST_AUTO_TEST_CASE(an_old_token_of_a_moved_ticket_ends_the_one_it_became_TK4) {
    const auto second = expect(core.customers.guest(core.db, context(), {.company = "Ann Ltd"}));
    core.db.transact([&](db::Tx& tx) {
        core.users.add_membership(tx, context(), ann.account.user, second.no, "buyer", false);
        return 0;
    });
    const auto moved = expect(refresh(core, context(), refresh_token(), second.no));
    clock.advance(10s);
    BOOST_TEST(refreshed(refresh_token()) == "unknown_item");  // a lost answer asked for again is no theft
    BOOST_TEST(check(moved.access) == "granted");
    const auto next = expect(refresh(core, context(), moved.refresh));
    clock.advance(1s);
    BOOST_TEST(refreshed(refresh_token()) == "unknown_item");
    BOOST_TEST(check(next.access) == "ticket_invalid");
    BOOST_TEST(refreshed(next.refresh) == "unknown_item");
    BOOST_TEST(events("refresh.reuse", "moved") == 1);
}

BOOST_AUTO_TEST_SUITE_END()
