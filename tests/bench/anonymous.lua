-- Anonymous tickets: GET authtickets/anonymousshopper. The program does this without the database.
-- SPDX-License-Identifier: MIT
local folder = os.getenv("SCRIPTS")
dofile(folder .. "/result.lua")

wrk.path = "/api/commerce/customer/authtickets/anonymousshopper"
for name, value in pairs(application_headers()) do wrk.headers[name] = value end
