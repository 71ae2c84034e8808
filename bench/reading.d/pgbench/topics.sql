select topic_id, count from news_count where topic_id = any(cast(array(select id from topic) as bigint[])) and month = '-infinity';
