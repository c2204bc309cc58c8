package service

import (
	"slices"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// Caller is the origin of a request: a valid key of a dealer, a user who is signed in, or an operator's command, which has
// neither.
type Caller struct {
	Dealer         rollcall.DealerID
	Key            rollcall.KeyID  // empty: a user or a command
	User           rollcall.UserID // empty: a key or a command
	Role           rollcall.Role   // of the user
	KeyHash        rollcall.KeyHash
	Scopes         rollcall.Scopes
	Limit          rollcall.RateLimit // in each process
	RequestID      string
	IdempotencyKey *IdempotencyKey // nil: none
	IfMatch        Match           // a change fails with PreconditionFailed unless the record has one of these tags
	IfNoneMatch    Match           // a change fails with PreconditionFailed if the record has one of these tags
	OnBehalfOf     string          // on whose request, as rollcall.CheckOnBehalfOf returns it; empty: not known
	Address        string          // the network address that limits count by; empty for a command

	as string // the actor in the audit; empty: the key, or a command
}

// server returns the caller for changes that the server makes by itself.
func server(dealer rollcall.DealerID) Caller { return Caller{Dealer: dealer, as: audit.ActorServer} }

// person returns the caller for answers of a contact.
func person(dealer rollcall.DealerID) Caller { return Caller{Dealer: dealer, as: audit.ActorContact} }

// isCommand reports whether the caller is an operator's command, which may do what keys and users may not.
func (c Caller) isCommand() bool { return c.as == "" && c.Key == "" && c.User == "" }

// actor returns the caller's name in the audit.
func (c Caller) actor() string {
	switch {
	case c.as != "":
		return c.as
	case c.User != "":
		return string(c.User)
	case c.Key == "":
		return audit.ActorCommand
	}
	return string(c.Key)
}

// Allow returns PermissionDenied if the caller has a key that lacks the scope, else nil. Users and commands have no scopes.
func (c Caller) Allow(scope rollcall.Scope) error {
	if c.Key == "" || c.Scopes.Allow(scope) {
		return nil
	}
	return &rollcall.Error{
		Kind:    rollcall.PermissionDenied,
		Message: "this key lacks the scope " + string(scope) + "; use a key that has it",
	}
}

// Match is the list of ETags of an If-Match or If-None-Match header, without their quotation marks. The zero Match stands for
// no header.
type Match struct {
	Any  bool // "*"
	Tags []string
	Set  bool
}

// Has reports whether the tag is in the list.
func (m Match) Has(tag string) bool { return m.Any || slices.Contains(m.Tags, tag) }

// hasVersion reports whether a tag in the list is for this version of a record's own fields. The rest of the tag, which covers
// other states, is ignored.
func (m Match) hasVersion(version string) bool {
	return m.Any || slices.ContainsFunc(m.Tags, func(tag string) bool { return tag == version || strings.HasPrefix(tag, version+"-") })
}

// checkVersion returns PreconditionFailed if IfMatch or IfNoneMatch forbids to change this version of a record.
func (c *Caller) checkVersion(version string) error {
	switch {
	case c.IfMatch.Set && !c.IfMatch.hasVersion(version):
		return &rollcall.Error{
			Kind:    rollcall.PreconditionFailed,
			Message: "this record has changed since you read it; read it again, then repeat your change",
		}
	case c.IfNoneMatch.Set && c.IfNoneMatch.hasVersion(version):
		return &rollcall.Error{
			Kind:    rollcall.PreconditionFailed,
			Message: "this record already exists; omit If-None-Match to change it",
		}
	}
	return nil
}
