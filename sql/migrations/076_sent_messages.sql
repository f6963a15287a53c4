-- SPDX-License-Identifier: MIT
-- What a mail (kind 1) or SMS (2) to a customer said, with codes and links starred, sealed; NULL where the shop keeps none. It
-- stays as long as its delivery. template: the id of a trigger's, or the name of another.
CREATE TABLE sent_messages (
    realm_no INT UNSIGNED NOT NULL,
    delivery_id BINARY(16) NOT NULL,
    kind TINYINT UNSIGNED NOT NULL,
    template VARCHAR(64) NOT NULL,
    locale VARCHAR(20) NOT NULL,
    content MEDIUMBLOB NULL,
    key_id INT UNSIGNED NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, delivery_id),
    KEY kind (realm_no, kind, delivery_id),
    KEY key_id (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
