-- Token use: GET accounts/current with the application's bearer and a shopper's user claims, over a pool of
-- tickets, so that the rows read are not always the same one.
-- SPDX-License-Identifier: MIT
-- TICKETS names a file with one access token a line.
local folder = os.getenv("SCRIPTS")
dofile(folder .. "/result.lua")

local requests, next_request = {}, 0

function init()
    local headers = application_headers()
    for i, token in ipairs(lines(os.getenv("TICKETS"))) do
        headers["X-Vol-User-Claims"] = token
        requests[i] = wrk.format("GET", "/api/commerce/customer/accounts/current", headers)
    end
    next_request = thread_number * 7
end

function request()
    next_request = next_request + 1
    return requests[next_request % #requests + 1]
end
