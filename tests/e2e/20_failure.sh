#!/bin/bash
# What is away comes back by itself: the database, a connection to it, the program; and stopping the program loses no
# request. Through lighttpd, Apache and nginx in front of the same program.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
world_up
customer=/api/commerce/customer

program_start || give_up 'the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
declare -A at_server
for server in lighttpd apache nginx; do
    WEB_DIR=$WORK/$server
    "${AS[@]:-env}" mkdir "$WEB_DIR"
    case $server in apache) kind=proxy-fcgi ;; *) kind=fastcgi ;; esac
    web_up $server $kind
    at_server[$server]=$BASE
done
# Processes of their own, so the database need not be there for them.
WEB_DIR=$WORK/cgi
"${AS[@]:-env}" mkdir "$WEB_DIR"
web_up lighttpd cgi
at_server[cgi]=$BASE

BASE=${at_server[lighttpd]}
oauth
sign_up failure@example.com 'Fail 1 safe'
answers 'a shopper signs up' 201
current() { USER_CLAIMS=$ACCESS kibo GET $customer/accounts/current; }
current_is_200() { current && [ "$STATUS" = 200 ]; }
health_is() { call GET /healthz && [ "$STATUS" = "$1" ]; }
# within NAME LIMIT_MS SINCE_MS
within() {
    local took=$(($(milliseconds) - $3))
    if [ $took -le "$2" ]; then ok "$1 ($took ms)"; else not_ok "$1" "took $took ms, at most $2"; fi
}

# --- Clients that announce a body and fall silent: the rest of the service goes on, and they are let go
silent=24
health_in_3_seconds() { # how many of 20 requests in a row were answered 200, each within 3 seconds
    local i good=0 since
    for ((i = 0; i < 20; i++)); do
        since=$(milliseconds)
        call GET /healthz
        [ "$STATUS" = 200 ] && [ $(($(milliseconds) - since)) -le 3000 ] && good=$((good + 1))
    done
    say $good
}
for server in lighttpd apache nginx; do
    LABEL="$silent silent clients, through $server: " BASE=${at_server[$server]}
    sockets=() left=$silent since=$(milliseconds)
    for ((i = 0; i < silent; i++)); do
        path=/api/nosuch
        [ $((i % 2)) = 0 ] || path=/api/platform/applications/authtickets/oauth
        exec {socket}<>"/dev/tcp/127.0.0.1/${BASE##*:}"
        printf 'POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{' \
            "$path" >&"$socket"
        sockets+=("$socket")
    done
    is 'KL6: /healthz is 200 within 3 s, 20 times of 20' 20 "$(health_in_3_seconds)"
    current
    answers 'KL6: a token check goes on' 200
    for socket in "${sockets[@]}"; do
        rest=$((15000 - $(milliseconds) + since))
        [ $rest -gt 0 ] || rest=1
        # An answer's first line, or the end of the connection; above 128: neither came in time.
        IFS= read -r -t "$((rest / 1000)).$(printf %03d $((rest % 1000)))" -u "$socket" _ 2>/dev/null
        [ $? -gt 128 ] || left=$((left - 1))
        exec {socket}>&-
    done
    is 'KL6: each is answered or closed within 15 s' 0 $left
    sign_in failure@example.com 'Fail 1 safe'
    answers 'KL6: afterwards sign-in works' 200
done
LABEL='' BASE=${at_server[lighttpd]}

# --- The database goes and comes back
id=$program_pid
stop_process "$database_pid"
for server in lighttpd apache nginx cgi; do
    LABEL="database away, through $server: " BASE=${at_server[$server]}
    current
    answers 'a token check is 503 in the form of kibo 7.1' 503 '.errorCode | length > 0'
    if [[ $(header retry-after) =~ ^[1-9][0-9]?$ ]]; then ok 'with Retry-After'; else not_ok 'with Retry-After' "$(seen)"; fi
    sign_in failure@example.com 'Fail 1 safe'
    answers 'KL4: sign-in is 503 and no ticket' 503 'has("accessToken") | not'
    call GET /healthz
    answers '/healthz is 503 in JSON' 503 'type == "object"'
done
LABEL='' BASE=${at_server[lighttpd]}
USER_CLAIMS='' kibo PUT "$customer/authtickets/refresh?refreshToken=$(urlencode "${REFRESH:-none}")" -H 'Content-Length: 0'
answers 'database away: refresh is 503' 503
if [[ $(header retry-after) =~ ^[12]$ ]]; then ok 'design 4: refresh says Retry-After of 2 s at most'; else
    not_ok 'design 4: refresh says Retry-After of 2 s at most' "$(seen)"
fi
database_up || give_up 'the database starts again' "$(tail -n 5 "$DB_LOG")"
since=$(milliseconds)
if wait_until 5 health_is 200; then within 'database back: /healthz says so within a second' 1000 "$since"; else
    not_ok 'database back: /healthz says so within a second' "$(seen)"
fi
sign_in failure@example.com 'Fail 1 safe'
answers 'database back: sign-in works' 200
within 'database back: all within a second' 1500 "$since"
current
answers 'database back: a ticket of now opens the account' 200
holds 'database back: the program was not started again' kill -0 "$id"
BASE=${at_server[cgi]}
current
answers 'database back: CGI too' 200
BASE=${at_server[lighttpd]}

