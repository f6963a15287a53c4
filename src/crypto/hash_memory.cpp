// SPDX-License-Identifier: MIT
// libsodium maps the 19 MiB of each hash anew, all 4,864 pages of them at once, and gives them back after it: measured, 40 of 100
// parts of a hash's time are the kernel's, which clears and maps pages. There is no way to hand it memory. What it calls for that
// are mmap and munmap, so these two are answered here, for the thread that a hash is about to run in and for that one call; for
// everything else they are the system's calls, unchanged. A libsodium that asks in another way gets its memory where it asks.
#include "crypto/hash_memory.h"

#include <sodium.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <new>
#include <vector>

#include <authtickets/crypto/pwhash.h>

// The sanitizers answer mmap themselves.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define AUTHTICKETS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define AUTHTICKETS_SANITIZED 1
#endif
#endif
// Where the system call takes what mmap takes.
#if defined(__linux__) && defined(__LP64__) && (defined(__x86_64__) || defined(__aarch64__)) && !defined(AUTHTICKETS_SANITIZED)
#define AUTHTICKETS_KEEPS_HASH_MEMORY 1
#endif

namespace authtickets::crypto {

#ifdef AUTHTICKETS_KEEPS_HASH_MEMORY

namespace {

using Clock = std::chrono::steady_clock;

struct Region {
    std::byte* begin = nullptr;
    std::size_t bytes = 0;  // of the hash; what is mapped is whole huge pages
    Clock::time_point used_at{};
};

constexpr std::size_t huge_page = std::size_t{2} * 1024 * 1024;
constexpr std::size_t block = 1024;  // of Argon2

// Read at every mmap of the process, also before main.
constinit thread_local Region lent{};         // to this thread; without a beginning: none
constinit thread_local bool taken = false;    // by libsodium

void* map(void* at, std::size_t bytes, int protection, int flags, int file, off_t offset) noexcept {
    return reinterpret_cast<void*>(::syscall(SYS_mmap, at, bytes, static_cast<long>(protection), static_cast<long>(flags),
                                             static_cast<long>(file), offset));
}
int unmap(void* at, std::size_t bytes) noexcept { return static_cast<int>(::syscall(SYS_munmap, at, bytes)); }

std::size_t mapped(std::size_t bytes) { return (bytes + huge_page - 1) / huge_page * huge_page; }
void drop(const Region& region) noexcept { unmap(region.begin, mapped(region.bytes)); }

// Begins at a huge page, so that the kernel may use such where it has them.
Region made(std::size_t bytes) noexcept {
    const auto whole = mapped(bytes);
    void* const all = map(nullptr, whole + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) return {};
    auto* const first = static_cast<std::byte*>(all);
    const auto before = (huge_page - reinterpret_cast<std::uintptr_t>(all) % huge_page) % huge_page;
    if (before != 0) unmap(first, before);
    unmap(first + before + whole, huge_page - before);
    ::madvise(first + before, whole, MADV_HUGEPAGE);
    ::madvise(first + before, whole, MADV_DONTDUMP);
    return {.begin = first + before, .bytes = bytes};
}

// What no hash runs in, the one used last behind.
class Kept {
public:
    bool any() const {
        const std::lock_guard lock(mutex_);
        return most_ != 0;
    }
    Region take(std::size_t bytes) noexcept {
        {
            const std::lock_guard lock(mutex_);
            const auto found = std::find_if(regions_.rbegin(), regions_.rend(), [&](const Region& each) { return each.bytes == bytes; });
            if (found != regions_.rend()) {
                const Region region = *found;
                regions_.erase(std::next(found).base());
                return region;
            }
        }
        return made(bytes);
    }
    void give_back(Region region) noexcept {
        region.used_at = Clock::now();
        Region beyond = region;  // what there is no room for: this one, or the one that nobody used for longest
        try {
            const std::lock_guard lock(mutex_);
            if (most_ != 0) {
                regions_.push_back(region);
                if (regions_.size() <= most_) return;
                beyond = regions_.front();
                regions_.erase(regions_.begin());
            }
        } catch (const std::bad_alloc&) {  // it goes
        }
        drop(beyond);
    }
    void keep(unsigned most) {
        const std::lock_guard lock(mutex_);
        most_ = most;
        for (; regions_.size() > most_; regions_.erase(regions_.begin())) drop(regions_.front());
    }
    unsigned rest(std::chrono::milliseconds unused_for) {
        const auto since = Clock::now() - unused_for;
        const std::lock_guard lock(mutex_);
        for (; !regions_.empty() && regions_.front().used_at <= since; regions_.erase(regions_.begin())) drop(regions_.front());
        return static_cast<unsigned>(regions_.size());
    }

private:
    mutable std::mutex mutex_;
    unsigned most_ = 0;
    std::vector<Region> regions_;
};

Kept& kept() {
    static Kept all;
    return all;
}

}  // namespace

// What rests is the last pass. By it a guess is compared at the price of the passes before: of nothing where there is but one.
HashMemory::HashMemory(std::uint32_t memory_kib, std::uint32_t passes, std::uint32_t lanes) noexcept {
    constexpr std::uint32_t segments = 4;  // libsodium rounds down to as many blocks for each lane
    if (passes < 2 || lanes != 1 || !kept().any()) return;
    lent = kept().take(std::size_t{memory_kib / segments * segments} * block);
}

HashMemory::~HashMemory() {
    const Region mine = lent;
    lent = {};
    taken = false;
    if (mine.begin == nullptr) return;
    sodium_memzero(mine.begin + mine.bytes - block, block);  // the last block is what the tag is made of
    kept().give_back(mine);
}

bool keeps_hash_memory() { return true; }
void keep_hash_memory(unsigned most) { kept().keep(most); }
unsigned rest_hash_memory(std::chrono::milliseconds unused_for) { return kept().rest(unused_for); }

#else

HashMemory::HashMemory(std::uint32_t, std::uint32_t, std::uint32_t) noexcept {}
HashMemory::~HashMemory() = default;
bool keeps_hash_memory() { return false; }
void keep_hash_memory(unsigned) {}
unsigned rest_hash_memory(std::chrono::milliseconds) { return 0; }

#endif

}  // namespace authtickets::crypto

#ifdef AUTHTICKETS_KEEPS_HASH_MEMORY

using authtickets::crypto::lent, authtickets::crypto::taken;

// Private memory of exactly the hash's size, and of nobody's choice where.
extern "C" void* mmap(void* at, std::size_t bytes, int protection, int flags, int file, off_t offset) noexcept {
    const bool of_hash = lent.begin != nullptr && !taken && at == nullptr && file == -1 && bytes == lent.bytes &&
                         protection == (PROT_READ | PROT_WRITE) && (flags & ~MAP_POPULATE) == (MAP_PRIVATE | MAP_ANONYMOUS);
    if (!of_hash) return authtickets::crypto::map(at, bytes, protection, flags, file, offset);
    taken = true;
    return lent.begin;
}

extern "C" int munmap(void* at, std::size_t bytes) noexcept {
    if (!taken || at != lent.begin) return authtickets::crypto::unmap(at, bytes);
    taken = false;
    return 0;
}

#endif
