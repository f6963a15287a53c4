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
        case signin_success: case signin_pending: case signin_failure: case signin_code_sent:
        case signin_token_sent: case signin_tokens_ended: case signin_new_device:
        case signin_new_region: case second_step_code_sent: case second_step_success: case second_step_failure:
        case second_step_exhausted: case second_step_paused: case second_step_setup_started: case second_step_enabled:
        case second_step_moved: case second_step_disabled: case recovery_codes_created: case recovery_saved_confirmed:
        case recovery_code_used: case recovery_failure: case recovery_empty: case second_step_method_changed: case ticket_refreshed: case refresh_grace:
        case refresh_reuse: case ticket_ended: case signout: case session_ended: case trust_added: case trust_removed:
        case stepup_success: case stepup_failure: case account_created: case account_registered:
        case registration_refused: case account_updated: case account_locked: case account_unlock_requested:
        case account_unlocked: case account_suspended: case account_activated: case account_deleted: case login_added: case login_changed: case login_removed:
        case user_created: case user_updated: case user_deleted: case membership_added: case membership_removed:
        case password_changed: case password_change_failed: case password_change_demanded:
        case password_breach_check_unavailable: case password_reset_requested: case password_reset_sent:
        case password_reset_done: case contact_code_sent: case contact_verified: case contact_changed:
        case verification_code_sent: case verification_token_sent: case verification_failure:
        case application_ticket_issued: case application_ticket_refused: case application_ticket_ended:
        case application_added: case application_disabled: case application_enabled: case realm_added:
        case realm_revoked: case site_added: case site_changed: case policy_changed: case profile_added:
        case profile_changed: case profile_removed: case mail_changed:
        case webhook_changed: case operator_signin: case operator_changed: case as_customer_started: case as_customer_ended:
        case customer_viewed: case export_made: case delivery_failed: case delivery_gave_up: case chain_verified: case clock_offset:
        return false;
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
