#!/bin/bash
# Moving in (docs/import.md): a shop's customers with every kind of password hash, through the command, into accounts that
# sign in behind a web server; what is refused and how it is told; runs that are killed; what rests in the database.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
world_up
customer=/api/commerce/customer
FILES=$WORK/files
mkdir "$FILES"
[ ${#AS[@]} = 0 ] || chown "$WEB_USER:" "$FILES"

# run ARGUMENTS... -> CODE, OUT, ERR
run() {
    RAN="authtickets $*"
    OUT=$(at "$@" 2>"$SCRATCH/error")
    CODE=$?
    ERR=$(cat "$SCRATCH/error")
}
ran() { say "$RAN" "exit status $CODE" "stdout: $OUT" "stderr: $ERR"; }
# gives NAME STATUS JQ-CONDITION
gives() {
    if [ "$CODE" = "$2" ] && jq -e "$3" <<<"$OUT" >/dev/null 2>&1; then ok "$1"; else not_ok "$1" "expected $2 and $3" "$(ran)"; fi
}
# refuses NAME STATUS TEXT: nothing on stdout, one line on stderr that holds the text
refuses() {
    if [ "$CODE" = "$2" ] && [ -z "$OUT" ] && [ "$(wc -l <"$SCRATCH/error")" = 1 ] && [[ $ERR == "authtickets: "*"$3"* ]]; then
        ok "$1"
    else
        not_ok "$1" "expected status $2 and \"$3\"" "$(ran)"
    fi
}
count() { sql "SELECT COUNT(*) FROM $DB_NAME.$1"; }

# --- Wrong use and files that cannot be meant
say 'email' >"$FILES/head.csv"
: >"$FILES/empty.csv"
: >"$FILES/empty.jsonl"
printf 'email,colour\na@b.example,red\n' >"$FILES/unknown.csv"
printf 'email,first_name\na@b.example,"Ann\nb@b.example,Bob\n' >"$FILES/open.csv"
printf 'email,password\na@b.example,secret-1\n' >"$FILES/clear.csv"
cp "$FILES/head.csv" "$FILES/head.txt"
mkfifo "$FILES/pipe.csv"
while IFS='|' read -r status arguments text; do
    # shellcheck disable=SC2086 # words are meant
    run import --realm demo $arguments
    refuses "import $arguments" "$status" "$text"
done <<END
2||FILE is missing
2|$FILES/head.txt|the name of the file does not end in .csv, .jsonl or .ndjson
2|--format xml $FILES/head.txt|--format must be csv or jsonl
2|--jobs 0 $FILES/head.csv|--jobs must be a whole number from 1 to 256
2|--max-refused -1 $FILES/head.csv|--max-refused must be a whole number
2|--check=yes $FILES/head.csv|--check takes no value
2|--check --check $FILES/head.csv|--check is given twice
1|$FILES/none.csv|$FILES/none.csv cannot be read: No such file
1|$FILES/pipe.csv|is not a file
1|--format csv $FILES|$FILES is not a file
1|$FILES/empty.csv|is empty
1|$FILES/empty.jsonl|holds no line to import
1|$FILES/head.csv|holds no line to import
1|$FILES/unknown.csv|unknown.csv:1: there is no column "colour"
1|$FILES/clear.csv|clear.csv:1: there is no column "password"
1|$FILES/open.csv|open.csv:2: a quote that is opened here is not closed
END
run import --realm nowhere "$FILES/unknown.csv" --ignore-unknown
refuses 'a realm that is not there' 1 'there is no realm nowhere'
"${AS[@]:-env}" cp "$FILES/unknown.csv" "$FILES/own.csv"
run import --realm demo --report "$FILES/../files/own.csv" --ignore-unknown "$FILES/own.csv"
refuses 'a report in place of the file' 2 '--report must not be the file that is imported'
is 'which is left as it was' "$(cat "$FILES/unknown.csv")" "$(cat "$FILES/own.csv")"
is 'nothing was written by any of them' 0 "$(count accounts)"

# --- A shop with every kind of password hash, by the published vectors of tests/vectors/foreign_*.txt
shop() { # NAME|PASSWORD|HASH|FORMAT|what must rest nowhere in the database
    cat <<'END'
bcrypt|U*U*U|$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a||
sha512-crypt|Hello world!|$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1||svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl
sha256-crypt|Hello world!|$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5||5B8vYYiY.CVt1RlTTf8K
phpass|test12345|$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0||eRo7ud9Fh4E2PdI0S3r.L0
django|lètmein|pbkdf2_sha256$20000$seasalt2$Flpve/uAcyo6+IFI6YAhjeABGPVbRQjzHDxRhqxewgw=||
django-sha1|lètmein|pbkdf2_sha1$20000$seasalt2$pJt86NmjAweBY1StBvxCu7l1o9o=|django|
magento-md5|password|67a1e09bb1f83f5007dc119c14d663aa:salt:0||67a1e09bb1f83f5007dc119c14d663aa
magento-sha256|password|13601bda4ea78e55a07b98866d2be6be0744e3866f13c00c811cab608a28f322:salt:1|magento|13601bda4ea78e55a07b98866d2be6be0744e3866f13c00c811cab608a28f322
magento-chain|password|3b68ca4706cbae291455e4340478076c1e1618e742b6144cfcc3e50f648903e4:salt:0:1|magento|3b68ca4706cbae291455e4340478076c1e1618e742b6144cfcc3e50f648903e4
md5-first|hashcat|57ab8499d08c59a7211c77f557bf9425:4247|md5-salt-first|57ab8499d08c59a7211c77f557bf9425
md5-last|secret|d2064d358136996bd22421584a7cb33e:trd7TvKHx6dMeoMmBVxYmg0vuXEA4199|md5-salt-last|d2064d358136996bd22421584a7cb33e
argon2id|password|$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4||
END
}
{
    say 'account_id,email,email_verified,first_name,customer_since,password_hash,password_format,notes'
    number=700
    while IFS='|' read -r name password hash format rests; do
        say "$((number += 1)),$name@old.example,true,\"$name, of old\",2009-08-07,\"$hash\",$format,\"first line"
        say 'second line"'
    done < <(shop)
} >"$FILES/shop.csv"
shop | cut -d '|' -f 5 | grep . >"$SCRATCH/digests"
formats=$(shop | wc -l)

run import --realm demo --json --check "$FILES/shop.csv"
gives 'a check finds nothing wrong' 0 ".check and .finished and .lines == $formats and .added == 0 and .refused == 0"
is 'and writes nothing' '0 0' "$(count accounts) $(count imports)"
run import --realm demo --json "$FILES/shop.csv"
gives 'the shop moves in' 0 ".finished and .added == $formats and .refused == 0 and .resumedAfterLine == null"
is 'without a word' '' "$ERR"
run import --realm demo --json "$FILES/shop.csv"
gives 'once' 0 ".finished and .added == 0 and .total.added == $formats"
run import --realm demo "$FILES/shop.csv"
holds 'and says so' grep -q "was imported to its end at .*: $formats added, 0 refused" <<<"$OUT"
is 'nobody is there twice' "$formats" "$(count accounts)"
run account show --realm demo --json 701
gives 'the number is kept' 0 '.email == "bcrypt@old.example" and .firstName == "bcrypt, of old"'

# What rests: no old value of a fast scheme in any file of the database, no string that a password could be tried on.
sql "FLUSH TABLES; SET GLOBAL innodb_max_dirty_pages_pct = 0;"
is 'no old hash of a fast scheme is in the files of the database' '' "$(grep -rlaFf "$SCRATCH/digests" "$DB_DIR")"
dump() {
    local table
    for table in $(sql "SELECT table_name FROM information_schema.tables WHERE table_schema = '$DB_NAME'"); do
        sql "SELECT * FROM $DB_NAME.\`$table\`"
    done
}
dump >"$SCRATCH/dump"
holds 'the dump is one' grep -qaF 'bcrypt@old.example' "$SCRATCH/dump"
is 'a dump verifies no password' '' \
    "$(grep -aoE '\$2[aby]\$[0-9]{2}\$|\$[56]\$(rounds|salt)|\$[PH]\$[./0-9A-Za-z]{9}|\$argon2|\$wrapped|\$foreign|pbkdf2_sha|[0-9a-f]{32}:' "$SCRATCH/dump" | sort -u)"
is 'every password is sealed under a key' "$formats" \
    "$(sql "SELECT COUNT(*) FROM $DB_NAME.logins WHERE password_key_id = 1 AND foreign_password = 1")"
is 'the events tell who did it' "$formats" \
    "$(sql "SELECT COUNT(*) FROM $DB_NAME.events WHERE name = 'account.created' AND reason = 'import' AND actor = 'command'")"

program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
web_up lighttpd fastcgi
oauth
number=700
while IFS='|' read -r name password hash format rests; do
    secret "$hash"
    USER_CLAIMS=''
    kibo GET "$customer/accounts/$((number += 1))"
    answers "$name: an account with a foreign password" 200 '.hasExternalPassword == true'
    sign_in "$name@old.example" wrong-password-1
    answers "$name: a wrong password" 401
    sign_in "$name@old.example" "$password"
    answers "$name: the old password signs in" 200 ".customerAccount.id == $number"
    USER_CLAIMS=$ACCESS
    kibo GET $customer/accounts/current
    answers "$name: with a ticket" 200 ".emailAddress == \"$name@old.example\" and .notes == []"
    USER_CLAIMS=''
    kibo GET "$customer/accounts/$number"
    answers "$name: the hash is ours then" 200 \
        '.hasExternalPassword == false and .notes[0].content == "first line\nsecond line" and (.customerSinceDate | startswith("2009-08-07T00:00:00"))'
    sign_in "$name@old.example" "$password"
    answers "$name: and once more" 200
done < <(shop)

# --- Refused lines, by their numbers
cat >"$FILES/mixed.csv" <<'END'
email,account_id,first_name,password_hash
new@old.example,,Nora,
"bcrypt@old.example",,Taken,
,701,"A guest
over three
lines",
nobody,,Bad,
long@old.example,,Bad,"$argon2id$v=19$m=1048576,t=10,p=1$c29tZXNhbHRzb21lc2FsdA$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
clear@old.example,,Bad,Summer-2009
few@old.example
"quo"ted@old.example,,Bad,
NEW@old.example,,Same,
last@old.example,,Lars,
END
cat >"$SCRATCH/expected" <<END
$FILES/mixed.csv:3: email: another customer has it
$FILES/mixed.csv:4: account_id: another customer has it
$FILES/mixed.csv:7: email: must be an e-mail address
$FILES/mixed.csv:10: has 1 values, the header line 4
$FILES/mixed.csv:11: text after a closing quote
$FILES/mixed.csv:12: email: another customer has it
END
run import --realm demo --json --check "$FILES/mixed.csv"
gives 'a check of a bad file' 0 '.lines == 10 and .refused == 8 and .added == 0'
checked=$(sed 's/stands in an earlier line/another customer has it/' <<<"$ERR")
before=$(count accounts)
run import --realm demo --json "$FILES/mixed.csv"
gives 'a bad file' 0 '.finished and .lines == 10 and .added == 2 and .refused == 8'
is 'two more accounts' $((before + 2)) "$(count accounts)"
is 'refused lines are told by number and column' "$(cat "$SCRATCH/expected")" "$(grep -v password_hash <<<"$ERR")"
is 'a hash that asks for 1 GiB, and a password, are refused by number and column' "$FILES/mixed.csv:8: $FILES/mixed.csv:9:" \
    "$(grep -o '^.*: password_hash' <<<"$ERR" | sed 's/ password_hash//' | paste -sd ' ')"
is 'the check said the same' "$ERR" "$checked"
holds 'no value is repeated' test -z "$(grep -E 'm=1048576|Summer-2009|old.example' <<<"$ERR")"

printf '%s\n' '{"email":"json@old.example","password_hash":"{md5-salt-last}d2064d358136996bd22421584a7cb33e:trd7TvKHx6dMeoMmBVxYmg0vuXEA4199"}' \
    '{"email":"json@old' '' '{"company":"Engines","notes":[{"content":"x"}],"account_id":9000}' '{"emial":"x"}' >"$FILES/lines.ndjson"
run import --realm demo --json --report "$FILES/refused.csv" "$FILES/lines.ndjson"
gives 'JSON lines' 0 '.finished and .added == 2 and .refused == 2'
is 'a report is CSV' $'line,column,reason\n2,,not JSON at byte 19\n5,,"there is no column ""emial"""' "$(cat "$FILES/refused.csv")"
is 'and nothing is on standard error' '' "$ERR"
sign_in json@old.example secret
answers 'who came by JSON signs in' 200

for number in 1 2 3 4 5; do say "bad$number"; done | { say email; cat; } >"$FILES/bad.csv"
run import --realm demo --json --max-refused 2 --check "$FILES/bad.csv"
gives 'a check stops at too many refusals' 1 '.stopped and .refused == 3'
run import --realm demo --json --max-refused 2 "$FILES/bad.csv"
gives 'a run stops at too many refusals' 1 '.stopped and (.finished | not)'
run import --realm demo --json "$FILES/bad.csv"
gives 'and goes on when it is told to' 0 '.finished and .total.refused == 5'

# --- Killed at any moment: nothing twice, nothing lost
lines=8000
awk -v lines=$lines 'BEGIN {
    print "account_id,email,first_name"
    for (i = 1; i <= lines; i++) print 100000 + i "," (i % 10 ? "k" i "@killed.example" : "bad" i) ",K"
}' >"$FILES/killed.csv"
before=$(count accounts)
progress() { sql "SELECT COALESCE(MAX(line_no), 0) FROM $DB_NAME.imports WHERE file_name = 'killed.csv'"; }
past() { [ "$(progress)" -gt "$1" ]; }
kills=0
while [ $kills -lt 6 ]; do
    target=$(($(progress) + RANDOM % 300))
    "${AS[@]:-env}" env AUTHTICKETS_CONFIG="$CONFIG" "$AUTHTICKETS" import --realm demo --report "$FILES/killed-report.csv" \
        "$FILES/killed.csv" >/dev/null 2>>"$SCRATCH/killed" &
    id=$!
    disown $id
    await $id 60 past "$target"
    kill -0 $id 2>/dev/null || break
    kill -KILL $id
    kills=$((kills + 1))
done
holds 'runs were killed' test $kills -gt 2
# The report may end in the middle of a line, or be ahead of what was committed.
printf '%s' '99' >>"$FILES/killed-report.csv"
run import --realm demo --json --report "$FILES/killed-report.csv" "$FILES/killed.csv"
gives 'the last run comes to the end' 0 ".finished and .resumedAfterLine > 0 and .total.added == $((lines * 9 / 10)) and .total.refused == $((lines / 10))"
holds 'it said where it went on' grep -q 'goes on after line [0-9]' <<<"$ERR"
is 'nobody is lost or there twice' $((before + lines * 9 / 10)) "$(count accounts)"
is 'every login is there once' $((lines * 9 / 10)) "$(count "logins WHERE user_name LIKE '%@killed.example'")"
is 'every event is there once' $((lines * 9 / 10)) "$(count "events WHERE reason = 'import' AND account_no > 100000")"
is 'the count of accounts agrees' "$(count accounts)" "$(sql "SELECT SUM(accounts) FROM $DB_NAME.account_counts")"
is 'every refused line is reported once' "$(seq 11 10 $((lines + 1)))" "$(sed 1d "$FILES/killed-report.csv" | cut -d , -f 1)"

# --- The database away in the middle
awk 'BEGIN { print "email"; for (i = 1; i <= 8000; i++) print "a" i "@away.example" }' >"$FILES/away.csv"
progress() { sql "SELECT COALESCE(MAX(line_no), 0) FROM $DB_NAME.imports WHERE file_name = 'away.csv'"; }
"${AS[@]:-env}" env AUTHTICKETS_CONFIG="$CONFIG" "$AUTHTICKETS" import --realm demo "$FILES/away.csv" >"$SCRATCH/away" 2>&1 &
id=$!
await $id 60 past 300
stop_process "$database_pid"
wait $id
is 'the database away ends the run' 1 $?
holds 'with one line' grep -q '^authtickets: import: .*database: ' "$SCRATCH/away"
database_up || give_up 'the database starts again'
run import --realm demo --json "$FILES/away.csv"
gives 'and the next one goes on' 0 '.finished and .resumedAfterLine > 300 and .total.added == 8000'
is 'nobody is lost or there twice after that' 8000 "$(count "logins WHERE user_name LIKE '%@away.example'")"

is 'no hash, password or token in any log' '' "$(leaks)"
