-- SPDX-License-Identifier: MIT
-- What a user may do in the shop's own matters (users::Role): 1 customer, 2 and up staff.
ALTER TABLE users
    ADD COLUMN role TINYINT UNSIGNED NOT NULL DEFAULT 1 AFTER method;
