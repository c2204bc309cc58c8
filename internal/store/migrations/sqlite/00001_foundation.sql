-- +goose Up

-- The oldest program that may use the database. A migration that breaks older programs raises it.
CREATE TABLE schema_info (
    one            INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    oldest_level   INTEGER NOT NULL, -- the newest migration that this program knows
    oldest_version TEXT    NOT NULL, -- its name, for people
    secret_mark    BLOB,             -- tells the server secret that signs; NULL: none has signed yet
    filling        TEXT,             -- the mark of the database that is being copied into this one; NULL: it is whole
    unclean        INTEGER NOT NULL DEFAULT 0 -- removals whose values may still be in the log of the file
) STRICT;

INSERT INTO schema_info (one, oldest_level, oldest_version) VALUES (1, 1, '0.1.0');

-- Times are microseconds since 1970, UTC. Missing text is empty, or NULL in a column that is unique or indexed.
--
-- Columns marked as personal hold data on a person. A test checks that no other column does, that an export shows all of
-- it, and that an erasure leaves none of it.
--
-- Checks of more than two values are written with OR: for IN, SQLite would make a table of the values whenever it checks.

CREATE TABLE dealers (
    dealer_id    TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    country      TEXT    NOT NULL,
    language     TEXT    NOT NULL,
    phone        TEXT    NOT NULL,
    site_seq     INTEGER NOT NULL DEFAULT 0, -- the place of the newest site
    site_count   INTEGER NOT NULL DEFAULT 0 CHECK (site_count >= 0),
    captured_seq INTEGER NOT NULL DEFAULT 0, -- how many messages were captured; the place of the newest is not higher
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    suspended_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    dealer_id    TEXT    NOT NULL,
    key_id       TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    key_hash     BLOB    NOT NULL CHECK (length(key_hash) = 32),
    scopes       TEXT    NOT NULL CHECK (scopes <> ''),
    test         INTEGER NOT NULL CHECK (test IN (0, 1)),
    -- Both are set, or the server's limit applies; 0 requests a minute stand for no limit.
    rate_per_minute INTEGER CHECK (rate_per_minute >= 0),
    burst           INTEGER CHECK (burst >= 0),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    revoked_at   INTEGER,
    CHECK ((rate_per_minute IS NULL) = (burst IS NULL)),
    PRIMARY KEY (dealer_id, key_id),
    UNIQUE (key_hash),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
) STRICT;

-- People who sign in to the console. Columns marked as personal to a user are exported and erased with the dealer.
CREATE TABLE users (
    dealer_id       TEXT    NOT NULL,
    user_id         TEXT    NOT NULL,
    email           TEXT    NOT NULL, -- personal to a user
    email_key       TEXT    NOT NULL CHECK (email_key <> ''), -- personal to a user
    name            TEXT    NOT NULL, -- personal to a user
    role            TEXT    NOT NULL CHECK (role = 'viewer' OR role = 'manager' OR role = 'owner'),
    password_hash   TEXT    NOT NULL, -- empty: not set yet
    totp_secret     BLOB,    -- encrypted with the server secret; NULL: no second factor
    totp_step       INTEGER NOT NULL, -- of the last code that was accepted
    recovery_hashes BLOB    CHECK (length(recovery_hashes) % 32 = 0), -- SHA-256 of the codes that are left
    link_purpose    TEXT    CHECK (link_purpose = 'invite' OR link_purpose = 'reset' OR link_purpose = 'sign_in'),
    link_hash       BLOB    CHECK (length(link_hash) = 32), -- SHA-256 of the token of the newest link, until it is used
    link_expires_at INTEGER,
    created_at      INTEGER NOT NULL,
    disabled_at     INTEGER,
    PRIMARY KEY (dealer_id, user_id),
    UNIQUE (email_key), -- who signs in names no dealer
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT whole_link CHECK ((link_purpose IS NULL) = (link_hash IS NULL) AND (link_hash IS NULL) = (link_expires_at IS NULL)),
    CONSTRAINT recovery_with_totp CHECK (recovery_hashes IS NULL OR totp_secret IS NOT NULL)
) STRICT;

-- A link in a message names no dealer.
CREATE UNIQUE INDEX users_link ON users (link_hash) WHERE link_hash IS NOT NULL;

