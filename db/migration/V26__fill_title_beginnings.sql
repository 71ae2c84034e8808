-- Notes the titles of what was published before, in batches that each commit: readers and editors don't wait. If it is
-- interrupted, it runs again from the start.
do $$
begin
    for batch in 0..(select coalesce(max(id), -1) / 1000 from news) loop
        perform note_titles(array(select id from news where id between batch * 1000 and batch * 1000 + 999));
        commit;
    end loop;
end
$$;

analyze title_beginning;
