package web_test

import "testing"

func TestThere(t *testing.T) { t.Log("there") }
