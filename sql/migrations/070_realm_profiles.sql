-- SPDX-License-Identifier: MIT
-- What a shop says of itself (core/realms, ShopProfile). A realm without a row says nothing.
CREATE TABLE realm_profiles (
    realm_no INT UNSIGNED NOT NULL,
    name VARCHAR(255) NOT NULL,
    company_name VARCHAR(255) NOT NULL,
    default_locale VARCHAR(20) NOT NULL,
    website_url VARCHAR(500) NOT NULL,
    support_email VARCHAR(254) NOT NULL,
    tech_email VARCHAR(254) NOT NULL,
    caption VARCHAR(255) NOT NULL,
    description TEXT NOT NULL,
    custom_data MEDIUMTEXT NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
