-- SPDX-License-Identifier: MIT
-- The users that are there already, in one slot of their realm. Running it twice counts nothing twice.
INSERT INTO account_counts (realm_no, slot, accounts, users)
SELECT * FROM (SELECT realm_no, 0 AS slot, 0 AS accounts, COUNT(*) AS users FROM users GROUP BY realm_no) counted
ON DUPLICATE KEY UPDATE users = VALUES(users);
