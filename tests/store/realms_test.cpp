// SPDX-License-Identifier: MIT
// Realms against the database: settings and how soon a worker knows of a change, sites, tenants apart.
#include "store/shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

realms::NewRealm other_realm() {
    return {.name = "other", .address = "https://other.example",
            .site = {.tenant = 1001, .site = 3000, .name = "other", .domain = "other.example", .locale_code = "de-DE", .country_code = "DE", .currency_code = "EUR"}};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(realms_store, Shop)

BOOST_AUTO_TEST_CASE(a_realm_reads_back_with_its_sites_and_settings) {
    const auto made = expect(core.realms.add(core.db, context(), other_realm()));
    expect(core.realms.set(core.db, context(), made->no, "lock.attempts", "5"));
    expect(core.realms.add_site(core.db, context(), made->no, {.tenant = 1001, .site = 3001, .name = "second"}));
    const auto there = worker();
    const auto read = there->realms.get(there->db, clock.now(), made->no);
    BOOST_TEST((read->id == made->id));
    BOOST_TEST(read->name == "other");
    BOOST_TEST(read->address == "https://other.example");
    BOOST_TEST(read->settings.lock_attempts == 5u);
    BOOST_REQUIRE(read->sites.size() == 2u);
    BOOST_TEST(read->sites[0].currency_code == "EUR");
    BOOST_TEST(read->site(1001, 3001)->name == "second");
    BOOST_TEST(read->version == 3u);
    BOOST_TEST(events("realm.added") == 2);
    BOOST_TEST(events("site.added") == 1);
    BOOST_TEST(events("policy.changed") == 1);
    BOOST_TEST((core.realms.find(core.db, "other") == made->no));
    BOOST_TEST(!core.realms.find(core.db, "Other"));
    BOOST_TEST(core.realms.list(core.db).size() == 2u);
}

BOOST_AUTO_TEST_CASE(adding_what_is_there_gives_it_back_and_with_other_values_is_refused) {
    const auto made = expect(core.realms.add(core.db, context(), other_realm()));
    const auto again = expect(core.realms.add(core.db, context(), other_realm()));
    BOOST_TEST((again->no == made->no));
    auto changed = other_realm();
    changed.address = "https://elsewhere.example";
    BOOST_TEST(why(core.realms.add(core.db, context(), changed)) == "bad_parameter");
    changed = other_realm();
    changed.site.domain = "elsewhere.example";
    BOOST_TEST(why(core.realms.add(core.db, context(), changed)) == "bad_parameter");
    changed = other_realm();
    changed.name = "third";  // its site is taken
    BOOST_TEST(why(core.realms.add(core.db, context(), changed)) == "bad_parameter");
    changed.name = "";
    BOOST_TEST(why(core.realms.add(core.db, context(), changed)) == "bad_parameter");
    changed.name = std::string(101, 'x');
    BOOST_TEST(why(core.realms.add(core.db, context(), changed)) == "bad_parameter");
    BOOST_TEST(number("SELECT COUNT(*) FROM realms") == 2);
    BOOST_TEST(number("SELECT COUNT(*) FROM password_profiles") == 2);
    BOOST_TEST(why(core.realms.add_site(core.db, context(), realm_no(), other_realm().site)) == "bad_parameter");
    BOOST_TEST(number("SELECT COUNT(*) FROM sites") == 2);
}

BOOST_AUTO_TEST_CASE(a_worker_believes_what_it_keeps_for_less_than_a_second) {
    const auto there = worker();
    BOOST_TEST(there->realms.get(there->db, clock.now(), realm_no())->settings.lock_attempts == 10u);
    expect(core.realms.set(core.db, context(), realm_no(), "lock.attempts", "5"));
    clock.advance(999ms);
    const auto before = there->db.statements();
    BOOST_TEST(there->realms.get(there->db, clock.now(), realm_no())->settings.lock_attempts == 10u);
    BOOST_TEST(there->db.statements() == before);
    clock.advance(1ms);
    BOOST_TEST(there->realms.get(there->db, clock.now(), realm_no())->settings.lock_attempts == 5u);
}

BOOST_AUTO_TEST_CASE(a_version_read_with_a_row_makes_a_change_known_at_once_and_saves_reading) {
    const auto there = worker();
    const auto first = there->realms.get(there->db, clock.now(), realm_no());
    expect(core.realms.set(core.db, context(), realm_no(), "lock.attempts", "5"));
    const auto second = there->realms.get(there->db, clock.now(), realm_no(), first->version + 1);
    BOOST_TEST(second->settings.lock_attempts == 5u);
    clock.advance(1h);
    const auto before = there->db.statements();
    BOOST_TEST((there->realms.get(there->db, clock.now(), realm_no(), second->version) == second));
    BOOST_TEST((there->realms.get(there->db, clock.now(), realm_no(), first->version) == second));  // an older one, read before the change
    BOOST_TEST(there->db.statements() == before);
}

BOOST_AUTO_TEST_CASE(a_clock_stepped_back_does_not_keep_an_old_realm) {
    const auto there = worker();
    there->realms.get(there->db, clock.now(), realm_no());
    expect(core.realms.set(core.db, context(), realm_no(), "lock.attempts", "5"));
    clock.advance(-1h);
    BOOST_TEST(there->realms.get(there->db, clock.now(), realm_no())->settings.lock_attempts == 5u);
}

BOOST_AUTO_TEST_CASE(a_bad_setting_changes_nothing_and_the_last_value_stands) {
    BOOST_TEST(why(core.realms.set(core.db, context(), realm_no(), "lock.attempts", "2")) == "bad_parameter");
    BOOST_TEST(why(core.realms.set(core.db, context(), realm_no(), "no.such", "2")) == "bad_parameter");
    BOOST_TEST(core.realms.changed_settings(core.db, realm_no()).empty());
    BOOST_TEST(number("SELECT settings_version FROM realms") == 1);
    set("lock.attempts", "5");
    set("lock.attempts", "7");
    BOOST_TEST(realm()->settings.lock_attempts == 7u);
    BOOST_TEST(core.realms.changed_settings(core.db, realm_no()).at("lock.attempts") == "7");
    BOOST_TEST(number("SELECT settings_version FROM realms") == 3);
}

BOOST_AUTO_TEST_CASE(settings_change_all_together_or_not_at_all) {
    const auto wanted = [&](realms::Changes changes) {
        return core.realms.set_all(core.db, context(), realm_no(), [&](const realms::Settings&) -> Result<realms::Changes> { return changes; });
    };
    BOOST_TEST(why(wanted({{"lock.attempts", "5"}, {"mail.sender", "no address"}, {"lock.daily", "20"}})) == "bad_parameter");
    BOOST_TEST(core.realms.changed_settings(core.db, realm_no()).empty());
    BOOST_TEST(number("SELECT settings_version FROM realms") == 1);
    BOOST_TEST(events("policy.changed") == 0);
    const auto realm = expect(wanted({{"lock.attempts", "5"}, {"mail.sender", "shop@example.com"}, {"lock.daily", "100"}}));
    BOOST_TEST(realm->settings.lock_attempts == 5u);
    BOOST_TEST(realm->settings.mail_sender == "shop@example.com");
    BOOST_TEST(realm->version == 2u);
    BOOST_TEST(events("policy.changed") == 1);  // lock.daily stayed as it was
    BOOST_TEST(events("mail.changed") == 1);
    BOOST_TEST(text("SELECT GROUP_CONCAT(DISTINCT actor) FROM events WHERE name = 'policy.changed'") == "application");
    expect(wanted({{"lock.attempts", "5"}}));
    expect(wanted({}));
    BOOST_TEST(number("SELECT settings_version FROM realms") == 2);
    BOOST_TEST(events("policy.changed") == 1);
    BOOST_TEST(why(core.realms.set_all(core.db, context(), realm_no(), [](const realms::Settings&) -> Result<realms::Changes> {
        return refuse(Why::forbidden);
    })) == "forbidden");
    BOOST_CHECK_THROW(core.realms.set_all(core.db, context(), RealmNo{77}, [](const realms::Settings&) -> Result<realms::Changes> {
        return realms::Changes{{"lock.attempts", "5"}};
    }), Fault);
    BOOST_TEST(number("SELECT COUNT(*) FROM settings") == 2);
}

BOOST_AUTO_TEST_CASE(who_changes_settings_sees_them_at_once) {
    const auto there = worker();
    there->realms.get(there->db, clock.now(), realm_no());
    expect(core.realms.set(core.db, context(), realm_no(), "lock.attempts", "5"));
    BOOST_TEST(core.realms.get(core.db, clock.now(), realm_no())->settings.lock_attempts == 5u);
    BOOST_TEST(there->realms.get(there->db, clock.now(), realm_no())->settings.lock_attempts == 10u);
    BOOST_TEST(there->realms.newest(there->db, clock.now(), realm_no())->settings.lock_attempts == 5u);
    BOOST_TEST(there->realms.get(there->db, clock.now(), realm_no())->settings.lock_attempts == 5u);
}

BOOST_AUTO_TEST_CASE(a_stored_value_that_cannot_be_read_leaves_the_default) {
    change("INSERT INTO settings VALUES (" + std::to_string(realm_no().value) + ", 'lock.attempts', 'many', '2026-01-01'), (" +
           std::to_string(realm_no().value) + ", 'of.tomorrow', '1', '2026-01-01')");
    const auto there = worker();
    BOOST_TEST(there->realms.get(there->db, clock.now(), realm_no())->settings.lock_attempts == 10u);
}

BOOST_AUTO_TEST_CASE(a_realm_that_is_not_there_is_a_fault_and_leaves_nothing) {
    BOOST_CHECK_THROW(core.realms.get(core.db, clock.now(), RealmNo{77}), Fault);
    BOOST_CHECK_THROW(core.realms.get(core.db, clock.now(), RealmNo{77}), Fault);
    BOOST_CHECK_THROW(core.realms.add_site(core.db, context(), RealmNo{77}, other_realm().site), Fault);
    BOOST_TEST(number("SELECT COUNT(*) FROM sites") == 1);
}

BOOST_AUTO_TEST_CASE(realms_have_their_own_names_logins_and_tickets) {
    const auto other = expect(core.realms.add(core.db, context(), other_realm()));
    const auto ann = customer("ann");
    auto there = context();
    there.realm = other->no;
    const auto twin = core.sign_in.registered(core.db, there, *other, {
        .customer = {.profile = {.email = "ann@shop.example"},
                     .login = {{.user_name = "ann", .password = Secret(std::string_view("other horse 2"))}}},
        .wishes = {}});
    BOOST_TEST(why(twin) == "granted");
    const sign_in::ByPassword with_ours{.name = "ann", .password = Secret(std::string_view(right_password)), .account = {}, .wishes = {}};
    BOOST_TEST(why(core.sign_in.by_password(core.db, there, *other, with_ours)) == "credentials_wrong");
    BOOST_TEST(why(core.tickets.check(core.db, there, ann.issued.access.reveal())) == "ticket_invalid");
    expect(core.logins.block(core.db, there, "ann"));
    BOOST_TEST(check(ann.issued.access) == "granted");
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_SUITE_END()
