// SPDX-License-Identifier: MIT
// The Kibo door's lists: filter, sortBy and paging as clients write them, what is refused, the collection and its items.
#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include "api/kibo/wire_list.h"

using namespace authtickets;
using accounts::Field;
using db::Op;

namespace {

Time at(std::string_view iso) { return *parse_iso8601(iso); }

std::vector<db::Condition> read(std::string_view text) {
    auto out = kibo::filter(text, kibo::account_list());
    BOOST_REQUIRE_MESSAGE(out, text << ": " << (out ? "" : out.error().text));
    return *out;
}
db::Condition one(std::string_view text) {
    auto out = read(text);
    BOOST_REQUIRE_EQUAL(out.size(), 1U);
    return out[0];
}
// The text value of a filter of one condition on firstName.
std::string text_of(std::string_view text) { return std::get<std::string>(one(text).values.at(0)); }

std::string refused(std::string_view text, const kibo::ListForm& form = kibo::account_list()) {
    const auto out = kibo::filter(text, form);
    if (out) return "taken";
    BOOST_TEST((out.error().why == Why::bad_parameter));
    BOOST_TEST(out.error().field == "filter");
    return out.error().text;
}

bool is(const db::Condition& condition, Field field, Op op) { return condition.field == static_cast<int>(field) && condition.op == op; }

http::Query query(std::initializer_list<std::pair<std::string, std::string>> pairs) {
    http::Query out;
    for (const auto& [name, value] : pairs) out.add(name, value);
    return out;
}
std::string refused_parameter(std::initializer_list<std::pair<std::string, std::string>> pairs) {
    const auto out = kibo::account_list_query(query(pairs));
    if (out) return "taken";
    BOOST_TEST((out.error().why == Why::bad_parameter));
    return out.error().field;
}
std::string refused_order(std::string_view text) {
    const auto out = kibo::sort_by(text, kibo::account_list());
    return out ? "taken" : out.error().field + " " + out.error().text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kibo_list)

BOOST_AUTO_TEST_CASE(kibo_6_2_every_member_and_operator_that_accounts_are_found_by) {
    struct Case {
        const char* text;
        Field field;
        Op op;
    };
    for (const auto& each : {Case{"id eq 1001", Field::no, Op::eq}, {"id ne 1001", Field::no, Op::ne}, {"id gt 1", Field::no, Op::gt},
                             {"id ge 1", Field::no, Op::ge}, {"id lt 1", Field::no, Op::lt}, {"id le 1", Field::no, Op::le},
                             {"id in [1,2]", Field::no, Op::in}, {"emailAddress eq a@b.c", Field::email, Op::eq},
                             {"emailAddress ne a@b.c", Field::email, Op::ne}, {"emailAddress sw a@", Field::email, Op::starts},
                             {"emailAddress cont @b", Field::email, Op::contains}, {"emailAddress in [a@b.c]", Field::email, Op::in},
                             {"firstName eq Ada", Field::first_name, Op::eq}, {"lastName sw By", Field::last_name, Op::starts},
                             {"companyOrOrganization cont Tea", Field::company, Op::contains}, {"externalId eq x-1", Field::external_id, Op::eq},
                             {"userId eq 7c1f0a9be2d5463f8a7715d20c4e9b31", Field::user, Op::eq},
                             {"userId in [7c1f0a9b-e2d5-463f-8a77-15d20c4e9b31]", Field::user, Op::in},
                             {"userName eq ada", Field::user_name, Op::eq}, {"userName sw ad", Field::user_name, Op::starts},
                             {"userName in [ada,bob]", Field::user_name, Op::in}, {"isActive eq true", Field::active, Op::eq},
                             {"isActive ne false", Field::active, Op::ne}, {"isAnonymous eq false", Field::guest, Op::eq},
                             {"customerSinceDate ge 2026-01-15", Field::customer_since_at, Op::ge},
                             {"auditInfo.createDate lt 2026-01-15T10:20:30Z", Field::created_at, Op::lt},
                             {"createDate gt datetime'2026-01-15T10:20:30Z'", Field::created_at, Op::gt},
                             {"auditInfo.updateDate le 2026-01-15T10:20:30.5+02:00", Field::updated_at, Op::le},
                             {"updateDate ge '2026-01-15'", Field::updated_at, Op::ge}}) {
        BOOST_TEST_CONTEXT(each.text) { BOOST_TEST(is(one(each.text), each.field, each.op)); }
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_2_values_by_kind) {
    BOOST_TEST((one("id in [1001, 1002 ,1003]").values == std::vector<db::Param>{db::param(1001), db::param(1002), db::param(1003)}));
    BOOST_TEST((one("id gt -5").values == std::vector<db::Param>{db::param(-5)}));
    BOOST_TEST((one("isActive eq TRUE").values == std::vector<db::Param>{db::param(true)}));
    const auto user = *parse_uuid("7c1f0a9be2d5463f8a7715d20c4e9b31");
    BOOST_TEST((one("userId eq 7C1F0A9BE2D5463F8A7715D20C4E9B31").values == std::vector<db::Param>{db::param(user)}));
    for (const auto* each : {"createDate eq 2026-01-15T00:00:00Z", "createDate eq 2026-01-15", "createDate eq '2026-01-15t00:00:00z'",
                             "createDate eq DateTime'2026-01-15T00:00:00.000'", "createDate eq 2026-01-15T02:00:00+02:00"}) {
        BOOST_TEST_CONTEXT(each) { BOOST_TEST((one(each).values == std::vector<db::Param>{db::param(at("2026-01-15T00:00:00Z"))})); }
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_2_values_bare_and_in_quotes) {
    for (const auto& [text, value] : {std::pair{"firstName eq Ada", "Ada"}, {"  firstName   eq   Ada  ", "Ada"}, {"firstName eq 'Ada'", "Ada"},
                                      {"firstName eq'Ada'", "Ada"}, {"firstName eq Ada Augusta", "Ada Augusta"}, {"firstName eq O'Neill", "O'Neill"},
                                      {"firstName eq 'O''Neill'", "O'Neill"}, {"firstName eq ''''", "'"}, {"firstName eq ' Ada '", " Ada "},
                                      {"firstName eq 'Ada and lastName eq Byron'", "Ada and lastName eq Byron"}, {"firstName eq Andrea", "Andrea"},
                                      {"firstName eq A%_|\\", "A%_|\\"}, {"firstName eq [a]", "[a]"}, {"firstName eq Anna andreas", "Anna andreas"},
                                      {"firstName eq Grüße 😀", "Grüße 😀"}, {"firstName eq ''", ""}, {"firstName eq null", ""}, {"firstName ne NULL", ""},
                                      {"firstName eq 'and x'", "and x"}, {"firstName sw null", "null"}, {"firstName eq 1", "1"}}) {
        BOOST_TEST_CONTEXT(text) { BOOST_TEST(text_of(text) == value); }
    }
    // null is a word of the language only where it is not quoted.
    BOOST_TEST(text_of("firstName eq 'null'") == "null");
}

BOOST_AUTO_TEST_CASE(kibo_6_2_lists_of_values) {
    const auto texts = [](std::string_view text) {
        std::vector<std::string> out;
        for (const auto& each : one(text).values) out.push_back(std::get<std::string>(each));
        return out;
    };
    BOOST_TEST((texts("lastName in [a]") == std::vector<std::string>{"a"}));
    BOOST_TEST((texts("lastName in[ a b ,'c,]d', it's, null ]") == std::vector<std::string>{"a b", "c,]d", "it's", ""}));
}

BOOST_AUTO_TEST_CASE(kibo_6_2_conditions_are_joined_by_and_in_any_letter_case) {
    const auto both = read("FIRSTNAME EQ Ada AND lastname Eq 'Byron'  and  id In [1,2] and isactive eq true");
    BOOST_TEST_REQUIRE(both.size() == 4U);
    BOOST_TEST(is(both[0], Field::first_name, Op::eq));
    BOOST_TEST(std::get<std::string>(both[0].values[0]) == "Ada");
    BOOST_TEST(is(both[1], Field::last_name, Op::eq));
    BOOST_TEST(is(both[2], Field::no, Op::in));
    BOOST_TEST(is(both[3], Field::active, Op::eq));
    BOOST_TEST(read("").empty());
    BOOST_TEST(read("   ").empty());
}

BOOST_AUTO_TEST_CASE(kibo_6_2_unknown_members_operators_and_kinds_are_refused_and_named) {
    struct Case {
        const char* text;
        const char* names;
    };
    for (const auto& each : {Case{"nosuch eq 1", "nosuch"}, {"taxId eq 1", "taxId"}, {"contacts.email eq a", "contacts.email"},
                             {"isLocked eq true", "isLocked"}, {"firstName gt a", "firstName cannot be compared by gt"},
                             {"firstName like a", "by like"}, {"id sw 1", "id cannot be compared by sw"}, {"userId ne x", "userId"},
                             {"userName cont a", "userName"}, {"userName eq null", "userName"}, {"userName eq ''", "userName"},
                             {"isActive gt true", "isActive"}, {"isActive in [true]", "isActive"}, {"createDate in [2026-01-15]", "createDate cannot be compared by in"},
                             {"id eq Ada", "a whole number"}, {"id eq 1.5", "a whole number"}, {"id eq 0x10", "a whole number"},
                             {"id eq 99999999999999999999", "a whole number"}, {"id eq null", "a whole number"}, {"id in [1,x]", "a whole number"},
                             {"isActive eq 1", "true or false"}, {"isActive eq null", "true or false"}, {"createDate eq yesterday", "ISO 8601"},
                             {"createDate eq 2026-13-01", "ISO 8601"}, {"createDate eq 2026-1-1", "ISO 8601"}, {"userId eq ada", "hexadecimal"},
                             {"userId eq null", "hexadecimal"}, {"firstName sw ''", "not empty"}, {"firstName cont ''", "not empty"},
                             {"id in []", "in a list"}, {"id in [1,]", "in a list"}, {"id in [1,2", "in a list"}, {"id in 1", "in a list"},
                             {"id in [1 2]", "a whole number"}, {"lastName in ['a' b]", "in a list"}, {"lastName in ['a]", "in a list"},
                             {"id eq", "of the form"}, {"id eq ", "a value"}, {"id", "of the form"}, {"id ", "of the form"}, {"eq 1", "eq is no member"},
                             {"= 1", "of the form"}, {"id = 1", "of the form"}, {"id eq 1 and", "of the form"}, {"id eq 1 and ", "of the form"},
                             {"id eq 1 and and id eq 2", "and is no member"}, {"and", "of the form"}, {"firstName eq and lastName eq b", "a value"},
                             {"firstName eq 'a' 'b'", "of the form"}, {"firstName eq 'a'b", "of the form"}, {"firstName eq 'a", "a value"},
                             {"firstName eq 'a'and lastName eq b", "of the form"}, {"createDate eq datetime'2026-01-15", "a value"},
                             {"id eq 1 or id eq 2", "a whole number"}, {"(id eq 1)", "of the form"}, {"id=1", "of the form"},
                             {"firstName eqAda", "cannot be compared by eqAda"}}) {
        const auto text = refused(each.text);
        BOOST_TEST_CONTEXT(each.text << " -> " << text) { BOOST_TEST(text.find(each.names) != text.npos); }
    }
    BOOST_TEST(refused(std::string(100, 'x') + " eq 1") == std::string(40, 'x') + "... is no member that this list can be filtered by");
}

BOOST_AUTO_TEST_CASE(kibo_6_2_filters_have_bounds) {
    const auto joined = [](int count) {
        std::string out = "id gt 0";
        while (--count > 0) out += " and id gt 0";
        return out;
    };
    BOOST_TEST(read(joined(10)).size() == 10U);
    BOOST_TEST(refused(joined(11)) == "must be at most 10 conditions");
    const auto in = [](int count) {
        std::string out = "id in [1";
        while (--count > 0) out += ",1";
        return out + "]";
    };
    BOOST_TEST(one(in(100)).values.size() == 100U);
    BOOST_TEST(refused(in(101)) == "id must be in a list of 1 to 100 values, as [a,b]");
    BOOST_TEST(text_of("firstName eq " + std::string(4096 - 13, 'a')).size() == 4096U - 13U);
    BOOST_TEST(refused("firstName eq " + std::string(4096 - 12, 'a')) == "must be at most 4096 bytes");
    BOOST_TEST(refused("firstName eq" + std::string(4000, ' ')) == "firstName must be compared with a value");
}

RC_BOOST_PROP(kibo_6_2_any_text_can_be_asked_for_in_quotes, ()) {
    const auto wanted = *rc::gen::suchThat(rc::gen::container<std::string>(rc::gen::oneOf(rc::gen::element('\'', ' ', ']', '[', ',', '%'),
                                                                                          rc::gen::inRange('a', 'z'))),
                                           [](const std::string& text) { return !text.empty() && text.size() < 1000; });
    std::string quoted = "'";
    for (const char c : wanted) quoted.append(c == '\'' ? 2 : 1, c);
    quoted += "'";
    const auto alone = kibo::filter("lastName eq " + quoted + " and id eq 1", kibo::account_list());
    RC_ASSERT(alone.has_value());
    RC_ASSERT(alone->size() == 2U);
    RC_ASSERT(std::get<std::string>(alone->at(0).values.at(0)) == wanted);
    const auto in = kibo::filter("lastName in [" + quoted + "," + quoted + "]", kibo::account_list());
    RC_ASSERT(in.has_value());
    RC_ASSERT(std::get<std::string>(in->at(0).values.at(1)) == wanted);
}

// Each of these is found through other tables, and ten of them in one filter would join thirty.
BOOST_AUTO_TEST_CASE(kibo_6_2_what_is_found_through_other_tables_stands_once) {
    for (const std::string one : {"userName eq a", "userName in [a,b]", "isAnonymous eq true", "userId eq 0f8d2c1e5a444b0e9d3c6f2a7b1c9e55"}) {
        BOOST_TEST(kibo::filter(one, kibo::account_list()).has_value(), one);
        const auto twice = kibo::filter(one + " and id gt 1 and " + one, kibo::account_list());
        BOOST_REQUIRE(!twice);
        BOOST_TEST(twice.error().field == "filter");
        BOOST_TEST(twice.error().text.ends_with(" can stand there once"), twice.error().text);
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_2_sort_by) {
    const auto orders = [](std::string_view text) { return kibo::sort_by(text, kibo::account_list()).value(); };
    const auto order = [](Field field, bool descending) { return db::Order{static_cast<int>(field), descending}; };
    BOOST_TEST(orders("").empty());
    BOOST_TEST((orders("id desc,lastName asc") == std::vector{order(Field::no, true), order(Field::last_name, false)}));
    BOOST_TEST((orders(" LASTNAME  DESC , firstname") == std::vector{order(Field::last_name, true), order(Field::first_name, false)}));
    BOOST_TEST((orders("auditInfo.createDate desc") == std::vector{order(Field::created_at, true)}));
    BOOST_TEST(orders("id,emailAddress,firstName,lastName,isActive").size() == 5U);
    BOOST_TEST(refused_order("id,emailAddress,firstName,lastName,isActive,externalId") == "sortBy must be at most 5 members");
    BOOST_TEST(refused_order("nosuch") == "sortBy nosuch is no member that this list can be sorted by");
    for (const auto* each : {"userId", "userName desc", "isAnonymous", "contacts", "id;", ",id", "id,", ",", "id desc asc", "id down", "desc", "id, id desc",
                             "createDate, auditInfo.createDate"}) {
        BOOST_TEST_CONTEXT(each) { BOOST_TEST(refused_order(each).starts_with("sortBy ")); }
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_2_paging) {
    const auto standard = kibo::account_list_query(query({{"startIndex", ""}, {"pageSize", ""}, {"sortBy", ""}, {"filter", ""}, {"q", ""}, {"qLimit", ""},
                                                          {"isAnonymous", ""}, {"fields", ""}, {"responseGroups", ""}})).value();
    BOOST_TEST(standard.offset == 0U);
    BOOST_TEST(standard.limit == 20U);
    BOOST_TEST(!standard.filtered());
    BOOST_TEST(standard.order.empty());
    const auto furthest = kibo::account_list_query(query({{"startIndex", "10000"}, {"pageSize", "200"}})).value();
    BOOST_TEST(furthest.offset == 10'000U);
    BOOST_TEST(furthest.limit == 200U);
    for (const auto* each : {"10001", "-1", "x", "1.0", " 1", "1 ", "+1", "0x1", "4294967296", "99999999999999999999"}) {
        BOOST_TEST(refused_parameter({{"startIndex", each}}) == "startIndex");
    }
    for (const auto* each : {"0", "201", "-1", "x", "1e1"}) {
        BOOST_TEST(refused_parameter({{"pageSize", each}}) == "pageSize");
        BOOST_TEST(refused_parameter({{"q", "a"}, {"qLimit", each}}) == "qLimit");
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_1_q_is_words_and_qLimit_bounds_what_is_found) {
    const auto found = kibo::account_list_query(query({{"q", "  ada   byr "}, {"qLimit", "7"}, {"isAnonymous", "True"}})).value();
    BOOST_TEST(found.words.size() == 2U);
    BOOST_TEST(found.words[0].size() == 3U);
    for (const auto& each : found.words[1]) {
        BOOST_TEST((each.op == Op::starts));
        BOOST_TEST(std::get<std::string>(each.values.at(0)) == "byr");
    }
    BOOST_TEST(found.most.value() == 7U);
    BOOST_TEST_REQUIRE(found.where.size() == 1U);
    BOOST_TEST(is(found.where[0], Field::guest, Op::eq));
    BOOST_TEST((found.where[0].values[0] == db::param(true)));
    BOOST_TEST(!kibo::account_list_query(query({{"qLimit", "7"}})).value().most);
    BOOST_TEST(refused_parameter({{"q", "1 2 3 4 5"}}) == "taken");
    BOOST_TEST(refused_parameter({{"q", "1 2 3 4 5 6"}}) == "q");
    BOOST_TEST(refused_parameter({{"q", std::string(4097, 'x')}}) == "q");
    BOOST_TEST(refused_parameter({{"isAnonymous", "1"}}) == "isAnonymous");
}

BOOST_AUTO_TEST_CASE(kibo_6_2_addresses_and_user_names_are_compared_in_normal_form) {
    const auto normal = [](std::string_view text) {
        const auto query = accounts::normal({.where = read(text)});
        return std::get<std::string>(query.where.at(0).values.at(0));
    };
    BOOST_TEST(normal("emailAddress eq ADA@Example.COM") == "ada@example.com");
    BOOST_TEST(normal("emailAddress sw ADA") == "ada");
    BOOST_TEST(normal("emailAddress eq ADA") == "ada");
    BOOST_TEST(normal("emailAddress eq null").empty());
    BOOST_TEST(normal("userName eq Straße") == "strasse");
    BOOST_TEST(normal("firstName eq ADA") == "ADA");           // its column compares without case itself
    BOOST_TEST(normal("emailAddress cont '\xC2\xAD'") == "\xC2\xAD");  // folding would leave nothing, which is in every address
    const auto words = accounts::normal({.words = accounts::search({"ADA"})}).words;
    BOOST_TEST(std::get<std::string>(words.at(0).at(0).values.at(0)) == "ada");
    BOOST_TEST(std::get<std::string>(words.at(0).at(1).values.at(0)) == "ADA");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_the_audit_log_is_found_by_entry_and_date) {
    const auto& form = kibo::audit_log();
    BOOST_TEST(kibo::filter("entryDate ge 2026-01-15 and customerAuditEntryId in [1,2]", form).value().size() == 2U);
    BOOST_TEST(kibo::sort_by("entryDate desc,customerAuditEntryId", form).value().size() == 2U);
    BOOST_TEST(refused("entryUser eq a", form) == "entryUser is no member that this list can be filtered by");
    BOOST_TEST(refused("entryDate sw 2026", form) == "entryDate cannot be compared by sw");
}

BOOST_AUTO_TEST_CASE(kibo_6_2_the_collection) {
    const auto dump = [](std::uint32_t size, std::uint64_t total) { return kibo::collection({.offset = 40, .limit = size}, total, {Json(1)}).dump(); };
    BOOST_TEST(dump(20, 41) == R"({"startIndex":40,"pageSize":20,"pageCount":3,"totalCount":41,"items":[1]})");
    BOOST_TEST(dump(20, 40).find(R"("pageCount":2)") != std::string::npos);
    BOOST_TEST(dump(200, 0).find(R"("pageCount":0,"totalCount":0)") != std::string::npos);
    BOOST_TEST(dump(1, 5'000'000'000).find(R"("pageCount":5000000000,"totalCount":5000000000)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(kibo_6_2_an_audit_entry_has_every_member_of_the_model) {
    accounts::LogEntry entry{.no = 77, .account = AccountNo{1042}, .at = at("2026-01-15T10:20:30.120Z"), .description = "account.updated"};
    entry.change = {.path = "email", .old_value = "a@b.c", .new_value = "b@b.c"};
    entry.user = UserId{*parse_uuid("7c1f0a9be2d5463f8a7715d20c4e9b31")};
    entry.application_name = "storefront";
    entry.site = 2000;
    BOOST_TEST(kibo::audit_entry(entry).dump() ==
               R"({"customerAuditEntryId":77,"customerAccountId":1042,"entryDate":"2026-01-15T10:20:30.120Z",)"
               R"("entryUser":"7c1f0a9be2d5463f8a7715d20c4e9b31","application":"storefront","site":"2000","description":"account.updated",)"
               R"("fieldPath":"/Customer/EmailAddress","oldValue":"a@b.c","newValue":"b@b.c"})");
    entry = {.no = 78, .account = AccountNo{1042}, .at = entry.at, .description = "account.locked"};
    BOOST_TEST(kibo::audit_entry(entry).dump() ==
               R"({"customerAuditEntryId":78,"customerAccountId":1042,"entryDate":"2026-01-15T10:20:30.120Z","entryUser":null,)"
               R"("application":null,"site":null,"description":"account.locked","fieldPath":null,"oldValue":null,"newValue":null})");
}

BOOST_AUTO_TEST_CASE(kibo_6_2_field_paths_are_in_kibos_spelling) {
    for (const auto& [path, wanted] : {std::pair{"first_name", "FirstName"}, {"company", "CompanyOrOrganization"}, {"tax_exempt", "TaxExempt"},
                                       {"active", "IsActive"}, {"customer_since_at", "CustomerSinceDate"}, {"contacts/1", "Contacts/1"},
                                       {"contacts/1/address/cityOrTown", "Contacts/1/Address/CityOrTown"}, {"contacts/1/email", "Contacts/1/Email"},
                                       {"attributes/tenant~x/values", "Attributes/tenant~x/Values"},
                                       {"locked", "IsLocked"}, {"password_change_required", "IsPasswordChangeRequired"}}) {
        accounts::LogEntry entry;
        entry.change.path = path;
        BOOST_TEST(*kibo::audit_entry(entry).find("fieldPath")->text() == std::string("/Customer/") + wanted);
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_2_the_customer_set) {
    realms::Realm realm;
    realm.sites = {{.tenant = 1000, .site = 2000, .name = "shop"}, {.tenant = 1000, .site = 2001, .name = "outlet"}};
    BOOST_TEST(kibo::customer_set(realm, {.name = "default", .created_at = at("2026-01-15T10:20:30.120Z")}, 17).dump() ==
               R"({"code":"default","name":"default","description":null,"isDefault":true,)"
               R"("sites":[{"siteId":2000,"name":"shop","customerSetCode":"default"},{"siteId":2001,"name":"outlet","customerSetCode":"default"}],)"
               R"("aggregateInfo":{"customerCount":17},)"
               R"("auditInfo":{"createDate":"2026-01-15T10:20:30.120Z","createBy":null,"updateDate":"2026-01-15T10:20:30.120Z","updateBy":null}})");
}

BOOST_AUTO_TEST_SUITE_END()
