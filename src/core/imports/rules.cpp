// SPDX-License-Identifier: MIT
// The records of a file of customers (records.cpp cuts it into them), each read into a customers::NewCustomer or refused with its
// column and a reason.
// Nothing here repeats a value of the file: it may be a hash, and it is somebody's.
#include <authtickets/core/imports.h>

#include <algorithm>
#include <charconv>
#include <variant>

#include <authtickets/base/log.h>
#include <authtickets/base/utf8.h>
#include <authtickets/crypto/hmac.h>
#include <authtickets/text/names.h>

namespace authtickets::imports {
namespace {

constexpr std::array<std::string_view, column_count> names{
    "account_id", "user_id", "user_name", "email", "email_verified", "phone", "phone_verified", "first_name", "last_name",
    "company", "locale", "account_type", "external_id", "tax_id", "tax_exempt", "accepts_marketing", "customer_since",
    "active", "login", "password_hash", "password_format", "password_change_required", "attributes", "contacts", "notes"};

constexpr std::int64_t most_account_id = 1'999'999'999;  // room for numbers of our own above, in clients that hold an int

tl::unexpected<Refusal> refuse_column(Column column, std::string text, Why why = Why::bad_parameter) {
    return refuse(why, std::string(name(column)), std::move(text));
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

}  // namespace

std::optional<Format> format_named(std::string_view text) {
    if (text == "csv") return Format::csv;
    if (text == "jsonl") return Format::jsonl;
    return {};
}

std::optional<Format> format_of_file(std::string_view file) {
    const auto ending = lower(file.substr(std::min(file.rfind('.'), file.size())));
    if (ending == ".csv") return Format::csv;
    if (ending == ".jsonl" || ending == ".ndjson") return Format::jsonl;
    return {};
}

std::string_view name(Column column) { return names.at(static_cast<std::size_t>(column)); }

std::optional<Column> column_named(std::string_view text) {
    const auto found = std::ranges::find(names, text);
    if (found == names.end()) return {};
    return static_cast<Column>(found - names.begin());
}

// --- Reading a record

Result<Header> read_header(const Record& record, bool ignore_unknown) {
    if (!record.fault.empty()) return refuse(Why::bad_request, {}, record.fault);
    Header header;
    std::set<Column> known;
    for (const auto& each : record.fields) {
        const auto found = column_named(each);
        if (!found && !ignore_unknown) {
            std::string text = "there is no column \"" + log_escape(each.substr(0, 64)) + "\"";
            if (each.find_first_of(";\t") != std::string::npos) text += "; columns are separated by commas";
            return refuse(Why::bad_request, {}, text);
        }
        if (found && !known.insert(*found).second) return refuse_column(*found, "stands in the header line twice");
        header.columns.push_back(found);
    }
    if (known.empty()) return refuse(Why::bad_request, {}, "the first line names none of the columns");
    return header;
}

namespace {

using Cell = std::variant<std::monostate, std::string, bool, std::int64_t, Json::Array>;
using Cells = std::array<Cell, column_count>;

Result<Cells> cells_of_csv(const Header& header, const Record& record) {
    if (record.fields.size() != header.columns.size()) {
        return refuse(Why::bad_request, {}, "has " + std::to_string(record.fields.size()) + " values, the header line "
                                                + std::to_string(header.columns.size()));
    }
    Cells out;
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
        if (!header.columns[i]) continue;
        const auto& text = record.fields[i];
        if (!is_utf8(text)) return refuse_column(*header.columns[i], "is not UTF-8");
        if (text.find('\0') != text.npos) return refuse_column(*header.columns[i], "holds NUL");
        if (!text.empty()) out.at(static_cast<std::size_t>(*header.columns[i])) = text;
    }
    return out;
}

Result<Cell> cell_of_json(Column column, Json value) {
    if (value.is_null()) return Cell{};
    if (const auto* text = value.text()) return text->empty() ? Cell{} : Cell{*text};
    if (const auto flag = value.boolean()) return Cell{*flag};
    if (const auto number = value.integer()) return Cell{*number};
    if (auto* items = value.items()) return Cell{std::move(*items)};
    return refuse_column(column, "has a value of another kind");
}

Result<Cells> cells_of_json(const Record& record, bool ignore_unknown) {
    auto line = parse_json(record.text);
    if (!line) return refuse(line.error());
    auto* const members = line->members();
    if (!members) return refuse(Why::bad_request, {}, "is not a JSON object");
    Cells out;
    for (auto& [key, value] : *members) {
        const auto column = column_named(key);
        if (!column && ignore_unknown) continue;
        if (!column) return refuse(Why::bad_request, {}, "there is no column \"" + log_escape(key.substr(0, 64)) + "\"");
        auto cell = cell_of_json(*column, std::move(value));
        if (!cell) return refuse(cell.error());
        out.at(static_cast<std::size_t>(*column)) = std::move(*cell);
    }
    return out;
}

// Takes values out of the cells; after the first that is wrong the others do not matter.
class Reader {
public:
    explicit Reader(Cells cells) : cells_(std::move(cells)) {}

