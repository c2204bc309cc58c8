package jobs

import (
	_ "database/sql"
	_ "github.com/riverqueue/river"
	_ "modernc.org/sqlite"
)
