package httpapi

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// maxOrderBody is the largest body of an order, in bytes: 500 identifiers of 128 characters that need 4 bytes each.
const maxOrderBody = 512 << 10

// putCallOrder orders the call list. By reference it takes external ids.
func (s *server) putCallOrder(c *call) (answer, error) {
	in := service.CallOrderInput{ByExternalID: c.siteRef().ID == ""}
	if err := c.readUpTo(maxOrderBody, append(readOnly("warnings"), textList(in.Field(), &in.IDs))); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) ([]service.CallPlace, error) {
		return s.service.ReorderCallList(c.context(), caller, c.siteRef(), in)
	}, func(order []service.CallPlace) answer {
		data := callOrder{
			ContactIDs:  mapped(order, func(p *service.CallPlace) rollcall.ContactID { return p.Contact }),
			ExternalIDs: mapped(order, func(p *service.CallPlace) string { return p.ExternalID }),
		}
		return answer{status: http.StatusOK, data: &data}
	})
}

// callOrder is the order of a call list, by either identifier.
type callOrder struct {
	ContactIDs  []rollcall.ContactID `json:"contact_ids"`
	ExternalIDs []string             `json:"external_contact_ids"`
	warned
}
