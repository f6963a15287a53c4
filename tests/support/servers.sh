# Starting and stopping what authtickets runs on: a private MariaDB, the program, and each web server with the files of
# contrib/. Shell library (bash) of contrib/run and of the scripts in tests/e2e, so what users run is what is tested.
# SPDX-License-Identifier: MIT
#
# Set before use: SRC_DIR, AUTHTICKETS (the program). Functions say what went wrong on stderr and return 1.

# How commands are started: empty, or a command in front (setpriv) that changes the user.
AS=()
# Where started processes look for their folder; kept short because of the limit on socket paths.
SOCKET_PATH_MAX=107

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

# --- Processes

STARTED=()  # ids, in the order of their start

# start_process LOG COMMAND...: in the background, its id in $pid. It gets SIGTERM when this shell dies, even by SIGKILL.
start_process() {
    local log=$1
    shift
    "${AS[@]:-env}" setpriv --pdeathsig TERM "$@" </dev/null >>"$log" 2>&1 8>&- 9>&- &
    pid=$!
    STARTED+=("$pid")
}

# stop_process ID [SECONDS]: SIGTERM, and SIGKILL after that time (10). Never `wait`: when Ctrl-C has ended some children
# during a `wait -n`, bash may wait for them for ever.
stop_process() {
    local id=$1 tries=$((${2:-10} * 20)) kept=() other
    disown "$id" 2>/dev/null # its end is no news
    kill -TERM "$id" 2>/dev/null
    while kill -0 "$id" 2>/dev/null; do
        if [ $((tries -= 1)) -lt 0 ]; then
            kill -KILL "$id" 2>/dev/null
            break
        fi
        sleep 0.05
    done
    for other in "${STARTED[@]}"; do [ "$other" = "$id" ] || kept+=("$other"); done
    STARTED=("${kept[@]}")
}

# The last started is the first to go: web server, program, database.
stop_all() {
    local i
    for ((i = ${#STARTED[@]} - 1; i >= 0; i--)); do
        stop_process "${STARTED[i]}" 15
    done
    STARTED=()
}

# wait_until SECONDS COMMAND...: polls until the command succeeds.
wait_until() {
    local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "${EPOCHREALTIME/[.,]/}" -lt "$end" ] || return 1
        sleep 0.05
    done
}

# await PID SECONDS COMMAND...: the same, but gives up when the process has ended.
await() {
    local id=$1 end=$((${EPOCHREALTIME/[.,]/} + $2 * 1000000))
    shift 2
    until "$@" >/dev/null 2>&1; do
        kill -0 "$id" 2>/dev/null || return 1
        [ "${EPOCHREALTIME/[.,]/}" -lt "$end" ] || return 1
        sleep 0.05
    done
}

# A port nobody listens on, by asking the kernel. Another process may take it first: callers try again.
free_port() {
    perl -MIO::Socket::INET -e \
        'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => 0)->sockport'
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
has_ipv6_loopback() { grep -q '^00000000000000000000000000000001 ' /proc/net/if_inet6 2>/dev/null; }

# --- What must be installed

# need COMMAND PACKAGE, need_file FILE PACKAGE: adds to $missing_packages.
missing_packages=
need() { command -v "$1" >/dev/null || missing_packages+=" $2"; }
need_file() { [ -e "$1" ] || missing_packages+=" $2"; }

need_database() {
    need mariadbd mariadb-server-core
    need mariadb-install-db mariadb-server-core
    need mariadb mariadb-client-core
}

need_web() { # SERVER, TLS (1 or empty)
    case $1 in
        lighttpd)
            need lighttpd lighttpd
            need_file /usr/lib/lighttpd/mod_magnet.so lighttpd-modules-lua
            [ -z "$2" ] || need_file /usr/lib/lighttpd/mod_openssl.so lighttpd-mod-openssl
            ;;
        apache)
            need apache2 apache2-bin
            ;;
        nginx)
            need nginx nginx-light
            ;;
        *)
            complain "WEB=$1 is not known; allowed: lighttpd, apache, nginx"
            return 1
            ;;
    esac
}
# sbin is not on every user's path.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# --- Database: DB_DIR (data), DB_SOCKET, DB_LOG

