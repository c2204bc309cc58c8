-- +goose Up

-- The oldest program that may use the database. A migration that breaks older programs raises it.
CREATE TABLE schema_info (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    oldest_level BIGINT NOT NULL, -- the newest migration that this program knows
    oldest_version TEXT COLLATE "C" NOT NULL, -- its name, for people
    secret_mark BYTEA,  -- tells the server secret that signs; NULL: none has signed yet
    filling TEXT COLLATE "C",  -- the mark of the database that is being copied into this one; NULL: it is whole
    unclean BIGINT NOT NULL DEFAULT 0 -- removals whose values may still be in the log of the file
);

INSERT INTO schema_info (one, oldest_level, oldest_version) VALUES (1, 1, '0.1.0');

-- Times are microseconds since 1970, UTC. Missing text is empty, or NULL in a column that is unique or indexed.
--
-- Columns marked as personal hold data on a person. A test checks that no other column does, that an export shows all of
-- it, and that an erasure leaves none of it.
--
-- Text is compared byte by byte, as SQLite does, whatever the database is set to: the order of a page must be the same
-- wherever the database lies.

CREATE TABLE dealers (
    dealer_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    country TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    phone TEXT COLLATE "C" NOT NULL,
    site_seq BIGINT NOT NULL DEFAULT 0, -- the place of the newest site
    site_count BIGINT NOT NULL DEFAULT 0 CHECK (site_count >= 0),
    captured_seq BIGINT NOT NULL DEFAULT 0, -- how many messages were captured; the place of the newest is not higher
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    suspended_at BIGINT
);

CREATE TABLE api_keys (
    dealer_id TEXT COLLATE "C" NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    key_hash BYTEA NOT NULL CHECK (octet_length(key_hash) = 32),
    scopes TEXT COLLATE "C" NOT NULL CHECK (scopes <> ''),
    test BOOLEAN NOT NULL,
    -- Both are set, or the server's limit applies; 0 requests a minute stand for no limit.
    rate_per_minute BIGINT CHECK (rate_per_minute >= 0),
    burst BIGINT CHECK (burst >= 0),
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT,
    CHECK ((rate_per_minute IS NULL) = (burst IS NULL)),
    CONSTRAINT api_keys_dealer_id_key_id_key PRIMARY KEY (dealer_id, key_id),
    UNIQUE (key_hash),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
);

-- People who sign in to the console. Columns marked as personal to a user are exported and erased with the dealer.
CREATE TABLE users (
    dealer_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL, -- personal to a user
    email_key TEXT COLLATE "C" NOT NULL CHECK (email_key <> ''), -- personal to a user
    name TEXT COLLATE "C" NOT NULL, -- personal to a user
    role TEXT COLLATE "C" NOT NULL CHECK (role = 'viewer' OR role = 'manager' OR role = 'owner'),
    password_hash TEXT COLLATE "C" NOT NULL, -- empty: not set yet
    totp_secret BYTEA, -- encrypted with the server secret; NULL: no second factor
    totp_step BIGINT NOT NULL, -- of the last code that was accepted
    recovery_hashes BYTEA CHECK (octet_length(recovery_hashes) % 32 = 0), -- SHA-256 of the codes that are left
    link_purpose TEXT COLLATE "C" CHECK (link_purpose = 'invite' OR link_purpose = 'reset' OR link_purpose = 'sign_in'),
    link_hash BYTEA CHECK (octet_length(link_hash) = 32), -- SHA-256 of the token of the newest link, until it is used
    link_expires_at BIGINT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,
    CONSTRAINT users_dealer_id_user_id_key PRIMARY KEY (dealer_id, user_id),
    UNIQUE (email_key), -- who signs in names no dealer
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT whole_link CHECK ((link_purpose IS NULL) = (link_hash IS NULL) AND (link_hash IS NULL) = (link_expires_at IS NULL)),
    CONSTRAINT recovery_with_totp CHECK (recovery_hashes IS NULL OR totp_secret IS NOT NULL)
);

-- A link in a message names no dealer.
CREATE UNIQUE INDEX users_link ON users (link_hash) WHERE link_hash IS NOT NULL;

-- Browsers in which users are signed in.
CREATE TABLE sessions (
    dealer_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    token_hash BYTEA NOT NULL CHECK (octet_length(token_hash) = 32),
    data BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT sessions_dealer_id_user_id_token_hash_key PRIMARY KEY (dealer_id, user_id, token_hash),
    UNIQUE (token_hash), -- a cookie names no dealer
    FOREIGN KEY (dealer_id, user_id) REFERENCES users (dealer_id, user_id) ON DELETE CASCADE
);

CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- Settings and branding. A dealer without any has no row.
CREATE TABLE dealer_settings (
    dealer_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    stale_after_days BIGINT NOT NULL CHECK (stale_after_days > 0),
    quiet_start BIGINT NOT NULL CHECK (quiet_start >= 0 AND quiet_start < 1440), -- minutes after midnight; as quiet_end: none
    quiet_end BIGINT NOT NULL CHECK (quiet_end >= 0 AND quiet_end < 1440),
    quiet_timezone TEXT COLLATE "C" NOT NULL,
    allowed_countries TEXT COLLATE "C" NOT NULL, -- codes with spaces between; empty: those of the ceiling
    per_number_minute BIGINT NOT NULL CHECK (per_number_minute >= 0), -- of these, 0 stands for the ceiling
    per_number_day BIGINT NOT NULL CHECK (per_number_day >= 0),
    per_site_hour BIGINT NOT NULL CHECK (per_site_hour >= 0),
    per_dealer_day BIGINT NOT NULL CHECK (per_dealer_day >= 0),
    ceiling_countries TEXT COLLATE "C" NOT NULL, -- what the operator has set; empty: the dealer's own country
    ceiling_number_minute BIGINT NOT NULL CHECK (ceiling_number_minute >= 0), -- of these, 0 stands for any number
    ceiling_number_day BIGINT NOT NULL CHECK (ceiling_number_day >= 0),
    ceiling_site_hour BIGINT NOT NULL CHECK (ceiling_site_hour >= 0),
    ceiling_dealer_day BIGINT NOT NULL CHECK (ceiling_dealer_day >= 0),
    max_sites BIGINT NOT NULL CHECK (max_sites >= 0),
    max_contacts BIGINT NOT NULL CHECK (max_contacts >= 0),
    max_keys BIGINT NOT NULL CHECK (max_keys >= 0),
    max_idempotency_records BIGINT NOT NULL CHECK (max_idempotency_records >= 0),
    min_people INTEGER NOT NULL CHECK (min_people >= 0),
    min_numbers INTEGER NOT NULL CHECK (min_numbers >= 0),
    needs_premises_phone BOOLEAN NOT NULL,
    ceiling_roll_call_hour BIGINT NOT NULL CHECK (ceiling_roll_call_hour >= 0),
    ceiling_roll_call_day BIGINT NOT NULL CHECK (ceiling_roll_call_day >= 0),
    repeat_after_days BIGINT NOT NULL CHECK (repeat_after_days >= 0), -- of roll calls; 0: none is repeated
    notification_email TEXT NOT NULL, -- empty: none
    mask_numbers BOOLEAN NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL, -- how often they changed
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
);

CREATE TABLE dealer_branding (
    dealer_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    display_name TEXT COLLATE "C" NOT NULL,
    welcome TEXT COLLATE "C" NOT NULL,
    logo_type TEXT COLLATE "C" NOT NULL CHECK (logo_type = '' OR logo_type = 'image/png' OR logo_type = 'image/jpeg'),
    logo BYTEA, -- NULL: none
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL, -- how often it changed
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT type_with_logo CHECK ((logo IS NULL) = (logo_type = ''))
);

CREATE TABLE sites (
    dealer_id TEXT COLLATE "C" NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL CHECK (site_id <> ''),
    seq BIGINT NOT NULL,
    account_reference_id TEXT COLLATE "C" CHECK (account_reference_id <> ''),
    contact_seq BIGINT NOT NULL DEFAULT 0, -- the place of the newest contact
    contact_count BIGINT NOT NULL DEFAULT 0 CHECK (contact_count >= 0), -- without the deleted ones
    country TEXT COLLATE "C" NOT NULL,
    account_number TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    street TEXT COLLATE "C" NOT NULL,
    city TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    zip TEXT COLLATE "C" NOT NULL,
    timezone TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status = 'active' OR status = 'inactive' OR status = 'suspended'),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    reviewed_at BIGINT, -- NULL: never
    version BIGINT NOT NULL, -- how often it changed
    search TEXT COLLATE "C" NOT NULL,
    premises_phone TEXT COLLATE "C" NOT NULL,
    premises_e164 TEXT COLLATE "C" NOT NULL, -- empty if it cannot be dialled
    premises_cause TEXT COLLATE "C" NOT NULL, -- why not, or what is odd about it
    min_people INTEGER CHECK (min_people >= 0), -- of these rules, NULL: the dealer's
    min_numbers INTEGER CHECK (min_numbers >= 0),
    needs_premises_phone INTEGER CHECK (needs_premises_phone IN (0, 1)),
    exempt_reason TEXT COLLATE "C" NOT NULL, -- empty: not exempt
    sort_name TEXT COLLATE "C" NOT NULL, -- the folded name
    readiness TEXT COLLATE "C" NOT NULL CHECK (readiness = 'ready' OR readiness = 'at_risk' OR readiness = 'not_ready' OR readiness = 'exempt'),
    readiness_reasons TEXT COLLATE "C" NOT NULL, -- codes, each with a space before and after; empty: none
    readiness_since BIGINT NOT NULL,
    readiness_due BIGINT, -- when time alone may change the readiness; NULL: never
    -- The head of its audit chain, here since every change of the site or a contact moves it.
    audit_count BIGINT NOT NULL DEFAULT 0,
    audit_hash BYTEA CHECK (octet_length(audit_hash) = 32), -- of the last line
    audit_signature BYTEA CHECK (octet_length(audit_signature) = 32),
    CONSTRAINT sites_dealer_id_site_id_key PRIMARY KEY (dealer_id, site_id),
    UNIQUE (dealer_id, account_reference_id),
    UNIQUE (dealer_id, seq),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT audit_hash_with_count CHECK (
        (audit_count = 0) = (audit_hash IS NULL) AND (audit_hash IS NULL) = (audit_signature IS NULL))
);

