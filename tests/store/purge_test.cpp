// SPDX-License-Identifier: MIT
// Purging: what is dead goes, what lives stays, the trail tells of its own shortening (KL5), deleted customers are
// erased from it (KL2), and requests go on beside it.
#include "store/shop.h"

#include <authtickets/core/upkeep.h>

using namespace authtickets;
using namespace authtickets::test;
using upkeep::Table;

namespace {

struct Purging : Shop {
    upkeep::Purged purge(Core& with, std::optional<std::uint64_t> limit = {}) {
        std::vector<realms::RealmPtr> realms;
        for (const auto no : with.realms.list(with.db)) realms.push_back(with.realms.get(with.db, clock.now(), no));
        return upkeep::Upkeep(with.events, with.imports).purge(with.db, context(), realms, limit);
    }
    upkeep::Purged purge(std::optional<std::uint64_t> limit = {}) { return purge(core, limit); }
    std::int64_t rows(const std::string& table) { return number("SELECT COUNT(*) FROM " + table); }
    std::uint64_t sum(const upkeep::Purged& purged) {
        std::uint64_t out = 0;
        for (const auto rows_of_one : purged.rows) out += rows_of_one;
        return out;
    }
    std::string at(Time time) { return "'" + sql_text(time) + "'"; }
    std::vector<events::Stored> all_events() { return events::page(core.db, realm_no(), {}, {}, 100'000); }
    void erasure_of(std::optional<AccountNo> account, std::optional<UserId> user) {
        core.db.transact([&](db::Tx& tx) {
            if (account) core.events.erase_account(tx, context(), *account);
            if (user) core.events.erase_user(tx, context(), *user);
            return 0;
        });
    }
    // So many dead tickets of nobody, as a busy shop leaves them.
    void bury(int count, Time dead_at, int first = 1) {
        change("INSERT INTO tickets (realm_no, ticket_id, state, door, user_id, application_no, epoch, generation, min_generation, "
               "created_at, rotated_at, access_life, refresh_life, ends_at, address, browser, end_reason, dead_at) "
               "SELECT " + std::to_string(realm_no().value) + ", UNHEX(LPAD(HEX(seq), 32, '0')), 1, 1, UNHEX(LPAD(HEX(seq), 32, '0')), 1, 1, 1, 1, "
               + at(dead_at) + ", " + at(dead_at) + ", 900, 86400, " + at(dead_at) + ", '', '', 0, " + at(dead_at)
               + " FROM seq_" + std::to_string(first) + "_to_" + std::to_string(first + count - 1));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(purging, Purging)

BOOST_AUTO_TEST_CASE(what_is_dead_goes_an_hour_later_and_what_lives_stays) {
    const auto visitor = core.tickets.anonymous(context(), realm()->settings);
    customer("ann");
    expect(sign_in("ann", right_password, {.access_life = {}, .refresh_life = {}, .claims_anonymous = visitor.user}));
    expect(core.applications.issue(core.db, context(), application->application.client_id, application->secret));
    expect(core.throttle.charge_address(core.db, from_browser(), realm()->settings));
    BOOST_TEST(sum(purge()) == 0u);

    clock.advance(24h);
    expect(sign_in("ann"));
    BOOST_TEST(purge().of(Table::throttles) == 1u);
    BOOST_TEST(sum(purge()) == 0u);  // the tickets have been dead for no hour
    clock.advance(1h + 1ms);
    const auto purged = purge();
    BOOST_TEST(purged.of(Table::tickets) == 2u);
    BOOST_TEST(purged.of(Table::application_tokens) == 1u);
    BOOST_TEST(purged.of(Table::anonymous_claims) == 0u);
    BOOST_TEST(purged.complete);
    BOOST_TEST(rows("tickets") == 1);
    clock.advance(std::chrono::days(31));
    BOOST_TEST(purge().of(Table::anonymous_claims) == 1u);
    for (const auto* table : {"tickets", "anonymous_claims", "application_tokens", "throttles"}) BOOST_TEST(rows(table) == 0);
    BOOST_TEST(rows("users") == 1);
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_ticket_that_is_refreshed_is_not_dead) {
    const auto ann = customer("ann");
    auto token = ann.issued.refresh;
    for (int day = 0; day < 5; ++day) {
        clock.advance(23h);
        token = expect(refresh(token)).refresh;
        BOOST_TEST(purge().of(Table::tickets) == 0u);
    }
    BOOST_TEST(why(refresh(token)) == "granted");
}

BOOST_AUTO_TEST_CASE(what_was_ended_or_replaced_tells_of_it_until_it_is_dead) {
    const auto ann = customer("ann");
    const auto gone = expect(sign_in("ann"));
    expect(core.tickets.end(core.db, context(), gone.issued.ticket.id, tickets::End::signed_out));
    change("UPDATE tickets SET ended_at = " + at(clock.now()) + ", end_reason = 3, successor_id = UNHEX(REPEAT('ab', 16)) WHERE ended_at IS NULL");
    clock.advance(23h);
    BOOST_TEST(purge().of(Table::tickets) == 1u);  // signed out
    BOOST_TEST(text("SELECT HEX(ticket_id) FROM tickets") == text("SELECT UPPER('" + hex(ann.issued.ticket.id.value) + "')"));
    clock.advance(2h + 1ms);
    BOOST_TEST(purge().of(Table::tickets) == 1u);
}

BOOST_AUTO_TEST_CASE(events_past_their_retention_go_and_the_trail_says_so_KL5) {
    customer("ann");
    const auto early = rows("events");
    clock.advance(std::chrono::days(400) - 1h);
    expect(sign_in("ann"));
    BOOST_TEST(purge().of(Table::events) == 0u);
    BOOST_TEST(events("audit.purged") == 0);
    clock.advance(1h + 1s);
    const auto now = clock.now();
    const auto purged = purge();
    BOOST_TEST(static_cast<std::int64_t>(purged.of(Table::events)) == early);
    const auto left = all_events();
    BOOST_TEST(left.size() == 2u);
    BOOST_TEST(left.front().name == "signin.success");
    BOOST_TEST(left.back().name == "audit.purged");
    BOOST_TEST(left.back().actor == "command");
    const auto details = expect(parse_json(left.back().details));
    BOOST_TEST(details.find("events")->integer().value() == early);
    BOOST_TEST(*details.find("before")->text() == iso8601(seals::second_of(now) - std::chrono::days(400)));
    for (const auto& each : left) BOOST_TEST(core.events.verify(each));
    purge();
    BOOST_TEST(events("audit.purged") == 1);
}

BOOST_AUTO_TEST_CASE(each_realm_has_its_own_retention_KL5) {
    const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://other.example",
                                                                   .site = {.tenant = 1, .site = 1, .name = "other"}}))->no;
    set("audit.retention_days", "30");
    clock.advance(std::chrono::days(31));
    BOOST_TEST(purge().of(Table::events) == 3u);  // realm, application, setting
    BOOST_TEST(rows("events") == 2);
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'realm.added' AND realm_no = " + std::to_string(other.value)) == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'audit.purged' AND realm_no = " + std::to_string(realm_no().value)) == 1);
}

