-- Reads the table, and keeps nobody from reading and writing meanwhile.
alter table imported_item validate constraint imported_item_revision;
