// SPDX-License-Identifier: MIT
// The database as doctor sees it: can each of the three users connect, may they do what they must and no more, is the
// server one that the program knows, is there something to serve. Its questions are about the server, not about rows.
#include <algorithm>
#include <charconv>

#include <authtickets/core/totp.h>
#include <authtickets/core/upkeep.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/db/schema.h>

#include "cli/doctor.h"
#include "cli/grants.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

constexpr db::Query show_grants{"doctor.grants", "SHOW GRANTS"};
constexpr db::Query show_tables{"doctor.tables", "SHOW TABLES"};
constexpr db::Query show_isolation{"doctor.isolation",
                                   "SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')"};
constexpr db::Query show_connections{"doctor.connections", "SHOW GLOBAL VARIABLES LIKE 'max_connections'"};
constexpr db::Query show_cluster{"doctor.cluster", "SHOW GLOBAL STATUS LIKE 'wsrep_cluster_status'"};
constexpr db::Query show_ready{"doctor.ready", "SHOW GLOBAL STATUS LIKE 'wsrep_ready'"};

constexpr std::int64_t clock_tolerance_ms = 2000;  // D55, docs/decisions.md

std::string first_text(db::Row& row) { return row.next<std::string>(); }
std::string second_text(db::Row& row) {
    row.next<std::string>();
    return row.next<std::string>();
}

struct Version {
    unsigned major = 0, minor = 0;
    bool mariadb = false;
    bool known() const { return mariadb ? major > 10 || (major == 10 && minor >= 6) : major >= 8; }
};
Version version(std::string_view text) {
    Version out{.mariadb = text.find("MariaDB") != text.npos};
    const auto* const end = text.data() + text.size();
    const auto [dot, error] = std::from_chars(text.data(), end, out.major);
    if (error == std::errc{} && dot != end) std::from_chars(dot + 1, end, out.minor);
    return out;
}

std::string place(const Config& config) {
    return config.database_socket.empty() ? config.database_host + ":" + std::to_string(config.database_port)
                                          : config.database_socket;
}

struct User {
    std::string_view about;
    const DatabaseUser& login;
    db::Db db;
    std::optional<Grants> grants{};
    std::string fault{};  // why it does not connect

    User(std::string_view its_about, db::Rights rights, const DatabaseUser& its_login, World& world)
        : about(its_about), login(its_login), db(world.config(), rights, world.clock(), world.log()) {}

    bool connects(Report&);
    // A user without any right in a database may not even choose it: error 1044, which names the user as the server
    // knows it. Empty when that is not what is wrong.
    std::string without_rights() const;
};

bool User::connects(Report& report) {
    try {
        db.server();
    } catch (const Fault& caught) {
        fault = caught.what();
        return false;
    }
    try {
        grants.emplace(db.all(show_grants, first_text));
    } catch (const Fault& caught) {
        report.warning(about, std::string("its rights cannot be read: ") + caught.what(), "check them by hand: SHOW GRANTS");
    }
    return true;
}

std::string User::without_rights() const {
    constexpr std::string_view before = "error 1044: Access denied for user ", after = " to database ";
    const auto begin = fault.find(before), end = fault.rfind(after);
    if (begin == fault.npos || end == fault.npos || end < begin) return {};
    return fault.substr(begin + before.size(), end - begin - before.size());
}

std::string joined(std::span<const std::string_view> rights) {
    std::string out;
    for (const auto right : rights) out.append(out.empty() ? "" : ", ").append(right);
    return out;
}

std::string statement(std::span<const std::string_view> rights, const Config& config, std::string_view table,
                      const std::string& grantee) {
    const auto target = "`" + config.database_name + "`." + (table == "*" ? "*" : "`" + std::string(table) + "`");
    return "GRANT " + joined(rights) + " ON " + target + " TO " + grantee + ";";
}

bool allows_all(const Grants& grants, std::span<const std::string_view> rights, const Config& config, std::string_view table) {
    return std::ranges::all_of(rights, [&](auto right) { return grants.allows(right, config.database_name, table); });
}

constexpr std::string_view administrator = "as the database's administrator:";

