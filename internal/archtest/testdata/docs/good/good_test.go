package good

func TestHelper() {}
