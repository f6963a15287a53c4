// SPDX-License-Identifier: MIT
// Mails as text, read back by a reader of the test's own: what they hold, what they cannot be made to hold.
#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/base/bytes.h>
#include <authtickets/base/utf8.h>
#include <authtickets/delivery/mail.h>
#include <authtickets/text/domains.h>

using namespace authtickets;
using namespace authtickets::delivery;
using namespace std::literals;

namespace {

// --- A reader of mails: strict about what we promise ---------------------------------------------------------------------

struct Part {
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;  // decoded
    std::vector<Part> parts;
    std::string header(std::string_view name) const {
        std::string out = "(absent)";
        for (const auto& [key, value] : headers) {
            if (key != name) continue;
            BOOST_TEST(out == "(absent)", name << " stands twice");
            out = value;
        }
        return out;
    }
};

std::string from_quoted_printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = text.find("\r\n");
        BOOST_REQUIRE(end != text.npos);
        const auto line = text.substr(0, end);
        BOOST_TEST(line.size() <= 76u);
        BOOST_TEST(!line.ends_with(' '));
        BOOST_TEST(!line.starts_with('.'));
        BOOST_TEST(!line.starts_with("From "));
        bool soft = false;
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (line[i] != '=') {
                out.push_back(line[i]);
            } else if (i + 1 == line.size()) {
                soft = true;
            } else {
                const auto byte = from_hex(line.substr(i + 1, 2));
                BOOST_REQUIRE(byte);
                out += as_text(*byte);
                i += 2;
            }
        }
        if (!soft) out += "\r\n";
        text.remove_prefix(end + 2);
    }
    return out;
}

std::string without(std::string text, std::string_view what) {
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at)) text.erase(at, what.size());
    return text;
}

Part read(std::string_view text) {
    Part out;
    std::string_view rest = text;
    while (true) {
        const auto end = rest.find("\r\n");
        BOOST_REQUIRE(end != rest.npos);
        const auto line = rest.substr(0, end);
        rest.remove_prefix(end + 2);
        if (line.empty()) break;
        if (line.starts_with(' ')) {
            BOOST_REQUIRE(!out.headers.empty());
            out.headers.back().second += line;
            continue;
        }
        const auto colon = line.find(": ");
        BOOST_REQUIRE_MESSAGE(colon != line.npos, line);
        out.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    const auto type = out.header("Content-Type");
    if (const auto at = type.find("boundary=\""); at != type.npos) {
        const auto boundary = type.substr(at + 10, type.size() - at - 11);
        BOOST_TEST(boundary.size() <= 70u);
        const auto first = "--" + boundary + "\r\n", line = "\r\n" + first, last = "\r\n--" + boundary + "--\r\n";
        BOOST_REQUIRE(rest.starts_with(first));
        BOOST_REQUIRE(rest.ends_with(last));
        rest = rest.substr(first.size(), rest.size() - first.size() - last.size());
        while (true) {
            const auto next = rest.find(line);
            out.parts.push_back(read(rest.substr(0, next)));
            if (next == rest.npos) break;
            rest.remove_prefix(next + line.size());
        }
        return out;
    }
    const auto encoding = out.header("Content-Transfer-Encoding");
    if (encoding == "quoted-printable") {
        out.body = from_quoted_printable(rest);
    } else if (encoding == "base64") {
        const auto bytes = from_base64(without(std::string(rest), "\r\n"));
        BOOST_REQUIRE(bytes);
        out.body = as_text(*bytes);
    } else {
        BOOST_TEST(encoding == "7bit");
        out.body = rest;
    }
    return out;
}

// RFC 2047: encoded words beside each other belong together.
std::string shown(std::string text) {
    std::string out;
    bool word_before = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto blanks = text.find_first_not_of(' ', at);
        const bool word = blanks != text.npos && text.compare(blanks, 10, "=?UTF-8?B?") == 0;
        if (word) {
            const auto end = text.find("?=", blanks + 10);
            BOOST_REQUIRE(end != text.npos);
            BOOST_TEST(end + 2 - blanks <= 75u);
            const auto bytes = from_base64(std::string_view(text).substr(blanks + 10, end - blanks - 10));
            BOOST_REQUIRE(bytes);
            BOOST_TEST(is_utf8(as_text(*bytes)));
            if (!word_before) out.append(blanks - at, ' ');
            out += as_text(*bytes);
            at = end + 2;
        } else {
            out.push_back(text[at++]);
        }
        word_before = word;
    }
    return out;
}

