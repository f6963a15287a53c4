# What tests that run node scripts against a shop share: their packages, a shop of their own (contrib/run), their lines
# counted. Shell library (bash) of tests/clients/run and tests/browser/run.
# SPDX-License-Identifier: MIT
#
# Set before use: SRC_DIR; work (a folder for packages and scripts); round (the name of what is running, for its log).
# AUTHTICKETS is the program; SHOP_PROGRAM what is started in its place (it); SCRIPT_SECONDS how long one script may take (120).

install_packages() { # FOLDER of package.json, SCRIPTS...: modules are looked for beside the script, so all go to $work
    local from=$1
    shift
    mkdir -p "$work"
    cp "$@" "$from/package.json" "$from/.npmrc" "$work/"
    cmp -s "$from/package-lock.json" "$work/package-lock.json" && [ -e "$work/installed" ] && return
    rm -f "$work/installed"
    cp "$from/package-lock.json" "$work/"
    (cd "$work" && npm ci --no-progress >npm.log 2>&1) || { cat "$work/npm.log"; return 1; }
    touch "$work/installed"
}

free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'; }

shop= # process id of contrib/run
var=  # its folder
# What run.env says is for the commands of a subshell only: nothing of one shop reaches the next.
in_shop() { (
    set -a
    [ -z "$var" ] || . "$var/run.env"
    [ -z "$var" ] || SHOP_CONFIG=$var/authtickets.conf # for the program's commands
    "$@"
); }
healthy() { curl -fsS ${CA_FILE:+--cacert "$CA_FILE"} -o /dev/null "$BASE_URL/healthz" 2>/dev/null; }
start_shop() { # web server, TLS
    var=$(mktemp -d "${TMPDIR:-/tmp}/shop.XXXXXX") && chmod 755 "$var"
    AUTHTICKETS=${SHOP_PROGRAM:-$AUTHTICKETS} WEB=$1 TLS=$2 VAR=$var PORT=$(free_port) \
        "$SRC_DIR/contrib/run" >"$work/$round.log" 2>&1 &
    shop=$!
    for ((i = 0; i < 600; i++)); do
        kill -0 "$shop" 2>/dev/null || break
        [ -s "$var/run.env" ] && in_shop healthy && return 0
        sleep 0.1
    done
    echo "# contrib/run did not become ready:"
    tail -n 20 "$work/$round.log" "$var"/log/*.log 2>&1 | sed 's/^/#   /'
    return 1
}
stop_shop() {
    [ -n "$shop" ] && kill -TERM "$shop" 2>/dev/null && wait "$shop" 2>/dev/null
    [ -n "$var" ] && rm -rf "$var"
    shop=
    var=
}
trap stop_shop EXIT
trap 'exit 130' INT TERM

passed=0 failed=0
tell() { # one line of a script's output, counted
    case $1 in
    'ok '*) passed=$((passed + 1)) ;;
    'not ok '*) failed=$((failed + 1)) ;;
    esac
    echo "$1"
}
node_script() { cd "$work" && NODE_EXTRA_CA_CERTS=${CA_FILE:-} timeout "${SCRIPT_SECONDS:-120}" node --no-deprecation "$1" 2>&1; }
run_scripts() {
    local script status lines line
    for script in "$@"; do
        echo "# $round: $script"
        lines=0
        while IFS= read -r line; do
            case $line in status:*) status=${line#status:} && continue ;; esac
            case $line in 'ok '* | 'not ok '*) lines=$((lines + 1)) ;; esac
            tell "$line"
        done < <(in_shop node_script "$script"; echo "status:$?")
        # 0: all well; 2: it has said what failed. Anything else is a crash half-way and must count.
        case $status in
        0 | 2) [ "$lines" -gt 0 ] || tell "not ok - $script checked nothing" ;;
        *) tell "not ok - $script ended with status $status after $lines checks" ;;
        esac
    done
}
