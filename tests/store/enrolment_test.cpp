// SPDX-License-Identifier: MIT
// Customers at the door of staff (docs/freshcom.md): guests and registered ones, the upgrade that one of many gets, the method
// and first code of who registers, suspension, and how customers are found.
#include "shop.h"

#include <algorithm>

#include <authtickets/core/enrolment.h>

using namespace authtickets;
using namespace authtickets::test;
using enrolment::By;
using enrolment::Status;
using users::ContactKind;
using users::Method;

namespace {

const std::string password = "long enough 1";
const std::string number_of_mira = "+4930901820";

struct Enrolment : Shop {
    Context guest() {
        auto out = context();
        out.door = Door::freshcom;
        return out;
    }
    Context by(const UserId& who) {
        auto out = guest();
        out.application = {};
        out.user = who;
        return out;
    }
    enrolment::NewCustomer mira(const std::string& user_name = "mira.q") {
        return {.status = Status::registered, .name = "Mira Q", .email = "mira@shop.example", .user_name = user_name, .password = Secret(password)};
    }
    Result<enrolment::Customer> add(const enrolment::NewCustomer& wanted, By who = By::guest) {
        return core.enrolment.add(core.db, guest(), *realm(), who, wanted);
    }
    Result<enrolment::Customer> change(const AccountId& id, const enrolment::Change& wanted, By who = By::guest, const tickets::Ticket* ticket = nullptr) {
        return core.enrolment.change(core.db, ticket ? by(ticket->user) : guest(), *realm(), who, ticket, id, wanted);
    }
    enrolment::Change upgrade(const std::string& user_name = "mira.q") {
        return {.status = Status::registered, .name = "Mira Q", .email = "mira@shop.example", .user_name = user_name, .password = Secret(password)};
    }
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
    std::string code(ContactKind kind, const std::string& contact) {
        expect(core.verifications.request(core.db, guest(), *realm(), kind, contact));
        std::string out;
        for (const auto& cause : causes(events::Name::verification_code_sent)) {
            if (cause.destination == contact) out = cause.code.reveal();
        }
        BOOST_REQUIRE(!out.empty());
        return out;
    }
    std::vector<outbox::Cause> causes(events::Name name) {
        std::vector<outbox::Cause> out;
        for (const auto& taken : core.outbox.due(core.db, clock.now() + 1h, 1000)) {
            auto cause = core.outbox.open(taken);
            if (cause && cause->event == name) out.push_back(std::move(*cause));
        }
        return out;
    }
    Result<std::variant<tickets::Issued, sign_in::CodeOwed>> signs_in(const std::string& name, const std::string& code = {}) {
        sign_in::InOne wanted{.name = name, .password = Secret(password)};
        if (!code.empty()) wanted.code = Secret(code);
        auto context = guest();
        context.application = {};
        return core.sign_in.by_password_and_code(core.db, context, *realm(), wanted);
    }
    std::string signing_in(const std::string& name, const std::string& code = {}) {
        const auto answer = signs_in(name, code);
        if (!answer) return why(answer);
        return std::holds_alternative<tickets::Issued>(*answer) ? "signed in" : "code owed";
    }
    tickets::Ticket ticket_of(const std::string& name) { return std::get<tickets::Issued>(expect(signs_in(name))).ticket; }
    tickets::Ticket staff_ticket(const std::string& user_name, users::Role role) {
        auto command = guest();
        command.application = {};
        expect(core.staff.add(core.db, command, *realm(), {.role = role, .user_name = user_name, .password = Secret(password), .name = "Ada"}));
        return ticket_of(user_name);
    }
    std::int64_t of_user(const std::string& column, const UserId& user) {
        return number("SELECT " + column + " FROM users WHERE user_id = UNHEX('" + hex(user.value) + "')");
    }
    std::vector<std::string> found(const enrolment::Query& query) {
        std::vector<std::string> out;
        for (const auto& each : core.enrolment.list(core.db, realm_no(), query).items) out.push_back(accounts::shown_name(each.profile));
        return out;
    }
};

using Names = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(enrolment_store, Enrolment)

// --- Made

BOOST_AUTO_TEST_CASE(a_guest_customer_needs_nothing_and_has_no_user_FC156) {
    const auto nobody = expect(add({}));
    BOOST_TEST((enrolment::status(nobody) == Status::guest));
    BOOST_TEST(nobody.user.empty());
    const auto full = expect(add({.code = "C-1", .first_name = "Mira", .last_name = "Q", .email = "mira@shop.example", .phone = number_of_mira, .label = "vip",
                                  .caption = "hers", .description = "long", .custom_data = Json::object({{"size", "m"}}), .user_name = "x",
                                  .password = Secret(std::string_view("x")), .phone_code = "123456"}));
    const auto read = expect(core.enrolment.get(core.db, realm_no(), full.id));
    BOOST_TEST(read.profile.code == "C-1");
    BOOST_TEST(read.profile.label == "vip");
    BOOST_TEST(read.profile.phone == number_of_mira);
    BOOST_TEST(read.profile.caption == "hers");
    BOOST_TEST(read.profile.description == "long");
    BOOST_TEST(read.profile.custom_data.dump() == R"({"size":"m"})");
    BOOST_TEST(accounts::shown_name(read.profile) == "Mira Q");
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 0);
    BOOST_TEST(events("account.created", "guest") == 2);
    BOOST_TEST(why(core.enrolment.get(core.db, realm_no(), AccountId{uuid_v4(rng)})) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(a_registered_customer_is_a_user_who_signs_in_FC158) {
    const auto made = expect(add(mira("  MIRA.Q ")));
    BOOST_TEST((enrolment::status(made) == Status::registered));
    BOOST_TEST(made.user_name == "mira.q");
    const auto user = expect(core.staff.get(core.db, realm_no(), made.user));
    BOOST_TEST((user.role == users::Role::customer));
    BOOST_TEST(user.names.name == "Mira Q");
    BOOST_TEST((user.account == made.id));
    BOOST_TEST(!user.email.verified_at.has_value());
    BOOST_TEST(events("account.registered") == 1);
    BOOST_TEST(signing_in("mira.q") == "signed in");
    BOOST_TEST(signing_in("mira@shop.example") == "credentials_wrong");  // nobody has shown that it is hers
    BOOST_TEST(causes(events::Name::verification_token_sent).size() == 1u);  // FC141
    BOOST_TEST((expect(core.enrolment.of_user(core.db, realm_no(), made.user)).id == made.id));
    BOOST_TEST(why(core.enrolment.of_user(core.db, realm_no(), UserId{uuid_v4(rng)})) == "unknown_item");
    BOOST_TEST(statements([&] { expect(core.enrolment.get(core.db, realm_no(), made.id)); }) == 1u);
    BOOST_TEST(statements([&] { expect(core.enrolment.of_user(core.db, realm_no(), made.user)); }) == 1u);
    BOOST_TEST(statements([&] { core.enrolment.list(core.db, realm_no(), {}); }) <= 3u);
}

BOOST_AUTO_TEST_CASE(all_that_is_wrong_with_a_customer_is_told_at_once_FC32_FC158) {
    BOOST_TEST(told(add({.status = Status::registered})) == "user_name missing, name missing, email missing, password missing");
    BOOST_TEST(told(add({.status = Status::registered, .code = std::string(256, 'x'), .first_name = "Mira", .email = "nobody", .phone = "+1", .user_name = "no",
                         .password = Secret(std::string_view("short")), .phone_code = "1",
                         .found = {{.why = Why::bad_parameter, .field = "custom_data", .rule = Refusal::Rule::invalid}}}))
               == "custom_data invalid, user_name length, name missing, email format, phone length, code length, password length");
    BOOST_TEST(told(add({.email = "nobody", .label = std::string(256, 'x')})) == "label length, email format");
    BOOST_TEST(told(add({.status = Status::suspended, .email = "nobody"})) == "status inclusion, email format");
    BOOST_TEST(told(add({.status = Status::suspended}, By::staff)) == "status inclusion");
    auto common = mira();
    common.password = Secret(std::string_view("mira@shop.example1"));
    BOOST_TEST(told(add(common)) == "password password_context");
    common.email = "nobody";
    BOOST_TEST(told(add(common)).starts_with("email format"));
    BOOST_TEST(number("SELECT COUNT(*) FROM accounts") == 0);
    auto as_user = mira();
    as_user.email.clear();
    as_user.needs_email = false;
    BOOST_TEST(told(add(as_user)) == "granted");  // FC91
}

BOOST_AUTO_TEST_CASE(a_taken_name_is_told_five_times_an_hour_and_its_owner_once_a_day_X12_N10) {
    expect(add(mira("mira@shop.example")));
    auto again = mira("Mira@Shop.example");
    auto stranger = guest();
    stranger.address = "203.0.113.9";
    stranger.own_address = true;
    const auto ask = [&] { return why(core.enrolment.add(core.db, stranger, *realm(), By::guest, again)); };
    for (int i = 0; i < 5; ++i) BOOST_TEST(ask() == "name_taken");
    BOOST_TEST(ask() == "throttled");
    again.user_name = "free.name";
    BOOST_TEST(ask() == "throttled");  // for all names alike
    BOOST_TEST(events("registration.refused", "name_taken") == 5);
    BOOST_TEST(number("SELECT COUNT(*) FROM accounts") == 1);
    BOOST_TEST(why(add(again)) == "granted");  // the address of another may be one's own too; it signs nobody in
    BOOST_TEST(told(add(mira("free.name"), By::staff)) == "user_name taken");
}

// --- The second step of who registers

BOOST_AUTO_TEST_CASE(the_shops_default_is_the_method_of_who_registers_FC159_M11) {
    set("second_step.default", "sms");
    BOOST_TEST(told(add(mira())) == "phone missing, phone_code missing");
    auto wanted = mira();
    wanted.phone = number_of_mira;
    BOOST_TEST(told(add(wanted)) == "phone_code missing");
    wanted.method = Method::simple;
    BOOST_TEST(told(add(wanted)) == "method inclusion");
    BOOST_TEST((expect(core.staff.get(core.db, realm_no(), expect(add(wanted, By::staff)).user)).method == Method::simple));
    auto by_mail = mira("by.mail");
    by_mail.method = Method::email;
    BOOST_TEST(told(add(by_mail)) == "email_code missing");
    by_mail.email_code = code(ContactKind::email, "mira@shop.example");
    const auto made = expect(add(by_mail));
    BOOST_TEST((expect(core.staff.get(core.db, realm_no(), made.user)).method == Method::email));
    BOOST_TEST(causes(events::Name::verification_token_sent).size() == 1u);  // the first one's alone: this address is verified
}

BOOST_AUTO_TEST_CASE(a_verification_code_registers_once_and_is_the_first_one_time_password_X9_FC175) {
    set("second_step.default", "sms");
    auto wanted = mira();
    wanted.phone = "+49 30 901820";
    wanted.phone_code = code(ContactKind::phone, number_of_mira);
    clock.advance(100s);
    const auto made = expect(add(wanted));
    const auto user = expect(core.staff.get(core.db, realm_no(), made.user));
    BOOST_TEST((user.method == Method::sms));
    BOOST_TEST((user.phone.verified_at == clock.now()));
    BOOST_TEST(made.profile.phone == number_of_mira);
    BOOST_TEST(text("SELECT details FROM events WHERE name = 'contact.verified' AND reason = 'phone'") == R"({"method":"sms"})");
    BOOST_TEST(events("second_step.method_changed") == 0);  // it has been so from the beginning (FC238)
    auto another = wanted;
    another.user_name = "eve.the.second";
    BOOST_TEST(told(add(another)) == "phone_code invalid");  // used up
    clock.advance(199s);
    BOOST_TEST(signing_in("mira.q", wanted.phone_code) == "signed in");
    BOOST_TEST(signing_in("mira.q", wanted.phone_code) == "code owed");  // once
}

BOOST_AUTO_TEST_CASE(the_first_one_time_password_is_over_five_minutes_after_it_was_sent_X9) {
    set("second_step.default", "sms");
    auto wanted = mira();
    wanted.phone = number_of_mira;
    wanted.phone_code = code(ContactKind::phone, number_of_mira);
    clock.advance(250s);
    expect(add(wanted));
    clock.advance(50s);
    BOOST_TEST(signing_in("mira.q", wanted.phone_code) == "code owed");
}

BOOST_AUTO_TEST_CASE(a_code_without_need_is_looked_at_and_is_no_password_FC159) {
    auto wanted = mira();
    wanted.email_code = "000000";
    const auto right = code(ContactKind::email, "mira@shop.example");
    BOOST_REQUIRE(right != "000000");
    BOOST_TEST(told(add(wanted)) == "email_code invalid");
    wanted.email_code = right;
    const auto made = expect(add(wanted));
    BOOST_TEST(expect(core.staff.get(core.db, realm_no(), made.user)).email.verified_at.has_value());
    BOOST_TEST(number("SELECT COUNT(*) FROM codes") == 0);
    BOOST_TEST(signing_in("mira@shop.example") == "signed in");  // shown to be hers
}

BOOST_AUTO_TEST_CASE(a_right_code_stays_good_when_something_else_is_refused_FC135) {
    set("second_step.default", "sms");
    expect(add([&] {
        auto ann = mira("taken.name");
        ann.method = Method::simple;
        return ann;
    }(), By::staff));
    auto wanted = mira("taken.name");
    wanted.phone = number_of_mira;
    wanted.phone_code = code(ContactKind::phone, number_of_mira);
    BOOST_TEST(told(add(wanted)) == "user_name taken");
    wanted.user_name = "mira.q";
    wanted.email_code = "000000";
    BOOST_TEST(told(add(wanted)) == "email_code invalid");
    wanted.email_code.clear();
    BOOST_TEST(told(add(wanted)) == "granted");
}

// --- The upgrade

BOOST_AUTO_TEST_CASE(a_guest_becomes_registered_and_stays_the_same_customer_FC163) {
    const auto guest_of = expect(add({.code = "C-1", .email = "mira@shop.example", .phone = number_of_mira, .label = "vip"}));
    BOOST_TEST(told(change(guest_of.id, {.status = Status::registered})) == "user_name missing, name missing, password missing");
    auto wanted = upgrade();
    wanted.email.reset();  // what is not sent is as it was
    clock.advance(1s);
    const auto made = expect(change(guest_of.id, wanted));
    BOOST_TEST((made.id == guest_of.id && made.no == guest_of.no));
    BOOST_TEST((enrolment::status(made) == Status::registered));
    BOOST_TEST(made.profile.code == "C-1");
    BOOST_TEST(made.profile.label == "vip");
    BOOST_TEST(made.user_name == "mira.q");
    BOOST_TEST((made.updated_at == clock.now()));
    const auto user = expect(core.staff.get(core.db, realm_no(), made.user));
    BOOST_TEST(user.email.value == "mira@shop.example");
    BOOST_TEST(user.phone.value == number_of_mira);
    BOOST_TEST(user.names.name == "Mira Q");
    BOOST_TEST(events("login.added", "first") == 1);
    BOOST_TEST(signing_in("mira.q") == "signed in");
    BOOST_TEST(why(change(made.id, upgrade("mira.two"))) == "unknown_item");  // no guest's business any more
    BOOST_TEST(why(change(made.id, {.label = "mine"})) == "unknown_item");
    BOOST_TEST(told(change(made.id, {.status = Status::guest}, By::staff)) == "status invalid");
}

BOOST_AUTO_TEST_CASE(an_upgrade_takes_the_default_method_with_its_code_FC163_X9) {
    set("second_step.default", "sms");
    const auto guest_of = expect(add({.phone = number_of_mira}));
    BOOST_TEST(told(change(guest_of.id, upgrade())) == "phone_code missing");
    auto wanted = upgrade();
    wanted.phone_code = code(ContactKind::phone, number_of_mira);
    const auto made = expect(change(guest_of.id, wanted));
    BOOST_TEST((expect(core.staff.get(core.db, realm_no(), made.user)).method == Method::sms));
    BOOST_TEST(signing_in("mira.q") == "code owed");
    BOOST_TEST(signing_in("mira.q", wanted.phone_code) == "code owed");  // the attempt without a code has sent another one
}

BOOST_AUTO_TEST_CASE(of_sixteen_upgrades_of_one_guest_one_comes_through_FC163) {
    for (int round = 0; round < 3; ++round) {
        const auto id = expect(add({.code = "C-1"})).id;
        const auto prefix = "mira." + std::to_string(round) + ".";
        const auto outcomes = race([&](Core& with, unsigned i) {
            auto wanted = upgrade(prefix + std::to_string(i));
            return told(with.enrolment.change(with.db, guest(), *realm(), By::guest, nullptr, id, wanted));
        });
        BOOST_TEST(std::ranges::count(outcomes, "granted") == 1);
        // Who looked before the winner was there is told so, who looked later finds no guest.
        BOOST_TEST(std::ranges::count(outcomes, "status invalid") + std::ranges::count(outcomes, "customer unknown_item") == racers - 1);
        const auto account = expect(core.enrolment.get(core.db, realm_no(), id));
        BOOST_TEST(number("SELECT COUNT(*) FROM memberships WHERE account_no = " + std::to_string(account.no.value)) == 1);
        BOOST_TEST(number("SELECT COUNT(*) FROM logins WHERE user_name LIKE '" + prefix + "%'") == 1);
        BOOST_TEST(number("SELECT COUNT(*) FROM login_names WHERE name LIKE '" + prefix + "%'") == 1);
    }
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 3);
}

BOOST_AUTO_TEST_CASE(of_sixteen_upgrades_with_one_code_one_comes_through_and_the_code_is_gone_OC4) {
    set("second_step.default", "sms");
    const auto id = expect(add({.phone = number_of_mira})).id;
    const auto text = code(ContactKind::phone, number_of_mira);
    const auto outcomes = race([&](Core& with, unsigned i) {
        auto wanted = upgrade("mira." + std::to_string(i) + "q");
        wanted.phone_code = text;
        return told(with.enrolment.change(with.db, guest(), *realm(), By::guest, nullptr, id, wanted));
    });
    BOOST_TEST(std::ranges::count(outcomes, "granted") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM verification_codes") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM codes") == 1);  // the first one-time password
}

