-- What a get of a contact asks PostgreSQL for, one transaction after the other: the key, then the contact. Each client
-- goes through sites of its own.
\set n :n + 1
\set i :n * :clients + :client_id
\set site :i % :sites
\set contact :i / :sites % :contacts

SELECT dealer_id, key_id, name, key_hash, scopes, test, rate_per_minute, burst,
    created_at, expires_at, last_used_at, revoked_at,
    (SELECT suspended_at FROM dealers WHERE dealers.dealer_id = api_keys.dealer_id)
    FROM api_keys WHERE key_hash = :key_hash;

SELECT site_id, seq, contact_id, external_contact_id, first_name, last_name, email, phone, phone_e164,
    phone_cause, type, role, prefers_email, prefers_sms, prefers_push, phone_status, phone_method, phone_confirmed_at, email_status, email_method,
    email_confirmed_at, created_at, updated_at, deleted_at, version, state_version
    FROM contacts WHERE dealer_id = :dealer AND site_id = 'site_' || :site
    AND contact_id = 'contact_' || :site || '_' || :contact AND deleted_at IS NULL;