void look_at_serving(const Config& config, const User& user, const std::vector<std::string>& tables, Report& report) {
    const auto grants = user.grants.value_or(Grants({}));
    const auto grantee = user.grants ? grants.grantee() : user.without_rights();
    std::string missing, too_many;
    for (const auto& table : tables) {
        const auto needed = rights_of_serve(table, config.maintain.user == config.serve.user);
        if (!allows_all(grants, needed, config, table)) missing.append("\n").append(statement(needed, config, table, grantee));
        if (!appends_only(table)) continue;
        for (const std::string_view right : {"UPDATE", "DELETE"}) {
            if (!grants.allows(right, config.database_name, table)) continue;
            too_many.append(too_many.empty() ? "" : ", ").append(right).append(" on ").append(table);
        }
    }
    if (!missing.empty()) {
        report.problem(user.about, grantee + " lacks rights that serving needs", std::string(administrator) + missing);
    } else if (tables.empty()) {
        report.problem(user.about, grantee + " has no rights yet, since there are no tables",
                       "authtickets migrate, then doctor again: it says what to grant");
    } else if (!too_many.empty()) {
        report.warning(user.about, grantee + " could rewrite the audit trail: it has " + too_many,
                       "give it rights table by table, without these: see DATABASE USERS in authtickets(8)");
    } else {
        report.ok(user.about, grantee + " has the rights that serving needs, and cannot rewrite the audit trail");
    }
}

void unreachable(const Config& config, const User& user, Report& report) {
    report.problem(user.about, user.fault, "is the server up at " + place(config) + ", does database " + config.database_name
                                               + " exist, and may " + user.login.user + " connect with its password?");
}

void look_at_schema_rights(const Config& config, User& user, std::span<const std::string_view> needed, Report& report) {
    const bool connected = user.connects(report);
    auto grantee = connected ? std::string() : user.without_rights();
    if (!connected && grantee.empty()) {
        unreachable(config, user, report);
        return;
    }
    if (connected && !user.grants) return;  // said already
    if (connected && allows_all(*user.grants, needed, config, "")) {
        report.ok(user.about, user.grants->grantee() + " has the rights that it needs");
        return;
    }
    if (connected) grantee = user.grants->grantee();
    report.problem(user.about, grantee + " lacks rights on the database",
                   std::string(administrator) + "\n" + statement(needed, config, "*", grantee));
}

// Like the migrating user, on the whole database, or table by table.
void look_at_maintaining(const Config& config, User& user, const std::vector<std::string>& tables, Report& report) {
    std::string missing;
    std::size_t lacking = 0;
    if (user.connects(report) && user.grants) {
        for (const auto& table : tables) {
            const auto needed = table == "schema_migrations" ? rights_of_serve(table, false) : rights_of_maintain();
            if (allows_all(*user.grants, needed, config, table)) continue;
            missing.append("\n").append(statement(needed, config, table, user.grants->grantee()));
            ++lacking;
        }
    }
    if (lacking == 0 && !tables.empty() && user.grants) {
        report.ok(user.about, user.grants->grantee() + " has the rights that commands need");
    } else if (lacking == 0 || lacking == tables.size()) {
        look_at_schema_rights(config, user, rights_of_maintain(), report);
    } else {
        report.problem(user.about, user.grants->grantee() + " lacks rights that commands need", std::string(administrator) + missing);
    }
}

