// SPDX-License-Identifier: MIT
// Outgoing mail by SMTP (RFC 5321). With starttls nothing is said before encryption, certificates are verified, and one
// deadline bounds the whole exchange. libcurl does the work.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <authtickets/base/config.h>
#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>

namespace authtickets::net {

// What became of a message. What lies with the message or its recipient is permanent; everything else, a wrong password of
// ours among it, may be better at the next try.
enum class Verdict { accepted, temporary, permanent };

struct Sent {
    Verdict verdict{};
    int code{};          // what the other side said: an SMTP or HTTP status, a program's exit status; 0: nothing
    std::string why{};   // unless plainly accepted: for the log and the delivery's record; holds no address and no text of the message
    std::string id{};    // the other side's name of the message, where it gives one
    std::string answer{};// of a hook of Elastic Path's form: what the receiver said, for its log
};

struct SmtpServer {
    std::string host;
    std::uint16_t port{};
    MailSecurity security{};
    std::string user;      // empty: no authentication
    Secret password;
    std::string ca_file;   // empty: the system's authorities
    std::string hello;     // our name for EHLO
};

// Keeps its connection for the next message. For one thread at a time.
class Smtp {
public:
    explicit Smtp(SmtpServer);
    ~Smtp();
    // Addresses are plain (a@b.example, ASCII) and judged before (delivery/mail.h); the message has CRLF line ends.
    // Accepted means by all recipients.
    Sent send(const std::string& from, std::span<const std::string> to, std::string_view message, Millis deadline);
    // All of it but the mail: is the server there, and does it let us in?
    Sent greet(Millis deadline);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace authtickets::net
