// SPDX-License-Identifier: MIT
// The look into the block list. The list itself is generated (src/text/embed).
#include <algorithm>

#include <authtickets/text/common_passwords.h>
#include <authtickets/text/names.h>

namespace authtickets::text {

bool is_common_password(std::string_view password) {
    const auto form = trimmed(folded(password));  // which leaves out what cannot be seen
    return std::ranges::binary_search(common_passwords, std::string_view(form));
}

}  // namespace authtickets::text
