#!/bin/bash
# Commands about messages: subscriptions, templates, deliveries, a login's number, method and reset link; and README's
# section "Codes and messages", word by word, with the mails that go into a folder. Then codes and links on their real ways: a
# mail server, a gateway of SMS, addresses of other regions; and until their end, by libfaketime.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/commands.sh"
need openssl openssl
need_file /usr/lib/python3/dist-packages/aiosmtpd/smtp.py python3-aiosmtpd
[ -z "$missing_packages" ] || give_up 'packages are installed' "missing:$missing_packages; run contrib/bootstrap"
MAIL_DIR=$WORK/mail SMS_DIR=$WORK/sms
world_up 'mail.transport = maildir' "mail.maildir = $MAIL_DIR" 'mail.sender = shop@example.com' \
    'sms.transport = maildir' "sms.maildir = $SMS_DIR" 'hook.insecure = on' 'hook.allow = 127.0.0.0/8' \
    "geo.database = $WORK/regions" 'trusted_proxies = 127.0.0.1'
printf '%s\n' '192.0.2.0/24 US TX' '198.51.100.0/24 DE BE' | "$SRC_DIR/tests/support/geo_file" "$WORK/regions" ||
    give_up 'a file of regions is made' 'libmaxmind-db-writer-perl is missing; run contrib/bootstrap'
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
subscription add --realm demo --name x --topics email.requested|one of --url, --mail, --sms and --notice must be given
subscription add --realm demo --name x --url http://a.example --mail y --events account.locked|one of --url, --mail, --sms and --notice must be given
subscription add --realm demo --name x --url http://a.example|either --topics or --events must be given
subscription add --realm demo --name x --url http://a.example --topics email.requested --format own|--format kibo goes with --topics
subscription add --realm demo --name x --mail account_locked --topics email.requested|--topics go with --url
subscription add --realm demo --name x --mail account_locked --events account.locked --secret-file /x|--secret-file goes with --url
login set-method --realm demo ada pigeon|METHOD must be simple, email or sms
delivery list --realm demo --state lost|--state must be waiting, sent, abandoned or dropped
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
run subscription add --realm demo --name x --mail account_locked --events signin.success
refuses 'an event that causes no messages is answered with those that do' 1 'causes no messages; these do: account.created'
run subscription add --realm demo --name x --mail code_sign_in --events account.locked
refuses 'words with a code need an event that brings one' 1 '--events: account.locked brings no code, and the template code_sign_in says one'
run subscription add --realm demo --name x --sms new_device --events signin.new_device
refuses 'an SMS needs such a part' 1 'the template: new_device has no SMS part'
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

# --- Integrations, which client programs make (EP210, docs/elasticpath.md): named by their ids, shown by what they are called
integration=90aa4f00-0000-4000-8000-000000000001
sql "INSERT INTO $DB_NAME.subscriptions (realm_no, subscription_id, name, label, description, events, condition_text, action, format, target, active,
     switched_on_at, created_at, updated_at) SELECT realm_no, UNHEX(REPLACE('$integration', '-', '')), '$integration', 'send codes', 'by mail',
     'one-time-password-token-request.created', '', 3, 2, 'http://127.0.0.1:1/otp', 1, NOW(), NOW(), NOW() FROM $DB_NAME.realms WHERE name = 'demo'"
run subscription list --json --realm demo
gives 'an integration is listed' "map(select(.name == \"$integration\"))[0] | .label == \"send codes\" and .format == \"elasticpath\""
run subscription show --realm demo "$integration"
if [ "$CODE" = 0 ] && [[ $OUT == *"send codes"* && $OUT == *"by mail"* && $OUT == *observes* && $OUT == *elasticpath* ]]; then
    ok 'and shown with what it is called'
else
    not_ok 'and shown with what it is called' "$(ran)"
fi
run subscription test --json --realm demo "$integration"
gives 'it is tested as other hooks are' '.event == "one-time-password-token-request.created"'
deliver 'the worker takes it'
run delivery list --json --realm demo
gives 'and its receiver is not there' "any(.[]; .subscription == \"$integration\" and .topic == \"one-time-password-token-request.created\" and .attempts == 1)"
run subscription remove --json --realm demo "$integration"
gives 'it is removed' '.removed'

