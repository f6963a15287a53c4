// SPDX-License-Identifier: MIT
// The table of commands, and the way from the command line through a row to what is printed.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include <authtickets/cli/cli.h>

#include "cli/commands.h"

namespace authtickets::cli {

namespace {

constexpr Flag realm{"--realm", "NAME", true, "the realm"};
constexpr Flag client_id{"--client-id", "ID", true, "the application's client id"};
constexpr Flag tenant{"--tenant", "N", true, "tenant id that clients send, 1 to 4294967295"};
constexpr Flag site{"--site", "N", true, "site id that clients send, 1 to 4294967295"};
constexpr Flag domain{"--domain", "HOST[:PORT]", true, "host name that the tenants resource tells clients"};
constexpr Flag site_name{"--site-name", "NAME", false, "name of the site; default: the realm's name"};
constexpr Flag locale{"--locale", "CODE", false, "locale of the site; default: en-US"};
constexpr Flag country{"--country", "CC", false, "country of the site; default: US"};
constexpr Flag currency{"--currency", "CCC", false, "currency of the site; default: USD"};

constexpr std::array of_serve{
    Flag{"--socket", "PATH|:PORT", true, "a Unix socket (mode 0660), or a TCP port on 127.0.0.1"}};
constexpr std::array of_realm_add{
    Flag{"--name", "NAME", true, "the realm's name, up to 100 bytes"}, tenant, site, domain,
    Flag{"--address", "URL", false, "the shop's own address; default: https:// and the domain"}, site_name, locale,
    country, currency};
constexpr std::array of_realm_add_site{realm, tenant, site, domain, site_name, locale, country, currency};
constexpr std::array of_realm_set_site{
    realm, tenant, site, Flag{"--domain", "HOST[:PORT]", false, "host name that the tenants resource tells clients"},
    Flag{"--address", "URL", false, "the shop's own address, of the whole realm"},
    Flag{"--site-name", "NAME", false, "name of the site"}, Flag{"--locale", "CODE", false, "locale of the site"},
    Flag{"--country", "CC", false, "country of the site"}, Flag{"--currency", "CCC", false, "currency of the site"}};
constexpr std::array of_app_add{realm, Flag{"--name", "NAME", true, "the application's name, up to 100 bytes"},
                                Flag{"--behaviours", "LIST", true, "storefront, admin, publishable, or several with commas between"},
                                Flag{"--client-id", "ID", false, "client id; default: one made by chance"}};
constexpr std::array of_realm{realm};
constexpr std::array of_one_app{realm, client_id};
constexpr std::array of_publishable{realm, Flag{"--client-id", "ID", false, "the application's client id; default: the first that is publishable"}};
constexpr Flag name_format{"--name-format", "FORMAT", false, "what names of logins must be: any or email"};
constexpr Flag one_time_tokens{"--one-time-tokens", "on|off", false, "whether one-time password tokens are made and sent"};
constexpr std::array of_profile_add{realm, Flag{"--name", "TEXT", true, "the profile's name"}, name_format, one_time_tokens};
constexpr std::array of_profile_set{realm, Flag{"--name", "TEXT", false, "the profile's name"}, name_format, one_time_tokens};
constexpr Flag yes{"--yes", "", false, "do it; without it the command says what it would do"};
constexpr std::array of_revoke{realm, yes};
constexpr std::array of_delete{realm, yes};
constexpr std::array of_demand{realm, Flag{"--off", "", false, "take the demand back"}};
constexpr std::array of_app_off{realm, Flag{"--reason", "TEXT", true, "why, for the trail; up to 200 letters"}};
constexpr std::array of_set_phone{realm, Flag{"--verified", "", false, "the number is known to be the user's"}};
constexpr Flag its_shop{"--realm", "NAME", true, "the shop's realm"};
constexpr Flag print_link{"--print-link", "", false, "print the link, for whom no mail reaches yet; who has it sets the password"};
constexpr std::array of_operator_add{
    its_shop, Flag{"--email", "ADDRESS", true, "e-mail address, which signs in too"},
    Flag{"--role", "ROLE", true, "viewer, support or manager"},
    Flag{"--user-name", "NAME", false, "name to sign in by; default: the e-mail address"},
    Flag{"--first-name", "NAME", false, "first name"}, Flag{"--last-name", "NAME", false, "last name"},
    Flag{"--address", "URL", false, "where the desk is that links in mails to operators lead to; default: the first shop's address"},
    Flag{"--password-file", "FILE", false, "file that holds the password, - for standard input; default: a link to set one is mailed"},
    print_link};
constexpr std::array of_user_add{
    its_shop, Flag{"--user-name", "NAME", true, "name to sign in by: letters, digits and -@.+_, five at least"},
    Flag{"--role", "ROLE", true, "read_only, support_specialist, marketing_specialist, goods_specialist, manager, developer or administrator"},
    Flag{"--name", "TEXT", false, "the person's name; default: the user name"},
    Flag{"--email", "ADDRESS", false, "e-mail address; needed for a link"},
    Flag{"--password-file", "FILE", false, "file that holds the password, - for standard input; default: a link to set one is mailed"},
    print_link};
constexpr std::array of_shop{its_shop};
constexpr std::array of_operator_remove{its_shop, yes};
constexpr std::array of_send_link{its_shop, print_link};
constexpr std::array of_subscription_add{
    realm, Flag{"--name", "NAME", true, "name of the subscription, up to 100 letters"},
    Flag{"--url", "URL", false, "a web hook: where events are posted to"},
    Flag{"--mail", "TEMPLATE", false, "a mail to the user in these words"},
    Flag{"--sms", "TEMPLATE", false, "an SMS to the user in these words"},
    Flag{"--notice", "OPERATOR", false, "a mail to this operator"},
    Flag{"--topics", "LIST", false, "Kibo's topics, such as email.requested,customeraccount.created"},
    Flag{"--events", "LIST", false, "events of docs/events.md, such as account.locked,password.changed"},
    Flag{"--format", "kibo|own", false, "form, signature and schedule of the hook; default: kibo with --topics, own with --events"},
    Flag{"--client-id", "ID", false, "the application whose subscription it is"},
    Flag{"--condition", "TEXT", false, "such as \"reason = disabled\"; application, channel, reason, region or site"},
    Flag{"--secret-file", "FILE", false, "file that holds the secret that signs hooks; default: one made by chance"}};
constexpr Flag language{"--locale", "TAG", false, "language, such as de or de-AT; default: the shop's own"};
constexpr std::array of_template{realm, language};
constexpr std::array of_template_change{realm, Flag{"--locale", "TAG", true, "language, such as de or de-AT"}};
constexpr std::array of_preview{realm, language, Flag{"--file", "FILE", false, "a template that is not set yet"}};
constexpr std::array of_delivery_list{realm, Flag{"--state", "STATE", false, "waiting, sent, abandoned or dropped; default: waiting and abandoned"},
                                      Flag{"--limit", "N", false, "the newest N, up to 1000; default: 50"}};
constexpr std::array of_purge{Flag{"--realm", "NAME", false, "one realm; default: all"},
                              Flag{"--limit", "N", false, "delete at most so many rows of each table"}};
constexpr std::array of_deliver{Flag{"--once", "", false, "send what is due, and end"}};
constexpr std::array of_reseal{Flag{"--realm", "NAME", false, "one realm; default: all"}};
constexpr std::array of_export{realm, Flag{"--from", "TIME", false, "events from this time on, such as 2026-01-15 or 2026-01-15T10:20:30Z"},
                               Flag{"--to", "TIME", false, "events before this time"},
                               Flag{"--user", "ID", false, "events of this user"},
                               Flag{"--account", "N", false, "events of this account"},
                               Flag{"--format", "FORM", false, "ndjson (default) or csv"},
                               Flag{"--out", "FILE", false, "a new file for them, mode 0600; default: standard output"}};
constexpr std::array of_verify{realm, Flag{"--head", "SEAL:HASH", false, "what audit head has printed before: the chain must still hold it"}};
constexpr std::array of_import{
    realm, Flag{"--format", "csv|jsonl", false, "what the file is; default: by its name, .csv, .jsonl or .ndjson"},
    Flag{"--check", "", false, "judge every line, and write nothing but the report"},
    Flag{"--ignore-unknown", "", false, "pass over columns that are not known"},
    Flag{"--report", "FILE", false, "write the refused lines there as CSV; default: to standard error"},
    Flag{"--max-refused", "N", false, "stop when more than N lines are refused"},
    Flag{"--jobs", "N", false, "threads that hash, 1 to 256; default: one for each core"}};
constexpr std::array of_doctor{
    Flag{"--url", "URL", false, "http address of the mount, to ask it too"},
    Flag{"--client-id", "ID", false, "an application, to see whether Authorization arrives at the mount"},
    Flag{"--client-secret-file", "FILE", false, "file that holds its secret"},
    Flag{"--guarded", "URL", false, "http address of a guarded application, to see that nobody gets in without a ticket"}};

constexpr std::array table{
    Command{"serve", "", of_serve, "answer FastCGI requests in the foreground until SIGTERM", "", nullptr},
    Command{"migrate", "", {}, "make or update the tables in the database",
            "Works as database.migrate_user. Grant the serving user its rights on new tables afterwards; doctor names them.",
            migrate},
    Command{"realm add", "", of_realm_add, "make a realm with its first site",
            "With the values of a realm that exists it changes nothing and prints that realm.", realm_add},
    Command{"realm list", "", {}, "list the realms", "", realm_list},
    Command{"realm show", "NAME", {}, "show a realm with its sites and changed settings", "", realm_show},
    Command{"realm add-site", "", of_realm_add_site, "add a site to a realm", "", realm_add_site},
    Command{"realm set-site", "", of_realm_set_site, "change a site of a realm, or the realm's address",
            "What is not given stays as it is.", realm_set_site},
    Command{"realm revoke-all", "", of_revoke, "end every ticket of a realm for good",
            "For after a restored backup: shoppers sign in again, applications ask for new tickets.", realm_revoke_all},
    Command{"app add", "", of_app_add, "register an application",
            "Prints its client id and secret. The secret is shown this once and stored nowhere.", app_add},
    Command{"app list", "", of_realm, "list the applications of a realm", "", app_list},
    Command{"app disable", "", of_one_app, "refuse an application and its tickets", "Takes effect within a second.",
            app_disable},
    Command{"app enable", "", of_one_app, "let a disabled application call again", "", app_enable},
    Command{"app publishable-token", "", of_publishable, "print the publishable token of an application",
            "It is no secret, does not expire, and dies when the application is disabled or its key dropped.", app_publishable_token},
    Command{"profile list", "", of_realm, "list the password profiles of a realm", "", profile_list},
    Command{"profile add", "", of_profile_add, "add a password profile to a realm", "", profile_add},
    Command{"profile set", "ID", of_profile_set, "change a password profile", "What is not given stays as it is.", profile_set},
    Command{"profile remove", "ID", of_realm, "remove a password profile that has no logins", "", profile_remove},
    Command{"account show", "NUMBER", of_realm, "show a customer account", "", account_show},
    Command{"account find", "TEXT", of_realm, "find customer accounts",
            "TEXT is a whole e-mail address, user name, account number or external id.", account_find},
    Command{"account disable", "NUMBER", of_realm, "close an account to sign-ins and end its tickets", "", account_disable},
    Command{"account enable", "NUMBER", of_realm, "open a disabled account again", "Tickets that have ended stay ended.", account_enable},
    Command{"account delete", "NUMBER", of_delete, "delete an account with its login and tickets",
            "The audit trail keeps what happened; the next purge blanks the person's details in it.", account_delete},
    Command{"login show", "LOGIN", of_realm, "show the state of a login",
            "LOGIN is a user name or a sign-in e-mail address.", login_show},
    Command{"login lock", "LOGIN", of_realm, "block a user and end all tickets of that user", "", login_lock},
    Command{"login unlock", "LOGIN", of_realm, "clear lock, block and failures of a login", "", login_unlock},
    Command{"login demand-change", "LOGIN", of_demand, "let nobody in before the password is changed",
            "Operators never set passwords.", login_demand_change},
    Command{"login set-phone", "LOGIN NUMBER", of_set_phone, "set the telephone number that codes by SMS go to",
            "An empty NUMBER takes it away. The user is told, and trusted devices are forgotten.", login_set_phone},
    Command{"login set-method", "LOGIN METHOD", of_realm, "choose how a user gets the codes of the second step",
            "METHOD is simple (none of the user's own), email or sms; the last two need a verified contact.", login_set_method},
    Command{"login disable-app", "LOGIN", of_app_off, "turn off a login's authenticator app",
            "Its recovery codes are void then. The user is told, and signs in by password alone unless the shop's rules ask for more.",
            login_disable_app},
    Command{"login send-reset", "LOGIN", of_realm, "mail a link to set a new password", "", login_send_reset},
    Command{"operator add", "", of_operator_add, "let a person work at the desk of a shop",
            "A person who signs in at another shop's desk already is given this one too, with no new password. Without an "
            "authenticator app the first sign-in leads to its set-up.", operator_add},
    Command{"operator list", "", of_shop, "list the operators of a shop", "", operator_list},
    Command{"operator show", "OPERATOR", of_shop, "show an operator", "OPERATOR is a user name or an e-mail address.", operator_show},
    Command{"operator set-role", "OPERATOR ROLE", of_shop, "give an operator another role",
            "ROLE is viewer, support or manager. A lower one ends the operator's sessions.", operator_set_role},
    Command{"operator remove", "OPERATOR", of_operator_remove, "take the desk of a shop away from an operator",
            "Ends the operator's sessions. Who works for no other shop is deleted.", operator_remove},
    Command{"operator send-link", "OPERATOR", of_send_link, "mail an operator a link to set a password", "Older ones are dead then.",
            operator_send_link},
    Command{"user add", "", of_user_add, "make a user of the shop's staff",
            "Staff work by the API of docs/freshcom.md. The second step is none at first; who signs in may choose one.", user_add},
    Command{"user list", "", of_shop, "list the staff of a shop", "", user_list},
    Command{"user show", "USER", of_shop, "show a user of the staff", "USER is a name that signs in.", user_show},
    Command{"user set-role", "USER ROLE", of_shop, "give a user of the staff another role", "Ends the user's sessions.", user_set_role},
    Command{"user remove", "USER", of_operator_remove, "delete a user of the staff", "Ends the user's sessions.", user_remove},
    Command{"user send-link", "USER", of_send_link, "mail a user of the staff a link to set a password", "Older ones are dead then.", user_send_link},
    Command{"subscription list", "", of_realm, "list the messages that events cause", "", subscription_list},
    Command{"subscription add", "", of_subscription_add, "have events posted to a web hook, or told by mail or SMS",
            "Prints the secret that signs the hooks, when it is made by chance. It is shown this once.", subscription_add},
    Command{"subscription show", "NAME", of_realm, "show a subscription and its latest deliveries", "", subscription_show},
    Command{"subscription enable", "NAME", of_realm, "switch a subscription on, a built-in one too", "", subscription_enable},
    Command{"subscription disable", "NAME", of_realm, "switch a subscription off, a built-in one too", "", subscription_disable},
    Command{"subscription remove", "NAME", of_realm, "remove a subscription of the store's own", "", subscription_remove},
    Command{"subscription test", "NAME", of_realm, "send one event to a web hook that is marked as a test", "", subscription_test},
    Command{"template list", "", of_realm, "list the templates of messages, built-in ones and the store's own", "", template_list},
    Command{"template show", "NAME", of_template, "print a template as it stands, to be kept in a file and changed", "", template_show},
    Command{"template set", "NAME FILE", of_template_change, "set a template of the store's own", "FILE has the form that template show prints.",
            template_set},
    Command{"template remove", "NAME", of_template_change, "remove a template of the store's own", "A built-in one takes its place.", template_remove},
    Command{"template preview", "NAME", of_preview, "show how a message reads, with values made up", "", template_preview},
    Command{"deliver", "", of_deliver, "send mails, SMS and web hooks in the foreground until SIGTERM",
            "Any number may run, on any number of hosts. With --once, for cron: exit status 1 when a message was given up.", deliver},
    Command{"delivery list", "", of_delivery_list, "list messages that wait or were given up, the newest first", "", delivery_list},
    Command{"import", "FILE", of_import, "add the customers of another system, from CSV or JSON lines",
            "docs/import.md has the columns. Run again with the same file it goes on after the last line that was added.", import},
    Command{"settings list", "", of_realm, "list the settings of a realm", "", settings_list},
    Command{"settings get", "[SETTING]", of_realm, "print the value of a setting, or of all", "", settings_get},
    Command{"settings set", "SETTING VALUE", of_realm, "change a setting of a realm", "Takes effect within a second.",
            settings_set},
    Command{"keys list", "", {}, "list the keys of the key file, without the keys themselves", "", keys_list},
    Command{"keys new", "", {}, "add a key, or make the key file with its first key",
            "The first key signs at once, a further one an hour later, so that every host can have it before.", keys_new},
    Command{"keys activate", "ID", {}, "let a key sign from this moment on",
            "Every host that serves must have the key file with this key already.", keys_activate},
    Command{"keys drop", "ID", {}, "take a key out of the key file",
            "Refused while it signs, while a row in the database names it, and for 30 days after another key took over.",
            keys_drop},
    Command{"keys reseal", "", of_reseal, "seal stored passwords and secrets of hooks under the key that signs",
            "Afterwards no password keeps an older key from being dropped. Runs beside sign-ins.", keys_reseal},
    Command{"audit export", "", of_export, "write the audit trail, oldest first",
            "Exit status 1 when an event is not intact. docs/events.md tells what the columns are.", audit_export},
    Command{"audit verify", "", of_verify, "check the audit trail and the hash chain over it",
            "Exit status 1 when something was changed, added, taken away or cut off; it says what was found first.", audit_verify},
    Command{"audit head", "", of_realm, "print the end of the hash chain",
            "Keep it where who can write to the database cannot: with it audit verify finds a trail that was cut off.", audit_head},
    Command{"purge", "", of_purge, "delete what is dead and what is past its retention",
            "For a timer, once a day or more often. Runs beside sign-ins, in small steps.", purge},
    Command{"doctor", "", of_doctor, "check everything that a mount needs",
            "Run it as the user that the program runs as. Exit status 1 when there is at least one problem.", doctor},
};

constexpr std::string_view first_word(std::string_view name) { return name.substr(0, name.find(' ')); }

std::string overview() {
    std::string out = "usage: authtickets COMMAND [OPTIONS]\n\nCommands:\n";
    const auto line = [&](std::string_view name, std::string_view help) {
        out.append("  ").append(name).append(name.size() < 18 ? 18 - name.size() : 2, ' ').append(help).append("\n");
    };
    for (const auto& command : table) line(command.name, command.help);
    out.append("\nOptions:\n");
    line("--help [COMMAND]", "print this, or how a command is used");
    line("--version", "print the version");
    line("--sample-config", "print a configuration file with every option");
    out.append("\nEvery command but serve takes --json and then prints one JSON value.\n"
               "AUTHTICKETS_CONFIG names the configuration file. See authtickets(8), authtickets.conf(5).\n");
    return out;
}

struct Found {
    const Command* command = nullptr;
    std::size_t words = 0;  // of its name
};

Found find(std::span<const std::string_view> words) {
    for (const std::size_t count : {std::size_t{2}, std::size_t{1}}) {
        if (words.size() < count) continue;
        auto name = std::string(words[0]);
        if (count == 2) name.append(" ").append(words[1]);
        const auto found = std::ranges::find(table, name, &Command::name);
        if (found != table.end()) return {&*found, count};
    }
    return {};
}

// "realm", or "realm frob": the commands that begin so.
[[noreturn]] void no_such_command(std::span<const std::string_view> words) {
    std::string near;
    for (const auto& command : table) {
        if (first_word(command.name) == words.front()) near.append(near.empty() ? "" : ", ").append(command.name);
    }
    if (!near.empty()) throw WrongUse("which one? " + near);
    throw WrongUse("there is no command \"" + log_escape(words.front()) + "\"; see authtickets --help");
}

Output help(std::span<const std::string_view> words) {
    if (words.empty()) return {.text = overview()};
    const auto found = find(words);
    if (!found.command) no_such_command(words);
    return {.text = help_text(*found.command)};
}

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    // A secret that is shown once must not get lost on a full disk unnoticed.
    if (std::fflush(stdout) != 0) {
        throw Failed("the answer cannot be written: " + std::generic_category().message(errno));
    }
}

int run_command(const Command& command, std::span<const std::string_view> words) {
    const Arguments arguments(command, words);
    if (arguments.help()) {
        print(help_text(command));
        return 0;
    }
    if (!command.run) throw WrongUse("started by main only");  // unreachable: main keeps `serve` for itself
    World world;
    const auto output = command.run(world, arguments);
    if (!output.written) print(arguments.json() ? output.json.dump() + "\n" : output.text);
    return output.status;
}

int complain(int status, std::string_view command, std::string_view text) {
    const std::string line = "authtickets: " + std::string(command) + (command.empty() ? "" : ": ") + std::string(text) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
    return status;
}

}  // namespace

int run(std::span<const std::string_view> words) {
    std::string_view name;
    try {
        if (words.empty()) {
            const auto text = overview();
            std::fwrite(text.data(), 1, text.size(), stderr);
            return 2;
        }
        const auto first = words.front();
        if (first == "--help" || first == "-h" || first == "help") {
            print(help(words.subspan(1)).text);
            return 0;
        }
        if (first == "--version" || first == "--sample-config") {
            if (words.size() > 1) throw WrongUse(std::string(first) + " takes no arguments");
            print(first == "--version" ? "authtickets " + std::string(version()) + "\n" : sample_config());
            return 0;
        }
        const auto found = find(words);
        if (!found.command) no_such_command(words);
        name = found.command->name;
        return run_command(*found.command, words.subspan(found.words));
    } catch (const WrongUse& fault) {
        return complain(2, name, fault.what());
    } catch (const BadConfiguration& fault) {
        return complain(2, "", fault.what());
    } catch (const Fault& fault) {
        return complain(1, name, fault.what());
    }
}

}  // namespace authtickets::cli
