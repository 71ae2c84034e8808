-- The namespace of the ids that entries have in Atom, RSS and JSON Feed: name-based UUIDs (RFC 9562, version 5) of global ids.
-- It differs from one newsroom to the next, and a dump and a restore keep it.
insert into secret values ('feed-ids', decode(replace(gen_random_uuid()::text, '-', ''), 'hex'));

-- Feeds list the latest retractions. They are few: only retractions wait while the index is made, and for milliseconds.
create index retraction_by_time on retraction (retracted_at);
