package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// AuditReport is the result of VerifyAudit.
type AuditReport struct {
	Lines  int64
	Heads  []audit.Head  // of every chain; note them elsewhere, and pass them to a later VerifyAudit
	Faults []audit.Fault // the first of each chain
}

const auditBatch = 1000 // lines in memory at once

// VerifyAudit checks every chain of every dealer. The lines of the expected heads, which were noted elsewhere earlier, must still
// exist.
func (s *Service) VerifyAudit(ctx context.Context, expected []audit.Head) (AuditReport, error) {
	var report AuditReport
	dealers, err := s.store.Dealers(ctx)
	if err != nil {
		return report, err
	}
	expect := make(map[chain][]audit.Head)
	for _, head := range expected {
		expect[chainOf(&head)] = append(expect[chainOf(&head)], head)
	}
	for _, d := range dealers {
		heads, err := s.store.AuditHeads(ctx, d.ID)
		if err != nil {
			return report, err
		}
		for _, head := range heads {
			lines, fault, err := s.verifyChain(ctx, head, expect[chainOf(&head)])
			if err != nil {
				return report, err
			}
			delete(expect, chainOf(&head))
			report.Heads = append(report.Heads, head)
			report.Lines += lines
			if fault != nil {
				report.Faults = append(report.Faults, *fault)
			}
		}
	}
	for c := range expect {
		report.Faults = append(report.Faults, audit.Fault{Dealer: c.dealer, Site: c.site, Seq: 1, Problem: "the whole chain is missing"})
	}
	return report, nil
}

// chain names a chain of the audit.
type chain struct {
	dealer rollcall.DealerID
	site   rollcall.SiteID
}

func chainOf(h *audit.Head) chain { return chain{h.Dealer, h.Site} }

// verifyChain checks one chain up to the given head, and returns how many good lines it has.
func (s *Service) verifyChain(ctx context.Context, head audit.Head, expected []audit.Head) (int64, *audit.Fault, error) {
	v := audit.NewVerifier(head, expected)
	for more := true; more; {
		lines, err := s.store.AuditChain(ctx, head.Dealer, head.Site, v.Lines(), auditBatch)
		if err != nil {
			return v.Lines(), nil, err
		}
		more = len(lines) == auditBatch
		for i := range lines {
			if v.AtHead() {
				if now, err := s.store.AuditHead(ctx, head.Dealer, head.Site); err != nil || now.Count > head.Count {
					return v.Lines(), nil, err // appended after the head was read
				}
			}
			if fault := v.Check(&lines[i]); fault != nil {
				return v.Lines(), fault, nil
			}
		}
	}
	return v.Lines(), v.End(s.opts.Secrets), nil
}
