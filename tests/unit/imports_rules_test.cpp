// SPDX-License-Identifier: MIT
// Rules of imports (docs/import.md): files cut into records, records read into customers, and everything that is wrong
// with them, by its line and column.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/imports.h>

#include <numeric>

using namespace authtickets;
using namespace authtickets::imports;

namespace {

std::vector<Record> records(Format format, std::string_view text, std::size_t step = 0) {
    Records cutter(format);
    std::vector<Record> out;
    for (std::size_t at = 0; at < text.size(); at += step ? step : text.size()) {
        cutter.feed(text.substr(at, step ? step : text.size()));
        while (auto record = cutter.next()) out.push_back(std::move(*record));
    }
    cutter.finish();
    while (auto record = cutter.next()) out.push_back(std::move(*record));
    return out;
}

// "1:a|b" for fields, "1-2:!why" for faults; records are joined by a blank.
std::string shown(const std::vector<Record>& all) {
    std::string out;
    for (const auto& each : all) {
        if (!out.empty()) out += " ";
        out += std::to_string(each.line);
        if (each.last_line != each.line) out += "-" + std::to_string(each.last_line);
        out += ":";
        if (!each.fault.empty()) {
            out += "!" + each.fault;
            continue;
        }
        for (std::size_t i = 0; i < each.fields.size(); ++i) out += (i ? "|" : "") + each.fields[i];
        out += each.text;
    }
    return out;
}

std::string why(const Refusal& refusal) { return refusal.field + ": " + refused(0, refusal).reason; }

// What reading one CSV line gives: "added", or "column: reason".
Result<customers::NewCustomer> csv(const std::string& header, const std::string& line) {
    const auto all = records(Format::csv, header + "\n" + line + "\n");
    BOOST_REQUIRE(all.size() == 2u);
    const auto columns = read_header(all[0], false);
    BOOST_REQUIRE(columns);
    return read_customer(Format::csv, *columns, all[1], false);
}
Result<customers::NewCustomer> jsonl(const std::string& line, bool ignore_unknown = false) {
    const auto all = records(Format::jsonl, line + "\n");
    BOOST_REQUIRE(all.size() == 1u);
    return read_customer(Format::jsonl, {}, all[0], ignore_unknown);
}
std::string verdict(const Result<customers::NewCustomer>& read) { return read ? "added" : why(read.error()); }

const std::string md5_line = "{md5-salt-last}0cc175b9c0f1b6a831c399e269772661:xy";

}  // namespace

BOOST_AUTO_TEST_SUITE(imports_rules)

BOOST_AUTO_TEST_CASE(formats_are_known_by_the_ending_of_the_file) {
    BOOST_TEST((format_of_file("customers.csv") == Format::csv));
    BOOST_TEST((format_of_file("/a.b/CUSTOMERS.CSV") == Format::csv));
    BOOST_TEST((format_of_file("x.jsonl") == Format::jsonl));
    BOOST_TEST((format_of_file("x.ndjson") == Format::jsonl));
    for (const char* other : {"", "csv", "x.json", "x.csv.gz", "x.tsv", "x."}) BOOST_TEST(!format_of_file(other), other);
    BOOST_TEST((format_named("jsonl") == Format::jsonl));
    BOOST_TEST(!format_named("CSV"));
}

