-- SPDX-License-Identifier: MIT
-- The newest events of a kind, for callers that pull them (kibo 8.2).
ALTER TABLE events
    ADD KEY name (realm_no, name, event_id);