BOOST_AUTO_TEST_CASE(seals_and_the_accounts_logs_go_with_the_events_KL5) {
    const auto realm_text = std::to_string(realm_no().value);
    const auto seal = [&](int no, Time to) {
        change("INSERT INTO event_seals VALUES (" + realm_text + ", " + std::to_string(no) + ", " + at(to) +
               ", 1, REPEAT('a', 32), REPEAT('b', 32), 1, REPEAT('c', 32))");
    };
    const auto note = [&](Time when) {
        change("INSERT INTO account_changes (realm_no, account_no, changed_at, description, field_path) VALUES (" + realm_text + ", 1001, "
               + at(when) + ", 'Account updated', '')");
    };
    const auto now = seals::second_of(clock.now());
    for (int i = 1; i <= 3; ++i) seal(i, now + std::chrono::days(i)), note(now + std::chrono::days(i));
    clock.set(now + std::chrono::days(402) + 1ms);
    const auto purged = purge();
    BOOST_TEST(purged.of(Table::event_seals) == 2u);
    BOOST_TEST(purged.of(Table::account_changes) == 2u);
    BOOST_TEST(rows("event_seals") == 1);
    BOOST_TEST(rows("account_changes") == 1);
    BOOST_TEST(number("SELECT JSON_VALUE(details, '$.seals') FROM events WHERE name = 'audit.purged'") == 2);
}

