-- SPDX-License-Identifier: MIT
-- Users that somebody of the shop has blocked, for the desk's list.
ALTER TABLE users
    ADD KEY blocked_at (realm_no, blocked_at);
