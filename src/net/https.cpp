// SPDX-License-Identifier: MIT
// Outgoing HTTP by libcurl.
#include <authtickets/net/https.h>

#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "net/curl.h"

namespace authtickets::net {
namespace {

// What libcurl asks and tells while an exchange runs.
struct Exchange {
    std::string& body;
    std::size_t most;
    bool keep_front;          // of a body that is too long; else it is refused whole
    bool head = false;        // the head of the final answer is whole
    bool too_long = false;
    int status = 0;           // what its first line said
    std::string location{};
};

// Less than was offered ends the exchange.
std::size_t take(const char* data, std::size_t, std::size_t size, void* into) {
    auto& exchange = *static_cast<Exchange*>(into);
    const auto room = exchange.most - exchange.body.size();
    if (size <= room) {
        exchange.body.append(data, size);
        return size;
    }
    exchange.too_long = true;
    if (exchange.keep_front) exchange.body.append(data, room);
    return 0;
}

bool same_but_for_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// Line by line. Answers with 1xx come before the one that counts.
std::size_t note_head(const char* data, std::size_t, std::size_t size, void* into) {
    auto& exchange = *static_cast<Exchange*>(into);
    const std::string_view line(data, size);
    if (line.starts_with("HTTP/")) {
        const auto blank = line.find(' ');
        exchange.status = blank != line.npos ? std::atoi(std::string(line.substr(blank + 1, 3)).c_str()) : 0;
    } else if (line == "\r\n" || line == "\n") {
        exchange.head = exchange.status >= 200;
    } else if (constexpr std::string_view name = "location:"; same_but_for_case(line.substr(0, name.size()), name)) {
        exchange.location = line.substr(std::min(line.find_first_not_of(" \t", name.size()), line.size()));
        exchange.location.erase(std::min(exchange.location.find_last_not_of("\r\n") + 1, exchange.location.size()));
    }
    return size;
}

struct Gate {
    AddressRules rules;
    bool refused = false;  // in this exchange
};

// Here the address is known that will be connected to, and nothing has been sent to it: a name that gives another answer
// at another look-up gains nothing.
curl_socket_t open_socket(void* into, curlsocktype, curl_sockaddr* to) {
    auto& gate = *static_cast<Gate*>(into);
    if (!gate.rules.allow(to->addr)) {
        gate.refused = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

void begin_http(CURL* handle, const std::string& url, const List& headers, Limits limits, Gate& gate, Exchange& exchange) {
    begin(handle, limits.deadline);
    gate.refused = false;
    set(handle, CURLOPT_URL, url.c_str());
    set(handle, CURLOPT_PROTOCOLS_STR, url.starts_with("http://") ? "http" : "https");
    set(handle, CURLOPT_HTTPHEADER, headers.get());
    set(handle, CURLOPT_USERAGENT, "authtickets");
    set(handle, CURLOPT_FOLLOWLOCATION, 0L);
    set(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    set(handle, CURLOPT_OPENSOCKETDATA, &gate);
    set(handle, CURLOPT_WRITEFUNCTION, take);
    set(handle, CURLOPT_WRITEDATA, &exchange);
    set(handle, CURLOPT_HEADERFUNCTION, note_head);
    set(handle, CURLOPT_HEADERDATA, &exchange);
}

void explain(Answer& answer, CURLcode done, const Exchange& exchange, const Gate& gate) {
    answer.body.clear();
    answer.refused = gate.refused && done == CURLE_COULDNT_CONNECT;
    answer.late = done == CURLE_OPERATION_TIMEDOUT;
    answer.why = answer.refused      ? "refused address: not a public one and not in hook.allow"
                 : exchange.too_long ? "the answer is too long"
                 : done == CURLE_OK  ? "the answer ends inside its head"  // libcurl takes that for a whole one
                                     : curl().strerror(done);
}

}  // namespace

std::string start() { return curl().why; }

struct Client::Impl {
    Gate gate;
    Handle handle = make_handle();
};

Client::Client(AddressRules rules) : impl_(new Impl{.gate = {.rules = std::move(rules)}}) {}
Client::~Client() = default;

Answer Client::get(const std::string& address, std::span<const std::string> headers, Limits limits) {
    auto* const handle = impl_->handle.get();
    if (!handle) return {.why = no_handle()};
    const auto list = list_of(headers);
    Answer answer;
    Exchange exchange{.body = answer.body, .most = limits.bytes, .keep_front = false};
    begin_http(handle, address, list, limits, impl_->gate, exchange);
    if (const auto done = curl().perform(handle); done != CURLE_OK || !exchange.head) {
        explain(answer, done, exchange, impl_->gate);
        return answer;
    }
    answer.status = exchange.status;
    return answer;
}

Answer Client::post(const std::string& url, std::span<const std::string> headers, std::string_view body, Limits limits) {
    return ask("POST", url, headers, body, limits);
}

Answer Client::ask(const std::string& method, const std::string& url, std::span<const std::string> headers, std::string_view body, Limits limits) {
    auto* const handle = impl_->handle.get();
    if (!handle) return {.why = no_handle()};
    std::vector<std::string> all(headers.begin(), headers.end());
    all.emplace_back("Expect:");  // the body goes at once: a receiver that ignores the question would cost a second
    const auto list = list_of(all);
    Answer answer;
    Exchange exchange{.body = answer.body, .most = limits.bytes, .keep_front = true};
    begin_http(handle, url, list, limits, impl_->gate, exchange);
    set(handle, CURLOPT_PATH_AS_IS, 1L);
    if (method == "POST" || !body.empty()) {
        set(handle, CURLOPT_POST, 1L);
        set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        set(handle, CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());  // not copied
    }
    if (method != "POST") set(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
    const auto done = curl().perform(handle);
    if (!exchange.head) {
        explain(answer, done, exchange, impl_->gate);
        return answer;
    }
    answer.status = exchange.status;
    answer.location = std::move(exchange.location);
    answer.cut = done != CURLE_OK;
    return answer;
}

}  // namespace authtickets::net
