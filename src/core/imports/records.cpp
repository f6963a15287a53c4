// SPDX-License-Identifier: MIT
// A file of customers is cut into records, as the bytes come. Nothing here repeats a value of the file: it may be a hash, and it is
// somebody's.
#include <authtickets/core/imports.h>

namespace authtickets::imports {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

void Records::feed(std::string_view bytes) {
    while (!head_done_ && !bytes.empty()) {
        head_.push_back(bytes.front());
        bytes.remove_prefix(1);
        if (byte_order_mark.starts_with(head_) && head_ != byte_order_mark) continue;
        head_done_ = true;
        if (head_ != byte_order_mark) {
            for (const char c : head_) take(c);
        }
    }
    for (const char c : bytes) take(c);
}

void Records::finish() {
    if (!head_done_) {
        head_done_ = true;
        for (const char c : head_) take(c);
    }
    if (state_ == State::quoted) {
        record_.unclosed = true;
        fail("a quote is not closed");
    }
    if (begun_) {
        if (format_ == Format::csv) end_field();
        end_record();
    }
}

std::optional<Record> Records::next() {
    if (ready_.empty()) return {};
    auto out = std::move(ready_.front());
    ready_.pop_front();
    return out;
}

void Records::take(char c) {
    if (!begun_) {
        record_ = {.line = line_, .last_line = line_};
        begun_ = true;
    }
    record_.last_line = line_;
    if (c == '\n') ++line_;
    if (format_ == Format::csv) take_csv(c);
    else take_json(c);
}

void Records::take_json(char c) {
    if (c != '\n') return keep(c);
    end_record();
}

void Records::take_csv(char c) {
    switch (state_) {
        case State::skipping:
            if (c == '\n') end_record();
            return;
        case State::quoted:
            if (c == '"') state_ = State::quote_seen;
            else keep(c);
            return;
        case State::quote_seen:
            if (c == '"') {
                state_ = State::quoted;
                return keep(c);
            }
            break;
        case State::carriage_return:
            if (c != '\n') return fail("a carriage return without a line feed");
            break;
        case State::begin:
            if (c == '"') {
                state_ = State::quoted;
                any_quote_ = true;
                return;
            }
            state_ = State::plain;
            break;
        case State::plain: break;
    }
    if (c == ',') {
        end_field();
    } else if (c == '\n') {
        end_field();
        end_record();
    } else if (c == '\r') {
        state_ = State::carriage_return;
    } else if (state_ == State::quote_seen) {
        fail("text after a closing quote");
    } else if (c == '"') {
        fail("a quote inside of a value that does not begin with one");
    } else {
        keep(c);
    }
}

// What is too long is read to its end, but not kept.
void Records::keep(char c) {
    if (++size_ > longest_record) {
        record_.fault = "is longer than 256 KiB";
        return;
    }
    if (format_ == Format::csv) field_.push_back(c);
    else record_.text.push_back(c);
}

void Records::end_field() {
    ++size_;
    if (record_.fields.size() < most_fields) record_.fields.push_back(std::move(field_));
    else record_.fault = "has more than 1000 values";
    field_.clear();
    state_ = State::begin;
}

// Where quotes are wrong, nobody knows what is inside of them: the rest of the line is passed over.
void Records::fail(const char* why) {
    if (record_.fault.empty()) record_.fault = why;
    state_ = State::skipping;
}

void Records::end_record() {
    bool blank = record_.fault.empty();
    if (format_ == Format::csv) {
        blank = blank && !any_quote_ && record_.fields.size() == 1 && record_.fields.front().empty();
    } else {
        blank = blank && record_.text.find_first_not_of(" \t\r") == std::string::npos;
    }
    if (!record_.fault.empty()) {
        record_.fields.clear();
        record_.text.clear();
    }
    if (!blank) ready_.push_back(std::move(record_));
    field_.clear();
    size_ = 0;
    begun_ = any_quote_ = false;
    state_ = State::begin;
}

}  // namespace authtickets::imports
