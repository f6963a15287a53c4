-- Password sign-in at the Freshcom door: POST /v1/token over a pool of users, who all have the same password.
-- SPDX-License-Identifier: MIT
-- ACCOUNTS names a file with one user name a line, PASSWORD is the password, ACCOUNT_ID the shop's id.
dofile(os.getenv("SCRIPTS") .. "/result.lua")

local requests, next_request = {}, 0

function init()
    for i, name in ipairs(lines(os.getenv("ACCOUNTS"))) do
        requests[i] = wrk.format("POST", "/v1/token", { ["Content-Type"] = "application/x-www-form-urlencoded" },
            string.format("grant_type=password&username=%s&password=%s&scope=aid:%s", name, os.getenv("PASSWORD"), os.getenv("ACCOUNT_ID")))
    end
    next_request = thread_number * 31
end

function request()
    next_request = next_request + 1
    return requests[next_request % #requests + 1]
end
