#!/bin/bash
# Commands about messages: subscriptions, templates, deliveries, a login's number, method and reset link; and README's
# section "Codes and messages", word by word, with the mails that go into a folder.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/commands.sh"
MAIL_DIR=$WORK/mail SMS_DIR=$WORK/sms
world_up 'mail.transport = maildir' "mail.maildir = $MAIL_DIR" 'mail.sender = shop@example.com' \
    'sms.transport = maildir' "sms.maildir = $SMS_DIR" 'hook.insecure = on' 'hook.allow = 127.0.0.0/8'
program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
web_up lighttpd fastcgi
deliver() { # NAME
    if at deliver --once >"$SCRATCH/deliver" 2>&1; then ok "$1"; else not_ok "$1" "$(tail -n 5 "$SCRATCH/deliver")"; fi
}
mails() { cat "$MAIL_DIR"/new/* 2>/dev/null; }

# --- Wrong use
while IFS='|' read -r arguments text; do
    # shellcheck disable=SC2086
    run $arguments
    refuses "wrong use: $arguments" 2 "$text"
done <<END
subscription|which one? subscription list, subscription add, subscription show
template|which one? template list, template show, template set
subscription add --realm demo --name x --topics email.requested|one of --url, --mail and --sms must be given
subscription add --realm demo --name x --url http://a.example --mail y --events account.locked|one of --url, --mail and --sms must be given
subscription add --realm demo --name x --url http://a.example|either --topics or --events must be given
subscription add --realm demo --name x --url http://a.example --topics email.requested --format own|--format kibo goes with --topics
subscription add --realm demo --name x --mail account_locked --topics email.requested|--topics go with --url
subscription add --realm demo --name x --mail account_locked --events account.locked --secret-file /x|--secret-file goes with --url
login set-method --realm demo ada pigeon|METHOD must be simple, email or sms
delivery list --realm demo --state lost|--state must be waiting, sent or abandoned
template show --realm demo --locale german! code_sign_in|--locale must be a language tag
END

# --- Subscriptions
run subscription list --json --realm demo
gives 'built-in subscriptions are listed, and are on' 'map(select(.builtIn)) | length > 10 and all(.active)'
run subscription add --json --realm demo --name erp --url http://127.0.0.1:1/hook --topics email.requested,customeraccount.updated --client-id "$APP_ID"
gives 'a hook is added' ".name == \"erp\" and .format == \"kibo\" and .clientId == \"$APP_ID\" and (.secret | length) > 20"
secret "$(field .secret)"
run subscription add --realm demo --name erp --url http://127.0.0.1:1/hook --topics email.requested
refuses 'a name is taken once' 1 'there is a subscription of this name already'
run subscription add --realm demo --name x --url http://10.0.0.1/hook --topics email.requested
refuses 'a private address is no receiver (KL9)' 1 '--url'
run subscription add --realm demo --name x --url http://127.0.0.1/hook --topics order.created
refuses 'a topic that is none' 1 '--topics or --events: "order.created" is no topic of these hooks'
run subscription add --realm demo --name x --url http://127.0.0.1/hook --events account.locked --client-id nobody
refuses 'an application that is not there' 1 'there is no application nobody'
run subscription add --json --realm demo --name 'second look' --mail account_locked --events account.locked --condition 'channel=none'
gives 'a mail of the store'"'"'s own is added' '.action == "mail" and .condition == "channel = none" and (has("secret") | not)'
say 'a secret of sixteen and more' >"$WORK/hook-secret"
chmod 644 "$WORK/hook-secret"
run subscription add --json --realm demo --name crm --url http://127.0.0.1:1/own --events account.locked --secret-file "$WORK/hook-secret"
gives 'a secret from a file is not shown' '.format == "own" and (has("secret") | not)'
run subscription show --json --realm demo erp
gives 'a subscription is shown without its secret' '.active and (has("secret") | not) and .deliveries == 0'
run subscription disable --json --realm demo notice.password_changed
gives 'a built-in one is switched off' '.active == false'
run subscription list --json --realm demo
gives 'and listed so' 'map(select(.name == "notice.password_changed"))[0].active == false'
run subscription enable --json --realm demo notice.password_changed
gives 'and on again' '.active'
run subscription remove --realm demo notice.password_changed
refuses 'a built-in one cannot be removed' 1 'is built in'
run subscription show --realm demo nothing
refuses 'a subscription that is not there' 1 'there is no subscription nothing in realm demo; see authtickets subscription list'
run subscription test --realm demo 'second look'
refuses 'a mail is not tested' 1 'is no web hook'
run subscription test --json --realm demo erp
gives 'a test is on its way' '.eventId | length == 36'
event=$(field .eventId)
deliver 'the worker takes it'
run delivery list --json --realm demo
gives 'its receiver is not there, so it waits' "any(.[]; .eventId == \"$event\" and .state == \"waiting\" and .subscription == \"erp\" and .attempts == 1 and .lastError != null)"
run subscription show --json --realm demo erp
gives 'and is shown with the subscription' '.deliveries == 1 and .latest[0].attempts == 1'
run subscription disable --realm demo erp
gives 'a hook is switched off'
run subscription test --realm demo erp
refuses 'and not tested then' 1 'is off'
for name in erp crm 'second look'; do
    run subscription remove --json --realm demo "$name"
    gives "$name is removed" '.removed'
done
run subscription remove --realm demo erp
refuses 'and is gone' 1 'there is no subscription erp'

# --- Templates
run template list --json --realm demo
gives 'templates are listed' 'map(select(.name == "code_sign_in") | .locale) | sort == ["ar", "de", "en"]'
run template show --realm demo --locale de code_sign_in
gives 'a template is shown as it is'
awk '/^--- subject/ { print; print "Meins: {{code}}"; skip = 1; next } /^--- / { skip = 0 } !skip' <<<"$OUT" >"$WORK/mine.msg"
sed 's/{{code}}/{{cod}}/' "$WORK/mine.msg" >"$WORK/bad.msg"
chmod 644 "$WORK"/*.msg
run template set --realm demo --locale de code_sign_in "$WORK/bad.msg"
refuses 'a variable that there is not is named with its line' 1 'line 1'
run template set --realm demo --locale de code_sign_in "$WORK/no.msg"
refuses 'a file that is not there' 1 "$WORK/no.msg"
run template preview --json --realm demo --locale de --file "$WORK/mine.msg" code_sign_in
gives 'a template is looked at before it is set' '.subject == "Meins: 123456"'
run template set --json --realm demo --locale de_AT code_sign_in "$WORK/mine.msg"
gives 'it is set' '.locale == "de-AT"'
run template preview --json --realm demo --locale de-AT code_sign_in
gives 'and read by those whom it is for' '.subject == "Meins: 123456" and .locale == "de-AT"'
run template preview --json --realm demo --locale de code_sign_in
gives 'and by no others' '.subject != "Meins: 123456"'
run template list --json --realm demo
gives 'it is listed as the store'"'"'s' 'any(.[]; .name == "code_sign_in" and .locale == "de-AT" and .own)'
run template remove --json --realm demo --locale de-AT code_sign_in
gives 'it is removed' '.removed'
run template remove --realm demo --locale de-AT code_sign_in
refuses 'once' 1 'has no template code_sign_in of its own in de-AT'
run template show --realm demo no_such
refuses 'a template that is not there' 1 'there is no template no_such'

# --- A login's number, method and reset link
oauth
sign_up ann@example.com 'F1rst one'
answers 'a shopper signs up' 201
run login set-method --realm demo ann@example.com sms
refuses 'OC9: no method without a verified contact' 1 'needs a verified phone number'
run login set-phone --realm demo ann@example.com 12
refuses 'a number that is none' 1 'NUMBER'
run login set-phone --json --realm demo --verified ann@example.com +4915123456789
gives 'a number is set' '.phone.value == "+4915123456789" and .phone.verified'
run login set-method --json --realm demo ann@example.com sms
gives 'and becomes the way of codes' '.secondStep == "sms"'
run login set-phone --realm demo ann@example.com ''
refuses 'which cannot be taken away then' 1 'see authtickets login set-method'
run login send-reset --json --realm demo ann@example.com
gives 'a link is on its way' '.email == "ann@example.com" and .lives == 259200'
run login send-reset --realm demo nobody@example.com
refuses 'to somebody who is there' 1 'there is no login nobody@example.com'
deliver 'the worker sends it'
holds 'the mail has the link' grep -q '/account/reset' <(mails | sed 's/=$//' | tr -d '\r\n')
run login lock --realm demo ann@example.com
run login send-reset --realm demo ann@example.com
refuses 'RS1: none to a blocked one' 1 'is blocked'

# --- README, "Codes and messages": the commands as they stand there
LABEL='README: '
rm -f "$MAIL_DIR"/new/*
WORKER_LOG=$WORK/worker.log
worker_start
{
    printf '%s=%q\n' BASE_URL "$BASE" TENANT "$TENANT" SITE "$SITE" APP_ID "$APP_ID" APP_SECRET "$APP_SECRET" MAIL_DIR "$MAIL_DIR"
    blocks() { awk -v section="$1" '$0 == section { here = 1 } here && /^```/ { if (inside) exit; inside = 1; next } inside' "$SRC_DIR/README.md"; }
    blocks '# authtickets' | grep -v '^\. var/run.env;$' | sed 's#^\. var/run.env; ##'
    blocks '## Codes and messages'
} >"$SCRATCH/readme"
# The first block of the file comes after its title and holds the calls that this section stands on.
bash -u "$SCRATCH/readme" >"$SCRATCH/said" 2>"$SCRATCH/complained"
is 'nothing complains' '' "$(cat "$SCRATCH/complained")"
said=$(cat "$SCRATCH/said")
holds 'kibo 4.6: a code alone signs in' grep -q '"requires2FA": false' <<<"$said"
holds 'the code is read from the mail' grep -qE '^the mail says [0-9]{6}$' <<<"$said"
# Of the ticket by code, the other switch, the pending ticket, the one after it, and the switch put back.
is 'kibo 4.6: a code alone, and a second step' 'false true true false false ' "$(grep -oE '^(true|false)$|"requires2FA": (true|false)' <<<"$said" | grep -oE '(true|false)$' | tr '\n' ' ')"
holds 'kibo 6.3: the reset mail has its link' grep -qE '^https?://.*/account/reset\?t=[A-Za-z0-9_-]+&u=[0-9a-f]{32}$' <(tail -n 1 <<<"$said")
is 'no log tells codes, secrets or tokens (TK9)' '' "$(leaks)"
