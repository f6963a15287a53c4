# What every page view costs: token use, an anonymous ticket, a refresh.
# SPDX-License-Identifier: MIT
sessions=16 # refreshed side by side
fresh_sessions() { each $sessions sign_in >"$dir/sessions" && [ "$(wc -l <"$dir/sessions")" = $sessions ] || fail "signing in failed"; }
export REFRESH_TOKENS=$dir/sessions

headers=(-H "Authorization: Bearer $APP_TOKEN" -H "X-Vol-Tenant: $TENANT" -H "X-Vol-Site: $SITE")
answer "$dir/check.json" "${headers[@]}" -H "X-Vol-User-Claims: $(head -n 1 "$dir/tickets")" "$url/api/commerce/customer/accounts/current" &&
    answer "$dir/anonymous.json" "${headers[@]}" "$url/api/commerce/customer/authtickets/anonymousshopper" &&
    fresh_sessions &&
    answer "$dir/refresh.json" "${headers[@]}" -X PUT -H 'Content-Length: 0' \
        "$url/api/commerce/customer/authtickets/refresh?refreshToken=$(head -n 1 "$dir/sessions")" || fail "a first call failed"

web check "$load" floor_sql "$dir/check.json" check
row check rate 0.85 floor-sql 'token use (GET accounts/current)'
web anonymous "$load" floor_http "$dir/anonymous.json"
row anonymous rate 0.85 floor-http 'anonymous ticket'
before_each() { fresh_sessions; } # the newest sessions are the floor's; see floor_sql.cpp
web refresh "-t$sessions -c$sessions" floor_sql "$dir/refresh.json" refresh
before_each() { :; }
row refresh rate 0.70 floor-sql 'refresh'
