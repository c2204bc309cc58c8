-- What a create of a contact asks PostgreSQL for: the key, then one transaction. Each client goes through sites of its own.
-- The variables contact_… and line_… hold what Rollcall itself wrote for a contact.
\set n :n + 1
\set at :at + 16000
\set site (:n * :clients + :client_id) % :sites

SELECT dealer_id, key_id, name, key_hash, scopes, test, rate_per_minute, burst,
    created_at, expires_at, last_used_at, revoked_at,
    (SELECT suspended_at FROM dealers WHERE dealers.dealer_id = api_keys.dealer_id)
    FROM api_keys WHERE key_hash = :key_hash;

BEGIN;

UPDATE sites SET contact_seq = contact_seq + 1, contact_count = contact_count + 1
    WHERE dealer_id = :dealer AND site_id = 'new_' || :site
    RETURNING site_id, contact_seq, contact_count,
    COALESCE(NULLIF(country, ''), (SELECT country FROM dealers WHERE dealer_id = :dealer)) \gset slot_

SELECT value_hash, 1, 0 FROM opt_outs WHERE value_hash IN (:phone_hash, :email_hash)
    UNION ALL SELECT value_hash, 0, 1 FROM suppressions WHERE dealer_id = :dealer AND value_hash IN (:phone_hash, :email_hash);

INSERT INTO contacts (dealer_id, site_id, seq, contact_id, external_contact_id, first_name, last_name, email, phone, phone_e164,
    phone_cause, type, role, prefers_email, prefers_sms, prefers_push, phone_status, phone_method, phone_confirmed_at, email_status, email_method,
    email_confirmed_at, created_at, updated_at, deleted_at, version, state_version, search, email_key)
    VALUES (:dealer, :slot_site_id, :slot_contact_seq,
    'contact_' || :at || '_' || :slot_site_id || '_' || :slot_contact_seq,
    'contact_' || :at || '_' || :slot_site_id || '_' || :slot_contact_seq,
    :contact_first_name, :contact_last_name, :contact_email, :contact_phone, '',
    :contact_phone_cause, :contact_type, :contact_role, :contact_prefers_email, :contact_prefers_sms, :contact_prefers_push,
    :contact_phone_status, '', NULL, :contact_email_status, '', NULL,
    :at, :at, NULL, :contact_version, :contact_state_version, :contact_search, :contact_email_key);

SELECT count, hash, signature FROM audit_heads WHERE dealer_id = :dealer AND site_id = :slot_site_id FOR UPDATE \gset head_

INSERT INTO audit_heads (dealer_id, site_id, count, hash, signature)
    VALUES (:dealer, :slot_site_id, :head_count + 1, :line_hash, :head_signature)
    ON CONFLICT (dealer_id, site_id) DO UPDATE SET count = excluded.count, hash = excluded.hash, signature = excluded.signature
    WHERE audit_heads.count = :head_count AND audit_heads.hash = :head_hash;

INSERT INTO audit_lines (dealer_id, site_id, seq, at, actor, request_id, action, contact_id, subject, changes, salt, digest, prev,
    hash, pos)
    VALUES (:dealer, :slot_site_id, :head_count + 1, :at, :line_actor, :line_request_id, :line_action,
    NULLIF('contact_' || :at || '_' || :slot_site_id || '_' || :slot_contact_seq, ''),
    'contact_' || :at || '_' || :slot_site_id || '_' || :slot_contact_seq,
    :line_changes, :line_salt, :line_digest, :head_hash, :line_hash, DEFAULT);

COMMIT;
