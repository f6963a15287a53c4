-- SPDX-License-Identifier: MIT
-- What accounts are listed and searched by (kibo 6.2): names compare as people do, without letter case and accents.
ALTER TABLE accounts
    MODIFY first_name VARCHAR(100) COLLATE utf8mb4_unicode_ci NOT NULL,
    MODIFY last_name VARCHAR(100) COLLATE utf8mb4_unicode_ci NOT NULL,
    MODIFY company VARCHAR(200) COLLATE utf8mb4_unicode_ci NOT NULL,
    ADD KEY first_name (realm_no, first_name),
    ADD KEY company (realm_no, company),
    ADD KEY active (realm_no, active),
    ADD KEY customer_since_at (realm_no, customer_since_at),
    ADD KEY created_at (realm_no, created_at),
    ADD KEY updated_at (realm_no, updated_at);
