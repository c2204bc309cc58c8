package storetest

import (
	"context"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// plainImport is an import of the dealer d that is being uploaded.
func plainImport(id rollcall.ImportID) service.Import {
	return service.Import{
		Dealer: "d", ID: id, Status: service.ImportUploading, Key: "k", User: "u", Source: "other", FileName: "people.csv", RequestID: "r", OnBehalfOf: "Zoë", Options: service.ImportOptions{CreateSites: true, DefaultType: "billing", Site: "s"},
		Map: map[string]string{"Größe": "", "Cell": "phone"}, Created: noon(), Due: noon().Add(time.Hour),
	}
}

// importedRows are a created and a refused row.
func importedRows() []service.ImportedRow {
	return []service.ImportedRow{
		{
			Line: 2, Result: service.RowCreated, Site: "s", Contact: "c", Position: 3, Seen: []uint64{1, 1<<64 - 1},
			Warnings: []service.ImportNote{{Column: "Cell", Code: "x", Message: "y"}}, Name: "Ann Lee", SiteName: "Pier 9", Changed: []string{"role"},
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
		{"are listed, the newest first, and counted", importsListed},
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

func importsListed(f *fixture) {
	f.home()
	for id, change := range map[rollcall.ImportID]func(*service.Import){
		"i1": func(i *service.Import) { i.Status, i.Finished, i.Source = service.ImportFinished, noon(), "" },
		"i2": func(i *service.Import) { i.Status, i.Source = service.ImportUploaded, "" },
		"i3": func(i *service.Import) { i.Status, i.Options.DryRun = service.ImportRunning, true },
		"i4": func(i *service.Import) { i.Status = service.ImportQueued },
		"i5": func(i *service.Import) { i.Status, i.Source, i.Run = service.ImportUsed, "", "i4" },
		"i6": func(i *service.Import) { i.Source = "" },
		"i7": func(i *service.Import) { i.Status, i.Options.DryRun, i.Source = service.ImportQueued, true, "" },
	} {
		i := plainImport(id)
		change(&i)
		f.change(func(ctx context.Context, tx service.Tx) error { return tx.InsertImport(ctx, i) })
	}
	for _, c := range []struct {
		dealer rollcall.DealerID
		before rollcall.ImportID
		limit  int
		want   string
	}{{"d", "", 10, "i7 i4 i2 i1"}, {"d", "", 2, "i7 i4"}, {"d", "i4", 10, "i2 i1"}, {"d", "i1", 10, ""}, {"stranger", "", 10, ""}} {
		found, err := f.Imports(f.Context(), c.dealer, c.before, c.limit)
		f.must(err)
		var got []string
		for _, i := range found {
			got = append(got, string(i.ID))
		}
		equal(f, "imports", strings.Join(got, " "), c.want)
	}
	for dealer, want := range map[rollcall.DealerID][3]int{"d": {4, 1, 2}, "stranger": {}} {
		unfinished, err := f.UnfinishedImports(f.Context(), dealer)
		f.must(err)
		uploaded, err := f.UploadedFiles(f.Context(), dealer)
		f.must(err)
		ofFile, err := f.ImportsOfFile(f.Context(), dealer, "other")
		f.must(err)
		equal(f, "counts", [3]int{unfinished, uploaded, ofFile}, want)
	}
}

func importErased(f *fixture) {
	f.home()
	importOf(f, plainImport("i"))
	ended := plainImport("ended")
	ended.Status, ended.Finished = service.ImportFinished, noon()
	importOf(f, ended)
	waits := plainImport("waits")
	waits.Status = service.ImportUploaded
	importOf(f, waits)
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
	want.Status, want.Failure, want.Finished, want.Due, want.FileName, want.OnBehalfOf = service.ImportFailed, &failure, at, due, "", ""
	equal(f, "import", got, want)
	got, err = f.Import(f.Context(), "d", "ended")
	f.must(err)
	ended.FileName = ""
	equal(f, "import that has ended", got, ended)
	_, err = f.Import(f.Context(), "d", "waits")
	f.kind(err, rollcall.ImportNotFound)
	for _, id := range []rollcall.ImportID{"i", "ended"} {
		rows, err := f.ImportRows(f.Context(), "d", id, "", 0, 10)
		f.must(err)
		equal(f, "rows", len(rows), 0)
		_, err = f.ImportPart(f.Context(), "d", id, 1)
		f.kind(err, rollcall.ImportNotFound)
	}
}
