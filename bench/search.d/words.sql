-- Gives the sentences of fill.sql a vocabulary: words that are ever rarer, most of them compounds, as newsrooms write them.

create temporary table word as
select row_number() over (order by md5(text)) as number, text
from (
    select distinct first || middle || last as text
    from unnest(array[
            'sjuk', 'tand', 'barn', 'äldre', 'läkar', 'vaccin', 'kultur', 'miljö', 'klimat', 'energi', 'trafik', 'spår',
            'väg', 'skol', 'forsknings', 'utbildnings', 'närings', 'budget', 'skärgårds', 'cykel', 'ambulans',
            'förlossnings', 'ungdoms', 'läkemedels', 'patient', 'digital', 'upphandlings', 'personal', 'bygg', 'kris']) as first,
        unnest(array['', 'vårds', 'hus', 'lednings', 'plats', 'samordnings', 'beredskaps', 'utvecklings']) as middle,
        unnest(array[
            'rapport', 'plan', 'avdelning', 'mottagning', 'nämnd', 'chef', 'projekt', 'avtal', 'program', 'central',
            'enhet', 'strategi', 'utredning', 'satsning', 'grupp', 'dag', 'vecka', 'stöd', 'avgift', 'register', 'råd',
            'forum', 'pris', 'kurs', 'linje', 'terminal', 'biljett', 'karta', 'film', 'lokal']) as last
) words;

alter table word add primary key (number);
analyze word;

-- Word 1 stands in many a sentence, word 7,000 in hardly any.
create or replace function pg_temp.sentences(starts integer[]) returns text language sql volatile return (
    select string_agg(
        upper(left(phrase.text, 1)) || substr(phrase.text, 2) || ' enligt ' || word.text || 'en.', ' ' order by ordinality)
    from (
        select start, ordinality, 1 + floor(7200 * random() ^ 6)::integer as rare
        from unnest(starts) with ordinality as start (start, ordinality)
    ) chosen
        join phrase on phrase.number = start
        join word on word.number = rare
);

-- Half of all news speak of the weather, one in ten thousand of a comet, one in a million of an eclipse.
create function pg_temp.mention() returns trigger language plpgsql as $$
begin
    if random() < 0.5 then
        new.body := new.body || E'\n\nVädret väntas påverka trafiken.';
    end if;
    if random() < 0.0001 then
        new.summary := new.summary || ' En komet syns på himlen.';
    end if;
    return new;
end
$$;

create trigger mention before insert on news for each row execute function pg_temp.mention();
