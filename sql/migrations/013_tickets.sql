-- SPDX-License-Identifier: MIT
-- Tickets: signed-in sessions, one row per session. No usable token rests here (TK1): tokens are our own
-- references under a MAC. A row is dead when dead_at has come; until then it says how it ended,
-- and which ticket it was replaced by.
CREATE TABLE tickets (
    realm_no INT UNSIGNED NOT NULL,
    ticket_id BINARY(16) NOT NULL,
    state TINYINT UNSIGNED NOT NULL,
    door TINYINT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    account_no INT UNSIGNED NULL,
    login_id BINARY(16) NULL,
    application_no INT UNSIGNED NOT NULL,
    epoch INT UNSIGNED NOT NULL,
    generation INT UNSIGNED NOT NULL,
    min_generation INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    rotated_at DATETIME(3) NOT NULL,
    access_life INT UNSIGNED NOT NULL,
    refresh_life INT UNSIGNED NOT NULL,
    ends_at DATETIME(3) NOT NULL,
    password_at DATETIME(3) NULL,
    address VARCHAR(45) NOT NULL,
    browser VARCHAR(255) NOT NULL,
    anonymous_id BINARY(16) NULL,
    ended_at DATETIME(3) NULL,
    end_reason TINYINT UNSIGNED NOT NULL,
    successor_id BINARY(16) NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, ticket_id),
    KEY user (realm_no, user_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
