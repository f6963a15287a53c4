// SPDX-License-Identifier: MIT
// Secret: text that must not leak. It wipes itself, compares in constant time (EN5), and has no way to a
// stream, a formatter or a log line. Looking at it takes reveal(), so that every look can be found by name.
#pragma once

#include <string>
#include <string_view>

namespace authtickets {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string&& text);  // wipes what it takes from
    explicit Secret(std::string_view text) : text_(text) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(const Secret&);
    Secret& operator=(Secret&&) noexcept;
    ~Secret();

    std::string_view reveal() const { return text_; }
    bool empty() const { return text_.empty(); }
    std::size_t size() const { return text_.size(); }

    // Constant time in the content; the lengths are compared openly.
    friend bool operator==(const Secret&, const Secret&);

private:
    std::string text_;
};

bool equal_constant_time(std::string_view, std::string_view);
void wipe(std::string&);

}  // namespace authtickets
