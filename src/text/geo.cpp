// SPDX-License-Identifier: MIT
// Regions by libmaxminddb, which is met here only. What a file says is foreign: codes are taken only in their own form. The
// library maps the file, and one that is cut while it is mapped raises SIGBUS where it is read; here that ends the
// reading, not the process.
#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include <maxminddb.h>

#include <authtickets/text/geo.h>

namespace authtickets::text {
namespace {

constexpr std::chrono::milliseconds look_again{1000};

struct Address {
    sockaddr_storage bytes{};
    bool good = false;
};

// An IPv4 address that is written as an IPv6 one (::ffff:192.0.2.1) is looked up as what it is.
Address address_of(std::string_view text) {
    const std::string written(text);
    Address out;
    sockaddr_in four{};
    four.sin_family = AF_INET;
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    if (inet_pton(AF_INET, written.c_str(), &four.sin_addr) == 1) {
        std::memcpy(&out.bytes, &four, sizeof four);
    } else if (inet_pton(AF_INET6, written.c_str(), &six.sin6_addr) != 1) {
        return out;
    } else if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr)) {
        std::memcpy(&four.sin_addr, six.sin6_addr.s6_addr + 12, 4);
        std::memcpy(&out.bytes, &four, sizeof four);
    } else {
        std::memcpy(&out.bytes, &six, sizeof six);
    }
    out.good = true;
    return out;
}

// Where this thread goes on when what it reads is gone.
thread_local sigjmp_buf* way_out = nullptr;

extern "C" void file_is_gone(int) {
    if (way_out) siglongjmp(*way_out, 1);
    ::signal(SIGBUS, SIG_DFL);  // not ours: it is raised again, and ends the process
}

void await_cut_files() {
    struct sigaction action {};
    action.sa_handler = file_is_gone;
    action.sa_flags = SA_NODEFER;  // leaving by a jump must not leave the signal blocked
    ::sigaction(SIGBUS, &action, nullptr);
}

// False: the file was cut meanwhile. `read` must not make anything that wants destroying, since it may end anywhere.
template <class Read>
bool unharmed(Read read) {
    sigjmp_buf back;
    if (sigsetjmp(back, 0) != 0) {
        way_out = nullptr;
        return false;
    }
    way_out = &back;
    read();
    way_out = nullptr;
    return true;
}

// A code, copied out of the file.
struct Code {
    std::array<char, 4> bytes{};
    std::size_t size = 0;
    std::string_view text() const { return {bytes.data(), size}; }
};
template <class... Steps>
Code code_at(MMDB_entry_s entry, Steps... steps) {
    MMDB_entry_data_s data{};
    Code code;
    const bool found = MMDB_get_value(&entry, &data, steps..., nullptr) == MMDB_SUCCESS && data.has_data
                       && data.type == MMDB_DATA_TYPE_UTF8_STRING;
    if (!found || data.data_size > code.bytes.size()) return code;
    std::memcpy(code.bytes.data(), data.utf8_string, data.data_size);
    code.size = data.data_size;
    return code;
}

bool capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_country(std::string_view code) { return code.size() == 2 && std::ranges::all_of(code, capital); }
bool is_subdivision(std::string_view code) {  // ISO 3166-2
    return !code.empty() && code.size() <= 3 && std::ranges::all_of(code, [](char c) { return capital(c) || (c >= '0' && c <= '9'); });
}

// Tells a file from the one that took its place.
std::string stamp_of(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return "missing";
    return std::to_string(found.st_dev) + ' ' + std::to_string(found.st_ino) + ' ' + std::to_string(found.st_size) + ' '
           + std::to_string(found.st_mtim.tv_sec) + '.' + std::to_string(found.st_mtim.tv_nsec);
}

}  // namespace

// Opened, or the reason why not.
struct Geo::File {
    explicit File(const std::string& path) {
        await_cut_files();
        int error = MMDB_IO_ERROR;
        if (!unharmed([&] { error = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &database); })) wrong = "it was cut while it was opened";
        else if (error == MMDB_SUCCESS) open = true;
        else wrong = error == MMDB_IO_ERROR || error == MMDB_FILE_OPEN_ERROR ? std::strerror(errno) : MMDB_strerror(error);
    }
    ~File() {
        if (open) MMDB_close(&database);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    MMDB_s database{};
    bool open = false;
    std::string wrong{};
    mutable std::atomic<bool> cut = false;  // while it was in use: left alone until another is in its place
};

Geo::Geo(std::string path, Log& log) : path_(std::move(path)), log_(log) {}
Geo::~Geo() = default;

std::shared_ptr<const Geo::File> Geo::file(Time now) {
    const std::lock_guard hold(mutex_);
    // A clock that went back does not keep the old file for as long.
    if (looked_ && now >= looked_at_ && now - looked_at_ < look_again) return file_;
    looked_ = true;
    looked_at_ = now;
    auto stamp = stamp_of(path_);
    if (file_ && stamp == stamp_) return file_;
    auto next = std::make_shared<const File>(path_);
    stamp_ = std::move(stamp);
    if (next->open) {
        log_.info("geo.opened", {{"file", path_}, {"type", next->database.metadata.database_type}});
    } else {
        log_.warn("geo.unusable", {{"file", path_}, {"why", next->wrong}});
    }
    file_ = std::move(next);
    return file_;
}

std::optional<std::string> Geo::region_of(std::string_view text, Time now) {
    if (path_.empty()) return std::nullopt;
    const auto address = address_of(text);
    if (!address.good) return std::nullopt;
    const auto held = file(now);
    if (!held->open || held->cut) return std::nullopt;
    Code country, part;
    const bool whole = unharmed([&] {
        int error = MMDB_SUCCESS;
        const auto found = MMDB_lookup_sockaddr(&held->database, reinterpret_cast<const sockaddr*>(&address.bytes), &error);
        if (error != MMDB_SUCCESS || !found.found_entry) return;
        country = code_at(found.entry, "country", "iso_code");
        part = code_at(found.entry, "subdivisions", "0", "iso_code");
    });
    if (!whole) {
        if (!held->cut.exchange(true)) log_.warn("geo.unusable", {{"file", path_}, {"why", "it was cut while it was in use"}});
        return std::nullopt;
    }
    if (!is_country(country.text())) return std::nullopt;
    std::string region(country.text());
    if (is_subdivision(part.text())) region.append("-").append(part.text());
    return region;
}

Geo::State Geo::state() const {
    if (path_.empty()) return {.good = true, .text = "no geo.database is configured"};
    const File now(path_);
    if (!now.open) return {.text = now.wrong};
    constexpr std::uint64_t year_9999 = 253402300799;
    const auto made = std::min(now.database.metadata.build_epoch, year_9999);
    const Time day{std::chrono::seconds(static_cast<std::int64_t>(made))};
    return {.good = true, .text = std::string(now.database.metadata.database_type) + " of " + iso8601_seconds(day).substr(0, 10)};
}

}  // namespace authtickets::text
