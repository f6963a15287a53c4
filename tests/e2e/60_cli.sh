#!/bin/bash
# The commands against a private database and a running program: what they print, what they refuse and how they say so,
# what they do to shoppers and applications at work; and doctor, on everything it is there to find.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/commands.sh"
world_up 'mail.transport = maildir' "mail.maildir = $WORK/mail" 'mail.sender = shop@example.com'
customer=/api/commerce/customer

# --- The program about itself
run --version
gives '--version' = "authtickets $(cat "$SRC_DIR/VERSION")"
run --help
gives '--help'
run --sample-config
printf '%s\n' "$OUT" >"$WORK/sample.conf"
for name in $(sed -nE 's/^  ([a-z]+( [a-z-]+)?)  .*/\1/p' <<<"$(at --help)" | tr ' ' _); do
    # shellcheck disable=SC2086 # words are meant
    run --help ${name//_/ }
    if [ "$CODE" = 0 ] && [[ $OUT == "usage: authtickets ${name//_/ }"* ]]; then ok "--help ${name//_/ }"; else
        not_ok "--help ${name//_/ }" "$(ran)"
    fi
    if [ "$name" != serve ]; then
        # shellcheck disable=SC2086
        is "${name//_/ } --help says the same" "$OUT" "$(at ${name//_/ } --help)"
    fi
done

# --- Wrong use: status 2, before anything is opened
CONFIG=/nonexistent/authtickets.conf run realm list
refuses 'a configuration file that is not there' 2 '/nonexistent/authtickets.conf'
say 'workers = many' >"$WORK/bad.conf"
CONFIG=$WORK/bad.conf run realm list
refuses 'a bad value: file, line, what is allowed' 2 "$WORK/bad.conf:1: workers: not a whole number; allowed: number 1 to 512"
CONFIG=$WORK/sample.conf run keys list
refuses 'the sample configuration is a configuration' 1 'there is no key file'
add='realm add --name x --domain x.example'
while IFS='|' read -r arguments text; do
    # shellcheck disable=SC2086
    run $arguments
    refuses "wrong use: $arguments" 2 "$text"
done <<END
frob|there is no command "frob"; see authtickets --help
realm|which one? realm add, realm list, realm show, realm add-site, realm set-site, realm revoke-all
keys frob|which one? keys list, keys new, keys activate, keys drop, keys reseal
--help frob|there is no command "frob"
--version now|--version takes no arguments
realm add|realm add: --name NAME is missing; usage: authtickets realm add --name NAME --tenant N
$add --tenant 0 --site 1|realm add: --tenant must be a whole number from 1 to 4294967295
$add --tenant 1 --site 4294967296|realm add: --site must be a whole number from 1 to 4294967295
$add --tenant 1 --site -1|realm add: --site must be a whole number from 1 to 4294967295
$add --tenant 1 --site 1 --domain y.example|realm add: --domain is given twice
$add --tenant 1 --site 1 --locale german!|realm add: --locale must be a language tag
$add --tenant 1 --site 1 --country de|realm add: --country must be 2 capital letters
$add --tenant 1 --site 1 --currency EURO|realm add: --currency must be 3 capital letters
$add --tenant 1 --site 1 --address x.example|realm add: --address must be an http or https address
$add --tenant 1 --site 1 --colour red|realm add: there is no option --colour; usage:
realm add --name x --tenant 1 --site 1 --domain https://x.example|realm add: --domain must be a host name
realm add --name x --tenant 1 --site 1 --domain x:0|realm add: --domain must be a host name
realm list demo|realm list: "demo" is one argument too many
realm show|realm show: NAME is missing
app add --realm demo --name x --behaviours root|app add: --behaviours must be storefront, admin, publishable, or several with commas between
app add --realm demo --name x --behaviours admin --client-id a/b|app add: --client-id must be
app list --realm|app list: --realm needs a value
profile add --realm demo|profile add: --name TEXT is missing
profile add --realm demo --name x --name-format phone|profile add: --name-format must be any or email
profile set --realm demo --one-time-tokens yes 00000000-0000-4000-8000-000000000000|profile set: --one-time-tokens must be on or off
profile set --realm demo first|profile set: ID must be a UUID
account show --realm demo ada|account show: NUMBER must be a whole number
settings set --realm demo lock.attempts 2|settings set: lock.attempts must be a whole number from 3 to 50
settings set --realm demo lock.attemps 5|settings set: there is no setting lock.attemps
settings set --realm demo lock.attempts|settings set: SETTING VALUE is missing
keys activate one|keys activate: ID must be a whole number
account delete --realm demo --yes=no 1001|account delete: --yes takes no value
purge --limit 0|purge: --limit must be a whole number from 1 to 4294967295
audit export --realm demo --from yesterday|audit export: --from must be a time such as 2026-01-15
audit export --realm demo --from 2026-01-15 --to 2026-01-15|audit export: --to must be after --from
audit export --realm demo --user ada|audit export: --user must be a user id
audit export --realm demo --format xml|audit export: --format must be ndjson or csv
audit export --realm demo --json|audit export: --json needs --out
doctor --client-id x|--url is missing
doctor --url https://localhost|https is not offered
doctor --url ftp://localhost|must be an address such as http://localhost:8080
doctor --url http://localhost --client-id x|go together
END

# --- Realms and sites
run realm add --json --name demo --tenant $TENANT --site $SITE --domain localhost:1
gives 'adding a realm again with the same values gives it back' ".realm == \"demo\" and .tenant == $TENANT and .site == $SITE
    and (.realmNo | type == \"number\") and (.realmId | test(\"^[0-9a-f]{8}-\"))"
run realm add --name demo --tenant $TENANT --site $SITE --domain other.example
refuses 'not with other values' 1 'realm add: a realm of this name exists with other values'
run realm add --name second --tenant $TENANT --site $SITE --domain localhost:1
refuses 'a tenant and site have one realm' 1 'realm add: this tenant and site belong to another realm'
run realm add --json --name 'Zweiter Laden' --tenant 4294967295 --site 1 --domain zwei.example --address http://zwei.example/laden \
    --site-name Haupt --locale de-DE --country DE --currency EUR
gives 'a realm with everything' '.realm == "Zweiter Laden" and .tenant == 4294967295'
run realm add-site --json --realm demo --tenant $TENANT --site 2001 --domain b.example
gives 'a second site' '.site == 2001 and .realm == "demo"'
run realm add-site --realm demo --tenant $TENANT --site 2001 --domain b.example
refuses 'a site is added once' 1 'realm add-site: this tenant and site exist'
run realm add-site --realm nowhere --tenant 1 --site 5 --domain b.example
refuses 'a realm that is not there' 1 'realm add-site: there is no realm nowhere; see authtickets realm list'
run realm set-site --json --realm demo --tenant $TENANT --site 2001 --domain c.example --currency CAD
gives 'realm set-site' '.site == 2001 and .realm == "demo"'
run realm show --json demo
gives 'it changes what is given and nothing else' '.address == "https://localhost:1" and .sites[1] == {tenant: 1000, site: 2001,
    name: "demo", domain: "c.example", locale: "en-US", country: "US", currency: "CAD"} and .sites[0].domain == "localhost:1"'
run realm set-site --json --realm demo --tenant $TENANT --site $SITE --address http://localhost:1
run realm show --json demo
gives 'the address of the realm too' '.address == "http://localhost:1" and .sites[0].domain == "localhost:1"'
run realm set-site --realm demo --tenant $TENANT --site 2001 --domain c.example
gives 'a site that is already so stays so'
run realm set-site --realm demo --tenant $TENANT --site 7 --domain c.example
refuses 'a site that is not there' 1 "realm set-site: there is no site 7 of tenant $TENANT in realm demo"
run realm list --json
gives 'realm list' 'map(.realm) == ["demo", "Zweiter Laden"] and (.[0].sites | map(.site)) == [2000, 2001]'
run realm list
is 'realm list as a table' "$(printf '%s\n' 'demo 1000/2000,1000/2001' 'Zweiter 4294967295/1')" \
    "$(sed 1d <<<"$OUT" | sed -E 's/Laden +//; s/^([^ ]+) +[0-9]+ +([^ ]+)( ([^ ]+))?  .*/\1 \2,\4/; s/,$//')"
run realm show --json 'Zweiter Laden'
gives 'realm show' '.address == "http://zwei.example/laden" and .sites[0] == {tenant: 4294967295, site: 1, name: "Haupt",
    domain: "zwei.example", locale: "de-DE", country: "DE", currency: "EUR"} and .settings == {}'

