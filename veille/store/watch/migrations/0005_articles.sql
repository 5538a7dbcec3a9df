-- Articles: an item's text as read, a row for each version (title, date or text changed).
CREATE TABLE articles (
    article_id   VARCHAR     NOT NULL,  -- digest of item and version
    item_id      VARCHAR     NOT NULL,  -- item it is the text of
    version      INTEGER     NOT NULL,  -- 1, 2…
    entry_id     VARCHAR     NOT NULL,  -- announcement that it was read from
    source_id    VARCHAR     NOT NULL,  -- source that announced the item first
    run_id       VARCHAR     NOT NULL,  -- run that read it
    read_at      TIMESTAMPTZ NOT NULL,  -- when
    url          VARCHAR,               -- address of the page
    title        VARCHAR     NOT NULL,  -- plain text
    lead         VARCHAR     NOT NULL,  -- plain text; empty when none
    text         VARCHAR     NOT NULL,  -- plain text, paragraphs apart by blank lines
    author       VARCHAR     NOT NULL,  -- empty when not known
    published_at TIMESTAMPTZ,           -- when it was published
    date_origin  VARCHAR,               -- where that was found: feed, page, url or guess
    date_precise BOOLEAN,               -- whether the hour is known too
    language     VARCHAR,               -- ISO 639-1 code; null while unknown
    text_from    VARCHAR     NOT NULL,  -- page or feed
    page_outcome VARCHAR,               -- why the page gave nothing, where the text is the feed's
    words        INTEGER     NOT NULL,  -- words of the text
    text_hash    VARCHAR     NOT NULL   -- digest of the text
);

-- The last version of each article.
CREATE VIEW article_current AS
FROM articles
QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY version DESC, read_at DESC) = 1;

-- Tries of a step on an item, failed or not: what was tried is not tried again before its time.
CREATE TABLE attempts (
    attempt_id VARCHAR     NOT NULL,  -- digest of step, announcement and moment
    step       VARCHAR     NOT NULL,  -- step that tried: read
    item_id    VARCHAR     NOT NULL,  -- item tried
    entry_id   VARCHAR     NOT NULL,  -- announcement tried
    run_id     VARCHAR     NOT NULL,  -- run that tried
    tried_at   TIMESTAMPTZ NOT NULL,  -- when
    outcome    VARCHAR     NOT NULL,  -- new, changed, same, or the kind of failure
    detail     VARCHAR     NOT NULL,  -- bare fact of the failure; else empty
    article_id VARCHAR,               -- version that it made, if it made one
    attempt    INTEGER     NOT NULL,  -- which try of this announcement: 1, 2…
    reading    INTEGER     NOT NULL,  -- which try of this item: 1, 2…
    settled    BOOLEAN     NOT NULL,  -- whether this announcement needs no other try
    not_before TIMESTAMPTZ NOT NULL   -- the item is not tried again before, announced anew or not
);
