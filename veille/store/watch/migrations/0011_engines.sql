-- Several engines may have one store: each run is one's.
ALTER TABLE run_starts ADD COLUMN engine INTEGER DEFAULT 1;
COMMENT ON COLUMN run_starts.engine IS 'which of the engines ran it; 1 leads, or is alone';

DROP VIEW runs;

-- Runs and how they ended; status is « died » when the same engine began another since without this
-- one's end, or anything did two days later.
CREATE VIEW runs AS
SELECT
    run_id,
    pipeline,
    started_at,
    finished_at,
    coalesce(
        status,
        CASE
            WHEN started_at < max(started_at) OVER (PARTITION BY engine)
                OR started_at < max(started_at) OVER () - INTERVAL 2 DAYS
            THEN 'died'
            ELSE 'running'
        END
    ) AS status,
    report,
    host,
    pid,
    engine
FROM (FROM run_starts QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY started_at) = 1)
LEFT JOIN (
    FROM run_ends QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY finished_at DESC) = 1
) USING (run_id);
