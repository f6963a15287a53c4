#!/bin/bash
# KL2: the worker seals the trail, and whatever is done to it in the database is found by `audit verify`: rows changed, taken
# away, put in, and a tail cut off. The chain is computed once more by the script of docs/events.md. Time passes by
# libfaketime on the commands alone.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/commands.sh"
need node nodejs
[ -z "$missing_packages" ] || give_up 'packages are installed' "missing:$missing_packages; run contrib/bootstrap"
LABEL='KL2: '
world_up
rows() { sql "SELECT COUNT(*) FROM $DB_NAME.$1"; }
seal() { later "$1" deliver --once; } # at that time
happened=300
happens() { # WHEN: an event
    happened=$((happened + 1))
    later "$1" settings set --realm demo address.failures_per_hour $happened
    [ "$CODE" = 0 ] || not_ok "something happens at $1" "$(ran)"
}

# --- Sealing
run audit head --realm demo
refuses 'nothing is sealed before the worker came' 1 'nothing is sealed yet'
run audit verify --json --realm demo
gives 'a trail without seals is no fault' '.seals == 0 and .events > 0 and .notSealed == .events and .notSealedSince != null'
seal +2m
is 'the worker seals, as the serving user of the database' 0 "$CODE"
later +2m audit verify --json --realm demo
gives 'the trail is sealed' '.seals > 0 and .notSealed == 0 and .realm == "demo"'
for minute in 10 11 12 13; do happens "+${minute}m"; done
seal +20m
later +20m audit head --realm demo
head=$OUT
holds 'the head is a number and a hash' grep -qE '^[1-9][0-9]*:[0-9a-f]{64}$' <<<"$head"
later +20m audit verify --realm demo --head "$head"
holds 'as text it says so' grep -qE "^head: +$head\$" <<<"$OUT"
gives 'a head that holds'
later +20m audit verify --realm nowhere
refuses 'a realm that is not there' 1 'there is no realm nowhere'
for bad in 1 1: "${head}0" "0:${head#*:}" "x${head}"; do
    run audit verify --realm demo --head "$bad"
    refuses "a head that is none: ${bad:0:2}..." 2 '--head must be what audit head printed'
done
is 'each check is told in the trail' 'success 3' \
    "$(sql "SELECT outcome, COUNT(*) FROM $DB_NAME.events WHERE name = 'chain.verified' GROUP BY outcome" | tr '\t' ' ')"

# --- Other code
sed -n '/^```js$/,/^```$/p' "$SRC_DIR/docs/events.md" | grep -v '^```' >"$WORK/check.mjs"
computed() { # -> OUT: what the documented script prints
    rm -f "$WORK/events.ndjson"
    run audit export --realm demo --out "$WORK/events.ndjson"
    sql "SELECT realm_no, seal_no, sealed_to_at, event_count, HEX(events_hash), HEX(chain_hash) FROM $DB_NAME.event_seals
        WHERE realm_no = 1 ORDER BY seal_no" >"$WORK/seals.tsv"
    OUT=$(node "$WORK/check.mjs" "$WORK/events.ndjson" "$WORK/seals.tsv" 2>&1)
}
computed
is 'other code computes the same head' "$head" "$OUT"

