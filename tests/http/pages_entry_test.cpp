// SPDX-License-Identifier: MIT
// The ways in of the account pages and the desk (docs/pages.md): P1 sign in, P2 to P4 the second step, P5 a code in the password's
// place, P7 with a second step, P11 to P13 and P15 an authenticator app and its codes, P17 step-up, P17b sign out.
#include <set>

#include "http/browser.h"
#include "http/desk_shop.h"

namespace authtickets::test {

namespace {

using namespace std::chrono_literals;
using Role = operators::Role;

constexpr std::string_view refused = "Those details did not let you in.", wrong_code = "That code is not right.";
const std::string session_name = "__Host-authtickets", desk_name = "__Host-authtickets-desk", device_name = "__Host-authtickets-device";
const std::string desk_password = "Compiler-No-1-of-all";

struct Entry : DeskShop {
    using Side = pages::Side;

    Person ada;
    Browser web;

    Entry() : ada(customer("ada.byron")), web(*this) {}

    void set(std::string_view name, std::string_view value) { set(realm, name, value); }
    void set(RealmNo no, std::string_view name, std::string_view value) {
        BOOST_REQUIRE_MESSAGE(core.realms.set(core.db, in(no, Door::none), no, name, value), name);
        clock.advance(2s);  // what a worker keeps of the settings is older than that
    }
    const Reply& sign_in_at(Browser& by, const std::string& name, const std::string& password, const std::string& page = "/account/sign-in") {
        by.get(page);
        return by.submit("sign-in", {{"name", name}, {"password", password}});
    }
    const Reply& sign_in_ada(const std::string& page = "/account/sign-in") { return sign_in_at(web, "ada.byron", "Engine-No-1", page); }
    // Pending, by an app.
    App with_app() {
        auto app = turn_on_app(realm, ada.user);
        sign_in_ada();
        BOOST_TEST(web.leads() == "/account/sign-in/code");
        web.follow();
        return app;
    }
    const Reply& type(const std::string& code) { return web.submit("../" + std::string(web.path.substr(9)), {{"code", code}}); }
    void use_mail() {
        const auto hers = login(ada);
        core.db.transact([&](db::Tx& tx) {
            return core.contacts.put(tx, in(realm, Door::pages), hers, users::ContactKind::email, "ada.byron@example.com", true).has_value();
        });
        BOOST_REQUIRE(core.contacts.set_method(core.db, in(realm, Door::pages), login(ada), users::Method::email));
    }
    std::string mailed(events::Name name) {
        const auto all = causes(name);
        BOOST_REQUIRE(!all.empty());
        return std::string(all.back().code.reveal());
    }
    std::string step_code() { return mailed(events::Name::second_step_code_sent); }
    static std::string other(std::string code) {
        code[5] = code[5] == '0' ? '1' : '0';
        return code;
    }
    std::size_t noted(events::Name name, std::string_view reason = {}) {
        auto all = events_of(ada, name);
        if (!reason.empty()) std::erase_if(all, [&](const auto& each) { return each.reason != reason; });
        return all.size();
    }
    // What the cookie opens: 200 in, else where it leads.
    std::string inside(Browser& by, std::string_view page = "/account/settings") {
        by.get(page);
        return by.leads();
    }
    std::optional<tickets::Ticket> ticket_of(const Browser& by, Side side = Side::account) {
        const auto at = by.cookies.find(side == Side::desk ? desk_name : session_name);
        if (at == by.cookies.end()) return std::nullopt;
        const auto no = side == Side::desk ? operators_realm() : realm;
        const auto found = core.tickets.session(core.db, in(no, pages::door(side)), at->second);
        return found ? std::optional(*found) : std::nullopt;
    }
};

std::size_t count(std::string_view text, std::string_view piece) {
    std::size_t out = 0;
    for (auto at = text.find(piece); at != text.npos; at = text.find(piece, at + 1)) ++out;
    return out;
}

std::string with_name(std::string text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
    return text;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pages_entry, Entry)

// --- P1

BOOST_AUTO_TEST_CASE(P1_UI3_UI6_the_form_has_what_browsers_and_readers_need) {
    const auto page = web.get("/account/sign-in");
    is_page(page, 200);
    for (const auto* piece : {"<title>Sign in – shop</title>", "<label for=\"name\">User name or e-mail address</label>", "autocomplete=\"username\"",
                              "autocomplete=\"current-password\"", "<a href=\"forgot\">Forgot your password?</a>", "<a href=\"register\">Create an account</a>",
                              "aria-pressed=\"false\" aria-controls=\"password\" data-hide=\"Hide\" hidden>Show</button>"}) {
        says(page, piece);
    }
    says_not(page, "one-time");      // off in the sign-in rules
    says_not(page, "Unlock");        // help for who was refused
    set("signin.email_code", "on");
    says(web.get("/account/sign-in"), "<a href=\"sign-in/one-time\">E-mail me a code instead</a>");
    says(web.get("/account/sign-in?to=settings&lang=de"), "<a href=\"sign-in/one-time?lang=de&amp;to=settings\">");
}

BOOST_AUTO_TEST_CASE(P1_right_and_nothing_due_is_in) {
    for (const auto* name : {"ada.byron", "ADA.BYRON@example.com"}) {
        Browser fresh(*this);
        sign_in_at(fresh, name, "Engine-No-1");
        BOOST_TEST(fresh.leads() == "/account/");
        const auto cookie = fresh.page.header("set-cookie");
        BOOST_TEST(cookie.starts_with(session_name + "="));
        BOOST_TEST(holds(cookie, "; Secure; HttpOnly; SameSite=Lax"));  // TK10
        const auto ticket = ticket_of(fresh);
        BOOST_REQUIRE(ticket);
        BOOST_TEST((ticket->state == tickets::State::full));
        BOOST_TEST((ticket->user == ada.user));
        // Who is signed in is sent on.
        fresh.get("/account/sign-in?to=settings");
        BOOST_TEST(fresh.leads() == "/account/settings");
    }
    BOOST_TEST(noted(events::Name::signin_success) == 3U);  // with the one that registered
}

BOOST_AUTO_TEST_CASE(EN1_P1_the_answer_is_the_same_for_all) {
    customer("bob"), customer("eve"), customer("mal");
    send(request(POST, accounts_path, R"({"emailAddress":"guest@example.com"})"));
    core.logins.block(core.db, in(realm, Door::none), "bob");
    BOOST_REQUIRE(core.customers.set_active(core.db, in(realm, Door::none), core.logins.named(core.db, realm, "eve")->account->no, false));
    for (int i = 0; i < 12; ++i) send(signing_in("mal", "Engine-No-9"));
    const auto look = [&](const std::string& name, const std::string& password) {
        Browser fresh(*this);
        sign_in_at(fresh, name, password);
        BOOST_TEST_CONTEXT(name) {
            is_page(fresh.page, 401);
            BOOST_TEST(fresh.page.header("set-cookie").empty());
            BOOST_TEST(fresh.page.header("retry-after").empty());
            if (password.size() > 3) says_not(fresh.page, password);
        }
        auto headers = fresh.page.headers;
        headers.erase("x-vol-correlation");
        std::erase_if(headers, [](const auto& header) { return header.first.starts_with("ratelimit"); });  // the address's own
        std::string out;
        for (const auto& [header, value] : headers) out.append(header).append(": ").append(value).append("\n");
        return out + with_name(fresh.page.text, "value=\"" + name + "\"", "value=\"NAME\"");
    };
    const auto unknown = look("nobody", "Engine-No-1");
    BOOST_TEST(holds(unknown, refused));
    BOOST_TEST(holds(unknown, "<title>Error: Sign in – shop</title>"));                              // UI7
    BOOST_TEST(holds(unknown, "role=\"alert\" tabindex=\"-1\" autofocus>\n<p><a href=\"#name\">"));  // UI24
    BOOST_TEST(count(unknown, "aria-invalid=\"true\" aria-describedby=\"told\"") == 2U);
    BOOST_TEST(holds(unknown, "<a href=\"forgot\">Forgot your password?</a>"));
    BOOST_TEST(holds(unknown, "<a href=\"unlock\">Unlock my account by e-mail</a>"));
    const std::pair<std::string, std::string> rows[] = {{"ada.byron", "Engine-No-9"}, {"ada.byron@example.com", "x"}, {"bob", "Engine-No-1"},
                                                        {"eve", "Engine-No-1"}, {"mal", "Engine-No-1"}, {"guest@example.com", "Engine-No-1"},
                                                        {"no body", std::string(1500, 'x')}};
    for (const auto& [name, password] : rows) BOOST_TEST(look(name, password) == unknown, name);
    set("signin.reveal_lock", "on");  // X18 is the stores'
    BOOST_TEST(look("mal", "Engine-No-1") == unknown);
    BOOST_TEST(noted(events::Name::signin_failure, "wrong_password") == 2U);
}

BOOST_AUTO_TEST_CASE(P1_what_is_missing_is_told_at_its_field_and_costs_nothing) {
    const auto failures = noted(events::Name::signin_failure);
    sign_in_at(web, "", "Engine-No-1");
    is_page(web.page, 400);
    says(web.page, "<a href=\"#name\">Enter your user name or e-mail address.</a>");
    sign_in_at(web, "ada.byron", "");
    is_page(web.page, 400);
    says(web.page, "<a href=\"#password\">Enter your password.</a>");
    says(web.page, "value=\"ada.byron\"");  // UI20
    BOOST_TEST(noted(events::Name::signin_failure) == failures);
}

BOOST_AUTO_TEST_CASE(P1_TH2_a_spent_budget_of_the_address_is_told_with_the_time) {
    for (int i = 0; i < 30; ++i) BOOST_REQUIRE(sign_in_at(web, "name" + std::to_string(i), "x").status == 401);
    sign_in_at(web, "ada.byron", "Engine-No-1");
    is_page(web.page, 429);
    says(web.page, "Too many tries. Try again in ");
    says(web.page, "value=\"ada.byron\"");
    BOOST_TEST(!web.page.header("retry-after").empty());
    Browser elsewhere(*this);
    elsewhere.address = "203.0.113.9";
    BOOST_TEST(sign_in_at(elsewhere, "ada.byron", "Engine-No-1").status == 303);
}

BOOST_AUTO_TEST_CASE(P1_one_goes_on_to_where_one_wanted_and_nowhere_else) {
    const std::pair<std::string, std::string> rows[] = {
        {"settings", "/account/settings"}, {"settings/password", "/account/settings/password"}, {"/cart?step=2", "/cart?step=2"},
        {"https://shop.example/cart", "/cart"}, {"https://evil.example/", "/account/"}, {"//evil.example", "/account/"}, {"/\\evil.example", "/account/"},
        {"https://shop.example.evil.example/", "/account/"}, {"javascript:alert(1)", "/account/"}, {"https://shop.example@evil.example/", "/account/"},
        {"/a\r\nb", "/account/"}, {"..//evil.example", "/account/"}, {"/.//evil.example", "/account/"}, {"/cart/..//evil.example", "/account/"},
        {"https://shop.example/.//evil.example", "/account/"}, {"/cart?next=//b", "/cart?next=//b"}, {std::string(2001, 'a'), "/account/"}};
    for (const auto& [to, where] : rows) {
        Browser fresh(*this);
        sign_in_at(fresh, "ada.byron", "Engine-No-1", "/account/sign-in?to=" + Browser::escaped(to));
        BOOST_TEST(fresh.leads() == where, to);
        // As a hidden field that somebody made up, too.
        Browser made(*this);
        made.get("/account/sign-in");
        made.post("/account/sign-in", {{"name", "ada.byron"}, {"password", "Engine-No-1"}, {"to", to}});
        BOOST_TEST(made.leads() == where, to);
    }
    // Held through a wrong password and the second step.
    const auto app = turn_on_app(realm, ada.user);
    web.get("/account/sign-in?to=%2Fcart&lang=de");
    web.submit("sign-in?lang=de", {{"name", "ada.byron"}, {"password", "x"}});
    web.submit("sign-in?lang=de", {{"name", "ada.byron"}, {"password", "Engine-No-1"}});
    BOOST_TEST(web.leads() == "/account/sign-in/code?to=%2Fcart&lang=de");
    web.follow();
    web.submit("../sign-in/code?lang=de", {{"code", "12345"}});
    web.submit("../sign-in/code?lang=de", {{"code", code(app.secret)}});
    BOOST_TEST(web.page.header("location") == "/cart");
}

BOOST_AUTO_TEST_CASE(TK11_P1_a_form_of_another_site_signs_nobody_in) {
    web.origin = "https://evil.example";
    web.get("/account/sign-in");
    web.post("/account/sign-in", {{"name", "ada.byron"}, {"password", "Engine-No-1"}});
    is_page(web.page, 403);
    BOOST_TEST(web.cookies.empty());
}

BOOST_AUTO_TEST_CASE(TK1_no_cookie_from_before_becomes_the_session) {
    web.cookies[session_name] = "of-an-attacker";
    sign_in_ada();
    const auto first = web.cookies.at(session_name);
    BOOST_TEST(first != "of-an-attacker");

    // Another sign-in ends the session that was there.
    Browser thief(*this);
    thief.cookies = web.cookies;
    web.post("/account/sign-in", {{"name", "ada.byron"}, {"password", "Engine-No-1"}});
    BOOST_TEST(web.cookies.at(session_name) != first);
    BOOST_TEST(inside(web) == "200");
    BOOST_TEST(inside(thief) == "/account/sign-in?to=settings");

    // The cookie of a pending sign-in opens nothing, then and later.
    Browser late(*this);
    const auto app = turn_on_app(realm, ada.user);
    sign_in_at(late, "ada.byron", "Engine-No-1");
    thief.cookies = late.cookies;
    BOOST_TEST(inside(thief) == "/account/sign-in/code");
    late.follow();
    late.submit("../sign-in/code", {{"code", code(app.secret)}});
    BOOST_TEST(inside(late) == "200");
    BOOST_TEST(inside(thief) == "/account/sign-in?to=settings");
}

BOOST_AUTO_TEST_CASE(P1_a_password_that_must_be_changed_is_changed_first) {
    BOOST_REQUIRE(core.customers.demand_password_change(core.db, in(realm, Door::none), ada.no, {}, true));
    sign_in_ada("/account/sign-in?to=settings");
    is_page(web.page, 200);
    says(web.page, "<title>Change your password – shop</title>");
    says(web.page, "autocomplete=\"new-password\"");
    BOOST_TEST(web.cookies.empty());
    const std::string action = "sign-in/password";
    BOOST_TEST(web.hidden_value(action, "name") == "ada.byron");  // kept
    web.submit(action, {{"current", "Engine-No-1"}, {"password", "short"}});
    is_page(web.page, 400);
    says(web.page, "<a href=\"#password\">Use at least 6 characters.</a>");
    web.submit("../sign-in/password", {{"current", "Engine-No-1"}, {"password", "Engine-No-1"}});
    says(web.page, "Choose a password that is not the one you have now.");
    web.submit("../sign-in/password", {{"current", ""}, {"password", "Difference-2"}});
    says(web.page, "<a href=\"#current\">Enter your password.</a>");
    const auto form = web.page;
    web.submit("../sign-in/password", {{"current", "Difference-2"}, {"password", "Difference-3"}});
    is_page(web.page, 401);
    says(web.page, refused);
    web.page = form;
    web.submit("../sign-in/password", {{"current", "Engine-No-1"}, {"password", "Difference-2"}});
    is_page(web.page, 200);
    says(web.page, "Your new password is saved. Sign in with it.");
    says(web.page, "value=\"ada.byron\"");
    BOOST_TEST(web.hidden_value("../sign-in", "to") == "settings");
    web.submit("../sign-in", {{"name", "ada.byron"}, {"password", "Difference-2"}});
    BOOST_TEST(web.leads() == "/account/settings");

    // EN1: for who is not there, the same refusal as for a wrong password; and nothing is to be had without the demand.
    Browser other_web(*this);
    for (const auto* name : {"nobody", "ada.byron"}) {
        other_web.get("/account/sign-in");
        other_web.post("/account/sign-in/password", {{"name", name}, {"current", "Engine-No-1"}, {"password", "Difference-3"}});
        is_page(other_web.page, 401);
    }
    other_web.get("/account/sign-in/password");
    BOOST_TEST(other_web.leads() == "/account/sign-in");
}

// --- P2

BOOST_AUTO_TEST_CASE(P2_UI1_UI9_the_form_and_the_right_code) {
    const auto app = with_app();
    is_page(web.page, 200);
    for (const auto* piece : {"<title>Enter the code from your app – shop</title>",
                              "type=\"text\" inputmode=\"numeric\" autocomplete=\"one-time-code\" pattern=\"[0-9 \\-]*\"",
                              "<a href=\"../sign-in/recovery\">Use a recovery code</a>", "Lost your device?", "Not received a code?",
                              "Cancel and start again</button>"}) {
        says(web.page, piece);
    }
    says_not(web.page, "Do not ask on this browser");  // trust.days is 0
    BOOST_TEST(causes(events::Name::second_step_code_sent).empty());
    BOOST_TEST(inside(web) == "/account/sign-in/code");  // TK7: nothing but the step is open
    web.get("/account/sign-in/code");
    const auto shown = code(app.secret);
    type(" " + shown.substr(0, 3) + "-" + shown.substr(3) + " ");  // UI2
    BOOST_TEST(web.leads() == "/account/");
    BOOST_TEST(inside(web) == "200");
    BOOST_TEST(noted(events::Name::second_step_success) == 1U);
    web.get("/account/sign-in/code");
    BOOST_TEST(web.leads() == "/account/");
}

BOOST_AUTO_TEST_CASE(P2_a_wrong_code_stays_and_from_the_second_on_speaks_of_the_clock) {
    const auto app = with_app();
    const auto wrong = other(code(app.secret));
    type(wrong);
    is_page(web.page, 401);
    says(web.page, "<title>Error: Enter the code from your app – shop</title>");
    says(web.page, "<a href=\"#code\">That code is not right.");
    says(web.page, "role=\"alert\" tabindex=\"-1\">");               // the field has the focus,
    says(web.page, "aria-invalid=\"true\" autofocus>");              // and is empty
    says_not(web.page, "automatic time");
    says_not(web.page, wrong);
    type(wrong);
    says(web.page, "automatic time");
    type(code(app.secret));
    BOOST_TEST(web.leads() == "/account/");  // W5
}

BOOST_AUTO_TEST_CASE(P2_UI12_what_is_no_code_costs_no_try) {
    const auto app = with_app();
    const std::pair<std::string, std::string_view> shapes[] = {{"", "Enter all 6 digits."}, {"12345", "Enter all 6 digits."},
                                                               {"1234567", "The code has only 6 digits."}, {"12345a", "Use digits only."}};
    for (int round = 0; round < 3; ++round) {
        for (const auto& [typed, why] : shapes) {
            type(typed);
            is_page(web.page, 400);
            says(web.page, "<a href=\"#code\">" + std::string(why) + "</a>");
        }
    }
    BOOST_TEST(noted(events::Name::second_step_failure) == 0U);
    type(code(app.secret));
    BOOST_TEST(web.leads() == "/account/");
}

BOOST_AUTO_TEST_CASE(P2_TO4_W4_a_used_code_and_a_clock_that_is_off_are_told) {
    const auto app = with_app();
    const auto used = code(app.secret);
    type(used);
    Browser again(*this);
    sign_in_at(again, "ada.byron", "Engine-No-1");
    again.follow();
    again.submit("../sign-in/code", {{"code", used}});
    is_page(again.page, 401);
    says(again.page, wrong_code);
    says(again.page, "That code was already used. Wait for the next one.");
    BOOST_TEST(noted(events::Name::second_step_failure, "replayed") == 1U);
    const auto early = std::string(totp::code_at(app.secret, totp::step_of(clock.now()) + 3).reveal());
    again.submit("../sign-in/code", {{"code", early}});
    is_page(again.page, 401);
    says(again.page, "automatic time");
    BOOST_TEST(noted(events::Name::second_step_failure, "drift") == 1U);
}

BOOST_AUTO_TEST_CASE(P2_TK7_five_wrong_ones_end_the_sign_in) {
    const auto app = with_app();
    const auto pending = web.cookies.at(session_name);
    for (int i = 0; i < 4; ++i) BOOST_TEST(type(other(code(app.secret))).status == 401);
    type(other(code(app.secret)));
    is_page(web.page, 401);
    says(web.page, "Please sign in again.");
    says(web.page, "<title>Error: Sign in – shop</title>");
    says(web.page, "value=\"ada.byron\"");  // UI25
    BOOST_TEST(!web.cookies.contains(session_name));
    BOOST_TEST(noted(events::Name::second_step_exhausted) == 1U);
    web.cookies[session_name] = pending;
    BOOST_TEST(inside(web, "/account/sign-in/code") == "/account/sign-in");
    // P1 stands there and works.
    web.cookies.clear();
    web.get("/account/sign-in/code");
    BOOST_TEST(web.leads() == "/account/sign-in");
}

BOOST_AUTO_TEST_CASE(P2_TO5_ten_in_a_row_pause_and_right_ones_wait_too) {
    const auto app = with_app();
    for (int i = 0; i < 5; ++i) type(other(code(app.secret)));
    web.submit("../sign-in", {{"name", "ada.byron"}, {"password", "Engine-No-1"}});
    web.follow();
    for (int i = 0; i < 4; ++i) type(other(code(app.secret)));
    type(other(code(app.secret)));  // the tenth
    Browser again(*this);
    sign_in_at(again, "ada.byron", "Engine-No-1");
    again.follow();
    says(again.page, "Too many tries. Try again in 15 min.");
    again.submit("../sign-in/code", {{"code", code(app.secret)}});
    is_page(again.page, 429);
    says(again.page, "Too many tries. Try again in 15 min.");
    BOOST_TEST(!again.page.header("retry-after").empty());
    clock.advance(15min + 1s);
    sign_in_at(again, "ada.byron", "Engine-No-1");
    again.follow();
    again.submit("../sign-in/code", {{"code", code(app.secret)}});
    BOOST_TEST(again.leads() == "/account/");
}

BOOST_AUTO_TEST_CASE(P2_UI25_a_sign_in_that_has_ended_says_so_when_the_form_is_sent) {
    const auto app = with_app();
    clock.advance(10min + 1s);
    type(code(app.secret));
    is_page(web.page, 401);
    says(web.page, "Please sign in again.");
    says(web.page, "value=\"ada.byron\"");
    // Without one ever: the same, and nothing about any account.
    Browser nobody(*this);
    for (const auto* page : {"code", "recovery", "sent-code", "sent-code/new"}) {
        nobody.post("/account/sign-in/" + std::string(page), {{"code", "123456"}});
        is_page(nobody.page, 401);
        says(nobody.page, "Please sign in again.");
    }
    for (const auto* page : {"code", "recovery", "sent-code"}) BOOST_TEST(inside(nobody, "/account/sign-in/" + std::string(page)) == "/account/sign-in");
}

BOOST_AUTO_TEST_CASE(TK11_P2_a_form_without_its_token_is_no_try) {
    const auto app = with_app();
    for (const auto* f : {"", "1.00", "x"}) {
        web.post("/account/sign-in/code", {{"f", f}, {"code", code(app.secret)}});
        is_page(web.page, 403);
        says(web.page, "This form is too old");
    }
    web.post("/account/sign-in/cancel", {});
    is_page(web.page, 403);
    web.get("/account/sign-in/code");
    type(code(app.secret));
    BOOST_TEST(web.leads() == "/account/");
}

BOOST_AUTO_TEST_CASE(P2_cancel_ends_the_sign_in) {
    const auto app = with_app();
    const auto kept = web.cookies;
    web.submit("../sign-in/cancel");
    BOOST_TEST(web.leads() == "/account/sign-in");
    BOOST_TEST(web.cookies.empty());
    web.cookies = kept;
    BOOST_TEST(inside(web, "/account/sign-in/code") == "/account/sign-in");
}

// --- P3

BOOST_AUTO_TEST_CASE(P3_UI4_W6_W7_a_recovery_code_is_good_once) {
    const auto app = with_app();
    web.get("/account/sign-in/recovery");
    is_page(web.page, 200);
    says(web.page, "autocomplete=\"off\" autocapitalize=\"characters\"");
    says_not(web.page, "inputmode");
    says(web.page, "<a href=\"../sign-in/code\">Use the code from your app</a>");
    const std::string form = "../sign-in/recovery";
    for (const auto& typed : {std::string(), std::string("ABCD-EFGH"), code(app.secret), std::string("ABCD-EFGH-JKLM-NPQ0")}) {
        web.submit(form, {{"recovery", typed}});  // no try, and no way for the app's code
        is_page(web.page, 400);
        says(web.page, "<a href=\"#recovery\">A recovery code has 16 letters and digits.</a>");
    }
    web.submit(form, {{"recovery", "ABCD-EFGH-JKLM-NPQR"}});
    is_page(web.page, 401);
    says(web.page, "That recovery code cannot be used. Try another one you saved.");
    auto typed = app.recovery.front();
    std::erase(typed, '-');
    std::ranges::transform(typed, typed.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    web.submit(form, {{"recovery", typed}});
    BOOST_TEST(web.leads() == "/account/");
    BOOST_TEST(ticket_of(web)->used_recovery);
    BOOST_TEST(causes(events::Name::recovery_code_used).back().remaining == "9");  // N4

    Browser again(*this);
    sign_in_at(again, "ada.byron", "Engine-No-1");
    BOOST_TEST(again.leads() == "/account/sign-in/code");  // it stays on
    again.follow();
    again.get("/account/sign-in/recovery");
    again.submit(form, {{"recovery", app.recovery.front()}});
    is_page(again.page, 401);
    says(again.page, "That recovery code cannot be used.");
    again.submit(form, {{"recovery", app.recovery[1]}});
    BOOST_TEST(again.leads() == "/account/");
}

BOOST_AUTO_TEST_CASE(P3_RC5_wrong_ones_count_with_those_of_the_app) {
    const auto app = with_app();
    for (int i = 0; i < 2; ++i) type(other(code(app.secret)));
    web.get("/account/sign-in/recovery");
    for (int i = 0; i < 2; ++i) web.submit("../sign-in/recovery", {{"recovery", "ABCD-EFGH-JKLM-NPQR"}});
    is_page(web.page, 401);
    web.submit("../sign-in/recovery", {{"recovery", "ABCD-EFGH-JKLM-NPQR"}});
    says(web.page, "Please sign in again.");
}

// --- P4

BOOST_AUTO_TEST_CASE(P4_UI10_UI11_the_code_is_sent_at_once_and_the_address_masked) {
    use_mail();
    sign_in_ada("/account/sign-in?to=settings");
    BOOST_TEST(web.leads() == "/account/sign-in/sent-code?to=settings");
    BOOST_TEST(causes(events::Name::second_step_code_sent).size() == 1U);
    web.follow();
    is_page(web.page, 200);
    says(web.page, "a•••@e•••.com");
    says_not(web.page, "@example");
    says(web.page, "It works for 3 min more. Tries left: 3</p>");
    says(web.page, "10:20");
    says(web.page, "data-rest=\"30\" disabled>Send a new code</button>");
    says(web.page, "Earlier codes end with it.");
    says(web.page, "<noscript>");
    web.submit("../sign-in/sent-code", {{"code", step_code()}});
    BOOST_TEST(web.leads() == "/account/settings");
    BOOST_TEST(web.cookies.contains(device_name));
    BOOST_TEST((ticket_of(web)->email_at.has_value()));
}

BOOST_AUTO_TEST_CASE(P4_OC3_wrong_ones_tell_what_is_left_and_the_third_spends_the_code) {
    use_mail();
    sign_in_ada();
    web.follow();
    const auto right = step_code();
    const std::string form = "../sign-in/sent-code";
    web.submit(form, {{"code", other(right)}});
    is_page(web.page, 401);
    says(web.page, wrong_code);
    says(web.page, "Tries left: 2");
    web.submit(form, {{"code", "12345"}});
    is_page(web.page, 400);
    web.submit(form, {{"code", other(right)}});
    says(web.page, "Tries left: 1");
    web.submit(form, {{"code", other(right)}});
    is_page(web.page, 401);
    says(web.page, "Too many wrong tries for this code. Ask for a new one.");
    web.submit(form, {{"code", right}});
    is_page(web.page, 401);
    clock.advance(30s);
    web.submit("../sign-in/sent-code/new");
    BOOST_TEST(web.leads() == "/account/sign-in/sent-code?done=sent");
    web.follow();
    says(web.page, "We sent a new code at ");
    says(web.page, "role=\"status\"");  // UI8
    web.submit(form, {{"code", step_code()}});
    BOOST_TEST(web.leads() == "/account/");
}

BOOST_AUTO_TEST_CASE(P4_an_older_code_and_one_that_has_run_out_are_told) {
    use_mail();
    sign_in_ada();
    web.follow();
    const auto older = step_code();
    web.submit("../sign-in/sent-code/new");  // the button rests
    is_page(web.page, 429);
    says(web.page, "Too many tries. Try again in 30 s.");
    BOOST_TEST(web.page.header("retry-after") == "30");
    BOOST_TEST(step_code() == older);
    clock.advance(31s);
    web.get("/account/sign-in/sent-code");
    says_not(web.page, "data-rest");  // by reload
    web.submit("../sign-in/sent-code/new");
    web.follow();
    web.submit("../sign-in/sent-code", {{"code", older}});
    is_page(web.page, 401);
    says(web.page, "A newer code was sent at ");
    const auto newest = step_code();
    clock.advance(3min + 1s);
    web.submit("../sign-in/sent-code", {{"code", newest}});
    is_page(web.page, 401);
    says(web.page, "This code has run out. Ask for a new one.");
    web.get("/account/sign-in/sent-code");
    says(web.page, "does not work any more. Ask for a new one.");
}

BOOST_AUTO_TEST_CASE(P4_OC7_a_spent_budget_is_told_where_the_code_is_asked_for) {
    use_mail();
    for (int i = 0; i < 40 && web.page.status != 429; ++i) {
        web.cookies.clear();
        sign_in_ada();
    }
    is_page(web.page, 429);
    says(web.page, "Too many tries. Try again in ");
    says(web.page, "<title>Error: Enter the code we sent you – shop</title>");
    BOOST_TEST(web.cookies.contains(session_name));
    BOOST_TEST(!web.hidden_value("sign-in/sent-code", "f").empty());
}

BOOST_AUTO_TEST_CASE(P4_TK10_a_trusted_browser_is_not_asked_again) {
    set("trust.days", "30");
    use_mail();
    sign_in_ada();
    web.follow();
    says(web.page, "Do not ask on this browser for 30 days");
    web.submit("../sign-in/sent-code", {{"code", step_code()}, {"trust", "on"}});
    BOOST_TEST(web.leads() == "/account/");
    web.cookies.erase(session_name);
    sign_in_ada();
    BOOST_TEST(web.leads() == "/account/");
    Browser elsewhere(*this);
    sign_in_at(elsewhere, "ada.byron", "Engine-No-1");
    BOOST_TEST(elsewhere.leads() == "/account/sign-in/sent-code");
    elsewhere.follow();
    elsewhere.submit("../sign-in/sent-code", {{"code", step_code()}});  // without the tick
    elsewhere.cookies.erase(session_name);
    sign_in_at(elsewhere, "ada.byron", "Engine-No-1");
    BOOST_TEST(elsewhere.leads() == "/account/sign-in/sent-code");
}

// --- P5

BOOST_AUTO_TEST_CASE(P5_off_in_the_rules_there_is_no_such_page) {
    is_page(web.get("/account/sign-in/one-time"), 404);
    is_page(web.post("/account/sign-in/one-time", {{"name", "ada.byron"}}), 404);
    is_page(web.get("/desk/sign-in/one-time"), 404);
}

BOOST_AUTO_TEST_CASE(P5_EN1_both_forms_answer_alike_and_the_right_code_is_in) {
    set("signin.email_code", "on");
    web.get("/account/sign-in/one-time?to=settings");
    is_page(web.page, 200);
    web.submit("../sign-in/one-time", {{"name", ""}});
    is_page(web.page, 400);
    web.submit("../sign-in/one-time", {{"name", "ada.byron"}});
    is_page(web.page, 200);
    says(web.page, "If we have an account for that, a message is on its way.");
    says(web.page, "The code works for 3 min.");
    says_not(web.page, "•");
    const auto known = web.page;
    Browser other_web(*this);
    other_web.get("/account/sign-in/one-time?to=settings");
    other_web.submit("../sign-in/one-time", {{"name", "nobody"}});
    BOOST_TEST(with_name(other_web.page.text, "nobody", "ada.byron") == known.text);
    BOOST_TEST(causes(events::Name::signin_code_sent).size() == 1U);

    const auto right = mailed(events::Name::signin_code_sent);
    const std::string form = "../sign-in/one-time";
    for (int i = 0; i < 3; ++i) {
        web.submit(form, {{"code", other(right)}});
        other_web.submit(form, {{"code", other(right)}});
        BOOST_TEST_CONTEXT(i) {
            is_page(web.page, 401);
            BOOST_TEST(with_name(other_web.page.text, "nobody", "ada.byron") == web.page.text);
            says(web.page, i < 2 ? "Tries left: " + std::to_string(2 - i) : std::string("Too many wrong tries for this code."));
        }
    }
    web.submit(form, {{"code", "12a"}});
    is_page(web.page, 400);
    web.get("/account/sign-in/one-time?to=settings");
    web.submit(form, {{"name", "ada.byron"}});
    web.submit(form, {{"code", mailed(events::Name::signin_code_sent)}});
    BOOST_TEST(web.leads() == "/account/settings");
    BOOST_TEST(inside(web) == "200");
}

BOOST_AUTO_TEST_CASE(P5_EN1_one_name_does_not_tell_what_became_of_a_code_under_the_other) {
    set("signin.email_code", "on");
    const auto asked = [&](Browser& by, const std::string& name) {
        by.get("/account/sign-in/one-time");
        by.submit("../sign-in/one-time", {{"name", name}});
        is_page(by.page, 200);
    };
    const auto typed = [&](Browser& by, const std::string& name, const std::string& digits) {
        by.post("/account/sign-in/one-time", {{"name", name}, {"step", "code"}, {"code", digits}});
        return by.page.text;
    };
    asked(web, "ada.byron@example.com");
    const auto right = mailed(events::Name::signin_code_sent);
    says(web.post("/account/sign-in/one-time", {{"name", "ada.byron@example.com"}, {"step", "code"}, {"code", other(right)}}), "Tries left: 2");
    // Her user name, under which nothing was asked for, and a name that nobody has.
    Browser guess(*this);
    BOOST_TEST(with_name(typed(guess, "nobody", other(right)), "nobody", "ada.byron") == typed(guess, "ada.byron", other(right)));
    says(guess.page, "This code has run out.");
    asked(guess, "nobody");
    asked(guess, "ada.byron");
    typed(web, "ada.byron@example.com", "000000");
    BOOST_TEST(with_name(typed(guess, "nobody", "000001"), "nobody", "ada.byron") == typed(guess, "ada.byron", "000001"));
    says(guess.page, "Tries left: 2");
}

BOOST_AUTO_TEST_CASE(P5_OC10_the_mailed_link_fills_the_code_in_and_spends_nothing) {
    set("signin.email_code", "on");
    web.get("/account/sign-in/one-time");
    web.submit("../sign-in/one-time", {{"name", "ada.byron"}});
    const auto right = mailed(events::Name::signin_code_sent);
    const auto link = "/account/sign-in/one-time?u=" + hex(ada.user.value) + "&c=" + right;
    Browser phone(*this);
    for (int i = 0; i < 3; ++i) {
        phone.get(link);
        is_page(phone.page, 200);
        says(phone.page, "value=\"" + right + "\"");
    }
    BOOST_TEST(phone.cookies.empty());
    phone.submit("../sign-in/one-time", {{"code", right}});
    BOOST_TEST(phone.leads() == "/account/");
    for (const auto* broken : {"?u=x&c=123456", "?c=123456", "?u=0123456789abcdef0123456789abcdef&c=12"}) {
        phone.cookies.clear();
        is_page(phone.get("/account/sign-in/one-time" + std::string(broken)), 200);
        says(phone.page, "Send the code");
    }
}

BOOST_AUTO_TEST_CASE(P5_X15_an_app_is_asked_for_afterwards) {
    set("signin.email_code", "on");
    const auto app = turn_on_app(realm, ada.user);
    web.get("/account/sign-in/one-time");
    web.submit("../sign-in/one-time", {{"name", "ada.byron"}});
    web.submit("../sign-in/one-time", {{"code", mailed(events::Name::signin_code_sent)}});
    BOOST_TEST(web.leads() == "/account/sign-in/code");
    BOOST_TEST(inside(web) == "/account/sign-in/code");
    web.get("/account/sign-in/code");
    type(code(app.secret));
    BOOST_TEST(web.leads() == "/account/");
}

// --- P7, P8

BOOST_AUTO_TEST_CASE(P7_RS2_W12_with_a_second_step_a_new_password_leads_to_it) {
    const auto app = turn_on_app(realm, ada.user);
    sign_in_ada();
    const auto former = web.cookies;
    web.cookies.clear();
    web.get("/account/forgot");
    web.submit("forgot", {{"name", "ada.byron"}});
    const auto link = std::string(causes(events::Name::password_reset_sent).back().link.reveal());
    web.get("/account/reset?t=" + link);
    web.submit("reset", {{"password", "Difference-2"}});
    BOOST_TEST(web.leads() == "/account/sign-in/code");
    BOOST_TEST(inside(web) == "/account/sign-in/code");  // not in
    web.get("/account/sign-in/code");
    type(code(app.secret));
    BOOST_TEST(web.leads() == "/account/");
    Browser before(*this);
    before.cookies = former;
    BOOST_TEST(inside(before, "/account/sign-in/code") == "/account/sign-in");
}

BOOST_AUTO_TEST_CASE(P7_without_a_second_step_one_signs_in_with_the_new_password) {
    web.get("/account/forgot");
    web.submit("forgot", {{"name", "ada.byron"}});
    const auto link = std::string(causes(events::Name::password_reset_sent).back().link.reveal());
    web.get("/account/reset?t=" + link);
    web.submit("reset", {{"password", "Difference-2"}});
    BOOST_TEST(web.leads() == "/account/sign-in?done=password");
    web.follow();
    says(web.page, "Your new password is saved. Sign in with it.");
    web.submit("sign-in", {{"name", "ada.byron"}, {"password", "Difference-2"}});
    BOOST_TEST(web.leads() == "/account/");
}

BOOST_AUTO_TEST_CASE(P6_P8_the_desk_mails_its_own_operators) {
    add_operator(realm, Role::manager, "grace");
    for (const auto* page : {"/desk/forgot", "/desk/unlock", "/desk/sign-in"}) is_page(web.get(page), 200);
    web.get("/desk/forgot");
    web.submit("forgot", {{"name", "ada.byron"}});
    BOOST_TEST(causes(events::Name::password_reset_sent).empty());
    web.get("/desk/forgot");
    web.submit("forgot", {{"name", "grace"}});
    BOOST_REQUIRE(causes(events::Name::password_reset_sent).size() == 1U);
    const auto link = std::string(causes(events::Name::password_reset_sent).back().link.reveal());
    is_page(web.get("/account/reset?t=" + link), 410);
    web.get("/desk/reset?t=" + link);
    is_page(web.page, 200);
    web.submit("reset", {{"password", "Compiler-No-2-of-all"}});
    BOOST_TEST(web.leads() == "/desk/sign-in?done=password");
    sign_in_at(web, "grace", "Compiler-No-2-of-all", "/desk/sign-in");
    BOOST_TEST(web.leads() == "/desk/customers");
}

// --- P11, P12, P13

BOOST_AUTO_TEST_CASE(P11_P12_P13_W1_W2_an_app_is_set_up_and_its_codes_shown_once) {
    Browser elsewhere(*this);
    sign_in_at(elsewhere, "ada.byron", "Engine-No-1");
    sign_in_ada();
    web.get("/account/settings/two-step/set-up");
    is_page(web.page, 200);
    const auto at = [&](std::string_view before, char end) {
        const auto from = web.page.text.find(before) + before.size();
        return web.page.text.substr(from, web.page.text.find(end, from) - from);
    };
    const auto key = at("data-copy=\"", '"');
    BOOST_TEST(key.size() == 32U);
    BOOST_TEST(count(web.page.text, "<span>") >= 8U);  // UI14: groups of four
    says(web.page, "<span>" + key.substr(0, 4) + "</span> <span>" + key.substr(4, 4) + "</span>");
    says(web.page, "href=\"otpauth://totp/shop:ada.byron?secret=" + key);
    says(web.page, "shop: ada.byron");
    for (const auto* piece : {"<svg role=\"img\" aria-labelledby=\"qr-name\"", "the same key stands as text beside it</title>",  // UI13
                              "<path fill=\"#fff\" d=\"M0 0h"}) {
        says(web.page, piece);
    }
    for (const auto& [name, value] : web.page.headers) BOOST_TEST(!holds(value, key), name);
    BOOST_TEST(!log.mentions(key));
    const std::string form = "../../settings/two-step/set-up";
    web.get("/account/settings/two-step/set-up");
    BOOST_TEST(at("data-copy=\"", '"') == key);  // a reload does not break what was scanned
    web.submit(form, {{"code", "12345"}});
    is_page(web.page, 400);
    const auto secret = core.totp.setup(core.db, in(realm, Door::pages), ada.user).secret;
    web.submit(form, {{"code", other(code(secret))}});
    is_page(web.page, 401);
    says(web.page, wrong_code);
    says(web.page, "automatic time");
    BOOST_TEST(at("data-copy=\"", '"') == key);
    BOOST_TEST(!login(ada).app);  // W3

    const auto before = web.cookies.at(session_name), reload_form = web.hidden_value(form, "f");
    const auto shown = code(secret);
    web.submit(form, {{"code", shown}});
    is_page(web.page, 200);
    says(web.page, "Two-factor authentication is on.");
    BOOST_TEST(web.cookies.at(session_name) != before);
    std::vector<std::string> codes;
    for (auto from = web.page.text.find("<li><code>"); from != std::string::npos; from = web.page.text.find("<li><code>", from + 1)) {
        codes.push_back(web.page.text.substr(from + 10, 19));
    }
    BOOST_REQUIRE(codes.size() == 10U);
    BOOST_TEST(std::set<std::string>(codes.begin(), codes.end()).size() == 10U);
    for (const auto* piece : {">Download</a>", "data-print hidden>Print</button>", ">Copy</button>", "cannot be shown again",
                              "type=\"checkbox\" required>", "download=\"recovery-codes.txt\""}) {
        says(web.page, piece);  // UI15
    }
    const auto file = http::percent_decode(at("href=\"data:text/plain;charset=utf-8,", '"'), false);
    BOOST_REQUIRE(file);
    BOOST_TEST(file->starts_with("shop\r\nada.byron\r\n"));
    for (const auto& each : codes) BOOST_TEST(holds(*file, "\r\n" + each + "\r\n"));
    BOOST_TEST(causes(events::Name::second_step_enabled).size() == 1U);  // N1

    // Finish needs the tick; what a page shows later has no codes in it (UI16).
    web.submit("../../settings/two-step/codes");
    is_page(web.page, 400);
    says(web.page, "<a href=\"#saved\">Say that you have saved your codes, or make new ones.</a>");
    for (const auto& each : codes) says_not(web.page, each);
    BOOST_TEST(noted(events::Name::recovery_saved_confirmed) == 0U);
    web.post("/account/settings/two-step/set-up", {{"f", reload_form}, {"code", shown}});  // the page reloaded
    BOOST_TEST(web.leads() == "/account/settings/two-step/codes");
    web.follow();
    says(web.page, "Make new recovery codes");
    for (const auto& each : codes) says_not(web.page, each);
    web.submit("../../settings/two-step/codes", {{"saved", "on"}});
    BOOST_TEST(web.leads() == "/account/settings/two-step/done");
    BOOST_TEST(noted(events::Name::recovery_saved_confirmed) == 1U);
    web.follow();
    says(web.page, "Two-factor authentication is on.");
    says(web.page, "Firefox");
    BOOST_TEST(inside(elsewhere) == "200");
    says(web.page, "You are also signed in elsewhere");
    // TK8: later a factor is asked for first.
    const auto others_form = web.hidden_value("../../settings/two-step/done", "f");
    const auto just_shown = clock.now();
    clock.advance(5min + 1s);
    web.get("/account/settings/two-step/done");
    says_not(web.page, "elsewhere");
    web.post("/account/settings/two-step/done", {{"f", others_form}});
    BOOST_TEST(web.leads() == "/account/step-up?to=sessions");
    BOOST_TEST(inside(elsewhere) == "200");
    clock.set(just_shown);
    web.get("/account/settings/two-step/done");
    web.submit("../../settings/two-step/done");
    BOOST_TEST(web.leads() == "/account/settings/two-step/done?done=ended");
    web.follow();
    says(web.page, "All other sessions have ended.");
    BOOST_TEST(inside(elsewhere) == "/account/sign-in?to=settings");
    BOOST_TEST(inside(web, "/account/settings/two-step/done") == "200");  // still signed in here

    // TO4: the code that turned it on signs nobody in.
    sign_in_at(elsewhere, "ada.byron", "Engine-No-1");
    elsewhere.follow();
    elsewhere.submit("../sign-in/code", {{"code", shown}});
    is_page(elsewhere.page, 401);
}

BOOST_AUTO_TEST_CASE(P11_TO8_a_set_up_that_has_run_out_gets_a_fresh_key) {
    sign_in_ada();
    web.get("/account/settings/two-step/set-up");
    const auto secret = core.totp.setup(core.db, in(realm, Door::pages), ada.user).secret;
    clock.advance(5min);
    // RS6: after five minutes it is asked again who is there.
    const auto form = web.page;
    const auto path = web.path;
    web.submit("../../settings/two-step/set-up", {{"code", code(secret)}});
    BOOST_TEST(web.leads() == "/account/step-up?to=settings%2Ftwo-step%2Fset-up");
    web.follow();
    web.submit("step-up", {{"password", "Engine-No-1"}});
    BOOST_TEST(web.leads() == "/account/settings/two-step/set-up");
    clock.advance(4min);
    web.follow();
    BOOST_TEST(holds(web.page.text, std::string(totp::base32(secret).reveal())));
    clock.advance(1min + 1s);
    web.submit("../../settings/two-step/set-up", {{"code", code(secret)}});
    BOOST_TEST(web.leads() == "/account/step-up?to=settings%2Ftwo-step%2Fset-up");
    web.follow();
    web.submit("step-up", {{"password", "Engine-No-1"}});
    web.page = form;
    web.path = path;
    web.submit("../../settings/two-step/set-up", {{"code", code(secret)}});
    is_page(web.page, 410);
    says(web.page, "This set-up has run out. Scan the new picture.");
    says_not(web.page, std::string(totp::base32(secret).reveal()));
}

BOOST_AUTO_TEST_CASE(P11_W11_moving_to_a_new_app_needs_the_old_one_first) {
    const auto app = with_app();
    type(code(app.secret));
    clock.advance(6min);
    web.get("/account/settings/two-step/set-up");
    BOOST_TEST(web.leads() == "/account/step-up?to=settings%2Ftwo-step%2Fset-up");
    web.follow();
    web.submit("step-up", {{"password", "Engine-No-1"}});
    BOOST_TEST(web.leads() == "/account/step-up/code?to=settings%2Ftwo-step%2Fset-up");
    BOOST_TEST(inside(web, "/account/settings/two-step/set-up") == "/account/step-up?to=settings%2Ftwo-step%2Fset-up");
    web.get("/account/step-up/code?to=settings%2Ftwo-step%2Fset-up");
    web.submit("../step-up/code", {{"code", code(app.secret)}});
    BOOST_TEST(web.leads() == "/account/settings/two-step/set-up");
    web.follow();
    says(web.page, "Move to a new app");
    const auto fresh = core.totp.setup(core.db, in(realm, Door::pages), ada.user).secret;
    BOOST_TEST(!(fresh == app.secret));
    web.submit("../../settings/two-step/set-up", {{"code", code(fresh)}});
    BOOST_TEST(web.leads() == "/account/settings/two-step/done?done=moved");
    web.follow();
    says(web.page, "Your new app is in force.");
    clock.advance(30s);
    Browser again(*this);
    sign_in_at(again, "ada.byron", "Engine-No-1");
    again.follow();
    again.submit("../sign-in/code", {{"code", code(app.secret)}});
    is_page(again.page, 401);
    again.submit("../sign-in/code", {{"code", code(fresh)}});
    BOOST_TEST(again.leads() == "/account/");
    BOOST_TEST(core.recovery_codes.left(core.db, realm, ada.user) == 10U);
}

BOOST_AUTO_TEST_CASE(P11_TK2_the_session_lives_as_one_with_a_second_factor_from_then_on) {
    set("policy", "standard");
    sign_in_ada();
    BOOST_TEST((ticket_of(web)->lifetimes.refresh > tickets::strict_idle));
    web.get("/account/settings/two-step/set-up");
    const auto secret = core.totp.setup(core.db, in(realm, Door::pages), ada.user).secret;
    web.submit("../../settings/two-step/set-up", {{"code", code(secret)}});
    is_page(web.page, 200);
    const auto lives = ticket_of(web)->lifetimes;
    BOOST_TEST((lives.refresh == tickets::strict_idle));
    BOOST_TEST((lives.ends_at == clock.now() + tickets::strict_life));
    clock.advance(61min);
    BOOST_TEST(!ticket_of(web));
}

BOOST_AUTO_TEST_CASE(P11_RS7_a_sign_in_that_waits_for_a_mailed_code_does_not_pass_the_new_app_by) {
    use_mail();
    Browser waiting(*this);
    sign_in_at(waiting, "ada.byron", "Engine-No-1");
    waiting.follow();
    const auto mailed_before = step_code();
    sign_in_ada();
    web.follow();
    type(step_code());
    web.get("/account/settings/two-step/set-up");
    const auto secret = core.totp.setup(core.db, in(realm, Door::pages), ada.user).secret;
    web.submit("../../settings/two-step/set-up", {{"code", code(secret)}});
    is_page(web.page, 200);
    BOOST_TEST(login(ada).app);
    waiting.submit("../sign-in/sent-code", {{"code", mailed_before}});
    is_page(waiting.page, 401);
    says(waiting.page, "Please sign in again.");
    BOOST_TEST(!ticket_of(waiting));
    sign_in_at(waiting, "ada.byron", "Engine-No-1");
    BOOST_TEST(waiting.leads() == "/account/sign-in/code");
}

// --- P15

BOOST_AUTO_TEST_CASE(P15_RC4_new_codes_for_password_and_code_end_the_old_ones) {
    const auto app = with_app();
    type(code(app.secret));
    const std::string form = "../../settings/two-step/new-codes";
    web.get("/account/settings/two-step/new-codes");
    is_page(web.page, 200);
    web.submit(form, {{"password", ""}, {"code", "123456"}});
    is_page(web.page, 400);
    web.submit(form, {{"password", "Engine-No-9"}, {"code", "123456"}});
    is_page(web.page, 401);
    says(web.page, "<a href=\"#password\">That password is not right.</a>");
    web.submit(form, {{"password", "Engine-No-1"}, {"code", "1234"}});
    is_page(web.page, 400);
    web.submit(form, {{"password", "Engine-No-1"}, {"code", code(app.secret)}});  // signed in with
    is_page(web.page, 401);
    says(web.page, "That code was already used.");
    clock.advance(30s);
    web.submit(form, {{"password", "Engine-No-1"}, {"code", code(app.secret)}});
    is_page(web.page, 200);
    BOOST_TEST(count(web.page.text, "<li><code>") == 10U);
    for (const auto& old : app.recovery) says_not(web.page, old);
    web.submit("../../settings/two-step/codes", {{"saved", "on"}});
    BOOST_TEST(web.leads() == "/account/settings/two-step/done");
    Browser again(*this);
    sign_in_at(again, "ada.byron", "Engine-No-1");
    again.follow();
    again.get("/account/sign-in/recovery");
    again.submit("../sign-in/recovery", {{"recovery", app.recovery.front()}});
    is_page(again.page, 401);
}

BOOST_AUTO_TEST_CASE(P12_P13_P15_without_an_app_there_are_no_codes) {
    sign_in_ada();
    for (const auto* page : {"codes", "new-codes", "done"}) BOOST_TEST(inside(web, "/account/settings/two-step/" + std::string(page)) == "/account/settings");
}

// --- P17

BOOST_AUTO_TEST_CASE(P17_W25_back_to_the_cart_after_the_password) {
    sign_in_ada();
    BOOST_TEST(inside(web, "/account/step-up?to=https%3A%2F%2Fshop.example%2Fcart") == "/cart");  // just signed in
    clock.advance(6min);
    const auto before = web.cookies.at(session_name);
    web.get("/account/step-up?to=https%3A%2F%2Fshop.example%2Fcart");
    is_page(web.page, 200);
    says(web.page, "<title>Confirm it is you – shop</title>");
    web.submit("step-up", {{"password", ""}});
    is_page(web.page, 400);
    web.submit("step-up", {{"password", "Engine-No-9"}});
    is_page(web.page, 401);
    says(web.page, "That password is not right.");
    web.submit("step-up", {{"password", "Engine-No-1"}});
    BOOST_TEST(web.page.header("location") == "https://shop.example/cart");
    BOOST_TEST(web.cookies.at(session_name) != before);
    BOOST_TEST((*ticket_of(web)->password_at + 1s > clock.now()));
    BOOST_TEST(noted(events::Name::stepup_success) == 1U);
    BOOST_TEST(noted(events::Name::stepup_failure) == 1U);
    Browser thief(*this);
    thief.cookies[session_name] = before;
    BOOST_TEST(inside(thief) == "/account/sign-in?to=settings");
    clock.advance(6min);
    web.get("/account/step-up?to=https%3A%2F%2Fevil.example%2Fcart");
    web.submit("step-up", {{"password", "Engine-No-1"}});
    BOOST_TEST(web.leads() == "/account/");
}

BOOST_AUTO_TEST_CASE(P17_W25_who_has_just_signed_in_goes_on_at_once) {
    sign_in_ada();
    web.get("/account/step-up?to=https%3A%2F%2Fshop.example%2Fcart");
    BOOST_TEST(web.page.header("location") == "https://shop.example/cart");
    web.get("/account/step-up?to=https%3A%2F%2Fevil.example%2Fcart");
    is_page(web.page, 200);
    clock.advance(5min + 1s);  // stepup.window
    web.get("/account/step-up?to=https%3A%2F%2Fshop.example%2Fcart");
    is_page(web.page, 200);
    BOOST_TEST(noted(events::Name::stepup_success) == 0U);
}

BOOST_AUTO_TEST_CASE(P17_with_a_second_step_both_are_asked) {
    const auto app = with_app();
    type(code(app.secret));
    clock.advance(6min);
    web.get("/account/step-up/code?to=settings");  // not without the password
    BOOST_TEST(web.leads() == "/account/step-up?to=settings");
    web.follow();
    web.submit("step-up", {{"password", "Engine-No-1"}});
    BOOST_TEST(web.leads() == "/account/step-up/code?to=settings");
    web.follow();
    web.submit("../step-up/code", {{"code", other(code(app.secret))}});
    is_page(web.page, 401);
    web.get("/account/step-up/recovery?to=settings");
    is_page(web.page, 200);
    web.submit("../step-up/recovery", {{"recovery", app.recovery.front()}});  // the device may be gone
    BOOST_TEST(web.leads() == "/account/settings");
    web.get("/account/step-up/code?to=settings");
    BOOST_TEST(web.leads() == "/account/settings");
}

BOOST_AUTO_TEST_CASE(P17_a_code_by_mail_is_sent_after_the_password) {
    use_mail();
    sign_in_ada();
    web.follow();
    web.submit("../sign-in/sent-code", {{"code", step_code()}});
    clock.advance(6min);
    const auto sent = causes(events::Name::second_step_code_sent).size();
    web.get("/account/step-up?to=settings");
    web.submit("step-up", {{"password", "Engine-No-1"}});
    BOOST_TEST(web.leads() == "/account/step-up/sent-code?to=settings");
    BOOST_TEST(causes(events::Name::second_step_code_sent).size() == sent + 1);
    web.follow();
    says(web.page, "a•••@e•••.com");
    web.submit("../step-up/sent-code", {{"code", other(step_code())}});
    says(web.page, "Tries left: 2");
    clock.advance(31s);
    web.submit("../step-up/sent-code/new");
    BOOST_TEST(web.leads() == "/account/step-up/sent-code?to=settings&done=sent");
    web.follow();
    web.submit("../step-up/sent-code", {{"code", step_code()}});
    BOOST_TEST(web.leads() == "/account/settings");
}

BOOST_AUTO_TEST_CASE(P17_who_has_no_password_shows_a_code) {
    set("signin.email_code", "on");
    const auto prepared = core.customers.prepare(core.db, in(realm, Door::none), *at(realm),
                                                 {.profile = {.email = "kim@example.com"},
                                                  .login = customers::NewCustomer::NewPassword{.user_name = "kim"}, .email_verified = true});
    BOOST_REQUIRE(prepared);
    BOOST_REQUIRE(core.db.transact([&](db::Tx& tx) { return core.customers.add(tx, in(realm, Door::none), *prepared, "import"); }));
    web.get("/account/sign-in/one-time");
    web.submit("../sign-in/one-time", {{"name", "kim"}});
    web.submit("../sign-in/one-time", {{"code", mailed(events::Name::signin_code_sent)}});
    BOOST_TEST(web.leads() == "/account/");
    clock.advance(6min);
    web.get("/account/step-up?to=settings");
    BOOST_TEST(web.leads() == "/account/step-up/sent-code?to=settings");
    web.follow();
    says(web.page, "No code is on its way to ");
    says(web.page, "k•••@e•••.com");
    web.submit("../step-up/sent-code/new");
    web.follow();
    web.submit("../step-up/sent-code", {{"code", step_code()}});
    BOOST_TEST(web.leads() == "/account/settings");
}

// --- P17b

BOOST_AUTO_TEST_CASE(P17b_sign_out_ends_the_session_for_good) {
    sign_in_ada();
    const auto kept = web.cookies;
    web.post("/account/sign-out", {});
    is_page(web.page, 403);
    web.get("/account/settings");
    const auto f = web.hidden_value("sign-out", "f");
    web.post("/account/sign-out", {{"f", f}});
    BOOST_TEST(web.leads() == "/account/sign-in?done=out");
    BOOST_TEST(!web.cookies.contains(session_name));
    BOOST_TEST(holds(web.page.header("set-cookie"), "Max-Age=0"));
    web.follow();
    says(web.page, "You are signed out.");
    web.cookies = kept;
    BOOST_TEST(inside(web) == "/account/sign-in?to=settings");
    web.post("/account/sign-out", {});  // there is nobody any more
    BOOST_TEST(web.leads() == "/account/sign-in?done=out");
}

BOOST_AUTO_TEST_CASE(P17b_M10_who_acts_for_a_customer_stops_by_signing_out) {
    const auto staff = hire(Role::manager);
    const auto issued = core.operators.act_as(core.db, in(realm, Door::desk), *at(realm), staff.who, ada.no);
    BOOST_REQUIRE(issued);
    web.cookies[session_name] = std::string(issued->cookie.reveal());
    // What signs in is the customer's own business (P10).
    for (const auto* page : {"step-up", "step-up/code", "settings/two-step/set-up", "settings/two-step/codes", "settings/two-step/new-codes"}) {
        is_page(web.get("/account/" + std::string(page)), 403);
    }
    web.post("/account/sign-out", {{"f", pages::form_token(keys, clock.now(), issued->ticket)}});
    BOOST_TEST(web.leads() == "/account/sign-in?done=out");
    BOOST_TEST(noted(events::Name::as_customer_ended) == 1U);
    BOOST_TEST(!ticket_of(web));
}

BOOST_AUTO_TEST_CASE(P17b_M10_who_leaves_the_desk_leaves_the_customer_too) {
    const auto staff = hire(Role::manager);
    const auto issued = core.operators.act_as(core.db, in(realm, Door::desk), *at(realm), staff.who, ada.no);
    BOOST_REQUIRE(issued);
    web.cookies[session_name] = std::string(issued->cookie.reveal());
    web.cookies[desk_name] = staff.cookie.substr(desk_name.size() + 1);
    web.post("/desk/sign-out", {{"f", staff.form}});
    BOOST_TEST(web.leads() == "/desk/sign-in?done=out");
    BOOST_TEST(web.cookies.empty());
    BOOST_TEST(noted(events::Name::as_customer_ended) == 1U);
    web.cookies[session_name] = std::string(issued->cookie.reveal());
    BOOST_TEST(!ticket_of(web));
    // A customer who is signed in there himself stays so.
    sign_in_ada();
    const auto again = at_desk(staff.who, Secret(staff.app.reveal()));
    web.cookies[desk_name] = again.cookie.substr(desk_name.size() + 1);
    web.post("/desk/sign-out", {{"f", again.form}});
    BOOST_TEST((ticket_of(web).has_value()));
}

// --- The desk

BOOST_AUTO_TEST_CASE(M16_P11_an_operators_first_sign_in_leads_to_set_up_and_nowhere_else) {
    const auto who = add_operator(realm, Role::manager, "grace");
    const auto signed_in = [&] { return core.operators.find(core.db, operators_realm(), who.user, realm)->last_sign_in_at; };
    sign_in_at(web, "grace", desk_password, "/desk/sign-in");
    BOOST_TEST(web.leads() == "/desk/customers");
    BOOST_TEST(web.cookies.contains(desk_name));
    web.follow();
    BOOST_TEST(web.leads() == "/desk/settings/two-step/set-up");
    for (const auto* page : {"settings/two-step/codes", "settings/two-step/new-codes"}) {
        BOOST_TEST(inside(web, "/desk/" + std::string(page)) == "/desk/settings/two-step/set-up");
    }
    // The password once more, however fresh the sign-in is.
    web.get("/desk/settings/two-step/set-up");
    BOOST_TEST(web.leads() == "/desk/step-up?to=settings%2Ftwo-step%2Fset-up");
    web.follow();
    web.submit("step-up", {{"password", "x"}});
    is_page(web.page, 401);
    web.submit("step-up", {{"password", desk_password}});
    BOOST_TEST(web.leads() == "/desk/settings/two-step/set-up");
    web.follow();
    is_page(web.page, 200);
    says(web.page, "At the desk everybody signs in with an authenticator app.");
    says_not(web.page, "class=\"bar\"");
    BOOST_TEST(!signed_in());
    const auto secret = core.totp.setup(core.db, in(operators_realm(), Door::desk), who.user).secret;
    web.submit("../../settings/two-step/set-up", {{"code", code(secret)}});
    is_page(web.page, 200);
    BOOST_TEST(count(web.page.text, "<li><code>") == 10U);
    BOOST_TEST(signed_in().has_value());
    web.submit("../../settings/two-step/codes", {{"saved", "on"}});
    web.follow();
    says(web.page, "href=\"../../customers\"");
    BOOST_TEST(inside(web, "/desk/step-up") == "200");

    // From then on the code is asked for, and the desk opens once it is shown.
    const auto first = signed_in();
    clock.advance(1min);
    Browser again(*this);
    sign_in_at(again, "grace@desk.example", desk_password, "/desk/sign-in?to=events");
    BOOST_TEST(again.leads() == "/desk/sign-in/code?to=events");
    again.follow();
    says_not(again.page, "Do not ask on this browser");
    says(again.page, "ask a manager of the desk of shop.");
    BOOST_TEST((signed_in() == first));
    again.submit("../sign-in/code", {{"code", code(secret)}});
    BOOST_TEST(again.leads() == "/desk/events");
    BOOST_TEST((signed_in() > first));
    again.get("/desk/step-up");
    again.post("/desk/sign-out", {{"f", again.hidden_value("step-up", "f")}});
    BOOST_TEST(again.leads() == "/desk/sign-in?done=out");
    BOOST_TEST(!again.cookies.contains(desk_name));
}

BOOST_AUTO_TEST_CASE(EN1_P1_who_is_no_operator_of_this_shop_is_refused_like_anybody) {
    add_operator(realm, Role::manager, "grace");
    const auto bazaar = add_realm("bazaar", 1001, 2001);
    add_operator(bazaar, Role::manager, "linus");
    const auto look = [&](const std::string& name, const std::string& password) {
        Browser fresh(*this);
        sign_in_at(fresh, name, password, "/desk/sign-in");
        BOOST_TEST_CONTEXT(name) {
            is_page(fresh.page, 401);
            BOOST_TEST(fresh.cookies.empty());
        }
        return with_name(fresh.page.text, "value=\"" + name + "\"", "value=\"NAME\"");
    };
    const auto unknown = look("nobody", "x");
    BOOST_TEST(look("linus", desk_password) == unknown);
    BOOST_TEST(look("ada.byron", "Engine-No-1") == unknown);  // a customer
    BOOST_TEST(look("grace", "x") == unknown);
    says(Reply{.text = unknown}, refused);
    Browser fresh(*this);
    BOOST_TEST(sign_in_at(fresh, "grace", desk_password).status == 401);  // an operator is no customer
    const auto linus = core.logins.named(core.db, operators_realm(), "linus");
    BOOST_REQUIRE(linus);
    BOOST_TEST(core.tickets.sessions(core.db, operators_realm(), linus->user, clock.now(), 10).empty());
}

BOOST_AUTO_TEST_CASE(TK10_a_cookie_of_one_side_opens_nothing_at_the_other) {
    const auto staff = hire(Role::manager);
    web.cookies[session_name] = staff.cookie.substr(desk_name.size() + 1);
    BOOST_TEST(inside(web) == "/account/sign-in?to=settings");
    web.cookies.clear();
    sign_in_ada();
    web.cookies[desk_name] = web.cookies.at(session_name);
    BOOST_TEST(inside(web, "/desk/step-up") == "/desk/sign-in?to=step-up");
}

BOOST_AUTO_TEST_CASE(UI22_every_language_has_these_pages) {
    set("signin.email_code", "on");
    turn_on_app(realm, ada.user);
    for (const std::string lang : {"de", "ar"}) {
        web.cookies.clear();
        const auto query = "?lang=" + lang;
        is_page(web.get("/account/sign-in/one-time" + query), 200);
        is_page(web.get("/account/sign-in" + query), 200);
        web.submit("sign-in" + query, {{"name", "ada.byron"}, {"password", "Engine-No-1"}});
        web.follow();
        is_page(web.page, 200);
        says(web.page, "<html lang=\"" + lang + "\"");
        is_page(web.get("/account/sign-in/recovery" + query), 200);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
