-- SPDX-License-Identifier: MIT
-- Seals: a hash chain over the events of each second (KL2), written by one worker at a time.
CREATE TABLE event_seals (
    realm_no INT UNSIGNED NOT NULL,
    seal_no BIGINT UNSIGNED NOT NULL,
    sealed_to_at DATETIME(3) NOT NULL,
    event_count INT UNSIGNED NOT NULL,
    events_hash BINARY(32) NOT NULL,
    chain_hash BINARY(32) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    mac BINARY(32) NOT NULL,
    PRIMARY KEY (realm_no, seal_no),
    KEY key_id (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
