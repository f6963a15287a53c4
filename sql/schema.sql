-- SPDX-License-Identifier: MIT
-- The whole schema as all migrations leave it; a test compares the two. Read this one to know the tables.
-- schema_migrations (what was applied, by number) is made by the program itself before the first migration.

-- Realms: one population of users with one set of settings. settings_version moves with every change of a setting,
-- a site or the realm itself; workers compare it to know whether what they keep is still true.
CREATE TABLE realms (
    realm_no INT UNSIGNED NOT NULL AUTO_INCREMENT,
    realm_id BINARY(16) NOT NULL,
    kind TINYINT UNSIGNED NOT NULL DEFAULT 1,
    name VARCHAR(100) NOT NULL,
    address VARCHAR(255) NOT NULL,
    settings_version INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no),
    UNIQUE KEY realm_id (realm_id),
    UNIQUE KEY name (name),
    KEY kind (kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Realm profiles: what a shop says of itself. A realm without a row says nothing.
CREATE TABLE realm_profiles (
    realm_no INT UNSIGNED NOT NULL,
    name VARCHAR(255) NOT NULL,
    company_name VARCHAR(255) NOT NULL,
    default_locale VARCHAR(20) NOT NULL,
    website_url VARCHAR(500) NOT NULL,
    support_email VARCHAR(254) NOT NULL,
    tech_email VARCHAR(254) NOT NULL,
    caption VARCHAR(255) NOT NULL,
    description TEXT NOT NULL,
    custom_data MEDIUMTEXT NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Sites: how a Kibo tenant and site find their realm. Several sites may share one.
CREATE TABLE sites (
    realm_no INT UNSIGNED NOT NULL,
    tenant_id INT UNSIGNED NOT NULL,
    site_id INT UNSIGNED NOT NULL,
    name VARCHAR(100) NOT NULL,
    domain VARCHAR(255) NOT NULL,
    locale_code VARCHAR(20) NOT NULL,
    country_code VARCHAR(2) NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, tenant_id, site_id),
    UNIQUE KEY site (tenant_id, site_id),
    KEY domain (domain)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Settings a realm has changed from their defaults; names and ranges stand in the program's table.
CREATE TABLE settings (
    realm_no INT UNSIGNED NOT NULL,
    name VARCHAR(64) NOT NULL,
    value VARCHAR(1000) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Applications: programs that may call. The secret is 256 random bits, so a plain SHA-256 of it keeps it.
CREATE TABLE applications (
    realm_no INT UNSIGNED NOT NULL,
    application_no INT UNSIGNED NOT NULL AUTO_INCREMENT,
    client_id VARCHAR(100) NOT NULL,
    name VARCHAR(100) NOT NULL,
    secret_hash BINARY(32) NOT NULL,
    behaviours INT UNSIGNED NOT NULL,
    disabled_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, application_no),
    UNIQUE KEY client_id (client_id),
    KEY application_no (application_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Application tickets: one row per grant, not per token. No usable secret rests here (TK1).
CREATE TABLE application_tokens (
    realm_no INT UNSIGNED NOT NULL,
    token_id BINARY(16) NOT NULL,
    application_no INT UNSIGNED NOT NULL,
    generation INT UNSIGNED NOT NULL,
    min_generation INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    rotated_at DATETIME(3) NOT NULL,
    access_life INT UNSIGNED NOT NULL,
    refresh_life INT UNSIGNED NOT NULL,
    ends_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, token_id),
    KEY application (realm_no, application_no),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Password profiles: where login names are unique. Every realm has a default one. name_format says what names must be (1
-- anything, 2 an e-mail address), one_time_tokens whether one-time password tokens are made.
CREATE TABLE password_profiles (
    realm_no INT UNSIGNED NOT NULL,
    profile_no INT UNSIGNED NOT NULL,
    profile_id BINARY(16) NOT NULL,
    name VARCHAR(255) NOT NULL,
    name_format TINYINT UNSIGNED NOT NULL DEFAULT 1,
    one_time_tokens TINYINT UNSIGNED NOT NULL DEFAULT 0,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NULL,
    PRIMARY KEY (realm_no, profile_no),
    UNIQUE KEY profile_id (realm_no, profile_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Customer accounts: the integer id counts from 1001 up. What authentication does not use (addresses, attributes,
-- notes) is kept in `profile` and given back unchanged; it is never filtered on. Names compare as people do, without letter
-- case and accents. parent_id is the account_id of another account of the realm; code, label and phone are what a shop finds
-- its customers by. claims moves when an account gets its first user, so that of two who register it at once one is told.
CREATE TABLE accounts (
    realm_no INT UNSIGNED NOT NULL,
    account_no INT UNSIGNED NOT NULL AUTO_INCREMENT,
    account_id BINARY(16) NOT NULL,
    account_type VARCHAR(10) NOT NULL,
    name VARCHAR(255) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '',
    legal_name VARCHAR(200) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '',
    registration_id VARCHAR(100) NOT NULL DEFAULT '',
    parent_id BINARY(16) NULL,
    code VARCHAR(255) NOT NULL DEFAULT '',
    label VARCHAR(255) NOT NULL DEFAULT '',
    phone VARCHAR(20) NOT NULL DEFAULT '',
    email VARCHAR(254) NOT NULL,
    email_normal VARCHAR(254) NOT NULL,
    first_name VARCHAR(100) COLLATE utf8mb4_unicode_ci NOT NULL,
    last_name VARCHAR(100) COLLATE utf8mb4_unicode_ci NOT NULL,
    company VARCHAR(200) COLLATE utf8mb4_unicode_ci NOT NULL,
    locale_code VARCHAR(20) NOT NULL,
    external_id VARCHAR(100) NOT NULL,
    tax_id VARCHAR(100) NOT NULL,
    tax_exempt TINYINT UNSIGNED NOT NULL,
    accepts_marketing TINYINT UNSIGNED NOT NULL,
    active TINYINT UNSIGNED NOT NULL,
    claims INT UNSIGNED NOT NULL DEFAULT 0,
    customer_since_at DATETIME(3) NOT NULL,
    profile MEDIUMTEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    created_by VARCHAR(64) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    updated_by VARCHAR(64) NOT NULL,
    PRIMARY KEY (realm_no, account_no),
    UNIQUE KEY account_id (realm_no, account_id),
    KEY account_no (account_no),
    KEY email (realm_no, email_normal),
    KEY last_name (realm_no, last_name),
    KEY external_id (realm_no, external_id),
    KEY first_name (realm_no, first_name),
    KEY company (realm_no, company),
    KEY active (realm_no, active),
    KEY customer_since_at (realm_no, customer_since_at),
    KEY created_at (realm_no, created_at),
    KEY updated_at (realm_no, updated_at),
    KEY name (realm_no, name),
    KEY legal_name (realm_no, legal_name),
    KEY registration_id (realm_no, registration_id),
    KEY parent_id (realm_no, parent_id),
    KEY code (realm_no, code),
    KEY label (realm_no, label),
    KEY phone (realm_no, phone)
) ENGINE=InnoDB AUTO_INCREMENT=1001 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Users: the persons who sign in. The epoch ends every ticket of a user at once: tickets carry the one they were
-- issued under. failed_day counts wrong passwords over all logins of the user across successes (TH1). method is what the
-- user picked for the second step (1 simple, 2 email, 3 sms); region the last one that was validated; role what the user may do
-- in the shop's own matters (1 customer, 2 and up staff); custom_data what a shop keeps of a user for itself. changes moves with
-- all administrators whenever one of them may cease to be one.
CREATE TABLE users (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    name VARCHAR(255) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '',
    given_name VARCHAR(100) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '',
    middle_name VARCHAR(100) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '',
    family_name VARCHAR(100) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '',
    epoch INT UNSIGNED NOT NULL,
    blocked_at DATETIME(3) NULL,
    method TINYINT UNSIGNED NOT NULL DEFAULT 1,
    role TINYINT UNSIGNED NOT NULL DEFAULT 1,
    failed_day INT UNSIGNED NOT NULL,
    failed_day_at DATETIME(3) NULL,
    last_second_step_at DATETIME(3) NULL,
    region VARCHAR(64) NOT NULL DEFAULT '',
    region_at DATETIME(3) NULL,
    two_step_ended_at DATETIME(3) NULL,
    custom_data MEDIUMTEXT NULL,
    changes INT UNSIGNED NOT NULL DEFAULT 0,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id),
    KEY blocked_at (realm_no, blocked_at),
    KEY name (realm_no, name),
    KEY given_name (realm_no, given_name),
    KEY middle_name (realm_no, middle_name),
    KEY family_name (realm_no, family_name),
    KEY created_at (realm_no, created_at),
    KEY updated_at (realm_no, updated_at),
    KEY role (realm_no, role)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Contacts: addresses and numbers that codes and notices of a user go to.
CREATE TABLE contacts (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    kind TINYINT UNSIGNED NOT NULL,
    value VARCHAR(254) NOT NULL,
    normal VARCHAR(254) NOT NULL,
    verified_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, kind),
    KEY normal (realm_no, kind, normal)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Memberships: which users belong to which accounts.
CREATE TABLE memberships (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    account_no INT UNSIGNED NOT NULL,
    role VARCHAR(40) NOT NULL,
    is_primary TINYINT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, account_no),
    KEY account (realm_no, account_no, is_primary)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Logins: user name and password of a user in one password profile. password is the Argon2id string sealed under
-- password_key_id (PW10); version moves when another password is set. failed and in_flight are the counters of admit
-- and settle (TH1). foreign_password: the hash was made by another system and gives way to one of ours at the first
-- sign-in. last_locked_at stays when a lock is cleared.
CREATE TABLE logins (
    realm_no INT UNSIGNED NOT NULL,
    login_id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    profile_no INT UNSIGNED NOT NULL,
    user_name VARCHAR(320) NOT NULL,
    password VARBINARY(512) NULL,
    password_key_id INT UNSIGNED NULL,
    password_version INT UNSIGNED NOT NULL,
    foreign_password TINYINT UNSIGNED NOT NULL DEFAULT 0,
    password_set_at DATETIME(3) NULL,
    password_change_required TINYINT UNSIGNED NOT NULL,
    failed INT UNSIGNED NOT NULL,
    first_failed_at DATETIME(3) NULL,
    in_flight INT UNSIGNED NOT NULL,
    in_flight_at DATETIME(3) NULL,
    locked_at DATETIME(3) NULL,
    last_locked_at DATETIME(3) NULL,
    last_wrong_tag SMALLINT UNSIGNED NULL,
    last_wrong_at DATETIME(3) NULL,
    wrong_seen INT UNSIGNED NOT NULL DEFAULT 0,
    last_login_at DATETIME(3) NULL,
    sign_ins INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, login_id),
    KEY user (realm_no, user_id),
    KEY password_key_id (password_key_id),
    KEY last_login_at (realm_no, last_login_at),
    KEY user_name (realm_no, user_name),
    KEY locked_at (realm_no, locked_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The names a person can sign in with, in normal form (TH3): the user name and the sign-in e-mail of a login.
CREATE TABLE login_names (
    realm_no INT UNSIGNED NOT NULL,
    profile_no INT UNSIGNED NOT NULL,
    name VARBINARY(1280) NOT NULL,
    login_id BINARY(16) NOT NULL,
    PRIMARY KEY (realm_no, profile_no, name),
    KEY login (realm_no, login_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Tickets: signed-in sessions, one row per session. No usable token rests here (TK1): tokens are our own
-- references under a MAC. A row is dead when dead_at has come; until then it says how it ended,
-- and which ticket it was replaced by. A pending one says what it owes (0 none, 2 email, 3 sms) and what it will record
-- when that is shown.
CREATE TABLE tickets (
    realm_no INT UNSIGNED NOT NULL,
    ticket_id BINARY(16) NOT NULL,
    state TINYINT UNSIGNED NOT NULL,
    scope TINYINT UNSIGNED NOT NULL DEFAULT 1,
    owes TINYINT UNSIGNED NOT NULL DEFAULT 0,
    door TINYINT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    account_no INT UNSIGNED NULL,
    login_id BINARY(16) NULL,
    application_no INT UNSIGNED NOT NULL,
    epoch INT UNSIGNED NOT NULL,
    generation INT UNSIGNED NOT NULL,
    min_generation INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    rotated_at DATETIME(3) NOT NULL,
    access_life INT UNSIGNED NOT NULL,
    refresh_life INT UNSIGNED NOT NULL,
    ends_at DATETIME(3) NOT NULL,
    password_at DATETIME(3) NULL,
    app_at DATETIME(3) NULL,
    email_at DATETIME(3) NULL,
    sms_at DATETIME(3) NULL,
    used_recovery TINYINT UNSIGNED NOT NULL DEFAULT 0,
    address VARCHAR(45) NOT NULL,
    browser VARCHAR(255) NOT NULL,
    fingerprint BINARY(32) NULL,
    fingerprint_key_id INT UNSIGNED NULL,
    region VARCHAR(64) NOT NULL DEFAULT '',
    spent_codes TINYINT UNSIGNED NOT NULL DEFAULT 0,
    app_tries TINYINT UNSIGNED NOT NULL DEFAULT 0,
    anonymous_id BINARY(16) NULL,
    last_seen_at DATETIME(3) NULL,
    dismissed TINYINT UNSIGNED NOT NULL DEFAULT 0,
    acting_realm_no INT UNSIGNED NULL,
    acting_user_id BINARY(16) NULL,
    acting_epoch INT UNSIGNED NULL,
    ended_at DATETIME(3) NULL,
    end_reason TINYINT UNSIGNED NOT NULL,
    successor_id BINARY(16) NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, ticket_id),
    KEY user (realm_no, user_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Anonymous ids that a sign-in has claimed: the insert is the verdict, so that two sign-ins cannot claim one (TK3).
CREATE TABLE anonymous_claims (
    realm_no INT UNSIGNED NOT NULL,
    anonymous_id BINARY(16) NOT NULL,
    ticket_id BINARY(16) NOT NULL,
    claimed_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, anonymous_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Budgets (GCRA): two theoretical arrival times per key, of a short and of a long rate, charged together by one guarded
-- autocommitted statement (TH8). The key is a keyed hash.
CREATE TABLE throttles (
    realm_no INT UNSIGNED NOT NULL,
    throttle_key BINARY(16) NOT NULL,
    arrival_at DATETIME(3) NOT NULL,
    long_arrival_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, throttle_key),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Events: what happened, written once; the audit trail (KL2). mac covers every column but `personal`, of which it covers
-- the hash, so that personal details can be erased without breaking the proof. operator_id: who acted at the desk or for a
-- customer.
CREATE TABLE events (
    realm_no INT UNSIGNED NOT NULL,
    event_id BINARY(16) NOT NULL,
    name VARCHAR(64) NOT NULL,
    happened_at DATETIME(3) NOT NULL,
    outcome VARCHAR(20) NOT NULL,
    reason VARCHAR(40) NOT NULL,
    factor VARCHAR(20) NOT NULL,
    actor VARCHAR(20) NOT NULL,
    application_no INT UNSIGNED NULL,
    user_id BINARY(16) NULL,
    account_no INT UNSIGNED NULL,
    ticket_id BINARY(16) NULL,
    operator_id BINARY(16) NULL,
    request_id BINARY(16) NOT NULL,
    details TEXT NOT NULL,
    personal TEXT NULL,
    personal_hash BINARY(32) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    mac BINARY(32) NOT NULL,
    PRIMARY KEY (realm_no, event_id),
    KEY user (realm_no, user_id, event_id),
    KEY account (realm_no, account_no, event_id),
    KEY happened_at (happened_at),
    KEY key_id (key_id),
    KEY name (realm_no, name, event_id),
    KEY operator (realm_no, operator_id, event_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Seals: a hash chain over the events of each second (KL2), written by one worker at a time.
CREATE TABLE event_seals (
    realm_no INT UNSIGNED NOT NULL,
    seal_no BIGINT UNSIGNED NOT NULL,
    sealed_to_at DATETIME(3) NOT NULL,
    event_count INT UNSIGNED NOT NULL,
    events_hash BINARY(32) NOT NULL,
    chain_hash BINARY(32) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    mac BINARY(32) NOT NULL,
    PRIMARY KEY (realm_no, seal_no),
    KEY key_id (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A pool of rows that stand in for logins: an attempt at a name that is unknown, or not to be tried, writes one of these
-- where a known one writes its admission, so that both cost one durable write (EN2).
CREATE TABLE login_decoys (
    realm_no INT UNSIGNED NOT NULL,
    slot TINYINT UNSIGNED NOT NULL,
    attempts INT UNSIGNED NOT NULL,
    PRIMARY KEY (realm_no, slot)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Changes of customer accounts, field by field, as a merchant reads them back (kibo 6.1, AuditLog). They hold personal
-- values, so they go with their account; what happened and who did it stays in `events`.
CREATE TABLE account_changes (
    realm_no INT UNSIGNED NOT NULL,
    account_no INT UNSIGNED NOT NULL,
    change_no BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    changed_at DATETIME(3) NOT NULL,
    description VARCHAR(64) NOT NULL,
    field_path VARCHAR(255) NOT NULL,
    old_value VARCHAR(1000) NULL,
    new_value VARCHAR(1000) NULL,
    user_id BINARY(16) NULL,
    application_no INT UNSIGNED NULL,
    site_id INT UNSIGNED NULL,
    PRIMARY KEY (realm_no, account_no, change_no),
    KEY change_no (change_no),
    KEY changed_at (changed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- How many accounts a realm has, for the total of an unfiltered list: a sum of slots, so that registrations do not
-- queue for one row. An account counts in slot account_no % 64, those of an import's batch in one slot together.
CREATE TABLE account_counts (
    realm_no INT UNSIGNED NOT NULL,
    slot TINYINT UNSIGNED NOT NULL,
    accounts INT NOT NULL,
    users INT NOT NULL DEFAULT 0,
    PRIMARY KEY (realm_no, slot)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Erasures that are owed: events name deleted accounts and users, and the personal details in them are blanked by `purge`,
-- since the serving database user may not change events (KL2).
CREATE TABLE erasures (
    realm_no INT UNSIGNED NOT NULL,
    erasure_id BINARY(16) NOT NULL,
    account_no INT UNSIGNED NULL,
    user_id BINARY(16) NULL,
    requested_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, erasure_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

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

-- Codes sent by mail or SMS (docs/security.md, section 2): keyed hashes only. code_id is what a code hangs on (a pending
-- ticket; a user, application and purpose), so a newer one takes the place of the older (OC5). tries moves before anything
-- is compared (OC4).
CREATE TABLE codes (
    realm_no INT UNSIGNED NOT NULL,
    code_id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    purpose TINYINT UNSIGNED NOT NULL,
    channel TINYINT UNSIGNED NOT NULL,
    destination VARCHAR(254) NOT NULL,
    code_hash BINARY(32) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    former_hash BINARY(32) NULL,
    former_key_id INT UNSIGNED NULL,
    tries INT UNSIGNED NOT NULL,
    max_tries INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, code_id),
    KEY user (realm_no, user_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Wrong tries of a user across codes, for each purpose by itself (OC8). Counted before anything is compared; a right
-- code takes its own charge back. The window begins with the first.
CREATE TABLE code_failures (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    purpose TINYINT UNSIGNED NOT NULL,
    failed INT UNSIGNED NOT NULL,
    since_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, purpose),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Tries at the one-time password tokens of a user, over all of them (X14, OC8; docs/security.md). A try is counted here before
-- anything is compared; a right token takes its own charge back. A window begins with its first wrong try. last_tag and
-- last_at tell the same wrong value sent again; seen moves with every try, so that each changes the row. Whoever makes a
-- token moves `made` first, so that two for one user come one after the other.
CREATE TABLE one_time_tries (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    made INT UNSIGNED NOT NULL,
    failed INT UNSIGNED NOT NULL,
    since_at DATETIME(3) NULL,
    failed_day INT UNSIGNED NOT NULL,
    day_at DATETIME(3) NULL,
    closed TINYINT UNSIGNED NOT NULL,
    last_tag SMALLINT UNSIGNED NULL,
    last_at DATETIME(3) NULL,
    seen INT UNSIGNED NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One-time password tokens (EP121 to EP143, docs/elasticpath.md): keyed hashes only, with user, login and purpose mixed in.
-- Several of a user are good at once; ids begin with the time, so the least is the oldest. epoch and destination say what
-- ends a token before its time: whatever ends the user's tickets, and another address.
CREATE TABLE one_time_tokens (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    token_id BINARY(16) NOT NULL,
    purpose TINYINT UNSIGNED NOT NULL,
    epoch INT UNSIGNED NOT NULL,
    destination VARCHAR(254) NOT NULL,
    token_hash BINARY(32) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, token_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Tries at the codes of an address or number that need not be anybody's (X10, OC4, OC8; docs/security.md), over all of its live
-- codes. contact_id is a hash of its kind and itself. A try is counted here before anything is compared; a right code takes its
-- own charge back. A window begins with its first wrong try. Whoever makes a code moves `made` first, so that two for one contact
-- come one after the other.
CREATE TABLE verification_tries (
    realm_no INT UNSIGNED NOT NULL,
    contact_id BINARY(16) NOT NULL,
    made INT UNSIGNED NOT NULL,
    failed INT UNSIGNED NOT NULL,
    since_at DATETIME(3) NULL,
    failed_day INT UNSIGNED NOT NULL,
    day_at DATETIME(3) NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, contact_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Codes sent to an address or number that need not be anybody's yet (X10; docs/security.md): several are good at once, and all
-- of a contact go when one is used. A keyed hash with the contact mixed in; the contact itself does not stand here.
CREATE TABLE verification_codes (
    realm_no INT UNSIGNED NOT NULL,
    contact_id BINARY(16) NOT NULL,
    code_id BINARY(16) NOT NULL,
    code_hash BINARY(32) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, contact_id, code_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Links sent by mail, to set a new password, to clear a lock or to verify an address (RS1, TH5): 256 random bits, or the 122
-- of a random UUID, kept as SHA-256. One for each user and purpose, so only the newest is good. The epoch ends it with a
-- change of password.
CREATE TABLE links (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    purpose TINYINT UNSIGNED NOT NULL,
    link_hash BINARY(32) NOT NULL,
    epoch INT UNSIGNED NOT NULL,
    destination BINARY(32) NULL,
    created_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, purpose),
    UNIQUE KEY link_hash (link_hash),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Devices that a code was shown from: a keyed hash of the fingerprint that the caller claimed, and the row that a device
-- token of ours names. tries is the budget that a device has for itself while the login is locked (TH5).
CREATE TABLE devices (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    device_id BINARY(16) NOT NULL,
    fingerprint BINARY(32) NULL,
    key_id INT UNSIGNED NULL,
    stepped TINYINT UNSIGNED NOT NULL DEFAULT 0,
    first_at DATETIME(3) NOT NULL,
    last_at DATETIME(3) NOT NULL,
    trusted_until DATETIME(3) NULL,
    browser VARCHAR(255) NOT NULL DEFAULT '',
    tries INT UNSIGNED NOT NULL,
    tries_at DATETIME(3) NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, device_id),
    UNIQUE KEY fingerprint (realm_no, user_id, fingerprint),
    KEY key_id (key_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Outbox: the causes of messages, written in the transaction of the event that makes them due. A cause holds addresses
-- and codes, so it is sealed. The worker turns it into deliveries; due_at moves when it could not.
CREATE TABLE outbox (
    realm_no INT UNSIGNED NOT NULL,
    cause_id BINARY(16) NOT NULL,
    name VARCHAR(64) NOT NULL,
    cause BLOB NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    due_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, cause_id),
    KEY due_at (due_at),
    KEY key_id (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Subscriptions: which events of a realm cause a message of the store's own making. action: 1 mail, 2 SMS, 3 web hook,
-- 4 mail to an operator. target is a template's name, the hook's address, or the operator's user id. A row that bears the name of a built-in subscription stands for it,
-- so that one can be switched off. The secret that signs hooks is sealed.
CREATE TABLE subscriptions (
    realm_no INT UNSIGNED NOT NULL,
    subscription_id BINARY(16) NOT NULL,
    name VARCHAR(100) NOT NULL,
    label VARCHAR(255) NOT NULL DEFAULT '',
    description VARCHAR(1000) NOT NULL DEFAULT '',
    events VARCHAR(1000) NOT NULL,
    condition_text VARCHAR(255) NOT NULL,
    action TINYINT UNSIGNED NOT NULL,
    format TINYINT UNSIGNED NOT NULL,
    target VARCHAR(1000) NOT NULL,
    secret VARBINARY(512) NULL,
    key_id INT UNSIGNED NULL,
    application_no INT UNSIGNED NULL,
    active TINYINT UNSIGNED NOT NULL,
    off_as TINYINT UNSIGNED NOT NULL DEFAULT 0,
    switched_on_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, subscription_id),
    UNIQUE KEY name (realm_no, name),
    KEY key_id (key_id),
    KEY format (realm_no, format, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A store's own templates, which take the place of the built-in ones of the same name and locale.
CREATE TABLE templates (
    realm_no INT UNSIGNED NOT NULL,
    name VARCHAR(64) NOT NULL,
    locale VARCHAR(20) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    text_part TEXT NOT NULL,
    html_part MEDIUMTEXT NOT NULL,
    sms_part VARCHAR(500) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, name, locale)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Templates of notification triggers (core/triggers.h): kind 1 mail, 2 SMS, whose words are text_part. recipient is a template too.
CREATE TABLE trigger_templates (
    realm_no INT UNSIGNED NOT NULL,
    template_id BINARY(16) NOT NULL,
    kind TINYINT UNSIGNED NOT NULL,
    name VARCHAR(255) NOT NULL,
    description VARCHAR(1000) NOT NULL,
    recipient VARCHAR(254) NOT NULL,
    reply_to VARCHAR(254) NOT NULL,
    subject VARCHAR(1000) NOT NULL,
    text_part TEXT NOT NULL,
    html_part MEDIUMTEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, template_id),
    KEY kind (realm_no, kind, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Deliveries: one message owed to one receiver. state: 1 waiting, 2 sent, 3 abandoned. An attempt is leased and counted
-- by one guarded statement before anything is sent. The payload (sealed: addresses, codes) is blanked with the end; what
-- stays is the log, with the receiver masked. queue: 1 codes and links, 2 other mail and SMS, 3 hooks, which hold up
-- nothing else. lane: hooks of one subscription and topic, which keep their order.
CREATE TABLE deliveries (
    realm_no INT UNSIGNED NOT NULL,
    delivery_id BINARY(16) NOT NULL,
    event_id BINARY(16) NOT NULL,
    name VARCHAR(64) NOT NULL,
    topic VARCHAR(64) NOT NULL,
    subscription_id BINARY(16) NULL,
    subscription VARCHAR(100) NOT NULL,
    action TINYINT UNSIGNED NOT NULL,
    format TINYINT UNSIGNED NULL,
    recipient VARCHAR(255) NOT NULL,
    lane BINARY(16) NULL,
    payload BLOB NULL,
    key_id INT UNSIGNED NULL,
    user_id BINARY(16) NULL,
    account_no INT UNSIGNED NULL,
    queue TINYINT UNSIGNED NOT NULL,
    state TINYINT UNSIGNED NOT NULL,
    attempts INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    due_at DATETIME(3) NOT NULL,
    gives_up_at DATETIME(3) NOT NULL,
    leased_until DATETIME(3) NOT NULL,
    finished_at DATETIME(3) NULL,
    last_error VARCHAR(255) NOT NULL,
    PRIMARY KEY (realm_no, delivery_id),
    KEY due (state, queue, due_at, subscription_id),
    KEY lane (realm_no, lane, state, attempts, delivery_id),
    KEY lane_leased (realm_no, lane, leased_until),
    KEY subscription (realm_no, subscription_id, delivery_id),
    KEY format (realm_no, format, delivery_id),
    KEY key_id (key_id),
    KEY finished_at (finished_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a mail (kind 1) or SMS (2) to a customer said, with codes and links starred, sealed; NULL where the shop keeps none. It
-- stays as long as its delivery. template: the id of a trigger's, or the name of another.
CREATE TABLE sent_messages (
    realm_no INT UNSIGNED NOT NULL,
    delivery_id BINARY(16) NOT NULL,
    kind TINYINT UNSIGNED NOT NULL,
    template VARCHAR(64) NOT NULL,
    locale VARCHAR(20) NOT NULL,
    content MEDIUMBLOB NULL,
    key_id INT UNSIGNED NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, delivery_id),
    KEY kind (realm_no, kind, delivery_id),
    KEY key_id (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- How far the worker has followed a realm's trail for those who wait for events that bring no cause with them: all that
-- happened before was seen, and told to whom it concerns.
CREATE TABLE trail_followed (
    realm_no INT UNSIGNED NOT NULL,
    seen_to_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What became of each attempt at a delivery. It goes with its delivery.
CREATE TABLE delivery_attempts (
    realm_no INT UNSIGNED NOT NULL,
    delivery_id BINARY(16) NOT NULL,
    attempt_no INT UNSIGNED NOT NULL,
    format TINYINT UNSIGNED NULL,
    subscription_id BINARY(16) NULL,
    began_at DATETIME(3) NOT NULL,
    ended_at DATETIME(3) NOT NULL,
    outcome TINYINT UNSIGNED NOT NULL,
    status INT UNSIGNED NOT NULL,
    error VARCHAR(255) NOT NULL,
    answer VARCHAR(500) NOT NULL DEFAULT '',
    PRIMARY KEY (realm_no, delivery_id, attempt_no),
    KEY format (realm_no, format, began_at),
    KEY subscription (realm_no, subscription_id, began_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Leases: work that one worker of all hosts does at a time.
CREATE TABLE leases (
    realm_no INT UNSIGNED NOT NULL,
    name VARCHAR(40) NOT NULL,
    holder BINARY(16) NOT NULL,
    until_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Authenticator apps, one of a user at most (docs/security.md, section 3). The secret rests sealed; last_step is the newest
-- step whose code was taken, and only a later one is taken (TO4). failed counts wrong tries in a row, also of recovery
-- codes, before anything is compared (TO5). made_at is that of the secret, which moves to
-- another app; enabled_at is since when one is on. codes_set is the number of the set of recovery codes in force.
CREATE TABLE totp_authenticators (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    secret VARBINARY(96) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    made_at DATETIME(3) NOT NULL,
    enabled_at DATETIME(3) NOT NULL,
    last_step BIGINT NOT NULL,
    drift SMALLINT NOT NULL,
    failed INT UNSIGNED NOT NULL,
    paused_until DATETIME(3) NULL,
    blocked_at DATETIME(3) NULL,
    last_used_at DATETIME(3) NULL,
    codes_set INT UNSIGNED NOT NULL,
    codes_made_at DATETIME(3) NULL,
    codes_confirmed_at DATETIME(3) NULL,
    PRIMARY KEY (realm_no, user_id),
    KEY key_id (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Recovery codes that are still good, as keyed hashes (RC2, docs/security.md); the tries of them are counted beside the
-- authenticator's (RC5). A use deletes the row (RC3).
CREATE TABLE recovery_codes (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    code_hash BINARY(32) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    made_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, code_hash),
    KEY key_id (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Set-ups of an authenticator app that wait for their first code (TO8, docs/security.md). They change nothing until then.
CREATE TABLE totp_setups (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    secret VARBINARY(96) NOT NULL,
    key_id INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    dead_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id),
    KEY key_id (key_id),
    KEY dead_at (dead_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Which users of the operators' realm (realm_no) work at the desk of which shop (shop_no), and in which role (1 viewer,
-- 2 support, 3 manager). preferences is JSON that the desk keeps of its screens. changes moves in all managers' rows of a shop
-- whenever one of them may go, so that two such changes cannot pass each other.
CREATE TABLE operators (
    realm_no INT UNSIGNED NOT NULL,
    user_id BINARY(16) NOT NULL,
    shop_no INT UNSIGNED NOT NULL,
    role TINYINT UNSIGNED NOT NULL,
    preferences TEXT NOT NULL,
    changes INT UNSIGNED NOT NULL,
    last_sign_in_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (realm_no, user_id, shop_no),
    KEY shop (shop_no, role)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
