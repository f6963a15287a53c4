// SPDX-License-Identifier: MIT
// What was charged before a use case and is to be given back if that comes to nothing, as when its transaction flies out.
#pragma once

#include <exception>
#include <functional>

namespace authtickets {

class Undo {
public:
    explicit Undo(std::function<void()> give_back) : give_back_(std::move(give_back)) {}
    Undo(const Undo&) = delete;
    Undo& operator=(const Undo&) = delete;
    ~Undo() {
        if (settled_) return;
        try {
            give_back_();
        } catch (const std::exception&) {  // a destructor may not throw, and the caller hears of the first fault
        }
    }
    void settled() { settled_ = true; }

private:
    const std::function<void()> give_back_;
    bool settled_ = false;
};

}  // namespace authtickets
