# Codes by mail: each round asks, has the mails put into a folder, and enters what they say.
# SPDX-License-Identifier: MIT
readers_up
signed_in_up
ask "$dir/first" # opens everybody's budgets
deliver authtickets
mailed_codes >/dev/null
for ((round = 0; round < ROUNDS; round++)); do
    once code_request "$dir/readers" "$dir/empty"
    clean_floor
    deliver authtickets
    mailed_codes >"$dir/codes"
    once code_check "$dir/codes" "$dir/signed_in.json"
done
row code_request rate 0.70 floor-sql 'code request (otp/request)'
row code_check rate 0.70 floor-sql 'sign-in by code (otp/auth)'
