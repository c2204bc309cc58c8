package systemtest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// state is what a contact shows of the fields that clients change in a test, one at a time.
type state [4]string

// update is one change of one field to a value that no other update gives it, and what its answer showed.
type update struct {
	field        int
	shown        state
	began, ended time.Time // when it was sent and answered
}

func (u update) value() string { return u.shown[u.field] }

// chain returns an error unless the updates could have been made one after the other, from the first state to the last,
// each showing its own change over the one before it, and none of them after one that began when it was already
// answered. Two updates that missed each other, a lost one, and an answer from a time gone by all break the chain.
func chain(first, last state, updates []update) error {
	left := slices.Clone(updates)
	now := first
	var began time.Time // the latest beginning so far
	for len(left) > 0 {
		run, err := nextRun(now, last, &left)
		if err != nil {
			return err
		}
		for _, u := range run {
			if u.ended.Before(began) {
				return fmt.Errorf("%v was answered before one began that it followed", u.shown)
			}
			if u.began.After(began) {
				began = u.began
			}
		}
		now = run[len(run)-1].shown
	}
	if now != last {
		return fmt.Errorf("in the end there is %v, want %v", last, now)
	}
	return nil
}

// nextRun removes from left the changes that can come next: of one field, whose other fields are as they are now.
// Of these only the last can be seen by others.
func nextRun(now, last state, left *[]update) ([]update, error) {
	var run []update
	for _, u := range *left {
		before := u.shown
		before[u.field] = now[u.field]
		if before == now {
			run = append(run, u)
		}
	}
	if len(run) == 0 {
		return nil, fmt.Errorf("nothing follows %v, but there are %d more, such as %v", now, len(*left), (*left)[0].shown)
	}
	field := run[0].field
	for _, u := range run {
		if u.field != field {
			return nil, fmt.Errorf("%v and %v both follow %v and do not know each other", run[0].shown, u.shown, now)
		}
	}
	seen := map[string]bool{last[field]: true}
	for _, u := range *left {
		if u.field != field {
			seen[u.shown[field]] = true
		}
	}
	slices.SortFunc(run, func(a, b update) int {
		if seen[a.value()] != seen[b.value()] {
			if seen[a.value()] {
				return 1
			}
			return -1
		}
		return a.ended.Compare(b.ended)
	})
	for _, u := range run[:len(run)-1] {
		if seen[u.value()] {
			return nil, fmt.Errorf("%v and %v both follow %v and were both seen", u.shown, run[len(run)-1].shown, now)
		}
	}
	*left = slices.DeleteFunc(*left, func(u update) bool { return slices.Contains(run, u) })
	return run, nil
}

var chains = []struct {
	name    string
	updates string // each FIELD:STATE@BEGAN-ENDED, where a state has one letter a field
	last    string
	problem string
}{
	{"nothing", "", "aaaa", ""},
	{"one after the other", "0:baaa@1-2 1:bbaa@3-4 0:cbaa@5-6", "cbaa", ""},
	{"answered in another order", "1:bbaa@1-9 0:baaa@1-9 2:bbba@2-3", "bbba", ""},
	{"one value over another, seen by nobody", "0:baaa@1-9 0:caaa@1-9 1:cbaa@1-9", "cbaa", ""},
	{"the end is one of two", "0:baaa@1-9 0:caaa@1-9", "baaa", ""},
	{"two that do not know each other", "0:baaa@1-9 1:abaa@1-9", "bbaa", "do not know each other"},
	{"a lost update", "0:baaa@1-2 1:abaa@3-4", "abaa", "do not know each other"},
	{"a lost update in the end", "0:baaa@1-2", "aaaa", "in the end"},
	{"lost between others", "0:baaa@1-2 1:bbaa@3-4 2:abba@5-6", "abba", "nothing follows"},
	{"from a time gone by", "0:baaa@1-2 0:caaa@3-4 1:bbaa@5-6", "bbaa", "was answered before"},
	{"seen twice", "0:baaa@1-9 0:caaa@1-9 1:bbaa@1-9 2:caba@1-9", "bbba", "both seen"},
}

func TestChain(t *testing.T) {
	for _, c := range chains {
		var updates []update
		for word := range strings.FieldsSeq(c.updates) {
			var field, began, ended int
			var shown string
			if _, err := fmt.Sscanf(strings.NewReplacer(":", " ", "@", " ", "-", " ").Replace(word), "%d %s %d %d", &field, &shown, &began, &ended); err != nil {
				t.Fatal(err)
			}
			updates = append(updates, update{field, letters(shown), time.Unix(int64(began), 0), time.Unix(int64(ended), 0)})
		}
		err := chain(letters("aaaa"), letters(c.last), updates)
		if got := fmt.Sprint(err); c.problem == "" && err != nil || !strings.Contains(got, c.problem) {
			t.Errorf("%s: %v, want %q", c.name, err, c.problem)
		}
	}
}

func letters(s string) (found state) {
	for i, letter := range s {
		found[i] = string(letter)
	}
	return found
}
