-- SPDX-License-Identifier: MIT
-- Users: the persons who sign in. The epoch ends every ticket of a user at once: tickets carry the one they were
-- issued under. failed_day counts wrong passwords over all logins of the user across successes (TH1).
CREATE TABLE users (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    epoch INT UNSIGNED NOT NULL,
    blocked_at DATETIME(3) NULL,
    failed_day INT UNSIGNED NOT NULL,
    failed_day_at DATETIME(3) NULL,
    last_second_step_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
