-- SPDX-License-Identifier: MIT
-- How many users a realm has, beside its accounts, for the total of an unfiltered list of them.
ALTER TABLE account_counts
    ADD COLUMN users INT NOT NULL DEFAULT 0 AFTER accounts;
