-- SPDX-License-Identifier: MIT
-- What accounts are called and belong to (docs/elasticpath.md). parent_id is the account_id of another account of the realm.
ALTER TABLE accounts
    ADD COLUMN name VARCHAR(255) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '' AFTER account_type,
    ADD COLUMN legal_name VARCHAR(200) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '' AFTER name,
    ADD COLUMN registration_id VARCHAR(100) NOT NULL DEFAULT '' AFTER legal_name,
    ADD COLUMN parent_id BINARY(16) NULL AFTER registration_id,
    ADD KEY name (realm_no, name),
    ADD KEY legal_name (realm_no, legal_name),
    ADD KEY registration_id (realm_no, registration_id),
    ADD KEY parent_id (realm_no, parent_id);
