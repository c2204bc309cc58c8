package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// maxAnswer bounds the body of an answer, in bytes.
const maxAnswer = 1 << 20

// client speaks as much HTTP/1.1 as is needed to call a server that is known, over one connection. It is not net/http's
// because that would take more of the processors than the servers that are measured.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	body []byte // of the last answer
}

// dial connects; the connection is of no use any more once it is later than until.
func dial(address string, until time.Time) (*client, error) {
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(until); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 16<<10)}, nil
}

func (c *client) close() { _ = c.conn.Close() }

// call sends a whole request and returns the status of its answer.
func (c *client) call(request []byte) (status int, err error) {
	if _, err := c.conn.Write(request); err != nil {
		return 0, err
	}
	return c.answer()
}

// answer reads one answer and keeps its body.
func (c *client) answer() (status int, err error) {
	line, err := c.line()
	if err != nil {
		return 0, err
	}
	const start = "HTTP/1.1 "
	if len(line) < len(start)+3 || string(line[:len(start)]) != start {
		return 0, fmt.Errorf("not the start of an answer: %q", line)
	}
	if status, err = strconv.Atoi(string(line[len(start) : len(start)+3])); err != nil {
		return 0, fmt.Errorf("not the start of an answer: %q", line)
	}
	length, chunked, err := c.header()
	if err != nil {
		return 0, err
	}
	c.body = c.body[:0]
	switch {
	case chunked:
		return status, c.chunks()
	case length > 0:
		return status, c.take(length)
	case length < 0 && status != 204 && status != 304:
		return 0, errors.New("an answer without a length")
	}
	return status, nil
}

// header reads to the end of the header; length is -1 where it says none.
func (c *client) header() (length int, chunked bool, err error) {
	length = -1
	for {
		line, err := c.line()
		if err != nil || len(line) == 0 {
			return length, chunked, err
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch string(name) { // net/http writes them in this form
		case "Content-Length":
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, false, fmt.Errorf("not a length: %q", value)
			}
		case "Transfer-Encoding":
			chunked = string(value) == "chunked"
		}
	}
}

func (c *client) chunks() error {
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		length, err := strconv.ParseUint(string(line), 16, 31)
		if err != nil {
			return fmt.Errorf("not the start of a chunk: %q", line)
		}
		if err := c.take(int(length)); err != nil {
			return err
		}
		if line, err = c.line(); err != nil || len(line) > 0 {
			return errors.Join(err, fmt.Errorf("not the end of a chunk: %q", line))
		}
		if length == 0 {
			return nil
		}
	}
}

// take adds so many bytes to the body.
func (c *client) take(length int) error {
	have := len(c.body)
	if length < 0 || have+length > maxAnswer {
		return fmt.Errorf("an answer longer than %d bytes", maxAnswer)
	}
	if need := have + length; cap(c.body) < need {
		c.body = append(make([]byte, 0, 2*need), c.body...)
	}
	c.body = c.body[:have+length]
	_, err := io.ReadFull(c.in, c.body[have:])
	return err
}

// line reads a line and returns it without its end; it is good until the next read.
func (c *client) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), nil
}
