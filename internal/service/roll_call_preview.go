package service

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/message"
)

// RollCallPreview is what a roll call would do if it started now.
type RollCallPreview struct {
	People   int // who share a contact point and a name with none before them
	Sites    int
	Messages int
	Skipped  map[rollcall.ItemReason]int // contact points
	Country  int                         // contact points whose message would wait, because the country of the phone is not allowed
	Takes    time.Duration               // until the last message, without waits for quiet hours and limits
	Targets  rollcall.Hash               // of the contact points, with the reasons why some are skipped
}

// previewRollCall returns the report of a dry run.
func (s *Service) previewRollCall(ctx context.Context, r rollcall.RollCall) (RollCallReport, error) {
	preview := &RollCallPreview{Skipped: map[rollcall.ItemReason]int{}}
	counts := rollcall.RollCallCounts{Items: map[rollcall.ItemStatus]int{}}
	sites, named, err := s.sitesOf(ctx, &r)
	if err != nil {
		return RollCallReport{}, err
	}
	waits, err := s.waitsForCountry(ctx, &r)
	if err != nil {
		return RollCallReport{}, err
	}
	targets := sha256.New()
	seen := crowd{sites: map[rollcall.SiteID]bool{}, person: map[rollcall.Hash]int{}, messages: map[rollcall.Hash]bool{}}
	for last := !named; !last; {
		var items []rollcall.RollCallItem
		if items, last, err = s.targets(ctx, &r, sites, func(i *rollcall.RollCallItem, c *SiteContact, p *rollcall.Point) {
			if i.Waits() && waits(c, p) {
				preview.Country++
			}
		}); err != nil {
			return RollCallReport{}, err
		}
		for i := range items {
			addTarget(targets, &items[i])
			counts.Items[items[i].Status]++
			if items[i].Status == rollcall.ItemSkipped {
				preview.Skipped[items[i].Reason]++
			}
		}
		seen.add(items)
	}
	counts.Messages = len(seen.messages)
	preview.People, preview.Sites, preview.Messages = seen.people(), len(seen.sites), len(seen.messages)
	preview.Takes, preview.Targets = r.Takes(counts.Messages), rollcall.Hash(targets.Sum(nil))
	r.Next = r.Starts
	return RollCallReport{RollCall: r, Counts: counts, EndsAbout: r.EndsAbout(counts.Messages, s.now()), Preview: preview}, nil
}

// addTarget adds an item to the hash of a preview.
func addTarget(h hash.Hash, i *rollcall.RollCallItem) {
	_, _ = fmt.Fprintf(h, "%s\x00%d\x00%s\x00%s\x00%s\n", i.Site, i.ContactSeq, i.Point, i.Status, i.Reason) // never fails
}

// waitsForCountry returns a function that reports whether a message to a contact point, which is not skipped, would wait because the
// country of the phone is not allowed.
func (s *Service) waitsForCountry(ctx context.Context, r *rollcall.RollCall) (func(*SiteContact, *rollcall.Point) bool, error) {
	set, err := s.store.Settings(ctx, r.Dealer)
	if err != nil {
		return nil, err
	}
	dealer, err := s.store.Dealer(ctx, r.Dealer)
	return func(c *SiteContact, p *rollcall.Point) bool {
		way, _ := s.itemRoute(r, &c.Contact, p)
		return p.Kind == rollcall.PhonePoint && way.method != "" && s.opts.AbuseMode != Observe && !reachesCountry(&set, dealer.Country, p.Dial())
	}, err
}

// checkRollCallText returns ValidationFailed if the caller's text makes every text message of a roll call too long, whatever the
// language of the contact and the name of the site are.
func (s *Service) checkRollCallText(ctx context.Context, r *rollcall.RollCall) error {
	if r.Text == "" || !slices.Contains(r.Methods, rollcall.SMS) {
		return nil
	}
	dealer, err := s.store.Dealer(ctx, r.Dealer)
	if err != nil {
		return err
	}
	shortest := 0
	for _, language := range message.Languages() {
		v := rollcall.Validation{Dealer: r.Dealer, ID: rollcall.NewValidationID(), Method: rollcall.SMS, Text: r.Text}
		s.setLinks(&v)
		text := s.compose(&v, &rollcall.Contact{Language: language}, &rollcall.Site{Name: "A"}, &dealer).Text
		if n := message.Segments(text); shortest == 0 || n < shortest {
			shortest = n
		}
	}
	if shortest <= message.SegmentsMax {
		return nil
	}
	return textTooLong(shortest)
}

// textTooLong returns the error for a caller's text that makes a text message of so many segments.
func textTooLong(segments int) error {
	return rollcall.InvalidField("message", rollcall.CodeTooLong, "makes a text message of "+strconv.Itoa(segments)+" segments, including names, link and code; the limit is "+
		strconv.Itoa(message.SegmentsMax)+": shorten it, or omit emoji and letters outside the GSM alphabet")
}

// crowd counts the people, sites and messages of items. Contacts that share a message are one person.
type crowd struct {
	sites    map[rollcall.SiteID]bool
	messages map[rollcall.Hash]bool
	person   map[rollcall.Hash]int // by ShareHash
	same     []int                 // for each person, itself or another one who is the same
}

// add counts the items of a page, in the order of their contacts.
func (c *crowd) add(items []rollcall.RollCallItem) {
	for i := 0; i < len(items); {
		last := &items[i]
		me := len(c.same)
		c.same = append(c.same, me)
		c.sites[last.Site] = true
		for ; i < len(items) && items[i].Site == last.Site && items[i].ContactSeq == last.ContactSeq; i++ {
			hash := items[i].ShareHash
			if items[i].Status == rollcall.ItemOpen {
				c.messages[hash] = true
			}
			if other, known := c.person[hash]; known {
				c.same[c.root(me)] = c.root(other)
			}
			c.person[hash] = me
		}
	}
}

func (c *crowd) root(person int) int {
	for c.same[person] != person {
		c.same[person] = c.same[c.same[person]]
		person = c.same[person]
	}
	return person
}

func (c *crowd) people() int {
	roots := map[int]bool{}
	for person := range c.same {
		roots[c.root(person)] = true
	}
	return len(roots)
}

// SkippedReasons returns the reasons of a preview, in alphabetical order.
func (p *RollCallPreview) SkippedReasons() []rollcall.ItemReason {
	return slices.Sorted(maps.Keys(p.Skipped))
}
