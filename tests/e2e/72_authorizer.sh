#!/bin/bash
# Applications that know nothing of tickets, one in PHP and one as plain CGI, behind each web server with the files of contrib/: who
# gets through, who is led where and back, what the application is told, and that nothing comes around the guard (AZ,
# docs/authorizer.md).
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
need php-cgi php-cgi
need python3 python3
[ -z "$missing_packages" ] || give_up "packages are installed" "missing:$missing_packages; run contrib/bootstrap"
world_up

# --- Mounts: one folder with both applications for each rule, outside every document root

PLACE=$WORK/places
mkdir "$PLACE"
mount_rule() { # NAME: what AUTHTICKETS_REQUIRE says there
    case $1 in
        plain) say "realm=$REALM" ;;
        second) say "second-factor realm=$REALM" ;;
        lately) say "realm=$REALM within=600" ;;
        mine) say "realm=$REALM account=999999,$ACCOUNT" ;;
        theirs) say "account=999999 realm=$REALM" ;;
        other) say "realm=$OTHER_REALM" ;;
        unsaid) ;;
        wrong) say "second-factor withn=600 realm=$REALM" ;;
    esac
}
MOUNTS='plain second lately mine theirs other unsaid wrong'
for name in $MOUNTS forgotten empty; do
    mkdir "$PLACE/$name"
    install -m 755 "$SRC_DIR"/tests/e2e/guarded/* "$PLACE/$name"
done
cat >"$PLACE/plain/with.shtml" <<'PAGE'
one: <!--#include virtual="/plain/handbook.html" -->
two: <!--#include virtual="/second/handbook.html" -->
three: <!--#include virtual="/theirs/handbook.html" -->
PAGE
printf '#!/bin/sh\necho "Location: http://elsewhere.example/"\necho\n' >"$PLACE/plain/go.cgi"
chmod 755 "$PLACE/plain/go.cgi"

apache_guard() { # KIND RULE; Apache takes no empty one
    say "Define AUTHTICKETS_RULE \"${2:-within=86400}\""
    say "Include \"$WEB_CONTRIB/apache/authtickets-guarded-$([ "$1" = fcgid ] && say fcgid || say authnz).conf\""
}
web_more() { # SERVER KIND
    local name
    case $1 in
        lighttpd)
            say 'server.modules += ( "mod_alias", "mod_cgi" )'
            say 'index-file.names = ( "index.php" )'
            say 'var.authtickets_authorizer = var.authtickets_socket'
            [ "$2" != fastcgi-spawn ] || say 'var.authtickets_authorizer += "-0"'
            say "include \"$WEB_CONTRIB/lighttpd/authtickets-guard.conf\""
            for name in $MOUNTS; do
                say "\$HTTP[\"url\"] =~ \"(?i)^/$name(/|\$)\" {"
                say "    alias.url = ( \"/$name\" => \"$PLACE/$name\" )"
                say "    setenv.set-environment = ( \"AUTHTICKETS_REQUIRE\" => \"$(mount_rule "$name")\", \"AUTHTICKETS_NAMES\" => \"user=REMOTE_USER user=AUTHTICKETS_USER\" )"
                say "    cgi.assign = ( \".cgi\" => \"\" )"
                say "    fastcgi.server = var.authtickets_guard + ( \".php\" => (( \"socket\" => \"$WORK/php.sock\" )) )"
                say "}"
            done
            ;;
        apache)
            say "ScriptSock \"$WEB_DIR/tmp/cgid\""
            say 'DirectoryIndex index.php'
            [ "$2" = fcgid ] || say "Define AUTHTICKETS_AUTHORIZER 127.0.0.1:$ASK_PORT"
            say "Include \"$WEB_CONTRIB/apache/authtickets-guard.conf\""
            for name in $MOUNTS; do
                say "Alias /$name \"$PLACE/$name\""
                say "<Directory \"$PLACE/$name\">"
                say "    SetEnvIf Request_URI ^ \"AUTHTICKETS_NAMES=user=REMOTE_USER user=AUTHTICKETS_USER\""
                say "    Options +ExecCGI"
                say "    <FilesMatch \"\\.cgi\$\">"
                say "        SetHandler cgi-script"
                say "    </FilesMatch>"
                say "    <FilesMatch \"\\.php\$\">"
                if [ "$2" = fcgid ]; then
                    say "        SetHandler fcgid-script"
                    say "        FcgidWrapper $(command -v php-cgi) .php"
                else
                    say "        SetHandler \"proxy:unix:$WORK/php.sock|fcgi://php\""
                    say "        SetEnv proxy-sendcl 1" # PHP wants the length of a body in chunks
                fi
                say "    </FilesMatch>"
                apache_guard "$2" "$(mount_rule "$name")"
                say "</Directory>"
            done
            # A rule that is not there.
            for name in forgotten empty; do
                say "Alias /$name \"$PLACE/$name\""
                say "<Directory \"$PLACE/$name\">"
                if [ $name = empty ]; then say "Define AUTHTICKETS_RULE \"\""; fi
                say "Include \"$WEB_CONTRIB/apache/authtickets-guarded-$([ "$2" = fcgid ] && say fcgid || say authnz).conf\""
                say "</Directory>"
            done
            # Pages that include others, a file with a rule of its own, and the CGI behind mod_proxy.
            say "<Directory \"$PLACE/plain\">"
            say "    Options +Includes"
            say "    <Files \"with.shtml\">"
            say "        SetOutputFilter INCLUDES"
            say "    </Files>"
            say "</Directory>"
            say "<Directory \"$PLACE/mine\">"
            say "    DirectoryIndex handbook.html"
            say "    <Files \"handbook.html\">"
            apache_guard "$2" "second-factor realm=$REALM"
            say "    </Files>"
            say "</Directory>"
            for name in plain second; do
                say "ProxyPass \"/old-$name/\" \"http://127.0.0.1:$OLD_PORT/$name/\" nocanon"
                say "<Location \"/old-$name/\">"
                apache_guard "$2" "$(mount_rule "$name")"
                say "    Include \"$WEB_CONTRIB/apache/authtickets-guarded-proxy.conf\""
                say "    RequestHeader set Remote-User \"expr=%{reqenv:AUTHTICKETS_USER}\""
                say "</Location>"
            done
            ;;
        nginx)
            # On, so that what it lets in is seen to be kept out.
            say "        underscores_in_headers on;"
            for name in $MOUNTS; do
                say "        location ^~ /$name/ {"
                say "            auth_request \"/.authtickets/authorize/$(mount_rule "$name")\";"
                say "            include \"$WEB_CONTRIB/nginx/authtickets-guard.conf\";"
                say "            root \"$PLACE\";"
                say "            index index.php;"
                say "            location ~ ^(?<script>.+?\\.php)(?<path>/.*)?\$ {"
                say "                fastcgi_param SCRIPT_FILENAME \$document_root\$script;"
                say "                fastcgi_param PATH_INFO \$path;"
                say "                fastcgi_param QUERY_STRING \$query_string;"
                say "                fastcgi_param REQUEST_METHOD \$request_method;"
                say "                fastcgi_param CONTENT_TYPE \$content_type;"
                say "                fastcgi_param CONTENT_LENGTH \$content_length;"
                say "                fastcgi_param REDIRECT_STATUS 200;"
                say "                fastcgi_param REMOTE_USER \$authtickets_user;"
                say "                include \"$WEB_CONTRIB/nginx/authtickets-guard-fastcgi.conf\";"
                say "                fastcgi_pass unix:$WORK/php.sock;"
                say "            }"
                # nginx runs no CGI: an old server behind it does.
                say "            location ~ \\.cgi(/|\$) {"
                say "                include \"$WEB_CONTRIB/nginx/authtickets-guard-proxy.conf\";"
                say "                proxy_pass http://127.0.0.1:$OLD_PORT;"
                say "            }"
                say "        }"
            done
            ;;
    esac
}

# What runs CGI behind nginx: a web server that nobody else can reach.
old_server_start() {
    local tries
    for tries in 1 2 3 4 5; do
        OLD_PORT=$(free_port)
        cat >"$WORK/old.conf" <<CONF
server.modules = ( "mod_cgi", "mod_alias", "mod_setenv" )
server.document-root = "$PLACE"
server.upload-dirs = ( "/tmp" )
server.bind = "127.0.0.1"
server.port = $OLD_PORT
server.errorlog = "$WORK/old-error.log"
cgi.assign = ( ".cgi" => "" )
CONF
        start_process "$WORK/old.log" lighttpd -D -f "$WORK/old.conf"
        old_pid=$pid
        await "$old_pid" 10 port_taken "$OLD_PORT" && return
    done
    give_up 'the old server starts' "$(cat "$WORK/old.log")"
}

# --- Asking

shopper="legacy@example.com" password='Guarded-Engine-1'
secret "$password"
head -c 300000 /dev/urandom >"$SCRATCH/sent"
chmod 644 "$SCRATCH/sent"
sum=$(md5sum <"$SCRATCH/sent" | cut -d' ' -f1)

forged() { case $1 in *A) say "${1%?}B" ;; *) say "${1%?}A" ;; esac; } # TOKEN: with another last letter
browser=(-H 'Accept: text/html,*/*;q=0.8' -H 'Sec-Fetch-Mode: navigate')
ask() { call "$1" "$2" -H "Authorization: Bearer $ACCESS" "${@:3}"; } # METHOD PATH CURL...: with the ticket

