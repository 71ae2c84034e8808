-- Indexes what was published before, a month at a time, each in a transaction of its own that holds the row of feed: a
-- commit of a publication waits for one month at most (some 4,000 of a million news, a fraction of a second), readers for
-- none. If it is interrupted, it goes on where it was.
call fill_months();
