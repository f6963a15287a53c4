#!/bin/bash
# KL1: a key is rotated while shoppers are at work on two hosts, each with a web server, a program and a key file of its
# own. No request fails; what the old key made stays good, and the old key can not be dropped while it is named.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
need node nodejs
need_file "$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -n 1)" libfaketime
[ -z "$missing_packages" ] || give_up 'packages are installed' "missing:$missing_packages; run contrib/bootstrap"
faketime_lib=$(find /usr/lib -name libfaketime.so.1 | head -n 1)
customer=/api/commerce/customer
LABEL='KL1: '
world_up 'application.requests_per_second = 100000' 'workers = 8'

# --- Two hosts on one database; the second gets its key file as an operator brings it: beside, then by a rename
KEYS=("$WORK/keys" "$WORK/host2/keys") CONFIGS=("$CONFIG" "$WORK/host2/authtickets.conf") BASES=()
"${AS[@]:-env}" mkdir -p "$WORK/host2/hash"
sed "s#^keys.file.*#keys.file = ${KEYS[1]}#; s#^hash.folder.*#hash.folder = $WORK/host2/hash#" "$CONFIG" >"${CONFIGS[1]}"
carry() { "${AS[@]:-env}" sh -c 'cp -p "$1" "$2.carried" && mv "$2.carried" "$2"' sh "${KEYS[0]}" "${KEYS[1]}"; }
carry
for host in 0 1; do
    CONFIG=${CONFIGS[host]} FCGI_SOCKET=$WORK/host$host.sock PROGRAM_LOG=$WORK/program$host.log WEB_DIR=$WORK/web$host
    "${AS[@]:-env}" mkdir -p "$WEB_DIR"
    program_start || give_up "host $((host + 1)) starts" "$(tail -n 5 "$PROGRAM_LOG")"
    web_up lighttpd fastcgi
    BASES+=("$BASE")
done
on() { BASE=${BASES[$1 - 1]} CONFIG=${CONFIGS[$1 - 1]} "${@:2}"; } # on HOST COMMAND...: asked of, or done on, that host
key_of() { printf '%s' "$1" | tr '_-' '/+' | head -c 8 | base64 -d 2>/dev/null | od -An -tu1 -N4 | awk '{ print (($1 * 256 + $2) * 256 + $3) * 256 + $4 }'; }

password='Two hosts 1 shop' names=()
secret "$password"
on 1 oauth
for name in anna bela cora; do
    on 2 sign_up "$name@example.com" "$password"
    names+=("$name@example.com")
done
answers 'shoppers sign up' 201
# Who does not sign in meanwhile keeps a password that the old key sealed.
on 2 sign_up away@example.com "$password"
answers 'and one who stays away' 201
on 1 sign_in "${names[0]}" "$password"
old_access=$ACCESS old_refresh=$REFRESH old_token=$TOKEN
is 'tokens carry key 1' '1 1' "$(key_of "$old_access") $(key_of "$old_token")"

# --- Load, and the rotation step by step. Between two steps every kind of request is answered some times more.
PROGRESS=$WORK/progress
install -m 644 "$SRC_DIR/tests/support/load.mjs" "$WORK/load.mjs"
start_process "$WORK/load.log" env HOSTS="${BASES[*]}" APP_ID="$APP_ID" APP_SECRET="$APP_SECRET" TENANT=$TENANT SITE=$SITE \
    NAMES="${names[*]}" PASSWORD="$password" PROGRESS="$PROGRESS" node "$WORK/load.mjs"
load_pid=$pid
least() { jq '[.done[]] | min' "$PROGRESS" 2>/dev/null; }
further() { [ "$(least)" -ge "$target" ] || [ "$(jq '.wrong | length' "$PROGRESS")" != 0 ]; } 2>/dev/null
goes_on() {
    target=$(($(least || say 0) + 10))
    wait_until 60 further || give_up 'the load goes on' "$(cat "$PROGRESS" "$WORK/load.log")"
}
wait_until 20 test -s "$PROGRESS" || give_up 'the load begins' "$(cat "$WORK/load.log")"
signs_everywhere() { # KEY: new tickets of both hosts carry it
    local host
    for host in 1 2; do
        on $host call GET $customer/authtickets/anonymousshopper -H "Authorization: Bearer $old_token" -H "x-vol-tenant: $TENANT" -H "x-vol-site: $SITE"
        [ "$(key_of "$(json .accessToken)")" = "$1" ] || return 1
    done
}
goes_on
holds 'host 1: keys new' on 1 at keys new
goes_on
holds 'the key file is carried to host 2' carry
goes_on
holds 'a key that waits makes no tokens' signs_everywhere 1
holds 'host 1: keys activate' on 1 at keys activate 2
goes_on
holds 'the key file is carried to host 2 again' carry
holds 'within a moment both hosts sign with the new key' wait_until 10 signs_everywhere 2
goes_on
kill -TERM "$load_pid"
wait_until 30 jq -e .ended "$PROGRESS" || give_up 'the load ends' "$(cat "$PROGRESS" "$WORK/load.log")"
is "no request failed: $(jq -r '([.done[]] | add | tostring) + " requests, " + (.done | to_entries | map(.key + " " + (.value | tostring)) | join(", "))' "$PROGRESS")" \
    '[]' "$(jq -c .wrong "$PROGRESS")"