void look_at_server(World& world, db::Db& db, Report& report) {
    constexpr std::string_view about = "database";
    const auto server = db.server();
    const auto found = version(server.version);
    if (found.known()) {
        report.ok(about, server.version + " at " + place(world.config()));
    } else {
        report.problem(about, server.version + " is too old", "MariaDB 10.6 or newer, or MySQL 8 or newer");
    }
    const auto isolation = db.one(show_isolation, second_text).value_or("unknown");
    if (isolation != "READ-COMMITTED") {
        report.problem(about, "transactions run at " + isolation + " although READ COMMITTED was asked for",
                       "see what between the program and the server changes it, such as a proxy");
    }
    const auto ahead = server.clock_ahead_ms;
    if (ahead > clock_tolerance_ms || ahead < -clock_tolerance_ms) {
        report.warning("clock", "the database's clock is " + std::to_string(ahead) + " ms ahead of this host's",
                       "run a time service (such as chrony) on both; lives of tokens are measured by this host's clock");
    } else {
        report.ok("clock", "within " + std::to_string(ahead < 0 ? -ahead : ahead) + " ms of the database's");
    }
    if (server.clustered) {
        const auto cluster = db.one(show_cluster, second_text).value_or("unknown");
        const auto ready = db.one(show_ready, second_text).value_or("unknown");
        if (cluster == "Primary" && ready == "ON") {
            report.ok("cluster", "this node of the Galera cluster is ready");
        } else {
            report.problem("cluster", "this node of the Galera cluster is not ready (" + cluster + ", wsrep_ready " + ready + ")",
                           "see the database's log");
        }
    }
    const auto connections = db.one(show_connections, second_text).value_or("0");
    const auto workers = world.config().workers;
    if (std::strtoul(connections.c_str(), nullptr, 10) <= workers) {
        report.warning("workers", std::to_string(workers) + " workers need a connection each; the database allows " + connections,
                       "lower workers, or raise max_connections");
    }
}

// Whether the tables are the program's.
bool look_at_schema(db::Db& db, Report& report) {
    const auto schema = db.server().schema;
    const auto ours = db::newest_schema();
    const auto text = "the database holds schema " + std::to_string(schema) + ", this program serves " + std::to_string(ours);
    if (db::serves_schema(schema)) {
        report.ok("schema", text + (schema == ours ? "" : " and the next"));
        return true;
    }
    report.problem("schema", schema == 0 ? "the database holds no tables yet" : text,
                   schema < ours ? "authtickets migrate" : "install the program that migrated it, or a newer one");
    return false;
}

void look_at_realms(World& world, Report& report) {
    auto& core = world.core();
    std::size_t realms = 0, sites = 0, applications = 0;
    std::string bare;
    for (const auto no : core.realms.list(core.db)) {
        const auto realm = core.realms.get(core.db, world.clock().now(), no);
        if (realm->kind != realms::Kind::shop) continue;
        const auto all = core.applications.list(core.db, no);
        const auto enabled = std::ranges::count_if(all, [](const auto& each) { return !each.disabled_at; });
        ++realms;
        sites += realm->sites.size();
        applications += static_cast<std::size_t>(enabled);
        if (enabled == 0) bare.append(bare.empty() ? "" : ", ").append(realm->name);
    }
    if (realms == 0) {
        report.problem("realms", "there is no realm", "authtickets realm add --name NAME --tenant N --site N --domain HOST");
        return;
    }
    report.ok("realms", "realms: " + std::to_string(realms) + ", sites: " + std::to_string(sites));
    const std::string remedy = "authtickets app add --realm NAME --name NAME --behaviours storefront";
    if (applications == 0) {
        report.problem("applications", "no application may call", remedy);
    } else if (!bare.empty()) {
        report.warning("applications", "no application may call for: " + bare, remedy);
    } else {
        report.ok("applications", "enabled: " + std::to_string(applications));
    }
}

std::string days(Time since, Time now) {
    return std::to_string(std::chrono::duration_cast<std::chrono::days>(now - since).count()) + " days";
}

// Whether purge comes round.
void look_at_upkeep(World& world, Report& report) {
    constexpr std::string_view about = "purge";
    constexpr auto overdue = std::chrono::days(2);  // it is for once a day
    const auto now = world.clock().now();
    const auto oldest = upkeep::oldest_dead(world.core().db);
    const bool trail = world.config().maintain.user == world.config().serve.user && world.config().migrate.user != world.config().serve.user;
    if (oldest && now - *oldest > overdue) {
        report.warning(about, "the longest dead row has been waiting for " + days(*oldest, now),
                       "run authtickets purge once a day, by a timer: see contrib/systemd, or cron");
    } else if (trail) {
        report.warning(about, "without database.maintain_user it may not delete events past their retention",
                       "make a user for it: see DATABASE USERS in authtickets(8)");
    } else {
        report.ok(about, oldest ? "no row has been dead for more than two days" : "nothing waits to be deleted");
    }
}

