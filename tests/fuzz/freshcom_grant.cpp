// The token endpoint's body and scope: whatever is sent is read or refused, what is read stands in it, and an account is found in
// the one form there is.
// SPDX-License-Identifier: MIT
#include <api/freshcom/wire_token.h>
#include <fuzz/fuzz.h>

using namespace authtickets;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    http::Request request;
    request.body = text;
    if (const auto grant = freshcom::read_grant(request)) {
        fuzz::require(grant->user_name.size() <= text.size() && grant->scope.size() <= text.size());
        for (const auto head : {freshcom::publishable_head, freshcom::user_head}) {
            const auto rest = freshcom::behind(head, grant->refresh_token);
            fuzz::require(rest.empty() || grant->refresh_token.reveal() == std::string(head).append(rest.reveal()));
        }
        // The header counts, whatever the body says.
        request.headers["x-freshcom-otp"] = "123456";
        fuzz::require(freshcom::read_grant(request)->code.reveal() == "123456");
    }
    if (const auto account = freshcom::account_in(text)) {
        fuzz::require(text.find("aid:") != text.npos && text.find(dashed(*account)) != text.npos);
        fuzz::require(freshcom::account_in("aid:" + dashed(*account)) == account);
    }
    return 0;
}