# --- Operators are told, and hooks of whole groups (M14, docs/pages.md)
run subscription add --realm demo --name x --notice nobody --events @sign-in
refuses 'a notice needs an operator of the shop' 1 'there is no operator nobody'
run operator add --json --realm demo --role manager --email olga@desk.example --first-name Olga
gives 'an operator is added'
run subscription add --json --realm demo --name told --notice olga@desk.example --events @operators,signin.failure
gives 'an operator is told of a group of events' '.action == "notice" and .events == ["@operators","signin.failure"] and (.target | length == 36)'
run subscription add --realm demo --name x --url https://hooks.example/in --events @nothing
refuses 'a group that there is not' 1 'is no group of events'
run settings set --realm demo lock.attempts 9
gives 'something happens'
deliver 'the worker follows the trail'
run delivery list --json --realm demo --state sent
gives 'and tells the operator' 'any(.[]; .topic == "operator_notice" and .event == "policy.changed" and .subscription == "told" and .action == "mail")'
run settings set --realm demo lock.attempts 10
gives 'as it was'
run template preview --json --realm demo --locale de operator_notice
gives 'a notice reads so' '.text | contains("Ereignis: ")'
run subscription remove --json --realm demo told
gives 'the notice is removed' '.removed'

# --- Templates
run template list --json --realm demo
gives 'templates are listed' 'map(select(.name == "code_sign_in") | .locale) | sort == ["ar", "de", "en"]'
run template show --realm demo --locale de code_sign_in
gives 'a template is shown as it is'
awk '/^--- subject/ { print; print "Meins: {{code}}"; skip = 1; next } /^--- / { skip = 0 } !skip' <<<"$OUT" >"$WORK/mine.msg"
sed 's/{{code}}/{{cod}}/' "$WORK/mine.msg" >"$WORK/bad.msg"
sed 's/{{code}}/six digits/' "$WORK/mine.msg" >"$WORK/codeless.msg"
chmod 644 "$WORK"/*.msg
run template set --realm demo --locale de code_sign_in "$WORK/bad.msg"
refuses 'a variable that there is not is named with its part and line' 1 'bad.msg: subject line 1: there is no variable "cod"'
run template set --realm demo --locale de code_sign_in "$WORK/codeless.msg"
refuses 'a code that the message does not say' 1 'codeless.msg: subject a message that brings a code must say it: {{code}}'
run template preview --realm demo --locale de --file "$WORK/bad.msg" code_sign_in
refuses 'nor is it shown' 1 'there is no variable "cod"'
run template list --json --realm demo
gives 'neither was taken' 'any(.[]; .own) | not'
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
run template preview --json --realm demo --locale de password_reset
gives 'a link lives as long as it does, and the region has a name' '(.text | contains("72 Stunden")) and (.text | contains("Deutschland"))'
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
run login set-phone --realm demo ann@example.com '0151 12345678'
refuses 'a number of another country without its code' 1 'write it with + and the country code'
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
deliver 'the worker has word of the block'
holds 'RS8: the owner is told of the block' grep -q '^Subject: Your sign-in at .* was blocked' <(mails | tr -d '\r')

# --- README, "Codes and messages": the commands as they stand there
LABEL='README: '
rm -f "$MAIL_DIR"/new/*
WORKER_LOG=$WORK/worker.log
worker_start
{
    printf '%s=%q\n' BASE_URL "$BASE" TENANT "$TENANT" SITE "$SITE" APP_ID "$APP_ID" APP_SECRET "$APP_SECRET" MAIL_DIR "$MAIL_DIR"
    blocks() { awk -v section="$1" '$0 == section { here = 1 } here && /^```/ { if (inside) exit; inside = 1; next } inside' "$SRC_DIR/README.md"; }
    blocks '# authtickets' | grep -v '^\. var/run.env;$' | sed 's#^\. var/run.env; ##'
    say 'until ls "$MAIL_DIR"/new/* >/dev/null 2>&1; do sleep 0.05; done' # the welcome is there before anybody reads on
    blocks '## Codes and messages'
} >"$SCRATCH/readme"
# The first block of the file comes after its title and holds the calls that this section stands on.
timeout 120 bash -u "$SCRATCH/readme" >"$SCRATCH/said" 2>"$SCRATCH/complained"
is 'nothing complains' '' "$(cat "$SCRATCH/complained")"
said=$(cat "$SCRATCH/said")
holds 'kibo 4.6: a code alone signs in' grep -q '"requires2FA": false' <<<"$said"
holds 'the code is read from the mail' grep -qE '^the mail says [0-9]{6}$' <<<"$said"
# Of the ticket by code, the other switch, the pending ticket, the one after it, and the switch put back.
is 'kibo 4.6: a code alone, and a second step' 'false true true false false ' "$(grep -oE '^(true|false)$|"requires2FA": (true|false)' <<<"$said" | grep -oE '(true|false)$' | tr '\n' ' ')"
holds 'kibo 6.3: the reset mail has its link' grep -qE '^https?://.*/account/reset\?t=[A-Za-z0-9_-]+&u=[0-9a-f]{32}$' <(tail -n 1 <<<"$said")

