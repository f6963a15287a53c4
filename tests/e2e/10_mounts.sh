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
shopper="mounts@example.com" coded="coded@example.com" password="M0unts pass w0rd"
secret "$password"
at app add --realm demo --name pages --behaviours publishable >>"$PROGRAM_LOG" 2>&1 || give_up 'authtickets app add' "$(tail -n 5 "$PROGRAM_LOG")"
answer=$(at app publishable-token --json --realm demo 2>>"$PROGRAM_LOG") || give_up 'authtickets app publishable-token' "$(tail -n 5 "$PROGRAM_LOG")"
PRT=$(jq -r .publishableToken <<<"$answer") ACCOUNT_ID=$(jq -r .accountId <<<"$answer") GUEST=''

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

# The same below the addresses of the Elastic Path door, in its form (EP30).
own_answers_of_elasticpath() {
    call POST /v2/account-members/tokens --data-binary "@$SCRATCH/80k"
    answers 'EP39: a body beyond its limit is 413 in the form of the door' 413 '.errors[0].status == "413"'
    is 'EP20: which a page of another host can read' '*' "$(header access-control-allow-origin)"
}

# And below those of the Freshcom door, in its form (FC30).
own_answers_of_freshcom() {
    call POST /v1/token --data-binary "@$SCRATCH/80k"
    answers 'FC40: a body beyond its limit is 413' 413 '.errors[0].code == "request_too_large" or .error == "invalid_request"'
    is 'FC18: which a page of another host can read' '*' "$(header access-control-allow-origin)"
}

elasticpath() { # METHOD TARGET CURL...: with the bearer token of the application
    call "$1" "$2" --globoff -H "Authorization: Bearer $TOKEN" "${@:3}"
}

# The Elastic Path door: paths, queries, headers and empty answers as its clients send and need them.
handed_on_to_elasticpath() {
    local realm profile brackets page="page%5Blimit%5D=10&page%5Boffset%5D=0"
    call POST //oauth//access_token --data-urlencode grant_type=client_credentials --data-urlencode "client_id=$APP_ID" \
        --data-urlencode "client_secret=$APP_SECRET"
    answers 'EP40, EP17: a form, and doubled slashes' 200 '.token_type == "Bearer"'
    TOKEN=$(json .access_token)
    secret "$TOKEN"
    elasticpath GET /v2/authentication-realms
    answers 'EP70: the realm' 200 '.data | length == 1'
    realm=$(json '.data[0].id')
    for brackets in 'page[limit]=10&page[offset]=0' "$page"; do
        elasticpath GET "/v2/authentication-realms/$realm/password-profiles?$brackets"
        answers "EP15: brackets in a query, $brackets" 200 '.meta.page.limit == 10'
    done
    profile=$(json '.data[0].id')
    for brackets in 'filter=eq(email,a@b.c)' 'filter=eq(email%2Ca%40b.c)' 'filter=eq%28email,a%40b.c%29'; do
        elasticpath GET "/v2/authentication-realms/$realm/user-authentication-info?$brackets"
        answers "EP15: a filter, $brackets" 200 '.data | length == 0'
    done
    elasticpath GET "/v2//authentication-realms///$realm/"
    answers 'EP17: doubled slashes are one' 200 ".data.id == \"$realm\""
    elasticpath GET //v2/authentication-realms
    answers 'EP17: before the first segment too' 200
    elasticpath PUT "/v2/authentication-realms/$realm/password-profiles/$profile" -H 'Content-Type: application/json' \
        -d '{"data":{"type":"password_profile","enable_one_time_password_token":true}}'
    answers 'EP82: PUT with a body' 200 '.data.enable_one_time_password_token'
    elasticpath POST "/v2/authentication-realms/$realm/password-profiles/$profile/one-time-password-token-request" \
        -d '{"data":{"type":"one_time_password_token_request","username":"nobody@example.com","purpose":"reset_password"}}'
    answers 'EP16: 202 without a body' 202
    is 'EP16: its length is said' 0 "$(header content-length)"
    is 'EP16: it has no type' '' "$(header content-type)"
    is 'EP16: and comes in one piece' '' "$(header transfer-encoding)"
    elasticpath POST "/v2/authentication-realms/$realm/password-profiles" -d '{"data":{"type":"password_profile","name":"gone soon"}}'
    answers 'EP81: a profile' 201
    elasticpath DELETE "/v2/authentication-realms/$realm/password-profiles/$(json .data.id)"
    answers 'EP16: 204 without a body' 204
    is 'EP16: nor a type' '' "$(header content-type)"
    elasticpath GET /v2/account-members -H 'EP-Account-Management-Authentication-Token: forged'
    answers 'EP6: the header of account tokens arrives' 401 '.errors[0].status == "401"'
    is 'EP20: a refusal can be read by a page of another host' '*' "$(header access-control-allow-origin)"
    call OPTIONS /v2//account-members/tokens -H 'Origin: https://elsewhere.example' -H 'Access-Control-Request-Method: POST' \
        -H 'Access-Control-Request-Headers: authorization,x-moltin-sdk-version'
    answers 'EP20: a preflight' 204
    is 'EP20: which opens the door' '*' "$(header access-control-allow-origin)"
    elasticpath GET /v2/nosuch
    answers "EP35: the program's own 404" 404 '.errors[0].status == "404"'
    elasticpath GET "/v2%2Fauthentication-realms"
    answers 'EP35: a %2F is no slash' 404
}

