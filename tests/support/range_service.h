// SPDX-License-Identifier: MIT
// A web server on 127.0.0.1 that a test tells how to behave, and that keeps what it was asked: the range service of PW5,
// well and ill.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace authtickets::test {

class RangeService {
public:
    enum class Manner {
        answer,    // 200 with the body
        status,    // the status, with the body
        redirect,  // 302 to /elsewhere/ of this server
        hang,      // takes the request and never answers
        drip,      // answers a byte now and then, without an end
        drop,      // hangs up
        flood,     // 200 MB
    };

    RangeService();
    RangeService(const RangeService&) = delete;
    ~RangeService();

    std::string address() const { return "http://127.0.0.1:" + std::to_string(port_) + "/range/"; }
    void behave(Manner, std::string body = {}, int status = 200);
    void leave();  // nobody listens on its port any longer

    std::vector<std::string> asked() const;  // whole requests, as they came
    std::size_t flooded() const { return flooded_; }  // bytes of a flood that the caller took

private:
    void run();
    void serve(int connection);
    int listener_ = -1;
    unsigned port_ = 0;
    int stop_[2] = {-1, -1};
    mutable std::mutex lock_;
    Manner manner_ = Manner::answer;
    std::string body_;
    int status_ = 200;
    std::vector<std::string> asked_;
    std::vector<std::thread> serving_;  // of run() alone
    std::atomic<std::size_t> flooded_ = 0;
    std::thread thread_;
};

}  // namespace authtickets::test
