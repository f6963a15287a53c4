// SPDX-License-Identifier: MIT
// Opens sockets with more care than FCGX_OpenSocket, which takes over a path that another process serves, ends the
// program when it fails, and listens on every address. FastCGI has no authentication: who reaches the socket may claim
// any client address, so a port is opened on loopback only and a path for owner and group.
#include "listening.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

#include <authtickets/base/fault.h>

namespace authtickets::server {

namespace {

constexpr int backlog = 1024;         // more than all workers of a host will ever leave waiting
constexpr mode_t path_mode = 0660;    // the web server's user comes in by the group

std::string reason(int error) { return std::generic_category().message(error); }

sockaddr* generic(void* address) { return static_cast<sockaddr*>(address); }

}  // namespace

Listening::Listening(const std::string& listen) : name_(listen) {
    if (listen.empty()) {
        name_ = "descriptor 0";
    } else if (listen.front() != ':') {
        open_path();
    } else {
        unsigned port = 0;
        const auto* const end = listen.data() + listen.size();
        const auto [stop, error] = std::from_chars(listen.data() + 1, end, port);
        if (error != std::errc{} || stop != end || port == 0 || port > 65535) {
            fail("not a port; allowed: a path, or :PORT with 1 to 65535");
        }
        open_port(port);
    }
    // So that a worker woken for a connection that another has taken does not wait where it cannot be told to leave.
    const int flags = ::fcntl(descriptor_, F_GETFL);
    if (flags < 0 || ::fcntl(descriptor_, F_SETFL, flags | O_NONBLOCK) != 0) fail(reason(errno));
}

Listening::~Listening() {
    close_door();
    // Closed, never shut down: other processes may share it.
    if (descriptor_ != 0) ::close(descriptor_);
}

void Listening::fail(const std::string& why) const { throw BadConfiguration("cannot listen at " + name_ + ": " + why); }

void Listening::open_path() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name_.size() >= sizeof address.sun_path) fail("the path is too long for a socket; allowed: up to 107 bytes");
    std::memcpy(address.sun_path, name_.data(), name_.size());

    struct stat found {};
    if (::lstat(name_.c_str(), &found) == 0) {
        if (!S_ISSOCK(found.st_mode)) fail("something that is no socket is there already");
        const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        const bool answers = ::connect(probe, generic(&address), sizeof address) == 0 || errno == EAGAIN;
        ::close(probe);
        if (answers) fail("another process listens there");
        ::unlink(name_.c_str());  // left behind by one that was killed
    }

    descriptor_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0 || ::bind(descriptor_, generic(&address), sizeof address) != 0) fail(reason(errno));
    owns_path_ = ::lstat(name_.c_str(), &found) == 0;
    device_ = found.st_dev;
    inode_ = found.st_ino;
    if (::chmod(name_.c_str(), path_mode) != 0 || ::listen(descriptor_, backlog) != 0) fail(reason(errno));
}

void Listening::open_port(unsigned port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0 || ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
        || ::bind(descriptor_, generic(&address), sizeof address) != 0 || ::listen(descriptor_, backlog) != 0) {
        fail(reason(errno));
    }
}

void Listening::close_door() {
    struct stat found {};
    if (!owns_path_) return;
    owns_path_ = false;
    if (::lstat(name_.c_str(), &found) != 0 || found.st_dev != device_ || found.st_ino != inode_) return;
    closing_ = ::unlink(name_.c_str()) == 0;
}

}  // namespace authtickets::server
