package web_test

import "testing"

func TestHere(t *testing.T) { t.Log("here") }

type suite struct{}

func (suite) TestMethod(t *testing.T) { t.Log("a method is no test") }
