// SPDX-License-Identifier: MIT
#include "support/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace authtickets::test {

namespace {

// Starts a program in a session of its own, so that Ctrl-C at the tests does not reach it before they have ended it.
// `in`: descriptor that becomes its standard input, or -1.
pid_t spawn(const std::vector<std::string>& words, const std::string& log, int in) {
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    if (in < 0) {
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    } else {
        posix_spawn_file_actions_adddup2(&files, in, 0);
    }
    posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);

    posix_spawnattr_t how;
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSID);

    pid_t pid = 0;
    const int failed = posix_spawnp(&pid, arguments[0], &files, &how, arguments.data(), environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0) throw std::runtime_error("cannot start " + words.front() + "; is it installed? (contrib/bootstrap)");
    return pid;
}

// Reads process numbers until the tests' end of the pipe closes. A number may have passed to a stranger since.
constexpr auto guardian =
    "trap '' HUP INT TERM; all=; while read -r pid; do all=\"$all $pid\"; done; "
    "for pid in $all; do if grep -qsF \"$1\" \"/proc/$pid/cmdline\"; then kill -9 \"$pid\"; fi; done; rm -rf \"$1\"";

// Five of six seconds of making and starting a server would go into it; no test outlives the machine.
constexpr std::array no_waiting_for_the_disk{"--debug-no-sync", "--innodb-flush-method=nosync"};

std::string tail(const std::string& file, std::size_t most) {
    std::ifstream in(file);
    std::ostringstream all;
    all << in.rdbuf();
    const auto text = all.str();
    return text.size() > most ? text.substr(text.size() - most) : text;
}

}  // namespace

ScratchFolder::ScratchFolder() {
    const auto* parent = std::getenv("TMPDIR");
    // A socket's path may have 107 bytes.
    std::string name = parent && std::string_view(parent).size() < 60 && *parent ? parent : "/tmp";
    name += "/authtickets-test.XXXXXX";
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a folder under " + name);
    path_ = name;

    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    spawn({"/bin/sh", "-c", guardian, "guardian", path_}, "/dev/null", ends[0]);
    close(ends[0]);
    guardian_ = ends[1];
}

ScratchFolder::~ScratchFolder() { close(guardian_); }

void ScratchFolder::guard(pid_t server) const {
    const auto line = std::to_string(server) + "\n";
    if (write(guardian_, line.data(), line.size()) < 0) throw std::runtime_error("the guardian is gone");
}

void run_program(const std::vector<std::string>& words, const std::string& log) {
    const auto pid = spawn(words, log, -1);
    int status = 0;
    waitpid(pid, &status, 0);
    if (status != 0) throw std::runtime_error(words.front() + " failed:\n" + tail(log, 4000));
}

ServerProcess::ServerProcess(const ScratchFolder& folder, std::string name)
    : folder_(folder), base_(folder.path() + "/" + std::move(name)) {
    std::filesystem::create_directory(temporary());
    // Small log files: the folder is written anew by every test program.
    std::vector<std::string> words{"env", "TMPDIR=" + temporary(), "mariadb-install-db", "--no-defaults", "--datadir=" + base_,
                                   "--auth-root-authentication-method=normal", "--skip-test-db",
                                   "--innodb-log-file-size=16M", no_waiting_for_the_disk[0], no_waiting_for_the_disk[1]};
    if (geteuid() == 0) words.emplace_back("--user=root");
    run_program(words, base_ + ".install.log");
}

ServerProcess::ServerProcess(const ScratchFolder& folder, std::string name, const ServerProcess& stopped)
    : folder_(folder), base_(folder.path() + "/" + std::move(name)) {
    std::filesystem::create_directory(temporary());
    std::filesystem::copy(stopped.data(), base_, std::filesystem::copy_options::recursive);
}

ServerProcess::~ServerProcess() { kill_now(); }

void ServerProcess::start(const std::vector<std::string>& options) {
    const auto* path = std::getenv("PATH");
    std::vector<std::string> words{
        // Debian keeps the server outside the PATH of ordinary users.
        "env", "PATH=" + folder_.path() + ":" + (path ? path : "/usr/bin:/bin") + ":/usr/sbin",
        "mariadbd", "--no-defaults", "--datadir=" + base_, "--socket=" + socket(), "--pid-file=" + base_ + ".pid",
        "--tmpdir=" + temporary(), "--character-set-server=utf8mb4", "--skip-name-resolve", "--performance-schema=off",
        "--max-connections=200",
        no_waiting_for_the_disk[0], no_waiting_for_the_disk[1],
        // Written at every COMMIT: what was committed survives the death of the server.
        "--innodb-flush-log-at-trx-commit=2",
        "--innodb-buffer-pool-size=64M",
        "--innodb-log-file-size=16M", "--innodb-use-native-aio=0", "--innodb-buffer-pool-dump-at-shutdown=0",
        // The build machine's clock zone must not matter.
        "--default-time-zone=+03:00"};
    if (geteuid() == 0) words.emplace_back("--user=root");
    words.insert(words.end(), options.begin(), options.end());
    pid_ = spawn(words, log(), -1);
    folder_.guard(pid_);
}

bool ServerProcess::running() {
    if (pid_ != 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
    return pid_ != 0;
}

void ServerProcess::stop() {
    if (pid_ == 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

void ServerProcess::kill_now() {
    if (pid_ == 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

void ServerProcess::fail(std::string_view what) {
    throw std::runtime_error(std::string(what) + "; its log:\n" + tail(log(), 6000));
}

}  // namespace authtickets::test
