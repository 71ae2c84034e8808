-- Notes the words of what was published before, in batches that each commit. No row of a newsroom is locked: readers and
-- editors don't wait. If it is interrupted, it runs again from the start, and adds what is missing.
do $$
begin
    for batch in 0..(select coalesce(max(id), -1) / 1000 from news) loop
        perform note_forms(array(select id from news where id between batch * 1000 and batch * 1000 + 999));
        commit;
    end loop;
end
$$;

analyze search_form;
