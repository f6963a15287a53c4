-- SPDX-License-Identifier: MIT
-- Erasures that are owed: events name deleted accounts and users, and the personal details in them are blanked by `purge`,
-- since the serving database user may not change events (KL2).
CREATE TABLE erasures (
    realm_no INT UNSIGNED NOT NULL,
    erasure_id BINARY(16) NOT NULL,
    account_no INT UNSIGNED NULL,
    user_id BINARY(16) NULL,
    requested_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, erasure_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
