package app

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

// links are the use cases of the pages, with none of those of unfinished.
type links struct {
	*rollcall.Service
	unfinished
}

// unfinished are the use cases of logos and of the end of e-mails, which find no link.
type unfinished struct{}

var noLink = &rollcall.Error{Kind: rollcall.LinkNotFound, Message: "this link is not known here"}

// LinkLogo implements pages.Core.
func (unfinished) LinkLogo(context.Context, string) (rollcall.Logo, error) {
	return rollcall.Logo{}, noLink
}

// UnsubscribeView implements pages.Core.
func (unfinished) UnsubscribeView(context.Context, string) (rollcall.LinkView, error) {
	return rollcall.LinkView{}, noLink
}

// Unsubscribe implements pages.Core.
func (unfinished) Unsubscribe(context.Context, string) error { return noLink }
