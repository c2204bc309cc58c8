package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

type auditCommands struct {
	Verify   auditVerify   `cmd:"" help:"Verify that the audit, or a file of evidence, is complete and unchanged."`
	Evidence auditEvidence `cmd:"" help:"Make evidence: call lists as they were, with proofs and changes, in one signed file."`
	Key      auditKey      `cmd:"" help:"Print the public key that signs evidence."`
}

type auditVerify struct {
	folderFlags
	formatFlags
	evidenceFlags
	Heads  bool     `help:"Print the head of each chain, one per line, to keep elsewhere."`
	Expect []string `help:"A head printed earlier by --heads, or @FILE with one per line. Everything recorded up to it must still be there." placeholder:"HEAD" sep:"none"`
}

// Help is shown by --help.
func (auditVerify) Help() string {
	return `Each audit line holds the hash of the line before it; each site has its own chain. The command names the first line of each chain that was changed, removed or added by anything but Rollcall, and then exits with status 1. A server may be running.

Whoever has the database and the server's secret could rewrite whole chains. To detect that too, keep the heads elsewhere and pass them to --expect later.

Examples:

    rollcall audit verify --data DIR
    rollcall audit verify --data DIR --heads > heads.txt
    rollcall audit verify --data DIR --expect @heads.txt

A file of evidence is checked without a database, on any machine. With --key, from audit key, it must come from that server:

    rollcall audit verify --evidence FILE --key KEY
`
}

// expected returns the heads of --expect.
func (c *auditVerify) expected() ([]audit.Head, error) {
	var heads []audit.Head
	for _, word := range c.Expect {
		words := []string{word}
		if name, isFile := strings.CutPrefix(word, "@"); isFile {
			content, err := os.ReadFile(name)
			if err != nil {
				return nil, fileError("--expect", err)
			}
			words = strings.Fields(string(content))
		}
		for _, w := range words {
			head, ok := audit.ParseHead(w)
			if !ok {
				return nil, wrongUsage("--expect must be a head as --heads prints it, or @FILE with one per line")
			}
			heads = append(heads, head)
		}
	}
	return heads, nil
}

// Run verifies the audit.
func (c *auditVerify) Run(ctx context.Context, t *terminal) error {
	if c.Evidence != "" || len(c.Key) > 0 {
		return c.verifyEvidence(t)
	}
	expected, err := c.expected()
	if err != nil {
		return err
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		report, err := s.VerifyAudit(ctx, expected)
		if err != nil {
			return err
		}
		heads := each(report.Heads, func(h audit.Head) string { return h.String() })
		faults := each(report.Faults, func(f audit.Fault) record {
			return record{"dealer_id", f.Dealer, "site_id", f.Site, "seq", f.Seq, "problem", f.Problem}
		})
		found := record{"lines", report.Lines, "chains", len(heads), "heads", heads, "faults", faults}
		err = c.print(t, found, func() error { return c.printText(t, report, heads) })
		if err == nil && len(report.Faults) > 0 {
			err = fmt.Errorf("the audit is broken: %d of %d chains are wrong", len(report.Faults), len(report.Heads))
		}
		return err
	})
}

func (c *auditVerify) printText(t *terminal, report service.AuditReport, heads []string) error {
	for _, f := range report.Faults {
		chain := "outside of sites"
		if f.Site != "" {
			chain = "site " + string(f.Site)
		}
		if _, err := fmt.Fprintf(t.err, "dealer %s, %s, line %d: %s\n", f.Dealer, chain, f.Seq, f.Problem); err != nil {
			return err
		}
	}
	if c.Heads {
		return t.printf("%s\n", strings.Join(heads, "\n"))
	}
	return t.printf("%d lines in %d chains are complete and unchanged.\n", report.Lines, len(report.Heads))
}
