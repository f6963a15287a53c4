// SPDX-License-Identifier: MIT
// Account tickets against the database (EP160 to EP184, docs/elasticpath.md): a ticket for each account, the second step that is
// owed, what a reset opens (X17), a password changed by a ticket (PW12, TK6), and equal answers at equal cost (EN1, EN2).
#include "store/shop.h"

#include <algorithm>

#include <authtickets/text/phone.h>

using namespace authtickets;
using namespace authtickets::test;
using account_tickets::Outcome;
using account_tickets::Owed;
using account_tickets::Page;
using account_tickets::SignedIn;
using tickets::Factor;
using tickets::Scope;

namespace {

struct Members : Shop {
    static constexpr auto profile = logins::default_profile;
    const std::string wrong = "wrong horse 2";
    sign_in::SignedIn ann = customer("ann");
    UserId user = ann.account.user;

    Context here(Context context) {
        context.door = Door::elasticpath;
        return context;
    }
    Context here() { return here(context()); }
    Context at_home(std::string address = "203.0.113.9") { return here(from_browser(std::move(address))); }

    Result<Outcome> enter(Core& with, const Context& context, const std::string& name, const std::string& password, const Page& page = {}) {
        return with.account_tickets.by_password(with.db, context, *realm_of(with), profile, name, Secret(std::string_view(password)), page);
    }
    Result<Outcome> enter(const std::string& name, const std::string& password = right_password, const Page& page = {}) {
        return enter(core, here(), name, password, page);
    }
    static SignedIn in(Result<Outcome> outcome) { return std::get<SignedIn>(expect(std::move(outcome))); }
    static Owed owed(Result<Outcome> outcome) { return std::get<Owed>(expect(std::move(outcome))); }

    // A token as the worker would send it.
    std::string token(one_time::Purpose purpose, const std::string& name = "ann") {
        clock.advance(1ms);  // the newest is told by its time
        core.one_time.request(core.db, here(), *realm(), {.profile = profile, .name = name, .purpose = purpose});
        return sent(events::Name::signin_token_sent, name);
    }
    std::string sent(events::Name event, const std::string& name = "ann") {
        std::string found;
        for (const auto& taken : core.outbox.due(core.db, clock.now() + 1h, 1000)) {
            const auto cause = core.outbox.open(taken);
            if (cause && cause->event == event && cause->user_name == name) found = cause->code.reveal();
        }
        BOOST_REQUIRE(!found.empty());
        return found;
    }
    Result<Outcome> exchange(Core& with, const Context& context, const std::string& typed, const std::string& name = "ann") {
        return with.account_tickets.by_token(with.db, context, *realm_of(with), profile, name, Secret(std::string_view(typed)));
    }
    Result<Outcome> exchange(const std::string& typed, const std::string& name = "ann") { return exchange(core, here(), typed, name); }
    SignedIn reset() { return in(exchange(token(one_time::Purpose::reset_password))); }

    std::string live(const Secret& access, bool for_password = false) {
        return why(core.tickets.check(core.db, here(), access.reveal(), for_password));
    }
    tickets::Ticket ticket(const SignedIn& of, std::size_t which = 0) {
        return expect(core.tickets.check(core.db, here(), of.tickets.at(which).issued.access.reveal(), true)).ticket.value();
    }
    realms::RealmPtr realm_of(Core& with) { return with.realms.get(with.db, clock.now(), realm_no()); }
    LoginId ann_login = core.logins.of_user(core.db, realm_no(), user)->id;
    Result<void> change(Core& with, const tickets::Ticket& by, const std::string& password) {
        return with.account_tickets.change_password(with.db, here(), *realm_of(with), by, ann_login, Secret(std::string_view(password)));
    }
    Result<void> change_to(const SignedIn& by, const std::string& password) { return change(core, ticket(by), password); }
    using Shop::change;