# --- Afterwards
for host in 1 2; do
    LABEL="KL1: afterwards, host $host: "
    USER_CLAIMS=$old_access TOKEN=$old_token on $host kibo GET $customer/accounts/current
    answers 'a ticket of the old key is good' 200 ".userName == \"${names[0]}\""
    on $host oauth
    is 'a new application token carries the new key' 2 "$(key_of "$TOKEN")"
    on $host sign_in "${names[1]}" "$password"
    answers 'a password that the old key sealed signs in' 200
    is 'and its ticket carries the new key' '2 2' "$(key_of "$ACCESS") $(key_of "$REFRESH")"
    ticket_key=$(sql "SELECT DISTINCT key_id FROM $DB_NAME.events ORDER BY key_id" | tr '\n' ' ')
    is 'events name both' '1 2 ' "$ticket_key"
done
LABEL='KL1: '
TOKEN=$old_token on 2 kibo PUT "$customer/authtickets/refresh?refreshToken=$old_refresh"
ticket
answers 'a refresh token of the old key is taken on the other host' 200
is 'and its successor carries the new key' '2 2' "$(key_of "$ACCESS") $(key_of "$REFRESH")"

# --- The old key is held as long as anything needs it
drops() { # NAME TIME TEXT: host 1 refuses at that time to drop key 1, and says so
    local said
    said=$("${AS[@]:-env}" env AUTHTICKETS_CONFIG="${CONFIGS[0]}" LD_PRELOAD="$faketime_lib" FAKETIME="$2" \
        FAKETIME_DONT_FAKE_MONOTONIC=1 "$AUTHTICKETS" keys drop 1 2>&1)
    if [[ $said == "authtickets: keys drop: "*"$3"* ]]; then ok "$1"; else not_ok "$1" "expected $3" "got $said"; fi
}
drops 'keys drop is refused for 30 days' '+29d' 'key 1 signed until '
drops 'and while passwords are sealed with it' '+31d' 'key 1 still seals passwords'
holds 'keys reseal seals them anew' on 1 at keys reseal
for host in 1 2; do
    on $host sign_in away@example.com "$password"
    answers "who was away signs in on host $host" 200
done
drops 'after that, still refused for 30 days' '+29d' 'key 1 signed until '
drops 'and while messages wait that it seals' '+31d' 'key 1 still seals messages'
on 1 at deliver --once >/dev/null 2>&1 # without a way out they are given up
# An app, the set-up of another, and codes on paper, which no other key can take over.
of_user="SELECT realm_no, user_id, REPEAT('x', 60), 1, '2026-01-01'"
sql "INSERT INTO $DB_NAME.totp_authenticators (realm_no, user_id, secret, key_id, made_at, enabled_at, last_step, drift, failed, codes_set)
    $of_user, '2026-01-01', 0, 0, 0, 1 FROM $DB_NAME.logins LIMIT 1"
drops 'and while secrets of authenticator apps are sealed with it' '+31d' 'key 1 still seals secrets of authenticator apps'
sql "DELETE FROM $DB_NAME.totp_authenticators; INSERT INTO $DB_NAME.totp_setups (realm_no, user_id, secret, key_id, created_at, dead_at)
    $of_user, '2096-01-01' FROM $DB_NAME.logins LIMIT 1"
drops 'and while set-ups are' '+31d' 'key 1 still seals secrets of authenticator apps'
sql "DELETE FROM $DB_NAME.totp_setups; INSERT INTO $DB_NAME.recovery_codes (realm_no, user_id, code_hash, key_id, made_at)
    SELECT realm_no, user_id, REPEAT('x', 32), 1, '2026-01-01' FROM $DB_NAME.logins LIMIT 1"
drops 'and while recovery codes are kept with it' '+31d' 'key 1 still keeps recovery codes'
sql "DELETE FROM $DB_NAME.recovery_codes"
drops 'and while events name it' '+31d' 'key 1 still proves rows of the audit trail'
holds 'nothing was dropped' grep -q '^key 1 ' "${KEYS[0]}"
is 'TK9: no token, password or secret in any log' '' "$(leaks)"
