// SPDX-License-Identifier: MIT
// Outgoing mail by libcurl. What the server says is kept as numbers only: its sentences may name the recipient.
#include <authtickets/net/smtp.h>

#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include <authtickets/base/clock.h>

#include "net/curl.h"

namespace authtickets::net {
namespace {

// How far the exchange came. Refusals before `mail` concern us, not the message.
enum class Stage { connecting, mail, recipients, data, sent };

constexpr Millis goodbye{1000};  // how long an answer to QUIT is waited for

struct Exchange {
    std::string_view unread;
    Stage stage = Stage::connecting;
    std::string reply{};  // the last line the server said
    Millis left_at{0};    // with QUIT, whose answer says nothing; 0: not yet
};

std::size_t give(char* into, std::size_t, std::size_t size, void* from) {
    auto& exchange = *static_cast<Exchange*>(from);
    const auto count = std::min(size, exchange.unread.size());
    std::memcpy(into, exchange.unread.data(), count);
    exchange.unread.remove_prefix(count);
    if (exchange.unread.empty()) exchange.stage = Stage::sent;
    return count;
}

// What goes out is looked at for its first word only; a line with a password among it is not kept.
int watch(CURL*, curl_infotype kind, char* data, std::size_t size, void* into) {
    auto& exchange = *static_cast<Exchange*>(into);
    const std::string_view line(data, size);
    if (kind == CURLINFO_HEADER_OUT && line.starts_with("QUIT")) exchange.left_at = steady_now();
    if (exchange.left_at != Millis(0)) return 0;
    if (kind == CURLINFO_HEADER_IN) {
        exchange.reply = line.substr(0, 16);
    } else if (kind == CURLINFO_HEADER_OUT) {
        if (line.starts_with("MAIL ")) exchange.stage = Stage::mail;
        if (line.starts_with("RCPT ")) exchange.stage = Stage::recipients;
        if (line.starts_with("DATA")) exchange.stage = Stage::data;
        exchange.reply.clear();
    }
    return 0;
}

// The deadline does not hold for the QUIT of an exchange that failed.
int gone_long_enough(void* into, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& exchange = *static_cast<const Exchange*>(into);
    return exchange.left_at != Millis(0) && steady_now() > exchange.left_at + goodbye ? 1 : 0;
}

bool digit(char c) { return c >= '0' && c <= '9'; }

int code_of(std::string_view reply) {
    if (reply.size() < 3 || !std::all_of(reply.begin(), reply.begin() + 3, digit)) return 0;
    return (reply[0] - '0') * 100 + (reply[1] - '0') * 10 + (reply[2] - '0');
}

// "5.1.1" of "550 5.1.1 no such mailbox" (RFC 3463): tells what is wrong and names nobody.
std::string enhanced(std::string_view reply) {
    reply.remove_prefix(std::min<std::size_t>(4, reply.size()));
    const auto end = std::ranges::find_if_not(reply, [](char c) { return digit(c) || c == '.'; });
    const std::string out(reply.begin(), end);
    return std::ranges::count(out, '.') == 2 ? out : std::string();
}

std::string_view name(Stage stage) {
    switch (stage) {
        case Stage::connecting: return "before the message";
        case Stage::mail: return "to the sender";
        case Stage::recipients: return "to a recipient";
        case Stage::data: return "to DATA";
        case Stage::sent: return "to the message";
    }
    return "";  // unreachable
}

Sent judged(CURLcode done, const Exchange& exchange) {
    if (done == CURLE_OK) return {.verdict = Verdict::accepted, .code = code_of(exchange.reply)};
    const auto code = code_of(exchange.reply);
    if (code < 400 || done == CURLE_OPERATION_TIMEDOUT) {
        const auto* const what = done == CURLE_LOGIN_DENIED ? "no way to sign in that both sides know" : curl().strerror(done);
        return {.verdict = Verdict::temporary, .why = "mail server: " + std::string(what)};
    }
    const bool ours = exchange.stage == Stage::connecting || code == 530 || code == 534 || code == 535 || code == 538;  // RFC 4954
    const bool for_good = code >= 500 && !ours;
    const auto precise = enhanced(exchange.reply);
    return {.verdict = for_good ? Verdict::permanent : Verdict::temporary,
            .code = code,
            .why = "mail server: it said " + std::to_string(code) + (precise.empty() ? "" : " " + precise) + " "
                   + std::string(name(exchange.stage))};
}

std::string url_of(const SmtpServer& server) {
    const bool bare_v6 = server.host.find(':') != server.host.npos;
    return std::string(server.security == MailSecurity::tls ? "smtps://" : "smtp://")
           + (bare_v6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port) + "/" + server.hello;
}

std::string angled(const std::string& address) { return "<" + address + ">"; }

}  // namespace

struct Smtp::Impl {
    SmtpServer server;
    std::string url = url_of(server);
    Handle handle = make_handle();

