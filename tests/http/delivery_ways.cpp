// SPDX-License-Identifier: MIT
// The ways out against real servers that behave well and ill: a mail server of Debian's packages, a sendmail program, folders,
// an SMS gateway and receivers of hooks. No database, and no time that matters: what hangs is cut by short deadlines.
#include <boost/test/unit_test.hpp>

#include <dlfcn.h>
#include <netdb.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>

#include <authtickets/delivery/ways.h>

#include "support/fake_rng.h"
#include "support/folder.h"
#include "support/script.h"

namespace authtickets::test {

// The name service of one test: what turns.example is changes from one look-up to the next.
struct Names {
    static inline std::mutex lock{};
    static inline Names* now = nullptr;
    std::vector<std::vector<const char*>> answers;  // the last one stays
    std::size_t asked = 0;

    explicit Names(std::vector<std::vector<const char*>> all) : answers(std::move(all)) {
        const std::lock_guard guard(lock);
        now = this;
    }
    ~Names() {
        const std::lock_guard guard(lock);
        now = nullptr;
    }
};

}  // namespace authtickets::test

// libcurl is loaded while the program runs and finds this one before the system's.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** found) {
    using authtickets::test::Names;
    static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    const std::lock_guard guard(Names::lock);
    if (!Names::now || !node || std::string_view(node) != "turns.example") return real(node, service, hints, found);
    auto& names = *Names::now;
    addrinfo** end = found;
    for (const char* const address : names.answers[std::min(names.asked++, names.answers.size() - 1)]) {
        if (const int failed = real(address, service, hints, end); failed != 0) return failed;
        while (*end) end = &(*end)->ai_next;
    }
    return 0;
}

namespace authtickets::test {
namespace {

using namespace delivery;
using namespace std::literals;

const std::string german = "Gr\xc3\xbc\xc3\x9f" "e";
const std::string hebrew = "\xd7\x94\xd7\xa7\xd7\x95\xd7\x93";

Time noon() { return *parse_iso8601("2026-01-15T12:00:00Z"); }

Mail mail_to(const std::string& to) {
    return {.from = "shop@shop.example",
            .from_name = german + " Shop",
            .to = to,
            .subject = "Your code " + hebrew,
            .text = "Your code is 012345.\n.\n..two dots\nFrom here\n" + hebrew + "\n",
            .html = "<p>012345</p>",
            .id = "0f8d2c1e5a444b0e9d3c6f2a7b1c9e55",
            .date = noon()};
}

std::string text(const Json& line, std::string_view member) {
    const auto* const found = line.find(member);
    return found && found->text() ? *found->text() : "(absent)";
}

const char* shown(Verdict verdict) {
    switch (verdict) {
        case Verdict::accepted: return "accepted";
        case Verdict::temporary: return "temporary";
        case Verdict::permanent: return "permanent";
    }
    return "";  // unreachable
}
std::string shown(const Sent& sent) { return std::string(shown(sent.verdict)) + " " + std::to_string(sent.code) + " " + sent.why; }

struct Ways {
    ScratchFolder folder;
    FakeRng rng;
    Config config = parse_config("", "test");

