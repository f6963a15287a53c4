# Starting contrib/run (`make run`) as a user would, and looking for what it leaves behind. Shell library (bash) of
# tests/e2e, after e2e.sh.
# SPDX-License-Identifier: MIT

# Everything a run starts carries RUN_MARK=VAR in its environment or, where a server overwrites that, VAR in its command.
# The user of the run is the one of the test; RUN_AS may hold a command in front (setpriv) for another one.
AS=()
RUN_AS=()
RUN_SRC=$SRC_DIR RUN_PROGRAM=$ORIGINAL

# run_begin VAR PORT [NAME=VALUE...] -> run_pid, a process group of its own as on a terminal; its output in $VAR.out
run_begin() {
    local var=$1 port=$2
    shift 2
    : >"$var.out"
    AS=("${RUN_AS[@]}")
    # A shell starts background commands with SIGINT ignored; on a terminal it is not.
    start_process "$var.out" env "AUTHTICKETS=$RUN_PROGRAM" "SRC_DIR=$RUN_SRC" "VAR=$var" "PORT=$port" \
        "RUN_MARK=$var" "$@" setsid env --default-signal=INT "$RUN_SRC/contrib/run"
    AS=()
    run_pid=$pid
}
run_ready() { await "$run_pid" 60 test -e "$1/run.env"; }

# run_status SECONDS: waits for the end of a run and returns its exit status; 124 when it goes on
run_status() {
    wait_until "$1" run_ended || return 124
    wait "$run_pid"
}
run_ended() { ! kill -0 "$run_pid" 2>/dev/null; }

# What still runs of VAR, one line each; not the search itself.
left_behind() {
    local file
    {
        grep -lazxF "RUN_MARK=$1" /proc/[0-9]*/environ
        grep -laF "$1/" /proc/[0-9]*/cmdline
    } 2>/dev/null | while read -r file; do
        tr '\0' ' ' 2>/dev/null <"${file%/*}/cmdline" && say
    done 2>/dev/null | grep -v -e '^ *$' -e '^grep ' | sort -u
}
nothing_left() { [ -z "$(left_behind "$1")" ]; }

# run_end VAR NAME: SIGTERM, and nothing is left.
run_end() {
    local status
    kill -TERM "$run_pid" 2>/dev/null
    run_status 20
    status=$?
    if [ $status = 0 ]; then ok "$2: SIGTERM ends it with status 0"; else
        not_ok "$2: SIGTERM ends it with status 0" "got: $status" "$(cat "$1.out")" "$(tail -n 5 "$1"/log/* 2>/dev/null)"
    fi
    if wait_until 3 nothing_left "$1"; then ok "$2: and leaves no process"; else
        not_ok "$2: and leaves no process" "$(left_behind "$1")"
    fi
    stop_process "$run_pid"
}
