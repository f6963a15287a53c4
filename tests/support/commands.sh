# Running the program's commands in tests/e2e and judging what they say. Shell library (bash), after e2e.sh.
# SPDX-License-Identifier: MIT
need_file "$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -n 1)" libfaketime
[ -z "$missing_packages" ] || give_up 'packages are installed' "missing:$missing_packages; run contrib/bootstrap"
FAKETIME_LIB=$(find /usr/lib -name libfaketime.so.1 | head -n 1)

# run ARGUMENTS... -> CODE, OUT, ERR
run() {
    RAN="authtickets $*"
    OUT=$(at "$@" 2>"$SCRATCH/error")
    CODE=$?
    ERR=$(cat "$SCRATCH/error")
}
ran() { say "$RAN" "exit status $CODE" "stdout: $OUT" "stderr: $ERR"; }
# gives NAME [JQ CONDITION | = TEXT]: exit status 0, nothing on stderr, and the condition on stdout.
gives() {
    if [ "$CODE" != 0 ] || [ -n "$ERR" ]; then
        not_ok "$1" "$(ran)"
    elif [ "${2:-}" = '=' ] && [ "$OUT" != "$3" ]; then
        not_ok "$1" "expected $3" "$(ran)"
    elif [ $# = 2 ] && ! jq -e "$2" <<<"$OUT" >/dev/null 2>&1; then
        not_ok "$1" "expected $2" "$(ran)"
    else
        ok "$1"
    fi
}
# refuses NAME STATUS TEXT: that exit status, nothing on stdout, one line on stderr that begins with the program and
# holds the text.
refuses() {
    if [ "$CODE" = "$2" ] && [ -z "$OUT" ] && [ "$(wc -l <"$SCRATCH/error")" = 1 ] && [[ $ERR == "authtickets: "*"$3"* ]]; then
        ok "$1"
    else
        not_ok "$1" "expected status $2 and \"$3\"" "$(ran)"
    fi
}
field() { jq -r "$1" <<<"$OUT"; }

at_time() { "${AS[@]:-env}" env AUTHTICKETS_CONFIG="$CONFIG" LD_PRELOAD="$FAKETIME_LIB" FAKETIME="$1" FAKETIME_DONT_FAKE_MONOTONIC=1 \
    "$AUTHTICKETS" "${@:2}"; }
later() { # WHEN ARGUMENTS...: as run, at another time
    RAN="at $1: authtickets ${*:2}"
    OUT=$(at_time "$@" 2>"$SCRATCH/error")
    CODE=$?
    ERR=$(cat "$SCRATCH/error")
}

# program_at WHEN: the program is started again, at another time.
program_at() {
    stop_process "$program_pid"
    rm -f "$FCGI_SOCKET"
    start_process "$PROGRAM_LOG" env AUTHTICKETS_CONFIG="$CONFIG" LD_PRELOAD="$FAKETIME_LIB" FAKETIME="$1" \
        FAKETIME_DONT_FAKE_MONOTONIC=1 "$AUTHTICKETS" serve --socket "$FCGI_SOCKET"
    program_pid=$pid
    await "$program_pid" 10 test -S "$FCGI_SOCKET" || give_up "the program starts at $1" "$(tail -n 5 "$PROGRAM_LOG")"
}
