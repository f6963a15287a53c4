// sink: takes mails by SMTP, or requests by HTTP, as fast as this machine can, and keeps nothing. A thread for each
// connection; says its port, and then nothing more.
//     sink smtp|http
// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

#include <strings.h>

namespace {

class Peer {
public:
    explicit Peer(int socket) : socket_(socket) {}
    Peer(const Peer&) = delete;
    ~Peer() { ::close(socket_); }

    bool say(std::string_view text) { return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()); }
    // Up to and with what ends it; false at the end of the connection.
    bool read_past(std::string_view end, std::string& into) {
        for (std::size_t looked = 0;;) {
            const auto at = buffer_.find(end, looked);
            if (at != buffer_.npos) {
                into.assign(buffer_, 0, at + end.size());
                buffer_.erase(0, at + end.size());
                return true;
            }
            looked = buffer_.size() < end.size() ? 0 : buffer_.size() - end.size();
            if (!more()) return false;
        }
    }
    bool skip(std::size_t count) {
        while (buffer_.size() < count)
            if (!more()) return false;
        buffer_.erase(0, count);
        return true;
    }

private:
    bool more() {
        char part[65536];
        const auto count = ::recv(socket_, part, sizeof part, 0);
        if (count <= 0) return false;
        buffer_.append(part, static_cast<std::size_t>(count));
        return true;
    }
    int socket_;
    std::string buffer_;
};

void take_mails(Peer peer) {
    std::string text;
    if (!peer.say("220 sink\r\n")) return;
    while (peer.read_past("\r\n", text)) {
        const bool data = ::strncasecmp(text.c_str(), "DATA", 4) == 0, quit = ::strncasecmp(text.c_str(), "QUIT", 4) == 0;
        if (data && (!peer.say("354 go on\r\n") || !peer.read_past("\r\n.\r\n", text))) return;
        if (!peer.say("250 ok\r\n") || quit) return;
    }
}

void take_requests(Peer peer) {
    std::string head;
    while (peer.read_past("\r\n\r\n", head)) {
        const char* const length = ::strcasestr(head.c_str(), "\r\ncontent-length:");
        if (length && !peer.skip(std::strtoul(length + 17, nullptr, 10))) return;
        if (!peer.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) return;
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc == 2 ? argv[1] : "";
    if (mode != "smtp" && mode != "http") {
        std::fputs("usage: sink smtp|http\n", stderr);
        return 64;
    }
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener, any, size) || ::listen(listener, 64) || ::getsockname(listener, any, &size)) {
        std::perror("sink");
        return 1;
    }
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    while (true) {
        const int socket = ::accept(listener, nullptr, nullptr);
        if (socket < 0) continue;
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        std::thread([socket, mode] { mode == "smtp" ? take_mails(Peer(socket)) : take_requests(Peer(socket)); }).detach();
    }
}
