-- Each time an origin's robots.txt was asked for.
CREATE TABLE robots_checks (
    check_id   VARCHAR     NOT NULL,  -- digest of origin and moment
    origin     VARCHAR     NOT NULL,  -- https://host or https://host:port
    checked_at TIMESTAMPTZ NOT NULL,  -- when
    text_hash  VARCHAR     NOT NULL   -- digest of what it said
);

-- What robots.txt files said, once each.
CREATE TABLE robots_texts (
    text_hash VARCHAR NOT NULL,  -- digest of the text
    text      VARCHAR NOT NULL   -- the file; empty where there is none
);

-- What each origin's robots.txt said when last asked for.
CREATE VIEW robots_current AS
SELECT origin, checked_at, any_value(text) AS text
FROM (
    FROM robots_checks
    QUALIFY row_number() OVER (PARTITION BY origin ORDER BY checked_at DESC) = 1
)
JOIN robots_texts USING (text_hash)
GROUP BY origin, checked_at;
