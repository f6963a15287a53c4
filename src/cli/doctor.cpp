// SPDX-License-Identifier: MIT
// `doctor`: looks at everything that a mount needs and says for each what to do. Changes nothing: it may be run by another
// user than the program. What a check meets, it reports; it does not stop the others.
#include "cli/doctor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>

#include <authtickets/crypto/pwhash.h>

#include "cli/commands.h"
#include "cli/key_rules.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

constexpr mode_t others_read = 0004, others_write = 0002, all_rights = 07777;

std::string reason(int error) { return std::generic_category().message(error); }

std::string octal(mode_t mode) {
    std::string digits;
    for (int shift = 9; shift >= 0; shift -= 3) digits.push_back(static_cast<char>('0' + ((mode >> shift) & 7U)));
    return digits;
}

bool may(const std::string& path, int how) { return ::faccessat(AT_FDCWD, path.c_str(), how, AT_EACCESS) == 0; }

std::string folder_of(const std::string& path) { return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1)); }

void look_at_user(Report& report) {
    if (::geteuid() == 0) {
        report.warning("user", "doctor runs as root, who may read and write everything",
                       "run it as the user that the program runs as, such as: setpriv --reuid=www-data --regid=www-data"
                       " --clear-groups authtickets doctor");
    }
}

bool holds_password(const Config& config) {
    return !config.serve.password.empty() || !config.maintain.password.empty() || !config.migrate.password.empty();
}

// What is set for this command only: the program under a web server reads the file and nothing else.
std::string overrides() {
    std::string out;
    for (const auto& option : options()) {
        std::string name = "AUTHTICKETS_";
        for (const char c : option.name) name.push_back(c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
        if (environment(name)) out.append(out.empty() ? "" : ", ").append(name);
    }
    return out;
}

void look_at_file(const Config& config, Report& report) {
    constexpr std::string_view about = "configuration";
    if (config.file.empty()) {
        report.warning(about, "there is no file " + config_path(environment) + "; every option has its default",
                       "authtickets --sample-config >" + config_path(environment) + ", or name another by AUTHTICKETS_CONFIG");
    } else {
        struct stat found {};
        if (::stat(config.file.c_str(), &found) != 0) {
            report.problem(about, config.file + ": " + reason(errno), "make it readable for the program's user");
        } else if (found.st_mode & others_write) {
            report.problem(about, config.file + " can be changed by everyone (mode " + octal(found.st_mode & all_rights) + ")",
                           "chmod o-w " + config.file);
        } else if ((found.st_mode & others_read) && holds_password(config)) {
            report.warning(about, config.file + " holds a password and can be read by everyone (mode "
                                      + octal(found.st_mode & all_rights) + ")",
                           "chmod o-r " + config.file + ", and chgrp it to the program's group");
        } else {
            report.ok(about, config.file + " is read");
        }
    }
    if (const auto names = overrides(); !names.empty()) {
        report.warning(about, names + " is set: it holds for commands, not for the program under a web server",
                       "put it into the file");
    }
}

void look_at_keys(World& world, Report& report) {
    constexpr std::string_view about = "keys";
    const auto& path = world.config().keys_file;
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0 && errno == ENOENT) {
        report.problem(about, "there is no key file " + path, "authtickets keys new, as the program's user");
        return;
    }
    try {
        const auto file = crypto::read_key_file(path);
        const auto* const signer = file.signer(world.clock().now());
        const auto keys = std::to_string(file.keys.size()) + (file.keys.size() == 1 ? " key" : " keys");
        if (!signer) {
            report.problem(about, path + ": " + keys + ", none of which signs yet", "authtickets keys activate ID");
            return;
        }
        const auto since = ", key " + std::to_string(signer->id) + " signs since " + shown(signer->signs_from);
        constexpr auto longest = std::chrono::days(730);  // NIST SP 800-57 part 1, 5.3.6: two years for a key that authenticates
        if (world.clock().now() - signer->signs_from > longest) {
            report.warning(about, path + ": " + keys + since + ", which is more than two years",
                           "authtickets keys new; authtickets(8) tells under EXAMPLES how to rotate");
        } else {
            report.ok(about, path + ": " + keys + since);
        }
    } catch (const Unavailable& fault) {
        report.problem(about, fault.what(), "it must be the one that tokens and passwords were made with, owned by the program's"
                                            " user: chmod 600 " + path);
    }
}

