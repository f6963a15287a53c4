// SPDX-License-Identifier: MIT
// Secrets: wiped when they end, when they are replaced and when they move on; compared in constant time
// (EN5).
#include <sodium.h>

#include <utility>

#include <authtickets/base/secret.h>

namespace authtickets {

void wipe(std::string& text) {
    text.resize(text.capacity());  // what a shorter value has left behind goes too; this allocates nothing
    sodium_memzero(text.data(), text.size());
    text.clear();
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool operator==(const Secret& a, const Secret& b) { return equal_constant_time(a.text_, b.text_); }

// Copied and wiped, not moved: moving copies a short string anyway and leaves its bytes in the source.
Secret::Secret(std::string&& text) : text_(text) { wipe(text); }

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }

Secret& Secret::operator=(const Secret& other) {
    if (this != &other) *this = Secret(other);
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe(text_);
    text_ = std::move(other.text_);
    wipe(other.text_);
    return *this;
}

Secret::~Secret() { wipe(text_); }

}  // namespace authtickets
