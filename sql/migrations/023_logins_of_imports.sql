-- SPDX-License-Identifier: MIT
-- foreign_password: the hash was made by another system and gives way to one of ours at the first sign-in.
-- last_locked_at stays when a lock is cleared.
ALTER TABLE logins
    ADD COLUMN foreign_password TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER password_version,
    ADD COLUMN last_locked_at DATETIME(3) NULL AFTER locked_at;
