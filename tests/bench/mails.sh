# Codes and tokens that are known from their mails alone: who asks for them, and how they are read. Sourced by `run`.
# SPDX-License-Identifier: MIT
readers=2000 # customers who ask for codes, once in each round (OC7 lets each ask twelve times)
export LIST LOAD_THREADS=2

readers_up() { # once for all rows that want them
    [ ! -s "$dir/readers" ] || return 0
    {
        echo 'email,email_verified,first_name'
        seq -f 'reader%.0f@bench.example,true,Ada' 1 $readers
    } >"$dir/readers.csv"
    at authtickets import --realm demo "$dir/readers.csv" >"$dir/command.log" 2>&1 || fail "import: $(cat "$dir/command.log")"
    seq -f 'reader%.0f@bench.example' 1 $readers >"$dir/readers"
    : >"$dir/empty"
    set_to signin.email_code on
    set_to code.life 600
    settle
}

# deliver CONFIGURATION: what is owed, all of it -> $sent, $seconds
deliver() {
    local began=$EPOCHREALTIME said
    said=$(at "$1" deliver --once --json 2>"$dir/command.log") || fail "deliver: $said $(tail -n 3 "$dir/command.log")"
    seconds=$(awk -v began="$began" -v ended="$EPOCHREALTIME" 'BEGIN { print ended - began }')
    sent=$(jq -r .sent <<<"$said")
}
# What the newest mails say, address and code in each line, where the subject begins with what PATTERN matches.
mailed() {
    find "$dir/mail/new" -type f -exec awk -v begin="^Subject: $1" '/^To: /{ gsub(/[<>\r]/, ""); to = $2 } $0 ~ begin { print to, $2; nextfile }' {} +
    rm -rf "$dir/mail/new"/*
}
mailed_codes() { mailed ''; }
mailed_tokens() { mailed '[a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9] '; }
ask() { LIST=$dir/readers measure "$1" "$program_port" code_request "$load"; } # each reader, for a code

# $dir/signed_in.json: what the program answers to a sign-in, for floors to give.
signed_in_up() {
    [ -s "$dir/signed_in.json" ] ||
        post /api/commerce/customer/authtickets "{\"username\":\"shopper1@bench.example\",\"password\":\"$PASSWORD\"}" >"$dir/signed_in.json" ||
        fail "a right password is refused"
}