BOOST_AUTO_TEST_CASE(csv_is_cut_as_rfc_4180_says) {
    const std::string bom = "\xEF\xBB\xBF";
    const struct { std::string text, expected; } table[] = {
        {"", ""},
        {"a", "1:a"},
        {"a,b\nc,d\n", "1:a|b 2:c|d"},
        {"a,b\r\nc,d\r\n", "1:a|b 2:c|d"},
        {"a,b\nc,d", "1:a|b 2:c|d"},
        {"a\r", "1:a"},
        {"a,\n,b\n,\n", "1:a| 2:|b 3:|"},
        {"\n\na\n\r\n\nb\n", "3:a 6:b"},
        {bom + "a\nb\n", "1:a 2:b"},
        {bom + "\"a\"\n", "1:a"},
        {bom + bom + "a\n", "1:" + bom + "a"},
        {"\xEF\xBB", "1:\xEF\xBB"},
        {"\"a,b\"\n", "1:a,b"},
        {"\"a\"\"b\"\n", "1:a\"b"},
        {"\"\"\n", "1:"},
        {"\"\",\"\"\"\"\n", "1:|\""},
        {"\"a\nb\",c\nd,e\n", "1-2:a\nb|c 3:d|e"},
        {"\"a\r\n\r\nb\"\r\nc\r\n", "1-3:a\r\n\r\nb 4:c"},
        {"\"a\"", "1:a"},
        {" \"a\n", "1:!a quote inside of a value that does not begin with one"},
        {"a\"b,c\nd\n", "1:!a quote inside of a value that does not begin with one 2:d"},
        {"\"a\"b\nd\n", "1:!text after a closing quote 2:d"},
        {"\"a\" ,b\nd\n", "1:!text after a closing quote 2:d"},
        {"a\rb\nd\n", "1:!a carriage return without a line feed 2:d"},
        {"\"a\nb,c\n\"d\"\ne\n", "1-3:!text after a closing quote 4:e"},
        {"a\n\"b\nc\nd", "1:a 2-4:!a quote is not closed"},
        {"a\n\"", "1:a 2:!a quote is not closed"},
    };
    for (const auto& [text, expected] : table) {
        for (const std::size_t step : {0, 1, 2, 3}) BOOST_TEST(shown(records(Format::csv, text, step)) == expected, text << " by " << step);
    }
}

BOOST_AUTO_TEST_CASE(json_lines_are_cut_at_line_feeds_only) {
    const struct { std::string text, expected; } table[] = {
        {"", ""},
        {"{}\n{}", "1:{} 2:{}"},
        {"\n \t\r\n{}\r\n", "3:{}\r"},
        {"\xEF\xBB\xBF{}\n", "1:{}"},
        {"{\"a\":\"\r\"}\n", "1:{\"a\":\"\r\"}"},
    };
    for (const auto& [text, expected] : table) {
        for (const std::size_t step : {0, 1, 2}) BOOST_TEST(shown(records(Format::jsonl, text, step)) == expected, text);
    }
}

BOOST_AUTO_TEST_CASE(what_is_too_long_is_refused_and_the_next_line_read) {
    const std::string fits(longest_record - 2, 'x'), wide(1024 * 1024, 'x');
    BOOST_TEST(records(Format::csv, fits + "\nb\n").at(0).fault == "");
    for (const auto& [format, text] : {std::pair{Format::csv, wide + "\nb\n"}, std::pair{Format::csv, "\"" + wide + "\"\nb\n"},
                                       std::pair{Format::jsonl, wide + "\nb\n"}}) {
        const auto all = records(format, text);
        BOOST_REQUIRE(all.size() == 2u);
        BOOST_TEST(all[0].fault == "is longer than 256 KiB");
        BOOST_TEST(all[0].fields.empty());
        BOOST_TEST(all[1].line == 2u);
        BOOST_TEST(all[1].fault == "");
    }
    BOOST_TEST(records(Format::csv, std::string(2000, ',') + "\nb\n").at(0).fault == "has more than 1000 values");
    // What stands inside of quotes is text, however long it is and whatever it looks like.
    const auto smuggled = records(Format::csv, "\"" + wide + "\nadmin@shop.example\n\"\nb\n");
    BOOST_REQUIRE(smuggled.size() == 2u);
    BOOST_TEST(smuggled[0].last_line == 3u);
    BOOST_TEST(smuggled[1].line == 4u);
}

