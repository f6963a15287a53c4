#!/bin/bash
# The Freshcom door as plain HTTP says it: the sign-in in three steps by SMS and by mail, registering with a second factor, a
# guest who becomes a customer, suspension, a new password, triggers with a receiver of hooks and a gateway of SMS; through
# lighttpd and through Apache; and codes and tokens until their end, by libfaketime.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/commands.sh"
need node nodejs
need python3 python3
[ -z "$missing_packages" ] || give_up 'packages are installed' "missing:$missing_packages; run contrib/bootstrap"
MAIL_DIR=$WORK/mail TEXTS=$WORK/texts HOOKS=$WORK/hooks
: >"$TEXTS" && : >"$HOOKS" && chmod 666 "$TEXTS" "$HOOKS"
start_process "$SCRATCH/gateway" "$SRC_DIR/tests/support/receiver.py" --log "$TEXTS" --account 'AC0123:gateway secret'
start_process "$SCRATCH/receiver" node "$SRC_DIR/tests/support/hook_receiver.mjs" "$HOOKS"
wait_until 10 test -s "$SCRATCH/gateway" && wait_until 10 test -s "$SCRATCH/receiver" || give_up 'a gateway and a receiver of hooks run'
hooks_url=http://127.0.0.1:$(head -n 1 "$SCRATCH/receiver")
world_up 'mail.transport = maildir' "mail.maildir = $MAIL_DIR" 'mail.sender = shop@example.com' 'sms.transport = http' \
    "sms.url = http://127.0.0.1:$(head -n 1 "$SCRATCH/gateway")/{account}/Messages.json" 'sms.account = AC0123' 'sms.token = gateway secret' \
    'sms.sender = +4915112345678' 'hook.insecure = on' 'hook.allow = 127.0.0.0/8'
secret 'gateway secret'
program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
web_up lighttpd fastcgi

# A shop with a publishable application and somebody of its staff -> ACCOUNT, PRT
shop_of() { # REALM
    at app add --json --realm "$1" --name pages --behaviours publishable >"$SCRATCH/app" 2>>"$PROGRAM_LOG" &&
        at app publishable-token --json --realm "$1" >"$SCRATCH/prt" 2>>"$PROGRAM_LOG" || give_up "$1 has a publishable token" "$(tail -n 5 "$PROGRAM_LOG")"
    PRT=$(jq -r .publishableToken "$SCRATCH/prt") ACCOUNT=$(jq -r .accountId "$SCRATCH/prt")
}
at realm add --json --name other --tenant 7 --site 8 --domain other.example >>"$PROGRAM_LOG" 2>&1 || give_up 'another shop is made'
shop_of other
other_prt=$PRT
shop_of demo
say '0wner of the shop' >"$WORK/owner" && chmod 644 "$WORK/owner"
run user add --json --realm demo --user-name owner@shop.test --name Owner --email owner@shop.test --role administrator --password-file "$WORK/owner"
gives 'FC97: an administrator is made by a command' '.role == "administrator"'
secret '0wner of the shop'

