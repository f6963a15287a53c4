// SPDX-License-Identifier: MIT
// Lists. A door reads its own filter language into a ListQuery of a feature's fields; the feature's store has it rendered
// from a constexpr table of columns. This is the one place where a statement is put together: of constants and question
// marks only, every value is bound. Pure, so that a property test can say so.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/db/db.h>

namespace authtickets::db {

// like: a text in which "*" stands for anything, the empty text too. empty: the text is not there; it has no value.
enum class Op : std::uint8_t { eq, ne, gt, ge, lt, le, starts, contains, in, like, empty };

// What the values of a field are.
enum class Kind : std::uint8_t { number, text, boolean, time, id };

consteval unsigned ops(std::same_as<Op> auto... each) { return ((1u << static_cast<unsigned>(each)) | ...); }

// What may be asked of a field. A feature has an enum of its fields and an array of these in the same order.
struct Field {
    Kind kind{};
    unsigned operators{};       // ops(...)
    bool sortable = false;
    bool may_be_empty = false;  // a text that can be missing
    bool once = false;          // found through other tables: one condition of a list at most
    bool takes(Op op) const { return (operators >> static_cast<unsigned>(op) & 1u) != 0; }
};

struct Condition {
    int field{};
    Op op{};
    std::vector<Param> values{};  // one; with Op::in at least one, with Op::empty none
};
using Either = std::vector<Condition>;  // at least one of them holds

struct Order {
    int field{};
    bool descending = false;
    bool operator==(const Order&) const = default;
};

struct ListQuery {
    std::vector<Condition> where{};  // all of them hold
    std::vector<Either> words{};     // and of each of these, one
    std::vector<Order> order{};
    std::uint32_t offset = 0, limit = 20;
    std::optional<std::uint32_t> most{};  // no more than so many are found
    bool filtered() const { return !where.empty() || !words.empty(); }
};

// `where` and `words` become before + operator and ? + after. What is sorted by has `after` empty.
struct Column {
    std::string_view before, after{};
};

template <class T>
struct Page {
    std::vector<T> items{};
    std::uint64_t total{};
};

// The head is a whole statement that ends in its WHERE; `bound` are its values. Fault where the query names a field that
// has no column, or a condition without its value.
Statement counted(const Query& head, std::vector<Param> bound, std::span<const Column>, const ListQuery&);
// Sorted as asked and in the end by `last`, which no two rows share, so that pages do not overlap.
Statement listed(const Query& head, std::vector<Param> bound, std::span<const Column>, const ListQuery&, int last);

// How many rows such a list has, counted no further than `most`: the head selects anything, and its order does not matter.
Statement counted_up_to(const Query& head, std::vector<Param> bound, std::span<const Column>, const ListQuery&, std::uint32_t most);

// The text as a LIKE pattern that stands for itself, the escape character being '|'.
std::string like_literally(std::string_view);

}  // namespace authtickets::db
