# Measuring: floor and program in turn, since a machine is not the same from minute to minute. Sourced by `run`.
# SPDX-License-Identifier: MIT
# Each measurement is a line of a file, "RATE P50_MS P99_MS ERRORS": $dir/NAME.program, and $dir/NAME.floor of the same round.
load="-t2 -c32" # wrk's threads and connections
errors=0

floors_up() { web_server floor "$floor_port"; }
floor=
start_floor() { # program and its arguments; it listens on $dir/floor.sock
    "$BUILD_DIR/bench/$1" "$dir/floor.sock" "$workers" "${@:2}" 2>>"$dir/floor.log" &
    floor=$!
    started+=("$floor")
    answers() { curl -fs -o /dev/null "http://127.0.0.1:$floor_port/api/"; }
    until_true answers || { cat "$dir/floor.log" >&2; fail "$1 does not answer"; }
}
stop_floor() {
    kill -TERM "$floor" && wait "$floor" 2>/dev/null
    unset 'started[-1]'
}

measure() { # file to add to, port, script, wrk's threads and connections
    local said result
    said=$(wrk $4 -d"${SECONDS_EACH}s" --timeout 10s -s "$SCRIPTS/$3.lua" "http://127.0.0.1:$2" 2>&1)
    result=$(sed -n 's/^result //p' <<<"$said") # rate, p50, p99, errors
    [ -n "$result" ] || fail "wrk on $3: $said"
    echo "$result" >>"$1"
    table_load
    [ "${result##* }" = 0 ] && return
    echo "bench: $3 on port $2: ${result##* } answers were no success; wrk says:"$'\n'"$said" >&2
    errors=1
}

# web NAME CONNECTIONS FLOOR [ARGUMENT...]: NAME.lua on a floor that stays and on the program, in turn. Three rounds of half the
# time for each of ROUNDS: what else the machine does comes and goes within seconds, and the median of nine short rounds says
# more than that of three long ones.
# before_each is called before the floor starts and before each measurement of the program, for what is good only once.
before_each() { :; }
web() {
    local name=$1 connections=$2 round SECONDS_EACH=$(((SECONDS_EACH + 1) / 2))
    before_each
    start_floor "${@:3}"
    for ((round = 0; round < ROUNDS * 3; round++)); do
        measure "$dir/$name.floor" "$floor_port" "$name" "$connections"
        before_each
        measure "$dir/$name.program" "$program_port" "$name" "$connections"
    done
    stop_floor
}

# hashed NAME: one hash per core runs at once (PW11), so as many requests as cores beside as many bare hashes.
hashed() {
    "$BUILD_DIR/bench/floor_argon2" "$cores" "$SECONDS_EACH" >>"$dir/$1.floor" || fail "floor_argon2 failed"
    LOAD_THREADS=$cores measure "$dir/$1.program" "$program_port" "$1" "-t$cores -c$cores"
}

# once NAME LIST BODY: NAME.lua with each line of LIST, which is good for one request: on the floor, then on the program.
once() {
    start_floor floor_sql "$3" "$1"
    LIST=$2 measure "$dir/$1.floor" "$floor_port" "$1" "$load"
    LIST=$2 measure "$dir/$1.program" "$program_port" "$1" "$load"
    stop_floor
}
clean_floor() { "$BUILD_DIR/bench/floor_sql" clean; }
