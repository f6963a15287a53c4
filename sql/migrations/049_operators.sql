-- SPDX-License-Identifier: MIT
-- Which users of the operators' realm (realm_no) work at the desk of which shop (shop_no), and in which role (1 viewer,
-- 2 support, 3 manager). preferences is JSON that the desk keeps of its screens. changes moves in all managers' rows of a shop
-- whenever one of them may go, so that two such changes cannot pass each other.
CREATE TABLE operators (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    shop_no INT UNSIGNED NOT NULL,
    role TINYINT UNSIGNED NOT NULL,
    preferences TEXT NOT NULL,
    changes INT UNSIGNED NOT NULL,
    last_sign_in_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, shop_no),
    KEY shop (shop_no, role)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
