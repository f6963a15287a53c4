-- For requests that go once: each line of a list makes one, and a thread that has all answers of its share stops. The rate
-- counts from the first request to the last answer, since wrk itself waits for the end of its time.
-- SPDX-License-Identifier: MIT
-- LIST names the file, LOAD_THREADS says how many threads wrk has. The script that includes this sets request_of(line), and
-- `expected` where the status of a success is not 200.
local folder = os.getenv("SCRIPTS")
dofile(folder .. "/result.lua")

local ffi = require("ffi")
ffi.cdef [[
    struct timespec { long seconds; long nanoseconds; };
    int clock_gettime(int, struct timespec *);
]]
local time = ffi.new("struct timespec")
local function seconds()
    ffi.C.clock_gettime(1, time)
    return tonumber(time.seconds) + tonumber(time.nanoseconds) / 1e9
end

local every_thread = {}
local count_threads = setup
function setup(thread)
    count_threads(thread)
    every_thread[#every_thread + 1] = thread
end

local requests, sent = {}, 0
answered, failed, began, ended = 0, 0, 0, 0
expected = 200

function init()
    local threads = tonumber(os.getenv("LOAD_THREADS"))
    for i, line in ipairs(lines(os.getenv("LIST"))) do
        if i % threads == thread_number then requests[#requests + 1] = request_of(line) end
    end
end

function request()
    if sent == 0 then began = seconds() end
    sent = sent + 1
    return requests[sent] or "" -- nothing: the connection rests
end

function response(status)
    answered = answered + 1
    if status ~= expected then failed = failed + 1 end
    ended = seconds()
    if answered == #requests then wrk.thread:stop() end
end

function done(summary, latency)
    local all, wrong, first, last = 0, 0, math.huge, 0
    for _, thread in ipairs(every_thread) do
        all = all + thread:get("answered")
        wrong = wrong + thread:get("failed")
        first = math.min(first, thread:get("began"))
        last = math.max(last, thread:get("ended"))
    end
    local e = summary.errors
    print(string.format("result %.1f %.3f %.3f %d", all / (last - first),
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, wrong + e.connect + e.read + e.write + e.timeout))
end
