#!/bin/bash
# Every way of mounting that contrib/ has a file for: the smoke test through it, what the web server answers itself, what
# it hands on, and that no log holds a token.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
world_up

customer=/api/commerce/customer
platform=/api/platform/applications/authtickets
long=$(printf 'a%.0s' {1..9000})
printf 'a%.0s' {1..80000} >"$SCRATCH/80k"
head -c 1048576 /dev/zero | tr '\0' ' ' >"$SCRATCH/1m"
{ cat "$SCRATCH/1m"; printf ' '; } >"$SCRATCH/1m1"
chmod 644 "$SCRATCH"/80k "$SCRATCH"/1m*
shopper="mounts@example.com" password="M0unts pass w0rd"
secret "$password"

# What Apache, lighttpd and nginx answer by themselves.
own_answers() {
    call GET /nosuch
    answers 'kibo 11.1: its own 404 is JSON with x-vol-correlation' 404 '.errorCode == "ITEM_NOT_FOUND"'
    call HEAD /nosuch
    answers 'its own 404 to HEAD has no body' 404
    call POST $customer/authtickets --data-binary "@$SCRATCH/80k"
    answers 'KL6: a body beyond its limit is 413 in JSON' 413 '.errorCode == "REQUEST_TOO_LARGE"'
    call GET "$customer/authtickets/anonymousshopper" -H "X-Long: $long"
    answers 'headers beyond its limit are 400 or 431 in JSON' '400|431'
    call GET "/api/$long"
    answers 'an address beyond its limit is 414 or 431 in JSON' '414|431'
    raw 'GARBAGE\r\n\r\n'
    answers 'what is no request is 400 in JSON' 400
    call TRACE $customer/accounts/current
    answers 'TRACE is 405 in JSON' 405
}

# What reaches the program, and comes back from it, unchanged.
handed_on() {
    local path
    oauth
    sign_in "$shopper" "$password"
    answers 'sign-in' 200
    call GET $customer/accounts/current -H "authorization: bearer $TOKEN" -H "x-vol-tenant: $TENANT" \
        -H "x-vol-site: $SITE" -H "x-vol-user-claims: $ACCESS" -H 'Proxy: http://127.0.0.1:9/'
    answers 'KL7: Authorization arrives, and a Proxy header changes nothing' 200 ".userName == \"$shopper\""
    kibo GET $customer/authtickets/anonymousshopper -H "x_vol_site: 9999"
    answers 'KL7: an underscore twin of a header is not the header' 200
    kibo GET $customer/authtickets/anonymousshopper -H "X.Vol.Site: 9999"
    answers 'KL7: nor is one with dots' 200
    kibo POST $customer/authtickets -H 'Transfer-Encoding: chunked' -d \
        "{\"username\":\"$shopper\",\"password\":\"$password\"}"
    ticket
    answers 'a body sent in chunks arrives' 200
    { printf '{"username":"'; cat "$SCRATCH/80k"; printf '"}'; } >"$SCRATCH/chunks"
    kibo POST $customer/authtickets -H 'Transfer-Encoding: chunked' --data-binary "@$SCRATCH/chunks"
    answers 'KL6: chunks beyond the limit are 413' 413
    { printf '{"username":"'; head -c 66000 "$SCRATCH/80k"; printf '"}'; } >"$SCRATCH/66k"
    kibo POST $customer/authtickets --data-binary "@$SCRATCH/66k"
    answers "KL6: just beyond 64 KiB the program's own 413 passes" 413
    for path in Bulk Change-Passwords; do
        kibo POST "$customer/accounts/$path" --data-binary "@$SCRATCH/1m"
        answers "KL6: 1 MiB reaches $path" 400 '.errorCode == "MISSING_OR_INVALID_PARAMETER"'
        kibo POST "$customer/accounts/$path" --data-binary "@$SCRATCH/1m1"
        answers "KL6: one byte more is the program's own 413" 413 '.errorCode == "REQUEST_TOO_LARGE"'
    done
    kibo POST $customer/authtickets -H 'Content-Encoding: gzip' --data-binary "@$SCRATCH/66k"
    answers "the answer to a body that was not read arrives" 415
    kibo GET $customer/authtickets/anonymousshopper -H 'Range: bytes=0-3'
    answers 'a ticket is not fetched by halves' 200 '.userId | length > 0'
    ticket
    kibo HEAD $customer/accounts/1
    answers 'HEAD is answered without a body' '40[0-9]|200'
    call GET "//api//commerce/customer/accounts/current" -H "Authorization: Bearer $TOKEN"
    answers 'doubled slashes are an unknown path' 404
    kibo GET "/api%2Fcommerce/customer/accounts/current"
    answers 'a %2F is no slash' 404
    kibo GET "$customer/accounts/a%2Fb"
    answers 'a %2F within a segment reaches the program' '400|404'
    call GET '/api/nosuch'
    local plain query
    plain=$STATUS/$(json .errorCode)
    for query in operator+add --version migrate keys+drop+1; do
        call GET "/api/nosuch?$query"
        is "?$query is no command" "$plain" "$STATUS/$(json .errorCode)"
    done
    call GET '/healthz?--version'
    answers '/healthz?--version is healthz' 200 'type == "object"'
}