-- For counting the sites of a dealer by readiness without reading their rows, and for lists of one status.
CREATE INDEX sites_readiness ON sites (dealer_id, readiness, readiness_reasons);

CREATE INDEX sites_name ON sites (dealer_id, sort_name, site_id);

CREATE INDEX sites_since ON sites (dealer_id, readiness_since, site_id);

-- For finding the sites of every dealer whose readiness time may have changed.
CREATE INDEX sites_due ON sites (readiness_due, dealer_id, site_id) WHERE readiness_due IS NOT NULL;

-- external_contact_id is NULL if it equals contact_id.
CREATE TABLE contacts (
    dealer_id TEXT COLLATE "C" NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    contact_id TEXT COLLATE "C" NOT NULL CHECK (contact_id <> ''),
    external_contact_id TEXT COLLATE "C" CHECK (external_contact_id <> '' AND external_contact_id <> contact_id), -- personal
    first_name TEXT COLLATE "C" NOT NULL, -- personal
    last_name TEXT COLLATE "C" NOT NULL, -- personal
    type TEXT COLLATE "C" NOT NULL CHECK (type = 'primary' OR type = 'emergency' OR type = 'secondary'
        OR type = 'technician' OR type = 'billing'),
    role TEXT COLLATE "C" NOT NULL CHECK (role = '' OR role = 'owner' OR role = 'manager'
        OR role = 'employee' OR role = 'resident' OR role = 'technician'),
    language TEXT COLLATE "C" NOT NULL, -- of messages; empty: the site's
    prefers_email BOOLEAN NOT NULL,
    prefers_sms BOOLEAN NOT NULL,
    prefers_push BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,  -- NULL: not deleted; otherwise it can still be restored
    version BIGINT NOT NULL, -- how often its own fields changed
    state_version BIGINT NOT NULL, -- how often anything else did
    search TEXT COLLATE "C" NOT NULL, -- personal
    position INTEGER NOT NULL CHECK (position > 0), -- in the call list, from 1 without gaps; of a deleted contact: its last one
    dispatch TEXT COLLATE "C" NOT NULL CHECK (dispatch = '' OR dispatch = 'before' OR dispatch = 'after' OR dispatch = 'both'
        OR dispatch = 'never'), -- empty: it follows the type
    availability TEXT COLLATE "C" NOT NULL, -- JSON; empty: always
    absences TEXT COLLATE "C" NOT NULL, -- personal; JSON; empty: none
    effective_at BIGINT, -- NULL: always was on the call list
    expires_at BIGINT, -- NULL: no end
    CONSTRAINT contacts_dealer_id_site_id_seq_key PRIMARY KEY (dealer_id, site_id, seq),
    FOREIGN KEY (dealer_id, site_id) REFERENCES sites (dealer_id, site_id) ON DELETE CASCADE
);

-- Others may take the identifiers of a deleted contact. PostgreSQL looks at the index first that was made first:
-- if both identifiers are taken, the error names contact_id.
CREATE UNIQUE INDEX contacts_dealer_id_contact_id_key ON contacts (dealer_id, contact_id) WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX contacts_dealer_id_site_id_external_contact_id_key
    ON contacts (dealer_id, site_id, external_contact_id)
    WHERE external_contact_id IS NOT NULL AND deleted_at IS NULL;

-- For restoring, exporting and erasing a deleted contact.
CREATE INDEX contacts_deleted ON contacts (dealer_id, contact_id, deleted_at) WHERE deleted_at IS NOT NULL;

-- For removing contacts after the restore period. Indexes for the sweep begin with the time, since it serves all dealers.
CREATE INDEX contacts_deleted_at ON contacts (deleted_at, dealer_id, site_id, seq) WHERE deleted_at IS NOT NULL;

-- For lists of a site in the order of its call list. It is not unique, since a move changes several rows in one statement.
CREATE INDEX contacts_position ON contacts (dealer_id, site_id, position) WHERE deleted_at IS NULL;

