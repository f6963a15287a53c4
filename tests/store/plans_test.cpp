// SPDX-License-Identifier: MIT
// How the server goes about every named query, on tables with rows enough that its choice means something: by an index and
// to the rows that are wanted. What reads more, or sorts, stands in a list with its reason, and goes from it when it no longer does.
#include "support/database.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <vector>

#include <authtickets/core/queries.h>

using namespace authtickets;
using namespace authtickets::test;

namespace {

// So many rows of each table, most of them the first realm's, and so few of what a shop sets up once.
constexpr int rows_each = 2000, rows_set_up = 200;
const std::set<std::string> set_up{"applications", "leases", "operators", "password_profiles", "realm_profiles", "realms", "settings", "sites",
                                   "subscriptions", "templates", "trail_followed", "trigger_templates"};
constexpr int much = 600;  // rows that a plan expects to look at are a realm's, and no longer somebody's

constexpr db::Query columns_query{"test.columns",
    "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = ? AND "
    "table_name <> 'schema_migrations' ORDER BY table_name, ordinal_position"};

struct Column {
    std::string table, name, type;
    bool nullable{};
    bool is(std::string_view end) const { return name.ends_with(end); }
};

// What row `seq` has in this column: the same number everywhere, so that what belongs together meets.
std::string value_of(const Column& column) {
    static const std::map<std::string_view, std::string_view> by_name{
        {"kind", "1"},
        {"is_primary", "1"},
        {"slot", "seq % 64"},
        {"active", "seq % 100 <> 0"},
        {"state", "IF(seq % 20 = 0, 1, 2)"},
        {"format", "IF(seq % 20 = 0, 2, 1)"},
        {"finished_at", "IF(seq % 20 = 0, NULL, '2026-01-01' + INTERVAL seq MINUTE)"},
        {"lane", "IF(seq % 20 = 0, UNHEX(LPAD(HEX(seq), 32, '0')), NULL)"},
        {"key_id", "1 + (seq > 1900)"},
        {"password_key_id", "1 + (seq > 1900)"},
    };
    if (column.name == "realm_no" && column.table != "realms") return "1 + (seq % 5 = 1) + 2 * (seq % 10 = 2)";
    if (column.name == "profile_no" && column.table != "password_profiles") return "1";
    if (column.name == "role" && column.type == "tinyint") return "IF(seq % 100 = 0, 2, 1)";
    if (const auto own = by_name.find(column.name); own != by_name.end()) return std::string(own->second);
    if (column.name == "name") return "CONCAT('text', seq)";
    if (column.type == "binary" && (column.is("_id") || column.is("_key"))) return "UNHEX(LPAD(HEX(seq), 32, '0'))";
    if (column.type.ends_with("binary")) return "UNHEX(SHA2(seq, 256))";
    if (column.type == "datetime") {
        const std::string time = "'2026-01-01' + INTERVAL seq MINUTE";
        return column.nullable ? "IF(seq % 50 = 0, " + time + ", NULL)" : time;
    }
    if (column.type == "tinyint") return "1 + seq % 3";
    if (column.type.ends_with("int")) return "seq";
    return "CONCAT('text', seq)";
}

// Rows whose values stand for the question marks: what is looked for, and where what is below, beside or above it ends.
constexpr int below = 21, subject = 100, beside = 120, above = 1901;
std::string at_row(const std::string& expression, int row) { return std::regex_replace(expression, std::regex("\\bseq\\b"), std::to_string(row)); }

// The heads of lists, which db/where ends, as the usual list ends them.
const std::map<std::string_view, std::string_view> tails{
    {"accounts.list", " ORDER BY a.account_no LIMIT 20"},
    {"accounts.list_of_user", " ORDER BY a.account_no LIMIT 20"},
    {"accounts.log", " ORDER BY c.change_no LIMIT 20"},
    {"directory.by_sign_in", " ORDER BY l.last_login_at DESC, l.login_id DESC LIMIT 50"},
    {"directory.by_user_name", " ORDER BY l.user_name, l.login_id LIMIT 50"},
    {"directory.by_name", " ORDER BY a.last_name, a.account_no LIMIT 50"},
    {"directory.by_email", " ORDER BY a.email_normal, a.account_no LIMIT 50"},
    {"directory.count", " LIMIT 201"},
    {"directory.guests", " ORDER BY a.account_no DESC LIMIT 50"},
    {"directory.guests_by_name", " ORDER BY a.last_name, a.account_no LIMIT 50"},
    {"directory.guests_by_email", " ORDER BY a.email_normal, a.account_no LIMIT 50"},
    {"directory.count_guests", " LIMIT 201"},
    {"users.list", " ORDER BY u.user_id LIMIT 20"},
};

struct Step {
    std::string kind, table, type, key, rows, extra;
    std::string text() const { return kind + " | " + table + " | " + type + " | " + key + " | " + rows + " | " + extra; }
};

struct Filled {
    Filled() {
        std::map<std::string, std::vector<Column>> tables;
        for (auto& column : db.all(columns_query, [](db::Row& row) {
                 Column out;
                 row.into(out.table), row.into(out.name), row.into(out.type);
                 out.nullable = row.next<std::string>() == "YES";
                 return out;
             }, std::string(config.database_name))) {
            columns.emplace(column.name, column);
            tables[column.table].push_back(std::move(column));
        }
        db.execute("SET SESSION unique_checks = 0, SESSION foreign_key_checks = 0");  // an empty table is then filled at once
        std::string all;
        for (const auto& [table, its] : tables) {
            std::string names, values;
            for (const auto& column : its) {
                names += (names.empty() ? "`" : ", `") + column.name + "`";
                values += (values.empty() ? "" : ", ") + value_of(column);
            }
            // The figures that the plans are made by are those of ANALYZE below, of all pages and not of some by chance, and no
            // thread of the server makes them anew meanwhile.
            db.execute("ALTER TABLE " + table + " STATS_AUTO_RECALC = 0, STATS_SAMPLE_PAGES = 10000");
            db.execute("INSERT IGNORE INTO " + table + " (" + names + ") SELECT " + values + " FROM seq_1_to_" +
                       std::to_string(set_up.contains(table) ? rows_set_up : rows_each));
            all += (all.empty() ? "" : ", ") + table;
        }
        db.execute("ANALYZE TABLE " + all);
    }

