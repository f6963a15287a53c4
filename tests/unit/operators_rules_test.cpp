// SPDX-License-Identifier: MIT
// Roles of operators (M16, docs/pages.md): what each may press, as a table.
#include <boost/test/unit_test.hpp>

#include <map>
#include <string>

#include <authtickets/core/operators.h>

using namespace authtickets;
using operators::Right;
using operators::Role;

BOOST_AUTO_TEST_SUITE(operators_rules)

BOOST_AUTO_TEST_CASE(M16_a_viewer_sees_support_helps_back_in_a_manager_does_everything) {
    struct Row {
        Right right;
        bool viewer, support;
    };
    const Row rows[] = {{Right::see, true, true},           {Right::disable_two_step, false, true}, {Right::unlock, false, true},
                        {Right::send_reset, false, true},   {Right::suspend, false, true},          {Right::end_sessions, false, true},
                        {Right::act_as, false, false},      {Right::edit, false, false},            {Right::create, false, false},
                        {Right::export_lists, false, false}, {Right::rules, false, false},          {Right::mails, false, false},
                        {Right::notifications, false, false}, {Right::manage_operators, false, false}};
    for (const auto& [right, viewer, support] : rows) {
        BOOST_TEST_CONTEXT(static_cast<int>(right)) {
            BOOST_TEST(operators::may(Role::viewer, right) == viewer);
            BOOST_TEST(operators::may(Role::support, right) == support);
            BOOST_TEST(operators::may(Role::manager, right));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_name_of_a_role_leads_back_to_it_and_no_other_text_does) {
    for (const auto role : operators::all_roles) BOOST_TEST((operators::role_of(operators::name(role)) == role));
    for (const auto* text : {"", "Manager", "manager ", "admin", "viewe", "0", "1"}) BOOST_TEST(!operators::role_of(text));
}

BOOST_AUTO_TEST_CASE(an_operator_is_shown_by_the_names_that_there_are) {
    const auto shown = [](std::string first, std::string last) {
        return operators::Operator{.user_name = "anna@shop.example", .first_name = std::move(first), .last_name = std::move(last)}.shown();
    };
    BOOST_TEST(shown("Anna", "Berg") == "Anna Berg");
    BOOST_TEST(shown("Anna", "") == "Anna");
    BOOST_TEST(shown("", "Berg") == "Berg");
    BOOST_TEST(shown("", "") == "anna@shop.example");
}

BOOST_AUTO_TEST_SUITE_END()