-- The phones and e-mails of contacts. value_key is what all spellings of the value share; NULL if it equals e164 or, without one,
-- value.
CREATE TABLE points (
    dealer_id TEXT COLLATE "C" NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL,
    contact_seq BIGINT NOT NULL,
    place BIGINT NOT NULL CHECK (place > 0), -- in the order in which to try them
    point_id TEXT COLLATE "C" NOT NULL CHECK (point_id <> ''),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('phone', 'email')),
    value TEXT COLLATE "C" NOT NULL CHECK (value <> ''), -- personal
    value_key TEXT COLLATE "C" CHECK (value_key <> '' AND value_key <> value), -- personal
    e164 TEXT COLLATE "C" CHECK (e164 <> ''), -- personal
    cause TEXT COLLATE "C" NOT NULL, -- why there is no e164, or what is odd about it
    extension TEXT COLLATE "C" NOT NULL, -- personal
    label TEXT COLLATE "C" NOT NULL CHECK (label = '' OR label = 'mobile' OR label = 'home' OR label = 'work' OR label = 'other'),
    status TEXT COLLATE "C" NOT NULL CHECK (status = 'unconfirmed' OR status = 'pending' OR status = 'confirmed' OR status = 'stale'
        OR status = 'undeliverable' OR status = 'opted_out' OR status = 'declined'),
    method TEXT COLLATE "C" NOT NULL CHECK (method = '' OR method = 'sms' OR method = 'email' OR method = 'call' OR method = 'attestation'),
    confirmed_at BIGINT,
    not_in_service BOOLEAN NOT NULL CHECK (kind = 'phone' OR NOT not_in_service), -- a call to it said so, and nothing else since
    status_before TEXT COLLATE "C" NOT NULL CHECK (status_before = '' OR status = 'opted_out' AND (status_before = 'confirmed' OR status_before = 'stale')),
    CONSTRAINT points_dealer_id_site_id_contact_seq_place_key PRIMARY KEY (dealer_id, site_id, contact_seq, place),
    FOREIGN KEY (dealer_id, site_id, contact_seq) REFERENCES contacts (dealer_id, site_id, seq) ON DELETE CASCADE,
    CONSTRAINT value_of_kind CHECK (kind = 'phone' OR e164 IS NULL AND cause = '' AND extension = ''),
    CONSTRAINT one_key CHECK (value_key IS NULL OR e164 IS NULL),
    CONSTRAINT method_of_kind CHECK (method = '' OR method = 'attestation' OR (kind = 'email') = (method = 'email')),
    CONSTRAINT confirmed_at_with_status CHECK (
        (status = 'confirmed' OR status = 'stale' OR status_before <> '') = (confirmed_at IS NOT NULL))
);

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
    dealer_id TEXT COLLATE "C" NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL,
    contact_seq BIGINT NOT NULL,
    point TEXT COLLATE "C" NOT NULL CHECK (point IN ('phone', 'email')),
    key_hash BYTEA NOT NULL CHECK (octet_length(key_hash) = 32),
    status TEXT COLLATE "C" NOT NULL CHECK (status = 'confirmed' OR status = 'stale' OR status = 'undeliverable' OR status = 'declined'
        OR status = 'unconfirmed' AND not_in_service),
    method TEXT COLLATE "C" NOT NULL CHECK (method = '' OR method = 'sms' OR method = 'email' OR method = 'call' OR method = 'attestation'),
    confirmed_at BIGINT,
    not_in_service BOOLEAN NOT NULL CHECK (point = 'phone' OR NOT not_in_service),
    CONSTRAINT former_points_dealer_id_site_id_contact_seq_key_hash_key PRIMARY KEY (dealer_id, site_id, contact_seq, key_hash),
    FOREIGN KEY (dealer_id, site_id, contact_seq) REFERENCES contacts (dealer_id, site_id, seq) ON DELETE CASCADE,
    CONSTRAINT confirmed_at_with_status CHECK ((status = 'confirmed' OR status = 'stale') = (confirmed_at IS NOT NULL))
);

CREATE TABLE validations (
    dealer_id TEXT COLLATE "C" NOT NULL,
    validation_id TEXT COLLATE "C" NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL,
    contact_seq BIGINT NOT NULL,
    contact_id TEXT COLLATE "C" NOT NULL, -- of that contact; a later contact may have it again
    point_id TEXT COLLATE "C" NOT NULL CHECK (point_id <> ''), -- may be removed
    point TEXT COLLATE "C" NOT NULL CHECK (point IN ('phone', 'email')),
    method TEXT COLLATE "C" NOT NULL CHECK (method = 'sms' OR method = 'email' OR method = 'call' OR method = 'attestation'),
    recipient TEXT COLLATE "C" NOT NULL, -- personal
    extension TEXT COLLATE "C" NOT NULL CHECK (extension = '' OR method = 'call' OR method = 'attestation'), -- personal
    text TEXT COLLATE "C" NOT NULL, -- personal
    status TEXT COLLATE "C" NOT NULL CHECK (status = 'queued' OR status = 'sent' OR status = 'delivered' OR status = 'confirmed'
        OR status = 'declined' OR status = 'expired' OR status = 'canceled' OR status = 'failed'),
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    attempted_at BIGINT, -- when the first attempt began; NULL: none did
    provider TEXT COLLATE "C" NOT NULL,
    provider_ref TEXT COLLATE "C" NOT NULL, -- the provider's own name for the message
    failure_code TEXT COLLATE "C",
    failure_message TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    delivered_at BIGINT,
    answered_at BIGINT,
    answered_by TEXT COLLATE "C" NOT NULL CHECK (answered_by = '' OR answered_by = 'link' OR answered_by = 'reply'
        OR answered_by = 'code' OR answered_by = 'call' OR answered_by = 'attestation'),
    wrong_codes BIGINT NOT NULL CHECK (wrong_codes >= 0),
    expires_at BIGINT NOT NULL,
    not_before BIGINT, -- the end of its wait for quiet hours or a limit; NULL: no wait
    counted_at BIGINT, -- the time that limits count; NULL: not counted
    link_hash BYTEA CHECK (length(link_hash) = 32), -- SHA-256 of the end of its link; NULL: no link
    unsubscribe_hash BYTEA CHECK (length(unsubscribe_hash) = 32), -- the same of the link that stops e-mails
    roll_call_id TEXT COLLATE "C" CHECK (roll_call_id <> ''), -- that it belongs to; NULL: none
    CONSTRAINT validations_dealer_id_validation_id_key PRIMARY KEY (dealer_id, validation_id),
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
);

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
    dealer_id TEXT COLLATE "C" NOT NULL,
    validation_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL CHECK (seq > 0),
    at BIGINT NOT NULL,
    what TEXT COLLATE "C" NOT NULL CHECK (what = 'queued' OR what = 'attempt_failed' OR what = 'sent' OR what = 'delivered'
        OR what = 'confirmed' OR what = 'declined' OR what = 'expired' OR what = 'canceled' OR what = 'failed'
        OR what = 'reply_not_understood'),
    way TEXT COLLATE "C" NOT NULL, -- of an answer
    actor TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL, -- personal
    from_contact_id TEXT COLLATE "C" NOT NULL,
    CONSTRAINT validation_events_dealer_id_validation_id_seq_key PRIMARY KEY (dealer_id, validation_id, seq),
    FOREIGN KEY (dealer_id, validation_id) REFERENCES validations (dealer_id, validation_id) ON DELETE CASCADE,
    CONSTRAINT way_of_answer CHECK ((what = 'confirmed' OR what = 'declined') = (way <> ''))
);

