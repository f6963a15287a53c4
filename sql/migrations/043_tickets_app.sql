-- SPDX-License-Identifier: MIT
-- When the code of an authenticator app was last shown on a ticket, whether it was a recovery code, and how many wrong ones
-- a pending sign-in has had (TK7).
ALTER TABLE tickets
    ADD COLUMN app_at DATETIME(3) NULL AFTER password_at,
    ADD COLUMN used_recovery TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER sms_at,
    ADD COLUMN app_tries TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER spent_codes;