# --- Applications
run app add --json --realm demo --name 'Back office' --behaviours admin --client-id back.office
gives 'app add' '.clientId == "back.office" and (.clientSecret | length == 43) and (.applicationId | type == "number")'
secret "$(field .clientSecret)"
run app add --json --realm 'Zweiter Laden' --name x --behaviours admin --client-id back.office
refuses 'a client id is taken everywhere' 1 'app add: there is an application with --client-id back.office already'
run app list --json --realm demo
gives 'app list' 'map(.clientId) | contains(["back.office"])'
run app add --json --realm demo --name Pages --behaviours publishable,storefront,admin --client-id the.pages
run app list --json --realm demo
gives 'app list names every behaviour' '.[] | select(.clientId == "the.pages") | .behaviours == ["storefront", "admin", "publishable"]'
gives 'app list tells no secret' '[.[] | keys[]] | unique == ["applicationId", "behaviours", "clientId", "createdAt", "disabledAt", "name"]'
run app disable --realm demo --client-id nobody
refuses 'an application that is not there' 1 'app disable: there is no application nobody in realm demo'

# --- Password profiles
run profile list --json --realm demo
gives 'a realm has a first profile' 'length == 1 and (.[0].profileId | test("^[0-9a-f]{8}-")) and .[0].nameFormat == "any" and .[0].oneTimeTokens == false'
first=$(field '.[0].profileId')
run profile set --json --realm demo --one-time-tokens on "$first"
gives 'profile set' ".profileId == \"$first\" and .oneTimeTokens == true and .nameFormat == \"any\""
run profile add --json --realm demo --name 'By mail' --name-format email
gives 'profile add' '.name == "By mail" and .nameFormat == "email" and .oneTimeTokens == false'
mail=$(field .profileId)
run profile set --json --realm demo --name 'By e-mail' "$mail"
gives 'it changes what is given and nothing else' '.name == "By e-mail" and .nameFormat == "email"'
run profile set --realm demo --name ' ' "$mail"
refuses 'a profile has a name' 2 'profile set: --name must be given'
run profile list --realm demo
is 'profile list as a table' "$(printf '%s\n' "$first any on" "$mail email off")" "$(sed 1d <<<"$OUT" | awk '{print $1, $2, $3}')"
run profile remove --realm demo "$first"
refuses 'the first profile stays' 1 'profile remove: the first password profile of a realm cannot be removed'
run profile set --realm 'Zweiter Laden' --name x "$mail"
refuses 'another realm has not this profile' 1 'profile set: there is no such password profile in this realm'
run profile remove --json --realm demo "$mail"
gives 'profile remove' '.removed'
run profile remove --realm demo "$mail"
refuses 'a removed profile is gone' 1 'profile remove: there is no such password profile in this realm'

