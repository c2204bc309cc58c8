package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// importSites is how many sites one transaction of an import creates or updates; other changes wait for it.
const importSites = 50

// ImportedSites counts the rows of an import by their result.
type ImportedSites struct{ Created, Updated, Unchanged int }

// RowError is the error of a row of an import. Row counts from 0.
type RowError struct {
	Row int
	Err error
}

// RowErrors are the errors of the rows that prevent an import.
type RowErrors []RowError

func (e RowErrors) Error() string {
	texts := make([]string, len(e))
	for i, row := range e {
		texts[i] = fmt.Sprintf("row %d: %v", row.Row+1, row.Err)
	}
	return strings.Join(texts, "; ")
}

// ImportSites creates a site for each input, or updates the site with its site_id or, without one, its account_reference_id:
// DealerNotFound, and RowErrors before anything is changed. Absent fields stay. An input without either id is a new site. With
// dryRun it changes nothing and returns what it would do.
//
// It makes many transactions, so that other changes continue. After an error, the counts say what was done; call it again with
// the same input for the rest. progress, unless nil, is called with the number of finished rows.
func (s *Service) ImportSites(ctx context.Context, caller Caller, in []rollcall.SiteInput, dryRun bool, progress func(done int)) (ImportedSites, error) {
	var done ImportedSites
	plan, err := s.planImport(ctx, caller.Dealer, in, &done)
	if err != nil || dryRun {
		if dryRun && err == nil {
			for _, row := range plan {
				done.count(row.found)
			}
		}
		return done, err
	}
	for batch := range slices.Chunk(plan, importSites) {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		failed := 0
		err := s.change(ctx, caller, func(ch *change) error {
			for i, row := range batch {
				failed = row.index
				if err := ch.importSite(&batch[i], in[row.index]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			if kind := rollcall.KindOf(err); kind != rollcall.Internal && kind != rollcall.Unavailable {
				err = RowErrors{{failed, err}} // another change came first
			}
			return done, err
		}
		for _, row := range batch {
			done.count(row.found)
		}
		if progress != nil {
			progress(done.Created + done.Updated + done.Unchanged)
		}
	}
	return done, nil
}

func (d *ImportedSites) count(found bool) {
	if found {
		d.Updated++
	} else {
		d.Created++
	}
}

// importRow is a row that changes something.
type importRow struct {
	index int
	ref   rollcall.SiteRef // the site to update
	found bool
}

// planImport compares the rows with all sites of the dealer, counts the unchanged ones, and returns the others.
func (s *Service) planImport(ctx context.Context, dealer rollcall.DealerID, in []rollcall.SiteInput, done *ImportedSites) ([]importRow, error) {
	if _, err := s.store.Dealer(ctx, dealer); err != nil {
		return nil, err
	}
	sites, _, err := s.store.Sites(ctx, dealer, SiteFilter{})
	if err != nil {
		return nil, err
	}
	known := indexSites(sites)
	set, err := s.store.Settings(ctx, dealer)
	if err != nil {
		return nil, err
	}
	var plan []importRow
	var bad RowErrors
	most := set.Quotas.Sites
	created, err := s.countRecords(ctx, dealer.Live(), rollcall.QuotaSites)
	if err != nil {
		return nil, err
	}
	for i, row := range in {
		site := known.find(row)
		after, found := rollcall.Site{}, site != nil
		if found {
			after = *site
		}
		err := row.Apply(&after, !found)
		if other := known.byReference[after.Reference]; err == nil && other != nil && other != site {
			err = &rollcall.Error{Kind: rollcall.AccountReferenceTaken, Message: fmt.Sprintf("account_reference_id is taken by the site %s", other.ID)}
		}
		switch {
		case err != nil:
			bad = append(bad, RowError{i, err})
		case found && after == *site:
			done.Unchanged++
		case found:
			plan = append(plan, importRow{i, rollcall.SiteRef{ID: site.ID}, true})
		case most > 0 && created >= most:
			s.quotaRefused(rollcall.QuotaSites)
			return nil, append(bad, RowError{i, quotaReached(rollcall.QuotaSites, most)}) // the same for each later row
		default:
			created++
			plan = append(plan, importRow{index: i})
		}
	}
	if len(bad) > 0 {
		return nil, bad
	}
	return plan, nil
}

// siteIndex finds sites by their ids.
type siteIndex struct {
	byID        map[rollcall.SiteID]*rollcall.Site
	byReference map[string]*rollcall.Site
}

func indexSites(sites []rollcall.Site) siteIndex {
	index := siteIndex{make(map[rollcall.SiteID]*rollcall.Site, len(sites)), make(map[string]*rollcall.Site, len(sites))}
	for i := range sites {
		index.byID[sites[i].ID] = &sites[i]
		if ref := sites[i].Reference; ref != "" {
			index.byReference[ref] = &sites[i]
		}
	}
	return index
}

// find returns the site that a row updates, nil for a new site.
func (x siteIndex) find(row rollcall.SiteInput) *rollcall.Site {
	if row.SiteID.Set {
		return x.byID[rollcall.SiteID(row.SiteID.Value)]
	}
	return x.byReference[row.Reference.Value]
}

// importSite creates or updates the site of one row.
func (ch *change) importSite(row *importRow, in rollcall.SiteInput) error {
	if !row.found {
		_, err := ch.createSite(in)
		return err
	}
	site, _, err := ch.tx.LockSite(ch.ctx, ch.caller.Dealer, row.ref)
	if err != nil {
		return err
	}
	return ch.changeSite(&site, in)
}
