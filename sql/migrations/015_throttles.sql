-- SPDX-License-Identifier: MIT
-- Budgets (GCRA): two theoretical arrival times per key, of a short and of a long rate, charged together by one guarded
-- autocommitted statement (TH8). The key is a keyed hash.
CREATE TABLE throttles (
    realm_no INT UNSIGNED NOT NULL,
    throttle_key BINARY(16) NOT NULL,
    arrival_at DATETIME(3) NOT NULL,
    long_arrival_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, throttle_key),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
