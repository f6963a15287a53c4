// SPDX-License-Identifier: MIT
// Seals against the database (KL2): made once each by any number of workers, and whatever is done to a sealed trail is
// found out. Beside them the lease of core/leases, and events by name.
#include "store/shop.h"

#include <authtickets/core/leases.h>
#include <authtickets/core/seals.h>
#include <authtickets/core/upkeep.h>

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Sealing : Shop {
    // Sign-ins that fail, `each` of them in every one of `seconds` seconds.
    void happen(int seconds, int each = 1) {
        for (int i = 0; i < seconds; ++i) {
            clock.advance(1s);
            for (int k = 0; k < each; ++k) note();
        }
    }
    void note(events::Name name = events::Name::ticket_ended) { core.events.write(core.db, context(), {.name = name, .actor = "command"}); }
    std::uint64_t seal() { return core.seals.seal(core.db, clock.now(), realm_no()).seals; }
    void settle() {
        clock.advance(62s);
        while (core.seals.seal(core.db, clock.now(), realm_no()).more) {}
    }
    seals::Verified verify(const std::optional<seals::Head>& head = {}) { return core.seals.verify(core.db, realm_no(), head); }
    static std::string broken(const seals::Verified& verified) {
        return verified.finding ? std::string(seals::name(verified.finding->what)) : "fine";
    }
    std::string broken() { return broken(verify()); }
    seals::Head head() {
        const auto newest = core.seals.newest(core.db, realm_no()).value();
        return {.no = newest.no, .chain_hash = newest.chain_hash};
    }
    std::int64_t rows(const std::string& table) { return number("SELECT COUNT(*) FROM " + table); }
    // Does it to the tables, sees what a check says, and takes it back.
    std::string after(const std::string& statement, const std::optional<seals::Head>& head = {}) {
        for (const auto* table : {"events", "event_seals"}) {
            change(std::string("CREATE OR REPLACE TEMPORARY TABLE kept_") + table + " AS SELECT * FROM " + table);
        }
        change(statement);
        const auto verified = verify(head);
        for (const std::string table : {"events", "event_seals"}) {
            change("DELETE FROM " + table);
            change("INSERT INTO " + table + " SELECT * FROM kept_" + table);
        }
        said = verified.finding ? verified.finding->text : "";
        culprit = verified.finding ? verified.finding->event : std::nullopt;
        return broken(verified);
    }
    std::string said{};
    std::optional<EventId> culprit{};
    // The row of an event, by its place in the trail.
    std::string event(int place) {
        return "(SELECT event_id FROM (SELECT event_id FROM events ORDER BY event_id LIMIT 1 OFFSET " + std::to_string(place) + ") one)";
    }
    EventId event_id(int place) {
        return look.one(statement("SELECT event_id FROM events ORDER BY event_id LIMIT 1 OFFSET " + std::to_string(place)),
                        [](db::Row& row) { return row.next<EventId>(); }).value();
    }
    static constexpr auto copied = "SELECT realm_no, @id, name, happened_at, outcome, reason, factor, actor, application_no, user_id, account_no, "
                                   "ticket_id, operator_id, request_id, details, personal, personal_hash, key_id, mac FROM events WHERE event_id = ";
    // A copy of an event under another id.
    std::string copy(int place, const EventId& id) {
        std::string columns = copied;
        columns.replace(columns.find("@id"), 3, "UNHEX('" + hex(id.value) + "')");
        return "INSERT INTO events " + columns + event(place);
    }
    upkeep::Purged purge(std::optional<std::uint64_t> limit = {}) {
        return upkeep::Upkeep(core.events, core.imports).purge(core.db, context(), {realm()}, limit);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(seals_store, Sealing)

BOOST_AUTO_TEST_CASE(seconds_that_have_events_are_sealed_a_minute_after_they_ended_KL2) {
    happen(3, 2);
    const auto last = clock.now();
    BOOST_TEST(seal() == 0u);
    clock.set(seals::second_of(last) + 60s);
    BOOST_TEST(seal() == 3u);  // the second of the realm, and the first two
    clock.advance(999ms);
    BOOST_TEST(seal() == 0u);
    clock.advance(1ms);
    BOOST_TEST(seal() == 1u);
    BOOST_TEST(seal() == 0u);
    BOOST_TEST(text("SELECT GROUP_CONCAT(seal_no ORDER BY seal_no) FROM event_seals") == "1,2,3,4");
    BOOST_TEST(text("SELECT CAST(MAX(sealed_to_at) AS CHAR) FROM event_seals") == sql_text(seals::second_of(last) + 1s));
    BOOST_TEST(number("SELECT SUM(event_count) FROM event_seals") == rows("events"));
    const auto verified = verify();
    BOOST_TEST(broken(verified) == "fine");
    BOOST_TEST(verified.seals == 4u);
    BOOST_TEST(static_cast<std::int64_t>(verified.events) == rows("events"));
    BOOST_TEST(verified.unsealed == 0u);
    BOOST_TEST(verified.first_seal == 1u);
    BOOST_TEST(verified.last->no == 4u);
}

BOOST_AUTO_TEST_CASE(events_since_the_last_seal_are_not_yet_sealed_and_no_fault_KL2) {
    BOOST_TEST(broken() == "fine");
    BOOST_TEST(verify().unsealed == 2u);  // realm and application
    happen(1);
    settle();
    const auto since = clock.now() + 1s;
    happen(2, 3);
    const auto verified = verify();
    BOOST_TEST(broken(verified) == "fine");
    BOOST_TEST(verified.unsealed == 6u);
    BOOST_TEST((verified.unsealed_since == since));
    BOOST_TEST(after("UPDATE events SET reason = 'x' ORDER BY event_id DESC LIMIT 1") == "event_changed");
}

BOOST_AUTO_TEST_CASE(one_call_does_no_more_than_it_may_and_says_that_there_is_more) {
    happen(700);
    clock.advance(62s);
    const auto first = core.seals.seal(core.db, clock.now(), realm_no());
    BOOST_TEST(first.seals == 500u);
    BOOST_TEST(first.more);
    const auto second = core.seals.seal(core.db, clock.now(), realm_no());
    BOOST_TEST(second.seals == 201u);
    BOOST_TEST(!second.more);
    BOOST_TEST(broken() == "fine");
}

BOOST_AUTO_TEST_CASE(a_second_of_more_events_than_a_page_is_one_seal) {
    happen(1, 2300);
    happen(1, 1);
    settle();
    BOOST_TEST(number("SELECT MAX(event_count) FROM event_seals") == 2300);
    BOOST_TEST(rows("event_seals") == 3);
    BOOST_TEST(broken() == "fine");
    BOOST_TEST(after("DELETE FROM events WHERE event_id = " + event(1200)) == "event_missing");
    BOOST_TEST(said.find("1 of 2300 events") == 0u);
}

BOOST_AUTO_TEST_CASE(workers_that_race_make_every_seal_once_KL2) {
    happen(60, 2);
    clock.advance(62s);
    const auto made = race([&](Core& with, unsigned) { return with.seals.seal(with.db, clock.now(), realm_no()).seals; });
    std::uint64_t sum = 0;
    for (const auto each : made) sum += each;
    BOOST_TEST(sum == 61u);
    BOOST_TEST(rows("event_seals") == 61);
    BOOST_TEST(broken() == "fine");
}

BOOST_AUTO_TEST_CASE(each_realm_has_a_chain_of_its_own_KL2) {
    const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://other.example",
                                                                   .site = {.tenant = 1, .site = 1, .name = "other"}}))->no;
    happen(2);
    clock.advance(62s);
    const auto sealed = core.seals.seal_all(core.db, context(), {realm_no(), other});
    BOOST_TEST(sealed.seals == 4u);
    BOOST_TEST(sealed.held);
    BOOST_TEST(!sealed.more);
    BOOST_TEST(core.seals.newest(core.db, other)->no == 1u);
    BOOST_TEST(core.seals.newest(core.db, realm_no())->no == 3u);
    BOOST_TEST(broken(core.seals.verify(core.db, other, {})) == "fine");
    BOOST_TEST(broken() == "fine");
    // A seal, or an event, of one realm proves nothing in the other.
    BOOST_TEST(after("UPDATE event_seals SET realm_no = " + std::to_string(realm_no().value) + ", seal_no = 4 WHERE realm_no = "
                     + std::to_string(other.value)) == "seal_changed");
}

