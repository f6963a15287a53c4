#!/bin/bash
# The commands that add, show, change and remove operators (M16, docs/pages.md) and the staff of a shop (docs/freshcom.md): what
# they print, what they refuse, and that the links and passwords that they give are what was said.
# SPDX-License-Identifier: MIT
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$SRC_DIR/tests/support/commands.sh"
world_up 'mail.transport = maildir' "mail.maildir = $WORK/mail" 'mail.sender = shop@example.com'

# --- The first one makes their realm
run operator list --json --realm demo
gives 'nobody is an operator of a new shop' '. == []'
run operator show --realm demo anna
refuses 'who is none is not shown' 1 'there is no operator anna of realm demo'
run operator add --json --realm demo --email anna@staff.example --user-name anna --first-name Anna --last-name Berg --role manager
gives 'operator add' '.userName == "anna" and .role == "manager" and .state == "open" and .app == false and .link == null and .linkExpiresAt != null'
run realm list --json
gives 'realm list tells the kinds' 'map([.realm, .kind]) == [["demo", "shop"], ["Store Desk", "operators"]]'
run realm show --json 'Store Desk'
gives 'their realm follows the stricter policy and has no site' '.settings.policy == "standard" and .sites == []'
run realm show 'Store Desk'
gives 'realm show of it'
run operator show --json --realm demo ANNA@staff.example
gives 'operator show by e-mail' '.userName == "anna" and .lastSignInAt == null'
run operator list --json --realm demo
gives 'operator list' 'map(.userName) == ["anna"]'

