package httpapi

import "example.org/rollcall/internal/service"

// Data returns what the API answers as data for a result of a use case that commands print too, ready for encoding/json: a
// *service.CallList, *service.CurrentReadiness, *service.ReadinessList, *service.SiteContact, *service.RollCallReport or a list of
// one of the last two. It returns nil for others.
func Data(found any) any {
	switch found := found.(type) {
	case *service.CallList:
		return callListOut(found)
	case *service.CurrentReadiness:
		return readinessOut(found)
	case *service.ReadinessList:
		return readinessListOut(found)
	case *service.SiteContact:
		return siteContactOut(found)
	case *service.RollCallReport:
		if found.Preview != nil {
			return previewOut(found)
		}
		return rollCallPointer(found)
	case []service.RollCallReport:
		return &rollCallList{RollCalls: mapped(found, rollCallOut)}
	case []service.SiteContact:
		return &allContactsList{Contacts: mapped(found, siteContactOut)}
	}
	return nil
}
