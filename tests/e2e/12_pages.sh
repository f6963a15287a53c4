#!/bin/bash
# The account pages and the desk (docs/pages.md) through every web server: forms as a browser sends them, redirects and cookies
# as the program gives them, links as they are mailed, and that no log holds a link's token or a session.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
world_up "mail.transport = maildir" "mail.maildir = $WORK/mail" "mail.sender = shop@shop.example"

policy="default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
sent='If we have an account for that, a message is on its way.'
head -c 66000 /dev/zero | tr '\0' a >"$SCRATCH/66k"

# page NAME STATUS TEXT: the last answer is a page of ours that says this.
page() {
    local name=$1 wrong
    wrong=$(
        [ "$STATUS" = "$2" ] || say "status $STATUS, expected $2"
        [ "${HEADER[content-type]:-}" = 'text/html; charset=utf-8' ] || say "content-type: ${HEADER[content-type]:-}"
        [ "${HEADER[content-security-policy]:-}" = "$policy" ] || say "content-security-policy: ${HEADER[content-security-policy]:-}"
        [ "${HEADER[cache-control]:-}" = no-store ] || say "cache-control: ${HEADER[cache-control]:-}"
        [ "${HEADER[referrer-policy]:-}" = no-referrer ] || say "referrer-policy: ${HEADER[referrer-policy]:-}"
        [ -z "${HEADER[location]:-}" ] || say "location: ${HEADER[location]}"
        for each in x-vol-correlation cache-control x-content-type-options referrer-policy content-security-policy; do
            [ "${COUNT[$each]:-0}" = 1 ] || say "$each stands there ${COUNT[$each]:-0} times"
        done
        case $BODY in *"$3"*) ;; *) say "it does not say: $3" ;; esac
    )
    if [ -z "$wrong" ]; then ok "$name"; else not_ok "$name" "$wrong" "$(seen)"; fi
}

# form PATH FIELDS... (name=value): sent as a browser does that shows our own page.
form() {
    local path=$1 field fields=()
    shift
    for field; do fields+=(--data-urlencode "$field"); done
    call POST "$path" -H 'Origin: null' -H 'Sec-Fetch-Site: same-origin' "${fields[@]}"
}

# led NAME LOCATION: the last answer leads there, in so many letters, and has nothing else to show.
led() {
    local wrong each
    wrong=$(
        [ "$STATUS" = 303 ] || say "status $STATUS, expected 303"
        [ "${HEADER[location]:-}" = "$2" ] || say "location: ${HEADER[location]:-}, expected $2"
        [ -z "$BODY" ] || say 'it has a body'
        [ -z "${HEADER[transfer-encoding]:-}" ] || say "transfer-encoding: ${HEADER[transfer-encoding]}"
        # Apache takes the length from answers to HEAD.
        [ "${HEADER[content-length]:-}" = 0 ] || [ "$METHOD" = HEAD ] || say "content-length: ${HEADER[content-length]:-}"
        for each in x-vol-correlation cache-control x-content-type-options referrer-policy content-security-policy; do
            [ "${COUNT[$each]:-0}" = 1 ] || say "$each stands there ${COUNT[$each]:-0} times"
        done
    )
    if [ -z "$wrong" ]; then ok "$1"; else not_ok "$1" "$wrong" "$(seen)"; fi
}

# cookie NAME: its value in the last answer; what it must look like stands in $attributes.
attributes='; Path=/; Max-Age=[0-9]*; Secure; HttpOnly; SameSite=Lax'
cookie() { sed -n "s|^[Ss]et-[Cc]ookie: $1=\([^;]*\)$attributes\r*\$|\1|p" "$SCRATCH/head"; }

# mailed PAGE: delivers what is owed; the link's token from the newest mail for that page, in $link.
mailed() {
    local mail
    # Status 1: something was given up, as links are that a newer one has replaced.
    at deliver --once >>"$PROGRAM_LOG" 2>&1 || [ $? = 1 ] || not_ok 'deliver --once' "$(tail -n 3 "$PROGRAM_LOG")"
    mail=$(find "$WORK/mail" -type f -newer "$SCRATCH/asked" -exec grep -l "account/$1" {} + | head -n 1)
    link=$(perl -MMIME::QuotedPrint -0777 -ne 'print decode_qp($_)' "${mail:-/dev/null}" |
        sed -n "s|.*https://localhost:1/account/$1?t=\([A-Za-z0-9_-]*\)&u=.*|\1|p" | head -n 1)
    secret "$link"
    holds "RS5: the mailed link is the shop's own address, whatever host was asked" [ "${#link}" -ge 43 ]
}

