-- SPDX-License-Identifier: MIT
-- How many accounts a realm has, for the total of an unfiltered list: a sum of slots, so that registrations do not
-- queue for one row. An account counts in slot account_no % 64.
CREATE TABLE account_counts (
    realm_no INT UNSIGNED NOT NULL,
    slot TINYINT UNSIGNED NOT NULL,
    accounts INT NOT NULL,
    PRIMARY KEY (realm_no, slot)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
