# One token check as a CGI process, from its start to its end; and processes that go less far on the same way: what lies between
# two of them is what that part of the way costs. floor_cgi links the same libraries, connects once and reads one row.
# SPDX-License-Identifier: MIT
{ grep -v '^keys\.file' "$dir/authtickets.conf" && echo "keys.file = $dir/none"; } >"$dir/keyless.conf"
chmod 600 "$dir/keyless.conf"
program_line() { local IFS=$'\t'; echo "$*"; }
request_line() { # name, configuration, address
    program_line "$1" GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 REQUEST_METHOD=GET "REQUEST_URI=$3" REMOTE_ADDR=127.0.0.1 HTTP_HOST=localhost \
        "AUTHTICKETS_CONFIG=$2" "HTTP_AUTHORIZATION=Bearer $APP_TOKEN" "HTTP_X_VOL_USER_CLAIMS=$(head -n 1 "$dir/tickets")" \
        "HTTP_X_VOL_TENANT=$TENANT" "HTTP_X_VOL_SITE=$SITE" -- "$AUTHTICKETS"
}
{
    program_line linking -- "$AUTHTICKETS" --version
    request_line starting "$dir/none" /nowhere
    request_line settings "$dir/keyless.conf" /nowhere
    request_line keys "$dir/authtickets.conf" /nowhere
    request_line connect "$dir/authtickets.conf" /healthz
    request_line check "$dir/authtickets.conf" /api/commerce/customer/accounts/current
    program_line floor "DB_NAME=$DB_NAME" "DB_USER=$DB_USER" "DB_PASSWORD=$DB_PASSWORD" "DB_SOCKET=$DB_SOCKET" -- "$BUILD_DIR/bench/floor_cgi"
} >"$dir/cgi.list"
IFS=$'\t' read -r -a words < <(grep '^check' "$dir/cgi.list")
env -i "${words[@]:1:${#words[@]}-3}" "$AUTHTICKETS" </dev/null | head -n 1 | grep -q 'Status: 200' || fail "as a CGI process the check is refused"
for ((round = 0; round < ROUNDS; round++)); do
    "$BUILD_DIR/bench/processes" 20 <"$dir/cgi.list" >"$dir/cgi.round" || fail "a CGI process failed"
    table_load
    cat "$dir/cgi.round" >>"$dir/cgi.parts"
    awk '$1 == "check" { printf "%.1f %s %s 0\n", 1000 / $2, $2, $3 }' "$dir/cgi.round" >>"$dir/cgi.program"
    awk '$1 == "floor" { printf "%.1f %s %s 0\n", 1000 / $2, $2, $3 }' "$dir/cgi.round" >>"$dir/cgi.floor"
done
row cgi ms 25 floor-cgi 'token check as a CGI process'

# Each part: what its process takes longer than the one before it.
awk 'function part(name, text) {
    printf "| %s | %.2f | %.2f |\n", text, wall[name] / n[name] - last_wall, processor[name] / n[name] - last_processor
    last_wall = wall[name] / n[name]
    last_processor = processor[name] / n[name]
}
{ n[$1]++; wall[$1] += $2; processor[$1] += $4 }
END {
    print "| a token check as a CGI process | ms | processor, ms |\n|---|---:|---:|"
    part("linking", "libraries linked, constants made; process made and ended")
    part("starting", "libsodium, libcrypto and the database client started")
    part("settings", "configuration read, services made, an address refused")
    part("keys", "key file read, keys derived")
    part("connect", "connected, session set, schema asked, one statement")
    part("check", "application, realm and ticket read, answer written")
    printf "| **whole** | %.2f | %.2f |\n", last_wall, last_processor
    printf "| floor-cgi: the same libraries, one connection, one row | %.2f | %.2f |\n", wall["floor"] / n["floor"], processor["floor"] / n["floor"]
}' "$dir/cgi.parts" >"$dir/cgi.table"
note "$dir/cgi.table"