Mail plain() {
    return {.from = "shop@shop.example",
            .from_name = "The Shop",
            .to = "jane@customer.example",
            .subject = "Your code",
            .text = "Your code is 012345.\n",
            .id = "0f8d2c1e5a444b0e9d3c6f2a7b1c9e55",
            .date = *parse_iso8601("2026-01-15T10:20:31Z")};
}

// What holds for every mail that is sent.
void check_form(const std::string& message) {
    std::string_view rest = message;
    while (!rest.empty()) {
        const auto end = rest.find("\r\n");
        BOOST_REQUIRE(end != rest.npos);
        const auto line = rest.substr(0, end);
        BOOST_TEST(line.size() <= 998u);
        for (const char c : line) {
            const bool allowed = c == '\t' || (c >= ' ' && c < 0x7f);
            if (!allowed) BOOST_TEST(allowed, "byte " << static_cast<int>(c));
        }
        rest.remove_prefix(end + 2);
    }
}

Part sent(const Mail& mail) {
    const auto rendered = render(mail);
    BOOST_REQUIRE_MESSAGE(rendered.why.empty(), rendered.why);
    check_form(rendered.message);
    return read(rendered.message);
}

const std::string german = "Gr\xc3\xbc\xc3\x9f" "e aus K\xc3\xb6ln";
const std::string hebrew = "\xd7\x94\xd7\xa7\xd7\x95\xd7\x93 \xd7\xa9\xd7\x9c\xd7\x9a";

}  // namespace

BOOST_AUTO_TEST_SUITE(delivery_mail)

BOOST_AUTO_TEST_CASE(a_plain_mail_reads_as_it_was_written) {
    const auto rendered = render(plain());
    BOOST_TEST(rendered.why == "");
    BOOST_TEST(rendered.from == "shop@shop.example");
    BOOST_TEST(rendered.to == "jane@customer.example");
    BOOST_TEST(rendered.bcc == "");
    BOOST_TEST(rendered.message ==
               "Date: Thu, 15 Jan 2026 10:20:31 +0000\r\n"
               "From: \"The Shop\" <shop@shop.example>\r\n"
               "To: <jane@customer.example>\r\n"
               "Subject: Your code\r\n"
               "Message-ID: <0f8d2c1e5a444b0e9d3c6f2a7b1c9e55@shop.example>\r\n"
               "Auto-Submitted: auto-generated\r\n"
               "X-Auto-Response-Suppress: All\r\n"
               "MIME-Version: 1.0\r\n"
               "Content-Type: text/plain; charset=UTF-8\r\n"
               "Content-Transfer-Encoding: 7bit\r\n"
               "\r\n"
               "Your code is 012345.\r\n");
}

BOOST_AUTO_TEST_CASE(text_comes_before_html_and_both_are_whole) {
    auto mail = plain();
    mail.text = german + "\r\nzweite Zeile\rdritte\n.\nFrom hier\n" + std::string(300, 'x') + "\n  am Ende blank \n";
    mail.html = "<p>Your code is <b>012345</b>.</p><p dir=\"rtl\" class=\"other\">" + hebrew + " <b>012345</b></p>";
    mail.reply_to = "help@shop.example";
    mail.bcc = "archive@shop.example";
    mail.host = "shop.example";
    mail.headers = {{"Content-Language", "de"}};
    const auto rendered = render(mail);
    BOOST_TEST(rendered.bcc == "archive@shop.example");
    BOOST_TEST(rendered.message.find("archive") == std::string::npos);
    const auto read_back = sent(mail);
    BOOST_TEST(read_back.header("Content-Type").starts_with("multipart/alternative; boundary="));
    BOOST_TEST(read_back.header("Reply-To") == "<help@shop.example>");
    BOOST_TEST(read_back.header("Content-Language") == "de");
    BOOST_TEST(read_back.header("MIME-Version") == "1.0");
    BOOST_TEST(read_back.header("Auto-Submitted") == "auto-generated");
    BOOST_REQUIRE(read_back.parts.size() == 2u);
    BOOST_TEST(read_back.parts[0].header("Content-Type") == "text/plain; charset=UTF-8");
    BOOST_TEST(read_back.parts[0].body
               == german + "\r\nzweite Zeile\r\ndritte\r\n.\r\nFrom hier\r\n" + std::string(300, 'x') + "\r\n  am Ende blank \r\n");
    BOOST_TEST(read_back.parts[1].header("Content-Type") == "text/html; charset=UTF-8");
    BOOST_TEST(read_back.parts[1].header("Content-Transfer-Encoding") == "quoted-printable");
    BOOST_TEST(read_back.parts[1].body == mail.html + "\r\n");
    mail.html = "<p>" + hebrew + hebrew + hebrew + "</p>";
    BOOST_TEST(sent(mail).parts[1].header("Content-Transfer-Encoding") == "base64");
    BOOST_TEST(sent(mail).parts[1].body == mail.html + "\r\n");
}

