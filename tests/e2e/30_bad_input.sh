#!/bin/bash
# What no honest client sends: 4xx in JSON from whoever answers, never a 500, and the service still there afterwards.
# KL6 and KL7 (docs/security.md), through lighttpd and Apache.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
world_up
customer=/api/commerce/customer
platform=/api/platform/applications/authtickets
program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"

name=bad-input@example.com password='Bad 1nput'
login() { # NAME STATUS BODY [CURL OPTIONS]: the body as bytes, printf escapes
    local title=$1 status=$2
    printf '%b' "$3" >"$SCRATCH/bytes"
    kibo POST $customer/authtickets --data-binary "@$SCRATCH/bytes" "${@:4}"
    answers "$title" "$status"
}
get() { # NAME STATUS PATH [CURL OPTIONS]
    kibo GET "$3" "${@:4}"
    answers "$1" "$2"
}
repeat() { # TEXT TIMES
    local i text=''
    for ((i = 0; i < $2; i++)); do text+=$1; done
    printf '%s' "$text"
}
good="{\"username\":\"$name\",\"password\":\"$password\"}"

bodies() {
    login 'KL6: an empty body' 400 ''
    login 'KL6: only blanks' 400 '  \n'
    login 'KL6: not JSON' 400 'username=a&password=b'
    login 'KL6: cut off' 400 '{"username":"a","pass'
    login 'KL6: something after the value' 400 "$good x"
    login 'KL6: two values' 400 "$good$good"
    login 'KL6: an array' 400 '[]'
    login 'KL6: an array of objects' 400 "[$good]"
    login 'KL6: a string' 400 '"text"'
    login 'KL6: a number' 400 '17'
    login 'KL6: null' 400 'null'
    login 'KL6: true' 400 'true'
    login 'KL6: a duplicate key' 400 '{"username":"a","username":"b","password":"c"}'
    login 'KL6: a duplicate key in another spelling of it' 400 '{"username":"a","\\u0075sername":"b","password":"c"}'
    login 'KL6: a duplicate key deeper down' 400 '{"username":"a","password":"c","x":{"y":1,"y":2}}'
    login 'KL6: bytes that are not UTF-8' 400 '{"username":"\xff\xfe","password":"c"}'
    login 'KL6: an overlong UTF-8 form' 400 '{"username":"\xc0\xaf","password":"c"}'
    login 'KL6: a UTF-8 surrogate' 400 '{"username":"\xed\xa0\x80","password":"c"}'
    login 'KL6: a lone escaped surrogate' 400 '{"username":"\\ud800","password":"c"}'
    login 'KL6: a byte order mark and nothing else' 400 '\xef\xbb\xbf'
    login 'KL6: UTF-16' 400 '\xff\xfe{\x00}\x00'
    login 'KL6: an escaped NUL' 400 '{"username":"a\\u0000b","password":"c"}'
    login 'KL6: a raw NUL' 400 '{"username":"a\0b","password":"c"}'
    login 'KL6: a raw control character' 400 '{"username":"a\x01b","password":"c"}'
    login 'KL6: NaN' 400 '{"username":"a","password":"c","accountId":NaN}'
    login 'KL6: a comment' 400 "/* */$good"
    login 'KL6: single quotes' 400 "{'username':'a'}"
    login 'KL6: depth 16 is read' '400|401' "{\"username\":\"a\",\"password\":\"b\",\"x\":$(repeat '[' 15)$(repeat ']' 15)}"
    login 'KL6: depth 17' 400 "{\"username\":\"a\",\"password\":\"b\",\"x\":$(repeat '[' 16)$(repeat ']' 16)}"
    login 'KL6: depth 20000' 400 "$(repeat '[' 20000)"
    login 'KL6: 201 members' 400 "{$(for i in {1..200}; do printf '"m%s":1,' "$i"; done)\"username\":\"a\"}"
    login 'KL6: more than 64 KiB' 413 "{\"username\":\"$(repeat a 66000)\"}"
    login 'KL6: 10 MB' 413 '' --data-binary "@$SCRATCH/10m"
    login 'a number where text belongs' 400 '{"username":17,"password":"c"}'
    login 'text where a number belongs' 400 "{\"username\":\"$name\",\"password\":\"$password\",\"accountId\":\"x\"}"
    login 'a number beyond all types' 400 "{\"username\":\"$name\",\"password\":\"$password\",\"accountId\":1e999}"
    login 'an object where text belongs' 400 '{"username":{},"password":[]}'
    login 'a user name of 60000 characters' '400|401' "{\"username\":\"$(repeat a 60000)\",\"password\":\"c\"}"
    login 'PW1: a password of 1025 bytes' '400|401' "{\"username\":\"$name\",\"password\":\"$(repeat a 1025)\"}"
    call POST $customer/authtickets -H "Authorization: Bearer $TOKEN" -H "x-vol-tenant: $TENANT" -H "x-vol-site: $SITE" \
        -H 'Content-Type: @@;;="' -d "$good"
    answers 'a content type of garbage is no matter' 200
    ticket
    login 'a content coding nobody asked for' '400|415' '\x1f\x8b\x08\x00' -H 'Content-Encoding: gzip'
    kibo POST $customer/accounts/Add-Account-And-Login -d '{"account":[],"password":"abc123"}'
    answers 'an array where the account belongs' 400
    kibo POST $customer/accounts/Add-Account-And-Login -d '{"account":{"emailAddress":"x\r\nBcc: y@example.com"},"password":"abc123"}'
    answers 'a line break in an e-mail address' 400
    kibo POST $customer/accounts/Add-Account-And-Login -d '{"account":{"contacts":[null,1,"x"],"emailAddress":"q@example.com"},"password":"abc123"}'
    answers 'a list of the wrong things' 400
    call POST $platform/oauth -d '{"client_id":1,"client_secret":null,"grant_type":[]}'
    answers 'an application that is none' '400|401'
    call POST $platform/oauth -d '{}'
    answers 'an application token for nothing' '400|401'
}

