-- SPDX-License-Identifier: MIT
-- One-time password tokens (EP121 to EP143, docs/elasticpath.md): keyed hashes only, with user, login and purpose mixed in.
-- Several of a user are good at once; ids begin with the time, so the least is the oldest. epoch and destination say what
-- ends a token before its time: whatever ends the user's tickets, and another address.
CREATE TABLE one_time_tokens (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    token_id BINARY(16) NOT NULL,
    purpose TINYINT UNSIGNED NOT NULL,
    epoch INT UNSIGNED NOT NULL,
    destination VARCHAR(254) NOT NULL,
    token_hash BINARY(32) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, token_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
