#!/bin/bash
# A crowd that signs in leaves the others be (PW11, docs/security.md): half of the workers have to do with passwords, and who comes
# beyond is told at once when to come again, while token checks go on. Through lighttpd, Apache and nginx. The only slot is held
# from here, so nobody who waits for it goes on; they would for ten seconds, of which the crowd has five to come.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
world_up 'workers = 4' 'hash.slots = 1' 'hash.wait_ms = 10000'
customer=/api/commerce/customer

program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
"${AS[@]:-env}" touch "$WORK/hash/slot-0"
crowd=8 signed_up=''
one() { # NUMBER: status, Retry-After and content type of a sign-in, when it is answered
    curl -sS --max-time 20 -o "$SCRATCH/crowd.$1.body" -w '%{http_code} %header{retry-after} %{content_type}' -H "Authorization: Bearer $TOKEN" \
        -H "x-vol-tenant: $TENANT" -H "x-vol-site: $SITE" -H 'Content-Type: application/json' \
        -d '{"username":"crowd@example.com","password":"Crowd 1 safe"}' "$BASE$customer/authtickets" >"$SCRATCH/crowd.$1" 2>&1
}
told() { cat "$SCRATCH"/crowd.? | tr -d '\n'; }
status_of() { cut -d' ' -f1 "$SCRATCH/crowd.$1"; }
count_of() { # STATUS
    local i count=0
    for ((i = 1; i <= crowd; i++)); do [ "$(status_of $i)" != "$1" ] || count=$((count + 1)); done
    say $count
}
sent_away() { [ "$(count_of 503)" = $((crowd - 2)) ]; }

for server in lighttpd apache nginx; do
    LABEL="through $server: " WEB_DIR=$WORK/$server
    "${AS[@]:-env}" mkdir "$WEB_DIR"
    case $server in apache) kind=proxy-fcgi ;; *) kind=fastcgi ;; esac
    web_up $server $kind
    oauth
    [ -n "$signed_up" ] || { sign_up crowd@example.com 'Crowd 1 safe' && signed_up=$ACCESS; }

    exec {slot}<"$WORK/hash/slot-0"
    flock "$slot"
    clients=()
    for ((i = 1; i <= crowd; i++)); do
        : >"$SCRATCH/crowd.$i"
        one $i &
        clients+=($!)
    done
    wait_until 5 sent_away
    is 'PW11: with four workers two wait for a slot, and the rest is sent away before they have one' "$((crowd - 2))" "$(count_of 503)"
    USER_CLAIMS=$signed_up kibo GET $customer/accounts/current
    answers 'PW11: a token check goes on meanwhile' 200
    wrong=0
    for ((i = 1; i <= crowd; i++)); do
        [ "$(status_of $i)" != 503 ] || [[ $(<"$SCRATCH/crowd.$i") =~ ^503\ [1-4]\ application/json ]] || wrong=$((wrong + 1))
    done
    is 'PW11: each 503 has Retry-After and a JSON document' 0 $wrong
    flock -u "$slot"
    wait "${clients[@]}"
    exec {slot}<&-
    is 'PW11: the two sign in when the slot is free' 2 "$(count_of 200)"
    stop_process "$web_pid"
done
