// SPDX-License-Identifier: MIT
// Domain names as the network writes them: international ones in A-labels (UTS 46). ICU does the work.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace authtickets::text {

// "bücher.example" is "xn--bcher-kva.example"; ASCII letters come out small. None for what is no domain name.
std::optional<std::string> ascii_domain(std::string_view);

}  // namespace authtickets::text
