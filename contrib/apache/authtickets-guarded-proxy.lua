-- Run by mod_lua before a guarded request goes to the server behind mod_proxy (authtickets-guarded-proxy.conf), and before Apache
-- sets the headers that say who comes.
-- 1. Refuses paths that the server behind may read as others than Apache did, and so go to another mount: an encoded slash, a
--    backslash, a parameter behind the dots (AZ90, docs/authorizer.md). The query is left alone.
-- 2. Drops headers with anything but letters, digits and hyphens in the name, of which old servers make an underscore:
--    "AUTHTICKETS.User" and "AUTHTICKETS-User" would be one variable (AZ47). And those that bear our names.
-- 3. Of Connection leaves what is about the connection: mod_proxy takes away each header that it names, ours among them (AZ45).
-- SPDX-License-Identifier: MIT

local about_connections = { close = true, ["keep-alive"] = true, upgrade = true }

function guarded(r)
  local path = r.unparsed_uri:match("^[^?]*"):lower():gsub("%%2e", ".")
  if path:find("%%2f") or path:find("%%5c") or path:find("\\") or path:find("/%.%.?;") then return 404 end

  local forged = {}
  for name in pairs(r:headers_in_table()) do
    if name:find("[^A-Za-z0-9-]") or name:lower():find("^authtickets%-") then forged[#forged + 1] = name end
  end
  for _, name in ipairs(forged) do r.headers_in[name] = nil end

  local kept = {}
  for word in (r.headers_in["Connection"] or ""):gmatch("[^%s,]+") do
    if about_connections[word:lower()] then kept[#kept + 1] = word end
  end
  r.headers_in["Connection"] = #kept > 0 and table.concat(kept, ", ") or nil
  return apache2.DECLINED
end
