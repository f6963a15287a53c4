// SPDX-License-Identifier: MIT
// server/fastcgi spoken to as a web server does: half requests, kept connections, roles, and leaving at SIGTERM. The
// server runs in a child process with an Answer that tells what it was given.
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include <filesystem>

#include <authtickets/server/server.h>

#include "support/database.h"
#include "support/folder.h"

namespace authtickets::test {

namespace {

using namespace std::chrono_literals;

// FastCGI 1.0, sections 3.3 and 8
enum Type : char { begin_request = 1, end_request = 3, params = 4, standard_input = 5, standard_output = 6 };
enum Role : char { responder = 1, authorizer = 2, filter = 3 };

std::string record(Type type, std::string_view content) {
    std::string out{'\1', type, '\0', '\1', static_cast<char>(content.size() >> 8), static_cast<char>(content.size()), '\0', '\0'};
    return out.append(content);
}

std::string begin(Role role, bool keep) { return record(begin_request, std::string{'\0', role, keep ? '\1' : '\0', 0, 0, 0, 0, 0}); }

std::string environment(std::initializer_list<std::pair<std::string, std::string>> pairs) {
    std::string all;
    for (const auto& [name, value] : pairs) {  // all shorter than 128
        all += static_cast<char>(name.size());
        all += static_cast<char>(value.size());
        all += name + value;
    }
    return record(params, all) + record(params, "");
}

const std::string get = environment({{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/m/x"}, {"REMOTE_ADDR", "127.0.0.1"}});
const std::string post = environment({{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/m/x"}, {"CONTENT_LENGTH", "10"}});
const std::string no_more = record(standard_input, "");

class Connection {
public:
    explicit Connection(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        open_ = ::connect(socket_, static_cast<sockaddr*>(static_cast<void*>(&address)), sizeof address) == 0;
    }
    ~Connection() { ::close(socket_); }
    Connection(const Connection&) = delete;
    bool open() const { return open_; }

    Connection& send(const std::string& text) {
        BOOST_REQUIRE(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
        return *this;
    }
    // The standard output of one request; "lost" when it does not come to an end.
    std::string answer() {
        std::string out;
        for (;;) {
            const auto head = take(8);
            if (head.size() < 8) return "lost";
            const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(head[i])); };
            const auto content = take((byte(4) << 8) + byte(5));
            take(byte(6));
            if (head[1] == end_request) return out;
            if (head[1] == standard_output) out += content;
        }
    }

private:
    std::string take(std::size_t size) {
        std::string out(size, '\0');
        for (std::size_t done = 0; done < size;) {
            pollfd one{.fd = socket_, .events = POLLIN, .revents = 0};
            const auto count = ::poll(&one, 1, 20000) > 0 ? ::recv(socket_, out.data() + done, size - done, 0) : 0;
            if (count <= 0) return {};
            done += static_cast<std::size_t>(count);
        }
        return out;
    }
    int socket_;
    bool open_ = false;
};

// "GET /x body" of what was read, or the refusal's name and the path that was given beside it.
http::Response tell(const Result<http::Request>& request, std::string_view path) {
    if (!request) return {.status = 400, .body = std::string(name(request.error().why)) + " " + std::string(path)};
    if (request->guarded) return {.body = (request->guarded->role ? "role " : "path ") + request->guarded->uri};
    return {.body = request->method_text + " " + request->path + " " + request->body};
}

class Process {
public:
    explicit Process(std::string listen, unsigned workers = 2, server::Answer answer = tell) : listen_(std::move(listen)) {
        child_ = ::fork();
        if (child_ == 0) ::_exit(serve(workers, answer));
        const auto begun = steady_now();
        while (!Connection(listen_).open() && ended_within(2ms) == -1 && steady_now() - begun < 20s) {
        }
    }
    ~Process() {
        if (child_ > 0) {
            ::kill(child_, SIGKILL);
            ::waitpid(child_, nullptr, 0);
        }
    }
    Process(const Process&) = delete;

    void signal(int number) const { ::kill(child_, number); }
    // The exit status, or -1 when it still runs.
    int ended_within(std::chrono::milliseconds most) {
        int status = 0;
        for (const auto begun = steady_now(); child_ != 0 && steady_now() - begun < most; ::poll(nullptr, 0, 1)) {
            if (::waitpid(child_, &status, WNOHANG) != child_) continue;
            child_ = 0;
            status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 256;
        }
        return status_;
    }
    Connection connect() const { return Connection(listen_); }

private:
    int serve(unsigned workers, const server::Answer& answer) const {
        QuietLog log;
        try {
            return server::run_fastcgi({.workers = workers, .mount = "/m", .log = log},
                                       [&](const auto& use) { use(answer); }, listen_);
        } catch (const BadConfiguration&) {
            return 2;
        }
    }
    std::string listen_;
    pid_t child_ = 0;
    int status_ = -1;
};

struct Server {
    Folder folder;
    std::string path = folder.path("s");
};

bool ends_with(const std::string& text, std::string_view end) {
    BOOST_TEST_INFO(text);
    return text.ends_with(end);
}

constexpr auto at_once = 1000ms;   // "leaves within a second"
constexpr auto generous = 20000ms;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_fastcgi, Server)

BOOST_AUTO_TEST_CASE(a_request_is_read_and_answered) {
    Process server(path);
    BOOST_TEST(ends_with(server.connect().send(begin(responder, false) + get + no_more).answer(), "\r\n\r\nGET /x "));
    auto posting = server.connect();
    posting.send(begin(responder, false) + post + record(standard_input, "01234")).send(record(standard_input, "56789") + no_more);
    BOOST_TEST(ends_with(posting.answer(), "\r\n\r\nPOST /x 0123456789"));
}

BOOST_AUTO_TEST_CASE(a_request_that_cannot_be_read_is_refused_with_its_path) {
    Process server(path);
    auto cut = server.connect();
    cut.send(begin(responder, false) + post + record(standard_input, "short") + no_more);
    BOOST_TEST(ends_with(cut.answer(), "bad_request /x"));
    BOOST_TEST(ends_with(server.connect().send(begin(responder, false) + environment({}) + no_more).answer(), "bad_request "));
}

BOOST_AUTO_TEST_CASE(head_is_answered_without_a_body) {
    Process server(path);
    const auto head = environment({{"REQUEST_METHOD", "HEAD"}, {"REQUEST_URI", "/m/x"}});
    BOOST_TEST(ends_with(server.connect().send(begin(responder, false) + head + no_more).answer(), "Content-Length: 8\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(other_roles_are_told_no) {
    Process server(path);
    BOOST_TEST(server.connect().send(begin(filter, false) + get + no_more).answer().starts_with("Status: 403"));
}

BOOST_AUTO_TEST_CASE(AZ1_AZ3_an_authorizer_is_asked_and_answers_before_any_body) {
    Process server(path, 1);
    const auto silent = environment({{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/m/x?%zz"}, {"CONTENT_LENGTH", "10"}});
    const auto yes = server.connect().send(begin(authorizer, false) + get + no_more).answer();
    BOOST_TEST(ends_with(yes, "role /m/x"));
    BOOST_TEST(yes.find("Content-Length") == std::string::npos);  // AZ60
    auto never_ends = server.connect();
    BOOST_TEST(ends_with(never_ends.send(begin(authorizer, false) + silent).answer(), "role /m/x?%zz"));
    auto kept = server.connect();
    BOOST_TEST(ends_with(kept.send(begin(authorizer, true) + get + no_more).answer(), "role /m/x"));
    BOOST_TEST(kept.answer() == "lost");  // nothing of its body was read, so nobody knows where it ends
}

BOOST_AUTO_TEST_CASE(AZ2_AZ3_a_sub_request_is_answered_before_any_body) {
    Process server(path, 1);
    const auto asked = environment({{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/m/authorize"}, {"CONTENT_LENGTH", "10"}, {"AUTHTICKETS_URI", "/app"}});
    BOOST_TEST(ends_with(server.connect().send(begin(responder, false) + asked).answer(), "path /app"));
    // What is left of the body must not be taken for the next request: such a connection is not kept.
    auto kept = server.connect();
    BOOST_TEST(ends_with(kept.send(begin(responder, true) + asked + record(standard_input, "01234")).answer(), "path /app"));
    BOOST_TEST(kept.answer() == "lost");
}

// A body in which a request of somebody's own stands, behind what libfcgi reads at once: it must not be taken for one.
BOOST_AUTO_TEST_CASE(AZ3_a_body_that_nobody_announced_is_no_request) {
    Process server(path);
    const auto unannounced = environment({{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/m/x"}});
    const auto too_long = environment({{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/m/x"}, {"CONTENT_LENGTH", "5"}});
    const auto smuggled = begin(authorizer, true) + environment({{"REQUEST_URI", "/own"}, {"AUTHTICKETS_REQUIRE", ""}}) + no_more;
    for (const auto& asked : {begin(authorizer, true) + unannounced, begin(responder, true) + unannounced, begin(responder, true) + too_long}) {
        auto kept = server.connect();
        const auto head = 8192 - asked.size() - 8;
        kept.send(asked + record(standard_input, std::string(head, 'x') + smuggled + std::string(8192, 'x')) + no_more);
        BOOST_TEST(kept.answer() != "lost");
        BOOST_TEST(kept.answer() == "lost");
    }
}

BOOST_AUTO_TEST_CASE(a_kept_connection_serves_again) {
    Process server(path);
    auto kept = server.connect();
    for (int i = 0; i < 3; ++i) BOOST_TEST(ends_with(kept.send(begin(responder, true) + get + no_more).answer(), "GET /x "));
}

BOOST_AUTO_TEST_CASE(one_who_hangs_up_harms_nobody) {
    Process server(path);
    for (int i = 0; i < 20; ++i) server.connect().send(begin(responder, false) + get + no_more);
    server.connect().send("this is no FastCGI");
    BOOST_TEST(ends_with(server.connect().send(begin(responder, false) + get + no_more).answer(), "GET /x "));
}

BOOST_AUTO_TEST_CASE(a_worker_that_fails_is_there_again) {
    Process server(path, 1, [](const auto& request, auto given) -> http::Response {
        if (request && request->method == http::Method::post) throw Fault("a defect");
        return tell(request, given);
    });
    server.connect().send(begin(responder, false) + post + record(standard_input, "0123456789") + no_more).answer();
    BOOST_TEST(ends_with(server.connect().send(begin(responder, false) + get + no_more).answer(), "GET /x "));
}

BOOST_AUTO_TEST_CASE(idle_workers_leave_at_once) {
    for (const int number : {SIGTERM, SIGINT}) {
        Process server(path, 16);
        server.signal(number);
        BOOST_TEST(server.ended_within(at_once) == 0);
        BOOST_TEST(!std::filesystem::exists(path));
    }
}

BOOST_AUTO_TEST_CASE(a_kept_idle_connection_keeps_nobody) {
    Process server(path);
    auto kept = server.connect();
    kept.send(begin(responder, true) + get + no_more).answer();
    server.signal(SIGTERM);
    BOOST_TEST(server.ended_within(at_once) == 0);
}

BOOST_AUTO_TEST_CASE(a_request_half_read_is_answered_after_sigterm) {
    Process server(path);
    const auto whole = begin(responder, false) + post;
    {
        auto in_body = server.connect(), in_environment = server.connect();
        in_body.send(whole + record(standard_input, "01234"));
        in_environment.send(whole.substr(0, 30));
        BOOST_TEST(server.ended_within(100ms) == -1);  // time for both to be read as far as they are there
        server.signal(SIGTERM);
        BOOST_TEST(server.ended_within(100ms) == -1);
        in_body.send(record(standard_input, "56789") + no_more);
        BOOST_TEST(ends_with(in_body.answer(), "POST /x 0123456789"));
        in_environment.send(whole.substr(30) + record(standard_input, "0123456789") + no_more);
        BOOST_TEST(ends_with(in_environment.answer(), "POST /x 0123456789"));
    }
    BOOST_TEST(server.ended_within(generous) == 0);
}

BOOST_AUTO_TEST_CASE(who_waits_in_the_queue_is_served_before_the_last_leaves) {
    Process server(path, 1);
    auto first = server.connect();
    first.send(begin(responder, false) + post);  // holds the only worker
    std::vector<std::unique_ptr<Connection>> queue;
    for (int i = 0; i < 10; ++i) {
        queue.push_back(std::make_unique<Connection>(path));
        queue.back()->send(begin(responder, false) + get + no_more);
    }
    server.signal(SIGTERM);
    BOOST_TEST(server.ended_within(100ms) == -1);
    first.send(record(standard_input, "0123456789") + no_more);
    BOOST_TEST(ends_with(first.answer(), "POST /x 0123456789"));
    BOOST_TEST(!server.connect().open());
    for (auto& waiting : queue) {
        BOOST_TEST(ends_with(waiting->answer(), "GET /x "));
        waiting.reset();
    }
    BOOST_TEST(server.ended_within(generous) == 0);
}

BOOST_AUTO_TEST_CASE(the_second_signal_does_not_wait_for_what_is_stuck) {
    Process server(path);
    auto stuck = server.connect();
    stuck.send(begin(responder, false) + post);
    BOOST_TEST(server.ended_within(100ms) == -1);
    server.signal(SIGTERM);
    BOOST_TEST(server.ended_within(100ms) == -1);
    server.signal(SIGTERM);
    BOOST_TEST(server.ended_within(at_once) == 1);
}

BOOST_AUTO_TEST_CASE(the_socket_is_for_owner_and_group) {
    Process server(path);
    struct stat found {};
    BOOST_REQUIRE(::stat(path.c_str(), &found) == 0);
    BOOST_TEST((found.st_mode & 0777) == 0660U);
}

BOOST_AUTO_TEST_CASE(a_path_in_use_is_not_taken_over) {
    Process server(path), second(path);
    BOOST_TEST(second.ended_within(generous) == 2);
    BOOST_TEST(ends_with(server.connect().send(begin(responder, false) + get + no_more).answer(), "GET /x "));
}

BOOST_AUTO_TEST_CASE(a_path_left_behind_is_taken_over) {
    { Process killed(path); }
    BOOST_REQUIRE(std::filesystem::exists(path));
    Process server(path);
    BOOST_TEST(ends_with(server.connect().send(begin(responder, false) + get + no_more).answer(), "GET /x "));
}

BOOST_AUTO_TEST_CASE(what_is_no_socket_is_left_alone) {
    folder.write("s", "a file");
    Process server(path);
    BOOST_TEST(server.ended_within(generous) == 2);
    BOOST_TEST(folder.read("s") == "a file");
}

BOOST_AUTO_TEST_CASE(places_where_nobody_can_listen_are_refused) {
    for (const std::string& listen : {std::string(":0"), std::string(":65536"), std::string(":x"), std::string(":"),
                                      folder.path("none/s"), std::string(108, 'x')}) {
        Process server(listen);
        BOOST_TEST(server.ended_within(generous) == 2);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
