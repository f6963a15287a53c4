-- SPDX-License-Identifier: MIT
-- The last wrong password that was counted where the same one counts once within ten seconds (TH1): sixteen bits of a keyed MAC.
ALTER TABLE logins
    ADD COLUMN last_wrong_tag SMALLINT UNSIGNED NULL AFTER last_locked_at,
    ADD COLUMN last_wrong_at DATETIME(3) NULL AFTER last_wrong_tag,
    ADD COLUMN wrong_seen INT UNSIGNED NOT NULL DEFAULT 0 AFTER last_wrong_at;