    void prepare(Exchange&, Millis deadline);
    // A kept connection ends with QUIT. Nobody reads the answer, so that a server that gives none cannot hold us.
    ~Impl() {
        curl_socket_t kept = CURL_SOCKET_BAD;
        if (handle && curl().getinfo(handle.get(), CURLINFO_ACTIVESOCKET, &kept) == CURLE_OK && kept != CURL_SOCKET_BAD) {
            (void)::shutdown(kept, SHUT_RD);
        }
    }
};

Smtp::Smtp(SmtpServer server) : impl_(new Impl{.server = std::move(server)}) {}
Smtp::~Smtp() = default;

void Smtp::Impl::prepare(Exchange& exchange, Millis deadline) {
    auto* const to = handle.get();
    begin(to, deadline);
    set(to, CURLOPT_URL, url.c_str());
    set(to, CURLOPT_PROTOCOLS_STR, server.security == MailSecurity::tls ? "smtps" : "smtp");
    set(to, CURLOPT_USE_SSL, long{server.security == MailSecurity::none ? CURLUSESSL_NONE : CURLUSESSL_ALL});
    if (!server.ca_file.empty()) set(to, CURLOPT_CAINFO, server.ca_file.c_str());
    if (!server.user.empty()) {
        set(to, CURLOPT_USERNAME, server.user.c_str());
        std::string password(server.password.reveal());
        set(to, CURLOPT_PASSWORD, password.c_str());
        wipe(password);
    }
    set(to, CURLOPT_VERBOSE, 1L);  // to watch(), and nowhere else
    set(to, CURLOPT_DEBUGFUNCTION, watch);
    set(to, CURLOPT_DEBUGDATA, &exchange);
    set(to, CURLOPT_NOPROGRESS, 0L);
    set(to, CURLOPT_XFERINFOFUNCTION, gone_long_enough);
    set(to, CURLOPT_XFERINFODATA, &exchange);
}

Sent Smtp::greet(Millis deadline) {
    auto* const handle = impl_->handle.get();
    if (!handle) return {.verdict = Verdict::temporary, .why = no_handle()};
    Exchange exchange{};
    impl_->prepare(exchange, deadline);
    set(handle, CURLOPT_NOBODY, 1L);
    set(handle, CURLOPT_CUSTOMREQUEST, "NOOP");  // after EHLO, encryption and authentication
    return judged(curl().perform(handle), exchange);
}

Sent Smtp::send(const std::string& from, std::span<const std::string> to, std::string_view message, Millis deadline) {
    auto* const handle = impl_->handle.get();
    if (!handle) return {.verdict = Verdict::temporary, .why = no_handle()};
    std::vector<std::string> recipients;
    for (const auto& address : to) recipients.push_back(angled(address));
    const auto list = list_of(recipients);
    Exchange exchange{.unread = message};
    impl_->prepare(exchange, deadline);
    set(handle, CURLOPT_MAIL_FROM, angled(from).c_str());
    set(handle, CURLOPT_MAIL_RCPT, list.get());
    set(handle, CURLOPT_UPLOAD, 1L);
    set(handle, CURLOPT_READFUNCTION, give);
    set(handle, CURLOPT_READDATA, &exchange);
    const auto done = curl().perform(handle);
    return judged(done, exchange);
}

}  // namespace authtickets::net
