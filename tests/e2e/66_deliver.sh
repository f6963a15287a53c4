#!/bin/bash
# The worker: what requests owe is sent by `authtickets deliver`. It is killed twenty times while four hundred codes are on
# their way; the database goes away and comes back; codes die; hooks are signed, fail and hang; SIGTERM.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/commands.sh"
need node nodejs
need openssl openssl
[ -z "$missing_packages" ] || give_up 'packages are installed' "missing:$missing_packages; run contrib/bootstrap"
MAIL=$WORK/mail SMS=$WORK/sms WORKER_LOG=$WORK/worker.log
world_up "mail.transport = maildir" "mail.maildir = $MAIL" "mail.sender = shop@shop.example" "mail.timeout = 1" \
    "sms.transport = maildir" "sms.maildir = $SMS" "hook.insecure = on" "hook.allow = 127.0.0.0/8" "log.level = info" "codes.per_second = 10000"
auth=/api/commerce/customer/authtickets
customers=400
: >"$WORKER_LOG"

rows() { sql "SELECT COUNT(*) FROM $DB_NAME.$1"; }
mails() { find "$MAIL/new" -type f 2>/dev/null | wc -l; }
mails_are() { [ "$(mails)" -ge "$1" ]; }
recipients() { cat "$MAIL"/new/* 2>/dev/null | tr -d '\r' | sed -n 's/^To: .*<\(.*\)>$/\1/p; s/^To: \([^<]*\)$/\1/p' | sort; }
request_code() { kibo POST "$auth/otp/request" -d "{\"email\":\"$1\"}"; }
worker_up() {
    worker_start
    await "$worker_pid" 10 logged 'deliver.started'
}
logged() { grep -qF "$1" "$WORKER_LOG"; }
kill_worker() {
    local id=$worker_pid other kept=()
    disown "$id" 2>/dev/null
    kill -KILL "$id"
    wait_until 10 gone "$id"
    for other in "${STARTED[@]}"; do [ "$other" = "$id" ] || kept+=("$other"); done
    STARTED=("${kept[@]}")
}
gone() { ! kill -0 "$1" 2>/dev/null; }

program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
web_up lighttpd fastcgi
oauth
answers 'the application gets a ticket' 200
{
    say email,first_name
    for ((i = 1; i <= customers; i++)); do say "c$i@shop.example,Ada"; done
} >"$WORK/customers.csv"
run import --realm demo "$WORK/customers.csv"
is 'customers move in' 0 "$CODE"
run settings set --realm demo signin.email_code on
is 'signing in by code is allowed' 0 "$CODE"
run deliver --once --json
gives 'a round without messages' '.sent == 0 and .givenUp == 0'
is 'nothing is left to be taken' 0 "$(rows outbox)"

# --- Killed at twenty moments, with twenty codes more before it each time
# By one process: one for each would take most of this script's time.
request_codes() { # FROM TO: how many were answered with 200
    local i
    for ((i = $1; i <= $2; i++)); do
        [ "$i" = "$1" ] || say next
        printf '%s\n' "url = \"$BASE$auth/otp/request\"" "header = \"Authorization: Bearer $TOKEN\"" \
            "data = \"{\\\"email\\\":\\\"c$i@shop.example\\\"}\"" 'output = "/dev/null"' 'write-out = "%{http_code}\n"'
    done | curl -sS --config - | grep -c '^200$'
}
answered=0 killed=0
for ((kills = 0; kills < 20; kills++)); do
    answered=$((answered + $(request_codes $((kills * 20 + 1)) $((kills * 20 + 20)))))
    # Some mails later, whichever those are; looked at without a pause, so that it falls into the midst of things.
    target=$(($(mails) + RANDOM % 16)) end=$((${EPOCHREALTIME/[.,]/} + 3000000))
    worker_start
    until mails_are "$target" && [ "$(grep -c deliver.started "$WORKER_LOG")" -gt "$kills" ]; do [ "${EPOCHREALTIME/[.,]/}" -lt "$end" ] || break; done
    [ "$(rows 'deliveries WHERE state = 1')" = 0 ] && [ "$(rows outbox)" = 0 ] || killed=$((killed + 1))
    kill_worker
done
is 'every code is asked for' "$customers" "$answered"
holds 'it was killed with work before it' [ "$killed" -ge 10 ]
# What was in hand when the worker was killed is leased for half a minute more.
later +40s deliver --once --json
is 'the rest is sent' '0 0' "$CODE $(field .givenUp)"
is 'nothing is lost: everybody has a mail' "$customers" "$(recipients | uniq | wc -l)"
is 'each message is noted as sent' "$customers 0" "$(rows 'deliveries WHERE state = 2') $(rows 'deliveries WHERE state <> 2')"
is 'no cause is left' 0 "$(rows outbox)"
# One message has one Message-ID, however often it is repeated; at most one of each of four threads at each kill.
ids=$(cat "$MAIL"/new/* | tr -d '\r' | sed -n 's/^Message-ID: *//Ip' | sort)
is 'repeated ones are the same message' "$customers" "$(uniq <<<"$ids" | wc -l)"
holds 'few are repeated' [ "$(wc -l <<<"$ids")" -le $((customers + 80)) ]
is 'OC6: nothing of them stays' 0 "$(rows 'deliveries WHERE payload IS NOT NULL OR key_id IS NOT NULL')"

# --- A code that died is never sent
before=$(mails)
for i in 1 2 3 4 5; do request_code "c$i@shop.example"; done
later +181s deliver --once --json
is 'a code dead at 181 s: given up, exit status 1' '1 5' "$CODE $(field .givenUp)"
is 'and no mail leaves' "$before" "$(mails)"
is 'the trail says so' 5 "$(rows "events WHERE name = 'delivery.gave_up' AND reason = 'too_late'")"

# --- The database away, and back
worker_up || give_up 'the worker starts' "$(tail -n 5 "$WORKER_LOG")"
request_code c10@shop.example
holds 'a code is mailed' wait_until 10 mails_are $((before + 1))
stop_process "$database_pid"
holds 'the worker says that the database is away' wait_until 20 logged deliver.database_away
database_up || give_up 'the database starts again'
holds 'and comes back by itself' wait_until 20 logged deliver.database_back
is 'it said so once' 1 "$(grep -c deliver.database_away "$WORKER_LOG")"
request_code c11@shop.example
answers 'a code is asked for again' 200
holds 'it is mailed' wait_until 20 mails_are $((before + 2))

# --- Hooks, received and judged by other code
HOOKS=$WORK/hooks
: >"$HOOKS" && chmod 666 "$HOOKS"
start_process "$SCRATCH/receiver" node "$SRC_DIR/tests/support/hook_receiver.mjs" "$HOOKS"
receiver_pid=$pid
wait_until 10 test -s "$SCRATCH/receiver" || give_up 'a receiver of hooks runs'
hook_port=$(head -n 1 "$SCRATCH/receiver")
stop_process "$worker_pid"
hooks() { jq -c "select(.path == \"$1\")" "$HOOKS"; }
hook_count() { hooks "$1" | wc -l; }
hooks_are() { [ "$(hook_count "$1")" -ge "$2" ]; }
subscribe() { # NAME PATH ARGUMENTS... -> SECRET
    run subscription add --json --realm demo --name "$1" --url "http://127.0.0.1:$hook_port$2" "${@:3}"
    SECRET=$(field .secret)
    secret "$SECRET"
}
sha256_base64() { openssl dgst -sha256 -binary | openssl base64 -A; }

subscribe kibo /fail/2 --topics email.requested
kibo_secret=$SECRET
request_code c20@shop.example
run deliver --once
later +3s deliver --once
later +12s deliver --once
is 'KL9: a receiver that fails twice gets attempt 3' 3 "$(hook_count /fail/2)"
third=$(hooks /fail/2 | tail -n 1)
body=$(jq -r .body <<<"$third")
date=$(jq -r .headers.date <<<"$third")
key=$(printf '%s' "$kibo_secret$kibo_secret" | sha256_base64)
is 'kibo 8.1: its signature, recomputed' "$(jq -r '.headers["x-vol-hmac-sha256"]' <<<"$third")" "$(printf '%s' "$key$date$body" | sha256_base64)"
is 'kibo 8.1: each attempt has a date of its own' 3 "$(hooks /fail/2 | jq -r .headers.date | sort -u | wc -l)"
holds 'kibo 8.1: what it says' jq -e '.topic == "email.requested" and .isTest == false and
    (.extendedProperties | from_entries | .emailType == "OtpForLogin" and .email == "c20@shop.example" and (.code | test("^[0-9]{6}$")))' <<<"$body"
is 'kibo 8.1: and where' "$TENANT $SITE" "$(jq -r '.headers | .["x-vol-tenant"] + " " + .["x-vol-site"]' <<<"$third")"
run subscription remove --realm demo kibo

subscribe own /ok --events signin.code_sent
request_code c21@shop.example
run deliver --once
own=$(hooks /ok)
signed=$(jq -r '.headers | .["authtickets-id"] + "." + .["authtickets-timestamp"] + "."' <<<"$own")$(jq -r .body <<<"$own")
is 'KL9: our signature, recomputed' "$(jq -r '.headers["authtickets-signature"]' <<<"$own")" \
    "v1=$(printf '%s' "$signed" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)"
holds 'OC6: it carries no code and no address' jq -e '.event == "signin.code_sent" and (tostring | test("[^0-9a-f-][0-9]{6}[^0-9a-f-]|@") | not)' <<<"$(jq -r .body <<<"$own")"
run subscription remove --realm demo own

# Receivers that take the request and say nothing: as many as threads would be lost on.
for i in 1 2 3 4; do subscribe "hang$i" /hang --events signin.code_sent; done
: >"$WORKER_LOG"
worker_up || give_up 'the worker starts again' "$(tail -n 5 "$WORKER_LOG")"
before=$(mails)
request_code c22@shop.example
holds 'a receiver that hangs' wait_until 10 hooks_are /hang 1
for i in 23 24 25; do request_code "c$i@shop.example"; done
holds 'holds up no mail' wait_until 10 mails_are $((before + 4))
holds 'which leaves before the receiver is given up' [ "$(rows 'delivery_attempts WHERE status = 0 AND outcome = 2')" = 0 ]
for i in 1 2 3 4; do run subscription remove --realm demo "hang$i"; done

# --- SIGTERM
stop_process "$receiver_pid"
kill -TERM "$worker_pid"
holds 'the worker leaves when it is told' wait_until 15 gone "$worker_pid"
wait "$worker_pid"
is 'with status 0' 0 $?
holds 'and says so' logged deliver.stopping
holds 'leaving nobody behind' [ "$(grep -c deliver.left_behind "$WORKER_LOG")" = 0 ]
run deliver --once --frob
refuses 'a flag that is not there' 2 'deliver'

is 'TK9: no secret in any log' '' "$(leaks)"
holds 'OC6: no code and no address in the log of the worker' [ "$(grep -cwE 'c[0-9]+@shop|[0-9]{6}' "$WORKER_LOG")" = 0 ]
