-- SPDX-License-Identifier: MIT
-- Codes sent to an address or number that need not be anybody's yet (X10; docs/security.md): several are good at once, and all
-- of a contact go when one is used. A keyed hash with the contact mixed in; the contact itself does not stand here.
CREATE TABLE verification_codes (
    realm_no INT UNSIGNED NOT NULL,
    contact_id BINARY(16) NOT NULL,
    code_id BINARY(16) NOT NULL,
    code_hash BINARY(32) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, contact_id, code_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