# --- With shoppers at work
program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
web_up lighttpd fastcgi
oauth
answers 'the application gets a ticket' 200
current() { USER_CLAIMS=$ACCESS kibo GET $customer/accounts/current; }
current_is() { current && [[ $STATUS =~ ^($1)$ ]]; }
sign_up ada@example.com 'Lovelace 1815'
answers 'a shopper signs up' 201
no=$(json .customerAccount.id)
run account show --json --realm demo "$no"
gives 'account show' ".account == $no and .email == \"ada@example.com\" and .userName == \"ada@example.com\" and .active and (.locked | not)"
run account show --realm demo "$no"
holds 'account show as text' grep -q '^first name: *Ada$' <<<"$OUT"
run account show --realm demo 4000000000
refuses 'an account that is not there' 1 'account show: there is no account 4000000000 in realm demo'
run account show --realm 'Zweiter Laden' "$no"
refuses 'an account of another realm' 1 'account show: there is no account'
run login show --json --realm demo ' ADA@Example.com '
gives 'login show, in any spelling' ".state == \"open\" and .account == $no and .remaining == 10 and .failures == 0 and .password == \"set\""
run login show --realm demo grace
refuses 'a login that is not there' 1 'login show: there is no login grace in realm demo'

# --- Accounts
for wanted in 'ADA@example.com ' "$no"; do
    run account find --json --realm demo "$wanted"
    gives "account find $wanted" "length == 1 and .[0].account == $no and .[0].userName == \"ada@example.com\""
