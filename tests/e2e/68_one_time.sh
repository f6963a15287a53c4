#!/bin/bash
# One-time password tokens of the Elastic Path door from the request to the mail to the exchange, as its clients do it: what
# they open, that they are good once and until their ten minutes are over (by libfaketime), that wrong ones end them, that
# nobody learns which names there are, and that they rest nowhere.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/commands.sh"
need python3 python3
[ -z "$missing_packages" ] || give_up 'packages are installed' "missing:$missing_packages; run contrib/bootstrap"
MAIL_DIR=$WORK/mail
world_up 'mail.transport = maildir' "mail.maildir = $MAIL_DIR" 'mail.sender = shop@example.com'
program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
web_up lighttpd fastcgi

answer=$(at app add --json --realm demo --name shopfront --behaviours publishable 2>>"$PROGRAM_LOG") ||
    give_up 'a client of shoppers is added' "$(tail -n 5 "$PROGRAM_LOG")"
CLIENT_ID=$(jq -r .clientId <<<"$answer")
for setting in 'members.auto_account on' 'members.self_management update_only' 'one_time.link https://shop.example/enter?username={username}&token={token}'; do
    # shellcheck disable=SC2086 # name and value
    run settings set --realm demo $setting
    is "settings set $setting" 0 "$CODE"
done

# access_token FIELD=VALUE... -> BEARER
access_token() {
    local fields=()
    for field in "$@"; do fields+=(--data-urlencode "$field"); done
    call POST /oauth/access_token "${fields[@]}"
    BEARER=$(json .access_token)
    secret "$BEARER"
}
as_shop() { access_token grant_type=client_credentials "client_id=$APP_ID" "client_secret=$APP_SECRET"; }
as_shopper() { access_token grant_type=implicit "client_id=$CLIENT_ID"; }
ep() { # METHOD PATH [CURL OPTIONS...]: with the bearer, and the account token where there is one
    call "$1" "$2" --globoff -H "Authorization: Bearer $BEARER" ${ACCOUNT_TOKEN:+-H "EP-Account-Management-Authentication-Token: $ACCOUNT_TOKEN"} \
        -H 'Content-Type: application/json' "${@:3}"
}
ACCOUNT_TOKEN=''
deliver() { at deliver --once >"$SCRATCH/deliver" 2>&1 || give_up 'the worker works' "$(tail -n 5 "$SCRATCH/deliver")"; }

as_shop
answers 'EP40: the shop has a token' 200
ep GET /v2/authentication-realms
realm=$(json '.data[0].id')
ep GET "/v2/authentication-realms/$realm/password-profiles"
profile=$(json '.data[0].id')
ep PUT "/v2/authentication-realms/$realm/password-profiles/$profile" -d '{"data":{"type":"password_profile","enable_one_time_password_token":true}}'
answers 'EP88: the profile has one-time tokens' 200 '.data.enable_one_time_password_token'
# member NAME -> USER, INFO
member() {
    secret "F1rst one of $1"
    ep POST "/v2/authentication-realms/$realm/user-authentication-info" \
        -d "{\"data\":{\"type\":\"user_authentication_info\",\"name\":\"$1\",\"email\":\"$1@example.com\"}}"
    USER=$(json .data.id)
    ep POST "/v2/authentication-realms/$realm/user-authentication-info/$USER/user-authentication-password-profile-info" -d \
        "{\"data\":{\"type\":\"user_authentication_password_profile_info\",\"password_profile_id\":\"$profile\",\"username\":\"$1@example.com\",
            \"password\":\"F1rst one of $1\"}}"
    answers "EP110: $1 has a login" 201
    INFO=$(json .data.id)
}
member mira
mira=$USER miras_info=$INFO
member noah

as_shopper
answers 'EP41: a shopper has a token' 200 '.identifier == "implicit"'
ask() { # NAME PURPOSE
    ep POST "/v2/authentication-realms/$realm/password-profiles/$profile/one-time-password-token-request" \
        -d "{\"data\":{\"type\":\"one_time_password_token_request\",\"username\":\"$1\",\"purpose\":\"$2\"}}"
}
exchange() { # NAME TOKEN
    ep POST /v2/account-members/tokens -d "{\"data\":{\"type\":\"account_management_authentication_token\",
        \"authentication_mechanism\":\"passwordless\",\"password_profile_id\":\"$profile\",\"username\":\"$1\",\"one_time_password_token\":\"$2\"}}"
}
# token_of NAME PURPOSE -> CODE6, from a mail that comes by the worker
token_of() {
    rm -f "$MAIL_DIR"/new/*
    ask "$1" "$2"
    deliver
    # Quoted-printable, undone; the headers have nothing that looks so.
    MAIL=$(cat "$MAIL_DIR"/new/* 2>/dev/null | tr -d '\r' | python3 -c 'import quopri, sys; quopri.decode(sys.stdin.buffer, sys.stdout.buffer)')
    CODE6=$(sed -n 's/^Subject: \([a-z0-9]\{6\}\) is your one-time code.*/\1/p' <<<"$MAIL")
    secret "$CODE6"
}

