// floor-deliver: so many mails, or so many POSTs, by bare libcurl: one handle and one kept connection in each thread, the same
// bytes every time, nothing read from a database and nothing noted. Prints how many went in a second.
//     floor_deliver smtp://HOST:PORT|http://HOST:PORT FILE THREADS COUNT
// FILE is a whole mail, or the body of a request.
// SPDX-License-Identifier: MIT
#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

std::string text, url;
std::atomic<int> left{0};

std::size_t give(char* into, std::size_t, std::size_t size, void* from) {
    auto& unread = *static_cast<std::string_view*>(from);
    const auto count = std::min(size, unread.size());
    std::memcpy(into, unread.data(), count);
    unread.remove_prefix(count);
    return count;
}
std::size_t drop(char*, std::size_t, std::size_t size, void*) { return size; }

void send_all() {
    CURL* const handle = curl_easy_init();
    const bool mail = url.starts_with("smtp:");
    std::string_view unread;
    curl_slist* list = curl_slist_append(nullptr, mail ? "<reader@bench.example>" : "Content-Type: application/json");
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, drop);
    if (mail) {
        curl_easy_setopt(handle, CURLOPT_MAIL_FROM, "<shop@bench.example>");
        curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, list);
        curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(handle, CURLOPT_READFUNCTION, give);
        curl_easy_setopt(handle, CURLOPT_READDATA, &unread);
    } else {
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, text.c_str());
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(text.size()));
    }
    while (left-- > 0) {
        unread = text;
        if (const auto done = curl_easy_perform(handle); done != CURLE_OK) {
            std::fprintf(stderr, "floor_deliver: %s\n", curl_easy_strerror(done));
            std::exit(1);
        }
    }
    curl_easy_cleanup(handle);
    curl_slist_free_all(list);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fputs("usage: floor_deliver URL FILE THREADS COUNT\n", stderr);
        return 64;
    }
    url = argv[1];
    std::ifstream file(argv[2]);
    std::ostringstream content;
    content << file.rdbuf();
    text = std::move(content).str();
    const int threads = std::atoi(argv[3]), count = std::atoi(argv[4]);
    left = count;
    if (text.empty() || threads < 1 || count < 1 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return 1;
    const auto began = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> all;
        for (int i = 0; i < threads; ++i) all.emplace_back(send_all);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%.1f\n", count / took.count());
}
