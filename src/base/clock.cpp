// SPDX-License-Identifier: MIT
// Times and their texts by integer arithmetic: no locale, no stream, no time zone. Years 1 to 9999 only.
#include <algorithm>
#include <array>

#include <authtickets/base/clock.h>

namespace authtickets {
namespace {

using namespace std::chrono;

constexpr Time first = sys_days{year{1} / January / 1};
constexpr Time last = Time{sys_days{year{9999} / December / 31}} + hours{24} - milliseconds{1};

// Digits are written from the right, so the caller says how many there are.
void put(char* into, int digits, unsigned value) {
    for (int i = digits - 1; i >= 0; --i, value /= 10) into[i] = static_cast<char>('0' + value % 10);
}

// `between` stands between date and time. A time outside the years that have four digits becomes the nearest
// inside.
std::array<char, 23> spelled(Time time, char between) {
    time = std::clamp(time, first, last);
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const auto rest = static_cast<unsigned>((time - day).count());
    std::array<char, 23> out{};
    char* const at = out.data();
    put(at, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    at[4] = at[7] = '-';
    put(at + 5, 2, static_cast<unsigned>(date.month()));
    put(at + 8, 2, static_cast<unsigned>(date.day()));
    at[10] = between;
    put(at + 11, 2, rest / 3600000);
    at[13] = at[16] = ':';
    put(at + 14, 2, rest / 60000 % 60);
    put(at + 17, 2, rest / 1000 % 60);
    at[19] = '.';
    put(at + 20, 3, rest % 1000);
    return out;
}

// Reads from the front; after the first disappointment everything else fails too.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}
    bool failed() const { return failed_; }
    bool at_end() const { return text_.empty(); }

    bool take(char wanted) {
        if (text_.empty() || text_.front() != wanted) return false;
        text_.remove_prefix(1);
        return true;
    }
    void need(char wanted) { failed_ |= !take(wanted); }

    unsigned number(std::size_t digits) {
        unsigned value = 0;
        for (std::size_t i = 0; i < digits; ++i) value = value * 10 + digit();
        return value;
    }
    // One to `most` digits after the point, as milliseconds; what is finer is cut off.
    milliseconds fraction(std::size_t most) {
        unsigned value = 0, scale = 100;
        std::size_t count = 0;
        while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
            value += digit() * scale;
            scale /= 10;
            ++count;
        }
        failed_ |= count == 0 || count > most;
        return milliseconds{value};
    }

  private:
    unsigned digit() {
        if (text_.empty() || text_.front() < '0' || text_.front() > '9') {
            failed_ = true;
            return 0;
        }
        const auto value = static_cast<unsigned>(text_.front() - '0');
        text_.remove_prefix(1);
        return value;
    }
    std::string_view text_;
    bool failed_ = false;
};

std::optional<Time> parse_date_time(Reader& in, char between, std::size_t fraction_digits) {
    const auto y = in.number(4);
    in.need('-');
    const auto m = in.number(2);
    in.need('-');
    const auto d = in.number(2);
    in.need(between);
    const auto hour = in.number(2);
    in.need(':');
    const auto minute = in.number(2);
    in.need(':');
    const auto second = in.number(2);
    const auto fraction = in.take('.') ? in.fraction(fraction_digits) : milliseconds{0};
    const year_month_day date{year{static_cast<int>(y)}, month{m}, day{d}};
    if (in.failed() || y == 0 || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return Time{sys_days{date}} + hours{hour} + minutes{minute} + seconds{second} + fraction;
}

// "Z", "+01:30", or nothing; how far that place is ahead of UTC.
std::optional<minutes> parse_offset(Reader& in) {
    if (in.at_end() || in.take('Z')) return minutes{0};
    const bool behind = in.take('-');
    if (!behind) in.need('+');
    const auto hour = in.number(2);
    in.need(':');
    const auto minute = in.number(2);
    if (in.failed() || hour > 23 || minute > 59) return std::nullopt;
    const auto offset = hours{hour} + minutes{minute};
    return behind ? -offset : offset;
}

}  // namespace

Time SystemClock::now() { return floor<milliseconds>(system_clock::now()); }

milliseconds steady_now() { return floor<milliseconds>(steady_clock::now().time_since_epoch()); }

std::string iso8601(Time time) {
    const auto text = spelled(time, 'T');
    std::string out;
    out.reserve(24);
    out.append(text.data(), text.size());
    out.push_back('Z');
    return out;
}

std::string iso8601_seconds(Time time) {
    const auto text = spelled(time, 'T');
    return {text.data(), 19};
}

std::string rfc1123(Time time) {
    constexpr std::array names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time = std::clamp(time, first, last);
    const auto day = floor<days>(time);
    const auto text = spelled(time, ' ');
    const std::string_view digits(text.data(), text.size());
    const year_month_day date{day};
    return std::string(names[weekday{day}.c_encoding()]) + ", " + std::string(digits.substr(8, 2)) + " "
           + months[static_cast<unsigned>(date.month()) - 1] + " " + std::string(digits.substr(0, 4)) + " "
           + std::string(digits.substr(11, 8)) + " GMT";
}

std::string sql_text(Time time) {
    const auto text = spelled(time, ' ');
    return {text.data(), text.size()};
}

std::optional<Time> parse_sql(std::string_view text) {
    Reader in(text);
    const auto time = parse_date_time(in, ' ', 6);
    return in.at_end() ? time : std::nullopt;
}

std::optional<Time> parse_iso8601(std::string_view text) {
    Reader in(text);
    auto time = parse_date_time(in, 'T', 9);
    const auto offset = parse_offset(in);
    if (!time || !offset || !in.at_end()) return std::nullopt;
    *time -= *offset;
    if (*time < first || *time > last) return std::nullopt;
    return time;
}

}  // namespace authtickets
