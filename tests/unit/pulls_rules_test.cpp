// SPDX-License-Identifier: MIT
// Which events are which of Kibo's (kibo 8.1, 8.2, docs/kibo.md), and their ids.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

#include <authtickets/core/pulls.h>

using namespace authtickets;
using namespace authtickets::pulls;

namespace {

events::Stored stored(std::string name, std::string outcome = "success", std::string reason = {}, std::string factor = {}) {
    events::Stored out{};
    out.id = EventId{*parse_uuid("019e2f10-5c00-7abc-8def-0123456789ab")};
    out.name = std::move(name);
    out.outcome = std::move(outcome);
    out.reason = std::move(reason);
    out.factor = std::move(factor);
    return out;
}

std::string topics_of(const events::Stored& event) {
    std::string out;
    for (const auto topic : topics()) {
        if (const auto one = pulled(event, topic)) out.append(out.empty() ? "" : " ").append(one->topic).append(one->email_type.empty() ? "" : ":").append(one->email_type);
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pulls_rules)

BOOST_AUTO_TEST_CASE(kibo_8_2_an_event_is_none_one_or_two_of_kibos) {
    BOOST_TEST(topics_of(stored("account.created")) == "customeraccount.created");
    BOOST_TEST(topics_of(stored("account.registered")) == "customeraccount.created email.requested:AccountCreated");
    BOOST_TEST(topics_of(stored("account.updated")) == "customeraccount.updated");
    BOOST_TEST(topics_of(stored("account.suspended", "success", "disabled")) == "customeraccount.updated email.requested:AccountInactive");
    BOOST_TEST(topics_of(stored("account.suspended", "success", "blocked")) == "customeraccount.updated email.requested:AccountBlocked");
    BOOST_TEST(topics_of(stored("contact.changed")) == "customeraccount.updated email.requested:ShopperEmailUpdated");
    BOOST_TEST(topics_of(stored("account.deleted")) == "customeraccount.deleted");
    BOOST_TEST(topics_of(stored("signin.code_sent", "success", "", "email")) == "email.requested:OtpForLogin");
    BOOST_TEST(topics_of(stored("2fa.code_sent", "success", "always", "email")) == "email.requested:TwoFactor");
    BOOST_TEST(topics_of(stored("2fa.code_sent", "success", "method", "sms")) == "");
    BOOST_TEST(topics_of(stored("signin.code_sent", "failure", "unknown", "email")) == "");
    BOOST_TEST(topics_of(stored("password.reset_requested")) == "email.requested:ShopperPasswordReset");
    BOOST_TEST(topics_of(stored("password.reset_requested", "failure", "suspended")) == "");
    BOOST_TEST(topics_of(stored("password.reset_sent")) == "email.requested:ShopperPasswordReset");
    BOOST_TEST(topics_of(stored("account.locked", "failure", "too_many_failures", "password")) == "email.requested:AccountLocked");
    BOOST_TEST(topics_of(stored("registration.refused", "failure")) == "");
    for (const auto* name : {"signin.success", "policy.changed", "audit.purged", "ticket.refreshed", "no.such", ""}) {
        BOOST_TEST_CONTEXT(name) { BOOST_TEST(topics_of(stored(name)) == ""); }
    }
    BOOST_TEST(!pulled(stored("account.created"), "order.created"));
}

BOOST_AUTO_TEST_CASE(kibo_8_2_every_row_that_can_be_pulled_is_looked_for) {
    std::set<std::string_view> looked_for;
    for (const auto topic : topics()) {
        const auto names = names_of(topic);
        BOOST_TEST(!names.empty());
        for (const auto name : names) {
            BOOST_TEST(events::named(name).has_value());
            looked_for.insert(name);
        }
        BOOST_TEST(std::set<std::string_view>(names.begin(), names.end()).size() == names.size());
    }
    for (int i = 0; i <= static_cast<int>(events::Name::audit_purged); ++i) {
        const auto name = events::name(static_cast<events::Name>(i));
        for (const auto* const reason : {"", "disabled"}) {
            if (!topics_of(stored(std::string(name), "success", reason)).empty()) BOOST_TEST_CONTEXT(name) { BOOST_TEST(looked_for.contains(name)); }
        }
    }
    BOOST_TEST(names_of("order.created").empty());
}

BOOST_AUTO_TEST_CASE(kibo_8_1_two_of_kibos_events_never_share_an_id) {
    const EventId event{*parse_uuid("019e2f10-5c00-7abc-8def-0123456789ab")};
    BOOST_TEST(dashed(subscriptions::kibo_event_id(event, "customeraccount.created")) == "019e2f10-5c00-7abc-8def-0123456789ab");
    BOOST_TEST(dashed(subscriptions::kibo_event_id(event, "email.requested")) == "019e2f10-5c00-8abc-8def-0123456789ab");
    for (const auto* const topic : {"customeraccount.updated", "email.requested"}) {
        const auto read = subscriptions::read_kibo_event_id(subscriptions::kibo_event_id(event, topic));
        BOOST_TEST((read.event == event));
        BOOST_TEST(read.email_requested == (std::string_view(topic) == "email.requested"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
