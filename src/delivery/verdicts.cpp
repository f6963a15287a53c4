// SPDX-License-Identifier: MIT
// What an answer of the other side means. What lies with the message or its recipient is permanent, what lies with us, the
// network or the other side is temporary: lives and schedules end that. Pure.
#include <authtickets/delivery/ways.h>

#include <sysexits.h>

#include <algorithm>

#include <authtickets/base/json.h>

namespace authtickets::delivery {
namespace {

constexpr std::size_t longest_id = 64;

bool accepted(int status) { return status >= 200 && status < 300; }

// Wrong credentials and addresses of ours (401, 404, a redirect), and what asks for patience.
bool concerns_the_message(int status) {
    constexpr int not_the_message[] = {401, 404, 405, 407, 408, 425, 429};
    return status >= 400 && status < 500 && std::ranges::find(not_the_message, status) == std::end(not_the_message);
}

std::string spelled(std::string text) {
    if (text.size() > longest_id) text.resize(longest_id);
    std::ranges::replace_if(text, [](char c) { return c <= ' ' || c >= 0x7f; }, '_');
    return text;
}

std::string member(const Json& json, std::string_view name) {
    const auto* const found = json.find(name);
    if (!found) return {};
    if (const auto* const text = found->text()) return spelled(*text);
    const auto number = found->integer();
    return number ? std::to_string(*number) : std::string();
}

}  // namespace

Sent sms_verdict(const net::Answer& answer) {
    if (answer.status == 0) return {.verdict = Verdict::temporary, .why = "SMS gateway: " + answer.why};
    const auto json = parse_json(answer.body);
    if (accepted(answer.status)) {
        auto id = json ? member(*json, "sid") : std::string();
        if (json && id.empty()) id = member(*json, "id");
        return {.verdict = Verdict::accepted, .code = answer.status, .id = std::move(id)};
    }
    // Its sentence may quote the number; its error code cannot.
    const auto* const code = json ? json->find("code") : nullptr;
    const auto number = code ? code->integer() : std::nullopt;
    return {.verdict = concerns_the_message(answer.status) ? Verdict::permanent : Verdict::temporary,
            .code = answer.status,
            .why = "SMS gateway: status " + std::to_string(answer.status) + (number ? ", code " + std::to_string(*number) : "")};
}

Sent hook_verdict(HookFormat format, const net::Answer& answer) {
    if (answer.status == 0) return {.verdict = Verdict::temporary, .why = "web hook: " + answer.why};
    const auto said = format == HookFormat::elasticpath ? answer.body : std::string{};
    if (succeeded(format, answer.status)) return {.verdict = Verdict::accepted, .code = answer.status, .answer = said};
    return {.verdict = Verdict::temporary, .code = answer.status, .why = "web hook: status " + std::to_string(answer.status), .answer = said};
}

Sent sendmail_verdict(int status) {
    if (status == EX_OK) return {.verdict = Verdict::accepted};
    const bool for_good = status == EX_DATAERR || status == EX_NOUSER || status == EX_NOHOST;
    return {.verdict = for_good ? Verdict::permanent : Verdict::temporary,
            .code = status,
            .why = "sendmail: it ended with status " + std::to_string(status)};
}

std::string form(std::span<const std::pair<std::string_view, std::string_view>> members) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    const auto escape = [&](std::string_view text) {
        for (const char c : text) {
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
                               || c == '_' || c == '*';
            const auto byte = static_cast<unsigned char>(c);
            if (plain) out.push_back(c);
            else if (c == ' ') out.push_back('+');
            else out.append({'%', digits[byte >> 4], digits[byte & 15]});
        }
    };
    for (const auto& [name, value] : members) {
        if (!out.empty()) out.push_back('&');
        escape(name);
        out.push_back('=');
        escape(value);
    }
    return out;
}

}  // namespace authtickets::delivery
