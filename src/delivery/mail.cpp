// SPDX-License-Identifier: MIT
// Mails as text: addresses judged, header fields folded and encoded, a body or two.
#include <authtickets/delivery/mail.h>

#include <algorithm>
#include <array>
#include <optional>

#include <authtickets/base/bytes.h>
#include <authtickets/base/utf8.h>
#include <authtickets/text/domains.h>

namespace authtickets::delivery {
namespace {

constexpr std::size_t address_bytes = 254, local_bytes = 64;  // RFC 5321 4.5.3.1
constexpr std::size_t line_bytes = 998;                       // RFC 5322 2.1.1
constexpr std::size_t fold_at = 76;
constexpr std::size_t word_bytes = 75;                        // RFC 2047 2
constexpr std::string_view word_head = "=?UTF-8?B?", word_tail = "?=";

bool letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool atom_letter(char c) { return letter_or_digit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos; }
bool ascii(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// C0, C1 and the separators that some readers take for line ends.
bool control(char32_t point) {
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x2028 || point == 0x2029;
}

void append_point(std::string& out, char32_t point) {
    const auto byte = [&](char32_t value) { out.push_back(static_cast<char>(static_cast<unsigned char>(value))); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xc0 | point >> 6);
        byte(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        byte(0xe0 | point >> 12);
        byte(0x80 | (point >> 6 & 0x3f));
        byte(0x80 | (point & 0x3f));
    } else {
        byte(0xf0 | point >> 18);
        byte(0x80 | (point >> 12 & 0x3f));
        byte(0x80 | (point >> 6 & 0x3f));
        byte(0x80 | (point & 0x3f));
    }
}

// What stands in a header: one line, valid UTF-8, no blank at its ends or twice.
std::string one_line(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = next_code_point(text, at);
        if (point == not_utf8) {
            append_point(out, 0xfffd);
        } else if (point == ' ' || control(point)) {
            if (!out.empty() && out.back() != ' ') out.push_back(' ');
        } else {
            append_point(out, point);
        }
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

// What stands in a body: valid UTF-8, LF as line end, no other control than the tab.
std::string body_lines(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = next_code_point(text, at);
        if (point == '\r') {
            if (at < text.size() && text[at] == '\n') continue;
            out.push_back('\n');
        } else if (point == not_utf8) {
            append_point(out, 0xfffd);
        } else if (point == '\n' || point == '\t' || !control(point)) {
            append_point(out, point);
        } else {
            out.push_back(' ');
        }
    }
    if (!out.empty() && out.back() != '\n') out.push_back('\n');
    return out;
}

// --- Header fields -----------------------------------------------------------------------------------------------------

// Words of ASCII text, on lines of at most fold_at bytes where blanks allow it; none when one word is too long for a line.
std::optional<std::string> folded(std::string_view text, std::size_t used) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (end > line_bytes - 1) return std::nullopt;
        if (!out.empty()) {
            const bool fits = used + 1 + end <= fold_at;
            out.append(fits ? " " : "\r\n ");
            used = fits ? used + 1 : 1;
        } else if (used + end > line_bytes) {
            return std::nullopt;
        }
        out.append(text.substr(0, end));
        used += end;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// Text of a header: as it is where that is plain, else in encoded words. What looks like one is encoded, so that it shows
// as it was written.
std::string unstructured(std::string_view text, std::size_t used) {
    const auto line = one_line(text);
    if (ascii(line) && line.find("=?") == line.npos) {
        if (auto plain = folded(line, used)) return *plain;
    }
    return encoded_word(line, used);
}

// A name before an address.
std::string phrase(std::string_view text, std::size_t used) {
    const auto line = one_line(text);
    if (line.empty()) return {};
    if (!ascii(line) || line.find("=?") != line.npos || line.size() > fold_at) return encoded_word(line, used);
    std::string out = "\"";
    for (const char c : line) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out + "\"";
}

std::string mailbox(std::string_view field, std::string_view name, const std::string& address) {
    auto shown = phrase(name, field.size());
    if (!shown.empty()) {
        const auto newline = shown.rfind('\n');
        const auto column = newline == shown.npos ? field.size() + shown.size() : shown.size() - newline - 1;
        shown.append(column + address.size() + 3 > fold_at ? "\r\n " : " ");
    }
    return std::string(field) + shown + "<" + address + ">\r\n";
}

constexpr std::array<std::string_view, 14> ours{
    "from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "mime-version",
    "content-type", "content-transfer-encoding", "auto-submitted", "x-auto-response-suppress"};

bool good_field(std::string_view name) {
    std::string small(name);
    std::ranges::transform(small, small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return !name.empty() && name.size() <= 60 && std::ranges::all_of(name, [](char c) { return letter_or_digit(c) || c == '-'; })
           && std::ranges::find(ours, small) == ours.end();
}

// --- Bodies ------------------------------------------------------------------------------------------------------------

struct Part {
    std::string encoding, text;
};

// RFC 2045 6.7. "From " and a dot at the beginning of a line are written so that no relay touches them.
std::string quoted_printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    std::size_t column = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') {
            out.append("\r\n");
            column = 0;
            continue;
        }
        const bool last = i + 1 == text.size() || text[i + 1] == '\n';
        const bool touched = column == 0 && (c == '.' || text.substr(i).starts_with("From "));
        const bool plain = (c > ' ' && c < 0x7f && c != '=' && !touched) || ((c == ' ' || c == '\t') && !last);
        const std::size_t width = plain ? 1 : 3;
        if (column + width > fold_at - (last ? 0 : 1)) {
            out.append("=\r\n");
            column = 0;
        }
        if (plain) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.append({'=', digits[byte >> 4], digits[byte & 15]});
        }
        column += width;
    }
    return out;
}

