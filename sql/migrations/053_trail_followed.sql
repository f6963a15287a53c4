-- SPDX-License-Identifier: MIT
-- How far the worker has followed a realm's trail for those who wait for events that bring no cause with them: all that
-- happened before was seen, and told to whom it concerns.
CREATE TABLE trail_followed (
    realm_no INT UNSIGNED NOT NULL,
    seen_to_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