freshcom() { # METHOD TARGET CURL...: as the guest
    call "$1" "$2" --globoff -H "Authorization: Bearer $GUEST" -H 'Accept: application/vnd.api+json' "${@:3}"
}

# The Freshcom door: its media types, its header of one-time passwords both ways, answers without a body.
handed_on_to_freshcom() {
    call POST //v1//token --data-urlencode grant_type=refresh_token --data-urlencode "refresh_token=$PRT"
    answers 'FC50: a form' 200 '.token_type == "bearer" and .expires_in == 3600'
    GUEST=$(json .access_token)
    secret "$GUEST"
    # The header, by its own effect: a password alone is not enough for this shopper, and a wrong code is not either.
    local otp
    for otp in '' 000000; do
        call POST /v1/token --data-urlencode grant_type=password --data-urlencode "username=$coded" --data-urlencode "password=$password" \
            --data-urlencode "scope=aid:$ACCOUNT_ID" ${otp:+-H "X-Freshcom-OTP: $otp"}
        answers "FC60: a one-time password is due${otp:+, and the header arrives}" 400 '.error == "invalid_request"'
        is 'FC60: which the header of the answer says' 'required; auth_method=tfa_sms' "$(header x-freshcom-otp)"
    done
    call POST /v1/token -H 'X-Freshcom-OTP: 1, 2' --data-urlencode grant_type=refresh_token --data-urlencode "refresh_token=$PRT"
    answers 'KL7: two one-time passwords are refused, so the header arrives' 400 '.error == "invalid_request"'
    freshcom GET '/v1/account?locale=de&page[size]=1&filter%5Ba%5D=b'
    answers 'FC80: Authorization arrives' 200 '.data.type == "Account" and .meta.locale == "de"'
    is 'FC4: the type of the answer' application/vnd.api+json "$(header content-type)"
    freshcom POST /v1/phone_verification_codes -H 'Content-Type: application/vnd.api+json' \
        -d '{"data":{"type":"PhoneVerificationCode","attributes":{"phoneNumber":"+16045550142"}}}'
    answers 'FC130: 204 without a body' 204
    is 'FC4: nor a type' '' "$(header content-type)"
    is 'FC4: and no chunks' '' "$(header transfer-encoding)"
    case $(header content-length) in '' | 0) ok 'FC4: its length is 0 or not said' ;; *) not_ok 'FC4: its length is 0 or not said' "$(seen)" ;; esac
    call GET /v1/account
    answers 'FC16: 401 without a body' 401 true
    is 'FC16: it has none' '' "$BODY"
    call GET /v1/account -H 'Authorization: Bearer x' -H 'Accept: text/html'
    answers 'FC3: 406 without a body' 406 true
    is 'FC3: it has none' '' "$BODY"
    freshcom POST /v1/phone_verification_codes -H 'Content-Type: text/plain' -d x
    answers 'FC2: 415 without a body' 415 true
    is 'FC2: it has none' '' "$BODY"
    freshcom PATCH /v1/account -H 'Content-Type: application/vnd.api+json' -d '{}'
    answers 'FC251: PATCH arrives' 403 '.errors[0].code == "access_denied"'
    call OPTIONS /v1//account -H 'Origin: https://elsewhere.example' -H 'Access-Control-Request-Method: PATCH' \
        -H 'Access-Control-Request-Headers: authorization,x-freshcom-otp'
    answers 'FC18: a preflight' 204
    is 'FC18: which opens the door' '*' "$(header access-control-allow-origin)"
    holds 'FC18: to the header too' grep -qi x-freshcom-otp <<<"$(header access-control-allow-headers)"
    freshcom GET /v1/nosuch
    answers "FC36: the program's own 404" 404 '.errors[0].code == "invalid_endpoint"'
    holds 'FC18: pages read the header' grep -qi x-freshcom-otp <<<"$(header access-control-expose-headers)"
    freshcom GET /v1%2Faccount
    answers 'FC36: a %2F is no slash' 404
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
    elasticpath GET /v2/authentication-realms
    answers 'EP30: program away, in the form of the other door' '50[23]' '.errors[0].status | test("50[23]")'
    freshcom GET /v1/account
    answers 'FC30: and of the third' '50[23]' '.errors[0].code == "service_unavailable"'
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
    own_answers_of_elasticpath
    own_answers_of_freshcom
    handed_on
    handed_on_to_elasticpath
    handed_on_to_freshcom
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
sign_up "$coded" "$password"
answers 'and one with a second step' 201
{ at login set-phone --realm demo --verified "$coded" +16045550142 && at login set-method --realm demo "$coded" sms; } >>"$PROGRAM_LOG" 2>&1 ||
    give_up 'authtickets login set-method' "$(tail -n 5 "$PROGRAM_LOG")"
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
