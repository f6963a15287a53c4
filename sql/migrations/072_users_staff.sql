-- SPDX-License-Identifier: MIT
-- Staff are found by their role. custom_data is what a shop keeps of a user for itself (a JSON object); changes moves with
-- all administrators whenever one of them may cease to be one.
ALTER TABLE users
    ADD COLUMN custom_data MEDIUMTEXT NULL AFTER two_step_ended_at,
    ADD COLUMN changes INT UNSIGNED NOT NULL DEFAULT 0 AFTER custom_data,
    ADD KEY role (realm_no, role);
