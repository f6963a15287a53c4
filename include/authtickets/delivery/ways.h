// SPDX-License-Identifier: MIT
// The ways a mail, an SMS or a web hook leaves by. One object serves one thread; each keeps what it can for the next
// message (a connection), and none throws for what the other side does.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <authtickets/base/config.h>
#include <authtickets/base/rng.h>
#include <authtickets/delivery/hook.h>
#include <authtickets/delivery/mail.h>
#include <authtickets/net/https.h>
#include <authtickets/net/smtp.h>

namespace authtickets::delivery {

using net::Sent;
using net::Verdict;

class MailWay {
public:
    virtual ~MailWay() = default;
    virtual Sent send(const Mail&) = 0;
};

struct Sms {
    std::string to{};     // E.164: +4915112345678
    std::string text{};   // 1 to 1600 letters
    Time date{};
};
class SmsWay {
public:
    virtual ~SmsWay() = default;
    virtual Sent send(const Sms&) = 0;
};

// As mail.transport and sms.transport say; with none, everything is refused for good.
std::unique_ptr<MailWay> mail_way(const Config&, Rng&);
std::unique_ptr<SmsWay> sms_way(const Config&, Rng&);

// Posts web hooks under hook.allow, hook.insecure and hook.timeout. Whatever a receiver answers is temporary at worst: the
// schedule decides when it ends.
class HookWay {
public:
    explicit HookWay(const Config&);
    Sent send(HookFormat, const std::string& url, std::span<const std::string> headers, std::string_view body);

private:
    net::UrlRules rules_;
    net::Limits limits_;
    net::Client client_;
};

// rules, for tests too
Sent sms_verdict(const net::Answer&);                        // of the gateway
Sent hook_verdict(HookFormat, const net::Answer&);
Sent sendmail_verdict(int exit_status);                      // sysexits.h
std::string form(std::span<const std::pair<std::string_view, std::string_view>>);  // application/x-www-form-urlencoded

}  // namespace authtickets::delivery
