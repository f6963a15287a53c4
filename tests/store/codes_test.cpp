// SPDX-License-Identifier: MIT
// Codes against the database (docs/security.md, section 2): chance (OC1), life (OC2), tries that stay counted (OC4), what a
// code is bound to (OC5, OC6). Races between hosts stand in galera_codes_test.cpp.
#include "store/shop.h"

#include <array>

using namespace authtickets;
using namespace authtickets::test;
using codes::Channel;
using codes::Purpose;

namespace {

struct Coded : Shop {
    sign_in::SignedIn ann = customer("ann");
    UserId user = ann.account.user;

    codes::Wanted wanted(Purpose purpose = Purpose::sign_in) const {
        return {.id = codes::on_user(purpose, user, application->application.no), .purpose = purpose, .user = user, .channel = Channel::email,
                .destination = "ann@shop.example", .life = 180s, .tries = 3};  // of epoch 0, as the tries below
    }
    std::string make(const codes::Wanted& wanted) { return std::string(core.codes.make(core.db, context(), wanted).text.reveal()); }
    std::string make() { return make(wanted()); }
    codes::Attempt attempt(const codes::Wanted& whose, std::string_view typed) {
        return core.codes.attempt(core.db, context(), {.purpose = whose.purpose, .user = whose.user, .epoch = whose.epoch, .id = whose.id}, typed);
    }
    codes::Attempt attempt(std::string_view typed) { return attempt(wanted(), typed); }
    static std::string other(std::string code) {
        code[5] = code[5] == '0' ? '1' : '0';
        return code;
    }
};

// Takes every row and keeps none, so that a hundred thousand codes cost no database.
class Nowhere final : public db::Session {
    std::uint64_t change(const db::Query&, const std::vector<db::Param>&) override { return 1; }
    void select(const db::Query&, const std::vector<db::Param>&, bool, const std::function<bool(db::Row&)>&) override {}
    void select(const db::Statement&, const std::function<bool(db::Row&)>&) override {}
    bool clustered() override { return false; }
};

// The given bytes one after the other, and zeros behind them.
class GivenRng final : public Rng {
public:
    explicit GivenRng(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}
    void fill(std::span<std::uint8_t> out) override {
        for (auto& byte : out) byte = at_ < bytes_.size() ? bytes_[at_++] : 0;
    }

private:
    std::vector<std::uint8_t> bytes_;
    std::size_t at_ = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(codes_store, Coded)

BOOST_AUTO_TEST_CASE(OC1_a_hundred_thousand_codes_have_every_digit_alike_in_every_place) {
    constexpr int many = 100'000;
    std::array<std::array<int, 10>, 6> seen{};
    Nowhere nowhere;
    const auto now = context();
    const auto whose = wanted();
    for (int i = 0; i < many; ++i) {
        const auto made = core.codes.make(nowhere, now, whose);
        const auto text = made.text.reveal();
        BOOST_REQUIRE(text.size() == 6U);
        for (std::size_t place = 0; place < text.size(); ++place) {
            BOOST_REQUIRE((text[place] >= '0' && text[place] <= '9'));
            ++seen[place][static_cast<std::size_t>(text[place] - '0')];
        }
    }
    for (std::size_t place = 0; place < seen.size(); ++place) {
        double chi_square = 0;
        for (const int count : seen[place]) chi_square += (count - many / 10.0) * (count - many / 10.0) / (many / 10.0);
        BOOST_TEST(chi_square < 27.9, place << ": " << chi_square);  // one in a thousand, with 9 degrees of freedom
    }
    BOOST_TEST(seen[0][0] > many * 95 / 1000);  // a tenth begins with 0, and keeps it
    BOOST_TEST(seen[0][0] < many * 105 / 1000);
}

BOOST_AUTO_TEST_CASE(OC1_numbers_that_would_favour_low_codes_are_thrown_away) {
    // 4294967295 and 4294000000 are beyond the last whole million; 4293999999 is not.
    GivenRng high({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xF1, 0x3D, 0x80, 0xFF, 0xF1, 0x3D, 0x7F});
    codes::Codes made_of_it(keys, high);
    Nowhere nowhere;
    BOOST_TEST(made_of_it.make(nowhere, context(), wanted()).text.reveal() == "999999");
    BOOST_TEST(made_of_it.make(nowhere, context(), wanted()).text.reveal() == "000000");
}

BOOST_AUTO_TEST_CASE(OC2_a_code_is_good_until_its_life_ends_and_not_after) {
    auto code = make();
    clock.advance(180s - 1ms);
    BOOST_TEST(attempt(code).right);
    code = make();
    clock.advance(180s);
    BOOST_TEST(!attempt(code).right);
    BOOST_TEST(number("SELECT tries FROM codes") == 0);  // a dead one is not even tried
}

BOOST_AUTO_TEST_CASE(OC4_a_try_stays_counted_when_the_connection_ends_before_the_verdict) {
    const auto code = make();
    for (int i = 1; i <= 3; ++i) {
        auto dying = worker();
        BOOST_TEST(dying->codes.attempt(dying->db, context(), {.purpose = Purpose::sign_in, .user = user, .id = wanted().id}, code).right);
        // Killed within the use case's transaction, when the code has been taken already.
        BOOST_CHECK_THROW(dying->db.transact([&](db::Tx& tx) {
            tx.run(statement("DELETE FROM codes"));
            change("KILL " + std::to_string(tx.one(statement("SELECT CONNECTION_ID()"), [](db::Row& row) { return row.next<std::int64_t>(); }).value()));
            tx.run(statement("DELETE FROM code_failures"));
            return true;
        }), std::exception);
        BOOST_TEST(number("SELECT tries FROM codes") == i);
        BOOST_TEST(number("SELECT failed FROM code_failures") == i);
    }
    BOOST_TEST(!attempt(code).right);  // three were spent
    BOOST_TEST(number("SELECT tries FROM codes") == 3);
}

BOOST_AUTO_TEST_CASE(OC4_of_two_right_tries_one_consumes_and_both_charges_go_back) {
    const auto code = make();
    const auto one = attempt(code), two = attempt(code);
    BOOST_TEST(one.right);
    BOOST_TEST(two.right);
    BOOST_TEST(number("SELECT failed FROM code_failures") == 2);
    const auto consumed = [&](const codes::Attempt& which) {
        return core.db.transact([&](db::Tx& tx) { return core.codes.consume(tx, context(), which); });
    };
    BOOST_TEST(consumed(two));
    BOOST_TEST(!consumed(one));
    core.codes.give_back(core.db, context(), one);
    BOOST_TEST(number("SELECT failed FROM code_failures") == 0);
}

BOOST_AUTO_TEST_CASE(OC5_a_newer_code_is_never_consumed_by_a_right_try_of_the_older_one) {
    const auto tried = attempt(make());
    BOOST_TEST(tried.right);
    const auto newer = make();
    BOOST_TEST(!core.db.transact([&](db::Tx& tx) { return core.codes.consume(tx, context(), tried); }));
    BOOST_TEST(attempt(newer).right);
}

// What the hash holds: a row that somebody moved or changed is the code of nobody.
BOOST_AUTO_TEST_CASE(OC5_OC6_a_code_is_bound_to_user_purpose_channel_and_request) {
    const auto bob = customer("bob").account.user;
    const auto code = make();
    const auto sets = [&](const std::string& column, const std::string& value) {
        const auto was = text("SELECT HEX(" + column + ") FROM codes");
        change("UPDATE codes SET " + column + " = " + value + ", tries = 0");
        return was;
    };
    const auto elsewhere = [&](auto&& ask, const std::string& column, const std::string& value, const std::string& back) {
        sets(column, value);
        BOOST_TEST(!ask().right, column);
        sets(column, back);
        BOOST_TEST(attempt(code).right, column);
        change("UPDATE codes SET tries = 0");
    };
    const auto hex_of = [](const Uuid& id) { return "UNHEX('" + hex(id) + "')"; };
    auto his = wanted();
    his.user = bob;
    elsewhere([&] { return attempt(his, code); }, "user_id", hex_of(bob.value), hex_of(user.value));
    auto second = wanted();
    second.purpose = Purpose::second_step;
    elsewhere([&] { return attempt(second, code); }, "purpose", "2", "1");
    elsewhere([&] { return attempt(code); }, "channel", "2", "1");
    auto other_request = wanted(Purpose::second_step);
    other_request.purpose = Purpose::sign_in;
    elsewhere([&] { return attempt(other_request, code); }, "code_id", hex_of(other_request.id), hex_of(wanted().id));
    // Without touching a row: her code for something else, or another's.
    BOOST_TEST(!attempt(second, code).right);
    BOOST_TEST(!attempt(his, code).right);
}

BOOST_AUTO_TEST_CASE(OC5_what_ends_the_users_tickets_ends_the_code) {
    auto before = wanted();
    before.epoch = 1;
    const auto code = make(before);
    auto after = before;
    after.epoch = 2;
    BOOST_TEST(!attempt(after, code).right);
    BOOST_TEST(attempt(before, code).right);
}

BOOST_AUTO_TEST_CASE(OC9_a_code_that_went_to_an_address_which_is_the_users_no_more_is_wrong) {
    const auto code = make();
    BOOST_TEST(attempt(code).right);
    change("UPDATE contacts SET value = 'new@shop.example'");
    BOOST_TEST(!attempt(code).right);
    change("DELETE FROM contacts");
    BOOST_TEST(!attempt(code).right);
}

BOOST_AUTO_TEST_CASE(OC8_the_charge_of_one_purpose_leaves_the_others_open) {
    for (int i = 0; i < 5; ++i) {
        const auto code = make();
        for (int k = 0; k < 3; ++k) BOOST_TEST(!attempt(other(code)).right);
    }
    BOOST_TEST(number("SELECT failed FROM code_failures") == 15);
    BOOST_TEST(attempt(make()).closed);
    const auto second = wanted(Purpose::second_step);
    BOOST_TEST(attempt(second, make(second)).right);
    BOOST_TEST(number("SELECT failed FROM code_failures WHERE purpose = 1") == 15);
    clock.advance(24h);
    BOOST_TEST(attempt(make()).right);
    BOOST_TEST(number("SELECT failed FROM code_failures WHERE purpose = 1") == 1);  // a window of its own
}

BOOST_AUTO_TEST_CASE(OC8_sixteen_at_once_are_compared_fifteen_times_and_no_more) {
    // Sixteen applications, so that each has a code of its own.
    std::vector<codes::Wanted> all;
    std::vector<std::string> wrong;
    for (std::uint32_t i = 0; i < racers; ++i) {
        all.push_back(wanted());
        all.back().id = codes::on_user(Purpose::sign_in, user, ApplicationNo{100 + i});
        wrong.push_back(other(make(all.back())));
    }
    const auto closed = race([&](Core& with, unsigned i) {
        int out = 0;
        for (int k = 0; k < 3; ++k) out += with.codes.attempt(with.db, context(), {.purpose = Purpose::sign_in, .user = user, .id = all[i].id}, wrong[i]).closed;
        return out;
    });
    int sum = 0;
    for (const int each : closed) sum += each;
    BOOST_TEST(sum == 3 * static_cast<int>(racers) - 15);
    BOOST_TEST(number("SELECT failed FROM code_failures") == 15);
}

BOOST_AUTO_TEST_SUITE_END()
