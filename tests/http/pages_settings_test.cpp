// SPDX-License-Identifier: MIT
// The pages of who is signed in (docs/pages.md): P9 overview with its banners, P10 settings, P14 turned off, P16 sessions, P17a
// password, P18 contacts; what they refuse, and what an operator who acts for a customer may not (W24).
#include "http/account_pages.h"

namespace authtickets::test {

using events::Name;
using users::ContactKind;
using users::Method;

BOOST_FIXTURE_TEST_SUITE(pages_settings, AccountPages)

// --- Who may

BOOST_AUTO_TEST_CASE(who_is_not_signed_in_is_led_to_sign_in_and_back) {
    for (const std::string page : {"settings", "settings/method", "settings/email", "settings/phone", "settings/password", "sessions",
                                   "settings/two-step/turn-off"}) {
        BOOST_TEST_CONTEXT(page) {
            const auto reply = send(bare(GET, "/account/" + page));
            BOOST_TEST(reply.status == 303);
            BOOST_TEST(holds(reply.header("location"), "sign-in?to=" + page));
        }
    }
    BOOST_TEST(send(bare(GET, "/account")).header("location").ends_with("sign-in"));
}

BOOST_AUTO_TEST_CASE(TK11_forms_carry_the_sessions_token_and_come_from_this_site) {
    const auto me = signed_in(ada), bobs = signed_in(customer("bob"));
    for (const std::string page : {"dismiss", "saved", "settings/method", "settings/email", "settings/email/code", "settings/email/again",
                                   "settings/phone", "settings/phone/code", "settings/phone/again", "settings/password", "sessions/end",
                                   "sessions/end-others", "sessions/end-trust", "settings/two-step/turn-off"}) {
        BOOST_TEST_CONTEXT(page) {
            const auto target = "/account/" + page;
            is_page(send(seen(me, form(target, "x=1"))), 403);
            is_page(send(seen(me, form(target, "f=1.00"))), 403);
            is_page(send(seen(me, form(target, "f=" + bobs.form))), 403);
            auto foreign = seen(me, form(target, "f=" + me.form));
            foreign.headers["origin"] = "https://evil.example";
            is_page(send(foreign), 403);
        }
    }
    BOOST_TEST(open(me, "/account/settings").status == 200);
}

BOOST_AUTO_TEST_CASE(W24_P10_an_operator_for_the_customer_reads_and_changes_nothing) {
    const auto manager = hire(operators::Role::manager);
    turn_on_app(realm, ada.user);
    const auto grace = acting(ada, manager);
    const auto settings = open(grace, "/account/settings");
    is_page(settings, 200);
    says(settings, "grace Hopper is acting for this customer.");  // B5
    for (const auto* href : {"settings/two-step/set-up", "settings/two-step/turn-off", "settings/password", "settings/email", "settings/phone",
                             "settings/two-step/new-codes", "settings/method"}) {
        says_not(settings, href);
    }
    const auto overview = open(grace, "/account");
    is_page(overview, 200);
    says(overview, "grace Hopper is acting for this customer.");
    says_not(overview, "action=\"account/saved\"");
    const auto list = open(grace, "/account/sessions");
    is_page(list, 200);
    says_not(list, "sessions/end");
    says(list, "Opened by the shop");
    for (const std::string page : {"settings/method", "settings/email", "settings/phone", "settings/password", "settings/two-step/turn-off"}) {
        BOOST_TEST_CONTEXT(page) {
            is_page(open(grace, "/account/" + page), 403);
            const auto refused = press(grace, "/account/" + page, "password=Engine-No-1&new=Difference-2&method=none&email=x@example.com&phone=%2B4930123456");
            is_page(refused, 403);
            says(refused, "Only the customer can do this");
        }
    }
    for (const std::string page : {"dismiss", "saved", "settings/email/code", "settings/email/again", "settings/phone/code", "settings/phone/again",
                                   "sessions/end", "sessions/end-others", "sessions/end-trust"}) {
        BOOST_TEST_CONTEXT(page) is_page(press(grace, "/account/" + page, "what=ended&set=1&code=123456"), 403);
    }
    BOOST_TEST(login(ada).app);
}

// --- P9

BOOST_AUTO_TEST_CASE(P9_shows_details_security_and_what_happened) {
    const auto me = signed_in(ada);
    const auto page = open(me, "/account");
    is_page(page, 200);
    for (const auto* piece : {"<title>Overview", "Hello, Ada Byron", "ada.byron@example.com", "Not verified", "Recent activity", "Sessions: ",
                              "<a href=\"account/sessions\">", "aria-current=\"page\">Overview"}) {
        says(page, piece);
    }
    says_not(page, "class=\"note");
    is_page(open(me, "/account/"), 200);
    says(open(me, "/account/?lang=de"), "Guten Tag, Ada Byron");
    says(open(me, "/account/?lang=ar"), "dir=\"rtl\"");
}

BOOST_AUTO_TEST_CASE(P9_B1_used_recovery_until_dismissed_or_new_codes) {
    turn_on_app(realm, ada.user);
    const auto recovered = [&] {
        return signed_in_as(ada, [&](tickets::Ticket& ticket) {
            ticket.app_at = clock.now();
            ticket.used_recovery = true;
        });
    };
    const auto me = recovered();
    const std::string banner = "You came in with a recovery code (10 left).";
    const auto page = open(me, "/account");
    says(page, banner);
    says(page, "<a class=\"button small\" href=\"account/settings\">");
    says_not(open(signed_in(ada, true), "/account"), banner);
    leads_to(press(me, "/account/dismiss", "what=recovery"), "./");
    says_not(open(me, "/account"), banner);
    BOOST_TEST(press(me, "/account/dismiss", "what=recovery").status == 303);  // of a stale page
    is_page(press(me, "/account/dismiss", "what=everything"), 400);

    const auto again = recovered();
    says(open(again, "/account"), banner);
    clock.advance(std::chrono::seconds(1));
    core.db.transact([&](db::Tx& tx) { return core.recovery_codes.make(tx, at_pages(realm), ada.user).has_value(); });
    says_not(open(again, "/account"), "You came in with a recovery code");
}

BOOST_AUTO_TEST_CASE(P9_B2_B3_few_codes_and_none) {
    turn_on_app(realm, ada.user);
    const auto me = signed_in(ada, true);
    const auto use = [&](int count) {
        static constexpr db::Query take{"test.take_codes", "DELETE FROM recovery_codes WHERE user_id = ? LIMIT ?"};
        core.db.transact([&](db::Tx& tx) { return tx.run(take, ada.user, count); });
    };
    says_not(open(me, "/account"), "Make a new set");
    use(6);
    says_not(open(me, "/account"), "Make a new set");
    use(1);
    says(open(me, "/account"), "3 recovery codes left. Make a new set.");
    says(open(me, "/account"), "3 of 10 left");
    use(3);
    const auto none = open(me, "/account");
    says(none, "No recovery codes left. Make a new set now.");
    says(none, "settings/two-step/new-codes");
    says(open(me, "/account/settings"), "0 of 10 left");  // UI17
    core.db.transact([&](db::Tx& tx) { return core.totp.turn_off(tx, at_pages(realm), ada.user); });
    says_not(open(me, "/account"), "Make a new set");
}

BOOST_AUTO_TEST_CASE(P9_B4_turned_off_by_the_shop_until_dismissed) {
    turn_on_app(realm, ada.user);
    const auto me = signed_in(ada, true);
    BOOST_REQUIRE(core.two_step.turn_off_for(core.db, in(realm, Door::desk), login(ada), "operator", "new phone"));
    const auto page = open(me, "/account");
    says(page, "The shop turned off two-factor authentication on ");
    says(page, "settings/two-step/set-up");
    leads_to(press(me, "/account/dismiss", "what=ended"), "./");
    says_not(open(me, "/account"), "The shop turned off");
}

BOOST_AUTO_TEST_CASE(P9_B6_unconfirmed_codes_until_confirmed_here) {
    turn_on_app(realm, ada.user);
    const auto me = signed_in(ada, true);
    const std::string banner = "You have not confirmed that your recovery codes are saved.";
    const auto page = open(me, "/account");
    says(page, banner);
    says(page, "<input type=\"hidden\" name=\"set\" value=\"1\">");
    press(me, "/account/saved", "set=7");  // another set's
    says(open(me, "/account"), banner);
    BOOST_TEST(noted(ada, Name::recovery_saved_confirmed) == 0U);
    is_page(press(me, "/account/saved", "set=x"), 400);
    const auto saved = press(me, "/account/saved", "set=1");
    leads_to(saved, "./?done=saved");
    says(open(me, "/account/?done=saved"), "your recovery codes are saved");
    says_not(open(me, "/account"), banner);
    BOOST_TEST(noted(ada, Name::recovery_saved_confirmed) == 1U);
    press(me, "/account/saved", "set=1");  // pressed twice
    BOOST_TEST(noted(ada, Name::recovery_saved_confirmed) == 1U);
}

// --- P10

BOOST_AUTO_TEST_CASE(P10_none_offers_the_app_and_messages) {
    const auto me = signed_in(ada);
    const auto page = open(me, "/account/settings");
    is_page(page, 200);
    for (const auto* piece : {"Set up two-factor authentication", "authenticator app on your phone", "href=\"settings/two-step/set-up\"", "href=\"settings/method\"",
                              "href=\"settings/password\"", "href=\"settings/email\"", "href=\"settings/phone\"", "href=\"sessions\"", "Security events"}) {
        says(page, piece);
    }
    says_not(page, "Disable two-factor authentication");
    says_not(page, "recovery codes");
}

BOOST_AUTO_TEST_CASE(P10_active_says_since_when_and_how_many_codes) {
    turn_on_app(realm, ada.user);
    const auto page = open(signed_in(ada, true), "/account/settings");
    for (const auto* piece : {"On since", "Last used", "10 of 10 left", "Make new recovery codes", "Move to a new app", "Disable two-factor authentication",
                              "href=\"settings/two-step/turn-off\"", "href=\"settings/two-step/new-codes\""}) {
        says(page, piece);
    }
    says_not(page, "href=\"settings/method\"");
}

BOOST_AUTO_TEST_CASE(P10_X4_a_message_is_masked_and_the_app_named_as_stronger) {
    verify(ada, ContactKind::phone, "+4915123456789");
    verify(ada, ContactKind::email, "ada.byron@example.com");
    const auto me = signed_in(ada);
    const auto contexted = at_pages(realm);
    BOOST_REQUIRE(core.contacts.set_method(core.db, contexted, login(ada), Method::sms));
    auto page = open(me, "/account/settings");
    for (const auto* piece : {"By SMS", "•••89", "Whoever takes over your number", "An authenticator app is stronger", "Set up an authenticator app",
                              "Turn off"}) {
        says(page, piece);
    }
    says_not(page, "By e-mail<");
    says_not(page, "+4915123456789");
    BOOST_REQUIRE(core.contacts.set_method(core.db, contexted, login(ada), Method::email));
    page = open(me, "/account/settings");
    says(page, "a•••@e•••.com");
    says(page, "By e-mail<");
    says_not(page, "By SMS");
    set("second_step.always", "on");
    page = open(me, "/account/settings");
    says(page, "it cannot be turned off");
    says_not(page, ">Turn off<");
}

BOOST_AUTO_TEST_CASE(P10_shows_the_last_ten_events_of_this_account_in_plain_words) {
    for (int i = 0; i < 14; ++i) {
        clock.advance(std::chrono::seconds(1));
        send(signing_in("ada.byron", "Engine-No-9" + std::to_string(i)));
        if (i % 5 == 4) send(signing_in());
    }
    customer("bob");
    const auto page = open(signed_in(ada), "/account/settings");
    says(page, "Sign-in refused: wrong password");
    std::size_t lines = 0;
    for (auto at = page.text.find("<li><div class=\"what\">"); at != page.text.npos; at = page.text.find("<li><div class=\"what\">", at + 1)) ++lines;
    BOOST_TEST(lines == 10U);
    says_not(page, "signin.failure");
}

BOOST_AUTO_TEST_CASE(P10_OC9_W21_a_method_needs_a_verified_contact) {
    const auto me = signed_in(ada);
    const auto page = open(me, "/account/settings/method");
    is_page(page, 200);
    says(page, "Verify your number");
    says(page, "An authenticator app is stronger");
    says(page, "Whoever takes over your number");  // X4
    for (const auto* method : {"sms", "email"}) {
        const auto refused = press(me, "/account/settings/method", std::string("method=") + method);
        is_page(refused, 409);
        says(refused, "not verified yet");
        says(refused, "<title>Error: ");
    }
    BOOST_TEST((login(ada).method == Method::simple));
    verify(ada, ContactKind::phone, "+4915123456789");
    leads_to(press(me, "/account/settings/method", "method=sms"), "../settings?done=method");
    BOOST_TEST((login(ada).method == Method::sms));
    says(open(me, "/account/settings?done=method"), "Your next sign-in asks for it");
    BOOST_TEST(noted(ada, Name::second_step_method_changed) == 1U);
    BOOST_TEST(causes(Name::second_step_method_changed).size() == 1U);  // RS8
    for (const auto* nonsense : {"", "method=app", "method=simple", "method=%3Cscript%3E"}) is_page(press(me, "/account/settings/method", nonsense), 400);
}

BOOST_AUTO_TEST_CASE(P10_the_method_can_be_turned_off_unless_the_shop_requires_it) {
    verify(ada, ContactKind::email, "ada.byron@example.com");
    BOOST_REQUIRE(core.contacts.set_method(core.db, at_pages(realm), login(ada), Method::email));
    set("second_step.always", "on");
    const auto me = signed_in_as(ada, [&](tickets::Ticket& ticket) { ticket.email_at = clock.now(); });
    says_not(open(me, "/account/settings/method"), "id=\"none\"");
    const auto refused = press(me, "/account/settings/method", "method=none");
    is_page(refused, 409);
    says(refused, "it cannot be turned off");
    BOOST_TEST((login(ada).method == Method::email));
    set("second_step.always", "off");
    leads_to(press(me, "/account/settings/method", "method=none"), "../settings?done=method-off");
    BOOST_TEST((login(ada).method == Method::simple));
}

BOOST_AUTO_TEST_CASE(RS6_changes_of_method_and_contacts_ask_for_the_factors_again_after_five_minutes) {
    const auto me = signed_in(ada);
    clock.advance(std::chrono::seconds(301));
    for (const std::string page : {"settings/method", "settings/email", "settings/phone"}) {
        const auto up = page.find('/') == page.npos ? "" : "../";
        leads_to(open(me, "/account/" + page), up + ("step-up?to=" + page));
        leads_to(press(me, "/account/" + page, "method=none&email=new@example.com&phone=%2B4915123456789"), up + ("step-up?to=" + page));
    }
    BOOST_TEST(causes(Name::contact_code_sent).empty());
}

// --- P14

BOOST_AUTO_TEST_CASE(P14_W9_the_password_turns_it_off_and_the_codes_die) {
    turn_on_app(realm, ada.user);
    const auto me = signed_in(ada, true);
    const auto page = open(me, "/account/settings/two-step/turn-off");
    is_page(page, 200);
    for (const auto* piece : {"your 10 recovery codes stop working", "devices that were trusted", "your password alone signs you in",
                              "set it up again at any time", "autocomplete=\"current-password\""}) {
        says(page, piece);  // UI29
    }
    says_not(page, "id=\"code\"");
    const auto wrong = press(me, "/account/settings/two-step/turn-off", "password=Engine-No-9");
    is_page(wrong, 401);
    says(wrong, "That password is not right.");
    says_not(wrong, "Engine-No-9");
    BOOST_TEST(login(ada).failed == 1U);  // counts as at sign-in
    BOOST_TEST(login(ada).app);
    is_page(press(me, "/account/settings/two-step/turn-off", "password="), 400);
    leads_to(press(me, "/account/settings/two-step/turn-off", "password=Engine-No-1"), "../../settings?done=off");
    BOOST_TEST(!login(ada).app);
    says(open(me, "/account/settings?done=off"), "Two-factor authentication is off and your recovery codes no longer work.");
    BOOST_TEST(noted(ada, Name::second_step_disabled) == 1U);
    BOOST_TEST(causes(Name::second_step_disabled).size() == 1U);
    // A stale page's button, and the page itself.
    leads_to(press(me, "/account/settings/two-step/turn-off", "password=Engine-No-1"), "../../settings?done=already-off");
    leads_to(open(me, "/account/settings/two-step/turn-off"), "../../settings?done=already-off");
    BOOST_TEST(noted(ada, Name::second_step_disabled) == 1U);
}

BOOST_AUTO_TEST_CASE(P14_X8_policy_standard_asks_the_apps_code_too) {
    const auto app = turn_on_app(realm, ada.user);
    set("policy", "standard");
    const auto me = signed_in(ada, true);
    clock.advance(std::chrono::seconds(400));
    says(open(me, "/account/settings/two-step/turn-off"), "id=\"code\"");
    const std::string target = "/account/settings/two-step/turn-off", right = "password=Engine-No-1&code=";
    is_page(press(me, target, "password=Engine-No-1"), 400);
    for (const auto* shape : {"12", "1234567", "abcdef", "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96"}) is_page(press(me, target, right + shape), 400);
    const auto wrong = press(me, target, right + other(code(app.secret)));
    is_page(wrong, 401);
    says(wrong, "That code is not right.");
    says(wrong, "href=\"#code\"");
    const auto no_password = press(me, target, "password=Engine-No-9&code=" + code(app.secret));
    is_page(no_password, 401);
    says(no_password, "href=\"#password\"");
    BOOST_TEST(login(ada).app);
    leads_to(press(me, target, right + code(app.secret)), "../../settings?done=off");
    BOOST_TEST(!login(ada).app);
}

BOOST_AUTO_TEST_CASE(P14_what_stays_is_said_before_the_press) {
    turn_on_app(realm, ada.user);
    const auto me = signed_in(ada, true);
    set("second_step.always", "on");
    says(open(me, "/account/settings/two-step/turn-off"), "The shop asks everybody for a second step. That stays");
    set("second_step.always", "off");
    says_not(open(me, "/account/settings/two-step/turn-off"), "That stays");
}

// --- P16

BOOST_AUTO_TEST_CASE(P16_TK8_lists_and_ends_sessions) {
    auto phone = in(realm, Door::pages);
    phone.browser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    const auto me = signed_in(ada), elsewhere = signed_in(ada), third = signed_in(ada);
    const auto page = open(me, "/account/sessions");
    is_page(page, 200);
    for (const auto* piece : {"This one", "198.51.100.7", "password", "Started", "last seen", "End all others"}) says(page, piece);
    says(page, hex(elsewhere.session.id.value));
    says_not(page, hex(me.session.id.value));
    says_not(page, "Trusted devices");  // trust.days is 0

    leads_to(press(me, "/account/sessions/end", "id=" + hex(elsewhere.session.id.value)), "../sessions?done=ended");
    BOOST_TEST(open(elsewhere, "/account/settings").status == 303);
    const auto stale = press(me, "/account/sessions/end", "id=" + hex(elsewhere.session.id.value));
    is_page(stale, 409);
    says(stale, "had ended already");
    BOOST_TEST(noted(ada, Name::session_ended) == 1U);

    const auto bobs = signed_in(customer("bob"));
    is_page(press(me, "/account/sessions/end", "id=" + hex(bobs.session.id.value)), 409);
    BOOST_TEST(open(bobs, "/account/settings").status == 200);
    is_page(press(me, "/account/sessions/end", "id=" + hex(me.session.id.value)), 409);
    is_page(press(me, "/account/sessions/end", "id=nonsense"), 400);
    BOOST_TEST(open(me, "/account/settings").status == 200);

    leads_to(press(me, "/account/sessions/end-others"), "../sessions?done=others-ended");
    BOOST_TEST(open(third, "/account/settings").status == 303);
    is_ended(ada.registered);  // the one at the shop's own pages too
    says_not(open(me, "/account/sessions?done=others-ended"), "End all others");
    says(open(me, "/account/sessions?done=others-ended"), "All other sessions have ended.");
}

BOOST_AUTO_TEST_CASE(P16_TK8_one_factor_is_shown_again_first) {
    const auto me = signed_in(ada), elsewhere = signed_in(ada);
    clock.advance(std::chrono::seconds(301));
    leads_to(open(me, "/account/sessions"), "step-up?to=sessions");
    leads_to(press(me, "/account/sessions/end", "id=" + hex(elsewhere.session.id.value)), "../step-up?to=sessions");
    leads_to(press(me, "/account/sessions/end-others"), "../step-up?to=sessions");
    BOOST_TEST(open(elsewhere, "/account/settings").status == 200);
}

BOOST_AUTO_TEST_CASE(P16_trusted_browsers_where_the_shop_trusts_any) {
    set("trust.days", "30");
    const auto me = signed_in(ada);
    says(open(me, "/account/sessions"), "No device is trusted");
    const auto recorded = core.db.transact([&](db::Tx& tx) {
        return core.devices.record_browser(tx, at_pages(realm), at(realm)->settings, ada.user, "", true);
    });
    const auto page = open(me, "/account/sessions");
    says(page, "trusted until");
    says(page, hex(recorded.id.value));
    leads_to(press(me, "/account/sessions/end-trust", "id=" + hex(recorded.id.value)), "../sessions?done=trust-ended");
    says(open(me, "/account/sessions"), "No device is trusted");
    const auto stale = press(me, "/account/sessions/end-trust", "id=" + hex(recorded.id.value));
    is_page(stale, 409);
    BOOST_TEST(noted(ada, Name::trust_removed) == 1U);
}

// --- P17a

BOOST_AUTO_TEST_CASE(P17a_TK6_a_new_password_ends_all_other_sessions) {
    const auto me = signed_in(ada), elsewhere = signed_in(ada);
    const auto page = open(me, "/account/settings/password");
    is_page(page, 200);
    for (const auto* piece : {"at least 6 characters", "autocomplete=\"current-password\"", "autocomplete=\"new-password\"", "id=\"new\"", "ends every other session"}) {
        says(page, piece);
    }
    const auto reply = press(me, "/account/settings/password", "password=Engine-No-1&new=Difference-2");
    leads_to(reply, "../settings?done=password");
    const auto cookie = set_cookie(reply, "__Host-authtickets");
    for (const auto* attribute : {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}) BOOST_TEST(holds(cookie, attribute));  // TK10
    BOOST_TEST(open(me, "/account/settings").status == 303);
    BOOST_TEST(open(elsewhere, "/account/settings").status == 303);
    is_ended(ada.registered);
    const Browser now{.cookie = "__Host-authtickets=" + value_of(cookie)};
    says(open(now, "/account/settings?done=password"), "All other sessions have ended.");
    BOOST_TEST(send(signing_in("ada.byron", "Engine-No-1")).status == 401);
    BOOST_TEST(send(signing_in("ada.byron", "Difference-2")).status == 200);
    BOOST_TEST(causes(Name::password_changed).size() == 1U);  // N3
    BOOST_TEST(!log.mentions("Difference-2"));
}

BOOST_AUTO_TEST_CASE(P17a_the_new_session_has_the_factors_of_the_old_and_no_more) {
    turn_on_app(realm, ada.user);
    for (const bool with_app : {true, false}) {
        const auto me = signed_in(ada, with_app);
        const auto password = with_app ? "Engine-No-1" : "Difference-2", fresh = with_app ? "Difference-2" : "Engine-No-1";
        const auto reply = press(me, "/account/settings/password", std::string("password=") + password + "&new=" + fresh);
        const auto session = core.tickets.session(core.db, at_pages(realm), value_of(set_cookie(reply, "__Host-authtickets")));
        BOOST_REQUIRE(session);
        BOOST_TEST(session->app_at.has_value() == with_app);
        BOOST_TEST(session->password_at.has_value());
        BOOST_TEST((session->lifetimes.ends_at <= me.session.lifetimes.ends_at));
    }
}

BOOST_AUTO_TEST_CASE(P17a_what_is_refused_is_named_at_its_field) {
    const auto me = signed_in(ada);
    const auto press_with = [&](const std::string& fields) { return press(me, "/account/settings/password", fields); };
    const std::pair<std::string, std::string_view> rows[] = {
        {"abc12", "Use at least 6 characters."},     {"lettersonly", "Use at least one letter and one digit."},
        {"password1", "Many people use this password."}, {"ada.byron1", "Do not use your name or the shop&apos;s."},
        {"", "Use at least 6 characters."},          {"Engine-No-1", "That is your current password."}};
    for (const auto& [fresh, why] : rows) {
        const auto reply = press_with("password=Engine-No-1&new=" + fresh);
        BOOST_TEST_CONTEXT(fresh) {
            is_page(reply, 400);
            says(reply, "<a href=\"#new\">" + std::string(why));
            says(reply, "aria-invalid=\"true\"");
            if (fresh.size() > 6) says_not(reply, "value=\"" + fresh);
        }
    }
    is_page(press_with("password=&new=Difference-2"), 400);
    const auto wrong = press_with("password=Engine-No-9&new=Difference-2");
    is_page(wrong, 401);
    says(wrong, "<a href=\"#password\">That password is not right.");
    BOOST_TEST(login(ada).failed == 1U);
    BOOST_TEST(open(me, "/account/settings").status == 200);
    BOOST_TEST(send(signing_in()).status == 200);
}

// --- P18

BOOST_AUTO_TEST_CASE(P18_a_new_address_waits_for_its_code) {
    verify(ada, ContactKind::email, "ada.byron@example.com");
    const auto me = signed_in(ada);
    const auto page = open(me, "/account/settings/email");
    is_page(page, 200);
    says(page, "autocomplete=\"email\"");
    says_not(page, "id=\"code\"");
    leads_to(press(me, "/account/settings/email", "email=lovelace%40example.com"), "../settings/email?done=sent");
    const auto cause = last(Name::contact_code_sent);
    BOOST_TEST(cause.destination == "lovelace@example.com");
    const auto waiting = open(me, "/account/settings/email?done=sent");
    for (const auto* piece : {"We sent a code.", "lovelace@example.com", "id=\"code\"", "inputmode=\"numeric\"", "autocomplete=\"one-time-code\"",
                              "data-rest=\"30\" disabled", "Earlier codes end with it.", "ada.byron@example.com"}) {
        says(waiting, piece);
    }
    BOOST_TEST(login(ada).email->value == "ada.byron@example.com");  // in force until then

    for (const auto* shape : {"12", "1234567", "abcdef"}) is_page(press(me, "/account/settings/email/code", std::string("code=") + shape), 400);
    const auto wrong = press(me, "/account/settings/email/code", "code=" + other(contact_code()));
    is_page(wrong, 401);
    says(wrong, "That code is not right.");
    leads_to(press(me, "/account/settings/email/code", "code=" + contact_code()), "../../settings?done=email");
    BOOST_TEST(login(ada).email->value == "lovelace@example.com");
    BOOST_TEST(login(ada).email->verified);
    BOOST_TEST(noted(ada, Name::contact_changed) == 1U);
    BOOST_TEST(noted(ada, Name::contact_verified) == 1U);
    const auto told = last(Name::contact_changed);  // RS8: to both
    BOOST_TEST(told.old_value == "ada.byron@example.com");
    BOOST_TEST(told.new_value == "lovelace@example.com");
    // The same press from a stale page.
    is_page(press(me, "/account/settings/email/code", "code=" + contact_code()), 409);
}

BOOST_AUTO_TEST_CASE(P18_OC3_three_wrong_codes_spend_it_and_another_is_asked_for) {
    const auto me = signed_in(ada);
    press(me, "/account/settings/phone", "phone=%2B49%20151%2023456789");
    const auto first = contact_code();
    for (int i = 0; i < 2; ++i) says(press(me, "/account/settings/phone/code", "code=" + other(first)), "That code is not right.");
    const auto spent = press(me, "/account/settings/phone/code", "code=" + other(first));
    is_page(spent, 401);
    says(spent, "Too many wrong tries for this code.");
    is_page(press(me, "/account/settings/phone/code", "code=" + first), 401);
    BOOST_TEST(!login(ada).phone.has_value());
    leads_to(press(me, "/account/settings/phone/again"), "../../settings/phone?done=again");
    says(open(me, "/account/settings/phone?done=again"), "We sent a new code at ");
    const auto early = press(me, "/account/settings/phone/again");  // X13: it rests
    is_page(early, 429);
    BOOST_TEST(early.header("retry-after") == "30");
    clock.advance(std::chrono::seconds(31));
    says_not(open(me, "/account/settings/phone"), "disabled");
    leads_to(press(me, "/account/settings/phone/again"), "../../settings/phone?done=again");
    leads_to(press(me, "/account/settings/phone/code", "code=" + contact_code()), "../../settings?done=phone");
    BOOST_TEST(login(ada).phone->value == "+4915123456789");
    BOOST_TEST(login(ada).phone->verified);
}

BOOST_AUTO_TEST_CASE(P18_OC2_a_code_that_ran_out_says_so) {
    const auto me = signed_in(ada);
    press(me, "/account/settings/email", "email=lovelace%40example.com");
    const auto code = contact_code();
    clock.advance(std::chrono::seconds(601));
    const auto late = press(me, "/account/settings/email/code", "code=" + code);
    is_page(late, 401);
    says(late, "This code has run out. Ask for a new one.");
    BOOST_TEST(login(ada).email->value == "ada.byron@example.com");
}

BOOST_AUTO_TEST_CASE(P18_what_is_no_contact_or_somebody_elses_is_refused) {
    customer("bob");
    const auto me = signed_in(ada);
    for (const auto* email : {"", "%20", "nonsense", "a%40b%40c", "%3Cscript%3E"}) {
        BOOST_TEST_CONTEXT(email) is_page(press(me, "/account/settings/email", std::string("email=") + email), 400);
    }
    for (const auto* phone : {"", "abc", "123", "%2B49", "110", "%2B4990012345"}) {
        BOOST_TEST_CONTEXT(phone) is_page(press(me, "/account/settings/phone", std::string("phone=") + phone), 400);
    }
    const auto taken = press(me, "/account/settings/email", "email=bob%40example.com");
    is_page(taken, 409);
    says(taken, "This address cannot be used.");
    is_page(press(me, "/account/settings/email/again"), 409);  // none waits
    is_page(press(me, "/account/settings/email/code", "code=123456"), 409);
    BOOST_TEST(causes(Name::contact_code_sent).empty());
}

// Registering does not tell who has an account (X12); who is signed in is told, and pays for each as for a code that is sent.
BOOST_AUTO_TEST_CASE(P18_X12_nobody_asks_for_one_taken_address_after_the_other) {
    const auto me = signed_in(ada);
    int told = 0, paused = 0;
    for (int i = 0; i < 30; ++i) {
        const auto name = "customer" + std::to_string(i);
        customer(name);
        const auto reply = press(me, "/account/settings/email", "email=" + name + "%40example.com");
        told += reply.status == 409;
        paused += reply.status == 429;
    }
    BOOST_TEST(told > 0);
    BOOST_TEST(told < 15);
    BOOST_TEST(told + paused == 30);
}

BOOST_AUTO_TEST_CASE(P18_what_is_there_and_unverified_is_verified_in_the_same_way) {
    const auto me = signed_in(ada);
    says(open(me, "/account/settings/email"), "value=\"ada.byron@example.com\"");
    press(me, "/account/settings/email", "email=ada.byron%40example.com");
    press(me, "/account/settings/email/code", "code=" + contact_code());
    BOOST_TEST(login(ada).email->verified);
    BOOST_TEST(noted(ada, Name::contact_changed) == 0U);
    leads_to(press(me, "/account/settings/email", "email=ada.byron%40example.com"), "../settings?done=already-verified");
}

// --- What a customer writes

BOOST_AUTO_TEST_CASE(markup_in_every_field_is_shown_as_text) {
    const std::string evil = "<script>alert(1)</script>", quote = "\"><img src=x onerror=alert(1)>";
    const auto mallory = customer("mallory", evil + quote, quote);
    auto request = seen(signed_in(mallory), bare(GET, "/account"));
    request.headers["user-agent"] = evil;
    const auto me = signed_in(mallory);
    press(me, "/account/settings/email", "email=%22%3E%3Cimg%20src%3Dx%3E%40example.com");
    for (const std::string page : {"", "settings", "sessions", "settings/email", "settings/phone", "settings/method", "settings/password"}) {
        const auto reply = open(me, "/account" + (page.empty() ? "" : "/" + page));
        BOOST_TEST_CONTEXT(page) {
            is_page(reply, 200);
            says_not(reply, "<script>alert");
            says_not(reply, "<img");
        }
    }
    const auto overview = open(me, "/account");
    says(overview, "&lt;script&gt;alert(1)&lt;/script&gt;");
    const auto echoed = press(me, "/account/settings/phone", "phone=%22%3E%3Cscript%3Ealert(2)%3C/script%3E");
    is_page(echoed, 400);
    says_not(echoed, "<script>alert");
    for (const auto* done : {"<script>", "password\"><script>", "off&lang=xx"}) says_not(open(me, std::string("/account/settings?done=") + done), "<script>alert");
    is_page(send(request), 200);
    says(open(signed_in(customer("curly", "{{p.s_title}}", "{{> frame/f}}")), "/account"), "Hello, {{p.s_title}} {{&gt; frame/f}}");
}

// --- The desk's side of the same pages

BOOST_AUTO_TEST_CASE(P10_P16_P17a_an_operators_own_settings) {
    const auto grace = hire(operators::Role::viewer);
    const auto settings = open(grace, "/desk/settings");
    is_page(settings, 200);
    says(settings, "Move to a new app");
    says_not(settings, "turn-off");      // an operator without an app has no desk
    says_not(settings, "settings/email");
    const auto other_desk = at_desk(grace.who, Secret(grace.app.reveal()));
    is_page(open(grace, "/desk/sessions"), 200);
    leads_to(press(grace, "/desk/sessions/end", "id=" + hex(other_desk.session.id.value)), "../sessions?done=ended");
    BOOST_TEST(open(other_desk, "/desk/settings").status == 303);
    const auto changed = press(grace, "/desk/settings/password", "password=Compiler-No-1-of-all&new=Nanosecond-No-2-wire");
    leads_to(changed, "../settings?done=password");
    const auto cookie = set_cookie(changed, "__Host-authtickets-desk");
    BOOST_TEST(!cookie.empty());
    BOOST_TEST(open(grace, "/desk/settings").status == 303);
    auto now = grace;
    now.cookie = "__Host-authtickets-desk=" + value_of(cookie);
    is_page(open(now, "/desk/settings"), 200);
    for (const auto* page : {"/desk/settings/two-step/turn-off", "/desk/settings/method", "/desk/settings/email"}) {
        BOOST_TEST(open(now, page).status == 404, page);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
