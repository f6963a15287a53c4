-- SPDX-License-Identifier: MIT
-- The names a person can sign in with, in normal form (TH3): the user name and the sign-in e-mail of a login.
CREATE TABLE login_names (
    realm_no INT UNSIGNED NOT NULL,
    profile_no INT UNSIGNED NOT NULL,
    name VARBINARY(1280) NOT NULL,
    login_id BINARY(16) NOT NULL,
    PRIMARY KEY (realm_no, profile_no, name),
    KEY login (realm_no, login_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
