-- SPDX-License-Identifier: MIT
-- Logins: user name and password of a user in one password profile. password is the Argon2id string sealed under
-- password_key_id (PW10); version moves when another password is set. failed and in_flight are the counters of admit
-- and settle (TH1).
CREATE TABLE logins (
    realm_no INT UNSIGNED NOT NULL,
    login_id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    profile_no INT UNSIGNED NOT NULL,
    user_name VARCHAR(320) NOT NULL,
    password VARBINARY(512) NULL,
    password_key_id INT UNSIGNED NULL,
    password_version INT UNSIGNED NOT NULL,
    password_set_at DATETIME(3) NULL,
    password_change_required TINYINT UNSIGNED NOT NULL,
    failed INT UNSIGNED NOT NULL,
    first_failed_at DATETIME(3) NULL,
    in_flight INT UNSIGNED NOT NULL,
    in_flight_at DATETIME(3) NULL,
    locked_at DATETIME(3) NULL,
    last_login_at DATETIME(3) NULL,
    sign_ins INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, login_id),
    KEY user (realm_no, user_id),
    KEY password_key_id (password_key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
