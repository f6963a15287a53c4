// SPDX-License-Identifier: MIT
// Lists as statements: whatever is asked with, the text is made of constants and question marks.
#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <array>

#include <authtickets/db/where.h>

using namespace authtickets;
using db::Op;

namespace {

constexpr db::Query head{"things.list", "SELECT t.no FROM things t WHERE t.realm_no = ?"};
constexpr std::array<db::Column, 3> columns{{{"t.no"}, {"t.name"}, {"t.no IN (SELECT m.no FROM marks m WHERE m.mark", ")"}}};
enum { no, label, mark };

db::Condition condition(int field, Op op, std::vector<db::Param> values) {
    return {.field = field, .op = op, .values = std::move(values)};
}

db::Statement listed(const db::ListQuery& query) { return db::listed(head, {db::param(7)}, columns, query, no); }

std::string text_of(const db::Param& param) { return std::get<std::string>(param); }

// What LIKE ... ESCAPE '|' finds.
bool like(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern.front() == '%') {
        return like(pattern.substr(1), text) || (!text.empty() && like(pattern, text.substr(1)));
    }
    if (text.empty()) return false;
    if (pattern.front() == '_') return like(pattern.substr(1), text.substr(1));
    if (pattern.front() == '|' && pattern.size() > 1) pattern.remove_prefix(1);
    return pattern.front() == text.front() && like(pattern.substr(1), text.substr(1));
}

rc::Gen<std::string> hostile() {
    return rc::gen::oneOf(rc::gen::arbitrary<std::string>(),
                          rc::gen::container<std::string>(rc::gen::element('%', '_', '|', '\\', '\'', '"', '?', ';', '-', 'a')));
}

rc::Gen<db::Condition> any_condition() {
    return rc::gen::exec([] {
        const auto op = static_cast<Op>(*rc::gen::inRange(0, 11));
        const auto count = op == Op::in ? *rc::gen::inRange<std::size_t>(1, 100) : op == Op::empty ? 0 : 1;
        std::vector<db::Param> values;
        for (std::size_t i = 0; i < count; ++i) values.emplace_back(*hostile());
        return condition(*rc::gen::inRange(0, 3), op, std::move(values));
    });
}

