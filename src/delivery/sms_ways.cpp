// SPDX-License-Identifier: MIT
// SMS by an HTTP gateway of the most used form (To, From and Body posted as a form, account and token by basic
// authentication, an answer in JSON) and into a Maildir.
#include <array>

#include <authtickets/base/bytes.h>
#include <authtickets/base/fault.h>
#include <authtickets/base/utf8.h>
#include <authtickets/delivery/ways.h>

#include "delivery/maildir.h"

namespace authtickets::delivery {
namespace {

constexpr std::size_t answer_bytes = std::size_t{16} * 1024;  // a gateway's answer has one or two
constexpr std::size_t longest = 1600;                         // letters; what gateways take, in parts

bool is_number(std::string_view to) {
    return to.size() >= 8 && to.size() <= 16 && to.front() == '+' && to[1] != '0' && to.find_first_not_of("0123456789", 1) == to.npos;
}

std::size_t letters(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) (void)next_code_point(text, at);
    return count;
}

// Why no gateway could take it; empty: it may be sent.
std::string refused(const Sms& sms) {
    if (!is_number(sms.to)) return "the number is not of the form +4915112345678";
    if (sms.text.empty()) return "the text is empty";
    if (!is_utf8(sms.text)) return "the text is not UTF-8";
    if (letters(sms.text) > longest) return "the text is longer than " + std::to_string(longest) + " letters";
    return {};
}

std::string readable(std::string text) {
    for (char& c : text) {
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) c = ' ';
    }
    return text;
}

class JudgingWay : public SmsWay {
public:
    Sent send(const Sms& sms) final {
        const auto why = refused(sms);
        if (!why.empty()) return {.verdict = Verdict::permanent, .why = "SMS: " + why};
        auto text = readable(sms.text);
        auto sent = carry(sms, text);
        wipe(text);  // it may hold a code
        return sent;
    }

private:
    virtual Sent carry(const Sms&, const std::string& text) = 0;
};

class HttpSms final : public JudgingWay {
public:
    explicit HttpSms(const Config& config)
        : url_(config.sms_url), account_(config.sms_account), token_(config.sms_token), sender_(config.sms_sender),
          limits_{.deadline = config.sms_timeout, .bytes = answer_bytes} {
        constexpr std::string_view place = "{account}";
        for (auto at = url_.find(place); at != url_.npos; at = url_.find(place, at + account_.size())) {
            url_.replace(at, place.size(), account_);
        }
    }

private:
    Sent carry(const Sms& sms, const std::string& text) override {
        auto credentials = account_ + ":" + std::string(token_.reveal());
        std::array<std::string, 2> headers{"Content-Type: application/x-www-form-urlencoded",
                                           "Authorization: Basic " + base64(as_bytes(credentials))};
        auto body = form(std::array<std::pair<std::string_view, std::string_view>, 3>{
            {{"To", sms.to}, {"From", sender_}, {"Body", text}}});
        auto sent = sms_verdict(client_.post(url_, headers, body, limits_));
        wipe(credentials);
        wipe(headers[1]);
        wipe(body);
        return sent;
    }
    std::string url_, account_;
    Secret token_;
    std::string sender_;
    net::Limits limits_;
    net::Client client_;  // anywhere: the operator's configuration names the gateway
};

class MaildirSms final : public JudgingWay {
public:
    MaildirSms(const Config& config, Rng& rng) : folder_(config.sms_maildir), sender_(config.sms_sender), rng_(rng) {}

private:
    Sent carry(const Sms& sms, const std::string& text) override {
        auto date = rfc1123(sms.date);
        date.replace(date.size() - 3, 3, "+0000");
        auto whole = "Date: " + date + (sender_.empty() ? "" : "\nFrom: " + sender_) + "\nTo: " + sms.to
                     + "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n" + text + "\n";
        auto why = store_in_maildir(folder_, sms.date, rng_, whole);
        wipe(whole);
        if (why.empty()) return {.verdict = Verdict::accepted};
        return {.verdict = Verdict::temporary, .why = std::move(why)};
    }
    std::string folder_, sender_;
    Rng& rng_;
};

class NoWay final : public SmsWay {
public:
    Sent send(const Sms&) override { return {.verdict = Verdict::permanent, .why = "SMS: no way out is configured (sms.transport)"}; }
};

}  // namespace

std::unique_ptr<SmsWay> sms_way(const Config& config, Rng& rng) {
    switch (config.sms_transport) {
        case SmsTransport::none: return std::make_unique<NoWay>();
        case SmsTransport::http: return std::make_unique<HttpSms>(config);
        case SmsTransport::maildir: return std::make_unique<MaildirSms>(config, rng);
    }
    throw Fault("no such sms.transport");
}

}  // namespace authtickets::delivery