std::string with_crlf(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out.push_back('\r');
        out.push_back(c);
    }
    return out;
}

std::string base64_lines(std::string_view text) {
    const auto whole = base64(as_bytes(with_crlf(text)));
    std::string out;
    for (std::size_t at = 0; at < whole.size(); at += fold_at) out.append(whole, at, fold_at).append("\r\n");
    return out;
}

bool plain_lines(std::string_view text) {
    if (!ascii(text)) return false;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        if (line.size() > line_bytes || line.starts_with("From ") || line.ends_with(' ')) return false;
        text.remove_prefix(line.size() + 1);
    }
    return true;
}

// As it is where relays leave it alone, else the shorter of the two encodings.
Part part_of(std::string_view body) {
    const auto text = body_lines(body);
    if (plain_lines(text)) return {"7bit", with_crlf(text)};
    auto quoted = quoted_printable(text), based = base64_lines(text);
    if (quoted.size() <= based.size()) return {"quoted-printable", std::move(quoted)};
    return {"base64", std::move(based)};
}

std::string described(std::string_view type, const Part& part) {
    return "Content-Type: text/" + std::string(type) + "; charset=UTF-8\r\nContent-Transfer-Encoding: " + part.encoding
           + "\r\n\r\n" + part.text;
}

// A line that no part contains.
std::string boundary(const Mail& mail, const Part& a, const Part& b) {
    auto out = "=_" + mail.id;
    while (a.text.find("--" + out) != a.text.npos || b.text.find("--" + out) != b.text.npos) out += "_";
    return out;
}

std::string body(const Mail& mail) {
    const auto text = part_of(mail.text);
    if (mail.html.empty()) return described("plain", text);
    const auto html = part_of(mail.html);
    if (mail.text.empty()) return described("html", html);
    const auto between = boundary(mail, text, html);
    // The line end before a boundary belongs to the boundary.
    const auto next = "\r\n--" + between;
    return "Content-Type: multipart/alternative; boundary=\"" + between + "\"\r\n" + next + "\r\n" + described("plain", text) + next
           + "\r\n" + described("html", html) + next + "--\r\n";
}

Rendered never(std::string why) { return {.why = std::move(why)}; }

}  // namespace

