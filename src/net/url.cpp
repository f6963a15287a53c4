// SPDX-License-Identifier: MIT
// URLs, as libcurl reads them: what it would call is what is judged here.
#include <authtickets/net/url.h>

#include <algorithm>
#include <charconv>

#include <authtickets/base/config.h>

#include "net/curl.h"

namespace authtickets::net {
namespace {

constexpr std::size_t longest = 2000;
constexpr unsigned https_port = 443, first_free_port = 1024;

class Parsed {
public:
    explicit Parsed(const std::string& text) {
        good_ = handle_ && curl().url_set(handle_.get(), CURLUPART_URL, text.c_str(), 0) == CURLUE_OK;
    }
    bool good() const { return good_; }
    // Empty when it is not there.
    std::string part(CURLUPart which, unsigned flags = 0) const {
        char* text = nullptr;
        if (curl().url_get(handle_.get(), which, &text, flags) != CURLUE_OK) return {};
        std::string out(text);
        curl().free(text);
        return out;
    }

private:
    std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> handle_{curl().url(), curl().url_cleanup};
    bool good_ = false;
};

bool plain(char c) { return c > ' ' && c < 0x7f && c != '\\'; }

std::string host_refused(const std::string& host, const AddressRules& rules) {
    const bool bracketed = host.starts_with('[');
    const auto address = parse_address(bracketed && host.size() > 2 ? std::string_view(host).substr(1, host.size() - 2) : host);
    if (bracketed && !address) return "its host is no address";
    if (address && !rules.allow(*address)) return "its address is not a public one and not in hook.allow";
    return {};
}

}  // namespace

UrlRules hook_rules(const Config& config) {
    return {.insecure = config.hook_insecure, .addresses = AddressRules::public_and({config.hook_allow, "hook.allow"})};
}

std::string why_not(std::string_view text, const UrlRules& rules) {
    if (!curl().why.empty()) return curl().why;
    if (text.size() > longest) return "it is longer than " + std::to_string(longest) + " bytes";
    if (text.empty() || !std::ranges::all_of(text, plain)) return "it is empty or holds blanks, a backslash or what is not ASCII";
    const Parsed url{std::string(text)};
    if (!url.good()) return "it is no URL";
    const auto scheme = url.part(CURLUPART_SCHEME);
    if (scheme != "https" && scheme != "http") return "it is neither https:// nor http://";
    // libcurl forgives slashes that are too few or too many; others read another host there.
    if (text.substr(scheme.size()).substr(0, 3) != "://" || text.substr(scheme.size() + 3).starts_with('/')) return "it is no URL";
    if (scheme == "http" && !rules.insecure) return "it is not https://";
    if (text.find('@') != text.npos && (!url.part(CURLUPART_USER).empty() || !url.part(CURLUPART_PASSWORD).empty())) {
        return "it names a user or a password";
    }
    const auto port_text = url.part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
    unsigned port = 0;
    std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    if (port == 0) return "its port is none";
    if (!rules.insecure && port != https_port && port < first_free_port) return "its port is neither 443 nor from 1024 up";
    const auto host = url.part(CURLUPART_HOST);
    if (host.empty()) return "it has no host";
    return host_refused(host, rules.addresses);
}

}  // namespace authtickets::net
