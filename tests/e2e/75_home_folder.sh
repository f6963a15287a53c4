#!/bin/bash
# Without root, in a home folder: the program as CGI under an .htaccess, by the steps in the head of contrib/htaccess, as
# an ordinary user, in the site's own host and as /~ada/ of another; to the first sign-in. The rest of public_html stays.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/site.sh"
PLACE=$WORK/site HOME_ADA=$WORK/home/ada htaccess=$SRC_DIR/contrib/htaccess/htaccess

# The host's database server is another user's; ada gets one database and one user, as hosts give them.
DB_DIR=$WORK/db DB_SOCKET=$WORK/db.sock DB_LOG=$WORK/database.log
database_create && database_up || give_up 'a database runs' "$(tail -n 20 "$DB_LOG")"
sql "CREATE DATABASE ada_shop CHARACTER SET utf8mb4; CREATE USER 'ada'@'localhost' IDENTIFIED BY 'ada-e2e-password';
    GRANT ALL ON ada_shop.* TO 'ada'@'localhost';"
mkdir -p "$HOME_ADA/public_html" "$HOME_ADA/authtickets"
install -D -m 755 "$ORIGINAL" "$HOME_ADA/authtickets/bin/authtickets"
install -D -m 644 "${ORIGINAL%/*}/authtickets-phone.so" "$HOME_ADA/authtickets/libexec/authtickets/authtickets-phone.so"
mkdir -p "$HOME_ADA/authtickets/etc" "$HOME_ADA/authtickets/share/authtickets"
cp -r "$SRC_DIR/contrib/errors" "$SRC_DIR/contrib/htaccess" "$HOME_ADA/authtickets/share/authtickets"
echo '<p>The shop</p>' >"$HOME_ADA/public_html/index.html"
echo '{"mine": true}' >"$HOME_ADA/public_html/mine.json"
# ada is nobody that the machine knows: a number is enough.
if [ "$(id -u)" = 0 ]; then
    AS=(setpriv --reuid=54321 --regid=54321 --clear-groups)
    mkdir "$PLACE"
    chown -R 54321:54321 "$HOME_ADA" "$PLACE"
    chmod 711 "$WORK"
fi
chmod 711 "$HOME_ADA"

# --- The steps, as they stand in the head of the file
LABEL='contrib/htaccess: '
{
    # The program was not built for this prefix: its defaults are others.
    awk '/^# Build with/ { here = 1 } here && /^#     / { sub(/^#     /, ""); print; seen = 1; next } seen { exit }' "$htaccess" |
        sed "s#/home/ada#$HOME_ADA#g; s#/run/mysqld/mysqld.sock#$DB_SOCKET#; s#^database.password = .*#database.password = ada-e2e-password#
            s#^keys.file.*#&\nhash.folder = $HOME_ADA/authtickets/var/lib/authtickets/hash#"
} >"$SCRATCH/steps"
chmod 755 "$SCRATCH"
"${AS[@]:-env}" mkdir -p "$HOME_ADA/authtickets/var/lib/authtickets/hash"
"${AS[@]:-env}" env AUTHTICKETS_CONFIG="$HOME_ADA/authtickets/etc/authtickets.conf" bash -eu "$SCRATCH/steps" >"$SCRATCH/said" 2>"$SCRATCH/complained" ||
    give_up 'the steps can be taken' "$(cat "$SCRATCH/said" "$SCRATCH/complained")"
sed -i "s#/home/ada#$HOME_ADA#g" "$HOME_ADA/public_html/.htaccess"
is 'nothing complains' '' "$(cat "$SCRATCH/complained")"
APP_ID=$(sed -nE 's/^client id: +//p' "$SCRATCH/said") APP_SECRET=$(sed -nE 's/^client secret: +([^ ]+).*/\1/p' "$SCRATCH/said")
[ -n "$APP_ID" ] && [ -n "$APP_SECRET" ] || give_up 'they tell the application and its secret' "$(cat "$SCRATCH/said")"
secret "$APP_SECRET"
at() { "${AS[@]:-env}" env AUTHTICKETS_CONFIG="$HOME_ADA/authtickets/etc/authtickets.conf" "$HOME_ADA/authtickets/bin/authtickets" "$@"; }
at doctor >"$SCRATCH/doctor" 2>&1
is 'doctor finds no problem, though one user does everything' 0 $?
is 'what is private is closed to others' '600 600' \
    "$(stat -c %a "$HOME_ADA/authtickets/etc/authtickets.conf" "$HOME_ADA/authtickets/etc/keys" | tr '\n' ' ' | sed 's/ $//')"
is 'and does not lie in public_html' '' "$(grep -rlF -e ada-e2e-password -e "$(awk '$1 == "key" { print $5; exit }' \
    "$HOME_ADA/authtickets/etc/keys")" "$HOME_ADA/public_html")"

