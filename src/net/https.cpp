// SPDX-License-Identifier: MIT
// Outgoing HTTP by libcurl, loaded at its first use.
#include <authtickets/net/https.h>

#include <curl/curl.h>
#include <dlfcn.h>

#include <authtickets/base/fault.h>

namespace authtickets::net {
namespace {

constexpr const char* library = "libcurl.so.4";

// What we call of it. Loaded once and never let go.
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
    CURLcode (*setopt)(CURL*, CURLoption, ...){};
    CURLcode (*getinfo)(CURL*, CURLINFO, ...){};

    Curl() {
        void* const loaded = ::dlopen(library, RTLD_NOW | RTLD_LOCAL);
        if (!loaded) {
            why = std::string(library) + " cannot be loaded";
            return;
        }
        find(loaded, "curl_global_init", global_init);
        find(loaded, "curl_easy_init", init);
        find(loaded, "curl_easy_cleanup", cleanup);
        find(loaded, "curl_easy_reset", reset);
        find(loaded, "curl_easy_perform", perform);
        find(loaded, "curl_easy_strerror", strerror);
        find(loaded, "curl_slist_append", append);
        find(loaded, "curl_slist_free_all", free_all);
        find(loaded, "curl_easy_setopt", setopt);
        find(loaded, "curl_easy_getinfo", getinfo);
        if (why.empty() && global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) why = std::string(library) + " cannot start";
    }

private:
    template <class Function>
    void find(void* loaded, const char* name, Function& function) {
        function = reinterpret_cast<Function>(::dlsym(loaded, name));
        if (!function) why = std::string(library) + " has no " + name;
    }
};

const Curl& curl() {
    static const Curl loaded;
    return loaded;
}

struct Taken {
    std::string& body;
    std::size_t most;
};

// Less than was offered ends the exchange.
std::size_t take(const char* data, std::size_t, std::size_t size, void* into) {
    auto& taken = *static_cast<Taken*>(into);
    if (taken.body.size() + size > taken.most) return 0;
    taken.body.append(data, size);
    return size;
}

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
    const auto done = curl().setopt(handle, option, value);
    if (done != CURLE_OK) throw Fault("libcurl refuses option " + std::to_string(option) + ": " + curl().strerror(done));
}

using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;
List list_of(std::span<const std::string> headers) {
    List list(nullptr, curl().free_all);
    for (const auto& header : headers) {
        auto* const longer = curl().append(list.get(), header.c_str());
        if (!longer) throw Fault("libcurl has no memory for a header");
        (void)list.release();
        list.reset(longer);
    }
    return list;
}

}  // namespace

std::string start() { return curl().why; }

struct Client::Impl {
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle{curl().why.empty() ? curl().init() : nullptr, curl().cleanup};
};

Client::Client() : impl_(std::make_unique<Impl>()) {}
Client::~Client() = default;

Answer Client::get(const std::string& address, std::span<const std::string> headers, Limits limits) {
    auto* const handle = impl_->handle.get();
    if (!handle) return {.why = curl().why.empty() ? "libcurl has no memory for a handle" : curl().why};
    curl().reset(handle);  // connections stay
    const auto list = list_of(headers);
    Answer answer;
    Taken taken{.body = answer.body, .most = limits.bytes};
    set(handle, CURLOPT_URL, address.c_str());
    set(handle, CURLOPT_PROTOCOLS_STR, address.starts_with("http://") ? "http" : "https");
    set(handle, CURLOPT_HTTPHEADER, list.get());
    set(handle, CURLOPT_USERAGENT, "authtickets");
    set(handle, CURLOPT_FOLLOWLOCATION, 0L);
    set(handle, CURLOPT_PROXY, "");       // else http_proxy and its kin would be read
    set(handle, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
    set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    set(handle, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    set(handle, CURLOPT_NOSIGNAL, 1L);    // other threads are there
    set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.deadline.count()));
    set(handle, CURLOPT_QUICK_EXIT, 1L);  // a name that does not resolve is not waited for beyond the deadline
    set(handle, CURLOPT_WRITEFUNCTION, take);
    set(handle, CURLOPT_WRITEDATA, &taken);
    const auto done = curl().perform(handle);
    if (done != CURLE_OK) {
        answer.body.clear();
        answer.why = done == CURLE_WRITE_ERROR ? "the answer is too long" : curl().strerror(done);
        answer.late = done == CURLE_OPERATION_TIMEDOUT;
        return answer;
    }
    long status = 0;
    curl().getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    return answer;
}

}  // namespace authtickets::net
