#!/bin/bash
# From `make install` to the first sign-in on an Apache and a lighttpd that serve a site already, by the documented steps
# only: those of README.md, and the lines that each file of contrib/ has in its head. What the servers served before they
# still serve. And what comes along: systemd's units, logrotate.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/site.sh"
need make make
need logrotate logrotate
need systemd-analyze systemd
[ -z "$missing_packages" ] || give_up 'packages are installed' "missing:$missing_packages; run contrib/bootstrap"
STAGE=$WORK/stage PLACE=$WORK/site

# --- make install
make_install() {
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES make -C "$BUILD_DIR/../.." FLAVOUR="${BUILD_DIR##*/}" install "$@" \
        >"$SCRATCH/install" 2>&1
}
LABEL='make install: '
debian=(prefix=/usr sysconfdir=/etc localstatedir=/var)
make_install DESTDIR="$STAGE" "${debian[@]}" || give_up 'it installs' "$(tail -n 20 "$SCRATCH/install")"
ok 'it installs under DESTDIR'
for file in usr/bin/authtickets usr/libexec/authtickets/authtickets.cgi; do
    is "/$file is the program" "authtickets $(cat "$SRC_DIR/VERSION")" "$("$STAGE/$file" --version)"
done
is 'every file and folder of contrib/ for web servers' '' "$(for name in apache errors htaccess lighttpd nginx; do
    diff -r "$SRC_DIR/contrib/$name" "$STAGE/usr/share/authtickets/$name" 2>&1
done)"
rotation=$STAGE/etc/logrotate.d/authtickets
cp "$rotation" "$SCRATCH/rotation"
echo '# mine' >>"$rotation"
make_install DESTDIR="$STAGE" "${debian[@]}"
is 'again: done' 0 $?
is "again: the administrator's logrotate file stays" '# mine' "$(tail -n 1 "$rotation")"
make_install DESTDIR="$WORK/without" "${debian[@]}" systemdsystemunitdir=
is 'without systemd there are no units' '' "$(find "$WORK/without" -name '*.service' -o -name '*.timer')"

# The units for real, where what they start is there.
make_install prefix="$WORK/real" sysconfdir="$STAGE/etc" localstatedir="$STAGE/var" ||
    give_up 'it installs without DESTDIR' "$(tail -n 20 "$SCRATCH/install")"
units=$WORK/real/lib/systemd/system
is 'no folder is left to be filled in' '' "$(grep -rn '@[a-z]*@' "$units" "$STAGE/etc" "$STAGE/usr/lib")"
verify() { systemd-analyze verify --man=no --recursive-errors=no "$@" 2>&1; }
is 'systemd understands its units' '' "$(verify "$units"/*.service "$units"/*.timer)"
sed 's/^ProtectSystem=.*/ProtectSystem=sometimes/' "$units/authtickets.service" >"$SCRATCH/bad.service"
holds 'and would tell if it did not' test -n "$(verify "$SCRATCH/bad.service")"
for unit in authtickets authtickets-purge authtickets-deliver; do
    holds "$unit.service is closed in (exposure 2.0 of 10 at most)" \
        systemd-analyze security --no-pager --offline=yes --threshold=20 "$units/$unit.service"
done

