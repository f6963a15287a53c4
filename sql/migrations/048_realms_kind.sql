-- SPDX-License-Identifier: MIT
-- Whose users a realm has: 1 a shop's customers, 2 the operators who work at the desks of all shops (one realm at most, whose
-- name the program gives).
ALTER TABLE realms
    ADD COLUMN kind TINYINT UNSIGNED NOT NULL DEFAULT 1 AFTER realm_id;
