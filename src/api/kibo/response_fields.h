// SPDX-License-Identifier: MIT
// responseFields: which members of an answer the caller wants (kibo 5). Shapes the answer and nothing else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/json.h>
#include <authtickets/base/result.h>

namespace authtickets::kibo {

class ResponseFields {
public:
    // Empty text: everything. bad_parameter when the parentheses do not match or a bound is passed.
    static Result<ResponseFields> parse(std::string_view);

    void shape(Json& answer) const;

    struct Field {
        std::string name{};  // in lower case
        bool excluded = false;
        std::vector<Field> inner{};  // none: the whole member
    };

private:
    std::vector<Field> fields_;
};

}  // namespace authtickets::kibo
