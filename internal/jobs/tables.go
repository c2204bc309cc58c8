package jobs

// Tables returns the names of the tables that a Migration creates, sorted.
func Tables() []string {
	return []string{"river_job", "river_leader", "river_migration", "river_notification", "river_queue"}
}
