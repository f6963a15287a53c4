// SPDX-License-Identifier: MIT
// Log lines and where they go. A line is escaped once, here (KL3, docs/security.md), and leaves in one write,
// so that lines of several threads and processes do not mix; Poco's own console and file channels write in
// pieces.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/Message.h>
#include <Poco/SyslogChannel.h>

#include <authtickets/base/fault.h>
#include <authtickets/base/log.h>
#include <authtickets/base/utf8.h>

namespace authtickets {
namespace {

constexpr std::size_t value_bytes =
    1000;  // a longer value is cut; four pairs of them still pass a pipe in one piece

bool unprintable(char32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029
           || point == 0x200E || point == 0x200F || (point >= 0x202A && point <= 0x202E)
           || (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

// The longest front of `text` that ends between characters.
std::string_view shortened(std::string_view text) {
    std::size_t end = value_bytes;
    while (end > value_bytes - 4 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

void append_value(std::string& line, std::string_view value) {
    const bool cut = value.size() > value_bytes;
    const auto text = log_escape(cut ? shortened(value) : value);
    const bool quoted = cut || text.empty() || text.find_first_of(" =\\") != std::string::npos;
    if (quoted) line.push_back('"');
    line.append(text);
    if (cut) line.append("...");
    if (quoted) line.push_back('"');
}

Poco::Message::Priority priority(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return Poco::Message::PRIO_DEBUG;
        case LogLevel::info: return Poco::Message::PRIO_INFORMATION;
        case LogLevel::warning: return Poco::Message::PRIO_WARNING;
        case LogLevel::error: return Poco::Message::PRIO_ERROR;
    }
    return Poco::Message::PRIO_ERROR;
}

// A log that cannot be written has nowhere to say so; the request goes on.
void write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

class StderrChannel final : public Poco::Channel {
  public:
    void log(const Poco::Message& message) override {
        const std::lock_guard lock(mutex_);
        write_all(STDERR_FILENO, message.getText() + '\n');
    }

  private:
    std::mutex mutex_;
};

// Appends; opens the path again when a rotation has put another file (or none) there.
class FileChannel final : public Poco::Channel {
  public:
    explicit FileChannel(std::string path) : path_(std::move(path)) {
        reopen();
        if (descriptor_ < 0) throw BadConfiguration("log.to: " + path_ + " cannot be opened for appending");
        looked_at_ = steady_now();
    }
    void log(const Poco::Message& message) override {
        const std::lock_guard lock(mutex_);
        if (const auto now = steady_now(); now - looked_at_ >= std::chrono::seconds{1}) {
            looked_at_ = now;
            if (moved()) reopen();
        }
        write_all(descriptor_, message.getText() + '\n');
    }

  private:
    ~FileChannel() override {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    bool moved() const {
        struct stat named {
        }, held{};
        return ::stat(path_.c_str(), &named) != 0 || ::fstat(descriptor_, &held) != 0
               || named.st_ino != held.st_ino || named.st_dev != held.st_dev;
    }
    void reopen() {
        const int fresh = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
        if (fresh < 0) return;  // better the old file than none
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = fresh;
    }

    std::mutex mutex_;
    std::string path_;
    int descriptor_ = -1;
    std::chrono::milliseconds looked_at_{};
};

class ChannelLog final : public Log {
  public:
    ChannelLog(LogLevel least, Poco::AutoPtr<Poco::Channel> channel, bool with_time)
        : Log(least), channel_(std::move(channel)), with_time_(with_time) {}

  private:
    void line(LogLevel level, const std::string& text) override {
        std::string whole;
        if (with_time_) whole.append(iso8601(clock_.now())).push_back(' ');
        whole.append(name(level)).append(" ").append(text);
        channel_->log(Poco::Message("authtickets", whole, priority(level)));
    }

    Poco::AutoPtr<Poco::Channel> channel_;
    bool with_time_;
    SystemClock clock_;
};

}  // namespace

std::string_view name(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return "debug";
        case LogLevel::info: return "info";
        case LogLevel::warning: return "warning";
        case LogLevel::error: return "error";
    }
    throw Fault("a log level outside the list");
}

std::string log_escape(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t point = next_code_point(text, at);
        if (point != not_utf8 && point != '"' && point != '\\' && !unprintable(point)) {
            out.append(text, begin, at - begin);
            continue;
        }
        for (const char c : text.substr(begin, at - begin)) {
            const auto byte = static_cast<unsigned char>(c);
            out.append("\\x").push_back(digits[byte >> 4]);
            out.push_back(digits[byte & 15]);
        }
    }
    return out;
}

void Log::write(LogLevel level, std::string_view event, LogPairs pairs) {
    if (level < least_) return;
    std::string text(event);
    for (const auto& [key, value] : pairs) {
        text.append(" ").append(key).append("=");
        append_value(text, value.text);
    }
    line(level, text);
}

std::unique_ptr<Log> open_log(std::string_view target, LogLevel least) {
    using Channel = Poco::AutoPtr<Poco::Channel>;
    if (target == "stderr") return std::make_unique<ChannelLog>(least, Channel(new StderrChannel), true);
    if (target == "syslog") {  // which adds the time itself
        const int options = Poco::SyslogChannel::SYSLOG_PID;
        return std::make_unique<ChannelLog>(
            least,
            Channel(new Poco::SyslogChannel("authtickets", options, Poco::SyslogChannel::SYSLOG_DAEMON)),
            false);
    }
    return std::make_unique<ChannelLog>(least, Channel(new FileChannel(std::string(target))), true);
}

}  // namespace authtickets
