-- Judgements: what a model said of a version of an article.
CREATE TABLE judgements (
    judgement_id         VARCHAR     NOT NULL,  -- digest of version and model
    article_id           VARCHAR     NOT NULL,  -- version judged
    item_id              VARCHAR     NOT NULL,  -- item it is a version of
    model_version        VARCHAR     NOT NULL,  -- model, vocabulary and rules that judged
    run_id               VARCHAR     NOT NULL,  -- run that judged
    judged_at            TIMESTAMPTZ NOT NULL,  -- when
    language             VARCHAR,               -- ISO 639-1 code; null while unknown
    language_probability DOUBLE      NOT NULL,  -- how sure that is, 0 to 1
    relevant             BOOLEAN     NOT NULL,  -- whether it is of the field
    probability          DOUBLE      NOT NULL,  -- how probable that it is, 0 to 1
    doubtful             BOOLEAN     NOT NULL,  -- whether a person should look before it is used
    evidence             VARCHAR     NOT NULL   -- what decided relevance, as JSON
);

-- Tags that judgements gave, or weighed and did not give.
CREATE TABLE tags (
    tag_id       VARCHAR NOT NULL,  -- digest of judgement, facet and tag
    judgement_id VARCHAR NOT NULL,  -- judgement that says so
    item_id      VARCHAR NOT NULL,  -- item it is about
    facet        VARCHAR NOT NULL,  -- domain, region, theme, item_type or axis
    tag          VARCHAR NOT NULL,  -- the tag's id or code
    given        BOOLEAN NOT NULL,  -- whether it was given
    probability  DOUBLE  NOT NULL,  -- how probable it is, 0 to 1
    doubtful     BOOLEAN NOT NULL,  -- whether a person should look before it is used
    position     INTEGER NOT NULL,  -- rank within its facet, 0 first
    evidence     VARCHAR NOT NULL   -- what decided, as JSON
);

-- The last judgement of each item.
CREATE VIEW judgement_current AS
FROM judgements
QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY judged_at DESC, judgement_id) = 1;

-- The tags that items have now.
CREATE VIEW tag_current AS
FROM tags SEMI JOIN judgement_current USING (judgement_id)
WHERE given;
