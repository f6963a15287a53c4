// SPDX-License-Identifier: MIT
// Keys rotate (KL1): what the old key made stays good, new things come under the new key, and a worker that has not read
// the file yet reads it when it meets an unknown key.
#include "store/shop.h"

#include <authtickets/crypto/seal.h>

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Rotating : Shop {
    sign_in::SignedIn ann = customer("ann");
    applications::IssuedTicket grant = expect(core.applications.issue(core.db, context(), application->application.client_id, application->secret));
    tickets::Anonymous visitor = core.tickets.anonymous(context(), realm()->settings);

    crypto::KeyFile file() { return crypto::read_key_file(key_file()); }
    void add_key(crypto::KeyId id, Time signs_from) {
        auto all = file();
        all.keys.push_back(new_key(id, signs_from));
        write_keys(all);
    }
    void drop_key(crypto::KeyId id) {
        auto all = file();
        std::erase_if(all.keys, [&](const crypto::FileKey& key) { return key.id == id; });
        write_keys(all);
    }
    static crypto::KeyId key_of(const Secret& token) {
        return ByteReader(from_base64url(token.reveal()).value()).number<crypto::KeyId>();
    }
    std::string check_app(const Secret& token) { return why(core.applications.check(core.db, clock.now(), token.reveal())); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(key_rotation, Rotating)

BOOST_AUTO_TEST_CASE(a_new_key_is_check_only_until_its_time_KL1) {
    add_key(2, clock.now() + 1h);
    clock.advance(59min);
    const auto before = expect(sign_in("ann"));
    BOOST_TEST(key_of(before.issued.access) == 1u);
    clock.advance(1min);
    const auto after = expect(sign_in("ann"));
    BOOST_TEST(key_of(after.issued.access) == 2u);
    BOOST_TEST(key_of(after.issued.refresh) == 2u);
    BOOST_TEST(check(before.issued.access) == "granted");
    BOOST_TEST(check(after.issued.access) == "granted");
}

BOOST_AUTO_TEST_CASE(everything_the_old_key_made_stays_good_KL1) {
    add_key(2, clock.now());
    clock.advance(1s);
    BOOST_TEST(check(ann.issued.access) == "granted");
    BOOST_TEST(check(visitor.access) == "granted");
    BOOST_TEST(check_app(grant.access) == "granted");
    const auto next = expect(refresh(ann.issued.refresh));
    BOOST_TEST(key_of(next.access) == 2u);
    BOOST_TEST(check(next.access) == "granted");
    const auto next_grant = expect(core.applications.refresh(core.db, context(), grant.refresh));
    BOOST_TEST(key_of(next_grant.access) == 2u);
    BOOST_TEST(check_app(next_grant.access) == "granted");
    const auto token = expect(core.tickets.read_refresh(context(), visitor.refresh));
    BOOST_TEST(key_of(expect(core.tickets.refresh_anonymous(context(), realm()->settings, token)).access) == 2u);
    BOOST_TEST(why(refresh(ann.issued.refresh)) == "granted");  // grace, over the change of keys
}

BOOST_AUTO_TEST_CASE(a_password_comes_under_the_new_key_at_the_next_sign_in_PW9_KL1) {
    BOOST_TEST(number("SELECT password_key_id FROM logins") == 1);
    add_key(2, clock.now());
    clock.advance(1s);
    BOOST_TEST(logins::names_key(core.db, 1));
    BOOST_TEST(!logins::names_key(core.db, 2));
    BOOST_TEST(why(sign_in("ann", "wrong horse 2")) == "credentials_wrong");
    BOOST_TEST(number("SELECT password_key_id FROM logins") == 1);
    BOOST_TEST(why(sign_in("ann")) == "granted");
    BOOST_TEST(number("SELECT password_key_id FROM logins") == 2);
    const auto sealed = text("SELECT HEX(password) FROM logins");
    BOOST_TEST(sealed.substr(0, 8) == "00000002");
    BOOST_TEST(!logins::names_key(core.db, 1));
    BOOST_TEST(why(sign_in("ann")) == "granted");
    BOOST_TEST(text("SELECT HEX(password) FROM logins") == sealed);
    drop_key(1);
    clock.advance(1s);
    BOOST_TEST(why(sign_in("ann")) == "granted");
    BOOST_TEST(why(sign_in("ann", "wrong horse 2")) == "credentials_wrong");
}

BOOST_AUTO_TEST_CASE(ten_right_passwords_in_parallel_all_succeed_after_a_rotation_TH1_PW9) {
    add_key(2, clock.now());
    clock.advance(1s);
    const auto outcomes = race([&](Core& with, unsigned) { return why(sign_in(with, context(), "ann", right_password)); }, 10);
    for (const auto& outcome : outcomes) BOOST_TEST(outcome == "granted");
    BOOST_TEST(number("SELECT password_key_id FROM logins") == 2);
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_CASE(events_verify_under_the_key_that_each_names_KL1_KL2) {
    add_key(2, clock.now());
    clock.advance(1s);
    expect(sign_in("ann"));
    const auto all = core.events.of_user(core.db, realm_no(), ann.account.user, 10);
    BOOST_TEST(all.size() == 3u);
    BOOST_TEST(all.front().key_id == 2u);
    BOOST_TEST(all.back().key_id == 1u);
    for (const auto& each : all) BOOST_TEST(core.events.verify(each));
    BOOST_TEST(events::names_key(core.db, 1));  // so it cannot be dropped yet
    BOOST_TEST(events::names_key(core.db, 2));
}

BOOST_AUTO_TEST_CASE(a_worker_that_meets_an_unknown_key_reads_the_file_again_at_once_KL1) {
    crypto::Keyring elsewhere(key_file(), clock);  // another process, which read the file before the rotation
    Core there(config, db::Rights::serve, elsewhere, gate, cap, clock, rng, log);
    clock.advance(1h);  // no look at the file is due for a second after this one
    BOOST_TEST(elsewhere.signing(clock.now()) == 1u);
    add_key(2, clock.now());
    crypto::Keyring fresh(key_file(), clock);
    Core here(config, db::Rights::serve, fresh, gate, cap, clock, rng, log);
    const auto signed_in = expect(sign_in(here, context(), "ann", right_password));
    BOOST_TEST(key_of(signed_in.issued.access) == 2u);
    BOOST_TEST(why(there.tickets.check(there.db, context(), signed_in.issued.access.reveal())) == "granted");
    BOOST_TEST(why(sign_in(there, context(), "ann", right_password)) == "granted");  // the password too, by now under key 2
}

BOOST_AUTO_TEST_CASE(a_dropped_key_ends_what_it_made_without_a_statement_KL1) {
    add_key(2, clock.now());
    clock.advance(1s);
    const auto after = expect(sign_in("ann"));
    drop_key(1);
    clock.advance(1s);
    realm();
    BOOST_TEST(statements([&] {
        BOOST_TEST(check(ann.issued.access) == "ticket_invalid");
        BOOST_TEST(check(visitor.access) == "ticket_invalid");
        BOOST_TEST(check_app(grant.access) == "application_unknown");
        BOOST_TEST(why(core.tickets.read_refresh(context(), ann.issued.refresh)) == "unknown_item");
    }) == 0u);
    BOOST_TEST(check(after.issued.access) == "granted");
}

BOOST_AUTO_TEST_CASE(another_key_of_the_same_number_opens_nothing) {
    write_keys({{new_key(1, clock.now())}});
    clock.advance(1s);
    BOOST_TEST(check(ann.issued.access) == "ticket_invalid");
    BOOST_TEST(check_app(grant.access) == "application_unknown");
    BOOST_CHECK_THROW(sign_in("ann"), Fault);
    for (const auto& each : core.events.of_user(core.db, realm_no(), ann.account.user, 10)) BOOST_TEST(!core.events.verify(each));
}

BOOST_AUTO_TEST_SUITE_END()
