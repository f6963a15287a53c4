# Saying and asking: TAP lines, and HTTP requests with what came back in variables. Shell library (bash) of tests/e2e.
# SPDX-License-Identifier: MIT
#
# Set before use: SCRATCH (a folder). BASE is the address all paths are put behind; CURL holds further options.

LABEL='' FAILED=0 HEAD=''
CURL=()

say() { printf '%s\n' "$*"; }
ok() { say "ok - $LABEL$1"; }
# not_ok NAME DETAIL...: what was got instead, as comment lines.
not_ok() {
    say "not ok - $LABEL$1"
    shift
    FAILED=$((FAILED + 1))
    local line
    for line in "$@"; do printf '%s\n' "${line:0:2000}" | sed 's/^/#   /'; done
}

# is NAME EXPECTED ACTUAL
is() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected: $2" "got: $3"; fi; }
# holds NAME COMMAND...: ok when it succeeds.
holds() {
    local name=$1
    shift
    if "$@" >/dev/null 2>&1; then ok "$name"; else not_ok "$name" "failed: $*"; fi
}

milliseconds() { say $((${EPOCHREALTIME/[.,]/} / 1000)); }
urlencode() { jq -rn --arg text "$1" '$text | @uri'; }

# --- HTTP

# call METHOD PATH [CURL OPTIONS...] -> STATUS, BODY; header NAME reads the headers. 000: no answer.
call() {
    local method=$1 path=$2
    shift 2
    METHOD=$method TARGET=$path
    local options=(-X "$method")
    [ "$method" != HEAD ] || options=(-I)
    : >"$SCRATCH/head"
    : >"$SCRATCH/body"
    STATUS=$(curl -sS --max-time 20 --path-as-is -o "$SCRATCH/body" -D "$SCRATCH/head" -w '%{http_code}' \
        "${CURL[@]}" "${options[@]}" "$@" "$BASE$path" 2>"$SCRATCH/curl")
    [ "$method" != HEAD ] || : >"$SCRATCH/body"
    last_answer
}

