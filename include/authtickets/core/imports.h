// SPDX-License-Identifier: MIT
// Imports: a file of customers of another system, record by record into customers::NewCustomer (docs/import.md), and in
// batches into the database. How far a file has come stands in its row of `imports`, which moves in the transaction that
// adds the accounts: a run that was cut off goes on after the last line that is there.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/core/context.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/logins.h>
#include <authtickets/crypto/pwhash.h>
#include <authtickets/db/db.h>

namespace authtickets::imports {

enum class Format { csv, jsonl };
std::optional<Format> format_named(std::string_view);       // "csv", "jsonl"
std::optional<Format> format_of_file(std::string_view name);  // by its ending: .csv, .jsonl, .ndjson

enum class Column {
    account_id, user_id, user_name, email, email_verified, phone, phone_verified, first_name, last_name, company, locale,
    account_type, external_id, tax_id, tax_exempt, accepts_marketing, customer_since, active, login, password_hash,
    password_format, password_change_required, attributes, contacts, notes,
};
inline constexpr std::size_t column_count = 25;
std::string_view name(Column);  // "account_id", as the header line has it
std::optional<Column> column_named(std::string_view);

// --- Cutting a file into records

inline constexpr std::size_t longest_record = 256 * 1024;  // four times what a profile may hold
inline constexpr std::size_t most_fields = 1000;

struct Record {
    std::uint32_t line = 0, last_line = 0;  // the first line of a file is 1; a quoted value may hold line breaks
    std::vector<std::string> fields{};      // of CSV
    std::string text{};                     // of JSON lines
    std::string fault{};                    // not empty: it cannot be read, and why
    bool unclosed = false;                  // a quote was open at the end of the file
};

// CSV as RFC 4180 has it, or a JSON object a line; empty lines are passed over. Bytes go in piece by piece, records come
// out in order. What is inside of quotes is never taken for a record, whatever is wrong with it.
class Records {
public:
    explicit Records(Format format) : format_(format) {}
    void feed(std::string_view bytes);
    void finish();  // the file ends here
    std::optional<Record> next();

private:
    enum class State { begin, plain, quoted, quote_seen, carriage_return, skipping };
    void take(char);
    void take_csv(char);
    void take_json(char);
    void keep(char);
    void end_field();
    void end_record();
    void fail(const char* why);

    Format format_;
    State state_ = State::begin;
    Record record_{};
    std::string field_{};
    std::size_t size_ = 0;         // bytes of the record so far
    std::uint32_t line_ = 1;       // of the next byte
    bool begun_ = false, any_quote_ = false;
    std::string head_{};           // the file's first bytes while they may be a byte order mark
    bool head_done_ = false;
    std::deque<Record> ready_{};
};

// --- Reading a record

// What the columns of a file are. JSON lines have no header: each object names its own.
struct Header {
    std::vector<std::optional<Column>> columns{};  // none: to be ignored
};
Result<Header> read_header(const Record&, bool ignore_unknown);

// The refusal's field is the column's name; its text never repeats a value.
Result<customers::NewCustomer> read_customer(Format, const Header&, const Record&, bool ignore_unknown);

// A line that adds nothing.
struct Refused {
    std::uint32_t line{};
    std::string column{};  // may be empty: the whole line
    std::string reason{};
};
Refused refused(std::uint32_t line, const Refusal&);
std::string csv_line(const Refused&);                          // "17,email,must be an e-mail address\n"
inline constexpr std::string_view csv_head = "line,column,reason\n";
// A report that a run left behind, without what it says of lines behind `line`: they are going to be read again.
std::string report_up_to(std::string_view report, std::uint32_t line);

// Sees the same number, user id, name or address twice in one file, for a check that writes nothing.
class Seen {
public:
    // None: new so far, and remembered. Else the refusal, as the import itself would give it.
    std::optional<Refusal> twice(const customers::NewCustomer&);

private:
    std::set<std::array<std::uint8_t, 16>> digests_{};
};

// --- The import

using ImportId = UuidOf<struct ImportTag>;

struct State {
    ImportId id{};
    std::uint32_t line{};  // the last one that is done with
    std::uint32_t added{}, refused{};
    Time began_at{}, updated_at{};
    std::optional<Time> finished_at{};
    std::string file_name{};
};

// One record, read or not.
struct Line {
    std::uint32_t line{}, last_line{};
    Result<customers::NewCustomer> customer;
};

// Judged and hashed: adding it is statements only.
struct Batch {
    struct Item {
        std::uint32_t line{};
        customers::Prepared prepared{};
    };
    std::vector<Item> items{};
    std::vector<Refused> refused{};
    std::uint32_t last_line{}, lines{};
};

class Imports {
public:
    Imports(customers::Customers& customers, logins::Logins& logins, crypto::HashCost cost)
        : customers_(customers), logins_(logins), cost_(cost) {}

    std::optional<State> find(db::Session&, RealmNo, const ImportId&);
    // How far the file has come; its row is made when it is new.
    State begin(db::Db&, const Context&, const ImportId&, std::string_view file_name);
    // Judges the lines and makes what is to be stored of their hashes, in `jobs` threads and outside of the hash gate:
    // the slots of the gate belong to those who sign in. Nothing is written.
    Batch prepare(db::Session&, const Context&, const realms::Realm&, std::vector<Line>, unsigned jobs);
    // Adds the batch and moves the row on, in one transaction. Its refusals are complete when about_to_commit is told of
    // them, which may happen more than once. Fault when another run of the same file has been here meanwhile.
    State add(db::Db&, const Context&, const State&, const Batch&,
              const std::function<void(const std::vector<Refused>&)>& about_to_commit);
    State finish(db::Db&, const Context&, State);
    // Why the customer would be refused as the database is; none when he would be added. Hashes and writes nothing.
    std::optional<Refusal> judge(db::Session&, const Context&, const realms::Realm&, customers::NewCustomer);

    // Those that did not come to their end, oldest first.
    std::vector<State> unfinished(db::Session&, RealmNo);
    // Forgets finished ones. The same file would be taken for a new one then.
    std::uint64_t purge(db::Session&, RealmNo, Time finished_before, unsigned most);

private:
    State add(db::Db&, const Context&, const State&, const Batch&,
              const std::function<void(const std::vector<Refused>&)>& about_to_commit, bool in_batch);
    customers::Customers& customers_;
    logins::Logins& logins_;
    crypto::HashCost cost_;
};

}  // namespace authtickets::imports
