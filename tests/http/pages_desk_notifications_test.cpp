// SPDX-License-Identifier: MIT
// M14 (docs/pages.md): mail to operators, web hooks and their log.
#include <set>

#include "http/desk_shop.h"
#include "http/page_form.h"

namespace authtickets::test {

namespace {

using operators::Role;
using subscriptions::Notice;

struct Notifications : DeskShop {
    std::vector<subscriptions::Subscription> hooks() {
        auto out = core.subscriptions.list(core.db, realm);
        std::erase_if(out, [](const auto& each) { return each.action != subscriptions::Action::hook; });
        return out;
    }
    subscriptions::Subscription add_hook(const std::string& name = "crm", const std::string& target = "https://hooks.example/in?key=abc") {
        auto in_shop = in(realm, Door::none);
        auto added = core.subscriptions.add(core.db, in_shop, {.name = name, .events = {"@sign-in"}, .action = subscriptions::Action::hook, .target = target},
                                            core.app.hook_rules);
        BOOST_REQUIRE(added.has_value());
        return std::move(*added);
    }
    static std::string page_of(const subscriptions::Subscription& hook) { return "/desk/notifications/hooks/" + hex(hook.id.value); }
    std::size_t changes() { return events::browse(core.db, realm, {.names = {events::Name::webhook_changed}}).items.size(); }
    static std::string new_one(const std::string& name, const std::string& address) {
        return "name=" + form_encoded(name) + "&address=" + form_encoded(address) + "&g_sign-in=on&g_account=on";
    }
    // A delivery as the worker would leave it.
    deliveries::Delivery delivered(const subscriptions::Subscription& hook, deliveries::Outcome outcome, const std::string& error = {}) {
        const auto stored = events::browse(core.db, realm, {.limit = 1}).items.front();
        deliveries::Delivery delivery{.realm = realm, .id = DeliveryId{uuid_v7(clock.now(), rng)}, .event = stored.id, .name = stored.name, .topic = stored.name,
                                      .subscription_id = hook.id, .subscription = hook.name, .action = subscriptions::Action::hook,
                                      .format = subscriptions::Format::own, .recipient = "hooks.example", .queue = deliveries::Queue::hooks,
                                      .created_at = clock.now(), .due_at = clock.now(), .gives_up_at = clock.now() + std::chrono::hours(24)};
        core.db.transact([&](db::Tx& tx) {
            core.deliveries.add(tx, clock.now(), delivery, {.schedule = deliveries::Schedule::own});
            return true;
        });
        const bool ours = core.deliveries.lease(core.db, delivery, clock.now(), clock.now() + std::chrono::minutes(1));
        BOOST_REQUIRE(ours);
        const deliveries::Attempt attempt{.no = 1, .began_at = clock.now(), .ended_at = clock.now(), .outcome = outcome, .status = 500, .error = error};
        core.db.transact([&](db::Tx& tx) {
            const auto after = outcome == deliveries::Outcome::accepted ? deliveries::After{.state = deliveries::State::sent}
                                                                         : deliveries::After{.state = deliveries::State::abandoned};
            return core.deliveries.note(tx, delivery, attempt, after, clock.now()).noted;
        });
        return delivery;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pages_desk_notifications, Notifications)

BOOST_AUTO_TEST_CASE(M14_a_hook_is_added_and_its_secret_is_shown_once) {
    const auto grace = hire(Role::manager);
    is_page(open(grace, "/desk/notifications/add"), 200);
    const auto added = press(grace, "/desk/notifications/add", new_one("crm", "https://hooks.example/in"));
    is_page(added, 200);
    BOOST_REQUIRE(hooks().size() == 1U);
    const auto hook = hooks().front();
    BOOST_TEST((hook.events == std::vector<std::string>{"@sign-in", "@account"}));
    BOOST_TEST(hook.target == "https://hooks.example/in");
    const std::string secret(hook.secret->reveal());
    says(added, "<code id=\"secret\">" + secret + "</code>");
    says(added, "it is shown this once");
    for (const auto& target : {std::string("/desk/notifications"), page_of(hook), page_of(hook) + "/remove", std::string("/desk/events"), std::string("/desk/notifications/add")}) {
        const auto page = open(grace, target);
        is_page(page, 200);
        says_not(page, secret);
    }
    // Sent once more by Back or a reload: it is there already, and nothing is shown.
    const auto again = press(grace, "/desk/notifications/add", new_one("crm", "https://hooks.example/in"));
    is_page(again, 409);
    says(again, "Another one has this name.");
    says_not(again, secret);
    const auto event = events::browse(core.db, realm, {.names = {events::Name::webhook_changed}}).items;
    BOOST_REQUIRE(event.size() == 1U);
    BOOST_TEST(events::record(event.front()).operator_name == "grace Hopper");
    BOOST_TEST(!holds(event.front().details, secret));
    BOOST_TEST(!log.mentions(secret));
}

BOOST_AUTO_TEST_CASE(M14_KL9_hooks_to_private_addresses_and_other_nonsense_are_refused) {
    const auto grace = hire(Role::manager);
    struct Row {
        std::string name, address, at;
    };
    const Row rows[] = {
        {"a", "http://hooks.example/in", "address"},
        {"a", "https://127.0.0.1/in", "address"},
        {"a", "https://10.0.0.8/in", "address"},
        {"a", "https://192.168.1.1/in", "address"},
        {"a", "https://169.254.169.254/latest/meta-data", "address"},
        {"a", "https://[::1]/in", "address"},
        {"a", "https://[fd00::1]/in", "address"},
        {"a", "https://[::ffff:10.0.0.1]/in", "address"},
        {"a", "https://0x7f000001/in", "address"},
        {"a", "https://2130706433/in", "address"},
        {"a", "https://user:word@hooks.example/in", "address"},
        {"a", "https://hooks.example:22/in", "address"},
        {"a", "file:///etc/passwd", "address"},
        {"a", "gopher://hooks.example/", "address"},
        {"a", "javascript:alert(1)", "address"},
        {"a", "hooks.example", "address"},
        {"a", "https://", "address"},
        {"a", "https://hooks.example/\"><script>alert(1)</script>\r\nHost: evil", "address"},
        {"a", "https://hooks.example/" + std::string(1100, 'x'), "address"},
        {"a", "", "address"},
        {"", "https://hooks.example/in", "name"},
        {"n\xC3\xA4me", "https://hooks.example/in", "name"},
        {std::string(101, 'x'), "https://hooks.example/in", "name"},
        {"a\r\nb", "https://hooks.example/in", "name"},
        {"notice.new_device", "https://hooks.example/in", "name"},
    };
    for (const auto& row : rows) {
        const auto reply = press(grace, "/desk/notifications/add", new_one(row.name, row.address));
        BOOST_TEST_CONTEXT(row.name << " " << row.address) {
            is_page(reply, row.name == "notice.new_device" ? 409 : 400);
            says(reply, "<a href=\"#" + row.at + "\">");
            says_not(reply, "<script>alert");
        }
    }
    is_page(press(grace, "/desk/notifications/add", "name=a&address=https%3A%2F%2Fhooks.example%2Fin"), 400);  // told nothing
    BOOST_TEST(hooks().empty());
    BOOST_TEST(changes() == 0U);
}

BOOST_AUTO_TEST_CASE(M14_a_hook_is_tested_paused_resumed_and_removed) {
    const auto grace = hire(Role::manager);
    const auto hook = add_hook();
    auto page = open(grace, page_of(hook));
    is_page(page, 200);
    says(page, "Sign-in");
    says(page, "https://hooks.example/in?key=abc");
    says(page, ">Active<");
    says(page, "It was told nothing yet.");

    const auto back = "../../" + page_of(hook).substr(6);
    leads_to(press(grace, page_of(hook) + "/test"), "../" + back + "?done=tested");
    says(open(grace, page_of(hook) + "?done=tested"), "A test is on its way.");
    leads_to(press(grace, page_of(hook) + "/pause"), "../" + back + "?done=paused");
    BOOST_TEST(!hooks().front().active);
    page = open(grace, page_of(hook));
    says(page, ">Paused<");
    says_not(page, "/test\"");
    const auto paused = press(grace, page_of(hook) + "/test");
    is_page(paused, 409);
    says(paused, "This web hook is paused.");
    leads_to(press(grace, page_of(hook) + "/resume"), "../" + back + "?done=resumed");
    BOOST_TEST(hooks().front().active);

    const auto asked = open(grace, page_of(hook) + "/remove");
    is_page(asked, 200);
    says(asked, "<h1>Remove crm?</h1>");
    says(open(grace, page_of(hook)), "<dialog id=\"remove\" aria-labelledby=\"remove-title\">");  // the same, where there are scripts
    BOOST_TEST(hooks().size() == 1U);
    leads_to(press(grace, page_of(hook) + "/remove"), "../../../notifications?done=removed");
    BOOST_TEST(hooks().empty());
    for (const auto* rest : {"/remove", "/pause", "/resume", "/test"}) is_page(press(grace, page_of(hook) + rest), 404);
    is_page(open(grace, page_of(hook)), 404);
}

// EP210 (docs/elasticpath.md): client programs keep them, the desk may stop them.
BOOST_AUTO_TEST_CASE(M14_an_integration_is_shown_by_its_name_and_can_be_paused_and_removed) {
    const auto grace = hire(Role::manager);
    auto in_shop = in(realm, Door::elasticpath);
    const auto added = core.subscriptions.add_integration(
        core.db, in_shop, {.label = "Send <codes>", .description = "by mail", .url = "https://mailer.shop.example/otp",
                           .observes = std::vector{std::string(subscriptions::one_time_token_key), std::string("account.created")}, .secret = Secret(std::string_view("squirrel"))},
        core.app.hook_rules);
    BOOST_REQUIRE(added);
    const auto list = open(grace, "/desk/notifications");
    says(list, "Send &lt;codes&gt;");
    says(list, "mailer.shop.example");
    says_not(list, dashed(added->id.value));
    auto page = open(grace, page_of(*added));
    is_page(page, 200);
    for (const auto* const part : {"Send &lt;codes&gt;", "by mail", "Elastic Path", "one-time-password-token-request.created, account.created", "https://mailer.shop.example/otp", ">Active<"}) {
        says(page, part);
    }
    says_not(page, "squirrel");
    BOOST_TEST(press(grace, page_of(*added) + "/test").status == 303);
    BOOST_TEST(press(grace, page_of(*added) + "/pause").status == 303);
    BOOST_TEST(!core.subscriptions.integration(core.db, realm, added->id)->active);
    says(open(grace, page_of(*added)), ">Paused<");
    BOOST_TEST(press(grace, page_of(*added) + "/resume").status == 303);
    says(open(grace, page_of(*added) + "/remove"), "Send &lt;codes&gt;");
    BOOST_TEST(press(grace, page_of(*added) + "/remove").status == 303);
    BOOST_TEST(!core.subscriptions.integration(core.db, realm, added->id));
    std::multiset<std::string> told;
    for (const auto& each : events::browse(core.db, realm, {.names = {events::Name::webhook_changed}}).items) told.insert(each.actor + " " + each.reason);
    BOOST_TEST(told == (std::multiset<std::string>{"application integration_added", "operator ", "operator integration_changed",
                                                   "operator integration_changed", "operator integration_removed"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(M14_the_log_says_status_tries_and_what_can_be_sent_again) {
    const auto grace = hire(Role::manager);
    customer("ada");
    const auto hook = add_hook();
    send(signing_in("ada"));
    const auto sent = delivered(hook, deliveries::Outcome::accepted);
    clock.advance(std::chrono::seconds(1));
    const auto failed = delivered(hook, deliveries::Outcome::permanent, "answered 500: <script>alert(1)</script>");
    const auto page = open(grace, page_of(hook));
    is_page(page, 200);
    says(page, ">Sent<");
    says(page, ">Given up<");
    says(page, "&lt;script&gt;");
    says(page, "Send again");
    const auto target = "/desk/notifications/deliveries/" + hex(failed.id.value);
    const auto one = open(grace, target);
    is_page(one, 200);
    says(one, ">Refused<");
    says(one, ">500<");
    says(one, "events/" + hex(failed.event.value));
    const auto again = press(grace, target + "/again");
    BOOST_TEST(again.status == 303);
    BOOST_TEST(holds(again.header("location"), "notifications/hooks/" + hex(hook.id.value) + "?done=again"));
    // The worker makes it anew from the event, for this hook alone.
    const auto owed = causes(*events::named(failed.name));
    BOOST_REQUIRE(!owed.empty());
    BOOST_TEST((owed.back().only == hook.id));
    says(open(grace, page_of(hook) + "?done=again"), "It is sent again.");

    // To a hook that is paused nothing goes.
    auto in_shop = in(realm, Door::none);
    BOOST_REQUIRE(core.subscriptions.set_active(core.db, in_shop, "crm", false));
    const auto paused = press(grace, "/desk/notifications/deliveries/" + hex(sent.id.value) + "/again");
    is_page(paused, 409);
    says(paused, "removed or paused");
    says_not(open(grace, target), "/again\"");
    is_page(open(grace, "/desk/notifications/deliveries/nonsense"), 404);
    is_page(press(grace, "/desk/notifications/deliveries/00000000000000000000000000000000/again"), 404);
}

BOOST_AUTO_TEST_CASE(M14_the_log_is_paged) {
    const auto grace = hire(Role::manager);
    customer("ada");
    const auto hook = add_hook();
    for (int i = 0; i < 51; ++i) {
        clock.advance(std::chrono::seconds(1));
        delivered(hook, deliveries::Outcome::accepted);
    }
    const auto first = open(grace, page_of(hook));
    says(first, "?skip=50\" rel=\"next\"");
    const auto second = open(grace, page_of(hook) + "?skip=50");
    is_page(second, 200);
    says(second, "rel=\"prev\"");
    says_not(second, "rel=\"next\"");
    for (const auto* skip : {"-1", "x", "99999999999", "<script>"}) is_page(open(grace, page_of(hook) + "?skip=" + form_encoded(skip)), 200);
}

BOOST_AUTO_TEST_CASE(M14_each_operator_is_told_by_mail_of_what_is_active_for_him) {
    const auto grace = hire(Role::manager), adele = hire(Role::support, "adele");
    const auto target = "/desk/notifications/mail/" + hex(adele.who.user.value), action = "../../notifications/mail/" + hex(adele.who.user.value);
    const auto page = open(grace, target);
    is_page(page, 200);
    says(page, "Mail to adele Hopper");
    PageForm form(page.text, action);
    BOOST_TEST(form["g_sign-in"] == "none");
    leads_to(press(grace, target, form.set("g_sign-in", "active").set("g_operators", "paused").body()), action + "?done=saved");
    const auto state = [&](events::Group group) {
        for (const auto& each : core.subscriptions.notices(core.db, realm, adele.who.user)) {
            if (each.group == group) return each.state;
        }
        return Notice::State::none;
    };
    BOOST_TEST((state(events::Group::sign_in) == Notice::State::active));
    BOOST_TEST((state(events::Group::operators) == Notice::State::paused));
    BOOST_TEST((state(events::Group::system) == Notice::State::none));
    const auto list = open(grace, "/desk/notifications");
    says(list, "Active: Sign-in");
    says(list, "Paused: Operators");
    // Another line, changed from a page that is older, leaves the first as it is.
    leads_to(press(grace, target, form.set("g_sign-in", "none").set("g_system", "active").body()), action + "?done=saved");
    BOOST_TEST((state(events::Group::sign_in) == Notice::State::active));
    BOOST_TEST((state(events::Group::system) == Notice::State::active));
    is_page(press(grace, target, "g_sign-in=always&was_g_sign-in=active"), 400);
    is_page(open(grace, "/desk/notifications/mail/nobody"), 404);
    // Who leaves is told nothing more.
    BOOST_TEST(press(grace, "/desk/operators/" + hex(adele.who.user.value) + "/remove").status == 303);
    BOOST_TEST((state(events::Group::system) == Notice::State::none));
}

BOOST_AUTO_TEST_CASE(M14_M16_others_see_without_a_button_and_not_the_whole_address) {
    const auto hook = add_hook();
    hire(Role::manager);
    for (const auto role : {Role::viewer, Role::support}) {
        const auto other = hire(role, std::string(operators::name(role)));
        const auto list = open(other, "/desk/notifications");
        is_page(list, 200);
        says(list, "hooks.example");
        says_not(list, "key=abc");
        says_not(list, "notifications/add");
        const auto one = open(other, page_of(hook));
        is_page(one, 200);
        for (const auto* piece : {"key=abc", "/test\"", "/pause\"", "/remove\"", "<dialog"}) says_not(one, piece);
        const auto mail = open(other, "/desk/notifications/mail/" + hex(other.who.user.value));
        is_page(mail, 200);
        says_not(mail, "<select");
        is_page(press(other, "/desk/notifications/mail/" + hex(other.who.user.value), "g_sign-in=active"), 403);
        is_page(open(other, "/desk/notifications/add"), 403);
        is_page(press(other, "/desk/notifications/add", new_one("x", "https://hooks.example/")), 403);
        for (const auto* rest : {"/test", "/pause", "/resume", "/remove"}) is_page(press(other, page_of(hook) + rest), 403);
        is_page(press(other, "/desk/notifications/deliveries/00000000000000000000000000000000/again"), 403);
    }
    BOOST_TEST(hooks().size() == 1U);
    BOOST_TEST(hooks().front().active);
}

BOOST_AUTO_TEST_CASE(UI22_UI23_every_screen_about_the_shop_speaks_every_language) {
    const auto grace = hire(Role::manager);
    customer("ada");
    const auto hook = add_hook();
    const auto delivery = delivered(hook, deliveries::Outcome::temporary, "web hook: no answer");
    const auto me = hex(grace.who.user.value);
    const std::string targets[] = {
        "/desk/rules", "/desk/mails", "/desk/mails/code_sign_in/remove", "/desk/events", "/desk/events?view=own", "/desk/events?view=customer",
        "/desk/events?customer=ada", "/desk/events/" + hex(delivery.event.value), "/desk/notifications", "/desk/notifications/add",
        "/desk/notifications/mail/" + me, page_of(hook), page_of(hook) + "/remove", "/desk/notifications/deliveries/" + hex(delivery.id.value),
        "/desk/operators", "/desk/operators/add", "/desk/operators/" + me, "/desk/operators/" + me + "/link", "/desk/operators/" + me + "/remove"};
    auto in_shop = in(realm, Door::none);
    BOOST_REQUIRE(core.templates.set(core.db, in_shop, {.name = "code_sign_in", .locale = "en", .parts = {.subject = "{{code}}", .text = "{{code}}"}}));
    for (const std::string language : {"en", "de", "ar"}) {
        for (const auto& target : targets) {
            const auto page = open(grace, target + (holds(target, "?") ? "&lang=" : "?lang=") + language);
            BOOST_TEST_CONTEXT(target << " in " << language) {
                is_page(page, 200);
                says(page, "<html lang=\"" + language + "\"");
                says(page, " – shop</title>");
                says(page, "<h1>");
                for (const auto* key : {">o.", "\"o.", ">e.", "\"e.", ">p.", ">m."}) says_not(page, key);
                // What the reader asked for stays on every way on.
                says_not(page, "href=\"rules\"");
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(M14_another_shops_hooks_are_nobodys_here) {
    const auto grace = hire(Role::manager);
    const auto other = add_realm("other", 1001, 2001);
    auto in_other = in(other, Door::none);
    const auto theirs = core.subscriptions.add(core.db, in_other, {.name = "theirs", .events = {"@sign-in"}, .action = subscriptions::Action::hook,
                                                                   .target = "https://hooks.example/theirs"}, core.app.hook_rules);
    BOOST_REQUIRE(theirs.has_value());
    says_not(open(grace, "/desk/notifications"), "theirs");
    is_page(open(grace, page_of(*theirs)), 404);
    is_page(press(grace, page_of(*theirs) + "/remove"), 404);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
