-- Reads the table, and keeps nobody from reading and writing meanwhile.
alter table draft validate constraint draft_has_text;
alter table draft validate constraint draft_is_scheduled_complete;
alter table draft validate constraint draft_changes_revision;
