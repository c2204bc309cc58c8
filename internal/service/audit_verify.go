package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

// AuditFault is what is wrong with an audit.
type AuditFault struct {
	Dealer rollcall.DealerID
	Site   rollcall.SiteID // whose chain
	Seq    int64           // the place of the first broken line
	What   string
}

// AuditReport is what VerifyAudit found.
type AuditReport struct {
	Lines  int64
	Heads  []rollcall.AuditHead // of every chain: what to note elsewhere, and to expect later
	Faults []AuditFault         // the first of each chain
}

const auditBatch = 1000 // lines in memory at once

// VerifyAudit walks every chain of every dealer. The lines that the expected heads name, noted elsewhere when they were the
// last of their chains, must still be there.
func (s *Service) VerifyAudit(ctx context.Context, expected []rollcall.AuditHead) (AuditReport, error) {
	var report AuditReport
	dealers, err := s.store.Dealers(ctx)
	if err != nil {
		return report, err
	}
	expect := make(map[chain][]rollcall.AuditHead)
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
		report.Faults = append(report.Faults, AuditFault{Dealer: c.dealer, Site: c.site, Seq: 1, What: "the whole chain is missing"})
	}
	return report, nil
}

// chain names a chain of the audit.
type chain struct {
	dealer rollcall.DealerID
	site   rollcall.SiteID
}

func chainOf(h *rollcall.AuditHead) chain { return chain{h.Dealer, h.Site} }

// verifyChain walks one chain, up to its head as it was when it was read, and returns how many lines it has.
func (s *Service) verifyChain(ctx context.Context, head rollcall.AuditHead, expected []rollcall.AuditHead) (int64, *AuditFault, error) {
	fault := func(seq int64, what string) *AuditFault {
		return &AuditFault{Dealer: head.Dealer, Site: head.Site, Seq: seq, What: what}
	}
	var prev rollcall.Hash
	gone := erasures{}
	seq := int64(0)
	for more := true; more; {
		lines, err := s.store.AuditChain(ctx, head.Dealer, head.Site, seq, auditBatch)
		if err != nil {
			return seq, nil, err
		}
		more = len(lines) == auditBatch
		for i := range lines {
			if seq == head.Count {
				if now, err := s.store.AuditHead(ctx, head.Dealer, head.Site); err != nil || now.Count > seq {
					return seq, nil, err // written since the head was read
				}
				return seq, fault(seq+1, "it comes after the end of the chain"), nil
			}
			if what := lines[i].Fault(seq+1, prev); what != "" {
				return seq, fault(seq+1, what), nil
			}
			seq, prev = lines[i].Seq, lines[i].Hash
			gone.see(&lines[i])
			for _, e := range expected {
				if e.Count == seq && e.Hash != prev {
					return seq, fault(seq, "it is not the one that was noted elsewhere"), nil
				}
			}
		}
	}
	for _, e := range expected {
		if e.Count > seq {
			return seq, fault(seq+1, "it is missing, and was noted elsewhere"), nil
		}
	}
	switch {
	case seq < head.Count:
		return seq, fault(seq+1, "it is missing"), nil
	case prev != head.Hash:
		return seq, fault(seq, "it is not the one that the head names"), nil
	case len(s.opts.Secrets) > 0 && !head.Signed(s.opts.Secrets):
		return seq, fault(seq, "the head after it is not signed by this server's secret"), nil
	}
	if first, ok := gone.unexplained(); ok {
		return seq, fault(first, "its values were taken out, but nobody erased the person"), nil
	}
	return seq, nil, nil
}

// erasures holds, for each person whose values are gone from a chain, the first line of those that no erasure explains.
type erasures map[rollcall.ContactID]int64

// see takes the next line of the chain.
func (e erasures) see(l *rollcall.AuditLine) {
	if l.Action == auditErased || l.Action == auditErasureBegun {
		delete(e, l.Contact)
	}
	if _, known := e[l.Contact]; !known && l.Erased() {
		e[l.Contact] = l.Seq
	}
}

// unexplained returns the first line of all.
func (e erasures) unexplained() (seq int64, ok bool) {
	for _, first := range e {
		if !ok || first < seq {
			seq, ok = first, true
		}
	}
	return seq, ok
}