# --- The steps of README.md, in the folders of the stage. mariadb is the administrator's; who is not root is the user.
LABEL='README: '
AUTHTICKETS=$STAGE/usr/bin/authtickets CONFIG=$STAGE/etc/authtickets.conf
DB_DIR=$WORK/db DB_SOCKET=$WORK/db.sock DB_LOG=$WORK/database.log PROGRAM_LOG=$WORK/program.log
FCGI_SOCKET=$WORK/authtickets.sock
database_create && database_up || give_up 'a database runs' "$(tail -n 20 "$DB_LOG")"
# Folders as they are here.
staged() {
    sed -E "s#(/usr/local)?/etc/authtickets#$STAGE/etc/authtickets#g; s#/var/(lib|log)/authtickets#$STAGE/var/\1/authtickets#g
        s#/usr/local/(share|libexec)/authtickets#$STAGE/usr/\1/authtickets#g; s#/run/mysqld/mysqld.sock#$DB_SOCKET#g
        s#/run/authtickets/authtickets.sock#$FCGI_SOCKET#; s#/run/lighttpd/#$PLACE/httpd/#; s#/var/log/apache2#$PLACE/httpd#"
}
{
    say "mariadb() { ${AS[*]:-env} mariadb --no-defaults --socket='$DB_SOCKET' --user='$(database_user)'; }"
    [ "$(id -u)" = 0 ] || say 'runuser() { shift 3; "$@"; }'
    awk '/^## Mounting it in a server you have/ { here = 1 } here && /^```/ { if (inside) exit; inside = 1; next } inside' \
        "$SRC_DIR/README.md" | grep -v '^contrib/bootstrap' | sed "s/^user=www-data$/user=$(database_user)/; s/-g \$user/-g $("${AS[@]:-env}" id -g)/" | staged |
        sed "s#^keys.file = .*#&\nhash.folder = $STAGE/var/lib/authtickets/hash#" # DESTDIR changes no default of the program
} >"$SCRATCH/steps"
PATH=$STAGE/usr/bin:$PATH AUTHTICKETS_CONFIG=$CONFIG bash -u "$SCRATCH/steps" >"$SCRATCH/said" 2>"$SCRATCH/complained"
is 'nothing complains' '' "$(cat "$SCRATCH/complained")"
is 'the configuration is closed to others' 640 "$(stat -c %a "$CONFIG")"
is 'and the key file to all but the program' 600 "$(stat -c %a "$STAGE/etc/authtickets/keys")"
sql "$(grep -o 'GRANT [^;]*;' "$SCRATCH/said")"
is 'the statements that doctor prints can be run' 0 $?
at doctor >"$SCRATCH/doctor" 2>&1
is 'then doctor finds no problem' 0 $?
is 'and what judges telephone numbers was installed with it' 1 "$(grep -c '^ok  *telephone numbers' "$SCRATCH/doctor")"
APP_ID=$(sed -nE 's/^client id: +//p' "$SCRATCH/said") APP_SECRET=$(sed -nE 's/^client secret: +([^ ]+).*/\1/p' "$SCRATCH/said")
[ -n "$APP_ID" ] && [ -n "$APP_SECRET" ] || give_up 'it tells the application and its secret' "$(cat "$SCRATCH/said" "$SCRATCH/doctor")"
secret "$APP_SECRET"

# --- On servers that serve a site already

site_make
head_of() { # FILE: the first lines that its head tells to copy
    awk '/^#     / { sub(/^#     /, ""); print; here = 1; next } here { exit }' "$STAGE/usr/share/authtickets/$1" | staged
}

# unit_command NAME -> its own environment and command; systemd would make the socket's folder.
unit_command() {
    sed -n 's/^Environment=//p; s/^ExecStart=//p' "$units/$1.service" | sed "s#/run/authtickets/authtickets.sock#$FCGI_SOCKET#"
}
service_start() {
    # shellcheck disable=SC2046 # words are meant
    start_process "$PROGRAM_LOG" env $(unit_command authtickets)
    program_pid=$pid
    await "$program_pid" 10 test -S "$FCGI_SOCKET" || give_up 'the service starts' "$(tail -n 5 "$PROGRAM_LOG")"
}

