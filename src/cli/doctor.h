// SPDX-License-Identifier: MIT
// What `doctor` finds, one check after another.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/world.h"

namespace authtickets::cli {

class Report {
public:
    void ok(std::string_view about, std::string finding) { checks_.push_back({Result::ok, about, std::move(finding), {}}); }
    // remedy: what to do; several lines are several steps.
    void warning(std::string_view about, std::string finding, std::string remedy) {
        checks_.push_back({Result::warning, about, std::move(finding), std::move(remedy)});
    }
    void problem(std::string_view about, std::string finding, std::string remedy) {
        checks_.push_back({Result::problem, about, std::move(finding), std::move(remedy)});
    }
    Output output() const;

private:
    enum class Result { ok, warning, problem };
    struct Check {
        Result result;
        std::string_view about;
        std::string finding, remedy;
    };
    std::size_t count(Result) const;
    std::vector<Check> checks_;
};

// doctor_database.cpp: the three users, their rights, server, schema, realms and applications.
void look_at_database(World&, Report&);

// doctor_breaches.cpp: who is asked whether a new password is known from a breach.
void look_at_breaches(World&, Report&);

// doctor_messages.cpp: the ways mail and SMS leave by; and, for look_at_database, what is owed by them.
void look_at_ways(World&, Report&);
void look_at_messages(World&, Report&);

// doctor_text.cpp: what judges telephone numbers and tells regions.
void look_at_text(World&, Report&);

// doctor_mount.cpp: the mount over http, as a client sees it.
struct Mount {
    std::string url;        // without / at the end
    std::string client_id;  // empty: Authorization is not tried
    Secret client_secret;
};
// WrongUse for what is no http address.
void must_be_http(const std::string& url, std::string_view flag = "--url");
void look_at_mount(const Mount&, Report&);
// An address of an application that the web server guards (docs/authorizer.md): nobody may get in without a ticket.
void look_at_guarded(const std::string& url, Report&);

}  // namespace authtickets::cli