    // The statement with the values of a row in place of its question marks, each by the column that stands before it.
    std::string bound(const db::Query& query) const {
        static const std::regex token("'[^']*'|[A-Za-z_][A-Za-z_0-9]*|\\?|<=>|<>|[<>=]+|\\s+|.");
        const auto tail = tails.find(query.name);
        const std::string text = std::string(query.text) + std::string(tail == tails.end() ? "" : tail->second);
        std::string out, of, compared;
        for (std::sregex_iterator at(text.begin(), text.end(), token), end; at != end; ++at) {
            const auto word = at->str();
            if (columns.contains(word) || word == "LIMIT" || word == "OFFSET") of = word, compared.clear();
            if (word.find_first_of("<>=") != word.npos || word == "LIKE") compared = word;
            out += word == "?" ? value(of, compared) : word;
        }
        return out;
    }
    std::string value(const std::string& of, const std::string& compared) const {
        const auto column = columns.find(of);
        if (column == columns.end()) return "20";  // LIMIT and OFFSET
        const bool time = column->second.type == "datetime", less = compared == "<" || compared == "<=", more = compared == ">" || compared == ">=";
        const auto plain = at_row(value_of(column->second), less ? (time ? below : beside) : more && time ? above : subject);
        return compared == "LIKE" ? "CONCAT(" + plain + ", '%')" : plain;
    }

    std::vector<Step> plan(const db::Query& query) {
        return db.all(db::Statement{query.name, "EXPLAIN " + bound(query), {}}, [](db::Row& row) {
            Step out;
            const auto pass = [&](int cells) { for (; cells > 0; --cells) row.next<std::string>(); };
            pass(1);  // id
            row.into(out.kind), row.into(out.table), row.into(out.type);
            pass(1);  // possible keys
            row.into(out.key);
            pass(2);  // key length, ref
            row.into(out.rows), row.into(out.extra);
            return out;
        });
    }

    SystemClock clock;
    QuietLog log;
    Config config = TestDatabase::instance().fresh();
    db::Db db{config, db::Rights::serve, clock, log};
    std::map<std::string, Column> columns;  // by name; one of the tables that have it
};

// Whether the statement itself, and not one within it, ends after so many rows.
bool bounded(std::string_view text) {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        if (depth == 0 && text.substr(i).starts_with(" LIMIT ")) return true;
    }
    return text.starts_with("SELECT EXISTS(");
}

