// The configuration file: defaults, what is taken, what is refused and how the message names it.
// SPDX-License-Identifier: MIT
#include <map>
#include <set>

#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/base/config.h>
#include <support/folder.h>

using namespace authtickets;
using namespace std::literals;

namespace {

std::string error_of(std::string_view text) {
    try {
        (void)parse_config(text, "a.conf");
    } catch (const BadConfiguration& fault) {
        return fault.what();
    }
    return "taken";
}

Environment environment(std::map<std::string, std::string, std::less<>> values) {
    return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_config)

BOOST_AUTO_TEST_CASE(an_empty_file_gives_the_defaults) {
    const auto config = parse_config("", "a.conf");
    BOOST_TEST(config.file == "a.conf");
    BOOST_TEST(config.database_socket == "");
    BOOST_TEST(config.database_host == "localhost");
    BOOST_TEST(config.database_port == 3306);
    BOOST_TEST(config.database_name == "authtickets");
    BOOST_TEST(config.serve.user == "authtickets");
    BOOST_TEST(config.serve.password.empty());
    BOOST_TEST(config.maintain.user == "authtickets");
    BOOST_TEST(config.migrate.user == "authtickets");
    BOOST_TEST(config.database_timeout.count() == 5);
    BOOST_TEST(config.keys_file.ends_with("/authtickets.keys"));
    BOOST_TEST(config.workers == 16u);
    BOOST_TEST(config.mount == "");
    BOOST_TEST(config.trusted_proxies.empty());
    BOOST_TEST(config.application_requests_per_second == 600u);
    BOOST_TEST(config.hash_folder.ends_with("/lib/authtickets/hash"));
    BOOST_TEST(config.hash_slots == 0u);
    BOOST_TEST(config.hash_memory_kib == 19456u);
    BOOST_TEST(config.hash_passes == 2u);
    BOOST_TEST(config.hash_wait.count() == 2000);
    BOOST_TEST((config.mail_transport == MailTransport::none));
    BOOST_TEST((config.mail_security == MailSecurity::starttls));
    BOOST_TEST(config.mail_port == 587);
    BOOST_TEST(config.mail_timeout.count() == 30);
    BOOST_TEST(config.mail_sendmail == "/usr/sbin/sendmail");
    BOOST_TEST((config.sms_transport == SmsTransport::none));
    BOOST_TEST(config.sms_timeout.count() == 10);
    BOOST_TEST(config.hook_allow.empty());
    BOOST_TEST(!config.hook_insecure);
    BOOST_TEST(config.hook_timeout.count() == 45);
    BOOST_TEST(config.log_to == "stderr");
    BOOST_TEST((config.log_level == LogLevel::info));
}

BOOST_AUTO_TEST_CASE(every_option_can_be_set) {
    const auto config = parse_config(
        "# a comment\r\n\n  \t\n"
        "database.socket=/run/db.sock\r\n"
        "  database.host =  db1.example \n"
        "database.port = 65535\n"
        "database.name = shop-1_$x\n"
        "database.user = a b\n"
        "database.password =  #p=w \"x\"  \n"
        "database.maintain_user = m\ndatabase.maintain_password = mp\n"
        "database.migrate_user = g\ndatabase.migrate_password = gp\n"
        "database.timeout_seconds = 60\n"
        "keys.file = /k\nworkers = 1\nhttp.mount = /shop/auth\n"
        "trusted_proxies = 127.0.0.1, ::1 ,10.0.0.0/8,fd00::/64\n"
        "application.requests_per_second = 100000\n"
        "hash.folder = /h\nhash.slots = 256\nhash.memory_kib = 131072\nhash.passes = 16\nhash.wait_ms = 0\n"
        "log.to = syslog\nlog.level = debug",
        "a.conf");
    BOOST_TEST(config.database_socket == "/run/db.sock");
    BOOST_TEST(config.database_host == "db1.example");
    BOOST_TEST(config.database_port == 65535);
    BOOST_TEST(config.database_name == "shop-1_$x");
    BOOST_TEST(config.serve.user == "a b");
    BOOST_TEST(config.serve.password.reveal() == "#p=w \"x\"");
    BOOST_TEST(config.maintain.user == "m");
    BOOST_TEST(config.maintain.password.reveal() == "mp");
    BOOST_TEST(config.migrate.user == "g");
    BOOST_TEST(config.migrate.password.reveal() == "gp");
    BOOST_TEST(config.database_timeout.count() == 60);
    BOOST_TEST(config.keys_file == "/k");
    BOOST_TEST(config.workers == 1u);
    BOOST_TEST(config.mount == "/shop/auth");
    const std::vector<std::string> proxies{"127.0.0.1", "::1", "10.0.0.0/8", "fd00::/64"};
    BOOST_TEST(config.trusted_proxies == proxies, boost::test_tools::per_element());
    BOOST_TEST(config.application_requests_per_second == 100000u);
    BOOST_TEST(config.hash_folder == "/h");
    BOOST_TEST(config.hash_slots == 256u);
    BOOST_TEST(config.hash_memory_kib == 131072u);
    BOOST_TEST(config.hash_passes == 16u);
    BOOST_TEST(config.hash_wait.count() == 0);
    BOOST_TEST(config.log_to == "syslog");
    BOOST_TEST((config.log_level == LogLevel::debug));
}

BOOST_AUTO_TEST_CASE(one_database_user_may_be_all_three) {
    const auto config =
        parse_config("database.user = one\ndatabase.password = pw\ndatabase.migrate_user = two\n", "a.conf");
    BOOST_TEST(config.maintain.user == "one");
    BOOST_TEST(config.maintain.password.reveal() == "pw");
    BOOST_TEST(config.migrate.user == "two");
    BOOST_TEST(config.migrate.password.empty());
}

BOOST_AUTO_TEST_CASE(bad_lines_are_refused_with_file_line_and_what_is_allowed) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"workers = many", "a.conf:1: workers: not a whole number; allowed: number 1 to 512"},
        {"# one\n\nworkers = 0", "a.conf:3: workers: out of range; allowed: number 1 to 512"},
        {"workers = 513", "a.conf:1: workers: out of range; allowed: number 1 to 512"},
        {"workers = -1", "a.conf:1: workers: not a whole number; allowed: number 1 to 512"},
        {"workers = 99999999999", "a.conf:1: workers: not a whole number; allowed: number 1 to 512"},
        {"workers = 1.5", "a.conf:1: workers: not a whole number; allowed: number 1 to 512"},
        {"workers =", "a.conf:1: workers: not a whole number; allowed: number 1 to 512"},
        {"workers = 4 # four", "a.conf:1: workers: not a whole number; allowed: number 1 to 512"},
        {"workers = 4\nworkers = 4", "a.conf:2: workers: given twice, first at a.conf:1"},
        {"worker = 4", "a.conf:1: worker: there is no such option"},
        {"Workers = 4", "a.conf:1: Workers: there is no such option"},
        {"= 4", "a.conf:1: : there is no such option"},
        {"\x1B[2J = 4", "a.conf:1: \\x1b[2J: there is no such option"},
        {"workers 4", "a.conf:1: not of the form: name = value"},
        {"[database]", "a.conf:1: not of the form: name = value"},
        {"log.level = loud", "a.conf:1: log.level: no such level; allowed: debug, info, warning or error"},
        {"log.to = logfile",
         "a.conf:1: log.to: the path does not begin with /; allowed: stderr, syslog or an absolute path"},
        {"keys.file = keys", "a.conf:1: keys.file: the path does not begin with /; allowed: absolute path"},
        {"keys.file =", "a.conf:1: keys.file: the path does not begin with /; allowed: absolute path"},
        {"database.password = a\x01",
         "a.conf:1: database.password: holds control characters or is not UTF-8; allowed: text"},
        {"database.password = \xFF",
         "a.conf:1: database.password: holds control characters or is not UTF-8; allowed: text"},
        {"breach.file = hashes", "a.conf:1: breach.file: the path does not begin with /; allowed: absolute path, or empty"},
        {"breach.url = https://a.example/range/\nworkers = 4\nbreach.file = /var/hashes",
         "a.conf:3: breach.file: breach.url is given too; allowed: one of the two"},
        {"breach.url = http://a.example/range/",
         "a.conf:1: breach.url: unencrypted to another host; allowed: https address that ends with /, http for "
         "127.0.0.0/8 and [::1] only, or empty"},
        {"hash.passes = 1",
         "a.conf:1: hash.passes: too weak: hash.memory_kib = 19456 with hash.passes = 1; allowed: at least "
         "one"
         " of 19456/2, 47104/1, 12288/3, 9216/4, 7168/5"},
    };
    for (const auto& [text, message] : rows) BOOST_TEST(error_of(text) == message);
}