# --- Whatever is done to it. Sealed rows, by place: the oldest is 0.
nth() { sql "SELECT HEX(event_id) FROM $DB_NAME.events ORDER BY event_id LIMIT 1 OFFSET $1"; }
tables='events event_seals'
keep() {
    local table
    for table in $tables; do sql "DROP TABLE IF EXISTS night.$table; CREATE TABLE night.$table AS SELECT * FROM $DB_NAME.$table"; done
}
restore() {
    local table
    for table in $tables; do sql "DELETE FROM $DB_NAME.$table; INSERT INTO $DB_NAME.$table SELECT * FROM night.$table"; done
}
sql 'CREATE DATABASE night'
keep
# finds NAME REASON TEXT STATEMENT [ARGUMENTS...]: after the statement verify says so, and so does the event; then it is undone.
finds() {
    sql "USE $DB_NAME; $4"
    later +20m audit verify --realm demo "${@:5}"
    refuses "$1" 1 "$3"
    is "$1: the event tells" "failure $2" \
        "$(sql "SELECT outcome, reason FROM $DB_NAME.events WHERE name = 'chain.verified' ORDER BY event_id DESC LIMIT 1" | tr '\t' ' ')"
    restore
}
changed=$(nth 3)
id=$(sed -E 's/^(.{8})(.{4})(.{4})(.{4})/\1-\2-\3-\4-/' <<<"${changed,,}")
finds 'a changed row' event_changed "event $id of " "UPDATE events SET outcome = 'other' WHERE event_id = UNHEX('$changed')"
finds 'changed personal details' event_changed "event $id of " "UPDATE events SET personal = '[]' WHERE event_id = UNHEX('$changed')"
finds 'a missing row' event_missing 'missing' "DELETE FROM events WHERE event_id = UNHEX('$changed')"
made_up=${changed:0:30}$(printf '%02X' $((0x${changed:30} ^ 1)))
finds 'a row put in' event_added 'was added to the second before' \
    "CREATE TEMPORARY TABLE one AS SELECT * FROM events WHERE event_id = UNHEX('$changed');
     UPDATE one SET event_id = UNHEX('$made_up'); INSERT INTO events SELECT * FROM one"
finds 'a changed seal' seal_changed 'seal 2 was changed' 'UPDATE event_seals SET event_count = event_count + 1 WHERE seal_no = 2'
finds 'a missing seal' seal_missing 'seal 2 is missing' 'DELETE FROM event_seals WHERE seal_no = 2'
finds 'all seals gone' cut_off 'is not there any more' 'DELETE FROM event_seals'
finds 'a key that nobody has' key_unknown "which is not in the key file $WORK/keys" 'UPDATE events SET key_id = 7'
last=$(sql "SELECT MAX(seal_no) FROM $DB_NAME.event_seals")
cut="SET @cut = (SELECT sealed_to_at FROM event_seals WHERE seal_no = $last - 2);
    DELETE FROM event_seals WHERE seal_no > $last - 2; DELETE FROM events WHERE happened_at >= @cut"
sql "USE $DB_NAME; $cut"
later +20m audit verify --json --realm demo
gives 'a tail that was cut off leaves a whole behind' ".sealNo == $((last - 2))"
restore
finds 'by a head it is found' cut_off "seal $last, which the head names, is cut off" "$cut" --head "$head"
sql "USE $DB_NAME; $cut"
happens +21m
happens +22m
seal +30m
later +30m audit verify --realm demo --head "$head"
refuses 'also when the worker has gone on from there' 1 "seal $last is not the one that the head names"
restore
later +20m audit verify --realm demo --head "$head"
gives 'put right it is whole again'

# --- Purged, and under another key
run keys new --json
later +40m keys activate 2
happens +41m
seal +50m
later +50m audit verify --json --realm demo --head "$head"
gives 'KL1: the chain goes on under a new key' ".sealNo > $last"
is 'KL1: both keys seal' 2 "$(sql "SELECT COUNT(DISTINCT key_id) FROM $DB_NAME.event_seals")"
later +401d purge --json
gives 'KL5: events and seals past their retention are purged' '.events > 0 and .eventSeals > 0'
is 'KL5: the newest seal stays' 1 "$(rows event_seals)"
later +401d audit verify --json --realm demo
gives 'KL5: what purge has taken is no fault' '.seals == 1'
later +401d audit verify --realm demo --head "$head"
refuses 'KL5: an old head proves nothing any more' 1 'which the head names, is purged'
seal +402d
later +402d audit head --realm demo --json
gives 'KL5: numbers go on' ".sealNo > $last and .head == \"\\(.sealNo):\\(.chainHash)\""
sql "DELETE FROM $DB_NAME.events WHERE name = 'audit.purged'"
later +402d audit verify --realm demo
refuses 'KL5: a purge that nobody told of is one that somebody else made' 1 'missing'
is 'no secret in any log' '' "$(leaks)"