through() { # SERVER KIND: the whole way
    local server=$1 kind=$2 shopper="$1.$2@example.com" old='Engine-No-1' new="Difference-No-${#1}" tag id=''
    LABEL="$server $kind: "
    WEB_DIR=$WORK/web-$server-$kind
    "${AS[@]:-env}" mkdir -p "$WEB_DIR"
    case $kind in
        fastcgi | proxy-fcgi)
            program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
            id=$program_pid
            ;;
    esac
    web_up "$server" "$kind"
    local web=$web_pid
    secret "$old"
    secret "$new"
    oauth
    sign_up "$shopper" "$old"
    answers 'a shopper signs up' 201

    call GET /account/static/style.css
    tag=$(header etag)
    is 'the style sheet may be kept' "200 text/css; charset=utf-8 public, max-age=604800 1" \
        "$STATUS $(header content-type) $(header cache-control) ${COUNT[cache-control]}"
    call GET /account/static/style.css -H "If-None-Match: $tag"
    is 'and is not sent twice' '304 ' "$STATUS $BODY"

    call GET '/account/forgot?lang=de'
    page 'P6: the form, in the language asked for' 200 '<html lang="de" dir="ltr">'
    call GET /account/forgot -H 'Accept-Language: ar'
    page 'P6: and in the one that the browser prefers' 200 '<html lang="ar" dir="rtl">'
    call GET /account/nothing
    page 'an unknown page is a page' 404 'There is no page here'
    call DELETE /account/forgot
    page 'a wrong method too' 405 'This cannot be done here'

    # Both sides, with a slash and without one; a Location is relative, so that it fits whatever stands before the program.
    for method in GET HEAD; do
        for path in /account:account/sign-in /account/:sign-in /ACCOUNT/settings:'sign-in?to=settings' /desk:desk/sign-in /desk/:sign-in \
            '/desk/settings/password?lang=de:../sign-in?to=settings/password&lang=de'; do
            call $method "${path%%:*}"
            led "$method ${path%%:*} leads to the sign-in" "${path#*:}"
        done
        for path in /accounts /desks /account.html; do
            call $method "$path"
            is "$method $path is nothing of ours" '404 ' "$STATUS $(header content-security-policy)"
        done
    done
    call GET /desk/sign-in
    page "the desk's sign-in" 200 'autocomplete="current-password"'
    call POST /account/sign-out -H 'Content-Length: 0'
    holds 'TK11: what is no form of ours signs nobody out' [ "$STATUS" -ge 303 ]

    local far session="/$(printf 'a%.0s' {1..480})"
    far=$session
    form "/account/sign-in?to=$far" "name=$shopper" "password=$old" "to=$far"
    led 'P1: signed in, and led to a long address' "$far"
    session=$(cookie __Host-authtickets)
    secret "$session"
    holds 'TK10: with the cookie of a session' [ -n "$session" ]
    call GET /account -H "Cookie: __Host-authtickets=$session"
    page 'P9: which opens the overview' 200 'Ada Byron'
    case $BODY in *'href="account/settings"'*) ok 'its links fit an address without a slash' ;; *) not_ok 'its links fit an address without a slash' "$(seen)" ;; esac
    local token
    token=$(sed -n 's/.*name="f" value="\([^"]*\)".*/\1/p' <<<"$BODY" | head -n 1)
    call POST /account/sign-out -H "Cookie: __Host-authtickets=$session" -H 'Origin: null' -H 'Sec-Fetch-Site: same-origin' -d f=1.00
    page 'TK11: signed out by a form without its token: no' 403 'This form is too old'
    call POST /account/sign-out -H "Cookie: __Host-authtickets=$session" -H 'Origin: null' -H 'Sec-Fetch-Site: same-origin' --data-urlencode "f=$token"
    holds 'P17b: signed out' [ "$STATUS" = 303 ]
    case $(header set-cookie) in
        '__Host-authtickets=; Path=/; Max-Age=0; '*) ok 'P17b: and the cookie is taken back' ;;
        *) not_ok 'P17b: and the cookie is taken back' "$(seen)" ;;
    esac
    call GET /account/ -H "Cookie: __Host-authtickets=$session"
    led 'P17b: its session is over' sign-in

    : >"$SCRATCH/asked"
    form /account/forgot "name=$shopper"
    page 'P6: asked for a link' 200 "$sent"
    local answer=$BODY
    form /account/forgot name=nobody
    page 'EN1: asked for nobody' 200 "$sent"
    is 'EN1: byte for byte the same' "$answer" "$BODY"
    call POST /account/forgot -H 'Host: evil.example' -H 'X-Forwarded-Host: evil.example' -H 'Origin: https://localhost:1' \
        --data-urlencode "name=$shopper"
    page 'RS5: under a forged host' 200 "$sent"
    mailed reset
    is 'RS5: no mail names that host' '' "$(grep -rl evil.example "$WORK/mail")"

    call HEAD "/account/reset?t=$link&u=0"
    is 'OC10, P7: HEAD' 200 "$STATUS"
    call GET "/account/reset?t=$link&u=0"
    page 'OC10, P7: opened' 200 'autocomplete="new-password"'
    call POST /account/reset -H 'Origin: https://evil.example' --data-urlencode "t=$link" --data-urlencode "password=$new"
    page "TK11: another site's form" 403 'This form came from another site'
    form /account/reset "t=$link" password=abc
    page 'P7: a refused password is named' 400 'Use at least 6 characters.'
    form /account/reset "t=$link" "password=$new"
    led 'P7: saved' 'sign-in?done=password'
    call GET '/account/sign-in?done=password'
    page 'P7: and told so' 200 'Your new password is saved. Sign in with it.'
    sign_in "$shopper" "$old"
    answers 'P7: the old password is wrong now' 401
    sign_in "$shopper" "$new"
    answers 'P7: the new one is right' 200
    form /account/reset "t=$link" "password=$old"
    page 'P7: the link is used up' 410 'This link was used, replaced or has run out.'

    for _ in 1 2 3 4 5 6 7 8 9 10; do sign_in "$shopper" 'Wrong-pass-0'; done
    sign_in "$shopper" "$new"
    answers 'locked' 401
    : >"$SCRATCH/asked"
    form /account/unlock "name=$shopper"
    page 'P8: asked for a link' 200 "$sent"
    mailed unlock
    call GET "/account/unlock?t=$link&u=0"
    page 'OC10, P8: opened' 200 'Unlock my account'
    sign_in "$shopper" "$new"
    answers 'OC10: still locked' 401
    form /account/unlock "t=$link"
    page 'P8: unlocked' 200 'You are not signed in'
    secret "$(header set-cookie | sed -n 's/^__Host-authtickets-device=\([^;]*\);.*/\1/p')"
    case $(header set-cookie) in
        __Host-authtickets-device=*'; Path=/; Max-Age='*'; Secure; HttpOnly; SameSite=Lax') ok 'TK10: its device cookie' ;;
        *) not_ok 'TK10: its device cookie' "$(seen)" ;;
    esac
    sign_in "$shopper" "$new"
    answers 'P8: the password is right again' 200

    { printf 'name='; cat "$SCRATCH/66k"; } >"$SCRATCH/form"
    call POST /account/forgot --data-binary "@$SCRATCH/form"
    page 'KL6: a form beyond 64 KiB' 413 'That is too much'
    call POST /account/forgot -H 'Content-Type: application/json' -d '{}'
    page 'KL6: what is no form' 415 'This cannot be done here'
    # Addresses that no page has, with tokens in them; whoever answers.
    for path in "/account//reset?t=$link" "/account/%zz?t=$link" "/account/../account/reset?t=$link" "/account%2freset?t=$link"; do
        call GET "$path"
    done

    if [ -n "$id" ]; then
        stop_process "$database_pid"
        call GET /account/forgot
        page 'database away: a page that says so' 503 'We will be back in a moment'
        is 'database away: Retry-After' 1 "$(header retry-after)"
        database_up || give_up 'the database comes back'
        call GET /account/forgot
        page 'database back' 200 'autocomplete="username"'
        stop_process "$id"
        call GET "/account/reset?t=$link"
        holds 'program away: 502 or 503' [ "${STATUS#50}" != "$STATUS" ]
    fi
    stop_process "$web"
    is "TK9: no link's token, password or cookie in any log" '' "$(leaks)"
    holds 'it wrote an access log' grep -q 'GET /account/reset' "$WEB_DIR/$server-access.log"
}

# The desk has a sign-in once somebody works at it.
printf 'Analytical-Engine-1\n' >"$SCRATCH/password"
chmod 644 "$SCRATCH/password"
secret Analytical-Engine-1
at operator add --realm demo --email grace@example.com --role manager --password-file "$SCRATCH/password" >>"$PROGRAM_LOG" 2>&1 ||
    give_up 'authtickets operator add' "$(tail -n 5 "$PROGRAM_LOG")"

through lighttpd fastcgi
through apache proxy-fcgi
through nginx fastcgi
through lighttpd cgi
through apache cgid
