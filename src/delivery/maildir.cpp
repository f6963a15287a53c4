// SPDX-License-Identifier: MIT
// A Maildir, by the system's calls.
#include "delivery/maildir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <system_error>

#include <authtickets/base/bytes.h>

namespace authtickets::delivery {
namespace {

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

private:
    int number_;
};

// Paths are the operator's; the text names the call and the error only.
std::string failed(std::string_view what) {
    return "Maildir: it cannot " + std::string(what) + ": " + std::generic_category().message(errno);
}

bool make(const std::string& folder) { return ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST; }

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const auto count = ::write(file, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(file) == 0;
}

// A name that no other process makes: chance, behind the time that Maildirs are sorted by.
std::string unique_name(Time now, Rng& rng) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    return std::to_string(seconds) + ".R" + hex(rng.bytes<16>()) + ".authtickets";
}

}  // namespace

std::string store_in_maildir(const std::string& folder, Time now, Rng& rng, std::string_view message) {
    for (const auto* const part : {"", "/tmp", "/new", "/cur"}) {
        if (!make(folder + part)) return failed("make its folder");
    }
    const auto name = unique_name(now, rng);
    const auto draft = folder + "/tmp/" + name, kept = folder + "/new/" + name;
    {
        const Descriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!file) return failed("make a file");
        if (!write_all(file.number(), message)) {
            auto why = failed("write a file");
            ::unlink(draft.c_str());
            return why;
        }
    }
    if (::rename(draft.c_str(), kept.c_str()) != 0) {
        auto why = failed("keep a file");
        ::unlink(draft.c_str());
        return why;
    }
    const Descriptor parent(::open((folder + "/new").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!parent || ::fsync(parent.number()) != 0) return failed("keep a file");  // sent again at worst
    return {};
}

}  // namespace authtickets::delivery
