#!/bin/bash
# TLS=1 make run: an authority of its own, over which a client signs in with nothing but the authority's certificate
# (kibo 1.2, second way), with each web server.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/run.sh"
var=$WORK/tls-run
port=$(free_port)

for web in lighttpd apache nginx; do
    LABEL="TLS=1 WEB=$web: "
    run_begin "$var" "$port" TLS=1 WEB=$web
    if ! run_ready "$var"; then
        not_ok 'it starts' "$(cat "$var.out")" "$(tail -n 5 "$var"/log/* "$var"/web/*.log 2>/dev/null)"
        stop_process "$run_pid"
        continue
    fi
    (
        . "$var/run.env"
        is 'run.env names an https address' "https://localhost:$port" "$BASE_URL"
        BASE=$BASE_URL CURL=(--cacert "$CA_FILE")
        oauth
        call GET "/api/platform/tenants/$TENANT" -H "Authorization: Bearer $TOKEN"
        answers 'kibo 1.3: the tenants resource gives the bare domain' 200 ".domain == \"localhost:$port\""
        BASE=https://127.0.0.1:$port
        call GET /healthz
        answers 'the certificate holds for 127.0.0.1 too' 200
        CURL=()
        call GET /healthz
        is 'without the authority no client trusts it' 000 "$STATUS"
        CURL=(--tls-max 1.1 --cacert "$CA_FILE")
        call GET /healthz
        is 'TLS 1.1 is refused' 000 "$STATUS"
        [ "$FAILED" = 0 ]
    ) || FAILED=$((FAILED + 1))
    RUN_ENV=$var/run.env SMOKE_LABEL=$LABEL SMOKE_SECRETS=$SECRETS "$SRC_DIR/tests/e2e/smoke" || FAILED=$((FAILED + 1))
    is 'nobody else can read what is under VAR' '' "$(find "$var" -maxdepth 0 -perm /077; find "$var/tls" -perm /077)"
    run_end "$var" 'afterwards'
    is 'TK9: no token, password or secret in any log' '' "$(grep -rnFf "$SECRETS" "$var/log" "$var/web")"
done