BOOST_AUTO_TEST_CASE(the_header_names_the_columns_in_any_order) {
    const auto read = [](const std::string& line, bool ignore = false) { return read_header(records(Format::csv, line).at(0), ignore); };
    const auto good = read("email,account_id,first_name");
    BOOST_REQUIRE(good);
    BOOST_TEST((good->columns == std::vector<std::optional<Column>>{Column::email, Column::account_id, Column::first_name}));
    const struct { std::string line, text; bool ignore; } table[] = {
        {"email,colour", "there is no column \"colour\"", false},
        {"Email", "there is no column \"Email\"", false},
        {" email", "there is no column \" email\"", false},
        {"password", "there is no column \"password\"", false},
        {"email,", "there is no column \"\"", false},
        {"email;first_name", "there is no column \"email;first_name\"; columns are separated by commas", false},
        {"em\x1B[31m", "there is no column \"em\\x1b[31m\"", false},
        {"\xFF\xFE""e", "there is no column \"\\xff\\xfe""e\"", false},
        {"email,phone,email", "stands in the header line twice", false},
        {"email,phone,email", "stands in the header line twice", true},
        {"colour,size", "the first line names none of the columns", true},
        {"\"email", "a quote is not closed", false},
    };
    for (const auto& each : table) {
        const auto bad = read(each.line, each.ignore);
        BOOST_REQUIRE_MESSAGE(!bad, each.line);
        BOOST_TEST(bad.error().text == each.text);
    }
    const auto some = read("colour,email", true);
    BOOST_REQUIRE(some);
    BOOST_TEST((some->columns == std::vector<std::optional<Column>>{std::nullopt, Column::email}));
}

BOOST_AUTO_TEST_CASE(every_column_has_its_own_name) {
    std::set<std::string_view> all;
    for (std::size_t i = 0; i < column_count; ++i) {
        const auto column = static_cast<Column>(i);
        BOOST_TEST(all.insert(name(column)).second);
        BOOST_TEST((column_named(name(column)) == column));
    }
    BOOST_TEST(!column_named(""));
}

BOOST_AUTO_TEST_CASE(a_full_line_is_read_whole_in_both_formats) {
    const std::string header = "account_id,user_id,user_name,email,email_verified,phone,phone_verified,first_name,last_name,company,locale,"
                               "account_type,external_id,tax_id,tax_exempt,accepts_marketing,customer_since,active,login,password_hash,"
                               "password_format,password_change_required,attributes,contacts,notes";
    const std::string line = "4711,0123456789abcdef0123456789abcdef,ada,Ada@Shop.example,TRUE,+4930123456,true,Ada,\"Byron, Countess\",Engines,"
                             "en-GB,B2B,x-1,DE1,true,true,2001-02-03,false,true,0cc175b9c0f1b6a831c399e269772661:xy,md5-salt-last,true,"
                             "\"[{\"\"fullyQualifiedName\"\":\"\"tenant~colour\"\",\"\"values\"\":[\"\"red\"\",1]}]\",\"[{\"\"email\"\":\"\"b@shop.example\"\"}]\","
                             "\"first line\nsecond line\"";
    const std::string object =
        R"({"account_id":4711,"user_id":"01234567-89AB-cdef-0123-456789abcdef","user_name":"ada","email":"Ada@Shop.example","email_verified":true,)"
        R"("phone":"+4930123456","phone_verified":true,"first_name":"Ada","last_name":"Byron, Countess","company":"Engines","locale":"en-GB",)"
        R"("account_type":"B2B","external_id":"x-1","tax_id":"DE1","tax_exempt":true,"accepts_marketing":true,"customer_since":"2001-02-03",)"
        R"("active":false,"login":true,"password_hash":"0cc175b9c0f1b6a831c399e269772661:xy","password_format":"md5-salt-last",)"
        R"("password_change_required":true,"attributes":[{"fullyQualifiedName":"tenant~colour","values":["red",1]}],)"
        R"("contacts":[{"email":"b@shop.example"}],"notes":"first line\nsecond line"})";
    for (const auto& read : {csv(header, line), jsonl(object)}) {
        BOOST_REQUIRE_MESSAGE(read, verdict(read));
        const auto& p = read->profile;
        BOOST_TEST(read->number->value == 4711u);
        BOOST_TEST(hex(read->user->value) == "0123456789abcdef0123456789abcdef");
        BOOST_REQUIRE(read->login);
        BOOST_TEST(read->login->user_name == "ada");
        BOOST_TEST(!read->login->password);
        BOOST_TEST((read->login->foreign->scheme == crypto::ForeignScheme::md5_salt_last));
        BOOST_TEST(read->login->change_required);
        BOOST_TEST(p.email == "Ada@Shop.example");
        BOOST_TEST(read->email_verified);
        BOOST_TEST(read->phone == "+4930123456");
        BOOST_TEST(read->phone_verified);
        BOOST_TEST(p.first_name == "Ada");
        BOOST_TEST(p.last_name == "Byron, Countess");
        BOOST_TEST(p.company == "Engines");
        BOOST_TEST(p.locale_code == "en-GB");
        BOOST_TEST(p.account_type == "B2B");
        BOOST_TEST(p.external_id == "x-1");
        BOOST_TEST(p.tax_id == "DE1");
        BOOST_TEST(p.tax_exempt);
        BOOST_TEST(p.accepts_marketing);
        BOOST_TEST(iso8601(*p.customer_since_at) == "2001-02-03T00:00:00.000Z");
        BOOST_TEST(!read->active);
        BOOST_TEST(Json(p.attributes).dump() == R"([{"fullyQualifiedName":"tenant~colour","values":["red",1]}])");
        BOOST_TEST(Json(p.contacts).dump() == R"([{"email":"b@shop.example"}])");
        BOOST_TEST(Json(p.notes).dump() == R"([{"content":"first line\nsecond line"}])");
    }
}