BOOST_AUTO_TEST_CASE(the_shortest_bodies_and_html_alone) {
    auto mail = plain();
    mail.text = "";
    BOOST_TEST(sent(mail).body == "");
    mail.html = "<p>x</p>";
    BOOST_TEST(sent(mail).header("Content-Type") == "text/html; charset=UTF-8");
    mail.text = "\n";
    mail.html = "";
    BOOST_TEST(sent(mail).body == "\r\n");
}

BOOST_AUTO_TEST_CASE(a_body_that_holds_the_boundary_does_not_end_there) {
    auto mail = plain();
    mail.text = "--=_" + mail.id + "\r\nContent-Type: text/html\r\n\r\nx\n--=_" + mail.id + "--\n";
    mail.html = "<p>=_" + mail.id + "_</p>\n--=_" + mail.id + "_\n";
    const auto read_back = sent(mail);
    BOOST_REQUIRE(read_back.parts.size() == 2u);
    BOOST_TEST(read_back.parts[1].body == "<p>=_" + mail.id + "_</p>\r\n--=_" + mail.id + "_\r\n");
}

BOOST_AUTO_TEST_CASE(subjects_and_names_of_every_script_read_back) {
    std::string letters;
    for (int i = 0; i < 120; ++i) letters += i % 3 == 0 ? "\xf0\x9f\x94\x91" : i % 3 == 1 ? "\xd7\xa9" : "z ";
    while (letters.ends_with(' ')) letters.pop_back();
    std::string words;
    for (int i = 0; i < 100; ++i) words += "word" + std::to_string(i) + " ";
    words.pop_back();
    for (const auto& text : {"Your code"s, german, hebrew, letters, words, std::string(1200, 'q'), "=?UTF-8?B?SGk=?="s, "a =?x?= b"s, "7 < 8"s, ""s,
                             "\"Shop\" \\ Sons, Ltd. <a@b>"s, "\xe2\x80\xae" "evil"s}) {
        BOOST_TEST_CONTEXT("'" << text << "'") {
            auto mail = plain();
            mail.subject = mail.from_name = text;
            const auto read_back = sent(mail);
            BOOST_TEST(shown(read_back.header("Subject")) == text);
            auto from = shown(read_back.header("From"));
            BOOST_REQUIRE(from.ends_with("<shop@shop.example>"));
            from.erase(from.size() - 19);
            if (from.starts_with('"')) {
                std::string bare;
                BOOST_REQUIRE(from.ends_with("\" "));
                for (std::size_t i = 1; i + 2 < from.size(); ++i) {
                    if (from[i] == '\\') ++i;
                    bare.push_back(from[i]);
                }
                BOOST_TEST(bare == text);
            } else {
                BOOST_TEST(from == (text.empty() ? "" : text + " "));
            }
        }
    }
}

