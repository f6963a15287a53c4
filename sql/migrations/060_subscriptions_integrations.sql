-- SPDX-License-Identifier: MIT
-- Integrations of client programs: hooks that are kept by their ids, so that several may be called the same. switched_on_at
-- is when a subscription was made or switched on, since when it is told of the trail; without one that is updated_at.
ALTER TABLE subscriptions
    ADD COLUMN label VARCHAR(255) NOT NULL DEFAULT '' AFTER name,
    ADD COLUMN description VARCHAR(1000) NOT NULL DEFAULT '' AFTER label,
    ADD COLUMN switched_on_at DATETIME(3) NULL AFTER active,
    ADD KEY format (realm_no, format, created_at);
