-- The authorizer's question by sub-request: GET /authorize with a shopper's ticket, over a pool of them. No JSON, no body.
-- SPDX-License-Identifier: MIT
-- TICKETS names a file with one access token a line.
local folder = os.getenv("SCRIPTS")
dofile(folder .. "/result.lua")

local requests, next_request = {}, 0

function init()
    for i, token in ipairs(lines(os.getenv("TICKETS"))) do
        requests[i] = wrk.format("GET", "/authorize", { ["X-Vol-User-Claims"] = token })
    end
    next_request = thread_number * 7
end

function request()
    next_request = next_request + 1
    return requests[next_request % #requests + 1]
end