# --- The mail server of a Debian package, over STARTTLS and signed in to, and a gateway of SMS
LABEL=''
stop_process "$worker_pid"
auth=/api/commerce/customer/authtickets accounts=/api/commerce/customer/accounts
MAILS=$WORK/mails TEXTS=$WORK/texts
: >"$MAILS" && : >"$TEXTS" && chmod 666 "$MAILS" "$TEXTS"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$WORK/mail.key" -out "$WORK/mail.pem" 2>/dev/null && chmod 644 "$WORK/mail.key" || give_up 'a certificate is made'
start_process "$SCRATCH/smtp" "$SRC_DIR/tests/support/smtp_server.py" --log "$MAILS" --starttls "$WORK/mail.pem" "$WORK/mail.key" \
    --auth 'shop:mail secret'
start_process "$SCRATCH/gateway" "$SRC_DIR/tests/support/receiver.py" --log "$TEXTS" --account 'AC0123:gateway secret'
wait_until 10 test -s "$SCRATCH/smtp" && wait_until 10 test -s "$SCRATCH/gateway" || give_up 'a mail server and a gateway run'
sed -i '/^mail\.transport\|^sms\.transport/d' "$CONFIG"
cat >>"$CONFIG" <<END
mail.transport = smtp
mail.server = 127.0.0.1:$(head -n 1 "$SCRATCH/smtp")
mail.ca_file = $WORK/mail.pem
mail.user = shop
mail.password = mail secret
sms.transport = http
sms.url = http://127.0.0.1:$(head -n 1 "$SCRATCH/gateway")/{account}/Messages.json
sms.account = AC0123
sms.token = gateway secret
sms.sender = +4915112345678
END
secret 'mail secret'
secret 'gateway secret'
# The program believes for a second what it knows of a shop; a token that it has not seen makes it look.
setting() {
    run settings set --realm demo "$1" "$2"
    [ "$CODE" = 0 ] || give_up "$1 is set" "$ERR"
    oauth
}
# The newest mail to that address with such a subject, as Python's email package reads it -> MAIL; its code -> CODE6.
mail_to() {
    MAIL=$(jq -c --arg to "$1" --arg subject "$2" 'select(.to == [$to] and (.headers.Subject | test($subject)))' "$MAILS" | tail -n 1)
    CODE6=$(jq -r '.text | match("\\b[0-9]{6}\\b").string' <<<"$MAIL" 2>/dev/null)
    secret "$CODE6"
}
of_mail() { jq -c "$1" <<<"$MAIL"; }
with() { USER_CLAIMS=$ACCESS kibo "$@"; }
ask_otp() { kibo POST "$auth/otp/request" -d "{\"email\":\"$1\"}"; }
enter_otp() { kibo POST "$auth/otp/auth" -d "{\"email\":\"$1\",\"otpCode\":\"$2\"}"; }
ask_2fa() { with POST "$auth/2fa/request" -d '' "$@"; }
enter_2fa() { with POST "$auth/2fa/auth" -d "{\"otpCode\":\"$1\"}"; }
register() { # MEMBERS OF THE ACCOUNT: a shopper with the password "F1rst one"
    kibo POST "$accounts/Add-Account-And-Login" -d "$(jq -nc --argjson account "$1" '{password: "F1rst one", account: $account}')"
}
full='.requires2FA == false and .customerAccount.id > 0' pending='.requires2FA == true and .customerAccount == null'
oauth