BOOST_AUTO_TEST_CASE(a_range_service_is_asked_encrypted_or_on_this_host_PW5) {
    for (const std::string_view good : {"https://a.example/", "https://api.a-b.example:8443/range/", "https://192.0.2.1/x/",
                                        "https://[2001:db8::1]:443/range/", "http://127.0.0.1:8080/range/", "http://127.1.2.3/",
                                        "http://[::1]:80/range/", ""}) {
        const auto line = "breach.url = " + std::string(good);
        BOOST_TEST(error_of(line) == "taken", line);
        if (error_of(line) == "taken") BOOST_TEST(parse_config(line, "a.conf").breach_url == good);
    }
    for (const std::string_view bad :
         {"a.example/range/", "ftp://a.example/", "HTTPS://a.example/", "https://a.example/range", "https://a.example", "https:///range/",
          "https://", "https://user@a.example/", "https://user:pw@a.example/", "https://a.example:0/", "https://a.example:65536/",
          "https://a.example:/", "https://a.example:1x/", "https://a.example/?prefix=/", "https://a.example/#/", "https://a.example/a b/",
          "https://a_b.example/", "https://[::1/", "https://[a.example]/", "https://::1/", "http://localhost/", "http://127.0.0.1.example/",
          "http://[::2]/", "http://0.0.0.0/", "http://127.0.0.1@a.example/", "http://192.0.2.1/", "file:///etc/", "https://a.example\\b/"}) {
        const auto line = "breach.url = " + std::string(bad);
        BOOST_TEST(error_of(line) != "taken", line);
    }
}

