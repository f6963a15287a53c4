// SPDX-License-Identifier: MIT
// Nobody learns from a call that needs no password which names exist and how they stand (EN1 to EN4, docs/security.md):
// equal bytes, headers and statement counts over every kind of account.
#include "kibo_codes.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Strangers : CodeShop {
    Context in_realm() {
        auto out = context();
        out.realm = realm;
        return out;
    }
    realms::RealmPtr shop() { return core.realms.get(core.db, clock.now(), realm); }
    AccountNo customer(const std::string& name) {
        customers::NewCustomer wanted{.profile = {.email = name + "@example.com"}, .login = {{.user_name = name}}};
        wanted.login->password = Secret(std::string_view("Engine-No-1"));
        return core.customers.add_all(core.db, in_realm(), *shop(), {wanted}).value()[0].no;
    }
    void make_all_kinds() {
        for (const char* name : {"known", "locked", "blocked", "passwordless"}) customer(name);
        for (int i = 0; i < 10; ++i) send(signing_in("locked", "Wrong-No-1"));
        BOOST_REQUIRE(core.logins.block(core.db, in_realm(), "blocked"));
        BOOST_REQUIRE(core.customers.set_active(core.db, in_realm(), customer("disabled"), false));
        BOOST_REQUIRE(core.customers.guest(core.db, in_realm(), {.email = "guest@example.com"}));
        core.db.execute("UPDATE logins SET password = NULL, password_key_id = NULL WHERE user_name = 'passwordless'");
        customers::NewCustomer moved{.profile = {.email = "imported@example.com"}, .login = {{.user_name = "imported"}}};
        moved.login->foreign = crypto::read_foreign_hash("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW").value();
        BOOST_REQUIRE(core.customers.add_all(core.db, in_realm(), *shop(), {moved}));
    }
    UserId user_of(const std::string& name) {
        const auto login = core.logins.named(core.db, realm, name);
        BOOST_REQUIRE(login);
        return login->user;
    }
    // What a call is answered and costs; from a browser of its own behind a trusted proxy, or from a storefront.
    struct Told {
        Reply reply{};
        std::uint64_t cost = 0;
    };
    bool from_browsers = true;
    unsigned browsers = 0;
    Told told(http::Request request) {
        if (from_browsers) {
            request.peer = "192.0.2.1";
            request.headers["x-forwarded-for"] = "203.0." + std::to_string(browsers / 250) + "." + std::to_string(browsers % 250 + 1);
            ++browsers;
        }
        send(current("x"));  // caches are warm
        const auto before = core.db.statements();
        Told out{.reply = send(request)};
        out.cost = core.db.statements() - before;
        auto& headers = out.reply.headers;
        BOOST_TEST(headers.erase("x-vol-correlation") == 1u);
        // What is left of the application's own requests changes with real time.
        if (headers["ratelimit-limit"] == std::to_string(config.application_requests_per_second)) headers["ratelimit-remaining"] = headers["ratelimit-reset"] = "";
        return out;
    }
    // The call for one kind after the other: all of them are told the same, at the same cost.
    template <class Kinds, class Make>
    Told same_for_all(const Kinds& all, Make&& make) {
        std::optional<Told> first;
        for (const auto& kind : all) {
            BOOST_TEST_CONTEXT(shown(kind)) {
                const auto one = told(make(kind));
                if (!first) first = one;
                BOOST_TEST(one.reply.status == first->reply.status);
                BOOST_TEST(one.reply.text == first->reply.text);
                BOOST_TEST((one.reply.headers == first->reply.headers));
                BOOST_TEST(one.cost == first->cost);
            }
        }
        return *first;
    }
    static void is_wrong(const Told& all) {
        BOOST_TEST(all.reply.status == 401);
        BOOST_TEST((all.reply.at("requires2FA") == Json(true)));
    }
    static std::string shown(std::string_view kind) { return std::string(kind); }
    static std::string shown(const std::pair<std::string_view, std::string_view>& kind) { return std::string(kind.first) + " with " + std::string(kind.second); }
    static std::string shown(const UserId& kind) { return hex(kind.value); }
    static std::string shown(std::int64_t kind) { return std::to_string(kind); }
};

constexpr std::string_view names[] = {"nobody@example.com", "known@example.com", "locked@example.com", "blocked@example.com", "disabled@example.com",
                                      "guest@example.com", "passwordless@example.com", "imported@example.com", "no address at all"};

constexpr std::pair<std::string_view, std::string_view> kinds[] = {
    {"nobody", "Wrong-No-1"},        {"known", "Wrong-No-1"},          {"known@example.com", "Wrong-No-1"}, {"locked", "Wrong-No-1"},
    {"locked", "Engine-No-1"},       {"blocked", "Wrong-No-1"},        {"blocked", "Engine-No-1"},          {"disabled", "Wrong-No-1"},
    {"disabled", "Engine-No-1"},     {"passwordless", "Wrong-No-1"},   {"passwordless", "x"},               {"imported", "Wrong-No-1"},
    {"guest@example.com", "Wrong-No-1"},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_enumeration, Strangers)