BOOST_AUTO_TEST_CASE(what_is_left_out_has_its_default) {
    for (const auto& read : {csv("email,active,user_name,notes", "a@b.example,,,"), jsonl(R"({"email":"a@b.example","active":null,"phone":""})")}) {
        BOOST_REQUIRE_MESSAGE(read, verdict(read));
        BOOST_TEST(read->active);
        BOOST_TEST(!read->email_verified);
        BOOST_TEST(!read->number);
        BOOST_TEST(!read->user);
        BOOST_TEST(read->profile.account_type == "B2C");
        BOOST_TEST(!read->profile.accepts_marketing);
        BOOST_TEST(!read->profile.tax_exempt);
        BOOST_TEST(!read->profile.customer_since_at);
        BOOST_TEST(read->profile.notes.empty());
    }
}

BOOST_AUTO_TEST_CASE(who_gets_a_login) {
    const struct { const char *line, *expected; } table[] = {
        // user_name, email, login, password_hash
        {"ada,,,", "login"},
        {",a@b.example,,", "login"},
        {"ada,a@b.example,,", "login"},
        {",a@b.example,true,", "login"},
        {",a@b.example,false,", "guest"},
        {",a@b.example,FALSE,", "guest"},
        {",,,", "holds no value"},
        {",,false,", "guest"},
        {",,true,", "login: a login needs a user_name or an email"},
        {",,,HASH", "password_hash: a login needs a user_name or an email"},
        {"ada,,false,", "user_name: belongs to a login, and this customer has none"},
        {",a@b.example,false,HASH", "password_hash: belongs to a login, and this customer has none"},
        {"ada,,,HASH", "hash"},
        {",a@b.example,no,", "login: must be true or false"},
    };
    for (const auto& [pattern, expected] : table) {
        std::string line = pattern;
        if (const auto at = line.find("HASH"); at != line.npos) line.replace(at, 4, md5_line);
        const auto read = csv("user_name,email,login,password_hash", line);
        const std::string got = !read                      ? why(read.error()).substr(read.error().field.empty() ? 2 : 0)
                                : !read->login             ? "guest"
                                : read->login->foreign     ? "hash"
                                                           : "login";
        BOOST_TEST(got == expected, pattern);
    }
    BOOST_TEST(verdict(csv("company", "Engines")) == "added");
    BOOST_TEST(!csv("company", "Engines")->login);
    for (const char* column : {"user_id", "phone"}) {
        const std::string value = *column == 'u' ? "0123456789abcdef0123456789abcdef" : "+4930123456";
        BOOST_TEST(verdict(csv(std::string("company,") + column, "x," + value))
                   == std::string(column) + ": belongs to a login, and this customer has none");
    }
    BOOST_TEST(verdict(csv("email,login,email_verified", "a@b.example,false,true")) == "email_verified: belongs to a login, and this customer has none");
    BOOST_TEST(verdict(csv("email,login,password_change_required", "a@b.example,false,true"))
               == "password_change_required: belongs to a login, and this customer has none");
}

