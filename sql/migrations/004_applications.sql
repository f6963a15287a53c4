-- SPDX-License-Identifier: MIT
-- Applications: programs that may call. The secret is 256 random bits, so a plain SHA-256 of it keeps it.
CREATE TABLE applications (
    realm_no INT UNSIGNED NOT NULL,
    application_no INT UNSIGNED NOT NULL AUTO_INCREMENT,
    client_id VARCHAR(100) NOT NULL,
    name VARCHAR(100) NOT NULL,
    secret_hash BINARY(32) NOT NULL,
    behaviours INT UNSIGNED NOT NULL,
    disabled_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, application_no),
    UNIQUE KEY client_id (client_id),
    KEY application_no (application_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
