// Load with a history: groups of clients, each with a time of its own, and what became of every second. What wrk can not:
// clients of two kinds in one run that wait as long as a refusal tells them to.
//     crowd PORT PID GROUP...      GROUP = NAME:CLIENTS:FILE:FROM:UNTIL
// FILE holds requests, each ended by a zero byte; the clients of a group send them in turn over connections that are kept,
// from second FROM until second UNTIL, the next one as soon as the last is answered. A client that is told 503 waits the
// seconds of Retry-After first. For each second and group a line, tab-separated:
//     SECOND GROUP OK REFUSED FAILED P50_MS P99_MS RESIDENT_KIB
// OK is 200, of which the times are; REFUSED is a 503 with Retry-After and a JSON document; all else is FAILED, and each kind
// of it is said once to stderr. RESIDENT_KIB is what process PID holds. Exit status 1 when anything failed.
// SPDX-License-Identifier: MIT
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;
constexpr double patience = 15;  // longer than the program lets anybody wait

[[noreturn]] void give_up(const std::string& what) {
    std::fprintf(stderr, "crowd: %s: %s\n", what.c_str(), std::strerror(errno));
    std::exit(2);
}

struct Second {
    unsigned refused = 0, failed = 0;
    std::vector<float> milliseconds;  // of each 200
    float quantile(double part) {
        if (milliseconds.empty()) return 0;
        const auto at = milliseconds.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(milliseconds.size() - 1));
        std::nth_element(milliseconds.begin(), at, milliseconds.end());
        return *at;
    }
};

struct Group {
    std::string name;
    unsigned clients = 0;
    std::vector<std::string> requests;
    double from = 0, until = 0;
    std::size_t next = 0;
    std::vector<Second> seconds;

    explicit Group(const std::string& text) {
        std::istringstream parts(text);
        std::string file, word;
        std::getline(parts, name, ':');
        std::getline(parts, word, ':'), clients = static_cast<unsigned>(std::stoul(word));
        std::getline(parts, file, ':');
        std::getline(parts, word, ':'), from = std::stod(word);
        std::getline(parts, word, ':'), until = std::stod(word);
        std::ifstream in(file, std::ios::binary);
        for (std::string one; std::getline(in, one, '\0');) requests.push_back(one);
        if (requests.empty()) give_up(file);
    }
    Second& at(double now) {
        const auto index = static_cast<std::size_t>(now);
        if (seconds.size() <= index) seconds.resize(index + 1);
        return seconds[index];
    }
};

struct Client {
    Group* group = nullptr;
    int socket = -1;
    double sent_at = 0;   // of the request that is under way
    bool asking = false;
    std::string unsent, answer;
};

// A header's value in an answer whose head is whole; empty when it is not there.
std::string_view header(std::string_view head, std::string_view name) {
    for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
        const auto line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
        if (line.size() > name.size() && line[name.size()] == ':' && ::strncasecmp(line.data(), name.data(), name.size()) == 0) {
            return line.substr(std::min(line.size(), name.size() + 2));
        }
    }
    return {};
}

class Crowd {
public:
    Crowd(std::uint16_t port, std::vector<Group>& groups) : groups_(groups) {
        address_.sin_family = AF_INET;
        address_.sin_port = htons(port);
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        for (auto& group : groups_) {
            for (unsigned i = 0; i < group.clients; ++i) {
                clients_.push_back(std::make_unique<Client>());
                clients_.back()->group = &group;
                due_.push({group.from, clients_.back().get()});
            }
            end_ = std::max(end_, group.until);
        }
    }

    // Calls each_second at every whole second.
    template <class Each>
    void run(const Each& each_second) {
        for (unsigned second = 0; now() < end_ + patience && (now() < end_ || under_way_ > 0);) {
            while (!due_.empty() && due_.top().first <= now()) {
                Client& client = *due_.top().second;
                due_.pop();
                ask(client);
            }
            const double rest = due_.empty() ? 1 : due_.top().first - now();
            epoll_event events[256];
            const int count = ::epoll_wait(epoll_, events, 256, static_cast<int>(std::clamp(rest * 1000 + 1, 1.0, 10.0)));
            for (int i = 0; i < count; ++i) go_on(*static_cast<Client*>(events[i].data.ptr), events[i].events);
            if (now() >= second + 1) {
                give_up_on_the_silent();
                each_second(second++);
            }
        }
        for (auto& client : clients_) {
            if (client->asking) fail(*client, "no answer");
        }
    }
    bool failed() const { return failed_; }

private:
    double now() const { return Seconds(Clock::now() - began_).count(); }

    void fail(Client& client, const std::string& why) {
        failed_ = true;
        ++client.group->at(now()).failed;
        if (told_.insert(client.group->name + why).second) {
            std::fprintf(stderr, "crowd: %s, second %.1f: %s\n", client.group->name.c_str(), now(), why.c_str());
        }
        if (client.asking) --under_way_;
        hang_up(client);
        due_.push({now() + 1, &client});
    }
    void hang_up(Client& client) {
        if (client.socket >= 0) ::close(client.socket);
        client.socket = -1;
        client.asking = false;
    }

