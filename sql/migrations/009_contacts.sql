-- SPDX-License-Identifier: MIT
-- Contacts: addresses and numbers that codes and notices of a user go to.
CREATE TABLE contacts (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    kind TINYINT UNSIGNED NOT NULL,
    value VARCHAR(254) NOT NULL,
    normal VARCHAR(254) NOT NULL,
    verified_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, kind),
    KEY normal (realm_no, kind, normal)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
