-- SPDX-License-Identifier: MIT
-- The method that a user picked for the second step (1 simple, 2 email, 3 sms), and the last region that was validated.
ALTER TABLE users
    ADD COLUMN method TINYINT UNSIGNED NOT NULL DEFAULT 1 AFTER blocked_at,
    ADD COLUMN region VARCHAR(64) NOT NULL DEFAULT '' AFTER last_second_step_at,
    ADD COLUMN region_at DATETIME(3) NULL AFTER region;
