// SPDX-License-Identifier: MIT
// Mail by SMTP, by a sendmail program and into a Maildir. A copy for bcc goes by itself and last, so that a bad address of the
// operator's keeps nobody's mail back.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <authtickets/base/fault.h>
#include <authtickets/delivery/ways.h>

#include "delivery/maildir.h"

namespace authtickets::delivery {
namespace {

Sent later(std::string why) { return {.verdict = Verdict::temporary, .why = std::move(why)}; }

// What the ways have in common: the mail's text, and the copy.
class RenderingWay : public MailWay {
public:
    Sent send(const Mail& mail) final {
        auto rendered = render(mail);
        if (!rendered.why.empty()) return {.verdict = Verdict::permanent, .why = "mail: " + rendered.why};
        auto sent = carry(rendered, rendered.to, mail.date);
        if (sent.verdict == Verdict::accepted && !rendered.bcc.empty()) {
            const auto copy = carry(rendered, rendered.bcc, mail.date);
            if (copy.verdict != Verdict::accepted) sent.why = "sent, but not the copy: " + copy.why;
        }
        wipe(rendered.message);  // it may hold a code
        return sent;
    }

private:
    virtual Sent carry(const Rendered&, const std::string& recipient, Time) = 0;
};

// --- SMTP --------------------------------------------------------------------------------------------------------------

// Our name, as far as the host has one that may be said in EHLO.
std::string host_name() {
    std::array<char, 256> text{};
    if (::gethostname(text.data(), text.size() - 1) != 0) return "localhost";
    const std::string out(text.data());
    const bool good = !out.empty() && std::ranges::all_of(out, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    });
    return good ? out : "localhost";
}

class SmtpWay final : public RenderingWay {
public:
    explicit SmtpWay(const Config& config)
        : smtp_({.host = config.mail_host,
                 .port = config.mail_port,
                 .security = config.mail_security,
                 .user = config.mail_user,
                 .password = config.mail_password,
                 .ca_file = config.mail_ca_file,
                 .hello = host_name()}),
          deadline_(config.mail_timeout) {}

private:
    Sent carry(const Rendered& mail, const std::string& recipient, Time) override {
        return smtp_.send(mail.from, std::array{recipient}, mail.message, deadline_);
    }
    net::Smtp smtp_;
    Millis deadline_;
};

// --- sendmail ----------------------------------------------------------------------------------------------------------

// The child's standard input: a file without a name holds the whole message, so nobody waits for a reader.
class Input {
public:
    explicit Input(std::string_view text) : file_(::memfd_create("mail", MFD_CLOEXEC)) {
        while (file_ >= 0 && !text.empty()) {
            const auto count = ::write(file_, text.data(), text.size());
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) break;
            text.remove_prefix(static_cast<std::size_t>(count));
        }
        good_ = file_ >= 0 && text.empty() && ::lseek(file_, 0, SEEK_SET) == 0;
    }
    Input(const Input&) = delete;
    ~Input() {
        if (file_ >= 0) ::close(file_);
    }
    bool good() const { return good_; }
    int file() const { return file_; }

private:
    int file_;
    bool good_ = false;
};

class SpawnPlan {
public:
    explicit SpawnPlan(int input) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_adddup2(&actions_, input, 0);
        ::posix_spawn_file_actions_addopen(&actions_, 1, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addopen(&actions_, 2, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
        ::posix_spawnattr_init(&attributes_);
        // Our threads block and ignore signals that the program wants for itself.
        sigset_t none, defaults;
        sigemptyset(&none);
        sigemptyset(&defaults);
        for (const int signal : {SIGPIPE, SIGTERM, SIGINT, SIGHUP}) sigaddset(&defaults, signal);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    // 0 and the child's id, or an error number.
    int start(pid_t& child, std::vector<std::string> words) const {
        std::vector<char*> arguments;
        for (auto& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        std::string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        std::array<char*, 2> environment{path.data(), nullptr};
        return ::posix_spawn(&child, words.front().c_str(), &actions_, &attributes_, arguments.data(), environment.data());
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

// Until the child has ended or the deadline has passed; false then.
bool ended(pid_t child, int& status, Millis deadline) {
    const auto until = steady_now() + deadline;
    const int watched = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));  // C++ cannot link the library's name for it
    bool done = false;
    while (!(done = ::waitpid(child, &status, WNOHANG) == child)) {
        const auto left = until - steady_now();
        if (left <= Millis(0)) break;
        // Without a descriptor for it (an old kernel), it is looked at now and then.
        pollfd end{.fd = watched, .events = POLLIN, .revents = 0};
        (void)::poll(&end, watched >= 0 ? 1 : 0, static_cast<int>(watched >= 0 ? left.count() : std::min<Millis::rep>(left.count(), 20)));
    }
    if (watched >= 0) ::close(watched);
    return done;
}

class SendmailWay final : public RenderingWay {
public:
    explicit SendmailWay(const Config& config) : program_(config.mail_sendmail), deadline_(config.mail_timeout) {}

private:
    Sent carry(const Rendered& mail, const std::string& recipient, Time) override {
        // A program of this host: its line ends are this host's.
        std::string text;
        std::ranges::copy_if(mail.message, std::back_inserter(text), [](char c) { return c != '\r'; });
        const Input input(text);
        wipe(text);
        if (!input.good()) return later("sendmail: no memory for the message");
        pid_t child = 0;
        const SpawnPlan plan(input.file());
        if (const int error = plan.start(child, {program_, "-oi", "-f", mail.from, "--", recipient}); error != 0) {
            return later("sendmail: it cannot be started: " + std::generic_category().message(error));
        }
        int status = 0;
        if (!ended(child, status, deadline_)) {
            ::kill(child, SIGKILL);
            ::waitpid(child, &status, 0);
            return later("sendmail: it did not end in time");
        }
        if (!WIFEXITED(status)) return later("sendmail: a signal ended it");
        return sendmail_verdict(WEXITSTATUS(status));
    }
    std::string program_;
    Millis deadline_;
};

// --- Maildir -----------------------------------------------------------------------------------------------------------

class MaildirWay final : public RenderingWay {
public:
    MaildirWay(const Config& config, Rng& rng) : folder_(config.mail_maildir), rng_(rng) {}

private:
    Sent carry(const Rendered& mail, const std::string& recipient, Time date) override {
        // As delivery into a mailbox writes the envelope down. A file of this host: its line ends are this host's.
        std::string text = "Return-Path: <" + mail.from + ">\nDelivered-To: " + recipient + "\n";
        std::ranges::copy_if(mail.message, std::back_inserter(text), [](char c) { return c != '\r'; });
        auto why = store_in_maildir(folder_, date, rng_, text);
        wipe(text);
        return why.empty() ? Sent{.verdict = Verdict::accepted} : later(std::move(why));
    }
    std::string folder_;
    Rng& rng_;
};

class NoWay final : public MailWay {
public:
    Sent send(const Mail&) override { return {.verdict = Verdict::permanent, .why = "mail: no way out is configured (mail.transport)"}; }
};

}  // namespace

std::unique_ptr<MailWay> mail_way(const Config& config, Rng& rng) {
    switch (config.mail_transport) {
        case MailTransport::none: return std::make_unique<NoWay>();
        case MailTransport::smtp: return std::make_unique<SmtpWay>(config);
        case MailTransport::sendmail: return std::make_unique<SendmailWay>(config);
        case MailTransport::maildir: return std::make_unique<MaildirWay>(config, rng);
    }
    throw Fault("no such mail.transport");
}

}  // namespace authtickets::delivery