// What is to be said of a plan: it reads a table from end to end; it expects a realm's rows; it sorts; it makes a table.
std::string faults(const std::vector<Step>& plan, bool bounded) {
    bool scan = false, realm = false, sort = false, temporary = false;
    for (const auto& step : plan) {
        const bool of_table = !step.table.empty() && step.table[0] != '<';
        if (of_table && (step.type == "ALL" || step.type == "index")) scan = true;
        else if (of_table && !bounded && !step.rows.empty() && std::stoi(step.rows) > much) realm = true;
        if (step.extra.find("filesort") != step.extra.npos) sort = true;
        if (step.extra.find("temporary") != step.extra.npos) temporary = true;
    }
    std::string out;
    for (const auto& [is, word] : {std::pair{scan, "scan"}, {realm, "realm"}, {sort, "sort"}, {temporary, "temporary"}}) {
        if (is) out += (out.empty() ? "" : " ") + std::string(word);
    }
    return out;
}

struct Allowed {
    std::string_view name, faults, why;
};
constexpr Allowed allowed[] = {
    // Of one person, account or contact, who has a few.
    {"account_tickets.accounts", "sort temporary", "a user's accounts, as the door lists them"},
    {"deliveries.receiver", "sort temporary", "a user's logins and accounts; the worker's"},
    {"deliveries.operator", "sort temporary", "an operator's; the worker's"},
    {"devices.drop_beyond", "sort", "a user's devices, beyond the number that is kept"},
    {"devices.of_user", "sort", "a user's devices, which a screen lists"},
    {"logins.ids_of_user", "sort", "a user's logins, one of a profile"},
    {"logins.names", "sort", "a login's names: two"},
    {"logins.of_account", "sort", "an account's members, of whom the first is taken"},
    {"logins.of_user", "sort", "a user's logins, one of a profile"},
    {"tickets.sessions", "sort", "a user's sessions, which a screen lists"},
    {"users.members", "sort", "an account's members, when it is deleted"},
    {"users.memberships", "sort", "an account's members, as the door lists them"},
    {"users.name_primary", "sort", "an account's members, of whom one becomes its owner"},
    {"verifications.get", "sort temporary", "a contact's codes, five at most"},
    // Lists of what a shop sets up, or of who works there.
    {"accounts.search", "sort", "the four that one term finds"},
    {"imports.unfinished", "realm sort", "a row for each import, which purge takes away; a command's"},
    {"operators.list", "sort temporary", "a shop's operators"},
    {"profiles.list", "sort", "a shop's password profiles"},
    {"realms.all", "scan", "all realms: a command's, and the worker's once a round"},
    {"staff.list", "sort", "a shop's staff"},
    {"subscriptions.following", "scan", "all shops' subscriptions: the worker's, once a round"},
    // Totals of lists, and of what a command says that it would do.
    {"accounts.list_count", "realm", "how many a filter finds; without one, slots are summed up"},
    {"applications.count_grants", "realm", "realm revoke-all says what it would end"},
    {"deliveries.count_sent", "realm", "the total of a list of messages"},
    {"tickets.count", "realm", "realm revoke-all says what it would end"},
    {"users.count", "realm", "realm revoke-all says what it would end"},
    {"users.list_count", "realm", "how many a filter finds; without one, slots are summed up"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(plans)

BOOST_AUTO_TEST_CASE(GR1_every_statement_finds_its_rows_by_an_index_and_only_lists_sort) {
    Filled filled;
    std::set<std::string_view> names;
    for (const auto* query : all_queries()) {
        names.insert(query->name);
        // A row that is only put in is not looked for.
        if (query->text.starts_with("INSERT") && query->text.find("SELECT") == query->text.npos) continue;
        const auto text = filled.bound(*query);
        const auto plan = filled.plan(*query);
        std::string steps;
        for (const auto& step : plan) steps += "\n" + step.text();
        const auto listed = std::ranges::find(allowed, query->name, &Allowed::name);
        BOOST_TEST_CONTEXT(query->name << ": " << text << steps) {
            BOOST_TEST(faults(plan, bounded(text)) == (listed == std::end(allowed) ? std::string_view{} : listed->faults));
        }
    }
    for (const auto& each : allowed) BOOST_TEST(names.contains(each.name), each.name << " is no statement");
    for (const auto& [name, tail] : tails) BOOST_TEST(names.contains(name), name << " is no statement");
}

BOOST_AUTO_TEST_SUITE_END()
