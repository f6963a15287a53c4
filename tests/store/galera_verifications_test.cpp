// SPDX-License-Identifier: MIT
// Codes to contacts shown to two primaries at once (X10, OC4, OC7; docs/security.md): one success, exact counts, whichever host
// it was asked of.
#include "store/two_hosts.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;
using users::ContactKind;

namespace {

constexpr db::Query codes_left{"test.codes", "SELECT COUNT(*) FROM verification_codes WHERE realm_no = ?"};
constexpr db::Query failed{"test.failed", "SELECT COALESCE(SUM(failed), 0) FROM verification_tries WHERE realm_no = ?"};
constexpr db::Query failed_day{"test.failed_day", "SELECT COALESCE(SUM(failed_day), 0) FROM verification_tries WHERE realm_no = ?"};

constexpr db::Query changed{"test.changed", "SELECT COUNT(*) FROM events WHERE realm_no = ? AND name = '2fa.method_changed'"};

const std::string contact = "+16045550142";

struct Codes : TwoHosts {
    static constexpr unsigned threads = 10, each = 5;  // fifty

    void settle() {
        for (auto* host : {&first, &second}) number(*host, codes_left, shop.realm);
    }
    void ask(Core& host) { (void)host.verifications.request(host.db, context(), *realm(host), ContactKind::phone, contact); }
    std::vector<std::string> sent() {
        settle();
        std::vector<std::string> out;
        for (const auto& taken : first.outbox.due(first.db, clock.now() + 1h, 1000)) {
            auto cause = first.outbox.open(taken);
            if (cause && cause->event == events::Name::verification_code_sent && taken.realm == shop.realm) out.emplace_back(cause->code.reveal());
        }
        return out;
    }
    std::string code() {
        clock.advance(2min);
        ask(first);
        return sent().back();
    }
    std::string enter(Core& host, std::string_view typed) {
        const auto tried = host.verifications.attempt(host.db, context(), realm(host)->settings, ContactKind::phone, contact, typed);
        if (!tried || !tried->right) return tried ? std::string(tried->reason) : why(tried);
        const bool used = host.db.transact([&](db::Tx& tx) { return host.verifications.consume(tx, context(), *tried); });
        return used ? "used" : "late";
    }
    static std::string wrong(std::string code, unsigned by) {
        code[5] = static_cast<char>('0' + (static_cast<unsigned>(code[5] - '0') + 1 + by % 9) % 10);
        return code;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(galera_verifications, Codes)

BOOST_AUTO_TEST_CASE(fifty_times_one_code_on_two_primaries_one_success_OC4_FC135) {
    for (int round = 0; round < 3; ++round) {
        const auto text = code();
        const auto answers = race([&](Core& host, unsigned) { return enter(host, text); }, threads, each);
        BOOST_TEST(count(answers, "used") == 1);
        BOOST_TEST(others(answers, {"used", "late", "expired", "spent"}) == "");
        for (auto* host : {&first, &second}) {
            BOOST_TEST(number(*host, codes_left, shop.realm) == 0);
            BOOST_TEST(number(*host, failed, shop.realm) <= kept_apart.load());  // none of them was a wrong one
        }
    }
}

BOOST_AUTO_TEST_CASE(fifty_wrong_codes_on_two_primaries_ten_are_compared_OC3_OC4) {
    const auto text = code();
    const auto answers = race([&](Core& host, unsigned i) { return enter(host, wrong(text, i)); }, threads, each);
    BOOST_TEST(count(answers, "wrong") <= 10);
    BOOST_TEST(others(answers, {"wrong", "spent"}) == "");
    for (auto* host : {&first, &second}) {
        BOOST_TEST(number(*host, failed, shop.realm) == 10);
        BOOST_TEST(number(*host, failed_day, shop.realm) == 10);
    }
    for (auto* host : {&first, &second}) BOOST_TEST(enter(*host, text) == "spent");
    BOOST_TEST(enter(second, code()) == "used");
}

BOOST_AUTO_TEST_CASE(two_different_codes_on_two_primaries_only_one_is_used_FC135) {
    for (int round = 0; round < 3; ++round) {
        const auto one = code(), two = code();
        const auto answers = race([&](Core& host, unsigned i) { return enter(host, i % 2 == 0 ? one : two); }, 4, 1);
        BOOST_TEST(count(answers, "used") == 1);
        BOOST_TEST(others(answers, {"used", "late", "expired", "spent"}) == "");
        BOOST_TEST(number(second, codes_left, shop.realm) == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_method_changed_by_one_code_on_two_primaries_is_changed_once_FC107) {
    const auto ann = customer("ann");
    const auto text = code();
    auto by_ann = ann.issued.ticket;
    by_ann.password_at = clock.now();
    const auto answers = race([&](Core& host, unsigned) {
        auto here = context();
        here.door = Door::freshcom;
        here.user = ann.account.user;
        return why(host.own_user.change(host.db, here, *realm(host), here.user,
                                        {.phone = contact, .method = users::Method::sms, .phone_code = text}, &by_ann));
    }, 4, 1);
    BOOST_TEST(count(answers, "granted") == 1, tally(answers));
    for (auto* host : {&first, &second}) {
        BOOST_TEST(number(*host, changed, shop.realm) == 1);
        BOOST_TEST(number(*host, codes_left, shop.realm) == 0);
        BOOST_TEST(number(*host, failed, shop.realm) <= kept_apart.load());
    }
}

BOOST_AUTO_TEST_CASE(two_primaries_spend_one_budget_and_leave_five_codes_FC137) {
    const auto answers = race([&](Core& host, unsigned) {
        ask(host);
        return std::string("accepted");
    }, threads, 2);
    BOOST_TEST(tally(answers) == "20 accepted");
    BOOST_TEST(sent().size() <= 5U);  // who was told 503 has paid all the same
    BOOST_TEST(number(second, codes_left, shop.realm) == static_cast<std::int64_t>(sent().size()));
}

BOOST_AUTO_TEST_SUITE_END()