    Config smtp(const Script& server, MailSecurity security = MailSecurity::none) const {
        auto out = config;
        out.mail_transport = MailTransport::smtp;
        out.mail_host = "127.0.0.1";
        out.mail_port = static_cast<std::uint16_t>(server.port());
        out.mail_security = security;
        return out;
    }
    std::string send(const Config& how, const std::string& to) { return shown(mail_way(how, rng)->send(mail_to(to))); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(delivery_ways)

// --- SMTP ----------------------------------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(a_mail_server_gets_what_was_written_over_one_connection, Ways) {
    const Script server(folder, "smtp_server.py", {});
    const auto way = mail_way(smtp(server), rng);
    auto mail = mail_to("jane+x@customer.example");
    mail.bcc = "archive@shop.example";
    BOOST_TEST(shown(way->send(mail)) == "accepted 250 ");
    BOOST_TEST(shown(way->send(mail_to("john@b\xc3\xbc" "cher.example"))) == "accepted 250 ");
    const auto got = server.lines();
    BOOST_REQUIRE(got.size() == 3u);
    BOOST_TEST(text(got[0], "from") == "shop@shop.example");
    BOOST_TEST(got[0].find("to")->dump() == R"(["jane+x@customer.example"])");
    BOOST_TEST(got[1].find("to")->dump() == R"(["archive@shop.example"])");
    BOOST_TEST(got[2].find("to")->dump() == R"(["john@xn--bcher-kva.example"])");
    for (const auto& line : got) {
        BOOST_TEST(line.find("connection")->integer().value_or(0) == 1);
        BOOST_TEST(text(line, "hello") != "");
        BOOST_TEST(text(line, "text") == "Your code is 012345.\n.\n..two dots\nFrom here\n" + hebrew + "\n");
        BOOST_TEST(text(line, "html") == "<p>012345</p>\n");
        BOOST_TEST(line.find("defects")->dump() == "[]");
        const auto& headers = *line.find("headers");
        BOOST_TEST(text(headers, "Subject") == "Your code " + hebrew);
        BOOST_TEST(text(headers, "From") == german + " Shop <shop@shop.example>");
        BOOST_TEST(text(headers, "Date") == "Thu, 15 Jan 2026 12:00:00 +0000");
        BOOST_TEST(text(headers, "Message-ID") == "<0f8d2c1e5a444b0e9d3c6f2a7b1c9e55@shop.example>");
        BOOST_TEST(text(headers, "Auto-Submitted") == "auto-generated");
        BOOST_TEST(text(headers, "Bcc") == "(absent)");
    }
    // As the raw text arrived, for whoever reads it: the same as was rendered.
    BOOST_TEST(text(got[2], "raw") == render(mail_to("john@b\xc3\xbc" "cher.example")).message);
}

BOOST_FIXTURE_TEST_CASE(a_mail_servers_refusals_are_told_apart_and_name_nobody, Ways) {
    const Script server(folder, "smtp_server.py", {});
    const auto how = smtp(server);
    const std::pair<std::string, std::string> rows[] = {
        {"say-450@customer.example", "temporary 450 mail server: it said 450 5.1.1 to a recipient"},
        {"say-421@customer.example", "temporary 421 mail server: it said 421 5.1.1 to a recipient"},
        {"say-550@customer.example", "permanent 550 mail server: it said 550 5.1.1 to a recipient"},
        {"data-451@customer.example", "temporary 451 mail server: it said 451 4.9.9 to DATA"},
        {"data-554@customer.example", "permanent 554 mail server: it said 554 4.9.9 to DATA"},
        {"after-452@customer.example", "temporary 452 mail server: it said 452 4.9.9 to the message"},
        {"after-552@customer.example", "permanent 552 mail server: it said 552 4.9.9 to the message"}};
    const auto way = mail_way(how, rng);
    for (const auto& [to, expected] : rows) {
        BOOST_TEST(shown(way->send(mail_to(to))) == expected, to);
        BOOST_TEST(shown(way->send(mail_to("jane@customer.example"))) == "accepted 250 ", "after " << to);
    }
    auto mail = mail_to("jane@customer.example");
    mail.bcc = "say-550@shop.example";
    const auto sent = way->send(mail);
    BOOST_TEST(shown(sent) == "accepted 250 sent, but not the copy: mail server: it said 550 5.1.1 to a recipient");
    mail = mail_to("say-550@customer.example");
    mail.bcc = "archive@shop.example";
    const auto before = server.lines().size();
    BOOST_TEST((way->send(mail).verdict == Verdict::permanent));
    BOOST_TEST(server.lines().size() == before);  // no copy of what was not sent
}

BOOST_FIXTURE_TEST_CASE(a_mail_server_that_hangs_up_or_hangs_is_tried_again, Ways) {
    const Script server(folder, "smtp_server.py", {});
    BOOST_TEST(send(smtp(server), "drop@customer.example").starts_with("temporary 0 mail server: "));
    BOOST_TEST(send(smtp(server), "cut@customer.example").starts_with("temporary 0 mail server: "));
    auto hasty = smtp(server);
    hasty.mail_timeout = Seconds(1);
    const auto begun = steady_now();
    BOOST_TEST(send(hasty, "hang@customer.example") == "temporary 0 mail server: Timeout was reached");
    const Script silent(folder, "smtp_server.py", {"--greeting", "hang"});
    hasty.mail_port = static_cast<std::uint16_t>(silent.port());
    BOOST_TEST(send(hasty, "jane@customer.example") == "temporary 0 mail server: Timeout was reached");
    BOOST_TEST(server.lines().empty());
    // Neither a failed exchange nor the end waits for the answer to QUIT.
    const Script rude(folder, "smtp_server.py", {"--no-goodbye"});
    BOOST_TEST(send(smtp(rude), "say-550@customer.example") == "permanent 550 mail server: it said 550 5.1.1 to a recipient");
    BOOST_TEST(send(smtp(rude), "jane@customer.example") == "accepted 250 ");
    BOOST_TEST((steady_now() - begun < Millis(60'000)));  // libcurl would wait two minutes each time
    // Nobody there at all, and no such name.
    auto away = smtp(server);
    away.mail_port = 1;
    BOOST_TEST(send(away, "jane@customer.example").starts_with("temporary 0 mail server: "));
    away.mail_host = "no-such-host.invalid";
    BOOST_TEST(send(away, "jane@customer.example").starts_with("temporary 0 mail server: "));
}

// What a server says before it has heard of the message does not concern the message.
BOOST_FIXTURE_TEST_CASE(a_mail_server_that_does_not_serve_us_is_tried_again, Ways) {
    const Script closed(folder, "smtp_server.py", {"--greeting", "554"});
    BOOST_TEST(send(smtp(closed), "jane@customer.example") == "temporary 554 mail server: it said 554 before the message");
}

BOOST_FIXTURE_TEST_CASE(a_mail_server_is_signed_in_to_after_STARTTLS_only, Ways) {
    const Certificate certificate(folder);
    const Script server(folder, "smtp_server.py", {"--starttls", certificate.file, certificate.key, "--auth", "shop:right one"});
    auto how = smtp(server, MailSecurity::starttls);
    how.mail_ca_file = certificate.file;
    how.mail_user = "shop";
    how.mail_password = Secret("right one"sv);
    BOOST_TEST(send(how, "jane@customer.example") == "accepted 250 ");
    BOOST_REQUIRE(server.lines().size() == 1u);
    BOOST_TEST(server.lines()[0].find("tls")->boolean().value_or(false));
    BOOST_TEST(text(server.lines()[0], "user") == "shop");

    auto wrong = how;
    wrong.mail_password = Secret("wrong one"sv);
    BOOST_TEST(send(wrong, "jane@customer.example") == "temporary 535 mail server: it said 535 5.7.8 before the message");
    auto nobody = how;
    nobody.mail_user.clear();
    BOOST_TEST(send(nobody, "jane@customer.example") == "temporary 530 mail server: it said 530 5.7.0 to the sender");
    // A certificate that nobody vouches for.
    auto trusting = how;
    trusting.mail_ca_file.clear();
    BOOST_TEST(send(trusting, "jane@customer.example").starts_with("temporary 0 mail server: SSL peer certificate"));
    trusting.mail_ca_file = folder.path() + "/none.pem";
    BOOST_TEST(send(trusting, "jane@customer.example").starts_with("temporary 0 mail server: Problem with the SSL CA cert"));
    BOOST_TEST(server.lines().size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_mail_server_without_STARTTLS_gets_nothing, Ways) {
    const Script server(folder, "smtp_server.py", {});
    BOOST_TEST(send(smtp(server, MailSecurity::starttls), "jane@customer.example")
               == "temporary 0 mail server: Requested SSL level failed");
    BOOST_TEST(server.lines().empty());
}

BOOST_FIXTURE_TEST_CASE(a_mail_server_is_reached_by_TLS_from_the_first_byte, Ways) {
    const Certificate certificate(folder);
    const Script server(folder, "smtp_server.py", {"--tls", certificate.file, certificate.key});
    auto how = smtp(server, MailSecurity::tls);
    how.mail_ca_file = certificate.file;
    BOOST_TEST(send(how, "jane@customer.example") == "accepted 250 ");
    how.mail_ca_file.clear();
    BOOST_TEST(send(how, "jane@customer.example").starts_with("temporary 0 mail server: SSL peer certificate"));
}

// --- sendmail ------------------------------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(a_sendmail_program_gets_the_mail_and_its_status_counts, Ways) {
    const Folder files;
    auto how = config;
    how.mail_transport = MailTransport::sendmail;
    how.mail_sendmail = files.write("sendmail",
                                    "#!/bin/sh\n"
                                    "printf '[%s]' \"$@\" >\"${0%/*}/arguments\"\n"
                                    "env >\"${0%/*}/environment\"\n"
                                    "cat >\"${0%/*}/mail\"\n"
                                    "for last; do :; done\n"
                                    "case $last in status-*) last=${last#status-}; exit \"${last%@*}\" ;;\n"
                                    "hang@*) exec sleep 3600 ;; signal@*) kill -9 $$ ;; esac\n",
                                    0700);
    ::setenv("AUTHTICKETS_TEST_SECRET", "secret", 1);
    BOOST_TEST(send(how, "jane@customer.example") == "accepted 0 ");
    ::unsetenv("AUTHTICKETS_TEST_SECRET");
    BOOST_TEST(files.read("arguments") == "[-oi][-f][shop@shop.example][--][jane@customer.example]");
    BOOST_TEST(files.read("environment").find("secret") == std::string::npos);
    auto expected = render(mail_to("jane@customer.example")).message;
    std::erase(expected, '\r');
    BOOST_TEST(files.read("mail") == expected);
    BOOST_TEST(send(how, "-oQ/tmp@customer.example") == "accepted 0 ");
    BOOST_TEST(files.read("arguments").ends_with("[--][-oQ/tmp@customer.example]"));
    BOOST_TEST(send(how, "status-75@customer.example") == "temporary 75 sendmail: it ended with status 75");
    BOOST_TEST(send(how, "status-67@customer.example") == "permanent 67 sendmail: it ended with status 67");
    BOOST_TEST(send(how, "status-1@customer.example") == "temporary 1 sendmail: it ended with status 1");
    BOOST_TEST(send(how, "signal@customer.example") == "temporary 0 sendmail: a signal ended it");
    how.mail_timeout = Seconds(1);
    BOOST_TEST(send(how, "hang@customer.example") == "temporary 0 sendmail: it did not end in time");
    how.mail_sendmail = files.path("none");
    BOOST_TEST(send(how, "jane@customer.example").starts_with("temporary 0 sendmail: it cannot be started: "));
    // It need not read to the end.
    how.mail_sendmail = files.write("deaf", "#!/bin/sh\nexit 0\n", 0700);
    auto long_one = mail_to("jane@customer.example");
    long_one.text = std::string(2'000'000, 'x');
    BOOST_TEST(shown(mail_way(how, rng)->send(long_one)) == "accepted 0 ");
}

// --- Maildir -------------------------------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(a_maildir_gets_whole_files_that_only_its_owner_reads, Ways) {
    auto how = config;
    how.mail_transport = MailTransport::maildir;
    how.mail_maildir = folder.path() + "/mail";
    const auto way = mail_way(how, rng);
    auto mail = mail_to("jane@customer.example");
    BOOST_TEST(shown(way->send(mail)) == "accepted 0 ");
    mail.bcc = "archive@shop.example";
    BOOST_TEST(shown(way->send(mail)) == "accepted 0 ");
    const auto mode = [](const std::string& path) {
        struct stat found {};
        BOOST_REQUIRE(::stat(path.c_str(), &found) == 0);
        return found.st_mode & 07777;
    };
    for (const auto* part : {"", "/tmp", "/new", "/cur"}) BOOST_TEST(mode(how.mail_maildir + part) == 0700u, part);
    BOOST_TEST(std::filesystem::is_empty(how.mail_maildir + "/tmp"));
    auto expected = render(mail_to("jane@customer.example")).message;
    std::erase(expected, '\r');
    std::multiset<std::string> to;
    for (const auto& file : std::filesystem::directory_iterator(how.mail_maildir + "/new")) {
        BOOST_TEST(mode(file.path()) == 0600u);
        BOOST_TEST(file.path().filename().string().starts_with("1768478400.R"));
        std::ifstream in(file.path());
        const std::string all(std::istreambuf_iterator<char>(in), {});
        BOOST_TEST(all.starts_with("Return-Path: <shop@shop.example>\nDelivered-To: "));
        BOOST_TEST(all.ends_with("\n" + expected));
        to.insert(all.substr(47, all.find('\n', 47) - 47));
    }
    BOOST_TEST(to == (std::multiset<std::string>{"archive@shop.example", "jane@customer.example", "jane@customer.example"}));
    how.mail_maildir = folder.path() + "/none/mail";
    BOOST_TEST(send(how, "jane@customer.example") == "temporary 0 Maildir: it cannot make its folder: No such file or directory");
    std::ofstream(folder.path() + "/file") << "x";
    how.mail_maildir = folder.path() + "/file";
    BOOST_TEST(send(how, "jane@customer.example").starts_with("temporary 0 Maildir: it cannot "));
}

BOOST_FIXTURE_TEST_CASE(without_a_way_and_without_an_address_nothing_is_sent_ever, Ways) {
    BOOST_TEST(send(config, "jane@customer.example") == "permanent 0 mail: no way out is configured (mail.transport)");
    BOOST_TEST(shown(sms_way(config, rng)->send({.to = "+4915112345678", .text = "x", .date = noon()}))
               == "permanent 0 SMS: no way out is configured (sms.transport)");
    auto how = config;
    how.mail_transport = MailTransport::maildir;
    how.mail_maildir = folder.path() + "/mail";
    BOOST_TEST(send(how, "jane@customer.example\r\nBcc: x@y.example")
               == "permanent 0 mail: recipient: the address holds control characters");
    BOOST_TEST(!std::filesystem::exists(how.mail_maildir));
}

// --- SMS -----------------------------------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(the_gateway_gets_a_form_and_gives_a_name, Ways) {
    const Script gateway(folder, "receiver.py", {"--account", "AC0123:right one"});
    auto how = config;
    how.sms_transport = SmsTransport::http;
    how.sms_url = "http://127.0.0.1:" + std::to_string(gateway.port()) + "/{account}/Messages.json";
    how.sms_account = "AC0123";
    how.sms_token = Secret("right one"sv);
    how.sms_sender = "My Shop";
    const auto way = sms_way(how, rng);
    const auto sent = way->send({.to = "+4915112345678", .text = "Code: 012345 & " + hebrew, .date = noon()});
    BOOST_TEST(shown(sent) == "accepted 201 ");
    BOOST_TEST(sent.id == "SM0123456789");
    const auto request = gateway.wait_for("method");
    BOOST_TEST(text(request, "method") == "POST");
    BOOST_TEST(text(request, "path") == "/AC0123/Messages.json");
    BOOST_TEST(text(*request.find("headers"), "content-type") == "application/x-www-form-urlencoded");
    BOOST_TEST(text(*request.find("headers"), "authorization") == "Basic QUMwMTIzOnJpZ2h0IG9uZQ==");
    BOOST_TEST(text(request, "body")
               == "To=%2B4915112345678&From=My+Shop&Body=Code%3A+012345+%26+%D7%94%D7%A7%D7%95%D7%93");
    const std::pair<std::string, std::string> rows[] = {
        {"+4915121211", "permanent 400 SMS gateway: status 400, code 21211"},
        {"+4915112345429", "temporary 429 SMS gateway: status 429, code 429"},
        {"+4915112345500", "temporary 500 SMS gateway: status 500, code 500"},
        {"0151123456", "permanent 0 SMS: the number is not of the form +4915112345678"},
        {"+0151123456", "permanent 0 SMS: the number is not of the form +4915112345678"},
        {"+49151123456789012", "permanent 0 SMS: the number is not of the form +4915112345678"},
        {"+4915112345678\r\n", "permanent 0 SMS: the number is not of the form +4915112345678"}};
    for (const auto& [to, expected] : rows) BOOST_TEST(shown(way->send({.to = to, .text = "x", .date = noon()})) == expected, to);
    BOOST_TEST(shown(way->send({.to = "+4915112345678", .text = "", .date = noon()})) == "permanent 0 SMS: the text is empty");
    BOOST_TEST(shown(way->send({.to = "+4915112345678", .text = std::string(1601, 'x'), .date = noon()}))
               == "permanent 0 SMS: the text is longer than 1600 letters");
    how.sms_token = Secret("wrong one"sv);
    BOOST_TEST(shown(sms_way(how, rng)->send({.to = "+4915112345678", .text = "x", .date = noon()}))
               == "temporary 401 SMS gateway: status 401, code 20003");
    how.sms_timeout = Seconds(1);
    how.sms_url = "http://127.0.0.1:" + std::to_string(gateway.port()) + "/hang";
    BOOST_TEST(shown(sms_way(how, rng)->send({.to = "+4915112345678", .text = "x", .date = noon()}))
               == "temporary 0 SMS gateway: Timeout was reached");
}

BOOST_FIXTURE_TEST_CASE(an_SMS_folder_gets_a_message_that_mail_programs_read, Ways) {
    auto how = config;
    how.sms_transport = SmsTransport::maildir;
    how.sms_maildir = folder.path() + "/sms";
    how.sms_sender = "My Shop";
    BOOST_TEST(shown(sms_way(how, rng)->send({.to = "+4915112345678", .text = "Code:\r 012345 " + hebrew, .date = noon()})) == "accepted 0 ");
    const auto file = *std::filesystem::directory_iterator(how.sms_maildir + "/new");
    std::ifstream in(file.path());
    const std::string all(std::istreambuf_iterator<char>(in), {});
    BOOST_TEST(all == "Date: Thu, 15 Jan 2026 12:00:00 +0000\nFrom: My Shop\nTo: +4915112345678\nMIME-Version: 1.0\n"
                      "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\nCode:  012345 " + hebrew + "\n");
}

// --- Web hooks -----------------------------------------------------------------------------------------------------------

namespace {

struct Hooks : Ways {
    Script receiver{folder, "receiver.py", {"--secret", "whsec-example"}};
    Hooks() {
        config.hook_insecure = true;
        config.hook_allow = {"127.0.0.0/8"};
        config.hook_timeout = Seconds(1);
    }
    std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(receiver.port()) + path; }
    std::string post(const Config& how, const std::string& to, HookFormat format = HookFormat::own) const {
        const std::array headers{"Content-Type: application/json"s};
        return shown(HookWay(how).send(format, to, headers, "{}"));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(KL9_a_receiver_gets_body_and_signature_as_they_were_made, Hooks) {
    const Secret secret("whsec-example"sv);
    const auto id = *parse_uuid("0f8d2c1e-5a44-4b0e-9d3c-6f2a7b1c9e55");
    const auto body = "{\"a\":\"" + hebrew + "\"}";
    HookWay way(config);
    BOOST_TEST(shown(way.send(HookFormat::own, url("/status/204"), own_headers(id, noon(), secret, body), body)) == "accepted 204 ");
    BOOST_TEST(shown(way.send(HookFormat::kibo, url("/status/200?a=b"), kibo_headers({.tenant = "12"}, id, noon(), secret, body), body))
               == "accepted 200 ");
    BOOST_TEST(shown(way.send(HookFormat::own, url("/status/200"), {}, "")) == "accepted 200 ");
    const auto got = receiver.lines_with("method");
    BOOST_REQUIRE(got.size() == 3u);
    BOOST_TEST(receiver.lines_with("connected").size() == 1u);  // the connection is kept
    const auto& own = *got[0].find("headers");
    BOOST_TEST(text(got[0], "method") == "POST");
    BOOST_TEST(text(got[0], "body") == body);
    BOOST_TEST(text(own, "authtickets-signature") == own_signature(secret, dashed(id), text(own, "authtickets-timestamp"), body));
    // And by other code.
    BOOST_TEST(text(got[0], "signed") == "own");
    BOOST_TEST(text(got[1], "signed") == "kibo");
    BOOST_TEST(text(got[2], "signed") == "none");
    BOOST_TEST(text(own, "user-agent") == "authtickets");
    BOOST_TEST(text(own, "content-type") == "application/json");
    BOOST_TEST(text(own, "expect") == "(absent)");
    const auto& kibo = *got[1].find("headers");
    BOOST_TEST(text(got[1], "path") == "/status/200?a=b");
    BOOST_TEST(text(kibo, "date") == "Thu, 15 Jan 2026 12:00:00 GMT");
    BOOST_TEST(text(kibo, "x-vol-hmac-sha256") == kibo_signature(secret, text(kibo, "date"), body));
    BOOST_TEST(text(kibo, "x-vol-tenant") == "12");
    BOOST_TEST(text(got[2], "body") == "");
}

BOOST_FIXTURE_TEST_CASE(a_receiver_that_behaves_ill_is_told_apart_and_bounded, Hooks) {
    const std::pair<std::string, std::string> rows[] = {
        {"/status/201", "accepted 201 "},
        {"/hundred", "accepted 200 "},
        {"/flood", "accepted 200 "},      // the status stands, the rest is not read
        {"/short", "accepted 200 "},
        {"/hang-body", "accepted 200 "},
        {"/status/301", "temporary 301 web hook: status 301"},
        {"/redirect", "temporary 302 web hook: status 302"},
        {"/status/400", "temporary 400 web hook: status 400"},
        {"/status/410", "temporary 410 web hook: status 410"},
        {"/status/500", "temporary 500 web hook: status 500"},
        {"/hang", "temporary 0 web hook: Timeout was reached"},
        {"/slow-head", "temporary 0 web hook: Timeout was reached"}};
    for (const auto& [path, expected] : rows) BOOST_TEST(post(config, url(path)) == expected, path);
    for (const auto* path : {"/half", "/drop", "/headers"}) BOOST_TEST(post(config, url(path)).starts_with("temporary 0 web hook: "), path);
    BOOST_TEST(receiver.wait_for("flooded").find("flooded")->integer().value_or(1 << 30) < 20'000'000);
    BOOST_TEST(receiver.wait_for("headers").find("headers") != nullptr);
    unsigned after_redirect = 0;
    for (const auto& line : receiver.lines_with("method")) after_redirect += text(line, "path") == "/status/200";
    BOOST_TEST(after_redirect == 0u);
    BOOST_TEST(post(config, url("/status/201"), HookFormat::kibo) == "temporary 201 web hook: status 201");
    BOOST_TEST(post(config, "http://127.0.0.1:1/").starts_with("temporary 0 web hook: "));
    BOOST_TEST(post(config, "http://no-such-host.invalid:8080/").starts_with("temporary 0 web hook: "));
    // It fails twice and is well the third time.
    BOOST_TEST(post(config, url("/fail/2/a")) == "temporary 500 web hook: status 500");
    BOOST_TEST(post(config, url("/fail/2/a")) == "temporary 500 web hook: status 500");
    BOOST_TEST(post(config, url("/fail/2/a")) == "accepted 200 ");
}

BOOST_FIXTURE_TEST_CASE(an_answer_is_cut_where_the_limit_is, Hooks) {
    net::Client client;
    const auto flood = client.post(url("/flood"), {}, "{}", {.deadline = Millis(5000), .bytes = 1000});
    BOOST_TEST(flood.status == 200);
    BOOST_TEST(flood.cut);
    BOOST_TEST(flood.body == std::string(1000, 'x'));
    const auto whole = client.post(url("/status/200"), {}, "{}", {.deadline = Millis(5000), .bytes = 2});
    BOOST_TEST(whole.status == 200);
    BOOST_TEST(!whole.cut);
    BOOST_TEST(whole.body == "{}");
    const auto part = client.post(url("/short"), {}, "{}", {.deadline = Millis(5000), .bytes = 1000});
    BOOST_TEST(part.status == 200);
    BOOST_TEST(part.cut);
    BOOST_TEST(part.body == "12345");
    // A read that must be whole is none.
    BOOST_TEST(client.get(url("/flood"), {}, {.deadline = Millis(5000), .bytes = 1000}).why == "the answer is too long");
}

// The name is an honest one; the address it has is not one that hooks may call. Nothing is connected to.
BOOST_FIXTURE_TEST_CASE(KL9_the_address_behind_a_name_is_judged_when_the_connection_is_made, Hooks) {
    const auto by_name = "http://localhost:" + std::to_string(receiver.port()) + "/status/200";
    auto strict = config;
    strict.hook_allow.clear();
    BOOST_TEST(net::why_not(by_name, net::hook_rules(strict)) == "");
    BOOST_TEST(post(strict, by_name) == "temporary 0 web hook: refused address: not a public one and not in hook.allow");
    strict.hook_allow = {"127.0.0.2", "10.0.0.0/8"};
    BOOST_TEST(post(strict, by_name) == "temporary 0 web hook: refused address: not a public one and not in hook.allow");
    BOOST_TEST(post(strict, url("/status/200"))
               == "temporary 0 web hook: refused URL: its address is not a public one and not in hook.allow");
    for (const auto* host : {"2130706433", "0x7f.1", "0", "[::ffff:127.0.0.1]", "[::]"}) {
        const auto to = "http://"s + host + ":" + std::to_string(receiver.port()) + "/";
        BOOST_TEST(post(strict, to).find("refused") != std::string::npos, to);
    }
    BOOST_TEST(receiver.lines().empty());
    BOOST_TEST(post(config, by_name) == "accepted 200 ");
    // Without hook.insecure the same receiver is refused for what it is.
    strict = config;
    strict.hook_insecure = false;
    BOOST_TEST(post(strict, by_name) == "temporary 0 web hook: refused URL: it is not https://");
}

// What a name was when a subscription was taken in, or at the last message, says nothing of where it leads now.
BOOST_FIXTURE_TEST_CASE(KL9_a_receiver_that_changes_its_address_is_judged_at_every_connection, Hooks) {
    const auto to = "http://turns.example:" + std::to_string(receiver.port()) + "/status/200";
    const auto refused = "temporary 0 web hook: refused address: not a public one and not in hook.allow"s;
    config.hook_allow = {"127.0.0.1"};
    Names names({{"127.0.0.1"}, {"127.0.0.2"}, {"127.0.0.1"}, {"169.254.169.254", "127.0.0.1"}, {"10.0.0.1", "127.0.0.2", "::1"}, {"::ffff:127.0.0.2"}});
    BOOST_TEST(net::why_not(to, net::hook_rules(config)) == "");
    BOOST_TEST(post(config, to) == "accepted 200 ");
    BOOST_TEST(post(config, to) == refused);  // and nothing was connected to
    BOOST_TEST(receiver.lines_with("connected").size() == 1u);
    BOOST_TEST(post(config, to) == "accepted 200 ");
    BOOST_TEST(post(config, to) == "accepted 200 ");  // of several the one that may be called
    BOOST_TEST(post(config, to) == refused);
    BOOST_TEST(post(config, to) == refused);
    BOOST_TEST(names.asked == 6u);
    BOOST_TEST(receiver.lines_with("connected").size() == 3u);
    // A connection that is kept was judged when it was made; no name is asked again.
    names.answers = {{"127.0.0.1"}, {"127.0.0.2"}};
    names.asked = 0;
    HookWay way(config);
    const std::array headers{"Content-Type: application/json"s};
    for (int i = 0; i < 2; ++i) BOOST_TEST(shown(way.send(HookFormat::own, to, headers, "{}")) == "accepted 200 ");
    BOOST_TEST(names.asked == 1u);
    BOOST_TEST(receiver.lines_with("connected").size() == 4u);
}

BOOST_FIXTURE_TEST_CASE(KL7_no_proxy_of_the_environment_is_asked, Hooks) {
    const Script proxy(folder, "receiver.py", {});
    const auto there = "http://127.0.0.1:" + std::to_string(proxy.port());
    for (const auto* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) ::setenv(name, there.c_str(), 1);
    BOOST_TEST(post(config, url("/status/200")) == "accepted 200 ");
    for (const auto* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
    BOOST_TEST(proxy.lines().empty());
}

BOOST_FIXTURE_TEST_CASE(KL9_a_receiver_whose_certificate_nobody_vouches_for_gets_nothing, Hooks) {
    const Certificate certificate(folder);
    const Script server(folder, "receiver.py", {"--tls", certificate.file, certificate.key});
    BOOST_TEST(post(config, "https://127.0.0.1:" + std::to_string(server.port()) + "/status/200").starts_with("temporary 0 web hook: SSL"));
    BOOST_TEST(server.lines_with("method").empty());
}

// EP153, EP223, EP227 (docs/elasticpath.md)
BOOST_FIXTURE_TEST_CASE(EP227_of_a_hook_for_an_integration_the_answer_is_kept, Hooks) {
    const Secret secret("whsec-example"sv);
    const auto id = *parse_uuid("0f8d2c1e-5a44-4b0e-9d3c-6f2a7b1c9e55");
    const std::string body = R"({"attempt":1})";
    HookWay way(config);
    const auto sent = way.send(HookFormat::elasticpath, url("/echo/422"), elasticpath_headers(id, noon(), secret, body), body);
    BOOST_TEST(shown(sent) == "temporary 422 web hook: status 422");
    BOOST_TEST(sent.answer == body);
    BOOST_TEST(way.send(HookFormat::elasticpath, url("/echo/202"), elasticpath_headers(id, noon(), {}, body), body).answer == body);
    BOOST_TEST(way.send(HookFormat::own, url("/echo/202"), own_headers(id, noon(), secret, body), body).answer == "");
    BOOST_TEST(way.send(HookFormat::elasticpath, url("/flood"), {}, "{}").answer == std::string(4096, 'x'));
    BOOST_TEST(shown(way.send(HookFormat::elasticpath, url("/hang"), {}, "{}")) == "temporary 0 web hook: Timeout was reached");
    const auto got = receiver.lines_with("method");
    BOOST_REQUIRE(got.size() >= 2u);
    BOOST_TEST(text(got[0], "signed") == "own");
    BOOST_TEST(text(*got[0].find("headers"), "x-moltin-secret-key") == "whsec-example");
    BOOST_TEST(text(got[1], "signed") == "none");
    BOOST_TEST(text(*got[1].find("headers"), "x-moltin-secret-key") == "(absent)");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
