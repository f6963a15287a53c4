-- SPDX-License-Identifier: MIT
-- Sessions of browsers: when one was last used, whether its banner was dismissed, and the operator who holds it for a
-- customer, with the epoch of his that it lives by (docs/security.md, section 8).
ALTER TABLE tickets
    ADD COLUMN last_seen_at DATETIME(3) NULL AFTER anonymous_id,
    ADD COLUMN dismissed TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER last_seen_at,
    ADD COLUMN acting_realm_no INT UNSIGNED NULL AFTER dismissed,
    ADD COLUMN acting_user_id BINARY(16) NULL AFTER acting_realm_no,
    ADD COLUMN acting_epoch INT UNSIGNED NULL AFTER acting_user_id;
