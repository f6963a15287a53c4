# One-time password tokens, asked for and exchanged at the Elastic Path door: by its own words, and known from their mails too.
# SPDX-License-Identifier: MIT
first_exchange() {
    local name token
    read -r name token <"$dir/tokens.mailed"
    curl -fsS -H "Authorization: Bearer $BEARER" -H 'Content-Type: application/json' "$url/v2/account-members/tokens" -d \
        "{\"data\":{\"type\":\"account_management_authentication_token\",\"authentication_mechanism\":\"passwordless\",
          \"password_profile_id\":\"$PASSWORD_PROFILE_ID\",\"username\":\"$name\",\"one_time_password_token\":\"$token\"}}" >"$dir/exchanged.json" ||
        fail "a right token is refused"
}
readers_up
BEARER=$(curl -fsS "$url/oauth/access_token" -d grant_type=client_credentials --data-urlencode "client_id=$CLIENT_ID" \
    --data-urlencode "client_secret=$CLIENT_SECRET" | jq -er .access_token) || fail "no bearer token"
export BEARER REALM_ID PASSWORD_PROFILE_ID
rm -rf "$dir/mail/new"/*
LIST=$dir/readers measure "$dir/first" "$program_port" token_request "$load" # opens everybody's budgets
deliver authtickets
mailed_tokens >"$dir/tokens.mailed"
first_exchange
for ((round = 0; round < ROUNDS; round++)); do
    once token_request "$dir/readers" "$dir/empty"
    clean_floor
    deliver authtickets
    mailed_tokens >"$dir/tokens.mailed"
    [ -s "$dir/tokens.mailed" ] || fail "no token came by mail"
    once token_exchange "$dir/tokens.mailed" "$dir/exchanged.json"
    clean_floor
done
row token_request rate 0.70 floor-sql 'one-time token request'
row token_exchange rate 0.70 floor-sql 'its exchange (account-members/tokens)'
