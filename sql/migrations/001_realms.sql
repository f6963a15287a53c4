-- SPDX-License-Identifier: MIT
-- Realms: one population of users with one set of settings. settings_version moves with every change of a setting,
-- a site or the realm itself; workers compare it to know whether what they keep is still true.
CREATE TABLE realms (
    realm_no INT UNSIGNED NOT NULL AUTO_INCREMENT,
    realm_id BINARY(16) NOT NULL,
    name VARCHAR(100) NOT NULL,
    address VARCHAR(255) NOT NULL,
    settings_version INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no),
    UNIQUE KEY realm_id (realm_id),
    UNIQUE KEY name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
