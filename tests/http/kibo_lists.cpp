// SPDX-License-Identifier: MIT
// getAccounts, getAccountAuditLog and the customer sets over the wire (kibo 6.1, 6.2).
#include "kibo_shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

std::string escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char each : text) {
        const auto byte = static_cast<unsigned char>(each);
        if ((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')) {
            out += each;
        } else {
            out.append("%").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
        }
    }
    return out;
}

struct Lists : KiboShop {
    Reply list(const std::string& parameters = {}) { return send(request(GET, accounts_path + (parameters.empty() ? "" : "?" + parameters))); }
    Reply filtered(std::string_view filter) { return list("filter=" + escaped(filter)); }
    std::int64_t add(const std::string& body = "{}") {
        const auto reply = send(request(POST, accounts_path, body));
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.text);
        return *reply.at("id").integer();
    }
    static std::vector<std::int64_t> ids(const Reply& reply) {
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
        std::vector<std::int64_t> out;
        const auto items = reply.at("items");
        for (const auto& each : *items.items()) out.push_back(*each.find("id")->integer());
        return out;
    }
    static std::int64_t total(const Reply& reply) { return *reply.at("totalCount").integer(); }
    void note(std::int64_t account, const std::string& path, const std::string& old_value, const std::string& new_value) {
        core.db.execute("INSERT INTO account_changes (realm_no, account_no, changed_at, description, field_path, old_value, new_value, application_no, site_id)"
                        " VALUES (" + std::to_string(realm.value) + ", " + std::to_string(account) + ", '2026-01-02 03:04:05.678', 'account.updated', '" + path +
                        "', '" + old_value + "', '" + new_value + "', 1, 2000)");
    }
    Reply audit(std::int64_t account, const std::string& parameters = {}) {
        return send(request(GET, accounts_path + "/" + std::to_string(account) + "/AuditLog/Entries" + (parameters.empty() ? "" : "?" + parameters)));
    }
};

using Ids = std::vector<std::int64_t>;
const std::string sets_path = "/api/commerce/customer/customerSets";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_lists, Lists)

BOOST_AUTO_TEST_CASE(kibo_6_1_getAccounts_is_a_paged_collection) {
    BOOST_TEST(list().text == R"({"startIndex":0,"pageSize":20,"pageCount":0,"totalCount":0,"items":[]})");
    Ids made;
    for (int i = 0; i < 5; ++i) made.push_back(add());
    const auto all = list();
    BOOST_TEST((ids(all) == made));
    BOOST_TEST(total(all) == 5);
    BOOST_TEST(all.at("items").items()->at(0).members()->size() == send(request(GET, accounts_path + "/" + std::to_string(made[0]))).json().members()->size());
    const auto second = list("startIndex=2&pageSize=2");
    BOOST_TEST((ids(second) == Ids{made[2], made[3]}));
    BOOST_TEST(*second.at("startIndex").integer() == 2);
    BOOST_TEST(*second.at("pageSize").integer() == 2);
    BOOST_TEST(*second.at("pageCount").integer() == 3);
    BOOST_TEST(total(second) == 5);
    BOOST_TEST(ids(list("startIndex=10000")).empty());
    BOOST_TEST(ids(list("startIndex=5")).empty());
}

