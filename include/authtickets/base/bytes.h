// SPDX-License-Identifier: MIT
// Bytes and their texts: hex, base64, base64url. Decoders are strict: one spelling per value.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace authtickets {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

ByteView as_bytes(std::string_view);
std::string as_text(ByteView);  // the same bytes in a string

std::string hex(ByteView);                                // lower case
std::optional<Bytes> from_hex(std::string_view);          // either case
std::string base64(ByteView);                             // RFC 4648 section 4, padded
std::optional<Bytes> from_base64(std::string_view);
std::string base64url(ByteView);                          // RFC 4648 section 5, no padding
std::optional<Bytes> from_base64url(std::string_view);    // refuses padding, foreign letters and loose last bits
// The same without a heap: how many bytes were written to the front of `into`; none also when they do not fit.
std::optional<std::size_t> from_base64url(std::string_view, std::span<std::uint8_t> into);

// Big-endian writing and reading for tokens.
class ByteWriter {
public:
    template <class Int>
    void number(Int value) {
        for (int shift = (sizeof(Int) - 1) * 8; shift >= 0; shift -= 8) {
            out_.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift));
        }
    }
    void raw(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
    const Bytes& bytes() const { return out_; }
    Bytes take() { return std::move(out_); }

private:
    Bytes out_;
};

class ByteReader {
public:
    explicit ByteReader(ByteView in) : in_(in) {}
    std::size_t left() const { return in_.size(); }
    // Reading past the end gives zeros and sets failed().
    template <class Int>
    Int number() {
        std::uint64_t value = 0;
        for (auto byte : raw(sizeof(Int))) value = value << 8 | byte;
        return static_cast<Int>(value);
    }
    ByteView raw(std::size_t count) {
        if (count > in_.size()) {
            failed_ = true;
            in_ = {};
            return {};
        }
        auto head = in_.first(count);
        in_ = in_.subspan(count);
        return head;
    }
    bool failed() const { return failed_; }

private:
    ByteView in_;
    bool failed_ = false;
};

}  // namespace authtickets
