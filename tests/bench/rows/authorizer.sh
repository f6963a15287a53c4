# What each request of a guarded application costs: the question to /authorize, which has no body (docs/authorizer.md).
# SPDX-License-Identifier: MIT
# The sub-request's path stands in no public configuration, so the bench's own web servers pass it on (shop.sh).
answer "$dir/authorizer.body" -H "X-Vol-User-Claims: $(head -n 1 "$dir/tickets")" "$url/authorize" || fail "a ticket does not pass"
web authorizer "$load" floor_sql "$dir/authorizer.body" authorizer
row authorizer rate 0.85 floor-sql 'authorizer (/authorize)'
