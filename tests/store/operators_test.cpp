// SPDX-License-Identifier: MIT
// Operators against the database: their realm, who may enter which shop, one who acts for a customer, and what the desk does to
// a customer (M2 to M10, M15, M16, docs/pages.md).
#include "store/shop.h"

#include <authtickets/core/links.h>
#include <authtickets/core/totp.h>

using namespace authtickets;
using namespace authtickets::test;
using operators::Role;

namespace {

const std::string long_password = "correct horse battery";

struct Desks : Shop {
    operators::NewOperator person(const std::string& name, Role role = Role::manager) {
        return {.role = role, .user_name = name, .email = name + "@staff.example", .first_name = "Op", .last_name = name,
                .password = Secret(std::string_view(long_password))};
    }
    Context by_command() {
        auto out = context();
        out.application = {};
        out.door = Door::none;
        return out;
    }
    operators::Operator added(const std::string& name, Role role = Role::manager) {
        return expect(core.operators.add(core.db, by_command(), *realm(), person(name, role))).who;
    }
    RealmNo desk_realm() { return core.realms.operators(core.db).value(); }
    // What a request of the desk carries, a second after the last one.
    Context at_desk(const operators::Operator& who) {
        clock.advance(1s);
        auto out = by_command();
        out.door = Door::desk;
        out.acting = Acting{.realm = desk_realm(), .user = who.user, .name = who.shown()};
        return out;
    }
    std::string details(const std::string& name) {
        return text("SELECT details FROM events WHERE name = '" + name + "' ORDER BY event_id DESC LIMIT 1");
    }
    std::string actor(const std::string& name) {
        return text("SELECT actor FROM events WHERE name = '" + name + "' ORDER BY event_id DESC LIMIT 1");
    }
    std::string session(const tickets::Issued& issued) {
        auto ctx = context();
        ctx.application = {};
        ctx.door = Door::pages;
        return why(core.tickets.session(core.db, ctx, issued.cookie.reveal()));
    }
    AccountNo number_of(const sign_in::SignedIn& who) { return *who.issued.ticket.account_no; }
    logins::Login login(const std::string& name) { return core.logins.named(core.db, realm_no(), name).value(); }
    void enable_app(const UserId& user) {
        const auto setup = core.totp.setup(core.db, context(), user);
        const auto code = totp::code_at(setup.secret, totp::step_of(clock.now()));
        const bool on = core.db.transact([&](db::Tx& tx) {
            return core.totp.activate(tx, context(), realm()->settings, user, code.reveal()).on;
        });
        BOOST_REQUIRE(on);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(operators_store, Desks)

// --- Their realm

BOOST_AUTO_TEST_CASE(the_operators_realm_is_made_once_by_the_first_operator_and_is_no_shop) {
    BOOST_TEST(!core.realms.operators(core.db));
    const auto who = added("anna");
    const auto no = desk_realm();
    BOOST_TEST((no != realm_no()));
    const auto its = core.realms.newest(core.db, clock.now(), no);
    BOOST_TEST((its->kind == realms::Kind::operators));
    BOOST_TEST((realm()->kind == realms::Kind::shop));
    BOOST_TEST(its->name == "Store Desk");
    BOOST_TEST(its->address == "https://shop.example");
    BOOST_TEST(its->sites.empty());
    BOOST_TEST((its->settings.policy == realms::PasswordPolicy::standard));
    BOOST_TEST(its->settings.reset_link == "{base}/desk/reset?t={token}&u={user}");
    added("bert");
    BOOST_TEST(number("SELECT COUNT(*) FROM realms") == 2);
    BOOST_TEST(core.realms.list(core.db).size() == 2u);
    // No host leads there: whatever its name, the only shop is the one meant.
    BOOST_TEST((core.realms.at_host(core.db, "nobody.example") == realm_no()));
    BOOST_TEST(why(core.realms.add_site(core.db, by_command(), no, {.tenant = 9, .site = 9})) == "bad_parameter");
    BOOST_TEST(why(core.realms.add(core.db, by_command(), {.name = "Store Desk", .address = "https://x.example", .site = {.tenant = 8, .site = 8}}))
               == "bad_parameter");
    BOOST_TEST(why(core.operators.add(core.db, by_command(), *its, person("carl"))) == "bad_parameter");
    BOOST_TEST((who.shop == realm_no()));
}

BOOST_AUTO_TEST_CASE(sixteen_first_operators_at_once_make_one_realm) {
    const auto results = race([&](Core& worker, unsigned i) {
        return worker.operators.add(worker.db, by_command(), *worker.realms.get(worker.db, clock.now(), realm_no()), person("op" + std::to_string(i)));
    });
    for (const auto& each : results) BOOST_TEST(each.has_value());
    BOOST_TEST(number("SELECT COUNT(*) FROM realms WHERE kind = 2") == 1);
    BOOST_TEST(core.operators.list(core.db, realm_no()).size() == 16u);
    BOOST_TEST(events("realm.added") == 2);
}

BOOST_AUTO_TEST_CASE(links_of_operators_lead_to_the_address_that_was_given_or_is_given_later) {
    auto given = person("anna");
    given.password.reset();
    const auto first = expect(core.operators.add(core.db, by_command(), *realm(), given, "https://desk.example"));
    BOOST_REQUIRE(first.link.has_value());
    BOOST_TEST(first.link->address.reveal().starts_with("https://desk.example/desk/reset?t="));
    BOOST_TEST((first.link->expires_at == clock.now() + 24h));
    added("bert");
    BOOST_TEST(core.realms.newest(core.db, clock.now(), desk_realm())->address == "https://desk.example");
    auto third = person("carl");
    expect(core.operators.add(core.db, by_command(), *realm(), third, "https://other.example"));
    BOOST_TEST(core.realms.newest(core.db, clock.now(), desk_realm())->address == "https://other.example");
    BOOST_TEST(events("site.changed") == 1);
}

// --- Added, changed, removed

BOOST_AUTO_TEST_CASE(an_operator_signs_in_where_operators_do_and_nowhere_else) {
    const auto who = added("anna", Role::support);
    BOOST_TEST(who.user_name == "anna");
    BOOST_TEST(who.email == "anna@staff.example");
    BOOST_TEST(who.shown() == "Op anna");
    BOOST_TEST(operators::name(who.role) == "support");
    BOOST_TEST(!who.app);
    const auto found = core.operators.find(core.db, desk_realm(), who.user, realm_no());
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST((found->account == who.account));
    BOOST_TEST(!core.operators.find(core.db, desk_realm(), who.user, desk_realm()));
    BOOST_TEST((core.operators.named(core.db, realm_no(), "ANNA@staff.example")->user == who.user));
    auto ctx = by_command();
    ctx.realm = desk_realm();
    const auto its = core.realms.newest(core.db, clock.now(), desk_realm());
    const auto sign_in = [&](const realms::Realm& where) {
        auto here = by_command();
        here.realm = where.no;
        return why(core.sign_in.by_password(core.db, here, where, {.name = "anna", .password = Secret(std::string_view(long_password)), .account = {}, .wishes = {}}));
    };
    BOOST_TEST(sign_in(*its) == "granted");
    BOOST_TEST(sign_in(*realm()) == "credentials_wrong");
    BOOST_TEST(events("operator.changed", "added") == 1);
    BOOST_TEST(details("operator.changed").find("\"new\":\"support\"") != std::string::npos);
    BOOST_TEST(details("operator.changed").find("\"name\":\"Op anna\"") != std::string::npos);
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'operator.changed' AND realm_no = " + std::to_string(realm_no().value)) == 1);
}

BOOST_AUTO_TEST_CASE(without_a_password_a_link_to_one_is_mailed_and_works_once) {
    auto given = person("anna");
    given.password.reset();
    const auto done = expect(core.operators.add(core.db, by_command(), *realm(), given));
    BOOST_REQUIRE(done.link.has_value());
    BOOST_TEST(events("password.reset_sent", "invited") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM outbox WHERE name = 'password.reset_sent'") == 1);
    const auto address = std::string(done.link->address.reveal());
    const auto begin = address.find("t=") + 2;
    const Secret token(std::string_view(address).substr(begin, address.find('&') - begin));
    auto ctx = by_command();
    ctx.realm = desk_realm();
    const auto its = core.realms.newest(core.db, clock.now(), desk_realm());
    BOOST_TEST(why(core.recovery.reset(core.db, ctx, *its, {.token = token, .password = Secret(std::string_view("short"))})) == "password_weak");
    BOOST_TEST(why(core.recovery.reset(core.db, ctx, *its, {.token = token, .password = Secret(std::string_view(long_password))})) == "granted");
    BOOST_TEST(why(core.recovery.reset(core.db, ctx, *its, {.token = token, .password = Secret(std::string_view(long_password))})) == "link_dead");
    const auto again = expect(core.operators.send_link(core.db, by_command(), realm_no(), done.who.user));
    BOOST_TEST(again.address.reveal() != done.link->address.reveal());
    BOOST_TEST(events("password.reset_sent") == 2);
    BOOST_TEST(why(core.operators.send_link(core.db, by_command(), realm_no(), UserId{})) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_an_operator_is_refused_and_leaves_nothing) {
    added("anna");
    const auto refused = [&](operators::NewOperator wanted) { return why(core.operators.add(core.db, by_command(), *realm(), wanted)); };
    auto wanted = person("bert");
    wanted.email = "nonsense";
    BOOST_TEST(refused(wanted) == "bad_parameter");
    wanted = person("bert");
    wanted.password = Secret(std::string_view("fourteen chars"));
    BOOST_TEST(refused(wanted) == "password_weak");
    wanted = person("bert");
    wanted.user_name = "anna";  // of one person, and the address of nobody
    BOOST_TEST(refused(wanted) == "name_taken");
    wanted = person("anna");
    BOOST_TEST(refused(wanted) == "bad_parameter");  // she has a password
    wanted.password.reset();
    BOOST_TEST(refused(wanted) == "name_taken");  // and works here already
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM operators") == 1);
}

BOOST_AUTO_TEST_CASE(one_person_works_for_two_shops_in_two_roles) {
    const auto who = added("anna", Role::manager);
    const auto other = expect(core.realms.add(core.db, by_command(), {.name = "other", .address = "https://other.example",
                                                                      .site = {.tenant = 1001, .site = 3000, .name = "other"}}));
    auto wanted = person("anna", Role::viewer);
    wanted.password.reset();
    const auto there = expect(core.operators.add(core.db, by_command(), *other, wanted));
    BOOST_TEST(!there.link);
    BOOST_TEST((there.who.user == who.user));
    BOOST_TEST(operators::name(core.operators.find(core.db, desk_realm(), who.user, realm_no())->role) == "manager");
    BOOST_TEST(operators::name(core.operators.find(core.db, desk_realm(), who.user, other->no)->role) == "viewer");
    expect(core.operators.remove(core.db, by_command(), realm_no(), who.user, true));
    BOOST_TEST(!core.operators.find(core.db, desk_realm(), who.user, realm_no()));
    BOOST_TEST(core.operators.find(core.db, desk_realm(), who.user, other->no).has_value());
    expect(core.operators.remove(core.db, by_command(), other->no, who.user, true));
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 0);  // nothing is left of who has no shop
    BOOST_TEST(number("SELECT COUNT(*) FROM operators") == 0);
}

BOOST_AUTO_TEST_CASE(M16_the_last_manager_stays_unless_a_command_says_so) {
    const auto anna = added("anna"), bert = added("bert", Role::support);
    BOOST_TEST(why(core.operators.set_role(core.db, at_desk(anna), realm_no(), anna.user, Role::viewer)) == "forbidden");
    BOOST_TEST(why(core.operators.remove(core.db, at_desk(anna), realm_no(), anna.user)) == "forbidden");
    expect(core.operators.set_role(core.db, at_desk(anna), realm_no(), bert.user, Role::manager));
    BOOST_TEST(actor("operator.changed") == "operator");
    BOOST_TEST(details("operator.changed").find("\"old\":\"support\",\"new\":\"manager\"") != std::string::npos);
    BOOST_TEST(details("operator.changed").find("\"origin\":\"desk\"") != std::string::npos);
    BOOST_TEST(details("operator.changed").find(hex(anna.user.value)) != std::string::npos);
    BOOST_TEST(operators::name(expect(core.operators.set_role(core.db, at_desk(bert), realm_no(), anna.user, Role::viewer)).role) == "viewer");
    BOOST_TEST(why(core.operators.remove(core.db, at_desk(bert), realm_no(), bert.user)) == "forbidden");
    const auto before = events("operator.changed");
    expect(core.operators.set_role(core.db, at_desk(bert), realm_no(), bert.user, Role::manager));  // as before
    BOOST_TEST(events("operator.changed") == before);
    expect(core.operators.remove(core.db, by_command(), realm_no(), bert.user, true));
    BOOST_TEST(actor("operator.changed") == "command");
    BOOST_TEST(why(core.operators.set_role(core.db, by_command(), realm_no(), bert.user, Role::viewer)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(M16_of_managers_who_remove_each_other_at_once_one_is_left) {
    std::vector<UserId> all;
    for (unsigned i = 0; i < racers; ++i) all.push_back(added("op" + std::to_string(i)).user);
    const auto results = race([&](Core& worker, unsigned i) {
        return worker.operators.remove(worker.db, by_command(), realm_no(), all[(i + 1) % all.size()]);
    });
    BOOST_TEST(std::ranges::count_if(results, [](const auto& each) { return each.has_value(); }) == racers - 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM operators WHERE role = 3") == 1);
    BOOST_TEST(events("operator.changed", "removed") == racers - 1);
}

BOOST_AUTO_TEST_CASE(a_lower_role_and_removal_end_what_is_open) {
    added("boss");
    const auto anna = added("anna", Role::support);
    const auto epoch = [&] { return number("SELECT epoch FROM users WHERE realm_no = " + std::to_string(desk_realm().value) +
                                           " AND user_id = (SELECT user_id FROM logins WHERE user_name = 'anna')"); };
    const auto first = epoch();
    expect(core.operators.set_role(core.db, by_command(), realm_no(), anna.user, Role::manager));
    BOOST_TEST(epoch() == first);
    expect(core.operators.set_role(core.db, by_command(), realm_no(), anna.user, Role::viewer));
    BOOST_TEST(epoch() == first + 1);
}

BOOST_AUTO_TEST_CASE(preferences_are_kept_for_each_shop_and_are_a_small_object) {
    const auto anna = added("anna");
    expect(core.operators.set_preferences(core.db, anna, Json::object({{"columns", "name,email"}})));
    BOOST_TEST(core.operators.find(core.db, desk_realm(), anna.user, realm_no())->preferences.dump() == "{\"columns\":\"name,email\"}");
    BOOST_TEST(why(core.operators.set_preferences(core.db, anna, Json::array())) == "bad_parameter");
    BOOST_TEST(why(core.operators.set_preferences(core.db, anna, Json::object({{"x", std::string(5000, 'x')}}))) == "bad_parameter");
    BOOST_TEST(core.operators.find(core.db, desk_realm(), anna.user, realm_no())->preferences.dump() == "{\"columns\":\"name,email\"}");
}

BOOST_AUTO_TEST_CASE(a_sign_in_at_the_desk_stands_in_the_shops_trail) {
    const auto anna = added("anna");
    BOOST_TEST(!anna.last_sign_in_at);
    auto ctx = by_command();
    ctx.door = Door::desk;
    ctx.realm = desk_realm();
    core.operators.signed_in(core.db, ctx, anna);
    BOOST_TEST(actor("operator.signin") == "operator");
    BOOST_TEST(details("operator.signin") == "{\"operator\":{\"id\":\"" + hex(anna.user.value) + "\",\"name\":\"Op anna\"},\"origin\":\"desk\"}");
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'operator.signin' AND realm_no = " + std::to_string(realm_no().value)) == 1);
    BOOST_TEST((core.operators.find(core.db, desk_realm(), anna.user, realm_no())->last_sign_in_at == clock.now()));
}

// --- For a customer

BOOST_AUTO_TEST_CASE(M10_a_manager_acts_for_a_customer_for_half_an_hour_and_everything_says_so) {
    const auto who = customer("kim");
    const auto anna = added("anna");
    const auto issued = expect(core.operators.act_as(core.db, at_desk(anna), *realm(), anna, number_of(who)));
    BOOST_TEST((issued.ticket.user == who.issued.ticket.user));
    BOOST_TEST((issued.ticket.door == Door::pages));
    BOOST_TEST(issued.access.empty());
    BOOST_TEST(session(issued) == "granted");
    BOOST_TEST(actor("as_customer.started") == "operator");
    BOOST_TEST(details("as_customer.started").find("Op anna") != std::string::npos);
    BOOST_TEST(number("SELECT COUNT(*) FROM outbox WHERE name = 'as_customer.started'") == 1);  // RS8
    auto ctx = by_command();
    ctx.door = Door::pages;
    const auto read = expect(core.tickets.session(core.db, ctx, issued.cookie.reveal()));
    BOOST_REQUIRE(read.acting.has_value());
    BOOST_TEST((read.acting->user == anna.user));
    BOOST_TEST(!customers::fresh(read, login("kim"), clock.now(), realm()->settings.step_up_window));
    clock.advance(29min);
    BOOST_TEST(session(issued) == "granted");
    clock.advance(1min);
    BOOST_TEST(session(issued) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(M10_what_is_done_in_such_a_session_is_the_operators_doing_and_its_end_is_told_once) {
    const auto who = customer("kim");
    const auto anna = added("anna");
    const auto issued = expect(core.operators.act_as(core.db, at_desk(anna), *realm(), anna, number_of(who)));
    auto ctx = at_desk(anna);
    ctx.door = Door::pages;
    expect(core.customers.update(core.db, ctx, *realm(), number_of(who), {.first_name = "Kimmy"}, {}, nullptr));
    BOOST_TEST(actor("account.updated") == "operator_as_customer");
    BOOST_TEST(details("account.updated").find("\"origin\":\"portal\"") != std::string::npos);
    core.operators.end_act_as(core.db, ctx, issued.ticket);
    core.operators.end_act_as(core.db, ctx, issued.ticket);
    BOOST_TEST(events("as_customer.ended") == 1);
    BOOST_TEST(session(issued) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(M10_is_refused_for_guests_for_suspended_accounts_and_to_other_roles) {
    const auto who = customer("kim");
    const auto boss = added("boss"), anna = added("anna", Role::support);
    const auto refused = [&](const operators::Operator& by, AccountNo no) {
        const auto done = core.operators.act_as(core.db, at_desk(by), *realm(), by, no);
        return done ? std::string("granted") : done.error().field;
    };
    BOOST_TEST(refused(anna, number_of(who)) == "role");
    const auto guest = expect(core.customers.guest(core.db, context(), {.email = "g@shop.example"}));
    BOOST_TEST(refused(boss, guest.no) == "guest");
    BOOST_TEST(why(core.operators.act_as(core.db, at_desk(boss), *realm(), boss, AccountNo{99})) == "unknown_item");
    expect(core.desk.suspend(core.db, at_desk(boss), number_of(who)));
    BOOST_TEST(refused(boss, number_of(who)) == "suspended");
    // What the caller believes of his role is not enough.
    auto believed = core.operators.named(core.db, realm_no(), "anna").value();
    believed.role = Role::manager;
    expect(core.desk.activate(core.db, at_desk(boss), number_of(who)));
    BOOST_TEST(refused(believed, number_of(who)) == "role");
    BOOST_TEST(events("as_customer.started") == 0);
}

BOOST_AUTO_TEST_CASE(M10_the_session_dies_with_the_operators_role_and_with_the_customers_suspension) {
    const auto who = customer("kim");
    const auto boss = added("boss"), anna = added("anna");
    const auto first = expect(core.operators.act_as(core.db, at_desk(anna), *realm(), anna, number_of(who)));
    expect(core.operators.set_role(core.db, at_desk(boss), realm_no(), anna.user, Role::viewer));
    BOOST_TEST(session(first) == "ticket_invalid");
    const auto second = expect(core.operators.act_as(core.db, at_desk(boss), *realm(), boss, number_of(who)));
    BOOST_TEST(session(second) == "granted");
    expect(core.desk.suspend(core.db, at_desk(boss), number_of(who)));
    BOOST_TEST(session(second) == "ticket_invalid");
}

// --- What the desk does to a customer

BOOST_AUTO_TEST_CASE(M4_M5_of_sixteen_operators_who_turn_off_one_app_one_does_and_is_told_of) {
    const auto who = customer("kim");
    const auto anna = added("anna", Role::support);
    enable_app(who.issued.ticket.user);
    const auto mails = [&] { return number("SELECT COUNT(*) FROM outbox WHERE name = '2fa.disabled'"); };
    for (const auto* why_not : {"", "   "}) {
        BOOST_TEST(why(core.desk.disable_two_step(core.db, at_desk(anna), number_of(who), why_not)) == "bad_parameter");
    }
    BOOST_TEST(why(core.desk.disable_two_step(core.db, at_desk(anna), number_of(who), std::string(201, 'x'))) == "bad_parameter");
    const auto ctx = at_desk(anna);
    const auto results = race([&](Core& worker, unsigned) {
        return worker.desk.disable_two_step(worker.db, ctx, number_of(who), "lost the telephone; showed an identity card");
    });
    BOOST_TEST(std::ranges::count_if(results, [](const auto& each) { return each.has_value(); }) == 1);
    for (const auto& each : results) BOOST_TEST((each || each.error().why == Why::unknown_item));
    BOOST_TEST(events("2fa.disabled") == 1);
    BOOST_TEST(mails() == 1);
    BOOST_TEST(actor("2fa.disabled") == "operator");
    BOOST_TEST(details("2fa.disabled").find("showed an identity card") != std::string::npos);
    BOOST_TEST(!login("kim").app);
}

BOOST_AUTO_TEST_CASE(M6_unlock_clears_lock_block_and_counters_and_says_nothing_where_there_is_nothing) {
    const auto who = customer("kim");
    const auto anna = added("anna", Role::support);
    const auto no = number_of(who);
    expect(core.desk.unlock(core.db, at_desk(anna), *realm(), no));
    BOOST_TEST(events("account.unlocked") == 0);
    for (int i = 0; i < 10; ++i) BOOST_TEST(why(sign_in("kim", "wrong horse 1")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("kim")) == "credentials_wrong");
    expect(core.desk.unlock(core.db, at_desk(anna), *realm(), no));
    expect(core.desk.unlock(core.db, at_desk(anna), *realm(), no));
    BOOST_TEST(events("account.unlocked") == 1);
    BOOST_TEST(actor("account.unlocked") == "operator");
    BOOST_TEST(why(sign_in("kim")) == "granted");
    expect(core.customers.set_locked(core.db, context(), no, {}, true));
    expect(core.desk.unlock(core.db, at_desk(anna), *realm(), no));
    BOOST_TEST(events("account.activated", "blocked") == 1);
    BOOST_TEST(why(sign_in("kim")) == "granted");
}

BOOST_AUTO_TEST_CASE(M7_a_reset_is_sent_to_whom_it_helps_and_to_nobody_else) {
    const auto who = customer("kim");
    const auto anna = added("anna", Role::support);
    expect(core.desk.send_reset(core.db, at_desk(anna), *realm(), number_of(who)));
    BOOST_TEST(events("password.reset_sent") == 1);
    BOOST_TEST(actor("password.reset_sent") == "operator");
    const auto guest = expect(core.customers.guest(core.db, context(), {.email = "g@shop.example"}));
    const auto refused = [&](AccountNo no) {
        const auto done = core.desk.send_reset(core.db, at_desk(anna), *realm(), no);
        return done ? std::string("granted") : done.error().field;
    };
    BOOST_TEST(refused(guest.no) == "guest");
    expect(core.desk.suspend(core.db, at_desk(anna), number_of(who)));
    BOOST_TEST(refused(number_of(who)) == "suspended");
    BOOST_TEST(number("SELECT COUNT(*) FROM outbox WHERE name = 'password.reset_sent'") == 1);
}

BOOST_AUTO_TEST_CASE(M8_suspension_ends_every_ticket_and_activation_brings_none_back) {
    const auto who = customer("kim");
    const auto anna = added("anna", Role::support);
    BOOST_TEST(!expect(core.desk.suspend(core.db, at_desk(anna), number_of(who))).active);
    BOOST_TEST(check(who.issued.access) == "ticket_invalid");
    expect(core.desk.suspend(core.db, at_desk(anna), number_of(who)));
    BOOST_TEST(events("account.suspended", "disabled") == 1);
    BOOST_TEST(actor("account.suspended") == "operator");
    BOOST_TEST(why(sign_in("kim")) == "credentials_wrong");
    BOOST_TEST(expect(core.desk.activate(core.db, at_desk(anna), number_of(who))).active);
    BOOST_TEST(check(who.issued.access) == "ticket_invalid");
    BOOST_TEST(why(sign_in("kim")) == "granted");
}

BOOST_AUTO_TEST_CASE(M9_one_session_or_all_are_ended_and_no_other_customers) {
    const auto kim = customer("kim"), lee = customer("lee");
    const auto second = expect(sign_in("kim")), third = expect(sign_in("kim"));
    const auto anna = added("anna", Role::support);
    BOOST_TEST(why(core.desk.end_session(core.db, at_desk(anna), number_of(kim), lee.issued.ticket.id)) == "unknown_item");
    expect(core.desk.end_session(core.db, at_desk(anna), number_of(kim), second.issued.ticket.id));
    BOOST_TEST(why(core.desk.end_session(core.db, at_desk(anna), number_of(kim), second.issued.ticket.id)) == "unknown_item");
    BOOST_TEST(check(second.issued.access) == "ticket_invalid");
    BOOST_TEST(check(third.issued.access) == "granted");
    BOOST_TEST(actor("session.ended") == "operator");
    BOOST_TEST(expect(core.desk.end_sessions(core.db, at_desk(anna), number_of(kim))) == 2u);
    BOOST_TEST(check(third.issued.access) == "ticket_invalid");
    BOOST_TEST(check(lee.issued.access) == "granted");
    BOOST_TEST(events("session.ended") == 2);
}

BOOST_AUTO_TEST_CASE(M15_a_customer_is_made_without_a_password_and_gets_a_link_to_one) {
    const auto anna = added("anna");
    customers::NewCustomer wanted{.profile = {.email = "kim@shop.example", .first_name = "Kim"}};
    wanted.login = {{.user_name = "kim", .password = Secret(std::string_view(right_password))}};  // which is not taken
    const auto account = expect(core.desk.create(core.db, at_desk(anna), *realm(), wanted));
    BOOST_TEST(account.user_name == "kim");
    BOOST_TEST(login("kim").sealed_password.empty());
    BOOST_TEST(actor("account.created") == "operator");
    BOOST_TEST(events("account.created", "invited") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM outbox WHERE name = 'password.reset_sent'") == 1);
    BOOST_TEST(why(core.desk.create(core.db, at_desk(anna), *realm(), wanted)) == "name_taken");
    wanted.profile.email.clear();
    BOOST_TEST(why(core.desk.create(core.db, at_desk(anna), *realm(), wanted)) == "missing_parameter");
    wanted.profile.email = "nonsense";
    BOOST_TEST(why(core.desk.create(core.db, at_desk(anna), *realm(), wanted)) == "bad_parameter");
}

BOOST_AUTO_TEST_CASE(M2_names_change_at_once_and_contacts_after_the_code) {
    const auto who = customer("kim");
    customer("lee");
    const auto anna = added("anna");
    const auto no = number_of(who);
    const auto done = expect(core.desk.edit(core.db, at_desk(anna), *realm(), no,
                                            {.first_name = "Kimmy", .email = "new@shop.example", .phone = "+4915112345678"}));
    BOOST_TEST(done.account.profile.first_name == "Kimmy");
    BOOST_TEST(done.account.profile.email == "kim@shop.example");
    BOOST_TEST(done.email_pending);
    BOOST_TEST(done.phone_pending);
    BOOST_TEST(login("kim").email->value == "kim@shop.example");
    BOOST_TEST(!login("kim").phone);
    BOOST_TEST(events("contact.code_sent") == 2);
    BOOST_TEST(actor("contact.code_sent") == "operator");
    const auto same = expect(core.desk.edit(core.db, at_desk(anna), *realm(), no, {.first_name = "Kimmy", .email = "kim@shop.example"}));
    BOOST_TEST(!same.email_pending);
    BOOST_TEST(events("account.updated") == 1);
    BOOST_TEST(why(core.desk.edit(core.db, at_desk(anna), *realm(), no, {.first_name = "K", .email = "lee@shop.example"})) == "name_taken");
    BOOST_TEST(why(core.desk.edit(core.db, at_desk(anna), *realm(), no, {.first_name = "K", .email = "nonsense"})) == "bad_parameter");
    BOOST_TEST(why(core.desk.edit(core.db, at_desk(anna), *realm(), no, {.first_name = "K", .email = ""})) == "bad_parameter");
    BOOST_TEST(why(core.desk.edit(core.db, at_desk(anna), *realm(), no, {.first_name = std::string(500, 'x'), .phone = "+4915112345679"})) == "bad_parameter");
    BOOST_TEST(login("kim").account->profile.first_name == "Kimmy");
    BOOST_TEST(events("contact.code_sent") == 2);
    const auto guest = expect(core.customers.guest(core.db, context(), {.email = "g@shop.example"}));
    BOOST_TEST(expect(core.desk.edit(core.db, at_desk(anna), *realm(), guest.no, {.email = "h@shop.example"})).account.profile.email == "h@shop.example");
}

BOOST_AUTO_TEST_CASE(M2_M3_a_number_that_codes_go_to_stays_and_a_method_needs_a_verified_contact) {
    const auto who = customer("kim");
    const auto anna = added("anna");
    const auto no = number_of(who);
    BOOST_TEST(why(core.desk.set_method(core.db, at_desk(anna), no, users::Method::sms)) == "bad_parameter");
    const auto kim = login("kim");
    core.db.transact([&](db::Tx& tx) { return expect(core.contacts.put(tx, context(), kim, users::ContactKind::phone, "+4915112345678", true)), true; });
    expect(core.desk.set_method(core.db, at_desk(anna), no, users::Method::sms));
    BOOST_TEST(actor("2fa.method_changed") == "operator");
    BOOST_TEST(why(core.desk.edit(core.db, at_desk(anna), *realm(), no, {.phone = ""})) == "bad_parameter");
    expect(core.desk.set_method(core.db, at_desk(anna), no, users::Method::simple));
    expect(core.desk.edit(core.db, at_desk(anna), *realm(), no, {.phone = ""}));
    BOOST_TEST(!login("kim").phone);
    BOOST_TEST(events("contact.changed", "phone") == 1);
}

BOOST_AUTO_TEST_CASE(opening_a_record_and_taking_a_list_away_are_told) {
    const auto who = customer("kim");
    const auto anna = added("anna", Role::viewer);
    core.desk.viewed(core.db, at_desk(anna), expect(core.accounts.get(core.db, realm_no(), number_of(who))));
    core.desk.exported(core.db, at_desk(anna), "customers", 12);
    BOOST_TEST(actor("customer.viewed") == "operator");
    BOOST_TEST(number("SELECT account_no FROM events WHERE name = 'customer.viewed'") == number_of(who).value);
    BOOST_TEST(events("export.made", "customers") == 1);
    BOOST_TEST(details("export.made").starts_with("{\"rows\":12"));
}

BOOST_AUTO_TEST_CASE(a_setting_that_the_desk_changes_says_what_it_was) {
    const auto anna = added("anna");
    expect(core.realms.set(core.db, at_desk(anna), realm_no(), "second_step.always", "on"));
    BOOST_TEST(actor("policy.changed") == "operator");
    BOOST_TEST(details("policy.changed").starts_with("{\"name\":\"second_step.always\",\"old\":\"off\",\"value\":\"on\""));
    expect(core.realms.set(core.db, at_desk(anna), realm_no(), "mail.suppressed", "otpForLogin"));
    BOOST_TEST(details("mail.changed").starts_with("{\"name\":\"mail.suppressed\",\"old\":\"\",\"value\":\"otpForLogin\""));
}

BOOST_AUTO_TEST_SUITE_END()