BOOST_AUTO_TEST_CASE(values_that_cannot_be_used_are_refused) {
    for (const std::string_view text : {"database.port = 0",
                                        "database.port = 65536",
                                        "database.port = 0x10",
                                        "database.name =",
                                        "database.name = a`b",
                                        "database.name = a/b",
                                        "database.name = a b",
                                        "database.host =",
                                        "database.host = a b",
                                        "database.host = a/b",
                                        "database.socket = db.sock",
                                        "database.user =",
                                        "database.timeout_seconds = 0",
                                        "database.timeout_seconds = 61",
                                        "http.mount = auth",
                                        "http.mount = /",
                                        "http.mount = /a/",
                                        "http.mount = /a//b",
                                        "http.mount = /a?b",
                                        "http.mount = /a b",
                                        "trusted_proxies = proxy",
                                        "trusted_proxies = 10.0.0.0/33",
                                        "trusted_proxies = 10.0.0/8",
                                        "trusted_proxies = ::/129",
                                        "trusted_proxies = 10.0.0.1,",
                                        "trusted_proxies = ,10.0.0.1",
                                        "trusted_proxies = 10.0.0.1/",
                                        "trusted_proxies = 10.0.0.1/-1",
                                        "trusted_proxies = 1.2.3.4 5.6.7.8",
                                        "application.requests_per_second = 0",
                                        "application.requests_per_second = 100001",
                                        "hash.slots = 257",
                                        "hash.memory_kib = 7167",
                                        "hash.memory_kib = 131073",
                                        "hash.passes = 0",
                                        "hash.passes = 17",
                                        "hash.wait_ms = 10001",
                                        "hash.folder = hash",
                                        "log.level =",
                                        "log.to ="}) {
        BOOST_TEST(error_of(text) != "taken", text);
    }
}