CREATE TABLE captured_messages (
    dealer_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    validation_id TEXT COLLATE "C" NOT NULL,
    method TEXT COLLATE "C" NOT NULL CHECK (method = 'sms' OR method = 'email' OR method = 'call'),
    recipient TEXT COLLATE "C" NOT NULL, -- personal
    extension TEXT COLLATE "C" NOT NULL CHECK (extension = '' OR method = 'call'), -- personal
    text TEXT COLLATE "C" NOT NULL, -- personal
    subject TEXT COLLATE "C" NOT NULL CHECK (subject = '' OR method = 'email'),
    link TEXT COLLATE "C" NOT NULL CHECK (link = '' OR method <> 'call'),
    code TEXT COLLATE "C" NOT NULL,
    captured_at BIGINT NOT NULL,
    CONSTRAINT captured_messages_dealer_id_seq_key PRIMARY KEY (dealer_id, seq),
    UNIQUE (dealer_id, validation_id),
    FOREIGN KEY (dealer_id, validation_id) REFERENCES validations (dealer_id, validation_id) ON DELETE CASCADE
);

-- The order in which lines were written, in which they get their positions once they are committed.
CREATE SEQUENCE audit_arrivals;

-- A chain outlives its site. Lines of all chains are appended in the order in which they were written: they are the largest
-- rows, and every change writes one. changes has no defaults if it shows a whole contact.
CREATE TABLE audit_lines (
    dealer_id TEXT COLLATE "C" NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL, -- whose chain; empty: that of no site
    seq BIGINT NOT NULL CHECK (seq > 0),
    at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    contact_id TEXT COLLATE "C" CHECK (contact_id <> ''), -- the person in changes; NULL: none
    subject TEXT COLLATE "C", -- the identifier of the record; NULL: the contact_id
    changes TEXT COLLATE "C", -- personal
    salt BYTEA,
    digest BYTEA CHECK (octet_length(digest) = 32), -- of salt and changes; stays when those are erased; NULL: no changes
    hash BYTEA NOT NULL CHECK (octet_length(hash) = 32),
    mentions TEXT COLLATE "C", -- personal
    mentions_salt BYTEA,
    mentions_digest BYTEA CHECK (octet_length(mentions_digest) = 32), -- as digest
    -- The position in the dealer's audit. Below 0: the line has none yet, and waits for one in this order.
    pos BIGINT NOT NULL DEFAULT nextval('audit_arrivals') - 4611686018427387904 CHECK (pos <> 0),
    -- For the event of the line; the chain doesn't cover them.
    point_id TEXT COLLATE "C" CHECK (point_id <> ''), -- the phone or e-mail that it is about; NULL: none
    fields TEXT COLLATE "C" CHECK (fields <> ''), -- the names of what an update changed, with commas between; NULL: none
    CONSTRAINT audit_lines_dealer_id_site_id_seq_key PRIMARY KEY (dealer_id, site_id, seq),
    CONSTRAINT audit_lines_dealer_id_pos_key UNIQUE (dealer_id, pos),
    -- No line names its dealer by a foreign key: all changes of a dealer would lock the one row. The row with its head does.
    CONSTRAINT salt_with_changes CHECK ((changes IS NULL) = (salt IS NULL) AND (changes IS NULL OR digest IS NOT NULL)),
    CONSTRAINT salt_with_mentions CHECK ((mentions IS NULL) = (mentions_salt IS NULL) AND (mentions IS NULL OR mentions_digest IS NOT NULL))
);

