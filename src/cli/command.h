// SPDX-License-Identifier: MIT
// What a command is: a row of the table in commands.cpp, its arguments as they were read, and what it gives back. A command
// prints nothing; run() shows its Output as text or, with --json, as one JSON value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/fault.h>
#include <authtickets/base/json.h>

namespace authtickets::cli {

// How a command ends when it cannot do what was asked: one line on stderr. Thrown anywhere, caught by run() only.
struct WrongUse : Fault {  // exit status 2: the command line cannot be meant so
    using Fault::Fault;
};
struct Failed : Fault {  // exit status 1: refused, or not there
    using Fault::Fault;
};

struct Flag {
    std::string_view name;   // "--realm"
    std::string_view value;  // "NAME", for the usage; empty: a switch, which takes none
    bool required;
    std::string_view help;
};

struct Output {
    Json json{};
    std::string text{};  // lines, each ended
    int status = 0;
    bool written = false;  // the command has written its answer itself, piece by piece
};

class World;
class Arguments;

struct Command {
    std::string_view name;      // "realm add"
    std::string_view operands;  // "NAME [VALUE]"; those in brackets may be left out
    std::span<const Flag> flags;
    std::string_view help;                    // one line for --help
    std::string_view more;                    // what else is good to know, for its own --help
    Output (*run)(World&, const Arguments&);  // nullptr: main runs it
};

// A command line, read by the command's row.
class Arguments {
public:
    Arguments(const Command&, std::span<const std::string_view> words);

    bool json() const { return json_; }
    bool help() const { return help_; }

    // The value of a flag, or `otherwise`.
    std::string text(std::string_view flag, std::string_view otherwise = {}) const;
    bool has(std::string_view flag) const { return values_.contains(flag); }
    // WrongUse when the value is no whole number in the range.
    std::uint32_t number(std::string_view flag, std::uint32_t least, std::uint32_t most) const;
    const std::vector<std::string>& operands() const { return operands_; }

private:
    void take_value(const Command&, std::string_view name, std::string_view value);
    void complete(const Command&) const;
    std::map<std::string_view, std::string, std::less<>> values_;
    std::vector<std::string> operands_;
    bool json_ = false, help_ = false;
};

// --address, checked; none when it is not given.
std::optional<std::string> address(const Arguments&);
std::uint32_t whole_number(std::string_view name, std::string_view text, std::uint32_t least, std::uint32_t most);

std::string usage(const Command&);      // "authtickets realm add --name NAME ... [--json]"
std::string help_text(const Command&);  // usage, flags, what it does

}  // namespace authtickets::cli
