-- Versions of the items' articles, oldest first: a row each time title, date or text was found
-- changed. In the team edition only.
CREATE TABLE item_versions (
    item_id   VARCHAR     NOT NULL,  -- the item
    version   INTEGER     NOT NULL,  -- version of the article; the first is 1
    read_at   TIMESTAMPTZ NOT NULL,  -- when it was read
    title     VARCHAR     NOT NULL,  -- title it had then
    text_from VARCHAR     NOT NULL,  -- where its text is from: page or feed
    changed   VARCHAR[]   NOT NULL   -- what was new in it: title, date, text
);

-- What models said of the items, oldest first; people's decisions are not here. In the team edition
-- only.
CREATE TABLE item_judgements (
    item_id       VARCHAR     NOT NULL,  -- the item
    judged_at     TIMESTAMPTZ NOT NULL,  -- when
    version       INTEGER     NOT NULL,  -- version of the article that was judged
    model_version VARCHAR     NOT NULL,  -- model, vocabulary and rules that judged
    relevant      BOOLEAN     NOT NULL,  -- whether it was found relevant
    probability   DOUBLE      NOT NULL,  -- probability of that, from 0 to 1
    doubtful      BOOLEAN     NOT NULL,  -- whether a person was to look at it
    domains       VARCHAR[]   NOT NULL,  -- domains it was given
    evidence      JSON                   -- why it was found relevant or not; null but for the last one
);

-- How the items' texts begin, for lists: whole texts are slow to go through. In the team edition
-- only.
CREATE TABLE item_beginnings (
    item_id   VARCHAR NOT NULL USING COMPRESSION uncompressed,  -- the item
    beginning VARCHAR NOT NULL USING COMPRESSION uncompressed   -- first characters of its lead, else of its text
);