void look_at_hashing(const Config& config, Report& report) {
    const auto& folder = config.hash_folder;
    const auto slots = config.hash_slots != 0 ? config.hash_slots : std::max(1U, std::thread::hardware_concurrency());
    std::string closed;  // the first file that is another user's
    for (unsigned i = 0; i < slots && closed.empty(); ++i) {
        for (const auto* const kind : {"/slot-", "/memory-"}) {
            const auto file = folder + kind + std::to_string(i);
            if (closed.empty() && may(file, F_OK) && !may(file, R_OK | W_OK)) closed = file;
        }
    }
    const int why_closed = errno;
    const bool exists = may(folder, F_OK);
    const auto& written = exists ? folder : folder_of(folder);  // the program makes the folder, not its parent
    struct stat found {};
    if (!may(written, W_OK | X_OK)) {
        report.problem("hash.folder", written + " cannot be written: " + reason(errno),
                       "install -d -m 770 -o USER " + folder + ", with the program's user");
    } else if (!closed.empty()) {
        report.problem("hash.folder", closed + " cannot be opened: " + reason(why_closed),
                       "chown it and the others beside it to the program's user");
    } else if (::stat(folder.c_str(), &found) == 0 && (found.st_mode & others_write)) {
        report.warning("hash.folder", folder + " can be written by everyone, who could hold all slots", "chmod 770 " + folder);
    } else {
        report.ok("hash.folder", folder + (exists ? " can be written" : " is not there yet; the program will make it"));
    }
    const crypto::HashCost cost{.memory_kib = config.hash_memory_kib, .passes = config.hash_passes};
    const auto begun = steady_now();
    crypto::hash_password(Secret(std::string_view("measured")), cost);
    const auto took = (steady_now() - begun).count();
    const auto text = "one hash takes " + std::to_string(took) + " ms and " + std::to_string(cost.memory_kib / 1024) + " MiB; "
                      + std::to_string(slots) + " at once";
    constexpr auto slow = 500;  // ms: a person notices, and two a second is little for a shop
    if (took > slow) {
        report.warning("hash cost", text, "lower hash.memory_kib or hash.passes to one of the allowed pairs, such as 19456 and 2");
    } else {
        report.ok("hash cost", text);
    }
}

void look_at_log(const Config& config, Report& report) {
    if (!config.log_to.starts_with('/')) {
        report.ok("log", "goes to " + config.log_to);
        return;
    }
    const bool exists = may(config.log_to, F_OK);
    if (exists ? may(config.log_to, W_OK) : may(folder_of(config.log_to), W_OK | X_OK)) {
        report.ok("log", config.log_to + " can be written");
    } else {
        report.problem("log", config.log_to + " cannot be written: " + reason(errno), "make it writable for the program's user");
    }
}

Mount mount(const Arguments& arguments) {
    Mount mount{.url = arguments.text("--url"), .client_id = arguments.text("--client-id"), .client_secret = {}};
    const auto file = arguments.text("--client-secret-file");
    if (mount.url.empty() && (!mount.client_id.empty() || !file.empty())) {
        throw WrongUse("--client-id and --client-secret-file are for asking a mount: --url is missing");
    }
    if (mount.client_id.empty() != file.empty()) throw WrongUse("--client-id and --client-secret-file go together");
    if (!mount.url.empty()) must_be_http(mount.url);
    while (mount.url.ends_with('/')) mount.url.pop_back();
    if (!file.empty()) mount.client_secret = secret_in_file("--client-secret-file", file);
    return mount;
}

}  // namespace

std::size_t Report::count(Result result) const {
    return static_cast<std::size_t>(std::ranges::count(checks_, result, &Check::result));
}

Output Report::output() const {
    constexpr std::string_view names[] = {"ok", "warning", "problem"};
    std::string text;
    auto list = Json::array();
    for (const auto& check : checks_) {
        const auto result = names[static_cast<std::size_t>(check.result)];
        list.push(Json::object({{"about", check.about},
                                {"result", result},
                                {"finding", check.finding},
                                {"remedy", check.remedy.empty() ? Json() : Json(check.remedy)}}));
        text.append(result).append(9 - result.size(), ' ');
        text.append(check.about).append(check.about.size() < 18 ? 18 - check.about.size() : 1, ' ');
        text.append(shown(check.finding)).append("\n");
        for (std::string_view rest = check.remedy; !rest.empty();) {
            const auto end = std::min(rest.find('\n'), rest.size());
            text.append(9, ' ').append(rest.size() == check.remedy.size() ? "to do: " : "       ");
            text.append(shown(rest.substr(0, end))).append("\n");
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    const auto warnings = count(Result::warning), problems = count(Result::problem);
    const auto counted = [](std::size_t number, std::string_view what) {
        return std::to_string(number) + " " + std::string(what) + (number == 1 ? "" : "s");
    };
    text.append(counted(checks_.size(), "check")).append(": ").append(counted(problems, "problem")).append(", ");
    text.append(counted(warnings, "warning")).append("\n");
    return {.json = Json::object({{"status", problems == 0 ? "ok" : "problem"}, {"checks", std::move(list)}}),
            .text = std::move(text),
            .status = problems == 0 ? 0 : 1};
}

Output doctor(World& world, const Arguments& arguments) {
    const auto asked = mount(arguments);
    const auto guarded = arguments.text("--guarded");
    if (!guarded.empty()) must_be_http(guarded, "--guarded");
    Report report;
    look_at_user(report);
    try {
        const auto& config = world.config();
        look_at_file(config, report);
        look_at_keys(world, report);
        look_at_hashing(config, report);
        look_at_breaches(world, report);
        look_at_text(world, report);
        look_at_log(config, report);
        look_at_ways(world, report);
        look_at_database(world, report);
    } catch (const BadConfiguration& fault) {
        report.problem("configuration", fault.what(), "correct it; authtickets.conf(5) and authtickets --sample-config tell what is allowed");
    }
    if (!asked.url.empty()) look_at_mount(asked, report);
    if (!guarded.empty()) look_at_guarded(guarded, report);
    return report.output();
}

}  // namespace authtickets::cli