# --- The link
run operator send-link --json --realm demo anna
gives 'a link is mailed and not shown' '.link == null and .email == "anna@staff.example"'
run operator send-link --json --realm demo --print-link anna
gives 'or shown, to who asks for it' '.link | test("/desk/reset\\?t=[A-Za-z0-9_-]{43}&u=")'
run deliver --once
link=$(cat "$WORK"/mail/new/* | tr -d '=\r\n' | grep -c 'desk/reset')
is 'the mail brings it' 1 "$link"
run operator add --json --realm demo --email otto@staff.example --role support --print-link
gives 'operator add prints the first link' '.userName == "otto@staff.example" and (.link | startswith("http"))'
password=$WORK/password
say 'a password of some length' >"$password"
run operator add --json --realm demo --email vera@staff.example --role viewer --password-file "$password"
gives 'a password from a file' '.role == "viewer" and has("link") == false'
RAN='authtickets operator add --password-file -'
OUT=$(at operator add --json --realm demo --email paul@staff.example --role viewer --password-file - <"$password" 2>"$SCRATCH/error") CODE=$? ERR=$(cat "$SCRATCH/error")
gives 'and from standard input' '.userName == "paul@staff.example"'

# --- Refused
run operator add --realm demo --email x@staff.example --role admin
refuses 'a role that there is not' 2 '--role must be viewer, support or manager'
run operator add --realm demo --email nonsense --role viewer
refuses 'no e-mail address' 1 'email must be an e-mail address'
run operator add --realm nowhere --email x@staff.example --role viewer
refuses 'no such realm' 1 'there is no realm nowhere'
run operator add --realm 'Store Desk' --email x@staff.example --role viewer
refuses 'their own realm is no shop' 1 'is the operators'
run app add --realm 'Store Desk' --name x --behaviours admin
refuses 'and takes no application' 1 'is the operators'
run operator add --realm demo --email anna@staff.example --user-name anna --role viewer
refuses 'twice at one shop' 1 'is an operator of this shop already'
run operator add --realm demo --email anna@staff.example --user-name otto@staff.example --role viewer
refuses 'the name of one and the address of another' 1 'belongs to another person'
say short >"$WORK/short"
run operator add --realm demo --email y@staff.example --role viewer --password-file "$WORK/short"
refuses 'a password that is too short' 1 'Password must be a minimum of'
run account delete --realm 'Store Desk' --yes "$(run login show --json --realm 'Store Desk' anna && field .account)"
refuses 'an operator is not deleted as a customer' 1 'see authtickets operator remove'

# --- Changed and removed
run operator set-role --json --realm demo otto@staff.example manager
gives 'operator set-role' '.role == "manager" and .managers == 2'
run operator set-role --json --realm demo otto@staff.example boss
refuses 'to no role that there is' 2 'ROLE must be viewer, support or manager'
run operator remove --json --realm demo otto@staff.example
is 'operator remove asks for --yes' '1 false' "$CODE $(field .removed)"
run operator remove --json --realm demo --yes otto@staff.example
gives 'operator remove' '.removed and .managers == 1'
run operator remove --realm demo --yes anna
is 'of the last manager, with a warning' 1 "$(grep -c 'Warning: the shop has no manager now' <<<"$OUT")"
run operator list --json --realm demo
gives 'the others stay' 'map(.userName) | sort == ["paul@staff.example", "vera@staff.example"]'
run login show --realm 'Store Desk' anna
refuses 'who has no shop is deleted' 1 'there is no login anna'
run audit export --realm demo
gives 'the shop'"'"'s trail tells of each'
is 'with the old role and the new one' 7 "$(grep -c '"operator.changed"' <<<"$OUT")"
holds 'as roles' grep -q '"old":"support"' <<<"$OUT"

# --- The staff of a shop
say 'correct horse 1' >"$password"
run user list --json --realm demo
gives 'a new shop has no staff' '. == []'
run user add --json --realm demo --user-name Ada.Admin --role administrator --password-file "$password"
gives 'user add' '.userName == "ada.admin" and .name == "Ada.Admin" and .role == "administrator" and .method == "simple" and .state == "open"'
run user add --json --realm demo --user-name dev.one --role developer --name 'Dev One' --email dev@staff.example --print-link
gives 'or with a link to a password' '.email == "dev@staff.example" and (.link | test("/account/reset\\?t=[A-Za-z0-9_-]{43}&u="))'
run settings set --realm demo second_step.default sms
run user add --json --realm demo --user-name dev.two --role read_only --password-file "$password"
gives 'whatever the second step of customers is' '.method == "simple"'
run settings set --realm demo second_step.default none
run user add --realm demo --user-name ada --role boss
refuses 'a role that there is not' 2 '--role must be one of read_only, support_specialist, marketing_specialist'
run user add --realm demo --user-name ada --role customer
refuses 'a customer is no staff' 2 '--role must be one of read_only'
run user add --realm demo --user-name ada --role manager --email nonsense --password-file "$WORK/short"
refuses 'all that is wrong at once' 1 'user_name must be'
is 'in one line' 1 "$(grep -c 'user_name .*; email .*; password must be at least 8 characters' <<<"$ERR")"
run user add --realm demo --user-name ADA.admin --role manager --password-file "$password"
refuses 'a name that is taken' 1 'user_name belongs to another user'
run user add --realm demo --user-name ada.two --role manager
refuses 'no address for a link' 1 'email is needed'
run user show --json --realm demo Ada.Admin
gives 'user show' '.role == "administrator" and .emailVerified == false'
run user show --realm demo nobody.here
refuses 'who is none is not shown' 1 'there is no such user among the staff of realm demo'
run user send-link --json --realm demo dev.one
gives 'a link is mailed and not shown' '.link == null and .email == "dev@staff.example"'
run user send-link --realm demo ada.admin
refuses 'to who has an address' 1 'has no e-mail address'
run user set-role --json --realm demo dev.one administrator
gives 'user set-role' '.role == "administrator" and .administrators == 2'
run user remove --json --realm demo ada.admin
is 'user remove asks for --yes' '1 false' "$CODE $(field .removed)"
run user remove --json --realm demo --yes ada.admin
gives 'user remove' '.removed and .administrators == 1'
run user set-role --realm demo dev.one manager
is 'of the last administrator, with a warning' 1 "$(grep -c 'Warning: the shop has no administrator now' <<<"$OUT")"
run user list --json --realm demo
gives 'user list' 'map([.userName, .role]) == [["dev.one", "manager"], ["dev.two", "read_only"]]'
run user list --realm demo
gives 'as a table'
run login unlock --realm demo dev.one
gives 'logins of staff are looked after as others'
run audit verify --json --realm demo
gives 'the trail of the shop is intact'
run audit verify --json --realm 'Store Desk'
gives 'the trail of their realm is intact'
is 'no secret in any log' '' "$(leaks)"
