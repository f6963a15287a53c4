# The shop that is measured: a database with the demo realm and its application, the program, and a web server for it and for
# the floors. Sourced by `run` and `load`.
# SPDX-License-Identifier: MIT
# shop_up sets $dir (a folder that is removed at the end), $url, $program (its process), $cores, $idle_mib, what run.env of
# contrib/run holds, and what wrk's scripts read from the environment.
cores=$(nproc)
pool=${pool:-200}        # accounts that sign in
workers=${workers:-16}   # threads, of the program and of the floors
couriers=4               # threads that send messages
export AUTHTICKETS SRC_DIR SCRIPTS=$bench

fail() { echo "bench: $*" >&2; exit 1; }
PATH=$PATH:/usr/sbin
for tool in wrk curl jq lighttpd; do command -v $tool >/dev/null || fail "$tool is missing"; done

# The load of the machine before anything was started.
load_average() { cut -d' ' -f1 /proc/loadavg; }
load_before=$(load_average)

dir=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX") && chmod 755 "$dir" || exit 1
started=() # process ids, the first one contrib/run
taking_turns=() # of loads that may be stopped; see measure.sh
leave() {
    local i
    [ -z "${shop_worker:-}" ] || kill -CONT "$shop_worker" 2>/dev/null
    [ ${#taking_turns[@]} = 0 ] || { kill -TERM "${taking_turns[@]}"; kill -CONT "${taking_turns[@]}"; } 2>/dev/null
    for ((i = ${#started[@]} - 1; i >= 0; i--)); do
        kill -TERM "${started[i]}" 2>/dev/null && wait "${started[i]}" 2>/dev/null
    done
    rm -rf "$dir"
}
trap leave EXIT
trap 'exit 130' INT TERM

until_true() { # at most 60 s
    local i
    for ((i = 0; i < 600; i++)); do
        "$@" && return 0
        sleep 0.1
    done
    return 1
}
free_ports() { # so many that nobody listens on now
    local port found=0
    while [ $found -lt "$1" ]; do
        port=$((20000 + RANDOM % 10000))
        (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null || { echo $port && found=$((found + 1)); }
    done
}

shop_up() {
    local shop_port
    echo "bench: starting a shop" >&2
    read -r -d '' shop_port program_port floor_port < <(free_ports 3)
    WEB=lighttpd TLS=0 VAR=$dir/shop PORT=$shop_port "$SRC_DIR/contrib/run" >"$dir/shop.log" 2>&1 &
    started+=($!)
    ready() { [ -s "$dir/shop/run.env" ] || ! kill -0 "${started[0]}" 2>/dev/null; }
    until_true ready
    if [ ! -s "$dir/shop/run.env" ]; then
        tail -n 20 "$dir/shop.log" "$dir"/shop/log/*.log >&2
        fail "contrib/run did not become ready"
    fi
    . "$dir/shop/run.env"
    export TENANT SITE
    # What is owed is sent by the bench alone, when it measures that or needs the codes.
    # contrib/run has its work done by a second shell, whose child the worker is.
    shop_worker=$(pgrep -P "$(pgrep -d, -P "${started[0]}")" -f ' deliver$') && kill -STOP "$shop_worker" || fail "the shop has no worker"
    configure
    program_up
    accounts_up
}

# The shop's own mount stays idle: here the budget of requests per application (TH2, docs/security.md) is out of the way,
# since one application makes all of the load.
configure() {
    config=${AUTHTICKETS_CONFIG:-$dir/shop/authtickets.conf}
    [ -r "$config" ] || fail "no configuration at $config"
    {
        grep -vE '^[[:space:]]*(application\.requests_per_second|codes\.per_second|workers|log\.to|mail\..*|hook\..*|trusted_proxies|deliver\.workers)[[:space:]]*=' "$config"
        echo "application.requests_per_second = 100000"
        echo "codes.per_second = 10000"
        echo "workers = $workers"
        echo "log.to = $dir/program.log"
        echo "mail.sender = shop@bench.example"
        echo "hook.insecure = on"
        echo "hook.allow = 127.0.0.0/8"
        echo "deliver.workers = $couriers"
        echo "trusted_proxies = 127.0.0.1" # the load has one address, whose budget of codes an hour (OC7) would end it
        echo "mail.transport = maildir"
        echo "mail.maildir = $dir/mail"
    } >"$dir/authtickets.conf"
    chmod 600 "$dir/authtickets.conf"
    value() { sed -nE "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*(.*[^[:space:]])[[:space:]]*$/\1/p" "$config" | tail -n 1; }
    DB_NAME=$(value 'database\.name') DB_USER=$(value 'database\.user') DB_PASSWORD=$(value 'database\.password')
    DB_SOCKET=$(value 'database\.socket')
    export DB_NAME DB_USER DB_PASSWORD DB_SOCKET
}

# --- The program, and the floors, each behind a lighttpd of its own with the configuration of contrib/ -----------------
web_server() { # name, port: passes everything on to $dir/NAME.sock
    cat >"$dir/$1.conf" <<END
server.port = $2
server.bind = "127.0.0.1"
server.document-root = "$dir"
server.errorlog = "$dir/$1.error.log"
server.pid-file = "$dir/$1.pid"
var.authtickets_contrib = "$SRC_DIR/contrib"
var.authtickets_socket = "$dir/$1.sock"
include "$SRC_DIR/contrib/lighttpd/authtickets-fastcgi.conf"
accesslog.filename = "$dir/$1.access.log"
\$HTTP["url"] == "/authorize" { # what a proxy asks; for the row authorizer
    fastcgi.server = ( "/" => (( "socket" => var.authtickets_socket, "check-local" => "disable" )) )
}
END
    lighttpd -D -f "$dir/$1.conf" 2>"$dir/$1.start.log" &
    started+=($!)
}
web_up() { web_server program "$program_port"; }
program_up() {
    AUTHTICKETS_CONFIG=$dir/authtickets.conf "$AUTHTICKETS" serve --socket "$dir/program.sock" 2>"$dir/program.start.log" &
    program=$!
    started+=("$program")
    web_up
    export url=http://127.0.0.1:$program_port
    well() { curl -fs -o "$dir/health.json" "$url/healthz"; }
    until_true well || { cat "$dir/program.start.log" "$dir/program.log" >&2; fail "the program does not answer at /healthz"; }
    idle_mib=$(resident)
}
resident() { awk '/^VmRSS:/ { printf "%.1f", $2 / 1024 }' "/proc/$program/status"; }

# $machine and $version, for what is printed.
machine_named() {
    local cpu memory_gib
    cpu=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
    memory_gib=$(awk '/^MemTotal:/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)
    machine="${cpu:-unknown processor}, $cores cores, $memory_gib GiB; $(web_version), $(mariadbd --version |
        sed -E 's/.*Ver ([^ ]+).*/MariaDB \1/'), Linux $(uname -r)"
    version=$("$AUTHTICKETS" --version </dev/null | head -n 1)
}
web_version() { lighttpd -v | sed -n '1s/ .*//p'; }

at() { AUTHTICKETS_CONFIG=$dir/$1.conf "$AUTHTICKETS" "${@:2}"; }
set_to() { at authtickets settings set --realm demo "$1" "$2" >"$dir/command.log" 2>&1 || fail "settings set: $(cat "$dir/command.log")"; }
settle() { sleep 1.2; } # that is how old settings may be (README)

# --- Accounts and tickets --------------------------------------------------------------------------------------------
export PASSWORD=Engine-No-1842-bench
post() { # path, body
    curl -fsS -H "Authorization: Bearer ${APP_TOKEN:-}" -H "X-Vol-Tenant: $TENANT" -H "X-Vol-Site: $SITE" \
        -H 'Content-Type: application/json' -d "$2" "$url$1"
}
register() {
    local name=shopper$1@bench.example
    post '/api/commerce/customer/accounts/Add-Account-And-Login?responseFields=accessToken' \
        "{\"account\":{\"emailAddress\":\"$name\",\"userName\":\"$name\",\"firstName\":\"Ada\",\"lastName\":\"Byron\"},\"password\":\"$PASSWORD\"}" |
        jq -er --arg name "$name" '$name + " " + .accessToken'
}
sign_in() {
    post '/api/commerce/customer/authtickets?responseFields=refreshToken' \
        "{\"username\":\"shopper$1@bench.example\",\"password\":\"$PASSWORD\"}" | jq -er .refreshToken
}
export -f post register sign_in
each() { seq 1 "$1" | xargs -P "$cores" -I{} bash -c "$2 {}"; } # lines are short, so they do not mix
accounts_up() {
    local oauth
    echo "bench: making $pool accounts" >&2
    oauth=$(post /api/platform/applications/authtickets/oauth \
        "{\"client_id\":\"$APP_ID\",\"client_secret\":\"$APP_SECRET\",\"grant_type\":\"client_credentials\"}") || fail "no application token"
    APP_TOKEN=$(jq -er .access_token <<<"$oauth") || fail "no application token"
    export APP_TOKEN
    each "$pool" register >"$dir/accounts" || fail "registering failed"
    [ "$(wc -l <"$dir/accounts")" = "$pool" ] || fail "registering failed"
    cut -d' ' -f1 "$dir/accounts" >"$dir/names"
    cut -d' ' -f2 "$dir/accounts" >"$dir/tickets"
    export ACCOUNTS=$dir/names TICKETS=$dir/tickets
}
