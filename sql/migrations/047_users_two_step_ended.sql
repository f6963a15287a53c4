-- SPDX-License-Identifier: MIT
-- When the shop turned a user's authenticator app off: shown to him until he has read it (B4, docs/pages.md).
ALTER TABLE users
    ADD COLUMN two_step_ended_at DATETIME(3) NULL AFTER region_at;
