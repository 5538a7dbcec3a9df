-- Runs that began, a row each.
CREATE TABLE run_starts (
    run_id     VARCHAR     NOT NULL,  -- identifies the run
    pipeline   VARCHAR     NOT NULL,  -- file in pipelines/, without .py
    started_at TIMESTAMPTZ NOT NULL,  -- when it began
    host       VARCHAR     NOT NULL,  -- machine it ran on
    pid        INTEGER     NOT NULL   -- its process there
);

-- Runs that came to their end, a row each; a run that died has none.
CREATE TABLE run_ends (
    run_id      VARCHAR     NOT NULL,  -- identifies the run
    finished_at TIMESTAMPTZ NOT NULL,  -- when it ended
    status      VARCHAR     NOT NULL,  -- ok, partial, failed or impossible
    report      JSON        NOT NULL   -- its steps and failures, as « veille run --json » prints them
);

-- Runs and how they ended; status is « died » when another began since without this one's end.
CREATE VIEW runs AS
SELECT
    run_id,
    pipeline,
    started_at,
    finished_at,
    coalesce(
        status,
        CASE WHEN started_at < max(started_at) OVER () THEN 'died' ELSE 'running' END
    ) AS status,
    report,
    host,
    pid
FROM (FROM run_starts QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY started_at) = 1)
LEFT JOIN (
    FROM run_ends QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY finished_at DESC) = 1
) USING (run_id);
