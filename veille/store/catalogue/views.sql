-- Relevant articles for people: a row each, everything named in words.
CREATE VIEW articles AS
SELECT
    items.item_id AS article_id,                           -- identifies the article in every snapshot
    items.published_on AS publie_le,                       -- day of publication
    items.title AS titre,                                  -- title
    items.source AS source,                                -- name of the source
    items.url AS adresse,                                  -- address of the page
    coalesce(types.label, items.item_type) AS type,        -- kind of document
    coalesce(domaines, []) AS domaines,                    -- domains, by name
    coalesce(regions, []) AS regions,                      -- regions it is about, by name
    coalesce(themes, []) AS themes,                        -- themes, by name
    coalesce(axes.label, items.axis) AS axe,               -- axis of the strategic plan
    items.language AS langue,                              -- language (ISO 639-1)
    items.note AS note,                                    -- note by the watch team
    items.text AS texte,                                   -- text, or what of it may be passed on
    items.story_id AS recit_id                             -- story it belongs to; null when alone
FROM items
LEFT JOIN labels AS types ON types.kind = 'type' AND types.id = items.item_type
LEFT JOIN labels AS axes ON axes.kind = 'axis' AND axes.id = items.axis
LEFT JOIN (
    SELECT item_id, list(coalesce(label, domain) ORDER BY domain) AS domaines
    FROM item_domains LEFT JOIN labels ON labels.kind = 'domain' AND labels.id = domain
    GROUP BY item_id
) USING (item_id)
LEFT JOIN (
    SELECT item_id, list(coalesce(label, region) ORDER BY region) AS regions
    FROM item_regions LEFT JOIN labels ON labels.kind = 'region' AND labels.id = region
    GROUP BY item_id
) USING (item_id)
LEFT JOIN (
    SELECT item_id, list(coalesce(label, theme) ORDER BY theme) AS themes
    FROM item_themes LEFT JOIN labels ON labels.kind = 'theme' AND labels.id = theme
    GROUP BY item_id
) USING (item_id)
WHERE items.relevant;

-- Stories told by several articles, for people.
CREATE VIEW recits AS
SELECT
    story_id AS recit_id,           -- identifies the story in every snapshot
    title AS titre,                 -- title of its original or first article
    first_on AS premier_jour,       -- day of its first article
    last_on AS dernier_jour,        -- day of its last article
    items AS articles,              -- how many articles tell it
    sources AS sources,             -- how many sources they come from
    reason AS raison                -- why they are one story; empty in the open edition
FROM stories;

-- Organisations reached: sources, and how much of theirs the catalogue holds.
CREATE VIEW organisations AS
SELECT
    sources.source_id AS source_id,                                     -- identifies the source
    sources.name AS nom,                                                -- organisation or publication
    sources.category AS categorie,                                      -- kind of organisation
    sources.country AS pays,                                            -- country (ISO 3166-1), EU or INT
    coalesce(labels.label, sources.region) AS region,                   -- region it is from
    sources.state AS etat,                                              -- its health
    count(items.item_id) FILTER (items.relevant) AS articles,           -- relevant articles
    max(items.published_on) FILTER (items.relevant) AS dernier_article  -- day of the last one
FROM sources
LEFT JOIN items USING (source_id)
LEFT JOIN labels ON labels.kind = 'region' AND labels.id = sources.region
GROUP BY ALL;

-- Week by week: new relevant articles, in all and by domain.
CREATE VIEW semaines AS
SELECT
    strftime(published_on, '%G-W%V') AS semaine,                               -- ISO week, as 2026-W47
    date_trunc('week', published_on)::DATE AS lundi,                           -- its first day
    count(DISTINCT item_id) AS articles,                                       -- relevant articles
    count(DISTINCT coalesce(story_id, item_id)) AS recits,                     -- different stories among them
    count(DISTINCT source_id) AS sources,                                      -- different sources
    count(*) FILTER (domain = 'financial_engineering') AS ingenierie_financiere, -- of this domain
    count(*) FILTER (domain = 'governance') AS gouvernance,                    -- of this domain
    count(*) FILTER (domain = 'leadership') AS leadership                      -- of this domain
FROM items LEFT JOIN item_domains USING (item_id)
WHERE relevant
GROUP BY ALL;

-- Strategic plan: number and kinds of documents and tools made accessible.
CREATE VIEW indicateur_outils AS
SELECT
    year(published_on) AS annee,                -- year of publication
    coalesce(label, item_type) AS type,         -- kind of document
    count(*) AS nombre                          -- how many
FROM items LEFT JOIN labels ON labels.kind = 'type' AND labels.id = item_type
WHERE relevant
GROUP BY ALL;

-- Strategic plan: number and kinds of issues dealt with, by theme.
CREATE VIEW indicateur_enjeux AS
SELECT
    year(published_on) AS annee,                -- year of publication
    coalesce(label, theme) AS enjeu,            -- theme
    count(DISTINCT item_id) AS articles,        -- articles that treat it
    count(DISTINCT source_id) AS sources        -- different sources of them
FROM items JOIN item_themes USING (item_id)
LEFT JOIN labels ON labels.kind = 'theme' AND labels.id = theme
WHERE relevant
GROUP BY ALL;

-- Strategic plan: links between regions, by articles and stories that are about both.
CREATE VIEW indicateur_liens_regions AS
WITH places AS (
    SELECT DISTINCT coalesce(story_id, item_id) AS subject, region, published_on
    FROM items JOIN item_regions USING (item_id)
    WHERE relevant
)
SELECT
    coalesce(first_label.label, one.region) AS region,            -- one region
    coalesce(second_label.label, other.region) AS autre_region,   -- the other
    count(DISTINCT one.subject) AS recits,                        -- stories, or articles alone, about both
    max(one.published_on) AS dernier_jour                         -- day of the last one
FROM places AS one JOIN places AS other ON one.subject = other.subject AND one.region < other.region
LEFT JOIN labels AS first_label ON first_label.kind = 'region' AND first_label.id = one.region
LEFT JOIN labels AS second_label ON second_label.kind = 'region' AND second_label.id = other.region
GROUP BY ALL;

-- Strategic plan: organisations and networks reached, by kind and place.
CREATE VIEW indicateur_organisations AS
SELECT
    categorie AS categorie,                                -- kind of organisation
    pays AS pays,                                          -- country
    region AS region,                                      -- region
    count(*) AS organisations,                             -- organisations watched
    count(*) FILTER (articles > 0) AS organisations_citees, -- those with a relevant article
    sum(articles)::BIGINT AS articles                      -- relevant articles of theirs
FROM organisations
GROUP BY ALL;
