-- SPDX-License-Identifier: MIT
-- What a shop finds its customers by, beside their names: its own code for them, a label, a telephone number. claims moves
-- when an account gets its first user, so that of two who register it at once one is told.
ALTER TABLE accounts
    ADD COLUMN code VARCHAR(255) NOT NULL DEFAULT '' AFTER parent_id,
    ADD COLUMN label VARCHAR(255) NOT NULL DEFAULT '' AFTER code,
    ADD COLUMN phone VARCHAR(20) NOT NULL DEFAULT '' AFTER label,
    ADD COLUMN claims INT UNSIGNED NOT NULL DEFAULT 0 AFTER active,
    ADD KEY code (realm_no, code),
    ADD KEY label (realm_no, label),
    ADD KEY phone (realm_no, phone);
