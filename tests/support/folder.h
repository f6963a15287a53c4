// SPDX-License-Identifier: MIT
// A folder of a test's own, gone with all its files when the test ends.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <stdlib.h>

namespace authtickets::test {

class Folder {
  public:
    Folder() {
        auto pattern = (std::filesystem::temp_directory_path() / "authtickets-XXXXXX").string();
        if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder can be made");
        path_ = pattern;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::string path(const std::string& name) const { return path_ + "/" + name; }
    std::string write(const std::string& name, const std::string& text, unsigned mode = 0600) const {
        std::ofstream(path(name), std::ios::binary | std::ios::trunc) << text;
        std::filesystem::permissions(path(name), std::filesystem::perms(mode));
        return path(name);
    }
    std::string read(const std::string& name) const {
        std::ifstream in(path(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

  private:
    std::string path_;
};

}  // namespace authtickets::test
