-- SPDX-License-Identifier: MIT
-- Templates of notification triggers (core/triggers.h): kind 1 mail, 2 SMS, whose words are text_part. recipient is a template too.
CREATE TABLE trigger_templates (
    realm_no INT UNSIGNED NOT NULL,
    template_id BINARY(16) NOT NULL,
    kind TINYINT UNSIGNED NOT NULL,
    name VARCHAR(255) NOT NULL,
    description VARCHAR(1000) NOT NULL,
    recipient VARCHAR(254) NOT NULL,
    reply_to VARCHAR(254) NOT NULL,
    subject VARCHAR(1000) NOT NULL,
    text_part TEXT NOT NULL,
    html_part MEDIUMTEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, template_id),
    KEY kind (realm_no, kind, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