# --- Asking
rm -f "$MAIL_DIR"/new/*
deliver
rm -f "$MAIL_DIR"/new/*
ask nobody@example.com reset_password
answers 'EP127: a name that nobody has is 202' 202
nobody=$(sed '/^date\|^x-vol-correlation/Id' "$SCRATCH/head")
deliver
is 'EP127: and nothing is sent' 0 "$(find "$MAIL_DIR/new" -type f 2>/dev/null | wc -l)"
ask mira@example.com reset_password
answers 'EP126: a member is asked for' 202
is 'EP126: without a word' '' "$BODY"
is 'EP127: with the same headers' "$nobody" "$(sed '/^date\|^x-vol-correlation/Id' "$SCRATCH/head")"
for purpose in '' reset-password passwordless_authenication; do
    ask mira@example.com "$purpose"
    answers "EP124: the purpose \"$purpose\" is none" '400|422'
done
deliver

# --- A new password
token_of MIRA@example.com reset_password
is 'EP132: the mail brings six letters and digits' 6 "${#CODE6}"
holds 'EP154: it says realm, profile and profile info' grep -qF "$realm" <<<"$MAIL"
holds 'EP154: of both kinds' grep -qF "$profile" <<<"$MAIL"
holds 'EP154: and of the login' grep -qF "$miras_info" <<<"$MAIL"
holds 'EP154: and the link of the setting' grep -qF "https://shop.example/enter?username=mira%40example.com&token=$CODE6" <<<"$MAIL"
exchange nobody@example.com "$CODE6"
answers 'EP172: with another name it is wrong' 401
wrong=$BODY
exchange noah@example.com "$CODE6"
answers 'EP172: with another member too' 401
is 'EP172: in the same words' "$wrong" "$BODY"
holds 'EP33: which storefronts know' grep -qF 'the authorization realm for the token could not be found' <<<"$BODY"
exchange mira@example.com " ${CODE6^^} "
answers 'EP168, EP132: as it was typed it signs in' 201 ".meta.account_member_id == \"$mira\" and (.data | length) == 1"
ACCOUNT_TOKEN=$(json '.data[0].token')
secret "$ACCOUNT_TOKEN"
exchange mira@example.com "$CODE6"
answers 'EP133: once' 401
ep PUT "/v2/authentication-realms/$realm/user-authentication-info/$mira/user-authentication-password-profile-info/$miras_info" \
    -d "{\"data\":{\"type\":\"user_authentication_password_profile_info\",\"id\":\"$miras_info\",\"password\":\"Sec0nd one of mira\"}}"
answers 'EP203: and sets a new password' 200
secret 'Sec0nd one of mira'
ep GET /v2/account-members
answers 'EP204: the account token goes on working' 200 ".data[0].id == \"$mira\""
ACCOUNT_TOKEN=''

# --- Until the end of its life
# until_old MIN|MAX LIFE: how the clock is moved so that the first or last token is LIFE seconds old, or up to one second more.
until_old() {
    sql "SELECT CONCAT('+', 1 + FLOOR(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), $1(created_at) + INTERVAL $2 SECOND) / 1000000), 's')
        FROM $DB_NAME.one_time_tokens"
}
sql "DELETE FROM $DB_NAME.one_time_tokens"
token_of mira@example.com passwordless_authentication
miras=$CODE6
token_of noah@example.com passwordless_authentication
noahs=$CODE6
program_at "$(until_old MIN 585)"
as_shopper
exchange mira@example.com "$miras"
answers 'EP131, OC2: a token is good shortly before its 600 s are over' 201
program_at "$(until_old MAX 601)"
as_shopper
exchange noah@example.com "$noahs"
answers 'EP131, OC2: at 601 s it is dead' 401
is 'EP172: in the same words' "$wrong" "$BODY"
program_at +0s
as_shopper

# --- Wrong tries
token_of noah@example.com passwordless_authentication
for n in 1 2 3 4 5 6 7 8; do
    for _ in 1 2 3 4; do exchange noah@example.com "zzzzz$n"; done
done
answers 'EP19: eight wrong values, each of them four times' 401
exchange noah@example.com "$CODE6"
answers 'EP19: are eight wrong ones' 201
token_of noah@example.com passwordless_authentication
for n in 1 2 3; do exchange noah@example.com "zzzzy$n"; done
exchange noah@example.com "$CODE6"
answers 'X14: the tenth ends the token' 401
is 'X14: in the same words' "$wrong" "$BODY"
token_of noah@example.com passwordless_authentication
exchange noah@example.com "$CODE6"
answers 'X14: another one is good' 201
sql "UPDATE $DB_NAME.one_time_tries SET failed_day = 99 WHERE failed_day > 1"
token_of noah@example.com passwordless_authentication
exchange noah@example.com zzzzx1
token_of noah@example.com passwordless_authentication
is 'OC8: after a hundred in a day no token is sent' '' "$CODE6"
run login show --json --realm demo noah@example.com
gives 'OC8: an operator is told until when' '.codesClosedUntil != null'
run login unlock --json --realm demo noah@example.com
gives 'OC8: and opens it again' '.codesClosedUntil == null'
token_of noah@example.com passwordless_authentication
exchange noah@example.com "$CODE6"
answers 'OC8: from then on it works' 201
run audit export --realm demo
holds 'KL2: the trail has what was sent, and what ended' jq -es 'map(.name) | (index("signin.token_sent") and index("signin.tokens_ended"))' <<<"$OUT"

# --- Nothing of it stays (OC6)
is 'OC6, TK9: no log has a token or secret' '' "$(leaks)"
sql_dump=$(for table in $(sql "SELECT table_name FROM information_schema.tables WHERE table_schema = '$DB_NAME'"); do sql "SELECT * FROM $DB_NAME.$table"; done)
is 'OC6: nor has the database' 0 "$(grep -cFf <(grep -E '^[a-z0-9]{6}$' "$SECRETS") <<<"$sql_dump")"
