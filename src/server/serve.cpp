// SPDX-License-Identifier: MIT
// The request loop's one request: which door, which row, the guard, the handler, the answer. The only place that catches:
// a fault becomes 500 or 503 with a log line and the request's id. What came in is never logged.
#include <algorithm>
#include <typeinfo>

#include <authtickets/authorizer/authorizer.h>
#include <authtickets/base/utf8.h>
#include <authtickets/db/schema.h>
#include <authtickets/server/server.h>

#include "own_form.h"

namespace authtickets::server {

namespace {

constexpr Seconds soon{1};                   // an access refused for our own sake may be tried again at once
constexpr std::size_t browser_bytes = 255;   // the columns that hold it
constexpr std::size_t address_bytes = 45;    // the longest text of an IPv6 address

// Foreign text that goes into rows as it is: valid UTF-8 without control characters, cut between letters.
std::string tame(std::string_view text, std::size_t most) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto from = at;
        const auto letter = next_code_point(text, at);
        const bool odd = letter == not_utf8 || letter < 0x20 || (letter >= 0x7f && letter < 0xa0);
        const auto piece = odd ? std::string_view("?") : text.substr(from, at - from);
        if (out.size() + piece.size() > most) break;
        out.append(piece);
    }
    return out;
}

Context context_of(const Shared& shared, const http::Request& request) {
    const auto client = shared.proxies.client(request.peer, request.header("x-forwarded-for").value_or(""));
    return {.now = shared.clock.now(),
            .request_id = uuid_v4(shared.rng),
            .address = tame(client.address, address_bytes),
            // A direct peer is an application's server: its address says nothing about a shopper (TH2).
            .own_address = client.forwarded,
            .browser = tame(request.header("user-agent").value_or(""), browser_bytes)};
}

// A prefix ends with a slash, or is a page itself: "/account" has "/account/settings" under it, and not "/accounting". Of one
// that ends with a slash the door answers what lacks it too: "/v2".
bool under(std::string_view prefix, std::string_view path) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    if (prefix.ends_with('/') && path.size() + 1 == prefix.size()) prefix.remove_suffix(1);
    if (path.size() < prefix.size() || !std::ranges::equal(prefix, path.substr(0, prefix.size()), {}, lower, lower)) return false;
    return prefix.ends_with('/') || path.size() == prefix.size() || path[prefix.size()] == '/';
}

const DoorFace* door_of(const Shared& shared, std::string_view path) {
    const auto merged = http::merged_slashes(path);
    const auto found = std::ranges::find_if(shared.doors, [&](const auto* door) {
        return under(door->prefix, door->merges_slashes ? std::string_view(merged) : path);
    });
    return found == shared.doors.end() ? nullptr : *found;
}

// The request as its door reads it: nothing for one that reads it as it came.
std::optional<http::Request> with_merged_slashes(const Shared& shared, const http::Request& request) {
    if (request.path.find("//") == std::string::npos) return {};
    const auto* const door = door_of(shared, request.path);
    if (!door || !door->merges_slashes) return {};
    auto out = request;
    out.path = http::merged_slashes(request.path);
    return out;
}

struct Found {
    const Route* route = nullptr;
    http::PathParameters path;
    std::string allow;  // methods of this path, when none of its rows fits; empty when there is no such path
};

// The first pattern that fits decides what the path means; methods are looked for under that pattern only, so that
// PUT .../current is a wrong method and not the item named "current".
Found find(const DoorFace& door, const http::Request& request) {
    Found found;
    std::string_view pattern;
    const auto wanted = request.method == http::Method::head ? http::Method::get : request.method;
    for (const auto& row : door.routes) {
        if (pattern.empty()) {
            auto parameters = http::match(row.path, request.path);
            if (!parameters) continue;
            pattern = row.path;
            found.path = std::move(*parameters);
        } else if (row.path != pattern) {
            continue;
        }
        if (row.method == wanted) {
            found.route = &row;
            return found;
        }
        if (!found.allow.empty()) found.allow.append(", ");
        found.allow.append(name(row.method));
        if (row.method == http::Method::get) found.allow.append(", HEAD");
    }
    return found;
}

// One request while it is served.
class Serving {
public:
    Serving(const Shared& shared, App& app, const http::Request& request)
        : shared_(shared), app_(app), request_(request), context_(context_of(shared, request)),
          door_(request.guarded ? nullptr : door_of(shared, request.path)) {
        if (door_) {
            context_.door = door_->door;
            context_.own_address = context_.own_address || door_->direct;
        }
        context_.quota = &quota_;
    }

