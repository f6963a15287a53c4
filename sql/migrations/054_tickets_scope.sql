-- SPDX-License-Identifier: MIT
-- What a full ticket opens: everything, or after a reset token the change of the password (X17).
ALTER TABLE tickets
    ADD COLUMN scope TINYINT UNSIGNED NOT NULL DEFAULT 1 AFTER state;
