-- SPDX-License-Identifier: MIT
-- What users are called, and what they are listed by (docs/elasticpath.md): names compare as people do, without letter case
-- and accents.
ALTER TABLE users
    ADD COLUMN name VARCHAR(255) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '' AFTER user_id,
    ADD COLUMN given_name VARCHAR(100) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '' AFTER name,
    ADD COLUMN middle_name VARCHAR(100) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '' AFTER given_name,
    ADD COLUMN family_name VARCHAR(100) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '' AFTER middle_name,
    ADD KEY name (realm_no, name),
    ADD KEY given_name (realm_no, given_name),
    ADD KEY middle_name (realm_no, middle_name),
    ADD KEY family_name (realm_no, family_name),
    ADD KEY created_at (realm_no, created_at),
    ADD KEY updated_at (realm_no, updated_at);
