// SPDX-License-Identifier: MIT
// The account pages (docs/pages.md): P6 forgot password, P7 new password, P8 unlock, P18 the code for a new address; and what
// all of them keep: nothing spent by opening (OC10), nothing told of who exists (EN1), no other site's forms (TK11).
#include <algorithm>

#include <authtickets/pages/account.h>

#include "http/kibo_shop.h"

namespace authtickets::test {

namespace {

using links::Purpose;
constexpr auto HEAD = http::Method::head;
const std::string form_type = "application/x-www-form-urlencoded";

bool holds(const std::string& text, std::string_view piece) { return text.find(piece) != text.npos; }

struct Pages : KiboShop {
    Pages() {
        doors.push_back(&pages::account::door());
        shared.doors = doors;
    }

    Reply open(std::string_view target, http::Method method = GET) { return send(bare(method, target)); }
    http::Request posting(std::string_view target, std::string form) const {
        auto request = bare(POST, target, std::move(form));
        request.content_type = form_type;
        return request;
    }
    Reply post(std::string_view target, std::string form) { return send(posting(target, std::move(form))); }

    // What messages are owed for, the newest last; those that stand for nobody left out.
    std::vector<outbox::Cause> causes(events::Name name) {
        std::vector<outbox::Cause> out;
        for (const auto& taken : core.outbox.due(core.db, clock.now(), 1000)) {
            auto cause = core.outbox.open(taken);
            if (cause && cause->event == name && !cause->decoy) out.push_back(std::move(*cause));
        }
        return out;
    }
    // The address in the newest mail about it.
    std::string mailed(Purpose purpose) {
        const auto found = causes(purpose == Purpose::reset ? events::Name::password_reset_sent : events::Name::account_unlock_requested);
        BOOST_REQUIRE(!found.empty());
        return std::string(found.back().link.reveal());
    }
    // Asked for on the page, and the token of the mailed address.
    std::string token(Purpose purpose, std::string_view name = "ada.byron") {
        clock.advance(std::chrono::seconds(1));  // the newest is told by its time
        post(purpose == Purpose::reset ? "/account/forgot" : "/account/unlock", "name=" + std::string(name));
        return mailed(purpose);
    }
    void lock_ada() {
        for (int i = 0; i < 10; ++i) wrong_password();
        BOOST_REQUIRE(send(signing_in()).status == 401);
    }
    bool signs_in(std::string_view password, std::string_view name = "ada.byron") { return send(signing_in(name, password)).status == 200; }
};

// What every page has, whatever it says.
void is_page(const Reply& reply, int status) {
    BOOST_TEST_CONTEXT(reply.text) {
        BOOST_TEST(reply.status == status);
        BOOST_TEST(reply.header("content-type") == "text/html; charset=utf-8");
        BOOST_TEST(reply.header("x-vol-correlation").size() == 32U);
        BOOST_TEST(reply.header("cache-control") == "no-store");
        BOOST_TEST(reply.header("x-content-type-options") == "nosniff");
        BOOST_TEST(reply.header("referrer-policy") == "no-referrer");
        BOOST_TEST(reply.header("content-security-policy") ==
                   "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
        BOOST_TEST(reply.header("location").empty());
        BOOST_TEST(reply.text.starts_with("<!doctype html>\n<html lang=\""));
        BOOST_TEST(reply.text.ends_with("</html>\n"));
        BOOST_TEST(!holds(reply.text, "{{"));
        BOOST_TEST(reply.text.find("<script") == reply.text.rfind("<script src=\""));
    }
}
void says(const Reply& reply, std::string_view piece) { BOOST_TEST(holds(reply.text, piece), piece << " in " << reply.text); }
void says_not(const Reply& reply, std::string_view piece) { BOOST_TEST(!holds(reply.text, piece), piece << " in " << reply.text); }

// A new password leads to P1, which says so.
void is_saved(const Reply& reply) {
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 303);
    BOOST_TEST(reply.header("location") == "sign-in?done=password");
}

constexpr std::string_view sent_if_known = "If we have an account for that, a message is on its way.";
constexpr std::string_view link_dead = "This link was used, replaced or has run out. Ask for a new one.";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pages_account, Pages)

// --- P6

BOOST_AUTO_TEST_CASE(P6_the_form_asks_who_you_are) {
    const auto reply = open("/account/forgot");
    is_page(reply, 200);
    says(reply, "<title>Forgot your password? – shop</title>");
    says(reply, "<form method=\"post\" action=\"forgot\"");
    says(reply, "<label for=\"name\">User name or e-mail address</label>");
    says(reply, "autocomplete=\"username\"");  // UI3
    says(reply, "<a href=\"https://shop.example\">Go to shop</a>");
}

BOOST_AUTO_TEST_CASE(P6_asking_mails_a_link_to_the_owner_alone) {
    register_ada();
    for (const auto* name : {"ada.byron", "ADA@example.com"}) {
        const auto before = causes(events::Name::password_reset_sent).size();
        const auto reply = post("/account/forgot", "name=" + std::string(name));
        is_page(reply, 200);
        says(reply, sent_if_known);
        says(reply, "role=\"status\"");
        const auto sent = causes(events::Name::password_reset_sent);
        BOOST_REQUIRE(sent.size() == before + 1);
        BOOST_TEST(sent.back().destination == "ada@example.com");
        BOOST_TEST(sent.back().link.size() == 43U);
    }
    post("/account/forgot", "name=nobody");
    BOOST_TEST(causes(events::Name::password_reset_sent).size() == 2U);
}

BOOST_AUTO_TEST_CASE(EN1_P6_P8_the_answer_is_the_same_for_everybody) {
    const auto registered = register_ada();
    register_bob();
    send(registering(R"({"account":{"emailAddress":"eve@example.com","userName":"eve"},"password":"Garden-No-3"})"));
    send(request(POST, accounts_path, R"({"emailAddress":"guest@example.com"})"));
    lock_ada();
    const auto bob = send(request(POST, accounts_path + "/loginstatebyusername?userName=bob"));
    BOOST_REQUIRE(bob.status == 200);
    core.logins.block(core.db, [&] { auto in = context(); in.realm = realm; return in; }(), "bob");

    for (const std::string page : {"/account/forgot", "/account/unlock"}) {
        const auto unknown = post(page, "name=nobody");
        is_page(unknown, 200);
        says(unknown, sent_if_known);
        for (const auto* name : {"ada.byron", "bob", "eve", "guest%40example.com", "nobody-else", "a%0Ab", "%20"}) {
            const auto reply = post(page, "name=" + std::string(name));
            BOOST_TEST_CONTEXT(page << " " << name) {
                BOOST_TEST(reply.status == unknown.status);
                BOOST_TEST(reply.text == unknown.text);
                auto headers = reply.headers, expected = unknown.headers;
                headers.erase("x-vol-correlation");
                expected.erase("x-vol-correlation");
                BOOST_TEST((headers == expected));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(P6_a_spent_budget_changes_nothing_but_the_mail) {
    register_ada();
    const auto first = post("/account/forgot", "name=ada.byron");
    for (int i = 0; i < 30; ++i) {
        const auto reply = post("/account/forgot", "name=ada.byron");
        BOOST_TEST(reply.text == first.text);
        BOOST_TEST(reply.status == 200);
    }
    BOOST_TEST(causes(events::Name::password_reset_sent).size() == 12U);  // OC7
    BOOST_TEST(signs_in("Engine-No-1"));                                  // TH6
}

BOOST_AUTO_TEST_CASE(P6_no_name_is_told_at_the_field) {
    for (const auto* form : {"", "name=", "other=1"}) {
        const auto reply = post("/account/forgot", form);
        is_page(reply, 400);
        says(reply, "<title>Error: Forgot your password? – shop</title>");
        says(reply, "<a href=\"#name\">Enter your user name or e-mail address.</a>");
        says(reply, "aria-invalid=\"true\"");
    }
}

BOOST_AUTO_TEST_CASE(RS5_a_forged_host_changes_nothing_in_mails) {
    register_ada();
    auto asking = posting("/account/forgot", "name=ada.byron");
    asking.host = "evil.example";
    asking.headers["host"] = "evil.example";
    asking.headers["x-forwarded-host"] = "evil.example";
    asking.headers["origin"] = "https://shop.example";
    const auto reply = send(asking);
    is_page(reply, 200);
    says_not(reply, "evil");
    const auto sent = causes(events::Name::password_reset_sent);
    BOOST_REQUIRE(sent.size() == 1U);
    BOOST_TEST(!holds(outbox::cause_text(sent.front()), "evil"));
    BOOST_TEST(sent.front().link.size() == 43U);  // the worker puts it into the shop's own address
}

// --- P7

BOOST_AUTO_TEST_CASE(P7_the_form_lists_the_rules_in_force) {
    register_ada();
    const auto link = token(Purpose::reset);
    const auto documented = open("/account/reset?t=" + link + "&u=whoever");
    is_page(documented, 200);
    for (const auto* piece : {"at least 6 characters", "at least one letter and one digit", "at most 256 characters",
                              "one that many people use", "your name or the shop&apos;s", "autocomplete=\"new-password\"",
                              "aria-describedby=\"rules\"", "<form method=\"post\" action=\"reset\""}) {
        says(documented, piece);
    }
    says_not(documented, "leaked");  // no breach service is configured
    says(documented, "<input type=\"hidden\" name=\"t\" value=\"" + link + "\">");

    auto in = context();
    in.realm = realm;
    BOOST_REQUIRE(core.realms.set(core.db, in, realm, "policy", "standard"));
    clock.advance(std::chrono::seconds(2));
    const auto standard = open("/account/reset?t=" + link);
    says(standard, "at least 15 characters");
    says_not(standard, "one letter and one digit");
}

BOOST_AUTO_TEST_CASE(OC10_P7_opening_spends_nothing) {
    register_ada();
    const auto link = token(Purpose::reset);
    for (int i = 0; i < 3; ++i) {
        is_page(open("/account/reset?t=" + link), 200);
        BOOST_TEST(open("/account/reset?t=" + link, HEAD).status == 200);
    }
    BOOST_TEST(signs_in("Engine-No-1"));
    is_saved(post("/account/reset", "t=" + link + "&password=Difference-2"));
    BOOST_TEST(signs_in("Difference-2"));
}

BOOST_AUTO_TEST_CASE(P7_a_refused_password_is_named_and_the_link_stays) {
    register_ada();
    const auto link = token(Purpose::reset);
    const std::pair<std::string, std::string_view> rows[] = {
        {"", "Use at least 6 characters."},
        {"abc12", "Use at least 6 characters."},
        {"%C3%A9%C3%A9%C3%A9%C3%A91", "Use at least 6 characters."},
        {"lettersonly", "Use at least one letter and one digit."},
        {"8264019375", "Use at least one letter and one digit."},
        {"password1", "Many people use this password."},
        {"ada.byron1", "Do not use your name or the shop&apos;s."},
        {"a1" + std::string(255, 'x'), "Use at most 256 characters."},
        {"a1" + std::string(2000, 'x'), "Use at most 256 characters."},
    };
    for (const auto& [password, why] : rows) {
        const auto reply = post("/account/reset", "t=" + link + "&password=" + password);
        BOOST_TEST_CONTEXT(password) {
            is_page(reply, 400);
            says(reply, "<a href=\"#password\">" + std::string(why) + "</a>");
            says(reply, "aria-describedby=\"password-why rules\" aria-invalid=\"true\"");
            says(reply, "<title>Error: ");
            if (password.size() > 4) says_not(reply, password);  // what was typed is not sent back
        }
    }
    is_saved(post("/account/reset", "t=" + link + "&password=Difference-2"));
}

BOOST_AUTO_TEST_CASE(P7_RS2_RS3_a_saved_password_ends_every_session_and_signs_nobody_in) {
    const auto registered = register_ada();
    lock_ada();
    const auto link = token(Purpose::reset);
    const auto reply = post("/account/reset", "t=" + link + "&password=Difference-2");
    is_saved(reply);
    BOOST_TEST(reply.header("set-cookie").empty());
    says(open("/account/sign-in?done=password"), "Your new password is saved. Sign in with it.");
    is_ended(registered);
    BOOST_TEST(!signs_in("Engine-No-1"));
    BOOST_TEST(signs_in("Difference-2"));  // and the lock is gone
    BOOST_TEST(causes(events::Name::password_reset_done).size() == 1U);

    const auto again = post("/account/reset", "t=" + link + "&password=Difference-3");
    is_page(again, 410);
    says(again, link_dead);
    BOOST_TEST(!signs_in("Difference-3"));
}

BOOST_AUTO_TEST_CASE(P7_a_dead_link_says_so_and_leads_to_another) {
    register_ada();
    const auto older = token(Purpose::reset);
    const auto newest = token(Purpose::reset);
    lock_ada();
    const auto unlock = token(Purpose::unlock);
    for (const auto& dead : {older, unlock, std::string("nonsense"), std::string(), newest + "x", newest.substr(1), std::string(5000, 'a')}) {
        BOOST_TEST_CONTEXT(dead) {
            for (const auto& reply : {open("/account/reset?t=" + dead), post("/account/reset", "t=" + dead + "&password=Difference-2")}) {
                is_page(reply, 410);
                says(reply, link_dead);
                says(reply, "<a href=\"forgot\">Ask for a new link</a>");
                if (dead.size() > 5) says_not(reply, dead);
            }
        }
    }
    is_page(post("/account/unlock", "t=" + unlock), 200);  // it was spent by none of these
    is_page(open("/account/reset"), 410);
    is_page(open("/account/reset?t=" + newest), 200);
    clock.advance(std::chrono::hours(72) + std::chrono::seconds(1));
    is_page(open("/account/reset?t=" + newest), 410);
    BOOST_TEST(signs_in("Engine-No-1") == false);  // the application's own token has run out too
    renew_token();
    BOOST_TEST(signs_in("Engine-No-1"));
}

BOOST_AUTO_TEST_CASE(P7_the_token_stands_in_the_form_and_nowhere_else) {
    register_ada();
    const auto link = token(Purpose::reset);
    const auto opened = open("/account/reset?t=" + link);
    const auto at = opened.text.find(link);
    BOOST_TEST(opened.text.find(link, at + 1) == opened.text.npos);
    for (const auto& [name, value] : opened.headers) BOOST_TEST(!holds(value, link), name);
    const auto saved = post("/account/reset", "t=" + link + "&password=Difference-2");
    says_not(saved, link);
    says_not(saved, "Difference-2");
    BOOST_TEST(!log.mentions(link));
    BOOST_TEST(!log.mentions("Difference-2"));
}

// --- P8

BOOST_AUTO_TEST_CASE(P8_OC10_the_button_unlocks_and_signs_nobody_in) {
    const auto registered = register_ada();
    lock_ada();
    const auto link = token(Purpose::unlock);
    const auto opened = open("/account/unlock?t=" + link + "&u=whoever");
    is_page(opened, 200);
    says(opened, "unlocking does not sign you in");
    says(opened, "<button type=\"submit\">Unlock my account</button>");
    BOOST_TEST(open("/account/unlock?t=" + link, HEAD).status == 200);
    BOOST_TEST(!signs_in("Engine-No-1"));  // opening did nothing

    const auto pressed = post("/account/unlock", "t=" + link);
    is_page(pressed, 200);
    says(pressed, "You are not signed in");
    says_not(pressed, link);
    BOOST_TEST(signs_in("Engine-No-1"));
    is_live(registered);  // TH5: a lock leaves sessions alone, and so does its end

    const auto again = post("/account/unlock", "t=" + link);
    is_page(again, 410);
    says(again, link_dead);
    says(again, "<a href=\"unlock\">Ask for a new link</a>");
    is_page(open("/account/unlock?t=" + link), 410);
}

// --- P20

BOOST_AUTO_TEST_CASE(P20_OC10_the_button_verifies_the_address_and_signs_nobody_in) {
    register_ada();
    const auto login = core.logins.named(core.db, realm, "ada.byron");
    BOOST_REQUIRE(login);
    BOOST_REQUIRE(core.verifications.request_token(core.db, {.now = clock.now(), .door = Door::freshcom, .realm = realm},
                                                   *core.realms.get(core.db, clock.now(), realm), login->user));
    const auto found = causes(events::Name::verification_token_sent);
    BOOST_REQUIRE(!found.empty());
    const std::string link(found.back().link.reveal());
    const auto verified = [&] { return core.logins.named(core.db, realm, "ada.byron")->email->verified; };
    BOOST_TEST(!verified());

    const auto opened = open("/account/verify?t=" + link + "&u=whoever");
    is_page(opened, 200);
    says(opened, "<button type=\"submit\">Verify my address</button>");
    BOOST_TEST(open("/account/verify?t=" + link, HEAD).status == 200);
    BOOST_TEST(!verified());  // opening did nothing

    const auto pressed = post("/account/verify", "t=" + link);
    is_page(pressed, 200);
    says(pressed, "Your e-mail address is verified.");
    says_not(pressed, link);
    BOOST_TEST(pressed.header("set-cookie").empty());
    BOOST_TEST(verified());
    for (const auto& dead : {link, std::string("nonsense"), std::string()}) {
        is_page(post("/account/verify", "t=" + dead), 410);
        is_page(open("/account/verify?t=" + dead), 410);
    }
}

BOOST_AUTO_TEST_CASE(P8_TK10_the_browser_that_pressed_gets_a_device_cookie) {
    register_ada();
    lock_ada();
    const auto pressed = post("/account/unlock", "t=" + token(Purpose::unlock));
    const auto cookie = pressed.header("set-cookie");
    BOOST_TEST(cookie.starts_with("__Host-authtickets-device="));
    BOOST_TEST(cookie.ends_with("; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax"));
    const auto value = cookie.substr(26, cookie.find(';') - 26);
    BOOST_TEST(value.size() > 40U);
    BOOST_TEST(value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == value.npos);
    says_not(pressed, value);

    // Where the shop has no TLS, a browser would not take the prefix.
    auto in = context();
    in.realm = realm;
    auto first_site = core.realms.get(core.db, clock.now(), realm)->sites.front();
    BOOST_REQUIRE(core.realms.set_site(core.db, in, realm, first_site, "http://localhost:8080"));
    clock.advance(std::chrono::seconds(2));
    lock_ada();
    const auto plain = post("/account/unlock", "t=" + token(Purpose::unlock)).header("set-cookie");
    BOOST_TEST(plain.starts_with("authtickets-device="));
    BOOST_TEST(plain.ends_with("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"));
}

BOOST_AUTO_TEST_CASE(P8_without_a_link_it_asks_who_you_are) {
    register_ada();
    lock_ada();
    const auto form = open("/account/unlock");
    is_page(form, 200);
    says(form, "action=\"unlock\"");
    is_page(post("/account/unlock", "name="), 400);
    const auto asked = post("/account/unlock", "name=ada.byron");
    says(asked, sent_if_known);
    BOOST_TEST(mailed(Purpose::unlock).size() == 43U);
}

// --- P18

BOOST_AUTO_TEST_CASE(P18_the_code_takes_a_new_address_into_force) {
    const auto registered = register_ada();
    auto in = context();
    in.realm = realm;
    const auto login = core.logins.named(core.db, realm, "ada.byron");
    BOOST_REQUIRE(login);
    const auto shop = core.realms.get(core.db, clock.now(), realm);
    const auto wants = [&] {
        clock.advance(std::chrono::seconds(1));
        in.now = clock.now();
        BOOST_REQUIRE(core.contacts.request(core.db, in, *shop, *login, users::ContactKind::email, "countess@example.com"));
        return std::string(causes(events::Name::contact_code_sent).back().code.reveal());
    };
    const auto user = hex(login->user.value);
    const auto code = wants();
    const std::string wrong = code == "123456" ? "123457" : "123456";
    const auto enter = [&](const std::string& typed) { return post("/account/confirm", "u=" + user + "&k=email&code=" + typed); };

    const auto opened = open("/account/confirm?u=" + user);
    is_page(opened, 200);
    for (const auto* piece : {"inputmode=\"numeric\" autocomplete=\"one-time-code\" pattern=\"[0-9 \\-]*\"",  // UI1
                              "your new e-mail address", "<label for=\"code\">Code</label>"}) {
        says(opened, piece);
    }
    // UI12: what is no code at all costs no try, however often.
    const std::pair<std::string, std::string_view> shapes[] = {
        {"", "Enter all 6 digits."}, {"12345", "Enter all 6 digits."}, {"1234567", "The code has only 6 digits."},
        {"12345a", "Use digits only."}, {"%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6", "Use digits only."}};
    for (const auto& [typed, why] : shapes) {
        const auto reply = enter(typed);
        is_page(reply, 400);
        says(reply, "<a href=\"#code\">" + std::string(why) + "</a>");
    }
    const auto once = enter(wrong);
    is_page(once, 401);
    says(once, "That code is not right.");
    says_not(once, wrong);
    is_page(enter(wrong), 401);
    const auto last = enter(wrong);
    is_page(last, 401);
    says(last, "Too many wrong tries for this code. Ask for a new one.");
    is_page(enter(code), 401);  // spent, right or not (OC3)

    // UI2: as people paste it.
    auto fresh = wants();
    const auto done = enter("+" + fresh.substr(0, 3) + "-" + fresh.substr(3) + "+");
    is_page(done, 200);
    says(done, "Your new e-mail address is in force.");
    const auto now = core.logins.named(core.db, realm, "ada.byron");
    BOOST_REQUIRE((now && now->email));
    BOOST_TEST(now->email->value == "countess@example.com");
    BOOST_TEST(now->email->verified);
    is_page(enter(fresh), 401);
}

BOOST_AUTO_TEST_CASE(P18_without_a_user_there_is_nothing_to_confirm) {
    for (const auto* target : {"/account/confirm", "/account/confirm?u=", "/account/confirm?u=nonsense"}) is_page(open(target), 410);
    is_page(post("/account/confirm", "code=123456"), 410);
    is_page(post("/account/confirm", "u=0123456789abcdef0123456789abcdef&code=123456"), 401);
}

// --- All of them

BOOST_AUTO_TEST_CASE(TK11_a_form_of_another_site_does_nothing) {
    register_ada();
    lock_ada();
    const auto reset = token(Purpose::reset), unlock = token(Purpose::unlock);
    const auto sent = causes(events::Name::password_reset_sent).size();
    const std::pair<std::string, std::string> headers[] = {
        {"origin", "https://evil.example"}, {"origin", "null"}, {"origin", "http://shop.example"}, {"sec-fetch-site", "cross-site"},
        {"sec-fetch-site", "same-site"}};
    const std::pair<std::string, std::string> forms[] = {{"/account/forgot", "name=ada.byron"},
                                                         {"/account/reset", "t=" + reset + "&password=Difference-2"},
                                                         {"/account/unlock", "t=" + unlock},
                                                         {"/account/unlock", "name=ada.byron"},
                                                         {"/account/confirm", "u=0123456789abcdef0123456789abcdef&code=123456"}};
    for (const auto& [name, value] : headers) {
        for (const auto& [page, form] : forms) {
            auto request = posting(page, form);
            request.host = "shop.example";
            request.headers[name] = value;
            BOOST_TEST_CONTEXT(name << ": " << value << " to " << page) {
                const auto reply = send(request);
                is_page(reply, 403);
                says(reply, "This form came from another site");
            }
        }
    }
    BOOST_TEST(causes(events::Name::password_reset_sent).size() == sent);
    BOOST_TEST(!signs_in("Difference-2"));
    BOOST_TEST(!signs_in("Engine-No-1"));

    auto own = posting("/account/reset", "t=" + reset + "&password=Difference-2");
    own.host = "shop.example";
    own.headers["origin"] = "https://shop.example";
    is_saved(send(own));
    // Our pages name no referrer, and browsers then no origin.
    lock_ada();
    own = posting("/account/unlock", "t=" + token(Purpose::unlock));
    own.headers["origin"] = "null";
    own.headers["sec-fetch-site"] = "same-origin";
    is_page(send(own), 200);
}

BOOST_AUTO_TEST_CASE(KL6_only_small_forms_are_read) {
    register_ada();
    for (const auto* type : {"application/json", "text/plain", "multipart/form-data; boundary=x", ""}) {
        auto request = posting("/account/forgot", "name=ada.byron");
        request.content_type = type;
        is_page(send(request), 415);
    }
    is_page(post("/account/forgot", "name=%zz"), 400);
    is_page(post("/account/forgot", "name=" + std::string(64 * 1024 - 4, 'a')), 413);
    is_page(post("/account/forgot", "name=" + std::string(64 * 1024 - 5, 'a')), 200);
    BOOST_TEST(causes(events::Name::password_reset_sent).empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_page_is_told_in_a_page) {
    for (const auto* path : {"/account/nothing", "/account/static/", "/account/static/other.css", "/ACCOUNT/x"}) {
        is_page(open(path), 404);
        says(open(path), " – shop</title>");  // UI23: of this page too
    }
    is_page(open("/account/nothing", http::Method::head), 404);
    is_page(open("/account/nothing", POST), 404);
    const auto put = open("/account/forgot", PUT);
    is_page(put, 405);
    BOOST_TEST(put.header("allow") == "GET, HEAD, POST");
    is_page(open("/account/forgot/"), 200);
    says(open("/account/forgot/"), "action=\"../forgot\"");
    const auto unread = send(Result<http::Request>(refuse(Why::bad_request)), "/account/reset");
    is_page(unread, 400);
    // P9, with and without its slash.
    BOOST_TEST(open("/account").header("location") == "account/sign-in");
    BOOST_TEST(open("/account/").header("location") == "sign-in");
    BOOST_TEST(open("/accounts").header("content-type") == "application/json; charset=utf-8");
}

BOOST_AUTO_TEST_CASE(the_realm_is_the_links_then_the_hosts_then_the_only_one) {
    register_ada();
    const auto link = token(Purpose::reset);
    const auto at = [&](const std::string& host, std::string_view target) {
        auto request = bare(GET, target);
        request.host = host;
        return send(request);
    };
    is_page(at("anything.example", "/account/forgot"), 200);  // there is one realm only

    const auto other = add_realm("bazaar", 1001, 2001);
    BOOST_TEST((other != realm));
    says(at("shop.example", "/account/forgot"), " – shop</title>");
    says(at("shop.example:8443", "/account/forgot"), " – shop</title>");
    says(at("shop.example.", "/account/forgot"), " – shop</title>");
    says(at("bazaar.example", "/account/forgot"), " – bazaar</title>");
    for (const auto* host : {"", "anything.example", "shop.example.evil.example"}) {
        is_page(at(host, "/account/forgot"), 404);
        is_page(at(host, "/account/reset?t=" + link), 200);
    }
    // The link's, though the host is another realm's.
    says(at("bazaar.example", "/account/reset?t=" + link), " – shop</title>");
    auto saving = posting("/account/reset", "t=" + link + "&password=Difference-2");
    saving.host = "bazaar.example";
    is_saved(send(saving));
    BOOST_TEST(signs_in("Difference-2"));
    // Who is asked for at another realm is not there.
    auto asking = posting("/account/forgot", "name=ada.byron");
    asking.host = "bazaar.example";
    const auto before = causes(events::Name::password_reset_sent).size();
    says(send(asking), sent_if_known);
    BOOST_TEST(causes(events::Name::password_reset_sent).size() == before);
}

BOOST_AUTO_TEST_CASE(UI22_the_reader_chooses_the_language) {
    auto request = bare(GET, "/account/forgot");
    request.headers["accept-language"] = "ar-EG,ar;q=0.9,en;q=0.5";
    auto reply = send(request);
    is_page(reply, 200);
    says(reply, "<html lang=\"ar\" dir=\"rtl\">");
    request = bare(GET, "/account/forgot?lang=de");
    request.headers["accept-language"] = "ar";
    reply = send(request);
    says(reply, "<html lang=\"de\" dir=\"ltr\">");
    says(reply, "action=\"forgot?lang=de\"");
    says(post("/account/forgot?lang=de", "name=x"), "Wenn wir ein Konto dazu haben, ist eine Nachricht unterwegs.");
    says(open("/account/reset?t=x&lang=de"), "href=\"forgot?lang=de\"");
}

BOOST_AUTO_TEST_CASE(the_style_sheet_may_be_kept) {
    const auto first = open("/account/static/style.css");
    BOOST_TEST(first.status == 200);
    BOOST_TEST(first.header("content-type") == "text/css; charset=utf-8");
    BOOST_TEST(first.header("cache-control") == "public, max-age=604800");
    BOOST_TEST(first.header("x-content-type-options") == "nosniff");
    auto again = bare(GET, "/account/static/style.css");
    again.headers["if-none-match"] = first.header("etag");
    const auto unchanged = send(again);
    BOOST_TEST(unchanged.status == 304);
    BOOST_TEST(unchanged.text.empty());
}

BOOST_AUTO_TEST_CASE(TH2_asking_is_charged_to_the_readers_own_address) {
    register_ada();
    // Sixty an hour of whoever asks for links (OC7): then nothing is sent any more, for nobody, and the page is the same.
    for (int i = 0; i < 60; ++i) post("/account/forgot", "name=nobody" + std::to_string(i));
    says(post("/account/forgot", "name=ada.byron"), sent_if_known);
    BOOST_TEST(causes(events::Name::password_reset_sent).empty());
    auto elsewhere = posting("/account/forgot", "name=ada.byron");
    elsewhere.peer = "198.51.100.8";
    says(send(elsewhere), sent_if_known);
    BOOST_TEST(causes(events::Name::password_reset_sent).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
