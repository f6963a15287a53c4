-- SPDX-License-Identifier: MIT
-- Changes of customer accounts, field by field, as a merchant reads them back (kibo 6.1, AuditLog). They hold personal
-- values, so they go with their account; what happened and who did it stays in `events`.
CREATE TABLE account_changes (
    realm_no INT UNSIGNED NOT NULL,
    account_no INT UNSIGNED NOT NULL,
    change_no BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    changed_at DATETIME(3) NOT NULL,
    description VARCHAR(64) NOT NULL,
    field_path VARCHAR(255) NOT NULL,
    old_value VARCHAR(1000) NULL,
    new_value VARCHAR(1000) NULL,
    user_id BINARY(16) NULL,
    application_no INT UNSIGNED NULL,
    site_id INT UNSIGNED NULL,
    PRIMARY KEY (realm_no, account_no, change_no),
    KEY change_no (change_no),
    KEY changed_at (changed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