BOOST_AUTO_TEST_CASE(a_deleted_customer_is_blanked_in_the_trail_which_still_proves_itself_KL2) {
    const auto ann = customer("ann"), bob = customer("bob");
    sign_in(core, from_browser(), "ann", "wrong horse 2");
    expect(sign_in(core, from_browser(), "ann", right_password));
    expect(sign_in(core, from_browser(), "bob", right_password));
    erasure_of(ann.account.no, ann.account.user);
    const auto purged = purge();
    BOOST_TEST(purged.of(Table::erased) > 0u);
    BOOST_TEST(rows("erasures") == 0);
    const auto name = "user_id = UNHEX('" + hex(ann.account.user.value) + "') OR account_no = " + std::to_string(ann.account.no.value);
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE (" + name + ") AND personal IS NOT NULL") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE " + name) == static_cast<std::int64_t>(purged.of(Table::erased)));
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE account_no = " + std::to_string(bob.account.no.value) + " AND personal IS NULL") == 0);
    for (const auto& each : all_events()) {
        BOOST_TEST_CONTEXT(each.name) { BOOST_TEST(core.events.verify(each)); }
    }
    BOOST_TEST(purge().of(Table::erased) == 0u);
}

BOOST_AUTO_TEST_CASE(a_number_that_an_import_gives_again_keeps_its_events_KL2) {
    const auto ann = customer("ann");
    erasure_of(ann.account.no, {});
    clock.advance(2min);
    expect(sign_in(core, from_browser(), "ann", right_password));  // as if it were another customer's by now
    purge();
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'signin.success' AND personal IS NOT NULL AND reason = ''") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'account.registered' AND personal IS NULL") == 1);
}

BOOST_AUTO_TEST_CASE(notes_of_finished_imports_go_after_ninety_days_and_unfinished_ones_stay) {
    const auto note = [&](const std::string& id, const std::string& finished_at) {
        change("INSERT INTO imports (realm_no, import_id, file_name, line_no, added, refused, began_at, updated_at, finished_at) VALUES (" +
               std::to_string(realm_no().value) + ", UNHEX(REPEAT('" + id + "', 16)), 'x.csv', 1, 1, 0, " + at(clock.now()) + ", " +
               at(clock.now()) + ", " + finished_at + ")");
    };
    note("01", at(clock.now()));
    note("02", "NULL");
    clock.advance(std::chrono::days(90));
    BOOST_TEST(purge().of(Table::imports) == 0u);
    clock.advance(1ms);
    BOOST_TEST(purge().of(Table::imports) == 1u);
    BOOST_TEST(text("SELECT HEX(import_id) FROM imports") == "02020202020202020202020202020202");
}

BOOST_AUTO_TEST_CASE(setups_of_apps_that_were_left_go_and_what_is_on_stays_TO8) {
    const auto ann = customer("ann").account.user, bob = customer("bob").account.user;
    const auto made = core.totp.setup(core.db, context(), ann);
    const std::string code(totp::code_at(made.secret, totp::step_of(clock.now())).reveal());
    BOOST_TEST(core.db.transact([&](db::Tx& tx) { return core.totp.activate(tx, context(), realms::Settings{}, ann, code).on; }));
    core.totp.setup(core.db, context(), bob);
    clock.advance(1h + 10min);
    BOOST_TEST(purge().of(Table::totp_setups) == 0u);
    clock.advance(1ms);
    BOOST_TEST(purge().of(Table::totp_setups) == 1u);
    BOOST_TEST(rows("totp_setups") == 0);
    BOOST_TEST(rows("totp_authenticators") == 1);
}

BOOST_AUTO_TEST_CASE(one_time_tokens_go_when_they_are_dead_and_what_was_counted_a_day_later) {
    customer("ann");
    core.one_time.request(core.db, context(), *realm(), {.profile = logins::default_profile, .profile_id = {}, .name = "ann",
                                                         .purpose = one_time::Purpose::reset_password});
    clock.advance(1h + 10min);
    BOOST_TEST(purge().of(Table::one_time_tokens) == 0u);
    clock.advance(1ms);
    BOOST_TEST(purge().of(Table::one_time_tokens) == 1u);
    BOOST_TEST(rows("one_time_tries") == 1);
    clock.advance(24h - 10min - 1ms);
    BOOST_TEST(purge().of(Table::one_time_tries) == 0u);
    clock.advance(1ms);
    BOOST_TEST(purge().of(Table::one_time_tries) == 1u);
}

BOOST_AUTO_TEST_CASE(a_limit_is_kept_and_what_is_left_is_said) {
    bury(2500, clock.now() - std::chrono::days(2));
    auto purged = purge(1700);
    BOOST_TEST(purged.of(Table::tickets) == 1700u);
    BOOST_TEST(!purged.complete);
    BOOST_TEST(rows("tickets") == 800);
    purged = purge(1700);
    BOOST_TEST(purged.of(Table::tickets) == 800u);
    BOOST_TEST(purged.complete);
}

