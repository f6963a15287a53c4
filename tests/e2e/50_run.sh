#!/bin/bash
# `make run` (contrib/run): what it leaves for scripts, the second run, several at once, wrong words, and that it ends
# everything it started, whenever it is stopped.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/run.sh"
customer=/api/commerce/customer
var=$WORK/first port=$(free_port)

# use VAR: what run.env says
use() {
    unset BASE_URL TENANT SITE APP_ID APP_SECRET CLIENT_ID CLIENT_SECRET REALM_ID PASSWORD_PROFILE_ID CUSTOMER CUSTOMER_PASSWORD OPERATOR OPERATOR_PASSWORD DB_SOCKET LOG MAIL_DIR SMS_DIR CA_FILE
    . "$1/run.env"
    BASE=$BASE_URL
}
trouble() { cat "$1.out"; tail -n 5 "$1"/log/* "$1"/web/*.log 2>/dev/null; }

# --- The first run
run_begin "$var" "$port"
run_ready "$var" || give_up 'make run starts' "$(trouble "$var")"
ok 'make run starts'
use "$var"
for name in BASE_URL TENANT SITE APP_ID APP_SECRET CLIENT_ID CLIENT_SECRET REALM_ID PASSWORD_PROFILE_ID CUSTOMER CUSTOMER_PASSWORD OPERATOR OPERATOR_PASSWORD DB_SOCKET LOG MAIL_DIR SMS_DIR; do
    holds "run.env has $name" test -n "${!name:-}"
done
is 'run.env, demo.json and people.json are for the owner only' '600 600 600' "$(stat -c %a "$var/run.env" "$var/demo.json" "$var/people.json" | xargs)"
is 'VAR is for the owner only' 700 "$(stat -c %a "$var")"
holds 'DB_SOCKET is a socket' test -S "$DB_SOCKET"
holds 'LOG is a file' test -f "$LOG"
holds 'it prints the address' grep -qF "http://localhost:$port" "$var.out"
holds 'and the desk with its operator' grep -qF "http://localhost:$port/desk " "$var.out"
is 'it does not print the secret' '' "$(grep -F "$APP_SECRET" "$var.out")"
RUN_ENV=$var/run.env SMOKE_LABEL='make run: ' "$SRC_DIR/tests/e2e/smoke" || FAILED=$((FAILED + 1))
if has_ipv6_loopback; then
    BASE="http://[::1]:$port"
    call GET /healthz
    answers 'it listens on [::1] too' 200
    BASE=$BASE_URL
fi
oauth
sign_up first@example.com 'F1rst one'
answers 'a shopper signs up' 201
first_app=$APP_ID
serve_sql() {
    mariadb --defaults-file=<(say '[client]' && sed -n 's/^database\.password/password/p' "$var/authtickets.conf") \
        --socket="$DB_SOCKET" --user=serve authtickets <<<"$1" 2>&1
}
for statement in 'UPDATE events SET realm_no = 1 WHERE 1 = 0' 'DELETE FROM events WHERE 1 = 0' \
    'DELETE FROM event_seals WHERE 1 = 0' 'CREATE TABLE extra (a INT)' 'ALTER TABLE users ADD extra INT' 'DROP TABLE users'; do
    case $(serve_sql "$statement") in
        *denied*) ok "KL2: the serving database user is denied: ${statement%% WHERE*}" ;;
        *) not_ok "KL2: the serving database user is denied: ${statement%% WHERE*}" "$(serve_sql "$statement")" ;;
    esac
done

# --- Beside it
first_pid=$run_pid
run_begin "$var" "$(free_port)"
run_status 20
is 'a second one on the same VAR fails' 1 $?
holds 'and says so' grep -q "another one runs on $var" "$var.out"
second=$WORK/second
run_begin "$second" "$port"
run_status 20
is 'a port in use fails' 1 $?
is 'and says so in one line' "make run: port $port is in use; choose another: make run PORT=N" "$(cat "$second.out")"
run_begin "$second" "$(free_port)" WEB=iis
run_status 20
is 'an unknown web server fails' 1 $?
is 'and says what is allowed' 'WEB=iis is not known; allowed: lighttpd, apache, nginx' "$(cat "$second.out")"
run_begin "$second" 99999
run_status 20
is 'a port that is none fails' 1 $?

# Side by side: another web server, another user when this one is root, and a folder too deep for a socket path.
deep=$WORK/$(printf 'deep%.0s' {1..30})
if [ "$(id -u)" = 0 ]; then
    RUN_AS=(setpriv --reuid="$WEB_USER" --regid="$WEB_USER" --clear-groups)
    RUN_SRC=$WORK/src RUN_PROGRAM=$WORK/src/authtickets
    mkdir -p "$RUN_SRC/tests"
    cp -r "$SRC_DIR/contrib" "$RUN_SRC/contrib"
    cp -r "$SRC_DIR/tests/support" "$RUN_SRC/tests/support"
    install -m 755 "$ORIGINAL" "$RUN_PROGRAM"
    chmod -R a+rX "$RUN_SRC"
fi
other_port=$(free_port)
run_begin "$deep" "$other_port" WEB=nginx
second_pid=$run_pid
if run_ready "$deep"; then ok 'side by side, as an ordinary user, in a deep folder: it starts'; else
    not_ok 'side by side, as an ordinary user, in a deep folder: it starts' "$(trouble "$deep")"
fi
if [ -e "$deep/run.env" ]; then
    use "$deep"
    holds 'its sockets lie where their path is short enough' test "${#DB_SOCKET}" -le 107
    RUN_ENV=$deep/run.env SMOKE_LABEL='side by side: ' "$SRC_DIR/tests/e2e/smoke" || FAILED=$((FAILED + 1))
    oauth
    sign_in first@example.com 'F1rst one'
    answers 'side by side: the stores know nothing of each other' 401
    temporary=${DB_SOCKET%/*}
    run_end "$deep" 'side by side'
    holds 'side by side: its short folder is gone' test ! -e "$temporary"
else
    stop_process "$second_pid"
fi
RUN_AS=() RUN_SRC=$SRC_DIR RUN_PROGRAM=$ORIGINAL
use "$var"
call GET /healthz
answers 'the first one still runs' 200

# --- Its end and the second run, with the other web server that root starts differently
run_pid=$first_pid
run_end "$var" 'the first run'
holds 'run.env is gone' test ! -e "$var/run.env"
run_begin "$var" "$port" WEB=apache
if run_ready "$var"; then ok 'the second run starts, with Apache'; else
    not_ok 'the second run starts, with Apache' "$(trouble "$var")"
fi
if [ -e "$var/run.env" ]; then
    use "$var"
    is 'the second run has the same application' "$first_app" "$APP_ID"
    if [ "$(id -u)" = 0 ]; then
        as_web=(setpriv --reuid="$WEB_USER" --regid="$WEB_USER" --clear-groups)
        holds "Apache's user reaches the program's socket" \
            "${as_web[@]}" test -S "$(sed -n 's/^Define AUTHTICKETS_SOCKET "\(.*\)"$/\1/p' "$var/web/apache.conf")"
        holds "and the database's socket is there, but out of its reach" test -S "$DB_SOCKET"
        is "Apache's user does not reach the database's socket" no \
            "$("${as_web[@]}" test -e "$DB_SOCKET" && say yes || say no)"
    fi
    oauth
    sign_in first@example.com 'F1rst one'
    answers 'the second run finds the shopper again' 200
    USER_CLAIMS=$ACCESS kibo GET $customer/accounts/current
    answers 'and the account' 200 '.userName == "first@example.com"'
fi
# Ctrl-C: the terminal sends it to all of them.
kill -INT -- "-$run_pid"
run_status 20
is 'Ctrl-C ends it with status 0' 0 $?
if wait_until 3 nothing_left "$var"; then ok 'Ctrl-C leaves no process'; else not_ok 'Ctrl-C leaves no process' "$(left_behind "$var")"; fi
stop_process "$run_pid"
port=$(free_port)
run_begin "$var" "$port"
if run_ready "$var"; then ok 'a third run on another port starts'; else not_ok 'a third run on another port starts' "$(trouble "$var")"; fi
kill -KILL "$run_pid"
if wait_until 15 nothing_left "$var"; then ok 'even SIGKILL leaves no process'; else
    not_ok 'even SIGKILL leaves no process' "$(left_behind "$var")"
fi
stop_process "$run_pid"

# --- Stopped while it starts: at each stage
stage() { # NAME FILE
    rm -rf "$second"
    run_begin "$second" "$(free_port)"
    if await "$run_pid" 30 test -e "$second/$2"; then run_end "$second" "stopped $1"; else
        not_ok "stopped $1" "$(trouble "$second")"
        stop_process "$run_pid"
    fi
}
stage 'while the database is made' db.new
stage 'while the database starts' db/mariadbd.pid
stage 'before the tables are there' db.sock
stage 'when the program has started' authtickets.sock
run_begin "$second" "$(free_port)"
if run_ready "$second"; then ok 'after that it starts as ever'; else not_ok 'after that it starts as ever' "$(trouble "$second")"; fi
run_end "$second" 'after that'

# --- Wrong configuration
say 'no.such.option = 1' >>"$second/authtickets.conf"
line=$(wc -l <"$second/authtickets.conf")
run_begin "$second" "$(free_port)"
run_status 30
is 'wrong configuration fails' 1 $?
holds 'and names file, line and option' grep -qE "authtickets.conf:$line: .*no\.such\.option" "$second.out"
if wait_until 3 nothing_left "$second"; then ok 'and leaves no process'; else not_ok 'and leaves no process' "$(left_behind "$second")"; fi
sed -i '$d' "$second/authtickets.conf"
say 'workers = many' >>"$second/authtickets.conf"
run_begin "$second" "$(free_port)"
run_status 30
is 'a bad value fails' 1 $?
holds 'and says what is allowed' grep -qE "authtickets.conf:$line: .*workers.*allowed" "$second.out"
