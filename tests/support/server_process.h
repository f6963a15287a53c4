// SPDX-License-Identifier: MIT
// A private mariadbd in a folder of its own, for tests. A guardian process ends it and removes the folder when the
// test process is gone, however it went.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace authtickets::test {

// A fresh folder under TMPDIR (/tmp), short enough for sockets; gone with this process or this object.
class ScratchFolder {
public:
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    const std::string& path() const { return path_; }
    void guard(pid_t server) const;  // the guardian ends this process too

private:
    std::string path_;
    int guardian_ = -1;
};

// Runs a program to its end; throws with what it printed when it fails.
void run_program(const std::vector<std::string>& words, const std::string& log);

class ServerProcess {
public:
    ServerProcess(const ScratchFolder&, std::string name);  // makes the data folder PATH/NAME
    ServerProcess(const ScratchFolder&, std::string name, const ServerProcess& stopped);  // copies that one's data
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;

    std::string socket() const { return base_ + ".s"; }
    std::string data() const { return base_; }
    std::string log() const { return base_ + ".log"; }

    void start(const std::vector<std::string>& options);  // does not wait until it answers; searches PATH in the folder first
    bool running();
    void stop();     // SIGTERM, and waits for its end
    void kill_now(); // SIGKILL, and waits
    [[noreturn]] void fail(std::string_view what);  // throws, with the last lines of the server's log

private:
    const ScratchFolder& folder_;
    // A server that starts clears its folder for temporary tables, so no two may share one.
    std::string temporary() const { return base_ + ".tmp"; }
    std::string base_;
    pid_t pid_ = 0;
};

}  // namespace authtickets::test
