package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Backlog is what is not done yet.
type Backlog struct {
	Jobs   map[string]int // by state: available, running, retryable and scheduled
	Oldest time.Time      // when the job that is due longest was due; zero where nothing waits
}

// The statement names no dealer: the queue's tables are not divided by it.
const countJobs = `SELECT state, COUNT(*) FROM river_job
	WHERE state IN ('available', 'running', 'retryable', 'scheduled') GROUP BY state`

// Backlog looks at what is not done, by this process or any other.
func (q *Queue) Backlog(ctx context.Context) (Backlog, error) {
	b := Backlog{Jobs: map[string]int{"available": 0, "running": 0, "retryable": 0, "scheduled": 0}}
	if err := q.count(ctx, b.Jobs); err != nil {
		return Backlog{}, fmt.Errorf("the jobs cannot be counted: %w", err)
	}
	oldest, err := q.client.JobList(ctx, river.NewJobListParams().
		States(rivertype.JobStateAvailable, rivertype.JobStateRetryable, rivertype.JobStateScheduled).
		OrderBy(river.JobListOrderByScheduledAt, river.SortOrderAsc).First(1))
	if err != nil {
		return Backlog{}, fmt.Errorf("the oldest job cannot be found: %w", err)
	}
	for _, job := range oldest.Jobs {
		b.Oldest = job.ScheduledAt
	}
	return b, nil
}

func (q *Queue) count(ctx context.Context, jobs map[string]int) error {
	rows, err := q.pool.QueryContext(ctx, countJobs)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var state sql.NullString
		var count int
		if err := rows.Scan(&state, &count); err != nil {
			return err
		}
		jobs[state.String] = count
	}
	return rows.Err()
}
