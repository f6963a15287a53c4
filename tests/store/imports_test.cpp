// SPDX-License-Identifier: MIT
// Imports against the database (docs/import.md): what a line adds, lines that are refused alone, runs that are cut off, and
// customers who sign in with the passwords that they had elsewhere (PW9, PW10).
#include "store/shop.h"

#include <authtickets/crypto/seal.h>

using namespace authtickets;
using namespace authtickets::test;

namespace {

using imports::Refused;

struct Moving : Shop {
    const imports::ImportId id{uuid_v4(rng)};

    // The first line of the text is the header.
    std::vector<imports::Line> lines(const std::string& text) {
        imports::Records cutter(imports::Format::csv);
        cutter.feed(text);
        cutter.finish();
        const auto header = expect(imports::read_header(cutter.next().value(), false));
        std::vector<imports::Line> out;
        while (const auto record = cutter.next()) {
            out.push_back({record->line, record->last_line, imports::read_customer(imports::Format::csv, header, *record, false)});
        }
        return out;
    }
    Context command() {
        auto out = context();
        out.application = {};
        out.door = Door::none;
        return out;
    }
    // Adds all of it as one batch and tells what was refused: "2 email: another customer has it".
    std::vector<std::string> run(const std::string& text) {
        const auto batch = core.imports.prepare(core.db, command(), *realm(), lines(text), 2);
        state = core.imports.begin(core.db, command(), id, "customers.csv");
        std::vector<std::string> out;
        state = core.imports.add(core.db, command(), state, batch, [&](const std::vector<Refused>& refused) {
            out.clear();
            for (const auto& each : refused) out.push_back(std::to_string(each.line) + " " + each.column + ": " + each.reason);
        });
        return out;
    }
    accounts::Account account(unsigned no) { return expect(core.accounts.get(core.db, realm_no(), AccountNo{no})); }
    std::int64_t rows(const std::string& table) { return number("SELECT COUNT(*) FROM " + table); }
    std::string stored(const std::string& name) {
        const auto of = [&](const char* column) {
            return text("SELECT " + std::string(column) + " FROM logins WHERE user_name = '" + name + "'");
        };
        const auto uuid = [&](const char* column) { return parse_uuid(of(("LOWER(HEX(" + std::string(column) + "))").c_str())).value(); };
        const crypto::Place place{.table = "logins", .column = "password", .realm = realm_no(), .row = uuid("login_id"), .user = uuid("user_id")};
        const auto opened = crypto::unseal(keys, crypto::Purpose::password, place, of("password"));
        return opened ? std::string(opened->reveal()) : "does not open";
    }
    imports::State state{};
};

using Texts = std::vector<std::string>;

struct Old {
    const char *name, *password, *hash, *format;
    bool wrapped;     // fast ones rest under an Argon2id of ours
    const char* digest;  // what must rest nowhere then
};
// From the published vectors of tests/vectors/foreign_*.txt.
constexpr Old old_hashes[] = {
    {"bcrypt", "U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a", "", false, ""},
    {"sha512", "Hello world!", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1", "", true,
     "svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl"},
    {"sha256", "Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", "", true, "5B8vYYiY.CVt1RlTTf8K"},
    {"phpass", "test12345", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "", true, "eRo7ud9Fh4E2PdI0S3r.L0"},
    {"django", "l\xC3\xA8tmein", "pbkdf2_sha256$20000$seasalt2$Flpve/uAcyo6+IFI6YAhjeABGPVbRQjzHDxRhqxewgw=", "", false, ""},
    {"django1", "l\xC3\xA8tmein", "pbkdf2_sha1$20000$seasalt2$pJt86NmjAweBY1StBvxCu7l1o9o=", "django", false, ""},
    {"magento0", "password", "67a1e09bb1f83f5007dc119c14d663aa:salt:0", "", true, "67a1e09bb1f83f5007dc119c14d663aa"},
    {"magento1", "password", "13601bda4ea78e55a07b98866d2be6be0744e3866f13c00c811cab608a28f322:salt:1", "magento", true,
     "13601bda4ea78e55a07b98866d2be6be0744e3866f13c00c811cab608a28f322"},
    {"magento01", "password", "3b68ca4706cbae291455e4340478076c1e1618e742b6144cfcc3e50f648903e4:salt:0:1", "magento", true,
     "3b68ca4706cbae291455e4340478076c1e1618e742b6144cfcc3e50f648903e4"},
    {"md5first", "hashcat", "57ab8499d08c59a7211c77f557bf9425:4247", "md5-salt-first", true, "57ab8499d08c59a7211c77f557bf9425"},
    {"md5last", "secret", "d2064d358136996bd22421584a7cb33e:trd7TvKHx6dMeoMmBVxYmg0vuXEA4199", "md5-salt-last", true, "d2064d358136996bd22421584a7cb33e"},
    {"argon2", "password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "", false, ""},
};

std::string csv_of_old_hashes() {
    std::string out = "user_name,password_hash,password_format\n";
    for (const auto& each : old_hashes) out += std::string(each.name) + ",\"" + each.hash + "\"," + each.format + "\n";
    return out;
}

std::string guests(unsigned first, unsigned count) {
    std::string out = "account_id,company\n";
    for (unsigned i = 0; i < count; ++i) out += std::to_string(first + i) + ",x\n";
    return out;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(imports_store, Moving)

BOOST_AUTO_TEST_CASE(a_line_becomes_a_customer_with_everything_it_holds) {
    const auto refused = run(
        "account_id,user_id,user_name,email,email_verified,phone,phone_verified,first_name,customer_since,active,attributes,contacts,notes\n"
        "4711,0123456789abcdef0123456789abcdef,ada,Ada@Shop.example,true,+4930123456,true,Ada,2001-02-03,true,"
        "\"[{\"\"values\"\":[1]}]\",\"[{\"\"email\"\":\"\"b@shop.example\"\"}]\",called\n"
        "500,,,eve@shop.example,false,+4930123457,,Eve,,false,,,\n"
        "600,,,,,,,Guest,,,,,\n");
    BOOST_TEST(refused == Texts{}, boost::test_tools::per_element());
    BOOST_TEST(state.added == 3u);
    BOOST_TEST(state.refused == 0u);
    BOOST_TEST(state.line == 4u);
    const auto ada = account(4711);
    BOOST_TEST(hex(ada.user.value) == "0123456789abcdef0123456789abcdef");
    BOOST_TEST(ada.user_name == "ada");
    BOOST_TEST(ada.profile.email == "Ada@Shop.example");
    BOOST_TEST(iso8601(*ada.profile.customer_since_at) == "2001-02-03T00:00:00.000Z");
    BOOST_TEST(ada.profile.contacts.at(0).find("accountId")->integer().value() == 4711);
    BOOST_TEST(Json(ada.profile.notes).dump() == R"([{"content":"called"}])");
    BOOST_TEST(ada.created_by == "command");
    BOOST_TEST((ada.created_at == clock.now()));
    BOOST_TEST(!ada.foreign_password);
    BOOST_TEST(text("SELECT GROUP_CONCAT(kind, ' ', value, ' ', verified_at IS NOT NULL ORDER BY kind) FROM contacts WHERE "
                    "user_id = X'0123456789abcdef0123456789abcdef'") == "1 Ada@Shop.example 1,2 +4930123456 1");
    const auto eve = account(500);
    BOOST_TEST(!eve.active);
    BOOST_TEST(eve.user_name == "eve@shop.example");
    BOOST_TEST(number("SELECT COUNT(*) FROM contacts WHERE value LIKE '%3457' AND verified_at IS NULL") == 1);
    BOOST_TEST(account(600).guest());
    BOOST_TEST(events("account.created", "import") == 3);
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE actor = 'command' AND application_no IS NULL AND reason = 'import'") == 3);
    BOOST_TEST(number("SELECT SUM(accounts) FROM account_counts") == 3);
    // Numbers of our own go on above those that were brought along.
    BOOST_TEST(expect(core.customers.guest(core.db, context(), {})).no.value == 4712u);
}

BOOST_AUTO_TEST_CASE(what_is_taken_refuses_its_line_alone_and_leaves_no_row) {
    customer("ann");  // number 1001
    change("UPDATE users SET user_id = X'aaaaaaaaaaaa4aaaaaaaaaaaaaaaaaaa'");
    const auto before = rows("logins");
    const auto refused = run("account_id,user_id,user_name,email,login\n"
                             "1001,,fresh1,,\n"
                             ",aaaaaaaaaaaa4aaaaaaaaaaaaaaaaaaa,fresh2,,\n"
                             ",,Ann,fresh3@shop.example,\n"
                             ",,fresh4,ANN@shop.example,\n"
                             ",,twice,twice@shop.example,\n"
                             ",,other,Twice@shop.example,\n"
                             ",,,twice@shop.example,false\n"
                             "77,bbbbbbbbbbbb4bbbbbbbbbbbbbbbbbbb,seven,,\n"
                             "77,,eight,,\n"
                             ",bbbbbbbb-bbbb-4bbb-bbbb-bbbbbbbbbbbb,nine,,\n"
                             ",,ten,,maybe\n"
                             ",,eleven,,\n");
    BOOST_TEST(refused
                   == (Texts{"2 account_id: another customer has it", "3 user_id: another customer has it", "4 user_name: another customer has it",
                             "5 email: another customer has it", "7 email: another customer has it", "10 account_id: another customer has it",
                             "11 user_id: another customer has it", "12 login: must be true or false"}),
               boost::test_tools::per_element());
    BOOST_TEST(state.added == 4u);
    BOOST_TEST(state.refused == 8u);
    BOOST_TEST(rows("logins") == before + 3);
    BOOST_TEST(rows("users") == before + 3);
    BOOST_TEST(rows("memberships") == before + 3);
    BOOST_TEST(rows("accounts") == before + 4);
    BOOST_TEST(number("SELECT COUNT(*) FROM login_names WHERE name LIKE 'fresh%'") == 0);
    BOOST_TEST(number("SELECT SUM(accounts) FROM account_counts") == before + 4);
    BOOST_TEST(events("account.created", "import") == 4);
}

BOOST_AUTO_TEST_CASE(customers_sign_in_with_their_old_passwords_and_the_hash_is_ours_then) {
    BOOST_TEST(run(csv_of_old_hashes()) == Texts{}, boost::test_tools::per_element());
    for (const auto& each : old_hashes) {
        BOOST_TEST_CONTEXT(each.name) {
            const auto rests = stored(each.name);
            BOOST_TEST(rests.starts_with(each.wrapped ? "$wrapped$" : "$foreign$"), rests.substr(0, 12));
            if (each.wrapped) BOOST_TEST(rests.find(each.digest) == rests.npos);
            BOOST_TEST(why(sign_in(each.name, "wrong horse 1")) == "credentials_wrong");
            BOOST_TEST(stored(each.name) == rests);
            const auto in = sign_in(each.name, each.password);
            BOOST_REQUIRE_MESSAGE(in, why(in));
            const auto now = stored(each.name);
            BOOST_TEST(now.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), now.substr(0, 30));
            BOOST_TEST(number("SELECT foreign_password FROM logins WHERE user_name = '" + std::string(each.name) + "'") == 0);
            BOOST_TEST(why(sign_in(each.name, each.password)) == "granted");
            BOOST_TEST(stored(each.name) == now);
        }
    }
}

BOOST_AUTO_TEST_CASE(accounts_tell_of_a_foreign_password_until_the_first_sign_in) {
    run("account_id,user_name,password_hash\n42,ann,$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a\n");
    BOOST_TEST(account(42).foreign_password);
    expect(sign_in("ann", "U*U*U"));
    BOOST_TEST(!account(42).foreign_password);
}

BOOST_AUTO_TEST_CASE(a_login_without_a_password_lets_nobody_in) {
    run("user_name\nann\n");
    for (const char* password : {"", "x", "wrong horse 1"}) BOOST_TEST(why(sign_in("ann", password)) == "credentials_wrong");
}

BOOST_AUTO_TEST_CASE(a_password_that_must_be_changed_says_so_at_the_sign_in) {
    run("user_name,password_hash,password_change_required\nann,$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a,true\n");
    BOOST_TEST(why(sign_in("ann", "U*U*U")) == "password_change_required");
}

BOOST_AUTO_TEST_CASE(an_inactive_customer_stays_outside) {
    run("user_name,active,password_hash\nann,false,$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a\n");
    BOOST_TEST(why(sign_in("ann", "U*U*U")) == "credentials_wrong");
}

BOOST_AUTO_TEST_CASE(a_run_that_ends_before_its_commit_leaves_nothing_and_goes_on_where_it_was) {
    run(guests(2000, 3));
    BOOST_TEST(state.line == 4u);
    auto more = lines("company\nx\nx\ny\nz\nu\n");
    more.erase(more.begin(), more.begin() + 3);  // lines 2 to 4 are done with
    const auto batch = core.imports.prepare(core.db, command(), *realm(), more, 1);
    struct Killed {};
    BOOST_CHECK_THROW(core.imports.add(core.db, command(), state, batch, [](const auto&) { throw Killed(); }), Killed);
    BOOST_TEST(rows("accounts") == 3);
    const auto found = core.imports.begin(core.db, command(), id, "customers.csv");
    BOOST_TEST(found.line == 4u);
    BOOST_TEST(found.added == 3u);
    BOOST_TEST(!found.finished_at);
    const auto after = core.imports.add(core.db, command(), found, batch, [](const auto&) {});
    BOOST_TEST(after.line == 6u);
    BOOST_TEST(after.added == 5u);
    BOOST_TEST(rows("accounts") == 5);
    // The same once more: somebody has been here.
    BOOST_CHECK_THROW(core.imports.add(core.db, command(), found, batch, [](const auto&) {}), Fault);
    BOOST_TEST(rows("accounts") == 5);
    core.imports.finish(core.db, command(), after);
    BOOST_TEST(core.imports.find(core.db, realm_no(), id)->finished_at.has_value());
    BOOST_CHECK_THROW(core.imports.add(core.db, command(), after, batch, [](const auto&) {}), Fault);
}

BOOST_AUTO_TEST_CASE(of_sixteen_runs_of_one_file_at_once_one_adds_it) {
    const auto begun = core.imports.begin(core.db, command(), id, "customers.csv");
    const auto batch = core.imports.prepare(core.db, command(), *realm(), lines(guests(3000, 20)), 1);
    const auto added = race([&](Core& mine, unsigned) {
        try {
            mine.imports.add(mine.db, command(), begun, batch, [](const auto&) {});
            return true;
        } catch (const Fault&) {
            return false;
        }
    });
    BOOST_TEST(std::ranges::count(added, true) == 1);
    BOOST_TEST(rows("accounts") == 20);
    BOOST_TEST(core.imports.find(core.db, realm_no(), id)->added == 20u);
}

BOOST_AUTO_TEST_CASE(an_import_and_registrations_of_the_same_names_share_them_out) {
    std::string text = "user_name\n";
    for (int i = 0; i < 50; ++i) text += "name" + std::to_string(i) + "\n";
    const auto begun = core.imports.begin(core.db, command(), id, "customers.csv");
    const auto batch = core.imports.prepare(core.db, command(), *realm(), lines(text), 1);
    std::atomic<unsigned> registered_ones{0}, imported{0};
    race(
        [&](Core& mine, unsigned who) {
            if (who == 0) {
                imported = mine.imports.add(mine.db, command(), begun, batch, [](const auto&) {}).added;
                return true;
            }
            for (int i = 0; i < 50; ++i) {
                const auto name = "Name" + std::to_string(i);
                if (registered(mine, name, name + "@" + std::to_string(who) + ".example")) ++registered_ones;
            }
            return true;
        },
        3);
    BOOST_TEST(imported + registered_ones == 50u);
    BOOST_TEST(rows("logins") == 50);
    BOOST_TEST(rows("accounts") == 50);
    BOOST_TEST(rows("users") == 50);
}

BOOST_AUTO_TEST_CASE(one_file_goes_into_two_realms) {
    run(guests(5000, 2));
    const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://other.example",
                                                                   .site = {.tenant = 1001, .site = 2001, .name = "other"}}));
    BOOST_TEST(!core.imports.find(core.db, other->no, id));
    auto there = command();
    there.realm = other->no;
    const auto begun = core.imports.begin(core.db, there, id, "customers.csv");
    BOOST_TEST(begun.line == 0u);
}

