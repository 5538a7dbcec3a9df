-- One batch of `drawn` (n, text, reasons, signature, bands) into the working store's tables.
CREATE OR REPLACE TEMP VIEW invented AS
SELECT
    *,
    md5('item' || n) AS item_id,
    md5('entry' || n) AS entry_id,
    md5('article' || n) AS article_id,
    md5('judgement' || n) AS judgement_id,
    'site-' || n % getvariable('sources') AS source_id,
    'https://site-' || n % getvariable('sources') || '.example.org/actualites/' || n AS url,
    'run-' || night AS run_id,
    left(text, 60) AS title,
    '[{"kind": "word", "label": "' || reasons || '", "contribution": 0.5, "part": null}]' AS why,
    told_at
FROM (
    SELECT *, getvariable('until') - (night * INTERVAL 1 DAY) - (n % 86_400) * INTERVAL 1 SECOND AS told_at
    FROM (
        SELECT *, 1 + (getvariable('items') - 1 - n) // getvariable('per_night') AS night FROM drawn
    )
);

INSERT INTO entries BY NAME
SELECT
    entry_id, item_id, source_id, run_id, md5(source_id || run_id) AS poll_id, told_at AS seen_at,
    0 AS position, url, url AS canonical_url, url AS guid, title, left(text, 100) AS summary,
    left(text, 280) AS content, '' AS author, told_at AS published_at, 'feed' AS date_origin,
    true AS date_precise, 'fr' AS language, []::VARCHAR[] AS tags, md5(text) AS content_hash
FROM invented;

INSERT INTO articles BY NAME
SELECT
    article_id, item_id, 1 AS version, entry_id, source_id, run_id, told_at AS read_at, url, title,
    '' AS lead, text, '' AS author, told_at AS published_at, 'page' AS date_origin, true AS date_precise,
    'fr' AS language, 'page' AS text_from, 480 AS words, md5(text) AS text_hash
FROM invented;

INSERT INTO attempts BY NAME
SELECT
    md5('attempt' || n) AS attempt_id, 'read' AS step, item_id, entry_id, run_id, told_at AS tried_at,
    'new' AS outcome, '' AS detail, article_id, 1 AS attempt, 1 AS reading, true AS settled,
    told_at AS not_before
FROM invented;

INSERT INTO story_signatures BY NAME
SELECT
    md5('signature' || n) AS signature_id, article_id, item_id, 1 AS version,
    getvariable('scheme') AS scheme, run_id, told_at AS signed_at, 'fr' AS language, told_at AS first_seen_at,
    told_at::DATE AS told_on, bands, signature
FROM invented;

INSERT INTO judgements BY NAME
SELECT
    judgement_id, article_id, item_id, getvariable('model') AS model_version, run_id,
    told_at AS judged_at, 'fr' AS language, 1 AS language_probability, n % 5 > 0 AS relevant,
    0.8 AS probability, false AS doubtful, why AS evidence
FROM invented;

INSERT INTO tags BY NAME
SELECT
    md5('tag' || n || facet || tag) AS tag_id, judgement_id, item_id, facet, tag, given,
    0.8 AS probability, false AS doubtful, 0 AS position, why AS evidence
FROM invented CROSS JOIN LATERAL (
    VALUES
        ('domain', 'governance', n % 2 = 0), ('domain', 'leadership', n % 3 = 0),
        ('domain', 'financial_engineering', n % 5 = 0),
        ('region', 'QC-' || lpad((1 + n % 17)::VARCHAR, 2, '0'), true),
        ('item_type', 'ty-nouvelle', true)
) AS given(facet, tag, given);

INSERT INTO polls BY NAME   -- each source, each night
SELECT
    md5(source_id || run_id) AS poll_id, run_id, source_id, min(told_at) AS polled_at,
    any_value(url) AS declared, any_value(url) AS asked, 200 AS status, 'ok' AS outcome,
    '' AS detail, 20_000 AS bytes, 0.1 AS seconds, count(*) AS entries, count(*) AS new_items,
    0 AS changed_items, [min(told_at)::DATE] AS new_days, min(told_at) AS next_due
FROM invented GROUP BY source_id, run_id;

INSERT INTO run_starts BY NAME
SELECT run_id, 'nightly' AS pipeline, min(told_at) AS started_at, 'host' AS host, 1 AS pid
FROM invented GROUP BY run_id;

INSERT INTO run_ends BY NAME
SELECT run_id, max(told_at) AS finished_at, 'ok' AS status, '{"steps": [], "failures": []}' AS report
FROM invented GROUP BY run_id;
