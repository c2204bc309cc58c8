package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// keysPage is the data of keys.html.
type keysPage struct {
	shell
	Keys   []keyRow
	AddKey string // path
	Next   string // path of the next page; empty: this is the last
}

// keysPerPage is how many keys a page shows.
const keysPerPage = 50

// keyRow is one key in the list, and what its page says of it.
type keyRow struct {
	Path, Name, Kind           string
	Badge                      badge
	Scopes                     rollcall.Scopes
	Created, LastUsed, Expires string
	Revoked                    string // when; empty: not revoked
}

// keys shows the keys, the newest first.
func (v *visit) keys() error {
	keys, err := v.service.Keys(v.r.Context(), v.user.Dealer)
	if err != nil {
		return err
	}
	p := keysPage{shell: v.shell(v.t.Keys.Title), AddKey: addKeyPath}
	p.Tabs = v.settingsTabs()
	slices.Reverse(keys)
	after := rollcall.KeyID(v.r.URL.Query().Get("after"))
	keys = keys[1+slices.IndexFunc(keys, func(k rollcall.Key) bool { return k.ID == after }):]
	for i := range keys {
		if i == keysPerPage {
			p.Next = keysPath + "?after=" + url.QueryEscape(string(keys[i-1].ID))
			break
		}
		p.Keys = append(p.Keys, v.keyRow(&keys[i]))
	}
	return v.show("keys", p)
}

func (v *visit) keyRow(k *rollcall.Key) keyRow {
	t := &v.t.Keys
	at := func(moment time.Time, never string) string {
		if moment.IsZero() {
			return never
		}
		return v.t.moment(moment, time.UTC)
	}
	row := keyRow{
		Path: keyPath(k.ID), Name: v.keyName(k), Kind: t.Live, Badge: newBadge("good", t.Works), Scopes: k.Scopes,
		Created: at(k.Created, ""), LastUsed: at(k.LastUsed, t.NeverUsed), Expires: at(k.Expires, t.NeverExpires), Revoked: at(k.Revoked, ""),
	}
	if k.Test {
		row.Kind = t.Test
	}
	switch {
	case !k.Revoked.IsZero():
		row.Badge = newBadge("calm", t.Revoked)
	case !k.Expires.IsZero() && !v.now().Before(k.Expires):
		row.Badge = newBadge("warn", t.Expired)
	}
	return row
}

// keyName returns the name of a key, which may have none.
func (v *visit) keyName(k *rollcall.Key) string {
	if k.Name == "" {
		return v.t.Keys.NoName
	}
	return k.Name
}

// keyPath returns the path of the page of a key.
func keyPath(id rollcall.KeyID) string { return keysPath + "/" + url.PathEscape(string(id)) }

// keyPage is the data of key.html.
type keyPage struct {
	shell
	Key     keyRow
	ID      string
	Facts   []contactFact
	Confirm checks
	Keys    string // path
}

func (v *visit) key() error {
	k, err := v.service.Key(v.r.Context(), v.user.Dealer, rollcall.KeyID(v.params["key_id"]))
	if err != nil {
		return err
	}
	t := &v.t.Keys
	row := v.keyRow(&k)
	allows := contactFact{Label: t.Allows}
	for _, scope := range k.Scopes {
		allows.Lines = append(allows.Lines, t.Scopes[scope])
	}
	p := keyPage{shell: v.shell(v.keyName(&k)), Key: row, ID: string(k.ID), Keys: keysPath, Facts: []contactFact{
		allows, {t.Created, []string{row.Created}}, {t.LastUsed, []string{row.LastUsed}}, {t.Expires, []string{row.Expires}},
	}}
	if row.Revoked != "" {
		p.Facts = append(p.Facts, contactFact{t.Revoked, []string{row.Revoked}})
	}
	p.Confirm = v.checks("confirm", t.RevokeText, "", []option{{Value: "yes", Label: t.Confirm}})
	return v.show("key", p)
}

