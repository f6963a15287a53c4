// SPDX-License-Identifier: MIT
// Causes as text and back.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/outbox.h>

#include "support/fake_clock.h"
#include "support/fake_rng.h"

using namespace authtickets;
using namespace authtickets::outbox;

namespace {

struct Whole {
    test::FakeClock clock;
    test::FakeRng rng;
    Cause cause{
        .event = events::Name::signin_code_sent,
        .event_id = EventId{uuid_v7(clock.now(), rng)},
        .user = UserId{uuid_v4(rng)},
        .account = AccountNo{1042},
        .ticket = TicketId{uuid_v7(clock.now(), rng)},
        .user_name = "Ada \"the first\"\n",
        .reason = "disabled",
        .channel = Channel::sms,
        .destination = "+4915123456789",
        .region = "DE-BE",
        .code = Secret(std::string_view("012345")),
        .link = Secret(std::string_view("abc")),
        .expires_at = clock.now() + std::chrono::seconds(180),
        .code_id = uuid_v4(rng),
        .code_hash = Bytes(32, 7),
        .old_value = "old@shop.example",
        .new_value = "new@shop.example",
        .decoy = true,
        .only = SubscriptionId{uuid_v4(rng)},
        .topic = "email.requested",
        .outcome = "failure",
        .factor = "password",
        .actor = "operator",
        .operator_name = "Olga",
        .request = uuid_v4(rng),
        .at = clock.now(),
        .application = ApplicationNo{3},
        .site = 2000,
        .address = "203.0.113.9",
        .browser = "Mozilla/5.0",
        .by_shop = true,
    };
};

}  // namespace

BOOST_AUTO_TEST_SUITE(outbox_rules)

BOOST_FIXTURE_TEST_CASE(a_cause_comes_back_as_it_was, Whole) {
    const auto text = cause_text(cause);
    const auto back = read_cause(text);
    BOOST_REQUIRE(back);
    BOOST_TEST(cause_text(*back) == text);
    BOOST_TEST((back->event == cause.event && back->event_id == cause.event_id && back->user == cause.user && back->ticket == cause.ticket));
    BOOST_TEST(back->account.value == 1042u);
    BOOST_TEST(back->user_name == cause.user_name);
    BOOST_TEST(back->by_shop);
    BOOST_TEST((back->channel == Channel::sms));
    BOOST_TEST(back->code.reveal() == "012345");
    BOOST_TEST((back->code_hash == cause.code_hash && back->code_id == cause.code_id));
    BOOST_TEST((back->expires_at == cause.expires_at && back->at == cause.at));
    BOOST_TEST(back->decoy);
    BOOST_TEST(back->new_value == "new@shop.example");
    BOOST_TEST(back->site == 2000u);
}

BOOST_AUTO_TEST_CASE(an_empty_cause_stays_empty) {
    const auto back = read_cause(cause_text({.event = events::Name::password_changed}));
    BOOST_REQUIRE(back);
    BOOST_TEST(back->user.empty());
    BOOST_TEST(back->code.empty());
    BOOST_TEST(!back->expires_at);
    BOOST_TEST(!back->decoy);
    BOOST_TEST((back->channel == Channel::none));
}

// What somebody typed may be anything, and must not keep the code from its owner.
BOOST_FIXTURE_TEST_CASE(what_is_not_text_is_replaced, Whole) {
    cause.user_name = std::string("a\xFF\xC0z\0b", 6);
    cause.browser = std::string(5000, 'x');
    const auto back = read_cause(cause_text(cause));
    BOOST_REQUIRE(back);
    BOOST_TEST(back->user_name == "a\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD" "b");
    BOOST_TEST(back->browser.size() == 1024u);
}

BOOST_FIXTURE_TEST_CASE(what_is_no_cause_is_refused, Whole) {
    const auto text = cause_text(cause);
    for (std::size_t cut = 0; cut < text.size(); ++cut) BOOST_TEST(!read_cause(text.substr(0, cut)));
    for (const auto* const other : {"", "[]", "null", "{}", R"({"event":"signin.code_sent"})", R"({"event":"no.such","at":"2026-01-15T10:20:30.120Z"})",
                                    R"({"event":"signin.code_sent","at":"yesterday"})",
                                    R"({"event":"signin.code_sent","at":"2026-01-15T10:20:30.120Z","channel":9})",
                                    R"({"event":"signin.code_sent","at":"2026-01-15T10:20:30.120Z","user":"x"})",
                                    R"({"event":"signin.code_sent","at":"2026-01-15T10:20:30.120Z","account":-1})",
                                    R"({"event":"signin.code_sent","at":"2026-01-15T10:20:30.120Z","code":12})"}) {
        BOOST_TEST(!read_cause(other), other);
    }
}

BOOST_AUTO_TEST_CASE(what_the_trail_tells_of_an_event_has_no_more_than_the_trail) {
    test::FakeClock clock;
    const events::Stored event{.realm = RealmNo{1}, .id = EventId{Uuid{{1}}}, .name = "2fa.code_sent", .outcome = "failure", .reason = "budget", .factor = "sms",
                               .actor = "operator", .at = clock.now(), .application = {}, .user = UserId{Uuid{{2}}}, .account = AccountNo{1001}, .ticket = {},
                               .request_id = Uuid{{4}},
                               .details = R"({"channel":"sms","region":"DE-BE","operator":{"id":"aa","name":"Olga"},"origin":"desk","destination":"x"})",
                               .personal = R"({"address":"203.0.113.9","browser":"B","userName":"ann"})", .personal_hash = {}, .key_id = 1, .mac = {}};
    const auto cause = cause_of(event);
    BOOST_TEST((cause.event == events::Name::second_step_code_sent && cause.event_id == event.id && cause.at == event.at && cause.request == event.request_id));
    BOOST_TEST((cause.user == *event.user && cause.account == *event.account && cause.channel == Channel::sms));
    for (const auto& [got, wanted] : {std::pair{cause.reason, "budget"}, {cause.region, "DE-BE"}, {cause.outcome, "failure"}, {cause.factor, "sms"}, {cause.actor, "operator"},
                                      {cause.operator_name, "Olga"}, {cause.address, "203.0.113.9"}, {cause.browser, "B"}, {cause.user_name, "ann"}, {cause.destination, ""}}) {
        BOOST_TEST(got == wanted);
    }
    BOOST_TEST((cause.code.empty() && cause.link.empty()));
}

BOOST_AUTO_TEST_SUITE_END()
