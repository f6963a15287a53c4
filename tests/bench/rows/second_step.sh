# The second step: pending tickets of the pool and their codes by mail.
# SPDX-License-Identifier: MIT
pending() { # of a shopper: address and pending ticket, with a code on its way
    local name=shopper$1@bench.example token
    token=$(post '/api/commerce/customer/authtickets?responseFields=accessToken,requires2FA' \
        "{\"username\":\"$name\",\"password\":\"$PASSWORD\"}" | jq -er 'select(.requires2FA).accessToken') &&
        curl -fsS -o /dev/null -H "Authorization: Bearer $APP_TOKEN" -H "X-Vol-Tenant: $TENANT" -H "X-Vol-Site: $SITE" \
            -H "X-Vol-User-Claims: $token" -H 'Content-Type: application/json' -d '' "$url/api/commerce/customer/authtickets/2fa/request" &&
        echo "$name $token"
}
export -f pending
signed_in_up
deliver authtickets # what was owed before, welcomes for instance
mailed_codes >/dev/null
set_to second_step.always on
settle
for ((round = 0; round < ROUNDS; round++)); do
    each "$pool" pending | sort >"$dir/pending"
    [ "$(wc -l <"$dir/pending")" = "$pool" ] || fail "signing in for the second step failed"
    deliver authtickets
    mailed_codes | sort | join "$dir/pending" - | cut -d' ' -f2,3 >"$dir/codes"
    [ "$(wc -l <"$dir/codes")" = "$pool" ] || fail "$(wc -l <"$dir/codes") of $pool codes came by mail"
    once second_step "$dir/codes" "$dir/signed_in.json"
    clean_floor
done
set_to second_step.always off
settle
row second_step rate 0.70 floor-sql 'second step (2fa/auth)'
