// SPDX-License-Identifier: MIT
// A mail as values, and its text after RFC 5322 and 2045. Pure. No field can add a header or a recipient: control characters
// in an address refuse the mail, in names and subjects they become blanks.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <authtickets/base/clock.h>

namespace authtickets::delivery {

struct Mail {
    std::string from{};        // addresses as a person writes them; the domain may be an international one
    std::string from_name{};
    std::string to{};
    std::string reply_to{};    // may be empty
    std::string bcc{};         // may be empty; gets a copy that the recipient does not see
    std::string subject{};
    std::string text{};        // line ends of any kind
    std::string html{};        // empty: text alone
    std::string id{};          // of Message-ID, before the @: letters, digits, dots and dashes. Same message, same id
    std::string host{};        // of Message-ID, behind the @; empty: the domain of `from`
    Time date{};
    std::vector<std::pair<std::string, std::string>> headers{};  // others, such as Content-Language; none of those written here
};

// The address with its domain in A-labels, or why no mail can go there: control characters, blanks, no domain, a local part
// that is not ASCII (which would take SMTPUTF8), over 254 bytes.
struct MailAddress {
    std::string ascii{};
    std::string why{};   // not empty: it cannot be used; does not quote it
};
MailAddress mail_address(std::string_view);

struct Rendered {
    std::string why{};   // not empty: this mail cannot be sent, ever
    std::string from{}, to{}, bcc{};  // the envelope's
    std::string message{};            // CRLF, ASCII, lines of at most 998 bytes
};
Rendered render(const Mail&);

std::string encoded_word(std::string_view utf8, std::size_t used);  // RFC 2047, folded; `used` columns of its line are taken

}  // namespace authtickets::delivery
