-- People's decisions on items, as runs took them in from the desk. The desk is the truth, this is a
-- copy: where the desk turns out to be another one, it is taken in anew as the next generation.
CREATE TABLE decisions (
    decision_id   VARCHAR     NOT NULL,  -- digest of generation and number
    generation    INTEGER     NOT NULL,  -- 1, 2…: which desk; the one of the last taking holds
    number        BIGINT      NOT NULL,  -- its number on the desk; of a facet the highest holds
    act           VARCHAR     NOT NULL,  -- gesture that it belongs to
    item_id       VARCHAR     NOT NULL,  -- item it is about
    facet         VARCHAR     NOT NULL,  -- relevant, domains, regions, state or note
    value         VARCHAR,               -- what was decided, as JSON; null takes the earlier back
    author        VARCHAR     NOT NULL,  -- handle of who decided
    decided_at    TIMESTAMPTZ NOT NULL,  -- when
    reason        VARCHAR     NOT NULL,  -- why, in their words
    undoes        VARCHAR,               -- gesture that it takes back
    said          VARCHAR,               -- what the model had said, as JSON
    version       INTEGER     NOT NULL,  -- version of the text that was looked at
    model_version VARCHAR     NOT NULL,  -- model whose tags were looked at
    shown_for     VARCHAR     NOT NULL   -- why the queue showed the item
);

-- Takings: how far a run read the desk, a row each time there was something new.
CREATE TABLE desk_takings (
    taking_id    VARCHAR     NOT NULL,  -- digest of generation and of both numbers
    generation   INTEGER     NOT NULL,  -- which desk
    decision     BIGINT      NOT NULL,  -- number of the last decision it held
    decision_act VARCHAR     NOT NULL,  -- and its act: where that differs, the desk is another one
    ruling       BIGINT      NOT NULL,  -- number of the last ruling on stories
    ruling_act   VARCHAR     NOT NULL,  -- and its act
    run_id       VARCHAR     NOT NULL,  -- run that read it
    taken_at     TIMESTAMPTZ NOT NULL   -- when
);

-- A ruling may be taken back, and has a number on the desk.
ALTER TABLE story_rulings ALTER together DROP NOT NULL;
ALTER TABLE story_rulings ADD COLUMN number BIGINT;
COMMENT ON COLUMN story_rulings.number IS 'its number on the desk; of a pair the highest holds';

-- The last taking.
CREATE VIEW desk_taking_current AS
FROM desk_takings ORDER BY generation DESC, decision DESC, ruling DESC LIMIT 1;

-- What is decided now of each facet of each item.
CREATE VIEW decisions_in_force AS
FROM (
    FROM decisions SEMI JOIN desk_taking_current USING (generation)
    QUALIFY row_number() OVER (PARTITION BY item_id, facet ORDER BY number DESC) = 1
)
WHERE value IS NOT NULL;

-- The items decided on, as `laid_over` (veille/decisions.py) reads what is decided of each.
CREATE VIEW decided_current AS
SELECT
    item_id,
    any_value(CASE WHEN facet = 'relevant' THEN value = 'true' END) AS said,
    any_value(CASE WHEN facet = 'domains' THEN from_json_strict(value, '["VARCHAR"]') END) AS chosen,
    any_value(CASE WHEN facet = 'regions' THEN from_json_strict(value, '["VARCHAR"]') END) AS places,
    any_value(CASE WHEN facet = 'state' THEN value ->> '$' END) AS state,
    any_value(CASE WHEN facet = 'note' THEN value ->> '$' END) AS note,
    max(version) AS looked_at
FROM decisions_in_force GROUP BY item_id;