// A run that was stopped leaves the rest of its file outside, and nobody may have noticed.
void look_at_imports(World& world, Report& report) {
    constexpr std::string_view about = "imports";
    constexpr auto quiet = std::chrono::hours(1);  // a run at work moves its row with every batch
    auto& core = world.core();
    const auto now = world.clock().now();
    bool found = false;
    for (const auto no : core.realms.list(core.db)) {
        for (const auto& each : core.imports.unfinished(core.db, no)) {
            if (now - each.updated_at < quiet) continue;
            found = true;
            const auto name = core.realms.get(core.db, now, no)->name;
            report.warning(about, "the import of " + each.file_name + " into realm " + name + " stopped after line " + std::to_string(each.line)
                                      + " on " + shown(each.updated_at),
                           "authtickets import --realm " + name + " " + each.file_name + ", with the same file: it goes on from there");
        }
    }
    if (!found) report.ok(about, "none was left unfinished");
}

// Whether every password, and every secret of an authenticator app, can be opened.
void look_at_sealed(World& world, Report& report) {
    struct Sealed {
        std::string_view about;
        std::vector<crypto::KeyId> (*keys_named)(db::Session&);
        std::string_view remedy;
    };
    constexpr Sealed kinds[] = {
        {"passwords", logins::keys_named, "put the key file with that key back; without it those users need new passwords"},
        {"authenticators", totp::keys_named,
         "put the key file with that key back; without it those users cannot sign in until login disable-app turns their app off"},
    };
    crypto::KeyFile file;
    try {
        file = crypto::read_key_file(world.config().keys_file);
    } catch (const Unavailable&) {
        return;  // said already
    }
    const auto* const signer = file.signer(world.clock().now());
    const auto note = [](std::string& list, crypto::KeyId key) { list.append(list.empty() ? "" : ", ").append(std::to_string(key)); };
    for (const auto& kind : kinds) {
        std::string lost, older;
        for (const auto key : kind.keys_named(world.core().db)) {
            if (!file.find(key)) note(lost, key);
            else if (signer && signer->id != key) note(older, key);
        }
        if (!lost.empty()) {
            report.problem(kind.about, "some are sealed under a key that is not in the key file: " + lost, std::string(kind.remedy));
        } else if (!older.empty()) {
            report.ok(kind.about, "some are still sealed under an older key (" + older + "); authtickets keys reseal changes that");
        } else {
            report.ok(kind.about, "all are sealed under the key that signs");
        }
    }
}

}  // namespace

void look_at_database(World& world, Report& report) {
    const auto& config = world.config();
    User serve("database.user", db::Rights::serve, config.serve, world);
    User maintain("maintain_user", db::Rights::maintain, config.maintain, world);
    User migrate("migrate_user", db::Rights::migrate, config.migrate, world);
    look_at_schema_rights(config, migrate, rights_of_migrate(), report);
    std::vector<std::string> tables;  // as the migrating user sees them
    try {
        if (migrate.fault.empty()) tables = migrate.db.all(show_tables, first_text);
    } catch (const Fault& fault) {
        report.problem("database", fault.what(), "correct what is named above, then run doctor again");
        return;
    }
    if (config.maintain.user != config.serve.user) look_at_maintaining(config, maintain, tables, report);
    const bool serves = serve.connects(report);
    if (!serves && serve.without_rights().empty()) {
        unreachable(config, serve, report);
        return;
    }
    try {
        if (config.migrate.user == config.serve.user) {
            report.warning("database.user", config.serve.user + " also migrates, so the serving program could rewrite the audit trail",
                           "make a user for each: see DATABASE USERS in authtickets(8)");
        } else if ((serve.grants || !serves) && migrate.fault.empty()) {
            look_at_serving(config, serve, tables, report);
        }
        if (!serves) return;
        look_at_server(world, serve.db, report);
        if (!look_at_schema(serve.db, report)) return;
        look_at_realms(world, report);
        look_at_upkeep(world, report);
        look_at_imports(world, report);
        look_at_messages(world, report);
        look_at_sealed(world, report);
    } catch (const Fault& fault) {
        report.problem("database", fault.what(), "correct what is named above, then run doctor again");
    }
}

}  // namespace authtickets::cli
