package console

import "example.org/rollcall/internal/rollcall"

// RouteInfo is a page as tests see it.
type RouteInfo struct {
	Path     string
	Role     rollcall.Role
	Posts    bool
	PostRole rollcall.Role
}

// Routes returns every page.
func Routes() []RouteInfo {
	var all []RouteInfo
	for _, r := range (&Handler{}).allRoutes() {
		if r.stream != nil {
			continue // checks its session itself
		}
		all = append(all, RouteInfo{r.path, r.role, r.post != nil, r.postRole()})
	}
	return all
}