register '{"emailAddress": "zoe@example.com", "userName": "zoe@example.com", "firstName": "Zoë", "localeCode": "de-DE"}'
answers 'a shopper signs up' 201
ask_otp zoe@example.com
deliver 'the worker hands the mails over'
mail_to zoe@example.com '^[0-9]{6} '
is 'a mail server got the code over STARTTLS, from the shop, signed in' '[true,"shop","shop@example.com"]' "$(of_mail '[.tls, .user, .from]')"
is 'its headers, each once, and no others' '["Auto-Submitted","Content-Language","Content-Type","Date","From","MIME-Version","Message-ID","Subject","To","X-Auto-Response-Suppress"]' \
    "$(of_mail '.headers | keys')"
is 'from and to one mailbox each' '{"From":[["demo","shop@example.com"]],"To":[["","zoe@example.com"]]}' "$(of_mail '.mailboxes | {From, To}')"
is 'a text and an HTML part, in UTF-8, without a defect' '[[["text/plain","utf-8"],["text/html","utf-8"]],[]]' "$(of_mail '[.parts, .defects]')"
holds 'in the customer'"'"'s language, the code in subject, text and HTML' jq -e --arg code "$CODE6" '(.headers | .Subject == $code + " ist Ihr Anmeldecode für demo"
    and ."Content-Language" == "de" and (.Date | strptime("%a, %d %b %Y %H:%M:%S +0000") | mktime - now | fabs < 60)) and
    (.text | startswith($code)) and (.html | contains(">" + $code + "<") and contains("lang=\"de-DE\""))' <<<"$MAIL"
enter_otp zoe@example.com "$CODE6"
answers 'kibo 4.6: and the code signs in' 200 "$full"
mail_to zoe@example.com 'Konto'
holds 'the welcome has the name, as it is written' jq -e '.text | startswith("Guten Tag Zoë,")' <<<"$MAIL"

run login set-phone --realm demo --verified zoe@example.com +4915123456780
run login set-method --realm demo zoe@example.com sms
sign_in zoe@example.com 'F1rst one'
answers 'kibo 4.6: a user of the method sms gets a pending ticket' 200 "$pending and .secondFactor == \"sms\""
ask_2fa
deliver 'the worker calls the gateway'
posted=$(jq -c 'select(.form.Body and (.form.Body[0] | test("[0-9]{6}")))' "$TEXTS")
is 'a gateway got one code, as a form, for the account' '["POST","/AC0123/Messages.json","application/x-www-form-urlencoded"]' \
    "$(jq -c '[.method, .path, .headers."content-type"]' <<<"$posted")"
is 'by basic authentication' "Basic $(printf 'AC0123:gateway secret' | base64)" "$(jq -r .headers.authorization <<<"$posted")"
is 'with the three fields, each once' '{"From":["+4915112345678"],"To":["+4915123456780"]} ["Body","From","To"]' \
    "$(jq -c '.form | {From, To}' <<<"$posted") $(jq -c '.form | keys' <<<"$posted")"
CODE6=$(jq -r '.form.Body[0] | match("[0-9]{6}").string' <<<"$posted")
secret "$CODE6"
enter_2fa "$CODE6"
answers 'kibo 4.6: and the code is the second step' 200 "$full"
run delivery list --json --realm demo --state sent
gives 'the log has it as sent' 'any(.[]; .action == "sms" and .attempts == 1)'

# --- Names and addresses that would be headers, and customers without a name
{
    say '--- subject'
    say '{{#name}}{{name}}, {{/name}}welcome to {{shop}}'
    say '--- text'
    say '{{#name}}Dear {{name}}{{/name}}{{^name}}Hello{{/name}}, you are {{user_name}}.'
} >"$WORK/welcome.msg"
chmod 644 "$WORK/welcome.msg"
run template set --realm demo --locale en account_created "$WORK/welcome.msg"
is 'the store has words of its own' 0 "$CODE"
for member in senderEmailAlias senderEmailAddress replyToEmailAddress; do
    kibo PUT /api/commerce/settings/general -d "{\"$member\":\"shop@example.com\\r\\nBcc: spy@example.org\"}"
    answers "no header by $member" 400
