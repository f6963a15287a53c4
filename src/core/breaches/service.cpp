// SPDX-License-Identifier: MIT
// Asks the range service or the file whether a password is known from a breach.
#include <authtickets/core/breaches.h>

#include <array>

namespace authtickets::breaches {
namespace {

constexpr std::size_t told = 5;  // digits that leave this host
constexpr net::Limits limits{.deadline = Millis(2000), .bytes = std::size_t{1024} * 1024};  // PW5; an answer has some 40 KB
constexpr Millis left_alone{10'000};

}  // namespace

Verdict Breaches::check(const Secret& password, const Uuid& request) {
    std::string why;
    if (request_ != request) {
        request_ = request;
        spent_ = {};
    }
    const auto verdict = check(password, why);
    if (verdict == Verdict::unavailable) log_.warn("password.breach_check_unavailable", {{"why", why}});
    return verdict;
}

Verdict Breaches::check(const Secret& password, std::string& why) {
    if (url_.empty() && file_.empty()) return Verdict::clear;
    const auto digits = listed_form(password);
    return url_.empty() ? search_file(file_, digits.reveal(), why) : ask(digits.reveal(), why);
}

Verdict Breaches::ask(std::string_view digits, std::string& why) {
    static const std::array<std::string, 1> headers{"Add-Padding: true"};  // so that the answer's size tells nothing
    if (steady_now() < alone_until_) {
        why = "the service was late a moment ago";
        return Verdict::unavailable;
    }
    if (spent_ >= limits.deadline) {
        why = "this request has waited for the service long enough";
        return Verdict::unavailable;
    }
    if (!client_) client_.emplace();
    const auto begun = steady_now();
    const auto answer = client_->get(url_ + std::string(digits.substr(0, told)), headers, limits);
    spent_ += steady_now() - begun;
    if (answer.late) alone_until_ = steady_now() + left_alone;
    const auto named = answer.status == 200 ? names(answer.body, digits.substr(told)) : std::nullopt;
    if (named) return *named ? Verdict::breached : Verdict::clear;
    why = answer.status == 0     ? answer.why
          : answer.status == 200 ? "the answer is not one of a range service"
                                 : "the service answered with status " + std::to_string(answer.status);
    return Verdict::unavailable;
}

}  // namespace authtickets::breaches
