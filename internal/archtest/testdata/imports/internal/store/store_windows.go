package store

import (
	_ "database/sql"
	_ "example.org/fixture/internal/jobs"
	_ "example.org/fixture/internal/store/migrations"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)
