package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// plainImport is an import of the dealer d that is being uploaded.
func plainImport(id rollcall.ImportID) service.Import {
	return service.Import{
		Dealer: "d", ID: id, Status: service.ImportUploading, Key: "k", RequestID: "r", Options: service.ImportOptions{CreateSites: true, DefaultType: "billing", Site: "s"},
		Map: map[string]string{"Größe": "", "Cell": "phone"}, Created: noon(), Due: noon().Add(time.Hour),
	}
}

// importedRows are a created and a refused row.
func importedRows() []service.ImportedRow {
	return []service.ImportedRow{
		{
			Line: 2, Result: service.RowCreated, Site: "s", Contact: "c", Position: 3, Seen: []uint64{1, 1<<64 - 1},
			Warnings: []service.ImportNote{{Column: "Cell", Code: "x", Message: "y"}},
		},
		{Line: 4, Result: service.RowRefused, Errors: []service.ImportNote{{Code: "a", Message: "b"}}, Raw: []string{"", "José \U0001F514"}},
	}
}

func importTests() []test {
	return []test{
		{"are returned as stored, with their files and rows", importStored},
		{"change only from what was read", importChanged},
		{"are due in the order of time, and removed with their rows", importDue},
		{"lose their files and rows by an erasure, and fail if they have not ended", importErased},
		{"of a dealer are nobody else's", func(f *fixture) {
			f.home()
			importOf(f, plainImport("i"))
			_, err := f.Import(f.Context(), "stranger", "i")
			f.kind(err, rollcall.ImportNotFound)
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error {
				i := plainImport("i")
				i.Dealer = "stranger"
				return tx.InsertImport(ctx, i)
			})
			f.refused(rollcall.ImportNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.InsertImportPart(ctx, "stranger", "i", 1, []byte("x"))
			})
			f.refused(rollcall.ImportNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.InsertImportRows(ctx, "stranger", "i", importedRows())
			})
		}},
	}
}

// importOf adds an import with a file of two parts and two rows.
func importOf(f *fixture, i service.Import) {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error {
		if err := tx.InsertImport(ctx, i); err != nil {
			return err
		}
		for part, data := range []string{"\x00\xffa", "b"} {
			if err := tx.InsertImportPart(ctx, i.Dealer, i.ID, part+1, []byte(data)); err != nil {
				return err
			}
		}
		return tx.InsertImportRows(ctx, i.Dealer, i.ID, importedRows())
	})
}

func importStored(f *fixture) {
	f.home()
	want := plainImport("i")
	importOf(f, want)
	got, err := f.Import(f.Context(), "d", "i")
	f.must(err)
	equal(f, "import", got, want)
	data, err := f.ImportPart(f.Context(), "d", "i", 1)
	f.must(err)
	equal(f, "part", string(data), "\x00\xffa")
	_, err = f.ImportPart(f.Context(), "d", "i", 3)
	f.kind(err, rollcall.ImportNotFound)
	_, err = f.Import(f.Context(), "d", "none")
	f.kind(err, rollcall.ImportNotFound)
	rows := importedRows()
	for _, c := range []struct {
		result       service.ImportResult
		after, limit int
		want         []service.ImportedRow
	}{
		{"", 0, 10, rows}, {"", 2, 10, rows[1:]}, {"", 0, 1, rows[:1]}, {service.RowRefused, 0, 10, rows[1:]}, {service.RowUpdated, 0, 10, nil}, {"", 4, 10, nil},
	} {
		got, err := f.ImportRows(f.Context(), "d", "i", c.result, c.after, c.limit)
		f.must(err)
		equal(f, "rows", got, c.want)
	}
}

