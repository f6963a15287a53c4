// processes: starts programs one after another, again and again, and says how long each took from before it was started
// to after it was gone. A shell would fork itself each time, which costs more than some of what is measured.
//     processes ROUNDS <LIST
// A line of the list is NAME, then NAME=VALUE of its environment (it gets no other), then --, the program and its arguments,
// all set apart by tabs. Output is one line for each: name, median of the wall clock's milliseconds, the 99th percentile, and the
// median of the processor's. Exit status 1 when a program did not end well.
// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Program {
    std::string name;
    std::vector<std::string> environment, words;
    std::vector<double> wall, processor;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

double milliseconds(const timeval& time) { return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3; }

bool run(Program& program) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    auto words = pointers(program.words), environment = pointers(program.environment);
    pid_t child = 0;
    int status = 1;
    rusage used{};
    const auto began = std::chrono::steady_clock::now();
    const bool ran = posix_spawn(&child, words[0], &files, nullptr, words.data(), environment.data()) == 0 && wait4(child, &status, 0, &used) == child;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    posix_spawn_file_actions_destroy(&files);
    program.wall.push_back(took.count());
    program.processor.push_back(milliseconds(used.ru_utime) + milliseconds(used.ru_stime));
    return ran && status == 0;
}

double at(std::vector<double> values, double part) {
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(static_cast<double>(values.size()) * part))];
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc == 2 ? std::atoi(argv[1]) : 0;
    if (rounds < 1) {
        std::fputs("usage: processes ROUNDS <LIST\n", stderr);
        return 64;
    }
    std::vector<Program> programs;
    for (std::string line, word; std::getline(std::cin, line);) {
        std::istringstream words(line);
        auto& program = programs.emplace_back();
        std::getline(words, program.name, '\t');
        while (std::getline(words, word, '\t') && word != "--") program.environment.push_back(word);
        while (std::getline(words, word, '\t')) program.words.push_back(word);
    }
    // In turn, since a machine is not the same from second to second; the first round warms up.
    for (int round = 0; round <= rounds; ++round) {
        for (auto& program : programs) {
            if (!run(program)) {
                std::fprintf(stderr, "processes: %s did not end well\n", program.name.c_str());
                return 1;
            }
            if (round == 0) program.wall.clear(), program.processor.clear();
        }
    }
    for (const auto& program : programs) {
        std::printf("%s %.2f %.2f %.2f\n", program.name.c_str(), at(program.wall, 0.5), at(program.wall, 0.99), at(program.processor, 0.5));
    }
    return 0;
}
