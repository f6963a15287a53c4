-- SPDX-License-Identifier: MIT
-- A pool of rows that stand in for logins: an attempt at a name that is unknown, or not to be tried, writes one of these
-- where a known one writes its admission, so that both cost one durable write (EN2).
CREATE TABLE login_decoys (
    realm_no INT UNSIGNED NOT NULL,
    slot TINYINT UNSIGNED NOT NULL,
    attempts INT UNSIGNED NOT NULL,
    PRIMARY KEY (realm_no, slot)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
