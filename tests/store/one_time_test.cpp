// SPDX-License-Identifier: MIT
// One-time password tokens against the database (EP121 to EP143, docs/elasticpath.md): chance, life, single use, what ends
// them, wrong tries over all of them (X14, OC8), and that nobody learns whether a name is known (EN1, EN2). Races between
// hosts stand in galera_one_time_test.cpp.
#include "store/shop.h"

#include <algorithm>
#include <array>

#include "core/one_time/parts.h"

using namespace authtickets;
using namespace authtickets::test;
using events::Name;
using one_time::Purpose;

namespace {

struct Tokens : Shop {
    sign_in::SignedIn ann = customer("ann");
    UserId user = ann.account.user;
    Uuid profile = uuid_v4(rng);

    Tokens() { change("DELETE FROM outbox"); }

    void ask(const std::string& name = "ann", Purpose purpose = Purpose::passwordless_authentication) {
        clock.advance(1ms);  // tokens have an order
        core.one_time.request(core.db, context(), *realm(), {.profile = logins::default_profile, .profile_id = profile, .name = name, .purpose = purpose});
    }
    std::vector<outbox::Cause> causes() {
        std::vector<outbox::Cause> out;
        for (const auto& taken : core.outbox.due(core.db, clock.now() + 1s, 1000)) {
            auto cause = core.outbox.open(taken);
            if (cause && cause->event == Name::signin_token_sent) out.push_back(std::move(*cause));
        }
        return out;
    }
    // What was sent last.
    outbox::Cause sent(const std::string& name = "ann", Purpose purpose = Purpose::passwordless_authentication) {
        change("DELETE FROM outbox");
        ask(name, purpose);
        auto all = causes();
        if (all.size() != 1) throw std::runtime_error(std::to_string(all.size()) + " causes");
        return std::move(all.front());
    }
    std::string token(Purpose purpose = Purpose::passwordless_authentication) { return std::string(sent("ann", purpose).code.reveal()); }

    std::optional<logins::Login> login(const std::string& name = "ann") { return core.logins.named(core.db, realm_no(), name); }
    one_time::Attempt attempt(std::string_view typed, const std::string& name = "ann") {
        const auto shop = realm();
        return core.one_time.attempt(core.db, context(), shop->settings, {.login = login(name), .name = name}, typed);
    }
    bool use(Core& with, const one_time::Attempt& attempt) {
        return with.db.transact([&](db::Tx& tx) { return with.one_time.consume(tx, context(), attempt); });
    }
    bool use(const one_time::Attempt& attempt) { return use(core, attempt); }
    bool good(std::string_view typed) { return use(attempt(typed)); }

