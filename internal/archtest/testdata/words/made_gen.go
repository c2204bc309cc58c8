package words

// LATER is what a generator wrote.
