// SPDX-License-Identifier: MIT
// P19 (docs/pages.md): registering on the pages. A free address and a taken one are answered alike (X12, EN1), the code that went
// to the address is the first sign-in code too (X9), and with second_step.default = sms the number is shown as well (W20).
#include <atomic>
#include <thread>

#include <authtickets/core/registration.h>

#include "http/account_pages.h"

namespace authtickets::test {

using events::Name;
using users::Method;

namespace {

const std::string bob = "first=Bob&last=Builder&email=bob%40example.com&password=Garden-No-2";

struct Registering : AccountPages {
    std::string held, device;   // what the browser keeps

    http::Request with_cookies(http::Request request) const {
        std::string all = held.empty() ? "" : "__Host-authtickets-registration=" + held;
        if (!device.empty()) all.append(all.empty() ? "" : "; ").append("__Host-authtickets-device=" + device);
        if (!all.empty()) request.headers["cookie"] = all;
        return request;
    }
    Reply keep(Reply reply) {
        if (const auto cookie = set_cookie(reply, "__Host-authtickets-registration"); !cookie.empty()) held = value_of(cookie);
        if (const auto cookie = set_cookie(reply, "__Host-authtickets-device"); !cookie.empty()) device = value_of(cookie);
        return reply;
    }
    Reply get(std::string_view target) { return keep(send(with_cookies(bare(GET, target)))); }
    Reply post(std::string_view target, std::string body) { return keep(send(with_cookies(form(target, std::move(body))))); }
    Reply begin(const std::string& fields = bob) { return post("/account/register", fields); }
    Reply enter(const std::string& code) { return post("/account/register/code", "code=" + code); }
    std::optional<logins::Login> found(std::string_view name) { return core.logins.named(core.db, realm, name); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pages_register, Registering)

BOOST_AUTO_TEST_CASE(P19_the_form_asks_for_what_an_account_needs) {
    const auto page = get("/account/register");
    is_page(page, 200);
    for (const auto* piece : {"<title>Create an account – shop</title>", "autocomplete=\"given-name\"", "autocomplete=\"family-name\"", "autocomplete=\"email\"",
                              "autocomplete=\"new-password\"", "at least 6 characters", "href=\"sign-in\""}) {
        says(page, piece);
    }
    says_not(page, "id=\"phone\"");
    set("second_step.default", "sms");
    const auto with_phone = get("/account/register");
    says(with_phone, "id=\"phone\"");
    says(with_phone, "Whoever takes over your number");  // X4
}

BOOST_AUTO_TEST_CASE(P19_X9_the_code_makes_the_account_and_signs_in) {
    leads_to(begin(), "register/code");
    BOOST_TEST(!found("bob@example.com"));
    const auto cause = last(Name::contact_code_sent);
    BOOST_TEST(cause.destination == "bob@example.com");
    const auto page = get("/account/register/code");
    is_page(page, 200);
    for (const auto* piece : {"bob@example.com", "id=\"code\"", "It works for 5 min.", "data-rest=\"30\" disabled", "Not received a code?"}) says(page, piece);
    BOOST_TEST(!found("bob@example.com"));

    const auto in = enter(contact_code());
    leads_to(in, ".././");
    const auto login = found("bob@example.com");
    BOOST_REQUIRE(login);
    BOOST_TEST(login->email->verified);
    BOOST_TEST(login->account->profile.first_name == "Bob");
    BOOST_TEST((login->method == Method::simple));
    BOOST_TEST(held.empty());
    BOOST_TEST(!device.empty());  // seen from now on, as after a sign-in by code
    const Browser me{.cookie = "__Host-authtickets=" + value_of(set_cookie(in, "__Host-authtickets"))};
    says(AccountPages::open(me, "/account"), "Hello, Bob Builder");
    const auto session = core.tickets.session(core.db, at_pages(realm), value_of(set_cookie(in, "__Host-authtickets")));
    BOOST_REQUIRE(session);
    BOOST_TEST(session->password_at.has_value());
    BOOST_TEST(session->email_at.has_value());
    BOOST_TEST((last(Name::account_registered).user == login->user));
    for (const auto name : {Name::account_registered, Name::contact_verified, Name::signin_success}) {
        const auto all = core.events.of_user(core.db, realm, login->user, 50);
        const auto* const wanted = &all;
        BOOST_TEST(std::ranges::count(*wanted, std::string(events::name(name)), &events::Stored::name) == 1, events::name(name));
        for (const auto& each : all) BOOST_TEST(each.actor == "user");
    }
    BOOST_TEST(send(signing_in("bob@example.com", "Garden-No-2")).status == 200);
    BOOST_TEST(!log.mentions("Garden-No-2"));
}

BOOST_AUTO_TEST_CASE(X12_EN1_a_taken_address_is_answered_as_a_free_one) {
    const auto free = begin();
    const auto free_page = get("/account/register/code");
    const auto free_wrong = enter(other(contact_code()));
    held.clear();
    const auto taken = begin("first=Bob&last=Builder&email=ada.byron%40example.com&password=Garden-No-2");
    const auto taken_page = get("/account/register/code");
    const auto taken_wrong = enter("123456");
    BOOST_TEST(free.status == taken.status);
    BOOST_TEST(free.text == taken.text);
    BOOST_TEST(free.header("location") == taken.header("location"));
    const auto alike = [](std::string text) {
        for (const std::string each : {"ada.byron@example.com", "bob@example.com"}) {
            for (auto at = text.find(each); at != text.npos; at = text.find(each)) text.replace(at, each.size(), "@");
        }
        return text;
    };
    BOOST_TEST(alike(free_page.text) == alike(taken_page.text));
    BOOST_TEST(free_wrong.status == taken_wrong.status);
    BOOST_TEST(alike(free_wrong.text) == alike(taken_wrong.text));
    BOOST_TEST((free_page.headers.size() == taken_page.headers.size()));
    // The owner gets a notice and no code (N10), once a day.
    BOOST_TEST(causes(Name::contact_code_sent).size() == 1U);
    BOOST_TEST(causes(Name::registration_refused).size() == 1U);
    clock.advance(std::chrono::seconds(31));
    leads_to(post("/account/register/again", ""), "../register/code?done=again");
    BOOST_TEST(causes(Name::registration_refused).size() == 1U);
    BOOST_TEST(causes(Name::contact_code_sent).size() == 1U);
    BOOST_TEST(send(signing_in("ada.byron", "Garden-No-2")).status == 401);
}

BOOST_AUTO_TEST_CASE(X12_EN2_a_taken_address_costs_the_statements_of_a_free_one) {
    const auto cost = [&](const auto& call) {
        const auto before = core.db.statements();
        call();
        return core.db.statements() - before;
    };
    begin("email=warm%40example.com&password=Garden-No-2");  // caches
    enter("000000");
    struct Costs {
        std::uint64_t first{}, again{}, page{}, wrong{};
    };
    const auto of = [&](const std::string& email) {
        held.clear();
        const auto fields = "email=" + email + "&password=Garden-No-2";
        return Costs{.first = cost([&] { begin(fields); }), .again = cost([&] { begin(fields); }),
                     .page = cost([&] { get("/account/register/code"); }), .wrong = cost([&] { enter("000000"); })};
    };
    const auto free = of("bob%40example.com"), taken = of("ada.byron%40example.com");
    BOOST_TEST(free.first == taken.first);
    BOOST_TEST(free.again == taken.again);
    BOOST_TEST(free.page == taken.page);
    BOOST_TEST(free.wrong == taken.wrong);
}

BOOST_AUTO_TEST_CASE(P19_an_address_that_is_taken_before_the_code_is_entered) {
    begin();
    const auto mine = std::exchange(held, {});
    const auto code = contact_code();
    clock.advance(std::chrono::milliseconds(5));
    begin("first=Second&email=bob%40example.com&password=Garden-No-3");
    leads_to(enter(contact_code()), ".././");
    held = mine;
    const auto late = enter(code);
    is_page(late, 409);
    says(late, "There is an account with this address already.");
    BOOST_TEST(set_cookie(late, "__Host-authtickets").empty());
    BOOST_TEST(send(signing_in("bob@example.com", "Garden-No-2")).status == 401);
    BOOST_TEST(send(signing_in("bob@example.com", "Garden-No-3")).status == 200);
}

BOOST_AUTO_TEST_CASE(P19_X9_W20_sms_as_default_asks_for_the_number_too) {
    set("second_step.default", "sms");
    is_page(begin(), 400);  // without a number
    is_page(begin(bob + "&phone=12"), 400);
    leads_to(begin(bob + "&phone=%2B49%20151%2023456789"), "register/code");
    leads_to(enter(contact_code()), "../register/code");
    BOOST_TEST(!found("bob@example.com"));
    const auto cause = last(Name::contact_code_sent);
    BOOST_TEST(cause.destination == "+4915123456789");
    const auto page = get("/account/register/code");
    says(page, "Your e-mail address is verified.");
    says(page, "+4915123456789");
    is_page(enter(other(contact_code())), 401);
    const auto in = enter(contact_code());
    leads_to(in, ".././");
    const auto login = found("bob@example.com");
    BOOST_REQUIRE(login);
    BOOST_TEST((login->method == Method::sms));
    BOOST_TEST(login->phone->verified);
    BOOST_TEST((this->login(ada).method == Method::simple));  // who is there keeps his
    const auto session = core.tickets.session(core.db, at_pages(realm), value_of(set_cookie(in, "__Host-authtickets")));
    BOOST_REQUIRE(session);
    BOOST_TEST(session->sms_at.has_value());
}

BOOST_AUTO_TEST_CASE(P19_email_as_default_is_the_method_from_the_start) {
    set("second_step.default", "email");
    begin();
    leads_to(enter(contact_code()), ".././");
    BOOST_TEST((found("bob@example.com")->method == Method::email));
}

BOOST_AUTO_TEST_CASE(P19_what_is_refused_is_named_at_its_field_and_the_rest_is_kept) {
    const std::pair<std::string, std::string_view> rows[] = {
        {"first=Bob&email=&password=Garden-No-2", "<a href=\"#email\">Enter an e-mail address."},
        {"first=Bob&email=nonsense&password=Garden-No-2", "<a href=\"#email\">That is no e-mail address."},
        {"first=Bob&email=a%0Ab%40example.com&password=Garden-No-2", "<a href=\"#email\">That is no e-mail address."},
        {"first=Bob&email=bob%40example.com&password=", "<a href=\"#password\">Use at least 6 characters."},
        {"first=Bob&email=bob%40example.com&password=abc1", "<a href=\"#password\">Use at least 6 characters."},
        {"first=Bob&email=bob%40example.com&password=lettersonly", "<a href=\"#password\">Use at least one letter and one digit."},
        {"first=Bob&email=bob%40example.com&password=password1", "<a href=\"#password\">Many people use this password."},
        {"first=Bob&email=bob%40example.com&password=bob%40example.com1", "<a href=\"#password\">Do not use your name or the shop&apos;s."},
        {"first=" + std::string(101, 'x') + "&email=bob%40example.com&password=Garden-No-2", "<a href=\"#first\">Use at most 100 characters."},
    };
    for (const auto& [fields, why] : rows) {
        const auto reply = begin(fields);
        BOOST_TEST_CONTEXT(fields) {
            is_page(reply, 400);
            says(reply, why);
            says(reply, "<title>Error: ");
            if (fields.starts_with("first=Bob")) says(reply, "value=\"Bob\"");
            says_not(reply, "value=\"Garden");
            BOOST_TEST(set_cookie(reply, "__Host-authtickets-registration").empty());
        }
    }
    // The same for an address that is taken: a rule tells nothing of it.
    says(begin("email=ada.byron%40example.com&password=lettersonly"), "Use at least one letter and one digit.");
    BOOST_TEST(causes(Name::contact_code_sent).empty());
    BOOST_TEST(causes(Name::registration_refused).empty());
}

BOOST_AUTO_TEST_CASE(P19_OC3_OC2_a_code_dies_of_tries_and_of_time) {
    begin();
    const auto first = contact_code();
    for (const auto* shape : {"", "12", "1234567", "abcdef"}) is_page(enter(shape), 400);  // no try (UI12)
    is_page(enter(other(first)), 401);
    is_page(enter(other(first)), 401);
    says(enter(other(first)), "Too many wrong tries for this code.");
    is_page(enter(first), 401);
    BOOST_TEST(!found("bob@example.com"));
    leads_to(post("/account/register/again", ""), "../register/code?done=again");
    says(get("/account/register/code?done=again"), "We sent a new code at ");
    const auto early = post("/account/register/again", "");
    is_page(early, 429);
    BOOST_TEST(early.header("retry-after") == "30");
    const auto second = contact_code();
    clock.advance(std::chrono::seconds(301));
    const auto late = enter(second);
    is_page(late, 401);
    says(late, "This code has run out.");
    post("/account/register/again", "");
    leads_to(enter(contact_code()), ".././");
}

BOOST_AUTO_TEST_CASE(OC5_a_code_is_good_in_the_browser_that_asked_and_a_newer_one_ends_it) {
    begin();
    const auto mine = held;
    const auto code = contact_code();
    held.clear();
    clock.advance(std::chrono::milliseconds(5));
    begin();  // another browser, the same address
    is_page(enter(code), 401);
    BOOST_TEST(!found("bob@example.com"));
    held = mine;
    clock.advance(std::chrono::seconds(31));
    post("/account/register/again", "");
    const auto older = enter(code);
    is_page(older, 401);
    BOOST_TEST(!found("bob@example.com"));
    leads_to(enter(contact_code()), ".././");
    BOOST_TEST(found("bob@example.com").has_value());
}

BOOST_AUTO_TEST_CASE(P19_what_the_browser_holds_is_sealed_ends_and_is_used_once) {
    leads_to(get("/account/register/code"), "../register");  // nothing is held
    begin();
    BOOST_TEST(!holds(held, "bob"));
    const auto mine = held, code = contact_code();
    for (auto broken : {mine.substr(1), mine + "x", std::string("nonsense"), std::string(3000, 'A')}) {
        held = broken;
        is_page(get("/account/register/code"), 410);
        held = broken;
        is_page(enter(code), 410);
    }
    held = mine;
    leads_to(enter(code), ".././");
    held = mine;
    is_page(enter(code), 401);  // the code is gone
    BOOST_TEST(noted({.user = found("bob@example.com")->user}, Name::account_registered) == 1U);

    begin("email=carl%40example.com&password=Garden-No-2");
    const auto carls = contact_code();
    clock.advance(std::chrono::minutes(31));
    const auto over = enter(carls);
    is_page(over, 410);
    says(over, "That took too long.");
    BOOST_TEST(!found("carl@example.com"));
}

BOOST_AUTO_TEST_CASE(OC4_one_right_code_at_many_workers_makes_one_account) {
    begin();
    const auto request = with_cookies(form("/account/register/code", "code=" + contact_code()));
    std::vector<std::unique_ptr<Core>> workers;
    for (int i = 0; i < 8; ++i) workers.push_back(another_worker());
    std::atomic<int> in = 0, refused = 0;
    {
        std::vector<std::jthread> threads;
        for (auto& worker : workers) {
            threads.emplace_back([&] {
                const auto status = send(*worker, request).status;
                in += status == 303;
                refused += status == 401;
            });
        }
    }
    BOOST_TEST(in == 1);
    BOOST_TEST(refused == 7);
    BOOST_TEST(noted({.user = found("bob@example.com")->user}, Name::account_registered) == 1U);
}

BOOST_AUTO_TEST_CASE(P19_two_who_register_one_address_at_once_make_one_account) {
    std::vector<http::Request> requests;
    for (int i = 0; i < 6; ++i) {
        held.clear();
        clock.advance(std::chrono::milliseconds(5));
        begin("email=bob%40example.com&password=Garden-No-" + std::to_string(i) + "0");
        requests.push_back(with_cookies(form("/account/register/code", "code=" + contact_code())));
    }
    std::vector<std::unique_ptr<Core>> workers;
    for (std::size_t i = 0; i < requests.size(); ++i) workers.push_back(another_worker());
    std::atomic<int> in = 0, taken = 0;
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < requests.size(); ++i) {
            threads.emplace_back([&, i] {
                const auto status = send(*workers[i], requests[i]).status;
                in += status == 303;
                taken += status == 409;
            });
        }
    }
    BOOST_TEST(in == 1);
    BOOST_TEST(taken == 5);
}

BOOST_AUTO_TEST_CASE(P19_another_realm_does_not_take_what_this_one_sealed) {
    begin();
    const auto elsewhere = add_realm("elsewhere", 1001, 2001);
    auto there = in(elsewhere, Door::pages);
    BOOST_TEST(!core.registrations.look(core.db, there, held));
    BOOST_TEST(core.registrations.look(core.db, at_pages(realm), held).has_value());
}

BOOST_AUTO_TEST_CASE(OC7_many_codes_to_one_address_have_a_budget_known_or_not) {
    for (const std::string email : {"bob%40example.com", "ada.byron%40example.com"}) {
        int sent = 0;
        for (int i = 0; i < 20; ++i) sent += begin("email=" + email + "&password=Garden-No-2").status == 303;
        BOOST_TEST(sent == 12, email);
        const auto refused = begin("email=" + email + "&password=Garden-No-2");
        is_page(refused, 429);
        BOOST_TEST(!refused.header("retry-after").empty());
    }
}

BOOST_AUTO_TEST_CASE(P19_other_sites_forms_and_markup) {
    auto foreign = form("/account/register", bob);
    foreign.headers["origin"] = "https://evil.example";
    is_page(send(foreign), 403);
    foreign = with_cookies(form("/account/register/code", "code=123456"));
    foreign.headers["origin"] = "https://evil.example";
    is_page(send(foreign), 403);
    const auto echoed = begin("first=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&last=%22onfocus=alert(2)&email=%3Cimg%20src=x%3E&password=abc");
    is_page(echoed, 400);
    says_not(echoed, "<script>alert");
    says_not(echoed, "<img");
    begin("first=%3Cscript%3Ealert(1)%3C/script%3E&email=bob%40example.com&password=Garden-No-2");
    const auto in = enter(contact_code());
    const Browser me{.cookie = "__Host-authtickets=" + value_of(set_cookie(in, "__Host-authtickets"))};
    says_not(AccountPages::open(me, "/account"), "<script>alert");
}

BOOST_AUTO_TEST_CASE(P19_leads_back_to_where_one_wanted_to_go) {
    says(get("/account/register?to=settings"), "<input type=\"hidden\" name=\"to\" value=\"settings\">");
    leads_to(begin(bob + "&to=settings"), "register/code?to=settings");
    leads_to(post("/account/register/code", "code=" + contact_code() + "&to=settings"), "../settings");
    for (const auto* evil : {"https://evil.example/", "//evil.example", "javascript:alert(1)"}) {
        says_not(get(std::string("/account/register?to=") + evil), "name=\"to\"");
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
