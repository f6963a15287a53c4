// SPDX-License-Identifier: MIT
// keys reseal (KL1, PW10): stored passwords come under the signing key without their users, who may be changing them.
#include "store/shop.h"

#include <authtickets/crypto/seal.h>

#include "core/logins/store.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Resealing : Shop {
    void rotate(crypto::KeyId id) {
        auto all = crypto::read_key_file(key_file());
        all.keys.push_back(new_key(id, clock.now()));
        write_keys(all);
        clock.advance(1s);
    }
    void drop_key(crypto::KeyId id) {
        auto all = crypto::read_key_file(key_file());
        std::erase_if(all.keys, [&](const crypto::FileKey& key) { return key.id == id; });
        write_keys(all);
        clock.advance(1s);
    }
    struct Sum {
        std::uint64_t done = 0;
        std::size_t unopened = 0;
    };
    Sum reseal(Core& with, crypto::KeyId from) {
        Sum sum;
        for (std::optional<LoginId> after = LoginId{}; after;) {
            const auto page = with.logins.reseal(with.db, context(), from, *after);
            sum.done += page.done;
            sum.unopened += page.unopened.size();
            after = page.last;
        }
        return sum;
    }
    std::int64_t under(crypto::KeyId id) { return number("SELECT COUNT(*) FROM logins WHERE password_key_id = " + std::to_string(id)); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(resealing, Resealing)

BOOST_AUTO_TEST_CASE(passwords_come_under_the_signing_key_and_the_old_one_can_go_KL1) {
    for (const auto* name : {"ann", "bob", "cid"}) customer(name);
    rotate(2);
    expect(sign_in("ann"));  // this one by itself (PW9)
    BOOST_TEST(under(1) == 2);
    BOOST_TEST((logins::keys_named(core.db) == std::vector<crypto::KeyId>{1, 2}));
    const auto sum = reseal(core, 1);
    BOOST_TEST(sum.done == 2u);
    BOOST_TEST(sum.unopened == 0u);
    BOOST_TEST(under(2) == 3);
    BOOST_TEST(!logins::names_key(core.db, 1));
    BOOST_TEST(reseal(core, 1).done == 0u);
    drop_key(1);
    for (const auto* name : {"ann", "bob", "cid"}) {
        BOOST_TEST(why(sign_in(name)) == "granted");
        BOOST_TEST(why(sign_in(name, "wrong horse 2")) == "credentials_wrong");
    }
}

BOOST_AUTO_TEST_CASE(more_than_a_page_KL1) {
    const auto ann = customer("ann");
    change("INSERT INTO logins (realm_no, login_id, user_id, profile_no, user_name, password, password_key_id, password_version, "
           "password_change_required, failed, in_flight, sign_ins, created_at, updated_at) SELECT realm_no, UNHEX(MD5(seq)), user_id, 1, "
           "CONCAT('u', seq), password, password_key_id, 1, 0, 0, 0, 0, created_at, updated_at FROM logins, seq_1_to_250");
    rotate(2);
    const auto sum = reseal(core, 1);
    // Copied into other rows they do not open (PW10), and are left as they are.
    BOOST_TEST(sum.done == 1u);
    BOOST_TEST(sum.unopened == 250u);
    BOOST_TEST(under(1) == 250);
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_password_that_was_changed_meanwhile_stays_KL1) {
    customer("ann");
    rotate(2);
    const auto rows = logins::store::sealed_under(core.db, realm_no(), 1, {}, 10);
    BOOST_TEST(rows.size() == 1u);
    const auto changed = text("SELECT HEX(password) FROM logins");
    const auto replaced = core.db.transact([&](db::Tx& tx) {
        return logins::store::replace_sealed(tx, realm_no(), rows[0].id, rows[0].sealed + "x", rows[0].sealed);
    });
    BOOST_TEST(!replaced);
    BOOST_TEST(text("SELECT HEX(password) FROM logins") == changed);
}

BOOST_AUTO_TEST_CASE(a_login_without_a_password_is_left_alone) {
    customer("ann");
    change("UPDATE logins SET password = NULL, password_key_id = NULL");
    rotate(2);
    BOOST_TEST(logins::keys_named(core.db).empty());
    BOOST_TEST(reseal(core, 1).done == 0u);
}

BOOST_AUTO_TEST_CASE(sign_ins_go_on_beside_two_of_them_KL1_PW9) {
    constexpr unsigned shoppers = 14;
    for (unsigned i = 0; i < shoppers; ++i) customer("shopper" + std::to_string(i));
    rotate(2);
    const auto outcomes = race([&](Core& with, unsigned i) -> std::string {
        if (i >= shoppers) return std::to_string(reseal(with, 1).unopened);
        for (int round = 0; round < 3; ++round) {
            if (const auto in = sign_in(with, context(), "shopper" + std::to_string(i), right_password); !in) return why(in);
        }
        return "granted";
    });
    for (unsigned i = 0; i < shoppers; ++i) BOOST_TEST(outcomes[i] == "granted");
    for (unsigned i = shoppers; i < racers; ++i) BOOST_TEST(outcomes[i] == "0");
    BOOST_TEST(under(1) == 0);
    drop_key(1);
    for (unsigned i = 0; i < shoppers; ++i) BOOST_TEST(why(sign_in("shopper" + std::to_string(i))) == "granted");
}

BOOST_AUTO_TEST_SUITE_END()
