-- SPDX-License-Identifier: MIT
-- Set-ups of an authenticator app that wait for their first code (TO8, docs/security.md). They change nothing until then.
CREATE TABLE totp_setups (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    secret VARBINARY(96) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id),
    KEY key_id (key_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