# The administrator's account is the operating-system user who runs the server, by the socket: no password to keep.
database_user() {
    if [ ${#AS[@]} -gt 0 ]; then "${AS[@]}" id -un; else id -un; fi
}

# A server that starts clears its folder for temporary tables, so no two may share one: not even /tmp.
database_create() {
    "${AS[@]:-env}" mkdir -p "$DB_DIR.tmp" || return 1
    [ -d "$DB_DIR/mysql" ] && return 0
    # Made beside and moved, so that a first start that was stopped half-way is made anew.
    rm -rf "$DB_DIR.new"
    local user
    user=$(database_user)
    if ! "${AS[@]:-env}" env TMPDIR="$DB_DIR.tmp" mariadb-install-db --no-defaults --datadir="$DB_DIR.new" --user="$user" --skip-test-db \
        --auth-root-authentication-method=socket --auth-root-socket-user="$user" \
        --innodb-log-file-size=16M </dev/null >>"$DB_LOG" 2>&1 8>&- 9>&-; then
        complain "the database could not be made; see $DB_LOG"
        return 1
    fi
    rm -rf "$DB_DIR"
    mv "$DB_DIR.new" "$DB_DIR"
}

# Further arguments go to the server. Its id in $database_pid.
database_start() {
    local user
    user=$(database_user)
    start_process "$DB_LOG" mariadbd --no-defaults --datadir="$DB_DIR" --user="$user" --socket="$DB_SOCKET" \
        --pid-file="$DB_DIR/mariadbd.pid" --tmpdir="$DB_DIR.tmp" --skip-networking --skip-name-resolve --character-set-server=utf8mb4 \
        --innodb-log-file-size=16M --innodb-buffer-pool-size=64M --max-connections=200 "$@"
    database_pid=$pid
    if ! await "$database_pid" 30 sql 'SELECT 1'; then
        complain "the database does not start; see $DB_LOG"
        return 1
    fi
}

# sql STATEMENTS: as administrator; rows as tab-separated lines. By standard input: every user of the machine can read
# the arguments of a command, and statements hold passwords.
sql() {
    "${AS[@]:-env}" mariadb --no-defaults --socket="$DB_SOCKET" --user="$(database_user)" --batch --skip-column-names \
        <<<"$1"
}

DB_NAME=authtickets

# database_users SERVE_PASSWORD MAINTAIN_PASSWORD MIGRATE_PASSWORD: the database and its three users (design: KL2).
database_users() {
    local at="'localhost'"
    sql "CREATE DATABASE IF NOT EXISTS $DB_NAME CHARACTER SET utf8mb4;
        CREATE USER IF NOT EXISTS 'serve'@$at, 'maintain'@$at, 'migrate'@$at;
        ALTER USER 'serve'@$at IDENTIFIED BY '$1', 'maintain'@$at IDENTIFIED BY '$2', 'migrate'@$at IDENTIFIED BY '$3';
        GRANT ALL ON $DB_NAME.* TO 'migrate'@$at;
        GRANT SELECT, INSERT, UPDATE, DELETE ON $DB_NAME.* TO 'maintain'@$at;"
}

# After each migration: what serve may do, table by table, because a right on the schema can not be taken back for one
# table. The audit trail is append-only for it (KL2), and it never changes tables.
database_grants() {
    local statements
    statements=$(sql "SELECT CONCAT('GRANT ',
            CASE table_name WHEN 'events' THEN 'SELECT, INSERT' WHEN 'event_seals' THEN 'SELECT, INSERT'
                WHEN 'erasures' THEN 'SELECT, INSERT'
                WHEN 'schema_migrations' THEN 'SELECT' WHEN 'sites' THEN 'SELECT'
                WHEN 'realms' THEN 'SELECT, UPDATE (settings_version)' WHEN 'settings' THEN 'SELECT, INSERT, UPDATE'
                WHEN 'applications' THEN 'SELECT'
                WHEN 'imports' THEN 'SELECT'
                ELSE 'SELECT, INSERT, UPDATE, DELETE' END,
            ' ON $DB_NAME.\`', table_name, '\` TO ''serve''@''localhost'';')
        FROM information_schema.tables WHERE table_schema = '$DB_NAME' AND table_type = 'BASE TABLE'") || return 1
    [ -z "$statements" ] || sql "$statements"
}

# --- The program: AUTHTICKETS, CONFIG (its configuration file), FCGI_SOCKET, PROGRAM_LOG

# Its id in $program_pid.
program_start() {
    rm -f "$FCGI_SOCKET"
    start_process "$PROGRAM_LOG" env AUTHTICKETS_CONFIG="$CONFIG" "$AUTHTICKETS" serve --socket "$FCGI_SOCKET"
    program_pid=$pid
    if ! await "$program_pid" 10 test -S "$FCGI_SOCKET"; then
        complain "authtickets does not start; see $PROGRAM_LOG"
        return 1
    fi
}

# The worker, which sends what the program owes; its words in $WORKER_LOG.
worker_start() {
    start_process "$WORKER_LOG" env AUTHTICKETS_CONFIG="$CONFIG" "$AUTHTICKETS" deliver
    worker_pid=$pid
}

# --- Web servers: WEB_DIR (configuration, logs, temporary files), WEB_PORT, WEB_CONTRIB (contrib/ or a copy of it),
# FCGI_SOCKET, AUTHTICKETS, CONFIG; WEB_TLS: a folder with server.pem and server.key, or empty; WEB_V6: 1 for [::1] too.

WEB_TLS='' WEB_V6=''
# What else a server is to serve: a function `web_more SERVER KIND` of the caller's prints it, for nginx inside the server block.
# WEB_MODULES: what Apache needs for it.
WEB_MODULES=''
web_more() { :; }

# A web server started by root changes its user here only when it refuses root (Apache). The others keep it, so that
# they reach a private folder.
web_is_root() { [ "$(id -u)" = 0 ] && [ ${#AS[@]} = 0 ]; }
WEB_USER=www-data

lighttpd_config() { # fastcgi, fastcgi-spawn or cgi
    say "server.document-root = \"$WEB_DIR/empty\""
    say "server.bind = \"127.0.0.1\""
    say "server.port = $WEB_PORT"
    say "server.errorlog = \"$WEB_DIR/lighttpd-error.log\""
    say "server.upload-dirs = ( \"$WEB_DIR/tmp\" )"
    say "accesslog.filename = \"$WEB_DIR/lighttpd-access.log\""
    say "server.breakagelog = \"$WEB_DIR/lighttpd-stderr.log\""
    if [ -n "$WEB_TLS" ]; then
        say "server.modules += ( \"mod_openssl\" )"
        say "ssl.engine = \"enable\""
        say "ssl.pemfile = \"$WEB_TLS/server.pem\""
        say "ssl.privkey = \"$WEB_TLS/server.key\""
    fi
    [ -z "$WEB_V6" ] || say "\$SERVER[\"socket\"] == \"[::1]:$WEB_PORT\" { ${WEB_TLS:+ssl.engine = \"enable\" }}"
    say "var.authtickets_contrib = \"$WEB_CONTRIB\""
    say "var.authtickets_program = \"$AUTHTICKETS\""
    say "var.authtickets_config = \"$CONFIG\""
    case $1 in
        fastcgi) say "var.authtickets_socket = \"$FCGI_SOCKET\"" ;;
        fastcgi-spawn) say "var.authtickets_socket = \"$WEB_DIR/spawn.sock\"" ;;
    esac
    say "include \"$WEB_CONTRIB/lighttpd/authtickets-$1.conf\""
    web_more lighttpd "$1"
}

apache_config() { # proxy-fcgi, fcgid, cgid or cgi
    local module file=$1 address
    local modules="mpm_event authn_core authz_core headers setenvif env unique_id alias reqtimeout"
    say "ServerRoot \"$WEB_DIR\""
    say "DefaultRuntimeDir \"$WEB_DIR/tmp\""
    say "PidFile \"$WEB_DIR/tmp/apache.pid\""
    say "Mutex \"file:$WEB_DIR/tmp\" default"
    say "ServerName localhost"
    say "ErrorLog \"$WEB_DIR/apache-error.log\""
    say "LogLevel warn"
    say "Listen 127.0.0.1:$WEB_PORT"
    [ -z "$WEB_V6" ] || say "Listen [::1]:$WEB_PORT"
    say "StartServers 1"
    say "ServerLimit 2"
    say "ThreadsPerChild 32"
    say "MaxRequestWorkers 64"
    say "MinSpareThreads 8"
    say "MaxSpareThreads 64"
    case $1 in
        proxy-fcgi) modules+=" proxy proxy_fcgi" ;;
        fcgid) modules+=" fcgid" ;;
        cgid | cgi) modules+=" $1" file=cgi ;;
    esac
    [ -z "$WEB_TLS" ] || modules+=" ssl"
    modules+=" $WEB_MODULES"
    for module in $modules; do say "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"; done
    if web_is_root; then
        say "User $WEB_USER"
        say "Group $WEB_USER"
    fi
    case $1 in
        fcgid)
            say "FcgidIPCDir \"$WEB_DIR/tmp\""
            say "FcgidProcessTableFile \"$WEB_DIR/tmp/fcgid_shm\""
            ;;
        cgid) say "ScriptSock \"$WEB_DIR/tmp/cgid\"" ;;
    esac
    say "DocumentRoot \"$WEB_DIR/empty\""
    say "<Directory \"/\">"
    say "    Require all denied"
    say "    AllowOverride None"
    say "</Directory>"
    say "<Directory \"$WEB_DIR/empty\">"
    say "    Require all granted"
    say "</Directory>"
    if [ -n "$WEB_TLS" ]; then
        say "SSLEngine On"
        say "SSLSessionCache none"
        say "SSLCertificateFile \"$WEB_TLS/server.pem\""
        say "SSLCertificateKeyFile \"$WEB_TLS/server.key\""
    fi
    say "Define AUTHTICKETS_CONTRIB \"$WEB_CONTRIB\""
    say "Define AUTHTICKETS_PROGRAM \"$AUTHTICKETS\""
    say "Define AUTHTICKETS_CONFIG \"$CONFIG\""
    say "Define AUTHTICKETS_SOCKET \"$FCGI_SOCKET\""
    say "Define AUTHTICKETS_ACCESS_LOG \"$WEB_DIR/apache-access.log\""
    say "Include \"$WEB_CONTRIB/apache/authtickets-$file.conf\""
    web_more apache "$1"
}

