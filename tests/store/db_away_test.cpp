// SPDX-License-Identifier: MIT
// The database goes away at the worst moments: what was answered is there, what failed is said, and the same Db
// works again when it is back.
#include <boost/test/unit_test.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "support/database.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;
using db::Query;
using db::Row;
using db::Tx;

namespace {

constexpr Query raise{"away.raise", "UPDATE away SET value = value + 1 WHERE id = 1"};
constexpr Query value{"away.value", "SELECT value FROM away WHERE id = 1"};
constexpr Query self{"away.self", "SELECT CONNECTION_ID()"};
constexpr Query kill_it{"away.kill", "KILL CONNECTION ?"};
constexpr Query still{"away.still", "SELECT COUNT(*) FROM information_schema.processlist WHERE id = ?"};

std::int64_t number(Row& row) { return row.next<std::int64_t>(); }

const Config& own() {
    static const Config config = [] {
        auto fresh = TestDatabase::instance().fresh(false);
        TestDatabase::instance().execute("CREATE TABLE " + fresh.database_name +
                                         ".away (id INT PRIMARY KEY, value BIGINT NOT NULL)");
        return fresh;
    }();
    return config;
}

struct Fixture {
    SystemClock clock;
    QuietLog log;
    db::Db db{own(), db::Rights::serve, clock, log};
    db::Db other{own(), db::Rights::serve, clock, log};

