module example.org/fixture

go 1.26.0