BOOST_AUTO_TEST_CASE(an_erasure_that_the_limit_cuts_off_stays_owed_KL2) {
    const auto ann = customer("ann");
    for (int i = 0; i < 5; ++i) expect(sign_in("ann"));
    erasure_of(ann.account.no, ann.account.user);
    BOOST_TEST(purge(3).of(Table::erased) == 3u);
    BOOST_TEST(rows("erasures") == 2);  // the account's and the user's
    BOOST_TEST(purge().of(Table::erased) > 0u);
    BOOST_TEST(rows("erasures") == 0);
}

// Tens of thousands of dead rows, two purges, and shoppers at work.
BOOST_AUTO_TEST_CASE(sign_ins_and_refreshes_go_on_beside_two_purges) {
    constexpr unsigned shoppers = 6, rounds = 25;
    std::vector<sign_in::SignedIn> before;
    for (unsigned i = 0; i < shoppers; ++i) before.push_back(customer("shopper" + std::to_string(i)));
    bury(30'000, clock.now() - std::chrono::days(2));
    const auto alive = rows("tickets") - 30'000;
    const auto outcomes = race([&](Core& with, unsigned i) -> std::string {
        if (i >= shoppers) return std::to_string(purge(with).of(Table::tickets));
        auto token = before[i].issued.refresh;
        for (unsigned round = 0; round < rounds; ++round) {
            const auto next = refresh(with, context(), token);
            if (!next) return "refresh: " + why(next);
            token = next->refresh;
            const auto again = sign_in(with, context(), "shopper" + std::to_string(i), right_password);
            if (!again) return "sign in: " + why(again);
            if (const auto checked = with.tickets.check(with.db, context(), again->issued.access.reveal()); !checked) return "check: " + why(checked);
        }
        return why(with.tickets.check(with.db, context(), before[i].issued.access.reveal()));
    }, shoppers + 2);
    for (unsigned i = 0; i < shoppers; ++i) BOOST_TEST(outcomes[i] == "granted");
    BOOST_TEST(std::stoi(outcomes[shoppers]) + std::stoi(outcomes[shoppers + 1]) == 30'000);
    BOOST_TEST(rows("tickets") == alive + shoppers * rounds);
}

// As a busy shop's timer finds it: more of them die while one purge after another goes on.
BOOST_AUTO_TEST_CASE(GR3_purges_end_and_take_all_that_is_dead_and_nothing_alive_while_more_tickets_die) {
    constexpr unsigned shoppers = 3, rounds = 10, purges = 4;
    constexpr int graves = 30, of_each = 400;
    for (unsigned i = 0; i < shoppers; ++i) customer("shopper" + std::to_string(i));
    bury(3000, clock.now() - std::chrono::days(2), 1'000'000);
    const auto alive = rows("tickets") - 3000;
    const auto outcomes = race([&](Core& with, unsigned i) -> std::string {
        if (i == shoppers) {  // the one thread that uses `look`
            for (int each = 0; each < graves; ++each) bury(of_each, clock.now() - std::chrono::days(2), 1 + each * of_each);
            return "0";
        }
        if (i > shoppers) {
            std::uint64_t sum = 0;
            for (unsigned each = 0; each < purges; ++each) sum += purge(with).of(Table::tickets);
            return std::to_string(sum);
        }
        for (unsigned round = 0; round < rounds; ++round) {
            const auto signed_in = sign_in(with, context(), "shopper" + std::to_string(i), right_password);
            if (!signed_in) return "sign in: " + why(signed_in);
            const auto next = refresh(with, context(), signed_in->issued.refresh);
            if (!next) return "refresh: " + why(next);
            if (const auto checked = with.tickets.check(with.db, context(), next->access.reveal()); !checked) return "check: " + why(checked);
        }
        return "granted";
    }, shoppers + 3);
    for (unsigned i = 0; i < shoppers; ++i) BOOST_TEST(outcomes[i] == "granted");
    const auto last = purge().of(Table::tickets);
    BOOST_TEST(std::stoull(outcomes[shoppers + 1]) + std::stoull(outcomes[shoppers + 2]) + last == 3000u + graves * of_each);
    BOOST_TEST(rows("tickets") == alive + shoppers * rounds);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE ended_at IS NOT NULL") == 0);
}

BOOST_AUTO_TEST_CASE(doctor_is_told_how_long_the_longest_dead_row_has_waited) {
    BOOST_TEST(!upkeep::oldest_dead(core.db).has_value());
    bury(10, clock.now() - std::chrono::days(3));
    BOOST_TEST((upkeep::oldest_dead(core.db) == clock.now() - std::chrono::days(3)));
}

BOOST_AUTO_TEST_SUITE_END()
