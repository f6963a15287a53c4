-- SPDX-License-Identifier: MIT
-- Codes sent by mail or SMS (docs/security.md, section 2): keyed hashes only. code_id is what a code hangs on (a pending
-- ticket; a user, application and purpose), so a newer one takes the place of the older (OC5). tries moves before anything
-- is compared (OC4).
CREATE TABLE codes (
    realm_no INT UNSIGNED NOT NULL,
    code_id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    purpose TINYINT UNSIGNED NOT NULL,
    channel TINYINT UNSIGNED NOT NULL,
    destination VARCHAR(254) NOT NULL,
    code_hash BINARY(32) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    tries INT UNSIGNED NOT NULL,
    max_tries INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, code_id),
    KEY user (realm_no, user_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
