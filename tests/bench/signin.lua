-- Password sign-in: POST authtickets over a pool of accounts, which all have the same password.
-- SPDX-License-Identifier: MIT
-- ACCOUNTS names a file with one user name a line, PASSWORD is the password.
local folder = os.getenv("SCRIPTS")
dofile(folder .. "/result.lua")

local requests, next_request = {}, 0

function init()
    local headers = application_headers()
    headers["Content-Type"] = "application/json"
    for i, name in ipairs(lines(os.getenv("ACCOUNTS"))) do
        local body = string.format('{"username":"%s","password":"%s"}', name, os.getenv("PASSWORD"))
        requests[i] = wrk.format("POST", "/api/commerce/customer/authtickets", headers, body)
    end
    next_request = thread_number * 31
end

function request()
    next_request = next_request + 1
    return requests[next_request % #requests + 1]
end
