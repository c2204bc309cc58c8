package jobs

import (
	_ "database/sql"
	_ "modernc.org/sqlite"
	_ "github.com/riverqueue/river"
)
