package rollcall

import (
	"context"
	"strings"
)

// Default messages by language. {dealer} and {site} are replaced by their names.
var defaultTexts = []struct{ language, text string }{
	{"en", "{dealer}: this message checks that we can reach you when there is an alarm at {site}. You need not answer it."},
	{"es", "{dealer}: este mensaje comprueba que podemos localizarle si hay una alarma en {site}. No hace falta responder."},
	{"fr", "{dealer} : ce message vérifie que nous pouvons vous joindre en cas d’alarme à {site}. Inutile de répondre."},
}

// defaultText returns what the person reads where the caller gave no message: in the language of the site, else of the
// dealer, else English.
func defaultText(ctx context.Context, tx Tx, v *Validation) (string, error) {
	site, err := tx.Site(ctx, v.Dealer, SiteRef{ID: v.Site})
	if err != nil {
		return "", err
	}
	dealer, err := tx.Dealer(ctx, v.Dealer)
	if err != nil {
		return "", err
	}
	text := defaultTexts[0].text
	for _, language := range []string{dealer.Language, site.Language} {
		primary, _, _ := strings.Cut(strings.ToLower(language), "-")
		for _, t := range defaultTexts {
			if t.language == primary {
				text = t.text
			}
		}
	}
	return strings.NewReplacer("{dealer}", dealer.Name, "{site}", site.Name).Replace(text), nil
}
