// SPDX-License-Identifier: MIT
// Every statement of every store against the migrated schema: a renamed column fails here and not in a request.
#include "store/shop.h"

#include <authtickets/core/queries.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

using namespace authtickets;
using namespace authtickets::test;

namespace {

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::filesystem::path sources() {
    const char* const root = std::getenv("SRC_DIR");
    return std::filesystem::path(root && *root ? root : ".") / "src" / "core";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(queries)

BOOST_FIXTURE_TEST_CASE(every_statement_prepares_against_the_migrated_schema, EmptyDatabase) {
    for (const auto* query : all_queries()) {
        BOOST_TEST_CONTEXT(query->name) {
            BOOST_CHECK_NO_THROW(db.execute("PREPARE checked FROM " + quoted(query->text)));
            if (query->gather == db::Gather::row) {
                BOOST_CHECK_NO_THROW(db.execute("PREPARE checked FROM " + ::quoted(db::for_rows(*query, 32))));
            }
        }
    }
    BOOST_CHECK_THROW(db.execute("PREPARE checked FROM 'SELECT no_such_column FROM tickets'"), Fault);
}

BOOST_AUTO_TEST_CASE(names_are_unique_and_begin_with_their_feature) {
    const std::regex form("(account_tickets|accounts|applications|codes|deliveries|devices|directory|enrolment|events|imports|leases|links|logins|members|one_time|operators|outbox|profiles|recovery_codes|seals|staff|subscriptions|templates|realms|throttle|tickets|totp|triggers|upkeep|users|verifications)\\.[a-z_]+");
    std::set<std::string_view> names;
    for (const auto* query : all_queries()) {
        BOOST_TEST_CONTEXT(query->name) {
            BOOST_TEST(names.insert(query->name).second);
            BOOST_TEST(std::regex_match(std::string(query->name), form));
        }
    }
    BOOST_TEST(names.size() > 50u);
}

BOOST_AUTO_TEST_CASE(no_statement_of_a_store_is_missing_from_the_list) {
    std::size_t written = 0;
    const std::regex constant("constexpr db::Query \\w+\\{");
    for (const auto& file : std::filesystem::recursive_directory_iterator(sources())) {
        if (file.path().filename() != "store.cpp") continue;
        std::ifstream in(file.path());
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        written += static_cast<std::size_t>(std::distance(std::sregex_iterator(text.begin(), text.end(), constant), {}));
    }
    BOOST_TEST(written == all_queries().size());
}

BOOST_AUTO_TEST_CASE(no_statement_asks_the_database_for_the_time) {
    const std::regex time("\\b(NOW|SYSDATE|UTC_TIMESTAMP|CURRENT_TIMESTAMP|CURDATE|CURTIME)\\b", std::regex::icase);
    for (const auto* query : all_queries()) {
        BOOST_TEST_CONTEXT(query->name) { BOOST_TEST(!std::regex_search(std::string(query->text), time)); }
    }
}

// Tenants are apart by construction: what reads or changes a tenant's rows names its realm. Listed are those that
// find out which realm it is, or look over all.
BOOST_AUTO_TEST_CASE(every_statement_names_its_realm) {
    const std::set<std::string_view> without{
        "accounts.last_number", "applications.last_number", "realms.last_number", "applications.by_client_id",
        "deliveries.due", "deliveries.key_in_use", "deliveries.key_in_use_by_sent", "deliveries.operator", "subscriptions.following", "devices.key_in_use", "events.key_in_use", "links.find", "logins.key_in_use", "outbox.due",
        "outbox.key_in_use", "recovery_codes.key_in_use", "totp.key_in_use", "subscriptions.key_in_use", "logins.keys_named", "operators.list", "operators.touch_managers", "realms.of_kind", "totp.keys_named", "upkeep.oldest_dead", "realms.by_name", "realms.by_id", "realms.all", "realms.of_domain", "realms.domains", "realms.site_owner", "realms.insert"};
    for (const auto* query : all_queries()) {
        const bool names_it = query->text.find("realm_no = ?") != query->text.npos || query->text.find("(realm_no, ") != query->text.npos;
        BOOST_TEST_CONTEXT(query->name) { BOOST_TEST(names_it != without.contains(query->name)); }
    }
}

BOOST_AUTO_TEST_SUITE_END()
