#!/bin/bash
# Looking after a store that has been open for a while: purge beside shoppers at work, the trail exported, keys resealed,
# every ticket ended after a restored backup. Time passes by libfaketime on the command alone.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/commands.sh"
world_up
customer=/api/commerce/customer
current() { USER_CLAIMS=$ACCESS kibo GET $customer/accounts/current; }
current_is() { current && [[ $STATUS =~ ^($1)$ ]]; }
rows() { sql "SELECT COUNT(*) FROM $DB_NAME.$1"; }
refresh() {
    kibo PUT "$customer/authtickets/refresh?refreshToken=$(urlencode "$REFRESH")" -H 'Content-Length: 0'
    [ "$STATUS" != 200 ] || ticket
}

program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
web_up lighttpd fastcgi
oauth
answers 'the application gets a ticket' 200
sign_up ada@example.com 'Lovelace 1815'
answers 'a shopper signs up' 201
ada=$(json .customerAccount.id)
sign_up '=1+1@example.com' 'Formula 1900'
answers 'another one, whose name is a formula' 201
sign_in ada@example.com wrong-password
answers 'a failure is recorded' 401

# --- Purge
run purge --json
gives 'nothing is dead yet' '. == {tickets: 0, applicationTokens: 0, anonymousClaims: 0, throttles: 0, codes: 0, codeFailures: 0,
    oneTimeTokens: 0, oneTimeTries: 0, verificationCodes: 0, verificationTries: 0, links: 0, devices: 0, totpSetups: 0, deliveries: 0, events: 0, eventSeals: 0, accountChanges: 0, erasedEvents: 0, imports: 0, complete: true}'
later +26h purge --json
gives 'a day later tickets are' '.tickets == 2 and .applicationTokens == 1 and .events == 0'
is 'they are gone' '0 0' "$(rows tickets) $(rows application_tokens)"
run purge
holds 'purge as text' grep -qE '^tickets: +0$' <<<"$OUT"
run purge --realm nowhere
refuses 'a realm that is not there' 1 'purge: there is no realm nowhere'
oauth
answers 'the application gets another ticket' 200

# Tens of thousands of dead rows, two purges, and shoppers who sign in and refresh meanwhile.
sql "INSERT INTO $DB_NAME.tickets (realm_no, ticket_id, state, door, user_id, application_no, epoch, generation, min_generation, created_at,
        rotated_at, access_life, refresh_life, ends_at, address, browser, end_reason, dead_at)
    SELECT 1, UNHEX(LPAD(HEX(seq), 32, '0')), 1, 1, UNHEX(LPAD(HEX(seq), 32, '0')), 1, 1, 1, 1, '2026-01-01', '2026-01-01', 900, 86400,
        '2026-01-01', '', '', 0, '2026-01-01' FROM $DB_NAME.seq_1_to_40000"
sign_in ada@example.com 'Lovelace 1815'
at purge --json >"$WORK/purge.1" 2>&1 &
first=$!
at purge --json >"$WORK/purge.2" 2>&1 &
second=$!
refused=0 rounds=0
while [ $rounds -lt 5 ] || { [ $rounds -lt 200 ] && { kill -0 $first || kill -0 $second; } 2>/dev/null; }; do
    rounds=$((rounds + 1))
    refresh
    [ "$STATUS" = 200 ] && current_is 200 || refused=$((refused + 1))
done
wait $first && first=0 || first=1
wait $second && second=0 || second=1
is 'refreshes beside two purges: none is refused' 0 "$refused"
is 'both purges come to their end' '0 0' "$first $second"
is 'together they delete every dead row' 40000 "$(jq -s 'map(.tickets) | add' "$WORK/purge.1" "$WORK/purge.2")"
holds 'the shopper is still signed in' current_is 200
run purge --json --limit 1
gives 'a limit that is not reached' '.complete'

# What the second step leaves behind: set-ups that were never finished (TO8), codes, devices whose trust is over.
row_of="SELECT 1, UNHEX(LPAD('%s', 32, '0')),"
sql "INSERT INTO $DB_NAME.totp_setups (realm_no, user_id, secret, key_id, created_at, dead_at)
    $(printf "$row_of" a) REPEAT('x', 60), 1, '2026-01-01', '2026-01-01' UNION ALL $(printf "$row_of" b) REPEAT('x', 60), 1, '2026-01-01', '2096-01-01'"
sql "INSERT INTO $DB_NAME.codes (realm_no, code_id, user_id, purpose, channel, destination, code_hash, key_id, former_hash, former_key_id, tries,
        max_tries, created_at, dead_at)
    $(printf "$row_of" a) UNHEX(LPAD('a', 32, '0')), 2, 1, '', REPEAT('x', 32), 1, REPEAT('y', 32), 1, 0, 3, '2026-01-01', '2026-01-01'"
sql "INSERT INTO $DB_NAME.devices (realm_no, user_id, device_id, stepped, first_at, last_at, trusted_until, browser, tries, dead_at)
    $(printf "$row_of" a) UNHEX(LPAD('a', 32, '0')), 1, '2026-01-01', '2026-01-01', '2026-01-01', 'Mozilla/5.0', 0, '2026-01-01'"
