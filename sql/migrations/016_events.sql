-- SPDX-License-Identifier: MIT
-- Events: what happened, written once; the audit trail (KL2). mac covers every column but `personal`, of which it covers
-- the hash, so that personal details can be erased without breaking the proof.
CREATE TABLE events (
    realm_no INT UNSIGNED NOT NULL,
    event_id BINARY(16) NOT NULL,
    name VARCHAR(64) NOT NULL,
    happened_at DATETIME(3) NOT NULL,
    outcome VARCHAR(20) NOT NULL,
    reason VARCHAR(40) NOT NULL,
    factor VARCHAR(20) NOT NULL,
    actor VARCHAR(20) NOT NULL,
    application_no INT UNSIGNED NULL,
    user_id BINARY(16) NULL,
    account_no INT UNSIGNED NULL,
    ticket_id BINARY(16) NULL,
    request_id BINARY(16) NOT NULL,
    details TEXT NOT NULL,
    personal TEXT NULL,
    personal_hash BINARY(32) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    mac BINARY(32) NOT NULL,
    PRIMARY KEY (realm_no, event_id),
    KEY user (realm_no, user_id, event_id),
    KEY account (realm_no, account_no, event_id),
    KEY happened_at (happened_at),
    KEY key_id (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
