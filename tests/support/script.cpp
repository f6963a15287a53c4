// SPDX-License-Identifier: MIT
#include "support/script.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace authtickets::test {

Script::Script(const ScratchFolder& folder, const std::string& file, std::vector<std::string> options) {
    static unsigned count = 0;
    log_ = folder.path() + "/" + file + "." + std::to_string(++count) + ".log";
    const char* const root = std::getenv("SRC_DIR");
    // Debian's own Python: that is where its packages are.
    std::vector<std::string> words{"/usr/bin/python3", std::string(root ? root : ".") + "/tests/support/" + file, "--log", log_};
    words.insert(words.end(), options.begin(), options.end());
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);

    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[1], 1);
    posix_spawn_file_actions_addopen(&files, 2, (log_ + ".errors").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int failed = ::posix_spawn(&pid_, arguments[0], &files, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    ::close(ends[1]);
    if (failed == 0) folder.guard(pid_);
    std::string said;
    char letter = 0;
    while (failed == 0 && ::read(ends[0], &letter, 1) == 1 && letter != '\n') said.push_back(letter);
    ::close(ends[0]);
    if (said.empty()) {
        std::ifstream errors(log_ + ".errors");
        throw std::runtime_error(file + " does not start:\n" + std::string(std::istreambuf_iterator<char>(errors), {}));
    }
    port_ = static_cast<unsigned>(std::stoul(said));
}

Script::~Script() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

std::vector<Json> Script::lines() const {
    std::vector<Json> out;
    std::ifstream in(log_);
    for (std::string line; std::getline(in, line);) {
        auto read = parse_json(line);
        if (read && !in.eof()) out.push_back(std::move(*read));  // the last one may be half written
    }
    return out;
}

std::vector<Json> Script::lines_with(std::string_view member) const {
    auto out = lines();
    std::erase_if(out, [&](const Json& line) { return !line.find(member); });
    return out;
}

Json Script::wait_for(std::string_view member) const {
    using namespace std::chrono_literals;
    for (int i = 0; i < 500; ++i, std::this_thread::sleep_for(20ms)) {
        auto found = lines_with(member);
        if (!found.empty()) return std::move(found.front());
    }
    throw std::runtime_error("nothing said " + std::string(member));
}

Certificate::Certificate(const ScratchFolder& folder) : file(folder.path() + "/certificate.pem"), key(folder.path() + "/key.pem") {
    run_program({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                 "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", file},
                folder.path() + "/openssl.log");
}

}  // namespace authtickets::test
