// Mails: whatever a name, a subject, a text or an address holds, the headers are ours, the lines are short and ASCII.
// SPDX-License-Identifier: MIT
#include <authtickets/delivery/mail.h>
#include <fuzz/fuzz.h>

using namespace authtickets;

namespace {

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t out = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + what.size())) ++out;
    return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::text_of(data, size);
    const auto judged = delivery::mail_address(input);
    fuzz::require(judged.why.empty() != judged.ascii.empty());
    for (const char c : judged.ascii) fuzz::require(c > ' ' && c < 0x7f && c != '<' && c != '>' && c != ',');

    const auto half = input.size() / 2;
    const auto rendered = delivery::render({.from = "shop@shop.example",
                                            .from_name = std::string(input.substr(0, half)),
                                            .to = "jane@customer.example",
                                            .subject = std::string(input.substr(half)),
                                            .text = std::string(input),
                                            .id = "id",
                                            .headers = {{"X-Shop", std::string(input)}}});
    fuzz::require(rendered.why.empty());
    const std::string_view message = rendered.message;
    const auto head = message.substr(0, message.find("\r\n\r\n"));
    // A header begins where a line does not begin with a blank.
    fuzz::require(count(head, "\r\n") - count(head, "\r\n ") == 10);
    std::size_t column = 0;
    for (std::size_t i = 0; i < message.size(); ++i) {
        const char c = message[i];
        fuzz::require(c == '\t' || c == '\r' || c == '\n' || (c >= ' ' && c < 0x7f));
        fuzz::require((c == '\n') == (i > 0 && message[i - 1] == '\r'));
        column = c == '\n' ? 0 : column + 1;
        fuzz::require(column <= 999);  // with its CR
    }
    return 0;
}