    Fixture() {
        other.execute("DELETE FROM away");
        other.execute("INSERT INTO away VALUES (1, 0)");
    }
    std::int64_t there() { return other.one(value, number).value(); }
    void kill(std::int64_t connection) {
        other.run(kill_it, connection);
        while (other.one(still, number, connection).value() != 0) std::this_thread::sleep_for(1ms);
    }
};

// Stands between a Db and the server and cuts the connection the first time that a request has the word in it.
class Cutter {
public:
    enum class When { before_it_arrives, before_the_answer };
    Cutter(const std::string& to, std::string word, When when)
        : path_(to + ".cut"), to_(to), word_(std::move(word)), when_(when) {
        unlink(path_.c_str());
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const auto address = address_of(path_);
        if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(listener_, 8) != 0) {
            throw std::runtime_error("no socket to cut at");
        }
        acceptor_ = std::jthread([this] {
            for (int client; (client = accept(listener_, nullptr, nullptr)) >= 0;) {
                carriers_.emplace_back([this, client] { carry(client); });
            }
        });
    }
    ~Cutter() {
        shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        carriers_.clear();
        close(listener_);
        unlink(path_.c_str());
    }
    std::string path() const { return path_; }
    int cuts() const { return cuts_; }

private:
    static sockaddr_un address_of(const std::string& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        return address;
    }
    void carry(int client) {
        const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const auto address = address_of(to_);
        bool open = connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        std::string request;
        while (open) {
            std::array<pollfd, 2> ends{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
            if (poll(ends.data(), ends.size(), -1) < 0) break;
            if (ends[0].revents) {
                request = take(client);
                open = !request.empty() && !cut(When::before_it_arrives, request) && give(server, request);
            } else {
                const auto answer = take(server);
                open = !answer.empty() && !cut(When::before_the_answer, request) && give(client, answer);
            }
        }
        close(server);
        close(client);
    }
    bool cut(When now, const std::string& request) {
        if (now != when_ || cuts_ != 0 || request.find(word_) == request.npos) return false;
        ++cuts_;
        return true;
    }
    static std::string take(int from) {
        std::string bytes(1 << 16, '\0');
        const auto got = recv(from, bytes.data(), bytes.size(), 0);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }
    static bool give(int to, const std::string& bytes) {
        return send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
    }

    std::string path_, to_, word_;
    When when_;
    int listener_;
    std::atomic<int> cuts_ = 0;
    std::vector<std::jthread> carriers_;
    std::jthread acceptor_;
};

// How a statement that is no prepared one goes by: its text after the command's number.
std::string text_query(std::string_view text) { return '\3' + std::string(text); }

Config through(const Cutter& cutter) {
    auto config = own();
    config.database_socket = cutter.path();
    return config;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(db_away, Fixture)

BOOST_AUTO_TEST_CASE(a_killed_idle_connection_is_replaced_unseen) {
    kill(db.one(self, number).value());
    BOOST_TEST(db.one(value, number).value() == 0);
    kill(db.one(self, number).value());
    BOOST_TEST(db.run(raise) == 1u);
    kill(db.one(self, number).value());
    BOOST_TEST(db.transact([](Tx& tx) { return tx.run(raise); }) == 1u);
    BOOST_TEST(there() == 2);
}

BOOST_AUTO_TEST_CASE(a_connection_killed_before_commit_runs_the_work_again) {
    int runs = 0;
    const auto changed = db.transact([&](Tx& tx) {
        const auto id = tx.one(self, number).value();
        const auto out = tx.run(raise);
        if (++runs == 1) {
            kill(id);
            BOOST_CHECK_THROW(tx.one(value, number), Unavailable);
            BOOST_CHECK_THROW(tx.run(raise), Unavailable);  // no second connection in the middle of it
        }
        return out;
    });
    BOOST_TEST(changed == 1u);
    BOOST_TEST(runs == 2);
    BOOST_TEST(there() == 1);
}

BOOST_AUTO_TEST_CASE(a_connection_killed_between_the_work_and_commit_is_said_and_left_nothing) {
    BOOST_CHECK_THROW(db.transact([&](Tx& tx) {
        const auto out = tx.run(raise);
        kill(tx.one(self, number).value());
        return out;
    }), Unavailable);
    BOOST_TEST(there() == 0);
    BOOST_TEST(db.transact([](Tx& tx) { return tx.run(raise); }) == 1u);
}

BOOST_AUTO_TEST_CASE(a_connection_killed_after_commit_takes_nothing_back) {
    std::int64_t id = 0;
    BOOST_TEST(db.transact([&](Tx& tx) {
        id = tx.one(self, number).value();
        return tx.run(raise);
    }) == 1u);
    kill(id);
    BOOST_TEST(there() == 1);
    BOOST_TEST(db.one(value, number).value() == 1);
}

BOOST_AUTO_TEST_CASE(a_commit_that_never_arrived_is_said_and_left_nothing) {
    const Cutter cutter(own().database_socket, text_query("COMMIT"), Cutter::When::before_it_arrives);
    db::Db cut(through(cutter), db::Rights::serve, clock, log);
    int runs = 0;
    BOOST_CHECK_THROW(cut.transact([&](Tx& tx) { return ++runs, tx.run(raise); }), Unavailable);
    BOOST_TEST(cutter.cuts() == 1);
    BOOST_TEST(runs == 1);
    BOOST_TEST(there() == 0);
    BOOST_TEST(cut.transact([](Tx& tx) { return tx.run(raise); }) == 1u);
    BOOST_TEST(there() == 1);
}

BOOST_AUTO_TEST_CASE(a_commit_whose_answer_was_lost_is_said_and_never_repeated) {
    const Cutter cutter(own().database_socket, text_query("COMMIT"), Cutter::When::before_the_answer);
    db::Db cut(through(cutter), db::Rights::serve, clock, log);
    int runs = 0;
    BOOST_CHECK_THROW(cut.transact([&](Tx& tx) { return ++runs, tx.run(raise); }), Unavailable);
    BOOST_TEST(cutter.cuts() == 1);
    BOOST_TEST(runs == 1);
    BOOST_TEST(there() == 1);  // it had been done, and it was done once
}

BOOST_AUTO_TEST_CASE(a_lost_begin_is_repeated) {
    const Cutter cutter(own().database_socket, text_query("START TRANSACTION"), Cutter::When::before_the_answer);
    db::Db cut(through(cutter), db::Rights::serve, clock, log);
    BOOST_TEST(cut.transact([](Tx& tx) { return tx.run(raise); }) == 1u);
    BOOST_TEST(cutter.cuts() == 1);
    BOOST_TEST(there() == 1);
}

BOOST_AUTO_TEST_CASE(a_change_whose_preparing_was_lost_is_repeated) {
    const Cutter cutter(own().database_socket, "UPDATE away", Cutter::When::before_the_answer);
    db::Db cut(through(cutter), db::Rights::serve, clock, log);
    BOOST_TEST(cut.run(raise) == 1u);
    BOOST_TEST(cutter.cuts() == 1);
    BOOST_TEST(there() == 1);
}

BOOST_AUTO_TEST_CASE(a_change_whose_answer_was_lost_is_said_and_never_repeated) {
    constexpr Query mark{"away.mark", "UPDATE away SET value = value + LENGTH(?) WHERE id = 1"};
    const Cutter cutter(own().database_socket, "mark", Cutter::When::before_the_answer);
    db::Db cut(through(cutter), db::Rights::serve, clock, log);
    BOOST_CHECK_THROW(cut.run(mark, "mark"), Unavailable);
    BOOST_TEST(cutter.cuts() == 1);
    BOOST_TEST(there() == 4);
}

BOOST_AUTO_TEST_CASE(a_look_whose_answer_was_lost_is_repeated) {
    constexpr Query look{"away.look", "SELECT value + LENGTH(?) FROM away WHERE id = 1"};
    const Cutter cutter(own().database_socket, "mark", Cutter::When::before_the_answer);
    db::Db cut(through(cutter), db::Rights::serve, clock, log);
    BOOST_TEST(cut.one(look, number, "mark").value() == 4);
    BOOST_TEST(cutter.cuts() == 1);
}

BOOST_AUTO_TEST_CASE(a_wrong_password_host_or_database_is_unavailable_and_says_so) {
    const auto says = [&](auto change) -> std::string {
        auto config = own();
        change(config);
        try {
            db::Db(config, db::Rights::serve, clock, log).server();
        } catch (const Unavailable& error) {
            return error.what();
        }
        return "nothing";
    };
    const auto contains = [](const std::string& text, std::string_view part) {
        BOOST_TEST(text.find(part) != text.npos, text);
        BOOST_TEST(text.find("wr0ng") == text.npos, text);
    };
    contains(says([](Config& c) { c.serve = {.user = "nobody", .password = Secret(std::string_view("wr0ng"))}; }), "1045");
    contains(says([](Config& c) { c.database_name = "no_such_database"; }), "1049");
    contains(says([](Config& c) { c.database_socket += ".none"; }), "2002");
    contains(says([](Config& c) { c.database_socket.clear(), c.database_host = "127.0.0.1", c.database_port = 1; }), "200");
    contains(says([](Config& c) { c.database_socket.clear(), c.database_host = "::1", c.database_port = 1; }), "200");
}

BOOST_AUTO_TEST_CASE(the_same_db_works_again_when_the_server_is_back) {
    auto& server = TestDatabase::instance();
    BOOST_TEST(db.run(raise) == 1u);
    server.stop();
    for (int i = 0; i < 3; ++i) {
        BOOST_CHECK_THROW(db.run(raise), Unavailable);
        BOOST_CHECK_THROW(db.one(value, number), Unavailable);
        BOOST_CHECK_THROW(db.transact([](Tx& tx) { return tx.run(raise); }), Unavailable);
        BOOST_CHECK_THROW(db.server(), Unavailable);
    }
    server.start();
    BOOST_TEST(db.run(raise) == 1u);
    BOOST_TEST(db.transact([](Tx& tx) { return tx.run(raise); }) == 1u);
    BOOST_TEST(there() == 3);
}

BOOST_AUTO_TEST_CASE(a_server_that_dies_inside_a_transaction_is_said) {
    auto& server = TestDatabase::instance();
    int runs = 0;
    BOOST_CHECK_THROW(db.transact([&](Tx& tx) {
        ++runs;
        tx.run(raise);
        server.kill_now();
        return tx.run(raise);
    }), Unavailable);
    BOOST_TEST(runs == 1);
    server.start();
    BOOST_TEST(there() == 0);
    BOOST_TEST(db.run(raise) == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