CREATE INDEX audit_lines_contact ON audit_lines (dealer_id, contact_id, pos) WHERE contact_id IS NOT NULL;

-- For finding the lines that an erasure has to read.
CREATE INDEX audit_lines_mentions ON audit_lines (dealer_id, site_id, seq) WHERE mentions IS NOT NULL;

-- For finding the dealers whose lines wait for positions.
CREATE INDEX audit_lines_waiting ON audit_lines (dealer_id) WHERE pos < 0;

-- The heads of the chains of no site, and of deleted sites.
CREATE TABLE audit_heads (
    dealer_id TEXT COLLATE "C" NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL CHECK (count > 0),
    hash BYTEA NOT NULL CHECK (octet_length(hash) = 32), -- of the last line
    signature BYTEA NOT NULL CHECK (octet_length(signature) = 32),
    CONSTRAINT audit_heads_dealer_id_site_id_key PRIMARY KEY (dealer_id, site_id),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
);

-- Addresses to which the events of a dealer are sent.
CREATE TABLE webhooks (
    dealer_id TEXT COLLATE "C" NOT NULL,
    webhook_id TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL CHECK (url <> ''),
    types TEXT COLLATE "C" NOT NULL, -- with commas between; empty: all
    description TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status = 'active' OR status = 'disabled'),
    reason TEXT COLLATE "C" NOT NULL, -- why the server disabled it; empty: it did not
    secret BYTEA NOT NULL, -- signs; encrypted with the server secret
    old_secret BYTEA, -- signs too, until old_until
    old_until BIGINT,
    pos BIGINT NOT NULL CHECK (pos >= 0), -- in the audit, up to which events became deliveries
    failures BIGINT NOT NULL CHECK (failures >= 0), -- since the last success
    failing_at BIGINT, -- the first of them
    not_before BIGINT NOT NULL, -- of the next attempt; 0: at once
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT webhooks_dealer_id_webhook_id_key PRIMARY KEY (dealer_id, webhook_id),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT whole_old_secret CHECK ((old_secret IS NULL) = (old_until IS NULL)),
    CONSTRAINT failing_with_failures CHECK ((failures = 0) = (failing_at IS NULL))
);

-- Events on their way to a webhook, and events that were delivered lately. They hold no personal data.
CREATE TABLE webhook_deliveries (
    dealer_id TEXT COLLATE "C" NOT NULL,
    webhook_id TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status = 'pending' OR status = 'delivered' OR status = 'failed'),
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    due_at BIGINT, -- of the next attempt
    created_at BIGINT NOT NULL,
    attempted_at BIGINT,
    response_status BIGINT NOT NULL, -- of the last attempt; 0: none
    error TEXT COLLATE "C" NOT NULL, -- why the last attempt failed; empty: it did not
    CONSTRAINT webhook_deliveries_dealer_id_webhook_id_event_id_key PRIMARY KEY (dealer_id, webhook_id, event_id),
    FOREIGN KEY (dealer_id, webhook_id) REFERENCES webhooks (dealer_id, webhook_id) ON DELETE CASCADE,
    CONSTRAINT due_while_pending CHECK ((status = 'pending') = (due_at IS NOT NULL))
);

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (dealer_id, webhook_id, due_at) WHERE due_at IS NOT NULL;

CREATE INDEX webhook_deliveries_created ON webhook_deliveries (dealer_id, webhook_id, created_at, event_id);

-- For removing old ones of every dealer.
CREATE INDEX webhook_deliveries_at ON webhook_deliveries (created_at);

CREATE TABLE idempotency_records (
    dealer_id TEXT COLLATE "C" NOT NULL,
    operation TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    fingerprint BYTEA NOT NULL CHECK (octet_length(fingerprint) = 32),
    status BIGINT NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    location TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C", -- personal
    site_id TEXT COLLATE "C" NOT NULL,
    contact_id TEXT COLLATE "C" CHECK (contact_id <> ''), -- the person in body; NULL: none
    validation_id TEXT COLLATE "C" NOT NULL,
    suppression_id TEXT COLLATE "C" NOT NULL,
    value_hash BYTEA CHECK (octet_length(value_hash) = 32), -- of the suppressed value in the body; NULL: there is none
    erased BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT idempotency_records_dealer_id_operation_key_key PRIMARY KEY (dealer_id, operation, key),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT nothing_when_erased CHECK (NOT erased OR body IS NULL)
);

CREATE INDEX idempotency_records_at ON idempotency_records (at);

CREATE INDEX idempotency_records_contact ON idempotency_records (dealer_id, contact_id) WHERE contact_id IS NOT NULL;

CREATE INDEX idempotency_records_value ON idempotency_records (dealer_id, value_hash) WHERE value_hash IS NOT NULL;