// --- Header injection ----------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(no_name_and_no_subject_makes_a_header) {
    for (const auto& evil : {"x\r\nBcc: evil@evil.example"s, "x\nBcc: evil@evil.example"s, "x\rBcc: evil@evil.example"s,
                             "x\r\n\r\n<html>"s, "x\0Bcc: evil@evil.example"s, "x\r\n Bcc: evil@evil.example"s, "x\v\fBcc: e@e.example"s,
                             "x\xc2\x85" "Bcc: evil@evil.example"s, "x\xe2\x80\xa8" "Bcc: e@e.example"s, "x\xe2\x80\xa9" "Bcc: e@e.example"s,
                             "x\x1b[2J"s, "\r\nBcc: evil@evil.example"s, "x\r\n"s, "x\xff\xfe\r\nBcc: e@e.example"s,
                             "=?UTF-8?Q?x=0D=0ABcc:_evil@evil.example?="s, "x\" <evil@evil.example>, \""s, "x\\\" <e@e.example>"s}) {
        BOOST_TEST_CONTEXT("'" << evil << "'") {
            auto mail = plain();
            mail.subject = mail.from_name = evil;
            mail.headers = {{"X-Shop", evil}};
            const auto read_back = sent(mail);
            BOOST_TEST(read_back.header("Bcc") == "(absent)");
            BOOST_TEST(read_back.headers.size() == 11u);
            BOOST_TEST(read_back.body == "Your code is 012345.\r\n");
            const auto subject = shown(read_back.header("Subject"));
            for (const char c : subject) BOOST_TEST((static_cast<unsigned char>(c) >= 0x20));
            BOOST_TEST(subject.find("\xc2\x85") == subject.npos);
            BOOST_TEST(subject.find("\xe2\x80\xa8") == subject.npos);
        }
    }
    BOOST_TEST(shown(sent([] {
                   auto mail = plain();
                   mail.subject = "a\r\n b\tc  d ";
                   return mail;
               }()).header("Subject"))
               == "a b c d");
}

BOOST_AUTO_TEST_CASE(an_address_that_is_none_refuses_the_mail) {
    const std::pair<std::string, std::string_view> rows[] = {
        {"", "the address is empty"},
        {"jane", "the address has no local part or no domain"},
        {"@customer.example", "the address has no local part or no domain"},
        {"jane@", "the address has no local part or no domain"},
        {"jane@customer.example\r\nBcc: evil@evil.example", "the address holds control characters"},
        {"jane@customer.example\n", "the address holds control characters"},
        {"ja\rne@customer.example", "the address holds control characters"},
        {"ja\0ne@customer.example"s, "the address holds control characters"},
        {"jane\x7f@customer.example", "the address holds control characters"},
        {"jane@customer\xc2\x85.example", "the address holds control characters"},
        {"jane@customer\xe2\x80\xa8.example", "the address holds control characters"},
        {"j\xfc" "rgen@customer.example", "the address is not UTF-8"},
        {"j\xc3\xbcrgen@customer.example", "the address has a local part that is not ASCII"},
        {"jane doe@customer.example", "the address has a local part with blanks, quotes or other signs that addresses do not have"},
        {"\"jane\"@customer.example", "the address has a local part with blanks, quotes or other signs that addresses do not have"},
        {"jane>,<evil@customer.example", "the address has a local part with blanks, quotes or other signs that addresses do not have"},
        {"jane@evil.example,john@customer.example", "the address has a local part with blanks, quotes or other signs that addresses do not have"},
        {"<jane@customer.example", "the address has a local part with blanks, quotes or other signs that addresses do not have"},
        {"(x)jane@customer.example", "the address has a local part with blanks, quotes or other signs that addresses do not have"},
        {"a:b;@customer.example", "the address has a local part with blanks, quotes or other signs that addresses do not have"},
        {"jane@customer.example>", "the address has no good domain"},
        {"jane@customer.example BODY=8BITMIME", "the address has no good domain"},
        {"jane@customer..example", "the address has no good domain"},
        {"jane@.example", "the address has no good domain"},
        {"jane@customer.example.", "the address has no good domain"},
        {"jane@-customer.example", "the address has no good domain"},
        {"jane@[127.0.0.1]", "the address has no good domain"},
        {"jane@cust_omer.example", "the address has no good domain"},
        {"jane@" + std::string(64, 'a') + ".example", "the address has no good domain"},
        {std::string(65, 'a') + "@customer.example", "the address is too long"}};
    for (const auto& [address, why] : rows) {
        BOOST_TEST_CONTEXT("'" << address << "'") {
            BOOST_TEST(mail_address(address).why == why);
            BOOST_TEST(mail_address(address).ascii == "");
            auto mail = plain();
            mail.to = address;
            BOOST_TEST(render(mail).why == "recipient: " + std::string(why));
            BOOST_TEST(render(mail).message == "");
            mail = plain();
            mail.from = address;
            BOOST_TEST(render(mail).why == "sender: " + std::string(why));
            if (address.empty()) continue;
            mail = plain();
            mail.reply_to = address;
            BOOST_TEST(render(mail).why == "reply-to: " + std::string(why));
            mail = plain();
            mail.bcc = address;
            BOOST_TEST(render(mail).why == "bcc: " + std::string(why));
        }
    }
}