-- Browsers in which users are signed in.
CREATE TABLE sessions (
    dealer_id  TEXT    NOT NULL,
    user_id    TEXT    NOT NULL,
    token_hash BLOB    NOT NULL CHECK (length(token_hash) = 32),
    data       BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (dealer_id, user_id, token_hash),
    UNIQUE (token_hash), -- a cookie names no dealer
    FOREIGN KEY (dealer_id, user_id) REFERENCES users (dealer_id, user_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- Settings and branding. A dealer without any has no row.
CREATE TABLE dealer_settings (
    dealer_id         TEXT    NOT NULL PRIMARY KEY,
    stale_after_days  INTEGER NOT NULL CHECK (stale_after_days > 0),
    quiet_start       INTEGER NOT NULL CHECK (quiet_start >= 0 AND quiet_start < 1440), -- minutes after midnight; as quiet_end: none
    quiet_end         INTEGER NOT NULL CHECK (quiet_end >= 0 AND quiet_end < 1440),
    quiet_timezone    TEXT    NOT NULL,
    allowed_countries TEXT    NOT NULL, -- codes with spaces between; empty: those of the ceiling
    per_number_minute INTEGER NOT NULL CHECK (per_number_minute >= 0), -- of these, 0 stands for the ceiling
    per_number_day    INTEGER NOT NULL CHECK (per_number_day >= 0),
    per_site_hour     INTEGER NOT NULL CHECK (per_site_hour >= 0),
    per_dealer_day    INTEGER NOT NULL CHECK (per_dealer_day >= 0),
    ceiling_countries TEXT    NOT NULL, -- what the operator has set; empty: the dealer's own country
    ceiling_number_minute INTEGER NOT NULL CHECK (ceiling_number_minute >= 0), -- of these, 0 stands for any number
    ceiling_number_day INTEGER NOT NULL CHECK (ceiling_number_day >= 0),
    ceiling_site_hour INTEGER NOT NULL CHECK (ceiling_site_hour >= 0),
    ceiling_dealer_day INTEGER NOT NULL CHECK (ceiling_dealer_day >= 0),
    max_sites INTEGER NOT NULL CHECK (max_sites >= 0),
    max_contacts INTEGER NOT NULL CHECK (max_contacts >= 0),
    max_keys INTEGER NOT NULL CHECK (max_keys >= 0),
    max_idempotency_records INTEGER NOT NULL CHECK (max_idempotency_records >= 0),
    min_people        INTEGER NOT NULL CHECK (min_people >= 0),
    min_numbers       INTEGER NOT NULL CHECK (min_numbers >= 0),
    needs_premises_phone INTEGER NOT NULL CHECK (needs_premises_phone IN (0, 1)),
    ceiling_roll_call_hour INTEGER NOT NULL CHECK (ceiling_roll_call_hour >= 0),
    ceiling_roll_call_day INTEGER NOT NULL CHECK (ceiling_roll_call_day >= 0),
    repeat_after_days INTEGER NOT NULL CHECK (repeat_after_days >= 0), -- of roll calls; 0: none is repeated
    notification_email TEXT NOT NULL, -- empty: none
    mask_numbers       INTEGER NOT NULL CHECK (mask_numbers IN (0, 1)),
    updated_at        INTEGER NOT NULL,
    version           INTEGER NOT NULL, -- how often they changed
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE dealer_branding (
    dealer_id    TEXT    NOT NULL PRIMARY KEY,
    display_name TEXT    NOT NULL,
    welcome      TEXT    NOT NULL,
    logo_type    TEXT    NOT NULL CHECK (logo_type = '' OR logo_type = 'image/png' OR logo_type = 'image/jpeg'),
    logo         BLOB, -- NULL: none
    updated_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL, -- how often it changed
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT type_with_logo CHECK ((logo IS NULL) = (logo_type = ''))
) STRICT;

CREATE TABLE sites (
    dealer_id            TEXT    NOT NULL,
    site_id              TEXT    NOT NULL CHECK (site_id <> ''),
    seq                  INTEGER NOT NULL,
    account_reference_id TEXT    CHECK (account_reference_id <> ''),
    contact_seq          INTEGER NOT NULL DEFAULT 0, -- the place of the newest contact
    contact_count        INTEGER NOT NULL DEFAULT 0 CHECK (contact_count >= 0), -- without the deleted ones
    country              TEXT    NOT NULL,
    account_number       TEXT    NOT NULL,
    name                 TEXT    NOT NULL,
    street               TEXT    NOT NULL,
    city                 TEXT    NOT NULL,
    state                TEXT    NOT NULL,
    zip                  TEXT    NOT NULL,
    timezone             TEXT    NOT NULL,
    language             TEXT    NOT NULL,
    status               TEXT    NOT NULL CHECK (status = 'active' OR status = 'inactive' OR status = 'suspended'),
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL,
    reviewed_at          INTEGER, -- NULL: never
    version              INTEGER NOT NULL, -- how often it changed
    search               TEXT    NOT NULL,
    premises_phone       TEXT    NOT NULL,
    premises_e164        TEXT    NOT NULL, -- empty if it cannot be dialled
    premises_cause       TEXT    NOT NULL, -- why not, or what is odd about it
    min_people           INTEGER CHECK (min_people >= 0), -- of these rules, NULL: the dealer's
    min_numbers          INTEGER CHECK (min_numbers >= 0),
    needs_premises_phone INTEGER CHECK (needs_premises_phone IN (0, 1)),
    exempt_reason        TEXT    NOT NULL, -- empty: not exempt
    sort_name            TEXT    NOT NULL, -- the folded name
    readiness            TEXT    NOT NULL CHECK (readiness = 'ready' OR readiness = 'at_risk' OR readiness = 'not_ready' OR readiness = 'exempt'),
    readiness_reasons    TEXT    NOT NULL, -- codes, each with a space before and after; empty: none
    readiness_since      INTEGER NOT NULL,
    readiness_due        INTEGER,          -- when time alone may change the readiness; NULL: never
    -- The head of its audit chain, here since every change of the site or a contact moves it.
    audit_count          INTEGER NOT NULL DEFAULT 0,
    audit_hash           BLOB    CHECK (length(audit_hash) = 32), -- of the last line
    audit_signature      BLOB    CHECK (length(audit_signature) = 32),
    PRIMARY KEY (dealer_id, site_id),
    UNIQUE (dealer_id, account_reference_id),
    UNIQUE (dealer_id, seq),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT audit_hash_with_count CHECK (
        (audit_count = 0) = (audit_hash IS NULL) AND (audit_hash IS NULL) = (audit_signature IS NULL))
) STRICT;

-- For counting the sites of a dealer by readiness without reading their rows, and for lists of one status.
CREATE INDEX sites_readiness ON sites (dealer_id, readiness, readiness_reasons);

CREATE INDEX sites_name ON sites (dealer_id, sort_name, site_id);

CREATE INDEX sites_since ON sites (dealer_id, readiness_since, site_id);

-- For finding the sites of every dealer whose readiness time may have changed.
CREATE INDEX sites_due ON sites (readiness_due, dealer_id, site_id) WHERE readiness_due IS NOT NULL;

-- external_contact_id is NULL if it equals contact_id.
CREATE TABLE contacts (
    dealer_id           TEXT    NOT NULL,
    site_id             TEXT    NOT NULL,
    seq                 INTEGER NOT NULL,
    contact_id          TEXT    NOT NULL CHECK (contact_id <> ''),
    external_contact_id TEXT    CHECK (external_contact_id <> '' AND external_contact_id <> contact_id), -- personal
    first_name          TEXT    NOT NULL, -- personal
    last_name           TEXT    NOT NULL, -- personal
    type                TEXT    NOT NULL CHECK (type = 'primary' OR type = 'emergency' OR type = 'secondary'
        OR type = 'technician' OR type = 'billing'),
    role                TEXT    NOT NULL CHECK (role = '' OR role = 'owner' OR role = 'manager'
        OR role = 'employee' OR role = 'resident' OR role = 'technician'),
    language            TEXT    NOT NULL, -- of messages; empty: the site's
    prefers_email       INTEGER NOT NULL CHECK (prefers_email IN (0, 1)),
    prefers_sms         INTEGER NOT NULL CHECK (prefers_sms IN (0, 1)),
    prefers_push        INTEGER NOT NULL CHECK (prefers_push IN (0, 1)),
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    deleted_at          INTEGER,          -- NULL: not deleted; otherwise it can still be restored
    version             INTEGER NOT NULL, -- how often its own fields changed
    state_version       INTEGER NOT NULL, -- how often anything else did
    search              TEXT    NOT NULL, -- personal
    position            INTEGER NOT NULL CHECK (position > 0), -- in the call list, from 1 without gaps; of a deleted contact: its last one
    dispatch            TEXT    NOT NULL CHECK (dispatch = '' OR dispatch = 'before' OR dispatch = 'after' OR dispatch = 'both'
        OR dispatch = 'never'), -- empty: it follows the type
    availability        TEXT    NOT NULL, -- JSON; empty: always
    absences            TEXT    NOT NULL, -- personal; JSON; empty: none
    effective_at        INTEGER, -- NULL: always was on the call list
    expires_at          INTEGER, -- NULL: no end
    PRIMARY KEY (dealer_id, site_id, seq),
    FOREIGN KEY (dealer_id, site_id) REFERENCES sites (dealer_id, site_id) ON DELETE CASCADE
) STRICT;

-- Others may take the identifiers of a deleted contact. The names are those that PostgreSQL gives to
-- constraints. SQLite looks at the last one first: if both identifiers are taken, the error names contact_id.
CREATE UNIQUE INDEX contacts_dealer_id_site_id_external_contact_id_key
    ON contacts (dealer_id, site_id, external_contact_id)
    WHERE external_contact_id IS NOT NULL AND deleted_at IS NULL;

CREATE UNIQUE INDEX contacts_dealer_id_contact_id_key ON contacts (dealer_id, contact_id) WHERE deleted_at IS NULL;

-- For restoring, exporting and erasing a deleted contact.
CREATE INDEX contacts_deleted ON contacts (dealer_id, contact_id, deleted_at) WHERE deleted_at IS NOT NULL;

-- For removing contacts after the restore period. Indexes for the sweep begin with the time, since it serves all dealers.
CREATE INDEX contacts_deleted_at ON contacts (deleted_at, dealer_id, site_id, seq) WHERE deleted_at IS NOT NULL;

-- For lists of a site in the order of its call list. It is not unique, since a move changes several rows in one statement.
CREATE INDEX contacts_position ON contacts (dealer_id, site_id, position) WHERE deleted_at IS NULL;

-- The phones and e-mails of contacts. value_key is what all spellings of the value share; NULL if it equals e164 or, without one,
-- value.
CREATE TABLE points (
    dealer_id    TEXT    NOT NULL,
    site_id      TEXT    NOT NULL,
    contact_seq  INTEGER NOT NULL,
    place        INTEGER NOT NULL CHECK (place > 0), -- in the order in which to try them
    point_id     TEXT    NOT NULL CHECK (point_id <> ''),
    kind         TEXT    NOT NULL CHECK (kind IN ('phone', 'email')),
    value        TEXT    NOT NULL CHECK (value <> ''), -- personal
    value_key    TEXT    CHECK (value_key <> '' AND value_key <> value), -- personal
    e164         TEXT    CHECK (e164 <> ''), -- personal
    cause        TEXT    NOT NULL, -- why there is no e164, or what is odd about it
    extension    TEXT    NOT NULL, -- personal
    label        TEXT    NOT NULL CHECK (label = '' OR label = 'mobile' OR label = 'home' OR label = 'work' OR label = 'other'),
    status       TEXT    NOT NULL CHECK (status = 'unconfirmed' OR status = 'pending' OR status = 'confirmed' OR status = 'stale'
        OR status = 'undeliverable' OR status = 'opted_out' OR status = 'declined'),
    method       TEXT    NOT NULL CHECK (method = '' OR method = 'sms' OR method = 'email' OR method = 'call' OR method = 'attestation'),
    confirmed_at INTEGER,
    not_in_service INTEGER NOT NULL CHECK (not_in_service IN (0, kind = 'phone')), -- a call to it said so, and nothing else since
    status_before  TEXT    NOT NULL CHECK (status_before = '' OR status = 'opted_out' AND (status_before = 'confirmed' OR status_before = 'stale')),
    PRIMARY KEY (dealer_id, site_id, contact_seq, place),
    FOREIGN KEY (dealer_id, site_id, contact_seq) REFERENCES contacts (dealer_id, site_id, seq) ON DELETE CASCADE,
    CONSTRAINT value_of_kind CHECK (kind = 'phone' OR e164 IS NULL AND cause = '' AND extension = ''),
    CONSTRAINT one_key CHECK (value_key IS NULL OR e164 IS NULL),
    CONSTRAINT method_of_kind CHECK (method = '' OR method = 'attestation' OR (kind = 'email') = (method = 'email')),
    CONSTRAINT confirmed_at_with_status CHECK (
        (status = 'confirmed' OR status = 'stale' OR status_before <> '') = (confirmed_at IS NOT NULL))
) STRICT;

-- For finding the contacts of every dealer with a number or an address when the person opts out, and for lists of those of one dealer.
CREATE INDEX points_key ON points (COALESCE(value_key, e164, value), dealer_id, site_id, contact_seq);

-- For finding confirmations that become stale.
CREATE INDEX points_confirmed ON points (dealer_id, confirmed_at, site_id, contact_seq)
    WHERE status = 'confirmed' OR status_before = 'confirmed';

-- For lists of the contacts of all sites by status, and by the time since a confirmation.
CREATE INDEX points_status ON points (dealer_id, status, site_id, contact_seq, kind, confirmed_at);

-- The last state of each former phone or e-mail of a contact, by a hash of the contact, the value and its extension, keyed with
-- the server secret. Only states that came from a validation are stored.
CREATE TABLE former_points (
    dealer_id    TEXT    NOT NULL,
    site_id      TEXT    NOT NULL,
    contact_seq  INTEGER NOT NULL,
    point        TEXT    NOT NULL CHECK (point IN ('phone', 'email')),
    key_hash     BLOB    NOT NULL CHECK (length(key_hash) = 32),
    status       TEXT    NOT NULL CHECK (status = 'confirmed' OR status = 'stale' OR status = 'undeliverable' OR status = 'declined'
        OR status = 'unconfirmed' AND not_in_service = 1),
    method       TEXT    NOT NULL CHECK (method = '' OR method = 'sms' OR method = 'email' OR method = 'call' OR method = 'attestation'),
    confirmed_at INTEGER,
    not_in_service INTEGER NOT NULL CHECK (not_in_service IN (0, point = 'phone')),
    PRIMARY KEY (dealer_id, site_id, contact_seq, key_hash),
    FOREIGN KEY (dealer_id, site_id, contact_seq) REFERENCES contacts (dealer_id, site_id, seq) ON DELETE CASCADE,
    CONSTRAINT confirmed_at_with_status CHECK ((status = 'confirmed' OR status = 'stale') = (confirmed_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE validations (
    dealer_id       TEXT    NOT NULL,
    validation_id   TEXT    NOT NULL,
    site_id         TEXT    NOT NULL,
    contact_seq     INTEGER NOT NULL,
    contact_id      TEXT    NOT NULL, -- of that contact; a later contact may have it again
    point_id        TEXT    NOT NULL CHECK (point_id <> ''), -- may be removed
    point           TEXT    NOT NULL CHECK (point IN ('phone', 'email')),
    method          TEXT    NOT NULL CHECK (method = 'sms' OR method = 'email' OR method = 'call' OR method = 'attestation'),
    recipient       TEXT    NOT NULL, -- personal
    extension       TEXT    NOT NULL CHECK (extension = '' OR method = 'call' OR method = 'attestation'), -- personal
    text            TEXT    NOT NULL, -- personal
    status          TEXT    NOT NULL CHECK (status = 'queued' OR status = 'sent' OR status = 'delivered' OR status = 'confirmed'
        OR status = 'declined' OR status = 'expired' OR status = 'canceled' OR status = 'failed'),
    attempts        INTEGER NOT NULL CHECK (attempts >= 0),
    attempted_at    INTEGER, -- when the first attempt began; NULL: none did
    provider        TEXT    NOT NULL,
    provider_ref    TEXT    NOT NULL, -- the provider's own name for the message
    failure_code    TEXT,
    failure_message TEXT,
    created_at      INTEGER NOT NULL,
    sent_at         INTEGER,
    delivered_at    INTEGER,
    answered_at     INTEGER,
    answered_by     TEXT    NOT NULL CHECK (answered_by = '' OR answered_by = 'link' OR answered_by = 'reply'
        OR answered_by = 'code' OR answered_by = 'call' OR answered_by = 'attestation'),
    wrong_codes     INTEGER NOT NULL CHECK (wrong_codes >= 0),
    expires_at      INTEGER NOT NULL,
    not_before      INTEGER, -- the end of its wait for quiet hours or a limit; NULL: no wait
    counted_at      INTEGER, -- the time that limits count; NULL: not counted
    link_hash       BLOB    CHECK (length(link_hash) = 32), -- SHA-256 of the end of its link; NULL: no link
    unsubscribe_hash BLOB   CHECK (length(unsubscribe_hash) = 32), -- the same of the link that stops e-mails
    roll_call_id    TEXT    CHECK (roll_call_id <> ''), -- that it belongs to; NULL: none
    PRIMARY KEY (dealer_id, validation_id),
    FOREIGN KEY (dealer_id, site_id, contact_seq) REFERENCES contacts (dealer_id, site_id, seq) ON DELETE CASCADE,
    CONSTRAINT point_of_method CHECK (method = 'attestation' OR (point = 'email') = (method = 'email')),
    CONSTRAINT attestation_with_status CHECK (method <> 'attestation' OR status = 'confirmed'),
    -- A validation may end before or after it is sent.
    CONSTRAINT sent_at_with_status CHECK ((status <> 'queued' OR sent_at IS NULL)
        AND (status <> 'sent' OR sent_at IS NOT NULL) AND (delivered_at IS NULL OR sent_at IS NOT NULL)),
    CONSTRAINT delivered_at_with_status CHECK ((status <> 'queued' AND status <> 'sent' OR delivered_at IS NULL)
        AND (status <> 'delivered' OR delivered_at IS NOT NULL)),
    CONSTRAINT answered_at_with_status CHECK (
        (status = 'confirmed' OR status = 'declined') = (answered_at IS NOT NULL) AND (answered_at IS NULL) = (answered_by = '')),
    CONSTRAINT failure_with_status CHECK (
        (status = 'failed') = (failure_code IS NOT NULL) AND (failure_code IS NULL) = (failure_message IS NULL))
) STRICT;

-- One open validation of a contact point at most.
CREATE UNIQUE INDEX validations_open ON validations (dealer_id, site_id, contact_seq, point_id)
    WHERE status IN ('queued', 'sent', 'delivered');

CREATE INDEX validations_queued ON validations (dealer_id) WHERE status = 'queued';

CREATE INDEX validations_roll_call ON validations (dealer_id, roll_call_id) WHERE status = 'queued' AND roll_call_id IS NOT NULL;

CREATE INDEX validations_due ON validations (expires_at, dealer_id, validation_id) WHERE status IN ('queued', 'sent', 'delivered');

-- For text messages from people, which name no dealer.
CREATE INDEX validations_recipient ON validations (recipient, expires_at) WHERE method = 'sms';

-- For exporting, and deleting, with the contact.
CREATE INDEX validations_contact ON validations (dealer_id, site_id, contact_seq);

-- A link names no dealer, so that it is short.
CREATE UNIQUE INDEX validations_link ON validations (link_hash) WHERE link_hash IS NOT NULL;

CREATE UNIQUE INDEX validations_unsubscribe ON validations (unsubscribe_hash) WHERE unsubscribe_hash IS NOT NULL;

-- The timeline of each validation.
CREATE TABLE validation_events (
    dealer_id       TEXT    NOT NULL,
    validation_id   TEXT    NOT NULL,
    seq             INTEGER NOT NULL CHECK (seq > 0),
    at              INTEGER NOT NULL,
    what            TEXT    NOT NULL CHECK (what = 'queued' OR what = 'attempt_failed' OR what = 'sent' OR what = 'delivered'
        OR what = 'confirmed' OR what = 'declined' OR what = 'expired' OR what = 'canceled' OR what = 'failed'
        OR what = 'reply_not_understood'),
    way             TEXT    NOT NULL, -- of an answer
    actor           TEXT    NOT NULL,
    code            TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    note            TEXT    NOT NULL, -- personal
    from_contact_id TEXT    NOT NULL,
    PRIMARY KEY (dealer_id, validation_id, seq),
    FOREIGN KEY (dealer_id, validation_id) REFERENCES validations (dealer_id, validation_id) ON DELETE CASCADE,
    CONSTRAINT way_of_answer CHECK ((what = 'confirmed' OR what = 'declined') = (way <> ''))
) STRICT, WITHOUT ROWID;

CREATE TABLE captured_messages (
    dealer_id     TEXT    NOT NULL,
    seq           INTEGER NOT NULL,
    validation_id TEXT    NOT NULL,
    method        TEXT    NOT NULL CHECK (method = 'sms' OR method = 'email' OR method = 'call'),
    recipient     TEXT    NOT NULL, -- personal
    extension     TEXT    NOT NULL CHECK (extension = '' OR method = 'call'), -- personal
    text          TEXT    NOT NULL, -- personal
    subject       TEXT    NOT NULL CHECK (subject = '' OR method = 'email'),
    link          TEXT    NOT NULL CHECK (link = '' OR method <> 'call'),
    code          TEXT    NOT NULL,
    captured_at   INTEGER NOT NULL,
    PRIMARY KEY (dealer_id, seq),
    UNIQUE (dealer_id, validation_id),
    FOREIGN KEY (dealer_id, validation_id) REFERENCES validations (dealer_id, validation_id) ON DELETE CASCADE
) STRICT;

-- A chain outlives its site. Lines of all chains are appended in the order in which they were written: they are the largest
-- rows, and every change writes one. changes has no defaults if it shows a whole contact.
CREATE TABLE audit_lines (
    dealer_id  TEXT    NOT NULL,
    site_id    TEXT    NOT NULL, -- whose chain; empty: that of no site
    seq        INTEGER NOT NULL CHECK (seq > 0),
    at         INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    request_id TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    contact_id TEXT    CHECK (contact_id <> ''), -- the person in changes; NULL: none
    subject    TEXT, -- the identifier of the record; NULL: the contact_id
    changes    TEXT, -- personal
    salt       BLOB,
    digest     BLOB    CHECK (length(digest) = 32), -- of salt and changes; stays when those are erased; NULL: no changes
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    mentions        TEXT, -- personal
    mentions_salt   BLOB,
    mentions_digest BLOB CHECK (length(mentions_digest) = 32), -- as digest
    -- The position in the dealer's audit. Below 0: the line has none yet, and waits for one in this order (PostgreSQL only).
    pos        INTEGER NOT NULL CHECK (pos <> 0),
    -- For the event of the line; the chain doesn't cover them.
    point_id   TEXT    CHECK (point_id <> ''), -- the phone or e-mail that it is about; NULL: none
    fields     TEXT    CHECK (fields <> ''), -- the names of what an update changed, with commas between; NULL: none
    PRIMARY KEY (dealer_id, site_id, seq),
    UNIQUE (dealer_id, pos),
    -- No line names its dealer by a foreign key: all changes of a dealer would lock the one row. The row with its head does.
    CONSTRAINT salt_with_changes CHECK ((changes IS NULL) = (salt IS NULL) AND (changes IS NULL OR digest IS NOT NULL)),
    CONSTRAINT salt_with_mentions CHECK ((mentions IS NULL) = (mentions_salt IS NULL) AND (mentions IS NULL OR mentions_digest IS NOT NULL))
) STRICT;

CREATE INDEX audit_lines_contact ON audit_lines (dealer_id, contact_id, pos) WHERE contact_id IS NOT NULL;

-- For finding the lines that an erasure has to read.
CREATE INDEX audit_lines_mentions ON audit_lines (dealer_id, site_id, seq) WHERE mentions IS NOT NULL;

-- For finding the dealers whose lines wait for positions.
CREATE INDEX audit_lines_waiting ON audit_lines (dealer_id) WHERE pos < 0;

-- The heads of the chains of no site, and of deleted sites.
CREATE TABLE audit_heads (
    dealer_id TEXT    NOT NULL,
    site_id   TEXT    NOT NULL,
    count     INTEGER NOT NULL CHECK (count > 0),
    hash      BLOB    NOT NULL CHECK (length(hash) = 32), -- of the last line
    signature BLOB    NOT NULL CHECK (length(signature) = 32),
    PRIMARY KEY (dealer_id, site_id),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Addresses to which the events of a dealer are sent.
CREATE TABLE webhooks (
    dealer_id    TEXT    NOT NULL,
    webhook_id   TEXT    NOT NULL,
    url          TEXT    NOT NULL CHECK (url <> ''),
    types        TEXT    NOT NULL, -- with commas between; empty: all
    description  TEXT    NOT NULL,
    status       TEXT    NOT NULL CHECK (status = 'active' OR status = 'disabled'),
    reason       TEXT    NOT NULL, -- why the server disabled it; empty: it did not
    secret       BLOB    NOT NULL, -- signs; encrypted with the server secret
    old_secret   BLOB,             -- signs too, until old_until
    old_until    INTEGER,
    pos          INTEGER NOT NULL CHECK (pos >= 0), -- in the audit, up to which events became deliveries
    failures     INTEGER NOT NULL CHECK (failures >= 0), -- since the last success
    failing_at   INTEGER, -- the first of them
    not_before   INTEGER NOT NULL, -- of the next attempt; 0: at once
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (dealer_id, webhook_id),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT whole_old_secret CHECK ((old_secret IS NULL) = (old_until IS NULL)),
    CONSTRAINT failing_with_failures CHECK ((failures = 0) = (failing_at IS NULL))
) STRICT;

-- Events on their way to a webhook, and events that were delivered lately. They hold no personal data.
CREATE TABLE webhook_deliveries (
    dealer_id       TEXT    NOT NULL,
    webhook_id      TEXT    NOT NULL,
    event_id        TEXT    NOT NULL,
    type            TEXT    NOT NULL,
    body            TEXT    NOT NULL,
    status          TEXT    NOT NULL CHECK (status = 'pending' OR status = 'delivered' OR status = 'failed'),
    attempts        INTEGER NOT NULL CHECK (attempts >= 0),
    due_at          INTEGER, -- of the next attempt
    created_at      INTEGER NOT NULL,
    attempted_at    INTEGER,
    response_status INTEGER NOT NULL, -- of the last attempt; 0: none
    error           TEXT    NOT NULL, -- why the last attempt failed; empty: it did not
    PRIMARY KEY (dealer_id, webhook_id, event_id),
    FOREIGN KEY (dealer_id, webhook_id) REFERENCES webhooks (dealer_id, webhook_id) ON DELETE CASCADE,
    CONSTRAINT due_while_pending CHECK ((status = 'pending') = (due_at IS NOT NULL))
) STRICT;

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (dealer_id, webhook_id, due_at) WHERE due_at IS NOT NULL;

CREATE INDEX webhook_deliveries_created ON webhook_deliveries (dealer_id, webhook_id, created_at, event_id);

-- For removing old ones of every dealer.
CREATE INDEX webhook_deliveries_at ON webhook_deliveries (created_at);

CREATE TABLE idempotency_records (
    dealer_id     TEXT    NOT NULL,
    operation     TEXT    NOT NULL,
    key           TEXT    NOT NULL,
    fingerprint   BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    status        INTEGER NOT NULL,
    etag          TEXT    NOT NULL,
    location      TEXT    NOT NULL,
    body          TEXT, -- personal
    site_id       TEXT    NOT NULL,
    contact_id    TEXT    CHECK (contact_id <> ''), -- the person in body; NULL: none
    validation_id TEXT    NOT NULL,
    suppression_id TEXT   NOT NULL,
    value_hash    BLOB    CHECK (length(value_hash) = 32), -- of the suppressed value in the body; NULL: there is none
    erased        INTEGER NOT NULL CHECK (erased IN (0, 1)),
    at            INTEGER NOT NULL,
    PRIMARY KEY (dealer_id, operation, key),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT nothing_when_erased CHECK (erased = 0 OR body IS NULL)
) STRICT;

CREATE INDEX idempotency_records_at ON idempotency_records (at);

CREATE INDEX idempotency_records_contact ON idempotency_records (dealer_id, contact_id) WHERE contact_id IS NOT NULL;

CREATE INDEX idempotency_records_value ON idempotency_records (dealer_id, value_hash) WHERE value_hash IS NOT NULL;

-- The numbers and addresses a dealer must not send to. They outlive the contact; an erasure leaves the keyed hash.
CREATE TABLE suppressions (
    dealer_id      TEXT    NOT NULL,
    suppression_id TEXT    NOT NULL,
    point          TEXT    NOT NULL CHECK (point IN ('phone', 'email')),
    value          TEXT    NOT NULL, -- personal
    value_hash     BLOB    NOT NULL CHECK (length(value_hash) = 32), -- of point and value, keyed with the server secret
    reason         TEXT    NOT NULL CHECK (reason = 'stop' OR reason = 'unsubscribe' OR reason = 'manual'),
    created_at     INTEGER NOT NULL,
    PRIMARY KEY (dealer_id, suppression_id),
    UNIQUE (dealer_id, value_hash, reason),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX suppressions_hash ON suppressions (value_hash);

-- The imports of contacts. due_at is when the sweep looks at it: to continue an import whose job was lost, or to remove it.
CREATE TABLE imports (
    dealer_id   TEXT    NOT NULL,
    import_id   TEXT    NOT NULL,
    status      TEXT    NOT NULL CHECK (status IN ('uploading', 'uploaded', 'used', 'queued', 'running', 'finished', 'failed')),
    dry_run     INTEGER NOT NULL CHECK (dry_run IN (0, 1)),
    key_id      TEXT    NOT NULL, -- of the API key that it is imported with; empty: a user or a command
    user_id     TEXT    NOT NULL, -- of the user who imports it; empty: a key or a command
    source_id   TEXT    NOT NULL, -- the import whose file it reads; empty: its own
    run_id      TEXT    NOT NULL, -- the import that imports its file, once its status is used
    file_name   TEXT    NOT NULL, -- personal
    request_id  TEXT    NOT NULL,
    on_behalf_of TEXT   NOT NULL, -- personal
    options     TEXT    NOT NULL, -- JSON, with the mapping of the caller
    columns     TEXT    NOT NULL, -- JSON: those of the file, and how they are read
    failure     TEXT    NOT NULL, -- JSON; empty: none
    row_count   INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    updated     INTEGER NOT NULL,
    unchanged   INTEGER NOT NULL,
    refused     INTEGER NOT NULL,
    last_line   INTEGER NOT NULL, -- of the last row that was handled
    created_at  INTEGER NOT NULL,
    finished_at INTEGER,
    due_at      INTEGER NOT NULL,
    PRIMARY KEY (dealer_id, import_id),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT row_count_is_sum CHECK (row_count = created + updated + unchanged + refused),
    CONSTRAINT finished_has_time CHECK ((finished_at IS NOT NULL) = (status IN ('finished', 'failed')))
) STRICT;

CREATE INDEX imports_due ON imports (due_at);

-- The file of an import, until it has ended.
CREATE TABLE import_parts (
    dealer_id TEXT    NOT NULL,
    import_id TEXT    NOT NULL,
    part      INTEGER NOT NULL CHECK (part > 0),
    data      BLOB    NOT NULL, -- personal
    PRIMARY KEY (dealer_id, import_id, part),
    FOREIGN KEY (dealer_id, import_id) REFERENCES imports (dealer_id, import_id) ON DELETE CASCADE
) STRICT;

-- The rows that an import has handled. details are JSON: errors and warnings, and the cells of a refused row.
CREATE TABLE import_rows (
    dealer_id  TEXT    NOT NULL,
    import_id  TEXT    NOT NULL,
    line       INTEGER NOT NULL CHECK (line > 0),
    result     TEXT    NOT NULL CHECK (result IN ('created', 'updated', 'unchanged', 'refused')),
    site_id    TEXT    NOT NULL,
    contact_id TEXT    NOT NULL,
    details    TEXT    NOT NULL, -- personal
    PRIMARY KEY (dealer_id, import_id, line),
    FOREIGN KEY (dealer_id, import_id) REFERENCES imports (dealer_id, import_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX import_rows_result ON import_rows (dealer_id, import_id, result, line);

-- The numbers and addresses no dealer may send to, by keyed hash: all dealers share the server's providers.
CREATE TABLE opt_outs (
    value_hash BLOB    NOT NULL PRIMARY KEY CHECK (length(value_hash) = 32),
    at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Replies to messages from people, by the keyed hash of the provider's message id: a provider may deliver one twice.
CREATE TABLE inbound_messages (
    ref_hash BLOB    NOT NULL PRIMARY KEY CHECK (length(ref_hash) = 32),
    reply    TEXT    NOT NULL,
    at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX inbound_messages_at ON inbound_messages (at);

-- The times of messages of all dealers to a number or an address within a day, by keyed hash.
CREATE TABLE number_counts (
    number_hash BLOB    NOT NULL PRIMARY KEY CHECK (length(number_hash) = 32),
    times       TEXT    NOT NULL, -- with commas between
    at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX number_counts_at ON number_counts (at);

-- The messages of a dealer within the last day, numbered, and the number of the newest.
CREATE TABLE message_heads (
    dealer_id TEXT    NOT NULL PRIMARY KEY,
    seq       INTEGER NOT NULL,
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE message_counts (
    dealer_id TEXT    NOT NULL,
    seq       INTEGER NOT NULL,
    site_id   TEXT    NOT NULL, -- may be deleted
    at        INTEGER NOT NULL,
    roll_call INTEGER NOT NULL CHECK (roll_call IN (0, 1)), -- sent by a roll call, which has limits of its own
    PRIMARY KEY (dealer_id, seq),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX message_counts_at ON message_counts (at);

CREATE INDEX message_counts_site ON message_counts (dealer_id, site_id, at);

CREATE INDEX message_counts_dealer ON message_counts (dealer_id, roll_call, at);

-- How many messages of an hour went to a country, and to each range of 10,000 numbers in it, and how many were confirmed.
CREATE TABLE country_counts (
    dealer_id  TEXT    NOT NULL,
    country    TEXT    NOT NULL,
    range_hash BLOB    NOT NULL CHECK (length(range_hash) = 32), -- of the range, keyed with the server secret; zeros: the country
    hour       INTEGER NOT NULL, -- its beginning
    sent       INTEGER NOT NULL,
    confirmed  INTEGER NOT NULL,
    PRIMARY KEY (dealer_id, country, range_hash, hour),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX country_counts_hour ON country_counts (hour);

-- Roll calls: messages to many contact points, at a pace. The filter is JSON.
CREATE TABLE roll_calls (
    dealer_id    TEXT    NOT NULL,
    roll_call_id TEXT    NOT NULL,
    status       TEXT    NOT NULL CHECK (status = 'scheduled' OR status = 'running' OR status = 'paused' OR status = 'canceled'),
    filter       TEXT    NOT NULL,
    methods      TEXT    NOT NULL CHECK (methods <> ''), -- with spaces between
    text         TEXT    NOT NULL, -- the same for everybody
    per_hour     INTEGER NOT NULL CHECK (per_hour > 0),
    repeated     INTEGER NOT NULL CHECK (repeated IN (0, 1)), -- by the setting that repeats roll calls
    created_at   INTEGER NOT NULL,
    starts_at    INTEGER NOT NULL,
    started_at   INTEGER, -- when its targets were fixed
    finished_at  INTEGER, -- when the server noticed that no item was open
    next_at      INTEGER, -- when its job is due; NULL: it has nothing to send
    run          INTEGER NOT NULL, -- the job that works on it
    site_id      TEXT    NOT NULL, -- with contact_seq: the contact up to which targets were found; may be deleted
    contact_seq  INTEGER NOT NULL,
    PRIMARY KEY (dealer_id, roll_call_id),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT finished_when_started CHECK (finished_at IS NULL OR started_at IS NOT NULL)
) STRICT;

-- For roll calls whose job was lost.
CREATE INDEX roll_calls_next ON roll_calls (next_at, dealer_id, roll_call_id) WHERE next_at IS NOT NULL;

-- For roll calls that may have finished. Canceled ones are never finished.
CREATE INDEX roll_calls_unfinished ON roll_calls (dealer_id, roll_call_id)
    WHERE started_at IS NOT NULL AND finished_at IS NULL AND status <> 'canceled';

-- The contact points that a roll call targets, which may be deleted. They hold no personal data.
CREATE TABLE roll_call_items (
    dealer_id     TEXT    NOT NULL,
    roll_call_id  TEXT    NOT NULL,
    site_id       TEXT    NOT NULL,
    contact_seq   INTEGER NOT NULL,
    point_id      TEXT    NOT NULL,
    contact_id    TEXT    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('phone', 'email')),
    status        TEXT    NOT NULL CHECK (status = 'open' OR status = 'confirmed' OR status = 'declined' OR status = 'undeliverable'
        OR status = 'opted_out' OR status = 'expired' OR status = 'failed' OR status = 'skipped' OR status = 'canceled'),
    reason        TEXT    NOT NULL,
    since         INTEGER NOT NULL, -- when it was targeted, or tried again
    not_before    INTEGER NOT NULL, -- its message waits until then; 0: no wait
    validation_id TEXT    CHECK (validation_id <> ''), -- that it follows, of any contact; NULL: not asked yet
    asked_at      INTEGER,
    ended_at      INTEGER,
    point_hash    BLOB    NOT NULL CHECK (length(point_hash) = 32), -- of the contact point, keyed with the server secret
    share_hash    BLOB    NOT NULL CHECK (length(share_hash) = 32), -- the same of what items with one message share
    PRIMARY KEY (dealer_id, roll_call_id, site_id, contact_seq, point_id),
    FOREIGN KEY (dealer_id, roll_call_id) REFERENCES roll_calls (dealer_id, roll_call_id) ON DELETE CASCADE,
    CONSTRAINT ended_at_with_status CHECK ((status = 'open') = (ended_at IS NULL)),
    CONSTRAINT asked_at_with_validation CHECK ((validation_id IS NULL) = (asked_at IS NULL))
) STRICT, WITHOUT ROWID;

-- For counting without reading the rows.
CREATE INDEX roll_call_items_status ON roll_call_items (dealer_id, roll_call_id, status);

-- For the next message.
CREATE INDEX roll_call_items_waiting ON roll_call_items (dealer_id, roll_call_id, not_before, site_id, contact_seq, point_id)
    WHERE status = 'open' AND validation_id IS NULL;

CREATE INDEX roll_call_items_share ON roll_call_items (dealer_id, roll_call_id, share_hash)
    WHERE status = 'open' AND validation_id IS NULL;

-- For the items that a change of a contact may decide.
CREATE INDEX roll_call_items_open ON roll_call_items (dealer_id, site_id, contact_id) WHERE status = 'open';

CREATE INDEX roll_call_items_validation ON roll_call_items (dealer_id, validation_id) WHERE validation_id IS NOT NULL;

-- For whether a contact point was asked lately.
CREATE INDEX roll_call_items_contact ON roll_call_items (dealer_id, site_id, contact_seq, since);

-- Statistics for SQLite's choice of indexes: for each index its rows, and how many of them share the first column, the first two, and so
-- on, on a server with ten dealers of 10,000 sites. SQLite counts nothing by itself; without these, it takes the rows of a dealer for
-- few, and may read all of them. See https://www.sqlite.org/lang_analyze.html, "Fixed results of ANALYZE".
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('api_keys', 'sqlite_autoindex_api_keys_1', '100 10 1'),
    ('api_keys', 'sqlite_autoindex_api_keys_2', '100 1'),
    ('audit_heads', 'audit_heads', '10 1 1'),
    ('audit_lines', 'sqlite_autoindex_audit_lines_1', '10000000 1000000 100 1'),
    ('audit_lines', 'sqlite_autoindex_audit_lines_2', '10000000 1000000 1'),
    ('audit_lines', 'audit_lines_contact', '10000000 1000000 10 1'),
    ('audit_lines', 'audit_lines_mentions', '100000 10000 1 1'),
    ('audit_lines', 'audit_lines_waiting', '10 1'),
    ('captured_messages', 'sqlite_autoindex_captured_messages_1', '10000 1000 1'),
    ('captured_messages', 'sqlite_autoindex_captured_messages_2', '10000 1000 1'),
    ('contacts', 'sqlite_autoindex_contacts_1', '1000000 100000 10 1'),
    ('contacts', 'contacts_dealer_id_site_id_external_contact_id_key', '1000000 100000 10 1'),
    ('contacts', 'contacts_dealer_id_contact_id_key', '1000000 100000 1'),
    ('contacts', 'contacts_deleted', '100000 10000 1 1'),
    ('contacts', 'contacts_deleted_at', '100000 1 1 1 1'),
    ('contacts', 'contacts_position', '900000 90000 9 1'),
    ('country_counts', 'country_counts', '10000 1000 500 1 1'),
    ('country_counts', 'country_counts_hour', '10000 1'),
    ('dealer_branding', 'sqlite_autoindex_dealer_branding_1', '10 1'),
    ('dealer_settings', 'dealer_settings', '10 1'),
    ('dealers', 'dealers', '10 1'),
    ('former_points', 'former_points', '200000 20000 2 1 1'),
    ('idempotency_records', 'sqlite_autoindex_idempotency_records_1', '1000000 100000 10000 1'),
    ('idempotency_records', 'idempotency_records_at', '1000000 1'),
    ('idempotency_records', 'idempotency_records_contact', '1000000 100000 1'),
    ('idempotency_records', 'idempotency_records_value', '1000000 100000 1'),
    ('import_parts', 'sqlite_autoindex_import_parts_1', '1000 100 10 1'),
    ('import_rows', 'import_rows', '1000000 100000 10000 1'),
    ('import_rows', 'import_rows_result', '1000000 100000 10000 2500 1'),
    ('imports', 'sqlite_autoindex_imports_1', '100 10 1'),
    ('imports', 'imports_due', '100 1'),
    ('inbound_messages', 'inbound_messages', '10000 1'),
    ('inbound_messages', 'inbound_messages_at', '10000 1'),
    ('message_counts', 'message_counts', '100000 10000 1'),
    ('message_counts', 'message_counts_at', '100000 1'),
    ('message_counts', 'message_counts_site', '100000 10000 1 1'),
    ('message_counts', 'message_counts_dealer', '100000 10000 5000 1'),
    ('message_heads', 'message_heads', '10 1'),
    ('number_counts', 'number_counts', '100000 1'),
    ('number_counts', 'number_counts_at', '100000 1'),
    ('opt_outs', 'opt_outs', '10000 1'),
    ('points', 'sqlite_autoindex_points_1', '2000000 200000 20 2 1'),
    ('points', 'points_key', '2000000 1 1 1 1'),
    ('points', 'points_confirmed', '2000000 200000 1 1 1'),
    ('points', 'points_status', '2000000 200000 50000 20 2 1 1'),
    ('roll_call_items', 'roll_call_items', '2000000 200000 10000 20 2 1'),
    ('roll_call_items', 'roll_call_items_status', '2000000 200000 10000 2500'),
    ('roll_call_items', 'roll_call_items_waiting', '100000 10000 500 1 1 1 1'),
    ('roll_call_items', 'roll_call_items_share', '100000 10000 500 1'),
    ('roll_call_items', 'roll_call_items_open', '200000 20000 2 1'),
    ('roll_call_items', 'roll_call_items_validation', '2000000 200000 1'),
    ('roll_call_items', 'roll_call_items_contact', '2000000 200000 20 2 1'),
    ('roll_calls', 'sqlite_autoindex_roll_calls_1', '200 20 1'),
    ('roll_calls', 'roll_calls_next', '10 1 1 1'),
    ('roll_calls', 'roll_calls_unfinished', '10 1 1'),
    ('sessions', 'sqlite_autoindex_sessions_1', '100 10 1 1'),
    ('sessions', 'sqlite_autoindex_sessions_2', '100 1'),
    ('sessions', 'sessions_expires_at', '100 1'),
    ('sites', 'sqlite_autoindex_sites_1', '100000 10000 1'),
    ('sites', 'sqlite_autoindex_sites_2', '100000 10000 1'),
    ('sites', 'sqlite_autoindex_sites_3', '100000 10000 1'),
    ('sites', 'sites_readiness', '100000 10000 3333 333'),
    ('sites', 'sites_name', '100000 10000 1 1'),
    ('sites', 'sites_since', '100000 10000 1 1'),
    ('sites', 'sites_due', '100000 1 1 1'),
    ('suppressions', 'sqlite_autoindex_suppressions_1', '20000 2000 1'),
    ('suppressions', 'sqlite_autoindex_suppressions_2', '20000 2000 1 1'),
    ('suppressions', 'suppressions_hash', '20000 1'),
    ('users', 'sqlite_autoindex_users_1', '100 10 1'),
    ('users', 'sqlite_autoindex_users_2', '100 1'),
    ('users', 'users_link', '100 1'),
    ('validation_events', 'validation_events', '10000000 1000000 3 1'),
    ('validations', 'sqlite_autoindex_validations_1', '3000000 300000 1'),
    ('validations', 'validations_open', '30000 3000 1 1 1 1'),
    ('validations', 'validations_queued', '1000 100'),
    ('validations', 'validations_roll_call', '1000 100 5'),
    ('validations', 'validations_due', '30000 1 1 1'),
    ('validations', 'validations_recipient', '3000000 1 1'),
    ('validations', 'validations_contact', '3000000 300000 30 3'),
    ('validations', 'validations_link', '3000000 1'),
    ('validations', 'validations_unsubscribe', '3000000 1'),
    ('webhook_deliveries', 'sqlite_autoindex_webhook_deliveries_1', '1000000 100000 50000 1'),
    ('webhook_deliveries', 'webhook_deliveries_due', '1000 100 50 1'),
    ('webhook_deliveries', 'webhook_deliveries_created', '1000000 100000 50000 1 1'),
    ('webhook_deliveries', 'webhook_deliveries_at', '1000000 1'),
    ('webhooks', 'sqlite_autoindex_webhooks_1', '20 2 1');