BOOST_AUTO_TEST_CASE(a_changed_event_is_found_and_named_KL2) {
    happen(3, 2);
    settle();
    const auto columns = texts("SELECT CONCAT(column_name, ' ', data_type) FROM information_schema.columns WHERE table_schema = DATABASE() "
                               "AND table_name = 'events' AND column_name NOT IN ('realm_no', 'event_id', 'key_id') ORDER BY ordinal_position");
    BOOST_TEST(columns.size() == 16u);
    for (const auto& each : columns) {
        const auto column = each.substr(0, each.find(' ')), type = each.substr(each.find(' ') + 1);
        std::string value = "CONCAT(IFNULL(" + column + ", ''), 'x')";
        if (type == "int") value = "IFNULL(" + column + ", 0) + 1";
        if (type == "datetime") value = column + " + INTERVAL 1 SECOND";
        if (type == "binary") value = "REPEAT('x', " + std::string(column.find("_id") == column.npos ? "32" : "16") + ")";
        BOOST_TEST_CONTEXT(column) {
            BOOST_TEST(after("UPDATE events SET " + column + " = " + value + " WHERE event_id = " + event(4)) == "event_changed");
            BOOST_TEST((culprit == event_id(4)));
        }
    }
    BOOST_TEST(after("UPDATE events SET key_id = 9 WHERE event_id = " + event(4)) == "key_unknown");
    BOOST_TEST(broken() == "fine");
}

