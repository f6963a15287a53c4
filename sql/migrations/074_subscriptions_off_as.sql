-- SPDX-License-Identifier: MIT
-- What a subscription that is off is called (subscriptions::Off): 0 disabled, 1 a draft, 2 a built-in one that is not to be seen.
ALTER TABLE subscriptions
    ADD COLUMN off_as TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER active;
