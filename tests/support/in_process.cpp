// SPDX-License-Identifier: MIT
#include "support/in_process.h"

#include <algorithm>
#include <stdexcept>

#include <authtickets/crypto/hmac.h>

#include "support/database.h"

namespace authtickets::test {

namespace {

std::string lowered(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

template <class T>
T expect(Result<T> result) {
    if (!result) throw std::runtime_error("refused: " + std::string(name(result.error().why)) + " " + result.error().field);
    return std::move(*result);
}

Config prepared(Config config) {
    crypto::start();
    config.trusted_proxies = {"192.0.2.1"};
    return config;
}

Config emptied() {
    TestDatabase::instance().empty_all_tables();
    return TestDatabase::instance().config();
}

std::string key_file(const Folder& folder, Clock& clock, Rng& rng) {
    crypto::FileKey key{.id = 1, .created_at = clock.now(), .signs_from = clock.now()};
    key.bytes = rng.bytes<32>();
    auto path = folder.path("keys");
    crypto::write_key_file(path, crypto::KeyFile{{key}});
    return path;
}

Reply read(http::Response response) {
    Reply reply{.status = response.status, .headers = {}, .text = std::move(response.body)};
    if (!reply.text.empty()) reply.headers["content-type"] = response.content_type;
    for (auto& [name, value] : response.headers) {
        const auto [at, fresh] = reply.headers.emplace(lowered(name), value);
        if (fresh) continue;
        if (at->first != "set-cookie") throw std::runtime_error("header twice: " + name);
        at->second.append("\n").append(value);  // each on a line of its own
    }
    return reply;
}

}  // namespace

std::vector<std::string> RecordingLog::lines() const {
    const std::lock_guard lock(lock_);
    return lines_;
}

bool RecordingLog::mentions(std::string_view text) const {
    const std::lock_guard lock(lock_);
    return std::ranges::any_of(lines_, [&](const auto& line) { return line.find(text) != line.npos; });
}

void RecordingLog::line(LogLevel, const std::string& text) {
    const std::lock_guard lock(lock_);
    lines_.push_back(text);
}

std::string Reply::header(const std::string& lower_case_name) const {
    const auto found = headers.find(lower_case_name);
    return found == headers.end() ? std::string() : found->second;
}

Json Reply::json() const { return expect(parse_json(text)); }

Json Reply::at(std::string_view path) const {
    const auto whole = json();
    const auto* here = &whole;
    while (here && !path.empty()) {
        const auto dot = path.find('.');
        here = here->find(path.substr(0, dot));
        path = dot == path.npos ? std::string_view{} : path.substr(dot + 1);
    }
    return here ? *here : Json();
}

std::string Reply::text_at(std::string_view path) const {
    const auto found = at(path);
    return found.text() ? *found.text() : std::string();
}

InProcess::InProcess(std::vector<const DoorFace*> with) : InProcess(emptied(), std::move(with)) {
    realm = add_realm("shop", tenant, site);
    client = add_client(realm, applications::storefront | applications::admin);
}

InProcess::InProcess(Config given, std::vector<const DoorFace*> with)
    : config(prepared(std::move(given))),
      proxies(config.trusted_proxies),
      buckets(config.application_requests_per_second),
      keys(key_file(folder, clock, rng), clock),
      gate(folder.path("hash"), 2, 16, Millis(2000)),
      cap(config.codes_per_second),
      doors(std::move(with)),
      shared{.config = config, .clock = clock, .rng = rng, .log = log, .proxies = proxies, .buckets = buckets, .doors = doors},
      core(config, db::Rights::serve, keys, gate, cap, clock, rng, log) {}

http::Request InProcess::bare(http::Method method, std::string_view target, std::string body) const {
    const auto mark = target.find('?');
    auto query = http::parse_query(mark == target.npos ? std::string_view{} : target.substr(mark + 1));
    if (!query) throw std::runtime_error("a query that cannot be read");
    http::Request request{.method = method,
                          .method_text = std::string(name(method)),
                          .path = std::string(target.substr(0, mark)),
                          .query = std::move(*query),
                          .body = std::move(body),
                          .content_type = "application/json",
                          .peer = "198.51.100.7"};
    return request;
}

http::Request InProcess::request(http::Method method, std::string_view target, std::string body) const {
    auto request = bare(method, target, std::move(body));
    request.headers["authorization"] = "Bearer " + client.token;
    request.headers["x-vol-tenant"] = std::to_string(tenant);
    request.headers["x-vol-site"] = std::to_string(site);
    return request;
}

Reply InProcess::send(const http::Request& request) { return send(core, request); }

Reply InProcess::send(const Result<http::Request>& request, std::string_view path) {
    return read(server::serve(shared, core.app, request, path));
}

Reply InProcess::send(Core& worker, const http::Request& request) {
    return read(server::serve(shared, worker.app, request));
}

std::unique_ptr<Core> InProcess::another_worker() {
    return std::make_unique<Core>(config, db::Rights::serve, keys, gate, cap, clock, rng, log);
}

RealmNo InProcess::add_realm(std::string name, std::uint32_t of_tenant, std::uint32_t of_site) {
    const auto address = "https://" + name + ".example";
    const realms::NewRealm wanted{
        .name = name,
        .address = address,
        .site = {.tenant = of_tenant, .site = of_site, .name = name, .domain = name + ".example", .locale_code = "en-US",
                 .country_code = "US", .currency_code = "USD"}};
    return expect(core.realms.add(core.db, context(), wanted))->no;
}

Client InProcess::add_client(RealmNo of_realm, applications::Behaviours behaviours) {
    auto in_realm = context();
    in_realm.realm = of_realm;
    const auto added = core.applications.add(core.db, in_realm, of_realm, "storefront", behaviours);
    const auto issued = expect(core.applications.issue(core.db, context(), added.application.client_id, added.secret));
    return {added.application.client_id, added.secret, std::string(issued.access.reveal())};
}

void InProcess::renew_token() {
    client.token = expect(core.applications.issue(core.db, context(), client.id, client.secret)).access.reveal();
}

Context InProcess::context() {
    return {.now = clock.now(), .request_id = uuid_v4(rng), .door = Door::kibo};
}

}  // namespace authtickets::test
