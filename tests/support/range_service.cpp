// SPDX-License-Identifier: MIT
#include "support/range_service.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace authtickets::test {
namespace {

bool send_all(int connection, std::string_view text) {
    while (!text.empty()) {
        const auto sent = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::string head(int status, std::size_t length, const std::string& more = {}) {
    return "HTTP/1.1 " + std::to_string(status) + " Text\r\nContent-Type: text/plain\r\n" + more + "Content-Length: " + std::to_string(length) +
           "\r\nConnection: close\r\n\r\n";
}

}  // namespace

RangeService::RangeService() {
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof here;
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&here), size) != 0 || ::listen(listener_, 16) != 0
        || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&here), &size) != 0 || ::pipe2(stop_, O_CLOEXEC) != 0) {
        throw std::runtime_error("no server can be started on 127.0.0.1");
    }
    port_ = ntohs(here.sin_port);
    thread_ = std::thread([this] { run(); });
}

RangeService::~RangeService() {
    leave();
    ::close(stop_[0]);
}

void RangeService::leave() {
    if (!thread_.joinable()) return;
    ::close(stop_[1]);  // all that wait for it see an end
    thread_.join();
    ::close(listener_);
}

void RangeService::behave(Manner manner, std::string body, int status) {
    const std::lock_guard hold(lock_);
    manner_ = manner;
    body_ = std::move(body);
    status_ = status;
}

std::vector<std::string> RangeService::asked() const {
    const std::lock_guard hold(lock_);
    return asked_;
}

void RangeService::run() {
    while (true) {
        pollfd waits[] = {{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
        ::poll(waits, 2, -1);
        if (waits[1].revents != 0) break;
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection >= 0) {
            serving_.emplace_back([this, connection] {
                serve(connection);
                ::close(connection);
            });
        }
    }
    for (auto& each : serving_) each.join();
}

void RangeService::serve(int connection) {
    // Until the request is whole, the caller is gone, or the test is over.
    std::string request;
    char buffer[4096];
    const auto wait = [&](int most) {
        pollfd waits[] = {{connection, POLLIN, 0}, {stop_[0], POLLIN, 0}};
        ::poll(waits, 2, most);
        return waits[1].revents != 0 ? -1 : waits[0].revents != 0 ? 1 : 0;
    };
    while (!request.ends_with("\r\n\r\n")) {
        if (wait(-1) < 0) return;
        const auto got = ::recv(connection, buffer, sizeof buffer, 0);
        if (got <= 0) return;
        request.append(buffer, static_cast<std::size_t>(got));
    }
    Manner manner{};
    std::string body;
    int status = 0;
    {
        const std::lock_guard hold(lock_);
        asked_.push_back(request);
        manner = manner_;
        body = body_;
        status = status_;
    }
    switch (manner) {
        case Manner::answer: send_all(connection, head(200, body.size()) + body); break;
        case Manner::status: send_all(connection, head(status, body.size()) + body); break;
        case Manner::redirect:
            send_all(connection, head(302, 0, "Location: http://127.0.0.1:" + std::to_string(port_) + "/elsewhere/\r\n"));
            break;
        case Manner::hang: wait(-1); break;
        case Manner::drip:
            send_all(connection, head(200, 1'000'000));
            while (wait(50) == 0 && send_all(connection, "0")) {}
            break;
        case Manner::drop: break;
        case Manner::flood: {
            const std::string lines(64 * 1024, '0');
            send_all(connection, head(200, 200'000'000));
            while (flooded_ < 200'000'000 && send_all(connection, lines)) flooded_ += lines.size();
            break;
        }
    }
}

}  // namespace authtickets::test
