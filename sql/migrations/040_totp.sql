-- SPDX-License-Identifier: MIT
-- Authenticator apps, one of a user at most (docs/security.md, section 3). The secret rests sealed; last_step is the newest
-- step whose code was taken, and only a later one is taken (TO4). failed counts wrong tries in a row, also of recovery
-- codes, before anything is compared (TO5). made_at is that of the secret, which moves to
-- another app; enabled_at is since when one is on. codes_set is the number of the set of recovery codes in force.
CREATE TABLE totp_authenticators (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    secret VARBINARY(96) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    made_at DATETIME(3) NOT NULL,
    enabled_at DATETIME(3) NOT NULL,
    last_step BIGINT NOT NULL,
    drift SMALLINT NOT NULL,
    failed INT UNSIGNED NOT NULL,
    paused_until DATETIME(3) NULL,
    blocked_at DATETIME(3) NULL,
    last_used_at DATETIME(3) NULL,
    codes_set INT UNSIGNED NOT NULL,
    codes_made_at DATETIME(3) NULL,
    codes_confirmed_at DATETIME(3) NULL,
    PRIMARY KEY (realm_no, user_id),
    KEY key_id (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
