-- SPDX-License-Identifier: MIT
-- Tries at the one-time password tokens of a user, over all of them (X14, OC8; docs/security.md). A try is counted here before
-- anything is compared; a right token takes its own charge back. A window begins with its first wrong try. last_tag and
-- last_at tell the same wrong value sent again; seen moves with every try, so that each changes the row. Whoever makes a
-- token moves `made` first, so that two for one user come one after the other.
CREATE TABLE one_time_tries (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    made INT UNSIGNED NOT NULL,
    failed INT UNSIGNED NOT NULL,
    since_at DATETIME(3) NULL,
    failed_day INT UNSIGNED NOT NULL,
    day_at DATETIME(3) NULL,
    closed TINYINT UNSIGNED NOT NULL,
    last_tag SMALLINT UNSIGNED NULL,
    last_at DATETIME(3) NULL,
    seen INT UNSIGNED NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