// PW8 (docs/security.md): weaker settings stop the program at start.
BOOST_AUTO_TEST_CASE(the_cost_of_a_hash_must_reach_one_of_the_equal_choices) {
    const std::tuple<int, int, bool> rows[] = {
        {19456, 2, true}, {19455, 2, false}, {19456, 1, false}, {47104, 1, true}, {47103, 1, false},
        {12288, 3, true}, {12288, 2, false}, {9216, 4, true},   {9216, 3, false}, {7168, 5, true},
        {7168, 4, false}, {65536, 3, true},  {65536, 1, true}};
    for (const auto& [memory, passes, good] : rows) {
        const auto text =
            "hash.memory_kib = " + std::to_string(memory) + "\nhash.passes = " + std::to_string(passes);
        BOOST_TEST((error_of(text) == "taken") == good, text);
    }
}

BOOST_AUTO_TEST_CASE(the_ways_out_are_taken_as_they_are_written) {
    const auto config = parse_config(
        "mail.transport = smtp\nmail.server = [2001:db8::1]:2525\nmail.user = shop\nmail.password = a # b\n"
        "mail.ca_file = /etc/ca.pem\nmail.timeout = 300\nmail.sender = shop@b\xc3\xbc" "cher.example\n"
        "sms.transport = http\nsms.url = https://gateway.example/2010/{account}/Messages.json?x=y\nsms.account = AC0123\n"
        "sms.token = token\nsms.sender = My Shop\nsms.timeout = 1\nhook.allow = 127.0.0.1, 10.0.0.0/8\nhook.insecure = on\n"
        "hook.timeout = 1\n",
        "a.conf");
    BOOST_TEST((config.mail_transport == MailTransport::smtp));
    BOOST_TEST(config.mail_host == "2001:db8::1");
    BOOST_TEST(config.mail_port == 2525);
    BOOST_TEST(config.mail_user == "shop");
    BOOST_TEST(config.mail_password.reveal() == "a # b");
    BOOST_TEST(config.mail_ca_file == "/etc/ca.pem");
    BOOST_TEST(config.mail_timeout.count() == 300);
    BOOST_TEST((config.sms_transport == SmsTransport::http));
    BOOST_TEST(config.sms_url == "https://gateway.example/2010/{account}/Messages.json?x=y");
    BOOST_TEST(config.sms_account == "AC0123");
    BOOST_TEST(config.sms_token.reveal() == "token");
    BOOST_TEST(config.sms_sender == "My Shop");
    BOOST_TEST(config.hook_allow == (std::vector<std::string>{"127.0.0.1", "10.0.0.0/8"}));
    BOOST_TEST(config.hook_insecure);
    const std::tuple<std::string_view, std::string_view, int> ports[] = {
        {"mail.server = a.example", "starttls", 587}, {"mail.server = a.example", "tls", 465}, {"mail.server = a.example", "none", 25},
        {"mail.server = a.example:1", "tls", 1},      {"mail.server = [::1]", "tls", 465}};
    for (const auto& [server, security, port] : ports) {
        BOOST_TEST(parse_config(std::string(server) + "\nmail.security = " + std::string(security), "a.conf").mail_port == port);
    }
    for (const auto* good : {"mail.transport = sendmail", "mail.transport = maildir\nmail.maildir = /var/mail/shop",
                             "sms.transport = maildir\nsms.maildir = /var/sms", "sms.sender = +4915112345678",
                             "mail.security = none\nmail.server = 127.0.0.1:25\nmail.user = a\nmail.password = b",
                             "mail.security = none\nmail.server = localhost\nmail.user = a\nmail.password = b",
                             "sms.url = http://127.0.0.1:8080/messages", "hook.allow =\nmail.sender ="}) {
        BOOST_TEST(error_of(good) == "taken", good);
    }
}

