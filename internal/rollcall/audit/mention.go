package audit

// Fields of mentions.
const (
	mentionOnBehalfOf = "on_behalf_of"
	mentionWith       = "with"
	mentionNote       = "note"
	mentionReason     = "reason"
)

// Mention is what a line says about people other than its contact. An empty text stands for nothing.
type Mention struct {
	OnBehalfOf string // on whose request the change was made
	With, Note string // of a review: with whom, and what was said
	Reason     string // why numbers were revealed
}

// Mention sets the mentions of the line.
func (l *Line) Mention(m Mention) {
	changed := diff(nil, []field{{mentionOnBehalfOf, m.OnBehalfOf}, {mentionWith, m.With}, {mentionNote, m.Note}, {mentionReason, m.Reason}})
	if len(changed) > 0 {
		l.Mentions = EncodeChanges(changed)
	}
}

// Mentioned returns the mentions of the line. It returns none if they were erased, or can't be read.
func (l *Line) Mentioned() (m Mention) {
	changed, _ := decodeChanges(l.Mentions)
	for _, c := range changed {
		if c.New == nil {
			continue
		}
		switch c.Field {
		case mentionOnBehalfOf:
			m.OnBehalfOf = *c.New
		case mentionWith:
			m.With = *c.New
		case mentionNote:
			m.Note = *c.New
		case mentionReason:
			m.Reason = *c.New
		}
	}
	return m
}
