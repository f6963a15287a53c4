// SPDX-License-Identifier: MIT
// Reads what SHOW GRANTS answers, of MariaDB and of MySQL, to tell whether a database user may do what it must and must
// not do what it should not (KL2, docs/security.md). Pure.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace authtickets::cli {

class Grants {
public:
    explicit Grants(std::span<const std::string> lines);

    // `right` in capitals: "UPDATE", or of one column: "UPDATE (name)". table: empty asks for the whole database.
    bool allows(std::string_view right, std::string_view database, std::string_view table) const;
    const std::string& grantee() const { return grantee_; }  // as the server spells it: `serve`@`localhost`

private:
    struct Grant {
        std::set<std::string, std::less<>> rights;  // those of single columns one by one: "UPDATE (name)"
        std::string database, table;                // "*" for all; the database may hold % and _
    };
    std::vector<Grant> grants_;
    std::string grantee_;
};

// What the serving user needs on a table, and no more: the audit trail can only grow under it.
// alone: the commands run as the serving user too, since no maintain user is configured.
std::span<const std::string_view> rights_of_serve(std::string_view table, bool alone);
std::span<const std::string_view> rights_of_migrate();
std::span<const std::string_view> rights_of_maintain();

bool appends_only(std::string_view table);

}  // namespace authtickets::cli
