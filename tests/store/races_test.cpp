// SPDX-License-Identifier: MIT
// What must happen once, raced by sixteen threads, each with a connection of its own.
#include "store/shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Raced : Shop {
    static std::map<std::string, int> tally(const std::vector<std::string>& outcomes) {
        std::map<std::string, int> out;
        for (const auto& each : outcomes) ++out[each];
        return out;
    }
    using Tally = std::map<std::string, int>;
    std::int64_t rows(const std::string& table) { return number("SELECT COUNT(*) FROM " + table); }
    void no_orphans() {
        BOOST_TEST(number("SELECT COUNT(*) FROM login_names n LEFT JOIN logins l ON l.login_id = n.login_id WHERE l.login_id IS NULL") == 0);
        BOOST_TEST(number("SELECT COUNT(*) FROM logins l LEFT JOIN users u ON u.user_id = l.user_id WHERE u.user_id IS NULL") == 0);
        BOOST_TEST(number("SELECT COUNT(*) FROM memberships m LEFT JOIN accounts a ON a.account_no = m.account_no WHERE a.account_no IS NULL") == 0);
        BOOST_TEST(rows("users") == rows("logins"));
        BOOST_TEST(rows("users") == rows("memberships"));
        BOOST_TEST(rows("users") == rows("contacts"));
        BOOST_TEST(rows("users") == rows("accounts"));
        BOOST_TEST(rows("users") == rows("tickets"));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(races, Raced)

BOOST_AUTO_TEST_CASE(sixteen_registrations_of_one_name_have_one_winner_and_leave_no_orphans) {
    const auto outcomes = race([&](Core& with, unsigned i) { return why(registered(with, "ann", "ann" + std::to_string(i) + "@shop.example")); });
    BOOST_TEST((tally(outcomes) == Tally{{"granted", 1}, {"name_taken", 15}}));
    no_orphans();
    BOOST_TEST(rows("users") == 1);
    BOOST_TEST(rows("login_names") == 2);
    BOOST_TEST(events("registration.refused") == 15);
    BOOST_TEST(events("account.registered") == 1);
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_CASE(sixteen_registrations_of_one_address_have_one_winner) {
    const auto outcomes = race([&](Core& with, unsigned i) { return why(registered(with, "ann" + std::to_string(i), "ann@shop.example")); });
    BOOST_TEST((tally(outcomes) == Tally{{"granted", 1}, {"name_taken", 15}}));
    no_orphans();
    BOOST_TEST(rows("login_names") == 2);
}

BOOST_AUTO_TEST_CASE(registrations_that_cross_have_one_winner_and_no_deadlock_to_tell) {
    // One wants x and y, the other y and x: they must not meet in a deadlock again and again.
    for (int round = 0; round < 3; ++round) {
        const auto x = "x" + std::to_string(round) + "@shop.example", y = "y" + std::to_string(round) + "@shop.example";
        const auto outcomes = race([&](Core& with, unsigned i) { return i % 2 == 0 ? why(registered(with, x, y)) : why(registered(with, y, x)); });
        BOOST_TEST((tally(outcomes) == Tally{{"granted", 1}, {"name_taken", 15}}));
        no_orphans();
        BOOST_TEST(rows("login_names") == 2 * (round + 1));
    }
}

BOOST_AUTO_TEST_CASE(sixteen_different_registrations_all_succeed) {
    const auto outcomes = race([&](Core& with, unsigned i) { return why(registered(with, "ann" + std::to_string(i), "ann" + std::to_string(i) + "@shop.example")); });
    BOOST_TEST((tally(outcomes) == Tally{{"granted", 16}}));
    no_orphans();
    BOOST_TEST(number("SELECT COUNT(DISTINCT account_no) FROM memberships") == 16);
}

BOOST_AUTO_TEST_CASE(sixteen_changes_of_settings_lose_none_kibo_4_6) {
    // Each switches a mail of its own in one of two sets, and all of them want the same flag: no switch may be overwritten.
    const auto types = realms::mail_types();
    const auto outcomes = race([&](Core& with, unsigned i) {
        const bool suppressed = i < types.size();
        const auto bit = 1U << (i % types.size());
        return why(with.realms.set_all(with.db, context(), realm_no(), [&](const realms::Settings& settings) -> Result<realms::Changes> {
            const auto before = suppressed ? settings.mails_suppressed : settings.mails_on_request;
            return realms::Changes{{suppressed ? "mail.suppressed" : "mail.on_request", realms::mail_list(before | bit)}, {"signin.email_code", "on"}};
        }));
    });
    BOOST_TEST((tally(outcomes) == Tally{{"granted", 16}}));
    const auto& settings = core.realms.newest(core.db, clock.now(), realm_no())->settings;
    BOOST_TEST(settings.mails_suppressed == (1U << types.size()) - 1);
    BOOST_TEST(settings.mails_on_request == (1U << types.size()) - 1);
    BOOST_TEST(settings.email_code);
    BOOST_TEST(events("policy.changed") == 1);  // the flag is another for the first only
    BOOST_TEST(events("mail.changed") == 16);
    BOOST_TEST(number("SELECT settings_version FROM realms") == 17);
}

BOOST_AUTO_TEST_CASE(one_anonymous_id_is_claimed_by_one_of_sixteen_sign_ins_TK3) {
    for (unsigned i = 0; i < racers; ++i) customer("shopper" + std::to_string(i));
    const UserId visitor{uuid_v4(rng)};
    const auto outcomes = race([&](Core& with, unsigned i) {
        return expect(sign_in(with, context(), "shopper" + std::to_string(i), right_password, {.claims_anonymous = visitor})).issued.ticket;
    });
    int claimed = 0;
    for (const auto& ticket : outcomes) {
        if (!ticket.anonymous) continue;
        ++claimed;
        BOOST_TEST((ticket.anonymous == visitor));
        BOOST_TEST(number("SELECT COUNT(*) FROM anonymous_claims WHERE ticket_id = UNHEX('" + hex(ticket.id.value) + "')") == 1);
    }
    BOOST_TEST(claimed == 1);
    BOOST_TEST(rows("anonymous_claims") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE anonymous_id IS NOT NULL") == 1);
    BOOST_TEST(rows("tickets") == 32);
}

BOOST_AUTO_TEST_CASE(one_refresh_token_is_rotated_once_and_fifteen_get_the_same_answer_TK4_TK5) {
    const auto ann = customer("ann");
    const auto outcomes = race([&](Core& with, unsigned) { return expect(refresh(with, context(), ann.issued.refresh)); });
    std::set<std::string> access, refreshes;
    for (const auto& each : outcomes) {
        access.emplace(each.access.reveal());
        refreshes.emplace(each.refresh.reveal());
        BOOST_TEST(each.ticket.generation == 2u);
        BOOST_TEST((each.refresh_expires_at == clock.now() + 24h));
    }
    BOOST_TEST(access.size() == 1u);
    BOOST_TEST(refreshes.size() == 1u);
    BOOST_TEST(number("SELECT generation FROM tickets") == 2);
    BOOST_TEST(events("ticket.refreshed") == 1);
    BOOST_TEST(events("refresh.grace") == 15);
    BOOST_TEST(events("refresh.reuse") == 0);
    BOOST_TEST(check(outcomes[0].access) == "granted");
}

BOOST_AUTO_TEST_CASE(an_old_refresh_token_shown_by_sixteen_ends_the_ticket_once_TK4) {
    set("ticket.refresh_grace", "0");
    const auto ann = customer("ann");
    expect(refresh(ann.issued.refresh));
    clock.advance(1ms);
    const auto outcomes = race([&](Core& with, unsigned) { return why(refresh(with, context(), ann.issued.refresh)); });
    BOOST_TEST((tally(outcomes) == Tally{{"unknown_item", 16}}));
    BOOST_TEST(events("refresh.reuse") == 1);  // ended once, told once
}

BOOST_AUTO_TEST_CASE(a_move_to_another_account_is_made_by_one_of_sixteen) {
    const auto ann = customer("ann");
    const auto second = expect(core.customers.guest(core.db, context(), {.company = "Ann Ltd"}));
    core.db.transact([&](db::Tx& tx) {
        core.users.add_membership(tx, context(), ann.account.user, second.no, "buyer", false);
        return 0;
    });
    const auto outcomes = race([&](Core& with, unsigned) { return why(refresh(with, context(), ann.issued.refresh, second.no)); });
    BOOST_TEST((tally(outcomes) == Tally{{"granted", 1}, {"unknown_item", 15}}));
    BOOST_TEST(rows("tickets") == 2);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE ended_at IS NULL") == 1);
}

BOOST_AUTO_TEST_CASE(one_application_token_is_rotated_once_and_fifteen_get_the_same_answer_TK4_TK5) {
    const auto grant = expect(core.applications.issue(core.db, context(), application->application.client_id, application->secret));
    const auto outcomes = race([&](Core& with, unsigned) { return expect(with.applications.refresh(with.db, context(), grant.refresh)); });
    std::set<std::string> access, refreshes;
    for (const auto& each : outcomes) {
        access.emplace(each.access.reveal());
        refreshes.emplace(each.refresh.reveal());
        BOOST_TEST((each.access_expires_at == clock.now() + 1h));
    }
    BOOST_TEST(access.size() == 1u);
    BOOST_TEST(refreshes.size() == 1u);
    BOOST_TEST(number("SELECT generation FROM application_tokens") == 2);
    BOOST_TEST(events("application.ticket_issued", "refresh") == 1);
    BOOST_TEST(core.applications.check(core.db, clock.now(), outcomes[0].access.reveal()).has_value());
}

BOOST_AUTO_TEST_CASE(an_old_application_token_ends_the_ticket_once_TK4) {
    const auto grant = expect(core.applications.issue(core.db, context(), application->application.client_id, application->secret));
    expect(core.applications.refresh(core.db, context(), grant.refresh));
    clock.advance(1min);
    const auto outcomes = race([&](Core& with, unsigned) { return why(with.applications.refresh(with.db, context(), grant.refresh)); });
    BOOST_TEST((tally(outcomes) == Tally{{"application_secret_wrong", 16}}));
    BOOST_TEST(rows("application_tokens") == 0);
    BOOST_TEST(events("application.ticket_refused") == 1);
}

BOOST_AUTO_TEST_CASE(ten_right_passwords_in_parallel_all_succeed_TH1) {
    customer("ann");
    for (int i = 0; i < 3; ++i) {
        const auto outcomes = race([&](Core& with, unsigned) { return why(sign_in(with, context(), "ann", right_password)); }, 10);
        BOOST_TEST((tally(outcomes) == Tally{{"granted", 10}}));
    }
    BOOST_TEST(number("SELECT failed FROM logins") == 0);
    BOOST_TEST(number("SELECT in_flight FROM logins") == 0);
    BOOST_TEST(number("SELECT sign_ins FROM logins") == 30);
    BOOST_TEST(number("SELECT locked_at IS NULL FROM logins") == 1);
}

BOOST_AUTO_TEST_CASE(sixteen_wrong_passwords_at_once_lock_at_exactly_ten_and_once_TH1) {
    customer("ann");
    const auto outcomes = race([&](Core& with, unsigned) { return why(sign_in(with, context(), "ann", "wrong horse 2")); });
    BOOST_TEST((tally(outcomes) == Tally{{"credentials_wrong", 16}}));
    // Those not admitted while ten were in flight were not compared; the rest of the ten comes now.
    while (number("SELECT failed FROM logins") < 10) sign_in("ann", "wrong horse 2");
    BOOST_TEST(number("SELECT failed FROM logins") == 10);
    BOOST_TEST(number("SELECT failed_day FROM users") == 10);
    BOOST_TEST(number("SELECT in_flight FROM logins") == 0);
    BOOST_TEST(number("SELECT locked_at IS NOT NULL FROM logins") == 1);
    BOOST_TEST(events("account.locked") == 1);
    BOOST_TEST(events("signin.failure", "wrong_password") == 10);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
}

BOOST_AUTO_TEST_CASE(the_tenth_wrong_password_by_sixteen_at_once_locks_once_TH1) {
    customer("ann");
    for (int i = 0; i < 9; ++i) sign_in("ann", "wrong horse 2");
    const auto outcomes = race([&](Core& with, unsigned) { return why(sign_in(with, context(), "ann", "wrong horse 2")); });
    BOOST_TEST((tally(outcomes) == Tally{{"credentials_wrong", 16}}));
    BOOST_TEST(number("SELECT failed FROM logins") == 10);
    BOOST_TEST(number("SELECT failed_day FROM users") == 10);
    BOOST_TEST(events("account.locked") == 1);
    BOOST_TEST(events("signin.failure", "wrong_password") == 10);
    BOOST_TEST(events("signin.failure", "locked") == 15);
}

BOOST_AUTO_TEST_CASE(right_and_wrong_in_flight_together_never_pass_the_limit_TH1) {
    customer("ann");
    for (int i = 0; i < 8; ++i) sign_in("ann", "wrong horse 2");
    // A right one among them clears the count, so more than two wrong ones may follow; a lock takes ten in a row.
    const auto outcomes = race([&](Core& with, unsigned i) { return why(sign_in(with, context(), "ann", i % 4 == 0 ? right_password : "wrong horse 2")); });
    const auto failed = number("SELECT failed FROM logins");
    BOOST_TEST(failed <= 10);
    BOOST_TEST(number("SELECT locked_at IS NOT NULL FROM logins") == (failed == 10 ? 1 : 0));
    BOOST_TEST(events("account.locked") == (failed == 10 ? 1 : 0));
    BOOST_TEST(number("SELECT failed_day FROM users") == events("signin.failure", "wrong_password"));
    BOOST_TEST(number("SELECT sign_ins FROM logins") == tally(outcomes)["granted"]);
    BOOST_TEST(number("SELECT in_flight FROM logins") == 0);
}

BOOST_AUTO_TEST_CASE(four_workers_and_four_hundred_wrong_passwords_are_counted_exactly_TH8) {
    customer("ann");
    set("lock.attempts", "50");
    const auto outcomes = race([&](Core& with, unsigned) {
        int refused = 0;
        for (int i = 0; i < 100; ++i) refused += why(sign_in(with, context(), "ann", "wrong horse 2")) == "credentials_wrong" ? 1 : 0;
        return refused;
    }, 4);
    for (const auto refused : outcomes) BOOST_TEST(refused == 100);
    BOOST_TEST(number("SELECT failed FROM logins") == 50);
    BOOST_TEST(number("SELECT failed_day FROM users") == 50);
    BOOST_TEST(events("signin.failure", "wrong_password") == 50);
    BOOST_TEST(events("signin.failure", "locked") == 350);
    BOOST_TEST(events("account.locked") == 1);
}

BOOST_AUTO_TEST_CASE(four_workers_spend_one_address_budget_exactly_TH2_TH8) {
    const auto outcomes = race([&](Core& with, unsigned) {
        const auto settings = with.realms.get(with.db, clock.now(), realm_no())->settings;
        int granted = 0;
        for (int i = 0; i < 100; ++i) granted += with.throttle.charge_address(with.db, from_browser(), settings) ? 1 : 0;
        return granted;
    }, 4);
    BOOST_TEST(outcomes[0] + outcomes[1] + outcomes[2] + outcomes[3] == 30);
}

BOOST_AUTO_TEST_CASE(charges_given_back_by_four_workers_leave_the_budget_whole_TH8) {
    race([&](Core& with, unsigned) {
        const auto settings = with.realms.get(with.db, clock.now(), realm_no())->settings;
        for (int i = 0; i < 25; ++i) {
            if (with.throttle.charge_address(with.db, from_browser(), settings)) with.throttle.refund_address(with.db, from_browser(), settings);
        }
        return 0;
    }, 4);
    int granted = 0;
    while (granted < 100 && core.throttle.charge_address(core.db, from_browser(), realm()->settings)) ++granted;
    BOOST_TEST(granted == 30);
}

BOOST_AUTO_TEST_CASE(blocking_meets_sign_ins_and_no_ticket_survives_it_TK6) {
    const auto ann = customer("ann");
    const auto outcomes = race([&](Core& with, unsigned i) -> std::optional<Secret> {
        if (i == 7) {
            expect(with.logins.block(with.db, context(), "ann"));
            return {};
        }
        auto signed_in = sign_in(with, context(), "ann", right_password);
        return signed_in ? std::optional(signed_in->issued.access) : std::nullopt;
    });
    for (const auto& token : outcomes) {
        if (token) BOOST_TEST(check(*token) == "ticket_invalid");
    }
    BOOST_TEST(check(ann.issued.access) == "ticket_invalid");
    expect(core.logins.unlock(core.db, context(), "ann"));
    for (const auto& token : outcomes) {
        if (token) BOOST_TEST(check(*token) == "ticket_invalid");
    }
}

BOOST_AUTO_TEST_CASE(unlocking_meets_wrong_passwords_and_everything_is_answered) {
    customer("ann");
    const auto outcomes = race([&](Core& with, unsigned i) {
        if (i % 4 == 0) return why(with.logins.unlock(with.db, context(), "ann"));
        return why(sign_in(with, context(), "ann", "wrong horse 2"));
    });
    BOOST_TEST((tally(outcomes) == Tally{{"granted", 4}, {"credentials_wrong", 12}}));
}

BOOST_AUTO_TEST_SUITE_END()