BOOST_AUTO_TEST_CASE(good_addresses_come_out_as_the_network_writes_them) {
    const std::pair<std::string, std::string> rows[] = {
        {"jane@customer.example", "jane@customer.example"},
        {"Jane.Doe+shop@Customer.Example", "Jane.Doe+shop@customer.example"},
        {"o'brien!#$%&*-/=?^_`{|}~@customer.example", "o'brien!#$%&*-/=?^_`{|}~@customer.example"},
        {"-x@customer.example", "-x@customer.example"},
        {"jane@localhost", "jane@localhost"},
        {"jane@b\xc3\xbc" "cher.example", "jane@xn--bcher-kva.example"},
        {"jane@xn--bcher-kva.example", "jane@xn--bcher-kva.example"},
        {"jane@\xd7\x91\xd7\x93\xd7\x99\xd7\xa7\xd7\x94.example", "jane@xn--5dbedt4e.example"},
        {"jane@stra\xc3\x9f" "e.example", "jane@xn--strae-oqa.example"},
        {"a..b@docomo.example", "\"a..b\"@docomo.example"},
        {"a.@docomo.example", "\"a.\"@docomo.example"}};
    for (const auto& [typed, written] : rows) {
        BOOST_TEST(mail_address(typed).why == "", typed);
        BOOST_TEST(mail_address(typed).ascii == written, typed);
    }
    BOOST_TEST(!text::ascii_domain(""));
    BOOST_TEST(!text::ascii_domain("\xff.example"));
    BOOST_TEST(text::ascii_domain("\xe4\xbe\x8b\xe3\x81\x88.example").value_or("") == "xn--r8jz45g.example");
}

BOOST_AUTO_TEST_CASE(headers_that_are_ours_and_ids_that_are_none_are_refused) {
    for (const auto* name : {"Bcc", "bcc", "TO", "Subject", "Content-Type", "message-id", "", "a b", "a:", "x\r\nBcc", "\xc3\xbc", "Date"}) {
        auto mail = plain();
        mail.headers = {{name, "x"}};
        BOOST_TEST(render(mail).why == "a header has a name that may not be given", name);
    }
    for (const auto* id : {"", "a b", "a@b", "a\r\nBcc: x", "<x>"}) {
        auto mail = plain();
        mail.id = id;
        BOOST_TEST(render(mail).why == "the message has no good id", id);
    }
    auto mail = plain();
    mail.host = "a b";
    BOOST_TEST(render(mail).why == "the host of the message's id is no domain");
}

RC_BOOST_PROP(no_text_makes_a_header_or_is_lost, (const std::string& name, const std::string& subject, const std::string& text)) {
    auto mail = plain();
    mail.from_name = name;
    mail.subject = subject;
    mail.text = text;
    mail.html = text;
    const auto read_back = sent(mail);
    BOOST_TEST(read_back.headers.size() == (text.empty() ? 10u : 9u));
    BOOST_TEST(read_back.parts.size() == (text.empty() ? 0u : 2u));
}

RC_BOOST_PROP(no_address_does_more_than_be_refused, (const std::string& local, const std::string& domain)) {
    const auto judged = mail_address(local + "@" + domain);
    RC_ASSERT(judged.why.empty() != judged.ascii.empty());
    for (const char c : judged.ascii) RC_ASSERT(c > ' ' && c < 0x7f && c != '<' && c != '>' && c != ',');
}

BOOST_AUTO_TEST_SUITE_END()
