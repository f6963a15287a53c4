// SPDX-License-Identifier: MIT
// The mount as a client meets it: does it lead to the program, and does the Authorization header arrive there? The latter
// is asked with a real ticket of an application, got through the mount and ended at once after. And an address that the web server
// guards by tickets: does anybody get in without one?
#include <authtickets/net/https.h>

#include "cli/doctor.h"

namespace authtickets::cli {

namespace {

constexpr net::Limits limits{.deadline = Millis(5000), .bytes = 65536};  // more than any answer that is asked for here

constexpr std::string_view tickets = "/api/platform/applications/authtickets";
// A tenant of any number: 200 and 404 both say that the token was read.
constexpr std::string_view tenant = "/api/platform/tenants/1";

struct NoAnswer {
    std::string why;
};

struct Answer {
    int status = 0;
    std::string location{};
    Json body{};
    std::string_view text(std::string_view name) const {
        const auto* const found = body.find(name);
        return found && found->text() ? std::string_view(*found->text()) : std::string_view{};
    }
};

using Headers = std::vector<std::string>;  // lines

Answer ask(const std::string& url, const std::string& method, std::string_view path, const Headers& headers = {},
           const std::string& body = {}) {
    auto got = net::Client().ask(method, url + std::string(path), headers, body, limits);
    if (got.status == 0) throw NoAnswer{std::move(got.why)};
    Answer answer{.status = got.status, .location = std::move(got.location)};
    if (auto json = parse_json(got.body)) answer.body = std::move(*json);
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
    const auto ticket = ask(mount.url, "POST", std::string(tickets) + "/oauth", {"Content-Type: application/json"}, request.dump());
    const auto token = std::string(ticket.text("access_token"));
    if (ticket.status != 200 || token.empty()) {
        report.problem(about, "asking for an application ticket " + what(ticket),
                       ticket.status == 401 ? "is the client id right, is the secret the one that app add printed, and is the application enabled?"
                                            : "see the program's log");
        return;
    }
    const auto by_header = ask(mount.url, "GET", tenant, {"Authorization: Bearer " + token});
    const auto by_other = ask(mount.url, "GET", tenant, {"x-vol-app-claims: " + token});
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
    if (const auto twice = ask(mount.url, "GET", nowhere, {"X-Freshcom-OTP: 1, 2"}); twice.status != 400) {
        report.problem("freshcom", "the header X-Freshcom-OTP does not arrive at the program: " + std::string(nowhere) + " " + what(twice),
                       "the web server, or what stands before it, must pass it on");
        return;
    }
    report.ok("freshcom", mount.url + "/v1/ leads to the program too, and X-Freshcom-OTP arrives");
}

// Every way in which a guarded address is asked for. Nobody is signed in, so the application must never answer.
struct Question {
    std::string_view how;
    std::string path;
    Headers headers{};
};

std::vector<Question> questions(const std::string& path) {
    std::vector<Question> out{
        {"without a ticket", path},
        {"with a forged name", path,
         {"AUTHTICKETS-User: doctor", "AUTHTICKETS_USER: doctor", "Remote-User: doctor", "x-vol-user-claims: doctor"}},
        {"with a doubled slash", "/" + path},
    };
    // "/orders/" as "/%6frders/"
    if (path.size() > 1 && path[1] != '%') out.push_back({"in another spelling", "/%" + hex(as_bytes(path.substr(1, 1))) + path.substr(2)});
    return out;
}

bool is_no(const Answer& answer) {
    return answer.status == 401 || answer.status == 403 || (answer.status == 303 && answer.location.find("/account/") != std::string::npos);
}

// False: the application answers, or nobody can tell who may.
bool is_closed(const std::string& host, const std::string& path, Report& report) {
    for (const auto& question : questions(path)) {
        const auto answer = ask(host, "GET", question.path, question.headers);
        // Another spelling may lead nowhere, or to the usual one.
        if (is_no(answer) || (question.path != path && answer.status >= 300 && answer.status < 500)) continue;
        report.problem("guarded", host + path + " asked " + std::string(question.how) + " " + what(answer),
                       answer.status >= 500 ? "see the program's log (authorizer.misconfigured names a wrong word of the rule) and the web server's"
                                            : "the web server serves it without asking the program; see its authtickets-guard file in contrib/");
        return false;
    }
    return true;
}

}  // namespace

void look_at_guarded(const std::string& url, Report& report) {
    const auto slash = std::min(url.find('/', url.find("://") + 3), url.size());
    const auto host = url.substr(0, slash), path = slash == url.size() ? std::string("/") : url.substr(slash);
    try {
        if (!is_closed(host, path, report)) return;
        const auto page = ask(host, "GET", path, {"Accept: text/html", "Sec-Fetch-Mode: navigate"});
        if (page.status == 303) {
            report.ok("guarded", url + " is closed to whoever has no ticket, and browsers are led to " + page.location);
        } else {
            report.warning("guarded", url + " is closed to whoever has no ticket, but a browser is not led to a page to sign in at: it " + what(page),
                           "see the web server's authtickets-guard file in contrib/, and whether the realm's site is this host");
        }
    } catch (const NoAnswer& fault) {
        report.problem("guarded", url + " does not answer: " + fault.why, "is the web server up, and is the address right?");
    }
}

void must_be_http(const std::string& url, std::string_view flag) {
    const auto name = std::string(flag);
    if (url.starts_with("https://")) {
        throw WrongUse(name + ": https is not offered; name an http address of the mount on this host, or ask by hand: curl " + url
                       + (flag == "--url" ? "/healthz" : ""));
    }
    const net::UrlRules any{.insecure = true, .addresses = net::AddressRules::anywhere()};
    if (url.find_first_of("?#") != url.npos || !net::why_not(url, any).empty()) {
        throw WrongUse(name + " must be an address such as http://localhost:8080");
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
    } catch (const NoAnswer& fault) {
        report.problem("mount", mount.url + " does not answer: " + fault.why, "is the web server up, and is the address right?");
    }
}

}  // namespace authtickets::cli