BOOST_AUTO_TEST_CASE(kibo_6_1_getAccounts_startIndex_and_pageSize_out_of_range_are_400) {
    names_parameter(list("startIndex=10001"), "startIndex");
    names_parameter(list("startIndex=-1"), "startIndex");
    names_parameter(list("startIndex=x"), "startIndex");
    names_parameter(list("pageSize=0"), "pageSize");
    names_parameter(list("pageSize=201"), "pageSize");
    BOOST_TEST(list("pageSize=200").status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_getAccounts_filter_as_the_clients_write_it) {
    const auto shopper = register_ada();
    const auto no = *shopper.at("customerAccount.id").integer();
    const auto user = shopper.text_at("userId");
    const auto eve = add(R"({"emailAddress":"Eve@Example.com","firstName":"Eve","lastName":"O'Neill","companyOrOrganization":"Tea & Co","externalId":"x-1",)"
                         R"("customerSinceDate":"2020-05-06T07:08:09Z"})");
    for (const auto& [filter, found] : std::initializer_list<std::pair<std::string, Ids>>{
             {"emailAddress eq ada@example.com", {no}}, {"userId eq " + user, {no}}, {"userid in [" + user + "]", {no}},
             {"firstname eq Ada and lastname eq Byron", {no}}, {"firstName eq ada and lastName eq Neill", {}}, {"lastName eq 'O''Neill'", {eve}},
             {"lastName sw O'", {eve}}, {"companyOrOrganization cont '& co'", {eve}}, {"externalId eq x-1", {eve}}, {"externalId eq null", {no}},
             {"emailAddress eq EVE@EXAMPLE.COM", {eve}}, {"emailAddress cont @example", {no, eve}}, {"userName eq ADA.BYRON", {no}}, {"isActive eq true", {no, eve}},
             {"isActive eq false", {}}, {"isAnonymous eq true", {eve}}, {"id in [" + std::to_string(eve) + "," + std::to_string(no) + "]", {no, eve}},
             {"id gt " + std::to_string(no), {eve}}, {"customerSinceDate lt 2021-01-01", {eve}}, {"customerSinceDate eq datetime'2020-05-06T07:08:09Z'", {eve}},
             {"auditInfo.createDate ge 2020-01-01T00:00:00Z", {no, eve}}, {"", {no, eve}}}) {
        const auto reply = filtered(filter);
        BOOST_TEST_CONTEXT(filter << ": " << reply.text) {
            BOOST_TEST((ids(reply) == found));
            BOOST_TEST(total(reply) == static_cast<std::int64_t>(found.size()));
        }
    }
    BOOST_TEST(filtered("userId eq " + user).at("items").items()->at(0).find("userName")->text()->compare("ada.byron") == 0);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_getAccounts_a_filter_that_cannot_be_is_400_and_says_why) {
    for (const auto& [filter, text] : {std::pair{"nosuch eq 1", "nosuch is no member that this list can be filtered by"},
                                       {"taxId eq 1", "taxId is no member that this list can be filtered by"},
                                       {"firstName gt A", "firstName cannot be compared by gt"}, {"id eq Ada", "id must be compared with a whole number"},
                                       {"isActive eq maybe", "isActive must be compared with true or false"},
                                       {"id eq 1 or id eq 2", "id must be compared with a whole number"},
                                       {"' OR 1=1 --", "must be conditions of the form: member operator value, joined by and"}}) {
        const auto reply = filtered(filter);
        names_parameter(reply, "filter");
        BOOST_TEST(reply.text_at("message") == std::string("Missing or invalid parameter: filter ") + text);
    }
    BOOST_TEST(!log.mentions("nosuch"));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_getAccounts_values_are_never_sql_nor_patterns) {
    add(R"({"lastName":"100%","firstName":"a_b"})");
    add(R"({"lastName":"1000","firstName":"axb"})");
    for (const auto* each : {"lastName eq '%'", "lastName sw %", "firstName eq 'a_b'' OR ''1''=''1'", "lastName eq \\' OR 1=1 --", "firstName cont ?"}) {
        BOOST_TEST(ids(filtered(each)).empty());
    }
    BOOST_TEST(ids(filtered("lastName cont 0%")).size() == 1U);
    BOOST_TEST(ids(filtered("firstName sw a_")).size() == 1U);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_getAccounts_sortBy) {
    const auto b = add(R"({"lastName":"Byron","firstName":"b"})"), a = add(R"({"lastName":"adams","firstName":"b"})"), c = add(R"({"lastName":"Curie"})");
    BOOST_TEST((ids(list("sortBy=lastName")) == Ids{a, b, c}));
    BOOST_TEST((ids(list("sortBy=LASTNAME%20desc")) == Ids{c, b, a}));
    BOOST_TEST((ids(list("sortBy=id+desc")) == Ids{c, a, b}));
    BOOST_TEST((ids(list("sortBy=firstName%20desc,lastName%20asc")) == Ids{a, b, c}));
    names_parameter(list("sortBy=nosuch"), "sortBy");
    names_parameter(list("sortBy=userName"), "sortBy");
    names_parameter(list("sortBy=id%20sideways"), "sortBy");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_getAccounts_q_qLimit_and_isAnonymous) {
    const auto ada_no = *register_ada().at("customerAccount.id").integer();
    const auto adam = add(R"({"firstName":"ADAM"})");
    add(R"({"firstName":"Eve"})");
    BOOST_TEST((ids(list("q=ada")) == Ids{ada_no, adam}));
    BOOST_TEST((ids(list("q=ada+byr")) == Ids{ada_no}));
    BOOST_TEST((ids(list("q=ada&isAnonymous=true")) == Ids{adam}));
    BOOST_TEST((ids(list("isAnonymous=False")) == Ids{ada_no}));
    const auto bounded = list("q=ada&qLimit=1");
    BOOST_TEST((ids(bounded) == Ids{ada_no}));
    BOOST_TEST(total(bounded) == 1);
    names_parameter(list("q=1+2+3+4+5+6"), "q");
    names_parameter(list("q=a&qLimit=0"), "qLimit");
    names_parameter(list("isAnonymous=perhaps"), "isAnonymous");
}

BOOST_AUTO_TEST_CASE(kibo_11_4_getAccounts_empty_parameters_are_absent_ones) {
    const auto no = add();
    BOOST_TEST((ids(send(request(GET, accounts_path + "/?startIndex=&pageSize=5&sortBy=&filter=&fields=&q=&qLimit=&isAnonymous=&responseFields=&responseGroups="))) == Ids{no}));
    const auto shaped = list("fields=id&responseGroups=Account&responseFields=items(id),totalCount");
    BOOST_TEST(shaped.text == R"({"totalCount":1,"items":[{"id":)" + std::to_string(no) + "}]}");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_lists_are_for_admin_applications) {
    const auto shop = add_client(realm, applications::storefront);
    const auto shopper = register_ada();
    const auto no = std::to_string(*shopper.at("customerAccount.id").integer());
    for (const auto& target : {accounts_path, accounts_path + "/" + no + "/AuditLog/Entries", sets_path, sets_path + "/default"}) {
        BOOST_TEST_CONTEXT(target) {
            is_refused(send(by(shop, request(GET, target))), 403, "FORBIDDEN");
            is_refused(send(by(shop, as(shopper.text_at("accessToken"), request(GET, target)))), 403, "FORBIDDEN");
            is_refused(send(as("long-forgotten", request(GET, target))), 401, "INVALID_ACCESS_TOKEN");
            BOOST_TEST(send(request(GET, target)).status == 200);
            is_refused(send(request(PUT, target, "{}")), 405, "METHOD_NOT_ALLOWED");
        }
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_1_live_user_claims_confine_getAccounts_to_their_own_account) {
    const auto eve = add(R"({"firstName":"Eve"})");
    const auto shopper = register_ada();
    const auto no = *shopper.at("customerAccount.id").integer();
    const auto confined = [&](const std::string& parameters) { return send(as(shopper.text_at("accessToken"), request(GET, accounts_path + parameters))); };
    BOOST_TEST((ids(confined("")) == Ids{no}));
    BOOST_TEST(total(confined("")) == 1);
    BOOST_TEST(ids(confined("?filter=" + escaped("id eq " + std::to_string(eve)))).empty());
    BOOST_TEST(ids(confined("?q=eve")).empty());
    const auto anonymous = guest().text_at("accessToken");
    BOOST_TEST(ids(send(as(anonymous, request(GET, accounts_path)))).empty());
}

BOOST_AUTO_TEST_CASE(kibo_6_2_getAccounts_shows_notes_to_the_merchant_alone) {
    const auto shopper = register_ada();
    core.db.execute(R"(UPDATE accounts SET profile = '{"notes":[{"id":1,"content":"pays late"}]}')");
    BOOST_TEST(list().text.find("pays late") != std::string::npos);
    BOOST_TEST(send(as(shopper.text_at("accessToken"), request(GET, accounts_path))).text.find("pays late") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_getAccounts_of_another_realm_are_not_listed) {
    add(R"({"firstName":"Ada"})");
    const auto elsewhere = add_client(add_realm("elsewhere", 1001, 2001), applications::admin);
    auto theirs = by(elsewhere, bare(GET, accounts_path));
    BOOST_TEST(send(theirs).text == R"({"startIndex":0,"pageSize":20,"pageCount":0,"totalCount":0,"items":[]})");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_getAccountAuditLog_lists_the_changes_of_an_account) {
    const auto no = add(), other = add();
    core.db.execute("DELETE FROM account_changes");
    note(no, "email", "a@b.c", "b@b.c");
    note(other, "first_name", "", "Bob");
    note(no, "contacts/1/address/cityOrTown", "Bonn", "Berlin");
    const auto all = audit(no);
    BOOST_REQUIRE_MESSAGE(all.status == 200, all.text);
    BOOST_TEST(total(all) == 2);
    const auto items = all.at("items");
    const auto& first = items.items()->at(0);
    BOOST_TEST(*first.find("customerAccountId")->integer() == no);
    BOOST_TEST(*first.find("entryDate")->text() == "2026-01-02T03:04:05.678Z");
    BOOST_TEST(*first.find("fieldPath")->text() == "/Customer/EmailAddress");
    BOOST_TEST(*first.find("oldValue")->text() == "a@b.c");
    BOOST_TEST(*first.find("newValue")->text() == "b@b.c");
    BOOST_TEST(*first.find("site")->text() == "2000");
    BOOST_TEST(first.find("entryUser")->is_null());
    BOOST_TEST(first.members()->size() == 10U);
    BOOST_TEST(*items.items()->at(1).find("fieldPath")->text() == "/Customer/Contacts/1/Address/CityOrTown");

    const auto number = *first.find("customerAuditEntryId")->integer();
    BOOST_TEST(total(audit(no, "filter=" + escaped("customerAuditEntryId gt " + std::to_string(number)))) == 1);
    BOOST_TEST(total(audit(no, "filter=" + escaped("entryDate gt 2026-01-03"))) == 0);
    BOOST_TEST(*audit(no, "sortBy=customerAuditEntryId%20desc&pageSize=1").at("items").items()->at(0).find("newValue")->text() == "Berlin");
    BOOST_TEST(*audit(no, "startIndex=1").at("items").items()->at(0).find("newValue")->text() == "Berlin");
    names_parameter(audit(no, "filter=" + escaped("newValue eq Berlin")), "filter");
    names_parameter(audit(no, "sortBy=newValue"), "sortBy");
    names_parameter(audit(no, "userId=nobody"), "userId");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_getAccountAuditLog_of_no_account_is_404) {
    is_refused(audit(99), 404, "ITEM_NOT_FOUND");
    is_refused(send(request(GET, accounts_path + "/x/AuditLog/Entries")), 404, "ITEM_NOT_FOUND");
    is_refused(audit(add(), "userId=7c1f0a9be2d5463f8a7715d20c4e9b31"), 404, "ITEM_NOT_FOUND");
    const auto elsewhere = add_client(add_realm("elsewhere", 1001, 2001), applications::admin);
    is_refused(send(by(elsewhere, bare(GET, accounts_path + "/" + std::to_string(add()) + "/AuditLog/Entries"))), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_live_user_claims_confine_getAccountAuditLog_and_notes_stay_the_merchants) {
    const auto shopper = register_ada();
    const auto no = *shopper.at("customerAccount.id").integer(), other = add();
    core.db.execute("DELETE FROM account_changes");
    note(no, "email", "a", "b");
    note(no, "notes/1/content", "", "pays late");
    const auto as_ada = [&](std::int64_t account) {
        return send(as(shopper.text_at("accessToken"), request(GET, accounts_path + "/" + std::to_string(account) + "/AuditLog/Entries")));
    };
    BOOST_TEST(total(audit(no)) == 2);
    const auto own = as_ada(no);
    BOOST_TEST(total(own) == 1);
    BOOST_TEST(own.text.find("pays late") == std::string::npos);
    is_refused(as_ada(other), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_getCustomerSets_has_the_default_set) {
    add();
    add();
    const auto all = send(request(GET, sets_path + "/?startIndex=&pageSize=&sortBy=&responseFields="));
    BOOST_REQUIRE_MESSAGE(all.status == 200, all.text);
    BOOST_TEST(total(all) == 1);
    BOOST_TEST(*all.at("pageCount").integer() == 1);
    const auto one = send(request(GET, sets_path + "/default"));
    BOOST_TEST(all.at("items").items()->at(0).dump() == one.text);
    BOOST_TEST(one.text_at("code") == "default");
    BOOST_TEST(*one.at("isDefault").boolean());
    BOOST_TEST(*one.at("aggregateInfo.customerCount").integer() == 2);
    BOOST_TEST(*one.at("sites").items()->at(0).find("siteId")->integer() == 2000);
    BOOST_TEST(*one.at("sites").items()->at(0).find("customerSetCode")->text() == "default");
    BOOST_TEST(send(request(GET, sets_path + "?startIndex=1")).at("items").dump() == "[]");
    BOOST_TEST(send(request(GET, sets_path + "?sortBy=code%20desc&responseGroups=x")).status == 200);
    names_parameter(send(request(GET, sets_path + "?sortBy=nosuch")), "sortBy");
    names_parameter(send(request(GET, sets_path + "?pageSize=201")), "pageSize");
    is_refused(send(request(GET, sets_path + "/other")), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_customer_sets_are_not_a_confined_calls_business) {
    const auto ticket = register_ada().text_at("accessToken");
    is_refused(send(as(ticket, request(GET, sets_path))), 403, "FORBIDDEN");
    is_refused(send(as(ticket, request(GET, sets_path + "/default"))), 403, "FORBIDDEN");
}

BOOST_AUTO_TEST_SUITE_END()
