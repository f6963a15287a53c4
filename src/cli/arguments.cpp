// SPDX-License-Identifier: MIT
// Reads a command line by the command's row, and describes the row. Pure: no database, no files.
#include <algorithm>
#include <charconv>

#include <authtickets/base/log.h>
#include <authtickets/base/utf8.h>

#include "cli/command.h"

namespace authtickets::cli {

namespace {

constexpr Flag json_flag{"--json", "", false, "print one JSON value"};
constexpr Flag help_flag{"--help", "", false, "print this"};

// Words of the operands' description, "NAME [VALUE]": how many must and how many may be given.
struct Counts {
    std::size_t least = 0, most = 0;
};
Counts counts(std::string_view operands) {
    Counts out;
    bool word = false;
    for (const char c : operands) {
        const bool begins = c != ' ' && !word;
        word = c != ' ';
        if (!begins) continue;
        ++out.most;
        if (c != '[') ++out.least;
    }
    return out;
}

const Flag* find(const Command& command, std::string_view name) {
    const auto found = std::ranges::find(command.flags, name, &Flag::name);
    return found == command.flags.end() ? nullptr : &*found;
}

void must_be_text(std::string_view name, std::string_view value) {
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (!is_utf8(value) || std::ranges::any_of(value, control)) {
        throw WrongUse(std::string(name) + " holds control characters or is not UTF-8");
    }
}

void append_padded(std::string& out, std::string_view left, std::string_view right) {
    constexpr std::size_t width = 26;
    out.append("  ").append(left);
    out.append(left.size() < width ? width - left.size() : 1, ' ');
    out.append(right).append("\n");
}

std::string spelled(const Flag& flag) {
    return std::string(flag.name) + (flag.value.empty() ? "" : " " + std::string(flag.value));
}

}  // namespace

std::uint32_t whole_number(std::string_view name, std::string_view text, std::uint32_t least, std::uint32_t most) {
    std::uint32_t value{};
    const auto* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value);
    if (text.empty() || fault != std::errc{} || stop != end || value < least || value > most) {
        throw WrongUse(std::string(name) + " must be a whole number from " + std::to_string(least) + " to "
                       + std::to_string(most));
    }
    return value;
}

Arguments::Arguments(const Command& command, std::span<const std::string_view> words) {
    bool only_operands = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto word = words[i];
        if (only_operands || word == "-" || !word.starts_with('-')) {
            must_be_text("an argument", word);
            operands_.emplace_back(word);
        } else if (word == "--") {
            only_operands = true;
        } else if (word == "--json") {
            json_ = true;
        } else if (word == "--help" || word == "-h") {
            help_ = true;
        } else if (const auto equals = word.find('='); equals != word.npos) {
            take_value(command, word.substr(0, equals), word.substr(equals + 1));
        } else if (const auto* const flag = find(command, word); flag && flag->value.empty()) {
            if (!values_.emplace(flag->name, "").second) throw WrongUse(std::string(word) + " is given twice");
        } else {
            const bool follows = i + 1 < words.size() && !words[i + 1].starts_with("--");
            if (flag && !follows) throw WrongUse(std::string(word) + " needs a value");
            take_value(command, word, follows ? words[++i] : std::string_view{});
        }
    }
    if (!help_) complete(command);
}

void Arguments::take_value(const Command& command, std::string_view name, std::string_view value) {
    const auto* const flag = find(command, name);
    if (!flag) throw WrongUse("there is no option " + log_escape(name) + "; usage: " + usage(command));
    if (flag->value.empty()) throw WrongUse(std::string(flag->name) + " takes no value");
    must_be_text(flag->name, value);
    if (flag->required && value.empty()) throw WrongUse(std::string(flag->name) + " must not be empty");
    if (!values_.emplace(flag->name, value).second) throw WrongUse(std::string(flag->name) + " is given twice");
}

void Arguments::complete(const Command& command) const {
    for (const auto& flag : command.flags) {
        if (flag.required && !has(flag.name)) {
            throw WrongUse(spelled(flag) + " is missing; usage: " + usage(command));
        }
    }
    const auto [least, most] = counts(command.operands);
    if (operands_.size() < least) {
        throw WrongUse(std::string(command.operands) + " is missing; usage: " + usage(command));
    }
    if (operands_.size() > most) {
        throw WrongUse("\"" + log_escape(operands_[most]) + "\" is one argument too many; usage: " + usage(command));
    }
}

std::string Arguments::text(std::string_view flag, std::string_view otherwise) const {
    const auto found = values_.find(flag);
    return found == values_.end() ? std::string(otherwise) : found->second;
}

std::uint32_t Arguments::number(std::string_view flag, std::uint32_t least, std::uint32_t most) const {
    return whole_number(flag, text(flag), least, most);
}

std::string usage(const Command& command) {
    std::string out = "authtickets " + std::string(command.name);
    for (const auto& flag : command.flags) {
        out.append(flag.required ? " " : " [").append(spelled(flag)).append(flag.required ? "" : "]");
    }
    if (!command.operands.empty()) out.append(" ").append(command.operands);
    if (command.run) out.append(" [--json]");
    return out;
}

std::string help_text(const Command& command) {
    std::string out = "usage: " + usage(command) + "\n\n";
    const char first = command.help.front();
    out.push_back(first >= 'a' && first <= 'z' ? static_cast<char>(first - 'a' + 'A') : first);
    out.append(command.help.substr(1)).append(".\n");
    if (!command.more.empty()) out.append(command.more).append("\n");
    out.append("\n");
    for (const auto& flag : command.flags) append_padded(out, spelled(flag), flag.help);
    if (command.run) append_padded(out, spelled(json_flag), json_flag.help);
    append_padded(out, spelled(help_flag), help_flag.help);
    return out;
}

}  // namespace authtickets::cli