// postKey revokes a key.
func (v *visit) postKey() error {
	id := rollcall.KeyID(v.params["key_id"])
	err := error(rollcall.InvalidField("confirm", rollcall.CodeRequired, "is needed"))
	if v.form.Get("confirm") != "" {
		err = v.service.RevokeKey(v.r.Context(), v.caller(), id)
	}
	if err != nil {
		return v.again(err, (*visit).key)
	}
	return v.done(keyPath(id), "key_revoked")
}

// addKeyPage is the data of add_key.html.
type addKeyPage struct {
	shell
	Once          string
	Name, Expires field
	Scopes, Test  checks
	Keys          string // path
}

// newKey is in a hidden field of the form for a key, sealed. Since the form has the id, it makes one key however often it is sent.
type newKey struct {
	Dealer rollcall.DealerID
	ID     rollcall.KeyID
}

// keyLives are the lifetimes to choose from, in days; 0: it doesn't expire.
var keyLives = []int{30, 90, 365, 0}

const usualKeyLife = 365

func (v *visit) addKey() error {
	t := &v.t.Keys
	once, err := v.seal(sealKey, newKey{v.user.Dealer, rollcall.NewKeyID()})
	if err != nil {
		return err
	}
	p := addKeyPage{shell: v.shell(t.Add), Once: v.value("once", once), Keys: keysPath}
	p.Name = v.field("name", t.Name, field{Type: "text", Autocomplete: "off", Value: v.value("name", ""), Hint: t.NameHint})
	var scopes, lives []option
	for _, scope := range rollcall.KnownScopes() {
		scopes = append(scopes, option{Value: string(scope), Label: t.Scopes[scope]})
	}
	for _, days := range keyLives {
		value := strconv.Itoa(days)
		lives = append(lives, option{value, t.Lives[days], value == v.value("expires", strconv.Itoa(usualKeyLife))})
	}
	p.Scopes = v.checks("scopes", t.Allows, t.AllowsHint, scopes)
	p.Expires = v.field("expires", t.Expiry, field{Options: lives})
	p.Test = v.checks("test", t.Kind, t.TestHint, []option{{Value: "yes", Label: t.TestChoice}})
	return v.show("add_key", p)
}

// keyMadePage is the data of key_made.html.
type keyMadePage struct {
	shell
	Name, Secret string
	Key, Keys    string // paths
}

// postAddKey makes a key and shows it, this once, in the response to the form: it is in no URL and not stored. Sending the form
// again, as reloading the page does, makes no second key.
func (v *visit) postAddKey() error {
	var made newKey
	if !v.unseal(sealKey, v.form.Get("once"), &made) || made.Dealer != v.user.Dealer {
		v.form.Del("once") // so that the page gets another one
		v.filled, v.status, v.alert = withoutSecrets(v.form), http.StatusConflict, v.t.Keys.OldForm
		return v.addKey()
	}
	days, err := strconv.Atoi(v.form.Get("expires"))
	if err != nil || !slices.Contains(keyLives, days) {
		return &rollcall.Error{Kind: rollcall.InvalidRequest}
	}
	key, secret, err := v.service.CreateKey(v.r.Context(), v.caller(), rollcall.KeyInput{
		ID: made.ID, Name: v.form.Get("name"), Scopes: strings.Join(v.form["scopes"], ","), Test: v.form.Get("test") != "",
		Expires: time.Duration(days) * 24 * time.Hour,
	})
	switch {
	case err == nil:
		return v.show("key_made", keyMadePage{
			shell: v.shell(v.t.Keys.Made), Name: v.keyName(&key), Secret: secret, Key: keyPath(key.ID), Keys: keysPath,
		})
	case web.ErrorOf(err).Field == "key_id":
		v.status = http.StatusConflict
		return v.show("notice", noticePage{
			shell: v.shell(v.t.Keys.MadeBefore), Texts: v.t.Keys.MadeBeforeTexts, Link: keyPath(made.ID), LinkText: v.t.Keys.SeeKey,
		})
	}
	return v.again(err, (*visit).addKey)
}
