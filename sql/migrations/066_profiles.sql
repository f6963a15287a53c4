-- SPDX-License-Identifier: MIT
-- Names of password profiles as long as their door has them; what names of logins must be (1 anything, 2 an e-mail address), whether one-time password tokens are made in it,
-- and when it was changed last.
ALTER TABLE password_profiles
    MODIFY name VARCHAR(255) NOT NULL,
    ADD COLUMN name_format TINYINT UNSIGNED NOT NULL DEFAULT 1 AFTER name,
    ADD COLUMN one_time_tokens TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER name_format,
    ADD COLUMN updated_at DATETIME(3) NULL AFTER created_at;
