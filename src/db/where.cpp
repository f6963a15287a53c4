// SPDX-License-Identifier: MIT
// Rendering lists. Whatever the values are, the text depends on fields and operators alone.
#include <authtickets/db/where.h>

#include <algorithm>
#include <array>

namespace authtickets::db {
namespace {

constexpr std::array<std::string_view, 11> operators{" = ?", " <> ?", " > ?", " >= ?", " < ?", " <= ?", " LIKE ? ESCAPE '|'",
                                                    " LIKE ? ESCAPE '|'", " IN (", " LIKE ? ESCAPE '|'", " = ''"};
static_assert(operators.size() == static_cast<std::size_t>(Op::empty) + 1);

class Renderer {
public:
    Renderer(const Query& head, std::vector<Param> bound, std::span<const Column> columns)
        : out_{.name = head.name, .text = std::string(head.text), .params = std::move(bound)}, columns_(columns) {}

    void conditions(const ListQuery& query) {
        for (const auto& each : query.where) {
            add(" AND ");
            condition(each);
        }
        for (const auto& either : query.words) {
            if (either.empty()) throw Fault("database: a list asks for one of no conditions");
            std::string_view join = " AND (";
            for (const auto& each : either) {
                add(join);
                condition(each);
                join = " OR ";
            }
            add(")");
        }
    }

    void order(const std::vector<Order>& wanted, int last) {
        std::string_view join = " ORDER BY ";
        const auto by = [&](int field, bool descending) {
            add(join);
            add(column(field).before);
            if (descending) add(" DESC");
            join = ", ";
        };
        bool total = false;
        for (const auto& each : wanted) {
            by(each.field, each.descending);
            total = each.field == last;
            if (total) break;  // what comes after it would never be asked
        }
        // In the direction of the one before, so that an index can be read from one of its ends.
        if (!total) by(last, !wanted.empty() && wanted.back().descending);
    }

    void limit(std::uint32_t limit, std::uint32_t offset) {
        add(" LIMIT ? OFFSET ?");
        out_.params.push_back(param(limit));
        out_.params.push_back(param(offset));
    }

    void count(std::uint32_t most) {
        out_.text = "SELECT COUNT(*) FROM (" + out_.text + " LIMIT ?) AS counted";
        out_.params.push_back(param(most));
    }

    Statement take() { return std::move(out_); }

private:
    void add(std::string_view constant) { out_.text += constant; }

    const Column& column(int field) const {
        if (field < 0 || static_cast<std::size_t>(field) >= columns_.size()) {
            throw Fault("database: a list asks for a field without a column");
        }
        return columns_[static_cast<std::size_t>(field)];
    }

    void condition(const Condition& condition) {
        const auto& values = condition.values;
        const bool fits = condition.op == Op::in ? !values.empty() : values.size() == (condition.op == Op::empty ? 0U : 1U);
        if (!fits) {
            throw Fault("database: a condition of a list has not its number of values");
        }
        const auto& place = column(condition.field);
        add(place.before);
        add(operators.at(static_cast<std::size_t>(condition.op)));
        if (condition.op == Op::in) {
            for (std::size_t i = 0; i < values.size(); ++i) add(i == 0 ? "?" : ", ?");
            add(")");
        }
        add(place.after);
        for (const auto& value : values) out_.params.push_back(bound(condition.op, value));
    }

    static Param bound(Op op, const Param& value) {
        if (op != Op::starts && op != Op::contains && op != Op::like) return value;
        const auto* text = std::get_if<std::string>(&value);
        if (!text) throw Fault("database: a list compares with a beginning that is no text");
        if (op == Op::like) return with_wildcards(*text);
        return (op == Op::contains ? "%" : "") + like_literally(*text) + "%";
    }

    static std::string with_wildcards(std::string_view text) {
        std::string out;
        for (auto star = text.find('*'); star != text.npos; star = text.find('*')) {
            out += like_literally(text.substr(0, star)) + "%";
            text.remove_prefix(star + 1);
        }
        return out + like_literally(text);
    }

    Statement out_;
    std::span<const Column> columns_;
};

}  // namespace

std::string like_literally(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 8);
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '|') out += '|';
        out += c;
    }
    return out;
}

Statement counted(const Query& head, std::vector<Param> bound, std::span<const Column> columns, const ListQuery& query) {
    Renderer renderer(head, std::move(bound), columns);
    renderer.conditions(query);
    return renderer.take();
}

Statement counted_up_to(const Query& head, std::vector<Param> bound, std::span<const Column> columns, const ListQuery& query,
                        std::uint32_t most) {
    Renderer renderer(head, std::move(bound), columns);
    renderer.conditions(query);
    renderer.count(most);
    return renderer.take();
}

Statement listed(const Query& head, std::vector<Param> bound, std::span<const Column> columns, const ListQuery& query,
                 int last) {
    Renderer renderer(head, std::move(bound), columns);
    renderer.conditions(query);
    renderer.order(query.order, last);
    const auto most = query.most.value_or(query.offset + query.limit);
    renderer.limit(most > query.offset ? std::min(query.limit, most - query.offset) : 0, query.offset);
    return renderer.take();
}

}  // namespace authtickets::db
