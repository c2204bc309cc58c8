package jobs

import (
	_ "database/sql"
	_ "github.com/jackc/pgx/v5"
	_ "github.com/riverqueue/river"
)
