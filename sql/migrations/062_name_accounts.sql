-- SPDX-License-Identifier: MIT
-- The accounts that are there already are called what the program would call them: by person, company or address.
UPDATE accounts SET name = CASE
    WHEN CHAR_LENGTH(first_name) + CHAR_LENGTH(last_name) > 0
        THEN CONCAT(first_name, IF(CHAR_LENGTH(first_name) = 0 OR CHAR_LENGTH(last_name) = 0, '', ' '), last_name)
    WHEN CHAR_LENGTH(company) > 0 THEN company
    ELSE email END
WHERE CHAR_LENGTH(name) = 0;
