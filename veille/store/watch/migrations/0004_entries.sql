-- What sources announced: a row for each item of a source, and one more when title, date, summary
-- or content changed.
CREATE TABLE entries (
    entry_id        VARCHAR     NOT NULL,  -- digest of source, item and content
    item_id         VARCHAR     NOT NULL,  -- item announced: the same for all its sources
    source_id       VARCHAR     NOT NULL,  -- source that announced it
    run_id          VARCHAR     NOT NULL,  -- run that saw it
    poll_id         VARCHAR     NOT NULL,  -- poll that saw it
    seen_at         TIMESTAMPTZ NOT NULL,  -- when it was first seen so
    position        INTEGER     NOT NULL,  -- place in the document, 0 on top
    first_poll_rank INTEGER,               -- rank, newest first, in the source's first good poll
    url             VARCHAR,               -- link as announced
    canonical_url   VARCHAR,               -- link by which the item is known
    guid            VARCHAR,               -- identifier that the source gives
    title           VARCHAR     NOT NULL,  -- plain text
    summary         VARCHAR     NOT NULL,  -- plain text; empty when none
    content         VARCHAR     NOT NULL,  -- HTML or text of the body; empty when none
    author          VARCHAR     NOT NULL,  -- as announced; empty when none
    published_at    TIMESTAMPTZ,           -- as announced
    date_origin     VARCHAR,               -- feed, page, url or guess
    date_precise    BOOLEAN,               -- whether the hour is known too
    language        VARCHAR,               -- ISO 639-1 code, when the source says
    tags            VARCHAR[]   NOT NULL,  -- the source's own categories
    content_hash    VARCHAR     NOT NULL   -- digest of title, date, summary and content
);