func importChanged(f *fixture) {
	f.home()
	before := plainImport("i")
	importOf(f, before)
	after := before
	after.Status, after.Counts, after.LastLine = service.ImportRunning, service.ImportCounts{Rows: 3, Created: 1, Unchanged: 1, Refused: 1}, 9
	after.Columns = service.ImportColumns{Names: []string{"Cell", "Größe"}, Fields: map[string]string{"Cell": "phone"}, Ignored: []string{"Größe"}}
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateImport(ctx, before, after) })
	for _, old := range []service.Import{before, {Status: after.Status}, {Status: service.ImportFinished, Counts: after.Counts}} {
		f.refused(rollcall.ImportNotFound, func(ctx context.Context, tx service.Tx) error { return tx.UpdateImport(ctx, old, after) })
	}
	n, err := f.UnfinishedImports(f.Context(), "d")
	f.must(err)
	equal(f, "unfinished", n, 1)
	ended := after
	ended.Status, ended.Finished, ended.Failure = service.ImportFailed, noon(), &service.ImportFailure{Code: "c", Message: "m", Line: 2, Column: 3}
	f.change(func(ctx context.Context, tx service.Tx) error {
		if err := tx.UpdateImport(ctx, after, ended); err != nil {
			return err
		}
		return tx.DeleteImportFile(ctx, "d", "i")
	})
	got, err := f.Import(f.Context(), "d", "i")
	f.must(err)
	equal(f, "import", got, ended)
	_, err = f.ImportPart(f.Context(), "d", "i", 1)
	f.kind(err, rollcall.ImportNotFound)
	n, err = f.UnfinishedImports(f.Context(), "d")
	f.must(err)
	equal(f, "unfinished", n, 0)
}

func importDue(f *fixture) {
	f.home()
	early, late := plainImport("late"), plainImport("early")
	early.Due = noon()
	importOf(f, early)
	importOf(f, late)
	for _, c := range []struct {
		at    time.Time
		limit int
		want  []rollcall.ImportID
	}{
		{noon().Add(-1), 10, nil},
		{noon(), 10, []rollcall.ImportID{"late"}},
		{noon().Add(time.Hour), 10, []rollcall.ImportID{"late", "early"}},
		{noon().Add(time.Hour), 1, []rollcall.ImportID{"late"}},
	} {
		found, err := f.DueImports(f.Context(), c.at, c.limit)
		f.must(err)
		var got []rollcall.ImportID
		for _, i := range found {
			got = append(got, i.ID)
		}
		equal(f, "due", got, c.want)
	}
	f.change(func(ctx context.Context, tx service.Tx) error {
		for _, want := range []int{1, 1, 0} {
			n, err := tx.DeleteImportRows(ctx, "d", "late", 1)
			if err != nil {
				return err
			}
			equal(f, "removed rows", n, want)
		}
		return tx.DeleteImport(ctx, "d", "early")
	})
	rows, err := f.ImportRows(f.Context(), "d", "early", "", 0, 10)
	f.must(err)
	equal(f, "rows of a removed import", len(rows), 0)
}

func importErased(f *fixture) {
	f.home()
	importOf(f, plainImport("i"))
	ended := plainImport("ended")
	ended.Status, ended.Finished = service.ImportFinished, noon()
	importOf(f, ended)
	failure, at, due := service.ImportFailure{Code: "erased", Message: "m"}, noon().Add(time.Minute), noon().Add(2*time.Hour)
	for _, want := range [][]rollcall.ImportID{{"i"}, nil} {
		f.change(func(ctx context.Context, tx service.Tx) error {
			failed, err := tx.EraseImports(ctx, "d", failure, at, due)
			equal(f, "failed", failed, want)
			return err
		})
	}
	got, err := f.Import(f.Context(), "d", "i")
	f.must(err)
	want := plainImport("i")
	want.Status, want.Failure, want.Finished, want.Due = service.ImportFailed, &failure, at, due
	equal(f, "import", got, want)
	got, err = f.Import(f.Context(), "d", "ended")
	f.must(err)
	equal(f, "import that has ended", got, ended)
	for _, id := range []rollcall.ImportID{"i", "ended"} {
		rows, err := f.ImportRows(f.Context(), "d", id, "", 0, 10)
		f.must(err)
		equal(f, "rows", len(rows), 0)
		_, err = f.ImportPart(f.Context(), "d", id, 1)
		f.kind(err, rollcall.ImportNotFound)
	}
}