std::string encoded_word(std::string_view text, std::size_t used) {
    // Where the field's name leaves too little room, the first word goes to the next line.
    const bool below = used + 30 > word_bytes;
    std::string out = below ? "\r\n " : "", bytes;
    std::size_t room = below ? word_bytes : word_bytes - used;
    const auto flush = [&] {
        out.append(word_head).append(base64(as_bytes(bytes))).append(word_tail);
        bytes.clear();
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = at;
        (void)next_code_point(text, at);  // a letter is not split between two words
        if (word_head.size() + word_tail.size() + (bytes.size() + at - begin + 2) / 3 * 4 > room) {
            flush();
            out.append("\r\n ");
            room = word_bytes;
        }
        bytes.append(text.substr(begin, at - begin));
    }
    flush();
    return out;
}

MailAddress mail_address(std::string_view text) {
    const auto no = [](std::string_view why) { return MailAddress{.why = "the address " + std::string(why)}; };
    const auto at = text.rfind('@');
    if (text.empty()) return no("is empty");
    if (!is_utf8(text)) return no("is not UTF-8");
    for (std::size_t i = 0; i < text.size();) {
        if (control(next_code_point(text, i))) return no("holds control characters");
    }
    if (at == text.npos || at == 0 || at + 1 == text.size()) return no("has no local part or no domain");
    const auto local = text.substr(0, at);
    if (!ascii(local)) return no("has a local part that is not ASCII");
    if (!std::ranges::all_of(local, [](char c) { return atom_letter(c) || c == '.'; })) {
        return no("has a local part with blanks, quotes or other signs that addresses do not have");
    }
    const auto domain = text::ascii_domain(text.substr(at + 1));
    if (!domain) return no("has no good domain");
    // Some providers gave out dots where the grammar wants quotes around them.
    const bool quoted = local.starts_with('.') || local.ends_with('.') || local.find("..") != local.npos;
    auto ascii_form = (quoted ? "\"" + std::string(local) + "\"" : std::string(local)) + "@" + *domain;
    if (local.size() > local_bytes || ascii_form.size() > address_bytes) return no("is too long");
    return {.ascii = std::move(ascii_form)};
}

Rendered render(const Mail& mail) {
    const auto from = mail_address(mail.from), to = mail_address(mail.to);
    const auto reply = mail.reply_to.empty() ? MailAddress{} : mail_address(mail.reply_to);
    const auto bcc = mail.bcc.empty() ? MailAddress{} : mail_address(mail.bcc);
    if (!to.why.empty()) return never("recipient: " + to.why);
    if (!from.why.empty()) return never("sender: " + from.why);
    if (!reply.why.empty()) return never("reply-to: " + reply.why);
    if (!bcc.why.empty()) return never("bcc: " + bcc.why);
    const auto id_letter = [](char c) { return letter_or_digit(c) || c == '.' || c == '-'; };
    if (mail.id.empty() || mail.id.size() > 64 || !std::ranges::all_of(mail.id, id_letter)) return never("the message has no good id");
    const auto host = mail.host.empty() ? std::optional(from.ascii.substr(from.ascii.rfind('@') + 1)) : text::ascii_domain(mail.host);
    if (!host) return never("the host of the message's id is no domain");

    auto when = rfc1123(mail.date);
    when.replace(when.size() - 3, 3, "+0000");
    std::string out = "Date: " + when + "\r\n";
    out += mailbox("From: ", mail.from_name, from.ascii);
    out += "To: <" + to.ascii + ">\r\n";
    if (!reply.ascii.empty()) out += "Reply-To: <" + reply.ascii + ">\r\n";
    out += "Subject: " + unstructured(mail.subject, 9) + "\r\n";
    out += "Message-ID: <" + mail.id + "@" + *host + ">\r\n";
    for (const auto& [name, value] : mail.headers) {
        if (!good_field(name)) return never("a header has a name that may not be given");
        out += name + ": " + unstructured(value, name.size() + 2) + "\r\n";
    }
    out += "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n";
    out += body(mail);
    return {.from = from.ascii, .to = to.ascii, .bcc = bcc.ascii, .message = std::move(out)};
}

}  // namespace authtickets::delivery
