-- What every load script here shares: wrk's summary as one line that tests/bench/run reads.
-- SPDX-License-Identifier: MIT
--     result REQUESTS_PER_SECOND P50_MS P99_MS ERRORS
--     requests COUNT
-- Errors are answers of 400 and more, and connections that failed or timed out.

function lines(path)
    local list = {}
    for line in io.lines(path) do list[#list + 1] = line end
    assert(#list > 0, path .. " is empty")
    return list
end

function application_headers()
    return {
        ["Authorization"] = "Bearer " .. os.getenv("APP_TOKEN"),
        ["X-Vol-Tenant"] = os.getenv("TENANT"),
        ["X-Vol-Site"] = os.getenv("SITE"),
    }
end

-- Threads count themselves here, so that each can take its own share of a pool.
local threads = 0
function setup(thread)
    thread:set("thread_number", threads)
    threads = threads + 1
end

function done(summary, latency)
    local e = summary.errors
    print(string.format("result %.1f %.3f %.3f %d",
        summary.requests / (summary.duration / 1e6),
        latency:percentile(50) / 1000, latency:percentile(99) / 1000,
        e.connect + e.read + e.write + e.status + e.timeout))
    print("requests " .. summary.requests)
end