# The answer's headers, by lower-case name: the last value, and how often. Interim answers (100 Continue) do not count.
declare -A HEADER COUNT
last_answer() {
    local line name
    { BODY=$(<"$SCRATCH/body"); } 2>/dev/null # without a word about NUL bytes
    while IFS= read -r line; do
        line=${line%$'\r'}
        case $line in
            HTTP/*) HEADER=() COUNT=() HEAD=$line ;;
            *:*)
                name=${line%%:*}
                name=${name,,}
                HEADER[$name]=${line#*:}
                HEADER[$name]=${HEADER[$name]# }
                COUNT[$name]=$((${COUNT[$name]:-0} + 1))
                HEAD+=$'\n'$line
                ;;
        esac
    done <"$SCRATCH/head"
}

# raw TEXT: the bytes as they are (printf escapes) to BASE's host; then as call().
raw() {
    local address=${BASE#http://}
    METHOD=raw TARGET=$1
    printf '%b' "$1" | timeout 10 socat -t 5 - "TCP:$address" 2>/dev/null | tr -d '\0' >"$SCRATCH/raw"
    awk -v head="$SCRATCH/head" -v body="$SCRATCH/body" 'BEGIN { printf "" >head; printf "" >body }
        past { print >body } !past { print >head } /^\r?$/ { past = 1 }' "$SCRATCH/raw"
    STATUS=$(sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$SCRATCH/head")
    STATUS=${STATUS:-000}
    last_answer
}

header() { say "${HEADER[$1]:-}"; }
# json EXPRESSION: of the body, as text; nothing when it is not JSON.
json() { jq -r "$1 // empty" <<<"$BODY" 2>/dev/null; }
seen() { say "$METHOD $TARGET" "status $STATUS $(cat "$SCRATCH/curl" 2>/dev/null)" "$HEAD" "$BODY"; }

# Whether the call was below /v1/, where 401, 406 and 415 have no body (FC2, FC3, FC16).
is_freshcom() { [[ $TARGET =~ ^(/~[a-z]+)?/+v1/ ]]; }

# What every answer must have (kibo 11.1, KL8): what is wrong with it in words, or nothing.
wrong_with_answer() {
    local name
    for name in x-vol-correlation cache-control x-content-type-options referrer-policy; do
        [ "${COUNT[$name]:-0}" = 1 ] || say "$name stands there ${COUNT[$name]:-0} times"
    done
    [ -n "${HEADER[x-vol-correlation]:-}" ] || say "x-vol-correlation is empty"
    [ "${HEADER[cache-control]:-}" = no-store ] || say "cache-control: ${HEADER[cache-control]:-}"
    [ "${HEADER[x-content-type-options]:-}" = nosniff ] || say "x-content-type-options: ${HEADER[x-content-type-options]:-}"
    [ "${HEADER[referrer-policy]:-}" = no-referrer ] || say "referrer-policy: ${HEADER[referrer-policy]:-}"
    if [ -n "$BODY" ]; then
        case ${HEADER[content-type]:-} in
            'application/json; charset=utf-8') ;;
            # The Freshcom door's own answers; what a web server says there is plain JSON (FC4).
            application/vnd.api+json) is_freshcom || say "content-type: ${HEADER[content-type]}" ;;
            *) say "content-type: ${HEADER[content-type]:-}" ;;
        esac
    elif [ "$STATUS" -ge 400 ] && [ "$METHOD" != HEAD ] && ! { is_freshcom && [[ $STATUS =~ ^4(01|06|15)$ ]]; }; then
        say "an error without a body"
    fi
}
error_form='(.errorCode | type == "string") and (.message | type == "string") and (.items | type == "array")
    and (.additionalErrorData | type == "array") and (.applicationName | type == "string")'
elasticpath_error_form='(.errors | length == 1) and (.errors[0] | (.status | type == "string") and (.title | length > 0) and (.detail | length > 0))'

freshcom_error_form='(.errors | length > 0) and (.errors | all((.code | type == "string") and (.title | length > 0)))'
token_error_form='(.error | type == "string") and (.error_description | length > 0)'

# holds_for_body CONDITION: of the last answer's body. To jq every condition holds for an empty one.
holds_for_body() { [ -n "$BODY" ] && jq -e "$1" >/dev/null 2>&1 <"$SCRATCH/body"; }

# answers NAME STATUS [JQ CONDITION]: the status (a regular expression), the condition on the body, and the above;
# errors in the form of kibo 7.1, below /v2/ and /oauth/ in that of EP30, below /v1/ in that of FC30, or FC58 for tokens.
answers() {
    local name=$1 status=$2 condition=${3:-true} wrong form=$error_form
    wrong=$(wrong_with_answer)
    if [[ $TARGET =~ ^(/~[a-z]+)?/+(v2|oauth)/ ]]; then form=$elasticpath_error_form; fi
    if is_freshcom; then form=$freshcom_error_form; fi
    if [[ ${TARGET,,} =~ /+v1/+token/?$ ]]; then form="($token_error_form) or ($freshcom_error_form)"; fi
    if [ -n "$BODY" ] && [ "$STATUS" -ge 400 ] && [ "${TARGET%%\?*}" != /healthz ]; then
        condition="($form) and ($condition)"
    fi
    if ! [[ $STATUS =~ ^($status)$ ]]; then
        not_ok "$name" "expected status $status" "$(seen)"
    elif { [ -n "$BODY" ] || [ "$condition" != true ]; } && ! holds_for_body "$condition"; then
        not_ok "$name" "expected JSON with $condition" "$(seen)"
    elif [ -n "$wrong" ]; then
        not_ok "$name" "$wrong" "$(seen)"
    else
        ok "$name"
    fi
}

# --- Kibo calls: APP_ID, APP_SECRET, TENANT, SITE

# Tokens and passwords that no log may hold go to the file SECRETS, one a line.
SECRETS=''
secret() { [ -z "$SECRETS" ] || [ -z "$1" ] || say "$1" >>"$SECRETS"; }

TOKEN='' USER_CLAIMS=''
kibo() { # METHOD PATH [CURL OPTIONS...]: as the application, and as the shopper when USER_CLAIMS is set
    local method=$1 path=$2
    shift 2
    call "$method" "$path" -H "Authorization: Bearer $TOKEN" -H "x-vol-tenant: $TENANT" -H "x-vol-site: $SITE" \
        ${USER_CLAIMS:+-H "x-vol-user-claims: $USER_CLAIMS"} -H 'Content-Type: application/json' "$@"
}
oauth() {
    call POST /api/platform/applications/authtickets/oauth -H 'Content-Type: application/json' -d \
        "$(jq -nc --arg id "$APP_ID" --arg secret "$APP_SECRET" \
            '{client_id: $id, client_secret: $secret, grant_type: "client_credentials"}')"
    TOKEN=$(json .access_token)
    secret "$TOKEN"
    secret "$(json .refresh_token)"
}
# sign_up E-MAIL PASSWORD, sign_in NAME PASSWORD -> ACCESS, REFRESH
ticket() {
    local jwt
    IFS=' ' read -r ACCESS REFRESH jwt < <(jq -r '"\(.accessToken // "") \(.refreshToken // "") \(.jwtAccessToken // "")"' \
        <"$SCRATCH/body" 2>/dev/null)
    secret "$ACCESS"
    secret "$REFRESH"
    secret "$jwt"
}
sign_up() {
    kibo POST /api/commerce/customer/accounts/Add-Account-And-Login -d \
        "$(jq -nc --arg name "$1" --arg password "$2" '{password: $password, account:
            {emailAddress: $name, userName: $name, firstName: "Ada", lastName: "Byron", acceptsMarketing: false}}')"
    ticket
}
sign_in() {
    kibo POST /api/commerce/customer/authtickets -d \
        "$(jq -nc --arg name "$1" --arg password "$2" '{username: $name, password: $password}')" "${@:3}"
    ticket
}