done
sql "UPDATE $DB_NAME.accounts SET external_id = 'EXT-7' WHERE account_no = $no"
run account find --json --realm demo EXT-7
gives 'account find by external id' "map(.account) == [$no]"
run account find --realm demo ada@example.com
holds 'account find as a table' grep -qE "^$no +active +ada@example.com" <<<"$OUT"
run account find --realm demo nobody@example.com
refuses 'an account that nobody knows' 1 'account find: there is no such account in realm demo'
run account find --realm 'Zweiter Laden' EXT-7
refuses 'accounts are found in their realm' 1 'account find: there is no such account'
sign_in ada@example.com 'Lovelace 1815'
run account disable --json --realm demo "$no"
gives 'account disable' '.active | not'
holds 'TK6: its tickets have ended' current_is 401
sign_in ada@example.com 'Lovelace 1815'
answers 'a disabled account signs nobody in' 401
run account enable --json --realm demo "$no"
gives 'account enable' '.active'
sign_in ada@example.com 'Lovelace 1815'
answers 'and signs in again' 200
run login demand-change --json --realm demo ada@example.com
gives 'login demand-change' '.password == "to be changed"'
sign_in ada@example.com 'Lovelace 1815'
answers 'RS4: no way in before the password is changed' 403
run login demand-change --json --realm demo --off ada@example.com
gives 'login demand-change taken back' '.password == "set"'
sign_in ada@example.com 'Lovelace 1815'
answers 'and the way in is open' 200
sign_up grace@example.com 'Hopper 1906'
other=$(json .customerAccount.id)
sign_in grace@example.com 'Hopper 1906'
holds 'a second shopper is in' current_is 200
run account delete --json --realm demo "$other"
is 'account delete without --yes does nothing' '1 false' "$CODE $(field .deleted)"
holds 'the account is still there' current_is 200
run account delete --json --realm demo --yes "$other"
gives 'account delete' '.deleted'
holds 'TK6: the tickets of a deleted account are refused' current_is 401
run account show --realm demo "$other"
refuses 'the account is gone' 1 'account show: there is no account'
run account delete --realm demo --yes "$other"
refuses 'and cannot be deleted twice' 1 'account delete: there is no account'