BOOST_AUTO_TEST_CASE(sixteen_guests_with_one_user_name_have_one_winner_FC93) {
    std::vector<AccountId> ids;
    for (unsigned i = 0; i < racers; ++i) ids.push_back(expect(add({})).id);
    const auto outcomes = race([&](Core& with, unsigned i) {
        return told(with.enrolment.change(with.db, guest(), *realm(), By::guest, nullptr, ids[i], upgrade()));
    });
    BOOST_TEST(std::ranges::count(outcomes, "granted") == 1);
    BOOST_TEST(std::ranges::count(outcomes, "user_name taken") == racers - 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM memberships") == 1);
}

BOOST_AUTO_TEST_CASE(a_guests_change_never_reaches_who_is_registered_meanwhile_FC161) {
    const auto id = expect(add({})).id;
    const auto outcomes = race([&](Core& with, unsigned i) {
        if (i == 0) return told(with.enrolment.change(with.db, guest(), *realm(), By::guest, nullptr, id, upgrade()));
        return told(with.enrolment.change(with.db, guest(), *realm(), By::guest, nullptr, id, {.email = "eve@elsewhere.example"}));
    });
    BOOST_TEST(std::ranges::count_if(outcomes, [](const std::string& each) { return each != "granted" && each != "customer unknown_item"; }) == 0);
    const auto account = expect(core.enrolment.get(core.db, realm_no(), id));
    BOOST_TEST(account.profile.email == "mira@shop.example");
    BOOST_TEST(expect(core.staff.get(core.db, realm_no(), account.user)).email.value == "mira@shop.example");
}

// --- Changed

BOOST_AUTO_TEST_CASE(a_guest_customer_is_changed_by_who_knows_its_id_FC161) {
    const auto id = expect(add({.code = "C-1", .name = "Mira"})).id;
    const auto after = expect(change(id, {.first_name = "Mira", .last_name = "Q", .email = " mira@shop.example", .phone = number_of_mira, .label = "",
                                          .custom_data = Json::object({{"a", 1}}), .phone_code = "1"}));
    BOOST_TEST(after.profile.email == "mira@shop.example");
    BOOST_TEST(after.profile.phone == number_of_mira);
    BOOST_TEST(after.profile.code == "C-1");
    BOOST_TEST(accounts::shown_name(after.profile) == "Mira Q");  // of both parts (FC94)
    BOOST_TEST(accounts::shown_name(expect(change(id, {.name = "Mira the first"})).profile) == "Mira the first");
    expect(change(id, {.name = "Mira Q"}));
    BOOST_TEST(events("account.updated") == 3);
    expect(change(id, {.code = "C-1"}));
    BOOST_TEST(events("account.updated") == 3);  // nothing has changed
    BOOST_TEST(expect(change(id, {.custom_data = Json::object({})})).profile.custom_data.is_null());
    expect(change(id, {.custom_data = Json::object({})}));
    BOOST_TEST(events("account.updated") == 4);
    BOOST_TEST(told(change(id, {.status = Status::suspended})) == "status invalid");
    BOOST_TEST(told(change(id, {.status = Status::suspended, .email = "nobody"}, By::staff)) == "status invalid, email format");
    BOOST_TEST(why(change(AccountId{uuid_v4(rng)}, {.code = "C-2"}, By::staff)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(a_customer_changes_its_own_but_for_status_and_code_FC162) {
    const auto made = expect(add(mira()));
    const auto other = expect(add(mira("ann.other")));
    const auto ticket = ticket_of("mira.q");
    const auto after = expect(change(made.id, {.status = Status::suspended, .code = "C-9", .name = "Mira Quist", .label = "mine"}, By::owner, &ticket));
    BOOST_TEST((enrolment::status(after) == Status::registered));
    BOOST_TEST(after.profile.code == "");
    BOOST_TEST(after.profile.label == "mine");
    BOOST_TEST(accounts::shown_name(after.profile) == "Mira Quist");
    BOOST_TEST(expect(core.staff.get(core.db, realm_no(), made.user)).names.name == "Mira Quist");  // FC166
    BOOST_TEST(why(change(other.id, {.label = "mine"}, By::owner, &ticket)) == "unknown_item");
    BOOST_TEST(why(change(other.id, {.label = "mine"}, By::owner)) == "unknown_item");
    clock.advance(10min);  // the factors are no longer fresh
    BOOST_TEST(told(change(made.id, {.email = "new@shop.example", .label = std::string(256, 'x')}, By::owner, &ticket)) == "label length, current_password missing");
    BOOST_TEST(expect(core.enrolment.get(core.db, realm_no(), made.id)).profile.email == "mira@shop.example");
    const auto moved = expect(change(made.id, {.email = "new@shop.example", .current_password = Secret(password)}, By::owner, &ticket));
    BOOST_TEST(moved.profile.email == "new@shop.example");
    BOOST_TEST(expect(core.staff.get(core.db, realm_no(), made.user)).email.value == "new@shop.example");
}

BOOST_AUTO_TEST_CASE(staff_suspend_a_customer_and_take_it_back_FC165_TK6) {
    const auto made = expect(add(mira()));
    const auto issued = std::get<tickets::Issued>(expect(signs_in("mira.q")));
    const auto down = expect(change(made.id, {.status = Status::suspended, .email = "new@shop.example", .label = "late"}, By::staff));
    BOOST_TEST((enrolment::status(down) == Status::suspended));
    BOOST_TEST(down.profile.label == "late");
    BOOST_TEST(down.profile.email == "new@shop.example");
    BOOST_TEST(expect(core.staff.get(core.db, realm_no(), made.user)).suspended);
    BOOST_TEST(signing_in("mira.q") == "credentials_wrong");
    BOOST_TEST(told(add(mira())) == "user_name taken");
    BOOST_TEST(told(change(made.id, {.status = Status::guest}, By::staff)) == "status invalid");
    BOOST_TEST((enrolment::status(expect(change(made.id, {.status = Status::registered}, By::staff))) == Status::registered));
    BOOST_TEST(signing_in("mira.q") == "signed in");
    BOOST_TEST(check(issued.access) == "ticket_invalid");  // for good
    BOOST_TEST(events("account.suspended", "disabled") == 1);
    BOOST_TEST(events("account.activated", "disabled") == 1);
}

BOOST_AUTO_TEST_CASE(where_the_codes_of_a_customer_go_takes_a_code_of_staff_but_of_no_administrator_FC110) {
    const std::string other_number = "+4930901821", third_number = "+4930901822";
    const auto seller = staff_ticket("seller.one", users::Role::goods_specialist), boss = staff_ticket("the.boss", users::Role::administrator);
    auto wanted = mira();
    wanted.phone = number_of_mira;
    wanted.phone_code = code(ContactKind::phone, number_of_mira);
    wanted.method = Method::sms;
    const auto made = expect(add(wanted));
    const auto as_seen = [&] { return expect(core.staff.get(core.db, realm_no(), made.user)); };
    BOOST_TEST(told(change(made.id, {.phone = other_number, .label = "vip"}, By::staff, &seller)) == "phone_code missing");
    BOOST_TEST(told(change(made.id, {.phone = other_number, .phone_code = "123456"}, By::staff, &seller)) == "phone_code invalid");
    BOOST_TEST(told(change(made.id, {.phone = ""}, By::staff, &seller)) == "phone missing");
    BOOST_TEST(told(change(made.id, {.phone = other_number}, By::staff)) == "phone_code missing");  // who is no administrator for sure
    BOOST_TEST(as_seen().phone.value == number_of_mira);
    BOOST_TEST(expect(core.enrolment.get(core.db, realm_no(), made.id)).profile.label == "");
    expect(change(made.id, {.phone = number_of_mira, .label = "vip"}, By::staff, &seller));  // as it was
    // The address is not the method's. It counts as unverified.
    expect(change(made.id, {.email = "new@shop.example"}, By::staff, &seller));
    BOOST_TEST(as_seen().email.value == "new@shop.example");
    BOOST_TEST(!as_seen().email.verified_at.has_value());
    expect(change(made.id, {.phone = other_number, .phone_code = code(ContactKind::phone, other_number)}, By::staff, &seller));
    BOOST_TEST(as_seen().phone.value == other_number);
    BOOST_TEST(as_seen().phone.verified_at.has_value());
    expect(change(made.id, {.phone = third_number}, By::staff, &boss));
    BOOST_TEST(as_seen().phone.value == third_number);
    BOOST_TEST(!as_seen().phone.verified_at.has_value());
    BOOST_TEST((as_seen().method == Method::sms));
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'contact.changed' OR name = 'user.updated'") > 0);
}

BOOST_AUTO_TEST_CASE(so_it_is_of_the_address_of_who_is_on_tfa_email_FC110) {
    const auto manager = staff_ticket("manager.one", users::Role::manager), boss = staff_ticket("the.boss", users::Role::administrator);
    auto wanted = mira();
    wanted.email_code = code(ContactKind::email, wanted.email);
    wanted.method = Method::email;
    const auto made = expect(add(wanted));
    BOOST_TEST(told(change(made.id, {.email = "new@shop.example"}, By::staff, &manager)) == "email_code missing");
    expect(change(made.id, {.phone = number_of_mira}, By::staff, &manager));
    const auto shown = code(ContactKind::email, "new@shop.example");
    expect(change(made.id, {.email = "new@shop.example", .email_code = shown}, By::staff, &manager));
    BOOST_TEST(told(change(made.id, {.email = "third@shop.example"}, By::staff, &manager)) == "email_code missing");
    expect(change(made.id, {.email = "third@shop.example"}, By::staff, &boss));
    BOOST_TEST(expect(core.staff.get(core.db, realm_no(), made.user)).email.value == "third@shop.example");
}

// --- Whose guests are

BOOST_AUTO_TEST_CASE(a_guest_reaches_no_account_that_was_made_elsewhere_FC154_FC161_FC163) {
    const auto boss = staff_ticket("the.boss", users::Role::administrator);
    for (const auto door : {Door::kibo, Door::elasticpath, Door::desk, Door::none}) {
        auto elsewhere = context();
        elsewhere.door = door;
        const auto name = "upgraded." + std::to_string(static_cast<int>(door));
        const auto made = expect(core.customers.guest(core.db, elsewhere, {.email = "mira@shop.example", .first_name = "Mira"}));
        BOOST_TEST_CONTEXT(name) {
            expect(change(made.id, {.code = name}, By::staff, &boss));
            BOOST_TEST(why(change(made.id, {.label = "x"})) == "unknown_item");
            BOOST_TEST(why(change(made.id, upgrade(name))) == "unknown_item");
            BOOST_TEST(why(core.enrolment.find_guest(core.db, guest(), *realm(), {.code = name, .email = "mira@shop.example"})) == "unknown_item");
            // The statement itself, whatever was looked at before it.
            BOOST_TEST(!core.db.transact([&](db::Tx& tx) { return core.accounts.claim(tx, guest(), made.no); }));
            // Beside one of the same code and address that was made here this one is found, and no other.
            const auto ours = expect(add({.code = name, .email = "mira@shop.example"}));
            BOOST_TEST((expect(core.enrolment.find_guest(core.db, guest(), *realm(), {.code = name, .email = "mira@shop.example"})).id == ours.id));
            BOOST_TEST((enrolment::status(expect(change(made.id, upgrade(name), By::staff, &boss))) == Status::registered));
        }
    }
}

BOOST_AUTO_TEST_CASE(staff_make_guests_too_and_who_was_registered_is_a_guests_no_more_FC161) {
    const auto boss = staff_ticket("the.boss", users::Role::administrator);
    const auto of_staff = expect(core.enrolment.add(core.db, by(boss.user), *realm(), By::staff, {.code = "C-1", .email = "mira@shop.example"}));
    BOOST_TEST(of_staff.created_by == "guest by user " + hex(boss.user.value));
    expect(change(of_staff.id, {.label = "x"}));
    const auto registered = expect(change(of_staff.id, upgrade()));
    BOOST_TEST(registered.created_by == "user " + hex(boss.user.value));
    const auto outright = expect(add(mira("another.one")));
    for (const auto& each : {registered, outright}) {
        expect(core.staff.remove(core.db, by(boss.user), each.user));
        BOOST_TEST((enrolment::status(expect(core.enrolment.get(core.db, realm_no(), each.id))) == Status::guest));
        BOOST_TEST(why(change(each.id, {.label = "y"})) == "unknown_item");
        BOOST_TEST(why(change(each.id, upgrade())) == "unknown_item");
        expect(change(each.id, {.label = "y"}, By::staff, &boss));
    }
    BOOST_TEST(why(core.enrolment.find_guest(core.db, guest(), *realm(), {.code = "C-1", .email = "mira@shop.example"})) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(a_customer_is_deleted_with_its_user_FC167) {
    const auto made = expect(add(mira()));
    expect(core.enrolment.remove(core.db, guest(), made.id));
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM accounts") == 0);
    BOOST_TEST(why(core.enrolment.remove(core.db, guest(), made.id)) == "unknown_item");
    BOOST_TEST(told(add(mira())) == "granted");
}

BOOST_AUTO_TEST_CASE(a_number_that_is_confirmed_elsewhere_is_the_customers_too_FC166) {
    const auto made = expect(add(mira()));
    const auto login = core.logins.of_user(core.db, realm_no(), made.user).value();
    core.db.transact([&](db::Tx& tx) { return core.contacts.put(tx, context(), login, ContactKind::phone, number_of_mira, true).has_value(); });
    BOOST_TEST(expect(core.enrolment.get(core.db, realm_no(), made.id)).profile.phone == number_of_mira);
    BOOST_TEST(found({.phone = number_of_mira}) == Names{"Mira Q"});
}

// --- Found

BOOST_AUTO_TEST_CASE(customers_are_found_by_status_code_label_address_number_and_words_FC151) {
    expect(add({.code = "A-1", .name = "Gast", .label = "vip"}));
    clock.advance(1s);
    const auto made = expect(add(mira()));
    clock.advance(1s);
    auto bob = mira("bob.b");
    bob.name = "";
    bob.first_name = "Bob";
    bob.last_name = "Miller";
    bob.email = "bob@shop.example";
    bob.code = "B-1";
    bob.phone = number_of_mira;
    const auto suspended = expect(add(bob));
    expect(change(suspended.id, {.status = Status::suspended}, By::staff));
    BOOST_TEST(found({}) == (Names{"Bob Miller", "Mira Q", "Gast"}));  // the newest first
    BOOST_TEST(found({.status = Status::guest}) == Names{"Gast"});
    BOOST_TEST(found({.status = Status::registered}) == Names{"Mira Q"});
    BOOST_TEST(found({.status = Status::suspended}) == Names{"Bob Miller"});
    BOOST_TEST(found({.code = "B-1"}) == Names{"Bob Miller"});
    BOOST_TEST(found({.code = "b-1"}) == Names{});
    BOOST_TEST(found({.label = "vip"}) == Names{"Gast"});
    BOOST_TEST(found({.email = "BOB@shop.example"}) == Names{"Bob Miller"});
    BOOST_TEST(found({.phone = "+49 30 901820"}) == Names{"Bob Miller"});
    BOOST_TEST(found({.user_name = "mira.q"}) == Names{"Mira Q"});
    BOOST_TEST(found({.search = "mi"}) == (Names{"Bob Miller", "Mira Q"}));
    BOOST_TEST(found({.search = " bob  mill"}) == Names{"Bob Miller"});
    BOOST_TEST(found({.search = "mira q"}) == Names{"Mira Q"});
    BOOST_TEST(found({.search = "q"}) == Names{});
    BOOST_TEST(found({.search = "A-"}) == Names{"Gast"});
    BOOST_TEST(found({.search = "100%_"}) == Names{});
    const auto page = core.enrolment.list(core.db, realm_no(), {.search = "mi", .offset = 1, .limit = 1});
    BOOST_TEST(page.items.size() == 1u);
    BOOST_TEST(page.total == 2u);
    BOOST_TEST(page.all == 3u);
}

BOOST_AUTO_TEST_CASE(a_guest_is_found_by_its_code_and_something_more_FC154) {
    const auto made = expect(add({.code = "C-1", .name = "Mira Q", .email = "mira@shop.example", .phone = number_of_mira}));
    const auto registered = expect(add(mira()));
    auto stranger = guest();
    stranger.address = "203.0.113.9";
    stranger.own_address = true;
    const auto seek = [&](const enrolment::Known& known) {
        const auto found = core.enrolment.find_guest(core.db, stranger, *realm(), known);
        return found ? hex(found->id.value) : why(found);
    };
    const auto id = hex(made.id.value);
    BOOST_TEST(seek({.code = "C-1", .email = "mira@shop.example"}) == id);
    BOOST_TEST(seek({.code = "C-1", .phone = "+49 (30) 901820", .name = "mira q"}) == id);
    for (const auto& wrong : {enrolment::Known{.code = "C-1"}, {.code = "C-1", .email = ""}, {.email = "mira@shop.example"}, {.code = "C-2", .email = "mira@shop.example"},
                              {.code = "C-1", .email = "eve@shop.example"}, {.code = "C-1", .email = "mira@shop.example", .name = "Eve"}}) {
        BOOST_TEST(seek(wrong) == "unknown_item");
    }
    expect(change(registered.id, {.code = "C-7"}, By::staff));
    BOOST_TEST(seek({.code = "C-7", .email = "mira@shop.example"}) == "unknown_item");  // registered
    expect(add({.code = "C-1", .email = "mira@shop.example"}));
    BOOST_TEST(seek({.code = "C-1", .email = "mira@shop.example"}) == "unknown_item");  // which of the two?
    // An oracle has a budget: thirty looks in vain a minute, and those that find cost nothing.
    clock.advance(1h);
    stranger.now = clock.now();
    for (int i = 0; i < 40; ++i) BOOST_TEST(seek({.code = "C-1", .phone = number_of_mira}) == id);
    for (int i = 0; i < 30; ++i) BOOST_TEST(seek({.code = "C-1", .email = "eve@shop.example"}) == "unknown_item");
    BOOST_TEST(seek({.code = "C-1", .phone = number_of_mira}) == "throttled");
}

BOOST_AUTO_TEST_SUITE_END()
