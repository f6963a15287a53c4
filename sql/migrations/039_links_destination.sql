-- SPDX-License-Identifier: MIT
-- The address that a link went to, as a hash: a link that is made beside a change of the address must not outlive it (RS1).
-- Links made before have none and are dead.
ALTER TABLE links ADD COLUMN destination BINARY(32) NULL AFTER epoch;
