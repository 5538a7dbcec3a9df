-- Polls: each time a source was asked, what came back.
CREATE TABLE polls (
    poll_id       VARCHAR     NOT NULL,  -- digest of run, source and moment
    run_id        VARCHAR     NOT NULL,  -- run that polled
    source_id     VARCHAR     NOT NULL,  -- source polled
    polled_at     TIMESTAMPTZ NOT NULL,  -- when
    declared      VARCHAR     NOT NULL,  -- address declared in sources.yaml then
    asked         VARCHAR     NOT NULL,  -- address asked for
    final_url     VARCHAR,               -- address that answered, after redirects
    moved_to      VARCHAR,               -- address to ask for from then on (permanent redirect)
    status        INTEGER,               -- HTTP status; null when no answer came
    outcome       VARCHAR     NOT NULL,  -- ok, unchanged, or the kind of failure
    detail        VARCHAR     NOT NULL,  -- bare fact of the failure; else empty
    flaw          VARCHAR,               -- what was wrong with a document of which entries were kept
    etag          VARCHAR,               -- validator of the answer
    last_modified VARCHAR,               -- validator of the answer
    body_hash     VARCHAR,               -- digest of the answer's bytes
    items_hash    VARCHAR,               -- digest of the items read; null when they were not
    bytes         BIGINT      NOT NULL,  -- size of the answer, after decompression
    seconds       DOUBLE      NOT NULL,  -- time that the answer took
    retry_after   DOUBLE,                -- seconds that the server asked to wait
    entries       INTEGER     NOT NULL,  -- entries announced; 0 when unchanged
    new_items     INTEGER     NOT NULL,  -- items that this source had not announced before
    changed_items INTEGER     NOT NULL,  -- items that it announced otherwise before
    new_days      DATE[]      NOT NULL,  -- last days (UTC) on which the new items came, newest first
    next_due      TIMESTAMPTZ            -- when to poll again, as decided then; null: retired
);

-- What is known of each source: made anew from the polls by rebuild_current.
CREATE TABLE source_current (
    source_id      VARCHAR     NOT NULL,  -- id in sources.yaml
    declared       VARCHAR     NOT NULL,  -- declared address that the rest of the row holds for
    address        VARCHAR     NOT NULL,  -- address to ask for: that one, or where it moved for good
    etag           VARCHAR,               -- validator of the last good answer
    last_modified  VARCHAR,               -- validator of the last good answer
    body_hash      VARCHAR,               -- digest of the last good answer's bytes
    items_hash     VARCHAR,               -- digest of the last good answer's items
    last_attempt   TIMESTAMPTZ,           -- last poll
    last_success   TIMESTAMPTZ,           -- last good answer, or 304 to it
    last_new       TIMESTAMPTZ,           -- last poll that brought a new item
    recent_days    DATE[]      NOT NULL,  -- last days (UTC) with new items, newest first
    usual_gap      DOUBLE,                -- median days between those; null while unknown
    silent_after   TIMESTAMPTZ,           -- from then on it is silent for longer than usual
    failing_since  TIMESTAMPTZ,           -- first failure since the last success
    failure        VARCHAR,               -- kind of the last failure since the last success
    failure_detail VARCHAR,               -- its bare fact
    failures       INTEGER     NOT NULL,  -- failures since the last success
    flaw           VARCHAR,               -- what was wrong with the last good answer
    retired_at     TIMESTAMPTZ,           -- when it said that it is gone for good (410)
    next_due       TIMESTAMPTZ            -- when to poll it again; null: retired
);

-- Each declared source and how it is: last attempt, success, new item; what fails and since when.
-- One that is ok is silent for longer than usual once silent_after has passed.
CREATE VIEW source_health AS
SELECT
    source_id,
    name,
    active,
    CASE
        WHEN retired_at IS NOT NULL THEN 'retired'
        WHEN failure IS NOT NULL THEN 'failing'
        WHEN last_attempt IS NULL THEN 'untried'
        ELSE 'ok'
    END AS health,
    coalesce(address, feed, url) AS address,
    last_attempt,
    last_success,
    last_new,
    failing_since,
    failure,
    failure_detail,
    coalesce(failures, 0) AS failures,
    next_due,
    usual_gap,
    silent_after,
    flaw
FROM source_declaration_current
LEFT JOIN (
    FROM source_current
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY last_attempt DESC) = 1
) USING (source_id);
