-- SPDX-License-Identifier: MIT
-- Devices that a code was shown from: a keyed hash of the fingerprint that the caller claimed, and the row that a device
-- token of ours names. tries is the budget that a device has for itself while the login is locked (TH5).
CREATE TABLE devices (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    device_id BINARY(16) NOT NULL,
    fingerprint BINARY(32) NULL,
    key_id INT UNSIGNED NULL,
    first_at DATETIME(3) NOT NULL,
    last_at DATETIME(3) NOT NULL,
    tries INT UNSIGNED NOT NULL,
    tries_at DATETIME(3) NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, device_id),
    UNIQUE KEY fingerprint (realm_no, user_id, fingerprint),
    KEY key_id (key_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
