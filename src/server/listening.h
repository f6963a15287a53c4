// SPDX-License-Identifier: MIT
// The socket that FastCGI connections come in at: given as descriptor 0 by whoever started us, or opened here.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <string>

namespace authtickets::server {

class Listening {
public:
    // listen: empty for descriptor 0, else a path or ":PORT" on 127.0.0.1. Throws BadConfiguration.
    explicit Listening(const std::string& listen);
    ~Listening();
    Listening(const Listening&) = delete;

    int descriptor() const { return descriptor_; }
    // Before the end: takes the path away, if it is still the one made here, so that nobody comes in any more. Who is in
    // the queue by then would be turned away unheard, so workers serve them before they leave: closing() says so.
    // A port or a shared socket has no such end: others go on filling its queue.
    void close_door();
    bool closing() const { return closing_; }

private:
    void open_path();
    void open_port(unsigned port);
    [[noreturn]] void fail(const std::string& why) const;

    std::string name_;
    int descriptor_ = 0;
    bool owns_path_ = false;
    std::atomic<bool> closing_ = false;
    dev_t device_{};
    ino_t inode_{};
};

}  // namespace authtickets::server
