-- Exchanging a right one-time password token for an account token: POST account-members/tokens.
-- SPDX-License-Identifier: MIT
-- LIST: name and token in each line. BEARER and PASSWORD_PROFILE_ID are of the Elastic Path door.
dofile(os.getenv("SCRIPTS") .. "/once.lua")

expected = 201

function request_of(line)
    local name, token = line:match("^(%S+) (%w+)$")
    return wrk.format("POST", "/v2/account-members/tokens",
        { ["Authorization"] = "Bearer " .. os.getenv("BEARER"), ["Content-Type"] = "application/json" },
        string.format('{"data":{"type":"account_management_authentication_token","authentication_mechanism":"passwordless",' ..
            '"password_profile_id":"%s","username":"%s","one_time_password_token":"%s"}}', os.getenv("PASSWORD_PROFILE_ID"), name, token))
end
