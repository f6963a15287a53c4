-- SPDX-License-Identifier: MIT
-- Which operator acted, at the desk or for a customer; none of all others, and of rows from before.
ALTER TABLE events
    ADD COLUMN operator_id BINARY(16) NULL AFTER ticket_id,
    ADD KEY operator (realm_no, operator_id, event_id);