BOOST_AUTO_TEST_CASE(bad_values_are_refused_by_their_column) {
    const std::string flag = "must be true or false", number = "must be a whole number from 1 to 1999999999",
                      uuid = "must be a UUID: with dashes, or 32 hexadecimal digits", e164 = "must be in the form of E.164, such as +4930123456",
                      date = "must be a date or date-time of ISO 8601, such as 2001-02-03 or 2001-02-03T04:05:06Z",
                      name = "must be 1 to 320 characters without control characters", hundred = "must be at most 100 characters";
    const std::string wide(101, 'x');
    const struct { std::string column, value, reason; } table[] = {
        {"account_id", "0", number}, {"account_id", "-1", number}, {"account_id", "+1", number}, {"account_id", "2000000000", number},
        {"account_id", "1.0", number}, {"account_id", "1e3", number}, {"account_id", "99999999999999999999", number},
        {"account_id", " 1", number}, {"account_id", "0x10", number}, {"account_id", "abc", number},
        {"user_id", "1234", uuid}, {"user_id", "00000000-0000-0000-0000-000000000000", uuid}, {"user_id", std::string(32, 'g'), uuid},
        {"user_name", "a\x01""b", name}, {"user_name", " ", name}, {"user_name", std::string(321, 'x'), name},
        {"email", "nobody", "must be an e-mail address"}, {"email", "a@b@c", "must be an e-mail address"},
        {"email", std::string(250, 'a') + "@b.example", "must be an e-mail address"}, {"email", "a b@c.example", "must be an e-mail address"},
        {"email_verified", "1", flag}, {"email_verified", "yes", flag}, {"phone_verified", "ja", flag}, {"tax_exempt", "0", flag},
        {"accepts_marketing", "x", flag}, {"active", "2", flag}, {"login", "y", flag}, {"password_change_required", "t", flag},
        {"phone_verified", "true", "there is no phone"},
        {"phone", "030123456", e164}, {"phone", "+0301234567", e164}, {"phone", "+49 30 123456", e164}, {"phone", "+1234567890123456", e164},
        {"phone", "+123456", e164}, {"phone", "+49301234x6", e164},
        {"first_name", wide, hundred}, {"last_name", wide, hundred}, {"external_id", wide, hundred}, {"tax_id", wide, hundred},
        {"company", wide + wide, "must be at most 200 characters"}, {"locale", wide, "must be at most 20 characters"},
        {"account_type", "B2D", "must be B2C or B2B"}, {"account_type", "b2c", "must be B2C or B2B"},
        {"customer_since", "01.02.2003", date}, {"customer_since", "2003-02-30", date}, {"customer_since", "1044057600", date},
        {"customer_since", "2003-02-01 04:05:06", date}, {"customer_since", "0000-00-00", date},
        {"attributes", "{}", "must be a JSON array"}, {"attributes", "red", "must be a JSON array: not JSON at byte 1"},
        {"attributes", "[1]", "must be a list of objects"}, {"contacts", "[{]", "must be a JSON array: not JSON at byte 3"},
        {"contacts", "[\"x\"]", "must be a list of objects"},
        {"first_name", "a\xFF""b", "is not UTF-8"}, {"password_hash", "\xC3\x28", "is not UTF-8"},
        {"last_name", std::string("a\0b", 3), "holds NUL"},
    };
    for (const auto& each : table) {
        std::string value = "\"";
        for (const char c : each.value) value.append(c == '"' ? 2 : 1, c);
        value += "\"";
        // Beside a login, so that every column has its place.
        const bool named = each.column == "user_name";
        const auto read = csv(named ? "user_name" : "user_name," + each.column, (named ? "" : "ada,") + value);
        BOOST_TEST(verdict(read) == each.column + ": " + each.reason, each.column << " " << each.value.substr(0, 40));
    }
}

