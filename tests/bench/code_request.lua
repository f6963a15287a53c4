-- A code to sign in: POST authtickets/otp/request, for each address once.
-- SPDX-License-Identifier: MIT
-- LIST: one address a line.
dofile(os.getenv("SCRIPTS") .. "/once.lua")

function request_of(address)
    local headers = application_headers()
    headers["Content-Type"] = "application/json"
    return wrk.format("POST", "/api/commerce/customer/authtickets/otp/request", headers, string.format('{"email":"%s"}', address))
end
