package service

import (
	"context"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// rollCallReader reads roll calls.
type rollCallReader interface {
	// RollCall returns a roll call: RollCallNotFound.
	RollCall(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID) (rollcall.RollCall, error)
	// RollCalls returns at most limit roll calls of the dealer, the newest first, which are older than before, if that is not empty.
	RollCalls(ctx context.Context, dealer rollcall.DealerID, before rollcall.RollCallID, limit int) ([]rollcall.RollCall, error)
	// CountRollCallItems counts the items of roll calls.
	CountRollCallItems(ctx context.Context, dealer rollcall.DealerID, ids []rollcall.RollCallID) (map[rollcall.RollCallID]rollcall.RollCallCounts, error)
	// RollCallItems returns a page of the items of a roll call, by site, contact and point.
	RollCallItems(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID, filter ItemFilter) ([]rollcall.RollCallItem, error)
	// ItemsFollowing returns the items of all roll calls that follow a validation, in the order of site, contact and point.
	ItemsFollowing(ctx context.Context, dealer rollcall.DealerID, v rollcall.ValidationID) ([]rollcall.RollCallItem, error)
	// AskedPoints returns which contact points of the contacts from first to last a roll call has asked since a time.
	AskedPoints(ctx context.Context, dealer rollcall.DealerID, first, last ContactPlace, since time.Time) (map[rollcall.PointID]bool, error)
	// RollCallSites returns the names of at most limit sites of the items that follow a validation, and how many sites there are.
	RollCallSites(ctx context.Context, dealer rollcall.DealerID, v rollcall.ValidationID, limit int) (names []string, total int, err error)
	// OverdueRollCalls returns at most limit roll calls of all dealers that are scheduled or running, and whose Next is before a time.
	OverdueRollCalls(ctx context.Context, before time.Time, limit int) ([]RollCallJob, error)
	// EndedRollCalls returns at most limit roll calls of all dealers without open items whose Finished is not set.
	EndedRollCalls(ctx context.Context, limit int) ([]RollCallJob, error)
	// RepeatingDealers returns the dealers whose settings repeat roll calls and that have no unfinished roll call of that kind, nor one
	// created after a time.
	RepeatingDealers(ctx context.Context, after time.Time) ([]rollcall.DealerID, error)
}

// rollCallWriter changes roll calls in a transaction.
type rollCallWriter interface {
	// InsertRollCall adds a roll call: DealerNotFound.
	InsertRollCall(ctx context.Context, r rollcall.RollCall) error
	// LockRollCall returns a roll call: RollCallNotFound. It is locked before sites.
	LockRollCall(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID) (rollcall.RollCall, error)
	// UpdateRollCall replaces a roll call by its ID: RollCallNotFound. Filter, methods, text and times of its creation stay.
	UpdateRollCall(ctx context.Context, r rollcall.RollCall) error
	// EnqueueRollCall makes some process run the job after the commit, at NotBefore.
	EnqueueRollCall(ctx context.Context, j RollCallJob) error
	// CountUnfinishedRollCalls counts the roll calls of the dealer whose Finished is not set and that are not canceled.
	CountUnfinishedRollCalls(ctx context.Context, dealer rollcall.DealerID) (int, error)
	// InsertRollCallItems adds items: RollCallNotFound.
	InsertRollCallItems(ctx context.Context, items []rollcall.RollCallItem) error
	// UpdateRollCallItem replaces an item.
	UpdateRollCallItem(ctx context.Context, i rollcall.RollCallItem) error
	// NextRollCallItem returns the waiting item with the earliest NotBefore, and whether there is one.
	NextRollCallItem(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID) (i rollcall.RollCallItem, found bool, err error)
	// SharingItems returns the waiting items with the ShareHash of an item, in the order of site, contact and point.
	SharingItems(ctx context.Context, i rollcall.RollCallItem) ([]rollcall.RollCallItem, error)
	// OpenItemsOf returns the open items of a contact in all roll calls.
	OpenItemsOf(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, contact rollcall.ContactID) ([]rollcall.RollCallItem, error)
	// WithdrawItems cancels the waiting items of a roll call.
	WithdrawItems(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID, at time.Time) error
	// RetryItems makes the expired and failed items of a roll call wait for a message again, and returns their number.
	RetryItems(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID, at time.Time) (int, error)
	// QueuedOfRollCall returns at most limit queued validations of a roll call.
	QueuedOfRollCall(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID, limit int) ([]rollcall.ValidationID, error)
	// LatestValidation returns the newest validation of a contact point that was created at a time or later, and whether there is
	// one.
	LatestValidation(ctx context.Context, p PointPlace, since time.Time) (v rollcall.Validation, found bool, err error)
}

// PointPlace names a contact point, which may be deleted.
type PointPlace struct {
	Dealer     rollcall.DealerID
	Site       rollcall.SiteID
	ContactSeq int64
	Point      rollcall.PointID
}

// ItemFilter selects a page of items of a roll call.
type ItemFilter struct {
	Status rollcall.ItemStatus // empty: any
	After  rollcall.RollCallItem
	Limit  int
}

// RollCallJob is the job that works on a roll call, and holds no personal data. A job whose Run is not that of the roll call ends.
type RollCallJob struct {
	Dealer    rollcall.DealerID
	RollCall  rollcall.RollCallID
	Run       int
	NotBefore time.Time // zero: at once
}

// RollCallReport is a roll call with the counts of its items.
type RollCallReport struct {
	rollcall.RollCall
	Counts    rollcall.RollCallCounts
	EndsAbout time.Time        // when its last message will have been sent; zero: none waits
	Preview   *RollCallPreview // of a dry run; nil otherwise
}

// Shown returns the status that a caller sees.
func (r *RollCallReport) Shown() rollcall.RollCallStatus {
	return r.StatusWith(r.Counts.Items[rollcall.ItemOpen])
}

// maxUnfinished is how many roll calls of a dealer may be unfinished.
const maxUnfinished = 20

// CreateRollCall schedules a roll call: ValidationFailed, QuotaReached, DeliveryNotConfigured. Its targets are fixed when it starts.
// With DryRun it changes nothing, and tells what would be targeted now.
func (s *Service) CreateRollCall(ctx context.Context, caller Caller, in rollcall.RollCallInput) (RollCallReport, error) {
	r := rollcall.RollCall{Dealer: caller.Dealer, ID: rollcall.NewRollCallID(), Status: rollcall.RollCallScheduled, Created: s.now(), Run: 1}
	set, err := s.Settings(ctx, caller)
	if err != nil {
		return RollCallReport{}, err
	}
	if err := in.Apply(&r, set.RollCalls.Pace()); err != nil {
		return RollCallReport{}, err
	}
	if err := s.checkRollCallText(ctx, &r); err != nil {
		return RollCallReport{}, err
	}
	if err := s.checkSites(ctx, &r); err != nil {
		return RollCallReport{}, err
	}
	if err := s.canSend(&r); err != nil && caller.actor() != audit.ActorCommand { // which has no providers
		return RollCallReport{}, err
	}
	if in.DryRun.ValueOr(false) {
		return s.previewRollCall(ctx, r)
	}
	report := RollCallReport{RollCall: r}
	err = s.change(ctx, caller, func(ch *change) error {
		if report.RollCall, err = ch.addRollCall(r); err != nil {
			return err
		}
		return ch.respond(report)
	})
	return report, err
}

// addRollCall inserts a roll call with its job: QuotaReached.
func (ch *change) addRollCall(r rollcall.RollCall) (rollcall.RollCall, error) {
	if _, err := ch.tx.LockDealer(ch.ctx, r.Dealer); err != nil {
		return r, err
	}
	n, err := ch.tx.CountUnfinishedRollCalls(ch.ctx, r.Dealer)
	if err != nil {
		return r, err
	}
	if n >= maxUnfinished {
		return r, &rollcall.Error{
			Kind:    rollcall.QuotaReached,
			Message: "this dealer has " + strconv.Itoa(n) + " roll calls that are not finished; cancel one you no longer need, or wait until one is finished",
		}
	}
	r.Next = r.Starts
	if err := ch.tx.InsertRollCall(ch.ctx, r); err != nil {
		return r, err
	}
	if err := ch.recordRollCall("roll_call.created", &r); err != nil {
		return r, err
	}
	return r, ch.tx.EnqueueRollCall(ch.ctx, RollCallJob{Dealer: r.Dealer, RollCall: r.ID, Run: r.Run, NotBefore: r.Starts})
}

// recordRollCall writes the audit line of a change of a roll call.
func (ch *change) recordRollCall(action string, r *rollcall.RollCall) error {
	return ch.record(audit.Line{Action: action, Subject: string(r.ID)}, nil)
}

// checkSites returns ValidationFailed for sites that the dealer does not have.
func (s *Service) checkSites(ctx context.Context, r *rollcall.RollCall) error {
	for i, ref := range rollCallSites(&r.Filter) {
		_, err := s.store.Site(ctx, r.Dealer, ref)
		if rollcall.KindOf(err) == rollcall.SiteNotFound {
			field, n := "filter.site_ids.", i+1
			if ref.ID == "" {
				field, n = "filter.account_reference_ids.", i+1-len(r.Filter.Sites)
			}
			return rollcall.InvalidField(field+strconv.Itoa(n), rollcall.CodeInvalid, "must be that of a site of this dealer")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// canSend returns DeliveryNotConfigured if none of the methods has a provider.
func (s *Service) canSend(r *rollcall.RollCall) error {
	var first error
	for _, m := range r.Methods {
		_, err := s.route(r.Dealer, m)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// rollCallSites returns the sites that a filter names.
func rollCallSites(f *rollcall.RollCallFilter) []rollcall.SiteRef {
	var refs []rollcall.SiteRef
	for _, id := range f.Sites {
		refs = append(refs, rollcall.SiteRef{ID: id})
	}
	for _, reference := range f.References {
		refs = append(refs, rollcall.SiteRef{Reference: reference})
	}
	return refs
}

// RollCall returns a roll call: RollCallNotFound.
func (s *Service) RollCall(ctx context.Context, caller Caller, id rollcall.RollCallID) (report RollCallReport, err error) {
	err = s.store.Snapshot(ctx, func(read Reader) error {
		r, err := read.RollCall(ctx, caller.Dealer, id)
		if err != nil {
			return err
		}
		reports, err := s.reportsOf(ctx, read, caller.Dealer, []rollcall.RollCall{r})
		if err != nil {
			return err
		}
		report = reports[0]
		return nil
	})
	return report, err
}

// reportsOf returns roll calls with the counts of their items.
func (s *Service) reportsOf(ctx context.Context, read Reader, dealer rollcall.DealerID, found []rollcall.RollCall) ([]RollCallReport, error) {
	ids := make([]rollcall.RollCallID, len(found))
	for i := range found {
		ids[i] = found[i].ID
	}
	counts, err := read.CountRollCallItems(ctx, dealer, ids)
	if err != nil {
		return nil, err
	}
	reports := make([]RollCallReport, len(found))
	for i, r := range found {
		reports[i] = RollCallReport{RollCall: r}
		if !r.Started.IsZero() || r.Status == rollcall.RollCallCanceled { // before, some of the targets may be there
			reports[i].Counts = counts[r.ID]
		}
		reports[i].EndsAbout = r.EndsAbout(reports[i].Counts.Messages, s.now())
	}
	return reports, nil
}

// RollCallQuery selects a page of roll calls. The zero value selects the first 100.
type RollCallQuery struct {
	After rollcall.Field[string] // the cursor that came with the page before
	Limit rollcall.Field[int]    // at most 500
}

// RollCalls returns a page of the dealer's roll calls, the newest first, and the cursor of the next page, empty on the last one:
// InvalidRequest.
func (s *Service) RollCalls(ctx context.Context, caller Caller, q RollCallQuery) (reports []RollCallReport, next string, err error) {
	var after rollcall.RollCallID
	if err := firstBadQuery(readCursor(q.After, &after), badCount("limit", q.Limit)); err != nil {
		return nil, "", err
	}
	limit := min(q.Limit.ValueOr(listLimit), maxListLimit)
	err = s.store.Snapshot(ctx, func(read Reader) error {
		found, err := read.RollCalls(ctx, caller.Dealer, after, limit+1)
		if err != nil {
			return err
		}
		if len(found) > limit {
			found = found[:limit]
			next = cursor(found[limit-1].ID)
		}
		reports, err = s.reportsOf(ctx, read, caller.Dealer, found)
		return err
	})
	return reports, next, err
}

// ItemQuery selects a page of items of a roll call. The zero value selects the first 100.
type ItemQuery struct {
	Status rollcall.Field[string]
	After  rollcall.Field[string] // the cursor that came with the page before
	Limit  rollcall.Field[int]    // at most 500
}

// RollCallItems returns a page of the items of a roll call, and the cursor of the next page, empty on the last one: RollCallNotFound,
// InvalidRequest.
func (s *Service) RollCallItems(ctx context.Context, caller Caller, id rollcall.RollCallID, q ItemQuery) (items []rollcall.RollCallItem, next string, err error) {
	filter := ItemFilter{Status: rollcall.ItemStatus(q.Status.Value), Limit: min(q.Limit.ValueOr(listLimit), maxListLimit) + 1}
	err = firstBadQuery(
		badChoice("status", q.Status, rollcall.ItemStatuses()),
		readCursor(q.After, &filter.After.Site, &filter.After.ContactSeq, &filter.After.Point),
		badCount("limit", q.Limit),
	)
	if err != nil {
		return nil, "", err
	}
	r, err := s.store.RollCall(ctx, caller.Dealer, id)
	if err != nil || r.Started.IsZero() && r.Status != rollcall.RollCallCanceled {
		return nil, "", err
	}
	items, err = s.store.RollCallItems(ctx, caller.Dealer, id, filter)
	if err == nil && len(items) == filter.Limit {
		items = items[:filter.Limit-1]
		last := &items[len(items)-1]
		next = cursor(last.Site, last.ContactSeq, last.Point)
	}
	return items, next, err
}
