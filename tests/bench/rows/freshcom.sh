# The Freshcom door: name and password, and the same with the code of the second step, which the attempt before has asked
# for. Each is a hash, so the floor is the bare hash again, with as many side by side.
# SPDX-License-Identifier: MIT
asked() { # of a shopper: 400 with the header, and a code is on its way
    curl -sS -o /dev/null -D - --data-urlencode "username=shopper$1@bench.example" --data-urlencode "password=$PASSWORD" -d grant_type=password \
        -d "scope=aid:$ACCOUNT_ID" "$url/v1/token" | grep -qi '^x-freshcom-otp: required; auth_method=tfa_email' && echo "$1"
}
export -f asked
export ACCOUNT_ID
for ((round = 0; round < ROUNDS; round++)); do hashed password_grant; done
set_to second_step.always on
settle
for ((round = 0; round < ROUNDS; round++)); do
    [ "$(each "$pool" asked | wc -l)" = "$pool" ] || fail "asking for one-time passwords failed"
    deliver authtickets
    mailed_codes | grep -E ' [0-9]{6}$' >"$dir/codes" # and no notices
    [ "$(wc -l <"$dir/codes")" = "$pool" ] || fail "$(wc -l <"$dir/codes") of $pool one-time passwords came by mail"
    LIST=$dir/codes hashed code_grant
done
set_to second_step.always off
settle
row password_grant time 1.10 floor-argon2 'password grant (v1/token)'
row code_grant time 1.10 floor-argon2 'the same with a one-time password'
