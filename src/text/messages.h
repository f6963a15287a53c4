// SPDX-License-Identifier: MIT
// The files of contrib/templates as they were built in by src/text/embed_messages.
#pragma once

#include <span>
#include <string_view>

namespace authtickets::text {

struct BuiltInFile {
    std::string_view locale, name, text;
};
extern const std::span<const BuiltInFile> built_in_files;  // by locale and name

}  // namespace authtickets::text