run settings set --json --realm demo lock.attempts 3
gives 'settings set' '. == {name: "lock.attempts", value: "3", before: "10"}'
run settings get --realm demo lock.attempts
gives 'settings get' = 3
run settings list --json --realm demo
gives 'settings list' '.[] | select(.name == "lock.attempts") | .value == "3" and .default == "10" and (.help | length > 0)'
run realm show --json demo
gives 'realm show names what was changed' '.settings == {"lock.attempts": "3"}'
run settings get --json --realm 'Zweiter Laden'
gives 'settings are of one realm' '."lock.attempts" == "10"'
remaining_is() { run login show --json --realm demo ada@example.com && [ "$(field .remaining)" = "$1" ]; }
holds 'a command sees it at once' remaining_is 3
# Every worker believes what it read for a second.
set_at=${EPOCHREALTIME/[.,]/}
a_second_later() { [ "${EPOCHREALTIME/[.,]/}" -gt $((set_at + 1100000)) ]; }
wait_until 3 a_second_later
for tries in 1 2 3; do sign_in ada@example.com wrong-password; done
run login show --json --realm demo ada@example.com
gives 'locked after too many failures' '.state == "locked" and .remaining == 0 and .lockedAt != null and .failures == 3'
sign_in ada@example.com 'Lovelace 1815'
answers 'the right password is refused then' 401
run login unlock --json --realm demo ada@example.com
gives 'login unlock' '.state == "open" and .remaining == 3 and .failures == 0 and .lockedAt == null'
sign_in ada@example.com 'Lovelace 1815'
answers 'and the password is taken' 200
run login show --json --realm demo ada@example.com
gives 'the last sign-in is told' '.lastSignInAt != null'
holds 'the ticket opens the account' current_is 200
run login lock --json --realm demo ada@example.com
gives 'login lock' '.state == "blocked" and .blockedAt != null'
holds 'TK6: the ticket has ended' current_is 401
sign_in ada@example.com 'Lovelace 1815'
answers 'and the password is refused' 401
run login lock --json --realm demo ada@example.com
gives 'blocking twice is blocking once' '.state == "blocked"'
run login unlock --json --realm demo ada@example.com
gives 'unlock clears a block' '.state == "open" and .blockedAt == null'
holds 'TK6: no ticket comes back' current_is 401
sign_in ada@example.com 'Lovelace 1815'
answers 'a new sign-in works' 200

run app disable --json --realm demo --client-id "$APP_ID"
gives 'app disable' '.disabled'
holds 'its calls are refused within a second' wait_until 2 current_is 401
oauth
answers 'and it gets no ticket' 401
run app enable --json --realm demo --client-id "$APP_ID"
gives 'app enable' '.disabled | not'
oauth
answers 'it gets one again' 200
holds 'and calls' wait_until 2 current_is 200

# --- Keys (KL1)
keys=$WORK/keys
is 'the key file is for its owner only' 600 "$(stat -c %a "$keys")"
run keys list --json
gives 'the first key signs' 'length == 1 and .[0].id == 1 and .[0].state == "signs" and .[0].dropFrom == null'
run keys drop 1
refuses 'the key that signs is not dropped' 1 'keys drop: key 1 signs'
run keys new --json
gives 'KL1: a further key waits' '.id == 2 and .state == "waits"'
run keys list --json
gives 'KL1: for an hour' '(.[1].signsFrom | sub("\\.[0-9]+Z"; "Z") | fromdate) - (.[1].createdAt | sub("\\.[0-9]+Z"; "Z") | fromdate) == 3600'
later +61m keys list --json
gives 'KL1: and signs after it' '.[0].state == "checks" and .[1].state == "signs"'
run keys drop 2
gives 'a key that has not signed can be dropped' = "key 2 is dropped from $keys"
run keys new --json
run keys activate 2 --json
gives 'keys activate' '.id == 2 and .state == "signs"'
is 'the key file is still for its owner only' 600 "$(stat -c %a "$keys")"
run keys activate 7
refuses 'a key that is not there' 1 "keys activate: there is no key 7 in $keys; see authtickets keys list"
holds 'a token of the older key is read' current_is 200
signs_with() { sign_in ada@example.com 'Lovelace 1815' && [[ $(base64 -d <<<"$(tr _- /+ <<<"${ACCESS:0:8}")" 2>/dev/null | od -An -tx1 -N4) == *"$1" ]]; }
holds 'new tokens name the new key within seconds' wait_until 5 signs_with '00 00 00 02'
holds 'and are read' current_is 200
run keys drop 1
refuses 'TK2: not dropped while its tokens may live' 1 'keys drop: key 1 signed until '
later +29d keys drop 1
refuses 'TK2: nor after 29 days' 1 'it can be dropped from '
later +31d keys drop 1
refuses 'KL1: nor while messages wait that it seals' 1 'keys drop: key 1 still seals messages'
run deliver --once
later +31d keys drop 1
refuses 'KL1: nor while rows name it' 1 'keys drop: key 1 still proves rows of the audit trail'
run keys new --json
run keys new --json
run keys activate 3
run keys activate 4
run keys drop 3
refuses 'a key that signed for a moment waits its 30 days too' 1 'keys drop: key 3 signed until '
later +31d keys drop 3
gives 'KL1: then it goes, as no row names it' = "key 3 is dropped from $keys"
run keys list --json
gives 'the others stay' 'map(.id) == [1, 2, 4]'
if grep -q ' ' "$keys" && ! at keys list --json | grep -qF "$(awk '$1 == "key" { print $5; exit }' "$keys")"; then
    ok 'keys list shows no key'
