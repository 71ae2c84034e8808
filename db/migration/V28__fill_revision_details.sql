-- What the log of events knows of the revisions of the past: kind, urgency, topics and series. In batches that each commit, so
-- that nobody waits. If it is interrupted, it goes on where it was.
do $$
declare
    last constant bigint := (select coalesce(max(id), 0) from news);
begin
    for batch in 0..last / 5000 loop
        insert into revision_details (news_id, number, details)
        select r.news_id, r.number, jsonb_build_object(
            'kind', e.kind, 'urgency', e.urgency, 'series', e.series_id,
            -- Events have topics in no order; the order of today's is that of before, as long as they are the same.
            'topics', to_jsonb(case
                when e.topic_ids <@ n.topic_ids and e.topic_ids @> n.topic_ids then n.topic_ids else e.topic_ids
            end))
        from news n
            join revision r on r.news_id = n.id and r.number < n.revision
            cross join lateral (
                select * from event where news_id = r.news_id and revision = r.number order by position desc limit 1
            ) e
        where n.id between batch * 5000 and batch * 5000 + 4999 and n.revision > 1
        for key share of r
        on conflict do nothing;
        commit;
    end loop;
end
$$;
