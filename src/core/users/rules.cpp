// SPDX-License-Identifier: MIT
// Names of methods.
#include <authtickets/core/users.h>

namespace authtickets::users {

std::string_view name(Method method) {
    switch (method) {
        case Method::simple: return "simple";
        case Method::email: return "email";
        case Method::sms: return "sms";
    }
    return "simple";  // unreachable: the column holds nothing else
}

std::optional<Method> method_of(std::string_view text) {
    for (const auto method : {Method::simple, Method::email, Method::sms}) {
        if (name(method) == text) return method;
    }
    return {};
}

}  // namespace authtickets::users
