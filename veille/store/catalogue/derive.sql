-- Run once all items and tags are in: what the tables of an edition say of each other.
UPDATE items SET story_id = told.story_id
FROM (   -- those that differ and no others: all of half a million would not fit in memory
    SELECT item_id, told_members.story_id FROM items LEFT JOIN told_members USING (item_id)
    WHERE items.story_id IS DISTINCT FROM told_members.story_id
) AS told
WHERE items.item_id = told.item_id;

UPDATE items SET source = told_sources.name
FROM told_sources
WHERE items.source_id = told_sources.source_id AND items.source <> told_sources.name;

INSERT INTO story_members BY NAME
SELECT
    story_id, item_id, kind, share,
    row_number() OVER (PARTITION BY story_id ORDER BY kind <> 'original', place) AS place
FROM told_members SEMI JOIN items USING (item_id);

INSERT INTO stories BY NAME
SELECT
    story_id,
    arg_min(title, place) AS title,
    min(published_on) AS first_on,
    max(published_on) AS last_on,
    count(*) AS items,
    count(DISTINCT source_id) AS sources,
    any_value(reason) AS reason,
    any_value(aliases) AS aliases
FROM story_members JOIN items USING (item_id, story_id) JOIN told_stories USING (story_id)
GROUP BY story_id;

INSERT INTO weekly_counts BY NAME
SELECT
    strftime(published_on, '%G-W%V') AS week,
    date_trunc('week', published_on)::DATE AS monday,
    domain,
    region,
    count(*) AS items,
    count(DISTINCT coalesce(story_id, item_id)) AS stories,
    count(DISTINCT source_id) AS sources
FROM items LEFT JOIN item_domains USING (item_id) LEFT JOIN item_regions USING (item_id)
WHERE relevant
GROUP BY ALL
ORDER BY ALL;
