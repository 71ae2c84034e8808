-- Reads all events, and keeps nobody from reading and writing meanwhile.
alter table event validate constraint event_type;
alter table event validate constraint event_subject;
alter table event validate constraint event_content;