    // refused: the request could not be read.
    http::Response answer(const Refusal* refused) {
        http::Response response;
        try {
            response = refused ? refusal(*refused) : answer();
        } catch (const Unavailable& fault) {
            app_.log.warn("request.unavailable", {{"request", context_.request_id}, {"route", route_}, {"why", fault.what()}});
            response = this->fault(503);
        } catch (const Fault& fault) {
            app_.log.error("request.fault", {{"request", context_.request_id}, {"route", route_}, {"why", fault.what()}});
            response = this->fault(500);
        } catch (const std::exception& fault) {
            // The text of a foreign exception may quote what came in; its type does not.
            app_.log.error("request.fault", {{"request", context_.request_id}, {"route", route_}, {"type", typeid(fault).name()}});
            response = this->fault(500);
        }
        if (door_) door_->finish(context_, response);
        tell_quota(response);
        // What an authorizer's yes carries beside its variables could end up in the application's answer.
        const bool passes = request_.guarded && request_.guarded->role && response.status == 200;
        if (!passes) set_common_headers(response);
        return response;
    }

private:
    http::Response answer() {
        if (request_.guarded) {
            route_ = authorizer::path;
            return authorizer::answer(app_, context_, request_, shared_.config.mount);
        }
        if (!door_) return without_door();
        if (door_->preflight && request_.method == http::Method::options) return door_->preflight(request_);
        auto found = find(*door_, request_);
        if (!found.route) return reads_nowhere(found) ? nowhere() : no_route(found.allow);
        route_ = found.route->path;
        if (!db::serves_schema(app_.db.server().schema)) {
            throw Unavailable("the database holds a schema that this program does not serve; see authtickets migrate");
        }
        if (door_->media) {
            if (auto other = door_->media(request_, *found.route)) return std::move(*other);
        }
        Call call{.request = request_, .path = found.path};
        if (auto judged = guard(shared_, app_, *door_, *found.route, request_, context_, call); !judged) {
            return refusal(judged.error());
        }
        auto handled = found.route->handler(app_, context_, call);
        return handled ? std::move(*handled) : refusal(handled.error());
    }

    bool reads_nowhere(const Found& found) const {
        const bool read = request_.method == http::Method::get || request_.method == http::Method::head;
        return read && found.allow.empty() && door_->nowhere && db::serves_schema(app_.db.server().schema);
    }

    http::Response nowhere() {
        const http::PathParameters none;
        auto handled = door_->nowhere(app_, context_, {.request = request_, .path = none});
        return handled ? std::move(*handled) : refusal(handled.error());
    }

    http::Response without_door() {
        if (!http::match("/healthz", request_.path)) return refusal({.why = Why::not_found});
        route_ = "/healthz";
        if (request_.method != http::Method::get && request_.method != http::Method::head) return no_route("GET, HEAD");
        auto response = healthz(shared_, app_);
        response.header("x-vol-correlation", hex(context_.request_id));
        return response;
    }

    http::Response no_route(const std::string& allow) {
        if (allow.empty()) return refusal({.why = Why::not_found});
        auto response = refusal({.why = Why::method_not_allowed});
        set_header(response, "Allow", allow);
        return response;
    }

    http::Response refusal(const Refusal& refusal) {
        auto response = door_ ? door_->refusal(context_, request_, refusal) : own_refusal(context_, refusal);
        if (refusal.retry_after.count() > 0 && refusal.why != Why::code_wrong && !has_header(response, "Retry-After")) {
            response.header("Retry-After", std::to_string(refusal.retry_after.count()));
        }
        if (response.status >= 500) {
            app_.log.warn("request.refused", {{"request", context_.request_id}, {"route", route_}, {"why", name(refusal.why)}});
        } else if (refusal.why == Why::throttled) {
            app_.log.info("request.refused", {{"request", context_.request_id}, {"route", route_}, {"why", name(refusal.why)}});
        }
        return response;
    }

    // TH10: of the application's budget and the address's, which say nothing about any account.
    void tell_quota(http::Response& response) const {
        if (!quota_) return;
        response.header("RateLimit-Limit", std::to_string(quota_->limit));
        response.header("RateLimit-Remaining", std::to_string(quota_->remaining));
        response.header("RateLimit-Reset", std::to_string(quota_->reset.count()));
    }

    http::Response fault(int status) {
        if (request_.guarded) return authorizer::refused(*request_.guarded, status);
        const auto retry_after = status == 503 ? soon : Seconds{0};
        return door_ ? door_->fault(context_, request_, status, retry_after) : own_fault(context_, status, retry_after);
    }

    const Shared& shared_;
    App& app_;
    const http::Request& request_;
    Context context_;
    std::optional<Quota> quota_;
    const DoorFace* door_;
    std::string_view route_ = "none";
};

// When even the answer to a fault could not be made.
http::Response last_resort() {
    http::Response response{.status = 500};
    set_common_headers(response);
    return response;
}

}  // namespace

http::Response serve(const Shared& shared, App& app, const Result<http::Request>& read, std::string_view path) {
    try {
        if (read) {
            const auto merged = with_merged_slashes(shared, *read);
            return Serving(shared, app, merged ? *merged : *read).answer(nullptr);
        }
        const http::Request unread{.path = std::string(path)};
        return Serving(shared, app, unread).answer(&read.error());
    } catch (const std::exception& fault) {
        app.log.error("request.fault", {{"type", typeid(fault).name()}});
        return last_resort();
    }
}

http::Response unconfigured(Clock& clock, Rng& rng, const Result<http::Request>& request) {
    auto response = request && request->guarded ? authorizer::refused(*request->guarded, 503)
                                                : own_fault({.now = clock.now(), .request_id = uuid_v4(rng)}, 503, Seconds{60});
    set_common_headers(response);
    return response;
}

}  // namespace authtickets::server
