// Chance of the system: nothing is given out twice, whoever draws.
// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>
#include <vector>

#include <authtickets/base/ids.h>
#include <authtickets/base/rng.h>

using namespace authtickets;

BOOST_AUTO_TEST_SUITE(base_rng)

BOOST_AUTO_TEST_CASE(four_threads_draw_ids_that_all_differ) {
    SystemRng rng;
    std::vector<std::vector<std::array<std::uint8_t, 16>>> drawn(4);
    {
        std::vector<std::jthread> threads;
        for (auto& mine : drawn) {
            threads.emplace_back([&] {
                for (int i = 0; i < 1000; ++i) mine.push_back(uuid_v4(rng).bytes);
            });
        }
    }
    std::set<std::array<std::uint8_t, 16>> all;
    for (const auto& mine : drawn) all.insert(mine.begin(), mine.end());
    BOOST_TEST(all.size() == 4000U);
}

BOOST_AUTO_TEST_CASE(sizes_may_be_mixed_and_every_byte_is_drawn) {
    SystemRng rng;
    for (const std::size_t size : {std::size_t{1}, std::size_t{6}, std::size_t{10}, std::size_t{16}, std::size_t{17}, std::size_t{300}}) {
        std::vector<std::uint8_t> seen(size);  // a byte that stays 0 forty times was not drawn
        for (int i = 0; i < 40; ++i) {
            std::vector<std::uint8_t> out(size), id(size);
            rng.fill(out);
            rng.fill_id(id);
            for (std::size_t at = 0; at < size; ++at) seen[at] = static_cast<std::uint8_t>(seen[at] | (out[at] & id[at]));
        }
        BOOST_TEST((std::ranges::find(seen, 0) == seen.end()), size << " bytes");
    }
}

BOOST_AUTO_TEST_CASE(a_child_process_draws_something_else_than_its_parent) {
    SystemRng rng;
    uuid_v4(rng);  // from here on this thread has some in advance
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    const auto child = ::fork();
    if (child == 0) {
        const auto theirs = uuid_v4(rng).bytes;
        ::_exit(::write(ends[1], theirs.data(), theirs.size()) == 16 ? 0 : 1);
    }
    std::array<std::uint8_t, 16> theirs{};
    BOOST_TEST(::read(ends[0], theirs.data(), theirs.size()) == 16);
    int status = 0;
    ::waitpid(child, &status, 0);
    BOOST_TEST(status == 0);
    BOOST_TEST((uuid_v4(rng).bytes != theirs));
    ::close(ends[0]);
    ::close(ends[1]);
}

BOOST_AUTO_TEST_SUITE_END()
