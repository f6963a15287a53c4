-- SPDX-License-Identifier: MIT
-- Tries at the codes of an address or number that need not be anybody's (X10, OC4, OC8; docs/security.md), over all of its live
-- codes. contact_id is a hash of its kind and itself. A try is counted here before anything is compared; a right code takes its
-- own charge back. A window begins with its first wrong try. Whoever makes a code moves `made` first, so that two for one contact
-- come one after the other.
CREATE TABLE verification_tries (
    realm_no INT UNSIGNED NOT NULL,
    contact_id BINARY(16) NOT NULL,
    made INT UNSIGNED NOT NULL,
    failed INT UNSIGNED NOT NULL,
    since_at DATETIME(3) NULL,
    failed_day INT UNSIGNED NOT NULL,
    day_at DATETIME(3) NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, contact_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
