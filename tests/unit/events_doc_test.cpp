// SPDX-License-Identifier: MIT
// docs/events.md is what operators read: its table has a row for every event that the program can write, with the same
// words, and no other. Found by SRC_DIR, which tests/run sets; without it, from the folder the tests are started in.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/events.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

using namespace authtickets;

namespace {

// No default: of a new event the compiler asks for its place here, and the walk ends at the last.
constexpr bool is_last(events::Name name) {
    using enum events::Name;
    switch (name) {
        case sign_in_succeeded: case sign_in_failed: case login_locked: case login_unlocked: case user_blocked:
        case user_unblocked: case ticket_refreshed: case refresh_grace: case refresh_reuse: case ticket_ended:
        case account_created: case registration_refused: case password_set: case application_ticket_issued:
        case application_ticket_refused: case application_ticket_ended: case application_added:
        case application_disabled: case application_enabled: case realm_added: case site_added:
        case site_changed: case setting_changed: case account_updated: case account_disabled: case account_enabled:
        case account_deleted: case login_added: case password_change_failed: case password_change_demanded:
        case password_breach_check_unavailable: case realm_revoked: return false;
        case audit_purged: return true;
    }
    return true;  // unreachable
}

std::vector<std::string> documented() {
    const char* const root = std::getenv("SRC_DIR");
    const std::string path = std::string(root && *root ? root : ".") + "/docs/events.md";
    std::ifstream in(path);
    if (!in) throw std::runtime_error(path + " cannot be read; set SRC_DIR to the folder with docs/ in it");
    std::vector<std::string> rows;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("| `")) rows.push_back(line);
    }
    return rows;
}

std::vector<std::string> written() {
    std::vector<std::string> rows;
    for (int number = 0;; ++number) {
        const auto name = static_cast<events::Name>(number);
        rows.push_back("| `" + std::string(events::name(name)) + "` | " + std::string(events::meaning(name)) + " |");
        if (is_last(name)) break;
    }
    return rows;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(events_document)

BOOST_AUTO_TEST_CASE(every_event_stands_in_it_with_its_meaning_and_no_other) {
    const auto in_document = documented(), in_program = written();
    BOOST_TEST(in_document == in_program, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
