-- SPDX-License-Identifier: MIT
-- What became of each attempt at a delivery. It goes with its delivery.
CREATE TABLE delivery_attempts (
    realm_no INT UNSIGNED NOT NULL,
    delivery_id BINARY(16) NOT NULL,
    attempt_no INT UNSIGNED NOT NULL,
    began_at DATETIME(3) NOT NULL,
    ended_at DATETIME(3) NOT NULL,
    outcome TINYINT UNSIGNED NOT NULL,
    status INT UNSIGNED NOT NULL,
    error VARCHAR(255) NOT NULL,
    PRIMARY KEY (realm_no, delivery_id, attempt_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
