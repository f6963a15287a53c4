// SPDX-License-Identifier: MIT
// libsodium maps the 19 MiB of each hash anew, all 4,864 pages of them at once, and gives them back after it: measured, 40 of 100
// parts of a hash's time are the kernel's, which clears and maps pages. There is no way to hand it memory. What it calls for that
// are mmap and munmap, so these two are answered here, for the thread that a hash is about to run in and for that one call; for
// everything else they are the system's calls, unchanged. A libsodium that asks in another way gets its memory where it asks.
#include "crypto/hash_memory.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
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
    void* begin = nullptr;
    std::size_t bytes = 0;
    Clock::time_point used_at{};
};

thread_local Region lent;         // to this thread; without a beginning: none
thread_local bool taken = false;  // by libsodium

constexpr std::size_t huge_page = std::size_t{2} * 1024 * 1024;

void* map(void* at, std::size_t bytes, int protection, int flags, int file, off_t offset) noexcept {
    return reinterpret_cast<void*>(::syscall(SYS_mmap, at, bytes, protection, flags, file, offset));
}
int unmap(void* at, std::size_t bytes) noexcept { return static_cast<int>(::syscall(SYS_munmap, at, bytes)); }

// Begins at a huge page, so that the kernel may use such where it has them.
Region made(std::size_t bytes) noexcept {
    bytes = (bytes + huge_page - 1) / huge_page * huge_page;
    void* const all = map(nullptr, bytes + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) return {};
    auto* const first = static_cast<std::byte*>(all);
    const auto before = (huge_page - reinterpret_cast<std::uintptr_t>(all) % huge_page) % huge_page;
    if (before != 0) unmap(first, before);
    if (before != huge_page) unmap(first + before + bytes, huge_page - before);
    ::madvise(first + before, bytes, MADV_HUGEPAGE);
    ::madvise(first + before, bytes, MADV_DONTDUMP);
    return {.begin = first + before, .bytes = bytes};
}

// What no hash runs in. As many as ever ran at once, which the caller bounds (PW11).
class Kept {
public:
    Region take(std::size_t bytes) noexcept {
        Region found;
        {
            const std::lock_guard lock(mutex_);
            if (regions_.empty()) return made(bytes);
            found = regions_.back();  // the one used last, so that the others come to rest
            regions_.pop_back();
        }
        if (found.bytes >= bytes && found.bytes < bytes + huge_page) return found;
        unmap(found.begin, found.bytes);
        return made(bytes);
    }
    void give_back(Region region) noexcept {
        region.used_at = Clock::now();
        try {
            const std::lock_guard lock(mutex_);
            regions_.push_back(region);
        } catch (const std::bad_alloc&) {
            unmap(region.begin, region.bytes);
        }
    }
    void rest(std::chrono::milliseconds unused_for) {
        const auto since = Clock::now() - unused_for;
        const std::lock_guard lock(mutex_);
        std::erase_if(regions_, [&](const Region& region) {
            if (region.used_at > since) return false;
            unmap(region.begin, region.bytes);
            return true;
        });
    }

private:
    std::mutex mutex_;
    std::vector<Region> regions_;
};

Kept& kept() {
    static Kept all;
    return all;
}

}  // namespace

HashMemory::HashMemory(std::size_t bytes) noexcept { lent = kept().take(bytes); }

HashMemory::~HashMemory() {
    if (lent.begin != nullptr) kept().give_back(lent);
    lent = {};
    taken = false;
}

void rest_hash_memory(std::chrono::milliseconds unused_for) { kept().rest(unused_for); }

#else

HashMemory::HashMemory(std::size_t) noexcept {}
HashMemory::~HashMemory() = default;
void rest_hash_memory(std::chrono::milliseconds) {}

#endif

}  // namespace authtickets::crypto

#ifdef AUTHTICKETS_KEEPS_HASH_MEMORY

using authtickets::crypto::lent, authtickets::crypto::taken;

// Private memory of nearly the size that was announced, and of nobody's choice where: the hash's.
extern "C" void* mmap(void* at, std::size_t bytes, int protection, int flags, int file, off_t offset) noexcept {
    const bool hash = lent.begin != nullptr && !taken && at == nullptr && file == -1 && protection == (PROT_READ | PROT_WRITE) &&
                      bytes <= lent.bytes && bytes + authtickets::crypto::huge_page > lent.bytes;
    if (!hash) return authtickets::crypto::map(at, bytes, protection, flags, file, offset);
    taken = true;
    return lent.begin;
}

extern "C" int munmap(void* at, std::size_t bytes) noexcept {
    if (!taken || at != lent.begin) return authtickets::crypto::unmap(at, bytes);
    taken = false;
    return 0;
}

#endif
