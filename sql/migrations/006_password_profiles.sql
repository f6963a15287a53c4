-- SPDX-License-Identifier: MIT
-- Password profiles: where login names are unique. Every realm has a default one.
CREATE TABLE password_profiles (
    realm_no INT UNSIGNED NOT NULL,
    profile_no INT UNSIGNED NOT NULL,
    profile_id BINARY(16) NOT NULL,
    name VARCHAR(100) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, profile_no),
    UNIQUE KEY profile_id (realm_no, profile_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
