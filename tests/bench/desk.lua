-- The desk's list of customers, its first page: GET /desk/customers with the operator's session.
-- SPDX-License-Identifier: MIT
-- DESK_COOKIE is the session: name and value.
dofile(os.getenv("SCRIPTS") .. "/result.lua")

wrk.path = "/desk/customers"
wrk.headers["Cookie"] = os.getenv("DESK_COOKIE")
