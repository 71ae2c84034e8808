-- Reads both tables, and keeps nobody from reading and writing meanwhile.
alter table news validate constraint news_significance;
alter table revision validate constraint revision_significance;
