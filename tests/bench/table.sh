# The table and bench.json. Sourced by `run`.
# SPDX-License-Identifier: MIT
# row NAME KIND GOAL FLOOR LABEL: a row of what stands in $dir/NAME.program and $dir/NAME.floor (measure.sh). KIND says what
# is compared with the floor of the same round, and GOAL what the median of all rounds has to hold:
#   rate   requests a second, at least GOAL of the floor's        ms     the median time itself, at most GOAL milliseconds; no floor
#   time   the median time, at most GOAL times the floor's        none   requests a second, without a goal
rows=()
row() { rows+=("$(printf '%s\t' "$@")"); }
# note FILE: text to be printed below the table.
notes=()
note() { notes+=("$1"); }

median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
column() { [ ! -s "$dir/$1" ] || cut -d' ' -f"$2" "$dir/$1" | median; }
# NAME KIND: what counts, in a line for each round.
counts() {
    case $2 in
        ms) cut -d' ' -f2 "$dir/$1.program" ;;
        time) paste -d' ' "$dir/$1.program" "$dir/$1.floor" | awk '{ print $2 / $6 }' ;;
        *) paste -d' ' "$dir/$1.program" "$dir/$1.floor" | awk '{ print $1 / $5 }' ;;
    esac
}
# tab-separated: name, label, rate, p50, p99, floor, floor's rate, kind, goal, what counts, its least and greatest of all
# rounds, holds. "-" stands for nothing, since empty fields would run together.
summary() {
    local name=$1 kind=$2 goal=$3 floor=$4 label=$5 count holds
    counts "$name" "$kind" >"$dir/counts"
    count=$(median <"$dir/counts")
    holds=$(awk -v count="$count" -v goal="$goal" -v kind="$kind" 'BEGIN {
        print kind == "none" ? "-" : (kind == "rate" ? count >= goal : count <= goal) ? "yes" : "no" }')
    printf '%s\t' "$name" "$label" "$(column "$name.program" 1)" "$(column "$name.program" 2)" "$(column "$name.program" 3)" "$floor"
    printf '%s\t' "$(column "$name.floor" 1 | grep . || echo -)" "$kind" "$goal" "$count" "$(sort -g "$dir/counts" | head -n 1)" "$(sort -g "$dir/counts" | tail -n 1)"
    echo "$holds"
}

# The load of the machine at each measurement, the bench's own included.
table_load() { load_average >>"$dir/loads"; }

table_print() {
    local each fields loaded_mib load_during missed
    loaded_mib=$(resident)
    for each in "${rows[@]}"; do
        IFS=$'\t' read -r -a fields <<<"$each"
        summary "${fields[@]}"
    done >"$dir/summary"
    machine_named
    load_during=$(median <"$dir/loads")

    awk -F'\t' 'BEGIN {
        print "| operation | a second | p50 ms | p99 ms | floor, a second | ratio to the floor | of all rounds | goal | holds |"
        print "|---|---:|---:|---:|---:|---:|---:|---|---|"
    }
    function whole(x) { return x > 0 ? sprintf("%.0f", x) : "" }
    function times(x) { return x > 0 ? sprintf("%.2f", x) : "" }
    {
        goal = $8 == "rate" ? "at least " $9 " of " $6 : $8 == "time" ? "at most " $9 " times " $6 : $8 == "ms" ? "at most " $9 " ms" : "none; " $6
        ratio = $8 == "ms" ? "" : sprintf("%.2f", $10)
        spread = sprintf($8 == "ms" ? "%.1f to %.1f ms" : "%.2f to %.2f", $11, $12)
        print "| " $2 " | " whole($3) " | " times($4) " | " times($5) " | " whole($7) " | " ratio " | " spread " | " goal " | " ($13 == "no" ? "**no**" : $13 == "-" ? "" : $13) " |"
    }' "$dir/summary"
    for each in "${notes[@]}"; do
        echo
        cat "$each"
    done
    echo
    echo "Resident memory: $idle_mib MiB idle, $loaded_mib MiB after the load."
    echo "$version on $machine."
    echo "Load of the machine: $load_before before, $load_during in the median while it ran, the bench's own included."
    echo "Medians of $ROUNDS rounds of $SECONDS_EACH s for each, program and floor in turn; where the goal is a time, the ratio is of the median times."

    jq -Rn --arg version "$version" --arg machine "$machine" --argjson cores "$cores" --argjson idle "$idle_mib" --argjson loaded "$loaded_mib" \
        --argjson before "$load_before" --argjson during "$load_during" --argjson rounds "$ROUNDS" --argjson seconds "$SECONDS_EACH" \
        --argjson errors "$errors" '
        def number: if . == "-" then null else tonumber end;
        { version: $version, machine: $machine, cores: $cores, load: { before: $before, during: $during }, rounds: $rounds, seconds: $seconds,
          errors: ($errors != 0), resident_mib: { idle: $idle, loaded: $loaded },
          operations: [inputs / "\t" | { operation: .[0], label: .[1], requests_per_second: (.[2] | number), p50_ms: (.[3] | number),
            p99_ms: (.[4] | number), floor: .[5], floor_requests_per_second: (.[6] | number), kind: .[7], goal: (.[8] | number),
            value: (.[9] | number), least: (.[10] | number), greatest: (.[11] | number), holds: (if .[12] == "-" then null else .[12] == "yes" end) }] }
        ' "$dir/summary" >"$dir/bench.json"
    # What another target has put beside it stays.
    if [ -s "$BUILD_DIR/bench.json" ] && jq -s '.[0] * .[1]' "$BUILD_DIR/bench.json" "$dir/bench.json" >"$dir/both.json" 2>/dev/null; then
        cp "$dir/both.json" "$BUILD_DIR/bench.json"
    else
        cp "$dir/bench.json" "$BUILD_DIR/bench.json"
    fi

    [ "$errors" = 0 ] || fail "some answers were no success, so the figures do not count"
    missed=$(awk -F'\t' '$13 == "no" { printf "%s%s %.2f (goal %s)", separator, $1, $10, $9; separator = ", " }' "$dir/summary")
    [ -n "$missed" ] || return 0
    echo
    echo "Missed: $missed."
    [ "$STRICT" != 1 ] || fail "a goal is missed"
}
