package upkeep

// counterRules hold that counters agree with the rows that they count.
func counterRules() []rule {
	return []rule{
		{"sites", "contact_count is not the number of its contacts", `SELECT dealer_id, site_id FROM sites s WHERE contact_count <>
			(SELECT COUNT(*) FROM contacts c WHERE c.dealer_id = s.dealer_id AND c.site_id = s.site_id AND c.deleted_at IS NULL)`},
		{"sites", "contact_seq is behind its newest contact", `SELECT dealer_id, site_id FROM sites s WHERE contact_seq <
			(SELECT MAX(seq) FROM contacts c WHERE c.dealer_id = s.dealer_id AND c.site_id = s.site_id)`},
		{"sites", "the positions of its contacts are not 1, 2, 3 and so on", `SELECT dealer_id, site_id FROM contacts WHERE deleted_at IS NULL
			GROUP BY dealer_id, site_id HAVING MIN(position) <> 1 OR MAX(position) <> COUNT(*) OR COUNT(DISTINCT position) <> COUNT(*)`},
		{"dealers", "site_count is not the number of its sites", `SELECT dealer_id FROM dealers d WHERE site_count <>
			(SELECT COUNT(*) FROM sites s WHERE s.dealer_id = d.dealer_id)`},
		{"dealers", "site_seq is behind its newest site", `SELECT dealer_id FROM dealers d WHERE site_seq <
			(SELECT MAX(seq) FROM sites s WHERE s.dealer_id = d.dealer_id)`},
		{"dealers", "captured_seq is behind its newest message", `SELECT dealer_id FROM dealers d WHERE captured_seq <
			(SELECT MAX(seq) FROM captured_messages m WHERE m.dealer_id = d.dealer_id)`},
		{"audit_heads", "its site has a head of its own", `SELECT dealer_id, site_id FROM audit_heads h WHERE EXISTS
			(SELECT 1 FROM sites s WHERE s.dealer_id = h.dealer_id AND s.site_id = h.site_id)`},
		{"audit_lines", "its dealer does not exist", `SELECT DISTINCT dealer_id FROM audit_lines l WHERE NOT EXISTS
			(SELECT 1 FROM dealers d WHERE d.dealer_id = l.dealer_id)`},
	}
}

// validationRules hold that validations and the contact points that they go to agree.
func validationRules() []rule {
	return []rule{
		{"validations", "its contact point has more than one open validation", `SELECT dealer_id, validation_id FROM validations v
			WHERE status IN ('queued', 'sent', 'delivered') AND EXISTS (SELECT 1 FROM validations o WHERE o.dealer_id = v.dealer_id
			AND o.site_id = v.site_id AND o.contact_seq = v.contact_seq AND o.point = v.point
			AND o.status IN ('queued', 'sent', 'delivered') AND o.validation_id <> v.validation_id)`},
		{"validations", "its contact has another identifier", `SELECT v.dealer_id, v.validation_id FROM validations v
			JOIN contacts c ON c.dealer_id = v.dealer_id AND c.site_id = v.site_id AND c.seq = v.contact_seq WHERE c.contact_id <> v.contact_id`},
		{"points", "it is pending without an open validation", `SELECT p.dealer_id, c.contact_id, p.place FROM points p
			JOIN contacts c ON c.dealer_id = p.dealer_id AND c.site_id = p.site_id AND c.seq = p.contact_seq
			WHERE c.deleted_at IS NULL AND p.status = 'pending' AND NOT EXISTS (SELECT 1 FROM validations v WHERE v.dealer_id = p.dealer_id
			AND v.site_id = p.site_id AND v.contact_seq = p.contact_seq AND v.point = p.kind AND v.status IN ('queued', 'sent', 'delivered'))`},
		{"points", "it is confirmed without a confirmed validation", `SELECT p.dealer_id, c.contact_id, p.place FROM points p
			JOIN contacts c ON c.dealer_id = p.dealer_id AND c.site_id = p.site_id AND c.seq = p.contact_seq
			WHERE p.status IN ('confirmed', 'stale') AND NOT EXISTS (SELECT 1 FROM validations v WHERE v.dealer_id = p.dealer_id
			AND v.site_id = p.site_id AND v.contact_seq = p.contact_seq AND v.point = p.kind AND v.status = 'confirmed')`},
	}
}
