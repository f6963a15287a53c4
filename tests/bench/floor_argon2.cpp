// floor-argon2: bare Argon2id with the parameters of PW8 (docs/security.md), as fast as THREADS threads go, for
// SECONDS. libsodium as it comes: it has 19 MiB from the system for each hash, which the program keeps from one to the next
// (D415, docs/decisions.md). That is why a whole sign-in can take less than one such hash.
//     floor_argon2 THREADS SECONDS      prints: requests_per_second p50_ms p99_ms
// SPDX-License-Identifier: MIT
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t memory = 19456 * 1024;
constexpr unsigned long long passes = 2;

std::vector<double> hash_until(Clock::time_point end) {
    const std::string password = "Engine-No-1842-floor";
    unsigned char salt[crypto_pwhash_SALTBYTES];
    unsigned char tag[32];
    randombytes_buf(salt, sizeof salt);
    std::vector<double> milliseconds;
    for (auto begun = Clock::now(); begun < end; begun = Clock::now()) {
        if (crypto_pwhash(tag, sizeof tag, password.data(), password.size(), salt, passes, memory,
                          crypto_pwhash_ALG_ARGON2ID13) != 0)
            std::abort();
        milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
    }
    return milliseconds;
}

double at(const std::vector<double>& sorted, double part) {
    return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(static_cast<double>(sorted.size()) * part))];
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3 || sodium_init() < 0) {
        std::fputs("usage: floor_argon2 THREADS SECONDS\n", stderr);
        return 64;
    }
    const auto threads = static_cast<std::size_t>(std::atoi(argv[1]));
    const double seconds = std::atof(argv[2]);
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::vector<std::vector<double>> parts(threads);
    std::vector<std::jthread> workers;
    for (auto& part : parts) workers.emplace_back([&part, end] { part = hash_until(end); });
    workers.clear();  // joins
    std::vector<double> all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    if (all.empty()) return 1;
    std::sort(all.begin(), all.end());
    std::printf("%.1f %.3f %.3f\n", static_cast<double>(all.size()) / seconds, at(all, 0.50), at(all, 0.99));
}