BOOST_AUTO_TEST_CASE(a_customer_of_a_batch_costs_little_more_than_one_statement) {
    std::string text = "account_id,user_id,email,email_verified,first_name\n";
    for (unsigned i = 0; i < 256; ++i) {
        const auto number = std::to_string(7000 + i);
        text += number + ",0000000000004000800000000000" + number + ",c" + number + "@shop.example,true,C\n";
    }
    const auto batch = core.imports.prepare(core.db, command(), *realm(), lines(text), 1);
    const auto begun = core.imports.begin(core.db, command(), id, "customers.csv");
    // BEGIN, the row moved, 6 looks each at numbers and ids, 256 names, six tables of eight statements, counts, COMMIT.
    BOOST_TEST(statements([&] { core.imports.add(core.db, command(), begun, batch, [](const auto&) {}); }) == 2 + 12 + 256 + 6 * 8 + 2 + 1);
    BOOST_TEST(rows("accounts") == 256);
    BOOST_TEST(rows("contacts") == 256);
    BOOST_TEST(events("account.created", "import") == 256);
    BOOST_TEST(account(7255).user_name == "c7255@shop.example");
}

// The first line is given 1001, which the second one brings along: the batch is added once more, the slow way. A number once
// given is not given again, so the first line has 1002 then.
BOOST_AUTO_TEST_CASE(a_number_that_the_program_gave_meanwhile_is_refused_alone) {
    const auto refused = run("account_id,company\n"
                             ",x\n"
                             "1001,y\n"
                             "1002,z\n");
    BOOST_TEST(refused == Texts{"4 account_id: another customer has it"}, boost::test_tools::per_element());
    BOOST_TEST(state.added == 2u);
    BOOST_TEST(account(1001).profile.company == "y");
    BOOST_TEST(account(1002).profile.company == "x");
    BOOST_TEST(number("SELECT SUM(accounts) FROM account_counts") == 2);
}

