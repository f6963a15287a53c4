// SPDX-License-Identifier: MIT
// What doctor reads out of SHOW GRANTS, in the spellings of MariaDB and MySQL (KL2).
#include <boost/test/unit_test.hpp>

#include "cli/grants.h"

using authtickets::cli::Grants;

namespace {

Grants grants(std::vector<std::string> lines) { return Grants(lines); }

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_grants)

BOOST_AUTO_TEST_CASE(a_right_on_a_table_is_for_that_table_only) {
    const auto serve = grants({"GRANT USAGE ON *.* TO `serve`@`localhost` IDENTIFIED BY PASSWORD '*ABC ON x TO y'",
                               "GRANT SELECT, INSERT ON `shop`.`events` TO `serve`@`localhost`",
                               "GRANT SELECT, INSERT, UPDATE, DELETE ON `shop`.`users` TO `serve`@`localhost`"});
    BOOST_TEST(serve.grantee() == "`serve`@`localhost`");
    BOOST_TEST(serve.allows("INSERT", "shop", "events"));
    BOOST_TEST(!serve.allows("UPDATE", "shop", "events"));
    BOOST_TEST(serve.allows("UPDATE", "shop", "users"));
    BOOST_TEST(!serve.allows("UPDATE", "other", "users"));
    BOOST_TEST(!serve.allows("UPDATE", "shop", ""));
}

BOOST_AUTO_TEST_CASE(a_right_on_a_database_or_on_all_is_for_its_tables) {
    const auto database = grants({"GRANT SELECT, UPDATE ON `shop`.* TO `a`@`%`"});
    BOOST_TEST(database.allows("UPDATE", "shop", "events"));
    BOOST_TEST(database.allows("UPDATE", "shop", ""));
    BOOST_TEST(!database.allows("DELETE", "shop", "events"));
    for (const auto* line : {"GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION",
                             "GRANT ALL PRIVILEGES ON `shop`.* TO 'a'@'localhost'",
                             "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON *.* TO `a`@`%`"}) {
        BOOST_TEST_CONTEXT(line) { BOOST_TEST(grants({line}).allows("DELETE", "shop", "events")); }
    }
}

BOOST_AUTO_TEST_CASE(a_databases_name_is_a_pattern) {
    const auto pattern = grants({R"(GRANT DELETE ON `auth\_tickets%`.* TO `a`@`%`)"});
    BOOST_TEST(pattern.allows("DELETE", "auth_tickets", "events"));
    BOOST_TEST(pattern.allows("DELETE", "auth_tickets_2", "events"));
    BOOST_TEST(!pattern.allows("DELETE", "authxtickets", "events"));
    BOOST_TEST(grants({"GRANT DELETE ON `auth_tickets`.* TO `a`@`%`"}).allows("DELETE", "authxtickets", "events"));
}

BOOST_AUTO_TEST_CASE(what_is_no_right_on_a_table_gives_none) {
    for (const auto* line : {"GRANT `keeper` TO `a`@`%`",
                             "GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION",
                             "GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `a`@`%`",
                             "GRANT UPDATE (`reason`, name), SELECT ON `shop`.`events` TO `a`@`%`",
                             "SET DEFAULT ROLE `keeper` FOR `a`@`%`", "", "GRANT", "GRANT UPDATE ON", "GRANT UPDATE ON shop TO a"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(!grants({line}).allows("UPDATE", "shop", "events"));
            BOOST_TEST(!grants({line}).allows("EXECUTE", "shop", "p"));
        }
    }
    BOOST_TEST(grants({"GRANT UPDATE (`reason`, name), SELECT ON `shop`.`events` TO `a`@`%`"}).allows("SELECT", "shop", "events"));
}

BOOST_AUTO_TEST_CASE(a_right_on_a_column_is_for_that_column_only) {
    for (const auto* line : {"GRANT SELECT, UPDATE (settings_version, `name`) ON `shop`.`realms` TO `a`@`%`",
                             "GRANT SELECT, UPDATE (`settings_version`), UPDATE (`name`) ON `shop`.`realms` TO `a`@`%`"}) {
        BOOST_TEST_CONTEXT(line) {
            const auto serve = grants({line});
            BOOST_TEST(serve.allows("UPDATE (settings_version)", "shop", "realms"));
            BOOST_TEST(serve.allows("UPDATE (name)", "shop", "realms"));
            BOOST_TEST(!serve.allows("UPDATE (address)", "shop", "realms"));
            BOOST_TEST(!serve.allows("UPDATE (settings_version)", "shop", "sites"));
            BOOST_TEST(!serve.allows("UPDATE", "shop", "realms"));
        }
    }
    for (const auto* line : {"GRANT UPDATE ON `shop`.`realms` TO `a`@`%`", "GRANT ALL PRIVILEGES ON *.* TO `a`@`%`"}) {
        BOOST_TEST_CONTEXT(line) { BOOST_TEST(grants({line}).allows("UPDATE (settings_version)", "shop", "realms")); }
    }
    for (const auto* line : {"GRANT UPDATE () ON `shop`.`realms` TO `a`@`%`", "GRANT UPDATE (settings_version ON `shop`.`realms` TO `a`@`%`",
                             "GRANT INSERT (settings_version) ON `shop`.`realms` TO `a`@`%`"}) {
        BOOST_TEST_CONTEXT(line) { BOOST_TEST(!grants({line}).allows("UPDATE (settings_version)", "shop", "realms")); }
    }
}

BOOST_AUTO_TEST_CASE(serving_gets_no_more_than_it_needs_KL2) {
    using authtickets::cli::rights_of_serve;
    const std::pair<const char*, std::size_t> tables[] = {{"events", 2},  {"event_seals", 2}, {"erasures", 2}, {"realms", 2}, {"settings", 3}, {"sites", 1},
                                                          {"subscriptions", 4}, {"templates", 4}, {"password_profiles", 4},
                                                          {"tickets", 4}, {"logins", 4},      {"account_changes", 4}, {"schema_migrations", 1}};
    for (const auto& [table, rights] : tables) {
        BOOST_TEST_CONTEXT(table) { BOOST_TEST(rights_of_serve(table, false).size() == rights); }
    }
    // Where the commands have no user of their own, it does their work too, but for the trail.
    BOOST_TEST(rights_of_serve("erasures", true).size() == 4u);
    BOOST_TEST(rights_of_serve("realms", true).size() == 4u);
    BOOST_TEST(rights_of_serve("events", true).size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
