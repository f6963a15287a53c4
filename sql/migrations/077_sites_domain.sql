-- SPDX-License-Identifier: MIT
-- The shop whose page or guarded application is asked for is found by the name of the host.
ALTER TABLE sites
    ADD KEY domain (domain);
