-- SPDX-License-Identifier: MIT
-- A store's own templates, which take the place of the built-in ones of the same name and locale.
CREATE TABLE templates (
    realm_no INT UNSIGNED NOT NULL,
    name VARCHAR(64) NOT NULL,
    locale VARCHAR(20) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    text_part TEXT NOT NULL,
    html_part MEDIUMTEXT NOT NULL,
    sms_part VARCHAR(500) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, name, locale)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
