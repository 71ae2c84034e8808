-- The documents are written after all news, by Index.
alter table pending_commit disable trigger index_changes;
