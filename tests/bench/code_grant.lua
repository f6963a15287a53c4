-- Password and one-time password in one request at the Freshcom door: POST /v1/token with X-Freshcom-OTP.
-- SPDX-License-Identifier: MIT
-- LIST: user name and code in each line. PASSWORD and ACCOUNT_ID as for password_grant.lua.
dofile(os.getenv("SCRIPTS") .. "/once.lua")

function request_of(line)
    local name, code = line:match("^(%S+) (%d+)$")
    return wrk.format("POST", "/v1/token", { ["Content-Type"] = "application/x-www-form-urlencoded", ["X-Freshcom-OTP"] = code },
        string.format("grant_type=password&username=%s&password=%s&scope=aid:%s", name, os.getenv("PASSWORD"), os.getenv("ACCOUNT_ID")))
end
