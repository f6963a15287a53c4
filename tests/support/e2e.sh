# A world of its own for each script of tests/e2e: database, configuration, demo store under a folder that is removed at
# the end, with everything that was started. Shell library (bash).
# SPDX-License-Identifier: MIT
# Environment: AUTHTICKETS (the program), SRC_DIR, BUILD_DIR (as tests/run sets them).
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SRC_DIR=${SRC_DIR:-$(cd "$here/../.." && pwd)}
BUILD_DIR=${BUILD_DIR:-$SRC_DIR/build/release}
AUTHTICKETS=${AUTHTICKETS:-$BUILD_DIR/authtickets}
. "$SRC_DIR/tests/support/servers.sh"
. "$SRC_DIR/tests/support/tap.sh"
for name in ${!AUTHTICKETS_*}; do unset "$name"; done
umask 022

# Ends the script: a world that does not come up is one failed test, never a silent skip.
give_up() {
    not_ok "$1" "${@:2}"
    exit 1
}

WORK=$(mktemp -d /tmp/authtickets-e2e.XXXXXX) || exit 1
# Everything started by root runs as an ordinary user instead: web servers give up being root in their own ways, and the
# program, its configuration and the sockets must be within their reach in each.
ORIGINAL=$AUTHTICKETS
if [ "$(id -u)" = 0 ]; then
    AS=(setpriv --reuid="$WEB_USER" --regid="$WEB_USER" --clear-groups)
    chown "$WEB_USER:" "$WORK"
fi
SCRATCH=$WORK/scratch
SECRETS=$WORK/secrets
: >"$SECRETS"
mkdir "$SCRATCH"

leave() {
    local status=$?
    trap '' INT TERM HUP
    stop_all
    rm -rf "$WORK"
    [ "$status" != 0 ] || [ "$FAILED" = 0 ] || status=1
    exit "$status"
}
trap leave EXIT
trap 'exit 143' INT TERM HUP

[ -x "$ORIGINAL" ] || give_up "the program $ORIGINAL is there"
missing_packages=
need_database
for name in lighttpd apache nginx; do need_web $name 1; done
need jq jq
need curl curl
need socat socat
need spawn-fcgi spawn-fcgi
[ -z "$missing_packages" ] || give_up "packages are installed" "missing:$missing_packages; run contrib/bootstrap"

at() { "${AS[@]:-env}" env AUTHTICKETS_CONFIG="$CONFIG" "$AUTHTICKETS" "$@"; }

TENANT=1000 SITE=2000

# world_up: database, keys, tables, realm and application; further lines of configuration as arguments.
world_up() {
    local serve=serve-e2e-password maintain=maintain-e2e-password migrate=migrate-e2e-password answer
    AUTHTICKETS=$WORK/authtickets
    install -m 755 "$ORIGINAL" "$AUTHTICKETS"
    install -m 644 "${ORIGINAL%/*}/authtickets-phone.so" "$WORK"
    WEB_CONTRIB=$WORK/contrib
    mkdir "$WEB_CONTRIB"
    cp -r "$SRC_DIR/contrib/lighttpd" "$SRC_DIR/contrib/apache" "$SRC_DIR/contrib/nginx" "$SRC_DIR/contrib/errors" \
        "$WEB_CONTRIB"
    chmod -R a+rX "$WEB_CONTRIB"
    DB_DIR=$WORK/db DB_SOCKET=$WORK/db.sock DB_LOG=$WORK/database.log
    CONFIG=$WORK/authtickets.conf PROGRAM_LOG=$WORK/program.log FCGI_SOCKET=$WORK/program.sock
    WEB_DIR=$WORK/web
    {
        say "database.socket = $DB_SOCKET"
        say "database.name = $DB_NAME"
        say "database.user = serve"
        say "database.password = $serve"
        say "database.maintain_user = maintain"
        say "database.maintain_password = $maintain"
        say "database.migrate_user = migrate"
        say "database.migrate_password = $migrate"
        say "keys.file = $WORK/keys"
        say "hash.folder = $WORK/hash"
        say "log.to = stderr"
        [ $# = 0 ] || printf '%s\n' "$@"
    } >"$CONFIG"
    "${AS[@]:-env}" mkdir "$WORK/hash"
    database_create && database_up && database_users $serve $maintain $migrate ||
        give_up "a private database starts" "$(tail -n 20 "$DB_LOG")"
    for answer in 'keys new' migrate; do
        # shellcheck disable=SC2086 # words are meant
        at $answer >>"$PROGRAM_LOG" 2>&1 || give_up "authtickets $answer" "$(tail -n 5 "$PROGRAM_LOG")"
    done
    database_grants || give_up "the rights are given"
    at realm add --json --name demo --tenant $TENANT --site $SITE --domain localhost:1 >>"$PROGRAM_LOG" 2>&1 ||
        give_up "authtickets realm add" "$(tail -n 5 "$PROGRAM_LOG")"
    answer=$(at app add --json --realm demo --name e2e --behaviours storefront,admin 2>>"$PROGRAM_LOG") ||
        give_up "authtickets app add" "$(tail -n 5 "$PROGRAM_LOG")"
    APP_ID=$(jq -r .clientId <<<"$answer") APP_SECRET=$(jq -r .clientSecret <<<"$answer")
    secret "$APP_SECRET"
}
database_up() { database_start --innodb-flush-log-at-trx-commit=0; }

# web_up SERVER KIND: on a free port, asked for again when another process was faster; sets BASE.
web_up() {
    local tries
    for tries in 1 2 3 4 5; do
        WEB_PORT=$(free_port)
        if web_start "$1" "$2" 2>"$SCRATCH/web"; then
            BASE=http://127.0.0.1:$WEB_PORT
            return
        fi
    done
    give_up "$1 starts" "$(cat "$SCRATCH/web")" "$(tail -n 20 "$WEB_DIR/$1"*.log)"
}

# Where no token, secret or password may stand (TK9).
log_files() { find "$WORK" -path "$WORK/db" -prune -o -type f -name '*.log' -print; }
# Ids are left out where codes and one-time tokens are looked for: six digits stand in many a request's id.
leaks() {
    local file
    grep -xE '[a-z0-9]{6}' "$SECRETS" >"$SCRATCH/short-secrets"
    grep -vxE '[a-z0-9]{6}' "$SECRETS" >"$SCRATCH/long-secrets"
    log_files | xargs -d '\n' grep -nFf "$SCRATCH/long-secrets" /dev/null
    log_files | while IFS= read -r file; do
        sed -E 's/[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}/(id)/g' "$file" | grep -HnFf "$SCRATCH/short-secrets" --label="$file"
    done
}