# --- Connections killed in the database
kill_connections() {
    local connection
    for connection in $(sql "SELECT id FROM information_schema.processlist WHERE user IN ('serve', 'maintain')"); do
        sql "KILL $connection"
    done
}
for round in 1 2 3; do
    kill_connections
    current
    answers "every connection killed in the database: the next request works ($round)" 200
done
kill_connections
sign_in failure@example.com 'Fail 1 safe'
answers 'every connection killed in the database: the next sign-in works' 200

# --- A connection killed during a request: a statement that waits for a table
hold_table() { # SECONDS: in the background
    sql "LOCK TABLES $DB_NAME.tickets WRITE; SELECT SLEEP($1); UNLOCK TABLES" >/dev/null &
    holder=$!
    wait_until 5 table_is_held
}
table_is_held() {
    [ "$(sql "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'")" -ge 1 ]
}
someone_waits() {
    [ "$(sql "SELECT COUNT(*) FROM information_schema.processlist
        WHERE user = 'serve' AND state LIKE 'Waiting for table%'")" -ge 1 ]
}
# A request in the background, its answer in files of its own.
current_in_background() {
    (
        SCRATCH=$WORK/background
        mkdir -p "$SCRATCH"
        current
        say "$STATUS" >"$SCRATCH/status"
        seen >"$SCRATCH/seen"
    ) &
    background=$!
}
background_status() { # -> status
    wait "$background"
    status=$(cat "$WORK/background/status")
}
hold_table 1.5
current_in_background
if wait_until 5 someone_waits; then
    kill_connections
    background_status
    case $status in
        200 | 503) ok "a connection killed during a request: answered ($status)" ;;
        *) not_ok 'a connection killed during a request: 200 or 503' "$(cat "$WORK/background/seen")" ;;
    esac
else
    not_ok 'a connection killed during a request' 'no statement waited for the table'
fi
wait "$holder"
current
answers 'a connection killed during a request: the next one works' 200

# --- SIGTERM
stopped() { ! kill -0 "$1" 2>/dev/null; }
# The web servers answer while nobody else does.
since=$(milliseconds)
kill -TERM "$program_pid"
if wait_until 5 stopped "$program_pid"; then within 'SIGTERM: an idle program leaves within a second' 1000 "$since"; else
    not_ok 'SIGTERM: an idle program leaves within a second' 'still there after 5 s'
fi
wait "$program_pid"
is 'SIGTERM: exit status 0' 0 $?
stop_process "$program_pid"
for server in lighttpd apache nginx; do
    LABEL="program away, through $server: " BASE=${at_server[$server]}
    current
    answers '502 or 503 in the form of kibo 7.1' '50[23]' '.errorCode == "SYSTEM_MAINTENANCE"'
    is 'Retry-After' 1 "$(header retry-after)"
    call GET /healthz
    answers '/healthz too' '50[23]'
done
program_start || give_up 'the program starts again' "$(tail -n 5 "$PROGRAM_LOG")"
since=$(milliseconds)
for server in apache nginx; do
    LABEL="program back, through $server: " BASE=${at_server[$server]}
    if wait_until 3 current_is_200; then within 'requests work within a second' 1500 "$since"; else
        not_ok 'requests work within a second' "$(seen)"
    fi
done
# lighttpd looks at a socket that has failed once in each of its seconds: a whole one may pass before, and is not ours.
LABEL="program back, through lighttpd: " BASE=${at_server[lighttpd]}
if wait_until 3 current_is_200; then within "requests work within a second of lighttpd's next look" 2500 "$since"; else
    not_ok "requests work within a second of lighttpd's next look" "$(seen)"
fi
LABEL='' BASE=${at_server[lighttpd]}

hold_table 1
current_in_background
if wait_until 5 someone_waits; then
    kill -TERM "$program_pid"
    background_status
    since=$(milliseconds)
    is 'SIGTERM during a request: it is answered' 200 "$status"
    if wait_until 5 stopped "$program_pid"; then within 'SIGTERM during a request: then the program leaves within a second' 1000 "$since"; else
        not_ok 'SIGTERM during a request: then the program leaves within a second' 'still there after 5 s'
    fi
else
    not_ok 'SIGTERM during a request' 'no statement waited for the table'
fi
wait "$holder"
stop_process "$program_pid"

# --- The database away when the program starts
stop_process "$database_pid"
program_start || not_ok 'design 5: with the database away the program starts' "$(tail -n 5 "$PROGRAM_LOG")"
current
answers 'design 5: started without a database it answers 503' 503
database_up || give_up 'the database starts again' "$(tail -n 5 "$DB_LOG")"
since=$(milliseconds)
if wait_until 5 current_is_200; then within 'and works within a second of its return' 1500 "$since"; else
    not_ok 'and works within a second of its return' "$(seen)"
fi
for server in "${STARTED[@]}"; do [ "$server" = "$database_pid" ] || stop_process "$server"; done
is 'TK9: no token, password or secret in any log' '' "$(leaks)"
