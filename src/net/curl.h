// SPDX-License-Identifier: MIT
// libcurl as src/net uses it: loaded at the first use and never let go, its calls by name, and what every exchange sets.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <span>
#include <string>

#include <authtickets/base/result.h>
#include <authtickets/net/addresses.h>

namespace authtickets::net {

struct Curl {
    std::string why;  // it cannot be used; empty: it can
    decltype(&curl_global_init) global_init{};
    decltype(&curl_easy_init) init{};
    decltype(&curl_easy_cleanup) cleanup{};
    decltype(&curl_easy_reset) reset{};
    decltype(&curl_easy_perform) perform{};
    decltype(&curl_easy_strerror) strerror{};
    decltype(&curl_slist_append) append{};
    decltype(&curl_slist_free_all) free_all{};
    decltype(&curl_url) url{};
    decltype(&curl_url_cleanup) url_cleanup{};
    decltype(&curl_url_set) url_set{};
    decltype(&curl_url_get) url_get{};
    decltype(&curl_free) free{};
    CURLcode (*setopt)(CURL*, CURLoption, ...){};
    CURLcode (*getinfo)(CURL*, CURLINFO, ...){};

    Curl();
};
const Curl& curl();

[[noreturn]] void throw_refused(CURLoption, CURLcode);
template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
    const auto done = curl().setopt(handle, option, value);
    if (done != CURLE_OK) throw_refused(option, done);
}

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
Handle make_handle();     // empty without libcurl or memory
std::string no_handle();  // why

using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;
List list_of(std::span<const std::string>);

// Verified certificates, no proxy, no signals, one deadline; everything that an earlier exchange set is forgotten.
void begin(CURL*, Millis deadline);

}  // namespace authtickets::net
