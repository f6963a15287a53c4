// SPDX-License-Identifier: MIT
// The Elastic Path door's lists: filter, sort and paging as its clients write them, what is refused, and the envelope (EP10 to
// EP15, docs/elasticpath.md).
#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <array>

#include "api/elasticpath/wire_list.h"

using namespace authtickets;
using db::Kind;
using db::Op;

namespace {

enum Place { id, email, called, count, flag, at, once };
constexpr auto text_ops = db::ops(Op::eq, Op::like, Op::in, Op::empty);
constexpr auto ordered = db::ops(Op::eq, Op::gt, Op::ge, Op::lt, Op::le);
constexpr std::array fields{db::Field{.kind = Kind::id, .operators = db::ops(Op::eq, Op::in), .sortable = true},
                            db::Field{.kind = Kind::text, .operators = text_ops},
                            db::Field{.kind = Kind::text, .operators = text_ops, .may_be_empty = true},
                            db::Field{.kind = Kind::number, .operators = ordered | db::ops(Op::in)},
                            db::Field{.kind = Kind::boolean, .operators = db::ops(Op::eq)},
                            db::Field{.kind = Kind::time, .operators = ordered, .sortable = true},
                            db::Field{.kind = Kind::text, .operators = db::ops(Op::eq), .once = true}};
constexpr std::array members{elasticpath::ListMember{"id", id},       elasticpath::ListMember{"email", email, true},
                             elasticpath::ListMember{"name", called},   elasticpath::ListMember{"count", count},
                             elasticpath::ListMember{"enabled", flag}, elasticpath::ListMember{"created_at", at},
                             elasticpath::ListMember{"username", once}};
constexpr elasticpath::ListForm form{.members = members, .fields = fields, .standard = {.field = at, .descending = true}};

std::vector<db::Condition> read(std::string_view text) {
    auto out = elasticpath::filter(text, form);
    BOOST_REQUIRE_MESSAGE(out, text << ": " << (out ? "" : out.error().text));
    return *out;
}
db::Condition one(std::string_view text) {
    auto out = read(text);
    BOOST_REQUIRE_EQUAL(out.size(), 1U);
    return out[0];
}
std::string value(std::string_view text) { return std::get<std::string>(one(text).values.at(0)); }
bool is(const db::Condition& condition, Place field, Op op) { return condition.field == field && condition.op == op; }

std::string refused(std::string_view text) {
    const auto out = elasticpath::filter(text, form);
    if (out) return "taken";
    BOOST_TEST((out.error().why == Why::bad_request));
    BOOST_TEST(out.error().field == "filter");
    return out.error().text;
}
std::string refused_order(std::string_view text) {
    const auto out = elasticpath::sort(text, form);
    if (out) return "taken";
    BOOST_TEST((out.error().why == Why::bad_request));
    return out.error().field;
}

http::Request request(std::string_view query) {
    http::Request out;
    out.path = "/v2/things";
    out.query = *http::parse_query(query);
    return out;
}
std::string refused_paging(std::string_view query) {
    const auto out = elasticpath::paging(request(query).query);
    if (out) return "taken";
    BOOST_TEST((out.error().why == Why::bad_request));
    return out.error().field;
}
std::string link(const Json& page, const char* which) {
    const auto* const found = page.find("links")->find(which);
    BOOST_REQUIRE(found);
    return found->is_null() ? "null" : *found->text();
}
std::int64_t part(const Json& page, const char* which) { return *page.find("meta")->find("page")->find(which)->integer(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(elasticpath_list)

BOOST_AUTO_TEST_CASE(EP12_every_operator_that_the_contract_has) {
    BOOST_TEST(is(one("eq(email,a@b.c)"), email, Op::eq));
    BOOST_TEST(is(one("like(name,*x*)"), called, Op::like));
    BOOST_TEST(is(one("ilike(name,x*)"), called, Op::like));
    BOOST_TEST(is(one("in(email,a@b.c,d@e.f)"), email, Op::in));
    BOOST_TEST(one("in(email,a@b.c,d@e.f)").values.size() == 2U);
    BOOST_TEST(is(one("gt(count,5)"), count, Op::gt));
    BOOST_TEST(is(one("ge(count,5)"), count, Op::ge));
    BOOST_TEST(is(one("lt(count,-5)"), count, Op::lt));
    BOOST_TEST(is(one("le(created_at,2026-01-01T00:00:00.000Z)"), at, Op::le));
    BOOST_TEST(is(one("is_null(name)"), called, Op::empty));
    BOOST_TEST(one("is_null(name)").values.empty());
    BOOST_TEST(is(one("eq(enabled,true)"), flag, Op::eq));
    BOOST_TEST(is(one("eq(id,6a3c0000-0000-4000-8000-000000000001)"), id, Op::eq));
}

BOOST_AUTO_TEST_CASE(EP12_conditions_are_joined_by_colons_and_times_have_them_too) {
    const auto both = read("eq(email,a@b.c):gt(created_at,2026-01-01T00:00:00Z):is_null(name)");
    BOOST_REQUIRE_EQUAL(both.size(), 3U);
    BOOST_TEST(is(both[0], email, Op::eq));
    BOOST_TEST(is(both[1], at, Op::gt));
    BOOST_TEST(is(both[2], called, Op::empty));
    BOOST_TEST(read("").empty());
    BOOST_TEST(read("   ").empty());
    BOOST_TEST(read(" eq( name , x ) : eq(count,1) ").size() == 2U);
}

BOOST_AUTO_TEST_CASE(EP12_values_bare_and_in_quotes) {
    BOOST_TEST(value("eq(name,Mira Q)") == "Mira Q");
    BOOST_TEST(value("eq(name,  Mira Q  )") == "Mira Q");
    BOOST_TEST(value("eq(name,a:b)") == "a:b");
    BOOST_TEST(value(R"(eq(name,"Smith, John (jr): x"))") == "Smith, John (jr): x");
    BOOST_TEST(value(R"(eq(name,"a \"b\" \\ c"))") == R"(a "b" \ c)");
    BOOST_TEST(value(R"(like(name,"*, J*"))") == "*, J*");
    BOOST_TEST(value("eq(name,\"  blanks  \")") == "  blanks  ");
    BOOST_TEST(value("eq(name,Grünéß)") == "Grünéß");
}

BOOST_AUTO_TEST_CASE(EP15_a_plus_that_was_not_encoded_is_one_where_no_blank_can_be) {
    BOOST_TEST(value("eq(email,ada+x@b.c)") == "ada+x@b.c");
    BOOST_TEST(value("eq(email,ada x@b.c)") == "ada+x@b.c");
    BOOST_TEST(value("eq(name,ada x)") == "ada x");
}

BOOST_AUTO_TEST_CASE(EP12_times_are_days_too_and_have_offsets) {
    const auto moment = [](std::string_view text) { return one(text).values.at(0); };
    BOOST_TEST((moment("gt(created_at,2026-01-02)") == moment("gt(created_at,2026-01-02T00:00:00.000Z)")));
    BOOST_TEST((moment("gt(created_at,2026-01-02T01:00:00+01:00)") == moment("gt(created_at,2026-01-02T00:00:00Z)")));
}

BOOST_AUTO_TEST_CASE(EP12_what_is_not_understood_is_refused) {
    for (const char* const broken :
         {"eq", "eq(", "eq(email", "eq(email,", "eq(email,)", "eq(email,a", "eq email a", "(email,a)", "eq(,a)", "eq(email,a))", "eq(email,a)x",
          "eq(email,a):", ":eq(email,a)", "eq(email,a)eq(email,b)", "eq(email,a),eq(email,b)", "eq(name,\"a)", "eq(name,\"a\\", "eq(name,\"a\"b)",
          "eq(name,a\"b\")", "eq(name,a(b))", "EQ(email,a)", "eq(email,a) and eq(email,b)", "email eq a", "\"", "eq(name,a,)"}) {
        BOOST_TEST_CONTEXT(broken) BOOST_TEST(refused(broken) == "must be conditions of the form operator(member,value), joined by :");
    }
    BOOST_TEST(refused("eq(password,x)") == "password is no member that this list can be filtered by");
    BOOST_TEST(refused("near(email,x)") == "email cannot be compared by near");
    BOOST_TEST(refused("like(created_at,x)") == "created_at cannot be compared by like");
    BOOST_TEST(refused("gt(email,x)") == "email cannot be compared by gt");
    BOOST_TEST(refused("eq(email,a,b)") == "eq(email) takes one value");
    BOOST_TEST(refused("eq(email)") == "eq(email) takes one value");
    BOOST_TEST(refused("in(email)") == "in(email) takes 1 to 100 values");
    BOOST_TEST(refused("is_null(name,x)") == "is_null(name) takes no value");
    BOOST_TEST(refused("eq(name,\"\")") == "name must be compared with a text that is not empty");
    BOOST_TEST(refused("gt(created_at,yesterday)") == "created_at must be compared with a date, or a date and time in ISO 8601");
    BOOST_TEST(refused("eq(id,shopper)") == "id must be compared with a UUID");
    BOOST_TEST(refused("eq(count,1.5)") == "count must be compared with a whole number");
    BOOST_TEST(refused("eq(enabled,yes)") == "enabled must be compared with true or false");
    BOOST_TEST(refused("eq(username,a):eq(username,b)") == "username can stand there once");
    BOOST_TEST(refused("eq(" + std::string(60, 'x') + ",1)") == std::string(40, 'x') + "... is no member that this list can be filtered by");
}

BOOST_AUTO_TEST_CASE(EP12_bounds) {
    std::string ten;
    for (int i = 0; i < 10; ++i) ten += (i ? ":" : "") + std::string("eq(count,1)");
    BOOST_TEST(read(ten).size() == 10U);
    BOOST_TEST(refused(ten + ":eq(count,1)") == "must be at most 10 conditions");
    BOOST_TEST(refused("eq(name," + std::string(4096, 'x') + ")") == "must be at most 4096 bytes");
    std::string hundred = "in(count";
    for (int i = 0; i < 100; ++i) hundred += ",1";
    BOOST_TEST(one(hundred + ")").values.size() == 100U);
    BOOST_TEST(refused(hundred + ",1)") == "in(count) takes 1 to 100 values");
    BOOST_TEST(refused(hundred + ",1,1)") != "taken");
}

BOOST_AUTO_TEST_CASE(EP13_sort) {
    const auto order = [](std::string_view text) { return elasticpath::sort(text, form)->at(0); };
    BOOST_TEST((order("created_at") == db::Order{.field = at}));
    BOOST_TEST((order("-created_at") == db::Order{.field = at, .descending = true}));
    BOOST_TEST((order("id") == db::Order{.field = id}));
    BOOST_TEST((order("") == form.standard));
    for (const char* const wrong : {"email", "-", "--id", "id,created_at", "id desc", "ID", "nothing"}) {
        BOOST_TEST_CONTEXT(wrong) BOOST_TEST(refused_order(wrong) == "sort");
    }
}

BOOST_AUTO_TEST_CASE(EP10_paging) {
    const auto paging = [](std::string_view query) { return *elasticpath::paging(request(query).query); };
    BOOST_TEST(paging("").limit == 25U);
    BOOST_TEST(paging("").offset == 0U);
    BOOST_TEST(paging("page[limit]=100&page[offset]=10000").limit == 100U);
    BOOST_TEST(paging("page%5Blimit%5D=7&page%5Boffset%5D=3").offset == 3U);
    for (const char* const wrong : {"page[limit]=0", "page[limit]=101", "page[limit]=-1", "page[limit]=1x", "page[limit]=1.0"}) {
        BOOST_TEST_CONTEXT(wrong) BOOST_TEST(refused_paging(wrong) == "page[limit]");
    }
    for (const char* const wrong : {"page[offset]=10001", "page[offset]=-1", "page[offset]=x"}) {
        BOOST_TEST_CONTEXT(wrong) BOOST_TEST(refused_paging(wrong) == "page[offset]");
    }
}

BOOST_AUTO_TEST_CASE(EP12_EP13_a_list_with_one_order_takes_no_other_and_no_filter) {
    const auto paging = [](std::string_view query) { return elasticpath::plain_paging(request(query).query); };
    BOOST_TEST(paging("page[limit]=7")->limit == 7U);
    BOOST_TEST(paging("filter=&sort=").has_value());
    for (const auto& [query, name] : {std::pair("filter=eq(name,x)", "filter"), std::pair("sort=name", "sort"), std::pair("page[limit]=0", "page[limit]")}) {
        const auto out = paging(query);
        BOOST_REQUIRE(!out);
        BOOST_TEST((out.error().why == Why::bad_request));
        BOOST_TEST(out.error().field == name);
    }
}

BOOST_AUTO_TEST_CASE(EP10_to_EP13_a_whole_query) {
    const auto query = elasticpath::list_query(request("page[limit]=5&page[offset]=10&filter=eq(email,a%40b.c)&sort=-id").query, form);
    BOOST_REQUIRE(query);
    BOOST_TEST(query->limit == 5U);
    BOOST_TEST(query->offset == 10U);
    BOOST_TEST(std::get<std::string>(query->where.at(0).values.at(0)) == "a@b.c");
    BOOST_TEST((query->order.at(0) == db::Order{.field = id, .descending = true}));
    for (const char* const wrong : {"page[limit]=x", "filter=x", "sort=x"}) {
        BOOST_TEST_CONTEXT(wrong) BOOST_TEST(!elasticpath::list_query(request(wrong).query, form));
    }
    BOOST_TEST(elasticpath::list_query(request("page[size]=x&include=y").query, form).has_value());
}

BOOST_AUTO_TEST_CASE(EP11_one_page_of_several) {
    const auto out = elasticpath::page(request("filter=eq(email,a+b)&sort=id"), elasticpath::Paging{.offset = 10, .limit = 10}, 35, {Json(1), Json(2)});
    BOOST_TEST(part(out, "limit") == 10);
    BOOST_TEST(part(out, "offset") == 10);
    BOOST_TEST(part(out, "current") == 2);
    BOOST_TEST(part(out, "total") == 4);
    BOOST_TEST(*out.find("meta")->find("results")->find("total")->integer() == 35);
    BOOST_TEST(out.find("data")->items()->size() == 2U);
    BOOST_TEST(link(out, "current") == "/v2/things?page[offset]=10&page[limit]=10&filter=eq(email,a%20b)&sort=id");
    BOOST_TEST(link(out, "first") == "/v2/things?page[offset]=0&page[limit]=10&filter=eq(email,a%20b)&sort=id");
    BOOST_TEST(link(out, "last") == "/v2/things?page[offset]=30&page[limit]=10&filter=eq(email,a%20b)&sort=id");
    BOOST_TEST(link(out, "next") == "/v2/things?page[offset]=20&page[limit]=10&filter=eq(email,a%20b)&sort=id");
    BOOST_TEST(link(out, "prev") == "/v2/things?page[offset]=0&page[limit]=10&filter=eq(email,a%20b)&sort=id");
}

BOOST_AUTO_TEST_CASE(EP11_the_only_page_and_an_empty_one) {
    const auto only = elasticpath::page(request(""), elasticpath::Paging{}, 25, {}, {{"account_member_id", Json("x")}});
    BOOST_TEST(part(only, "current") == 1);
    BOOST_TEST(part(only, "total") == 1);
    BOOST_TEST(link(only, "current") == "/v2/things?page[offset]=0&page[limit]=25");
    for (const char* const none : {"last", "next", "prev"}) BOOST_TEST(link(only, none) == "null");
    BOOST_TEST(*only.find("meta")->find("account_member_id")->text() == "x");
    const auto empty = elasticpath::page(request(""), elasticpath::Paging{}, 0, {});
    BOOST_TEST(part(empty, "total") == 1);
    BOOST_TEST(*empty.find("meta")->find("results")->find("total")->integer() == 0);
    BOOST_TEST(empty.find("data")->items()->empty());
    // beyond the end, and between two pages
    BOOST_TEST(link(elasticpath::page(request(""), elasticpath::Paging{.offset = 100, .limit = 10}, 35, {}), "next") == "null");
    BOOST_TEST(link(elasticpath::page(request(""), elasticpath::Paging{.offset = 5, .limit = 10}, 35, {}), "prev") == "/v2/things?page[offset]=0&page[limit]=10");
}

RC_BOOST_PROP(EP12_a_text_in_quotes_is_read_as_it_is, (const std::string& any)) {
    std::string text = "eq(name,\"", plain;
    for (const char c : any) {
        if (plain.size() > 500) break;
        plain += c;
        if (c == '"' || c == '\\') text += '\\';
        text += c;
    }
    const auto out = elasticpath::filter(text + "\")", form);
    RC_ASSERT(out.has_value() == !plain.empty());
    if (out) RC_ASSERT(std::get<std::string>(out->at(0).values.at(0)) == plain);
}

BOOST_AUTO_TEST_SUITE_END()
