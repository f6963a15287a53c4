-- SPDX-License-Identifier: MIT
-- Subscriptions: which events of a realm cause a message of the store's own making. action: 1 mail, 2 SMS, 3 web hook.
-- target is a template's name, or the hook's address. A row that bears the name of a built-in subscription stands for it,
-- so that one can be switched off. The secret that signs hooks is sealed.
CREATE TABLE subscriptions (
    realm_no INT UNSIGNED NOT NULL,
    subscription_id BINARY(16) NOT NULL,
    name VARCHAR(100) NOT NULL,
    events VARCHAR(1000) NOT NULL,
    condition_text VARCHAR(255) NOT NULL,
    action TINYINT UNSIGNED NOT NULL,
    format TINYINT UNSIGNED NOT NULL,
    target VARCHAR(1000) NOT NULL,
    secret VARBINARY(512) NULL,
    key_id INT UNSIGNED NULL,
    application_no INT UNSIGNED NULL,
    active TINYINT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, subscription_id),
    UNIQUE KEY name (realm_no, name),
    KEY key_id (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