nginx_config() {
    local kind tls=${WEB_TLS:+ ssl}
    say "daemon off;"
    if web_is_root; then say "user root;"; fi
    say "worker_processes 1;"
    say "pid \"$WEB_DIR/tmp/nginx.pid\";"
    say "error_log \"$WEB_DIR/nginx-error.log\" alert;"
    say "events { worker_connections 2048; }"
    say "http {"
    for kind in client_body proxy fastcgi uwsgi scgi; do say "    ${kind}_temp_path \"$WEB_DIR/tmp/$kind\";"; done
    say "    include \"$WEB_CONTRIB/nginx/authtickets-http.conf\";"
    say "    upstream authtickets { server \"unix:$FCGI_SOCKET\"; }"
    say "    server {"
    say "        listen 127.0.0.1:$WEB_PORT$tls;"
    [ -z "$WEB_V6" ] || say "        listen [::1]:$WEB_PORT$tls;"
    if [ -n "$WEB_TLS" ]; then
        say "        ssl_certificate \"$WEB_TLS/server.pem\";"
        say "        ssl_certificate_key \"$WEB_TLS/server.key\";"
    fi
    say "        root \"$WEB_DIR/empty\";"
    say "        set \$authtickets_contrib \"$WEB_CONTRIB\";"
    say "        access_log \"$WEB_DIR/nginx-access.log\" authtickets;"
    say "        error_log \"$WEB_DIR/nginx-error.log\" alert;"
    say "        include \"$WEB_CONTRIB/nginx/authtickets-server.conf\";"
    web_more nginx fastcgi
    say "    }"
    say "}"
}

