package storetest

import "time"

func ask() { time.Now() }
