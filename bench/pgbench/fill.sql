-- Fills a database, by psql: with as many sites of either kind as :sites, and :contacts of each site that is read from.
-- What the service made is copied (site_0, new_0 and contact_0_0), each with its line of the audit. Nobody could verify
-- the chains that come of it, which is of no matter to how fast they grow.

UPDATE dealers SET site_seq = 2 * :sites;

INSERT INTO sites
SELECT copy.* FROM sites, generate_series(1, :sites - 1) n, LATERAL jsonb_populate_record(sites, jsonb_build_object(
    'site_id', replace(sites.site_id, '_0', '_' || n), 'seq', 2 * n + sites.seq)) copy
WHERE sites.site_id = 'site_0' OR sites.site_id = 'new_0';

UPDATE sites SET contact_seq = :contacts, contact_count = :contacts WHERE site_id LIKE 'site\_%';

INSERT INTO contacts
SELECT copy.* FROM contacts, generate_series(1, :sites * :contacts - 1) n, LATERAL jsonb_populate_record(contacts, jsonb_build_object(
    'site_id', 'site_' || n % :sites, 'seq', n / :sites + 1,
    'contact_id', 'contact_' || n % :sites || '_' || n / :sites,
    'external_contact_id', 'contact_' || n % :sites || '_' || n / :sites)) copy
WHERE contacts.contact_id = 'contact_0_0';

INSERT INTO audit_lines
SELECT copy.* FROM audit_lines, generate_series(1, :sites - 1) n, LATERAL jsonb_populate_record(audit_lines, jsonb_build_object(
    'site_id', replace(audit_lines.site_id, '_0', '_' || n),
    'pos', nextval('audit_arrivals') - 4611686018427387904)) copy
WHERE (audit_lines.site_id = 'site_0' OR audit_lines.site_id = 'new_0') AND audit_lines.seq = 1;

INSERT INTO audit_lines
SELECT copy.* FROM audit_lines, generate_series(1, :sites * :contacts - 1) n, LATERAL jsonb_populate_record(audit_lines, jsonb_build_object(
    'site_id', 'site_' || n % :sites, 'seq', n / :sites + 2,
    'contact_id', 'contact_' || n % :sites || '_' || n / :sites,
    'subject', 'contact_' || n % :sites || '_' || n / :sites,
    'pos', nextval('audit_arrivals') - 4611686018427387904)) copy
WHERE audit_lines.site_id = 'site_0' AND audit_lines.contact_id = 'contact_0_0' AND audit_lines.seq = 2;

INSERT INTO audit_heads
SELECT copy.* FROM audit_heads, generate_series(1, :sites - 1) n, LATERAL jsonb_populate_record(audit_heads, jsonb_build_object(
    'site_id', replace(audit_heads.site_id, '_0', '_' || n))) copy
WHERE audit_heads.site_id = 'site_0' OR audit_heads.site_id = 'new_0';

UPDATE audit_heads SET count = :contacts + 1 WHERE site_id LIKE 'site\_%';

VACUUM ANALYZE;

CHECKPOINT;
