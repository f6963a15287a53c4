-- SPDX-License-Identifier: MIT
-- And the users what the account is called whose primary user they are.
UPDATE users u
    JOIN memberships m ON m.realm_no = u.realm_no AND m.user_id = u.user_id AND m.is_primary = 1
    JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no
SET u.name = a.name, u.given_name = a.first_name, u.family_name = a.last_name
WHERE CHAR_LENGTH(u.name) = 0;