# Refresh tokens where no route has one; whoever answers, no log may have them (checked at the end).
misplaced_tokens() {
    local path
    sign_in "$shopper" "$password"
    for path in "/api/platform/applications/$REFRESH" "$platform%2f$REFRESH" "$platform//$REFRESH" \
        "/nosuch/$REFRESH/x" "/api/x%0a/$REFRESH" "/api/nosuch%3FrefreshToken=$REFRESH" "/../../api/$REFRESH" "/api/%zz/$REFRESH"; do
        call DELETE "$path"
        answers "a token out of place, in ${path/"$REFRESH"/T}" '400|404|405'
    done
    for path in "/api/%zz/authtickets/refresh" "/../../api/nosuch" "/api/nosuch%00" "/nosuch%zz"; do
        call PUT "$path?refreshToken=$REFRESH" -H 'Content-Length: 0'
        answers "a token in the query of $path" '400|404|405'
    done
}

program_away() { # ID: the program is not there, with tokens on the way
    stop_process "$1"
    kibo PUT "$customer/authtickets/refresh?refreshToken=$REFRESH" -H 'Content-Length: 0'
    answers 'program away: 502 or 503 in JSON' '50[23]' '.errorCode == "SYSTEM_MAINTENANCE"'
    is 'program away: Retry-After is 1' 1 "$(header retry-after)"
    call DELETE "$platform/$REFRESH"
    answers 'program away: 502 or 503 to DELETE too' '50[23]'
}

mount() { # NAME SERVER KIND [PROGRAM COMMAND]
    local server=$2 kind=$3 start=${4:-} id=''
    LABEL="$1: "
    WEB_DIR=$WORK/web-${1//[^a-z]/-}
    "${AS[@]:-env}" mkdir -p "$WEB_DIR"
    if [ -n "$start" ]; then
        "$start" || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
        id=$program_pid
    fi
    web_up "$server" "$kind"
    local web=$web_pid
    SMOKE_LABEL=$LABEL SMOKE_SECRETS=$SECRETS APP_ID=$APP_ID APP_SECRET=$APP_SECRET TENANT=$TENANT SITE=$SITE \
        "$SRC_DIR/tests/e2e/smoke" "$BASE" || FAILED=$((FAILED + 1))
    own_answers
    handed_on
    misplaced_tokens
    [ -z "$id" ] || program_away "$id"
    stop_process "$web"
    is 'TK9: no token, password or secret in any log' '' "$(leaks)"
    holds 'it wrote an access log' grep -q "POST $customer/authtickets" "$WEB_DIR/$server-access.log"
    holds 'TK9: the access log has {refreshToken} in place of one' \
        grep -q "DELETE $platform/{refreshToken}" "$WEB_DIR/$server-access.log"
    holds 'TK9: and in place of one elsewhere' \
        grep -q "DELETE /api/platform/applications/{refreshToken}" "$WEB_DIR/$server-access.log"
}

spawn_fcgi() { # spawn-fcgi hands the program a listening socket as descriptor 0
    rm -f "$FCGI_SOCKET"
    start_process "$PROGRAM_LOG" env AUTHTICKETS_CONFIG="$CONFIG" \
        spawn-fcgi -n -s "$FCGI_SOCKET" -M 0600 -- "$AUTHTICKETS" operator add
    program_pid=$pid
    await "$program_pid" 10 test -S "$FCGI_SOCKET"
}

# One shopper for all mounts.
program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
web_up lighttpd fastcgi
oauth
sign_up "$shopper" "$password"
answers 'a shopper signs up' 201
stop_all_but_database() {
    local id
    for id in "${STARTED[@]}"; do [ "$id" = "$database_pid" ] || stop_process "$id"; done
}
stop_all_but_database

mount 'lighttpd mod_fastcgi' lighttpd fastcgi program_start
mount 'lighttpd mod_fastcgi bin-path' lighttpd fastcgi-spawn
mount 'lighttpd CGI' lighttpd cgi
mount 'Apache mod_proxy_fcgi' apache proxy-fcgi program_start
mount 'Apache mod_fcgid' apache fcgid
mount 'Apache mod_cgid' apache cgid
mount 'Apache mod_cgi' apache cgi
mount 'nginx' nginx fastcgi program_start
mount 'nginx with spawn-fcgi' nginx fastcgi spawn_fcgi
