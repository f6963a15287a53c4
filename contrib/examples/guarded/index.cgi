#!/bin/sh
# An application that knows nothing of tickets and says what the web server told it of who comes (docs/authorizer.md). `make run`
# serves it under /guarded/.
# SPDX-License-Identifier: MIT
printf 'Content-Type: text/plain; charset=utf-8\nCache-Control: no-store\n\n'
for name in REMOTE_USER AUTHTICKETS_USER_ID AUTHTICKETS_ACCOUNT AUTHTICKETS_REALM AUTHTICKETS_EMAIL AUTHTICKETS_EMAIL_VERIFIED \
    AUTHTICKETS_FACTORS AUTHTICKETS_PASSWORD_AT AUTHTICKETS_SECOND_FACTOR_AT AUTHTICKETS_OPERATOR; do
    eval "value=\${$name-}"
    printf '%s=%s\n' "$name" "$value"
done
