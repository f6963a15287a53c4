// SPDX-License-Identifier: MIT
// The operator's log: one line per message, an event name and pairs, control characters escaped (KL3).
// A Secret has no way into a line: there is no conversion from it. Poco's channels carry the lines
// (stderr, syslog, file). Audit entries are something else: core/events.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <authtickets/base/ids.h>

namespace authtickets {

enum class LogLevel { debug, info, warning, error };

// A value of a pair; constructed from text, numbers, bools and ids only.
struct LogValue {
    std::string text;
    LogValue(std::string_view value) : text(value) {}
    LogValue(const std::string& value) : text(value) {}
    LogValue(const char* value) : text(value) {}
    LogValue(bool value) : text(value ? "true" : "false") {}
    LogValue(int value) : text(std::to_string(value)) {}
    LogValue(unsigned value) : text(std::to_string(value)) {}
    LogValue(std::int64_t value) : text(std::to_string(value)) {}
    LogValue(std::uint64_t value) : text(std::to_string(value)) {}
    LogValue(const Uuid& value) : text(hex(value)) {}
    template <class Tag>
    LogValue(UuidOf<Tag> value) : text(hex(value.value)) {}
    template <class Tag, class Int>
    LogValue(NumberOf<Tag, Int> value) : text(std::to_string(value.value)) {}
};
using LogPairs = std::initializer_list<std::pair<std::string_view, LogValue>>;

class Log {
public:
    virtual ~Log() = default;
    // event is a constant such as "ticket.reuse"; the pairs follow as name=value, quoted where needed.
    void debug(std::string_view event, LogPairs pairs = {}) { write(LogLevel::debug, event, pairs); }
    void info(std::string_view event, LogPairs pairs = {}) { write(LogLevel::info, event, pairs); }
    void warn(std::string_view event, LogPairs pairs = {}) { write(LogLevel::warning, event, pairs); }
    void error(std::string_view event, LogPairs pairs = {}) { write(LogLevel::error, event, pairs); }

protected:
    explicit Log(LogLevel least = LogLevel::debug) : least_(least) {}
    // text is `event name=value name=value`; the time and the level's name are the channel's to add.
    virtual void line(LogLevel, const std::string& text) = 0;

private:
    void write(LogLevel, std::string_view event, LogPairs);
    LogLevel least_;
};

std::string_view name(LogLevel);  // "warning"

// target: "stderr", "syslog" or a file's path (opened for appending, reopened by name after rotation).
std::unique_ptr<Log> open_log(std::string_view target, LogLevel least);

// Control characters (C1, line and paragraph separators and text direction marks among them), quotes, backslashes
// and bytes that are not UTF-8 as \xNN.
std::string log_escape(std::string_view);

}  // namespace authtickets
