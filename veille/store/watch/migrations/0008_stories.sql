-- Signatures: what is kept of a version of an article to compare it with others.
CREATE TABLE story_signatures (
    signature_id  VARCHAR     NOT NULL,  -- digest of version and scheme
    article_id    VARCHAR     NOT NULL,  -- version signed
    item_id       VARCHAR     NOT NULL,  -- item it is a version of
    version       INTEGER     NOT NULL,  -- its number
    scheme        VARCHAR     NOT NULL,  -- how it was signed: only those of one scheme compare
    run_id        VARCHAR     NOT NULL,  -- run that signed
    signed_at     TIMESTAMPTZ NOT NULL,  -- when
    language      VARCHAR,               -- ISO 639-1 code; null while unknown
    first_seen_at TIMESTAMPTZ NOT NULL,  -- when the item was first announced
    told_on       DATE        NOT NULL,  -- day it was published, or else first announced (UTC)
    bands         BIGINT[]    NOT NULL,  -- keys of which two copies share one at least
    signature     VARCHAR     NOT NULL   -- the signature, in base 64
);

-- Links between two items, a row each time one was found, changed or no longer stood.
CREATE TABLE story_links (
    link_id  VARCHAR     NOT NULL,  -- digest of both items and revision
    one      VARCHAR     NOT NULL,  -- the item whose id comes first
    other    VARCHAR     NOT NULL,  -- the other item
    revision INTEGER     NOT NULL,  -- 1, 2…; the highest is how the two are now
    run_id   VARCHAR     NOT NULL,  -- run that compared them
    found_at TIMESTAMPTZ NOT NULL,  -- when
    kind     VARCHAR,               -- copy, event or translation; null: they no longer are one
    share    DOUBLE,                -- part of the text in common, 0 to 1
    points   DOUBLE,                -- weight of the facts in common
    days     INTEGER,               -- days between the two
    names    VARCHAR[],             -- the first names in common
    numbers  INTEGER                -- figures and dates in common
);

-- Stories of several items, a row each time one was told, changed or came to its end.
CREATE TABLE stories (
    telling_id VARCHAR     NOT NULL,  -- digest of story and revision
    story_id   VARCHAR     NOT NULL,  -- the story: a digest of the item of it that we saw first
    revision   INTEGER     NOT NULL,  -- 1, 2…; the highest is how it is now
    run_id     VARCHAR     NOT NULL,  -- run that grouped
    grouped_at TIMESTAMPTZ NOT NULL,  -- when
    anchor     VARCHAR     NOT NULL,  -- the item of it that we saw first
    original   VARCHAR,               -- the item that the others reprint or report; null: not known
    by_hand    BOOLEAN     NOT NULL,  -- whether a person's decision holds it together
    members    STRUCT(item_id VARCHAR, tied_to VARCHAR)[] NOT NULL,  -- its items, original first,
                                      -- each with the one it is linked to; none: it came to its end
    became     VARCHAR                -- the story that took its place, where it came to its end
);

-- People's rulings: that two items belong together, or that they do not.
CREATE TABLE story_rulings (
    ruling_id VARCHAR     NOT NULL,  -- digest of both items, what was ruled and when
    one       VARCHAR     NOT NULL,  -- an item
    other     VARCHAR     NOT NULL,  -- another item
    together  BOOLEAN     NOT NULL,  -- whether they belong together
    ruled_at  TIMESTAMPTZ NOT NULL   -- when a person said so; the newest wins
);

-- Rulings that stories follow: without a row here, the next run groups its two items again.
CREATE TABLE story_rulings_followed (
    ruling_id   VARCHAR     NOT NULL,  -- the ruling
    run_id      VARCHAR     NOT NULL,  -- run that followed it first
    followed_at TIMESTAMPTZ NOT NULL   -- when
);

-- The links that stand.
CREATE VIEW story_link_current AS
FROM (
    FROM story_links QUALIFY row_number() OVER (PARTITION BY one, other ORDER BY revision DESC) = 1
)
WHERE kind IS NOT NULL;

-- The stories as they are now. One that others left has a single member.
CREATE VIEW story_current AS
FROM (
    FROM stories QUALIFY row_number() OVER (PARTITION BY story_id ORDER BY revision DESC) = 1
)
WHERE len(members) > 0;

-- The items of each story, in order.
CREATE VIEW story_member_current AS
SELECT story_id, position, members[position].item_id AS item_id, members[position].tied_to AS tied_to
FROM (SELECT *, unnest(range(1, len(members) + 1)) AS position FROM story_current);

-- Ids of stories that came to their end, and the story that took their place: the one that tells
-- the item they were named for, wherever it went since.
CREATE VIEW story_alias_current AS
SELECT ended.story_id AS alias, coalesce(told.story_id, ended.became) AS story_id
FROM (
    FROM stories QUALIFY row_number() OVER (PARTITION BY story_id ORDER BY revision DESC) = 1
) AS ended
LEFT JOIN story_member_current AS told ON told.item_id = ended.anchor
WHERE ended.became IS NOT NULL;
