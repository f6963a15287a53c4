// SPDX-License-Identifier: MIT
// The Freshcom door's documents, media types, lists and refusals (FC2 to FC14, FC30 to FC40, docs/freshcom.md).
#include <boost/test/unit_test.hpp>

#include <array>

#include "api/freshcom/wire.h"
#include "api/freshcom/wire_list.h"
#include "api/freshcom/wire_token.h"

using namespace authtickets;
using freshcom::Attributes;

namespace {

http::Request sent(std::string body, std::string type = std::string(freshcom::media_type)) {
    http::Request out;
    out.path = "/v1/users";
    out.body = std::move(body);
    out.content_type = std::move(type);
    return out;
}
std::string refused(std::string body) {
    const auto out = freshcom::data_of(sent(std::move(body)), "Thing");
    BOOST_REQUIRE(!out);
    const auto response = freshcom::refusal({}, sent(""), out.error());
    BOOST_TEST(response.status == 400);
    const auto told = *parse_json(response.body);
    const auto& errors = *told.find("errors")->items();
    BOOST_TEST(errors.size() == 1U);
    BOOST_TEST(!errors.front().find("title")->text()->empty());
    return *errors.front().find("code")->text();
}
freshcom::Data data(const std::string& attributes, const std::string& relationships = "{}") {
    const auto out = freshcom::data_of(sent(R"({"data":{"type":"Thing","attributes":)" + attributes + R"(,"relationships":)" + relationships + "}}"), "Thing");
    BOOST_REQUIRE(out);
    return *out;
}

struct Shown {
    int status;
    Json::Array errors;
};
Shown shown(const Refusal& refusal) {
    const auto response = freshcom::refusal({}, sent(""), refusal);
    BOOST_TEST(response.content_type == freshcom::media_type);
    const auto body = *parse_json(response.body);
    BOOST_TEST(body.members()->size() == 1U);
    return {response.status, *body.find("errors")->items()};
}
Json one(const Refusal& refusal, int status) {
    const auto out = shown(refusal);
    BOOST_TEST(out.status == status);
    BOOST_REQUIRE(out.errors.size() == 1U);
    return out.errors.front();
}
std::string code(const Json& error) { return *error.find("code")->text(); }
std::string title(const Json& error) { return *error.find("title")->text(); }
std::string pointer(const Json& error) { return *error.find("source")->find("pointer")->text(); }

std::string header(const http::Response& response, std::string_view wanted) {
    for (const auto& [name, value] : response.headers) {
        if (name == wanted) return value;
    }
    return {};
}

http::Request asking(const std::string& query) {
    http::Request out;
    out.query = *http::parse_query(query);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(freshcom_wire)

BOOST_AUTO_TEST_CASE(FC5_FC33_the_data_of_a_body) {
    for (const char* const body : {"", "{", "nonsense", R"({"data":{"type":"Thing"}} x)", R"({"data":1,"data":2})"}) {
        BOOST_TEST_CONTEXT(body) BOOST_TEST(refused(body) == "invalid_json");
    }
    for (const char* const body : {"{}", "[]", "1", "null", R"({"data":null})", R"({"data":[]})", R"({"data":"x"})", R"({"Data":{}})"}) {
        BOOST_TEST_CONTEXT(body) BOOST_TEST(refused(body) == "missing_required_fields");
    }
    for (const char* const body : {R"({"data":{}})", R"({"data":{"type":null}})", R"({"data":{"type":""}})", R"({"data":{"type":1}})"}) {
        BOOST_TEST_CONTEXT(body) BOOST_TEST(refused(body) == "missing_type");
    }
    for (const char* const body : {R"({"data":{"type":"Other"}})", R"({"data":{"type":"thing"}})"}) {
        BOOST_TEST_CONTEXT(body) BOOST_TEST(refused(body) == "invalid_type");
    }
    const auto out = freshcom::data_of(sent(R"({"data":{"type":"Thing","id":"7","more":1},"meta":{}})"), "Thing");
    BOOST_REQUIRE(out);
    BOOST_TEST(out->attributes.members()->empty());
    BOOST_TEST(out->relationships.members()->empty());
    BOOST_TEST(freshcom::data_of(sent(R"({"data":{"type":"Thing","attributes":[]}})"), "Thing")->attributes.is_object());
}

BOOST_AUTO_TEST_CASE(FC7_attributes_by_kind_and_all_faults_at_once) {
    const auto body = data(R"({"name":"Mira","none":null,"empty":"","blank":"  ","count":7,"object":{"a":1},"list":[]})");
    Attributes in(body);
    BOOST_TEST(in.has("name"));
    BOOST_TEST(!in.has("Name"));
    BOOST_TEST(in.text("name").value() == "Mira");
    BOOST_TEST(in.text("none").value().empty());
    BOOST_TEST(in.text("empty").value().empty());
    BOOST_TEST(!in.text("absent"));
    BOOST_TEST(in.secret("name").value().reveal() == "Mira");
    BOOST_TEST(!in.secret("absent"));
    BOOST_TEST(in.object("object").value().dump() == R"({"a":1})");
    BOOST_TEST(in.object("none").value().dump() == "{}");
    BOOST_TEST(!in.object("absent"));
    BOOST_TEST(in.required("name") == "Mira");
    BOOST_TEST(!in.refused());

    in.required("absent");
    in.required("none");
    in.required("blank");
    in.text("count");
    in.required("list");
    in.object("name");
    in.wrong("role", Refusal::Rule::inclusion);
    in.not_found("target");
    in.add({.why = Why::name_taken, .field = "user_name", .others = {{.why = Why::code_wrong, .field = "phone_code"}}});
    const auto out = shown(*in.refused());
    BOOST_TEST(out.status == 422);
    std::string told;
    for (const auto& each : out.errors) told += code(each) + " " + pointer(each).substr(pointer(each).rfind('/') + 1) + "; ";
    BOOST_TEST(told == "required absent; required none; required blank; invalid count; invalid list; invalid name; inclusion role; "
                       "notFound target; taken username; invalid phoneVerificationCode; ");
}

BOOST_AUTO_TEST_CASE(FC31_a_relationship_is_named_by_its_pointer) {
    const std::string id = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const auto fault = [](const std::string& relationships) {
        const auto body = data("{}", relationships);
        Attributes in(body);
        in.required_relationship("user");
        const auto error = one(*in.refused(), 422);
        BOOST_TEST(pointer(error) == "/data/relationships/user");
        return code(error);
    };
    for (const char* const none : {"{}", R"({"user":null})", R"({"user":{"data":null}})", R"({"user":{"data":{}}})", R"({"user":{"data":{"id":null}}})"}) {
        BOOST_TEST_CONTEXT(none) BOOST_TEST(fault(none) == "required");
    }
    BOOST_TEST(fault(R"({"user":{"data":{"id":7}}})") == "invalid");
    BOOST_TEST(fault(R"({"user":{"data":{"id":"x"}}})") == "invalid");
    const auto body = data("{}", R"({"user":{"data":{"type":"User","id":")" + id + R"("}}})");
    Attributes in(body);
    BOOST_TEST(dashed(in.required_relationship("user")) == id);
    BOOST_TEST(!in.refused());
    in.not_found_relationship("user");
    BOOST_TEST(code(one(*in.refused(), 422)) == "notFound");
}

BOOST_AUTO_TEST_CASE(FC2_FC3_media_types) {
    const Route written{.method = http::Method::post, .path = "/v1/users", .caller = {}, .claims = {}, .sites = {}, .body = 1, .handler = {}};
    const Route plain{.method = http::Method::get, .path = "/v1/users", .caller = {}, .claims = {}, .sites = {}, .body = 0, .handler = {}};
    const Route token{.method = http::Method::post, .path = freshcom::token_path, .caller = {}, .claims = {}, .sites = {}, .body = 1, .handler = {}};
    const auto status = [](const http::Request& request, const Route& route) {
        const auto out = freshcom::media(request, route);
        if (out) BOOST_TEST((out->body.empty() && out->content_type.empty()));
        return out ? out->status : 200;
    };
    for (const char* const type : {"application/vnd.api+json", "application/json", "Application/JSON; charset=utf-8", " application/vnd.api+json ;x=y"}) {
        BOOST_TEST_CONTEXT(type) BOOST_TEST(status(sent("{}", type), written) == 200);
    }
    for (const char* const type : {"", "text/plain", "application/x-www-form-urlencoded", "application/vnd.api", "application/jsonp", "multipart/form-data; application/json"}) {
        BOOST_TEST_CONTEXT(type) {
            BOOST_TEST(status(sent("{}", type), written) == 415);
            BOOST_TEST(status(sent("", type), plain) == 200);
            BOOST_TEST(status(sent("", type), token) == 200);
        }
    }
    const auto accepting = [&](const std::string& accept, const Route& route) {
        auto request = sent("{}");
        request.headers["accept"] = accept;
        return status(request, route);
    };
    for (const char* const accept : {"", "*/*", "application/*", "application/vnd.api+json", "text/html, application/vnd.api+json;q=0.1",
                                     "text/html,*/*;q=0.8", "APPLICATION/VND.API+JSON", "application/vnd.api+json;q=1"}) {
        BOOST_TEST_CONTEXT(accept) BOOST_TEST(accepting(accept, plain) == 200);
    }
    for (const char* const accept : {"text/html", "application/json", "application", "*", ",", "application/vnd.api+json;q=0", "*/*;q=0.000"}) {
        BOOST_TEST_CONTEXT(accept) {
            BOOST_TEST(accepting(accept, plain) == 406);
            BOOST_TEST(accepting(accept, token) == 200);
        }
    }
}

BOOST_AUTO_TEST_CASE(FC30_FC31_the_error_of_the_contract) {
    BOOST_TEST(one({.why = Why::missing_parameter, .field = "phone"}, 422).dump() ==
               R"({"code":"required","source":{"pointer":"/data/attributes/phoneNumber"},"title":"Phone number can't be blank"})");
    const auto short_one = one({.why = Why::bad_parameter, .field = "password", .rule = Refusal::Rule::length, .least = 8}, 422);
    BOOST_TEST(short_one.find("meta")->dump() == R"({"min":8})");
    BOOST_TEST(title(short_one) == "Password should be at least 8 characters");
    BOOST_TEST(one({.why = Why::bad_parameter, .field = "name", .rule = Refusal::Rule::length, .least = 5, .most = 255}, 422).find("meta")->dump() ==
               R"({"min":5,"max":255})");
    using enum Refusal::Rule;
    const std::array<std::pair<Refusal::Rule, std::string_view>, 7> rules{{{none, "invalid"}, {length, "length"}, {format, "format"}, {inclusion, "inclusion"},
                                                                          {must_match, "mustMatch"}, {taken, "taken"}, {invalid, "invalid"}}};
    for (const auto& [rule, wanted] : rules) BOOST_TEST(code(one({.why = Why::bad_parameter, .field = "x", .rule = rule}, 422)) == wanted);
}

BOOST_AUTO_TEST_CASE(FC34_to_FC40_every_refusal_has_its_status) {
    struct Expected {
        Why why;
        int status;
        std::string_view code;
    };
    constexpr std::array expected{Expected{Why::unknown_item, 404, "not_found"},
                                  Expected{Why::not_found, 404, "invalid_endpoint"},
                                  Expected{Why::method_not_allowed, 404, "invalid_endpoint"},
                                  Expected{Why::forbidden, 403, "access_denied"},
                                  Expected{Why::body_too_large, 413, "request_too_large"},
                                  Expected{Why::throttled, 429, "too_many_requests"},
                                  Expected{Why::busy, 503, "service_unavailable"},
                                  Expected{Why::unavailable, 503, "service_unavailable"},
                                  Expected{Why::bad_request, 400, "bad_request"}};
    for (const auto& [why, status, wanted] : expected) BOOST_TEST(code(one({.why = why}, status)) == wanted);
    for (const auto why : {Why::application_unknown, Why::ticket_invalid, Why::credentials_wrong, Why::login_locked}) {
        const auto response = freshcom::refusal({}, sent(""), {.why = why});
        BOOST_TEST(response.status == 401);
        BOOST_TEST((response.body.empty() && response.content_type.empty()));
    }
    const auto said = [](Why why) { return pointer(one({.why = why}, 422)) + " " + code(one({.why = why}, 422)); };
    BOOST_TEST(said(Why::password_wrong) == "/data/attributes/currentPassword mustMatch");
    BOOST_TEST(said(Why::step_up_required) == "/data/attributes/currentPassword required");
    BOOST_TEST(said(Why::link_dead) == "/data/attributes/resetToken invalid");
    BOOST_TEST(said(Why::name_taken) == "/data/attributes/username taken");
    BOOST_TEST(said(Why::password_common) == "/data/attributes/password invalid");
    // A token endpoint tells the same in its own form, but where there is no such address.
    auto token = sent("");
    token.path = "//v1/Token/";
    BOOST_TEST(freshcom::refusal({}, token, {.why = Why::throttled}).status == 429);
    BOOST_TEST(freshcom::refusal({}, token, {.why = Why::bad_request}).body.starts_with(R"({"error":"invalid_request","error_description":)"));
    BOOST_TEST(freshcom::refusal({}, token, {.why = Why::method_not_allowed}).status == 404);
    BOOST_TEST(header(freshcom::fault({}, token, 503, Seconds(1)), "Retry-After") == "1");
    BOOST_TEST(freshcom::fault({}, token, 500, {}).body.starts_with(R"({"error":"server_error")"));
    BOOST_TEST(freshcom::fault({}, sent(""), 500, {}).content_type == freshcom::media_type);
}

BOOST_AUTO_TEST_CASE(FC8_FC9_ids_and_times) {
    BOOST_TEST(freshcom::id_of("0f8fad5b-d9cb-469f-a165-70867728950e").has_value());
    for (const char* const text : {"", "x", "0F8FAD5B-D9CB-469F-A165-70867728950E", "0f8fad5bd9cb469fa16570867728950e", "0f8fad5b-d9cb-469f-a165-70867728950e "}) {
        BOOST_TEST_CONTEXT(text) BOOST_TEST(!freshcom::id_of(text));
    }
    BOOST_TEST(freshcom::moment(*parse_iso8601("2018-10-01T07:43:29.516Z")) == "2018-10-01T07:43:29.516000");
    BOOST_TEST(freshcom::camel("support_specialist") == "supportSpecialist");
    BOOST_TEST(freshcom::snake("supportSpecialist") == "support_specialist");
}

BOOST_AUTO_TEST_CASE(FC10_the_language_of_an_answer) {
    const http::PathParameters path;
    const auto locale = [&](const std::string& query) {
        const auto request = asking(query);
        return freshcom::locale_of({.request = request, .path = path});
    };
    BOOST_TEST(locale("") == "en");
    BOOST_TEST(locale("locale=de-AT") == "de-AT");
    BOOST_TEST(locale("locale=zh_Hans") == "zh_Hans");
    for (const char* const odd : {"locale=", "locale=%22", "locale=a", "locale=%3Cb%3E", "locale=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        BOOST_TEST_CONTEXT(odd) BOOST_TEST(locale(odd) == "en");
    }
}

namespace {

enum Field : int { id, status, name, at };
constexpr std::array fields{db::Field{.kind = db::Kind::id, .operators = db::ops(db::Op::eq)},
                            db::Field{.kind = db::Kind::number, .operators = db::ops(db::Op::eq)},
                            db::Field{.kind = db::Kind::text, .operators = db::ops(db::Op::eq, db::Op::contains)},
                            db::Field{.kind = db::Kind::time, .operators = db::ops(db::Op::eq)}};
std::optional<db::Param> read_status(std::string_view text) {
    if (text == "guest") return db::param(1);
    return {};
}
constexpr std::array members{freshcom::ListMember{"status", status, read_status}, freshcom::ListMember{"id", id}, freshcom::ListMember{"name", name}};
constexpr std::array<int, 1> searched{name};
const freshcom::ListForm form{.members = members, .fields = fields, .searched = searched, .standard = {.field = at, .descending = true}};

std::string parameter(const std::string& query) {
    const auto out = freshcom::list_query(asking(query).query, form);
    BOOST_REQUIRE(!out);
    const auto error = one(out.error(), 400);
    BOOST_TEST(code(error) == "invalid_query");
    return *error.find("source")->find("parameter")->text();
}

}  // namespace

BOOST_AUTO_TEST_CASE(FC12_pages) {
    const auto page = [](const std::string& query) { return *freshcom::paging(asking(query).query); };
    BOOST_TEST(page("").number == 1U);
    BOOST_TEST(page("").size == 25U);
    BOOST_TEST(page("page[number]=3&page%5Bsize%5D=10").offset() == 20U);
    BOOST_TEST(page("page[size]=100").size == 100U);
    BOOST_TEST(page("page[number]=100&page[size]=100").offset() == 9900U);
    for (const char* const query : {"page[size]=0", "page[size]=101", "page[size]=-1", "page[size]=x", "page[size]=1.5", "page[size]=99999999999"}) {
        BOOST_TEST_CONTEXT(query) BOOST_TEST(parameter(query) == "page[size]");
    }
    for (const char* const query : {"page[number]=0", "page[number]=401", "page[number]=x", "page[number]=101&page[size]=100"}) {
        BOOST_TEST_CONTEXT(query) BOOST_TEST(parameter(query) == "page[number]");
    }
}

BOOST_AUTO_TEST_CASE(FC14_filters_and_search) {
    const auto out = freshcom::list_query(asking("filter[status]=guest&filter%5Bname%5D=a%20b&search=mi&locale=de&include=user&x=y").query, form);
    BOOST_REQUIRE(out);
    BOOST_REQUIRE(out->where.size() == 2U);
    BOOST_TEST(out->where[0].field == int{status});
    BOOST_TEST((out->where[0].op == db::Op::eq));
    BOOST_TEST(std::get<std::string>(out->where[1].values.front()) == "a b");
    BOOST_REQUIRE(out->words.size() == 1U);
    BOOST_TEST(out->order.front().field == int{at});
    BOOST_TEST(out->order.front().descending);
    BOOST_TEST(parameter("filter[nothing]=x") == "filter[nothing]");
    BOOST_TEST(parameter("filter[status]=emperor") == "filter[status]");
    BOOST_TEST(parameter("filter[id]=7") == "filter[id]");
    BOOST_TEST(parameter("filter[name]=a&filter[name]=b") == "filter[name]");
    BOOST_TEST(parameter("search=" + std::string(201, 'a')) == "search");
}

BOOST_AUTO_TEST_CASE(FC18_browsers) {
    const auto preflight = freshcom::preflight({});
    BOOST_TEST(preflight.status == 204);
    BOOST_TEST(header(preflight, "Access-Control-Allow-Methods").find("PATCH") != std::string::npos);
    for (const char* const name : {"Authorization", "Content-Type", "Accept", "X-Freshcom-OTP"}) {
        BOOST_TEST(header(preflight, "Access-Control-Allow-Headers").find(name) != std::string::npos);
    }
    http::Response response;
    freshcom::finish({}, response);
    BOOST_TEST(header(response, "Access-Control-Allow-Origin") == "*");
    BOOST_TEST(header(response, "Access-Control-Expose-Headers").starts_with("X-Freshcom-OTP"));
}

// --- The token endpoint

namespace {

const std::string account = "0f8fad5b-d9cb-469f-a165-70867728950e";
std::optional<freshcom::Grant> grant(std::string body, const std::string& code = {}) {
    auto request = sent(std::move(body), "application/x-www-form-urlencoded");
    if (!code.empty()) request.headers["x-freshcom-otp"] = code;
    return freshcom::read_grant(request);
}

}  // namespace

BOOST_AUTO_TEST_CASE(FC50_forms_and_json) {
    const std::string form = "grant_type=password&username=mira%40shop.test&password=a%26b+c&scope=aid%3Ax&otp=123456&more=1";
    const auto json = R"({"grant_type":"password","username":"mira@shop.test","password":"a&b c","scope":"aid:x","otp":"123456","refresh_token":null})";
    for (const auto& body : {form, std::string(json)}) {
        const auto out = grant(body);
        BOOST_REQUIRE(out);
        BOOST_TEST(out->type == "password");
        BOOST_TEST(out->user_name == "mira@shop.test");
        BOOST_TEST(out->password.reveal() == "a&b c");
        BOOST_TEST(out->scope == "aid:x");
        BOOST_TEST(out->code.reveal() == "123456");
        BOOST_TEST(out->refresh_token.empty());
        // FC53: the header first.
        BOOST_TEST(grant(body, "654321")->code.reveal() == "654321");
    }
    BOOST_TEST(grant("")->type.empty());
    for (const char* const body : {"grant_type=a&grant_type=b", "password=%zz", "{", R"({"otp":123456})", R"({"username":["a"]})", R"({"otp":"1","otp":"2"})"}) {
        BOOST_TEST_CONTEXT(body) BOOST_TEST(!grant(body));
    }
}

BOOST_AUTO_TEST_CASE(FC52_the_account_in_a_scope) {
    for (const auto& scope : {"aid:" + account, "aid:aid-live-" + account, "aid:aid-test-" + account, " aid: " + account + " ", "x:y,aid:" + account, "aid:" + account + ",cid:1", "aid:" + account + ",,"}) {
        BOOST_TEST_CONTEXT(scope) BOOST_TEST(dashed(freshcom::account_in(scope).value()) == account);
    }
    for (const auto& scope : {std::string(), std::string("aid"), std::string("aid:"), account, "acc:" + account, "aid:live-" + account,
                              "aid:" + account + "x", "aid:" + account + ",aid:" + account, "aid:x,aid:" + account, "AID:" + account,
                              std::string("aid:0F8FAD5B-D9CB-469F-A165-70867728950E"), "aid:aid-live-aid-live-" + account, "aid:" + account + " x"}) {
        BOOST_TEST_CONTEXT(scope) BOOST_TEST(!freshcom::account_in(scope));
    }
}

BOOST_AUTO_TEST_CASE(FC54_the_heads_of_refresh_tokens) {
    BOOST_TEST(freshcom::behind(freshcom::publishable_head, Secret(std::string("prt-live-abc"))).reveal() == "abc");
    BOOST_TEST(freshcom::behind(freshcom::user_head, Secret(std::string("urt-live-abc"))).reveal() == "abc");
    for (const char* const other : {"", "abc", "prt-test-abc", "urt-live-abc", "PRT-LIVE-abc", "prt-live"}) {
        BOOST_TEST_CONTEXT(other) BOOST_TEST(freshcom::behind(freshcom::publishable_head, Secret(std::string(other))).empty());
    }
}

BOOST_AUTO_TEST_CASE(FC55_FC60_answers_of_the_token_endpoint) {
    const auto out = freshcom::token_answer(Secret(std::string("abc")), Seconds(3600), "urt-live-def");
    BOOST_TEST(out.status == 200);
    BOOST_TEST(out.body == R"({"access_token":"abc","token_type":"bearer","expires_in":3600,"refresh_token":"urt-live-def"})");
    const auto due = freshcom::code_due("tfa_sms");
    BOOST_TEST(due.status == 400);
    BOOST_TEST(due.body.starts_with(R"({"error":"invalid_request","error_description":")"));
    BOOST_TEST(header(due, "X-Freshcom-OTP") == "required; auth_method=tfa_sms");
}

BOOST_AUTO_TEST_SUITE_END()
