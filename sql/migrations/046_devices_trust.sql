-- SPDX-License-Identifier: MIT
-- Browsers that a code was entered in on our own pages: they have no fingerprint, their token alone tells them (X6). A
-- trusted one owes no second step until trusted_until (trust.days).
ALTER TABLE devices
    ADD COLUMN stepped TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER key_id,
    ADD COLUMN trusted_until DATETIME(3) NULL AFTER last_at,
    ADD COLUMN browser VARCHAR(255) NOT NULL DEFAULT '' AFTER trusted_until;
