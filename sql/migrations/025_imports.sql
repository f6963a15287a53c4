-- SPDX-License-Identifier: MIT
-- Imports: how far a file has come. The row moves in the transaction that adds the accounts, so a run that was cut off goes
-- on after the last line that is there. import_id is taken from the file's content.
CREATE TABLE imports (
    realm_no INT UNSIGNED NOT NULL,
    import_id BINARY(16) NOT NULL,
    file_name VARCHAR(255) NOT NULL,
    line_no INT UNSIGNED NOT NULL,
    added INT UNSIGNED NOT NULL,
    refused INT UNSIGNED NOT NULL,
    began_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    finished_at DATETIME(3) NULL,
    PRIMARY KEY (realm_no, import_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
