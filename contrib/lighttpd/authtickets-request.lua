-- Run by mod_magnet before a request goes to its handler (magnet.attract-raw-url-to).
-- 1. Drops request headers with anything but letters, digits and hyphens in the name: lighttpd makes an underscore of
--    every other character, so as CGI variables "x_vol_site", "x.vol.site" and "x-vol-site" would be one (KL7,
--    docs/security.md). Apache and nginx drop them of themselves.
-- 2. Empties lighttpd's own copy of the query string, which it writes to its error log when a program is away or dies:
--    refresh tokens, those of mailed links and addresses of people travel there (TK9). REQUEST_URI, where the program reads
--    it, keeps the query; QUERY_STRING is empty.
-- 3. Drops headers in the name of what guarded applications are told (AZ47, docs/authorizer.md), for the whole host: a client
--    would be believed.
-- What else the host serves is left alone.
-- SPDX-License-Identifier: MIT

local header = lighty.r.req_header
local forged = {}
for name in pairs(header) do
  if name:lower():find("^authtickets[^a-z0-9]") then forged[#forged + 1] = name end
end
for _, name in ipairs(forged) do header[name] = nil end

local path = lighty.r.req_attr["uri.path"]:lower()
local below = path .. "/" -- "/account" and "/desk" are pages as well
if not (path:find("^/+api/") or path:find("^/+v1/") or path:find("^/+v2/") or path:find("^/+oauth/") or below:find("^/+account/") or below:find("^/+desk/") or path:find("^/+healthz/?$")) then return 0 end

local twins = {}
for name in pairs(header) do
  if name:find("[^A-Za-z0-9-]") then twins[#twins + 1] = name end
end
for _, name in ipairs(twins) do header[name] = nil end

lighty.r.req_attr["uri.query"] = ""
return 0
