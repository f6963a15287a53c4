-- SPDX-License-Identifier: MIT
-- Memberships: which users belong to which accounts.
CREATE TABLE memberships (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    account_no INT UNSIGNED NOT NULL,
    role VARCHAR(40) NOT NULL,
    is_primary TINYINT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, account_no),
    KEY account (realm_no, account_no, is_primary)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