else
    not_ok 'keys list shows no key'
fi
children=()
for tries in 1 2 3 4 5 6; do
    at keys new >/dev/null &
    children+=($!)
done
wait "${children[@]}"
is 'six commands at once add six keys' 9 "$(at keys list --json | jq 'map(.id) | unique | length')"

run migrate --json
gives 'migrating again does nothing' '.applied == [] and .schema > 0'

# --- Doctor
found() { jq -e --arg about "$1" --arg result "$2" --arg text "$3" \
    '.checks[] | select(.about == $about and .result == $result) | (.finding + " " + (.remedy // "")) | contains($text)' <<<"$OUT" >/dev/null 2>&1; }
# finds NAME STATUS ABOUT RESULT TEXT
finds() {
    if [ "$CODE" = "$2" ] && [ -z "$ERR" ] && found "$3" "$4" "$5"; then ok "doctor: $1"; else
        not_ok "doctor: $1" "expected status $2, $4 about $3: $5" "$(ran)"
    fi
}
chmod 640 "$CONFIG"
[ ${#AS[@]} = 0 ] || chgrp "$WEB_USER" "$CONFIG"
run app add --json --realm 'Zweiter Laden' --name x --behaviours storefront
secret "$(field .clientSecret)"
say "$APP_SECRET" >"$WORK/secret"
chmod 644 "$WORK/secret"
at deliver --once >>"$PROGRAM_LOG" 2>&1 # so that no message waits
run doctor --json --url "$BASE/" --client-id "$APP_ID" --client-secret-file "$WORK/secret"
gives 'doctor: all is well' '.status == "ok" and ([.checks[] | select(.result != "ok")] == [])'
for about in configuration keys hash.folder database.user maintain_user migrate_user database clock schema realms applications purge imports passwords 'telephone numbers' mount elasticpath freshcom; do
    finds "$about is looked at" 0 "$about" ok ''
done
finds 'Authorization arrives' 0 authorization ok 'arrives'
run doctor
holds 'doctor as text: a line for each' grep -q '^ok  *schema  *the database holds schema' <<<"$OUT"

chmod 644 "$CONFIG"
run doctor --json
finds 'a configuration that everyone reads' 0 configuration warning 'chmod o-r'
chmod 640 "$CONFIG"
AUTHTICKETS_WORKERS=3 run doctor --json
finds 'an override that the program will not see' 0 configuration warning 'AUTHTICKETS_WORKERS'
CONFIG=$WORK/bad.conf run doctor --json
finds 'a configuration that cannot be used' 1 configuration problem "$WORK/bad.conf:1: workers"
chmod 644 "$keys"
run doctor --json
finds 'a key file open to others' 1 keys problem 'chmod 600'
chmod 600 "$keys"
mv "$keys" "$keys.away"
run doctor --json
finds 'no key file' 1 keys problem 'authtickets keys new'
mv "$keys.away" "$keys"
AUTHTICKETS_HASH_FOLDER=/proc/hash run doctor --json
finds 'a hash folder that cannot be written' 1 hash.folder problem '/proc/hash'
AUTHTICKETS_LOG_TO=/nonexistent/log run doctor --json
finds 'a log that cannot be written' 1 log problem '/nonexistent/log'
AUTHTICKETS_MAIL_TRANSPORT=none run doctor --json
finds 'a shop without mail' 0 mail warning 'mail.transport is none'
AUTHTICKETS_MAIL_MAILDIR=/nonexistent/mail run doctor --json
finds 'a folder for mail that cannot be made' 1 mail problem '/nonexistent cannot be written'
AUTHTICKETS_MAIL_TRANSPORT=sendmail AUTHTICKETS_MAIL_SENDMAIL=/nonexistent/sendmail run doctor --json
finds 'a sendmail that is not there' 1 mail problem '/nonexistent/sendmail cannot be run'
AUTHTICKETS_MAIL_TRANSPORT=smtp AUTHTICKETS_MAIL_SERVER=127.0.0.1:1 AUTHTICKETS_MAIL_SECURITY=none run doctor --json
finds 'a mail server that is not there' 1 mail problem '127.0.0.1:1: '
AUTHTICKETS_MAIL_SENDER='' run doctor --json
finds 'mails from nobody' 1 'mail sender' problem 'demo'
AUTHTICKETS_BREACH_FILE=/nonexistent/hashes run doctor --json
finds 'a file of breached passwords that is not there' 0 breach.file warning '/nonexistent/hashes: the file cannot be read'
AUTHTICKETS_BREACH_URL=http://127.0.0.1:1/ run doctor --json
finds 'a range service that is not there' 0 breach.url warning 'without being looked up'
AUTHTICKETS_GEO_DATABASE=/nonexistent/geo run doctor --json
finds 'a file of regions that is not there' 0 geo.database warning '/nonexistent/geo: No such file'
printf '192.0.2.0/24 US TX\n' | "$SRC_DIR/tests/support/geo_file" "$WORK/geo.mmdb"
chmod 644 "$WORK/geo.mmdb"
AUTHTICKETS_GEO_DATABASE=$WORK/geo.mmdb run doctor --json
finds 'a file of regions' 0 geo.database ok 'Test-City of 20'
sql "INSERT INTO $DB_NAME.totp_authenticators (realm_no, user_id, secret, key_id, made_at, enabled_at, last_step, drift, failed, codes_set)
    VALUES (1, UNHEX(LPAD('a', 32, '0')), REPEAT('x', 60), 99, '2026-01-01', '2026-01-01', 0, 0, 0, 0)"
run doctor --json
finds 'TO7: a secret of an app whose key is gone' 1 authenticators problem 'not in the key file: 99'
sql "DELETE FROM $DB_NAME.totp_authenticators"
AUTHTICKETS_DATABASE_PASSWORD=wrong run doctor --json
finds 'a wrong database password' 1 database.user problem 'Access denied'
AUTHTICKETS_DATABASE_USER=migrate AUTHTICKETS_DATABASE_PASSWORD=migrate-e2e-password run doctor --json
finds 'one database user for everything' 0 database.user warning 'could rewrite the audit trail'
sql "GRANT UPDATE ON $DB_NAME.events TO 'serve'@'localhost'"
run doctor --json
finds 'KL2: a serving user who could rewrite events' 0 database.user warning 'UPDATE on events'
sql "REVOKE UPDATE ON $DB_NAME.events FROM 'serve'@'localhost'; REVOKE INSERT ON $DB_NAME.tickets FROM 'serve'@'localhost'"
run doctor --json
finds 'a right that is missing' 1 database.user problem 'GRANT SELECT, INSERT, UPDATE, DELETE ON `authtickets`.`tickets`'
sql "REVOKE ALL ON $DB_NAME.* FROM 'maintain'@'localhost'"
sql "$(sql "SELECT CONCAT('GRANT SELECT, INSERT, UPDATE, DELETE ON $DB_NAME.', table_name, ' TO ''maintain''@''localhost'';')
    FROM information_schema.tables WHERE table_schema = '$DB_NAME'")"
run doctor --json
finds 'a maintaining user with rights table by table' 1 maintain_user ok 'has the rights'
sql "REVOKE DELETE ON $DB_NAME.events FROM 'maintain'@'localhost'"
run doctor --json
finds 'and one that lacks one of them' 1 maintain_user problem 'GRANT SELECT, INSERT, UPDATE, DELETE ON `authtickets`.`events`'
sql "REVOKE ALL ON $DB_NAME.* FROM 'migrate'@'localhost'; GRANT SELECT ON $DB_NAME.* TO 'migrate'@'localhost'"
run doctor --json
finds 'a migrating user who cannot migrate' 1 migrate_user problem 'CREATE'
sql "$(jq -r '.checks[].remedy // "" | scan("GRANT [^;]*;")' <<<"$OUT")"
run doctor --json
gives 'doctor: the statements that it names cure it' '.status == "ok"'
sql "CREATE DATABASE empty; GRANT ALL ON empty.* TO 'migrate'@'localhost', 'maintain'@'localhost'"
AUTHTICKETS_DATABASE_NAME=empty run doctor --json
finds 'a database without tables' 1 database.user problem 'authtickets migrate'
AUTHTICKETS_DATABASE_NAME=empty run migrate --json
gives 'an empty database is migrated' '.applied | length > 0'
AUTHTICKETS_DATABASE_NAME=empty run doctor --json
finds 'a serving user without any right' 1 database.user problem 'GRANT SELECT ON `empty`.`schema_migrations`'
sql "$(jq -r '.checks[].remedy // "" | scan("GRANT [^;]*;")' <<<"$OUT")"
AUTHTICKETS_DATABASE_NAME=empty run doctor --json
finds 'no realm yet' 1 realms problem 'authtickets realm add'
sql "INSERT INTO $DB_NAME.throttles VALUES (1, UNHEX(REPEAT('ab', 16)), '2026-01-01', '2026-01-01', '2026-01-01')"
run doctor --json
finds 'a purge that never comes' 0 purge warning 'authtickets purge once a day'
run purge --json
run doctor --json
finds 'a purge that has come' 0 purge ok ''
sql "INSERT INTO $DB_NAME.imports VALUES (1, UNHEX(REPEAT('ab', 16)), 'customers.csv', 250, 249, 1, '2026-01-01', '2026-01-01', NULL)"
run doctor --json
finds 'an import that was left unfinished' 0 imports warning 'authtickets import --realm demo customers.csv'
sql "DELETE FROM $DB_NAME.imports"
sql "INSERT INTO $DB_NAME.outbox VALUES (1, UNHEX(REPEAT('ab', 16)), 'account.updated', 'x', 1, '2026-01-01', '2026-01-01')"
run doctor --json
finds 'messages that nobody sends' 1 deliver problem 'start authtickets deliver'
sql "DELETE FROM $DB_NAME.outbox"
later +800d doctor --json
finds 'a key that has signed for years' 0 keys warning 'authtickets keys new'
later +10s doctor --json
finds 'clocks that differ' 0 clock warning 'ms ahead'

run doctor --json --url http://127.0.0.1:1
finds 'no web server there' 1 mount problem 'does not answer'
run doctor --json --url "$BASE/elsewhere"
finds 'a mount that is not there' 1 mount problem 'answers 404'
say wrong >"$WORK/wrong-secret"
chmod 644 "$WORK/wrong-secret"
run doctor --json --url "$BASE" --client-id "$APP_ID" --client-secret-file "$WORK/wrong-secret"
finds 'a wrong secret' 1 authorization problem 'answers 401'
run doctor --json --url "$BASE" --client-id "$APP_ID" --client-secret-file "$WORK/no-such-file"
refuses 'doctor: no secret file' 1 "--client-secret-file $WORK/no-such-file cannot be read"
sed -i '/CGIPassAuth/d' "$WEB_CONTRIB"/apache/*.conf
WEB_DIR=$WORK/apache
"${AS[@]:-env}" mkdir "$WEB_DIR"
web_up apache proxy-fcgi
run doctor --json --url "$BASE" --client-id "$APP_ID" --client-secret-file "$WORK/secret"
finds 'a web server that keeps Authorization to itself' 1 authorization problem 'CGIPassAuth On'

# --- The database away
stop_process "$database_pid"
run realm list
refuses 'database away: one line' 1 'realm list: database: '
run login unlock --realm demo ada@example.com
refuses 'database away: nothing is claimed' 1 'login unlock: database: '
run keys drop 1
refuses 'database away: no key is dropped' 1 'keys drop: '
run doctor --json --url "$BASE"
finds 'the database away' 1 database.user problem 'is the server up'
finds 'the mount says so too' 1 mount problem 'answers 503'
is 'no secret in any log' '' "$(leaks)"
