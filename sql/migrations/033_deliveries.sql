-- SPDX-License-Identifier: MIT
-- Deliveries: one message owed to one receiver. state: 1 waiting, 2 sent, 3 abandoned. An attempt is leased and counted
-- by one guarded statement before anything is sent. The payload (sealed: addresses, codes) is blanked with the end; what
-- stays is the log, with the receiver masked. queue: 1 codes and links, 2 other mail and SMS, 3 hooks, which hold up
-- nothing else. lane: hooks of one subscription and topic, which keep their order.
CREATE TABLE deliveries (
    realm_no INT UNSIGNED NOT NULL,
    delivery_id BINARY(16) NOT NULL,
    event_id BINARY(16) NOT NULL,
    name VARCHAR(64) NOT NULL,
    topic VARCHAR(64) NOT NULL,
    subscription_id BINARY(16) NULL,
    subscription VARCHAR(100) NOT NULL,
    action TINYINT UNSIGNED NOT NULL,
    format TINYINT UNSIGNED NULL,
    recipient VARCHAR(255) NOT NULL,
    lane BINARY(16) NULL,
    payload BLOB NULL,
    key_id INT UNSIGNED NULL,
    user_id BINARY(16) NULL,
    account_no INT UNSIGNED NULL,
    queue TINYINT UNSIGNED NOT NULL,
    state TINYINT UNSIGNED NOT NULL,
    attempts INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    due_at DATETIME(3) NOT NULL,
    gives_up_at DATETIME(3) NOT NULL,
    leased_until DATETIME(3) NOT NULL,
    finished_at DATETIME(3) NULL,
    last_error VARCHAR(255) NOT NULL,
    PRIMARY KEY (realm_no, delivery_id),
    KEY due (state, queue, due_at, subscription_id),
    KEY lane (realm_no, lane, state, attempts, delivery_id),
    KEY lane_leased (realm_no, lane, leased_until),
    KEY subscription (realm_no, subscription_id, delivery_id),
    KEY format (realm_no, format, delivery_id),
    KEY key_id (key_id),
    KEY finished_at (finished_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