# --- The calls
# token FIELD=VALUE...: with the one-time password of OTP in the header; BEARER and REFRESH where it is answered 200
OTP=''
token() {
    local fields=() field
    for field in "$@"; do fields+=(--data-urlencode "$field"); done
    call POST /v1/token "${fields[@]}" ${OTP:+-H "X-Freshcom-OTP: $OTP"}
    [ "$STATUS" = 200 ] || return 0
    BEARER=$(json .access_token) REFRESH=$(json .refresh_token)
    secret "$BEARER"
}
sign_in_as() { # NAME PASSWORD [CODE]
    OTP=${3:-} token grant_type=password "username=$1" "password=$2" "scope=aid:$ACCOUNT"
}
guest() {
    token grant_type=refresh_token "refresh_token=$PRT"
    [ "$STATUS" = 200 ] || give_up 'a guest has a token' "$(seen)"
}
BEARER=''
fc() { # METHOD PATH [BODY]
    call "$1" "$2" --globoff -H 'Accept: application/vnd.api+json' ${BEARER:+-H "Authorization: Bearer $BEARER"} \
        ${3:+-H 'Content-Type: application/vnd.api+json' --data-binary "$3"}
}
document() { # TYPE [JQ OBJECT]: {"data": {"type", "attributes"}}
    jq -nc --arg type "$1" "{data: {type: \$type, attributes: (${2:-{\}})}}"
}
# mistaken NAME CODE FIELD: 422 with that one error
mistaken() { answers "$1" 422 "(.errors | map(.code + \" \" + .source.pointer)) == [\"$2 /data/attributes/$3\"]"; }
# one_time NAME METHOD: 400, and the header says which code is due
one_time() {
    answers "$1" 400 '.error == "invalid_request"'
    is "$1: by which way" "required; auth_method=$2" "$(header x-freshcom-otp)"
}
# refused NAME: 400, invalid_grant, without that header
refused() {
    answers "$1" 400 '.error == "invalid_grant"'
    is "$1: without the header" '' "$(header x-freshcom-otp)"
}
deliver() { at deliver --once >"$SCRATCH/deliver" 2>&1 || give_up 'the worker works' "$(tail -n 5 "$SCRATCH/deliver")"; }
texted() { # NUMBER -> TEXT, CODE6: the newest code to it
    deliver
    TEXT=$(jq -c --arg to "$1" 'select(.form.To[0] == $to and (.form.Body[0] | test("\\b[0-9]{6}\\b")))' "$TEXTS" | tail -n 1)
    CODE6=$(jq -r '.form.Body[0] | match("\\b[0-9]{6}\\b").string' <<<"${TEXT:-null}" 2>/dev/null)
    secret "$CODE6"
}
texts() { jq -c --arg to "$1" 'select(.form.To[0] == $to)' "$TEXTS" | wc -l; }
mailed() { # ADDRESS -> MAIL, CODE6: the newest one to it, and it is put away
    local file
    deliver
    file=$(grep -lsi "^To:.*<$1>\|^To: $1" "$MAIL_DIR"/new/* | xargs -r ls -t | head -n 1)
    MAIL=$([ -z "$file" ] || tr -d '\r' <"$file" | python3 -c 'import quopri, sys; quopri.decode(sys.stdin.buffer, sys.stdout.buffer)')
    CODE6=$(grep -m 1 -oE '\b[0-9]{6}\b' <<<"$(sed -n 's/^Subject: //p' <<<"$MAIL")")
    secret "$CODE6"
    rm -f "$MAIL_DIR"/new/*
}
other() { say "${1%?}$(((${1: -1} + 1) % 10))"; } # six digits that are not these
# The one-time password that a name and its password are asked for: step 1 and 2 -> CODE6
asked_by_sms() { # NAME PASSWORD NUMBER
    sign_in_as "$1" "$2"
    texted "$3"
}

mira='username=mira@shop.test' miras='long enough 1' number=+16045550142
secret "$miras"
sms_register() { # NAME NUMBER CODE: a customer with a second step by SMS
    fc POST /v1/customers "$(document Customer "{status: \"registered\", username: \"$1@shop.test\", email: \"$1@shop.test\", name: \"$1 Q\",
        password: \"long enough 1\", phoneNumber: \"$2\", phoneVerificationCode: \"$3\"}")"
}
phone_code() { # NUMBER -> CODE6
    fc POST /v1/phone_verification_codes "$(document PhoneVerificationCode "{phoneNumber: \"$1\"}")"
    answers "FC130: a code for $1 is asked for" 204
    texted "$1"
}
email_code() { # ADDRESS -> CODE6
    fc POST /v1/email_verification_codes "$(document EmailVerificationCode "{email: \"$1\"}")"
    answers "FC131: a code for $1 is asked for" 204
    mailed "$1"
}
as_owner() {
    sign_in_as owner@shop.test '0wner of the shop'
    [ "$STATUS" = 200 ] || give_up 'the owner signs in' "$(seen)"
}
default_method() {
    as_owner
    fc PATCH /v1/account "$(document Account "{defaultAuthMethod: \"$1\"}")"
    answers "FC81: the account's default method is $1" 200 ".data.attributes.defaultAuthMethod == \"$1\" and .meta.locale == \"en\""
}

# --- Tokens, and what no bearer opens
guest
answers 'FC55, FC56: a publishable token is exchanged for a guest'"'"'s' 200 \
    '.token_type == "bearer" and .expires_in == 3600 and (.access_token | length > 20)'
is 'FC56: and stays what it is' "$PRT" "$REFRESH"
is 'FC50: in JSON, and no JSON:API' application/json "$(header content-type | cut -d';' -f1)"
fc GET '/v1/account?locale=de'
answers 'FC80, FC10: a guest sees the account' 200 ".data.id == \"$ACCOUNT\" and .data.type == \"Account\" and .data.attributes.mode == \"live\" and .meta.locale == \"de\""
for path in customers users/x notification_triggers refresh_token; do
    fc GET "/v1/$path"
    answers "FC35: a guest's token does not open $path" '403|404' '.errors[0].code | . == "access_denied" or . == "not_found"'
done
BEARER='' fc GET /v1/user
is 'FC16: without a bearer 401, and no word' '401 ' "$STATUS $BODY"
call POST /v1/phone_verification_codes -H "Authorization: Bearer $BEARER" -H 'Content-Type: text/xml' -d '<a/>'
is 'FC2: another type 415, and no word' '415 ' "$STATUS $BODY"
call GET /v1/account -H "Authorization: Bearer $BEARER" -H 'Accept: text/html'
is 'FC3: nor in another form: 406' '406 ' "$STATUS $BODY"
call OPTIONS /v1/token -H 'Origin: https://pages.example' -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: x-freshcom-otp'
is 'FC18: a page of another origin may send the one-time password' '204 *' "$STATUS $(header access-control-allow-origin)"
holds 'FC18: by its name' grep -qi x-freshcom-otp <<<"$(header access-control-allow-headers)"
for scope in '' aid "aid:${ACCOUNT%?}" "aid:$(cat /proc/sys/kernel/random/uuid)" "acc:$ACCOUNT"; do
    token grant_type=password username=owner@shop.test 'password=0wner of the shop' "scope=$scope"
    refused "FC52, FC59: the scope \"${scope%%[0-9a-f]*}…\""
done
token grant_type=password username=owner@shop.test 'password=0wner of the shop' "scope=a:b,aid:aid-test-$ACCOUNT"
answers 'FC52: with prefix and beside others it is the account' 200
token grant_type=authorization_code
answers 'FC58: another grant' 400 '.error == "unsupported_grant_type"'

# --- Registering with a second step by SMS; the code that verified the number is the first one-time password
default_method tfa_sms
guest
fc POST /v1/customers "$(document Customer '{status: "registered", username: "mira@shop.test", email: "mira@shop.test", name: "Mira Q", password: "long enough 1"}')"
answers 'FC159: a number is asked for' 422 'any(.errors[]; .code == "required" and .source.pointer == "/data/attributes/phoneNumber")'
phone_code "$number"
is 'FC130: a gateway got it as a form, for its account' '["POST","/AC0123/Messages.json"] {"From":["+4915112345678"],"To":["+16045550142"]}' \
    "$(jq -c '[.method, .path]' <<<"$TEXT") $(jq -c '.form | {From, To}' <<<"$TEXT")"
first=$CODE6
is 'FC133: six digits' 6 "${#first}"
sms_register mira "$number" "$(other "$first")"
mistaken 'FC159: a wrong code is refused' invalid phoneVerificationCode
phone_code +16045550143
sms_register mira "$number" "$CODE6"
mistaken 'FC134: so is the code of another number' invalid phoneVerificationCode
demo_prt=$PRT PRT=$other_prt
guest
phone_code "$number"
foreign=$CODE6 PRT=$demo_prt
guest
sms_register mira "$number" "$foreign"
mistaken 'FC134: and one of another account' invalid phoneVerificationCode
sms_register mira "$number" "$first"
answers 'FC150, FC158: a customer is registered' 201 '.data.type == "Customer" and .data.attributes.status == "registered" and
    .data.relationships.user.data.type == "User" and (.data.attributes | has("password") or has("phoneVerificationCode") | not)'
customer=$(json .data.id) user=$(json .data.relationships.user.data.id)
before=$(texts "$number")
sign_in_as mira@shop.test "$miras" "$first"
answers 'FC175, X9: the code that verified the number signs in' 200 '.expires_in == 3600'
sign_in_as mira@shop.test "$miras" "$first"
one_time 'FC175: once' tfa_sms
fc GET /v1/user
answers 'FC90, FC96: the method is the account'"'"'s default' 200 \
    ".data.id == \"$user\" and (.data.attributes | .authMethod == \"tfa_sms\" and .phoneVerified and .role == \"customer\")"
deliver
is 'FC61: none of that sent a code' "$before" "$(texts "$number")"

# --- Three steps
three_steps() { # WHERE: with Mira, by the form and header that the contract has
    sign_in_as mira@shop.test 'long enough 2'
    refused "FC59: a wrong password ($1)"
    wrong=$BODY
    sign_in_as mira@shop.test 'long enough 2' 123456
    is "FC59: with a one-time password the same ($1)" "$wrong" "$BODY"
    sign_in_as nobody@shop.test "$miras" 123456
    is "FC59, EN1: and for a name that nobody has ($1)" "$wrong" "$BODY"
    before=$(texts "$number")
    sign_in_as mira@shop.test "$miras"
    one_time "FC60, FC280: step 1 ($1)" tfa_sms
    texted "$number"
    is "FC61: one code goes out ($1)" $((before + 1)) "$(texts "$number")"
    local code=$CODE6
    sign_in_as mira@shop.test "$miras" "$(other "$code")"
    one_time "FC61: a wrong one ($1)" tfa_sms
    sign_in_as mira@shop.test "$miras" "$code"
    answers "FC282: step 3 ($1)" 200 '(.refresh_token | startswith("urt-live-")) and .expires_in == 3600'
    local user_bearer=$BEARER user_refresh=$REFRESH
    sign_in_as mira@shop.test "$miras" "$code"
    one_time "FC61: the code is good once ($1)" tfa_sms
    texted "$number"
    is "FC61: a wrong one makes no other ($1)" $((before + 1)) "$(texts "$number")"
    BEARER=$user_bearer
    fc GET /v1/user
    answers "FC90: the token opens what is Mira's ($1)" 200 ".data.id == \"$user\""
    token grant_type=refresh_token "refresh_token=$user_refresh"
    answers "FC54, FC57: and is renewed without a code ($1)" 200 "(.refresh_token | startswith(\"urt-live-\")) and .refresh_token != \"$user_refresh\""
    fc DELETE "/v1/users/$user"
    answers "FC256: but opens nothing of the staff's ($1)" 403 '.errors[0].code == "access_denied"'
}
three_steps lighttpd
stop_process "$web_pid"
web_up apache proxy-fcgi
guest
three_steps Apache

# --- By mail, with the code as a member of the form
default_method tfa_email
guest
email_code noah@shop.test
fc POST /v1/customers "$(document Customer "{status: \"registered\", username: \"noah@shop.test\", email: \"noah@shop.test\", firstName: \"Noah\",
    lastName: \"Q\", password: \"long enough 1\", emailVerificationCode: \"$CODE6\"}")"
answers 'FC159: registered with a second step by mail' 201 '.data.attributes.name == "Noah Q"'
noah=$(json .data.id)
sign_in_as noah@shop.test "$miras" "$CODE6"
answers 'FC175: the code that verified the address signs in' 200
fc GET /v1/user
answers 'FC96: by the account'"'"'s default' 200 '.data.attributes | .authMethod == "tfa_email" and .emailVerified'
mailed noah@shop.test
sign_in_as noah@shop.test "$miras"
one_time 'FC60: step 1 by mail' tfa_email
mailed noah@shop.test
OTP='' token grant_type=password username=noah@shop.test "password=$miras" "scope=aid:$ACCOUNT" "otp=$CODE6"
answers 'FC53: the code as a member of the form' 200
noahs_refresh=$REFRESH
# The header counts where both are there.
sign_in_as noah@shop.test "$miras"
mailed noah@shop.test
OTP=$(other "$CODE6") token grant_type=password username=noah@shop.test "password=$miras" "scope=aid:$ACCOUNT" "otp=$CODE6"
one_time 'FC53: the header comes first' tfa_email

# --- A guest who becomes a customer
default_method simple
guest
fc POST /v1/customers "$(document Customer '{code: "C-1001", name: "Gus Q"}')"
answers 'FC155: a guest customer needs neither name nor password' 201 '.data.attributes.status == "guest" and .data.relationships.user.data == null'
gus=$(json .data.id)
fc GET '/v1/customer?code=C-1001&name=Gus%20Q'
answers 'FC154: it is found by code and name' 200 ".data.id == \"$gus\""
fc GET '/v1/customer?code=C-1001&name=Mira%20Q'
answers 'FC154: and by no other' 404
fc PATCH "/v1/customers/$customer" "$(document Customer '{name: "Somebody"}')"
answers 'FC161: a guest changes no customer who is registered' 404
fc PATCH "/v1/customers/$gus" "$(document Customer '{status: "registered"}')"
answers 'FC163: an upgrade needs a name and a password to sign in' 422 '(.errors | map(.source.pointer) | sort) ==
    ["/data/attributes/email", "/data/attributes/password", "/data/attributes/username"]'
fc PATCH "/v1/customers/$gus" "$(document Customer '{status: "registered", username: "gus@shop.test", email: "gus@shop.test", password: "long enough 1"}')"
answers 'FC163: the customer keeps its id' 200 ".data.id == \"$gus\" and .data.attributes.status == \"registered\" and .data.attributes.name == \"Gus Q\""
sign_in_as gus@shop.test "$miras"
answers 'FC96: of the method simple no code is asked for' 200
fc GET /v1/customer
answers 'FC153: and is what it was' 200 ".data.id == \"$gus\" and .data.attributes.code == \"C-1001\""
# He turns the second step on himself: number, code and method in one call (FC107).
phone_code +16045550144
gus_code=$CODE6
fc PATCH /v1/user "$(document User '{authMethod: "tfa_sms"}')"
answers 'FC105: SMS needs a number' 422 'any(.errors[]; .source.pointer == "/data/attributes/phoneNumber" and .code == "required")'
fc PATCH /v1/user "$(document User '{authMethod: "tfa_phone"}')"
mistaken 'FC96: tfa_phone is none' inclusion authMethod
fc PATCH /v1/user "$(document User "{authMethod: \"tfa_sms\", phoneNumber: \"+16045550144\", phoneVerificationCode: \"$gus_code\"}")"
answers 'FC107: value, code and method together' 200 '.data.attributes | .authMethod == "tfa_sms" and .phoneVerified'
asked_by_sms gus@shop.test "$miras" +16045550144
sign_in_as gus@shop.test "$miras" "$CODE6"
answers 'FC282: from then on a code is asked for' 200
fc PATCH /v1/user "$(document User '{phoneNumber: "+16045550145"}')"
mistaken 'FC108: another number takes a code of its own' required phoneVerificationCode
gus_bearer=$BEARER

# --- Suspended, and back
as_owner
owner=$BEARER
fc PATCH "/v1/customers/$gus" "$(document Customer '{status: "suspended"}')"
answers 'FC165: the shop suspends the customer' 200 '.data.attributes.status == "suspended"'
BEARER=$gus_bearer fc GET /v1/user
is 'TK6: whose token is dead' '401 ' "$STATUS $BODY"
sign_in_as gus@shop.test "$miras"
refused 'FC165: and who signs in no more'
is 'FC59, EN1: which is told in the words of a wrong password' "$wrong" "$BODY"
BEARER=$owner
fc PATCH "/v1/customers/$gus" "$(document Customer '{status: "guest"}')"
mistaken 'FC164: there is no way back to a guest' invalid status
fc PATCH "/v1/customers/$gus" "$(document Customer '{status: "registered"}')"
answers 'FC165: and back' 200
sign_in_as gus@shop.test "$miras"
one_time 'FC165: he signs in anew' tfa_sms

# --- Triggers, templates, hooks and what was sent
BEARER=$owner
trigger() { # EVENT ACTION TARGET -> TRIGGER
    fc POST /v1/notification_triggers "$(document NotificationTrigger "{name: \"$1\", event: \"$1\", actionType: \"$2\", actionTarget: \"$3\"}")"
    answers "FC210: $2 on $1" 201 '.data.attributes.status == "active"'
    TRIGGER=$(json .data.id)
}
hooked() { # EVENT USER: the newest
    jq -c --arg event "$1" --arg user "$2" '.body | fromjson | select(.meta.eventName == $event and .data.id == $user)' "$HOOKS" | tail -n 1
}
fc GET '/v1/notification_triggers?page[size]=100'
answers 'FC217: an account has triggers from the beginning' 200 '[.data[] | select(.attributes.systemLabel != null)] | length >= 7'
trigger identity.user.tfa_code.create.success webhook "$hooks_url/ok"
code_trigger=$TRIGGER
trigger identity.password_reset_token.create.success invokeWebhook "$hooks_url/ok"
sign_in_as mira@shop.test "$miras"
texted "$number"
holds 'FC224, FC230: a hook gets the user and the code' jq -e --arg code "$CODE6" \
    '.data | .type == "User" and .attributes.username == "mira@shop.test" and .attributes.code == $code' <<<"$(hooked identity.user.tfa_code.create.success "$user")"
is 'FC224: as JSON:API' application/vnd.api+json "$(jq -r '.headers["content-type"]' "$HOOKS" | tail -n 1 | cut -d';' -f1)"
BEARER=$owner
fc PATCH "/v1/notification_triggers/$code_trigger" "$(document NotificationTrigger '{status: "disabled", event: "identity.user.create.success"}')"
answers 'FC214, FC215: one that is disabled' 200 '.data.attributes | .status == "disabled" and .event == "identity.user.tfa_code.create.success"'
count=$(wc -l <"$HOOKS")
sign_in_as mira@shop.test "$miras"
texted "$number"
is 'FC214: is silent' "$count" "$(wc -l <"$HOOKS")"
BEARER=$owner
fc DELETE "/v1/notification_triggers/$code_trigger"
answers 'FC210: it is deleted' 204
fc POST /v1/sms_templates "$(document SmsTemplate '{name: "ours", to: "{{user.phone_number}}", body: "{{user.name}}, your code at {{account.name}}: {{code}}"}')"
answers 'FC218: words of the shop'"'"'s own' 201
trigger identity.user.tfa_code.create.success sendSms "$(json .data.id)"
built_in=$(BEARER=$owner fc GET '/v1/notification_triggers?page[size]=100'; json '[.data[] | select(.attributes.systemLabel != null and .attributes.event == "identity.user.tfa_code.create.success" and .attributes.actionType == "sendSms")][0].id')
fc PATCH "/v1/notification_triggers/$built_in" "$(document NotificationTrigger '{status: "disabled"}')"
answers 'FC217: the built-in one is switched off' 200
sign_in_as mira@shop.test "$miras"
texted "$number"
is 'FC220: the words are said' "mira Q, your code at demo: $CODE6" "$(jq -r '.form.Body[0]' <<<"$TEXT")"
sign_in_as mira@shop.test "$miras" "$CODE6"
answers 'FC282: and the code is good' 200
BEARER=$owner
fc GET '/v1/sms?page[size]=3'
answers 'FC223: what was sent, with the code masked' 200 '(.data | length == 3) and .data[0].type == "Sms" and
    (.data[0].attributes.to | endswith("42")) and (.data[0].attributes.body | startswith("mira Q, your code at demo: "))'
is 'FC223: in no message a code' '' "$(jq -r '.data[].attributes.body' <<<"$BODY" | grep -oE '\b[0-9]{6}\b')"

# --- A new password
guest
fc POST /v1/password_reset_tokens "$(document PasswordResetToken '{username: "nobody@shop.test"}')"
answers 'FC190: a name that nobody has is 204' 204
fc POST /v1/password_reset_tokens "$(document PasswordResetToken '{username: "mira@shop.test"}')"
answers 'FC190: so is one that somebody has' 204
mailed mira@shop.test
holds 'FC192: who gets a mail with a link' grep -q '/account/reset?t=' <<<"$MAIL"
reset=$(jq -r .data.attributes.passwordResetToken <<<"$(hooked identity.password_reset_token.create.success "$user")")
secret "$reset"
holds 'FC190: and a hook the token, a UUID' grep -qE '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' <<<"$reset"
new_password() { # TOKEN VALUE: without a bearer, so that of several shops the host says which (FC191)
    local CURL=(-H 'Host: localhost:1')
    BEARER='' fc PATCH /v1/password "$(document Password "{resetToken: \"$1\", value: \"$2\"}")"
}
new_password "$(cat /proc/sys/kernel/random/uuid)" 'long enough 2'
mistaken 'FC194: another token is none' invalid resetToken
new_password "$reset" short
mistaken 'FC194: a password too short' length value
new_password "$reset" 'long enough 2'
answers 'FC194: the token is good still' 204
secret 'long enough 2'
new_password "$reset" 'long enough 3'
mistaken 'FC190: once' invalid resetToken
sign_in_as mira@shop.test "$miras"
refused 'FC194: the old password'
sign_in_as mira@shop.test 'long enough 2'
one_time 'FC194, RS2: the new one, and the method is what it was' tfa_sms
miras='long enough 2'

# --- Until their end, by libfaketime
# until_old TABLE LIFE: how the clock is moved so that the newest row is LIFE seconds old, or up to one second more.
until_old() {
    sql "SELECT CONCAT('+', 1 + FLOOR(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), MAX(created_at) + INTERVAL $2 SECOND) / 1000000), 's')
        FROM $DB_NAME.$1"
}
sign_in_as noah@shop.test "$miras"
refused 'FC59: Noah has the password he had'
sign_in_as noah@shop.test 'long enough 1'
mailed noah@shop.test
noahs_code=$CODE6
asked_by_sms mira@shop.test "$miras" "$number"
miras_code=$CODE6
program_at "$(until_old codes 290)"
sign_in_as mira@shop.test "$miras" "$miras_code"
answers 'FC61, OC2: a code is good shortly before its 300 s are over' 200
program_at "$(until_old codes 301)"
sign_in_as noah@shop.test 'long enough 1' "$noahs_code"
one_time 'FC61, OC2: at 301 s it is dead' tfa_email
program_at +0s
default_method tfa_sms
guest
phone_code +16045550146
early=$CODE6
phone_code +16045550147
late=$CODE6
guests=$BEARER
program_at "$(until_old verification_codes 1785)"
sms_register early +16045550146 "$early"
answers 'FC133: a verification code is good shortly before its 30 minutes are over' 201
sign_in_as early@shop.test 'long enough 1' "$early"
one_time 'FC175, X9: but no one-time password after 300 s' tfa_sms
program_at "$(until_old verification_codes 1801)"
BEARER=$guests
sms_register late +16045550147 "$late"
mistaken 'FC133: at 1801 s it is dead' invalid phoneVerificationCode
program_at +0s
guest
fc POST /v1/password_reset_tokens "$(document PasswordResetToken '{username: "mira@shop.test"}')"
deliver
reset=$(jq -r .data.attributes.passwordResetToken <<<"$(hooked identity.password_reset_token.create.success "$user")")
secret "$reset"
sql "DELETE FROM $DB_NAME.links WHERE purpose <> 1"
program_at "$(until_old links 86401)"
BEARER=$guests fc GET /v1/account
is 'FC55: a guest'"'"'s access token ends with its hour' 401 "$STATUS"
guest
answers 'FC56: a publishable token is good a day later' 200
new_password "$reset" 'long enough 4'
mistaken 'FC190: a reset token is dead after 24 h' invalid resetToken
token grant_type=refresh_token "refresh_token=$noahs_refresh"
answers 'FC57: a user'"'"'s refresh token lives on' 200
program_at +0s

# --- README, "Two-factor by SMS or mail": the commands as they stand there
LABEL='README: '
SMS_DIR=$WORK/sms
stop_process "$web_pid"
sed -i '/^sms\./d' "$CONFIG"
printf '%s\n' 'sms.transport = maildir' "sms.maildir = $SMS_DIR" >>"$CONFIG"
program_at +0s
web_up lighttpd fastcgi
WORKER_LOG=$WORK/worker.log
worker_start
{
    printf '%s=%q\n' BASE_URL "$BASE" ACCOUNT_ID "$ACCOUNT" PRT "$PRT" SMS_DIR "$SMS_DIR"
    awk '$0 == "## Two-factor by SMS or mail" { here = 1 } here && /^```/ { if (inside) exit; inside = 1; next } inside' "$SRC_DIR/README.md" | grep -v '^\. var/run.env$'
} >"$SCRATCH/readme"
timeout 60 bash -u "$SCRATCH/readme" >"$SCRATCH/said" 2>"$SCRATCH/complained"
is 'nothing complains' '' "$(cat "$SCRATCH/complained")"
said=$(tr -d '\r' <"$SCRATCH/said")
is 'FC280 to FC282: registered, asked for a code, signed in' 'registered|X-Freshcom-OTP: required; auth_method=tfa_sms|bearer|tfa_sms' \
    "$(sed -n 's/^x-freshcom-otp/X-Freshcom-OTP/I; /^registered$\|^X-Freshcom-OTP\|^bearer$\|^tfa_sms$/p' <<<"$said" | paste -sd'|')"
LABEL=''

# --- Nothing of it stays (OC6)
is 'OC6, TK9: no log has a code, token or password' '' "$(leaks)"
sql_dump=$(for table in $(sql "SELECT table_name FROM information_schema.tables WHERE table_schema = '$DB_NAME'"); do sql "SELECT * FROM $DB_NAME.$table"; done)
is 'OC6: nor has the database' 0 "$(grep -cwFf <(grep -E '^[0-9]{6}$|^[0-9a-f-]{36}$' "$SECRETS") <<<"$sql_dump")"