    // The n-th of values that are all different and wrong.
    static std::string wrong(unsigned n) {
        constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
        std::string out = "zz9";
        for (int i = 0; i < 3; ++i, n /= 36) out.push_back(letters[n % 36]);
        return out;
    }
    std::int64_t failed() { return number("SELECT failed FROM one_time_tries"); }
    std::int64_t failed_day() { return number("SELECT failed_day FROM one_time_tries"); }
    std::int64_t live() { return number("SELECT COUNT(*) FROM one_time_tokens WHERE dead_at > " + at(clock.now())); }
    static std::string at(Time time) { return "'" + sql_text(time) + "'"; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(one_time_store, Tokens)

// --- Made

BOOST_AUTO_TEST_CASE(OC1_a_hundred_thousand_tokens_have_every_letter_alike_in_every_place) {
    constexpr int many = 100'000;
    std::array<std::map<char, int>, 6> seen;
    for (int i = 0; i < many; ++i) {
        const auto text = one_time::fresh(rng);
        BOOST_REQUIRE(text.size() == 6U);
        for (std::size_t place = 0; place < text.size(); ++place) ++seen[place][text[place]];
    }
    for (std::size_t place = 0; place < seen.size(); ++place) {
        BOOST_TEST(seen[place].size() == 36U);
        double chi_square = 0;
        for (const auto& [letter, count] : seen[place]) {
            BOOST_TEST(((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')));
            chi_square += (count - many / 36.0) * (count - many / 36.0) / (many / 36.0);
        }
        BOOST_TEST(chi_square < 66.6, place << ": " << chi_square);  // one in a thousand, with 35 degrees of freedom
    }
}

BOOST_AUTO_TEST_CASE(EP152_what_is_sent_says_for_whom_and_what_for) {
    const auto cause = sent("ann", Purpose::reset_password);
    BOOST_TEST(one_time::token(cause.code.reveal()).value_or("-") == cause.code.reveal());
    BOOST_TEST((cause.user == user));
    BOOST_TEST((cause.account == ann.account.no));
    BOOST_TEST(cause.user_name == "ann");
    BOOST_TEST(cause.reason == "reset_password");
    BOOST_TEST((cause.channel == outbox::Channel::email));
    BOOST_TEST(cause.destination == "ann@shop.example");
    BOOST_TEST((cause.profile_id == profile));
    BOOST_TEST((cause.login == login()->id));
    BOOST_TEST((cause.expires_at == clock.now() + 600s));
    BOOST_TEST(!cause.decoy);
    BOOST_TEST(events("signin.token_sent", "reset_password") == 1);
    ask();
    BOOST_TEST(events("signin.token_sent", "passwordless_authentication") == 1);
}

BOOST_AUTO_TEST_CASE(OC6_a_token_rests_nowhere_as_it_is) {
    const auto text = token();
    for (const auto& table : texts("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")) {
        const auto columns = this->text("SELECT GROUP_CONCAT(CONCAT('`', column_name, '`') SEPARATOR ',') FROM information_schema.columns "
                                        "WHERE table_schema = DATABASE() AND table_name = '" + table + "'");
        for (const auto& row : texts("SELECT CONCAT_WS('|'," + columns + ") FROM " + table)) BOOST_TEST(row.find(text) == row.npos, table);
    }
}

// --- Life and use

BOOST_AUTO_TEST_CASE(EP131_OC2_a_token_is_good_until_its_life_ends_and_not_after) {
    auto text = token();
    clock.advance(600s - 1ms);
    BOOST_TEST(attempt(text).right);
    text = token();
    clock.advance(600s);
    BOOST_TEST(!attempt(text).right);
    set("one_time.life", "60");
    text = token();
    clock.advance(60s - 1ms);
    BOOST_TEST(good(text));
    text = token();
    clock.advance(60s);
    BOOST_TEST(!good(text));
}

BOOST_AUTO_TEST_CASE(EP132_blanks_around_it_and_letter_case_do_not_matter) {
    auto text = token();
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    BOOST_TEST(good(" " + text + "\r\n"));
}

BOOST_AUTO_TEST_CASE(EP133_a_token_is_good_once_and_says_what_it_was_asked_for) {
    const auto text = token(Purpose::reset_password);
    const auto tried = attempt(text);
    BOOST_TEST(tried.right);
    BOOST_TEST((tried.purpose == Purpose::reset_password));
    BOOST_TEST(tried.destination == "ann@shop.example");
    BOOST_TEST(tried.unverified);
    BOOST_TEST(use(tried));
    BOOST_TEST(!use(tried));
    BOOST_TEST(!attempt(text).right);
    change("UPDATE contacts SET verified_at = created_at");
    BOOST_TEST(!attempt(token()).unverified);
}

BOOST_AUTO_TEST_CASE(EP133_OC4_of_fifty_at_once_one_is_told_yes) {
    const auto text = token();
    const auto shop = realm();
    const auto won = race([&](Core& with, unsigned) {
        int out = 0;
        for (int k = 0; k < 4; ++k) {
            const auto tried = with.one_time.attempt(with.db, context(), shop->settings, {.login = with.logins.named(with.db, realm_no(), "ann"), .name = "ann"}, text);
            out += tried.right && use(with, tried);
        }
        return out;
    }, 13);
    int sum = 0;
    for (const int each : won) sum += each;
    BOOST_TEST(sum == 1);
    BOOST_TEST(failed() == 0);      // none of them was a wrong one
    BOOST_TEST(failed_day() == 0);
    BOOST_TEST(live() == 0);
}

BOOST_AUTO_TEST_CASE(OC4_a_try_stays_counted_when_the_connection_ends_before_the_verdict) {
    const auto text = token();
    auto dying = worker();
    const auto shop = realm();
    const auto tried = dying->one_time.attempt(dying->db, context(), shop->settings, {.login = login(), .name = "ann"}, text);
    BOOST_TEST(tried.right);
    BOOST_CHECK_THROW(dying->db.transact([&](db::Tx& tx) {
        BOOST_TEST(dying->one_time.consume(tx, context(), tried));
        change("KILL " + std::to_string(tx.one(statement("SELECT CONNECTION_ID()"), [](db::Row& row) { return row.next<std::int64_t>(); }).value()));
        tx.run(statement("DELETE FROM one_time_tries"));
        return true;
    }), std::exception);
    BOOST_TEST(failed() == 1);
    BOOST_TEST(good(text));  // and the token is there still
}

// --- Several

BOOST_AUTO_TEST_CASE(EP135_five_are_good_at_once_and_a_sixth_ends_the_oldest) {
    std::vector<std::string> all;
    for (int i = 0; i < 6; ++i) all.push_back(token());
    BOOST_TEST(live() == 5);
    BOOST_TEST(!good(all[0]));
    for (std::size_t i = 5; i > 0; --i) BOOST_TEST(good(all[i]), i);  // in whatever order
}

BOOST_AUTO_TEST_CASE(EP135_what_was_used_or_has_run_out_takes_no_place) {
    const auto oldest = token();
    clock.advance(500s);
    std::vector<std::string> all;
    for (int i = 0; i < 4; ++i) all.push_back(token());
    BOOST_TEST(good(all[2]));
    const auto sixth = token();
    BOOST_TEST(attempt(oldest).right);
    clock.advance(100s);  // it dies
    const auto seventh = token();
    BOOST_TEST(live() == 5);
    for (const auto& each : {all[0], all[1], all[3], sixth, seventh}) BOOST_TEST(good(each));
}

BOOST_AUTO_TEST_CASE(EP135_how_many_is_a_setting) {
    set("one_time.live", "1");
    const auto first = token(), second = token();
    BOOST_TEST(!good(first));
    BOOST_TEST(good(second));
}

BOOST_AUTO_TEST_CASE(EP135_sixteen_asked_for_at_once_leave_five) {
    const auto shop = realm();
    race([&](Core& with, unsigned) {
        for (int asked = 1;; ++asked) {
            try {
                with.one_time.request(with.db, context(), *shop, {.profile = logins::default_profile, .profile_id = profile, .name = "ann",
                                                                  .purpose = Purpose::reset_password});
                return true;
            } catch (const Unavailable&) {  // D44
                if (asked == 5) throw;
            }
        }
    });
    BOOST_TEST(live() == 5);
    int right = 0;
    for (const auto& cause : causes()) right += good(cause.code.reveal());
    BOOST_TEST(right == 5);
}

// --- What else ends them

BOOST_AUTO_TEST_CASE(EP136_what_ends_the_users_tickets_ends_the_tokens) {
    const auto text = token();
    BOOST_TEST(attempt(text).right);
    core.db.transact([&](db::Tx& tx) { return core.users.raise_epoch(tx, context(), user); });
    BOOST_TEST(!attempt(text).right);
    const auto next = token();
    expect(core.logins.block(core.db, context(), "ann"));
    BOOST_TEST(!attempt(next).right);
    expect(core.logins.unlock(core.db, context(), "ann"));
    BOOST_TEST(!attempt(next).right);
}

BOOST_AUTO_TEST_CASE(EP136_so_does_another_address) {
    const auto text = token();
    change("UPDATE contacts SET value = 'new@shop.example'");
    BOOST_TEST(!attempt(text).right);
    change("DELETE FROM contacts");
    BOOST_TEST(!attempt(text).right);
}

BOOST_AUTO_TEST_CASE(EP136_of_a_customer_who_is_deleted_nothing_is_left) {
    attempt(token());
    expect(core.customers.remove(core.db, context(), ann.account.no));
    BOOST_TEST(number("SELECT COUNT(*) FROM one_time_tokens") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM one_time_tries") == 0);
}

// D283: an account that is disabled keeps nobody out who has another.
BOOST_AUTO_TEST_CASE(EP127_who_belongs_to_an_active_account_gets_a_token) {
    const auto other = customer("other").account.no;
    core.db.transact([&](db::Tx& tx) {
        core.users.add_membership(tx, context(), user, other, "", false);
        return true;
    });
    expect(core.customers.set_active(core.db, context(), ann.account.no, false));
    BOOST_TEST(good(token()));
    expect(core.customers.set_active(core.db, context(), other, false));
    change("DELETE FROM outbox");
    ask();
    BOOST_TEST(causes().at(0).decoy);
    change("DELETE FROM memberships WHERE user_id = UNHEX('" + hex(user.value) + "')");
    BOOST_TEST(good(token()));  // without any account a member is signed in all the same
}

// A row that somebody moved or changed is the token of nobody.
BOOST_AUTO_TEST_CASE(EP134_OC5_OC6_a_token_is_bound_to_user_login_purpose_and_realm) {
    const auto bob = customer("bob").account.user;
    const auto text = token();
    const auto hex_of = [](const Uuid& id) { return "UNHEX('" + hex(id) + "')"; };
    BOOST_TEST(!attempt(text, "bob").right);
    change("INSERT INTO one_time_tries SELECT realm_no, " + hex_of(bob.value) + ", made, failed, since_at, failed_day, day_at, closed, last_tag, last_at, seen, "
           "dead_at FROM one_time_tries WHERE user_id = " + hex_of(user.value));
    change("UPDATE one_time_tokens SET user_id = " + hex_of(bob.value) + ", destination = 'bob@shop.example'");
    BOOST_TEST(!attempt(text, "bob").right);
    change("UPDATE one_time_tokens SET user_id = " + hex_of(user.value) + ", destination = 'ann@shop.example'");
    BOOST_TEST(attempt(text).right);
    change("UPDATE one_time_tokens SET purpose = 1");
    BOOST_TEST(!attempt(text).right);
    change("UPDATE one_time_tokens SET purpose = 2");
    auto other = login();
    other->id = LoginId{uuid_v4(rng)};  // another login of the same user
    const auto shop = realm();
    BOOST_TEST(!core.one_time.attempt(core.db, context(), shop->settings, {.login = other, .name = "ann2"}, text).right);
    BOOST_TEST(attempt(text).right);
}

// --- Wrong tries

BOOST_AUTO_TEST_CASE(EP141_X14_the_tenth_wrong_one_ends_all_tokens_and_not_the_ninth) {
    const auto first = token(), second = token();
    for (unsigned i = 0; i < 9; ++i) {
        const auto tried = attempt(wrong(i));
        BOOST_TEST(tried.reason == "wrong_code");
        BOOST_TEST(!tried.ended);
    }
    BOOST_TEST(attempt(first).right);  // given back by nobody: that was the tenth, and it was right
    BOOST_TEST(failed() == 10);
    core.one_time.give_back(core.db, context(), {.user = user, .charged = true});
    const auto tenth = attempt(wrong(9));
    BOOST_TEST(tenth.ended);
    BOOST_TEST(tenth.reason == "spent");
    BOOST_TEST(live() == 0);
    BOOST_TEST(failed() == 0);
    BOOST_TEST(failed_day() == 10);
    BOOST_TEST(events("signin.tokens_ended", "spent") == 1);
    for (const auto& each : {first, second}) BOOST_TEST(!attempt(each).right);
    BOOST_TEST(failed_day() == 10);  // with nothing to compare nothing is counted
    BOOST_TEST(good(token()));       // a new one works at once
}

BOOST_AUTO_TEST_CASE(EP141_ten_minutes_later_the_count_begins_anew) {
    const auto text = token();
    for (unsigned i = 0; i < 9; ++i) attempt(wrong(i));
    clock.advance(600s - 2ms - 1s);
    token();  // something is live
    clock.advance(1s);
    BOOST_TEST(!attempt(wrong(9)).right);
    BOOST_TEST(live() == 0);  // within ten minutes of the first
    token();
    for (unsigned i = 0; i < 9; ++i) attempt(wrong(i));
    clock.advance(590s);
    token();
    clock.advance(10s);
    attempt(wrong(9));
    BOOST_TEST(failed() == 1);
    BOOST_TEST(live() == 1);
}

BOOST_AUTO_TEST_CASE(EP141_how_many_is_a_setting) {
    set("one_time.tries", "12");
    token();
    for (unsigned i = 0; i < 11; ++i) BOOST_TEST(!attempt(wrong(i)).ended);
    BOOST_TEST(attempt(wrong(11)).ended);
}

// X14: clients repeat what was answered by 401, up to four times.
BOOST_AUTO_TEST_CASE(EP19_the_same_wrong_value_within_ten_seconds_counts_once) {
    const auto text = token();
    for (unsigned i = 0; i < 9; ++i) {
        for (int k = 0; k < 4; ++k, clock.advance(3s)) BOOST_TEST(!attempt(k % 2 ? wrong(i) : " " + wrong(i)).right);
        BOOST_TEST(failed() == i + 1);
        BOOST_TEST(failed_day() == i + 1);
    }
    BOOST_TEST(number("SELECT seen FROM one_time_tries") == 36);  // each was seen
    BOOST_TEST(good(text));
}

BOOST_AUTO_TEST_CASE(EP19_ten_seconds_later_it_counts_again_and_so_does_each_of_two_in_turn) {
    token();
    attempt(wrong(1));
    clock.advance(10s - 1ms);
    attempt(wrong(1));
    BOOST_TEST(failed() == 1);
    clock.advance(1ms);  // from the one that counted on
    attempt(wrong(1));
    BOOST_TEST(failed() == 2);
    attempt(wrong(2));
    attempt(wrong(1));
    BOOST_TEST(failed() == 4);
}

BOOST_AUTO_TEST_CASE(EP19_a_token_that_was_used_and_is_sent_again_is_no_wrong_one) {
    token();
    const auto text = token();
    BOOST_TEST(good(text));
    for (int i = 0; i < 3; ++i) BOOST_TEST(!good(text));  // the answer was lost, and the client repeats
    BOOST_TEST(failed() == 0);
    clock.advance(10s);
    BOOST_TEST(!good(text));
    BOOST_TEST(failed() == 1);
}

BOOST_AUTO_TEST_CASE(TH7_what_cannot_be_a_token_counts_nothing_and_costs_no_statement) {
    token();
    const auto ours = login();
    const auto shop = realm();
    for (const auto* const typed : {"", "abc12", "abc1234", "abc 12", "abc-12", "\xD0\xB0\xD0\xB1\xD0\xB2", "ab\0c12", "abc12!"}) {
        BOOST_TEST(statements([&] { BOOST_TEST(!core.one_time.attempt(core.db, context(), shop->settings, {.login = ours, .name = "ann"}, typed).right); }) == 0U);
    }
    BOOST_TEST(failed() == 0);
}

BOOST_AUTO_TEST_CASE(OC8_a_hundred_wrong_ones_in_a_day_close_the_way_for_a_day) {
    unsigned n = 0;
    for (int round = 0; round < 10; ++round, clock.advance(1h)) {
        token();
        for (int i = 0; i < 10; ++i) attempt(wrong(n++));
    }
    BOOST_TEST(failed_day() == 100);
    BOOST_TEST(events("signin.tokens_ended", "spent") == 9);
    BOOST_TEST(events("signin.tokens_ended", "closed") == 1);
    const auto closed_at = clock.now() - 1h;
    BOOST_TEST((one_time::closed_until(core.db, realm_no(), user, clock.now()) == closed_at + 24h));
    auto text = token();
    const auto tried = attempt(text);
    BOOST_TEST(!tried.right);
    BOOST_TEST(tried.reason == "closed");
    BOOST_TEST(events("signin.tokens_ended") == 10);  // told once
    clock.advance(closed_at + 24h - clock.now() - 600s);
    text = token();
    clock.advance(600s - 2ms);  // as closed as ever, since it closed and not since the first
    BOOST_TEST(!attempt(text).right);
    text = token();
    clock.advance(1ms);
    BOOST_TEST(!one_time::closed_until(core.db, realm_no(), user, clock.now()));
    BOOST_TEST(attempt(text).right);
    BOOST_TEST(failed_day() == 1);
}

BOOST_AUTO_TEST_CASE(OC8_an_operator_opens_it_again) {
    change("INSERT INTO one_time_tries (realm_no, user_id, made, failed, since_at, failed_day, day_at, closed, last_tag, last_at, seen, dead_at) VALUES ("
           + std::to_string(realm_no().value) + ", UNHEX('" + hex(user.value) + "'), 1, 0, NULL, 100, " + at(clock.now()) + ", 1, NULL, NULL, 0, "
           + at(clock.now() + 24h) + ")");
    const auto text = token();
    BOOST_TEST(attempt(text).reason == "closed");
    expect(core.customers.set_locked(core.db, context(), ann.account.no, user, false));
    BOOST_TEST(!one_time::closed_until(core.db, realm_no(), user, clock.now()));
    BOOST_TEST(good(token()));
}

BOOST_AUTO_TEST_CASE(OC4_X14_sixteen_at_once_are_compared_ten_times_and_no_more) {
    const auto text = token();
    const auto shop = realm();
    const auto ended = race([&](Core& with, unsigned i) {
        int out = 0;
        for (unsigned k = 0; k < 4; ++k) {
            const auto tried = with.one_time.attempt(with.db, context(), shop->settings,
                                                     {.login = with.logins.named(with.db, realm_no(), "ann"), .name = "ann"}, wrong(4 * i + k));
            out += (tried.ended ? 1 : 0) + (tried.charged ? 100 : 0);
        }
        return out;
    });
    int sum = 0;
    for (const int each : ended) sum += each;
    BOOST_TEST(sum % 100 == 1);
    // What was compared, each of them and nothing else: one that was admitted may have come when all had ended.
    BOOST_TEST(failed_day() == sum / 100);
    BOOST_TEST(failed_day() >= 1);
    BOOST_TEST(failed_day() <= 10);
    BOOST_TEST(failed() == 0);
    BOOST_TEST(events("signin.tokens_ended", "spent") == 1);
    BOOST_TEST(!attempt(text).right);
}

// Whoever may ask as often as the budgets allow and guesses all day long has a hundred guesses, whatever is live.
BOOST_AUTO_TEST_CASE(OC7_OC8_X14_a_day_of_asking_and_guessing) {
    unsigned n = 0;
    const auto began = clock.now();
    std::int64_t most = 0;
    for (; clock.now() < began + 23h; clock.advance(7min)) {
        for (int i = 0; i < 3; ++i) ask();
        most = std::max(most, live());
        for (int i = 0; i < 12; ++i) BOOST_TEST(!attempt(wrong(n++)).right);
    }
    BOOST_TEST(most == 5);
    BOOST_TEST(failed_day() == 100);
    BOOST_TEST(number("SELECT seen FROM one_time_tries") < 120);                      // hardly more than was compared
    BOOST_TEST(events("signin.token_sent", "passwordless_authentication") < 12 + 40 + 40);  // OC7
}

// --- Nobody learns who is there

BOOST_AUTO_TEST_CASE(EP127_EN1_EN2_asking_costs_the_same_whoever_is_asked_for) {
    customer("blocked");
    expect(core.logins.block(core.db, context(), "blocked"));
    customer("locked");
    for (int i = 0; i < 10; ++i) sign_in("locked", "not the one");
    const auto closed = customer("closed");
    expect(core.customers.set_active(core.db, context(), closed.account.no, false));
    const auto silent = customer("silent").account.user;
    change("DELETE FROM contacts WHERE user_id = UNHEX('" + hex(silent.value) + "')");
    change("DELETE FROM outbox");
    realm();
    const std::vector<std::pair<std::string, std::string>> all{{"ann", ""}, {"ANN@shop.example ", ""}, {"locked", ""}, {"blocked", "suspended"},
                                                               {"closed", "suspended"}, {"silent", "no_address"}, {"nobody", "unknown"}, {"", "unknown"}};
    for (const auto& [name, reason] : all) ask(name);  // a budget's first charge is one statement more
    change("DELETE FROM outbox");
    change("DELETE FROM one_time_tokens");
    realm();
    std::set<std::uint64_t> costs;
    for (const auto& [name, reason] : all) {
        const auto before = number("SELECT COUNT(*) FROM outbox"), told = events("signin.token_sent", reason.empty() ? "passwordless_authentication" : reason);
        costs.insert(statements([&, name = name] { ask(name); }));
        BOOST_TEST(number("SELECT COUNT(*) FROM outbox") == before + 1);
        BOOST_TEST(events("signin.token_sent", reason.empty() ? "passwordless_authentication" : reason) == told + 1, name);
        BOOST_TEST(causes().back().decoy == !reason.empty(), name);
        BOOST_TEST(number("SELECT COUNT(*) FROM one_time_tokens") == before + 1);
    }
    BOOST_TEST(costs.size() == 1U);
    BOOST_TEST(*costs.begin() == 11U);  // name, accounts, two budgets, BEGIN, tries, room, token, event, cause, COMMIT
}

BOOST_AUTO_TEST_CASE(EP172_EN2_trying_costs_the_same_whoever_is_tried) {
    const auto text = token();
    ask("nobody");
    const auto ours = login();
    const auto shop = realm();
    const auto cost = [&](const std::optional<logins::Login>& whose, const std::string& name, const std::string& typed) {
        return statements([&] { core.one_time.attempt(core.db, context(), shop->settings, {.login = whose, .name = name}, typed); });
    };
    BOOST_TEST(cost(ours, "ann", text) == 2U);
    core.one_time.give_back(core.db, context(), {.user = user, .charged = true});
    for (unsigned i = 0; i < 12; ++i) {
        const auto known = cost(ours, "ann", wrong(i)), unknown = cost({}, "nobody", wrong(i));
        BOOST_TEST(known == unknown, i);
        BOOST_TEST(known == (i == 9 ? 7U : 2U), i);
    }
    BOOST_TEST(cost({}, "never asked for", text) == 2U);
    const auto bob = customer("bob");
    BOOST_TEST(cost(login("bob"), "bob", text) == 2U);
}

BOOST_AUTO_TEST_CASE(EP143_OC7_beyond_the_budget_nothing_is_sent_and_nothing_is_said) {
    change("DELETE FROM outbox");
    for (int i = 0; i < 20; ++i) ask();
    BOOST_TEST(causes().size() == 12U);
    const auto last = causes().back();
    clock.advance(60s);
    ask();
    BOOST_TEST(causes().size() == 13U);
    BOOST_TEST(good(last.code.reveal()));
    // The address has one budget under all names of its owner; what it does not let through takes nobody's place.
    change("DELETE FROM throttles");
    change("DELETE FROM outbox");
    for (int i = 0; i < 12; ++i) ask("ann@shop.example");
    const auto good_still = causes().back();
    const auto before = live();
    ask("ann");
    BOOST_TEST(events("signin.token_sent", "budget") == 1);
    BOOST_TEST(causes().back().decoy);
    BOOST_TEST(live() == before + 1);  // of nobody
    BOOST_TEST(good(good_still.code.reveal()));
}

// --- What the worker asks

BOOST_AUTO_TEST_CASE(EP224_a_token_is_alive_until_it_is_used_replaced_or_ended) {
    const auto alive = [&](const outbox::Cause& cause) { return one_time::alive(core.db, realm_no(), cause.user, cause.code_hash, clock.now()); };
    auto cause = sent();
    BOOST_TEST(alive(cause));
    BOOST_TEST(good(cause.code.reveal()));
    BOOST_TEST(!alive(cause));
    const auto oldest = sent();
    for (int i = 0; i < 4; ++i) cause = sent();
    BOOST_TEST(alive(oldest));
    sent();
    BOOST_TEST(!alive(oldest));
    BOOST_TEST(alive(cause));
    change("UPDATE contacts SET value = 'new@shop.example'");
    BOOST_TEST(!alive(cause));
    change("UPDATE contacts SET value = 'ann@shop.example'");
    change("UPDATE one_time_tries SET failed_day = 100, closed = 1, day_at = " + at(clock.now()));
    BOOST_TEST(!alive(cause));
    change("UPDATE one_time_tries SET failed_day = 0, closed = 0");
    BOOST_TEST(alive(cause));
    core.db.transact([&](db::Tx& tx) { return core.users.raise_epoch(tx, context(), user); });
    BOOST_TEST(!alive(cause));
    cause = sent();
    clock.advance(600s);
    BOOST_TEST(!alive(cause));
}

BOOST_AUTO_TEST_SUITE_END()
