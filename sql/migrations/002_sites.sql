-- SPDX-License-Identifier: MIT
-- Sites: how a Kibo tenant and site find their realm. Several sites may share one.
CREATE TABLE sites (
    realm_no INT UNSIGNED NOT NULL,
    tenant_id INT UNSIGNED NOT NULL,
    site_id INT UNSIGNED NOT NULL,
    name VARCHAR(100) NOT NULL,
    domain VARCHAR(255) NOT NULL,
    locale_code VARCHAR(20) NOT NULL,
    country_code VARCHAR(2) NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, tenant_id, site_id),
    UNIQUE KEY site (tenant_id, site_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
