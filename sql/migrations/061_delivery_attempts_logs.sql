-- SPDX-License-Identifier: MIT
-- The log of integrations: format and subscription_id are set for attempts at their hooks alone, answer is the beginning of
-- what the receiver said.
ALTER TABLE delivery_attempts
    ADD COLUMN format TINYINT UNSIGNED NULL AFTER attempt_no,
    ADD COLUMN subscription_id BINARY(16) NULL AFTER format,
    ADD COLUMN answer VARCHAR(500) NOT NULL DEFAULT '' AFTER error,
    ADD KEY format (realm_no, format, began_at),
    ADD KEY subscription (realm_no, subscription_id, began_at);
