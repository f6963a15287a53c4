-- Refresh: every answer's refresh token is the next request's. One connection per thread, so that each thread
-- carries one session forward; a token used twice would end its session (TK4, docs/security.md).
-- SPDX-License-Identifier: MIT
-- REFRESH_TOKENS names a file with one unused refresh token a line, at least one per thread.
local folder = os.getenv("SCRIPTS")
dofile(folder .. "/result.lua")

local path = "/api/commerce/customer/authtickets/refresh?refreshToken="
local headers, token

function init()
    headers = application_headers()
    headers["Content-Length"] = "0"
    token = assert(lines(os.getenv("REFRESH_TOKENS"))[thread_number + 1], "too few refresh tokens")
end

function request()
    return wrk.format("PUT", path .. token, headers)
end

function response(status, _, body)
    token = body:match('"refreshToken" *: *"([^"]+)"') or token
end
