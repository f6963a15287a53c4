-- SPDX-License-Identifier: MIT
-- When a code by mail or SMS was last shown, which factor a pending ticket owes (0 none, 2 email, 3 sms), what it will
-- record when that is shown (fingerprint as a keyed hash, region), and how many of its codes died of wrong tries (TK7).
ALTER TABLE tickets
    ADD COLUMN owes TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER state,
    ADD COLUMN email_at DATETIME(3) NULL AFTER password_at,
    ADD COLUMN sms_at DATETIME(3) NULL AFTER email_at,
    ADD COLUMN fingerprint BINARY(32) NULL AFTER browser,
    ADD COLUMN fingerprint_key_id INT UNSIGNED NULL AFTER fingerprint,
    ADD COLUMN region VARCHAR(64) NOT NULL DEFAULT '' AFTER fingerprint_key_id,
    ADD COLUMN spent_codes TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER region;
