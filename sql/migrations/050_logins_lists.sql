-- SPDX-License-Identifier: MIT
-- Customers as the desk lists them: by their last sign-in, by user name, and those that are locked.
ALTER TABLE logins
    ADD KEY last_login_at (realm_no, last_login_at),
    ADD KEY user_name (realm_no, user_name),
    ADD KEY locked_at (realm_no, locked_at);