targets() {
    local path=$customer/authtickets/anonymousshopper long
    long=$(repeat a 4000)
    get 'a broken percent escape in the path' '400|404' "$customer/accounts/%zz"
    get 'half a percent escape at the end' '400|404' "$customer/accounts/1%4"
    get 'KL6: NUL in the path' '400|404' "$customer/accounts/%00"
    get 'not UTF-8 in the path' '400|404' "$customer/accounts/%ff%fe"
    get 'dots in the path' '400|404' "$customer/../../etc/passwd"
    get 'escaped dots in the path' '400|404' "$customer/%2e%2e/%2e%2e/etc/passwd"
    get 'a backslash in the path' '400|404' "$customer\\accounts"
    get 'a broken percent escape in the query' 400 "$path?responseFields=%zz"
    get 'KL6: NUL in the query' 400 "$path?responseFields=%00"
    get 'not UTF-8 in the query' 400 "$path?responseFields=%ff"
    get 'a query of separators' 200 "$path?&&==&;&="
    get 'responseFields without an end' '200|400' "$path?responseFields=a(b(c(d"
    get 'responseFields 1000 deep' '200|400' "$path?responseFields=$(repeat 'a(' 1000)"
    get 'an account number beyond 64 bits' '400|404' "$customer/accounts/99999999999999999999999"
    get 'a negative account number' '400|404' "$customer/accounts/-1"
    get 'a path of 4000 characters' '400|404' "/api/$long"
    get 'a query of 4000 characters' '200|400' "$path?x=$long"
    get 'an address of 20000 characters' '400|414|431' "/api/$long$long$long$long$long"
    kibo PUT "$customer/authtickets/refresh" -H 'Content-Length: 0'
    answers 'refresh without a token' '400|404'
    kibo PUT "$customer/authtickets/refresh?refreshToken=$long" -H 'Content-Length: 0'
    answers 'refresh with a token of 4000 characters' 404
    kibo PUT "$customer/authtickets/refresh?refreshToken=%F0%9F%92%A3&accountId=x" -H 'Content-Length: 0'
    answers 'refresh with no token at all' '400|404'
    for method in FOO PROPFIND get PATCH OPTIONS DELETE; do
        kibo $method $path
        answers "method $method" '400|404|405|501'
    done
}