    void ask(Client& client) {
        Group& group = *client.group;
        if (now() >= group.until) return hang_up(client);
        if (client.socket < 0 && !connect(client)) return;
        client.unsent = group.requests[group.next++ % group.requests.size()];
        client.answer.clear();
        client.sent_at = now();
        client.asking = true;
        ++under_way_;
        send(client);
    }
    bool connect(Client& client) {
        client.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (client.socket < 0) give_up("socket");
        const int on = 1;
        ::setsockopt(client.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        epoll_event wanted{};
        wanted.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
        wanted.data.ptr = &client;
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.socket, &wanted) != 0) give_up("epoll_ctl");
        if (::connect(client.socket, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) == 0 || errno == EINPROGRESS) return true;
        fail(client, std::string("connect: ") + std::strerror(errno));
        return false;
    }
    void send(Client& client) {
        while (!client.unsent.empty()) {
            const auto sent = ::send(client.socket, client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL);
            if (sent < 0) {
                if (errno != EAGAIN && errno != ENOTCONN) fail(client, std::string("send: ") + std::strerror(errno));
                return;
            }
            client.unsent.erase(0, static_cast<std::size_t>(sent));
        }
    }
    void go_on(Client& client, std::uint32_t events) {
        if (client.socket < 0) return;
        if ((events & EPOLLOUT) != 0 && client.asking) send(client);
        char some[16384];
        while (client.socket >= 0) {
            const auto got = ::recv(client.socket, some, sizeof some, 0);
            if (got > 0) {
                client.answer.append(some, static_cast<std::size_t>(got));
                if (client.asking) look(client);
                continue;
            }
            if (got < 0 && (errno == EAGAIN || errno == ENOTCONN)) return;
            const std::string why = got == 0 ? "closed without an answer" : std::strerror(errno);
            if (client.asking) return fail(client, why);
            return hang_up(client);  // a connection that rested
        }
    }

    // Is the answer whole? Then it is counted, and the next request has its time.
    void look(Client& client) {
        const std::string_view all = client.answer;
        const auto end = all.find("\r\n\r\n");
        if (end == all.npos) return;
        const auto head = all.substr(0, end);
        const auto length = header(head, "Content-Length");
        if (length.empty()) return fail(client, "an answer without Content-Length");
        if (all.size() < end + 4 + std::strtoul(std::string(length).c_str(), nullptr, 10)) return;

        const auto status = std::atoi(std::string(head.substr(std::min<std::size_t>(9, head.size()), 3)).c_str());
        const auto wait = header(head, "Retry-After");
        double pause = 0;
        if (status == 200) {
            client.group->at(now()).milliseconds.push_back(static_cast<float>((now() - client.sent_at) * 1000));
        } else if (status == 503 && !wait.empty() && header(head, "Content-Type").starts_with("application/json")) {
            ++client.group->at(now()).refused;
            pause = std::strtod(std::string(wait).c_str(), nullptr);
        } else {
            return fail(client, std::to_string(status) + " " + std::string(all.substr(end + 4, 300)));
        }
        --under_way_;
        client.asking = false;
        if (header(head, "Connection") == "close") hang_up(client);
        due_.push({now() + pause, &client});
    }

    void give_up_on_the_silent() {
        for (auto& client : clients_) {
            if (client->asking && now() - client->sent_at > patience) fail(*client, "no answer");
        }
    }

    std::vector<Group>& groups_;
    sockaddr_in address_{};
    std::vector<std::unique_ptr<Client>> clients_;
    using Due = std::pair<double, Client*>;  // when a client sends its next request
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
    std::set<std::string> told_;
    double end_ = 0;
    unsigned under_way_ = 0;
    bool failed_ = false;
    const int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    const Clock::time_point began_ = Clock::now();
};

unsigned long resident(const std::string& pid) {
    std::ifstream status("/proc/" + pid + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) return std::strtoul(line.c_str() + 6, nullptr, 10);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) return 2;
    std::vector<Group> groups;
    for (int i = 3; i < argc; ++i) groups.emplace_back(argv[i]);
    std::map<unsigned, unsigned long> held;
    Crowd crowd(static_cast<std::uint16_t>(std::stoul(argv[1])), groups);
    crowd.run([&](unsigned second) { held[second] = resident(argv[2]); });
    for (auto& group : groups) {
        for (unsigned second = 0; second < group.seconds.size(); ++second) {
            if (second < static_cast<unsigned>(group.from)) continue;
            auto& one = group.seconds[second];
            std::printf("%u\t%s\t%zu\t%u\t%u\t%.2f\t%.2f\t%lu\n", second, group.name.c_str(), one.milliseconds.size(), one.refused, one.failed,
                        static_cast<double>(one.quantile(0.5)), static_cast<double>(one.quantile(0.99)), held[second]);
        }
    }
    return crowd.failed() ? 1 : 0;
}
