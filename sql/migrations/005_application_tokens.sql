-- SPDX-License-Identifier: MIT
-- Application tickets: one row per grant, not per token. No usable secret rests here (TK1).
CREATE TABLE application_tokens (
    realm_no INT UNSIGNED NOT NULL,
    token_id BINARY(16) NOT NULL,
    application_no INT UNSIGNED NOT NULL,
    generation INT UNSIGNED NOT NULL,
    min_generation INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    rotated_at DATETIME(3) NOT NULL,
    access_life INT UNSIGNED NOT NULL,
    refresh_life INT UNSIGNED NOT NULL,
    ends_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, token_id),
    KEY application (realm_no, application_no),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