    bool has(Column column) const { return !std::holds_alternative<std::monostate>(cell(column)); }
    void refuse(Column column, std::string text) {
        if (!refusal_) refusal_ = Refusal{.why = Why::bad_parameter, .field = std::string(name(column)), .text = std::move(text)};
    }
    void refuse(const Refusal& refusal) {
        if (!refusal_) refusal_ = refusal;
    }
    const std::optional<Refusal>& refusal() const { return refusal_; }

    std::string text(Column column) {
        if (!has(column)) return {};
        if (const auto* value = std::get_if<std::string>(&cell(column))) return *value;
        refuse(column, "must be text");
        return {};
    }
    bool flag(Column column, bool otherwise) {
        if (!has(column)) return otherwise;
        if (const auto* value = std::get_if<bool>(&cell(column))) return *value;
        const auto* value = std::get_if<std::string>(&cell(column));
        const auto word = value ? lower(*value) : std::string();
        if (word != "true" && word != "false") refuse(column, "must be true or false");
        return word == "true";
    }
    std::optional<std::int64_t> number(Column column, std::int64_t least, std::int64_t most) {
        if (!has(column)) return {};
        std::int64_t value = least - 1;
        if (const auto* whole = std::get_if<std::int64_t>(&cell(column))) value = *whole;
        if (const auto* digits = std::get_if<std::string>(&cell(column))) {
            const auto* const end = digits->data() + digits->size();
            const auto [stop, fault] = std::from_chars(digits->data(), end, value);
            if (fault != std::errc{} || stop != end) value = least - 1;
        }
        if (value >= least && value <= most) return value;
        refuse(column, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        return {};
    }
    std::optional<Uuid> uuid(Column column) {
        if (!has(column)) return {};
        const auto found = parse_uuid(text(column));
        if (!found || found->empty()) refuse(column, "must be a UUID: with dashes, or 32 hexadecimal digits");
        return found;
    }
    std::optional<Time> time(Column column) {
        if (!has(column)) return {};
        auto value = text(column);
        constexpr std::size_t date = 10;  // 2001-02-03
        if (value.size() == date) value += "T00:00:00Z";
        const auto found = parse_iso8601(value);
        if (!found) refuse(column, "must be a date or date-time of ISO 8601, such as 2001-02-03 or 2001-02-03T04:05:06Z");
        return found;
    }
    // In CSV a list is JSON text.
    Json::Array list(Column column, bool as_text) {
        if (!has(column)) return {};
        if (auto* items = std::get_if<Json::Array>(&cell(column))) return std::move(*items);
        const auto* value = std::get_if<std::string>(&cell(column));
        auto parsed = as_text && value ? parse_json(*value) : Result<Json>(Json());
        if (parsed && parsed->is_array()) return std::move(*parsed->items());
        refuse(column, "must be a JSON array" + (parsed || parsed.error().text.empty() ? "" : ": " + parsed.error().text));
        return {};
    }
    // Plain text is one note.
    Json::Array notes(Column column) {
        if (auto* items = std::get_if<Json::Array>(&cell(column))) return std::move(*items);
        auto value = text(column);
        return value.empty() ? Json::Array{} : Json::Array{Json::object({{"content", std::move(value)}})};
    }

private:
    const Cell& cell(Column column) const { return cells_.at(static_cast<std::size_t>(column)); }
    Cell& cell(Column column) { return cells_.at(static_cast<std::size_t>(column)); }
    Cells cells_;
    std::optional<Refusal> refusal_{};
};

bool e164(std::string_view phone) {
    constexpr std::size_t least = 1 + 7, most = 1 + 15;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return phone.size() >= least && phone.size() <= most && phone[0] == '+' && phone[1] != '0'
           && std::ranges::all_of(phone.substr(1), digit);
}

// The core's names of what a profile holds are the columns' names but for these.
Refusal in_columns(Refusal refusal) {
    if (refusal.field == "locale_code") refusal.field = name(Column::locale);
    if (refusal.field == "customer_since_at") refusal.field = name(Column::customer_since);
    return refusal;
}

accounts::Profile read_profile(Reader& in, Format format) {
    const bool as_text = format == Format::csv;
    accounts::Profile out;
    if (in.has(Column::account_type)) out.account_type = in.text(Column::account_type);
    out.email = text::trimmed(in.text(Column::email));
    out.first_name = in.text(Column::first_name);
    out.last_name = in.text(Column::last_name);
    out.company = in.text(Column::company);
    out.locale_code = in.text(Column::locale);
    out.external_id = in.text(Column::external_id);
    out.tax_id = in.text(Column::tax_id);
    out.tax_exempt = in.flag(Column::tax_exempt, false);
    out.accepts_marketing = in.flag(Column::accepts_marketing, false);
    out.customer_since_at = in.time(Column::customer_since);
    out.attributes = in.list(Column::attributes, as_text);
    out.contacts = in.list(Column::contacts, as_text);
    out.notes = in.notes(Column::notes);
    auto checked = accounts::checked(out);
    if (!checked) in.refuse(in_columns(checked.error()));
    return checked ? std::move(*checked) : out;
}

std::optional<customers::NewCustomer::NewPassword> read_login(Reader& in, const std::string& address) {
    using enum Column;
    const bool named = in.has(user_name) || !address.empty();
    const bool wanted = in.flag(login, named || in.has(password_hash));
    customers::NewCustomer::NewPassword out;
    out.user_name = text::trimmed(in.text(user_name));
    out.change_required = in.flag(password_change_required, false);
    const bool verified = in.flag(email_verified, false);
    if (!wanted) {
        // A guest has nobody who signs in; what belongs to such a person has no place with him.
        for (const auto column : {user_name, password_hash, user_id, phone}) {
            if (in.has(column)) in.refuse(column, "belongs to a login, and this customer has none");
        }
        if (out.change_required) in.refuse(password_change_required, "belongs to a login, and this customer has none");
        if (verified) in.refuse(email_verified, "belongs to a login, and this customer has none");
        return {};
    }
    if (!named) in.refuse(in.has(password_hash) ? password_hash : login, "a login needs a user_name or an email");
    if (in.has(user_name) && !text::normal_name(out.user_name)) {
        in.refuse(user_name, "must be 1 to 320 characters without control characters");
    }
    if (verified && address.empty()) in.refuse(email_verified, "there is no email");
    if (in.has(password_hash)) {
        auto found = crypto::read_foreign_hash(in.text(password_hash), in.text(password_format));
        if (found) out.foreign = std::move(*found);
        else in.refuse(found.error());
    }
    return out;
}

std::string reason_of(const Refusal& refusal) {
    if (!refusal.text.empty()) return refusal.text;
    if (refusal.why == Why::name_taken) return "another customer has it";
    return std::string(sentence(refusal.why));
}

std::string quoted(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == text.npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    return out + "\"";
}

}  // namespace

Result<customers::NewCustomer> read_customer(Format format, const Header& header, const Record& record, bool ignore_unknown) {
    using enum Column;
    if (!record.fault.empty()) return refuse(Why::bad_request, {}, record.fault);
    auto cells = format == Format::csv ? cells_of_csv(header, record) : cells_of_json(record, ignore_unknown);
    if (!cells) return refuse(cells.error());
    const auto empty = [](const Cell& cell) { return std::holds_alternative<std::monostate>(cell); };
    if (std::ranges::all_of(*cells, empty)) return refuse(Why::bad_request, {}, "holds no value");
    Reader in(std::move(*cells));
    customers::NewCustomer out;
    if (const auto number = in.number(account_id, 1, most_account_id)) out.number = AccountNo{static_cast<std::uint32_t>(*number)};
    if (const auto user = in.uuid(user_id)) out.user = UserId{*user};
    out.profile = read_profile(in, format);
    out.login = read_login(in, out.profile.email);
    out.active = in.flag(active, true);
    out.email_verified = in.flag(email_verified, false);
    out.phone = in.text(phone);
    if (!out.phone.empty() && !e164(out.phone)) in.refuse(phone, "must be in the form of E.164, such as +4930123456");
    out.phone_verified = in.flag(phone_verified, false);
    if (out.phone_verified && out.phone.empty()) in.refuse(phone_verified, "there is no phone");
    if (in.refusal()) return refuse(*in.refusal());
    return out;
}

Refused refused(std::uint32_t line, const Refusal& refusal) {
    return {.line = line, .column = in_columns(refusal).field, .reason = reason_of(refusal)};
}

std::string csv_line(const Refused& each) {
    return std::to_string(each.line) + "," + quoted(each.column) + "," + quoted(each.reason) + "\n";
}

std::string report_up_to(std::string_view report, std::uint32_t line) {
    std::string out;
    while (!report.empty()) {
        const auto end = report.find('\n');
        if (end == report.npos) break;  // the run was cut off in the middle of it
        const auto each = report.substr(0, end + 1);
        report.remove_prefix(end + 1);
        std::uint32_t number{};
        const bool numbered = std::from_chars(each.data(), each.data() + each.size(), number).ec == std::errc{};
        if (numbered ? number <= line : each == csv_head) out.append(each);
    }
    return out;
}

std::optional<Refusal> Seen::twice(const customers::NewCustomer& customer) {
    std::vector<std::pair<Column, std::string>> keys;
    if (customer.number) keys.emplace_back(Column::account_id, std::to_string(customer.number->value));
    if (customer.user) keys.emplace_back(Column::user_id, as_text(customer.user->value.bytes));
    if (customer.login) {
        // One space of names for user names and addresses, as in login_names.
        const auto user_name = text::normal_name(customer.login->user_name);
        const auto email = text::normal_email(customer.profile.email);
        if (user_name) keys.emplace_back(Column::user_name, *user_name);
        if (email && email != user_name) keys.emplace_back(Column::email, *email);
    }
    std::vector<std::array<std::uint8_t, 16>> fresh;
    for (const auto& [column, key] : keys) {
        const auto kind = column == Column::email ? Column::user_name : column;
        const auto digest = crypto::sha256(as_bytes(std::string(name(kind)) + "\n" + key));
        auto& short_digest = fresh.emplace_back();
        std::copy_n(digest.begin(), short_digest.size(), short_digest.begin());
        if (digests_.contains(short_digest)) {
            return Refusal{.why = Why::name_taken, .field = std::string(name(column)), .text = "stands in an earlier line"};
        }
    }
    digests_.insert(fresh.begin(), fresh.end());
    return {};
}

}  // namespace authtickets::imports
