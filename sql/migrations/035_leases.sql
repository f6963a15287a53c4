-- SPDX-License-Identifier: MIT
-- Leases: work that one worker of all hosts does at a time.
CREATE TABLE leases (
    realm_no INT UNSIGNED NOT NULL,
    name VARCHAR(40) NOT NULL,
    holder BINARY(16) NOT NULL,
    until_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
