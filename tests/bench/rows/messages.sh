# Mails by SMTP and hooks by HTTP beside as many by bare libcurl. No goal: what a message costs is the database.
# SPDX-License-Identifier: MIT
# deliveries NAME SINK URL FILE: what the round's requests owe goes to a sink; then as much by bare libcurl.
deliveries() {
    local round
    for ((round = 0; round < ROUNDS; round++)); do
        ask "$dir/more"
        deliver "$1"
        [ "$sent" -gt 0 ] || fail "$1: nothing was sent"
        awk -v sent="$sent" -v seconds="$seconds" 'BEGIN { printf "%.1f 0 0 0\n", sent / seconds }' >>"$dir/$1.program"
        echo "$("$BUILD_DIR/bench/floor_deliver" "$2" "$3" $couriers "$sent") 0 0 0" >>"$dir/$1.floor"
    done
}
sink() { # PROTOCOL -> $sink_port
    "$BUILD_DIR/bench/sink" "$1" >"$dir/sink.$1" &
    started+=($!)
    until_true test -s "$dir/sink.$1"
    sink_port=$(cat "$dir/sink.$1")
}
readers_up
sink smtp
# A mail as it is, for the floor.
rm -rf "$dir/mail/new"/*
post /api/commerce/customer/authtickets/otp/request '{"email":"reader1@bench.example"}' >/dev/null
deliver authtickets
cat "$dir/mail/new"/* >"$dir/mail.txt"
{
    grep -v '^mail\.\(transport\|maildir\)' "$dir/authtickets.conf"
    printf '%s\n' 'mail.transport = smtp' "mail.server = 127.0.0.1:$sink_port" 'mail.security = none'
} >"$dir/mails.conf"
deliveries mails "smtp://127.0.0.1:$sink_port" "$dir/mail.txt"
row mails none - floor-deliver 'mails sent by SMTP'

sink http
cp "$dir/authtickets.conf" "$dir/hooks.conf"
at authtickets subscription add --realm demo --name bench --url "http://127.0.0.1:$sink_port/" --events signin.code_sent \
    >"$dir/command.log" 2>&1 && at authtickets subscription disable --realm demo code.sign_in >>"$dir/command.log" 2>&1 ||
    fail "subscription: $(cat "$dir/command.log")"
jq -n '{event: "signin.code_sent", id: ("0" * 32), at: "2026-01-15T10:20:30.120Z", realm: "demo", factor: "email",
    user: ("0" * 32), account: 1000, details: ("x" * 200)}' >"$dir/hook.json"
deliveries hooks "http://127.0.0.1:$sink_port/" "$dir/hook.json"
row hooks none - floor-deliver 'hooks sent'
at authtickets subscription enable --realm demo code.sign_in >"$dir/command.log" 2>&1
