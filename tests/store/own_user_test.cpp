// SPDX-License-Identifier: MIT
// A user changed in one body (FC93 to FC111, docs/freshcom.md): what is wrong is told at once, what has to be shown is shown
// (OC9, RS6, PW12), and what follows from it happens (RS1, RS7, RS8).
#include "store/shop.h"

#include <algorithm>

using namespace authtickets;
using namespace authtickets::test;
using events::Name;
using own_user::Change;
using users::ContactKind;
using users::Method;

namespace {

const std::string number_of_ann = "+16045550142";

struct Person : Shop {
    sign_in::SignedIn ann = customer("ann");
    UserId user = ann.account.user;
    tickets::Ticket ticket = ann.issued.ticket;

    Person() { change("DELETE FROM outbox"); }

    Context here(std::optional<UserId> by = {}) {
        auto out = context();
        out.door = Door::freshcom;
        out.application = {};
        out.user = by.value_or(user);
        return out;
    }
    std::string code(ContactKind kind, std::string_view typed) {
        clock.advance(2min);
        ticket.password_at = clock.now();  // as if he had signed in just now
        expect(core.verifications.request(core.db, here(), *realm(), kind, typed));
        for (const auto& taken : core.outbox.due(core.db, clock.now() + 1s, 1000)) {
            auto cause = core.outbox.open(taken);
            if (!cause || cause->event != Name::verification_code_sent) continue;
            change("DELETE FROM outbox");
            return std::string(cause->code.reveal());
        }
        throw std::runtime_error("no code");
    }
    std::string phone_code() { return code(ContactKind::phone, number_of_ann); }
    static std::string wrong(std::string code) {
        code[5] = static_cast<char>('0' + (code[5] - '0' + 1) % 10);
        return code;
    }
    Result<void> put(const Change& change) { return core.own_user.change(core.db, here(), *realm(), user, change, &ticket); }
    Result<void> staff(const Change& change) {
        return core.own_user.change(core.db, here(UserId{uuid_v4(rng)}), *realm(), user, change, nullptr);
    }
    // "missing_parameter phone; bad_parameter method/inclusion", in the order told.
    static std::string said(const Result<void>& result) {
        if (result) return "granted";
        std::string out;
        const auto add = [&](const Refusal& each) {
            constexpr const char* rules[] = {"", "/length", "/format", "/inclusion", "/must_match", "/taken", "/invalid"};
            if (!out.empty()) out += "; ";
            out += std::string(name(each.why)) + (each.field.empty() ? "" : " ") + each.field + rules[static_cast<int>(each.rule)];
        };
        add(result.error());
        for (const auto& each : result.error().others) add(each);
        return out;
    }
    void stale() { ticket.password_at = ticket.email_at = ticket.sms_at = clock.now() - 1h; }
    void verify_phone() { expect(put({.phone = number_of_ann, .phone_code = phone_code()})); }
    logins::Login login() { return core.logins.of_user(core.db, realm_no(), user).value(); }
    std::string contact(ContactKind kind) {
        const auto now = login();
        const auto& there = kind == ContactKind::phone ? now.phone : now.email;
        return there ? there->value + (there->verified ? " verified" : "") : "none";
    }
    std::string method() { return std::string(users::name(login().method)); }
    std::vector<outbox::Cause> causes(Name name) {
        std::vector<outbox::Cause> out;
        for (const auto& taken : core.outbox.due(core.db, clock.now() + 1s, 1000)) {
            auto cause = core.outbox.open(taken);
            if (cause && cause->event == name) out.push_back(std::move(*cause));
        }
        return out;
    }
};

Secret secret(std::string_view text) { return Secret(text); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(own_user_store, Person)

BOOST_AUTO_TEST_CASE(FC32_all_that_is_wrong_is_told_at_once_and_nothing_is_changed) {
    const auto text = code(ContactKind::email, "ann@new.example");
    const auto before = texts("SELECT CONCAT(user_name, name) FROM logins JOIN users USING (user_id)");
    const auto refused = put({.name = " ", .user_name = "a!b", .email = "ann@new.example", .phone = "+1604", .method = Method::sms, .password = secret("short"),
                              .email_code = wrong(text),
                              .found = {{.why = Why::bad_parameter, .field = "custom_data", .rule = Refusal::Rule::invalid}}});
    BOOST_TEST(said(refused) == "bad_parameter custom_data/invalid; missing_parameter name; bad_parameter user_name/format; bad_parameter phone/length; "
                                "missing_parameter current_password; password_weak password/length; bad_parameter email_code/invalid");
    BOOST_TEST(texts("SELECT CONCAT(user_name, name) FROM logins JOIN users USING (user_id)") == before);
    BOOST_TEST(contact(ContactKind::email) == "ann@shop.example");
}

BOOST_AUTO_TEST_CASE(FC93_user_names_of_this_door) {
    struct {
        std::string typed, said;
    } const names[] = {
        {"Mira.Q+1@Shop_x-y.test", "mira.q+1@shop_x-y.test"}, {" mi ra q ", "miraq"}, {"", "missing_parameter user_name"}, {"  ", "missing_parameter user_name"},
        {"mira", "bad_parameter user_name/length"}, {"mir\xC3\xA4" "q", "bad_parameter user_name/format"}, {"mira/q", "bad_parameter user_name/format"},
        {std::string(256, 'a'), "bad_parameter user_name/length"},
    };
    for (const auto& each : names) {
        const auto got = own_user::user_name(each.typed);
        BOOST_TEST((got ? *got : said(refuse(got.error()))) == each.said, each.typed);
    }
}

BOOST_AUTO_TEST_CASE(FC94_a_name_is_made_of_both_parts_where_it_is_not_sent) {
    const auto named = [](const users::Names& before, const Change& change) {
        const auto got = own_user::names(before, change);
        return got ? got->name + "|" + got->given_name + "|" + got->family_name : said(refuse(got.error()));
    };
    BOOST_TEST(named({}, {.first_name = "Mira", .last_name = "Q"}) == "Mira Q|Mira|Q");
    BOOST_TEST(named({}, {.first_name = "Mira"}) == "missing_parameter name");
    BOOST_TEST(named({}, {.name = "Mira"}) == "Mira||");
    BOOST_TEST(named({.name = "Mira Q", .given_name = "Mira", .family_name = "Q"}, {.last_name = "R"}) == "Mira R|Mira|R");
    BOOST_TEST(named({.name = "Mira", .given_name = "Mira"}, {.last_name = "Q"}) == "Mira Q|Mira|Q");
    BOOST_TEST(named({.name = "The Mira", .given_name = "Mira", .family_name = "Q"}, {.last_name = "R"}) == "Mira R|Mira|R");
    BOOST_TEST(named({.name = "The Mira", .given_name = "Mira", .family_name = "Q"}, {.name = "The Mira", .last_name = "R"}) == "The Mira|Mira|R");
    BOOST_TEST(named({.name = "The Mira"}, {.first_name = "Mira", .last_name = "Q"}) == "Mira Q|Mira|Q");
    BOOST_TEST(named({.name = "The Mira"}, {.first_name = "Mira"}) == "The Mira|Mira|");
    BOOST_TEST(named({.name = "The Mira"}, {.name = ""}) == "missing_parameter name");
    BOOST_TEST(named({.name = "The Mira"}, {.name = std::string(256, 'x')}) == "bad_parameter name/length");
    BOOST_TEST(named({.name = "The Mira"}, {.first_name = std::string(101, 'x')}) == "bad_parameter first_name/length");
}

// --- Methods (FC105 to FC108)

BOOST_AUTO_TEST_CASE(FC105_a_method_needs_its_verified_contact) {
    BOOST_TEST(said(put({.method = Method::sms})) == "missing_parameter phone");
    BOOST_TEST(said(put({.method = Method::email})) == "missing_parameter email_code");  // there, and not verified
    expect(put({.phone = number_of_ann}));
    BOOST_TEST(contact(ContactKind::phone) == number_of_ann);
    BOOST_TEST(said(put({.method = Method::sms})) == "missing_parameter phone_code");
    BOOST_TEST(said(put({.phone = "+16045550143", .method = Method::sms})) == "missing_parameter phone_code");
    BOOST_TEST(method() == "simple");
}

BOOST_AUTO_TEST_CASE(FC107_value_code_and_method_in_one_request) {
    const auto text = phone_code();
    BOOST_TEST(said(put({.phone = number_of_ann, .method = Method::sms, .phone_code = wrong(text)})) == "bad_parameter phone_code/invalid");
    BOOST_TEST(contact(ContactKind::phone) == "none");
    BOOST_TEST(said(put({.phone = number_of_ann, .method = Method::sms, .phone_code = text})) == "granted");
    BOOST_TEST(contact(ContactKind::phone) == number_of_ann + " verified");
    BOOST_TEST(method() == "sms");
    BOOST_TEST(events("contact.verified", "phone") == 1);
    BOOST_TEST(events("2fa.method_changed", "sms") == 1);
    BOOST_TEST(causes(Name::second_step_method_changed).size() == 1U);  // RS8
    BOOST_TEST(causes(Name::contact_changed).size() == 1U);
    BOOST_TEST(number("SELECT COUNT(*) FROM verification_codes") == 0);
}

BOOST_AUTO_TEST_CASE(FC107_a_code_verifies_what_stands_there_already) {
    const auto text = code(ContactKind::email, "ANN@shop.example");
    BOOST_TEST(said(put({.method = Method::email, .email_code = text})) == "granted");
    BOOST_TEST(contact(ContactKind::email) == "ann@shop.example verified");
    BOOST_TEST(method() == "email");
}

BOOST_AUTO_TEST_CASE(FC106_verified_already_the_method_alone_however_old_the_sign_in_is) {
    verify_phone();
    stale();
    BOOST_TEST(said(put({.method = Method::sms})) == "granted");
    BOOST_TEST(method() == "sms");
    BOOST_TEST(said(put({.method = Method::simple})) == "missing_parameter current_password");
    BOOST_TEST(said(put({.method = Method::simple, .current_password = secret("wrong one 1")})) == "password_wrong current_password/must_match");
    BOOST_TEST(number("SELECT failed FROM logins") == 1);  // PW12
    BOOST_TEST(said(put({.method = Method::simple, .current_password = secret(right_password)})) == "granted");
    BOOST_TEST(method() == "simple");
}

BOOST_AUTO_TEST_CASE(FC108_another_number_while_on_sms_needs_its_code_and_none_cannot_be) {
    verify_phone();
    expect(put({.method = Method::sms}));
    ticket.sms_at = clock.now();
    BOOST_TEST(said(put({.phone = "+16045550143"})) == "missing_parameter phone_code");
    BOOST_TEST(said(put({.phone = ""})) == "missing_parameter phone");
    BOOST_TEST(said(put({.phone = "+16045550143", .phone_code = "123456"})) == "bad_parameter phone_code/invalid");
    const auto text = code(ContactKind::phone, "+16045550143");
    ticket.sms_at = clock.now();
    BOOST_TEST(said(put({.phone = "+16045550143", .phone_code = text})) == "granted");
    BOOST_TEST(contact(ContactKind::phone) == "+16045550143 verified");
    BOOST_TEST(said(put({.phone = "", .method = Method::simple})) == "granted");
    BOOST_TEST(contact(ContactKind::phone) == "none");
}

// --- What has to be shown (FC109)

BOOST_AUTO_TEST_CASE(RS6_another_address_number_or_user_name_needs_fresh_factors_or_the_password) {
    const Change changes[] = {{.user_name = "annabel"}, {.email = "ann@new.example"}, {.phone = number_of_ann}};
    stale();
    for (const auto& each : changes) BOOST_TEST(said(put(each)) == "missing_parameter current_password");
    BOOST_TEST(said(put({.name = "Ann B", .first_name = "Ann"})) == "granted");  // names are free
    for (const auto& each : changes) {
        auto with = each;
        with.current_password = secret(right_password);
        BOOST_TEST(said(put(with)) == "granted");
        stale();
    }
    BOOST_TEST(number("SELECT in_flight + failed FROM logins") == 0);
    BOOST_TEST(contact(ContactKind::email) == "ann@new.example");
    BOOST_TEST(said(put({.email = "ANN@new.example", .phone = "+1 604 555 0142"})) == "granted");  // nothing changes by it
}

BOOST_AUTO_TEST_CASE(RS6_standard_policy_the_password_is_no_stand_in_for_a_second_factor) {
    verify_phone();
    expect(put({.method = Method::sms}));
    set("policy", "standard");
    stale();
    BOOST_TEST(said(put({.method = Method::simple, .current_password = secret(right_password)})) == "step_up_required");
    ticket.sms_at = clock.now();
    BOOST_TEST(said(put({.method = Method::simple})) == "granted");
}

BOOST_AUTO_TEST_CASE(PW12_wrong_passwords_lock_and_a_right_one_beside_another_fault_counts_nothing) {
    const Change wrong{.email = "ann@new.example", .current_password = secret("wrong one 1")};
    for (int i = 0; i < 10; ++i) BOOST_TEST(said(put(wrong)) == "password_wrong current_password/must_match");
    BOOST_TEST(events("stepup.failure", "wrong_password") == 10);
    BOOST_TEST(said(put({.email = "ann@new.example", .current_password = secret(right_password)})) == "password_wrong current_password/must_match");
    BOOST_TEST(events("stepup.failure", "locked") == 1);
    core.logins.unlock(core.db, context(), "ann");
    BOOST_TEST(said(put({.user_name = "annabel", .email = "nonsense", .current_password = secret(right_password)})) == "bad_parameter email/format");
    BOOST_TEST(number("SELECT in_flight + failed FROM logins") == 0);
}

BOOST_AUTO_TEST_CASE(FC103_a_new_password_needs_the_old_one_and_ends_every_ticket_TK6) {
    BOOST_TEST(said(put({.password = secret("longer than 8")})) == "missing_parameter current_password");
    BOOST_TEST(said(put({.password = secret("longer than 8"), .current_password = secret("wrong one 1")})) == "password_wrong current_password/must_match");
    BOOST_TEST(events("password.change_failed", "wrong_password") == 1);
    BOOST_TEST(said(put({.password = secret("short 1"), .current_password = secret(right_password)})) == "password_weak password/length");
    BOOST_TEST(check(ann.issued.access) == "granted");
    BOOST_TEST(said(put({.password = secret("longer than 8"), .current_password = secret(right_password)})) == "granted");
    BOOST_TEST(check(ann.issued.access) == "ticket_invalid");
    BOOST_TEST(causes(Name::password_changed).size() == 1U);
    BOOST_TEST(why(sign_in("ann", "longer than 8")) == "granted");
}

// --- What follows (FC111)

BOOST_AUTO_TEST_CASE(FC111_another_address_is_told_to_both_gets_its_token_and_is_no_name_to_sign_in_by) {
    expect(core.verifications.request_token(core.db, here(), *realm(), user));
    const auto older = causes(Name::verification_token_sent).front();
    change("DELETE FROM outbox");
    expect(put({.email = "Ann@New.example"}));
    BOOST_TEST(contact(ContactKind::email) == "ann@new.example");
    const auto told = causes(Name::contact_changed);
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told.front().old_value == "ann@shop.example");
    BOOST_TEST(told.front().new_value == "ann@new.example");
    const auto tokens = causes(Name::verification_token_sent);
    BOOST_REQUIRE(tokens.size() == 1U);
    BOOST_TEST(tokens.front().destination == "ann@new.example");
    BOOST_TEST(why(core.verifications.verify(core.db, here(), *realm(), older.link)) == "unknown_item");
    BOOST_TEST(text("SELECT email FROM accounts") == "ann@new.example");
    BOOST_TEST(why(sign_in("ann@new.example")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("ann@shop.example")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("ann")) == "granted");
    expect(core.verifications.verify(core.db, here(), *realm(), tokens.front().link));
    BOOST_TEST(contact(ContactKind::email) == "ann@new.example verified");
    BOOST_TEST(why(sign_in("ann@new.example")) == "granted");
}

BOOST_AUTO_TEST_CASE(FC111_with_its_code_no_token_goes_out_and_the_address_signs_in) {
    const auto text = code(ContactKind::email, "ann@new.example");
    expect(put({.email = "ann@new.example", .email_code = text}));
    BOOST_TEST(contact(ContactKind::email) == "ann@new.example verified");
    BOOST_TEST(causes(Name::verification_token_sent).empty());
    BOOST_TEST(why(sign_in("ann@new.example")) == "granted");
}

BOOST_AUTO_TEST_CASE(FC95_somebody_elses_address_is_a_contact_and_no_name) {
    (void)customer("bea", "bea@home.example");
    const auto text = code(ContactKind::email, "bea@home.example");
    BOOST_TEST(said(put({.email = "bea@home.example", .email_code = text})) == "granted");
    BOOST_TEST((sign_in("bea@home.example")->account.user != user));
    expect(put({.user_name = "annabel"}));
    BOOST_TEST(why(sign_in("annabel")) == "granted");
    BOOST_TEST((sign_in("bea@home.example")->account.user != user));
}

BOOST_AUTO_TEST_CASE(FC93_a_taken_user_name_is_told_and_leaves_codes_good) {
    (void)customer("beatrix");
    const auto text = phone_code();
    BOOST_TEST(said(put({.user_name = "Beatrix", .phone = number_of_ann, .phone_code = text})) == "name_taken user_name/taken");
    BOOST_TEST(contact(ContactKind::phone) == "none");
    BOOST_TEST(number("SELECT failed FROM verification_tries") == 0);
    BOOST_TEST(said(put({.user_name = "annabel", .phone = number_of_ann, .phone_code = text})) == "granted");
    BOOST_TEST(why(sign_in("annabel")) == "granted");
    BOOST_TEST(why(sign_in("ann@shop.example")) == "granted");  // by the address as before
    BOOST_TEST(events("login.changed", "user_name") == 1);
    BOOST_TEST(events("user.updated") == 1);
}

BOOST_AUTO_TEST_CASE(FC166_the_customers_account_stays_in_step) {
    expect(put({.first_name = "Mira", .last_name = "Q", .phone = number_of_ann}));
    BOOST_TEST(text("SELECT CONCAT_WS('|', first_name, last_name, name, phone) FROM accounts") == "Mira|Q|Mira Q|" + number_of_ann);
}

// --- Staff (FC110)

BOOST_AUTO_TEST_CASE(FC110_staff_need_no_code_for_a_contact_and_the_event_says_who) {
    verify_phone();
    expect(put({.method = Method::sms}));
    BOOST_TEST(said(staff({.email = "ann@new.example", .phone = "+16045550143"})) == "granted");
    BOOST_TEST(contact(ContactKind::phone) == "+16045550143");
    BOOST_TEST(method() == "sms");
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'contact.changed' AND actor = 'staff' AND details LIKE '%\"by\":%'") == 2);
    BOOST_TEST(said(staff({.method = Method::simple})) == "granted");
    BOOST_TEST(said(staff({.method = Method::sms})) == "missing_parameter phone_code");  // OC9 has no exception
    BOOST_TEST(said(staff({.phone = ""})) == "granted");
    BOOST_TEST(said(staff({.method = Method::sms})) == "missing_parameter phone");
}

BOOST_AUTO_TEST_CASE(FC104_staff_set_a_password_outright_and_it_ends_what_a_reset_ends) {
    BOOST_TEST(said(staff({.password = secret("longer than 8")})) == "granted");
    BOOST_TEST(check(ann.issued.access) == "ticket_invalid");
    BOOST_TEST(why(sign_in("ann", "longer than 8")) == "granted");
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'password.changed' AND actor = 'staff'") == 1);
}

// --- At once

BOOST_AUTO_TEST_CASE(OC4_of_eight_who_show_one_code_at_once_one_changes) {
    const auto text = phone_code();
    const auto answers = race([&](Core& with, unsigned) {
        return said(with.own_user.change(with.db, here(), *with.realms.get(with.db, clock.now(), realm_no()), user,
                                         {.phone = number_of_ann, .method = Method::sms, .phone_code = text}, &ticket));
    }, 8);
    BOOST_TEST(std::ranges::count(answers, "granted") == 1);
    BOOST_TEST(events("2fa.method_changed") == 1);
    BOOST_TEST(events("contact.verified") == 1);
    BOOST_TEST(number("SELECT failed FROM verification_tries") == 0);
    for (const auto& each : answers) BOOST_TEST((each == "granted" || each == "busy" || each == "bad_parameter phone_code/invalid"), each);
}

BOOST_AUTO_TEST_SUITE_END()
