package console

import (
	"io"
	"net/http"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

const (
	livePoll  = time.Second      // how long the page of a site waits for a change at most
	liveBeat  = 15 * time.Second // how often something is sent, so that proxies keep the connection
	liveWrite = 10 * time.Second // that the browser has to take what is sent
)

// livePath returns the path of the stream that tells the page at path of changes. changes is their number when the page was read.
func livePath(path string, changes int64) string {
	return path + "/live?since=" + strconv.FormatInt(changes, 10)
}

// live tells the page of a site that something changed there.
func (h *Handler) live(w http.ResponseWriter, r *http.Request, params map[string]string) error {
	site := rollcall.SiteID(params["site_id"])
	return h.watch(w, r, livePoll, func(hash rollcall.Hash) (int64, bool, error) { return h.service.WatchSite(r.Context(), hash, site) })
}

// watch tells a page that something changed, as server-sent events (HTML standard, section 9.2) without a content: the page then
// loads itself again, with what its user may see. It ends with the session. It looks every so often at a number that grows with
// each change, since another process may have made the change. look returns that for the session with a hash, and whether the
// session is open.
func (h *Handler) watch(w http.ResponseWriter, r *http.Request, every time.Duration, look func(rollcall.Hash) (changes int64, open bool, err error)) error {
	if r.Method != http.MethodGet {
		return web.MethodNotAllowed(w, "GET, HEAD")
	}
	cookie, err := r.Cookie(h.sessions.Cookie.Name)
	if err != nil {
		w.WriteHeader(http.StatusNoContent) // which tells a browser not to ask again
		return nil
	}
	hash := hashOf(cookie.Value)
	changes, open, err := look(hash)
	if err != nil {
		return err
	}
	if !open {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	request := web.FromContext(r.Context())
	if !h.sessionStreams.Acquire(r.Context(), hash) {
		return web.Busy(request)
	}
	defer h.sessionStreams.Release(hash)
	if !h.streams.TryAcquire() {
		return web.Busy(request)
	}
	defer h.streams.Release()
	request.Leave()
	if since, err := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64); err == nil {
		changes = since // what changed before this stream began, or while it was broken, is told first
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	return h.stream(w, r, every, func() (bool, bool) {
		now, open, err := look(hash)
		changed := err == nil && now != changes
		if changed {
			changes = now
		}
		return changed, open && err == nil
	})
}

// stream looks every so often, and sends an event whenever look reports a change, until it reports that the stream is over, the browser leaves or the server
// stops. It returns nil, since the response has begun.
func (h *Handler) stream(w http.ResponseWriter, r *http.Request, every time.Duration, look func() (changed, open bool)) error {
	control := http.NewResponseController(w)
	send := func(text string) bool {
		// Neither fails on the server's own connections; a test's recorder has no deadline.
		_ = control.SetWriteDeadline(time.Now().Add(liveWrite))
		if _, err := io.WriteString(w, text); err != nil {
			return false
		}
		return control.Flush() == nil
	}
	poll, beat := time.NewTicker(every), time.NewTicker(liveBeat)
	defer poll.Stop()
	defer beat.Stop()
	for ok := send("retry: 5000\n\n"); ok; {
		select {
		case <-r.Context().Done():
			return nil
		case <-h.draining:
			return nil
		case <-beat.C:
			ok = send(":\n\n")
		case <-poll.C:
			changed, open := look()
			if !open || h.readOnly { // the browser asks again, until there is a primary
				return nil
			}
			if changed {
				ok = send("event: changed\ndata:\n\n")
			}
		}
	}
	return nil
}
