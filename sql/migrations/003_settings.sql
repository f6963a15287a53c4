-- SPDX-License-Identifier: MIT
-- Settings a realm has changed from their defaults; names and ranges stand in the program's table.
CREATE TABLE settings (
    realm_no INT UNSIGNED NOT NULL,
    name VARCHAR(64) NOT NULL,
    value VARCHAR(1000) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
