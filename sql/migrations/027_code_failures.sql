-- SPDX-License-Identifier: MIT
-- Wrong tries of a user across codes, for each purpose by itself (OC8). Counted before anything is compared; a right
-- code takes its own charge back. The window begins with the first.
CREATE TABLE code_failures (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    purpose TINYINT UNSIGNED NOT NULL,
    failed INT UNSIGNED NOT NULL,
    since_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, purpose),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