BOOST_AUTO_TEST_CASE(a_missing_event_is_found_KL2) {
    happen(3, 2);
    settle();
    for (int place = 0; place < 8; ++place) {
        BOOST_TEST_CONTEXT(place) { BOOST_TEST(after("DELETE FROM events WHERE event_id = " + event(place)) == "event_missing"); }
    }
    BOOST_TEST(after("DELETE FROM events") == "event_missing");
    // Gone from one second and come up in another.
    BOOST_TEST(after("UPDATE events SET event_id = UNHEX('" + hex(event_id(6).value).substr(0, 31) + "0') WHERE event_id = " + event(2)) == "event_missing");
}

BOOST_AUTO_TEST_CASE(an_event_put_into_a_sealed_second_is_named_KL2) {
    happen(2, 2);
    clock.advance(10s);
    happen(1);
    settle();
    auto id = event_id(3);
    id.value.bytes[15] ^= 1;
    BOOST_TEST(after(copy(3, id)) == "event_added");  // which proves nothing under another id
    BOOST_TEST((culprit == id));
    BOOST_TEST(said.find("was added to the second before") != said.npos);

    // One that proves itself: it was written after its second had been sealed, as by a host whose clock is behind.
    const auto now = clock.now();
    clock.set(time_of(event_id(3).value));
    happen(0);
    Context late = context();
    core.events.write(core.db, late, {.name = events::Name::ticket_ended, .actor = "command"});
    clock.set(now);
    const auto verified = verify();
    BOOST_TEST(broken(verified) == "event_added");
    BOOST_REQUIRE(verified.finding->event);
    BOOST_TEST(text("SELECT request_id = UNHEX('" + hex(late.request_id) + "') FROM events WHERE event_id = UNHEX('"
                    + hex(verified.finding->event->value) + "')") == "1");
    change("DELETE FROM events WHERE request_id = UNHEX('" + hex(late.request_id) + "')");
    BOOST_TEST(broken() == "fine");

    // In a second that had none.
    clock.set(time_of(event_id(5).value) + 5s);
    note();
    clock.set(now);
    BOOST_TEST(broken() == "event_added");
    BOOST_TEST(verify().finding->text.find("there was none in its own") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_changed_or_missing_seal_is_found_KL2) {
    happen(4);
    settle();
    const auto columns = texts("SELECT CONCAT(column_name, ' ', data_type) FROM information_schema.columns WHERE table_schema = DATABASE() "
                               "AND table_name = 'event_seals' AND column_name NOT IN ('realm_no', 'seal_no', 'key_id') ORDER BY ordinal_position");
    BOOST_TEST(columns.size() == 5u);
    for (const auto& each : columns) {
        const auto column = each.substr(0, each.find(' ')), type = each.substr(each.find(' ') + 1);
        auto value = column + " + 1";
        if (type == "datetime") value = column + " + INTERVAL 1000 MICROSECOND";
        if (type == "binary") value = "REPEAT('x', 32)";
        BOOST_TEST_CONTEXT(column) { BOOST_TEST(after("UPDATE event_seals SET " + column + " = " + value + " WHERE seal_no = 3") == "seal_changed"); }
    }
    BOOST_TEST(after("UPDATE event_seals SET key_id = 9 WHERE seal_no = 3") == "key_unknown");
    BOOST_TEST(after("UPDATE event_seals SET seal_no = 9 WHERE seal_no = 5") == "seal_missing");
    BOOST_TEST(after("DELETE FROM event_seals WHERE seal_no = 3") == "seal_missing");
    BOOST_TEST(said == "seal 3 is missing");
    BOOST_TEST(after("DELETE FROM event_seals WHERE seal_no < 3") == "seal_missing");
    BOOST_TEST(said == "seals 1 to 2 are missing");
    BOOST_TEST(broken() == "fine");
}

BOOST_AUTO_TEST_CASE(a_tail_that_was_cut_off_is_found_by_a_head_KL2) {
    happen(4);
    settle();
    const auto kept = head();
    BOOST_TEST(kept.no == 5u);
    BOOST_TEST(broken(verify(kept)) == "fine");
    // Seals and all events after them: what is left is whole.
    const auto cut = "DELETE e, s FROM events e, event_seals s WHERE s.seal_no >= 4 AND e.event_id >= " + event(4);
    BOOST_TEST(after(cut) == "fine");
    BOOST_TEST(after(cut, kept) == "cut_off");
    BOOST_TEST(said == "seal 5, which the head names, is cut off: the chain ends with seal 3");
    BOOST_TEST(after("DELETE FROM event_seals", kept) == "cut_off");

    // Cut off, and grown again by the next seconds.
    change("DELETE FROM event_seals WHERE seal_no >= 4");
    change("DELETE FROM events WHERE event_id >= " + event(4));
    happen(3);
    settle();
    BOOST_TEST(broken() == "fine");
    BOOST_TEST(broken(verify(kept)) == "head_differs");
    BOOST_TEST(broken(verify(head())) == "fine");
}

BOOST_AUTO_TEST_CASE(an_earlier_check_is_a_head_that_stands_in_the_trail_KL2) {
    happen(4);
    settle();
    const auto kept = head();
    core.events.write(core.db, context(), {.name = events::Name::chain_verified, .actor = "command",
                                           .details = Json::object({{"sealNo", static_cast<std::int64_t>(kept.no)}, {"chainHash", hex(kept.chain_hash)}})});
    settle();
    BOOST_TEST(broken() == "fine");
    // Who takes the last event of then away, and the seals from there on, has them made again with what is left.
    change("DELETE FROM events WHERE event_id = " + event(5));
    change("DELETE FROM event_seals WHERE seal_no >= 5");
    BOOST_TEST(broken() == "cut_off");
    settle();
    happen(1);
    settle();
    BOOST_TEST(broken() == "head_differs");
}

BOOST_AUTO_TEST_CASE(a_chain_that_follows_another_is_broken_KL2) {
    happen(2);
    settle();
    change("CREATE OR REPLACE TEMPORARY TABLE kept_tail AS SELECT * FROM event_seals WHERE seal_no = 3");
    change("DELETE FROM event_seals WHERE seal_no >= 2");
    change("DELETE FROM events WHERE event_id = " + event(2));  // the only one of the second seal
    BOOST_TEST(seal() == 1u);                                   // the third second, as seal 2
    change("UPDATE kept_tail SET sealed_to_at = sealed_to_at");
    change("INSERT INTO event_seals SELECT * FROM kept_tail");
    BOOST_TEST(broken() == "chain_broken");
}

BOOST_AUTO_TEST_CASE(erased_personal_details_are_no_fault_KL2) {
    const auto ann = customer("ann");
    settle();
    core.db.transact([&](db::Tx& tx) {
        core.events.erase_user(tx, context(), ann.account.user);
        return 0;
    });
    BOOST_TEST(purge().of(upkeep::Table::erased) > 0u);
    BOOST_TEST(broken() == "fine");
}

BOOST_AUTO_TEST_CASE(what_a_purge_has_taken_is_no_fault_and_numbers_go_on_KL5) {
    happen(3);
    settle();
    clock.advance(std::chrono::days(200));
    happen(3);
    settle();
    const auto kept = head();
    const auto realm_and_three = 4;
    clock.advance(std::chrono::days(201));
    const auto purged = purge();
    BOOST_TEST(purged.of(upkeep::Table::event_seals) == static_cast<std::uint64_t>(realm_and_three));
    BOOST_TEST(number("SELECT MIN(seal_no) FROM event_seals") == 5);
    BOOST_TEST(number("SELECT JSON_VALUE(details, '$.firstSeal') FROM events WHERE name = 'audit.purged'") == 5);
    BOOST_TEST(broken(verify(kept)) == "fine");
    settle();
    BOOST_TEST(broken(verify(kept)) == "fine");
    BOOST_TEST(after("DELETE FROM event_seals WHERE seal_no = 5") == "seal_missing");
    BOOST_TEST(after("DELETE FROM events WHERE event_id = " + event(0)) == "event_missing");
    BOOST_TEST(after("DELETE FROM events WHERE name = 'audit.purged'") == "seal_missing");

    clock.advance(std::chrono::days(401));
    BOOST_TEST(purge().of(upkeep::Table::event_seals) == 3u);  // the newest stays
    BOOST_TEST(head().no == 8u);
    BOOST_TEST(broken() == "fine");
    BOOST_TEST(broken(verify(kept)) == "head_purged");
    happen(1);
    settle();
    BOOST_TEST(head().no == 10u);  // what the purge has told, and the last
    BOOST_TEST(broken() == "fine");
    BOOST_TEST(after("DELETE FROM event_seals") == "seal_missing");
}

BOOST_AUTO_TEST_CASE(a_purge_that_was_cut_short_is_no_fault_once_it_has_told_KL5) {
    happen(6, 2);
    settle();
    clock.advance(std::chrono::days(401));
    BOOST_TEST(!purge(5).complete);
    BOOST_TEST(rows("events") == 2 + 12 - 5 + 1);
    BOOST_TEST(rows("event_seals") == 2);  // which are past as well
    BOOST_TEST(broken() == "fine");
    purge();
    BOOST_TEST(broken() == "fine");
    // One that died before it told: the next one does.
    happen(1);
    settle();
    change("DELETE FROM event_seals WHERE seal_no < (SELECT MAX(seal_no) FROM (SELECT seal_no FROM event_seals) s)");
    BOOST_TEST(broken() == "seal_missing");
    BOOST_TEST(purge().of(upkeep::Table::event_seals) == 0u);
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'audit.purged'") == 3);
}

BOOST_AUTO_TEST_CASE(a_second_at_the_edge_of_the_retention_goes_as_a_whole_KL5) {
    note(), clock.advance(300ms), note(), clock.advance(300ms), note();
    const auto last = clock.now();
    happen(2);
    settle();
    BOOST_TEST(rows("event_seals") == 3);
    clock.set(last + std::chrono::days(400) - 200ms);
    BOOST_TEST(purge().of(upkeep::Table::events) == 0u);
    clock.set(seals::second_of(last) + 1s + std::chrono::days(400));
    const auto purged = purge();
    BOOST_TEST(purged.of(upkeep::Table::events) == 5u);
    BOOST_TEST(purged.of(upkeep::Table::event_seals) == 1u);
    BOOST_TEST(broken() == "fine");
}

BOOST_AUTO_TEST_CASE(the_chain_goes_on_under_a_new_key_KL1_KL2) {
    happen(2);
    settle();
    auto file = crypto::read_key_file(key_file());
    file.keys.push_back(new_key(2, clock.now()));
    write_keys(file);
    clock.advance(1s);
    happen(2);
    settle();
    BOOST_TEST(number("SELECT COUNT(DISTINCT key_id) FROM event_seals") == 2);
    BOOST_TEST(broken(verify(head())) == "fine");
    BOOST_TEST(events::names_key(core.db, 1));
    std::erase_if(file.keys, [](const crypto::FileKey& key) { return key.id == 1; });
    write_keys(file);
    clock.advance(1s);
    const auto without = verify();
    BOOST_TEST(broken(without) == "key_unknown");
    BOOST_TEST(without.finding->text == "seal 1 names key 1, which is not in the key file");
}

BOOST_AUTO_TEST_CASE(work_that_lasts_does_not_write_into_a_second_that_is_sealed_KL2) {
    const auto begun = context();
    clock.advance(5min);
    happen(1);
    settle();
    core.events.write(core.db, begun, {.name = events::Name::audit_purged, .actor = "command"});
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'audit.purged' AND happened_at = '" + sql_text(clock.now()) + "'") == 1);
    BOOST_TEST(broken() == "fine");
}

BOOST_AUTO_TEST_CASE(only_the_worker_that_has_the_lease_seals) {
    happen(2);
    clock.advance(62s);
    const auto other = worker();
    BOOST_TEST(core.seals.seal_all(core.db, context(), {realm_no()}).seals == 3u);
    BOOST_TEST(!other->seals.seal_all(other->db, context(), {realm_no()}).held);
    const auto idle = statements([&] { core.seals.seal_all(core.db, context(), {realm_no()}); });
    BOOST_TEST(idle == 2u);  // the newest seal, and events after it
    core.seals.release(core.db);
    BOOST_TEST(other->seals.seal_all(other->db, context(), {realm_no()}).held);
    BOOST_TEST(!core.seals.seal_all(core.db, context(), {realm_no()}).held);
    clock.advance(10s);  // it went away without a word
    BOOST_TEST(core.seals.seal_all(core.db, context(), {realm_no()}).held);
    clock.advance(6s);
    BOOST_TEST(core.seals.seal_all(core.db, context(), {realm_no()}).held);  // held on to
    clock.advance(6s);
    BOOST_TEST(!other->seals.seal_all(other->db, context(), {realm_no()}).held);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(leases_store, Shop)

BOOST_AUTO_TEST_CASE(a_lease_has_one_holder_until_it_runs_out) {
    const auto one = uuid_v4(rng), two = uuid_v4(rng);
    const RealmNo all{0};
    const auto hold = [&](const Uuid& who, std::string_view name = "work") { return leases::hold(core.db, all, name, who, clock.now(), 10s); };
    BOOST_TEST(hold(one));
    BOOST_TEST(hold(one));  // in the same millisecond again
    BOOST_TEST(hold(one));
    BOOST_TEST(!hold(two));
    BOOST_TEST(hold(two, "other"));
    BOOST_TEST(leases::hold(core.db, RealmNo{1}, "work", two, clock.now(), 10s));
    clock.advance(9s);
    BOOST_TEST(hold(one));
    clock.advance(9s);
    BOOST_TEST(!hold(two));
    clock.advance(1s + 1ms);
    BOOST_TEST(hold(two));
    BOOST_TEST(!hold(one));
    leases::release(core.db, all, "work", one);  // not its own
    BOOST_TEST(!hold(one));
    leases::release(core.db, all, "work", two);
    BOOST_TEST(hold(one));
}

BOOST_AUTO_TEST_CASE(of_many_workers_one_gets_it) {
    const auto got = race([&](Core& with, unsigned) { return leases::hold(with.db, RealmNo{0}, "work", uuid_v4(rng), clock.now(), 10s) ? 1 : 0; });
    BOOST_TEST(std::count(got.begin(), got.end(), 1) == 1);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_ahead_keeps_nobody_waiting_for_its_time) {
    const auto one = uuid_v4(rng), two = uuid_v4(rng);
    const auto now = clock.now();
    BOOST_TEST(leases::hold(core.db, RealmNo{0}, "work", one, now + 24h, 10s));
    BOOST_TEST(leases::hold(core.db, RealmNo{0}, "work", two, now, 10s));
    BOOST_TEST(!leases::hold(core.db, RealmNo{0}, "work", one, now, 10s));
    BOOST_TEST(leases::hold(core.db, RealmNo{0}, "work", two, now - 30s, 10s));  // its own, with a clock that was set back
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(events_by_name, Sealing)

BOOST_AUTO_TEST_CASE(those_of_some_names_come_newest_first_page_by_page) {
    for (int i = 0; i < 20; ++i) {
        clock.advance(1s);
        note(i % 3 == 0 ? events::Name::ticket_refreshed : i % 3 == 1 ? events::Name::ticket_ended : events::Name::refresh_grace);
    }
    constexpr std::string_view names[] = {"ticket.refreshed", "refresh.grace", "no.such", "refresh.grace"};
    std::vector<EventId> wanted;
    for (const auto& each : events::page(core.db, realm_no(), {}, {}, 100)) {
        if (each.name == names[0] || each.name == names[1]) wanted.insert(wanted.begin(), each.id);
    }
    BOOST_TEST(wanted.size() == 13u);
    for (const unsigned most : {1u, 4u, 13u, 100u}) {
        std::vector<EventId> read;
        for (std::optional<EventId> before;;) {
            const auto page = events::page_of_names(core.db, realm_no(), names, before, most);
            BOOST_TEST(page.size() <= most);
            for (const auto& each : page) read.push_back(each.id);
            if (page.size() < most) break;
            before = page.back().id;
        }
        BOOST_TEST_CONTEXT(most) { BOOST_TEST((read == wanted)); }
    }
    BOOST_TEST(events::page_of_names(core.db, RealmNo{realm_no().value + 1}, names, {}, 10).empty());
    BOOST_TEST(events::page_of_names(core.db, realm_no(), {}, {}, 10).empty());
}

BOOST_AUTO_TEST_CASE(they_are_read_by_their_index_without_sorting) {
    happen(1, 3000);
    note(events::Name::ticket_refreshed);
    for (const auto* name : {"ticket.ended", "ticket.refreshed"}) {
        const auto plan = look.one(statement(std::string("EXPLAIN FORMAT=JSON SELECT event_id, details FROM events FORCE INDEX (name) WHERE realm_no = ")
                                             + std::to_string(realm_no().value) + " AND name = '" + name
                                             + "' AND event_id < REPEAT(CHAR(255), 16) ORDER BY event_id DESC LIMIT 10"),
                                   [](db::Row& row) { return row.next<std::string>(); }).value();
        BOOST_TEST_CONTEXT(plan) {
            BOOST_TEST(plan.find("\"key\": \"name\"") != plan.npos);
            BOOST_TEST(plan.find("filesort") == plan.npos);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
