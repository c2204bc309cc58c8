package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Backlog describes the unfinished jobs.
type Backlog struct {
	Jobs   map[string]int // by state: available, running, retryable and scheduled
	Oldest time.Time      // the earliest time at which a waiting job was due; zero: none waits
}

// countJobs counts the jobs of all dealers: the queue's tables have no dealer.
const countJobs = `SELECT state, COUNT(*) FROM river_job
	WHERE state IN ('available', 'running', 'retryable', 'scheduled') GROUP BY state`

// Backlog returns the unfinished jobs of all processes.
func (q *Queue) Backlog(ctx context.Context) (Backlog, error) {
	b := Backlog{Jobs: map[string]int{"available": 0, "running": 0, "retryable": 0, "scheduled": 0}}
	if err := q.count(ctx, b.Jobs); err != nil {
		return Backlog{}, fmt.Errorf("counting jobs: %w", err)
	}
	oldest, err := q.client.JobList(ctx, river.NewJobListParams().
		States(rivertype.JobStateAvailable, rivertype.JobStateRetryable, rivertype.JobStateScheduled).
		OrderBy(river.JobListOrderByScheduledAt, river.SortOrderAsc).First(1))
	if err != nil {
		return Backlog{}, fmt.Errorf("finding the oldest job: %w", err)
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