headers() {
    local path=$customer/authtickets/anonymousshopper
    call GET $path
    answers 'no headers of ours at all' 401
    call GET $path -H 'Authorization: Bearer'
    answers 'a bearer without a token' 401
    call GET $path -H "Authorization: Basic $(printf 'a:b' | base64)"
    answers 'another authentication scheme' 401
    call GET $path -H "Authorization: Bearer $(repeat x 4000)"
    answers 'a token of 4000 characters' 401
    call GET $path -H $'Authorization: Bearer \xff\xfe\x80'
    answers 'a token of foreign bytes' '400|401'
    call GET $path -H "Authorization: Bearer ${TOKEN%?}"
    answers 'TK1: a token cut off' 401
    call GET $path -H "Authorization: Bearer $TOKEN" -H "x-vol-tenant: $TENANT" -H 'x-vol-site: 99999999999999999999'
    answers 'a site beyond 64 bits' '400|403'
    call GET $path -H "Authorization: Bearer $TOKEN" -H 'x-vol-tenant: -1' -H 'x-vol-site: two'
    answers 'tenant and site that are no numbers' '400|403'
    call GET $path -H "Authorization: Bearer $TOKEN" -H "x-vol-tenant: 7" -H "x-vol-site: 8"
    answers 'kibo 6.1: foreign tenant and site' 403
    USER_CLAIMS=garbage kibo GET $customer/accounts/current
    answers 'user claims that are none' 401
    USER_CLAIMS=$(repeat '%' 3000) kibo GET $path
    answers 'kibo 4.1: garbage user claims do not matter to an anonymous ticket' 200
    ticket
    call GET $path -H "X.Vol.App.Claims: $TOKEN" -H "x-vol-tenant: $TENANT" -H "x-vol-site: $SITE"
    answers 'KL7: X.Vol.App.Claims is not x-vol-app-claims' 401
    sign_in "$name" "$password"
    kibo GET $customer/accounts/current -H "X!Vol~User'Claims: $ACCESS"
    answers "KL7: X!Vol~User'Claims is not x-vol-user-claims" 401
    USER_CLAIMS=$ACCESS kibo GET $customer/accounts/current -H "X!Vol~User'Claims: garbage" -H 'X.Vol.Site: 99'
    answers 'KL7: nor do twins of a header spoil it' 200
    kibo GET $path -H 'X.Vol.Site: 99' -H 'X_Vol+Tenant: 99' -H 'X.Vol.App.Claims: garbage'
    answers 'KL7: twins of the site, the tenant and the application are not they' 200
    ticket
    kibo GET $path -H $'Cookie: \xff=;;;=x; a; =; "' -H 'Cookie: again=1'
    answers 'cookies of garbage' 200
    ticket
    kibo GET $path -H 'x-vol-correlation: <script>' -H 'Accept: ' -H $'Accept-Language: \x80'
    answers 'other headers of garbage' '200|400'
    kibo GET $path -H 'X-Forwarded-For: 1, 2, ;;;, ::::, 999.999.999.999'
    answers 'TH9: a forwarding chain of garbage' 200
    ticket
    kibo GET $path -H 'Content-Length: 18446744073709551616'
    answers 'a length beyond 64 bits' '400|413'
    kibo POST $customer/authtickets -d "$good" -H 'Expect: nothing'
    answers 'an expectation nobody meets' '200|417'
    ticket
}

# open NAME TEXT: what came back, if anything did; not every broken request is owed an answer.
open_request() {
    raw "$2"
    case $STATUS in
        000 | 4?? | 501 | 505) ok "$1 ($STATUS)" ;;
        *) not_ok "$1" "$(seen)" ;;
    esac
}
broken_requests() {
    local line="POST $customer/authtickets HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer $TOKEN\r\n"
    open_request 'a body shorter than its length' "${line}Content-Length: 500\r\n\r\n{\"username\":"
    open_request 'chunks that break off' "${line}Transfer-Encoding: chunked\r\n\r\nff\r\n{\"username\":"
    open_request 'a chunk length that is none' "${line}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
    open_request 'both length and chunks' "${line}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}"
    open_request 'two lengths' "${line}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"
    open_request 'a negative length' "${line}Content-Length: -2\r\n\r\n{}"
    open_request 'no Host' "GET $customer/accounts/current HTTP/1.1\r\n\r\n"
    open_request 'a header without a colon' "GET /api/x HTTP/1.1\r\nHost: a\r\nBROKEN\r\n\r\n"
    open_request 'a folded header' "GET /api/x HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\nConnection: close\r\n\r\n"
    open_request 'nothing but line breaks' '\r\n\r\n\r\n\r\n'
    open_request 'TLS to a plain port' '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'
}

head -c 10000000 /dev/zero | tr '\0' a >"$SCRATCH/10m"
chmod 644 "$SCRATCH/10m"
# shellcheck disable=SC2153 # SECRETS is a file of support/e2e.sh
for server in lighttpd apache; do
    LABEL="$server: "
    WEB_DIR=$WORK/$server
    "${AS[@]:-env}" mkdir "$WEB_DIR"
    case $server in apache) kind=proxy-fcgi ;; *) kind=fastcgi ;; esac
    web_up $server $kind
    oauth
    [ $server = apache ] || { sign_up "$name" "$password"; answers 'a shopper signs up' 201; }
    bodies
    targets
    headers
    broken_requests
    sign_in "$name" "$password"
    answers 'afterwards: sign-in still works' 200
    holds 'afterwards: it is still the same program' kill -0 "$program_pid"
done
LABEL=''
is 'nothing was a fault of ours: the log has no internal error' '' "$(grep -iE 'unexpected_error|exception|terminate' "$PROGRAM_LOG" | head -5)"
