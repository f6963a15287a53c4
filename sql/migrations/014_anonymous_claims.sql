-- SPDX-License-Identifier: MIT
-- Anonymous ids that a sign-in has claimed: the insert is the verdict, so that two sign-ins cannot claim one (TK3).
CREATE TABLE anonymous_claims (
    realm_no INT UNSIGNED NOT NULL,
    anonymous_id BINARY(16) NOT NULL,
    ticket_id BINARY(16) NOT NULL,
    claimed_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, anonymous_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
