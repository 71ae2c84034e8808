-- Corrects the titles that an editor changed while V26 noted them, in batches that each commit: readers and editors don't wait. If
-- it is interrupted, it runs again from the start.
do $$
begin
    for batch in 0..(select coalesce(max(id), -1) / 1000 from news) loop
        perform note_titles(array(
            select n.id
            from news n left join title_beginning t on t.news_id = n.id
            where n.id between batch * 1000 and batch * 1000 + 999
                and (t.text, t.published_at) is distinct from (beginning(n.title), n.published_at)));
        commit;
    end loop;
end
$$;
