-- Run by mod_magnet as each answer starts (magnet.attract-response-start-to).
-- 1. Gives the access log a path without a token in it (TK9, docs/security.md): %{AUTHTICKETS_PATH}e.
-- 2. An answer of the program carries X-Vol-Correlation and is left as it is. An answer of lighttpd itself gets that
--    header, those of KL8 and, when it is an error, the JSON document of its status: clients parse the body of every
--    error (kibo 7.1 and 11.1, docs/kibo.md).
-- SPDX-License-Identifier: MIT

local r = lighty.r
local header = r.resp_header

-- DELETE /api/platform/applications/authtickets/{refreshToken}: the token is the path. "oauth" and "refresh-ticket"
-- are the only segments there that are none. The path is decoded and simplified here, so no spelling slips past;
-- FastCGI and CGI have split it in two.
local path = (r.req_attr["uri.path"] or "") .. (r.req_attr["request.path-info"] or "")
local _, cut = path:lower():find("/authtickets/", 1, true)
if cut and path:lower():find("/applications/authtickets/", 1, true) then
  local rest = path:sub(cut + 1):lower():gsub("/$", "")
  if rest ~= "" and rest ~= "oauth" and rest ~= "refresh-ticket" then path = path:sub(1, cut) .. "{refreshToken}" end
end
-- And what has the look of a token wherever it stands, in an address mistyped too: 80 letters of base64url in a row;
-- nothing else here is so long. The rest of the path goes with it.
local token = path:find(("[A-Za-z0-9_-]"):rep(80))
if token then path = path:sub(1, token - 1) .. "{refreshToken}" end
r.req_env["AUTHTICKETS_PATH"] = path

-- A guarded application's no has no body, and its headers say all (AZ69, docs/authorizer.md).
if header["X-Vol-Correlation"] or header["AUTHTICKETS-Status"] then return 0 end

-- What else the host serves is left alone: its pages, and error pages that are not lighttpd's own.
local status = r.req_item["http_status"] or 0
local lower = path:lower()
local below = lower .. "/" -- "/account" and "/desk" are pages as well
-- Which form of errors its clients read; no form: that of the rest. Pages of other hosts call these doors (EP20, FC18).
-- Of an address that could not be decoded there is no path: then what was sent decides.
local function form_of(address)
  if address:find("^/+v2/") or address:find("^/+oauth/") then return "elasticpath/" end
  if address:find("^/+v1/") then return "freshcom/" end
end
local target = (r.req_attr["request.uri"] or ""):lower():gsub("^https?://[^/]*", "")
local form = form_of(lower) or form_of(target)
if not (form or lower:find("^/api/") or below:find("^/account/") or below:find("^/desk/") or lower:find("^/healthz/?$")) then
  if status < 400 then return 0 end
  if r.resp_body.len > 0 and not (r.resp_body.get or ""):find('^<%?xml version="1.0" encoding="iso%-8859%-1"%?>\n<!DOCTYPE html') then
    return 0
  end
end

local id = {}
for i = 1, 8 do id[i] = string.format("%04x", lighty.c.rand() & 0xffff) end
header["X-Vol-Correlation"] = table.concat(id)
header["Cache-Control"] = "no-store"
header["X-Content-Type-Options"] = "nosniff"
header["Referrer-Policy"] = "no-referrer"
if form then header["Access-Control-Allow-Origin"] = "*" end

if status < 400 then return 0 end
if status >= 502 and status <= 504 then header["Retry-After"] = "1" end

-- The documents lie beside this file's folder, in errors/; clients of Elastic Path and of Freshcom read others (EP30,
-- docs/elasticpath.md; FC30, docs/freshcom.md).
local folder = (debug.getinfo(1, "S").source:match("^@?(.*/)") or "") .. "../errors/" .. (form or "")
local document = folder .. status .. ".json"
if not lighty.c.stat(document) then document = folder .. (status < 500 and "400" or "500") .. ".json" end
header["Content-Type"] = "application/json; charset=utf-8"
r.resp_body:set({ { filename = document } })
return status  -- 0 would leave the new body unfinished: lighttpd then sends no last chunk
