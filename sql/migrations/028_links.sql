-- SPDX-License-Identifier: MIT
-- Links sent by mail, to set a new password or to clear a lock (RS1, TH5): 256 random bits, kept as SHA-256. One for each
-- user and purpose, so only the newest is good. The epoch ends it with a change of password.
CREATE TABLE links (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    purpose TINYINT UNSIGNED NOT NULL,
    link_hash BINARY(32) NOT NULL,
    epoch INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, purpose),
    UNIQUE KEY link_hash (link_hash),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
