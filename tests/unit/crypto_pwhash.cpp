// Password strings (PW2, PW8, PW9, docs/security.md).
// SPDX-License-Identifier: MIT
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <limits>
#include <regex>
#include <thread>
#include <vector>

#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/base/bytes.h>
#include <authtickets/base/clock.h>
#include <authtickets/crypto/pwhash.h>
#include <support/vectors.h>

using namespace authtickets;
using namespace std::literals;
using crypto::HashCost;

namespace {

Secret secret(std::string_view text) { return Secret(text); }
constexpr HashCost cheap{.memory_kib = 64, .passes = 1};  // tests need form and verdict, not strength

// Of five tries the one that was disturbed least.
template <class Work>
std::chrono::milliseconds fastest(Work work) {
    auto best = std::chrono::milliseconds::max();
    for (int i = 0; i < 5; ++i) {
        const auto before = steady_now();
        (void)work();
        best = std::min(best, steady_now() - before);
    }
    return best;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crypto_pwhash)

BOOST_AUTO_TEST_CASE(the_vectors_are_judged_and_costly_strings_cost_nothing) {
    for (const auto& v : test::vectors("argon2")) {
        const auto verdict = [&] { return crypto::verify_password(secret(v[1]), secret(v[2])); };
        BOOST_TEST(verdict() == (v[0] == "match"), v.place);
        if (v[0] == "none") BOOST_TEST((fastest(verdict) < 20ms), v.place << " was computed");
    }
}

// EP175 (docs/elasticpath.md): what a password was derived to tells one wrong one from another, and judges as verifying does.
BOOST_AUTO_TEST_CASE(deriving_judges_as_verifying_does_and_gives_the_strings_own_value) {
    for (const auto& v : test::vectors("argon2")) {
        BOOST_TEST(crypto::derive_password(secret(v[1]), secret(v[2])).match == (v[0] == "match"), v.place);
    }
    const auto stored = crypto::hash_password(secret("correct horse"), cheap);
    const auto right = crypto::derive_password(secret("correct horse"), stored), wrong = crypto::derive_password(secret("wrong horse"), stored);
    BOOST_TEST(right.match);
    BOOST_TEST(!wrong.match);
    BOOST_TEST(right.value.size() == 32u);
    auto text = base64(as_bytes(right.value.reveal()));
    text.resize(43);  // without the padding
    BOOST_TEST(stored.reveal().ends_with("$" + text));
    BOOST_TEST((wrong.value == crypto::derive_password(secret("wrong horse"), stored).value));
    BOOST_TEST(!(wrong.value == crypto::derive_password(secret("wrong horsf"), stored).value));
    const auto another = crypto::hash_password(secret("correct horse"), cheap);
    BOOST_TEST(!(wrong.value == crypto::derive_password(secret("wrong horse"), another).value));
    const auto decoy = crypto::derive_decoy(secret("wrong horse"), cheap);
    BOOST_TEST(!decoy.match);
    BOOST_TEST((decoy.value == crypto::derive_decoy(secret("wrong horse"), cheap).value));
    // A salt that is not of our size: verified, and no value is to be had.
    const auto odd = crypto::derive_password(secret("wrong horse"), secret("$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$" + std::string(43, 'A')));
    BOOST_TEST(!odd.match);
    BOOST_TEST(odd.value.empty());
}

// PW8: the default and its figures stand in the string.
BOOST_AUTO_TEST_CASE(a_hash_names_its_cost_a_salt_of_16_bytes_and_a_tag_of_32) {
    const auto one = crypto::hash_password(secret("correct horse"), {}),
               two = crypto::hash_password(secret("correct horse"), {});
    const std::regex form(R"(\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43})");
    BOOST_TEST(std::regex_match(std::string(one.reveal()), form));
    BOOST_TEST(!(one == two));
    BOOST_TEST(crypto::verify_password(secret("correct horse"), one));
    BOOST_TEST(!crypto::verify_password(secret("correct horsf"), one));
}

// PW2: nothing is cut off.
BOOST_AUTO_TEST_CASE(passwords_are_verified_whole) {
    const std::string head(72, 'a');
    const std::string_view rows[] = {"", " ", "a\0b"sv, "\u00e4\u20ac\U0001F511"};
    for (const auto text : rows)
        BOOST_TEST(crypto::verify_password(secret(text), crypto::hash_password(secret(text), cheap)));
    BOOST_TEST(
        !crypto::verify_password(secret(head + "x"), crypto::hash_password(secret(head + "y"), cheap)));
    BOOST_TEST(!crypto::verify_password(secret("a\0c"sv), crypto::hash_password(secret("a\0b"sv), cheap)));
    const std::string longest(1024, 'z');
    BOOST_TEST(crypto::verify_password(secret(longest), crypto::hash_password(secret(longest), cheap)));
}

BOOST_AUTO_TEST_CASE(only_costs_that_reach_a_listed_choice_are_strong_enough) {
    const std::tuple<unsigned, unsigned, bool> rows[] = {
        {19456, 2, true},  {19456, 1, false},   {47104, 1, true}, {12288, 3, true},
        {12288, 2, false}, {9216, 4, true},     {7168, 5, true},  {7167, 9, false},
        {65536, 3, true},  {1048576, 0, false}, {0, 0, false}};
    for (const auto& [memory, passes, good] : rows)
        BOOST_TEST(crypto::strong_enough({memory, passes}) == good, memory << "/" << passes);
}

// PW9: a string of another cost or kind is made anew at the next sign-in.
BOOST_AUTO_TEST_CASE(a_string_of_another_cost_or_kind_needs_a_rehash) {
    const auto fresh = crypto::hash_password(secret("x"), cheap);
    BOOST_TEST(!crypto::needs_rehash(fresh, cheap));
    BOOST_TEST(crypto::needs_rehash(fresh, {64, 2}));
    BOOST_TEST(crypto::needs_rehash(fresh, {128, 1}));
    const auto tag = "$" + std::string(43, 'A'), salt = std::string(22, 'A');
    BOOST_TEST(!crypto::needs_rehash(secret("$argon2id$v=19$m=64,t=1,p=1$" + salt + tag), cheap));
    for (const auto& text :
         {"$argon2i$v=19$m=64,t=1,p=1$" + salt + tag, "$argon2id$v=19$m=64,t=1,p=2$" + salt + tag,
          "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ" + tag, "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + salt,
          ""s, "garbage"s}) {
        BOOST_TEST(crypto::needs_rehash(secret(text), cheap), text);
    }
}

// EN2: an unknown name costs what a known one costs. The statistics are for `make timing`; here, that work is
// done.
BOOST_AUTO_TEST_CASE(the_decoy_does_the_work_of_a_verification) {
    const HashCost cost{};
    const auto stored = crypto::hash_password(secret("x"), cost);
    const auto real = fastest([&] { return crypto::verify_password(secret("y"), stored); });
    const auto decoy = fastest([&] {
        crypto::verify_decoy(secret("y"), cost);
        return true;
    });
    BOOST_TEST((decoy * 3 >= real && decoy <= real * 3),
               "real " << real.count() << " ms, decoy " << decoy.count() << " ms");
}

RC_BOOST_PROP(no_text_matches, (const std::string& text)) {
    RC_ASSERT(!crypto::verify_password(secret("x"), secret(text)));
    RC_ASSERT(!crypto::verify_password(secret("x"), secret("$argon2id$v=19$m=64,t=1,p=1$" + text)));
}

namespace {

constexpr HashCost usual{};

long pages_of_this_thread() {
    rusage used{};
    ::getrusage(RUSAGE_THREAD, &used);
    return used.ru_minflt;
}
long resident_mib() {
    long all = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> all >> resident;
    return resident * ::sysconf(_SC_PAGESIZE) / (1024 * 1024);
}
struct Keeping {
    explicit Keeping(unsigned most) { crypto::keep_hash_memory(most); }
    Keeping(const Keeping&) = delete;
    ~Keeping() { crypto::keep_hash_memory(0); }
};
unsigned kept() { return crypto::rest_hash_memory(std::chrono::hours(1)); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_hash_computes_in_the_memory_of_the_one_before_it) {
    if (!crypto::keeps_hash_memory()) return;  // under a sanitizer
    const Keeping keeping(1);
    const auto stored = crypto::hash_password(secret("first"), usual);
    auto least = std::numeric_limits<long>::max();  // of five rounds: the system has reasons of its own to map a page once more
    for (int i = 0; i < 5; ++i) {
        const auto before = pages_of_this_thread();
        BOOST_TEST(crypto::verify_password(secret("first"), stored));
        BOOST_TEST(!crypto::verify_password(secret("second"), stored));
        BOOST_TEST(crypto::derive_password(secret("first"), stored).match);
        BOOST_TEST(!crypto::hash_password(secret("third"), usual).empty());
        least = std::min(least, pages_of_this_thread() - before);
    }
    BOOST_TEST(least < 400);  // of 4,864 for each
}

BOOST_AUTO_TEST_CASE(memory_goes_back_unless_it_may_be_kept_and_when_it_rested) {
    if (!crypto::keeps_hash_memory()) return;
    const auto none = resident_mib();
    crypto::hash_password(secret("nothing is kept"), usual);
    BOOST_TEST(kept() == 0U);
    {
        const Keeping keeping(2);
        crypto::hash_password(secret("kept"), usual);
        BOOST_TEST(kept() == 1U);
        BOOST_TEST(crypto::rest_hash_memory({}) == 0U);
        crypto::hash_password(secret("kept"), usual);
        crypto::hash_password(secret("of another cost"), {.memory_kib = 12288, .passes = 3});
        crypto::hash_password(secret("and another"), {.memory_kib = 9216, .passes = 4});
        BOOST_TEST(kept() == 2U);
        crypto::keep_hash_memory(1);
        BOOST_TEST(kept() == 1U);
    }
    BOOST_TEST(kept() == 0U);
    BOOST_TEST(resident_mib() < none + 8);
}

// A single pass leaves the first blocks as a guess would make them.
BOOST_AUTO_TEST_CASE(what_a_guess_could_be_compared_with_is_not_kept) {
    if (!crypto::keeps_hash_memory()) return;
    const Keeping keeping(2);
    crypto::hash_password(secret("one pass"), {.memory_kib = 47104, .passes = 1});
    BOOST_TEST(kept() == 0U);
}

// Of two costs and more threads than may keep: each hash has its own memory, and the verdicts are theirs.
BOOST_AUTO_TEST_CASE(hashes_side_by_side_do_not_meet) {
    const Keeping keeping(2);
    const auto small = crypto::hash_password(secret("small"), {.memory_kib = 12288, .passes = 3});
    const auto large = crypto::hash_password(secret("large"), usual);
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                for (int round = 0; round < 6; ++round) {
                    const bool first = (i + round) % 2 == 0;
                    if (!crypto::verify_password(secret(first ? "small" : "large"), first ? small : large)) ++wrong;
                    if (crypto::verify_password(secret(first ? "large" : "small"), first ? small : large)) ++wrong;
                }
            });
        }
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
