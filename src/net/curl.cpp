// SPDX-License-Identifier: MIT
// Loads libcurl at its first use.
#include "net/curl.h"

#include <dlfcn.h>

#include <authtickets/base/fault.h>

namespace authtickets::net {
namespace {

constexpr const char* library = "libcurl.so.4";

template <class Function>
void load(std::string& why, void* loaded, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(loaded, name));
    if (!function) why = std::string(library) + " has no " + name;
}

}  // namespace

Curl::Curl() {
    void* const loaded = ::dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!loaded) {
        why = std::string(library) + " cannot be loaded";
        return;
    }
    load(why, loaded, "curl_global_init", global_init);
    load(why, loaded, "curl_easy_init", init);
    load(why, loaded, "curl_easy_cleanup", cleanup);
    load(why, loaded, "curl_easy_reset", reset);
    load(why, loaded, "curl_easy_perform", perform);
    load(why, loaded, "curl_easy_strerror", strerror);
    load(why, loaded, "curl_slist_append", append);
    load(why, loaded, "curl_slist_free_all", free_all);
    load(why, loaded, "curl_url", url);
    load(why, loaded, "curl_url_cleanup", url_cleanup);
    load(why, loaded, "curl_url_set", url_set);
    load(why, loaded, "curl_url_get", url_get);
    load(why, loaded, "curl_free", free);
    load(why, loaded, "curl_easy_setopt", setopt);
    load(why, loaded, "curl_easy_getinfo", getinfo);
    if (why.empty() && global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) why = std::string(library) + " cannot start";
}

const Curl& curl() {
    static const Curl loaded;
    return loaded;
}

void throw_refused(CURLoption option, CURLcode done) {
    throw Fault("libcurl refuses option " + std::to_string(option) + ": " + curl().strerror(done));
}

Handle make_handle() { return {curl().why.empty() ? curl().init() : nullptr, curl().cleanup}; }

std::string no_handle() { return curl().why.empty() ? "libcurl has no memory for a handle" : curl().why; }

List list_of(std::span<const std::string> items) {
    List list(nullptr, curl().free_all);
    for (const auto& item : items) {
        auto* const longer = curl().append(list.get(), item.c_str());
        if (!longer) throw Fault("libcurl has no memory for a list");
        (void)list.release();
        list.reset(longer);
    }
    return list;
}

void begin(CURL* handle, Millis deadline) {
    curl().reset(handle);                 // connections stay
    set(handle, CURLOPT_PROXY, "");       // else http_proxy and its kin would be read
    set(handle, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
    set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    set(handle, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    set(handle, CURLOPT_NOSIGNAL, 1L);    // other threads are there
    set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(deadline.count()));
    set(handle, CURLOPT_QUICK_EXIT, 1L);  // a name that does not resolve is not waited for beyond the deadline
}

}  // namespace authtickets::net