# --- An Apache as hosts have it, running as ada (as suexec or mpm-itk would make it for her)
site_make
modules='rewrite unique_id headers userdir'
home_apache() { # ALLOWOVERRIDE [MODULES]
    apache_site "${2-$modules}" '' "<Directory \"$WORK/home\">
    AllowOverride $1
    Options Indexes FollowSymLinks
    Require all granted
</Directory>
<IfModule userdir_module>
    UserDir $WORK/home/*/public_html
</IfModule>
<VirtualHost *:$WEB_PORT>
    ServerName ada.example
    DocumentRoot \"$HOME_ADA/public_html\"
</VirtualHost>"
    site_start apache
}
# What of ada's own site has to stay: pages, and her own error page.
own_site() {
    call GET "$1/"
    is 'her page is served' '200 <p>The shop</p>' "$STATUS $BODY"
    call GET "$1/mine.json"
    is 'and her JSON' '200 {"mine": true}' "$STATUS $BODY"
    call GET "$1/nosuch.html"
    is "her site's 404 is no JSON" '404 text/html; charset=iso-8859-1' "$STATUS ${HEADER[content-type]:-}"
    call GET "$1/authtickets-errors/"
    is 'no folder is listed' 403 "$STATUS"
    call GET "$1/.htaccess"
    is 'nor .htaccess shown' 403 "$STATUS"
}
refused_paths() { # MOUNT
    local query
    call GET "$1/api/nosuch"
    answers 'an unknown path is 404 in JSON' 404
    call GET "$1/api/nosuch%3Fa%20b"
    answers 'with an encoded question mark and blank too' 404
    for query in operator+add --version migrate; do
        call GET "$1/api/nosuch?$query"
        answers "?$query is no command" 404
    done
    call GET "$1/v2//nosuch"
    answers 'EP30: one below /v2/ too, in the form of that door' 404 '.errors[0].status == "404"'
    call GET "$1/v2/authentication-realms?page[limit]=1" --globoff -H "Authorization: Bearer x"
    answers 'EP5: and Authorization arrives there' 401 '.errors[0].detail | test("access token")'
    call GET "$1/v1//nosuch"
    answers 'FC30: one below /v1/, in the form of that door' 404 '.errors[0].code == "invalid_endpoint"'
    call GET "$1/v1/nosuch" -H 'X-Freshcom-OTP: 1, 2'
    answers 'FC53: and the header of one-time passwords arrives there' 400
    call GET "$1/authtickets.cgi"
    answers 'the program by its own name is no path' 404
    call GET "$1/authtickets.cgi/api/commerce/customer/accounts/current"
    answers 'nor what stands behind it' 404
}

WEB_PORT=$(free_port)
LABEL='home folder, a host of its own: '
home_apache All
CURL=(-H 'Host: ada.example')
first_sign_in
own_site ''
refused_paths ''
mv "$HOME_ADA/public_html/authtickets.cgi" "$HOME_ADA/authtickets/away"
call GET /api/nosuch
answers 'the program is gone: its 404 is JSON' 404
call GET /v2/nosuch
answers 'EP30: and that of the other door' 404 '.errors[0].status == "404"'
is 'EP20: which a page of another host can read' '*' "$(header access-control-allow-origin)"
call GET /v1/nosuch
answers 'FC30: and that of the third' 404 '.errors[0].code == "invalid_endpoint"'
"${AS[@]:-env}" sh -c 'printf "#!/bin/sh\nexit 1\n" >"$1" && chmod 755 "$1"' sh "$HOME_ADA/public_html/authtickets.cgi"
call GET /api/nosuch
answers 'the program fails: 500 in JSON' 500
call GET /oauth/access_token
answers 'EP30: 500 of the other door' 500 '.errors[0].status == "500"'

# suexec hands on no variable of the configuration: the two lines in its place, and an .htaccess without SetEnv.
LABEL='home folder, as suexec wants it: '
lines=$(awk '/^# suexec hands/ { here = 1 } here && /^#     / { sub(/^#     /, ""); print; seen = 1; next } seen { exit }' "$htaccess" |
    sed "s#/home/ada#$HOME_ADA#g")
"${AS[@]:-env}" sh -c 'echo "$2" >"$1"' sh "$HOME_ADA/public_html/authtickets.cgi" "$lines"
cp -p "$HOME_ADA/public_html/.htaccess" "$SCRATCH/htaccess"
sed -i '/^SetEnv AUTHTICKETS_CONFIG/d' "$HOME_ADA/public_html/.htaccess"
chmod 644 "$HOME_ADA/public_html/.htaccess"
first_sign_in
cp "$SCRATCH/htaccess" "$HOME_ADA/public_html/.htaccess"
mv "$HOME_ADA/authtickets/away" "$HOME_ADA/public_html/authtickets.cgi"
stop_process "$web_pid"

# The least that AllowOverride must allow, without mod_headers, as /~ada/ of a host that has a site of its own.
LABEL='home folder, /~ada: '
CURL=()
sed -i 's#/authtickets-errors/#/~ada&#' "$HOME_ADA/public_html/.htaccess"
echo 'http.mount = /~ada' >>"$HOME_ADA/authtickets/etc/authtickets.conf"
override=$(sed -nE 's/.*`AllowOverride ([^`]*)`.*/\1/p' "$htaccess" | head -n 1)
WEB_PORT=$(free_port)
home_apache "$override" 'rewrite userdir'
first_sign_in /~ada
refused_paths /~ada
own_site /~ada
# shellcheck disable=SC2053 # a pattern is meant
[[ $(site_seen '') == $site_expected ]] && ok 'the rest of the host is what it was' || not_ok 'the rest of the host is what it was' "$(site_seen '')"
stop_process "$web_pid"
is 'no token, password or secret in a log of the program' '' "$(grep -nFf "$SECRETS" "$HOME_ADA/authtickets/log" 2>/dev/null)"
