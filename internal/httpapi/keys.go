package httpapi

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
)

func (s *server) getKey(c *call) (answer, error) {
	dealer, key, err := s.service.OwnKey(c.context(), c.caller)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, data: &ownKey{
		DealerID: dealer.ID, DealerName: dealer.Name, KeyID: key.ID, Name: key.Name, Scopes: key.Scopes, Test: key.Test,
		ExpiresAt: timestamp(key.Expires),
	}}, nil
}

type ownKey struct {
	DealerID   rollcall.DealerID `json:"dealer_id"`
	DealerName string            `json:"dealer_name"`
	KeyID      rollcall.KeyID    `json:"key_id"`
	Name       string            `json:"name"`
	Scopes     rollcall.Scopes   `json:"scopes"`
	Test       bool              `json:"test"`
	ExpiresAt  timestamp         `json:"expires_at"`
	warned
}
