// SPDX-License-Identifier: MIT
// The mount as a client meets it: does it lead to the program, and does the Authorization header arrive there? The latter
// is asked with a real ticket of an application, got through the mount and ended at once after.
#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/URI.h>

#include <map>

#include "cli/doctor.h"

namespace authtickets::cli {

namespace {

constexpr int timeout_seconds = 5;
constexpr std::size_t most_bytes = 65536;  // of an answer; more than any that is asked for here

constexpr std::string_view tickets = "/api/platform/applications/authtickets";
// A tenant of any number: 200 and 404 both say that the token was read.
constexpr std::string_view tenant = "/api/platform/tenants/1";

Poco::URI parsed(const std::string& url) {
    try {
        return Poco::URI(url);
    } catch (const Poco::Exception&) {
        throw WrongUse("--url must be an address such as http://localhost:8080");
    }
}

struct Answer {
    int status = 0;
    std::string location{};
    Json body{};
    std::string_view text(std::string_view name) const {
        const auto* const found = body.find(name);
        return found && found->text() ? std::string_view(*found->text()) : std::string_view{};
    }
};

using Headers = std::map<std::string, std::string>;

Answer ask(const std::string& url, const std::string& method, std::string_view path, const Headers& headers = {},
           const std::string& body = {}) {
    const auto base = parsed(url);
    Poco::Net::HTTPClientSession session(base.getHost(), base.getPort());
    session.setTimeout(Poco::Timespan(timeout_seconds, 0));
    Poco::Net::HTTPRequest request(method, base.getPath() + std::string(path), Poco::Net::HTTPMessage::HTTP_1_1);
    request.setKeepAlive(false);
    for (const auto& [name, value] : headers) request.set(name, value);
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    auto& in = session.receiveResponse(response);
    std::string text(most_bytes, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    Answer answer{.status = response.getStatus(), .location = response.get("Location", "")};
    if (auto json = parse_json(text)) answer.body = std::move(*json);
    return answer;
}

std::string what(const Answer& answer) {
    auto out = "answers " + std::to_string(answer.status);
    if (!answer.location.empty()) out.append(" and leads to ").append(answer.location);
    return out;
}

// Whether the program answers there.
bool look_at_health(const Mount& mount, Report& report) {
    const auto url = mount.url + "/healthz";
    const auto answer = ask(mount.url, "GET", "/healthz");
    const auto status = answer.text("status");
    if (answer.status == 200 && status == "ok") {
        report.ok("mount", url + " answers 200: the program is there and well");
        return true;
    }
    if (answer.status == 503 && status == "unavailable") {
        report.problem("mount", url + " answers 503: the program is there and not well: " + answer.body.dump(),
                       "see the other checks and the program's log; does the web server give it the same AUTHTICKETS_CONFIG?");
        return true;
    }
    report.problem("mount", url + " " + what(answer) + ", which is not the program's answer",
                   answer.status >= 500 ? "is the program started, and may the web server reach its socket? See the web server's error log"
                                        : "the web server must pass /healthz and /api/ on to the program; if it keeps a prefix"
                                          " on the path, http.mount must name it");
    return false;
}

void look_at_authorization(const Mount& mount, Report& report) {
    constexpr std::string_view about = "authorization";
    const auto request = Json::object({{"client_id", mount.client_id},
                                       {"client_secret", mount.client_secret.reveal()},
                                       {"grant_type", "client_credentials"}});
    const auto ticket = ask(mount.url, "POST", std::string(tickets) + "/oauth", {{"Content-Type", "application/json"}}, request.dump());
    const auto token = std::string(ticket.text("access_token"));
    if (ticket.status != 200 || token.empty()) {
        report.problem(about, "asking for an application ticket " + what(ticket),
                       ticket.status == 401 ? "is the client id right, is the secret the one that app add printed, and is the application enabled?"
                                            : "see the program's log");
        return;
    }
    const auto by_header = ask(mount.url, "GET", tenant, {{"Authorization", "Bearer " + token}});
    const auto by_other = ask(mount.url, "GET", tenant, {{"x-vol-app-claims", token}});
    // The token lived for two questions. Whatever comes back, it dies by itself within a day.
    if (const auto refresh = std::string(ticket.text("refresh_token")); !refresh.empty()) {
        ask(mount.url, "DELETE", std::string(tickets) + "/" + refresh);
    }
    const auto read = [](const Answer& answer) { return answer.status == 200 || answer.status == 404; };
    if (read(by_header)) {
        report.ok(about, "the Authorization header arrives at the program");
    } else if (read(by_other)) {
        report.problem(about, "the web server does not pass the Authorization header on",
                       "Apache: CGIPassAuth On where the program is mounted; see the files for each web server in contrib/");
    } else {
        report.problem(about, "a fresh application ticket is refused: " + std::string(tenant) + " " + what(by_header),
                       "do all processes behind the mount have the same key file and database?");
    }
}

// Whether the web server leads the addresses of the Elastic Path door here too: its configuration may be of before they were.
void look_at_elasticpath(const Mount& mount, Report& report) {
    constexpr std::string_view realms = "/v2/authentication-realms", token = "/oauth/access_token";
    for (const auto& [path, expected] : {std::pair(realms, 401), std::pair(token, 405)}) {
        const auto answer = ask(mount.url, "GET", path);
        if (answer.status == expected && answer.body.find("errors")) continue;
        report.warning("elasticpath", mount.url + std::string(path) + " " + what(answer) + ": it does not lead to the program",
                       "take the web server's configuration from the program's contrib anew, or leave it if no client of Elastic Path calls");
        return;
    }
    report.ok("elasticpath", mount.url + "/v2/ and /oauth/ lead to the program too");
}

// The same of the Freshcom door, and whether one-time passwords arrive: a header that holds two is refused before its address is
// looked at.
void look_at_freshcom(const Mount& mount, Report& report) {
    constexpr std::string_view nowhere = "/v1/nosuch", remedy =
        "take the web server's configuration from the program's contrib anew, or leave it if no client of Freshcom calls";
    const auto answer = ask(mount.url, "GET", nowhere);
    if (answer.status != 404 || !answer.body.find("errors")) {
        report.warning("freshcom", mount.url + std::string(nowhere) + " " + what(answer) + ": it does not lead to the program", std::string(remedy));
        return;
    }
    if (const auto twice = ask(mount.url, "GET", nowhere, {{"X-Freshcom-OTP", "1, 2"}}); twice.status != 400) {
        report.problem("freshcom", "the header X-Freshcom-OTP does not arrive at the program: " + std::string(nowhere) + " " + what(twice),
                       "the web server, or what stands before it, must pass it on");
        return;
    }
    report.ok("freshcom", mount.url + "/v1/ leads to the program too, and X-Freshcom-OTP arrives");
}

}  // namespace

void must_be_http(const std::string& url) {
    const auto base = parsed(url);
    if (base.getScheme() == "https") {
        throw WrongUse("--url: https is not offered; name an http address of the mount on this host, or ask by hand: curl "
                       + url + "/healthz");
    }
    if (base.getScheme() != "http" || base.getHost().empty() || !base.getUserInfo().empty() || !base.getRawQuery().empty()
        || !base.getFragment().empty()) {
        throw WrongUse("--url must be an address such as http://localhost:8080");
    }
}

void look_at_mount(const Mount& mount, Report& report) {
    try {
        if (!look_at_health(mount, report)) return;
        look_at_elasticpath(mount, report);
        look_at_freshcom(mount, report);
        if (mount.client_id.empty()) {
            report.warning("authorization", "whether the Authorization header arrives was not asked",
                           "add --client-id and --client-secret-file of an application");
        } else {
            look_at_authorization(mount, report);
        }
    } catch (const Poco::Exception& fault) {
        report.problem("mount", mount.url + " does not answer: " + fault.displayText(), "is the web server up, and is the address right?");
    }
}

}  // namespace authtickets::cli