# web_start SERVER KIND: its id in $web_pid. KIND is how the program is mounted:
# lighttpd: fastcgi, fastcgi-spawn, cgi; apache: proxy-fcgi, fcgid, cgid, cgi; nginx: fastcgi.
web_start() {
    local server=$1 kind=$2 log=$WEB_DIR/$1-start.log command
    "${AS[@]:-env}" mkdir -p "$WEB_DIR/empty" "$WEB_DIR/tmp"
    if web_is_root && [ "$server" = apache ]; then chown "$WEB_USER" "$WEB_DIR/tmp"; fi
    case $server in
        nginx) nginx_config >"$WEB_DIR/nginx.conf" ;;
        *) "${server}_config" "$kind" >"$WEB_DIR/$server.conf" ;;
    esac
    : >"$log"
    case $server in
        lighttpd) command=(lighttpd -D -f "$WEB_DIR/lighttpd.conf") ;;
        apache) command=(apache2 -DFOREGROUND -d "$WEB_DIR" -f "$WEB_DIR/apache.conf") ;;
        nginx) command=(nginx -e "$WEB_DIR/nginx-error.log" -p "$WEB_DIR" -c "$WEB_DIR/nginx.conf") ;;
    esac
    start_process "$log" "${command[@]}"
    web_pid=$pid
    if ! await "$web_pid" 15 port_taken "$WEB_PORT"; then
        stop_process "$web_pid"
        complain "$server does not start on port $WEB_PORT; see $log"
        return 1
    fi
}
