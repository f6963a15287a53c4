// SPDX-License-Identifier: MIT
// After a restored backup every ticket of a realm ends for good, also those that the backup knows alive or not at all (TK6).
#include "store/shop.h"

#include <authtickets/core/upkeep.h>

using namespace authtickets;
using namespace authtickets::test;

namespace {

// A dump beside the database: tables by name, taken and put back.
struct Restored : Shop {
    Restored() { change("CREATE OR REPLACE DATABASE dump"); }
    ~Restored() { change("DROP DATABASE dump"); }
    static std::vector<std::string> everything() {
        return {"users", "tickets", "application_tokens", "logins", "login_names", "accounts", "memberships", "contacts"};
    }
    void take(const std::string& as, const std::vector<std::string>& tables = everything()) {
        for (const auto& table : tables) change("CREATE TABLE dump." + as + "_" + table + " AS SELECT * FROM " + table);
    }
    void put_back(const std::string& from, const std::vector<std::string>& tables = everything()) {
        for (const auto& table : tables) {
            change("DELETE FROM " + table);
            change("INSERT INTO " + table + " SELECT * FROM dump." + from + "_" + table);
        }
    }
    upkeep::Revoked revoke() {
        clock.advance(1s);
        const auto revoked = upkeep::Upkeep(core.events, core.imports).revoke(core.db, context(), realm_no());
        clock.advance(2s);  // until no worker remembers an application's ticket
        return revoked;
    }
    // As a change of the password or a block does it.
    void raise_epoch(const UserId& user) {
        core.db.transact([&](db::Tx& tx) { return core.users.raise_epoch(tx, context(), user); });
    }
    applications::IssuedTicket grant() {
        return expect(core.applications.issue(core.db, context(), application->application.client_id, application->secret));
    }
    std::string check_app(const Secret& token) { return why(core.applications.check(core.db, clock.now(), token.reveal())); }
    void dead(const tickets::Issued& issued) {
        BOOST_TEST(check(issued.access) == "ticket_invalid");
        BOOST_TEST(why(refresh(issued.refresh)) == "unknown_item");
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(revoking, Restored)

BOOST_AUTO_TEST_CASE(every_token_of_before_is_refused_and_signing_in_works_at_once_TK6) {
    const auto ann = customer("ann"), bob = customer("bob");
    const auto grant_before = grant();
    const auto there = upkeep::Upkeep(core.events, core.imports).would_revoke(core.db, realm_no());
    BOOST_TEST(there.users == 2u);
    BOOST_TEST(there.tickets == 2u);
    BOOST_TEST(there.application_tickets == 1u);
    BOOST_TEST(check(ann.issued.access) == "granted");
    const auto revoked = revoke();
    BOOST_TEST(revoked.users == 2u);
    BOOST_TEST(revoked.tickets == 2u);
    BOOST_TEST(revoked.application_tickets == 1u);
    dead(ann.issued);
    dead(bob.issued);
    BOOST_TEST(check_app(grant_before.access) == "application_unknown");
    BOOST_TEST(why(core.applications.refresh(core.db, context(), grant_before.refresh)) == "application_secret_wrong");
    const auto again = expect(sign_in("ann"));
    BOOST_TEST(check(again.issued.access) == "granted");
    BOOST_TEST(why(refresh(again.issued.refresh)) == "granted");
    BOOST_TEST(check_app(grant().access) == "granted");
    BOOST_TEST(events("realm.revoked") == 1);
    BOOST_TEST(number("SELECT JSON_VALUE(details, '$.tickets') FROM events WHERE name = 'realm.revoked'") == 2);
}

BOOST_AUTO_TEST_CASE(a_ticket_that_was_ended_after_the_backup_does_not_come_back_TK6) {
    const auto ann = customer("ann");
    take("night");
    clock.advance(1min);
    raise_epoch(ann.account.user);  // a changed password
    BOOST_TEST(check(ann.issued.access) == "ticket_invalid");
    put_back("night");
    BOOST_TEST(check(ann.issued.access) == "granted");  // which is what the command is for
    revoke();
    dead(ann.issued);
    put_back("night", {"tickets"});  // a row of the dump that comes later finds the user's epoch moved on
    dead(ann.issued);
}

// The backup has forgotten how far the epoch had come. One more than the backup's is a number that tickets of after the
// backup carry too: should such a row come back, from a binary log or a second dump, it would be alive.
BOOST_AUTO_TEST_CASE(a_ticket_of_after_the_backup_cannot_meet_its_epoch_again_TK6) {
    const auto ann = customer("ann");
    take("night");
    std::vector<tickets::Issued> later;
    for (int changes = 0; changes < 3; ++changes) {
        raise_epoch(ann.account.user);
        later.push_back(expect(sign_in("ann")).issued);
    }
    BOOST_TEST(check(later.back().access) == "granted");
    take("evening", {"tickets"});
    put_back("night");
    revoke();
    put_back("evening", {"tickets"});
    dead(ann.issued);
    for (const auto& each : later) dead(each);
}

BOOST_AUTO_TEST_CASE(nor_one_of_between_two_restores_of_one_backup_TK6) {
    const auto ann = customer("ann");
    take("night");
    revoke();
    std::vector<tickets::Issued> between{expect(sign_in("ann")).issued};
    raise_epoch(ann.account.user);
    between.push_back(expect(sign_in("ann")).issued);
    take("evening", {"tickets"});
    clock.advance(1min);
    put_back("night");
    revoke();
    put_back("evening", {"tickets"});
    for (const auto& each : between) dead(each);
    BOOST_TEST(check(expect(sign_in("ann")).issued.access) == "granted");
}

BOOST_AUTO_TEST_CASE(epochs_rise_even_when_the_clock_has_gone_back_TK6) {
    const auto ann = customer("ann");
    revoke();
    const auto between = expect(sign_in("ann"));
    clock.advance(-1h);
    revoke();
    dead(ann.issued);
    clock.advance(1h);
    dead(between.issued);
    BOOST_TEST(check(expect(sign_in("ann")).issued.access) == "granted");
}

BOOST_AUTO_TEST_CASE(another_realm_keeps_its_tickets) {
    const auto ann = customer("ann");
    const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://other.example",
                                                                   .site = {.tenant = 1, .site = 1, .name = "other"}}))->no;
    BOOST_TEST(upkeep::Upkeep(core.events, core.imports).revoke(core.db, context(), other).users == 0u);
    BOOST_TEST(check(ann.issued.access) == "granted");
}