BOOST_AUTO_TEST_CASE(values_of_another_kind_are_refused_in_json) {
    const struct { const char *member, *reason; } table[] = {
        {R"("account_id":"x")", "account_id: must be a whole number from 1 to 1999999999"},
        {R"("account_id":1.5)", "account_id: has a value of another kind"},
        {R"("account_id":99999999999999999999)", "account_id: has a value of another kind"},
        {R"("account_id":true)", "account_id: must be a whole number from 1 to 1999999999"},
        {R"("account_id":[1])", "account_id: must be a whole number from 1 to 1999999999"},
        {R"("user_id":7)", "user_id: must be text"},
        {R"("email":{"a":1})", "email: has a value of another kind"},
        {R"("email":["a@b.example"])", "email: must be text"},
        {R"("first_name":7)", "first_name: must be text"},
        {R"("phone":4930123456)", "phone: must be text"},
        {R"("external_id":true)", "external_id: must be text"},
        {R"("active":1)", "active: must be true or false"},
        {R"("active":"maybe")", "active: must be true or false"},
        {R"("customer_since":20010203)", "customer_since: must be text"},
        {R"("attributes":"[]")", "attributes: must be a JSON array"},
        {R"("attributes":{})", "attributes: has a value of another kind"},
        {R"("contacts":[1])", "contacts: must be a list of objects"},
        {R"("notes":[1])", "notes: must be a list of objects"},
        {R"("notes":7)", "notes: must be text"},
        {R"("password_hash":7)", "password_hash: must be text"},
        {R"("password":"secret-1")", ": there is no column \"password\""},
        {R"("Email":"a@b.example")", ": there is no column \"Email\""},
    };
    for (const auto& [member, reason] : table) {
        BOOST_TEST(verdict(jsonl(std::string(R"({"user_name":"ada",)") + member + "}")) == reason, member);
    }
    BOOST_TEST(verdict(jsonl(R"({"user_name":"ada","notes":[{"content":"x"}]})")) == "added");
    BOOST_TEST(verdict(jsonl(R"({"user_name":"ada","colour":"red"})", true)) == "added");
}

BOOST_AUTO_TEST_CASE(broken_json_lines_are_refused_whole) {
    const struct { std::string line, reason; } table[] = {
        {"{", "not JSON at byte 2"}, {"[]", "is not a JSON object"}, {"\"x\"", "is not a JSON object"}, {"null", "is not a JSON object"},
        {"{}", "holds no value"}, {"{} {}", "not JSON at byte 4"}, {"{'a':1}", "not JSON at byte 2"},
        {R"({"email":"a@b.example","email":"c@d.example"})", "an object has a name twice at byte 30"},
        {"{\"first_name\":\"\xFF\"}", "not JSON at byte 16"}, {std::string("{\"first_name\":\"a\0\"}", 19), "NUL at byte 16"},
        {R"({"first_name":"a\u0000b"})", "a text holds NUL at byte 24"}, {std::string(100, '[') , "the values are nested too deeply at byte 17"},
    };
    for (const auto& [line, reason] : table) BOOST_TEST(verdict(jsonl(line)) == ": " + reason, line);
}

