-- SPDX-License-Identifier: MIT
-- Whether there is one shop only, and which realm is the operators', is asked beside requests.
ALTER TABLE realms
    ADD KEY kind (kind);