BOOST_AUTO_TEST_CASE(a_check_says_what_the_import_would_and_writes_nothing) {
    customer("ann");
    change("UPDATE users SET user_id = X'aaaaaaaaaaaa4aaaaaaaaaaaaaaaaaaa'");
    const auto before = rows("events");
    const auto judged = [&](const std::string& header, const std::string& line) {
        auto all = lines(header + "\n" + line + "\n");
        const auto refusal = core.imports.judge(core.db, command(), *realm(), expect(all.at(0).customer));
        return refusal ? refusal->field : "fine";
    };
    BOOST_TEST(judged("account_id,user_name", "1001,bob") == "account_id");
    BOOST_TEST(judged("user_id,user_name", "aaaaaaaaaaaa4aaaaaaaaaaaaaaaaaaa,bob") == "user_id");
    BOOST_TEST(judged("user_name", "ANN") == "user_name");
    BOOST_TEST(judged("email", "Ann@shop.example") == "email");
    BOOST_TEST(judged("email", "bob@shop.example") == "fine");
    BOOST_TEST(judged("email,login", "Ann@shop.example,false") == "fine");
    BOOST_TEST(judged("user_name,password_hash", "bob,$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a") == "fine");
    BOOST_TEST(rows("accounts") == 1);
    BOOST_TEST(rows("imports") == 0);
    BOOST_TEST(rows("events") == before);
}

