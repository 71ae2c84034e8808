select t.id, t.slug, t.name, t.description, (select count(*) from news_topic nt where nt.topic_id = t.id) from topic t order by t.name collate "sv-SE-x-icu", t.id;