done
for member in emailAddress userName; do
    register "$(jq -nc --arg member $member '{emailAddress: "eve@example.com", userName: "eve@example.com"} | .[$member] += "\r\nBcc: spy@example.org"')"
    answers "no header by $member" 400
done
kibo PUT /api/commerce/settings/general -d '{"senderEmailAlias":"=?utf-8?Q?=0d=0aBcc:_spy?= <spy@a.example>"}'
answers 'a sender'"'"'s name that looks like headers is one' 200
evil=0
for name in 'Eve\r\nX-Evil yes' 'Eve\nBcc: spy@example.org' 'Eve\r\n\r\nNo more headers' 'Eve\u2028\u0085X-Evil yes'; do
    register "{\"emailAddress\": \"eve$((evil += 1))@example.com\", \"userName\": \"eve$evil@example.com\", \"firstName\": \"$name\"}"
    answers "a first name $name" 201
done
register '{"emailAddress": "nameless@example.com", "userName": "nameless@example.com"}'
answers 'a customer without a name' 201
deliver 'their mails leave'
for to in eve1 eve2 eve3 eve4; do
    mail_to $to@example.com 'welcome to demo$'
    is "the mail to $to has no header by it" '[[["=?utf-8?Q?=0d=0aBcc:_spy?= <spy@a.example>","shop@example.com"]],[["","'$to'@example.com"]],11,[]]' \
        "$(of_mail '[.mailboxes.From, .mailboxes.To, (.headers | length), .defects]')"
done
is 'and nobody else gets any' 0 "$(jq -c 'select(.to | tostring | contains("spy"))' "$MAILS" | wc -l)"
mail_to eve1@example.com .
is 'a name of two lines is one' '"Eve X-Evil yes, welcome to demo"' "$(of_mail .headers.Subject)"
mail_to nameless@example.com .
is 'a value that is empty leaves no gap' '"welcome to demo" "Hello, you are nameless@example.com.\n"' "$(of_mail .headers.Subject) $(of_mail .text)"
kibo PUT /api/commerce/settings/general -d '{"senderEmailAlias":""}'

# --- Mail switches, and who has heard of what by now
kibo PUT /api/commerce/settings/general -d '{"supressedEmailTransactions":{"otpForLogin":true},"emailTransactionsOnlyOnRequest":{"accountCreated":true}}'
answers 'kibo 4.6: mails are switched off, one for good and one to be sent by a hook alone' 200
ask_otp nameless@example.com
answers 'a code is asked for all the same' 200
register '{"emailAddress": "unheard@example.com", "userName": "unheard@example.com"}'
deliver 'nothing of it leaves'
mails_of() { jq -r --arg to "$1" 'select(.to == [$to]) | .headers.Subject' "$MAILS" | sort; }
is 'kibo 4.6: no mail of a type that is switched off' 'welcome to demo' "$(mails_of nameless@example.com; mails_of unheard@example.com)"
kibo GET '/api/event/pull?filter=topic%20eq%20email.requested&pageSize=1'
answers 'kibo 8.2: the one for a hook is told of as an event' 200 '.items[0].extendedProperties | any(.key == "emailType" and .value == "AccountCreated")'
kibo PUT /api/commerce/settings/general -d '{"supressedEmailTransactions":{"otpForLogin":false},"emailTransactionsOnlyOnRequest":{"accountCreated":false}}'
is 'RS8: a new number and another method are told of, once each' 'Eine Kontaktangabe Ihres Kontos bei demo wurde geändert
Ihr Konto bei demo
Ihr zweiter Anmeldeschritt bei demo wurde geändert' "$(mails_of zoe@example.com | grep -v '^[0-9]')"

