-- SPDX-License-Identifier: MIT
-- The hash of the code before the newest, and its key: who enters it is told that a newer one was sent (P4, docs/pages.md).
ALTER TABLE codes
    ADD COLUMN former_hash BINARY(32) NULL AFTER key_id,
    ADD COLUMN former_key_id INT UNSIGNED NULL AFTER former_hash;
