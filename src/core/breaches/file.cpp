// SPDX-License-Identifier: MIT
// A sorted file of hashes, any size: about forty small reads find a line or its absence. The file may be replaced by
// renaming at any time; it is opened anew for each search.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include <authtickets/core/breaches.h>

namespace authtickets::breaches {
namespace {

constexpr std::size_t hash_digits = 40;
constexpr off_t longest_line = 64;  // 40 digits, a colon, 20 digits of count, CR LF

class File {
public:
    explicit File(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    // None unless it is a regular file.
    std::optional<off_t> size() const {
        struct stat there{};
        if (descriptor_ < 0 || ::fstat(descriptor_, &there) != 0 || !S_ISREG(there.st_mode)) return {};
        return there.st_size;
    }
    std::string_view read(off_t from, std::span<char> into) const {
        const auto got = ::pread(descriptor_, into.data(), into.size(), from);
        return {into.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
    }

private:
    int descriptor_;
};

// The line that covers a place: where it begins, where the next one does, and its text without the line feed.
struct Here {
    off_t begin, next;
    std::string_view text;
};
std::optional<Here> line_at(const File& file, off_t place, off_t size, std::span<char> buffer) {
    const off_t from = std::max<off_t>(0, place - longest_line);
    const auto text = file.read(from, buffer);
    const auto at = static_cast<std::size_t>(place - from);
    if (at >= text.size()) return {};
    const auto before = at == 0 ? text.npos : text.rfind('\n', at - 1);
    if (before == text.npos && from != 0) return {};  // no line of a list is that long
    const auto begin = before == text.npos ? 0 : before + 1;
    const auto end = text.find('\n', at);
    if (end == text.npos && from + static_cast<off_t>(text.size()) < size) return {};
    const auto stop = std::min(end, text.size());
    return Here{.begin = from + static_cast<off_t>(begin),
                .next = from + static_cast<off_t>(end == text.npos ? text.size() : end + 1),
                .text = text.substr(begin, stop - begin)};
}

}  // namespace

Verdict search_file(const std::string& path, std::string_view digits, std::string& why) {
    const File file(path);
    const auto size = file.size();
    if (!size) {
        why = "the file cannot be read";
        return Verdict::unavailable;
    }
    std::array<char, 2 * longest_line> buffer;
    std::array<char, hash_digits> upper;
    off_t low = 0, high = *size;  // the line begins in [low, high), if anywhere
    while (low < high) {
        const auto here = line_at(file, low + (high - low) / 2, *size, buffer);
        const auto line = here ? read_line(here->text, hash_digits) : std::nullopt;
        if (!line) {
            why = "the file holds a line that is no hash";
            return Verdict::unavailable;
        }
        std::ranges::transform(line->digits, upper.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
        const int order = std::string_view(upper.data(), upper.size()).compare(digits);
        if (order == 0) return line->count > 0 ? Verdict::breached : Verdict::clear;
        if (order < 0) low = here->next;
        else high = here->begin;
    }
    return Verdict::clear;
}

}  // namespace authtickets::breaches
