-- SPDX-License-Identifier: MIT
-- Outbox: the causes of messages, written in the transaction of the event that makes them due. A cause holds addresses
-- and codes, so it is sealed. The worker turns it into deliveries; due_at moves when it could not.
CREATE TABLE outbox (
    realm_no INT UNSIGNED NOT NULL,
    cause_id BINARY(16) NOT NULL,
    name VARCHAR(64) NOT NULL,
    cause BLOB NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    due_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, cause_id),
    KEY due_at (due_at),
    KEY key_id (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