on() { # SERVER FILE [HOST]: the site before, then with the file included, in a virtual host of its own if one is named
    local server=$1 file=$2 host=${3:-} before lines service='' modules='headers unique_id fcgid proxy proxy_fcgi'
    LABEL="$server, $file${host:+ in a virtual host of its own}: "
    WEB_PORT=$(free_port)
    rm -f "$PLACE"/etc/conf-enabled/*
    if [ "$server" = apache ]; then apache_site "$modules"; else lighttpd_site; fi
    site_start "$server"
    before=$(site_seen '')
    # shellcheck disable=SC2053 # a pattern is meant
    [[ $before == $site_expected ]] || give_up 'a site is served' "$before"
    stop_process "$web_pid"

    case $file in *-fastcgi.conf | *-proxy-fcgi.conf) service_start && service=$program_pid ;; esac
    lines=$(head_of "$server/$file")
    case $server$host in
        lighttpd) say "$lines" >"$PLACE/etc/conf-enabled/50-authtickets.conf" ;;
        lighttpd*) printf '%s\n' "$(head_of lighttpd/authtickets-common.conf)" "\$HTTP[\"host\"] == \"$host\" {" "$lines" '}' >"$PLACE/etc/conf-enabled/50-authtickets.conf" ;;
        apache) apache_site "$modules" "$lines" ;;
        apache*) apache_site "$modules" '' "<VirtualHost *:$WEB_PORT>"$'\n'"ServerName $host"$'\n'"$lines"$'\n</VirtualHost>' ;;
    esac
    site_start "$server"
    CURL=(-H "Host: ${host:-shop.example}")
    first_sign_in
    CURL=()
    is 'the site is what it was' "$before" "$(site_seen '')"
    stop_process "$web_pid"
    [ -z "$service" ] || stop_process "$service"
    is 'TK9: no token, password or secret in any log' '' "$(leaks)"
}
on lighttpd authtickets-fastcgi-spawn.conf
on lighttpd authtickets-fastcgi.conf
on lighttpd authtickets-fastcgi.conf sign-in.example
on lighttpd authtickets-cgi.conf
on apache authtickets-fcgid.conf
on apache authtickets-proxy-fcgi.conf
on apache authtickets-proxy-fcgi.conf sign-in.example
on apache authtickets-cgi.conf

LABEL='authtickets-purge.service: '
# shellcheck disable=SC2046 # words are meant
"${AS[@]:-env}" env $(unit_command authtickets-purge) >"$SCRATCH/purge" 2>&1
is 'its command ends well' 0 $?

# --- logrotate beside a running program; as the log's owner
LABEL='logrotate: '
log=$STAGE/var/log/authtickets/authtickets.log
rotate() { "${AS[@]:-env}" logrotate -s "$PLACE/httpd/logrotate.state" "$@" "$PLACE/httpd/logrotate.conf" 2>&1; }
sed "s#/var/log/authtickets#$STAGE&#" "$SCRATCH/rotation" | "${AS[@]:-env}" tee "$PLACE/httpd/logrotate.conf" >/dev/null
rotate -d >"$SCRATCH/rotate"
is 'it understands the file' 0 $?
holds 'and finds the log by it' grep -qF "considering log $log" "$SCRATCH/rotate"
is 'without a complaint' '' "$(grep -i error "$SCRATCH/rotate")"
rm -f "$PLACE"/etc/conf-enabled/*
WEB_PORT=$(free_port)
# Without a database it has something to write down whenever it is asked for its health.
AUTHTICKETS_DATABASE_SOCKET=$WORK/none.sock service_start
head_of lighttpd/authtickets-fastcgi.conf >"$PLACE/etc/conf-enabled/50-authtickets.conf"
lighttpd_site
site_start lighttpd
ask() { call GET /healthz; }
ask
wait_until 5 test -s "$log" || give_up 'the program writes a log' "$(cat "$PROGRAM_LOG")"
is 'it rotates' '' "$(rotate -f)"
holds 'the old log is there, not compressed yet' test -s "$log.1"
asked_and_new() { ask && [ -s "$log" ]; }
holds 'the program makes a new one without a signal' wait_until 10 asked_and_new
is 'closed to others' 600 "$(stat -c %a "$log")"
size=$(stat -c %s "$log.1")
ask
is 'and writes no more to the old one' "$size" "$(stat -c %s "$log.1")"
holds 'the process is the same' kill -0 "$program_pid"
is 'the next rotation' '' "$(rotate -f)"
holds 'compresses the old one' gzip -t "$log.2.gz"