BOOST_AUTO_TEST_CASE(every_kind_of_account_gets_the_same_bytes_for_the_same_statements_EN1_EN2_EN3) {
    make_all_kinds();
    const auto all = same_for_all(kinds, [&](const auto& kind) { return signing_in(kind.first, kind.second); });
    BOOST_TEST(all.reply.status == 401);
    BOOST_TEST(all.cost <= 12u);  // design: ten, and one for a shopper's own address
}

// Beside a lock a known device has tries of its own (TH5), so it is looked for; for everybody then.
BOOST_AUTO_TEST_CASE(a_claimed_fingerprint_makes_no_kind_of_account_different_EN1_EN2_TH5) {
    make_all_kinds();
    for (const char* const rule : {"off", "on"}) {
        set("second_step.on_fingerprint", rule);
        const auto all = same_for_all(kinds, [&](const auto& kind) {
            return request(POST, authtickets_path,
                           Json::object({{"username", kind.first}, {"password", kind.second}, {"fingerprint", "phone"}}).dump());
        });
        BOOST_TEST(all.reply.status == 401);
        BOOST_TEST(all.cost <= 13u);
    }
}

BOOST_AUTO_TEST_CASE(a_code_to_sign_in_by_is_asked_for_and_entered_alike_by_every_kind_EN1_EN2) {
    make_all_kinds();
    set("signin.email_code", "on");
    const auto asked = [&](std::string_view name) { return asking(name); };
    const auto wrong = [&](std::string_view name) { return entering(name, "000000"); };
    const auto senseless = [&](std::string_view name) { return entering(name, "12 ab"); };
    // Without a code, at the first request ever, with a code, and when rows and budgets are there.
    is_wrong(same_for_all(names, wrong));
    BOOST_TEST(same_for_all(names, asked).reply.text.empty());
    is_wrong(same_for_all(names, wrong));
    BOOST_TEST(same_for_all(names, senseless).reply.status == 400);
    const auto sent = same_for_all(names, asked);
    BOOST_TEST(sent.reply.status == 200);
    BOOST_TEST(sent.cost <= 12u);  // design: nine, one for a browser's budget and two to open it
    // Wrong entries until the code is void, and beyond.
    for (int i = 0; i < 4; ++i) {
        const auto entered = same_for_all(names, wrong);
        is_wrong(entered);
        BOOST_TEST(entered.cost <= 14u);
    }
    // The budget ends for all at the same request (OC7). Asked by a storefront: with a browser's budget between the two, it
    // is chance which of the three is charged first.
    from_browsers = false;
    for (int i = 3; i <= 12; ++i) BOOST_TEST(same_for_all(names, asked).reply.status == 200);
    BOOST_TEST(same_for_all(names, asked).reply.status == 429);
    // Known, locked, passwordless and imported: whoever may sign in has a mail for each request, and nobody else.
    BOOST_TEST(caused(events::Name::signin_code_sent) == 4U * 12U);
}

BOOST_AUTO_TEST_CASE(a_code_is_asked_for_by_id_and_number_alike_by_every_kind_EN1_EN2) {
    make_all_kinds();
    set("signin.email_code", "on");
    std::vector<UserId> ids{UserId{uuid_v4(rng)}, UserId{}};
    for (const char* const name : {"known", "locked", "blocked", "disabled", "passwordless", "imported"}) ids.push_back(user_of(name));
    const auto by_id = [](const UserId& user) { return Json::object({{"userId", hex(user.value)}}); };
    const auto with_code = [](Json body) {
        body.set("otpCode", "000000");
        return body;
    };
    const auto number_of = [&](const std::string& email) {
        return number("SELECT account_no FROM accounts WHERE email = '" + email + "@example.com'");
    };
    const std::vector<std::int64_t> numbers{999'999, number_of("known"), number_of("blocked"), number_of("disabled"), number_of("guest"),
                                            number_of("passwordless")};
    BOOST_REQUIRE(std::ranges::count(numbers, -1) == 0);
    for (int i = 0; i < 2; ++i) {
        is_wrong(same_for_all(numbers, [&](std::int64_t no) { return entering_by(with_code(Json::object({{"customerAccountId", no}}))); }));
    }
    for (int i = 0; i < 2; ++i) {
        is_wrong(same_for_all(ids, [&](const UserId& user) { return entering_by(with_code(by_id(user))); }));
        BOOST_TEST(same_for_all(ids, [&](const UserId& user) { return asking_by(by_id(user)); }).reply.status == 200);
    }
}