    Secret turn_app_on() {
        const auto now = context();
        auto setup = core.totp.setup(core.db, now, user);
        const auto six = totp::code_at(setup.secret, totp::step_of(clock.now()));
        BOOST_REQUIRE(core.db.transact([&](db::Tx& tx) { return core.totp.activate(tx, now, realms::Settings{}, user, six.reveal()); }).on);
        clock.advance(30s);
        return std::move(setup.secret);
    }
    std::string code_of(const Secret& app) { return std::string(totp::code_at(app, totp::step_of(clock.now())).reveal()); }
    void pick(const std::string& method) {  // 2: e-mail, 3: SMS
        change("UPDATE users SET method = " + method + " WHERE user_id = UNHEX('" + hex(user.value) + "')");
    }
    void give_phone() {
        core.db.transact([&](db::Tx& tx) {
            core.users.add_contact(tx, context(), user, users::ContactKind::phone, "+4930123456", "+4930123456", true);
            return true;
        });
    }
    accounts::Account second_account(const std::string& name = "Ann Ltd") {
        clock.advance(1s);
        auto account = expect(core.members.add_account(core.db, here(), {.name = name}));
        expect(core.members.add_membership(core.db, here(), account.id, user));
        return account;
    }
    std::int64_t failed() { return number("SELECT failed FROM logins WHERE user_name = 'ann'"); }
    std::int64_t failed_today() { return number("SELECT failed_day FROM users WHERE user_id = UNHEX('" + hex(user.value) + "')"); }
    std::int64_t rows(const std::string& table) { return number("SELECT COUNT(*) FROM " + table); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(account_tickets_store, Members)

// --- A ticket for each account

BOOST_AUTO_TEST_CASE(EP169_a_password_gives_a_ticket_for_each_account_the_oldest_first) {
    const auto other = second_account();
    const auto done = in(enter("ann"));
    BOOST_TEST((done.user == user));
    BOOST_TEST(done.total == 2u);
    BOOST_REQUIRE(done.tickets.size() == 2u);
    BOOST_TEST((done.tickets[0].account == ann.account.id));
    BOOST_TEST((done.tickets[1].account == other.id));
    BOOST_TEST(done.tickets[1].account_name == "Ann Ltd");
    BOOST_TEST(done.tickets[0].account_name == "Ann");
    for (std::size_t i = 0; i < 2; ++i) {
        const auto there = ticket(done, i);
        BOOST_TEST((there.account->id == done.tickets[i].account));
        BOOST_TEST((there.user == user));
        BOOST_TEST((done.tickets[i].issued.access_expires_at == clock.now() + 24h));  // EP171
        BOOST_TEST(done.tickets[i].issued.refresh.empty());
        BOOST_TEST((there.password_at == clock.now()));
    }
    BOOST_TEST(events("signin.success") == 2);  // one is that of the registration
    BOOST_TEST(number("SELECT sign_ins FROM logins WHERE user_name = 'ann'") == 1);
}

BOOST_AUTO_TEST_CASE(EP168_a_page_has_tickets_for_its_accounts_and_no_other) {
    for (int i = 0; i < 4; ++i) second_account("Ann " + std::to_string(i));
    const auto before = rows("tickets");
    const auto done = in(enter("ann", right_password, {.offset = 3, .limit = 1}));
    BOOST_TEST(done.total == 5u);
    BOOST_REQUIRE(done.tickets.size() == 1u);
    BOOST_TEST(done.tickets[0].account_name == "Ann 2");
    BOOST_TEST(rows("tickets") == before + 1);
    const auto beyond = in(enter("ann", right_password, {.offset = 5, .limit = 1}));
    BOOST_TEST(beyond.total == 5u);
    BOOST_TEST(beyond.tickets.empty());
}

BOOST_AUTO_TEST_CASE(EP169_who_belongs_to_no_account_is_signed_in_and_the_Kibo_door_refuses_him) {
    change("DELETE FROM memberships");
    const auto done = in(enter("ann"));
    BOOST_TEST((done.user == user));
    BOOST_TEST(done.total == 0u);
    BOOST_TEST(done.tickets.empty());
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    BOOST_TEST(events("signin.failure", "no_account") == 1);
}

BOOST_AUTO_TEST_CASE(a_disabled_account_is_left_out_and_who_has_no_other_is_refused_as_wrong) {
    const auto other = second_account();
    change("UPDATE accounts SET active = 0 WHERE account_no = " + std::to_string(ann.account.no.value));
    const auto done = in(enter("ann"));
    BOOST_TEST(done.total == 1u);
    BOOST_TEST((done.tickets.at(0).account == other.id));
    change("UPDATE accounts SET active = 0");
    BOOST_TEST(why(enter("ann")) == "credentials_wrong");
    BOOST_TEST(events("signin.failure", "suspended") == 1);
}

BOOST_AUTO_TEST_CASE(EP178_tickets_of_one_door_are_refused_by_the_other) {
    const auto done = in(enter("ann"));
    const auto& access = done.tickets.at(0).issued.access;
    BOOST_TEST(live(access) == "granted");
    BOOST_TEST(check(access) == "ticket_invalid");
    BOOST_TEST(live(ann.issued.access) == "ticket_invalid");
    BOOST_TEST(check(ann.issued.access) == "granted");
    const auto anonymous = core.tickets.anonymous(context(), realm()->settings);
    BOOST_TEST(check(anonymous.access) == "granted");
    BOOST_TEST(live(anonymous.access) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(EP171_tickets_live_as_the_setting_says_and_no_longer) {
    set("ticket.account_life", "60");
    const auto done = in(enter("ann"));
    clock.advance(59s);
    BOOST_TEST(live(done.tickets.at(0).issued.access) == "granted");
    clock.advance(1s);
    BOOST_TEST(live(done.tickets.at(0).issued.access) == "ticket_invalid");
}

// --- Wrong ones

BOOST_AUTO_TEST_CASE(EN1_EN2_every_kind_of_refusal_is_one_answer_at_one_cost) {
    for (const char* name : {"locked", "blocked", "disabled", "passwordless", "spent"}) customer(name);
    for (int i = 0; i < 10; ++i) sign_in("locked", wrong);
    expect(core.logins.block(core.db, context(), "blocked"));
    const auto of = [](const std::string& name) { return " (SELECT user_id FROM logins WHERE user_name = '" + name + "')"; };
    change("UPDATE accounts SET active = 0 WHERE account_no IN (SELECT account_no FROM memberships WHERE user_id =" + of("disabled") + ")");
    change("UPDATE logins SET password = NULL, password_key_id = NULL WHERE user_name = 'passwordless'");
    change("UPDATE users SET failed_day = 100, failed_day_at = '" + sql_text(clock.now()) + "' WHERE user_id =" + of("spent"));
    set("signin.reveal_lock", "on");  // EP176: never told at this door
    enter(core, at_home(), "nobody", wrong);
    const std::vector<std::pair<std::string, std::string>> kinds{
        {"unknown", wrong}, {"ann", wrong}, {"ann", wrong}, {"locked", wrong}, {"locked", right_password}, {"blocked", wrong}, {"blocked", right_password},
        {"disabled", right_password}, {"passwordless", wrong}, {"spent", right_password}, {"", wrong}, {"a\x01" "b", wrong}};
    int i = 0;
    for (const auto& [name, password] : kinds) {
        BOOST_TEST_CONTEXT(name + " " + password) {
            realm();
            BOOST_TEST(statements([&] { BOOST_TEST(why(enter(name, password)) == "credentials_wrong"); }) == 13u);
            // A password that this address has not sent before costs the same again, of whatever name.
            const auto unseen = password + " at home " + std::to_string(++i);
            BOOST_TEST(statements([&] { BOOST_TEST(why(enter(core, at_home(), name, unseen)) == "credentials_wrong"); }) == 16u);
        }
    }
    const auto again = [&](const char* name, int which) {
        return statements([&] { enter(core, at_home(), name, wrong + " at home " + std::to_string(which)); });
    };
    BOOST_TEST(again("unknown", 1) == 20u);
    BOOST_TEST(again("ann", 2) == 20u);
}

BOOST_AUTO_TEST_CASE(EP175_the_same_wrong_password_counts_once_within_ten_seconds) {
    const auto realm_now = realm();
    for (int i = 0; i < 4; ++i) {  // as clients repeat a 401
        BOOST_TEST(why(enter("ann", wrong)) == "credentials_wrong");
        clock.advance(2s);
    }
    BOOST_TEST(failed() == 1);
    BOOST_TEST(failed_today() == 1);
    BOOST_TEST(number("SELECT wrong_seen FROM logins WHERE user_name = 'ann'") == 4);
    BOOST_TEST(number("SELECT in_flight FROM logins WHERE user_name = 'ann'") == 0);
    BOOST_TEST(events("signin.failure") == 4);
    enter("ann", "another horse 3");
    BOOST_TEST(failed() == 2);
    enter("ann", wrong);  // no repetition any more
    BOOST_TEST(failed() == 3);
    clock.advance(9'999ms);
    enter("ann", wrong);
    BOOST_TEST(failed() == 3);
    clock.advance(1ms);  // ten seconds since it was counted, however often it came in between
    enter("ann", wrong);
    BOOST_TEST(failed() == 4);
    BOOST_TEST(failed_today() == 4);
    sign_in("ann", wrong);  // at the Kibo door each counts
    sign_in("ann", wrong);
    BOOST_TEST(failed() == 6);
    in(enter("ann"));
    BOOST_TEST(failed() == 0);
    BOOST_TEST(failed_today() == 6);
}

BOOST_AUTO_TEST_CASE(EP175_the_tag_of_a_wrong_password_is_another_for_each_login_and_no_password) {
    customer("bob");
    enter("ann", wrong);
    enter("bob", wrong);
    const auto tags = texts("SELECT CAST(last_wrong_tag AS CHAR) FROM logins WHERE last_wrong_tag IS NOT NULL");
    BOOST_REQUIRE(tags.size() == 2u);
    BOOST_TEST(tags[0] != tags[1]);
    enter("ann", wrong + "!");
    BOOST_TEST(texts("SELECT CAST(last_wrong_tag AS CHAR) FROM logins WHERE user_name = 'ann'")[0] != tags[0]);
}

BOOST_AUTO_TEST_CASE(TH1_ten_different_wrong_passwords_lock_and_the_lock_is_not_told) {
    set("signin.reveal_lock", "on");
    for (int i = 0; i < 9; ++i) enter("ann", wrong + std::to_string(i));
    for (int i = 0; i < 4; ++i) enter("ann", wrong + "8");
    BOOST_TEST(failed() == 9);
    BOOST_TEST(number("SELECT locked_at IS NULL FROM logins WHERE user_name = 'ann'") == 1);
    enter("ann", wrong + "9");
    BOOST_TEST(number("SELECT locked_at IS NULL FROM logins WHERE user_name = 'ann'") == 0);
    BOOST_TEST(events("account.locked", "too_many_failures") == 1);
    BOOST_TEST(why(enter("ann")) == "credentials_wrong");
    BOOST_TEST(events("signin.failure", "locked") == 1);
}

BOOST_AUTO_TEST_CASE(TH1_the_ceiling_of_a_day_locks_here_too) {
    change("UPDATE users SET failed_day = 99, failed_day_at = '" + sql_text(clock.now()) + "'");
    enter("ann", wrong);
    BOOST_TEST(failed_today() == 100);
    BOOST_TEST(number("SELECT locked_at IS NULL FROM logins WHERE user_name = 'ann'") == 0);
}

BOOST_AUTO_TEST_CASE(TH10_a_repetition_costs_the_address_once_of_known_and_unknown_names_alike) {
    const auto left = [&](const std::string& name, const std::string& password, const std::string& address) {
        std::optional<Quota> quota;
        auto shopper = at_home(address);
        shopper.quota = &quota;
        enter(core, shopper, name, password);
        return quota.value().remaining;
    };
    expect(core.logins.block(core.db, context(), (customer("blocked"), "blocked")));
    int address = 1;
    for (const auto& [name, password] : std::vector<std::pair<std::string, std::string>>{
             {"ann", wrong}, {"nobody", wrong}, {"blocked", right_password}, {"", wrong}}) {
        const auto from = "203.0.113." + std::to_string(address++);
        const std::vector<unsigned> each{left(name, password, from), left(name, password, from), left(name, password + "x", from),
                                         left(name, password, from)};
        BOOST_TEST(each == (std::vector<unsigned>{29, 29, 28, 28}), boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(a_password_of_another_systems_Argon2_counts_each_time) {
    // Eight bytes of salt: what libsodium verifies and gives no value of. The password is none of those below.
    customers::NewCustomer moved{.profile = {.email = "moved@shop.example"}, .login = {{.user_name = "moved"}}};
    moved.login->foreign = expect(crypto::read_foreign_hash("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"));
    expect(core.customers.add_all(core.db, context(), *realm(), {moved}));
    for (int i = 0; i < 3; ++i) BOOST_TEST(why(enter("moved", wrong)) == "credentials_wrong");
    BOOST_TEST(number("SELECT failed FROM logins WHERE user_name = 'moved'") == 3);
}

BOOST_AUTO_TEST_CASE(EP174_a_password_that_is_to_be_changed_signs_nobody_in) {
    change("UPDATE logins SET password_change_required = 1");
    BOOST_TEST(why(enter("ann")) == "password_change_required");
    BOOST_TEST(why(enter("ann", wrong)) == "credentials_wrong");
    BOOST_TEST(why(exchange(token(one_time::Purpose::passwordless_authentication))) == "password_change_required");
    const auto done = reset();  // which opens that change, and no more
    BOOST_TEST((ticket(done).scope == Scope::password_update));
    expect(change_to(done, "battery staple 4"));
    BOOST_TEST(in(enter("ann", "battery staple 4")).total == 1u);
}

BOOST_AUTO_TEST_CASE(a_name_signs_in_in_its_own_profile_alone) {
    const auto other = expect(core.profiles.add(core.db, here(), {.name = "second"}));
    BOOST_TEST(why(core.account_tickets.by_password(core.db, here(), *realm(), other.no, "ann", Secret(std::string_view(right_password)))) == "credentials_wrong");
    expect(core.members.add_info(core.db, here(), *realm(), user, {.profile = other.id, .user_name = "ann", .password = Secret(std::string_view("battery staple 4"))}));
    const auto done = in(core.account_tickets.by_password(core.db, here(), *realm(), other.no, "ann", Secret(std::string_view("battery staple 4"))));
    BOOST_TEST((done.user == user));
    BOOST_TEST(why(enter("ann", "battery staple 4")) == "credentials_wrong");
    BOOST_TEST(in(enter("ann")).total == 1u);
    BOOST_TEST(core.logins.all_of(core.db, realm_no(), user).size() == 2u);
    BOOST_TEST((core.logins.of_user(core.db, realm_no(), user)->profile == profile));
}

BOOST_AUTO_TEST_CASE(TH5_the_mailed_link_frees_a_login_of_another_profile_too) {
    const auto other = expect(core.profiles.add(core.db, here(), {.name = "second"}));
    expect(core.members.add_info(core.db, here(), *realm(), user, {.profile = other.id, .user_name = "ann", .password = Secret(std::string_view("battery staple 4"))}));
    const auto enters = [&](const std::string& password) {
        return why(core.account_tickets.by_password(core.db, here(), *realm(), other.no, "ann", Secret(std::string_view(password))));
    };
    for (int i = 0; i < 10; ++i) enters(wrong + std::to_string(i));
    BOOST_TEST(enters("battery staple 4") == "credentials_wrong");
    BOOST_TEST(in(enter("ann")).total == 1u);  // the other login is another one
    const auto epoch = core.logins.of_user(core.db, realm_no(), user)->epoch;
    const auto link = core.links.make(core.db, context(), user, links::Purpose::unlock, epoch, "ann@shop.example", 24h);
    BOOST_TEST(core.recovery.unlock(core.db, context(), *realm(), link).has_value());
    BOOST_TEST(enters("battery staple 4") == "granted");
    const auto another = core.links.make(core.db, context(), user, links::Purpose::unlock, epoch, "ann@shop.example", 24h);
    BOOST_TEST(why(core.recovery.unlock(core.db, context(), *realm(), another)) == "link_dead");  // nothing is locked
}

BOOST_AUTO_TEST_CASE(X16_pending_sign_ins_of_this_door_do_not_crowd_out_those_of_the_Kibo_door) {
    pick("2");
    for (int i = 0; i < 25; ++i) owed(enter("ann"));
    BOOST_TEST(expect(sign_in("ann")).pending());
    const auto kibo_ones = core.tickets.pending_of(core.db, context(), user, 20);
    BOOST_TEST(kibo_ones.size() == 1u);
}

// --- The second step

BOOST_AUTO_TEST_CASE(EP180_an_app_is_owed_and_its_code_gives_the_tickets_of_all_accounts) {
    second_account();
    const auto app = turn_app_on();
    const auto due = owed(enter("ann"));
    BOOST_TEST((due.factor == Factor::app));
    BOOST_TEST(due.destination == "");
    BOOST_TEST(!due.sent);
    BOOST_TEST((due.expires_at == clock.now() + 10min));
    BOOST_TEST(events("signin.pending", "method") == 1);
    const auto claims = expect(core.tickets.check(core.db, here(), due.pending.reveal()));
    BOOST_TEST((claims.ticket->state == tickets::State::pending));  // TK7: the guard lets it open nothing
    BOOST_TEST(check(due.pending) == "ticket_invalid");
    BOOST_TEST(why(core.account_tickets.again(core.db, here(), *realm(), *claims.ticket)) == "forbidden");
    BOOST_TEST(why(change(core, *claims.ticket, "battery staple 4")) == "step_up_required");

    const auto step = [&](const std::string& code) { return core.account_tickets.second_step(core.db, here(), *realm(), due.pending, Secret(code)); };
    BOOST_TEST(why(step("12345")) == "code_wrong");
    const auto done = expect(step(code_of(app)));
    BOOST_TEST(done.total == 2u);
    BOOST_REQUIRE(done.tickets.size() == 2u);
    const auto full = ticket(done, 1);
    BOOST_TEST((full.app_at == clock.now()));
    BOOST_TEST((full.password_at.has_value()));
    BOOST_TEST((done.tickets[0].issued.access_expires_at == clock.now() + 24h));
    BOOST_TEST(why(step(code_of(app))) == "ticket_invalid");  // the pending one is gone (TK3)
    BOOST_TEST(events("2fa.success") == 1);
}

BOOST_AUTO_TEST_CASE(EP182_a_recovery_code_does_and_tells_what_is_left) {
    const auto app = turn_app_on();
    const auto set = core.db.transact([&](db::Tx& tx) { return core.recovery_codes.make(tx, context(), user); });
    const auto due = owed(enter("ann"));
    const auto done = expect(core.account_tickets.second_step(core.db, here(), *realm(), due.pending, set->codes.at(0)));
    BOOST_TEST(done.recovery_left.value() == 9u);
    BOOST_TEST(ticket(done).used_recovery);
}

BOOST_AUTO_TEST_CASE(EP180_codes_by_mail_and_SMS_go_out_at_once_and_again_when_asked) {
    give_phone();
    for (const auto& [method, factor, destination] :
         std::vector<std::tuple<std::string, Factor, std::string>>{{"2", Factor::email, text::masked_email("ann@shop.example")}, {"3", Factor::sms, text::masked_phone("+4930123456")}}) {
        pick(method);
        const auto due = owed(enter("ann"));
        BOOST_TEST((due.factor == factor));
        BOOST_TEST(due.destination == destination);
        BOOST_TEST(due.sent);
        const auto first = sent(events::Name::second_step_code_sent);
        clock.advance(1s);
        expect(core.account_tickets.second_step_code(core.db, here(), *realm(), due.pending));
        const auto second = sent(events::Name::second_step_code_sent);
        const auto step = [&](const std::string& code) { return core.account_tickets.second_step(core.db, here(), *realm(), due.pending, Secret(std::string(code))); };
        if (first != second) BOOST_TEST(why(step(first)) == "code_wrong");  // OC5
        const auto full = ticket(expect(step(second)));
        BOOST_TEST(((factor == Factor::sms ? full.sms_at : full.email_at) == clock.now()));
        change("DELETE FROM outbox");
    }
}

BOOST_AUTO_TEST_CASE(EP180_a_rule_of_the_shop_asks_for_a_code_by_mail) {
    for (const auto* rule : {"second_step.always", "second_step.on_fingerprint", "second_step.on_region"}) {
        set(rule, "on");
        BOOST_TEST((owed(enter("ann")).factor == Factor::email), rule);
        // X15: a one-time token meets it.
        BOOST_TEST(in(exchange(token(one_time::Purpose::passwordless_authentication))).total == 1u, rule);
        set(rule, "off");
    }
}

BOOST_AUTO_TEST_CASE(OC7_a_spent_budget_of_codes_leaves_the_sign_in_as_it_is) {
    pick("2");
    for (int i = 0; i < 12; ++i) BOOST_TEST(owed(enter("ann")).sent);
    const auto due = owed(enter("ann"));
    BOOST_TEST(!due.sent);
    BOOST_TEST(why(core.account_tickets.second_step_code(core.db, here(), *realm(), due.pending)) == "throttled");
}

BOOST_AUTO_TEST_CASE(TK7_what_is_no_pending_ticket_opens_no_second_step) {
    const auto done = in(enter("ann"));
    const auto full = Secret(done.tickets.at(0).issued.access.reveal());
    for (const auto& each : {full, Secret(std::string_view("junk")), ann.issued.access, Secret()}) {
        BOOST_TEST(why(core.account_tickets.second_step(core.db, here(), *realm(), each, Secret(std::string_view("123456")))) == "ticket_invalid");
        BOOST_TEST(why(core.account_tickets.second_step_code(core.db, here(), *realm(), each)) == "ticket_invalid");
    }
    turn_app_on();
    const auto due = owed(enter("ann"));
    clock.advance(10min);
    BOOST_TEST(why(core.account_tickets.second_step(core.db, here(), *realm(), due.pending, Secret(std::string_view("123456")))) == "ticket_invalid");
    // And one of the Kibo door is none here.
    const auto kibos = expect(sign_in("ann"));
    BOOST_TEST(kibos.pending());
    BOOST_TEST(why(core.account_tickets.second_step_code(core.db, here(), *realm(), kibos.issued.access)) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(X16_a_pending_ticket_is_not_found_by_the_users_id_at_the_Kibo_door) {
    pick("2");
    owed(enter("ann"));
    change("DELETE FROM outbox");
    expect(core.sign_in.request_second_step(core.db, context(), *realm(), {.user = user}));
    BOOST_TEST(rows("outbox") == 0);
}

BOOST_AUTO_TEST_CASE(who_has_no_account_passes_the_second_step_to_an_empty_list) {
    const auto app = turn_app_on();
    change("DELETE FROM memberships");
    const auto due = owed(enter("ann"));
    const auto done = expect(core.account_tickets.second_step(core.db, here(), *realm(), due.pending, Secret(code_of(app))));
    BOOST_TEST((done.user == user));
    BOOST_TEST(done.tickets.empty());
    BOOST_TEST(rows("tickets") == 1);  // that of the registration
}

// --- One-time tokens

BOOST_AUTO_TEST_CASE(EP162_a_one_time_token_signs_in_once_and_counts_as_a_code_by_mail) {
    const auto typed = token(one_time::Purpose::passwordless_authentication);
    const auto done = in(exchange(typed));
    const auto full = ticket(done);
    BOOST_TEST((full.scope == Scope::full));
    BOOST_TEST((full.email_at == clock.now()));
    BOOST_TEST(!full.password_at);
    BOOST_TEST(why(exchange(typed)) == "code_wrong");
    BOOST_TEST(events("signin.success", "") == 1);
    BOOST_TEST(number("SELECT verified_at IS NOT NULL FROM contacts WHERE kind = 1") == 1);  // OC9: it arrived there
    pick("2");
    BOOST_TEST(in(exchange(token(one_time::Purpose::passwordless_authentication))).total == 1u);  // X15
}

BOOST_AUTO_TEST_CASE(X15_it_never_meets_an_app_or_SMS) {
    give_phone();
    pick("3");
    BOOST_TEST((owed(exchange(token(one_time::Purpose::passwordless_authentication))).factor == Factor::sms));
    pick("1");
    const auto app = turn_app_on();
    const auto due = owed(exchange(token(one_time::Purpose::passwordless_authentication)));
    BOOST_TEST((due.factor == Factor::app));
    const auto full = ticket(expect(core.account_tickets.second_step(core.db, here(), *realm(), due.pending, Secret(code_of(app)))));
    BOOST_TEST(full.email_at.has_value());
    BOOST_TEST(full.app_at.has_value());
    BOOST_TEST(!full.password_at);
}

BOOST_AUTO_TEST_CASE(EP176_a_token_works_beside_a_lock_by_failures_and_not_beside_a_block) {
    for (int i = 0; i < 10; ++i) enter("ann", wrong + std::to_string(i));
    BOOST_TEST(in(exchange(token(one_time::Purpose::passwordless_authentication))).total == 1u);
    BOOST_TEST(number("SELECT locked_at IS NULL FROM logins WHERE user_name = 'ann'") == 0);  // which stays
    const auto typed = token(one_time::Purpose::passwordless_authentication);
    expect(core.logins.block(core.db, context(), "ann"));
    BOOST_TEST(why(exchange(typed)) == "code_wrong");
}

BOOST_AUTO_TEST_CASE(a_disabled_account_keeps_a_token_out_too) {
    const auto typed = token(one_time::Purpose::passwordless_authentication);
    change("UPDATE accounts SET active = 0");
    BOOST_TEST(why(exchange(typed)) == "code_wrong");
    BOOST_TEST(events("signin.failure") == 1);
}

BOOST_AUTO_TEST_CASE(EN2_a_wrong_token_costs_the_same_whoever_is_there) {
    token(one_time::Purpose::passwordless_authentication);
    customer("blocked");
    expect(core.logins.block(core.db, context(), "blocked"));
    for (const auto* name : {"ann", "nobody", "blocked", ""}) {
        realm();
        BOOST_TEST(statements([&] { BOOST_TEST(why(exchange("zzzzzz", name)) == "code_wrong"); }) == 8u, name);
        BOOST_TEST(statements([&] { BOOST_TEST(why(exchange("nothing like it", name)) == "code_wrong"); }) == 6u, name);
    }
}

BOOST_AUTO_TEST_CASE(TH10_a_wrong_token_repeated_costs_the_address_once) {
    token(one_time::Purpose::passwordless_authentication);
    int address = 1;
    for (const auto* name : {"ann", "nobody"}) {
        std::vector<unsigned> left;
        for (const auto* typed : {"zzzzzz", "zzzzzz", "yyyyyy", "zzzzzz"}) {
            std::optional<Quota> quota;
            auto shopper = at_home("203.0.113." + std::to_string(address));
            shopper.quota = &quota;
            BOOST_TEST(why(exchange(core, shopper, typed, name)) == "code_wrong");
            left.push_back(quota->remaining);
        }
        ++address;
        BOOST_TEST(left == (std::vector<unsigned>{29, 29, 28, 28}), boost::test_tools::per_element());
    }
}

// --- What a reset opens

BOOST_AUTO_TEST_CASE(X17_documented_a_reset_token_gives_a_whole_ticket_that_changes_the_password_and_lives_on) {
    const auto other = in(enter("ann"));
    clock.advance(6min);
    const auto done = reset();
    BOOST_TEST((ticket(done).scope == Scope::reset));
    BOOST_TEST(live(done.tickets.at(0).issued.access) == "granted");
    clock.advance(9min);  // longer than stepup.window
    expect(change_to(done, "battery staple 4"));
    BOOST_TEST(live(done.tickets.at(0).issued.access) == "granted");  // TK6
    BOOST_TEST((ticket(done).scope == Scope::full));
    BOOST_TEST(live(other.tickets.at(0).issued.access) == "ticket_invalid");
    BOOST_TEST(check(ann.issued.access) == "ticket_invalid");
    BOOST_TEST(why(enter("ann")) == "credentials_wrong");
    BOOST_TEST(in(enter("ann", "battery staple 4")).total == 1u);
    BOOST_TEST(events("password.reset_done") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM outbox") >= 1);
    // Once: the next one is asked for factors of its own.
    BOOST_TEST(why(change_to(done, "battery staple 5")) == "step_up_required");
}

BOOST_AUTO_TEST_CASE(PW12_after_ten_minutes_a_reset_ticket_changes_no_password) {
    const auto done = reset();
    clock.advance(10min);
    BOOST_TEST(why(change_to(done, "battery staple 4")) == "step_up_required");
    BOOST_TEST(live(done.tickets.at(0).issued.access) == "granted");
}

BOOST_AUTO_TEST_CASE(X17_with_an_app_or_SMS_a_reset_opens_the_password_alone_and_its_ticket_ends_with_that) {
    const auto app = turn_app_on();
    const auto done = reset();
    const auto& access = done.tickets.at(0).issued.access;
    BOOST_TEST((done.tickets.at(0).issued.access_expires_at == clock.now() + 10min));
    BOOST_TEST(live(access) == "forbidden");
    BOOST_TEST(live(access, true) == "granted");
    BOOST_TEST(why(core.account_tickets.again(core.db, here(), *realm(), ticket(done))) == "forbidden");
    expect(change_to(done, "battery staple 4"));
    BOOST_TEST(live(access) == "ticket_invalid");
    BOOST_TEST(live(access, true) == "ticket_invalid");
    const auto due = owed(enter("ann", "battery staple 4"));  // RS2: still asked for
    BOOST_TEST((due.factor == Factor::app));
}

BOOST_AUTO_TEST_CASE(X17_standard_a_reset_opens_the_password_alone_for_everybody) {
    set("policy", "standard");
    const auto done = reset();
    BOOST_TEST((ticket(done).scope == Scope::password_update));
    BOOST_TEST(why(change_to(done, "short one 4")) == "password_weak");
    expect(change_to(done, "battery staple and more 4"));
    BOOST_TEST(live(done.tickets.at(0).issued.access, true) == "ticket_invalid");
}

// --- A new password by a ticket

BOOST_AUTO_TEST_CASE(PW12_a_ticket_whose_factors_are_old_changes_no_password) {
    const auto done = in(enter("ann"));
    clock.advance(300s);
    expect(change_to(done, "battery staple 4"));
    BOOST_TEST(events("password.changed") == 1);
    clock.advance(1s);
    BOOST_TEST(why(change_to(done, "battery staple 5")) == "step_up_required");
    BOOST_TEST(live(done.tickets.at(0).issued.access) == "granted");
}

BOOST_AUTO_TEST_CASE(EP115_a_new_password_is_judged_and_a_refusal_leaves_everything_as_it_was) {
    const auto done = in(enter("ann"));
    const auto by = ticket(done);
    for (const auto& [password, ends] : std::vector<std::pair<std::string, std::string>>{
             {"horse 1", "password_weak"}, {"no digits at all", "password_weak"}, {"ann@shop.example1", "password_context"}, {"password123", "password_common"},
             {std::string(1025, 'a'), "password_too_long"}, {"broken \xff utf-8 1", "bad_parameter"}}) {
        BOOST_TEST(why(change(core, by, password)) == ends, password);
    }
    BOOST_TEST(live(done.tickets.at(0).issued.access) == "granted");
    BOOST_TEST(in(enter("ann")).total == 1u);
    customer("bob");
    const auto bobs = core.logins.named(core.db, realm_no(), "bob")->id;
    BOOST_TEST(why(core.account_tickets.change_password(core.db, here(), *realm(), by, bobs, Secret(std::string_view("battery staple 4")))) == "unknown_item");
    BOOST_TEST(why(core.account_tickets.change_password(core.db, here(), *realm(), by, LoginId{}, Secret(std::string_view("battery staple 4")))) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(RS3_a_new_password_ends_tickets_codes_links_tokens_devices_and_the_lock) {
    set("signin.email_code", "on");
    const auto typed = token(one_time::Purpose::passwordless_authentication);
    const auto spare = token(one_time::Purpose::passwordless_authentication);
    const auto done = in(exchange(typed));
    for (int i = 0; i < 10; ++i) enter("ann", wrong + std::to_string(i));
    core.sign_in.request_code(core.db, context(), *realm(), {.name = "ann"});
    core.recovery.request_reset(core.db, context(), *realm(), "ann");
    core.db.transact([&](db::Tx& tx) { return core.devices.record(tx, context(), realm()->settings, user, core.devices.print(context(), user, "print")).fresh; });
    for (const auto* table : {"codes", "links", "devices", "one_time_tokens"}) BOOST_TEST(rows(table) == 1, table);
    expect(change_to(done, "battery staple 4"));
    for (const auto* table : {"codes", "links", "devices", "one_time_tokens"}) BOOST_TEST(rows(table) == 0, table);
    BOOST_TEST(why(exchange(spare)) == "code_wrong");
    BOOST_TEST(failed_today() == 0);
    BOOST_TEST(in(enter("ann", "battery staple 4")).total == 1u);  // the lock is gone
}

BOOST_AUTO_TEST_CASE(TK6_a_block_that_comes_between_ends_the_ticket_that_makes_the_change_too) {
    const auto done = in(enter("ann"));
    const auto by = ticket(done);
    expect(core.logins.block(core.db, context(), "ann"));
    BOOST_TEST(why(change(core, by, "battery staple 4")) == "ticket_invalid");
    expect(core.logins.unlock(core.db, context(), "ann"));
    BOOST_TEST(in(enter("ann")).total == 1u);  // and the password is what it was
}

// --- Fresh tickets from a live one

BOOST_AUTO_TEST_CASE(EP164_a_live_ticket_gives_fresh_ones_whose_factors_and_end_stay) {
    set("ticket.account_life", "2592000");
    const auto begun = clock.now();
    auto done = in(enter("ann"));
    const auto made = second_account();
    for (int day = 0; day < 29; ++day) {
        clock.advance(24h);
        done = expect(core.account_tickets.again(core.db, here(), *realm(), ticket(done)));
        BOOST_REQUIRE(done.tickets.size() == 2u);
        BOOST_TEST((ticket(done, 1).password_at < begun + 1h));
    }
    BOOST_TEST((done.tickets[0].issued.access_expires_at <= begun + std::chrono::days(30)));  // TK2
    clock.advance(24h);
    BOOST_TEST(live(done.tickets[0].issued.access) == "ticket_invalid");
    BOOST_TEST(events("ticket.refreshed", "accounts") == 29);
}

BOOST_AUTO_TEST_CASE(EP164_from_a_reset_ticket_come_whole_ones_that_change_no_password) {
    const auto done = expect(core.account_tickets.again(core.db, here(), *realm(), ticket(reset())));
    BOOST_TEST((ticket(done).scope == Scope::full));
    clock.advance(301s);
    BOOST_TEST(why(change_to(done, "battery staple 4")) == "step_up_required");
}

BOOST_AUTO_TEST_CASE(EP164_what_ends_the_users_tickets_meanwhile_ends_the_fresh_ones) {
    const auto by = ticket(in(enter("ann")));
    expect(core.logins.block(core.db, context(), "ann"));
    expect(core.logins.unlock(core.db, context(), "ann"));
    const auto done = expect(core.account_tickets.again(core.db, here(), *realm(), by));
    BOOST_TEST(live(done.tickets.at(0).issued.access) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(TK2_standard_with_a_second_factor_an_hour_and_a_day) {
    set("policy", "standard");
    const auto app = turn_app_on();
    const auto begun = clock.now();
    const auto due = owed(enter("ann"));
    auto done = expect(core.account_tickets.second_step(core.db, here(), *realm(), due.pending, Secret(code_of(app))));
    BOOST_TEST((done.tickets.at(0).issued.access_expires_at == begun + 1h));
    for (int half = 1; half < 48; ++half) {
        clock.advance(30min);
        done = expect(core.account_tickets.again(core.db, here(), *realm(), ticket(done)));
    }
    BOOST_TEST((done.tickets.at(0).issued.access_expires_at == begun + 24h));
    clock.advance(30min);
    BOOST_TEST(live(done.tickets.at(0).issued.access) == "ticket_invalid");
}

// --- Self sign-up

BOOST_AUTO_TEST_CASE(EP163_self_signup_makes_user_login_and_account_and_signs_in) {
    const auto join = [&](const Context& by, const std::string& name, const std::string& email) {
        return core.account_tickets.self_signup(core.db, by, *realm(), {.user_name = name, .password = Secret(std::string_view("battery staple 4")),
                                                                      .name = "Bob B", .email = email, .given_name = "Bob", .family_name = "B"});
    };
    BOOST_TEST(why(join(here(), "bob", "bob@shop.example")) == "forbidden");
    set("members.self_signup", "on");
    const auto bare = expect(join(here(), "bare", "bare@shop.example"));
    BOOST_TEST(bare.tickets.empty());
    set("members.auto_account", "on");
    const auto done = expect(join(here(), "bob", "bob@shop.example"));
    BOOST_REQUIRE(done.tickets.size() == 1u);
    BOOST_TEST(done.tickets[0].account_name == "Bob B");
    BOOST_TEST((ticket(done).user == done.user));
    BOOST_TEST((std::get<SignedIn>(expect(enter("bob", "battery staple 4"))).user == done.user));
    BOOST_TEST(events("signin.success", "registration") == 3);
    const auto users_before = rows("users");
    BOOST_TEST(why(join(here(), "Bob", "other@shop.example")) == "name_taken");
    BOOST_TEST(rows("users") == users_before);
    BOOST_TEST(events("registration.refused", "name_taken") == 1);
    auto unknown = account_tickets::SelfSignup{.profile = ProfileNo{77}, .user_name = "x"};
    BOOST_TEST(why(core.account_tickets.self_signup(core.db, here(), *realm(), unknown)) == "unknown_item");
    // X12: of who calls directly, five answers an hour say so.
    for (int i = 0; i < 5; ++i) BOOST_TEST(why(join(at_home(), "bob", "other@shop.example")) == "name_taken");
    BOOST_TEST(why(join(at_home(), "bob", "other@shop.example")) == "throttled");
    BOOST_TEST(why(join(at_home(), "free", "free@shop.example")) == "throttled");
    BOOST_TEST(why(join(at_home("203.0.113.77"), "free", "free@shop.example")) == "granted");
    BOOST_TEST(why(join(here(), "bob", "other@shop.example")) == "name_taken");
    clock.advance(12min);
    BOOST_TEST(why(join(at_home(), "later", "later@shop.example")) == "granted");  // which is given back
    BOOST_TEST(why(join(at_home(), "bob", "other@shop.example")) == "name_taken");
    BOOST_TEST(why(join(at_home(), "bob", "other@shop.example")) == "throttled");
}

// --- Budgets

BOOST_AUTO_TEST_CASE(statements_of_signing_in_for_several_accounts_at_once) {
    const auto cost = [&](auto&& work) {
        realm();
        return statements(work);
    };
    BOOST_TEST(cost([&] { in(enter("ann")); }) == 9u);
    for (int i = 0; i < 3; ++i) second_account("Ann " + std::to_string(i));
    BOOST_TEST(cost([&] { BOOST_TEST(in(enter("ann")).tickets.size() == 4u); }) == 9u);  // rows go by fours, and by 32
    const auto typed = token(one_time::Purpose::passwordless_authentication);
    std::optional<SignedIn> done;
    BOOST_TEST(cost([&] { done = in(exchange(typed)); }) == 14u);  // the address is verified by it: two of them
    const auto by = ticket(*done);
    BOOST_TEST(cost([&] { done = expect(core.account_tickets.again(core.db, here(), *realm(), by)); }) == 9u);  // two of them for the budget (D372)
    const auto reset_ticket = ticket(reset());
    BOOST_TEST(cost([&] { expect(change(core, reset_ticket, "battery staple 4")); }) == 15u);
}

// --- Races

BOOST_AUTO_TEST_CASE(OC4_of_fifty_exchanges_of_one_token_one_signs_in) {
    const auto typed = token(one_time::Purpose::passwordless_authentication);
    const auto told = race([&](Core& with, unsigned) { return why(exchange(with, here(), typed)); }, 50);
    BOOST_TEST(std::ranges::count(told, "granted") == 1);
    BOOST_TEST(std::ranges::count(told, "code_wrong") == 49);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE door = 4") == 1);
    BOOST_TEST(rows("one_time_tokens") == 0);
}

BOOST_AUTO_TEST_CASE(TH1_of_fifty_that_bring_one_wrong_password_one_is_counted_and_of_ten_right_ones_none_locks) {
    auto told = race([&](Core& with, unsigned) { return why(enter(with, here(), "ann", wrong)); }, 50);
    BOOST_TEST(std::ranges::count(told, "credentials_wrong") == 50);
    BOOST_TEST(failed() == 1);
    BOOST_TEST(failed_today() == 1);
    BOOST_TEST(number("SELECT in_flight FROM logins WHERE user_name = 'ann'") == 0);
    told = race([&](Core& with, unsigned) { return why(enter(with, here(), "ann", right_password)); }, 9);
    BOOST_TEST(std::ranges::count(told, "granted") == 9);
}

BOOST_AUTO_TEST_CASE(TH1_wrong_ones_of_both_doors_at_once_lock_at_the_limit_and_none_fails_otherwise) {
    set("lock.attempts", "50");
    const auto told = race([&](Core& with, unsigned i) {
        const auto password = wrong + std::to_string(i);
        return i % 2 == 0 ? why(enter(with, here(), "ann", password)) : why(sign_in(with, context(), "ann", password));
    }, 40);
    BOOST_TEST(std::ranges::count(told, "credentials_wrong") == 40);
    BOOST_TEST(failed() == 40);
    BOOST_TEST(failed_today() == 40);
}

BOOST_AUTO_TEST_CASE(PW12_of_sixteen_changes_by_one_reset_ticket_one_is_made) {
    const auto by = ticket(reset());
    const auto told = race([&](Core& with, unsigned i) { return why(change(with, by, "battery staple " + std::to_string(i))); });
    BOOST_TEST(std::ranges::count(told, "granted") == 1);
    BOOST_TEST(events("password.reset_done") == 1);
    BOOST_TEST(number("SELECT epoch FROM users WHERE user_id = UNHEX('" + hex(user.value) + "')") == by.epoch + 1);
}

BOOST_AUTO_TEST_SUITE_END()