# through NAME [JQ CONDITION]: the application has answered, and this is so.
through() {
    if [ "$STATUS" = 200 ] && { [ "$METHOD" = HEAD ] || holds_for_body "${2:-true}"; }; then ok "$1"; else
        not_ok "$1" "expected 200${2:+ and $2}" "$(seen)"
    fi
}
# not_through NAME STATUS [HEADER VALUE]: the application has not; a value is a pattern.
not_through() {
    local value=${HEADER[${3:-none}]:-}
    if ! [[ $STATUS =~ ^($2)$ ]] || [[ $BODY == *'"application"'* ]] || [[ $BODY == *handbook* ]]; then
        not_ok "$1" "expected status $2 and nothing of the application" "$(seen)"
    elif [ $# -gt 2 ] && [[ $value != $4 ]]; then
        not_ok "$1" "expected $3: $4" "$(seen)"
    else
        ok "$1"
    fi
}
form() { # PATH FIELDS...: sent as a browser does that shows our own page
    local path=$1 field fields=()
    shift
    for field; do fields+=(--data-urlencode "$field"); done
    call POST "$path" -b "$JAR" -c "$JAR" -H 'Origin: null' -H 'Sec-Fetch-Site: same-origin' "${fields[@]}"
}
hidden() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" <<<"$BODY" | head -n 1 | sed 's/&amp;/\&/g; s/&quot;/"/g; s/&#x2F;/\//g'; }
# goes_there: to where the last answer leads, which must be on this host.
goes_there() {
    local to=${HEADER[location]:-}
    to=${to#"$BASE"}
    case $to in /*) ;; *) to=${TARGET%%\?*} to=${to%/*}/${HEADER[location]:-} ;; esac
    call GET "$to" -b "$JAR" -c "$JAR" "${browser[@]}"
}

# --- What must hold behind every server

without_a_ticket() {
    local page
    for page in index.php who.cgi handbook.html '' nosuch.php; do
        call GET "/plain/$page"
        not_through "AZ61: no ticket for /$page" 401 www-authenticate 'Bearer*'
    done
    for page in index.php who.cgi; do
        call POST "/plain/$page" --data-binary "@$SCRATCH/sent"
        not_through "AZ61: no ticket for a POST to $page" 401
        call HEAD "/plain/$page"
        not_through "AZ61: nor for a HEAD" 401
    done
    call GET /plain/index.php -H 'Authorization: Bearer forged' -u joe:secret
    not_through 'AZ12: Basic opens nothing' 401
    call GET /plain/index.php -H "x-vol-user-claims: $(forged "$ACCESS")" -H "Authorization: Bearer $ACCESS"
    not_through 'AZ10: a forged ticket, and no second try with the right one behind it' 401 www-authenticate '*invalid_token*'
    call GET /plain/index.php -H "Authorization: Bearer $TOKEN"
    not_through "AZ11: an application's ticket opens nothing" 401
    call GET /plain/index.php -H "Authorization: Bearer $REFRESH"
    not_through 'AZ11: nor does a refresh token' 401
    call GET /plain/index.php -H 'AUTHTICKETS-User: root' -H 'AUTHTICKETS_USER: root' -H 'REMOTE_USER: root' -H 'Remote-User: root' \
        -H 'AUTHTICKETS-Require: ' -H 'X-Original-URI: /healthz' -H 'FCGI_ROLE: RESPONDER'
    not_through 'AZ26, AZ47: nor do names of ours' 401
    call GET '/plain/index.php?require=&AUTHTICKETS_REQUIRE=&%zz&ticket=1'
    not_through 'AZ3, AZ26: nor a query' 401
}

with_a_ticket() {
    local application page
    for application in php:index.php cgi:who.cgi; do
        page=${application#*:} application=${application%:*}
        ask GET "/plain/$page?x=1&y=%2F"
        through "AZ10: $application is served with a bearer's ticket" ".application == \"$application\" and .method == \"GET\" and .query == \"x=1&y=%2F\""
        told "$application" "user == \"$shopper\""
        call GET "/plain/$page" -H "x-vol-user-claims: $ACCESS"
        through "AZ10: with x-vol-user-claims too" ".application == \"$application\""
        call GET "/plain/$page" -H "EP-Account-Management-Authentication-Token: $ACCESS" -u joe:secret
        through "AZ10: and with Elastic Path's header, and Basic is left to the application" '(.basic | tostring) | test("joe|^Basic ")'
        ask POST "/plain/$page" --data-binary "@$SCRATCH/sent" -H 'Content-Type: application/octet-stream'
        through "AZ3: a body arrives whole" ".method == \"POST\" and .length == 300000 and .sum == \"$sum\""
        ask POST "/plain/$page" --data-binary "@$SCRATCH/sent" -H 'Transfer-Encoding: chunked' -H 'Content-Type: application/octet-stream'
        through "AZ3: in chunks too" ".length == 300000 and .sum == \"$sum\""
        ask HEAD "/plain/$page"
        through 'AZ3: HEAD'
        ask GET "/plain/$page/further/on"
        through 'AZ1: what stands behind the script is guarded and arrives' '.path | endswith("/further/on")'
        ask GET "/plain/$page" -H 'AUTHTICKETS-User: root' -H 'authtickets_user: root' -H 'AUTHTICKETS_Account: 1' -H 'Authtickets-Operator: eve' \
            -H 'authtickets_user-id: 1' -H 'AUTHTICKETS-User_Id: 2' -H 'AUTHTICKETS_Second-Factor_At: 1'
        told "$application" 'forged == 0'
        ask GET "/plain/$page?%zz&a=%00" -H 'X-Vol-Tenant: not a number' -H 'X-Odd: a,b'
        case $STATUS in 200 | 400) ok "AZ3: a query and headers of its own are its own concern ($STATUS)" ;; *) not_ok 'AZ3: a query and headers of its own' "$(seen)" ;; esac
    done
    ask GET /plain/handbook.html
    holds 'AZ1: files are served' grep -q 'The handbook' <<<"$BODY"
    nothing_shown
    ask GET /plain/index.php
    nothing_shown
    ask GET /plain/nosuch.html
    is 'AZ60: what is not there' 404 "$STATUS"
    nothing_shown
    ask GET /plain
    [[ $LABEL != 'apache fcgid'* ]] || is 'AZ87: a redirect of Apache is kept nowhere' '301 no-store' "$STATUS $(header cache-control)"
    ask GET /plain/
    through 'AZ1: the index of a folder' '.application == "php"'
    # One connection, three requests: what one was told does not stay for the next.
    : >"$SCRATCH/kept"
    curl -sS --max-time 20 -o "$SCRATCH/kept" -H "Authorization: Bearer $ACCESS" "$BASE/plain/index.php" --next -sS -o /dev/null -w '%{http_code} %{num_connects}' \
        "$BASE/plain/index.php" >"$SCRATCH/kept2" 2>/dev/null
    holds 'AZ60: an answer has its whole body' jq -e -n 'input | .application == "php"' "$SCRATCH/kept"
    is 'AZ61: on a kept connection the next request is asked about anew' '401 0' "$(cat "$SCRATCH/kept2")"
}

nothing_shown() {
    local name shown=''
    for name in "${!HEADER[@]}"; do
        case $name in variable-* | authtickets-*) shown+=" $name" ;; esac
    done
    is 'AZ60: what is meant for the application is not shown' '' "$shown"
}

# told APPLICATION CONDITION: what the application was told of who comes; by variables, or by headers where it sits behind a proxy.
told() {
    local want
    if [ "$1" = cgi ] && [ "$server" = nginx ]; then
        case $2 in
            forged*) want=".told.HTTP_AUTHTICKETS_USER == \"$shopper\" and .told.HTTP_AUTHTICKETS_ACCOUNT == \"$ACCOUNT\" and .told.HTTP_AUTHTICKETS_OPERATOR == null and .told.HTTP_AUTHTICKETS_SECOND_FACTOR_AT == null and (.told.HTTP_AUTHTICKETS_USER_ID | length == 36)" ;;
            *) want=".told.HTTP_AUTHTICKETS_USER == \"$shopper\" and .told.HTTP_AUTHTICKETS_ACCOUNT == \"$ACCOUNT\" and .told.HTTP_AUTHTICKETS_REALM == \"demo\" and .told.HTTP_AUTHTICKETS_EMAIL == \"$shopper\" and .told.HTTP_AUTHTICKETS_FACTORS == \"password\"" ;;
        esac
        through 'AZ40 to AZ47: it is told who comes, by headers of ours alone' "$want"
        return
    fi
    case $2 in
        forged*) want="(.told | to_entries | all((.key | startswith(\"HTTP_\") | not) or .value == \"\")) and .user == \"$shopper\" and .told.AUTHTICKETS_USER == \"$shopper\" and .told.AUTHTICKETS_OPERATOR == \"\"" ;;
        *) want=".user == \"$shopper\" and .told.AUTHTICKETS_USER == \"$shopper\" and .told.AUTHTICKETS_ACCOUNT == \"$ACCOUNT\" and .told.AUTHTICKETS_REALM == \"demo\" and .told.AUTHTICKETS_EMAIL == \"$shopper\" and .told.AUTHTICKETS_FACTORS == \"password\" and (.told.AUTHTICKETS_PASSWORD_AT | test(\"^[0-9]{10}\$\")) and .told.AUTHTICKETS_SECOND_FACTOR_AT == \"\" and .told.AUTHTICKETS_OPERATOR == \"\"" ;;
    esac
    through 'AZ40 to AZ47: it is told who comes, REMOTE_USER too, and nothing that a client made up' "$want"
}

demands() {
    local id
    ask GET /second/index.php
    not_through 'AZ21, AZ64: a password alone is no second factor' 401 www-authenticate '*insufficient_user_authentication*'
    ask GET /second/handbook.html
    not_through 'AZ21: nor for files' 401
    ask GET /lately/index.php
    through 'AZ22: a password of just now'
    ask GET /mine/index.php
    through 'AZ23: of one of these accounts'
    ask GET /theirs/index.php
    not_through 'AZ23, AZ62: of none of them' 403
    ask GET /other/index.php
    not_through "AZ24: another shop's mount" 401
    ask GET /unsaid/index.php
    not_through 'AZ33: of several shops none is said' 403
    ask GET /wrong/index.php
    not_through 'AZ25: a word that is not known: nobody passes' '500|403'
    holds 'AZ25: and the log names it' grep -q 'authorizer.misconfigured.*withn' "$PROGRAM_LOG" "$WEB_DIR"/*.log
    # An hour passes, and then a code is shown: both as the ticket's row keeps them.
    id="user_id = (SELECT user_id FROM $DB_NAME.memberships WHERE realm_no = $REALM AND account_no = $ACCOUNT)"
    sql "UPDATE $DB_NAME.tickets SET password_at = password_at - INTERVAL 1 HOUR WHERE $id"
    ask GET /lately/index.php
    not_through 'AZ22, AZ64: a password of an hour ago' 401 www-authenticate '*max_age*600*'
    ask GET /plain/index.php
    through 'AZ20: which is enough elsewhere'
    sql "UPDATE $DB_NAME.tickets SET sms_at = UTC_TIMESTAMP(3) WHERE $id"
    ask GET /second/index.php
    through 'AZ21, AZ43: a code by SMS beside the password' '.told.AUTHTICKETS_FACTORS == "password sms" and (.told.AUTHTICKETS_SECOND_FACTOR_AT | length == 10)'
}

# A browser, by hand: to the sign-in page, through its form, back to where it was, further on, and out again.
by_browser() {
    local to asked f long
    JAR=$SCRATCH/jar
    rm -f "$JAR"
    asked='/plain/index.php?page=2&sort=a%26b'
    call GET "$asked" "${browser[@]}" -c "$JAR"
    not_through 'AZ63: a browser is led' 303 location '*/account/sign-in?to=*'
    goes_there
    is 'AZ63: to the sign-in page' "200 text/html; charset=utf-8" "$STATUS $(header content-type)"
    to=$(hidden to)
    is 'AZ66: which knows the way back' "$asked" "$to"
    form /account/sign-in "to=$to" "name=$shopper" "password=not the password"
    is 'P2: a wrong password leads nowhere' "401 $asked" "$STATUS $(hidden to)"
    form /account/sign-in "to=$to" "name=$shopper" "password=$password"
    is 'AZ66: a right one leads back' "303 $asked" "$STATUS ${HEADER[location]#"$BASE"}"
    secret "$(sed -n 's/.*authtickets\t//p' "$JAR" | head -n 1)"
    goes_there
    through 'AZ10: and the cookie opens it' ".query == \"page=2&sort=a%26b\" and .user == \"$shopper\""
    call POST /plain/who.cgi -b "$JAR" --data-binary "@$SCRATCH/sent" -H 'Content-Type: application/octet-stream'
    through "AZ3: a form's body arrives whole" ".sum == \"$sum\""
    call GET /plain/index.php -b "$JAR" -H 'Accept: application/json'
    through 'AZ10: for its scripts too'
    call GET /plain/index.php -H 'Accept: application/json'
    not_through 'AZ63: a script without a session is told' 401
    call GET /plain/index.php -H 'Accept: text/html' -H 'Sec-Fetch-Mode: cors'
    not_through 'AZ63: also by its Sec-Fetch-Mode' 401
    call POST /plain/index.php "${browser[@]}" -d a=b
    not_through 'AZ63: a POST without a session is told' 401
    call GET /second/index.php -b "$JAR" "${browser[@]}"
    not_through 'AZ65: who has no second factor is led to where one is set up' 303 location '*/account/settings/two-step/set-up*'
    call GET /theirs/index.php -b "$JAR" "${browser[@]}"
    not_through 'AZ62: no page would help with another account' 403
    sql "UPDATE $DB_NAME.tickets SET password_at = password_at - INTERVAL 1 HOUR WHERE user_id = (SELECT user_id FROM $DB_NAME.memberships WHERE realm_no = $REALM AND account_no = $ACCOUNT)"
    long=q=$(printf '%%E6%%9C%%AC%.0s' {1..31}) # as long as a way back may be; the step-up carries it escaped once more
    call GET "/lately/index.php?$long" -b "$JAR" "${browser[@]}"
    not_through 'AZ64: whose password was an hour ago is asked for it' 303 location '*/account/step-up?to=*'
    goes_there
    is 'AZ64: by the step-up page' 200 "$STATUS"
    f=$(hidden f)
    secret "$f"
    form /account/step-up "f=$f" "to=$(hidden to)" "password=$password"
    is 'AZ64: the password leads on' 303 "$STATUS"
    for _ in 1 2 3; do [ "$STATUS" != 303 ] || goes_there; done
    through 'AZ22: and back to where it was' ".application == \"php\" and .query == \"$long\""
    secret "$(sed -n 's/.*authtickets\t//p' "$JAR" | head -n 1)"
    call GET /account/ -b "$JAR" "${browser[@]}"
    form /account/sign-out "f=$(hidden f)"
    is 'P17b: signed out' 303 "$STATUS"
}

# No spelling of an address comes around the guard: nothing of the application, whatever the status.
tricks() {
    local path bad=''
    for path in /plain //plain/who.cgi /plain//index.php /./plain/index.php /x/../plain/index.php /x/%2e%2e/plain/index.php /%70lain/index.php \
        /plain%2Findex.php /x%2F..%2Fplain/index.php /PLAIN/index.php /Plain/handbook.html '/plain;x/index.php' /plain%00/index.php '/plain\index.php' \
        /plain/../plain/who.cgi /plain/../../plain/who.cgi /plain/index.php/x /plain/who.cgi/../handbook.html /plain/index.php%2Fx \
        /second/../plain/index.php /healthz/../plain/index.php /account/../plain/index.php /api/../plain/handbook.html /account%2F..%2Fplain/index.php \
        "/places/plain/index.php" "/.authtickets/refused/../../plain/index.php" "/plain/.%2e/plain/handbook.html" '/plain/index.php?/account/sign-in' \
        '/plain/%2e%2e%2Faccount/../plain/who.cgi' /plain/handbook.html/ /plain. /authorize /.authtickets/authorize /.authtickets/authorize/; do
        for method in GET POST; do
            call $method "$path" -H 'X-Original-URI: /account/' -H 'X-Rewrite-URL: /account/' -H 'X-HTTP-Method-Override: OPTIONS'
            if [ "$STATUS" = 200 ] || [[ $BODY == *'"application"'* ]] || [[ $BODY == *'The handbook'* ]]; then bad+=" $method:$path=$STATUS"; fi
        done
    done
    for path in 'http://elsewhere.example/plain/index.php' "$BASE/plain/index.php" '/plain/index.php#/account/'; do
        call GET / --request-target "$path"
        if [ "$STATUS" = 200 ] || [[ $BODY == *'"application"'* ]]; then bad+=" $path=$STATUS"; fi
    done
    raw 'GET /plain/index.php HTTP/1.0\r\n\r\n'
    if [ "$STATUS" = 200 ]; then bad+=" HTTP/1.0=$STATUS"; fi
    is 'AZ1: no spelling of an address comes around the guard' '' "$bad"
    bad=''
    for path in //plain/index.php /x/../plain/index.php /%70lain/index.php; do
        call GET "$path" "${browser[@]}"
        case $STATUS${HEADER[location]:-} in 303*//plain*) bad+=" $path" ;; esac
        case ${HEADER[location]:-} in *to=//* | *to=%2F%2F* | *to=%2f%2f*) bad+=" $path to ${HEADER[location]}" ;; esac
    done
    is 'AZ66: and none becomes the way to another host' '' "$bad"
}

# What Apache alone does: it looks up other addresses within a request, and mod_proxy hands headers on as they came.
apache_alone() {
    local kind=$1 path odd
    for path in forgotten empty; do
        ask GET "/$path/handbook.html"
        not_through "AZ86: a mount whose rule is not defined ($path)" '500|403'
    done
    ask GET /mine/handbook.html
    not_through 'AZ86: a file with a stronger rule than its folder' 401 www-authenticate '*insufficient_user_authentication*'
    ask GET /mine/
    not_through 'AZ86: as the index of the folder too' 403
    ask GET /plain/with.shtml
    holds 'AZ86: a page that includes others has what its rule lets it have' grep -q 'one: <p>The handbook</p>' <<<"$BODY"
    is 'AZ86: and nothing of a mount with another rule' '' "$(grep -E '^(two|three): .*handbook' <<<"$BODY")"
    call GET /old-plain/who.cgi
    not_through 'AZ61: behind mod_proxy: no ticket' 401
    for odd in 'X-Plain: 1' 'AUTHTICKETS.User: root' 'AUTHTICKETS~User-Id: 7' 'AUTHTICKETS_User: root' 'AUTHTICKETS.Second|Factor_At: 1' 'Remote.User: root' 'Remote_User: root'; do
        ask GET /old-plain/who.cgi -H "$odd" -H 'Odd.One;' -H 'Connection: AUTHTICKETS-User, Remote-User, AUTHTICKETS-User-Id'
        through "AZ45, AZ47: behind mod_proxy it is told who comes, by headers of ours alone ($odd)" \
            ".told.HTTP_AUTHTICKETS_USER == \"$shopper\" and .told.HTTP_AUTHTICKETS_ACCOUNT == \"$ACCOUNT\" and .told.HTTP_AUTHTICKETS_SECOND_FACTOR_AT == null and (.told.HTTP_AUTHTICKETS_USER_ID | length == 36) and .remote == \"$shopper\""
    done
    ask POST /old-plain/who.cgi --data-binary "@$SCRATCH/sent" -H 'Content-Type: application/octet-stream'
    through 'AZ89: a body arrives whole behind mod_proxy' ".length == 300000 and .sum == \"$sum\""
    ask GET '/old-plain/who.cgi?to=%2F..%2Fsecond'
    through 'AZ90: a query is its own concern' '.query == "to=%2F..%2Fsecond"'
    for path in '..%2fsecond' '..%2Fsecond' '%2e%2e%2fsecond' '..%5csecond' '..;/second' '%2e%2e;x=1/second' '../second' '%2e%2e/second'; do
        call GET "/old-plain/$path/handbook.html" -H "Authorization: Bearer $ACCESS"
        not_through "AZ90: no spelling crosses from one mount behind mod_proxy to another ($path)" '40[0134]'
    done
    [ "$kind" = fcgid ] || return 0
    call GET /.authtickets/refused/
    is 'AZ85: what says a refusal has no index' 404 "$STATUS"
    ask GET /plain/go.cgi
    is 'AZ87: a redirect that Apache makes of an answer is kept nowhere' '302 no-store' "$STATUS $(header cache-control)"
}

# doctor sees a closed address and one that is open.
looked_at_by_doctor() {
    at doctor --guarded "$BASE/plain/index.php" >"$SCRATCH/doctor" 2>&1
    if grep -q '^ok .*guarded .*is closed to whoever has no ticket, and browsers are led to .*/account/sign-in?to=' "$SCRATCH/doctor"; then
        ok 'doctor --guarded: closed, and browsers are led'
    else
        not_ok 'doctor --guarded: closed, and browsers are led' "$(grep -A2 guarded "$SCRATCH/doctor")"
    fi
    at doctor --guarded "$BASE/healthz" >"$SCRATCH/doctor" 2>&1
    holds 'doctor --guarded: an open address is a problem' grep -q '^problem .*guarded .*without a ticket answers 200' "$SCRATCH/doctor"
}

ends_at_once() {
    sign_in "$shopper" "$password"
    ask GET /plain/index.php
    through 'a ticket that lives'
    at login lock --realm demo "$shopper" >>"$PROGRAM_LOG" 2>&1 || not_ok 'authtickets login lock'
    ask GET /plain/index.php
    not_through 'AZ11: an ended one opens nothing any more' 401
    at login unlock --realm demo "$shopper" >>"$PROGRAM_LOG" 2>&1 || not_ok 'authtickets login unlock'
    ask GET /plain/index.php
    not_through 'TK6: nor once its user is let in again' 401
    sign_in "$shopper" "$password"
}

away() {
    stop_process "$database_pid"
    ask GET /plain/index.php
    not_through 'AZ67: the database is away' 503 retry-after '[0-9]*'
    call GET /plain/who.cgi
    not_through 'AZ70: who shows nothing is told without it' 401
    database_up || give_up 'the database comes back'
    ask GET /plain/index.php
    through 'AZ67: and back'
    [ -n "$program_pid" ] || return
    stop_process "$program_pid"
    [ -z "$asked_pid" ] || stop_process "$asked_pid"
    ask GET /plain/index.php
    not_through 'AZ68: the program is away' '50[0234]|401'
    ask POST /plain/who.cgi --data-binary "@$SCRATCH/sent"
    not_through 'AZ68: for all that comes' '50[0234]|401'
}

behind() { # SERVER KIND [MODULES]
    server=$1 WEB_MODULES=${3:-} program_pid='' asked_pid=''
    LABEL="$1 $2: "
    WEB_DIR=$WORK/web-$1-$2
    "${AS[@]:-env}" mkdir -p "$WEB_DIR"
    ASK_PORT=$(free_port)
    web_up "$1" "$2"
    local web=$web_pid
    at realm set-site --realm demo --tenant $TENANT --site $SITE --domain "127.0.0.1:$WEB_PORT" --address "$BASE" >>"$PROGRAM_LOG" 2>&1 ||
        give_up 'authtickets realm set-site' "$(tail -n 3 "$PROGRAM_LOG")"
    case $2 in
        fastcgi | proxy-fcgi) program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")" ;;
    esac
    if [ "$2" = proxy-fcgi ]; then
        start_process "$PROGRAM_LOG" env AUTHTICKETS_CONFIG="$CONFIG" "$AUTHTICKETS" serve --socket ":$ASK_PORT"
        asked_pid=$pid
        await "$asked_pid" 10 port_taken "$ASK_PORT" || give_up 'the program starts on a port' "$(tail -n 5 "$PROGRAM_LOG")"
    fi
    oauth
    if [ -z "${ACCOUNT:-}" ]; then give_up 'there is a shopper'; fi
    sign_in "$shopper" "$password"
    answers 'a shopper signs in' 200
    without_a_ticket
    with_a_ticket
    [ "$1" != apache ] || apache_alone "$2"
    demands
    by_browser
    tricks
    looked_at_by_doctor
    ends_at_once
    away
    stop_process "$web"
    [ -z "$asked_pid" ] || stop_process "$asked_pid"
    is "TK9: no ticket, password or cookie in any log" '' "$(leaks)"
}

# The shopper, and another shop.
at realm add --json --name other --tenant 1001 --site 2001 --domain other.example >"$SCRATCH/other" 2>>"$PROGRAM_LOG" ||
    give_up 'authtickets realm add' "$(tail -n 3 "$PROGRAM_LOG")"
REALM=$(sql "SELECT realm_no FROM $DB_NAME.realms WHERE name = 'demo'")
OTHER_REALM=$(sql "SELECT realm_no FROM $DB_NAME.realms WHERE name = 'other'")
ACCOUNT=1
WEB_MORE=$(declare -f web_more)
web_more() { :; }
program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
WEB_DIR=$WORK/web web_up lighttpd fastcgi
oauth
sign_up "$shopper" "$password"
answers 'a shopper signs up' 201
ACCOUNT=$(json .customerAccount.id)
stop_process "$web_pid"
stop_process "$program_pid"
eval "$WEB_MORE"

start_process "$WORK/php.log" php-cgi -b "$WORK/php.sock"
await "$pid" 10 test -S "$WORK/php.sock" || give_up 'php-cgi starts' "$(cat "$WORK/php.log")"
old_server_start

behind lighttpd fastcgi
behind lighttpd fastcgi-spawn
behind apache proxy-fcgi 'authnz_fcgi authz_user dir cgid include lua proxy_http'
behind apache fcgid 'asis dir cgid include lua proxy proxy_http'
behind nginx fastcgi

# --- README, "Guard an old application": the commands as they stand there, with `make run`
LABEL='README: '
. "$SRC_DIR/tests/support/run.sh"
var=$WORK/var
run_begin "$var" "$(free_port)"
run_ready "$var" || not_ok 'make run is ready' "$(cat "$var.out")"
awk '$0 == "## Guard an old application" { here = 1 } here && /^```/ { if (inside) exit; inside = 1; next } inside' "$SRC_DIR/README.md" |
    sed "s|^\. var/run.env\$|. $var/run.env|" >"$SCRATCH/readme"
timeout 60 bash -u "$SCRATCH/readme" >"$SCRATCH/said" 2>"$SCRATCH/complained"
is 'nothing complains' '' "$(cat "$SCRATCH/complained")"
is 'it says what stands there' "$(awk '$0 == "## Guard an old application" { here = 1 } here && /^It says:/ { inside = 1; next } inside && NF && !/^    / { exit } inside && NF' \
    "$SRC_DIR/README.md" | sed 's/^    //; s/=[0-9a-f-]\{36\}$/=ID/; s/=[0-9]\{4,\}$/=NUMBER/')" \
    "$(sed 's/=[0-9a-f-]\{36\}$/=ID/; s/=[0-9]\{4,\}$/=NUMBER/' "$SCRATCH/said")"
run_end "$var" 'make run'
