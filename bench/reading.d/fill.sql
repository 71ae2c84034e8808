-- What a newsroom of 20 years looks like, in any number of news. All that a benchmark has to know of a news item follows
-- from its number: the slug, and the time of publication, evenly spread. The number is also the id: nothing else inserts.

insert into topic (slug, name, description)
select translate(lower(name), 'åäö ', 'aao-'), name, 'Allt om ' || lower(name) || ' i regionen.'
from unnest(array[
    'Kollektivtrafik', 'Sjukhus', 'Vårdcentraler', 'Tandvård', 'Vaccination', 'Psykiatri', 'Kultur', 'Bibliotek',
    'Miljö', 'Klimat', 'Forskning', 'Utbildning', 'Näringsliv', 'Budget', 'Politik', 'Skärgård', 'Cykelvägar',
    'Vägarbeten', 'Färdtjänst', 'Ambulans', 'Förlossning', 'Barn och unga', 'Äldre', 'Läkemedel', 'Patientavgifter',
    'Digitalisering', 'Upphandling', 'Personal', 'Byggprojekt', 'Krisberedskap']) with ordinality as t (name, number)
order by number;

insert into series (slug, name)
select translate(lower(name), 'åäö ', 'aao-'), name
from unnest(array[
    'Lägesrapport om covid-19', 'Lägesrapport om influensa', 'Lägesrapport om värmen', 'Trafikläget i veckan',
    'Vårdplatser i veckan']) name;

create temporary table phrase as
select row_number() over () as number, who || ' ' || does || ' ' || what || ' ' || when_ as text
from unnest(array[
        'regionen', 'sjukhuset', 'trafikförvaltningen', 'vårdcentralen', 'nämnden', 'forskargruppen', 'kulturhuset',
        'ambulanssjukvården', 'den nya avdelningen', 'fullmäktige', 'biblioteket', 'tandvården']) as who,
    unnest(array[
        'inför', 'utreder', 'öppnar', 'förlänger', 'bygger ut', 'ställer in', 'prövar', 'presenterar', 'beslutar om',
        'satsar på']) as does,
    unnest(array[
        'nya turer för pendlare', 'fler vårdplatser', 'ett center för sällsynta sjukdomar', 'avgiftsfria besök för barn',
        'tätare avgångar i skärgården', 'digitala bokningar', 'en gemensam beredskapsplan', 'stöd till unga artister',
        'gröna byggregler', 'kortare köer till röntgen']) as what,
    unnest(array['redan i höst', 'från årsskiftet', 'under nästa vecka', 'efter sommaren', 'inom två år']) as when_;

create index on phrase (number);
analyze phrase;

-- Sentences of the phrases that begin with one of this array.
create function pg_temp.sentences(starts integer[]) returns text language sql stable return (
    select string_agg(upper(left(text, 1)) || substr(text, 2) || '.', ' ' order by ordinality)
    from unnest(starts) with ordinality as start (number, ordinality) join phrase using (number)
);

create function pg_temp.phrases(seed bigint, count integer) returns integer[] language sql volatile return (
    select array_agg(1 + floor(random() * 6000)::integer) from generate_series(1, count) where seed is not null
);

-- The last news item of a total is of the last second of 2025.
create function pg_temp.published_at(number bigint, total bigint) returns timestamptz language sql immutable return
    timestamptz '2006-01-01 00:00:00Z' + (number * (631151999 / total)) * interval '1 second';

create function pg_temp.publish(first bigint, last bigint, total bigint) returns void language sql as $$
    -- The first topic has about half of the news, the others ever fewer.
    insert into news (slug, title, summary, body, url, kind, urgency, published_at, series_id, topic_ids)
    select
        'n' || md5(i::text),
        (select upper(left(text, 1)) || substr(text, 2) from phrase where phrase.number = 1 + (i * 7919) % 6000),
        pg_temp.sentences(pg_temp.phrases(i, 4)),
        pg_temp.sentences(pg_temp.phrases(i, 12)) || E'\n\n' || pg_temp.sentences(pg_temp.phrases(i, 11)),
        'https://www.example.org/nyheter/' || i,
        case when i % 50 = 0 then 'SITUATION_REPORT' else 'ARTICLE' end,
        case when i % 100 = 1 then 'BREAKING' when i % 10 = 2 then 'IMPORTANT' else 'ROUTINE' end,
        pg_temp.published_at(i, total),
        case when i % 50 = 0 then 1 + (i / 50) % 5 end,
        array(
            select distinct case
                when p = 1 and random() < 0.5 then 1
                else 2 + floor(29 * random() ^ 2)::integer
            end as topic
            from generate_series(1, 1 + floor(4 * random() ^ 2 + 0 * i)::integer) p
            order by topic
        )
    from generate_series(first, last) i;

    insert into news_topic (news_id, position, topic_id, published_at)
    select n.id, filed.position, filed.topic_id, n.published_at
    from news n cross join lateral unnest(n.topic_ids) with ordinality as filed (topic_id, position)
    where n.id between first and last;

    insert into figure (news_id, position, name, label, value, unit, change)
    select n.id, f.position, f.name, f.label, floor(random() * 1000), f.unit, floor(random() * 100) - 50
    from news n cross join (values
        (1, 'patients-in-care', 'Patienter i vård', 'patients'),
        (2, 'intensive-care', 'Varav i intensivvård', 'patients'),
        (3, 'tests', 'Prover i veckan', 'tests')) as f (position, name, label, unit)
    where n.id between first and last and n.series_id is not null;
$$;

create function pg_temp.revise(first bigint, last bigint) returns void language sql as $$
    update news set summary = summary || ' Texten har uppdaterats.', note = 'Förtydligad.'
    where id between first and last and id % 20 = 3;
$$;
