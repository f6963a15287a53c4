-- SPDX-License-Identifier: MIT
-- The numbers that users have already are their accounts' too.
UPDATE accounts a
    JOIN memberships m ON m.realm_no = a.realm_no AND m.account_no = a.account_no AND m.is_primary = 1
    JOIN contacts c ON c.realm_no = m.realm_no AND c.user_id = m.user_id AND c.kind = 2
SET a.phone = LEFT(c.value, 20)
WHERE CHAR_LENGTH(a.phone) = 0;