// Whom no pending sign-in waits for gets the empty answer and nothing is sent (X16).
BOOST_AUTO_TEST_CASE(a_second_step_without_a_sign_in_is_answered_alike_for_every_kind_EN1_EN2_X16) {
    make_all_kinds();
    set("second_step.always", "on");
    std::vector<UserId> ids{UserId{uuid_v4(rng)}, UserId{}};
    for (const char* const name : {"known", "locked", "blocked", "disabled", "passwordless", "imported"}) ids.push_back(user_of(name));
    for (int i = 0; i < 2; ++i) {
        const auto asked = same_for_all(ids, [&](const UserId& user) { return asking_second(Json::object({{"userId", hex(user.value)}})); });
        BOOST_TEST(asked.reply.status == 200);
        BOOST_TEST(asked.reply.text.empty());
        is_wrong(same_for_all(ids, [&](const UserId& user) { return entering_second(hex(user.value), "000000"); }));
    }
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 0U);
}

BOOST_AUTO_TEST_CASE(a_reset_is_asked_for_and_tried_alike_by_every_kind_EN1_EN2) {
    make_all_kinds();
    const auto asked = [&](std::string_view name) {
        return request(POST, accounts_path + "/Reset-Password", Json::object({{"emailAddress", name}}).dump());
    };
    const auto by_name = [&](std::string_view name) { return request(POST, accounts_path + "/Reset-Password", Json::object({{"userName", name}}).dump()); };
    const auto tried = [&](std::string_view name) {
        return request(POST, accounts_path + "/Update-Forgotten-Password",
                       Json::object({{"userName", name}, {"confirmationCode", std::string(43, 'A')}, {"newPassword", "Loom-No-77"}}).dump());
    };
    BOOST_TEST(same_for_all(names, tried).reply.status == 400);
    for (int i = 0; i < 2; ++i) {
        const auto sent = same_for_all(names, asked);
        BOOST_TEST(sent.reply.status == 200);
        BOOST_TEST(sent.reply.text.empty());
        BOOST_TEST(sent.cost <= (i == 0 ? 14u : 12u));  // budgets are opened at the first request
    }
    BOOST_TEST(same_for_all(names, by_name).reply.status == 200);
    BOOST_TEST(same_for_all(names, tried).reply.status == 400);
    BOOST_TEST(caused(events::Name::password_reset_sent) == 4U * 3U);
    from_browsers = false;
    for (int i = 3; i < 12; ++i) BOOST_TEST(same_for_all(names, asked).reply.status == 200);
    BOOST_TEST(same_for_all(names, asked).reply.status == 429);
}

// Who stands in for a name that nobody has: the same at every call, of the form of all ids, and no way to tell.
BOOST_AUTO_TEST_CASE(EN4_the_id_that_stands_in_for_a_name_is_stable_and_behaves_as_any_other) {
    make_all_kinds();
    set("signin.email_code", "on");
    const auto decoys = [&] {
        std::vector<UserId> out;
        for (const auto& cause : causes()) {
            if (cause.decoy) out.push_back(cause.user);
        }
        return out;
    };
    is_empty(send(asking("nobody@example.com")));
    is_empty(send(asking("NOBODY@example.com ")));
    is_empty(send(asking("somebody@example.com")));
    const auto ids = decoys();
    BOOST_REQUIRE(ids.size() == 3U);
    BOOST_TEST((ids[0] == ids[1]));  // under every spelling
    BOOST_TEST((ids[0] != ids[2]));
    BOOST_TEST((core.logins.decoy(in_realm(), "nobody@example.com") == ids[0]));
    // Of the form that ids of users have.
    const auto known = user_of("known");
    BOOST_TEST((ids[0].value.bytes[6] >> 4) == (known.value.bytes[6] >> 4));
    BOOST_TEST((ids[0].value.bytes[8] >> 6) == (known.value.bytes[8] >> 6));
    // Another realm has others, so that nobody can compare.
    auto elsewhere = in_realm();
    elsewhere.realm = add_realm("other", 77, 78);
    BOOST_TEST((core.logins.decoy(elsewhere, "nobody@example.com") != ids[0]));
    // Used like any id, it leads through the next step; nothing is sent.
    const std::vector<UserId> both{ids[0], known};
    const auto asked = same_for_all(both, [&](const UserId& user) { return asking_by(Json::object({{"userId", hex(user.value)}})); });
    BOOST_TEST(asked.reply.status == 200);
    is_wrong(same_for_all(both, [&](const UserId& user) {
        return entering_by(Json::object({{"userId", hex(user.value)}, {"otpCode", "000000"}}));
    }));
    is_wrong(same_for_all(both, [&](const UserId& user) { return entering_second(hex(user.value), "000000"); }));
    BOOST_TEST(caused(events::Name::signin_code_sent) == 1U);  // to the one who is there
    // Nor is the decoy's own code any good.
    is_empty(send(asking("nobody@example.com")));
    for (const auto& cause : causes()) {
        if (cause.decoy && cause.user == ids[0]) is_wrong_code(send(entering("nobody@example.com", cause.code.reveal())));
    }
}

BOOST_AUTO_TEST_SUITE_END()
