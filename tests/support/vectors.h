// SPDX-License-Identifier: MIT
// Reads tests/vectors/NAME.txt: lines of fields divided by blanks; `#` begins a comment line. A field is text
// as it stands; "" is the empty text, and \x41 and \s (a blank) stand for bytes that a line cannot hold. The
// folder is found by SRC_DIR, which tests/run sets; without it, from the folder the tests are started in.
#pragma once

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <authtickets/base/bytes.h>

namespace authtickets::test {

struct Vector {
    std::string place;  // "rfc4231.txt:12", for messages
    std::vector<std::string> fields;
    const std::string& operator[](std::size_t i) const {
        if (i >= fields.size()) throw std::runtime_error(place + ": too few fields");
        return fields[i];
    }
};

inline std::string unescaped(const std::string& field) {
    if (field == "\"\"") return {};
    std::string out;
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] != '\\') {
            out.push_back(field[i]);
        } else if (field.compare(i, 2, "\\s") == 0) {
            out.push_back(' ');
            ++i;
        } else {
            const auto byte = field.compare(i, 2, "\\x") == 0 && i + 4 <= field.size()
                                  ? from_hex(field.substr(i + 2, 2))
                                  : std::nullopt;
            if (!byte)
                throw std::runtime_error("a vector has an escape that is neither \\s nor \\xNN: " + field);
            out.append(as_text(*byte));
            i += 3;
        }
    }
    return out;
}

inline std::vector<Vector> vectors(const std::string& name) {
    const char* const root = std::getenv("SRC_DIR");
    const std::string path = std::string(root && *root ? root : ".") + "/tests/vectors/" + name + ".txt";
    std::ifstream in(path);
    if (!in) throw std::runtime_error(path + " cannot be read; set SRC_DIR to the folder with tests/ in it");
    std::vector<Vector> all;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        std::istringstream words(line);
        Vector vector{name + ".txt:" + std::to_string(number), {}};
        for (std::string word; words >> word;) vector.fields.push_back(unescaped(word));
        if (!vector.fields.empty() && !line.starts_with('#')) all.push_back(std::move(vector));
    }
    if (all.empty()) throw std::runtime_error(path + " holds no vectors");
    return all;
}

}  // namespace authtickets::test