-- The numbers and addresses a dealer must not send to. They outlive the contact; an erasure leaves the keyed hash.
CREATE TABLE suppressions (
    dealer_id TEXT COLLATE "C" NOT NULL,
    suppression_id TEXT COLLATE "C" NOT NULL,
    point TEXT COLLATE "C" NOT NULL CHECK (point IN ('phone', 'email')),
    value TEXT COLLATE "C" NOT NULL, -- personal
    value_hash BYTEA NOT NULL CHECK (octet_length(value_hash) = 32), -- of point and value, keyed with the server secret
    reason TEXT COLLATE "C" NOT NULL CHECK (reason = 'stop' OR reason = 'unsubscribe' OR reason = 'manual'),
    created_at BIGINT NOT NULL,
    CONSTRAINT suppressions_dealer_id_suppression_id_key PRIMARY KEY (dealer_id, suppression_id),
    UNIQUE (dealer_id, value_hash, reason),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
);

CREATE INDEX suppressions_hash ON suppressions (value_hash);

-- The imports of contacts. due_at is when the sweep looks at it: to continue an import whose job was lost, or to remove it.
CREATE TABLE imports (
    dealer_id TEXT COLLATE "C" NOT NULL,
    import_id TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('uploading', 'uploaded', 'used', 'queued', 'running', 'finished', 'failed')),
    dry_run BOOLEAN NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL, -- of the API key that it is imported with; empty: a user or a command
    user_id TEXT COLLATE "C" NOT NULL, -- of the user who imports it; empty: a key or a command
    source_id TEXT COLLATE "C" NOT NULL, -- the import whose file it reads; empty: its own
    run_id TEXT COLLATE "C" NOT NULL, -- the import that imports its file, once its status is used
    file_name TEXT COLLATE "C" NOT NULL, -- personal
    request_id TEXT COLLATE "C" NOT NULL,
    on_behalf_of TEXT COLLATE "C" NOT NULL, -- personal
    options TEXT COLLATE "C" NOT NULL, -- JSON, with the mapping of the caller
    columns TEXT COLLATE "C" NOT NULL, -- JSON: those of the file, and how they are read
    failure TEXT COLLATE "C" NOT NULL, -- JSON; empty: none
    row_count BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    last_line BIGINT NOT NULL, -- of the last row that was handled
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    due_at BIGINT NOT NULL,
    CONSTRAINT imports_dealer_id_import_id_key PRIMARY KEY (dealer_id, import_id),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT row_count_is_sum CHECK (row_count = created + updated + unchanged + refused),
    CONSTRAINT finished_has_time CHECK ((finished_at IS NOT NULL) = (status IN ('finished', 'failed')))
);

CREATE INDEX imports_due ON imports (due_at);

-- The file of an import, until it has ended.
CREATE TABLE import_parts (
    dealer_id TEXT COLLATE "C" NOT NULL,
    import_id TEXT COLLATE "C" NOT NULL,
    part BIGINT NOT NULL CHECK (part > 0),
    data BYTEA NOT NULL, -- personal
    CONSTRAINT import_parts_dealer_id_import_id_part_key PRIMARY KEY (dealer_id, import_id, part),
    FOREIGN KEY (dealer_id, import_id) REFERENCES imports (dealer_id, import_id) ON DELETE CASCADE
);

-- The rows that an import has handled. details are JSON: errors and warnings, and the cells of a refused row.
CREATE TABLE import_rows (
    dealer_id TEXT COLLATE "C" NOT NULL,
    import_id TEXT COLLATE "C" NOT NULL,
    line BIGINT NOT NULL CHECK (line > 0),
    result TEXT COLLATE "C" NOT NULL CHECK (result IN ('created', 'updated', 'unchanged', 'refused')),
    site_id TEXT COLLATE "C" NOT NULL,
    contact_id TEXT COLLATE "C" NOT NULL,
    details TEXT COLLATE "C" NOT NULL, -- personal
    CONSTRAINT import_rows_dealer_id_import_id_line_key PRIMARY KEY (dealer_id, import_id, line),
    FOREIGN KEY (dealer_id, import_id) REFERENCES imports (dealer_id, import_id) ON DELETE CASCADE
);

CREATE INDEX import_rows_result ON import_rows (dealer_id, import_id, result, line);

-- The numbers and addresses no dealer may send to, by keyed hash: all dealers share the server's providers.
CREATE TABLE opt_outs (
    value_hash BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(value_hash) = 32),
    at BIGINT NOT NULL
);

-- Replies to messages from people, by the keyed hash of the provider's message id: a provider may deliver one twice.
CREATE TABLE inbound_messages (
    ref_hash BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(ref_hash) = 32),
    reply TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX inbound_messages_at ON inbound_messages (at);

-- The times of messages of all dealers to a number or an address within a day, by keyed hash.
CREATE TABLE number_counts (
    number_hash BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(number_hash) = 32),
    times TEXT COLLATE "C" NOT NULL, -- with commas between
    at BIGINT NOT NULL
);

CREATE INDEX number_counts_at ON number_counts (at);

-- The messages of a dealer within the last day, numbered, and the number of the newest.
CREATE TABLE message_heads (
    dealer_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
);