# --- Where a shopper is, by the address that a trusted proxy forwards and a file of regions
setting second_step.on_region on
register '{"emailAddress": "kim@example.com", "userName": "kim@example.com", "firstName": "Kim"}'
from() { sign_in kim@example.com 'F1rst one' -H "X-Forwarded-For: $1"; }
from 192.0.2.7
answers 'kibo 4.6: the first region asks for a second step' 200 "$pending"
ask_2fa -H 'X-Forwarded-For: 192.0.2.7'
deliver 'its code is mailed'
mail_to kim@example.com '^[0-9]{6} '
holds 'the mail says where from' jq -e '.text | contains("\nNetwork address: 192.0.2.7\nRegion: United States (TX)\n")' <<<"$MAIL"
enter_2fa "$CODE6"
answers 'kibo 4.6: and is entered' 200 "$full"
from 192.0.2.200
answers 'kibo 4.6: another address of that region does not ask' 200 "$full"
for address in 203.0.113.9 '192.0.2.7, 198.51.100.4'; do
    from "$address"
    answers "kibo 4.6: $address asks: another region, or none" 200 "$pending"
done
ask_2fa
deliver 'a code is mailed again'
mail_to kim@example.com '^[0-9]{6} '
enter_2fa "$CODE6"
answers 'kibo 4.6: another region is shown with a code' 200 "$full"
deliver 'and the shopper hears of it'
is 'RS8: in one notice (N5)' 1 "$(mails_of kim@example.com | grep -c '^New sign-in')"
mail_to kim@example.com '^New sign-in'
holds 'which says where' jq -e '.text | contains("Region: Germany (BE)\n")' <<<"$MAIL"
setting second_step.on_region off

# --- Until the end of a code's and a link's life
# until_old TABLE MIN|MAX LIFE: how the program's clock is moved so that the first or last row of the table is LIFE seconds old, or
# up to one second more.
until_old() {
    sql "SELECT CONCAT('+', 1 + FLOOR(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), $2(created_at) + INTERVAL $3 SECOND) / 1000000), 's')
        FROM $DB_NAME.$1"
}
setting signin.email_code on
sql "DELETE FROM $DB_NAME.codes; DELETE FROM $DB_NAME.links"
forgotten() { kibo POST "$accounts/Reset-Password" -d "{\"emailAddress\":\"$1\"}" -H 'Host: evil.example' -H 'X-Forwarded-Host: evil.example'; }
renew() { kibo POST "$accounts/Update-Forgotten-Password" -d "{\"userName\":\"$1\",\"confirmationCode\":\"$2\",\"newPassword\":\"Sec0nd one\"}"; }
token_of() { mail_to "$1@example.com" 'new password' && of_mail .text | grep -oE '[?]t=[A-Za-z0-9_-]+' | cut -c4-; }
for who in kim nameless; do
    ask_otp $who@example.com
    forgotten $who@example.com
done
answers 'codes and links are asked for' 200
deliver 'and mailed'
mail_to kim@example.com '^[0-9]{6} is your sign-in code'
kims=$CODE6
mail_to nameless@example.com '^[0-9]{6} is your sign-in code'
others=$CODE6
kims_link=$(token_of kim) others_link=$(token_of nameless)
secret "$kims_link"
secret "$others_link"
is 'RS5: the link'"'"'s host is the shop'"'"'s, whatever a request says' 0 "$(grep -c 'evil\.example' "$MAILS")"
holds 'each has a code and a link' [ "${#kims}${#others}${#kims_link}${#others_link}" = 664343 ]
program_at "$(until_old codes MIN 165)"
enter_otp kim@example.com "$kims"
answers 'OC2: a code is good shortly before its 180 s are over' 200 "$full"
program_at "$(until_old codes MAX 181)"
enter_otp nameless@example.com "$others"
answers 'OC2: at 181 s it is dead' 401 '.errorCode == "INVALID_CREDENTIALS" and .requires2FA == true'
program_at "$(until_old links MIN $((72 * 3600 - 15)))"
oauth
renew kim@example.com "$kims_link"
answers 'kibo 6.3: a link is good shortly before its 72 h are over' 200
sign_in kim@example.com 'Sec0nd one'
answers 'and the password it set signs in' 200 "$full"
program_at "$(until_old links MAX $((72 * 3600 + 1)))"
renew nameless@example.com "$others_link"
answers 'kibo 6.3: at 72 h and 1 s it is not' 400 '.errorCode == "MISSING_OR_INVALID_PARAMETER"'
sign_in nameless@example.com 'F1rst one'
answers 'and the old password stands' 200 "$full"
is 'no log tells codes, secrets or tokens (TK9)' '' "$(leaks)"
