package console

import "example.org/rollcall/internal/service"

// importTexts are the texts of the pages that bring lists of people in.
type importTexts struct {
	Title, Tabs, Sites string // of the pages, and of the links between them

	Intro, File, FileHint, Upload, NoFile, TooLarge, TooMany, FileAgain string
	Help                                                                string
	HelpTexts, HelpHeader                                               []string
	HelpRow                                                             []string
	Earlier, NoEarlier, Kept, Unnamed, By, TriedBefore                  string

	Read, ReadIntro, Examples, NoExamples, LeaveOut, Column, AllColumns string
	Groups                                                              map[string]string
	Fields                                                              map[string]string // by field; with %d for a place
	ExtensionOf, LabelOf, KindOf                                        string            // with the name of a phone

	Options, Site, SiteHint, NoSite, SeveralSites, SiteNeeded, Type, TypeHint string
	Missing, CreateSites, Empty, EmptyClears                                  string
	Check, CheckText, Remove, RemoveText                                      string
	NoName, Twice, NoField                                                    string

	States                                                          map[service.ImportStatus]string
	Waits, Progress, LookAgain, NothingYet, WouldBe, Done           string
	Run, RunText, RunOrder, Leaves, Rereads, Ran, Gone, ChooseAgain string
	Results                                                         map[service.ImportResult]string // of a row
	Counts                                                          map[service.ImportResult]string // below a number of rows
	All, Rows, NoRows, Line, At, Changes                            string
	Download, DownloadText, NotReady, HowRead, NotRead              string

	Notes    map[string]string // what is wrong with a cell, by field and code, or by code alone
	Failures map[string]string // what is wrong with a file, by code
	Place    string            // before a failure: line and column
	PlaceRow string            // the same without a column
}