CREATE TABLE message_counts (
    dealer_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL, -- may be deleted
    at BIGINT NOT NULL,
    roll_call BOOLEAN NOT NULL, -- sent by a roll call, which has limits of its own
    CONSTRAINT message_counts_dealer_id_seq_key PRIMARY KEY (dealer_id, seq),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
);

CREATE INDEX message_counts_at ON message_counts (at);

CREATE INDEX message_counts_site ON message_counts (dealer_id, site_id, at);

CREATE INDEX message_counts_dealer ON message_counts (dealer_id, roll_call, at);

-- How many messages of an hour went to a country, and to each range of 10,000 numbers in it, and how many were confirmed.
CREATE TABLE country_counts (
    dealer_id TEXT COLLATE "C" NOT NULL,
    country TEXT COLLATE "C" NOT NULL,
    range_hash BYTEA NOT NULL CHECK (octet_length(range_hash) = 32), -- of the range, keyed with the server secret; zeros: the country
    hour BIGINT NOT NULL, -- its beginning
    sent BIGINT NOT NULL,
    confirmed BIGINT NOT NULL,
    CONSTRAINT country_counts_dealer_id_country_range_hash_hour_key PRIMARY KEY (dealer_id, country, range_hash, hour),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE
);

CREATE INDEX country_counts_hour ON country_counts (hour);

-- Roll calls: messages to many contact points, at a pace. The filter is JSON.
CREATE TABLE roll_calls (
    dealer_id TEXT COLLATE "C" NOT NULL,
    roll_call_id TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status = 'scheduled' OR status = 'running' OR status = 'paused' OR status = 'canceled'),
    filter TEXT COLLATE "C" NOT NULL,
    methods TEXT COLLATE "C" NOT NULL CHECK (methods <> ''), -- with spaces between
    text TEXT COLLATE "C" NOT NULL, -- the same for everybody
    per_hour BIGINT NOT NULL CHECK (per_hour > 0),
    repeated BOOLEAN NOT NULL, -- by the setting that repeats roll calls
    created_at BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    started_at BIGINT, -- when its targets were fixed
    finished_at BIGINT, -- when the server noticed that no item was open
    next_at BIGINT, -- when its job is due; NULL: it has nothing to send
    run BIGINT NOT NULL, -- the job that works on it
    site_id TEXT COLLATE "C" NOT NULL, -- with contact_seq: the contact up to which targets were found; may be deleted
    contact_seq BIGINT NOT NULL,
    CONSTRAINT roll_calls_dealer_id_roll_call_id_key PRIMARY KEY (dealer_id, roll_call_id),
    FOREIGN KEY (dealer_id) REFERENCES dealers (dealer_id) ON DELETE CASCADE,
    CONSTRAINT finished_when_started CHECK (finished_at IS NULL OR started_at IS NOT NULL)
);

-- For roll calls whose job was lost.
CREATE INDEX roll_calls_next ON roll_calls (next_at, dealer_id, roll_call_id) WHERE next_at IS NOT NULL;

-- For roll calls that may have finished. Canceled ones are never finished.
CREATE INDEX roll_calls_unfinished ON roll_calls (dealer_id, roll_call_id)
    WHERE started_at IS NOT NULL AND finished_at IS NULL AND status <> 'canceled';

-- The contact points that a roll call targets, which may be deleted. They hold no personal data.
CREATE TABLE roll_call_items (
    dealer_id TEXT COLLATE "C" NOT NULL,
    roll_call_id TEXT COLLATE "C" NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL,
    contact_seq BIGINT NOT NULL,
    point_id TEXT COLLATE "C" NOT NULL,
    contact_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('phone', 'email')),
    status TEXT COLLATE "C" NOT NULL CHECK (status = 'open' OR status = 'confirmed' OR status = 'declined' OR status = 'undeliverable'
        OR status = 'opted_out' OR status = 'expired' OR status = 'failed' OR status = 'skipped' OR status = 'canceled'),
    reason TEXT COLLATE "C" NOT NULL,
    since BIGINT NOT NULL, -- when it was targeted, or tried again
    not_before BIGINT NOT NULL, -- its message waits until then; 0: no wait
    validation_id TEXT COLLATE "C" CHECK (validation_id <> ''), -- that it follows, of any contact; NULL: not asked yet
    asked_at BIGINT,
    ended_at BIGINT,
    point_hash BYTEA NOT NULL CHECK (octet_length(point_hash) = 32), -- of the contact point, keyed with the server secret
    share_hash BYTEA NOT NULL CHECK (octet_length(share_hash) = 32), -- the same of what items with one message share
    PRIMARY KEY (dealer_id, roll_call_id, site_id, contact_seq, point_id),
    FOREIGN KEY (dealer_id, roll_call_id) REFERENCES roll_calls (dealer_id, roll_call_id) ON DELETE CASCADE,
    CONSTRAINT ended_at_with_status CHECK ((status = 'open') = (ended_at IS NULL)),
    CONSTRAINT asked_at_with_validation CHECK ((validation_id IS NULL) = (asked_at IS NULL))
);

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