# And of a one-time token (EP131): itself, and how its user's wrong tries stood.
sql "INSERT INTO $DB_NAME.one_time_tokens (realm_no, user_id, token_id, purpose, epoch, destination, token_hash, key_id, created_at, dead_at)
    $(printf "$row_of" a) UNHEX(LPAD('a', 32, '0')), 1, 1, '', REPEAT('x', 32), 1, '2026-01-01', '2026-01-01' UNION ALL
    $(printf "$row_of" a) UNHEX(LPAD('b', 32, '0')), 1, 1, '', REPEAT('y', 32), 1, '2026-01-01', '2096-01-01'"
sql "INSERT INTO $DB_NAME.one_time_tries (realm_no, user_id, made, failed, failed_day, closed, seen, dead_at)
    $(printf "$row_of" a) 1, 0, 0, 0, 0, '2026-01-01'"
# Of a code to a contact (X10), the same.
sql "INSERT INTO $DB_NAME.verification_codes (realm_no, contact_id, code_id, code_hash, key_id, created_at, dead_at)
    $(printf "$row_of" a) UNHEX(LPAD('a', 32, '0')), REPEAT('x', 32), 1, '2026-01-01', '2026-01-01' UNION ALL
    $(printf "$row_of" a) UNHEX(LPAD('b', 32, '0')), REPEAT('y', 32), 1, '2026-01-01', '2096-01-01'"
sql "INSERT INTO $DB_NAME.verification_tries (realm_no, contact_id, made, failed, failed_day, dead_at)
    $(printf "$row_of" a) 1, 0, 0, '2026-01-01'"
run purge --json
gives 'a set-up, a code and a device that are dead go' '.totpSetups == 1 and .codes == 1 and .devices == 1'
is 'so do a one-time token and tries at one' '1 1' "$(jq -r '"\(.oneTimeTokens) \(.oneTimeTries)"' <<<"$OUT")"
is 'a token that is good stays' 1 "$(rows one_time_tokens)"
sql "DELETE FROM $DB_NAME.one_time_tokens"
is 'so do a code to a contact and tries at one' '1 1' "$(jq -r '"\(.verificationCodes) \(.verificationTries)"' <<<"$OUT")"
is 'a code to a contact that is good stays' 1 "$(rows verification_codes)"
sql "DELETE FROM $DB_NAME.verification_codes"
is 'a set-up that waits stays' 1 "$(rows totp_setups)"
sql "DELETE FROM $DB_NAME.totp_setups"

# --- A deleted customer is erased from the trail (KL2)
personal_of() { sql "SELECT COUNT(*) FROM $DB_NAME.events WHERE account_no = $1 AND personal IS NOT NULL"; }
sign_up grace@example.com 'Hopper 1906'
grace=$(json .customerAccount.id)
run account delete --json --realm demo --yes "$grace"
gives 'a customer is deleted' '.deleted'
run purge --json
gives 'KL2: the purge erases' '.erasedEvents > 0'
is 'KL2: nothing personal is left' 0 "$(personal_of "$grace")"
holds 'KL2: others keep theirs' [ "$(personal_of "$ada")" -gt 0 ]

# --- Export (KL5)
run audit export --realm demo
gives 'the trail as JSON lines'
is 'one line an event' "$(rows events)" "$(wc -l <<<"$OUT")"
holds 'all intact, oldest first' jq -es 'all(.[]; .intact) and ((map(.happenedAt)) as $at | $at == ($at | sort))' <<<"$OUT"
holds 'KL2: erased details are null' jq -es --argjson no "$grace" 'map(select(.account == $no)) | length > 0 and all(.[]; .personal == null)' <<<"$OUT"
holds 'others are objects' jq -es --argjson no "$ada" 'map(select(.account == $no)) | length > 0 and all(.[]; .personal | type == "object")' <<<"$OUT"
run audit export --realm demo --account "$ada"
holds 'of one account' jq -es --argjson no "$ada" 'length > 0 and all(.[]; .account == $no)' <<<"$OUT"
user=$(jq -rs 'map(.userId | select(.))[0]' <<<"$OUT")
run audit export --realm demo --user "${user//-/}" --from 2020-01-01
holds 'of one user' jq -es --arg id "$user" 'length > 0 and all(.[]; .userId == $id)' <<<"$OUT"
run audit export --realm demo --to 2020-01-01
gives 'of a time without events' = ''
run audit export --realm demo --format csv --out "$WORK/trail.csv" --json
gives 'as CSV, into a file' ".events == $(rows events) and .notIntact == 0"
is 'which is for its owner only' 600 "$(stat -c %a "$WORK/trail.csv")"
is 'with a head line' 'realm,eventId,name' "$(head -c 18 "$WORK/trail.csv")"
is 'KL5: no cell is a formula' '' "$(grep -aE '(^|,)"?[=+@]' "$WORK/trail.csv")"
holds 'KL5: it is there as text' grep -qF "'=1+1@example.com" "$WORK/trail.csv"
run audit export --realm demo --format csv --out "$WORK/trail.csv"
refuses 'a file that exists is not replaced' 1 'there is such a file already'
sql "UPDATE $DB_NAME.events SET reason = 'other' WHERE name = 'signin.failure'"
run audit export --realm demo
if [ "$CODE" = 1 ] && [[ $ERR == 'authtickets: audit export: 1 of '*' events are not intact, the first is '* ]] &&
    jq -es 'map(select(.intact | not) | .name) == ["signin.failure"]' <<<"$OUT" >/dev/null; then
    ok 'KL2: a changed event is found out'
