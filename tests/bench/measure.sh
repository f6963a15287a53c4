# Measuring: floor and program in turn, since a machine is not the same from minute to minute. Sourced by `run`.
# SPDX-License-Identifier: MIT
# Each measurement is a line of a file, "RATE P50_MS P99_MS ERRORS": $dir/NAME.program, and $dir/NAME.floor of the same round,
# which has "-" for times that were not taken.
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

# What a floor is to answer: a whole answer of the program's, but for what the web server adds.
answer() { # file for the body, curl's arguments; the headers stand beside it
    curl -fsS -D "$1.all" -o "$1" "${@:2}" && sed -En '2,$ { s/\r$//; /^$|^(date|server|connection|content-length):/Id; s/$/\r/; p }' "$1.all" >"$1.headers"
}

load_with() { # port, script, wrk's threads and connections, seconds
    exec wrk $3 -d"$4s" --timeout 10s -s "$SCRIPTS/$2.lua" "http://127.0.0.1:$1" 2>&1
}
result_of() { # script, port, what wrk said: rate, p50, p99, errors. Not to be called in a subshell, which would forget `errors`.
    local result
    result=$(sed -n 's/^result //p' <<<"$3")
    [ -n "$result" ] || fail "wrk on $1: $3"
    [ "${result##* }" = 0 ] || {
        echo "bench: $1 on port $2: ${result##* } answers were no success; wrk says:"$'\n'"$3" >&2
        errors=1
    }
    echo "$result"
}

measure() { # file to add to, port, script, wrk's threads and connections
    local said
    said=$(load_with "$2" "$3" "$4" "$SECONDS_EACH")
    result_of "$3" "$2" "$said" >>"$1"
    table_load
}

# web NAME CONNECTIONS FLOOR [ARGUMENT...]: NAME.lua on a floor that stays and on the program, for ROUNDS.
# The two are loaded in turn, half a second each, until both had SECONDS_EACH: what else the machine does comes and goes within
# seconds, and by whole rounds of two seconds the same program had from 0.62 to 1.15 of its floor. The load whose turn it is not is
# stopped; what it has in flight then is answered in the other's time, which draws a ratio of 0.85 nearer to 1 by three thousandths.
# Waiting times are of a measurement of the program by itself, since whoever is stopped waits; of the floor there are none.
# before_each is called before the floor starts and before each measurement of the program, for what is good only once.
before_each() { :; }
web() {
    local name=$1 connections=$2 round waited
    before_each
    start_floor "${@:3}"
    before_each
    measure "$dir/$name.waited" "$program_port" "$name" "$connections"
    waited=$(cut -d' ' -f2,3 "$dir/$name.waited")
    for ((round = 0; round < ROUNDS; round++)); do
        before_each
        in_turn "$name" "$connections" "$waited"
    done
    stop_floor
}
turn=0.5 # seconds
in_turn() { # NAME CONNECTIONS "P50 P99"
    local -A load own=([floor]=0 [program]=0) port=([floor]=$floor_port [program]=$program_port)
    local each began requests left stop=STOP
    for each in floor program; do
        (load_with "${port[$each]}" "$1" "$2" $((2 * SECONDS_EACH + 60)) >"$dir/$each.said") &
        load[$each]=$!
        taking_turns+=($!)
        kill -STOP $!
    done
    for ((left = 2 * SECONDS_EACH; left > 0; left--)); do
        [ $left -gt 1 ] || stop=INT # at which wrk says what there was, when it is not stopped
        for each in floor program; do
            began=${EPOCHREALTIME/[.,]/}
            kill -CONT "${load[$each]}"
            sleep $turn
            kill -$stop "${load[$each]}"
            own[$each]=$((own[$each] + ${EPOCHREALTIME/[.,]/} - began))
        done
    done
    wait "${load[@]}"
    taking_turns=()
    for each in floor program; do
        result_of "$1" "${port[$each]}" "$(cat "$dir/$each.said")" >"$dir/result"
        requests=$(sed -n 's/^requests //p' "$dir/$each.said")
        awk -v requests="$requests" -v own="${own[$each]}" -v waited="$([ $each = program ] && echo "$3" || echo '- -')" \
            '{ printf "%.1f %s %d\n", requests / own * 1000000, waited, $4 }' "$dir/result" >>"$dir/$1.$each"
    done
    table_load
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
