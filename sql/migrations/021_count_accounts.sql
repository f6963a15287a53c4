-- SPDX-License-Identifier: MIT
-- The accounts that are there already. REPLACE, so that running it twice counts nothing twice.
REPLACE INTO account_counts (realm_no, slot, accounts)
SELECT realm_no, account_no % 64, COUNT(*) FROM accounts GROUP BY realm_no, account_no % 64;