BOOST_AUTO_TEST_CASE(the_number_of_values_must_be_that_of_the_header) {
    BOOST_TEST(verdict(csv("user_name,email", "ada")) == ": has 1 values, the header line 2");
    BOOST_TEST(verdict(csv("user_name,email", "ada,a@b.example,x")) == ": has 3 values, the header line 2");
    BOOST_TEST(verdict(csv("user_name,email", "ada,a@b.example,")) == ": has 3 values, the header line 2");
}

// What a hash may cost is judged before any work; the reason tells nothing of it.
BOOST_AUTO_TEST_CASE(a_hash_that_asks_for_a_gigabyte_is_refused_and_not_repeated) {
    const std::string table[] = {
        "$argon2id$v=19$m=1048576,t=10,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$2y$31$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$6$rounds=999999999$saltsalt$" + std::string(86, 'A'),
        "pbkdf2_sha256$1000000000$salt$" + std::string(43, 'A') + "=",
        "SuperSecret-1", "{nothing-known}abc", std::string(100'000, 'a'),
    };
    for (const auto& hash : table) {
        const auto read = csv("user_name,password_hash", "ada,\"" + hash + "\"");
        BOOST_REQUIRE_MESSAGE(!read, hash.substr(0, 40));
        BOOST_TEST(read.error().field == "password_hash");
        const auto line = csv_line(refused(2, read.error()));
        BOOST_TEST(line.find(hash.substr(0, 8)) == line.npos, line);
        BOOST_TEST(line.starts_with("2,password_hash,"), line);
        BOOST_TEST(line.size() < 200u, line);
    }
}

BOOST_AUTO_TEST_CASE(the_report_is_csv_and_is_cut_back_to_the_line_that_was_reached) {
    BOOST_TEST(csv_line({3, "email", "must be, \"so\""}) == "3,email,\"must be, \"\"so\"\"\"\n");
    BOOST_TEST(csv_line({3, "", "holds no value"}) == "3,,holds no value\n");
    const std::string report = std::string(csv_head) + "3,email,a\n17,,b\n18,phone,c\n2";
    BOOST_TEST(report_up_to(report, 17) == std::string(csv_head) + "3,email,a\n17,,b\n");
    BOOST_TEST(report_up_to(report, 2) == csv_head);
    BOOST_TEST(report_up_to(report, 100) == std::string(csv_head) + "3,email,a\n17,,b\n18,phone,c\n");
    BOOST_TEST(report_up_to("something else\n", 100) == "");
    BOOST_TEST(report_up_to("", 100) == "");
}

BOOST_AUTO_TEST_CASE(a_check_sees_what_stands_twice_in_one_file) {
    Seen seen;
    const auto twice = [&](const std::string& header, const std::string& line) {
        const auto read = csv(header, line);
        BOOST_REQUIRE_MESSAGE(read, verdict(read));
        const auto refusal = seen.twice(*read);
        return refusal ? why(*refusal) : "new";
    };
    BOOST_TEST(twice("account_id,email", "1,a@b.example") == "new");
    BOOST_TEST(twice("account_id,email", "1,c@d.example") == "account_id: stands in an earlier line");
    BOOST_TEST(twice("account_id,email", "2,C@D.example") == "new");
    BOOST_TEST(twice("account_id,email", "3,A@B.EXAMPLE") == "email: stands in an earlier line");
    BOOST_TEST(twice("user_name", "a@b.example") == "user_name: stands in an earlier line");
    BOOST_TEST(twice("email,login", "a@b.example,false") == "new");
    BOOST_TEST(twice("user_name,email", "ada@x.example,Ada@X.example") == "new");
    BOOST_TEST(twice("user_name,user_id", "eve,0123456789abcdef0123456789abcdef") == "new");
    BOOST_TEST(twice("user_name,user_id", "eva,01234567-89AB-CDEF-0123-456789abcdef") == "user_id: stands in an earlier line");
}

BOOST_AUTO_TEST_SUITE_END()
