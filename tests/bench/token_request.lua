-- A one-time password token: POST one-time-password-token-request, for each name once.
-- SPDX-License-Identifier: MIT
-- LIST: one name a line. BEARER, REALM_ID and PASSWORD_PROFILE_ID are of the Elastic Path door.
dofile(os.getenv("SCRIPTS") .. "/once.lua")

expected = 202
local path = string.format("/v2/authentication-realms/%s/password-profiles/%s/one-time-password-token-request",
    os.getenv("REALM_ID"), os.getenv("PASSWORD_PROFILE_ID"))

function request_of(name)
    return wrk.format("POST", path, { ["Authorization"] = "Bearer " .. os.getenv("BEARER"), ["Content-Type"] = "application/json" },
        string.format('{"data":{"type":"one_time_password_token_request","username":"%s","purpose":"passwordless_authentication"}}', name))
end