rc::Gen<db::ListQuery> any_query() {
    return rc::gen::exec([] {
        db::ListQuery out;
        const auto conditions = [](std::size_t least, std::size_t most) {
            std::vector<db::Condition> some;
            for (auto left = *rc::gen::inRange<std::size_t>(least, most); left > 0; --left) some.push_back(*any_condition());
            return some;
        };
        out.where = conditions(0, 6);
        for (auto left = *rc::gen::inRange(0, 4); left > 0; --left) out.words.push_back(conditions(1, 4));
        for (auto left = *rc::gen::inRange(0, 3); left > 0; --left) {
            out.order.push_back({.field = *rc::gen::inRange(0, 2), .descending = *rc::gen::arbitrary<bool>()});
        }
        out.offset = *rc::gen::inRange(0u, 10'001u);
        out.limit = *rc::gen::inRange(1u, 201u);
        return out;
    });
}

void with_other_values(std::vector<db::Condition>& conditions) {
    for (auto& each : conditions) {
        for (auto& value : each.values) value = "x";
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(db_where)

BOOST_AUTO_TEST_CASE(an_unfiltered_list_is_its_head_in_the_order_of_its_key) {
    const auto statement = listed({.offset = 40, .limit = 20});
    BOOST_TEST(statement.name == "things.list");
    BOOST_TEST(statement.text == std::string(head.text) + " ORDER BY t.no LIMIT ? OFFSET ?");
    BOOST_TEST((statement.params == std::vector<db::Param>{db::param(7), db::param(20), db::param(40)}));
    BOOST_TEST(db::counted(head, {db::param(7)}, columns, {}).text == head.text);
}

BOOST_AUTO_TEST_CASE(each_operator_has_its_text) {
    struct Case {
        Op op;
        const char* text;
        const char* value;
    };
    for (const auto& each : {Case{Op::eq, "t.name = ?", "a%"}, {Op::ne, "t.name <> ?", "a%"}, {Op::gt, "t.name > ?", "a%"}, {Op::ge, "t.name >= ?", "a%"},
                             {Op::lt, "t.name < ?", "a%"}, {Op::le, "t.name <= ?", "a%"}, {Op::in, "t.name IN (?)", "a%"},
                             {Op::starts, "t.name LIKE ? ESCAPE '|'", "a|%%"}, {Op::contains, "t.name LIKE ? ESCAPE '|'", "%a|%%"},
                             {Op::like, "t.name LIKE ? ESCAPE '|'", "a|%"}}) {
        const auto statement = db::counted(head, {db::param(7)}, columns, {.where = {condition(label, each.op, {"a%"})}});
        BOOST_TEST(statement.text == std::string(head.text) + " AND " + each.text);
        BOOST_TEST(text_of(statement.params.at(1)) == each.value);
    }
    for (const auto& [typed, pattern] : {std::pair{"*", "%"}, {"a*", "a%"}, {"*a", "%a"}, {"*a_*b*", "%a|_%b%"}, {"|", "||"}, {"", ""}}) {
        const auto statement = db::counted(head, {db::param(7)}, columns, {.where = {condition(label, Op::like, {typed})}});
        BOOST_TEST(text_of(statement.params.at(1)) == pattern);
    }
    const auto missing = db::counted(head, {db::param(7)}, columns, {.where = {condition(label, Op::empty, {})}});
    BOOST_TEST(missing.text == std::string(head.text) + " AND t.name = ''");
    BOOST_TEST(missing.params.size() == 1u);
    const auto within = db::counted(head, {db::param(7)}, columns, {.where = {condition(mark, Op::in, {"a", "b", "c"})}});
    BOOST_TEST(within.text == std::string(head.text) + " AND t.no IN (SELECT m.no FROM marks m WHERE m.mark IN (?, ?, ?))");
}

BOOST_AUTO_TEST_CASE(of_each_word_one_condition_holds) {
    const db::Either either{condition(label, Op::starts, {"a"}), condition(mark, Op::eq, {"a"})};
    BOOST_TEST(db::counted(head, {db::param(7)}, columns, {.where = {condition(no, Op::eq, {1})}, .words = {either, either}}).text ==
               std::string(head.text) + " AND t.no = ? AND (t.name LIKE ? ESCAPE '|' OR t.no IN (SELECT m.no FROM marks m WHERE m.mark = ?))"
                                        " AND (t.name LIKE ? ESCAPE '|' OR t.no IN (SELECT m.no FROM marks m WHERE m.mark = ?))");
}

BOOST_AUTO_TEST_CASE(every_order_ends_with_the_key) {
    const auto order = [](std::vector<db::Order> wanted) {
        const auto text = listed({.order = std::move(wanted)}).text;
        return text.substr(text.find(" ORDER BY "));
    };
    BOOST_TEST(order({{label, false}}) == " ORDER BY t.name, t.no LIMIT ? OFFSET ?");
    BOOST_TEST(order({{label, true}}) == " ORDER BY t.name DESC, t.no DESC LIMIT ? OFFSET ?");
    BOOST_TEST(order({{no, true}, {label, false}}) == " ORDER BY t.no DESC LIMIT ? OFFSET ?");
    BOOST_TEST(order({{label, true}, {no, false}}) == " ORDER BY t.name DESC, t.no LIMIT ? OFFSET ?");
}

BOOST_AUTO_TEST_CASE(no_more_than_the_most_are_read) {
    const auto limit = [](std::uint32_t offset, std::uint32_t wanted, std::uint32_t most) {
        return std::get<std::int64_t>(listed({.offset = offset, .limit = wanted, .most = most}).params.at(1));
    };
    BOOST_TEST(limit(0, 20, 5) == 5);
    BOOST_TEST(limit(4, 20, 5) == 1);
    BOOST_TEST(limit(5, 20, 5) == 0);
    BOOST_TEST(limit(9, 20, 5) == 0);
    BOOST_TEST(limit(0, 20, 200) == 20);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_rendered_is_a_fault) {
    for (const auto& each : {condition(-1, Op::eq, {1}), condition(3, Op::eq, {1}), condition(label, Op::eq, {}), condition(label, Op::in, {}),
                             condition(label, Op::eq, {1, 2}), condition(label, Op::starts, {1}), condition(label, Op::contains, {db::Param{}}),
                             condition(label, Op::like, {1}), condition(label, Op::empty, {"a"})}) {
        BOOST_CHECK_THROW(listed({.where = {each}}), Fault);
        BOOST_CHECK_THROW(listed({.words = {{each}}}), Fault);
    }
    BOOST_CHECK_THROW(listed({.words = {{}}}), Fault);
    BOOST_CHECK_THROW(listed({.order = {{3, false}}}), Fault);
}

RC_BOOST_PROP(the_text_depends_on_fields_and_operators_alone, ()) {
    const auto query = *any_query();
    auto other = query;
    with_other_values(other.where);
    for (auto& each : other.words) with_other_values(each);
    other.offset = 0;
    RC_ASSERT(listed(query).text == listed(other).text);
    RC_ASSERT(db::counted(head, {db::param(7)}, columns, query).text == db::counted(head, {db::param(7)}, columns, other).text);
}

RC_BOOST_PROP(every_question_mark_has_its_value, ()) {
    const auto query = *any_query();
    for (const auto& statement : {listed(query), db::counted(head, {db::param(7)}, columns, query)}) {
        RC_ASSERT(std::ranges::count(statement.text, '?') == static_cast<std::ptrdiff_t>(statement.params.size()));
    }
}

RC_BOOST_PROP(a_pattern_finds_its_own_text_and_no_other, ()) {
    const auto text = *hostile(), other = *hostile();
    RC_ASSERT(like(db::like_literally(text), text));
    RC_ASSERT(like(db::like_literally(text), other) == (text == other));
}

BOOST_AUTO_TEST_SUITE_END()
