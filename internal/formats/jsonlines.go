package formats

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"
)

const (
	maxDepth    = 8   // of objects and arrays within each other
	headObjects = 100 // objects that are read for the names of the columns
)

// jsonSource reads JSON lines: one object a line. Names within objects and arrays are joined with dots; places in arrays count
// from 1.
type jsonSource struct {
	src     *bufio.Reader
	line    int
	columns []string
	index   map[string]int
	queue   []record // read by openJSON
	err     error    // found by openJSON after the queue
}

// openJSON reads the first objects, whose names are the first columns.
func openJSON(src *bufio.Reader) (*jsonSource, error) {
	s := &jsonSource{src: src, index: map[string]int{}}
	for len(s.queue) < headObjects && s.err == nil {
		rec, err := s.read()
		if err != nil {
			s.err = err
			break
		}
		s.queue = append(s.queue, rec)
	}
	if len(s.queue) == 0 {
		return nil, s.err
	}
	return s, nil
}

func (s *jsonSource) next() (record, error) {
	if len(s.queue) > 0 {
		rec := s.queue[0]
		s.queue = s.queue[1:]
		return rec, nil
	}
	if s.err != nil {
		return record{}, s.err
	}
	return s.read()
}

// read reads the next line that is not empty.
func (s *jsonSource) read() (record, error) {
	for {
		line, err := s.readLine()
		if err != nil {
			return record{}, err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		return s.parse(line)
	}
}

// readLine returns the next line without its end, valid until the next call.
func (s *jsonSource) readLine() ([]byte, error) {
	var line []byte
	s.line++
	for {
		part, err := s.src.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			return nil, &FileError{LineTooLong, s.line, 0, "this line is longer than 1 MiB; write one object a line"}
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			line = append(line, part...)
			continue
		case errors.Is(err, io.EOF) && len(line)+len(part) > 0:
			err = nil
		case err != nil:
			return nil, placed(err, s.line, 0)
		}
		if line == nil {
			return part, err
		}
		return append(line, part...), nil
	}
}

func (s *jsonSource) parse(line []byte) (record, error) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	object := jsonObject{source: s, decoder: decoder, rec: record{line: s.line}}
	err := object.read()
	var file *FileError
	if errors.As(err, &file) {
		return record{}, file
	}
	if err == nil {
		if _, extra := decoder.Token(); !errors.Is(extra, io.EOF) {
			err = errors.New("there is more after the object")
		}
	}
	if err != nil {
		return record{}, &FileError{BadJSON, s.line, int(decoder.InputOffset()) + 1, "this is not JSON lines: " + reason(err) + "; each line must be one object"}
	}
	return object.rec, nil
}

// reason returns what is wrong with JSON, without quoting it.
func reason(err error) string {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the object has no end"
	case errors.As(err, &syntax):
		return "the syntax is wrong"
	}
	return err.Error()
}

// jsonObject reads one object into a record.
type jsonObject struct {
	source  *jsonSource
	decoder *json.Decoder
	rec     record
}

func (o *jsonObject) read() error {
	token, err := o.decoder.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return errors.New("this is no object")
	}
	return o.members("", 1)
}

// members reads the members of an object, whose { has been read. path is "", or the object's path and a dot.
func (o *jsonObject) members(path string, depth int) error {
	for o.decoder.More() {
		name, err := o.decoder.Token()
		if err != nil {
			return err
		}
		text, _ := name.(string)
		if err := o.value(path+text, depth); err != nil {
			return err
		}
	}
	_, err := o.decoder.Token()
	return err
}

// value reads one value.
func (o *jsonObject) value(path string, depth int) error {
	token, err := o.decoder.Token()
	if err != nil {
		return err
	}
	switch v := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return fmt.Errorf("it is nested deeper than %d levels", maxDepth)
		}
		if v == '{' {
			return o.members(path+".", depth+1)
		}
		for place := 1; o.decoder.More(); place++ {
			if err := o.value(path+"."+strconv.Itoa(place), depth+1); err != nil {
				return err
			}
		}
		_, err := o.decoder.Token()
		return err
	case string:
		return o.set(path, v)
	case json.Number:
		return o.set(path, v.String())
	case bool:
		return o.set(path, strconv.FormatBool(v))
	}
	return o.set(path, "") // null
}

func (o *jsonObject) set(path, value string) error {
	s := o.source
	i, known := s.index[path]
	if !known {
		if len(s.columns) == maxColumns {
			return &FileError{TooManyColumns, s.line, 0, fmt.Sprintf("there are more than %d names; remove the ones you do not need", maxColumns)}
		}
		i = len(s.columns)
		s.index[path] = i
		s.columns = append(s.columns, path)
	}
	if len(value) > maxCell {
		return &FileError{CellTooLong, s.line, int(o.decoder.InputOffset()), "this value is longer than 32 KiB; shorten it"}
	}
	if grow := len(s.columns) - len(o.rec.cells); grow > 0 {
		o.rec.cells = append(o.rec.cells, slices.Repeat([]string{""}, grow)...)
		o.rec.given = append(o.rec.given, slices.Repeat([]bool{false}, grow)...)
	}
	if o.rec.given[i] {
		return fmt.Errorf("the object has the name %q twice", short(path))
	}
	if !utf8.ValidString(value) {
		return errors.New("a value is not UTF-8")
	}
	o.rec.cells[i], o.rec.given[i] = value, true
	return nil
}