BOOST_AUTO_TEST_CASE(finished_imports_are_forgotten_and_open_ones_listed) {
    run(guests(6000, 1));
    const auto open = core.imports.unfinished(core.db, realm_no());
    BOOST_REQUIRE(open.size() == 1u);
    BOOST_TEST(open[0].file_name == "customers.csv");
    BOOST_TEST(open[0].line == 2u);
    clock.advance(1h);
    BOOST_TEST(core.imports.purge(core.db, realm_no(), clock.now() + 1s, 1000) == 0u);
    core.imports.finish(core.db, command(), state);
    BOOST_TEST(core.imports.unfinished(core.db, realm_no()).empty());
    BOOST_TEST(core.imports.purge(core.db, realm_no(), clock.now(), 1000) == 0u);
    BOOST_TEST(core.imports.purge(core.db, realm_no(), clock.now() + 1s, 1000) == 1u);
}

BOOST_AUTO_TEST_CASE(names_of_files_are_cut_to_their_column) {
    std::string wide;
    for (int i = 0; i < 300; ++i) wide += "\xF0\x9F\x98\x80";
    core.imports.begin(core.db, command(), id, wide);
    BOOST_TEST(number("SELECT CHAR_LENGTH(file_name) FROM imports") == 255);
}

BOOST_AUTO_TEST_SUITE_END()
