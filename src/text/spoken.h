// SPDX-License-Identifier: MIT
// What somebody typed, made fit to be said in a message to somebody else.
#pragma once

#include <string>
#include <string_view>

namespace authtickets::text {

// Controls, line ends and direction marks become blanks, broken UTF-8 a replacement character; blanks at both ends go,
// and what is over `most` code points.
std::string one_line(std::string_view, std::size_t most);

// Nothing for what a mail program could make a link of. Names are typed by whoever registers an address, not only by
// its owner: a message must not carry an invitation of theirs to him.
std::string without_bait(std::string line);

}  // namespace authtickets::text
