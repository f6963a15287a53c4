-- SPDX-License-Identifier: MIT
-- Recovery codes that are still good, as keyed hashes (RC2, docs/security.md); the tries of them are counted beside the
-- authenticator's (RC5). A use deletes the row (RC3).
CREATE TABLE recovery_codes (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    code_hash BINARY(32) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    made_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, code_hash),
    KEY key_id (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