BOOST_AUTO_TEST_CASE(a_way_out_that_lacks_something_is_refused_where_it_was_chosen) {
    const std::string_view gateway = "sms.url = https://a.example/\nsms.account = a\nsms.token = b\nsms.sender = c\n";
    const std::pair<std::string, std::string_view> rows[] = {
        {"mail.transport = smtp", "a.conf:1: mail.transport: smtp needs mail.server; allowed: mail.server = host:port"},
        {"workers = 4\nmail.transport = maildir",
         "a.conf:2: mail.transport: maildir needs mail.maildir; allowed: mail.maildir = absolute path"},
        {"mail.transport = carrier", "a.conf:1: mail.transport: no such choice; allowed: none, smtp, sendmail or maildir"},
        {"mail.security = ssl", "a.conf:1: mail.security: no such choice; allowed: none, starttls or tls"},
        {"mail.user = a", "a.conf:1: mail.user: mail.password is missing; allowed: both or none"},
        {"mail.password = secret", "a.conf:1: mail.password: mail.user is missing; allowed: both or none"},
        {"mail.server = a.example\nmail.user = a\nmail.password = b\nmail.security = none",
         "a.conf:4: mail.security: mail.password would go unencrypted to another host; allowed: starttls or tls"},
        {"mail.security = none\nmail.ca_file = /ca.pem",
         "a.conf:2: mail.ca_file: there is no certificate with mail.security = none; allowed: empty"},
        {"sms.transport = http", "a.conf:1: sms.transport: http needs sms.url; allowed: sms.url = https address"},
        {"sms.transport = http\nsms.url = https://a.example/",
         "a.conf:1: sms.transport: http needs sms.account and sms.token; allowed: both"},
        {"sms.transport = http\nsms.url = https://a.example/\nsms.account = a\nsms.token = b",
         "a.conf:1: sms.transport: http needs sms.sender; allowed: sms.sender = number or name"},
        {std::string(gateway) + "sms.transport = maildir",
         "a.conf:5: sms.transport: maildir needs sms.maildir; allowed: sms.maildir = absolute path"},
        {"hook.insecure = yes", "a.conf:1: hook.insecure: no such choice; allowed: on or off"},
        {"hook.timeout = 46", "a.conf:1: hook.timeout: out of range; allowed: number 1 to 45"}};
    for (const auto& [text, error] : rows) BOOST_TEST(error_of(text) == error);
    BOOST_TEST(error_of(std::string(gateway) + "sms.transport = http") == "taken");
    for (const auto* bad : {"mail.server = a b", "mail.server = a:0", "mail.server = a:65536", "mail.server = a:25:25", "mail.server = ::1",
                            "mail.server = smtp://a", "mail.server = user@a", "mail.timeout = 0", "mail.timeout = 301", "mail.sendmail =",
                            "mail.sendmail = sendmail", "mail.maildir = mail", "mail.ca_file = ca.pem", "mail.sender = shop",
                            "mail.sender = Shop <shop@a.example>", "mail.sender = @a.example", "mail.sender = a@", "sms.url = http://a.example/",
                            "sms.url = https://a.example", "sms.url = ftp://a.example/", "sms.url = https://a.example/#x",
                            "sms.url = https://user:pw@a.example/", "sms.account = a/b", "sms.account = a:b", "sms.sender = my very long shop",
                            "sms.sender = +12", "sms.sender = a&b", "sms.timeout = 61", "sms.maildir = sms", "hook.allow = example",
                            "hook.allow = 10.0.0.0/33", "hook.allow = 127.0.0.1,", "hook.insecure =", "hook.timeout = 0"}) {
        BOOST_TEST(error_of(bad) != "taken", bad);
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_was_named_must_exist) {
    const test::Folder folder;
    const auto file = folder.write("a.conf", "workers = 3\n");
    BOOST_TEST(read_config(file, environment({}), false).workers == 3u);
    BOOST_TEST(read_config(file, environment({}), false).file == file);
    BOOST_CHECK_THROW((void)read_config(folder.path("none.conf"), environment({}), false), BadConfiguration);
    BOOST_CHECK_THROW((void)read_config(folder.path(""), environment({}), false), BadConfiguration);
    const auto standard = config_path(environment({}));
    BOOST_TEST(standard.ends_with("/authtickets.conf"));
    BOOST_TEST(config_path(environment({{"AUTHTICKETS_CONFIG", file}})) == file);
    BOOST_TEST(config_path(environment({{"AUTHTICKETS_CONFIG", ""}})) == standard);
    if (!std::filesystem::exists(standard)) {
        BOOST_TEST(read_config(standard, environment({}), false).file == "");
        BOOST_CHECK_THROW((void)read_config(standard, environment({{"AUTHTICKETS_CONFIG", standard}}), false),
                          BadConfiguration);
    }
    const auto big = folder.write("big.conf", std::string(1024 * 1024 + 1, '\n'));
    BOOST_CHECK_THROW((void)read_config(big, environment({}), false), BadConfiguration);
}

BOOST_AUTO_TEST_CASE(the_environment_overrides_for_commands_only) {
    const test::Folder folder;
    const auto file = folder.write("a.conf", "workers = 3\ndatabase.socket = /a\n");
    const auto values = environment({{"AUTHTICKETS_WORKERS", "4"},
                                     {"AUTHTICKETS_DATABASE_SOCKET", ""},
                                     {"AUTHTICKETS_HTTP_MOUNT", "/m"}});
    const auto command = read_config(file, values, true), served = read_config(file, values, false);
    BOOST_TEST(command.workers == 4u);
    BOOST_TEST(command.database_socket == "");
    BOOST_TEST(command.mount == "/m");
    BOOST_TEST(served.workers == 3u);
    BOOST_TEST(served.database_socket == "/a");
    BOOST_TEST(served.mount == "");
    try {
        (void)read_config(file, environment({{"AUTHTICKETS_WORKERS", "none"}}), true);
        BOOST_ERROR("taken");
    } catch (const BadConfiguration& fault) {
        BOOST_TEST(fault.what()
                   == "environment: AUTHTICKETS_WORKERS: not a whole number; allowed: number 1 to 512"s);
    }
}

BOOST_AUTO_TEST_CASE(every_default_is_taken_and_every_name_is_written_once) {
    std::set<std::string_view> names;
    for (const auto& option : options()) {
        BOOST_TEST_CONTEXT(option.name) {
            Config config;
            BOOST_TEST(!option.read(config, option.standard));
            BOOST_TEST(names.insert(option.name).second);
            BOOST_TEST(!option.help.empty());
            BOOST_TEST(!option.type.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(the_sample_is_a_configuration_also_with_its_options_switched_on) {
    const auto sample = sample_config();
    BOOST_TEST(error_of(sample) == "taken");
    std::string on;
    std::istringstream in(sample);
    for (std::string line; std::getline(in, line);) {
        BOOST_TEST(line.size() <= 120u, line);
        on += (line.size() > 1 && line[0] == '#' && line[1] != ' ' ? line.substr(1) : line) + "\n";
    }
    BOOST_TEST(error_of(on) == "taken");
    for (const auto& option : options())
        BOOST_TEST(on.find("\n" + std::string(option.name) + " =") != std::string::npos, option.name);
}

BOOST_AUTO_TEST_CASE(the_version_has_three_numbers) {
    BOOST_TEST(version().find_first_not_of("0123456789.") == std::string_view::npos);
    BOOST_TEST(std::ranges::count(version(), '.') == 2);
}

RC_BOOST_PROP(no_text_does_more_than_be_refused, (const std::string& text)) { (void)error_of(text); }

BOOST_AUTO_TEST_SUITE_END()