else
    not_ok 'KL2: a changed event is found out' "$(ran)"
fi
sql "UPDATE $DB_NAME.events SET reason = 'wrong_password' WHERE name = 'signin.failure'"
run audit export --realm demo --account "$ada" --out "$WORK/ada.ndjson"
gives 'and put right it is intact again'

# --- Keys (KL1)
run keys new --json
run keys activate 2
later +2s keys reseal --json
gives 'keys reseal' '.key == 2 and .resealed == 2'
is 'every password is under the new key' 2 "$(sql "SELECT DISTINCT password_key_id FROM $DB_NAME.logins")"
run keys reseal --json
gives 'again it has nothing to do' '.resealed == 0'
sign_in ada@example.com 'Lovelace 1815'
answers 'the password is the same' 200
later +31d deliver --once # what waited has lost its use by then
later +31d keys drop 1
refuses 'KL1: events still name the old key, passwords do not' 1 'keys drop: key 1 still proves rows of the audit trail'

# A secret that its key does not open.
sql "INSERT INTO $DB_NAME.totp_authenticators (realm_no, user_id, secret, key_id, made_at, enabled_at, last_step, drift, failed, codes_set)
    SELECT realm_no, user_id, REPEAT('x', 60), 1, '2026-01-01', '2026-01-01', 0, 0, 0, 1 FROM $DB_NAME.logins LIMIT 1"
run keys reseal
refuses 'TO7: one that does not open is told of' 1 '1 secrets of authenticator apps do not open'
sql "DELETE FROM $DB_NAME.totp_authenticators"

# --- After a restored backup (TK6)
backed_up='users tickets logins application_tokens'
back_up() {
    local table statements='CREATE DATABASE night;'
    for table in $backed_up; do statements+="CREATE TABLE night.$table AS SELECT * FROM $DB_NAME.$table;"; done
    sql "$statements"
}
restore() { # TABLE...
    local table statements=''
    for table; do statements+="DELETE FROM $DB_NAME.$table; INSERT INTO $DB_NAME.$table SELECT * FROM night.$table;"; done
    sql "$statements"
}
before=$ACCESS before_refresh=$REFRESH
back_up || give_up 'a backup is made'
run login lock --realm demo ada@example.com
run login unlock --realm demo ada@example.com
sign_in ada@example.com 'Lovelace 1815'
after=$ACCESS
ACCESS=$before
holds 'TK6: a block ended the ticket' current_is 401
# shellcheck disable=SC2086 # words are meant
restore $backed_up
holds 'the restored backup does not know it' current_is 200
run realm revoke-all --json --realm demo
is 'revoke-all without --yes does nothing' '1 false 2' "$CODE $(field '"\(.done) \(.users)"')"
holds 'the ticket is still good' current_is 200
run realm revoke-all --json --realm demo --yes
gives 'revoke-all' '.done and .users == 2 and .tickets > 0 and .applicationTickets > 0'
refused_app() { kibo GET /api/platform/tenants/$TENANT && [ "$STATUS" = 401 ]; }
holds 'the application is refused within a second' wait_until 3 refused_app
oauth
answers 'and gets a new ticket' 200
holds 'TK6: a ticket of the backup is refused' current_is 401
ACCESS=$after
holds 'TK6: one of after the backup too' current_is 401
REFRESH=$before_refresh
refresh
answers 'TK6: and its refresh token' 404
restore tickets
ACCESS=$before
holds 'TK6: a row of the dump that comes later brings no token back' current_is 401
sign_in ada@example.com 'Lovelace 1815'
answers 'signing in works at once' 200
holds 'and opens the account' current_is 200
run audit export --realm demo
holds 'realm.revoked is told' jq -es 'map(select(.name == "realm.revoked")) | length == 1 and .[0].details.users == 2' <<<"$OUT"

# --- Retention (KL5)
run settings set --realm demo audit.retention_days 29
refuses 'a retention below a month' 2 'audit.retention_days must be a whole number from 30 to 3650'
events=$(rows events)
later +399d purge --json
gives 'KL5: 399 days later every event is there' '.events == 0'
later +432d purge --json # the youngest are of the 31st day, above
gives 'KL5: 401 days after the last they are gone' ".events == $events"
is 'KL5: but for what says so' "audit.purged $events" \
    "$(sql "SELECT name, JSON_VALUE(details, '\$.events') FROM $DB_NAME.events" | tr '\t' ' ')"
later +432d keys drop 1
gives 'KL1: no row names the old key any more' = "key 1 is dropped from $WORK/keys"
is 'no secret in any log' '' "$(leaks)"