BOOST_AUTO_TEST_CASE(more_than_a_page_of_users_and_tickets) {
    const auto ann = customer("ann");
    const auto realm_text = std::to_string(realm_no().value), now = "'" + sql_text(clock.now()) + "'";
    change("INSERT INTO users (realm_no, user_id, epoch, failed_day, created_at, updated_at) SELECT " + realm_text +
           ", UNHEX(MD5(seq)), 1, 0, " + now + ", " + now + " FROM seq_1_to_2500");
    change("INSERT INTO tickets (realm_no, ticket_id, state, door, user_id, application_no, epoch, generation, min_generation, "
           "created_at, rotated_at, access_life, refresh_life, ends_at, address, browser, end_reason, dead_at) SELECT " + realm_text +
           ", UNHEX(MD5(-seq)), 1, 1, UNHEX(MD5(seq)), 1, 1, 1, 1, " + now + ", " + now + ", 900, 86400, " + now + ", '', '', 0, " + now +
           " FROM seq_1_to_2500");
    const auto revoked = revoke();
    BOOST_TEST(revoked.users == 2501u);
    BOOST_TEST(revoked.tickets == 2501u);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM users WHERE epoch < 1000000") == 0);
}

BOOST_AUTO_TEST_CASE(sign_ins_beside_it_are_not_in_its_way) {
    std::vector<sign_in::SignedIn> before;
    for (unsigned i = 0; i < 7; ++i) before.push_back(customer("shopper" + std::to_string(i)));
    clock.advance(1s);
    const auto outcomes = race([&](Core& with, unsigned i) -> std::string {
        if (i == 7) return std::to_string(upkeep::Upkeep(with.events, with.imports).revoke(with.db, context(), realm_no()).users);
        for (int round = 0; round < 5; ++round) {
            if (const auto again = sign_in(with, context(), "shopper" + std::to_string(i), right_password); !again) return why(again);
        }
        return "granted";
    }, 8);
    for (unsigned i = 0; i < 7; ++i) BOOST_TEST(outcomes[i] == "granted");
    BOOST_TEST(outcomes[7] == "7");
    for (const auto& each : before) dead(each.issued);
    for (unsigned i = 0; i < 7; ++i) BOOST_TEST(check(expect(sign_in("shopper" + std::to_string(i))).issued.access) == "granted");
}

BOOST_AUTO_TEST_SUITE_END()
