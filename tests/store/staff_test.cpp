// SPDX-License-Identifier: MIT
// Staff (docs/freshcom.md): what making, changing and removing one leaves in the tables, what it ends, what is refused, and that
// an administrator stays. And what a shop says of itself.
#include "shop.h"

#include <algorithm>

#include <authtickets/core/staff.h>

using namespace authtickets;
using namespace authtickets::test;
using users::Method;
using users::Role;

namespace {

struct Staff : Shop {
    Context command() {
        auto out = context();
        out.door = Door::none;
        out.application = {};
        return out;
    }
    Context by(const UserId& who) {
        auto out = context();
        out.door = Door::freshcom;
        out.application = {};
        out.user = who;
        return out;
    }
    staff::NewUser person(const std::string& user_name, Role role = Role::administrator) {
        return {.role = role, .user_name = user_name, .password = Secret(std::string_view("correct horse 1")), .name = "Ada"};
    }
    staff::Person made(const std::string& user_name, Role role = Role::administrator) {
        return expect(core.staff.add(core.db, command(), *realm(), person(user_name, role))).who;
    }
    Result<staff::Person> changed(const UserId& user, const staff::Change& change) { return core.staff.change(core.db, by({}), *realm(), user, change); }
    // "phone length 9, phone_code missing": all of a refusal, in its order.
    template <class T>
    static std::string told(const Result<T>& result) {
        if (result) return "granted";
        std::string out;
        const auto add = [&](const Refusal& refusal) {
            constexpr std::string_view rules[] = {"", "length", "format", "inclusion", "must_match", "taken", "invalid"};
            const std::string_view rule = refusal.why == Why::missing_parameter ? "missing" : refusal.why == Why::name_taken ? "taken" : rules[static_cast<int>(refusal.rule)];
            out.append(out.empty() ? "" : ", ").append(refusal.field).append(" ").append(rule.empty() ? name(refusal.why) : rule);
        };
        add(result.error());
        for (const auto& other : result.error().others) add(other);
        return out;
    }
    bool signs_in(const std::string& name, std::string_view secret = "correct horse 1") {
        auto attempt = expect(core.logins.attempt(*core.logins.enter(), core.db, context(), realm()->settings, name, Secret(secret), {}));
        core.db.transact([&](db::Tx& tx) {
            if (attempt.matched) core.logins.settle_right(tx, context(), attempt, true);
            else core.logins.settle_failed(tx, context(), realm()->settings, attempt);
            return true;
        });
        return attempt.matched;
    }
    std::int64_t epoch(const UserId& user) { return number("SELECT epoch FROM users WHERE user_id = UNHEX('" + hex(user.value) + "')"); }
    std::int64_t counted_users() { return number("SELECT CAST(COALESCE(SUM(users), 0) AS SIGNED) FROM account_counts"); }
    std::string code(users::ContactKind kind, const std::string& contact) {
        expect(core.verifications.request(core.db, context(), *realm(), kind, contact));
        std::string out;
        for (const auto& taken : core.outbox.due(core.db, clock.now() + 1h, 1000)) {
            const auto cause = core.outbox.open(taken);
            if (cause && cause->event == events::Name::verification_code_sent && cause->destination == contact) out = cause->code.reveal();
        }
        BOOST_REQUIRE(!out.empty());
        return out;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(staff_store, Staff)

BOOST_AUTO_TEST_CASE(staff_have_a_login_a_role_and_no_account_FC91_FC97) {
    const auto ada = expect(core.staff.add(core.db, command(), *realm(),
                                           {.role = Role::developer, .user_name = " Ada.L+dev ", .password = Secret(std::string_view("correct horse 1")),
                                            .first_name = "Ada", .last_name = "Lovelace", .email = "Ada@Shop.example", .phone = "+4930901820",
                                            .custom_data = Json::object({{"desk", 4}})})).who;
    BOOST_TEST(ada.user_name == "ada.l+dev");
    BOOST_TEST(ada.names.name == "Ada Lovelace");
    BOOST_TEST((ada.role == Role::developer));
    BOOST_TEST(ada.phone.value == "+4930901820");
    BOOST_TEST(!ada.email.verified_at.has_value());
    BOOST_TEST((ada.method == Method::simple));
    BOOST_TEST(!ada.suspended);
    BOOST_TEST(!ada.account_no.has_value());
    BOOST_TEST(ada.custom_data.dump() == R"({"desk":4})");
    BOOST_TEST(number("SELECT COUNT(*) FROM accounts") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM memberships") == 0);
    BOOST_TEST(counted_users() == 0);  // no customer
    BOOST_TEST(events("user.created", "staff") == 1);
    BOOST_TEST(text("SELECT details FROM events WHERE name = 'user.created'").find("developer") != std::string::npos);
    BOOST_TEST(expect(core.staff.get(core.db, realm_no(), ada.id)).user_name == "ada.l+dev");
    BOOST_TEST(core.staff.named(core.db, realm_no(), "ADA.L+DEV").has_value());
    BOOST_TEST(signs_in("ada.l+dev"));
    BOOST_TEST(!signs_in("ada@shop.example"));  // nobody has shown that it is his
    BOOST_TEST(why(core.staff.get(core.db, realm_no(), UserId{uuid_v4(rng)})) == "unknown_item");
    BOOST_TEST(statements([&] { expect(core.staff.get(core.db, realm_no(), ada.id)); }) == 1u);
}

BOOST_AUTO_TEST_CASE(other_doors_neither_list_nor_change_staff) {
    const auto ada = made("ada.admin");
    const auto ann = customer("ann");
    BOOST_TEST(core.members.list(core.db, realm_no(), {}).items.size() == 1u);
    BOOST_TEST(core.members.list(core.db, realm_no(), {}).total == 1u);
    BOOST_TEST(core.members.list(core.db, realm_no(), {.where = {{.field = static_cast<int>(users::Field::name), .op = db::Op::eq, .values = {std::string("Ada")}}}}).total == 0u);
    BOOST_TEST(why(core.members.get(core.db, realm_no(), ada.id)) == "unknown_item");
    BOOST_TEST(why(core.members.update(core.db, context(), *realm(), ada.id, {.name = "Eve"})) == "unknown_item");
    BOOST_TEST(why(core.members.remove(core.db, context(), ada.id)) == "unknown_item");
    const auto login = core.logins.named(core.db, realm_no(), "ada.admin").value();
    BOOST_TEST(core.members.infos(core.db, realm_no(), ada.id, 0, 10).items.empty());
    BOOST_TEST(core.members.infos(core.db, realm_no(), ada.id, 0, 10).total == 0u);
    BOOST_TEST(why(core.members.update_info(core.db, context(), *realm(), ada.id, login.id, {.password = Secret(std::string_view("stolen horse 1"))})) == "unknown_item");
    BOOST_TEST(why(core.members.remove_info(core.db, context(), ada.id, login.id)) == "unknown_item");
    BOOST_TEST(why(core.members.add_membership(core.db, context(), ann.account.id, ada.id)) == "bad_parameter");
    BOOST_TEST(why(core.account_tickets.by_password(core.db, context(), *realm(), logins::default_profile, "ada.admin", Secret(std::string_view("correct horse 1"))))
               == "credentials_wrong");
    BOOST_TEST(why(sign_in("ada.admin")) == "credentials_wrong");  // the Kibo door: no account
    BOOST_TEST(core.customers.login_state(core.db, context(), *realm(), ann.account.no, ada.id).has_value() == false);
}

BOOST_AUTO_TEST_CASE(all_that_is_wrong_with_staff_to_be_is_told_at_once_FC32) {
    const auto add = [&](const staff::NewUser& wanted) { return told(core.staff.add(core.db, by({}), *realm(), wanted)); };
    BOOST_TEST(add({.email = "nobody", .phone = "12", .found = {{.why = Why::bad_parameter, .field = "caption", .rule = Refusal::Rule::length}}})
               == "caption length, role missing, user_name missing, name missing, email format, phone length, password missing");
    auto wanted = person("abc", Role::customer);
    wanted.password = Secret(std::string_view("short 1"));
    wanted.method = Method::sms;
    BOOST_TEST(add(wanted) == "role inclusion, user_name length, phone missing, phone_code missing, password length");
    wanted = person("ada admin!", Role::manager);
    wanted.phone = "+4930901820";
    wanted.method = Method::sms;
    wanted.custom_data = Json("text");
    BOOST_TEST(add(wanted) == "user_name format, phone_code missing, custom_data invalid");
    wanted = person("ada.admin");
    wanted.custom_data = Json::object({{"a", std::string(9000, 'x')}});
    BOOST_TEST(add(wanted) == "custom_data length");
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 0);
    made("ada.admin");
    BOOST_TEST(add(person("ADA.admin")) == "user_name taken");
    customer("annabel", "ann@shop.example");
    BOOST_TEST(add(person("ann@shop.example")) == "user_name taken");  // the address of another is his name
    BOOST_TEST(add(person("Annabel")) == "user_name taken");
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 2);
}

BOOST_AUTO_TEST_CASE(a_code_makes_the_method_and_a_wrong_one_nothing_FC105_OC9) {
    set("second_step.default", "sms");
    auto wanted = person("ada.admin");
    BOOST_TEST(told(core.staff.add(core.db, by({}), *realm(), wanted)) == "phone missing, phone_code missing");
    wanted.phone = "+4930901820";
    wanted.phone_code = "000000";
    const auto right = code(users::ContactKind::phone, "+4930901820");
    BOOST_REQUIRE(right != "000000");
    BOOST_TEST(told(core.staff.add(core.db, by({}), *realm(), wanted)) == "phone_code invalid");
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 0);
    wanted.phone_code = right;
    const auto ada = expect(core.staff.add(core.db, by({}), *realm(), wanted)).who;
    BOOST_TEST((ada.method == Method::sms));
    BOOST_TEST((ada.phone.verified_at == clock.now()));
    BOOST_TEST(told(core.staff.add(core.db, by({}), *realm(), [&] {
        auto again = person("eve.admin");
        again.phone = wanted.phone;
        again.phone_code = right;
        return again;
    }())) == "phone_code invalid");  // it is used up
    auto simple = person("bob.admin");
    simple.method = Method::simple;  // staff may choose it below a shop's default
    BOOST_TEST((expect(core.staff.add(core.db, by({}), *realm(), simple)).who.method == Method::simple));
}

BOOST_AUTO_TEST_CASE(without_a_password_a_command_mails_a_link_and_the_door_refuses) {
    auto wanted = person("ada.admin");
    wanted.password.reset();
    BOOST_TEST(told(core.staff.add(core.db, by({}), *realm(), wanted)) == "password missing");
    BOOST_TEST(told(core.staff.add(core.db, command(), *realm(), wanted)) == "email missing");
    wanted.email = "ada@shop.example";
    const auto added = expect(core.staff.add(core.db, command(), *realm(), wanted));
    BOOST_REQUIRE(added.link.has_value());
    BOOST_TEST(added.link->address.reveal().starts_with("https://shop.example/account/reset?t="));
    BOOST_TEST((added.link->expires_at == clock.now() + 24h));
    BOOST_TEST(events("password.reset_sent", "invited") == 1);
    BOOST_TEST(!signs_in("ada.admin"));
    const auto again = expect(core.staff.send_link(core.db, command(), *realm(), added.who.id));
    BOOST_TEST(again.address.reveal() != added.link->address.reveal());
    const auto ann = customer("ann");
    BOOST_TEST(why(core.staff.send_link(core.db, command(), *realm(), ann.account.user)) == "unknown_item");  // no staff
}

BOOST_AUTO_TEST_CASE(another_role_raises_the_epoch_and_customers_stay_customers_FC97_TK6) {
    const auto ada = made("ada.admin"), bob = made("bob.reader", Role::read_only);
    const auto before = epoch(bob.id);
    const auto promoted = expect(changed(bob.id, {.role = Role::manager}));
    BOOST_TEST((promoted.role == Role::manager));
    BOOST_TEST(epoch(bob.id) == before + 1);
    BOOST_TEST(events("user.updated", "role") == 1);
    BOOST_TEST(text("SELECT details FROM events WHERE name = 'user.updated' AND reason = 'role'") == R"({"oldRole":"read_only","role":"manager"})");
    expect(changed(bob.id, {.role = Role::manager}));  // is so already
    BOOST_TEST(epoch(bob.id) == before + 1);
    BOOST_TEST(told(changed(bob.id, {.role = Role::customer})) == "role inclusion");
    const auto ann = customer("ann");
    BOOST_TEST(told(changed(ann.account.user, {.role = Role::read_only})) == "role inclusion");
    BOOST_TEST(why(changed(UserId{uuid_v4(rng)}, {.role = Role::read_only})) == "unknown_item");
    BOOST_TEST(told(changed(ada.id, {.email = "nobody", .role = Role::customer})) == "role inclusion, role invalid, email format");
    BOOST_TEST((expect(core.staff.get(core.db, realm_no(), ada.id)).role == Role::administrator));
}

BOOST_AUTO_TEST_CASE(the_last_administrator_stays_FC112) {
    const auto ada = made("ada.admin");
    made("bob.reader", Role::read_only);
    BOOST_TEST(told(changed(ada.id, {.role = Role::developer})) == "role invalid");
    BOOST_TEST(told(changed(ada.id, {.suspended = true})) == "role invalid");
    BOOST_TEST(told(core.staff.remove(core.db, by({}), ada.id)) == "role invalid");
    const auto eve = made("eve.admin");
    expect(changed(eve.id, {.suspended = true}));
    BOOST_TEST(told(changed(ada.id, {.role = Role::developer})) == "role invalid");  // the other one is let in nowhere
    expect(changed(eve.id, {.suspended = false}));
    expect(changed(ada.id, {.role = Role::developer}));
    BOOST_TEST(told(core.staff.remove(core.db, by({}), eve.id)) == "role invalid");
    expect(core.staff.remove(core.db, command(), eve.id, true));  // a command may
    BOOST_TEST(core.staff.list(core.db, realm_no()).size() == 2u);
}

BOOST_AUTO_TEST_CASE(of_administrators_who_take_each_other_away_one_stays_FC112) {
    std::vector<UserId> all;
    for (unsigned i = 0; i < racers; ++i) all.push_back(made("admin." + std::to_string(i)).id);
    const auto outcomes = race([&](Core& with, unsigned i) {
        const auto& other = all[(i + 1) % racers];
        if (i % 3 == 0) return why(with.staff.remove(with.db, by(all[i]), other));
        const staff::Change change = i % 3 == 1 ? staff::Change{.role = Role::developer} : staff::Change{.suspended = true};
        return why(with.staff.change(with.db, by(all[i]), *realm(), other, change));
    });
    BOOST_TEST(std::ranges::count(outcomes, "granted") == racers - 1);
    BOOST_TEST(std::ranges::count(outcomes, "bad_parameter") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM users WHERE role = 8 AND blocked_at IS NULL") == 1);
}

BOOST_AUTO_TEST_CASE(suspended_staff_are_signed_out_and_let_in_again_FC98_TK6) {
    made("ada.admin");
    const auto bob = made("bob.reader", Role::read_only);
    const auto before = epoch(bob.id);
    BOOST_TEST(expect(changed(bob.id, {.suspended = true})).suspended);
    BOOST_TEST(epoch(bob.id) == before + 1);
    BOOST_TEST(events("account.suspended", "blocked") == 1);
    BOOST_TEST(!expect(changed(bob.id, {.suspended = false})).suspended);
    BOOST_TEST(events("account.activated", "blocked") == 1);
}

BOOST_AUTO_TEST_CASE(a_customers_user_is_suspended_with_the_customer_FC98_FC165) {
    made("ada.admin");
    const auto ann = customer("ann");
    BOOST_TEST(expect(changed(ann.account.user, {.suspended = true})).suspended);
    BOOST_TEST(!expect(core.accounts.get(core.db, realm_no(), ann.account.no)).active);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    BOOST_TEST(check(ann.issued.access) == "ticket_invalid");
    expect(core.logins.block(core.db, context(), "ann"));
    BOOST_TEST(!expect(changed(ann.account.user, {.suspended = false})).suspended);  // clears both
    BOOST_TEST(why(sign_in("ann")) == "granted");
    BOOST_TEST(check(ann.issued.access) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(staff_are_removed_with_all_that_is_theirs_and_a_customer_stays_a_guest_FC112) {
    made("ada.admin");
    const auto bob = made("bob.reader", Role::read_only);
    expect(core.staff.remove(core.db, by({}), bob.id));
    BOOST_TEST(why(core.staff.get(core.db, realm_no(), bob.id)) == "unknown_item");
    BOOST_TEST(number("SELECT COUNT(*) FROM logins WHERE user_id = UNHEX('" + hex(bob.id.value) + "')") == 0);
    BOOST_TEST(events("user.deleted", "staff") == 1);
    BOOST_TEST(counted_users() == 0);
    const auto ann = customer("ann");
    BOOST_TEST(counted_users() == 1);
    expect(core.staff.remove(core.db, by({}), ann.account.user));
    BOOST_TEST(expect(core.accounts.get(core.db, realm_no(), ann.account.no)).guest());
    BOOST_TEST(counted_users() == 0);
    BOOST_TEST(why(core.staff.remove(core.db, by({}), bob.id)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(an_administrator_changes_names_and_contacts_without_a_code_FC110) {
    made("ada.admin");
    const auto ann = customer("ann");
    for (const auto& one : {staff::Change{.user_name = "ann.a"}, {.email = "ann.a@shop.example"}, {.phone = "+4930901821"}, {.first_name = "Ann", .last_name = "Bee"}}) {
        clock.advance(1s);
        BOOST_TEST((expect(changed(ann.account.user, one)).updated_at == clock.now()));
    }
    BOOST_TEST(expect(core.staff.get(core.db, realm_no(), ann.account.user)).names.name == "Ann Bee");  // FC94: of both parts
    const auto after = expect(changed(ann.account.user, {.user_name = "ann.b", .name = "Ann B", .email = "bee@shop.example", .phone = "+4930901820",
                                                         .custom_data = Json::object({{"vip", true}})}));
    BOOST_TEST(after.user_name == "ann.b");
    BOOST_TEST(after.names.name == "Ann B");
    BOOST_TEST(after.email.value == "bee@shop.example");
    BOOST_TEST(!after.email.verified_at.has_value());
    BOOST_TEST(after.custom_data.dump() == R"({"vip":true})");
    const auto account = expect(core.accounts.get(core.db, realm_no(), ann.account.no));
    BOOST_TEST(account.profile.email == "bee@shop.example");
    BOOST_TEST(account.profile.phone == "+4930901820");  // FC166
    BOOST_TEST(accounts::shown_name(account.profile) == "Ann B");
    BOOST_TEST(told(changed(ann.account.user, {.method = Method::sms})) == "phone_code missing");  // OC9: staff too
    expect(changed(ann.account.user, {.custom_data = Json()}));
    BOOST_TEST(number("SELECT COUNT(*) FROM users WHERE custom_data IS NOT NULL") == 0);
}

BOOST_AUTO_TEST_CASE(staff_are_listed_by_role_and_name) {
    made("bob.reader", Role::read_only);
    made("ada.admin");
    customer("ann");
    const auto all = core.staff.list(core.db, realm_no());
    BOOST_REQUIRE(all.size() == 2u);
    BOOST_TEST(all[0].user_name == "ada.admin");
    BOOST_TEST(!core.staff.named(core.db, realm_no(), "ann").has_value());
}

// --- What a shop says of itself

BOOST_AUTO_TEST_CASE(a_shop_without_a_profile_has_its_realms_name_FC82) {
    const auto profile = core.realms.shop_profile(core.db, *realm());
    BOOST_TEST(profile.name == "shop");
    BOOST_TEST(profile.default_locale == "en");
    BOOST_TEST(profile.company_name == "");
    BOOST_TEST(profile.custom_data.dump() == "{}");
    BOOST_TEST(!profile.updated_at.has_value());
}

BOOST_AUTO_TEST_CASE(what_a_shop_says_is_kept_and_told_once_FC80_FC83) {
    const auto ada = made("ada.admin");
    const auto version = realm()->version;
    const realms::ShopProfileChange change{.name = " Mira's ", .company_name = "Mira GmbH", .default_locale = "de", .website_url = "https://shop.example/",
                                           .support_email = "help@shop.example", .custom_data = Json::object({{"a", 1}}),
                                           .default_step = realms::DefaultStep::sms};
    const auto after = expect(core.realms.set_shop_profile(core.db, by(ada.id), realm_no(), change));
    BOOST_TEST(after.name == "Mira's");
    BOOST_TEST((after.updated_at == clock.now()));
    const auto now = core.realms.newest(core.db, clock.now(), realm_no());
    BOOST_TEST(now->default_locale == "de");
    BOOST_TEST((now->settings.default_step == realms::DefaultStep::sms));
    BOOST_TEST(now->version > version);
    BOOST_TEST(core.realms.shop_profile(core.db, *now).company_name == "Mira GmbH");
    BOOST_TEST(events("policy.changed", "account") == 2);
    BOOST_TEST(text("SELECT details FROM events WHERE name = 'policy.changed' AND details LIKE '%changed%'")
               == R"({"name":"account","changed":"name company_name default_locale website_url support_email custom_data"})");
    expect(core.realms.set_shop_profile(core.db, by(ada.id), realm_no(), change));  // the same again
    BOOST_TEST(events("policy.changed", "account") == 2);
    BOOST_TEST(text("SELECT name FROM realms WHERE realm_no = " + std::to_string(realm_no().value)) == "shop");  // commands go on knowing it
}

BOOST_AUTO_TEST_CASE(all_that_is_wrong_with_what_a_shop_says_is_told_at_once_FC83_FC84) {
    const auto set_to = [&](const realms::ShopProfileChange& change) { return told(core.realms.set_shop_profile(core.db, by({}), realm_no(), change)); };
    BOOST_TEST(set_to({.name = " ", .company_name = std::string(256, 'x'), .default_locale = "fr", .website_url = "shop.example", .support_email = "nobody",
                       .custom_data = Json::array()})
               == "name missing, company_name length, default_locale inclusion, website_url format, support_email format, custom_data invalid");
    BOOST_TEST(set_to({.website_url = "javascript:alert(1)"}) == "website_url format");
    BOOST_TEST(set_to({.website_url = "https://shop.example/\"onclick"}) == "website_url format");
    BOOST_TEST(set_to({.default_locale = ""}) == "default_locale missing");
    BOOST_TEST(set_to({.website_url = "", .tech_email = ""}) == "granted");
    BOOST_TEST(events("policy.changed") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
