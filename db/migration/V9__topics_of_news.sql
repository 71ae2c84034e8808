-- A news item's topics stand in its own row too, in their order: pages read them with it, where they looked them up for each
-- of their rows. Kept by whatever changes news_topic, in the same statement, and never written otherwise.

alter table news add column topic_ids bigint[] not null default '{}';

-- The row is locked before its topics are read: of two transactions that file one news item, the second sees what the
-- first did. Found by the index of its ids, never by a join, which could be a loop within a loop while the planner thinks
-- that the table is empty.
create function keep_topics(ids bigint[]) returns void language plpgsql set enable_seqscan = off as $$
begin
    perform from news where id = any(ids) order by id for no key update;
    update news set topic_ids = array(select topic_id from news_topic where news_id = news.id order by position)
    where id = any(ids)
        and topic_ids <> array(select topic_id from news_topic where news_id = news.id order by position);
end
$$;

create function keep_topics_of_news() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform keep_topics(array(select distinct news_id from present));
    elsif tg_op = 'DELETE' then
        perform keep_topics(array(select distinct news_id from past));
    else
        perform keep_topics(array(select news_id from past union select news_id from present));
    end if;
    return null;
end
$$;

create trigger keep_topics_of_filed after insert on news_topic
    referencing new table as present for each statement execute function keep_topics_of_news();
create trigger keep_topics_of_refiled after update on news_topic
    referencing old table as past new table as present for each statement execute function keep_topics_of_news();
create trigger keep_topics_of_unfiled after delete on news_topic
    referencing old table as past for each statement execute function keep_topics_of_news();

-- To truncate is to file nothing under any topic.
create function unfile_all() returns trigger language plpgsql as $$
begin
    delete from news_topic;
    return null;
end
$$;

create trigger unfile_all before truncate on news_topic for each statement execute function unfile_all();

-- What was filed before: no event, for nothing changes. Row by row, so that news of one time stay beside each other.
alter table news disable trigger user;
update news n set topic_ids = array(select topic_id from news_topic where news_id = n.id order by position)
where exists (select from news_topic where news_id = n.id);
alter table news enable trigger user;
