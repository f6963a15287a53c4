-- The second step by a right code: POST authtickets/2fa/auth with the pending ticket.
-- SPDX-License-Identifier: MIT
-- LIST: pending access token and code in each line.
dofile(os.getenv("SCRIPTS") .. "/once.lua")

function request_of(line)
    local token, code = line:match("^(%S+) (%d+)$")
    local headers = application_headers()
    headers["Content-Type"] = "application/json"
    headers["X-Vol-User-Claims"] = token
    return wrk.format("POST", "/api/commerce/customer/authtickets/2fa/auth", headers, string.format('{"otpCode":"%s"}', code))
end
