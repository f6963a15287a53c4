// SPDX-License-Identifier: MIT
// The ways messages leave by, as doctor sees them: is one configured, does it stand open, and does somebody work off what is
// owed? Sends nothing.
#include <sys/stat.h>
#include <unistd.h>

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <authtickets/net/smtp.h>

#include "cli/doctor.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

std::string reason() { return std::generic_category().message(errno); }
bool may(const std::string& path, int how) { return ::faccessat(AT_FDCWD, path.c_str(), how, AT_EACCESS) == 0; }

void look_at_folder(std::string_view about, const std::string& folder, Report& report) {
    const bool exists = may(folder, F_OK);
    // The worker makes the folder, not its parent.
    const auto written = exists ? folder : folder.substr(0, std::max<std::size_t>(folder.rfind('/'), 1));
    if (may(written, W_OK | X_OK)) report.ok(about, "into the folder " + folder + (exists ? "" : ", which the worker will make"));
    else report.problem(about, written + " cannot be written: " + reason(), "make it writable for the user that authtickets deliver runs as");
}

void look_at_server(const Config& config, Report& report) {
    constexpr std::string_view about = "mail";
    constexpr auto patience = std::chrono::seconds(10);
    net::Smtp smtp({.host = config.mail_host,
                    .port = config.mail_port,
                    .security = config.mail_security,
                    .user = config.mail_user,
                    .password = config.mail_password,
                    .ca_file = config.mail_ca_file,
                    .hello = "localhost"});
    const auto answer = smtp.greet(std::min<Millis>(patience, config.mail_timeout));
    const auto server = config.mail_host + ":" + std::to_string(config.mail_port);
    if (answer.verdict == net::Verdict::accepted) {
        report.ok("mail", "the mail server " + server + " lets the program in");
    } else {
        report.problem(about, server + ": " + answer.why, "is mail.server right, are mail.security, mail.user and mail.password what it wants?");
    }
}

void look_at_mail(const Config& config, Report& report) {
    constexpr std::string_view about = "mail";
    switch (config.mail_transport) {
        case MailTransport::none:
            report.warning(about, "mail.transport is none: no code, link or notice leaves by mail",
                           "set mail.transport to smtp, sendmail or maildir: see authtickets.conf(5)");
            return;
        case MailTransport::smtp: look_at_server(config, report); return;
        case MailTransport::sendmail:
            if (may(config.mail_sendmail, X_OK)) report.ok(about, "through " + config.mail_sendmail);
            else report.problem(about, config.mail_sendmail + " cannot be run: " + reason(), "name the mail server's sendmail by mail.sendmail");
            return;
        case MailTransport::maildir: look_at_folder(about, config.mail_maildir, report); return;
    }
}

void look_at_sms(const Config& config, Report& report) {
    constexpr std::string_view about = "SMS";
    switch (config.sms_transport) {
        case SmsTransport::none: report.ok(about, "none leave: sms.transport is none"); break;
        case SmsTransport::http: report.ok(about, "through the gateway of sms.url, which was not asked: it would charge for it"); break;
        case SmsTransport::maildir: look_at_folder(about, config.sms_maildir, report); break;
    }
}

// A mail needs somebody whom it is from.
void look_at_senders(World& world, Report& report) {
    const auto& config = world.config();
    if (config.mail_transport == MailTransport::none || !config.mail_sender.empty()) return;
    auto& core = world.core();
    std::string without;
    for (const auto no : core.realms.list(core.db)) {
        const auto realm = core.realms.get(core.db, world.clock().now(), no);
        if (realm->settings.mail_sender.empty()) without.append(without.empty() ? "" : ", ").append(realm->name);
    }
    if (without.empty()) return;
    report.problem("mail sender", "mails have no sender in: " + without,
                   "authtickets settings set --realm NAME mail.sender ADDRESS, or mail.sender in the configuration");
}

// Whether somebody works.
void look_at_worker(World& world, Report& report) {
    constexpr std::string_view about = "deliver";
    constexpr auto overdue = std::chrono::minutes(1);  // a worker looks every second
    auto& core = world.core();
    const auto now = world.clock().now();
    std::optional<Time> oldest;
    for (const auto& cause : core.outbox.due(core.db, now, 1)) oldest = cause.created_at;
    for (const auto queue : {deliveries::Queue::urgent, deliveries::Queue::messages, deliveries::Queue::hooks}) {
        for (const auto& each : core.deliveries.due(core.db, queue, now, 1)) oldest = std::min(oldest.value_or(each.due_at), each.due_at);
    }
    if (!oldest || now - *oldest < overdue) {
        report.ok(about, oldest ? "messages that are due have waited for less than a minute" : "no message that is due waits");
        return;
    }
    report.problem(about, "messages have been waiting to be sent since " + shown(*oldest),
                   "start authtickets deliver, as a service or, with --once, by cron; its log tells what holds it up");
}

void look_at_given_up(World& world, Report& report) {
    constexpr auto recent = std::chrono::hours(24);
    constexpr unsigned most = 100;
    auto& core = world.core();
    const auto now = world.clock().now();
    for (const auto no : core.realms.list(core.db)) {
        const auto all = core.deliveries.newest(core.db, no, deliveries::State::abandoned, most);
        const auto count = std::ranges::count_if(all, [&](const auto& each) { return each.finished_at && now - *each.finished_at < recent; });
        if (count == 0) continue;
        const auto name = core.realms.get(core.db, now, no)->name;
        report.warning("deliveries", std::to_string(count) + (count == most ? " or more" : "") + " messages of realm " + name + " were given up within a day",
                       "authtickets delivery list --realm " + name + " --state abandoned tells why");
    }
}

}  // namespace

void look_at_ways(World& world, Report& report) {
    look_at_mail(world.config(), report);
    look_at_sms(world.config(), report);
}

void look_at_messages(World& world, Report& report) {
    look_at_senders(world, report);
    look_at_worker(world, report);
    look_at_given_up(world, report);
}

}  // namespace authtickets::cli
