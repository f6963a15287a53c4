-- Signing in by a right code: POST authtickets/otp/auth.
-- SPDX-License-Identifier: MIT
-- LIST: address and code in each line.
dofile(os.getenv("SCRIPTS") .. "/once.lua")

function request_of(line)
    local address, code = line:match("^(%S+) (%d+)$")
    local headers = application_headers()
    headers["Content-Type"] = "application/json"
    return wrk.format("POST", "/api/commerce/customer/authtickets/otp/auth", headers,
        string.format('{"email":"%s","otpCode":"%s"}', address, code))
end
